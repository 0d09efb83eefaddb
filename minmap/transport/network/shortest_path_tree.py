"""A shortest-path tree over the states of a network, and totals along its paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from minmap.transport.network.state_graph import COUNTED, StateGraph
from minmap.types import Booleans, Floats, Geometries, Integers

NOWHERE: Final = -1


@dataclass(frozen=True, eq=False)
class ShortestPathTree:
    """A shortest-path tree over the vertices of a `StateGraph`.

    Attributes
    ----------
    next_vertex
        The next vertex of the path; the same vertex at the destination and where there is no path.
    step
        The step to it, -1 where there is none.
    forward
        Whether that step is an edge used from its ``from_node`` to its ``to_node``.
    first_vertex
        The vertex at which the best path of each node begins.
    """

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

    A step within the country of the next step has the text of the next step. So only the steps
    into another country make a text, those nearest to the destination first.
    """
    has_step = tree.step >= 0
    passes = np.zeros(len(tree.step), dtype=np.int64)
    passes[has_step] = graph.passes[tree.step[has_step]]
    length = np.array([len(codes) for codes in graph.passed])[passes]
    numbers = {code: n for n, code in enumerate(sorted({c for p in graph.passed for c in p}))}
    first, last = (
        np.array([numbers[p[end]] if p else NOWHERE for p in graph.passed])[passes]
        for end in (0, -1)
    )
    entered = np.where(tree.forward, first, last)

    vertices = np.arange(len(passes))
    known = _last(np.where((length > 0) | ~has_step, vertices, tree.next_vertex))
    following = entered[known[tree.next_vertex]]
    makes_text = (length > 1) | ((length == 1) & (entered != following))
    maker = _last(np.where(makes_text | ~has_step, vertices, tree.next_vertex))
    made: dict[int, tuple[str, ...]] = {}
    texts = np.full(len(passes), "", dtype=object)
    makers = np.flatnonzero(makes_text)
    for vertex in makers[np.argsort(depth[makers], kind="stable")].tolist():
        codes = graph.passed[passes[vertex]]
        codes = codes if tree.forward[vertex] else codes[::-1]
        rest = made.get(int(maker[tree.next_vertex[vertex]]), ())
        made[vertex] = codes + (rest[1:] if rest[:1] == codes[-1:] else rest)
        texts[vertex] = " ".join(made[vertex])
    return texts[maker]
