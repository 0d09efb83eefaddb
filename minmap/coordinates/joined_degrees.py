"""Join degrees, minutes, seconds and the side of the Earth that stand in columns of their own."""

import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

from minmap.types import TEXT

_NUMBER: Final = re.compile(r"([+-]?)\s*(\d+)(?:[.,](\d+))?")
_MARKS: Final = " \t\u00a0°º˚'\"′″’”`´ʹʺ度分秒"
_MINUS: Final = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013", "-"))
_UNREADABLE: Final = "?"


def joined_degrees(
    degrees: pd.Series, parts: Sequence[pd.Series], side: pd.Series | None = None
) -> pd.Series:
    """Return coordinates in one text each, such as ``"41 30 15 S"``.

    Parameters
    ----------
    degrees
        Texts of the degrees. Not changed.
    parts
        Texts of the minutes, and perhaps of the seconds, on the same index.
    side
        Texts of the side of the Earth, such as "S"; None if the table has none.

    Returns
    -------
    pandas.Series
        Missing where the degrees are missing. Parts that do not go together, as a decimal before
        another part, minutes that are missing before seconds, or a side that is missing, have a
        question mark, so that they are not read.

    Examples
    --------
    >>> degrees = pd.Series(["49", "-1", "0", "5.5"])
    >>> joined_degrees(degrees, [pd.Series(["43.2", "30", "-30", "3"])]).tolist()
    ['49 43.2', '-1 30', '-0 30', '5.5 ? 3']
    """
    columns = [column.astype(TEXT).tolist() for column in (degrees, *parts)]
    texts = [_joined(row) for row in zip(*columns, strict=True)]
    if side is not None:
        sides = side.astype(TEXT).fillna(_UNREADABLE).tolist()
        texts = [
            None if text is None else f"{text} {letter}"
            for text, letter in zip(texts, sides, strict=True)
        ]
    return pd.Series(texts, index=degrees.index, dtype=TEXT)


def numbers_of_parts(column: pd.Series) -> pd.Series:
    """Return the numbers of one part, with or without its sign such as ``'``; NaN for others.

    Examples
    --------
    >>> numbers_of_parts(pd.Series(["43,2'", "12", "-7", "x"])).tolist()
    [43.2, 12.0, -7.0, nan]
    """
    found = [_read(text) for text in column.astype(TEXT).tolist()]
    values = [None if one is None else float(f"{one[0]}{one[1]}.{one[2] or 0}") for one in found]
    return pd.Series(values, index=column.index, dtype=float)


def _read(text: object) -> tuple[str, str, str] | None:
    """Return sign, whole and decimals of a number, decimals without those of "49.0"."""
    if not isinstance(text, str):
        return None
    match = _NUMBER.fullmatch(text.strip(_MARKS).translate(_MINUS))
    return None if match is None else (match[1], match[2], match[3] or "")


def _joined(row: Sequence[object]) -> str | None:
    given = [text for text in row if isinstance(text, str)]
    if not isinstance(row[0], str):
        return None
    if len(given) == 1:
        return row[0]
    read = [None if text is None else _read(text) for text in given]
    numbers = [one for one in read if one is not None]
    is_gapless = all(isinstance(text, str) for text in row[: len(given)])
    sign = _sign([(one[0], one[1] + one[2]) for one in numbers])
    if len(numbers) < len(given) or not is_gapless or sign is None:
        return f" {_UNREADABLE} ".join(given)
    while any(one[2].strip("0") for one in numbers[:-1]) and not _digits(numbers[-1]).strip("0"):
        del numbers[-1]  # 43.2 minutes and 0 seconds
    *before, last = numbers
    if any(decimals.strip("0") for _, _, decimals in before):
        return f" {_UNREADABLE} ".join(given)
    end = f"{last[1]}.{last[2]}" if last[2] else last[1]
    return f"{sign}{' '.join([*(whole for _, whole, _ in before), end])}"


def _digits(number: tuple[str, str, str]) -> str:
    return number[1] + number[2]


def _sign(numbers: Sequence[tuple[str, str]]) -> str | None:
    """Return the sign of a coordinate by sign and digits of each part; None if they contradict."""
    signs = {sign for sign, digits in numbers if digits.strip("0")}
    first = numbers[0][0] if numbers else ""
    if first == "-" or "-" not in signs:
        return None if first != "-" and "-" in signs else first.replace("+", "")
    return "-" if not numbers[0][1].strip("0") and signs == {"-"} else None
