"""Both coordinates in one text: "48.5 N, 67.4 E", "47,5; 67,4", "POINT (67.4 48.5)"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.coordinates.notation import LATITUDE, LONGEST, LONGITUDE, MARK, plain, read_text
from minmap.vocabulary import TEXT

_NUMBER: Final = r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?"
_WKT: Final = re.compile(rf"point\s*(?:z|m|zm)?\s*\(\s*({_NUMBER})\s+({_NUMBER})(?:\s[^()]*)?\)")
_BRACKETS: Final = re.compile(r"[(\[{](.*)[)\]}]")
# A mark that stands once between two coordinates parts them, the stronger first. A comma with a
# blank is no decimal comma.
_STRONG: Final = tuple(map(re.compile, (r"[;|]", r"\s/\s", r",\s", r"/", r"\s")))
_LINES: Final = re.compile(r"\s*[\r\n\t]+\s*")
_WEAK: Final = re.compile(r"\s*,\s*|\s+")
# What stands in most tables.
_PLAIN: Final = (
    r"^(?P<first>[+-]?[0-9]+(?:\.[0-9]+)?)(?:\s*[,;]\s*|\s+)(?P<second>[+-]?[0-9]+(?:\.[0-9]+)?)$"
)

# A text without this holds one number only, or none. Python's \d, as in `_NUMBER`, has the digits
# of all scripts.
_TWO_NUMBERS: Final = re.compile(r"\d\D+\d")
_ONE_NUMBER: Final = re.compile(r"[+-]?\d+\.\d+")

Halves = tuple[str, str]
"""The text of the easting or longitude, and that of the northing or latitude."""


def split_column(column: pd.Series, *, degrees: bool) -> tuple[pd.Series, pd.Series]:
    """Part a column of pairs into texts for x and y, both missing where that cannot be done.

    Examples
    --------
    >>> x, y = split_column(pd.Series(["48.5, 67.4", "67,4 E; 48,5 N", "nowhere"]), degrees=True)
    >>> x.tolist(), y.tolist()
    (['67.4', '67,4 e', nan], ['48.5', '48,5 n', nan])
    """
    array = pa.array(column.astype(TEXT), type=pa.large_string(), from_pandas=True)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    parts = pc.extract_regex(array, _PLAIN)
    texts = [
        np.array(parts.field(name).to_numpy(zero_copy_only=False), dtype=object)
        for name in ("first", "second")
    ]
    missing = np.asarray(parts.is_null())
    for text in texts:
        text[missing] = None
    y, x = texts if degrees else texts[::-1]
    odd = np.flatnonzero(missing & np.asarray(array.is_valid()))
    positions, uniques = pd.factorize(column.iloc[odd].astype(TEXT))
    halves = [split(str(text), degrees=degrees) or (None, None) for text in uniques]
    for row, position in zip(odd.tolist(), positions.tolist(), strict=True):
        x[row], y[row] = halves[position]
    return tuple(pd.Series(part, index=column.index, dtype=TEXT) for part in (x, y))  # type: ignore[return-value]


def without_letters(column: pd.Series) -> int:
    """Count the texts in which no letter says which number is the latitude.

    Examples
    --------
    >>> without_letters(pd.Series(["48.5, 67.4", "48.5 N 67.4 E", "POINT (67.4 48.5)", None]))
    1
    """
    array = pa.array(column.astype(TEXT), type=pa.large_string(), from_pandas=True)
    return int(pc.sum(pc.match_substring_regex(array, r"^[^\pL]+$")).as_py() or 0)


def split(text: str, *, degrees: bool) -> Halves | None:
    """Part one text into the texts for x and y; None if it is no pair or could be two.

    Without letters the latitude comes first, on a grid the easting; WKT has x first.

    Examples
    --------
    >>> split("POINT (67.4 48.5)", degrees=True)
    ('67.4', '48.5')
    >>> split("48 27 30 67 24 00", degrees=True)
    ('67 24 00', '48 27 30')
    >>> split("47 30 20 24", degrees=True) is None  # 47 or 47 and a half?
    True
    """
    is_one_number = _ONE_NUMBER.fullmatch(text) or not _TWO_NUMBERS.search(text)
    if len(text) > LONGEST or is_one_number:
        return None
    lines = _LINES.sub(" ; ", text.strip())
    smooth = plain(lines)
    if match := _WKT.fullmatch(smooth):
        return match[1], match[2]
    if match := _BRACKETS.fullmatch(smooth):
        smooth = match[1].strip()
    found = {
        halves: None
        for first, second, sure in _cuts(smooth)
        if (halves := _ordered(first, second, degrees=degrees, sure=sure))
    }
    return next(iter(found)) if len(found) == 1 else None


def _cuts(text: str) -> Iterator[tuple[str, str, bool]]:
    """Give the ways of cutting a text in two that deserve a look, and whether there is only one."""
    for separator in _STRONG:
        matches = list(separator.finditer(text))
        if len(matches) == 1:
            yield text[: matches[0].start()], text[matches[0].end() :], True
            return
    edges = {match.span() for match in _WEAK.finditer(text)}
    for match in MARK.finditer(text):
        edges |= {(match.start(), match.start()), (match.end(), match.end())}
    for start, end in sorted(edges):
        yield text[:start].strip(), text[end:].strip(), False


def _ordered(first: str, second: str, *, degrees: bool, sure: bool) -> Halves | None:
    one, other = read_text(first, degrees=degrees), read_text(second, degrees=degrees)
    if one is None or other is None or (one.axis and one.axis == other.axis):
        return None
    # In a cut by guess, a letter on one side may have been cut off the other.
    if not sure and bool(one.axis) != bool(other.axis):
        return None
    first, second = first.strip(" ,"), second.strip(" ,")
    if one.axis or other.axis:
        latitude_first = one.axis == LATITUDE or other.axis == LONGITUDE
    else:
        latitude_first = degrees
    return (second, first) if latitude_first else (first, second)
