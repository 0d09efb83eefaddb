"""Rows between and below the records that are none: headings of sections, totals and footers."""

import re
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.coordinates.column import to_arrow
from minmap.missing_codes import MISSING_WORDS
from minmap.types import Booleans, Integers

_FEWEST_COLUMNS, _FEWEST_ROWS = 4, 4
_FIRST_COLUMNS: Final = 2  # where the numbers of records are
_NUMBERED: Final = 0.5  # share of the rows, at least, for a column to be that of the numbers
_MOST_FILLED: Final = 2  # cells of a section or a total: its name, and a count
_MOST_FOOTERS: Final = 20
_SHOWN, _LETTERS = 3, 60
# minmap's own lists: how lines begin that tell about a table, below it. Words for a source are
# names of springs as well, so that they need a sign that they are none.
_TOTAL: Final = (
    "total|grand total|итого|всего|барлығы|gesamt|toplam|razem|ogółem|jumlah|ukupno|suma|summe|sum"
    "|合计|合計|总计|總計|σύνολο|συνολο|всього|разом|jami|جمع|مجموع"
)
_SOURCE: Final = "source|источник|quelle|fuente|fonte|kaynak"
_FOOTER: Final = re.compile(
    rf"(?:data as of|as of|sources?|notes?|n/?a|copyright|date of|{_TOTAL}|{_SOURCE}"
    r"|last updated?(?: on)?|примечание|данные на|ескерту|anmerkung|nota"
    r"|remarque|not)\b\s*(?::|\s\d|$)|[©*†]",
    re.IGNORECASE,
)
_BARE_SOURCE: Final = re.compile(rf"(?:{_SOURCE})\s*", re.IGNORECASE)
_BARE_TOTAL: Final = re.compile(rf"(?:{_TOTAL})\s*:?\s*", re.IGNORECASE)
_FIGURE: Final = re.compile(r"\d")


class NoRecords(NamedTuple):
    """Which rows of a table are no records, shape (n,), and notes on them and on doubtful ones."""

    rows: Booleans
    notes: list[str]


def no_records(frame: pd.DataFrame) -> NoRecords:
    """Return which rows of a table of texts are no records, and notes.

    In a table whose records are numbered, these are rows with words in place of the number and at
    most one more cell; and at the end of any table, rows with one cell that begins as a footer, and
    those with a word for a total and one figure. Other rows at the end with one cell are records,
    and a note names them; so is one with nothing but a word for a source, which names a spring too,
    unless an empty row is above it.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "no": ["Gold", "1", "2", "3", "Total"], "site": ["", "A", "B", "C", "3 sites"],
    ...     "lat": ["", "41", "42", "43", ""], "lon": ["", "61", "62", "63", ""],
    ... })
    >>> found = no_records(frame)
    >>> found.rows.tolist()
    [True, False, False, False, True]
    >>> found.notes[0]
    "2 rows between or below the records have no number and were left out: 'Gold', 'Total'."
    """
    rows, notes = np.zeros(len(frame), dtype=bool), list[str]()
    if frame.shape[1] < _FEWEST_COLUMNS or len(frame) < _FEWEST_ROWS:
        return NoRecords(rows, notes)
    unnumbered = _without_number(frame)
    if len(unnumbered):
        rows[unnumbered] = True
        count, verb = _rows_counted(len(unnumbered), "between or below the records")
        has = "has" if len(unnumbered) == 1 else "have"
        notes.append(f"{count} {has} no number and {verb} left out: {_shown(frame, unnumbered)}.")
    ending = [row for row in _last_with_one_cell(frame) if not rows[row]]
    footers = [row for row in ending if _is_footer(frame, row)]
    rows[footers] = True
    if footers:
        count, verb = _rows_counted(len(footers), "below the records")
        notes.append(f"{count} {verb} left out: {_shown(frame, footers)}.")
    others = [row for row in ending if row not in footers]
    if others:
        count, verb = _rows_counted(len(others), "at the end with one filled cell")
        noun = "a record" if len(others) == 1 else "records"
        notes.append(f"{count} {verb} read as {noun}: {_shown(frame, others)}.")
    return NoRecords(rows, notes)


def _rows_counted(count: int, where: str) -> tuple[str, str]:
    return (f"1 row {where}", "was") if count == 1 else (f"{count} rows {where}", "were")


def _without_number(frame: pd.DataFrame) -> Integers:
    """Return the rows with words in the column of numbers, if all others have a number."""
    for position in range(_FIRST_COLUMNS):
        texts = to_arrow(frame.iloc[:, position])
        numbered = _matches(texts, r"^\s*\p{Nd}+(?:\.0)?\.?\s*$")
        numbers = texts.filter(pa.array(numbered))
        if not _NUMBERED <= numbered.mean() < 1 or len(numbers.unique()) < len(numbers):
            continue
        others = np.flatnonzero(~numbered)
        # A record may have words in place of a number too.
        if len(others) <= len(frame) / 2 and all(
            _is_title(frame, row, position) for row in others.tolist()
        ):
            return others
    return np.array([], dtype=np.int64)


def _is_title(frame: pd.DataFrame, row: int, position: int) -> bool:
    """Return whether the first filled cell of a row is words in a column, and few others are."""
    cells = _cells(frame, row)
    first = _cells(frame.iloc[:, [position]], row)
    is_word = bool(first) and first[0][:1].isalpha() and first[0].lower() not in MISSING_WORDS
    return is_word and cells[0] == first[0] and len(cells) <= _MOST_FILLED


def _matches(texts: pa.Array, pattern: str) -> Booleans:
    found = pc.match_substring_regex(texts, pattern).fill_null(fill_value=False)
    return np.asarray(found, dtype=bool)


def _last_with_one_cell(frame: pd.DataFrame) -> list[int]:
    """Return the rows at the end with one cell, or with that of a total and its figure."""
    found = list[int]()
    for row in range(len(frame) - 1, max(0, len(frame) - 1 - _MOST_FOOTERS), -1):
        cells = _cells(frame, row)
        if len(cells) != 1 and not _is_total(cells):
            break
        found.append(row)
    return found[::-1]


def _is_total(cells: list[str]) -> bool:
    """Return whether cells are a word for a total and one figure: no record has less of a place."""
    is_pair = len(cells) == _MOST_FILLED and _BARE_TOTAL.fullmatch(cells[0]) is not None
    return is_pair and _FIGURE.match(cells[1]) is not None


def _is_footer(frame: pd.DataFrame, row: int) -> bool:
    first = _first_cell(frame, row)
    if _BARE_SOURCE.fullmatch(first):
        return row > 0 and not _cells(frame, row - 1)
    return _FOOTER.match(first) is not None


def _cells(frame: pd.DataFrame, row: int) -> list[str]:
    texts = (str(cell).strip() for cell in frame.iloc[row] if not pd.isna(cell))
    return [text for text in texts if text]


def _first_cell(frame: pd.DataFrame, row: int) -> str:
    return _cells(frame, row)[0]


def _shown(frame: pd.DataFrame, rows: Integers | list[int]) -> str:
    cells = [_first_cell(frame, row) for row in rows[:_SHOWN]]
    short = (cell if len(cell) <= _LETTERS else f"{cell[:_LETTERS]}..." for cell in cells)
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return f"{', '.join(map(repr, short))}{more}"
