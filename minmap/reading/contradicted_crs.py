"""A CRS that the user gives, held against the zones, datums and EPSG codes in the table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from pyproj import CRS, Transformer

from minmap.coordinates.precision import offset_length_m
from minmap.coordinates.reference_systems import GAUSS_KRUGER, to_wgs84
from minmap.coordinates.zones import zone_numbers
from minmap.errors import CRSError
from minmap.reading.column_evidence import Values
from minmap.reading.stated_systems import Codes, Datums, Zone, Zones, codes_of, datums_of, zones_of
from minmap.table import listed

_FAR_M: Final = 10.0
"""Datums that put a point farther apart than this contradict each other."""
_MOSTLY: Final = 0.8
_MERGE: Final = "with its own crs, and put the tables together with minmap.merge"
# Northings of band S of UTM, 32 to 40 N, with which "S" need not be the south.
_BAND_S_M: Final = (3_500_000.0, 4_450_000.0)


@dataclass(frozen=True)
class Contradiction:
    """What contradicts a CRS, in words; `is_certain` if the table is refused for it."""

    text: str
    is_certain: bool


def contradictions(
    values: Mapping[str, Values], crs: str, pair: tuple[str, ...], point: tuple[float, float]
) -> list[Contradiction]:
    """Return what columns of zones, datums and EPSG codes say against a CRS, the worst first.

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
    """
    found: list[Contradiction | None] = []
    if crs == GAUSS_KRUGER:
        system = CRS.from_epsg(4284)
        place = (75.0, 50.0)  # a place in the middle of the land where it is used
    else:
        system = CRS.from_user_input(crs)
        found += [_of_codes(codes, system, crs) for codes in codes_of(values, pair)]
        found += [_of_zones(zones, system, crs, point[1]) for zones in zones_of(values)]
        place = _geographic(system, point)
    found += [_of_datums(datums, system, crs, place) for datums in datums_of(values)]
    return sorted((one for one in found if one), key=lambda one: not one.is_certain)


def _of_codes(codes: Codes, system: CRS, crs: str) -> Contradiction | None:
    if len(codes.codes) > 1:
        shown = listed([f"EPSG:{code}" for code in codes.codes])
        text = f"{codes.column!r} has {shown}, and crs= is that of one; read the rows of each"
        return Contradiction(f"{text} {_MERGE}", is_certain=True)
    code = codes.codes[0]
    if system.equals(CRS.from_epsg(code), ignore_axis_order=True):
        return None
    text = f"{codes.column!r} says EPSG:{code}, and crs={crs!r} is another"
    return Contradiction(f"{text}; give crs='EPSG:{code}'", is_certain=True)


def _of_zones(zones: Zones, system: CRS, crs: str, northing: float) -> Contradiction | None:
    if len({zone.number for zone in zones.zones}) > 1:
        shown = listed(list(map(str, zones.zones)))
        text = f"{zones.column!r} has the zones {shown}, and crs= is that of one; read the rows of"
        return Contradiction(f"{text} each zone {_MERGE}", is_certain=True)
    numbers, side = zone_numbers(system)
    if not numbers:
        return None
    other = [
        zone
        for zone in zones.zones
        if zone.number not in numbers or _is_other_side(zone, side, northing)
    ]
    if not other:
        return None
    text = f"{zones.column!r} says zone {other[0]}, and crs={crs!r} ({system.name}) is of another"
    return Contradiction(f"{text}; give the crs of that zone", zones.is_certain)


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
    apart = {code: _apart_m(place, geographic, code) for code in {*datums.epsg.values()}}
    other = [text for text, code in datums.epsg.items() if apart[code] > _FAR_M]
    if not other:
        return None
    share = sum(datums.shares[text] for text in other)
    worst = max(apart[datums.epsg[text]] for text in other)
    text = (
        f"{datums.column!r} says {listed(other)} ({share:.0%} of the values), and crs={crs!r} is "
        f"of the datum {geographic.name}, which puts places some {worst:.0f} m apart"
    )
    cure = "give the crs of that datum" if share >= _MOSTLY else f"read the rows of each {_MERGE}"
    return Contradiction(f"{text}; {cure}", share >= _MOSTLY)


def _geographic(system: CRS, point: tuple[float, float]) -> tuple[float, float]:
    """Return the longitude and latitude of a point of a grid on the datum of the grid."""
    if system.geodetic_crs is None:
        return np.nan, np.nan
    to_degrees = Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
    longitude, latitude = to_degrees.transform(*point)
    return float(longitude), float(latitude)


def _apart_m(place: tuple[float, float], one: CRS, code: int) -> float:
    """Return how far apart one longitude and latitude is on two datums; 0 if that is unknown."""
    if not np.isfinite(place).all():
        return 0.0
    x, y, half = np.array(place[:1]), np.array(place[1:]), np.zeros(1)
    try:
        first, second = (to_wgs84(x, y, half, half, crs) for crs in (one, CRS.from_epsg(code)))
    except CRSError:
        return 0.0
    apart = (first.longitude - second.longitude, first.latitude - second.latitude)
    found = float(offset_length_m(first.latitude, *apart)[0])
    return found if np.isfinite(found) else 0.0
