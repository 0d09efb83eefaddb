"""The style of a vector layer in QGIS: its renderer, its labels and its opacity.

References
----------
QGIS 3.34, src/core/symbology (QgsCategorizedSymbolRenderer, QgsGraduatedSymbolRenderer,
QgsRuleBasedRenderer) and src/core/labeling; QGIS 2.18 for the older names.
https://docs.qgis.org/3.34/en/docs/user_manual/appendices/qgis_file_formats.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from minmap.files.plain_xml import parsed_xml
from minmap.files.shapefile import siblings
from minmap.style.file_styles.file_style import (
    Condition,
    FileStyle,
    LabelStyle,
    StyleEntry,
    Symbol,
)
from minmap.style.file_styles.qgis_looks import NEVER, QgisLooks
from minmap.style.file_styles.qgis_rules import column_in_expression, conditions_in_expression
from minmap.style.file_styles.qgis_symbols import EXPRESSIONS, symbol_of
from minmap.style.file_styles.qgis_values import (
    color_of,
    number_of,
    pixels_of,
    share_of,
    shown_label,
)
from minmap.style.file_styles.style_reader import StyleReader

_WRAPPERS: Final = {
    "pointDisplacement": "Points are not moved apart.",
    "pointCluster": "Points are not grouped as in QGIS.",
    "mergedFeatureRenderer": "Areas are not merged.",
    "invertedPolygonRenderer": "Areas are filled inside, not outside.",
}
"""Renderers that draw with the symbols of another one, and what is then left out."""
_OFF: Final = ("false", "0")
COVER: Final = "13"
"""The mode of painting in which a record hides those below it."""


def style_beside(path: Path, *endings: str) -> Path | None:
    """Return the file of a style with the stem of a file and the first of the endings.

    The case of the ending does not matter.
    """
    if not path.parent.is_dir():
        return None
    found = siblings(path, endings)
    files = (found[ending] for ending in endings if ending in found)
    return next((file for file in files if file.is_file()), None)


def qgis_style(content: bytes, where: str) -> FileStyle:
    """Return the style in a .qml file; nothing in it is evaluated or fetched.

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
    >>> symbol = '<symbol type="line" name="0"><layer class="SimpleLine">'
    >>> symbol += '<prop k="line_color" v="255,0,0,255"/></layer></symbol>'
    >>> renderer = f'<renderer-v2 type="singleSymbol"><symbols>{symbol}</symbols></renderer-v2>'
    >>> style = qgis_style(f"<qgis>{renderer}</qgis>".encode(), "faults.qml")
    >>> style.entries[0].symbol.color, style.left_out
    ('#ff0000', ())
    """
    return _Reader(parsed_xml(content, where), where).style()


class _Reader(StyleReader):
    def style(self) -> FileStyle:
        renderer = self.root.find("renderer-v2")
        while renderer is not None and renderer.get("type") in _WRAPPERS:
            self.left_out.append(_WRAPPERS[renderer.get("type", "")])
            renderer = renderer.find("renderer-v2")
        kind = "" if renderer is None else renderer.get("type", "")
        readers = {
            "singleSymbol": self._single,
            "categorizedSymbol": self._categories,
            "graduatedSymbol": self._ranges,
            "RuleRenderer": self._rules,
        }
        entries: tuple[StyleEntry, ...] = ()
        if renderer is None:
            self.left_out.append("It has no symbols for vector data.")
        elif kind in readers:
            entries = self.limited(readers[kind](renderer))
        else:
            self.left_out.append(f"Symbols of the kind {kind!r} are left out.")
        if self._looks.is_whole:  # its expressions are those of the keywords and of the scale
            self.left_out = [one for one in self.left_out if one != EXPRESSIONS]
        self._note_switched_off(entries)
        self._note_scales()
        return FileStyle(
            self.where,
            entries,
            last_wins=kind == "RuleRenderer",
            label=self._label(),
            opacity=self._opacity(),
            left_out=tuple(dict.fromkeys(self.left_out)),
            cover=self.root.findtext("featureBlendMode") == COVER,
            looks=self._looks.keywords,
        )

    @cached_property
    def _looks(self) -> QgisLooks:
        return QgisLooks.of(self.root)

    def _symbols(self, renderer: Element) -> dict[str, Symbol]:
        listed = renderer.iterfind("symbols/symbol")
        return {one.get("name", ""): symbol_of(one, self.left_out) for one in listed}

    # Renderers ------------------------------------------------------------------------------------

    def _single(self, renderer: Element) -> Iterator[StyleEntry]:
        yield from (StyleEntry("", symbol) for symbol in [*self._symbols(renderer).values()][:1])

    def _parts(self, renderer: Element, path: str) -> Iterator[tuple[Element, Symbol, str]]:
        """Yield the categories or ranges that have a symbol, with it and their column."""
        column, symbols = self._column(renderer), self._symbols(renderer)
        for part in renderer.iterfind(path) if column is not None else ():
            symbol = symbols.get(part.get("symbol", ""))
            if symbol is not None:
                yield part, symbol, column or ""

    def _categories(self, renderer: Element) -> Iterator[StyleEntry]:
        for category, symbol, column in self._parts(renderer, "categories/category"):
            values, shown = _values_of(category), category.get("render") not in _OFF
            label = shown_label(category.get("label")) or ", ".join(values)
            tests = (Condition(column, values),) if values else ()
            yield StyleEntry(label, symbol, tests, is_rest=not values, is_shown=shown)

    def _ranges(self, renderer: Element) -> Iterator[StyleEntry]:
        for one, symbol, column in self._parts(renderer, "ranges/range"):
            lower, upper = number_of(one.get("lower")), number_of(one.get("upper"))
            if lower is not None or upper is not None:
                label = shown_label(one.get("label")) or f"{one.get('lower')} - {one.get('upper')}"
                test = Condition(column, lower=lower, upper=upper)
                yield StyleEntry(label, symbol, (test,), is_shown=one.get("render") not in _OFF)

    def _rules(self, renderer: Element) -> Iterator[StyleEntry]:
        symbols = self._symbols(renderer)
        for rules in renderer.iterfind("rules"):
            yield from self._rules_in(rules, symbols, (), is_rest=False, is_shown=True)

    def _rules_in(
        self,
        parent: Element,
        symbols: dict[str, Symbol],
        tests: tuple[Condition, ...],
        *,
        is_rest: bool,
        is_shown: bool,
    ) -> Iterator[StyleEntry]:
        """Yield the rules in a rule; a record must meet the filters of both."""
        for rule in parent.iterfind("rule"):
            text = rule.get("filter", "").strip()
            if text.upper() == NEVER:  # a line of the legend
                continue
            is_else = text.upper() == "ELSE"
            own = () if is_else or not text else conditions_in_expression(text)
            label = shown_label(rule.get("label")) or text
            has_scales = bool({"scalemindenom", "scalemaxdenom"} & rule.attrib.keys())
            given = None if own is None else (*tests, *own)
            both = self.tests_of(label, given, has_scales=has_scales)
            if both is None:
                continue
            shown, rest = is_shown and rule.get("checkstate") not in _OFF, is_rest or is_else
            symbol = symbols.get(rule.get("symbol", ""))
            if symbol is not None:
                yield StyleEntry(label, symbol, both, is_rest=rest, is_shown=shown)
            yield from self._rules_in(rule, symbols, both, is_rest=rest, is_shown=shown)

    def _column(self, renderer: Element) -> str | None:
        text = renderer.get("attr", "")
        column = column_in_expression(text)
        if column is None:
            self.left_out.append(f"The symbols are left out, since they follow {text!r}.")
        return column

    def _note_switched_off(self, entries: tuple[StyleEntry, ...]) -> None:
        off = [
            repr(entry.label)
            for entry in entries
            if not entry.is_shown and entry.symbol.kind != "point"
        ]
        if off:
            more = f" and {len(off) - 3} more" if len(off) > 3 else ""
            self.left_out.append(
                f"Switched off in QGIS and drawn all the same: {', '.join(off[:3])}{more}."
            )

    # Labels and opacity ---------------------------------------------------------------------------

    def _label(self) -> LabelStyle | None:
        labeling = self.root.find("labeling")
        if self.root.get("labelsEnabled") == "1" and labeling is not None:
            text = labeling.find("settings/text-style")
            if labeling.get("type") != "simple" or text is None:
                self.left_out.append("Labels by rules are left out.")
                return None
            size, unit = text.get("fontSize"), text.get("fontSizeUnit", "Point")
            color = color_of(text.get("textColor"))
            return self._label_of(text.get("fieldName", ""), size, unit, color and color[0])
        old = {one.get("key"): one.get("value", "") for one in self.root.iterfind(_OLD_LABELS)}
        if old.get("labeling/enabled") != "true":
            return None
        size = old.get("labeling/fontSize")
        return self._label_of(old.get("labeling/fieldName", ""), size, "Point", None)

    def _label_of(
        self, text: str, size: str | None, unit: str, color: str | None
    ) -> LabelStyle | None:
        column = self._looks.labels.get(text) or column_in_expression(text)
        if column is None:
            self.left_out.append(f"The labels are left out, since they follow {text!r}.")
            return None
        return LabelStyle(column, pixels_of(size, unit), color)

    def _opacity(self) -> float:
        see_through = number_of(self.root.findtext("layerTransparency"))  # QGIS 2, in percent
        if see_through is not None:
            return 1 - min(max(see_through, 0.0), 100.0) / 100
        return share_of(self.root.findtext("layerOpacity"))

    def _note_scales(self) -> None:
        if self.root.get("hasScaleBasedVisibilityFlag") == "1":
            self.left_out.append("The layer is drawn at all scales.")
        if any((self.root.findtext(name) or "0") not in ("0", COVER) for name in _BLENDING):
            self.left_out.append("Colours are not mixed with those below.")


_OLD_LABELS: Final = "customproperties/property"
_BLENDING: Final = ("blendMode", "featureBlendMode")


def _values_of(category: Element) -> tuple[str, ...]:
    """Return the values of a category; none for the category of all other values."""
    listed = category.findall("val")
    if category.get("type") == "List" or listed:
        return tuple(one.get("value", "") for one in listed)
    value = category.get("value", "")
    return (value,) if value and category.get("type") != "NULL" else ()
