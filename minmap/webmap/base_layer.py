"""The layer of the base map."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from minmap.scene.base_map import BASE_SOURCE
from minmap.scene.credits import credited
from minmap.scene.data_cells import cell_counts
from minmap.scene.drawable_geometry import Bounds, edges_of
from minmap.scene.ground_cells import (
    DATA_ZOOM,
    FROM_OPENSTREETMAP,
    FROM_ZOOM,
    LEVELS,
    OPENSTREETMAP,
    PLAIN,
    REGION_ZOOM,
    cells_near,
    packed_level,
    packed_world,
)
from minmap.scene.place_names import NAME_SOURCE, names_in
from minmap.scene.relief import CONTRAST, FADES, FLAT, RELIEF_SOURCE, SIDE, STILL, relief_of
from minmap.types import Integers
from minmap.webmap import payload
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.element_copy import walk

_NEVER: Final = 99  # a zoom that no map has


class BaseMap(DataLayer):
    """Land, waters, borders, roads and towns, drawn at any zoom from data in the page.

    The page has the whole world, and what is finer near the layers, and in the first view, that its
    map has when it is written. ``scripts/build_basemap.py`` cuts the shapes into cells;
    ``scripts/build_names.py`` makes the names.

    Parameters
    ----------
    is_plain
        Whether it has land, waters, borders and names only, without relief and roads.
    extent
        Returns the bounds of what the map shows, for which it has names and fine relief.
    view
        Returns the bounds of a near first view, for which it has fine shapes as near the layers.
    """

    def __init__(
        self,
        *,
        extent: Callable[[], Bounds],
        view: Callable[[], Bounds],
        is_plain: bool = False,
    ) -> None:
        super().__init__("Base map")
        self.control = False
        self._extent, self._view = extent, view
        self._is_plain = is_plain
        self._roads = () if is_plain else FROM_OPENSTREETMAP
        finer = [
            self._add_payload(level, partial(self._near_data, level), changes=True)
            for level in LEVELS
            if not (is_plain and level in FROM_OPENSTREETMAP)
        ]
        self._spec = {
            "kind": "base",
            "shapes": [self._add_payload("world", packed_world()), *finer],
            "region_zoom": REGION_ZOOM,
            "from_zoom": _plain_zooms() if is_plain else FROM_ZOOM,
            "names": self._add_payload("names", self._names, changes=True),
        }
        if not is_plain:
            data = self._add_payload("relief", self._relief, changes=True)
            self._spec["relief"] = {
                "payload": data,
                "side": SIDE,
                "fades": FADES,
                "flat": FLAT,
                "still": STILL,
                "contrast": CONTRAST,
            }

    def _near_data(self, level: str) -> bytes:
        return packed_level(level, self._counts())

    def _counts(self) -> Integers:
        """Return how many records, and near views, meet each cell of `minmap.scene.data_cells`."""
        beside = [] if self._parent is None else list(walk(self._parent))
        layers = [one for one in beside if isinstance(one, DataLayer)]
        none = np.zeros((2**DATA_ZOOM, 2**DATA_ZOOM), dtype=np.int64)
        counts = sum((drawn.cell_counts for layer in layers for drawn in layer.drawn), none)
        view = edges_of(self._view())
        return counts if view is None else counts + cell_counts(np.array([shapely.box(*view)]))

    def _names(self) -> bytes:
        """Return the packed names; layers that are added later change them."""
        table = names_in(edges_of(self._extent()), has_provinces=not self._is_plain)
        steps = {
            name: pa.array(np.diff(table[name].to_numpy(), prepend=np.int32(0)))
            for name in ("x", "y")
        }
        others = {name: table[name].combine_chunks() for name in table.column_names[2:]}
        return payload.pack(steps | others, level=9)

    def _relief(self) -> bytes:
        """Return the packed relief; layers that are added later change it."""
        table = relief_of(self._extent())
        return payload.pack(dict(zip(table.column_names, table.columns, strict=True)))

    def describe(self, prefix: str) -> dict[str, Any]:
        """Return the specification for the renderer, with the sources of what is in the page."""
        counts = self._counts()
        has_roads = any(cells_near(level, counts) for level in self._roads)
        has_relief = "relief" in self._spec
        added = [*[OPENSTREETMAP] * has_roads, *[RELIEF_SOURCE] * has_relief]
        sources = [BASE_SOURCE, NAME_SOURCE, *added]
        return {**super().describe(prefix), "sources": [credited(source) for source in sources]}


def _plain_zooms() -> list[int]:
    return [zoom if ground in PLAIN else _NEVER for ground, zoom in enumerate(FROM_ZOOM)]
