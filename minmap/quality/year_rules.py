"""Rules about years."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from minmap.quality.evidence import Records, numbers
from minmap.quality.findings import Block
from minmap.types import Floats, Integers

FIRST_YEAR: Final = 1000
"""Years before are taken for slips, mostly of four digits cut to two or three. Mining is older, but
a table that says so says it in words. minmap's own figure."""

_MISSING: Final = (0.0, -999.0, -9999.0)

# yr_fst_prd, disc_yr, status_year, year, Start_Year, Year2007; not prod_yrs, a number of years.
_YEAR: Final = re.compile(r"(^|[^a-z])(yr|year)(?![a-z])", re.IGNORECASE)
_FIRST: Final = re.compile(r"(fst|first|start|begin)", re.IGNORECASE)
_LAST: Final = re.compile(r"(lst|last|end|stop)", re.IGNORECASE)


def find(records: Records) -> Iterator[Block]:
    """Yield findings of ``impossible_year``.

    Looked at are ``status_year`` and columns of whose name ``yr`` or ``year`` is a word and most of
    whose values are years: those of ``capacity_t_per_year`` are not. A last year is compared with
    the first of the same name: ``yr_fst_prd`` and ``yr_lst_prd``. 0, -999 and -9999, which stand
    for missing, are not reported.
    """
    latest = datetime.datetime.now(tz=datetime.UTC).year + 1
    names = [name for name in (*records.model, *records.own) if _YEAR.search(str(name))]
    years = {name: _years(records.frame[name]) for name in names}
    years = {
        name: year
        for name, year in years.items()
        if name in records.model or _holds_years(year, latest)
    }
    for name, year in years.items():
        with np.errstate(invalid="ignore"):
            early = year < FIRST_YEAR
            rows = np.flatnonzero(early | (year > latest))
        values = _texts(records.frame[name], rows)
        words = [
            f"{value} is {f'before {FIRST_YEAR}' if early[row] else f'after {latest}'}"
            for value, row in zip(values, rows.tolist(), strict=True)
        ]
        yield Block("impossible_year", str(name), rows, values, words)
    yield from _backwards(records, years)


def _backwards(records: Records, years: dict[str, Floats]) -> Iterator[Block]:
    by_stem = {_FIRST.sub("*", str(name)): name for name in years if _FIRST.search(str(name))}
    for last in (name for name in years if _LAST.search(str(name))):
        first = by_stem.get(_LAST.sub("*", str(last)))
        if first is None:
            continue
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero((years[last] < years[first]) & (years[last] >= FIRST_YEAR))
        words = [
            f"{years[last][row]:.0f} is before {years[first][row]:.0f} in {first}"
            for row in rows.tolist()
        ]
        yield Block("impossible_year", str(last), rows, _texts(records.frame[last], rows), words)


def _years(column: pd.Series) -> Floats:
    if pd.api.types.is_numeric_dtype(column.dtype):
        values: Floats = column.to_numpy(dtype=float, na_value=np.nan)
    elif pd.api.types.is_string_dtype(column.dtype):
        values = numbers(column)
    else:
        values = np.full(len(column), np.nan)
    return np.where(np.isin(values, _MISSING), np.nan, values)


def _holds_years(values: Floats, latest: int) -> bool:
    """Tell whether at least half of the values are years that may be."""
    with np.errstate(invalid="ignore"):
        possible = (values >= FIRST_YEAR) & (values <= latest)
    return bool(possible.sum() * 2 >= np.isfinite(values).sum())


def _texts(column: pd.Series, rows: Integers) -> list[str]:
    return [str(value) for value in column.iloc[rows]]
