"""The pieces of the network on the routes of a table, with the number of occurrences on each."""

import copy
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import check_keywords
from minmap.errors import MinmapError
from minmap.transport.accessibility.entries import EntrySearch
from minmap.transport.network.best_paths import BestPaths, find_paths, joined_lines
from minmap.transport.network.network import Network, given_network
from minmap.transport.network.path_tree import last
from minmap.types import Booleans, Integers

_NONE: Final = -1
# A piece ends where the next edge differs in any of these.
_TRAITS: Final = ["mode", "gauge_mm", "status", "leg_id"]
PIECE_COLUMNS: Final = (
    "piece_id", "next_piece", "start_of", "start_edge", "from_node", "to_node", "from_name",
    "to_name", *_TRAITS, "length_km", "occurrences",
)  # fmt: skip


@check_keywords
def routes(
    reached: gpd.GeoDataFrame,
    *,
    network: Network | None = None,
    crossings: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Return the pieces of the network that the routes of a table use, each once.

    The pieces form the route from every entry to the destination: it starts with the piece whose
    ``start_of`` and ``start_edge`` are the entry, continues with its ``next_piece``, and so on.
    Drawn on a map with widths by ``occurrences``, they show where the freight comes together.

    Parameters
    ----------
    reached
        The result of `minmap.access`, or some of its rows, with its ``attrs`` unchanged.
    network, crossings
        Those that were given to `access`; None means `Network.shipped` and `minmap.crossings`.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, one row per piece, drawn in the direction of travel:

        - ``piece_id``: 0, 1, ... in order of the rows, the most used first; ``next_piece``: the
          piece that follows, missing where the destination is reached
        - ``start_of``, ``start_edge``: the ``entry`` and the ``entry_edge`` of the occurrences
          whose route starts with the piece, missing if none does. Such a piece begins at the start
          of the edge, whereas the occurrences enter it at their ``entry_lon``, ``entry_lat``. An
          entry that is the destination itself has no piece
        - ``from_node``, ``to_node``: ids of its ends; ``from_name``, ``to_name``: their names,
          missing where the network has none
        - ``mode``, ``gauge_mm``, ``status``, ``leg_id``: as in ``network.edges``. A piece joins
          consecutive edges that agree in them and have no entry or confluence in between
        - ``length_km``: length of the track, road or fairway
        - ``occurrences``: how many occurrences of the table travel over it

        ``attrs`` has ``access`` and ``assumptions`` of the table, and the ``sources`` of the
        network.

    Raises
    ------
    MinmapError
        If `reached` is not such a table, or has entries that are not in the network.

    Examples
    --------
    >>> from shapely import Point
    >>> from minmap.transport.accessibility import access
    >>> deposits = gpd.GeoDataFrame(geometry=[Point(51.3, 43.7), Point(51.3, 43.8)], crs=4326)
    >>> pieces = routes(access(deposits, to="poti_port", avoid=["RUS", "IRN"]))
    >>> int(pieces["occurrences"].max()), int(pieces["next_piece"].isna().sum())
    (2, 1)
    >>> sorted(pieces["mode"].unique())
    ['rail', 'road', 'sea']
    """
    network = given_network(network)
    paths = _paths(reached, network, crossings)
    starts = reached.groupby(["entry", "entry_edge"], dropna=False, observed=True).size()
    edges = network.edges["edge_id"]
    node = _positions(starts, "entry", network.nodes["node_id"])
    edge = _positions(starts, "entry_edge", edges)
    pieces = _pieces(_Used.of(paths, node, edge, starts.to_numpy()), network)
    attrs = {name: copy.deepcopy(reached.attrs[name]) for name in ("access", "assumptions")}
    pieces.attrs = {**attrs, "sources": list(network.sources)}
    return pieces


def _positions(starts: pd.Series, level: str, ids: pd.Series) -> Integers:
    """Return the positions of the ids of a level of the index; -1 for a missing one."""
    given = starts.index.get_level_values(level)
    found = pd.Index(ids).get_indexer(given)
    unknown = (found < 0) & given.notna()
    if unknown.any():
        raise MinmapError(
            f"{level}={given[unknown][0]!r} of reached is not in the network; "
            "give the network that access was given."
        )
    return np.where(given.isna(), _NONE, found)


def _paths(
    reached: gpd.GeoDataFrame, network: Network, crossings: gpd.GeoDataFrame | None
) -> BestPaths:
    """Repeat the search of `access`, from the arguments in ``attrs``."""
    attrs = getattr(reached, "attrs", {})
    has_entries = {"entry", "entry_edge"} <= {*getattr(reached, "columns", ())}
    if not {"access", "assumptions"} <= attrs.keys() or not has_entries:
        raise MinmapError(
            "reached is not a table of minmap.access: it has no columns 'entry' and 'entry_edge', "
            "or no attrs['access']; give what minmap.access returned, or set attrs to those of it."
        )
    options = {name: attrs["access"][name] for name in ("avoid", "allow", "objective")}
    assumed = {key: tuple(value) for key, value in attrs["assumptions"].items()}
    to = attrs["access"]["to"]
    return find_paths(network, to, assumptions=assumed, crossings=crossings, **options)


@dataclass(frozen=True, eq=False)
class _Used:
    """The edges on routes: n uses of an edge in one direction.

    Attributes
    ----------
    edge, forward
        The edge, and whether it is used from its first to its last node.
    following
        The next use on the way, -1 at the destination.
    occurrences
        How many occurrences travel over it.
    to_go
        Number of steps to the destination.
    entry, entry_edge
        Node and edge at which a route starts with it, -1 where none does.
    """

    edge: Integers
    forward: Booleans
    following: Integers
    occurrences: Integers
    to_go: Integers
    entry: Integers
    entry_edge: Integers

    @classmethod
    def of(cls, paths: BestPaths, node: Integers, edge: Integers, count: Integers) -> "_Used":
        """Follow the routes from entries, each at a node and perhaps over the edge before it."""
        node, edge, count = (values[node >= 0] for values in (node, edge, count))
        tree, size = paths.tree, len(paths.tree.step)
        end = (paths.network.ends[edge, 1] == node).astype(np.int64)
        vertex = EntrySearch(paths, np.inf).vertices(edge, end, node)
        flow = _flow(paths, vertex, count)
        on_edge = (tree.step >= 0) & (tree.step < len(paths.network))
        ahead = last(np.where(on_edge, np.arange(size), tree.next_vertex))
        vertices = np.flatnonzero(on_edge & (flow > 0))
        number = np.full(size, _NONE)
        number[vertices] = len(edge) + np.arange(len(vertices))
        first = edge >= 0
        entry, entry_edge = np.full((2, len(vertices)), _NONE)
        at = number[ahead[vertex[~first]]] - len(edge)
        entry[at[at >= 0]] = node[~first][at >= 0]
        used = cls(
            np.concatenate([edge, tree.step[vertices]]),
            np.concatenate([end == 1, tree.direction[vertices] == 1]),
            np.concatenate([number[ahead[vertex]], number[ahead[tree.next_vertex[vertices]]]]),
            np.concatenate([count, flow[vertices]]),
            np.concatenate([tree.depth[vertex] + 1, tree.depth[vertices]]),
            np.concatenate([node, entry]),
            np.concatenate([edge, entry_edge]),
        )
        return used.without(np.flatnonzero(~first))

    def without(self, rows: Integers) -> "_Used":
        """Return the uses but some, which nothing leads to."""
        kept = np.setdiff1d(np.arange(len(self.edge)), rows)
        number = np.full(len(self.edge) + 1, _NONE)
        number[kept] = np.arange(len(kept))
        values = {name: value[kept] for name, value in vars(self).items()}
        return _Used(**values | {"following": number[values["following"]]})


def _flow(paths: BestPaths, vertex: Integers, count: Integers) -> Integers:
    """Return how many occurrences pass each vertex, farthest vertices first."""
    tree = paths.tree
    flow = np.bincount(vertex, count, minlength=len(tree.step))
    order = np.argsort(-tree.depth, kind="stable")
    bounds = np.flatnonzero(np.diff(tree.depth[order], prepend=-1))
    for level in np.split(order, bounds[1:]):
        some = level[(flow[level] > 0) & (tree.step[level] >= 0)]
        np.add.at(flow, tree.next_vertex[some], flow[some])
    return flow.round().astype(np.int64)


def _heads(used: _Used, network: Network) -> Integers:
    """Return the first use of the piece that each use belongs to."""
    count = np.bincount(used.following[used.following >= 0], minlength=len(used.edge))
    before = np.full(len(used.edge), _NONE)
    leads = np.flatnonzero(used.following >= 0)
    before[used.following[leads]] = leads
    trait = network.edges.groupby(_TRAITS, dropna=False).ngroup().to_numpy()[used.edge]
    begins = (count != 1) | (used.entry >= 0) | (trait != trait[before])
    # A first road is a piece of its own: it may be entered anywhere.
    begins |= used.entry_edge[before] >= 0
    return last(np.where(begins, np.arange(len(before)), before))


def _pieces(used: _Used, network: Network) -> gpd.GeoDataFrame:
    edges, nodes, head = network.edges, network.nodes, _heads(used, network)
    heads = np.unique(head)
    keys = (used.entry_edge, used.edge, -used.to_go, -used.occurrences)
    heads = heads[np.lexsort([key[heads] for key in keys])]
    number = np.full(len(used.edge) + 1, _NONE)
    number[heads] = np.arange(len(heads))
    piece = number[head]
    order = np.lexsort((-used.to_go, piece))
    edge, forward, piece = used.edge[order], used.forward[order], piece[order]
    ends = np.where(forward[:, None], network.ends[edge], network.ends[edge][:, ::-1])
    first = np.flatnonzero(np.diff(piece, prepend=_NONE))
    final = np.append(first[1:], len(piece))[: len(first)] - 1
    following = number[np.append(head, _NONE)[used.following[order[final]]]]
    following = np.where(used.following[order[final]] >= 0, following, _NONE)
    ids, names = nodes["node_id"].array, nodes["name"].array
    start, end = ends[first, 0], ends[final, 1]
    table = {
        "piece_id": np.arange(len(heads)),
        "next_piece": pd.Series(following, dtype="Int64").where(following >= 0).array,
        "start_of": ids.take(used.entry[heads], allow_fill=True),
        "start_edge": edges["edge_id"].array.take(used.entry_edge[heads], allow_fill=True),
        "from_node": ids[start],
        "to_node": ids[end],
        "from_name": names[start],
        "to_name": names[end],
        **{trait: edges[trait].array[edge[first]] for trait in _TRAITS},
        "length_km": np.bincount(piece, edges["length_km"].to_numpy()[edge]).astype(float),
        "occurrences": used.occurrences[heads],
    }
    lines = joined_lines(edges.geometry.to_numpy()[edge], forward, piece)
    # The end of one line is the start of the next.
    lines = shapely.remove_repeated_points(lines)
    return gpd.GeoDataFrame(table, columns=[*PIECE_COLUMNS], geometry=lines, crs=nodes.crs)
