"""Columns of a table of pairs of records, which the page shows side by side for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from minmap.scene.headings import heading_of, title_in

_NEEDED: Final = ("left_id", "right_id", "probability", "evidence", "review_order")
_PLACES: Final = ("longitude", "latitude")
_SIDES: Final = ("left", "right")
_UNLISTED: Final = {"id", "url", *_PLACES}
_NOT_COMPARED: Final = {"record", "location_uncertainty"}
"""Fields of a record that say nothing of its site."""
_ADDRESSED: Final = "record"
"""The field that leads to the page of the record."""


@dataclass(frozen=True)
class PairColumns:
    """The columns of a table whose rows are pairs of records, as `minmap.review` makes it.

    Attributes
    ----------
    names
        The columns of the layer in the page.
    count
        Number of pairs.
    """

    names: tuple[str, ...]
    count: int

    @classmethod
    def of(cls, names: Sequence[str], count: int) -> Self | None:
        """Return the columns of pairs; None for any other table.

        Examples
        --------
        >>> PairColumns.of(["name", "evidence"], 2) is None
        True
        """
        places = [f"{side}_{axis}" for side in _SIDES for axis in _PLACES]
        return cls(tuple(names), count) if {*_NEEDED, *places} <= {*names} else None

    def localized(self, language: str) -> dict[str, Any]:
        """Return what the page knows of the pairs, with headings in its language.

        Examples
        --------
        >>> ends = ["left_longitude", "left_latitude", "right_longitude", "right_latitude"]
        >>> names = ["left_id", "right_id", "probability", "evidence", "review_order", *ends]
        >>> pairs = PairColumns.of([*names, "left_name", "right_name"], 1)
        >>> pairs.localized("ru")["rows"]
        [{'heading': 'Название', 'left': 9, 'right': 10, 'is_compared': True}]
        """
        position = {name: n for n, name in enumerate(self.names)}
        both = [
            name.removeprefix("left_")
            for name in self.names
            if name.startswith("left_") and name.replace("left_", "right_", 1) in position
        ]
        rows = []
        for name in both:
            if name not in _UNLISTED:
                heading = heading_of(name)[0]
                heading = title_in(heading, language) or heading
                ends = {side: position[f"{side}_{name}"] for side in _SIDES}
                row = {"heading": heading, **ends, "is_compared": name not in _NOT_COMPARED}
                if name == _ADDRESSED and "url" in both:
                    row["urls"] = [position[f"{side}_url"] for side in _SIDES]
                rows.append(row)
        return {
            "count": self.count,
            "ids": [position[f"{side}_id"] for side in _SIDES],
            "places": [[position[f"{side}_{axis}"] for axis in _PLACES] for side in _SIDES],
            "probability": position["probability"],
            "evidence": position["evidence"],
            "order": position["review_order"],
            **{name: position[name] for name in ("decision", "note") if name in position},
            "rows": rows,
        }
