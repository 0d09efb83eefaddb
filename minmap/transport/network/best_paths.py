"""The best paths from the nodes of a network to a destination, by length, time or price."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy
import shapely
from shapely import LineString

from minmap.arguments import require_one_of
from minmap.errors import MinmapError
from minmap.transport.network.exclusions import avoid_words, avoided, countries_among
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import destination_words, find_node
from minmap.transport.network.parameters import assumed
from minmap.transport.network.state_graph import COUNTED, StateGraph, graph_of
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import Booleans, Floats, Geometries, Integers

OBJECTIVES: Final = ("km", "hours", "usd_t")
NOWHERE: Final = -1
# Columns of counts: see `COUNTED`.
_KM: Final = slice(0, len(MODES))
_BORDERS: Final = slice(len(MODES), 2 * len(MODES))


@dataclass(frozen=True, eq=False)
class _ShortestPathTree:
    """A shortest-path tree over the vertices of a `StateGraph`.

    Attributes
    ----------
    weight
        Weight of the path from each vertex, inf where there is no path.
    next_vertex
        The next vertex of the path; the same vertex at the destination and where there is no path.
    step
        The step to it, -1 where there is none.
    forward
        Whether that step is an edge used from its ``from_node`` to its ``to_node``.
    first_vertex
        The vertex at which the best path of each node begins.
    """

    weight: Floats
    next_vertex: Integers
    step: Integers
    forward: Booleans
    first_vertex: Integers


def _shortest_paths(
    graph: StateGraph, usable: Booleans, targets: Integers, rate: Floats
) -> _ShortestPathTree:
    """Return the tree of the shortest paths to target nodes.

    Parameters
    ----------
    graph
        States of a network.
    usable
        Whether each edge may be used.
    targets
        Positions of the nodes to reach.
    rate
        Weight of one of each of `COUNTED`.
    """
    vertices = len(graph.node)
    arcs, arc_weight = _best_arcs(graph, usable, rate)
    roots = np.flatnonzero(np.isin(graph.node[: len(graph.leave)], targets))
    weight, before = np.full(vertices, np.inf), np.full(vertices, NOWHERE)
    if roots.size:
        starts = np.searchsorted(arcs[:, 0], np.arange(vertices + 1))
        parts = (arc_weight, arcs[:, 1], starts)
        matrix: scipy.sparse.csr_array[np.float64] = scipy.sparse.csr_array(
            parts, shape=(vertices, vertices)
        )
        weight, before, _ = scipy.sparse.csgraph.dijkstra(
            matrix, indices=roots, min_only=True, return_predecessors=True
        )

    moved = before >= 0
    next_vertex = np.where(moved, before, np.arange(vertices))
    taken = np.searchsorted(
        arcs[:, 0] * vertices + arcs[:, 1], (next_vertex * vertices + np.arange(vertices))[moved]
    )
    step, forward = np.full(vertices, NOWHERE), np.zeros(vertices, dtype=np.bool_)
    step[moved], forward[moved] = arcs[taken, 2], arcs[taken, 3] == 1
    first_vertex = _best_vertices(graph, weight, roots)
    return _ShortestPathTree(weight, next_vertex, step, forward, first_vertex)


def _best_arcs(graph: StateGraph, usable: Booleans, rate: Floats) -> tuple[Integers, Floats]:
    """Return the arcs that may be used and their weights, one for each pair of vertices."""
    may_step = np.ones(len(graph.counts), dtype=np.bool_)
    may_step[: len(usable)] = usable
    arcs = graph.arcs[may_step[graph.arcs[:, 2]]]
    weight = (graph.counts @ rate)[arcs[:, 2]]
    # Only the best of parallel arcs, and the first of equals: a sparse matrix would sum them.
    pair = arcs[:, 0] * len(graph.node) + arcs[:, 1]
    order = np.lexsort((weight, pair))
    order = order[np.diff(pair[order], prepend=NOWHERE) > 0]
    return arcs[order], weight[order]


def _best_vertices(graph: StateGraph, weight: Floats, roots: Integers) -> Integers:
    """Return for each node the vertex at which its best path begins."""
    # A path begins with leaving its node; from an arrival vertex it would begin with a transfer.
    order = graph.leave[np.lexsort((weight[graph.leave], graph.node[graph.leave]))]
    best = order[np.unique(graph.node[order], return_index=True)[1]]
    at_root, root = np.unique(graph.node[roots], return_index=True)
    best[at_root] = roots[root]
    return best


def _totals_along(graph: StateGraph, tree: _ShortestPathTree) -> tuple[Floats, Integers, Integers]:
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


def _countries_along(graph: StateGraph, tree: _ShortestPathTree, depth: Integers) -> Geometries:
    """Return the countries of the path from each vertex, as a text.

    A step within the country of the next step has the text of the next step. So only the other
    steps make a text, those nearest to the destination first.
    """
    vertices, following = np.arange(len(tree.step)), tree.next_vertex
    passes = np.append(graph.passes, 0)[tree.step]  # a step of -1 passes no country
    length = np.array([len(codes) for codes in graph.passed])[passes]
    known = _last(np.where(length > 0, vertices, following))
    makes_text = (length > 1) | ((length == 1) & (passes != passes[known[following]]))
    maker = _last(np.where(makes_text, vertices, following))
    made: dict[int, tuple[str, ...]] = {}
    texts = np.full(len(vertices), "", dtype=object)
    makers = np.flatnonzero(makes_text)
    for vertex in makers[np.argsort(depth[makers], kind="stable")].tolist():
        codes = graph.passed[passes[vertex]]
        codes = codes if tree.forward[vertex] else codes[::-1]
        rest = made.get(int(maker[following[vertex]]), ())
        made[vertex] = codes + (rest[1:] if rest[:1] == codes[-1:] else rest)
        texts[vertex] = " ".join(made[vertex])
    return texts[maker]


@dataclass(frozen=True, eq=False, repr=False)
class BestPaths:
    """The best path from each node of a network to a destination. It is immutable.

    All arrays have one value for each node, in the order of ``network.nodes``, and are read-only.
    Where there is no path, numbers are NaN or, if whole, -1.

    Attributes
    ----------
    network, assumptions
        The network and the assumptions of the search.
    objective
        The quantity that was minimised: ``"km"``, ``"hours"`` or ``"usd_t"``.
    avoided
        The words of ``avoid``.
    weight
        The least value of the objective; inf where there is no path.
    countries
        Alpha-3 codes of the countries passed, space-separated, in the order of travel from the
        node to the destination (``"KAZ AZE GEO"``); None where there is no path.
    destination
        Position of the node at which the path ends.
    route_km
        Length of the path, km.
    hours, cost_usd_t
        Time and price (USD per tonne) on edges, at borders, transshipments and breaks of gauge,
        without loading.
    borders, transshipments, gauge_breaks
        Numbers of borders crossed, transshipments and breaks of gauge.
    """

    network: Network
    assumptions: Mapping[str, float]
    objective: str
    avoided: tuple[str, ...]
    weight: Floats
    countries: Geometries
    destination: Integers
    route_km: Floats
    hours: Floats
    cost_usd_t: Floats
    borders: Integers
    transshipments: Integers
    gauge_breaks: Integers
    _mode_km: Floats
    _tree: _ShortestPathTree

    def __repr__(self) -> str:
        names = self.network.nodes["node_id"].iloc[np.unique(self.destination[self.reached])]
        reached = f"{self.reached.sum():,} of {len(self.reached):,} nodes"
        return f"BestPaths(to {', '.join(names) or 'nowhere'} by {self.objective}: {reached})"

    @property
    def reached(self) -> Booleans:
        """Whether there is a path."""
        return np.isfinite(self.weight)

    @property
    def km(self) -> Mapping[str, Floats]:
        """Lengths of the paths, km: one array for each mode."""
        return dict(zip(MODES, self._mode_km.T, strict=True))

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
        vertices, step, is_edge = self._path_from(node)
        return step[is_edge], self._tree.forward[vertices][is_edge]

    def steps_from(self, node: int) -> pd.DataFrame:
        """Return the path from a node step by step, in the order of travel.

        Parameters
        ----------
        node
            Position of the node in ``network.nodes``.

        Returns
        -------
        pandas.DataFrame
            One row for each edge, and for each node at which mode, gauge or country change: the
            position of the ``node`` at which the step begins, position of the ``edge`` (-1 for a
            change at a node), ``forward``, ``km``, ``hours``, ``cost_usd_t``, ``borders``,
            ``transshipments``, ``gauge_breaks``. The sums are the totals of the path.
        """
        vertices, step, is_edge = self._path_from(node)
        graph = graph_of(self.network)
        counts = graph.counts[step]
        table = pd.DataFrame(
            {
                "node": graph.node[vertices],
                "edge": np.where(is_edge, step, NOWHERE),
                "forward": self._tree.forward[vertices],
                "km": counts[:, _KM].sum(axis=1),
                **_quantities(counts, self.assumptions),
            }
        )
        return table[is_edge | counts.any(axis=1)].reset_index(drop=True)

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
        edges, forward = self.edges_from(node)
        if not len(edges):
            return None
        lines = self.network.edges.geometry.to_numpy()[edges]
        line: LineString = joined_lines(lines, forward, np.zeros_like(edges))[0]
        return shapely.remove_repeated_points(line)

    def _path_from(self, node: int) -> tuple[Integers, Integers, Booleans]:
        """Return the vertices of a path that have a step, the steps, and which are edges."""
        vertex, passed = int(self._tree.first_vertex[node]), list[int]()
        while self._tree.step[vertex] >= 0:
            passed.append(vertex)
            vertex = int(self._tree.next_vertex[vertex])
        vertices = np.array(passed, dtype=np.int64)
        step = self._tree.step[vertices]
        return vertices, step, step < len(self.network)


def rates(assumptions: Mapping[str, float], objective: str) -> Floats:
    """Return the weight of one of each of `COUNTED`, in km, hours or USD per tonne.

    A pipeline crosses borders without a stop.

    Examples
    --------
    >>> dict(zip(COUNTED, rates(assumed(), "hours").tolist()))["rail_borders"]
    40.6
    """
    if objective == "km":
        return np.array([name.endswith("_km") for name in COUNTED], dtype=float)
    value = {**assumptions, f"border_pipeline_{objective}": 0.0}
    if objective == "hours":
        km = [1 / value[f"{mode}_kmh"] for mode in MODES]
    else:
        km = [value[f"{mode}_usd_tkm"] for mode in MODES]
    borders = [value[f"border_{mode}_{objective}"] for mode in MODES]
    return np.array(
        [*km, *borders, value[f"transshipment_{objective}"], value[f"gauge_break_{objective}"]]
    )


def find_paths(
    network: Network,
    to: str | Iterable[str],
    *,
    avoid: str | Iterable[str] = (),
    allow: str | Iterable[str] = (),
    objective: str = "hours",
    assumptions: Mapping[str, float] | None = None,
) -> BestPaths:
    """Find the best path from every node of a network to a destination.

    Parameters
    ----------
    network
        The network.
    to
        The id or name of a node (see `find_node`), or several, to reach whichever is best.
    avoid, allow
        Parts of the network that paths must not use, and statuses besides "operating" that they
        may use: see `minmap.transport.network.exclusions.avoided`.
    objective
        The quantity to minimise: ``"km"``, ``"hours"``, or ``"usd_t"`` (USD per tonne).
    assumptions
        Values that replace those of `minmap.transport.network.parameters`, by key.

    Returns
    -------
    BestPaths
        Nodes without a path are not ``reached``. It is not an error to avoid the country of the
        destination, or all edges that lead to it: then there is no path.

    Notes
    -----
    The time of an edge is its length divided by the speed of its mode, plus a border of its mode
    for each country after its first; an edge without countries has those of its two nodes.
    Between two edges at a node there is a transshipment if their modes differ, a break of gauge if
    both are rail and their gauges differ, and a border if the countries in which they meet differ.
    Where the modes differ as well, the border counts for the mode that comes first in: sea, rail,
    road, pipeline. An unknown country or gauge is not a change. The path back from the destination
    has the same weight.

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
    >>> paths = find_paths(network, "poti_port")
    >>> aktau = find_node(network, "Aktau", argument="start")
    >>> paths.countries[aktau], int(paths.borders[aktau]), int(paths.transshipments[aktau])
    ('KAZ AZE GEO', 2, 1)
    >>> round(paths.km["sea"][aktau]), round(paths.km["rail"][aktau])
    (479, 777)
    >>> bool(find_paths(network, "poti_port", avoid="sea").reached[aktau])
    False
    """
    require_one_of(objective, OBJECTIVES, name="objective")
    values, excluded = assumed(assumptions), avoid_words(avoid)
    targets = _targets(network, destination_words(network, to), excluded)
    usable = ~avoided(network, avoid, allow)
    tree = _shortest_paths(graph_of(network), usable, targets, rates(values, objective))
    paths = _paths_along(network, tree, values)
    for array in paths.values():
        array.setflags(write=False)
    return BestPaths(network, values, objective, excluded, **paths, _tree=tree)


def _targets(network: Network, to: tuple[str, ...], avoid: tuple[str, ...]) -> Integers:
    """Return the destination nodes, without those in an avoided country."""
    if not to:
        raise MinmapError("to is empty; give the id or name of a node, such as to='poti_port'.")
    found = np.array([find_node(network, word, argument="to") for word in to], dtype=np.int64)
    nodes = network.nodes.iloc[found]
    named = nodes["node_id"].isin(avoid).to_numpy()
    if named.any():
        raise MinmapError(
            f"avoid={nodes['node_id'].iloc[named.argmax()]!r} is the destination "
            f"to={to[named.argmax()]!r}; leave it out of one of them."
        )
    excluded = nodes["country"].isin(countries_among(network, avoid)).to_numpy()
    return np.asarray(found[~excluded])


def _paths_along(
    network: Network, tree: _ShortestPathTree, assumptions: Mapping[str, float]
) -> dict[str, Any]:
    """Return the fields of `BestPaths` that have a value for each node."""
    graph, first = graph_of(network), tree.first_vertex
    reached = np.isfinite(tree.weight[first])
    totals, last, depth = _totals_along(graph, tree)
    counts = totals[first]
    counts[~reached] = np.nan
    destination = np.where(reached, graph.node[last[first]], NOWHERE)
    own = network.nodes["country"].fillna("").to_numpy(dtype=object)
    countries = _countries_along(graph, tree, depth)[first]
    countries = np.where(destination == np.arange(len(destination)), own, countries)
    countries[~reached] = None
    return {
        "weight": tree.weight[first],
        "countries": countries,
        "destination": destination,
        "route_km": counts[:, _KM].sum(axis=1),
        "_mode_km": counts[:, _KM],
        **_quantities(counts, assumptions),
    }


def _quantities(counts: Floats, assumptions: Mapping[str, float]) -> dict[str, Any]:
    """Return time, price and numbers of events of paths or steps, from their counts."""
    numbers = {
        "borders": counts[:, _BORDERS].sum(axis=1),
        "transshipments": counts[:, COUNTED.index("transshipments")],
        "gauge_breaks": counts[:, COUNTED.index("gauge_breaks")],
    }
    return {
        "hours": counts @ rates(assumptions, "hours"),
        "cost_usd_t": counts @ rates(assumptions, "usd_t"),
        **{k: np.nan_to_num(n, nan=NOWHERE).astype(np.int64) for k, n in numbers.items()},
    }


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
