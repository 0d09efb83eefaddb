"""How near points, lines and polygons come to points, lines and polygons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from minmap.arguments import require_kind, require_number
from minmap.errors import GeometryError
from minmap.geodesy.chord_refinement import gaps
from minmap.geodesy.chords import chords_of, vertices_of
from minmap.geodesy.ellipsoid import to_ecef
from minmap.geodesy.geometries import (
    POLYGON,
    in_degrees,
    on_earth,
    parts_of,
    require_listener,
    require_lonlat,
)
from minmap.geodesy.lonlat_plane import inside, on_plane
from minmap.geodesy.nearest_chord import ChordSearch, Nearest
from minmap.types import AnyArray, Booleans, Floats, Geometries, Integers

# Lines and polygons measured at once.
_SHAPES_AT_ONCE = 8_192
# From here on the ball round a polygon's vertices says nothing of its inside.
_LARGE_M = 2_000_000.0


def nearest_on_shapes(
    places: Any,
    shapes: Iterable[Any],
    *,
    on_chunk: Callable[[int], object] | None = None,
) -> Nearest:
    """Find the nearest places between points, lines or polygons and others, along geodesics.

    Edges are geodesics the short way round. The inside of a polygon is what its ring encloses on
    the plane of longitude and latitude; a ring that goes round the Earth holds the pole on its
    smaller side. The antimeridian and the poles are places like any other.

    Parameters
    ----------
    places
        What to measure from: shape (n, 2), longitude and latitude, EPSG:4326, degrees; or
        geometries of any kind, a GeoSeries in any CRS or shapely geometries in EPSG:4326.
    shapes
        What to measure to: geometries of any kind, given in the same way.
    on_chunk
        Called with the number of places done since the last call; None means nobody listens.

    Returns
    -------
    Nearest
        Arrays in the order of `places`. The distance is 0 where they touch, cross or hold one
        another; then `start` and `foot` are the same place: the point itself for a point inside
        a polygon. A geometry that is None, empty, or not wholly on Earth has no answer.

    Raises
    ------
    CRSError
        If a GeoSeries has no CRS.
    GeometryError
        If an array is not of shape (n, 2), or a vertex of `shapes` is no longitude and latitude.

    See Also
    --------
    nearest_on_lines : The search for points, its accuracy (within 1 m of a dense `pyproj.Geod`
        reference up to 3,000 km) and its memory.

    Notes
    -----
    Lines and polygons are not reduced to a point: their shortest distance is found by halving
    (`minmap.geodesy.chord_refinement`), at most 0.1 m more than the search for points has it.
    Whether a point is inside is right to 0.3 m at the edge. Touching means nearer than 1 mm.

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
    require_listener(on_chunk)
    to = _Targets(in_degrees(shapes, what="shapes"))
    if not isinstance(places, gpd.GeoSeries | gpd.GeoDataFrame | shapely.Geometry):
        places = _array_of(places)
        if places.dtype != object and places.shape != (0,):
            return to.nearest_to_points(require_lonlat(places, what="places"), on_chunk)
    return to.nearest_to_shapes(in_degrees(places, what="places"), on_chunk)


class HasLegs(Protocol):
    """A corridor, or whatever else keeps lines as ``legs``."""

    @property
    def legs(self) -> gpd.GeoDataFrame:
        """The lines, in any CRS."""


def within_distance(
    frame: gpd.GeoDataFrame | gpd.GeoSeries,
    of: gpd.GeoDataFrame | gpd.GeoSeries | HasLegs,
    distance_km: float,
) -> Booleans:
    """Tell which rows come within a distance of any of the others, along geodesics.

    Measured exactly, not by the polygon of `buffer`.

    Parameters
    ----------
    frame
        Points, lines or polygons, in any CRS.
    of
        Points, lines or polygons in any CRS, or a `Corridor`, of which its legs count.
    distance_km
        At most so far away, km.

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool, in the order of `frame`; False for a row without usable geometry.

    Raises
    ------
    CRSError
        If either has no CRS.
    GeometryError
        If `distance_km` is negative or not a number, or as for `nearest_on_shapes`.

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
    layer = (gpd.GeoDataFrame, gpd.GeoSeries)
    cure = "give a GeoDataFrame, a GeoSeries or a Corridor"
    others = of if isinstance(of, layer) else getattr(of, "legs", of)
    others = require_kind(others, layer, name="of", cure=cure)
    require_kind(frame, layer, name="frame", cure="give a GeoDataFrame or a GeoSeries")
    targets = _Targets(in_degrees(others, what="of"))
    found = targets.nearest_to_shapes(in_degrees(frame, what="frame"), None)
    # A missing distance compares as False.
    near: Booleans = found.distance_m <= 1000 * distance_km
    return near


class _Targets:
    """Geometries to measure to: their chords to search, and the insides of their polygons."""

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
        usable = np.flatnonzero(found.line >= 0)
        self._put_insides(found, usable, lonlat[usable])
        return found

    def nearest_to_shapes(
        self, shapes: Geometries, on_chunk: Callable[[int], object] | None
    ) -> Nearest:
        kinds = shapely.get_type_id(shapes)
        kinds[shapely.is_empty(shapes)] = -1
        points = np.flatnonzero(kinds == 0)
        lonlat = np.full((len(shapes), 2), np.nan)
        lonlat[points] = shapely.get_coordinates(shapes[points])
        found = Nearest.nothing(lonlat)
        found.put(points, self.nearest_to_points(lonlat[points], on_chunk))
        others = np.flatnonzero(kinds > 0)
        for i in range(0, len(others), _SHAPES_AT_ONCE):
            rows = others[i : i + _SHAPES_AT_ONCE]
            usable = rows[_wholly_on_earth(shapes[rows])]
            if len(usable) and len(self._chords.shape):
                found.put(usable, self._gaps(shapes[usable]))
            if on_chunk is not None:
                on_chunk(len(rows))
        return found

    def _gaps(self, shapes: Geometries) -> Nearest:
        found = gaps(shapes, self._search)
        parts, shape = parts_of(shapes)
        # Where nothing crosses, a part lies inside a polygon if any place of it does.
        self._put_insides(found, shape, _first_places(parts))
        areas = np.flatnonzero(shapely.get_type_id(parts) == POLYGON)
        self._put_held(found, parts[areas], shape[areas])
        return found

    def _put_insides(self, found: Nearest, rows: Integers, lonlat: Floats) -> None:
        """Set to 0 what lies inside a polygon: `lonlat` are places of the given rows."""
        if not len(self._areas):
            return
        place, area = inside(lonlat, self._areas)
        # Of several polygons the first counts.
        order = np.lexsort((area, rows[place]))
        first = order[np.flatnonzero(np.diff(rows[place][order], prepend=-1))]
        here = lonlat[place[first]]
        _put_zero(found, rows[place[first]], here, self._area_shape[area[first]], np.nan)

    def _put_held(self, found: Nearest, areas: Geometries, rows: Integers) -> None:
        """Set to 0 the polygons of the given rows that hold a part of the targets."""
        opens = np.flatnonzero(np.diff(self._chords.part, prepend=-1))
        may = _may_hold(areas, self._chords.start[opens])
        areas, rows = areas[may], rows[may]
        part, area = inside(self._chords.lonlat[opens], on_plane(areas))
        order = np.lexsort((part, rows[area]))
        first = order[np.flatnonzero(np.diff(rows[area][order], prepend=-1))]
        chord = opens[part[first]]
        _put_zero(
            found,
            rows[area[first]],
            self._chords.lonlat[chord],
            self._chords.shape[chord],
            self._chords.along_m[chord],
        )


def _put_zero(
    found: Nearest, rows: Integers, place: Floats, line: Integers, along_m: Floats | float
) -> None:
    found.distance_m[rows] = 0.0
    found.line[rows] = line
    found.along_m[rows] = along_m
    found.foot[rows] = place
    found.start[rows] = place


def _wholly_on_earth(shapes: Geometries) -> Booleans:
    lonlat, shape = shapely.get_coordinates(shapes, return_index=True)
    usable = np.ones(len(shapes), dtype=bool)
    usable[shape[~on_earth(lonlat)]] = False
    return usable


def _first_places(parts: Geometries) -> Floats:
    lonlat, part = shapely.get_coordinates(parts, return_index=True)
    return lonlat[np.searchsorted(part, np.arange(len(parts)))]


def _may_hold(areas: Geometries, places: Floats) -> Integers:
    """Return which polygons may hold one of the places (n, 3): a ball round each decides.

    Only that few need be drawn on the plane. A ball that is no small part of the Earth proves
    nothing, as the inside may bulge out of it.
    """
    lonlat, area = shapely.get_coordinates(areas, return_index=True)
    vertices = to_ecef(lonlat)
    first = np.searchsorted(area, np.arange(len(areas)))
    reach = np.zeros(len(areas))
    np.maximum.at(reach, area, np.linalg.norm(vertices - vertices[first][area], axis=1))
    nearest, _ = cKDTree(places).query(vertices[first])
    return np.flatnonzero((nearest <= 1.01 * reach + 1_000) | (reach > _LARGE_M))


def _array_of(places: Any) -> AnyArray:
    """Return places as an array: of numbers, or else of objects as they are."""
    try:
        return np.asarray(places)
    except ValueError:  # lists of unlike lengths
        return np.asarray([places], dtype=object)
