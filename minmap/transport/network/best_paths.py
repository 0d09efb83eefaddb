"""The best paths from the nodes of a network to a destination, by length, time or price."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from shapely import LineString

from minmap.arguments import require_one_of
from minmap.errors import MinmapError
from minmap.transport.network.exclusions import avoid_words, avoided, countries_among
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import destination_words, find_node
from minmap.transport.network.parameters import Assumptions
from minmap.transport.network.shortest_path_tree import (
    NOWHERE,
    ShortestPathTree,
    countries_along,
    shortest_paths,
    totals_along,
)
from minmap.transport.network.state_graph import COUNTED, graph_of
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import Booleans, Floats, Geometries, Integers

OBJECTIVES: Final = ("km", "hours", "usd_t")
# Columns of counts: see `COUNTED`.
_KM: Final = slice(0, len(MODES))
_BORDERS: Final = slice(len(MODES), 2 * len(MODES))


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
    assumptions: Assumptions
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
    _tree: ShortestPathTree

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
        """Length of the path by mode, km."""
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
        lines = np.where(forward, lines, shapely.reverse(lines))
        line: LineString = shapely.LineString(shapely.get_coordinates(lines))
        return shapely.remove_repeated_points(line)

    def _path_from(self, node: int) -> tuple[Integers, Integers, Booleans]:
        """Return the vertices of a path that have a step, the steps, and which are edges."""
        vertices = self._tree.path_from(node)[: None if self.reached[node] else 0]
        vertices = vertices[self._tree.step[vertices] >= 0]
        step = self._tree.step[vertices]
        return vertices, step, step < len(self.network)


def rates(assumptions: Assumptions, objective: str) -> Floats:
    """Return the weight of one of each of `COUNTED`, in km, hours or USD per tonne.

    A pipeline crosses borders without a stop.

    Examples
    --------
    >>> dict(zip(COUNTED, rates(Assumptions.of(), "hours").tolist()))["rail_borders"]
    40.6
    """
    if objective == "km":
        return np.array([name.endswith("_km") for name in COUNTED], dtype=float)
    value = asdict(assumptions) | {f"border_pipeline_{objective}": 0.0}
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
    assumptions: Assumptions | Mapping[str, float] | None = None,
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
    Where the modes differ as well, it is a border of the first of sea, rail, road and pipeline
    among the two. An unknown country or gauge is not a change. The path back from the destination
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
    assumed = Assumptions.of(assumptions)
    targets = _targets(network, destination_words(network, to), avoid_words(avoid))
    usable = ~avoided(network, avoid, allow)
    tree = shortest_paths(graph_of(network), usable, targets, rates(assumed, objective))
    return _paths_along(network, tree, assumed, objective, avoid_words(avoid))


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
    targets: Integers = found[~excluded]
    return targets


def _paths_along(
    network: Network,
    tree: ShortestPathTree,
    assumptions: Assumptions,
    objective: str,
    avoided: tuple[str, ...],
) -> BestPaths:
    """Return the paths of a shortest-path tree, with the totals of their steps."""
    graph, first = graph_of(network), tree.first_vertex
    weight = tree.weight[first]
    reached = np.isfinite(weight)
    totals, last, depth = totals_along(graph, tree)
    counts = totals[first]
    counts[~reached] = np.nan
    destination = np.where(reached, graph.node[last[first]], NOWHERE)
    own = network.nodes["country"].fillna("").to_numpy(dtype=object)
    countries = countries_along(graph, tree, depth)[first]
    countries = np.where(destination == np.arange(len(destination)), own, countries)
    countries[~reached] = None
    quantities = _quantities(counts, assumptions)
    mode_km = counts[:, _KM]
    route_km = mode_km.sum(axis=1)
    for array in (weight, countries, destination, mode_km, route_km, *quantities.values()):
        array.setflags(write=False)
    return BestPaths(
        network,
        assumptions,
        objective,
        avoided,
        weight,
        countries,
        destination,
        route_km,
        **quantities,
        _mode_km=mode_km,
        _tree=tree,
    )


def _quantities(counts: Floats, assumptions: Assumptions) -> dict[str, Any]:
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
