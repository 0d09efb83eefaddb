"""What minmap knows of a source: where it comes from and how its columns are to be read.

A source is one TOML file. Those of minmap lie beside this module; a user's own has the same form
and is passed as ``read(file, source="mine.toml")``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from minmap.coordinates import crs_name
from minmap.errors import FileError, MinmapError
from minmap.reading import description
from minmap.reading.column_rule import FIELDS, Rule, rules
from minmap.reading.continuation import Continuation, continuation
from minmap.reading.description import DescriptionError
from minmap.reading.joins import Join, joins

__all__ = ["FIELDS", "Rule", "Source", "catalogue", "load"]

_TEXTS: Final = ("title", "publisher", "vintage", "licence", "citation", "url")
_KEYS: Final = {
    *("id", *_TEXTS, "records", "forms", "recognise", "tables", "missing"),
    *("coordinates", "key", "continuation", "joins", "fields"),
}


@dataclass(frozen=True)
class Source:
    """Provenance of a source and the map from its columns to the occurrence table.

    Attributes
    ----------
    id
        Short stable name; the prefix of its occurrence ids.
    title, publisher, vintage, licence, citation, url
        For people; empty if not stated.
    records
        Number of records that the published source holds, or None.
    recognise
        Columns that no other source has.
    crs
        CRS of the coordinate columns, as `minmap.coordinates.crs_name` writes it.
    coordinates
        Longitude and latitude columns, or one column that holds both; the preferred first.
    key
        Column of the record number, or None.
    content
        Alternatives of columns from which an id is made for a record without a number.
    fields
        Rules for each column of the occurrence table, the preferred first.
    forms
        Files in which the source is distributed, in words.
    tables
        Names of the tables, in files with several, that hold the records.
    missing
        Lower-case texts that stand for nothing in any column, such as ``"-9999"``.
    continuation
        How rows that continue the record above are told; None if there are none.
    joins
        What companion tables add.
    """

    id: str
    title: str
    publisher: str
    vintage: str
    licence: str
    citation: str
    url: str
    records: int | None
    recognise: tuple[str, ...]
    crs: str
    coordinates: tuple[tuple[str, ...], ...]
    key: str | None
    content: tuple[tuple[str, ...], ...]
    fields: Mapping[str, tuple[Rule, ...]]
    forms: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    continuation: Continuation | None = None
    joins: tuple[Join, ...] = ()

    def reference(self) -> dict[str, str]:
        """Return id, title, citation, licence, url and vintage, as kept with every table."""
        names = ("id", "title", "citation", "licence", "url", "vintage")
        return {name: getattr(self, name) for name in names}

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the source that minmap reads."""
        needed = [name for given in self.fields.values() for rule in given for name in rule.needs]
        placing = [name for names in self.coordinates for name in names]
        keys = [name for name in (self.key, *(join.key for join in self.joins)) if name]
        return tuple(dict.fromkeys([*self.recognise, *placing, *keys, *needed]))


@cache
def catalogue() -> Mapping[str, Source]:
    """Return the sources that minmap knows, by id, in alphabetical order."""
    folder = files(__package__)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    known = [_parse((folder / name).read_text(encoding="utf-8"), name) for name in names]
    return MappingProxyType({source.id: source for source in known})


def load(path: Path) -> Source:
    """Read a user's own source description.

    Raises
    ------
    FileError
        If the file is missing, is no TOML or does not describe a source.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise FileError(f"source={str(path)!r} does not exist; check the name.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path} cannot be read as a source description: {error}.") from error
    return _parse(text, str(path))


def _parse(text: str, where: str) -> Source:
    try:
        return _source(description.parse(text, where))
    except FileError:
        raise
    except MinmapError as error:
        said = str(error).rstrip(".")
        raise FileError(
            f"{where} does not describe a source: {said}; form: minmap/reading/mrds.toml."
        ) from error


def _source(data: dict[str, Any]) -> Source:
    description.only(data, _KEYS, "keys")
    coordinates = description.section(data, "coordinates", {"crs", "columns"})
    key = description.section(data, "key", {"column", "content"})
    fields = description.section(data, "fields", set(FIELDS))
    content = key.get("content", [])
    if not isinstance(content, list):
        raise DescriptionError(f"[key] content={content!r} is no list of lists of columns")
    return Source(
        id=description.word(data.get("id")),
        **{name: str(data.get(name, "")) for name in _TEXTS},
        records=_count(data.get("records")),
        recognise=description.names(data.get("recognise", []), "recognise"),
        crs=crs_name(coordinates.get("crs", "EPSG:4326")),
        coordinates=description.pairs(coordinates.get("columns", [])),
        key=description.optional_name(key.get("column"), "[key] column", like="id"),
        content=tuple(description.names(names, "[key] content") for names in content),
        fields=MappingProxyType(
            # In the order of the table, so that `where` finds its column filled.
            {name: rules(fields[name], name) for name in FIELDS if name in fields}
        ),
        forms=description.names(data.get("forms", []), "forms", like="CSV"),
        tables=description.names(data.get("tables", []), "tables"),
        missing=frozenset(
            text.casefold()
            for text in description.names(data.get("missing", []), "missing", like="-9999")
        ),
        continuation=continuation(data),
        joins=joins(data),
    )


def _count(given: Any) -> int | None:
    if given is not None and (not isinstance(given, int) or given < 0):
        raise DescriptionError(f"records={given!r} is no number of records")
    return given
