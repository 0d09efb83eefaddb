"""Numbers as sizes: the area of a symbol, or the width of a line, is proportional to its value.

References
----------
J. Bertin, Sémiologie graphique (1967); T. Slocum et al., Thematic Cartography and Geovisualization,
on proportional symbols. Areas are mathematically proportional, without Flannery's enlargement of
the greater ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.arguments import require_number
from minmap.errors import MinmapError
from minmap.style.channels import Channel, require_quantities

_STEP_PX: Final = 0.25
_MOST_SAMPLES: Final = 4
# The next sample of a legend is at most this share as wide as the one before.
_CLEARLY_SMALLER: Final = 0.6

USUAL_PX: Final = 11
"""The diameter of a symbol at near zooms, to which the sizes in legends refer."""
LINE_PX: Final = 1.4
"""The usual width of lines and outlines, in pixels."""


@dataclass(frozen=True)
class Proportion:
    """How numbers become lengths in pixels: ``greatest * (number / maximum) ** power``.

    The greatest number of a column has the greatest length. No length is below the least one, so
    that everything stays visible beside a few huge numbers; zero and missing numbers have it too.

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
    """

    argument: str
    greatest: float
    least: float
    power: float
    widest: int

    def channel(self, table: pd.DataFrame, column: str) -> Channel:
        """Return the length of each row of a table, in steps of a quarter of a pixel.

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
        ([45.0, 22.5, 5.0, 5.0], 1)
        >>> channel.samples, channel.floor
        (((100.0, 45.0), (20.0, 20.12), (5.0, 10.06)), 1.0)
        """
        numbers = require_quantities(table, column, argument=self.argument)
        given = numbers[~np.isnan(numbers)]
        if (given < 0).any():
            raise MinmapError(
                f"{self.argument}={column!r} has {(given < 0).sum():,} negative numbers, the least "
                f"{given.min():g}, which a size cannot show; give color={column!r}, or a column of "
                f"table[{column!r}].abs()."
            )
        most = float(given.max(initial=0.0))
        shares = np.nan_to_num(numbers) / (most or 1.0)
        lengths = np.maximum(self.greatest * shares**self.power, self.least)
        steps = np.rint(lengths / _STEP_PX) * _STEP_PX
        floor = most * (self.least / self.greatest) ** (1 / self.power)
        return Channel.of(
            steps,
            samples=self._samples(most),
            missing=len(numbers) - len(given),
            least=self.least,
            floor=round_below(floor) if (given < floor).any() else None,
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

    def _samples(self, most: float) -> tuple[tuple[float, float], ...]:
        """Return round numbers for the legend, each with its length."""
        found: list[tuple[float, float]] = []
        number = round_below(most)
        while len(found) < _MOST_SAMPLES and number > 0:
            length = self.greatest * (number / most) ** self.power
            if found and length < self.least / _CLEARLY_SMALLER:
                break
            found.append((number, round(length, 2)))
            number = round_below(number * _CLEARLY_SMALLER ** (1 / self.power))
        return tuple(found)


SYMBOLS: Final = Proportion("size", greatest=45.0, least=5.0, power=0.5, widest=60)
"""Diameters of symbols."""
LINES: Final = Proportion("line_width", greatest=10.0, least=0.75, power=1.0, widest=14)
"""Widths of lines."""


def round_below(number: float) -> float:
    """Return the greatest of 1, 2 and 5 times a power of ten that is not above a number.

    Examples
    --------
    >>> round_below(990), round_below(0.2), round_below(1), round_below(0)
    (500.0, 0.2, 1.0, 0.0)
    """
    if not number > 0:
        return 0.0
    power = floor(log10(number))
    candidates = (float(f"{step}e{power + up}") for up in (1, 0, -1) for step in (5, 2, 1))
    return next((round_ for round_ in candidates if round_ <= number), 0.0)
