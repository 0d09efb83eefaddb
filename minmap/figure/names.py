"""Names on the map: of records, nodes, towns, countries and waters; no two overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor, hypot
from typing import Any, Final

import numpy as np
import scipy
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from minmap.figure.country_names import middles_on_land
from minmap.figure.lettering import Writer, shortened
from minmap.figure.map_frame import PX_MM, MapFrame
from minmap.figure.records import Symbols
from minmap.scene.base_map import Naming, ground_names
from minmap.scene.strokes import INK, POINTS_PER_PX
from minmap.types import Booleans, Floats

_HALO: Final = (1.0, 1.0, 1.0, 0.85)
_WATER_HALO: Final = "#cfe0e8"
_WATER_INK, _COUNTRY_INK = "#37647c", "#5e5266"
_DOT_PX: Final = 4.0
_DOT_MM: Final = _DOT_PX / 2 * PX_MM  # radius
FINER: Final = 0.7
"""Zooms by which paper is ahead of the page, since small letters are read."""
_AROUND: Final = (0, 1, -1)
_PAD_MM: Final = 0.4
_CELL_MM: Final = 0.25
_APART_MM: Final = 0.8  # from a name to the symbol of another, which is more than to its own
_NEAR_MM: Final = 5.0  # within which two equal names name one place
_EDGE_CELLS: Final = 2  # between a name and the edge of a map
_MOST_TRIED: Final = 2000  # names of a layer
_MOST_LETTERS: Final = 60  # of a name


BoxMm = tuple[float, float, float, float]
"""Left, bottom, right and top in millimetres."""


@dataclass(frozen=True)
class Name:
    """A name at a place of the frame in millimetres, and how it is written.

    A name at a symbol is beside it, `reach_mm` from its middle; others are around their place, or
    have their middle at one of `middles`, the best first.
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
    middles: tuple[tuple[float, float], ...] = ()


@dataclass
class Room:
    """What is taken of a frame, in cells of a quarter of a millimetre: by names and by symbols.

    `reserved` has the symbols of each layer.
    """

    names: Booleans
    symbols: Booleans
    reserved: list[Symbols] = field(default_factory=list)

    @classmethod
    def of(cls, frame: MapFrame) -> Room:
        """Return the room of a frame with nothing in it."""
        shape = (ceil(frame.height_mm / _CELL_MM), ceil(frame.width_mm / _CELL_MM))
        return cls(np.zeros(shape, bool), np.zeros(shape, bool))

    def block(self, boxes: Iterable[BoxMm]) -> None:
        """Keep names out of boxes."""
        for box in boxes:
            self.names[_slices(box)] = True

    def has_name(self, box: BoxMm) -> bool:
        """Return whether a name is in a box."""
        return bool(self.names[_slices(box)].any())

    def take(
        self, name: Name, boxes: Sequence[BoxMm], around: Sequence[BoxMm], *, most_covered: float
    ) -> int | None:
        """Take the first box for a name with no name in it, and no symbol in or around it.

        If there is none, take the one that symbols cover least, up to a share of `most_covered`.
        Return its place, or None.
        """
        cells = [self._cells(box) for box in boxes]
        free = [n for n, one in enumerate(cells) if one is not None and not self.names[one].any()]
        clear = (
            n
            for n in free
            if not self.symbols[_slices(around[n])].any() and self._is_at_own(name, boxes[n])
        )
        chosen = next(clear, None)
        if chosen is None and most_covered and name.reach_mm is None:
            covered = sorted((float(self.symbols[cells[n]].mean()), n) for n in free)
            chosen = next((n for share, n in covered if share <= most_covered), None)
        if chosen is not None:
            self.names[cells[chosen]] = True
        return chosen

    def _is_at_own(self, name: Name, box: BoxMm) -> bool:
        """Return whether no other symbol is nearer to a box than the symbol of its name."""
        if name.reach_mm is None:
            return True
        left, bottom, right, top = box
        aside = max(left - name.x, name.x - right, 0.0)
        gap_mm = hypot(aside, max(bottom - name.y, name.y - top, 0.0)) - name.reach_mm
        place = (name.x, name.y)
        return not any(one.has_nearer(box, place, gap_mm) for one in self.reserved)

    def _cells(self, box: BoxMm) -> tuple[slice, slice] | None:
        """Return the cells of a box; None if it is not inside the frame."""
        left, bottom, right, top = (edge / _CELL_MM for edge in box)
        height, width = self.names.shape
        if left < _EDGE_CELLS or bottom < _EDGE_CELLS:
            return None
        if right > width - _EDGE_CELLS or top > height - _EDGE_CELLS:
            return None
        return _slices(box)

    def reserve(self, symbols: Symbols) -> None:
        """Keep names off symbols."""
        self.reserved.append(symbols)
        height, width = self.symbols.shape
        cells = np.floor(symbols.xy_mm / _CELL_MM).astype(int)
        inside = (cells >= 0).all(axis=1) & (cells < (width, height)).all(axis=1)
        radii = (symbols.radius_mm / _CELL_MM).astype(int)
        for radius in np.unique(radii[inside]).tolist():
            places = np.zeros_like(self.symbols)
            columns, rows = cells[inside & (radii == radius)].T
            places[rows, columns] = True
            self.symbols |= scipy.ndimage.maximum_filter(places, size=2 * radius + 1)

    def reserve_dots(self, names: Sequence[Name]) -> None:
        """Keep names off the dots of towns."""
        dots = [(name.x, name.y) for name in names if name.dot]
        xy_mm = np.array(dots, dtype=np.float64).reshape(-1, 2)
        radius_mm = np.full(len(dots), _DOT_MM)
        self.reserve(Symbols(np.arange(len(dots)), xy_mm, radius_mm))


def _slices(box: BoxMm) -> tuple[slice, slice]:
    left, bottom, right, top = (max(edge / _CELL_MM, 0.0) for edge in box)
    return slice(floor(bottom), ceil(top)), slice(floor(left), ceil(right))


def draw_names(
    writer: Writer,
    names: Iterable[Name],
    frame: MapFrame,
    room: Room,
    *,
    zorder: float,
    most_covered: float,
) -> list[Name]:
    """Write the names for which there is room, the first ones first, and return these.

    Symbols may cover a share of `most_covered` of a name that is around its place.
    """
    left, bottom, *_ = frame.edges
    unit, drawn = frame.units_per_mm, list[Name]()
    # Layers may share a node.
    for name in dict.fromkeys(names):
        dot = (name.x - _DOT_MM, name.y - _DOT_MM, name.x + _DOT_MM, name.y + _DOT_MM)
        if name.dot and room.has_name(dot):
            continue
        width, height = writer.letters.size_mm(name.text, name.size, bold=name.bold)
        middles = _middles(name, width, height)
        half, rise = width / 2 + _PAD_MM, height / 2 + _PAD_MM / 2
        boxes = [(x - half, y - rise, x + half, y + rise) for x, y in middles]
        around = [_around(name, box) for box in boxes]
        chosen = room.take(name, boxes, around, most_covered=most_covered)
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


def _draw_dot(axes: Axes, place: tuple[float, float], zorder: float) -> None:
    x, y = place
    dot = Line2D([x], [y], marker="o", color=INK, markersize=_DOT_PX * POINTS_PER_PX)
    dot.set(markeredgecolor="white", markeredgewidth=0.4, zorder=zorder)
    axes.add_line(dot)


def _middles(name: Name, width: float, height: float) -> list[tuple[float, float]]:
    """Return the middles at which a name may be written, the best first."""
    if name.middles:
        return [*name.middles]
    if name.reach_mm is None:
        return [
            (name.x + aside * width / 4, name.y + move * height * 1.2)
            for aside in (0, 1, -1)
            for move in _AROUND
        ]
    aside, up = name.reach_mm + width / 2 + 0.7, name.reach_mm + height / 2 + 0.5
    sides = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
    return [(name.x + right * aside, name.y + above * up) for right, above in sides]


def _around(name: Name, box: BoxMm) -> BoxMm:
    """Return the box of a name with a margin where its own symbol is not."""
    if name.reach_mm is None:
        return box
    left, bottom, right, top = box
    return (
        left - (_APART_MM if left < name.x else 0),
        bottom - (_APART_MM if bottom < name.y else 0),
        right + (_APART_MM if right > name.x else 0),
        top + (_APART_MM if top > name.y else 0),
    )


def record_names(texts: Sequence[str], precedence: Sequence[int], symbols: Symbols) -> list[Name]:
    """Return the names of points, those that get room first in front."""
    order = sorted(range(len(symbols.rows)), key=lambda n: precedence[int(symbols.rows[n])])
    found = list[Name]()
    for n in order:
        if len(found) == _MOST_TRIED:
            break
        text = shortened(texts[int(symbols.rows[n])], _MOST_LETTERS)
        if text:
            x, y = symbols.xy_mm[n]
            reach = float(symbols.radius_mm[n])
            found.append(Name(text, float(x), float(y), 7, bold=True, reach_mm=reach))
    return found


def placed_names(texts: Sequence[str], places_mm: Floats, order: Sequence[int]) -> list[Name]:
    """Return the names of lines and areas, written around their places."""
    return [
        Name(shortened(texts[n], _MOST_LETTERS), x, y, 7, italic=True)
        for n in order[:_MOST_TRIED]
        for x, y in [places_mm[n].tolist()]
        if texts[n] and np.isfinite(places_mm[n]).all()
    ]


def base_names(frame: MapFrame, language: str, drawn: Sequence[Name]) -> list[Name]:
    """Return the names of the base map at the scale of a frame, the most important first.

    Those of places that the names of layers, which are `drawn`, name are left out.
    """
    table = ground_names()
    table = table[table["zoom"] <= frame.zoom + FINER]
    xy = frame.projection.forward(table[["lon", "lat"]].to_numpy())
    places = frame.to_mm(xy)
    inside = np.isfinite(places).all(axis=1) & (places > 2 * _DOT_MM).all(axis=1)
    most = np.array([frame.width_mm, frame.height_mm]) - 2 * _DOT_MM
    inside &= (places < most).all(axis=1)
    texts = table["name"].where(table["ru"].isna() | (language != "ru"), table["ru"])
    known: dict[str, list[Name]] = {}
    for name in drawn:
        known.setdefault(name.text.casefold(), []).append(name)
    rows = np.flatnonzero(inside).tolist()
    countries = [row for row in rows if table["naming"].iloc[row] == Naming.COUNTRY]
    on_land = middles_on_land(frame, places[countries], [texts.iloc[row] for row in countries])
    middles = dict(zip(countries, on_land, strict=True))
    found = []
    for row in rows:
        naming = Naming(table["naming"].iloc[row])
        name = _base_name(str(texts.iloc[row]), places[row].tolist(), naming)
        if row in middles:
            name = replace(name, middles=tuple(map(tuple, middles[row].tolist())))
        spellings = {name.text.casefold(), str(table["name"].iloc[row]).casefold()}
        if not any(_is_same(name, one) for text in spellings for one in known.get(text, ())):
            found.append(name)
    return found


def _is_same(name: Name, drawn: Name) -> bool:
    """Return whether two equal names name one place: towns and areas have other places."""
    are_areas = name.reach_mm is None and drawn.reach_mm is None
    return are_areas or np.hypot(name.x - drawn.x, name.y - drawn.y) < _NEAR_MM


def _base_name(text: str, place: Sequence[float], naming: Naming) -> Name:
    x, y = place
    if naming == Naming.COUNTRY:
        return Name(text.upper(), x, y, 7, bold=True, color=_COUNTRY_INK)
    if naming == Naming.WATER:
        return Name(text, x, y, 7, italic=True, color=_WATER_INK, halo=_WATER_HALO)
    is_capital = naming == Naming.CAPITAL
    return Name(text, x, y, 6.5, bold=is_capital, reach_mm=_DOT_MM, dot=True)
