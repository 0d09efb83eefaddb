"""Nearest points and shortest distances between points, lines and polygons."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import shapely

from minmap.arguments import check_keywords, require_callback, require_kind, require_number
from minmap.errors import GeometryError
from minmap.geodesy import geometries
from minmap.geodesy.ellipsoid import to_ecef, to_lonlat, to_surface
from minmap.geodesy.lonlat_plane import inside, on_plane
from minmap.geodesy.nearest_chord import MAX_CHORD_M, ChordSearch, Nearest
from minmap.geodesy.vertices import Vertices, vertices_of
from minmap.types import AnyArray, Booleans, Floats, Geometries, Integers

# Shapes nearer than this touch: distances are right to a millimetre.
TOUCHING_M = 0.001
# No piece is bisected for a gain below this; one of at most a metre only to find a crossing.
_GAIN_M = 0.1
_SHORT_M = 1.0
# Lines and polygons measured at a time.
_SHAPES_AT_ONCE = 8_192
_LAYER = (gpd.GeoDataFrame, gpd.GeoSeries)


@check_keywords
def nearest_on_lines(
    points: Any,
    lines: Iterable[Any],
    *,
    on_chunk: Callable[[int], object] | None = None,
    geodesic_edges: bool = False,
) -> Nearest:
    """Find the nearest point on lines for each point, along geodesics.

    Edges are straight in the CRS of the lines and take the shorter way around the Earth: one from
    179 to -179 degrees crosses the antimeridian. Results are right anywhere on Earth, including
    across the antimeridian and at the poles.

    Parameters
    ----------
    points
        Shape (n, 2): longitude and latitude, EPSG:4326, degrees. Longitudes beyond 180 degrees
        are wrapped; rows that are not finite or have a latitude beyond 90 degrees get no result.
    lines
        LineStrings, LinearRings, MultiLineStrings, Points or MultiPoints: a GeoSeries in any CRS,
        or shapely geometries in EPSG:4326. None and empty lines are ignored.
    on_chunk
        Called with the number of points finished since the last call, to show progress.
    geodesic_edges
        Whether the edges of the lines are geodesics, as those of a corridor's legs are. Otherwise
        they are straight in the CRS of the lines.

    Returns
    -------
    Nearest
        Arrays in the order of `points`.

    Raises
    ------
    CRSError
        If `lines` is a GeoSeries without a CRS.
    GeometryError
        If `points` is not of shape (n, 2), a line is of another kind, or a vertex is not a
        longitude and latitude.

    Notes
    -----
    Lines are cut into straight chords of at most 4 km. A k-d tree of the vertices returns
    candidates in the order of a lower bound on the distance to the chords at each vertex. The
    search widens until that bound exceeds the best distance found, so no nearer chord is missed.
    It starts from the centre of the geodesic circle (see `minmap.geodesy.ellipsoid`), from which
    the order of straight-line distances is the order of geodesic distances.

    Compared with a dense `pyproj.Geod` reference, the foot is within 1 m of the nearest point up
    to 3,000 km, and at most 20 m too far at 6,000 km. The distance to the foot is right to 1 mm.

    Memory: about 150 bytes per point, 200 bytes per vertex, and 30 MB for each of at most 4
    threads.

    Examples
    --------
    >>> from shapely import LineString
    >>> line = LineString([(179.0, 0.0), (-179.0, 0.0)])
    >>> found = nearest_on_lines([[180.0, 1.0], [178.0, 0.0]], [line])
    >>> found.distance_m.round(1).tolist(), found.index.tolist()
    ([110574.4, 111319.5], [0, 0])
    >>> found.along_m.round(1).tolist(), abs(found.foot).round(6).tolist()
    ([111319.5, 0.0], [[180.0, 0.0], [179.0, 0.0]])
    """
    require_callback(on_chunk, name="on_chunk", cure="give a function of one number")
    lonlat = geometries.require_lonlat(points, what="points")
    shapes = geometries.lines_in_degrees(lines, geodesic_edges=geodesic_edges)
    vertices = vertices_of(shapes, what="lines")
    return ChordSearch(vertices).nearest(lonlat, on_chunk=on_chunk)


@check_keywords
def nearest_on_shapes(
    places: Any,
    shapes: Iterable[Any],
    *,
    on_chunk: Callable[[int], object] | None = None,
    geodesic_edges: bool = False,
) -> Nearest:
    """Find the nearest points between points, lines or polygons and other shapes, along geodesics.

    Edges are straight in the CRS of their shape and take the shorter way around the Earth, also
    across the antimeridian. The inside of a polygon is what its ring encloses on the plane of
    longitude and latitude; a ring that goes around the Earth encloses the pole on its smaller
    side.

    Parameters
    ----------
    places
        The points to measure from: an array of shape (n, 2), longitude and latitude, EPSG:4326,
        degrees; or geometries of any kind, as a GeoSeries in any CRS or shapely geometries in
        EPSG:4326.
    shapes
        The shapes to measure to, of any kind: a GeoSeries in any CRS or shapely geometries in
        EPSG:4326.
    on_chunk
        Called with the number of places finished since the last call, to show progress.
    geodesic_edges
        Whether edges are geodesics, as those of a corridor's legs are. Otherwise they are straight
        in the CRS of their shape.

    Returns
    -------
    Nearest
        Arrays in the order of `places`. The distance is 0 where they touch, cross or contain each
        other; then `start` and `foot` are the same point, which for a point inside a polygon is
        the point itself. A geometry that is None, empty, or not wholly on Earth has no result.

    Raises
    ------
    CRSError
        If a GeoSeries has no CRS.
    GeometryError
        If an array is not of shape (n, 2), or a vertex of `shapes` is not a longitude and
        latitude.

    See Also
    --------
    nearest_on_lines : The search for points, its accuracy (within 1 m of a dense `pyproj.Geod`
        reference up to 3,000 km) and its memory.

    Notes
    -----
    The shortest distance of lines and polygons is found by bisection (see `shortest_distances` in
    `minmap.geodesy.proximity`) and is at most 0.1 m more than the search for points would give.
    Whether a point is inside is right to 0.3 m at the edge. Shapes nearer than 1 mm touch.

    Examples
    --------
    >>> from shapely import LineString, box
    >>> area = box(179, -1, 181, 1)
    >>> found = nearest_on_shapes([[-179.5, 0.5], [-178, 0]], [area])
    >>> found.distance_m.round(1).tolist(), found.foot.round(6).tolist()
    ([0.0, 111319.5], [[-179.5, 0.5], [-179.0, 0.0]])
    >>> lines = [LineString([(175, 0), (177, 0)]), LineString([(-179.5, -5), (-179.5, 5)])]
    >>> nearest_on_shapes(lines, [area]).distance_m.round(1).tolist()
    [222639.0, 0.0]
    """
    require_callback(on_chunk, name="on_chunk", cure="give a function of one number")
    targets = _Targets(geometries.in_degrees(shapes, what="shapes", geodesic_edges=geodesic_edges))
    if not isinstance(places, (*_LAYER, shapely.Geometry)):
        try:
            array = np.asarray(places)
        except ValueError:  # lists of unequal length
            array = np.asarray([places], dtype=object)
        if array.dtype != object and array.shape != (0,):
            return targets.nearest_to_points(
                geometries.require_lonlat(array, what="places"), on_chunk
            )
    given = geometries.in_degrees(places, what="places", geodesic_edges=geodesic_edges)
    return targets.nearest_to_shapes(given, on_chunk)


class HasLegs(Protocol):
    """A corridor, or another object with lines as ``legs``."""

    @property
    def legs(self) -> gpd.GeoDataFrame:
        """The lines, in any CRS."""


@check_keywords
def within_distance(
    shapes: gpd.GeoDataFrame | gpd.GeoSeries,
    others: gpd.GeoDataFrame | gpd.GeoSeries | HasLegs,
    distance_km: float,
) -> Booleans:
    """Return which shapes are within a distance of any of the others, along geodesics.

    The distance is measured, not tested against the polygons of `buffer`. Edges are straight in
    the CRS of their layer; those of a `Corridor` are geodesics.

    Parameters
    ----------
    shapes
        Points, lines or polygons, in any CRS.
    others
        Points, lines or polygons in any CRS, or a `Corridor`, whose legs are used.
    distance_km
        The largest distance, km.

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool, in the order of `shapes`; False for a row without usable geometry.

    Raises
    ------
    CRSError
        If either layer has no CRS.
    GeometryError
        If `distance_km` is negative or not a number, or as for `nearest_on_shapes`.
    MinmapError
        If an argument is of another type.

    Examples
    --------
    >>> sites = gpd.GeoSeries.from_xy([70, 70, None], [46, 50, None], crs=4326)
    >>> railway = gpd.GeoSeries.from_wkt(["LINESTRING (69 45, 71 45)"], crs=4326)
    >>> within_distance(sites, railway, 150).tolist()
    [True, False, False]
    """
    distance_km = require_number(
        distance_km, name="distance_km", like=50, least=0, unit="km", error=GeometryError
    )
    cure = "give a GeoDataFrame, a GeoSeries or a Corridor"
    is_layer = isinstance(others, _LAYER)
    others = others if is_layer else getattr(others, "legs", others)
    others = require_kind(others, _LAYER, name="others", cure=cure)
    require_kind(shapes, _LAYER, name="shapes", cure="give a GeoDataFrame or a GeoSeries")
    targets = _Targets(geometries.in_degrees(others, what="others", geodesic_edges=not is_layer))
    found = targets.nearest_to_shapes(geometries.in_degrees(shapes, what="shapes"), None)
    # NaN, for a shape without a result, compares as False.
    return found.distance_m <= 1000 * distance_km


class _Targets:
    """Geometries to measure to: their chords, and the insides of their polygons."""

    def __init__(self, shapes: Geometries) -> None:
        self._search = ChordSearch(vertices_of(shapes, what="shapes"))
        parts, shape = geometries.parts_of(shapes)
        areas = np.flatnonzero(shapely.get_type_id(parts) == geometries.POLYGON)
        self._areas, self._area_shape = on_plane(parts[areas]), shape[areas]

    def nearest_to_points(
        self, lonlat: Floats, on_chunk: Callable[[int], object] | None
    ) -> Nearest:
        found = self._search.nearest(lonlat, on_chunk=on_chunk)
        usable = np.flatnonzero(found.index >= 0)
        self._put_inside(found, usable, lonlat[usable])
        return found

    def nearest_to_shapes(
        self, shapes: Geometries, on_chunk: Callable[[int], object] | None
    ) -> Nearest:
        kinds = shapely.get_type_id(shapes)
        kinds[shapely.is_empty(shapes)] = -1
        points = np.flatnonzero(kinds == 0)
        lonlat = np.full((len(shapes), 2), np.nan)
        lonlat[points] = shapely.get_coordinates(shapes[points])
        found = Nearest.without_result(lonlat)
        found.put(points, self.nearest_to_points(lonlat[points], on_chunk))
        others = np.flatnonzero(kinds > 0)
        for i in range(0, len(others), _SHAPES_AT_ONCE):
            rows = others[i : i + _SHAPES_AT_ONCE]
            lonlat, row = shapely.get_coordinates(shapes[rows], return_index=True)
            usable = np.delete(rows, row[~geometries.on_earth(lonlat)])
            if len(usable) and len(self._search.vertices.shape):
                found.put(usable, self._nearest_to_outlines(shapes[usable]))
            if on_chunk is not None:
                on_chunk(len(rows))
        return found

    def _nearest_to_outlines(self, shapes: Geometries) -> Nearest:
        vertices = vertices_of(shapes, what="occurrences").cut(MAX_CHORD_M)
        found = shortest_distances(vertices, self._search)
        parts, shape = geometries.parts_of(shapes)
        # A part that crosses no outline is inside a polygon if any vertex of it is.
        lonlat, part = shapely.get_coordinates(parts, return_index=True)
        self._put_inside(found, shape, lonlat[np.flatnonzero(np.diff(part, prepend=-1))])
        # What is inside a polygon is nearer to its outline than the outline is long.
        outline_m = np.bincount(vertices.shape, vertices.edge_m)
        may_contain = (found.distance_m <= outline_m)[shape]
        areas = np.flatnonzero(may_contain & (shapely.get_type_id(parts) == geometries.POLYGON))
        self._put_around(found, shape[areas], on_plane(parts[areas]))
        return found

    def _put_inside(self, found: Nearest, rows: Integers, lonlat: Floats) -> None:
        """Set the distance of `rows` to 0 where their point is inside a polygon of the targets."""
        if not len(self._areas):
            return
        point, area = inside(lonlat, self._areas)
        # If several polygons contain the point, the first one is the result.
        first = first_of_each(rows[point], area)
        point, shape = point[first], self._area_shape[area[first]]
        _put_zero(found, rows[point], lonlat[point], shape, np.full(len(point), np.nan))

    def _put_around(self, found: Nearest, rows: Integers, areas: Geometries) -> None:
        """Set the distance of `rows` to 0 where their area contains a part of the targets."""
        chords = self._search.vertices
        starts = np.flatnonzero(np.diff(chords.part, prepend=-1))
        part, area = inside(chords.lonlat[starts], areas)
        first = first_of_each(rows[area], part)
        rows, chord = rows[area[first]], starts[part[first]]
        _put_zero(found, rows, chords.lonlat[chord], chords.shape[chord], chords.along_m[chord])


def _put_zero(
    found: Nearest, rows: Integers, lonlat: Floats, index: Integers, along_m: Floats
) -> None:
    found.put(rows, Nearest(np.zeros(len(rows)), index, along_m, lonlat, lonlat))


def shortest_distances(chords: Vertices, search: ChordSearch) -> Nearest:
    """Find the shortest distance between each line or outline and the chords of a search.

    Parameters
    ----------
    chords
        Lines and outlines, none of them empty, cut into chords.
    search
        The chords to measure to.

    Returns
    -------
    Nearest
        One result for each shape: 0 metres where they touch or cross (nearer than 1 mm).

    Notes
    -----
    The distance f to the chords is known exactly at any point. On a piece of length L with f0 and
    f1 at its ends, a point at t from the first end is at least ``g`` away, with
    ``g^2 = ((L - t) f0^2 + t f1^2) / L - t (L - t)``: Stewart's theorem, which is a lower bound
    where curvature is not negative (Toponogov's comparison theorem; Cheeger and Ebin 1975,
    Comparison Theorems in Riemannian Geometry, chapter 2). A piece is finished if its bound is
    less than 0.1 m below the best distance of its shape; any other is bisected and measured at
    the cut. The bound is at most L^2 / 8f below the ends, so few pieces are cut more than once.
    """
    found = search.nearest(chords.lonlat)
    best = found.take(first_of_each(chords.shape, found.distance_m))
    ends = _ends(to_ecef(chords.lonlat), found)
    first = np.flatnonzero(chords.edge_m > 0)
    shape, last = chords.shape[first], first + 1
    while True:
        kept = _may_gain(ends, first, last, best.distance_m[shape])
        shape, first, last = shape[kept], first[kept], last[kept]
        if not len(shape):
            break
        cut = _cuts(ends, first, last)
        found = search.nearest(to_lonlat(cut))
        nearest = first_of_each(shape, found.distance_m)
        better = nearest[found.distance_m[nearest] < best.distance_m[shape[nearest]]]
        best.put(shape[better], found.take(better))
        middle = len(ends) + np.arange(len(cut))
        ends = np.vstack([ends, _ends(cut, found)])
        shape = np.concatenate([shape, shape])
        first, last = np.concatenate([first, middle]), np.concatenate([middle, last])
    best.distance_m[best.distance_m < TOUCHING_M] = 0.0
    return best


def first_of_each(group: Integers, value: AnyArray) -> Integers:
    """Return the position of the smallest value of each group, in the order of the groups.

    Examples
    --------
    >>> first_of_each(np.array([7, 5, 7]), np.array([3.0, 2.0, 1.0])).tolist()
    [1, 2]
    """
    order = np.lexsort((value, group))
    return order[np.flatnonzero(np.diff(group[order], prepend=-1))]


def _ends(ecef: Floats, found: Nearest) -> Floats:
    """Return ends of pieces (n, 7): where they are, the vector to the foot, and the distance."""
    return np.column_stack([ecef, to_ecef(found.foot) - ecef, found.distance_m])


def _may_gain(ends: Floats, first: Integers, last: Integers, best_m: Floats) -> Booleans:
    """Return which pieces may contain a point that improves on the best of their shape."""
    length = np.linalg.norm(ends[last, :3] - ends[first, :3], axis=1)
    first2, last2 = ends[first, 6] ** 2, ends[last, 6] ** 2
    per_length = 1 / np.maximum(length, 1e-9)
    at = np.clip((length + (first2 - last2) * per_length) / 2, 0, length)
    bound2 = first2 + at * per_length * (last2 - first2) - at * (length - at)
    goal = np.maximum(best_m - _GAIN_M, 0)
    # If the ends are on different sides of a line, the piece crosses it.
    crosses = np.einsum("ij,ij->i", ends[first, 3:6], ends[last, 3:6]) < 0
    worthwhile = (length > _SHORT_M) | (crosses & (length > TOUCHING_M))
    return np.asarray((bound2 < goal**2) & (best_m >= TOUCHING_M) & worthwhile)


def _cuts(ends: Floats, first: Integers, last: Integers) -> Floats:
    """Return where to cut pieces: at the probable crossing if there is one, else in the middle."""
    start, vector = ends[first, :3], ends[last, :3] - ends[first, :3]
    both = ends[first, 6] + ends[last, 6]
    crosses = both <= np.linalg.norm(vector, axis=1) * 1.001
    at_crossing = np.clip(ends[first, 6] / np.maximum(both, 1e-9), 0.1, 0.9)
    share = np.where(crosses, at_crossing, 0.5)[:, None]
    return to_surface(start + share * vector)
