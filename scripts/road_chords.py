"""Lead chords between two countries over the listed crossings on their way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from road_graph import Roads, border_nodes

NEAR_M = 3_000.0  # a change of country as near as this to a listed crossing is that crossing
DETOUR, MORE_M = 1.3, 20_000.0  # a chord is led over a crossing that is on its way


def borders_within_chords(roads: Roads, crossings: pd.DataFrame) -> Roads:
    """Move changes of country from junctions into the chords that lead from them abroad.

    A junction near a listed crossing stays the border.
    """
    nodes = border_nodes(roads)
    nodes = nodes[nodes["chord"] & (nodes["countries"].map(len) == 2)]
    places = np.vstack(crossings["xy"].tolist())
    away_m = shapely.STRtree(shapely.points(places)).query_nearest(
        shapely.points(roads.xy[nodes["node"]]), return_distance=True, all_matches=False
    )[1]
    nodes = nodes[(away_m > NEAR_M) & (roads.degree[nodes["node"]] > 2)]
    edges, ends = roads.edges, roads.ends
    home: dict[int, tuple[int, str]] = {}
    for node, countries in zip(nodes["node"].tolist(), nodes["countries"], strict=True):
        rows = np.flatnonzero((ends == node).any(axis=1))
        beside = edges.iloc[rows].groupby("country")["chord"].all()
        for code in beside.index[beside][:1]:
            (other,) = countries - {code}
            abroad = rows[(edges["country"].iloc[rows] == code).to_numpy()]
            home |= {int(row): (node, other) for row in abroad}
    cut, middle = roads.cut({row: [0.5] for row in home})
    country = cut.edges["country"].to_numpy(dtype=object, copy=True)
    for row, (node, code) in home.items():
        pair = {node, middle[row][0]}
        first = [{u, v} == pair for u, v in cut.ends[-2 * len(home) :].tolist()]
        country[len(country) - 2 * len(home) + first.index(True)] = code
    return replace(cut, edges=cut.edges.assign(country=country))


def chords_over(
    roads: Roads, nodes: pd.DataFrame, crossings: pd.DataFrame, done: Mapping[str, int]
) -> tuple[Roads, dict[str, int]]:
    """Lead chords between two countries over the listed crossings on their way.

    A crossing that a true-shaped road has, or a shorter chord, is not taken again.
    """
    ends, halves = roads.ends, _halves(roads, nodes)
    offers, taken_nodes = [], {*done.values()}
    for node, countries in zip(nodes["node"], nodes["countries"], strict=True):
        if node not in halves or node in taken_nodes:
            continue
        a, b = (roads.xy[ends[edge].sum() - node] for edge in halves[node])
        straight = np.hypot(*(a - b))
        for it in crossings.itertuples():
            if it.crossing_id in done or {it.country_a, it.country_b} != countries:
                continue
            way = np.hypot(*(a - it.xy)) + np.hypot(*(b - it.xy))
            if way < DETOUR * straight + MORE_M:
                offers.append((way - straight, straight, node, it.crossing_id, it.xy))
    taken: dict[str, int] = {}
    xy, edges = roads.xy.copy(), roads.edges.copy()
    for _, _, node, crossing, place in sorted(offers, key=lambda offer: offer[:4]):
        if crossing in taken or node in taken.values():
            continue
        taken[crossing], xy[node] = int(node), place
        edges = _moved(edges, xy, ends, halves[node])
    return Roads(xy, edges), taken


def _halves(roads: Roads, nodes: pd.DataFrame) -> dict[int, list[int]]:
    """Return the two edges of each border node that lies within a chord."""
    halves: dict[int, list[int]] = {int(node): [] for node in nodes["node"][nodes["chord"]]}
    for edge, pair in enumerate(roads.ends.tolist()):
        for node in pair:
            if node in halves:
                halves[node].append(edge)
    return {node: edges for node, edges in halves.items() if len(edges) == 2}


def _moved(edges: pd.DataFrame, xy: np.ndarray, ends: np.ndarray, rows: list[int]) -> pd.DataFrame:
    """Draw the halves of a chord anew; its length grows as much as its drawing."""
    before_m = shapely.length(edges.loc[rows, "line"].to_numpy()).sum()
    lines = shapely.linestrings(xy[ends[rows]])
    per_m = max(edges.loc[rows, "km"].sum() / before_m, 0.001)
    edges.loc[rows, "km"] = shapely.length(lines) * per_m
    edges.loc[rows, "estimated"] = True
    edges.loc[rows, "line"] = pd.Series([*lines], index=rows, dtype=object)
    return edges
