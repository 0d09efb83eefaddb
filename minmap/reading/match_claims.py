"""What each column of a table may be, and how much speaks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from minmap.errors import FileError
from minmap.reading.headings import CUT, strengths
from minmap.reading.match_values import Values

PAIR: Final = ("longitude", "latitude")
PLACE: Final = (*PAIR, "coordinates")
MAIN, SECOND = "commodities", "secondary_commodities"
TEXT_FIELDS: Final = (
    "name", "other_names", "admin1", "minor_commodities", SECOND, "citation",
)  # fmt: skip
_VOCABULARY_FIELDS: Final = ("country", "status", "site_type", "deposit_type", MAIN)
_FIELDS: Final = (*PLACE, "id", "url", *_VOCABULARY_FIELDS, *TEXT_FIELDS)
_SHOWN: Final = 6
_LIKELY: Final = 0.6

Taken = dict[str, tuple[str, ...]]
"""Columns by field."""


def flat(groups: Iterable[tuple[str, ...]]) -> set[str]:
    """Return all columns of `groups`."""
    return {name for group in groups for name in group}


@dataclass(frozen=True)
class Claim:
    """A column that may be a field: how much its heading and its values say, from 0 to 1."""

    column: str
    field: str
    heading: float
    values: float

    @property
    def score(self) -> float:
        """Both together, from 0 to 1."""
        return 0.6 * self.heading + 0.4 * self.values

    def __str__(self) -> str:
        named = "its heading says so" if self.heading >= CUT else "its heading might say so"
        said = named if self.heading else "its heading does not say so"
        return f"{self.column} as {self.field} ({said}, {self.values:.0%} of its values fit)"


def claims(values: Mapping[str, Values]) -> list[Claim]:
    """Return all that columns may be, the strongest first."""
    found = []
    for column, sampled in values.items():
        headings = strengths(column)
        for field in _FIELDS:
            heading = headings.get(field, 0.0)
            # Values alone cannot tell one text from another.
            if not heading and field in (*TEXT_FIELDS, "id"):
                continue
            share = sampled.share(MAIN if field == SECOND else field)
            if heading or share >= _LIKELY:
                found.append(Claim(column, field, heading, share))
    return sorted(found, key=lambda claim: -claim.score)


def too_thin(label: str, likely: list[Claim], what: str, cure: Mapping[str, str]) -> FileError:
    """Return the error for a table that does not say `what`, with the columns that come near."""
    near = list(dict.fromkeys(map(str, likely)))[:_SHOWN]
    candidates = f"Columns that come near: {'; '.join(near)}." if near else "No column comes near."
    return FileError(
        f"{label}: no column says surely enough {what}. {candidates} Say which they are, such as "
        f"columns={dict(cure)}, or describe the table in a TOML file (source='mine.toml')."
    )
