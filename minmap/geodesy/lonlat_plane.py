"""Polygons and lines on the plane of longitude and latitude, cut at the antimeridian."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from minmap.geodesy.ellipsoid import GEOD
from minmap.geodesy.geometries import parts_of
from minmap.geodesy.vertices import Vertices, mean_sine, rings_of, unrolled, wrapped
from minmap.types import Floats, Geometries, Integers

# The largest distance between a straight line on the plane and the geodesic.
TOLERANCE_M = 0.3
_LONGEST_M = 40_000.0
_MOST_PIECES = 2_000


def on_plane(polygons: Geometries, *, tolerance_m: float | None = TOLERANCE_M) -> Geometries:
    """Return polygons with geodesic edges as polygons with edges straight in degrees.

    The inside of a ring is the area that it encloses on the plane of longitude and latitude if its
    longitudes continue beyond 180 degrees. A ring that goes around the Earth encloses the pole on
    its smaller side.

    Parameters
    ----------
    polygons
        Shape (n,), shapely Polygons, EPSG:4326.
    tolerance_m
        The largest distance of an edge from the geodesic, metres; vertices are added to keep it.
        None leaves the edges straight in degrees.

    Returns
    -------
    numpy.ndarray
        Shape (n,), Polygons and MultiPolygons with longitudes in [-180, 180]. One that crosses
        the antimeridian or contains a pole is valid; any other is as valid as it was.

    Examples
    --------
    >>> band = shapely.Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1)])
    >>> on_plane(np.array([band]))[0].bounds
    (-180.0, 0.0, 180.0, 1.0...)
    >>> cap = shapely.Polygon([(0, 80), (90, 80), (180, 80), (-90, 80)])
    >>> on_plane(np.array([cap]))[0].covers(shapely.Point(-180, 90))
    True
    """
    if not len(polygons):
        return polygons
    rings, polygon = rings_of(polygons)
    if tolerance_m is None:
        lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    else:
        lonlat, ring = _dense(rings, tolerance_m)
    lon, turn = unrolled(lonlat, ring)
    drawn: Any = shapely.linearrings(lon, lonlat[:, 1], indices=ring)
    areas: Any = shapely.polygons(drawn, indices=polygon)
    bounds = shapely.bounds(drawn)
    special = (turn != 0) | (bounds[:, 0] < -180) | (bounds[:, 2] > 180)
    pole = np.where(mean_sine(lon, lonlat[:, 1], ring) * turn < 0, -1.0, 1.0)
    for row in np.unique(polygon[special]):
        mine = slice(*np.searchsorted(polygon, [row, row + 1]))
        areas[row] = _cut_polygon(drawn[mine], turn[mine], pole[mine])
    return np.asarray(areas)


def lines_on_plane(lines: Geometries) -> Geometries:
    """Return lines cut at the antimeridian, where each edge takes the shorter way.

    Parameters
    ----------
    lines
        Shape (n,), shapely LineStrings, EPSG:4326.

    Returns
    -------
    numpy.ndarray
        Shape (n,), LineStrings and MultiLineStrings with longitudes in [-180, 180].

    Examples
    --------
    >>> lines_on_plane(np.array([shapely.LineString([(179, 0), (-179, 2)])]))[0].wkt
    'MULTILINESTRING ((179 0, 180 1), (-180 1, -179 2))'
    """
    lonlat, line = shapely.get_coordinates(lines, return_index=True)
    lon, _ = unrolled(lonlat, line)
    drawn: Any = shapely.linestrings(lon, lonlat[:, 1], indices=line)
    cut: Any = [shapely.union_all(_in_turns(each, "LineString")) for each in drawn]
    return np.array(cut, dtype=object)


def _dense(rings: Geometries, tolerance_m: float) -> tuple[Floats, Integers]:
    """Add vertices where an edge straight in degrees would be too far from the geodesic.

    On a piece of length L at latitude p the distance is L^2 tan(p) / 8R (the curvature of the
    parallel), so pieces get shorter towards a pole. The second round takes account of edges that
    come nearer to a pole than their ends.
    """
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    vertices = Vertices.joined(lonlat, ring, ring)
    for _ in range(2):
        lat = np.abs(vertices.lonlat[:, 1])
        slope = np.tan(np.radians(np.minimum(np.maximum(lat, np.roll(lat, -1)), 89.9999)))
        longest_m = np.sqrt(8 * GEOD.a * tolerance_m / np.maximum(slope, 1e-2))
        longest_m = np.clip(longest_m, vertices.edge_m / _MOST_PIECES, _LONGEST_M)
        vertices = vertices.cut(longest_m)
    return vertices.lonlat, vertices.part


def _cut_polygon(rings: Geometries, turn: Floats, pole: Floats) -> shapely.Geometry:
    areas = [_cut_ring(*each) for each in zip(rings, turn, pole, strict=True)]
    return shapely.difference(areas[0], shapely.union_all(areas[1:]))


def _cut_ring(ring: shapely.LinearRing, turn: float, pole: float) -> shapely.Geometry:
    """Return the inside of an unrolled ring, with longitudes from -180 to 180."""
    if turn:
        return _cut_around(shapely.get_coordinates(ring)[:-1][:: int(np.sign(turn))], pole)
    return shapely.union_all(_in_turns(shapely.make_valid(shapely.Polygon(ring)), "Polygon"))


def _cut_around(lonlat: Floats, pole: float) -> shapely.Geometry:
    """Return the area between its pole and a ring (not closed) that goes around eastwards.

    The ring is repeated three times and closed along the pole; the middle one, which has no seam,
    is kept.
    """
    shift = 360 * np.rint(lonlat[0, 0] / 360)
    rounds = np.vstack([lonlat + np.array([each - shift, 0]) for each in (-360, 0, 360)])
    ends = [[rounds[-1, 0], 90 * pole], [rounds[0, 0], 90 * pole]]
    area = shapely.make_valid(shapely.Polygon(np.vstack([rounds, ends])))
    return shapely.union_all(_in_turn(area, 0, "Polygon"))


def _in_turns(shape: shapely.Geometry, kind: str) -> list[shapely.Geometry]:
    west, _, east, _ = shapely.bounds(shape)
    turns = range(int(np.floor((west + 180) / 360)), int(np.ceil((east + 180) / 360)))
    return [part for turn in turns for part in _in_turn(shape, turn, kind)]


def _in_turn(shape: shapely.Geometry, turn: int, kind: str) -> list[shapely.Geometry]:
    """Return the part in one turn of longitudes (0 is -180 to 180), shifted to -180 to 180."""
    west = 360.0 * turn
    piece = shapely.intersection(shape, shapely.box(west - 180, -90, west + 180, 90))
    moved = shapely.transform(piece, lambda lonlat: lonlat - [west, 0])
    # What only touches the edge of the turn has fewer dimensions.
    parts, _ = parts_of(np.array([moved], dtype=object))
    return [part for part in parts if part.geom_type == kind]


def in_one_world(geometry: gpd.GeoSeries, crs: CRS) -> gpd.GeoSeries:
    """Cut shapes that cross the antimeridian, so that none is drawn around the Earth.

    Parameters
    ----------
    geometry
        In EPSG:4326, none missing or empty.
    crs
        The original CRS. A reprojected ring that jumps from 179 to -179 degrees crosses the
        antimeridian; a ring drawn in degrees goes around the Earth, as its coordinates say. A line
        always takes the shorter side.

    Examples
    --------
    >>> series = gpd.GeoSeries([shapely.box(170, 50, 190, 70)], crs=4326)
    >>> in_one_world(series, series.crs).bounds.values.tolist()
    [[-180.0, 50.0, 180.0, 70.0]]
    """
    shapes = geometry.to_numpy()
    west, _, east, _ = shapely.bounds(shapes).T
    jumping = (not crs.is_geographic) | (shapely.get_dimensions(shapes) == 1)
    over = (west < -180) | (east > 180) | ((east - west > 180) & jumping)
    rows = np.flatnonzero(over & (shapely.get_dimensions(shapes) > 0))
    if not rows.size:
        return geometry
    cut = shapes.copy()
    for row in rows:
        parts = shapely.get_parts(shapes[row])
        is_line = shapely.get_dimensions(shapes[row]) == 1
        on_sides = lines_on_plane(parts) if is_line else on_plane(parts, tolerance_m=None)
        cut[row] = shapely.union_all(on_sides)
    return gpd.GeoSeries(cut, index=geometry.index, crs=geometry.crs)


def inside(lonlat: Floats, polygons: Geometries) -> tuple[Integers, Integers]:
    """Find which points are in which polygons, right to `TOLERANCE_M` at the edges.

    Parameters
    ----------
    lonlat
        Shape (n, 2), degrees.
    polygons
        Shape (m,), as `on_plane` returns them.

    Returns
    -------
    points, polygons
        Shape (k,): pairs of positions, unsorted.

    Examples
    --------
    >>> areas = on_plane(np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]))
    >>> point, area = inside(np.array([[0.5, 0.5], [5, 5], [1.5, 1.5]]), areas)
    >>> sorted(zip(point.tolist(), area.tolist()))
    [(0, 0), (2, 0), (2, 1)]
    """
    points: Any = shapely.points(wrapped(lonlat))
    polygon, point = shapely.STRtree(points).query(polygons, predicate="intersects")
    return point.astype(np.int64), polygon.astype(np.int64)
