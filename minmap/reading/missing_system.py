"""The error for a grid without a system: first the one that the table's own words name."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from pyproj.database import CRSInfo, query_crs_info
from pyproj.enums import PJType

from minmap.coordinates.reference_systems import GAUSS_KRUGER
from minmap.errors import CRSError
from minmap.geodesy.crs import missing_crs
from minmap.geodesy.crs_suggestions import Stated
from minmap.geodesy.zones import GAUSS_KRUGER_ZONES, ZONE_M, ZONED_FROM_M
from minmap.places.named_lands import lands_named
from minmap.reading.column_evidence import Values
from minmap.reading.headings import strengths, words_of
from minmap.reading.stated_places import land_of_states
from minmap.reading.stated_systems import (
    Zone,
    codes_of,
    datums_of,
    headed_datum,
    headed_system,
    headed_zone,
    zone_of,
    zones_of,
)
from minmap.reading.zone_places import order_that_fits, pair_numbers
from minmap.table import listed
from minmap.vocabulary.spelling import normalise

GERMAN_ZONES: Final = {zone: 31_464 + zone for zone in range(2, 6)}
"""EPSG codes of DHDN / 3-degree Gauss-Kruger by the zone, which eastings begin with."""
GERMAN_UTM: Final = {31: 5649, 32: 4647, 33: 5650}
"""EPSG codes of ETRS89 / UTM by the zone that German eastings begin with."""
_GERMAN_NORTHINGS: Final = (5_200_000, 6_150_000)
_KROVAK, _KROVAK_POSITIVE = 5514, 5513
_UNSTATED: Final = "WGS 84"
_OF_COUNTRY: Final = {"Argentina": "POSGAR 2007"}
"""Datums of countries whose zones have eastings that begin with the zone."""
_ZONE_NAMES: Final = (
    "UTM zone {0}{1}", "MGA zone {0}", "Gauss-Kruger zone {0}", "Gauss-Kruger CM {2}E",
    "Argentina {0}",
)  # fmt: skip
# Zones of Australia without its islands, which have other codes.
_UTM: Final = re.compile(r"UTM zone \d+[NS]|MGA zone (?:49|5[0-6])")
_MERGE: Final = "read the rows of each with its own crs, and put the tables together with"


def missing_system(
    label: str, values: Mapping[str, Values], columns: tuple[str, ...], x: float, y: float
) -> CRSError:
    """Return the error for coordinates of a grid whose system is not given.

    Parameters
    ----------
    label
        Name of the file.
    values
        Values of each column.
    columns
        The columns of the coordinates.
    x, y
        A middle easting and northing.
    """
    lands = lands_of_table(values, label)
    several, is_certain = _several(values, columns, lands)
    if is_certain:
        return CRSError(f"{label} has no coordinate reference system, and {several}")
    stated, hints = _stated(values, columns, (x, y), lands)
    german = are_german(values)
    zone = int(x // ZONE_M)
    if not stated and (code := german_utm(columns, x, y, lands)):
        stated, german = [Stated(code, "as German eastings of UTM begin with their zone")], True
    if german and not stated and zone in GERMAN_ZONES:
        why = "as German eastings (Rechtswert) begin with a zone of three degrees"
        stated = [Stated(GERMAN_ZONES[zone], why)]
    # German eastings begin with their zone too, but are of another system.
    elif not german:
        hints += _of_zoned(x, y, lands)
    hints += f" If that is the zone of the grid: {several}" if several else ""
    error = missing_crs(label, [x, y, x, y], countries=lands, stated=stated)
    return CRSError(f"{error}{hints}")


def _of_zoned(x: float, y: float, lands: gpd.GeoSeries) -> str:
    """Return a hint at eastings that begin with a zone of six degrees, if these fit the table."""
    if x < ZONED_FROM_M:
        return ""
    hint = f" For eastings that begin with their zone: crs={GAUSS_KRUGER!r}"
    if not len(lands.dropna()):
        return (
            f"{hint}, which are zones of six degrees, as in the former Soviet Union; zones of "
            "three degrees have EPSG codes of their own, named if the table has a country."
        )
    zones = {int(easting // ZONE_M) for easting in (x, y)} & {*GAUSS_KRUGER_ZONES}
    orders = [order_that_fits(28_400 + zone, x, y, lands) for zone in zones]
    return "" if all(order is None for order in orders) else f"{hint}."


def german_utm(columns: Iterable[str], x: float, y: float, lands: gpd.GeoSeries) -> int | None:
    """Return the EPSG code of UTM with the zone before the easting; None if numbers are not of it.

    Headings say "UTM", or are German.

    Examples
    --------
    >>> from minmap.places.country_polygons import land_of
    >>> german_utm(["Ostwert (UTM)", "Nordwert (UTM)"], 32_597_720, 5_749_757, land_of([]))
    4647
    >>> german_utm(["Easting", "Northing"], 32_597_720, 5_749_757, land_of([])) is None
    True
    """
    code = GERMAN_UTM.get(int(x // ZONE_M))
    low, high = _GERMAN_NORTHINGS
    words = {word for column in columns for word in normalise(column).split()}
    is_headed = "utm" in words or not words_of("german grid").isdisjoint(words)
    if code is None or not low <= y <= high or not is_headed:
        return None
    return code if order_that_fits(code, x, y, lands) is False else None


def lands_of_table(values: Mapping[str, Values], label: str) -> gpd.GeoSeries:
    """Return the land of the countries that a table names, or of its states."""
    named = lands_named((sampled.texts for sampled in values.values()), label)
    if named.empty:
        of_states = (v.texts for column, v in values.items() if "admin1" in strengths(column))
        named = land_of_states(of_states)
    return named


def are_german(headings: Mapping[str, Values]) -> bool:
    """Return whether a table has the German headings of a grid, such as "Rechtswert"."""
    words = {word for column in headings for word in normalise(column).split()}
    return not words_of("german grid").isdisjoint(words)


def _several(
    values: Mapping[str, Values], columns: tuple[str, ...], lands: gpd.GeoSeries
) -> tuple[str, bool]:
    """Return what to say of a table in several zones or systems, and whether these are certain."""
    for codes in codes_of(values, columns):
        if len(codes.codes) > 1:
            shown = listed([f"EPSG:{code}" for code in codes.codes])
            return f"{codes.column!r} has {shown}; {_MERGE} minmap.merge.", True
    zones, where, is_certain = _zones(values, columns)
    if len({zone.number for zone in zones}) < 2:
        return "", False
    stated = _datum(values, columns)[0]
    own = [datum for country, datum in _OF_COUNTRY.items() if country in lands.index]
    datums = [stated] if stated else [*own, _UNSTATED]
    found = _codes_of_zones(values, columns, lands, datums)
    if not (found or is_certain):
        return "", False  # no zones of a grid
    is_certain = is_certain or _begin_with(values, columns, {zone.number for zone in zones})
    each = ", ".join(
        f"{zone} on {datum} has crs='EPSG:{code}'" for zone, (datum, code) in sorted(found.items())
    )
    shown = listed([*map(str, zones)])
    each = f": {each}" if each else ""
    return f"{where} has the zones {shown}; {_MERGE} minmap.merge{each}.", is_certain


def _codes_of_zones(
    values: Mapping[str, Values],
    columns: tuple[str, ...],
    lands: gpd.GeoSeries,
    datums: Iterable[str],
) -> dict[Zone, tuple[str, int]]:
    """Return the datum and the EPSG code of each zone whose places fit the table.

    Where no country shows the side of the equator, all zones are on that which fits most of them.
    """
    zones, _, _ = _zones(values, columns)
    points = {zone: _middle_of_zone(values, columns, zone) for zone in zones}
    on_sides = [
        {
            zone: (datum, fitting[0].epsg)
            for datum in datums
            for zone, point in points.items()
            if point and (fitting := _fitting(_codes(datum, zone, side), "", point, lands))
        }
        for side in _sides(lands)
    ]
    return max(on_sides, key=len)


def _begin_with(values: Mapping[str, Values], columns: tuple[str, ...], zones: set[int]) -> bool:
    """Return whether the numbers in one of the columns begin with zones."""
    numbers = pair_numbers(values, columns)
    return any({*(numbers[axis] // ZONE_M)} == zones for axis in numbers)


def _middle_of_zone(
    values: Mapping[str, Values], columns: tuple[str, ...], zone: Zone
) -> tuple[float, float] | None:
    """Return a middle easting and northing of the rows in a zone."""
    numbers = pair_numbers(values, columns)
    for zones in zones_of(values):
        if zone not in zones.counts:
            continue  # another column with zones, as of a projection beside those of the rows
        texts = values[zones.column].texts
        rows = texts.index[[zone_of(text) == zone for text in texts]]
        numbers = numbers.loc[numbers.index.intersection(rows)]
    if numbers.empty:
        return None
    x, y = (float(numbers[axis].quantile(0.5, "nearest")) for axis in ("x", "y"))
    return x, y


def _fitting(
    codes: Iterable[int], why: str, point: tuple[float, float], lands: gpd.GeoSeries
) -> list[Stated]:
    """Return the systems whose place for a point fits the table."""
    orders = {code: order_that_fits(code, *point, lands) for code in codes}
    return [Stated(code, why, order) for code, order in orders.items() if order is not None]


def _stated(
    values: Mapping[str, Values],
    columns: tuple[str, ...],
    point: tuple[float, float],
    lands: gpd.GeoSeries,
) -> tuple[list[Stated], str]:
    """Return the system that the table names, on both sides if need be, and what else to say."""
    for codes in codes_of(values, columns):
        return [Stated(codes.codes[0], f"as {codes.column!r} says")], ""
    headed = headed_system(columns)
    if headed == _KROVAK and min(point) > 0:  # its numbers are negative
        headed = _KROVAK_POSITIVE
    if headed is not None:
        return [Stated(headed, f"which {' and '.join(columns)} name")], ""
    name, of_datum = _datum(values, columns)
    zones, of_zone, _ = _zones(values, columns)
    if len({zone.number for zone in zones}) != 1:
        why = f"as {of_datum} says of the datum"
        near = _codes_near(name, lands) if name else []
        return _fitting(near, why, point, lands), _of_datum(name, of_datum)
    if name:
        why = f"as {of_zone} and {of_datum} say" if of_zone != of_datum else f"as {of_zone} say"
    else:
        why = f"as {of_zone} says, if the datum is {_UNSTATED}"
    return _fitting(_codes(name or _UNSTATED, zones[0], *_sides(lands)), why, point, lands), ""


def _datum(values: Mapping[str, Values], columns: tuple[str, ...]) -> tuple[str, str]:
    """Return the name of the datum that most values or the headings name, and where."""
    for datums in datums_of(values):
        most = max(datums.epsg, key=lambda text: datums.shares[text])
        return CRS.from_epsg(datums.epsg[most]).name, repr(datums.column)
    code = headed_datum(columns)
    return ("", "") if code is None else (CRS.from_epsg(code).name, " and ".join(columns))


def _zones(values: Mapping[str, Values], columns: tuple[str, ...]) -> tuple[list[Zone], str, bool]:
    """Return the zones that a column or the headings name, where, and if they are of a grid."""
    for zones in sorted(zones_of(values), key=lambda each: not each.is_certain):
        return zones.zones, repr(zones.column), zones.is_certain
    zone = headed_zone(columns)
    return ([], "", False) if zone is None else ([zone], " and ".join(columns), True)


def _codes(datum: str, zone: Zone, *unstated: str) -> list[int]:
    """Return the EPSG codes of a zone of a datum; on the sides `unstated` if it states none."""
    sides = [zone.side] if zone.side else unstated
    meridian = 6 * zone.number - 3  # the zones of Gauss-Krüger
    names = [
        pattern.format(zone.number, side, meridian) for side in sides for pattern in _ZONE_NAMES
    ]
    known = _grids(datum)
    return [*dict.fromkeys(int(known[name].code) for name in names if name in known)]


def _codes_near(datum: str, lands: gpd.GeoSeries) -> list[int]:
    """Return the EPSG codes of the zones of UTM of a datum that are used where countries are."""
    boxes = [shapely.box(*land.bounds) for land in lands.dropna()]
    found = []
    for name, info in _grids(datum).items():
        area = info.area_of_use
        if area is None or not _UTM.fullmatch(name):
            continue
        used = shapely.box(area.west, area.south, area.east, area.north)
        if any(used.intersects(box) for box in boxes):
            found.append(int(info.code))
    return found


def _sides(lands: gpd.GeoSeries) -> list[str]:
    bounds = np.array([land.bounds for land in lands.dropna()]).reshape(-1, 4)
    if bounds.size and bounds[:, 1].min() >= 0:
        return ["N"]
    if bounds.size and bounds[:, 3].max() <= 0:
        return ["S"]
    return ["N", "S"]


def _of_datum(name: str, where: str) -> str:
    """Return a hint at the zones of a datum."""
    known = _grids(name) if name else {}
    zones = sorted((int(info.code), rest) for rest, info in known.items() if _UTM.fullmatch(rest))
    if not zones:
        return f" The datum is {name}, by {where}." if name else ""
    (first, one), (last, other) = zones[0], zones[-1]
    return (
        f" The datum is {name}, by {where}: EPSG:{first} ({name} / {one}) to EPSG:{last} "
        f"({other}) are its zones of UTM."
    )


@cache
def _grids(datum: str) -> Mapping[str, CRSInfo]:
    """Return the grids of a datum, by their names without the datum."""
    known = query_crs_info(auth_name="EPSG", pj_types=PJType.PROJECTED_CRS)
    start = f"{datum} / "
    return {
        info.name.removeprefix(start): info
        for info in known
        if info.name.startswith(start) and not info.deprecated
    }
