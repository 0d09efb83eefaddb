"""Read delimited text (CSV, TSV, semicolons, bars) as columns of text, without guessing types."""

import codecs
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.errors import FileError
from minmap.files import csv_layout
from minmap.files.arrow_rows import parse_rows
from minmap.files.blank_cells import AddedBlanks
from minmap.files.cells import Cells, ReadOptions, blanks_missing
from minmap.files.csv_layout import LARGEST_CELL, MOST_COLUMNS, SEPARATORS, Layout
from minmap.files.damage import as_file_error
from minmap.files.encoding import as_utf8, codec_name, marked_encoding
from minmap.files.file_types import read_head
from minmap.files.shifted_rows import ColumnKinds, has_shifted_row, kinds_in
from minmap.files.uneven_rows import EvenRows, notes_on, write_even_rows
from minmap.types import TEXT

_HEAD_BYTES: Final = 1 << 16
_BLOCK_BYTES: Final = 1 << 22
_LONGEST_HEADER: Final = 1 << 24
_OF_SHAPEFILE: Final = (
    ", the table of a shapefile; give its .shp, with the .dbf and .shx beside it, or save the "
    "table as CSV"
)
_SHOWN_LETTERS: Final = 120
_TAIL_BYTES: Final = 1 << 12
_SAMPLE_LINES: Final = 40
_CURE: Final = "Give a table of delimited text, or export it anew."


class _RaggedError(Exception):
    """Not all lines have as many cells as the header."""


def read_table(path: Path, where: str = "", options: ReadOptions | None = None) -> Cells:
    r"""Read a delimited text file.

    `layout_of` finds the separator, the header and the lines above it. The encoding is UTF-8, that
    of the byte-order mark, or a guess that is noted. A line with fewer cells than the header is
    filled up with blanks and noted; one with more is cut if the rest is blank. Lines whose cells
    are in the wrong columns are set aside and noted (`minmap.files.uneven_rows`). Tabs at the ends
    of lines, and columns at the end without a name and without values, are left out. ``NA`` is
    text.

    Parameters
    ----------
    path
        The file.
    where
        Its name in messages; empty means its path.
    options
        Its encoding, whose missing letters are replaced by U+FFFD and counted, and the limit of
        rows.

    Returns
    -------
    Cells
        One text column per column of the file, names unique.

    Raises
    ------
    FileError
        If the file is empty, is not text, has no columns or too many, has a cell that is too large
        or a quotation mark that is never closed, or its short lines need far more blanks than it
        has bytes (`minmap.files.blank_cells`).
    ChoiceError
        If there is no such encoding.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mines.csv"
    >>> _ = path.write_bytes("название;широта\nКара-Тау;43,5\n".encode("cp1251"))
    >>> table = read_table(path)
    >>> table.frame.iloc[0].tolist(), table.notes[0]
    (['Кара-Тау', '43,5'],
     'The text is not UTF-8 and was read as cp1251 (99 % sure); pass encoding= to change that.')
    """
    where, options = where or str(path), options or ReadOptions()
    encoding, limit = options.encoding, options.limit
    head = read_head(path, _HEAD_BYTES)
    known = codec_name(encoding) if encoding is not None else marked_encoding(head)
    if known is None:
        _require_text(head, where)
    elif known == "utf-8-sig":
        known = None
    stated = [f"The text is {known}."] if known and encoding is None else []
    with as_utf8(path, known, lambda: text_layout(path, where).separator) as (copy, notes):
        layout = text_layout(copy, where)
        above = csv_layout.note_on_lines_above(layout.above)
        table, uneven = parse_text(copy, layout, where=where, limit=limit)
    frame = frame_of(table, layout.names)
    return Cells(
        frame,
        None,
        [*stated, *notes, *above, *notes_on(uneven)],
        uneven.faults,
        tuple(uneven.set_aside),
    )


def parse_text(
    path: Path,
    layout: Layout,
    *,
    where: str,
    limit: int | None = None,
    kinds: ColumnKinds | None = None,
    line: int | None = None,
) -> tuple[pa.Table, EvenRows]:
    """Parse a text in UTF-8 of known layout: return its rows, and what is wrong with others.

    Parameters
    ----------
    path
        The text.
    layout
        Its layout.
    where
        Its name in messages.
    limit
        The most rows to read; None reads all.
    kinds
        What its columns hold. None finds it in the first rows.
    line
        Number of the line at the beginning of its body, for messages. None counts.
    """
    try:
        table, uneven = _parse(path, layout, where=where, limit=limit), EvenRows()
        is_uneven = has_shifted_row(table, kinds or kinds_in(table))
    except _RaggedError:
        is_uneven = True
    if is_uneven:
        first = _line_of(path, layout.body) if line is None else line
        table, uneven = _parse_ragged(
            path, layout, where=where, limit=limit, kinds=kinds, line=first
        )
    return table if layout.separator == "\t" else _without_tabs_at_ends(table, path), uneven


def frame_of(table: pa.Table, names: Sequence[str]) -> pd.DataFrame:
    """Return a table of texts as a frame with these names, made unique."""
    # Not Table.to_pandas: before pyarrow 24 its memory grows with the square of the columns.
    cells = {
        name: TEXT.__from_arrow__(values)  # type: ignore[attr-defined]  # absent from the stubs
        for name, values in zip(csv_layout.unique_names(names), table.columns, strict=True)
    }
    return pd.DataFrame(_without_unnamed(cells, names), copy=False)


def _without_unnamed(cells: dict[str, pd.Series], names: Sequence[str]) -> dict[str, pd.Series]:
    """Return the columns without those at the end that have neither name nor value.

    They come from separators at the ends of lines.
    """
    used = len(names)
    columns = [*cells]
    while used > 2 and not names[used - 1].strip() and cells[columns[used - 1]].isna().all():
        used -= 1
    return {name: cells[name] for name in columns[:used]}


def _without_tabs_at_ends(table: pa.Table, path: Path) -> pa.Table:
    """Return a table of texts without tabs at the ends of lines, but for those in quotes."""
    last = table.column(table.num_columns - 1)
    if not pc.any(pc.ends_with(last, "\t")).as_py() or not _has_tab_at_end(path):
        return table
    last = blanks_missing(pc.utf8_rtrim(last, "\t"))
    return table.set_column(table.num_columns - 1, table.field(table.num_columns - 1), last)


def _has_tab_at_end(path: Path) -> bool:
    with path.open("rb") as stream:
        lines = (line.rstrip(b"\r\n") for line in stream)
        return any(line.endswith(b"\t") and line.count(b'"') % 2 == 0 for line in lines)


def text_layout(path: Path, where: str) -> Layout:
    """Find the layout of a text; positions are those of bytes."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        while _lines_in(head) < _SAMPLE_LINES and (more := stream.read(_HEAD_BYTES)):
            head += more  # the names of all columns must be known
            if len(head) > _LONGEST_HEADER:
                break
        whole = not stream.read(1)
    mark = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    if not head[mark:].strip():
        raise FileError(f"{where} is empty; give a table with column names in its first line.")
    if not whole and not _lines_in(head):
        raise FileError(
            f"{where} is not a table: its first line is longer than {_LONGEST_HEADER >> 20} MB."
        )
    with as_file_error(f"{where} cannot be read as a table", cure=_CURE):
        # Each byte of latin-1 is a letter, so that positions in the text are those of bytes.
        layout = csv_layout.layout_of(head[mark:].decode("latin-1"), whole=whole)
    if len(layout.names) < 2:
        raise FileError(
            f"{where} is not a table: its first line has one column only; columns must be "
            f"separated by {', '.join(SEPARATORS.values())}, or by a sign that a first line "
            "such as sep=^ states."
        )
    if len(layout.names) > MOST_COLUMNS:
        raise FileError(
            f"{where} has {len(layout.names):,} columns; a table may have {MOST_COLUMNS:,}."
        )
    names, above = map(_as_text, layout.names), map(_as_text, layout.above)
    return replace(layout, names=list(names), above=tuple(above), body=layout.body + mark)


def _lines_in(head: bytes) -> int:
    return max(head.count(b"\n"), head.count(b"\r"))


def _parse(path: Path, layout: Layout, *, where: str, limit: int | None) -> pa.Table:
    """Parse with arrow; a cell may be as large as a block."""
    for block_bytes in (_BLOCK_BYTES, LARGEST_CELL):
        try:
            table = parse_rows(path, layout, block_bytes=block_bytes, limit=limit)
        except pa.ArrowInvalid as error:
            fault = str(error).splitlines()[0]
            if "Empty CSV" in fault:
                fields = [(str(n), pa.large_string()) for n in range(len(layout.names))]
                return pa.schema(fields).empty_table()
            if "columns, got" in fault:
                raise _RaggedError from error
            if "straddl" not in fault:
                raise FileError(f"{where} cannot be read as a table: {fault}.") from error
        else:
            if len(table) and limit is None:
                _require_closed_quote(path, table.column(table.num_columns - 1)[-1].as_py(), where)
            return table
    raise FileError(
        f"{where} has a cell of more than {LARGEST_CELL >> 20} MB, or a quotation mark that is "
        "never closed."
    )


def _parse_ragged(
    path: Path,
    layout: Layout,
    *,
    where: str,
    limit: int | None,
    kinds: ColumnKinds | None,
    line: int,
) -> tuple[pa.Table, EvenRows]:
    """Parse lines of unequal length: fill up short ones, set aside what is in wrong columns."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "table.csv"
        with (
            path.open(encoding="utf-8", newline="") as stream,
            copy.open("w", encoding="utf-8", newline="") as target,
            as_file_error(f"{where} cannot be read as a table", cure=_CURE),
        ):
            stream.seek(layout.body)
            uneven = write_even_rows(
                stream,
                target,
                separator=layout.separator,
                width=len(layout.names),
                line=line,
                limit=limit,
                blanks=AddedBlanks.of_short_lines(where, path.stat().st_size),
                kinds=kinds,
            )
        if limit is None:
            _require_closed_quote(path, uneven.last[-1], where)
        if uneven.set_aside and not uneven.kept:
            separators = SEPARATORS.get(layout.separator, layout.separator)
            first = uneven.set_aside[0]
            raise FileError(
                f"{where}: every line has more cells than the first "
                f"({f'{first.reason}: {first.text[:_SHOWN_LETTERS]}'!r}); put those that hold "
                f"{separators} in quotes, or separate them by semicolons."
            )
        return _parse(copy, replace(layout, body=0), where=where, limit=None), uneven


def _line_of(path: Path, position: int) -> int:
    """Return the number, from 1, of the line that begins at a position in bytes."""
    with path.open("rb") as stream:
        return 1 + _lines_in(stream.read(position))


def _as_text(latin: str) -> str:
    return latin.encode("latin-1").decode("utf-8", errors="replace")


def _require_closed_quote(path: Path, last: str | None, where: str) -> None:
    """Refuse a file whose end is one cell because a quotation mark is never closed."""
    if last is None or not {*"\r\n"} & set(last):
        return
    with path.open("rb") as stream:
        stream.seek(-min(path.stat().st_size, _TAIL_BYTES), os.SEEK_END)
        closed = stream.read().rstrip().endswith(b'"')
    if not closed:
        raise FileError(
            f"{where} has a quotation mark that is never closed, so that all lines after it are "
            f"one cell, which begins with {last[: _SHOWN_LETTERS // 2]!r}; close the mark or "
            "remove it."
        )


def _require_text(head: bytes, where: str) -> None:
    if head.startswith(b"%PDF") or b"\x00" in head:
        kind = "a PDF document" if head.startswith(b"%PDF") else "a binary file"
        cure = _OF_SHAPEFILE if where.casefold().endswith(".dbf") else ""
        raise FileError(f"{where} is not a CSV table but {kind}{cure}.")
