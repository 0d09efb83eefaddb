"""The polygons of states and provinces, and the borders between them."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import shapely

from minmap.geodesy.ellipsoid import degrees_around
from minmap.places.areas import Areas
from minmap.places.country_polygons import COARSE_ERROR_KM, read_areas
from minmap.types import Booleans, Floats, Geometries, Integers, Texts

PER_DEGREE: Final = 100
"""Coordinates are whole hundredths of a degree."""

KNOWN_KM: Final = 2.0
"""Most locations are known better than this: see `MARGIN_KM`."""

MARGIN_KM: Final = COARSE_ERROR_KM + KNOWN_KM
"""A point with no outline within this distance is settled by its cell of a grid, if its location
is known to `KNOWN_KM`: the error of the map is `COARSE_ERROR_KM` at most."""

# 2 ** 16 is more than 360 * PER_DEGREE.
_BITS: Final = 16


@dataclass(frozen=True)
class Provinces:
    """States and provinces, and the land of countries where these have no name.

    Attributes
    ----------
    countries, names
        Shape (n,), alpha-3 and name of each area; None where the land is disputed or has no code,
        and where the province is not known.
    areas
        Their polygons.
    """

    countries: Texts
    names: Texts
    areas: Areas
    _borders: shapely.STRtree
    _between_countries: Booleans

    def near_borders(self, lonlat: Floats, margin_km: Floats) -> tuple[Booleans, Booleans]:
        """Return which points (n, 2) may be within a margin (n,) of a border.

        The first is about borders between countries, the second about all borders of areas.
        """
        aside, up = degrees_around(lonlat[:, 1], margin_km)
        x, y = lonlat.T
        point, border = self._borders.query(shapely.box(x - aside, y - up, x + aside, y + up))
        near_country, near_any = (np.zeros(len(lonlat), dtype=bool) for _ in range(2))
        near_any[point] = True
        near_country[point[self._between_countries[border]]] = True
        return near_country, near_any


@cache
def provinces() -> Provinces:
    """Return the provinces that ship with minmap."""
    table, shapes = read_areas("provinces", per_degree=PER_DEGREE)
    countries, names = (
        table[name].astype(object).where(table[name] != "", None).to_numpy()
        for name in ("country", "admin1")
    )
    areas = Areas.of(shapes, margin_km=MARGIN_KM)
    lines, between = _borders(areas, countries)
    return Provinces(countries, names, areas, shapely.STRtree(lines), between)


def _borders(areas: Areas, countries: Texts) -> tuple[Geometries, Booleans]:
    """Return the edges that two areas share, and whether these are in different countries."""
    rings, part = shapely.get_parts(shapely.boundary(areas.parts), return_index=True)
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    east, north = np.rint((lonlat + np.array([180, 90])) * PER_DEGREE).astype(np.int64).T
    # One number for each vertex, less than 2 ** 31, and one for each edge.
    vertex = (north << _BITS) + east
    follows = ring[1:] == ring[:-1]
    one, other = vertex[:-1][follows], vertex[1:][follows]
    owner = areas.owner[part[ring[:-1][follows]]]
    edge = (np.minimum(one, other) << 2 * _BITS) + np.maximum(one, other)
    order = np.argsort(edge, kind="stable")
    first = np.flatnonzero(edge[order[1:]] == edge[order[:-1]])
    owners: Integers = owner[order]
    first = first[owners[first] != owners[first + 1]]
    different = countries[owners[first]] != countries[owners[first + 1]]
    start = np.flatnonzero(follows)[order[first]]
    ends = np.stack([lonlat[start], lonlat[start + 1]], axis=1)
    lines: Geometries = np.asarray(shapely.linestrings(ends), dtype=object)
    return lines, np.asarray(different, dtype=bool)
