"""Fields that each column of an unknown table may contain, with the evidence for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from minmap.errors import FileError
from minmap.reading.column_values import Values
from minmap.reading.headings import CUT, strengths
from minmap.reading.overrides import PLACE

MAIN, SECOND = "commodities", "secondary_commodities"
TEXT_FIELDS: Final = (
    "name", "other_names", "admin1", "minor_commodities", SECOND, "citation",
)  # fmt: skip
_VOCABULARY_FIELDS: Final = ("country", "status", "site_type", "deposit_type", MAIN)
_FIELDS: Final = (*PLACE, "id", "url", *_VOCABULARY_FIELDS, *TEXT_FIELDS)
_SHOWN: Final = 6
_LIKELY: Final = 0.6


@dataclass(frozen=True)
class Candidate:
    """A field that a column may contain.

    Attributes
    ----------
    column, field
        Their names.
    heading
        Strength of the column's heading for the field, 0 to 1 (`minmap.reading.headings`).
    share
        Share of the column's values that fit the field, 0 to 1.
    """

    column: str
    field: str
    heading: float
    share: float

    def __str__(self) -> str:
        named = "its heading says so" if self.heading >= CUT else "its heading might say so"
        heading = named if self.heading else "its heading does not say so"
        return f"{self.column} as {self.field} ({heading}, {self.share:.0%} of its values fit)"


def candidates_of(values: Mapping[str, Values]) -> list[Candidate]:
    """Return all fields that columns may contain, those with the most evidence first."""
    found = []
    for column, sampled in values.items():
        headings = strengths(column)
        for field in _FIELDS:
            heading = headings.get(field, 0.0)
            # Values alone do not distinguish one text from another.
            if not heading and field in (*TEXT_FIELDS, "id"):
                continue
            share = sampled.share(MAIN if field == SECOND else field)
            if heading or share >= _LIKELY:
                found.append(Candidate(column, field, heading, share))
    return sorted(found, key=lambda candidate: -(0.6 * candidate.heading + 0.4 * candidate.share))


def too_little_evidence(
    label: str, candidates: list[Candidate], what: str, cure: Mapping[str, str]
) -> FileError:
    """Return the error for a table without evidence for `what`; it lists the likely columns."""
    near = list(dict.fromkeys(map(str, candidates)))[:_SHOWN]
    listed = f"Columns that come near: {'; '.join(near)}." if near else "No column comes near."
    return FileError(
        f"{label}: no column says surely enough {what}. {listed} Say which they are, such as "
        f"columns={dict(cure)}, or describe the table in a TOML file (source='mine.toml')."
    )
