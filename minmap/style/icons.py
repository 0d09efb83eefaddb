"""Icons that symbols can have, by name: of mines and transport, and all of Maki and Temaki.

References
----------
https://labs.mapbox.com/maki-icons/ and https://rapideditor.github.io/temaki/docs/, both CC0 1.0.
``web/icons.mjs`` has the icons of minmap's own and its words for those of the sets.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from typing import Final

from minmap.renderer import asset
from minmap.style.symbols import SHAPES

ICON_SPAN: Final = 19
_CIRCLE: Final = "M0 7.5a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0 -15 0z"
"""Units that a picture of an icon is wide, with room for its rim."""
_OTHERS = frozenset((*SHAPES, "area", "line"))


@cache
def icon_paths() -> dict[str, str]:
    """Return the SVG path of each icon by its name; an icon fills a square of 15 units."""
    paths: dict[str, str] = json.loads(asset("icons.json"))
    return paths


def icon_named(name: str) -> str | None:
    """Return the name of an icon as minmap writes it; None if there is no such icon.

    Examples
    --------
    >>> icon_named("abandoned mine"), icon_named("Freight_car"), icon_named("mime")
    ('abandoned mine', 'freight car', None)
    """
    plain = re.sub(r"[-_\s]+", " ", name).strip().lower()
    return plain if plain in icon_paths() else None


def icons_among(shapes: Iterable[str]) -> dict[str, str]:
    """Return the paths of those shapes that are icons, in the order of their names.

    Examples
    --------
    >>> icons_among(["circle", "quarry"])
    {'quarry': 'M0 3H3.5V6H5.5V9H9.5V6H11.5V3H15V13H0Z'}
    """
    named = sorted(set(shapes) - _OTHERS)
    return {name: icon_paths()[name] for name in named if name in icon_paths()}


@cache
def icon_svg(name: str) -> str:
    """Return a picture of an icon for QGIS: a rim of the outline's colour below its face.

    The picture is `ICON_SPAN` units wide; the icon takes 15 of them. ``"circle"`` is one too.
    """
    low, path = (15 - ICON_SPAN) / 2, icon_paths().get(name, _CIRCLE)
    face = 'fill="param(fill)" fill-opacity="param(fill-opacity)"'
    rim = (
        'fill="none" stroke="param(outline)" stroke-opacity="param(outline-opacity)" '
        'stroke-width="param(outline-width)" stroke-linejoin="round"'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{low} {low} {ICON_SPAN} {ICON_SPAN}" '
        f'width="{ICON_SPAN}" height="{ICON_SPAN}"><path {rim} d="{path}"/>'
        f'<path {face} d="{path}"/></svg>'
    )


def embedded(svg: str) -> str:
    """Return a picture as the name that a symbol of QGIS has for it.

    Examples
    --------
    >>> embedded("<svg/>")
    'base64:PHN2Zy8+'
    """
    return f"base64:{b64encode(svg.encode()).decode()}"
