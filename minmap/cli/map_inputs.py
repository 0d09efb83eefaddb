"""The files that ``minmap map`` draws: tables of occurrences, other vector files and rasters."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
import geopandas as gpd

import minmap
from minmap.cli.input_options import InputOptions
from minmap.cli.looks import raster_looks, shared_looks
from minmap.cli.reading import read_with, with_layer
from minmap.cli.terminal import step
from minmap.errors import FileError, MinmapError, MinmapWarning
from minmap.files import read_vector
from minmap.reading import sources

_OF_TABLES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xls")


class Inputs(NamedTuple):
    """Files by what they contain; `shapes` are vector files without occurrences."""

    tables: list[tuple[Path, gpd.GeoDataFrame]]
    shapes: list[Path]
    rasters: list[Path]


class InputLooks(NamedTuple):
    """The looks of files by what they contain."""

    tables: dict[str, Any]
    shapes: dict[str, Any]
    rasters: dict[str, Any]
    shared: frozenset[str] = frozenset()
    """Those of the rasters that tables could have too."""

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Say in an error about a look that a raster has it, and how a table has it instead."""
        try:
            yield
        except MinmapError as error:
            name = str(error).partition("=")[0]
            if name not in self.shared:
                raise
            cure = f"Without color= {name}= is for the raster; for a table give color= too."
            raise type(error)(f"{error} {cure}") from error


def looks_of_inputs(
    found: Inputs, rasters: Sequence[Path], looks: dict[str, Any], cells: dict[str, Any]
) -> InputLooks:
    """Return which looks are for which files.

    Parameters
    ----------
    found
        The files.
    rasters
        Rasters beside them.
    looks, cells
        The options that are given: those that tables have, and those that only rasters have.

    Raises
    ------
    click.UsageError
        If there is no raster for the options of `cells`.
    """
    if not (rasters or found.rasters):
        if cells:
            flag = next(iter(cells))
            raise click.UsageError(f"--{flag} is for rasters; give --raster too.")
        of_rasters: dict[str, Any] = {}
        are_shared = False
    elif are_shared := bool(found.tables or found.shapes):
        looks, of_rasters = shared_looks(looks)
    else:
        looks, of_rasters = {}, looks
    return InputLooks(
        tables=looks,
        shapes={} if found.tables else looks,
        rasters=raster_looks(of_rasters) | cells,
        shared=frozenset(of_rasters if are_shared else ()),
    )


def sorted_inputs(paths: Sequence[Path], options: InputOptions) -> Inputs:
    """Return the files by what they contain, tables with their occurrences."""
    # It is imported when it is needed: `minmap --help` does not wait for rasterio.
    from minmap.rasters.dataset import holds_raster  # noqa: PLC0415

    found = Inputs([], [], [])
    for path in paths:
        if holds_raster(*with_layer(path)):
            found.rasters.append(path)
        elif (occurrences := _occurrences(path, options)) is None:
            found.shapes.append(path)
        else:
            found.tables.append((path, occurrences))
    return found


def _occurrences(path: Path, options: InputOptions) -> gpd.GeoDataFrame | None:
    """Return the occurrences in a file; None if it has other points, lines or areas."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MinmapWarning)
        try:
            table = options.call(read_with, path)
        except FileError:
            if not _has_shapes(path, options):
                raise
            return None
    if _is_of_shapes(table):
        return None
    for one in caught:
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    return table


def _has_shapes(path: Path, options: InputOptions) -> bool:
    """Return whether a file that is no table of occurrences can be drawn as it is."""
    if options.are_of_tables():
        return False
    try:
        options.call_on_shapes(read_vector, path)
    except MinmapError:
        return False
    return True


def _is_of_shapes(table: gpd.GeoDataFrame) -> bool:
    """Return whether a table of no known source has lines or areas and no commodities."""
    kinds = table.geom_type.dropna()
    is_of_points = kinds.empty or kinds.str.contains("Point").any()
    is_known = table["source"].isin(sources()["id"]).any()
    return not (is_of_points or is_known or table["commodities"].notna().any())


def add_file(
    page: "minmap.Map", path: Path, options: InputOptions, *, option: str, **cells: Any
) -> None:
    """Add a vector file or a raster.

    Parameters
    ----------
    page
        The map.
    path
        The file; the layer of a file with several follows a colon.
    options
        The options of reading.
    option
        The option that names the file, for messages.
    cells
        Options of `minmap.Map.add` for rasters.
    """
    file, _ = with_layer(path)
    with step(f"adding {file.name}"):
        try:
            options.call(partial(page.add, **cells), path, names=["crs"])
        except FileError as error:
            # The option --layer is for tables.
            words = str(error).replace("layer= one of", f"{option} {file}:LAYER with one of")
            if file.suffix.lower() in _OF_TABLES and file.exists():
                words = f"{file} is a table; give it without {option}."
            raise FileError(words) from error
