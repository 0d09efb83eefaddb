"""The rows of resources of one table, and what it leaves out."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.estimates.categories import INFERRED, RED_BOOK, category_of
from minmap.estimates.estimate_columns import estimate_columns
from minmap.estimates.estimate_notes import estimate_notes
from minmap.estimates.estimate_rows import estimate_rows
from minmap.estimates.exhausted_sites import exhausted
from minmap.estimates.merged_sites import RECORDS, require_own_values
from minmap.estimates.rate_rows import rate_rows
from minmap.estimates.table_sites import table_sites
from minmap.table import UNITS, listed
from minmap.types import TEXT, Booleans, Floats, Integers

ROW: Final = "row"
_OF_RECORD: Final = ("occurrence_id", "name", "country", "site_type", "citation")
_LONGEST: Final = 200  # letters of a name that may be that of a sum
_TOTAL: Final = re.compile(
    r"\b(?:(?:grand |general |sub ?)?totals?|global|gesamt|toplam|итого|всего)\b|合计|总计"
)
"""Words of rows that sum others."""


class TableEstimates(NamedTuple):
    """The estimates of a table of n occurrences.

    Attributes
    ----------
    rows
        Rows of resources, each with the number of its occurrence in ``row``.
    site
        Shape (n,), the first occurrence of the site of each.
    exhausted
        Shape (n,), whether the ore of each is used up: 1 or 0; NaN if it is not known.
    notes
        What was not read.
    """

    rows: pd.DataFrame
    site: Integers
    exhausted: Floats
    notes: list[str]


def table_estimates(
    table: gpd.GeoDataFrame, given: Mapping[str, str], *, what: str
) -> TableEstimates:
    """Return the estimates of an occurrence table.

    Parameters
    ----------
    table
        The table.
    given
        Headings that the user gives to columns.
    what
        What errors call the table.
    """
    frame = pd.DataFrame(table).rename(columns=str)
    columns = estimate_columns(frame, given, table.attrs.get(UNITS, {}))
    require_own_values(frame, columns, what=what)
    is_total = _are_totals(table)
    estimates, rates = _in_one_scheme(estimate_rows(frame, columns)), rate_rows(frame, columns)
    rows = pd.concat(
        [estimates, rates, _without_estimate(frame, estimates, rates)], ignore_index=True
    )
    sites = table_sites(frame, columns)
    is_left_out = is_total[rows[ROW].astype(np.int64)] | _are_repeated_rates(rows, sites.first)
    rows = rows[~is_left_out]
    rows = rows.sort_values(ROW, kind="stable", ignore_index=True)
    at = rows[ROW].to_numpy(dtype=np.int64)
    for name in _OF_RECORD:
        rows[name] = frame[name].to_numpy(dtype=object)[at]
    rows["source"] = _sources(frame).to_numpy(dtype=object)[at]
    if "shared_with" in rows:
        rows["shared_with"] = _ids_that_share(rows)
    stated = pd.Series(sites.years[at])
    rows["year"] = rows["year"].astype("float64").fillna(stated) if "year" in rows else stated
    notes = estimate_notes(frame, columns, estimates, rates)
    if is_total.any():
        names = sorted(set(frame["name"][is_total]))
        notes.append(
            f"{is_total.sum()} of {len(frame)} rows sum others and are left out: {listed(names)}."
        )
    return TableEstimates(rows, sites.first, exhausted(frame), notes)


def _in_one_scheme(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return estimates with inferred ones of the Red Book, if the table has others of it."""
    if not len(estimates) or not estimates["category_scheme"].eq(RED_BOOK).any():
        return estimates
    is_inferred = estimates["category"].eq(INFERRED)
    schemes = estimates["category_scheme"].mask(is_inferred, RED_BOOK)
    return estimates.assign(category_scheme=schemes)


def _are_totals(table: pd.DataFrame) -> Booleans:
    """Return which rows sum others: "Total", "Total (M & I)", or "Kara total" beside "Kara"."""
    names = [_plain(name) for name in table["name"].fillna("").astype(str)]
    known = set(names)
    found = list[bool]()
    for name in names:
        rest = _plain(_TOTAL.sub(" ", name))
        is_sum = rest != name and (rest == "" or category_of(rest) is not None or rest in known)
        found.append(bool(name) and is_sum)
    return np.array(found, dtype=np.bool_)


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[()\[\],:-]", " ", name[:_LONGEST]).casefold().split())


def _are_repeated_rates(rows: pd.DataFrame, site: Integers) -> Booleans:
    """Return which rows repeat a capacity that a row of the same site has already."""
    if "capacity" not in rows:
        return np.zeros(len(rows), dtype=np.bool_)
    columns = ["commodity", "measure", "capacity", "capacity_unit", "substance", "year"]
    key = rows.reindex(columns=columns).assign(site=site[rows[ROW].astype(np.int64)])
    is_repeated = key.duplicated() & rows["capacity"].notna()
    return np.array(is_repeated, dtype=np.bool_)


def _without_estimate(
    table: pd.DataFrame, estimates: pd.DataFrame, rates: pd.DataFrame
) -> pd.DataFrame:
    """Return a row for each commodity of an occurrence that has no estimate of it."""
    is_of_rates = len(rates) > 0 and not len(estimates)
    codes = table["commodities"].str.split().explode().dropna()
    wanted = pd.DataFrame({ROW: codes.index.to_numpy(), "commodity": codes.to_numpy()})
    if is_of_rates:
        is_without = ~wanted[ROW].isin(rates[ROW])
        return wanted[is_without].assign(measure=rates["measure"].iloc[0])
    is_plant = (table["site_type"] == "plant").to_numpy(dtype=np.bool_, na_value=False)
    is_left = ~is_plant[wanted[ROW]]
    if len(estimates):
        given = pd.MultiIndex.from_frame(estimates[[ROW, "commodity"]])
        is_left &= ~pd.MultiIndex.from_frame(wanted).isin(given)
    return wanted[is_left]


def _sources(table: pd.DataFrame) -> pd.Series:
    """Return the source of each row; of a merged site, those of all its records."""
    if RECORDS not in table.columns:
        return pd.Series(table["source"], dtype=TEXT)
    texts = table[RECORDS].fillna(table["source"]).astype(object).tolist()
    named = (str(text).split("; ") if pd.notna(text) else () for text in texts)
    several = ["; ".join(dict.fromkeys(one.split(":")[0] for one in ids)) or None for ids in named]
    return pd.Series(several, dtype=TEXT)


def _ids_that_share(rows: pd.DataFrame) -> pd.Series:
    """Return the ids of the records that share an amount instead of the key of the amount."""
    ids = rows.groupby("shared_with")["occurrence_id"].agg([len, "; ".join])
    shared: pd.Series = rows["shared_with"].map(ids[ids["len"] > 1]["join"])
    return shared
