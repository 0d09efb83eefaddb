"""Polygons of areas: which one a point is in, and how far it is from their outlines."""

from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
import shapely

from minmap.geodesy.ellipsoid import degrees_around
from minmap.geodesy.geometries import on_earth
from minmap.geodesy.nearest_chord import ChordSearch
from minmap.geodesy.rings import wrapped
from minmap.geodesy.vertices import vertices_of
from minmap.types import Booleans, Floats, Geometries, Integers

NOWHERE: Final = -1
"""Stands for an area where there is none: at sea, or without a location."""

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
    """

    parts: Geometries
    owner: Integers
    _tree: shapely.STRtree
    _searches: dict[bytes, tuple[ChordSearch, Integers]] = field(default_factory=dict)

    @classmethod
    def of(cls, shapes: Geometries) -> Self:
        """Return the parts of (Multi)Polygons, each of which is an area."""
        parts, owner = shapely.get_parts(shapes, return_index=True)
        shapely.prepare(parts)
        return cls(parts, owner.astype(np.int64), shapely.STRtree(parts))

    def at(self, lonlat: Floats) -> Integers:
        """Return the area of each point (n, 2), edges included; `NOWHERE` outside and for NaN."""
        found = np.full(len(lonlat), NOWHERE, dtype=np.int64)
        usable = np.flatnonzero(on_earth(lonlat))
        lonlat = wrapped(lonlat[usable])
        point, part = self._tree.query(shapely.points(lonlat))
        # Part by part, since a prepared polygon tests many points fast; backwards, so that the
        # first of two areas with a common edge is written last.
        order = np.argsort(part, kind="stable")[::-1]
        point, part = point[order], part[order]
        inside = shapely.intersects_xy(self.parts[part], lonlat[point, 0], lonlat[point, 1])
        found[usable[point[inside]]] = self.owner[part[inside]]
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
