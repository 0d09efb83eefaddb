"""The numbers and dates beside a bar of colours: its ends, and round ones between them."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Final

import numpy as np

from minmap.style.dates import date_text

Tick = tuple[float, float]
"""A share of the bar, and the number there."""

_MOST: Final = 3  # between the ends
_CLEAR: Final = 0.2  # least distance of the numbers at a bar, as a share of it
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_MANTISSAS: Final = ((1,), (1, 3), (1, 2, 5))
_YEARS: Final = range(1500, 2101)  # whole numbers from 1500 to 2100 are years, as filters take them
# Months between round dates: centuries, decades, years, and parts of a year.
_MONTHS: Final = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000)
_YEAR_ZERO: Final = 1970 * 12  # months before 1970
_YEAR_DAYS: Final = 365.25
_YEAR, _MONTH = len("2005"), len("2005-08")
_LETTER: Final = 0.03  # the width of a letter as a share of the bar


def even_ticks(low: float, high: float) -> list[Tick]:
    """Return the ticks of a bar with equal steps; those of years are whole.

    Examples
    --------
    >>> [value for _, value in even_ticks(-28.4, 3127)]
    [-28.0, 1000.0, 1500.0, 2000.0, 3127.0]
    >>> [value for _, value in even_ticks(2001, 2004)], even_ticks(5, 5)
    ([2001.0, 2002.0, 2003.0, 2004.0], [(0.0, 5.0)])
    """
    span = high - low
    if not 0 < span < float("inf"):
        return [(0.0, float(low))]
    are_years = all(end in _YEARS for end in (low, high))
    power, best = 10.0 ** floor(log10(span / (_MOST + 1))), list[float]()
    for step in (times * power for times in _STEPS):
        first, last = ceil((low + _CLEAR * span) / step), floor((high - _CLEAR * span) / step)
        inside = [number * step for number in range(first, last + 1)]
        is_whole = not are_years or step.is_integer()
        if is_whole and len(best) < len(inside) <= _MOST:
            best = inside
    digits = max(0, 2 - floor(log10(span)))
    return [((value - low) / span, round(float(value), digits)) for value in (low, *best, high)]


def log_ticks(low: float, high: float) -> list[Tick]:
    """Return the ticks of a bar whose steps multiply: powers of ten where they have room.

    Examples
    --------
    >>> log_ticks(1, 1000)
    [(0.0, 1.0), (0.3333333333333333, 10.0), (0.6666666666666666, 100.0), (1.0, 1000.0)]
    """
    least, greatest = log10(low), log10(high)
    ends = [(0.0, rounded(low)), (1.0, rounded(high))]
    if not least < greatest:
        return ends[:1]
    for mantissas in _MANTISSAS:
        every = range(floor(least), ceil(greatest) + 1)
        places = (power + log10(times) for power in every for times in mantissas)
        shares = [((one - least) / (greatest - least), rounded(10**one)) for one in places]
        found = spread([ends[0], *(tick for tick in shares if 0 < tick[0] < 1), ends[1]])
        if len(found) > len(ends):
            return found
    return ends


def spread(ticks: list[Tick]) -> list[Tick]:
    """Return the ends and, between them, evenly chosen ticks whose numbers do not overlap."""
    if len(ticks) <= 1:
        return ticks
    first, *inner, last = ticks
    clear = [tick for tick in inner if _CLEAR <= tick[0] <= 1 - _CLEAR]
    for every in range(1, len(clear) + 1):
        chosen = clear[(len(clear) - 1) % every // 2 :: every]
        shares = [share for share, _ in chosen]
        if len(chosen) <= _MOST and (np.diff(shares) >= _CLEAR).all():
            return [first, *chosen, last]
    return [first, last]


def rounded(value: float) -> float:
    """Return a number with three digits."""
    return float(f"{value:.3g}")


def date_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Return the ticks of a bar of days since the start of 1970, as texts.

    The ends are as exact as there is room for.

    Examples
    --------
    >>> from minmap.style.dates import day_of
    >>> ends = [day_of(text, name="") for text in ("1931-08-14", "2007-09-11")]
    >>> [text for _, text in date_ticks(*ends)]
    ['1931', '1960', '1980', '2007']
    """
    span = high - low
    if not span > 0:
        return [(0.0, date_text(low))]
    years = span / _YEAR_DAYS
    letters = _YEAR if years > 20 else _MONTH if years > 2 else None
    ends = [date_text(end if letters is None else floor(end))[:letters] for end in (low, high)]
    best = list[tuple[float, str]]()
    for step in _MONTHS:
        shown = _YEAR if step % 12 == 0 else _MONTH
        clear = span * _LETTER * (len(ends[0]) + shown / 2 + 1)
        inside = _month_starts(low + clear, high - clear, step)
        has_room = step * _YEAR_DAYS / 12 >= span * _LETTER * (shown + 1)
        if (has_room or len(inside) == 1) and len(best) < len(inside) <= _MOST:
            best = [((day - low) / span, date_text(day)[:shown]) for day in inside]
    return [(0.0, ends[0]), *best, (1.0, ends[1])]


def _month_starts(low: float, high: float, step: int) -> list[int]:
    """Return the first days of every `step`-th month, counted from a January, between two days.

    Examples
    --------
    >>> [date_text(day) for day in _month_starts(-47, 59, 2)]
    ['1970-01-01', '1970-03-01']
    """
    ends = np.array([floor(low), floor(high)], "datetime64[D]").astype("datetime64[M]")
    first, last = ends.astype(int).tolist()
    months = np.arange(first + (-first - _YEAR_ZERO) % step, last + 1, step)
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(int).tolist()
    return [day for day in days if low <= day <= high]
