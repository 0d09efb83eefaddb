"""Limit the size of workbooks, and check .xls files, before calamine reads them without limits.

calamine makes each sheet dense before it gives a cell, so a few bytes that state a far or a
repeated cell would fill the memory; and it follows a chain of sectors that runs in a circle.

References
----------
[MS-XLSB], Excel Binary File Format (.xlsb); [MS-CFB], Compound File Binary File Format; [MS-XLS],
Excel Binary File Format.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import olefile

from minmap.errors import FileError
from minmap.files.damage import as_file_error
from minmap.files.sheet_xml import Extent

UNREADABLE: Final = "cannot be read as a workbook"
CURE: Final = "If it needs a password, remove that; else get the file again or save it as .xlsx."

MOST_CELLS: Final = 50_000_000
"""Cells that the sheets of a workbook may have, each from its first corner to its last."""

MOST_BLANK_CELLS: Final = 17_000_000
"""Cells, 32 bytes each, that need not be filled: an .xls sheet has 16.8 million."""

_FULL: Final = 20  # with more than one filled cell in so many, the file itself is large

# Of .xlsb files.
_XLSB_ROW: Final = 0
_XLSB_CELLS: Final = range(1, 12)
_XLSB_TEXTS: Final = frozenset((6, 8))  # in the cell itself, and the result of a formula
_XLSB_CELL_OF_SHARED_TEXT: Final = 7
_XLSB_SHARED_TEXT: Final = 19
_XLSB_AROUND_TEXTS: Final = frozenset((159, 160))

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


def binary_sheet_extent(content: bytes, name: str) -> Extent:
    """Return the extent of a sheet of an .xlsb file.

    A record is a number of one or two bytes, a size of one to four, and its content. The content
    of a row begins with its number, that of a cell with its column: [MS-XLSB] 2.1.4, 2.4.20 and
    2.4.817.

    Raises
    ------
    ValueError
        If a text is longer than its record: calamine would go on with what it has read before.
    """
    row = height = width = filled = 0
    for kind, record in binary_records(content):
        first = int.from_bytes(record[:4], "little")
        if kind == _XLSB_ROW:
            row = first + 1
        elif kind in _XLSB_CELLS:
            height, width, filled = max(height, row), max(width, first + 1), filled + 1
            if kind in _XLSB_TEXTS:
                _require_whole_text(record, 8)
    return Extent(name, height, width, filled)


def lengths_of_binary_texts(content: bytes) -> Sequence[int]:
    """Return how many bytes each of the shared texts of an .xlsb file has, at most.

    [MS-XLSB] 2.1.7.45. If there are other records, with which calamine may skip texts, the bytes
    of all count for each.

    Raises
    ------
    ValueError
        If a text is longer than its record.
    """
    lengths, is_plain = array("Q"), True
    for kind, record in binary_records(content):
        if kind == _XLSB_SHARED_TEXT:
            _require_whole_text(record, 1)
            lengths.append(len(record))
        else:
            is_plain &= kind in _XLSB_AROUND_TEXTS
    return lengths if is_plain else array("Q", [len(content)]) * len(lengths)


def size_of_binary_texts(content: bytes, lengths: Sequence[int]) -> int:
    """Return the bytes that the shared texts of an .xlsb sheet have once each cell has its own."""
    return sum(
        lengths[min(int.from_bytes(record[8:12], "little"), len(lengths) - 1)]
        for kind, record in binary_records(content)
        if kind == _XLSB_CELL_OF_SHARED_TEXT
    )


def _require_whole_text(record: bytes, at: int) -> None:
    letters = int.from_bytes(record[at : at + 4], "little")
    if at + 4 + 2 * letters > len(record):
        raise ValueError("a text in it is cut short")


def binary_records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of each record in a part of an .xlsb file."""
    at = 0
    while at < len(content):
        kind, at = _seven_bits(content, at, most=2)
        size, at = _seven_bits(content, at, most=4)
        yield kind, content[at : at + size]
        at += size


def _seven_bits(content: bytes, at: int, *, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, whose last byte lacks the eighth bit, and its end."""
    number = 0
    for n in range(most):
        byte = content[at + n] if at + n < len(content) else 0
        number |= (byte & 0x7F) << (7 * n)
        if byte < 0x80:
            return number, at + n + 1
    return number, at + most


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
