"""Names on the map: of records, nodes, towns, countries and waters; no two overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any, Final

import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from minmap.figure.lettering import Writer, shortened
from minmap.figure.map_frame import PX_MM, MapFrame
from minmap.figure.records import Symbols
from minmap.figure.regions import Region, area_region
from minmap.figure.room import BoxMm, Room, Spot
from minmap.scene.labels import places_of
from minmap.scene.strokes import INK, POINTS_PER_PX
from minmap.types import Geometries

_HALO: Final = (1.0, 1.0, 1.0, 0.85)
_DOT_PX: Final = 4.0
DOT_MM: Final = _DOT_PX / 2 * PX_MM
"""Radius of the dot of a town."""
FINER: Final = 0.7
"""Zooms by which paper is ahead of the page, since small letters are read."""
_AROUND: Final = (0, 1, -1)
_PAD_MM, _BETWEEN_MM = 0.4, 0.9  # around names of places, and beside those of areas
_APART_MM: Final = 0.8  # from a name to the symbol of another, which is more than to its own
_REPEATED_MM: Final = 60.0  # between equal names of lines
_MOST_TRIED: Final = 2000  # names of a layer
_MOST_LETTERS: Final = 60  # of a name


@dataclass(frozen=True)
class Name:
    """A name at a place of the frame in millimetres, and how it is written.

    A name at a symbol is beside it, `reach_mm` from its middle; others have their middle in their
    `region`, or are around their place, and symbols may cover a share of them. A stop is a node of
    a corridor.
    """

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    italic: bool = False
    color: str = INK
    halo: Any = _HALO
    reach_mm: float | None = None
    dot: bool = False
    region: Region | None = None
    most_covered: float = 1.0
    is_stop: bool = False


def draw_names(
    writer: Writer,
    names: Iterable[Name],
    frame: MapFrame,
    room: Room,
    *,
    zorder: float,
) -> list[Name]:
    """Write the names for which there is room, the first ones first, and return these."""
    left, bottom, *_ = frame.edges
    unit, drawn = frame.units_per_mm, list[Name]()
    # Layers may share a node.
    for name in dict.fromkeys(names):
        dot = (name.x - DOT_MM, name.y - DOT_MM, name.x + DOT_MM, name.y + DOT_MM)
        is_hidden = name.dot and room.has_name(dot)
        if is_hidden or _is_repeated(name, drawn):
            continue
        width, height = writer.letters.size_mm(name.text, name.size, bold=name.bold)
        middles = _middles(name, width, height)
        aside = _PAD_MM if name.region is None else _BETWEEN_MM
        half, rise = width / 2 + aside, height / 2 + _PAD_MM / 2
        boxes = ((x - half, y - rise, x + half, y + rise) for x, y in middles)
        spots = (_spot(name, box) for box in boxes)
        chosen = room.take(spots, most_covered=name.most_covered)
        if chosen is None:
            continue
        drawn.append(name)
        x, y = middles[chosen]
        _write(writer, name, (left + x * unit, bottom + y * unit), zorder)
        if name.dot:
            room.block([dot])
            _draw_dot(writer.axes, (left + name.x * unit, bottom + name.y * unit), zorder)
    return drawn


def _write(writer: Writer, name: Name, place: tuple[float, float], zorder: float) -> None:
    """Write a name with its halo around a place."""
    face = {"bold": name.bold, "italic": name.italic}
    more: Any = {**face, "ha": "center", "zorder": zorder, "clip_on": True}
    # Apart, since a text with effects is drawn as lines, which cannot be selected.
    halo = patheffects.Stroke(linewidth=3 * POINTS_PER_PX, foreground=name.halo)
    writer.write(place, name.text, name.size, color="none", path_effects=[halo], **more)
    writer.write(place, name.text, name.size, color=name.color, **more)


def _is_repeated(name: Name, drawn: Sequence[Name]) -> bool:
    """Return whether a name of a line is written at another part of it nearby."""
    if name.reach_mm is not None or name.region is not None:
        return False
    same = (one for one in drawn if one.text == name.text)
    return any(hypot(name.x - one.x, name.y - one.y) < _REPEATED_MM for one in same)


def _draw_dot(axes: Axes, place: tuple[float, float], zorder: float) -> None:
    x, y = place
    dot = Line2D([x], [y], marker="o", color=INK, markersize=_DOT_PX * POINTS_PER_PX)
    dot.set(markeredgecolor="white", markeredgewidth=0.4, zorder=zorder)
    axes.add_line(dot)


def _middles(name: Name, width: float, height: float) -> list[tuple[float, float]]:
    """Return the middles at which a name may be written, the best first."""
    if name.region is not None:
        return [(x, y) for x, y in name.region.middles(width).tolist()]
    if name.reach_mm is None:
        return [
            (name.x + aside * width / 4, name.y + move * height * 1.2)
            for aside in (0, 1, -1)
            for move in _AROUND
        ]
    aside, up = name.reach_mm + width / 2 + 0.7, name.reach_mm + height / 2 + 0.5
    sides = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
    return [(name.x + right * aside, name.y + above * up) for right, above in sides]


def _spot(name: Name, box: BoxMm) -> Spot:
    """Return a spot of a name with a margin where its own symbol is not."""
    if name.reach_mm is None:
        return Spot(box, box)
    left, bottom, right, top = box
    around = (
        left - (_APART_MM if left < name.x else 0),
        bottom - (_APART_MM if bottom < name.y else 0),
        right + (_APART_MM if right > name.x else 0),
        top + (_APART_MM if top > name.y else 0),
    )
    aside = max(left - name.x, name.x - right, 0.0)
    gap_mm = hypot(aside, max(bottom - name.y, name.y - top, 0.0)) - name.reach_mm
    return Spot(box, around, (name.x, name.y), gap_mm)


def record_names(
    texts: Sequence[str], precedence: Sequence[int], symbols: Symbols, *, are_stops: bool = False
) -> list[Name]:
    """Return the names of points, those that get room first in front."""
    order = sorted(range(len(symbols.rows)), key=lambda n: precedence[int(symbols.rows[n])])
    found = list[Name]()
    for n in order:
        if len(found) == _MOST_TRIED:
            break
        text = shortened(texts[int(symbols.rows[n])], _MOST_LETTERS)
        if text:
            x, y = symbols.xy_mm[n].tolist()
            reach = float(symbols.radius_mm[n])
            found.append(Name(text, x, y, 7, bold=True, reach_mm=reach, is_stop=are_stops))
    return found


def placed_names(
    texts: Sequence[str], precedence: Sequence[int], placed: Geometries, frame: MapFrame
) -> list[Name]:
    """Return the names of lines and areas of the plane, those that get room first in front.

    Those of areas are inside them, those of lines around their middle.
    """
    rows = [
        n
        for n in np.argsort(precedence, kind="stable").tolist()
        if texts[n] and not shapely.is_empty(placed[n])
    ]
    chosen = placed[rows[:_MOST_TRIED]]
    anchors = frame.to_mm(shapely.get_coordinates(places_of(chosen)))
    are_areas = shapely.get_dimensions(chosen) == 2
    found = []
    for n, shape, anchor, is_area in zip(rows, chosen, anchors, are_areas.tolist(), strict=False):
        region = area_region(shape, anchor, frame) if is_area else None
        x, y = anchor.tolist()
        found.append(Name(shortened(texts[n], _MOST_LETTERS), x, y, 7, italic=True, region=region))
    return found
