"""Rows of delimited text whose cells are in the wrong columns.

A separator inside a cell without quotes, or a line break, moves all cells behind it. What each
column holds is known from rows that have as many cells as the header. Signs that are quickly found
tell which rows are then examined cell by cell (`minmap.files.moved_cells`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from minmap.files.moved_cells import Row, RowProfile, profile_of

_NUMBER: Final = re.compile(r"\s*[+-]?\d+(?:[.,]\d+)?\s*")
_DECIMAL: Final = re.compile(r"\s*[+-]?\d+[.,]\d+\s*")
_WORD_IN_ARROW: Final = (
    r"[A-Za-z\x{80}-\x{10FFFF}]{3}"  # a letter by its class takes five times as long
)
_WORD: Final = re.compile(r"[^\W\d_]{3}")
_NO_VALUE: Final = frozenset({"nan", "none", "null", "unknown", "missing", "nil", "not available"})
_FEWEST: Final = 3
_MOSTLY: Final = 0.9
SAMPLE_ROWS: Final = 200
"""Rows at the beginning of a text that show what its columns hold."""
_MOST_SHIFTED: Final = 2
_PROBES: Final = 2
_PLAIN_DECIMAL: Final = re.compile(r"^[ \t]*[+-]?[0-9]+[.,][0-9]+[ \t]*$")  # as arrow takes it
_MOST_SIGNS: Final = 3
_FEWEST_LISTED: Final = 10
_MOST_NEW: Final = 0.1
_ROWS_AT_ONCE: Final = 1 << 14
_FEW_LONGER: Final = 0.2


@dataclass(frozen=True)
class Sign:
    """A value of the column to the left in a column: its row may be shifted.

    `values` are those of the column to the left, which then has another. None stands for decimal
    numbers.
    """

    column: int
    values: frozenset[str] | None = None

    def is_in(self, row: Row) -> bool:
        """Return whether a row has the sign."""
        cell = row[self.column] if self.column < len(row) else None
        if not cell:
            return False
        if self.values is None:
            return bool(_PLAIN_DECIMAL.fullmatch(cell))
        return cell in self.values and row[self.column - 1] not in self.values

    def mask(self, table: pa.Table) -> pa.ChunkedArray:
        """Return which rows of a table have the sign."""
        cells = table.column(self.column)
        if self.values is None:
            return pc.match_substring_regex(cells, _PLAIN_DECIMAL.pattern)
        values = pa.array(sorted(self.values), pa.large_string())
        found = pc.is_in(cells, values)
        if pc.any(found).as_py():
            found = pc.and_not(found, pc.is_in(table.column(self.column - 1), values))
        return found


@dataclass(frozen=True)
class ColumnKinds:
    """Positions of the columns that hold numbers, and of those that hold words; ascending.

    `probes` are the two columns of numbers to the right of a column of words that have the most
    values: a shift puts a word into them. `signs` are other signs of one. `rows` are those that
    tell all this, `width` is the number of cells of the header, and few rows have `long` or more.

    Examples
    --------
    >>> rows = [["1", "Aksu", "45.5", "70.1", "gold"], ["2", "Tau", "46.5", "71.1", "tin ore"]] * 2
    >>> kinds = kinds_of(rows, 5)
    >>> kinds.numbers, kinds.words
    ((0, 2, 3), (1, 4))
    >>> kinds.is_shifted(["3", "Ridge", "West", "45.5", "70.1"])
    True
    >>> kinds.fits(["3", "Aksu", "45.5"]), kinds.fits(["3", "45.5", "70.1"])
    (True, False)
    """

    numbers: tuple[int, ...]
    words: tuple[int, ...]
    probes: tuple[int, ...] = ()
    signs: tuple[Sign, ...] = ()
    rows: tuple[Row, ...] = ()
    width: int = 0
    long: int = 0

    @cached_property
    def _profile(self) -> RowProfile:
        return profile_of(self.rows, self.width)  # only suspicious rows need it

    def fits(self, row: Row) -> bool:
        """Return whether no column of numbers has a word, and none of words a decimal number."""
        width = len(row)
        return not (
            any(_is_word(row[n]) for n in self.numbers if n < width)
            or any(_DECIMAL.fullmatch(row[n] or "") for n in self.words if n < width)
        )

    def is_shifted(self, row: Row) -> bool:
        """Return whether cells of a row are in the columns to the right of their own.

        Either a column of numbers has a word; that number and all later ones, two at least, are one
        or two columns further right, one of them in a column of words. Or the row fits its columns
        better if some cells are joined (`minmap.files.moved_cells`).
        """
        is_longer = len(row) >= self.long
        is_suspicious = is_longer or any(sign.is_in(row) for sign in self.signs)
        return (is_suspicious and self._profile.is_moved(row, is_longer=is_longer)) or (
            len(row) >= self.width and self._has_numbers_moved(row[: self.width])
        )

    def _has_numbers_moved(self, row: Row) -> bool:
        if not any(_is_word(row[n]) for n in self.probes):
            return False
        first = next(n for n in self.numbers if _is_word(row[n]))
        later = [n for n in self.numbers if n >= first]
        return any(self._is_moved(row, later, by) for by in range(1, _MOST_SHIFTED + 1))

    def _is_moved(self, row: Row, numbers: Sequence[int], by: int) -> bool:
        moved = {n + by: row[n + by] or "" for n in numbers if n + by < len(row)}
        found = [n for n, cell in moved.items() if _NUMBER.fullmatch(cell)]
        return (
            len(found) > 1
            and all(n in found or not cell.strip() for n, cell in moved.items())
            and any(n in self.words for n in found)
        )


def kinds_of(rows: Sequence[Row], width: int) -> ColumnKinds:
    """Return what the columns hold by the first rows; `width` is that of the header.

    Rows that have as many cells tell it. If hardly any has, so do those with blank cells behind.
    """
    full = [row for row in rows if len(row) >= width and not any(map(_is_filled, row[width:]))]
    exact = [row for row in full if len(row) == width]
    usual = exact if 10 * len(exact) >= len(full) else [row[:width] for row in full]
    columns = [[*filter(_is_filled, column)] for column in zip(*usual, strict=True)]
    numbers, words = list[int](), list[int]()
    for position, filled in enumerate(columns):
        if len(filled) < _FEWEST:
            continue
        if _share(filled, _NUMBER.fullmatch) >= _MOSTLY:
            numbers.append(position)
        elif _share(filled, _is_word) >= _MOSTLY:  # a shifted row may be among the others
            words.append(position)
    probes = sorted((n for n in numbers if n - 1 in words), key=lambda n: -len(columns[n]))
    return ColumnKinds(
        tuple(numbers),
        tuple(words),
        tuple(probes[:_PROBES]),
        tuple(islice(_signs(columns, len(usual)), _MOST_SIGNS)),
        tuple(usual),
        width,
        _long([len(row) for row in full], width),
    )


def _long(lengths: Sequence[int], width: int) -> int:
    """Return the least number of cells, more than `width`, that few rows have."""
    few = 1 + int(_FEW_LONGER * len(lengths))  # a single one also in a short table
    return 1 + max([width, *sorted(lengths, reverse=True)[few : few + 1]])


def _signs(columns: Sequence[Sequence[str]], rows: int) -> Iterator[Sign]:
    """Yield signs in columns with other values than those to the left, which are seldom blank.

    The last come first: a shift that begins anywhere before moves their cells.
    """
    for position in range(len(columns) - 1, 0, -1):
        left, own = columns[position - 1], columns[position]
        few = 1 + len(own) // 20  # these may be shifted
        if 2 * len(left) < rows:
            continue
        if _share(left, _PLAIN_DECIMAL.fullmatch) >= _MOSTLY:
            if sum(map(bool, map(_NUMBER.fullmatch, own))) <= few:
                yield Sign(position)
        elif len(own) >= max(_FEWEST_LISTED, rows // 10):
            # One of the numbers among words may be shifted.
            are_words = 2 * _share(left, _NUMBER.fullmatch) < 1
            listed = _listed(left) if are_words else frozenset()
            if listed and not listed & _repeated(own, more_than=few):
                yield Sign(position, listed)


def _listed(cells: Sequence[str]) -> frozenset[str]:
    """Return the values of a column that has few values, most of them in several rows."""
    listed = _repeated(cells, more_than=1)
    is_list = len(set(cells)) - len(listed) <= _MOST_NEW * len(cells)
    return listed if is_list and len(cells) >= _FEWEST_LISTED else frozenset()


def _repeated(cells: Sequence[str], *, more_than: int) -> frozenset[str]:
    return frozenset(cell for cell, count in Counter(cells).items() if count > more_than)


def has_shifted_row(table: pa.Table, kinds: ColumnKinds) -> bool:
    """Return whether a row of a table of texts has cells in the wrong columns."""
    masks = chain(
        (_has_word(table.column(column)) for column in kinds.probes),
        (sign.mask(table) for sign in kinds.signs),
    )
    return any(any(map(kinds.is_shifted, _rows(table, mask))) for mask in masks)


def _has_word(column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        is_number = pc.is_finite(pc.cast(column, pa.float64()))
    except pa.ArrowInvalid:
        return pc.match_substring_regex(column, _WORD_IN_ARROW)
    return pc.invert(is_number)  # "nan" and "inf" are the only words; this takes a third as long


def kinds_in(table: pa.Table) -> ColumnKinds:
    """Return what the columns of a table hold, by its first rows."""
    columns = [column.to_pylist() for column in table.slice(0, SAMPLE_ROWS).columns]
    return kinds_of([*zip(*columns, strict=True)], table.num_columns)


def _rows(table: pa.Table, mask: pa.ChunkedArray) -> Iterator[Row]:
    """Yield the rows of a table where a mask is true."""
    for start in range(0, len(table), _ROWS_AT_ONCE):
        wanted = mask.slice(start, _ROWS_AT_ONCE)
        if pc.any(wanted).as_py():
            part = table.slice(start, _ROWS_AT_ONCE).filter(wanted)
            yield from zip(*(column.to_pylist() for column in part.columns), strict=True)


def _share(cells: Sequence[str], has: Callable[[str], object]) -> float:
    return sum(map(bool, map(has, cells))) / len(cells)


def _is_filled(cell: str | None) -> bool:
    return bool(cell and cell.strip())


def _is_word(cell: str | None) -> bool:
    return bool(cell and _WORD.search(cell)) and str(cell).strip().casefold() not in _NO_VALUE
