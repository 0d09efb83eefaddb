"""The best ways to a destination over a network, by length, time or price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from minmap.arguments import require_one_of
from minmap.errors import MinmapError
from minmap.transport.network.best_paths import Ways, rates, ways_along
from minmap.transport.network.exclusions import (
    avoid_words,
    avoided,
    countries_among,
    destination_words,
    find_node,
)
from minmap.transport.network.network import Network
from minmap.transport.network.parameters import Assumptions
from minmap.transport.network.shortest_path_tree import NOWHERE, Tree
from minmap.transport.network.state_graph import States, states_of
from minmap.types import Booleans, Floats, Integers

__all__ = ["BY", "Ways", "find_node", "ways_to"]

BY: Final = ("km", "hours", "usd_t")


def ways_to(
    network: Network,
    to: str | Iterable[str],
    *,
    avoid: str | Iterable[str] = (),
    allow: str | Iterable[str] = (),
    objective: str = "hours",
    assumptions: Assumptions | Mapping[str, float] | None = None,
) -> Ways:
    """Find the best way from every node of a network to a destination.

    Parameters
    ----------
    network
        The network.
    to
        A node, by its id or name (see `find_node`), or several: the best of them.
    avoid, allow
        What may not be used, and statuses besides "operating" that may: see
        `minmap.transport.network.exclusions.avoided`.
    objective
        What to minimise: ``"km"``, ``"hours"``, or ``"usd_t"`` (USD per tonne).
    assumptions
        Values that replace those of `minmap.transport.network.parameters`, by key.

    Returns
    -------
    Ways
        Nodes from which there is no way are not ``reached``. To avoid the destination's country,
        or all that leads to it, is no error: then there is no way.

    Notes
    -----
    An edge takes its length over the speed of its mode, and for each country after its first a
    border of its mode; where it does not say its countries they are those of its two nodes.
    Between two edges at a node there is a transshipment if their modes differ, a break of gauge if
    both are rail and their gauges differ, and a border if the countries in which they meet differ;
    where the modes differ as well, it is a border of the first of sea, rail, road and pipeline
    among the two. A country or gauge that is not known counts as no change. The way back from a
    node weighs the same.

    Dijkstra's algorithm (E. W. Dijkstra 1959, A note on two problems in connexion with graphs,
    Numerische Mathematik 1, 269-271, doi:10.1007/BF01386390) as `scipy.sparse.csgraph` has it, over
    states of nodes: see `minmap.transport.network.state_graph`. Of ways that weigh the same the
    choice depends on nothing but the network and the arguments.

    Raises
    ------
    ChoiceError
        If `to`, `objective`, or a word of `avoid`, `allow` or `assumptions` is not known.
    MinmapError
        If `to` names no node, or one that is to be avoided; or an assumption cannot be.

    Examples
    --------
    >>> import minmap as mm
    >>> network = Network.from_corridors(mm.corridor("middle"))
    >>> ways = ways_to(network, "poti_port")
    >>> aktau = find_node(network, "Aktau", argument="start")
    >>> ways.countries[aktau], int(ways.borders[aktau]), int(ways.transshipments[aktau])
    ('KAZ AZE GEO', 2, 1)
    >>> round(ways.km["sea"][aktau]), round(ways.km["rail"][aktau])
    (479, 777)
    >>> bool(ways_to(network, "poti_port", avoid="sea").reached[aktau])
    False
    """
    require_one_of(objective, BY, name="objective")
    assumed = Assumptions.of(assumptions)
    targets = _targets(network, destination_words(network, to), avoid_words(avoid))
    usable = ~avoided(network, avoid, allow)
    states = states_of(network)
    tree, weight = _search(states, usable, targets, rates(assumed, objective))
    return ways_along(
        network, states, tree, weight, by=objective, avoided=avoid_words(avoid), assumptions=assumed
    )


def _targets(network: Network, to: tuple[str, ...], avoid: tuple[str, ...]) -> Integers:
    """Return the nodes to be reached; those in an avoided country cannot be."""
    if not to:
        raise MinmapError("to names no destination; give the id or name of a node.")
    found = np.array([find_node(network, word, argument="to") for word in to], dtype=np.int64)
    nodes = network.nodes.iloc[found]
    named = nodes["node_id"].isin(avoid).to_numpy()
    if named.any():
        raise MinmapError(
            f"avoid={nodes['node_id'].iloc[named.argmax()]!r} is where to={to[named.argmax()]!r} "
            "leads; leave it out of one of them."
        )
    barred = nodes["country"].isin(countries_among(network, avoid)).to_numpy()
    reachable: Integers = found[~barred]
    return reachable


def _search(
    states: States, usable: Booleans, targets: Integers, rate: Floats
) -> tuple[Tree, Floats]:
    """Return the shortest-path tree, and the weight of each node's best way."""
    vertices = len(states.node)
    arcs, arc_weight = _best_arcs(states, usable, rate)
    roots = np.flatnonzero(states.arriving & np.isin(states.node, targets))
    weight, before = np.full(vertices, np.inf), np.full(vertices, NOWHERE)
    if roots.size:
        starts = np.searchsorted(arcs[:, 0], np.arange(vertices + 1))
        parts = (arc_weight, arcs[:, 1], starts)
        graph: csr_array[np.float64] = csr_array(parts, shape=(vertices, vertices))
        weight, before, _ = dijkstra(graph, indices=roots, min_only=True, return_predecessors=True)

    moves = np.flatnonzero(before >= 0)
    next_vertex = np.arange(vertices)
    next_vertex[moves] = before[moves]
    taken = np.searchsorted(_pair(arcs, vertices), next_vertex[moves] * vertices + moves)
    step = np.full(vertices, NOWHERE)
    step[moves] = arcs[taken, 2]
    forward = np.zeros(vertices, dtype=np.bool_)
    forward[moves] = arcs[taken, 3] == 1

    of_node = _best_vertices(states, weight, roots)
    return Tree(next_vertex, step, forward, of_node), weight[of_node]


def _best_arcs(states: States, usable: Booleans, rate: Floats) -> tuple[Integers, Floats]:
    """Return the arcs that may be used and their weights, one between two vertices."""
    may_step = np.ones(len(states.counts), dtype=np.bool_)
    may_step[: states.edge_count] = usable
    arcs = states.arcs[may_step[states.arcs[:, 2]]]
    weight = (states.counts @ rate)[arcs[:, 2]]
    pair = _pair(arcs, len(states.node))
    # Of parallel arcs the least, and of equals the first: a sparse matrix would add them up.
    order = np.lexsort((weight, pair))
    order = order[np.diff(pair[order], prepend=NOWHERE) > 0]
    return arcs[order], weight[order]


def _pair(arcs: Integers, vertices: int) -> Integers:
    """Return one number for the two vertices of each arc."""
    pair: Integers = arcs[:, 0] * vertices + arcs[:, 1]
    return pair


def _best_vertices(states: States, weight: Floats, roots: Integers) -> Integers:
    """Return for each node the vertex that its best way begins at."""
    # A way begins by leaving its node: to begin where freight arrives would be a transfer first.
    leaving = np.flatnonzero(states.leaving)
    order = leaving[np.lexsort((weight[leaving], states.node[leaving]))]
    node, first = np.unique(states.node[order], return_index=True)
    best = order[first]
    at_root, root = np.unique(states.node[roots], return_index=True)
    best[np.searchsorted(node, at_root)] = roots[root]
    return best
