"""Estimates that do not count, in words."""

from typing import Final

import pandas as pd

_FEW: Final = 100  # below which an amount keeps its decimals


def estimates_in_words(rows: pd.DataFrame) -> list[str]:
    """Return the record, the amount, the category and the year of rows of resources.

    Examples
    --------
    >>> row = {"occurrence_id": ["a:1"], "name": ["Kara"], "amount": [1.5e6], "category": ["C1"]}
    >>> more = {"measure": ["balance reserve"], "year": [2020], "capacity_unit": [None]}
    >>> estimates_in_words(pd.DataFrame({**row, **more}))
    ['a:1: 1,500,000 t, balance reserve C1, 2020']
    """
    names = rows["occurrence_id"].fillna(rows["name"]).fillna("no name")
    columns = [rows[one].tolist() for one in ("amount", "measure", "category", "year")]
    units = rows["capacity_unit"].fillna("t").tolist()
    found = list[str]()
    for name, unit, amount, measure, category, year in zip(names, units, *columns, strict=True):
        number = f"{amount:,.0f}" if amount >= _FEW else f"{amount:.3g}"
        what = " ".join(str(one) for one in (measure, category) if pd.notna(one))
        dated = f", {int(year)}" if pd.notna(year) else ""
        found.append(f"{name}: {number} {unit}, {what}{dated}")
    return found
