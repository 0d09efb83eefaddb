"""The border crossings that the steps of a network pass: what they take, and whether they are open.

A step that crosses a border passes the nearest listed crossing of its two countries and its mode.
Where none is listed nearby, the step has those of the row for the whole border, if there is one,
else the time and price of any border of its mode, or of one inside a customs union. If the list
shows that the whole border is closed, it cannot be used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.geodesy.ellipsoid import to_ecef
from minmap.transport.network.border_crossings import in_one_union, may_pass
from minmap.transport.network.network import Network
from minmap.transport.network.rates import MEASURES
from minmap.transport.network.state_graph import BACKWARD, FORWARD, Borders, StateGraph, graph_of
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import Booleans, Floats, Geometries, Integers, Texts

NEAR_KM: Final = 30.0
"""A border crossing belongs to a step that passes it within this distance."""
# Lines of edges are compared with crossings at their vertices and at places this far apart.
_STEP_DEG: Final = 0.05
_LEVELS: Final = ("_low", "", "_high")


@dataclass(frozen=True, eq=False)
class Passages:
    """What the borders of a network take; arrays for each step, direction and level.

    Attributes
    ----------
    table
        The border crossings, as `minmap.crossings` returns them.
    row
        Row of `table` for each of the graph's borders.
    own
        ``hours`` and ``usd_t`` of each of the graph's borders, shape (n, 2, 3) as the next.
    hours, usd_t
        Shape (steps, 2, 3): backward and forward; low, middle and high.
    count
        Number of borders that each step crosses.
    closed
        Whether a step passes a crossing that is not open.
    """

    table: gpd.GeoDataFrame
    row: Integers
    own: Mapping[str, Floats]
    hours: Floats
    usd_t: Floats
    count: Integers
    closed: Booleans

    def figures(self, border: int, direction: int) -> tuple[float, ...]:
        """Return hours, then USD per tonne, of one of the graph's borders: low, middle, high."""
        return tuple(float(x) for name in MEASURES for x in self.own[name][border, direction])

    def name_and_source(self, crossing_id: str) -> tuple[str, str]:
        """Return the name of a crossing, and the source of its figures."""
        row = self.table.loc[self.table["crossing_id"] == crossing_id].iloc[0]
        return str(row["name"]), str(row["source"])

    def texts(self, graph: StateGraph) -> Texts:
        """Return the ids of the crossings of each step, backward and forward, shape (steps, 2)."""
        texts = np.full((len(graph.counts), 2), "", dtype=object)
        ids = self.table["crossing_id"].to_numpy(dtype=object)
        for step, row in zip(graph.borders.step.tolist(), self.row.tolist(), strict=True):
            texts[step, FORWARD] = f"{texts[step, FORWARD]} {ids[row]}".lstrip()
            texts[step, BACKWARD] = f"{ids[row]} {texts[step, BACKWARD]}".rstrip()
        return texts

    def any_road(self, measure: str) -> Floats:
        """Return low, middle and high of a border that a lorry crosses at no listed crossing."""
        row = self.table.loc[self.table["crossing_id"] == "any-road"]
        values = row[[f"{measure}_ab{level}" for level in _LEVELS]].to_numpy(dtype=float)
        return np.asarray(values.sum(axis=0))

    def passing(self, graph: StateGraph, words: frozenset[str]) -> Booleans:
        """Return whether each step passes a crossing with one of some ids."""
        chosen = self.table["crossing_id"].isin(words).to_numpy(dtype=np.bool_)[self.row]
        steps = np.zeros(len(graph.counts), dtype=np.bool_)
        steps[graph.borders.step[chosen]] = True
        return steps


_CACHE: Final[WeakKeyDictionary[Network, tuple[gpd.GeoDataFrame, Passages]]] = WeakKeyDictionary()


def passages_of(network: Network, table: gpd.GeoDataFrame) -> Passages:
    """Return the passages of a network over the borders of a table of crossings.

    The result for the last table is kept, because networks do not change.

    Parameters
    ----------
    network
        The network.
    table
        Border crossings, as `minmap.transport.network.border_crossings.given_crossings` returns
        them.
    """
    known = _CACHE.get(network)
    if known is None or known[0] is not table:
        known = (table, _passages(network, table))
        _CACHE[network] = known
    return known[1]


def _passages(network: Network, table: gpd.GeoDataFrame) -> Passages:
    graph = graph_of(network)
    borders, steps = graph.borders, len(graph.counts)
    row = _rows(network, graph, table)
    codes = np.array(graph.codes, dtype=object)
    one = codes[borders.out_of] if len(borders.step) else np.zeros(0, dtype=object)
    # Fallbacks have no countries and the same figures both ways.
    to_b = ~(table["country_b"].to_numpy(dtype=object)[row] == one)
    own, total = {}, {}
    for measure in MEASURES:
        ways = [
            table[[f"{measure}_{way}{level}" for level in _LEVELS]].to_numpy(dtype=float)[row]
            for way in ("ab", "ba")
        ]
        own[measure] = np.stack(
            [np.where(to_b[:, None], *ways[::-1]), np.where(to_b[:, None], *ways)], axis=1
        )
        total[measure] = np.zeros((steps, 2, 3))
        np.add.at(total[measure], borders.step, own[measure])
    open_ = may_pass(table)[row]
    closed = np.zeros(steps, dtype=np.bool_)
    closed[borders.step[~open_]] = True
    count = np.bincount(borders.step, minlength=steps)
    return Passages(table, row, own, total["hours"], total["usd_t"], count, closed)


def _listed(table: gpd.GeoDataFrame) -> dict[tuple[str, ...], list[int]]:
    """Return the rows of a table by their countries, in the order of the alphabet, and mode."""
    listed: dict[tuple[str, ...], list[int]] = {}
    keys = zip(table["country_a"], table["country_b"], table["mode"], strict=True)
    for at, (one, other, mode) in enumerate(keys):
        listed.setdefault((*sorted([str(one), str(other)]), str(mode)), []).append(at)
    return listed


def _rows(network: Network, graph: StateGraph, table: gpd.GeoDataFrame) -> Integers:
    """Return the row of the table for each border of the graph."""
    borders = graph.borders
    row = np.full(len(borders.step), -1)
    fallback = {
        key: at
        for at, key in enumerate(table["crossing_id"])
        if str(key).startswith(("any-", "union-"))
    }
    listed, open_ = _listed(table), may_pass(table)
    no_place = (table.geometry.isna() | table.geometry.is_empty).to_numpy(dtype=np.bool_)
    places = _Places(borders, network.lonlat, network.edges.geometry.to_numpy())
    groups = pd.DataFrame(
        {
            "a": np.minimum(borders.out_of, borders.into),
            "b": np.maximum(borders.out_of, borders.into),
            "mode": borders.mode,
        }
    ).groupby(["a", "b", "mode"])
    for found in groups.indices.values():
        members = np.asarray(found, dtype=np.int64)
        pair = sorted((int(borders.out_of[members[0]]), int(borders.into[members[0]])))
        a, b, mode = *pair, int(borders.mode[members[0]])
        one, other, name = graph.codes[a], graph.codes[b], MODES[mode]
        rows = np.array(listed.get((one, other, name), []), dtype=np.int64)
        union = f"union-{name}"
        default = fallback[f"any-{name}"]
        if union in fallback and in_one_union(one, other):
            default = fallback[union]
        whole = rows[open_[rows] & no_place[rows]]
        if len(whole):
            default = int(whole[0])
        elif len(rows) and not open_[rows].any():
            default = int(rows[0])
        near = places.nearest(members, table.geometry.iloc[rows].set_axis(rows))
        row[members] = np.where(near < 0, default, near)
    return row


@dataclass(frozen=True, eq=False)
class _Places:
    """The places of borders: their nodes, and the vertices of their edges."""

    borders: Borders
    nodes: Floats
    lines: Geometries

    def of(self, members: Integers) -> tuple[Floats, Integers]:
        """Return the places of some borders, and which of them each belongs to."""
        node, edge = self.borders.node[members], self.borders.edge[members]
        at_node, on_edge = np.flatnonzero(edge < 0), np.flatnonzero(edge >= 0)
        lines = shapely.segmentize(self.lines[edge[on_edge]], _STEP_DEG)
        lonlat, line = shapely.get_coordinates(lines, return_index=True)
        return (
            np.concatenate([self.nodes[node[at_node]], lonlat]),
            np.concatenate([at_node, on_edge[line]]),
        )

    def nearest(self, members: Integers, crossings: gpd.GeoSeries) -> Integers:
        """Return for some borders the label of the nearest crossing within `NEAR_KM`, else -1."""
        crossings = crossings[~(crossings.isna() | crossings.is_empty)]
        if crossings.empty:
            return np.full(len(members), -1)
        lonlat, owner = self.of(members)
        ends = to_ecef(lonlat), to_ecef(shapely.get_coordinates(crossings.to_numpy()))
        # Few crossings: to load a search tree takes longer than all distances.
        squared = np.stack([((ends[0] - end) ** 2).sum(axis=1) for end in ends[1]], axis=1)
        at, away = squared.argmin(axis=1), np.sqrt(squared.min(axis=1))
        order = np.lexsort((away, owner))
        first = order[np.diff(owner[order], prepend=-1) > 0]
        labels = crossings.index.to_numpy()[at[first]]
        return np.where(away[first] <= NEAR_KM * 1000, labels, -1)
