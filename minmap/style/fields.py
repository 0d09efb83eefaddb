"""The columns of a table that the maker of a map names: what the page carries and shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Self

from minmap.arguments import items_of, require_text, shown
from minmap.errors import MinmapError
from minmap.style.value_formats import ValueFormat, has_braces, is_bare

ALL: Final = "all"
"""Every column of the table travels."""
Off = Literal[False]
_PAIR: Final = 2


class Row(NamedTuple):
    """A row of a popup or a tooltip: its heading and its format; None for those of the column."""

    heading: str | None = None
    format: ValueFormat | None = None


Rows = Mapping[str, Row]


@dataclass(frozen=True)
class Fields:
    """The columns that the maker of a map names.

    Parameters
    ----------
    carried
        Columns that the page carries besides those that it needs; ``"all"`` means all.
    popup, tooltip
        By column, its row; in the order of the rows. None means the usual rows, False no popup or
        tooltip.
    filters
        By column, the first state of its filter, None for none. None means the usual filters,
        False none.
    """

    carried: tuple[str, ...] | Literal["all"] = ()
    popup: Rows | Off | None = None
    tooltip: Rows | Off | None = None
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
        >>> Fields.of({"popup": {"name": None, "ore": "Ore, Mt"}, "tooltip": False}).popup["ore"]
        Row(heading='Ore, Mt', format=None)
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
            popup=_rows(options.get("popup"), name="popup"),
            tooltip=_rows(options.get("tooltip"), name="tooltip"),
            filters=_columns(options.get("filters"), name="filters"),
        )

    @property
    def formats(self) -> list[tuple[str, str, ValueFormat]]:
        """The formats, each with its argument and its column."""
        rows = {"popup": self.popup or {}, "tooltip": self.tooltip or {}}
        return [
            (argument, name, row.format)
            for argument, given in rows.items()
            for name, row in given.items()
            if row.format is not None
        ]

    @property
    def named(self) -> dict[str, list[str]]:
        """The columns that are named, by argument."""
        lists = {"popup": self.popup, "tooltip": self.tooltip, "filters": self.filters}
        named = {name: list(given or ()) for name, given in lists.items()}
        return named | {"fields": [] if self.carried == ALL else list(self.carried)}


# What each argument takes besides a list of columns.
_OTHERS: Final = {
    "fields": "'all'",
    "popup": "False, a mapping of columns to headings and formats",
    "tooltip": "False, a mapping of columns to headings and formats",
    "filters": "False, a mapping of columns to first states",
}


def _rows(value: Any, *, name: str) -> Rows | Off | None:
    columns = _columns(value, name=name)
    if not columns:
        return columns
    return {column: _row(given, f"{name}[{column!r}]") for column, given in columns.items()}


def _row(given: Any, name: str) -> Row:
    """Return the row of a heading, of a format, which has braces, or of a pair of them."""
    if given is None:
        return Row()
    if isinstance(given, (tuple, list)):
        if len(given) != _PAIR:
            raise MinmapError(
                f"{name}={shown(given)} is not a pair of a heading and a format; give one, such as "
                f"{name}=('Ore', '{{:,.1f}} Mt')."
            )
        heading, text = given
        return Row(
            None if heading is None else _heading(heading, name),
            ValueFormat.of(require_text(text, name=name, like="{:,.1f} Mt"), name=name),
        )
    text = require_text(given, name=name, like="Grade, g/t")
    is_format = has_braces(text)
    return Row(format=ValueFormat.of(text, name=name)) if is_format else Row(_heading(text, name))


def _heading(given: Any, name: str) -> str:
    text = require_text(given, name=name, like="Grade, g/t")
    if has_braces(text):
        raise MinmapError(
            f"{name}: {shown(text)} is a format in the place of the heading; give the heading "
            "first, or None for that of the column, such as ('Ore', '{:,.1f} Mt')."
        )
    if is_bare(text):
        raise MinmapError(
            f"{name}={shown(text)} looks like a format without braces; give "
            f"{'{:' + text.removeprefix(':') + '}'!r}."
        )
    return text


def _columns(value: Any, *, name: str) -> dict[str, Any] | Off | None:
    """Return what an option gives for each column; None stays, and so does False of popups."""
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
