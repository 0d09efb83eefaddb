"""The labels of records as the page writes them: words for codes, short numbers, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.words import limit_text, unit_text, word
from minmap.style.dates import date_texts, days_of
from minmap.style.value_labels import labelled

_DEGREES: Final = "°"  # stands at its number, which keeps its digits
_SHORT: Final = 1.0  # below this numbers have 4 digits
_DECIMALS: Final = {"km": ((1.0, 3), (100.0, 2), (float("inf"), 1)), "m": ((100.0, 3),)}
"""Decimals of lengths up to a size; beyond none."""


def with_labels(part: DrawnRecords, spec: Mapping[str, Any], language: str) -> DrawnRecords:
    """Return records with the texts of their labels.

    Parameters
    ----------
    part
        The records.
    spec
        What their layer describes for the page.
    language
        Language of the map.
    """
    if part.labels is None:
        return part
    texts = _texts(part, part.labels.column, spec, language)
    return replace(part, written=np.array(texts, dtype=object))


def _texts(part: DrawnRecords, name: str, spec: Mapping[str, Any], language: str) -> list[str]:
    column: Mapping[str, Any] = next((one for one in spec["columns"] if one["name"] == name), {})
    values = part.table[name]
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        unit = column.get("unit")
        return ["" if pd.isna(value) else number(value, unit, language) for value in values]
    if pd.api.types.is_datetime64_any_dtype(values) and days_of(values) is not None:
        values = pd.Series(date_texts(values), index=values.index)
    labels, rows = labelled(values)
    words = column.get("words", {})
    codes = [label.split() if column.get("codes") else [label] for label in labels]
    texts = [", ".join(word(words.get(code, code), language) for code in one) for one in codes]
    return [texts[row] for row in rows]


def number(value: float, unit: str | None, language: str) -> str:
    r"""Return a number with its unit, as precise as people read it.

    Examples
    --------
    >>> number(676.138983352863, "km", "en"), number(0.123456, None, "en"), number(1234.5, "", "ru")
    ('676.1 km', '0.1235', '1234,5')
    >>> number(115.73211, "°", "en")
    '115.73211°'
    """
    size = abs(value)
    decimals = next((n for most, n in _DECIMALS.get(unit or "", ()) if size < most), None)
    if unit is None and not isinstance(value, float | np.floating):
        return str(value)
    if float(value).is_integer():
        rounded = float(value)
    elif decimals is not None or unit == "m":
        rounded = round(float(value), decimals or 0)
    else:
        digits = 3 if unit and unit != _DEGREES else 6
        rounded = float(f"{value:.4g}") if size < _SHORT else round(float(value), digits)
    text = limit_text(rounded, language)
    if unit is None:  # it may be an identifier, which has no separators
        text = text.replace("\xa0" if language == "ru" else ",", "")
    if unit == _DEGREES:
        return f"{text}{unit}"
    return f"{text} {unit_text(unit, language)}" if unit else text
