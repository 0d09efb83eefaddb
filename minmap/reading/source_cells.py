"""The columns of a file as a source defines them: trimmed, its sentinels missing.

Most columns of a table of 300,000 rows repeat few texts, so value maps and vocabularies are applied
to each different text instead of each row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.files.cells import Cells, text
from minmap.types import TEXT, Booleans, Integers32

_JOINED: Final = "; "
_TEXT: Final = pa.large_string()


@dataclass(frozen=True)
class CodedTexts:
    """A column of text as positions in a list of different texts.

    Attributes
    ----------
    positions : numpy.ndarray of int32, shape (rows,)
        Position in `texts` of the text of each row; -1 where it is missing.
    texts : list of str
        The different texts.
    """

    positions: Integers32
    texts: list[str]

    @property
    def missing(self) -> Booleans:
        """Whether a row has no text."""
        return self.positions < 0

    def where(self, kept: Booleans) -> CodedTexts:
        """Return the column, missing where `kept` is false."""
        return CodedTexts(np.where(kept, self.positions, np.int32(-1)), self.texts)

    def renamed(self, meanings: Mapping[str, str | None]) -> CodedTexts:
        """Return the column with each text replaced by its meaning, missing where that is None.

        Examples
        --------
        >>> coded = CodedTexts(np.array([0, 1, -1, 0], "int32"), ["L", "U"])
        >>> coded.renamed({"L": "large", "U": None}).positions.tolist()
        [0, -1, -1, 0]
        """
        found = [meanings[text] for text in self.texts]
        texts = list(dict.fromkeys(meaning for meaning in found if meaning is not None))
        number = {meaning: position for position, meaning in enumerate(texts)}
        lookup = [-1 if meaning is None else number[meaning] for meaning in found]
        # The last entry is the one that position -1, a missing text, selects.
        return CodedTexts(np.array([*lookup, -1], dtype=np.int32)[self.positions], texts)

    def otherwise(self, other: CodedTexts) -> CodedTexts:
        """Return the column, and that of `other` where a text is missing."""
        number = {text: position for position, text in enumerate(self.texts)}
        lookup = [number.setdefault(text, len(number)) for text in other.texts]
        shifted = np.array([*lookup, -1], dtype=np.int32)[other.positions]
        return CodedTexts(np.where(self.missing, shifted, self.positions), list(number))

    def beside(self, other: CodedTexts) -> CodedTexts:
        """Return both columns joined with "; ", or either alone where the other is missing.

        Examples
        --------
        >>> lead = CodedTexts(np.array([0, -1], "int32"), ["Pb"])
        >>> lead.beside(CodedTexts(np.array([0, 0], "int32"), ["Zn"])).texts
        ['Pb; Zn', 'Zn']
        """
        width = len(other.texts) + 1
        pairs = (self.positions.astype(np.int64) + 1) * width + other.positions + 1
        positions, uniques = pd.factorize(pairs)
        number: dict[str, int] = {}
        lookup = np.full(len(uniques) + 1, -1, dtype=np.int32)
        for place, pair in enumerate(uniques.tolist()):
            first, second = divmod(pair, width)
            words = [self.texts[first - 1]] if first else []
            words += [other.texts[second - 1]] if second else []
            if words:
                lookup[place] = number.setdefault(_JOINED.join(words), len(number))
        return CodedTexts(lookup[positions], list(number))

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each text."""
        numbers = np.bincount(self.positions[~self.missing], minlength=len(self.texts))
        return dict(zip(self.texts, numbers.tolist(), strict=True))

    def series(self, index: pd.Index) -> pd.Series:
        """Return a text column."""
        numbered = pa.array(self.positions, mask=self.missing)
        lookup = pa.array(self.texts, type=_TEXT)
        # Twice as fast as taking the texts by their positions.
        whole = pa.DictionaryArray.from_arrays(numbered, lookup).dictionary_decode()
        return text(whole, index)

    def categorical(self) -> pd.Series:
        """Return a categorical column on an index from 0."""
        kind = pd.CategoricalDtype(pd.Index(self.texts, dtype=TEXT))
        return pd.Series(pd.Categorical.from_codes(self.positions, dtype=kind))


def coded(array: pa.Array | pa.ChunkedArray) -> CodedTexts:
    """Return an arrow array of texts as positions in the list of its different texts.

    Examples
    --------
    >>> coded(pa.array(["b", None, "b", "a"])).positions.tolist()
    [0, -1, 0, 1]
    """
    encoded = array.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    positions = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return CodedTexts(positions.astype(np.int32, copy=False), encoded.dictionary.to_pylist())


@dataclass(frozen=True)
class SourceCells(Cells):
    """Cells of a file as a source defines them.

    Attributes
    ----------
    missing
        Lower-case texts that mean missing, such as ``"-9999"``.
    """

    missing: frozenset[str] = frozenset()
    _texts: dict[str, pd.Series] = field(default_factory=dict, init=False, repr=False)
    _coded: dict[str, CodedTexts] = field(default_factory=dict, init=False, repr=False)

    def column(self, name: str) -> pd.Series | None:
        """Return a column as trimmed text, blanks and sentinels missing; None if there is none.

        Case is ignored in the name.
        """
        key = name.casefold()
        if key not in self._texts:
            found = super().column(name)
            if found is None:
                return None
            if self.missing:
                found = found.mask(found.str.lower().isin(self.missing))
            self._texts[key] = found
        return self._texts[key]

    def coded(self, names: tuple[str, ...]) -> CodedTexts | None:
        """Return columns joined with "; ", each different text once; None if there is none."""
        present = [name for name in names if name.casefold() in self.folded_names]
        if not present:
            return None
        whole, *others = map(self._coded_column, present)
        for other in others:
            whole = whole.beside(other)
        return whole

    def _coded_column(self, name: str) -> CodedTexts:
        key = name.casefold()
        if key not in self._coded:
            given = self.frame[self.folded_names[key]]
            if given.dtype == TEXT:
                # Trimming the different texts takes a fraction of trimming all rows.
                whole = coded(pa.array(given, type=_TEXT, from_pandas=True))
                whole = whole.renamed({each: self._cleaned(each) for each in whole.texts})
            else:
                whole = coded(pa.array(self.column(name), _TEXT, from_pandas=True))
            self._coded[key] = whole
        return self._coded[key]

    def _cleaned(self, given: str) -> str | None:
        stripped = given.strip()
        return None if not stripped or stripped.casefold() in self.missing else stripped
