"""The XML of QGIS: properties, colours, lengths, and texts that XML can hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from matplotlib.colors import to_rgba

from minmap.scene.strokes import POINTS_PER_PX, ink
from minmap.style.file_styles.qgis_values import plain_label

# https://www.w3.org/TR/xml/#charsets
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN_NAME: Final = re.compile(r"[^\W\d]\w*")


def written(text: str) -> str:
    r"""Return a text with U+FFFD in place of each sign that XML cannot hold.

    Examples
    --------
    >>> written("a\x07b")
    'a�b'
    """
    return _NOT_XML.sub("\ufffd", text)


def label(text: str) -> str:
    """Return a label that QGIS shows as it is, without the signs that XML cannot hold."""
    return plain_label(written(text))


def is_writable(text: str) -> bool:
    """Return whether XML holds a text as it is, in an attribute too, which has no new lines."""
    return not (_NOT_XML.search(text) or re.search(r"[\t\n\r]", text))


def number(value: float) -> str:
    """Return a number in the fewest digits that give it back.

    Examples
    --------
    >>> number(8.0), number(0.1)
    ('8', '0.1')
    """
    return repr(float(value)).removesuffix(".0")


def points(px: float) -> str:
    """Return a length in points of 1/72 inch, for one in pixels of 1/96 inch.

    Examples
    --------
    >>> points(11)
    '8.25'
    """
    return f"{px * POINTS_PER_PX:.6g}"


def rgba(color: Any, opacity: float = 1.0) -> str:
    """Return a colour as QGIS writes it; its opacity is multiplied.

    Examples
    --------
    >>> rgba("#ff000080", 0.5), rgba("ink")
    ('255,0,0,64', '37,48,59,255')
    """
    *parts, alpha = to_rgba(ink(color) if isinstance(color, str) else color)
    return ",".join(str(round(part * 255)) for part in (*parts, alpha * opacity))


def faded(color: str, share: str) -> str:
    """Return the expression of a colour whose opacity is multiplied with another expression.

    Examples
    --------
    >>> faded("255,0,0,64", '"sure"')
    'color_rgba(255, 0, 0, 64 * "sure")'
    """
    *parts, alpha = color.split(",")
    return f"color_rgba({', '.join(parts)}, {alpha} * {share})"


def field_name(column: str) -> str:
    """Return a column as the field of a renderer; quoted where its name has other signs.

    Examples
    --------
    >>> field_name("unit"), field_name("a(b")
    ('unit', '"a(b"')
    """
    return column if _PLAIN_NAME.fullmatch(column) else quoted(column)


def quoted(column: str) -> str:
    """Return a column as an expression."""
    return '"' + column.replace('"', '""') + '"'


def literal(value: Any) -> str:
    r"""Return a value as an expression: text can never end its quotes.

    Examples
    --------
    >>> literal("it's"), literal("a\\"), literal(2.0), literal(True)
    ("'it''s'", "'a\\\\'", '2', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value) if isinstance(value, int) else number(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def add_options(parent: Element, properties: Mapping[str, Any]) -> None:
    """Add properties to the layer of a symbol."""
    group = SubElement(parent, "Option", type="Map")
    for name, value in properties.items():
        SubElement(group, "Option", type="QString", name=name, value=written(str(value)))


def add_expressions(
    parent: Element, expressions: Mapping[str, str], tag: str = "data_defined_properties"
) -> None:
    """Add the expressions that replace properties; none adds nothing."""
    if not expressions:
        return
    group = SubElement(SubElement(parent, tag), "Option", type="Map")
    SubElement(group, "Option", type="QString", name="name", value="")
    each = SubElement(group, "Option", type="Map", name="properties")
    for name, expression in expressions.items():
        one = SubElement(each, "Option", type="Map", name=name)
        SubElement(one, "Option", type="bool", name="active", value="true")
        SubElement(one, "Option", type="QString", name="expression", value=written(expression))
        SubElement(one, "Option", type="int", name="type", value="3")
    SubElement(group, "Option", type="QString", name="type", value="collection")


def document(root: Element) -> str:
    """Return the text of a style."""
    indent(root, " ")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(
        root, encoding="unicode"
    )
