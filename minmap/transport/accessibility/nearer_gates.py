"""The nearest station or port by road in the same country, which a lorry may have passed."""

from __future__ import annotations

from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import scipy

from minmap.transport.network.best_paths import BestPaths
from minmap.transport.network.network import Network
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import Booleans, Floats, Integers

NONE: Final = -1
_CACHE: Final[WeakKeyDictionary[Network, tuple[bytes, Floats, Integers]]] = WeakKeyDictionary()


def nearest_gates(paths: BestPaths) -> tuple[Floats, Integers]:
    """Find the nearest gate by road, within one country, from each state of a network.

    Only gates from which a train or ship leads to the destination count, and only roads that the
    search may use.

    Parameters
    ----------
    paths
        A search.

    Returns
    -------
    km : numpy.ndarray
        Shape (states,), length of the road; inf where there is none.
    gate : numpy.ndarray of int
        Shape (states,), position of the gate in ``network.nodes``, -1 where there is none.
    """
    graph, network = paths.costs.graph, paths.network
    usable = paths.usable[: len(network)]
    is_gate = network.nodes["gate"].to_numpy(dtype=np.bool_) & _unloads(paths)
    key = np.packbits(np.concatenate([usable, is_gate])).tobytes()
    known = _CACHE.get(network)
    if known is not None and known[0] == key:
        return known[1:]
    states = len(graph.leave)
    by_road = graph.mode[:states] == MODES.index("road")
    edges = np.flatnonzero(usable & by_road[graph.arrival[:, 0]])
    one, other = graph.arrival[edges].T
    matrix = _shortest(one, other, paths.costs.km[edges], states)
    roots = np.flatnonzero(by_road & is_gate[graph.node[:states]])
    if not roots.size:
        return np.full(states, np.inf), np.full(states, NONE)
    km, _, source = scipy.sparse.csgraph.dijkstra(
        matrix, directed=False, indices=roots, min_only=True, return_predecessors=True
    )
    gate = np.where(source >= 0, graph.node[np.maximum(source, 0)], NONE)
    _CACHE[network] = (key, km, gate)
    return km, gate


def _unloads(paths: BestPaths) -> Booleans:
    """Return whether an edge other than a road leads from each node to the destination."""
    graph, states = paths.costs.graph, len(paths.costs.graph.leave)
    leaves = np.isfinite(paths.tree.weight[graph.leave])
    leaves &= graph.mode[:states] != MODES.index("road")
    found = np.zeros(len(paths.network.nodes), dtype=np.bool_)
    found[graph.node[:states][leaves]] = True
    return found


def _shortest(
    one: Integers, other: Integers, km: Floats, size: int
) -> scipy.sparse.csr_array[np.float64]:
    """Return a graph with the shortest of parallel edges; a length of 0 counts as 1 mm."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((km, low * size + high))
    order = order[np.diff((low * size + high)[order], prepend=NONE) > 0]
    parts = (np.maximum(km[order], 1e-6), (low[order], high[order]))
    return scipy.sparse.csr_array(parts, shape=(size, size))
