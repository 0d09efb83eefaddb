"""The union of two networks, joined where their nodes are near."""

from __future__ import annotations

from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from minmap.arguments import require_number
from minmap.errors import MinmapError
from minmap.geodesy import distance_m
from minmap.geodesy.ellipsoid import to_ecef
from minmap.transport.network.edge_table import EDGE_COLUMNS, JOIN_COLUMNS, TRACK, coordinates_of
from minmap.transport.network.topology import drawn_to
from minmap.types import Booleans, Floats, Geometries, Integers

Tables: TypeAlias = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]


def joined_tables(
    one: Tables, other: Tables, *, within_km: float
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]:
    """Return nodes, edges and joins of the union; see `minmap.Network.joined`."""
    within_m = 1000 * require_number(within_km, name="within_km", like=2, least=0, unit="km")
    (nodes, edges), (other_nodes, other_edges) = one, other
    _require_same_place(nodes, other_nodes, within_m)
    new = other_nodes[~other_nodes["node_id"].isin(nodes["node_id"])].reset_index(drop=True)
    joins = _joins(nodes, new, within_m)
    # A name is worth more than the order: the mere vertex goes.
    vertex = set(new.loc[new["kind"] == TRACK, "node_id"])
    turned = ~joins["joined_to"].isin(vertex) & joins["node_id"].isin(
        nodes.loc[nodes["kind"] == TRACK, "node_id"]
    )
    lost = joins["node_id"].where(turned, joins["joined_to"]).to_numpy()
    kept = joins["joined_to"].where(turned, joins["node_id"]).to_numpy()
    both = pd.concat([nodes, new], ignore_index=True).set_index("node_id", drop=False)
    made_nodes = _merged(both, lost, kept)
    made_edges = _union(edges, other_edges, dict(zip(lost, kept, strict=True)))
    made_edges = made_edges.set_geometry(_drawn_to_nodes(made_edges, made_nodes))
    told = pd.DataFrame({"node_id": lost, "joined_to": kept, "distance_m": joins["distance_m"]})
    return made_nodes, made_edges, told


def nearest_pairs(pairs: Integers, apart_m: Floats) -> Integers:
    """Choose pairs, nearest first, so that each member is in one of them at most.

    Parameters
    ----------
    pairs
        Shape (p, 2): two numbers each. The two columns share their numbers.
    apart_m
        Shape (p,).

    Returns
    -------
    numpy.ndarray
        Rows of the pairs chosen, nearest first.

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
    # A metre is what rounding to five decimals does.
    for row in np.flatnonzero(apart_m > max(within_m, 1.0))[:1]:
        raise MinmapError(
            f"node_id={others['node_id'].iloc[shared[row]]!r} is in both networks, "
            f"{apart_m[row] / 1000:.3f} km apart; give one of them another id."
        )


def _joins(nodes: gpd.GeoDataFrame, new: gpd.GeoDataFrame, within_m: float) -> pd.DataFrame:
    """Return the pairs of nodes that become one: `node_id` of the first, `joined_to` of the new."""
    places, new_places = coordinates_of(nodes), coordinates_of(new)
    if not (len(places) and len(new_places)):
        return pd.DataFrame(columns=[*JOIN_COLUMNS]).astype(dict(JOIN_COLUMNS))
    tree, new_tree = cKDTree(to_ecef(places)), cKDTree(to_ecef(new_places))
    # A chord is shorter than the geodesic, by 0.03 % of a geodesic of 500 km.
    found = tree.sparse_distance_matrix(new_tree, within_m, output_type="ndarray")
    pairs = np.column_stack([found["i"], found["j"]]).astype(np.int64)
    apart_m = distance_m(places[pairs[:, 0]], new_places[pairs[:, 1]])
    pairs, apart_m = pairs[apart_m <= within_m], apart_m[apart_m <= within_m]
    # The rows of the new nodes are numbered on, so that no two numbers mean different nodes.
    chosen = nearest_pairs(pairs + np.array([0, len(places)]), apart_m)
    return pd.DataFrame(
        {
            "node_id": nodes["node_id"].to_numpy()[pairs[chosen, 0]],
            "joined_to": new["node_id"].to_numpy()[pairs[chosen, 1]],
            "distance_m": apart_m[chosen],
        }
    ).astype(dict(JOIN_COLUMNS))


def _merged(nodes: gpd.GeoDataFrame, lost: Geometries, kept: Geometries) -> gpd.GeoDataFrame:
    """Return nodes without the lost ones; those kept in their place know what these knew."""
    made = nodes.drop(index=lost)
    for column in ("name", "country"):
        known = made.loc[kept, column].to_numpy(dtype=object)
        filled = np.where(pd.isna(known), nodes.loc[lost, column].to_numpy(dtype=object), known)
        made.loc[kept, column] = filled
    made.loc[kept, "gate"] |= nodes.loc[lost, "gate"].to_numpy()
    return made.reset_index(drop=True)


def _union(
    edges: gpd.GeoDataFrame, others: gpd.GeoDataFrame, renamed: dict[str, str]
) -> gpd.GeoDataFrame:
    """Return the edges of both at the nodes that are left; what both have once."""
    one, new = (
        frame.assign(**{c: _renamed(frame[c], renamed) for c in ("from_node", "to_node")})
        for frame in (edges, others)
    )
    rows = pd.Index(one["edge_id"]).get_indexer(new["edge_id"])
    shared = np.flatnonzero(rows >= 0)
    if shared.size:
        alike = _alike(one.iloc[rows[shared]], new.iloc[shared])
        taken = {*one["edge_id"], *new["edge_id"]}
        ids = new["edge_id"].astype(object).to_numpy().copy()
        for row in shared[~alike]:
            ids[row] = _free_id(ids[row], taken)
        new = new.assign(edge_id=ids).drop(index=new.index[shared[alike]])
    return pd.concat([one, new], ignore_index=True)


def _renamed(ids: pd.Series, renamed: dict[str, str]) -> pd.Series:
    old = ids.isin(list(renamed))
    return ids.mask(old, ids[old].map(renamed))


def _alike(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> Booleans:
    """Tell which rows of two frames of edges say the same, whatever their source."""
    same: Booleans = shapely.equals_exact(one.geometry.to_numpy(), other.geometry.to_numpy())
    for column in EDGE_COLUMNS:
        if column != "source":
            a, b = (pd.Series(f[column].array, dtype=object) for f in (one, other))
            same &= ((a == b) | (a.isna() & b.isna())).to_numpy(dtype=bool)
    return same


def _free_id(edge_id: str, taken: set[str]) -> str:
    number = 2
    while f"{edge_id}~{number}" in taken:
        number += 1
    taken.add(f"{edge_id}~{number}")
    return f"{edge_id}~{number}"


def _drawn_to_nodes(edges: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> gpd.GeoSeries:
    index = pd.Index(nodes["node_id"])
    ends = np.column_stack([index.get_indexer(edges[c]) for c in ("from_node", "to_node")])
    lines = drawn_to(edges.geometry.to_numpy(), coordinates_of(nodes)[ends])
    return gpd.GeoSeries(lines, index=edges.index, crs=edges.crs)
