"""The house style as the page reads it."""

from __future__ import annotations

from typing import TypedDict, cast

from minmap.style.house_style import PANELS, Style
from minmap.webmap.spec import PageStyleSpec


class _Styled(TypedDict, total=False):
    style: PageStyleSpec


def page_style(style: Style) -> _Styled:
    """Return the field of the page's specification for a style; none if it leaves all as usual.

    Examples
    --------
    >>> page_style(Style(credit="Survey of the Altai"))
    {'style': {'credit': 'Survey of the Altai'}}
    >>> page_style(Style(point_color="navy"))
    {}
    """
    logo = None if style.logo is None else {"url": style.logo, "text": style.logo_text}
    panel = None if style.panel == PANELS[0] else style.panel
    fields = {"font": style.font, "logo": logo, "panel": panel, "credit": style.credit}
    given = {name: value for name, value in fields.items() if value}
    return {"style": cast("PageStyleSpec", given)} if given else {}
