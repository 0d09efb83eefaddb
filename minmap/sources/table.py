"""Delimited text (CSV, TSV, semicolons) as columns of text, nothing guessed and nothing lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import csv as arrow_csv

from minmap.errors import FileError
from minmap.sources.cells import Cells
from minmap.vocab import TEXT

_SEPARATORS: Final = {",": "commas", "\t": "tabs", ";": "semicolons"}
_HEAD_BYTES: Final = 1 << 16
_SHOWN_LETTERS: Final = 120
_LARGE_BLOCK_BYTES: Final = 1 << 28
_SIGNATURES: Final = {
    b"PK\x03\x04": "a zip archive or an Excel workbook; unpack it or save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV",
    b"%PDF": "a PDF document",
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
    b"<": "an XML or HTML document",
    b"{": "JSON; give a GeoJSON file the ending .geojson",
}


def read_table(path: Path) -> Cells:
    """Read a delimited text file whose first line holds the column names.

    The separator is that of comma, tab and semicolon which parts the first line into most
    columns. The text is UTF-8, or latin-1 where it is no UTF-8, which is noted. Lines that do
    not have as many cells as the first are set aside and noted. ``NA`` is text.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Cells
        One text column per column of the file, names unique.

    Raises
    ------
    FileError
        If the file is empty, is no text, has no columns or cannot be parsed.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    _refuse(path, head)
    way, columns = _parse_somehow(path, head)
    notes = []
    if way.encoding != "utf8":
        notes.append("The text is not UTF-8 and was read as latin-1.")
    if way.set_aside:
        first = way.set_aside[0]
        shown = first if len(first) <= _SHOWN_LETTERS else f"{first[:_SHOWN_LETTERS]}..."
        notes.append(f"{len(way.set_aside)} lines were set aside; the first has {shown!r}.")
    frame = columns.rename_columns(unique_names(columns.column_names)).to_pandas(
        types_mapper=lambda _: TEXT
    )
    return Cells(frame, None, notes)


@dataclass
class _Way:
    """How a file is parsed; the plain way first, because it is the fastest."""

    encoding: str = "utf8"
    block_size: int | None = None
    tolerant: bool = False
    set_aside: list[str] = field(default_factory=list)

    def skip(self, row: Any) -> str:
        cells = f"{row.actual_columns} cells instead of {row.expected_columns}"
        self.set_aside.append(f"{cells}: {row.text}")
        return "skip"

    def parse(self, path: Path, head: bytes) -> pa.Table:
        separator, names = _first_line(path, head, self.encoding)
        return arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(encoding=self.encoding, block_size=self.block_size),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                invalid_row_handler=self.skip if self.tolerant else None,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )

    def mend(self, fault: str, path: Path) -> bool:
        """Change what the fault asks for; return False if nothing can be changed."""
        if "straddl" in fault and self.block_size is None:
            self.block_size = _LARGE_BLOCK_BYTES  # a cell larger than an ordinary block
        elif "UTF8" in fault and self.encoding == "utf8":
            self.encoding = "latin1"
        elif "columns, got" in fault and not self.tolerant:
            # The handler of faulty lines must get text, so the encoding has to be known before.
            self.tolerant, self.encoding = True, _encoding(path)
        else:
            return False
        self.set_aside.clear()
        return True


def _parse_somehow(path: Path, head: bytes) -> tuple[_Way, pa.Table]:
    way = _Way()
    while True:
        try:
            return way, way.parse(path, head)
        except pa.ArrowInvalid as error:
            fault = str(error).splitlines()[0]
            if not way.mend(fault, path):
                raise FileError(f"{path} cannot be read as a table: {fault}.") from error


def _encoding(path: Path) -> str:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "latin1"
    return "utf8"


def _refuse(path: Path, head: bytes) -> None:
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise FileError(f"{path} is empty; give a table with column names in its first line.")
    for signature, what in _SIGNATURES.items():
        if head.startswith(signature):
            raise FileError(f"{path} is not a CSV table but {what}.")
    if b"\x00" in head:
        raise FileError(f"{path} is not a CSV table but a binary file.")


def _first_line(path: Path, head: bytes, encoding: str) -> tuple[str, list[str]]:
    # The head may end within a letter.
    text = head.decode("utf-8-sig" if encoding == "utf8" else encoding, errors="replace")
    best, names = ",", list[str]()
    for separator in _SEPARATORS:
        try:
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        except csv.Error:
            continue
        if len(cells) > len(names):
            best, names = separator, cells
    if len(names) < 2:
        raise FileError(
            f"{path} is not a table: its first line has one column only; "
            f"columns must be parted by {', '.join(_SEPARATORS.values())}."
        )
    return best, names


def unique_names(names: Sequence[str]) -> list[str]:
    """Return the names trimmed, with a number behind those that repeat."""
    seen: set[str] = set()
    result = []
    for position, name in enumerate(names, start=1):
        plain = name.strip().removeprefix("\ufeff") or f"column_{position}"
        candidate, number = plain, 2
        while candidate.casefold() in seen:
            candidate, number = f"{plain}_{number}", number + 1
        seen.add(candidate.casefold())
        result.append(candidate)
    return result
