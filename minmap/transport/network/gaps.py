"""Gaps of a network: nodes that lie near each other and are not connected, and their bridges."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy
import shapely

from minmap.arguments import require_number
from minmap.geodesy import distance_m
from minmap.geodesy.crs import WGS84
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.transport.network.edge_table import EDGE_COLUMNS
from minmap.transport.network.topology import near_pairs
from minmap.transport.network.union import nearest_pairs
from minmap.transport.trade_corridors.clusters import components_of
from minmap.transport.trade_corridors.feature_table import coordinates_of
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import TEXT, Booleans, Floats, Integers

DETOUR: Final = 10.0
"""Two connected dead ends form a gap only if the route between them is longer than this times the
largest gap. So the ends of a siding form none."""
# 64 rows of routes from 100,000 nodes take 50 MB.
_ROUTES_AT_ONCE: Final = 64
# A bridge has these of an edge that it meets.
_OF_EDGE: Final = ("mode", "gauge_mm", "status", "road_class")
_KINDS: Final = np.array(["dead ends", "components"], dtype=object)


def gap_table(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Integers, *, within_km: float
) -> gpd.GeoDataFrame:
    """Return the gaps up to a size, the smallest first; see `Diagnosis.gaps`."""
    within_m = 1000 * require_number(within_km, name="within_km", like=2, least=0, unit="km")
    lonlat, length_km = coordinates_of(nodes), edges["length_km"].to_numpy()
    pairs, apart_m, kind = find_gaps(lonlat, ends, length_km, within_m=within_m)
    ids = nodes["node_id"].array
    table = gpd.GeoDataFrame(
        {
            "from_node": ids[pairs[:, 0]],
            "to_node": ids[pairs[:, 1]],
            "distance_m": apart_m,
            "between": pd.array(_KINDS[kind], dtype=TEXT),
        },
        geometry=shapely.linestrings(lonlat[pairs]),
        crs=WGS84,
    )
    return table.sort_values("distance_m", kind="stable", ignore_index=True)


def bridges(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Integers, *, within_km: float
) -> gpd.GeoDataFrame:
    """Return edges that close the gaps up to a size; see `minmap.Network.bridged`."""
    gaps = gap_table(nodes, edges, ends, within_km=within_km)
    at_ends = pd.DataFrame({"node": nodes["node_id"].array[ends.T.ravel()]})
    at_ends["edge"] = np.tile(np.arange(len(ends)), 2)
    at_ends["rank"] = pd.Index(MODES).get_indexer(edges["mode"])[at_ends["edge"]]
    sides = gaps[["from_node", "to_node"]].melt(ignore_index=False, value_name="node")
    met = sides.rename_axis("gap").reset_index().merge(at_ends, on="node")
    nearest = met.sort_values(["rank", "variable", "edge"]).drop_duplicates("gap")
    edge = nearest.set_index("gap")["edge"].sort_index()
    # A gap between two nodes without edges stays open.
    gaps = gaps.loc[edge.index].reset_index(drop=True)
    country = nodes.set_index("node_id")["country"]
    pairs = zip(gaps["from_node"].map(country), gaps["to_node"].map(country), strict=True)
    passed = [" ".join(dict.fromkeys(c for c in pair if pd.notna(c))) or None for pair in pairs]
    bridging = gaps.assign(
        edge_id="bridge:" + gaps["from_node"] + ":" + gaps["to_node"],
        length_km=gaps["distance_m"] / 1000,
        countries=pd.array(passed, dtype=TEXT),
        leg_id=pd.array([None] * len(gaps), dtype=TEXT),
        bridged=True,
        estimated=False,
        chord=False,
        source=gaps["distance_m"].map("minmap: bridged gap of {:,.0f} m".format).astype(TEXT),
        **{column: edges[column].array[edge] for column in _OF_EDGE},
    )
    return bridging[[*EDGE_COLUMNS, "geometry"]]


def find_gaps(
    lonlat: Floats, ends: Integers, length_km: Floats, *, within_m: float
) -> tuple[Integers, Floats, Integers]:
    """Find pairs of nodes that lie within a distance and are not connected.

    First pairs of dead ends, nearest first, each in one pair at most. Two of one component count
    only if the route between them is longer than `DETOUR` times `within_m`. Then, for components
    that still are separate, the shortest gaps that connect as many of them as possible.

    Parameters
    ----------
    lonlat
        Shape (n, 2), the nodes, EPSG:4326, degrees.
    ends, length_km
        Shapes (m, 2) and (m,): positions of the nodes of each edge, and its length.
    within_m
        Geodesic distance, metres.

    Returns
    -------
    pairs, apart_m, kind
        Shapes (g, 2), (g,) and (g,): nodes at both sides of each gap, their distance, metres,
        and whether the gap is one between components (1) or dead ends (0).

    Examples
    --------
    >>> lonlat = np.array([[0.0, 0.0], [1.0, 0.0], [1.001, 0.0], [2.0, 0.0]])
    >>> pairs, apart_m, _ = find_gaps(
    ...     lonlat, np.array([[0, 1], [2, 3]]), np.array([111.0, 111.0]), within_m=500
    ... )
    >>> pairs.tolist(), apart_m.round(1).tolist()
    ([[1, 2]], [111.3])
    """
    xyz, component = to_ecef(lonlat), components_of(ends, len(lonlat))
    dead_pairs = _dead_end_gaps(lonlat, ends, length_km, component, within_m)
    whole = components_of(np.concatenate([ends, dead_pairs]), len(lonlat))
    pairs = _component_gaps(xyz, whole, within_m)
    kind = np.repeat([0, 1], [len(dead_pairs), len(pairs)])
    both = np.concatenate([dead_pairs, pairs])
    return both, distance_m(lonlat[both[:, 0]], lonlat[both[:, 1]]), kind


def _dead_end_gaps(
    lonlat: Floats, ends: Integers, length_km: Floats, component: Integers, within_m: float
) -> Integers:
    dead = np.flatnonzero(np.bincount(ends.ravel(), minlength=len(lonlat)) == 1)
    near, apart_m = near_pairs(lonlat[dead], within_m)
    pairs = dead[near]
    inside = np.flatnonzero(component[pairs[:, 0]] == component[pairs[:, 1]])
    limit_km = DETOUR * within_m / 1000
    short = _within_route(pairs[inside], ends, length_km, len(lonlat), limit_km=limit_km)
    pairs, apart_m = np.delete(pairs, inside[short], axis=0), np.delete(apart_m, inside[short])
    return pairs[nearest_pairs(pairs, apart_m)]


def _within_route(
    pairs: Integers, ends: Integers, length_km: Floats, count: int, *, limit_km: float
) -> Booleans:
    """Return which pairs (p, 2) are connected by a route of at most `limit_km`."""
    # The shortest of parallel edges counts.
    low_high = np.sort(ends, axis=1)
    order = np.lexsort((length_km, low_high[:, 1], low_high[:, 0]))
    differs = np.diff(low_high[order], axis=0, prepend=-1).any(axis=1)
    edges = order[differs]
    # To scipy, a weight of 0 means that there is no edge.
    weight = np.maximum(length_km[edges], 1e-9)
    graph = scipy.sparse.csr_array((weight, tuple(low_high[edges].T)), shape=(count, count))
    near = np.zeros(len(pairs), dtype=bool)
    starts, start = np.unique(pairs[:, 0], return_inverse=True)
    for first in range(0, len(starts), _ROUTES_AT_ONCE):
        route_km = scipy.sparse.csgraph.dijkstra(
            graph, directed=False, indices=starts[first : first + _ROUTES_AT_ONCE], limit=limit_km
        )
        rows = np.flatnonzero((start >= first) & (start < first + _ROUTES_AT_ONCE))
        near[rows] = np.isfinite(route_km[start[rows] - first, pairs[rows, 1]])
    return near


def _component_gaps(xyz: Floats, component: Integers, within_m: float) -> Integers:
    """Return the shortest gaps that connect as many components as possible (Kruskal 1956)."""
    # The largest component is found from its neighbours.
    rows = np.flatnonzero(component != np.bincount(component, minlength=1).argmax())
    near = scipy.spatial.cKDTree(xyz[rows]).sparse_distance_matrix(
        scipy.spatial.cKDTree(xyz), within_m, output_type="ndarray"
    )
    pairs = np.column_stack([rows[near["i"]], near["j"]])
    pairs = pairs[component[pairs[:, 0]] != component[pairs[:, 1]]]
    apart_m = surface_distance_m(xyz[pairs[:, 0]], xyz[pairs[:, 1]])
    order = np.lexsort((*pairs.T[::-1], apart_m))
    pairs = pairs[order[apart_m[order] <= within_m]]
    joined = scipy.cluster.hierarchy.DisjointSet(component.tolist())
    connects = [joined.merge(*link) for link in component[pairs].tolist()]
    return np.asarray(pairs[np.array(connects, dtype=np.bool_)])
