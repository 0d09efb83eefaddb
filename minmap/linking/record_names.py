"""The words of the names of records as matrices, so that millions of pairs are compared at once."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import numpy as np
import pandas as pd
from scipy import sparse

from minmap.linking.name_parts import NameParts, name_parts, names_area
from minmap.linking.name_words import names_in, sound_of, telling_words
from minmap.linking.pair_blocks import pair_blocks
from minmap.types import Booleans, Floats, Integers

RARITY_LIMIT: Final = 7.0
"""Most that a rare word counts, as the logarithm of one in so many records: about one in 1,100, as
in the table with which the model was made. Larger tables do not make a word tell more."""
_RECORDS: Final = 1000
"""A table with fewer records counts as having so many, since its words look rarer than they are."""
_WHOLE: Final = 5
"""Consonants that a whole name needs to be recognised anywhere without its vowels."""
_ALIKE: Final = 4
"""The same to count as the same name near by: Gloria and Kalahari have three in common."""

T = TypeVar("T", bound=Hashable)
Words: TypeAlias = tuple[str, ...]
"""The telling words of a name."""


class NameWords(NamedTuple):
    """The words of all names of a record.

    Attributes
    ----------
    parts
        Those of the parts of the name.
    others
        Those of each other name, without those of areas and groups of sites.
    areas
        Those of each other name of an area or a group.
    """

    parts: NameParts
    others: tuple[Words, ...]
    areas: tuple[Words, ...]

    @property
    def all_names(self) -> tuple[Words, ...]:
        """The words of all parts of the name and of each other name."""
        return (*self.parts.names, *self.others, *self.areas)

    @property
    def site_names(self) -> tuple[Words, ...]:
        """The words of each name of the site, without those of places."""
        return tuple(filter(None, (self.parts.site, *self.parts.second, *self.others)))


class NameSounds(NamedTuple):
    """The sounds of the words of all names of a record.

    Attributes
    ----------
    all_names
        Those of the words of all names, and of each name written as one word.
    of_site
        The same without places.
    main
        Those of the words of the main name.
    joined
        That of the main name written as one word, if it has words.
    whole
        Those of the names of the site, each written as one word, that are recognised anywhere.
    alike
        That by which two main names count as one.
    """

    all_names: Words
    of_site: Words
    main: Words
    joined: Words
    whole: Words
    alike: str


@dataclass(frozen=True)
class RecordNames:
    """Words, their sounds and their letters in the names of n records.

    Attributes
    ----------
    sounds
        (n, words) of 0 and 1: which sounds all names of a record have.
    main
        (n, words): what share of the main name, that of the site alone, weighed by rarity, a word
        is.
    joined
        (n, words) of 0 and 1: the main name written as one word.
    of_site
        (n, words) of 0 and 1: which sounds the names of a site have, without places.
    whole
        (n, names) of 0 and 1: which names, each written as one word, a record has.
    letters
        (n, groups of three letters): those of the main name, weighed by rarity, of length 1.
    rarity
        (words,): logarithm of one in so many records.
    main_sound
        A number for each different sound of a main name, -1 without a name.
    is_named
        Whether the main name has a word that tells which site it is.
    words
        The sounds, in the order of the columns of `sounds`.
    spelling
        (n,): the position of the words of all names of a record in `spelt`.
    spelt
        The different words of all names of a record.
    """

    sounds: sparse.csr_array
    main: sparse.csr_array
    joined: sparse.csr_array
    of_site: sparse.csr_array
    whole: sparse.csr_array
    letters: sparse.csr_array
    rarity: Floats
    main_sound: Integers
    is_named: Booleans
    words: list[str]
    spelling: Integers
    spelt: list[NameWords]

    @classmethod
    def of(cls, names: pd.Series, other_names: pd.Series) -> "RecordNames":
        """Return the words of names, and of other names listed in one text."""
        spelling, spelt = _spelt(names, other_names)
        columns = dict[str, int]()
        heard = [_sounds(one) for one in spelt]
        sounds = _matrix([one.all_names for one in heard], columns)[spelling]
        rarity = _rarity(sounds)[: len(columns)]
        main = [one.parts.site for one in spelt]
        weights = _matrix([one.main for one in heard], columns)
        joined = _matrix([one.joined for one in heard], columns)
        of_site = _matrix([one.of_site for one in heard], columns)
        letters = _matrix([_letters(words) for words in main], {})[spelling]
        return cls(
            sounds=sounds,
            main=_scaled(weights, rarity, power=1)[spelling],
            joined=joined[spelling],
            of_site=of_site[spelling],
            whole=_matrix([one.whole for one in heard], {})[spelling],
            letters=_scaled(letters, _rarity(letters), power=2),
            rarity=rarity,
            main_sound=_codes([one.alike for one in heard])[spelling],
            is_named=np.array([bool(words) for words in main], dtype=bool)[spelling],
            words=list(columns),
            spelling=spelling,
            spelt=spelt,
        )

    def shared(self, left: Integers, right: Integers) -> tuple[Floats, Floats, Floats, Floats]:
        """Compare the names of pairs of records.

        Returns
        -------
        covered : numpy.ndarray
            Share of a main name that is in the names of the other record, of the larger of both.
        rarity : numpy.ndarray
            Rarity of the rarest word in common; 0 if there is none.
        alike : numpy.ndarray
            Similarity of the main names by their letters, 0 to 1; 1 if they sound alike.
        only_place : numpy.ndarray
            1 if all words in common are of places that the names add, else 0.
        """
        covered, rarity, alike, only_place = found = np.zeros((4, len(left)))
        for rows in pair_blocks(len(left)):
            found[:, rows] = self._shared(left[rows], right[rows])
        return covered, rarity, alike, only_place

    def same_name(self, left: Integers, right: Integers) -> Floats:
        """Return the rarity of the rarest whole name in common; 0 if there is none."""
        rarity = sparse.diags_array(_rarity(self.whole).astype(np.float32))
        weighed = (self.whole @ rarity).tocsr()
        found = np.zeros(len(left))
        for rows in pair_blocks(len(left)):
            common = weighed[left[rows]].multiply(self.whole[right[rows]]).tocsr()
            found[rows] = common.max(axis=1).toarray().ravel() if common.nnz else 0.0
        return found

    def _shared(self, left: Integers, right: Integers) -> tuple[Floats, Floats, Floats, Floats]:
        common = self.sounds[left].multiply(self.sounds[right]).tocsr()
        some = np.flatnonzero(np.diff(common.indptr))
        covered, rarity, only_place = np.zeros((3, len(left)))
        common, first, second = common[some], left[some], right[some]
        shares = [
            _row_sums(common.multiply(matrix[rows]))
            for matrix in (self.main, self.joined)
            for rows in (first, second)
        ]
        covered[some] = np.minimum(np.maximum.reduce(shares), 1.0) if len(some) else 0.0
        weighed = common.multiply(self.rarity[None, :]).tocsr()
        rarity[some] = weighed.max(axis=1).toarray().ravel() if len(some) else 0.0
        of_both = self.of_site[first].multiply(self.of_site[second]).tocsr()
        only_place[some] = np.diff(of_both.indptr) == 0
        alike = _row_sums(self.letters[left].multiply(self.letters[right]))
        sound = self.main_sound[left]
        alike[(sound == self.main_sound[right]) & (sound >= 0)] = 1.0
        return covered, rarity, np.minimum(alike, 1.0), only_place


def _spelt(names: pd.Series, other_names: pd.Series) -> tuple[Integers, list[NameWords]]:
    """Return for each record the position of its words among the different ones, and those."""
    name, of_name = _each(names, name_parts)
    other, of_others = _each(other_names, _in_others)
    spelling, different = pd.factorize(name * len(of_others) + other)
    ends = np.divmod(different, len(of_others))
    spelt = [
        NameWords(of_name[one], *of_others[another])
        for one, another in zip(*(end.tolist() for end in ends), strict=True)
    ]
    return np.asarray(spelling, dtype=np.int64), spelt


def _each(texts: pd.Series, words_in: Callable[[str], T]) -> tuple[Integers, list[T]]:
    """Return for each text the position of its words among the different ones, and those."""
    codes, different = pd.factorize(texts.fillna(""))
    found = dict[T, int]()
    place = [found.setdefault(words_in(str(text)), len(found)) for text in different]
    return np.array(place, dtype=np.int64)[codes], list(found)


def _in_others(names: str) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Return the words of other names of a site, and those of names of areas and groups."""
    of_site, of_area = list[Words](), list[Words]()
    for name in names_in(names):
        (of_area if names_area(name) else of_site).append(tuple(telling_words(name)))
    return tuple(of_site), tuple(of_area)


def _sounds(names: NameWords) -> NameSounds:
    main = names.parts.site
    words = {one: [*map(sound_of, one)] for one in names.all_names}
    as_one = {one: [sound_of("".join(one))] if len(one) > 1 else [] for one in words}
    whole = dict.fromkeys("".join(one) for one in names.site_names)
    return NameSounds(
        all_names=_joined(words, as_one, names.all_names),
        of_site=_joined(words, as_one, names.site_names),
        main=tuple(words.get(main, ())),
        joined=(sound_of("".join(main)),) if main else (),
        whole=tuple(sound_of(one, letters=_WHOLE) for one in whole),
        alike="".join(sound_of(word, letters=_ALIKE) for word in main),
    )


def _joined(
    words: dict[Words, list[str]], as_one: dict[Words, list[str]], names: tuple[Words, ...]
) -> Words:
    return tuple(sound for one in names for sound in (*words[one], *as_one[one]))


def _codes(texts: list[str]) -> Integers:
    """Return a number for each different text, -1 for one that is empty."""
    known = np.array([text or None for text in texts], dtype=object)
    return np.asarray(pd.factorize(known)[0], dtype=np.int64)


def _letters(words: Words) -> list[str]:
    text = f"^{''.join(words)}$"
    return [text[at : at + 3] for at in range(len(text) - 2)] if words else []


def _matrix(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> sparse.csr_array:
    """Return which row has which text as 0 and 1; columns are added for new texts."""
    column = [columns.setdefault(text, len(columns)) for row in rows for text in row]
    row = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    shape = (len(rows), max(len(columns), 1))
    ones = np.ones(len(column), dtype=np.float32)
    found = sparse.csr_array((ones, (row, np.array(column, dtype=np.int64))), shape=shape)
    found.data[:] = 1.0  # a text that a row has twice counts once
    return found


def _rarity(matrix: sparse.csr_array) -> Floats:
    records = np.maximum(np.bincount(matrix.indices, minlength=matrix.shape[1]), 1)
    return np.clip(np.log(max(matrix.shape[0], _RECORDS) / records), 0.0, RARITY_LIMIT)


def _scaled(matrix: sparse.csr_array, weight: Floats, *, power: int) -> sparse.csr_array:
    """Return the weighted matrix whose rows have the sum 1 (power 1) or the length 1 (power 2)."""
    weighted = matrix.copy()
    weighted.data = weight[weighted.indices].astype(np.float32)
    total = _row_sums(weighted.power(power)) ** (1 / power)
    rows = np.repeat(np.arange(weighted.shape[0]), np.diff(weighted.indptr))
    weighted.data /= np.maximum(total, 1e-9)[rows].astype(np.float32)
    return weighted


def _row_sums(matrix: Any) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=float).ravel()
