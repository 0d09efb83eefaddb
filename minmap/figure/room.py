"""The room for names in a frame: what names, symbols and lines take of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Final

import numpy as np
import scipy
import shapely

from minmap.figure.map_frame import MapFrame
from minmap.figure.records import Symbols
from minmap.types import Booleans, Floats

BoxMm = tuple[float, float, float, float]
"""Left, bottom, right and top in millimetres."""
_CELL_MM: Final = 0.25
_EDGE_CELLS: Final = 2  # between a name and the edge of a map
_DOT_MM: Final = 0.6  # radius of a symbol that leaves the letters below it readable
_OF_DOT: Final = 0.25  # how much of what it covers such a symbol hides
_MOST_CROSSED: Final = 0.15  # of a name that lines may pass


@dataclass(frozen=True)
class Spot:
    """A box for a name, and the box around it that has no symbol.

    The name has its own symbol `gap_mm` from the box, if it has one, with its middle at `own`.
    """

    box: BoxMm
    around: BoxMm
    own: tuple[float, float] | None = None
    gap_mm: float = 0.0


@dataclass
class Room:
    """What is taken of a frame, in cells of a quarter of a millimetre.

    `dots` are small symbols, which are among the `symbols` too; `reserved` has those of each layer.
    """

    frame: MapFrame
    names: Booleans
    symbols: Booleans
    dots: Booleans
    lines: Booleans
    reserved: list[Symbols] = field(default_factory=list)

    @classmethod
    def of(cls, frame: MapFrame) -> Room:
        """Return the room of a frame with nothing in it."""
        shape = (ceil(frame.height_mm / _CELL_MM), ceil(frame.width_mm / _CELL_MM))
        names, symbols, dots, lines = (np.zeros(shape, bool) for _ in range(4))
        return cls(frame, names, symbols, dots, lines)

    def block(self, boxes: Iterable[BoxMm]) -> None:
        """Keep names out of boxes."""
        for box in boxes:
            self.names[_slices(box)] = True

    def has_name(self, box: BoxMm) -> bool:
        """Return whether a name is in a box."""
        return bool(self.names[_slices(box)].any())

    def is_free(self, boxes: Iterable[BoxMm]) -> bool:
        """Return whether boxes are within the frame and have no name."""
        cells = [self._cells(box) for box in boxes]
        return all(one is not None and not self.names[one].any() for one in cells)

    def is_covered(self, boxes: Iterable[BoxMm]) -> bool:
        """Return whether a symbol is in one of several boxes."""
        return any(self.symbols[_slices(box)].any() for box in boxes)

    def has_symbol(self, place: tuple[float, float], margin_mm: float) -> bool:
        """Return whether a place is below a symbol, or nearer to one than a margin."""
        return any(one.covers(place, margin_mm) for one in self.reserved)

    def take(self, spots: Iterable[Spot], *, most_covered: float) -> int | None:
        """Take the first spot with no name in it, no symbol in or around it, and no line.

        If there is none, take the one that lines pass least; for a name without a symbol of its
        own symbols may cover a share of `most_covered`. Return its place, or None.
        """
        best: tuple[float, int, tuple[slice, slice]] | None = None
        for number, spot in enumerate(spots):
            cells = self._cells(spot.box)
            if cells is None or self.names[cells].any():
                continue
            cost = self._cost(spot, cells, most_covered)
            if cost is not None and (best is None or cost < best[0]):
                best = cost, number, cells
            if cost == 0:
                break
        if best is None:
            return None
        self.names[best[2]] = True
        return best[1]

    def _cost(self, spot: Spot, cells: tuple[slice, slice], most_covered: float) -> float | None:
        """Return the share of a spot that is covered; None if a name cannot be there."""
        crossed = float(self.lines[cells].mean())
        covered = 0.0
        if self.symbols[_slices(spot.around)].any():
            dots = self.dots[cells]
            covered = float((self.symbols[cells] & ~dots).mean() + dots.mean() * _OF_DOT)
            if spot.own is not None or covered > most_covered:
                return None
        if crossed > _MOST_CROSSED or not self._is_at_own(spot):
            return None
        return covered + crossed

    def _is_at_own(self, spot: Spot) -> bool:
        """Return whether no other symbol is nearer to a spot than the symbol of its name."""
        if spot.own is None:
            return True
        return not any(one.has_nearer(spot.box, spot.own, spot.gap_mm) for one in self.reserved)

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
        _mark(self.symbols, symbols.xy_mm, symbols.radius_mm)
        small = symbols.radius_mm <= _DOT_MM
        _mark(self.dots, symbols.xy_mm[small], symbols.radius_mm[small])

    def reserve_lines(self) -> None:
        """Keep names off the lines of the layers whose symbols are reserved."""
        for layer in self.reserved:
            rows = np.flatnonzero(layer.widths_mm)
            step = _CELL_MM * self.frame.units_per_mm
            lines = shapely.segmentize(layer.placed[rows], step)
            xy, owner = shapely.get_coordinates(lines, return_index=True)
            _mark(self.lines, self.frame.to_mm(xy), layer.widths_mm[rows][owner] / 2)


def _mark(taken: Booleans, xy_mm: Floats, radius_mm: Floats) -> None:
    """Mark the cells around places, as far as a radius of each."""
    height, width = taken.shape
    cells = np.floor(xy_mm / _CELL_MM).astype(int)
    inside = (cells >= 0).all(axis=1) & (cells < (width, height)).all(axis=1)
    radii = (radius_mm / _CELL_MM).astype(int)
    for radius in np.unique(radii[inside]).tolist():
        places = np.zeros_like(taken)
        columns, rows = cells[inside & (radii == radius)].T
        places[rows, columns] = True
        taken |= scipy.ndimage.maximum_filter(places, size=2 * radius + 1)


def _slices(box: BoxMm) -> tuple[slice, slice]:
    left, bottom, right, top = (max(edge / _CELL_MM, 0.0) for edge in box)
    return slice(floor(bottom), ceil(top)), slice(floor(left), ceil(right))
