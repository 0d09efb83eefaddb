"""What minmap knows of a source: where it comes from and how its columns are to be read.

A source is one TOML file. Those of minmap lie beside this module; a user's own has the same form
and is passed as ``read(path, source="mine.toml")``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, Final

from pyproj import CRS
from pyproj.exceptions import CRSError

from minmap.errors import FileError
from minmap.model import COLUMN_NAMES
from minmap.vocab.terms import SCHEMES

# These are made by the engine: the id from [key], the group from the commodities.
_MADE: Final = {"occurrence_id", "source", "commodity_group", "geometry"}
FIELDS: Final = tuple(name for name in COLUMN_NAMES if name not in _MADE)
_TEXTS: Final = ("title", "publisher", "vintage", "licence", "citation", "url")
_KEYS: Final = {"id", *_TEXTS, "records", "recognise", "coordinates", "key", "fields"}
_RULE_KEYS: Final = {"columns", "scheme", "values", "template", "value", "where"}


@dataclass(frozen=True)
class Rule:
    """One way to fill a column of the occurrence table.

    Attributes
    ----------
    columns
        Columns of the source whose texts are joined with "; ".
    scheme
        How commodities are written: ``"names"`` or ``"mrds"``.
    meanings
        What each text stands for, by its lower-case form; ``""`` means that it says nothing and
        ``"*"`` stands for every other text. None: the column's own vocabulary decides.
    template
        Text with column names in braces; missing where one of the columns is.
    value
        The same value for every record.
    where
        Fill only where this column of the occurrence table, which comes before, is filled.
    """

    columns: tuple[str, ...] = ()
    scheme: str = "names"
    meanings: Mapping[str, str] | None = None
    template: str | None = None
    value: str | int | float | None = None
    where: str | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns of the source that the rule reads."""
        if self.template is None:
            return self.columns
        return tuple(name for _, name, _, _ in Formatter().parse(self.template) if name)


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
        CRS of the coordinate columns.
    coordinates
        Pairs of longitude and latitude columns, the preferred first.
    key
        Column of the record number, or None.
    content
        Alternatives of columns from which an id is made for a record without a number.
    fields
        Rules for each column of the occurrence table, the preferred first.
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
    coordinates: tuple[tuple[str, str], ...]
    key: str | None
    content: tuple[tuple[str, ...], ...]
    fields: Mapping[str, tuple[Rule, ...]]

    def reference(self) -> dict[str, str]:
        """Return id, title, citation, licence, url and vintage, as kept with every table."""
        names = ("id", "title", "citation", "licence", "url", "vintage")
        return {name: getattr(self, name) for name in names}

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the source that minmap reads."""
        rules = [rule for rules in self.fields.values() for rule in rules]
        pairs = [name for pair in self.coordinates for name in pair]
        named = [*self.recognise, *pairs, *(name for rule in rules for name in rule.needs)]
        return tuple(dict.fromkeys(named))


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
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"{where} is not a TOML file: {error}.") from error
    _only(data, _KEYS, where, "keys")
    if not isinstance(data.get("id"), str) or not re.fullmatch(r"[\w.-]+", data["id"]):
        raise FileError(f'{where} has no id of one word; add a line such as id = "my_survey".')
    coordinates = _section(data, "coordinates", {"crs", "columns"}, where)
    key = _section(data, "key", {"column", "content"}, where)
    fields = _section(data, "fields", set(FIELDS), where)
    try:
        return Source(
            id=data["id"],
            **{name: str(data.get(name, "")) for name in _TEXTS},
            records=data.get("records"),
            recognise=_names(data.get("recognise", []), "recognise"),
            crs=CRS.from_user_input(coordinates.get("crs", "EPSG:4326")).to_string(),
            coordinates=_pairs(coordinates.get("columns", [])),
            key=_column(key.get("column")),
            content=tuple(_names(names, "content") for names in key.get("content", [])),
            fields=MappingProxyType(
                # In the order of the table, so that `where` finds its column filled.
                {name: _rules(fields[name], name, where) for name in FIELDS if name in fields}
            ),
        )
    except (TypeError, ValueError, CRSError) as error:
        raise FileError(
            f"{where} does not describe a source: {error}; "
            "see minmap/sources/mrds.toml for the form."
        ) from error


def _section(data: dict[str, Any], name: str, known: set[str], where: str) -> dict[str, Any]:
    section = data.get(name, {})
    if not isinstance(section, dict):
        raise FileError(f"{where}: {name} must be a table, written [{name}].")
    _only(section, known, where, f"keys of [{name}]")
    return section


def _names(given: Any, what: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise ValueError(f'{what}={given!r} is no list of column names, such as ["site"]')
    return tuple(given)


def _pairs(given: Any) -> tuple[tuple[str, str], ...]:
    fits = isinstance(given, list) and all(isinstance(p, list) and len(p) == 2 for p in given)
    if not fits:
        raise ValueError(f'[coordinates] columns={given!r} is no list such as [["x", "y"]]')
    return tuple((str(x), str(y)) for x, y in given)


def _column(given: Any) -> str | None:
    if given is not None and not isinstance(given, str):
        raise ValueError(f'[key] column={given!r} is no column name, such as "id"')
    return given


def _rules(given: Any, field: str, where: str) -> tuple[Rule, ...]:
    rules = []
    for entry in given if isinstance(given, list) else [given]:
        # name = "site" is short for name = { columns = ["site"] }.
        rule: dict[str, Any] = {"columns": [entry]} if isinstance(entry, str) else entry
        _only(rule, _RULE_KEYS, where, f"keys of {field}")
        meanings = rule.get("values")
        if meanings is not None and not isinstance(meanings, dict):
            raise ValueError(f"{field}: values={meanings!r} is no table of text = code")
        if meanings is not None:
            folded = {text.casefold(): str(code) for text, code in meanings.items()}
            meanings = MappingProxyType(folded)
        scheme = rule.get("scheme", "names")
        if scheme not in SCHEMES:
            raise ValueError(f"{field}: scheme={scheme!r} is not one of {', '.join(SCHEMES)}")
        made = Rule(
            columns=_names(rule.get("columns", []), f"{field}: columns"),
            scheme=scheme,
            meanings=meanings,
            template=rule.get("template"),
            value=rule.get("value"),
            where=rule.get("where"),
        )
        if made.value is not None and not isinstance(made.value, str | int | float):
            raise ValueError(f"{field}: value={made.value!r} is neither text nor a number")
        if not made.needs and made.value is None:
            raise ValueError(f"{field} says neither columns nor template nor value")
        if made.where is not None and made.where not in FIELDS[: FIELDS.index(field)]:
            raise ValueError(f"{field}: where={made.where!r} is not a column before it")
        rules.append(made)
    return tuple(rules)


def _only(given: dict[str, Any], known: set[str], where: str, what: str) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise FileError(
            f"{where}: {', '.join(unknown)} not known; {what} are {', '.join(sorted(known))}."
        )
