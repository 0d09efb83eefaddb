"""The palette of a raster: a name, a list of colours, or a colour for each value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any, TypeAlias

from minmap.arguments import shown
from minmap.errors import MinmapError
from minmap.style.palettes import as_palette
from minmap.style.value_labels import label_of

RasterPalette: TypeAlias = str | tuple[str, ...] | dict[float, str]
"""A name, colours in their order, or colours by value in the order of the values."""


def raster_palette(palette: Any) -> RasterPalette:
    """Return a palette in one form.

    Parameters
    ----------
    palette
        As of `as_palette`; the values of a mapping are numbers.

    Raises
    ------
    ChoiceError
        If there is no palette of that name, or a colour is not one of CSS.
    MinmapError
        If a mapping has a key that is not a number.

    Examples
    --------
    >>> raster_palette({500: "tan", 0: "green"}), raster_palette(["navy", "#FFF"])
    ({0.0: '#008000', 500.0: '#d2b48c'}, ('#000080', '#ffffff'))
    >>> raster_palette({"sea": "navy"})
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: palette={'sea': 'navy'} has 'sea', which is not a value of a raster;
    give numbers with their colours, such as {1: 'green', 2: 'navy'}.
    """
    taken = as_palette(palette)
    if not isinstance(taken, dict):
        return taken
    colors = {_value(palette, key): taken[label_of(key)] for key in palette}
    return dict(sorted(colors.items()))


def _value(palette: Mapping[Any, Any], key: Any) -> float:
    if not isinstance(key, Real) or not math.isfinite(key):
        raise MinmapError(
            f"palette={shown(palette)} has {shown(key)}, which is not a value of a raster; give "
            "numbers with their colours, such as {1: 'green', 2: 'navy'}."
        )
    return float(key)
