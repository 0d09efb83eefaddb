"""Eastings of China's zones, read with `crs="gauss-kruger"`, that of the former Soviet Union."""

from typing import Final

import numpy as np
from pyproj import CRS

from minmap.coordinates.reference_systems import GAUSS_KRUGER
from minmap.geodesy.zones import EASTING_M, ZONE_M
from minmap.reading.contradiction import MERGE, Contradiction
from minmap.table import listed
from minmap.types import Booleans, Floats

_LAST_OF_SIX: Final = 32
"""`GAUSS_KRUGER` has no later zone."""
_OF_THREE, _OF_SIX = range(25, 46), range(13, 24)
_FIRST_CODES: Final = {25: (4513, 2349, 2401), 13: (4491, 2327, 21413)}
"""EPSG codes of the first zone of three and of six degrees, on CGCS2000, Xian 1980, Beijing 1954;
those of the others follow."""
_NORTHING_M: Final = (1_900_000.0, 6_000_000.0)
_SOUTH_OF_M: Final = 3_800_000.0
"""Northings in China, and those that are south of where `GAUSS_KRUGER` is used."""
_MOSTLY: Final = 0.8


def chinese_contradiction(x: Floats, y: Floats) -> Contradiction | None:
    """Return what shows that eastings are of China's zones: of three degrees, or too far south.

    Parameters
    ----------
    x, y
        Numbers in the columns of the coordinates, shape (n,); the easting may be in either.

    Examples
    --------
    >>> found = chinese_contradiction(np.array([37414369.88]), np.array([4627714.07]))
    >>> "give crs='EPSG:4525' (CGCS2000 / 3-degree Gauss-Kruger zone 37)" in found.text
    True
    >>> chinese_contradiction(np.array([13414369.88]), np.array([5627714.07])) is None
    True
    """
    for easting, northing in ((x, y), (y, x)):
        there = np.isfinite(easting) & np.isfinite(northing)
        if not there.any():
            continue
        zones, rest = np.divmod(easting[there], ZONE_M)
        north = northing[there]
        fits = _within(rest, EASTING_M) & _within(north, _NORTHING_M)
        if (fits & np.isin(zones, _OF_THREE)).mean() >= _MOSTLY and zones.max() > _LAST_OF_SIX:
            why = f"of which {GAUSS_KRUGER!r} has none beyond {_LAST_OF_SIX}, and in China zones 25"
            return _contradiction(zones[fits], _OF_THREE, f"{why} to 45 are of three degrees")
        if (fits & np.isin(zones, _OF_SIX)).mean() >= _MOSTLY and (north < _SOUTH_OF_M).any():
            why = f"and {(north < _SOUTH_OF_M).sum()} places are south of 35 N, where"
            return _contradiction(
                zones[fits], _OF_SIX, f"{why} crs={GAUSS_KRUGER!r} is not used, as in China"
            )
    return None


def _within(numbers: Floats, bounds: tuple[float, float]) -> Booleans:
    return np.asarray((numbers >= bounds[0]) & (numbers <= bounds[1]))


def _contradiction(zones: Floats, of: range, why: str) -> Contradiction:
    found = sorted({int(zone) for zone in zones if zone in of})
    modern, *older = _FIRST_CODES[of.start]
    codes = {zone: modern + zone - of.start for zone in found}
    others = " or ".join(f"EPSG:{first + found[0] - of.start}" for first in older)
    other = f"on Xian 1980 and Beijing 1954, zone {found[0]} is {others}"
    if len(found) == 1:
        code = codes[found[0]]
        cure = f"give crs='EPSG:{code}' ({_name(code)})"
    else:
        shown = listed([f"EPSG:{code} ({_name(code)})" for code in codes.values()])
        cure = f"read the rows of each {MERGE}: {shown}"
    start = f"the eastings begin with the zones {listed([*map(str, found)])}"
    return Contradiction(f"{start}, {why}; {cure}; {other}", is_certain=True)


def _name(code: int) -> str:
    return str(CRS.from_epsg(code).name)
