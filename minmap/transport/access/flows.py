"""The pieces of the network on which the occurrences of a table travel, and how many pass each."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_kind
from minmap.errors import MinmapError
from minmap.transport.network.best_paths import BestPaths
from minmap.transport.network.network import Network
from minmap.transport.network.path_search import find_paths
from minmap.types import Booleans, Integers
from minmap.vocabulary import TEXT

NOWHERE: Final = -1
# An edge that differs from the one before in any of these begins a piece of its own.
_TRAITS: Final = ("mode", "gauge_mm", "status", "leg_id")
PIECE_COLUMNS: Final[dict[str, Any]] = {
    "piece_id": "int64",
    "next_piece": "Int64",
    "start_of": TEXT,
    "from_node": TEXT,
    "to_node": TEXT,
    "from_name": TEXT,
    "to_name": TEXT,
    "mode": TEXT,
    "gauge_mm": "Int64",
    "status": TEXT,
    "leg_id": TEXT,
    "length_km": "float64",
    "occurrences": "int64",
}


def routes(reached: gpd.GeoDataFrame, *, network: Network | None = None) -> gpd.GeoDataFrame:
    """Return the pieces of the network on the best ways of a table, each once.

    From every gate the pieces form the way to the destination: the one whose ``start_of`` is the
    gate, then its ``next_piece``, and so on. On a map, as wide as ``occurrences`` tells, they show
    where the freight comes together.

    Parameters
    ----------
    reached
        What `minmap.access.access` returned, or some of its rows: ``attrs`` must be as it left
        them.
    network
        The network that was given to `access`; None: `Network.shipped`.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, one row a piece, drawn in the direction of travel:

        - ``piece_id``: 0, 1, ... in order of the rows, the most used first; ``next_piece``: the
          piece that follows, missing where the destination is reached
        - ``start_of``: id of the gate whose way begins with the piece, missing if none does. A
          gate that is the destination itself has no piece
        - ``from_node``, ``to_node``: ids of its ends; ``from_name``, ``to_name``: their names,
          missing for a mere track
        - ``mode``, ``gauge_mm``, ``status``, ``leg_id``: as in ``network.edges``. A piece is as
          many edges as have them in common, and no gate or confluence between them
        - ``length_km``: length of the track, road or way in water
        - ``occurrences``: how many of the table travel over it

        ``attrs`` has ``access`` and ``assumptions`` as the table has them, and the ``sources`` of
        the network.

    Raises
    ------
    MinmapError
        If `reached` is not such a table, or has gates that are not in the network.

    Examples
    --------
    >>> from shapely import Point
    >>> from minmap.transport.access import access
    >>> deposits = gpd.GeoDataFrame(geometry=[Point(51.3, 43.7), Point(51.3, 43.8)], crs=4326)
    >>> pieces = routes(access(deposits, to="poti_port", avoid=["RUS", "IRN"]))
    >>> int(pieces["occurrences"].max()), int(pieces["next_piece"].isna().sum())
    (2, 1)
    >>> sorted(pieces["mode"].unique())
    ['rail', 'sea']
    """
    network = Network.shipped() if network is None else network
    require_kind(network, Network, name="network", cure="give a minmap.Network, or leave it out")
    ways = _ways(reached, network)
    count = reached["gate"].value_counts()
    at = pd.Index(network.nodes["node_id"]).get_indexer(count.index)
    if (at < 0).any():
        raise MinmapError(
            f"gate={count.index[at < 0][0]!r} of reached is no node of the network; "
            "give the network that access was given."
        )
    used = _used(ways, at, count.to_numpy(dtype=np.int64))
    pieces = _pieces(used, network)
    pieces.attrs = {
        "access": copy.deepcopy(reached.attrs["access"]),
        "assumptions": copy.deepcopy(reached.attrs["assumptions"]),
        "sources": [dict(source) for source in network.sources],
    }
    return pieces


def _ways(reached: gpd.GeoDataFrame, network: Network) -> BestPaths:
    """Search again what `access` searched, by what it noted."""
    attrs = getattr(reached, "attrs", {})
    if not {"access", "assumptions"} <= attrs.keys() or "gate" not in reached:
        raise MinmapError(
            "reached is not a table of minmap.access: it has no column 'gate' or no "
            "attrs['access']; give what minmap.access returned, or set attrs to those of it."
        )
    asked = attrs["access"]
    return find_paths(
        network,
        asked["to"],
        avoid=asked["avoid"],
        allow=asked["allow"],
        by=asked["by"],
        assumptions=attrs["assumptions"],
    )


@dataclass(frozen=True)
class _Used:
    """The m edges that are travelled on, each in one direction.

    Attributes
    ----------
    edge, forward
        Position in ``network.edges``, and whether it is used from its ``from_node``.
    following
        Place, among the m, of the edge that comes next; -1 at the destination.
    to_go
        How many edges there are to the destination, this one included.
    gate
        Position of the node that is a gate whose way begins with the edge, -1 if none.
    occurrences
        How many pass.
    """

    edge: Integers
    forward: Booleans
    following: Integers
    to_go: Integers
    gate: Integers
    occurrences: Integers


def _used(ways: BestPaths, gates: Integers, count: Integers) -> _Used:
    """Walk the ways from some nodes, `count` times each.

    Whoever travels an edge in one direction goes on alike: the ways are those of a tree.
    """
    walks = [ways.edges_from(int(gate)) for gate in gates]
    size = np.array([len(edges) for edges, _ in walks], dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    edges = np.concatenate([none, *(edges for edges, _ in walks)])
    forward = np.concatenate([none, *(forward for _, forward in walks)])
    keys, first, place = np.unique(2 * edges + forward, return_index=True, return_inverse=True)
    begins = np.cumsum(size) - size
    # Behind the last edge of a walk comes nothing, not the first of the next walk.
    after = np.append(place[1:], NOWHERE) if len(place) else none
    after[(begins + size - 1)[size > 0]] = NOWHERE
    to_go = np.repeat(begins + size, size) - np.arange(len(edges))
    gate = np.full(len(keys), NOWHERE)
    gate[place[begins[size > 0]]] = gates[size > 0]
    passing = np.bincount(place, weights=np.repeat(count, size), minlength=len(keys))
    return _Used(
        keys // 2, keys % 2 == 1, after[first], to_go[first], gate, passing.astype(np.int64)
    )


def _chains(used: _Used, edges: gpd.GeoDataFrame) -> Integers:
    """Give each edge the number of its piece, the most used first."""
    m = len(used.edge)
    traits = pd.MultiIndex.from_frame(edges[list(_TRAITS)].iloc[used.edge])
    trait = pd.factorize(traits)[0] if m else np.zeros(0, dtype=np.int64)
    on = np.flatnonzero(used.following >= 0)
    feeders = np.bincount(used.following[on], minlength=m)
    follows = used.following[on]
    joined = (feeders[follows] == 1) & (used.gate[follows] < 0) & (trait[on] == trait[follows])
    head = np.arange(m)
    head[follows[joined]] = on[joined]
    # Each round doubles how far back an edge looks for the first of its piece.
    while not np.array_equal(further := head[head], head):
        head = further
    heads = np.unique(head)
    order = heads[np.lexsort((used.edge[heads], -used.to_go[heads], -used.occurrences[heads]))]
    number = np.full(m, NOWHERE)
    number[order] = np.arange(len(order))
    return number[head]


def _pieces(used: _Used, network: Network) -> gpd.GeoDataFrame:
    edges, nodes, ends = network.edges, network.nodes, network.ends
    piece = _chains(used, edges)
    order = np.lexsort((-used.to_go, piece))
    piece, edge, forward = piece[order], used.edge[order], used.forward[order]
    count = int(piece.max(initial=NOWHERE)) + 1
    first = np.searchsorted(piece, np.arange(count))
    last = np.searchsorted(piece, np.arange(count), side="right") - 1

    start, end = np.where(forward[:, None], ends[edge], ends[edge][:, ::-1]).T
    following = used.following[order][last]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    gate = used.gate[order][first]
    table: dict[str, Any] = {
        "piece_id": np.arange(count),
        "next_piece": pd.array(piece[place[following]], dtype="Int64"),
        "start_of": nodes["node_id"].iloc[gate].array,
        "from_node": nodes["node_id"].iloc[start[first]].array,
        "to_node": nodes["node_id"].iloc[end[last]].array,
        "from_name": nodes["name"].iloc[start[first]].array,
        "to_name": nodes["name"].iloc[end[last]].array,
        **{name: edges[name].iloc[edge[first]].array for name in _TRAITS},
        "length_km": np.bincount(piece, edges["length_km"].to_numpy()[edge], minlength=count),
        "occurrences": used.occurrences[order][first],
    }
    frame = pd.DataFrame(table).astype(PIECE_COLUMNS)
    frame.loc[following < 0, "next_piece"] = pd.NA
    frame["start_of"] = frame["start_of"].where(gate >= 0)
    lines = _lines(edges.geometry.to_numpy()[edge], forward, piece)
    return gpd.GeoDataFrame(frame, geometry=lines, crs=nodes.crs)


def _lines(lines: Any, forward: Booleans, piece: Integers) -> Any:
    """Put the lines of each piece together, in the direction of travel."""
    turned = np.where(forward, lines, shapely.reverse(lines))
    lonlat, owner = shapely.get_coordinates(turned, return_index=True)
    begins = np.diff(owner, prepend=NOWHERE) > 0
    same_piece = np.diff(piece[owner], prepend=NOWHERE) == 0
    again = np.zeros(len(lonlat), dtype=bool)
    again[1:] = (lonlat[1:] == lonlat[:-1]).all(axis=1)
    # Where one line goes on from another their common place is there twice.
    kept = ~(begins & same_piece & again)
    return shapely.linestrings(lonlat[kept], indices=piece[owner[kept]])
