"""The evidence of pairs in words."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.linking.identifiers import SharedNumbers
from minmap.linking.link_model import KINDS, said_of_terms, weights
from minmap.linking.linked_records import LinkedRecords
from minmap.linking.name_parts import parts_named
from minmap.linking.name_words import sound_of
from minmap.linking.record_names import RecordNames
from minmap.types import Integers
from minmap.vocabulary import labels

_ALIKE: Final = 0.5
"""Similarity from which names count as spelt alike."""
_SHOWN: Final = 3
"""Words in common that are listed, the rarest first."""
_TEXT: Final = pa.large_string()


def evidence_words(records: LinkedRecords, evidence: pd.DataFrame) -> pa.Array:
    """Return one text a pair: distance, numbers, names, commodities, deposit types, owners.

    Parameters
    ----------
    records
        The records.
    evidence
        Rows of `minmap.linking.pair_evidence.PairEvidence.of`, and ``reason``, why a pair is
        joined or not against its probability.
    """
    pairs, facts = _Pairs(evidence), records.facts.fillna("")
    statements = [
        _distances(evidence),
        _numbers(records.numbers, evidence),
        pc.coalesce(
            pairs.said_once(records.names.spelling, _NamesInCommon(records.names)),
            _where(evidence["alike"] >= _ALIKE, "names spelt alike"),
            _where(evidence["unnamed"] == 0, "different names"),
        ),
        _where(evidence["unnamed"] != 0, "a name does not tell which site it is"),
        pairs.said(facts["commodities"] + " " + facts["minor_commodities"], _on_commodities),
        pairs.said(facts["deposit_type"], _on_deposit_types),
        pairs.said(facts["country"], _on_countries),
        _Pairs(evidence, evidence["part_differs"] != 0).said(facts["name"], _on_parts),
        _Pairs(evidence, _weighs(evidence, "part_lacks")).said(facts["name"], _on_one_part),
        _where(evidence["whole_name"], "a whole name in common"),
        *(_where(_weighs(evidence, term), words) for term, words in said_of_terms().items()),
        pa.array(evidence["reason"], _TEXT),
    ]
    return pc.binary_join_element_wise(*statements, pa.scalar("; ", _TEXT), null_handling="skip")


class _Pairs:
    """Puts what the records of pairs have into words, once for all pairs that have the same.

    Parameters
    ----------
    evidence
        See `evidence_words`.
    spoken
        Which pairs get words; None: all.
    """

    def __init__(self, evidence: pd.DataFrame, spoken: pd.Series | None = None) -> None:
        everywhere = np.ones(len(evidence), dtype=bool)
        self._spoken = everywhere if spoken is None else spoken.to_numpy()
        ends = (evidence[side].to_numpy()[self._spoken] for side in ("left", "right"))
        self._left, self._right = ends

    def said(self, texts: pd.Series, words: Callable[[str, str], str | None]) -> pa.Array:
        """Return for each pair the words on the texts of both records."""
        codes, different = pd.factorize(texts)
        given = different.tolist()
        return self.said_once(codes, lambda one, other: words(given[one], given[other]))

    def said_once(self, codes: Integers, words: Callable[[int, int], str | None]) -> pa.Array:
        """Return for each pair the words on the codes of both records."""
        count = int(codes.max(initial=0)) + 1
        place, different = pd.factorize(codes[self._left] * count + codes[self._right])
        ends = (end.tolist() for end in np.divmod(different, count))
        said = np.array([*map(words, *ends)], dtype=object)
        found = np.full(len(self._spoken), None, dtype=object)
        found[self._spoken] = said[place]
        return pa.array(found, _TEXT)


class _NamesInCommon:
    """Says which words the names of two records have in common, by the records' spellings."""

    def __init__(self, names: RecordNames) -> None:
        counts = np.bincount(names.sounds.indices, minlength=len(names.words)).tolist()
        self._frequency = dict(zip(names.words, counts, strict=True))
        self._spelt = names.spelt
        self._by_sound: dict[int, dict[str, str]] = {}

    def __call__(self, left: int, right: int) -> str | None:
        first, second = self._words(left), self._words(right)
        common = _single(first, [sound for sound in first if sound in second])
        if len(common) > 1:
            common = sorted(common, key=self._rarest_first)[:_SHOWN]
        listed = [
            f"{_word(first[sound], second[sound])} (in {self._frequency[sound]:,} records)"
            for sound in common
        ]
        return f"names have in common: {', '.join(listed)}" if listed else None

    def _rarest_first(self, sound: str) -> tuple[int, str]:
        return self._frequency[sound], sound

    def _words(self, at: int) -> dict[str, str]:
        """Return the words of all names of a spelling by their sounds."""
        found = self._by_sound.get(at)
        if found is None:
            names = self._spelt[at].all_names
            joined = [("".join(words),) for words in names if len(words) > 1]
            found = {sound_of(word): word for words in (*joined, *names) for word in words}
            self._by_sound[at] = found
        return found


def _single(words: dict[str, str], sounds: list[str]) -> list[str]:
    """Return sounds without those of names written as one word whose parts are there too."""
    if len(sounds) <= 2:
        return sounds
    others = {words[sound] for sound in sounds}
    # By their lengths, since a name of very many words has few.
    lengths = {len(word) for word in others}

    def is_joined(word: str) -> bool:
        rest = [len(word) - length for length in lengths if length < len(word)]
        begins = any(word[:-end] in others for end in rest)
        return begins and any(word[end:] in others for end in rest)

    return [sound for sound in sounds if not is_joined(words[sound])]


def _on_commodities(one: str, other: str) -> str | None:
    first, second = one.split(), other.split()
    if not (first and second):
        return None
    known = labels("commodity")
    common = ", ".join(known.get(code, code) for code in dict.fromkeys(first) if code in second)
    return f"commodities in common: {common}" if common else "no commodity in common"


def _on_deposit_types(one: str, other: str) -> str | None:
    if not (one and other):
        return None
    first, second = (labels("deposit_type").get(code, code) for code in (one, other))
    if one == other:
        return f"same deposit type: {first}"
    return f"different deposit type: {first} and {second}"


def _on_countries(one: str, other: str) -> str | None:
    if not (one and other) or one == other:
        return None
    first, second = (labels("country").get(code, code) for code in (one, other))
    return f"different countries: {first} and {second}"


def _on_parts(one: str, other: str) -> str:
    parts = (", ".join(sorted(parts_named(name))) for name in (one, other))
    return f"different parts: {' and '.join(parts)}"


def _weighs(evidence: pd.DataFrame, term: str) -> pd.Series:
    """Return whether a term changes the probability of each pair."""
    weight = evidence["kind"].map({kind: weights(kind)[term] for kind in KINDS}).astype(float)
    return evidence[term] * weight != 0


def _on_one_part(one: str, other: str) -> str:
    parts = sorted(parts_named(one) | parts_named(other))
    return f"only one name has a part: {', '.join(parts)}"


def _numbers(numbers: SharedNumbers, evidence: pd.DataFrame) -> pa.Array:
    common = numbers.in_common(evidence["left"].to_numpy(), evidence["right"].to_numpy())
    found = np.full(len(evidence), None, dtype=object)
    for row in np.flatnonzero(np.diff(common.indptr)).tolist():
        shared = common.indices[common.indptr[row] : common.indptr[row + 1]].tolist()
        found[row] = f"number in common: {', '.join(sorted(numbers.texts[at] for at in shared))}"
    return pa.array(found, _TEXT)


def _distances(evidence: pd.DataFrame) -> pa.Array:
    ends = (evidence[name].tolist() for name in ("distance_km", "scatter_km"))
    texts = [
        f"{distance_km:.1f} km apart, scatter of the locations {scatter_km:.1f} km"
        for distance_km, scatter_km in zip(*ends, strict=True)
    ]
    is_known = pa.array(np.isfinite(evidence["distance_km"]))
    return pc.if_else(is_known, pa.array(texts, _TEXT), "a record has no location")


def _where(holds: pd.Series, words: str) -> pa.Array:
    """Return the words where something holds."""
    return pc.if_else(pa.array(holds), pa.scalar(words, _TEXT), pa.scalar(None, _TEXT))


def _word(first: str, second: str) -> str:
    return first if first == second else f"{first} = {second}"
