"""Names on the map: of records, nodes, towns, countries and waters; no two overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from minmap.figure.lettering import Writer
from minmap.figure.map_frame import PX_MM, MapFrame
from minmap.figure.records import Symbols
from minmap.figure.strokes import INK
from minmap.figure.symbols import POINTS_PER_PX
from minmap.scene.base_map import Naming, ground_names
from minmap.types import Floats

_HALO: Final = (1.0, 1.0, 1.0, 0.85)
_WATER_HALO: Final = "#cfe0e8"
_WATER_INK, _COUNTRY_INK = "#37647c", "#5e5266"
_DOT_PX: Final = 4.0
NORTH_MM: Final = 15.0
"""Side of the corner in which the arrow to north is."""
_AROUND: Final = (0, 1, -1, 2, -2)
_PAD_MM: Final = 0.4
_FINER: Final = 0.7  # on paper small letters are read, so that names of the next zoom have room


BoxMm = tuple[float, float, float, float]
"""Left, bottom, right and top in millimetres."""


@dataclass(frozen=True)
class Name:
    """A name at a place of the frame in millimetres, and how it is written.

    A name at a symbol is beside it, `reach_mm` from its middle; others are around their place.
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


@dataclass
class Room:
    """What is taken of a frame: boxes of names and of symbols, in millimetres."""

    width_mm: float
    height_mm: float
    names: list[BoxMm] = field(default_factory=list)
    symbols: Floats = field(default_factory=lambda: np.zeros((0, 4)))

    @classmethod
    def of(cls, frame: MapFrame) -> Room:
        """Return the room of a frame without the corner of the arrow to north."""
        low = frame.height_mm - NORTH_MM
        return cls(frame.width_mm, frame.height_mm, [(0.0, low, NORTH_MM, frame.height_mm)])

    def take(self, boxes: Sequence[BoxMm], *, over_symbols: bool) -> int | None:
        """Take the first box with nothing in it, and return its place; None if none is free.

        With `over_symbols` the first without a name in it will do.
        """
        names = np.array(self.names).reshape(-1, 4)
        free = [place for place, box in enumerate(boxes) if self._is_free(box, names)]
        clear = [place for place in free if self._is_free(boxes[place], self.symbols)]
        chosen = clear or (free if over_symbols else [])
        if not chosen:
            return None
        self.names.append(boxes[chosen[0]])
        return chosen[0]

    def _is_free(self, box: BoxMm, taken: Floats) -> bool:
        left, bottom, right, top = box
        if left < 0.5 or bottom < 0.5 or right > self.width_mm - 0.5 or top > self.height_mm - 0.5:
            return False
        lefts, bottoms, rights, tops = taken.T
        meets = (lefts < right) & (rights > left) & (bottoms < top) & (tops > bottom)
        return not bool(meets.any())

    def reserve(self, symbols: Symbols) -> None:
        """Keep names off symbols."""
        radius = symbols.radius_mm[:, None]
        boxes = np.hstack([symbols.xy_mm - radius, symbols.xy_mm + radius])
        self.symbols = np.vstack([self.symbols, boxes])


def draw_names(writer: Writer, names: Iterable[Name], frame: MapFrame, room: Room) -> None:
    """Write the names for which there is room, the first ones first."""
    left, bottom, *_ = frame.edges
    unit = frame.units_per_mm
    for name in names:
        width, height = writer.letters.size_mm(name.text, name.size, bold=name.bold)
        middles, boxes = _boxes(name, width, height)
        chosen = room.take(boxes, over_symbols=name.reach_mm is None)
        if chosen is None:
            continue
        x, y = middles[chosen]
        place = (left + x * unit, bottom + y * unit)
        face = {"bold": name.bold, "italic": name.italic}
        more: Any = {**face, "ha": "center", "zorder": 40, "clip_on": True}
        # Apart, since a text with effects is drawn as lines, which cannot be selected.
        halo = patheffects.Stroke(linewidth=3 * POINTS_PER_PX, foreground=name.halo)
        writer.write(place, name.text, name.size, color="none", path_effects=[halo], **more)
        writer.write(place, name.text, name.size, color=name.color, **more)
        if name.dot:
            _draw_dot(writer.axes, (left + name.x * unit, bottom + name.y * unit))


def _draw_dot(axes: Axes, place: tuple[float, float]) -> None:
    x, y = place
    dot = Line2D([x], [y], marker="o", color=INK, markersize=_DOT_PX * POINTS_PER_PX, zorder=39)
    dot.set(markeredgecolor="white", markeredgewidth=0.4)
    axes.add_line(dot)


def _boxes(
    name: Name, width: float, height: float
) -> tuple[list[tuple[float, float]], list[BoxMm]]:
    """Return the middles at which a name may be written, the best first, and their boxes."""
    if name.reach_mm is None:
        middles = [
            (name.x + aside * width / 2, name.y + move * height * 1.2)
            for aside in (0, 1, -1)
            for move in _AROUND
        ]
    else:
        aside, up = name.reach_mm + width / 2 + 0.6, name.reach_mm + height / 2 + 0.4
        middles = [
            (name.x + aside, name.y), (name.x - aside, name.y), (name.x, name.y + up),
            (name.x, name.y - up), (name.x + aside, name.y + up), (name.x + aside, name.y - up),
        ]  # fmt: skip
    half, rise = width / 2 + _PAD_MM, height / 2 + _PAD_MM / 2
    return middles, [(x - half, y - rise, x + half, y + rise) for x, y in middles]


def record_names(texts: Sequence[str], precedence: Sequence[int], symbols: Symbols) -> list[Name]:
    """Return the names of points, those that get room first in front."""
    order = sorted(range(len(symbols.rows)), key=lambda n: precedence[int(symbols.rows[n])])
    found = []
    for n in order:
        text = texts[int(symbols.rows[n])]
        if text:
            x, y = symbols.xy_mm[n]
            reach = float(symbols.radius_mm[n])
            found.append(Name(text, float(x), float(y), 7, bold=True, reach_mm=reach))
    return found


def placed_names(texts: Sequence[str], places_mm: Floats, order: Sequence[int]) -> list[Name]:
    """Return the names of lines and areas, written around their places."""
    return [
        Name(texts[n], float(places_mm[n, 0]), float(places_mm[n, 1]), 7, italic=True)
        for n in order
        if texts[n] and np.isfinite(places_mm[n]).all()
    ]


def base_names(frame: MapFrame, language: str) -> list[Name]:
    """Return the names of the base map at the scale of a frame, the most important first."""
    table = ground_names()
    table = table[table["zoom"] <= frame.zoom + _FINER]
    xy = frame.projection.forward(table[["lon", "lat"]].to_numpy())
    places = frame.to_mm(xy)
    inside = np.isfinite(places).all(axis=1) & (places > 0).all(axis=1)
    inside &= (places < np.array([frame.width_mm, frame.height_mm])).all(axis=1)
    texts = table["name"].where(table["ru"].isna() | (language != "ru"), table["ru"])
    found = []
    for row in np.flatnonzero(inside).tolist():
        naming = Naming(table["naming"].iloc[row])
        found.append(_base_name(str(texts.iloc[row]), places[row].tolist(), naming))
    return found


def _base_name(text: str, place: Sequence[float], naming: Naming) -> Name:
    x, y = place
    if naming == Naming.COUNTRY:
        return Name(text.upper(), x, y, 7, bold=True, color=_COUNTRY_INK)
    if naming == Naming.WATER:
        return Name(text, x, y, 7, italic=True, color=_WATER_INK, halo=_WATER_HALO)
    is_capital = naming == Naming.CAPITAL
    reach = _DOT_PX / 2 * PX_MM
    return Name(text, x, y, 6.5, bold=is_capital, reach_mm=reach, dot=True)
