"""The zones of grids."""

import re
from typing import Final

from pyproj import CRS

_NAMED: Final = re.compile(r"\bzone (\d{1,3})([NS]?)\b")
_TRANSVERSE: Final = "Transverse Mercator"
_ORIGIN: Final = "Longitude of natural origin"


def zone_numbers(crs: CRS) -> tuple[frozenset[int], str]:
    """Return the numbers that the zone of a grid has, and its side.

    A transverse Mercator grid whose name has no zone has those of its central meridian: in UTM, and
    in the zones of Gauss-Krüger of six and of three degrees.

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
    """
    named = _NAMED.search(crs.name)
    if named:
        return frozenset({int(named[1])}), named[2]
    operation = crs.coordinate_operation
    if operation is None or operation.method_name != _TRANSVERSE:
        return frozenset(), ""
    meridian = next((each.value for each in operation.params if each.name == _ORIGIN), None)
    if meridian is None:
        return frozenset(), ""
    east = float(meridian) % 360
    zones = {(float(meridian) + 183) / 6, (east + 3) / 6, east / 3}
    return frozenset(int(zone) for zone in zones if zone == int(zone) and zone > 0), ""
