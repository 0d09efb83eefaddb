"""A table as its file has it, before it becomes an occurrence table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from string import Formatter
from typing import Any, Final, NamedTuple, TypeVar

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.coordinates.column import to_arrow
from minmap.types import TEXT
from minmap.vocabulary.coded_texts import CodedTexts

EXAMINED_ROWS: Final = 200
"""Number of rows that stand for a table where to examine all would take too long."""
_Frame = TypeVar("_Frame", bound=pd.DataFrame)

_BEYOND_INT64 = 2.0**63


@dataclass(frozen=True)
class ReadOptions:
    """How to read a table.

    Attributes
    ----------
    encoding
        The encoding of delimited text or of a shapefile's table, in any spelling that Python
        knows. None detects it, and a note names it where it is a guess.
    crs
        The CRS of a vector layer, for pyproj; it overrides the CRS in the file, with a note if
        they differ. None means the file's own.
    limit
        The most rows to read, for a preview. None reads all.
    dates_as_text
        Whether dates of a vector layer become text.
    """

    encoding: str | None = None
    crs: Any = None
    limit: int | None = None
    dates_as_text: bool = True


class SetAside(NamedTuple):
    """A row of delimited text that is no row of the table.

    Attributes
    ----------
    line
        Number of its first line in the file, from 1.
    text
        Its cells with the separators of the file; at most 10,000 characters.
    reason
        What is wrong.
    """

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Cells:
    """A table as its file has it.

    Attributes
    ----------
    frame
        The columns.
    geometry
        Geometry of the records, or None where coordinates are in columns.
    notes
        Remarks on the file for the user.
    set_aside
        Number of lines of the file that are not rows of the table; a note names them.
    rows_aside
        Those with cells in the wrong columns, the first thousand.
    """

    frame: pd.DataFrame
    geometry: geopandas.GeoSeries | None
    notes: list[str]
    set_aside: int = 0
    rows_aside: tuple[SetAside, ...] = ()
    _trimmed: dict[str, pd.Series] = field(default_factory=dict, init=False, repr=False)
    _coded: dict[str, CodedTexts] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def index(self) -> pd.Index:
        """Index of the records."""
        return self.frame.index

    @cached_property
    def folded_names(self) -> Mapping[str, Any]:
        """Names of the columns by their case-folded form, the first of those with the same form."""
        return {str(given).casefold(): given for given in reversed(self.frame.columns)}

    def column(self, name: str) -> pd.Series | None:
        """Return a column as trimmed text, blanks missing; None if there is no such column.

        The case of the name does not matter.
        """
        given = self.folded_names.get(name.casefold())
        if given is None:
            return None
        if given not in self._trimmed:
            self._trimmed[given] = _trim(self.frame[given])
        return self._trimmed[given]

    def coded(self, name: str) -> CodedTexts | None:
        """Return what `column` returns, by its different texts."""
        given = self.folded_names.get(name.casefold())
        if given is None:
            return None
        if given not in self._coded:
            self._coded[given] = _coded(self.frame[given])
        return self._coded[given]

    def first_of(self, names: tuple[str, ...]) -> pd.Series | None:
        """Return the first of the named columns that exists, or None."""
        return next((found for name in names if (found := self.column(name)) is not None), None)


def _trim(column: pd.Series) -> pd.Series:
    return text(_trimmed(_texts(column)), column.index)


def _coded(column: pd.Series) -> CodedTexts:
    encoded = _texts(column).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy().astype(np.int64)
    return CodedTexts.of_lookup(codes, _trimmed(encoded.dictionary).to_pylist())


def _texts(column: pd.Series) -> pa.Array:
    numbers = column.dropna() if column.dtype.kind == "f" else None
    if numbers is not None and ((numbers % 1 == 0) & (numbers.abs() < _BEYOND_INT64)).all():
        column = column.astype("Int64")  # a record number that the file format made a float
    return to_arrow(column)


def _trimmed(texts: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(texts)
    # A copy that is the same is given up, so that the next one takes its memory.
    return blanks_missing(texts if trimmed.equals(texts) else trimmed)


def blanks_missing(texts: pa.Array) -> pa.Array:
    """Return texts in which empty ones are missing."""
    is_blank = pc.equal(texts, "")
    if not pc.any(is_blank).as_py():  # much faster than a copy
        return texts
    return pc.if_else(is_blank, pa.scalar(None, pa.large_string()), texts)


def text(array: pa.ChunkedArray | pa.Array, index: pd.Index) -> pd.Series:
    """Return an arrow array of strings as a text column."""
    values = TEXT.__from_arrow__(array)  # type: ignore[attr-defined]  # absent from the stubs
    return pd.Series(values, index=index)


def no_text(index: pd.Index) -> pd.Series:
    """Return a text column in which every value is missing."""
    return text(pa.nulls(len(index), pa.large_string()), index)


def coalesce(first: pd.Series, second: pd.Series) -> pd.Series:
    """Return `first`, and `second` where `first` is missing."""
    if first.dtype != TEXT or second.dtype != TEXT:
        return first.fillna(second)
    # The fillna of pandas takes several times as long on text.
    return text(pc.coalesce(to_arrow(first), to_arrow(second)), first.index)


def constant(value: str | float, index: pd.Index) -> pd.Series:
    """Return a column with `value` in every row."""
    if isinstance(value, str):
        return text(pa.repeat(pa.scalar(value, pa.large_string()), len(index)), index)
    return pd.Series(value, index=index, dtype="Int64" if isinstance(value, int) else "Float64")


def from_template(template: str, texts: Mapping[str, pd.Series], index: pd.Index) -> pd.Series:
    """Return `template` with the columns it names filled in; missing where one of them is."""
    parts: list[Any] = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(pa.scalar(literal, pa.large_string()))
        if name is not None:
            parts.append(to_arrow(texts[name]))
    separator = pa.scalar("", pa.large_string())
    return text(pc.binary_join_element_wise(*parts, separator), index)


def evenly_sampled(frame: _Frame, most: int = EXAMINED_ROWS) -> _Frame:
    """Return at most so many rows, evenly spread over a table.

    Examples
    --------
    >>> evenly_sampled(pd.DataFrame({"name": [*"abcde"]}), 3)["name"].tolist()
    ['a', 'c', 'e']
    """
    return frame.iloc[:: max(1, -(-len(frame) // most))]
