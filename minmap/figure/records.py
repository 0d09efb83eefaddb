"""Draw the records of a layer: points, lines, areas, and the legs and nodes of corridors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from minmap.figure.map_frame import PX_MM, MapFrame
from minmap.figure.strokes import Stroke, ink, leg_strokes, line_stroke, outline_stroke
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
from minmap.types import AnyArray, Booleans, Floats, Geometries, Integers

MOST_VECTORS: Final = 20_000
"""More symbols than this are pixels in a PDF or an SVG."""
_SLICES: Final = 12  # of the order of very many symbols
_LEAST_PX: Final = 3.0  # of symbols whose size has a meaning
_TINY_PX: Final = 5.0  # smaller symbols are plain dots
_RIM: Final = (1.0, 1.0, 1.0, 0.9)
_NODE_RIM: Final = "#1d2630"
_NODE_PX, _GLYPH_NODE_PX = 12.0, 16.0
_POINT_PX: Final = 8.0  # of points among lines and areas
_OUTLINE_SHARE: Final = 0.1  # of the size of an area that its outline may have
_MOST_COVERED: Final = 2000  # areas that are cut where others cover them
_FAR, _NEAR, _LEG_ZOOM = 0.65, 1.15, 6


@dataclass(frozen=True)
class Symbols:
    """Where the symbols of a layer are on the frame, and how far each reaches, in millimetres.

    `rows` are their rows in the table of the layer; `extents_mm` has left, bottom, right and top of
    all records, shape (n, 4).
    """

    rows: Integers
    xy_mm: Floats
    radius_mm: Floats
    extents_mm: Floats = field(default_factory=lambda: np.zeros((0, 4)))


def draw_records(ax: Axes, part: DrawnRecords, frame: MapFrame, zorder: float) -> Symbols:
    """Draw records on the axes of a map and return their symbols."""
    if part.kind == "legs":
        return _draw_legs(ax, part, frame, zorder)
    if part.kind in ("points", "nodes"):
        return _draw_points(ax, part, frame, zorder)
    return _draw_shapes(ax, part, frame, zorder)


def _extents(shapes: Geometries, frame: MapFrame) -> Symbols:
    """Return no symbols, and the boxes of lines and areas."""
    corners = shapely.bounds(shapes[~shapely.is_empty(shapes)]).reshape(-1, 2)
    boxes = frame.to_mm(corners).reshape(-1, 4)
    return Symbols(np.zeros(0, np.int64), np.zeros((0, 2)), np.zeros(0), boxes)


def hidden_rows(part: DrawnRecords) -> Booleans:
    """Return which records are hidden when the page opens, or have no entry of the legend."""
    hidden = [bool(entry.hidden) for entry in part.marks.legend.entries]
    codes = np.minimum(part.marks.legend.codes.astype(np.int64), len(hidden))
    return np.array([*hidden, True])[codes]


# Points -------------------------------------------------------------------------------------------


def _draw_points(ax: Axes, part: DrawnRecords, frame: MapFrame, zorder: float) -> Symbols:
    order = part.order()
    order = order[~hidden_rows(part)[order]]
    lonlat = shapely.get_coordinates(part.table.geometry.to_numpy())
    xy = frame.projection.forward(lonlat[order])
    faces = diameters(part, frame.zoom)[order]
    left, bottom, right, top = frame.edges
    reach = float(faces.max(initial=0)) * PX_MM * frame.units_per_mm
    seen = (xy[:, 0] > left - reach) & (xy[:, 0] < right + reach)
    seen &= (xy[:, 1] > bottom - reach) & (xy[:, 1] < top + reach)
    rows, xy, sizes = order[seen], xy[seen], faces[seen]
    _stamp(ax, _faces(part, rows), xy, sizes, zorder)
    if part.kind == "nodes":
        _draw_glyphs(ax, part, rows, xy, sizes=sizes, zorder=zorder)
    places, radius = frame.to_mm(xy), sizes[:, None] / 2 * PX_MM
    boxes = np.hstack([places - radius, places + radius])
    return Symbols(rows, places, sizes / 2 * PX_MM, boxes)


def diameters(part: DrawnRecords, zoom: float) -> Floats:
    """Return the diameter of each symbol in pixels of 1/96 inch."""
    marks = part.marks
    entries, codes = marks.legend.entries, marks.legend.codes
    if part.kind == "nodes":
        scale = _FAR if zoom < _LEG_ZOOM else 1.0  # from afar nodes would hide their corridor
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
class _Face:
    """How a symbol looks."""

    shape: str
    color: tuple[float, float, float, float]
    rim: tuple[float, float, float, float]
    rim_px: float


def _faces(part: DrawnRecords, rows: Integers) -> list[_Face]:
    """Return how the symbols of some rows look."""
    marks = part.marks
    made: dict[tuple[int, int, int, int], _Face] = {}
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


def value_of(part: DrawnRecords, name: str, code: int) -> Any:
    """Return the value of a channel with a code; None without the channel."""
    channel = part.marks.channels.get(name)
    return None if channel is None or not channel.distinct else channel.distinct[code]


def _face(part: DrawnRecords, style: int, form: int, size: int, faded: int) -> _Face:
    entry = part.marks.legend.entries[style]
    shape = value_of(part, "shape", form) or entry.shape
    alpha = value_of(part, "opacity", faded)
    sizes = part.marks.channels.get("size")
    is_ring = sizes is not None and sizes.codes is not None and sizes.distinct[size] is None
    face = face_of(entry, shape, is_ring=is_ring, is_node=part.kind == "nodes")
    if alpha is None:
        return face
    color, rim = ((*one[:3], one[3] * alpha) for one in (face.color, face.rim))
    return _Face(face.shape, color, rim, face.rim_px)


def face_of(entry: Entry, shape: str, *, is_ring: bool = False, is_node: bool = False) -> _Face:
    """Return how the symbol of an entry looks; a ring is that of a record without a size."""
    color = to_rgba(ink(entry.color))
    if is_ring:
        return _Face(shape, (*color[:3], 0.0), color, RING_PX[1])
    opacity = 1.0 if entry.opacity is None else entry.opacity
    filled = (*color[:3], color[3] * opacity)
    width = RIM_PX if entry.outline_width is None else entry.outline_width
    if entry.outline == "none":
        return _Face(shape, filled, (0.0, 0.0, 0.0, 0.0), 0.0)
    usual = to_rgba(_NODE_RIM) if is_node else _RIM
    rim = usual if entry.outline is None else to_rgba(ink(entry.outline))
    return _Face(shape, filled, rim, width)


def _stamp(ax: Axes, faces: list[_Face], xy: Floats, sizes: Floats, zorder: float) -> None:
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


def _layers(face: _Face, px: float, *, is_tiny: bool) -> list[SymbolLayer]:
    """Return the layers of a symbol; a face that is seen through has its rim around it."""
    path = symbol_path("circle" if is_tiny else face.shape)
    points, rim = px * POINTS_PER_PX, face.rim_px * POINTS_PER_PX
    if is_tiny or rim == 0:
        return [SymbolLayer(path, points, face.color, "none", 0.0)]
    if face.color[3] < 1:
        return [SymbolLayer(path, points + rim, face.color, face.rim, rim)]
    below = SymbolLayer(path, points, "none", face.rim, 2 * rim)
    return [below, SymbolLayer(path, points, face.color, "none", 0.0)]


def _stamp_many(ax: Axes, faces: list[_Face], xy: Floats, sizes: Floats, zorder: float) -> None:
    """Draw very many symbols as pixels: about in their order, those that look alike together."""
    kinds = dict[tuple[_Face, float], int]()
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


def _draw_glyphs(
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


# Lines and areas ----------------------------------------------------------------------------------


def _draw_shapes(ax: Axes, part: DrawnRecords, frame: MapFrame, zorder: float) -> Symbols:
    placed = frame.placed(part.table.geometry.to_numpy())
    hidden = hidden_rows(part) | shapely.is_empty(placed)
    kinds = shapely.get_dimensions(placed)
    areas, lines, points = (np.flatnonzero((kinds == kind) & ~hidden) for kind in (2, 1, 0))
    _draw_areas(ax, part, placed[areas], areas, frame, zorder=zorder)
    _draw_lines(ax, part, placed[lines], lines, zorder + 0.2)
    if points.size:
        places, owner = shapely.get_coordinates(placed[points], return_index=True)
        faces = [_point_face(part, int(row)) for row in points[owner]]
        codes = part.marks.legend.codes[points[owner]]
        entries = part.marks.legend.entries
        sizes = np.array([_POINT_PX * (entries[code].size or 1.0) for code in codes])
        _stamp(ax, faces, places, sizes, zorder + 0.4)
    return _extents(placed[~hidden], frame)


def _point_face(part: DrawnRecords, row: int) -> _Face:
    """Return how a point among lines and areas looks: opacities of areas are not its own."""
    entry = part.marks.legend.entries[part.marks.legend.codes[row]]
    if entry.shape == "area":
        entry = Entry(entry.label, 0, entry.color, "circle")
    face = face_of(entry, entry.shape)
    alpha = value_of(part, "opacity", int(_codes_of(part, "opacity")[row]))
    if alpha is None:
        return face
    return _Face(face.shape, (*face.color[:3], face.color[3] * alpha), face.rim, face.rim_px)


def _draw_areas(
    ax: Axes,
    part: DrawnRecords,
    areas: Geometries,
    rows: Integers,
    frame: MapFrame,
    *,
    zorder: float,
) -> None:
    """Draw the areas of some rows."""
    if not rows.size:
        return
    shapes = _uncovered(areas) if part.cover else areas
    kept = ~shapely.is_empty(shapes)
    shapes, rows = shapes[kept], rows[kept]
    fills, strokes = list[Any](), list[Stroke]()
    reach = np.ptp(shapely.bounds(shapes).reshape(-1, 2, 2), axis=1).max(axis=1)
    most_px = reach / frame.units_per_mm / PX_MM * _OUTLINE_SHARE
    for row, most in zip(rows.tolist(), most_px.tolist(), strict=True):
        entry = part.marks.legend.entries[part.marks.legend.codes[row]]
        alpha = value_of(part, "opacity", int(_codes_of(part, "opacity")[row]))
        opacity = (1.0 if entry.opacity is None else entry.opacity) * (
            1.0 if alpha is None else alpha
        )
        color = to_rgba(ink(entry.color))
        fills.append((*color[:3], color[3] * opacity))
        dash = value_of(part, "dash", int(_codes_of(part, "dash")[row]))
        stroke = outline_stroke(entry, part.weight, dash=dash)
        none = Stroke("none", 0.0)
        strokes.append(none if stroke is None else _narrowed(stroke, most))
    drawn = PathCollection(
        [area_path(shape) for shape in shapes],
        facecolors=fills,
        edgecolors=[stroke.color for stroke in strokes],
        linewidths=[stroke.points for stroke in strokes],
        linestyles=[_dashes(stroke) for stroke in strokes],
        joinstyle="round",
        zorder=zorder,
    )
    drawn.set_sizes([], 72)
    ax.add_collection(drawn, autolim=False)


def _narrowed(stroke: Stroke, most_px: float) -> Stroke:
    if stroke.width <= most_px:
        return stroke
    return Stroke(stroke.color, most_px, stroke.dash, stroke.cap, stroke.alpha)


def _uncovered(shapes: Geometries) -> Geometries:
    """Return areas without what later ones cover."""
    if len(shapes) > _MOST_COVERED:
        return shapes
    found: Geometries = shapes.copy()
    lower, upper = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    later: dict[int, list[int]] = {}
    for one, other in zip(lower.tolist(), upper.tolist(), strict=True):
        if other > one and not shapely.touches(shapes[one], shapes[other]):
            later.setdefault(one, []).append(other)
    for one, others in later.items():
        cover = shapely.union_all(shapely.make_valid(shapes[others]))
        found[one] = shapely.difference(shapely.make_valid(shapes[one]), cover)
    return found


def _draw_lines(
    ax: Axes, part: DrawnRecords, lines: Geometries, rows: Integers, zorder: float
) -> None:
    """Draw the lines of some rows."""
    if not rows.size:
        return
    widths = part.marks.channels.get("line_width")
    has_widths = widths is not None and widths.codes is not None
    strokes = []
    for row in rows.tolist():
        entry = part.marks.legend.entries[part.marks.legend.codes[row]]
        alpha = value_of(part, "opacity", int(_codes_of(part, "opacity")[row]))
        stroke = line_stroke(
            entry,
            part.weight,
            width=value_of(part, "line_width", int(_codes_of(part, "line_width")[row])),
            is_measured=has_widths,
            dash=value_of(part, "dash", int(_codes_of(part, "dash")[row])),
            alpha=1.0 if alpha is None else alpha,
        )
        strokes.append(stroke)
    _stroke_lines(ax, lines, strokes, zorder)


def _draw_legs(ax: Axes, part: DrawnRecords, frame: MapFrame, zorder: float) -> Symbols:
    """Draw legs stroke by stroke over all, so that no halo covers the core of another."""
    placed = frame.placed(part.table.geometry.to_numpy())
    scale = max(_FAR, min(_NEAR, frame.zoom / _LEG_ZOOM))
    by_entry = [leg_strokes(entry) for entry in part.marks.legend.entries]
    codes = part.marks.legend.codes
    factor = np.ones(len(placed)) if part.widths is None else part.widths
    for depth in range(max(map(len, by_entry), default=0)):
        rows = [n for n, code in enumerate(codes) if len(by_entry[code]) > depth]
        strokes = [_wider(by_entry[codes[row]][depth], scale * factor[row]) for row in rows]
        _stroke_lines(ax, placed[rows], strokes, zorder + depth / 100)
    return _extents(placed, frame)


def _wider(stroke: Stroke, times: float) -> Stroke:
    return Stroke(stroke.color, stroke.width * times, stroke.dash, stroke.cap, stroke.alpha)


def _stroke_lines(ax: Axes, shapes: Geometries, strokes: Sequence[Stroke], zorder: float) -> None:
    """Draw lines with a stroke each; those with one cap are drawn together, in their order."""
    for cap in dict.fromkeys(stroke.cap for stroke in strokes):
        chosen = [n for n, stroke in enumerate(strokes) if stroke.cap == cap]
        parts, owner = shapely.get_parts(shapes[chosen], return_index=True)
        lines = [shapely.get_coordinates(one) for one in parts]
        own = [strokes[chosen[n]] for n in owner]
        drawn = LineCollection(
            lines,
            colors=[_with_alpha(stroke) for stroke in own],
            linewidths=[stroke.points for stroke in own],
            linestyles=[_dashes(stroke) for stroke in own],
            capstyle=cap,
            joinstyle="round",
            zorder=zorder,
        )
        ax.add_collection(drawn, autolim=False)


def _with_alpha(stroke: Stroke) -> Any:
    color = to_rgba(stroke.color)
    return (*color[:3], color[3] * stroke.alpha)


def _dashes(stroke: Stroke) -> Any:
    return stroke.style


def area_path(shape: Any) -> Path:
    """Return the path of an area with its holes."""
    # Where rings turn as the outer one, matplotlib would fill them.
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(shape)))
    if not len(rings):
        return Path(np.zeros((0, 2)))
    sizes = shapely.get_num_coordinates(rings)
    codes = np.full(int(sizes.sum()), Path.LINETO, dtype=np.uint8)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    codes[starts] = Path.MOVETO
    codes[np.cumsum(sizes) - 1] = Path.CLOSEPOLY
    return Path(shapely.get_coordinates(rings), codes)
