"""Copy the parts of a zipped workbook (.xlsx, .xlsb, .ods) that calamine needs, and check them.

calamine and Python take different members of an odd archive for the same part. So calamine gets a
copy with nothing in it but the parts that were checked, under names of minmap's own.

References
----------
ECMA-376-2:2021, sections 6 and 7; [MS-XLSB], Excel Binary File Format (.xlsb), section 2.1.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple
from xml.etree import ElementTree
from zipfile import ZipFile

from minmap.errors import FileError
from minmap.files.archive import Archive
from minmap.files.damage import as_file_error
from minmap.files.sheet_xml import (
    ErrorValues,
    Extent,
    lengths_of_texts,
    number_of_texts,
    open_document_extents,
    sheet_cells,
    size_of_texts,
)
from minmap.files.workbook_checks import (
    CURE,
    MOST_BLANK_CELLS,
    UNREADABLE,
    binary_records,
    binary_sheet_extent,
    lengths_of_binary_texts,
    require_mostly_filled,
    size_of_binary_texts,
)

_MOST_BLANK_OPEN_CELLS: Final = 8_000_000  # calamine takes 120 bytes for each of an .ods file
_LARGEST_UNPACKED: Final = 1 << 30  # two copies of a sheet are in memory for a while
_LARGEST_BOOK: Final = 1 << 24  # its tree takes 20 times as much
_OPEN_PARTS: Final = ("mimetype", "META-INF/manifest.xml", "content.xml")
_BINARY_BOOK: Final = "xl/workbook.bin"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET_FOLDERS: Final = ("worksheets", "chartsheets", "dialogsheets", "macrosheets")
_BUNDLED_SHEET: Final = 156
_UTF_8: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?<(?!\?xml[^>]*\bencoding\s*=\s*[\"'](?!utf-8|us-ascii))", re.I
)


class _Link(NamedTuple):
    """A relationship of a part to another."""

    kind: str
    target: str


class _Source:
    """The parts of a workbook by their names, whose case does not matter."""

    def __init__(self, archive: Archive, where: str) -> None:
        self.where = where
        self._archive = archive
        self._members = {_folded(info.filename): info for info in archive.entries()}

    def content(self, name: str, *, largest: int | None = None) -> bytes | None:
        """Return a part, or None if there is none of that name."""
        info = self._members.get(_folded(name))
        if info is None:
            return None
        if largest is not None and info.file_size > largest:
            raise FileError(
                f"{self.where} names its sheets in {info.file_size >> 20:,} MB, "
                f"{info.filename!r}; at most {largest >> 20} MB are read. Save it anew."
            )
        return self._archive.content(info)

    def links(self, part: str) -> dict[str, _Link]:
        """Return the relationships of a part to others by their identifiers."""
        folder, name = posixpath.split(part)
        content = self.content(f"{folder}/_rels/{name}.rels", largest=_LARGEST_BOOK)
        links = [] if content is None else tree(content, self.where).iterfind(".//{*}Relationship")
        return {
            link.get("Id", ""): _Link(
                link.get("Type", ""),
                posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))),
            )
            for link in links
        }


class _Sheets:
    """Check sheets one after the other, and all of them together."""

    def __init__(self, where: str, texts: bytes, *, is_binary: bool) -> None:
        self._where = where
        self._texts = texts
        self._lengths = lengths_of_binary_texts(texts) if is_binary else None
        self._extents = list[Extent]()
        self._size = 0

    @property
    def _filled(self) -> int:
        return sum(extent.filled for extent in self._extents)

    def add_binary(self, content: bytes, names: Sequence[str]) -> None:
        """Add a sheet of an .xlsb file once for each of its names."""
        self._add(binary_sheet_extent(content, names[0]), len(names))
        self._require_bounded_text(content, names, size_of_binary_texts)

    def add(self, content: bytes, names: Sequence[str]) -> ErrorValues:
        """Add a sheet of an .xlsx file once for each of its names, and return its error values."""
        require_utf_8(content, self._where)
        extent, errors = sheet_cells(content, names[0])
        self._add(extent, len(names))
        self._require_bounded_text(content, names, size_of_texts)
        return errors

    def require_few_texts(self) -> None:
        """Raise if there are far more shared texts than cells: calamine reserves memory for each.

        Each has five bytes of the file or more.
        """
        most = max(MOST_BLANK_CELLS, self._filled)
        if len(self._texts) // 5 <= most:
            return
        number = number_of_texts(self._texts) if self._lengths is None else len(self._lengths)
        if number > most:
            raise FileError(
                f"{self._where} has {number:,} shared texts for {self._filled:,} cells; it is "
                "damaged. Save it anew."
            )

    def _add(self, extent: Extent, times: int) -> None:
        self._extents += [extent] * times
        require_mostly_filled(self._extents, self._where)

    def _require_bounded_text(
        self,
        content: bytes,
        names: Sequence[str],
        size_of: Callable[[bytes, Sequence[int]], int],
    ) -> None:
        """Raise if the texts would take too much memory once each cell has its own."""
        if len(self._texts) * self._filled <= _LARGEST_UNPACKED:
            return
        if self._lengths is None:
            self._lengths = lengths_of_texts(self._texts)
        if max(self._lengths, default=0) * self._filled <= _LARGEST_UNPACKED:
            return
        self._size += size_of(content, self._lengths) * len(names)
        if self._size > _LARGEST_UNPACKED:
            raise FileError(
                f"{self._where}: the cells of sheet {names[0]!r} hold {self._size >> 20:,} MB of "
                f"text; at most {_LARGEST_UNPACKED >> 20:,} MB are read. Keep only the part that "
                "you need."
            )


def copy_checked(path: Path, where: str, target: IO[bytes]) -> dict[str, ErrorValues]:
    """Copy the parts of a workbook that calamine needs, and return its error values (#N/A).

    Parameters
    ----------
    path
        A zip file.
    where
        Its name in messages.
    target
        The file to write to.

    Returns
    -------
    dict
        Error values of an .xlsx file by sheet, row and column.

    Raises
    ------
    FileError
        If the workbook is damaged, or would fill the memory.
    """
    with (
        as_file_error(f"{where} {UNREADABLE}", cure=CURE),
        Archive(path, where, largest=_LARGEST_UNPACKED) as archive,
        ZipFile(target, "w") as copy,
    ):
        source = _Source(archive, where)
        _copy_open_document(source, copy)
        return _copy_office_book(source, copy)


def _copy_open_document(source: _Source, copy: ZipFile) -> None:
    for name in _OPEN_PARTS:
        content = source.content(name)
        if content is None:
            continue
        if name == "content.xml":
            require_utf_8(content, source.where)
            extents = open_document_extents(content)
            require_mostly_filled(extents, source.where, most_blank=_MOST_BLANK_OPEN_CELLS)
        copy.writestr(name, content)


def _copy_office_book(source: _Source, copy: ZipFile) -> dict[str, ErrorValues]:
    roots = source.links("").values()
    book = next((link.target for link in roots if link.kind.endswith("/officeDocument")), "")
    content = source.content(book, largest=_LARGEST_BOOK)
    if content is None:
        book, content = _BINARY_BOOK, source.content(_BINARY_BOOK, largest=_LARGEST_BOOK)
    if content is None:
        return {}
    office = _OfficeCopy(source, copy, book)
    office.copy_book(content)
    texts = office.copy_common("sharedStrings")
    office.copy_common("styles")
    is_binary = office.end == "bin"
    names = _binary_names(content) if is_binary else _names(content, source.where)
    return office.copy_sheets(names, _Sheets(source.where, texts, is_binary=is_binary))


class _OfficeCopy:
    """Copy the parts of an .xlsx or .xlsb file, and write the relationships between them."""

    def __init__(self, source: _Source, copy: ZipFile, book: str) -> None:
        self.end = "bin" if book.lower().endswith(".bin") else "xml"
        self._source = source
        self._copy = copy
        self._folder = posixpath.dirname(book)
        self._links = source.links(book)
        self._made: dict[str, _Link] = {}

    def copy_book(self, content: bytes) -> None:
        root = {"book": _Link(f"{_OFFICE}/officeDocument", f"xl/workbook.{self.end}")}
        self._copy.writestr("_rels/.rels", _relationships(root))
        self._copy.writestr(root["book"].target, content)

    def copy_common(self, part: str) -> bytes:
        """Copy a part that all sheets share, and return it; nothing if there is none."""
        links = self._links.values()
        name = f"{part}.{self.end}"
        given = [link.target for link in links if link.kind.endswith(f"/{part}")]
        content = self._source.content(given[0] if given else f"{self._folder}/{name}")
        if content is None:
            return b""
        self._made[part] = _Link(f"{_OFFICE}/{part}", name)
        self._copy.writestr(f"xl/{name}", content)
        return content

    def copy_sheets(
        self, names: Mapping[str, Sequence[str]], sheets: _Sheets
    ) -> dict[str, ErrorValues]:
        """Check and copy the sheets; calamine knows their kind from their folder."""
        values = dict[str, ErrorValues]()
        for number, (key, of_key) in enumerate(names.items(), start=1):
            link = self._links.get(key)
            content = self._source.content(link.target) if link else None
            if link is None or content is None:
                continue
            if self.end == "bin":
                sheets.add_binary(content, of_key)
            else:
                values |= dict.fromkeys(of_key, sheets.add(content, of_key))
            folder = posixpath.basename(posixpath.dirname(link.target)).lower()
            folder = folder if folder in _SHEET_FOLDERS else _SHEET_FOLDERS[0]
            self._made[key] = _Link(link.kind, f"{folder}/sheet{number}.{self.end}")
            self._copy.writestr(f"xl/{self._made[key].target}", content)
        sheets.require_few_texts()
        links = f"xl/_rels/workbook.{self.end}.rels"
        self._copy.writestr(links, _relationships(self._made))
        return values


def _names(book: bytes, where: str) -> dict[str, list[str]]:
    """Return the names of the sheets of an .xlsx file by the relationships to them."""
    names = dict[str, list[str]]()
    for sheet in tree(book, where).iterfind(".//{*}sheet"):
        for key, value in sheet.items():
            if key.endswith("}id"):
                names.setdefault(value, []).append(sheet.get("name", ""))
    return names


def _binary_names(book: bytes) -> dict[str, list[str]]:
    """Return the names of the sheets of an .xlsb file: [MS-XLSB] 2.4.314, BrtBundleSh."""
    names = dict[str, list[str]]()
    for kind, record in binary_records(book):
        if kind == _BUNDLED_SHEET and len(record) >= 12:
            end = 12 + 2 * int.from_bytes(record[8:12], "little")
            key, name = (
                part.decode("utf-16-le", "replace") for part in (record[12:end], record[end + 4 :])
            )
            names.setdefault(key, []).append(name)
    return names


def _relationships(links: Mapping[str, _Link]) -> bytes:
    root = ElementTree.Element("Relationships", xmlns=_PACKAGE)
    for key, (kind, target) in links.items():
        ElementTree.SubElement(root, "Relationship", Id=key, Type=kind, Target=target)
    content: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return content


def tree(content: bytes, where: str) -> ElementTree.Element:
    """Return the tree of a part that declares no XML entities.

    Raises
    ------
    FileError
        If it declares entities.
    """
    if b"<!DOCTYPE" in content:
        raise FileError(f"{where} declares XML entities, which no workbook needs; save it anew.")
    return ElementTree.fromstring(content)  # noqa: S314  # entities are refused above


def _folded(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in {"", "."}).lower()


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
