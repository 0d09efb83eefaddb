"""Points from two columns of coordinates or from one, with how they came about and how exact."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyproj import CRS

from minmap.coordinates.column import Readings, read_column
from minmap.coordinates.notation import DECIMAL, LATITUDE, LONGITUDE, NO_AXIS, SPELLINGS
from minmap.coordinates.pairs import split_column
from minmap.coordinates.reference_systems import (
    GAUSS_KRUGER,
    OnGlobe,
    crs_name,
    is_degrees,
    require_map,
    to_globe,
)
from minmap.types import Booleans, Floats, Integers
from minmap.vocabulary import TEXT

# Zones of Pulkovo 1942 / Gauss-Krüger in the EPSG data set: 28402 to 28432. A zone is 6 degrees
# wide, 668 km at the equator, about a false easting of 500 km; some overlap is usual.
_FIRST_ZONE, _LAST_ZONE = 2, 32
_ZONE: Final = 1_000_000.0
_EASTING_M: Final = (100_000.0, 900_000.0)
# Pulkovo 1942 is used from 35.14 to 81.91 N (EPSG:4284); these are the ways from the equator to
# there along the meridian, rounded outwards.
_NORTHING_M: Final = (3_800_000.0, 9_200_000.0)


@dataclass(frozen=True)
class Placed:
    """Points in EPSG:4326, one a row; arrays of shape (n,).

    Attributes
    ----------
    longitude, latitude
        Degrees; both NaN where the row has no point. Numbers off the globe stay as they are.
    uncertainty_m
        How far off the point may be because of the last unit given and of the transformation;
        NaN where that is unknown.
    method
        How the point came about, such as "decimal degrees"; missing where there is none.
    unread_x, unread_y
        Whether there was a text in that column that could not be read.
    """

    longitude: Floats
    latitude: Floats
    uncertainty_m: Floats
    method: pd.Series
    unread_x: Booleans
    unread_y: Booleans

    @property
    def unread(self) -> Booleans:
        """Whether a text of the row could not be read."""
        return self.unread_x | self.unread_y


def place(x: pd.Series, y: pd.Series, *, crs: Any) -> Placed:
    """Read two columns of coordinates.

    Parameters
    ----------
    x, y
        Texts of longitude and latitude, or of easting and northing; the same index. Not changed.
        Degrees may be decimal, degrees and minutes, or degrees, minutes and seconds, with points
        or commas, signs or letters (also Russian and Chinese); letters that say otherwise go
        before the order of the columns. Numbers of a grid may have thousands separators. A text
        that could mean two things, minutes or seconds of 60 and more, and letters that contradict
        each other are unread.
    crs
        What the numbers are: anything that pyproj takes, or `GAUSS_KRUGER`, where each record's
        zone is told by the digits before its easting. There the column with the zone is the
        easting, since X is the northing in Russian usage. Zones 3 to 9 (12 to 54 E) have
        eastings that could be northings: where both orders are possible, a row follows the other
        rows if those all say one order, and else the order given. Northings are those of 35 to
        82 N, where the system is used.

    Returns
    -------
    Placed
        The uncertainty is half the last given unit in both axes, as the length of the diagonal on
        the ellipsoid (`minmap.coordinates.precision.radius_m`), plus the accuracy of the
        transformation to WGS84. Of two decimal numbers the finer unit counts for both: whoever
        reads a place off a map reads both axes alike, and many programs drop zeros at the end, so
        that 47 beside 79.9167 was 47.0000. For more than seven decimals see
        `minmap.coordinates.precision.given_unit`. The method names the transformation.

    Raises
    ------
    CRSError
        If `crs` is no system of places on a map.

    Examples
    --------
    >>> x, y = pd.Series(["67.40", "67 24 E", "here"]), pd.Series(["48.50", "48 30 N", "48"])
    >>> placed = place(x, y, crs="EPSG:4326")
    >>> placed.longitude.tolist(), placed.uncertainty_m.round().tolist()
    ([67.4, 67.4, nan], [668.0, 1113.0, nan])
    >>> placed.method.tolist(), placed.unread.tolist()
    (['decimal degrees', 'degrees and minutes', nan], [False, False, True])
    >>> grid = place(pd.Series(["5300000"]), pd.Series(["13400000"]), crs="gauss-kruger")
    >>> grid.method.item()
    'EPSG:28413 by zone prefix (northing in the first column), Pulkovo 1942 to WGS 84 (20), 3 m'
    """
    return _place(x, y, crs, note="")


def place_pairs(text: pd.Series, *, crs: Any) -> Placed:
    """Read a column that holds both coordinates of a record.

    Parameters
    ----------
    text
        Such as ``"48.5, 67.4"``, ``"47,5; 67,4"``, ``"48°27'N 67°24'E"``, ``"POINT (67.4 48.5)"``.
        Without letters the latitude comes first; on a grid, and in WKT, the easting. Not changed.
    crs
        As in `place`.

    Returns
    -------
    Placed
        ``unread_x`` and ``unread_y`` are the same.

    Raises
    ------
    CRSError
        If `crs` is no system of places on a map.

    Examples
    --------
    >>> placed = place_pairs(pd.Series(["48.5, 67.4", "67,4 E; 48,5 N", "67.4"]), crs="EPSG:4326")
    >>> placed.longitude.tolist(), placed.latitude.tolist(), placed.unread.tolist()
    ([67.4, 67.4, nan], [48.5, 48.5, nan], [False, False, True])
    """
    x, y = split_column(text, degrees=_in_degrees(crs_name(crs)))
    placed = _place(x, y, crs, note=" from one text")
    unread = text.notna().to_numpy(dtype=bool) & ~np.isfinite(placed.longitude)
    return Placed(
        placed.longitude, placed.latitude, placed.uncertainty_m, placed.method, unread, unread
    )


def _in_degrees(name: str) -> bool:
    return name != GAUSS_KRUGER and is_degrees(require_map(CRS.from_user_input(name)))


def _place(x: pd.Series, y: pd.Series, crs: Any, *, note: str) -> Placed:
    name = crs_name(crs)
    degrees = _in_degrees(name)
    with ThreadPoolExecutor() as beside:
        east, north = beside.map(partial(read_column, degrees=degrees), (x, y))
    swapped, against = _axes(east, north)
    first, second = east, north
    east, north = _equally_fine(*_exchange(first, second, swapped))
    usable = np.isfinite(east.value) & np.isfinite(north.value) & ~against
    if name == GAUSS_KRUGER:
        globe, how = _by_zone(east, north, usable)
    else:
        globe, how = _in_one(east, north, usable, name)
    usable &= np.isfinite(globe.longitude) & np.isfinite(globe.latitude)
    lost = first.given & second.given & np.isfinite(first.value + second.value) & ~usable
    return Placed(
        np.where(usable, globe.longitude, np.nan),
        np.where(usable, globe.latitude, np.nan),
        np.where(usable & np.isfinite(globe.uncertainty_m), globe.uncertainty_m, np.nan),
        _methods(how, (east, north, swapped), globe, usable, note=note, index=x.index),
        (first.given & ~np.isfinite(first.value)) | lost,
        (second.given & ~np.isfinite(second.value)) | lost,
    )


def _axes(x: Readings, y: Readings) -> tuple[Booleans, Booleans]:
    """Return where letters exchange the columns, and where they contradict each other."""
    against = (x.axis == y.axis) & (x.axis != NO_AXIS)
    swapped = ((x.axis == LATITUDE) | (y.axis == LONGITUDE)) & ~against
    return swapped, against


def _exchange(x: Readings, y: Readings, rows: Booleans) -> tuple[Readings, Readings]:
    if not rows.any():
        return x, y

    def mixed(one: Readings, other: Readings) -> Readings:
        names = ("value", "half", "axis", "spelling", "given")
        return Readings(*(np.where(rows, getattr(other, n), getattr(one, n)) for n in names))

    return mixed(x, y), mixed(y, x)


def _equally_fine(east: Readings, north: Readings) -> tuple[Readings, Readings]:
    """Give both decimal numbers of a pair the finer unit of the two."""
    decimal = (east.spelling == DECIMAL) & (north.spelling == DECIMAL)
    finer = np.fmin(east.half, north.half)
    return (
        replace(east, half=np.where(decimal, finer, east.half)),
        replace(north, half=np.where(decimal, finer, north.half)),
    )


_How = tuple[Integers, Callable[[int], str]]
"""A number for the system of each row, and what the number stands for."""


def _in_one(east: Readings, north: Readings, usable: Booleans, name: str) -> tuple[OnGlobe, _How]:
    crs = require_map(CRS.from_user_input(name))
    x, y = (np.where(usable, reading.value, np.nan) for reading in (east, north))
    globe = to_globe(x, y, east.half, north.half, crs)
    label = name if name.startswith("EPSG:") else crs.name
    if is_degrees(crs):
        label = "" if name == "EPSG:4326" else f" in {label}"
    return globe, (np.zeros(len(x), dtype=np.int64), lambda _: label)


def _by_zone(east: Readings, north: Readings, usable: Booleans) -> tuple[OnGlobe, _How]:
    flipped = _flipped(east.value, north.value, usable)
    east, north = _exchange(east, north, flipped)
    fits = usable & _zoned(east.value) & _northing(north.value)
    zone = np.where(fits, east.value // _ZONE, 0).astype(np.int64)
    rows = len(zone)
    longitude, latitude, uncertainty = (np.full(rows, np.nan) for _ in range(3))
    way, ways = np.zeros(rows, dtype=np.int64), {"": 0}
    for number in np.unique(zone[fits]).tolist():
        here = fits & (zone == number)
        crs = CRS.from_epsg(28400 + number)
        globe = to_globe(
            east.value[here], north.value[here], east.half[here], north.half[here], crs
        )
        longitude[here], latitude[here] = globe.longitude, globe.latitude
        uncertainty[here] = globe.uncertainty_m
        way[here] = np.array([ways.setdefault(text, len(ways)) for text in globe.ways])[globe.way]

    def label(system: int) -> str:
        number, first = divmod(system, 2)
        order = " (northing in the first column)" if first else ""
        return f"EPSG:{28400 + number} by zone prefix{order}"

    return OnGlobe(longitude, latitude, uncertainty, way, tuple(ways)), (2 * zone + flipped, label)


def _zoned(values: Floats) -> Booleans:
    zone, easting = np.divmod(values, _ZONE)
    fits: Booleans = (zone >= _FIRST_ZONE) & (zone <= _LAST_ZONE)
    low, high = _EASTING_M
    return fits & (easting >= low) & (easting <= high)


def _northing(values: Floats) -> Booleans:
    low, high = _NORTHING_M
    fits: Booleans = (values >= low) & (values <= high)
    return fits


def _flipped(x: Floats, y: Floats, usable: Booleans) -> Booleans:
    """Return the rows whose easting stands in the column of the northing."""
    as_given = usable & _zoned(x) & _northing(y)
    other_way = usable & _zoned(y) & _northing(x)
    told = as_given ^ other_way
    if (told & other_way).any() and not (told & as_given).any():
        return other_way
    return other_way & ~as_given


def _methods(
    how: _How,
    rows: tuple[Readings, Readings, Booleans],
    globe: OnGlobe,
    usable: Booleans,
    *,
    note: str,
    index: pd.Index,
) -> pd.Series:
    system, label = how
    east, north, swapped = rows
    kinds, ways = len(SPELLINGS), len(globe.ways)
    keys = ((system * ways + globe.way) * kinds + east.spelling) * kinds + north.spelling
    keys = np.where(usable, keys * 2 + swapped, -1)
    found, positions = np.unique(keys, return_inverse=True)
    texts: list[str | None] = []
    for key in found.tolist():
        if key < 0:
            texts.append(None)
            continue
        rest, exchanged = divmod(key, 2)
        rest, y_kind = divmod(rest, kinds)
        rest, x_kind = divmod(rest, kinds)
        number, way = divmod(rest, ways)
        parts = [f"{_spelled(x_kind, y_kind)}{label(number)}{note}"]
        parts += ["axes told by letters"] if exchanged else []
        parts += [globe.ways[way]] if globe.ways[way] else []
        texts.append(", ".join(parts))
    array = pa.array(texts, type=pa.large_string()).take(pa.array(positions))
    return pd.Series(TEXT.__from_arrow__(array), index=index)  # type: ignore[attr-defined]


def _spelled(x_kind: int, y_kind: int) -> str:
    x, y = (
        "" if SPELLINGS[kind] == "grid coordinates" else SPELLINGS[kind]
        for kind in (x_kind, y_kind)
    )
    return x if x == y else f"latitude in {y}, longitude in {x}"
