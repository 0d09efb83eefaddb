"""Rows of delimited text that do not have as many cells as the header, or not in its columns."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Final, TextIO

from minmap.files import csv_layout
from minmap.files.blank_cells import AddedBlanks
from minmap.files.cells import SetAside
from minmap.files.shifted_rows import SAMPLE_ROWS, ColumnKinds, kinds_of

_MOST_KEPT: Final = 1000
_LONGEST_TEXT: Final = 10_000
_SHOWN_LETTERS: Final = 120
_SHIFTED: Final = "cells in the wrong columns"

_Numbered = tuple[int, list[str]]


@dataclass
class EvenRows:
    """What `write_even_rows` found.

    Attributes
    ----------
    kept
        Number of rows written.
    short
        Number of those that had fewer cells than the header.
    last
        The last row of the text.
    faults
        Number of rows set aside.
    set_aside
        The first thousand of them.
    """

    kept: int = 0
    short: int = 0
    last: list[str] = field(default_factory=lambda: [""])
    faults: int = 0
    set_aside: list[SetAside] = field(default_factory=list)

    def leave_out(self, line: int, row: Sequence[str], reason: str, separator: str) -> None:
        """Set a row aside."""
        self.faults += 1
        if len(self.set_aside) < _MOST_KEPT:
            self.set_aside.append(SetAside(line, separator.join(row)[:_LONGEST_TEXT], reason))


def write_even_rows(
    stream: TextIO,
    target: TextIO,
    *,
    separator: str,
    width: int,
    line: int,
    limit: int | None,
    blanks: AddedBlanks,
    kinds: ColumnKinds | None = None,
) -> EvenRows:
    r"""Write the rows of a text that fit its header, each with as many cells.

    A row with fewer cells is filled up with blanks if its cells fit their columns. One with more is
    cut if the rest is blank and its cells fit their columns. All others are set aside, and so are
    both parts of a row that a line break divides.

    Parameters
    ----------
    stream
        The text from its first record on.
    target
        Where to write, with all cells in quotes.
    separator
        The sign between cells.
    width
        Number of cells of the header.
    line
        Number of the first line of `stream` in the file, from 1.
    limit
        The most rows to read; None reads all.
    blanks
        Counts the blanks of short rows.
    kinds
        What the columns hold. None finds it in the first rows.

    Raises
    ------
    FileError
        If these blanks are far more than the text has bytes.

    Examples
    --------
    >>> import io
    >>> text = io.StringIO("1,a,70,45\n2,b,71\n3,c,d,72,46\n")
    >>> form = {"separator": ",", "width": 4, "line": 2, "limit": None}
    >>> blanks = AddedBlanks.of_short_lines("a.csv", 30)
    >>> found = write_even_rows(text, io.StringIO(), blanks=blanks, **form)
    >>> found.kept, found.short, blanks.count, found.set_aside
    (2, 1, 1, [SetAside(line=4, text='3,c,d,72,46', reason='5 cells instead of 4')])
    """
    rows = islice(csv_layout.rows_of(stream, separator, line), limit)
    sample = [*islice(rows, SAMPLE_ROWS)]
    kinds = kinds or kinds_of([row for _, row in sample], width)
    writer = csv.writer(target, delimiter=separator, quoting=csv.QUOTE_ALL)
    found, held = EvenRows(), list[_Numbered]()  # `held`: a short row that may be a first part
    for number, row in chain(sample, rows):
        found.last = row
        if held and _is_rest(held[0][1], row, width, kinds):
            for part in (held.pop(), (number, row)):
                found.leave_out(*part, f"{len(part[1])} cells instead of {width}", separator)
            continue
        _write_held(held, writer, found, width, blanks)
        fault = _fault(row, width, kinds)
        if fault:
            found.leave_out(number, row, fault, separator)
        elif len(row) < width:
            held.append((number, row))
        else:
            found.kept += 1
            writer.writerow(row[:width])
    _write_held(held, writer, found, width, blanks)
    return found


def _write_held(
    held: list[_Numbered], writer: Any, found: EvenRows, width: int, blanks: AddedBlanks
) -> None:
    while held:
        _, row = held.pop()
        found.kept, found.short = found.kept + 1, found.short + 1
        blanks.add(width - len(row))
        writer.writerow([*row, *[""] * (width - len(row))])


def _fault(row: Sequence[str], width: int, kinds: ColumnKinds) -> str:
    """Return why a row is set aside; empty if it is kept."""
    if any(cell.strip() for cell in row[width:]):
        return f"{len(row)} cells instead of {width}"
    is_wrong = kinds.is_shifted(row) or (len(row) < width and not kinds.fits(row))
    if is_wrong and len(row) != width:
        return f"{len(row)} cells instead of {width}, and {_SHIFTED}"
    return _SHIFTED if is_wrong else ""


def _is_rest(first: Sequence[str], row: Sequence[str], width: int, kinds: ColumnKinds) -> bool:
    """Return whether a row is the rest of the one above, which a line break divides."""
    return (
        len(first) + len(row) == width + 1
        and not kinds.fits(row)
        and kinds.fits([*first, *row[1:]])
    )


def notes_on(found: EvenRows) -> list[str]:
    """Return the notes on rows that were filled up or set aside."""
    notes = list[str]()
    if found.short:
        notes.append(
            f"{found.short} lines have fewer cells than the first; the rest is taken as blank."
        )
    if found.set_aside:
        first = found.set_aside[0]
        text = first.text
        shown = text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}..."
        notes.append(
            f"{found.faults} lines were set aside; the first has {f'{first.reason}: {shown}'!r} "
            f"(line {first.line:,}; attrs['set_aside'] lists them)."
        )
    return notes
