"""Filters of rules in SLD, read as tests of columns and never evaluated.

References
----------
OGC Filter Encoding 1.1 (04-095), sections 8 and 10, and 2.0 (09-026r2), which renamed PropertyName.
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

from minmap.style.file_styles.file_style import Condition
from minmap.style.file_styles.qgis_rules import NotSimpleError, compared, either_of
from minmap.style.file_styles.qgis_values import number_of
from minmap.style.file_styles.style_reader import MOST_COMPARISONS

_SIGNS: Final = {
    "PropertyIsEqualTo": "=", "PropertyIsNotEqualTo": "<>", "PropertyIsLessThan": "<",
    "PropertyIsLessThanOrEqualTo": "<=", "PropertyIsGreaterThan": ">",
    "PropertyIsGreaterThanOrEqualTo": ">=",
}  # fmt: skip
_ENDS: Final = ("Lower", "Upper")
_COLUMNS: Final = ("PropertyName", "ValueReference")


def conditions_in_filter(element: Element) -> tuple[Condition, ...] | None:
    """Return the tests that a record must pass together; None if a filter has anything else.

    Parameters
    ----------
    element
        The element ``Filter``, whose names have no prefixes.

    Examples
    --------
    >>> from xml.etree.ElementTree import fromstring
    >>> test = "<PropertyName>type</PropertyName><Literal>thrust</Literal>"
    >>> xml = f"<Filter><PropertyIsEqualTo>{test}</PropertyIsEqualTo></Filter>"
    >>> conditions_in_filter(fromstring(xml))
    (Condition(column='type', values=('thrust',), ...),)
    """
    try:
        return _all(element)
    except NotSimpleError:
        return None


def _all(element: Element) -> tuple[Condition, ...]:
    return tuple(test for child in element for test in _one(child))


def _one(element: Element) -> tuple[Condition, ...]:
    name = element.tag
    if name == "And":
        return _all(element)
    if name == "Or":
        if not 0 < len(element) <= MOST_COMPARISONS:
            raise NotSimpleError
        found = _one(element[0])
        for other in element[1:]:
            found = (either_of(found, _one(other)),)
        return found
    if name == "Not" and [child.tag for child in element] == ["PropertyIsNull"]:
        return (Condition(_column(element[0]), (None,), is_negated=True),)
    if name == "PropertyIsNull":
        return (Condition(_column(element), (None,)),)
    if name == "PropertyIsBetween":
        ends = [number_of(_text(element.find(f"{end}Boundary/Literal"))) for end in _ENDS]
        if None in ends:
            raise NotSimpleError
        return (Condition(_column(element), lower=ends[0], upper=ends[1]),)
    if name not in _SIGNS or element.find("Literal") is None or len(element) != 2:
        raise NotSimpleError
    text, sign = _text(element.find("Literal")), _SIGNS[name]
    number = number_of(text) if sign not in ("=", "<>") else None
    return compared(_column(element), sign, text if number is None else number)


def _column(element: Element) -> str:
    name = element.findtext(_COLUMNS[0]) or element.findtext(_COLUMNS[1])
    if not name:
        raise NotSimpleError
    return name.strip()


def _text(element: Element | None) -> str:
    return "" if element is None else (element.text or "").strip()
