"""Which record of a site gives each value."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.linking.site_locations import by_certainty
from minmap.reading.stated_places import DERIVED
from minmap.types import Booleans, Integers

_LOCATION: Final = (
    "geometry", "location_method", "coordinate_precision_m", "location_uncertainty_m",
    "location_uncertainty_basis",
)  # fmt: skip
_STATUS: Final = ("status", "status_year")
_UNKNOWN: Final = "unknown"
"""Status of a record whose source says that it does not know it."""
_NAMED_BY_FIRST: Final = ("occurrence_id", "source", "url")


def chosen_records(
    records: gpd.GeoDataFrame, number: Integers, apart: Booleans
) -> dict[str, Integers]:
    """Return by column the position of the record that gives the value of each site.

    It is the first record that has a value, but for the location, the country and province, which
    fit the location, and the status.

    Parameters
    ----------
    records
        All records.
    number
        Shape (n,), number of the site of each, from 0 in the order of their first records.
    apart
        Shape (n,), whether the location of each is an outlier of its site.
    """
    order = np.arange(len(records))
    chosen = {
        name: _preferred(number, order, records[name].notna().to_numpy(dtype=bool))
        for name in records.columns
    }
    first = np.unique(number, return_index=True)[1]
    location = _by_location(records, number, apart)
    return (
        chosen
        | dict.fromkeys(_NAMED_BY_FIRST, first)
        | dict.fromkeys(_LOCATION, location)
        | _places(records, number, location)
        | dict.fromkeys(_STATUS, _by_status(records, number))
    )


def _preferred(number: Integers, order: Integers, has_value: Booleans) -> Integers:
    """Return for each site the first record in `order` that has a value, else its first."""
    first = np.unique(number, return_index=True)[1]
    rows = order[has_value[order]]
    some, at = np.unique(number[rows], return_index=True)
    first[some] = rows[at]
    return np.asarray(first, dtype=np.int64)


def _by_location(records: gpd.GeoDataFrame, number: Integers, apart: Booleans) -> Integers:
    """Choose for each site the record with the most certain location that is no outlier."""
    has_location = ~records.geometry.isna().to_numpy(dtype=bool)
    return _preferred(number, by_certainty(records), has_location & ~apart)


def _by_status(records: gpd.GeoDataFrame, number: Integers) -> Integers:
    """Take the first status that is known, or if it has a year, that of the latest year.

    Whether a status without a year is older than others nobody knows.
    """
    has_status = records["status"].notna().to_numpy(dtype=bool)
    is_known = has_status & records["status"].ne(_UNKNOWN).to_numpy(dtype=bool, na_value=False)
    first = _preferred(number, np.arange(len(records)), is_known)
    year = records["status_year"].to_numpy(dtype=float, na_value=-np.inf)
    year[first[np.isneginf(year[first])]] = np.inf
    found = _preferred(number, np.argsort(-year, kind="stable"), is_known)
    stated = _preferred(number, np.arange(len(records)), has_status)
    return np.where(is_known[found], found, stated)


def _places(records: gpd.GeoDataFrame, number: Integers, location: Integers) -> dict[str, Integers]:
    """Take country and province from records that agree with the one that gives the location."""
    country = _at_location(records, "country", number, location, np.ones(len(records), dtype=bool))
    codes = pd.factorize(records["country"])[0]
    # The province of another country would contradict the country of the site.
    fits = (codes == -1) | (codes == codes[country][number])
    admin1 = _at_location(records, "admin1", number, location, fits)
    return {
        "country": country, "country_basis": country, "admin1": admin1, "admin1_basis": admin1,
    }  # fmt: skip


def _at_location(
    records: gpd.GeoDataFrame, name: str, number: Integers, location: Integers, fits: Booleans
) -> Integers:
    """Return for each site the record that gives its country, or its province.

    What the record of the location states comes first; then what another states, if it is the same
    or the record of the location has none; then what was derived from the location.
    """
    codes = pd.factorize(records[name])[0]
    at_location = codes[location][number]
    is_derived = records[f"{name}_basis"].eq(DERIVED).to_numpy(dtype=bool, na_value=False)
    is_location = np.arange(len(records)) == location[number]
    agrees = ~is_derived & ((codes == at_location) | (at_location == -1))
    may_give = (codes != -1) & fits & (is_location | agrees)
    order = np.lexsort((~is_location, is_derived))
    rows = _preferred(number, order, may_give)
    return np.where(may_give[rows], rows, location)
