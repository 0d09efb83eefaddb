"""The files that ``minmap map`` draws: tables of occurrences, other vector files and rasters."""

import warnings
from pathlib import Path
from typing import Any, Final, NamedTuple

import geopandas as gpd

import minmap
from minmap.cli.reading import options_given, read_table
from minmap.cli.terminal import step
from minmap.errors import CRSError, FileError, MinmapError, MinmapWarning
from minmap.files import read_vector
from minmap.reading import sources

_OF_TABLES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xls")
_OF_SHAPES: Final = ("layer", "crs")


class Inputs(NamedTuple):
    """Files by what they contain; `shapes` are vector files without occurrences."""

    tables: list[tuple[Path, gpd.GeoDataFrame]]
    shapes: list[Path]
    rasters: list[Path]


def sorted_inputs(paths: tuple[Path, ...]) -> Inputs:
    """Return the files by what they contain, tables with their occurrences."""
    # The list of endings is imported when it is needed: `minmap --help` does not wait for rasterio.
    from minmap.rasters.dataset import RASTER_ENDINGS  # noqa: PLC0415

    found = Inputs([], [], [])
    for path in paths:
        if path.suffix.lower() in RASTER_ENDINGS:
            found.rasters.append(path)
        elif (occurrences := _occurrences(path)) is None:
            found.shapes.append(path)
        else:
            found.tables.append((path, occurrences))
    return found


def shape_options() -> dict[str, Any]:
    """Return the options that say how to read a vector file without occurrences."""
    given = options_given()
    return {name: given[name] for name in _OF_SHAPES if name in given}


def _occurrences(path: Path) -> gpd.GeoDataFrame | None:
    """Return the occurrences in a file; None if it has other points, lines or areas."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MinmapWarning)
        try:
            table = read_table(path)
        except FileError:
            if not _has_shapes(path):
                raise
            return None
    if _is_of_shapes(table):
        return None
    for one in caught:
        warnings.showwarning(one.message, one.category, one.filename, one.lineno)
    return table


def _has_shapes(path: Path) -> bool:
    """Return whether a file that is no table of occurrences can be drawn as it is."""
    if options_given().keys() - {*_OF_SHAPES}:  # they say that it is a table
        return False
    try:
        read_vector(path, **shape_options())
    except MinmapError:
        return False
    return True


def _is_of_shapes(table: gpd.GeoDataFrame) -> bool:
    """Return whether a table of no known source has lines or areas and no commodities."""
    kinds = table.geom_type.dropna()
    is_of_points = kinds.empty or kinds.str.contains("Point").any()
    is_known = table["source"].isin(sources()["id"]).any()
    return not (is_of_points or is_known or table["commodities"].notna().any())


def add_file(page: "minmap.Map", path: Path, *, option: str, **cells: Any) -> None:
    """Add a vector file or a raster; --crs is for those that have none.

    Parameters
    ----------
    page
        The map.
    path
        The file; the layer of a file with several follows a colon.
    option
        The option that names the file, for messages.
    cells
        Options of `minmap.Map.add` for rasters.
    """
    file, layer = _with_layer(path)
    if layer is not None:
        cells |= {"layer": layer, "name": layer}
    crs = options_given().get("crs")
    with step(f"adding {file.name}"):
        try:
            page.add(file, **cells)
        except CRSError:
            if crs is None:
                raise
            page.add(file, **cells, crs=crs)
        except FileError as error:
            # The option --layer is for tables.
            words = str(error).replace("layer= one of", f"{option} {file}:LAYER with one of")
            if file.suffix.lower() in _OF_TABLES and file.exists():
                words = f"{file} is a table; give it without {option}."
            raise FileError(words) from error


def _with_layer(path: Path) -> tuple[Path, str | None]:
    """Return a file and its layer, which a colon separates."""
    name, colon, layer = str(path).rpartition(":")
    is_named = bool(colon) and not path.exists() and Path(name).is_file()
    return (Path(name), layer) if is_named else (path, None)
