"""Points that one slip of the pen explains: coordinates exchanged, or a sign lost.

A slip is proposed only on evidence: the point is far from where it should be, and one exchange, and
no other, puts it there.
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
from minmap.quality.evidence import Records, degrees, points
from minmap.types import Booleans, Floats, Integers
from minmap.vocabulary import countries

MISTAKEN_KM: Final = 50.0
"""A point at least this far outside its country is looked for in other places. Nearer ones are
mostly right points on the wrong side of a border, and in a country that lies across the equator or
the meridian of Greenwich the mirrored point is in it as well. minmap's own figure."""

NEIGHBOUR_KM: Final = 100.0
NEIGHBOURS: Final = 3
"""Without a country, a mistaken point at sea must have this many records of the same source within
this distance of where it would lie, and none so near to where it lies now. minmap's own figures."""

_SLIPS: Final = {
    "swapped": "latitude and longitude exchanged",
    "swapped figures": "the figures of latitude and longitude exchanged and their signs kept",
    "latitude": "the sign of the latitude turned",
    "longitude": "the sign of the longitude turned",
    "both": "the signs of both turned",
}

_SIGNS: Final = {"latitude": (1, -1), "longitude": (-1, 1), "both": (-1, -1)}


@dataclass(frozen=True)
class Slip:
    """A record whose point one exchange explains.

    Attributes
    ----------
    row
        Position of the record.
    rule
        ``"swapped"`` or ``"lost_sign"``.
    place
        Shape (2,), longitude and latitude where it should lie.
    evidence
        In words.
    """

    row: int
    rule: str
    place: Floats
    evidence: str


def by_country(
    records: Records, rows: Integers, lonlat: Floats, away_km: Floats
) -> tuple[list[Slip], dict[int, str]]:
    """Look for the points in the countries that their records name.

    Parameters
    ----------
    records
        The table.
    rows
        Shape (n,), positions of records that name a country.
    lonlat
        Shape (n, 2), where they are said to lie; may be off the globe.
    away_km
        Shape (n,), how far that is from the country; NaN off the globe.

    Returns
    -------
    slips : list of Slip
        Where one exchange puts the point into the country.
    open : dict of int to str
        By row, words for those where two exchanges do.
    """
    # Off the globe there is no distance, and no doubt that something is wrong.
    far = ~(away_km < MISTAKEN_KM) & _movable(records, rows)
    rows, lonlat, away_km = rows[far], lonlat[far], away_km[far]
    named = records.country.iloc[rows]
    fits = {slip: _in_country(_slipped(lonlat, slip), named) for slip in _SLIPS}
    slips, unclear = [], {}
    for place, row in enumerate(rows.tolist()):
        fitting = _different(lonlat[place], [slip for slip in _SLIPS if fits[slip][place]])
        country = label(named.iloc[place])
        if len(fitting) > 1:
            ways = " or with ".join(_SLIPS[slip] for slip in fitting)
            unclear[row] = f"; it would lie in {country} with {ways}, so nothing is proposed"
        if len(fitting) == 1:
            where = _where(records, row, away_km[place], country)
            words = f"{degrees(lonlat[place])} {where}; with {_SLIPS[fitting[0]]} it lies in it"
            slips.append(_slip(row, fitting[0], lonlat[place], words))
    return slips, unclear


def by_neighbours(records: Records, rows: Integers) -> list[Slip]:
    """Look for points at sea, of records without a country, among the records of their source."""
    slips = []
    sources = records.frame["source"].reset_index(drop=True)
    for source in sources.iloc[rows].dropna().unique():
        of_source = (sources == source).to_numpy(dtype=bool)
        mates = np.flatnonzero(records.on_land & of_source)
        if mates.size:
            tree = cKDTree(to_ecef(records.lonlat[mates]))
            slips += _among(records, rows[of_source[rows]], tree)
    return slips


def _among(records: Records, rows: Integers, tree: cKDTree) -> list[Slip]:
    lonlat = records.lonlat[rows]
    alone = _neighbours(tree, lonlat) == 0
    counts = {}
    for slip in _SLIPS:
        moved = _slipped(lonlat, slip)
        on_ground = on_land(points(moved)).to_numpy()
        counts[slip] = np.where(on_ground & alone, _neighbours(tree, moved), 0)
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


def _slip(row: int, slip: str, place: Floats, words: str) -> Slip:
    rule = "swapped" if slip.startswith("swapped") else "lost_sign"
    return Slip(row, rule, _slipped(place[None, :], slip)[0], words)


def _slipped(lonlat: Floats, slip: str) -> Floats:
    if slip == "swapped":
        return lonlat[:, ::-1]
    if slip == "swapped figures":
        return np.copysign(lonlat[:, ::-1], lonlat)
    # Adding 0 keeps a coordinate of 0 from becoming -0.
    turned: Floats = lonlat * _SIGNS[slip] + 0.0
    return turned


def _different(place: Floats, slips: list[str]) -> list[str]:
    """Return the slips that lead to different places; of two to one place, the first."""
    places = {tuple(_slipped(place[None, :], slip)[0].tolist()): slip for slip in slips[::-1]}
    return list(places.values())[::-1]


def _movable(records: Records, rows: Integers) -> Booleans:
    """Tell which records have a point, or none but coordinates in columns."""
    movable: Booleans = records.is_point[rows] | ~records.located[rows]
    return movable


def _in_country(lonlat: Floats, named: pd.Series) -> Booleans:
    """Tell which points lie in their countries, or no further out than the map may be off."""
    shapes = points(lonlat)
    distance_km = distance_to_state_km(shapes, named).to_numpy(dtype=float, na_value=np.inf)
    near: Booleans = distance_km <= map_error_km(shapes).to_numpy()
    return near


def _where(records: Records, row: int, away_km: float, country: str) -> str:
    if np.isnan(away_km):
        return f"is no place on the globe, the country named is {country}"
    at = records.country_at.iloc[row]
    inside = f"in {label(at)}" if isinstance(at, str) else "outside every country"
    return f"lies {inside}, {away_km:.0f} km from {country}"


def _neighbours(tree: cKDTree, lonlat: Floats) -> Integers:
    valid: Booleans = np.asarray((np.abs(lonlat) <= [180.0, 90.0]).all(axis=1))
    places = to_ecef(np.where(valid[:, None], lonlat, 0.0))
    counts = tree.query_ball_point(places, NEIGHBOUR_KM * 1000, return_length=True)
    return np.where(valid, counts, 0)


@cache
def _names() -> dict[str, str]:
    table = countries()
    return dict(zip(table["code"], table["name"], strict=True))


def label(code: str) -> str:
    """Return a country's name with its code.

    Examples
    --------
    >>> label("KAZ")
    'Kazakhstan (KAZ)'
    """
    return f"{_names().get(code, code)} ({code})"
