"""Sources that a page may fetch from: hosts in the author's code, and addresses of arguments."""

from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any

import folium
from branca.element import Element, IFrame, Link, MacroElement
from folium import plugins
from folium.utilities import JsCode

from minmap.webmap.content_policy import Policy
from minmap.webmap.element_copy import walk

# Attributes and options of folium's elements that are addresses.
_ARGUMENTS = ("tiles", "url", "image", "embed_link", "video_url", "src")
_OPTIONS = ("icon_url", "shadow_url", "iconUrl", "shadowUrl")
# Default tiles of a mini map; the page shows its own base map instead.
_DEFAULT_TILES = "tile.openstreetmap.org"
# Attributes that are functions as text.
_FUNCTIONS = ("callback", "icon_create_function")


def allow_sources(policy: Policy, elements: Iterable[Element]) -> None:
    """Allow the addresses in the code and the arguments of the elements of a page.

    The content of popups and frames is text, also if it is an element, and allows nothing.
    """
    elements = list(elements)
    text = {id(inner) for element in elements for inner in _text_elements(element)}
    for element in elements:
        policy.framed |= isinstance(element, IFrame)
        if id(element) in text or isinstance(element, Link):
            continue
        for code in _code_of(element):
            policy.allow_hosts_in(code)
            policy.framed |= "<iframe" in code.lower()
        for address in _addresses_of(element):
            policy.allow_address(address)


def _text_elements(element: Element) -> Iterator[Element]:
    if isinstance(element, folium.Popup):
        yield from walk(element.html)
    elif isinstance(element, IFrame):
        yield from walk(element)


def _code_of(element: Element) -> Iterator[str]:
    """Iterate over the author's code: templates without their values, and functions."""
    yield from _constants(element._template.root_render_func.__code__)
    for name, value in vars(element).items():
        if name in _FUNCTIONS and isinstance(value, str):
            yield value
        elif name != "data":
            yield from _functions(value)


def _constants(code: CodeType) -> Iterator[str]:
    """Iterate over the literal text of a compiled template."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _constants(constant)
        texts = constant if isinstance(constant, tuple) else (constant,)
        yield from (text for text in texts if isinstance(text, str))


def _functions(value: Any) -> Iterator[str]:
    if isinstance(value, JsCode):
        yield value.js_code
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _functions(item)


def _addresses_of(element: Element) -> Iterator[str]:
    if not isinstance(element, MacroElement):
        return
    options = getattr(element, "options", None)
    given = [getattr(element, name, None) for name in _ARGUMENTS]
    if isinstance(element, plugins.MiniMap) and _DEFAULT_TILES not in element.tile_layer.tiles:
        given.append(element.tile_layer.tiles)
    if isinstance(options, dict):
        given += [options.get(name) for name in _OPTIONS]
    for value in given:
        if isinstance(value, str) and value and not value.startswith("data:"):
            yield value
