"""The cells of the world in which the records of a map lie."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

import numpy as np
import shapely

from minmap.scene.drawn_layer import DrawnRaster, DrawnRecords
from minmap.scene.ground_cells import DATA_ZOOM
from minmap.scene.world_grid import WORLD, degrees, to_world
from minmap.types import Floats, Geometries, Integers

_SIDE: Final = 2**DATA_ZOOM


def data_counts(layers: Iterable[DrawnRecords | DrawnRaster]) -> Integers:
    """Return how many records of the layers of a map meet each cell of `DATA_ZOOM`, by y and x.

    A raster counts as one record.
    """
    counts = np.zeros(4**DATA_ZOOM, dtype=np.int64)
    for layer in layers:
        if isinstance(layer, DrawnRecords):
            shapes = layer.table.geometry.to_numpy()
        else:
            (south, west), (north, east) = layer.raster.bounds
            shapes = np.array([shapely.box(west, south, east, north)])
        counts += np.bincount(_cells_met(shapes), minlength=len(counts))
    return counts.reshape(_SIDE, _SIDE)


def _cells_met(shapes: Geometries) -> Integers:
    """Return the number of each cell that a shape in degrees meets, once for each shape."""
    edges = shapely.bounds(shapes)
    edges = edges[has_place := np.isfinite(edges).all(axis=1)]
    first, last = _cells_at(*edges[:, :2].T), _cells_at(*edges[:, 2:].T)
    is_wide = first != last
    met: Integers = _cell_boxes().query(shapes[has_place][is_wide], predicate="intersects")[1]
    return np.concatenate([first[~is_wide], met])


def _cells_at(lon: Floats, lat: Floats) -> Integers:
    x, y = (axis.astype(np.int64) * _SIDE // WORLD for axis in to_world(lon, lat))
    return np.asarray(y * _SIDE + x)


@cache
def _cell_boxes() -> shapely.STRtree:
    """Return the cells of `DATA_ZOOM` in degrees, by their numbers."""
    y, x = np.divmod(np.arange(4**DATA_ZOOM), _SIDE)
    (west, north), (east, south) = (
        degrees(at / _SIDE * WORLD, up / _SIDE * WORLD) for at, up in ((x, y), (x + 1, y + 1))
    )
    return shapely.STRtree(shapely.box(west, south, east, north))
