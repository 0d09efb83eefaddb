"""Colours, lengths and properties as QGIS writes them into its files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element

from minmap.style.css_colors import css_color

Properties = Mapping[str, str]

# An inch has 96 CSS pixels (CSS Values and Units Module Level 3, section 6.2).
_PIXELS: Final = {"mm": 96 / 25.4, "point": 96 / 72, "inch": 96.0, "pixel": 1.0}
_OPAQUE: Final = 255
_UNSEEN: Final = "\u200b"


def properties_of(element: Element) -> dict[str, str]:
    """Return the properties of a layer of a symbol, as QGIS 2 (prop) and 3 (Option) write them.

    Examples
    --------
    >>> from xml.etree.ElementTree import fromstring
    >>> properties_of(fromstring('<layer><prop k="color" v="1,2,3,255"/></layer>'))
    {'color': '1,2,3,255'}
    """
    found = {prop.get("k", ""): prop.get("v", "") for prop in element.iterfind("prop")}
    options = element.iterfind("Option[@type='Map']/Option[@name]")
    return found | {option.get("name", ""): option.get("value", "") for option in options}


def first_of(properties: Properties, *names: str) -> str | None:
    """Return the first property that is present; QGIS renamed several."""
    return next((properties[name] for name in names if name in properties), None)


def number_of(value: str | float | None) -> float | None:
    """Return a finite number, or that of a text; None for anything else.

    Examples
    --------
    >>> number_of("0.26"), number_of("nan"), number_of(None)
    (0.26, None, None)
    """
    try:
        number = float("" if value is None else value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def share_of(text: str | None) -> float:
    """Return an opacity from 0 to 1; 1 where there is none."""
    number = number_of(text)
    return 1.0 if number is None else min(max(number, 0.0), 1.0)


def color_of(text: str | None) -> tuple[str, float] | None:
    """Return a colour as ``#rrggbb``, and its opacity; None for anything else.

    QGIS writes red, green, blue and alpha, from 0 to 255; since 3.34 a more exact description
    follows, which says the same.

    Examples
    --------
    >>> color_of("31,120,180,255"), color_of("255,0,0,51,rgb:1,0,0,0.2"), color_of("#0a0b0c")
    (('#1f78b4', 1.0), ('#ff0000', 0.2), ('#0a0b0c', 1.0))
    """
    parts = (text or "").split(",")
    if len(parts) < 3:
        named = css_color(parts[0]) if parts[0] else None
        return None if named is None else (named, 1.0)
    channels = [number_of(part) for part in parts[:4]]
    bytes_ = [round(min(max(value, 0), _OPAQUE)) for value in channels if value is not None]
    if len(bytes_) != len(channels):
        return None
    return f"#{bytes(bytes_[:3]).hex()}", share_of_byte(bytes_[3] if len(bytes_) > 3 else None)


def share_of_byte(alpha: float | None) -> float:
    """Return an opacity from 0 to 1 for one from 0 to 255; 1 where there is none."""
    return 1.0 if alpha is None else round(min(max(alpha, 0), _OPAQUE) / _OPAQUE, 3)


def pixels_of(length: str | None, unit: str | None) -> float | None:
    """Return a length in CSS pixels; None for other texts, and for units of the map.

    Examples
    --------
    >>> pixels_of("2", "MM"), pixels_of("6", "Point"), pixels_of("50", "MapUnit")
    (7.559, 8.0, None)
    """
    number = number_of(length)
    factor = _PIXELS.get((unit or "mm").lower())
    return None if number is None or factor is None else round(max(number, 0.0) * factor, 3)


def plain_label(text: str) -> str:
    r"""Return a label that QGIS shows as it is: it would evaluate what is between [% and %].

    Examples
    --------
    >>> plain_label("[% now() %]")
    '[\u200b% now() %]'
    """
    return text.replace("[%", f"[{_UNSEEN}%")


def shown_label(text: str | None) -> str:
    r"""Return the label of a style without what `plain_label` added.

    Examples
    --------
    >>> shown_label("[\u200b% now() %]")
    '[% now() %]'
    """
    return (text or "").replace(f"[{_UNSEEN}%", "[%")
