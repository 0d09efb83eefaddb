"""The HTML page: a `branca` figure that fetches nothing and writes the same bytes each time."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from importlib import resources
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from branca.element import Element, Figure

from minmap.arguments import shown
from minmap.errors import MinmapError
from minmap.webmap.content_policy import Policy
from minmap.webmap.element_tree import TreeCopy, walk
from minmap.webmap.fetch_permissions import allow_elements
from minmap.webmap.inert_text import make_inert
from minmap.webmap.notebook_frame import frame

# What would end the page's script, or hide the end of it, inside a string of the script.
_ENDS = re.compile(r"<(?=/script|!--)", re.IGNORECASE)


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


class Composed(NamedTuple):
    """A page that was written, and what it was written from.

    Attributes
    ----------
    text
        The HTML.
    policy
        What it may run and fetch.
    elements
        The copies of the elements that it was drawn from.
    """

    text: str
    policy: Policy
    elements: list[Element]


class Page(Figure):
    """A page with a title and a language that says when its map is drawn.

    ``<html>`` carries ``data-minmap="loading"`` until the renderer has drawn every layer, then
    ``"ready"``. A page is drawn from a copy of its elements, so that a map can be shown and saved
    any number of times, also by several threads at once, with the same result.

    Its Content-Security-Policy lets run what was written into it as code and nothing else.

    Parameters
    ----------
    title
        Text of ``<title>``.
    language
        BCP 47 tag of the page's text, such as ``en``.
    theme
        Colours of the page: ``auto``, ``light`` or ``dark``.
    hosts
        Hosts that the page may fetch pictures, films, frames and data from, beside those that
        code and arguments of its elements name.
    """

    def __init__(
        self, *, title: str, language: str, theme: str = "auto", hosts: tuple[str, ...] = ()
    ) -> None:
        for argument, text in (("title", title), ("language", language)):
            if not isinstance(text, str):
                raise MinmapError(f"{argument}={shown(text)} is not text; give text.")
        super().__init__(title=title)
        del self.header._children["meta_http"]  # the page writes its own, before all else
        self.heading = title
        self.language = language
        self.theme = theme
        self.hosts = hosts
        self.folder: Path | None = None
        """Where files beside the page are written; None while all is within it."""
        self.tiles: dict[str, None] = {}
        """Addresses of the tiles that layers of minmap's fetch while the page is looked at."""

    def render(self, **kwargs: Any) -> str:
        """Write the page."""
        return self.compose(**kwargs).text

    def _repr_html_(self, **kwargs: Any) -> str:
        """Write the frame that a notebook shows."""
        text = self.render(**kwargs)
        return frame(text, title=self.heading, width=self.width, height=self.height)

    def compose(self, *, folder: Path | None = None, **kwargs: Any) -> Composed:
        """Write the page, and say what it may run and fetch.

        Parameters
        ----------
        folder
            Where files beside the page are written. None puts all into the page.
        **kwargs
            What elements are rendered with.
        """
        tree = TreeCopy(self)
        page = tree.root
        page.folder, page.tiles = folder, {}
        policy = Policy(served=folder is not None, hosts=dict.fromkeys(self.hosts))
        policy.framed = bool(self.hosts)
        elements = list(walk(page))
        allow_elements(policy, elements)
        make_inert(tree.elements)
        return Composed(page._write(policy, tree, kwargs), policy, elements)

    def _write(self, policy: Policy, tree: TreeCopy[Page], kwargs: dict[str, Any]) -> str:
        for child in self._children.values():
            child.render(**kwargs)
        policy.allow_tiles(self.tiles)
        header = self._section(self.header, policy, tree, kwargs)
        body = self._section(self.html, policy, tree, kwargs)
        script = self._script(policy, tree, kwargs)
        return (
            "<!DOCTYPE html>\n"
            f'<html lang="{escape(self.language)}" data-minmap="loading" '
            f'data-theme="{escape(self.theme)}">\n'
            f'<head>\n<meta charset="utf-8">\n{policy.meta()}\n'
            f"<title>{escape(self.heading)}</title>\n{header}\n</head>\n"
            f"<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
        )

    @staticmethod
    def _section(
        section: Element, policy: Policy, tree: TreeCopy[Page], kwargs: dict[str, Any]
    ) -> str:
        """Write a section of the page and let the policy know what is in it."""
        parts = []
        for element in section._children.values():
            text = element.render(**kwargs)
            if not isinstance(element, Raw):
                text = tree.renamed(text)
                policy.allow_foreign(text)
            elif not isinstance(element, Data):
                policy.allow(text)
            parts.append(text)
        return "\n".join(parts)

    def _script(self, policy: Policy, tree: TreeCopy[Page], kwargs: dict[str, Any]) -> str:
        """Write the page's script."""
        parts = []
        for element in self.script._children.values():
            text = element.render(**kwargs)
            if not isinstance(element, Raw):
                # A string of a script means the same with a backslash there.
                text = _ENDS.sub(lambda _: "<\\", tree.renamed(text))
                policy.foreign = True
            parts.append(text)
        script = "\n".join(["", *parts, ""])
        policy.allow_script(script)
        return script


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
