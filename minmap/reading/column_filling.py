"""Columns of the occurrence table, filled from a source's columns by its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.files.cells import coalesce, constant, from_template, no_text
from minmap.reading.column_rule import Rule
from minmap.reading.source_columns import Coded, View, coded, kept
from minmap.table import COLUMNS
from minmap.types import Booleans
from minmap.vocabulary import TEXT, group_of, parse_commodities, parse_qualifiers, parse_terms

_VOCABULARIES: Final = {
    "country": "countries",
    "status": "status",
    "site_type": "site_types",
    "deposit_type": "deposit_types",
}
_COMMODITIES: Final = ("commodities", "minor_commodities")
_WORDS: Final = {*_VOCABULARIES, *_COMMODITIES}
_NUMBERS: Final = {column.name for column in COLUMNS if column.dtype in {"Int64", "Float64"}}
_OTHERWISE: Final = "*"


@dataclass
class Filled:
    """A column as far as rules have filled it.

    Attributes
    ----------
    words
        The column where a vocabulary knows it; None as long as no rule applied.
    qualifiers
        What its commodities are qualified with, None where it has none.
    values
        The column where it is free text or numbers; None as long as no rule applied.
    unknown
        Words that fit no vocabulary, with the number of rows that hold each.
    """

    words: Coded | None = None
    qualifiers: Coded | None = None
    values: pd.Series | None = None
    unknown: dict[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> Booleans | None:
        """Rows still to be filled, None for all."""
        if self.words is not None:
            return self.words.missing
        return None if self.values is None else self.values.isna().to_numpy(dtype=bool)

    def series(self, index: pd.Index) -> pd.Series:
        """Return the column."""
        if self.words is not None:
            return self.words.series(index)
        return no_text(index) if self.values is None else self.values

    def add_words(self, words: Coded, qualifiers: Coded | None) -> None:
        """Fill with codes what is still missing."""
        self.words = words if self.words is None else self.words.otherwise(words)
        if qualifiers is not None:
            known = self.qualifiers
            self.qualifiers = qualifiers if known is None else known.otherwise(qualifiers)

    def add_values(self, values: pd.Series) -> None:
        """Fill with text or numbers what is still missing."""
        self.values = values if self.values is None else coalesce(self.values, values)

    def add_unknown(self, unknown: Mapping[str, int]) -> None:
        """Count words that fit no vocabulary."""
        for word, count in unknown.items():
            self.unknown[word] = self.unknown.get(word, 0) + count


def fill(view: View, name: str, rules: tuple[Rule, ...], columns: Mapping[str, Filled]) -> Filled:
    """Fill a column by its rules, each where those before it gave nothing.

    Parameters
    ----------
    view
        The source's columns.
    name
        Name of the column of the occurrence table.
    rules
        Its rules, the preferred first.
    columns
        Columns of the occurrence table filled before this one.
    """
    filled = Filled()
    for rule in rules:
        wanted = _wanted(filled, rule, columns, len(view))
        if wanted is None or wanted.any():
            _apply(view, name, rule, wanted, filled)
    return filled


def coded_columns(fields: Mapping[str, tuple[Rule, ...]]) -> list[str]:
    """Return the columns of the source of which rules look at each different text once."""
    ruled = ((name, rule) for name, rules in fields.items() for rule in rules)
    coded = (rule.columns for name, rule in ruled if _is_coded(name, rule))
    return list(dict.fromkeys(column.casefold() for columns in coded for column in columns))


def _is_coded(name: str, rule: Rule) -> bool:
    return name in _WORDS or rule.meanings is not None or len(rule.columns) > 1


def _wanted(
    filled: Filled, rule: Rule, columns: Mapping[str, Filled], rows: int
) -> Booleans | None:
    """Return the rows that a rule is to fill, None for all."""
    wanted = filled.missing
    if rule.where is None:
        return wanted
    missing = columns[rule.where].missing if rule.where in columns else None
    given = np.zeros(rows, dtype=bool) if missing is None else ~missing
    return given if wanted is None else given & wanted


def _apply(view: View, name: str, rule: Rule, wanted: Booleans | None, filled: Filled) -> None:
    if not _is_coded(name, rule):
        values = _text(view, rule)
        if values is None:
            return
        values = values if wanted is None else kept(values, wanted)
    else:
        words = _words(view, rule)
        if words is None:
            return
        if wanted is not None:
            words = words.where(wanted)
        if rule.meanings is not None:
            words, unknown = _by_meanings(words, rule.meanings)
            filled.add_unknown(unknown)
        if name in _WORDS:
            _add_known(words.used(), name, rule, filled)
            return
        values = words.series(view.index)
    if name in _NUMBERS:
        values, unknown = _as_numbers(values)
        filled.add_unknown(unknown)
    filled.add_values(values)


def _add_known(words: Coded, name: str, rule: Rule, filled: Filled) -> None:
    """Add the codes of a vocabulary for texts, and count what it does not know."""
    each = pd.Series(words.texts, dtype=TEXT)
    qualifiers = None
    if name in _COMMODITIES:
        said = parse_qualifiers(each, scheme=rule.scheme)
        qualifiers = words.renamed(_meanings(words, said)) if said.notna().any() else None
    codes, unknown = _parsed(each, name, rule)
    if unknown:
        # Once more where they stand, so that rows are counted and not different texts.
        sought = [_loud(word) for word in unknown]
        loud = {text: _loud(text) for text in words.texts}
        holds = {text: text for text in words.texts if any(w in loud[text] for w in sought)}
        strange = words.renamed({text: holds.get(text) for text in words.texts})
        rows = strange.categorical(pd.RangeIndex(len(strange.positions)))
        filled.add_unknown(_parsed(rows, name, rule)[1])
    filled.add_words(words.renamed(_meanings(words, codes)), qualifiers)


def _loud(text: str) -> str:
    # Words of codes come back in capitals.
    return text.upper().casefold()


def _parsed(texts: pd.Series, name: str, rule: Rule) -> tuple[pd.Series, dict[str, int]]:
    if name in _COMMODITIES:
        return parse_commodities(texts, scheme=rule.scheme)
    return parse_terms(texts, "fips" if rule.scheme == "fips" else _VOCABULARIES[name])


def _meanings(words: Coded, codes: pd.Series) -> dict[str, str | None]:
    given = codes.astype(object).where(codes.notna(), None).tolist()
    return dict(zip(words.texts, given, strict=True))


def _words(view: View, rule: Rule) -> Coded | None:
    """Return what a rule takes from the table, each different text once."""
    if rule.template is None and rule.value is None:
        return view.coded(rule.columns)
    if rule.value is not None:
        return Coded(np.zeros(len(view), dtype=np.int32), [str(rule.value)])
    found = _text(view, rule)
    return None if found is None else coded(pa.array(found, type=pa.large_string()))


def _text(view: View, rule: Rule) -> pd.Series | None:
    """Return what a rule takes from the table, None if its columns are not there."""
    if rule.value is not None:
        return constant(rule.value, view.index)
    found = {name: text for name in rule.needs if (text := view.column(name)) is not None}
    if rule.template is not None:
        complete = len(found) == len(set(rule.needs))
        return from_template(rule.template, found, view.index) if complete else None
    return next(iter(found.values()), None)


def _as_numbers(values: pd.Series) -> tuple[pd.Series, dict[str, int]]:
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    wrong = values[numbers.isna() & values.notna()]
    return numbers, {str(word): int(count) for word, count in wrong.value_counts().items()}


def _by_meanings(words: Coded, meanings: Mapping[str, str]) -> tuple[Coded, dict[str, int]]:
    otherwise = meanings.get(_OTHERWISE)
    found = {text: meanings.get(text.casefold(), otherwise) for text in words.texts}
    counts = zip(words.texts, words.counts().tolist(), strict=True)
    unknown = {text: count for text, count in counts if count and found[text] is None}
    return words.renamed({text: code or None for text, code in found.items()}), unknown


def commodity_group(columns: Mapping[str, Filled]) -> Coded | None:
    """Return the group of each record's main commodity, of the first minor one if it has none.

    None if the source says nothing of commodities.
    """
    known = [columns[name].words for name in _COMMODITIES if name in columns]
    given = [words for words in known if words is not None]
    if not given:
        return None
    main = given[0] if len(given) == 1 else given[0].otherwise(given[1])
    return main.renamed(_meanings(main, group_of(pd.Series(main.texts, dtype=TEXT))))


def commodity_qualifiers(columns: Mapping[str, Filled]) -> Coded | None:
    """Return the qualifiers of main and minor commodities, None if there are none."""
    known = [columns[name].qualifiers for name in _COMMODITIES if name in columns]
    given = [words for words in known if words is not None]
    if not given:
        return None
    return given[0] if len(given) == 1 else given[0].beside(given[1])
