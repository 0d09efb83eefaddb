"""Numbers that a table has as texts, such as the columns of a CSV of the user's own."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

import pandas as pd
import pyarrow as pa

from minmap.arguments import shown
from minmap.errors import warn
from minmap.missing_codes import MISSING_WORDS

_WHOLE: Final = r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:[ %s]\d{3})+)"
# A notation, its decimal sign, and the sign beside spaces between thousands.
_NOTATIONS: Final = (
    (r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", ".", ""),
    (_WHOLE % "," + r"(?:\.\d+)?", ".", ","),
    (_WHOLE % "." + r"(?:,\d+)?", ",", "."),
)
# A number in any notation, and perhaps a unit: a sign, or a word after a space.
_LIKE: Final = re.compile(
    r"(?P<number>[+−-]?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:[ ,.]\d{3})+)(?:[.,]\d+)?(?:[eE][+-]?\d+)?)"
    r"(?P<unit>\s*[%‰]|\s+[^\W\d_][\w/]{0,9})?"
)
_THOUSANDS: Final = re.compile(r"[+−-]?\d{1,3}(?:,\d{3})+")
_DECIMAL_COMMA: Final = re.compile(r"[+−-]?\d+,\d+")
_LONGEST: Final = 100  # letters; floats end at 308 digits
_SAMPLE: Final = 10_000  # rows
_MOST_SHOWN: Final = 200  # texts among which one is chosen for a message


def numbers_of_texts(values: pd.Series) -> pd.Series | None:
    """Return the numbers of a column of texts; None if they are not certainly numbers.

    All texts must be numbers in one notation: with a decimal point, or with a decimal comma, and
    thousands apart by spaces, points or commas. "12,500" alone may be twelve and a half or twelve
    thousand and five hundred, so it is not certain. Texts with leading zeros are codes. Words such
    as "n/a" and "-" are missing numbers (`minmap.missing_codes.MISSING_WORDS`).

    Examples
    --------
    >>> numbers_of_texts(pd.Series(["0,34", None, "n/a", "1 170,5"])).tolist()
    [0.34, nan, nan, 1170.5]
    >>> numbers_of_texts(pd.Series(["12,500", "9"])), numbers_of_texts(pd.Series(["007", "12"]))
    (None, None)
    """
    try:
        rows, distinct = pd.factorize(values)  # -1 where missing
    except (TypeError, pa.ArrowException):  # lists and dicts
        return None
    if not len(distinct) or not all(_may_be_number(text) for text in distinct):
        return None
    texts = pd.Series(distinct, dtype=object).str.replace(r"\s+", " ", regex=True).str.strip()
    given = texts[~texts.str.lower().isin({"", *MISSING_WORDS})].str.replace("−", "-")
    readings = [
        pd.to_numeric(given.str.replace(rf"[ {apart}]", "", regex=True).str.replace(point, "."))
        for notation, point, apart in _NOTATIONS
        if given.str.fullmatch(notation).all()
    ]
    if given.empty or not readings or not all(map(readings[0].equals, readings)):
        return None
    numbers = readings[0].astype("float64").reindex(range(-1, len(distinct))).to_numpy()
    return pd.Series(numbers[rows + 1], index=values.index, name=values.name)


def _may_be_number(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST


def as_numbers(values: pd.Series) -> pd.Series:
    """Return the numbers of a column of texts, or a column of other texts as it is.

    Examples
    --------
    >>> as_numbers(pd.Series(["0,5", "2"])).tolist(), as_numbers(pd.Series(["a", "2"])).tolist()
    ([0.5, 2.0], ['a', '2'])
    """
    numbers = numbers_of_texts(values)
    return values if numbers is None else numbers


def warn_of_number_texts(values: pd.Series, *, column: str) -> None:
    """Warn if most texts of a column that is drawn value by value look like numbers.

    Texts with units look like numbers if they share the unit.
    """
    if pd.api.types.is_numeric_dtype(values):
        return
    matches = [_LIKE.fullmatch(text) for text in _distinct(values)]
    units = Counter((match["unit"] or "").strip() for match in matches if match)
    if not units or 2 * max(units.values()) <= len(matches):
        return
    text = unclear_number(values)
    warn(
        f"color={column!r}: most texts of the column look like numbers, but not all are certainly "
        f"numbers, such as {shown(text)}, so each is a value of its own; for colours by number "
        f"give {numbers_cure(column, values)}, or for values palette= a mapping to colours.",
    )


def unclear_number(values: pd.Series) -> str:
    """Return a text of a column that may not be a number, if possible one that looks like one.

    Examples
    --------
    >>> unclear_number(pd.Series(["7", "n/a", "12,500"])), unclear_number(pd.Series(["1.5", "2,5"]))
    ('12,500', '2,5')
    """

    def rank(text: str) -> int:
        is_certain = numbers_of_texts(pd.Series([text])) is not None
        if is_certain:
            return 2 if "," in text else 3
        return int(_LIKE.fullmatch(text) is None)

    return min(_distinct(values)[:_MOST_SHOWN], key=rank, default="")


def _distinct(values: pd.Series) -> list[str]:
    """Return the different texts of the first rows of a column."""
    texts = (" ".join(str(value).split()) for value in values.iloc[:_SAMPLE].dropna())
    return [text for text in dict.fromkeys(texts) if text]


def numbers_cure(column: str, values: pd.Series) -> str:
    """Return the code that makes numbers of a column of texts, which are not certainly numbers.

    Examples
    --------
    >>> print(numbers_cure("t", pd.Series(["1 200,5 ppm", "7 ppm"])))
    table['t'].str.removesuffix(' ppm').str.replace(' ', '').str.replace(',', '.').astype(float)
    >>> print(numbers_cure("t", pd.Series(["1,201"])))
    table['t'].str.replace(',', '').astype(float) if its commas part thousands, or
    .str.replace(',', '.') if they are decimal
    >>> print(numbers_cure("t", pd.Series(["2,98", "n/a"])))
    pandas.to_numeric(table['t'].str.replace(',', '.'), errors='coerce'), which makes 'n/a' missing
    """
    text = unclear_number(values)
    found = _LIKE.fullmatch(text)
    if found is None:
        texts = _distinct(values)[:_MOST_SHOWN]
        has_commas = any(_DECIMAL_COMMA.fullmatch(one) for one in texts)
        comma = ".str.replace(',', '.')" if has_commas else ""
        code = f"pandas.to_numeric(table[{column!r}]{comma}, errors='coerce')"
        return f"{code}, which makes {shown(text)} missing"
    unit, number = found["unit"], found["number"]
    steps = [f".str.removesuffix({unit!r})"] if unit else []
    may_be_thousands = _THOUSANDS.fullmatch(number) is not None
    signs = ((" ", ""), (",", "" if may_be_thousands else "."))
    steps += [f".str.replace({old!r}, {new!r})" for old, new in signs if old in number]
    code = f"table[{column!r}]{''.join(steps)}.astype(float)"
    if not may_be_thousands:
        return code
    return f"{code} if its commas part thousands, or .str.replace(',', '.') if they are decimal"
