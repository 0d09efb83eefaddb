"""What stands around and on a map: its edge, scale bar, north arrow, inset and texts."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from minmap.figure.ground import draw_ground
from minmap.figure.lettering import Writer
from minmap.figure.map_frame import MapFrame, frame_of
from minmap.figure.projection import Box, fitted
from minmap.scene.strokes import INK
from minmap.scene.words import count_text, limit_text, unit_text, word
from minmap.types import Floats

SCALE_POINTS: Final = 6.5
SCALE_MM: Final = 8.5
"""Height of the scale bar with its figures."""
_FIGURES_APART_MM: Final = 1.0
_BAR_SHARE, _BAR_HEIGHT = 0.3, 1.5  # of the width; millimetres
_ARROW_MM: Final = 9.0
_NORTH_MM: Final = 18.0  # side of the square with the arrow in its middle
_LIGHT_MM: Final = (11.0, 15.0)  # of the background of an arrow above data
# Right and up, in the order in which they are tried.
_NORTH_CORNERS: Final = ((0, 1), (1, 1), (1, 0), (0, 0))
_INSET_CORNERS: Final = ((1, 0), (0, 0), (1, 1), (0, 1))
_LEAST_WITH_NORTH_MM: Final = 70.0  # width of a map
_LARGEST_WITH_NORTH: Final = 120.0  # degrees of longitude
_INSET_SHARE, _LARGEST_INSET_MM = 0.22, 40.0
_INSET_TIMES: Final = 5.0  # how much wider an inset shows
_INSET_DEGREES: Final = (40.0, 150.0)
_RED: Final = "#b0214f"
_LEAST_MARK_MM: Final = 1.5  # of the outline of a map in its inset
_RING_POINTS: Final = 8.0
_KM: Final = 1000


def draw_edge(ax: Axes) -> None:
    """Draw the edge of a map."""
    for spine in ax.spines.values():
        spine.set(edgecolor=INK, linewidth=0.6, zorder=5000)
    ax.set(xticks=[], yticks=[])


def scale_number(frame: MapFrame) -> float:
    """Return n of the scale 1 : n in the middle of a map, to three digits."""
    metres = frame.metres_across(10.0)
    number = metres / 0.01
    unit = 10.0 ** max(0, floor(log10(number)) - 2)
    return round(number / unit) * unit


def draw_scale(page: Writer, frame: MapFrame, left: float, top: float) -> None:
    """Draw the scale bar, exact in the middle of the map, and the scale as a number."""
    metres, width = _bar_of(frame)
    bottom = top - 3.4 - _BAR_HEIGHT
    for field in range(4):
        color = INK if field % 2 == 0 else "white"
        bar = Rectangle((left + field * width / 4, bottom), width / 4, _BAR_HEIGHT, linewidth=0.5)
        bar.set(facecolor=color, edgecolor=INK)
        page.axes.add_patch(bar)
    unit, size = ("km", _KM) if metres >= _KM else ("m", 1)
    figures = {share: limit_text(metres * share / size, page.language) for share in (0.0, 0.5, 1.0)}
    figures[1.0] += f" {unit_text(unit, page.language)}"
    first, middle, last = (page.letters.size_mm(text, SCALE_POINTS)[0] for text in figures.values())
    if width / 2 < (middle + last) / 2 + _FIGURES_APART_MM:
        del figures[0.5]
    if width < (first + last) / 2 + _FIGURES_APART_MM:
        del figures[0.0]
    for share, text in figures.items():
        page.write((left + share * width, top - 0.6), text, SCALE_POINTS, ha="center", va="top")
    number = count_text(int(scale_number(frame)), page.language)
    text = f"1 : {number} {word('in the middle of the map', page.language)}"
    page.write((left, bottom - 0.8), text, SCALE_POINTS, va="top")


def _bar_of(frame: MapFrame) -> tuple[float, float]:
    """Return the round length of a scale bar in metres, and its width in millimetres."""
    most = frame.width_mm * _BAR_SHARE
    room = frame.metres_across(most)
    power = 10.0 ** floor(log10(room))
    metres = next(n * power for n in (5, 2, 1) if n * power <= room)
    low, high = 0.0, most
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (middle, high) if frame.metres_across(middle) < metres else (low, middle)
    return metres, (low + high) / 2


def _empty_corner(
    frame: MapFrame,
    size_mm: tuple[float, float],
    taken: Floats,
    corners: tuple[tuple[int, int], ...],
) -> tuple[float, float] | None:
    """Return the first corner of a map without any of the boxes that are taken; None if none is.

    The boxes have left, bottom, right and top in millimetres, shape (n, 4).
    """
    width, height = size_mm
    lefts, bottoms, rights, tops = taken.T
    for right, up in corners:
        x, y = right * (frame.width_mm - width), up * (frame.height_mm - height)
        meets = (lefts < x + width) & (rights > x) & (bottoms < y + height) & (tops > y)
        if not meets.any():
            return x, y
    return None


def draw_north(writer: Writer, frame: MapFrame, taken: Floats) -> Floats:
    """Draw an arrow that points to true north at its place, in a corner without data if there is.

    Else it is above the data in the upper left. Return `taken`, the boxes of the data, and that of
    the arrow, in millimetres, shape (n, 4).
    """
    if frame.box.width > _LARGEST_WITH_NORTH or frame.width_mm < _LEAST_WITH_NORTH_MM:
        return taken  # north is another way everywhere, or there is no room
    side, unit = _NORTH_MM, frame.units_per_mm
    empty = _empty_corner(frame, (side, side), taken, _NORTH_CORNERS)
    x, y = empty or (0.0, frame.height_mm - side)
    middle = np.array(frame.edges[:2]) + np.array([x + side / 2, y + side / 2]) * unit
    place = frame.projection.inverse(middle[None])[0]
    if not np.isfinite(place).all():
        return taken
    if empty is None:
        size = np.array(_LIGHT_MM) * unit
        corner = middle - size / 2 + (0.0, unit)
        light = Rectangle(corner.tolist(), *size.tolist(), linewidth=0, zorder=3900)
        light.set(facecolor="white", alpha=0.8)
        writer.axes.add_patch(light)
    _draw_arrow(writer, frame, middle, place)
    return np.vstack([taken, (x, y, x + side, y + side)])


def _draw_arrow(writer: Writer, frame: MapFrame, middle: Floats, place: Floats) -> None:
    """Draw an arrow to north around a place of the plane, which is `place` in degrees."""
    unit = frame.units_per_mm
    north = frame.projection.forward(np.array([(place[0], min(place[1] + 0.01, 90.0))]))[0]
    up = (north - middle) / np.hypot(*(north - middle))
    across = np.array([up[1], -up[0]])
    half = _ARROW_MM / 2 * unit
    tip, tail = middle + up * half, middle - up * half
    for side, color in ((-1, INK), (1, "white")):
        wing = tail + across * side * half * 0.5 - up * half * 0.15
        corners = np.array([tip, wing, tail + up * half * 0.35])
        patch = Polygon(corners, facecolor=color, edgecolor=INK, linewidth=0.5, zorder=4000)
        writer.axes.add_patch(patch)
    x, y = (tip + up * 2.0 * unit).tolist()
    letter = word("N", writer.language)
    writer.write((x, y), letter, 7, bold=True, ha="center", zorder=4000)


@dataclass(frozen=True)
class Inset:
    """A small map of where a map lies."""

    frame: MapFrame
    around: MapFrame

    @classmethod
    def of(cls, frame: MapFrame) -> Inset | None:
        """Return the inset of a map; None if it shows so much that none is needed."""
        box = frame.box
        degrees = max(box.width, box.height)
        if degrees >= _INSET_DEGREES[0]:
            return None
        span = min(max(degrees * _INSET_TIMES, _INSET_DEGREES[0]), _INSET_DEGREES[1])
        (lon, lat), half = box.middle, span / 2
        south, north = max(lat - span / 3, -85), min(lat + span / 3, 85)
        around = Box(lon - half, south, lon + half, north)
        side = min(frame.width_mm * _INSET_SHARE, _LARGEST_INSET_MM)
        projection = fitted(around, equal_area=True)
        return cls(frame, frame_of(projection, around, width_mm=side, pad=0.0))

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height."""
        return self.around.width_mm, self.around.height_mm

    def draw(self, figure: Figure, corner: tuple[float, float]) -> None:
        """Draw it with its lower left corner at a place of the paper, in millimetres."""
        width, height = figure.get_size_inches() * 25.4
        own_width, own_height = self.size_mm
        place = (corner[0] / width, corner[1] / height, own_width / width, own_height / height)
        ax = figure.add_axes(place, zorder=5)
        ax.set(xlim=self.around.edges[::2], ylim=self.around.edges[1::2])
        draw_ground(ax, self.around, scale=0.6, is_plain=True)
        draw_edge(ax)
        edge = self.frame.projection.inverse(_edge_of(self.frame))
        outline = self.around.projection.forward(edge)
        if not np.isfinite(outline).all():
            return
        patch = Polygon(outline, facecolor="none", edgecolor=_RED, linewidth=1.0, zorder=10)
        ax.add_patch(patch)
        if np.ptp(self.around.to_mm(outline), axis=0).max() < _LEAST_MARK_MM:
            ring = Line2D(*np.mean(outline, axis=0)[:, None], marker="o", markersize=_RING_POINTS)
            ring.set(markerfacecolor="none", markeredgecolor=_RED, markeredgewidth=1.0, zorder=10)
            ax.add_line(ring)

    def empty_corner(self, taken: Floats) -> tuple[float, float] | None:
        """Return a corner of the map without any of the boxes that are taken; None if none is."""
        return _empty_corner(self.frame, self.size_mm, taken, _INSET_CORNERS)


def _edge_of(frame: MapFrame) -> Any:
    left, bottom, right, top = frame.edges
    along = np.linspace(0, 1, 30)
    sides = [
        np.column_stack([left + along * (right - left), np.full(30, bottom)]),
        np.column_stack([np.full(30, right), bottom + along * (top - bottom)]),
        np.column_stack([right - along * (right - left), np.full(30, top)]),
        np.column_stack([np.full(30, left), top - along * (top - bottom)]),
    ]
    return np.vstack(sides)
