"""The HTML page: a `branca` figure that fetches nothing and renders to the same bytes each time."""

import json
import re
from html import escape
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple, cast

from branca.element import Element, Figure

from minmap.errors import MinmapError
from minmap.renderer import asset
from minmap.webmap.allowed_sources import allow_sources
from minmap.webmap.content_policy import Policy, hash_of, hosts_in
from minmap.webmap.element_copy import ElementCopy, walk
from minmap.webmap.text_escaping import escape_text

# Texts in a string that would end the page's script or hide its end.
_ENDS = re.compile(r"<(?=/script|!--)", re.IGNORECASE)
# Notebooks that are not trusted remove the frame and show this text.
_FALLBACK = "The map is not shown here: run the cell again, or trust the notebook."
_DEFAULT_HEIGHT = "aspect-ratio:5/3;min-height:min(480px,95vh);max-height:max(480px,85vh)"


class Raw(Element):
    """Text that is written into the page as it is, without a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_kwargs: Any) -> str:
        """Return the text."""
        return self._text


class Data(Raw):
    """Data in the page, which browsers do not run."""


class RenderedPage(NamedTuple):
    """A rendered page, with its policy and its elements.

    Attributes
    ----------
    text
        The HTML.
    policy
        The content policy of the page.
    elements
        The copies of the elements that were rendered.
    beside
        Files that the page fetches from its folder.
    """

    text: str
    policy: Policy
    elements: list[Element]
    beside: tuple[Path, ...] = ()


class Page(Figure):
    """A page with a title and a language.

    ``<html>`` has ``data-minmap="loading"`` until the renderer has drawn every layer, then
    ``"ready"``. Copies of the elements are rendered, so that a map can be shown and saved any
    number of times, also by several threads at once, with the same result.

    The Content-Security-Policy of the page allows only its own code.

    Parameters
    ----------
    title
        Text of ``<title>``.
    language
        BCP 47 tag of the page's text, such as ``en``.
    theme
        Colours of the page: ``auto``, ``light`` or ``dark``.
    hosts
        Hosts of pictures, films, frames and data that the page may fetch, besides those that code
        and arguments of its elements name.
    """

    def __init__(
        self, *, title: str, language: str, theme: str = "auto", hosts: tuple[str, ...] = ()
    ) -> None:
        super().__init__(title=title)
        del self.header._children["meta_http"]  # the page has its own, before everything else
        self.heading = title
        self.language = language
        self.theme = theme
        self.hosts = hosts
        self.folder: Path | None = None
        """Folder of files beside the page; None if everything is in the page."""
        self.tiles: dict[str, None] = {}
        """Addresses of the tiles that minmap's layers fetch."""
        self.beside: dict[Path, None] = {}
        """Files that minmap's layers fetch from the folder of the page."""

    def render(self, **kwargs: Any) -> str:
        """Return the page as HTML."""
        return self.compose(**kwargs).text

    def _repr_html_(self, **kwargs: Any) -> str:
        """Return the frame that a notebook shows."""
        text = self.render(**kwargs)
        return iframe(text, title=self.heading, width=self.width, height=self.height)

    def compose(self, *, folder: Path | None = None, **kwargs: Any) -> RenderedPage:
        """Render the page.

        Parameters
        ----------
        folder
            Folder for files beside the page. None writes everything into the page.
        **kwargs
            Arguments of the `render` methods of elements.
        """
        copy = ElementCopy(self)
        page = cast("Page", copy.root)
        page.folder, page.tiles, page.beside = folder, {}, {}
        policy = Policy(served=folder is not None, hosts=dict.fromkeys(self.hosts))
        policy.framed = bool(self.hosts)
        elements = list(walk(page))
        allow_sources(policy, elements)
        escape_text(copy.elements)
        text = page._write(policy, copy, kwargs)
        return RenderedPage(text, policy, elements, tuple(page.beside))

    def _write(self, policy: Policy, copy: ElementCopy, kwargs: dict[str, Any]) -> str:
        for child in self._children.values():
            child.render(**kwargs)
        for address in self.tiles:
            policy.tile_hosts.update(dict.fromkeys(hosts_in(address)))
        policy.served |= bool(self.beside)
        header, body, script = (
            self._section(section, policy, copy, kwargs)
            for section in (self.header, self.html, self.script)
        )
        script = f"\n{script}\n"
        policy.scripts[hash_of(script)] = None
        return (
            "<!DOCTYPE html>\n"
            f'<html lang="{escape(self.language)}" data-minmap="loading" '
            f'data-theme="{escape(self.theme)}">\n'
            f'<head>\n<meta charset="utf-8">\n{policy.meta()}\n'
            f"<title>{escape(self.heading)}</title>\n{header}\n</head>\n"
            f"<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
        )

    def _section(
        self, section: Element, policy: Policy, copy: ElementCopy, kwargs: dict[str, Any]
    ) -> str:
        """Render a section of the page, and allow its content unless it is the script."""
        parts = []
        for element in section._children.values():
            text = element.render(**kwargs)
            if not isinstance(element, Raw):
                text = copy.renamed(text)
                if section is self.script:
                    # A backslash there does not change a string.
                    text = _ENDS.sub(lambda _: "<\\", text)
                    policy.foreign = True
                else:
                    policy.allow_foreign(text)
            elif section is not self.script and not isinstance(element, Data):
                policy.allow(text)
            parts.append(text)
        return "\n".join(parts)


def figure_of(element: Element) -> Figure:
    """Return the figure of an element.

    Raises
    ------
    MinmapError
        If it has none.
    """
    figure = element.get_root()
    if not isinstance(figure, Figure):
        raise MinmapError(f"{element.get_name()} is on no map yet; add it to one first.")
    return figure


def folder_of(figure: Figure) -> Path | None:
    """Return the folder of files beside a page; None if everything is in the page."""
    return figure.folder if isinstance(figure, Page) else None


def language_of(figure: Figure) -> str:
    """Return the language of a figure without its region; English if it is not a `Page`."""
    return figure.language.partition("-")[0] if isinstance(figure, Page) else "en"


def inline_file(name: str) -> Raw:
    """Return a script or a style sheet of the renderer as an inline element."""
    kind = "script" if name.endswith(".js") else "style"
    return Raw(f"<{kind}>{asset(name)}</{kind}>")


def add_files(figure: Figure, *names: str) -> None:
    """Add scripts and style sheets of the renderer to the header of a page, each once."""
    for name in names:
        # Some elements of folium add another file under the same name, such as "jquery".
        figure.header.add_child(inline_file(name), name=name.removesuffix(".js"))


def add_data(figure: Figure, identifier: str, kind: str, text: str) -> None:
    """Add data to the page as a script element that browsers do not run."""
    block = f'<script type="{kind}" id="{identifier}">{text}</script>'
    figure.html.add_child(Data(block), name=identifier)


def to_json(value: object) -> str:
    r"""Return JSON that is safe inside a script element: it has no ``<``.

    NaN and infinities become null, and other values without a form in JSON become text.

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
    # JSON allows U+2028 and U+2029; UTF-8 does not allow lone surrogates.
    return text.replace("<", "\\u003c").encode("utf-8", "replace").decode("utf-8")


def _finite(value: Any) -> Any:
    """Replace numbers and keys that JSON does not have."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def iframe(page: str, *, title: str, width: str = "100%", height: str | None = None) -> str:
    """Return an ``<iframe>`` that contains a page.

    Parameters
    ----------
    page
        The whole HTML page.
    title
        Name of the frame for screen readers.
    width, height
        CSS lengths. A height of None is 3/5 of the width, at least 480 px and at most 85 % of the
        window if it has the room.

    Returns
    -------
    str
        HTML in ASCII, so that it does not depend on the encoding of the notebook: scripts run only
        if their characters are those that were hashed.

    Examples
    --------
    >>> iframe("<p>Ж</p>", title="Map", height="300px")
    '<iframe title="Map" srcdoc="&lt;p&gt;&#1046;&lt;/p&gt;" style="display:block;border:0;...
    """
    tall = _DEFAULT_HEIGHT if height is None else f"height:{height}"
    style = escape(f"display:block;border:0;width:{width};{tall}")
    html = (
        f'<iframe title="{escape(title)}" srcdoc="{escape(page)}" style="{style}" '
        f"allowfullscreen>{_FALLBACK}</iframe>"
    )
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")
