"""Add up a drawing (DXF) in which each block counts as often as it is drawn.

DXF Reference: a file is pairs of lines, a group code and a value. Code 0 begins a record. A record
BLOCK, with its name under code 2, begins a block, to which all records belong until ENDBLK. INSERT
draws the block of its code 2 in as many columns and rows as its codes 70 and 71 say, DIMENSION
draws one, and LEADER and MULTILEADER draw those whose handles they or a DIMSTYLE have.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

_RECORD_BYTES: Final = 64  # that a record has in memory beyond those of its lines
_WITH_HANDLES: Final = frozenset({b"DIMSTYLE", b"LEADER", b"MULTILEADER", b"MLEADER"})
_ENDS: Final = frozenset({b"ENDBLK", b"ENDSEC"})
_KINDS: Final = (
    frozenset({b"BLOCK", b"BLOCK_RECORD", b"INSERT", b"DIMENSION"}) | _WITH_HANDLES | _ENDS
)
_INITIALS: Final = sorted({kind[0] for kind in _KINDS})
_NAME, _HANDLE, _COLUMNS, _ROWS, _LEADER_LINE = 2, 5, 70, 71, 304
_BLOCK_HANDLES: Final = frozenset({*range(340, 350), 1005})
_NUMBER: Final = re.compile(rb"\s*([+-]?\d+)")  # what atoi of C reads; it is 0 without a number
_LONGEST_NAME: Final = 256  # letters that GDAL compares
_ENTITIES, _STYLES = b"\n", b"\n\n"  # in place of names, which have no line ends
_Pairs = list[tuple[int, bytes]]


def bytes_out(file: Path, most: int) -> int:
    """Return the bytes of a drawing with its blocks, each as often as it is drawn.

    Blocks that contain themselves count as too many bytes.

    Raises
    ------
    ValueError
        If its lines do not end with LF or CR LF, a group code is negative, or a block begins
        inside another: readers differ on such files.
    """
    content = file.read_bytes().replace(b"\r\n", b"\n") + b"\n\n\0\0"
    if b"\r" in content:
        raise ValueError("its lines end neither with LF nor with CR LF")
    blocks = _Blocks(most)
    for before, kind, pairs in _records(content):
        blocks.add(before, kind, pairs)
    return blocks.drawn()


class _Blocks:
    """The bytes of blocks by their names, and which blocks they draw, and how often."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._own = Counter[bytes]()
        self._drawn = Counter[tuple[bytes, bytes]]()  # by the block that draws, and the other
        self._by_leaders = Counter[tuple[bytes, bytes]]()  # by handles in place of names
        self._names = dict[bytes, bytes]()  # by handles
        self._open = _ENTITIES

    def add(self, before: int, kind: bytes, pairs: _Pairs) -> None:
        """Add a record, and the bytes of those before it."""
        values, block = dict(pairs), self._open
        name = values.get(_NAME, b"")[:_LONGEST_NAME]
        self._own[block] += before
        if kind in _ENDS:
            self._open = _ENTITIES
        elif kind == b"BLOCK":
            if block != _ENTITIES:
                raise ValueError("a block begins inside another")
            self._open = name
        elif kind == b"BLOCK_RECORD":
            self._names[values.get(_HANDLE, b"")] = name
        elif kind in _WITH_HANDLES:
            lines = 1 + sum(code == _LEADER_LINE for code, _ in pairs)
            by = _STYLES if kind == b"DIMSTYLE" else block
            self._drawn[block, _STYLES] += lines
            for handle in {value for code, value in pairs if code in _BLOCK_HANDLES}:
                self._by_leaders[by, handle] += lines
        else:
            columns, rows = (max(1, _number(values.get(code, b"1"))) for code in (_COLUMNS, _ROWS))
            times = min(columns * rows, self._most)
            self._own[block] += times * _RECORD_BYTES
            self._drawn[block, name] += times

    def drawn(self) -> int:
        """Return the bytes of all blocks, and of the drawing."""
        for (block, handle), times in self._by_leaders.items():
            if handle in self._names:
                self._drawn[block, self._names[handle]] += times
        parts = defaultdict[bytes, dict[bytes, int]](dict)
        for (block, name), times in self._drawn.items():
            parts[block][name] = times
        sizes = Counter[bytes]()
        try:
            for block in TopologicalSorter(parts).static_order():
                size = sum(times * sizes[name] for name, times in parts[block].items())
                sizes[block] = min(self._own[block] + size, self._most + 1)
        except CycleError:
            return self._most + 1
        return sum(self._own.values()) + sizes[_ENTITIES]


def _records(content: bytes) -> Iterator[tuple[int, bytes, _Pairs]]:
    """Yield each record of `_KINDS`: the bytes since the last, its kind, and its pairs."""
    letters = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(letters == ord("\n"))
    codes = np.concatenate([[0], ends[1:-1:2] + 1])
    records = np.flatnonzero(_may_be_zero(letters, codes))
    initials = letters[ends[::2][records] + 1] & 0xDF  # as capitals
    starts = [*codes[records].tolist(), len(content)]
    last = 0
    for number in np.flatnonzero(np.isin(initials, _INITIALS)).tolist():
        start, end = starts[number], number + 1
        value = content.find(b"\n", start) + 1
        kind = content[value : content.find(b"\n", value)].upper()
        if kind in _KINDS and not _number(content[start:value]):
            while end < len(records) and _number(
                content[starts[end] : content.find(b"\n", starts[end])]
            ):
                end += 1
            lines = content[start : starts[end]].split(b"\n")[2:]
            yield start - starts[last] + (number - last) * _RECORD_BYTES, kind, _pairs(lines)
            last = number
    rest = len(content) - starts[last] + (len(records) - last) * _RECORD_BYTES
    yield rest, b"ENDSEC", []


def _pairs(lines: list[bytes]) -> _Pairs:
    codes = [_number(code) for code in lines[::2]]
    if min(codes, default=0) < 0:  # GDAL would read no further
        raise ValueError("a group code is negative")
    return [*zip(codes, lines[1::2], strict=False)]


def _may_be_zero(letters: NDArray[np.uint8], codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return for each group code whether it may be 0: up to two spaces and 1 to 9 are not."""
    result = np.zeros(len(codes), bool)
    blank = np.ones(len(codes), bool)
    for place in range(3):
        letter = letters[codes + place]
        result |= blank & (letter != ord(" ")) & ((letter < ord("1")) | (letter > ord("9")))
        blank &= letter == ord(" ")
    return result | blank


@lru_cache(1 << 12)
def _number(line: bytes) -> int:
    found = _NUMBER.match(line)
    return int(found[1]) if found else 0
