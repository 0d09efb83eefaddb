"""Entries: where a lorry from some points can enter a network, and what the way on weighs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import scipy

from minmap.geodesy.ellipsoid import surface_distance_m
from minmap.transport.accessibility.road_places import NONE, RoadPlaces
from minmap.transport.network.best_paths import BestPaths
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import Booleans, Floats, Integers

UNKNOWN, ABROAD = -1, -2
"""Countries of points: not known; and one without any road or gate of the network."""
# Number of the nearest places that are compared. Where none of them can be used, farther ones are
# tried, and at last those of the own country that lead to the destination: by these ranks, so that
# they lie in other directions.
_COUNT: Final = 12
_RANKS: Final = np.array([16, 24, 32, 48, 64, 96])
_OF_COUNTRY: Final = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256])


@dataclass(frozen=True, eq=False)
class Entries:
    """Possible entries of n points, up to k each: arrays of shape (n, k).

    Attributes
    ----------
    km
        Geodesic distance from the point, km.
    edge, share
        Edge of the road, and the share of it that lies before the entry; -1 for a gate.
    end
        End of the edge that the lorry goes to: 0 for the first, 1 for the last node.
    node
        The gate, or the node at that end of the edge.
    weight
        Weight of the way from the point to the destination, inf where there is none.
    foot
        Shape (n, k, 3), the place of the entry, Earth-centred, metres.
    """

    km: Floats
    edge: Integers
    share: Floats
    end: Integers
    node: Integers
    weight: Floats
    foot: Floats

    def take(self, rows: Integers, columns: Integers) -> Entries:
        """Return one entry for each of some rows: arrays of shape (m,), `foot` (m, 3)."""
        return Entries(*(values[rows, columns] for values in vars(self).values()))

    def at(self, rows: Integers | Booleans) -> Entries:
        """Return some rows; a table of rows gives entries in its shape."""
        return Entries(*(values[rows] for values in vars(self).values()))


@dataclass(frozen=True, eq=False)
class EntrySearch:
    """The search for entries on the way to a destination.

    Attributes
    ----------
    paths
        The best paths to the destination.
    reach_km
        Longest distance from a point to an entry.
    """

    paths: BestPaths
    reach_km: float
    _trees: dict[int, tuple[Integers, scipy.spatial.cKDTree]] = field(default_factory=dict)

    @cached_property
    def places(self) -> RoadPlaces:
        """The roads and gates of the network."""
        return RoadPlaces.of(self.paths.network)

    def rounds(
        self, xyz: Floats, country: Integers, left: Booleans
    ) -> Iterator[tuple[Integers, Entries]]:
        """Yield points with some of their entries, until none is left or all were tried.

        Parameters
        ----------
        xyz
            Shape (n, 3), points, Earth-centred, metres.
        country
            Shape (n,), position in ``graph.codes``, `UNKNOWN` or `ABROAD`.
        left
            Shape (n,), the points that need an entry. The caller changes it between rounds.
        """
        for ranks in (np.arange(1, _COUNT + 1), _RANKS):
            rows = np.flatnonzero(left)
            yield rows, self._nearest(xyz[rows], country[rows], self.places.tree, ranks, None)
        for home in np.unique(country[left]).tolist():
            rows = np.flatnonzero(left & (country == home))
            usable, tree = self._leading_tree(home)
            yield rows, self._nearest(xyz[rows], country[rows], tree, _OF_COUNTRY, usable)

    def _nearest(
        self,
        xyz: Floats,
        country: Integers,
        tree: scipy.spatial.cKDTree,
        ranks: Integers,
        numbers: Integers | None,
    ) -> Entries:
        """Return the entries of points at the places of a tree with given ranks by distance."""
        ranks = ranks[ranks <= tree.n]
        if not ranks.size or not len(xyz):
            return self._at(xyz, country, np.zeros((len(xyz), 0), dtype=np.int64))
        found = np.asarray(tree.query(xyz, k=ranks)[1], dtype=np.int64)
        return self._at(xyz, country, found if numbers is None else numbers[found])

    def _leading_tree(self, home: int) -> tuple[Integers, scipy.spatial.cKDTree]:
        """Return the places of `_leading` and their tree, made once for each country."""
        if home not in self._trees:
            usable = self._leading(home)
            self._trees[home] = usable, scipy.spatial.cKDTree(self.places.xyz[usable])
        return self._trees[home]

    def _leading(self, home: int) -> Integers:
        """Return the places from which a way leads to the destination, in one country."""
        places = self.places
        nowhere_along = np.zeros(len(places.edges))
        weight = self._onward(places.edges, nowhere_along, places.node)[0]
        same = (places.country == home) | (home < 0) | (places.country < 0)
        return np.flatnonzero(np.isfinite(weight) & same)

    def _at(self, xyz: Floats, country: Integers, place: Integers) -> Entries:
        """Return the entries of points (n,) at places (n, k)."""
        shape = place.shape
        points, flat = np.repeat(xyz, shape[1], axis=0), place.ravel()
        foot, edge, share = self.places.feet(points, flat)
        km = surface_distance_m(points, foot) / 1000
        home, own = np.repeat(country, shape[1]), self.places.country[flat]
        allowed = ((home == own) | (home < 0) | (own < 0)) & (km <= self.reach_km)
        weight, end, node = self._onward(edge, share, self.places.node[flat])
        weight = weight + km * self.paths.costs.straight(self.paths.objective)
        weight[~allowed] = np.inf
        flat_entries = Entries(km, edge, share, end, node, weight, foot)
        return flat_entries.at(np.arange(place.size).reshape(shape))

    def _onward(
        self, edge: Integers, share: Floats, gate: Integers
    ) -> tuple[Floats, Integers, Integers]:
        """Return the weight from entries to the destination, the end gone to, and its node."""
        on = np.flatnonzero(edge >= 0)
        of, part = edge[on], share[on]
        arrival = self.paths.costs.graph.arrival[of]
        ways = self._edge_weight[of] * np.column_stack([part, 1 - part])
        ways += np.where(self.paths.usable[of, None], self.paths.tree.weight[arrival], np.inf)
        weight, end, node = self.gate_weight[gate], np.zeros(len(edge), np.int64), gate.copy()
        end[on] = ways[:, 1] < ways[:, 0]
        weight[on] = np.minimum(ways[:, 0], ways[:, 1])
        node[on] = self.paths.network.ends[of, end[on]]
        return weight, end, node

    @cached_property
    def _edge_weight(self) -> Floats:
        """Shape (edges, 2): weight of each edge towards its first, and towards its last node."""
        edges = len(self.paths.network)
        return self.paths.costs.weight(self.paths.objective)[:edges]

    @cached_property
    def lorry_vertex(self) -> Integers:
        """The vertex of the graph at which a lorry arrives at each node: on a road, if it has one.

        A node without a road has the vertex at which the way on begins.
        """
        graph, tree = self.paths.costs.graph, self.paths.tree
        road = np.flatnonzero(graph.mode[: len(graph.leave)] == MODES.index("road"))
        vertex = tree.first_vertex.copy()
        order = road[np.lexsort((-road, -tree.weight[road]))]
        vertex[graph.node[order]] = order
        return vertex

    @cached_property
    def gate_weight(self) -> Floats:
        """Weight from each node for a lorry that arrives there, loading included."""
        loading = self.paths.costs.loading(self.paths.objective)
        return self.paths.tree.weight[self.lorry_vertex] + loading * self.loads_first

    @cached_property
    def loads_first(self) -> Booleans:
        """Whether a lorry off the roads is unloaded at each node onto a train or ship.

        Where the node has a road, the path from it counts the loading.
        """
        vertex = self.lorry_vertex
        by_road = self.paths.costs.graph.mode[vertex] == MODES.index("road")
        return np.asarray((self.paths.tree.step[vertex] >= 0) & ~by_road)

    def vertices(self, edge: Integers, end: Integers, node: Integers) -> Integers:
        """Return the vertex of the graph at which a lorry arrives after each entry."""
        vertices, on = self.lorry_vertex[node], np.flatnonzero(edge >= 0)
        vertices[on] = self.paths.costs.graph.arrival[edge[on], end[on]]
        return vertices

    def along(self, edge: Integers, share: Floats, end: Integers) -> dict[str, Floats]:
        """Return km, and hours and USD per tonne (n, 3), from each entry to the end of its edge."""
        costs, on = self.paths.costs, np.flatnonzero(edge >= 0)
        part = np.where(end == 1, 1 - share, share)[on]
        km, hours, usd_t = np.zeros(len(edge)), np.zeros((len(edge), 3)), np.zeros((len(edge), 3))
        km[on] = costs.km[edge[on]] * part
        hours[on] = costs.hours[edge[on], end[on]] * part[:, None]
        usd_t[on] = costs.usd_t[edge[on], end[on]] * part[:, None]
        return {"km": km, "hours": hours, "usd_t": usd_t}

    def cut_off(self, xyz: Floats, country: Integers) -> Integers:
        """Return the nearest node within reach of each point, even if no way leads from it.

        Parameters
        ----------
        xyz
            Shape (n, 3), points, Earth-centred, metres.
        country
            Shape (n,), position in ``graph.codes``, `UNKNOWN` or `ABROAD`.

        Returns
        -------
        numpy.ndarray of int
            Shape (n,), position in ``network.nodes``, -1 where none is within reach.
        """
        places, nodes = self.places, np.full(len(xyz), NONE)
        ends = self.paths.network.ends
        for home in np.unique(country).tolist():
            rows = np.flatnonzero(country == home)
            own = np.flatnonzero((places.country == home) | (home < 0) | (places.country < 0))
            if not own.size:
                continue
            away, near = scipy.spatial.cKDTree(places.xyz[own]).query(xyz[rows])
            place = own[near]
            edge = places.edges[place]
            node = np.where(edge >= 0, ends[edge, 0], places.node[place])
            nodes[rows] = np.where(away <= self.reach_km * 1000, node, NONE)
        return nodes
