"""The nearest chord to each of many points, found with a k-d tree in Earth-centred coordinates."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
import scipy

from minmap.geodesy import ellipsoid
from minmap.geodesy.geometries import on_earth
from minmap.geodesy.vertices import Vertices
from minmap.types import Floats, Integers

# A straight chord of this length is at most 0.3 m below the ellipsoid (L^2 / 8R).
MAX_CHORD_M = 4_000.0
# Points in one cell of this size are searched one after the other and share a first, rough
# distance.
_CELL_DEG = 0.2
# Points that one thread measures at a time.
CHUNK = 8_192
# Vertices that one thread compares at a time, however far a search has to widen.
_VERTICES_AT_ONCE = 131_072
_FIRST_NEIGHBOURS = 3
# Each round compares four times as many vertices: enough rounds for any number of vertices.
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest points on lines or other shapes, for each of n points or shapes.

    Attributes
    ----------
    distance_m
        Shape (n,), geodesic distance on WGS84, metres; NaN where there is no result (a point
        without usable coordinates, or nothing to measure to).
    index
        Shape (n,), position of the nearest line or shape in the sequence that was searched; -1
        where there is no result.
    along_m
        Shape (n,), geodesic length from the start of that line to the foot, metres. Gaps between
        the parts of a MultiLineString and the rings of a polygon are not counted. NaN inside a
        polygon.
    foot
        Shape (n, 2), the nearest point: longitude and latitude, EPSG:4326, degrees.
    start
        Shape (n, 2), where the shortest distance is measured from: the point itself, or the
        nearest point of a line or polygon; EPSG:4326, degrees.
    """

    distance_m: Floats
    index: Integers
    along_m: Floats
    foot: Floats
    start: Floats

    @classmethod
    def without_result(cls, start: Floats) -> Nearest:
        """Return arrays to be filled: NaN, and -1 as index."""
        count = len(start)
        return cls(
            distance_m=np.full(count, np.nan),
            index=np.full(count, -1, dtype=np.int64),
            along_m=np.full(count, np.nan),
            foot=np.full((count, 2), np.nan),
            start=start,
        )

    def put(self, rows: Integers, other: Nearest) -> None:
        """Write the results of `other` into the given rows."""
        for field in fields(self):
            getattr(self, field.name)[rows] = getattr(other, field.name)

    def take(self, rows: Integers) -> Nearest:
        """Return the results of the given rows."""
        return Nearest(*(getattr(self, field.name)[rows] for field in fields(self)))


class ChordSearch:
    """Search trees over the chords of shapes, straight pieces below the ellipsoid.

    Parameters
    ----------
    vertices
        The shapes. Their edges are cut into chords of at most 4 km; the last vertex of a part is a
        chord of length 0.
    """

    def __init__(self, vertices: Vertices) -> None:
        self.vertices = vertices.cut(MAX_CHORD_M)
        if len(vertices.shape) == 0:
            return
        start = self._start = ellipsoid.to_ecef(self.vertices.lonlat)
        vector = self._vector = np.diff(start, axis=0, append=start[-1:])
        vector[self.vertices.edge_m == 0] = 0
        squared = np.einsum("ij,ij->i", vector, vector)
        per_squared = np.divide(1.0, squared, out=np.zeros_like(squared), where=squared > 0)
        # One contiguous row per number, which is the fastest to gather from.
        self._table = np.column_stack([start, vector, per_squared]).T.copy()
        # The foot on a chord is at most half its length from one of its ends. So r^2 - reach^2 is
        # a lower bound on its squared distance, where r is the distance to that end. A fourth
        # coordinate makes a k-d tree return the vertices in the order of that bound.
        reach2 = np.maximum(squared, np.roll(squared, 1)) / 4
        self._max_reach2 = float(reach2.max())
        fourth = np.sqrt(self._max_reach2 - reach2)
        # Neither balanced nor compact: for points along curves, scipy searches such a tree 2 to 10
        # times faster (measured with scipy 1.17).
        self._tree = scipy.spatial.cKDTree(
            np.column_stack([start, fourth]), leafsize=32, balanced_tree=False, compact_nodes=False
        )

    def nearest(
        self, lonlat: Floats, *, on_chunk: Callable[[int], object] | None = None
    ) -> Nearest:
        """Find the nearest point on the chords for each point (n, 2), degrees."""
        found = Nearest.without_result(lonlat)
        with np.errstate(invalid="ignore"):
            usable = np.flatnonzero(on_earth(lonlat))
        if len(self.vertices.shape) == 0 or len(usable) == 0:
            return found
        column, row = np.floor(lonlat[usable] / _CELL_DEG).astype(np.int64).T
        cell: Integers = row * round(360 / _CELL_DEG) + column
        order = np.argsort(cell, kind="stable")
        usable, cell = usable[order], cell[order]

        def measure(part: slice) -> int:
            rows = usable[part]
            self._fill(found, rows, lonlat[rows], cell[part])
            return len(rows)

        parts = [slice(i, i + CHUNK) for i in range(0, len(usable), CHUNK)]
        with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as threads:
            for done in threads.map(measure, parts):
                if on_chunk is not None:
                    on_chunk(done)
        return found

    def _fill(self, found: Nearest, rows: Integers, lonlat: Floats, cell: Integers) -> None:
        """Write the results for points (n, 2), sorted by cell, into the given rows of `found`."""
        chords = self.vertices
        points = ellipsoid.to_ecef(lonlat)
        chord, position, centres = self._nearest_chord(points, lonlat[:, 1], cell)
        position = self._on_arc(centres, chord, position)
        foot = ellipsoid.to_surface(self._point_on(chord, position))
        found.distance_m[rows] = ellipsoid.surface_distance_m(points, foot)
        found.index[rows] = chords.shape[chord]
        found.along_m[rows] = chords.along_m[chord] + position * chords.edge_m[chord]
        found.foot[rows] = ellipsoid.to_lonlat(foot)

    def _nearest_chord(
        self, points: Floats, lat_deg: Floats, cell: Integers
    ) -> tuple[Integers, Floats, Floats]:
        """Widen the search until no vertex left out can belong to a nearer chord.

        Return the chord, the position on it from 0 to 1, and the centre of the geodesic circle
        around each point that reaches the chord.
        """
        chord, position = np.zeros(len(points), dtype=np.int64), np.zeros(len(points))
        chord_m = self._rough_m(points, cell)
        todo, neighbours = np.arange(len(points)), _FIRST_NEIGHBOURS
        for _ in range(_ROUNDS):
            neighbours = min(neighbours, len(self.vertices.shape))
            assumed_m, bound2, best2 = chord_m[todo], np.empty(len(todo)), np.empty(len(todo))
            step = max(_VERTICES_AT_ONCE // neighbours, 1)
            for part in (slice(i, i + step) for i in range(0, len(todo), step)):
                rows = todo[part]
                centres = ellipsoid.circle_centres(points[rows], lat_deg[rows], assumed_m[part])
                compared = self._compare(centres, neighbours)
                chord[rows], position[rows], best2[part], bound2[part] = compared
            gap = points[todo] - self._point_on(chord[todo], position[todo])
            chord_m[todo] = found_m = np.sqrt(np.einsum("ij,ij->i", gap, gap))
            # A finer tolerance than that of the centres has no effect: see `circle_centres`.
            tolerance_m = 0.05 + 0.3 * (found_m / 3e6) ** 4
            # The centre was chosen for the assumed distance. The error of the order from the
            # point itself is at most 1.4e-17 d^3, so three times d^2 per metre of difference.
            misled = 4.2e-17 * found_m**2 * np.abs(found_m - assumed_m) > tolerance_m
            unseen = best2 - 2 * tolerance_m * np.sqrt(best2) > bound2
            todo = todo[misled | (unseen & (neighbours < len(self.vertices.shape)))]
            if not todo.size:
                break
            neighbours *= 4
        return chord, position, ellipsoid.circle_centres(points, lat_deg, chord_m)

    def _rough_m(self, points: Floats, cell: Integers) -> Floats:
        """Return distances to the lines, at most a few km too large, by one query per cell."""
        first = np.flatnonzero(np.diff(cell, prepend=cell[0] - 1))
        _, vertex = self._tree.query(np.column_stack([points[first], np.zeros(len(first))]))
        sizes = np.diff(first, append=len(cell))
        offset = points - np.repeat(self._start[vertex], sizes, axis=0)
        return np.asarray(np.sqrt(np.einsum("ij,ij->i", offset, offset)))

    def _compare(self, centres: Floats, neighbours: int) -> tuple[Integers, Floats, Floats, Floats]:
        """Return the nearest of the chords at the nearest vertices, and a bound on all others.

        The chord, the position on it from 0 to 1, its squared distance, and the least squared
        distance that a chord of another vertex can have.
        """
        query = np.column_stack([centres, np.zeros(len(centres))])
        found = self._tree.query(query, k=neighbours)
        bound, vertex = (np.reshape(part, (len(centres), neighbours)) for part in found)
        bound2 = bound[:, -1] ** 2 - self._max_reach2
        # The last vertex only gives the bound, unless it is the only one.
        vertex = vertex[:, : max(neighbours - 1, 1)]
        # The chord that starts at the vertex, and the one that ends there.
        near = np.concatenate([vertex, vertex - 1], axis=1)
        x0, y0, z0, dx, dy, dz, per_squared = (row[near] for row in self._table)
        x, y, z = centres.T[:, :, None]
        x, y, z = x - x0, y - y0, z - z0
        along = np.clip((x * dx + y * dy + z * dz) * per_squared, 0.0, 1.0)
        x, y, z = x - along * dx, y - along * dy, z - along * dz
        squared = x * x + y * y + z * z
        pick = np.arange(len(near)), np.argmin(squared, axis=1)
        return near[pick] % len(self.vertices.shape), along[pick], squared[pick], bound2

    def _point_on(self, chord: Integers, position: Floats) -> Floats:
        return self._start[chord] + position[:, None] * self._vector[chord]

    def _on_arc(self, centres: Floats, chord: Integers, position: Floats) -> Floats:
        """Move the foot from the chord to the arc above it.

        The arc is tilted against its chord, by 0 in the middle and most at the ends. So the foot
        on the arc is farther from the middle, by the ratio of its height to that of the centre.
        """
        point = self._point_on(chord, position)
        start, vector = self._start[chord], self._vector[chord]
        along = np.einsum("ij,ij->i", centres - start, vector) * self._table[6][chord]
        height2 = np.einsum("ij,ij->i", point, point)
        ratio = np.maximum(np.einsum("ij,ij->i", centres, point) / height2, 0.1)
        return np.asarray(np.clip(0.5 + (along - 0.5) / ratio, 0.0, 1.0))
