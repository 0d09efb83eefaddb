"""What a table states of estimates, and was not read or cannot be."""

from typing import Final

import numpy as np
import pandas as pd

from minmap.estimates.category_columns import unknown_categories
from minmap.estimates.estimate_columns import EstimateColumn, EstimateColumns
from minmap.estimates.estimate_rows import grades_without_amount
from minmap.estimates.heading_quantities import RATES
from minmap.estimates.stated_amounts import is_uncertain
from minmap.table import listed

_FACTOR: Final = 1.25
"""Stated contents that differ from tonnage times grade by more are listed. minmap's own figure."""


def estimate_notes(
    table: pd.DataFrame, columns: EstimateColumns, estimates: pd.DataFrame, rates: pd.DataFrame
) -> list[str]:
    """Return sentences on the columns, cells and records whose estimates are in doubt.

    Parameters
    ----------
    table
        The occurrence table.
    columns
        Its columns of estimates.
    estimates, rates
        What was read of them.
    """
    notes = [*columns.unread]
    notes += [note for column in columns.estimates for note in _unread_cells(column)]
    if unknown := unknown_categories(table, columns.category):
        notes.append(
            f"{columns.category}: not known as categories, and kept as they are with the measure "
            f"'other estimate': {listed(unknown)}."
        )
    if unused := grades_without_amount(columns.estimates):
        notes.append(_without_amount(unused))
    if len(estimates):
        notes += _impossible(table, estimates)
    rate_columns = [one for one in columns.estimates if one.quantity.kind in RATES]
    return notes + _without_units(rate_columns, rates)


def _unread_cells(column: EstimateColumn) -> list[str]:
    is_unread = column.amounts.is_unread
    if not is_unread.any():
        return []
    texts = sorted(set(column.given[is_unread].astype(str)))
    cure = "; write thousands without commas or points" if any(map(is_uncertain, texts)) else ""
    count = f"{is_unread.sum()} of {len(is_unread)}"
    return [f"{column.name}: {count} cells are no amounts: {listed(texts)}{cure}."]


def _without_amount(grades: list[EstimateColumn]) -> str:
    name, quantity = grades[0].name, grades[0].quantity
    of = quantity.substance.name if quantity.substance is not None else "Grade"
    heading = f"{of} ({quantity.unit.name if quantity.unit is not None else '%'})"
    return (
        "Not read, as no tonnage or content is of the same measure or category: "
        f"{listed([one.name for one in grades])}; for a grade of all ore give "
        f"headings={{{name!r}: {heading!r}}}."
    )


def _impossible(table: pd.DataFrame, estimates: pd.DataFrame) -> list[str]:
    notes = list[str]()
    if estimates["is_impossible"].any():
        ids = _ids(table, estimates[estimates["is_impossible"]])
        notes.append(
            f"{len(ids)} of {len(table)} records state more of a commodity than of ore, which is "
            f"left out: "
            f"{listed(ids)}."
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = estimates["contained_t"] / estimates["computed_t"]
    far = estimates[(ratio > _FACTOR) | (ratio < 1 / _FACTOR)]
    if len(far):
        ids = _ids(table, far)
        notes.append(
            f"{len(ids)} of {len(table)} records state contents that differ from tonnage times "
            f"grade by more than a quarter: {listed(ids)}."
        )
    return notes


def _ids(table: pd.DataFrame, estimates: pd.DataFrame) -> list[str]:
    rows = estimates["row"].unique()
    names = table["occurrence_id"].fillna(table["name"]).iloc[rows]
    return [str(name) for name in names]


def _without_units(columns: list[EstimateColumn], rates: pd.DataFrame) -> list[str]:
    """Return notes on amounts a year whose unit is not known, and on cells with several."""
    notes = list[str]()
    read = set(rates["row"]) if len(rates) else set[int]()
    for column in columns:
        given = np.flatnonzero(column.amounts.numbers > 0).tolist()
        left = [row for row in given if row not in read]
        if left:
            texts = column.given.iloc[left].astype(str)
            if column.units is not None:
                texts = texts + " " + column.units.iloc[left].fillna("").astype(str)
            shown = sorted(set(texts))
            notes.append(
                f"{column.name}: {len(left)} of {len(given)} amounts are left out, as their unit "
                f"is not known: "
                f"{listed(shown)}."
            )
        several = [word for word in column.amounts.words if ";" in word]
        if several:
            notes.append(
                f"{column.name}: {len(several)} of {len(column.given)} cells have several amounts, "
                "of which the first is read."
            )
    return notes
