"""Draw the base map: land, waters, ice, built-up areas, provinces and borders."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Polygon

from minmap.figure.map_frame import MapFrame
from minmap.figure.records import area_path
from minmap.figure.relief import draw_relief
from minmap.scene.base_map import GroundShapes, ground_in
from minmap.scene.ground_cells import PLAIN, Ground
from minmap.scene.strokes import POINTS_PER_PX
from minmap.types import Floats, Geometries

WATER: Final = "#cfe0e8"
LAND: Final = "#f4f1e8"
_BORDER, _PROVINCE, _RIVER = "#a295a6", "#b7abb6", "#a9c6d6"
_AREAS: Final = (
    (Ground.LAND, LAND, 1.0),
    (Ground.PLAYA, "#ece5d2", 1.02),
    (Ground.URBAN, "#e6ddd0", 1.04),
    (Ground.GLACIER, "#fbfdfe", 1.06),
    (Ground.LAKE, WATER, 1.2),
)
"""Areas with their colours and their heights among what is drawn."""
_LINES: Final = (
    (Ground.RIVER, _RIVER, 0.9, None, 1.1),
    (Ground.PROVINCE, _PROVINCE, 0.8, (4, 3), 1.3),
    (Ground.MINOR_PROVINCE, _PROVINCE, 0.8, (1.5, 3), 1.3),
    (Ground.BORDER, _BORDER, 1.1, None, 1.4),
    (Ground.DISPUTED, _BORDER, 1.1, (4, 3), 1.4),
)
"""Lines with their colours, widths and dashes in pixels, and their heights."""
_RELIEF_ORDER: Final = 1.07  # on the land, below waters
_USUAL_ZOOM: Final = 6
_SAMPLES: Final = 200  # of a side of the world
_WHOLE: Final = 359.0  # degrees of longitude of a map of the world
_ALMOST_POLE: Final = 89.99
_SOUTH: Final = shapely.box(-180, -90, 180, -85)  # land beyond the last tiles


def draw_ground(ax: Axes, frame: MapFrame, *, scale: float = 1.0, is_plain: bool = False) -> None:
    """Draw the ground on the axes of a map; `scale` multiplies the widths of lines.

    Plain ground has land, waters and borders only.
    """
    box = frame.box
    edge = _edge_of_world(frame)
    if edge is None:
        ax.set_facecolor(WATER)
    else:
        ax.add_patch(Polygon(edge, facecolor=WATER, linewidth=0, zorder=0.5))
    # Whole hemispheres are smaller than the page's first zoom.
    zoom = max(0.0, frame.zoom)
    ground = ground_in((box.west, box.south, box.east, box.north), zoom=zoom)
    _draw_areas(ax, frame, ground, is_plain=is_plain)
    factor = max(0.6, min(1.4, frame.zoom / _USUAL_ZOOM)) * scale
    _draw_lines(ax, frame, ground, factor, is_plain=is_plain)


def _draw_areas(ax: Axes, frame: MapFrame, ground: GroundShapes, *, is_plain: bool) -> None:
    """Draw the areas, and the relief on the land unless the ground is plain."""
    for kind, color, zorder in _AREAS:
        if is_plain and kind not in PLAIN:
            continue
        shapes = ground.shapes[ground.grounds == kind]
        if kind == Ground.LAND:
            shapes = np.concatenate([shapes, np.array([_SOUTH])])
        shapes = _placed(shapes, frame)
        # Pieces of neighbouring tiles overlap: together they have no seams.
        whole = shapely.union_all(shapely.make_valid(shapes))
        paths = [area_path(whole)] if not shapely.is_empty(whole) else []
        ax.add_collection(
            PathCollection(paths, facecolors=color, linewidths=0, zorder=zorder), autolim=False
        )
        if not is_plain and kind == Ground.LAND and paths:
            draw_relief(ax, frame, paths[0], zorder=_RELIEF_ORDER)


def _draw_lines(
    ax: Axes, frame: MapFrame, ground: GroundShapes, factor: float, *, is_plain: bool
) -> None:
    """Draw the lines; `factor` multiplies their widths."""
    for kind, color, width, dash, zorder in _LINES:
        if is_plain and kind not in PLAIN:
            continue
        shapes = _placed(ground.shapes[ground.grounds == kind], frame)
        lines = [shapely.get_coordinates(one) for one in shapely.get_parts(shapes)]
        style: Any = "solid" if dash is None else (0, [n * POINTS_PER_PX for n in dash])
        drawn = LineCollection(
            lines,
            colors=color,
            linewidths=width * factor * POINTS_PER_PX,
            linestyles=style,
            capstyle="round",
            joinstyle="round",
            zorder=zorder,
        )
        ax.add_collection(drawn, autolim=False)


def _edge_of_world(frame: MapFrame) -> Floats | None:
    """Return the edge of a map of the whole Earth on the plane; None for another map."""
    if frame.box.width < _WHOLE:
        return None
    box, up = frame.box, np.linspace(-_ALMOST_POLE, _ALMOST_POLE, _SAMPLES)
    sides = [
        np.column_stack([np.full(_SAMPLES, lon), lat])
        for lon, lat in ((box.west, up), (box.east, up[::-1]))
    ]
    edge = frame.projection.forward(np.vstack(sides))
    finite: Floats = edge[np.isfinite(edge).all(axis=1)]
    # Around a pole both sides are one line.
    is_area = len(finite) > 3 and shapely.Polygon(finite).contains(shapely.Point(frame.middle))
    return finite if is_area else None


def _placed(shapes: Geometries, frame: MapFrame) -> Geometries:
    placed = frame.placed(shapes)
    found: Geometries = placed[~shapely.is_empty(placed)]
    return found
