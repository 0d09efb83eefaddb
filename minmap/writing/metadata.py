"""The record of a table that travels with it: its sources, its columns and how it is held."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from minmap.table import COLUMNS

VERSION: Final = 1
GEOMETRY: Final = "geometry"
"""How a `Held` column of geometry is called where other columns have a dtype."""

_MARK: Final = "minmap_table"
# The dtypes that can be made again from their name; any other name in a file is none of ours.
_ZONE: Final = r"UTC[+:\d-]*|[+-]\d\d:\d\d|[A-Z]\w*(/[A-Z][\w+-]*){0,2}"
_DTYPE: Final = re.compile(
    r"geometry|object|category|as stored|string\[(pyarrow|python), (NaN|NA)\]|boolean|bool"
    r"|[Uu]?[Ii]nt(8|16|32|64)|[Ff]loat(32|64)"
    rf"|datetime64\[(s|ms|us|ns)(, ({_ZONE}))?\]"
)
_MEANINGS: Final = {column.name: (column.meaning, column.unit) for column in COLUMNS}


@dataclass(frozen=True)
class Held:
    """A column of the table and how the file holds it.

    Attributes
    ----------
    name
        Its name in the table.
    stored
        Its name in the file.
    dtype
        Its dtype in the table.
    categories, ordered
        Those of a categorical column, else None and False.
    """

    name: str
    stored: str
    dtype: str
    categories: tuple[str, ...] | None = None
    ordered: bool = False


@dataclass(frozen=True)
class Exact:
    """What the file holds otherwise than the table has it, so that it comes back as it was.

    Attributes
    ----------
    cells
        Values by column and row number (0 is the first): an empty text where the format knows
        blanks alone, spaces at an end where it cuts them off, digits that it rounds.
    shapes
        Geometries as WKT by row number: empty ones where the format has no such thing.
    blank_rows_at_end
        Number of last rows without any cell.
    """

    cells: dict[str, dict[int, Any]] = field(default_factory=dict)
    shapes: dict[int, str] = field(default_factory=dict)
    blank_rows_at_end: int = 0


@dataclass(frozen=True)
class About:
    """The record of a table.

    Attributes
    ----------
    title
        The file's name without its ending.
    rows
        Number of records.
    columns
        The columns in order, the active geometry among them with the dtype ``"geometry"``.
    crs
        CRS of the geometry in the table, for pyproj.
    attrs
        The table's ``attrs``: ``"sources"`` holds the sources with their citations.
    held
        ``"geometry"`` as such, ``"points"`` in columns of degrees, or ``"wkt"`` in one of text.
    geometry_columns
        Names in the file of the columns that hold the geometry.
    exact
        See `Exact`.
    """

    title: str
    rows: int
    columns: tuple[Held, ...]
    crs: str
    attrs: dict[str, Any]
    held: str = "geometry"
    geometry_columns: tuple[str, ...] = ()
    exact: Exact = field(default_factory=Exact)

    @property
    def geometry_name(self) -> str:
        """Name of the geometry column in the table."""
        return next(column.name for column in self.columns if column.dtype == GEOMETRY)

    @property
    def fields(self) -> tuple[Held, ...]:
        """The columns but for the geometry."""
        return tuple(column for column in self.columns if column.dtype != GEOMETRY)

    @property
    def sources(self) -> list[dict[str, Any]]:
        """The sources that the table names."""
        named = self.attrs.get("sources")
        return [s for s in named if isinstance(s, dict)] if isinstance(named, list) else []

    def citations(self) -> str:
        """Return the sources as lines to be read: citation, vintage, licence and address.

        Examples
        --------
        >>> source = {"title": "MRDS", "citation": "USGS, 2011", "licence": "public domain"}
        >>> geometry = (Held("geometry", "geometry", "geometry"),)
        >>> About("a", 0, geometry, "EPSG:4326", {"sources": [source]}).citations()
        'USGS, 2011 (public domain)'
        """
        lines = []
        for source in self.sources:
            named = source.get("citation") or source.get("title") or source.get("id") or "unnamed"
            more = [str(source[key]) for key in ("vintage", "licence", "url") if source.get(key)]
            lines.append(f"{named} ({'; '.join(more)})" if more else str(named))
        return "\n".join(lines)

    def renamed(self, stored: Mapping[str, str]) -> About:
        """Return the record with other names in the file."""
        columns = (replace(c, stored=stored.get(c.name, c.stored)) for c in self.columns)
        return replace(self, columns=tuple(columns))

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the record as JSON; ASCII alone, so that any file can hold it.

        Examples
        --------
        >>> about = About("a", 1, (Held("geometry", "geometry", "geometry"),), "EPSG:4326", {})
        >>> About.from_json(about.to_json()) == about
        True
        """
        record = {
            _MARK: VERSION,
            "note": (
                "A table written by minmap: its sources, its columns and what is needed to read "
                "it back exactly."
            ),
            **asdict(self),
            "columns": [self._described(column) for column in self.columns],
        }
        return json.dumps(record, indent=indent, allow_nan=False)

    def meaning(self, column: Held) -> tuple[str, str | None] | None:
        """Return meaning and unit of a column of the occurrence table; None for other tables."""
        is_occurrences = {c.name for c in self.columns} >= {c.name for c in COLUMNS[:-1]}
        return _MEANINGS.get(column.name) if is_occurrences else None

    def _described(self, column: Held) -> dict[str, Any]:
        known = self.meaning(column)
        told = dict(zip(("meaning", "unit"), known, strict=True)) if known else {}
        return {k: v for k, v in {**asdict(column), **told}.items() if v not in (None, False)}

    @classmethod
    def from_json(cls, text: str) -> About | None:
        """Return the record, or None if the text is none."""
        try:
            record = json.loads(text)
            if record.pop(_MARK) != VERSION:
                return None
            about = _from_record(record)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        kinds = [column.dtype for column in about.columns]
        return about if kinds.count(GEOMETRY) == 1 else None


def _from_record(record: dict[str, Any]) -> About:
    exact = record["exact"]
    cells = {
        str(column): {int(row): value for row, value in rows.items()}
        for column, rows in exact["cells"].items()
    }
    shapes = {int(row): str(wkt) for row, wkt in exact["shapes"].items()}
    return About(
        title=str(record["title"]),
        rows=int(record["rows"]),
        columns=tuple(_held(column) for column in record["columns"]),
        crs=str(record["crs"]),
        attrs=dict(record["attrs"]),
        held=str(record["held"]),
        geometry_columns=tuple(str(name) for name in record["geometry_columns"]),
        exact=Exact(cells, shapes, int(exact["blank_rows_at_end"])),
    )


def _held(column: dict[str, Any]) -> Held:
    name, stored, dtype = (str(column[key]) for key in ("name", "stored", "dtype"))
    if not _DTYPE.fullmatch(dtype):
        raise ValueError(dtype)
    categories = column.get("categories")
    return Held(
        name,
        stored,
        dtype,
        None if categories is None else tuple(str(category) for category in categories),
        bool(column.get("ordered")),
    )
