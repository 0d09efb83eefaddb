"""Columns that the user names, instead of those of a source."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from minmap.arguments import require_one_of, require_text
from minmap.errors import ChoiceError, MinmapError
from minmap.files.cells import Cells
from minmap.reading.source import FIELDS, FieldRule, Source

PAIR: Final = ("longitude", "latitude")
PLACE: Final = (*PAIR, "coordinates")
OVERRIDES: Final = (*PLACE, "id", *FIELDS)
"""Names that `columns` of `minmap.read` may have."""


def named_columns(columns: Mapping[str, str], present: list[str]) -> dict[str, str]:
    """Return the columns that the user names, each in the spelling of the file, by field.

    Raises
    ------
    ChoiceError
        If a field cannot be named, or a column is not in the file.
    MinmapError
        If a column is not text.
    """
    spelling = {name.casefold(): name for name in reversed(present)}
    found = {}
    for field, column in columns.items():
        require_one_of(field, OVERRIDES, name="columns")
        what = f"columns[{field!r}]"
        folded = require_text(column, name=what, like="Deposit").casefold()
        found[field] = spelling.get(folded) or require_one_of(column, present, name=what)
    return found


def overridden(source: Source, columns: Mapping[str, str], cells: Cells) -> Source:
    """Return the source with the columns that the user names instead of the source's.

    Raises
    ------
    ChoiceError
        If `named_columns` raises it, or coordinates are named twice.
    MinmapError
        If only one of longitude and latitude is named.
    """
    named = named_columns(columns, [str(name) for name in cells.frame.columns])
    given = [field for field in PAIR if field in named]
    if len(given) == 1:
        other = next(name for name in PAIR if name not in named)
        raise MinmapError(f"columns names the {given[0]} only; name the {other} too.")
    if given and "coordinates" in named:
        raise ChoiceError("columns names coordinates twice; leave out 'coordinates'.")
    return with_columns(source, {field: (column,) for field, column in named.items()})


def with_columns(source: Source, columns: Mapping[str, tuple[str, ...]]) -> Source:
    """Return the source with these columns, by field, instead of its own.

    Of several columns of a coordinate, the first is that of the degrees.
    """
    pair = tuple(name for field in PAIR for name in columns.get(field, ())[:1])
    place = columns.get("coordinates", pair)
    rules = dict(source.fields)
    rules |= {name: (FieldRule(columns=columns[name]),) for name in FIELDS if name in columns}
    return replace(
        source,
        coordinates=(place,) if place else source.coordinates,
        key=columns["id"][0] if "id" in columns else source.key,
        fields={field: rules[field] for field in FIELDS if field in rules},
    )
