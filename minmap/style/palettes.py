"""Palettes: a name, a list of colours, or a colour for each value; and their colours."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from PIL import ImageColor

from minmap.arguments import items_of, nearest_choice, shown
from minmap.errors import ChoiceError, MinmapError
from minmap.style.color_maps import (
    DIVERGING,
    base_name,
    color_map_names,
    colors_at,
    listed_colors,
)
from minmap.style.css_colors import require_color
from minmap.style.value_labels import label_of
from minmap.types import Floats

Palette: TypeAlias = str | tuple[str, ...] | dict[str, str]
"""A name, colours in their order, or colours by the label of a value; "" is a missing value."""

DEFAULT_RAMP: Final = "viridis_r"
"""Default palette: on a light map, dark means much."""
# The share of the default ramp that is brighter than the background of a dark page.
_SHOWN_ON_DARK: Final = 0.75

_EXAMPLES: Final = (
    "'viridis', 'cividis', 'YlGnBu', 'PuOr', 'batlow', 'turbo', or for values without an order "
    "'Okabe-Ito', 'tab20', 'batlowS'"
)
_SYNONYMS: Final = {
    "category10": "tab10", "category20": "tab20", "colorblind": "Okabe-Ito", "parula": "viridis",
}  # fmt: skip
_REVERSED: Final = re.compile(r"(?:[ _-](?:r|reversed|inverted))+$", re.IGNORECASE)
# How bright red, green and blue are (ITU-R BT.709), and how bright a point or line may be.
_BRIGHTNESS: Final = np.array([0.2126, 0.7152, 0.0722])
_THIN_BRIGHTNESS: Final = 0.76


def as_palette(palette: Any) -> Palette:
    """Return a palette in one form.

    Parameters
    ----------
    palette
        A name of a colour map of matplotlib, ColorBrewer or cmcrameri (``_r`` at the end reverses
        it), or ``"Okabe-Ito"``; a list of CSS colours; or a mapping from values to CSS colours.

    Raises
    ------
    ChoiceError
        If there is no such palette, or a colour is not one of CSS.

    Examples
    --------
    >>> as_palette("cmc.batlow"), as_palette(["red", "#00F"]), as_palette({1.0: "navy"})
    ('batlow', ('#ff0000', '#0000ff'), {'1': '#000080'})
    >>> as_palette("viridus")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: palette='viridus' is not known; did you mean 'viridis'?
    """
    if isinstance(palette, Mapping):
        if not palette:
            raise ChoiceError("palette={} has no colours; give a colour for each value.")
        return {
            label_of(key): require_color(value, name=f"palette[{shown(key)}]")
            for key, value in palette.items()
        }
    listed = None if isinstance(palette, str) else items_of(palette)
    if listed:
        return tuple(
            require_color(value, name=f"palette[{place}]") for place, value in enumerate(listed)
        )
    # cmcrameri registers its names with a prefix.
    name = palette.removeprefix("cmc.") if isinstance(palette, str) else ""
    names = color_map_names()
    if base_name(name) in names:
        return name
    near = _near(name, names)
    if near is not None:
        raise ChoiceError(f"palette={shown(palette)} is not known; did you mean {near!r}?")
    raise ChoiceError(
        f"palette={shown(palette)} is not known. Give the name of a colour map of matplotlib, "
        f"ColorBrewer or cmcrameri, such as {_EXAMPLES}; a list of colours; or a mapping from "
        "values to colours."
    )


def _near(name: str, names: Iterable[str]) -> str | None:
    """Return the palette that a name resembles, reversed if the name says so."""
    plain = _REVERSED.sub("", name)
    near = nearest_choice(plain, names, synonyms=_SYNONYMS)
    return near if near is None or plain == name else f"{near}_r"


def is_ramp(palette: Palette | None) -> bool:
    """Return whether a palette has an order, as numbers have; a list of colours has one."""
    return not isinstance(palette, dict | None) and _listed(palette) is None


def _listed(palette: str | tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the colours of a named palette without an order."""
    return listed_colors(palette) if isinstance(palette, str) else None


def swatches(
    palette: str | tuple[str, ...], count: int, *, title: object = None, thin: bool = False
) -> list[str]:
    """Return a colour for each of `count` values: the first of a list, or steps of a ramp.

    Parameters
    ----------
    palette
        A name or a list of colours.
    count
        Number of values.
    title
        Name of their column, for the message; None for a raster.
    thin
        Whether the colours are for points or lines, as in `ramp`.

    Raises
    ------
    MinmapError
        If a list has fewer colours than there are values.

    Examples
    --------
    >>> swatches(("#ff0000", "#0000ff", "#ffffff"), 2, title="kind", thin=False)
    ['#ff0000', '#0000ff']
    """
    listed = palette if isinstance(palette, tuple) else _listed(palette)
    if listed is None:
        return ramp(palette, count, thin=thin)
    if len(listed) < count:
        text = shown(palette if isinstance(palette, str) else list(palette))
        what = "raster" if title is None else f"column {title!r}"
        number = "one colour" if len(listed) == 1 else f"{len(listed)} colours"
        raise MinmapError(
            f"palette={text} has {number}, and the {what} {count:,} "
            "different values; give more colours, such as 'batlowS' with 100, a mapping from "
            "values to colours, or for numbers classes with scheme='NaturalBreaks' or another."
        )
    return list(listed[:count])


def ramp(
    palette: str | tuple[str, ...], count: int, *, zero: float | None = None, thin: bool = False
) -> list[str]:
    """Return a colour for each class, from the least to the greatest.

    Parameters
    ----------
    palette
        An ordered palette, or a list of colours between which others are mixed.
    count
        Number of classes.
    zero
        The class, counted from 0, that contains zero; a half is the limit between two classes. A
        diverging palette has its neutral middle there. None means the middle class.
    thin
        Whether the colours are for points or lines, which must not be too light on a light map.
        Colours of a list are taken as they are.

    Examples
    --------
    >>> ramp("viridis", 3)
    ['#440154', '#21918c', '#fde725']
    >>> ramp("PuOr", 3, zero=0)[0] == ramp("PuOr", 3)[1]
    True
    >>> ramp(("#000000", "#ffffff"), 3)
    ['#000000', '#808080', '#ffffff']
    """
    if isinstance(palette, tuple):
        return _mixed(palette, count)
    diverges = base_name(palette) in DIVERGING
    chosen = colors_at(palette, _positions(count, zero if diverges else None))
    if thin:
        light = chosen @ _BRIGHTNESS
        chosen = chosen * np.minimum(1, _THIN_BRIGHTNESS / np.maximum(light, 1e-9))[:, np.newaxis]
    return _hex(chosen)


def dark_ramp(count: int) -> list[str]:
    """Return the colours of the default ramp on a dark page, where bright means high.

    The darkest ones, which would not show there, are left out.

    Examples
    --------
    >>> dark_ramp(2)
    ['#21918c', '#fde725']
    """
    return ramp(DEFAULT_RAMP, math.ceil(count / _SHOWN_ON_DARK))[:count][::-1]


def _mixed(palette: Sequence[str], count: int) -> list[str]:
    if count == len(palette):
        return list(palette)
    channels = np.array([ImageColor.getrgb(color) for color in palette]).T / 255
    stops, places = np.linspace(0, 1, len(palette)), np.linspace(0, 1, max(count, 1))
    return _hex(np.transpose([np.interp(places, stops, channel) for channel in channels]))


def _hex(colors: Floats) -> list[str]:
    # Halves are rounded to even, as matplotlib does.
    return ["#{:02x}{:02x}{:02x}".format(*color) for color in np.rint(colors * 255).astype(int)]


def _positions(count: int, zero: float | None) -> Floats:
    """Spread classes over 0 to 1, class `zero` at the middle."""
    middle = (count - 1) / 2 if zero is None else zero
    reach = max(middle, count - 1 - middle) or 1.0
    spread: Floats = 0.5 + (np.arange(count, dtype=np.float64) - middle) / (2 * reach)
    return spread
