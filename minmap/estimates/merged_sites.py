"""Tables of merged sites, whose rows have values of several records."""

from typing import Final

import numpy as np
import pandas as pd

from minmap.errors import MinmapError
from minmap.estimates.estimate_columns import EstimateColumns
from minmap.table import listed
from minmap.types import Booleans

RECORDS: Final = "site_records"
"""Column of the ids of all records of a site, which `minmap.merge` writes."""


def are_of_several_records(table: pd.DataFrame) -> Booleans:
    """Return which rows of an occurrence table `minmap.merge` has made of several records."""
    if RECORDS not in table.columns:
        return np.zeros(len(table), dtype=np.bool_)
    several = table[RECORDS].astype(str).str.contains("; ", regex=False)
    return several.to_numpy(dtype=np.bool_)


def require_own_values(table: pd.DataFrame, columns: EstimateColumns, *, what: str) -> None:
    """Refuse sites of several records with more than one value that belongs to an estimate.

    `minmap.merge` does not say which record a value of a source's own column is from, so the
    tonnage of one record would be read with the grade or the category of another. A value alone
    is of one record. `what` names the table in the error.
    """
    is_several = are_of_several_records(table)
    if not is_several.any():
        return
    amounts = np.zeros(len(table), dtype=np.int64)
    for column in columns.estimates:
        amounts += np.isfinite(column.amounts.numbers) | column.amounts.is_unread
    names = [column.units.name for column in columns.estimates if column.units is not None]
    names += [name for name in (columns.category, columns.date) if name is not None]
    others = table[[*dict.fromkeys(names)]].notna().sum(axis=1).to_numpy()
    at = np.flatnonzero(is_several & (amounts > 0) & (amounts + others > 1))
    if not len(at):
        return
    ids = table[RECORDS].iloc[at].astype(str).tolist()
    raise MinmapError(
        f"{what}: {len(at)} of {len(table)} rows are merged from several records ({listed(ids)}), "
        "and which of these states which value of an estimate is not known; give the tables that "
        "were merged, as in resources(a, b, links=links), or leave these rows out: "
        "sites[sites['site_count'] == 1]."
    )
