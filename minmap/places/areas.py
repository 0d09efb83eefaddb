"""Polygons of areas: which one a point is in, and how far it is from their outlines."""

from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
import shapely

from minmap.geodesy.ellipsoid import degrees_around
from minmap.geodesy.geometries import on_earth
from minmap.geodesy.nearest_chord import ChordSearch
from minmap.geodesy.vertices import vertices_of, wrapped
from minmap.types import Booleans, Floats, Geometries, Integers

NOWHERE: Final = -1
"""Stands for an area where there is none: at sea, or without a location."""

# Cells of a grid: where no outline passes a cell, all its points lie in one area. To look up a cell
# takes as long as to look up a few points, and is done once.
_CELL_DEG: Final = 0.25
_MANY: Final = 4
_ROWS: Final = round(180 / _CELL_DEG)
_UNKNOWN: Final = -2
MIXED: Final = -3
"""Stands for the area of a point where several areas, or an area and the sea, are near."""
# An edge straight in degrees is not a geodesic: in a quarter of a degree they differ by up to 10 m.
_EDGE_DEG: Final = 0.25


@dataclass(frozen=True)
class Areas:
    """Polygons that each belong to one of n areas.

    Attributes
    ----------
    parts
        Shape (m,), shapely Polygons, EPSG:4326, prepared.
    owner
        Shape (m,), index of the area that each part belongs to.
    margin_km
        Distance from all outlines at which `settled` knows the area of a point.
    """

    parts: Geometries
    owner: Integers
    margin_km: float
    _tree: shapely.STRtree
    _searches: dict[bytes, tuple[ChordSearch, Integers]] = field(default_factory=dict)
    _cells: Integers = field(default_factory=lambda: np.full(2 * _ROWS**2, _UNKNOWN))

    @classmethod
    def of(cls, shapes: Geometries, *, margin_km: float = 0.0) -> Self:
        """Return the parts of (Multi)Polygons, each of which is an area."""
        parts, owner = shapely.get_parts(shapes, return_index=True)
        shapely.prepare(parts)
        return cls(parts, owner.astype(np.int64), margin_km, shapely.STRtree(parts))

    def at(self, lonlat: Floats) -> Integers:
        """Return the area of each point (n, 2), edges included; `NOWHERE` outside and for NaN."""
        found = self.settled(lonlat)
        unsettled = np.flatnonzero(found == MIXED)
        found[unsettled] = self.look_up(wrapped(lonlat[unsettled]))
        return found

    def settled(self, lonlat: Floats) -> Integers:
        """Return the area of each point (n, 2) far from any outline, at least by the margin.

        `NOWHERE` for NaN and far out at sea, `MIXED` for all other points.
        """
        found = np.full(len(lonlat), NOWHERE, dtype=np.int64)
        usable = np.flatnonzero(on_earth(lonlat))
        lonlat = wrapped(lonlat[usable])
        column, row = ((lonlat + np.array([180, 90])) / _CELL_DEG).astype(np.int64).T
        cell = np.minimum(row, _ROWS - 1) * 2 * _ROWS + np.minimum(column, 2 * _ROWS - 1)
        cells, count = np.unique(cell[self._cells[cell] == _UNKNOWN], return_counts=True)
        self._look_up_cells(cells[count >= _MANY])
        found[usable] = np.where(self._cells[cell] == _UNKNOWN, MIXED, self._cells[cell])
        return found

    def _look_up_cells(self, cells: Integers) -> None:
        """Store the area of each cell, `MIXED` if an outline may be within the margin."""
        row, column = np.divmod(cells, 2 * _ROWS)
        west, south = column * _CELL_DEG - 180, row * _CELL_DEG - 90
        middle = south + _CELL_DEG / 2
        aside, up = degrees_around(middle + np.copysign(_CELL_DEG / 2, middle), self.margin_km)
        east, north = west + _CELL_DEG, south + _CELL_DEG
        boxes = shapely.box(west - aside, south - up, east + aside, north + up)
        cell, part = self._tree.query(boxes)
        touched = shapely.intersects(self.parts[part], boxes[cell])
        cell, part = cell[touched], part[touched]
        alone = np.bincount(cell, minlength=len(cells))[cell] == 1
        whole = alone & shapely.contains_properly(self.parts[part], boxes[cell])
        area = np.full(len(cells), NOWHERE)
        area[cell] = np.where(whole, self.owner[part], MIXED)
        self._cells[cells] = area

    def look_up(self, lonlat: Floats) -> Integers:
        """Return the area of each point (n, 2) by its polygon; longitudes from -180 to 180."""
        found = np.full(len(lonlat), NOWHERE)
        point, part = self._tree.query(shapely.points(lonlat))
        # Part by part, since a prepared polygon tests many points fast; backwards, so that the
        # first of two areas with a common edge is written last.
        order = np.argsort(part, kind="stable")[::-1]
        point, part = point[order], part[order]
        inside = shapely.intersects_xy(self.parts[part], lonlat[point, 0], lonlat[point, 1])
        found[point[inside]] = self.owner[part[inside]]
        return found

    def near(self, lonlat: Floats, margin_km: Floats) -> Booleans:
        """Return which points (n, 2) may be within a margin (n,) of any part.

        All points within the margin are included, and some that are farther away.
        """
        found = np.zeros(len(lonlat), dtype=bool)
        aside, _ = degrees_around(lonlat[:, 1], margin_km)
        points = shapely.points(lonlat)
        found[self._tree.query(points, predicate="dwithin", distance=aside)[0]] = True
        return found

    def distance_km(self, lonlat: Floats, own: Integers | None = None) -> tuple[Floats, Integers]:
        """Return the distance (n,) of points (n, 2) to the nearest outline, km, and its area.

        Parameters
        ----------
        lonlat
            Shape (n, 2), degrees. Points without a location get NaN and `NOWHERE`.
        own
            The areas to measure to; None means all.
        """
        chosen = np.flatnonzero(np.isin(self.owner, self.owner if own is None else own))
        key = chosen.tobytes()
        if key not in self._searches:
            rings, part = shapely.get_parts(shapely.boundary(self.parts[chosen]), return_index=True)
            rings = np.asarray(shapely.segmentize(rings, _EDGE_DEG))
            search = ChordSearch(vertices_of(rings, what="outlines"))
            self._searches[key] = search, np.append(self.owner[chosen[part]], NOWHERE)
        search, owner = self._searches[key]
        found = search.nearest(lonlat)
        return found.distance_m / 1000, owner[found.index]
