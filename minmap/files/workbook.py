"""Excel and OpenDocument workbooks as columns of text."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final
from xml.etree import ElementTree as ET
from zipfile import is_zipfile

import olefile
import pandas as pd
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from minmap.errors import FileError
from minmap.files.archive import Archive
from minmap.files.cells import Cells, text
from minmap.files.compound import require_sound
from minmap.files.csv_layout import unique_names
from minmap.files.sheet_extent import (
    Extent,
    binary_sheet_extent,
    open_document_extents,
    require_full,
    require_utf_8,
)

_MOST_BLANK_OPEN_CELLS: Final = 8_000_000  # calamine takes 120 bytes for each of an .ods file
_LARGEST_UNPACKED: Final = 1 << 30  # two copies of a sheet are in memory for a while
_LOOKED_AT: Final = 200
_BINARY_SHEETS: Final = "xl/worksheets/"
_NAME_ROWS: Final = 4  # at most
_SHOWN_LETTERS: Final = 120
_WHOLE_BELOW: Final = 1e15  # whole numbers that a double holds to the last digit
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_SHARED: Final = "xl/sharedStrings.xml"
_TEXT: Final = re.compile(rb"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si>", re.DOTALL)
_SHARED_TEXT: Final = re.compile(rb't="s"[^>]*>[^v]{0,4}<(?:\w+:)?v>(\d{1,9})<')
_FAULT: Final = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d{1,7})"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)
Row = list[str]


class Workbook:
    """Sheets of a workbook that have something in them.

    Parameters
    ----------
    path
        An .xlsx, .xlsm, .xlsb, .xls or .ods file.
    where
        What messages call it.

    Raises
    ------
    FileError
        If it is damaged, protected by a password, or larger than can be read.
    """

    def __init__(self, path: Path, where: str) -> None:
        self._where = where
        # Excel's words for a fault (#N/A), by sheet, row and column: calamine has blanks for them.
        self._faults = _checked(path, where) if is_zipfile(path) else {}
        if _is_compound(path):
            require_sound(path, where)
        with self._opening():
            with path.open("rb") as stream:  # by its content: the ending may be missing
                self._book = CalamineWorkbook.from_filelike(stream)
            self._sheets = {
                name: self._book.get_sheet_by_name(name) for name in self._book.sheet_names
            }

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sheets that are not empty, in order."""
        return tuple(name for name, sheet in self._sheets.items() if sheet.height)

    def cells(self, name: str, *, limit: int | None = None) -> Cells:
        """Read a sheet.

        The header is the first row that is at least half as full as the fullest of the first 200;
        rows above it are left out and noted. A header cell that is merged with others has its text
        in each; if one reaches down, the names stand in all the rows that it covers. Whole numbers
        have no decimals, dates are ISO 8601, formulas are their values, faults such as ``#N/A``
        are text.

        Parameters
        ----------
        name
            One of `names`.
        limit
            Read so many rows only. None reads all.

        Raises
        ------
        FileError
            If the sheet has fewer than two columns.
        """
        sheet = self._sheets[name]
        last = None if limit is None else limit + _LOOKED_AT
        with self._opening():
            rows = _rows(sheet, last)
        for (row, column), fault in self._faults.get(name, {}).items():
            if row < len(rows) and column < len(rows[row]):
                rows[row] = [*rows[row]]
                rows[row][column] = fault
        merged = sheet.merged_cell_ranges or []
        head = _header(rows)
        foot = _foot(head, merged)
        names = _filled(rows, head, foot, merged)
        used = [n for n in range(len(names)) if any(row[n] for row in rows[head:])]
        if len(used) < 2:
            raise FileError(
                f"{self._where}: sheet {name!r} is not a table: it has one column only."
            )
        body = [row for row in rows[foot + 1 :] if any(row)][:limit]
        notes = [*_said_above(rows[:head]), *_said_merged(merged, foot)]
        columns = unique_names([names[n] for n in used])
        return Cells(_frame(body, used, columns), None, notes)

    @contextmanager
    def _opening(self) -> Iterator[None]:
        try:
            yield
        except (CalamineError, OSError, ValueError) as error:
            reason = str(error).splitlines()[0].rstrip(".") if str(error) else "damaged"
            raise self._unreadable(reason) from error
        except BaseException as error:
            # A failed assertion of calamine's Rust code; its class cannot be imported.
            if type(error).__name__ != "PanicException":
                raise
            raise self._unreadable("it is damaged") from error

    def _unreadable(self, reason: str) -> FileError:
        return FileError(
            f"{self._where} cannot be read as a workbook: {reason}. If it needs a password, "
            "take that away; else get the file again or save it as .xlsx."
        )


def _is_compound(path: Path) -> bool:
    with path.open("rb") as stream:
        return bool(stream.read(len(olefile.MAGIC)) == olefile.MAGIC)


def _rows(sheet: CalamineSheet, most: int | None) -> list[Row]:
    """Return the rows from the first on; all that are empty are the same list."""
    left = [""] * (0 if sheet.start is None else sheet.start[1])
    empty = left + [""] * sheet.width
    rows = list[Row]()
    for values in itertools.islice(sheet.iter_rows(), most):
        row = left + [_as_text(value) for value in values]
        rows.append(row if any(row) else empty)
    return rows


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _WHOLE_BELOW
        return str(int(value)) if whole else repr(value)
    if isinstance(value, dt.datetime):
        return (value.date() if value.time() == dt.time() else value).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).strip()


def _header(rows: Sequence[Row]) -> int:
    """Return which row holds the names."""
    full = [sum(map(bool, row)) for row in rows[:_LOOKED_AT]]
    return next((n for n, count in enumerate(full) if count and 2 * count >= max(full)), 0)


def _foot(head: int, merged: Iterable[Any]) -> int:
    """Return the last row of names: names may stand in two rows, those of one row merged over both.

    Where a cell that begins in the row of names reaches down, "Coordinates" beside it may stand
    above "Latitude" and "Longitude".
    """
    deepest = max((bottom for (top, _), (bottom, _) in merged if top == head), default=head)
    return deepest if deepest - head < _NAME_ROWS else head


def _filled(rows: Sequence[Row], head: int, foot: int, merged: Iterable[Any]) -> Row:
    """Return the names, each cell of a merged area with the text of its first.

    Of names in several rows that of a group of columns counts only where the lower one alone does
    not tell its column from others.
    """
    width = len(rows[head]) if rows else 0
    levels = [[*row] for row in rows[head : foot + 1]]
    groups = set[tuple[int, int]]()
    for (top, left), (bottom, right) in merged:
        for row in range(max(top, head), min(bottom, foot) + 1):
            for column in range(left, min(right + 1, width)):
                levels[row - head][column] = levels[row - head][column] or rows[top][left]
                groups |= {(row - head, column)} if right > left and row < foot else set()
    whole = [_joined([level[n] for level in levels]) for n in range(width)]
    short = [
        _joined([level[n] for depth, level in enumerate(levels) if (depth, n) not in groups])
        for n in range(width)
    ]
    return [s if s and short.count(s) == 1 else w for s, w in zip(short, whole, strict=True)]


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


def _said_above(rows: Sequence[Row]) -> list[str]:
    lines = [" ".join(filter(None, row)) for row in rows if any(row)]
    if not lines:
        return []
    return [
        f"{len(lines)} lines above the column names were left out; the first is "
        f"{lines[0][:_SHOWN_LETTERS]!r}."
    ]


def _said_merged(merged: Iterable[Any], foot: int) -> list[str]:
    count = sum(top > foot for (top, _), _ in merged)
    if not count:
        return []
    return [f"{count} groups of merged cells have their text in the first cell only."]


# What the file says before calamine unpacks it ----------------------------------------------------


def _checked(path: Path, where: str) -> dict[str, dict[tuple[int, int], str]]:
    """Return the faults in the sheets of an .xlsx file, and refuse what would fill the memory.

    Every member is unpacked once, and counted, before another library does it without a limit. Of
    two far cells a dense sheet of billions would be made. How the parts of a workbook refer to
    one another: ECMA-376-1:2016, sections 12.3.23 and 18.3.
    """
    faults = dict[str, dict[tuple[int, int], str]]()
    extents = list[Extent]()
    with Archive(path, where, largest=_LARGEST_UNPACKED) as archive:
        members = {str(name): info for name, info in archive.members().items()}
        small = {
            name: b"".join(archive.pieces(members[name]))
            for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
            if name in members
        }
        sheets = _sheets(*small.values(), where=where) if len(small) == 2 else {}
        shared = _lengths(b"".join(archive.pieces(members[_SHARED]))) if _SHARED in members else []
        for member, info in members.items():
            if member in {*small, _SHARED}:
                pass
            elif member == "content.xml":
                content = b"".join(archive.pieces(info))
                require_utf_8(content, where)
                sizes = open_document_extents(content)
                require_full(sizes, where, most_blank=_MOST_BLANK_OPEN_CELLS)
            elif member.startswith(_BINARY_SHEETS) and member.endswith(".bin"):
                content = b"".join(archive.pieces(info))
                extents.append(binary_sheet_extent(content, member))
            elif member not in sheets:
                for _ in archive.pieces(info):
                    pass  # only to count
            else:
                name, content = sheets[member], b"".join(archive.pieces(info))
                require_utf_8(content, where)
                extents.append(_extent(content, name))
                _require_text_bounded(content, shared, where, name)
                faults[name] = {
                    (int(row) - 1, _number(column) - 1): word.decode("utf-8", errors="replace")
                    for column, row, word in _FAULT.findall(content)
                }
            require_full(extents, where)
    return faults


def _lengths(shared: bytes) -> list[int]:
    """Return the bytes of each text that cells share."""
    return [end - start for start, end in (found.span(1) for found in _TEXT.finditer(shared))]


def _require_text_bounded(content: bytes, shared: list[int], where: str, name: str) -> None:
    """Raise if the texts that the cells of a sheet share come to too much when each has its own."""
    if max(shared, default=0) * content.count(b't="s"') <= _LARGEST_UNPACKED:
        return
    numbers = (int(number) for number in _SHARED_TEXT.findall(content))
    size = sum(shared[number] for number in numbers if number < len(shared))
    if size > _LARGEST_UNPACKED:
        raise FileError(
            f"{where}: the cells of sheet {name!r} hold {size >> 20:,} MB of text; at most "
            f"{_LARGEST_UNPACKED >> 20:,} MB are read. Take the part of it that is needed."
        )


def _sheets(book: bytes, links: bytes, *, where: str) -> dict[str, str]:
    """Return the names of the sheets by the members that hold them."""
    if b"<!DOCTYPE" in book or b"<!DOCTYPE" in links:
        raise FileError(f"{where} declares XML entities, which no workbook needs; save it anew.")
    try:
        targets = {
            link.get("Id"): link.get("Target", "")
            for link in ET.fromstring(links)  # noqa: S314  # entities are refused above
        }
        sheets = ET.fromstring(book).iter(f"{_MAIN}sheet")  # noqa: S314
        return {
            str(PurePosixPath("/xl", targets.get(sheet.get(_LINK), "")))[1:]: sheet.get("name", "")
            for sheet in sheets
        }
    except (ET.ParseError, LookupError, ValueError) as error:  # an encoding that is none
        raise FileError(
            f"{where} cannot be read as a workbook: {error}; get the file again."
        ) from error


def _extent(content: bytes, name: str) -> Extent:
    places = _PLACE.findall(content)
    height = max((int(row) for _, row in places), default=0)
    width = max((_number(column) for column in {column for column, _ in places}), default=0)
    return Extent(name, height, width, len(places))


def _number(letters: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number
