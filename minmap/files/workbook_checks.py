"""Check workbooks (.xlsx, .xlsb, .ods, .xls) before calamine reads them without limits.

calamine makes each sheet dense before it gives a cell, so a few bytes that state a far or a
repeated cell would fill the memory; and it follows a chain of sectors that runs in a circle.

References
----------
ECMA-376-1:2016, sections 12.3.23 and 18.3; [MS-XLSB], Excel Binary File Format (.xlsb); [MS-CFB],
Compound File Binary File Format; [MS-XLS], Excel Binary File Format.
"""

from __future__ import annotations

import html
import re
import struct
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree
from zipfile import ZipInfo

import olefile
from xlsxwriter.utility import xl_cell_to_rowcol  # type: ignore[import-untyped]

from minmap.errors import FileError
from minmap.files.archive import Archive
from minmap.files.damage import as_file_error

UNREADABLE: Final = "cannot be read as a workbook"
CURE: Final = "If it needs a password, remove that; else get the file again or save it as .xlsx."

# Of .xlsx files, and of all that are zipped.
_MOST_BLANK_OPEN_CELLS: Final = 8_000_000  # calamine takes 120 bytes for each of an .ods file
_LARGEST_UNPACKED: Final = 1 << 30  # two copies of a sheet are in memory for a while
_BOOK: Final = "xl/workbook.xml"
_BOOK_LINKS: Final = "xl/_rels/workbook.xml.rels"
_BINARY_SHEETS: Final = "xl/worksheets/"
_SHARED: Final = "xl/sharedStrings.xml"
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_TEXT: Final = re.compile(rb"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si>", re.DOTALL)
_SHARED_TEXT: Final = re.compile(rb't="s"[^>]*>[^v]{0,4}<(?:\w+:)?v>(\d{1,9})<')
_ERROR_VALUE: Final = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3}\d{1,7})"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)

MOST_CELLS: Final = 50_000_000
"""Cells that the sheets of a workbook may have, each from its first corner to its last."""

MOST_BLANK_CELLS: Final = 17_000_000
"""Cells, 32 bytes each, that need not be filled: an .xls sheet has 16.8 million."""

_FULL: Final = 20  # with more than one filled cell in so many, the file itself is large

# Of .ods and .xlsb files. An attribute may have ">" in it.
_TAG: Final = re.compile(
    rb"<(?:[\w.-]+:)?(table-row|table-cell|covered-table-cell|table)(?![\w-])"
    rb"((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>"
)
_REPEATED: Final = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']\s*\+?0*(\d{1,18})")
_VALUED: Final = re.compile(rb"\b(?:value|value-type|formula)\s*=")
_NAME: Final = re.compile(rb":name\s*=\s*[\"']([^\"']*)")
_XLSB_ROW: Final = 0
_XLSB_CELLS: Final = range(1, 12)
_UTF_8: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?<(?!\?xml[^>]*\bencoding\s*=\s*[\"'](?!utf-8|us-ascii))", re.I
)

# Of .xls files.
_LAST_SECTOR: Final = 0xFFFFFFFA  # larger numbers end a chain or mark a free sector
_STREAMS: Final = ("Workbook", "Book")
_MOST_COLUMNS: Final = 256
# Records of one cell or of several in a row, which begin with row and column: [MS-XLS] 2.3.2.
_CELLS: Final = frozenset(
    (0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E)
)
_ROWS_OF_CELLS: Final = frozenset((0x00BD, 0x00BE))
_BEGIN: Final = 0x0809  # of a sheet, and first of the workbook
_SHARED_TEXTS: Final = 0x00FC

ErrorValues = dict[tuple[int, int], str]


def error_values(path: Path, where: str) -> dict[str, ErrorValues]:
    """Return the error values (#N/A) in an .xlsx file by sheet, row and column.

    Every member is unpacked once, to check its size.

    Parameters
    ----------
    path
        A zip file.
    where
        Its name in messages.

    Raises
    ------
    FileError
        If the workbook is damaged, or would fill the memory.
    """
    values = dict[str, ErrorValues]()
    extents = list[Extent]()
    with Archive(path, where, largest=_LARGEST_UNPACKED) as archive:
        members = {str(name): info for name, info in archive.members().items()}
        sheets = _sheet_names(archive, members, where)
        texts = archive.content(members[_SHARED]) if _SHARED in members else b""
        shared = [len(found[1]) for found in _TEXT.finditer(texts)]
        for member, info in members.items():
            if member == "content.xml":
                content = archive.content(info)
                require_utf_8(content, where)
                sizes = open_document_extents(content)
                require_mostly_filled(sizes, where, most_blank=_MOST_BLANK_OPEN_CELLS)
            elif member.startswith(_BINARY_SHEETS) and member.endswith(".bin"):
                extents.append(binary_sheet_extent(archive.content(info), member))
            elif member in sheets:
                name, content = sheets[member], archive.content(info)
                require_utf_8(content, where)
                extents.append(_extent(content, name))
                _require_bounded_text(content, shared, where, name)
                values[name] = {
                    xl_cell_to_rowcol(place.decode()): word.decode("utf-8", errors="replace")
                    for place, word in _ERROR_VALUE.findall(content)
                }
            elif member not in {_BOOK, _BOOK_LINKS, _SHARED}:
                deque(archive.pieces(info), maxlen=0)  # only to count the bytes
            require_mostly_filled(extents, where)
    return values


def _sheet_names(archive: Archive, members: Mapping[str, ZipInfo], where: str) -> dict[str, str]:
    """Return the names of the sheets by the members that hold them."""
    if not {_BOOK, _BOOK_LINKS} <= members.keys():
        return {}
    book, links = archive.content(members[_BOOK]), archive.content(members[_BOOK_LINKS])
    if b"<!DOCTYPE" in book or b"<!DOCTYPE" in links:
        raise FileError(f"{where} declares XML entities, which no workbook needs; save it anew.")
    with as_file_error(f"{where} cannot be read as a workbook", cure="Get the file again."):
        targets = {
            link.get("Id"): link.get("Target", "")
            for link in ElementTree.fromstring(links)  # noqa: S314  # entities are refused above
        }
        sheets = ElementTree.fromstring(book).iter(f"{_MAIN}sheet")  # noqa: S314
        return {
            str(PurePosixPath("/xl", targets.get(sheet.get(_LINK), "")))[1:]: sheet.get("name", "")
            for sheet in sheets
        }


def _require_bounded_text(content: bytes, shared: list[int], where: str, name: str) -> None:
    """Raise if the shared texts of a sheet are too much once every cell has its own."""
    if max(shared, default=0) * content.count(b't="s"') <= _LARGEST_UNPACKED:
        return
    numbers = (int(number) for number in _SHARED_TEXT.findall(content))
    size = sum(shared[number] for number in numbers if number < len(shared))
    if size > _LARGEST_UNPACKED:
        raise FileError(
            f"{where}: the cells of sheet {name!r} hold {size >> 20:,} MB of text; at most "
            f"{_LARGEST_UNPACKED >> 20:,} MB are read. Keep only the part that you need."
        )


def _extent(content: bytes, name: str) -> Extent:
    places = _PLACE.findall(content)
    height = max((int(row) for _, row in places), default=0)
    columns = {column.decode() for column, _ in places}
    width = max((xl_cell_to_rowcol(f"{column}1")[1] + 1 for column in columns), default=0)
    return Extent(name, height, width, len(places))


class Extent(NamedTuple):
    """Size of one sheet from its first corner to its last cell, and its number of filled cells."""

    sheet: str
    height: int
    width: int
    filled: int


def require_mostly_filled(
    extents: Sequence[Extent], where: str, *, most_blank: int = MOST_BLANK_CELLS
) -> None:
    """Raise if the sheets of a workbook span far more cells than are filled.

    Parameters
    ----------
    extents
        One for each sheet.
    where
        Name of the workbook in the message.
    most_blank
        Cells that need not be filled.

    Raises
    ------
    FileError
        If they span more than `MOST_CELLS`, or more than `most_blank` with fewer than one in 20
        filled.

    Examples
    --------
    >>> require_mostly_filled([Extent("Deposits", 1_048_576, 40, 12)], "table.xlsx")
    Traceback (most recent call last):
    minmap.errors.FileError: table.xlsx: sheet 'Deposits' spans 1,048,576 rows and 40 columns,
    with 12 filled cells; ...
    """
    cells = sum(extent.height * extent.width for extent in extents)
    filled = sum(extent.filled for extent in extents)
    if cells <= min(MOST_CELLS, max(most_blank, _FULL * filled)):
        return
    largest = max(extents, key=lambda extent: extent.height * extent.width)
    raise FileError(
        f"{where}: sheet {largest.sheet!r} spans {largest.height:,} rows and {largest.width:,} "
        f"columns, with {largest.filled:,} filled cells; a workbook of at most {MOST_CELLS:,} "
        f"cells is read, or of {most_blank:,} if most are empty. Remove stray cells, or save the "
        "table as CSV."
    )


def open_document_extents(content: bytes) -> list[Extent]:
    """Return the extents of the sheets in the ``content.xml`` of an .ods file.

    Empty cells and rows at the end do not count. A cell or a row may state that it is repeated:
    OpenDocument 1.3, part 3, sections 9.1.2 to 9.1.4.
    """
    extents = list[Extent]()
    row = column = 0
    for tag in _TAG.finditer(content):
        kind, attributes = tag.groups()
        repeated = _REPEATED.search(attributes)
        times = int(repeated[1]) if repeated else 1
        if kind == b"table":
            extents.append(Extent(_name(attributes), 0, 0, 0))
            row = 0
        elif kind == b"table-row":
            row, column = row + times, 0
        else:
            column += times
            if extents and _VALUED.search(attributes):
                name, _, width, filled = extents[-1]
                extents[-1] = Extent(name, row, max(width, column), filled + 1)
    return extents


def binary_sheet_extent(content: bytes, name: str) -> Extent:
    """Return the extent of a sheet of an .xlsb file.

    A record is a number of one or two bytes, a size of one to four, and its content. The content
    of a row begins with its number, that of a cell with its column: [MS-XLSB] 2.1.4, 2.4.20 and
    2.4.817.
    """
    row = height = width = filled = at = 0
    while at < len(content):
        kind, at = _seven_bits(content, at, most=2)
        size, at = _seven_bits(content, at, most=4)
        first = int.from_bytes(content[at : at + 4], "little")
        if kind == _XLSB_ROW:
            row = first + 1
        elif kind in _XLSB_CELLS:
            height, width, filled = max(height, row), max(width, first + 1), filled + 1
        at += size
    return Extent(name, height, width, filled)


def _seven_bits(content: bytes, at: int, *, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, whose last byte lacks the eighth bit, and its end."""
    number = 0
    for n in range(most):
        byte = content[at + n] if at + n < len(content) else 0
        number |= (byte & 0x7F) << (7 * n)
        if byte < 0x80:
            return number, at + n + 1
    return number, at + most


def _name(attributes: bytes) -> str:
    found = _NAME.search(attributes)
    return html.unescape(found[1].decode("utf-8", errors="replace")) if found else ""


def require_utf_8(content: bytes, where: str) -> None:
    """Raise if a part of a workbook is not XML in UTF-8, as all programs write it.

    Examples
    --------
    >>> require_utf_8(b'<?xml version="1.0" encoding="UTF-8"?><worksheet/>', "a.xlsx")
    >>> require_utf_8("<worksheet/>".encode("utf-16"), "a.xlsx")
    Traceback (most recent call last):
    minmap.errors.FileError: a.xlsx has a sheet that is not XML in UTF-8; save it anew.
    """
    if not _UTF_8.match(content):
        raise FileError(f"{where} has a sheet that is not XML in UTF-8; save it anew.")


def require_readable_xls(path: Path, where: str) -> None:
    """Raise if calamine would read an .xls workbook without end.

    Parameters
    ----------
    path
        A compound file.
    where
        Its name in the message.

    Raises
    ------
    FileError
        If a chain of sectors has no end, a cell lies beyond the 256 columns of the format, the
        workbook states more texts than it has bytes, or nearly all of its cells are empty.
    """
    with (
        as_file_error(f"{where} {UNREADABLE}", cure=CURE),
        olefile.OleFileIO(str(path), raise_defects=olefile.DEFECT_INCORRECT) as compound,
    ):
        _require_finite_chains(compound, path)
        name = next((name for name in _STREAMS if compound.exists(name)), None)
        content = b"" if name is None else bytes(compound.openstream(name).read())
        if not content:
            raise ValueError("it has no workbook in it")
        require_mostly_filled(_extents(content), where)


def _require_finite_chains(compound: Any, path: Path) -> None:
    compound.loadminifat()
    starts = [entry.isectStart for entry in compound.direntries if entry is not None]
    starts += [compound.first_dir_sector, compound.first_mini_fat_sector]
    chains = [(table, start) for table in (compound.fat, compound.minifat) for start in starts]
    chains.append((_double_indirect_table(path, compound.sector_size), compound.first_difat_sector))
    if not all(_is_finite(table, start) for table, start in chains):
        raise ValueError("a chain of its sectors runs in a circle")


def _is_finite(table: Any, sector: int) -> bool:
    for _ in range(len(table) + 1):
        if not 0 <= sector < min(len(table), _LAST_SECTOR):
            return True
        sector = table[sector]
    return False


def _double_indirect_table(path: Path, size: int) -> list[int]:
    """Return the next sector of each sector as if all were of the table: its last four bytes."""
    content = path.read_bytes()
    ends = range(2 * size, len(content) + 1, size)
    return [int.from_bytes(content[end - 4 : end], "little") for end in ends]


def _extents(content: bytes) -> list[Extent]:
    """Return the extents of the sheets; a record of several cells fills at most its bytes."""
    extents = [Extent("number 0", 0, 0, 0)]
    for kind, record in _records(content):
        if kind == _SHARED_TEXTS and int.from_bytes(record[4:8], "little") > len(content):
            raise ValueError("it states more texts than it has bytes")
        if kind == _BEGIN:
            extents.append(Extent(f"number {len(extents) - 1}", 0, 0, 0))  # 0 is the workbook
        elif kind in _CELLS:
            row, column = struct.unpack_from("<HH", record)
            if column >= _MOST_COLUMNS:
                raise ValueError(f"a cell lies beyond its {_MOST_COLUMNS} columns")
            several = kind in _ROWS_OF_CELLS
            last = int.from_bytes(record[-2:], "little") if several else column
            name, height, width, filled = extents[-1]
            filled += min(last - column + 1, len(record)) if several else 1
            extents[-1] = Extent(name, max(height, row + 1), max(width, last + 1), filled)
    return extents


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        yield kind, content[at + 4 : at + 4 + length]
        at += 4 + length
