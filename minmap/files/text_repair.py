"""Decode cells of bytes to text: whole tables in UTF-8, and single cells in another encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from minmap.files.encoding import MULTI_BYTE, Guess, guess, is_utf8
from minmap.types import Bytes

_LOST: Final = "\ufffd".encode()
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_MOSTLY: Final = 0.8


@dataclass(frozen=True)
class DecodedTable:
    """A table of UTF-8 text, the names of its columns, and notes on the decoding."""

    table: pa.Table
    names: list[str]
    notes: list[str]


def decode_cells(
    table: pa.Table, names: Sequence[bytes], *, encoding: str | None = None
) -> DecodedTable | Guess:
    """Decode the cells that are not UTF-8, if other cells are.

    Parameters
    ----------
    table
        Columns of the type large_string whose bytes have not been checked.
    names
        Names of the columns.
    encoding
        The encoding that the text was converted from, for messages; None if it is as in the file.

    Returns
    -------
    DecodedTable or Guess
        The table in UTF-8; or the encoding of the whole text, if hardly any cell with letters
        beyond ASCII is UTF-8. In that case the file must be converted before it is parsed.
    """
    foreign, native, notes = _survey(table, encoding)
    if not foreign and all(map(is_utf8, names)):
        return DecodedTable(table, [name.decode() for name in names], notes)
    high = [*_high_cells(table, foreign), *(name for name in names if not name.isascii())]
    cells = [cell for cell in high if not is_utf8(cell)]
    found = guess(cells)
    # A short text in such an encoding may be UTF-8 by chance; in the others hardly ever.
    by_chance = found.encoding in MULTI_BYTE
    if by_chance:
        high += _high_cells(table, native)
    is_mixed = len(high) > len(cells) or bool(native)
    if not is_mixed or (by_chance and len(cells) > _MOSTLY * len(high)):
        return found
    note = (
        f"{len(cells):,} cells are not UTF-8, as the others are, and were read as {found.text}; "
        "pass encoding= to read all in one encoding."
    )
    for position, number in foreign:
        table = _with_decoded_chunk(table, position, number, found.encoding)
    decoded = [_decode(name, found.encoding).decode() for name in names]
    return DecodedTable(table, decoded, [note, *notes])


def _survey(
    table: pa.Table, encoding: str | None
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[str]]:
    """Find the chunks that have bytes beyond ASCII.

    Return (column, chunk) pairs that are not UTF-8, pairs that are, and notes on lost letters.
    """
    foreign, native = list[tuple[int, int]](), list[tuple[int, int]]()
    lost = zeros = 0
    for position, column in enumerate(table.columns):
        for number, chunk in enumerate(column.chunks):
            content = _bytes_of(chunk)
            if not len(content):
                continue
            if content.min() == 0:
                zeros += int((content == 0).sum())
            if content.max() >= 0x80:
                lost += content.tobytes().count(_LOST)
                (native if _is_valid(chunk) else foreign).append((position, number))
    notes = list[str]()
    if lost:
        reason = f" or are not {encoding}" if encoding else ""
        notes.append(
            f"{lost:,} letters are U+FFFD: they were lost before{reason}, and are left so."
        )
    if zeros:
        notes.append(f"{zeros:,} zero bytes stand in the text and are left there.")
    return foreign, native, notes


def _bytes_of(chunk: pa.Array) -> Bytes:
    """Return the bytes of all cells of a chunk, one after the other."""
    _, offsets, content = chunk.buffers()
    if content is None or not len(chunk):
        return np.empty(0, np.uint8)
    ends = np.frombuffer(offsets, np.int64, len(chunk) + 1, chunk.offset * 8)
    return np.frombuffer(content, np.uint8)[ends[0] : ends[-1]]


def _is_valid(chunk: pa.Array) -> bool:
    try:
        chunk.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _high_cells(table: pa.Table, chunks: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    """Yield the cells of some chunks that have bytes beyond ASCII."""
    for position, number in chunks:
        chunk = table.column(position).chunk(number).view(pa.large_binary())
        yield from (cell for cell in chunk.to_pylist() if cell and not cell.isascii())


def _with_decoded_chunk(table: pa.Table, position: int, number: int, encoding: str) -> pa.Table:
    chunks = list(table.column(position).chunks)
    cells = chunks[number].view(pa.large_binary()).to_pylist()
    decoded = [None if cell is None else _decode(cell, encoding) for cell in cells]
    chunks[number] = pa.array(decoded, pa.large_binary()).view(pa.large_string())
    return table.set_column(position, table.field(position), pa.chunked_array(chunks))


def _decode(cell: bytes, encoding: str) -> bytes:
    """Return a cell in UTF-8; runs of bytes that are UTF-8 stay, where letters are single bytes."""
    if is_utf8(cell):
        return cell
    if encoding in MULTI_BYTE:
        return cell.decode(encoding, errors="replace").encode()
    return _HIGH_RUN.sub(lambda run: _decode_run(run.group(), encoding), cell)


def _decode_run(run: bytes, encoding: str) -> bytes:
    return run if is_utf8(run) else run.decode(encoding, errors="replace").encode()
