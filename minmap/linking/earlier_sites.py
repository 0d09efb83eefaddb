"""The records of sites that were merged before, and are merged again."""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.arguments import shown
from minmap.errors import MinmapError
from minmap.linking.site_columns import SITE_COLUMNS
from minmap.linking.site_differences import without_location
from minmap.table import COLUMN_NAMES, listed

_CURE: Final = "merge the tables of the records instead, or drop {columns} to count each as one"
_NAME: Final = "(?:" + "|".join(map(re.escape, COLUMN_NAMES)) + ")"
UNCERTAINTY: Final = ("location_uncertainty_m", "location_uncertainty_basis")
"""The columns of the uncertainty of a location."""
_START: Final = re.compile(rf"(?:^|; )({_NAME}(?:, {_NAME})*): ")
"""Where the columns and the id of a record begin in ``value_records``."""
_RANGES: Final = {
    "location_uncertainty_m": (0.0, sys.float_info.max),
    "longitude": (-180.0, 180.0),
    "latitude": (-90.0, 90.0),
}
"""Least and greatest numbers that ``site_facts`` may have."""
_HALF_LETTER: Final = re.compile("[\ud800-\udfff]")
"""Half of a letter of UTF-16, which no file can hold."""


@dataclass(frozen=True)
class EarlierSite:
    """A row that is a site of several records already.

    Attributes
    ----------
    facts
        What ``site_facts`` says of each record.
    value_ids
        The record that gives the value of a column, where it is not the first.
    probability
        ``site_probability``; NaN if it is missing.
    differing
        What the records state differently, without their locations; None if nothing.
    """

    facts: list[dict[str, Any]]
    value_ids: Mapping[str, str]
    probability: float
    differing: str | None

    def id_of_value(self, name: str) -> str:
        """Return the id of the record that gives the value of a column."""
        return self.value_ids.get(name, str(self.facts[0]["id"]))


def without_site_columns(
    records: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, dict[int, EarlierSite]]:
    """Return records without the columns of sites, and the earlier sites of several by their row.

    The uncertainty of the location of a site is that of the record which gives the location.

    Raises
    ------
    MinmapError
        If only some columns of sites are there, the records of a site cannot be read from them, or
        have values that `minmap.merge` does not write, or a record is in two rows.
    """
    present = [name for name in SITE_COLUMNS if name in records.columns]
    if not present:
        return records, {}
    absent = [name for name in SITE_COLUMNS if name not in present]
    if absent:
        raise MinmapError(
            f"tables of merge() have {listed(present)}, which merge writes for a site, but not "
            f"{listed(absent)}; rename columns of your own, or "
            f"{_CURE.format(columns='these columns')}."
        )
    ids = records["occurrence_id"].tolist()
    cells = {name: _cells(records[name]) for name in SITE_COLUMNS}
    found = dict[int, EarlierSite]()
    for row, (id_, given) in enumerate(zip(ids, cells["site_records"], strict=True)):
        if given is not None and str(given) != id_:
            found[row] = _site(id_, {name: values[row] for name, values in cells.items()})
    _require_once(ids, found)
    rows = records.drop(columns=list(SITE_COLUMNS))
    rows.attrs = records.attrs
    return _with_own_uncertainty(rows, found), found


def replaced(column: pd.Series, at: Any, values: Any) -> Any:
    """Return a column with other values at some positions, of the same dtype."""
    given = np.array(values, dtype=object)
    given[pd.isna(given)] = None
    whole = column.array.copy()
    whole[at] = pd.Series(given, dtype=column.dtype).array
    return whole


def _cells(column: pd.Series) -> list[Any]:
    """Return the values of a column, None where they are missing or an empty text."""
    return [None if _is_missing(value) else value for value in column.astype(object)]


def _is_missing(value: Any) -> bool:
    return bool(pd.api.types.is_scalar(value) and (pd.isna(value) or value == ""))


def _site(id_: str, cells: Mapping[str, Any]) -> EarlierSite:
    """Return the site of a row from its cells in the columns of sites."""
    facts = _facts(id_, cells["site_facts"])
    if "; ".join(fact["id"] for fact in facts) != cells["site_records"]:
        raise MinmapError(
            f"site {id_} has the site_records {shown(cells['site_records'])}, but its site_facts "
            "do not tell of these, so they cannot be kept; "
            f"{_CURE.format(columns='the columns of sites')}."
        )
    text = str(cells["value_records"] or "")
    starts = [*_START.finditer(text)]
    ends = [*(start.start() for start in starts[1:]), len(text)]
    value_ids = {
        name: text[start.end() : end]
        for start, end in zip(starts, ends, strict=False)
        for name in start[1].split(", ")
    }
    return EarlierSite(
        facts=facts,
        value_ids=value_ids,
        probability=_probability(cells["site_probability"]),
        differing=without_location(str(cells["differing"] or "")),
    )


def _facts(id_: str, text: Any) -> list[dict[str, Any]]:
    """Return the records of ``site_facts`` of a site; none if the text is none of `minmap.merge`.

    Raises
    ------
    MinmapError
        If a record has a value that `minmap.merge` does not write.
    """
    try:
        facts = json.loads(str(text))
    except (ValueError, RecursionError):  # RecursionError: lists in lists, thousands deep
        return []
    if not isinstance(facts, list) or not all(map(_has_id, facts)):
        return []
    for name, value in (pair for fact in facts for pair in fact.items()):
        if not _is_of_merge(name, value):
            raise MinmapError(
                f"site {id_}: its site_facts give a record {shown(value)} as {shown(name)}, which "
                f"merge does not write; {_CURE.format(columns='the columns of sites')}."
            )
    return facts


def _has_id(fact: Any) -> bool:
    return isinstance(fact, dict) and isinstance(fact.get("id"), str)


def _is_of_merge(name: str, value: Any) -> bool:
    """Return whether a value is one that ``site_facts`` may have: a text or a number."""
    if isinstance(value, str):
        return name not in _RANGES and not _HALF_LETTER.search(name + value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    least, most = _RANGES.get(name, (-sys.float_info.max, sys.float_info.max))
    return is_number and name != "location_uncertainty_basis" and least <= value <= most


def _probability(value: Any) -> float:
    """Return ``site_probability``; NaN if it is missing or no probability."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")
    return number if 0 <= number <= 1 else float("nan")


def _require_once(ids: list[str], earlier: Mapping[int, EarlierSite]) -> None:
    """Refuse records that are in several rows, where they would be counted twice."""
    row_of = dict[str, int]()
    for row, id_ in enumerate(ids):
        for record in _ids_of(row, id_, earlier):
            if record in row_of:
                raise MinmapError(
                    f"record {record} is in two rows, {ids[row_of[record]]} and {id_}, and "
                    "one is a site of several records; leave out the tables that the sites were "
                    "merged from, or merge these tables instead of the sites. If a file has only "
                    "the name of an earlier one, rename it: its ids begin with its name."
                )
            row_of[record] = row


def _ids_of(row: int, id_: str, earlier: Mapping[int, EarlierSite]) -> Iterable[str]:
    return (fact["id"] for fact in earlier[row].facts) if row in earlier else (id_,)


def _with_own_uncertainty(
    rows: gpd.GeoDataFrame, earlier: Mapping[int, EarlierSite]
) -> gpd.GeoDataFrame:
    """Give rows of sites the uncertainty of the record that gives their location."""
    own = dict[int, dict[str, Any]]()
    for row, site in earlier.items():
        id_ = site.id_of_value("geometry")
        own[row] = next((fact for fact in site.facts if fact["id"] == id_), {})
    for name in UNCERTAINTY:
        rows[name] = replaced(rows[name], [*own], [fact.get(name) for fact in own.values()])
    return rows
