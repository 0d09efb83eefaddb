"""Options of commands that read a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click
import geopandas as gpd

from minmap.cli.terminal import step
from minmap.reading import read

FILE = click.Path(path_type=Path)


@dataclass(frozen=True)
class Reading:
    """Options of `minmap.read` from the command line."""

    given: dict[str, Any]

    def table(self, path: Path) -> gpd.GeoDataFrame:
        """Return the occurrences in a file."""
        with step(f"reading {path.name}"):
            return read(path, **self.given)


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of `minmap.read` to a command, which gets them as ``reading``."""
    names = ("source", "layer", "crs", "encoding", "columns")

    @wraps(command)
    def with_reading(**options: Any) -> None:
        given = {name: options.pop(name) for name in names}
        given = {name: value for name, value in given.items() if value}
        command(**options, reading=Reading(given))

    for option in reversed(_OPTIONS):
        option(with_reading)
    return with_reading


def _columns(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    columns = {}
    for pair in pairs:
        field, equals, name = pair.partition("=")
        if not (field and equals and name):
            raise click.BadParameter(f"{pair!r} is not FIELD=NAME, such as name='Site name'.")
        columns[field] = name
    return columns


_OPTIONS = (
    click.option(
        "--source",
        metavar="ID|TOML",
        help="Source of the table, if its columns do not show it: see `minmap sources`.",
    ),
    click.option("--layer", metavar="NAME", help="Layer or sheet, where the file has several."),
    click.option("--crs", metavar="CRS", help="CRS of the coordinates, such as EPSG:28412."),
    click.option("--encoding", metavar="NAME", help="Encoding of the text, such as cp1251."),
    click.option(
        "--column",
        "columns",
        multiple=True,
        metavar="FIELD=NAME",
        callback=_columns,
        help="Column of the file for a field: name=Site, longitude=X. Repeatable.",
    ),
)
