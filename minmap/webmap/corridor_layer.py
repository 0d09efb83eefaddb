"""The layer of a corridor; several corridors on a map have a colour and a lane each."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import cycle
from typing import Any

import geopandas as gpd
import numpy as np
from branca.element import Element

from minmap.scene import legends
from minmap.scene.courses import COLORS, Course, lanes_of, runs_of
from minmap.scene.drawable_geometry import bounds_of
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.layer_records import Records
from minmap.scene.marks import Marks
from minmap.scene.popup_columns import Columns
from minmap.style.symbols import Legend
from minmap.transport.trade_corridors import Corridor
from minmap.types import Floats
from minmap.webmap import payload
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.route_layer import named_by_ends


class CorridorLayer(DataLayer):
    """A corridor's legs by mode and status, with its ports, borders and breaks of gauge.

    Parameters
    ----------
    corridor
        The corridor.
    name
        The name in the layer panel and along the legs; None takes the title of the corridor.
    color
        A CSS colour for all legs; None colours them by mode and gauge, or, where a map has several
        corridors, in a colour of their own.
    show
        Whether the layer is drawn when the page opens.

    Raises
    ------
    ChoiceError
        If the colour is not one of CSS.
    """

    def __init__(
        self,
        corridor: Corridor,
        *,
        name: str | None = None,
        color: str | None = None,
        show: bool = True,
    ) -> None:
        super().__init__(name or corridor.title, show=show, sources=corridor.sources)
        legs, nodes = corridor.legs, corridor.nodes
        self.color = color
        self.legs = legs
        self._nodes, self._runs = nodes, runs_of(legs)
        self.records["legs"] = Records(legs, np.arange(len(legs)))
        self.records["nodes"] = Records(nodes, np.arange(len(nodes)), sorted_points=True)
        self._bounds = bounds_of(legs)
        self.summary = f"{len(legs)} legs, {len(nodes)} nodes"
        self._note = corridor.description or None
        self._look(color, np.full(len(legs), np.nan), told_apart=False)

    def tell_apart(self, color: str, lanes: Floats) -> None:
        """Draw the legs in a colour that tells them from other corridors, and in their lanes."""
        self._look(color, lanes, told_apart=True)

    def _look(self, color: str | None, lanes: Floats, *, told_apart: bool) -> None:
        """Set what is drawn."""
        leg_legend, node_legend = legends.corridor_legends(self.legs, self._nodes, color=color)
        shown = None if color is None else leg_legend.entries[0].color
        self.course = course = Course(self.layer_name, shown, self._runs, lanes)
        self.drawn = [
            DrawnRecords("legs", self.legs, Marks(leg_legend), course=course),
            DrawnRecords("nodes", self._nodes, Marks(node_legend, by="kind")),
        ]
        self._spec = {
            "kind": "corridor",
            "note": self._note,
            "legs": self._table("legs", _named(self.legs, self._nodes), leg_legend),
            "nodes": self._table("nodes", self._nodes, node_legend),
            "course": course.as_dict(),
            "told_apart": told_apart,
        }

    def _table(self, name: str, table: gpd.GeoDataFrame, legend: Legend) -> Mapping[str, Any]:
        columns = Columns.of(table)
        pack = payload.features if name == "legs" else payload.points
        data = partial(pack, table.geometry, legend.codes, columns.arrays)
        return self._part(name, data, legend, columns)


def _named(legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return legs with names; those without are named by their ends."""
    if "name" in legs.columns:
        return legs
    names = nodes.set_index("node_id")["name"]
    ends = (legs[end].map(names).fillna(legs[end]) for end in ("from_node", "to_node"))
    return named_by_ends(legs, *ends)


def tell_corridors_apart(elements: Iterable[Element]) -> None:
    """Give each corridor of a map its colour and its lanes, if there are several.

    Colours are those of `minmap.scene.courses.COLORS` in the order of the layers, without those
    that the maker of the map chose.
    """
    layers = [one for one in elements if isinstance(one, CorridorLayer)]
    if len(layers) < 2:
        return
    taken = {layer.course.color for layer in layers if layer.color is not None}
    free = cycle([color for color in COLORS if color.lower() not in taken] or COLORS)
    for layer, lanes in zip(layers, lanes_of([one.legs for one in layers]), strict=True):
        layer.tell_apart(layer.color or next(free), lanes)
