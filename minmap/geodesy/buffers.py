"""Everything within a distance of points, lines and polygons, as polygons."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from minmap.arguments import require_kind, require_number
from minmap.errors import GeometryError
from minmap.geodesy.chords import split_edges, vertices_of
from minmap.geodesy.ellipsoid import GEOD, to_ecef
from minmap.geodesy.geometries import POLYGON, in_degrees, parts_of
from minmap.geodesy.local_plane import LocalMaps
from minmap.geodesy.lonlat_plane import on_plane
from minmap.types import Floats, Geometries, Integers

# A quarter of the way round the Earth is 10,002 km: past it a circle's inside is its outside.
_FURTHEST_KM = 9_000.0
# A circle is drawn with so many edges, which run up to 0.03 % inside it: it is made larger by
# half of that.
_CIRCLE = 120
_CIRCLE_SCALE = 1.00017
# Lines are drawn piece by piece on maps that are true to 0.05 % (`LocalMaps`): pieces of 200 km,
# and no further than 250 km in one go; what is wider is the buffer of a buffer.
_PIECE_M = 200_000.0
_GO_M = 250_000.0
_EDGE_M = 20_000.0
# Arcs of 32 edges a quarter run 0.03 % inside, and the maps make ways too long by up to 0.05 %.
_QUARTER = 32
_LINE_SCALE = 1.0003


def buffer(shapes: gpd.GeoSeries | gpd.GeoDataFrame, distance_km: float) -> gpd.GeoSeries:
    """Draw everything within a distance of points, lines or polygons, along geodesics.

    Parameters
    ----------
    shapes
        Geometries of any kind in any CRS.
    distance_km
        How far, km: above 0 and at most 9,000.

    Returns
    -------
    geopandas.GeoSeries
        EPSG:4326, in the index of `shapes`: valid Polygons and MultiPolygons with longitudes from
        -180 to 180, cut at the antimeridian; one that holds a pole goes along it at latitude 90
        or -90. None where there is no geometry, an empty polygon where it is empty.

    Raises
    ------
    CRSError
        If `shapes` has no CRS.
    GeometryError
        If `distance_km` is out of range, or a vertex is no longitude and latitude.

    See Also
    --------
    within_distance : The exact answer to which places lie within a distance.

    Notes
    -----
    Every place of the edge is at the distance to within 0.1 % or 10 m, whichever is larger,
    whether edges are read as straight in degrees or as geodesics. Points get a geodesic circle of
    120 vertices. Lines and the rings of polygons are buffered by GEOS in pieces of 200 km, each
    on a map of its own, 250 km at a go.

    Examples
    --------
    >>> port = gpd.GeoSeries.from_xy([179.9], [50], crs=4326)
    >>> area = buffer(port, 100)
    >>> area[0].geom_type, [round(each, 2) for each in area[0].bounds]
    ('MultiPolygon', [-180.0, 49.1, 180.0, 50.9])
    """
    distance_km = require_number(
        distance_km,
        name="distance_km",
        like=50,
        above=0,
        most=_FURTHEST_KM,
        unit="km",
        error=GeometryError,
    )
    layer = (gpd.GeoDataFrame, gpd.GeoSeries)
    require_kind(shapes, layer, name="shapes", cure="give a GeoSeries or a GeoDataFrame")
    given = in_degrees(shapes, what="shapes")
    parts, shape = parts_of(given)
    points = shapely.get_type_id(parts) == 0
    circles = _circles(parts[points], 1000 * distance_km)
    bands = _widened(parts[~points], shape[~points], 1000 * distance_km)
    drawn = _united([circles, bands[0]], [shape[points], bands[1]], len(given))
    drawn[shapely.is_missing(given)] = None
    return gpd.GeoSeries(drawn, index=shapes.index, crs=4326)


def _circles(points: Geometries, distance_m: float) -> Geometries:
    azimuth = np.linspace(0, 360, _CIRCLE, endpoint=False)
    lon, lat = vertices_of(points, what="shapes").lonlat.T[:, :, None]
    lon, lat, azimuth = np.broadcast_arrays(lon, lat, azimuth)
    reach = np.full(lon.shape, distance_m * _CIRCLE_SCALE)
    rings = np.stack(GEOD.fwd(lon, lat, azimuth, reach)[:2], axis=-1)
    return on_plane(np.asarray(shapely.polygons(rings)), tolerance_m=_tolerance_m(distance_m))


def _tolerance_m(distance_m: float) -> float:
    return max(1.0, distance_m * 1e-4)


def _widened(parts: Geometries, shape: Integers, distance_m: float) -> tuple[Geometries, Integers]:
    """Return lines and polygons made wider, as polygons on the plane, and the shape of each."""
    goes = int(np.ceil(distance_m / _GO_M))
    count = int(shape[-1]) + 1 if len(shape) else 0
    for _ in range(goes):
        areas = shapely.get_type_id(parts) == POLYGON
        bands, piece_of = _bands(parts, distance_m / goes)
        insides = on_plane(parts[areas])
        united = _united([insides, bands], [shape[areas], shape[piece_of]], count)
        parts, shape = parts_of(united)
    return parts, shape


def _bands(parts: Geometries, distance_m: float) -> tuple[Geometries, Integers]:
    """Return what lies near pieces of lines and rings, on the plane, and the part of each."""
    vertices = vertices_of(parts, what="shapes")
    pieces = np.maximum(np.ceil(vertices.edge_m / _EDGE_M), 1).astype(np.int64)
    lonlat, edge, along_m = split_edges(vertices.lonlat, vertices.edge_m, vertices.azimuth, pieces)
    ring = vertices.part[edge]
    row, piece = _pieces(ring, vertices.run_m()[edge] + along_m)
    opens = np.flatnonzero(np.diff(piece, prepend=-1))
    if not len(opens):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    middle = row[(opens + np.append(opens[1:], len(row)) - 1) // 2]
    maps = LocalMaps(lonlat[middle])
    flat = maps.to_plane(to_ecef(lonlat[row]), piece)
    bands: Any = shapely.buffer(
        shapely.linestrings(flat, indices=piece), distance_m * _LINE_SCALE, quad_segs=_QUARTER
    )
    bands, band = parts_of(bands)
    _, owner = shapely.get_coordinates(bands, return_index=True)
    bands = shapely.transform(bands, lambda plane: maps.to_lonlat(plane, band[owner]))
    drawn = on_plane(bands, tolerance_m=_tolerance_m(distance_m))
    return drawn, vertices.shape[edge[row[opens[band]]]]


def _pieces(ring: Integers, run_m: Floats) -> tuple[Integers, Integers]:
    """Cut strings of vertices into pieces of at most 200 km that share their ends.

    Give the vertices of all pieces, piece by piece, and the piece of each.
    """
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    mark = np.column_stack([ring[edge], run_m[edge] // _PIECE_M])
    opens = np.append(True, (np.diff(mark, axis=0) != 0).any(axis=1)) if len(edge) else mark[:, 0]
    piece = np.cumsum(opens).astype(np.int64) - 1
    last = np.flatnonzero(np.diff(piece, append=-1))
    row = np.concatenate([edge, edge[last] + 1])
    piece = np.concatenate([piece, piece[last]])
    order = np.lexsort((row, piece))
    return row[order], piece[order]


def _united(drawn: Iterable[Geometries], shape: Iterable[Integers], count: int) -> Geometries:
    """Unite the polygons of each of `count` shapes."""
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
