"""Distances between points, lengths of lines and along them, and areas of polygons."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely

from minmap.arguments import check_keywords, items_of, require_numbers
from minmap.geodesy import geometries
from minmap.geodesy.ellipsoid import GEOD, surface_distance_m, to_ecef
from minmap.geodesy.nearest_chord import ChordSearch
from minmap.geodesy.vertices import mean_sine, rings_of, unrolled, vertices_of
from minmap.types import Floats, Geometries

# Area of the ellipsoid from its semi-axes: 2 pi (a^2 + b^2 atanh(e) / e), square metres
# (Karney 2013, J. Geod. 87, 43-55, equation 59 and below).
_ECCENTRICITY = np.sqrt(GEOD.es)
_EARTH_M2 = 2 * np.pi * (GEOD.a**2 + GEOD.b**2 * np.arctanh(_ECCENTRICITY) / _ECCENTRICITY)


@check_keywords
def distance_m(starts: Any, ends: Any) -> Floats:
    """Return the geodesic distances between pairs of points.

    Parameters
    ----------
    starts, ends
        Shape (n, 2): longitude and latitude, EPSG:4326, degrees. Either may be one point, of
        shape (2,) or (1, 2).

    Returns
    -------
    numpy.ndarray
        Shape (n,), metres, right to 1 mm; NaN where a coordinate is missing.

    Raises
    ------
    GeometryError
        If an array is of another shape, or the numbers of points differ.

    Notes
    -----
    The closed form of `minmap.geodesy.ellipsoid` up to 1,000 km, beyond it `pyproj.Geod.inv`
    (Karney 2013, J. Geod. 87, 43-55, https://doi.org/10.1007/s00190-012-0578-z).

    Examples
    --------
    >>> distance_m([[0, 0], [0, 89.5]], [[0, 1], [180, 89.5]]).round(1)
    array([110574.4, 111694. ])
    """
    one, other = _lonlat(starts, what="starts"), _lonlat(ends, what="ends")
    geometries.require_pairs(len(one), len(other), what=("starts", "ends"))
    one, other = np.broadcast_arrays(one, other)
    return surface_distance_m(to_ecef(one), to_ecef(other))


@check_keywords
def line_length_m(lines: Iterable[Any], *, geodesic_edges: bool = False) -> Floats:
    """Return the lengths of lines on the ellipsoid.

    Parameters
    ----------
    lines
        (Multi)LineStrings: a GeoSeries in any CRS, or shapely geometries in EPSG:4326. Gaps
        between the parts of a MultiLineString are not counted.
    geodesic_edges
        Whether the edges of the lines are geodesics, as those of a corridor's legs are. Otherwise
        they are straight in the CRS of the lines.

    Returns
    -------
    numpy.ndarray
        Shape (n,), metres; 0 for an empty line and NaN for None.

    Raises
    ------
    CRSError, GeometryError
        As for `nearest_on_lines`.

    Notes
    -----
    Each geodesic piece of an edge is measured by `pyproj.Geod.inv`: Karney (2013), Algorithms for
    geodesics, J. Geod. 87, 43-55, https://doi.org/10.1007/s00190-012-0578-z.

    Examples
    --------
    >>> from shapely import LineString
    >>> line_length_m([LineString([(0, 0), (1, 0)]), LineString([(0, 0), (0, 1)]), None]).round(1)
    array([111319.5, 110574.4,      nan])
    """
    shapes = geometries.lines_in_degrees(lines, geodesic_edges=geodesic_edges)
    vertices = vertices_of(shapes, what="lines")
    length_m = np.zeros(len(shapes))
    np.add.at(length_m, vertices.shape, vertices.edge_m)
    length_m[shapely.is_missing(shapes)] = np.nan
    return length_m


@check_keywords
def interpolate_along(
    lines: Iterable[Any], along_m: Any, *, geodesic_edges: bool = False
) -> Floats:
    """Return the point at a given length along each line, measured on the ellipsoid.

    The geodesic counterpart of `shapely.line_interpolate_point`.

    Parameters
    ----------
    lines
        n (Multi)LineStrings, or one for all lengths: a GeoSeries in any CRS, or shapely geometries
        in EPSG:4326.
    along_m
        Shape (n,), or one number for all lines: length from the start, metres. Gaps between the
        parts of a MultiLineString are not counted. A length below 0 gives the start, a length
        beyond the end gives the end.
    geodesic_edges
        Whether the edges of the lines are geodesics, as those of a corridor's legs are. Otherwise
        they are straight in the CRS of the lines.

    Returns
    -------
    numpy.ndarray
        Shape (n, 2): longitude and latitude, EPSG:4326, degrees; NaN where the line is None or
        empty, or the length is NaN.

    Raises
    ------
    CRSError
        If `lines` is a GeoSeries without a CRS.
    GeometryError
        If the numbers of lines and lengths differ and neither is 1, or as for `line_length_m`.

    Notes
    -----
    Points are computed by `pyproj.Geod.fwd` (Karney 2013, J. Geod. 87, 43-55,
    https://doi.org/10.1007/s00190-012-0578-z).

    Examples
    --------
    >>> from shapely import LineString
    >>> line = LineString([(179, 0), (-179, 0)])
    >>> interpolate_along(line, [0, 55659.746, 1e9]).round(4).tolist()
    [[179.0, 0.0], [179.5, 0.0], [-179.0, 0.0]]
    """
    shapes = geometries.lines_in_degrees(lines, geodesic_edges=geodesic_edges)
    length_m = require_numbers(along_m, name="along_m", like=0, unit="metres").ravel()
    count = geometries.require_pairs(len(shapes), len(length_m), what=("lines", "along_m"))
    line = np.broadcast_to(np.arange(len(shapes)), count)
    length_m = np.broadcast_to(length_m, count)
    vertices = vertices_of(shapes, what="lines")
    first = np.searchsorted(vertices.shape, line)
    last = np.searchsorted(vertices.shape, line, side="right") - 1
    lonlat = np.full((count, 2), np.nan)
    usable = np.flatnonzero((last >= first) & ~np.isnan(length_m))
    first, last = first[usable], last[usable]
    # All lines joined end to end, so that one search finds the edges of all points.
    run_m = np.cumsum(vertices.edge_m) - vertices.edge_m
    target_m = np.clip(run_m[first] + length_m[usable], run_m[first], run_m[last])
    vertex = np.clip(np.searchsorted(run_m, target_m, side="right") - 1, first, last)
    lon, lat = vertices.lonlat[vertex].T
    lon, lat, _ = GEOD.fwd(lon, lat, vertices.azimuth[vertex], target_m - run_m[vertex])
    lonlat[usable] = np.column_stack([lon, lat])
    return lonlat


@check_keywords
def locate_along(lines: Iterable[Any], points: Any, *, geodesic_edges: bool = False) -> Floats:
    """Return the length along each line to the point on it nearest to a given point.

    The inverse of `interpolate_along`, and the geodesic counterpart of
    `shapely.line_locate_point`. Use `nearest_on_lines` where the line of each point is not known.
    Each different line is searched once, so many points on few lines are fast.

    Parameters
    ----------
    lines
        n (Multi)LineStrings, or one for all points: a GeoSeries in any CRS, or shapely geometries
        in EPSG:4326.
    points
        Shape (n, 2), or (1, 2) for all lines: longitude and latitude, EPSG:4326, degrees.
    geodesic_edges
        Whether the edges of the lines are geodesics, as those of a corridor's legs are. Otherwise
        they are straight in the CRS of the lines.

    Returns
    -------
    numpy.ndarray
        Shape (n,): length from the start of the line, metres; NaN where the line is None or
        empty, or the point has no usable coordinates.

    Raises
    ------
    CRSError
        If `lines` is a GeoSeries without a CRS.
    GeometryError
        If the numbers of lines and points differ and neither is 1, or as for `nearest_on_lines`.

    Examples
    --------
    >>> from shapely import LineString
    >>> line = LineString([(179, 0), (-179, 0)])
    >>> locate_along(line, [[179.5, 3], [-170, 0]]).round(1).tolist()
    [55659.7, 222639.0]
    """
    shapes = geometries.lines_in_degrees(lines, geodesic_edges=geodesic_edges)
    lonlat = geometries.require_lonlat(points, what="points")
    count = geometries.require_pairs(len(shapes), len(lonlat), what=("lines", "points"))
    line = np.broadcast_to(np.arange(len(shapes)), count)
    lonlat = np.broadcast_to(lonlat, (count, 2))
    along_m = np.full(count, np.nan)
    same = pd.Series(line).groupby(shapely.to_wkb(shapes[line]))
    for rows in same.indices.values():
        search = ChordSearch(vertices_of(shapes[line[rows[:1]]], what="lines"))
        along_m[rows] = search.nearest(lonlat[rows]).along_m
    return along_m


@check_keywords
def area_m2(polygons: Iterable[Any], *, geodesic_edges: bool = False) -> Floats:
    """Return the areas of polygons on the ellipsoid.

    A ring may cross the antimeridian. A ring that goes around the Earth encloses the pole on its
    smaller side. The orientation of rings does not matter; holes are subtracted.

    Parameters
    ----------
    polygons
        A GeoSeries or GeoDataFrame in any CRS, or shapely geometries in EPSG:4326.
    geodesic_edges
        Whether the edges are geodesics. Otherwise they are straight in the CRS of the polygons.

    Returns
    -------
    numpy.ndarray
        Shape (n,), square metres; 0 for points, lines and empty polygons, NaN for None. The parts
        of a MultiPolygon are added up.

    Raises
    ------
    CRSError
        If a GeoSeries has no CRS.
    GeometryError
        If a vertex is not a longitude and latitude.

    Notes
    -----
    Each ring is measured by `pyproj.Geod.polygon_area_perimeter`, which implements Karney (2013),
    Algorithms for geodesics, J. Geod. 87, 43-55, section 6,
    https://doi.org/10.1007/s00190-012-0578-z.

    Examples
    --------
    >>> from shapely import Polygon, box
    >>> cap = Polygon([(lon, 80.0) for lon in range(-180, 180)])
    >>> (area_m2([box(0, 0, 1, 1), box(179.5, 0, 180.5, 1), cap, None]) / 1e6).round(-1)
    array([  12310.,   12310., 3908570.,      nan])
    """
    shapes = geometries.in_degrees(polygons, what="polygons", geodesic_edges=geodesic_edges)
    parts, shape = geometries.parts_of(shapes)
    areas = np.flatnonzero(shapely.get_type_id(parts) == geometries.POLYGON)
    area = np.zeros(len(shapes))
    area[shapely.is_missing(shapes)] = np.nan
    if areas.size:
        rings, polygon = rings_of(parts[areas])
        # The first ring of a polygon is its outline, the others are holes.
        sign = np.where(np.diff(polygon, prepend=-1) > 0, 1.0, -1.0)
        np.add.at(area, shape[areas][polygon], sign * _ring_areas_m2(rings))
    return area


def _ring_areas_m2(rings: Geometries) -> Floats:
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    geometries.require_on_earth(lonlat, what="polygons")
    lon, turn = unrolled(lonlat, ring)
    ends = np.searchsorted(ring, np.arange(len(rings) + 1))
    signed = [GEOD.polygon_area_perimeter(*lonlat[a:b].T)[0] for a, b in pairwise(ends)]
    # The smaller and the larger of the two sides of each ring.
    small = np.minimum(np.abs(signed), _EARTH_M2 - np.abs(signed))
    large = _EARTH_M2 - small
    # The area on a sphere shows which side is enclosed on the plane of longitude and latitude.
    on_sphere = np.abs(mean_sine(lon, lonlat[:, 1], ring)) * _EARTH_M2
    is_large = (turn == 0) & (np.abs(large - on_sphere) < np.abs(small - on_sphere))
    return np.asarray(np.where(is_large, large, small))


def _lonlat(points: Any, *, what: str) -> Floats:
    items = items_of(points)
    is_one = items is not None and len(items) == 2 and not any(map(np.iterable, items))
    return geometries.require_lonlat([points] if is_one else points, what=what)
