"""Find the layout of delimited text: separator, line of column names, and lines above it."""

import csv
import io
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from minmap.numbering import numbered

LARGEST_CELL: Final = 1 << 25
"""Bytes that one cell may have, 32 MB; twice as many are always refused."""
MOST_COLUMNS: Final = 1 << 15
"""Columns that a table may have; Excel has 16,384."""
SEPARATORS: Final = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "vertical bars"}
"""Signs that separate the cells of a table, and their names in messages."""

_SAMPLE_ROWS: Final = 200
_MOST_TITLES: Final = 30
_EXCEL_LINE: Final = re.compile(r'"?sep=(.)"?(?:\r\n|\r|\n)', re.IGNORECASE)
# A header that starts further down is less likely than one in the first line.
_BELOW_TITLES: Final = 0.6
_MOSTLY: Final = 0.7

# Cells of one line, or of several if one is quoted, and the position after them.
Record = tuple[list[str], int]


class _LargeCells:
    """Let the csv module read cells of up to `LARGEST_CELL` letters while any thread reads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a generator may be collected, and so left, meanwhile
        self._readers = 0
        self._before = 0

    def __enter__(self) -> None:
        with self._lock:
            if self._readers == 0:
                self._before = csv.field_size_limit(LARGEST_CELL)
            self._readers += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._readers -= 1
            if self._readers == 0:
                csv.field_size_limit(self._before)


_LARGE_CELLS: Final = _LargeCells()


@dataclass(frozen=True)
class Layout:
    """Layout of the text of a table.

    Attributes
    ----------
    separator
        The sign between cells.
    names
        Cells of the header, unchanged.
    body
        Position in the text where the first record begins.
    above
        Lines above the header that do not belong to the table, without blank ones.
    agreement
        Share of the sampled records that have the most common number of cells.
    """

    separator: str
    names: list[str]
    body: int
    above: tuple[str, ...]
    agreement: float


def layout_of(text: str, *, whole: bool) -> Layout:
    r"""Find separator and header from the first lines of a text.

    The separator is the one that divides most of the first 200 records into the same number of
    cells, two at least; between equals the one that gives more cells. A line above the header has
    one cell only, begins with ``#``, or has less than half the cells of a table whose lines are
    otherwise alike. A first line ``sep=;``, as Excel writes and reads it, states the separator.

    Parameters
    ----------
    text
        The beginning of the file.
    whole
        Whether that is the whole file; else its last line may be incomplete.

    Returns
    -------
    Layout
        With a single name if no separator divides the text.

    Examples
    --------
    >>> text = "Mines\n\nname;lat;lon\nA;48,1;67,5\n"
    >>> found = layout_of(text, whole=True)
    >>> found.separator, found.names, found.above
    (';', ['name', 'lat', 'lon'], ('Mines',))
    """
    stated = _EXCEL_LINE.match(text)
    start = stated.end() if stated else 0
    choices = [stated[1]] if stated and stated[1] not in '"\r\n' else list(SEPARATORS)
    best = (0.0, 0, Layout(choices[0], [], len(text), (), 0.0))
    for separator in choices:
        with _LARGE_CELLS:
            records = list(islice(_records_of(text, start, separator), _SAMPLE_ROWS))
        if not whole and len(records) > 1 and records[-1][1] == len(text):
            records.pop()
        if any(_filled(cells) for cells, _ in records):
            best = max(best, _scored(records, separator), key=lambda one: one[:2])
    return best[2]


def looks_like_table(head: bytes) -> bool:
    """Return whether the first lines of a text divide into cells alike, unlike prose."""
    try:
        found = layout_of(head.decode("latin-1"), whole=False)
    except csv.Error:
        return False
    return len(found.names) > 1 and found.agreement > _MOSTLY


def _scored(records: Sequence[Record], separator: str) -> tuple[float, int, Layout]:
    counts = Counter(len(cells) for cells, _ in records if _filled(cells))
    several = {count: often for count, often in counts.items() if count > 1} or counts
    width = max(several, key=lambda count: (several[count], count))
    share = several[width] / counts.total() if width > 1 else 0.0
    head = _header([cells for cells, _ in records], width, share)
    above = [separator.join(cells).strip(f"{separator} ") for cells, _ in records[:head]]
    names, body = records[head]
    score = share * _BELOW_TITLES if head else share
    return score, len(names), Layout(separator, names, body, tuple(filter(None, above)), share)


def _header(rows: Sequence[list[str]], width: int, share: float) -> int:
    """Return the position of the row with the column names."""
    for position, cells in enumerate(rows[:_MOST_TITLES]):
        comment = cells[0].startswith("#") and len(cells) != width
        poor = 2 * len(cells) < width and share > _MOSTLY
        if not (width > 1 and (_filled(cells) <= 1 or comment or poor)):
            return position
    # If all are titles, the first line that is not blank is as good as any.
    return next((position for position, cells in enumerate(rows) if _filled(cells)), 0)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _records_of(text: str, start: int, separator: str) -> Iterator[Record]:
    position = start

    def lines() -> Iterator[str]:
        nonlocal position
        for line in io.StringIO(text[start:], newline=""):
            position += len(line)
            yield line

    for cells in csv.reader(lines(), delimiter=separator):
        if cells:
            yield cells, position


def rows_of(lines: Iterable[str], separator: str, line: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that is not blank; a cell may run over several lines.

    Before them is the number of the first line; that of the first of `lines` is `line`.
    """
    reader = csv.reader(lines, delimiter=separator)
    start = line
    with _LARGE_CELLS:
        for cells in reader:
            if cells:
                yield start, cells
            start = line + reader.line_num


def note_on_lines_above(lines: Sequence[str]) -> list[str]:
    """Return the note on lines above the column names, if there are any."""
    if not lines:
        return []
    return [
        f"{len(lines)} lines above the column names were left out; the first is {lines[0][:120]!r}."
    ]


def unique_names(names: Sequence[str]) -> list[str]:
    """Return the names trimmed, with a number behind those that repeat.

    Examples
    --------
    >>> unique_names(["ore", " ORE ", ""])
    ['ore', 'ORE_2', 'column_3']
    """
    trimmed = (
        name.strip().removeprefix("\ufeff") or f"column_{position}"
        for position, name in enumerate(names, start=1)
    )
    return numbered(trimmed, same=str.casefold)
