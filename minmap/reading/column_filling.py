"""Columns of the occurrence table, filled from a source's columns by its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.files.cells import coalesce, constant, from_template, no_text, text
from minmap.reading.source import FieldRule
from minmap.reading.source_cells import CodedTexts, SourceCells, coded
from minmap.table import COLUMNS, VOCABULARIES
from minmap.types import TEXT, Booleans
from minmap.vocabulary import group_of, parse_commodities, parse_qualifiers, parse_terms

_COMMODITIES: Final = ("commodities", "minor_commodities")
_IN_VOCABULARY: Final = {*VOCABULARIES, *_COMMODITIES}
_NUMBERS: Final = {column.name for column in COLUMNS if column.dtype in {"Int64", "Float64"}}
_OTHERWISE: Final = "*"


@dataclass
class Filled:
    """A column of the occurrence table, which rules fill one after the other.

    Attributes
    ----------
    codes
        Values of a column with a vocabulary; None until a rule has filled rows.
    free
        Values of a column of free text or numbers; None until a rule has filled rows.
    qualifiers
        Qualifiers of the commodities in the column; None if there are none.
    unknown
        Number of rows by text, for texts outside the vocabulary and texts that should be numbers.
    """

    codes: CodedTexts | None = None
    free: pd.Series | None = None
    qualifiers: CodedTexts | None = None
    unknown: dict[Any, int] = field(default_factory=dict)

    @property
    def missing(self) -> Booleans | None:
        """True for each row without a value; None if no rule has filled any row."""
        if self.codes is not None:
            return self.codes.missing
        return None if self.free is None else self.free.isna().to_numpy(dtype=bool)

    def series(self, index: pd.Index) -> pd.Series:
        """Return the column."""
        if self.codes is not None:
            return self.codes.series(index)
        return no_text(index) if self.free is None else self.free

    def count(self, unknown: Mapping[Any, int]) -> None:
        """Add to the numbers of rows with unknown texts."""
        for word, rows in unknown.items():
            self.unknown[word] = self.unknown.get(word, 0) + rows


def fill(
    cells: SourceCells,
    name: str,
    rules: tuple[FieldRule, ...],
    columns: Mapping[str, Filled],
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
    """
    filled = Filled()
    for rule in rules:
        wanted = filled.missing
        if rule.where is not None:
            missing = columns[rule.where].missing if rule.where in columns else None
            given = np.zeros(len(cells), dtype=bool) if missing is None else ~missing
            wanted = given if wanted is None else given & wanted
        if wanted is None or wanted.any():
            _apply(cells, name, rule, wanted, filled)
    return filled


def coded_columns(fields: Mapping[str, tuple[FieldRule, ...]]) -> list[str]:
    """Return the columns of the source whose different texts are looked at once each."""
    rules = ((name, rule) for name, rules in fields.items() for rule in rules)
    found = (rule.columns for name, rule in rules if _is_coded(name, rule))
    return list(dict.fromkeys(column.casefold() for columns in found for column in columns))


def _is_coded(name: str, rule: FieldRule) -> bool:
    return name in _IN_VOCABULARY or rule.meanings is not None or len(rule.columns) > 1


def _apply(
    cells: SourceCells, name: str, rule: FieldRule, wanted: Booleans | None, filled: Filled
) -> None:
    """Fill the wanted rows of a column (None: all rows) by one rule."""
    if _is_coded(name, rule):
        texts = _coded_texts(cells, rule)
        if texts is None:
            return
        if wanted is not None:
            texts = texts.where(wanted)
        if rule.meanings is not None:
            texts = _meant(texts, rule.meanings, filled)
        if name in _IN_VOCABULARY:
            _add_codes(texts, name, rule, filled)
            return
        values = texts.series(cells.index)
    else:
        found = _values(cells, rule)
        if found is None:
            return
        values = found if wanted is None else _where(found, wanted)
    if name in _NUMBERS:
        numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
        filled.count(values[numbers.isna() & values.notna()].value_counts().to_dict())
        values = numbers
    filled.free = values if filled.free is None else coalesce(filled.free, values)


def _values(cells: SourceCells, rule: FieldRule) -> pd.Series | None:
    """Return the values of a rule from the table; None if its columns are missing."""
    if rule.value is not None:
        return constant(rule.value, cells.index)
    found = {name: text for name in rule.needs if (text := cells.column(name)) is not None}
    if rule.template is not None:
        complete = len(found) == len(set(rule.needs))
        return from_template(rule.template, found, cells.index) if complete else None
    return next(iter(found.values()), None)


def _coded_texts(cells: SourceCells, rule: FieldRule) -> CodedTexts | None:
    """Return the same as `_values`, each different text once."""
    if rule.value is not None:
        return CodedTexts(np.zeros(len(cells), dtype=np.int32), [str(rule.value)])
    if rule.template is None:
        return cells.coded(rule.columns)
    found = _values(cells, rule)
    return None if found is None else coded(pa.array(found, type=pa.large_string()))


def _where(column: pd.Series, wanted: Booleans) -> pd.Series:
    """Return a column, missing where not wanted."""
    if column.dtype != TEXT:
        return column.where(wanted)
    # pandas' own `where` is several times slower on text.
    array = pa.array(column, type=pa.large_string(), from_pandas=True)
    return text(pc.if_else(pa.array(wanted), array, pa.scalar(None, array.type)), column.index)


def _meant(texts: CodedTexts, meanings: Mapping[str, str], filled: Filled) -> CodedTexts:
    """Return the meanings of texts, and count texts without one."""
    otherwise = meanings.get(_OTHERWISE)
    found = {text: meanings.get(text.casefold(), otherwise) for text in texts.texts}
    counts = texts.counts()
    filled.count({text: counts[text] for text in counts if counts[text] and found[text] is None})
    return texts.renamed({text: code or None for text, code in found.items()})


def _add_codes(texts: CodedTexts, name: str, rule: FieldRule, filled: Filled) -> None:
    """Fill a column with the codes of texts, and count the texts in no vocabulary."""
    different = pd.Series(texts.texts, dtype=TEXT)
    codes, unknown = _parsed(different, name, rule)
    if unknown:
        # Once more in place, to count rows instead of different texts.
        filled.count(_parsed(texts.categorical(), name, rule)[1])
    new = _renamed(texts, codes)
    filled.codes = new if filled.codes is None else filled.codes.otherwise(new)
    if name in _COMMODITIES:
        found = parse_qualifiers(different, scheme=rule.scheme)
        if found.notna().any():
            new, known = _renamed(texts, found), filled.qualifiers
            filled.qualifiers = new if known is None else known.otherwise(new)


def _parsed(texts: pd.Series, name: str, rule: FieldRule) -> tuple[pd.Series, dict[str, int]]:
    if name in _COMMODITIES:
        return parse_commodities(texts, scheme=rule.scheme)
    return parse_terms(texts, "fips" if rule.scheme == "fips" else VOCABULARIES[name])


def _renamed(texts: CodedTexts, meanings: pd.Series) -> CodedTexts:
    given = meanings.astype(object).where(meanings.notna(), None).tolist()
    return texts.renamed(dict(zip(texts.texts, given, strict=True)))


def derived_columns(columns: Mapping[str, Filled]) -> dict[str, CodedTexts]:
    """Return the columns that follow from the commodities.

    ``commodity_qualifiers`` joins the qualifiers of main and minor commodities.
    ``commodity_group`` is the group of the first main commodity, or of the first minor one if a
    record has no main commodity.
    """
    given = [columns[name] for name in _COMMODITIES if name in columns]
    derived = {}
    qualifiers = [filled.qualifiers for filled in given if filled.qualifiers is not None]
    if qualifiers:
        first, *second = qualifiers
        derived["commodity_qualifiers"] = first.beside(*second) if second else first
    codes = [filled.codes for filled in given if filled.codes is not None]
    if codes:
        first, *second = codes
        main = first.otherwise(*second) if second else first
        groups = group_of(pd.Series(main.texts, dtype=TEXT))
        derived["commodity_group"] = _renamed(main, groups)
    return derived
