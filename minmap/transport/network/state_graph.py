"""The graph of states of a network: at a node, on a mode and gauge, in a country.

Freight that arrives by one edge and leaves by another may have to change mode, gauge or country at
the node between them. So a node is split into states, one for each mode, gauge and country of the
edge ends at it, and transfers between states count the changes. A load makes one transfer at a
node. A chain of transfers through an edge of unknown country would avoid a border.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from minmap.transport.network.network import Network
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import Floats, Integers

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
_UNKNOWN: Final = -1


@dataclass(frozen=True, eq=False)
class StateGraph:
    """States of a network and the steps between them, as arrays.

    A state has one vertex; where its node has several states, it has one to arrive at and one to
    leave from. The first vertices are those at which freight arrives, in the order of the states.
    Steps are the edges, then the transfers.

    Attributes
    ----------
    node
        Node of each vertex.
    leave
        The vertex from which freight leaves each state.
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
    """

    node: Integers
    leave: Integers
    arcs: Integers
    counts: Floats
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
    own = network.nodes["country"]
    start, end = (own.iloc[side].set_axis(given.index) for side in network.ends.T)
    codes, texts = pd.factorize(given.fillna(start + " " + end))
    lists = [tuple(code for code, _ in groupby(str(text).split())) for text in texts]
    return ((), *lists), codes.astype(np.int64) + 1


def _state_graph(network: Network) -> StateGraph:
    mode = pd.Index(MODES).get_indexer(pd.Index(network.edges["mode"]))
    passed, passes = _passed_countries(network)
    at_ends = _edge_ends(network, mode, passed, passes)
    grouped = at_ends.groupby([*at_ends])
    states = grouped.size().index.to_frame(index=False)
    which = grouped.ngroup().to_numpy().astype(np.int64)
    start, end = which[: 2 * len(mode)].reshape(2, -1)

    several = states["node"].duplicated(keep=False).to_numpy()
    leave = np.arange(len(states))
    leave[several] = len(states) + np.arange(several.sum())
    own = states[several].rename_axis("state").reset_index()
    transfers = own.merge(own, on="node", suffixes=("", "_after"))
    edge, transfer = np.arange(len(mode)), len(mode) + np.arange(len(transfers))
    before, after = transfers["state"].to_numpy(), leave[transfers["state_after"]]
    arcs = np.concatenate(
        [
            _arcs(end, leave[start], edge, forward=1),
            _arcs(start, leave[end], edge, forward=0),
            _arcs(after, before, transfer, forward=0),
        ]
    )
    counts = [_edge_counts(network, mode, passed, passes), _transfer_counts(transfers)]
    return StateGraph(
        node=np.concatenate([states["node"], states.loc[several, "node"]]),
        leave=leave,
        arcs=arcs[np.lexsort(arcs.T[2::-1])],
        counts=np.concatenate(counts),
        passed=passed,
        passes=np.concatenate([passes, np.zeros(len(transfers), dtype=np.int64)]),
    )


def _edge_ends(
    network: Network, mode: Integers, passed: tuple[tuple[str, ...], ...], passes: Integers
) -> pd.DataFrame:
    """Return node, mode, gauge and country at the starts, then the ends, of all edges."""
    gauge = network.edges["gauge_mm"].fillna(_UNKNOWN).to_numpy(dtype=np.int64)
    # Only rail has a gauge, whatever the row of a road or ferry contains.
    gauge = np.where((mode == MODES.index("rail")) & (gauge > 0), gauge, _UNKNOWN)
    parts: list[pd.DataFrame] = []
    for end in (0, -1):
        country = np.array([codes[end] if codes else "" for codes in passed], dtype=object)
        columns = {"node": network.ends[:, end], "mode": mode, "gauge": gauge}
        parts.append(pd.DataFrame(columns | {"country": country[passes]}))
    # A node without an edge has a state too, so that every node has one.
    isolated = np.setdiff1d(np.arange(len(network.nodes)), network.ends)
    unknown = {"node": isolated, "mode": _UNKNOWN, "gauge": _UNKNOWN, "country": ""}
    return pd.concat([*parts, pd.DataFrame(unknown)])


def _arcs(to: Integers, out_of: Integers, step: Integers, *, forward: int) -> Integers:
    return np.column_stack([to, out_of, step, np.full(len(step), forward)])


def _edge_counts(
    network: Network, mode: Integers, passed: tuple[tuple[str, ...], ...], passes: Integers
) -> Floats:
    """Return the counts of each edge: its length, and the borders along it."""
    counts = np.zeros((len(mode), len(COUNTED)))
    rows = np.arange(len(mode))
    counts[rows, mode] = network.edges["length_km"]
    # An edge that returns to its first country only transits the others.
    crossed = np.array([len(p) - 1 if p and p[0] != p[-1] else 0 for p in passed], dtype=float)
    counts[rows, _BORDERS + mode] = crossed[passes]
    return counts


def _transfer_counts(transfers: pd.DataFrame) -> Floats:
    """Return the counts of each transfer; an unknown gauge or country is not a change."""
    mode, gauge, country = (
        transfers[[trait, f"{trait}_after"]].to_numpy().T for trait in ("mode", "gauge", "country")
    )
    counts = np.zeros((len(transfers), len(COUNTED)))
    counts[:, COUNTED.index("transshipments")] = mode[0] != mode[1]
    # Only rail has a gauge, so both states are rail where both gauges are known.
    gauges_known = (gauge != _UNKNOWN).all(axis=0)
    counts[:, COUNTED.index("gauge_breaks")] = (gauge[0] != gauge[1]) & gauges_known
    rank = np.array([_BORDER_MODES.index(name) for name in MODES])
    slower = np.where(rank[mode[0]] <= rank[mode[1]], mode[0], mode[1])
    border = (country[0] != country[1]) & (country != "").all(axis=0)
    counts[np.flatnonzero(border), _BORDERS + slower[border]] = 1
    return counts
