"""The style of a vector layer in SLD: rules with their filters, symbols and labels.

References
----------
OGC Symbology Encoding 1.1 (05-077r4), section 11, and Styled Layer Descriptor 1.0 (02-070), which
names the parameters CssParameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element

from minmap.files.plain_xml import parsed_xml
from minmap.style.file_styles.file_style import FileStyle, LabelStyle, StyleEntry, Symbol
from minmap.style.file_styles.qgis_symbols import (
    COVERED,
    EXPRESSIONS,
    HATCHING,
    LAYERED,
    MAP_UNITS,
    PICTURES,
    SHAPES_OF_MARKS,
)
from minmap.style.file_styles.qgis_values import color_of, number_of, share_of
from minmap.style.file_styles.sld_filters import conditions_in_filter
from minmap.style.file_styles.style_reader import StyleReader

_MOST_DASHES: Final = 12
_MARKS: Final = {**SHAPES_OF_MARKS, "x": "cross"}
# Usual values: Symbology Encoding 1.1, sections 11.1.3, 11.2.2 and 11.3.2.
_GREY, _BLACK, _WIDTH_PX, _MARK_PX = "#808080", "#000000", 1.0, 6.0
_NO_RULES: Final = "It has no symbols for vector data."


def sld_style(content: bytes, where: str) -> FileStyle:
    """Return the style in an .sld file; nothing in it is evaluated or fetched.

    Parameters
    ----------
    content
        The file.
    where
        Its name in messages.

    Raises
    ------
    FileError
        If the file is no XML, or has more than can be tested.

    Examples
    --------
    >>> stroke = "<Stroke><SvgParameter name='stroke'>#ff0000</SvgParameter></Stroke>"
    >>> rule = f"<Rule><LineSymbolizer>{stroke}</LineSymbolizer></Rule>"
    >>> text = f"<StyledLayerDescriptor>{rule}</StyledLayerDescriptor>"
    >>> entry = sld_style(text.encode(), "faults.sld").entries[0]
    >>> entry.symbol.line, entry.symbol.line_width_px
    ('#ff0000', 1.0)
    """
    root = parsed_xml(content, where)
    for element in root.iter():
        element.tag = element.tag.rpartition(":")[2]
    return _Reader(root, where).style()


class _Reader(StyleReader):
    def style(self) -> FileStyle:
        entries = self.limited(self._entries())
        if len(entries) == 1 and not entries[0].conditions:
            entries = (replace(entries[0], label=""),)  # the name of the layer says more
        label = self._label()
        if not entries and label is None and not self.left_out:
            self.left_out.append(_NO_RULES)
        left_out = tuple(dict.fromkeys(self.left_out))
        return FileStyle(self.where, entries, last_wins=True, label=label, left_out=left_out)

    def _entries(self) -> Iterator[StyleEntry]:
        for rule in self.root.iter("Rule"):
            symbol = self._symbol(rule)
            if symbol is None:
                continue
            label = _first_text(rule, "Description/Title", "Title", "Name")
            filter_ = rule.find("Filter")
            scales = (rule.find(f"{end}ScaleDenominator") for end in ("Min", "Max"))
            has_scales = any(scale is not None for scale in scales)
            given = () if filter_ is None else conditions_in_filter(filter_)
            tests = self.tests_of(label, given, has_scales=has_scales)
            if tests is not None:
                is_rest = rule.find("ElseFilter") is not None
                yield StyleEntry(label, symbol, tests, is_rest=is_rest)

    # Symbols --------------------------------------------------------------------------------------

    def _symbol(self, rule: Element) -> Symbol | None:
        """Return the symbol of a rule: the lowest fill, the topmost outline, the widest line."""
        areas, points = rule.findall("PolygonSymbolizer"), rule.findall("PointSymbolizer/Graphic")
        lines = [self._line(one) for one in rule.iterfind("LineSymbolizer")]
        if areas:
            fills = [fill for one in areas if (fill := one.find("Fill")) is not None]
            symbol = self._filled(Symbol("area"), fills[0] if fills else None)
            return symbol.outlined([*map(self._line, areas), *lines])
        if lines:
            self.left_out += [LAYERED] * (len(lines) > 1)
            return max(lines, key=lambda one: one.line_width_px or 0)
        return self._point(points[0]) if points else None

    def _filled(self, symbol: Symbol, fill: Element | None) -> Symbol:
        if fill is None:
            return symbol
        color = color_of(self._parameter(fill, "fill") or _GREY)
        opacity = share_of(self._parameter(fill, "fill-opacity"))
        graphic = fill.find("GraphicFill/Graphic")
        if graphic is not None:
            self.left_out.append(HATCHING)
            color, opacity = color_of(self._point(graphic).color or _GREY), opacity * COVERED
        if color is None or opacity == 0:
            return symbol
        return replace(symbol, fill=color[0], fill_opacity=round(opacity, 3))

    def _line(self, symbolizer: Element) -> Symbol:
        """Return the line of a symbolizer or a mark; its colour is None if there is none."""
        stroke = symbolizer.find("Stroke")
        if stroke is None:
            return Symbol("line")
        color = color_of(self._parameter(stroke, "stroke") or _BLACK)
        opacity = share_of(self._parameter(stroke, "stroke-opacity"))
        width = number_of(self._parameter(stroke, "stroke-width") or str(_WIDTH_PX))
        if not symbolizer.get("uom", "pixel").endswith("pixel"):
            self.left_out.append(MAP_UNITS)
            width = None
        if color is None or opacity == 0 or width == 0:
            return Symbol("line")
        texts = (self._parameter(stroke, "stroke-dasharray") or "").replace(",", " ").split()
        dashes = tuple(length for text in texts if (length := number_of(text)) is not None)
        dashes = dashes * 2 if len(dashes) % 2 else dashes
        fits = len(dashes) <= _MOST_DASHES and min(dashes, default=-1) >= 0 and any(dashes)
        return Symbol(
            "line",
            line=color[0],
            line_opacity=opacity,
            line_width_px=width,
            dash_px=dashes if fits else None,
        )

    def _point(self, graphic: Element) -> Symbol:
        mark = graphic.find("Mark")
        size = number_of(graphic.findtext("Size") or str(_MARK_PX))
        symbol = Symbol("point", size_px=size or None, shape="circle", line_width_px=0.0)
        if mark is None:
            self.left_out.append(PICTURES)
            return symbol
        name = (mark.findtext("WellKnownName") or "square").strip().lower()
        if name not in _MARKS:
            self.left_out.append(PICTURES)
        made = self._filled(replace(symbol, shape=_MARKS.get(name, "circle")), mark.find("Fill"))
        share = share_of(graphic.findtext("Opacity"))
        made = replace(made, fill_opacity=round(made.fill_opacity * share, 3))
        return made.outlined([self._line(mark)], share)

    def _parameter(self, element: Element, name: str) -> str | None:
        """Return a parameter; one that follows a column or a function is left out."""
        for kind in ("SvgParameter", "CssParameter"):
            for found in element.iterfind(f"{kind}[@name='{name}']"):
                literal = found.find("Literal")
                if len(found) > (literal is not None):
                    self.left_out.append(EXPRESSIONS)
                    return None
                return ((found if literal is None else literal).text or "").strip()
        return None

    # Labels ---------------------------------------------------------------------------------------

    def _label(self) -> LabelStyle | None:
        for one in self.root.iter("TextSymbolizer"):
            label, fill = one.find("Label"), one.find("Fill")
            column = None if label is None else label.findtext("PropertyName")
            if label is None or column is None or len(label) > 1:
                self.left_out.append("The labels are left out, since they follow an expression.")
                return None
            font = one.find("Font")
            size = None if font is None else number_of(self._parameter(font, "font-size"))
            color = None if fill is None else color_of(self._parameter(fill, "fill"))
            return LabelStyle(column.strip(), size, color[0] if color else None)
        return None


def _first_text(element: Element, *paths: str) -> str:
    texts = ((element.findtext(path) or "").strip() for path in paths)
    return next(filter(None, texts), "")
