"""The zones of grids."""

import re
from typing import Final

import numpy as np
from pyproj import CRS

from minmap.types import Booleans, Floats

ZONE_M: Final = 1_000_000.0
"""Eastings that begin with their zone have it times this before them, metres."""
ZONED_FROM_M: Final = 2_100_000.0
"""The smallest easting that begins with a zone of Gauss-Krüger."""

# Zones of Pulkovo 1942 / Gauss-Krüger in the EPSG data set: 28402 to 28432. A zone is 6 degrees
# wide, 668 km at the equator, around a false easting of 500 km; zones usually overlap a little.
GAUSS_KRUGER_ZONES: Final = range(2, 33)
_HALF_ZONE_DEG: Final = 1.5
_DEGREE_M: Final = 111_320.0
"""Length of a degree of longitude at the equator."""
_MIDDLE_M: Final = 500_000.0
EASTING_M: Final = (100_000.0, 900_000.0)
"""Eastings of a zone, without the number of the zone, metres."""
# Pulkovo 1942 is used from 35.14 to 81.91 N (EPSG:4284). These are the lengths of the meridian
# from the equator to there, rounded outwards.
_NORTHING_M: Final = (3_800_000.0, 9_200_000.0)
_NAMED: Final = re.compile(r"\bzone (\d{1,3})([NS]?)\b")
_NAMED_IN_ROMAN: Final = re.compile(r" CS ([IVX]+)$")  # the systems of Japan
_ROMAN: Final = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE)
_ONES: Final = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_TRANSVERSE: Final = "Transverse Mercator"
_SOUTHERN: Final = "Transverse Mercator (South Orientated)"
_ORIGIN, _FALSE_EASTING = "Longitude of natural origin", "False easting"


def zone_numbers(crs: CRS) -> tuple[frozenset[int], str]:
    """Return the numbers that the zone of a grid has, and its side.

    A transverse Mercator grid whose name has no zone has that of its false easting, as the belts of
    Argentina, and those of its central meridian: in UTM, and in the zones of Gauss-Krüger of six
    and of three degrees.

    Returns
    -------
    tuple
        The numbers, none if it is in no zone, and ``"N"``, ``"S"`` or ``""`` if its name has no
        side.

    Examples
    --------
    >>> zone_numbers(CRS(24878)), zone_numbers(CRS(2154))
    ((frozenset({18}), 'S'), (frozenset(), ''))
    >>> sorted(zone_numbers(CRS(3006))[0])  # SWEREF99 TM: the meridian 15 E, as UTM zone 33
    [3, 5, 33]
    >>> zone_numbers(CRS(5344)), zone_numbers(CRS(6678))  # Argentina 2, and X of Japan
    ((frozenset({2}), ''), (frozenset({10}), ''))
    """
    named = _NAMED.search(crs.name)
    if named:
        return frozenset({int(named[1])}), named[2]
    in_roman = _NAMED_IN_ROMAN.search(crs.name)
    zone = roman_number(in_roman[1]) if in_roman else first_digits(crs)
    if zone:
        return frozenset({zone}), ""
    meridian = _parameters(crs).get(_ORIGIN)
    if meridian is None:
        return frozenset(), ""
    east = meridian % 360
    zones = {(meridian + 183) / 6, (east + 3) / 6, east / 3}
    return frozenset(int(zone) for zone in zones if zone == int(zone) and zone > 0), ""


def roman_number(text: str) -> int | None:
    """Return a number in Roman numerals, below 40; None for another text.

    Examples
    --------
    >>> [roman_number(text) for text in ("IX", "xiv", "IIX", "")]
    [9, 14, None, None]
    """
    found = _ROMAN.fullmatch(text)
    if not text or not found:
        return None
    return 10 * len(found[1]) + _ONES.index(found[2].lower())


def first_digits(crs: CRS) -> int | None:
    """Return the zone that the eastings of a grid begin with; None if they begin with none.

    Examples
    --------
    >>> [first_digits(CRS(code)) for code in (5344, 28412, 32633)]
    [2, 12, None]
    """
    zone, middle = divmod(_parameters(crs).get(_FALSE_EASTING, 0.0), ZONE_M)
    return int(zone) if zone and middle == _MIDDLE_M else None


def may_be_easting(crs: CRS, value: float) -> bool:
    """Return whether a number may be an easting of a grid, or one with another zone before it.

    Examples
    --------
    >>> [may_be_easting(CRS(2180), value) for value in (412_345, 6_312_345)]
    [True, False]
    >>> may_be_easting(CRS(5345), 2_412_345)
    True
    """
    false = _parameters(crs, and_southern=True).get(_FALSE_EASTING)
    if false is None:
        return True
    low, high = EASTING_M
    has_zone = first_digits(crs) is not None and low <= value % ZONE_M <= high
    return has_zone or abs(value - false) <= ZONE_M


def central_meridian(crs: CRS) -> float | None:
    """Return the central meridian of a transverse Mercator grid, degrees from Greenwich.

    Examples
    --------
    >>> [central_meridian(CRS(code)) for code in (2054, 5899, 2154)]
    [31.0, 107.75, None]
    """
    meridian = crs.prime_meridian
    if meridian is None or meridian.longitude:
        return None
    return _parameters(crs, and_southern=True).get(_ORIGIN)


def _parameters(crs: CRS, *, and_southern: bool = False) -> dict[str, float]:
    """Return the parameters of a transverse Mercator grid, none of another."""
    operation = crs.coordinate_operation
    methods = {_TRANSVERSE, _SOUTHERN} if and_southern else {_TRANSVERSE}
    if operation is None or operation.method_name not in methods:
        return {}
    return {each.name: float(each.value) for each in operation.params}


def is_three_degree_zone(crs: CRS, zone: int) -> bool:
    """Return whether a grid is a zone of three degrees whose eastings begin with its number.

    Examples
    --------
    >>> is_three_degree_zone(CRS(31467), 3), is_three_degree_zone(CRS(28403), 3)
    (True, False)
    """
    found = _parameters(crs)
    return found.get(_ORIGIN) == 3 * zone and found.get(_FALSE_EASTING) == zone * ZONE_M + _MIDDLE_M


def zoned_orders(x: Floats, y: Floats) -> tuple[Booleans, Booleans]:
    """Return where numbers may be a zoned easting and a northing as given, and exchanged.

    Examples
    --------
    >>> x, y = np.array([13_400_000.0, 5_300_000.0]), np.array([5_300_000.0, 6_500_000.0])
    >>> [order.tolist() for order in zoned_orders(x, y)]
    [[True, True], [False, True]]
    """
    return _is_easting(x) & _is_northing(y), _is_easting(y) & _is_northing(x)


def _is_easting(values: Floats) -> Booleans:
    zone, easting = np.divmod(values, ZONE_M)
    return np.isin(zone, GAUSS_KRUGER_ZONES) & _is_within(easting, EASTING_M)


def _is_northing(values: Floats) -> Booleans:
    return _is_within(values, _NORTHING_M)


def _is_within(values: Floats, bounds: tuple[float, float]) -> Booleans:
    return np.asarray((values >= bounds[0]) & (values <= bounds[1]))


def fit_three_degrees(eastings: Floats, latitude: Floats) -> Booleans:
    """Return which eastings, with a zone before them, are no more than 1.5 degrees from its middle.

    Examples
    --------
    >>> fit_three_degrees(np.array([7_588_089.0, 13_850_000.0]), np.array([44.0, 47.0])).tolist()
    [True, False]
    """
    half_m = _HALF_ZONE_DEG * _DEGREE_M * np.cos(np.radians(latitude))
    return np.asarray(np.abs(eastings % ZONE_M - _MIDDLE_M) <= half_m)
