"""Mend the roads by hand, from a table with sources, and where two ends nearly meet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse
import scipy.spatial
import shapely
from road_access import cut_at, feet
from road_graph import CLASSES, OURS, Roads
from scipy.sparse.csgraph import dijkstra
from tracing import PLANE

REACH_M = 3_000.0  # a link of the table begins and ends at the nearest road of its country
GAP_M = 300.0  # a dead end this near to another road of its country is joined to it
FACING_M = 2_000.0  # two dead ends of one country this near to each other are joined,
LED_KM = 30.0  # unless a way leads from one to the other that is no longer than this
ESTIMATED_M = 1_000.0  # the length of a longer join is an estimate
GAP_KM = 1.0  # not dead ends of shorter edges, which are lay-bys and cut-off junctions
LABEL, LINK = "label", "link"


def with_labels(roads: Roads, path: Path) -> Roads:
    """Return the roads with the countries that the table gives for what lies inside a box."""
    table = _read(path)
    label = roads.edges["country"].to_numpy(dtype=object, copy=True)
    lonlat = np.column_stack(PLANE.transform(*roads.xy.T, direction="INVERSE"))
    for mend in table[table["kind"] == LABEL].itertuples():
        low, high = (mend.lon_1, mend.lat_1), (mend.lon_2, mend.lat_2)
        inside = ((lonlat >= low) & (lonlat <= high)).all(axis=1)
        label[inside[roads.ends].all(axis=1)] = mend.country
    return Roads(roads.xy, roads.edges.assign(country=label))


def with_links(roads: Roads, path: Path) -> Roads:
    """Return the roads with those that the table adds, each between two roads of its country."""
    table = _read(path)
    links = table[table["kind"] == LINK]
    ends = links[["lon_1", "lat_1", "lon_2", "lat_2"]].to_numpy(dtype=float).reshape(-1, 2)
    xy = np.column_stack(PLANE.transform(*ends.T))
    country = np.repeat(links["country"].to_numpy(dtype=object), 2)
    roads, node = cut_at(roads, feet(roads, xy, country, np.full(len(xy), REACH_M)))
    for mend, pair in zip(links.itertuples(), node.reshape(-1, 2), strict=True):
        if (pair < 0).any():
            raise SystemExit(f"{path.name}: no road of {mend.country} at an end of {mend.note}")
    rows = pd.DataFrame(
        {
            "u": node[::2], "v": node[1::2], "km": links["km"].to_numpy(dtype=float),
            "rank": links["road_class"].map(CLASSES.index).to_numpy(),
            "country": links["country"].to_numpy(), "estimated": False, "chord": True,
            "origin": links["source"].to_numpy(),
        }
    )  # fmt: skip
    return roads.with_edges(rows)


def without_gaps(roads: Roads) -> Roads:
    """Return the roads with links from dead ends to other roads of the same country beside them."""
    ends, edges = roads.ends, roads.edges
    loose = (roads.degree == 1)[ends]
    loose &= (~edges["chord"] & (edges["km"] >= GAP_KM)).to_numpy()[:, None]
    row, end = np.nonzero(loose)
    lines, country = edges["line"].to_numpy(), edges["country"].to_numpy()
    rank, chord = edges["rank"].to_numpy(), edges["chord"].to_numpy()
    node = ends[row, end]
    points = shapely.points(roads.xy[node])
    found, other = shapely.STRtree(lines).query(points, "dwithin", GAP_M)
    fits = (country[other] == country[row[found]]) & ~chord[other] & (other != row[found])
    fits &= (ends[other] != node[found][:, None]).all(axis=1)
    table = pd.DataFrame({"found": found[fits], "other": other[fits]})
    table["away_m"] = shapely.distance(points[table["found"]], lines[table["other"]])
    table = table.sort_values("away_m").drop_duplicates("found").reset_index(drop=True)
    line = lines[table["other"]]
    share = shapely.line_locate_point(line, points[table["found"]], normalized=True)
    places: dict[int, list[float]] = {}
    for edge, at in zip(table["other"].tolist(), share.tolist(), strict=True):
        if 0 < at < 1:
            places.setdefault(edge, []).append(at)
    places = {edge: sorted(set(shares)) for edge, shares in places.items()}
    cut, nodes = roads.cut(places)
    target = [
        nodes[edge][places[edge].index(at)] if 0 < at < 1 else int(ends[edge, int(at)])
        for edge, at in zip(table["other"].tolist(), share.tolist(), strict=True)
    ]
    near = row[table["found"]]
    rows = pd.DataFrame(
        {
            "u": node[table["found"]], "v": target, "km": table["away_m"] / 1000,
            "rank": rank[near], "country": country[near], "estimated": False,
            "chord": False, "origin": OURS,
        }
    )  # fmt: skip
    return cut.with_edges(rows)


def with_facing_ends_joined(roads: Roads) -> Roads:
    """Return the roads with links between dead ends that are each other's nearest."""
    edges, ends = roads.edges, roads.ends
    row, end = np.nonzero((roads.degree == 1)[ends])
    node = ends[row, end]
    pairs = pd.DataFrame(_facing(roads.xy[node], edges["country"].to_numpy()[row]))
    pairs = pairs[~_led(roads, node[pairs.to_numpy()])]
    one, other = (row[pairs[end].to_numpy()] for end in (0, 1))
    u, v = (node[pairs[end].to_numpy()] for end in (0, 1))
    apart_m = np.hypot(*(roads.xy[u] - roads.xy[v]).T)
    rank = edges["rank"].to_numpy()
    rows = pd.DataFrame(
        {
            "u": u, "v": v, "km": apart_m / 1000, "rank": np.maximum(rank[one], rank[other]),
            "country": edges["country"].to_numpy()[one], "estimated": apart_m > ESTIMATED_M,
            "chord": False, "origin": OURS,
        }
    )  # fmt: skip
    return roads.with_edges(rows)


def _facing(xy: np.ndarray, country: np.ndarray) -> np.ndarray:
    """Return the pairs of places of one country, shape (n, 2), that are each other's nearest."""
    near = scipy.spatial.cKDTree(xy).query_pairs(FACING_M, output_type="ndarray")
    near = near[country[near[:, 0]] == country[near[:, 1]]]
    apart_m = np.hypot(*(xy[near[:, 0]] - xy[near[:, 1]]).T)
    least = np.full(len(xy), np.inf)
    for side in near.T:
        np.minimum.at(least, side, apart_m)
    return near[(least[near] == apart_m[:, None]).all(axis=1)]


def _led(roads: Roads, pairs: np.ndarray) -> np.ndarray:
    """Return which pairs of nodes a way of at most `LED_KM` joins."""
    ends, km = np.sort(roads.ends, axis=1), np.maximum(roads.edges["km"].to_numpy(), 1e-9)
    # To scipy, parallel edges add up: only the shortest is kept.
    table = pd.DataFrame({"low": ends[:, 0], "high": ends[:, 1], "km": km})
    table = table.sort_values("km").drop_duplicates(["low", "high"])
    shape = (len(roads.xy), len(roads.xy))
    places = (table["low"].to_numpy(), table["high"].to_numpy())
    graph = scipy.sparse.coo_array((table["km"].to_numpy(), places), shape=shape).tocsr()
    return np.array(
        [
            np.isfinite(dijkstra(graph, directed=False, indices=a, limit=LED_KM)[b])
            for a, b in pairs
        ],
        dtype=bool,
    )


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)
