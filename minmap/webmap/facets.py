"""What the page can filter the records of a layer by: terms, numbers, years, critical lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap import vocab

# Columns of minmap's own by which a map is explored, in the order in which the page offers them.
_FIRST = (
    "commodities", "critical", "commodity_group", "status", "country", "deposit_type", "site_type",
    "size", "distance_km", "status_year", "minor_commodities", "deposit_type_text", "source",
    "location_uncertainty_m", "location_method",
)  # fmt: skip
_LISTS_OF_CODES = {"commodities", "minor_commodities"}
_CODES = {
    "commodities": "commodity", "minor_commodities": "commodity", "commodity_group": "group",
    "status": "status", "country": "country", "deposit_type": "deposit_type",
    "site_type": "site_type",
}  # fmt: skip
_TABLES: dict[str, tuple[Callable[[], pd.DataFrame], str]] = {
    "commodity": (vocab.commodities, "name"),
    "country": (vocab.countries, "name"),
    "deposit_type": (vocab.deposit_types, "name"),
    "group": (vocab.commodity_groups, "label"),
    "site_type": (vocab.site_types, "label"),
    "status": (vocab.statuses, "label"),
}
_YEARS = (1500, 2100)
_YEAR = re.compile(r"year|yr|год", re.IGNORECASE)
_MOST_TERMS = 2_000
_SHOWN = 10
CODED = frozenset(_FIRST)
"""Columns whose text the page must have by its different values, however few repeat."""
HIDDEN, TEXT = "hidden", "text"
"""Filters that no column has: by the legend and by the words of names."""
UNCERTAINTY = "location_uncertainty_m"
"""Column of the radius within which a place lies, in metres."""


def facets_of(
    names: Sequence[str], arrays: Sequence[pa.Array], *, texts: Container[int] = ()
) -> list[dict[str, Any]]:
    """List what a layer can be filtered by.

    Parameters
    ----------
    names
        Names of the columns that travel to the page.
    arrays
        Their values.
    texts
        Positions of columns that are text, also where they travel as numbers.

    Returns
    -------
    list of dict
        ``column`` (its position), ``name``, and ``kind``: ``terms``, ``codes`` (space-separated),
        ``critical`` (lists on which one of the codes stands, those of the column ``also``
        included), ``number`` or ``year``. Those that minmap knows come first, then the others in
        the order of the table; ``first`` marks those that the page shows without being asked.
        Columns whose every value differs are left out. A column that is called as a filter of
        minmap's own (``critical``, ``hidden``, ``text``) gets a number: ``text (2)``.

    Examples
    --------
    >>> mine = pa.array(["Cu Au", "Cu", "Cu"]).dictionary_encode()
    >>> [facet["kind"] for facet in facets_of(["commodities"], [mine])]
    ['codes', 'critical']
    """
    found = _critical(names, arrays)
    reserved = {*found, HIDDEN, TEXT}
    for position, (name, array) in enumerate(zip(names, arrays, strict=True)):
        key = _unlike(name, {*names, *reserved}) if name in reserved else name
        kind = _kind(name, array, is_text=position in texts)
        if kind is not None:
            found.setdefault(key, {"column": position, "name": key, "kind": kind})
    order = {name: place for place, name in enumerate(_FIRST)}
    ordered = sorted(found.values(), key=lambda facet: order.get(facet["name"], len(order)))
    ours = {name for name in _FIRST[:_SHOWN] if name in found}
    first = ours or {facet["name"] for facet in ordered[: _SHOWN // 2]}
    return [{**facet, "first": facet["name"] in first} for facet in ordered]


def _unlike(name: str, taken: Collection[str]) -> str:
    numbered = (f"{name} ({number})" for number in count(2))
    return next(text for text in numbered if text not in taken)


def _kind(name: str, array: pa.Array, *, is_text: bool) -> str | None:
    if pa.types.is_dictionary(array.type):
        different = len(array.dictionary) + bool(array.null_count)
        if not 2 <= different <= _MOST_TERMS:
            return None
        return "codes" if name in _LISTS_OF_CODES and _are_commodities(array) else "terms"
    if is_text or not (pa.types.is_integer(array.type) or pa.types.is_floating(array.type)):
        return None
    if pa.types.is_integer(array.type) and pc.count_distinct(array).as_py() == len(array):
        return None  # numbers of records, not of things
    finite = pc.filter(array, pc.is_finite(array))
    ends = pc.min_max(finite).as_py()
    if ends["min"] is None or not ends["min"] < ends["max"]:
        return None
    in_time = _YEARS[0] <= ends["min"] and ends["max"] <= _YEARS[1]
    is_year = in_time and _YEAR.search(name) and pc.all(pc.equal(finite, pc.round(finite))).as_py()
    return "year" if is_year else "number"


def _critical(names: Sequence[str], arrays: Sequence[pa.Array]) -> dict[str, dict[str, Any]]:
    """Ask which critical lists a record stands on, by all its commodities as in `select`."""
    held = {
        name: names.index(name)
        for name in ("commodities", "minor_commodities")
        if name in names and _are_commodities(arrays[names.index(name)])
    }
    if "commodities" not in held:
        return {}
    also = {"also": held["minor_commodities"]} if "minor_commodities" in held else {}
    facet = {"column": held["commodities"], "name": "critical", "kind": "critical"}
    return {"critical": facet | also}


def _are_commodities(array: pa.Array) -> bool:
    """Tell codes with spaces between them from other text."""
    if not pa.types.is_dictionary(array.type):
        return False
    known = frozenset(vocab.commodities()["code"])
    return all(known.issuperset(str(text).split()) for text in array.dictionary.to_pylist())


def in_words(
    facets: Sequence[Mapping[str, Any]], arrays: Sequence[pa.Array], language: str
) -> list[dict[str, Any]]:
    """Add what the codes of the facets mean, in a language where it has a word for them."""
    told = []
    for facet in facets:
        if facet["kind"] == "critical":
            told.append({**facet, "lists": _critical_lists()})
            continue
        # A column of that name may hold numbers, which have no words.
        kind = _CODES.get(facet["name"], "") if facet["kind"] in {"terms", "codes"} else ""
        known = _words(kind, language)
        texts = arrays[facet["column"]].dictionary.to_pylist() if known else []
        held = {code for text in texts if text for code in str(text).split()}
        labels = {code: known[code] for code in sorted(held) if code in known}
        regions = _regions() if facet["name"] == "country" else {}
        extra = {
            "labels": labels,
            # By these the page asks the browser for names in its own language.
            "regions": {code: regions[code] for code in labels if code in regions},
        }
        told.append({**facet, **{key: words for key, words in extra.items() if words}})
    return told


@cache
def _critical_lists() -> list[dict[str, Any]]:
    lists = vocab.critical_lists()
    return [{"id": name, "codes": sorted(vocab.critical_codes(name))} for name in lists["list_id"]]


@cache
def _words(kind: str, language: str) -> dict[str, str]:
    """Give the words of a vocabulary by their code: in English where the language lacks one."""
    if kind not in _TABLES:
        return {}
    table, word = _TABLES[kind]
    words = dict(zip(table()["code"], table()[word], strict=True))
    if kind == "commodity":
        names = vocab.commodity_names()
        own = names[names["language"] == language]
        # The CGI vocabulary names ores and oxides where others name the element.
        ores = own["source"].str.startswith(("IUGS-CGI", "minmap"))
        own = own.assign(ores=ores).sort_values("ores", kind="stable").drop_duplicates("code")
        words |= dict(zip(own["code"], own["name"], strict=True))
    # In some languages they stand in the middle of sentences.
    return {str(code): str(word)[:1].upper() + str(word)[1:] for code, word in words.items()}


@cache
def _regions() -> dict[str, str]:
    known = vocab.countries().dropna(subset="alpha2")
    return dict(zip(known["code"], known["alpha2"], strict=True))
