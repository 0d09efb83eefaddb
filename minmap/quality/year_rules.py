"""Rules about years."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.quality.findings import Block
from minmap.quality.records import Records, numbers
from minmap.types import Floats

FIRST_YEAR: Final = 1000
"""Earlier years are taken for mistakes, mostly four digits cut to two or three. Mining is older,
but tables write such dates in words. minmap's own figure."""

_MISSING: Final = (0.0, -999.0, -9999.0)

# yr_fst_prd, disc_yr, status_year, year, Start_Year, Year2007; not prod_yrs, a number of years.
_YEAR: Final = re.compile(r"(^|[^a-z])(yr|year)(?![a-z])", re.IGNORECASE)
_FIRST: Final = re.compile(r"(fst|first|start|begin)", re.IGNORECASE)
_LAST: Final = re.compile(r"(lst|last|end|stop)", re.IGNORECASE)


def find(records: Records) -> Iterator[Block]:
    """Yield findings of ``impossible_year``.

    The rule looks at ``status_year`` and at columns with the word ``yr`` or ``year`` in their name
    if at least half of their numbers are years, so that ``capacity_t_per_year`` is left out. It
    compares a last year with the first year of the same name: ``yr_fst_prd`` and ``yr_lst_prd``.
    0, -999 and -9999 mean missing and are not reported.
    """
    latest = datetime.datetime.now(tz=datetime.UTC).year + 1
    names = [name for name in (*records.standard, *records.own) if _YEAR.search(str(name))]
    years = {name: _years(records.frame[name]) for name in names}
    for name, year in list(years.items()):
        with np.errstate(invalid="ignore"):
            early, late = year < FIRST_YEAR, year > latest
            possible = (year >= FIRST_YEAR) & (year <= latest)
        if name not in records.standard and possible.sum() * 2 < np.isfinite(year).sum():
            del years[name]
            continue
        rows = np.flatnonzero(early | late)
        words = [
            f"{value} is {f'before {FIRST_YEAR}' if early[row] else f'after {latest}'}"
            for value, row in zip(records.value_texts(name, rows), rows.tolist(), strict=True)
        ]
        yield Block("impossible_year", name, rows, words)
    yield from _backwards(years)


def _backwards(years: dict[Any, Floats]) -> Iterator[Block]:
    """Yield last years that are before the first."""
    first_of = {_FIRST.sub("*", str(name)): name for name in years if _FIRST.search(str(name))}
    for last in (name for name in years if _LAST.search(str(name))):
        first = first_of.get(_LAST.sub("*", str(last)))
        if first is None:
            continue
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero((years[last] < years[first]) & (years[last] >= FIRST_YEAR))
        words = [
            f"{years[last][row]:.0f} is before {years[first][row]:.0f} in {first}"
            for row in rows.tolist()
        ]
        yield Block("impossible_year", last, rows, words)


def _years(column: pd.Series) -> Floats:
    if pd.api.types.is_numeric_dtype(column.dtype):
        values: Floats = column.to_numpy(dtype=float, na_value=np.nan)
    elif pd.api.types.is_string_dtype(column.dtype):
        values = numbers(column)
    else:
        values = np.full(len(column), np.nan)
    return np.where(np.isin(values, _MISSING), np.nan, values)
