"""Formats of values, in the words of Python: what popups and tooltips write around and in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.arguments import shown
from minmap.errors import MinmapError
from minmap.number_texts import numbers_cure, unclear_number
from minmap.style.classes import is_measured
from minmap.style.dates import days_of, require_clear_dates

_NUMBER: Final = re.compile(
    r"(?P<signed>\+)?(?P<grouped>,)?(?:(?:\.(?P<decimals>\d\d?))?(?P<type>[f%])|(?P<whole>d))?"
)
_USUAL_DECIMALS: Final = 6  # of "{:f}", as in Python
_MOST_DECIMALS: Final = 20
_DATES: Final = {
    "%Y": "year", "%m": "month", "%d": "day", "%-d": "short_day", "%b": "short_name",
    "%B": "name", "%H": "hour", "%M": "minute",
}  # fmt: skip
_DATE_PARTS: Final = re.compile(r"%-?[A-Za-z%]|[^%]+|%")
_BARE: Final = re.compile(r":?[+,]*\.\d+[f%]?|:?,[fd%]?|:?(?:%-?[YmdbBHM][ ,./:-]*)+")
_LIKES: Final = {"numbers": "'{:,.1f} Mt' or '{:.0%}'", "dates": "'{:%d %b %Y}'"}
_LIKE: Final = "'{:,.1f} Mt', '{:.0%}' or '{:%d %b %Y}'"


@dataclass(frozen=True)
class ValueFormat:
    """How the values of a column are written.

    Parameters
    ----------
    text
        The format as its maker wrote it.
    before, after
        The text around the value.
    number
        ``decimals``, ``grouped``, ``signed`` and ``percent``, as far as they are given. None for
        values that are not written as numbers of a format.
    date
        The parts of a date, each with its text; ``("text", " ")`` is text between them.
    is_whole
        Whether the numbers must be whole.
    """

    text: str
    before: str = ""
    after: str = ""
    number: dict[str, Any] | None = None
    date: Sequence[tuple[str, str]] | None = None
    is_whole: bool = False

    @classmethod
    def of(cls, text: str, *, name: str) -> ValueFormat:
        """Return the format that a text describes.

        Raises
        ------
        MinmapError
            If a page cannot apply it.

        Examples
        --------
        >>> made = ValueFormat.of("{:,.1f} Mt", name="popup['ore']")
        >>> made.number, made.after
        ({'grouped': True, 'decimals': 1}, ' Mt')
        >>> ValueFormat.of("{:>9}", name="popup['ore']")
        Traceback (most recent call last):
            ...
        minmap.errors.MinmapError: popup['ore']='{:>9}' is no format that a page can apply, since
        '>9' is neither [+][,][.decimals] with f, d or % nor a date of %Y, %m, %d, %-d, %b, %B, %H
        and %M; give one value in braces, such as '{:,.1f} Mt', '{:.0%}' or '{:%d %b %Y}'.
        """
        try:
            before, spec, after = _split(text)
            inside = _of_date(spec) if _is_date(spec) else _of_number(spec)
            return cls(text, before, after, **inside)
        except ValueError as error:
            raise MinmapError(
                f"{name}={shown(text)} is no format that a page can apply, since {error}; give one "
                f"value in braces, such as {_LIKE}."
            ) from None

    def require_fit(self, values: pd.Series, *, name: str, column: str) -> None:
        """Raise `MinmapError` if the format is for values of another type than those of a column.

        Examples
        --------
        >>> made = ValueFormat.of("{:.1f}", name="popup['ore']")
        >>> made.require_fit(pd.Series(["deep", "7"]), name="popup['ore']", column="ore")
        Traceback (most recent call last):
            ...
        minmap.errors.MinmapError: popup['ore']='{:.1f}' is a format of numbers, but the column has
        text such as 'deep'; make numbers of it first, such as pandas.to_numeric(table['ore'],
        errors='coerce'), which makes 'deep' missing, or give '{}'.
        """
        of = "dates" if self.date else "numbers" if self.number else None
        are_dates = not is_measured(values) and days_of(values) is not None
        has = "dates" if are_dates else "numbers" if is_measured(values) else "text"
        given = f"{name}={shown(self.text)}"
        if of is not None and of != has and values.notna().any():
            fault, cure = self._misfit(values, has, column)
            raise MinmapError(f"{given} is a format of {of}, but the column has {fault}; {cure}.")
        numbers = values.dropna().to_numpy(dtype=float) if has == "numbers" else np.zeros(0)
        if self.is_whole and np.mod(numbers, 1).any():
            raise MinmapError(
                f"{given} is a format of whole numbers, but the column has others; give "
                f"{self.text.replace('d}', '.0f}')!r}, which rounds them."
            )

    def _misfit(self, values: pd.Series, has: str, column: str) -> tuple[str, str]:
        """Return what a column has instead, and the cure."""
        if has != "text":
            return has, f"give a format of {has}, such as {_LIKES[has]}"
        text = unclear_number(values)
        made = f"numbers of it first, such as {numbers_cure(column, values)}"
        if self.date:
            require_clear_dates(values, column=column)
            made = f"dates of it first, such as pandas.to_datetime(table[{column!r}])"
        return f"text such as {shown(text)}", f"make {made}, or give '{{}}'"

    def as_dict(self, unit: str | None) -> dict[str, Any]:
        """Return the format for a page; the unit of the column follows where nothing else does."""
        has_own = self.after.strip() or (self.number or {}).get("percent")
        found = {"before": self.before, "after": self.after, "unit": None if has_own else unit}
        parts = {"number": self.number, "date": self.date}
        return found | {key: value for key, value in parts.items() if value is not None}


def has_braces(text: str) -> bool:
    """Return whether a text is a format and not a heading."""
    return "{" in text or "}" in text


def is_bare(text: str) -> bool:
    """Return whether a text looks like a format without its braces.

    Examples
    --------
    >>> [is_bare(text) for text in (",.1f", "%d %b %Y", "Grade, g/t", "d")]
    [True, True, False, False]
    """
    return _BARE.fullmatch(text) is not None


def _split(text: str) -> tuple[str, str, str]:
    """Return the text before the value, its specification, and the text after it."""
    around, spec = ["", ""], None
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        raise ValueError("its braces do not match") from None
    for literal, field, of_field, conversion in pieces:
        around[spec is not None] += literal
        if field is None:
            continue
        if spec is not None:
            raise ValueError("it has several values")
        if field or conversion:
            inside = field + (f"!{conversion}" if conversion else "")
            raise ValueError(f"{shown(inside)} is more than the value of the column")
        spec = of_field or ""
    if spec is None:
        raise ValueError("it has no value in braces")
    return around[0], spec, around[1]


def _is_date(spec: str) -> bool:
    return re.search("%-?[A-Za-z]", spec) is not None


def _of_date(spec: str) -> dict[str, Any]:
    parts = []
    for text in _DATE_PARTS.findall(spec):
        if text.startswith("%") and text != "%%" and text not in _DATES:
            raise _unknown(spec)
        is_text = text not in _DATES
        parts.append(("text", text.replace("%%", "%")) if is_text else (_DATES[text], ""))
    return {"date": parts}


def _of_number(spec: str) -> dict[str, Any]:
    match = _NUMBER.fullmatch(spec)
    if match is None or int(match["decimals"] or 0) > _MOST_DECIMALS:
        raise _unknown(spec)
    number: dict[str, Any] = {key: True for key in ("grouped", "signed") if match[key]}
    if match["type"] == "%":
        number["percent"] = True
    if match["whole"]:
        number["decimals"] = 0
    elif match["type"]:
        number["decimals"] = int(match["decimals"] or _USUAL_DECIMALS)
    return {"number": number or None, "is_whole": match["whole"] is not None}


def _unknown(spec: str) -> ValueError:
    *codes, last = _DATES
    return ValueError(
        f"{shown(spec)} is neither [+][,][.decimals] with f, d or % nor a date of "
        f"{', '.join(codes)} and {last}"
    )
