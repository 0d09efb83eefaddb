"""The nearest chord to each of many points, by a k-d tree in Earth-centred coordinates."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from minmap.geodesy.chords import Chords
from minmap.geodesy.ellipsoid import (
    circle_centres,
    surface_distance_m,
    to_ecef,
    to_lonlat,
    to_surface,
)
from minmap.geodesy.geometries import on_earth
from minmap.types import Floats, Integers

# Places this far apart are enough to know roughly how far the lines are.
_COARSE_M = 3_000.0
# Points in one cell of this size are searched one after the other and share that rough distance.
_CELL_DEG = 0.2
# Points measured at once by a thread.
CHUNK = 8_192
# Vertices looked at together by a thread, however far a search has to widen.
_LOOKS = 131_072
_FIRST_NEIGHBOURS = 3
# Four times as many in each round: enough rounds for any number of vertices.
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Nearest:
    """Where shapes come nearest to each of n places.

    Attributes
    ----------
    distance_m
        Shape (n,), geodesic distance on WGS84, metres; NaN where there is no answer (a place
        without usable coordinates, or no shape at all).
    line
        Shape (n,), which line or other shape, as its place in the sequence given; -1 where there
        is no answer.
    along_m
        Shape (n,), geodesic length along that line from its start to the foot, metres. The parts
        of a MultiLineString, and the rings of a polygon, follow each other without the gaps
        between them. NaN inside a polygon.
    foot
        Shape (n, 2), longitude and latitude of the nearest place, EPSG:4326, degrees.
    start
        Shape (n, 2), longitude and latitude of where the way to it begins: the point itself, or
        the nearest place of a line or polygon.
    """

    distance_m: Floats
    line: Integers
    along_m: Floats
    foot: Floats
    start: Floats

    @classmethod
    def nothing(cls, start: Floats) -> Nearest:
        """Return no answer for each place, to be filled."""
        count = len(start)
        return cls(
            distance_m=np.full(count, np.nan),
            line=np.full(count, -1, dtype=np.int64),
            along_m=np.full(count, np.nan),
            foot=np.full((count, 2), np.nan),
            start=start,
        )

    def put(self, rows: Integers, other: Nearest) -> None:
        """Write other answers into the given rows."""
        for name in ("distance_m", "line", "along_m", "foot", "start"):
            getattr(self, name)[rows] = getattr(other, name)

    def take(self, rows: Integers) -> Nearest:
        """Return the answers of the given rows."""
        return Nearest(
            self.distance_m[rows],
            self.line[rows],
            self.along_m[rows],
            self.foot[rows],
            self.start[rows],
        )


class ChordSearch:
    """Chords with the trees to find the nearest of them."""

    def __init__(self, chords: Chords) -> None:
        self._chords = chords
        start = chords.start
        if len(start) == 0:
            return
        squared = np.einsum("ij,ij->i", chords.vector, chords.vector)
        per_squared = np.divide(1.0, squared, out=np.zeros_like(squared), where=squared > 0)
        # One row a number, so that a search gathers from short contiguous arrays.
        self._table = np.column_stack([start, chords.vector, per_squared]).T.copy()
        # The foot on a chord lies at most half its length from one of its ends, so
        # r^2 - reach^2 bounds its squared distance from below, r being the end's. A fourth
        # coordinate makes a k-d tree list the vertices in the order of that bound.
        reach2 = np.maximum(squared, np.roll(squared, 1)) / 4
        self._max_reach2 = float(reach2.max())
        fourth = np.sqrt(self._max_reach2 - reach2)
        self._tree = _tree(np.column_stack([start, fourth]))
        _, kept = np.unique(np.floor(start / _COARSE_M), axis=0, return_index=True)
        self._coarse = _tree(start[kept])

    def nearest(
        self, lonlat: Floats, *, on_chunk: Callable[[int], object] | None = None
    ) -> Nearest:
        """Find the nearest place on the chords for each point (n, 2), degrees."""
        found = Nearest.nothing(lonlat)
        with np.errstate(invalid="ignore"):
            usable = np.flatnonzero(on_earth(lonlat))
        if len(self._chords.shape) == 0 or len(usable) == 0:
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
        """Write the answers for points (n, 2), sorted by cell, into the given rows of `found`."""
        chords = self._chords
        points = to_ecef(lonlat)
        lat_deg, rough_m = lonlat[:, 1], self._rough_m(points, cell)
        chord, position, chord_m = self._nearest_chord(points, lat_deg, rough_m)
        centres = circle_centres(points, lat_deg, chord_m)
        position = self._polish(centres, chord, position)
        foot = to_surface(self._places(chord, position))
        found.distance_m[rows] = surface_distance_m(points, foot)
        found.line[rows] = chords.shape[chord]
        found.along_m[rows] = chords.along_m[chord] + position * chords.length_m[chord]
        found.foot[rows] = to_lonlat(foot)

    def _rough_m(self, points: Floats, cell: Integers) -> Floats:
        """Tell how far the lines are, a few km at most too much: one look-up for each cell."""
        opens = np.flatnonzero(np.diff(cell, prepend=cell[0] - 1))
        _, place = self._coarse.query(points[opens])
        sizes = np.diff(opens, append=len(cell))
        offset = points - np.repeat(self._coarse.data[place], sizes, axis=0)
        return np.asarray(np.sqrt(np.einsum("ij,ij->i", offset, offset)))

    def _nearest_chord(
        self, points: Floats, lat_deg: Floats, rough_m: Floats
    ) -> tuple[Integers, Floats, Floats]:
        """Widen the search until no vertex left out can belong to a nearer chord.

        Give the chord, the place on it from 0 to 1 and the straight distance to it.
        """
        count = len(self._chords.shape)
        chord = np.zeros(len(points), dtype=np.int64)
        position, chord_m = np.zeros(len(points)), rough_m.copy()
        todo, neighbours = np.arange(len(points)), _FIRST_NEIGHBOURS
        for _ in range(_ROUNDS):
            neighbours = min(neighbours, count)
            assumed_m = chord_m[todo]
            centres = circle_centres(points[todo], lat_deg[todo], assumed_m)
            best, at, best2, bound2 = self._look(centres, neighbours)
            chord[todo], position[todo] = best, at
            gap = points[todo] - self._places(best, at)
            chord_m[todo] = found_m = np.sqrt(np.einsum("ij,ij->i", gap, gap))
            # No finer than the centres are: see `circle_centres`.
            tolerance_m = 0.05 + 0.3 * (found_m / 3e6) ** 4
            # From the point itself the order is wrong by 1.4e-17 d^3 at most, so by the slope of
            # that from a centre for a distance that was not the right one.
            misled = 4.2e-17 * found_m**2 * np.abs(found_m - assumed_m) > tolerance_m
            unseen = best2 - 2 * tolerance_m * np.sqrt(best2) > bound2
            todo = todo[misled | (unseen & (neighbours < count))]
            if not todo.size:
                break
            neighbours *= 4
        return chord, position, chord_m

    def _places(self, chord: Integers, position: Floats) -> Floats:
        return self._chords.start[chord] + position[:, None] * self._chords.vector[chord]

    def _polish(self, centres: Floats, chord: Integers, position: Floats) -> Floats:
        """Move the foot from the chord to where it is on the arc above it.

        An arc is tilted against its chord, by 0 in the middle and most at the ends: the foot on
        the arc is further from the middle by the ratio of its height to the centre's.
        """
        place = self._places(chord, position)
        start, vector = self._chords.start[chord], self._chords.vector[chord]
        along = np.einsum("ij,ij->i", centres - start, vector) * self._table[6][chord]
        height2 = np.einsum("ij,ij->i", place, place)
        ratio = np.maximum(np.einsum("ij,ij->i", centres, place) / height2, 0.1)
        moved: Floats = np.clip(0.5 + (along - 0.5) / ratio, 0.0, 1.0)
        return moved

    def _look(self, centres: Floats, neighbours: int) -> tuple[Integers, Floats, Floats, Floats]:
        """Give the best chord at the nearest vertices, where on it, and the bound on the rest."""
        step = max(_LOOKS // neighbours, 1)
        if len(centres) <= step:
            return self._look_at(centres, neighbours)
        parts = [
            self._look_at(centres[i : i + step], neighbours) for i in range(0, len(centres), step)
        ]
        chord, along, squared, bound2 = (np.concatenate(part) for part in zip(*parts, strict=True))
        return chord, along, squared, bound2

    def _look_at(self, centres: Floats, neighbours: int) -> tuple[Integers, Floats, Floats, Floats]:
        x, y, z = centres.T[:, :, None]
        query = np.column_stack([centres, np.zeros(len(centres))])
        found = self._tree.query(query, k=neighbours)
        bound, vertex = (np.reshape(part, (len(centres), neighbours)) for part in found)
        bound2 = bound[:, -1] ** 2 - self._max_reach2
        # The last vertex is there for its bound alone, unless it is all there is.
        vertex = vertex[:, : max(neighbours - 1, 1)]
        # Both chords of a vertex: the one that leaves it and the one that arrives.
        near = np.concatenate([vertex, vertex - 1], axis=1)
        x0, y0, z0, dx, dy, dz, per_squared = (row[near] for row in self._table)
        x, y, z = x - x0, y - y0, z - z0
        along = np.clip((x * dx + y * dy + z * dz) * per_squared, 0.0, 1.0)
        x, y, z = x - along * dx, y - along * dy, z - along * dz
        squared = x * x + y * y + z * z
        row = np.arange(len(near))
        pick = row, np.argmin(squared, axis=1)
        return near[pick] % len(self._chords.shape), along[pick], squared[pick], bound2


def _tree(points: Floats) -> cKDTree:
    # Neither balanced nor compact: on points along curves scipy's search is 2-10 times faster
    # this way (measured with scipy 1.17).
    return cKDTree(points, leafsize=32, balanced_tree=False, compact_nodes=False)
