"""Columns of the occurrence table, filled from a source's columns by its rules."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.coordinates.column import to_arrow
from minmap.files.cells import (
    Cells,
    blanks_missing,
    coalesce,
    constant,
    from_template,
    no_text,
    text,
)
from minmap.reading import stated_accuracy as accuracy
from minmap.reading.own_words import NO_OWN_WORDS, OwnWords, is_own, table_of
from minmap.reading.source import OTHERWISE, FieldRule
from minmap.reading.stated_places import ADDRESS, states_of_addresses
from minmap.table import COLUMNS, VOCABULARIES
from minmap.types import TEXT, Booleans
from minmap.vocabulary.coded_texts import CodedTexts
from minmap.vocabulary.commodity_texts import commodity_reader, group_reader
from minmap.vocabulary.lookup import term_reader
from minmap.vocabulary.spelling import Parsed

_COMMODITIES: Final = ("commodities", "minor_commodities")
_NUMBERS: Final = {column.name for column in COLUMNS if column.dtype in {"Int64", "Float64"}}
_ENOUGH: Final = 0.9
"""Share of the texts of two letters that are codes of countries if a column has such codes."""
_EVERY_I: Final = "iIıİ"
_OF_TWO: Final = "SA"
"""Code of Saudi Arabia, with which tables abbreviate South Africa too."""


@dataclass
class Filled:
    """A column of the occurrence table, which rules fill one after the other.

    Attributes
    ----------
    column
        The column.
    coded
        The same by its different texts, if its texts are parsed.
    qualifiers
        Qualifiers of the commodities in the column.
    unknown
        Number of rows by text, for texts outside the vocabulary and texts that should be numbers.
    """

    column: pd.Series
    coded: CodedTexts | None = None
    qualifiers: CodedTexts | None = None
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
    is_parsed = name in {*VOCABULARIES, *_COMMODITIES} or any(r.meanings is not None for r in rules)
    if is_parsed:
        return _parsed(cells, name, rules, columns, own.get(table_of(name) or "", {}))
    dtype = "Float64" if name in _NUMBERS else TEXT
    filled = Filled(pd.Series(index=cells.index, dtype=dtype))
    for rule in rules:
        missing = filled.column.isna().to_numpy()
        wanted = missing & _may_fill(rule, columns)
        texts = _texts(cells, name, rule) if wanted.any() else None
        if texts is None:
            continue
        values = texts if wanted.all() else texts.where(wanted)
        if rule.without:
            values = _left_out(values, rule.without)
        if rule.scheme == ADDRESS:
            stated = columns["country"].column if "country" in columns else no_text(cells.index)
            values = states_of_addresses(values, stated)
        if name in _NUMBERS:
            values = _numbers(values, name, rule, filled)
        # The fastest way to fill all rows.
        filled.column = values if missing.all() else coalesce(filled.column, values)
    return filled


def _may_fill(rule: FieldRule, columns: Mapping[str, Filled]) -> Booleans | bool:
    """Return which rows a rule may fill."""
    if rule.where is None:
        return True
    if rule.where not in columns:
        return False
    return np.asarray(columns[rule.where].column.notna())


def _numbers(texts: pd.Series, name: str, rule: FieldRule, filled: Filled) -> pd.Series:
    """Return the numbers of texts; count texts that are none."""
    if name == accuracy.FIELD and rule.value is None:
        values, unknown = accuracy.lengths_m(texts, rule.scheme)
        filled.unknown.update(unknown)
        return values
    values = pd.to_numeric(texts, errors="coerce").astype("Float64")
    filled.unknown.update(texts[values.isna() & texts.notna()].tolist())
    return values


def _parsed(
    cells: Cells,
    name: str,
    rules: tuple[FieldRule, ...],
    columns: Mapping[str, Filled],
    own: Mapping[str, str],
) -> Filled:
    """Fill a column whose texts are parsed, each different text once."""
    nothing = CodedTexts.nothing(len(cells))
    filled, found = Filled(no_text(cells.index), qualifiers=nothing), nothing
    for rule in rules:
        wanted = found.is_missing & _may_fill(rule, columns)
        texts = _coded(cells, name, rule) if wanted.any() else None
        if texts is not None:
            found = found.or_else(_values(texts.where(wanted), name, rule, filled, own))
    filled.coded, filled.column = found, found.column(cells.index)
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


def _coded(cells: Cells, name: str, rule: FieldRule) -> CodedTexts | None:
    """Return the texts that a rule reads, by different ones; None if its columns are missing."""
    if rule.value is not None or rule.template is not None:
        given = _texts(cells, name, rule)
        return None if given is None else CodedTexts.of(given)
    found = [texts for name in rule.needs if (texts := cells.coded(name)) is not None]
    return reduce(CodedTexts.joined, found) if found else None


def _left_out(texts: pd.Series, parts: tuple[str, ...]) -> pd.Series:
    """Return texts without these parts between commas or semicolons; missing if none is left."""
    either = "|".join(map(re.escape, parts))
    pattern = re.compile(rf"(?i)(^|[,;])\s*(?:{either})\s*(?=[,;]|$)")
    array = to_arrow(texts)
    # Few texts have a part. Arrow, unlike Python, distinguishes the Turkish letters from "i".
    likely = re.sub(f"[{_EVERY_I}]", f"[{_EVERY_I}]", either)
    has_part = pc.match_substring_regex(array, likely, ignore_case=True)
    has_part = has_part.fill_null(fill_value=False)
    without = [pattern.sub("", given) for given in array.filter(has_part).to_pylist()]
    array = pc.replace_with_mask(array, has_part, pa.array(without, array.type))
    return text(blanks_missing(pc.utf8_ltrim(array, " ,;")), texts.index)


def _values(
    texts: CodedTexts, name: str, rule: FieldRule, filled: Filled, own: Mapping[str, str]
) -> CodedTexts:
    """Return the meanings of texts; count those without one, and keep qualifiers."""
    if rule.meanings is not None:
        texts, unknown = _meant(texts, rule.meanings, is_own(name, own))
        filled.unknown.update(unknown)
    if name in _COMMODITIES:
        read = cache(commodity_reader(rule.scheme, own, among=texts.texts))
        qualifiers, _ = texts.translate(lambda text: read(text).qualified(), separator="; ")
        if filled.qualifiers is not None:
            filled.qualifiers = filled.qualifiers.or_else(qualifiers)
        values, unknown = texts.translate(lambda text: read(text).codes())
    elif name == "country" and rule.scheme == FieldRule().scheme:
        values, unknown = _countries(texts, own)
    elif name in VOCABULARIES:
        vocabulary = rule.scheme if name == "country" else VOCABULARIES[name]
        values, unknown = texts.translate(term_reader(vocabulary, own))
    else:
        return texts
    filled.unknown.update(unknown)
    return values


def _countries(texts: CodedTexts, own: Mapping[str, str]) -> tuple[CodedTexts, dict[str, int]]:
    """Return the countries of texts, and the number of rows of each unknown text.

    Codes of two letters count if nearly all texts of two letters are codes: "CA" is Canada beside
    "KZ" and a state beside "NV". So it is with SA, which is also usual for South Africa: it is
    Saudi Arabia beside other codes only.
    """
    values, unknown = texts.translate(term_reader("countries", own))
    short = {text: count for text, count in unknown.items() if len(text) == 2 and text.isupper()}
    if not short.keys() - {_OF_TWO}:
        return values, unknown
    those = texts.that(lambda text: text.strip() in short)
    codes, unmatched = those.translate(term_reader("alpha2", {}))
    if sum(unmatched.values()) > (1 - _ENOUGH) * sum(short.values()):
        return values, unknown
    found = {text for text in short if text not in unmatched}
    left = {text: count for text, count in unknown.items() if text not in found}
    return values.or_else(codes), left


def _meant(
    texts: CodedTexts, meanings: Mapping[str, str], has_own: Callable[[str], bool]
) -> tuple[CodedTexts, dict[str, int]]:
    """Return the meanings of texts, and the number of rows of each text without one.

    Texts that are the user's own words stay.
    """

    def parse(text: str) -> Parsed:
        if has_own(text):
            return (text,), ()
        meaning = meanings.get(text.casefold(), meanings.get(OTHERWISE))
        return ((), (text,)) if meaning is None else ((meaning,), ())

    return texts.translate(parse)


def derived_columns(columns: Mapping[str, Filled], index: pd.Index) -> dict[str, pd.Series]:
    """Return the columns that follow from the commodities.

    ``commodity_qualifiers`` joins the qualifiers of main and minor commodities.
    ``commodity_group`` is the group of the first main commodity, or of the first minor one if a
    record has no main commodity.
    """
    given = [columns[name] for name in _COMMODITIES if name in columns]
    if not given:
        return {}
    qualifiers = reduce(CodedTexts.joined, [each.qualifiers for each in given if each.qualifiers])
    codes = reduce(CodedTexts.or_else, [each.coded for each in given if each.coded])
    return {
        "commodity_qualifiers": qualifiers.column(index),
        "commodity_group": codes.translate(group_reader())[0].column(index),
    }
