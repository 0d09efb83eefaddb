"""The house style as the page reads it."""

from __future__ import annotations

from typing import cast

from minmap.style.house_style import PANELS, Style
from minmap.webmap.spec import PageStyleSpec


def page_style(style: Style) -> PageStyleSpec:
    """Return the style for the page's specification; empty if it leaves all as usual.

    Examples
    --------
    >>> page_style(Style(credit="Survey of the Altai"))
    {'credit': 'Survey of the Altai'}
    >>> page_style(Style(point_color="navy"))
    {}
    """
    logo = None if style.logo is None else {"url": style.logo, "text": style.logo_text}
    panel = None if style.panel == PANELS[0] else style.panel
    fields = {"font": style.font, "logo": logo, "panel": panel, "credit": style.credit}
    given = {name: value for name, value in fields.items() if value}
    return cast("PageStyleSpec", given)
