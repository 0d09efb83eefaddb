"""Numbers as sizes: the area of a symbol, or the width of a line, is proportional to its value.

References
----------
J. Bertin, Sémiologie graphique (1967); T. Slocum et al., Thematic Cartography and Geovisualization,
on proportional symbols. Areas are mathematically proportional, without Flannery's enlargement of
the greater ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor, log10
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.arguments import require_number
from minmap.errors import MinmapError
from minmap.missing_codes import MISSING_CODES
from minmap.style.channels import Channel, require_quantities
from minmap.types import Floats

_STEP_PX: Final = 0.25
_ROUND: Final = (5, 2, 1)
# Finer ones, so that a legend reaches from near the least number to near the greatest.
_ENDS: Final = (8, 6, 5, 4, 3, 2.5, 2, 1.5, 1.2, 1)
# Two samples of a legend differ by at least this share of the greatest length.
_APART: Final = 1 / 6

USUAL_PX: Final = 11
"""The diameter of a symbol at near zooms, to which the sizes in legends refer."""
LINE_PX: Final = 1.4
"""The usual width of lines and outlines, in pixels."""
PLAIN_PX: Final = 2.5
"""The dashes of wider lines are longer in proportion."""


@dataclass(frozen=True)
class Proportion:
    """How numbers become lengths in pixels: ``greatest * (number / maximum) ** power``.

    The greatest number of a column has the greatest length; of counts, such as 1 to 6, it has less,
    so that the symbols of 1 are no larger than usual ones. No length is below the least one, so
    that everything stays visible beside a few huge numbers; zero has it too. A missing number has
    none: the page draws a small ring, or a thin line of short dashes.

    Parameters
    ----------
    argument
        The argument that names the column, for messages.
    greatest, least
        Lengths in pixels.
    power
        0.5 for diameters of symbols, so that areas are proportional; 1 for widths of lines.
    widest
        The greatest length that a constant may have.
    one
        The greatest length of a count of 1.
    """

    argument: str
    greatest: float
    least: float
    power: float
    widest: int
    one: float = np.inf

    def channel(self, table: pd.DataFrame, column: str) -> Channel:
        """Return the length of each row of a table, in steps of a quarter of a pixel.

        It is None where the number is missing.

        Raises
        ------
        ChoiceError
            If there is no such column.
        MinmapError
            If the column has no numbers, or negative ones.

        Examples
        --------
        >>> ore = pd.DataFrame({"mt": [100.0, 25.0, 0.0, None]})
        >>> channel = SYMBOLS.channel(ore, "mt")
        >>> [channel.distinct[code] for code in channel.codes], channel.missing
        ([45.0, 22.5, 5.0, None], 1)
        >>> channel.samples, channel.floor
        (((100.0, 45.0), (50.0, 31.82), (20.0, 20.12), (5.0, 10.06)), 1.0)
        """
        numbers = require_quantities(table, column, argument=self.argument)
        given = numbers[~np.isnan(numbers)]
        if (given < 0).any():
            cure = f"give color={column!r}, or a column of table[{column!r}].abs()"
            if given.min() in MISSING_CODES:
                cure = f"if it means missing, clear it (minmap.check, minmap.repair); else {cure}"
            raise MinmapError(
                f"{self.argument}={column!r} has {(given < 0).sum():,} negative numbers, the least "
                f"{given.min():g}, which a size cannot show; {cure}."
            )
        most = float(given.max(initial=0.0))
        fitted = self.fitted(most, is_count=is_count(given))
        return fitted._channel(numbers, given, most)

    def fitted(self, most: float, *, is_count: bool) -> Proportion:
        """Return the proportion with the length of the greatest number of a column.

        Examples
        --------
        >>> [SYMBOLS.fitted(most, is_count=True).greatest for most in (4, 400)]
        [18.0, 45.0]
        """
        if not (is_count and np.isfinite(self.one)):
            return self
        return replace(self, greatest=min(self.greatest, round(self.one * most**self.power, 2)))

    def _channel(self, numbers: Floats, given: Floats, most: float) -> Channel:
        """Return the lengths of numbers; `given` are those that are not missing."""
        shares = numbers / (most or 1.0)
        lengths = np.maximum(self.greatest * shares**self.power, self.least)
        steps = np.rint(lengths / _STEP_PX) * _STEP_PX
        floor = most * (self.least / self.greatest) ** (1 / self.power)
        has_floor = bool((given < floor).any())
        low = floor if has_floor else float(given.min(initial=most))
        return Channel.of(
            steps,
            samples=self._samples(low, most, has_floor=has_floor),
            missing=len(numbers) - len(given),
            least=self.least,
            floor=round_below(floor) if has_floor else None,
        )

    def constant(self, pixels: Any) -> float:
        """Return a length that is given in pixels; raise for any other value."""
        return require_number(
            pixels,
            name=self.argument,
            like=self.widest // 5,
            above=0,
            most=self.widest,
            unit="pixels",
        )

    def _samples(
        self, low: float, most: float, *, has_floor: bool
    ) -> tuple[tuple[float, float], ...]:
        """Return round numbers from `most` to `low`, each with its length.

        Numbers up to `low` have an entry of their own if it is a floor.
        """
        if not low > 0:
            return ()
        ends = _rounds(_ENDS, low, most) or [most]
        least, apart = self._length(low, most), self.greatest * _APART
        found = [(ends[0], self._length(ends[0], most))]
        for number in _rounds(_ROUND, low, most):
            length = self._length(number, most)
            if found[-1][1] - length >= apart and length - least >= apart / 2:
                found.append((number, length))
        if not has_floor and ends[-1] < found[-1][0]:
            found.append((ends[-1], self._length(ends[-1], most)))
        return tuple(found)

    def _length(self, number: float, most: float) -> float:
        length: float = self.greatest * (number / most) ** self.power
        return round(length, 2)


SYMBOLS: Final = Proportion("size", greatest=45.0, least=5.0, power=0.5, widest=60, one=9.0)
"""Diameters of symbols."""
LINES: Final = Proportion("line_width", greatest=10.0, least=1.0, power=1.0, widest=14)
"""Widths of lines."""


def is_count(numbers: Floats) -> bool:
    """Return whether numbers are counts: whole numbers whose least above 0 is 1.

    Examples
    --------
    >>> [is_count(np.array(numbers)) for numbers in ([0.0, 1, 6], [1.0, 2.5], [20.0, 40], [0.0])]
    [True, False, False, False]
    """
    above = numbers[numbers > 0]
    return bool(len(above) and above.min() == 1 and (above == np.rint(above)).all())


def round_below(number: float) -> float:
    """Return the greatest of 1, 2 and 5 times a power of ten that is not above a number.

    Examples
    --------
    >>> round_below(990), round_below(0.2), round_below(1), round_below(0)
    (500.0, 0.2, 1.0, 0.0)
    """
    return next(iter(_rounds(_ROUND, number / 10, number)), 0.0) if number > 0 else 0.0


def _rounds(steps: tuple[float, ...], low: float, high: float) -> list[float]:
    """Return the products of `steps` and powers of ten from `high` down to `low`.

    Examples
    --------
    >>> _rounds((5, 2, 1), 0.1, 7)
    [5.0, 2.0, 1.0, 0.5, 0.2, 0.1]
    """
    powers = range(floor(log10(high)), floor(log10(low)) - 1, -1)
    numbers = (float(f"{step}e{power}") for power in powers for step in steps)
    return [number for number in numbers if low <= number <= high]
