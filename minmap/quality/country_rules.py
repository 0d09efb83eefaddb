"""Rules about the location and the country named.

One cause gives one finding: a point that exchanged coordinates explain is not also reported as
outside its country or at sea.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.places import claims, distance_to_land_km, distance_to_state_km, same_state
from minmap.quality.coordinate_slips import by_country, by_neighbours, country_label
from minmap.quality.findings import Block
from minmap.quality.location_rules import off_globe
from minmap.quality.records import Records, degrees, wkt
from minmap.types import Booleans, Floats, Integers

ISLAND_KM: Final = 50.0
"""Nearer to the land of the map than this there may be islands too small for it: Zabargad in the
Red Sea is 47 km off. minmap's own figure."""

ZONE_KM: Final = 370.4
"""Sites at sea may lie this far from their country: 200 nautical miles, the width of an exclusive
economic zone (UN Convention on the Law of the Sea, 1982, article 57)."""

# Words for mining or drilling at sea, and the columns about the type or place of a site.
_OFFSHORE: Final = r"(?i)off-?shore|submarine|sea[ -]?bed|sea[ -]?floor|nodule"
_SITE_COLUMNS: Final = frozenset(
    {"deposit_type_text", "name", "oper_type", "#site+address", "location", "#site+miningmethod"}
)
_DRILLED: Final = frozenset({"Oil", "Gas"})


def find(records: Records) -> Iterator[Block]:
    """Yield ``swapped``, ``lost_sign``, ``country_mismatch``, ``at_sea`` and ``off_coast``.

    A point may be off by the error of the map (`minmap.places.map_error_km`) and by the larger of
    its own uncertainty and its rounding together. Nothing is reported in a disputed area, nor
    where the country named and the country of the point belong to one state (France and French
    Guiana). A record that mentions the sea floor, or oil or gas, may lie at sea, up to `ZONE_KM`
    from the country it names.
    """
    sea, land_km = _at_sea(records)
    rows, lonlat, away_km = _outside_country(records)
    allowed = sea[_is_offshore(records, sea) & ~np.isin(sea, rows[away_km > ZONE_KM])]
    reported = ~np.isin(rows, allowed)
    rows, lonlat, away_km = rows[reported], lonlat[reported], away_km[reported]
    away = dict(zip(rows.tolist(), away_km.tolist(), strict=True))
    sea, land_km = sea[~np.isin(sea, allowed)], land_km[~np.isin(sea, allowed)]

    slips, unclear = by_country(records, rows, lonlat, away_km)
    nameless = records.country.iloc[sea].isna().to_numpy() & records.is_point[sea]
    slips += by_neighbours(records, sea[nameless])
    for rule in ("swapped", "lost_sign"):
        found = [slip for slip in slips if slip.rule == rule]
        explained = np.array([slip.row for slip in found], dtype=np.int64)
        evidence, proposed = [s.evidence for s in found], [wkt(s.lonlat) for s in found]
        yield Block(rule, "geometry", explained, evidence, proposed)

    explained = np.array([slip.row for slip in slips], dtype=np.int64)
    for rule, near in (("at_sea", land_km >= ISLAND_KM), ("off_coast", land_km < ISLAND_KM)):
        own = near & ~np.isin(sea, explained)
        words = [
            _at_sea_words(records, row, distance_km, away) + unclear.get(row, "")
            for row, distance_km in zip(sea[own].tolist(), land_km[own].tolist(), strict=True)
        ]
        yield Block(rule, "geometry", sea[own], words)

    odd = rows[records.has_location[rows] & ~np.isin(rows, [*explained, *sea])]
    words = [
        f"{degrees(records.lonlat[row])} lies {_inside(records, row)}, {away[row]:.0f} km from "
        f"{country_label(records.country.iloc[row])}, the country named{unclear.get(row, '')}"
        for row in odd.tolist()
    ]
    yield Block("country_mismatch", "geometry", odd, words)


def _outside_country(records: Records) -> tuple[Integers, Floats, Floats]:
    """Find points off the globe, or farther from the named country than the tolerance.

    Return their rows, their coordinates as given and their distance to the country, km.
    """
    named, at = records.country, records.country_at
    has_country = named.notna().to_numpy()
    rows = np.flatnonzero(has_country & records.has_location & (named != at).to_numpy(dtype=bool))
    rows = rows[(records.lonlat[rows] != 0).any(axis=1)]
    rows = rows[~same_state(named.iloc[rows], at.iloc[rows]).to_numpy()]
    within_km = pd.Series(records.tolerance_km[rows])
    rows = rows[claims(records.points(rows), within_km=within_km).isna().to_numpy()]
    distance = distance_to_state_km(records.points(rows), named.iloc[rows])
    away_km = distance.to_numpy(dtype=float, na_value=np.nan)
    far = away_km > records.tolerance_km[rows]
    beyond = np.flatnonzero(has_country & off_globe(records.unused_lonlat))
    return (
        np.concatenate([rows[far], beyond]),
        np.concatenate([records.lonlat[rows[far]], records.unused_lonlat[beyond]]),
        np.concatenate([away_km[far], np.full(len(beyond), np.nan)]),
    )


def _at_sea(records: Records) -> tuple[Integers, Floats]:
    """Return the rows of points farther from land than the tolerance, and that distance, km."""
    rows = np.flatnonzero(records.has_location & ~records.on_land)
    rows = rows[(records.lonlat[rows] != 0).any(axis=1)]
    distance = distance_to_land_km(records.points(rows))
    land_km = distance.to_numpy(dtype=float, na_value=np.nan)
    far = land_km > records.tolerance_km[rows]
    return rows[far], land_km[far]


def _is_offshore(records: Records, rows: Integers) -> Booleans:
    """Return whether records mention the sea floor, or have oil or gas."""
    commodities = records.frame["commodities"].iloc[rows].fillna("")
    offshore = np.array([not _DRILLED.isdisjoint(codes.split()) for codes in commodities], bool)
    for name in records.frame.columns:
        column = records.texts(name) if str(name).casefold() in _SITE_COLUMNS else None
        if column is not None:
            array = pa.array(column.iloc[rows], type=pa.large_string(), from_pandas=True)
            found = pc.fill_null(pc.match_substring_regex(array, _OFFSHORE), fill_value=False)
            offshore |= np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)
    return offshore


def _at_sea_words(records: Records, row: int, land_km: float, away: dict[int, float]) -> str:
    words = f"{degrees(records.lonlat[row])} is {land_km:.0f} km from land"
    if row not in away:
        return words
    country = country_label(records.country.iloc[row])
    return f"{words} and {away[row]:.0f} km from {country}, the country named"


def _inside(records: Records, row: int) -> str:
    at = records.country_at.iloc[row]
    if isinstance(at, str):
        return f"in {country_label(at)}"
    return "on land of no ISO code" if records.on_land[row] else "at the coast"
