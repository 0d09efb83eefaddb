"""Draw the records of a layer: points, lines, areas, and the legs and nodes of corridors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import hypot
from typing import Any, Final

import numpy as np
import scipy
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.path import Path

from minmap.figure.map_frame import PX_MM, MapFrame
from minmap.figure.point_symbols import draw_glyphs, stamp
from minmap.scene.courses import LANE_PX
from minmap.scene.diameters import FAR, LEG_ZOOM, NEAR, diameters
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.faces import Face, face_of, faces_of, value_at
from minmap.scene.strokes import Stroke, ink, leg_strokes, line_stroke, outline_stroke
from minmap.style.symbols import Entry
from minmap.types import Floats, Geometries, Integers

_OUTLINE_SHARE: Final = 0.1  # of the size of an area that its outline may have
_MOST_COVERED: Final = 2000  # areas that are cut where others cover them
_NOTHING: Final = shapely.GeometryCollection()
_SAME_MM: Final = 0.001  # within which symbols are at one place


@dataclass(frozen=True)
class Symbols:
    """Where the symbols of a layer are on the frame, and how far each reaches, in millimetres.

    `rows` are their rows in the table of the layer; `extents_mm` has left, bottom, right and top of
    all records, shape (n, 4). `placed` are the lines and areas of all rows that are seen, on the
    plane, and `widths_mm` the widths of the lines.
    """

    rows: Integers
    xy_mm: Floats
    radius_mm: Floats
    extents_mm: Floats = field(default_factory=lambda: np.zeros((0, 4)))
    placed: Geometries = field(default_factory=lambda: np.zeros(0, object))
    widths_mm: Floats = field(default_factory=lambda: np.zeros(0))

    @cached_property
    def _tree(self) -> scipy.spatial.cKDTree:
        return scipy.spatial.cKDTree(self.xy_mm)

    def covers(self, place: tuple[float, float], margin_mm: float) -> bool:
        """Return whether a place is below a symbol, or nearer to it than a margin."""
        reach = self.radius_mm.max(initial=0.0) + margin_mm
        rows = self._tree.query_ball_point(place, reach)
        gaps = np.hypot(*(self.xy_mm[rows] - place).T) - self.radius_mm[rows]
        return bool((gaps < margin_mm).any())

    def has_nearer(
        self, box: tuple[float, float, float, float], place: tuple[float, float], gap_mm: float
    ) -> bool:
        """Return whether a symbol that is not at a place is nearer to a box than a gap."""
        left, bottom, right, top = box
        reach = hypot(right - left, top - bottom) / 2 + gap_mm + self.radius_mm.max(initial=0.0)
        rows = self._tree.query_ball_point(((left + right) / 2, (bottom + top) / 2), reach)
        x, y = self.xy_mm[rows].T
        aside = np.maximum(np.maximum(left - x, x - right), 0)
        up = np.maximum(np.maximum(bottom - y, y - top), 0)
        is_nearer = np.hypot(aside, up) - self.radius_mm[rows] < gap_mm
        return bool((is_nearer & (np.hypot(x - place[0], y - place[1]) > _SAME_MM)).any())


def draw_records(ax: Axes, part: DrawnRecords, frame: MapFrame, zorder: float) -> Symbols:
    """Draw records on the axes of a map and return their symbols."""
    if part.kind == "legs":
        return _draw_legs(ax, part, frame, zorder)
    if part.kind in ("points", "nodes"):
        return _draw_points(ax, part, frame, zorder)
    return _draw_shapes(ax, part, frame, zorder)


def _no_symbols(placed: Geometries, widths_mm: Floats, frame: MapFrame) -> Symbols:
    """Return lines and areas, which have no symbols."""
    corners = shapely.bounds(placed[~shapely.is_empty(placed)]).reshape(-1, 2)
    boxes = frame.to_mm(corners).reshape(-1, 4)
    none = np.zeros((0, 2))
    return Symbols(np.zeros(0, np.int64), none, np.zeros(0), boxes, placed, widths_mm)


def _draw_points(ax: Axes, part: DrawnRecords, frame: MapFrame, zorder: float) -> Symbols:
    order = part.order()
    order = order[~part.hidden()[order]]
    lonlat = shapely.get_coordinates(part.table.geometry.to_numpy())
    xy = frame.projection.forward(lonlat[order])
    faces = diameters(part, frame.zoom)[order]
    left, bottom, right, top = frame.edges
    reach = float(faces.max(initial=0)) * PX_MM * frame.units_per_mm
    seen = (xy[:, 0] > left - reach) & (xy[:, 0] < right + reach)
    seen &= (xy[:, 1] > bottom - reach) & (xy[:, 1] < top + reach)
    rows, xy, sizes = order[seen], xy[seen], faces[seen]
    stamp(ax, faces_of(part, rows), xy, sizes, zorder)
    if part.kind == "nodes":
        draw_glyphs(ax, part, rows, xy, sizes=sizes, zorder=zorder)
    places, radius = frame.to_mm(xy), sizes[:, None] / 2 * PX_MM
    boxes = np.hstack([places - radius, places + radius])
    return Symbols(rows, places, sizes / 2 * PX_MM, boxes)


def _draw_shapes(ax: Axes, part: DrawnRecords, frame: MapFrame, zorder: float) -> Symbols:
    placed = frame.placed(part.table.geometry.to_numpy())
    placed[part.hidden()] = _NOTHING
    kinds = np.where(shapely.is_empty(placed), -1, shapely.get_dimensions(placed))
    areas, lines, points = (np.flatnonzero(kinds == kind) for kind in (2, 1, 0))
    _draw_areas(ax, part, placed[areas], areas, frame, zorder=zorder)
    widths_mm = np.zeros(len(placed))
    widths_mm[lines] = _draw_lines(ax, part, placed[lines], lines, zorder + 0.2)
    if points.size:
        places, owner = shapely.get_coordinates(placed[points], return_index=True)
        faces = [_point_face(part, int(row)) for row in points[owner]]
        sizes = diameters(part, frame.zoom)[points[owner]]
        stamp(ax, faces, places, sizes, zorder + 0.4)
    return _no_symbols(placed, widths_mm, frame)


def _point_face(part: DrawnRecords, row: int) -> Face:
    """Return how a point among lines and areas looks: opacities of areas are not its own."""
    entry = part.marks.legend.entries[part.marks.legend.codes[row]]
    if entry.shape == "area":
        entry = Entry(entry.label, 0, entry.color, "circle")
    face = face_of(entry, entry.shape)
    alpha = value_at(part, "opacity", row)
    if alpha is None:
        return face
    return Face(face.shape, (*face.color[:3], face.color[3] * alpha), face.rim, face.rim_px)


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
        alpha = value_at(part, "opacity", row)
        opacity = (1.0 if entry.opacity is None else entry.opacity) * (
            1.0 if alpha is None else alpha
        )
        color = to_rgba(ink(entry.color))
        fills.append((*color[:3], color[3] * opacity))
        dash = value_at(part, "dash", row)
        stroke = outline_stroke(entry, part.weight, dash=dash)
        none = Stroke("none", 0.0)
        strokes.append(none if stroke is None else _narrowed(stroke, most))
    drawn = PathCollection(
        [area_path(shape) for shape in shapes],
        facecolors=fills,
        edgecolors=[stroke.color for stroke in strokes],
        linewidths=[stroke.points for stroke in strokes],
        linestyles=[stroke.style for stroke in strokes],
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
) -> Floats:
    """Draw the lines of some rows and return their widths in millimetres."""
    if not rows.size:
        return np.zeros(0)
    widths = part.marks.channels.get("line_width")
    has_widths = widths is not None and widths.codes is not None
    strokes = []
    for row in rows.tolist():
        entry = part.marks.legend.entries[part.marks.legend.codes[row]]
        alpha = value_at(part, "opacity", row)
        stroke = line_stroke(
            entry,
            part.weight,
            width=value_at(part, "line_width", row),
            is_measured=has_widths,
            dash=value_at(part, "dash", row),
            alpha=1.0 if alpha is None else alpha,
        )
        strokes.append(stroke)
    _stroke_lines(ax, lines, strokes, zorder)
    return np.array([stroke.width for stroke in strokes]) * PX_MM


def _draw_legs(ax: Axes, part: DrawnRecords, frame: MapFrame, zorder: float) -> Symbols:
    """Draw legs stroke by stroke over all, so that no halo covers the core of another."""
    placed = frame.placed(part.table.geometry.to_numpy())
    scale = max(FAR, min(NEAR, frame.zoom / LEG_ZOOM))
    by_entry = [leg_strokes(entry) for entry in part.marks.legend.entries]
    codes = part.marks.legend.codes
    factor = np.ones(len(placed)) if part.widths is None else part.widths
    widths_mm = np.zeros(len(placed))
    lanes = np.full(len(placed), np.nan) if part.course is None else part.course.lanes
    shifted = _in_lanes(placed, lanes * LANE_PX * scale * PX_MM, frame)
    most = np.where(np.isnan(lanes), np.inf, LANE_PX)
    for depth in range(max(map(len, by_entry), default=0)):
        rows = [n for n, code in enumerate(codes) if len(by_entry[code]) > depth]
        strokes = [
            _wider(by_entry[codes[row]][depth], scale * factor[row], most[row]) for row in rows
        ]
        _stroke_lines(ax, shifted[rows], strokes, zorder + depth / 100)
        widths_mm[rows] = np.maximum(widths_mm[rows], [one.width * PX_MM for one in strokes])
    return _no_symbols(placed, widths_mm, frame)


def _wider(stroke: Stroke, times: float, most: float) -> Stroke:
    return replace(stroke, width=min(stroke.width, most) * times)


def _in_lanes(lines: Geometries, left_mm: Floats, frame: MapFrame) -> Geometries:
    """Return lines moved to their left, smoothed so that they have no loops there."""
    found: Geometries = lines.copy()
    for row in np.flatnonzero(np.nan_to_num(left_mm)).tolist():
        if not shapely.is_empty(lines[row]):
            left = left_mm[row] * frame.units_per_mm
            smooth = shapely.simplify(lines[row], abs(left))
            found[row] = shapely.offset_curve(smooth, left, join_style="mitre", mitre_limit=1.5)
    return found


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
            linestyles=[stroke.style for stroke in own],
            capstyle=cap,
            joinstyle="round",
            zorder=zorder,
        )
        ax.add_collection(drawn, autolim=False)


def _with_alpha(stroke: Stroke) -> Any:
    color = to_rgba(stroke.color)
    return (*color[:3], color[3] * stroke.alpha)


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
