"""The best ways from the nodes of a network to a destination, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from shapely import LineString

from minmap.transport.corridors.corridor import MODES
from minmap.transport.network.network import Network
from minmap.transport.network.parameters import Assumptions
from minmap.transport.network.shortest_path_tree import NOWHERE, Tree, added_up, countries_along
from minmap.transport.network.state_graph import COUNTED, States
from minmap.types import Booleans, Floats, Geometries, Integers

_KMS: Final = [COUNTED.index(f"{mode}_km") for mode in MODES]
_BORDERS: Final = [COUNTED.index(f"{mode}_borders") for mode in MODES]


@dataclass(frozen=True, eq=False, repr=False)
class Ways:
    """The best way from each node of a network to a destination. Nothing about it can be changed.

    All arrays have one value a node, in the order of ``network.nodes``, and must not be written to.

    Attributes
    ----------
    reached
        Whether there is a way.
    weight
        What was made least, in the unit of `by`; inf where there is no way.
    km
        Length of the way by mode, km: NaN where there is none, as in the next three.
    route_km
        Length of the way, km.
    hours
        Time: edges, borders, transshipments and breaks of gauge; loading is not part of it.
    cost_usd_t
        Price, USD per tonne, of the same.
    borders, gauge_breaks, transshipments
        How many there are on the way; -1 where there is none.
    countries
        Alpha-3 codes of the countries passed, space-separated, in the order of travel from the
        node to the destination (``"KAZ AZE GEO"``); None where there is no way.
    destination
        Position of the node that the way leads to, -1 where there is none.
    by
        ``"km"``, ``"hours"`` or ``"usd_t"``.
    avoided
        The words that were to be avoided.
    network, assumptions
        What was searched, and by which assumptions.
    """

    reached: Booleans
    weight: Floats
    km: Mapping[str, Floats]
    route_km: Floats
    hours: Floats
    cost_usd_t: Floats
    borders: Integers
    gauge_breaks: Integers
    transshipments: Integers
    countries: Geometries
    destination: Integers
    by: str
    avoided: tuple[str, ...]
    network: Network
    assumptions: Assumptions
    _states: States
    _tree: Tree

    def __repr__(self) -> str:
        names = self.network.nodes["node_id"].iloc[np.unique(self.destination[self.reached])]
        reached = f"{self.reached.sum():,} of {len(self.reached):,} nodes"
        return f"Ways(to {', '.join(names) or 'nowhere'} by {self.by}: {reached})"

    def edges_from(self, node: int) -> tuple[Integers, Booleans]:
        """Return the edges of the way from a node, in the order of travel.

        Parameters
        ----------
        node
            Position of the node in ``network.nodes``.

        Returns
        -------
        edges : numpy.ndarray of int
            Positions in ``network.edges``; none at the destination and where there is no way.
        forward : numpy.ndarray of bool
            Whether each is used from its ``from_node`` to its ``to_node``.
        """
        vertices = self._vertices_from(node)
        step = self._tree.step[vertices]
        on_edge = (step >= 0) & (step < self._states.edge_count)
        return step[on_edge], self._tree.forward[vertices][on_edge]

    def steps_from(self, node: int) -> pd.DataFrame:
        """Return the way from a node step by step, in the order of travel.

        Parameters
        ----------
        node
            Position of the node in ``network.nodes``.

        Returns
        -------
        pandas.DataFrame
            One row for each edge, and for each place where mode, gauge or country change between
            two: ``node`` (position) where the step begins, ``edge`` (position, -1 for a change at
            a node), ``forward``, ``km``, ``hours``, ``cost_usd_t``, ``borders``,
            ``transshipments``, ``gauge_breaks``. They add up to what `Ways` says of the node.
        """
        vertices = self._vertices_from(node)
        vertices = vertices[self._tree.step[vertices] >= 0]
        step = self._tree.step[vertices]
        counts = self._states.counts[step]
        is_edge = step < self._states.edge_count
        table = pd.DataFrame(
            {
                "node": self._states.node[vertices],
                "edge": np.where(is_edge, step, NOWHERE),
                "forward": self._tree.forward[vertices],
                "km": counts[:, _KMS].sum(axis=1),
                "hours": counts @ rates(self.assumptions, "hours"),
                "cost_usd_t": counts @ rates(self.assumptions, "usd_t"),
                "borders": counts[:, _BORDERS].sum(axis=1).astype(np.int64),
                "transshipments": counts[:, COUNTED.index("transshipments")].astype(np.int64),
                "gauge_breaks": counts[:, COUNTED.index("gauge_breaks")].astype(np.int64),
            }
        )
        return table[is_edge | counts.any(axis=1)].reset_index(drop=True)

    def line_from(self, node: int) -> LineString | None:
        """Return the way from a node as one line, drawn in the direction of travel.

        Parameters
        ----------
        node
            Position of the node in ``network.nodes``.

        Returns
        -------
        shapely.LineString or None
            In EPSG:4326; None at the destination and where there is no way.
        """
        edges, forward = self.edges_from(node)
        if not len(edges):
            return None
        lines = self.network.edges.geometry.to_numpy()[edges]
        lines = np.where(forward, lines, shapely.reverse(lines))
        lonlat = shapely.get_coordinates(lines)
        repeated = np.zeros(len(lonlat), dtype=np.bool_)
        repeated[1:] = (lonlat[1:] == lonlat[:-1]).all(axis=1)
        # A line needs two points, even that of an edge of no length.
        return LineString(lonlat[~repeated] if (~repeated).sum() > 1 else lonlat[[0, -1]])

    def tree(self) -> pd.DataFrame:
        """Return the shortest-path tree.

        Returns
        -------
        pandas.DataFrame
            One row a state that the best way of some node passes: ``state``, ``node`` (position),
            ``edge`` (position of the edge taken next, -1 for a transfer at the node and at the
            destination), ``forward``, and ``next_state`` (-1 at the destination). A way changes
            states of one node where mode, gauge or country change.
        """
        used = self._used()
        step, following = self._tree.step[used], self._tree.next_vertex[used]
        is_edge = (step >= 0) & (step < self._states.edge_count)
        return pd.DataFrame(
            {
                "state": used,
                "node": self._states.node[used],
                "edge": np.where(is_edge, step, NOWHERE),
                "forward": self._tree.forward[used],
                "next_state": np.where(step >= 0, following, NOWHERE),
            }
        )

    def _vertices_from(self, node: int) -> Integers:
        if not self.reached[node]:
            return np.zeros(0, dtype=np.int64)
        following = self._tree.next_vertex
        vertices = [int(self._tree.of_node[node])]
        while following[vertices[-1]] != vertices[-1]:
            vertices.append(int(following[vertices[-1]]))
        return np.array(vertices, dtype=np.int64)

    def _used(self) -> Integers:
        used = np.zeros(len(self._states.node), dtype=np.bool_)
        front = self._tree.of_node[self.reached]
        while front.size:
            used[front] = True
            front = np.unique(self._tree.next_vertex[front])
            front = front[~used[front]]
        return np.flatnonzero(used)


def rates(assumptions: Assumptions, by: str) -> Floats:
    """Return what one of each of `COUNTED` weighs, in km, hours or USD per tonne.

    A pipeline crosses borders without a stop.

    Examples
    --------
    >>> dict(zip(COUNTED, rates(Assumptions.of(), "hours").tolist()))["rail_borders"]
    40.6
    """
    if by == "km":
        return np.array([name in {f"{mode}_km" for mode in MODES} for name in COUNTED], dtype=float)
    value = asdict(assumptions)
    stopped = [mode for mode in MODES if mode != "pipeline"]
    border = {mode: value[f"border_{mode}_{by}"] for mode in stopped} | {"pipeline": 0.0}
    if by == "hours":
        km = [1 / value[f"{mode}_kmh"] for mode in MODES]
    else:
        km = [value[f"{mode}_usd_tkm"] for mode in MODES]
    others = [value[f"transshipment_{by}"], value[f"gauge_break_{by}"]]
    return np.array([*km, *(border[mode] for mode in MODES), *others])


def ways_along(
    network: Network,
    states: States,
    tree: Tree,
    weight: Floats,
    *,
    by: str,
    avoided: tuple[str, ...],
    assumptions: Assumptions,
) -> Ways:
    """Return the ways of a tree: what their steps count, added up from every node."""
    reached = np.isfinite(weight)
    counts, last, steps = added_up(states, tree)
    counts = counts[tree.of_node]
    counts[~reached] = np.nan
    whole = np.where(reached[:, None], counts, NOWHERE).astype(np.int64)
    destination = np.where(reached, states.node[last[tree.of_node]], NOWHERE)
    countries = countries_along(states, tree, steps)[tree.of_node]
    own = network.nodes["country"].fillna("").to_numpy(dtype=object)
    countries = np.where(destination == np.arange(len(destination)), own, countries)
    countries[~reached] = None
    ways = Ways(
        reached=reached,
        weight=weight,
        km=dict(zip(MODES, counts.T[_KMS], strict=True)),
        route_km=counts[:, _KMS].sum(axis=1),
        hours=counts @ rates(assumptions, "hours"),
        cost_usd_t=counts @ rates(assumptions, "usd_t"),
        borders=np.where(reached, whole[:, _BORDERS].sum(axis=1), NOWHERE),
        gauge_breaks=whole[:, COUNTED.index("gauge_breaks")],
        transshipments=whole[:, COUNTED.index("transshipments")],
        countries=countries,
        destination=destination,
        by=by,
        avoided=avoided,
        network=network,
        assumptions=assumptions,
        _states=states,
        _tree=tree,
    )
    _freeze(*vars(ways).values(), *ways.km.values())
    return ways


def _freeze(*values: object) -> None:
    for value in values:
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
