"""Read Excel and OpenDocument workbooks as columns of text."""

import itertools
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from minmap.errors import FileError
from minmap.files.cells import Cells, ReadOptions, text
from minmap.files.csv_layout import note_on_lines_above, unique_names
from minmap.files.limited_process import Budget
from minmap.files.workbook_sheets import Area, Row, read_sheets

_SAMPLE_ROWS: Final = 200
_DIGITS: Final = 20  # of a number that is written without an exponent
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_PER_CENT: Final = re.compile(r"%|(?<![^\W_])(?:pct|per ?cent|процент\w*)(?![^\W_])", re.IGNORECASE)
_MOST_HEADER_ROWS: Final = 4
_MOST_HEADER_LETTERS: Final = 1 << 24  # a few copies are made of them


class Workbook:
    """The sheets of a workbook that are not empty.

    Parameters
    ----------
    path
        An .xlsx, .xlsm, .xlsb, .xls or .ods file.
    where
        Its name in messages.
    budget
        What is left of what the workbooks of an archive may take. None means that of one workbook.

    Raises
    ------
    FileError
        If it is damaged, protected by a password, or larger than can be read.
    """

    def __init__(self, path: Path, where: str, budget: Budget | None = None) -> None:
        self._where = where
        self._sheets = read_sheets(path, where, budget=budget)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sheets that are not empty, in order."""
        return tuple(self._sheets)

    def is_hidden(self, name: str) -> bool:
        """Return whether the program that shows the workbook hides a sheet."""
        return self._sheets[name].is_hidden

    def size(self, name: str) -> int:
        """Return the bytes that a sheet has in memory."""
        return sum(map(len, self._sheets[name].lines))

    def cells(self, name: str, options: ReadOptions) -> Cells:
        """Read a sheet.

        The header is the first row that is at least half as full as the fullest of the first 200;
        rows above it are left out and noted. A header cell that is merged with others has its text
        in each; if one covers several rows, the names are in all of these rows, and so they are
        in two rows if words follow below cells merged over several columns. Whole numbers have
        no decimals, dates are ISO 8601, formulas are their values, error values such as ``#N/A``
        are text. Numbers in a per cent format of .xlsx are as shown, without the sign, where the
        name of the column says per cent, which is noted.

        Parameters
        ----------
        name
            One of `names`.
        options
            Only the limit of rows applies to a workbook.

        Raises
        ------
        FileError
            If the sheet has fewer than two columns.
        """
        sheet = self._sheets[name]
        limit = options.limit
        rows = sheet.rows(None if limit is None else limit + _SAMPLE_ROWS)
        merged = sheet.merged
        head = _first_header_row(rows, merged)
        foot = _last_header_row(rows, head, merged)
        levels, groups = _header_levels(rows, head, foot, merged)
        if sum(map(len, itertools.chain(*levels))) > _MOST_HEADER_LETTERS:
            raise FileError(
                f"{self._where}: the names of the columns of sheet {name!r} have more than "
                f"{_MOST_HEADER_LETTERS:,} letters; shorten them, or undo merged cells."
            )
        names = _header_names(levels, groups)
        used = [n for n in range(len(names)) if any(row[n] for row in rows[head:])]
        if len(used) < 2:
            raise FileError(
                f"{self._where}: sheet {name!r} is not a table: it has one column only."
            )
        percents = _with_percents(rows, names, foot + 1, sheet.percents)
        body = [row for row in rows[foot + 1 :] if any(row)][:limit]
        above = [" ".join(filter(None, row)) for row in rows[:head] if any(row)]
        notes = note_on_lines_above(above)
        merged_below = sum(top > foot for (top, _), _ in merged)
        if merged_below:
            notes.append(
                f"{merged_below} groups of merged cells have their text in the first cell only."
            )
        columns = unique_names([names[n] for n in used])
        notes += percents
        return Cells(_frame(body, used, columns), None, notes)


def _with_percents(
    rows: Sequence[Row], names: Sequence[str], first: int, percents: Mapping[int, list[list[int]]]
) -> list[str]:
    """Write numbers in a per cent format as they are shown, below names that say per cent.

    Other columns keep the numbers, which have no unit. The rows are changed from `first` on.
    """
    notes = []
    for column, spans in percents.items():
        if column >= len(names) or _PER_CENT.search(names[column]) is None:
            continue
        at = [n for top, end in spans for n in range(max(top, first), min(end + 1, len(rows)))]
        given = [rows[n][column] for n in at]
        for n in at:
            rows[n][column] = _hundredfold(rows[n][column])
        if at:
            many = "1 cell in per cent format is"
            many = many if len(at) == 1 else f"{len(at):,} cells in per cent format are"
            shown = f"such as {rows[at[0]][column]} for {given[0]}"
            notes.append(f"{names[column]}: {many} read as shown, {shown}.")
    return notes


def _hundredfold(text: str) -> str:
    """Return a number times 100, in as few letters."""
    number = (Decimal(text) * 100).normalize()
    return f"{number:f}" if abs(number.adjusted()) < _DIGITS else str(number)


def _first_header_row(rows: Sequence[Row], merged: Iterable[Area]) -> int:
    """Return the first row that is at least half as full as the fullest.

    It is the row above if that has the names of groups of columns, and of columns without a name.
    """
    full = [sum(map(bool, row)) for row in rows[:_SAMPLE_ROWS]]
    head = next((n for n, count in enumerate(full) if count and 2 * count >= max(full)), 0)
    groups = [area for area in _groups(merged, head - 1) if area[1] - area[0] + 1 < len(rows[head])]
    if head and groups:
        above, below = rows[head - 1], rows[head]
        if any(name and not sub for name, sub in zip(above, below, strict=True)):
            return head - 1
    return head


def _groups(merged: Iterable[Area], row: int) -> list[tuple[int, int]]:
    """Return first and last column of the cells in a row that are merged over several columns."""
    return [
        (left, right)
        for (top, left), (bottom, right) in merged
        if top == bottom == row and left < right
    ]


def _last_header_row(rows: Sequence[Row], head: int, merged: Sequence[Area]) -> int:
    """Return the last row of names, down to which a cell of the first row is merged.

    In the next columns "Coordinates" may be above "Latitude" and "Longitude". If no cell is merged
    over several rows, the names below a group of columns are all words, and numbers follow, also
    as degrees and minutes.
    """
    deepest = max((bottom for (top, _), (bottom, _) in merged if top == head), default=head)
    if deepest == head and head + 2 < len(rows):
        columns = [n for left, right in _groups(merged, head) for n in range(left, right + 1)]
        # Units, or the heading of a section, may be first.
        names, below = rows[head + 1], rows[head + 2 : head + 5]
        if (
            columns
            and all(names[n] and not _is_number(names[n]) for n in columns)
            and not any(map(_is_number, names))
            and any(row[n][:1].isdigit() or _is_number(row[n]) for row in below for n in columns)
        ):
            return head + 1
    return min(deepest, len(rows) - 1) if deepest - head < _MOST_HEADER_ROWS else head


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _header_levels(
    rows: Sequence[Row], head: int, foot: int, merged: Iterable[Area]
) -> tuple[list[Row], set[tuple[int, int]]]:
    """Return the rows of names, each cell of a merged area with the text of its first.

    The second part is level and column of each cell in a group of columns. Where areas overlap, as
    in no sound workbook, the first has the cell: no cell is filled twice.
    """
    width = len(rows[head]) if rows else 0
    levels = [[*row] for row in rows[head : foot + 1]]
    taken = [bytearray(width) for _ in levels]
    groups = set[tuple[int, int]]()
    for (top, left), (bottom, right) in merged:
        for row in range(max(top, head), min(bottom, foot) + 1):
            for column in _take_free(taken[row - head], left, right):
                levels[row - head][column] = levels[row - head][column] or rows[top][left]
                groups |= {(row - head, column)} if right > left and row < foot else set()
    return levels, groups


def _take_free(taken: bytearray, left: int, right: int) -> Iterator[int]:
    """Yield the columns from `left` to `right` that are not taken, and take them."""
    column = taken.find(0, left, right + 1)
    while column >= 0:
        taken[column] = 1
        yield column
        column = taken.find(0, column + 1, right + 1)


def _header_names(levels: Sequence[Row], groups: Container[tuple[int, int]]) -> Row:
    """Return the names of columns by their levels.

    The name of a group of columns is added only where the name below it is not unique.
    """
    whole = [_joined(column) for column in zip(*levels, strict=True)]
    short = [
        _joined([name for depth, name in enumerate(column) if (depth, n) not in groups])
        for n, column in enumerate(zip(*levels, strict=True))
    ]
    times = Counter(short)
    return [s if s and times[s] == 1 else w for s, w in zip(short, whole, strict=True)]


def _joined(names: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(filter(None, names)))


def _frame(rows: Sequence[Row], used: Sequence[int], names: Sequence[str]) -> pd.DataFrame:
    index = pd.RangeIndex(len(rows))
    return pd.DataFrame(
        {
            name: text(pa.array([row[n] or None for row in rows], pa.large_string()), index)
            for n, name in zip(used, names, strict=True)
        },
        index=index,
    )
