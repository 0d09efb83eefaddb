"""The columns of a table that the maker of a map names: what the page carries and shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from minmap.arguments import items_of, require_text, shown
from minmap.errors import MinmapError

ALL: Final = "all"
"""Every column of the table travels."""
Headings = Mapping[str, str | None]
Off = Literal[False]


@dataclass(frozen=True)
class Fields:
    """The columns that the maker of a map names.

    Parameters
    ----------
    carried
        Columns that the page carries besides those that it needs; ``"all"`` means all.
    popup, tooltip
        By column, the heading of its row, None for its own; in the order of the rows. None means
        the usual rows, False no popup or tooltip.
    filters
        By column, the first state of its filter, None for none. None means the usual filters,
        False none.
    """

    carried: tuple[str, ...] | Literal["all"] = ()
    popup: Headings | Off | None = None
    tooltip: Headings | Off | None = None
    filters: Mapping[str, Any] | Off | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the wishes that the options of `Map.add` describe.

        Raises
        ------
        MinmapError
            If an option is neither a list of columns nor what else it takes.

        Examples
        --------
        >>> Fields.of({"popup": ["name", "status"], "tooltip": False}).popup
        {'name': None, 'status': None}
        >>> Fields.of({"fields": 7})
        Traceback (most recent call last):
            ...
        minmap.errors.MinmapError: fields=7 is neither 'all' nor a list of columns; give one of
        them, such as fields=['name', 'status'].
        """
        fields = options.get("fields")
        is_all = isinstance(fields, str) and fields == ALL
        return cls(
            carried=ALL if is_all else tuple(_columns(fields, name="fields") or ()),
            popup=_headings(options.get("popup"), name="popup"),
            tooltip=_headings(options.get("tooltip"), name="tooltip"),
            filters=_columns(options.get("filters"), name="filters"),
        )

    @property
    def named(self) -> dict[str, list[str]]:
        """The columns that are named, by argument."""
        lists = {"popup": self.popup, "tooltip": self.tooltip, "filters": self.filters}
        named = {name: list(given or ()) for name, given in lists.items()}
        return named | {"fields": [] if self.carried == ALL else list(self.carried)}


# What each argument takes besides a list of columns.
_OTHERS: Final = {
    "fields": "'all'",
    "popup": "False, a mapping of columns to headings",
    "tooltip": "False, a mapping of columns to headings",
    "filters": "False, a mapping of columns to first states",
}


def _headings(value: Any, *, name: str) -> Headings | Off | None:
    headings = _columns(value, name=name)
    for column, heading in (headings or {}).items():
        if heading is not None:
            _require_heading(heading, name=name, column=column)
    return headings


def _require_heading(heading: Any, *, name: str, column: str) -> None:
    require_text(heading, name=f"{name}[{column!r}]", like="Grade, g/t")
    if "{" in heading or "}" in heading:
        raise MinmapError(
            f"{name}[{column!r}]={shown(heading)} has braces, but a heading formats no values; "
            "give words, such as 'Grade, g/t', and round the column before, such as "
            f"table[{column!r}].round(1)."
        )


def _columns(value: Any, *, name: str) -> dict[str, Any] | Off | None:
    """Return what is given for each column, by the column; None and, but for fields, False stay."""
    if value is None:
        return None
    if value is False and name != "fields":
        return False
    is_mapping = isinstance(value, Mapping) and name != "fields"
    listed = None if value is True else ([value] if isinstance(value, str) else items_of(value))
    columns = list(value) if is_mapping else listed
    if columns is None or not all(isinstance(one, (str, int)) for one in columns):
        raise MinmapError(
            f"{name}={shown(value)} is neither {_OTHERS[name]} nor a list of columns; "
            f"give one of them, such as {name}=['name', 'status']."
        )
    return {str(one): value[one] if is_mapping else None for one in columns}
