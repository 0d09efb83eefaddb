"""Where records lie: geometry of the file, or points from its coordinate columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from minmap.coordinates import (
    Coordinates,
    count_without_letters,
    crs_name,
    far_from_use,
    is_grid,
    read_coordinate_pairs,
    read_coordinates,
    to_wgs84,
)
from minmap.errors import CRSError, FileError
from minmap.files.cells import Cells, constant
from minmap.reading.source import Source
from minmap.table import CRS, listed
from minmap.types import Booleans, Floats

GEOMETRY_METHOD: Final = "geometry of the file"
_DEGREES: Final = (180, 90)


@dataclass(frozen=True)
class Located:
    """Where records lie, how that is known and how exactly; one entry a record.

    Attributes
    ----------
    geometry
        Function that makes the geometry: None where the location cannot be told. Most of its work
        needs no lock of Python, so that it can run beside other work.
    uncertainty_m
        Float64, <NA> where unknown.
    method
        Text such as "decimal degrees", missing where there is no location.
    notes
        What could not be read.
    """

    geometry: Callable[[], geopandas.GeoSeries]
    uncertainty_m: pd.Series
    method: pd.Series
    notes: list[str]


def locations(
    cells: Cells, source: Source, ids: pd.Series, *, path: str | Path, crs: Any = None
) -> Located:
    """Return the locations of the records.

    Parameters
    ----------
    cells
        What was read. Its geometry, if there is one, goes before coordinate columns.
    source
        Says which columns hold coordinates: two, or one with both, the first that are there.
    ids
        Of the records, for the notes.
    path
        The file as the user knows it, for the error.
    crs
        What the coordinate columns are in, in place of what the source says: anything that pyproj
        takes, or ``"gauss-kruger"`` (see `minmap.coordinates.place`).

    Returns
    -------
    Located
        For geometry of the file the uncertainty is that of the transformation to EPSG:4326 where
        there is one of known accuracy, else <NA>.

    Raises
    ------
    FileError
        If the file has neither geometry nor the source's coordinate columns.
    CRSError
        If the coordinates are in no system of places on a map.
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
            records = zip(ids[wrong].tolist(), given[wrong].tolist(), strict=True)
            shown = listed([f"{record} {_short(value)}" for record, value in records])
            notes.append(f"{name}: no coordinate in {int(wrong.sum())} records: {shown}.")
    notes += _far(placed.longitude, placed.latitude, system)
    uncertainty = pd.Series(placed.uncertainty_m, index=cells.index).astype("Float64")
    geometry = partial(_points, placed, cells.index)
    return Located(geometry, uncertainty, placed.method, notes)


def _require_grid(
    names: tuple[str, ...], texts: list[pd.Series], system: Any, path: str | Path
) -> None:
    """Refuse degrees where the system is a grid, on which they would all lie at its origin."""
    if len(texts) < len(_DEGREES) or not is_grid(system):
        return
    numbers = [pd.to_numeric(t.str.replace(",", "."), errors="coerce").dropna() for t in texts]
    if all(len(n) and n.abs().le(most).all() for n, most in zip(numbers, _DEGREES, strict=True)):
        raise CRSError(
            f"{path}: crs={crs_name(system)!r} is a grid, but {' and '.join(names)} hold degrees; "
            "leave crs out, or name the columns of the grid with "
            "columns={'longitude': '...', 'latitude': '...'}."
        )


def _far(longitude: Floats, latitude: Floats, system: Any) -> list[str]:
    """Say how many places lie far from where their system is used, as in another zone."""
    far = np.flatnonzero(far_from_use(longitude, latitude, crs=system))
    if not far.size:
        return []
    first = far[0]
    return [
        f"{far.size} of {np.isfinite(longitude).sum()} places are far from where "
        f"{crs_name(system)} is used, the first at lat {latitude[first]:.2f}, lon "
        f"{longitude[first]:.2f}; check crs and which column is the easting."
    ]


def _short(value: str) -> str:
    return repr(value) if len(value) <= 60 else f"{value[:60]!r}..."


def _columns(cells: Cells, source: Source, path: str | Path) -> tuple[str, ...]:
    for names in source.coordinates:
        if all(cells.column(name) is not None for name in names):
            return tuple(names)
    sets = " or ".join(" and ".join(names) for names in source.coordinates)
    cure = f"it needs the columns {sets}" if sets else "describe them under [coordinates]"
    cure += ", or say which they are: columns={'longitude': '...', 'latitude': '...'}"
    raise FileError(f"{path} is read as {source.id} but has no coordinates; {cure}.")


def _points(placed: Coordinates, index: pd.Index) -> geopandas.GeoSeries:
    readable = np.isfinite(placed.longitude)
    if readable.all():
        shapes = shapely.points(placed.longitude, placed.latitude)
    else:
        shapes = np.full(len(readable), None, dtype=object)
        shapes[readable] = shapely.points(placed.longitude[readable], placed.latitude[readable])
    return geopandas.GeoSeries(shapes, index=index, crs=CRS)


def _from_geometry(geometry: geopandas.GeoSeries) -> Located:
    index = geometry.index
    bounds = shapely.bounds(geometry.to_numpy())
    there: Booleans = np.asarray(~np.isnan(bounds).any(axis=1))
    uncertainty = np.full(len(index), np.nan)
    method = constant(GEOMETRY_METHOD, index).where(there)
    if there.any() and geometry.crs is not None:
        x, y = (bounds[there, :2] / 2 + bounds[there, 2:] / 2).T
        nothing = np.zeros(len(x))
        globe = to_wgs84(x, y, nothing, nothing, geometry.crs)
        # An exact way to WGS84 says nothing of how exact the geometry is.
        uncertainty[there] = np.where(globe.uncertainty_m > 0, globe.uncertainty_m, np.nan)
        texts = [
            f"{GEOMETRY_METHOD}, {way}" if way else GEOMETRY_METHOD for way in globe.operations
        ]
        if len(set(texts)) > 1 or texts[0] != GEOMETRY_METHOD:
            method.iloc[np.flatnonzero(there)] = np.array(texts, dtype=object)[globe.operation]
    notes: list[str] = []
    if there.any() and geometry.crs is not None:
        notes = _far(globe.longitude, globe.latitude, geometry.crs)
    uncertain = pd.Series(uncertainty, index=index).astype("Float64")
    return Located(lambda: geometry, uncertain, method, notes)
