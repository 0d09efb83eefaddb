"""The table of findings, and the blocks that the rules give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.files.cells import text
from minmap.quality.rule_list import BY_NAME, RULES
from minmap.types import Integers

COLUMNS: Final = (
    "row",
    "occurrence_id",
    "rule",
    "severity",
    "field",
    "value",
    "evidence",
    "cure",
    "proposed",
)
"""Columns of the findings, in order."""


@dataclass(frozen=True)
class Block:
    """Findings of one rule about one field.

    Attributes
    ----------
    rule
        Name of the rule.
    field
        Column that is found wrong.
    rows
        Shape (n,), positions of the records.
    given
        What stands there now, None if missing.
    evidence
        In words, one for each.
    proposed
        What should stand there, ``""`` to clear it; None where nothing is proposed.
    """

    rule: str
    field: str
    rows: Integers
    given: Sequence[Any]
    evidence: Sequence[str]
    proposed: Sequence[str | None] | None = None


class Findings(pd.DataFrame):
    """A data frame that shows its texts at full length."""

    @property
    def _constructor(self) -> type[Findings]:
        return Findings

    def __repr__(self) -> str:
        with pd.option_context("display.max_colwidth", 60, "display.width", 200):
            return f"{self._counts()}\n{super().__repr__()}"

    def _repr_html_(self) -> str | None:
        with pd.option_context("display.max_colwidth", None):
            # Not in pandas' stubs.
            table: str | None = super()._repr_html_()  # type: ignore[misc]
        return None if table is None else f"<p>{self._counts()}</p>{table}"

    def _counts(self) -> str:
        if not {"rule", "severity"} <= set(self.columns):
            return f"{len(self)} findings"
        counted = self["rule"].value_counts()
        # Names of rules alone: a user's text must not get into the page from here.
        parts = [f"{rule.name} {counted[rule.name]}" for rule in RULES if rule.name in counted]
        return f"{len(self)} findings: {', '.join(parts)}" if parts else "no findings"


def assemble(blocks: Sequence[Block], ids: pd.Series) -> Findings:
    """Join blocks into one table, ordered by record and then by rule."""
    rank = {rule.name: number for number, rule in enumerate(RULES)}
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *(block.rows for block in blocks)])
    ranks = np.repeat([rank[block.rule] for block in blocks], [len(block.rows) for block in blocks])
    # A row of findings keeps the order in which its fields were looked at.
    order = np.lexsort((ranks, rows))
    sizes = [len(block.rows) for block in blocks]

    def repeated(given: Sequence[str]) -> pa.Array:
        # Few words, many rows.
        place = pa.array(np.repeat(np.arange(len(blocks)), sizes)[order])
        return pa.array(given, pa.large_string()).take(place)

    def gathered(given: Sequence[Sequence[Any]]) -> pa.Array:
        parts = [pa.array(list(part), pa.large_string(), from_pandas=True) for part in given]
        return pa.concat_arrays([pa.array([], pa.large_string()), *parts]).take(pa.array(order))

    index = pd.RangeIndex(len(rows))
    none: list[Sequence[Any]] = [block.proposed or [None] * len(block.rows) for block in blocks]
    columns = {
        "row": pd.Series(rows[order], index=index, dtype="int64"),
        "occurrence_id": pd.Series(ids.array.take(rows[order]), index=index),
        "rule": text(repeated([block.rule for block in blocks]), index),
        "severity": text(repeated([BY_NAME[block.rule].severity for block in blocks]), index),
        "field": text(repeated([block.field for block in blocks]), index),
        "value": text(gathered([block.given for block in blocks]), index),
        "evidence": text(gathered([block.evidence for block in blocks]), index),
        "cure": text(repeated([BY_NAME[block.rule].cure for block in blocks]), index),
        "proposed": text(gathered(none), index),
    }
    return Findings(columns, columns=list(COLUMNS))
