"""Join towns, stations and ports to the roads near them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from road_graph import CLASSES, OURS, Roads
from tracing import PLANE

from minmap.transport.accessibility.barriers import open_water

END_M = 150.0  # a place this near to the end of an edge is put at that end
TOWN_M = 3_000.0
STATION_M = 10_000.0
PORT_M = 95_000.0
WINDING = 1.3  # minmap (ours): the length of an unknown access road, over the straight line
LEAST_KM = 0.1


@dataclass(frozen=True)
class Feet:
    """The nearest place on the roads for each of n places.

    Attributes
    ----------
    node
        The node that is the place, or -1 if it lies within an edge, or if there is none.
    edge, share
        The edge and the share of its line; -1 where there is none.
    away_m
        Distance, infinite where there is none.
    """

    node: np.ndarray
    edge: np.ndarray
    share: np.ndarray
    away_m: np.ndarray


def feet(roads: Roads, xy: np.ndarray, country: np.ndarray, within_m: np.ndarray) -> Feet:
    """Find the nearest place of a road in the same country; on a chord, only its ends."""
    n = len(xy)
    found = Feet(np.full(n, -1), np.full(n, -1), np.zeros(n), np.full(n, np.inf))
    own = roads.edges["country"].to_numpy()
    chord = roads.edges["chord"].to_numpy()
    lines = roads.edges["line"].to_numpy()
    points = shapely.points(xy)
    for code in pd.unique(country):
        rows = np.flatnonzero(country == code)
        _nearest_ends(roads, np.flatnonzero((own == code) & chord), rows, xy, found)
        true = np.flatnonzero((own == code) & ~chord)
        if not true.size:
            continue
        place, edge = shapely.STRtree(lines[true]).query_nearest(points[rows], all_matches=False)
        place, edge = rows[place], true[edge]
        away = shapely.distance(points[place], lines[edge])
        nearer = away < found.away_m[place]
        place, edge = place[nearer], edge[nearer]
        found.away_m[place], found.edge[place] = away[nearer], edge
        found.node[place] = -1
        found.share[place] = shapely.line_locate_point(lines[edge], points[place], normalized=True)
    _ends_taken(roads, found)
    far = found.away_m > within_m
    found.node[far] = found.edge[far] = -1
    found.away_m[far] = np.inf
    return found


def _nearest_ends(
    roads: Roads, chords: np.ndarray, rows: np.ndarray, xy: np.ndarray, found: Feet
) -> None:
    if not chords.size:
        return
    nodes = np.unique(roads.ends[chords])
    tree = shapely.STRtree(shapely.points(roads.xy[nodes]))
    place, node = tree.query_nearest(shapely.points(xy[rows]), all_matches=False)
    place, node = rows[place], nodes[node]
    found.node[place] = node
    found.away_m[place] = np.hypot(*(xy[place] - roads.xy[node]).T)


def _ends_taken(roads: Roads, found: Feet) -> None:
    """Put places near an end of their edge at that end."""
    rows = np.flatnonzero(found.edge >= 0)
    edge = found.edge[rows]
    length = shapely.length(roads.edges["line"].to_numpy()[edge])
    for end, off in ((0, found.share[rows]), (1, 1 - found.share[rows])):
        near = off * length < END_M
        found.node[rows[near]] = roads.ends[edge[near], end]
        found.edge[rows[near]] = -1


def cut_at(roads: Roads, found: Feet) -> tuple[Roads, np.ndarray]:
    """Return the roads cut at the feet, and the node of each place, -1 if it has none."""
    node = found.node.copy()
    rows = np.flatnonzero(found.edge >= 0)
    order = rows[np.lexsort((found.share[rows], found.edge[rows]))]
    places: dict[int, list[float]] = {}
    for row in order:
        shares = places.setdefault(int(found.edge[row]), [])
        if not shares or found.share[row] > shares[-1]:
            shares.append(float(found.share[row]))
    roads, nodes = roads.cut(places)
    for row in rows:
        edge = int(found.edge[row])
        node[row] = nodes[edge][places[edge].index(float(found.share[row]))]
    return roads, node


def with_towns(roads: Roads, towns: pd.DataFrame) -> tuple[Roads, dict[int, str]]:
    """Return the roads cut at towns, and the name of each node at one, of the largest there."""
    towns = towns.sort_values("population", ascending=False)
    xy = np.column_stack(PLANE.transform(towns["lon"].to_numpy(), towns["lat"].to_numpy()))
    found = feet(roads, xy, towns["country"].to_numpy(), np.full(len(xy), TOWN_M))
    roads, node = cut_at(roads, found)
    names: dict[int, str] = {}
    for number, name in zip(node.tolist(), towns["name"], strict=True):
        if number >= 0:
            names.setdefault(number, name)
    return roads, names


def with_access(roads: Roads, places: pd.DataFrame) -> tuple[Roads, Mapping[int, str]]:
    """Return the roads with an access road to each station and port, and their node ids.

    `places` has ``node_id``, ``lon``, ``lat``, ``country``, ``within_m``. A place whose access road
    would cross open water gets none.
    """
    lonlat = places[["lon", "lat"]].to_numpy()
    xy = np.column_stack(PLANE.transform(*lonlat.T))
    found = feet(roads, xy, places["country"].to_numpy(), places["within_m"].to_numpy())
    roads, node = cut_at(roads, found)
    joined = np.flatnonzero(node >= 0)
    ends = np.column_stack(PLANE.transform(*roads.xy[node[joined]].T, direction="INVERSE"))
    joined = joined[~open_water().crosses(lonlat[joined], ends)]
    first = len(roads.xy)
    own = np.arange(len(joined)) + first
    country = places["country"].to_numpy()
    rows = pd.DataFrame(
        {
            "u": own, "v": node[joined],
            "km": np.maximum(found.away_m[joined] / 1000 * WINDING, LEAST_KM),
            "rank": CLASSES.index("tertiary"), "country": country[joined],
            "estimated": True, "chord": False, "origin": OURS,
        }
    )  # fmt: skip
    roads = roads.with_nodes(xy[joined]).with_edges(rows)
    return roads, dict(zip(own.tolist(), places["node_id"].to_numpy()[joined], strict=True))
