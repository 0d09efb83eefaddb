"""Gaps of a network: what lies near each other and is not connected."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from minmap.geodesy import distance_m
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.transport.network.union import nearest_pairs
from minmap.types import Booleans, Floats, Integers

DETOUR: Final = 10.0
"""How many times the size looked for the way round must be: the ends of sidings are no gap."""
# Ways from so many places at once: 64 rows of 100,000 nodes are 50 MB.
_AT_ONCE: Final = 64


def components_of(ends: Integers, count: int) -> Integers:
    """Return the component of each of `count` nodes, numbered from 0.

    Parameters
    ----------
    ends
        Shape (m, 2), positions of the nodes of each edge.

    Examples
    --------
    >>> components_of(np.array([[0, 1]]), 3).tolist()
    [0, 0, 1]
    """
    ones = np.ones(len(ends), dtype=np.int8)
    graph = csr_array((ones, tuple(ends.T)), shape=(count, count))
    label: Integers = connected_components(graph, directed=False)[1].astype(np.int64)
    return label


def find_gaps(
    lonlat: Floats, ends: Integers, length_km: Floats, *, within_m: float
) -> tuple[Integers, Floats, Integers]:
    """Find what lies within a distance and is not connected.

    First pairs of dead ends, nearest first, each in one pair at most. Two of one component count
    only if the way between them is longer than `DETOUR` times `within_m`. Then what still is in
    several components: the shortest gaps that connect as many of them as can be.

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
    pairs, apart_m, components
        Shapes (g, 2), (g,) and (g,): nodes at both sides of each gap, how far they are apart,
        metres, and whether the gap was sought between components (1) or dead ends (0).

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
    dead_pairs = _dead_end_gaps(xyz, ends, length_km, component, within_m)
    whole = components_of(np.concatenate([ends, dead_pairs]), len(lonlat))
    pairs = _component_gaps(xyz, whole, within_m)
    kind = np.repeat([0, 1], [len(dead_pairs), len(pairs)])
    both = np.concatenate([dead_pairs, pairs])
    return both, distance_m(lonlat[both[:, 0]], lonlat[both[:, 1]]), kind


def _dead_end_gaps(
    xyz: Floats, ends: Integers, length_km: Floats, component: Integers, within_m: float
) -> Integers:
    degree = np.bincount(ends.ravel(), minlength=len(xyz))
    dead = np.flatnonzero(degree == 1)
    found = cKDTree(xyz[dead]).query_pairs(within_m, output_type="ndarray")
    pairs = dead[found.reshape(-1, 2)]
    apart_m = surface_distance_m(xyz[pairs[:, 0]], xyz[pairs[:, 1]])
    inside = np.flatnonzero(component[pairs[:, 0]] == component[pairs[:, 1]])
    kept = apart_m <= within_m
    limit_km = DETOUR * within_m / 1000
    kept[inside] &= ~_within_way(pairs[inside], ends, length_km, len(xyz), limit_km=limit_km)
    pairs, apart_m = pairs[kept], apart_m[kept]
    return pairs[nearest_pairs(pairs, apart_m)]


def _within_way(
    pairs: Integers, ends: Integers, length_km: Floats, count: int, *, limit_km: float
) -> Booleans:
    """Tell which pairs (p, 2) are connected by a way of at most `limit_km`."""
    # Of edges that lie beside one another the shortest counts.
    low_high = np.sort(ends, axis=1)
    order = np.lexsort((length_km, low_high[:, 1], low_high[:, 0]))
    differs = np.diff(low_high[order], axis=0, prepend=-1).any(axis=1)
    edges = order[differs]
    # An edge without length is none to scipy.
    weight = np.maximum(length_km[edges], 1e-9)
    graph = csr_array((weight, tuple(low_high[edges].T)), shape=(count, count))
    near = np.zeros(len(pairs), dtype=bool)
    starts, start = np.unique(pairs[:, 0], return_inverse=True)
    for first in range(0, len(starts), _AT_ONCE):
        way_km = dijkstra(
            graph, directed=False, indices=starts[first : first + _AT_ONCE], limit=limit_km
        )
        rows = np.flatnonzero((start >= first) & (start < first + _AT_ONCE))
        near[rows] = np.isfinite(way_km[start[rows] - first, pairs[rows, 1]])
    return near


def _component_gaps(xyz: Floats, component: Integers, within_m: float) -> Integers:
    """Connect each component to the nearest other, and again, until none is near (Boruvka 1926)."""
    tree, whole = cKDTree(xyz), component
    chosen = [np.empty((0, 2), dtype=np.int64)]
    while True:
        # The largest is found from its neighbours.
        rows = np.flatnonzero(whole != np.bincount(whole, minlength=1).argmax())
        pairs = _nearest_other(tree, whole, rows, within_m)
        apart_m = surface_distance_m(xyz[pairs[:, 0]], xyz[pairs[:, 1]])
        order = np.lexsort((*pairs.T[::-1], apart_m))
        order = order[apart_m[order] <= within_m]
        _, first = np.unique(whole[pairs[order, 0]], return_index=True)
        best = pairs[order[np.sort(first)]]
        if not len(best):
            break
        forest = _without_rings(whole[best])
        chosen.append(best[forest])
        whole = components_of(whole[best], int(whole.max()) + 1)[whole]
    return np.concatenate(chosen)


def _nearest_other(tree: cKDTree, whole: Integers, rows: Integers, within_m: float) -> Integers:
    """Return the pairs of rows and their nearest place in another component, where one is near."""
    found, count, neighbours = [np.empty((0, 2), dtype=np.int64)], len(whole), 2
    while rows.size:
        neighbours = min(neighbours * 4, count)
        found_near = tree.query(tree.data[rows], k=neighbours, distance_upper_bound=within_m)[1]
        near = np.reshape(found_near, (len(rows), neighbours))
        # Where there are no more so near, scipy gives a place behind the last.
        foreign = np.append(whole, -1)[near] != whole[rows, None]
        foreign &= near < count
        hit = foreign.any(axis=1)
        found.append(
            np.column_stack([rows, near[np.arange(len(rows)), foreign.argmax(axis=1)]])[hit]
        )
        rows = rows[~hit & (near[:, -1] < count)] if neighbours < count else rows[:0]
    return np.concatenate(found)


def _without_rings(links: Integers) -> list[int]:
    """Return the rows of links (p, 2), in their order, that connect what is not connected yet."""
    root: dict[int, int] = {}

    def root_of(it: int) -> int:
        while it in root:
            it = root[it]
        return it

    kept = []
    for row, (a, b) in enumerate(links.tolist()):
        one, other = root_of(a), root_of(b)
        if one != other:
            root[one] = other
            kept.append(row)
    return kept
