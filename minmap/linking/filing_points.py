"""Points at which a source files records of different sites, such as the centre of a town."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from minmap.linking.linked_records import LinkedRecords
from minmap.linking.name_parts import name_parts
from minmap.linking.name_words import sound_of

LEAST_NAMES: Final = 2
"""Different names at one point from which a source files records there. Of judged pairs of one
source at one point whose names have nothing in common, 3 of 41 are of one site."""
_STEM: Final = 3
"""Sounds in common at the beginning from which two words count as forms of one. minmap's own."""

Words = frozenset[str]
"""The sounds of the words of a name."""


class FilingPoints:
    """Points that a source gives to records of different names.

    Parameters
    ----------
    records
        The records.
    """

    def __init__(self, records: LinkedRecords) -> None:
        names = records.facts["name"].fillna("").to_numpy(dtype=object)
        self._point: dict[int, int] = {}
        self._words: dict[int, Words] = {}
        for number, rows in enumerate(_at_one_point(records)):
            words = [name_sounds(names[row]) for row in rows]
            if _has_different(words):
                self._point.update(dict.fromkeys(rows, number))
                self._words.update(zip(rows, words, strict=True))

    def apart(self, one: list[int], other: list[int]) -> Iterator[tuple[int, int]]:
        """Yield the pairs of two groups of records that share a point and have different names."""
        filed = [b for b in other if b in self._point]
        for a in one if filed else ():
            for b in filed:
                if self._point.get(a) == self._point[b] and are_different(
                    self._words[a], self._words[b]
                ):
                    yield min(a, b), max(a, b)


def name_sounds(name: str) -> Words:
    """Return the sounds of the telling words of a name.

    Examples
    --------
    >>> sorted(name_sounds("Ridder-Sokolny Mine"))
    ['rtr', 'skln']
    """
    return frozenset(sound_of(word) for words in name_parts(name).names for word in words)


def are_different(one: Words, other: Words) -> bool:
    """Return whether each of two names has a word of its own; forms of one word count as one.

    Examples
    --------
    >>> field = name_sounds("Erawan gas field")
    >>> are_different(field, name_sounds("Funan gas field"))
    True
    >>> are_different(field, name_sounds("Erawan oil field"))
    False
    >>> are_different(name_sounds("Kanimansurskoye"), name_sounds("Bolshoy Kanimansur"))
    False
    """
    first, second = one - other, other - one
    return bool(first and second) and not any(_are_forms(a, b) for a in first for b in second)


def _are_forms(one: str, other: str) -> bool:
    """Return whether one of two sounds begins with the other, as an adjective with its noun."""
    if len(one) > len(other):
        one, other = other, one
    return len(one) >= _STEM and other.startswith(one)


def _at_one_point(records: LinkedRecords) -> Iterator[list[int]]:
    """Yield the records of each point to which a source gives several."""
    rows = np.flatnonzero(records.has_location)
    keys = pd.DataFrame(np.round(records.xyz_m[rows], 2))
    keys["source"] = records.facts["source"].fillna("").to_numpy()[rows]
    number = keys.groupby(list(keys.columns), sort=False).ngroup().to_numpy()
    order = np.argsort(number, kind="stable")
    counts = np.bincount(number) if len(number) else np.empty(0, dtype=np.int64)
    for start, count in zip(np.cumsum(counts) - counts, counts, strict=True):
        if count >= LEAST_NAMES:
            yield rows[order[start : start + count]].tolist()


def _has_different(names: list[Words]) -> bool:
    """Return whether enough names differ from each other; those with the most words come first."""
    found = list[Words]()
    for words in sorted(names, key=len, reverse=True):
        if all(are_different(words, known) for known in found):
            found.append(words)
        if len(found) == LEAST_NAMES:
            return True
    return False
