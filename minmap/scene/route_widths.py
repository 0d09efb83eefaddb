"""How much wider than a corridor's leg a piece of a network is, by the routes on it."""

from __future__ import annotations

from math import sqrt
from typing import Final

WIDEST: Final = 2.2
NARROWEST: Final = 0.6


def width_factor(passing: int, most: int) -> float:
    """Return the width of a piece over that of a leg: by the root, so that a tenth still shows.

    Examples
    --------
    >>> width_factor(100, 100), width_factor(1, 100)
    (2.2, 0.76)
    """
    share = min(1.0, passing / max(1, most))
    return round(NARROWEST + (WIDEST - NARROWEST) * sqrt(share), 4)
