"""The layers of a map that a figure or a GeoPackage carries."""

from __future__ import annotations

from typing import Any

import folium
from branca.element import MacroElement

from minmap.errors import warn
from minmap.style.looks import VIEWS
from minmap.webmap.base_layer import BaseMap
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.layers import PointLayer
from minmap.webmap.tile_archive import TileArchive


def carried_layers(map_: Any, what: str, *, hidden: bool) -> list[DataLayer]:
    """Return the layers of minmap on a map, the lowest first; warn of what else it shows.

    Parameters
    ----------
    map_
        The map.
    what
        What carries the layers, for warnings.
    hidden
        Whether layers that are switched off when the page opens are among them.

    Warns
    -----
    MinmapWarning
        If the map has other elements, layers have records that are left out (those without a
        location, and those that filters hide), or the page draws points as something else.
    """
    every = [child for child in map_._children.values() if hidden or getattr(child, "show", True)]
    known = [child for child in every if isinstance(child, DataLayer) and child.drawn]
    missing = [
        child
        for child in every
        if child not in known and not isinstance(child, (BaseMap, TileArchive)) and _is_seen(child)
    ]
    if missing:
        names = "; ".join(dict.fromkeys(map(_name_of, missing)))
        warn(f"The {what} leaves out {names}: it shows only layers of Map.add.")
    layers = [child.whole() for child in known]
    for layer in layers:
        if isinstance(layer, PointLayer) and layer.view != VIEWS[0]:
            warn(
                f"The {what} draws the records of {layer.layer_name!r} as symbols; only the page "
                f"and its print sheet draw view={layer.view!r}."
            )
        left_out = {
            "without a location": layer.describe("").get("unplaced"),
            "hidden by its filters at first": layer.filtered,
        }
        for which, count in left_out.items():
            if count:
                records = "record" if count == 1 else f"{count:,} records"
                warn(f"The {what} does not have the {records} of {layer.layer_name!r} {which}.")
    return layers


def _is_seen(element: Any) -> bool:
    """Return whether an element shows something on the map."""
    return isinstance(element, (folium.map.Layer, folium.map.Marker, MacroElement))


def _name_of(element: Any) -> str:
    name = getattr(element, "layer_name", None)
    return f"{element._name} {name!r}" if name else str(element._name)
