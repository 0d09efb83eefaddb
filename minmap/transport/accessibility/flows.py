"""The pieces of the network on the routes of a table, with the number of occurrences on each."""

import copy
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import check_keywords
from minmap.errors import MinmapError
from minmap.transport.network.best_paths import BestPaths, find_paths, joined_lines
from minmap.transport.network.network import Network, given_network
from minmap.types import Integers

_NONE: Final = -1
# A piece ends where the next edge differs in any of these.
_TRAITS: Final = ["mode", "gauge_mm", "status", "leg_id"]
PIECE_COLUMNS: Final = (
    "piece_id", "next_piece", "start_of", "from_node", "to_node", "from_name", "to_name", *_TRAITS,
    "length_km", "occurrences",
)  # fmt: skip


@check_keywords
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
    >>> from minmap.transport.accessibility import access
    >>> deposits = gpd.GeoDataFrame(geometry=[Point(51.3, 43.7), Point(51.3, 43.8)], crs=4326)
    >>> pieces = routes(access(deposits, to="poti_port", avoid=["RUS", "IRN"]))
    >>> int(pieces["occurrences"].max()), int(pieces["next_piece"].isna().sum())
    (2, 1)
    >>> sorted(pieces["mode"].unique())
    ['rail', 'sea']
    """
    network = given_network(network)
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
    attrs = {name: copy.deepcopy(reached.attrs[name]) for name in ("access", "assumptions")}
    pieces.attrs = {**attrs, "sources": list(network.sources)}
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
    """List the edges that routes from gates use, each once in each direction.

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
        The index is the key of an edge in one direction: its position times 2, plus 1 if forward.
        ``occurrences``, how many pass; ``gate``, the node whose route starts with the edge, -1 if
        none; ``first``, the key of the first edge of its piece; ``next_first``, the same of the
        edge that follows, -1 at the destination; ``to_go``, the number of edges that follow.
    """
    walks = [paths.edges_from(int(gate)) for gate in gates]
    walk = np.repeat(np.arange(len(walks)), [len(edges) for edges, _ in walks])
    keys = np.concatenate([np.zeros(0, np.int64), *(2 * edges + ahead for edges, ahead in walks)])
    steps = pd.DataFrame({"key": keys, "occurrences": count[walk]})
    steps["before"] = steps["key"].groupby(walk).shift(fill_value=_NONE)
    steps["gate"] = np.where(steps["before"] == _NONE, gates[walk], _NONE)
    # A piece begins at a gate, where routes meet, and where an edge differs from the one before.
    trait = paths.network.edges.groupby(_TRAITS, dropna=False).ngroup().iloc[keys // 2]
    begins = (steps["gate"] >= 0) | (trait.diff() != 0).to_numpy()
    begins |= steps.groupby("key")["before"].transform("nunique") > 1
    steps["first"] = steps["key"].groupby(begins.cumsum()).transform("first")
    steps["next_first"] = steps["first"].groupby(walk).shift(-1, fill_value=_NONE)
    steps["to_go"] = steps.groupby(walk).cumcount(ascending=False)
    # Routes that share an edge in one direction also share all that follows.
    same = dict.fromkeys(("first", "next_first", "to_go"), "first")
    return steps.groupby("key").agg({"occurrences": "sum", "gate": "max", **same})


def _pieces(used: pd.DataFrame, network: Network) -> gpd.GeoDataFrame:
    edges, nodes = network.edges, network.nodes
    used["edge"], used["forward"] = used.index // 2, used.index % 2 == 1
    heads = used[used.index == used["first"]].sort_values(
        ["occurrences", "to_go", "edge"], ascending=[False, False, True]
    )
    number = pd.Series(np.arange(len(heads)), index=heads.index)
    used["piece"] = number[used["first"]].array
    used["next_piece"] = number.reindex(used["next_first"]).astype("Int64").array
    used = used.sort_values(["piece", "to_go"], ascending=[True, False])
    edge, forward, piece = (used[name].to_numpy() for name in ("edge", "forward", "piece"))
    ends = np.where(forward[:, None], network.ends[edge], network.ends[edge][:, ::-1])
    first, last = (~used["piece"].duplicated(keep=which).to_numpy() for which in ("first", "last"))
    start, end = ends[first, 0], ends[last, 1]
    ids, names = nodes["node_id"].array, nodes["name"].array
    table = {
        "piece_id": np.arange(len(heads)),
        "next_piece": used["next_piece"].array[last],
        "start_of": ids.take(used["gate"].to_numpy()[first], allow_fill=True),
        "from_node": ids[start],
        "to_node": ids[end],
        "from_name": names[start],
        "to_name": names[end],
        **{trait: edges[trait].array[edge[first]] for trait in _TRAITS},
        "length_km": np.bincount(piece, edges["length_km"].to_numpy()[edge]).astype(float),
        "occurrences": heads["occurrences"].array,
    }
    lines = joined_lines(edges.geometry.to_numpy()[edge], forward, piece)
    # The end of one line is the start of the next.
    lines = shapely.remove_repeated_points(lines)
    return gpd.GeoDataFrame(table, columns=[*PIECE_COLUMNS], geometry=lines, crs=nodes.crs)
