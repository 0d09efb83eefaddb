"""Shortest distances between points, lines and polygons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import shapely

from minmap.arguments import known_keywords, require_callback, require_kind, require_number
from minmap.errors import GeometryError
from minmap.geodesy.chord_refinement import first_of_each, shortest_distances
from minmap.geodesy.chords import chords_of, vertices_of
from minmap.geodesy.ellipsoid import to_ecef
from minmap.geodesy.geometries import (
    POLYGON,
    in_degrees,
    on_earth,
    parts_of,
    require_lonlat,
)
from minmap.geodesy.lonlat_plane import inside, on_plane
from minmap.geodesy.nearest_chord import ChordSearch, Nearest, kd_tree
from minmap.types import Booleans, Floats, Geometries, Integers

# Lines and polygons measured at a time.
_SHAPES_AT_ONCE = 8_192
# A larger polygon may bulge out of the ball around its vertices.
_LARGE_M = 2_000_000.0
_LAYER = (gpd.GeoDataFrame, gpd.GeoSeries)


@known_keywords
def nearest_on_shapes(
    places: Any,
    shapes: Iterable[Any],
    *,
    on_chunk: Callable[[int], object] | None = None,
) -> Nearest:
    """Find the nearest points between points, lines or polygons and other shapes, along geodesics.

    Edges are the shorter geodesics between vertices, also across the antimeridian. The inside of
    a polygon is what its ring encloses on the plane of longitude and latitude; a ring that goes
    around the Earth encloses the pole on its smaller side.

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
    The shortest distance of lines and polygons is found by bisection (see
    `minmap.geodesy.chord_refinement`) and is at most 0.1 m more than the search for points would
    give. Whether a point is inside is right to 0.3 m at the edge. Shapes nearer than 1 mm touch.

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
    targets = _Targets(in_degrees(shapes, what="shapes"))
    if not isinstance(places, (*_LAYER, shapely.Geometry)):
        try:
            array = np.asarray(places)
        except ValueError:  # lists of unequal length
            array = np.asarray([places], dtype=object)
        if array.dtype != object and array.shape != (0,):
            return targets.nearest_to_points(require_lonlat(array, what="places"), on_chunk)
    return targets.nearest_to_shapes(in_degrees(places, what="places"), on_chunk)


class HasLegs(Protocol):
    """A corridor, or another object with lines as ``legs``."""

    @property
    def legs(self) -> gpd.GeoDataFrame:
        """The lines, in any CRS."""


@known_keywords
def within_distance(
    shapes: gpd.GeoDataFrame | gpd.GeoSeries,
    others: gpd.GeoDataFrame | gpd.GeoSeries | HasLegs,
    distance_km: float,
) -> Booleans:
    """Return which shapes are within a distance of any of the others, along geodesics.

    The distance is measured, not tested against the polygons of `buffer`.

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
    others = others if isinstance(others, _LAYER) else getattr(others, "legs", others)
    others = require_kind(others, _LAYER, name="others", cure=cure)
    require_kind(shapes, _LAYER, name="shapes", cure="give a GeoDataFrame or a GeoSeries")
    targets = _Targets(in_degrees(others, what="others"))
    found = targets.nearest_to_shapes(in_degrees(shapes, what="shapes"), None)
    # NaN, for a shape without a result, compares as False.
    near: Booleans = found.distance_m <= 1000 * distance_km
    return near


class _Targets:
    """Geometries to measure to: their chords, and the insides of their polygons."""

    def __init__(self, shapes: Geometries) -> None:
        self._chords = chords_of(vertices_of(shapes, what="shapes"))
        self._search = ChordSearch(self._chords)
        parts, shape = parts_of(shapes)
        areas = np.flatnonzero(shapely.get_type_id(parts) == POLYGON)
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
            usable = rows[_wholly_on_earth(shapes[rows])]
            if len(usable) and len(self._chords.shape):
                found.put(usable, self._nearest_to_outlines(shapes[usable]))
            if on_chunk is not None:
                on_chunk(len(rows))
        return found

    def _nearest_to_outlines(self, shapes: Geometries) -> Nearest:
        found = shortest_distances(shapes, self._search)
        parts, shape = parts_of(shapes)
        # A part that crosses no outline is inside a polygon if any vertex of it is.
        self._put_inside(found, shape, _first_vertices(parts))
        areas = np.flatnonzero(shapely.get_type_id(parts) == POLYGON)
        self._put_around(found, shape[areas], parts[areas])
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
        """Set the distance of `rows` to 0 where their polygon contains a part of the targets."""
        chords = self._chords
        starts = np.flatnonzero(np.diff(chords.part, prepend=-1))
        near = _may_contain(areas, chords.start[starts])
        areas, rows = areas[near], rows[near]
        part, area = inside(chords.lonlat[starts], on_plane(areas))
        first = first_of_each(rows[area], part)
        rows, chord = rows[area[first]], starts[part[first]]
        _put_zero(found, rows, chords.lonlat[chord], chords.shape[chord], chords.along_m[chord])


def _put_zero(
    found: Nearest, rows: Integers, lonlat: Floats, index: Integers, along_m: Floats
) -> None:
    found.put(rows, Nearest(np.zeros(len(rows)), index, along_m, lonlat, lonlat))


def _wholly_on_earth(shapes: Geometries) -> Booleans:
    lonlat, shape = shapely.get_coordinates(shapes, return_index=True)
    usable = np.ones(len(shapes), dtype=bool)
    usable[shape[~on_earth(lonlat)]] = False
    return usable


def _first_vertices(parts: Geometries) -> Floats:
    lonlat, part = shapely.get_coordinates(parts, return_index=True)
    return lonlat[np.searchsorted(part, np.arange(len(parts)))]


def _may_contain(areas: Geometries, points: Floats) -> Integers:
    """Return which polygons may contain one of the points (n, 3): those in a ball around it.

    Only these few have to be drawn on the plane. A large polygon always may.
    """
    lonlat, area = shapely.get_coordinates(areas, return_index=True)
    vertices = to_ecef(lonlat)
    first = np.searchsorted(area, np.arange(len(areas)))
    reach = np.zeros(len(areas))
    np.maximum.at(reach, area, np.linalg.norm(vertices - vertices[first][area], axis=1))
    nearest, _ = kd_tree(points).query(vertices[first])
    return np.flatnonzero((nearest <= 1.01 * reach + 1_000) | (reach > _LARGE_M))
