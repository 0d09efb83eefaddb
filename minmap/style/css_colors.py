"""CSS colours as ``#rrggbb``."""

from __future__ import annotations

from PIL import ImageColor


def css_color(text: str) -> str | None:
    """Return an opaque CSS colour as ``#rrggbb``; None for any other text.

    Examples
    --------
    >>> css_color("SteelBlue"), css_color("#abc"), css_color("#11223344"), css_color("kind")
    ('#4682b4', '#aabbcc', None, None)
    """
    try:
        channels = ImageColor.getrgb(text.strip())
    except ValueError:
        return None
    return "#{:02x}{:02x}{:02x}".format(*channels) if len(channels) == 3 else None
