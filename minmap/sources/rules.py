"""Columns of the occurrence table, filled from a source's columns by its rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from minmap.files.cells import Cells, coalesce, constant, from_template, no_text
from minmap.model import COLUMNS
from minmap.sources.source import Rule
from minmap.vocab import group_of, parse_commodities, parse_terms
from minmap.vocab.terms import translate

_VOCABULARIES: Final = {
    "country": "countries",
    "status": "status",
    "site_type": "site_types",
    "deposit_type": "deposit_types",
}
_COMMODITIES: Final = ("commodities", "minor_commodities")

_NUMBERS: Final = {column.name for column in COLUMNS if column.dtype in {"Int64", "Float64"}}

Filled = tuple[pd.Series, dict[str, int]]
"""A column, and the words that fit no vocabulary with the number of rows that hold each."""


def fill(
    cells: Cells, field: str, rules: tuple[Rule, ...], filled: Mapping[str, pd.Series]
) -> Filled:
    """Fill a column by its rules, each where those before it gave nothing."""
    result: pd.Series | None = None
    unknown: dict[str, int] = {}
    for rule in rules:
        if result is not None and not result.isna().any():
            break
        answer = _apply(cells, field, rule, filled, None if result is None else result.isna())
        if answer is None:
            continue
        values, words = answer
        result = values if result is None else coalesce(result, values)
        unknown = {word: unknown.get(word, 0) + words.get(word, 0) for word in unknown | words}
    if result is None:
        result = no_text(cells.index)
    return result, unknown


def _apply(
    cells: Cells,
    field: str,
    rule: Rule,
    filled: Mapping[str, pd.Series],
    wanted: pd.Series | None,
) -> Filled | None:
    values = _texts(cells, rule)
    if values is None:
        return None
    if wanted is not None:
        values = values.where(wanted)
    if rule.where is not None:
        other = filled.get(rule.where, no_text(cells.index))
        values = values.where(other.notna())
    unknown: dict[str, int] = {}
    if rule.meanings is not None:
        values, unknown = _by_meanings(values, rule.meanings)
    if field in _COMMODITIES:
        values, words = parse_commodities(values, scheme=rule.scheme)
        return values, unknown | words
    if field in _VOCABULARIES:
        values, words = parse_terms(values, _VOCABULARIES[field])
        return values, unknown | words
    if field in _NUMBERS:
        return _as_numbers(values)
    return values, unknown


def _as_numbers(values: pd.Series) -> Filled:
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    wrong = values[numbers.isna() & values.notna()]
    return numbers, {str(word): int(count) for word, count in wrong.value_counts().items()}


def _texts(cells: Cells, rule: Rule) -> pd.Series | None:
    """Return what a rule takes from the table, or None if its columns are not there."""
    if rule.value is not None:
        return constant(rule.value, cells.index)
    found = {name: text for name in rule.needs if (text := cells.column(name)) is not None}
    if rule.template is not None:
        complete = len(found) == len(set(rule.needs))
        return from_template(rule.template, found, cells.index) if complete else None
    return _join(list(found.values())) if found else None


def _join(texts: list[pd.Series]) -> pd.Series:
    joined = texts[0]
    for text in texts[1:]:
        both = from_template("{a}; {b}", {"a": joined, "b": text}, text.index)
        joined = coalesce(coalesce(both, joined), text)
    return joined


def _by_meanings(values: pd.Series, meanings: Mapping[str, str]) -> Filled:
    def parse(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        code = meanings.get(text.casefold(), meanings.get("*"))
        if code is None:
            return (), (text,)
        return ((code,) if code else ()), ()

    return translate(values, parse)


def group(columns: Mapping[str, pd.Series]) -> pd.Series | None:
    """Return the group of each record's main commodity, None if the source has no commodities."""
    main, minor = (columns.get(name) for name in _COMMODITIES)
    if main is None:
        return None
    return group_of(main if minor is None else coalesce(main, minor))
