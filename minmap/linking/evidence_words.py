"""The evidence of pairs in words."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from minmap.linking.linked_records import LinkedRecords
from minmap.linking.name_words import main_words, names_in, parts_named, sound_of, telling_words

_ALIKE: Final = 0.5
"""Similarity from which names count as spelt alike."""
_SHOWN: Final = 3
"""Words in common that are listed, the rarest first."""
_USED: Final = (
    "left", "right", "distance_km", "scatter_km", "alike", "unnamed", "part_differs",
    "far_named", "commodity_unrelated", "plant_differs", "plants", "products_differ",
    "owner_agrees", "owner_differs",
)  # fmt: skip

_SAID: Final = (
    "a whole name in common", "commodities that are not found together", "only one is a plant",
    "both are plants", "other products", "same owner", "different owners",
)  # fmt: skip
"""Words on the terms of `_USED` from ``far_named`` on, where they are not 0."""


def evidence_words(records: LinkedRecords, evidence: pd.DataFrame) -> list[str]:
    """Return one text a pair: distance, numbers, names, commodities, deposit types, owners.

    Parameters
    ----------
    records
        The records.
    evidence
        Rows of `minmap.linking.pair_evidence.pair_evidence`.
    """
    words = _Words(records)
    columns = (evidence[name].tolist() for name in _USED)
    rows = zip(*columns, _numbers(records, evidence), strict=True)
    texts = []
    for left, right, distance_km, scatter_km, alike, unnamed, part, *facts, number in rows:
        parts = [
            _distance(distance_km, scatter_km),
            number,
            words.of_names(left, right, alike=alike, unnamed=unnamed),
            *words.of_facts(left, right),
        ]
        if part:
            parts.append(words.of_parts(left, right))
        parts += [said for said, holds in zip(_SAID, facts, strict=True) if holds]
        texts.append("; ".join(filter(None, parts)))
    return texts


class _Words:
    """Puts the evidence of pairs into words, and the facts of each record only once."""

    def __init__(self, records: LinkedRecords) -> None:
        facts = records.facts.astype(object).where(records.facts.notna(), "")
        self._facts = {name: facts[name].tolist() for name in facts.columns}
        names = records.names
        counts = np.bincount(names.sounds.indices, minlength=len(names.words)).tolist()
        self._frequency = dict(zip(names.words, counts, strict=True))
        self._spelt: dict[int, dict[str, str]] = {}
        mined = zip(self._facts["commodities"], self._facts["minor_commodities"], strict=True)
        self._commodities = [dict.fromkeys(f"{main} {minor}".split()) for main, minor in mined]

    def of_names(self, left: int, right: int, *, alike: float, unnamed: float) -> str:
        first, second = self._words(left), self._words(right)
        common = _single(first, [sound for sound in first if sound in second])
        if common:
            if len(common) > 1:
                common = sorted(common, key=self._rarest_first)[:_SHOWN]
            listed = [
                f"{_word(first[sound], second[sound])} (in {self._frequency[sound]:,} records)"
                for sound in common
            ]
            found = f"names have in common: {', '.join(listed)}"
        elif alike >= _ALIKE:
            found = "names spelt alike"
        else:
            found = "" if unnamed else "different names"
        nameless = "a name does not tell which site it is" if unnamed else ""
        return "; ".join(filter(None, (found, nameless)))

    def _rarest_first(self, sound: str) -> tuple[int, str]:
        return self._frequency[sound], sound

    def of_parts(self, left: int, right: int) -> str:
        parts = (", ".join(sorted(parts_named(self._facts["name"][at]))) for at in (left, right))
        return f"different parts: {' and '.join(parts)}"

    def of_facts(self, left: int, right: int) -> Iterator[str]:
        first, second = self._commodities[left], self._commodities[right]
        if first and second:
            common = " ".join(code for code in first if code in second)
            yield f"commodities in common: {common}" if common else "no commodity in common"
        types, countries = self._facts["deposit_type"], self._facts["country"]
        if types[left] and types[right]:
            is_same = types[left] == types[right]
            of_both = types[left] if is_same else f"{types[left]} and {types[right]}"
            yield f"{'same' if is_same else 'different'} deposit type: {of_both}"
        if countries[left] != countries[right] and countries[left] and countries[right]:
            yield f"different countries: {countries[left]} and {countries[right]}"

    def _words(self, at: int) -> dict[str, str]:
        """Return the words of all names of a record by their sounds."""
        found = self._spelt.get(at)
        if found is None:
            name, others = self._facts["name"][at], self._facts["other_names"][at]
            words = [main_words(name), *map(telling_words, names_in(others))]
            joined = [["".join(one)] for one in words if len(one) > 1]
            found = {sound_of(word): word for one in [*joined, *words] for word in one}
            self._spelt[at] = found
        return found


def _single(words: dict[str, str], sounds: list[str]) -> list[str]:
    """Return sounds without those of names written as one word whose parts are there too."""
    if len(sounds) <= 2:
        return sounds
    others = {words[sound] for sound in sounds}

    def is_joined(word: str) -> bool:
        parts = others - {word}
        return word.startswith(tuple(parts)) and word.endswith(tuple(parts))

    return [sound for sound in sounds if not is_joined(words[sound])]


def _numbers(records: LinkedRecords, evidence: pd.DataFrame) -> Iterator[str]:
    left, right = evidence["left"].to_numpy(), evidence["right"].to_numpy()
    common = records.numbers.in_common(left, right)
    ends, found = common.indptr.tolist(), common.indices.tolist()
    for start, end in pairwise(ends):
        numbers = ", ".join(sorted(records.numbers.texts[at] for at in found[start:end]))
        yield f"number in common: {numbers}" if numbers else ""


def _distance(distance_km: float, scatter_km: float) -> str:
    if np.isfinite(distance_km):
        return f"{distance_km:.1f} km apart, scatter of the locations {scatter_km:.1f} km"
    return "a record has no location"


def _word(first: str, second: str) -> str:
    return first if first == second else f"{first} = {second}"
