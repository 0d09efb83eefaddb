"""The option of the command line for the file to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import click

from minmap.cli.reading import FILE
from minmap.output import require_writable

PAGES: Final = (".html", ".htm")


def output_option(
    endings: Iterable[str],
    *names: str,
    what: str = "File to write",
    required: bool = True,
    default: str | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return an option for a file to write; a bad path is refused before any work is done.

    Parameters
    ----------
    endings
        The endings that the file may have, so that a page never replaces a table of the user.
    names
        Names of the option, as for `click.option`; ``-o`` and ``--output`` by default.
    what
        The help text, which the endings follow.
    required
        Whether the option must be given.
    default
        The path if the option is not given.
    """
    allowed = tuple(endings)

    def checked(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
        return None if path is None else require_writable(path, endings=allowed)

    defaults: dict[str, Any] = {} if default is None else {"default": default, "show_default": True}
    return click.option(
        *(names or ("-o", "--output")),
        type=FILE,
        required=required and default is None,
        callback=checked,
        help=f"{what}: {', '.join(allowed)}.",
        **defaults,
    )
