"""Draw the symbols of points and nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from minmap.figure.symbols import glyph_path, symbol_path
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.faces import Face
from minmap.scene.strokes import POINTS_PER_PX
from minmap.types import Floats, Integers

MOST_VECTORS: Final = 20_000
"""More symbols than this are pixels in a PDF or an SVG."""
_SLICES: Final = 12  # of the order of very many symbols
TINY_PX: Final = 5.0
"""Smaller symbols are plain dots."""


def stamp(ax: Axes, faces: list[Face], xy: Floats, sizes: Floats, zorder: float) -> None:
    """Draw symbols in their order; the rim of each is around its face."""
    if not faces:
        return
    if len(faces) > MOST_VECTORS:
        _stamp_many(ax, faces, xy, sizes, zorder)
        return
    tiny = sizes < TINY_PX
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
            rim = 0.0 if size < TINY_PX else face.rim_px
            path = symbol_path("circle" if size < TINY_PX else face.shape)
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
