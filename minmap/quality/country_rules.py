"""Rules about the location and the country named: swapped, lost sign, at odds, at sea.

One cause gives one finding: a point for which exchanging latitude and longitude explains all is
not also reported as at odds with its country or at sea.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.places import claims, distance_to_land_km, distance_to_state_km, same_state
from minmap.quality.coordinate_slips import Slip, by_country, by_neighbours, label
from minmap.quality.evidence import Records, degrees, wkt
from minmap.quality.findings import Block
from minmap.quality.location_rules import off_globe
from minmap.types import Booleans, Floats, Integers

ISLAND_KM: Final = 50.0
"""Nearer to the land of the map than this there may be islands too small for it: Zabargad in the
Red Sea is 47 km off. minmap's own figure."""

ZONE_KM: Final = 370.4
"""What is mined or drilled at sea may lie this far from its country: 200 nautical miles, the width
of an exclusive economic zone (UN Convention on the Law of the Sea, 1982, article 57)."""

# What is mined or drilled at sea, in any text about the type or the place of the site.
_OFFSHORE: Final = r"(?i)off-?shore|submarine|sea[ -]?bed|sea[ -]?floor|nodule"
_TELLING: Final = frozenset(
    {"deposit_type_text", "name", "oper_type", "#site+address", "location", "#site+miningmethod"}
)
_DRILLED: Final = frozenset({"Oil", "Gas"})


def find(records: Records) -> Iterator[Block]:
    """Yield ``swapped``, ``lost_sign``, ``country_mismatch``, ``at_sea`` and ``off_coast``.

    A point may be off by the error of the map (`minmap.places.map_error_km`) and by the larger of
    its own uncertainty and its rounding together. Nothing is reported in a disputed area, nor
    where the country named and the country of the point belong to one state (France and French
    Guiana). A record that speaks of the sea floor or of oil and gas may lie at sea, up to
    `ZONE_KM` from the country it names.
    """
    sea, land_km = _at_sea(records)
    rows, lonlat, away_km = _outside_country(records)
    free = ~np.isin(rows, _allowed(records, sea, rows, away_km))
    slips, unclear = by_country(records, rows[free], lonlat[free], away_km[free])
    away = dict(zip(rows[free].tolist(), away_km[free].tolist(), strict=True))

    free = ~np.isin(sea, _allowed(records, sea, rows, away_km))
    sea, land_km = sea[free], land_km[free]
    nameless = records.country.iloc[sea].isna().to_numpy() & records.is_point[sea]
    slips += by_neighbours(records, sea[nameless])
    for rule in ("swapped", "lost_sign"):
        yield _slipped(records, rule, [slip for slip in slips if slip.rule == rule])

    explained = [slip.row for slip in slips]
    free = ~np.isin(sea, explained)
    sea, land_km = sea[free], land_km[free]
    for rule, own in (("at_sea", land_km >= ISLAND_KM), ("off_coast", land_km < ISLAND_KM)):
        words = _at_sea_words(records, sea[own], land_km[own], away, unclear)
        yield Block(rule, "geometry", sea[own], records.point_texts(sea[own]), words)

    odd = np.array([row for row in away if records.located[row]], dtype=np.int64)
    odd = odd[~np.isin(odd, [*explained, *sea.tolist()])]
    words = [
        f"{degrees(records.lonlat[row])} lies {_inside(records, row)}, {away[row]:.0f} km from "
        f"{label(records.country.iloc[row])}, the country named{unclear.get(row, '')}"
        for row in odd.tolist()
    ]
    yield Block("country_mismatch", "geometry", odd, records.point_texts(odd), words)


def _slipped(records: Records, rule: str, slips: Sequence[Slip]) -> Block:
    rows = np.array([slip.row for slip in slips], dtype=np.int64)
    return Block(
        rule,
        "geometry",
        rows,
        records.point_texts(rows),
        [slip.evidence for slip in slips],
        [wkt(slip.place) for slip in slips],
    )


def _outside_country(records: Records) -> tuple[Integers, Floats, Floats]:
    """Find points off the globe, or further from the country named than the tolerance.

    Give their rows, where they are said to lie and the distance to the country, km.
    """
    named, at = records.country, records.country_at
    has_country = named.notna().to_numpy()
    rows = np.flatnonzero(has_country & records.located & (named != at).to_numpy(dtype=bool))
    rows = rows[(records.lonlat[rows] != 0).any(axis=1)]
    rows = rows[~same_state(named.iloc[rows], at.iloc[rows]).to_numpy()]
    within_km = pd.Series(records.tolerance_km[rows])
    rows = rows[claims(records.points(rows), within_km=within_km).isna().to_numpy()]
    distance = distance_to_state_km(records.points(rows), named.iloc[rows])
    away_km = distance.to_numpy(dtype=float, na_value=np.nan)
    far = away_km > records.tolerance_km[rows]
    beyond = np.flatnonzero(has_country & ~records.located & off_globe(records.stated))
    return (
        np.concatenate([rows[far], beyond]),
        np.concatenate([records.lonlat[rows[far]], records.stated[beyond]]),
        np.concatenate([away_km[far], np.full(len(beyond), np.nan)]),
    )


def _at_sea(records: Records) -> tuple[Integers, Floats]:
    rows = np.flatnonzero(records.located & ~records.on_land)
    rows = rows[(records.lonlat[rows] != 0).any(axis=1)]
    distance = distance_to_land_km(records.points(rows))
    land_km = distance.to_numpy(dtype=float, na_value=np.nan)
    far = land_km > records.tolerance_km[rows]
    return rows[far], land_km[far]


def _allowed(records: Records, sea: Integers, rows: Integers, away_km: Floats) -> Integers:
    """Return the records that lie at sea for a reason and not too far from their country."""
    too_far = rows[away_km > ZONE_KM]
    allowed: Integers = sea[_offshore(records, sea) & ~np.isin(sea, too_far)]
    return allowed


def _offshore(records: Records, rows: Integers) -> Booleans:
    told = np.zeros(len(rows), dtype=bool)
    for name in records.frame.columns:
        column = records.texts(name) if str(name).casefold() in _TELLING else None
        if column is not None:
            array = pa.array(column.iloc[rows], type=pa.large_string(), from_pandas=True)
            found = pc.fill_null(pc.match_substring_regex(array, _OFFSHORE), fill_value=False)
            told |= np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)
    commodities = records.frame["commodities"].iloc[rows].fillna("")
    drilled = [not _DRILLED.isdisjoint(codes.split()) for codes in commodities]
    offshore: Booleans = told | np.array(drilled, dtype=bool)
    return offshore


def _at_sea_words(
    records: Records,
    rows: Integers,
    land_km: Floats,
    away: dict[int, float],
    unclear: dict[int, str],
) -> list[str]:
    words = []
    for row, distance_km in zip(rows.tolist(), land_km.tolist(), strict=True):
        told = f"{degrees(records.lonlat[row])} is {distance_km:.0f} km from land"
        if row in away:
            country = label(records.country.iloc[row])
            told += f" and {away[row]:.0f} km from {country}, the country named"
        words.append(told + unclear.get(row, ""))
    return words


def _inside(records: Records, row: int) -> str:
    at = records.country_at.iloc[row]
    if isinstance(at, str):
        return f"in {label(at)}"
    return "on land of no ISO code" if records.on_land[row] else "at the coast"
