"""How large polygons are on the WGS84 ellipsoid."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from minmap.geodesy.ellipsoid import GEOD
from minmap.geodesy.geometries import POLYGON, in_degrees, parts_of, require_on_earth
from minmap.geodesy.rings import mean_sine, rings_of, unrolled
from minmap.types import Floats, Geometries, Integers

# Area of the ellipsoid from its semi-axes: 2 pi (a^2 + b^2 atanh(e) / e), square metres
# (Karney 2013, J. Geod. 87, 43-55, equation 59 and below).
_ECCENTRICITY = np.sqrt(GEOD.es)
_EARTH_M2 = 2 * np.pi * (GEOD.a**2 + GEOD.b**2 * np.arctanh(_ECCENTRICITY) / _ECCENTRICITY)


def area_m2(polygons: Iterable[Any]) -> Floats:
    """Measure the area of polygons whose edges are geodesics.

    Karney's algorithm (2013, J. Geod. 87, 43-55, section 6) as `pyproj.Geod` has it, ring by ring.
    A ring may cross the antimeridian; one that goes round the Earth holds the pole on its smaller
    side. The way round of a ring does not matter; holes are taken off.

    Parameters
    ----------
    polygons
        A GeoSeries in any CRS, or shapely geometries in EPSG:4326.

    Returns
    -------
    numpy.ndarray
        Shape (n,), square metres; 0 for points, lines and empty polygons, NaN for None. Parts of
        a MultiPolygon are added up.

    Raises
    ------
    CRSError
        If a GeoSeries has no CRS.
    GeometryError
        If a vertex is no longitude and latitude.

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
        # A polygon's first ring is its outline, the others are holes.
        sign = np.where(np.diff(polygon, prepend=-1) > 0, 1.0, -1.0)
        np.add.at(area, shape[areas][polygon], sign * _ring_areas_m2(rings))
    return area


def _ring_areas_m2(rings: Geometries) -> Floats:
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    require_on_earth(lonlat, what="polygons")
    ring = ring.astype(np.int64)
    lon, turn = unrolled(lonlat, ring)
    inside = _karney_m2(lonlat, ring, len(rings))
    outside = _EARTH_M2 - inside
    # Which side is meant, a sphere tells.
    rough = np.abs(mean_sine(lon, lonlat[:, 1], ring)) * _EARTH_M2
    outer = (turn == 0) & (np.abs(outside - rough) < np.abs(inside - rough))
    return np.where(outer, outside, inside)


def _karney_m2(lonlat: Floats, ring: Integers, count: int) -> Floats:
    """Return the area of the smaller side of each ring."""
    ends = np.searchsorted(ring, np.arange(count + 1))
    area = np.array(
        [GEOD.polygon_area_perimeter(lonlat[a:b, 0], lonlat[a:b, 1])[0] for a, b in pairwise(ends)]
    )
    return np.asarray(np.minimum(np.abs(area), _EARTH_M2 - np.abs(area)))
