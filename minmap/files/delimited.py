"""Delimited text (CSV, TSV, semicolons, bars) as columns of text, nothing guessed, nothing lost."""

from __future__ import annotations

import codecs
import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from minmap.errors import FileError
from minmap.files.cells import Cells
from minmap.files.csv_layout import (
    LARGEST_CELL,
    MOST_COLUMNS,
    SEPARATORS,
    Layout,
    layout_of,
    rows_of,
    unique_names,
)
from minmap.files.encoding import Guess, codec_name, marked_encoding
from minmap.files.text_repair import decode_cells
from minmap.vocabulary import TEXT

_HEAD_BYTES: Final = 1 << 16
_BLOCK_BYTES: Final = 1 << 22  # four times what arrow takes; fewer pieces to go through afterwards
_LONGEST_HEADER: Final = 1 << 24
_SHOWN_LETTERS: Final = 120
_TAIL_BYTES: Final = 1 << 12
_BLOCK_ROWS: Final = 1 << 15
_PIECE_LETTERS: Final = 1 << 22
_LINES_WANTED: Final = 40
_CHANGE: Final = "pass encoding= to change that."
_SIGNATURES: Final = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"<": "an XML or HTML document",
    b"{": "JSON; give a GeoJSON file the ending .geojson",
}


class _RaggedError(Exception):
    """Lines do not all have as many cells as the header."""


def read_table(
    path: Path, *, where: str = "", encoding: str | None = None, limit: int | None = None
) -> Cells:
    r"""Read a delimited text file.

    `layout_of` finds the separator, the header and the lines above it. The encoding is UTF-8, that
    of the byte-order mark, or a guess that is noted. A line with fewer cells than the header is
    filled up with blanks and noted; one with more is cut if the rest is blank, and otherwise set
    aside and noted. ``NA`` is text.

    Parameters
    ----------
    path
        The file.
    where
        What messages call it; empty means its path.
    encoding
        The encoding, in any spelling that Python knows; letters it does not have are replaced by
        U+FFFD and counted. None finds it out.
    limit
        Read so many rows only. None reads all.

    Returns
    -------
    Cells
        One text column per column of the file, names unique.

    Raises
    ------
    FileError
        If the file is empty, is no text, has no columns or too many, has a cell that is too large
        or a quotation mark that is never closed.
    ChoiceError
        If there is no such encoding.

    Examples
    --------
    >>> path = Path(tempfile.mkdtemp()) / "mines.csv"
    >>> _ = path.write_bytes("название;широта\nКара-Тау;43,5\n".encode("cp1251"))
    >>> table = read_table(path)
    >>> table.frame.iloc[0].tolist(), table.notes[0]
    (['Кара-Тау', '43,5'],
     'The text is not UTF-8 and was read as cp1251 (judged by 3 texts); pass encoding= to change
     that.')
    """
    where = where or str(path)
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    known = codec_name(encoding) if encoding is not None else marked_encoding(head)
    if known is None:
        _refuse(where, head)
    if known in {None, "utf-8-sig"}:
        found = _read(path, where=where, limit=limit)
        if isinstance(found, Cells):
            return found
        known = found.encoding
        note = f"The text is not UTF-8 and was read as {found.text}; {_CHANGE}"
    else:
        note = f"The text is {known}." if encoding is None else ""
    with _as_utf8(path, str(known)) as plain:
        cells = _read(plain, where=where, limit=limit, encoding=known)
    if isinstance(cells, Guess):
        raise TypeError(cells)  # what was decoded is UTF-8
    return replace(cells, notes=[*filter(None, [note]), *cells.notes])


def _read(
    path: Path, *, where: str, limit: int | None, encoding: str | None = None
) -> Cells | Guess:
    layout = _layout(path, where)
    try:
        table, notes, aside = _plain(path, layout, where=where, limit=limit), list[str](), 0
    except _RaggedError:
        table, notes, aside = _ragged(path, layout, where=where, limit=limit)
    names = [name.encode("latin-1") for name in layout.names]
    decoded = decode_cells(table, names, encoding=encoding)
    if isinstance(decoded, Guess):
        return decoded
    columns = decoded.table.rename_columns(unique_names(decoded.names))
    # Not Table.to_pandas: before pyarrow 24 its memory grows with the square of the columns.
    cells = {
        name: TEXT.__from_arrow__(values)  # type: ignore[attr-defined]  # absent from the stubs
        for name, values in zip(columns.column_names, columns.columns, strict=True)
    }
    frame = pd.DataFrame(cells, copy=False)
    return Cells(frame, None, [*_said_above(layout), *decoded.notes, *notes], aside)


@contextmanager
def _as_utf8(path: Path, encoding: str) -> Iterator[Path]:
    """Give a temporary copy of a text in UTF-8; what cannot be decoded becomes U+FFFD."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "table.txt"
        with (
            path.open(encoding=encoding, errors="replace", newline="") as given,
            plain.open("w", encoding="utf-8", errors="replace", newline="") as copy,
        ):
            while piece := given.read(_PIECE_LETTERS):
                copy.write(piece)
        yield plain


def _layout(path: Path, where: str) -> Layout:
    """Find the layout in the text as bytes, one letter each, so that places in it are bytes'."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        while _lines_in(head) < _LINES_WANTED and (more := stream.read(_HEAD_BYTES)):
            head += more  # the names of all columns have to be known
            if len(head) > _LONGEST_HEADER:
                break
        whole = not stream.read(1)
    mark = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    if not head[mark:].strip():
        raise FileError(f"{where} is empty; give a table with column names in its first line.")
    if not whole and not _lines_in(head):
        raise FileError(
            f"{where} is no table: its first line is longer than {_LONGEST_HEADER >> 20} MB."
        )
    try:
        layout = layout_of(head[mark:].decode("latin-1"), whole=whole)
    except csv.Error as error:
        raise FileError(f"{where} cannot be read as a table: {error}.") from error
    if len(layout.names) < 2:
        raise FileError(
            f"{where} is not a table: its first line has one column only; columns must be parted "
            f"by {', '.join(SEPARATORS.values())}, or say what does in a first line such as sep=^."
        )
    if len(layout.names) > MOST_COLUMNS:
        raise FileError(
            f"{where} has {len(layout.names):,} columns; a table may have {MOST_COLUMNS:,}."
        )
    return replace(layout, body=layout.body + mark)


def _lines_in(head: bytes) -> int:
    return max(head.count(b"\n"), head.count(b"\r"))


def _plain(path: Path, layout: Layout, *, where: str, limit: int | None) -> pa.Table:
    """Parse the fast way; cells may be as large as a block."""
    for block_size in (_BLOCK_BYTES, LARGEST_CELL):
        try:
            table = _parsed(path, layout, block_size=block_size, limit=limit)
        except pa.ArrowInvalid as error:
            fault = str(error).splitlines()[0]
            if "Empty CSV" in fault:
                return _table([[] for _ in layout.names])
            if "columns, got" in fault:
                raise _RaggedError from error
            if "straddl" not in fault:
                raise FileError(f"{where} cannot be read as a table: {fault}.") from error
        else:
            if len(table) and limit is None:
                last = table.column(table.num_columns - 1).chunks[-1].view(pa.large_binary())
                _require_closed(path, last[-1].as_py(), where)
            return table
    raise FileError(
        f"{where} has a cell of more than {LARGEST_CELL >> 20} MB, or a quotation mark that is "
        "never closed."
    )


def _parsed(path: Path, layout: Layout, *, block_size: int, limit: int | None) -> pa.Table:
    names = [str(position) for position in range(len(layout.names))]
    options = {
        "read_options": arrow_csv.ReadOptions(column_names=names, block_size=block_size),
        "parse_options": arrow_csv.ParseOptions(
            delimiter=layout.separator, newlines_in_values=True
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            strings_can_be_null=True,
            null_values=[""],
            check_utf8=False,  # `decode_cells` checks
        ),
    }
    with pa.OSFile(str(path)) as stream:
        stream.seek(layout.body)
        if limit is None:
            # A sixth faster than into arrow's own pool, whose pages are large.
            return arrow_csv.read_csv(stream, memory_pool=pa.system_memory_pool(), **options)
        batches = list[pa.RecordBatch]()
        with arrow_csv.open_csv(stream, **options) as reader:
            for batch in reader:
                batches.append(batch)
                if sum(map(len, batches)) >= limit:
                    break
            return pa.Table.from_batches(batches, reader.schema).slice(0, limit)


def _ragged(
    path: Path, layout: Layout, *, where: str, limit: int | None
) -> tuple[pa.Table, list[str], int]:
    """Parse lines of unlike length: fill up the short, set aside and count those too long."""
    width, short, aside = len(layout.names), 0, list[str]()
    rows, blocks, row = list[list[str]](), list[pa.Table](), [""]
    with path.open(encoding="latin-1", newline="") as stream:
        stream.seek(layout.body)
        try:
            for row in islice(rows_of(stream, layout.separator), limit):
                if any(cell.strip() for cell in row[width:]):
                    aside.append(f"{len(row)} cells instead of {width}: {_shown(row, layout)}")
                    continue
                short += len(row) < width
                rows.append(row[:width] + [""] * (width - len(row)))
                if len(rows) == _BLOCK_ROWS:
                    blocks.append(_table(list(zip(*rows, strict=True))))
                    rows.clear()
        except csv.Error as error:
            raise FileError(f"{where} cannot be read as a table: {error}.") from error
    if limit is None:
        _require_closed(path, row[-1].encode("latin-1"), where)
    if aside and not rows and not blocks:
        raise FileError(
            f"{where}: every line has more cells than the first ({aside[0]!r}); put those that "
            f"hold {SEPARATORS.get(layout.separator, layout.separator)} in quotes, or part them by "
            "semicolons."
        )
    blocks.append(_table(list(zip(*rows, strict=True)) if rows else [[] for _ in layout.names]))
    notes = []
    if short:
        notes.append(f"{short} lines have fewer cells than the first; the rest is taken as blank.")
    if aside:
        notes.append(f"{len(aside)} lines were set aside; the first has {aside[0]!r}.")
    return pa.concat_tables(blocks), notes, len(aside)


def _table(columns: Sequence[Sequence[str]]) -> pa.Table:
    """Return columns of bytes, one letter each, as text that is not checked."""
    arrays = [
        pa.array([c.encode("latin-1") or None for c in column], pa.large_binary())
        for column in columns
    ]
    texts = [array.view(pa.large_string()) for array in arrays]
    return pa.Table.from_arrays(texts, names=[str(position) for position in range(len(texts))])


def _shown(row: list[str], layout: Layout) -> str:
    text = layout.separator.join(row)
    shown = text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}..."
    return shown.encode("latin-1").decode("utf-8", errors="replace")


def _said_above(layout: Layout) -> list[str]:
    if not layout.above:
        return []
    first = layout.above[0].encode("latin-1").decode("utf-8", errors="replace")
    return [
        f"{len(layout.above)} lines above the column names were left out; the first is "
        f"{first[:_SHOWN_LETTERS]!r}."
    ]


def _require_closed(path: Path, last: bytes | None, where: str) -> None:
    """Refuse a file whose end is one cell because a quotation mark is never closed."""
    if last is None or not {*b"\r\n"} & set(last):
        return
    with path.open("rb") as stream:
        stream.seek(-min(path.stat().st_size, _TAIL_BYTES), os.SEEK_END)
        closed = stream.read().rstrip().endswith(b'"')
    if not closed:
        shown = last.decode("utf-8", errors="replace")[: _SHOWN_LETTERS // 2]
        raise FileError(
            f"{where} has a quotation mark that is never closed, so that all lines after it are "
            f"one cell, which begins with {shown!r}; close the mark or take it away."
        )


def _refuse(where: str, head: bytes) -> None:
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise FileError(f"{where} is empty; give a table with column names in its first line.")
    for signature, what in _SIGNATURES.items():
        if head.startswith(signature):
            raise FileError(f"{where} is not a CSV table but {what}.")
    if b"\x00" in head:
        raise FileError(f"{where} is not a CSV table but a binary file.")
