"""The error for a grid without a system: first the one that the table's own words name."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

import geopandas as gpd
import numpy as np
from pyproj import CRS
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from minmap.coordinates.reference_systems import GAUSS_KRUGER
from minmap.errors import CRSError
from minmap.geodesy.crs import missing_crs
from minmap.geodesy.crs_suggestions import Stated
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
    zones_of,
)
from minmap.table import listed
from minmap.vocabulary.spelling import normalise

_ZONED_FROM: Final = 2_100_000
"""The smallest easting that begins with its zone."""
GERMAN_ZONES: Final = {zone: 31_464 + zone for zone in range(2, 6)}
"""EPSG codes of DHDN / 3-degree Gauss-Kruger by the zone, which eastings begin with."""
_UNSTATED: Final = "WGS 84"
_ZONE_NAMES: Final = ("UTM zone {0}{1}", "MGA zone {0}", "Gauss-Kruger zone {0}")
_UTM: Final = re.compile(r"UTM zone \d+[NS]")
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
    lands = named_lands(values, label)
    several, is_certain = _several(values, columns, lands)
    if is_certain:
        return CRSError(f"{label} has no coordinate reference system, and {several}")
    stated, hints = _stated(values, columns, lands)
    german = are_german(values)
    zone = int(x // 1_000_000)
    if german and not stated and zone in GERMAN_ZONES:
        why = "as German eastings (Rechtswert) begin with a zone of three degrees"
        stated = [Stated(GERMAN_ZONES[zone], why)]
    # German eastings begin with their zone too, but are of another system.
    elif x >= _ZONED_FROM and not german:
        hints += f" For eastings that begin with their zone: crs={GAUSS_KRUGER!r}."
    hints += f" If that is the zone of the grid: {several}" if several else ""
    error = missing_crs(label, [x, y, x, y], countries=lands, stated=stated)
    return CRSError(f"{error}{hints}")


def named_lands(values: Mapping[str, Values], label: str) -> gpd.GeoSeries:
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
    datum = _datum(values, columns)[0] or _UNSTATED
    found = {zone: epsg[0] for zone in zones if (epsg := _codes(datum, zone, lands))}
    each = ", ".join(f"{zone} on {datum} has crs='EPSG:{code}'" for zone, code in found.items())
    shown = listed([*map(str, zones)])
    each = f": {each}" if each else ""
    return f"{where} has the zones {shown}; {_MERGE} minmap.merge{each}.", is_certain


def _stated(
    values: Mapping[str, Values], columns: tuple[str, ...], lands: gpd.GeoSeries
) -> tuple[list[Stated], str]:
    """Return the system that the table names, on both sides if need be, and what else to say."""
    for codes in codes_of(values, columns):
        return [Stated(codes.codes[0], f"as {codes.column!r} says")], ""
    headed = headed_system(columns)
    if headed is not None:
        return [Stated(headed, f"which {' and '.join(columns)} name")], ""
    name, of_datum = _datum(values, columns)
    zones, of_zone, _ = _zones(values, columns)
    if len({zone.number for zone in zones}) != 1:
        return [], _of_datum(name, of_datum)
    if name:
        why = f"as {of_zone} and {of_datum} say" if of_zone != of_datum else f"as {of_zone} say"
    else:
        why = f"as {of_zone} says, if the datum is {_UNSTATED}"
    return [Stated(code, why) for code in _codes(name or _UNSTATED, zones[0], lands)], ""


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


def _codes(datum: str, zone: Zone, lands: gpd.GeoSeries) -> list[int]:
    """Return the EPSG codes of a zone of a datum; of both sides if the side is not known."""
    sides = [zone.side] if zone.side else _sides(lands)
    names = [pattern.format(zone.number, side) for side in sides for pattern in _ZONE_NAMES]
    known = _grids(datum)
    return [*dict.fromkeys(known[name] for name in names if name in known)]


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
    zones = sorted((code, rest) for rest, code in known.items() if _UTM.fullmatch(rest))
    if not zones:
        return f" The datum is {name}, by {where}." if name else ""
    (first, one), (last, other) = zones[0], zones[-1]
    return (
        f" The datum is {name}, by {where}: EPSG:{first} ({name} / {one}) to EPSG:{last} "
        f"({other}) are its zones of UTM."
    )


@cache
def _grids(datum: str) -> Mapping[str, int]:
    """Return the EPSG codes of the grids of a datum, by their names without the datum."""
    known = query_crs_info(auth_name="EPSG", pj_types=PJType.PROJECTED_CRS)
    start = f"{datum} / "
    return {
        info.name.removeprefix(start): int(info.code)
        for info in known
        if info.name.startswith(start) and not info.deprecated
    }
