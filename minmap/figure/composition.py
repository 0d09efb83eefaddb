"""Compose a figure: its maps, and the texts around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import floor, sqrt
from typing import Final

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from minmap.errors import MinmapError, warn
from minmap.figure import furniture
from minmap.figure.drawn_map import drawn_map
from minmap.figure.graticule import Angle, draw_angles, draw_circle_angles, draw_ends
from minmap.figure.layout import (
    GUTTER_MM,
    MARGIN_MM,
    ItemsFor,
    Layout,
    Paper,
    framing,
    layout_of,
)
from minmap.figure.legend import legends_of, without_counts
from minmap.figure.legend_drawing import (
    GAP_MM,
    Item,
    draw_columns,
    height_of,
    legend_items,
)
from minmap.figure.lettering import Lettering, Writer, line_mm
from minmap.figure.map_frame import MapFrame
from minmap.figure.panel_names import PanelNames
from minmap.figure.paper_map import PaperMap
from minmap.figure.projection import fitted
from minmap.figure.shown_entries import records_outside, with_entries_within
from minmap.figure.source_lines import SourceLines, source_lines
from minmap.scene.words import word
from minmap.types import Floats

_TITLE, _SUBTITLE, _NOTES = 13.0, 9.0, 6.0  # points
_MM: Final = 25.4
_MOST_PIXELS: Final = 200_000_000
_SPACE_MM: Final = 2.0
_NOTHING_MM: Final = 1e-6


def compose(paper_map: PaperMap, paper: Paper, *, by: str | None = None) -> Figure:
    """Return a figure of a map, or with a map for each value of a column.

    Its first axes are those of the first map, in units of its projection.
    """
    sheet = _sheet(paper_map, paper, [] if by is None else paper_map.split(by))
    sheet.sources.warn_of_left_out()
    return sheet.draw()


def compose_pages(pages: Sequence[tuple[PaperMap, Paper]]) -> Iterator[Figure]:
    """Give the figures of an atlas, which are as large as its widest and its highest one.

    Each map has its own scale, and shows more than its extent where it has room; its legend may
    then be longer.
    """
    sheets = [_sheet(paper_map, paper) for paper_map, paper in pages]
    width_mm = max(sheet.layout.width_mm for sheet in sheets)
    sheets = [sheet.grown(width_mm - sheet.layout.width_mm, 0.0) for sheet in sheets]
    height_mm = 0.0
    while max(sheet.height_mm for sheet in sheets) > height_mm + _NOTHING_MM:
        height_mm = max(sheet.height_mm for sheet in sheets)
        sheets = [sheet.grown(0.0, height_mm - sheet.least_mm) for sheet in sheets]
    sheets[0].sources.warn_of_left_out()  # those of all pages
    for sheet in sheets:
        yield sheet.draw()


def _sheet(
    paper_map: PaperMap, paper: Paper, panels: Sequence[tuple[str, PaperMap]] = ()
) -> _Sheet:
    """Return the sheet of one map, or of several, each with its name."""
    box = paper.box or paper_map.box
    projection = paper.projection or fitted(box, equal_area=paper_map.is_thematic)
    letters = _lettering(paper_map, [name for name, _ in panels])

    def outside(frame: MapFrame) -> tuple[int, int]:
        return records_outside(paper_map, frame) if paper.may_cut else (0, 0)

    def items_for(frame: MapFrame, column_mm: float) -> list[Item]:
        is_part = paper.box is not None or outside(frame)[0] > 0
        shown = with_entries_within(paper_map, frame) if is_part else paper_map
        legends = legends_of(shown, frame.zoom)
        if panels or is_part:
            # Counts are those of whole layers.
            legends = [without_counts(legend) for legend in legends]
        return legend_items(legends, letters, paper_map.language, width_mm=column_mm)

    maps = panels or [("", paper_map)]
    names = PanelNames(letters, [word(name, paper_map.language) for name, _ in panels])
    frame_for = framing(projection, box, paper, paper_map.reach_mm)
    layout = layout_of(frame_for, items_for, paper, count=len(maps), names=names)
    cut, total = outside(layout.frame)
    if cut:
        warn(
            f"scale={paper.scale:,.0f} with width_mm={paper.width_mm:g} leaves {cut:,} of "
            f"{total:,} records outside the sheet; give a larger number as one of them, or extent=."
        )
    return _Sheet(paper_map, layout, letters, paper, maps, names, items_for)


def _lettering(paper_map: PaperMap, names: Sequence[str]) -> Lettering:
    texts = list(names)
    for legend in legends_of(paper_map, 0.0):
        texts.append(legend.name)
        for part in legend.parts:
            texts += [part.title, *(line.label for line in part.lines)]
    return Lettering.for_texts([*paper_map.texts(), *texts], paper_map.font)


@dataclass(frozen=True)
class _Sheet:
    """A figure in the making: its maps, from the top left on, and the texts around them."""

    paper_map: PaperMap
    layout: Layout
    letters: Lettering
    paper: Paper
    panels: Sequence[tuple[str, PaperMap]]
    names: PanelNames
    items_for: ItemsFor

    @property
    def _inner_mm(self) -> float:
        return self.layout.width_mm - 2 * MARGIN_MM

    @property
    def _body_mm(self) -> float:
        """Height of the maps, and of a legend beside them."""
        legend_mm = self.layout.legend_mm if self.layout.is_beside else 0.0
        return max(self.layout.maps_mm, legend_mm)

    @property
    def _head_mm(self) -> float:
        return sum(line_mm(size) for _, size, _ in self._heads()) + 1.5

    @property
    def least_mm(self) -> float:
        """Height without a legend that is longer than the maps beside it."""
        below = 0.0 if self.layout.is_beside else self.layout.legend_mm + _SPACE_MM
        notes = sum(line_mm(size) for _, size in self._notes) + _SPACE_MM
        around = 2 * MARGIN_MM + self._head_mm + furniture.SCALE_MM
        return around + self.layout.maps_mm + below + notes

    @property
    def height_mm(self) -> float:
        """Height."""
        return self.least_mm - self.layout.maps_mm + self._body_mm

    def grown(self, aside_mm: float, up_mm: float) -> _Sheet:
        """Return a sheet whose map is wider and higher by these amounts."""
        layout = self.layout.grown(aside_mm, up_mm)
        return replace(self, layout=layout.with_legend(self.items_for))

    def draw(self) -> Figure:
        """Draw the figure from its top to its bottom."""
        height, head_mm = self.height_mm, self._head_mm
        size = (self.layout.width_mm / _MM, height / _MM)
        most_dpi = floor(sqrt(_MOST_PIXELS / (size[0] * size[1])))
        if self.paper.dpi > most_dpi:
            raise MinmapError(
                f"dpi={self.paper.dpi:g} makes more than {_MOST_PIXELS:,} pixels of paper of "
                f"{self.layout.width_mm:,.0f} x {height:,.0f} mm; give dpi={most_dpi} or less, or "
                "a smaller width_mm=."
            )
        figure = Figure(figsize=size, dpi=self.paper.dpi, facecolor="white")
        FigureCanvasAgg(figure)
        top = height - MARGIN_MM
        maps = [
            self._draw_panel(figure, number, top - head_mm) for number in range(len(self.panels))
        ]
        page = self._page(figure)
        frame = self.layout.frame
        is_checked = self.paper.box is not None and not self.paper.may_be_empty
        if is_checked and self.paper_map.layers and not any(shows for *_, shows in maps):
            warn("extent= shows none of the data; give one that does, or leave it out.")
        for number, ((x, y), angles, _) in enumerate(maps):
            draw_angles(page, angles, frame, (x, y))
            self.names.write(page, number, (x, y + frame.height_mm), frame.width_mm)
        self._write_heads(page, top)
        self._draw_feet(page, top - head_mm)
        bottom = MARGIN_MM
        for note, points in reversed(self._notes):
            page.write((MARGIN_MM, bottom + line_mm(points) / 2), note, points)
            bottom += line_mm(points)
        return figure

    def _heads(self) -> list[tuple[str, float, bool]]:
        """Return the lines of the titles, with their sizes and whether they are bold."""
        of_map, letters = self.paper_map, self.letters
        titles = letters.wrapped(of_map.title, _TITLE, self._inner_mm, bold=True)
        below = letters.wrapped(of_map.subtitle or "", _SUBTITLE, self._inner_mm)
        lines = [(one, _TITLE, True) for one in titles] + [(one, _SUBTITLE, False) for one in below]
        return [line for line in lines if line[0]]

    @cached_property
    def sources(self) -> SourceLines:
        """The lines about the sources."""
        of_map = self.paper_map
        return source_lines(of_map.sources(), self.letters, self._inner_mm, of_map.language)

    @cached_property
    def _notes(self) -> list[tuple[str, float]]:
        """The lines about the projection and the sources, with their sizes."""
        language = self.paper_map.language
        name = self.layout.frame.projection.name_in(language)

        def lines(text: str) -> list[tuple[str, float]]:
            found = self.letters.wrapped(text, _NOTES, self._inner_mm)
            return [(line, _NOTES) for line in found if line]

        sources = [(line, self.sources.size) for line in self.sources.lines]
        projection = f"{word('Projection', language)}: {name.rstrip('.')}."
        return [*lines(projection), *sources, *lines(self.paper_map.credit or "")]

    def _page(self, figure: Figure) -> Writer:
        """Return what writes on the whole figure, in millimetres."""
        width, height = figure.get_size_inches() * _MM
        axes = figure.add_axes((0, 0, 1, 1), zorder=-1)
        axes.set(xlim=(0, width), ylim=(0, height))
        axes.axis("off")
        return Writer(axes, self.letters, self.paper_map.language)

    def _write_heads(self, page: Writer, top: float) -> None:
        for text, size, bold in self._heads():
            page.write((MARGIN_MM, top - line_mm(size) / 2), text, size, bold=bold)
            top -= line_mm(size)

    def _draw_feet(self, page: Writer, top: float) -> None:
        """Draw the scale, and the legend beside the maps or below them."""
        layout, foot, step = self.layout, top - self._body_mm, self.layout.column_step_mm
        furniture.draw_scale(page, layout.frame, MARGIN_MM + GUTTER_MM, foot)
        if layout.is_beside:
            legend_mm = len(layout.columns) * step - GAP_MM
            left = layout.width_mm - MARGIN_MM - legend_mm
            draw_columns(page, layout.columns, left, top, step_mm=step)
        else:
            below = foot - furniture.SCALE_MM - _SPACE_MM
            draw_columns(page, layout.columns, MARGIN_MM, below, step_mm=step)

    def _draw_panel(
        self, figure: Figure, number: int, top: float
    ) -> tuple[tuple[float, float], list[Angle], bool]:
        """Draw a map; return its lower left corner, its angles and whether it shows any data."""
        frame = self.layout.frame
        down, across = divmod(number, self.layout.across)
        x = MARGIN_MM + GUTTER_MM + across * (frame.width_mm + GUTTER_MM)
        y = top - down * self.layout.step_mm - self.layout.name_mm - frame.height_mm
        width, height = figure.get_size_inches() * _MM
        place = (x / width, y / height, frame.width_mm / width, frame.height_mm / height)
        ax = figure.add_axes(place)
        paper_map = self.panels[number][1]
        drawn = drawn_map(ax, paper_map, frame, dpi=self.paper.dpi)
        taken = drawn.taken_mm
        lefts, bottoms, rights, tops = taken.T
        is_seen = (rights > 0) & (tops > 0) & (lefts < frame.width_mm) & (bottoms < frame.height_mm)
        writer = Writer(ax, self.letters, self.paper_map.language)
        around = furniture.draw_north(writer, frame, taken) if number == 0 else taken
        if len(self.panels) == 1 and (inset := furniture.Inset.of(frame)) is not None:
            around = self._place_inset(figure, inset, around, (x, y))
        around = draw_ends(writer, drawn.graticule.angles, frame, around)
        around = draw_circle_angles(writer, frame, drawn.graticule, around)
        drawn.room.block(around[len(taken) :])
        drawn.write_names(writer, frame, has_ground=paper_map.base != "none")
        return (x, y), drawn.graticule.angles, bool(is_seen.any())

    def _place_inset(
        self, figure: Figure, inset: furniture.Inset, taken: Floats, corner: tuple[float, float]
    ) -> Floats:
        """Draw an inset below the legend, or else in a corner of the map without data.

        Return the boxes that are taken then.
        """
        layout, (x, y) = self.layout, corner
        last_mm = height_of(layout.columns[-1]) if layout.columns else 0.0
        below_mm = layout.frame.height_mm - last_mm - 2 * _SPACE_MM
        if layout.is_beside and layout.columns and inset.size_mm[1] <= below_mm:
            inset.draw(figure, (layout.width_mm - MARGIN_MM - layout.column_mm, y))
        elif (empty := inset.empty_corner(taken)) is not None:
            inset.draw(figure, (x + empty[0], y + empty[1]))
            return np.vstack([taken, (*empty, *np.add(empty, inset.size_mm))])
        return taken
