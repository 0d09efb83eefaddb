"""Numbers that a table has as texts, such as the columns of a CSV of the user's own."""

from __future__ import annotations

from typing import Final

import pandas as pd
import pyarrow as pa

_WHOLE: Final = r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:[ %s]\d{3})+)"
# A notation, its decimal sign, and the sign beside spaces between thousands.
_NOTATIONS: Final = (
    (r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", ".", ""),
    (_WHOLE % "," + r"(?:\.\d+)?", ".", ","),
    (_WHOLE % "." + r"(?:,\d+)?", ",", "."),
)


def numbers_of_texts(values: pd.Series) -> pd.Series | None:
    """Return the numbers of a column of texts; None if they are not certainly numbers.

    All texts must be numbers in one notation: with a decimal point, or with a decimal comma, and
    thousands apart by spaces, points or commas. "12,500" alone may be twelve and a half or twelve
    thousand and five hundred, so it is not certain. Texts with leading zeros are codes.

    Examples
    --------
    >>> numbers_of_texts(pd.Series(["0,34", None, "1 170,5"])).tolist()
    [0.34, nan, 1170.5]
    >>> numbers_of_texts(pd.Series(["12,500", "9"])), numbers_of_texts(pd.Series(["007", "12"]))
    (None, None)
    """
    try:
        rows, distinct = pd.factorize(values)  # -1 where missing
    except (TypeError, pa.ArrowException):  # lists and dicts
        return None
    if not len(distinct) or not all(isinstance(text, str) for text in distinct):
        return None
    texts = pd.Series(distinct, dtype=object).str.replace(r"\s+", " ", regex=True).str.strip()
    given = texts[texts != ""].str.replace("−", "-")
    readings = [
        pd.to_numeric(given.str.replace(rf"[ {apart}]", "", regex=True).str.replace(point, "."))
        for notation, point, apart in _NOTATIONS
        if given.str.fullmatch(notation).all()
    ]
    if given.empty or not readings or not all(map(readings[0].equals, readings)):
        return None
    numbers = readings[0].astype("float64").reindex(range(-1, len(distinct))).to_numpy()
    return pd.Series(numbers[rows + 1], index=values.index, name=values.name)


def as_numbers(values: pd.Series) -> pd.Series:
    """Return the numbers of a column of texts, or a column of other texts as it is.

    Examples
    --------
    >>> as_numbers(pd.Series(["0,5", "2"])).tolist(), as_numbers(pd.Series(["a", "2"])).tolist()
    ([0.5, 2.0], ['a', '2'])
    """
    numbers = numbers_of_texts(values)
    return values if numbers is None else numbers
