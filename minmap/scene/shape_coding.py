"""The coding of the base map's shapes: few bytes, and cells that can be taken out singly.

Lines and areas are cut into the cells of a zoom level. Coordinates are whole steps of the grid of
`minmap.scene.world_grid` from the north-west corner of the cell, and stored as differences: of the
first vertex of a shape from that of the shape before, of every other vertex from the vertex before.
A difference n is written as 2n, or as -2n - 1 if it is negative, and every number in base 128, the
lowest digit first, with 128 added to all digits but the last.

The numbers are, in this order: the zoom of the cells; the exponent of 2 of a step; the number of
cells; for each cell its x, its y and the bytes of its four streams; the first streams of all cells,
the second ones, the third and the fourth. The streams of a cell are

1. runs of shapes of one kind: twice the kind, one more for areas, and the number of shapes;
2. for each area the number of its rings, and for each ring or line the number of its vertices;
3. and 4. the differences of x and of y. A ring does not repeat its first vertex.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import shapely

from minmap.scene.world_grid import WORLD, z_order
from minmap.types import AnyArray, Geometries, Integers

_STREAMS: Final = 4
_POLYGON: Final = shapely.GeometryType.POLYGON


class Cell(NamedTuple):
    """A cell by its column from the west and its row from the north."""

    x: int
    y: int


@dataclass(frozen=True)
class CodedCells:
    """Coded shapes by the cells of a zoom level.

    Attributes
    ----------
    zoom
        The zoom of the cells; there are ``4**zoom`` in the world.
    bits
        A step is ``2**bits`` units of the world's grid.
    streams
        The four streams of each cell.
    """

    zoom: int
    bits: int
    streams: dict[Cell, tuple[bytes, ...]]

    @classmethod
    def of(cls, data: bytes) -> CodedCells:
        """Return the cells of bytes that `packed` made."""
        numbers, at = _leading(data, 3)
        zoom, bits, count = numbers
        heads, at = _leading(data, count * (2 + _STREAMS), at)
        rows = np.array(heads).reshape(count, 2 + _STREAMS)
        streams: dict[Cell, list[bytes]] = {Cell(x, y): [] for x, y in rows[:, :2].tolist()}
        for sizes in rows[:, 2:].T.tolist():
            for kept, size in zip(streams.values(), sizes, strict=True):
                kept.append(data[at : at + size])
                at += size
        return cls(zoom, bits, {cell: tuple(kept) for cell, kept in streams.items()})

    def packed(self) -> bytes:
        """Return the cells as bytes, which `of` reads."""
        heads = [[*cell, *map(len, streams)] for cell, streams in self.streams.items()]
        numbers = [self.zoom, self.bits, len(heads), *(n for head in heads for n in head)]
        parts = [kept[n] for n in range(_STREAMS) for kept in self.streams.values()]
        return _varints(np.array(numbers)) + b"".join(parts)

    def only(self, cells: Collection[Cell]) -> CodedCells:
        """Return some of the cells, in their order here."""
        kept = {cell: streams for cell, streams in self.streams.items() if cell in cells}
        return CodedCells(self.zoom, self.bits, kept)

    def size(self, cell: Cell) -> int:
        """Return the bytes of a cell before they are compressed."""
        return sum(map(len, self.streams[cell]))

    def shapes(self, cell: Cell) -> tuple[Geometries, Integers]:
        """Return the shapes of a cell in units of the world's grid, and the kind of each."""
        runs, sizes, dx, dy = map(_numbers, self.streams[cell])
        codes = np.repeat(runs[::2], runs[1::2])
        is_area = codes % 2 == 1
        rings, ring_sizes = _ring_sizes(is_area, sizes)
        of_ring = np.concatenate([[0], np.cumsum(ring_sizes)])
        of_shape = of_ring[np.concatenate([[0], np.cumsum(rings)])]
        side, step = WORLD >> self.zoom, 1 << self.bits
        axes = ((dx, cell.x), (dy, cell.y))
        xy = np.column_stack([_summed(_signed(d), of_shape) * step + at * side for d, at in axes])
        lines = [xy[a:b] for a, b in pairwise(of_ring.tolist())]
        shapes, at = np.empty(len(codes), dtype=object), 0
        for row, (area, count) in enumerate(zip(is_area.tolist(), rings.tolist(), strict=True)):
            own = lines[at : at + count]
            shapes[row] = shapely.Polygon(own[0], own[1:]) if area else shapely.LineString(own[0])
            at += count
        return shapes, codes >> 1


def coded(
    pieces: Iterable[tuple[Cell, Geometries, Sequence[int]]], *, zoom: int, bits: int
) -> CodedCells:
    """Code shapes: for each cell polygons and lines in units of the world's grid, and their kinds.

    Vertices are rounded to steps. Shapes that shrink to nothing are left out. Those of one kind
    follow one another along the Z-order curve; a line may be turned round.
    """
    cells = {
        cell: _streams(cell, shapes, np.asarray(kinds), zoom=zoom, bits=bits)
        for cell, shapes, kinds in sorted(pieces, key=lambda piece: piece[0])
    }
    return CodedCells(zoom, bits, {cell: streams for cell, streams in cells.items() if streams[0]})


def _streams(
    cell: Cell, shapes: Geometries, kinds: AnyArray, *, zoom: int, bits: int
) -> tuple[bytes, ...]:
    corner = np.array(cell) * (WORLD >> zoom)
    found = []
    for shape, kind in zip(shapes, kinds.tolist(), strict=True):
        is_area = shapely.get_type_id(shape) == _POLYGON
        given = shapely.get_rings(shape) if is_area else [shape]
        lines = [
            _rounded((shapely.get_coordinates(one) - corner) / (1 << bits), is_area)
            for one in given
        ]
        kept = [line for line in lines if len(line) > 1 + is_area]
        if len(lines[0]) > 1 + is_area:
            found.append((kind * 2 + is_area, kept))
    # Along the curve from beyond the cell's margin, where coordinates are below zero.
    starts = np.array([lines[0][0] for _, lines in found]).reshape(-1, 2) + (1 << 20)
    curve = np.empty(len(found), dtype=np.int64)
    curve[z_order(*starts.T.astype(np.int32))] = np.arange(len(found))
    order = sorted(range(len(found)), key=lambda n: (found[n][0], curve[n]))
    return _written([found[n] for n in order])


def _written(shapes: list[tuple[int, list[Integers]]]) -> tuple[bytes, ...]:
    runs: list[list[int]] = []
    sizes: list[int] = []
    steps: list[Integers] = [np.empty((0, 2), dtype=np.int64)]
    before = np.zeros((1, 2), dtype=np.int64)
    for code, lines in shapes:
        if runs and runs[-1][0] == code:
            runs[-1][1] += 1
        else:
            runs.append([code, 1])
        sizes += [*([len(lines)] if code % 2 else []), *map(len, lines)]
        vertices = np.concatenate(lines)
        steps.append(np.diff(vertices, axis=0, prepend=before))
        before = vertices[:1]
    flat = np.concatenate(steps)
    zigzag = (flat << 1) ^ (flat >> 63)
    return tuple(map(_varints, (np.array(runs).ravel(), np.array(sizes), *zigzag.T)))


def _rounded(line: AnyArray, is_area: bool) -> Integers:  # noqa: FBT001
    """Return a line in whole steps without repeated vertices; a ring without its end."""
    whole = np.round(line).astype(np.int64)
    moved = np.concatenate([[True], (np.diff(whole, axis=0) != 0).any(axis=1)])
    kept: Integers = whole[moved]
    if is_area:
        return kept[:-1]
    return kept[::-1] if tuple(kept[-1]) < tuple(kept[0]) else kept


def _ring_sizes(is_area: AnyArray, sizes: Integers) -> tuple[Integers, Integers]:
    """Return the number of rings or lines of each shape, and their numbers of vertices."""
    rings, kept, at = [], [], 0
    given = sizes.tolist()
    for area in is_area.tolist():
        count = given[at] if area else 1
        at += area
        rings.append(count)
        kept += given[at : at + count]
        at += count
    return np.array(rings, dtype=np.int64), np.array(kept, dtype=np.int64)


def _summed(steps: Integers, starts: Integers) -> Integers:
    """Return coordinates from differences; `starts` are where shapes begin, and the end."""
    sums = np.cumsum(steps)
    first = starts[:-1]
    begins = np.cumsum(steps[first])
    return np.asarray(sums + np.repeat(begins - sums[first], np.diff(starts)))


def _signed(zigzag: Integers) -> Integers:
    return np.asarray((zigzag >> 1) ^ -(zigzag & 1))


def _varints(numbers: AnyArray) -> bytes:
    """Return numbers in base 128, the lowest digit first, 128 added to all but the last."""
    left = numbers.astype(np.uint64)
    counts = np.ones(len(left), dtype=np.int64)
    for shift in range(7, 64, 7):
        counts += left >> np.uint64(shift) > 0
    ends = np.cumsum(counts)
    place = np.arange(counts.sum()) - np.repeat(ends - counts, counts)
    digits = (np.repeat(left, counts) >> (7 * place).astype(np.uint64)) & np.uint64(127)
    digits[place < np.repeat(counts, counts) - 1] += np.uint64(128)
    return digits.astype(np.uint8).tobytes()


def _numbers(data: bytes) -> Integers:
    """Return the numbers that `_varints` wrote."""
    digits = np.frombuffer(data, dtype=np.uint8).astype(np.int64)
    ends = np.flatnonzero(digits < 128)
    starts = np.concatenate([[0], ends[:-1] + 1])
    place = np.arange(len(digits)) - np.repeat(starts, ends - starts + 1)
    return np.asarray(np.add.reduceat((digits & 127) << (7 * place), starts)) if len(ends) else ends


def _leading(data: bytes, count: int, at: int = 0) -> tuple[list[int], int]:
    """Return some numbers from a position on, and the position after them."""
    numbers = []
    for _ in range(count):
        number = shift = 0
        while True:
            digit = data[at]
            at += 1
            number |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                break
        numbers.append(number)
    return numbers, at
