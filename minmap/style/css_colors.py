"""CSS colours as ``#rrggbb``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from PIL import ImageColor

from minmap.arguments import nearest_choice, shown
from minmap.errors import ChoiceError

_NAMES: Final = tuple(ImageColor.colormap)
_FUNCTION: Final = re.compile(r"(rgb|hsl)a?\(([^()]*)\)", re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"[\s,/]+")
_HEX_DIGITS: Final = re.compile(r"(?:0x)?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
_EXAMPLES: Final = " Give such as 'crimson' or '#B03A2E'."
_WITH_OPACITY: Final = 4
_TRANSPARENT: Final = ("transparent", "none")


class _Color(NamedTuple):
    """A colour as ``#rrggbb``, and its opacity from 0 to 1."""

    text: str
    opacity: float


def css_color(text: str) -> str | None:
    """Return an opaque CSS colour as ``#rrggbb``; None for any other text.

    Examples
    --------
    >>> css_color("SteelBlue"), css_color("#abc"), css_color("#11223344"), css_color("kind")
    ('#4682b4', '#aabbcc', None, None)
    >>> css_color("rgb(255 0 0)"), css_color("hsla(120, 100%, 50%, 1)")
    ('#ff0000', '#00ff00')
    """
    found = _parsed(text)
    return found.text if found is not None and found.opacity == 1 else None


def require_color(value: Any, *, name: str, other: str | None = None) -> str:
    """Return an opaque CSS colour as ``#rrggbb``.

    Parameters
    ----------
    value
        The value to check.
    name
        Name of the argument, for the message.
    other
        A word that the argument takes for no colour, for the message.

    Raises
    ------
    ChoiceError
        If `value` is anything else.

    Examples
    --------
    >>> require_color("k", name="outline")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: outline='k' is not an opaque CSS colour; give '#000000'.
    """
    is_text = isinstance(value, str)
    found = css_color(value) if is_text else None
    if found is None:
        kind, cure = "not an opaque CSS colour", color_hint(value)
        if other is not None:
            kind = f"neither an opaque CSS colour nor {other!r}"
            cure = f"; give {other!r}." if is_text and value in _TRANSPARENT else cure
        cure += _EXAMPLES if cure == "." else ""
        raise ChoiceError(f"{name}={shown(value)} is {kind}{cure}")
    return found


def color_hint(value: Any, columns: Sequence[str] = ()) -> str:
    """Return the end of a message about a value that is no opaque CSS colour: what to write.

    `columns` are names that the argument takes besides colours.

    Examples
    --------
    >>> color_hint("#FF000080"), color_hint("tab:blue")
    ("; give '#ff0000', with opacity=0.5.", "; give '#1f77b4'.")
    >>> color_hint("dark red"), color_hint("statu", ["status"]), color_hint("currentColor")
    ("; did you mean the colour 'darkred'?", "; did you mean the column 'status'?", '.')
    """
    text = value.strip() if isinstance(value, str) else ""
    if text.lower() in _TRANSPARENT:
        return "; give a colour, with opacity=0."
    found = _converted(value, text)
    if found is not None:
        opacity = "" if found.opacity == 1 else f", with opacity={found.opacity:.2g}"
        return f"; give {found.text!r}{opacity}."
    kinds = (("column", columns), ("colour", _NAMES)) if text else ()
    near = [(kind, nearest_choice(text, names)) for kind, names in kinds]
    listed = [f"the {kind} {name!r}" for kind, name in near if name is not None]
    return f"; did you mean {' or '.join(listed)}?" if listed else "."


def _converted(value: Any, text: str) -> _Color | None:
    """Return a colour as other programs write it."""
    if (bare := _HEX_DIGITS.fullmatch(text)) is not None:
        return _parsed(f"#{bare[1]}")
    if isinstance(value, list | tuple):  # as deck.gl and kepler.gl have it
        text = f"rgb({', '.join(map(str, value))})"
    return _of_matplotlib(value) or _parsed(text)


def _parsed(text: str) -> _Color | None:
    """Return a CSS colour that Pillow reads, once commas separate its numbers."""
    text, opacity = text.strip(), 1.0
    try:
        if (call := _FUNCTION.fullmatch(text)) is not None:
            parts = _SEPARATORS.split(call[2].strip())
            share = parts.pop() if len(parts) == _WITH_OPACITY else "1"
            text = f"{call[1]}({','.join(part.removesuffix('deg') for part in parts)})"
            opacity = _share(share)
        channels = ImageColor.getrgb(text)
    except ValueError:
        return None
    red, green, blue, *alpha = (min(channel, 255) for channel in channels)
    return _Color(f"#{red:02x}{green:02x}{blue:02x}", alpha[0] / 255 if alpha else opacity)


def _share(text: str) -> float:
    share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    if math.isnan(share):
        raise ValueError
    return min(max(share, 0.0), 1.0)


def _of_matplotlib(value: Any) -> _Color | None:
    """Return a colour as matplotlib writes it, such as "k", "C0" or (1, 0, 0)."""
    from matplotlib import colors  # noqa: PLC0415  (slow; only errors need it)

    try:
        red, green, blue, opacity = colors.to_rgba(value)
    except (TypeError, ValueError):
        return None
    return _Color(colors.to_hex((red, green, blue)), opacity)
