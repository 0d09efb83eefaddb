"""Symbols of QGIS, whose layers are reduced to one fill, one line and one shape.

References
----------
QGIS 3.34, src/core/symbology: the XML of symbols and of their layers, by the names of the classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final
from xml.etree.ElementTree import Element

from minmap.style.file_styles.file_style import Symbol
from minmap.style.file_styles.qgis_values import (
    Properties,
    color_of,
    first_of,
    number_of,
    pixels_of,
    properties_of,
    share_of,
)
from minmap.style.icons import ICON_SPAN, embedded, icon_paths, icon_svg
from minmap.style.proportions import USUAL_PX

HATCHING: Final = "Hatching, patterns and gradients are drawn as plain fills."
PICTURES: Final = "Pictures, letters and unusual shapes of points are drawn as circles."
_ALONG_LINES: Final = "Symbols along lines are left out."
_IN_AREAS: Final = "Symbols in areas are left out."
LAYERED: Final = "Of several lines over each other the widest is drawn."
MAP_UNITS: Final = "Widths and sizes in units of the map are drawn in the usual width and size."
EXPRESSIONS: Final = "Properties of symbols that follow an expression or a column are left out."

# Part of an area that a pattern of lines or dots covers.
COVERED: Final = 0.35
# Brushes of Qt and the part that they cover: Qt 5, qbrush.cpp, qt_pixmapForBrush.
_BRUSHES: Final = {
    "solid": 1.0, "dense1": 0.94, "dense2": 0.88, "dense3": 0.63, "dense4": 0.5, "dense5": 0.37,
    "dense6": 0.12, "dense7": 0.06,
}  # fmt: skip
_GRADIENTS: Final = ("GradientFill", "ShapeburstFill")
_PATTERNS: Final = ("LinePatternFill", "PointPatternFill", "SVGFill", "RasterFill")
_MARKERS_IN_AREAS: Final = ("CentroidFill", "RandomMarkerFill")
# Pens of Qt in multiples of their width: Qt 5, QPen, "Pen Style".
_PENS: Final = {
    "dash": (4, 2), "dot": (1, 2), "dash dot": (4, 2, 1, 2), "dash dot dot": (4, 2, 1, 2, 1, 2),
}  # fmt: skip
_MOST_DASHES: Final = 12
SHAPES_OF_MARKS: Final = {
    "circle": "circle", "square": "square", "rectangle": "square", "rounded_square": "square",
    "square_with_corners": "square", "triangle": "triangle", "equilateral_triangle": "triangle",
    "diamond": "diamond", "hexagon": "hexagon", "octagon": "hexagon", "decagon": "hexagon",
    "pentagon": "pentagon", "star": "star", "regular_star": "star", "diamond_star": "star",
    "cross": "plus", "cross_fill": "plus", "line": "plus", "cross2": "cross",
    "asterisk_fill": "star",
}  # fmt: skip
# How wide a shape is that has the area of a circle of diameter 1; others are taken for circles.
WIDTHS_OF_MARKS: Final = {
    "square": 0.886227, "diamond": 1.253314, "triangle": 1.253314,
    "equilateral_triangle": 1.55512, "hexagon": 1.099636, "pentagon": 1.149481, "star": 1.672893,
    "cross_fill": 1.477045,
}  # fmt: skip
# Shapes without an inside, which the outline draws.
_OPEN_SHAPES: Final = frozenset(("cross", "cross2", "line", "arrowhead", "half_arc"))
_TURNED: Final = {
    ("triangle", 180): "triangle-down", ("plus", 45): "cross", ("square", 45): "diamond",
    ("diamond", 45): "square",
}  # fmt: skip
_LEAST_WIDTH_PX: Final = 1.0  # of a hairline, whose width is 0


@dataclass(frozen=True)
class _Layer:
    """A layer of a symbol."""

    kind: str
    properties: Properties
    parts: tuple[Element, ...]
    """The symbols that make up the layer."""
    expressions: Properties
    """What replaces properties, by their names."""


def symbol_of(element: Element, left_out: list[str]) -> Symbol:
    """Return a symbol of QGIS.

    An area has the lowest fill and the topmost outline of its layers, a line the widest of its
    lines, and a point the lowest of its shapes with the topmost outline.

    Parameters
    ----------
    element
        The element ``<symbol>``.
    left_out
        The function adds a sentence here about each property that it leaves out.

    Examples
    --------
    >>> from xml.etree.ElementTree import fromstring
    >>> layer = '<layer class="SimpleLine"><prop k="line_color" v="255,0,0"/></layer>'
    >>> symbol_of(fromstring(f'<symbol type="line">{layer}</symbol>'), []).color
    '#ff0000'
    """
    layers = [
        _Layer(
            layer.get("class", ""),
            properties_of(layer),
            tuple(layer.iterfind("symbol")),
            expressions_of(layer),
        )
        for layer in element.iterfind("layer")
        if layer.get("enabled", "1") != "0"
    ]
    if any(layer.expressions for layer in layers):
        left_out.append(EXPRESSIONS)
    # Of the layers that some records have, the first stands for all.
    some = [layer for layer in layers if "enabled" in layer.expressions][1:]
    layers = [layer for layer in layers if layer not in some]
    kind, alpha = element.get("type", ""), share_of(element.get("alpha"))
    make = {"fill": _area, "line": _line}.get(kind, _point)
    return make(layers, alpha, left_out)


def expressions_of(part: Element) -> dict[str, str]:
    """Return the columns and expressions that replace properties of a symbol or a layer of it."""
    path = "data_defined_properties/Option/Option[@name='properties']/Option"
    found = dict[str, str]()
    for entry in part.iterfind(path):
        options = {option.get("name"): option.get("value") for option in entry.iterfind("Option")}
        if options.get("active") == "true":
            found[entry.get("name", "")] = options.get("expression") or ""
    old = properties_of(part)
    actives = [name for name, value in old.items() if name.endswith("_dd_active") and value == "1"]
    return found | dict.fromkeys(actives, "")


# Areas --------------------------------------------------------------------------------------------


def _area(layers: list[_Layer], alpha: float, left_out: list[str]) -> Symbol:
    fills = [fill for layer in layers for fill in _fills(layer, left_out)]
    outlines = [line for layer in layers for line in _outlines(layer, left_out)]
    fill, opacity = fills[0] if fills else (None, 1.0)
    opacity = round(opacity * alpha, 3)
    return Symbol("area", fill, opacity).outlined(outlines, alpha)


def _fills(layer: _Layer, left_out: list[str]) -> Iterator[tuple[str, float]]:
    color = color_of(first_of(layer.properties, "color"))
    if layer.kind == "SimpleFill":
        brush = layer.properties.get("style", "solid")
        if brush == "no" or color is None or color[1] == 0:
            return
        if brush != "solid":
            left_out.append(HATCHING)
        yield color[0], color[1] * _BRUSHES.get(brush, COVERED)
    elif layer.kind in _GRADIENTS and color is not None:
        left_out.append(HATCHING)
        yield color
    elif layer.kind in _PATTERNS:
        left_out.append(HATCHING)
        found = _pattern_color(layer, left_out)
        if found is not None:
            yield found[0], found[1] * COVERED
    elif layer.kind in _MARKERS_IN_AREAS:
        left_out.append(_IN_AREAS)


def _pattern_color(layer: _Layer, left_out: list[str]) -> tuple[str, float] | None:
    for part in layer.parts:
        symbol = symbol_of(part, left_out)
        if symbol.color is not None:
            is_line = symbol.kind == "line"
            return symbol.color, symbol.line_opacity if is_line else symbol.fill_opacity
    return color_of(first_of(layer.properties, "color", "svgFillColor"))


def _outlines(layer: _Layer, left_out: list[str]) -> Iterator[Symbol]:
    if layer.kind == "SimpleFill":
        yield from _pen(layer.properties, "outline", "border", left_out)
    else:
        yield from _lines(layer, left_out)


# Lines --------------------------------------------------------------------------------------------


def _line(layers: list[_Layer], alpha: float, left_out: list[str]) -> Symbol:
    lines = [line for layer in layers for line in _lines(layer, left_out)]
    if len(lines) > 1:
        left_out.append(LAYERED)
    # What shows the lines below is a halo.
    lines.sort(key=lambda line: (line.line_opacity == 1, line.line_width_px or 0), reverse=True)
    return Symbol("line").outlined(lines[:1], alpha)


def _lines(layer: _Layer, left_out: list[str]) -> Iterator[Symbol]:
    if layer.kind == "SimpleLine":
        yield from _pen(layer.properties, "line", "", left_out)
    elif layer.kind == "ArrowLine":
        for part in layer.parts:
            fill = symbol_of(part, left_out)
            width = pixels_of(layer.properties.get("arrow_width"), "mm")
            if fill.color is not None:
                yield Symbol("line", None, 1.0, fill.color, fill.fill_opacity, width)
    elif layer.kind in ("MarkerLine", "HashLine"):
        left_out.append(_ALONG_LINES)


def _pen(properties: Properties, name: str, old: str, left_out: list[str]) -> Iterator[Symbol]:
    """Yield the line that the properties of a name describe; QGIS 2.0 had other names."""

    def read(what: str, before: str) -> str | None:
        return first_of(properties, f"{name}_{what}", before)

    style = read("style", f"style_{old}" if old else "penstyle")
    color = color_of(read("color", f"color_{old}" if old else "color"))
    if style == "no" or color is None or color[1] == 0:
        return
    before = f"width_{old}" if old else "width"
    width = read("width", before)
    width_px = pixels_of(width, first_of(properties, f"{name}_width_unit", f"{before}_unit"))
    if width_px is None and width is not None:
        left_out.append(MAP_UNITS)
    elif width_px == 0:
        width_px = _LEAST_WIDTH_PX
    yield Symbol("line", None, 1.0, *color, width_px, _dashes(properties, style, width_px))


def _dashes(
    properties: Properties, style: str | None, width_px: float | None
) -> tuple[float, ...] | None:
    if properties.get("use_custom_dash") == "1":
        lengths = properties.get("customdash", "").split(";")
        pixels = [pixels_of(length, properties.get("customdash_unit")) for length in lengths]
        dashes = tuple(length for length in pixels if length is not None)
        fits = len(dashes) == len(pixels) and 2 <= len(dashes) <= _MOST_DASHES and any(dashes)
        return dashes if fits else None
    pattern = _PENS.get(style or "")
    unit = max(width_px or _LEAST_WIDTH_PX, _LEAST_WIDTH_PX)
    return None if pattern is None else tuple(round(part * unit, 3) for part in pattern)


# Points -------------------------------------------------------------------------------------------


def _point(layers: Iterable[_Layer], alpha: float, left_out: list[str]) -> Symbol:
    markers = [(layer, _marker(layer, alpha, left_out)) for layer in layers if _is_marker(layer)]
    if not markers:
        left_out.append(PICTURES)
        return Symbol("point", shape="circle")
    outlines = (
        line
        for layer, _ in markers
        if layer.properties.get("name") not in _OPEN_SHAPES
        for line in _rim(layer)
    )
    return replace(markers[0][1], line_width_px=0.0).outlined(outlines, alpha)


@cache
def _icons() -> dict[str, str]:
    """Return the icons by the pictures that minmap writes."""
    return {embedded(icon_svg(name)): name for name in ("circle", *icon_paths())}


def _is_marker(layer: _Layer) -> bool:
    return layer.kind.endswith("Marker") and layer.kind != "MaskMarker"


def _marker(layer: _Layer, alpha: float, left_out: list[str]) -> Symbol:
    properties = layer.properties
    name = first_of(properties, "symbol_name", "name") or ""
    is_open = name in _OPEN_SHAPES and layer.kind == "SimpleMarker"
    names = ("outline_color", "color_border") if is_open else ("color", "fillColor")
    color, opacity = color_of(first_of(properties, *names)) or (None, 1.0)
    for part in layer.parts:  # a FilledMarker has its fill as a symbol
        filled = symbol_of(part, left_out)
        color, opacity = filled.fill, filled.fill_opacity
    is_shaped = layer.kind.startswith(("Simple", "Ellipse", "Filled"))
    shape = SHAPES_OF_MARKS.get(name) if is_shaped else _icons().get(name)
    angle = round(number_of(properties.get("angle")) or 0) % 360
    if shape is None:
        left_out.append(PICTURES)
    size = first_of(properties, "size", "symbol_width")
    unit = first_of(properties, "size_unit", "symbol_width_unit")
    size_px = pixels_of(size, unit)
    if size_px is None and size is not None:
        left_out.append(MAP_UNITS)
    turned = _TURNED.get((shape or "", angle), shape or "circle")
    color = color if opacity else None
    px = _diameter(layer, size_px, name, is_open=is_open)
    return Symbol("point", color, round(opacity * alpha, 3), size_px=px, shape=turned)


def _rim(layer: _Layer) -> Iterator[Symbol]:
    """Yield the outline of a point; that of an icon lies half below its face."""
    share = 0.5 if layer.properties.get("name", "") in _icons() else 1.0
    for line in _pen(layer.properties, "outline", "border", []):
        yield replace(line, line_width_px=line.line_width_px and line.line_width_px * share)


def _diameter(layer: _Layer, size_px: float | None, name: str, *, is_open: bool) -> float | None:
    """Return the diameter inside the outline of the circle that has the area of a shape.

    None where the map decides it: a usual size that only follows the scale.
    """
    if not size_px:
        return None
    rim = 0.0 if is_open else sum(line.line_width_px or 0.0 for line in _rim(layer))
    px = size_px / (1.0 if is_open else WIDTHS_OF_MARKS.get(name, 1.0)) - rim
    if name in _icons():
        px = size_px * USUAL_PX / ICON_SPAN
    px = max(round(px, 3), _LEAST_WIDTH_PX)
    is_usual = px == USUAL_PX and "@map_scale" in layer.expressions.get("size", "")
    return None if is_usual else px
