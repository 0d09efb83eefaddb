"""The search for the best paths to a destination over a network, by length, time or price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from minmap.arguments import require_one_of
from minmap.errors import MinmapError
from minmap.transport.network.best_paths import BestPaths, paths_along, rates
from minmap.transport.network.exclusions import avoid_words, avoided, countries_among
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import destination_words, find_node
from minmap.transport.network.parameters import Assumptions
from minmap.transport.network.shortest_path_tree import shortest_paths
from minmap.transport.network.state_graph import graph_of
from minmap.types import Integers

OBJECTIVES: Final = ("km", "hours", "usd_t")


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
    return paths_along(network, tree, assumed, objective, avoid_words(avoid))


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
