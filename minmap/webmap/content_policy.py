"""The Content-Security-Policy of a page: only the code of its author runs.

Each script and style of the page is allowed by its hash. Scripts in attributes (``onclick``), in
addresses (``javascript:``) and in frames are never allowed. The page may fetch from hosts that the
author's code names and from addresses given as arguments; texts of folium's elements, such as those
of popups and features, allow nothing.

References
----------
Content Security Policy Level 3, W3C, https://www.w3.org/TR/CSP3/.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from hashlib import sha256
from html import escape
from urllib.parse import urlsplit

from minmap.arguments import require_words, shown
from minmap.errors import MinmapError
from minmap.webmap.html_markup import Found, read_markup

_ADDRESS = re.compile(r"(https?)://([a-z0-9{}][\w.{}-]*(?::\d+)?)", re.IGNORECASE)
_HOST = re.compile(r"https?://(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?", re.IGNORECASE)
_FETCHED = re.compile(r"(?:https?:)?//", re.IGNORECASE)


@dataclass
class Policy:
    """The scripts that a page may run, and the addresses that it may fetch.

    Attributes
    ----------
    scripts, styles
        Sources of ``script-src`` and ``style-src``: a hash for each inline element, an address
        for each link.
    links
        Addresses of the scripts and styles that the page fetches.
    media
        Addresses on other hosts of pictures, films and frames that the page shows.
    hosts
        Hosts in the author's code and in addresses given to elements.
    tile_hosts
        Hosts of the map's tiles.
    foreign
        Whether the page has anything that minmap did not write.
    served
        Whether the page reads files in its folder.
    framed
        Whether one of the author's elements is a frame.
    beside
        Whether one of the author's elements shows a file in the folder of the page.
    """

    scripts: dict[str, None] = field(default_factory=dict)
    styles: dict[str, None] = field(default_factory=dict)
    links: dict[str, None] = field(default_factory=dict)
    media: dict[str, None] = field(default_factory=dict)
    hosts: dict[str, None] = field(default_factory=dict)
    tile_hosts: dict[str, None] = field(default_factory=dict)
    foreign: bool = False
    served: bool = False
    framed: bool = False
    beside: bool = False

    def allow(self, markup: str) -> Found:
        """Allow the inline scripts and styles of a piece of HTML, and return its parts."""
        found = read_markup(markup)
        for kind, text in found.inline:
            (self.scripts if kind == "script" else self.styles)[hash_of(text)] = None
        return found

    def allow_foreign(self, markup: str) -> None:
        """Allow the scripts, styles and links of the author's HTML.

        Its pictures are fetched only from hosts that are allowed otherwise.
        """
        self.foreign = True
        found = self.allow(markup)
        for kind, address in found.links:
            if is_fetched(address):
                sources = self.scripts if kind == "script" else self.styles
                sources[re.split(r"[?#;,\s]", address)[0].removeprefix("//")] = None
                self.links[address] = None
        self._add_media(found.media)

    def allow_hosts_in(self, code: str) -> None:
        """Allow the hosts that the author's code names."""
        self.hosts.update(dict.fromkeys(hosts_in(code)))

    def allow_address(self, address: str) -> None:
        """Allow an address of a picture, tiles or data that was given as an argument."""
        self.allow_hosts_in(with_scheme(address))
        self._add_media([address])

    def permits(self, address: str) -> bool:
        """Return whether the page shows a picture, film or frame from an address.

        It shows those beside the page, without a host, only if the policy allows them.
        """
        if not is_fetched(address):
            return self.beside or bool(urlsplit(address).scheme)
        host = next(hosts_in(with_scheme(address)), "")
        return any(fnmatchcase(host, allowed) for allowed in self._media_hosts())

    def _add_media(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            if is_fetched(address):
                self.media[address] = None
            else:
                self.beside |= not urlsplit(address).scheme

    def __str__(self) -> str:
        """Return the directives of the policy."""
        shown = [*(["'self'"] if self.beside else []), *self._media_hosts()]
        # The addresses that a fetched script will fetch are unknown before it runs.
        scripted = ["'self'", *(["https:"] if self.links else self.hosts)] if self.foreign else []
        directives = {
            "default-src": ["'none'"],
            "base-uri": ["'none'"],
            "form-action": ["'none'"],
            "script-src": [*self.scripts],
            "style-src": [*self.styles],
            "style-src-attr": ["'unsafe-inline'"] if self.foreign else [],
            "img-src": list(dict.fromkeys(["data:", "blob:", *self.tile_hosts, *shown])),
            "font-src": ["data:", *scripted] if self.foreign else [],
            "connect-src": scripted or (["'self'"] if self.served else []),
            "media-src": shown,
            "frame-src": ["data:", *shown] if self.framed else [],
        }
        return "; ".join(f"{name} {' '.join(found)}" for name, found in directives.items() if found)

    def _media_hosts(self) -> list[str]:
        """Return the hosts of pictures, films and frames: those of code, arguments and links."""
        linked = (host for link in self.links for host in hosts_in(with_scheme(link)))
        return list(dict.fromkeys([*self.hosts, *linked]))

    def meta(self) -> str:
        """Return the element, which must come before everything that it governs."""
        content = escape(str(self)).replace("&#x27;", "'")
        return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def require_hosts(hosts: object) -> tuple[str, ...]:
    """Return the hosts that a page may fetch from.

    Raises
    ------
    MinmapError
        If they are neither text nor texts, or one of them is not a host.

    Examples
    --------
    >>> require_hosts(["https://example.org"])
    ('https://example.org',)
    """
    given = require_words(hosts, name="hosts", like="https://example.org")
    for host in given:
        if not _HOST.fullmatch(host):
            raise MinmapError(
                f"hosts={shown(host)} is not a host; give a list such as "
                "hosts=['https://example.org'], without a path."
            )
    return tuple(host.lower() for host in given)


def hash_of(code: str) -> str:
    """Return the source expression that allows one inline script or style.

    Examples
    --------
    >>> hash_of("alert('Hello, world.');")
    "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    """
    # HTML parsers normalise ends of lines and NUL before they hash.
    read = code.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return f"'sha256-{b64encode(sha256(read.encode('utf-8', 'replace')).digest()).decode()}'"


def is_fetched(address: str) -> bool:
    """Return whether an address is on another host.

    Examples
    --------
    >>> is_fetched("//example.org/a.png"), is_fetched("a.png")
    (True, False)
    """
    return _FETCHED.match(address.strip()) is not None


def with_scheme(address: str) -> str:
    """Return an address with https if it has a host and no scheme.

    Examples
    --------
    >>> with_scheme("//example.org/a.png"), with_scheme("a.png")
    ('https://example.org/a.png', 'a.png')
    """
    return f"https:{address}" if address.startswith("//") else address


def hosts_in(text: str) -> Iterator[str]:
    """Iterate over the hosts of addresses in a text; placeholders of subdomains become wildcards.

    Examples
    --------
    >>> list(hosts_in("https://{s}.tile.example.org/{z}/{x}/{y}.png http://example.com:8080/a"))
    ['https://*.tile.example.org', 'http://example.com:8080']
    """
    for scheme, host in _ADDRESS.findall(text):
        labels = host.rstrip(".").split(".")
        varying = [place for place, label in enumerate(labels) if "{" in label or "}" in label]
        if varying:
            labels = ["*", *labels[varying[-1] + 1 :]]
        if len(labels) > 1 or labels[0] != "*":
            yield f"{scheme.lower()}://{'.'.join(labels).lower()}"
