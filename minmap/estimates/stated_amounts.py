"""Parse cells such as "1,250", "12 kt" and "36,000 (ore)"."""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from minmap.estimates.measured_units import Unit, unit_alone
from minmap.missing_codes import MISSING_WORDS, missing_codes
from minmap.number_texts import numbers_of_texts
from minmap.types import Booleans, Floats

_PLAIN: Final = r"\d+(?:\.\d+)?"
_NOTATIONS: Final = {
    # Whether commas are decimal, and the numbers that may be meant then.
    False: re.compile(rf"\s*(?P<number>\d{{1,3}}(?:[, ]\d{{3}})+(?:\.\d+)?|{_PLAIN})(?P<rest>.*)"),
    True: re.compile(r"\s*(?P<number>\d{1,3}(?:[. ]\d{3})+(?:,\d+)?|\d+(?:,\d+)?)(?P<rest>.*)"),
}
_COMMA: Final = re.compile(r"\d+,(?:\d{1,2}|\d{4,})|\d{1,3}(?:[. ]\d{3})+,\d+|0,\d+")
_POINT: Final = re.compile(r"\d+\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:[, ]\d{3})+\.\d+|0\.\d+")
_POINTS_OF_THOUSANDS: Final = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+|\.\d{3})")
_UNCERTAIN: Final = re.compile(r"\d{1,3}[,.]\d{3}")
_UNCERTAIN_POINT: Final = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_SHOWN: Final = (_COMMA, _POINT, _POINTS_OF_THOUSANDS, _UNCERTAIN_POINT)
_PART: Final = re.compile(r"\s*(?:['’_·:*×^]|x\s*\d|to\b|до\b|bis\b)|[^;(]*\d", re.IGNORECASE)
"""The beginning of a text after a number that may belong to it."""
_LIKE: Final = re.compile(r"[-+]?\d[\d., ]*(?:[ ]?[^\W\d]{1,3})?|")
_MOSTLY: Final = 0.8  # of the texts of a column of numbers
_LONGEST: Final = 60  # letters
_SAMPLE: Final = 5_000  # rows


class Commas(Enum):
    """What the commas in the numbers of a table are."""

    DECIMAL = "decimal"
    OF_THOUSANDS = "between thousands"
    DECIMAL_OR_POINTS = "decimal, as points may be"
    UNKNOWN = "unknown"


class Amounts(NamedTuple):
    """The numbers of a column, shape (n,).

    Attributes
    ----------
    numbers
        Positive or zero; NaN where there is none.
    words
        The text after each number, such as "ore" or "Cu; 6"; empty if there is none.
    is_unread
        Where a cell has something else than a number.
    """

    numbers: Floats
    words: list[str]
    is_unread: Booleans


def meaning_of_commas(columns: Iterable[pd.Series]) -> Commas:
    """Return what the commas in the numbers of a table are.

    Columns of numbers were read with decimal points, so that commas in texts beside them are not
    decimal. Beside "2,5" a point in "1.250" is one between thousands only if another text, such as
    "3.612,5", shows such points: somebody may have written decimal points and commas.

    Examples
    --------
    >>> meaning_of_commas([pd.Series(["12,500"]), pd.Series(["47,05"])]).value
    'decimal'
    >>> meaning_of_commas([pd.Series(["12,500"]), pd.Series(["47.05"])]).value
    'between thousands'
    >>> meaning_of_commas([pd.Series(["1.250", "2,5"])]).value
    'decimal, as points may be'
    >>> meaning_of_commas([pd.Series(["12,500"])]).value
    'unknown'
    """
    found, has_numbers = set[re.Pattern[str]](), False
    for column in columns:
        texts = column.dropna().iloc[:_SAMPLE]
        if pd.api.types.is_numeric_dtype(texts.dtype):
            has_numbers |= len(texts) > 0
            continue
        plain = [_spaced(text[:_LONGEST]) for text in texts.astype(str).unique()]
        if sum(_LIKE.fullmatch(text) is not None for text in plain) >= _MOSTLY * len(plain):
            found |= {one for one in _SHOWN if any(map(one.fullmatch, plain))}
    if found.isdisjoint({_COMMA, _POINTS_OF_THOUSANDS}):
        return Commas.OF_THOUSANDS if has_numbers or _POINT in found else Commas.UNKNOWN
    if _POINT in found:
        return Commas.UNKNOWN
    is_unclear = _UNCERTAIN_POINT in found and _POINTS_OF_THOUSANDS not in found
    return Commas.DECIMAL_OR_POINTS if is_unclear else Commas.DECIMAL


def is_uncertain(text: str) -> bool:
    """Return whether a text is a number whose comma or point may be decimal or not."""
    return _UNCERTAIN.fullmatch(_spaced(text[:_LONGEST])) is not None


def amounts_of(values: pd.Series, *, commas: Commas = Commas.UNKNOWN) -> Amounts:
    """Return the numbers of a column and the words after them.

    Codes of missing values, such as -9999, and numbers below zero are no amounts, and "12,500" is
    one only if `commas` says whether it is twelve thousand.

    Examples
    --------
    >>> texts = pd.Series(["1,250.", "NA", "36,000 Cu; 1", "ca. 5"])
    >>> amounts_of(texts, commas=Commas.OF_THOUSANDS)[:2]
    (array([ 1250.,    nan, 36000.,    nan]), ['', '', 'Cu; 1', ''])
    >>> amounts_of(pd.Series([12.5, -9999, -9999])).numbers.tolist()
    [12.5, nan, nan]
    """
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return _without_codes(numbers, [""] * len(numbers))
    cells = values.astype(object).where(values.notna(), None)
    if commas is Commas.UNKNOWN and meaning_of_commas([cells]) is Commas.DECIMAL_OR_POINTS:
        commas = Commas.DECIMAL_OR_POINTS
    if commas is Commas.UNKNOWN and (plain := numbers_of_texts(cells)) is not None:
        return amounts_of(plain)
    # Cells with a list or the like are no numbers.
    rows, distinct = pd.factorize(cells.map(_cell, na_action="ignore"))
    read = [_parsed_cell(cell, commas) for cell in distinct]
    read.append((np.nan, "", False))  # where the value is missing
    found = [read[row] for row in rows]
    amounts = _without_codes(np.array([one[0] for one in found]), [one[1] for one in found])
    unread = np.array([one[2] for one in found], dtype=np.bool_)
    return amounts._replace(is_unread=unread | amounts.is_unread)


def _spaced(text: str) -> str:
    return " ".join(text.split()).strip()


def _cell(value: object) -> str | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return str(value)


def _parsed_cell(cell: str | float, commas: Commas) -> tuple[float, str, bool]:
    """Return the number of a cell, the words after it, and whether the cell could not be read."""
    if isinstance(cell, float):
        return cell, "", False
    text = cell
    plain = _spaced(text[: 2 * _LONGEST])
    if plain.casefold().rstrip(".") in {"", *MISSING_WORDS} or plain.casefold() in MISSING_WORDS:
        return np.nan, "", False
    if re.fullmatch(rf"-{_PLAIN}", plain):
        return float(plain), "", False
    is_decimal = commas in {Commas.DECIMAL, Commas.DECIMAL_OR_POINTS}
    notation = _NOTATIONS[is_decimal]
    match = notation.fullmatch(plain) if len(plain) <= _LONGEST else None
    is_unclear = commas in {Commas.UNKNOWN, Commas.DECIMAL_OR_POINTS}
    is_uncertain = is_unclear and _UNCERTAIN.match(plain) is not None
    if match is None or is_uncertain or not _is_aside(match["rest"]):
        return np.nan, "", True
    number = match["number"].replace(" ", "")
    if is_decimal:
        number = number.replace(".", "").replace(",", ".")
    words = match["rest"].strip().strip("().,").strip()
    return float(number.replace(",", "")), words, False


def _is_aside(rest: str) -> bool:
    """Return whether the text after a number cannot be a part of it, as in 5e6 and 12'500."""
    if _PART.match(rest) is None:
        return True
    return unit_alone(rest.strip()) is not None


def _without_codes(numbers: Floats, words: list[str]) -> Amounts:
    """Return amounts without codes of missing values; other negative numbers are unread."""
    known = numbers[np.isfinite(numbers)]
    codes = missing_codes(known)
    is_code = np.isin(numbers, [*codes, -9999.0, -999.0, -99.0])
    with np.errstate(invalid="ignore"):
        is_unread = ~is_code & (numbers < 0)
    return Amounts(np.where(is_code | is_unread, np.nan, numbers), words, is_unread)


def cell_units(words: list[str], kind: str) -> list[Unit | None]:
    """Return the units of a kind that stand after numbers, and None for all other words.

    Examples
    --------
    >>> [unit and unit.name for unit in cell_units(["", "Mt", "ore", "%"], "mass")]
    [None, 'Mt', None, None]
    """
    found = {word: unit_alone(word) if word else None for word in set(words)}
    units = {
        word: None if one is None or one.unit.kind != kind or one.a_year else one.unit
        for word, one in found.items()
    }
    return [units[word] for word in words]
