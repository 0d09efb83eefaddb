"""The cells of the world in which records lie."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import shapely

from minmap.scene.grid_boxes import cell_edges
from minmap.scene.ground_cells import DATA_ZOOM
from minmap.scene.world_grid import WORLD, degrees
from minmap.types import Floats, Geometries, Integers

_SIDE: Final = 2**DATA_ZOOM


def cell_counts(shapes: Geometries) -> Integers:
    """Return how many shapes in degrees meet each cell of `DATA_ZOOM`, by y and x."""
    met = np.bincount(_cells_met(shapes), minlength=4**DATA_ZOOM)
    return met.reshape(_SIDE, _SIDE)


def _cells_met(shapes: Geometries) -> Integers:
    """Return the number of each cell that a shape in degrees meets, once for each shape."""
    edges = shapely.bounds(shapes)
    edges = edges[has_place := np.isfinite(edges).all(axis=1)]
    first, last = _cells_at(*edges[:, :2].T), _cells_at(*edges[:, 2:].T)
    is_wide = first != last
    met: Integers = _cell_boxes().query(shapes[has_place][is_wide], predicate="intersects")[1]
    return np.concatenate([first[~is_wide], met])


def _cells_at(lon: Floats, lat: Floats) -> Integers:
    x = np.floor((lon + 180.0) / 360.0 * _SIDE).astype(np.int64)
    edges = np.arange(1, _SIDE) / _SIDE * WORLD
    y = np.searchsorted(-degrees(edges, edges)[1], -lat)
    return np.asarray(y * _SIDE + np.clip(x, 0, _SIDE - 1))


@cache
def _cell_boxes() -> shapely.STRtree:
    """Return the cells of `DATA_ZOOM` in degrees, by their numbers."""
    y, x = np.divmod(np.arange(4**DATA_ZOOM), _SIDE)
    return shapely.STRtree(shapely.box(*cell_edges(DATA_ZOOM, x, y)))
