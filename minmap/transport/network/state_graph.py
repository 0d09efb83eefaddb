"""A network as states: at a node, on a mode and gauge, in a country; and what it takes to move on.

Freight that comes by one edge and leaves by another may have to change mode, gauge or country at
the node between. So a node is split into states, one for each mode, gauge and country of the edge
ends at it, and transfers between them count what changes. A load makes one transfer at a node, no
chain of them: else it would get round a border by way of an edge whose country is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from minmap.transport.corridors.corridor import MODES
from minmap.transport.network.network import Network
from minmap.types import Booleans, Floats, Integers

COUNTED: Final = (
    *(f"{mode}_km" for mode in MODES),
    *(f"{mode}_borders" for mode in MODES),
    "transshipments",
    "gauge_breaks",
)
"""What is counted along a way; hours and money are sums of these, each times its rate."""

# Where the mode changes at a border the border is that of the first of these, the slower first.
_BORDER_MODES: Final = ("sea", "rail", "road", "pipeline")
_BORDERS: Final = len(MODES)
_TRANSSHIPMENTS: Final = COUNTED.index("transshipments")
_GAUGE_BREAKS: Final = COUNTED.index("gauge_breaks")
_UNKNOWN: Final = -1


@dataclass(frozen=True, eq=False)
class States:
    """States of a network and the steps between them, all as arrays.

    A state has one vertex, or two where its node has several states: one to arrive at, one to
    leave from. Steps are the edges, then the transfers.

    Attributes
    ----------
    node
        Node of each vertex.
    leaving
        Whether freight leaves its node from that vertex; a node with one state has one vertex, at
        which it arrives too.
    arriving
        Whether freight arrives at its node at that vertex.
    arcs
        Columns: vertex moved to, vertex moved from, step, and 1 if the step is an edge used from
        its ``from_node`` to its ``to_node``. In order of the first two; an edge is two arcs.
    counts
        What each step adds to `COUNTED`.
    passed
        Different lists of countries (alpha-3), in the direction of an edge; the first is empty.
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


_KNOWN: Final[WeakKeyDictionary[Network, States]] = WeakKeyDictionary()


def states_of(network: Network) -> States:
    """Return the states of a network; made once for each, since networks do not change."""
    if network not in _KNOWN:
        _KNOWN[network] = _states(network)
    return _KNOWN[network]


def passed_countries(network: Network) -> tuple[tuple[tuple[str, ...], ...], Integers]:
    """Return the different lists of countries of edges, and which of them each edge has.

    Where an edge does not say, it passes the countries of its two nodes if both are known; else
    its list is the first, which is empty.

    Examples
    --------
    >>> import minmap as mm
    >>> network = Network.from_corridors(mm.corridor("middle"))
    >>> passed, passes = passed_countries(network)
    >>> ferry = list(network.edges["leg_id"]).index("aktau-port-alat")
    >>> passed[0], passed[passes[ferry]]
    ((), ('KAZ', 'AZE'))
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


def _states(network: Network) -> States:
    edges, ends, node_count = network.edges, network.ends, len(network.nodes)
    mode = pd.Index(MODES).get_indexer(pd.Index(edges["mode"])).astype(np.int64)
    passed, passes = passed_countries(network)
    traits, which = _state_traits(ends, _traits(edges, mode, passed, passes), node_count)

    node = traits[:, 0]
    several = np.bincount(node, minlength=node_count)[node] > 1
    arrive = np.arange(len(node))
    leave = arrive.copy()
    leave[several] = len(node) + np.arange(several.sum())
    transfers = _pairs(node, several)
    leaves_only = np.ones(several.sum(), dtype=np.bool_)
    return States(
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
    """Return node, mode, gauge and country of each state by node, and the states of edge ends."""
    # A node without an edge has a state too, so that every node has one.
    lonely = np.setdiff1d(np.arange(node_count), ends)
    node = np.concatenate([ends.T.reshape(-1), lonely])
    rows = np.full((4, len(node)), _UNKNOWN)
    rows[0] = node
    rows[1:, : ends.size] = traits.reshape(-1, 3).T
    shape = rows.max(axis=1, initial=0) + 2
    # One number a row is sorted far sooner than rows are.
    keys, which = np.unique(np.ravel_multi_index(rows + 1, shape), return_inverse=True)
    states: Integers = np.column_stack(np.unravel_index(keys, shape)) - 1
    return states, which[: ends.size].reshape(2, -1).T


def _traits(
    edges: pd.DataFrame, mode: Integers, passed: tuple[tuple[str, ...], ...], passes: Integers
) -> Integers:
    """Return mode, gauge and country of edges as numbers: shape (2, m, 3), at their two ends."""
    gauge = edges["gauge_mm"].to_numpy(dtype=float, na_value=np.nan)
    # The gauge of a road or a ferry is none, whatever its row says.
    gauge = np.where((mode == MODES.index("rail")) & (gauge > 0), gauge, _UNKNOWN).astype(np.int64)
    numbers = {code: number for number, code in enumerate(sorted({c for p in passed for c in p}))}
    ends = []
    for end in (0, -1):
        countries = np.array([numbers[p[end]] if p else _UNKNOWN for p in passed], dtype=np.int64)
        ends.append(np.column_stack([mode, gauge, countries[passes]]))
    return np.stack(ends)


def _pairs(node: Integers, several: Booleans) -> Integers:
    """Return all pairs of states of a node that has several, each state with itself too."""
    position = np.flatnonzero(several)
    _, start, size = np.unique(node[position], return_index=True, return_counts=True)
    # Each state meets all `size` states of its node, which stand side by side from `start` on.
    meets = np.repeat(size, size)
    begin = np.repeat(np.repeat(start, size), meets)
    step = np.arange(meets.sum()) - np.repeat(np.cumsum(meets) - meets, meets)
    pairs: Integers = np.column_stack([np.repeat(position, meets), position[begin + step]])
    return pairs


def _edge_counts(
    length_km: Floats, mode: Integers, passed: tuple[tuple[str, ...], ...], passes: Integers
) -> Floats:
    """Return what each edge adds: its length, and the borders it crosses itself."""
    counts = np.zeros((len(mode), len(COUNTED)))
    rows = np.arange(len(mode))
    counts[rows, mode] = length_km
    # Trains that come back to their own country have only passed through another.
    crossed = np.array([len(p) - 1 if p and p[0] != p[-1] else 0 for p in passed], dtype=float)
    counts[rows, _BORDERS + mode] = crossed[passes]
    return counts


def _transfer_counts(states: Integers, transfers: Integers) -> Floats:
    """Return what each transfer adds: what is unknown of either state changes nothing."""
    _, mode, gauge, country = (states[transfers, column].T for column in range(4))
    counts = np.zeros((len(transfers), len(COUNTED)))
    counts[:, _TRANSSHIPMENTS] = mode[0] != mode[1]
    # Only rail has a gauge, so both are rail where both are known.
    counts[:, _GAUGE_BREAKS] = (gauge[0] != gauge[1]) & (gauge != _UNKNOWN).all(axis=0)
    rank = np.array([_BORDER_MODES.index(name) for name in MODES])
    slower = np.where(rank[mode[0]] <= rank[mode[1]], mode[0], mode[1])
    border = (country[0] != country[1]) & (country != _UNKNOWN).all(axis=0)
    counts[np.flatnonzero(border), _BORDERS + slower[border]] = 1
    return counts


def _arcs(
    edge_states: Integers, transfers: Integers, arrive: Integers, leave: Integers
) -> Integers:
    """Return the arcs of `States` in order."""
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
