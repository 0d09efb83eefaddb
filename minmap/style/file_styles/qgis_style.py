"""The style of a vector layer in QGIS: its renderer, its labels and its opacity.

References
----------
QGIS 3.34, src/core/symbology (QgsCategorizedSymbolRenderer, QgsGraduatedSymbolRenderer,
QgsRuleBasedRenderer) and src/core/labeling; QGIS 2.18 for the older names.
https://docs.qgis.org/3.34/en/docs/user_manual/appendices/qgis_file_formats.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
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
    Value,
)
from minmap.style.file_styles.qgis_rules import (
    MOST_COMPARISONS,
    column_in_expression,
    conditions_in_expression,
    too_many_comparisons,
)
from minmap.style.file_styles.qgis_symbols import symbol_of
from minmap.style.file_styles.qgis_values import color_of, number_of, pixels_of, share_of

_WRAPPERS: Final = {
    "pointDisplacement": "Points are not moved apart.",
    "pointCluster": "Points are not grouped as in QGIS.",
    "mergedFeatureRenderer": "Areas are not merged.",
    "invertedPolygonRenderer": "Areas are filled inside, not outside.",
}
"""Renderers that draw with the symbols of another one, and what is then left out."""
_ENDING: Final = ".qml"
_MOST_ENTRIES: Final = 10_000
_OFF: Final = ("false", "0")


def style_beside(path: Path, *endings: str) -> Path | None:
    """Return the file of a style with the stem of a file, by default a .qml file.

    Of several files that of the first ending is returned, whatever the case of its letters.
    """
    if not path.parent.is_dir():
        return None
    wanted = endings or (_ENDING,)
    found = siblings(path, set(wanted))
    files = (found[ending] for ending in wanted if ending in found)
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


@dataclass
class _Reader:
    root: Element
    where: str
    left_out: list[str] = field(default_factory=list)
    conditions: int = 0
    """Conditions of all rules so far; a rule has those of the rules around it too."""

    def style(self) -> FileStyle:
        renderer = self.root.find("renderer-v2")
        while renderer is not None and renderer.get("type") in _WRAPPERS:
            self.left_out.append(_WRAPPERS[renderer.get("type", "")])
            renderer = renderer.find("renderer-v2")
        kind = "" if renderer is None else renderer.get("type", "")
        read = self._readers().get(kind)
        entries: tuple[StyleEntry, ...] = ()
        if renderer is None:
            self.left_out.append("It has no symbols for vector data.")
        elif read is None:
            self.left_out.append(f"Symbols of the kind {kind!r} are left out.")
        else:
            entries = tuple(islice(read(renderer), _MOST_ENTRIES + 1))
        if len(entries) > _MOST_ENTRIES:
            entries = ()
            self.left_out.append(f"It has more than {_MOST_ENTRIES:,} symbols.")
        self._note_switched_off(entries)
        self._note_scales()
        return FileStyle(
            self.where,
            entries,
            last_wins=kind == "RuleRenderer",
            label=self._label(),
            opacity=self._opacity(),
            left_out=tuple(dict.fromkeys(self.left_out)),
        )

    def _readers(self) -> dict[str, Callable[[Element], Iterator[StyleEntry]]]:
        return {
            "singleSymbol": self._single,
            "categorizedSymbol": self._categories,
            "graduatedSymbol": self._ranges,
            "RuleRenderer": self._rules,
        }

    def _symbols(self, renderer: Element) -> dict[str, Symbol]:
        listed = renderer.iterfind("symbols/symbol")
        return {one.get("name", ""): symbol_of(one, self.left_out) for one in listed}

    # Renderers ------------------------------------------------------------------------------------

    def _single(self, renderer: Element) -> Iterator[StyleEntry]:
        for symbol in self._symbols(renderer).values():
            yield StyleEntry("", symbol)
            return

    def _categories(self, renderer: Element) -> Iterator[StyleEntry]:
        column = self._column(renderer)
        symbols = self._symbols(renderer)
        for category in renderer.iterfind("categories/category") if column else ():
            symbol = symbols.get(category.get("symbol", ""))
            if column is None or symbol is None:
                continue
            values, label = _values_of(category), category.get("label", "")
            is_rest, shown = not values, category.get("render") not in _OFF
            tests = () if is_rest else (Condition(column, values),)
            label = label or ", ".join(str(value) for value in values if value is not None)
            yield StyleEntry(label, symbol, tests, is_rest=is_rest, is_shown=shown)

    def _ranges(self, renderer: Element) -> Iterator[StyleEntry]:
        column = self._column(renderer)
        symbols = self._symbols(renderer)
        for one in renderer.iterfind("ranges/range") if column else ():
            symbol = symbols.get(one.get("symbol", ""))
            lower, upper = number_of(one.get("lower")), number_of(one.get("upper"))
            if column is None or symbol is None or (lower is None and upper is None):
                continue
            label = one.get("label") or f"{one.get('lower')} - {one.get('upper')}"
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
            is_else = text.upper() == "ELSE"
            own = () if is_else or not text else conditions_in_expression(text)
            label = rule.get("label") or text
            if own is None:
                self.left_out.append(
                    f"The rule {label!r} is left out, since its filter is more than comparisons "
                    "of columns with values."
                )
                continue
            if {"scalemindenom", "scalemaxdenom"} & rule.attrib.keys():
                self.left_out.append("Rules are drawn at all scales.")
            shown = is_shown and rule.get("checkstate") not in _OFF
            self.conditions += len(tests) + len(own)
            if self.conditions > MOST_COMPARISONS:
                raise too_many_comparisons(self.where)
            rest, both = is_rest or is_else, (*tests, *own)
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
        off = [repr(entry.label) for entry in entries if not entry.is_shown]
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
            found = text.get("fieldName", ""), size, unit
            color = color_of(text.get("textColor"))
            return self._label_of(*found, color[0] if color else None)
        old = {one.get("key"): one.get("value", "") for one in self.root.iterfind(_OLD_LABELS)}
        if old.get("labeling/enabled") != "true":
            return None
        size = old.get("labeling/fontSize")
        return self._label_of(old.get("labeling/fieldName", ""), size, "Point", None)

    def _label_of(
        self, text: str, size: str | None, unit: str, color: str | None
    ) -> LabelStyle | None:
        column = column_in_expression(text)
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
        if any((self.root.findtext(name) or "0") != "0" for name in _BLENDING):
            self.left_out.append("Colours are not mixed with those below.")


_OLD_LABELS: Final = "customproperties/property"
_BLENDING: Final = ("blendMode", "featureBlendMode")


def _values_of(category: Element) -> tuple[Value, ...]:
    """Return the values of a category; none for the category of all other values."""
    listed = category.findall("val")
    if category.get("type") == "List" or listed:
        return tuple(one.get("value", "") for one in listed)
    value = category.get("value", "")
    return (value,) if value and category.get("type") != "NULL" else ()
