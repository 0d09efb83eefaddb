"""The page's Content-Security-Policy: what was written into the page runs, and nothing else does.

Data never stands in a script or style, and each of these is named by its hash, so that text that
slips into the page as markup can neither run nor fetch anything. What the user adds with folium
is code that the user wrote: its scripts, handlers and addresses are let through one by one.

References
----------
Content Security Policy Level 3, W3C, https://www.w3.org/TR/CSP3/.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape

_INLINE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(
    r"<(script|link)\b[^>]*?\s(?:src|href)\s*=\s*[\"']?((?:https?:)?//[^\"'\s>]+)", re.IGNORECASE
)
# Pictures, films and frames in markup, and those that scripts of folium's ask for.
_MEDIA = re.compile(
    r"(?:<(?:img|iframe|video|audio|source|embed|object|image)\b[^>]*?\s(?:src|href|data)\s*=\s*"
    r"|L\.(?:image|video)Overlay\(\s*\[?\s*|[\"']?iconUrl[\"']?\s*:\s*)"
    r"[\"']?((?:https?:)?//[^\"'\s>]+)",
    re.IGNORECASE,
)
_HANDLER = re.compile(r"\son[a-z]+\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_STYLED = re.compile(r"\sstyle\s*=\s*[\"']", re.IGNORECASE)
_ADDRESS = re.compile(r"(https?)://([a-z0-9{}][\w.{}-]*(?::\d+)?)", re.IGNORECASE)
_FRAME = re.compile(r"data:text/html;charset=utf-8;base64,([A-Za-z0-9+/=]+)")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\([\"'/])")


@dataclass
class Policy:
    """What a page may run and fetch.

    Attributes
    ----------
    scripts, styles
        Sources of ``script-src`` and ``style-src``: a hash for each inline element, an address
        for each link.
    links
        Addresses of the scripts and styles that the page fetches.
    media
        Addresses of pictures, films and frames that elements of the user's show.
    hosts
        Hosts that elements of the user's name: of tiles, pictures, data.
    pictures
        Hosts of the pictures that minmap itself was asked to fetch.
    foreign
        Whether there is anything on the page that minmap did not write.
    served
        Whether the page reads files that lie beside it.
    """

    scripts: dict[str, None] = field(default_factory=dict)
    styles: dict[str, None] = field(default_factory=dict)
    links: dict[str, None] = field(default_factory=dict)
    media: dict[str, None] = field(default_factory=dict)
    hosts: dict[str, None] = field(default_factory=dict)
    pictures: dict[str, None] = field(default_factory=dict)
    foreign: bool = False
    served: bool = False
    _handled: bool = False
    _styled: bool = False
    _framed: bool = False

    def allow(self, markup: str) -> None:
        """Let the inline scripts and styles of minmap's own markup run."""
        for kind, _, text in _INLINE.findall(markup):
            sources = self.scripts if kind.lower() == "script" else self.styles
            sources[hash_of(text)] = None

    def allow_foreign(self, markup: str) -> None:
        """Let what the user added run and fetch: scripts, styles, links, handlers, frames."""
        self.allow(markup)
        for kind, written in _LINK.findall(markup):
            address = unescape(written)
            sources = self.scripts if kind.lower() == "script" else self.styles
            sources[re.split(r"[?#;,]", address)[0].removeprefix("//")] = None
            self.links[address] = None
        self._allow_named(markup)

    def allow_pictures(self, addresses: Iterable[str]) -> None:
        """Let pictures be fetched from the hosts of addresses, such as those of tiles."""
        for address in addresses:
            self.pictures.update(dict.fromkeys(_hosts(address)))

    def allow_code(self, code: str) -> None:
        """Let the handlers and addresses be that stand in strings of the user's scripts."""
        self._allow_named(_ESCAPED.sub(_plain, code))

    def _allow_named(self, text: str) -> None:
        self.foreign = True
        for handler in _HANDLER.findall(text):
            self._handled = True
            self.scripts[hash_of(unescape("".join(handler)))] = None
        self.media.update(dict.fromkeys(map(unescape, _MEDIA.findall(text))))
        self._styled |= _STYLED.search(text) is not None
        self.hosts.update(dict.fromkeys(_hosts(text)))
        self._framed |= "<iframe" in text
        for frame in _FRAME.findall(text):  # a frame of data lies under the policy of its page
            self.allow_foreign(b64decode(frame).decode("utf-8", "replace"))

    def __str__(self) -> str:
        """Write the policy's directives."""
        directives = {
            "default-src": ["'none'"],
            "base-uri": ["'none'"],
            "form-action": ["'none'"],
            "script-src": [*self.scripts, *(["'unsafe-hashes'"] if self._handled else [])],
            "style-src": [*self.styles],
            "style-src-attr": ["'unsafe-inline'"] if self._styled else [],
            "img-src": list(dict.fromkeys(["data:", "blob:", *self.pictures, *self._outside()])),
            "font-src": ["data:", *self._outside()] if self.foreign else [],
            "connect-src": self._outside() or (["'self'"] if self.served else []),
            "media-src": self._outside(),
            "frame-src": ["data:", *self._outside()] if self._framed else [],
        }
        return "; ".join(f"{name} {' '.join(found)}" for name, found in directives.items() if found)

    def _outside(self) -> list[str]:
        """Name what elements of the user's may fetch."""
        if not self.foreign:
            return []
        # What a fetched script fetches itself is known to nobody before it runs.
        return ["'self'", *(["https:"] if self.links else self.hosts)]

    def meta(self) -> str:
        """Write the element that stands before everything that it governs."""
        content = escape(str(self)).replace("&#x27;", "'")
        return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def hash_of(code: str) -> str:
    """Give the source expression that lets one inline script or style run.

    Examples
    --------
    >>> hash_of("alert('Hello, world.');")
    "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    """
    # A parser of HTML reads every line's end as one character before the hash is made.
    read = code.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return f"'sha256-{b64encode(sha256(read.encode('utf-8', 'replace')).digest()).decode()}'"


def _hosts(text: str) -> Iterator[str]:
    """List the hosts of the addresses in a text; what stands for a subdomain becomes a wildcard.

    Examples
    --------
    >>> list(_hosts("https://{s}.tile.example.org/{z}/{x}/{y}.png http://example.com:8080/a"))
    ['https://*.tile.example.org', 'http://example.com:8080']
    """
    for scheme, host in _ADDRESS.findall(text):
        labels = host.rstrip(".").split(".")
        varying = [place for place, label in enumerate(labels) if "{" in label or "}" in label]
        if varying:
            labels = ["*", *labels[varying[-1] + 1 :]]
        if len(labels) > 1 or labels[0] != "*":
            yield f"{scheme.lower()}://{'.'.join(labels).lower()}"


def _plain(escaped: re.Match[str]) -> str:
    """Read a character that JSON or a string of a script had escaped."""
    code, mark = escaped.groups()
    return mark if code is None else chr(int(code, 16))
