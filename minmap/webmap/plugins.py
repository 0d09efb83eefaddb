"""Plugins of folium's: what they fetch is put into the page where minmap carries it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import folium
from branca.element import CssLink, Element, JavascriptLink

from minmap.errors import MinmapError, MinmapWarning
from minmap.webmap.page import Composed, Raw, script, style
from minmap.webmap.refusals import refusals, shown_by_text
from minmap.webmap.tiles import OnlineTiles

# The file that a plugin fetches, without version, host and ".min", and what stands for it here.
_CARRIED = {
    "leaflet.markercluster.js": "plugin-cluster.js",
    "MarkerCluster.css": "plugin-cluster.css",
    "MarkerCluster.Default.css": "plugin-cluster.css",
    "leaflet_heat.js": "plugin-heat.js",
    "leaflet-heat.js": "plugin-heat.js",
    "Control.FullScreen.js": "plugin-fullscreen.js",
    "Control.FullScreen.css": "plugin-fullscreen.css",
    "Control.MiniMap.js": "plugin-minimap.js",
    "Control.MiniMap.css": "plugin-minimap.css",
    "L.Control.MousePosition.js": "plugin-position.js",
    "L.Control.MousePosition.css": "plugin-position.css",
    "leaflet.featuregroup.subgroup.js": "plugin-subgroup.js",
}
_PLAIN_ICONS = {"info-sign", "circle", "map-marker"}
_TILES = (folium.TileLayer, folium.WmsTileLayer)


def carried(link: Element) -> Raw | None:
    """Give what stands in the page for a link of a plugin's; None for what minmap does not carry.

    Examples
    --------
    >>> carried(JavascriptLink("https://example.org/leaflet.draw/1.0.2/leaflet.draw.js")) is None
    True
    """
    if not isinstance(link, (JavascriptLink, CssLink)):
        return None
    file = urlsplit(link.url).path.rsplit("/", 1)[-1].replace(".min.", ".")
    name = _CARRIED.get(file)
    if name is None:
        return None
    return script(name) if name.endswith(".js") else style(name)


def say_what_is_outside(page: Composed, *, offline: bool) -> None:
    """Say what a page fetches, and what its elements ask for that it does not do.

    Parameters
    ----------
    page
        The page as it was written.
    offline
        Whether what it fetches, tiles and pictures among it, is an error.

    Raises
    ------
    MinmapError
        If `offline` is true and the page needs the network.

    Warns
    -----
    MinmapWarning
        If scripts or styles are fetched, a picture of an icon is left out, or the text of an
        element asks for something that the page does not do.
    """
    fetches = _fetching(page.elements, page.policy.links)
    online = dict.fromkeys(_online_tiles(page.elements))
    tiles = [f"tiles come from {address}" for address in online]
    shown = dict.fromkeys([*page.policy.media, *shown_by_text(page.elements, page.policy)])
    media = [f"the page shows {address}" for address in shown if address not in online]
    if offline and (needs := "; ".join([*fetches, *tiles, *media])):
        raise MinmapError(
            f"offline=True, but the page needs the network: {needs}. Leave these out, or save "
            "with offline=False."
        )
    if fetches:
        _warn(f"The page needs the network: {'; '.join(fetches)}.")
    if pictures := _left_out(page.elements):
        _warn(
            f"folium.Icon's pictures {', '.join(pictures)} are letters of a font that is not in "
            "the page; the pins have a dot instead. A folium.DivIcon can draw anything."
        )
    for line in refusals(page.elements, page.policy):
        _warn(line)


def _warn(text: str) -> None:
    warnings.warn(text, MinmapWarning, stacklevel=5)  # where the user calls Map.save


def _fetching(elements: Iterable[Element], links: Iterable[str]) -> list[str]:
    """Say which elements of a page fetch which of these addresses."""
    said = []
    left = dict.fromkeys(links)
    for element in elements:
        defaults = [*getattr(element, "default_js", []), *getattr(element, "default_css", [])]
        own = [url for _, url in defaults if url in left]
        for url in own:
            del left[url]
        if own:
            said.append(f"{type(element).__name__} fetches {', '.join(own)}")
    return [*said, *([f"the page fetches {', '.join(left)}"] if left else [])]


def _online_tiles(elements: Iterable[Element]) -> Iterator[str]:
    """List the addresses of the tile layers that need the network."""
    for element in elements:
        if isinstance(element, OnlineTiles):
            yield element.address
        elif isinstance(element, _TILES):
            address = str(getattr(element, "tiles", None) or getattr(element, "url", ""))
            if urlsplit(address).netloc:
                yield address


def _left_out(elements: Iterable[Element]) -> list[str]:
    """Name the pictures of icons that are drawn as a dot: they are letters of a font."""
    icons = (element for element in elements if isinstance(element, folium.Icon))
    names = (str(icon.options.get("icon", "info-sign")) for icon in icons)
    return sorted(set(names) - _PLAIN_ICONS)
