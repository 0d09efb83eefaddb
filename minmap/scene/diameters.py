"""How large the symbols of points and nodes are, on the page and on paper, at each zoom."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Final

import numpy as np

from minmap.scene.drawn_layer import DrawnRecords
from minmap.style.proportions import USUAL_PX
from minmap.style.symbols import Entry
from minmap.types import Floats

FAR: Final = 0.65
"""How much smaller the symbols of nodes and the legs are on a map of a large area."""
NEAR: Final = 1.15
"""How much wider than usual legs are, at most."""
LEG_ZOOM: Final = 6
"""The zoom from which corridors have their full size."""
POINT_PX: Final = 8.0
"""The diameter of points among lines and areas."""
RIM_PX: Final = 1.0
"""The usual width of the outline of a symbol."""
RING_PX: Final = (6.0, 1.5)
"""The diameter inside the ring of a record without a size, and the width of the ring."""
GLYPHS: Final = {
    "anchor": "M0-.62A.14.14 0 1 0 0-.34.14.14 0 1 0 0-.62M0-.34V.6M-.3-.12H.3"
    "M-.58.12C-.5.48-.26.6 0 .6S.5.48.58.12",
    "gauges": "M-.52-.7V-.1L-.24.16V.7M.52-.7V-.1L.24.16V.7",
}
"""The white drawings on symbols of nodes, as SVG paths around the origin."""
# Diameters by zoom, for many records; few are drawn as at a nearer zoom.
_DIAMETERS: Final = (3, 3, 3, 3, 5, 6, 8, 10, 10, 11)
_MANY, _NEARER, _MOST_NEARER = 30_000, 4, 3
_KEPT, _KEPT_COUNT = 2 / 3, 10_000
LEAST_PX: Final = 3.0
"""The least diameter of symbols whose size has a meaning."""
_NODE_PX, _GLYPH_NODE_PX = 12.0, 16.0


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


def diameters(part: DrawnRecords, zoom: float) -> Floats:
    """Return the diameter of each symbol in pixels of 1/96 inch."""
    size = part.marks.channels.get("size")
    if size is not None and size.codes is not None:
        far = usual_px(zoom, part.whole_count, has_sizes=True)
        factors = np.array([(px or RING_PX[0]) / USUAL_PX for px in size.distinct])
        least = np.array([LEAST_PX if px is not None else RING_PX[0] for px in size.distinct])
        found: Floats = np.maximum(far * factors, least)[size.codes]
        return found
    by_entry = entry_diameters(part, zoom)
    return np.array([*by_entry, 0.0])[np.minimum(part.marks.legend.codes, len(by_entry))]


def entry_diameters(part: DrawnRecords, zoom: float) -> list[float]:
    """Return the diameter of the symbols of each entry of the legend, as of `diameters`.

    Where sizes show numbers, it is the usual one.
    """
    entries, size = part.marks.legend.entries, part.marks.channels.get("size")
    if part.kind == "nodes":
        scale = FAR if zoom < LEG_ZOOM else 1.0  # from afar nodes would hide their corridor
        return [scale * node_px(entry.shape) for entry in entries]
    if size is not None and size.codes is not None:
        return [usual_px(zoom, part.whole_count, has_sizes=True)] * len(entries)
    if part.kind == "shapes":
        usual = POINT_PX
    elif are_given(entries):
        usual = USUAL_PX
    else:
        usual = usual_px(zoom, part.whole_count, has_sizes=False)
    return [usual * (entry.size or 1.0) for entry in entries]


def node_px(shape: str) -> float:
    """Return the full diameter of the symbol of a node; one with a drawing is larger."""
    return _GLYPH_NODE_PX if shape in GLYPHS else _NODE_PX


def are_given(entries: Sequence[Entry]) -> bool:
    """Return whether sizes are in pixels: those that grow with the classes of colours are not."""
    sizes = {entry.size for entry in entries}
    has_classes = any(entry.limits is not None for entry in entries)
    return None not in sizes and not (has_classes and (len(sizes) > 1 or len(entries) == 1))
