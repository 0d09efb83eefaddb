"""The table of findings, assembled from the findings of each rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from minmap.quality.records import Records
from minmap.quality.rule_list import rule_table
from minmap.types import TEXT, Integers


@dataclass(frozen=True)
class Block:
    """Findings of one rule about one column.

    Attributes
    ----------
    rule
        Name of the rule.
    field
        Column with the doubtful values.
    rows
        Shape (n,), positions of the records.
    evidence
        Why each value is doubtful, in words.
    proposed
        The value that should replace each one, ``""`` to clear it, None to propose nothing.
    """

    rule: str
    field: str
    rows: Integers
    evidence: Sequence[str]
    proposed: Sequence[str | None] | None = None


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
        known = [f"{rule} {counted[rule]}" for rule in rule_table()["rule"] if rule in counted]
        return f"{len(self)} findings: {', '.join(known)}" if known else "no findings"


COLUMNS = (
    *("row", "occurrence_id", "rule", "severity", "field", "value", "evidence", "cure"),
    "proposed",
)
"""Columns of the findings, in order."""


def assemble(blocks: Sequence[Block], records: Records) -> Findings:
    """Join blocks into one table, ordered by record and then by rule."""
    parts = [
        pd.DataFrame(
            {
                "row": block.rows,
                "rule": block.rule,
                "field": str(block.field),
                "value": records.value_texts(block.field, block.rows),
                "evidence": block.evidence,
                "proposed": block.proposed,
            }
        ).astype(dict.fromkeys(("rule", "field", "value", "evidence", "proposed"), TEXT))
        for block in blocks
    ]
    none = pd.DataFrame(columns=list(COLUMNS), dtype=TEXT).astype({"row": np.int64})
    found = pd.concat([none, *parts], ignore_index=True)
    rules = rule_table().set_index("rule")
    order = np.lexsort((found["rule"].map(rules.index.get_loc).astype(np.int64), found["row"]))
    found = found.iloc[order].reset_index(drop=True)
    for name in ("severity", "cure"):
        found[name] = found["rule"].map(rules[name]).astype(TEXT)
    found["occurrence_id"] = records.ids.array.take(found["row"].to_numpy())
    return Findings(found[list(COLUMNS)])
