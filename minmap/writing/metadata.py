"""The metadata written with a table: its sources, columns and coordinate system."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

from minmap.files.file_types import ABOUT_ENDING
from minmap.table import COLUMNS, UNITS

VERSION: Final = 2
GEOMETRY: Final = "geometry"
"""Stands for the dtype of the geometry column."""

_MARK: Final = "minmap_table"
# The dtypes that can be restored from their name. Text in a file that is not one of them never
# reaches pandas.
_ZONE: Final = r"UTC[+:\d-]*|[+-]\d\d:\d\d|[A-Z]\w*(/[A-Z][\w+-]*){0,2}"
_DTYPE: Final = re.compile(
    r"geometry|object|category|as stored|string\[(pyarrow|python), (NaN|NA)\]|boolean|bool"
    r"|[Uu]?[Ii]nt(8|16|32|64)|[Ff]loat(32|64)"
    rf"|datetime64\[(s|ms|us|ns)(, ({_ZONE}))?\]"
)
_MEANINGS: Final = {column.name: (column.meaning, column.unit) for column in COLUMNS}


@dataclass(frozen=True)
class ColumnMetadata:
    """A column of the table and its name in the file.

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
class Metadata:
    """The metadata of a table.

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
    sources
        Those sources, and others that only rows of the table name.
    """

    title: str
    rows: int
    columns: tuple[ColumnMetadata, ...]
    crs: str
    attrs: dict[str, Any]
    sources: tuple[dict[str, Any], ...] = field(default=(), compare=False)

    @property
    def geometry_name(self) -> str:
        """Name of the geometry column in the table."""
        return next(column.name for column in self.columns if column.dtype == GEOMETRY)

    @property
    def names(self) -> dict[str, str]:
        """Names in the table by those in the file, without the geometry."""
        return {column.stored: column.name for column in self.columns if column.dtype != GEOMETRY}

    def citations(self) -> str:
        """Return the sources as lines of text: citation, vintage, licence and address.

        Examples
        --------
        >>> source = {"title": "MRDS", "citation": "USGS, 2011", "licence": "public domain"}
        >>> geometry = (ColumnMetadata("geometry", "geometry", "geometry"),)
        >>> Metadata("a", 0, geometry, "EPSG:4326", {}, (source,)).citations()
        'USGS, 2011 (public domain)'
        """
        return "\n".join(map(citation_of, self.sources))

    def renamed(self, stored: Mapping[str, str]) -> Self:
        """Return the metadata with other names in the file."""
        columns = (replace(c, stored=stored.get(c.name, c.stored)) for c in self.columns)
        return replace(self, columns=tuple(columns))

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the metadata as JSON in ASCII, which any file can hold.

        Examples
        --------
        >>> geometry = (ColumnMetadata("geometry", "geometry", "geometry"),)
        >>> metadata = Metadata("a", 1, geometry, "EPSG:4326", {})
        >>> Metadata.from_json(metadata.to_json()) == metadata
        True
        """
        content = {
            _MARK: VERSION,
            "note": "A table written by minmap: its sources, columns and coordinate system.",
            **asdict(replace(self, sources=())),
            "columns": [self._described(column) for column in self.columns],
        }
        return json.dumps(content, indent=indent, allow_nan=False)

    def write_beside(self, path: Path) -> None:
        """Write the metadata to a file beside a table."""
        text = self.to_json(indent=1) + "\n"
        path.with_name(path.name + ABOUT_ENDING).write_text(text, encoding="utf-8")

    def meaning(self, column: ColumnMetadata) -> tuple[str, str | None] | None:
        """Return meaning and unit of a column of the occurrence table, else the unit that is known.

        None for any other column.
        """
        is_occurrences = {c.name for c in self.columns} >= {c.name for c in COLUMNS[:-1]}
        if is_occurrences and column.name in _MEANINGS:
            return _MEANINGS[column.name]
        units = self.attrs.get(UNITS)
        unit = units.get(column.name) if isinstance(units, dict) else None
        return ("", unit) if isinstance(unit, str) else None

    def _described(self, column: ColumnMetadata) -> dict[str, Any]:
        meaning, unit = self.meaning(column) or (None, None)
        described = {**asdict(column), "meaning": meaning or None, "unit": unit}
        return {k: v for k, v in described.items() if v not in (None, False)}

    @classmethod
    def from_json(cls, text: str) -> Self | None:
        """Return the metadata, or None if the text is not that of a table."""
        try:
            content = json.loads(text)
            if content[_MARK] != VERSION:
                return None
            metadata = cls(
                title=str(content["title"]),
                rows=int(content["rows"]),
                columns=tuple(_column(column) for column in content["columns"]),
                crs=str(content["crs"]),
                attrs=dict(content["attrs"]),
            )
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return None
        dtypes = [column.dtype for column in metadata.columns]
        return metadata if dtypes.count(GEOMETRY) == 1 else None


def citation_of(source: Mapping[str, Any]) -> str:
    """Return a source as a line of text: citation, vintage, licence and address.

    Examples
    --------
    >>> citation_of({"title": "MRDS", "licence": "public domain", "url": "https://mrdata.usgs.gov"})
    'MRDS (public domain; https://mrdata.usgs.gov)'
    """
    named = source.get("citation") or source.get("title") or source.get("id") or "unnamed"
    more = [str(source[key]) for key in ("vintage", "licence", "url") if source.get(key)]
    return f"{named} ({'; '.join(more)})" if more else str(named)


def _column(content: dict[str, Any]) -> ColumnMetadata:
    name, stored, dtype = (str(content[key]) for key in ("name", "stored", "dtype"))
    if not _DTYPE.fullmatch(dtype):
        raise ValueError(dtype)
    categories = content.get("categories")
    texts = None if categories is None else tuple(map(str, categories))
    return ColumnMetadata(name, stored, dtype, texts, bool(content.get("ordered")))
