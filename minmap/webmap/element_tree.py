"""The tree of a page's elements: how to go through it, and how to copy it for drawing."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Generic, TypeVar, cast

from branca.element import Element
from folium.map import Layer

Root = TypeVar("Root", bound=Element)
Kind = TypeVar("Kind", bound=Element)

_RANDOM_ID = re.compile(r"[A-Za-z]\w*?_[0-9a-f]{32}")
# Folium keeps tables and features under this name: much to go through, and no element in it.
_BULK = "data"


def walk(element: Element) -> Iterator[Element]:
    """Go through an element and all below it; the sections of a figure or popup come last."""
    yield element
    for child in list(element._children.values()):
        yield from walk(child)
    for name in ("header", "html", "script"):
        section = getattr(element, name, None)
        if isinstance(section, Element):
            yield from walk(section)


class TreeCopy(Generic[Root]):
    """A copy of a page's elements with names that are the same each time.

    Drawing a branca element changes it: it gets children, and adds scripts to its page. A copy can
    be drawn and thrown away, so that threads which draw the same page at once do not meet.
    Everything that is not an element (tables, payloads, functions) is shared with the original.

    Parameters
    ----------
    root
        The root of the tree.

    Attributes
    ----------
    root
        The copy of `root`.
    elements
        All copies: those of the tree in its order, then those that elements hold aside, such as
        the tiles of a mini map.
    """

    def __init__(self, root: Root) -> None:
        self._copies: dict[int, Element] = {}
        self._originals: list[Element] = []
        self.root = self._copy(root)
        self._set_parents()
        self.elements = list(
            {id(e): e for e in [*walk(self.root), *self._copies.values()]}.values()
        )
        self._names = self._number()

    def renamed(self, text: str) -> str:
        """Replace the random names of the originals in a script by those of the copies."""
        return _RANDOM_ID.sub(lambda found: self._names.get(found[0], found[0]), text)

    def _copy(self, element: Kind) -> Kind:
        known = self._copies.get(id(element))
        if known is not None:
            return cast("Kind", known)
        copy = object.__new__(type(element))
        self._copies[id(element)] = copy
        self._originals.append(element)
        state = dict(vars(element))
        children = list(state["_children"].items())
        for name, value in state.items():
            if name not in {"_parent", "_children", _BULK}:
                state[name] = self._value(value)
        state["_children"] = OrderedDict((name, self._copy(child)) for name, child in children)
        vars(copy).update(state)
        return copy

    def _value(self, value: Any) -> Any:
        """Copy the elements in a value; what holds none is returned as it is."""
        if isinstance(value, Element):
            return self._copy(value)
        if type(value) in {dict, OrderedDict}:
            items = list(value.items())
            copies = [(key, self._value(item)) for key, item in items]
            same = all(copy is item for (_, copy), (_, item) in zip(copies, items, strict=True))
            return value if same else type(value)(copies)
        if type(value) in {list, tuple}:
            items = list(value)
            copied = [self._value(item) for item in items]
            same = all(copy is item for copy, item in zip(copied, items, strict=True))
            return value if same else type(value)(copied)
        return value

    def _set_parents(self) -> None:
        """Give each copy the copy of its parent, or the one it was found below.

        An element that was added to two maps knows only the second as its parent.
        """
        for original in self._originals:
            self._copies[id(original)]._parent = self._copies.get(id(original._parent))
        for element in walk(self.root):
            for child in element._children.values():
                if child.get_root() is not self.root:
                    child._parent = element

    def _number(self) -> dict[str, str]:
        """Replace random ids by numbers in the order of the tree; return old names and new."""
        renamed: dict[str, str] = {}
        for number, element in enumerate(self.elements):
            was, random = element.get_name(), element._id
            element._id = str(number)
            renamed[was] = element.get_name()
            # An unnamed layer is called by its random id, after a prefix that may be older.
            unnamed = len(random) == 32 and str(getattr(element, "layer_name", "")).endswith(random)
            if isinstance(element, Layer) and (unnamed or element.layer_name == was):
                element.layer_name = element.get_name()
        for element in self.elements:  # folium also uses a child's key as its variable in the page
            children = element._children.items()
            element._children = OrderedDict((renamed.get(k, k), c) for k, c in children)
        return renamed
