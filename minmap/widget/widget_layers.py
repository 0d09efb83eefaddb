"""What a widget holds of its map: the layers by their names, and the payloads that travel."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from branca.element import Element

from minmap.arguments import require_one_of
from minmap.errors import ChoiceError, MinmapWarning
from minmap.maps import Map
from minmap.scene.record_order import Records
from minmap.types import Integers32
from minmap.webmap import DataLayer, PointLayer
from minmap.webmap.page import to_json


class Hold:
    """The layers of a map under names that are all different, each with a key for its payloads.

    Examples
    --------
    >>> import minmap as mm
    >>> hold = Hold()
    >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> for layer in hold.missing(mm.Map(deposits, tiles=None).add(deposits)):
    ...     _ = hold.take(layer)
    >>> list(hold.layers)[1:]
    ['Occurrences', 'Occurrences (2)']
    """

    def __init__(self) -> None:
        self.layers: dict[str, DataLayer] = {}
        self._keys: dict[str, str] = {}
        self._met: set[int] = set()
        self._taken = 0

    def missing(self, page_map: Map) -> list[DataLayer]:
        """List layers of a map that are new, bottom to top; warn of what cannot be shown."""
        found = [element for element in _below(page_map) if id(element) not in self._met]
        self._met |= {id(element) for element in found}
        others = [element for element in found if not isinstance(element, DataLayer)]
        if others:
            named = ", ".join(dict.fromkeys(_named(element) for element in others))
            warnings.warn(
                f"mm.Widget shows minmap's own layers; it cannot show {named} of folium's. "
                "Show the map itself for these: put it at the end of a cell.",
                MinmapWarning,
                stacklevel=5,
            )
        return [element for element in found if isinstance(element, DataLayer)]

    def take(self, layer: DataLayer) -> dict[str, bytes]:
        """Hold one more layer; give its payloads by the names under which they travel."""
        name, number = layer.layer_name, 1
        while name in self.layers:
            number += 1
            name = f"{layer.layer_name} ({number})"
        key = f"_layer{self._taken}"
        self._taken += 1
        self.layers[name], self._keys[name] = layer, key
        return {f"{key}_{payload}": data() for payload, data in layer.payloads.items()}

    def drop(self, name: str) -> tuple[DataLayer, list[str]]:
        """Hold a layer no longer; give it, and the names of its payloads."""
        key, layer = self._keys.pop(name), self.layers.pop(name)
        self._met.discard(id(layer))
        return layer, [f"{key}_{payload}" for payload in layer.payloads]

    def specs(self) -> list[dict[str, Any]]:
        """Give what the renderer is told of each layer, bottom to top."""
        told = [
            {**layer.describe(self._keys[name]), "name": name, "id": self._keys[name]}
            for name, layer in self.layers.items()
        ]
        specs: list[dict[str, Any]] = json.loads(to_json(told))
        return specs

    def layer(self, name: str) -> DataLayer:
        """Give the layer of a name, the base map too."""
        require_one_of(name, self.layers, name="name")
        return self.layers[name]

    def points(self, name: str | None, *, argument: str = "name") -> tuple[str, PointLayer]:
        """Give a layer of points and its name: that of the name, or the only one."""
        known = {n: layer for n, layer in self.layers.items() if isinstance(layer, PointLayer)}
        if not known:
            raise ChoiceError(
                f"{argument}={name!r}: the map has no layer of points; give it one with add()."
            )
        if name is None:
            if len(known) > 1:
                raise ChoiceError(
                    f"{argument}=None: the map has several layers of points; choose one of: "
                    f"{', '.join(known)}."
                )
            name = next(iter(known))
        require_one_of(name, known, name=argument)
        return name, known[name]

    def records(self, name: str, part: Any) -> Records | None:
        """Give the table of a layer, or that of a part of a corridor; rasters have none."""
        layer, part = self.layers.get(name), "data" if part is None else part
        return layer.records.get(part) if layer is not None and isinstance(part, str) else None

    def rows(self, name: str, places: memoryview | bytes) -> list[int]:
        """Give the rows of a table that stand at places of the page, in the order of the table."""
        at: Integers32 = np.frombuffer(places, dtype="<i4")
        rows: list[int] = np.sort(self.layers[name].records["data"].rows[at]).tolist()
        return rows


def _below(element: Element) -> Iterator[Element]:
    """Go through what was added to an element; a group is named and its layers are shown."""
    for child in element._children.values():
        yield child
        if not isinstance(child, DataLayer):
            yield from (below for below in _below(child) if isinstance(below, DataLayer))


def _named(element: Element) -> str:
    name = getattr(element, "layer_name", None)
    kind = str(element._name)
    return kind if name is None or name == element.get_name() else f"{kind} {name!r}"
