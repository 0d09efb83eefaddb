"""Messages about text of folium's elements that the page does not run, fetch or show."""

import re
from collections.abc import Iterable, Iterator

import folium
from branca.element import Element, Figure, Html, IFrame, MacroElement
from folium.features import GeoJsonDetail

from minmap.webmap.content_policy import Policy, hosts_in, is_fetched, with_scheme
from minmap.webmap.html_markup import ATTRIBUTES, REMOVED, UNWRAPPED, read_markup

# Text without any of these fetches nothing, so most texts need not be parsed.
_MAY_NEED = re.compile(
    rf"(?:\bon\w+|name|src|srcset|poster|data|background|href|{'|'.join(ATTRIBUTES)})\s*=|script|&#"
    rf"|<(?:{'|'.join((*REMOVED, *UNWRAPPED))})",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[a-z!/]", re.IGNORECASE)
# Options whose text is shown as markup: of layers, `plugins.Fullscreen`, `plugins.MousePosition`
# and Leaflet's own controls.
_SHOWN_OPTIONS = (
    "attribution", "content", "empty_string", "prefix", "separator", "zoomInText", "zoomOutText",
)  # fmt: skip
_MESSAGES = {
    "handler": "has a handler ({}) in its HTML, which the page does not run; attach it with "
    "addEventListener in a script.",
    "javascript": "has an address of javascript: in its HTML, which the page does not run; attach "
    "the code with addEventListener in a script.",
    "script": "has <script> in its HTML, which the page leaves out; add it as code: "
    "map.get_root().script.add_child(folium.Element(...)).",
    "removed": "has <{}> in its HTML, which the page leaves out; add it to the page: "
    "map.get_root().header.add_child(folium.Element(...)).",
    "unwrapped": "has <{}> in its HTML, and the page keeps only its content; send the fields from "
    "a script.",
    "name": "has an <{}> with a name in its HTML, and the page leaves out the name; find the "
    "element by its class.",
    "attribute": "has the attribute {} in its HTML, which the page leaves out; send the request "
    "from a script.",
}


def blocked_messages(elements: Iterable[Element], policy: Policy) -> list[str]:
    """Return messages about text that a page does not run, fetch or show as markup.

    Parameters
    ----------
    elements
        The elements of a page that was written, its root first.
    policy
        The content policy of the page.

    Returns
    -------
    list of str
        A line for each kind of element and each thing blocked, with the cure.
    """
    lines: dict[str, None] = {}
    for element in elements:
        name = type(element).__name__
        for text in _texts_of(element):
            if _MAY_NEED.search(text):
                lines.update(dict.fromkeys(f"{name} {what}" for what in _blocked_in(text, policy)))
        if isinstance(element, Figure):
            lines.update(dict.fromkeys(_handlers_in_sections(element)))
        if isinstance(element, GeoJsonDetail) and (fields := _with_markup(element)):
            lines[f"{name} shows the markup in its fields {', '.join(fields)} as text."] = None
    return list(lines)


def media_in_text(elements: Iterable[Element], policy: Policy) -> Iterator[str]:
    """Iterate over the addresses of pictures, films and frames in text that a page fetches."""
    for element in elements:
        for text in _texts_of(element):
            for address in read_markup(text).media if _MAY_NEED.search(text) else ():
                if is_fetched(address) and policy.permits(address):
                    yield address


def _texts_of(element: Element) -> Iterator[str]:
    """Iterate over the HTML that an element has as text."""
    if isinstance(element, Html):
        yield element.data if element.script else ""
    elif isinstance(element, folium.Tooltip):
        yield element.text
    elif isinstance(element, folium.DivIcon):
        yield str(element.options.get("html") or "")
    elif isinstance(element, (IFrame, folium.Popup)):
        for child in getattr(element, "html", element)._children.values():
            if not isinstance(child, (MacroElement, Html, IFrame)):
                yield str(child.render())
    elif isinstance(options := getattr(element, "options", None), dict):
        yield from (str(options[name]) for name in _SHOWN_OPTIONS if options.get(name))


def _blocked_in(text: str, policy: Policy) -> Iterator[str]:
    found = read_markup(text)
    for kind, name in found.blocked:
        yield _MESSAGES[name if name == "script" else kind].format(name)
    for address in found.media:
        if not policy.permits(address):
            host = next(hosts_in(with_scheme(address)), None)
            cure = f"allow its host: mm.Map(hosts=[{host!r}])" if host else "give its whole address"
            yield f"shows {address[:200]}, which the page does not fetch; {cure}."


def _handlers_in_sections(figure: Figure) -> Iterator[str]:
    """Iterate over messages about handlers in the page's own sections."""
    elements = (*figure.header._children.values(), *figure.html._children.values())
    for markup in (element.render() for element in elements if type(element) is Element):
        for kind, name in read_markup(markup).blocked:
            if kind == "handler":
                yield f"Element {_MESSAGES[kind].format(name)}"


def _with_markup(detail: GeoJsonDetail) -> list[str]:
    """Return the fields of a tooltip or popup that have markup in some feature."""
    data = getattr(detail._parent, "data", None)
    features = data.get("features", []) if isinstance(data, dict) else []
    found = {
        name
        for feature in features
        for name in detail.fields
        if isinstance(text := (feature.get("properties") or {}).get(name), str)
        and _MARKUP.search(text)
    }
    return [name for name in detail.fields if name in found]
