"""The union of two networks, joined where their nodes are near."""

from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy

from minmap.arguments import require_number
from minmap.errors import MinmapError
from minmap.geodesy import distance_m
from minmap.geodesy.ellipsoid import to_ecef
from minmap.numbering import numbered
from minmap.transport.network.edge_table import EDGE_COLUMNS, TRACK, equal_values
from minmap.transport.network.topology import extended
from minmap.transport.trade_corridors.feature_table import coordinates_of
from minmap.types import Floats, Geometries, Integers

Tables: TypeAlias = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]


def joined_tables(
    one: Tables, other: Tables, *, within_km: float
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]:
    """Return nodes, edges and joins of the union; see `minmap.Network.joined`."""
    within_m = 1000 * require_number(within_km, name="within_km", like=2, least=0, unit="km")
    (nodes, edges), (other_nodes, other_edges) = one, other
    _require_same_place(nodes, other_nodes, within_m)
    new = other_nodes[~other_nodes["node_id"].isin(nodes["node_id"])].reset_index(drop=True)
    pairs, apart_m = _near_pairs(nodes, new, within_m)
    own, others = nodes.iloc[pairs[:, 0]], new.iloc[pairs[:, 1]]
    # Of a vertex and a named node, the named node is kept.
    swapped = (own["kind"] == TRACK).to_numpy() & (others["kind"] != TRACK).to_numpy()
    ids = own["node_id"].to_numpy(dtype=object), others["node_id"].to_numpy(dtype=object)
    lost, kept = np.where(swapped, ids[0], ids[1]), np.where(swapped, ids[1], ids[0])
    both = pd.concat([nodes, new], ignore_index=True).set_index("node_id", drop=False)
    union_nodes = _merged(both, lost, kept)
    union_edges = _union(edges, other_edges, dict(zip(lost, kept, strict=True)))
    index = pd.Index(union_nodes["node_id"])
    ends = [index.get_indexer(union_edges[column]) for column in ("from_node", "to_node")]
    to = coordinates_of(union_nodes)[np.column_stack(ends)]
    lines = extended(union_edges.geometry.to_numpy(), to)
    joins = pd.DataFrame({"node_id": lost, "joined_to": kept, "distance_m": apart_m})
    return union_nodes, union_edges.set_geometry(lines, crs=edges.crs), joins


def nearest_pairs(pairs: Integers, apart_m: Floats) -> Integers:
    """Choose pairs, nearest first, so that each member is in at most one of them.

    Parameters
    ----------
    pairs
        Shape (p, 2), the numbers of the two members of each pair. Both columns number the same
        members.
    apart_m
        Shape (p,), distances.

    Returns
    -------
    numpy.ndarray
        Rows of the chosen pairs, nearest first.

    Examples
    --------
    >>> nearest_pairs(np.array([[0, 5], [1, 5], [1, 6]]), np.array([2.0, 1.0, 3.0])).tolist()
    [1]
    """
    order = np.lexsort((pairs[:, 1], pairs[:, 0], apart_m))
    used: set[int] = set()
    chosen = []
    for row, (a, b) in zip(order.tolist(), pairs[order].tolist(), strict=True):
        if a not in used and b not in used:
            used |= {a, b}
            chosen.append(row)
    return np.array(chosen, dtype=np.int64)


def _require_same_place(nodes: gpd.GeoDataFrame, others: gpd.GeoDataFrame, within_m: float) -> None:
    rows = pd.Index(nodes["node_id"]).get_indexer(others["node_id"])
    shared = np.flatnonzero(rows >= 0)
    apart_m = distance_m(coordinates_of(nodes)[rows[shared]], coordinates_of(others)[shared])
    # Rounding to five decimals moves a node by up to a metre.
    for row in np.flatnonzero(apart_m > max(within_m, 1.0))[:1]:
        raise MinmapError(
            f"node_id={others['node_id'].iloc[shared[row]]!r} is in both networks, "
            f"{apart_m[row] / 1000:.3f} km apart; give one of them another id."
        )


def _near_pairs(
    nodes: gpd.GeoDataFrame, new: gpd.GeoDataFrame, within_m: float
) -> tuple[Integers, Floats]:
    """Return the positions of nodes that become one, shape (p, 2), and their distances, metres."""
    places, new_places = coordinates_of(nodes), coordinates_of(new)
    if not (len(places) and len(new_places)):
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    tree, new_tree = (scipy.spatial.cKDTree(to_ecef(each)) for each in (places, new_places))
    # A chord is shorter than the geodesic, by 0.03 % at 500 km.
    found = tree.sparse_distance_matrix(new_tree, within_m, output_type="ndarray")
    pairs = np.column_stack([found["i"], found["j"]]).astype(np.int64)
    apart_m = distance_m(places[pairs[:, 0]], new_places[pairs[:, 1]])
    pairs, apart_m = pairs[apart_m <= within_m], apart_m[apart_m <= within_m]
    # Numbers of new nodes follow those of the others, so that every node has its own number.
    chosen = nearest_pairs(pairs + np.array([0, len(places)]), apart_m)
    return pairs[chosen], apart_m[chosen]


def _merged(nodes: gpd.GeoDataFrame, lost: Geometries, kept: Geometries) -> gpd.GeoDataFrame:
    """Return nodes without the lost ones.

    A kept node takes name, country and gate from the lost one where its own is missing.
    """
    merged = nodes.drop(index=lost)
    for column in ("name", "country"):
        known = merged.loc[kept, column].to_numpy(dtype=object)
        filled = np.where(pd.isna(known), nodes.loc[lost, column].to_numpy(dtype=object), known)
        merged.loc[kept, column] = filled
    merged.loc[kept, "gate"] |= nodes.loc[lost, "gate"].to_numpy()
    return merged.reset_index(drop=True)


def _union(
    edges: gpd.GeoDataFrame, others: gpd.GeoDataFrame, renamed: dict[str, str]
) -> gpd.GeoDataFrame:
    """Return the edges of both between the nodes that are kept; edges that both have, once."""
    one, new = (
        table.assign(
            **{c: table[c].map(lambda i: renamed.get(i, i)) for c in ("from_node", "to_node")}
        )
        for table in (edges, others)
    )
    rows = pd.Index(one["edge_id"]).get_indexer(new["edge_id"])
    shared = np.flatnonzero(rows >= 0)
    if shared.size:
        pair = one.iloc[rows[shared]], new.iloc[shared]
        compared = [column for column in (*EDGE_COLUMNS, "geometry") if column != "source"]
        equal = np.logical_and.reduce([equal_values(*pair, column) for column in compared])
        taken = {*one["edge_id"], *new["edge_id"]}
        ids = new["edge_id"].astype(object).to_numpy().copy()
        ids[shared[~equal]] = numbered(ids[shared[~equal]], ending="~{}", taken=taken)
        new = new.assign(edge_id=ids).drop(index=new.index[shared[equal]])
    return pd.concat([one, new], ignore_index=True)
