"""The precision to which a coordinate was given, and its size on the ground."""

from typing import Final

import numpy as np

from minmap.geodesy.ellipsoid import GEOD
from minmap.types import Floats

MOST_DECIMALS: Final = 7
"""Decimals that count as precision: 1e-7 degree is a centimetre, finer than any record."""

_MOST_METRES: Final = 1e9
_NOISE: Final = 1e-9
_TENTHS: Final = tuple(10.0**-n for n in range(MOST_DECIMALS))
# Tables hold 45.3333333333, which is 45 degrees and 20 minutes.
_SIXTIETHS: Final = tuple(part * 10.0**-n for part in (1 / 60, 1 / 3600) for n in range(3))


def given_unit(values: Floats, decimals: Floats, *, degrees: bool) -> Floats:
    """Return the last unit to which numbers were given.

    Parameters
    ----------
    values
        Numbers, shape (n,).
    decimals
        Digits behind the point in the text, shape (n,). Trailing zeros count.
    degrees
        Whether the numbers are degrees, which often come from minutes or seconds.

    Returns
    -------
    numpy.ndarray
        ``10 ** -decimals`` up to seven decimals. More decimals come from arithmetic, not from
        measurement. For such a number the unit is the first of these that fits:

        - the coarsest of 1, 0.1 ... 1e-6 (for degrees also minutes and seconds and their tenths
          and hundredths) that divides the number to within half its last digit or 1e-9
        - if the number is in single precision, the last digit of the shortest number with the
          same single-precision value
        - 1e-7

    Examples
    --------
    >>> given_unit(np.array([67.4, 7.1000000001]), np.array([2, 10]), degrees=True).tolist()
    [0.01, 0.1]
    >>> given_unit(np.array([45.3333333333]), np.array([10]), degrees=True) * 60
    array([1.])
    """
    units: Floats = 10.0 ** -np.minimum(decimals, MOST_DECIMALS)
    # Numbers of no place on Earth would overflow.
    noisy = np.flatnonzero((decimals > MOST_DECIMALS) & (np.abs(values) < _MOST_METRES))
    if noisy.size:
        units[noisy] = _behind_noise(values[noisy], decimals[noisy], degrees=degrees)
    return units


def _behind_noise(values: Floats, decimals: Floats, *, degrees: bool) -> Floats:
    tolerance = np.maximum(_NOISE, 0.5 * 10.0**-decimals)
    units = np.full(len(values), np.nan)
    for unit in sorted(_TENTHS + (_SIXTIETHS if degrees else ()), reverse=True):
        multiple = np.abs(values - np.round(values / unit) * unit) <= tolerance
        units[multiple & np.isnan(units)] = unit
    single = values.astype(np.float32)
    from_single = np.isnan(units) & (np.abs(single.astype(float) - values) <= tolerance)
    for count in range(MOST_DECIMALS + 1):
        shortest = from_single & (np.round(values, count).astype(np.float32) == single)
        units[shortest & np.isnan(units)] = 10.0**-count
    units[np.isnan(units)] = 10.0**-MOST_DECIMALS
    return units


def offset_length_m(latitude: Floats, d_longitude: Floats, d_latitude: Floats) -> Floats:
    """Return the length on the ellipsoid of small differences in degrees.

    Parameters
    ----------
    latitude
        Degrees, shape (n,).
    d_longitude, d_latitude
        Differences in degrees, shape (n,).

    Returns
    -------
    numpy.ndarray
        Metres: ``sqrt((M dlat)^2 + (N cos(lat) dlon)^2)`` with the radii of curvature in the
        meridian ``M = a (1 - e^2) / (1 - e^2 sin^2 lat)^1.5`` and in the prime vertical
        ``N = a / (1 - e^2 sin^2 lat)^0.5`` (Snyder 1987, Map projections, USGS Professional Paper
        1395, equations 4-18 and 4-20). NaN for a latitude beyond 90 degrees.

    Examples
    --------
    >>> half = np.array([0.5, 0.005])
    >>> offset_length_m(np.array([0.0, 48.0]), half, half).round()
    array([78452.,   670.])
    """
    on_globe = np.where(np.abs(latitude) <= 90, latitude, np.nan)
    sin = np.sin(np.radians(on_globe))
    sin_squared = sin * sin
    rest = 1 - GEOD.es * sin_squared
    north = (1 - GEOD.es) / rest * d_latitude
    squares = north * north + (1 - sin_squared) * d_longitude * d_longitude
    return np.asarray(np.radians(GEOD.a) * np.sqrt(squares / rest))
