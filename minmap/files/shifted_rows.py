"""Rows of delimited text whose cells are in the wrong columns.

A separator inside a text without quotes, or a line break, moves all cells behind it. What each
column holds is known from rows that have as many cells as the header.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

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

Row = Sequence[str | None]


@dataclass(frozen=True)
class ColumnKinds:
    """Positions of the columns that hold numbers, and of those that hold words; ascending.

    `probes` are the two columns of numbers to the right of a column of words that have the most
    values: a shift puts a word into them.

    Examples
    --------
    >>> rows = [["1", "Aksu", "45.5", "70.1", "gold"], ["2", "Tau", "46.5", "71.1", "tin ore"]] * 2
    >>> kinds = kinds_of(rows)
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

    def fits(self, row: Row) -> bool:
        """Return whether no column of numbers has a word, and none of words a decimal number."""
        width = len(row)
        return not (
            any(_is_word(row[n]) for n in self.numbers if n < width)
            or any(_DECIMAL.fullmatch(row[n] or "") for n in self.words if n < width)
        )

    def is_shifted(self, row: Row) -> bool:
        """Return whether cells of a row are in the columns to the right of their own.

        A column of numbers has a word; that number and all later ones, two at least, are one or two
        columns further right, one of them in a column of words.
        """
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


def kinds_of(rows: Sequence[Row]) -> ColumnKinds:
    """Return what the columns hold by rows that have as many cells as the header."""
    numbers, words, sizes = list[int](), list[int](), dict[int, int]()
    for position, column in enumerate(zip(*rows, strict=True)):
        filled = [cell for cell in column if cell and cell.strip()]
        sizes[position] = len(filled)
        if len(filled) < _FEWEST:
            continue
        if _share(filled, _NUMBER.fullmatch) >= _MOSTLY:
            numbers.append(position)
        elif _share(filled, _is_word) >= _MOSTLY:  # a shifted row may be among the others
            words.append(position)
    probes = sorted((n for n in numbers if n - 1 in words), key=lambda n: -sizes[n])
    return ColumnKinds(tuple(numbers), tuple(words), tuple(probes[:_PROBES]))


def has_shifted_row(table: pa.Table, kinds: ColumnKinds) -> bool:
    """Return whether a row of a table of texts has cells in the wrong columns."""
    for column in kinds.probes:
        has_word = pc.match_substring_regex(table.column(column), _WORD_IN_ARROW)
        suspicious = pc.indices_nonzero(pc.fill_null(has_word, fill_value=False)).to_pylist()
        if any(map(kinds.is_shifted, _rows(table, suspicious))):
            return True
    return False


def kinds_in(table: pa.Table) -> ColumnKinds:
    """Return what the columns of a table hold, by its first rows."""
    columns = [column.to_pylist() for column in table.slice(0, SAMPLE_ROWS).columns]
    return kinds_of([*zip(*columns, strict=True)])


def _rows(table: pa.Table, positions: Sequence[int]) -> list[Row]:
    # Table.take would copy whole columns.
    rows = (table.slice(position, 1) for position in positions)
    return [[column[0].as_py() for column in row.columns] for row in rows]


def _share(cells: Sequence[str], has: Callable[[str], object]) -> float:
    return sum(map(bool, map(has, cells))) / len(cells)


def _is_word(cell: str | None) -> bool:
    return bool(cell and _WORD.search(cell)) and str(cell).strip().casefold() not in _NO_VALUE
