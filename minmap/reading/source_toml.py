"""Descriptions of sources as TOML: read with checks, and written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from string import Formatter
from types import MappingProxyType
from typing import Any, Final

import tomli_w

from minmap.coordinates import crs_name
from minmap.errors import FileError, MinmapError
from minmap.reading.source import FIELDS, Continuation, FieldRule, Join, Source

_TEXTS: Final = ("title", "publisher", "vintage", "licence", "citation", "url")
_COMMODITY_SCHEMES: Final = ("names", "mrds")
_COUNTRY_SCHEMES: Final = ("names", "fips")
_JOIN_BY: Final = ("text", "citation")

Check = Callable[[Any, str], Any]
"""Takes a value and its place in the file; returns the value as a Source has it."""


class DescriptionError(MinmapError, ValueError):
    """A fault in a source description; `parse_source` adds the name of the file."""


def parse_source(text: str, where: str) -> Source:
    """Return the source that a TOML file describes.

    Parameters
    ----------
    text
        Content of the file.
    where
        Name of the file, for messages.

    Raises
    ------
    FileError
        If it is not TOML or does not describe a source; the message names the line or the key.
    """
    try:
        return _source(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileError(f"{where} is not a TOML file: {error}.") from error
    except MinmapError as error:
        raise FileError(
            f"{where} does not describe a source: {str(error).rstrip('.')}; "
            "form: minmap/reading/mrds.toml."
        ) from error


def as_toml(source: Source) -> str:
    """Return a description as the text of a TOML file, for ``read(path, source="mine.toml")``.

    Examples
    --------
    >>> from minmap.reading.known_sources import catalogue
    >>> print(as_toml(catalogue()["pp1802"]).splitlines()[0])
    id = "pp1802"
    """
    names = ("id", *_TEXTS, "records", "recognise", "forms", "tables", "joins", "continuation")
    data = {name: getattr(source, name) for name in names}
    data |= {
        "missing": sorted(source.missing),
        "coordinates": {"crs": source.crs, "columns": source.coordinates},
        "key": {"column": source.key, "content": source.content},
        "fields": source.fields,
    }
    return tomli_w.dumps(_filled(data))


def _table(item: FieldRule | Join | Continuation) -> dict[str, Any]:
    """Return the TOML table of a part of a source."""
    table = _filled(vars(item))
    if isinstance(item, Join):
        table["key"] = [item.key, table.pop("key_there")]
    if isinstance(item, FieldRule):
        # An empty table of meanings differs from none.
        table.pop("meanings", None)
        table |= {} if item.meanings is None else {"values": dict(item.meanings)}
        if item.scheme == FieldRule().scheme:
            del table["scheme"]
    return table


def _filled(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a TOML table without empty entries."""
    cleaned = {name: _plain(value) for name, value in table.items()}
    return {name: value for name, value in cleaned.items() if value not in (None, "", [], {})}


def _plain(value: Any) -> Any:
    """Return a value as TOML has it."""
    if isinstance(value, FieldRule | Join | Continuation):
        return _table(value)
    if isinstance(value, Mapping):
        return _filled(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _source(data: dict[str, Any]) -> Source:
    checks: dict[str, Check] = {
        "id": _word,
        **dict.fromkeys(_TEXTS, lambda given, _: "" if given is None else str(given)),
        "records": _count,
        **dict.fromkeys(("recognise", "forms", "tables", "missing"), _names),
        "coordinates": _section(crs=_crs, columns=_pairs),
        "key": _section(column=_optional_name, content=_lists),
        "continuation": _continuation,
        "joins": _joins,
        "fields": _section(**dict.fromkeys(FIELDS, _rules)),
    }
    given = _entries(data, "keys", "", checks)
    coordinates, key, rules = (given.pop(name) for name in ("coordinates", "key", "fields"))
    given["missing"] = frozenset(text.casefold() for text in given["missing"])
    return Source(
        **given,
        crs=coordinates["crs"],
        coordinates=coordinates["columns"],
        key=key["column"],
        content=key["content"],
        # In the order of the table, so that `where` finds its column filled.
        fields=MappingProxyType({name: rule for name, rule in rules.items() if rule}),
    )


def _entries(
    table: Mapping[str, Any], what: str, prefix: str, checks: Mapping[str, Check]
) -> dict[str, Any]:
    """Return the values of a table as their checks return them; refuse keys without a check."""
    unknown = sorted(set(table) - set(checks))
    if unknown:
        raise DescriptionError(
            f"{', '.join(unknown)} not known; {what} are {', '.join(sorted(checks))}"
        )
    return {key: check(table.get(key), f"{prefix}{key}") for key, check in checks.items()}


def _section(**checks: Check) -> Check:
    """Return the check of a table ``[name]``."""

    def check(given: Any, name: str) -> dict[str, Any]:
        if not isinstance(given, dict | None):
            raise DescriptionError(f"{name} must be a table, written [{name}]")
        return _entries(given or {}, f"keys of [{name}]", f"[{name}] ", checks)

    return check


def _expect(given: Any, what: str, kind: str, *, fits: bool) -> None:
    if not fits:
        raise DescriptionError(f"{what}={given!r} is not {kind}")


def _word(given: Any, what: str) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"[\w.-]+", given):
        raise DescriptionError(f'has no {what} of one word; add a line such as id = "my_survey"')
    return given


def _count(given: Any, what: str) -> int | None:
    fits = given is None or (isinstance(given, int) and given >= 0)
    _expect(given, what, "a number of records", fits=fits)
    return given  # type: ignore[no-any-return]


def _crs(given: Any, _: str) -> str:
    return crs_name("EPSG:4326" if given is None else given)


def _name(given: Any, what: str) -> str:
    _expect(
        given, what, 'a name, such as "site"', fits=isinstance(given, str) and given.strip() != ""
    )
    return str(given)


def _optional_name(given: Any, what: str) -> str | None:
    return None if given is None else _name(given, what)


def _names(given: Any, what: str) -> tuple[str, ...]:
    names = [] if given is None else given
    fits = isinstance(names, list) and all(isinstance(name, str) for name in names)
    _expect(given, what, 'a list of texts, such as ["site"]', fits=fits)
    return tuple(names)


def _lists(given: Any, what: str) -> tuple[tuple[str, ...], ...]:
    _expect(given, what, "a list of lists of columns", fits=isinstance(given, list | None))
    return tuple(_names(names, what) for names in given or [])


def _pairs(given: Any, what: str) -> tuple[tuple[str, ...], ...]:
    """Check the columns of coordinates: pairs of names, or single names of columns with both."""
    pairs = [] if given is None else given
    fits = isinstance(pairs, list) and all(
        isinstance(pair, list) and len(pair) in {1, 2} and all(isinstance(n, str) for n in pair)
        for pair in pairs
    )
    like = '[["x", "y"]], or [["latlon"]] for a column with both'
    _expect(given, what, f"a list such as {like}", fits=fits)
    return tuple(map(tuple, pairs))


def _continuation(given: Any, what: str) -> Continuation | None:
    if given in (None, {}):
        return None
    return Continuation(**_section(without=_name, same=_names)(given, what))


def _joins(given: Any, what: str) -> tuple[Join, ...]:
    joins = [] if given is None else given
    if not isinstance(joins, list) or not all(isinstance(join, dict) for join in joins):
        raise DescriptionError(f"{what} must be a list of tables, each written [[{what}]]")
    return tuple(_join(join) for join in joins)


def _join(given: dict[str, Any]) -> Join:
    checks: dict[str, Check] = {
        "by": _one_of(_JOIN_BY),
        "where": _texts_of_columns,
        "table": _name,
        "key": lambda names, what: [*map(_name, _pair(names), (what, what))],
        **dict.fromkeys(("value", "into"), _name),
        "order": _optional_name,
    }
    join = _entries(given, "keys of [[joins]]", "[[joins]] ", checks)
    join["key"], join["key_there"] = join["key"]
    return Join(**join)


def _pair(given: Any) -> list[Any]:
    """Return a list of two names; repeat a single name."""
    return given if isinstance(given, list) and len(given) == 2 else [given, given]


def _texts_of_columns(given: Any, what: str) -> Mapping[str, tuple[str, ...]]:
    _expect(given, what, "a table of column = [texts]", fits=isinstance(given, dict | None))
    texts = {column: _names(texts, f"{what} {column}") for column, texts in (given or {}).items()}
    return MappingProxyType({c: tuple(t.casefold() for t in texts[c]) for c in texts})


def _one_of(choices: tuple[str, ...]) -> Check:
    """Return the check of a text that is one of `choices`; the first if it is left out."""

    def check(given: Any, what: str) -> str:
        _expect(given, what, f"one of {', '.join(choices)}", fits=given is None or given in choices)
        return choices[0] if given is None else str(given)

    return check


def _optional_one_of(choices: tuple[str, ...]) -> Check:
    return lambda given, what: None if given is None else _one_of(choices)(given, what)


def _rules(given: Any, what: str) -> tuple[FieldRule, ...]:
    """Check the rules of a column: one, or a list of them."""
    rules = given if isinstance(given, list) else [] if given is None else [given]
    return tuple(_rule(rule, what.removeprefix("[fields] ")) for rule in rules)


def _rule(given: Any, field: str) -> FieldRule:
    # name = "site" is short for name = { columns = ["site"] }.
    table = {"columns": [given]} if isinstance(given, str) else given
    if not isinstance(table, dict):
        raise DescriptionError(f"{field}: {given!r} is neither a column name nor a table")
    checks: dict[str, Check] = {
        "columns": _names,
        "scheme": _one_of(_COUNTRY_SCHEMES if field == "country" else _COMMODITY_SCHEMES),
        "values": _meanings,
        "template": _template,
        "value": _value,
        "where": _optional_one_of(FIELDS[: FIELDS.index(field)]),
    }
    entries = _entries(table, f"keys of {field}", f"{field}: ", checks)
    rule = FieldRule(meanings=entries.pop("values"), **entries)
    if not rule.needs and rule.value is None:
        raise DescriptionError(f"{field} has neither columns nor template nor value")
    return rule


def _value(given: Any, what: str) -> str | int | float | None:
    _expect(given, what, "text or a number", fits=isinstance(given, str | int | float | None))
    return given  # type: ignore[no-any-return]


def _meanings(given: Any, what: str) -> Mapping[str, str] | None:
    if given is None:
        return None
    _expect(given, what, "a table of text = code", fits=isinstance(given, dict))
    return MappingProxyType({text.casefold(): str(code) for text, code in given.items()})


def _template(given: Any, what: str) -> str | None:
    if given is None:
        return None
    _expect(given, what, "text", fits=isinstance(given, str))
    try:
        fields = list(Formatter().parse(given))
    except ValueError as error:
        raise DescriptionError(f"{what}={given!r} is broken: {error}") from error
    plain = all(name != "" and not spec and not how for _, name, spec, how in fields)
    _expect(given, what, "a template with only column names in braces", fits=plain)
    return str(given)
