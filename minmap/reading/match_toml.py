"""A source's description as the text of a TOML file: what a match found, to keep and to change."""

from __future__ import annotations

from typing import Any, Final

import tomli_w

from minmap.reading.column_rule import Rule
from minmap.reading.joins import Join
from minmap.reading.source import Source

_TEXTS: Final = ("id", "title", "publisher", "vintage", "licence", "citation", "url")


def as_toml(source: Source) -> str:
    """Return a description as the text of a TOML file, for ``read(path, source="mine.toml")``.

    Examples
    --------
    >>> from minmap.reading.source import catalogue
    >>> print(as_toml(catalogue()["pp1802"]).splitlines()[0])
    id = "pp1802"
    """
    data: dict[str, Any] = {name: getattr(source, name) for name in _TEXTS}
    data |= {
        "records": source.records,
        "recognise": list(source.recognise),
        "forms": list(source.forms),
        "tables": list(source.tables),
        "missing": sorted(source.missing),
        "coordinates": {
            "crs": source.crs,
            "columns": [list(names) for names in source.coordinates],
        },
        "key": {"column": source.key, "content": [list(names) for names in source.content]},
        "joins": [_join(join) for join in source.joins],
        "fields": {name: [_rule(rule) for rule in rules] for name, rules in source.fields.items()},
    }
    if source.continuation is not None:
        same = list(source.continuation.same)
        data["continuation"] = {"without": source.continuation.without, "same": same}
    return tomli_w.dumps(_stated(data))


def _join(join: Join) -> dict[str, Any]:
    written = {
        "table": join.table,
        "key": [join.key, join.key_there],
        "by": join.by,
        "value": join.value,
        "into": join.into,
        "where": {column: list(texts) for column, texts in join.where.items()},
        "order": join.order,
    }
    return _stated(written)


def _rule(rule: Rule) -> dict[str, Any]:
    written = {
        "columns": list(rule.columns),
        "scheme": None if rule.scheme == Rule().scheme else rule.scheme,
        "template": rule.template,
        "value": rule.value,
        "where": rule.where,
    }
    # A table of meanings without any is not the same as none.
    meanings = {} if rule.meanings is None else {"values": dict(rule.meanings)}
    return _stated(written) | meanings


def _stated(table: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing."""
    cleaned = {
        name: _stated(value) if isinstance(value, dict) else value for name, value in table.items()
    }
    return {name: value for name, value in cleaned.items() if value not in (None, "", [], {})}
