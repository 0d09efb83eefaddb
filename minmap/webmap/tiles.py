"""Online tiles: the one layer that needs the network."""

import re
from difflib import get_close_matches
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

import folium
import xyzservices
import xyzservices.providers
from branca.element import Figure
from folium.map import Layer

from minmap.errors import ChoiceError, MinmapError
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.page import Page

# Placeholders that Leaflet fills in: the tile, a subdomain, "@2x" on high-resolution screens.
_PLACEHOLDERS: Final = {"x", "y", "-y", "z", "s", "r"}
_NEAR: Final = 3
_COMMON: Final = ("OpenStreetMap.Mapnik", "OpenTopoMap", "Esri.WorldImagery")
# Beginning of the text that xyzservices has instead of a key.
_MISSING_KEY: Final = "<insert"
# A link: its address in or without quotes, and its text.
_LINK: Final = re.compile(
    r"""<a\s[^>]*?href\s*=\s*["']?([^"'\s>]*)[^>]*>(.*?)</a\s*>""", re.IGNORECASE | re.DOTALL
)
_TAG: Final = re.compile(r"<[a-z/!][^>]*>", re.IGNORECASE)

Piece = tuple[str, str | None]


def tile_layer(tiles: Any, *, attr: str | None) -> Layer:
    """Return a layer of tiles: folium's own, or that of a provider.

    Raises
    ------
    MinmapError
        If `tiles` is not such a layer, a provider, a name or an address.
    """
    if isinstance(tiles, (folium.TileLayer, folium.WmsTileLayer)):
        return tiles
    if isinstance(tiles, (str, xyzservices.TileProvider)):
        return OnlineTiles(tiles, attr=attr)
    raise MinmapError(
        f"tiles={tiles!r} are not tiles; give the name of a provider, such as {_COMMON[0]!r}, "
        "an address with {x}, {y} and {z}, or folium.TileLayer."
    )


class OnlineTiles(DataLayer):
    """Tiles that the open page fetches from a server; the base map stays below them.

    Parameters
    ----------
    tiles
        Name of a provider of xyzservices such as ``"OpenTopoMap"``, an
        `xyzservices.TileProvider`, or the address of tiles with ``{x}``, ``{y}`` and ``{z}``. The
        key of a provider that needs one is written into the page.
    attr
        Attribution of the tiles, shown on the map: text, or HTML whose text and links are shown. An
        address needs it; None means the provider's own.
    name
        The name in the layer panel.
    show
        Whether tiles are fetched when the page opens.

    Raises
    ------
    ChoiceError
        If no provider has that name. The message lists similar ones.
    MinmapError
        If a key or a part of an address is missing.

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
        self.address: str = provider.build_url(fill_subdomain=False, scale_factor="{r}")
        self.summary = "online tiles, which need the network"
        self._spec = {
            "kind": "tiles",
            "url": self.address,
            "subdomains": list(provider.get("subdomains", "abc")),
            "min_zoom": provider.get("min_zoom", 0),
            "max_zoom": provider.get("max_zoom", 18),
            "attribution": pieces,
        }

    def _embedded(self, figure: Figure) -> dict[str, Any]:
        if isinstance(figure, Page):
            figure.tiles[self.address] = None
        return super()._embedded(figure)


def provider_of(
    tiles: str | xyzservices.TileProvider, *, attr: str | None
) -> xyzservices.TileProvider:
    """Return the tile provider with a name or an address; raise if it needs a key."""
    if isinstance(tiles, xyzservices.TileProvider):
        provider = tiles
    elif "{" in tiles or "://" in tiles:
        provider = _of_address(tiles, attr)
    else:
        provider = _named(tiles)
    if provider.requires_token():
        keys = [key for key, value in provider.items() if str(value).startswith(_MISSING_KEY)]
        call = ", ".join(f"{key}='...'" for key in keys)
        raise MinmapError(
            f"tiles={provider.name!r} needs a key of yours; give "
            f"tiles=xyzservices.providers.{provider.name}({call}), which writes it into the page."
        )
    return provider


def text_and_links(markup: str) -> list[Piece]:
    """Return the text and the links of an attribution, without other markup.

    Examples
    --------
    >>> text_and_links('&copy; <a href="https://osm.org/copyright">OSM</a> <b>contributors</b>')
    [('© ', None), ('OSM', 'https://osm.org/copyright'), (' contributors', None)]
    """
    parts = _LINK.split(markup)
    linked = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    pieces: list[Piece] = [(parts[0], None)]
    for address, text, after in linked:
        pieces += [(text, unescape(address)), (after, None)]
    plain = [(unescape(_TAG.sub("", text)), link) for text, link in pieces]
    return [(text, link) for text, link in plain if text]


def _named(name: str) -> xyzservices.TileProvider:
    if _key(name) in ("openstreetmap", "osm"):  # as folium and others call it
        name = _COMMON[0]
    try:
        return xyzservices.providers.query_name(name)
    except ValueError:
        known = {_key(other): other for other in xyzservices.providers.flatten()}
        near = [known[key] for key in get_close_matches(_key(name), known, n=_NEAR)]
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else "."
        raise ChoiceError(
            f"tiles={name!r} is not known{hint} Choose a provider of xyzservices such as "
            f"{', '.join(_COMMON)}, or give an address with {{x}}, {{y}} and {{z}} and its attr."
        ) from None


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _of_address(address: str, attr: str | None) -> xyzservices.TileProvider:
    names = set(re.findall(r"\{([^{}]*)\}", address))
    if not address.startswith(("http://", "https://")) or not {"x", "z"} <= names <= _PLACEHOLDERS:
        raise MinmapError(
            f"tiles={address!r} is not an address of tiles; give one such as "
            "'https://tiles.example.org/{z}/{x}/{y}.png'."
        )
    if not attr:
        raise MinmapError(f"tiles={address!r} needs attr=, the attribution of the tiles.")
    return xyzservices.TileProvider(
        name=urlsplit(address).hostname or address, url=address, attribution=attr
    )


def _title(provider: xyzservices.TileProvider) -> str:
    name = str(provider.name)
    return name.replace(".", " ") if name in xyzservices.providers.flatten() else name
