"""The zone or central meridian in the name of a sheet, held against the CRS that the user gives."""

import re
from typing import Any, Final

from pyproj import CRS

from minmap.coordinates.reference_systems import GAUSS_KRUGER, crs_name, is_grid
from minmap.errors import CRSError
from minmap.geodesy.zones import central_meridian, zone_numbers
from minmap.reading.headings import words_of
from minmap.reading.stated_meridians import headed_meridian, meridian_of
from minmap.reading.stated_systems import headed_zone, zone_of
from minmap.vocabulary.spelling import normalise

_DEGREES: Final = re.compile(r"\d{1,3}\s?[°º]\s?(?:\d{1,2})?['′’]?")
_NEAR_DEG: Final = 0.02
_FARTHEST_DEG: Final = 24.0
_FARTHEST_ZONES: Final = 4
"""Farther zones than these under a plain "Zone" may be those of a mine."""


def sheet_notes(name: str | None, label: str, crs: Any, *, is_free: bool) -> list[str]:
    """Return a note on a sheet whose name has another zone or meridian than `crs`.

    Parameters
    ----------
    name
        Name of the sheet or layer.
    label
        Name of the file.
    crs
        The CRS that the user gives, or None.
    is_free
        Whether the user does not name the columns of the coordinates.

    Raises
    ------
    CRSError
        If the name has another zone or meridian, and `is_free`.

    Examples
    --------
    >>> sheet_notes("Zone 55", "a.xlsx", 32755, is_free=True)
    []
    >>> sheet_notes("Zone 54", "a.xlsx", 32755, is_free=True)
    Traceback (most recent call last):
        ...
    minmap.errors.CRSError: a.xlsx: the sheet 'Zone 54' is named for zone 54, and crs='EPSG:32755'
    (WGS 84 / UTM zone 55S) is of another; read each sheet with layer= and its own crs, and put the
    tables together with minmap.merge. If that is not so, name the columns of the coordinates with
    columns=.
    """
    if name is None or crs is None or not is_grid(crs) or crs_name(crs) == GAUSS_KRUGER:
        return []
    system = CRS.from_user_input(crs)
    stated = _other_zone(name, system) or _other_meridian(name, system)
    if not stated:
        return []
    text = (
        f"the sheet {name!r} is named for {stated}, and crs={crs_name(crs)!r} ({system.name}) is "
        "of another; read each sheet with layer= and its own crs, and put the tables together "
        "with minmap.merge."
    )
    if is_free:
        cure = "If that is not so, name the columns of the coordinates with columns=."
        raise CRSError(f"{label}: {text} {cure}")
    return [text[0].upper() + text[1:]]


def _other_zone(name: str, system: CRS) -> str:
    """Return the zone in a name, if it is another than that of a grid."""
    words = {*normalise(name).split()}
    is_named = not words.isdisjoint(words_of("zone") | words_of("grid") | {"utm"})
    zone = (zone_of(name) if is_named else None) or headed_zone([name])
    numbers, _ = zone_numbers(system)
    if zone is None or not numbers or zone.number in numbers:
        return ""
    is_plain = "utm" not in normalise(name) and words.isdisjoint(words_of("grid"))
    nearest = min(abs(zone.number - number) for number in numbers)
    return "" if is_plain and nearest > _FARTHEST_ZONES else f"zone {zone}"


def _other_meridian(name: str, system: CRS) -> str:
    """Return the central meridian in a name, if it is another than that of a grid."""
    own = central_meridian(system)
    in_degrees = _DEGREES.search(name)
    stated = headed_meridian([name])
    if stated is None and in_degrees:
        stated = meridian_of(in_degrees[0])
    if own is None or stated is None or not _NEAR_DEG < abs(stated - own) <= _FARTHEST_DEG:
        return ""
    return f"the meridian {stated:g}"
