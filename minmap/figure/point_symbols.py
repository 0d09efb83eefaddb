"""Draw the symbols of points and nodes: how large they are, how they look, and the stamps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from minmap.figure.strokes import ink
from minmap.figure.symbols import (
    POINTS_PER_PX,
    RIM_PX,
    RING_PX,
    glyph_path,
    symbol_path,
    usual_px,
)
from minmap.scene.drawn_layer import DrawnRecords
from minmap.style.proportions import USUAL_PX
from minmap.style.symbols import Entry
from minmap.types import AnyArray, Floats, Integers

FAR: Final = 0.65
"""How much smaller the symbols of nodes and the legs are on a map of a large area."""
LEG_ZOOM: Final = 6
"""The zoom from which corridors have their full size."""
MOST_VECTORS: Final = 20_000
"""More symbols than this are pixels in a PDF or an SVG."""
_SLICES: Final = 12  # of the order of very many symbols
_LEAST_PX: Final = 3.0  # of symbols whose size has a meaning
_TINY_PX: Final = 5.0  # smaller symbols are plain dots
_RIM: Final = (1.0, 1.0, 1.0, 0.9)
_NODE_RIM: Final = "#1d2630"
_NODE_PX, _GLYPH_NODE_PX = 12.0, 16.0


def diameters(part: DrawnRecords, zoom: float) -> Floats:
    """Return the diameter of each symbol in pixels of 1/96 inch."""
    marks = part.marks
    entries, codes = marks.legend.entries, marks.legend.codes
    if part.kind == "nodes":
        scale = FAR if zoom < LEG_ZOOM else 1.0  # from afar nodes would hide their corridor
        by_entry = [
            scale * (_NODE_PX if glyph_path(entry.shape) is None else _GLYPH_NODE_PX)
            for entry in entries
        ]
        return np.array([*by_entry, 0.0])[np.minimum(codes, len(entries))]
    size = marks.channels.get("size")
    if size is not None and size.codes is not None:
        far = usual_px(zoom, len(codes), has_sizes=True)
        factors = np.array([(px or RING_PX[0]) / USUAL_PX for px in size.distinct])
        least = np.array([_LEAST_PX if px is not None else RING_PX[0] for px in size.distinct])
        found: Floats = np.maximum(far * factors, least)[size.codes]
        return found
    usual = USUAL_PX if _are_given(entries) else usual_px(zoom, len(codes), has_sizes=False)
    by_entry = [usual * (entry.size or 1.0) for entry in entries]
    return np.array([*by_entry, 0.0])[np.minimum(codes, len(entries))]


def _are_given(entries: Sequence[Entry]) -> bool:
    """Return whether sizes are in pixels: those that grow with the classes of colours are not."""
    sizes = {entry.size for entry in entries}
    has_classes = any(entry.limits is not None for entry in entries)
    return None not in sizes and not (has_classes and (len(sizes) > 1 or len(entries) == 1))


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
    codes += [_codes_of(part, name)[rows].tolist() for name in ("shape", "size", "opacity")]
    faces = []
    for key in zip(*codes, strict=True):
        if key not in made:
            made[key] = _face(part, *key)
        faces.append(made[key])
    return faces


def _codes_of(part: DrawnRecords, name: str) -> AnyArray:
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


def stamp(ax: Axes, faces: list[Face], xy: Floats, sizes: Floats, zorder: float) -> None:
    """Draw symbols in their order; the rim of each is around its face."""
    if not faces:
        return
    if len(faces) > MOST_VECTORS:
        _stamp_many(ax, faces, xy, sizes, zorder)
        return
    tiny = sizes < _TINY_PX
    by_symbol = [
        _layers(face, size, is_tiny=is_tiny)
        for face, size, is_tiny in zip(faces, sizes.tolist(), tiny.tolist(), strict=True)
    ]
    layers = [layer for symbol in by_symbol for layer in symbol]
    stamps = PathCollection(
        [layer.path for layer in layers],
        sizes=[layer.points**2 for layer in layers],
        offsets=np.repeat(xy, [len(symbol) for symbol in by_symbol], axis=0),
        offset_transform=ax.transData,
        facecolors=[layer.fill for layer in layers],
        edgecolors=[layer.line for layer in layers],
        linewidths=[layer.width for layer in layers],
        joinstyle="round",
        zorder=zorder,
    )
    stamps.set_transform(IdentityTransform())
    ax.add_collection(stamps, autolim=False)


@dataclass(frozen=True)
class SymbolLayer:
    """A path that is filled and stroked; a symbol has its rim below its face. Sizes in points."""

    path: Path
    points: float
    fill: Any
    line: Any
    width: float


def _layers(face: Face, px: float, *, is_tiny: bool) -> list[SymbolLayer]:
    """Return the layers of a symbol; a face that is seen through has its rim around it."""
    path = symbol_path("circle" if is_tiny else face.shape)
    points, rim = px * POINTS_PER_PX, face.rim_px * POINTS_PER_PX
    if is_tiny or rim == 0:
        return [SymbolLayer(path, points, face.color, "none", 0.0)]
    if face.color[3] < 1:
        return [SymbolLayer(path, points + rim, face.color, face.rim, rim)]
    below = SymbolLayer(path, points, "none", face.rim, 2 * rim)
    return [below, SymbolLayer(path, points, face.color, "none", 0.0)]


def _stamp_many(ax: Axes, faces: list[Face], xy: Floats, sizes: Floats, zorder: float) -> None:
    """Draw very many symbols as pixels: about in their order, those that look alike together."""
    kinds = dict[tuple[Face, float], int]()
    looks = zip(faces, np.round(sizes, 1).tolist(), strict=True)
    codes = np.array([kinds.setdefault(look, len(kinds)) for look in looks])
    for rows in np.array_split(np.arange(len(faces)), _SLICES):
        for code, (face, size) in enumerate(kinds):
            chosen = rows[codes[rows] == code]
            if not chosen.size:
                continue
            rim = 0.0 if size < _TINY_PX else face.rim_px
            path = symbol_path("circle" if size < _TINY_PX else face.shape)
            reach = 2 * float(np.abs(path.vertices).max())
            drawn = Line2D(
                *xy[chosen].T,
                linestyle="none",
                marker=path,
                markersize=(size + rim) * POINTS_PER_PX * reach,
                markerfacecolor=face.color,
                markeredgecolor=face.rim,
                markeredgewidth=rim * POINTS_PER_PX,
                zorder=zorder,
                rasterized=True,
            )
            ax.add_line(drawn)


def draw_glyphs(
    ax: Axes, part: DrawnRecords, rows: Integers, xy: Floats, *, sizes: Floats, zorder: float
) -> None:
    """Draw the white drawings on the symbols of nodes."""
    codes = part.marks.legend.codes[rows]
    for style, entry in enumerate(part.marks.legend.entries):
        glyph, chosen = glyph_path(entry.shape), codes == style
        if glyph is None or not chosen.any():
            continue
        drawn = PathCollection(
            [glyph],
            sizes=(sizes[chosen] * POINTS_PER_PX) ** 2,
            offsets=xy[chosen],
            offset_transform=ax.transData,
            facecolors="none",
            edgecolors="white",
            linewidths=1.1 * POINTS_PER_PX,
            zorder=zorder + 0.01,
        )
        drawn.set_transform(IdentityTransform())
        ax.add_collection(drawn, autolim=False)
