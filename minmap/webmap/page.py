"""The HTML page: a `branca` figure that fetches nothing and writes the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.map import Layer

from minmap.errors import MinmapError
from minmap.webmap.frame import frame


class Raw(Element):
    """Text that goes into the page as it is, past every template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_kwargs: Any) -> str:
        """Return the text."""
        return self._text


class Page(Figure):
    """A page with a title and a language that says when its map is drawn.

    ``<html>`` carries ``data-minmap="loading"`` until the renderer has drawn every layer, then
    ``"ready"``. Rendering leaves the tree of elements as it was, so that a map can be shown and
    saved any number of times with the same result.

    Parameters
    ----------
    title
        Text of ``<title>``.
    language
        BCP 47 tag of the page's text, such as ``en``.
    """

    def __init__(self, *, title: str, language: str) -> None:
        super().__init__(title=title)
        self.heading = title
        self.language = language

    def render(self, **kwargs: Any) -> str:
        """Write the page."""
        return self.compose(**kwargs)[0]

    def _repr_html_(self, **kwargs: Any) -> str:
        """Write the frame that a notebook shows."""
        text = self.render(**kwargs)
        return frame(text, title=self.heading, width=self.width, height=self.height)

    def compose(self, **kwargs: Any) -> tuple[str, list[str]]:
        """Write the page, and list the scripts and styles that it fetches.

        Nothing of minmap's fetches anything; elements of other packages may.
        """
        _number(self)
        with _unchanged(self):
            for child in self._children.values():
                child.render(**kwargs)
            header, body, script = (
                "\n".join(part.render(**kwargs) for part in section._children.values())
                for section in (self.header, self.html, self.script)
            )
            heads = self.header._children.values()
            links = [link.url for link in heads if isinstance(link, (JavascriptLink, CssLink))]
        page = (
            "<!DOCTYPE html>\n"
            f'<html lang="{escape(self.language)}" data-minmap="loading">\n'
            f"<head>\n<title>{escape(self.heading)}</title>\n{header}\n</head>\n"
            f"<body>\n{body}\n<script>\n{script}\n</script>\n</body>\n</html>\n"
        )
        return page, links


def figure_of(element: Element) -> Figure:
    """Give the figure that an element is drawn in.

    Raises
    ------
    MinmapError
        If it is in none.
    """
    figure = element.get_root()
    if not isinstance(figure, Figure):
        raise MinmapError(f"{element.get_name()} is on no map yet; add it to one first.")
    return figure


def language_of(figure: Figure) -> str:
    """Give the language of a figure's text: English where it is none of minmap's."""
    return figure.language.partition("-")[0] if isinstance(figure, Page) else "en"


def walk(element: Element) -> Iterator[Element]:
    """Go through an element and all below it; the sections of a figure or popup come last."""
    yield element
    for child in element._children.values():
        yield from walk(child)
    for name in ("header", "html", "script"):
        section = getattr(element, name, None)
        if isinstance(section, Element):
            yield from walk(section)


def _number(page: Page) -> None:
    """Replace the random ids, and the names made of them, by numbers in the order of the tree."""
    elements = list(walk(page))
    renamed: dict[str, str] = {}
    for number, element in enumerate(elements):
        was = element.get_name()
        element._id = str(number)
        renamed[was] = element.get_name()
        if isinstance(element, Layer) and element.layer_name == was:  # an unnamed layer
            element.layer_name = element.get_name()
    for element in elements:  # folium also uses a child's key as its variable in the page
        children = element._children
        element._children = type(children)((renamed.get(k, k), c) for k, c in children.items())


@contextmanager
def _unchanged(page: Page) -> Iterator[None]:
    """Undo what rendering adds to the tree: links, statements, scripts."""
    before = [(element, element._children.copy()) for element in walk(page)]
    try:
        yield
    finally:
        for element, children in before:
            element._children = children


@cache
def asset(name: str) -> str:
    """Read a file of the renderer's bundle.

    Raises
    ------
    MinmapError
        If the bundle has not been built.
    """
    file = resources.files("minmap") / "webmap" / "static" / name
    if not file.is_file():
        raise MinmapError(
            f"The map renderer ({name}) has not been built; "
            "run `pip install .` in the checkout, or install a minmap wheel."
        )
    return file.read_text(encoding="utf-8")


def script(name: str) -> Raw:
    """Give a JavaScript file of the bundle as an inline script."""
    return Raw(f"<script>{asset(name)}</script>")


def style(name: str) -> Raw:
    """Give a style sheet of the bundle as an inline style."""
    return Raw(f"<style>{asset(name)}</style>")


def data_block(identifier: str, kind: str, text: str) -> Raw:
    """Hold data in a script element that no browser runs."""
    return Raw(f'<script type="{kind}" id="{identifier}">{text}</script>')


def to_json(value: object) -> str:
    r"""Write JSON that can stand inside a script element: ``<`` never appears in it.

    Examples
    --------
    >>> to_json({"name": "</script>"})
    '{"name":"\\u003c/script>"}'
    """
    text = json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str
    )
    # U+2028 and U+2029 are fine in JSON; a lone surrogate is not fine in UTF-8.
    return text.replace("<", "\\u003c").encode("utf-8", "replace").decode("utf-8")
