"""Files written as the command line says."""

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
    """Return an option for a file to write, which is refused before any work is done for it.

    Parameters
    ----------
    endings
        The endings that the file may have, so that no table of the user's gives way to a page.
    names
        As `click.option` takes them; ``-o`` and ``--output`` where none is given.
    what, required, default
        The help, before the endings; whether the option must be given; and what stands for it.
    """
    allowed = tuple(endings)

    def checked(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
        return None if path is None else require_writable(path, endings=allowed)

    given: dict[str, Any] = {} if default is None else {"default": default, "show_default": True}
    return click.option(
        *(names or ("-o", "--output")),
        type=FILE,
        required=required and default is None,
        callback=checked,
        help=f"{what}: {', '.join(allowed)}.",
        **given,
    )
