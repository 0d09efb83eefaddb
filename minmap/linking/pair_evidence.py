"""What speaks for and against each pair of records being of one site, as numbers."""

from collections.abc import Iterable
from itertools import chain
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.linking.candidate_pairs import NAMED_KM, crowding, distances_km
from minmap.linking.commodity_companions import (
    commodity_companions,
    with_companions,
    with_frequent_companions,
)
from minmap.linking.link_model import KINDS, REPEATING
from minmap.linking.linked_records import LinkedRecords
from minmap.linking.name_parts import parts_named
from minmap.linking.pair_blocks import pair_blocks
from minmap.linking.record_names import RARITY_LIMIT
from minmap.linking.site_kinds import MILL, MINE, PLANT, site_kinds
from minmap.types import TEXT, AnyArray, Booleans, Floats, Integers

SCATTER_KM: Final = 0.4
"""Least scatter of the locations of one site: an extended site has no single point. The best of
0.2, 0.4, 0.8 and 1.5 km in Nevada."""
SCATTER_OF_SOURCES_KM: Final = 2.0
"""The same between two sources, where a word in common says that one place may be meant: outside
Central Asia, half the pairs of USGS tables with one rare name are more than 2 to 4 km apart."""
CROWDING_LIMITS: Final = (-3.0, 3.0)
"""Crowding beyond counts as this. In Nevada, a lower limit of -6 to -3 makes no difference, and
the highest claims the least for records in emptier country."""


class PairEvidence:
    """What speaks for and against pairs of records, with what each record has made ready once.

    Parameters
    ----------
    records
        The records.
    max_km
        Distance that a pair counts as having if a record has no location, if it is less than
        `minmap.linking.candidate_pairs.NAMED_KM`.
    """

    def __init__(self, records: LinkedRecords, *, max_km: float) -> None:
        self._records = records
        # Without a location, nothing speaks for a pair that could be anywhere within the bound.
        self._unknown_km = min(NAMED_KM, max_km)
        facts = records.facts
        self._source, self._owner = (pd.factorize(facts[name])[0] for name in ("source", "owner"))
        of_country = list(zip(facts["source"], facts["country"], strict=True))
        self._repeats = np.array([pair in REPEATING for pair in of_country], dtype=bool)
        self._crowding = crowding(records, least_km=SCATTER_KM) + np.log(SCATTER_KM**2)
        self._kind = site_kinds(facts["name"], facts["site_type"], facts["commodity_qualifiers"])
        self._parts = _bits(facts["name"], lambda name: sorted(parts_named(name)))
        codes = facts["commodities"].fillna("") + " " + facts["minor_commodities"].fillna("")
        known = commodity_companions()
        self._mined = _bits(codes, known=known)
        self._related = _bits(codes, with_companions, known=known)
        self._of_one_plant = _bits(codes, with_frequent_companions, known=known)
        self._codes = {name: _bits(facts[name]) for name in ("deposit_type", "country")}

    def of(self, left: Integers, right: Integers) -> pd.DataFrame:
        """Return the evidence of pairs.

        Parameters
        ----------
        left, right
            Positions of the records of each pair.

        Returns
        -------
        pandas.DataFrame
            ``left`` and ``right``, the positions of the records; ``distance_km``; ``scatter_km``,
            the scatter that their uncertainties allow; ``kind``, one of
            `minmap.linking.link_model.KINDS`; ``whole_name``, whether they have a whole name in
            common; and one column for each term of the model, which ``link_model.csv`` describes,
            0 where nothing is known.
        """
        records = self._records
        distance_km = distances_km(records, left, right)
        names = self._names(left, right)
        has_word = names["rare"] > 0
        of_two = self._source[left] != self._source[right]
        number = np.diff(records.numbers.in_common(left, right).indptr) > 0
        terms = {
            "number": number.astype(float),
            **self._place(left, right, distance_km, has_word=has_word),
            **names,
            **self._facts(left, right),
        }
        # One owner has several mines; it gives them different names.
        names_agree = has_word & (terms.pop("only_place") == 0)
        terms["owner_agrees"] *= names_agree | (terms["unnamed"] > 0)
        terms["far_unnamed"] = terms["far"] * terms["unnamed"]
        same_name = records.names.same_name(left, right)
        terms["far_named"] = terms["far"] * same_name / RARITY_LIMIT
        # Two sources that state different commodities under one name far apart mean two sites.
        terms["far_named"] *= 1 - terms.pop("commodity_differs") * of_two
        kind = self._kinds(left, right, of_two)
        columns = {"left": left, "right": right, "distance_km": distance_km, "kind": kind}
        columns |= {"whole_name": same_name > 0, **terms}
        return pd.DataFrame(columns, copy=False)

    def _kinds(self, left: Integers, right: Integers, of_two: Booleans) -> Any:
        """Return the kind of each pair, see `minmap.linking.link_model.KINDS`."""
        one, repeating, two = map(KINDS.index, ("one_source", "repeating_source", "two_sources"))
        repeats = self._repeats[left] & self._repeats[right]
        codes = np.where(of_two, two, np.where(repeats, repeating, one))
        return pd.Categorical.from_codes(codes.astype(np.int64), pd.Index(KINDS))

    def _place(
        self, left: Integers, right: Integers, distance_km: Floats, *, has_word: Booleans
    ) -> dict[str, Floats]:
        of_two = (self._source[left] != self._source[right]) & has_word
        own_km = np.where(of_two, SCATTER_OF_SOURCES_KM, SCATTER_KM)
        own2 = self._records.uncertainty_km**2
        rounded2 = own2[left] + own2[right]
        scatter2 = own_km**2 + rounded2
        # Coarse coordinates agree by chance. With a word in common, its rarity says already how
        # many other records may be meant.
        coarser = np.where(has_word, 0.0, np.log1p(rounded2 / SCATTER_KM**2))
        least, most = CROWDING_LIMITS
        density = (self._crowding[left] + self._crowding[right]) / 2
        crowded = np.clip(np.nan_to_num(density, nan=least), least, most)
        apart_km = np.where(np.isfinite(distance_km), distance_km, self._unknown_km)
        return {
            "scatter_km": np.sqrt(scatter2),
            "far": np.log1p(apart_km**2 / scatter2),
            "crowded": crowded + coarser,
        }

    def _names(self, left: Integers, right: Integers) -> dict[str, Floats]:
        covered, rare, alike, only_place = self._records.names.shared(left, right)
        named = self._records.names.is_named
        left_more = _has_more(self._parts, left, right)
        right_more = _has_more(self._parts, right, left)
        has_word = (rare > 0).astype(float)
        return {
            "covered": covered,
            "rare": rare,
            "alike": alike,
            "unnamed": (~(named[left] & named[right])).astype(float),
            "part_differs": (left_more & right_more) * has_word,
            "part_lacks": (left_more != right_more) * has_word,
            "only_place": only_place,
        }

    def _facts(self, left: Integers, right: Integers) -> dict[str, Floats]:
        mined, owner = self._mined, self._owner
        plant, mill, mine = (self._kind == kind for kind in (PLANT, MILL, MINE))
        plants_of_two = plant[left] & plant[right]
        owned = (owner[left] >= 0) & (owner[right] >= 0)
        one_owner = owned & (owner[left] == owner[right])
        products = _differ(mined, self._of_one_plant, left, right) * plants_of_two * ~one_owner
        differ = {f"{name}_differs": _differ(bits, bits, left, right)
                  for name, bits in self._codes.items()}  # fmt: skip
        return {
            "commodity_differs": _differ(mined, mined, left, right),
            "commodity_unrelated": _differ(mined, self._related, left, right),
            **differ,
            "plant_differs": (plant[left] != plant[right]).astype(float),
            "mill_differs": ((mill[left] & mine[right]) | (mine[left] & mill[right])).astype(float),
            "plants": plants_of_two.astype(float),
            "products_differ": np.asarray(products, dtype=float),
            "owner_agrees": one_owner.astype(float),
            "owner_differs": (owned & ~one_owner).astype(float),
        }


def _differ(one: AnyArray, other: AnyArray, left: Integers, right: Integers) -> Floats:
    """Return 1 where the left record has codes in one text, and the right others in the other."""
    found = np.empty(len(left))
    has_one, has_other = (np.asarray(bits.any(axis=1)) for bits in (one, other))
    for rows in pair_blocks(len(left)):
        agrees = (one[left[rows]] & other[right[rows]]).any(axis=1)
        found[rows] = has_one[left[rows]] & has_other[right[rows]] & ~agrees
    return found


def _has_more(bits: AnyArray, left: Integers, right: Integers) -> Booleans:
    """Return whether the left record has codes that the right one lacks."""
    found = np.empty(len(left), dtype=bool)
    for rows in pair_blocks(len(left)):
        found[rows] = (bits[left[rows]] & ~bits[right[rows]]).any(axis=1)
    return found


def _bits(texts: pd.Series, codes_of: Any = str.split, *, known: Iterable[str] = ()) -> AnyArray:
    """Return the codes in each text as bits of 64-bit numbers (n, words).

    The codes of two results with the same `known` codes have the same bits.
    """
    codes, different = pd.factorize(texts.astype(TEXT))
    found = [*map(codes_of, different.tolist()), []]
    place = {code: at for at, code in enumerate(dict.fromkeys([*known, *chain(*found)]))}
    places = np.array([place[code] for code in chain(*found)], dtype=np.uint64)
    cell, bit = np.divmod(places, np.uint64(64))
    row = np.repeat(np.arange(len(found)), [*map(len, found)])
    bits = np.zeros((len(found), len(place) // 64 + 1), dtype=np.uint64)
    np.bitwise_or.at(bits, (row, cell.astype(np.int64)), np.uint64(1) << bit)
    return np.asarray(bits[codes])
