"""Ramps: colours that change with a number, or with its logarithm, without classes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from minmap.arguments import require_number, shown
from minmap.errors import MinmapError
from minmap.style.dates import date_text, is_date
from minmap.style.palettes import ramp
from minmap.style.symbols import OTHER, Entry, Legend, Ramp
from minmap.style.value_labels import number_text
from minmap.types import Booleans, Floats

CONTINUOUS: Final = "Continuous"
LOG: Final = "Log"
_STEPS: Final = 64
_NOT_POSITIVE: Final = "zero or less"


class Ends(NamedTuple):
    """The numbers at the ends of a ramp as the maker wishes them; None takes those of the data."""

    least: Any = None
    greatest: Any = None

    def require(self, *, log: bool) -> None:
        """Raise if an end is neither a number nor a date, or cannot be an end.

        Raises
        ------
        MinmapError
            If so.

        Examples
        --------
        >>> Ends(5, 1).require(log=False)
        Traceback (most recent call last):
            ...
        minmap.errors.MinmapError: vmin=5 is not less than vmax=1; exchange them.
        """
        above = 0.0 if log else -np.inf
        for name, value in (("vmin", self.least), ("vmax", self.greatest)):
            if value is not None and not is_date(value):
                require_number(value, name=name, like=1, above=above)
        are_numbers = not any(value is None or is_date(value) for value in self)
        if are_numbers and not self.least < self.greatest:
            raise MinmapError(
                f"vmin={shown(self.least)} is not less than vmax={shown(self.greatest)}; exchange "
                "them."
            )

    def around(self, numbers: Floats, *, dates: bool) -> tuple[float, float]:
        """Return the ends; where one is not given, the least or the greatest number."""
        least = float(numbers.min() if self.least is None else self.least)
        greatest = float(numbers.max() if self.greatest is None else self.greatest)
        if least > greatest:
            name, end, bound = ("vmax", self.greatest, numbers.min())
            if self.greatest is None:
                name, end, bound = ("vmin", self.least, numbers.max())
            side = "below" if name == "vmax" else "above"
            what, text = ("dates", _day_text) if dates else ("numbers", number_text)
            raise MinmapError(
                f"{name}={text(end)} is {side} all {what} of the column, which end with "
                f"{text(float(bound))}; give another, or leave it out."
            )
        return least, greatest


def ramp_legend(
    numbers: Floats,
    given: Booleans,
    palette: str | tuple[str, ...],
    ends: Ends,
    *,
    log: bool,
    dates: bool,
    look: Entry,
    last: Entry | None,
) -> Legend:
    """Return the legend of a ramp of 64 colours.

    Parameters
    ----------
    numbers, given
        The numbers, and whether each is one: not missing, not a code of a missing value.
    palette
        A ramp or a list of colours.
    ends
        The numbers at the ends.
    log
        Whether colours change with the logarithm. Zero and less have an entry of their own.
    dates
        Whether the numbers are days, whose zero has no meaning.
    look
        The entry of a step, without its colour and label.
    last
        The entry of missing values; None if there are none.

    Raises
    ------
    MinmapError
        If `log` is true and no number is above zero, or an end is beyond all numbers.

    Examples
    --------
    >>> values, look = np.array([1.0, 10.0, 100.0, 0.0]), Entry("", 0, "", "area")
    >>> made = ramp_legend(
    ...     values, values >= 0, "viridis", Ends(), log=True, dates=False, look=look, last=None
    ... )
    >>> made.codes.tolist(), made.entries[-1].label, made.scale.greatest
    ([0, 32, 63, 64], 'zero or less', 100.0)
    """
    usable = given & (numbers > 0) if log else given
    plus = "plus" if look.shape == "circle" else look.shape
    rest = [replace(look, label=_NOT_POSITIVE, color=OTHER, shape=plus)]
    rest = [] if usable.sum() == given.sum() else rest
    if log and rest and not usable.any():
        raise MinmapError(
            "scheme='Log' needs numbers above zero, and the column has none; give "
            "scheme='Continuous'."
        )
    codes = np.full(len(numbers), _STEPS)
    codes[~given] += len(rest)
    if not usable.any():
        return Legend.of(None, [] if last is None else [last], np.zeros(len(numbers)))
    least, greatest = ends.around(numbers[usable], dates=dates)
    low, high = (np.log10(least), np.log10(greatest)) if log else (least, greatest)
    scaled = np.log10(numbers[usable]) if log else numbers[usable]
    share = (scaled - low) / ((high - low) or 1.0)
    codes[usable] = np.clip(np.floor(share * _STEPS), 0, _STEPS - 1)
    steps = _steps(look, palette, low, high, log=log, dates=dates)
    within = numbers[usable]
    beyond = {"below": bool((within < least).any()), "above": bool((within > greatest).any())}
    scale = Ramp(least, greatest, log=log, **beyond)
    return Legend.of(None, [*steps, *rest, *([] if last is None else [last])], codes, scale=scale)


def _steps(
    look: Entry, palette: str | tuple[str, ...], low: float, high: float, *, log: bool, dates: bool
) -> list[Entry]:
    """Return the entries of the steps of a ramp between two numbers, or their logarithms."""
    text = _day_text if dates else number_text
    edges = np.linspace(low, high, _STEPS + 1)
    limits = [float(f"{edge:.6g}") for edge in (10**edges if log else edges)]
    has_zero = not log and not dates and low < 0 < high
    zero = -low / (high - low) * _STEPS - 0.5 if has_zero else None
    colors = ramp(palette, _STEPS, zero=zero, thin=look.shape != "area")
    return [
        replace(look, label=f"{text(from_)} – {text(to)}", color=color, limits=(from_, to))
        for color, (from_, to) in zip(colors, pairwise(limits), strict=True)
    ]


def _day_text(days: float) -> str:
    return date_text(np.floor(days))
