"""The tree of the best paths from the vertices of a graph of states to target nodes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy

from minmap.transport.network.state_graph import StateGraph
from minmap.types import Booleans, Floats, Integers, Texts

NOWHERE = -1


@dataclass(frozen=True, eq=False)
class PathTree:
    """A shortest-path tree over the vertices of a `StateGraph`.

    Attributes
    ----------
    graph
        The graph.
    weight
        Weight of the path from each vertex, inf where there is no path.
    next_vertex
        The next vertex of the path; the same vertex at the destination and where there is no path.
    step
        The step to it, -1 where there is none.
    direction
        The direction in which that step is made.
    first_vertex
        The vertex at which the best path of each node begins.
    """

    graph: StateGraph
    weight: Floats
    next_vertex: Integers
    step: Integers
    direction: Integers
    first_vertex: Integers

    @classmethod
    def grow(
        cls, graph: StateGraph, usable: Booleans, targets: Integers, weights: Floats
    ) -> "PathTree":
        """Search the best paths to target nodes.

        Parameters
        ----------
        graph
            States of a network.
        usable
            Whether each step may be used.
        targets
            Positions of the nodes to reach.
        weights
            Shape (steps, 2), weight of each step backward and forward.
        """
        vertices = len(graph.node)
        arcs, arc_weight = _best_arcs(graph, usable, weights)
        roots = np.flatnonzero(np.isin(graph.node[: len(graph.leave)], targets))
        weight, before = np.full(vertices, np.inf), np.full(vertices, NOWHERE)
        if roots.size:
            starts = np.searchsorted(arcs[:, 0], np.arange(vertices + 1))
            parts = (arc_weight, arcs[:, 1], starts)
            matrix: scipy.sparse.csr_array[np.float64] = scipy.sparse.csr_array(
                parts, shape=(vertices, vertices)
            )
            weight, before, _ = scipy.sparse.csgraph.dijkstra(
                matrix, indices=roots, min_only=True, return_predecessors=True
            )
        moved = before >= 0
        next_vertex = np.where(moved, before, np.arange(vertices))
        taken = np.searchsorted(
            arcs[:, 0] * vertices + arcs[:, 1],
            (next_vertex * vertices + np.arange(vertices))[moved],
        )
        step, direction = np.full(vertices, NOWHERE), np.zeros(vertices, dtype=np.int64)
        step[moved], direction[moved] = arcs[taken, 2], arcs[taken, 3]
        first_vertex = _best_vertices(graph, weight, roots)
        return cls(graph, weight, next_vertex, step, direction, first_vertex)

    @cached_property
    def depth(self) -> Integers:
        """The number of steps of the path from each vertex."""
        return self.sums(np.ones((len(self.graph.counts), 1)))[:, 0].astype(np.int64)

    @cached_property
    def last_vertex(self) -> Integers:
        """The vertex at which the path from each vertex ends."""
        return last(self.next_vertex)

    def sums(self, values: Floats) -> Floats:
        """Return the sums of values along the path from each vertex.

        Each round doubles the number of steps summed, so that any path takes some twenty rounds.

        Parameters
        ----------
        values
            Shape (steps, k), or (steps, 2, k) where they differ by direction.
        """
        has_step = self.step >= 0
        step, direction = self.step[has_step], self.direction[has_step]
        totals = np.zeros((len(self.step), values.shape[-1]))
        totals[has_step] = values[step] if values.ndim == 2 else values[step, direction]
        ahead = self.next_vertex
        while not np.array_equal(further := ahead[ahead], ahead):
            totals += totals[ahead]
            ahead = further
        return totals

    def uses(self, steps: Booleans) -> Booleans:
        """Return whether the path from each vertex makes one of some steps.

        Parameters
        ----------
        steps
            Shape (steps,), whether each is one of them.
        """
        found = np.append(steps, False)[self.step]
        ahead = self.next_vertex
        while not np.array_equal(further := ahead[ahead], ahead):
            found |= found[ahead]
            ahead = further
        return found

    def path_from(self, vertex: int) -> Integers:
        """Return the vertices of the path from a vertex that have a step, in order."""
        passed = list[int]()
        while self.step[vertex] >= 0:
            passed.append(vertex)
            vertex = int(self.next_vertex[vertex])
        return np.array(passed, dtype=np.int64)

    @cached_property
    def countries(self) -> Texts:
        """The countries of the path from each vertex, as a text.

        A step within the country of the next step has the text of the next step. So only the other
        steps make a text, those nearest to the destination first.
        """
        graph = self.graph
        vertices, following = np.arange(len(self.step)), self.next_vertex
        passes = np.append(graph.passes, 0)[self.step]  # a step of -1 passes no country
        length = np.array([len(codes) for codes in graph.passed])[passes]
        known = last(np.where(length > 0, vertices, following))
        makes_text = (length > 1) | ((length == 1) & (passes != passes[known[following]]))
        maker = last(np.where(makes_text, vertices, following))
        made: dict[int, tuple[str, ...]] = {}
        texts = np.full(len(vertices), "", dtype=object)
        makers = np.flatnonzero(makes_text)
        for vertex in makers[np.argsort(self.depth[makers], kind="stable")].tolist():
            codes = graph.passed[passes[vertex]]
            codes = codes if self.direction[vertex] else codes[::-1]
            rest = made.get(int(maker[following[vertex]]), ())
            made[vertex] = codes + (rest[1:] if rest[:1] == codes[-1:] else rest)
            texts[vertex] = " ".join(made[vertex])
        return texts[maker]

    def joined(self, texts: Texts) -> Texts:
        """Return the texts of the steps along the path from each vertex, parted by spaces.

        Parameters
        ----------
        texts
            Shape (steps, 2): the text of each step backward and forward, empty where it has none.
        """
        has_step = self.step >= 0
        own = np.full(len(self.step), "", dtype=object)
        own[has_step] = texts[self.step[has_step], self.direction[has_step]]
        speaks = own != ""
        maker = last(np.where(speaks, np.arange(len(own)), self.next_vertex))
        made = np.full(len(own), "", dtype=object)
        makers = np.flatnonzero(speaks)
        for vertex in makers[np.argsort(self.depth[makers], kind="stable")].tolist():
            rest = made[maker[self.next_vertex[vertex]]]
            made[vertex] = f"{own[vertex]} {rest}".rstrip()
        return made[maker]


def last(ahead: Integers) -> Integers:
    """Return the vertex at which each chain of vertices ends."""
    while not np.array_equal(further := ahead[ahead], ahead):
        ahead = further
    return ahead


def _best_arcs(graph: StateGraph, usable: Booleans, weights: Floats) -> tuple[Integers, Floats]:
    """Return the arcs that may be used and their weights, one for each pair of vertices."""
    arcs = graph.arcs[usable[graph.arcs[:, 2]]]
    weight = weights[arcs[:, 2], arcs[:, 3]]
    # Only the best of parallel arcs, and the first of equals: a sparse matrix would sum them.
    pair = arcs[:, 0] * len(graph.node) + arcs[:, 1]
    if (np.diff(pair) == 0).any():
        order = np.lexsort((weight, pair))
        order = order[np.diff(pair[order], prepend=NOWHERE) > 0]
        return arcs[order], weight[order]
    return arcs, weight


def _best_vertices(graph: StateGraph, weight: Floats, roots: Integers) -> Integers:
    """Return for each node the vertex at which its best path begins."""
    # A path begins with leaving its node; from an arrival vertex it would begin with a transfer.
    order = graph.leave[np.lexsort((weight[graph.leave], graph.node[graph.leave]))]
    best = order[np.unique(graph.node[order], return_index=True)[1]]
    at_root, root = np.unique(graph.node[roots], return_index=True)
    best[at_root] = roots[root]
    return best
