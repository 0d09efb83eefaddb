"""Columns of the occurrence table, filled from a source's columns by its rules."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Final

import pandas as pd

from minmap.files.cells import Cells, coalesce, constant, from_template, no_text
from minmap.reading.own_words import NO_OWN_WORDS, OwnWords, is_own, table_of
from minmap.reading.source import FieldRule
from minmap.table import COLUMNS, VOCABULARIES
from minmap.types import TEXT
from minmap.vocabulary import group_of, parse_commodities, parse_qualifiers, parse_terms
from minmap.vocabulary.spelling import Parsed, translate

_COMMODITIES: Final = ("commodities", "minor_commodities")
_NUMBERS: Final = {column.name for column in COLUMNS if column.dtype in {"Int64", "Float64"}}
_OTHERWISE: Final = "*"
_ENOUGH: Final = 0.9
"""Share of the texts of two letters that are codes of countries if a column has such codes."""


@dataclass
class Filled:
    """A column of the occurrence table, which rules fill one after the other.

    Attributes
    ----------
    column
        The column.
    qualifiers
        Qualifiers of the commodities in the column.
    unknown
        Number of rows by text, for texts outside the vocabulary and texts that should be numbers.
    """

    column: pd.Series
    qualifiers: pd.Series
    unknown: Counter[str] = field(default_factory=Counter)


def without_sentinels(cells: Cells, sentinels: frozenset[str]) -> Cells:
    """Return cells in which lower-case texts that mean missing, such as "-9999", are missing."""
    if not sentinels:
        return cells
    cleaned = {
        name: text.mask(text.str.lower().isin(sentinels))
        for name in cells.frame.columns
        if (text := cells.column(str(name))) is not None
    }
    return replace(cells, frame=pd.DataFrame(cleaned, index=cells.index))


def fill(
    cells: Cells,
    name: str,
    rules: tuple[FieldRule, ...],
    columns: Mapping[str, Filled],
    *,
    own: OwnWords = NO_OWN_WORDS,
) -> Filled:
    """Fill a column by its rules; each rule fills only the rows left missing by earlier ones.

    Parameters
    ----------
    cells
        The source's columns.
    name
        Name of the column of the occurrence table.
    rules
        Its rules, the preferred first.
    columns
        Columns of the occurrence table filled before this one.
    own
        The user's own words, which come before all others.
    """
    words = own.get(table_of(name) or "", {})
    dtype = "Float64" if name in _NUMBERS else TEXT
    filled = Filled(pd.Series(index=cells.index, dtype=dtype), no_text(cells.index))
    for rule in rules:
        texts = _texts(cells, name, rule)
        wanted = filled.column.isna()
        is_first = wanted.all()
        if rule.where is not None:
            wanted &= columns[rule.where].column.notna() if rule.where in columns else False
        if texts is None or not wanted.any():
            continue
        texts = texts if wanted.all() else texts.where(wanted)
        values = _values(texts, name, rule, filled, words)
        # The fastest way to fill all rows.
        filled.column = values if is_first else coalesce(filled.column, values)
    return filled


def _texts(cells: Cells, name: str, rule: FieldRule) -> pd.Series | None:
    """Return the texts that a rule reads; None if its columns are missing."""
    if rule.value is not None:
        return constant(rule.value if name in _NUMBERS else str(rule.value), cells.index)
    found = {name: text for name in rule.needs if (text := cells.column(name)) is not None}
    if rule.template is not None:
        complete = found.keys() >= {*rule.needs}
        return from_template(rule.template, found, cells.index) if complete else None
    return reduce(_joined, found.values()) if found else None


def _joined(first: pd.Series, second: pd.Series) -> pd.Series:
    """Return two columns joined with "; ", or either alone where the other is missing."""
    return coalesce(coalesce(first + "; " + second, first), second)


def _values(
    texts: pd.Series, name: str, rule: FieldRule, filled: Filled, own: Mapping[str, str]
) -> pd.Series:
    """Return the meanings of texts; count those without one, and keep qualifiers."""
    if rule.meanings is not None:
        texts, unknown = _meant(texts, rule.meanings, is_own(name, own))
        filled.unknown.update(unknown)
    if name in _COMMODITIES:
        qualifiers = parse_qualifiers(texts, scheme=rule.scheme, own=own)
        filled.qualifiers = coalesce(filled.qualifiers, qualifiers)
        values, unknown = parse_commodities(texts, scheme=rule.scheme, own=own)
    elif name == "country" and rule.scheme == FieldRule().scheme:
        values, unknown = _countries(texts, own)
    elif name in VOCABULARIES:
        vocabulary = rule.scheme if name == "country" else VOCABULARIES[name]
        values, unknown = parse_terms(texts, vocabulary, own=own)
    elif name in _NUMBERS:
        values = pd.to_numeric(texts, errors="coerce").astype("Float64")
        unknown = Counter(texts[values.isna() & texts.notna()].tolist())
    else:
        return texts
    filled.unknown.update(unknown)
    return values


def _countries(texts: pd.Series, own: Mapping[str, str]) -> tuple[pd.Series, dict[str, int]]:
    """Return the countries of texts, and the number of rows of each unknown text.

    Codes of two letters count if nearly all texts of two letters are codes: "CA" is Canada beside
    "KZ" and a state beside "NV".
    """
    values, unknown = parse_terms(texts, "countries", own=own)
    short = {text: count for text, count in unknown.items() if len(text) == 2 and text.isupper()}
    if not short:
        return values, unknown
    codes, unmatched = parse_terms(texts.where(texts.str.strip().isin(short)), "alpha2")
    if sum(unmatched.values()) > (1 - _ENOUGH) * sum(short.values()):
        return values, unknown
    found = {text for text in short if text not in unmatched}
    left = {text: count for text, count in unknown.items() if text not in found}
    return coalesce(values, codes), left


def _meant(
    texts: pd.Series, meanings: Mapping[str, str], has_own: Callable[[str], bool]
) -> tuple[pd.Series, dict[str, int]]:
    """Return the meanings of texts, and the number of rows of each text without one.

    Texts that are the user's own words stay.
    """

    def parse(text: str) -> Parsed:
        if has_own(text):
            return (text,), ()
        meaning = meanings.get(text.casefold(), meanings.get(_OTHERWISE))
        return ((), (text,)) if meaning is None else ((meaning,), ())

    return translate(texts, parse)


def derived_columns(columns: Mapping[str, Filled]) -> dict[str, pd.Series]:
    """Return the columns that follow from the commodities.

    ``commodity_qualifiers`` joins the qualifiers of main and minor commodities.
    ``commodity_group`` is the group of the first main commodity, or of the first minor one if a
    record has no main commodity.
    """
    given = [columns[name] for name in _COMMODITIES if name in columns]
    if not given:
        return {}
    return {
        "commodity_qualifiers": reduce(_joined, [filled.qualifiers for filled in given]),
        "commodity_group": group_of(reduce(coalesce, [filled.column for filled in given])),
    }
