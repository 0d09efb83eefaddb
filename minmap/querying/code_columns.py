"""Columns of codes, examined once for each different text.

A column of 300,000 rows has few different codes, so each different text is tested once and the
result is copied to its rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Self

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.errors import GeometryError, MinmapError
from minmap.table import VOCABULARIES, require_distinct_names
from minmap.types import TEXT, Booleans, Integers
from minmap.vocabulary import commodities, members, parse_commodities, parse_terms

Codes = tuple[str, ...]


@dataclass(frozen=True)
class CodeColumn:
    """A column as its different lists of codes.

    Attributes
    ----------
    positions
        Position in `codes` for each row; -1 where the column is missing.
    codes
        The different lists of codes, each in the order of the text.
    """

    positions: Integers
    codes: tuple[Codes, ...]

    def any_of(self, wanted: frozenset[str]) -> Booleans:
        """Return for each row whether one of its codes is wanted."""
        answers = [*(not wanted.isdisjoint(codes) for codes in self.codes), False]
        return np.array(answers, dtype=np.bool_)[self.positions]

    def replaced(self, by: Callable[[Codes], Codes]) -> Self:
        """Return the column with each list of codes replaced by the result of a function."""
        return replace(self, codes=tuple(map(by, self.codes)))

    def exploded(self, name: str) -> pd.DataFrame:
        """Return a table with ``row`` (position) and the column `name`, one line for each code."""
        codes = pd.Series([list(codes) for codes in self.codes], dtype=object).explode().dropna()
        rows = pd.DataFrame({"row": np.arange(len(self.positions)), "position": self.positions})
        each = pd.DataFrame({"position": codes.index, name: codes.astype(TEXT)})
        return rows.merge(each, on="position").drop(columns="position")


def require_table(occurrences: object) -> gpd.GeoDataFrame:
    """Return `occurrences` if it is a GeoDataFrame; raise `GeometryError` otherwise."""
    if isinstance(occurrences, gpd.GeoDataFrame):
        return occurrences
    raise GeometryError(
        f"occurrences is a {type(occurrences).__name__}, not a GeoDataFrame; read a file with "
        "minmap.read, or see geopandas.GeoDataFrame(table, geometry=..., crs=...)."
    )


def require_column(occurrences: gpd.GeoDataFrame, name: str, *, argument: str) -> pd.Series:
    """Return the column that an argument needs; raise `MinmapError` unless there is one."""
    if name in occurrences.columns:
        require_distinct_names(occurrences[[name]], what="occurrences")
        values: pd.Series = occurrences[name]
        return values
    raise MinmapError(
        f"{argument} needs a column {name!r}, which occurrences does not have; it has: "
        f"{', '.join(map(str, occurrences.columns))}."
    )


def terms(values: pd.Series, vocabulary: str | None) -> CodeColumn:
    """Return a column of one term per row as codes; a text in no vocabulary is its own code."""
    positions, texts = _different(values)
    codes = texts if vocabulary is None else parse_terms(texts, vocabulary)[0].fillna(texts)
    return CodeColumn(positions, tuple((code,) for code in codes))


def commodity_codes(values: pd.Series) -> CodeColumn:
    """Return a column of commodities as codes: lists of codes unchanged, other texts parsed."""
    positions, texts = _different(values)
    known = _codes()
    codes = [tuple(dict.fromkeys(text.split())) for text in texts]
    foreign = [place for place, words in enumerate(codes) if not known.issuperset(words)]
    if foreign:
        parsed = parse_commodities(texts.iloc[foreign])[0]
        for place, text in zip(foreign, parsed.fillna(""), strict=True):
            codes[place] = tuple(text.split())
    return CodeColumn(positions, tuple(codes))


def codes_of(occurrences: gpd.GeoDataFrame, name: str, *, argument: str) -> CodeColumn:
    """Return the codes of each row for one of the names that `select` and `summarise` use.

    "group", "main_commodity" (the first of ``commodities``), a column with a vocabulary; any other
    name means all commodities, main and minor.
    """
    if name in VOCABULARIES:
        return terms(require_column(occurrences, name, argument=argument), VOCABULARIES[name])
    if name == "group":
        return terms(require_column(occurrences, "commodity_group", argument=argument), None)
    main = commodity_codes(require_column(occurrences, "commodities", argument=argument))
    if name == "main_commodity":
        return main.replaced(lambda codes: codes[:1])
    if "minor_commodities" not in occurrences.columns:
        return main
    minor = commodity_codes(require_column(occurrences, "minor_commodities", argument=argument))
    # Each pair of lists that occurs is joined once; position -1 is the empty list at the end.
    main_codes, minor_codes = (*main.codes, ()), (*minor.codes, ())
    count = len(minor_codes)
    pairs = main.positions % len(main_codes) * count + minor.positions % count
    positions, different = pd.factorize(pairs)
    joined = (main_codes[pair // count] + minor_codes[pair % count] for pair in different.tolist())
    return CodeColumn(positions, tuple(tuple(dict.fromkeys(codes)) for codes in joined))


@cache
def family(code: str) -> frozenset[str]:
    """Return `code`, its members, and groups that consist of its members.

    Examples
    --------
    >>> {"REE", "La", "Y"} <= family("REE"), family("La")
    (True, frozenset({'La'}))
    """
    inside = frozenset(members(code))
    groups = {group for group, parts in _groups().items() if parts <= inside}
    return inside | groups | {code}


@cache
def _groups() -> dict[str, frozenset[str]]:
    parts = {code: frozenset(members(code)) for code in _codes()}
    return {code: inside for code, inside in parts.items() if inside != {code}}


@cache
def _codes() -> frozenset[str]:
    return frozenset(commodities()["code"])


def _different(values: pd.Series) -> tuple[Integers, pd.Series]:
    positions, different = pd.factorize(values)
    return positions, pd.Series(different).astype(TEXT)
