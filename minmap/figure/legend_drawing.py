"""Draw the legend of a figure in columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.transforms import Affine2D

from minmap.figure.legend import ColorBar, LayerLegend, LegendLine, LegendPart, Swatch
from minmap.figure.lettering import Lettering, Writer, line_mm
from minmap.figure.map_frame import PX_MM
from minmap.figure.symbols import glyph_path, symbol_path
from minmap.scene.diameters import RING_PX
from minmap.scene.faces import face_of
from minmap.scene.strokes import (
    INK,
    POINTS_PER_PX,
    Stroke,
    leg_strokes,
    line_stroke,
    outline_stroke,
)
from minmap.scene.words import word

COLUMN_MM: Final = 50.0
"""The usual width of a column."""
GAP_MM: Final = 4.0
_HEADING, _TITLE, _TEXT, _TICK, _NOTE = 8.5, 7.5, 7.5, 7.0, 6.0  # points
_TICKS_APART_MM: Final = 1.2
_SWATCH_MM, _NARROW_SWATCH_MM = 9.0, 6.4
_SYMBOLS: Final = ("symbol", "node", "ring")
_MOST_TOGETHER: Final = 8  # lines of a legend that stay in one column
_TEXT_GAP_MM: Final = 1.8
_LINE_MM: Final = 3.9
_AREA_MM: Final = (6.0, 3.4)
_BAR_MM: Final = 3.2
_SPACE_MM: Final = 2.2  # between layers
_EDGE: Final = "#808080"
_MUTED: Final = "#55606c"
_MOST_OUTLINE_PX: Final = 3.0

Draw = Callable[[Writer, float, float], None]


@dataclass(frozen=True)
class Item:
    """A piece of the legend that is not cut: its height, and how it is drawn from its top left.

    `keeps` says that the next piece stays in the same column, and `above` has what is repeated
    where the piece begins a column. A space does not begin one. A column that is narrower than
    `least_mm` cuts a word.
    """

    height_mm: float
    draw: Draw
    keeps: bool = False
    above: tuple[Item, ...] = ()
    is_space: bool = False
    least_mm: float = 0.0


@dataclass(frozen=True)
class Column:
    """The fonts and the width of the columns of a legend."""

    letters: Lettering
    width_mm: float

    @property
    def swatch_mm(self) -> float:
        """The usual width of swatches."""
        return _SWATCH_MM if self.width_mm >= COLUMN_MM else _NARROW_SWATCH_MM

    def wrapped(
        self, text: str, size: float, aside_mm: float = 0.0, *, bold: bool = False
    ) -> tuple[list[str], float]:
        """Return a text in lines beside something, and the least width that cuts no word."""
        lines = self.letters.wrapped(text, size, self.width_mm - aside_mm, bold=bold)
        return lines, aside_mm + self.letters.widest_mm(text, size, bold=bold)


def legend_items(
    legends: Sequence[LayerLegend], letters: Lettering, language: str, *, width_mm: float
) -> list[Item]:
    """Return the pieces of the legends of all layers, in columns of a width."""
    items, column = list[Item](), Column(letters, width_mm)
    for legend in legends:
        items += _layer_items(legend, column, f"{legend.name} ({word('continued', language)})")
        items.append(Item(_SPACE_MM, lambda *_: None, is_space=True))
    return items[:-1]


def columns_of(items: Sequence[Item], height_mm: float) -> list[list[Item]]:
    """Return the pieces in columns that are not higher, unless pieces that keep together are."""
    columns, column = list[list[Item]](), list[Item]()
    for block in _blocks(items):
        if column and height_of([*column, *block]) > height_mm + 1e-6:
            columns.append(column)
            column = []
        if column or not block[0].is_space:
            column += block if column else [*block[0].above, *block]
    return [*columns, column] if column else columns


def _blocks(items: Sequence[Item]) -> list[list[Item]]:
    """Return the pieces that keep together."""
    blocks, keeps = list[list[Item]](), False
    for item in items:
        if keeps:
            blocks[-1].append(item)
        else:
            blocks.append([item])
        keeps = item.keeps
    return blocks


def height_of(items: Sequence[Item]) -> float:
    """Return the height of pieces below each other, in millimetres."""
    return sum(item.height_mm for item in items)


def balanced_height(items: Sequence[Item], count: int) -> float:
    """Return the least height in millimetres at which the pieces fill at most `count` columns."""
    low, high = max((item.height_mm for item in items), default=0.0), height_of(items)
    while high - low > 0.5:
        middle = (low + high) / 2
        if len(columns_of(items, middle)) <= count:
            high = middle
        else:
            low = middle
    return high


def draw_columns(
    writer: Writer, columns: Sequence[Sequence[Item]], left: float, top: float, *, step_mm: float
) -> None:
    """Draw columns of pieces, each so far from the last, on the paper in millimetres."""
    for number, column in enumerate(columns):
        y = top
        for item in column:
            item.draw(writer, left + number * step_mm, y)
            y -= item.height_mm


def _layer_items(legend: LayerLegend, column: Column, again: str) -> list[Item]:
    """Return the pieces of a legend; `again` is its heading above those that begin a column."""
    above = tuple(_text_items(again, column, _HEADING, bold=True))
    if legend.sole is not None:
        line = LegendLine(legend.sole.swatch, legend.name, legend.sole.count)
        items = [_line_item(line, column, bold=True)]
    else:
        items = _text_items(legend.name, column, _HEADING, bold=True, keeps=True)
    for part in legend.parts:
        items += _part_items(part, column, above)
    return items


def _part_items(part: LegendPart, column: Column, above: tuple[Item, ...]) -> list[Item]:
    title, note = list[Item](), list[Item]()
    if part.title:
        title = _text_items(part.title, column, _TITLE, color=_MUTED, keeps=True)
        title[0] = replace(title[0], above=above)
    if part.note:
        note = _text_items(part.note, column, _NOTE, color=_MUTED)
    symbols = (line.swatch for line in part.lines if line.swatch.kind in _SYMBOLS)
    wide = max([column.swatch_mm, *map(swatch_height, symbols)])
    items = [] if part.bar is None else [_bar_item(part.bar, column)]
    items += [_line_item(line, column, swatch_mm=wide) for line in part.lines]
    # No line and no note is alone in a column.
    is_short, ends = len(items) <= _MOST_TOGETHER, (0, len(items) - 2, len(items) - 1)
    last = len(items) + len(note) - 1
    return title + [
        replace(item, keeps=n < last and (is_short or n in ends), above=(*above, *title))
        for n, item in enumerate([*items, *note])
    ]


def _text_items(
    text: str, column: Column, size: float, *, bold: bool = False, color: str = INK,
    keeps: bool = False,
) -> list[Item]:  # fmt: skip
    lines, least = column.wrapped(text, size, bold=bold)
    height = line_mm(size)

    def item(line: str) -> Item:
        def draw(writer: Writer, x: float, y: float) -> None:
            writer.write((x, y - height / 2), line, size, bold=bold, color=color)

        return Item(height, draw, keeps, least_mm=least)

    return [item(line) for line in lines]


def _line_item(
    line: LegendLine, column: Column, *, bold: bool = False, swatch_mm: float | None = None
) -> Item:
    swatch_mm = column.swatch_mm if swatch_mm is None else swatch_mm
    size = _HEADING if bold else _TEXT
    count_mm = column.letters.size_mm(line.count, _TEXT)[0] + 1.5 if line.count else 0.0
    left = swatch_mm + _TEXT_GAP_MM
    texts, least = column.wrapped(line.label, size, left + count_mm, bold=bold)
    step = line_mm(size)
    height = max(_LINE_MM, swatch_height(line.swatch) + 0.7, step * len(texts) + 0.4)

    def draw(writer: Writer, x: float, y: float) -> None:
        middle = y - height / 2
        draw_swatch(writer.axes, line.swatch, x + swatch_mm / 2, middle, column.swatch_mm)
        first = middle + step * (len(texts) - 1) / 2
        for number, text in enumerate(texts):
            writer.write((x + left, first - number * step), text, size, bold=bold)
        right = x + column.width_mm
        writer.write((right, middle), line.count, _TEXT, color=_MUTED, ha="right")

    return Item(height, draw, least_mm=least)


def swatch_height(swatch: Swatch) -> float:
    """Return the height of a swatch in millimetres."""
    if swatch.kind in _SYMBOLS:
        reach = 1.35 if swatch.px < 20 else 1.15
        return (RING_PX[0] if swatch.kind == "ring" else swatch.px) * reach * PX_MM
    return _AREA_MM[1]


def draw_swatch(paper: Axes, swatch: Swatch, x: float, y: float, width_mm: float) -> None:
    """Draw a swatch around a place of the paper; lines are nearly `width_mm` long."""
    entry = swatch.entry
    if swatch.kind == "cell":
        _rectangle(paper, x, y, to_rgba(entry.color, swatch.alpha), Stroke(_EDGE, 0.7))
    elif swatch.kind == "area":
        opacity = (1.0 if entry.opacity is None else entry.opacity) * swatch.alpha
        color = to_rgba(entry.color)
        stroke = outline_stroke(entry, swatch.px, dash=None)
        _rectangle(paper, x, y, (*color[:3], color[3] * opacity), stroke)
    elif swatch.kind == "line":
        stroke = line_stroke(
            entry, swatch.px, width=swatch.px, is_measured=False, dash=None, alpha=swatch.alpha
        )
        _lines(paper, x, y, [stroke], width_mm)
    elif swatch.kind == "leg":
        strokes = leg_strokes(entry)
        _lines(paper, x, y, strokes[1 if len(strokes) > 1 else 0 :], width_mm)
    else:
        _symbol(paper, swatch, x, y)


def _symbol(paper: Axes, swatch: Swatch, x: float, y: float) -> None:
    entry, is_node = swatch.entry, swatch.kind == "node"
    face = face_of(entry, entry.shape, is_ring=swatch.kind == "ring", is_node=is_node)
    px = RING_PX[0] if swatch.kind == "ring" else swatch.px
    # A usual rim is white, so on white paper it would only make the symbol smaller.
    is_usual = entry.outline is None and not is_node and swatch.kind != "ring"
    rim = (0.0, 0.0, 0.0, 0.0) if is_usual else face.rim
    rim_px = 0.0 if is_usual else face.rim_px
    scale = (px + rim_px) * PX_MM
    patch = PathPatch(
        symbol_path(face.shape),
        facecolor=_faded(face.color, swatch.alpha),
        edgecolor=_faded(rim, swatch.alpha),
        linewidth=rim_px * POINTS_PER_PX,
        joinstyle="round",
        transform=Affine2D().scale(scale).translate(x, y) + paper.transData,
    )
    paper.add_patch(patch)
    glyph = glyph_path(entry.shape) if is_node else None
    if glyph is not None:
        transform = Affine2D().scale(scale).translate(x, y) + paper.transData
        drawn = PathPatch(
            glyph, facecolor="none", edgecolor="white", linewidth=0.8, transform=transform
        )
        paper.add_patch(drawn)


def _faded(color: tuple[float, float, float, float], alpha: float) -> Any:
    return (*color[:3], color[3] * alpha)


def _rectangle(paper: Axes, x: float, y: float, fill: Any, stroke: Stroke | None) -> None:
    width, height = _AREA_MM
    line = Stroke("none", 0.0) if stroke is None else stroke
    patch = Rectangle(
        (x - width / 2, y - height / 2),
        width,
        height,
        facecolor=fill,
        edgecolor=line.color,
        linewidth=min(line.width, _MOST_OUTLINE_PX) * POINTS_PER_PX,
        linestyle=line.style,
    )
    paper.add_patch(patch)


def _lines(paper: Axes, x: float, y: float, strokes: Sequence[Stroke], width_mm: float) -> None:
    half = width_mm / 2 - 0.4
    for stroke in strokes:
        color = to_rgba(stroke.color)
        line = Line2D(
            [x - half, x + half],
            [y, y],
            color=(*color[:3], color[3] * stroke.alpha),
            linewidth=stroke.points,
            linestyle=stroke.style,
            solid_capstyle="butt",
            dash_capstyle=stroke.cap,
        )
        paper.add_line(line)


def _bar_item(bar: ColorBar, column: Column) -> Item:
    height, width = _BAR_MM + line_mm(_TEXT) + 1.6, column.width_mm - 8.0
    ticks = _apart(bar.ticks, column.letters, width)

    def draw(writer: Writer, x: float, y: float) -> None:
        left, top = x + 4.0, y - 0.6
        low, step = top - _BAR_MM, width / len(bar.colors)
        for number, color in enumerate(bar.colors):
            # A little wider, so that no light line is between two colours.
            field = Rectangle((left + number * step, low), step * 1.02, _BAR_MM, linewidth=0)
            field.set_facecolor(color)
            writer.axes.add_patch(field)
        frame = Rectangle((left, low), width, _BAR_MM, fill=False, edgecolor=_EDGE, linewidth=0.4)
        writer.axes.add_patch(frame)
        ends = (
            (bar.below, left, -3.0, bar.colors[0]),
            (bar.above, left + width, 3.0, bar.colors[-1]),
        )
        for is_given, at, tip, color in ends:
            if is_given:
                corners = ((at, top), (at + tip, (top + low) / 2), (at, low))
                writer.axes.add_patch(Polygon(corners, facecolor=color, linewidth=0))
        for share, text in ticks:
            at = left + share * width
            writer.axes.add_line(Line2D([at, at], [low, low - 0.8], color=INK, linewidth=0.5))
            writer.write((at, low - 1.0), text, _TICK, ha="center", va="top")

    return Item(height, draw)


def _apart(
    ticks: Sequence[tuple[float, str]], letters: Lettering, width: float
) -> list[tuple[float, str]]:
    """Return the ticks of a bar whose texts do not touch, the ends first."""
    kept, taken = list[tuple[float, str]](), list[tuple[float, float]]()
    for share, text in [*ticks[:1], *ticks[1:][-1:], *ticks[1:-1]]:
        half = (letters.size_mm(text, _TICK)[0] + _TICKS_APART_MM) / 2
        low, high = share * width - half, share * width + half
        if all(high <= first or low >= last for first, last in taken):
            kept.append((share, text))
            taken.append((low, high))
    return kept
