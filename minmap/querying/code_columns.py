"""Columns of codes, looked at once for each different text.

A column of 300,000 rows holds few different codes; a question is put to each different text, and
its answer is handed to the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from minmap.errors import GeometryError, MinmapError
from minmap.types import Booleans, Geometries
from minmap.vocabulary import TEXT, commodities, members, parse_commodities, parse_terms

Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Coded:
    """A column as the different lists of codes in it.

    Attributes
    ----------
    positions
        For each row the position in `codes`; -1 where the column is missing.
    codes
        The different lists of codes, each in the order of the text.
    """

    positions: Positions
    codes: tuple[tuple[str, ...], ...]

    def where(self, holds: Callable[[tuple[str, ...]], bool]) -> Booleans:
        """Return for each row whether its codes pass the test; a missing one does not."""
        answers = np.array([*map(holds, self.codes), False], dtype=np.bool_)
        return answers[self.positions]

    def replaced(self, by: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Coded:
        """Return the column with each list of codes replaced by what the function makes of it."""
        return Coded(self.positions, tuple(map(by, self.codes)))

    def exploded(self) -> tuple[Positions, Geometries]:
        """Return row positions and codes, one pair for each code of each row."""
        lengths = np.array([*map(len, self.codes), 0], dtype=np.intp)
        starts = np.cumsum(lengths) - lengths
        flat = np.array([code for codes in self.codes for code in codes], dtype=object)
        counts = lengths[self.positions]
        rows = np.repeat(np.arange(len(self.positions)), counts)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        return rows, flat[np.repeat(starts[self.positions], counts) + within]


def require_table(occurrences: object) -> gpd.GeoDataFrame:
    """Return `occurrences` if it is a GeoDataFrame; raise `GeometryError` otherwise."""
    if isinstance(occurrences, gpd.GeoDataFrame):
        return occurrences
    raise GeometryError(
        f"occurrences is a {type(occurrences).__name__}, not a GeoDataFrame; read a file with "
        "minmap.read, or see geopandas.GeoDataFrame(table, geometry=..., crs=...)."
    )


def column(occurrences: gpd.GeoDataFrame, name: str, *, argument: str) -> pd.Series:
    """Return the column that an argument asks about; raise `MinmapError` if there is none."""
    if name in occurrences.columns:
        values: pd.Series = occurrences[name]
        return values
    raise MinmapError(
        f"{argument} needs a column {name!r}, which occurrences does not have; it has: "
        f"{', '.join(map(str, occurrences.columns))}."
    )


def terms(values: pd.Series, vocabulary: str | None) -> Coded:
    """Code a column of one term a row; a text of no code, or of no vocabulary, is its own code."""
    positions, texts = _different(values)
    codes = texts if vocabulary is None else parse_terms(texts, vocabulary)[0].fillna(texts)
    return Coded(positions, tuple((code,) for code in codes))


def commodity_codes(values: pd.Series) -> Coded:
    """Code a column of commodities: minmap's own form as it stands, other texts by their names."""
    positions, texts = _different(values)
    known = _codes()
    codes = [tuple(dict.fromkeys(text.split())) for text in texts]
    foreign = [place for place, words in enumerate(codes) if not known.issuperset(words)]
    if foreign:
        parsed = parse_commodities(texts.iloc[foreign])[0]
        for place, text in zip(foreign, parsed.fillna(""), strict=True):
            codes[place] = tuple(text.split())
    return Coded(positions, tuple(codes))


def all_commodities(occurrences: gpd.GeoDataFrame, *, argument: str) -> Coded:
    """Code what is mined and what is merely present together, each code once a row."""
    main = commodity_codes(column(occurrences, "commodities", argument=argument))
    if "minor_commodities" not in occurrences.columns:
        return main
    minor = commodity_codes(occurrences["minor_commodities"])
    # Both missing is -1 for none; otherwise each pair of lists that occurs is looked at once.
    pairs = (main.positions + 1) * (len(minor.codes) + 1) + minor.positions + 1
    positions, different = pd.factorize(pairs)
    joined = []
    for pair in different:
        first, second = divmod(int(pair), len(minor.codes) + 1)
        codes = (*(main.codes[first - 1] if first else ()), *_at(minor, second))
        joined.append(tuple(dict.fromkeys(codes)))
    return Coded(positions, tuple(joined))


@cache
def family(code: str) -> frozenset[str]:
    """Return the codes that count as `code`: itself, its members, and groups of its members.

    Examples
    --------
    >>> {"REE", "La", "Y"} <= family("REE"), family("La")
    (True, frozenset({'La'}))
    """
    inside = frozenset(members(code))
    groups = {group for group, parts in _groups().items() if parts <= inside}
    return inside | groups | {code}


def _at(coded: Coded, one_more: int) -> tuple[str, ...]:
    return coded.codes[one_more - 1] if one_more else ()


@cache
def _groups() -> dict[str, frozenset[str]]:
    parts = {code: frozenset(members(code)) for code in _codes()}
    return {code: inside for code, inside in parts.items() if inside != {code}}


@cache
def _codes() -> frozenset[str]:
    return frozenset(commodities()["code"])


def _different(values: pd.Series) -> tuple[Positions, pd.Series]:
    positions, different = pd.factorize(values)
    return positions, pd.Series(different).astype(TEXT)
