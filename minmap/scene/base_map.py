"""The base map in the package: shapes of Natural Earth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import shapely

from minmap.scene.drawable_geometry import Edges
from minmap.scene.grid_boxes import cell_edges, grid_box, meets
from minmap.scene.ground_cells import FROM_ZOOM, REGION_ZOOM, level_cells
from minmap.scene.shape_coding import Cell
from minmap.scene.world_grid import WORLD, degrees
from minmap.types import AnyArray, Geometries

BASE_SOURCE: Final = {
    "title": "Natural Earth",
    "citation": "Natural Earth, 1:10m and 1:50m vector data, naturalearthdata.com",
    "licence": "public domain",
    "url": "https://www.naturalearthdata.com",
}
"""Where the base map comes from."""


@dataclass(frozen=True)
class GroundShapes:
    """Shapes of the base map in EPSG:4326, and what each is."""

    shapes: Geometries
    grounds: AnyArray


def ground_in(edges: Edges, *, zoom: float) -> GroundShapes:
    """Return the shapes of Natural Earth within edges, which may pass 180 degrees.

    They are those that the page draws at a zoom: from `REGION_ZOOM` on, the finer shapes replace
    those of the world in the cells that they cover.
    """
    world = _within("world", edges)
    if zoom < REGION_ZOOM:
        return _drawn_from([world], zoom)
    cells = np.array(_cells_within("region", edges), dtype=int).reshape(-1, 2)
    covered = shapely.union_all(shapely.box(*cell_edges(level_cells("region").zoom, *cells.T)))
    around = shapely.difference(world.shapes, covered)
    kept = ~shapely.is_empty(around)
    coarse = GroundShapes(around[kept], world.grounds[kept])
    return _drawn_from([coarse, _within("region", edges)], zoom)


def _drawn_from(levels: list[GroundShapes], zoom: float) -> GroundShapes:
    """Return the shapes of several levels that are drawn at a zoom."""
    shapes = np.concatenate([level.shapes for level in levels])
    grounds = np.concatenate([level.grounds for level in levels])
    drawn = np.array(FROM_ZOOM)[grounds] <= zoom
    return GroundShapes(shapes[drawn], grounds[drawn])


def _within(name: str, edges: Edges) -> GroundShapes:
    none = GroundShapes(np.empty(0, dtype=object), np.empty(0, dtype=np.int64))
    found = [none, *(_shapes(name, cell) for cell in _cells_within(name, edges))]
    return GroundShapes(
        np.concatenate([one.shapes for one in found]),
        np.concatenate([one.grounds for one in found]),
    )


def _cells_within(name: str, edges: Edges) -> list[Cell]:
    """Return the cells of a level that meet edges."""
    coded = level_cells(name)
    cells = list(coded.streams)
    side = WORLD / 2**coded.zoom
    left, top = np.array(cells).T * side
    met = meets(grid_box(edges), left, top, left + side, top + side)
    return [cells[n] for n in np.flatnonzero(met)]


@cache
def _shapes(name: str, cell: Cell) -> GroundShapes:
    shapes, kinds = level_cells(name).shapes(cell)
    placed = shapely.transform(shapes, lambda xy: np.column_stack(degrees(*xy.T)))
    return GroundShapes(placed, kinds)
