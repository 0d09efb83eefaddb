"""How far points are from the outlines of areas."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

from minmap.geodesy import nearest_on_lines
from minmap.geodesy.ellipsoid import to_ecef
from minmap.types import Floats, Geometries, Integers

# An edge in degrees is no geodesic: on a quarter of a degree they part by less than 10 m.
_EDGE_DEG: Final = 0.25
# No place on such an edge is further than this from one of its ends.
_HALF_EDGE_M: Final = 14_000.0
# Straight lines order distances as geodesics do, to within the flattening of the Earth.
_FLATTENING: Final = 1.01
_CHAIN_VERTICES: Final = 64
# So few points are measured against the outlines about them alone; more are worth all outlines.
_FEW: Final = 200


class Outlines:
    """The outlines of polygons, ready to be measured from.

    Parameters
    ----------
    parts
        Shape (m,), shapely Polygons, EPSG:4326.
    owner
        Shape (m,), number of the area that each belongs to.
    """

    def __init__(self, parts: Geometries, owner: Integers) -> None:
        rings, part = shapely.get_parts(shapely.boundary(parts), return_index=True)
        vertices, ring = shapely.get_coordinates(
            shapely.segmentize(rings, _EDGE_DEG), return_index=True
        )
        # A chain starts with a ring and after every 63 edges, with the vertex the last ends in.
        first = np.searchsorted(ring, ring)
        place = np.arange(len(ring)) - first
        last = np.append(ring[1:] != ring[:-1], True)
        shared = (place % (_CHAIN_VERTICES - 1) == 0) & (place > 0) & ~last
        starts = np.cumsum((place == 0) | shared) - 1
        row = np.concatenate([np.arange(len(ring)), np.flatnonzero(shared)])
        chain = np.concatenate([starts - shared, starts[shared]])
        order = np.lexsort((row, chain))
        self._chains = shapely.linestrings(vertices[row[order]], indices=chain[order])
        self._owner = owner[part[ring[row[order]]]][
            np.searchsorted(chain[order], np.arange(len(self._chains)))
        ]
        self._chain = chain
        self._tree = cKDTree(to_ecef(vertices[row]))

    def measure(self, lonlat: Floats) -> tuple[Floats, Integers]:
        """Return the distance (n,) of points (n, 2) to the nearest outline, km, and its owner.

        NaN and -1 where there is no outline.
        """
        chosen = self._near(lonlat) if len(lonlat) <= _FEW else np.arange(len(self._chains))
        found = nearest_on_lines(lonlat, self._chains[chosen])
        owner = np.append(self._owner[chosen], -1)[found.index]
        return found.distance_m / 1000, owner

    def _near(self, lonlat: Floats) -> Integers:
        """Choose the chains that can be nearest to any of a few points."""
        places = to_ecef(lonlat)
        upto_m = self._tree.query(places)[0] * _FLATTENING + _HALF_EDGE_M
        near = self._tree.query_ball_point(places, upto_m)
        return np.unique(self._chain[np.concatenate([np.asarray(each, int) for each in near])])
