"""Points that one mistake explains: coordinates exchanged, or a sign lost.

A mistake is proposed only on evidence: the point is far from where it should be, and exactly one
exchange puts it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from minmap.geodesy.ellipsoid import to_ecef
from minmap.places import distance_to_state_km, map_error_km, on_land
from minmap.quality.records import Records, degrees, points
from minmap.types import Booleans, Floats, Integers
from minmap.vocabulary import countries

MISTAKEN_KM: Final = 50.0
"""A point at least this far outside its country is tested for mistakes. Nearer ones are mostly
right points on the wrong side of a border, and in a country that the equator or the meridian of
Greenwich crosses the mirrored point is in the country as well. minmap's own figure."""

NEIGHBOUR_KM: Final = 100.0
NEIGHBOURS: Final = 3
"""Without a country, a mistaken point at sea must have this many records of the same source within
this distance of the corrected point, and none within it of the point as given. minmap's own
figures."""

_SLIPS: Final = {
    "swapped": "latitude and longitude exchanged",
    "swapped figures": "the figures of latitude and longitude exchanged and their signs kept",
    "latitude": "the sign of the latitude changed",
    "longitude": "the sign of the longitude changed",
    "both": "the signs of both changed",
}
_SIGNS: Final = {"latitude": (1, -1), "longitude": (-1, 1), "both": (-1, -1)}


@dataclass(frozen=True)
class Slip:
    """A record whose point one mistake explains.

    Attributes
    ----------
    row
        Position of the record.
    rule
        ``"swapped"`` or ``"lost_sign"``.
    lonlat
        Shape (2,), the corrected longitude and latitude.
    evidence
        In words.
    """

    row: int
    rule: str
    lonlat: Floats
    evidence: str


def by_country(
    records: Records, rows: Integers, lonlat: Floats, away_km: Floats
) -> tuple[list[Slip], dict[int, str]]:
    """Find mistakes that put points into the countries that their records name.

    Parameters
    ----------
    records
        The table.
    rows
        Shape (n,), positions of records that name a country.
    lonlat
        Shape (n, 2), their coordinates as given; may be off the globe.
    away_km
        Shape (n,), distance from the country; NaN off the globe.

    Returns
    -------
    slips : list of Slip
        Records for which exactly one mistake explains the point.
    unclear : dict of int to str
        By row, a note for records that several mistakes explain.
    """
    movable = records.is_point[rows] | ~records.has_location[rows]
    # A point off the globe has no distance (NaN) and is certainly wrong.
    far = ~(away_km < MISTAKEN_KM) & movable
    rows, lonlat, away_km = rows[far], lonlat[far], away_km[far]
    named = records.country.iloc[rows]
    fits = {slip: _in_country(_moved(lonlat, slip), named) for slip in _SLIPS}
    slips, unclear = [], {}
    for place, row in enumerate(rows.tolist()):
        fitting = _different(lonlat[place], [slip for slip in _SLIPS if fits[slip][place]])
        country = country_label(named.iloc[place])
        if len(fitting) > 1:
            mistakes = " or with ".join(_SLIPS[slip] for slip in fitting)
            unclear[row] = f"; it would lie in {country} with {mistakes}, so nothing is proposed"
        if len(fitting) == 1:
            where = _where(records, row, away_km[place], country)
            words = f"{degrees(lonlat[place])} {where}; with {_SLIPS[fitting[0]]} it lies in it"
            slips.append(_slip(row, fitting[0], lonlat[place], words))
    return slips, unclear


def by_neighbours(records: Records, rows: Integers) -> list[Slip]:
    """Find mistakes that put points at sea, of records without a country, near their source's."""
    slips = []
    sources = records.frame["source"].reset_index(drop=True)
    for source in sources.iloc[rows].dropna().unique():
        of_source = (sources == source).to_numpy(dtype=bool)
        on_ground = np.flatnonzero(records.on_land & of_source)
        if on_ground.size:
            others = cKDTree(to_ecef(records.lonlat[on_ground]))
            slips += _near_others(records, rows[of_source[rows]], others)
    return slips


def _near_others(records: Records, rows: Integers, others: cKDTree) -> list[Slip]:
    lonlat = records.lonlat[rows]
    alone = _count_near(others, lonlat) == 0
    counts = {}
    for slip in _SLIPS:
        moved = _moved(lonlat, slip)
        on_ground = on_land(points(moved)).to_numpy()
        counts[slip] = np.where(on_ground & alone, _count_near(others, moved), 0)
    slips = []
    for place, row in enumerate(rows.tolist()):
        near = [slip for slip in _SLIPS if counts[slip][place] >= NEIGHBOURS]
        fitting = _different(lonlat[place], near)
        if len(fitting) == 1:
            words = (
                f"{degrees(lonlat[place])} lies in the sea, with no other record of the source "
                f"within {NEIGHBOUR_KM:.0f} km; with {_SLIPS[fitting[0]]} it lies on land, with "
                f"{counts[fitting[0]][place]} of them within that distance"
            )
            slips.append(_slip(row, fitting[0], lonlat[place], words))
    return slips


def _slip(row: int, slip: str, lonlat: Floats, words: str) -> Slip:
    rule = "swapped" if slip.startswith("swapped") else "lost_sign"
    return Slip(row, rule, _moved(lonlat[None, :], slip)[0], words)


def _moved(lonlat: Floats, slip: str) -> Floats:
    """Return points (n, 2) with a mistake corrected."""
    if slip == "swapped":
        return lonlat[:, ::-1]
    if slip == "swapped figures":
        return np.copysign(lonlat[:, ::-1], lonlat)
    # Adding 0 turns -0 into 0.
    turned: Floats = lonlat * _SIGNS[slip] + 0.0
    return turned


def _different(lonlat: Floats, slips: list[str]) -> list[str]:
    """Return mistakes that give different points; keep the first of those with the same point."""
    by_point = {tuple(_moved(lonlat[None, :], slip)[0].tolist()): slip for slip in slips[::-1]}
    return list(by_point.values())[::-1]


def _in_country(lonlat: Floats, named: pd.Series) -> Booleans:
    """Return whether points lie in their countries, or outside by no more than the map's error."""
    shapes = points(lonlat)
    distance_km = distance_to_state_km(shapes, named).to_numpy(dtype=float, na_value=np.inf)
    return np.asarray(distance_km <= map_error_km(shapes).to_numpy(), dtype=bool)


def _where(records: Records, row: int, away_km: float, country: str) -> str:
    if np.isnan(away_km):
        return f"is not on the globe, the country named is {country}"
    at = records.country_at.iloc[row]
    inside = f"in {country_label(at)}" if isinstance(at, str) else "outside every country"
    return f"lies {inside}, {away_km:.0f} km from {country}"


def _count_near(others: cKDTree, lonlat: Floats) -> Integers:
    valid = np.asarray((np.abs(lonlat) <= [180.0, 90.0]).all(axis=1))
    ecef = to_ecef(np.where(valid[:, None], lonlat, 0.0))
    counts = others.query_ball_point(ecef, NEIGHBOUR_KM * 1000, return_length=True)
    return np.where(valid, counts, 0)


@cache
def _names() -> dict[str, str]:
    table = countries()
    return dict(zip(table["code"], table["name"], strict=True))


def country_label(code: str) -> str:
    """Return a country's name with its code.

    Examples
    --------
    >>> country_label("KAZ")
    'Kazakhstan (KAZ)'
    """
    return f"{_names().get(code, code)} ({code})"
