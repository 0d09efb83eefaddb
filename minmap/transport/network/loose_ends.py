"""Loose ends of a network: dead ends beside a through track, and gates far from any track."""

from typing import Final

import geopandas as gpd
import numpy as np
import scipy

from minmap.geodesy import distance_m, nearest_on_lines
from minmap.transport.network.topology import feet_near
from minmap.transport.trade_corridors.feature_table import coordinates_of
from minmap.types import Booleans, Floats, Integers

TORN_WITHIN_KM: Final = 3.0
"""A dead end this near to a track that it does not lead to is a torn end; a gate that lies farther
from every track is a far station."""
DETOUR_KM: Final = 30.0
"""A dead end leads to the track beside it if the route is no longer than this. So the ends of
sidings, and of branches that run beside their line, are no torn ends."""

_COLUMNS: Final = [
    "node_id", "name", "kind", "country", "mode", "edge_id", "distance_m", "geometry",
]  # fmt: skip


def loose_ends(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Integers
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the torn ends and the far stations; see `Diagnosis`.

    Only operating edges on land count as tracks, and a dead end and a track must be of one mode.
    The end of a road is torn only beside a road of its country, as roads cross borders only at
    listed crossings.

    Parameters
    ----------
    nodes, edges
        The tables of a network.
    ends
        Shape (m, 2), positions of the nodes of each edge.

    Examples
    --------
    >>> from minmap.transport.network import Network
    >>> lines = gpd.GeoSeries.from_wkt(
    ...     ["LINESTRING (70 45, 72 45)", "LINESTRING (71 45.01, 71 46)"], crs=4326
    ... )
    >>> torn = Network.from_lines(gpd.GeoDataFrame(geometry=lines)).doctor().torn_ends
    >>> torn[["node_id", "edge_id"]].values.tolist(), torn["distance_m"].round().tolist()
    ([['71,45.01', '0']], [1111.0])
    """
    on_land = ((edges["mode"] != "sea") & (edges["status"] == "operating")).to_numpy()
    tracks, track_ends = edges[on_land], ends[on_land]
    met = np.bincount(track_ends.ravel(), minlength=len(nodes))
    alone = (met == 0) & nodes["gate"].to_numpy(dtype=np.bool_)
    node, track, apart_m = _tracks_beside(nodes, tracks, track_ends, (met == 1) | alone)
    torn = nodes.iloc[node].assign(
        mode=tracks["mode"].array[track],
        edge_id=tracks["edge_id"].array[track],
        distance_m=apart_m,
    )
    far = nodes[alone & ~np.isin(np.arange(len(nodes)), node)]
    nearest = nearest_on_lines(coordinates_of(far), tracks.geometry, geodesic_edges=True)
    own = tracks[["mode", "edge_id"]].reset_index(drop=True).reindex(nearest.index)
    far = far.assign(
        mode=own["mode"].array, edge_id=own["edge_id"].array, distance_m=nearest.distance_m
    )
    return _by_distance(torn), _by_distance(far)


def _by_distance(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return found[_COLUMNS].sort_values("distance_m", kind="stable", ignore_index=True)


def _tracks_beside(
    nodes: gpd.GeoDataFrame, tracks: gpd.GeoDataFrame, ends: Integers, loose: Booleans
) -> tuple[Integers, Integers, Floats]:
    """Return loose nodes, the nearest track beside each to which no short route leads, in m."""
    chosen = np.flatnonzero(loose)
    lonlat = coordinates_of(nodes)[chosen]
    lines = tracks.geometry.to_numpy()
    at, track, _, foot = feet_near(lines, lonlat, np.full(len(chosen), 1000 * TORN_WITHIN_KM))
    apart_m, node = distance_m(lonlat[at], foot), chosen[at]
    mode = tracks["mode"].to_numpy()
    own_mode = np.full(len(nodes), None, dtype=object)
    own_mode[ends.T] = mode
    kept = apart_m <= 1000 * TORN_WITHIN_KM
    kept &= (own_mode[node] == mode[track]) | (own_mode[node] == None)  # noqa: E711
    kept &= (ends[track] != node[:, None]).all(axis=1)
    kept &= (mode[track] != "road") | ~_abroad(nodes, tracks, node, track)
    node, track, apart_m = node[kept], track[kept], apart_m[kept]
    apart = ~_led_to(node, ends[track], ends, tracks["length_km"].to_numpy(), len(nodes))
    order = np.lexsort((apart_m, node))
    order = order[apart[order]]
    nearest = order[np.diff(node[order], prepend=-1) > 0]
    return node[nearest], track[nearest], apart_m[nearest]


def _abroad(
    nodes: gpd.GeoDataFrame, tracks: gpd.GeoDataFrame, node: Integers, track: Integers
) -> Booleans:
    """Return which tracks are known not to pass the country of the node beside them."""
    country = nodes["country"].to_numpy(dtype=object, na_value=None)[node]
    passed = tracks["countries"].to_numpy(dtype=object, na_value=None)[track]
    pairs = zip(country, passed, strict=True)
    return np.array([bool(a and b) and a not in b.split() for a, b in pairs], dtype=np.bool_)


def _led_to(
    node: Integers, to: Integers, ends: Integers, length_km: Floats, count: int
) -> Booleans:
    """Return which nodes (p,) have a route of at most `DETOUR_KM` to one of two nodes (p, 2)."""
    # To scipy, a weight of 0 means that there is no edge; of parallel edges it adds up the weights.
    order = np.argsort(-length_km, kind="stable")
    low, high = np.sort(ends[order], axis=1).T
    shortest = dict(zip(zip(low.tolist(), high.tolist(), strict=True), order, strict=True))
    edge = np.fromiter(shortest.values(), dtype=np.int64, count=len(shortest))
    weight = np.maximum(length_km[edge], 1e-9)
    graph = scipy.sparse.csr_array((weight, tuple(ends[edge].T)), shape=(count, count))
    near = np.zeros(len(node), dtype=np.bool_)
    for start in np.unique(node):
        route_km = scipy.sparse.csgraph.dijkstra(
            graph, directed=False, indices=start, limit=DETOUR_KM
        )
        rows = np.flatnonzero(node == start)
        near[rows] = np.isfinite(route_km[to[rows]]).any(axis=1)
    return near
