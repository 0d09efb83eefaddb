"""The rooms for names inside the areas of a map: boxes on the grid of the page's world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from minmap.scene import world_grid
from minmap.scene.place_names import ROOM_STEP

CELLS = 160  # along the longer side of a part
FLAT = 5.0  # a name is about this many times as wide as it is high
LEAST_PX, LEAST_ZOOM = 60, 9  # the width of the smallest room and its zoom
FITTED = 5  # rooms of a part for the largest names; the others for its whole area
LINE = 192  # steps: 12 pixels of zoom 4, the height of a name
REACH = 1_600  # steps: 100 pixels of zoom 4, so that islands have names
EDGE = 0.1  # share of a room that is left free along its edge


@dataclass(frozen=True)
class Room:
    """A box in steps from the north-west corner of the world, and the free widths beside it.

    The middle of a name is inside the box; its ends may reach as far as the widths to the west
    and to the east, over the sea.
    """

    left: int
    top: int
    right: int
    bottom: int
    west: int = 0
    east: int = 0

    @property
    def fit(self) -> float:
        """The width of the largest name that fits."""
        return min(self.right - self.left, FLAT * (self.bottom - self.top))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Its edges and widths, in the order of the page's data."""
        return self.left, self.top, self.right, self.bottom, self.west, self.east


@dataclass(frozen=True)
class Cells:
    """Square cells over a part: which are inside it, and their corner and side in world units."""

    inside: np.ndarray
    left: float
    top: float
    side: float

    @classmethod
    def over(cls, part: shapely.Polygon) -> Cells:
        x0, y0, x1, y1 = part.bounds
        side = max(x1 - x0, y1 - y0) / CELLS
        xs = np.arange(x0, x1 + side, side)
        ys = np.arange(y0, y1 + side, side)
        x, y = np.meshgrid(xs + side / 2, ys + side / 2)
        shapely.prepare(part)
        inside = shapely.contains_xy(part, x, y)
        # A cell whose neighbours are inside is wholly inside.
        for axis in (0, 1):
            for by in (-1, 1):
                inside &= np.roll(shapely.contains_xy(part, x, y), by, axis)
        return cls(inside, x0, y0, side)

    def room(self, box: tuple[int, int, int, int], free: tuple[int, int] = (0, 0)) -> Room:
        row, column, end, last = box
        steps = [
            np.ceil((self.left + column * self.side) / ROOM_STEP),
            np.ceil((self.top + row * self.side) / ROOM_STEP),
            np.floor((self.left + last * self.side) / ROOM_STEP),
            np.floor((self.top + end * self.side) / ROOM_STEP),
        ]
        return Room(*map(int, steps), *(int(n * self.side / ROOM_STEP) for n in free))


def largest(cells: np.ndarray, *, by_area: bool) -> tuple[int, int, int, int] | None:
    """Return the box of cells (row, column, end, last) in which the largest name fits.

    With `by_area`, return the largest box in which any name fits.
    """
    runs = np.zeros(cells.shape, dtype=int)
    above = np.zeros(cells.shape[1], dtype=int)
    for row, inside in enumerate(cells):
        above = (above + 1) * inside
        runs[row] = above
    best, found = 0.0, None
    for height in np.unique(runs)[1:]:
        ok = np.pad(runs >= height, ((0, 0), (1, 1))).astype(np.int8)
        rows, edges = np.nonzero(np.diff(ok, axis=1))
        starts, ends = edges[::2], edges[1::2]
        fits = np.minimum(ends - starts, FLAT * height) + 1e-3 * (ends - starts) * height**0.5
        if by_area:
            fits = (ends - starts) * float(height) * ((ends - starts) > height / 2)
        at = int(np.argmax(fits))
        if fits[at] > best:
            best, end = float(fits[at]), int(rows[::2][at]) + 1
            found = (end - int(height), int(starts[at]), end, int(ends[at]))
    return found


def grown(cells: np.ndarray, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return a box that reaches as far as all cells of its sides are inside."""
    row, column, end, last = box
    moves = True
    while moves:
        moves = False
        if column > 0 and cells[row:end, column - 1].all():
            column, moves = column - 1, True
        if last < cells.shape[1] and cells[row:end, last].all():
            last, moves = last + 1, True
        if row > 0 and cells[row - 1, column:last].all():
            row, moves = row - 1, True
        if end < cells.shape[0] and cells[end, column:last].all():
            end, moves = end + 1, True
    return row, column, end, last


def rooms_of(area: shapely.Geometry, most: int) -> list[Room]:
    """Return the rooms of an area in world units, the one of the largest name first."""
    found: list[Room] = []
    least = LEAST_PX * world_grid.WORLD / 2 ** (8 + LEAST_ZOOM) / ROOM_STEP
    parts = sorted(shapely.get_parts(area), key=shapely.area, reverse=True)
    for part in parts[:most]:
        cells = Cells.over(part)
        left = cells.inside.copy()
        for n in range(most):
            box = largest(left, by_area=n >= FITTED)
            if box is None:
                break
            room = cells.room(grown(cells.inside, box))
            if room.fit < least:
                break
            left[box[0] : box[2], box[1] : box[3]] = False
            found.append(room)
    found = sorted(set(found), key=lambda room: room.fit, reverse=True)[:most]
    return found or [point_room(area)]


def point_room(area: shapely.Geometry) -> Room:
    """Return the room of an area too small for one: its widest place, where a name overhangs."""
    part = max(shapely.get_parts(area), key=shapely.area)
    circle = shapely.maximum_inscribed_circle(part, tolerance=max(1.0, part.length / 1e4))
    x, y = (int(value / ROOM_STEP) for value in circle.coords[0])
    return Room(x, y, x + 1, y + 1)


def with_reach(room: Room, land: shapely.STRtree, own: shapely.Geometry) -> Room:
    """Return a room with the free widths to its west and east: no land of others is there."""
    width = max(room.right - room.left, REACH)
    reach = []
    for sign in (-1, 1):
        edge = room.left if sign < 0 else room.right
        ends = [edge, edge + sign * width]
        pad = max(0, LINE - (room.bottom - room.top)) / 2
        top, bottom = (room.top - pad) * ROOM_STEP, (room.bottom + pad) * ROOM_STEP
        box = shapely.box(min(ends) * ROOM_STEP, top, max(ends) * ROOM_STEP, bottom)
        hits = land.geometries[land.query(box, predicate="intersects")]
        others = shapely.difference(shapely.intersection(hits, box), own)
        others = others[shapely.area(others) > 0]
        gaps = [
            (edge * ROOM_STEP - x1) if sign < 0 else (x0 - edge * ROOM_STEP)
            for x0, _, x1, _ in shapely.bounds(others)
        ]
        reach.append(int(max(0.0, min([*gaps, width * ROOM_STEP])) / ROOM_STEP * (1 - EDGE)))
    return Room(room.left, room.top, room.right, room.bottom, *reach)
