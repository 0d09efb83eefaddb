"""The records that pass the choice of a filter, as the page computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from minmap.scene.filter_choices import splitter
from minmap.style.dates import day_of, days_of
from minmap.types import Booleans, Floats


def passing_records(facet: Mapping[str, Any], choice: Any, arrays: Sequence[pa.Array]) -> Booleans:
    """Return which records pass a filter.

    Parameters
    ----------
    facet
        The filter.
    choice
        Its terms or the ends of its range, in the form of `require_choice`.
    arrays
        The columns of the page.

    Examples
    --------
    >>> status = pa.array(["mine", None, "plant"]).dictionary_encode()
    >>> passing_records({"kind": "terms", "column": 0}, ["mine", ""], [status]).tolist()
    [True, True, False]
    """
    if not isinstance(choice, tuple):
        columns = [arrays[facet[key]] for key in ("column", "also") if key in facet]
        return _one_of(facet, choice, columns)
    array = arrays[facet["column"]]
    if facet["kind"] == "date":
        name = facet["name"]
        ends = [end if end is None else day_of(end, name=name) for end in choice]
        return _within(_whole_days(array), *ends)
    numbers = array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    is_code = np.isin(numbers, facet.get("missing", []))
    return _within(np.where(is_code, np.nan, numbers), *choice)


def _whole_days(array: pa.Array) -> Floats:
    """Return the days of ISO dates, NaN where one is missing."""
    days = days_of(array.to_pandas().astype(object))
    return np.full(len(array), np.nan) if days is None else np.floor(days.to_numpy())


def _one_of(facet: Mapping[str, Any], chosen: list[str], arrays: list[pa.Array]) -> Booleans:
    wanted, split = set(chosen) - {""}, splitter(facet)
    found, none = np.zeros(len(arrays[0]), dtype=bool), np.ones(len(arrays[0]), dtype=bool)
    for array in arrays:
        terms = [set(split(text)) - {""} for text in array.dictionary.to_pylist()]
        found |= _by_code(array, [bool(wanted & own) for own in terms], missing=False)
        none &= _by_code(array, [not own for own in terms], missing=True)
    return found | none if "" in chosen else found


def _by_code(array: pa.Array, values: list[bool], *, missing: bool) -> Booleans:
    """Return the value of each row's code, given those of the dictionary."""
    found = pa.array(values, pa.bool_()).take(array.indices).fill_null(missing)
    rows: Booleans = found.to_numpy(zero_copy_only=False)
    return rows


def _within(values: Floats, low: float | None, high: float | None) -> Booleans:
    finite = values[np.isfinite(values)]
    low, high = (finite.min() if low is None else low), (finite.max() if high is None else high)
    inside: Booleans = (values >= low) & (values <= high)
    is_filter = not inside[np.isfinite(values)].all()  # as in the page
    return inside if is_filter else np.ones(len(values), dtype=bool)
