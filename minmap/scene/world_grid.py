"""Coordinates as integers on the Web Mercator square, and their order along the Z-order curve.

The square has 2**30 units a side (3.7 cm at the equator). In Z-order the points of a map tile are
one contiguous range, and neighbours in the order show the level of detail.
"""

from __future__ import annotations

from math import factorial

import numpy as np
import numpy.typing as npt

from minmap.types import AnyArray, Floats, Integers, Integers32

WORLD = 2**30
# Latitude of the edge of the square: atan(sinh(pi)).
MAX_LATITUDE = 85.051128779806604

# Coefficients of sin(x) / x and artanh(x) / x in powers of x squared, the highest first.
_SINE = [(-1.0) ** n / factorial(2 * n + 1) for n in reversed(range(13))]
_ARTANH = [1.0 / (2 * n + 1) for n in reversed(range(12))]
_HALF_ROOT, _HALF_LN_2 = 0.7071067811865476, 0.34657359027997264


def to_world(lon: Floats, lat: Floats) -> tuple[Integers32, Integers32]:
    """Project longitudes and latitudes to the page's whole-number Mercator square.

    Parameters
    ----------
    lon, lat
        Degrees, WGS 84. Latitudes beyond the square are moved to its edge.

    Returns
    -------
    tuple of numpy.ndarray
        x from 180 W eastwards and y from the north southwards, int32, below 2**30.

    Examples
    --------
    >>> x, y = to_world(np.array([0.0, -180.0]), np.array([0.0, 90.0]))
    >>> x.tolist(), y.tolist()
    ([536870912, 0], [536870912, 0])
    """
    x = (lon + 180.0) / 360.0 % 1.0
    # A longitude of exactly 180 is the right-hand edge, not the left-hand one.
    x = np.where((x == 0.0) & (lon > 0), 1.0, x)
    y = 0.5 - _isometric(np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE)) / (2.0 * np.pi)
    top = WORLD - 1
    return (
        np.clip(np.floor(x * WORLD), 0, top).astype(np.int32),
        np.clip(np.floor(y * WORLD), 0, top).astype(np.int32),
    )


def degrees(x: AnyArray, y: AnyArray) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes of places on the grid, whole or not.

    Examples
    --------
    >>> degrees(np.array([0, 2**29]), np.array([2**29, 2**29]))
    (array([-180.,    0.]), array([0., 0.]))
    """
    lon = np.asarray(x) / WORLD * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.asarray(y) / WORLD))))
    return lon, lat


def _isometric(lat: Floats) -> Floats:
    """Return ln((1 + sin lat) / (1 - sin lat)) / 2, the same to the last bit on every machine.

    Processors and libraries differ in the last bit of sines and logarithms, but not in that of
    sums, products and quotients (IEEE 754). Both series use only these, and end where the
    remainder is below 1e-18 at 85 degrees.
    """
    phi = lat * (np.pi / 180.0)
    sine = phi * np.polyval(_SINE, phi * phi)
    # ln(m * 2**e) = ln(m) + e ln(2), and ln(m) = 2 artanh((m - 1) / (m + 1)) for m near 1.
    mantissa, exponent = np.frexp((1.0 + sine) / (1.0 - sine))
    low = mantissa < _HALF_ROOT
    mantissa = np.where(low, 2.0 * mantissa, mantissa)
    part = (mantissa - 1.0) / (mantissa + 1.0)
    isometric: Floats = part * np.polyval(_ARTANH, part * part) + (exponent - low) * _HALF_LN_2
    return isometric


def z_order(x: Integers32, y: Integers32) -> Integers:
    """Return the stable order of points along the Z-order (Morton) curve, y bit above x bit.

    Examples
    --------
    >>> z_order(np.array([1, 0, 1, 0], np.int32), np.array([1, 1, 0, 0], np.int32)).tolist()
    [3, 2, 1, 0]
    """
    return np.argsort(_spread(x) | (_spread(y) << np.uint64(1)), kind="stable")


def _spread(values: Integers32) -> npt.NDArray[np.uint64]:
    """Put a zero bit above each bit of a 30-bit number."""
    bits = values.astype(np.uint64)
    for shift in (16, 8, 4, 2, 1):
        # As many ones as zeros in turn: 0x0000FFFF0000FFFF for 16, 0x5555555555555555 for 1.
        mask = np.uint64((2**64 - 1) // (2**shift + 1))
        bits = (bits | (bits << np.uint64(shift))) & mask
    return bits
