"""The courses of corridors on a map: the order of their legs, their lanes, names and colours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from minmap.types import Floats

COLORS: Final = (
    "#5577FF", "#BB7700", "#553366", "#880000", "#0000EE", "#007755", "#996699", "#CC0044",
    "#FF3377", "#229988", "#772244", "#9933AA", "#DD33CC", "#994400", "#5511AA", "#648C64",
    "#785032", "#505A78", "#1E5A5A", "#1E0082", "#5A3228", "#280050", "#500A00", "#321E3C",
    "#1E2828", "#280000", "#000028",
)  # fmt: skip
"""Colours that tell corridors apart, the most different ones first.

Each has a contrast of 3.5 or more with white, and differs from the colours of commodity groups. The
first eight differ by 13 or more in CIEDE2000 for readers of any colour vision, all by 8 or more.
Colour vision is simulated after Machado, Oliveira and Fernandes (2009,
https://doi.org/10.1109/TVCG.2009.113).
"""
LANE_PX: Final = 5.0
"""Distance between the middles of legs that are drawn side by side."""


@dataclass(frozen=True)
class Course:
    """The course of a corridor.

    Attributes
    ----------
    name
        The name that is written along its legs.
    color
        The colour of that name; None for the colour of other names.
    runs
        Rows of legs that follow each other, each list from one end to the other; ``~row`` for a leg
        that runs against its direction.
    lanes
        For each leg how many lanes it lies to the left of its track; NaN for a leg that no other
        corridor of the map has.
    """

    name: str
    color: str | None
    runs: tuple[tuple[int, ...], ...]
    lanes: Floats

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for the page."""
        lanes = [None if np.isnan(lane) else float(lane) for lane in self.lanes]
        shared = {} if np.isnan(self.lanes).all() else {"lanes": lanes}
        color = {} if self.color is None else {"color": self.color}
        return {**color, "runs": [list(run) for run in self.runs], **shared}


def runs_of(legs: gpd.GeoDataFrame) -> tuple[tuple[int, ...], ...]:
    """Return the rows of legs in runs from end to end; ``~row`` is a leg from its end to its start.

    Where legs branch, a run follows the one that comes first in the table.

    Examples
    --------
    >>> legs = gpd.GeoDataFrame({"from_node": ["a", "c", "b"], "to_node": ["b", "b", "d"]})
    >>> runs_of(legs)
    ((0, -2), (2,))
    """
    ends = list(zip(legs["from_node"], legs["to_node"], strict=True))
    free, runs = dict.fromkeys(range(len(ends))), list[tuple[int, ...]]()
    while free:
        first = next(iter(free))
        del free[first]
        onward = _followed(ends[first][1], ends, free)
        back = _followed(ends[first][0], ends, free)
        runs.append((*(~row for row in reversed(back)), first, *onward))
    return tuple(runs)


def _followed(node: str, ends: Sequence[tuple[str, str]], free: dict[int, None]) -> list[int]:
    """Return the free legs that follow each other from a node, and take them."""
    run = list[int]()
    while True:
        row = next((row for row in free if node in ends[row]), None)
        if row is None:
            return run
        del free[row]
        start, end = ends[row]
        run.append(row if start == node else ~row)
        node = end if start == node else start


def lanes_of(tables: Sequence[gpd.GeoDataFrame]) -> list[Floats]:
    """Return the lanes of the legs of several corridors; those with one ``leg_id`` share a track.

    Earlier corridors are to the north, or to the east of a line that runs north.

    Examples
    --------
    >>> line = shapely.LineString([(0, 0), (1, 0)])
    >>> one = gpd.GeoDataFrame({"leg_id": ["x", "y"]}, geometry=[line, line])
    >>> [lanes.tolist() for lanes in lanes_of([one, one[:1]])]
    [[0.5, nan], [-0.5]]
    """
    counts = Counter(leg for table in tables for leg in table["leg_id"])
    used, found = Counter[str](), list[Floats]()
    for table in tables:
        places = np.full(len(table), np.nan)
        for row, leg in enumerate(table["leg_id"]):
            if counts[leg] > 1:
                places[row] = (counts[leg] - 1) / 2 - used[leg]
                used[leg] += 1
        found.append(places * _sides(table))
    return found


def _sides(legs: gpd.GeoDataFrame) -> Floats:
    """Return 1 for lines that run east, whose left side is north; else -1."""
    shapes = legs.geometry.to_numpy()
    starts, ends = (shapely.get_coordinates(shapely.get_point(shapes, at)) for at in (0, -1))
    if len(starts) != len(shapes):  # lines of several parts have no ends
        return np.ones(len(shapes))
    east, north = (ends - starts).T
    return np.where((east > 0) | ((east == 0) & (north < 0)), 1.0, -1.0)
