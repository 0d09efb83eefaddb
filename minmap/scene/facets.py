"""The filters that a page offers for a layer: terms, numbers, dates and critical lists."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from minmap import vocabulary
from minmap.missing_codes import missing_codes
from minmap.scene.code_labels import has_commodity_codes
from minmap.style.dates import days_of
from minmap.types import Floats

# Columns of minmap that the page filters by, in the order in which it offers them.
_FIRST = (
    "commodities", "critical", "commodity_group", "status", "country", "deposit_type", "site_type",
    "size", "distance_km", "status_year", "minor_commodities", "deposit_type_text", "source",
    "location_uncertainty_m", "location_uncertainty_basis", "location_method",
    "coordinate_precision_m", "site_count", "site_probability",
)  # fmt: skip
# Said beside the country and the province, and of no use as filters.
_BASIS = frozenset(("country_basis", "admin1_basis"))
_YEARS = (1500, 2100)
_YEAR = re.compile(r"year|yr|год", re.IGNORECASE)
_LIST_YEAR = re.compile(r"\d{4}")
MOST_TERMS = 2_000
_SHOWN = 10
CODED = frozenset(_FIRST)
"""Columns whose different texts the page has once each, even if few texts repeat."""
HIDDEN, TEXT = "hidden", "text"
"""Filters without a column: by entries of the legend, and by words of names."""
CRITICAL = "critical"
"""The filter by critical lists, which uses the columns of commodities."""
UNCERTAINTY = "location_uncertainty_m"
"""Column of the radius around the coordinates within which a record lies, in metres."""


def facets_of(
    names: Sequence[str],
    arrays: Sequence[pa.Array],
    *,
    texts: Container[int] = (),
    dates: Container[int] = (),
    without: Container[int] = (),
) -> list[dict[str, Any]]:
    """Return the filters of a layer.

    Parameters
    ----------
    names
        Names of the columns in the page.
    arrays
        Their values.
    texts
        Positions of columns that are text, also if the page has them as numbers.
    dates
        Positions of columns of dates, which the page has as ISO texts.
    without
        Positions of columns that have no filter.

    Returns
    -------
    list of dict
        ``column`` (its position), ``name``, and ``kind``: ``terms``, ``codes`` (space-separated),
        ``critical`` (lists that contain one of the codes, those of the column ``also`` included),
        ``number``, ``year`` or ``date``. Columns of minmap come first, then the others in the order
        of the table; ``first`` marks those that the page shows at once. Texts and whole numbers
        that all differ are left out. A column with the name of another filter (``critical``,
        ``hidden``, ``text``) gets a number: ``text (2)``.

    Examples
    --------
    >>> mine = pa.array(["Cu Au", "Cu", "Cu"]).dictionary_encode()
    >>> [facet["kind"] for facet in facets_of(["commodities"], [mine])]
    ['codes', 'critical']
    """
    found = _critical(names, arrays)
    reserved = {*found, HIDDEN, TEXT}
    for position, (name, array) in enumerate(zip(names, arrays, strict=True)):
        numbered = (f"{name} ({number})" for number in count(2))
        free = (text for text in numbered if text not in {*names, *reserved})
        key = next(free) if name in reserved else name
        kind = kind_of(name, array, is_text=position in texts, is_date=position in dates)
        if kind is not None and name not in _BASIS and position not in without:
            found.setdefault(key, {"column": position, "name": key, "kind": kind})
    order = {name: place for place, name in enumerate(_FIRST)}
    ordered = sorted(found.values(), key=lambda facet: order.get(facet["name"], len(order)))
    ours = {name for name in _FIRST[:_SHOWN] if name in found}
    first = ours or {facet["name"] for facet in ordered[: _SHOWN // 2]}
    return [{**facet, "first": facet["name"] in first} for facet in ordered]


def kind_of(
    name: str,
    array: pa.Array,
    *,
    is_text: bool = False,
    is_date: bool = False,
    is_asked: bool = False,
) -> str | None:
    """Return the kind of the filter of a column; None if it can have none.

    Whole numbers that all differ are identifiers, and so are texts of columns such as ``leg_id``:
    they have a filter only if the maker of the map asks for it.
    """
    if is_date:
        return "date" if len(np.unique(days_in(array))) > 1 else None
    if pa.types.is_dictionary(array.type):
        different = len(array.dictionary) + bool(array.null_count)
        is_identifier = name.endswith("_id") and not is_asked
        if is_identifier or not 2 <= different <= MOST_TERMS:
            return None
        return "codes" if has_commodity_codes(name, array) else "terms"
    return None if is_text else _number_kind(name, array, is_asked=is_asked)


def _number_kind(name: str, array: pa.Array, *, is_asked: bool) -> str | None:
    if not (pa.types.is_integer(array.type) or pa.types.is_floating(array.type)):
        return None
    is_whole = pa.types.is_integer(array.type)
    if is_whole and not is_asked and pc.count_distinct(array).as_py() == len(array):
        return None  # identifiers, not quantities
    finite = pc.filter(array, pc.is_finite(array))
    ends = pc.min_max(finite).as_py()
    if ends["min"] is None or not ends["min"] < ends["max"]:
        return None
    in_time = _YEARS[0] <= ends["min"] and ends["max"] <= _YEARS[1]
    is_year = in_time and _YEAR.search(name) and pc.all(pc.equal(finite, pc.round(finite))).as_py()
    return "year" if is_year else "number"


def finite_numbers(array: pa.Array) -> tuple[Floats, list[float]]:
    """Return the finite numbers of a column, and the codes among them of missing values.

    Examples
    --------
    >>> numbers, codes = finite_numbers(pa.array([2.0, None, -9999.0, 7.0, -9999.0]))
    >>> numbers.tolist(), codes
    ([2.0, 7.0], [-9999.0])
    """
    finite = pc.filter(array, pc.is_finite(array)).to_numpy(zero_copy_only=False)
    numbers = finite.astype(np.float64)
    codes = missing_codes(numbers)
    return numbers[~np.isin(numbers, codes)], codes


def days_in(array: pa.Array) -> Floats:
    """Return the dates of a column of ISO texts as whole days since the start of 1970.

    Examples
    --------
    >>> days_in(pa.array(["1970-01-02T12:00", None]).dictionary_encode()).tolist()
    [1.0]
    """
    days = days_of(array.dictionary.to_pandas().astype(object))
    known: Floats = np.zeros(0) if days is None else np.floor(days.to_numpy())
    return known[~np.isnan(known)]


def with_missing(
    facets: Iterable[Mapping[str, Any]], arrays: Sequence[pa.Array]
) -> list[dict[str, Any]]:
    """Return the filters with the numbers of their columns that stand for a missing value."""
    found = []
    for facet in facets:
        is_number = facet["kind"] in ("number", "year")
        codes = finite_numbers(arrays[facet["column"]])[1] if is_number else []
        found.append({**facet, **({"missing": codes} if codes else {})})
    return found


def _critical(names: Sequence[str], arrays: Sequence[pa.Array]) -> dict[str, dict[str, Any]]:
    """Return the filter by critical lists, which uses all commodities as `select` does."""
    columns = enumerate(zip(names, arrays, strict=True))
    with_codes = {name: at for at, (name, array) in columns if has_commodity_codes(name, array)}
    if "commodities" not in with_codes:
        return {}
    kind = {"name": CRITICAL, "kind": CRITICAL, "lists": _critical_lists()}
    facet = {"column": with_codes["commodities"], **kind}
    if "minor_commodities" in with_codes:
        facet["also"] = with_codes["minor_commodities"]
    return {CRITICAL: facet}


@cache
def _critical_lists() -> list[dict[str, Any]]:
    lists = vocabulary.critical_lists()
    named = lists[["list_id", "jurisdiction", "kind"]].itertuples(index=False)
    return [
        {
            "id": name,
            "codes": sorted(vocabulary.critical_codes(name)),
            "jurisdiction": jurisdiction,
            "year": "".join(_LIST_YEAR.findall(name)[:1]),
            "kind": kind,
        }
        for name, jurisdiction, kind in named
    ]
