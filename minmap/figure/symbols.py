"""The symbols of records as paths of matplotlib."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.svgLib.path import parse_path
from matplotlib.path import Path

from minmap.scene.diameters import GLYPHS
from minmap.style.icons import icon_paths
from minmap.style.proportions import USUAL_PX
from minmap.style.symbols import SHAPES
from minmap.types import Floats

_ICON_SIDE: Final = 15.0
_ARM: Final = 0.38
_OPERATIONS: Final = {
    "moveTo": Path.MOVETO, "lineTo": Path.LINETO, "curveTo": Path.CURVE4,
    "qCurveTo": Path.CURVE3,
}  # fmt: skip


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
    drawing = GLYPHS.get(shape)
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
