"""A shortest-path tree over the states of a network, and totals along its paths."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from minmap.transport.network.state_graph import COUNTED, StateGraph
from minmap.types import Booleans, Floats, Geometries, Integers

NOWHERE: Final = -1


@dataclass(frozen=True, eq=False)
class ShortestPathTree:
    """A shortest-path tree over the vertices of a `StateGraph`.

    Attributes
    ----------
    weight
        Weight of the path from each vertex, inf where there is no path.
    next_vertex
        The next vertex of the path; the same vertex at the destination and where there is no path.
    step
        The step to it, -1 where there is none.
    forward
        Whether that step is an edge used from its ``from_node`` to its ``to_node``.
    first_vertex
        The vertex at which the best path of each node begins.
    """

    weight: Floats
    next_vertex: Integers
    step: Integers
    forward: Booleans
    first_vertex: Integers

    def path_from(self, node: int) -> Integers:
        """Return the vertices of the best path of a node."""
        vertices = [int(self.first_vertex[node])]
        while (following := int(self.next_vertex[vertices[-1]])) != vertices[-1]:
            vertices.append(following)
        return np.array(vertices, dtype=np.int64)


def shortest_paths(
    graph: StateGraph, usable: Booleans, targets: Integers, rate: Floats
) -> ShortestPathTree:
    """Return the tree of the shortest paths to target nodes.

    Parameters
    ----------
    graph
        States of a network.
    usable
        Whether each edge may be used.
    targets
        Positions of the nodes to reach.
    rate
        Weight of one of each of `COUNTED`.
    """
    vertices = len(graph.node)
    arcs, arc_weight = _best_arcs(graph, usable, rate)
    roots = np.flatnonzero(np.isin(graph.node[: len(graph.leave)], targets))
    weight, before = np.full(vertices, np.inf), np.full(vertices, NOWHERE)
    if roots.size:
        starts = np.searchsorted(arcs[:, 0], np.arange(vertices + 1))
        parts = (arc_weight, arcs[:, 1], starts)
        matrix: csr_array[np.float64] = csr_array(parts, shape=(vertices, vertices))
        weight, before, _ = dijkstra(matrix, indices=roots, min_only=True, return_predecessors=True)

    moved = before >= 0
    next_vertex = np.where(moved, before, np.arange(vertices))
    taken = np.searchsorted(
        arcs[:, 0] * vertices + arcs[:, 1], (next_vertex * vertices + np.arange(vertices))[moved]
    )
    step, forward = np.full(vertices, NOWHERE), np.zeros(vertices, dtype=np.bool_)
    step[moved], forward[moved] = arcs[taken, 2], arcs[taken, 3] == 1
    first_vertex = _best_vertices(graph, weight, roots)
    return ShortestPathTree(weight, next_vertex, step, forward, first_vertex)


def _best_arcs(graph: StateGraph, usable: Booleans, rate: Floats) -> tuple[Integers, Floats]:
    """Return the arcs that may be used and their weights, one for each pair of vertices."""
    may_step = np.ones(len(graph.counts), dtype=np.bool_)
    may_step[: graph.edge_count] = usable
    arcs = graph.arcs[may_step[graph.arcs[:, 2]]]
    weight = (graph.counts @ rate)[arcs[:, 2]]
    # Only the best of parallel arcs, and the first of equals: a sparse matrix would sum them.
    pair = arcs[:, 0] * len(graph.node) + arcs[:, 1]
    order = np.lexsort((weight, pair))
    order = order[np.diff(pair[order], prepend=NOWHERE) > 0]
    return arcs[order], weight[order]


def _best_vertices(graph: StateGraph, weight: Floats, roots: Integers) -> Integers:
    """Return for each node the vertex at which its best path begins."""
    # A path begins with leaving its node; from an arrival vertex it would begin with a transfer.
    order = graph.leave[np.lexsort((weight[graph.leave], graph.node[graph.leave]))]
    best = order[np.unique(graph.node[order], return_index=True)[1]]
    at_root, root = np.unique(graph.node[roots], return_index=True)
    best[at_root] = roots[root]
    return best


def totals_along(graph: StateGraph, tree: ShortestPathTree) -> tuple[Floats, Integers, Integers]:
    """Return total counts, last vertex and number of steps of the path from each vertex.

    Each round doubles the number of steps summed, so that any path takes some twenty rounds.
    """
    has_step = tree.step >= 0
    totals = np.zeros((len(tree.step), len(COUNTED) + 1))
    totals[has_step, :-1] = graph.counts[tree.step[has_step]]
    totals[has_step, -1] = 1
    ahead = tree.next_vertex
    while not np.array_equal(further := ahead[ahead], ahead):
        totals += totals[ahead]
        ahead = further
    return totals[:, :-1], ahead, totals[:, -1].astype(np.int64)


def _last(ahead: Integers) -> Integers:
    """Return the vertex at which each chain of vertices ends."""
    while not np.array_equal(further := ahead[ahead], ahead):
        ahead = further
    return ahead


def countries_along(graph: StateGraph, tree: ShortestPathTree, depth: Integers) -> Geometries:
    """Return the countries of the path from each vertex, as a text.

    A step within the country of the next step has the text of the next step. So only the other
    steps make a text, those nearest to the destination first.
    """
    vertices, following = np.arange(len(tree.step)), tree.next_vertex
    passes = np.append(graph.passes, 0)[tree.step]  # a step of -1 passes no country
    length = np.array([len(codes) for codes in graph.passed])[passes]
    known = _last(np.where(length > 0, vertices, following))
    makes_text = (length > 1) | ((length == 1) & (passes != passes[known[following]]))
    maker = _last(np.where(makes_text, vertices, following))
    made: dict[int, tuple[str, ...]] = {}
    texts = np.full(len(vertices), "", dtype=object)
    makers = np.flatnonzero(makes_text)
    for vertex in makers[np.argsort(depth[makers], kind="stable")].tolist():
        codes = graph.passed[passes[vertex]]
        codes = codes if tree.forward[vertex] else codes[::-1]
        rest = made.get(int(maker[following[vertex]]), ())
        made[vertex] = codes + (rest[1:] if rest[:1] == codes[-1:] else rest)
        texts[vertex] = " ".join(made[vertex])
    return texts[maker]
