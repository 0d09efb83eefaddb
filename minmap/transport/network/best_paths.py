"""The best paths from the nodes of a network to a destination, and their totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from shapely import LineString

from minmap.transport.corridors.leg_table import MODES
from minmap.transport.network.network import Network
from minmap.transport.network.parameters import Assumptions
from minmap.transport.network.shortest_path_tree import (
    NOWHERE,
    ShortestPathTree,
    countries_along,
    totals_along,
)
from minmap.transport.network.state_graph import COUNTED, StateGraph
from minmap.types import Booleans, Floats, Geometries, Integers

_KMS: Final = [COUNTED.index(f"{mode}_km") for mode in MODES]
_BORDERS: Final = [COUNTED.index(f"{mode}_borders") for mode in MODES]
_TRANSSHIPMENTS: Final = [COUNTED.index("transshipments")]
_GAUGE_BREAKS: Final = [COUNTED.index("gauge_breaks")]


@dataclass(frozen=True, eq=False, repr=False)
class BestPaths:
    """The best path from each node of a network to a destination. It is immutable.

    All arrays have one value for each node, in the order of ``network.nodes``. The attributes are
    read-only; the properties return new arrays.

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
    counts
        Shape (n, c), totals of the quantities `COUNTED` along the path; NaN where there is none.
    countries
        Alpha-3 codes of the countries passed, space-separated, in the order of travel from the
        node to the destination (``"KAZ AZE GEO"``); None where there is no path.
    destination
        Position of the node at which the path ends, -1 where there is no path.
    """

    network: Network
    assumptions: Assumptions
    objective: str
    avoided: tuple[str, ...]
    weight: Floats
    counts: Floats
    countries: Geometries
    destination: Integers
    _graph: StateGraph
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
        """Length of the path by mode, km; NaN where there is no path."""
        return dict(zip(MODES, self.counts.T[_KMS], strict=True))

    @property
    def route_km(self) -> Floats:
        """Length of the path, km; NaN where there is no path."""
        length_km: Floats = self.counts[:, _KMS].sum(axis=1)
        return length_km

    @property
    def hours(self) -> Floats:
        """Time on edges, at borders, transshipments and breaks of gauge, without loading."""
        return self.counts @ rates(self.assumptions, "hours")

    @property
    def cost_usd_t(self) -> Floats:
        """Price on edges, at borders, transshipments and breaks of gauge, USD per tonne."""
        return self.counts @ rates(self.assumptions, "usd_t")

    @property
    def borders(self) -> Integers:
        """Number of borders crossed; -1 where there is no path."""
        return self._number(_BORDERS)

    @property
    def gauge_breaks(self) -> Integers:
        """Number of breaks of gauge; -1 where there is no path."""
        return self._number(_GAUGE_BREAKS)

    @property
    def transshipments(self) -> Integers:
        """Number of transshipments; -1 where there is no path."""
        return self._number(_TRANSSHIPMENTS)

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
        counts = self._graph.counts[step]
        numbers = {
            "borders": _BORDERS,
            "transshipments": _TRANSSHIPMENTS,
            "gauge_breaks": _GAUGE_BREAKS,
        }
        table = pd.DataFrame(
            {
                "node": self._graph.node[vertices],
                "edge": np.where(is_edge, step, NOWHERE),
                "forward": self._tree.forward[vertices],
                "km": counts[:, _KMS].sum(axis=1),
                "hours": counts @ rates(self.assumptions, "hours"),
                "cost_usd_t": counts @ rates(self.assumptions, "usd_t"),
                **{k: counts[:, c].sum(axis=1).astype(np.int64) for k, c in numbers.items()},
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
        lonlat = shapely.get_coordinates(lines)
        repeated = np.zeros(len(lonlat), dtype=np.bool_)
        repeated[1:] = (lonlat[1:] == lonlat[:-1]).all(axis=1)
        # A line needs two points, even if its edge has no length.
        return LineString(lonlat[~repeated] if (~repeated).sum() > 1 else lonlat[[0, -1]])

    def _path_from(self, node: int) -> tuple[Integers, Integers, Booleans]:
        """Return the vertices of a path that have a step, the steps, and which are edges."""
        vertices = self._tree.path_from(node)[: None if self.reached[node] else 0]
        vertices = vertices[self._tree.step[vertices] >= 0]
        step = self._tree.step[vertices]
        return vertices, step, step < self._graph.edge_count

    def _number(self, columns: list[int]) -> Integers:
        total = self.counts[:, columns].sum(axis=1)
        return np.where(self.reached, total, NOWHERE).astype(np.int64)


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


def paths_along(
    network: Network,
    graph: StateGraph,
    tree: ShortestPathTree,
    weight: Floats,
    *,
    objective: str,
    avoided: tuple[str, ...],
    assumptions: Assumptions,
) -> BestPaths:
    """Return the paths of a shortest-path tree, with the totals of their steps."""
    reached = np.isfinite(weight)
    totals, last, depth = totals_along(graph, tree)
    counts = totals[tree.first_vertex]
    counts[~reached] = np.nan
    destination = np.where(reached, graph.node[last[tree.first_vertex]], NOWHERE)
    own = network.nodes["country"].fillna("").to_numpy(dtype=object)
    countries = countries_along(graph, tree, depth)[tree.first_vertex]
    countries = np.where(destination == np.arange(len(destination)), own, countries)
    countries[~reached] = None
    for array in (weight, counts, countries, destination):
        array.setflags(write=False)
    return BestPaths(
        network,
        assumptions,
        objective,
        avoided,
        weight,
        counts,
        countries,
        destination,
        graph,
        tree,
    )
