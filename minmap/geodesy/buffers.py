"""Polygons of everything within a distance of points, lines and polygons."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from minmap.arguments import check_keywords, require_kind, require_number
from minmap.errors import GeometryError
from minmap.geodesy.crs import WGS84
from minmap.geodesy.ellipsoid import GEOD
from minmap.geodesy.geometries import POLYGON, in_degrees, parts_of, require_on_earth
from minmap.geodesy.lonlat_plane import on_plane
from minmap.geodesy.vertices import vertices_of
from minmap.types import Floats, Geometries, Integers

# A quarter of the Earth's circumference is 10,002 km; a larger circle would be inside out.
_LARGEST_KM = 9_000.0
# The edges of a polygon of 120 sides are up to 0.03 % inside its circle; the circle is enlarged by
# half of that.
_CIRCLE_EDGES = 120
_QUADRANT_EDGES = _CIRCLE_EDGES // 4
_CIRCLE_SCALE = 1.00017
# Lines are buffered in pieces, each on an azimuthal equidistant map around its middle. On such a
# map lengths from the middle are right, and those from a place l away from it are too long by at
# most l^2 / 4R^2 up to the largest distance: 0.002 % for half a piece.
_PIECE_M = 100_000.0
_EDGE_M = 20_000.0


@check_keywords
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
    rings of polygons are buffered by GEOS in pieces of 100 km, each in an azimuthal equidistant
    projection of its own (Snyder 1987, USGS Professional Paper 1395, section 25).

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
    kind, distance_m = shapely.get_type_id(parts), 1000 * distance_km
    points = kind == 0
    centres = shapely.get_coordinates(parts[points])
    require_on_earth(centres, what="shapes")
    circles = _circles(centres, distance_m)
    bands, band = _bands(parts[~points], distance_m)
    insides = on_plane(parts[kind == POLYGON])
    owners = [shape[points], shape[~points][band], shape[kind == POLYGON]]
    areas = _united([circles, bands, insides], owners, len(geometries))
    areas[shapely.is_missing(geometries)] = None
    return gpd.GeoSeries(areas, index=shapes.index, crs=WGS84)


def _circles(lonlat: Floats, distance_m: float) -> Geometries:
    centres = np.repeat(lonlat, _CIRCLE_EDGES, axis=0)
    azimuth = np.tile(np.linspace(0, 360, _CIRCLE_EDGES, endpoint=False), len(lonlat))
    radius_m = np.full(len(azimuth), distance_m * _CIRCLE_SCALE)
    lon, lat, _ = GEOD.fwd(centres[:, 0], centres[:, 1], azimuth, radius_m)
    rings = np.column_stack([lon, lat]).reshape(len(lonlat), _CIRCLE_EDGES, 2)
    return on_plane(np.asarray(shapely.polygons(rings)), tolerance_m=_tolerance_m(distance_m))


def _tolerance_m(distance_m: float) -> float:
    return max(1.0, distance_m * 1e-4)


def _bands(parts: Geometries, distance_m: float) -> tuple[Geometries, Integers]:
    """Return the buffers of pieces of lines and rings, on the plane, and the part of each."""
    vertices = vertices_of(parts, what="shapes").cut(_EDGE_M)
    row, piece = _pieces(vertices.part, vertices.along_m)
    first = np.flatnonzero(np.diff(piece, prepend=-1))
    if not len(first):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    centres = vertices.lonlat[row[(first + np.append(first[1:], len(row)) - 1) // 2]]
    bands: Any = shapely.buffer(
        shapely.linestrings(_to_plane(centres[piece], vertices.lonlat[row]), indices=piece),
        distance_m * _CIRCLE_SCALE,
        quad_segs=_QUADRANT_EDGES,
    )
    bands, band = parts_of(bands)
    _, owner = shapely.get_coordinates(bands, return_index=True)
    bands = shapely.transform(bands, lambda plane: _to_lonlat(centres[band[owner]], plane))
    return on_plane(bands, tolerance_m=_tolerance_m(distance_m)), vertices.shape[row[first[band]]]


def _pieces(ring: Integers, run_m: Floats) -> tuple[Integers, Integers]:
    """Cut sequences of vertices into pieces of 100 km, at most one edge longer, that share ends.

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


def _to_plane(centres: Floats, lonlat: Floats) -> Floats:
    """Return east and north (n, 2), metres, of points, each on the map around its centre (n, 2)."""
    azimuth, _, distance_m = GEOD.inv(*centres.T, *lonlat.T)
    angle = np.radians(azimuth)
    return np.column_stack([distance_m * np.sin(angle), distance_m * np.cos(angle)])


def _to_lonlat(centres: Floats, plane: Floats) -> Floats:
    """Return longitude and latitude (n, 2) of places on maps; the inverse of `_to_plane`."""
    azimuth = np.degrees(np.arctan2(plane[:, 0], plane[:, 1]))
    distance_m = np.hypot(plane[:, 0], plane[:, 1])
    lon, lat, _ = GEOD.fwd(centres[:, 0], centres[:, 1], azimuth, distance_m)
    return np.column_stack([lon, lat])
