"""Scripts, styles, links, pictures, frames and handlers in a piece of HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

# Attributes with the address of what an element fetches, and such elements.
_SHOWN: Final = ("src", "href", "data", "poster", "srcset", "background")
_MEDIA: Final = {
    "img", "image", "iframe", "frame", "video", "audio", "source", "embed", "object", "input",
    "track", "body", "table", "td",
}  # fmt: skip
# Markup that the page removes from popups, tooltips and icons: elements with their content,
# elements without their content, and attributes. web/src/ui/sanitize.ts removes the same;
# tests/data/left_out.json lists the names for the tests of both.
REMOVED: Final = (
    "base", "embed", "frame", "frameset", "link", "meta", "object", "script", "style", "template",
)  # fmt: skip
UNWRAPPED: Final = ("form",)
ATTRIBUTES: Final = ("ping",)
_JAVASCRIPT = re.compile(r"[\s\x00-\x20]*(?:j\s*a\s*v\s*a|v\s*b)\s*s\s*c\s*r\s*i\s*p\s*t\s*:", re.I)


@dataclass
class Found:
    """The contents of a piece of HTML.

    Attributes
    ----------
    inline
        Inline scripts and styles: the element's name and its text.
    links
        Fetched scripts and styles: the element's name and the address.
    media
        Addresses of pictures, films and frames.
    handlers
        Names of attributes that are scripts, such as ``onclick``.
    removed
        Names of elements that the page removes, such as ``script`` or ``meta``.
    unwrapped
        Names of elements that the page replaces by their content, such as ``form``.
    attributes
        Names of attributes that the page removes, such as ``ping``.
    javascript
        Whether an address is a script.
    framed
        Whether there is a frame.
    """

    inline: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unwrapped: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    javascript: bool = False
    framed: bool = False


def read_markup(markup: str) -> Found:
    """Read a piece of HTML.

    Examples
    --------
    >>> found = read_markup('<b onclick="go()"><img src="https://example.org/a.png"></b>')
    >>> found.handlers, found.media
    (['onclick'], ['https://example.org/a.png'])
    """
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    reader.end_inline()
    return reader.found


class _Reader(HTMLParser):
    """A parser that fills a `Found`, in the order of the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Found()
        self._inline: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in reversed(attrs)}  # the first one counts
        self.found.handlers += [name for name in values if name.startswith("on")]
        self.found.javascript |= any(_JAVASCRIPT.match(value) for value in values.values())
        self.found.framed |= tag in {"iframe", "frame"}
        self.found.attributes += [name for name in values if name in ATTRIBUTES]
        if tag in REMOVED:
            self.found.removed.append(tag)
        if tag in UNWRAPPED:
            self.found.unwrapped.append(tag)
        if tag in _MEDIA:
            self.found.media += [values[name] for name in _SHOWN if values.get(name)]
        address = values.get({"script": "src", "link": "href"}.get(tag, ""))
        if address and (tag == "script" or "stylesheet" in values.get("rel", "").lower()):
            self.found.links.append((tag, address))
        elif tag in {"script", "style"}:
            self._inline = tag, []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Browsers read <tag/> as an opening tag.
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self._inline is not None:
            self._inline[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._inline is not None and tag == self._inline[0]:
            self.end_inline()

    def end_inline(self) -> None:
        """End the script or style that is being read, if any."""
        if self._inline is not None:
            self.found.inline.append((self._inline[0], "".join(self._inline[1])))
            self._inline = None
