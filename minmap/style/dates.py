"""Dates as numbers of days, on which ramps, classes and ranges of filters are computed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from numbers import Real
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.arguments import shown
from minmap.errors import MinmapError
from minmap.types import TEXT
from minmap.writing.column_types import as_text, has_far_times

_START: Final = datetime(1970, 1, 1)  # local times have no zone either
_DAY: Final = timedelta(days=1)
_DATE: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_NUMBERS: Final = re.compile(r"(\d\d?)([./-])(\d\d?)\2(\d{4})(?:[T ]+(\d\d?)(:\d\d(?::\d\d)?))?")
_MONTHS: Final = 12
# A year, a month or a day, as the maker of a map writes it.
_PERIOD: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_TIMES_WITHIN: Final = 10
_CURE: Final = "give a date, such as '2005-08-31', '2005-08' or 2005"


def days_of(values: pd.Series) -> pd.Series | None:
    """Return the dates of a column as days since the start of 1970; None if it has no dates.

    Parameters
    ----------
    values
        Times of pandas or Arrow, objects of `datetime`, or texts, with or without a time: ISO 8601
        (``2005-08-31``), with dots (``31.08.2005``, the day first), or with strokes or hyphens
        (``31/08/2005``) if a day above 12 tells which number is the day. Times of day are
        fractions; time zones are left out, so that the date is the one that the table shows.
        Missing values and blank texts are NaN. A column with a date beyond the years 1 to 9999 has
        no dates.

    Examples
    --------
    >>> days_of(pd.Series(["1970-01-02", None, "1970-01-03T12:00"])).tolist()
    [1.0, nan, 2.5]
    >>> days_of(pd.Series(["1970-01-02", "soon"])), days_of(pd.Series([1970]))
    (None, None)
    >>> days_of(pd.Series(["2.1.1970", "31/1/1970"])).tolist(), days_of(pd.Series(["1/2/1970"]))
    ([1.0, 30.0], None)
    """
    if isinstance(values.dtype, pd.CategoricalDtype) or not _may_be_dates(values):
        return None
    try:
        rows, distinct = pd.factorize(values)  # -1 where missing
        is_day_first = _is_day_first(distinct)
        days = [_days(value, is_day_first=is_day_first) for value in distinct]
    except (TypeError, ValueError, pa.ArrowException):  # no dates, or lists and dicts
        return None
    numbers = np.array([*days, np.nan])[rows]
    return None if np.isnan(numbers).all() else pd.Series(numbers, index=values.index)


def _may_be_dates(values: pd.Series) -> bool:
    """Return whether the first value of a column is a date, which is quick to find out."""
    kind = pd.api.types
    if kind.is_datetime64_any_dtype(values):
        return far_times_as_text(values) is None
    if kind.is_any_real_numeric_dtype(values) or kind.is_bool_dtype(values):
        return False
    given = values.notna().to_numpy()
    at = values.iloc[given.argmax()] if given.any() else None
    text = at.strip() if isinstance(at, str) else None
    is_text = text == "" or bool(text and (_DATE.match(text) or _NUMBERS.match(text)))
    return isinstance(at, date) or is_text


def far_times_as_text(values: pd.Series) -> pd.Series | None:
    """Return a column of times as ISO 8601 texts if any is beyond the years 1 to 9999, or None.

    Examples
    --------
    >>> times = pd.Series(np.array(["12000-01-31", "1998-02-01T12", "NaT"], "datetime64[s]"))
    >>> far_times_as_text(times).tolist(), far_times_as_text(times[1:])
    (['12000-01-31', '1998-02-01T12:00:00', nan], None)
    """
    if not pd.api.types.is_datetime64_any_dtype(values):
        return None
    times = pa.array(values, from_pandas=True)
    if not has_far_times(times):
        return None
    texts = pc.replace_substring_regex(as_text(times), r"T00:00:00(Z|[+-]\d{4})?$", "")
    return pd.Series(texts.to_pylist(), index=values.index, name=values.name, dtype=TEXT)


def _is_day_first(values: Iterable[Any]) -> bool | None:
    """Return whether the day is before the month in texts; None if no day above 12 tells."""
    texts = (value.strip() for value in values if isinstance(value, str))
    found = [match for match in map(_NUMBERS.fullmatch, texts) if match and match[2] != "."]
    first = any(int(match[1]) > _MONTHS for match in found)
    second = any(int(match[3]) > _MONTHS for match in found)
    return None if first == second else first


def _iso_text(text: str, *, is_day_first: bool | None) -> str:
    """Return a date of three numbers as ISO 8601 text, and any other text without blanks around."""
    text = text.strip()
    match = _NUMBERS.fullmatch(text)
    if match is None or (match[2] != "." and is_day_first is None):
        return text
    day, month = (match[1], match[3]) if match[2] == "." or is_day_first else (match[3], match[1])
    time = f" {match[5]:0>2}{match[6]}" if match[5] else ""
    return f"{match[4]}-{month:0>2}-{day:0>2}{time}"


def require_clear_dates(values: pd.Series, *, column: str) -> None:
    """Raise `MinmapError` if the order of day and month in a column of dates is unclear.

    Examples
    --------
    >>> require_clear_dates(pd.Series(["1/2/2003"]), column="found")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: the column 'found' has dates such as '1/2/2003', in which the day
    could be the month; make dates of them with pandas.to_datetime(table['found'], dayfirst=True),
    or dayfirst=False.
    """
    if pd.api.types.is_numeric_dtype(values) or days_of(values) is not None:
        return
    given = [text for value in values.dropna().unique() if (text := str(value).strip())]
    found = [_NUMBERS.fullmatch(text) for text in given]
    are_dates = all(found) and any(match and match[2] != "." for match in found)
    if are_dates and _is_day_first(given) is None:
        raise MinmapError(
            f"the column {column!r} has dates such as {given[0]!r}, in which the day could be the "
            f"month; make dates of them with pandas.to_datetime(table[{column!r}], dayfirst=True), "
            "or dayfirst=False."
        )


def _days(value: Any, *, is_day_first: bool | None = None) -> float:
    """Return the days of one value; raise `ValueError` if it is no date."""
    if isinstance(value, str):
        text = _iso_text(value, is_day_first=is_day_first)
        if not text:
            return float("nan")
        if not _DATE.fullmatch(text):
            raise ValueError
        value = datetime.fromisoformat(text)
    elif isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    elif not isinstance(value, date):
        raise TypeError
    if not MINYEAR <= value.year <= MAXYEAR:
        raise ValueError
    at = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return float((at.replace(tzinfo=None) - _START) / _DAY)


def without_times(days: pd.Series) -> pd.Series:
    """Return days without the time of day, which matters only within a few days.

    Examples
    --------
    >>> without_times(pd.Series([1.5, 2.0])).tolist(), without_times(pd.Series([1.5, 99])).tolist()
    ([1.5, 2.0], [1.0, 99.0])
    """
    has_times = days.max() - days.min() <= _TIMES_WITHIN
    return days if has_times else np.floor(days)


def date_texts(values: pd.Series) -> list[str | None]:
    """Return a column of dates as ISO 8601 texts, without times if all are midnight.

    Examples
    --------
    >>> date_texts(pd.Series(pd.to_datetime(["2005-08-31", None])))
    ['2005-08-31', None]
    >>> date_texts(pd.Series(["1.8.2005 9:30"]))
    ['2005-08-01 09:30']
    """
    given = [None if pd.isna(value) else value for value in values.astype(object)]
    times = [value for value in given if isinstance(value, datetime)]
    has_times = not all(_days(time).is_integer() for time in times)
    is_day_first = _is_day_first(given)
    return [
        (_iso_text(value, is_day_first=is_day_first) or None)
        if isinstance(value, str)
        else _date_text(value, has_times=has_times)
        for value in given
    ]


def _date_text(value: Any, *, has_times: bool) -> str | None:
    if value is None:
        return None
    is_plain = isinstance(value, datetime) and not has_times
    text: str = (value.date() if is_plain else value).isoformat()
    return text


def day_of(value: Any, *, name: str, is_end: bool = False) -> float:
    """Return the days of a date that the maker of a map gives.

    Parameters
    ----------
    value
        A date or time, or a text as in a column; a year or a month means its first day.
    name
        Name of the argument, for the message.
    is_end
        Whether a year or a month means its last day.

    Raises
    ------
    MinmapError
        If it is no date.

    Examples
    --------
    >>> day_of("1970-02", name="vmin"), day_of(1970, name="vmax", is_end=True)
    (31.0, 364.0)
    >>> day_of("soon", name="vmin")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: vmin='soon' is not a date; give a date, such as '2005-08-31',
    '2005-08' or 2005.
    """
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    text = f"{value:04g}" if is_number else value
    period = _PERIOD.fullmatch(text.strip()) if isinstance(text, str) else None
    try:
        if period is None:
            found = _days(text, is_day_first=_is_day_first([text]))
        else:
            year, month, day = (int(part or 0) for part in period.groups())
            month = month or (12 if is_end else 1)
            day = day or (monthrange(year, month)[1] if is_end else 1)
            found = _days(date(year, month, day))
    except (TypeError, ValueError):
        found = float("nan")
    if np.isnan(found):
        raise MinmapError(f"{name}={shown(value)} is not a date; {_CURE}.")
    return found


def is_date(value: Any) -> bool:
    """Return whether a value of an argument is a date, and not a number.

    Examples
    --------
    >>> is_date("2005-08"), is_date(date(2005, 8, 31)), is_date(2005), is_date("Copper")
    (True, True, False, False)
    """
    if isinstance(value, str):
        text = value.strip()
        return any(form.fullmatch(text) for form in (_PERIOD, _DATE, _NUMBERS))
    return isinstance(value, (date, np.datetime64))


def date_text(days: float) -> str:
    """Return days since the start of 1970 as a date, with the time of day if there is one.

    Examples
    --------
    >>> date_text(0), date_text(1.5)
    ('1970-01-01', '1970-01-02 12:00')
    """
    at = _START + timedelta(days=days)
    return at.date().isoformat() if float(days).is_integer() else at.isoformat(" ", "minutes")


def period_end(limit: float, least: float, most: float) -> float:
    """Return the last day of a year, or else of a month, from `least` to before `most`.

    The one nearest to `limit`; `limit` itself where there is none.

    Examples
    --------
    >>> date_text(period_end(day_of("2001-03-09", name=""), day_of(2000, name=""), 1e5))
    '2000-12-31'
    """
    at = np.datetime64(int(np.floor(limit)), "D")
    for unit in ("Y", "M"):
        starts = at.astype(f"datetime64[{unit}]") + np.arange(2)
        ends = (starts.astype("datetime64[D]") - np.timedelta64(1, "D")).astype(np.float64)
        inside = [float(end) for end in ends if least <= end < most]
        if inside:
            return min(inside, key=lambda end: abs(end - limit))
    return limit
