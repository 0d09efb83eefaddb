"""The filters of a layer of points: written by a user or the page, checked, and put to the rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from minmap.arguments import require_one_of, shown
from minmap.errors import ChoiceError
from minmap.scene.facets import HIDDEN, TEXT
from minmap.types import Booleans
from minmap.webmap import PointLayer

Filters = dict[str, Any]


def checked(layer: PointLayer, filters: Any, *, name: str) -> Filters:
    """Write the filters of a layer in their one form, without those that let everything pass.

    Parameters
    ----------
    layer
        What is filtered.
    filters
        By the name of a column: one of its terms or several (None is a missing one, True and False
        are "yes" and "no"), or two ends of which either may be None; ``critical`` takes critical
        lists, ``hidden`` labels of the legend, ``text`` the words that names must hold. None lets
        everything pass.
    name
        What to call the filters in an error.

    Raises
    ------
    ChoiceError
        If `filters` is no dict, a column or a term is unknown, or two ends are none.

    Examples
    --------
    >>> import minmap as mm
    >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> (layer,) = mm.Map(deposits).layers()
    >>> checked(layer, {"country": "KAZ", "metallic": None}, name="filters")
    {'country': ['KAZ']}
    """
    facets = {facet["name"]: facet for facet in layer.facets}
    known: Filters = {}
    for key, value in by_name({} if filters is None else filters, name=name).items():
        require_one_of(key, [*facets, HIDDEN, TEXT], name=f"{name}: column")
        here = f"{name}[{key!r}]"
        if value is None:
            continue
        if key == TEXT:
            choice: Any = str(value).strip() if folded(str(value)) else ""
        elif key == HIDDEN:
            choice = _terms(value, layer.labels, name=here)
        elif facets[key]["kind"] in {"number", "year"}:
            choice = _ends(value, name=here)
        else:
            choice = _terms(value, _terms_of(layer, facets[key]), name=here)
        if choice and choice != (None, None):
            known[key] = choice
    return known


def by_name(value: Any, *, name: str) -> Mapping[str, Any]:
    """Return a dict; raise `ChoiceError` if it is none.

    Examples
    --------
    >>> by_name([], name="filters")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: filters=[] is no dict; give one, such as {} for none.
    """
    if isinstance(value, Mapping):
        return value
    raise ChoiceError(f"{name}={shown(value)} is no dict; give one, such as {{}} for none.")


def passing(layer: PointLayer, filters: Filters) -> Booleans:
    """Tell which of the records of a layer pass, in the order in which they are drawn in a table.

    Examples
    --------
    >>> import minmap as mm
    >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> (layer,) = mm.Map(deposits).layers()
    >>> int(passing(layer, {"text": "baqyrchik"}).sum())
    1
    """
    facets = {facet["name"]: facet for facet in layer.facets}
    passes = np.ones(len(layer.styles), dtype=bool)
    for key, choice in filters.items():
        if key == TEXT:
            passes &= _holding(layer, choice)
        elif key == HIDDEN:
            hidden = [style for style, label in enumerate(layer.labels) if label in choice]
            passes &= ~np.isin(layer.styles, hidden)
        elif isinstance(choice, tuple):
            passes &= _within(layer.columns.arrays[facets[key]["column"]], *choice)
        else:
            passes &= _one_of(_arrays(layer, facets[key]), _splitter(facets[key]), choice)
    return passes


def _terms(value: Any, known: Iterable[str], *, name: str) -> list[str]:
    given = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    terms = [_term(value) for value in given]
    choices = [*known, ""]
    return [require_one_of(term, choices, name=name) for term in dict.fromkeys(terms)]


def _term(value: Any) -> str:
    """Write a value as its column travels to the page."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _ends(value: Any, *, name: str) -> tuple[float | None, float | None]:
    try:
        ends = () if isinstance(value, str) else value
        low, high = (None if end is None else float(end) for end in ends)
    except (TypeError, ValueError):
        low = high = float("nan")
    if not (
        all(end is None or np.isfinite(end) for end in (low, high))
        and (low is None or high is None or low <= high)
    ):
        raise ChoiceError(
            f"{name}={shown(value)} is no range; give the two ends (from, to), the lesser first, "
            "such as (0, 50), or None for an end that is open."
        )
    return low, high


def _splitter(facet: Mapping[str, Any]) -> Callable[[str], list[str]]:
    """Give what takes the terms out of a text, as the page does."""
    if facet["kind"] == "codes":
        return str.split
    if facet["kind"] == "critical":
        lists = {entry["id"]: set(entry["codes"]) for entry in facet["lists"]}
        return lambda text: [name for name, codes in lists.items() if codes & set(text.split())]
    return lambda text: [text]


def _terms_of(layer: PointLayer, facet: Mapping[str, Any]) -> list[str]:
    if facet["kind"] == "critical":
        return [entry["id"] for entry in facet["lists"]]
    split, texts = _splitter(facet), _arrays(layer, facet)[0].dictionary.to_pylist()
    return list(dict.fromkeys(term for text in texts for term in split(text)))


def _arrays(layer: PointLayer, facet: Mapping[str, Any]) -> list[pa.Array]:
    """Give the column of a facet, and that which is looked at beside it."""
    return [layer.columns.arrays[facet[key]] for key in ("column", "also") if key in facet]


def _one_of(
    arrays: list[pa.Array], split: Callable[[str], list[str]], chosen: list[str]
) -> Booleans:
    wanted = set(chosen) - {""}
    found, none = np.zeros(len(arrays[0]), dtype=bool), np.ones(len(arrays[0]), dtype=bool)
    for array in arrays:
        terms = [set(split(text)) - {""} for text in array.dictionary.to_pylist()]
        found |= _by_code(array, [bool(wanted & held) for held in terms], missing=False)
        none &= _by_code(array, [not held for held in terms], missing=True)
    return found | none if "" in chosen else found


def _by_code(array: pa.Array, values: list[bool], *, missing: bool) -> Booleans:
    codes = array.indices.fill_null(len(values)) if array.null_count else array.indices
    table = np.array([*values, missing])
    found: Booleans = table[codes.to_numpy(zero_copy_only=False).astype(np.int64)]
    return found


def _within(array: pa.Array, low: float | None, high: float | None) -> Booleans:
    values = array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    finite = values[np.isfinite(values)]
    least, most = finite.min(), finite.max()
    low, high = (least if low is None else low), (most if high is None else high)
    if low <= least and high >= most:  # no filter, as in the page
        return np.ones(len(values), dtype=bool)
    inside: Booleans = (values >= low) & (values <= high)
    return inside


def _holding(layer: PointLayer, text: str) -> Booleans:
    """Tell which records hold all words of a text in their names, as the page's search does."""
    words = folded(text).split()
    names = [_folded_column(layer, column) for column in layer.searched]
    joined = ["\x1f".join(texts) for texts in zip(*names, strict=True)]
    return np.array([all(word in text for word in words) for text in joined], dtype=bool)


def _folded_column(layer: PointLayer, column: int) -> list[str]:
    array, prefix = layer.columns.arrays[column], layer.columns.fields[column].get("prefix", "")
    coded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
    known = [folded(f"{prefix}{text}") for text in coded.dictionary.to_pylist()]
    return ["" if code is None else known[code] for code in coded.indices.to_pylist()]


def folded(text: str) -> str:
    """Write a text as it is compared: without case and accents, in whatever script.

    Examples
    --------
    >>> folded("  Жезқазған, Köprü ")
    'жезқазған, kopru'
    """
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in apart if not unicodedata.category(sign).startswith("M"))
    return re.sub(r"[\s\x1f]+", " ", text.lower()).strip()
