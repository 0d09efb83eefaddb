"""Columns of a table of pairs of records, which the page shows side by side for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from minmap.scene.code_labels import page_terms
from minmap.scene.headings import heading_of, title_in, title_of

_NEEDED: Final = ("left_id", "right_id", "probability", "evidence", "review_order")
_PLACES: Final = ("longitude", "latitude")
_SIDES: Final = ("left", "right")
_NAMES: Final = ("name", "other_names")
_UNLISTED: Final = {"url", *_PLACES}
_ID: Final = "id"
"""The id of a record, which leads to its page; its heading is that of a record."""
_UNCERTAINTY: Final = "location_uncertainty_m"
_NOT_COMPARED: Final = {_ID, _UNCERTAINTY}
"""Fields of a record that say nothing of its site."""
_LETTERS: Final = {"left": "A", "right": "B"}
"""What the page calls the records."""


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

    def fields(self, language: str) -> dict[str, dict[str, str | None]]:
        """Return the headings and units of the columns of one record, by the name of the column.

        Examples
        --------
        >>> ends = ["left_longitude", "left_latitude", "right_longitude", "right_latitude"]
        >>> names = ["left_id", "right_id", "probability", "evidence", "review_order", *ends]
        >>> pairs = PairColumns.of([*names, "left_country", "right_location_uncertainty_m"], 1)
        >>> {name: field["label"] for name, field in pairs.fields("en").items()}
        {'left_id': 'Record A', 'right_id': 'Record B', 'left_longitude': 'Longitude of A',
        'left_latitude': 'Latitude of A', 'right_longitude': 'Longitude of B',
        'right_latitude': 'Latitude of B', 'left_country': 'Country of A',
        'right_location_uncertainty_m': 'Location uncertainty of B'}
        >>> pairs.fields("ru")["right_location_uncertainty_m"]
        {'label': 'Неопределённость места (B)', 'unit': 'm'}
        """
        found = {}
        for column in self.names:
            side, _, name = column.partition("_")
            if side in _LETTERS and name:
                of = _LETTERS[side] if name == _ID else f"of {_LETTERS[side]}"
                label = f"{_heading(name, language)} {page_terms(language).get(of, of)}"
                found[column] = {"label": label, "unit": heading_of(name)[1]}
        return found

    @property
    def unfiltered(self) -> set[int]:
        """The positions of columns by which no reviewer filters: pages and places of records.

        Examples
        --------
        >>> PairColumns(("name", "left_url", "left_country", "right_latitude"), 2).unfiltered
        {1, 3}
        """
        unlisted = {f"{side}_{name}" for side in _SIDES for name in _UNLISTED}
        return {n for n, name in enumerate(self.names) if name in unlisted}

    def localized(self, language: str) -> dict[str, Any]:
        """Return what the page knows of the pairs, with headings in its language.

        Examples
        --------
        >>> ends = ["left_longitude", "left_latitude", "right_longitude", "right_latitude"]
        >>> names = ["left_id", "right_id", "probability", "evidence", "review_order", *ends]
        >>> pairs = PairColumns.of([*names, "left_name", "right_name"], 1)
        >>> [(row["heading"], row["left"]) for row in pairs.localized("ru")["rows"]]
        [('Запись', 0), ('Название', 9)]
        """
        position = {name: n for n, name in enumerate(self.names)}
        sides = [name.partition("_") for name in self.names]
        # A record's field stays where no other record has it.
        fields = dict.fromkeys(name for side, _, name in sides if side in _LETTERS and name)
        rows: list[dict[str, Any]] = []
        for name in fields:
            if name not in _UNLISTED:
                heading = _heading(name, language)
                ends = {side: position.get(f"{side}_{name}") for side in _SIDES}
                is_compared = name not in _NOT_COMPARED
                row: dict[str, Any] = {"heading": heading, **ends, "is_compared": is_compared}
                if name == _UNCERTAINTY:
                    row["is_length"] = True
                if name == _ID and "url" in fields:
                    row["urls"] = [position.get(f"{side}_url") for side in _SIDES]
                rows.append(row)
        return {
            "count": self.count,
            "ids": [position[f"{side}_id"] for side in _SIDES],
            # Columns without any value are not in the page.
            "names": [[position.get(f"{side}_{name}") for name in _NAMES] for side in _SIDES],
            "places": [[position[f"{side}_{axis}"] for axis in _PLACES] for side in _SIDES],
            "probability": position["probability"],
            "evidence": position["evidence"],
            "order": position["review_order"],
            **{name: position[name] for name in ("decision", "note") if name in position},
            "rows": rows,
        }


def _heading(name: str, language: str) -> str:
    """Return the heading of a field of a record."""
    heading = title_of("record" if name == _ID else name)
    return title_in(heading, language) or heading
