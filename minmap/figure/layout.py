"""Where the maps of a figure and their legend are on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

from minmap.figure.legend_drawing import COLUMN_MM, GAP_MM, Item, balanced_height, columns_of
from minmap.figure.lettering import line_mm
from minmap.figure.map_frame import MapFrame, frame_at_scale, frame_of
from minmap.figure.projection import Box, Projection

MARGIN_MM: Final = 6.0
GUTTER_MM: Final = 4.5
"""Beside and below a map, for the angles of the graticule."""
PANEL_POINTS: Final = 8.0
"""Size of the name of one of several maps."""
USUAL_MM: Final = 240.0
"""Width of a figure for which none is given."""
_PAD: Final = 0.05
_HIGHEST: Final = 1.0  # of the maps of a figure with several, over its width
_MOST_BESIDE: Final = 2  # columns of the legend beside the map
_LEAST_SHARE: Final = 0.55  # of the width of a figure that a map beside its legend has


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


@dataclass(frozen=True)
class Layout:
    """Where maps, `across` in a row, and their legend are, in millimetres."""

    frame: MapFrame
    width_mm: float
    columns: list[list[Item]]
    is_beside: bool
    across: int = 1

    @property
    def legend_mm(self) -> float:
        """Height of the legend."""
        return max((sum(item.height_mm for item in one) for one in self.columns), default=0.0)


def framing(projection: Projection, box: Box, paper: Paper) -> Callable[[float], MapFrame]:
    """Return a function that returns the frame of a map of a width."""
    pad = 0.0 if paper.box is not None else _PAD

    def frame(width_mm: float) -> MapFrame:
        if paper.scale is None:
            return frame_of(projection, box, width_mm=width_mm, pad=pad)
        own = None if paper.width_mm is None else width_mm
        return frame_at_scale(projection, box, scale=paper.scale, width_mm=own, pad=pad)

    return frame


def layout_of(frame_for: Callable[[float], MapFrame], items: list[Item], paper: Paper) -> Layout:
    """Return the layout with the legend beside the map, or below it where it is too long."""
    fixed = (
        None if paper.scale is not None and paper.width_mm is None else (paper.width_mm or USUAL_MM)
    )
    around = 2 * MARGIN_MM + GUTTER_MM
    for count in range(1, _MOST_BESIDE + 1) if items else ():
        legend = count * (COLUMN_MM + GAP_MM)
        frame = frame_for(0.0 if fixed is None else fixed - around - legend)
        columns = columns_of(items, frame.height_mm)
        has_room = fixed is None or frame.width_mm > fixed * _LEAST_SHARE
        if len(columns) <= count and has_room:
            width = frame.width_mm + around + legend if fixed is None else fixed
            return Layout(frame, width, columns, is_beside=True)
    frame = frame_for(0.0 if fixed is None else fixed - around)
    width = frame.width_mm + around if fixed is None else fixed
    count = max(1, int((width - 2 * MARGIN_MM + GAP_MM) / (COLUMN_MM + GAP_MM)))
    columns = columns_of(items, balanced_height(items, count)) if items else []
    return Layout(frame, width, columns, is_beside=False)


def panels_in_rows(
    frame_for: Callable[[float], MapFrame], count: int, width_mm: float
) -> tuple[MapFrame, int]:
    """Return the frame of each of several maps, and how many are in a row.

    They are as large as they can be in a figure of a width that is not much higher than wide.
    """
    room = width_mm - 2 * MARGIN_MM - (COLUMN_MM + GAP_MM)
    for across in range(1, count + 1):
        frame = frame_for(room / across - GUTTER_MM)
        height = frame.height_mm + GUTTER_MM + line_mm(PANEL_POINTS)
        if ceil(count / across) * height <= _HIGHEST * width_mm:
            break
    return frame, across
