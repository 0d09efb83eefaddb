"""The pieces of the network on the routes of a table, with the number of occurrences on each."""

from __future__ import annotations

import copy
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import known_keywords, require_kind
from minmap.errors import MinmapError
from minmap.transport.network.best_paths import BestPaths, find_paths
from minmap.transport.network.network import Network
from minmap.types import TEXT, Booleans, Geometries, Integers

_NONE: Final = -1
# A piece ends where the next edge differs in any of these.
_TRAITS: Final = ["mode", "gauge_mm", "status", "leg_id"]
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


@known_keywords
def routes(reached: gpd.GeoDataFrame, *, network: Network | None = None) -> gpd.GeoDataFrame:
    """Return the pieces of the network that the routes of a table use, each once.

    The pieces form the route from every gate to the destination: it starts with the piece whose
    ``start_of`` is the gate, continues with its ``next_piece``, and so on. Drawn on a map with
    widths by ``occurrences``, they show where the freight comes together.

    Parameters
    ----------
    reached
        The result of `minmap.access`, or some of its rows, with its ``attrs`` unchanged.
    network
        The network that was given to `access`; None means `Network.shipped`.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, one row per piece, drawn in the direction of travel:

        - ``piece_id``: 0, 1, ... in order of the rows, the most used first; ``next_piece``: the
          piece that follows, missing where the destination is reached
        - ``start_of``: id of the gate whose route starts with the piece, missing if none does. A
          gate that is the destination itself has no piece
        - ``from_node``, ``to_node``: ids of its ends; ``from_name``, ``to_name``: their names,
          missing where the network has none
        - ``mode``, ``gauge_mm``, ``status``, ``leg_id``: as in ``network.edges``. A piece joins
          consecutive edges that agree in them and have no gate or confluence in between
        - ``length_km``: length of the track, road or fairway
        - ``occurrences``: how many occurrences of the table travel over it

        ``attrs`` has ``access`` and ``assumptions`` of the table, and the ``sources`` of the
        network.

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
    paths = _paths(reached, network)
    count = reached["gate"].value_counts()
    gates = pd.Index(network.nodes["node_id"]).get_indexer(count.index)
    if (gates < 0).any():
        raise MinmapError(
            f"gate={count.index[gates < 0][0]!r} of reached is not a node of the network; "
            "give the network that access was given."
        )
    used = _used_edges(paths, gates, count.to_numpy(dtype=np.int64))
    pieces = _pieces(used, network)
    pieces.attrs = {
        "access": copy.deepcopy(reached.attrs["access"]),
        "assumptions": copy.deepcopy(reached.attrs["assumptions"]),
        "sources": [dict(source) for source in network.sources],
    }
    return pieces


def _paths(reached: gpd.GeoDataFrame, network: Network) -> BestPaths:
    """Repeat the search of `access`, from the arguments in ``attrs``."""
    attrs = getattr(reached, "attrs", {})
    if not {"access", "assumptions"} <= attrs.keys() or "gate" not in reached:
        raise MinmapError(
            "reached is not a table of minmap.access: it has no column 'gate' or no "
            "attrs['access']; give what minmap.access returned, or set attrs to those of it."
        )
    options = {name: attrs["access"][name] for name in ("avoid", "allow", "objective")}
    return find_paths(network, attrs["access"]["to"], assumptions=attrs["assumptions"], **options)


def _used_edges(paths: BestPaths, gates: Integers, count: Integers) -> pd.DataFrame:
    """List the edges that routes from gates use, by edge and direction.

    Parameters
    ----------
    paths
        The search.
    gates
        Shape (n,), positions of nodes.
    count
        Shape (n,), how many occurrences start at each.

    Returns
    -------
    pandas.DataFrame
        ``edge`` (position) and ``forward``; ``following``, the row of the next edge, -1 at the
        destination; ``to_go``, the number of edges to the destination; ``gate``, the node whose
        route starts with the edge, -1 if none; ``occurrences``, how many pass. Routes that share
        an edge in one direction also share all that follows.
    """
    walks = [paths.edges_from(int(gate)) for gate in gates]
    walk = np.repeat(np.arange(len(walks)), [len(edges) for edges, _ in walks])
    keys = np.concatenate([np.zeros(0, np.int64), *(2 * edges + ahead for edges, ahead in walks)])
    steps = pd.DataFrame({"key": keys, "occurrences": count[walk]})
    of_walk = steps.groupby(walk)
    steps["following"] = of_walk["key"].shift(-1, fill_value=_NONE)
    steps["to_go"] = of_walk.cumcount(ascending=False) + 1
    steps["gate"] = np.where(of_walk.cumcount() == 0, gates[walk], _NONE)
    used = steps.groupby("key").agg(
        following=("following", "first"),
        to_go=("to_go", "first"),
        gate=("gate", "max"),
        occurrences=("occurrences", "sum"),
    )
    used["following"] = used.index.get_indexer(pd.Index(used["following"]))
    used["edge"], used["forward"] = used.index // 2, used.index % 2 == 1
    return used.reset_index(drop=True)


def _piece_numbers(used: pd.DataFrame, network: Network) -> Integers:
    """Return the number of the piece that each edge belongs to, the most used first."""
    edge, gate, following = (used[name].to_numpy() for name in ("edge", "gate", "following"))
    trait = network.edges[_TRAITS].iloc[edge].groupby(_TRAITS, dropna=False).ngroup().to_numpy()
    on = np.flatnonzero(following >= 0)
    follows = following[on]
    feeders = np.bincount(follows, minlength=len(used))
    joined = (feeders[follows] == 1) & (gate[follows] < 0) & (trait[on] == trait[follows])
    first = np.arange(len(used))
    first[follows[joined]] = on[joined]
    # Each round doubles the distance over which an edge finds the first one of its piece.
    while not np.array_equal(further := first[first], first):
        first = further
    order = used.loc[np.unique(first)].sort_values(
        ["occurrences", "to_go", "edge"], ascending=[False, False, True]
    )
    number = np.full(len(used), _NONE)
    number[order.index] = np.arange(len(order))
    return number[first]


def _pieces(used: pd.DataFrame, network: Network) -> gpd.GeoDataFrame:
    edges, nodes = network.edges, network.nodes
    used["piece"] = _piece_numbers(used, network)
    next_piece = used["piece"].reindex(used["following"]).astype("Int64").array
    used = used.assign(next_piece=next_piece).sort_values(
        ["piece", "to_go"], ascending=[True, False]
    )
    edge, forward = used["edge"].to_numpy(), used["forward"].to_numpy()
    ends = np.where(forward[:, None], network.ends[edge], network.ends[edge][:, ::-1])
    used["start"], used["end"] = ends.T
    first, last = (used.drop_duplicates("piece", keep=which) for which in ("first", "last"))
    start, end = first["start"].to_numpy(), last["end"].to_numpy()
    ids, names = nodes["node_id"].array, nodes["name"].array
    table: dict[str, Any] = {
        "piece_id": first["piece"].array,
        "next_piece": last["next_piece"].array,
        "start_of": ids.take(first["gate"].to_numpy(), allow_fill=True),
        "from_node": ids[start],
        "to_node": ids[end],
        "from_name": names[start],
        "to_name": names[end],
        **{trait: edges[trait].array[first["edge"].to_numpy()] for trait in _TRAITS},
        "length_km": np.bincount(used["piece"], edges["length_km"].to_numpy()[edge]),
        "occurrences": first["occurrences"].array,
    }
    lines = _lines(edges.geometry.to_numpy()[edge], forward, used["piece"].to_numpy())
    return gpd.GeoDataFrame(
        pd.DataFrame(table).astype(PIECE_COLUMNS), geometry=lines, crs=nodes.crs
    )


def _lines(lines: Geometries, forward: Booleans, piece: Integers) -> Geometries:
    """Join the lines of each piece, in the direction of travel."""
    turned = np.where(forward, lines, shapely.reverse(lines))
    lonlat, line = shapely.get_coordinates(turned, return_index=True)
    joined = shapely.linestrings(lonlat, indices=piece[line])
    # The end of one line is the start of the next.
    return np.asarray(shapely.remove_repeated_points(joined))
