"""Plugins of folium's: what they fetch is put into the page where minmap carries it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import folium
from branca.element import CssLink, Element, JavascriptLink

from minmap.errors import MinmapError, MinmapWarning
from minmap.webmap.page import Raw, script, style, walk
from minmap.webmap.policy import Policy
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


def say_what_is_outside(page: Element, policy: Policy, *, offline: bool) -> None:
    """Say what of a page is not in it: what it fetches, and the pictures of folium's icons.

    Parameters
    ----------
    page
        The root of the page.
    policy
        What it fetches.
    offline
        Whether what it fetches, tiles and pictures among it, is an error.

    Raises
    ------
    MinmapError
        If `offline` is true and the page needs the network.

    Warns
    -----
    MinmapWarning
        If scripts or styles are fetched, or a picture of an icon is left out.
    """
    fetches = _fetching(page, policy.links)
    tiles = [f"tiles come from {address}" for address in _online_tiles(page)]
    media = [f"the page shows {address}" for address in policy.media]
    if offline and (needs := "; ".join([*fetches, *tiles, *media])):
        raise MinmapError(
            f"offline=True, but the page needs the network: {needs}. Leave these out, or save "
            "with offline=False."
        )
    if fetches:
        _warn(f"The page needs the network: {'; '.join(fetches)}.")
    if pictures := _left_out(page):
        _warn(
            f"folium.Icon's pictures {', '.join(pictures)} are letters of a font that is not in "
            "the page; the pins have a dot instead. A folium.DivIcon can draw anything."
        )


def _warn(text: str) -> None:
    warnings.warn(text, MinmapWarning, stacklevel=4)  # where the user calls Map.save


def _fetching(root: Element, links: Iterable[str]) -> list[str]:
    """Say which elements of a page fetch which of these addresses."""
    said = []
    left = dict.fromkeys(links)
    for element in walk(root):
        defaults = [*getattr(element, "default_js", []), *getattr(element, "default_css", [])]
        own = [url for _, url in defaults if url in left]
        for url in own:
            del left[url]
        if own:
            said.append(f"{type(element).__name__} fetches {', '.join(own)}")
    return [*said, *([f"the page fetches {', '.join(left)}"] if left else [])]


def _online_tiles(root: Element) -> Iterator[str]:
    """List the addresses of the tile layers that need the network."""
    for element in walk(root):
        if isinstance(element, OnlineTiles):
            yield element.address
        elif isinstance(element, _TILES):
            address = str(getattr(element, "tiles", None) or getattr(element, "url", ""))
            if urlsplit(address).netloc:
                yield address


def _left_out(root: Element) -> list[str]:
    """Name the pictures of icons that are drawn as a dot: they are letters of a font."""
    icons = (element for element in walk(root) if isinstance(element, folium.Icon))
    names = (str(icon.options.get("icon", "info-sign")) for icon in icons)
    return sorted(set(names) - _PLAIN_ICONS)
