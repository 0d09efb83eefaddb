"""Delimited text (CSV, TSV, semicolons) as columns of text, nothing guessed and nothing lost."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import csv as arrow_csv

from minmap.errors import FileError
from minmap.files.cells import Cells
from minmap.vocab import TEXT

_SEPARATORS: Final = {",": "commas", "\t": "tabs", ";": "semicolons"}
_HEAD_BYTES: Final = 1 << 16
_SHOWN_LETTERS: Final = 120
_LARGE_BLOCK_BYTES: Final = 1 << 28
_TAIL_BYTES: Final = 1 << 12
_AS_LATIN_1: Final = "The text is not UTF-8 and was read as latin-1."
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
    columns. The text is UTF-8, or latin-1 where it is no UTF-8, which is noted. A line with
    fewer cells than the first is filled up with blanks and noted; one with more is cut if the rest
    is blank, and else set aside and noted. ``NA`` is text.

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
        If the file is empty, is no text, has no columns, has a quotation mark that is never
        closed or cannot be parsed.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        while not {*b"\r\n"} & set(head) and (more := stream.read(_HEAD_BYTES)):
            head += more  # the names of all columns have to be known
    _refuse(path, head)
    columns, notes = _parse(path, head)
    frame = columns.rename_columns(unique_names(columns.column_names)).to_pandas(
        types_mapper=lambda _: TEXT
    )
    return Cells(frame, None, notes)


def _parse(path: Path, head: bytes) -> tuple[pa.Table, list[str]]:
    """Parse the plain way first, because it is the fastest, and mend what it stumbles on."""
    encoding, block_size = "utf8", None
    while True:
        try:
            columns = _plain(path, head, encoding=encoding, block_size=block_size)
        except pa.ArrowInvalid as error:
            fault = str(error).splitlines()[0]
            if "straddl" in fault and block_size is None:
                block_size = _LARGE_BLOCK_BYTES  # a cell larger than an ordinary block
            elif "UTF8" in fault and encoding == "utf8":
                encoding = "latin1"
            elif "columns, got" in fault or "Empty CSV" in fault:
                return _ragged(path, head)
            else:
                raise FileError(f"{path} cannot be read as a table: {fault}.") from error
        else:
            last_column = columns.column(columns.num_columns - 1)
            _require_closed(path, last_column[-1].as_py() if len(columns) else None)
            return columns, [_AS_LATIN_1] if encoding == "latin1" else []


def _plain(path: Path, head: bytes, *, encoding: str, block_size: int | None) -> pa.Table:
    separator, names = _first_line(path, head, encoding)
    return arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(encoding=encoding, block_size=block_size),
        parse_options=arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )


def _ragged(path: Path, head: bytes) -> tuple[pa.Table, list[str]]:
    """Parse lines of unlike length: fill up the short, set aside those with too much in them."""
    encoding = _encoding(path)
    separator, _ = _first_line(path, head, encoding)
    text = path.read_bytes().decode("utf-8-sig" if encoding == "utf8" else encoding)
    lines = _lines(text, separator)
    names, last = next(lines), [""]
    rows, short, set_aside = list[list[str]](), 0, list[str]()
    for last in lines:
        missing = len(names) - len(last)
        if any(cell.strip() for cell in last[len(names) :]):
            set_aside.append(f"{len(last)} cells instead of {len(names)}: {separator.join(last)}")
            continue
        short += missing > 0
        rows.append(last[: len(names)] + [""] * missing)
    _require_closed(path, last[-1])
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    cells = [pa.array([c or None for c in column], type=pa.large_string()) for column in columns]
    notes = [_AS_LATIN_1] if encoding == "latin1" else []
    if short:
        notes.append(f"{short} lines have fewer cells than the first; the rest is taken as blank.")
    if set_aside:
        first = set_aside[0]
        shown = first if len(first) <= _SHOWN_LETTERS else f"{first[:_SHOWN_LETTERS]}..."
        notes.append(f"{len(set_aside)} lines were set aside; the first has {shown!r}.")
    return pa.Table.from_arrays(cells, names=names), notes


def _lines(text: str, separator: str) -> Iterator[list[str]]:
    """Give the cells of each line that is not blank."""
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        yield from (cells for cells in reader if cells)
    finally:
        csv.field_size_limit(limit)


def _require_closed(path: Path, last_cell: str | None) -> None:
    """Refuse a file whose end is one cell because a quotation mark is never closed."""
    if last_cell is None or not {"\n", "\r"} & set(last_cell):
        return
    with path.open("rb") as stream:
        stream.seek(-min(path.stat().st_size, _TAIL_BYTES), os.SEEK_END)
        closed = stream.read().rstrip().endswith(b'"')
    if not closed:
        raise FileError(
            f"{path} has a quotation mark that is never closed, so that all lines after it are "
            f"one cell, which begins with {last_cell[: _SHOWN_LETTERS // 2]!r}; close the mark or "
            "take it away."
        )


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
        cells = next(_lines(text, separator), [])
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
