"""The capacities and production of one table, with what each is of and who shares it."""

import math
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from minmap.estimates.estimate_columns import EstimateColumn, EstimateColumns
from minmap.estimates.estimate_rows import STATED, stated_texts
from minmap.estimates.heading_quantities import RATES
from minmap.estimates.measured_units import Unit, find_unit, unit_alone
from minmap.estimates.world_production import BEYOND, world_production_t
from minmap.types import Integers
from minmap.vocabulary import labels

_UNIT_NAMES: Final = {"mass": "t/y", "volume": "m³/y", "area": "m²/y"}
_FORMS: Final[Mapping[str, str]] = {
    "ore": "ore", "mill": "ore", "mill feed": "ore", "concentrate": "concentrate",
    "metal": "metal", "refined": "refined", "bauxite": "bauxite", "alumina": "alumina",
    "clinker": "clinker", "cement": "cement", "matte": "matte", "blister": "blister",
    "oxide": "oxide", "lump ore": "lump ore", "steel": "steel",
}  # fmt: skip
"""What amounts are of, by words that may be cut off; what a mill is fed with is ore."""
_MANY: Final = {
    "thousand": 1e3, "тыс": 1e3, "million": 1e6, "млн": 1e6, "billion": 1e9, "млрд": 1e9,
}  # fmt: skip
CAPACITY: Final = "capacity"
_MINED_LESS: Final = frozenset({"Asb", "Hg"})
"""Commodities of which the world once produced several times what it does now."""
_IN_BRACKETS: Final = re.compile(r"([^,()]+)\(([^()]*)\)")
# "Combined capacities for positions 1-4", "combined production for 5 mines: 198, 199, and others"
_SHARED: Final = re.compile(
    r"\bcombined?\s+(?:capacit|production).*?\b(?:positions?|\d+\s+\w+:)\s+"
    r"(\d+(?:\s*\D{1,3}\s*\d+)*)",
    re.IGNORECASE,
)
_LONGEST: Final = 500  # letters that are read of notes and units
_LEAST: Final = 2  # letters of a word that was cut off


class _Rate(NamedTuple):
    """An amount a year, its unit, what it is of, and the code of its commodity."""

    amount: float
    unit: str
    substance: str
    commodity: str


def rate_rows(table: pd.DataFrame, columns: EstimateColumns) -> pd.DataFrame:
    """Return the capacities and the production of a table, amounts a year.

    A capacity without a period is one a year; a day is 1/365 of a year. A capacity of 0 is none. Of
    several amounts in a cell, the first is read.

    Parameters
    ----------
    table
        An occurrence table of n rows.
    columns
        Its columns of estimates.

    Returns
    -------
    pandas.DataFrame
        ``row`` (0 to n - 1), ``commodity`` (several codes where the amount is of all),
        ``measure``, ``capacity``, ``capacity_unit``, ``substance``, ``basis``, ``shared_with``
        (what is equal for all records of one amount), ``year`` and ``stated``.
    """
    rates = (column for column in columns.estimates if column.quantity.kind in RATES)
    parts = [_rows_of(table, column, columns.notes) for column in rates]
    given = [part for part in parts if len(part)]
    return pd.concat(given, ignore_index=True) if given else pd.DataFrame()


def _rows_of(table: pd.DataFrame, column: EstimateColumn, notes: str | None) -> pd.DataFrame:
    at = np.flatnonzero(np.isfinite(column.amounts.numbers))
    rates = [*_rates(table, column, at)]
    is_known = np.array([rate is not None for rate in rates], dtype=np.bool_)
    at, found = at[is_known], [rate for rate in rates if rate is not None]
    rows = pd.DataFrame(found, columns=["capacity", "capacity_unit", "substance", "commodity"])
    rows = rows.replace("", None)
    rows.insert(0, "row", at)
    rows["measure"], rows["basis"] = column.quantity.kind, STATED
    rows["shared_with"] = _shared(table, rows, notes)
    year = column.quantity.year
    known = table["status_year"].iloc[at].to_numpy(dtype=np.float64, na_value=np.nan)
    rows["year"] = float(year) if year else known
    rows["stated"] = stated_texts({column.name: column.given}, at)
    if column.units is not None:
        units = column.units.iloc[at].fillna("").astype(str).tolist()
        rows["stated"] = [f"{a} {b}".strip() for a, b in zip(rows["stated"], units, strict=True)]
    return rows


def _rates(table: pd.DataFrame, column: EstimateColumn, at: Integers) -> Iterator[_Rate | None]:
    """Yield the amount of each row; None where its unit is not known."""
    texts = ("commodities", "commodity_qualifiers")
    given = [table[name].iloc[at].fillna("").astype(str).tolist() for name in texts]
    quantity = column.quantity
    fixed = quantity.substance.commodity if quantity.substance is not None else ""
    units = [""] * len(at)
    if column.units is not None:
        units = column.units.iloc[at].fillna("").astype(str).str[:_LONGEST].tolist()
    for row, units_text, codes, qualifiers in zip(at.tolist(), units, *given, strict=True):
        number, words = _multiplied(column.amounts.numbers[row], column.amounts.words[row])
        own = unit_alone(words) if words else None
        commodity, substance = _named("" if own else words, fixed or codes, qualifiers)
        unit, a_year = (own.unit, own.a_year) if own else (quantity.unit, quantity.a_year)
        found = _unit(unit, a_year, units_text, commodity)
        if found is None or (number == 0 and quantity.kind == CAPACITY):
            yield None
            continue
        amount, name = number * found[0], found[1]
        if name == _UNIT_NAMES["mass"] and amount > _most_t(commodity) and substance != "ore":
            substance = "; ".join(filter(None, (substance, BEYOND)))
        yield _Rate(amount, name, substance, commodity)


def _multiplied(number: float, words: str) -> tuple[float, str]:
    """Return a number with a word such as "million" after it, and the other words."""
    first, _, others = words.partition(" ")
    many = _MANY.get(first.casefold().rstrip("."))
    return (number, words) if many is None else (number * many, others)


def _most_t(commodities: str) -> float:
    """Return what the world produces of commodities together; infinite if it is not known."""
    codes = commodities.split()
    if not codes or not _MINED_LESS.isdisjoint(codes):
        return math.inf
    return sum(world_production_t().get(code, math.inf) for code in codes)


def _named(words: str, codes: str, qualifiers: str) -> tuple[str, str]:
    """Return the commodity of an amount and what it is of.

    Parameters
    ----------
    words
        The words after the number, perhaps cut off: "36,000 Cu; 1".
    codes
        The commodities of the record.
    qualifiers
        Their additions, such as "Cu refined; Zn ore".
    """
    first = re.split(r"[;,)]", words)[0].strip().casefold()
    named = [code for code in codes.split() if _is_meant(first, code)]
    forms = {
        form
        for word, form in _FORMS.items()
        if _is_beginning(first, word) or first.startswith(f"{word} ")
    }
    commodity = named[0] if len(named) == 1 else codes
    if len(forms) == 1:
        return commodity, forms.pop()
    if " " in commodity:  # of several commodities together
        return commodity, qualifiers
    parts = (part.partition(" ") for part in qualifiers.split("; "))
    return commodity, ", ".join(form for code, _, form in parts if code == commodity)


def _is_meant(word: str, code: str) -> bool:
    return word == code.casefold() or _is_beginning(word, _names().get(code, code).casefold())


def _is_beginning(word: str, name: str) -> bool:
    return name == word or (len(word) >= _LEAST and name.startswith(word))


@cache
def _names() -> Mapping[str, str]:
    return labels("commodity")


@lru_cache(maxsize=1_000)
def _unit(unit: Unit | None, a_year: int, units: str, commodity: str) -> tuple[float, str] | None:
    """Return the factor to the unit of a year, and that unit; None if it is not known.

    Of units such as "t/yr (copper), kg/yr (gold)", the commodity chooses one.
    """
    if unit is None:
        bracketed = _IN_BRACKETS.findall(units)
        texts = [text for text, names in bracketed if _chooses(names, commodity)]
        found = find_unit(texts[0] if len(texts) == 1 else units if not bracketed else "")
        if found is None or "," in (texts[0] if texts else units):
            return None
        unit, a_year = found.unit, found.a_year
    name = _UNIT_NAMES.get(unit.kind)
    return None if name is None else (unit.factor * max(a_year, 1), name)


def _chooses(names: str, commodity: str) -> bool:
    words = [name.strip().casefold() for name in names.split(",")]
    return " " not in commodity and _names().get(commodity, "").casefold() in words


def _shared(table: pd.DataFrame, rows: pd.DataFrame, notes: str | None) -> list[str | None]:
    """Return a key that rows have in common if their notes say that they share one capacity."""
    if notes is None:
        return [None] * len(rows)
    texts = table[notes].iloc[rows["row"]].fillna("").astype(str).str[:_LONGEST]
    found = [_SHARED.search(text) for text in texts]
    countries = table["country"].iloc[rows["row"]].fillna("")
    keys = zip(countries, rows["commodity"], rows["capacity"], strict=True)
    return [
        f"{country} {commodity} {capacity:.15g}, positions {re.sub(r'[^0-9]+', '-', match[1])}"
        if match
        else None
        for match, (country, commodity, capacity) in zip(found, keys, strict=True)
    ]
