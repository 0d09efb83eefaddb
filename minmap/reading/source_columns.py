"""The columns of a file as a source means them: trimmed, sentinels missing, each text once.

Of a table of 300,000 rows most columns repeat few texts. They are numbered once, and rules, value
maps and vocabularies look at each different text instead of each row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from minmap.files.cells import Cells, text
from minmap.types import Booleans, Bytes, Integers, Integers32
from minmap.vocabulary import TEXT

_JOINED: Final = "; "
_TEXT: Final = pa.large_string()


@dataclass(frozen=True)
class Coded:
    """Texts of a column that repeats few of them.

    Attributes
    ----------
    positions : numpy.ndarray of int32, shape (rows,)
        Which of `texts` a row holds; -1 where it is missing.
    texts : list of str
        The different texts.
    """

    positions: Integers32
    texts: list[str]

    @property
    def missing(self) -> Booleans:
        """Rows without a text."""
        return self.positions < 0

    def where(self, kept: Booleans) -> Coded:
        """Return the texts of the rows to be kept, missing elsewhere."""
        return Coded(np.where(kept, self.positions, np.int32(-1)), self.texts)

    def renamed(self, meanings: Mapping[str, str | None]) -> Coded:
        """Return each text as its meaning, missing where that is None.

        Examples
        --------
        >>> coded = Coded(np.array([0, 1, -1, 0], "int32"), ["L", "U"])
        >>> coded.renamed({"L": "large", "U": None}).positions.tolist()
        [0, -1, -1, 0]
        """
        found = [meanings[text] for text in self.texts]
        texts = list(dict.fromkeys(meaning for meaning in found if meaning is not None))
        number = {meaning: position for position, meaning in enumerate(texts)}
        lookup = [-1 if meaning is None else number[meaning] for meaning in found]
        # The last entry is what -1, a missing text, points to.
        return Coded(np.array([*lookup, -1], dtype=np.int32)[self.positions], texts)

    def otherwise(self, other: Coded) -> Coded:
        """Return the texts, and those of `other` where they are missing."""
        number = {text: position for position, text in enumerate(self.texts)}
        lookup = [number.setdefault(text, len(number)) for text in other.texts]
        shifted = np.array([*lookup, -1], dtype=np.int32)[other.positions]
        return Coded(np.where(self.missing, shifted, self.positions), list(number))

    def beside(self, other: Coded) -> Coded:
        """Return the texts of both with "; " between, either alone where the other is missing.

        Examples
        --------
        >>> lead = Coded(np.array([0, -1], "int32"), ["Pb"])
        >>> lead.beside(Coded(np.array([0, 0], "int32"), ["Zn"])).texts
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
        return Coded(lookup[positions], list(number))

    def counts(self) -> NDArray[np.intp]:
        """Return the number of rows that hold each text."""
        return np.bincount(self.positions[~self.missing], minlength=len(self.texts))

    def used(self) -> Coded:
        """Return the same with the texts that some row holds, and no others."""
        held = self.counts() > 0
        if held.all():
            return self
        lookup = np.where([*held, False], np.cumsum([*held, False]) - 1, -1).astype(np.int32)
        texts = [text for text, kept in zip(self.texts, held.tolist(), strict=True) if kept]
        return Coded(lookup[self.positions], texts)

    def series(self, index: pd.Index) -> pd.Series:
        """Return a text column."""
        numbered = pa.array(self.positions, mask=self.missing)
        lookup = pa.array(self.texts, type=_TEXT)
        # Twice as fast as to take the texts by their positions.
        whole = pa.DictionaryArray.from_arrays(numbered, lookup).dictionary_decode()
        return text(whole, index)

    def categorical(self, index: pd.Index) -> pd.Series:
        """Return a categorical column."""
        kind = pd.CategoricalDtype(pd.Index(self.texts, dtype=TEXT))
        return pd.Series(pd.Categorical.from_codes(self.positions, dtype=kind), index=index)


def coded(array: pa.Array | pa.ChunkedArray) -> Coded:
    """Return an arrow array of texts with each different text once.

    Examples
    --------
    >>> coded(pa.array(["b", None, "b", "a"])).positions.tolist()
    [0, -1, 0, 1]
    """
    encoded = array.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    positions = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return Coded(positions.astype(np.int32, copy=False), encoded.dictionary.to_pylist())


@dataclass(frozen=True)
class View(Cells):
    """Cells of a file as a source means them.

    Attributes
    ----------
    missing
        Lower-case texts that say that there is nothing, such as ``"-9999"``.
    """

    missing: frozenset[str] = frozenset()
    _texts: dict[str, pd.Series] = field(default_factory=dict, init=False, repr=False)
    _coded: dict[tuple[str, ...], Coded] = field(default_factory=dict, init=False, repr=False)

    def given(self, name: str) -> pd.Series | None:
        """Return a column as it stands in the file; None if it is not there.

        Case does not count in the name.
        """
        key = self.folded_names.get(name.casefold())
        return None if key is None else self.frame[key]

    def column(self, name: str) -> pd.Series | None:
        """Return a column as trimmed text, blanks and sentinels missing; None if it is not there.

        Case does not count in the name.
        """
        key = name.casefold()
        if key not in self._texts:
            given = self.given(name)
            if given is None:
                return None
            self._texts[key] = self._text(key, given)
        return self._texts[key]

    def _text(self, key: str, given: pd.Series) -> pd.Series:
        if (key,) in self._coded:
            return self._coded[key,].series(self.index)
        if given.dtype != TEXT:
            found = super().column(key)
            given = given.astype(TEXT) if found is None else found
        array = trimmed(pa.chunked_array(pa.array(given, type=_TEXT, from_pandas=True)))
        if self.missing:
            nothing = pc.is_in(pc.utf8_lower(array), value_set=pa.array(self.missing, _TEXT))
            array = pc.if_else(nothing, pa.scalar(None, _TEXT), array)
        return text(array, self.index)

    def coded(self, names: tuple[str, ...]) -> Coded | None:
        """Return columns joined with "; ", each different text once; None if none is there."""
        present = tuple(name.casefold() for name in names if self.given(name) is not None)
        if not present:
            return None
        if present not in self._coded:
            whole = self._coded_column(present[0])
            for name in present[1:]:
                whole = whole.beside(self._coded_column(name))
            self._coded[present] = whole
        return self._coded[present]

    def _coded_column(self, name: str) -> Coded:
        if (name,) in self._coded:
            return self._coded[name,]
        given = self.given(name)
        if given is None or given.dtype != TEXT:
            whole = coded(pa.array(self.column(name), type=_TEXT, from_pandas=True))
        else:
            # Trimming the different texts takes a fraction of trimming all rows.
            whole = coded(pa.array(given, type=_TEXT, from_pandas=True))
            whole = whole.renamed({text: self._meant(text) for text in whole.texts})
        self._coded[name,] = whole
        return whole

    def _meant(self, text: str) -> str | None:
        trimmed = text.strip()
        return None if not trimmed or trimmed.casefold() in self.missing else trimmed


def trimmed(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts without white space at their ends, blanks missing.

    Chunks in which there is nothing to trim, as in most, are not copied: looking at the first and
    last byte of each text is far cheaper than writing all of them again.

    Examples
    --------
    >>> trimmed(pa.chunked_array([[" a", "", None], ["b"]], pa.large_string())).to_pylist()
    ['a', None, None, 'b']
    """
    nothing = pa.scalar(None, _TEXT)
    chunks = []
    for chunk in array.chunks:
        whole = chunk
        if not _is_trimmed(chunk):
            whole = pc.utf8_trim_whitespace(chunk)
            whole = pc.if_else(pc.equal(whole, ""), nothing, whole)
        chunks.append(whole)
    return pa.chunked_array(chunks, _TEXT)


def _is_trimmed(chunk: pa.Array) -> bool:
    """Tell whether the texts are neither blank nor begin or end with white space.

    Texts that begin or end with a letter beyond ASCII are not looked into further, and count as if
    they did.
    """
    _, ends, letters = chunk.buffers()
    if letters is None or len(chunk) == chunk.null_count:
        return bool(len(chunk) == chunk.null_count)
    bounds: Integers = np.frombuffer(ends, np.int64)
    bounds = bounds[chunk.offset : chunk.offset + len(chunk) + 1]
    filled = bounds[1:] > bounds[:-1]
    if int(filled.sum()) != len(chunk) - chunk.null_count:
        return False
    data: Bytes = np.frombuffer(letters, np.uint8)
    outer = np.concatenate([data[bounds[:-1][filled]], data[bounds[1:][filled] - 1]])
    return bool(np.all((outer > ord(" ")) & (outer < ord("\x7f"))))


def view(cells: Cells, missing: frozenset[str]) -> View:
    """Return cells as a source means them."""
    return View(cells.frame, cells.geometry, cells.notes, missing=missing)


def kept(column: pd.Series, mask: Booleans) -> pd.Series:
    """Return a column that is missing where `mask` is false."""
    if column.dtype != TEXT:
        return column.where(mask)
    # pandas' own where takes several times as long on text.
    array = pa.array(column, type=_TEXT, from_pandas=True)
    return text(pc.if_else(pa.array(mask), array, pa.scalar(None, _TEXT)), column.index)
