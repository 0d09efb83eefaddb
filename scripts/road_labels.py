"""Choose the country of roads near a border, where the map of countries is too rough to tell.

For each pair of countries the roads near their border are divided by a minimum cut: a road costs
its kilometres if it is counted to the country that the map does not show, and every junction where
roads of both countries meet costs as much as the roads are important, unless a listed crossing is
near. So a road that wiggles over the border belongs to one country, and what is cut are the
lesser roads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
import scipy.sparse
import shapely
from road_borders import Countries, segments
from road_chords import NEAR_M
from road_graph import Roads, border_nodes
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

SOFT_M = 6_000.0  # farther from the other country the map is believed
# What it costs to part a road of each class from a junction, in kilometres on the wrong side:
# minmap (ours), so that a main road of a country is whole up to 40 km beyond the border drawn.
PART_KM = (60, 60, 40, 25, 15)
AT_CROSSING = 0.25  # share of that cost where a listed crossing is
PARTS = 10  # costs are whole tenths of a kilometre
FIXED = 10_000_000
PASSES = 2


def with_whole_roads(roads: Roads, countries: Countries, crossings: pd.DataFrame) -> Roads:
    """Return the roads with the countries chosen anew near the borders."""
    lines = roads.edges["line"].to_numpy()
    outlines = {}
    for _ in range(PASSES):
        for a, b in _pairs(roads):
            for code in (a, b):
                if code not in outlines:
                    outlines[code] = Outline.of(countries, code)
            label = roads.edges["country"].to_numpy()
            rows = np.flatnonzero((label == a) | (label == b))
            rows = rows[_near(lines[rows], outlines[a], outlines[b])]
            is_b = _divided(roads, rows, (outlines[a], outlines[b]), crossings)
            label = label.copy()
            label[rows] = np.where(is_b, b, a)
            roads = replace(roads, edges=roads.edges.assign(country=label))
    return roads


def _pairs(roads: Roads) -> Iterable[tuple[str, str]]:
    met = border_nodes(roads)["countries"]
    return sorted({pair for codes in met for pair in combinations(sorted(codes), 2)})


@dataclass(frozen=True)
class Outline:
    """The land of a country: its polygon, and the edges of its outline to search."""

    code: str
    land: shapely.Geometry
    tree: shapely.STRtree

    @classmethod
    def of(cls, countries: Countries, code: str) -> Outline:
        land = countries.land(code)
        shapely.prepare(land)
        return cls(code, land, shapely.STRtree(segments(np.array([land]))))

    def away_m(self, xy: np.ndarray) -> np.ndarray:
        """Return the distance of places (n, 2) from the country, 0 inside it."""
        points = shapely.points(xy)
        away = np.zeros(len(xy))
        outside = np.flatnonzero(~shapely.contains_xy(self.land, xy))
        found, m = self.tree.query_nearest(points[outside], return_distance=True, all_matches=False)
        away[outside[found[0]]] = m
        return away


def _near(lines: np.ndarray, one: Outline, other: Outline) -> np.ndarray:
    """Return which lines have a place near both countries."""
    middle = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    reach = shapely.length(lines) / 2 + 2 * SOFT_M
    return np.maximum(one.away_m(middle), other.away_m(middle)) < reach


def _divided(
    roads: Roads, rows: np.ndarray, sides: tuple[Outline, Outline], crossings: pd.DataFrame
) -> np.ndarray:
    """Return which of the edges `rows` go to the second country."""
    edges = roads.edges.iloc[rows]
    xy, line = shapely.get_coordinates(edges["line"].to_numpy(), return_index=True)
    far = []
    for side in sides:
        most = np.zeros(len(rows))
        np.maximum.at(most, line, side.away_m(xy))
        far.append(most)
    inside = [_km_inside(edges, side) for side in sides]
    # To be counted to a country costs the km outside it; too far from it, it is impossible.
    cost = [
        np.where(most > SOFT_M, FIXED, np.maximum(edges["km"] - km, 0) * PARTS)
        for most, km in zip(far, inside, strict=True)
    ]
    both = np.minimum(*cost) >= FIXED
    now_b = (edges["country"] == sides[1].code).to_numpy()
    cost[0][both & ~now_b] = cost[1][both & now_b] = 0
    ends = roads.ends[rows]
    nodes, corner = np.unique(ends, return_inverse=True)
    corner = corner.reshape(-1, 2) + len(rows)
    part = np.array(PART_KM)[edges["rank"].to_numpy()] * PARTS
    part = np.repeat(part[:, None], 2, axis=1)
    part = np.where(_at_crossings(roads.xy[ends], sides, crossings), AT_CROSSING * part, part)
    return _minimum_cut(cost, corner, part, len(nodes))


def _km_inside(edges: pd.DataFrame, side: Outline) -> np.ndarray:
    # The edges are cut at the outlines, so the middle of each tells where it is.
    middle = shapely.line_interpolate_point(edges["line"].to_numpy(), 0.5, normalized=True)
    inside = shapely.contains_xy(side.land, shapely.get_coordinates(middle))
    return np.where(inside, edges["km"], 0.0)


def _at_crossings(
    xy: np.ndarray, sides: tuple[Outline, Outline], crossings: pd.DataFrame
) -> np.ndarray:
    near = np.zeros(xy.shape[:2], dtype=bool)
    codes = {side.code for side in sides}
    for it in crossings.itertuples():
        if {it.country_a, it.country_b} == codes:
            near |= np.hypot(*np.moveaxis(xy - it.xy, -1, 0)) <= NEAR_M
    return near


def _minimum_cut(
    cost: list[np.ndarray], corner: np.ndarray, part: np.ndarray, nodes: int
) -> np.ndarray:
    """Return which edges are on the side of the second country.

    Vertices are the edges, then the nodes, then a source (the first country) and a sink.
    """
    n = len(corner)
    source, sink = n + nodes, n + nodes + 1
    rows = np.arange(n)
    links = [
        (np.full(n, source), rows, cost[1]),
        (rows, np.full(n, sink), cost[0]),
        (np.repeat(rows, 2), corner.ravel(), part.ravel()),
        (corner.ravel(), np.repeat(rows, 2), part.ravel()),
    ]
    u, v, capacity = (np.concatenate(column) for column in zip(*links, strict=True))
    graph = scipy.sparse.coo_array(
        (np.rint(capacity).astype(np.int32), (u, v)), shape=(sink + 1, sink + 1)
    ).tocsr()
    rest = (graph - maximum_flow(graph, source, sink).flow).tocsr()
    rest.data[rest.data < 0] = 0
    rest.eliminate_zeros()
    reached = breadth_first_order(rest, source, return_predecessors=False)
    with_source = np.zeros(sink + 1, dtype=bool)
    with_source[reached] = True
    return ~with_source[:n]
