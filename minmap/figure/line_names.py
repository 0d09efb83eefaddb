"""The names of corridors along their lines: rotated with them, upright and repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import atan2, ceil, cos, degrees, hypot, sin
from typing import Any, Final

import numpy as np
import shapely
from matplotlib import patheffects

from minmap.figure.lettering import Writer
from minmap.figure.map_frame import MapFrame
from minmap.figure.records import Symbols
from minmap.figure.room import BoxMm, Room
from minmap.scene.courses import Course
from minmap.scene.strokes import INK, POINTS_PER_PX
from minmap.types import Floats

_SIZE: Final = 7.0  # points
_HALO: Final = (1.0, 1.0, 1.0, 0.85)
_GAP_MM: Final = 1.3  # between a line and its name
_STEP_MM: Final = 3.0
_REPEAT_MM, _NEAREST_MM = 90.0, 55.0  # between two equal names
_MOST_BEND_MM: Final = 2.0
_MOST_LONGER: Final = 1.25
_CENTRED: Final = 1.5  # bend that a place in the middle between two names may have
_JOINED_MM: Final = 0.5
_APART_MM: Final = 2.0  # between the boxes that cover a name


@dataclass(frozen=True)
class _Place:
    """The middle of a name and its slope in radians, in millimetres of the frame."""

    x: float
    y: float
    angle: float

    def boxes(self, width: float, height: float) -> list[BoxMm]:
        """Return boxes that cover a name of a size."""
        along, half = max(width - height, 0.0), height / 2
        count = max(2, ceil(along / _APART_MM) + 1)
        steps = np.linspace(-along / 2, along / 2, count)
        middles = np.column_stack(
            [self.x + steps * cos(self.angle), self.y + steps * sin(self.angle)]
        )
        return [(x - half, y - half, x + half, y + half) for x, y in middles.tolist()]


def write_line_names(
    writer: Writer,
    courses: Sequence[tuple[Course, Symbols]],
    frame: MapFrame,
    room: Room,
    *,
    zorder: float,
) -> None:
    """Write the names of corridors where there is room, those of short lines first."""

    def length(given: tuple[Course, Symbols]) -> float:
        return float(shapely.length(given[1].placed).sum())

    for course, drawn in sorted(courses, key=length):
        size = writer.letters.size_mm(course.name, _SIZE, bold=True)
        written = list[_Place]()
        for line in _lines(course, drawn, frame):
            for places in _cells(line, *size):
                place = _free(places, written, size, room)
                if place is not None:
                    written.append(place)
                    room.block(place.boxes(*size))
                    _write(writer, course, place, frame, zorder)


def _free(
    places: Sequence[_Place], written: Sequence[_Place], size: tuple[float, float], room: Room
) -> _Place | None:
    """Return the first place with room for a name, far from the same name; None without one."""
    for place in places:
        boxes = place.boxes(*size)
        is_far = all(hypot(place.x - one.x, place.y - one.y) >= _NEAREST_MM for one in written)
        if is_far and room.is_free(boxes) and not room.is_covered(boxes):
            return place
    return None


def _write(writer: Writer, course: Course, place: _Place, frame: MapFrame, zorder: float) -> None:
    left, bottom, *_ = frame.edges
    at = (left + place.x * frame.units_per_mm, bottom + place.y * frame.units_per_mm)
    more: Any = {
        "bold": True, "ha": "center", "rotation": degrees(place.angle), "zorder": zorder,
        "rotation_mode": "anchor", "clip_on": True,
    }  # fmt: skip
    halo = patheffects.Stroke(linewidth=3 * POINTS_PER_PX, foreground=_HALO)
    writer.write(at, course.name, _SIZE, color="none", path_effects=[halo], **more)
    writer.write(at, course.name, _SIZE, color=course.color or INK, **more)


def _lines(course: Course, drawn: Symbols, frame: MapFrame) -> Iterator[Floats]:
    """Give the lines of a corridor in the frame, in millimetres; legs that meet are one line."""
    for run in course.runs:
        pieces = chain.from_iterable(
            [_in_mm(part, frame)[::-1] for part in shapely.get_parts(drawn.placed[~row])[::-1]]
            if row < 0
            else [_in_mm(part, frame) for part in shapely.get_parts(drawn.placed[row])]
            for row in run
        )
        joined: list[Floats] = []
        for piece in pieces:
            if joined and hypot(*(piece[0] - joined[-1][-1])) > _JOINED_MM:
                yield np.vstack(joined)
                joined = []
            joined.append(piece)
        if joined:
            yield np.vstack(joined)


def _in_mm(part: Any, frame: MapFrame) -> Floats:
    return frame.to_mm(shapely.get_coordinates(part))


def _cells(line: Floats, width: float, height: float) -> Iterator[list[_Place]]:
    """Give the places for one name each, the straightest first."""
    ends = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    found: dict[int, list[tuple[float, _Place]]] = {}
    for start in np.arange(0.0, ends[-1], _STEP_MM).tolist():
        stretch = _stretch(line, ends, start, width)
        if stretch is None:
            continue
        middle = (start + width / 2) / _REPEAT_MM
        cell = int(middle)
        bend, places = _beside(stretch, height)
        if bend <= _MOST_BEND_MM:
            cost = bend + _CENTRED * abs(middle - cell - 0.5)
            found.setdefault(cell, []).extend((cost, place) for place in places)
    for tried in found.values():
        yield [place for _, place in sorted(tried, key=lambda one: one[0])]


def _stretch(line: Floats, ends: Floats, start: float, width: float) -> Floats | None:
    """Return the part of a line that begins at a length and is a width across; None without one."""
    first = int(np.searchsorted(ends, start, side="right"))
    last = int(np.searchsorted(ends, start + _MOST_LONGER * width, side="right"))
    origin = np.array([np.interp(start, ends, axis) for axis in line.T])
    inside = line[first:last]
    far = np.hypot(*(inside - origin).T) if len(inside) else np.zeros(0)
    count = int(np.argmax(far >= width)) if (far >= width).any() else len(inside)
    before = inside[count - 1] if count else origin
    if first + count >= len(line):
        return None
    after = line[first + count]
    near, beyond = hypot(*(before - origin)), hypot(*(after - origin))
    if beyond < width:
        return None
    end = before + (after - before) * (width - near) / (beyond - near)
    arc = ends[first + count] - hypot(*(after - end)) - start
    return None if arc > _MOST_LONGER * width else np.vstack([origin, inside[:count], end])


def _beside(stretch: Floats, height: float) -> tuple[float, list[_Place]]:
    """Return how far a stretch bends from its chord, and the places above and below it."""
    (ax, ay), (bx, by) = sorted((stretch[0].tolist(), stretch[-1].tolist()))
    angle = atan2(by - ay, bx - ax)
    x, y = stretch.T
    up = (y - ay) * cos(angle) - (x - ax) * sin(angle)
    places = []
    for side in (1, -1):
        away = side * (_GAP_MM + height / 2 + max(0.0, float((side * up).max())))
        places.append(
            _Place((ax + bx) / 2 - away * sin(angle), (ay + by) / 2 + away * cos(angle), angle)
        )
    return float(np.abs(up).max()), places
