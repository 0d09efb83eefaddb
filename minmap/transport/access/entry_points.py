"""Where occurrences enter the network, and the ways from there as lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from minmap.transport.access.barriers import connector_lines
from minmap.transport.access.connectors import Connectors
from minmap.transport.access.destination import Solved, country_codes, country_numbers
from minmap.types import Booleans, Floats, Geometries, Integers


@dataclass(frozen=True, eq=False)
class Reached:
    """Where each of n occurrences enters the network.

    Attributes
    ----------
    lonlat, country, held
        Where each lies; NaN and -1 where that is not known; whether in open water.
    by
        The connector of each.
    """

    lonlat: Floats
    country: Integers
    held: Booleans
    by: Connectors

    @property
    def rows(self) -> Integers:
        """Places of those with a route."""
        return np.flatnonzero(self.by.gate >= 0)


def reach(
    lonlat: Floats, solved: Solved, *, on_chunk: Callable[[int], object] | None = None
) -> Reached:
    """Choose the gate of each place (n, 2), NaN where there is no location."""
    country = country_numbers(lonlat)
    known = np.flatnonzero(np.isfinite(lonlat).all(axis=1))
    held = np.zeros(len(lonlat), dtype=bool)
    held[known] = solved.barriers.water.holds(lonlat[known])
    avoided = np.isin(country_codes()[country].astype(str), solved.avoided_countries)
    usable = known[~held[known] & ~avoided[known]]
    if on_chunk is not None:
        on_chunk(len(lonlat) - len(usable))
    some = solved.connect(lonlat[usable], country[usable], on_chunk=on_chunk)
    every = Connectors.none(len(lonlat))
    every.gate[usable], every.barred[usable] = some.gate, some.barred
    every.km[usable], every.hours[usable] = some.km, some.hours
    return Reached(lonlat, country, held, every)


def route_lines(reached: Reached, solved: Solved) -> Geometries:
    """Draw each way from the occurrence to the destination, EPSG:4326; None where there is none."""
    lines = np.full(len(reached.lonlat), None, dtype=object)
    rows, gate = reached.rows, reached.by.gate[reached.rows]
    start, end = reached.lonlat[rows], solved.gates.lonlat[gate]
    if solved.friction is None:
        roads = [shapely.get_coordinates(line) for line in connector_lines(start, end)]
    else:
        cells = solved.friction.traced(start)[1]
        roads = [
            np.vstack([one, passed, other])
            for one, passed, other in zip(start, cells, end, strict=True)
        ]
    ways = {one: solved.ways.line_from(int(solved.node[one])) for one in np.unique(gate)}
    for row, road, one in zip(rows, roads, gate, strict=True):
        rest = ways[one]
        lonlat = road if rest is None else np.vstack([road, shapely.get_coordinates(rest)])
        lines[row] = shapely.LineString(lonlat)
    return lines
