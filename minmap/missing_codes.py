"""Numbers and words that stand for a missing value, such as -9999 and "n/a"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from minmap.types import Booleans, Floats

MISSING_CODES: Final = (
    -99, -999, -9999, -99999, -999999, -9999999, 999, 9999, 99999, 999999, 9999999,
    -32768, 32767, -2147483648, 2147483647,
    -1e20, 1e20, -1e30, 1e30, 1e31, -1e32, -1e38, 1.70141e38, 1.70141183e38,
    -3.4028235e38, 3.4028235e38, 9.969209968386869e36, -1.7976931348623157e308,
)  # fmt: skip
"""Numbers that programs write where a value is missing.

Whole numbers of nines are a habit of tables; the limits of integers and floats, and the powers of
ten, are those of GDAL, Esri (-3.4e38), Surfer (1.70141e38), Geosoft (-1e32), GSLIB and netCDF
(9.97e36, NC_FILL_FLOAT).
"""
MISSING_WORDS: Final = frozenset({
    "n/a", "n.a.", "#n/a", "na", "nan", "none", "null", "<null>", "nil", "n/d", "no data", "tbd",
    "not available", "not applicable", "not given", "not known", "not stated",
    "-", "--", "---", "–", "—", ".", "..", "?", "*",
    "k.a.", "k. a.", "keine angabe", "н/д", "нет данных", "нет сведений", "не указано", "s/d",
    "sin dato", "sin datos", "sem informação", "non renseigné", "belirtilmemiş", "无",
})  # fmt: skip
"""Words, in lower case, that people and programs write where a value is missing.

A habit of tables like the numbers above; words that also mean something, such as "unknown" of a
status, are not among them. "NA" may be sodium or Namibia
(`minmap.reading.column_evidence.missing_words`).
"""
# Large codes may have been floats of four bytes, or texts of six digits.
_LARGE: Final = 1e10
_CLOSE: Final = 1e-5


def missing_codes(numbers: Floats, more: Sequence[float] = ()) -> list[float]:
    """Return the codes among finite numbers that stand for a missing value.

    A number is one if it is in `MISSING_CODES` or in `more`, at least two records have it, and it
    is far beyond all numbers that are no code: greater in size than each, and further from them
    than they are from each other. A column of codes alone has none.

    Examples
    --------
    >>> missing_codes(np.array([0.4, 1.2, 7.0, -9999, -9999]))
    [-9999.0]
    >>> missing_codes(np.array([0.4, 1.2, 7.0, -9999])), missing_codes(np.array([999, 999, 2000]))
    ([], [])
    """
    known = (*MISSING_CODES, *more)
    # A code is greater in size than the others, and so the least or the greatest number.
    if not len(numbers) or not _are_codes(np.array([numbers.min(), numbers.max()]), known).any():
        return []
    distinct, counts = np.unique(numbers, return_counts=True)
    is_code = _are_codes(distinct, known)
    with np.errstate(over="ignore"):
        others = distinct[~is_code]
        if not len(others):
            return []
        least, most = others[0], others[-1]
        gap = np.where(distinct < 0, least - distinct, distinct - most)
        is_far = (gap > most - least) & (abs(distinct) > max(abs(least), abs(most)))
        found = distinct[is_code & is_far & (counts > 1)]
    return [float(code) for code in found]


def _are_codes(ascending: Floats, known: Sequence[float]) -> Booleans:
    """Return which of sorted numbers are known codes."""
    found = np.zeros(len(ascending), dtype=bool)
    for code in known:
        reach = _CLOSE * abs(code) if abs(code) > _LARGE else 0.0
        first = np.searchsorted(ascending, code - reach, side="left")
        found[first : np.searchsorted(ascending, code + reach, side="right")] = True
    return found


def without_missing_codes(values: pd.Series) -> tuple[pd.Series, list[float]]:
    """Return a column of numbers with its codes of missing values as missing, and these codes.

    Examples
    --------
    >>> without_missing_codes(pd.Series([1, 2, -999, -999]))[0].tolist()
    [1.0, 2.0, nan, nan]
    """
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    codes = missing_codes(numbers[np.isfinite(numbers)])
    return (values.mask(np.isin(numbers, codes)) if codes else values), codes
