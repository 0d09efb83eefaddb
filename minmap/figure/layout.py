"""Where the maps of a figure and their legend are on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import Final

from minmap.figure.legend_drawing import (
    COLUMN_MM,
    GAP_MM,
    Item,
    balanced_height,
    columns_of,
    height_of,
)
from minmap.figure.map_frame import MapFrame, frame_at_scale, frame_of
from minmap.figure.panel_names import PanelNames
from minmap.figure.projection import Box, Projection

MARGIN_MM: Final = 6.0
GUTTER_MM: Final = 4.5
"""Beside and below a map, for the angles of the graticule."""
USUAL_MM: Final = 240.0
"""Width of a figure for which none is given."""
_PAD: Final = 0.05
_MOST_PAD: Final = 0.25
_HIGHEST: Final = 1.2  # of several maps, over their width
_LEAST_MAP_MM: Final = 28.0  # width of one of several maps in a row
_MOST_BESIDE: Final = 2  # columns of the legend beside the map
_LEAST_COLUMN_MM: Final = 30.0  # width of each of two columns of the legend on narrow paper
_LEAST_SHARE: Final = 0.55  # of the width of a figure that a map beside its legend has

ItemsFor = Callable[[MapFrame, float], list[Item]]


@dataclass(frozen=True)
class Paper:
    """How a figure is made.

    Attributes
    ----------
    width_mm
        Width of the figure; None for the usual one, or that of a map at a scale.
    scale
        n of the scale 1 : n of the map; None fits the map into the width.
    box
        What the map shows; None takes that of the map.
    projection
        Its projection; None takes one that suits what it shows.
    dpi
        Pixels an inch, of a PNG and of what is not drawn as lines.
    may_be_empty
        Whether `box` may show none of the data without a warning.
    """

    width_mm: float | None = None
    scale: float | None = None
    box: Box | None = None
    projection: Projection | None = None
    dpi: float = 200.0
    may_be_empty: bool = False

    @property
    def may_cut(self) -> bool:
        """Whether the map may be too large for its paper."""
        return self.box is None and self.scale is not None and self.width_mm is not None


@dataclass(frozen=True)
class Layout:
    """Where maps, `across` in a row with `name_mm` above each, and their legend are, in mm."""

    frame: MapFrame
    count: int
    across: int
    name_mm: float = 0.0
    width_mm: float = 0.0
    columns: Sequence[Sequence[Item]] = ()
    column_mm: float = COLUMN_MM
    is_beside: bool = False

    @property
    def step_mm(self) -> float:
        """Height of a map with its name and its angles."""
        return self.frame.height_mm + GUTTER_MM + self.name_mm

    @property
    def maps_mm(self) -> float:
        """Height of all maps."""
        return self.step_mm * ceil(self.count / self.across)

    @property
    def column_step_mm(self) -> float:
        """From the left of a column of the legend to that of the next."""
        return self.column_mm + GAP_MM

    @property
    def legend_mm(self) -> float:
        """Height of the legend."""
        return max(map(height_of, self.columns), default=0.0)

    def grown(self, aside_mm: float, up_mm: float) -> Layout:
        """Return the layout of one map, wider and higher by these amounts."""
        frame = self.frame.grown(aside_mm, up_mm)
        return replace(self, frame=frame, width_mm=self.width_mm + aside_mm)

    def with_legend(self, items_for: ItemsFor) -> Layout:
        """Return the layout with a legend where it has one: in as many columns, or below."""
        items = items_for(self.frame, COLUMN_MM)
        if self.is_beside:
            least_mm = balanced_height(items, len(self.columns))
            height_mm = max(self.maps_mm - GUTTER_MM, least_mm)
            return replace(self, columns=columns_of(items, height_mm))
        room_mm = self.width_mm - 2 * MARGIN_MM
        count = int((room_mm + GAP_MM) / (COLUMN_MM + GAP_MM))
        if count >= 2:
            return self._below(items, count, COLUMN_MM)
        one_mm, half_mm = min(room_mm, COLUMN_MM), (room_mm - GAP_MM) / 2
        one = self._below(items_for(self.frame, one_mm), 1, one_mm)
        items = items_for(self.frame, half_mm)
        if half_mm < max([_LEAST_COLUMN_MM, *(item.least_mm for item in items)]):
            return one
        two = self._below(items, 2, half_mm)
        return min(one, two, key=lambda layout: layout.legend_mm)

    def _below(self, items: Sequence[Item], count: int, column_mm: float) -> Layout:
        columns = columns_of(items, balanced_height(items, count))
        return replace(self, columns=columns, column_mm=column_mm)


def framing(
    projection: Projection, box: Box, paper: Paper, reach_mm: Callable[[float], float]
) -> Callable[[float], MapFrame]:
    """Return a function that returns the frame of a map of a width.

    `reach_mm` returns how far symbols reach beyond their places on a map of a zoom.
    """

    def frame(width_mm: float) -> MapFrame:
        if paper.box is not None:
            return padded(width_mm, 0.0)
        usual = padded(width_mm, _PAD)
        side_mm, around_mm = min(usual.width_mm, usual.height_mm), 1.1 * reach_mm(usual.zoom)
        pad = min(around_mm / max(side_mm - 2 * around_mm, 1.0), _MOST_PAD)
        return usual if pad <= _PAD else padded(width_mm, pad)

    def padded(width_mm: float, pad: float) -> MapFrame:
        if paper.scale is None:
            return frame_of(projection, box, width_mm=width_mm, pad=pad)
        own = None if paper.width_mm is None else width_mm
        return frame_at_scale(projection, box, scale=paper.scale, width_mm=own, pad=pad)

    return frame


def layout_of(
    frame_for: Callable[[float], MapFrame],
    items_for: ItemsFor,
    paper: Paper,
    *,
    count: int = 1,
    names: PanelNames,
) -> Layout:
    """Return the layout with the legend beside the maps, or below them where it is too long.

    `items_for` returns the pieces of the legend of maps of a frame, in columns of a width.
    """
    rows = partial(_in_rows, frame_for, count, names)
    is_free = paper.scale is not None and paper.width_mm is None
    fixed = None if is_free else (paper.width_mm or USUAL_MM)
    for beside in range(1, _MOST_BESIDE + 1):
        around = 2 * MARGIN_MM + beside * (COLUMN_MM + GAP_MM)
        if fixed is not None and fixed - around - GUTTER_MM < fixed * _LEAST_SHARE:
            break
        layout = rows(None if fixed is None else fixed - around)
        width = fixed or layout.frame.width_mm + GUTTER_MM + around
        columns = columns_of(items_for(layout.frame, COLUMN_MM), layout.maps_mm - GUTTER_MM)
        layout = replace(layout, width_mm=width, columns=columns, is_beside=True)
        if 0 < len(columns) <= beside and layout.legend_mm <= layout.maps_mm:
            return layout
    around = 2 * MARGIN_MM
    layout = rows(None if fixed is None else fixed - around)
    width = fixed or layout.frame.width_mm + GUTTER_MM + around
    return replace(layout, width_mm=width).with_legend(items_for)


def _in_rows(
    frame_for: Callable[[float], MapFrame], count: int, names: PanelNames, room_mm: float | None
) -> Layout:
    """Return maps in rows, as large as they can be and together not much higher than wide."""
    for across in range(1, count + 1):
        width_mm = 0.0 if room_mm is None else room_mm / across - GUTTER_MM
        if across > 1 and width_mm < _LEAST_MAP_MM:
            break
        frame = frame_for(width_mm)
        layout = Layout(frame, count, across, names.height_mm(frame.width_mm))
        if room_mm is None or layout.maps_mm <= _HIGHEST * room_mm:
            break
    return layout
