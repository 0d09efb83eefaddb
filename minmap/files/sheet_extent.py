"""Find how far the cells of a workbook reach, and how many of them are filled.

calamine makes each sheet dense before it gives a cell, so a few bytes that state a far or a
repeated cell would fill the memory.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from minmap.errors import FileError

MOST_CELLS: Final = 50_000_000
"""Cells that the sheets of a workbook may have, each from its first corner to its last."""

MOST_BLANK_CELLS: Final = 17_000_000
"""Cells, 32 bytes each, that need not be filled: an .xls sheet has 16.8 million."""

_FULL: Final = 20  # with more than one filled cell in so many, the file itself is large
# An attribute may have ">" in it.
_TAG: Final = re.compile(
    rb"<(?:[\w.-]+:)?(table-row|table-cell|covered-table-cell|table)(?![\w-])"
    rb"((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>"
)
_REPEATED: Final = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']\s*\+?0*(\d{1,18})")
_VALUED: Final = re.compile(rb"\b(?:value|value-type|formula)\s*=")
_NAME: Final = re.compile(rb":name\s*=\s*[\"']([^\"']*)")
_ROW: Final = 0
_CELLS: Final = range(1, 12)
_UTF_8: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?<(?!\?xml[^>]*\bencoding\s*=\s*[\"'](?!utf-8|us-ascii))", re.I
)


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
        if kind == _ROW:
            row = first + 1
        elif kind in _CELLS:
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
