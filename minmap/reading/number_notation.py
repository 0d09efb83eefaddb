"""What points and commas mean in the numbers of a table."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

_PLAIN: Final = r"^[+-]?(\d{1,15}(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?$"
_POINT: Final = r"^[+-]?\d*\.\d+$"
_COMMA: Final = r"^[+-]?\d{1,15},\d+$"
# Three digits behind the only sign: it may be decimal, or part thousands.
_UNCLEAR_POINT: Final = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
_UNCLEAR_COMMA: Final = r"^[+-]?[1-9]\d{0,2},\d{3}$"
_THOUSANDS_OF_POINTS: Final = r"^[+-]?[1-9]\d{0,2}((\.\d{3}){2,4}|(\.\d{3}){1,4},\d+)$"
_THOUSANDS_OF_COMMAS: Final = r"^[+-]?[1-9]\d{0,2}((,\d{3}){2,4}(\.\d+)?|,\d{3}\.\d+)$"


class Sign(Enum):
    """What a sign in numbers means."""

    DECIMAL = "decimal"
    THOUSANDS = "between thousands"
    UNCLEAR = "unclear"


class Notation(NamedTuple):
    """How a table writes its numbers.

    Attributes
    ----------
    point, comma
        What "1.016" and "1,016" mean. A number that can be read in one way only, such as "0.5" or
        "1.234.567", is read so unless the table has shown that it writes numbers otherwise.
    """

    point: Sign = Sign.DECIMAL
    comma: Sign = Sign.THOUSANDS

    def plain(self, texts: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Return texts with numbers as Python writes them, and which texts are numbers.

        Examples
        --------
        >>> plain, is_number = Notation().plain(pa.array(["1,250", "1.016", "1.234.567"]))
        >>> plain.to_pylist(), is_number.to_pylist()
        (['1250', '1.016', '1.234.567'], [True, True, False])
        """
        is_number = pc.and_not(_fit(texts, _PLAIN), _fit(texts, _UNCLEAR_POINT))
        plain = texts
        for pattern, decimal in self._readings():
            fits = _fit(texts, pattern)
            whole = pc.replace_substring(texts, "." if decimal == "," else ",", "")
            plain = pc.if_else(fits, pc.replace_substring(whole, decimal, "."), plain)
            is_number = pc.or_(is_number, fits)
        return plain, is_number

    def _readings(self) -> Iterable[tuple[str, str]]:
        """Yield patterns of numbers besides plain ones, each with its decimal sign."""
        if self.point is not Sign.UNCLEAR:
            yield _UNCLEAR_POINT, "." if self.point is Sign.DECIMAL else ","
        if self.point is not Sign.DECIMAL:
            yield _THOUSANDS_OF_POINTS, ","
        if self.comma is not Sign.THOUSANDS:
            yield _COMMA_OF_DECIMALS, ","
        if self.comma is not Sign.UNCLEAR:
            yield _UNCLEAR_COMMA, "," if self.comma is Sign.DECIMAL else "."
        if self.comma is not Sign.DECIMAL:
            yield _THOUSANDS_OF_COMMAS, "."


# As _COMMA, without what _UNCLEAR_COMMA fits: RE2 has no negative look-ahead.
_COMMA_OF_DECIMALS: Final = r"^[+-]?(0\d{0,14},\d+|\d{1,15},(\d{1,2}|\d{4,})|[1-9]\d{3,14},\d{3})$"
DECIMALS: Final = Notation(Sign.DECIMAL, Sign.DECIMAL)
"""That of degrees, which have no thousands."""
_UNDECIDED: Final = Notation(Sign.UNCLEAR, Sign.UNCLEAR)


def notation_of(
    columns: Mapping[Any, pa.Array],
    *,
    degrees: Collection[Any] = (),
    marks: Iterable[str] = (),
    otherwise: Notation | None = None,
) -> Notation:
    """Return how a table writes its numbers, from all of its columns of numbers.

    A text such as "0,5" shows decimal commas, "0.5" decimal points, "1.234,5" points between
    thousands and "1,234.5" commas. Where a table shows both ways, decimal points count for more;
    without any, a text that may mean two numbers is not decided.

    Parameters
    ----------
    columns
        The texts of each column.
    degrees
        Columns of degrees, in which every point and comma is decimal.
    marks
        Whole numbers that mean missing. One with a point between its thousands ("-9.999") shows
        how the table writes thousands, unless it shows decimal points.
    otherwise
        The notation of a table that shows nothing. None means points.

    Examples
    --------
    >>> texts = {"ore": pa.array(["1.016", "3.612,499"])}
    >>> notation_of(texts).point, notation_of({"ore": pa.array(["1.016", "0.5"])}).point
    (<Sign.THOUSANDS: 'between thousands'>, <Sign.DECIMAL: 'decimal'>)
    >>> notation_of({"ore": pa.array(["1.016", "0,5"])}).point
    <Sign.UNCLEAR: 'unclear'>
    """
    given = [texts for name, texts in columns.items() if name not in degrees]
    of_degrees = [texts for name, texts in columns.items() if name in degrees]
    has_marks = _has_any(given, with_points(marks))
    all_commas, has_commas = _shows(of_degrees, _COMMA), _shows(given, _COMMA_OF_DECIMALS)
    parts_by_points = _shows(given, _THOUSANDS_OF_POINTS)
    parts_by_commas = _shows(given, _THOUSANDS_OF_COMMAS)
    shows_commas = all_commas or has_commas or parts_by_points
    if not (shows_commas or has_marks or otherwise):
        return Notation()
    if _shows(of_degrees, _POINT) or _shows(given, _POINT, but=_UNCLEAR_POINT):
        return _UNDECIDED if shows_commas and has_marks else Notation()
    if not (shows_commas or has_marks):
        return Notation() if parts_by_commas or otherwise is None else otherwise
    if parts_by_commas:
        return _UNDECIDED
    if all_commas or parts_by_points or has_marks:
        return Notation(Sign.THOUSANDS, Sign.DECIMAL)
    has_unclear = _shows(given, _UNCLEAR_POINT)
    return _UNDECIDED if has_unclear else Notation(Sign.UNCLEAR, Sign.DECIMAL)


def with_points(marks: Iterable[str]) -> list[str]:
    """Return whole numbers of four digits and more with points between their thousands.

    Examples
    --------
    >>> with_points(["-9999", "n/a", "-99"])
    ['-9.999']
    """
    whole = (text for text in marks if text.removeprefix("-").isdecimal())
    parted = (f"{int(text):,}".replace(",", ".") for text in whole)
    return [text for text in parted if "." in text]


def _has_any(columns: Iterable[pa.Array], words: Sequence[str]) -> bool:
    """Return whether any text is one of some words."""
    wanted = pa.array(words, pa.large_string())
    return bool(words) and any(pc.any(pc.is_in(texts, wanted)).as_py() for texts in columns)


def _shows(columns: Iterable[pa.Array], pattern: str, *, but: str | None = None) -> bool:
    """Return whether any text fits a pattern, and not the pattern `but`."""
    for texts in columns:
        fits = _fit(texts, pattern)
        fits = fits if but is None else pc.and_not(fits, _fit(texts, but))
        if pc.any(fits).as_py():
            return True
    return False


def _fit(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(texts, pattern)
