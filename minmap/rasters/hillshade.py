"""The light on a surface of heights: shaded relief.

References
----------
Horn (1981), Hill shading and the reflectance map, Proceedings of the IEEE 69 (1), 14-47,
https://doi.org/10.1109/PROC.1981.11918.
Exaggeration by the size of cells: Esri, Hillshade function, scaling "Adjusted", with its usual
power 0.664 and factor 0.024,
https://desktop.arcgis.com/en/arcmap/10.5/manage-data/raster-and-images/hillshade-function.htm.
"""

import math
from typing import Final

import numpy as np

from minmap.geodesy.ellipsoid import GEOD
from minmap.rasters.map_grid import RADIUS_M, MapGrid
from minmap.types import AnyArray, Booleans, Bytes, Floats

SHADES: Final = 128
"""Shades of grey, from full shadow to full light."""
AZIMUTH_DEG, ALTITUDE_DEG = 315.0, 45.0
"""Direction of the light, clockwise from north, and its height above the horizon."""
_POWER, _FACTOR = 0.664, 0.024


def exaggeration(cell_m: float) -> float:
    """Return how many times heights are exaggerated so that relief is seen at a size of cells.

    Examples
    --------
    >>> round(exaggeration(30), 2), round(exaggeration(9_000), 1)
    (1.23, 11.1)
    """
    return 1 + _FACTOR * float(cell_m**_POWER)


def light_on(
    heights_m: Floats, shown: Booleans, *, east_m: Floats | float, north_m: Floats | float
) -> Floats:
    """Return the light on each cell, from 0 to 1; flat land has 0.71.

    Parameters
    ----------
    heights_m
        Shape (height, width), rows from the north. Exaggerate them first.
    shown
        Shape (height, width), False where there is no data. Beside such a cell, and at the edges,
        the surface goes on level.
    east_m, north_m
        Sides of the cells on the ground, one number or shape (height, 1).

    Examples
    --------
    A slope of 45 degrees that faces the light, one that lies level, and one in full shadow.

    >>> west = np.tile([0.0, 1.0, 2.0], (3, 1))
    >>> slope = west + west.T
    >>> for heights in (slope / np.sqrt(2), 0 * slope, -slope / np.sqrt(2)):
    ...     light_on(heights, slope >= 0, east_m=1.0, north_m=1.0)[1, 1].round(3).item()
    1.0
    0.707
    0.0
    """
    around = np.pad(heights_m, 1, mode="edge")
    known = np.pad(shown, 1, mode="edge")
    height, width = heights_m.shape

    def beside(down: int, right: int) -> Floats:
        part = slice(1 + down, 1 + down + height), slice(1 + right, 1 + right + width)
        return np.where(known[part], around[part], heights_m)

    rise_east, rise_south = np.zeros((2, height, width))
    for along, weight in ((-1, 1), (0, 2), (1, 1)):
        rise_east += weight * (beside(along, 1) - beside(along, -1))
        rise_south += weight * (beside(1, along) - beside(-1, along))
    slope_east, slope_north = rise_east / (8 * east_m), -rise_south / (8 * north_m)
    azimuth, altitude = math.radians(AZIMUTH_DEG), math.radians(ALTITUDE_DEG)
    level = math.cos(altitude)
    towards = level * (math.sin(azimuth) * slope_east + math.cos(azimuth) * slope_north)
    light = (math.sin(altitude) - towards) / np.sqrt(1 + slope_east**2 + slope_north**2)
    return np.clip(light, 0.0, 1.0)


def shades_on(grid: MapGrid, heights_m: AnyArray, shown: Booleans) -> tuple[Bytes, float]:
    """Return the shade of each cell of the map, from 1 to `SHADES`, and the exaggeration.

    A shade is 0 where there is no data.
    """
    east_m, north_m = cell_sides_m(grid)
    times = exaggeration(float(np.median(east_m)))
    heights = np.where(shown, heights_m, 0.0) * times
    light = light_on(heights, shown, east_m=east_m, north_m=north_m)
    shades = np.rint(light * (SHADES - 1)).astype(np.uint8) + 1
    return np.where(shown, shades, 0).astype(np.uint8), times


def cell_sides_m(grid: MapGrid) -> tuple[Floats, Floats]:
    """Return the sides of the cells of each row on the WGS 84 ellipsoid, shape (height, 1).

    The map is larger than the ground by ``a / (N cos lat)`` along a parallel and
    ``a / (M cos lat)`` along a meridian, with the radii of curvature M and N (EPSG Guidance Note
    7-2, method 1024).

    Examples
    --------
    >>> grid = MapGrid(66.0, -0.001, 66.001, 0.001, 10, 20, False, 0.0)
    >>> [round(float(side[10, 0]), 2) for side in cell_sides_m(grid)]
    [11.13, 11.06]
    """
    to_map = grid.transform
    northing = to_map.f + to_map.e * (np.arange(grid.height) + 0.5)
    lat = np.arctan(np.sinh(northing / RADIUS_M))
    bent = 1 - GEOD.es * np.sin(lat) ** 2
    across = np.cos(lat) / np.sqrt(bent)
    along = np.cos(lat) * (1 - GEOD.es) / bent**1.5
    return (to_map.a * across)[:, np.newaxis], (-to_map.e * along)[:, np.newaxis]
