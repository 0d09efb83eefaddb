"""The search for the best paths to a destination over a network, by length, time or price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from minmap.arguments import require_one_of
from minmap.errors import MinmapError
from minmap.transport.network.best_paths import BestPaths, paths_along, rates
from minmap.transport.network.exclusions import avoid_words, avoided, countries_among
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import destination_words, find_node
from minmap.transport.network.parameters import Assumptions
from minmap.transport.network.shortest_path_tree import NOWHERE, ShortestPathTree
from minmap.transport.network.state_graph import StateGraph, graph_of
from minmap.types import Booleans, Floats, Integers

OBJECTIVES: Final = ("km", "hours", "usd_t")


def find_paths(
    network: Network,
    to: str | Iterable[str],
    *,
    avoid: str | Iterable[str] = (),
    allow: str | Iterable[str] = (),
    objective: str = "hours",
    assumptions: Assumptions | Mapping[str, float] | None = None,
) -> BestPaths:
    """Find the best path from every node of a network to a destination.

    Parameters
    ----------
    network
        The network.
    to
        The id or name of a node (see `find_node`), or several, to reach whichever is best.
    avoid, allow
        Parts of the network that paths must not use, and statuses besides "operating" that they
        may use: see `minmap.transport.network.exclusions.avoided`.
    objective
        The quantity to minimise: ``"km"``, ``"hours"``, or ``"usd_t"`` (USD per tonne).
    assumptions
        Values that replace those of `minmap.transport.network.parameters`, by key.

    Returns
    -------
    BestPaths
        Nodes without a path are not ``reached``. It is not an error to avoid the country of the
        destination, or all edges that lead to it: then there is no path.

    Notes
    -----
    The time of an edge is its length divided by the speed of its mode, plus a border of its mode
    for each country after its first; an edge without countries has those of its two nodes.
    Between two edges at a node there is a transshipment if their modes differ, a break of gauge if
    both are rail and their gauges differ, and a border if the countries in which they meet differ.
    Where the modes differ as well, it is a border of the first of sea, rail, road and pipeline
    among the two. An unknown country or gauge is not a change. The path back from the destination
    has the same weight.

    Dijkstra's algorithm (E. W. Dijkstra 1959, A note on two problems in connexion with graphs,
    Numerische Mathematik 1, 269-271, doi:10.1007/BF01386390) as `scipy.sparse.csgraph` has it, over
    states of nodes: see `minmap.transport.network.state_graph`. The choice among paths of equal
    weight depends only on the network and the arguments.

    Raises
    ------
    ChoiceError
        If `to`, `objective`, or a word of `avoid`, `allow` or `assumptions` is not known.
    MinmapError
        If `to` is empty or names a node that is to be avoided, or an assumption is out of range.

    Examples
    --------
    >>> import minmap as mm
    >>> network = Network.from_corridors(mm.corridor("middle"))
    >>> paths = find_paths(network, "poti_port")
    >>> aktau = find_node(network, "Aktau", argument="start")
    >>> paths.countries[aktau], int(paths.borders[aktau]), int(paths.transshipments[aktau])
    ('KAZ AZE GEO', 2, 1)
    >>> round(paths.km["sea"][aktau]), round(paths.km["rail"][aktau])
    (479, 777)
    >>> bool(find_paths(network, "poti_port", avoid="sea").reached[aktau])
    False
    """
    require_one_of(objective, OBJECTIVES, name="objective")
    assumed = Assumptions.of(assumptions)
    targets = _targets(network, destination_words(network, to), avoid_words(avoid))
    usable = ~avoided(network, avoid, allow)
    graph = graph_of(network)
    tree, weight = _search(graph, usable, targets, rates(assumed, objective))
    return paths_along(
        network,
        graph,
        tree,
        weight,
        objective=objective,
        avoided=avoid_words(avoid),
        assumptions=assumed,
    )


def _targets(network: Network, to: tuple[str, ...], avoid: tuple[str, ...]) -> Integers:
    """Return the destination nodes, without those in an avoided country."""
    if not to:
        raise MinmapError("to is empty; give the id or name of a node, such as to='poti_port'.")
    found = np.array([find_node(network, word, argument="to") for word in to], dtype=np.int64)
    nodes = network.nodes.iloc[found]
    named = nodes["node_id"].isin(avoid).to_numpy()
    if named.any():
        raise MinmapError(
            f"avoid={nodes['node_id'].iloc[named.argmax()]!r} is the destination "
            f"to={to[named.argmax()]!r}; leave it out of one of them."
        )
    excluded = nodes["country"].isin(countries_among(network, avoid)).to_numpy()
    targets: Integers = found[~excluded]
    return targets


def _search(
    graph: StateGraph, usable: Booleans, targets: Integers, rate: Floats
) -> tuple[ShortestPathTree, Floats]:
    """Return the shortest-path tree, and the weight of each node's best path."""
    vertices = len(graph.node)
    arcs, arc_weight = _best_arcs(graph, usable, rate)
    roots = np.flatnonzero(graph.arriving & np.isin(graph.node, targets))
    weight, before = np.full(vertices, np.inf), np.full(vertices, NOWHERE)
    if roots.size:
        starts = np.searchsorted(arcs[:, 0], np.arange(vertices + 1))
        parts = (arc_weight, arcs[:, 1], starts)
        matrix: csr_array[np.float64] = csr_array(parts, shape=(vertices, vertices))
        weight, before, _ = dijkstra(matrix, indices=roots, min_only=True, return_predecessors=True)

    moves = np.flatnonzero(before >= 0)
    next_vertex = np.arange(vertices)
    next_vertex[moves] = before[moves]
    taken = np.searchsorted(_pair(arcs, vertices), next_vertex[moves] * vertices + moves)
    step = np.full(vertices, NOWHERE)
    step[moves] = arcs[taken, 2]
    forward = np.zeros(vertices, dtype=np.bool_)
    forward[moves] = arcs[taken, 3] == 1

    first_vertex = _best_vertices(graph, weight, roots)
    return ShortestPathTree(next_vertex, step, forward, first_vertex), weight[first_vertex]


def _best_arcs(graph: StateGraph, usable: Booleans, rate: Floats) -> tuple[Integers, Floats]:
    """Return the arcs that may be used and their weights, one for each pair of vertices."""
    may_step = np.ones(len(graph.counts), dtype=np.bool_)
    may_step[: graph.edge_count] = usable
    arcs = graph.arcs[may_step[graph.arcs[:, 2]]]
    weight = (graph.counts @ rate)[arcs[:, 2]]
    pair = _pair(arcs, len(graph.node))
    # Only the best of parallel arcs, and the first of equals: a sparse matrix would sum them.
    order = np.lexsort((weight, pair))
    order = order[np.diff(pair[order], prepend=NOWHERE) > 0]
    return arcs[order], weight[order]


def _pair(arcs: Integers, vertices: int) -> Integers:
    """Return a number for each arc that is unique to its two vertices."""
    pair: Integers = arcs[:, 0] * vertices + arcs[:, 1]
    return pair


def _best_vertices(graph: StateGraph, weight: Floats, roots: Integers) -> Integers:
    """Return for each node the vertex at which its best path begins."""
    # A path begins with leaving its node; from an arrival vertex it would begin with a transfer.
    leaving = np.flatnonzero(graph.leaving)
    order = leaving[np.lexsort((weight[leaving], graph.node[leaving]))]
    node, first = np.unique(graph.node[order], return_index=True)
    best = order[first]
    at_root, root = np.unique(graph.node[roots], return_index=True)
    best[np.searchsorted(node, at_root)] = roots[root]
    return best
