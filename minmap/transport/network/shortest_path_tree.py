"""A shortest-path tree over the states of a network, and what adds up along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from minmap.transport.network.state_graph import COUNTED, States
from minmap.types import Booleans, Floats, Geometries, Integers

NOWHERE: Final = -1


@dataclass(frozen=True, eq=False)
class Tree:
    """The shortest-path tree over the vertices of `States`.

    Attributes
    ----------
    next_vertex
        The vertex that a way goes on to; itself at the destination and where there is no way.
    step
        The step that is taken for that, -1 where there is none.
    forward
        Whether that step is an edge used from its ``from_node`` to its ``to_node``.
    of_node
        The vertex that each node's best way begins at.
    """

    next_vertex: Integers
    step: Integers
    forward: Booleans
    of_node: Integers


def added_up(states: States, tree: Tree) -> tuple[Floats, Integers, Integers]:
    """Return counts, last vertex and number of steps of the way from each vertex.

    Each round doubles how far ahead a vertex looks, so that some twenty rounds of whole arrays
    do for any way.
    """
    has_step = tree.step >= 0
    totals = np.zeros((len(tree.step), len(COUNTED) + 1))
    totals[has_step, :-1] = states.counts[tree.step[has_step]]
    totals[has_step, -1] = 1
    counted = np.flatnonzero(totals.any(axis=0))
    columns = np.ascontiguousarray(totals[:, counted])
    ahead = tree.next_vertex
    while True:
        further = ahead[ahead]
        if np.array_equal(further, ahead):
            break
        columns += columns[ahead]
        ahead = further
    totals[:, counted] = columns
    return totals[:, :-1], ahead, totals[:, -1].astype(np.int64)


def _last(ahead: Integers) -> Integers:
    """Return where each vertex comes to if it goes ahead until that stays where it is."""
    while True:
        further = ahead[ahead]
        if np.array_equal(further, ahead):
            return ahead
        ahead = further


def countries_along(states: States, tree: Tree, depth: Integers) -> Geometries:
    """Return the countries of the way from each vertex, as a text.

    A step that stays in the country of what follows has the text of what follows. So only the
    steps into another country make a text, those nearest to the destination first.
    """
    has_step = tree.step >= 0
    passes = np.zeros(len(tree.step), dtype=np.int64)
    passes[has_step] = states.passes[tree.step[has_step]]
    length = np.array([len(codes) for codes in states.passed])[passes]
    codes_seen = sorted({code for codes in states.passed for code in codes})
    ends = {code: number for number, code in enumerate(codes_seen)}
    first, last = (
        np.array([ends[p[end]] if p else NOWHERE for p in states.passed])[passes] for end in (0, -1)
    )
    entered = np.where(tree.forward, first, last)

    vertices = np.arange(len(passes))
    known = _last(np.where((length > 0) | ~has_step, vertices, tree.next_vertex))
    follows = entered[known[tree.next_vertex]]
    makes = (length > 1) | ((length == 1) & (entered != follows))
    maker = _last(np.where(makes | ~has_step, vertices, tree.next_vertex))
    made: dict[int, tuple[str, ...]] = {}
    texts = np.full(len(passes), "", dtype=object)
    makers = np.flatnonzero(makes)
    for vertex in makers[np.argsort(depth[makers], kind="stable")].tolist():
        codes = states.passed[passes[vertex]]
        codes = codes if tree.forward[vertex] else codes[::-1]
        behind = made.get(int(maker[tree.next_vertex[vertex]]), ())
        made[vertex] = codes + (behind[1:] if behind[:1] == codes[-1:] else behind)
        texts[vertex] = " ".join(made[vertex])
    return texts[maker]
