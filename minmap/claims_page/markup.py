"""HTML of the page of claims, made of texts that are escaped one by one."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final
from urllib.parse import urlsplit

from minmap.claims_page.pictures import Pictures

_WEB: Final = ("http", "https")


def element(name: str, *parts: str, **attributes: str) -> str:
    """Return an element with markup inside; the values of its attributes are escaped.

    Examples
    --------
    >>> element("p", text("a < b"), lang='"en"')
    '<p lang="&quot;en&quot;">a &lt; b</p>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{''.join(parts)}</{name}>"


def text(words: str) -> str:
    """Return words as markup."""
    return escape(words)


def link(words: str, address: object) -> str:
    """Return a link, or the words alone if the address is none of the web.

    Examples
    --------
    >>> link("USGS", "https://www.usgs.gov"), link("USGS", "javascript:alert(1)")
    ('<a href="https://www.usgs.gov" rel="noreferrer">USGS</a>', 'USGS')
    """
    if not isinstance(address, str) or urlsplit(address).scheme not in _WEB:
        return text(words)
    return element("a", text(words), href=address, rel="noreferrer")


def picture(pictures: Pictures, *, alt: str) -> str:
    """Return a picture that is inside the page: the narrow one on a phone, else the wide one."""
    phone = f'<source media="(max-width: 40rem)" srcset="{_address(pictures.narrow)}">'
    image = f'<img src="{_address(pictures.wide)}" alt="{escape(alt)}">'
    return element("picture", phone, image)


def _address(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


def table(heads: Sequence[str], lines: Iterable[Sequence[str]], *, caption: str) -> str:
    """Return a table of texts; the first cell of each line is its heading."""
    head = element("tr", *(element("th", text(cell), scope="col") for cell in heads))
    body = [
        element(
            "tr",
            element("th", text(first), scope="row"),
            *(element("td", text(cell)) for cell in rest),
        )
        for first, *rest in lines
    ]
    made = element(
        "table",
        element("caption", text(caption)),
        element("thead", head),
        element("tbody", *body),
    )
    return element("div", made, class_="wide", tabindex="0")


def share_bar(
    said: Sequence[float], least: float | None, most: float | None, *, full: float
) -> str:
    """Return a bar of shares in percent: claims as dots, and what a table leaves open as a range.

    Parameters
    ----------
    said
        The shares that are claimed.
    least, most
        What the table lists, None if nothing, and the most that it leaves, None if it sets no
        limit.
    full
        The share at the right end.
    """

    def at(share: float) -> str:
        return f"{100 * share / full:.2f}%"

    start = least or 0.0
    width = 0.0 if most is None else most - start
    open_end = f'<line class="open" x1="{at(start)}" x2="100%" y1="14" y2="14"/>'
    dots = [f'<circle class="said" cx="{at(one)}" cy="14" r="6"/>' for one in dict.fromkeys(said)]
    words = ", ".join(f"{one:g} %" for one in dict.fromkeys(said))
    limit = "no limit" if most is None else f"{most:.1f} %"
    listed = "nothing" if least is None else f"{least:.1f} %"
    label = f"Said: {words}. Listed in the table: {listed}; at most {limit}."
    mark = f'<rect class="listed" x="{at(start)}" width="3" y="3" height="22"/>'
    parts = [
        '<line class="axis" x1="0" x2="100%" y1="14" y2="14"/>',
        open_end if most is None else "",
        f'<rect class="range" x="{at(start)}" width="{at(width)}" y="8" height="12"/>',
        "" if least is None else mark,
        *dots,
    ]
    svg = element("svg", *parts, class_="bar", role="img", height="28", aria_label=label)
    ends = element("span", text("0 %")) + element("span", text(f"{full:g} %"))
    return svg + element("div", ends, class_="ends", aria_hidden="true")
