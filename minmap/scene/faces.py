"""How the symbols of points look: their shape, and the colours of face and rim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.colors import to_rgba

from minmap.scene.diameters import RIM_PX, RING_PX
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.strokes import ink
from minmap.style.symbols import Entry
from minmap.types import AnyArray, Integers

_RIM: Final = (1.0, 1.0, 1.0, 0.9)
_NODE_RIM: Final = "#1d2630"


@dataclass(frozen=True)
class Face:
    """How a symbol looks."""

    shape: str
    color: tuple[float, float, float, float]
    rim: tuple[float, float, float, float]
    rim_px: float


def faces_of(part: DrawnRecords, rows: Integers) -> list[Face]:
    """Return how the symbols of some rows look."""
    marks = part.marks
    made: dict[tuple[int, int, int, int], Face] = {}
    codes = [marks.legend.codes[rows].tolist()]
    codes += [codes_of(part, name)[rows].tolist() for name in ("shape", "size", "opacity")]
    faces = []
    for key in zip(*codes, strict=True):
        if key not in made:
            made[key] = _face(part, *key)
        faces.append(made[key])
    return faces


def codes_of(part: DrawnRecords, name: str) -> AnyArray:
    """Return the code of each record in a channel."""
    channel = part.marks.channels.get(name)
    none = np.zeros(len(part.table), np.uint8)
    return none if channel is None or channel.codes is None else channel.codes


def value_at(part: DrawnRecords, name: str, row: int) -> Any:
    """Return the value of a channel in a row; None without the channel."""
    channel = part.marks.channels.get(name)
    code = 0 if channel is None or channel.codes is None else int(channel.codes[row])
    return _value_of(part, name, code)


def _value_of(part: DrawnRecords, name: str, code: int) -> Any:
    """Return the value of a channel with a code; None without the channel."""
    channel = part.marks.channels.get(name)
    return None if channel is None or not channel.distinct else channel.distinct[code]


def _face(part: DrawnRecords, style: int, form: int, size: int, faded: int) -> Face:
    entry = part.marks.legend.entries[style]
    shape = _value_of(part, "shape", form) or entry.shape
    alpha = _value_of(part, "opacity", faded)
    sizes = part.marks.channels.get("size")
    is_ring = sizes is not None and sizes.codes is not None and sizes.distinct[size] is None
    face = face_of(entry, shape, is_ring=is_ring, is_node=part.kind == "nodes")
    if alpha is None:
        return face
    color, rim = ((*one[:3], one[3] * alpha) for one in (face.color, face.rim))
    return Face(face.shape, color, rim, face.rim_px)


def face_of(entry: Entry, shape: str, *, is_ring: bool = False, is_node: bool = False) -> Face:
    """Return how the symbol of an entry looks; a ring is that of a record without a size."""
    color = to_rgba(ink(entry.color))
    if is_ring:
        return Face(shape, (*color[:3], 0.0), color, RING_PX[1])
    opacity = 1.0 if entry.opacity is None else entry.opacity
    filled = (*color[:3], color[3] * opacity)
    width = RIM_PX if entry.outline_width is None else entry.outline_width
    if entry.outline == "none":
        return Face(shape, filled, (0.0, 0.0, 0.0, 0.0), 0.0)
    usual = to_rgba(_NODE_RIM) if is_node else _RIM
    rim = usual if entry.outline is None else to_rgba(ink(entry.outline))
    return Face(shape, filled, rim, width)
