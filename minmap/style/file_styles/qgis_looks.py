"""Keywords of `Map.add` in a style of QGIS, as far as its symbols still show them.

A style that minmap wrote has the columns of sizes, shapes and so on, and digests of the expressions
that show them. Where an expression is no longer that of the digest, somebody has edited the style.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from xml.etree.ElementTree import Element

from minmap.style.file_styles.qgis_symbols import expressions_of
from minmap.style.file_styles.qgis_values import number_of, properties_of

LOOKS: Final = "minmap/looks"
"""A property of layers: keywords, labels and digests, as JSON."""
NEVER: Final = "FALSE"
"""The filter of a line of the legend that draws nothing."""
_SHOWN_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "size": ("size",), "line_width": ("outlineWidth",), "shape": ("name", "angle"),
    "opacity": ("alpha", "fillColor", "outlineColor"), "dash": ("enabled", "customDash"),
}  # fmt: skip
"""The keywords that name columns, and the properties of symbols that show them."""
_PLURALS: Final = {"shapes": "shape", "dashes": "dash"}
_ALL: Final = "expressions"


@dataclass(frozen=True)
class QgisLooks:
    """What minmap wrote into a style.

    Attributes
    ----------
    keywords
        The keywords of `Map.add` that the symbols still show.
    labels
        The columns of labels, by the expressions of their texts.
    is_whole
        Whether all expressions of the symbols are minmap's.
    """

    keywords: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = False

    @classmethod
    def of(cls, root: Element) -> QgisLooks:
        """Return what minmap wrote into a style, if its renderer still shows it."""
        given = _stored(root)
        if given is None:
            return cls()
        written, now = _dict_of(given.get("digests")), digests_of(root)
        same = {name for name, one in now.items() if set(one) <= _texts(written.get(name))}
        columns = {
            name: given[name]
            for name in _SHOWN_BY
            if name in same and isinstance(given.get(name), str)
        }
        values = {name: _dict_of(given.get(name)) for name, of in _PLURALS.items() if of in columns}
        labels = {
            text: column
            for text, column in _dict_of(given.get("labels")).items()
            if isinstance(column, str)
        }
        found = columns | {name: one for name, one in values.items() if one}
        return cls(found, labels, _ALL in same)


def digests_of(root: Element) -> dict[str, list[str]]:
    """Return a digest of each symbol of a style for each keyword, and one of each expression."""
    symbols = list(_drawn(root))
    found = {
        keyword: {_digest("\n".join(sorted(_lines(symbol, names)))) for symbol in symbols}
        for keyword, names in _SHOWN_BY.items()
    }
    found[_ALL] = {
        _digest(f"{name} {expression}")
        for symbol in symbols
        for _, name, expression in _expressions(symbol)
    }
    return {name: sorted(digests) for name, digests in found.items()}


def _drawn(root: Element) -> Iterator[Element]:
    """Yield the symbols of a renderer, without those of its legend only."""
    rules = [rule for rule in root.iter("rule") if rule.get("filter", "").upper() == NEVER]
    of_legend = {rule.get("symbol") for rule in rules}
    for symbol in root.iterfind(".//renderer-v2/symbols/symbol"):
        if symbol.get("name") not in of_legend:
            yield symbol


def _expressions(symbol: Element) -> Iterator[tuple[Element, str, str]]:
    """Yield the expressions of a symbol and its layers, each with the property it replaces."""
    for part in (symbol, *symbol.iterfind("layer")):
        for name, expression in expressions_of(part).items():
            yield part, name, expression


def _lines(symbol: Element, names: tuple[str, ...]) -> Iterator[str]:
    """Yield the expressions that replace properties; with `enabled` the dashes of the layer."""
    for part, name, expression in _expressions(symbol):
        if name in names:
            yield f"{name} {expression} {_dashes(part) if name == 'enabled' else ''}"


def _dashes(layer: Element) -> list[float | None]:
    """Return the lengths of the dashes of a line; none for a solid one."""
    properties = properties_of(layer)
    if properties.get("use_custom_dash") != "1":
        return []
    lengths = map(number_of, properties.get("customdash", "").split(";"))
    return [None if length is None else round(length, 3) for length in lengths]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _stored(root: Element) -> dict[str, Any] | None:
    """Return what minmap wrote; None if it did not write the style."""
    found = root.find(f"customproperties/Option/Option[@name='{LOOKS}']")
    try:
        given = json.loads("" if found is None else found.get("value", ""))
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _dict_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> set[str]:
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()
