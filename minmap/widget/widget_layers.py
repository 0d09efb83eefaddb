"""The layers of a widget's map by unique names, and the payloads that are sent to the page."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from branca.element import Element

from minmap.arguments import require_one_of
from minmap.errors import ChoiceError, warn
from minmap.maps import Map
from minmap.numbering import numbered
from minmap.scene.layer_records import Records
from minmap.types import Integers32
from minmap.webmap import DataLayer, PointLayer
from minmap.webmap.page import to_json


class WidgetLayers:
    """The layers of a map under unique names, each with a key for its payloads.

    Attributes
    ----------
    by_name
        The layers, bottom to top.

    Examples
    --------
    >>> import minmap as mm
    >>> layers = WidgetLayers()
    >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> for layer in layers.new_in(mm.Map(deposits, tiles=None).add(deposits)):
    ...     _ = layers.register(layer)
    >>> list(layers.by_name)[1:]
    ['Occurrences', 'Occurrences (2)']
    """

    def __init__(self) -> None:
        self.by_name: dict[str, DataLayer] = {}
        self._keys: dict[str, str] = {}
        self._known: set[int] = set()
        self._registered = 0

    def new_in(self, page_map: Map) -> list[DataLayer]:
        """Return the new layers of a map, bottom to top; warn of what cannot be shown."""
        found = [element for element in _below(page_map) if id(element) not in self._known]
        self._known |= {id(element) for element in found}
        others = [element for element in found if not isinstance(element, DataLayer)]
        if others:
            named = ", ".join(dict.fromkeys(_label(element) for element in others))
            warn(
                f"mm.Widget shows minmap's own layers; it cannot show folium's {named}. "
                "Show the map itself for these: put it at the end of a cell.",
            )
        return [element for element in found if isinstance(element, DataLayer)]

    def register(self, layer: DataLayer) -> dict[str, bytes]:
        """Add a layer, and return its payloads by the names under which they are sent."""
        [name] = numbered([layer.layer_name], taken=self.by_name, ending=" ({})")
        key = f"_layer{self._registered}"
        self._registered += 1
        self.by_name[name], self._keys[name] = layer, key
        return {f"{key}_{payload}": data() for payload, data in layer.payloads.items()}

    def unregister(self, name: str) -> tuple[DataLayer, list[str]]:
        """Remove a layer, and return it and the names of its payloads."""
        key, layer = self._keys.pop(name), self.by_name.pop(name)
        self._known.discard(id(layer))
        return layer, [f"{key}_{payload}" for payload in layer.payloads]

    def first_filters(self) -> dict[str, dict[str, Any]]:
        """Return the filters with which layers of points open, and their switched-off classes."""
        points = {n: layer for n, layer in self.by_name.items() if isinstance(layer, PointLayer)}
        first = {
            name: {**layer.first_filters, **({"hidden": [*layer.hidden]} if layer.hidden else {})}
            for name, layer in points.items()
        }
        return {name: choices for name, choices in first.items() if choices}

    def specs(self) -> list[dict[str, Any]]:
        """Return the specifications of the layers for the renderer, bottom to top."""
        specs = [
            {**layer.describe(self._keys[name]), "name": name, "id": self._keys[name]}
            for name, layer in self.by_name.items()
        ]
        as_sent: list[dict[str, Any]] = json.loads(to_json(specs))
        return as_sent

    def require(self, name: str) -> DataLayer:
        """Return the layer or base map with a name; raise ChoiceError if there is none."""
        return self.by_name[require_one_of(name, self.by_name, name="name")]

    def point_layer(self, name: str | None, *, argument: str = "name") -> tuple[str, PointLayer]:
        """Return the name and the layer of the points with a name; None means the only ones."""
        points = {n: layer for n, layer in self.by_name.items() if isinstance(layer, PointLayer)}
        if not points:
            raise ChoiceError(
                f"{argument}={name!r}: the map has no layer of points; add one with add()."
            )
        if name is None and len(points) > 1:
            raise ChoiceError(
                f"{argument}=None: the map has several layers of points; choose one of: "
                f"{', '.join(points)}."
            )
        chosen = require_one_of(next(iter(points)) if name is None else name, points, name=argument)
        return chosen, points[chosen]

    def records_of(self, clicked: Mapping[str, Any] | None) -> Records | None:
        """Return the table of a clicked record's layer or part; None if there is none."""
        part = None if clicked is None else clicked.get("part") or "data"
        if clicked is None or clicked["layer"] not in self.by_name or not isinstance(part, str):
            return None
        return self.by_name[clicked["layer"]].records.get(part)

    def rows(self, name: str, positions: memoryview | bytes) -> list[int]:
        """Return the rows of a table at some positions in the page, in the order of the table."""
        at: Integers32 = np.frombuffer(positions, dtype="<i4")
        rows: list[int] = np.sort(self.by_name[name].records["data"].rows[at]).tolist()
        return rows


def _below(element: Element) -> Iterator[Element]:
    """Iterate over the children of an element, and over minmap's layers in groups of folium's."""
    for child in element._children.values():
        yield child
        if not isinstance(child, DataLayer):
            yield from (below for below in _below(child) if isinstance(below, DataLayer))


def _label(element: Element) -> str:
    name = getattr(element, "layer_name", None)
    kind = str(element._name)
    return kind if name is None or name == element.get_name() else f"{kind} {name!r}"
