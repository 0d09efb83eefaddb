"""Polygons of everything within a distance of points, lines and polygons."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from minmap.arguments import known_keywords, require_kind, require_number
from minmap.errors import GeometryError
from minmap.geodesy.ellipsoid import GEOD, to_ecef, to_lonlat
from minmap.geodesy.geometries import POLYGON, in_degrees, parts_of
from minmap.geodesy.lonlat_plane import on_plane
from minmap.geodesy.vertices import vertices_of
from minmap.types import Floats, Geometries, Integers

# A quarter of the Earth's circumference is 10,002 km; a larger circle would be inside out.
_LARGEST_KM = 9_000.0
# The edges of a polygon of 120 sides are up to 0.03 % inside its circle; the circle is enlarged by
# half of that.
_CIRCLE_EDGES = 120
_CIRCLE_SCALE = 1.00017
# Lines are buffered in pieces of 200 km on maps that are true to 0.05 % (`_LocalMaps`), by at most
# 250 km at a time; a wider buffer is the buffer of a buffer.
_PIECE_M = 200_000.0
_STEP_M = 250_000.0
_EDGE_M = 20_000.0
# Arcs of 32 edges per quadrant are 0.03 % inside, and the maps lengthen distances by up to 0.05 %.
_QUADRANT_EDGES = 32
_LINE_SCALE = 1.0003
_SHRINK = np.array([1 / GEOD.a, 1 / GEOD.a, 1 / GEOD.b])


@known_keywords
def buffer(shapes: gpd.GeoSeries | gpd.GeoDataFrame, distance_km: float) -> gpd.GeoSeries:
    """Return the area within a distance of points, lines or polygons, along geodesics.

    Parameters
    ----------
    shapes
        Geometries of any kind in any CRS.
    distance_km
        Radius of the buffer, km: above 0 and at most 9,000.

    Returns
    -------
    geopandas.GeoSeries
        EPSG:4326, with the index of `shapes`: valid Polygons and MultiPolygons with longitudes
        from -180 to 180, cut at the antimeridian; one that contains a pole follows it at latitude
        90 or -90. None where a geometry is missing, an empty polygon where it is empty.

    Raises
    ------
    CRSError
        If `shapes` has no CRS.
    GeometryError
        If `distance_km` is out of range, or a vertex is not a longitude and latitude.
    MinmapError
        If `shapes` is not a GeoSeries or a GeoDataFrame.

    See Also
    --------
    within_distance : Test which shapes are within a distance, without the error of a polygon.

    Notes
    -----
    Every point of the edge is at the given distance to within 0.1 % or 10 m, whichever is larger,
    whether its edges are taken as straight in degrees or as geodesics. A point gets a geodesic
    circle of 120 vertices (`pyproj.Geod.fwd`; Karney 2013, J. Geod. 87, 43-55). Lines and the
    rings of polygons are buffered by GEOS in pieces of 200 km, each in an azimuthal equidistant
    projection of its own (Snyder 1987, USGS Professional Paper 1395, section 25), by at most
    250 km at a time.

    Examples
    --------
    >>> port = gpd.GeoSeries.from_xy([179.9], [50], crs=4326)
    >>> area = buffer(port, 100)
    >>> area[0].geom_type, [round(bound, 2) for bound in area[0].bounds]
    ('MultiPolygon', [-180.0, 49.1, 180.0, 50.9])
    """
    distance_km = require_number(
        distance_km,
        name="distance_km",
        like=50,
        above=0,
        most=_LARGEST_KM,
        unit="km",
        error=GeometryError,
    )
    layer = (gpd.GeoDataFrame, gpd.GeoSeries)
    require_kind(shapes, layer, name="shapes", cure="give a GeoSeries or a GeoDataFrame")
    geometries = in_degrees(shapes, what="shapes")
    parts, shape = parts_of(geometries)
    points = shapely.get_type_id(parts) == 0
    circles = _circles(parts[points], 1000 * distance_km)
    bands, band_shape = _widened(parts[~points], shape[~points], 1000 * distance_km)
    areas = _united([circles, bands], [shape[points], band_shape], len(geometries))
    areas[shapely.is_missing(geometries)] = None
    return gpd.GeoSeries(areas, index=shapes.index, crs=4326)


def _circles(points: Geometries, distance_m: float) -> Geometries:
    centres = np.repeat(vertices_of(points, what="shapes").lonlat, _CIRCLE_EDGES, axis=0)
    azimuth = np.tile(np.linspace(0, 360, _CIRCLE_EDGES, endpoint=False), len(points))
    radius_m = np.full(len(azimuth), distance_m * _CIRCLE_SCALE)
    lon, lat, _ = GEOD.fwd(centres[:, 0], centres[:, 1], azimuth, radius_m)
    rings = np.column_stack([lon, lat]).reshape(len(points), _CIRCLE_EDGES, 2)
    return on_plane(np.asarray(shapely.polygons(rings)), tolerance_m=_tolerance_m(distance_m))


def _tolerance_m(distance_m: float) -> float:
    return max(1.0, distance_m * 1e-4)


def _widened(parts: Geometries, shape: Integers, distance_m: float) -> tuple[Geometries, Integers]:
    """Buffer lines and polygons: return polygons on the plane, and the shape number of each."""
    steps = int(np.ceil(distance_m / _STEP_M))
    count = int(shape[-1]) + 1 if len(shape) else 0
    for _ in range(steps):
        areas = shapely.get_type_id(parts) == POLYGON
        bands, part = _bands(parts, distance_m / steps)
        insides = on_plane(parts[areas])
        united = _united([insides, bands], [shape[areas], shape[part]], count)
        parts, shape = parts_of(united)
    return parts, shape


def _bands(parts: Geometries, distance_m: float) -> tuple[Geometries, Integers]:
    """Return the buffers of pieces of lines and rings, on the plane, and the part of each."""
    vertices = vertices_of(parts, what="shapes").cut(_EDGE_M)
    row, piece = _pieces(vertices.part, vertices.along_m)
    first = np.flatnonzero(np.diff(piece, prepend=-1))
    if not len(first):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    middle = row[(first + np.append(first[1:], len(row)) - 1) // 2]
    maps = _LocalMaps(vertices.lonlat[middle])
    flat = maps.to_plane(to_ecef(vertices.lonlat[row]), piece)
    bands: Any = shapely.buffer(
        shapely.linestrings(flat, indices=piece),
        distance_m * _LINE_SCALE,
        quad_segs=_QUADRANT_EDGES,
    )
    bands, band = parts_of(bands)
    _, owner = shapely.get_coordinates(bands, return_index=True)
    bands = shapely.transform(bands, lambda plane: maps.to_lonlat(plane, band[owner]))
    drawn = on_plane(bands, tolerance_m=_tolerance_m(distance_m))
    return drawn, vertices.shape[row[first[band]]]


def _pieces(ring: Integers, run_m: Floats) -> tuple[Integers, Integers]:
    """Cut sequences of vertices into pieces of at most 200 km that share their ends.

    Return the vertices of all pieces, piece by piece, and the piece of each.
    """
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    mark = np.column_stack([ring[edge], run_m[edge] // _PIECE_M])
    starts = (np.diff(mark, axis=0, prepend=-1) != 0).any(axis=1)
    piece = np.cumsum(starts) - 1
    last = np.flatnonzero(np.diff(piece, append=-1))
    row = np.concatenate([edge, edge[last] + 1])
    piece = np.concatenate([piece, piece[last]])
    order = np.lexsort((row, piece))
    return row[order], piece[order]


def _united(drawn: Iterable[Geometries], shape: Iterable[Integers], count: int) -> Geometries:
    """Return the union of the polygons of each of `count` shapes."""
    polygons, owner = np.concatenate(list(drawn)), np.concatenate(list(shape))
    order = np.argsort(owner, kind="stable")
    polygons, owner = polygons[order], owner[order]
    broken = ~shapely.is_valid(polygons)
    polygons[broken] = shapely.make_valid(polygons[broken])
    ends = np.searchsorted(owner, np.arange(count + 1))
    united = np.full(count, shapely.Polygon(), dtype=object)
    for row, (first, end) in enumerate(pairwise(ends)):
        if end == first + 1 and not broken[first]:
            united[row] = polygons[first]
        elif end > first:
            united[row] = shapely.union_all(polygons[first:end])
    return united


class _LocalMaps:
    """Azimuthal equidistant projections, each on the sphere that fits the ellipsoid at its centre.

    A point is projected along the normal of the centre onto the tangent plane there, and on that
    plane from the sine of an angle to the angle (Snyder 1987, Map Projections: A Working Manual,
    USGS Professional Paper 1395, section 25, equation 25-2). At a distance d from the centre,
    lengths across the direction to it are too long by d^2 / 6R^2: 0.05 % at 350 km.

    Parameters
    ----------
    centres
        Shape (k, 2): longitude and latitude, EPSG:4326, degrees.

    Examples
    --------
    >>> maps = _LocalMaps(np.array([[180.0, 0.0]]))
    >>> here = np.zeros(1, dtype=np.int64)
    >>> maps.to_plane(to_ecef(np.array([[-179.0, 0.0]])), here).round(0).tolist()
    [[111320.0, 0.0]]
    >>> maps.to_lonlat(np.array([[111319.5, 0.0]]), here).round(4).tolist()
    [[-179.0, 0.0]]
    """

    def __init__(self, centres: Floats) -> None:
        lon, lat = np.radians(centres).T
        zero = np.zeros_like(lon)
        self._centre = to_ecef(centres)
        self._east = np.column_stack([-np.sin(lon), np.cos(lon), zero])
        self._north = np.column_stack(
            [-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)]
        )
        self._up = np.cross(self._east, self._north)
        # Gaussian radius of curvature, metres.
        self._radius = GEOD.b / (1 - GEOD.es * np.sin(lat) ** 2)

    def to_plane(self, ecef: Floats, at: Integers) -> Floats:
        """Return east and north (n, 2), metres, of ECEF points (n, 3) on the maps ``at``."""
        offset = ecef - self._centre[at]
        flat = np.column_stack([_dot(offset, self._east[at]), _dot(offset, self._north[at])])
        sine = np.hypot(flat[:, 0], flat[:, 1]) / self._radius[at]
        angle = np.arcsin(np.minimum(sine, 1.0))
        stretch = np.divide(angle, sine, out=np.ones_like(sine), where=sine > 0)
        return np.asarray(flat * stretch[:, None])

    def to_lonlat(self, plane: Floats, at: Integers) -> Floats:
        """Return longitude and latitude (n, 2), degrees, of points (n, 2) on the maps ``at``."""
        angle = np.hypot(plane[:, 0], plane[:, 1]) / self._radius[at]
        shrink = np.divide(np.sin(angle), angle, out=np.ones_like(angle), where=angle > 0)
        east, north = (plane * shrink[:, None]).T[:, :, None]
        tangent = self._centre[at] + east * self._east[at] + north * self._north[at]
        # Down to the ellipsoid: the larger root of |S (tangent + height up)|^2 = 1.
        point, up = tangent * _SHRINK, self._up[at] * _SHRINK
        square, half, rest = _dot(up, up), _dot(point, up), _dot(point, point) - 1
        root = np.sqrt(np.maximum(half**2 - square * rest, 0.0))
        height = (root - half) / square
        return to_lonlat(tangent + height[:, None] * self._up[at])


def _dot(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", one, other))
