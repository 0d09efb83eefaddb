"""The graticule of a map: its meridians and parallels, and the angles that are written at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from minmap.figure.lettering import Writer, line_mm
from minmap.figure.map_frame import MapFrame
from minmap.scene.strokes import POINTS_PER_PX
from minmap.scene.words import arc_text
from minmap.types import Booleans, Floats

_COLOR: Final = "#5e5266"
_POINTS: Final = 6.0
_SECONDS: Final = [n * unit for unit in (3600, 60, 1) for n in (30, 20, 10, 5, 2, 1)]
_LEAST_LINES: Final = 6  # on the longer side
_LEAST_AROUND: Final = 3  # parallels of a map that goes around the Earth
_SAMPLES: Final = 200  # of a line
_AROUND: Final = 359.0  # degrees of longitude
_POLE: Final = 90 * 3600
_CLOSED_MM: Final = 0.5
_APART_MM: Final = 1.5
_ORDER: Final = 1000.0  # above areas, below symbols
_LIGHT: Final = {"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.6}


@dataclass(frozen=True)
class Angle:
    """Seconds of arc, east or north, and where they are, in millimetres of the frame.

    They are on its lower or left side, or where a parallel ends with the plane.
    """

    side: Literal["bottom", "left", "end"]
    x: float
    y: float
    seconds: int


@dataclass(frozen=True)
class Graticule:
    """The angles of a graticule; its meridians, and the parallels around a pole, in seconds."""

    angles: list[Angle]
    meridians: list[int]
    circles: list[int]


def draw_graticule(ax: Axes, frame: MapFrame) -> Graticule:
    """Draw meridians and parallels on the axes of a map; return their angles."""
    box = frame.box
    step = _step(max(box.width, box.height), _LEAST_LINES)
    found = Graticule([], _multiples(box.west, box.east, step), [])
    if box.width >= _AROUND:
        step = _step(box.height, _LEAST_AROUND)
    lines = list[Floats]()
    for seconds in found.meridians:
        lat = np.linspace(box.south, box.north, _SAMPLES)
        line = _placed(frame, np.full(_SAMPLES, seconds / 3600), lat)
        lines.append(line)
        places = _crossings(line, 1, frame.width_mm)
        found.angles.extend(Angle("bottom", x, 0.0, seconds) for x in places)
    for seconds in _multiples(max(box.south, -90), min(box.north, 90), step):
        if abs(seconds) == _POLE:
            continue
        line = _placed(frame, np.linspace(box.west, box.east, _SAMPLES), seconds / 3600)
        lines.append(line)
        if places := _crossings(line, 0, frame.height_mm):
            found.angles.extend(Angle("left", 0.0, y, seconds) for y in places)
        elif np.hypot(*(line[0] - line[-1])) < _CLOSED_MM:
            found.circles.append(seconds)
        else:
            found.angles.extend(_ends(line, frame, seconds))
    _draw_lines(ax, frame, lines)
    return found


def _step(degrees: float, least: int) -> int:
    """Return the seconds between lines that give at least `least` lines."""
    return next((s for s in _SECONDS if degrees * 3600 / s >= least), 1)


def _placed(frame: MapFrame, lon: Floats, lat: Floats | float) -> Floats:
    """Return places in millimetres of a frame; those that have none are NaN."""
    lonlat = np.column_stack([lon, np.broadcast_to(lat, lon.shape)])
    xy = frame.projection.forward(lonlat)
    return frame.to_mm(np.where(np.isfinite(xy), xy, np.nan))


def _draw_lines(ax: Axes, frame: MapFrame, lines: Sequence[Floats]) -> None:
    finite = [line[np.isfinite(line).all(axis=1)] for line in lines]
    corner = np.array(frame.edges[:2])
    drawn = LineCollection(
        [corner + line * frame.units_per_mm for line in finite if len(line) > 1],
        colors=_COLOR,
        alpha=0.45,
        linewidths=0.6 * POINTS_PER_PX,
        zorder=2,
    )
    ax.add_collection(drawn, autolim=False)


def _multiples(low: float, high: float, step: int) -> list[int]:
    first = int(np.ceil(low * 3600 / step))
    return [n * step for n in range(first, int(np.floor(high * 3600 / step)) + 1)]


def _crossings(line: Floats, axis: int, most: float) -> list[float]:
    """Return where a line in millimetres crosses an edge at 0 on an axis, between 0 and `most`."""
    values, along = line[:, axis], line[:, 1 - axis]
    crosses = np.flatnonzero((values[:-1] < 0) != (values[1:] < 0))
    found = []
    for n in crosses:
        share = values[n] / (values[n] - values[n + 1])
        place = along[n] + share * (along[n + 1] - along[n])
        if np.isfinite(place) and 0 <= place <= most:
            found.append(float(place))
    return found


def _ends(line: Floats, frame: MapFrame, seconds: int) -> list[Angle]:
    """Return the angle at the left end of a parallel, if that is within the frame."""
    finite = line[np.isfinite(line).all(axis=1)]
    if not len(finite):
        return []
    x, y = min(finite[[0, -1]].tolist())
    is_inside = 0 <= x <= frame.width_mm and 0 <= y <= frame.height_mm
    return [Angle("end", x, y, seconds)] if is_inside else []


def draw_angles(
    page: Writer, angles: Sequence[Angle], frame: MapFrame, corner: tuple[float, float]
) -> None:
    """Write angles along the lower and the left edge of a map."""
    left, bottom = corner
    for side, place, _, text in _apart(page, angles, frame):
        if side == "bottom":
            page.write((left + place, bottom - 1.0), text, _POINTS, ha="center", va="top")
        elif side == "left":
            page.write((left - 1.2, bottom + place), text, _POINTS, ha="right", rotation=90)


def draw_ends(writer: Writer, angles: Sequence[Angle], frame: MapFrame, taken: Floats) -> Floats:
    """Write angles on a map where parallels end with the plane.

    Return `taken`, the boxes of the data, and those of the angles, in millimetres, shape (n, 4).
    """
    left, bottom, *_ = frame.edges
    for side, place, x, text in _apart(writer, angles, frame):
        if side == "end":
            right, (wide, high) = x - 1.0, writer.letters.size_mm(text, _POINTS)
            at = (left + right * frame.units_per_mm, bottom + place * frame.units_per_mm)
            writer.write(at, text, _POINTS, ha="right", zorder=_ORDER)
            box = (right - wide, place - high / 2, right, place + high / 2)
            taken = np.vstack([taken, box])
    return taken


def _apart(
    writer: Writer, angles: Sequence[Angle], frame: MapFrame
) -> Iterator[tuple[str, float, float, str]]:
    """Give the side of each angle, its place there, its x and its text, if it touches no other."""
    last = {"bottom": -1e9, "left": -1e9, "end": -1e9}
    for side, place, half, x, text in sorted(_label(writer, angle) for angle in angles):
        most = frame.width_mm if side == "bottom" else frame.height_mm
        if place - half >= max(last[side] + _APART_MM, -0.5) and place + half <= most + 3.0:
            last[side] = place + half
            yield side, place, x, text


def _label(writer: Writer, angle: Angle) -> tuple[str, float, float, float, str]:
    """Return the side of an angle, its place there, half of its length, its x and its text.

    Where there is no room before its end, a parallel has its angle beside the frame.
    """
    is_longitude = angle.side == "bottom"
    text = arc_text(angle.seconds, is_longitude=is_longitude, language=writer.language)
    wide = writer.letters.size_mm(text, _POINTS)[0]
    widest = arc_text(-_POLE, is_longitude=False, language=writer.language)
    if is_longitude:
        return "bottom", angle.x, wide / 2, 0.0, text
    if angle.side == "end" and angle.x > writer.letters.size_mm(widest, _POINTS)[0] + _APART_MM:
        return "end", angle.y, line_mm(_POINTS) / 2, angle.x, text
    return "left", angle.y, wide / 2, 0.0, text


def draw_circle_angles(
    writer: Writer, frame: MapFrame, graticule: Graticule, taken: Floats
) -> Floats:
    """Write the angles of parallels around a pole, along the meridian where most is free.

    Return `taken`, the boxes of the data, and those of the angles, in millimetres, shape (n, 4).
    """
    if not (graticule.circles and graticule.meridians):
        return taken
    texts = [
        arc_text(seconds, is_longitude=False, language=writer.language)
        for seconds in graticule.circles
    ]
    halves = np.array([writer.letters.size_mm(text, _POINTS) for text in texts]) / 2
    lat = np.array(graticule.circles) / 3600
    most = np.array([frame.width_mm, frame.height_mm])

    def boxes_on(meridian: int) -> Floats:
        middles = _placed(frame, np.full(len(lat), meridian / 3600), lat)
        return np.hstack([middles - halves, middles + halves])

    def inside(boxes: Floats) -> Booleans:
        return np.asarray((boxes[:, :2] > 0).all(axis=1) & (boxes[:, 2:] < most).all(axis=1))

    def rank(boxes: Floats) -> tuple[int, int]:
        lefts, bottoms, rights, tops = taken.T[:, :, None]
        meets = (lefts < boxes[:, 2]) & (rights > boxes[:, 0])
        meets &= (bottoms < boxes[:, 3]) & (tops > boxes[:, 1])
        return int(-inside(boxes).sum()), int(meets.sum())

    boxes = min(map(boxes_on, graticule.meridians), key=rank)
    for box, text in zip(boxes, texts, strict=True):
        if inside(box[None])[0]:
            x, y = np.array(frame.edges[:2]) + (box[:2] + box[2:]) / 2 * frame.units_per_mm
            writer.write((x, y), text, _POINTS, ha="center", zorder=_ORDER, bbox=_LIGHT)
    return np.vstack([taken, boxes[inside(boxes)]])
