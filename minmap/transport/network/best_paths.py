"""The best paths from the nodes of a network to a destination, by price, time or length."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString

from minmap.arguments import require_one_of, shown
from minmap.errors import MinmapError
from minmap.transport.network.border_crossings import given_crossings
from minmap.transport.network.border_passages import passages_of
from minmap.transport.network.exclusions import Avoided, Exclusions
from minmap.transport.network.found_places import FoundPlace, places_given
from minmap.transport.network.network import Network
from minmap.transport.network.parameters import Range, assumed
from minmap.transport.network.path_tree import NOWHERE, PathTree, last
from minmap.transport.network.rates import COUNTED
from minmap.transport.network.state_graph import graph_of
from minmap.transport.network.step_costs import MIDDLE, OBJECTIVES, StepCosts
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import Booleans, Floats, Geometries, Integers, Texts

_EVENTS = [COUNTED.index(name) for name in ("loadings", "transshipments", "gauge_breaks")]


@dataclass(frozen=True, eq=False)
class PathTotals:
    """Totals of the paths from n vertices; NaN, or -1 if whole, where there is no path.

    Attributes
    ----------
    hours, cost_usd_t
        Shape (n, 3): low, middle and high of time and price, in USD per tonne.
    mode_km
        Shape (n, 3): length by rail, road and sea, km.
    borders, loadings, transshipments, gauge_breaks
        Numbers of events.
    """

    hours: Floats
    cost_usd_t: Floats
    mode_km: Floats
    borders: Integers
    loadings: Integers
    transshipments: Integers
    gauge_breaks: Integers

    @property
    def route_km(self) -> Floats:
        """Length of the paths, km."""
        return np.asarray(self.mode_km.sum(axis=1))

    def __post_init__(self) -> None:
        for values in vars(self).values():
            values.setflags(write=False)

    def take(self, rows: Integers) -> "PathTotals":
        """Return the totals of some of the paths."""
        return PathTotals(*(values[rows] for values in vars(self).values()))


@dataclass(frozen=True, eq=False, repr=False)
class BestPaths:
    """The best path from each node of a network to a destination. It is immutable.

    Arrays have one value for each node, in the order of ``network.nodes``, and are read-only. Where
    there is no path, numbers are NaN or, if whole, -1.

    Attributes
    ----------
    network
        The network.
    costs
        What each step takes, and the assumptions of the search.
    objective
        The quantity that was minimised: ``"usd_t"``, ``"hours"`` or ``"km"``.
    avoided
        The words of ``avoid``.
    usable
        Whether each step may be used.
    tree
        The paths from the vertices of the graph of states.
    """

    network: Network
    costs: StepCosts
    objective: str
    avoided: tuple[str, ...]
    usable: Booleans
    tree: PathTree

    def __repr__(self) -> str:
        names = self.network.nodes["node_id"].iloc[np.unique(self.destination[self.reached])]
        reached = f"{self.reached.sum():,} of {len(self.reached):,} nodes"
        return f"BestPaths(to {', '.join(names) or 'nowhere'} by {self.objective}: {reached})"

    @property
    def assumptions(self) -> Mapping[str, Range]:
        """The ranges that the search used, by key."""
        return self.costs.assumptions

    @cached_property
    def weight(self) -> Floats:
        """The least value of the objective; inf where there is no path."""
        weight: Floats = self.tree.weight[self.tree.first_vertex]
        weight.setflags(write=False)
        return weight

    @property
    def reached(self) -> Booleans:
        """Whether there is a path."""
        return np.isfinite(self.weight)

    @cached_property
    def from_vertices(self) -> PathTotals:
        """The totals of the path from each vertex of the graph of states."""
        costs, tree = self.costs, self.tree
        counts = costs.graph.counts[:, _EVENTS]
        plain = tree.sums(
            np.column_stack([costs.mode_km, costs.passages.count.astype(float), counts])
        )
        ranges = tree.sums(np.concatenate([costs.hours, costs.usd_t], axis=2))
        none = ~np.isfinite(tree.weight)
        plain[none], ranges[none] = np.nan, np.nan
        whole = np.nan_to_num(plain[:, 3:], nan=NOWHERE).round().astype(np.int64)
        return PathTotals(ranges[:, :3], ranges[:, 3:], plain[:, :3], *whole.T)

    @cached_property
    def totals(self) -> PathTotals:
        """The totals of the path from each node."""
        return self.from_vertices.take(self.tree.first_vertex)

    @property
    def route_km(self) -> Floats:
        """Length of the paths, km."""
        return self.totals.route_km

    @property
    def km(self) -> Mapping[str, Floats]:
        """Lengths of the paths, km: one array for each mode."""
        return dict(zip(MODES, self.totals.mode_km.T, strict=True))

    @property
    def hours(self) -> Floats:
        """Time on edges, at borders, loading, at transshipments and breaks of gauge: the middle."""
        return self.totals.hours[:, MIDDLE]

    @property
    def cost_usd_t(self) -> Floats:
        """Price of the same, USD per tonne: the middle."""
        return self.totals.cost_usd_t[:, MIDDLE]

    @property
    def borders(self) -> Integers:
        """Number of borders crossed."""
        return self.totals.borders

    @cached_property
    def destination(self) -> Integers:
        """Position of the node at which the path ends."""
        return self.ends_of(self.tree.first_vertex)

    def ends_of(self, vertices: Integers) -> Integers:
        """Return the node at which the path from each vertex ends, -1 where there is none."""
        ends = self.costs.graph.node[self.tree.last_vertex[vertices]]
        return np.where(np.isfinite(self.tree.weight[vertices]), ends, NOWHERE)

    @cached_property
    def countries(self) -> Texts:
        """Alpha-3 codes of the countries passed, in the order of travel from the node.

        They are parted by spaces (``"KAZ AZE GEO"``); None where there is no path.
        """
        own = self.network.nodes["country"].fillna("").to_numpy(dtype=object)
        texts = self.tree.countries[self.tree.first_vertex]
        texts = np.where(self.destination == np.arange(len(texts)), own, texts)
        texts[~self.reached] = None
        return texts

    @cached_property
    def lorry_vertex(self) -> Integers:
        """For each vertex the last to which its path leads by road alone, where a lorry stops."""
        road, tree = self.costs.graph.mode == MODES.index("road"), self.tree
        moves = (tree.step >= 0) & road & road[tree.next_vertex]
        return last(np.where(moves, tree.next_vertex, np.arange(len(moves))))

    def edges_from(self, node: int) -> tuple[Integers, Booleans]:
        """Return the edges of the path from a node, in the order of travel.

        Parameters
        ----------
        node
            Position of the node in ``network.nodes``.

        Returns
        -------
        edges : numpy.ndarray of int
            Positions in ``network.edges``; empty at the destination and where there is no path.
        forward : numpy.ndarray of bool
            Whether each is used from its ``from_node`` to its ``to_node``.
        """
        return self.edges_along(int(self.tree.first_vertex[node]))

    def edges_along(self, vertex: int) -> tuple[Integers, Booleans]:
        """Return the edges of the path from a vertex, as `edges_from` does."""
        vertices = self.tree.path_from(vertex)
        step = self.tree.step[vertices]
        is_edge = step < len(self.network)
        return step[is_edge], self.tree.direction[vertices[is_edge]] == 1

    def steps_along(self, vertex: int) -> pd.DataFrame:
        """Return the path from a vertex step by step, in the order of travel.

        Parameters
        ----------
        vertex
            A vertex of the graph of states.

        Returns
        -------
        pandas.DataFrame
            One row for each edge, and for each node at which mode, gauge or country change: the
            position of the ``node`` at which the step begins, position of the ``edge`` (-1 for a
            change at a node), the ``step``, ``forward``, ``km``, ``hours_low``, ``hours``,
            ``hours_high``, ``usd_t_low``, ``usd_t``, ``usd_t_high``, ``borders``, ``loadings``,
            ``transshipments``, ``gauge_breaks``. The sums are the totals of the path.
        """
        vertices = self.tree.path_from(vertex)
        step, direction = self.tree.step[vertices], self.tree.direction[vertices]
        is_edge = step < len(self.network)
        graph, costs = self.costs.graph, self.costs
        columns: dict[str, Any] = {
            "node": graph.node[vertices],
            "edge": np.where(is_edge, step, NOWHERE),
            "step": step,
            "forward": direction == 1,
            "km": costs.km[step],
        }
        for name, values in costs.of(step, direction).items():
            for level, column in zip(("_low", "", "_high"), values.T, strict=True):
                columns[f"{name}{level}"] = column
        columns["borders"] = costs.passages.count[step]
        for at in _EVENTS:
            columns[COUNTED[at]] = graph.counts[step, at].astype(np.int64)
        table = pd.DataFrame(columns)
        changes = table[["borders", *(COUNTED[at] for at in _EVENTS)]].to_numpy().any(axis=1)
        return table[is_edge | changes].reset_index(drop=True)

    @cached_property
    def crossings(self) -> Texts:
        """The ids of the border crossings on the path from each vertex, parted by spaces."""
        return self.tree.joined(self.costs.passages.texts(self.costs.graph))

    def line_from(self, node: int) -> LineString | None:
        """Return the path from a node as one line, drawn in the direction of travel.

        Parameters
        ----------
        node
            Position of the node in ``network.nodes``.

        Returns
        -------
        shapely.LineString or None
            In EPSG:4326; None at the destination and where there is no path.
        """
        return self.line_along(int(self.tree.first_vertex[node]))

    def line_along(self, vertex: int) -> LineString | None:
        """Return the path from a vertex as one line, as `line_from` does."""
        edges, forward = self.edges_along(vertex)
        if not len(edges):
            return None
        lines = self.network.edges.geometry.to_numpy()[edges]
        line: LineString = joined_lines(lines, forward, np.zeros_like(edges))[0]
        return shapely.remove_repeated_points(line)


def find_paths(
    network: Network,
    to: Any,
    *,
    avoid: Avoided = (),
    allow: str | Iterable[str] = (),
    objective: str = "usd_t",
    assumptions: Mapping[str, float | tuple[float, float, float]] | None = None,
    crossings: gpd.GeoDataFrame | None = None,
) -> BestPaths:
    """Find the best path from every node of a network to a destination.

    Parameters
    ----------
    network
        The network.
    to
        A place, or several, to reach whichever is best: see
        `minmap.transport.network.found_places`.
    avoid, allow
        Parts of the network that paths must not use, and statuses besides "operating" that they
        may use: see `minmap.transport.network.exclusions.Exclusions`.
    objective
        The quantity to minimise: ``"usd_t"`` (USD per tonne), ``"hours"`` or ``"km"``.
    assumptions
        Values that replace those of `minmap.transport.network.parameters`, by key.
    crossings
        Border crossings that replace those of `minmap.crossings`.

    Returns
    -------
    BestPaths
        Nodes without a path are not ``reached``. It is not an error to avoid the country of the
        destination, or all edges that lead to it: then there is no path.

    Notes
    -----
    The time of an edge is its length divided by the speed of its mode, plus a border crossing for
    each country after its first; an edge without countries has those of its two nodes. Between two
    edges at a node there is a loading if the mode changes between road and rail, a transshipment
    if it changes otherwise, a break of gauge if both are rail and their gauges differ, and a border
    if the countries in which they meet differ. Where the modes differ as well, the border counts
    for the mode that comes first in: sea, rail, road. An unknown country or gauge is not a change.
    A border takes what the crossing takes at which it is crossed, in that direction; a crossing
    that is closed cannot be used.

    Dijkstra's algorithm (E. W. Dijkstra 1959, A note on two problems in connexion with graphs,
    Numerische Mathematik 1, 269-271, doi:10.1007/BF01386390) as `scipy.sparse.csgraph` has it, over
    states of nodes: see `minmap.transport.network.state_graph`. The choice among paths of equal
    weight depends only on the network and the arguments.

    Raises
    ------
    ChoiceError
        If `to`, `objective`, or a word of `avoid`, `allow` or `assumptions` is not known.
    MinmapError
        If `to` is empty or names a node that is to be avoided, or an assumption is out of range.

    Examples
    --------
    >>> import minmap as mm
    >>> network = Network.from_corridors(mm.corridor("middle"))
    >>> paths = find_paths(network, "poti_port", objective="hours")
    >>> aktau = network.nodes["node_id"].tolist().index("aktau_port")
    >>> paths.countries[aktau], int(paths.borders[aktau])
    ('KAZ AZE GEO', 2)
    >>> round(paths.km["sea"][aktau]), round(paths.km["rail"][aktau])
    (479, 777)
    >>> bool(find_paths(network, "poti_port", avoid="sea").reached[aktau])
    False
    """
    table = given_crossings(crossings)
    excluded = Exclusions.find(network, avoid, table["crossing_id"])
    targets = targets_of(network, places_given(network, to, argument="to"), excluded)
    return paths_to(
        network,
        targets,
        excluded=excluded,
        allow=allow,
        objective=objective,
        assumptions=assumptions,
        table=table,
    )


def paths_to(
    network: Network,
    targets: Integers,
    *,
    excluded: Exclusions,
    allow: str | Iterable[str],
    objective: str,
    assumptions: Mapping[str, float | tuple[float, float, float]] | None,
    table: gpd.GeoDataFrame,
) -> BestPaths:
    """Do what `find_paths` does, to the nodes at given positions over a table of crossings."""
    require_one_of(objective, OBJECTIVES, name="objective")
    graph = graph_of(network)
    passages = passages_of(network, table)
    costs = StepCosts(graph, passages, assumed(assumptions))
    usable = ~passages.closed & ~passages.passing(graph, excluded.crossings)
    usable[: len(network)] &= ~excluded.edges(network, allow)
    tree = PathTree.grow(graph, usable, targets, costs.weight(objective))
    return BestPaths(network, costs, objective, excluded.words, usable, tree)


def targets_of(network: Network, places: tuple[FoundPlace, ...], excluded: Exclusions) -> Integers:
    """Return the nodes of places, without those in an avoided country.

    Raises
    ------
    MinmapError
        If all nodes of a place are avoided.
    """
    ids, countries = network.nodes["node_id"], network.nodes["country"]
    for place in places:
        if ids.iloc[place.nodes].isin(excluded.nodes).all():
            raise MinmapError(
                f"avoid={shown(list(excluded.words))} contains the destination to={place.given!r}; "
                "leave it out of one of them."
            )
    found = np.unique(np.concatenate([place.nodes for place in places]))
    left_out = countries.isin(excluded.countries) | ids.isin(excluded.nodes)
    return np.asarray(found[~left_out.iloc[found].to_numpy()])


def joined_lines(lines: Geometries, forward: Booleans, group: Integers) -> Geometries:
    """Join the lines of each group, in the direction of travel.

    Parameters
    ----------
    lines
        Shape (n,), in the order of travel.
    forward
        Shape (n,), whether each is drawn in the direction of travel.
    group
        Shape (n,), number of the group that each belongs to, in rising order from 0.
    """
    turned = np.where(forward, lines, shapely.reverse(lines))
    lonlat, line = shapely.get_coordinates(turned, return_index=True)
    return np.asarray(shapely.linestrings(lonlat, indices=group[line]))
