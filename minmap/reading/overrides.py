"""What a user says of the columns of a file of a known source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from minmap.arguments import require_one_of
from minmap.errors import ChoiceError, MinmapError
from minmap.files.cells import Cells
from minmap.reading.column_rule import FIELDS, Rule
from minmap.reading.source import Source

_PLACING: Final = ("longitude", "latitude")
_BOTH: Final = "coordinates"
_KEY: Final = "id"


def overridden(source: Source, columns: Mapping[str, str], cells: Cells) -> tuple[Source, Cells]:
    """Return the source with the columns that the user names in place of its own.

    Where the user names the coordinates, they go before the geometry of the file.

    Raises
    ------
    ChoiceError
        If a field is none of the occurrence table, or a column is not in the file.
    MinmapError
        If only one of longitude and latitude is named.
    """
    present = {str(name).casefold() for name in cells.frame.columns}
    for field, column in columns.items():
        require_one_of(field, [*FIELDS, *_PLACING, _BOTH, _KEY], name="columns: field")
        if str(column).casefold() not in present:
            names = [str(name) for name in cells.frame.columns]
            require_one_of(str(column), names, name=f"columns={{{field!r}: ...}}")
    changed = source
    given = [field for field in _PLACING if field in columns]
    if len(given) == 1:
        other = next(name for name in _PLACING if name not in columns)
        raise MinmapError(f"columns names the {given[0]} only; name the {other} too.")
    if given and _BOTH in columns:
        raise ChoiceError("columns names coordinates twice; leave out 'coordinates'.")
    if given or _BOTH in columns:
        named = tuple(columns[field] for field in given) or (columns[_BOTH],)
        changed = replace(changed, coordinates=(named,))
        cells = replace(cells, geometry=None)
    if _KEY in columns:
        changed = replace(changed, key=columns[_KEY])
    own = {field: (Rule(columns=(columns[field],)),) for field in FIELDS if field in columns}
    merged = {field: own.get(field, source.fields.get(field, ())) for field in FIELDS}
    fields = MappingProxyType({field: rules for field, rules in merged.items() if rules})
    return replace(changed, fields=fields), cells
