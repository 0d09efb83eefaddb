"""The columns of a file as a source defines them: trimmed, its sentinels missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.files.cells import Cells, text
from minmap.reading.coded_texts import CodedTexts, coded
from minmap.types import Bytes, Integers
from minmap.vocabulary import TEXT

_TEXT: Final = pa.large_string()


@dataclass(frozen=True)
class SourceCells(Cells):
    """Cells of a file as a source defines them.

    Attributes
    ----------
    missing
        Lower-case texts that stand for missing, such as ``"-9999"``.
    """

    missing: frozenset[str] = frozenset()
    _texts: dict[str, pd.Series] = field(default_factory=dict, init=False, repr=False)
    _coded: dict[tuple[str, ...], CodedTexts] = field(default_factory=dict, init=False, repr=False)

    def column(self, name: str) -> pd.Series | None:
        """Return a column as trimmed text, blanks and sentinels missing; None if there is none.

        Case is ignored in the name.
        """
        key = name.casefold()
        if key not in self._texts:
            given = self._given(name)
            if given is None:
                return None
            self._texts[key] = self._text(key, given)
        return self._texts[key]

    def _given(self, name: str) -> pd.Series | None:
        """Return a column as it is in the file."""
        key = self.folded_names.get(name.casefold())
        return None if key is None else self.frame[key]

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

    def coded(self, names: tuple[str, ...]) -> CodedTexts | None:
        """Return columns joined with "; ", each different text once; None if there is none."""
        present = tuple(name.casefold() for name in names if self._given(name) is not None)
        if present and present not in self._coded:
            whole = self._coded_column(present[0])
            for name in present[1:]:
                whole = whole.beside(self._coded_column(name))
            self._coded[present] = whole
        return self._coded.get(present)

    def _coded_column(self, name: str) -> CodedTexts:
        if (name,) not in self._coded:
            given = self._given(name)
            if given is None or given.dtype != TEXT:
                whole = coded(pa.array(self.column(name), type=_TEXT, from_pandas=True))
            else:
                # Trimming the different texts takes a fraction of trimming all rows.
                whole = coded(pa.array(given, type=_TEXT, from_pandas=True))
                whole = whole.renamed({text: self._cleaned(text) for text in whole.texts})
            self._coded[name,] = whole
        return self._coded[name,]

    def _cleaned(self, text: str) -> str | None:
        stripped = text.strip()
        return None if not stripped or stripped.casefold() in self.missing else stripped


def trimmed(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts without white space at their ends, blanks missing.

    Chunks without such white space, as most are, are not copied: reading the first and last byte
    of each text is far cheaper than writing all texts again.

    Examples
    --------
    >>> trimmed(pa.chunked_array([[" a", "", None], ["b"]], pa.large_string())).to_pylist()
    ['a', None, None, 'b']
    """
    chunks = []
    for chunk in array.chunks:
        whole = chunk
        if not _is_trimmed(chunk):
            whole = pc.utf8_trim_whitespace(chunk)
            whole = pc.if_else(pc.equal(whole, ""), pa.scalar(None, _TEXT), whole)
        chunks.append(whole)
    return pa.chunked_array(chunks, _TEXT)


def _is_trimmed(chunk: pa.Array) -> bool:
    """Return whether no text is blank, or begins or ends with white space or beyond ASCII."""
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
