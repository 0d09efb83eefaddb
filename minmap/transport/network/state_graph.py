"""The graph of states of a network: at a node, on a mode and gauge, in a country.

Freight that arrives by one edge and leaves by another may have to change mode, gauge or country at
the node between them. So a node is split into states, one for each mode, gauge and country of the
edge ends at it, and transfers between states count the changes. A load makes one transfer at a
node, not a chain of them, which would avoid a border by way of an edge whose country is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from minmap.transport.corridors.leg_table import MODES
from minmap.transport.network.network import Network
from minmap.types import Booleans, Floats, Integers

COUNTED: Final = (
    *(f"{mode}_km" for mode in MODES),
    *(f"{mode}_borders" for mode in MODES),
    "transshipments",
    "gauge_breaks",
)
"""Quantities counted along a path; hours and price are sums of these times their rates."""

# Where the mode changes at a border, the border is that of the mode named first here.
_BORDER_MODES: Final = ("sea", "rail", "road", "pipeline")
_BORDERS: Final = len(MODES)
_TRANSSHIPMENTS: Final = COUNTED.index("transshipments")
_GAUGE_BREAKS: Final = COUNTED.index("gauge_breaks")
_UNKNOWN: Final = -1


@dataclass(frozen=True, eq=False)
class StateGraph:
    """States of a network and the steps between them, as arrays.

    A state has one vertex; where its node has several states, it has one to arrive at and one to
    leave from. Steps are the edges, then the transfers.

    Attributes
    ----------
    node
        Node of each vertex.
    leaving
        Whether freight leaves its node from that vertex. The single state of a node has one
        vertex, at which freight arrives and from which it leaves.
    arriving
        Whether freight arrives at its node at that vertex.
    arcs
        Columns: vertex moved to, vertex moved from, step, and 1 if the step is an edge used from
        its ``from_node`` to its ``to_node``. Sorted by the first two; an edge makes two arcs.
    counts
        Quantities `COUNTED` of each step.
    passed
        The different lists of countries (alpha-3), in the direction of an edge; the first is
        empty.
    passes
        Position in `passed` of each step.
    edge_count
        Number of edges.
    """

    node: Integers
    leaving: Booleans
    arriving: Booleans
    arcs: Integers
    counts: Floats
    passed: tuple[tuple[str, ...], ...]
    passes: Integers
    edge_count: int


_CACHE: Final[WeakKeyDictionary[Network, StateGraph]] = WeakKeyDictionary()


def graph_of(network: Network) -> StateGraph:
    """Return the graph of states of a network, made once because networks do not change."""
    if network not in _CACHE:
        _CACHE[network] = _state_graph(network)
    return _CACHE[network]


def _passed_countries(network: Network) -> tuple[tuple[tuple[str, ...], ...], Integers]:
    """Return the different lists of countries of edges, and the position of each edge's list.

    An edge without countries passes those of its two nodes if both are known; else its list is
    the first, which is empty.
    """
    given = network.edges["countries"]
    own = network.nodes["country"]
    start, end = (own.iloc[side].set_axis(given.index) for side in network.ends.T)
    codes, texts = pd.factorize(given.fillna(start + " " + end))
    lists = [_without_repeats(str(text).split()) for text in texts]
    return ((), *lists), codes.astype(np.int64) + 1


def _without_repeats(countries: list[str]) -> tuple[str, ...]:
    before = ["", *countries]
    return tuple(code for code, last in zip(countries, before, strict=False) if code != last)


def _state_graph(network: Network) -> StateGraph:
    edges, ends, node_count = network.edges, network.ends, len(network.nodes)
    mode = pd.Index(MODES).get_indexer(pd.Index(edges["mode"])).astype(np.int64)
    passed, passes = _passed_countries(network)
    traits, which = _state_traits(ends, _traits(edges, mode, passed, passes), node_count)

    node = traits[:, 0]
    several = np.bincount(node, minlength=node_count)[node] > 1
    arrive = np.arange(len(node))
    leave = arrive.copy()
    leave[several] = len(node) + np.arange(several.sum())
    transfers = _pairs(node, several)
    leaves_only = np.ones(several.sum(), dtype=np.bool_)
    return StateGraph(
        node=np.concatenate([node, node[several]]),
        leaving=np.concatenate([~several, leaves_only]),
        arriving=np.concatenate([np.ones(len(node), dtype=np.bool_), ~leaves_only]),
        arcs=_arcs(which, transfers, arrive, leave),
        counts=np.concatenate(
            [
                _edge_counts(edges["length_km"].to_numpy(dtype=float), mode, passed, passes),
                _transfer_counts(traits, transfers),
            ]
        ),
        passed=passed,
        passes=np.concatenate([passes, np.zeros(len(transfers), dtype=np.int64)]),
        edge_count=len(edges),
    )


def _state_traits(ends: Integers, traits: Integers, node_count: int) -> tuple[Integers, Integers]:
    """Return node, mode, gauge and country of each state, and the states of the edge ends."""
    # A node without an edge has a state too, so that every node has one.
    isolated = np.setdiff1d(np.arange(node_count), ends)
    node = np.concatenate([ends.T.reshape(-1), isolated])
    rows = np.full((4, len(node)), _UNKNOWN)
    rows[0] = node
    rows[1:, : ends.size] = traits.reshape(-1, 3).T
    shape = rows.max(axis=1, initial=0) + 2
    # Sorting one number for each row is much faster than sorting rows.
    keys, which = np.unique(np.ravel_multi_index(rows + 1, shape), return_inverse=True)
    states: Integers = np.column_stack(np.unravel_index(keys, shape)) - 1
    return states, which[: ends.size].reshape(2, -1).T


def _traits(
    edges: pd.DataFrame, mode: Integers, passed: tuple[tuple[str, ...], ...], passes: Integers
) -> Integers:
    """Return mode, gauge and country of edges at their two ends as numbers: shape (2, m, 3)."""
    gauge = edges["gauge_mm"].to_numpy(dtype=float, na_value=np.nan)
    # Only rail has a gauge, whatever the row of a road or ferry contains.
    gauge = np.where((mode == MODES.index("rail")) & (gauge > 0), gauge, _UNKNOWN).astype(np.int64)
    numbers = {code: number for number, code in enumerate(sorted({c for p in passed for c in p}))}
    ends = []
    for end in (0, -1):
        countries = np.array([numbers[p[end]] if p else _UNKNOWN for p in passed], dtype=np.int64)
        ends.append(np.column_stack([mode, gauge, countries[passes]]))
    return np.stack(ends)


def _pairs(node: Integers, several: Booleans) -> Integers:
    """Return all pairs of states of a node with several, each state with itself too."""
    position = np.flatnonzero(several)
    _, start, size = np.unique(node[position], return_index=True, return_counts=True)
    # Each state is paired with all `size` states of its node, which follow one another.
    partners = np.repeat(size, size)
    begin = np.repeat(np.repeat(start, size), partners)
    step = np.arange(partners.sum()) - np.repeat(np.cumsum(partners) - partners, partners)
    pairs: Integers = np.column_stack([np.repeat(position, partners), position[begin + step]])
    return pairs


def _edge_counts(
    length_km: Floats, mode: Integers, passed: tuple[tuple[str, ...], ...], passes: Integers
) -> Floats:
    """Return the counts of each edge: its length, and the borders along it."""
    counts = np.zeros((len(mode), len(COUNTED)))
    rows = np.arange(len(mode))
    counts[rows, mode] = length_km
    # An edge that returns to its first country only transits the others.
    crossed = np.array([len(p) - 1 if p and p[0] != p[-1] else 0 for p in passed], dtype=float)
    counts[rows, _BORDERS + mode] = crossed[passes]
    return counts


def _transfer_counts(states: Integers, transfers: Integers) -> Floats:
    """Return the counts of each transfer; an unknown gauge or country is not a change."""
    _, mode, gauge, country = (states[transfers, column].T for column in range(4))
    counts = np.zeros((len(transfers), len(COUNTED)))
    counts[:, _TRANSSHIPMENTS] = mode[0] != mode[1]
    # Only rail has a gauge, so both states are rail where both gauges are known.
    counts[:, _GAUGE_BREAKS] = (gauge[0] != gauge[1]) & (gauge != _UNKNOWN).all(axis=0)
    rank = np.array([_BORDER_MODES.index(name) for name in MODES])
    slower = np.where(rank[mode[0]] <= rank[mode[1]], mode[0], mode[1])
    border = (country[0] != country[1]) & (country != _UNKNOWN).all(axis=0)
    counts[np.flatnonzero(border), _BORDERS + slower[border]] = 1
    return counts


def _arcs(
    edge_states: Integers, transfers: Integers, arrive: Integers, leave: Integers
) -> Integers:
    """Return the sorted arcs of a `StateGraph`."""
    start, end = edge_states.T
    edges = np.arange(len(start))
    before, after = transfers.T

    def arc(to: Integers, out_of: Integers, step: Integers, forward: int) -> Integers:
        made: Integers = np.column_stack([to, out_of, step, np.full(len(step), forward)])
        return made

    arcs = np.concatenate(
        [
            arc(arrive[end], leave[start], edges, 1),
            arc(arrive[start], leave[end], edges, 0),
            arc(leave[after], arrive[before], len(edges) + np.arange(len(before)), 0),
        ]
    )
    ordered: Integers = arcs[np.lexsort(arcs.T[2::-1])]
    return ordered
