"""The countries as polygons, and a grid that knows most answers without them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from minmap.errors import CRSError
from minmap.geodesy.stated_crs import to_degrees
from minmap.places.outline_distance import Outlines
from minmap.types import Booleans, Floats, Geometries, Integers

NOWHERE: Final = -1
"""In place of an area: the sea, or no location."""

FINE_BOX: Final = (24.0, 22.0, 126.0, 62.0)
"""West, south, east and north of the region that comes from Natural Earth's 1:10 million layer."""

_OUTLINES: Final = ("x", "y", "places", "rings")
_PLACES_IN_A_DEGREE: Final = 1_000
_MIXED: Final = -2
_CELL_DEG: Final = 0.25
# An outline with a point every 0.05 degree passes at most half of that from one of them.
_STEP_DEG: Final = 0.05
_REACH_DEG: Final = 0.026


@dataclass(frozen=True)
class Areas:
    """Polygons that each belong to one of n areas.

    Attributes
    ----------
    parts
        Shape (m,), shapely Polygons, EPSG:4326, prepared.
    owner
        Shape (m,), number of the area that each part belongs to.
    """

    parts: Geometries
    owner: Integers
    _tree: shapely.STRtree
    _outlines: dict[tuple[int, ...] | None, Outlines] = field(default_factory=dict)

    @classmethod
    def of(cls, shapes: Geometries) -> Areas:
        """Take (Multi)Polygons apart, one area each."""
        parts, owner = shapely.get_parts(shapes, return_index=True)
        shapely.prepare(parts)
        return cls(parts, owner.astype(np.int64), shapely.STRtree(parts))

    def at(self, lonlat: Floats) -> Integers:
        """Return the area of each point (n, 2), its edge included; `NOWHERE` outside all."""
        found = np.full(len(lonlat), NOWHERE, dtype=np.int64)
        point, part = self._tree.query(shapely.points(lonlat))
        # Part by part, since a prepared polygon answers many points quickly.
        order = np.argsort(part, kind="stable")[::-1]
        point, part = point[order], part[order]
        inside = shapely.intersects_xy(self.parts[part], lonlat[point, 0], lonlat[point, 1])
        # Where two areas share an edge the first one has it.
        found[point[inside]] = self.owner[part[inside]]
        return found

    def near(self, lonlat: Floats, margin_km: Floats) -> Booleans:
        """Tell which points (n, 2) may be within a margin (n,) of any part, by its box.

        None that is within it is left out; some that are not are let through.
        """
        found = np.zeros(len(lonlat), dtype=bool)
        # A degree of latitude has 110.57 km and more, one of longitude cos(lat) times 111.3.
        up = margin_km / 110.5
        aside = up / np.maximum(np.cos(np.radians(lonlat[:, 1])), 0.01)
        reach = np.column_stack([-aside, -up, aside, up])
        boxes = shapely.box(*(np.tile(lonlat, 2) + reach).T)
        found[self._tree.query(boxes)[0]] = True
        return found

    def outlines(self, own: Integers | None = None) -> Outlines:
        """Return the outlines of some areas, of all if None."""
        key = None if own is None else tuple(own.tolist())
        if key not in self._outlines:
            chosen = slice(None) if own is None else np.isin(self.owner, own)
            self._outlines[key] = Outlines(self.parts[chosen], self.owner[chosen])
        return self._outlines[key]


@dataclass(frozen=True)
class World:
    """The countries, in the order of their codes.

    Attributes
    ----------
    codes, sovereigns
        Shape (n,), alpha-3 of each area and of the state it belongs to, None if it has none.
    areas
        Their polygons.
    """

    codes: Geometries
    sovereigns: Geometries
    areas: Areas
    _grid: Integers

    def at(self, lonlat: Floats) -> Integers:
        """Return the number of the area at each point (n, 2); `NOWHERE` at sea and for NaN."""
        found = np.full(len(lonlat), NOWHERE, dtype=np.int64)
        usable = np.flatnonzero(np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat[:, 1]) <= 90))
        wrapped = wrap(lonlat[usable])
        found[usable] = self._grid[_cell(wrapped)]
        mixed = np.flatnonzero(found[usable] == _MIXED)
        found[usable[mixed]] = self.areas.at(wrapped[mixed])
        return found


@cache
def world() -> World:
    """Return the countries as shipped."""
    table, shapes = _read("countries")
    areas = Areas.of(shapes)
    codes, sovereigns = (
        table[name].astype(object).where(table[name].notna(), None).to_numpy()
        for name in ("code", "sovereign")
    )
    return World(codes, sovereigns, areas, _grid(areas))


@cache
def disputed() -> tuple[Geometries, Areas]:
    """Return who claims what, and the polygons."""
    table, shapes = _read("disputed")
    return table["claims"].to_numpy(dtype=object), Areas.of(shapes)


def _read(name: str) -> tuple[pd.DataFrame, Geometries]:
    """Return a table and its polygons, kept as `scripts/build_places.py` writes them."""
    with as_file(files(__package__) / "data" / f"{name}.parquet") as path:
        table = pq.read_table(path)
    x, y, places, rings = (_flat(table, column) for column in _OUTLINES)
    areas = pc.list_value_length(table["rings"]).to_numpy()
    ends = tuple(np.concatenate([[0], np.cumsum(counts)]) for counts in (places, rings, areas))
    lonlat = np.column_stack([x, y]) / _PLACES_IN_A_DEGREE
    shapes = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, lonlat, ends)
    return table.drop_columns([*_OUTLINES]).to_pandas(), shapes


def _flat(table: pa.Table, name: str) -> Integers:
    return np.asarray(pc.list_flatten(table[name]).to_numpy(), dtype=np.int64)


def error_km(lonlat: Floats) -> Floats:
    """Return how far the map may be off at points (n, 2); NaN without a location.

    The figures are those of `minmap.places.map_error_km`.
    """
    west, south, east, north = FINE_BOX
    inside = (lonlat >= [west, south]).all(axis=1) & (lonlat <= [east, north]).all(axis=1)
    error = np.where(inside, 5.0, 10.0)
    error[np.isnan(lonlat).any(axis=1)] = np.nan
    return error


def wrap(lonlat: Floats) -> Floats:
    """Return points (n, 2) with longitudes in [-180, 180]."""
    lon = lonlat[:, 0]
    inside = np.abs(lon) <= 180
    return np.column_stack([np.where(inside, lon, (lon + 180) % 360 - 180), lonlat[:, 1]])


def _cell(lonlat: Floats) -> tuple[Integers, Integers]:
    rows, columns = round(180 / _CELL_DEG), round(360 / _CELL_DEG)
    column, row = np.floor((lonlat + np.array([180.0, 90.0])) / _CELL_DEG).astype(np.int64).T
    return np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)


def _grid(areas: Areas) -> Integers:
    """Give each cell the area it lies in as a whole; `_MIXED` where an outline passes."""
    grid = np.zeros((round(180 / _CELL_DEG), round(360 / _CELL_DEG)), dtype=np.int64)
    outlines = shapely.segmentize(shapely.boundary(areas.parts), _STEP_DEG)
    passed = shapely.get_coordinates(outlines)
    for x in (-_REACH_DEG, _REACH_DEG):
        for y in (-_REACH_DEG, _REACH_DEG):
            grid[_cell(passed + np.array([x, y]))] = _MIXED
    # Cells side by side with no outline in them lie in the same area: one look-up for each run.
    flat = grid.ravel()
    opens = (flat != _MIXED) & (np.roll(flat, 1) == _MIXED)
    opens[:: grid.shape[1]] = flat[:: grid.shape[1]] != _MIXED
    first = np.flatnonzero(opens)
    row, column = np.divmod(first, grid.shape[1])
    centres = (np.column_stack([column, row]) + 0.5) * _CELL_DEG - np.array([180.0, 90.0])
    run = np.cumsum(opens) - 1
    free = flat != _MIXED
    flat[free] = areas.at(centres)[run[free]]
    return grid


def lonlat_of(points: gpd.GeoSeries) -> Floats:
    """Return longitude and latitude (n, 2) of points; NaN where there is none.

    Anything but a point is taken at a point on its surface.

    Raises
    ------
    CRSError
        If `points` has no CRS or one that nothing ties to the Earth.
    """
    if points.crs is None:
        raise CRSError(
            "points have no CRS, so their coordinates could be anything; say what they are with "
            ".set_crs(...), e.g. .set_crs('EPSG:4326')."
        )
    shapes = to_degrees(points, what="points").to_numpy()
    lonlat = np.full((len(shapes), 2), np.nan)
    is_point = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
    lonlat[is_point, 0] = shapely.get_x(shapes[is_point])
    lonlat[is_point, 1] = shapely.get_y(shapes[is_point])
    other = np.flatnonzero(~is_point & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if other.size:
        inner = shapely.point_on_surface(shapes[other])
        lonlat[other] = np.column_stack([shapely.get_x(inner), shapely.get_y(inner)])
    return lonlat
