"""Symbols of QGIS for the entries of a legend: points, lines, areas and the legs of corridors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from minmap.qgis.elements import add_expressions, add_options, faded, number, points, rgba
from minmap.scene.diameters import GLYPHS
from minmap.scene.faces import Face, face_of
from minmap.scene.strokes import POINTS_PER_PX, Stroke, leg_strokes, line_stroke, outline_stroke
from minmap.style.file_styles.qgis_symbols import WIDTHS_OF_MARKS
from minmap.style.icons import ICON_SPAN, embedded, icon_paths, icon_svg
from minmap.style.proportions import USUAL_PX
from minmap.style.symbols import SHAPES, Entry

# Shapes by their names in QGIS, and how they are turned.
_MARKS: Final = {
    "square": ("square", 0), "diamond": ("diamond", 0), "triangle": ("equilateral_triangle", 0),
    "triangle-down": ("equilateral_triangle", 180), "hexagon": ("hexagon", 0),
    "pentagon": ("pentagon", 0), "star": ("star", 0), "plus": ("cross_fill", 0),
    "cross": ("cross_fill", 45), "gauges": ("square", 0),
}  # fmt: skip
_CIRCLE: Final = ("circle", 0)
_GLYPH_SPAN: Final = 2.4
_COLORS: Final = {"color": "fillColor", "outline_color": "outlineColor"}
"""Colours of a marker, and the properties of theirs that expressions replace."""
_CAPS: Final = {"butt": "flat", "round": "round"}


@dataclass(frozen=True)
class SymbolLayer:
    """A layer of a symbol.

    Attributes
    ----------
    kind
        Its class in QGIS.
    properties
        Its properties.
    expressions
        What replaces properties, by their names.
    level
        The place in the order in which layers of all records are drawn.
    """

    kind: str
    properties: Mapping[str, Any]
    expressions: Mapping[str, str] = field(default_factory=dict)
    level: int = 0

    def only(self, condition: str | None) -> SymbolLayer:
        """Return the layer for records that meet a condition, besides those of its own."""
        if condition is None:
            return self
        both = [one for one in (self.expressions.get("enabled"), condition) if one is not None]
        whole = " AND ".join(f"coalesce({one}, false)" for one in both)
        return replace(self, expressions={**self.expressions, "enabled": whole})

    def see_through(self, opacity: float, expression: str | None) -> SymbolLayer:
        """Return the layer of a marker whose colours have an opacity, or an expression of one."""
        made, mixed = dict(self.expressions), dict[str, str]()
        for name, replaced in _COLORS.items():
            color, _, alpha = self.properties[name].rpartition(",")
            mixed[name] = f"{color},{round(int(alpha) * opacity)}"
            if expression is not None:
                made[replaced] = faded(mixed[name], expression)
        return replace(self, properties={**self.properties, **mixed}, expressions=made)


@dataclass(frozen=True)
class Symbol:
    """A symbol: ``"marker"``, ``"line"`` or ``"fill"``, its layers and its opacity."""

    kind: str
    layers: Sequence[SymbolLayer]
    alpha: float = 1.0
    expressions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def see_through(
        cls,
        kind: str,
        layers: Sequence[SymbolLayer],
        opacity: float,
        expression: str | None = None,
    ) -> Symbol:
        """Return a symbol of an opacity, and of an expression of one.

        The colours have it where there are pictures: QGIS prints these without that of a symbol.
        """
        if any(layer.kind == "SvgMarker" for layer in layers):
            return cls(kind, [layer.see_through(opacity, expression) for layer in layers])
        made = {} if expression is None else {"alpha": f"100 * {expression}"}
        return cls(kind, layers, opacity, made)

    def add_to(self, parent: Element, name: str) -> None:
        """Add the symbol to an element."""
        one = SubElement(
            parent, "symbol", type=self.kind, name=name, alpha=number(self.alpha),
            clip_to_extent="1", force_rhr="0",
        )  # fmt: skip
        add_expressions(one, self.expressions)
        for layer in self.layers:
            level = str(layer.level)
            made = SubElement(
                one, "layer", {"class": layer.kind, "enabled": "1", "locked": "0", "pass": level}
            )
            add_options(made, layer.properties)
            add_expressions(made, layer.expressions)


def marker_layers(
    entry: Entry,
    shape: str,
    px: float,
    *,
    is_ring: bool = False,
    is_node: bool = False,
    times: str | None = None,
) -> list[SymbolLayer]:
    """Return the layers of the symbol of a point.

    Parameters
    ----------
    entry
        Its entry of the legend.
    shape
        Its shape.
    px
        Its diameter in pixels of 1/96 inch.
    is_ring
        Whether it is the ring of a record without a size.
    is_node
        Whether it is that of a node.
    times
        The expression that the diameter is multiplied with; None for nothing.
    """
    face = face_of(entry, shape, is_ring=is_ring, is_node=is_node)
    if shape in GLYPHS:
        return [_picture(face, _glyph_svg(shape), px, _GLYPH_SPAN / 2, times)]
    if shape in icon_paths() and shape not in SHAPES:
        return [_picture(face, icon_svg(shape), px, ICON_SPAN / USUAL_PX, times)]
    name, angle = _MARKS.get(shape, _CIRCLE)
    width = WIDTHS_OF_MARKS.get(name, 1.0)
    properties = {
        "name": name, "angle": angle, "color": rgba(face.color), "size_unit": "Point",
        "size": points((px + face.rim_px) * width), "scale_method": "diameter",
        "joinstyle": "round", **_rim(face),
    }  # fmt: skip
    factor = number(round(width * POINTS_PER_PX, 6))
    made = times and {"size": f"({times} * {number(px)} + {number(face.rim_px)}) * {factor}"}
    return [SymbolLayer("SimpleMarker", properties, made or {})]


def _rim(face: Face, times: float = 1.0) -> dict[str, str]:
    return {
        "outline_color": rgba(face.rim), "outline_style": "solid" if face.rim_px else "no",
        "outline_width": points(face.rim_px * times), "outline_width_unit": "Point",
    }  # fmt: skip


def _picture(face: Face, svg: str, px: float, span: float, times: str | None) -> SymbolLayer:
    """Return a picture whose rim lies half below its face, `span` diameters wide."""
    properties = {
        "name": embedded(svg), "color": rgba(face.color), "size": points(px * span),
        "size_unit": "Point", "scale_method": "diameter", **_rim(face, 2.0),
    }  # fmt: skip
    factor = number(round(px * span * POINTS_PER_PX, 6))
    return SymbolLayer("SvgMarker", properties, {"size": f"{times} * {factor}"} if times else {})


def _glyph_svg(shape: str) -> str:
    """Return the picture of a node with a white drawing on it."""
    low, side = -_GLYPH_SPAN / 2, WIDTHS_OF_MARKS["square"]
    box = f'x="{-side}" y="{-side}" width="{2 * side}" height="{2 * side}"'
    outline, kind = (box, "rect") if shape == "gauges" else ('r="1"', "circle")
    rim = (
        'fill="param(fill)" stroke="param(outline)" stroke-opacity="param(outline-opacity)" '
        'stroke-width="param(outline-width)"'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{low} {low} {_GLYPH_SPAN} '
        f'{_GLYPH_SPAN}" width="24" height="24"><{kind} {outline} {rim}/>'
        f'<{kind} {outline} fill="param(fill)"/>'
        f'<path d="{GLYPHS[shape]}" fill="none" stroke="#ffffff" stroke-width="0.14"/></svg>'
    )


def line_layers(
    entry: Entry,
    weight: float,
    *,
    width: float | None = None,
    is_measured: bool = False,
    dash: Sequence[float] | None = None,
) -> list[SymbolLayer]:
    """Return the layers of the symbol of a line; arguments as of `line_stroke`."""
    stroke = line_stroke(entry, weight, width=width, is_measured=is_measured, dash=dash, alpha=1.0)
    return [stroke_layer(stroke)]


def stroke_layer(stroke: Stroke, *, level: int = 0, times: str | None = None) -> SymbolLayer:
    """Return the layer of a stroke, whose width is multiplied with an expression."""
    dashes = ";".join(points(length) for length in stroke.dash or ())
    properties = {
        "line_color": rgba(stroke.color, stroke.alpha), "line_style": "solid",
        "line_width": points(stroke.width), "line_width_unit": "Point",
        "capstyle": _CAPS[stroke.cap], "joinstyle": "round",
        "use_custom_dash": int(bool(dashes)),
    }  # fmt: skip
    if dashes:
        properties |= {"customdash": dashes, "customdash_unit": "Point"}
    made = times and {"outlineWidth": f"{times} * {number(stroke.points)}"}
    return SymbolLayer("SimpleLine", properties, made or {}, level)


def leg_layers(entry: Entry, times: str) -> list[SymbolLayer]:
    """Return the layers of the symbol of a leg, whose widths are multiplied with an expression."""
    strokes = enumerate(leg_strokes(entry))
    return [stroke_layer(stroke, level=depth, times=times) for depth, stroke in strokes]


def fill_layer(entry: Entry, opacity: float, stroke: Stroke | None) -> SymbolLayer:
    """Return the layer of an area's fill, with its outline if that is a solid one."""
    share = opacity * (1.0 if entry.opacity is None else entry.opacity)
    properties = {
        "color": rgba(entry.color, share), "style": "solid" if share else "no",
        "outline_style": "no", "joinstyle": "round",
    }  # fmt: skip
    if stroke is not None and stroke.dash is None:
        properties |= {
            "outline_style": "solid", "outline_color": rgba(stroke.color),
            "outline_width": points(stroke.width), "outline_width_unit": "Point",
        }  # fmt: skip
    return SymbolLayer("SimpleFill", properties)


def area_layers(entry: Entry, weight: float, opacity: float = 1.0) -> list[SymbolLayer]:
    """Return the layers of the symbol of an area: its fill, and a dashed outline if it has one."""
    stroke = outline_stroke(entry, weight, dash=None)
    fill = fill_layer(entry, opacity, stroke)
    return [fill] if stroke is None or stroke.dash is None else [fill, stroke_layer(stroke)]
