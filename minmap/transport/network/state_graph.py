"""The graph of states of a network: at a node, on a mode and gauge, in a country.

Freight that arrives by one edge and leaves by another may have to change mode, gauge or country at
the node between them. So a node is split into states, one for each mode, gauge and country of the
edge ends at it, and transfers between states count the changes. A load makes one transfer at a
node. A chain of transfers through an edge of unknown country would avoid a border.

Each state on a road has a copy for loads that a lorry took from a railway, since loading them onto
a railway again takes more than the first loading.
"""

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from minmap.transport.network.network import Network
from minmap.transport.network.rates import COUNTED
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import Booleans, Floats, Integers

# Where the mode changes at a border, the border is that of the mode named first here.
_BORDER_MODES: Final = ("sea", "rail", "road")
_UNKNOWN: Final = -1
_ROAD, _RAIL = MODES.index("road"), MODES.index("rail")
BACKWARD, FORWARD = 0, 1
"""Directions in which a step is made; a transfer is always made forward."""


@dataclass(frozen=True, eq=False)
class Borders:
    """Where steps cross a border: n crossings of a border, in the order of their steps.

    Attributes
    ----------
    step
        Step that crosses it.
    edge
        The same if the step is an edge, -1 if it is a transfer at a node.
    node
        Node of the transfer, -1 for an edge.
    mode
        Position in `MODES` of the mode whose border it is.
    out_of, into
        Positions in `StateGraph.codes` of the countries left and entered when going forward.
    """

    step: Integers
    edge: Integers
    node: Integers
    mode: Integers
    out_of: Integers
    into: Integers


@dataclass(frozen=True, eq=False)
class StateGraph:
    """States of a network and the steps between them, as arrays.

    A state has one vertex; where transfers lead from it or to it, it has one to arrive at and one
    to leave from. The first vertices are those at which freight arrives, in the order of the
    states: the copies for loads from a railway come last. Steps are the edges, then the transfers.

    Attributes
    ----------
    node
        Node of each vertex.
    mode, country
        Position in `MODES`, and in `codes`, of the state of each vertex; -1 where unknown.
    codes
        Alpha-3 codes of the countries.
    arrival
        Shape (m, 2), the state at which freight arrives at the first and at the last node of each
        edge.
    leave
        The vertex from which freight leaves each state.
    arcs
        Columns: vertex moved to, vertex moved from, step, and direction. Sorted by the first two;
        an edge makes two arcs.
    counts
        Quantities `COUNTED` of each step.
    borders
        Where steps cross borders.
    passed
        The different lists of countries (alpha-3), in the direction of an edge; the first is
        empty.
    passes
        Position in `passed` of each step.
    """

    node: Integers
    mode: Integers
    country: Integers
    codes: tuple[str, ...]
    arrival: Integers
    leave: Integers
    arcs: Integers
    counts: Floats
    borders: Borders
    passed: tuple[tuple[str, ...], ...]
    passes: Integers


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
    missing = given.isna().to_numpy()
    if missing.any():
        own = network.nodes["country"]
        start, end = (own.iloc[side].set_axis(given.index) for side in network.ends.T)
        given = given.fillna(start + " " + end)
    codes, texts = pd.factorize(given)
    lists = [tuple(code for code, _ in groupby(str(text).split())) for text in texts]
    return ((), *lists), codes.astype(np.int64) + 1


def _state_graph(network: Network) -> StateGraph:
    edges = len(network)
    mode = pd.Index(MODES).get_indexer(pd.Index(network.edges["mode"]))
    passed, passes = _passed_countries(network)
    codes = tuple(sorted({code for listed in passed for code in listed}))
    traits = _traits_at_ends(network, mode, passed, passes, codes)
    first, which = _unique_rows(traits)
    start, end = which[: 2 * edges].reshape(2, -1)
    by_road = np.flatnonzero(traits[first, 1] == _ROAD)
    node, modes, gauge, country = np.concatenate([traits[first], traits[first[by_road]]]).T
    copies = _Copies(len(first), by_road)
    before, after = copies.transfers(node, modes)

    two = np.zeros(len(node), dtype=np.bool_)
    two[before] = two[after] = True
    leave = np.arange(len(node))
    leave[two] = len(node) + np.arange(two.sum())
    steps = np.arange(edges), edges + np.arange(len(before))
    roads = np.flatnonzero(mode == _ROAD)
    later_start, later_end = (copies.of[side[roads]] for side in (start, end))
    arcs = np.concatenate(
        [
            _arcs(end, leave[start], steps[0], FORWARD),
            _arcs(start, leave[end], steps[0], BACKWARD),
            _arcs(later_end, leave[later_start], roads, FORWARD),
            _arcs(later_start, leave[later_end], roads, BACKWARD),
            _arcs(leave[after], before, steps[1], FORWARD),
        ]
    )
    order = np.argsort(arcs[:, 0] * (len(node) + two.sum()) + arcs[:, 1], kind="stable")
    of_transfers = _transfer_borders(node, modes, country, before, after)
    of_transfers[:, 0] += edges
    return StateGraph(
        node=np.concatenate([node, node[two]]),
        mode=np.concatenate([modes, modes[two]]),
        country=np.concatenate([country, country[two]]),
        codes=codes,
        arrival=np.column_stack([start, end]),
        leave=leave,
        arcs=arcs[order],
        counts=np.concatenate(
            [_edge_counts(network, mode), copies.transfer_counts(modes, gauge, before, after)]
        ),
        borders=_borders(_edge_borders(mode, passed, passes, codes), of_transfers),
        passed=passed,
        passes=np.concatenate([passes, np.zeros(len(before), dtype=np.int64)]),
    )


class _Copies:
    """The copies of states on roads, for loads that a lorry took from a railway.

    Attributes
    ----------
    states
        Number of states without the copies, which follow them.
    of
        The copy of each state, -1 where it has none.
    """

    def __init__(self, states: int, by_road: Integers) -> None:
        self.states = states
        self.of = np.full(states, _UNKNOWN)
        self.of[by_road] = states + np.arange(len(by_road))

    def transfers(self, node: Integers, mode: Integers) -> tuple[Integers, Integers]:
        """Return the states before and after each transfer at a node."""
        many = np.bincount(node[: self.states], minlength=node.max(initial=0) + 1)[node] > 1
        members = np.flatnonzero(many)
        members = members[np.argsort(node[members], kind="stable")]
        before, after = _pairs_within(node, members)
        # A lorry that was loaded from a railway goes on as one.
        by_rail = (mode[before] == _RAIL) | (before >= self.states)
        allowed = (mode[after] != _ROAD) | ((after >= self.states) == by_rail)
        return before[allowed], after[allowed]

    def transfer_counts(
        self, mode: Integers, gauge: Integers, before: Integers, after: Integers
    ) -> Floats:
        """Return the counts of each transfer; an unknown gauge is not a change."""
        counts = np.zeros((len(before), len(COUNTED)))
        one, other = mode[before], mode[after]
        loads = ((one == _ROAD) & (other == _RAIL)) | ((one == _RAIL) & (other == _ROAD))
        counts[:, COUNTED.index("loadings")] = loads
        counts[:, COUNTED.index("reloadings")] = (before >= self.states) & (other == _RAIL)
        counts[:, COUNTED.index("transshipments")] = (one != other) & ~loads
        # Only rail has a gauge, so both states are rail where both gauges are known.
        known = (gauge[before] != _UNKNOWN) & (gauge[after] != _UNKNOWN)
        counts[:, COUNTED.index("gauge_breaks")] = (gauge[before] != gauge[after]) & known
        return counts


def _traits_at_ends(
    network: Network,
    mode: Integers,
    passed: tuple[tuple[str, ...], ...],
    passes: Integers,
    codes: tuple[str, ...],
) -> Integers:
    """Return node, mode, gauge and country at the starts, then the ends, of all edges.

    A node without an edge has a state too, so that every node has one.
    """
    gauge = network.edges["gauge_mm"].fillna(_UNKNOWN).to_numpy(dtype=np.int64)
    # Only rail has a gauge, whatever the row of a road or ferry contains.
    gauge = np.where((mode == MODES.index("rail")) & (gauge > 0), gauge, _UNKNOWN)
    number = {code: n for n, code in enumerate(codes)}
    parts = []
    for end in (0, -1):
        country = np.array([number[listed[end]] if listed else _UNKNOWN for listed in passed])
        parts.append(np.column_stack([network.ends[:, end], mode, gauge, country[passes]]))
    isolated = np.setdiff1d(np.arange(len(network.nodes)), network.ends)
    unknown = np.full((len(isolated), 3), _UNKNOWN)
    return np.concatenate([*parts, np.column_stack([isolated, unknown])])


def _unique_rows(rows: Integers) -> tuple[Integers, Integers]:
    """Return the first of each kind of row, sorted, and the kind of every row.

    The columns are packed into one whole number, which is sorted ten times as fast as rows are.
    """
    key = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        _, code = np.unique(column, return_inverse=True)
        key = key * (int(code.max(initial=0)) + 1) + code
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return first, which


def _pairs_within(group: Integers, members: Integers) -> tuple[Integers, Integers]:
    """Return all ordered pairs of members that belong to the same group, which are adjacent."""
    _, first, size = np.unique(group[members], return_index=True, return_counts=True)
    size_of = np.repeat(size, size)
    one = np.repeat(np.arange(len(members)), size_of)
    within = np.arange(len(one)) - np.repeat(np.cumsum(size_of) - size_of, size_of)
    other = np.repeat(np.repeat(first, size), size_of) + within
    return members[one], members[other]


def _arcs(to: Integers, out_of: Integers, step: Integers, direction: int) -> Integers:
    return np.column_stack([to, out_of, step, np.full(len(step), direction)])


def _edge_counts(network: Network, mode: Integers) -> Floats:
    """Return the counts of each edge: its length, by mode and class of road."""
    counts = np.zeros((len(mode), len(COUNTED)))
    names = np.array([COUNTED.index(f"{name}_km") for name in MODES])[mode]
    classes = network.edges["road_class"].to_numpy(dtype=object)
    for name in ("motorway", "tertiary"):
        of_class = (classes == name) & (mode == MODES.index("road"))
        names[of_class] = COUNTED.index(f"{name}_km")
    counts[np.arange(len(mode)), names] = network.edges["length_km"]
    return counts


def _edge_borders(
    mode: Integers,
    passed: tuple[tuple[str, ...], ...],
    passes: Integers,
    codes: tuple[str, ...],
) -> Integers:
    """Return the borders along edges: step, node (-1), mode, country left and entered.

    An edge that returns to its first country only transits the others.
    """
    number = {code: n for n, code in enumerate(codes)}
    rows = []
    for at, listed in enumerate(passed):
        if len(listed) < 2 or listed[0] == listed[-1]:
            continue
        edges = np.flatnonzero(passes == at)
        for one, other in pairwise(listed):
            pair = np.broadcast_to([number[one], number[other]], (len(edges), 2))
            rows.append(np.column_stack([edges, np.full(len(edges), -1), mode[edges], pair]))
    return np.concatenate([np.zeros((0, 5), dtype=np.int64), *rows])


def _transfer_borders(
    node: Integers, mode: Integers, country: Integers, before: Integers, after: Integers
) -> Integers:
    """Return the borders at nodes, as `_edge_borders`; an unknown country is not a change."""
    one, other = country[before], country[after]
    rows = np.flatnonzero((one != other) & (one != _UNKNOWN) & (other != _UNKNOWN))
    before, after = before[rows], after[rows]
    rank = np.array([_BORDER_MODES.index(name) for name in MODES])
    first = rank[mode[before]] <= rank[mode[after]]
    slower = np.where(first, mode[before], mode[after])
    return np.column_stack([rows, node[before], slower, country[before], country[after]])


def _borders(of_edges: Integers, of_transfers: Integers) -> Borders:
    rows = np.concatenate([of_edges, of_transfers])
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    is_edge: Booleans = rows[:, 1] < 0
    return Borders(rows[:, 0], np.where(is_edge, rows[:, 0], -1), *rows[:, 1:].T)
