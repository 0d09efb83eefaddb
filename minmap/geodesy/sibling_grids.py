"""The other zones of the grid to which a CRS belongs, by the names of EPSG."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from pyproj import CRS
from pyproj.database import query_crs_info
from pyproj.enums import PJType

_DIGITS: Final = re.compile(r"\d+")
_BETWEEN: Final = " / "


def same_datum(crs: CRS) -> Mapping[int, str]:
    """Return the grids with the datum of a grid, itself among them: their names by EPSG code.

    Examples
    --------
    >>> same_datum(CRS(26191))[26192]
    'Merchich / Sud Maroc'
    """
    datum, separator, _ = crs.name.partition(_BETWEEN)
    return _grids(datum + separator) if separator else {}


def siblings(crs: CRS) -> Mapping[int, CRS]:
    """Return the grids whose names differ from that of a grid in numbers only, by EPSG code.

    Examples
    --------
    >>> [siblings(CRS(2054))[code].name for code in (2053, 2054)]
    ['Hartebeesthoek94 / Lo29', 'Hartebeesthoek94 / Lo31']
    """
    stem = _DIGITS.sub("", crs.name)
    found = same_datum(crs).items()
    return {code: CRS.from_epsg(code) for code, name in found if _DIGITS.sub("", name) == stem}


@cache
def _grids(start: str) -> Mapping[int, str]:
    known = query_crs_info(auth_name="EPSG", pj_types=PJType.PROJECTED_CRS)
    return {
        int(info.code): info.name
        for info in known
        if info.name.startswith(start) and not info.deprecated
    }
