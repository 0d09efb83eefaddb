"""Draw the base map: land, waters and borders, and the graticule."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Polygon

from minmap.figure.map_frame import MapFrame
from minmap.figure.records import area_path
from minmap.scene.base_map import Ground, ground_in
from minmap.scene.strokes import POINTS_PER_PX
from minmap.types import Floats, Geometries

WATER: Final = "#cfe0e8"
LAND: Final = "#f4f1e8"
_BORDER, _RIVER = "#a295a6", "#a9c6d6"
_GRATICULE: Final = "#5e5266"
_USUAL_ZOOM: Final = 6
_SECONDS: Final = [n * unit for unit in (3600, 60, 1) for n in (30, 20, 10, 5, 2, 1)]
_LEAST_LINES: Final = 6  # on the longer side
_SAMPLES: Final = 200  # of a line of the graticule
_WHOLE: Final = 359.0  # degrees of longitude of a map of the world
_ALMOST_POLE: Final = 89.99
_SOUTH: Final = shapely.box(-180, -90, 180, -85)  # land beyond the last tiles


def draw_ground(ax: Axes, frame: MapFrame, *, scale: float = 1.0) -> None:
    """Draw land, waters and borders on the axes of a map; `scale` multiplies the widths."""
    box = frame.box
    edge = _edge_of_world(frame)
    if edge is None:
        ax.set_facecolor(WATER)
    else:
        ax.add_patch(Polygon(edge, facecolor=WATER, linewidth=0, zorder=0.5))
    ground = ground_in((box.west, box.south, box.east, box.north), zoom=frame.zoom)
    factor = max(0.6, min(1.4, frame.zoom / _USUAL_ZOOM)) * scale
    for kind, color, zorder in ((Ground.LAND, LAND, 1.0), (Ground.LAKE, WATER, 1.2)):
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
    for kind, color, width, dash, zorder in (
        (Ground.RIVER, _RIVER, 0.9 * factor, None, 1.1),
        (Ground.BORDER, _BORDER, 1.1 * factor, None, 1.4),
        (Ground.DISPUTED, _BORDER, 1.1 * factor, (4, 3), 1.4),
    ):
        shapes = _placed(ground.shapes[ground.grounds == kind], frame)
        lines = [shapely.get_coordinates(one) for one in shapely.get_parts(shapes)]
        style: Any = "solid" if dash is None else (0, [n * POINTS_PER_PX for n in dash])
        drawn = LineCollection(
            lines,
            colors=color,
            linewidths=width * POINTS_PER_PX,
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


def draw_graticule(ax: Axes, frame: MapFrame) -> list[tuple[str, float, float]]:
    """Draw meridians and parallels; return their labels.

    Each label has the side of the frame on which it stands (``"bottom"`` or ``"left"``), how far
    from the lower left corner in millimetres, and its seconds of arc, east or north.
    """
    box = frame.box
    step = next((s for s in _SECONDS if max(box.width, box.height) * 3600 / s >= _LEAST_LINES), 1)
    lines, labels = list[Floats](), list[tuple[str, float, float]]()
    for seconds in _multiples(box.west, box.east, step):
        lat = np.linspace(box.south, box.north, _SAMPLES)
        line = frame.projection.forward(np.column_stack([np.full(_SAMPLES, seconds / 3600), lat]))
        lines.append(line)
        labels += [("bottom", x, seconds) for x in _crossings(frame.to_mm(line), 1, frame.width_mm)]
    for seconds in _multiples(max(box.south, -90), min(box.north, 90), step):
        if abs(seconds) == 90 * 3600:
            continue
        lon = np.linspace(box.west, box.east, _SAMPLES)
        line = frame.projection.forward(np.column_stack([lon, np.full(_SAMPLES, seconds / 3600)]))
        lines.append(line)
        labels += [("left", y, seconds) for y in _crossings(frame.to_mm(line), 0, frame.height_mm)]
    finite = [line[np.isfinite(line).all(axis=1)] for line in lines]
    drawn = LineCollection(
        [line for line in finite if len(line) > 1],
        colors=_GRATICULE,
        alpha=0.45,
        linewidths=0.6 * POINTS_PER_PX,
        zorder=2,
    )
    ax.add_collection(drawn, autolim=False)
    return labels


def _multiples(low: float, high: float, step: int) -> list[int]:
    first = int(np.ceil(low * 3600 / step))
    return [n * step for n in range(first, int(np.floor(high * 3600 / step)) + 1)]


def _crossings(line: Floats, axis: int, most: float) -> list[float]:
    """Return where a line in millimetres crosses an edge at 0 on an axis, between 0 and `most`."""
    values, along = line[:, axis], line[:, 1 - axis]
    crosses = np.flatnonzero((values[:-1] < 0) != (values[1:] < 0))
    found = []
    for n in crosses:
        share = values[n] / (values[n] - values[n + 1])
        place = along[n] + share * (along[n + 1] - along[n])
        if np.isfinite(place) and 0 <= place <= most:
            found.append(float(place))
    return found
