"""The filters that the maker of a map names, with their first states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from minmap.arguments import shown
from minmap.errors import ChoiceError
from minmap.scene.facets import CRITICAL, MOST_TERMS, days_in, finite_numbers, kind_of
from minmap.scene.filter_choices import require_choice
from minmap.scene.popup_columns import DATE, Columns
from minmap.style.dates import date_text, day_of, require_clear_dates
from minmap.types import Floats

_CURE: Final = "leave it out, or name a column whose values repeat, or numbers."


def named_facets(
    columns: Columns, usual: Iterable[Mapping[str, Any]], filters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the filters of some columns, all of them shown at once.

    Parameters
    ----------
    columns
        The columns of the page.
    usual
        The filters that suit them, with the critical lists.
    filters
        By column, the first state of its filter: terms, a range, or None. ``critical`` means the
        critical lists if no column has that name.

    Raises
    ------
    ChoiceError
        If a column cannot be filtered, or does not have a value of a first state.
    """
    by_name = {
        CRITICAL if facet["kind"] == CRITICAL else columns.names[facet["column"]]: facet
        for facet in sorted(usual, key=lambda facet: facet["kind"] != CRITICAL)
    }
    facets = []
    for name, state in filters.items():
        if isinstance(state, tuple):
            _require_range(columns, name)
        facet = {**(by_name.get(name) or _asked(columns, name)), "first": True}
        if facet["kind"] != "date":
            _require_repeated(name, columns.arrays[facet["column"]])
        if state is not None:
            facet["choice"] = _first_choice(columns, facet, state, name=f"filters[{name!r}]")
        facets.append(facet)
    return facets


def _require_range(columns: Columns, name: str) -> None:
    """Raise if a range cannot filter the dates of a column."""
    array = columns.arrays[columns.names.index(name)] if name in columns.names else None
    if array is not None and pa.types.is_dictionary(array.type):
        require_clear_dates(array.dictionary.to_pandas(), column=name)


def _asked(columns: Columns, name: str) -> dict[str, Any]:
    """Return a filter that minmap would not offer by itself; raise if there can be none."""
    if name not in columns.names:
        raise ChoiceError(f"filters: the column {name!r} has no values; {_CURE}")
    position = columns.names.index(name)
    array = columns.arrays[position]
    is_date = columns.fields[position]["type"] == DATE
    kind = kind_of(name, array, is_date=is_date, is_asked=True)
    if kind is None:
        raise ChoiceError(f"filters: {_reason(name, array)}; {_CURE}")
    return {"column": position, "name": name, "kind": kind}


def _reason(name: str, array: pa.Array) -> str:
    is_text = pa.types.is_dictionary(array.type)
    different = len(array.dictionary) if is_text else pc.count_distinct(array).as_py()
    if different == 1:
        return f"the column {name!r} has one value only"
    return f"the column {name!r} has {different:,} different texts, more than {MOST_TERMS:,}"


def _require_repeated(name: str, array: pa.Array) -> None:
    is_text = pa.types.is_dictionary(array.type)
    if is_text and len(array.dictionary) == len(array) - array.null_count > 1:
        raise ChoiceError(f"filters: all texts of the column {name!r} differ; {_CURE}")


def _first_choice(columns: Columns, facet: Mapping[str, Any], state: Any, *, name: str) -> Any:
    is_range = (
        facet["kind"] != "date"
        and isinstance(state, tuple)
        and all(isinstance(end, (int, float)) for end in state)
    )
    if is_range and pa.types.is_dictionary(columns.arrays[facet["column"]].type):
        raise ChoiceError(
            f"{name}={state} is a range, but the column has text; give a list of its values, or "
            "make numbers of it first."
        )
    choice = require_choice(state, facet, columns.arrays, name=name)
    array = columns.arrays[facet["column"]]
    if facet["kind"] == "date":
        ends = [None if end is None else day_of(end, name=name) for end in choice]
        _require_inside(days_in(array), ends, "dates", text=date_text, given=state, name=name)
    elif isinstance(choice, tuple):
        numbers, _ = finite_numbers(array)
        _require_inside(numbers, choice, "numbers", text="{:,.10g}".format, given=state, name=name)
    return choice


def _require_inside(
    numbers: Floats, ends: Any, what: str, *, text: Callable[[float], str], given: Any, name: str
) -> None:
    """Raise if a range has none of the numbers or dates of a column."""
    least, most = float(numbers.min()), float(numbers.max())
    low, high = (least if ends[0] is None else ends[0]), (most if ends[1] is None else ends[1])
    if low > most or high < least:
        raise ChoiceError(
            f"{name}={shown(given)} has none of the {what} of the column, which are between "
            f"{text(least)} and {text(most)}; give a range that has some of them."
        )
