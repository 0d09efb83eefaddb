"""The choices of a filter: its terms, or the two ends of a range."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
import pyarrow as pa

from minmap.arguments import require_one_of, shown
from minmap.errors import ChoiceError
from minmap.scene.facets import CRITICAL

_LISTED, _NEAR = 40, 5
Choice = list[str] | tuple[float | None, float | None]


def require_choice(
    value: Any, facet: Mapping[str, Any], arrays: Sequence[pa.Array], *, name: str
) -> Choice:
    """Return the choice of a filter in one form.

    Parameters
    ----------
    value
        One or several terms (None is a missing one, True and False are "yes" and "no"); for
        numbers a lower and an upper bound (None means no bound).
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
    if facet["kind"] in {"number", "year"}:
        return _ends(value, name=name)
    return require_terms(value, _terms_of(facet, arrays), name=name)


def require_terms(value: Any, known: Iterable[str], *, name: str) -> list[str]:
    """Return one or several terms as a list; raise `ChoiceError` if one is unknown."""
    given = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    terms = [_term(value) for value in given]
    choices = [*known, ""]
    return [_require_term(term, choices, name=name) for term in dict.fromkeys(terms)]


def _require_term(term: str, choices: list[str], *, name: str) -> str:
    if term in choices or len(choices) <= _LISTED:
        return require_one_of(term, choices, name=name)
    near = get_close_matches(term, choices, n=_NEAR) or choices[:_NEAR]
    raise ChoiceError(
        f"{name}={term!r} is not one of the {len(choices) - 1:,} values of the column, such as "
        f"{', '.join(map(repr, near))}."
    )


def _term(value: Any) -> str:
    """Return a value as the text that its column has in the page."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _ends(value: Any, *, name: str) -> tuple[float | None, float | None]:
    try:
        ends = () if isinstance(value, str) else value
        low, high = (None if end is None else float(end) for end in ends)
    except (TypeError, ValueError):
        low = high = math.nan
    given = [end for end in (low, high) if end is not None]
    if not np.isfinite(given).all() or given != sorted(given):
        raise ChoiceError(
            f"{name}={shown(value)} is not a range; give two numbers (from, to), the lesser first, "
            "such as (0, 50), or None for no bound."
        )
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
