"""The option of the command line for the file to write."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import click
import geopandas as gpd

from minmap.cli.reading import FILE
from minmap.cli.terminal import echo, step
from minmap.output import require_writable
from minmap.writing import FORMATS, write

MAPS: Final = (".html", ".htm", ".pdf", ".svg", ".png")
"""Endings of a page, and of figures."""
LAYERS: Final = ".gpkg"
"""Ending of a map for QGIS."""


def output_option(
    endings: Iterable[str] = FORMATS, *names: str, what: str = "File to write", **settings: Any
) -> click.Option:
    """Return an option for a file to write; a bad path is refused before any work is done.

    Parameters
    ----------
    endings
        The endings that the file may have, so that a page never replaces a table of the user.
    names
        Names of the option, as for `click.option`; ``-o`` and ``--output`` by default.
    what
        The help text, which the endings follow.
    settings
        Further settings of the option. By default it must be given.
    """
    allowed = tuple(endings)

    def checked(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
        if path is None:
            return None
        return require_writable(path, endings=allowed)

    more: dict[str, Any] = {"required": True, "type": FILE, "callback": checked, **settings}
    return click.Option(names or ("-o", "--output"), help=f"{what}: {', '.join(allowed)}.", **more)


def write_table(frame: gpd.GeoDataFrame, output: Path, message: str) -> None:
    """Write a table, and print its path and what is in it."""
    with step(f"writing {output.name}"):
        write(frame, output)
    echo(f"{output}: {message}")
