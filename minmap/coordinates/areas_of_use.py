"""The area in which a coordinate reference system is used, and points far from it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from pyproj import CRS

from minmap.coordinates.reference_systems import GAUSS_KRUGER, crs_name
from minmap.types import Booleans, Floats

# One zone of UTM or Gauss-Krüger: tables of a country are often in the zone of its middle.
_MARGIN_DEG: Final = 6.0


def is_grid(crs: Any) -> bool:
    """Return whether coordinates in `crs` are eastings and northings, not degrees.

    Examples
    --------
    >>> is_grid("gauss-kruger"), is_grid(28413), is_grid("EPSG:4326")
    (True, True, False)
    """
    name = crs_name(crs)
    return name == GAUSS_KRUGER or CRS.from_user_input(name).is_projected


def far_from_use(longitude: Floats, latitude: Floats, *, crs: Any) -> Booleans:
    """Return which points are more than 6 degrees from the area in which a grid is used.

    Parameters
    ----------
    longitude, latitude
        Shape (n,), degrees on WGS84; NaN is not far.
    crs
        The CRS in which the points were given; anything that pyproj accepts.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
        All False for degrees, and for a CRS whose area of use is unknown to PROJ.

    Examples
    --------
    >>> far_from_use(np.array([75.0, 93.0]), np.array([48.0, 48.0]), crs=28413).tolist()
    [False, True]
    """
    has_area = is_grid(crs) and crs_name(crs) != GAUSS_KRUGER
    area = CRS.from_user_input(crs).area_of_use if has_area else None
    if area is None:
        return np.zeros(len(longitude), dtype=np.bool_)
    west, south, east, north = area.bounds
    width = (east - west) % 360 if east != west + 360 else 360.0
    beside = (longitude - west + _MARGIN_DEG) % 360 > width + 2 * _MARGIN_DEG
    beyond = (latitude < south - _MARGIN_DEG) | (latitude > north + _MARGIN_DEG)
    return np.asarray((beside | beyond) & np.isfinite(longitude), dtype=np.bool_)
