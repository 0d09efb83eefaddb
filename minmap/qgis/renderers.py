"""The renderer of a layer in QGIS: one symbol, categories, classes of numbers, or rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from minmap.qgis.conditions import Condition
from minmap.qgis.elements import field_name, label, number
from minmap.qgis.symbology import Symbology
from minmap.style.file_styles.qgis_looks import NEVER
from minmap.style.symbols import Entry

_TYPES: Final = {str: "string", int: "long", float: "double", bool: "bool"}


def add_renderer(root: Element, symbology: Symbology) -> None:
    """Add the renderer of a table to a style."""
    table = symbology.table
    marks, legend = table.part.marks, table.legend
    attributes = {"forceraster": "0", "enableorderby": "0", "referencescale": "-1"}
    levels = {"symbollevels": "1" if table.part.kind == "legs" else "0"}
    renderer = SubElement(root, "renderer-v2", attributes | levels)
    symbols = Element("symbols")
    for place, entry in enumerate(legend.entries):
        symbology.symbol(entry).add_to(symbols, str(place))
    if len(legend.entries) == 1 and not marks.legends and not legend.entries[0].hidden:
        renderer.set("type", "singleSymbol")
    else:
        column, tests = table.decided_by(marks.by, legend)
        add = _kind(tests, has_legends=bool(marks.legends))
        add(renderer, legend.entries, column, tests)
    if marks.legends:
        _add_legends(renderer, symbols, symbology)
    renderer.append(symbols)


def _kind(tests: Sequence[Condition], *, has_legends: bool) -> Any:
    if has_legends:
        return _add_rules
    if all(one.limits is not None for one in tests):
        return _add_ranges
    return _add_rules if any(one.limits is not None for one in tests) else _add_categories


def _shown(entry: Entry) -> str:
    return "false" if entry.hidden else "true"


def _add_categories(
    renderer: Element, entries: Sequence[Entry], column: str, tests: Sequence[Condition]
) -> None:
    renderer.set("type", "categorizedSymbol")
    renderer.set("attr", field_name(column))
    group = SubElement(renderer, "categories")
    for place, (entry, test) in enumerate(zip(entries, tests, strict=True)):
        one = SubElement(
            group, "category", label=label(entry.label), symbol=str(place), render=_shown(entry)
        )
        values = [] if test.is_rest else [(_text(value), _type(value)) for value in test.values]
        if len(values) == 1 or test.is_rest:
            value, kind = values[0] if values else ("", "string")
            one.set("value", value)
            one.set("type", kind)
            continue
        one.set("type", "List")
        for value, kind in values:
            SubElement(one, "val", value=value, type=kind)


def _type(value: Any) -> str:
    return _TYPES[type(value)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, float) else str(value)


def _add_ranges(
    renderer: Element, entries: Sequence[Entry], column: str, tests: Sequence[Condition]
) -> None:
    renderer.set("type", "graduatedSymbol")
    renderer.set("attr", field_name(column))
    renderer.set("graduatedMethod", "GraduatedColor")
    group = SubElement(renderer, "ranges")
    for place, (entry, test) in enumerate(zip(entries, tests, strict=True)):
        low, high = test.limits or (0.0, 0.0)
        SubElement(
            group, "range", lower=number(low), upper=number(high), label=label(entry.label),
            symbol=str(place), render=_shown(entry),
        )  # fmt: skip


def _add_rules(
    renderer: Element, entries: Sequence[Entry], column: str, tests: Sequence[Condition]
) -> None:
    renderer.set("type", "RuleRenderer")
    group, below = SubElement(renderer, "rules", key="minmap"), None
    for place, (entry, test) in enumerate(zip(entries, tests, strict=True)):
        rule = _add_rule(group, entry.label, test.expression(column, below), str(place))
        if entry.hidden:
            rule.set("checkstate", "0")
        below = test.limits and test.limits[1]


def _add_rule(group: Element, text: str, test: str, symbol: str | None = None) -> Element:
    key = f"{group.get('key')}/{len(group)}"
    rule = SubElement(group, "rule", key=key, label=label(text), filter=test)
    if symbol is not None:
        rule.set("symbol", symbol)
    return rule


def _add_legends(renderer: Element, symbols: Element, symbology: Symbology) -> None:
    """Add the further legends as rules that draw nothing."""
    rules = renderer.find("rules")
    if rules is None:
        return
    for legend in symbology.table.part.marks.legends:
        heading = _add_rule(rules, str(legend.get("title") or ""), NEVER)
        for text, look, value in _lines(legend):
            name = str(len(symbols))
            symbology.sample(look, legend, value).add_to(symbols, name)
            _add_rule(heading, text, NEVER, name)


def _lines(legend: Mapping[str, Any]) -> list[tuple[str, Entry, float | None]]:
    """Return the label, the look and the number of each line of a further legend."""
    texts = legend["texts"]
    if "entries" in legend:
        looks = [_entry(one) for one in legend["entries"]]
        return [(text, look, None) for text, look in zip(texts, looks, strict=True)]
    outline = {name: legend[name] for name in ("outline", "outline_width") if name in legend}
    look = Entry("", 0, legend["color"], legend["shape"], **outline)
    lengths = [length for _, length in legend["samples"]]
    lengths += [] if legend["floor"] is None else [legend["least"]]
    lengths += [None] if legend["missing"] else []
    return [(text, look, length) for text, length in zip(texts, lengths, strict=False)]


def _entry(given: Mapping[str, Any]) -> Entry:
    return Entry(**{"count": 0, **{k: v for k, v in given.items() if k != "text"}})
