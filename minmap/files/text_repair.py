"""Text as parsed, byte by byte, made into text: foreign cells decoded, damage counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from minmap.files.encoding import Guess, guess, is_utf8

_LOST: Final = "\ufffd".encode()
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
# A short text in GBK may be UTF-8 by chance; letters of the other code pages hardly ever are.
_BY_CHANCE: Final = ("gb18030",)
_MOSTLY: Final = 0.8


@dataclass(frozen=True)
class Mended:
    """A table of text that is all UTF-8, its names, and what had to be said."""

    table: pa.Table
    names: list[str]
    notes: list[str]


@dataclass
class _Survey:
    """What bytes there are in the cells."""

    foreign: list[tuple[int, int]]  # column and chunk that are not UTF-8
    native: list[tuple[int, int]]  # column and chunk that are, with letters beyond ASCII
    lost: int = 0
    zeros: int = 0


def mend(table: pa.Table, names: Sequence[bytes], *, encoding: str | None = None) -> Mended | Guess:
    """Decode what is not UTF-8, if only part of the cells is not.

    Parameters
    ----------
    table
        Columns of the type large_string whose bytes were never checked.
    names
        Names of the columns.
    encoding
        The encoding that the text came from, for messages; None if it is as in the file.

    Returns
    -------
    Mended or Guess
        The table in UTF-8; or the encoding that the whole text is in, if hardly any cell with
        letters beyond ASCII is UTF-8: then the file has to be decoded before it is parsed.
    """
    survey = _survey(table)
    notes = _notes(survey, encoding)
    bad_names = [name for name in names if not is_utf8(name)]
    if not survey.foreign and not bad_names:
        return Mended(table, [name.decode() for name in names], notes)
    there = [*_cells(table, survey.foreign), *(name for name in names if not name.isascii())]
    cells = [cell for cell in there if not is_utf8(cell)]
    found = guess(cells)
    if found.encoding in _BY_CHANCE:
        there += _cells(table, survey.native)
    mixed = len(there) > len(cells) or bool(survey.native)
    if not mixed or (found.encoding in _BY_CHANCE and len(cells) > _MOSTLY * len(there)):
        return found
    said = (
        f"{len(cells):,} cells are not UTF-8, as the others are, and were read as {found.text}; "
        "pass encoding= to read all in one encoding."
    )
    decoded = [
        name.decode() if is_utf8(name) else _decode(name, found.encoding).decode() for name in names
    ]
    return Mended(_decoded(table, survey.foreign, found.encoding), decoded, [said, *notes])


def _survey(table: pa.Table) -> _Survey:
    survey = _Survey([], [])
    for position, column in enumerate(table.columns):
        for number, chunk in enumerate(column.chunks):
            content = _bytes_of(chunk)
            if not len(content):
                continue
            if content.min() == 0:
                survey.zeros += int((content == 0).sum())
            if content.max() < 0x80:
                continue
            raw = content.tobytes()
            survey.lost += raw.count(_LOST)
            (survey.native if _valid(chunk) else survey.foreign).append((position, number))
    return survey


def _bytes_of(chunk: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Return the bytes of all cells of a chunk, one after the other."""
    _, offsets, content = chunk.buffers()
    if content is None or not len(chunk):
        return np.empty(0, np.uint8)
    ends = np.frombuffer(offsets, np.int64, len(chunk) + 1, chunk.offset * 8)
    return np.frombuffer(content, np.uint8)[ends[0] : ends[-1]]


def _valid(chunk: pa.Array) -> bool:
    try:
        chunk.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _notes(survey: _Survey, encoding: str | None) -> list[str]:
    notes = []
    if survey.lost:
        which = f" or are not {encoding}" if encoding else ""
        notes.append(
            f"{survey.lost:,} letters are U+FFFD: they were lost before{which}, and are left so."
        )
    if survey.zeros:
        notes.append(f"{survey.zeros:,} zero bytes stand in the text and are left there.")
    return notes


def _cells(table: pa.Table, places: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    for position, number in places:
        chunk = table.column(position).chunk(number).view(pa.large_binary())
        yield from (cell for cell in chunk.to_pylist() if cell and not cell.isascii())


def _decoded(table: pa.Table, places: Sequence[tuple[int, int]], encoding: str) -> pa.Table:
    for position in sorted({position for position, _ in places}):
        chunks = list(table.column(position).chunks)
        for number in [number for column, number in places if column == position]:
            cells = chunks[number].view(pa.large_binary()).to_pylist()
            chunks[number] = pa.array(
                [c if c is None or is_utf8(c) else _decode(c, encoding) for c in cells],
                pa.large_binary(),
            ).view(pa.large_string())
        table = table.set_column(position, table.field(position), pa.chunked_array(chunks))
    return table


def _decode(cell: bytes, encoding: str) -> bytes:
    """Decode a cell to UTF-8; what is UTF-8 in it stays, where letters are single bytes."""
    if encoding == "gb18030":
        return cell.decode(encoding, errors="replace").encode()
    return _HIGH_RUN.sub(lambda run: _decode_run(run.group(), encoding), cell)


def _decode_run(run: bytes, encoding: str) -> bytes:
    return run if is_utf8(run) else run.decode(encoding, errors="replace").encode()
