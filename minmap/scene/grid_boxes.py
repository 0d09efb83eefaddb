"""Boxes on the grid of the world, and those of its cells in degrees."""

from __future__ import annotations

import numpy as np

from minmap.scene.drawable_geometry import Edges
from minmap.scene.world_grid import WORLD, degrees, to_world
from minmap.types import AnyArray, Booleans, Floats, Integers

GridBox = tuple[float, float, float, float]
"""Left, top, right and bottom in units of `minmap.scene.world_grid`."""


def grid_box(edges: Edges | None) -> GridBox:
    """Return the box of edges in degrees, as far east or west as they are; None is the world.

    Examples
    --------
    >>> grid_box((90, -90, 270, 0))
    (805306368.0, 536870912.0, 1342177280.0, 1073741823.0)
    """
    if edges is None:
        return (0.0, 0.0, float(WORLD), float(WORLD))
    west, south, east, north = edges
    left, right = ((lon / 360 + 0.5) * WORLD for lon in (west, east))
    top, bottom = to_world(np.zeros(2), np.array([north, south]))[1].astype(float).tolist()
    return (left, top, right, bottom)


def meets(
    box: GridBox, left: AnyArray, top: AnyArray, right: AnyArray, bottom: AnyArray
) -> Booleans:
    """Return which boxes of the world meet one that may pass 180 degrees."""
    first, upper, last, lower = box
    turns = (-WORLD, 0, WORLD)
    across = [(left + turn <= last) & (right + turn >= first) for turn in turns]
    return np.asarray(np.any(across, axis=0) & (top <= lower) & (bottom >= upper))


def cell_edges(zoom: int, x: Integers, y: Integers) -> tuple[Floats, Floats, Floats, Floats]:
    """Return west, south, east and north in degrees of cells; 2 ** zoom of them span the world.

    Examples
    --------
    >>> [edge.tolist() for edge in cell_edges(1, np.array([1]), np.array([1]))]
    [[0.0], [-85.0511287798066], [180.0], [0.0]]
    """
    side = WORLD / 2**zoom
    west, north = degrees(x * side, y * side)
    east, south = degrees((x + 1) * side, (y + 1) * side)
    return west, south, east, north
