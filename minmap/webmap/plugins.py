"""Scripts and styles of folium's plugins, and reports of the addresses that a page fetches."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import folium
from branca.element import CssLink, Element, JavascriptLink

from minmap.errors import MinmapError, warn
from minmap.webmap.blocked_content import blocked_messages, media_in_text
from minmap.webmap.page import Raw, RenderedPage, inline_file
from minmap.webmap.tiles import OnlineTiles

# Files that plugins fetch, without version, host and ".min", and the files that replace them.
_BUNDLED = {
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


def bundled(link: Element) -> Raw | None:
    """Return the bundled file that replaces a link of a plugin; None if minmap has none.

    Examples
    --------
    >>> bundled(JavascriptLink("https://example.org/leaflet.draw/1.0.2/leaflet.draw.js")) is None
    True
    """
    if not isinstance(link, (JavascriptLink, CssLink)):
        return None
    file = urlsplit(link.url).path.rsplit("/", 1)[-1].replace(".min.", ".")
    return inline_file(_BUNDLED[file]) if file in _BUNDLED else None


def report_external_content(page: RenderedPage, *, offline: bool) -> None:
    """Warn of the addresses that a page fetches, and of content that it blocks.

    Parameters
    ----------
    page
        The rendered page.
    offline
        Whether fetching anything, also tiles and pictures, is an error.

    Raises
    ------
    MinmapError
        If `offline` is true and the page needs the network.

    Warns
    -----
    MinmapWarning
        If scripts or styles are fetched, a picture of an icon is left out, or the page blocks
        something in the text of an element.
    """
    fetches = _fetch_messages(page.elements, page.policy.links)
    online = dict.fromkeys(_online_tiles(page.elements))
    tiles = [f"tiles come from {address}" for address in online]
    shown = dict.fromkeys([*page.policy.media, *media_in_text(page.elements, page.policy)])
    media = [f"the page shows {address}" for address in shown if address not in online]
    if offline and (needs := "; ".join([*fetches, *tiles, *media])):
        raise MinmapError(
            f"offline=True, but the page needs the network: {needs}. Leave these out, or save "
            "with offline=False."
        )
    if fetches:
        warn(f"The page needs the network: {'; '.join(fetches)}.")
    if pictures := _missing_icons(page.elements):
        warn(
            f"folium.Icon's pictures {', '.join(pictures)} are letters of a font that is not in "
            "the page; the pins have a dot instead. A folium.DivIcon can draw anything."
        )
    for line in blocked_messages(page.elements, page.policy):
        warn(line)


def _fetch_messages(elements: Iterable[Element], links: Iterable[str]) -> list[str]:
    """Return messages about the elements of a page that fetch these addresses."""
    fetched: dict[str, list[str]] = {}
    owners: dict[str, str] = {}
    for element in elements:
        for _, url in (*getattr(element, "default_js", ()), *getattr(element, "default_css", ())):
            owners.setdefault(url, type(element).__name__)
    for url in links:
        fetched.setdefault(owners.get(url, "the page"), []).append(url)
    return [f"{name} fetches {', '.join(urls)}" for name, urls in fetched.items()]


def _online_tiles(elements: Iterable[Element]) -> Iterator[str]:
    """Iterate over the addresses of tile layers that need the network."""
    for element in elements:
        if isinstance(element, OnlineTiles):
            yield element.address
        elif isinstance(element, _TILES):
            address = str(getattr(element, "tiles", None) or getattr(element, "url", ""))
            if urlsplit(address).netloc:
                yield address


def _missing_icons(elements: Iterable[Element]) -> list[str]:
    """Return the pictures of icons that are drawn as a dot, since they are letters of a font."""
    icons = (element for element in elements if isinstance(element, folium.Icon))
    names = (str(icon.options.get("icon", "info-sign")) for icon in icons)
    return sorted(set(names) - _PLAIN_ICONS)
