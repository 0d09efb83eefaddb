"""Rules about the location: missing, zero, off the globe, rounded, or not where it should be.

One cause gives one finding: a point that exchanged coordinates explain is not also reported as
outside its country or at sea. A mistake is proposed only on evidence: the point is far from where
it should be, and exactly one exchange puts it there.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
import scipy

from minmap import places
from minmap.geodesy.ellipsoid import to_ecef
from minmap.places.islets import islets, islets_near
from minmap.quality.findings import Finding
from minmap.quality.offshore_words import is_offshore
from minmap.quality.records import ROUNDING_KM, Records, degrees, points, wkt
from minmap.types import Booleans, Floats, Integers
from minmap.vocabulary import labels

ISLAND_KM: Final = 50.0
"""Nearer to the land of the map than this there may be islands too small for it: Zabargad in the
Red Sea is 47 km off. minmap's own figure."""

ISLET_KM: Final = 25.0
"""A point this near to the middle of an islet that the map does not draw (`minmap.places.islets`)
is not at sea: the largest of them, such as Fuvahmulah, are a few km long. minmap's own figure."""

ZONE_KM: Final = 370.4
"""Sites at sea may lie this far from their country: 200 nautical miles, the width of an exclusive
economic zone (UN Convention on the Law of the Sea, 1982, article 57)."""

MISTAKEN_KM: Final = 50.0
"""A point at least this far outside its country is tested for mistakes. Nearer ones are mostly
right points on the wrong side of a border, and in a country that the equator or the meridian of
Greenwich crosses the mirrored point is in the country as well. minmap's own figure."""

NEIGHBOUR_KM: Final = 100.0
NEIGHBOURS: Final = 3
"""Without a country, a mistaken point at sea must have this many records of the same source within
this distance of the corrected point, and none within it of the point as given. minmap's own
figures."""

_MISTAKES: Final = {
    "swapped": "latitude and longitude exchanged",
    "swapped figures": "the figures of latitude and longitude exchanged and their signs kept",
    "latitude": "the sign of the latitude changed",
    "longitude": "the sign of the longitude changed",
    "both": "the signs of both changed",
}
_SIGNS: Final = {"latitude": (1, -1), "longitude": (-1, 1), "both": (-1, -1)}


def find_by_location(records: Records) -> Iterator[Finding]:
    """Yield ``no_location``, ``zero_location``, ``out_of_range`` and ``coarse_coordinates``.

    Whole degrees are off by up to 79 km, one decimal by up to 8 km (half the diagonal of a unit at
    the equator), unless ``coordinate_precision_m`` is less than 5 km, as of degrees and minutes.
    Zeros at the end do not count as decimals. One pair of coordinates with two
    decimals in a hundred ends in two zeros by chance, so ``coarse_coordinates`` is a note.
    """
    given = records.unused_lonlat
    outside = _off_globe(given)
    for row in np.flatnonzero(outside).tolist():
        yield Finding(row, "out_of_range", "geometry", f"given as {degrees(given[row])}")
    for row in np.flatnonzero(~records.has_location & ~outside).tolist():
        why = "neither a geometry nor coordinates that can be read in its columns"
        if np.isfinite(given[row]).all():
            why = f"no geometry, though its columns give {degrees(given[row])}"
        yield Finding(row, "no_location", "geometry", why)
    zero = records.is_point & (records.lonlat == 0).all(axis=1)
    for row in np.flatnonzero(zero).tolist():
        why = "lat 0, lon 0 is open sea in the Gulf of Guinea"
        yield Finding(row, "zero_location", "geometry", why, "")
    coarse = records.has_location & records.is_point & (records.decimals < 2) & ~zero
    coarse &= ~records.is_precise
    for row in np.flatnonzero(coarse).tolist():
        number = records.decimals[row]
        why = f"{('no decimals', 'one decimal')[number]}, off by up to {ROUNDING_KM[number]:.0f} km"
        words = f"{degrees(records.lonlat[row])}: {why}"
        yield Finding(row, "coarse_coordinates", "geometry", words)


def find_by_country(records: Records) -> Iterator[Finding]:
    """Yield ``swapped``, ``lost_sign``, ``country_mismatch``, ``at_sea`` and ``off_coast``.

    A point may be off by the error of the map (`minmap.places.map_error_km`) and by the larger of
    its own uncertainty and its rounding together. Nothing is reported in a disputed area, nor
    where the country stated and the country of the point belong to one state (France and French
    Guiana). A record that mentions the sea floor, or oil or gas, may lie at sea, up to `ZONE_KM`
    from the country it names.
    """
    land_km, away_km = _from_land_km(records), _from_country_km(records)
    _accept_islets(records, land_km, away_km)
    sea = np.flatnonzero(~np.isnan(land_km))
    allowed = sea[is_offshore(records, sea) & ~(away_km[sea] > ZONE_KM)]
    land_km[allowed] = away_km[allowed] = np.nan

    mistakes, unclear = _mistakes_by_country(records, away_km)
    nameless = ~np.isnan(land_km) & records.stated_country.isna().to_numpy() & records.is_point
    mistakes += _mistakes_by_neighbours(records, np.flatnonzero(nameless))
    yield from mistakes
    unclear |= _exchanged_at_sea(records, np.flatnonzero(nameless))

    doubtful = records.has_location & ~(np.isnan(land_km) & np.isnan(away_km))
    doubtful[[mistake.row for mistake in mistakes]] = False
    for row in np.flatnonzero(doubtful).tolist():
        stated = _country(records.stated_country.iloc[row])
        far = f"{away_km[row]:.0f} km from {stated}, the country stated"
        if np.isnan(land_km[row]):
            rule, words = "country_mismatch", f"lies {_inside(records, row)}, {far}"
        else:
            rule = "at_sea" if land_km[row] >= ISLAND_KM else "off_coast"
            words = f"is {land_km[row]:.0f} km from land"
            words += "" if np.isnan(away_km[row]) else f" and {far}"
        words = f"{degrees(records.lonlat[row])} {words}{unclear.get(row, '')}"
        yield Finding(row, rule, "geometry", words)


def _off_globe(lonlat: Floats) -> Booleans:
    """Return which points (n, 2) are finite but beyond the range of degrees."""
    beyond = (np.abs(lonlat) > [180.0, 90.0]).any(axis=1)
    return np.asarray(beyond & np.isfinite(lonlat).all(axis=1), dtype=bool)


def _from_land_km(records: Records) -> Floats:
    """Return how far points (n,) are from land, km; NaN within the tolerance."""
    at_sea = records.has_location & ~records.on_land & (records.lonlat != 0).any(axis=1)
    rows = np.flatnonzero(at_sea)
    distance = places.distance_to_land_km(points(records.lonlat[rows]))
    return _beyond_tolerance(records, rows, distance)


def _from_country_km(records: Records) -> Floats:
    """Return how far points (n,) are from the country named, or that of the state named, km.

    NaN within the tolerance, infinite off the globe.
    """
    named, at = records.stated_country, records.country_at
    has_country = named.notna().to_numpy()
    elsewhere = has_country & (named != at).to_numpy(dtype=bool)
    rows = np.flatnonzero(elsewhere & records.has_location & (records.lonlat != 0).any(axis=1))
    rows = rows[~places.same_state(named.iloc[rows], at.iloc[rows]).to_numpy()]
    within_km = pd.Series(records.tolerance_km[rows])
    rows = rows[places.claims(points(records.lonlat[rows]), within_km=within_km).isna().to_numpy()]
    distance = places.distance_to_state_km(points(records.lonlat[rows]), named.iloc[rows])
    away_km = _beyond_tolerance(records, rows, distance)
    away_km[has_country & _off_globe(records.unused_lonlat)] = np.inf
    return away_km


def _accept_islets(records: Records, land_km: Floats, away_km: Floats) -> None:
    """Make distances NaN where a point at sea is near an islet that the map does not draw.

    The islet must be of the country named, or not farther from it than `ZONE_KM`.
    """
    rows = np.flatnonzero(~np.isnan(land_km))
    islet = islets_near(records.lonlat[rows], ISLET_KM)
    rows, islet = rows[islet >= 0], islet[islet >= 0]
    land_km[rows] = np.nan
    own = islets()["country"].to_numpy(dtype=object)[islet]
    own = own == records.stated_country.iloc[rows].to_numpy(dtype=object)
    away_km[rows[own | (away_km[rows] <= ZONE_KM)]] = np.nan


def _beyond_tolerance(records: Records, rows: Integers, distance_km: pd.Series) -> Floats:
    """Return the distances of `rows` that exceed the tolerance; NaN for all other records."""
    beyond_km = np.full(len(records.frame), np.nan)
    beyond_km[rows] = distance_km.to_numpy(dtype=float, na_value=np.nan)
    beyond_km[~(beyond_km > records.tolerance_km)] = np.nan
    return beyond_km


def _mistakes_by_country(records: Records, away_km: Floats) -> tuple[list[Finding], dict[int, str]]:
    """Find mistakes that put points into the countries that their records name.

    Return the records that exactly one mistake explains, and by row a note about those that
    several explain.
    """
    movable = records.is_point | ~records.has_location
    rows = np.flatnonzero((away_km >= MISTAKEN_KM) & movable)
    located = records.has_location[rows, None]
    lonlat = np.where(located, records.lonlat[rows], records.unused_lonlat[rows])
    named = records.stated_country.iloc[rows]
    fits = {mistake: _in_country(_corrected(lonlat, mistake), named) for mistake in _MISTAKES}
    mistakes, unclear = [], {}
    for row, given, code, fitting in zip(
        rows.tolist(), lonlat, named, _fitting(lonlat, fits), strict=True
    ):
        country = _country(code)
        if len(fitting) > 1:
            named_mistakes = " or with ".join(_MISTAKES[mistake] for mistake in fitting)
            unclear[row] = (
                f"; it would lie in {country} with {named_mistakes}, so nothing is proposed"
            )
        if len(fitting) == 1:
            where = _where(records, row, away_km[row], country)
            words = f"{degrees(given)} {where}; with {_MISTAKES[fitting[0]]} it lies in it"
            mistakes.append(_finding(row, fitting[0], given, words))
    return mistakes, unclear


def _mistakes_by_neighbours(records: Records, rows: Integers) -> list[Finding]:
    """For records at sea without a country, find mistakes that explain the place.

    A mistake explains it if its correction puts the point on land near records of the same source.
    """
    lonlat = records.lonlat[rows]
    alone = _count_near(records, rows, lonlat) == 0
    counts, fits = {}, {}
    for mistake in _MISTAKES:
        corrected = _corrected(lonlat, mistake)
        counts[mistake] = _count_near(records, rows, corrected)
        ashore = places.on_land(points(corrected)).to_numpy(bool)
        fits[mistake] = alone & (counts[mistake] >= NEIGHBOURS) & ashore
    mistakes = []
    for place, fitting in enumerate(_fitting(lonlat, fits)):
        if len(fitting) == 1:
            words = (
                f"{degrees(lonlat[place])} lies in the sea, with no other record of the source "
                f"within {NEIGHBOUR_KM:.0f} km; with {_MISTAKES[fitting[0]]} it lies on land, with "
                f"{counts[fitting[0]][place]} of them within that distance"
            )
            mistakes.append(_finding(int(rows[place]), fitting[0], lonlat[place], words))
    return mistakes


def _exchanged_at_sea(records: Records, rows: Integers) -> dict[int, str]:
    """Return by row a note on records at sea that would lie on land with exchanged coordinates.

    Exchanging puts many points at sea on land by chance, so nothing is proposed.
    """
    exchanged = records.lonlat[rows][:, ::-1]
    valid = ~_off_globe(exchanged)
    rows, exchanged = rows[valid], points(exchanged[valid])
    ashore, country = places.on_land(exchanged), places.country_of(exchanged)
    return {
        row: f"; with {_MISTAKES['swapped']} it would lie {_land(code)}"
        for row, code, is_ashore in zip(rows.tolist(), country, ashore, strict=True)
        if is_ashore
    }


def _count_near(records: Records, rows: Integers, lonlat: Floats) -> Integers:
    """Count the records on land of the source of each of `rows` that are near a point (n, 2)."""
    counts = np.zeros(len(rows), dtype=np.int64)
    valid = (np.abs(lonlat) <= [180.0, 90.0]).all(axis=1)
    sources = records.frame["source"].reset_index(drop=True)
    for source in sources.iloc[rows].dropna().unique():
        of_source = (sources == source).to_numpy(dtype=bool)
        mine = valid & of_source[rows]
        others = scipy.spatial.cKDTree(to_ecef(records.lonlat[of_source & records.on_land]))
        near_m = NEIGHBOUR_KM * 1000
        counts[mine] = others.query_ball_point(to_ecef(lonlat[mine]), near_m, return_length=True)
    return counts


def _finding(row: int, mistake: str, given: Floats, words: str) -> Finding:
    rule = "swapped" if mistake.startswith("swapped") else "lost_sign"
    return Finding(row, rule, "geometry", words, wkt(_corrected(given, mistake)))


def _corrected(lonlat: Floats, mistake: str) -> Floats:
    """Return points (..., 2) with a mistake corrected."""
    if mistake == "swapped":
        return lonlat[..., ::-1]
    if mistake == "swapped figures":
        return np.copysign(lonlat[..., ::-1], lonlat)
    # Adding 0 turns -0 into 0.
    return np.asarray(lonlat * _SIGNS[mistake] + 0.0)


def _fitting(lonlat: Floats, fits: Mapping[str, Booleans]) -> Iterator[list[str]]:
    """Yield for each point the mistakes that fit; of those with the same result, the first."""
    for place, given in enumerate(lonlat):
        mistakes = [mistake for mistake in reversed(_MISTAKES) if fits[mistake][place]]
        by_point = {tuple(_corrected(given, mistake).tolist()): mistake for mistake in mistakes}
        yield [*by_point.values()][::-1]


def _in_country(lonlat: Floats, named: pd.Series) -> Booleans:
    """Return whether points lie in their countries, or outside by no more than the map's error."""
    shapes = points(lonlat)
    distance_km = places.distance_to_state_km(shapes, named).to_numpy(dtype=float, na_value=np.inf)
    return np.asarray(distance_km <= places.map_error_km(shapes).to_numpy(), dtype=bool)


def _where(records: Records, row: int, away_km: float, country: str) -> str:
    if np.isinf(away_km):
        return f"is not on the globe, the country stated is {country}"
    at = records.country_at.iloc[row]
    inside = f"in {_country(at)}" if isinstance(at, str) else "outside every country"
    return f"lies {inside}, {away_km:.0f} km from {country}"


def _inside(records: Records, row: int) -> str:
    at = records.country_at.iloc[row]
    is_coast = not (isinstance(at, str) or records.on_land[row])
    return "at the coast" if is_coast else _land(at)


def _land(code: object) -> str:
    return f"in {_country(code)}" if isinstance(code, str) else "on land of no ISO code"


@cache
def _country(code: str) -> str:
    return f"{labels('country').get(code, code)} ({code})"
