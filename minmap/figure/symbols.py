"""The symbols of records as paths of matplotlib, and their sizes on paper."""

from __future__ import annotations

from functools import cache
from math import log
from typing import Any, Final

import numpy as np
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.svgLib.path import parse_path
from matplotlib.path import Path

from minmap.style.icons import icon_paths
from minmap.style.proportions import USUAL_PX
from minmap.style.symbols import SHAPES
from minmap.types import Floats

POINTS_PER_PX: Final = 0.75
"""A pixel of CSS is 1/96 inch, a point 1/72."""
RIM_PX: Final = 1.0
"""The usual width of the outline of a symbol."""
RING_PX: Final = (6.0, 1.5)
"""The diameter inside the ring of a record without a size, and the width of the ring."""
_ICON_SIDE: Final = 15.0
_ARM: Final = 0.38
# Diameters by zoom, for many records; few are drawn as at a nearer zoom.
_DIAMETERS: Final = (3, 3, 3, 3, 5, 6, 8, 10, 10, 11)
_MANY, _NEARER, _MOST_NEARER = 30_000, 4, 3
_KEPT, _KEPT_COUNT = 2 / 3, 10_000
_OPERATIONS: Final = {
    "moveTo": Path.MOVETO, "lineTo": Path.LINETO, "curveTo": Path.CURVE4,
    "qCurveTo": Path.CURVE3,
}  # fmt: skip


def usual_px(zoom: float, count: int, *, has_sizes: bool) -> float:
    """Return the usual diameter of the symbols of a layer in pixels, as on the page at a zoom.

    Parameters
    ----------
    zoom
        The zoom of the page at which the map has the scale of the figure.
    count
        How many records the layer has: a few are drawn larger than many.
    has_sizes
        Whether sizes show numbers, which must be told apart at far zooms.
    """
    room = max(0.0, min(_MOST_NEARER, log(_MANY / max(1, count)) / log(_NEARER)))
    place = max(0, min(len(_DIAMETERS) - 1, round(zoom + room)))
    usual = float(_DIAMETERS[place])
    if not has_sizes:
        return usual
    share = min(1.0, float((_KEPT_COUNT / max(1, count)) ** 0.25))
    return float(max(usual, USUAL_PX * _KEPT * share))


@cache
def symbol_path(shape: str) -> Path:
    """Return the path of a shape or an icon around the origin, for a diameter of 1.

    Shapes have the area of that circle, so that areas show numbers.
    """
    if shape not in _CORNERS:
        is_icon = shape in icon_paths() and shape not in SHAPES
        return _icon(icon_paths()[shape]) if is_icon else Path.circle(radius=0.5)
    corners = _with_area_of_circle(_CORNERS[shape])
    return Path(np.vstack([corners, corners[:1]]) / 2, closed=True)


def glyph_path(shape: str) -> Path | None:
    """Return the white drawing on the symbol of a node, for a diameter of 1; None without one."""
    drawing = _GLYPHS.get(shape)
    return None if drawing is None else _parsed(drawing, scale=0.5, middle=0.0)


def _icon(drawing: str) -> Path:
    return _parsed(drawing, scale=1 / USUAL_PX, middle=_ICON_SIDE / 2)


def _parsed(drawing: str, *, scale: float, middle: float) -> Path:
    """Return the path of an SVG drawing, whose y axis points down."""
    pen = DecomposingRecordingPen({})
    parse_path(drawing, pen)
    points, codes = list[tuple[float, float]](), list[Any]()
    for operation, given in pen.value:
        if operation == "closePath":
            points.append(points[-1])
            codes.append(Path.CLOSEPOLY)
        elif operation in _OPERATIONS:
            points += given
            codes += [_OPERATIONS[operation]] * len(given)
    vertices = (np.array(points) - middle) * (scale, -scale)
    return Path(vertices, codes)


def _with_area_of_circle(corners: Floats) -> Floats:
    x, y = corners.T
    area = abs(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))) / 2
    scaled: Floats = corners * np.sqrt(np.pi / area)
    return scaled


def _regular(corners: int, turn: float, inner: float = 1.0) -> Floats:
    """Return corners around the unit circle; every second one at `inner` makes a star."""
    steps = corners if inner == 1 else 2 * corners
    angles = np.radians(turn + 360 * np.arange(steps) / steps)
    radius = np.where(np.arange(steps) % 2 == 1, inner, 1.0)
    found: Floats = np.column_stack([np.cos(angles), np.sin(angles)]) * radius[:, None]
    return found


def _cross(turn: float) -> Floats:
    """Return the corners of a cross of four arms."""
    arm = np.array([(-_ARM, 1.0), (_ARM, 1.0), (_ARM, _ARM)])
    turned = []
    for angle in np.radians([turn, turn - 90, turn - 180, turn - 270]):
        cos, sin = np.cos(angle), np.sin(angle)
        turned.append(arm @ np.array([[cos, sin], [-sin, cos]]))
    return np.vstack(turned)


_CORNERS: Final = {
    "square": _regular(4, 45), "diamond": _regular(4, 0), "triangle": _regular(3, 90),
    "triangle-down": _regular(3, -90), "gauges": _regular(4, 45), "hexagon": _regular(6, 0),
    "pentagon": _regular(5, 90), "star": _regular(5, 90, 0.48), "plus": _cross(0),
    "cross": _cross(45),
}  # fmt: skip
_GLYPHS: Final = {
    "anchor": "M0-.62A.14.14 0 1 0 0-.34.14.14 0 1 0 0-.62M0-.34V.6M-.3-.12H.3"
    "M-.58.12C-.5.48-.26.6 0 .6S.5.48.58.12",
    "gauges": "M-.52-.7V-.1L-.24.16V.7M.52-.7V-.1L.24.16V.7",
}
