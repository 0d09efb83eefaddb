"""Locations of records: geometry of the file, or points from its coordinate columns."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from minmap.coordinates import reference_systems
from minmap.coordinates.pairs import count_without_letters
from minmap.coordinates.points import Coordinates, read_coordinate_pairs, read_coordinates
from minmap.errors import FileError
from minmap.files.cells import Cells, constant
from minmap.geodesy.crs import WGS84
from minmap.reading.source import Source
from minmap.table import listed
from minmap.types import TEXT, Booleans

GEOMETRY_METHOD: Final = "geometry of the file"
_DEGREES: Final = (180, 90)
_FAR: Final = ("places", "check crs and which column is the easting.")  # for a note


@dataclass(frozen=True)
class Locations:
    """Locations of records, with their method and uncertainty; one entry per record.

    Attributes
    ----------
    geometry
        None where a location is unknown.
    uncertainty_m
        Float64, <NA> where unknown.
    method
        Text such as "decimal degrees", missing where there is no location.
    notes
        Coordinates that cannot be read or are doubtful.
    """

    geometry: geopandas.GeoSeries
    uncertainty_m: pd.Series
    method: pd.Series
    notes: list[str]


def locations(
    cells: Cells, source: Source, ids: pd.Series, *, path: str | Path, crs: Any = None
) -> Locations:
    """Return the locations of the records.

    Parameters
    ----------
    cells
        The table as read. Its geometry, if there is one, takes precedence over coordinate columns.
    source
        Names the coordinate columns: two, or one with both. The first ones that exist are used.
    ids
        Ids of the records, for the notes.
    path
        Name of the file for error messages: the one that the user gave.
    crs
        CRS of the coordinate columns instead of the source's: anything that pyproj accepts, or
        ``"gauss-kruger"`` (see `minmap.coordinates.points.read_coordinates`).

    Returns
    -------
    Locations
        For geometry of the file the uncertainty is that of the transformation to EPSG:4326 if its
        accuracy is known, else <NA>.

    Raises
    ------
    FileError
        If the file has neither geometry nor the source's coordinate columns.
    CRSError
        If the CRS is not one of places on a map, or is a grid but the numbers are degrees.
    """
    if cells.geometry is not None:
        return _from_geometry(cells.geometry)
    names = _columns(cells, source, path)
    texts = [text for name in names if (text := cells.column(name)) is not None]
    system = source.crs if crs is None else crs
    _require_grid(names, texts, system, path)
    notes: list[str] = []
    if len(texts) == 1:
        placed = read_coordinate_pairs(texts[0], crs=system)
        if lacking := count_without_letters(texts[0]):
            notes.append(
                f"{names[0]}: {lacking} records have no letters; degrees taken as latitude first, "
                "numbers of a grid as easting first."
            )
        unread = [placed.unread]
    else:
        placed = read_coordinates(*texts, crs=system)
        unread = [placed.unread_x, placed.unread_y]
    for name, given, wrong in zip(names, texts, unread, strict=True):
        if wrong.any():
            shown = listed([*map("{} {!r:.60}".format, ids[wrong], given[wrong])])
            notes.append(f"{name}: no coordinate in {int(wrong.sum())} records: {shown}.")
    notes += reference_systems.far_note(placed.longitude, placed.latitude, system, *_FAR)
    uncertainty = pd.Series(placed.uncertainty_m, index=cells.index).astype("Float64")
    return Locations(_points(placed, cells.index), uncertainty, placed.method, notes)


def _columns(cells: Cells, source: Source, path: str | Path) -> tuple[str, ...]:
    for names in source.coordinates:
        if all(cells.column(name) is not None for name in names):
            return tuple(names)
    sets = " or ".join(" and ".join(names) for names in source.coordinates)
    cure = f"it needs the columns {sets}" if sets else "describe them under [coordinates]"
    raise FileError(
        f"{path} is read as {source.id} but has no coordinates; {cure}, or name them: "
        "columns={'longitude': '...', 'latitude': '...'}."
    )


def _require_grid(
    names: tuple[str, ...], texts: list[pd.Series], system: Any, path: str | Path
) -> None:
    """Refuse degrees if the CRS is a grid, where all of them would lie at its origin."""
    if len(texts) < len(_DEGREES) or not reference_systems.is_grid(system):
        return
    numbers = [pd.to_numeric(t.str.replace(",", "."), errors="coerce").dropna() for t in texts]
    if all(len(n) and n.abs().le(most).all() for n, most in zip(numbers, _DEGREES, strict=True)):
        raise reference_systems.degrees_on_grid(path, system, names)


def _points(placed: Coordinates, index: pd.Index) -> geopandas.GeoSeries:
    readable = np.isfinite(placed.longitude)
    shapes = np.full(len(readable), None, dtype=object)
    shapes[readable] = shapely.points(placed.longitude[readable], placed.latitude[readable])
    return geopandas.GeoSeries(shapes, index=index, crs=WGS84)


def _from_geometry(geometry: geopandas.GeoSeries) -> Locations:
    index = geometry.index
    method = constant(GEOMETRY_METHOD, index)
    uncertainty, notes = np.full(len(index), np.nan), []
    bounds = shapely.bounds(geometry.to_numpy())
    there: Booleans = np.asarray(~np.isnan(bounds).any(axis=1))
    if geometry.crs is not None:
        x, y = (bounds[:, :2] / 2 + bounds[:, 2:] / 2).T
        nothing = np.zeros(len(x))
        globe = reference_systems.to_wgs84(x, y, nothing, nothing, geometry.crs)
        # An exact transformation to WGS84 does not make the geometry exact.
        uncertainty = np.where(globe.uncertainty_m > 0, globe.uncertainty_m, np.nan)
        ways = [", ".join(filter(None, [GEOMETRY_METHOD, way])) for way in globe.operations]
        if set(ways) != {GEOMETRY_METHOD}:
            method = pd.Series(np.array(ways, dtype=object)[globe.operation], index, dtype=TEXT)
        notes = reference_systems.far_note(globe.longitude, globe.latitude, geometry.crs, *_FAR)
    uncertain = pd.Series(uncertainty, index=index).astype("Float64")
    return Locations(geometry, uncertain, method.where(there), notes)
