"""Scripts, styles, links, pictures, frames and handlers in a piece of HTML."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

# Attributes with the address of what an element fetches, and such elements.
_SHOWN: Final = ("src", "href", "data", "poster", "srcset", "background")
_MEDIA: Final = {
    "img", "image", "iframe", "frame", "video", "audio", "source", "embed", "object", "input",
    "track", "body", "table", "td",
}  # fmt: skip
# Markup that the page removes from texts: elements with their content, elements without their
# content, attributes, and the attribute name of elements, which hides a property of the document.
# web/src/ui/sanitize.ts removes the same; tests/data/left_out.json lists the names for the tests of
# both.
REMOVED: Final = (
    "base", "embed", "frame", "frameset", "link", "meta", "object", "script", "style", "template",
)  # fmt: skip
UNWRAPPED: Final = ("form",)
ATTRIBUTES: Final = ("ping",)
NAMELESS: Final = ("iframe", "img")
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
    blocked
        What a page does not keep or run, each a kind and a name: ``handler`` (an attribute such as
        ``onclick``), ``javascript`` (an address), ``removed`` (an element such as ``meta``),
        ``unwrapped`` (``form``), ``attribute`` (``ping``) or ``name`` (the name of an ``img``).
    """

    inline: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    blocked: dict[tuple[str, str], None] = field(default_factory=dict)


def read_markup(markup: str) -> Found:
    """Read a piece of HTML.

    Examples
    --------
    >>> found = read_markup('<b onclick="go()"><img src="https://example.org/a.png"></b>')
    >>> list(found.blocked), found.media
    ([('handler', 'onclick')], ['https://example.org/a.png'])
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
        self.found.blocked |= dict.fromkeys(_blocked(tag, values))
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


def _blocked(tag: str, attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Iterate over what the page blocks of an opening tag."""
    yield from (("handler", name) for name in attributes if name.startswith("on"))
    if any(_JAVASCRIPT.match(value) for value in attributes.values()):
        yield "javascript", ""
    if tag in REMOVED:
        yield "removed", tag
    if tag in UNWRAPPED:
        yield "unwrapped", tag
    if tag in NAMELESS and "name" in attributes:
        yield "name", tag
    yield from (("attribute", name) for name in attributes if name in ATTRIBUTES)
