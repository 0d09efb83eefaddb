"""The shapes of the base map: what each is, and the cells of them that a map needs."""

from __future__ import annotations

import gzip
from enum import IntEnum
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from minmap.compression import gzipped
from minmap.scene.ground_files import ground_file
from minmap.scene.shape_coding import Cell, CodedCells
from minmap.types import Booleans, Integers

OPENSTREETMAP: Final = {
    "title": "OpenStreetMap",
    "citation": "© OpenStreetMap contributors; roads of 5 and 6 August 2021",
    "licence": "ODbL 1.0",
    "url": "https://www.openstreetmap.org/copyright",
    "vintage": "2021-08",
}
"""Where roads in twelve countries and railways come from."""
DATA_ZOOM: Final = 7
"""The records of a map are counted in the cells of this zoom."""


class Ground(IntEnum):
    """What a shape of the base map is."""

    LAND = 0
    LAKE = 1
    GLACIER = 2
    PLAYA = 3
    URBAN = 4
    RIVER = 5
    PROVINCE = 6
    MINOR_PROVINCE = 7
    BORDER = 8
    DISPUTED = 9
    RAIL = 10
    MOTORWAY = 11
    TRUNK = 12
    PRIMARY = 13
    SECONDARY = 14
    TERTIARY = 15


PLAIN: Final = (Ground.LAND, Ground.LAKE, Ground.RIVER, Ground.BORDER, Ground.DISPUTED)
"""What a plain base map has."""
FROM_ZOOM: Final = (0, 0, 6, 7, 6, 0, 5, 8, 0, 0, 6, 6, 6, 7, 7, 8)
"""The zoom from which each `Ground` is drawn."""
REGION_ZOOM: Final = 6
"""From this zoom on, the finer shapes of the region replace those of the world."""


class Level(NamedTuple):
    """Shapes that the base map adds from a zoom on.

    Attributes
    ----------
    reach
        A page has the cells up to this many cells of `DATA_ZOOM` from its data.
    most
        The most bytes of them, before they are compressed.
    is_whole
        Whether a page also has the other cells of the rectangle around these, so that detail does
        not end between its data.
    """

    reach: int
    most: int
    is_whole: bool = True


FROM_OPENSTREETMAP: Final = ("routes", "local")
"""The levels that have some data of OpenStreetMap."""
LEVELS: Final = {
    "region": Level(reach=1, most=250_000),
    "routes": Level(reach=1, most=260_000),
    "local": Level(reach=0, most=110_000, is_whole=False),
}
"""Land, waters, borders and built-up areas in detail; railways and main roads; other roads."""
_SMALL: Final = 235_000
"""The most bytes of all levels of a map of a small region, before they are compressed."""
FARTHEST: Final = 6
"""A page has no cell that is farther from its data, in cells of `DATA_ZOOM`."""


@cache
def level_cells(name: str) -> CodedCells:
    """Return the cells of a level: ``"world"``, or one of `LEVELS`."""
    return CodedCells.of(gzip.decompress(ground_file(f"{name}.gz")))


@cache
def _packed(name: str, cells: tuple[Cell, ...]) -> bytes:
    return gzipped(level_cells(name).only(cells).packed(), level=9)


def packed_world() -> bytes:
    """Return the shapes of the whole world, compressed."""
    return ground_file("world.gz")


def packed_level(name: str, counts: Integers) -> bytes:
    """Return the cells of a level that `cells_near` finds for numbers of records, compressed."""
    return _packed(name, cells_near(name, counts))


def cells_near(name: str, counts: Integers) -> tuple[Cell, ...]:
    """Return the cells of a level near the records of a map, whose numbers are by y and x.

    The nearest come first, and of these those with the most records, until the level's bytes are
    used up. A map of a small region has the local roads of one more cell around its data, so that
    they do not end within the first view.
    """
    level = LEVELS[name]
    if not counts.any():
        return ()
    if name == "local":
        wider = level._replace(reach=level.reach + 1, most=_SMALL - _bytes_beside(counts))
        cells, is_cut = _nearest(name, wider, counts)
        if not is_cut:
            return cells
    return _nearest(name, level, counts)[0]


def _bytes_beside(counts: Integers) -> int:
    """Return the bytes of the levels other than local roads."""
    return sum(
        level_cells(name).size(cell)
        for name in LEVELS
        if name != "local"
        for cell in cells_near(name, counts)
    )


def _nearest(name: str, level: Level, counts: Integers) -> tuple[tuple[Cell, ...], bool]:
    """Return the cells that a level's reach and bytes allow, and whether bytes left some out."""
    coded = level_cells(name)
    per_side = 1 << (DATA_ZOOM - coded.zoom)
    blocks = (counts.shape[0] // per_side, per_side, counts.shape[1] // per_side, per_side)
    gaps = _gaps(counts > 0, FARTHEST).reshape(blocks).min(axis=(1, 3))
    records = counts.reshape(blocks).sum(axis=(1, 3))
    is_near = gaps <= level.reach
    if level.is_whole:
        is_near = (gaps <= FARTHEST) & _rectangle(is_near)
    cells = [cell for cell in coded.streams if is_near[cell.y, cell.x]]
    cells.sort(key=lambda cell: (gaps[cell.y, cell.x], -records[cell.y, cell.x], cell))
    ends = np.cumsum([coded.size(cell) for cell in cells])
    count = int(np.searchsorted(ends, level.most, side="right"))
    return tuple(cells[:count]), count < len(cells)


def _rectangle(has_data: Booleans) -> Booleans:
    """Return which cells the rectangle around those with data has."""
    rows, columns = (_span(np.logical_or.reduce(has_data, axis=axis)) for axis in (1, 0))
    return np.asarray(rows[:, None] & columns)


def _span(has_data: Booleans) -> Booleans:
    """Return which places lie between the first and the last with data."""
    return np.asarray(
        np.logical_or.accumulate(has_data) & np.logical_or.accumulate(has_data[::-1])[::-1]
    )


def _gaps(has_data: Booleans, most: int) -> Integers:
    """Return how many steps, up to one more than `most`, it is from each cell to one with data."""
    gaps = np.where(has_data, 0, most + 1)
    for gap in range(1, most + 1):
        is_near = sliding_window_view(np.pad(gaps < gap, 1), (3, 3)).any(axis=(2, 3))
        gaps = np.minimum(gaps, np.where(is_near, gap, most + 1))
    return gaps
