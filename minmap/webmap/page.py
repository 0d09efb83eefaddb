"""The HTML page: a `branca` figure that fetches nothing and writes the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from importlib import resources
from math import isfinite
from pathlib import Path
from typing import Any

from branca.element import Element, Figure
from folium.map import Layer

from minmap.errors import MinmapError
from minmap.webmap.frame import frame
from minmap.webmap.policy import Policy


class Raw(Element):
    """Text that goes into the page as it is, past every template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_kwargs: Any) -> str:
        """Return the text."""
        return self._text


class Data(Raw):
    """Data in the page, which no browser runs."""


class Page(Figure):
    """A page with a title and a language that says when its map is drawn.

    ``<html>`` carries ``data-minmap="loading"`` until the renderer has drawn every layer, then
    ``"ready"``. Rendering leaves the tree of elements as it was, so that a map can be shown and
    saved any number of times with the same result.

    Its Content-Security-Policy lets run what was written into it and nothing else.

    Parameters
    ----------
    title
        Text of ``<title>``.
    language
        BCP 47 tag of the page's text, such as ``en``.
    theme
        Colours of the page: ``auto``, ``light`` or ``dark``.
    """

    def __init__(self, *, title: str, language: str, theme: str = "auto") -> None:
        for argument, text in (("title", title), ("language", language)):
            if not isinstance(text, str):
                raise MinmapError(f"{argument}={text!r} is no text.")
        super().__init__(title=title)
        del self.header._children["meta_http"]  # the page writes its own, before all else
        self.heading = title
        self.language = language
        self.theme = theme
        self.folder: Path | None = None
        """Where files beside the page are written; None while all is within it."""
        self.pictures: dict[str, None] = {}
        """Addresses of the pictures that layers of minmap's fetch while the page is looked at."""

    def render(self, **kwargs: Any) -> str:
        """Write the page."""
        return self.compose(**kwargs)[0]

    def _repr_html_(self, **kwargs: Any) -> str:
        """Write the frame that a notebook shows."""
        text = self.render(**kwargs)
        return frame(text, title=self.heading, width=self.width, height=self.height)

    def compose(self, **kwargs: Any) -> tuple[str, Policy]:
        """Write the page, and tell what it may run and fetch.

        Nothing of minmap's fetches anything; elements of other packages may.
        """
        _number(self)
        self.pictures = {}
        with _unchanged(self):
            for child in self._children.values():
                child.render(**kwargs)
            policy = Policy(served=self.folder is not None)
            policy.allow_pictures(self.pictures)
            header = self._section(self.header, policy.allow_foreign, policy, kwargs)
            body = self._section(self.html, policy.allow_foreign, policy, kwargs)
            script = self._section(self.script, policy.allow_code, policy, kwargs)
        final = f"<script>\n{script}\n</script>"
        policy.allow(final)
        page = (
            "<!DOCTYPE html>\n"
            f'<html lang="{escape(self.language)}" data-minmap="loading" '
            f'data-theme="{escape(self.theme)}">\n'
            f'<head>\n<meta charset="utf-8">\n{policy.meta()}\n'
            f"<title>{escape(self.heading)}</title>\n{header}\n</head>\n"
            f"<body>\n{body}\n{final}\n</body>\n</html>\n"
        )
        return page, policy

    @staticmethod
    def _section(
        section: Element, foreign: Callable[[str], None], policy: Policy, kwargs: dict[str, Any]
    ) -> str:
        """Write a section of the page and let the policy know what is in it."""
        parts = []
        for element in section._children.values():
            text = element.render(**kwargs)
            parts.append(text)
            if not isinstance(element, Raw):
                foreign(text)
            elif not isinstance(element, Data):
                policy.allow(text)
        return "\n".join(parts)


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


def folder_of(figure: Figure) -> Path | None:
    """Give the folder of the files beside a page; None while all is within it."""
    return figure.folder if isinstance(figure, Page) else None


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
    elements = _all_of(page)
    renamed: dict[str, str] = {}
    for number, element in enumerate(elements):
        was, random = element.get_name(), element._id
        element._id = str(number)
        renamed[was] = element.get_name()
        # An unnamed layer is called by its random id, with a prefix that may be older than its own.
        unnamed = len(random) == 32 and str(getattr(element, "layer_name", "")).endswith(random)
        if isinstance(element, Layer) and (unnamed or element.layer_name == was):
            element.layer_name = element.get_name()
    for element in elements:  # folium also uses a child's key as its variable in the page
        children = element._children
        element._children = type(children)((renamed.get(k, k), c) for k, c in children.items())


def _all_of(page: Page) -> list[Element]:
    """List the elements of a page, and those that they hold aside: the tiles of a mini map, say."""
    elements = list(walk(page))
    known = {id(element) for element in elements}
    for element in elements:  # grows as it goes
        for held in vars(element).values():
            if isinstance(held, Element) and id(held) not in known:
                elements.append(held)
                known.add(id(held))
    return elements


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


def data_block(identifier: str, kind: str, text: str) -> Data:
    """Hold data in a script element that no browser runs."""
    return Data(f'<script type="{kind}" id="{identifier}">{text}</script>')


def to_json(value: object) -> str:
    r"""Write JSON that can stand inside a script element: ``<`` never appears in it.

    What JSON has no word for is written as text, but NaN and infinities as null.

    Examples
    --------
    >>> to_json({"name": "</script>"})
    '{"name":"\\u003c/script>"}'
    >>> to_json({("a", 1): float("nan")})
    '{"(\'a\', 1)":null}'
    """
    text = json.dumps(
        _finite(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str
    )
    # U+2028 and U+2029 are fine in JSON; a lone surrogate is not fine in UTF-8.
    return text.replace("<", "\\u003c").encode("utf-8", "replace").decode("utf-8")


def _finite(value: Any) -> Any:
    """Replace the numbers and the keys that JSON does not have."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
