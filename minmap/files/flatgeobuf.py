"""Add up the header's texts and the geometries of a FlatGeobuf file, which may share their bytes.

The format: flatgeobuf.org, with header.fbs and feature.fbs of its project. A table of FlatBuffers
begins with the distance back to its vtable, which has two sizes and then, for each field, how far
it is from the table's start, or 0. Where a field refers to a value, it has the distance to it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from minmap.files.arcs import GROWTH_OF_ARC

_MAGIC_BYTES: Final = 8
# Fields of the header, and those with texts of it, of a column and of a CRS.
_HEADER_TYPE, _HEADER_COLUMNS, _HEADER_FEATURES, _HEADER_NODE_SIZE, _HEADER_CRS = 2, 7, 8, 9, 10
_HEADER_TEXTS, _COLUMN_TEXTS, _CRS_TEXTS = (0, 11, 12, 13), (0, 2, 3, 10), (0, 2, 3, 4, 5)
_NODE_BYTES, _NODE_SIZE = 40, 16  # of the index; its size unless the header has another
_GEOMETRY: Final = 0  # a field of a feature
_XY, _TYPE, _PARTS = 1, 6, 7  # fields of a geometry
_WITHOUT_PARTS: Final = frozenset({1, 2, 3, 4, 5, 13, 14, 17})  # points, lines and areas
_CURVES: Final = tuple(range(8, 13))  # from CircularString to MultiSurface
_DEEPEST: Final = 64  # parts in parts, as in GDAL's own check
_TABLE_BYTES: Final = 64  # that a geometry has in memory without its points
_COLUMN_BYTES: Final = 1024  # that a column has in memory without its texts
_Places = NDArray[np.int64]


def bytes_out(file: Path, most: int) -> int:
    """Return the bytes of the header's texts, and of all geometries with their parts.

    Each counts as often as it is used; geometries count only in a file where they have parts or
    arcs.
    """
    if file.stat().st_size <= _MAGIC_BYTES + 4:
        return 0
    content = _Content(file)
    header = content.root(np.array([_MAGIC_BYTES + 4]))
    texts = _bytes_of_header(content, header)
    kind = int(content.numbers(content.field(header, _HEADER_TYPE), "u1")[0])
    if texts > most or kind in _WITHOUT_PARTS:
        return texts
    first = _MAGIC_BYTES + 4 + content.number(_MAGIC_BYTES) + _index_bytes(content, header)
    features = np.fromiter(content.starts(first), np.int64)
    shapes = content.target(content.root(features), _GEOMETRY)
    return texts + _bytes_of(content, shapes, most, of_curves=kind in _CURVES)


def crs_texts(file: Path) -> list[str]:
    """Return the texts that define the CRS of a file."""
    if file.stat().st_size <= _MAGIC_BYTES + 4:
        return []
    content = _Content(file)
    systems = content.target(content.root(np.array([_MAGIC_BYTES + 4])), _HEADER_CRS)
    found = []
    for field in _CRS_TEXTS:
        start = int(content.target(systems, field)[0])
        if start == 0:
            continue
        letters = content.letters[start + 4 : start + 4 + content.number(start)]
        found.append(letters.tobytes().decode("utf-8", errors="replace"))
    return found


def _bytes_of_header(content: _Content, header: _Places) -> int:
    """Return the bytes of the texts of a file, its columns and its CRS."""
    listed = content.target(header, _HEADER_COLUMNS)
    count = min(int(content.numbers(listed)[0]), len(content.letters) // 4)
    columns = content.root(listed + 4 + 4 * np.arange(count))
    systems = content.target(header, _HEADER_CRS)
    texts = [(header, _HEADER_TEXTS), (columns, _COLUMN_TEXTS), (systems, _CRS_TEXTS)]
    lengths = (
        int(content.numbers(content.target(tables, field)).sum())
        for tables, fields in texts
        for field in fields
    )
    return count * _COLUMN_BYTES + sum(lengths)


def _bytes_of(content: _Content, tables: _Places, most: int, *, of_curves: bool) -> int:
    """Return the bytes of geometries, level by level of parts, up to a few more than `most`."""
    times: NDArray[Any] = np.ones(len(tables))
    total = 0.0
    for _ in range(_DEEPEST):
        points, parts = content.target(tables, _XY), content.target(tables, _PARTS)
        kinds = content.numbers(content.field(tables, _TYPE), "u1")
        each = np.where(of_curves | np.isin(kinds, _CURVES), 8 * GROWTH_OF_ARC, 8)
        total += float((times * (_TABLE_BYTES + each * content.numbers(points))).sum())
        counts = content.numbers(parts)
        if max(total, float(counts.sum()) * _TABLE_BYTES) > most:
            return most + 1
        if not counts.any():
            return int(total)
        owners = np.repeat(np.arange(len(tables)), counts)
        order = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        parts_at = content.root(parts[owners] + 4 + 4 * order)
        tables, same = np.unique(parts_at, return_inverse=True)
        times = np.bincount(same, times[owners])
    return most + 1


def _index_bytes(content: _Content, header: _Places) -> int:
    """Return the size of the packed R-tree: its leaves are the features."""
    features = int(content.field(header, _HEADER_FEATURES)[0])
    at = int(content.field(header, _HEADER_NODE_SIZE)[0])
    count = content.number(features) + (content.number(features + 4) << 32) if features else 0
    size = content.number(at) & 0xFFFF if at else _NODE_SIZE
    if size == 0 or count == 0:
        return 0
    nodes = level = count
    while level > 1:
        level = -(-level // max(size, 2))
        nodes += level
    return nodes * _NODE_BYTES


class _Content:
    """The bytes of a file; places outside it are taken for its end, where the value is 0."""

    def __init__(self, file: Path) -> None:
        self.letters: NDArray[Any] = np.memmap(file, np.uint8, "r")
        self._size = len(self.letters) - 4

    def number(self, at: int) -> int:
        """Return the whole number of four bytes at a place."""
        return int.from_bytes(self.letters[at : at + 4].tobytes(), "little")

    def numbers(self, at: _Places, kind: str = "<u4") -> _Places:
        """Return the numbers at places; 0 at the place 0, which has the format's name."""
        every = np.ndarray((self._size,), kind, self.letters, strides=(1,))
        inside = (at > 0) & (at < self._size)
        return np.where(inside, every[np.where(inside, at, 0)], 0).astype(np.int64)

    def root(self, at: _Places) -> _Places:
        """Return the positions of the tables to which the offsets at these positions lead."""
        return at + self.numbers(at)

    def field(self, tables: _Places, number: int) -> _Places:
        """Return where a field of tables is; 0 if it has none."""
        vtables = tables - self.numbers(tables, "<i4")
        place = 4 + 2 * number
        offsets = self.numbers(vtables + place, "<u2")
        has_it = (self.numbers(vtables, "<u2") > place) & (offsets > 0)
        return np.where(has_it, tables + offsets, 0)

    def target(self, tables: _Places, number: int) -> _Places:
        """Return where the values are to which a field of tables refers; 0 without one."""
        places = self.field(tables, number)
        return np.where(places > 0, self.root(places), 0)

    def starts(self, at: int) -> Iterator[int]:
        """Yield where features begin; the size of each is before it."""
        content, size_at = self.letters.data, struct.Struct("<I").unpack_from
        while at < self._size:
            yield at + 4
            at += 4 + size_at(content, at)[0]
