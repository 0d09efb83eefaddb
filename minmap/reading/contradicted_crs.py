"""A CRS that the user gives, held against the zones, datums and EPSG codes in the table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
from pyproj import CRS, Transformer

from minmap.coordinates.precision import offset_length_m
from minmap.coordinates.reference_systems import GAUSS_KRUGER, to_wgs84
from minmap.errors import CRSError
from minmap.geodesy.zones import ZONE_M, zone_numbers
from minmap.reading.column_evidence import Values
from minmap.reading.contradicted_belts import contradicting_belts
from minmap.reading.contradiction import MERGE, ONE_AMONG, Contradiction
from minmap.reading.stated_systems import Codes, Datums, Zone, Zones, codes_of, datums_of, zones_of
from minmap.table import listed

FAR_M: Final = 10.0
"""Datums that put a point farther apart than this contradict each other."""
_MOSTLY, _HALF = 0.8, 0.5
# Northings of band S of UTM, 32 to 40 N, with which "S" need not be the south.
_BAND_S_M: Final = (3_500_000.0, 4_450_000.0)


@dataclass(frozen=True)
class _Known:
    """The millions of the numbers in each column of coordinates, and the countries of the table."""

    digits: list[set[float]]
    lands: Callable[[], gpd.GeoSeries]


def contradictions(
    values: Mapping[str, Values],
    crs: str,
    pair: tuple[str, ...],
    point: tuple[float, float],
    lands: Callable[[], gpd.GeoSeries],
) -> list[Contradiction]:
    """Return what a table says against a CRS, the worst first.

    It may do so in columns of zones, meridians, datums and EPSG codes, in the headings of the
    coordinates and with the first digits of the eastings.

    Parameters
    ----------
    values
        Values of each column.
    crs
        Name of a projected CRS, or `GAUSS_KRUGER`.
    pair
        The columns of the coordinates.
    point
        A middle easting and northing.
    lands
        Returns the land of the countries that the table names.
    """
    found: list[Contradiction | None] = []
    if crs == GAUSS_KRUGER:
        system = CRS.from_epsg(4284)
        place = (75.0, 50.0)  # a place in the middle of the land where it is used
    else:
        system = CRS.from_user_input(crs)
        found += [_of_codes(codes, system, crs, point) for codes in codes_of(values, pair)]
        found += contradicting_belts(values, system, crs, pair)
        digits = [{*(values[column].numbers // ZONE_M).tolist()} for column in pair]
        found += [
            _of_zones(zones, system, crs, point[1], _Known(digits, lands))
            for zones in zones_of(values)
        ]
        place = _geographic(system, point)
    found += [_of_datums(datums, system, crs, place) for datums in datums_of(values)]
    return sorted((one for one in found if one), key=lambda one: not one.is_certain)


def _of_codes(
    codes: Codes, system: CRS, crs: str, point: tuple[float, float]
) -> Contradiction | None:
    other = [code for code in codes.codes if not _is_same(CRS.from_epsg(code), system, point)]
    if not other:
        return None
    if len(codes.codes) > 1:
        shown = listed([f"EPSG:{code}" for code in codes.codes])
        text = f"{codes.column!r} has {shown}, and crs= is that of one; read the rows of each"
        return Contradiction(f"{text} {MERGE}", is_certain=True)
    text = f"{codes.column!r} says EPSG:{other[0]}, and crs={crs!r} is another"
    return Contradiction(f"{text}; give crs='EPSG:{other[0]}'", is_certain=True)


def _is_same(one: CRS, other: CRS, point: tuple[float, float]) -> bool:
    """Return whether two grids put a point into one place, as ETRS89 and WGS 84 do."""
    if one.equals(other, ignore_axis_order=True):
        return True
    apart = _distance_m(one, other, *point)
    return bool(np.isfinite(apart) and apart <= FAR_M)


def _of_zones(
    zones: Zones, system: CRS, crs: str, northing: float, known: _Known
) -> Contradiction | None:
    numbers, side = zone_numbers(system)
    other = [
        zone
        for zone in zones.zones
        if numbers and (zone.number not in numbers or _is_other_side(zone, side, northing))
    ]
    rows = sum(zones.counts[zone] for zone in other)
    if rows == 1 and sum(zones.counts.values()) >= ONE_AMONG:
        text = f"{zones.column!r} says zone {other[0]} in one row, and crs={crs!r} ({system.name})"
        return Contradiction(f"{text} is that of the others; check that row", is_certain=False)
    if len({zone.number for zone in zones.zones}) > 1:
        shown = listed(list(map(str, zones.zones)))
        is_certain = not zones.is_plain or _are_of_grid(zones, numbers, known)
        each = f"read the rows of each zone {MERGE}"
        each = f"and crs= is that of one; {each}" if is_certain else f"if these are its: {each}"
        of_grid = "," if is_certain else ", which seem to be none of the grid;"
        return Contradiction(f"{zones.column!r} has the zones {shown}{of_grid} {each}", is_certain)
    if not other:
        return None
    text = f"{zones.column!r} says zone {other[0]}, and crs={crs!r} ({system.name}) is of another"
    return Contradiction(f"{text}; give the crs of that zone", zones.is_certain)


def _are_of_grid(zones: Zones, numbers: frozenset[int], known: _Known) -> bool:
    """Return whether numbers under "Zone" may be zones of the grid of the points.

    They may if coordinates begin with them, or all are zones of the countries that the table names
    or, without these, if most rows are in the zone of the CRS or beside it.
    """
    if any({zone.number for zone in zones.counts} <= each for each in known.digits):
        return True
    named = known.lands().dropna()
    if len(named):
        west, east = named.bounds["minx"].min(), named.bounds["maxx"].max()
        possible = {*range(int(west // 6) + 31, int(east // 6) + 32)}
        possible |= {zone - 30 for zone in possible} | {*range(int(west // 3), int(east // 3) + 2)}
        return all(zone.number in possible for zone in zones.counts)
    if not numbers:
        return any(zone.side for zone in zones.counts)
    near = {number + step for number in numbers for step in (-1, 0, 1)}
    rows = sum(count for zone, count in zones.counts.items() if zone.number in near)
    return rows >= _HALF * sum(zones.counts.values())


def _is_other_side(zone: Zone, side: str, northing: float) -> bool:
    if not side or not zone.side or zone.side == side:
        return False
    low, high = _BAND_S_M
    return not (zone.side == "S" and low <= northing <= high)


def _of_datums(
    datums: Datums, system: CRS, crs: str, place: tuple[float, float]
) -> Contradiction | None:
    geographic = system.geodetic_crs
    if geographic is None:
        return None
    apart = {code: apart_m(place, geographic, code) for code in {*datums.epsg.values()}}
    other = [text for text, code in datums.epsg.items() if apart[code] > FAR_M]
    if not other:
        return None
    share = sum(datums.shares[text] for text in other)
    worst = max(apart[datums.epsg[text]] for text in other)
    text = (
        f"{datums.column!r} says {listed(other)} ({share:.0%} of the values), and crs={crs!r} is "
        f"of the datum {geographic.name}, which puts places some {worst:.0f} m apart"
    )
    cure = "give the crs of that datum" if share >= _MOSTLY else f"read the rows of each {MERGE}"
    return Contradiction(f"{text}; {cure}", share >= _MOSTLY)


def _geographic(system: CRS, point: tuple[float, float]) -> tuple[float, float]:
    """Return the longitude and latitude of a point of a grid on the datum of the grid."""
    if system.geodetic_crs is None:
        return np.nan, np.nan
    to_degrees = Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
    longitude, latitude = to_degrees.transform(*point)
    return float(longitude), float(latitude)


def apart_m(place: tuple[float, float], one: CRS, code: int) -> float:
    """Return how far apart one longitude and latitude is on two datums; 0 if that is unknown."""
    if not np.isfinite(place).all():
        return 0.0
    apart = _distance_m(one, CRS.from_epsg(code), *place)
    return apart if np.isfinite(apart) else 0.0


def _distance_m(one: CRS, other: CRS, x: float, y: float) -> float:
    """Return how far apart one point is in two systems; NaN if that is unknown."""
    first_axis, second_axis, half = np.array([x]), np.array([y]), np.zeros(1)
    try:
        first, second = (to_wgs84(first_axis, second_axis, half, half, crs) for crs in (one, other))
    except CRSError:
        return float("nan")
    apart = (first.longitude - second.longitude, first.latitude - second.latitude)
    return float(offset_length_m(first.latitude, *apart)[0])
