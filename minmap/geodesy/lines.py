"""The nearest place on lines, and how long lines are, on the WGS84 ellipsoid."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from minmap.errors import GeometryError
from minmap.geodesy.ellipsoid import (
    GEOD,
    Floats,
    circle_centres,
    surface_distance_m,
    to_ecef,
    to_lonlat,
    to_surface,
)

Integers: TypeAlias = NDArray[np.int64]

# A straight chord of this length runs at most 0.3 m under the ellipsoid (L^2 / 8R).
MAX_CHORD_M = 4_000.0
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
    """Where lines come nearest to each of n points.

    Attributes
    ----------
    distance_m
        Shape (n,), geodesic distance on WGS84, metres; NaN where there is no answer (a point
        without usable coordinates, or no line at all).
    line
        Shape (n,), which line, as its place in the sequence given; -1 where there is no answer.
    along_m
        Shape (n,), geodesic length along that line from its start to the foot, metres. The parts
        of a MultiLineString follow each other without the gaps between them.
    foot
        Shape (n, 2), longitude and latitude of the nearest place, EPSG:4326, degrees.
    """

    distance_m: Floats
    line: Integers
    along_m: Floats
    foot: Floats


def nearest_on_lines(
    points: Any,
    lines: Iterable[Any],
    *,
    on_chunk: Callable[[int], object] | None = None,
) -> Nearest:
    """Find the nearest place on lines for each point, along geodesics.

    The edge between two vertices is the geodesic between them, the short way round: an edge from
    179 to -179 degrees crosses the antimeridian. Lines and points anywhere on Earth are right,
    also across the antimeridian and at the poles.

    Parameters
    ----------
    points
        Shape (n, 2): longitude and latitude, EPSG:4326, degrees. Any longitude is wrapped; a
        row that is not finite or whose latitude is beyond 90 degrees has no answer.
    lines
        Shapely LineStrings, LinearRings, MultiLineStrings, Points or MultiPoints, EPSG:4326.
        None and empty ones are never nearest.
    on_chunk
        Called with the number of points done since the last call; None means nobody listens.

    Returns
    -------
    Nearest
        Four arrays in the order of `points`.

    Raises
    ------
    GeometryError
        If `points` is not of shape (n, 2), or a line is of another kind, or a vertex is not a
        longitude and latitude.

    Notes
    -----
    Lines are cut into chords of at most 4 km. A k-d tree over the vertices gives candidates in the
    order of a lower bound on the distance to the chords at each vertex, and the search widens
    until that bound passes the best found, so no nearer chord is missed. It runs from the centre
    of the geodesic circle (`minmap.geodesy.ellipsoid`), so that what is nearest in a straight
    line is nearest along geodesics. Within 1 m of a dense `pyproj.Geod` reference up to
    3,000 km; the distance to the foot itself is right to 1 mm. Beyond 3,000 km the foot may be
    up to 20 m too far at 6,000 km.

    Memory is about 150 bytes a point, 200 bytes a vertex, and 30 MB for each of at most 4 threads.

    Examples
    --------
    >>> from shapely import LineString
    >>> line = LineString([(179.0, 0.0), (-179.0, 0.0)])
    >>> found = nearest_on_lines([[180.0, 1.0], [178.0, 0.0]], [line])
    >>> found.distance_m.round(1).tolist(), found.line.tolist()
    ([110574.4, 111319.5], [0, 0])
    >>> found.along_m.round(1).tolist(), abs(found.foot).round(6).tolist()
    ([111319.5, 0.0], [[180.0, 0.0], [179.0, 0.0]])
    """
    lonlat = np.asarray(points, dtype=float)
    if lonlat.ndim != 2 or lonlat.shape[1] != 2:
        raise GeometryError(
            f"points has shape {lonlat.shape}; give (n, 2): longitude and latitude in degrees."
        )
    found = Nearest(
        distance_m=np.full(len(lonlat), np.nan),
        line=np.full(len(lonlat), -1, dtype=np.int64),
        along_m=np.full(len(lonlat), np.nan),
        foot=np.full(lonlat.shape, np.nan),
    )
    chords = _cut(lines)
    with np.errstate(invalid="ignore"):
        usable = np.flatnonzero(np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat[:, 1]) <= 90))
    if len(chords.line) == 0 or len(usable) == 0:
        return found
    search = _Search(chords)

    column, row = np.floor(lonlat[usable] / _CELL_DEG).astype(np.int64).T
    cell: Integers = row * round(360 / _CELL_DEG) + column
    order = np.argsort(cell, kind="stable")
    usable, cell = usable[order], cell[order]

    def measure(part: slice) -> int:
        rows = usable[part]
        search.fill(found, rows, lonlat[rows], cell[part])
        return len(rows)

    parts = [slice(i, i + CHUNK) for i in range(0, len(usable), CHUNK)]
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as threads:
        for done in threads.map(measure, parts):
            if on_chunk is not None:
                on_chunk(done)
    return found


def line_length_m(lines: Iterable[Any]) -> Floats:
    """Measure lines along geodesics.

    Parameters
    ----------
    lines
        Shapely (Multi)LineStrings, EPSG:4326. Gaps between the parts of one are not counted.

    Returns
    -------
    numpy.ndarray
        Shape (n,), metres; 0 for an empty line and NaN for None.

    Raises
    ------
    GeometryError
        As for `nearest_on_lines`.

    Examples
    --------
    >>> from shapely import LineString
    >>> line_length_m([LineString([(0, 0), (1, 0)]), LineString([(0, 0), (0, 1)]), None]).round(1)
    array([111319.5, 110574.4,      nan])
    """
    shapes = np.asarray(list(lines), dtype=object)
    vertices = _vertices(shapes)
    length_m = np.zeros(len(shapes))
    np.add.at(length_m, vertices.line, vertices.edge_m)
    length_m[shapely.is_missing(shapes)] = np.nan
    return length_m


def distance_m(starts: Any, ends: Any) -> Floats:
    """Measure the geodesic distance between pairs of points.

    Parameters
    ----------
    starts, ends
        Shape (n, 2): longitude and latitude, EPSG:4326, degrees; or one of them (2,).

    Returns
    -------
    numpy.ndarray
        Shape (n,), metres, right to 1 mm; NaN where a coordinate is missing.

    Examples
    --------
    >>> distance_m([[0, 0], [0, 89.5]], [[0, 1], [180, 89.5]]).round(1)
    array([110574.4, 111694. ])
    """
    one, other = np.broadcast_arrays(np.atleast_2d(starts), np.atleast_2d(ends))
    return surface_distance_m(to_ecef(one.astype(float)), to_ecef(other.astype(float)))


@dataclass(frozen=True, slots=True)
class _Vertices:
    """Vertices as given; each with the edge that leaves it (0 m at the end of a part)."""

    lonlat: Floats
    line: Integers
    edge_m: Floats
    azimuth: Floats


def _vertices(shapes: NDArray[np.object_]) -> _Vertices:
    kinds = shapely.get_type_id(shapes)
    wrong = np.flatnonzero(~np.isin(kinds, (-1, 0, 1, 2, 4, 5)))
    if wrong.size:
        kind = shapes[wrong[0]].geom_type
        raise GeometryError(
            f"lines[{wrong[0]}] is a {kind}; lines or points are needed "
            "(the outline of a polygon is its .boundary)."
        )
    parts, line = shapely.get_parts(shapes, return_index=True)
    lonlat, part = shapely.get_coordinates(parts, return_index=True)
    if not (np.isfinite(lonlat).all() and (np.abs(lonlat[:, 1]) <= 90).all()):
        bad = lonlat[~(np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat[:, 1]) <= 90))][0]
        raise GeometryError(
            f"lines have a vertex at {tuple(bad.tolist())}, which is no longitude and latitude in "
            "degrees; reproject with .to_crs(4326)."
        )
    edge_m, azimuth = np.zeros(len(lonlat)), np.zeros(len(lonlat))
    inner = np.flatnonzero(part[1:] == part[:-1])
    if inner.size:
        (lon, lat), (lon_next, lat_next) = lonlat[inner].T, lonlat[inner + 1].T
        azimuth[inner], _, edge_m[inner] = GEOD.inv(lon, lat, lon_next, lat_next)
    return _Vertices(lonlat, line[part].astype(np.int64), edge_m, azimuth)


@dataclass(frozen=True, slots=True)
class _Chords:
    """Straight pieces of the lines; a part's last vertex is a piece of no length."""

    start: Floats
    vector: Floats
    line: Integers
    along_m: Floats
    length_m: Floats


def _cut(lines: Iterable[Any]) -> _Chords:
    vertices = _vertices(np.asarray(list(lines), dtype=object))
    pieces = np.maximum(np.ceil(vertices.edge_m / MAX_CHORD_M), 1).astype(np.int64)
    edge = np.repeat(np.arange(len(pieces)), pieces)
    first = np.cumsum(pieces) - pieces
    length_m = (vertices.edge_m / pieces)[edge]
    along_edge_m = length_m * (np.arange(len(edge)) - first[edge])
    lonlat = vertices.lonlat[edge]
    inside = np.flatnonzero(along_edge_m > 0)
    if inside.size:
        lon, lat = lonlat[inside].T
        lon, lat, _ = GEOD.fwd(lon, lat, vertices.azimuth[edge[inside]], along_edge_m[inside])
        lonlat[inside] = np.column_stack([lon, lat])
    start = to_ecef(lonlat)
    vector = np.zeros_like(start)
    vector[:-1] = start[1:] - start[:-1]
    vector[length_m == 0] = 0
    run_m = np.cumsum(vertices.edge_m) - vertices.edge_m
    opens = np.searchsorted(vertices.line, vertices.line)
    along_m = (run_m - run_m[opens])[edge] + along_edge_m
    return _Chords(start, vector, vertices.line[edge], along_m, length_m)


class _Search:
    """Chords with the trees to find the nearest of them."""

    def __init__(self, chords: _Chords) -> None:
        self._chords = chords
        start = chords.start
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

    def fill(self, found: Nearest, rows: Integers, lonlat: Floats, cell: Integers) -> None:
        """Write the answers for points (n, 2), sorted by cell, into the given rows of `found`."""
        chords = self._chords
        points = to_ecef(lonlat)
        lat_deg, rough_m = lonlat[:, 1], self._rough_m(points, cell)
        chord, position, chord_m = self._nearest_chord(points, lat_deg, rough_m)
        centres = circle_centres(points, lat_deg, chord_m)
        position = self._polish(centres, chord, position)
        foot = to_surface(self._places(chord, position))
        found.distance_m[rows] = surface_distance_m(points, foot)
        found.line[rows] = chords.line[chord]
        found.along_m[rows] = chords.along_m[chord] + position * chords.length_m[chord]
        found.foot[rows] = to_lonlat(foot)

    def _rough_m(self, points: Floats, cell: Integers) -> Floats:
        """Tell how far the lines are, a few km at most too much: one look-up for each cell."""
        opens = np.flatnonzero(np.diff(cell, prepend=cell[0] - 1))
        _, place = self._coarse.query(points[opens])
        sizes = np.diff(opens, append=len(cell))
        offset = points - np.repeat(self._coarse.data[place], sizes, axis=0)
        rough: Floats = np.sqrt(np.einsum("ij,ij->i", offset, offset))
        return rough

    def _nearest_chord(
        self, points: Floats, lat_deg: Floats, rough_m: Floats
    ) -> tuple[Integers, Floats, Floats]:
        """Widen the search until no vertex left out can belong to a nearer chord.

        Give the chord, the place on it from 0 to 1 and the straight distance to it.
        """
        count = len(self._chords.line)
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
        return near[pick] % len(self._chords.line), along[pick], squared[pick], bound2


def _tree(points: Floats) -> cKDTree:
    # Neither balanced nor compact: on points along curves scipy's search is 2-10 times faster
    # this way (measured with scipy 1.17).
    return cKDTree(points, leafsize=32, balanced_tree=False, compact_nodes=False)
