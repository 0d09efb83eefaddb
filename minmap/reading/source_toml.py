"""Descriptions of sources as TOML: read with checks, and written."""

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any, Final, NamedTuple

import tomli_w

from minmap.coordinates.reference_systems import crs_name
from minmap.errors import FileError, MinmapError
from minmap.files.toml_text import parsed_toml
from minmap.reading.source import FIELDS, OTHERWISE, Continuation, FieldRule, Join, Source
from minmap.reading.stated_accuracy import FIELD, IN_KM, WITH_UNIT
from minmap.reading.stated_places import ADDRESS
from minmap.vocabulary.commodity_texts import CASED

_TEXTS: Final = ("title", "publisher", "vintage", "licence", "citation", "url")
_SCHEME: Final = FieldRule().scheme
_SCHEMES: Final = {"country": ("fips",), "admin1": (ADDRESS,), FIELD: (IN_KM, WITH_UNIT)}


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
        return _source(parsed_toml(text, where))
    except FileError:
        raise
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
        "coordinates": {
            "crs": source.crs,
            "columns": source.coordinates,
            "parts": source.parts,
            "sides": source.sides,
            "longitude_first": source.longitude_first or None,
            "scatter_m": _plain_scatter(source.scatter_m),
            "scatter_evidence": source.scatter_evidence,
        },
        "key": {"column": source.key, "content": source.content},
        "fields": source.fields,
    }
    # A column without a unit is not an empty entry.
    numbers = {"numbers": dict(source.numbers)} if source.numbers else {}
    return tomli_w.dumps(_plain(data) | numbers)


def _plain_scatter(scatter_m: Mapping[str, float]) -> Any:
    return scatter_m[OTHERWISE] if scatter_m.keys() == {OTHERWISE} else scatter_m


def _plain(value: Any) -> Any:
    """Return a value as TOML has it, without empty and default entries."""
    if isinstance(value, FieldRule):
        # A text that means nothing is not an empty entry.
        values = {} if value.meanings is None else {"values": dict(value.meanings)}
        return _plain({**vars(value), "meanings": None}) | values
    if isinstance(value, Join | Continuation):
        value = vars(value)
    if isinstance(value, Mapping):
        plain = {name: _plain(entry) for name, entry in value.items()}
        return {
            name: entry
            for name, entry in plain.items()
            if entry not in (None, "", [], {}) and (name, entry) != ("scheme", _SCHEME)
        }
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value


class _Kind(NamedTuple):
    """What a key may have, in words and as a check."""

    words: str
    fits: Callable[[Any], bool]
    required: bool = False


def _is_name(given: Any) -> bool:
    return isinstance(given, str) and given.strip() != ""


def _is_key(given: Any) -> bool:
    return _is_name(given) or (_is_texts(given) and len(given) == 2 and all(map(str.strip, given)))


def _is_texts(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(text, str) for text in given)


def _is_pairs(given: Any) -> bool:
    return isinstance(given, list) and all(_is_texts(p) and len(p) in {1, 2} for p in given)


def _is_texts_by_name(given: Any) -> bool:
    return isinstance(given, dict) and all(map(_is_texts, given.values()))


def _is_text_by_name(given: Any) -> bool:
    return isinstance(given, dict) and all(isinstance(text, str) for text in given.values())


def _is_names_by_name(given: Any) -> bool:
    return isinstance(given, dict) and all(map(_is_name, given.values()))


def _is_text_or_number(given: Any) -> bool:
    # TOML's integers have 64 bits, but Python reads longer ones.
    is_whole = isinstance(given, int) and -(2**63) <= given < 2**63
    return is_whole or isinstance(given, str | float)


def _is_lengths(given: Any) -> bool:
    lengths = given.values() if isinstance(given, dict) else [given]
    return all(isinstance(one, int | float) and 0 < one < float("inf") for one in lengths)


def _is_template(given: Any) -> bool:
    try:
        fields = list(Formatter().parse(given))
    except (TypeError, ValueError):
        return False
    return all(name != "" and not spec and not how for _, name, spec, how in fields)


def _one_of(*choices: str) -> _Kind:
    return _Kind(f"one of {', '.join(choices)}", lambda given: given in choices)


_ANYTHING: Final = _Kind("", lambda _: True)
_NAME: Final = _Kind('a name, such as "site"', _is_name)
_REQUIRED_NAME: Final = _NAME._replace(required=True)
_NAMES: Final = _Kind('a list of texts, such as ["site"]', _is_texts)
_PAIRS: Final = _Kind(
    'a list such as [["x", "y"]], or [["latlon"]] for a column with both', _is_pairs
)
_LENGTHS: Final = _Kind("a number of metres above 0, or one for each country", _is_lengths)
_LISTS: Final = _Kind("a list of lists of columns", lambda given: isinstance(given, list))
_SECTIONS: Final = {
    "coordinates": {
        "crs": _ANYTHING,
        "columns": _PAIRS,
        "parts": _Kind('a table such as {lat_deg = ["lat_min"]}', _is_texts_by_name),
        "sides": _Kind('a table such as {lat = "n_or_s"}', _is_names_by_name),
        "longitude_first": _Kind("true or false", lambda given: isinstance(given, bool)),
        "scatter_m": _LENGTHS,
        "scatter_evidence": _NAME,
    },
    "key": {"column": _NAME, "content": _LISTS},
    "continuation": {"without": _REQUIRED_NAME, "same": _NAMES},
    "fields": dict.fromkeys(FIELDS, _ANYTHING),
}
_SOURCE: Final = {
    **dict.fromkeys(("id", *_TEXTS, *_SECTIONS, "joins"), _ANYTHING),
    "numbers": _Kind(
        'a table of column = unit, such as {grade = "g/t"}, with "" for a number without a unit',
        _is_text_by_name,
    ),
    **dict.fromkeys(("recognise", "forms", "tables", "missing"), _NAMES),
    "records": _Kind("a number of records", lambda given: isinstance(given, int) and given >= 0),
}
_JOIN: Final = {
    "by": _one_of("text", "citation"),
    "where": _Kind("a table of column = [texts]", _is_texts_by_name),
    "table": _REQUIRED_NAME,
    "key": _Kind('a name, such as "site", or a list of two', _is_key, required=True),
    **dict.fromkeys(("value", "into"), _REQUIRED_NAME),
    "order": _NAME,
}
_RULE: Final = {
    "columns": _NAMES,
    "values": _Kind("a table of text = code", lambda given: isinstance(given, dict)),
    "template": _Kind("text with only column names in braces", _is_template),
    "value": _Kind("text or a number", _is_text_or_number),
    "without": _NAMES,
}


def _scatter(given: float | dict[str, float]) -> dict[str, float]:
    return given if isinstance(given, dict) else {OTHERWISE: given}


def _source(data: dict[str, Any]) -> Source:
    given = _entries(data, "keys", "", _SOURCE)
    given |= {name: str(given[name]) for name in ("id", *_TEXTS) if name in given}
    if not re.fullmatch(r"[\w.-]+", given.get("id", "")):
        raise DescriptionError('has no id of one word; add a line such as id = "my_survey"')
    sections = {
        name: _section(given[name], name, kinds)
        for name, kinds in _SECTIONS.items()
        if given.get(name)
    }
    coordinates, key = sections.get("coordinates", {}), sections.get("key", {})
    content = [_checked(names, "[key] content", _NAMES) for names in key.get("content", [])]
    fields = sections.get("fields", {}).items()
    continuation = _frozen(sections.get("continuation"))
    parts = {
        "joins": _joins(given.get("joins", [])),
        "continuation": Continuation(**continuation) if continuation else None,
        "missing": frozenset(map(str.casefold, given.get("missing", []))),
        "crs": crs_name(coordinates.get("crs", "EPSG:4326")),
        "coordinates": coordinates.get("columns", []),
        "parts": coordinates.get("parts", {}),
        "sides": coordinates.get("sides", {}),
        "longitude_first": coordinates.get("longitude_first", False),
        "scatter_m": _scatter(coordinates.get("scatter_m", {})),
        "scatter_evidence": coordinates.get("scatter_evidence", ""),
        "key": key.get("column"),
        "content": content,
        # In the order of the table, so that `where` finds its column filled.
        "fields": {field: _rules(rules, field) for field, rules in fields if rules != []},
    }
    return Source(**_frozen(given | parts))


def _frozen(value: Any) -> Any:
    """Return a value with tuples instead of lists."""
    if isinstance(value, dict):
        return {name: _frozen(entry) for name, entry in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _entries(
    table: Mapping[str, Any], what: str, prefix: str, kinds: Mapping[str, _Kind]
) -> dict[str, Any]:
    """Return the given values of a table, in the order of `kinds`; refuse unknown keys."""
    unknown = sorted(set(table) - set(kinds))
    if unknown:
        raise DescriptionError(
            f"{', '.join(unknown)} not known; {what} are {', '.join(sorted(kinds))}"
        )
    return {
        key: _checked(table.get(key), f"{prefix}{key}", kind)
        for key, kind in kinds.items()
        if key in table or kind.required
    }


def _checked(given: Any, name: str, kind: _Kind) -> Any:
    if not kind.fits(given):
        raise DescriptionError(f"{name}={given!r} is not {kind.words}")
    return given


def _section(given: Any, name: str, kinds: Mapping[str, _Kind]) -> dict[str, Any]:
    """Return the values of the table ``[name]``."""
    if not isinstance(given, dict):
        raise DescriptionError(f"{name} must be a table, written [{name}]")
    return _entries(given, f"keys of [{name}]", f"[{name}] ", kinds)


def _joins(given: Any) -> list[Join]:
    if not isinstance(given, list) or not all(isinstance(join, dict) for join in given):
        raise DescriptionError("joins must be a list of tables, each written [[joins]]")
    return [_join(_entries(join, "keys of [[joins]]", "[[joins]] ", _JOIN)) for join in given]


def _join(given: dict[str, Any]) -> Join:
    key, where = given["key"], given.get("where", {}).items()
    given["key"] = [key, key] if isinstance(key, str) else key
    given["where"] = {column: [*map(str.casefold, texts)] for column, texts in where}
    return Join(**_frozen(given))


def _rules(given: Any, field: str) -> list[FieldRule]:
    """Return the rules of a column from one rule or a list of them."""
    return [_rule(rule, field) for rule in (given if isinstance(given, list) else [given])]


def _rule(given: Any, field: str) -> FieldRule:
    # name = "site" is short for name = { columns = ["site"] }.
    table = {"columns": [given]} if isinstance(given, str) else given
    if not isinstance(table, dict):
        raise DescriptionError(f"{field}: {given!r} is neither a column name nor a table")
    kinds = _RULE | {
        "scheme": _one_of(_SCHEME, *_SCHEMES.get(field, (CASED, "mrds"))),
        "where": _one_of(*FIELDS[: FIELDS.index(field)]),
    }
    entries = _entries(table, f"keys of {field}", f"{field}: ", kinds)
    if "values" in entries:
        meanings = entries.pop("values").items()
        entries["meanings"] = {text.casefold(): str(code) for text, code in meanings}
    rule = FieldRule(**_frozen(entries))
    if not rule.needs and rule.value is None:
        raise DescriptionError(f"{field} has neither columns nor template nor value")
    return rule
