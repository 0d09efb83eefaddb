"""The choices of a filter: its terms, or the two ends of a range."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.arguments import items_of, shown
from minmap.errors import ChoiceError
from minmap.number_texts import numbers_of_texts
from minmap.scene.code_labels import names_of
from minmap.scene.facets import CRITICAL
from minmap.style.dates import date_text, day_of
from minmap.style.value_labels import label_of
from minmap.style.value_names import named_value

Range = tuple[float | None, float | None] | tuple[str | None, str | None]
Choice = list[str] | Range


def require_choice(
    value: Any, facet: Mapping[str, Any], arrays: Sequence[pa.Array], *, name: str
) -> Choice:
    """Return the choice of a filter in one form.

    Parameters
    ----------
    value
        One or several terms or their names (None is a missing one, True and False are "yes" and
        "no"); for numbers and dates a lower and an upper bound (None means no bound).
    facet
        The filter.
    arrays
        The columns of the page.
    name
        How an error message names the value.

    Raises
    ------
    ChoiceError
        If a term is unknown, or bounds are not two numbers.

    Examples
    --------
    >>> status = pa.array(["mine", "plant"]).dictionary_encode()
    >>> require_choice("mine", {"kind": "terms", "column": 0}, [status], name="filters")
    ['mine']
    """
    if facet["kind"] == "date":
        return _date_ends(value, name=name)
    if facet["kind"] in {"number", "year"}:
        return _ends(value, name=name)
    terms, names = _terms_of(facet, arrays), names_of(facet.get("name", ""))
    try:
        return require_terms(value, terms, names, name=name)
    except ChoiceError:
        _require_no_numbers(value, terms, name=name)
        raise


def require_terms(
    value: Any, known: Iterable[str], names: Mapping[str, str], *, name: str
) -> list[str]:
    """Return one or several terms, or names of terms, as a list of terms.

    Raises
    ------
    ChoiceError
        If one is unknown.
    """
    given = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    choices = [*known, ""]
    terms = [named_value(label_of(value), choices, names, argument=name) for value in given]
    return list(dict.fromkeys(terms))


def _require_no_numbers(value: Any, terms: list[str], *, name: str) -> None:
    """Raise an error that says how a range is given if the terms are numbers."""
    numbers = numbers_of_texts(pd.Series(terms))
    if numbers is None or numbers.isna().all():
        return
    some = ", ".join(terms[row] for row in numbers.sort_values().index[:3])
    raise ChoiceError(
        f"{name}={shown(value)} is not among the numbers of the column, such as {some}; for a "
        f"range give {name}=({numbers.min():g}, {numbers.max():g})."
    ) from None


def _ends(value: Any, *, name: str) -> tuple[float | None, float | None]:
    try:
        ends = () if isinstance(value, str) else value
        low, high = (None if end is None else float(end) for end in ends)
    except (TypeError, ValueError):
        low = high = math.nan
    given = [end for end in (low, high) if end is not None]
    if not np.isfinite(given).all() or given != sorted(given):
        raise ChoiceError(
            f"{name}={shown(value)} is not a range; give two numbers, the lesser first, such as "
            f"{name}=(0, 50), or {name}=(0, None) without an upper end."
        )
    return low, high


def _date_ends(value: Any, *, name: str) -> tuple[str | None, str | None]:
    """Return two dates as ISO texts; a year or a month as the upper bound means its last day."""
    ends = items_of(value) or []
    if len(ends) != 2:
        raise ChoiceError(
            f"{name}={shown(value)} is not a range of dates; give two, the earlier first, such as "
            f"{name}=('2005-08-31', '2010'), or {name}=('2005', None) without an upper end."
        )
    days = [
        None if end is None else math.floor(day_of(end, name=name, is_end=place == 1))
        for place, end in enumerate(ends)
    ]
    low, high = (None if day is None else date_text(day) for day in days)
    if low is not None and high is not None and low > high:
        raise ChoiceError(f"{name}={shown(value)} begins after it ends; exchange the dates.")
    return low, high


def splitter(facet: Mapping[str, Any]) -> Callable[[str], list[str]]:
    """Return the function that splits a text into terms, as the page does."""
    if facet["kind"] == "codes":
        return str.split
    if facet["kind"] == CRITICAL:
        lists = {entry["id"]: set(entry["codes"]) for entry in facet["lists"]}
        return lambda text: [name for name, codes in lists.items() if codes & set(text.split())]
    return lambda text: [text]


def _terms_of(facet: Mapping[str, Any], arrays: Sequence[pa.Array]) -> list[str]:
    if facet["kind"] == CRITICAL:
        return [entry["id"] for entry in facet["lists"]]
    split, texts = splitter(facet), arrays[facet["column"]].dictionary.to_pylist()
    return list(dict.fromkeys(term for text in texts for term in split(text)))
