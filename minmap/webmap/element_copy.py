"""Iteration over the elements of a page, and their copies for rendering."""

import re
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from branca.element import Element
from folium.map import Layer

_RANDOM_ID = re.compile(r"[A-Za-z]\w*?_[0-9a-f]{32}")
# Attribute of folium's tables and features, which is large and contains no elements.
_BULK = "data"


def walk(element: Element) -> Iterator[Element]:
    """Iterate over an element and all below it; sections of a figure or popup come last."""
    yield element
    for child in list(element._children.values()):
        yield from walk(child)
    for name in ("header", "html", "script"):
        section = getattr(element, name, None)
        if isinstance(section, Element):
            yield from walk(section)


class ElementCopy:
    """A copy of the elements of a page, with names that are the same each time.

    Rendering changes a branca element: it adds children to it, and scripts to its page. Rendering a
    copy leaves the page unchanged, so that several threads can render it at once. Everything that
    is not an element (tables, payloads, functions) is shared with the original.

    Parameters
    ----------
    root
        The root of the elements.

    Attributes
    ----------
    root
        The copy of `root`.
    elements
        All copies: those below the root in their order, then those in attributes of elements, such
        as the tiles of a mini map.
    """

    def __init__(self, root: Element) -> None:
        self._copies: dict[int, Element] = {}
        self.root = self._copy(root)
        self._set_parents()
        self.elements = list(
            {id(e): e for e in [*walk(self.root), *self._copies.values()]}.values()
        )
        self._names = self._number()

    def renamed(self, text: str) -> str:
        """Replace the random names of the originals in a script by those of the copies."""
        return _RANDOM_ID.sub(lambda found: self._names.get(found[0], found[0]), text)

    def _copy(self, element: Element) -> Element:
        if id(element) in self._copies:
            return self._copies[id(element)]
        copy = self._copies[id(element)] = object.__new__(type(element))
        state, shared = dict(vars(element)), {"_parent", _BULK}
        for name in sorted(state, key="_children".__eq__):  # children come last in the numbers
            vars(copy)[name] = state[name] if name in shared else self._value(state[name])
        return copy

    def _value(self, value: Any) -> Any:
        """Copy a value that is an element, and the elements in it; share everything else."""
        if isinstance(value, Element):
            return self._copy(value)
        if type(value) in {dict, OrderedDict}:
            return type(value)((key, self._value(item)) for key, item in list(value.items()))
        if type(value) in {list, tuple}:
            copies = [self._value(item) for item in value]
            return copies if type(value) is list else tuple(copies)
        return value

    def _set_parents(self) -> None:
        """Set the parent of each copy to the copy of its parent, or to the copy that contains it.

        The parent of an element that was added to two maps is the second one.
        """
        for copied in self._copies.values():
            copied._parent = self._copies.get(id(copied._parent))
        for element in walk(self.root):
            for child in element._children.values():
                if child.get_root() is not self.root:
                    child._parent = element

    def _number(self) -> dict[str, str]:
        """Replace random ids by numbers in order; return the new names by the old ones."""
        renamed: dict[str, str] = {}
        for number, element in enumerate(self.elements):
            was, random = element.get_name(), element._id
            element._id = str(number)
            renamed[was] = element.get_name()
            # The name of an unnamed layer ends with its random id.
            unnamed = len(random) == 32 and str(getattr(element, "layer_name", "")).endswith(random)
            if isinstance(element, Layer) and (unnamed or element.layer_name == was):
                element.layer_name = element.get_name()
        for element in self.elements:  # folium also uses a child's key as its variable in the page
            children = element._children.items()
            element._children = OrderedDict((renamed.get(k, k), c) for k, c in children)
        return renamed
