"""Distances between points, lengths of lines and areas of polygons."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from minmap.arguments import items_of, known_keywords
from minmap.geodesy.ellipsoid import GEOD, surface_distance_m, to_ecef
from minmap.geodesy.geometries import (
    POLYGON,
    in_degrees,
    lines_in_degrees,
    parts_of,
    require_lonlat,
    require_on_earth,
    require_pairs,
)
from minmap.geodesy.rings import mean_sine, rings_of, unrolled
from minmap.geodesy.vertices import vertices_of
from minmap.types import Floats, Geometries

# Area of the ellipsoid from its semi-axes: 2 pi (a^2 + b^2 atanh(e) / e), square metres
# (Karney 2013, J. Geod. 87, 43-55, equation 59 and below).
_ECCENTRICITY = np.sqrt(GEOD.es)
_EARTH_M2 = 2 * np.pi * (GEOD.a**2 + GEOD.b**2 * np.arctanh(_ECCENTRICITY) / _ECCENTRICITY)


@known_keywords
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
    one, other = _points(starts, what="starts"), _points(ends, what="ends")
    require_pairs(len(one), len(other), what=("starts", "ends"))
    one, other = np.broadcast_arrays(one, other)
    return surface_distance_m(to_ecef(one), to_ecef(other))


@known_keywords
def line_length_m(lines: Iterable[Any]) -> Floats:
    """Return the lengths of lines along geodesics.

    Parameters
    ----------
    lines
        (Multi)LineStrings: a GeoSeries in any CRS, or shapely geometries in EPSG:4326. Gaps
        between the parts of a MultiLineString are not counted.

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
    Each edge is measured by `pyproj.Geod.inv`: Karney (2013), Algorithms for geodesics, J. Geod.
    87, 43-55, https://doi.org/10.1007/s00190-012-0578-z.

    Examples
    --------
    >>> from shapely import LineString
    >>> line_length_m([LineString([(0, 0), (1, 0)]), LineString([(0, 0), (0, 1)]), None]).round(1)
    array([111319.5, 110574.4,      nan])
    """
    shapes = lines_in_degrees(lines)
    vertices = vertices_of(shapes, what="lines")
    length_m = np.zeros(len(shapes))
    np.add.at(length_m, vertices.shape, vertices.edge_m)
    length_m[shapely.is_missing(shapes)] = np.nan
    return length_m


@known_keywords
def area_m2(polygons: Iterable[Any]) -> Floats:
    """Return the areas of polygons whose edges are geodesics.

    A ring may cross the antimeridian. A ring that goes around the Earth encloses the pole on its
    smaller side. The orientation of rings does not matter; holes are subtracted.

    Parameters
    ----------
    polygons
        A GeoSeries or GeoDataFrame in any CRS, or shapely geometries in EPSG:4326.

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
    array([  12310.,   12310., 3908380.,      nan])
    """
    shapes = in_degrees(polygons, what="polygons")
    parts, shape = parts_of(shapes)
    areas = np.flatnonzero(shapely.get_type_id(parts) == POLYGON)
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
    require_on_earth(lonlat, what="polygons")
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


def _points(points: Any, *, what: str) -> Floats:
    items = items_of(points)
    is_one = items is not None and len(items) == 2 and not any(map(_is_iterable, items))
    return require_lonlat([points] if is_one else points, what=what)


def _is_iterable(item: object) -> bool:
    return isinstance(item, Iterable)
