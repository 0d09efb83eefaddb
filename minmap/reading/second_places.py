"""Coordinates that a table has beside its geometry, or beside the columns that are taken."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from minmap.coordinates.points import read_coordinate_pairs, read_coordinates
from minmap.files.cells import Cells
from minmap.geodesy.crs import WGS84, WGS84_CRS
from minmap.geodesy.ellipsoid import GEOD
from minmap.reading.column_evidence import Candidate, Values
from minmap.reading.coordinate_match import other_pairs
from minmap.reading.headings import FULL, QUALIFIED, strengths
from minmap.reading.overrides import PAIR
from minmap.types import Booleans, Floats

_FAR_KM: Final = 10.0
"""More than decimals, datums and shapes explain."""
_POINT: Final = 0  # as in shapely.GeometryType
_WKT: Final = re.compile(r"\s*(?:srid=\d+;\s*)?point", re.IGNORECASE)


def without_empty_geometry(cells: Cells) -> Cells:
    """Return a table without its geometry if no record has one and columns have coordinates."""
    geometry = cells.geometry
    if geometry is None or not len(geometry) or not (geometry.isna() | geometry.is_empty).all():
        return cells
    columns = [str(name) for name in cells.frame.columns]
    found = [
        [name for name in columns if strengths(name).get(axis) == FULL and _is_filled(cells, name)]
        for axis in PAIR
    ]
    if not all(found):
        return cells
    note = f"No record has geometry, and the place is read from columns such as {found[0][0]}."
    return replace(cells, geometry=None, notes=[*cells.notes, note])


def _is_filled(cells: Cells, name: str) -> bool:
    column = cells.column(name)
    return column is not None and bool(column.notna().any())


def notes_on_second_places(
    cells: Cells,
    columns: Mapping[str, str],
    candidates: list[Candidate],
    values: Mapping[str, Values],
) -> list[str]:
    """Return notes on coordinates beside those taken that are far from them, or fill gaps.

    Parameters
    ----------
    cells
        The table. Not changed.
    columns
        The columns of the coordinates taken, in degrees; empty if the place is the geometry.
    candidates
        Fields that columns may contain.
    values
        Values of each column.
    """
    if cells.geometry is not None:
        return _beside_geometry(cells, cells.geometry, candidates, values)
    if {*columns} != {*PAIR}:
        return []
    others = (name for name in values if name not in columns.values())
    wkt = next((name for name in others if _is_wkt(values[name])), None)
    if wkt is None:
        return []
    x, y = (columns[axis] for axis in PAIR)
    found, text = _of_pair(cells, x, y), cells.column(wkt)
    if text is None:
        return []
    placed = read_coordinate_pairs(text, crs=WGS84)
    second = _Places(placed.longitude, placed.latitude)
    missing = ~np.isfinite(found.longitude)
    return _notes(found, second, missing, f"{x} and {y}", _Other(wkt, {"coordinates": wkt}))


class _Places(NamedTuple):
    """Degrees, shape (n,); NaN where there is no place."""

    longitude: Floats
    latitude: Floats


class _Other(NamedTuple):
    """What the second places are read from, and what to give for it."""

    name: str
    cure: Mapping[str, str]


def _beside_geometry(
    cells: Cells,
    geometry: gpd.GeoSeries,
    candidates: list[Candidate],
    values: Mapping[str, Values],
) -> list[str]:
    pairs = [pair for pair in other_pairs(set(), candidates, values) if _is_headed(pair)]
    if not pairs or geometry.crs is None:
        return []
    x, y = pairs[0]
    is_point = shapely.get_type_id(geometry.to_numpy()) == _POINT
    on_globe = geometry[is_point].to_crs(WGS84_CRS)
    lonlat = np.full((len(geometry), 2), np.nan)
    lonlat[is_point] = np.column_stack([on_globe.x, on_globe.y])
    missing = np.asarray(geometry.isna() | geometry.is_empty, dtype=bool)
    other = _Other(f"{x} and {y}", {"longitude": x, "latitude": y})
    return _notes(_Places(*lonlat.T), _of_pair(cells, x, y), missing, "the geometry", other)


def _is_headed(pair: tuple[str, str]) -> bool:
    return all(
        strengths(column).get(axis, 0.0) >= QUALIFIED
        for axis, column in zip(PAIR, pair, strict=True)
    )


def _is_wkt(sampled: Values) -> bool:
    # Most columns have no shape as their first value, so this ends early.
    return bool(sampled.different) and all(map(_WKT.match, sampled.different))


def _of_pair(cells: Cells, x: str, y: str) -> _Places:
    texts = [text for name in (x, y) if (text := cells.column(name)) is not None]
    placed = read_coordinates(*texts, crs=WGS84)
    return _Places(placed.longitude, placed.latitude)


def _notes(
    taken: _Places, second: _Places, missing: Booleans, name: str, other: _Other
) -> list[str]:
    """Return the notes on second places far from those taken, and on those where none is."""
    cure = f"for {other.name} give columns={dict(other.cure)}."
    there = np.isfinite(second.longitude)
    both = there & np.isfinite(taken.longitude)
    found = []
    one, two = (_Places(*(axis[both] for axis in places)) for places in (taken, second))
    kilometres = GEOD.inv(*one, *two)[2] / 1000
    far = int((kilometres > _FAR_KM).sum())
    if far:
        found.append(
            f"{far} of {len(kilometres)} records have a place in {other.name} that is more than "
            f"{_FAR_KM:.0f} km from {name}, at most {kilometres.max():,.0f} km; the place is that "
            f"of {name}; {cure}"
        )
    if more := int((missing & there).sum()):
        found.append(f"{more} records without a place in {name} have one in {other.name}; {cure}")
    return found
