"""Online tiles: the one layer that needs the network, and says so."""

from __future__ import annotations

import re
from difflib import get_close_matches
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlsplit

import folium
import xyzservices
import xyzservices.providers
from branca.element import Figure
from folium.map import Layer

from minmap.errors import ChoiceError, MinmapError
from minmap.webmap.layers import DataLayer
from minmap.webmap.page import Page

# What Leaflet fills in: the tile, a subdomain, "@2x" on fine screens.
_FILLED: Final = {"x", "y", "-y", "z", "s", "r"}
_NEAR: Final = 3
_USUAL: Final = ("OpenStreetMap.Mapnik", "OpenTopoMap", "Esri.WorldImagery")
# What xyzservices has in place of a key.
_BLANK: Final = "<insert"

Piece = tuple[str, str | None]


def tile_layer(tiles: Any, *, attr: str | None) -> Layer:
    """Give the layer that `minmap.Map` is asked for: folium's own, or that of a provider.

    Raises
    ------
    MinmapError
        If it is neither, nor a name nor an address.
    """
    if isinstance(tiles, (folium.TileLayer, folium.WmsTileLayer)):
        return tiles
    if isinstance(tiles, (str, xyzservices.TileProvider)):
        return OnlineTiles(tiles, attr=attr)
    raise MinmapError(
        f"tiles={tiles!r} are none; give the name of a provider, such as {_USUAL[0]!r}, an address "
        "with {x}, {y} and {z}, or folium.TileLayer."
    )


class OnlineTiles(DataLayer):
    """Tiles of a server, fetched while the page is looked at; the base map stays below them.

    Parameters
    ----------
    tiles
        Name of a provider of xyzservices such as ``"OpenTopoMap"``, an
        `xyzservices.TileProvider`, or the address of tiles with ``{x}``, ``{y}`` and ``{z}``. A
        provider's key, where it asks for one, is written into the page.
    attr
        Who the tiles are from, shown on the map: text or HTML, of which text and links are taken.
        An address needs it; None takes the provider's own.
    name
        What the layer panel calls it.
    show
        Whether they are fetched when the page opens.

    Raises
    ------
    ChoiceError
        If there is no provider of that name. The message has the nearest.
    MinmapError
        If the provider asks for a key that was not given, or an address lacks something.

    Examples
    --------
    >>> OnlineTiles("OpenStreetMap").sources[0]["citation"]
    '© OpenStreetMap contributors'
    """

    def __init__(
        self,
        tiles: str | xyzservices.TileProvider,
        *,
        attr: str | None = None,
        name: str | None = None,
        show: bool = True,
    ) -> None:
        provider = provider_of(tiles, attr=attr)
        pieces = text_and_links(attr or provider.html_attribution)
        source = {"title": _title(provider), "citation": "".join(text for text, _ in pieces)}
        links = [link for _, link in pieces if link]
        super().__init__(
            name or source["title"],
            show=show,
            sources=[source | ({"url": links[0]} if links else {})],
        )
        self._name = "OnlineTiles"
        self.summary = "online tiles, which need the network"
        self._spec = {
            "kind": "tiles",
            "url": provider.build_url(fill_subdomain=False, scale_factor="{r}"),
            "subdomains": list(provider.get("subdomains", "abc")),
            "min_zoom": provider.get("min_zoom", 0),
            "max_zoom": provider.get("max_zoom", 18),
            "attribution": pieces,
        }

    @property
    def address(self) -> str:
        """Where the tiles come from."""
        return str(self._spec["url"])

    def _place(self, figure: Figure) -> dict[str, Any]:
        if isinstance(figure, Page):
            figure.tiles[self.address] = None
        return super()._place(figure)


def provider_of(
    tiles: str | xyzservices.TileProvider, *, attr: str | None
) -> xyzservices.TileProvider:
    """Find a provider by its name, or make one of an address."""
    if isinstance(tiles, xyzservices.TileProvider):
        provider = tiles
    elif "{" in tiles or "://" in tiles:
        provider = _of_address(tiles, attr)
    else:
        provider = _named(tiles)
    if provider.requires_token():
        keys = [key for key, value in provider.items() if str(value).startswith(_BLANK)]
        call = ", ".join(f"{key}='...'" for key in keys)
        raise MinmapError(
            f"tiles={provider.name!r} needs a key of yours; give "
            f"tiles=xyzservices.providers.{provider.name}({call}), which writes it into the page."
        )
    return provider


def text_and_links(markup: str) -> list[Piece]:
    """Take the text and the links out of an attribution; other markup is left out.

    Examples
    --------
    >>> text_and_links('&copy; <a href="https://osm.org/copyright">OSM</a> <b>contributors</b>')
    [('© ', None), ('OSM', 'https://osm.org/copyright'), (' contributors', None)]
    """
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.pieces


class _Reader(HTMLParser):
    """Text and links, in their order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._link = dict(attrs).get("href")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self.pieces and self.pieces[-1][1] == self._link:
            data = self.pieces.pop()[0] + data
        self.pieces.append((data, self._link))


def _named(name: str) -> xyzservices.TileProvider:
    if _key(name) == "openstreetmap":  # as folium calls it
        name = _USUAL[0]
    try:
        return xyzservices.providers.query_name(name)
    except ValueError:
        known = {_key(other): other for other in xyzservices.providers.flatten()}
        near = [known[key] for key in get_close_matches(_key(name), known, n=_NEAR)]
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else "."
        raise ChoiceError(
            f"tiles={name!r} is not known{hint} Choose a provider of xyzservices such as "
            f"{', '.join(_USUAL)}, or give an address with {{x}}, {{y}} and {{z}} and its attr."
        ) from None


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _of_address(address: str, attr: str | None) -> xyzservices.TileProvider:
    holes = set(re.findall(r"\{([^{}]*)\}", address))
    if not address.startswith(("http://", "https://")) or not {"x", "z"} <= holes <= _FILLED:
        raise MinmapError(
            f"tiles={address!r} is no address of tiles; give one such as "
            "'https://tiles.example.org/{z}/{x}/{y}.png'."
        )
    if not attr:
        raise MinmapError(
            f"tiles={address!r} needs attr=, the words that say whose tiles they are."
        )
    return xyzservices.TileProvider(
        name=urlsplit(address).hostname or address, url=address, attribution=attr
    )


def _title(provider: xyzservices.TileProvider) -> str:
    name = str(provider.name)
    return name.replace(".", " ") if name in xyzservices.providers.flatten() else name
