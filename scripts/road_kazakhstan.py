"""Add the roads of Kazakhstan that Natural Earth draws to those of OpenStreetMap.

The extract of OpenStreetMap has few junctions there, and many straight chords. Natural Earth's
roads are no network: they are cut where they meet, their loose ends are joined to what is near,
and every node of OpenStreetMap near one of them is joined to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from road_graph import CLASSES, NATURAL_EARTH, OURS, Roads
from tracing import on_plane

LOOSE_M = 12_000.0  # as far as a loose end of Natural Earth is joined to another road
NEAR_M = 3_000.0  # as far as a node of OpenStreetMap is joined to a road of Natural Earth
# A straight chord as long as this leaves out the bends of the road: twelve countries that the
# other extract covers show how many.
LONG_CHORD_KM, STRAIGHT, BENDS = 150.0, 1.02, 1.2
MAJOR_RANK = 6  # Natural Earth's scalerank of the roads that are taken for primary ones


def with_bends(roads: Roads) -> Roads:
    """Lengthen long straight chords, and mark them as estimated."""
    edges = roads.edges
    drawn_km = shapely.length(edges["line"].to_numpy()) / 1000
    long = edges["chord"] & (edges["km"] > LONG_CHORD_KM) & (edges["km"] < STRAIGHT * drawn_km)
    km = np.where(long, edges["km"] * BENDS, edges["km"])
    return Roads(roads.xy, edges.assign(km=km, estimated=edges["estimated"] | long))


def with_natural_earth(roads: Roads, folder: Path, land: Any) -> Roads:
    """Return the roads with those of Natural Earth inside `land`, a polygon on the plane."""
    drawn, rank = _drawn(folder, land)
    inside = shapely.contains_xy(land, roads.xy) & (roads.degree > 0)
    own = np.flatnonzero(inside)
    first = len(roads.xy)
    places, ends = np.unique(_ends(drawn), axis=0, return_inverse=True)
    table = pd.DataFrame(
        {
            "u": ends.reshape(-1, 2)[:, 0] + first, "v": ends.reshape(-1, 2)[:, 1] + first,
            "km": shapely.length(drawn) / 1000, "rank": rank, "country": "KAZ",
            "estimated": True, "chord": False, "origin": NATURAL_EARTH, "line": drawn,
        }
    )  # fmt: skip
    natural = roads.with_nodes(places).with_edges(table)
    loose = np.flatnonzero(natural.degree == 1)
    loose = loose[loose >= first]
    links = _loose_links(natural, loose, own) + _near_links(natural, own)
    return _linked(natural, links)


def _drawn(folder: Path, land: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return Natural Earth's roads inside `land`, cut where they meet, and their classes."""
    roads = gpd.read_parquet(folder / "ne_10m_roads_clip.parquet")
    roads = roads[roads["featureclass"] == "Road"]
    lines = on_plane(roads.geometry.to_numpy())
    near = shapely.intersects(lines, land)
    parts = []
    for major in (True, False):
        chosen = near & ((roads["scalerank"] <= MAJOR_RANK).to_numpy() == major)
        parts.append(shapely.intersection(shapely.union_all(lines[chosen]), land))
    # One union of both cuts the roads of one class where they meet those of the other.
    cut = shapely.get_parts(shapely.union_all(np.array(parts)))
    cut = cut[shapely.length(cut) > 1]
    middle = shapely.line_interpolate_point(cut, 0.5, normalized=True)
    major = shapely.distance(middle, parts[0]) < 1
    names = np.where(major, CLASSES.index("primary"), CLASSES.index("secondary"))
    return cut, names


def _ends(lines: np.ndarray) -> np.ndarray:
    """Return both ends (2 n, 2) of each line, rounded to metres."""
    return np.round(
        np.stack(
            [shapely.get_coordinates(shapely.get_point(lines, i)) for i in (0, -1)], axis=1
        ).reshape(-1, 2)
    )


def _loose_links(
    roads: Roads, loose: np.ndarray, own: np.ndarray
) -> list[tuple[int, int, float, int]]:
    """Return links (node, edge, share, other node) of loose ends to the nearest other road."""
    new = np.flatnonzero(roads.edges["country"].eq("KAZ") & roads.edges["estimated"])
    new = new[roads.ends[new, 0] >= loose.min()] if loose.size else new
    lines = roads.edges["line"].to_numpy()
    tree, nodes = shapely.STRtree(lines[new]), shapely.STRtree(shapely.points(roads.xy[own]))
    links = []
    for node in loose:
        point = shapely.Point(roads.xy[node])
        found = new[tree.query(point, "dwithin", LOOSE_M)]
        found = found[(roads.ends[found] != node).all(axis=1)]
        away = shapely.distance(lines[found], point)
        other, other_m = nodes.query_nearest(point, return_distance=True)
        if found.size and away.min() < other_m[0]:
            edge = int(found[away.argmin()])
            share = shapely.line_locate_point(lines[edge], point, normalized=True)
            links.append((int(node), edge, float(share), -1))
        elif other_m[0] < LOOSE_M:
            links.append((int(node), -1, 0.0, int(own[other[0]])))
    return links


def _near_links(roads: Roads, own: np.ndarray) -> list[tuple[int, int, float, int]]:
    """Return links (node, edge, share, -1) of OpenStreetMap's nodes to the roads beside them."""
    new = np.flatnonzero(roads.edges["country"].eq("KAZ") & ~roads.edges["chord"])
    new = new[~np.isin(roads.ends[new, 0], own)]
    lines = roads.edges["line"].to_numpy()
    points = shapely.points(roads.xy[own])
    tree = shapely.STRtree(lines[new])
    node, edge = tree.query_nearest(points, max_distance=NEAR_M, all_matches=False)
    share = shapely.line_locate_point(lines[new[edge]], points[node], normalized=True)
    return [
        (int(own[n]), int(new[e]), float(s), -1) for n, e, s in zip(node, edge, share, strict=True)
    ]


def _linked(roads: Roads, links: list[tuple[int, int, float, int]]) -> Roads:
    """Return the roads with links, cut where these meet them."""
    places: dict[int, list[float]] = {}
    for _, edge, share, _ in links:
        if edge >= 0 and 0 < share < 1:
            places.setdefault(edge, []).append(share)
    places = {edge: sorted(set(shares)) for edge, shares in places.items()}
    ends, rank = roads.ends, roads.edges["rank"].to_numpy()
    cut, nodes = roads.cut(places)
    rows = []
    for node, edge, share, other in links:
        if edge < 0:
            target = other
        elif 0 < share < 1:
            target = nodes[edge][places[edge].index(share)]
        else:
            target = int(ends[edge, int(share)])
        km = float(np.hypot(*(cut.xy[node] - cut.xy[target]))) / 1000
        rows.append(
            {
                "u": node, "v": target, "km": km, "country": "KAZ", "estimated": True,
                "rank": int(rank[edge]) if edge >= 0 else CLASSES.index("secondary"),
                "chord": False, "origin": OURS, "line": shapely.linestrings(cut.xy[[node, target]]),
            }
        )  # fmt: skip
    return cut.with_edges(rows)
