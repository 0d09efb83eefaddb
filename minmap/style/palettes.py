"""Palettes with an order that colour-blind readers see."""

from __future__ import annotations

import numpy as np

from minmap.arguments import require_one_of
from minmap.types import Floats

CATEGORIES = "Okabe-Ito"
"""Palette of values without an order."""

DEFAULT = "viridis_r"
"""Default palette: on a light map, dark means much."""


# The part of each colour map of matplotlib that is visible on a light map.
# viridis: S. van der Walt and N. Smith (2015); cividis: Nunez, Anderton and Renslow (2018),
# https://doi.org/10.1371/journal.pone.0199239; the others: ColorBrewer 2.0, C. Brewer,
# https://colorbrewer2.org, of those that it calls safe for colour-blind readers.
_RAMPS = {
    "viridis": (0.0, 1.0), "cividis": (0.0, 1.0),
    "YlGnBu": (0.25, 1.0), "YlOrBr": (0.25, 1.0), "Purples": (0.25, 1.0),
    "PuOr": (0.06, 0.94), "RdBu": (0.06, 0.94), "BrBG": (0.06, 0.94),
}  # fmt: skip
_DIVERGING = {"PuOr", "RdBu", "BrBG"}
_REVERSED = "_r"
# How bright red, green and blue are (ITU-R BT.709), and how bright a point or line may be.
_BRIGHTNESS = np.array([0.2126, 0.7152, 0.0722])
_THIN_BRIGHTNESS = 0.76


def require_palette(name: str) -> str:
    """Return the name of a palette; ``_r`` at the end of an ordered one reverses it.

    Raises
    ------
    ChoiceError
        If there is no such palette. The message lists them.

    Examples
    --------
    >>> require_palette("cividis_r")
    'cividis_r'
    """
    if str(name).removesuffix(_REVERSED) in _RAMPS:
        return name
    return require_one_of(name, [*_RAMPS, CATEGORIES], name="palette")


def ramp(name: str, count: int, *, zero: float | None = None, thin: bool = False) -> list[str]:
    """Return a colour for each class, from the least to the greatest.

    Parameters
    ----------
    name
        An ordered palette.
    count
        Number of classes.
    zero
        The class, counted from 0, that contains zero; a half is the limit between two classes. A
        diverging palette has its neutral middle there. None means the middle class.
    thin
        Whether the colours are for points or lines, which must not be too light on a light map.

    Examples
    --------
    >>> ramp("viridis", 3)
    ['#440154', '#21918c', '#fde725']
    >>> ramp("PuOr", 3, zero=0)[0] == ramp("PuOr", 3)[1]
    True
    """
    from matplotlib import colormaps, colors  # noqa: PLC0415  (slow; only classes need it)

    base = name.removesuffix(_REVERSED)
    low, high = _RAMPS[base]
    positions = _positions(count, zero if base in _DIVERGING else None)
    if name != base:
        positions = 1 - positions
    chosen = colormaps[base](low + positions * (high - low))[:, :3]
    if thin:
        light = chosen @ _BRIGHTNESS
        chosen = chosen * np.minimum(1, _THIN_BRIGHTNESS / light)[:, np.newaxis]
    return [colors.to_hex(colour) for colour in chosen]


def _positions(count: int, zero: float | None) -> Floats:
    """Spread classes over 0 to 1, class `zero` at the middle."""
    middle = (count - 1) / 2 if zero is None else zero
    reach = max(middle, count - 1 - middle) or 1.0
    spread: Floats = 0.5 + (np.arange(count, dtype=np.float64) - middle) / (2 * reach)
    return spread
