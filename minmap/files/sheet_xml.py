"""Count the cells of sheets in XML (.xlsx, .ods) as calamine will place them.

Cells that are written plainly, as all common programs do, are found by regular expressions. If a
sheet has any other cell, all of it is parsed.

References
----------
ECMA-376-1:2016, section 18.3; OpenDocument 1.3, part 3, sections 9.1.2 to 9.1.4.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple
from xml.parsers import expat

from xlsxwriter.utility import xl_cell_to_rowcol  # type: ignore[import-untyped]

ErrorValues = dict[tuple[int, int], str]

# Each expression takes a time in proportion to the text: it starts at "<" and never goes back.
_CELL: Final = re.compile(rb"<(?!/)(?:[^<>\s:]*+:)?c[\s/>]")
_SHARED_TEXT: Final = re.compile(rb"<(?!/)(?:[^<>\s:]*+:)?si[\s/>]")
_PLACE: Final = re.compile(rb'<(?:\w++:)?c r="([A-Z]{1,3})(\d{1,7})"')
_TYPE: Final = rb"\bt\s*+=\s*+[\"']%b[\"']"
_TYPED_CELL: Final = (
    rb'<(?:\w++:)?c r="([A-Z]{1,3}\d{1,7})"(?>[^<>]*? t="%b")[^<>]*+>\s*+'
    rb"(?:<(?:\w++:)?f\b[^<>]*+>(?:[^<]*+</(?:\w++:)?f>)?+\s*+)?+"
    rb"<(?:\w++:)?v>([^<]*+)</(?:\w++:)?v>\s*+</(?:\w++:)?c>"
)
_ANY_PLACE: Final = re.compile(r"([A-Za-z]{0,3})0*(\d{1,7})")
_DEPTHS: Final = {"table": 0, "table-row": 1, "table-cell": 2, "covered-table-cell": 2}
_REPEATS: Final = ("number-rows-repeated", "number-columns-repeated")


class Extent(NamedTuple):
    """Size of one sheet from its first corner to its last cell, and its number of filled cells."""

    sheet: str
    height: int
    width: int
    filled: int


def sheet_cells(content: bytes, name: str) -> tuple[Extent, ErrorValues]:
    """Return the extent and the error values of a sheet of an .xlsx file.

    Examples
    --------
    >>> sheet_cells(b'<row><c r="B3" t="e"><v>#N/A</v></c></row>', "Deposits")
    (Extent(sheet='Deposits', height=3, width=2, filled=1), {(2, 1): '#N/A'})

    Raises
    ------
    ValueError
        If it is not XML, or the place of a cell is not one.
    """
    places, errors = _PLACE.findall(content), _typed(content, b"e")
    if errors is None or len(places) != len(_CELL.findall(content)):
        cells = _Cells()
        parse(content, start=cells.start, end=cells.end, text=cells.text)
        return Extent(name, cells.height, cells.width, cells.filled), cells.errors
    height = max((int(row) for _, row in places), default=0)
    columns = {column.decode() for column, _ in places}
    width = max((xl_cell_to_rowcol(f"{column}1")[1] + 1 for column in columns), default=0)
    return Extent(name, height, width, len(places)), {
        xl_cell_to_rowcol(place.decode()): word.decode("utf-8", errors="replace")
        for place, word in errors
    }


def size_of_texts(content: bytes, lengths: Sequence[int]) -> int:
    """Return the bytes that the shared texts of a sheet have once each cell has its own.

    Parameters
    ----------
    content
        The sheet.
    lengths
        Bytes of each of the shared texts.
    """
    found = _typed(content, b"s")
    if found is None:
        cells = _Cells()
        parse(content, start=cells.start, end=cells.end, text=cells.text)
        numbers = [number.encode() for number in cells.numbers]
    else:
        numbers = [number for _, number in found]
    last = len(lengths) - 1
    return sum(lengths[min(int(n), last)] for n in numbers if n.strip().isdigit())


def _typed(content: bytes, kind: bytes) -> list[tuple[bytes, bytes]] | None:
    """Return place and value of each cell of a type, None if one is not written plainly."""
    if not any(quote + kind + quote in content for quote in (b'"', b"'")):
        return []
    found = re.findall(_TYPED_CELL % kind, content)
    return found if len(found) == len(re.findall(_TYPE % kind, content)) else None


class _Cells:
    """Handlers of a parser that place cells as calamine does, with and without a reference."""

    def __init__(self) -> None:
        self.height = self.width = self.filled = 0
        self.errors: ErrorValues = {}
        self.numbers: list[str] = []
        self._row = self._column = 0
        self._cell = (0, 0)
        self._type = ""
        self._words: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row" and "r" in attributes:
            self._row = _place(attributes["r"])[0]
        elif name == "c":
            given = attributes.get("r")
            row, column = (self._row, self._column) if given is None else _place(given)
            self._cell, self._column = (row, column), column + 1
            self._type = attributes.get("t", "")
            self.height, self.width = max(self.height, row + 1), max(self.width, column + 1)
            self.filled += 1
        elif name == "v":
            self._words = []

    def text(self, words: str) -> None:
        if self._words is not None:
            self._words.append(words)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row, self._column = self._row + 1, 0
        elif name == "v" and self._words is not None:
            value, self._words = "".join(self._words), None
            if self._type == "e":
                self.errors[self._cell] = value
            elif self._type == "s":
                self.numbers.append(value)


def _place(given: str) -> tuple[int, int]:
    """Return row and column of a reference from 0 on; the letters may be missing."""
    found = _ANY_PLACE.fullmatch(given)
    if not found:
        raise ValueError(f"{given[:20]!r} is not the place of a cell")
    row, column = xl_cell_to_rowcol(f"{found[1].upper() or 'A'}{found[2]}")
    return row, column


def number_of_texts(content: bytes) -> int:
    """Return the number of the shared texts of an .xlsx file."""
    return sum(1 for _ in _SHARED_TEXT.finditer(content))


def lengths_of_texts(content: bytes) -> Sequence[int]:
    """Return how many bytes each of the shared texts of an .xlsx file has, at most."""
    starts = array("Q")
    parser = _parser()

    def start(tag: str, _: object) -> None:
        if tag.rpartition(":")[2] == "si":
            starts.append(parser.CurrentByteIndex)

    parser.StartElementHandler = start
    try:
        parser.Parse(content, True)  # noqa: FBT003  # it takes no keyword
    except expat.ExpatError:  # such as for a control character, which calamine takes
        return [len(content)]
    starts.append(len(content))
    return array("Q", (end - at for at, end in pairwise(starts))) or [0]


def open_document_extents(content: bytes) -> list[Extent]:
    """Return the extents of the sheets in the ``content.xml`` of an .ods file.

    Empty cells and rows at the end do not count. A cell or a row may state that it is repeated.

    Raises
    ------
    ValueError
        If a table lies in another, or it is not XML.
    """
    tables = _Tables()
    parse(content, start=tables.start, end=tables.end)
    return tables.extents


class _Tables:
    """Handlers of a parser that find the extents of tables."""

    def __init__(self) -> None:
        self.extents: list[Extent] = []
        self._row = self._column = 0
        self._open: list[int] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        depth = _depth(tag)
        if depth is None:
            return
        if self._open and depth <= self._open[-1]:
            raise ValueError("it has a table inside of a cell")
        self._open.append(depth)
        repeats, valued = _roles(tuple(attributes))
        times = max([int(attributes[key]) for key in repeats]) if repeats else 1
        if depth == 0:
            names = [value for key, value in attributes.items() if key.endswith(":name")]
            self.extents.append(Extent(names[0] if names else "", 0, 0, 0))
            self._row = 0
        elif depth == 1:
            self._row, self._column = self._row + times, 0
        else:
            self._column += times
            if self.extents and valued:
                name, _, width, filled = self.extents[-1]
                self.extents[-1] = Extent(name, self._row, max(width, self._column), filled + 1)

    def end(self, tag: str) -> None:
        if _depth(tag) is not None:
            self._open.pop()


@lru_cache(1024)
def _depth(tag: str) -> int | None:
    return _DEPTHS.get(tag.rpartition(":")[2])


@lru_cache(1024)
def _roles(keys: tuple[str, ...]) -> tuple[list[str], bool]:
    """Return the attributes that state a number of repeats, and whether others state a value."""
    repeats = [key for key in keys if key.endswith(_REPEATS)]
    return repeats, any(key.endswith(("value", "value-type", "formula")) for key in keys)


def parse(content: bytes, *, start: Any, end: Any, text: Any = None) -> None:
    """Parse XML that declares no entities with the handlers of expat.

    Raises
    ------
    ValueError
        If it is not XML, or declares entities.
    """
    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise ValueError(f"it is not sound XML: {error}") from error


def _parser() -> Any:
    def declaration(*_: object) -> None:
        raise ValueError("it declares XML entities, which no workbook needs")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declaration
    return parser
