"""Check zipped workbooks (.xlsx, .xlsb, .ods) before calamine unpacks them without limits.

The parts of an .xlsx file refer to one another: ECMA-376-1:2016, sections 12.3.23 and 18.3.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree import ElementTree
from zipfile import ZipInfo

from minmap.errors import FileError
from minmap.files.archive import Archive
from minmap.files.damage import as_file_error
from minmap.files.sheet_extent import (
    Extent,
    binary_sheet_extent,
    open_document_extents,
    require_mostly_filled,
    require_utf_8,
)

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
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d{1,7})"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)

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
    found = dict[str, ErrorValues]()
    extents = list[Extent]()
    with Archive(path, where, largest=_LARGEST_UNPACKED) as archive:
        members = {str(name): info for name, info in archive.members().items()}
        sheets = _sheet_names(archive, members, where)
        shared = _shared_lengths(archive, members)
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
                found[name] = {
                    (int(row) - 1, _number(column) - 1): word.decode("utf-8", errors="replace")
                    for column, row, word in _ERROR_VALUE.findall(content)
                }
            elif member not in {_BOOK, _BOOK_LINKS, _SHARED}:
                deque(archive.pieces(info), maxlen=0)  # only to count the bytes
            require_mostly_filled(extents, where)
    return found


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


def _shared_lengths(archive: Archive, members: Mapping[str, ZipInfo]) -> list[int]:
    """Return the number of bytes of each text that cells share."""
    if _SHARED not in members:
        return []
    spans = (found.span(1) for found in _TEXT.finditer(archive.content(members[_SHARED])))
    return [end - start for start, end in spans]


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
    width = max((_number(column) for column in {column for column, _ in places}), default=0)
    return Extent(name, height, width, len(places))


def _number(letters: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number
