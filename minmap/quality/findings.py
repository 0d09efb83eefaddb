"""The rules of `check`, and the table of their findings."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from minmap.quality.records import Records
from minmap.types import TEXT

COLUMNS = (
    "row", "occurrence_id", "rule", "severity", "field", "value", "evidence", "cure", "proposed",
    "records",
)  # fmt: skip
"""Columns of the findings, in order."""


SWAPPED = "swapped"
"""The rule about exchanged coordinates: an error if it is about most of the table."""


class Finding(NamedTuple):
    """One doubtful value, of one record or of several.

    Attributes
    ----------
    row
        Position of the record, of the first one if there are several.
    rule
        Name of the rule.
    field
        Column with the doubtful value.
    evidence
        Why it is doubtful, in words.
    proposed
        The value that should replace it, ``""`` to clear it, None to propose nothing.
    records
        Number of records with it.
    """

    row: int
    rule: str
    field: Any
    evidence: str
    proposed: str | None = None
    records: int = 1


class Findings(pd.DataFrame):
    """A data frame that shows its texts in full."""

    @property
    def _constructor(self) -> type[Findings]:
        return Findings

    def __repr__(self) -> str:
        with pd.option_context("display.max_colwidth", 60, "display.width", 200):
            return f"{self._counts()}\n{super().__repr__()}"

    def _repr_html_(self) -> str | None:
        with pd.option_context("display.max_colwidth", None):
            # Absent from the stubs of pandas.
            table: str | None = super()._repr_html_()  # type: ignore[misc]
        return None if table is None else f"<p>{self._counts()}</p>{table}"

    def _counts(self) -> str:
        if not {"rule", "severity"} <= set(self.columns):
            return f"{len(self)} findings"
        counted = self["rule"].value_counts()
        # Only names of known rules: text of the user must not get into the page from here.
        known = [f"{rule} {counted[rule]}" for rule in rule_table().index if rule in counted]
        return f"{len(self)} findings: {', '.join(known)}" if known else "no findings"


def check_rules() -> pd.DataFrame:
    """Return the rules of `check`, in the order in which findings about one record are listed.

    Returns
    -------
    pandas.DataFrame
        ``rule``, ``severity``, ``meaning`` (with thresholds) and ``cure``. The severity is
        ``error`` (the value is impossible), ``warning`` (there is evidence against the value) or
        ``note`` (the value may be right, but users of the record should know of it).

    Examples
    --------
    >>> check_rules().set_index("rule").loc["swapped", "severity"]
    'warning'
    """
    return rule_table().reset_index()


@cache
def rule_table() -> pd.DataFrame:
    """Return the table of `check_rules`, indexed by rule; it is shared, so do not change it."""
    text = (files(__package__) / "check_rules.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), dtype=TEXT, index_col="rule")


def assemble(findings: list[Finding], records: Records) -> Findings:
    """Return the findings as one table: those of several records first, then by record and rule."""
    rules = rule_table()
    whole = {"row": np.int64, "records": np.int64}
    found = pd.DataFrame(findings, columns=Finding._fields).astype(whole)
    rank = found["rule"].map(rules.index.get_loc).astype(np.int64)
    order = np.lexsort((rank, found["row"], found["records"] == 1))
    found = found.iloc[order].reset_index(drop=True)
    values = np.full(len(found), None, dtype=object)
    for field, rows in found.groupby("field", sort=False)["row"]:
        values[rows.index] = records.value_texts(field, rows.to_numpy())
    found = found.assign(value=values, field=found["field"].astype(str))
    for name in ("severity", "cure"):
        found[name] = found["rule"].map(rules[name])
    found.loc[(found["rule"] == SWAPPED) & (found["records"] > 1), "severity"] = "error"
    found = found.astype({name: TEXT for name in found.columns if name not in whole})
    found["occurrence_id"] = records.frame["occurrence_id"].array.take(found["row"].to_numpy())
    return Findings(found[list(COLUMNS)])
