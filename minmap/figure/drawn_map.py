"""Draw one map of a figure: its ground, its layers and their names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from minmap.figure import furniture
from minmap.figure.base_names import base_names, dots_of
from minmap.figure.graticule import Graticule, draw_graticule
from minmap.figure.ground import draw_ground
from minmap.figure.lettering import Writer
from minmap.figure.line_names import write_line_names
from minmap.figure.map_frame import MapFrame
from minmap.figure.names import DOT_MM, FINER, Name, draw_names, placed_names, record_names
from minmap.figure.paper_map import PaperMap
from minmap.figure.rasters import draw_raster, raster_box
from minmap.figure.records import Symbols, draw_records
from minmap.figure.room import Room
from minmap.scene.courses import Course
from minmap.scene.drawn_layer import DrawnRaster, DrawnRecords
from minmap.types import Floats

# Rasters, lines and areas are above the ground, names of the ground above them, and above these
# corridors, symbols and their names.
_GROUND_ORDER, _NAME_ORDER, _SYMBOL_ORDER, _LABEL_ORDER = 3.0, 1000.0, 2000.0, 3000.0


@dataclass(frozen=True)
class DrawnMap:
    """A map without its names: the room for them, and the boxes of its data in millimetres."""

    room: Room
    names: list[Name]
    courses: list[tuple[Course, Symbols]]
    taken_mm: Floats
    graticule: Graticule

    def write_names(self, writer: Writer, frame: MapFrame, *, has_ground: bool) -> None:
        """Write the names of records, and those of the base map where there is room."""
        room = self.room
        write_line_names(writer, self.courses, frame, room, zorder=_LABEL_ORDER)
        written = draw_names(writer, self.names, frame, room, zorder=_LABEL_ORDER)
        if not has_ground:
            return
        ground = [
            name
            for name in base_names(frame, writer.language, written)
            if not (name.dot and room.has_symbol((name.x, name.y), DOT_MM))
        ]
        room.reserve(dots_of(ground))
        # Symbols and corridors lie on the names of the base map.
        room.reserve_lines()
        draw_names(writer, ground, frame, room, zorder=_NAME_ORDER)


def drawn_map(ax: Axes, paper_map: PaperMap, frame: MapFrame, *, dpi: float) -> DrawnMap:
    """Draw the ground and the layers of a map, with rasters at `dpi` dots an inch."""
    left, bottom, right, top = frame.edges
    ax.set(xlim=(left, right), ylim=(bottom, top), autoscale_on=False)
    if paper_map.base != "none":
        draw_ground(ax, frame, is_plain=paper_map.base == "plain")
    graticule = draw_graticule(ax, frame)
    room, names, extents = Room.of(frame), list[Name](), list[Floats]()
    courses = list[tuple[Course, Symbols]]()
    parts = [part for layer in paper_map.layers for part in layer.parts]
    for number, part in enumerate(parts):
        is_symbol = isinstance(part, DrawnRecords) and part.kind != "shapes"
        zorder = (_SYMBOL_ORDER if is_symbol else _GROUND_ORDER) + number
        if isinstance(part, DrawnRaster):
            draw_raster(ax, part, frame, dpi=dpi, zorder=zorder)
            extents.append(raster_box(part, frame))
            continue
        drawn = draw_records(ax, part, frame, zorder)
        extents.append(drawn.extents_mm)
        room.reserve(drawn)
        names += _names_of(part, drawn, frame)
        if part.course is not None:
            courses.append((part.course, drawn))
    furniture.draw_edge(ax)
    return DrawnMap(room, names, courses, np.vstack([np.zeros((0, 4)), *extents]), graticule)


def _names_of(part: DrawnRecords, drawn: Symbols, frame: MapFrame) -> list[Name]:
    """Return the names of records: those of nodes, and labels that the map's maker chose."""
    if part.kind == "nodes":
        texts: list[str] = part.table["name"].astype(str).tolist()
        return record_names(texts, range(len(texts)), drawn, are_stops=True)
    if part.labels is None or part.labels.zoom > frame.zoom + FINER:
        return []
    precedence = part.labels.precedence.tolist()
    if part.kind == "points":
        return record_names(part.texts, precedence, drawn)
    return placed_names(part.texts, precedence, drawn.placed, frame)
