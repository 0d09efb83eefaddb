"""The site of each row of one table: a table may have several rows for one site."""

from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.estimates.estimate_columns import EstimateColumns
from minmap.types import Booleans, Floats, Integers

_YEAR: Final = r"(?<!\d)((?:19|20)\d\d)(?!\d)"


class TableSites(NamedTuple):
    """The sites of a table of n occurrences.

    Attributes
    ----------
    first
        Shape (n,), the first row of the site of each.
    years
        Shape (n,), year of the estimates of each; NaN where none is stated.
    """

    first: Integers
    years: Floats


def table_sites(table: pd.DataFrame, columns: EstimateColumns) -> TableSites:
    """Return the sites of an occurrence table.

    Rows with one name, country and place are of one site in a table with a column of categories,
    and where they are of different years: then they are editions of one estimate.
    """
    place = _places(table)
    years = _years(table, columns.date or columns.plain_date)
    is_edition = _are_editions(place, years)
    _, first = np.unique(place, return_index=True)
    is_pooled = is_edition | (columns.category is not None)
    return TableSites(
        np.where(is_pooled, first[place], np.arange(len(table))),
        years if columns.date is not None else np.where(is_edition, years, np.nan),
    )


def _places(table: pd.DataFrame) -> Integers:
    """Return the number of the name, country and place of each row; one of its own without name."""
    places = gpd.GeoSeries(table["geometry"]).to_wkb()
    key = pd.DataFrame(
        {
            "name": table["name"].str.casefold().str.strip(),
            "country": table["country"],
            "place": places.map(bytes, na_action="ignore"),
            "row": np.where(table["name"].isna(), np.arange(len(table)), -1),
        }
    )
    numbers = key.groupby(["name", "country", "place", "row"], dropna=False).ngroup()
    return np.asarray(numbers, dtype=np.int64)


def _years(table: pd.DataFrame, column: str | None) -> Floats:
    """Return the years in the texts of a column; NaN where there is none."""
    if column is None:
        return np.full(len(table), np.nan)
    found = table[column].astype(str).str.extract(_YEAR, expand=False)
    return np.asarray(found.astype("float64"), dtype=np.float64)


def _are_editions(place: Integers, years: Floats) -> Booleans:
    """Return which rows have a year, and share their place with rows of another year."""
    count = pd.Series(years).groupby(place).transform("nunique")
    return np.array((count > 1) & ~np.isnan(years), dtype=np.bool_)
