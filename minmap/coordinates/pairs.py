"""Split texts with both coordinates: "48.5 N, 67.4 E", "47,5; 67,4", "POINT (67.4 48.5)"."""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from minmap.coordinates.column import to_arrow
from minmap.coordinates.notation import LATITUDE, LONGEST, LONGITUDE, MARK, normalised, read_text
from minmap.types import TEXT

_NUMBER: Final = r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?"
_WKT: Final = re.compile(rf"point\s*(?:z|m|zm)?\s*\(\s*({_NUMBER})\s+({_NUMBER})(?:\s[^()]*)?\)")
_BRACKETS: Final = re.compile(r"[(\[{](.*)[)\]}]")
# A separator that occurs once splits the coordinates; the stronger are tried first. A comma before
# a blank is not a decimal comma.
_STRONG: Final = tuple(map(re.compile, (r"[;|]", r"\s/\s", r",\s", r"/", r"\s")))
_LINES: Final = re.compile(r"\s*[\r\n\t]+\s*")
_WEAK: Final = re.compile(r"\s*,\s*|\s+")
# The notation in most tables.
_DECIMALS: Final = (
    r"^(?P<first>[+-]?[0-9]+(?:\.[0-9]+)?)(?:\s*[,;]\s*|\s+)(?P<second>[+-]?[0-9]+(?:\.[0-9]+)?)$"
)

# A text without this contains at most one number. In Python, \d matches the digits of all scripts.
_TWO_NUMBERS: Final = re.compile(r"\d\D+\d")
# A comma without a blank between whole numbers is a decimal comma: "39,31" is one number.
_DECIMAL_COMMA: Final = r"^[+-]?[0-9]+,[0-9]+$"
_ONE_NUMBER: Final = re.compile(r"[+-]?\d+[.,]\d+")

Halves = tuple[str, str]
"""The text of the easting or longitude, and that of the northing or latitude."""


def split_column(
    column: pd.Series, *, degrees: bool, longitude_first: bool = False
) -> tuple[pd.Series, pd.Series]:
    """Split a column of pairs into texts for x and y, both missing if the text is not a pair.

    Degrees without letters have the latitude first, unless `longitude_first`.

    Examples
    --------
    >>> x, y = split_column(pd.Series(["48.5, 67.4", "67,4 E; 48,5 N", "nowhere"]), degrees=True)
    >>> x.tolist(), y.tolist()
    (['67.4', '67,4 e', nan], ['48.5', '48,5 n', nan])
    """
    array = to_arrow(column)
    latitude_first = degrees and not longitude_first
    parts = pc.extract_regex(array, _DECIMALS)
    is_one = pc.fill_null(pc.match_substring_regex(array, _DECIMAL_COMMA), fill_value=False)
    missing = np.asarray(parts.is_null()) | np.asarray(is_one)
    pairs = np.empty((len(array), 2), dtype=object)
    for number, name in enumerate(("second", "first") if latitude_first else ("first", "second")):
        pairs[:, number] = parts.field(name).to_numpy(zero_copy_only=False)
    pairs[missing] = None
    others = np.flatnonzero(missing & np.asarray(array.is_valid()))
    positions, different = pd.factorize(column.iloc[others].astype(TEXT))
    halves = [
        split(str(text), degrees=degrees, longitude_first=longitude_first) or (None, None)
        for text in different
    ]
    pairs[others] = np.array(halves, dtype=object).reshape(len(halves), 2)[positions]
    x, y = (pd.Series(texts, index=column.index, dtype=TEXT) for texts in pairs.T)
    return x, y


def count_without_letters(column: pd.Series) -> int:
    """Return the number of texts without a letter that names the latitude or longitude.

    Examples
    --------
    >>> count_without_letters(pd.Series(["48.5, 67.4", "48.5 N 67.4 E", "POINT (67.4 48.5)", None]))
    1
    """
    return int(pc.sum(pc.match_substring_regex(to_arrow(column), r"^[^\pL]+$")).as_py() or 0)


def split(text: str, *, degrees: bool, longitude_first: bool = False) -> Halves | None:
    """Split one text into the texts for x and y; None if it is not a pair, or could be two.

    Without letters the latitude is first unless `longitude_first`, on a grid the easting; in WKT x
    is first.

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
    text = normalised(_LINES.sub(" ; ", text.strip()))
    if match := _WKT.fullmatch(text):
        return match[1], match[2]
    if match := _BRACKETS.fullmatch(text):
        text = match[1].strip()
    found = {
        halves
        for first, second, sure in _cuts(text)
        if (halves := _ordered(first, second, degrees=degrees, sure=sure, flip=longitude_first))
    }
    return next(iter(found)) if len(found) == 1 else None


def _cuts(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the possible halves of a text, and whether the place of the cut is certain."""
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


def _ordered(first: str, second: str, *, degrees: bool, sure: bool, flip: bool) -> Halves | None:
    """Return the halves of a text in order; `flip` if degrees have the longitude first."""
    one, other = read_text(first, degrees=degrees), read_text(second, degrees=degrees)
    if one is None or other is None or (one.axis and one.axis == other.axis):
        return None
    # In an uncertain cut, a letter at one half may belong to the other.
    if not sure and bool(one.axis) != bool(other.axis):
        return None
    first, second = first.strip(" ,"), second.strip(" ,")
    if one.axis or other.axis:
        latitude_first = one.axis == LATITUDE or other.axis == LONGITUDE
    else:
        latitude_first = degrees and not flip
    return (second, first) if latitude_first else (first, second)
