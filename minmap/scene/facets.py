"""What the page can filter the records of a layer by: terms, numbers, years, critical lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from minmap import vocabulary
from minmap.scene.code_words import holds_commodities

# Columns of minmap's own by which a map is explored, in the order in which the page offers them.
_FIRST = (
    "commodities", "critical", "commodity_group", "status", "country", "deposit_type", "site_type",
    "size", "distance_km", "status_year", "minor_commodities", "deposit_type_text", "source",
    "location_uncertainty_m", "location_method",
)  # fmt: skip
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
        return "codes" if holds_commodities(name, array) else "terms"
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
        if name in names and holds_commodities(name, arrays[names.index(name)])
    }
    if "commodities" not in held:
        return {}
    also = {"also": held["minor_commodities"]} if "minor_commodities" in held else {}
    facet = {"column": held["commodities"], "name": "critical", "kind": "critical"}
    return {"critical": facet | also}


def with_lists(facets: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add to the facets of critical lists which commodities are on each."""
    return [
        {**facet, "lists": _critical_lists()} if facet["kind"] == "critical" else {**facet}
        for facet in facets
    ]


@cache
def _critical_lists() -> list[dict[str, Any]]:
    lists = vocabulary.critical_lists()
    return [
        {"id": name, "codes": sorted(vocabulary.critical_codes(name))} for name in lists["list_id"]
    ]
