"""Gaps as a table, and edges that close them."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_number
from minmap.transport.corridors.corridor import MODES
from minmap.transport.network.edge_table import CRS, EDGE_COLUMNS, coordinates_of
from minmap.transport.network.gaps import find_gaps
from minmap.types import Integers
from minmap.vocabulary import TEXT

_BETWEEN: Final = np.array(["dead ends", "components"], dtype=object)


def gap_table(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Integers, *, within_km: float
) -> gpd.GeoDataFrame:
    """Return the gaps up to a size, the smallest first; see `minmap.transport.network.Doctor`."""
    within_m = 1000 * require_number(within_km, name="within_km", like=2, least=0, unit="km")
    lonlat, length_km = coordinates_of(nodes), edges["length_km"].to_numpy()
    pairs, apart_m, kind = find_gaps(lonlat, ends, length_km, within_m=within_m)
    ids = nodes["node_id"].array
    table = gpd.GeoDataFrame(
        {
            "from_node": ids[pairs[:, 0]],
            "to_node": ids[pairs[:, 1]],
            "distance_m": apart_m,
            "between": pd.array(_BETWEEN[kind], dtype=TEXT),
        },
        geometry=shapely.linestrings(lonlat[pairs]),
        crs=CRS,
    )
    return table.sort_values("distance_m", kind="stable", ignore_index=True)


def bridges(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Integers, *, within_km: float
) -> gpd.GeoDataFrame:
    """Return edges that close the gaps up to a size; see `minmap.Network.bridged`."""
    found = gap_table(nodes, edges, ends, within_km=within_km)
    index = pd.Index(nodes["node_id"])
    sides = [index.get_indexer(found[column]) for column in ("from_node", "to_node")]
    like, rank = _leading_edge(edges, ends, len(nodes))
    edge = np.where(rank[sides[0]] <= rank[sides[1]], like[sides[0]], like[sides[1]])
    known = np.flatnonzero(edge >= 0)
    found, edge = found.iloc[known].reset_index(drop=True), edge[known]
    countries = nodes["country"].to_numpy(dtype=object)
    passed = [
        " ".join(dict.fromkeys(code for code in pair if pd.notna(code))) or None
        for pair in zip(*(countries[side[known]] for side in sides), strict=True)
    ]
    made = found.assign(
        edge_id="bridge:" + found["from_node"] + ":" + found["to_node"],
        length_km=found["distance_m"] / 1000,
        countries=pd.array(passed, dtype=TEXT),
        leg_id=pd.array([None] * len(found), dtype=TEXT),
        bridged=True,
        source=found["distance_m"].map("minmap: bridged gap of {:,.0f} m".format).astype(TEXT),
        **{column: edges[column].array[edge] for column in ("mode", "gauge_mm", "status")},
    )
    return made[[*EDGE_COLUMNS, "geometry"]]


def _leading_edge(edges: gpd.GeoDataFrame, ends: Integers, count: int) -> tuple[Integers, Integers]:
    """Return an edge at each node, land before sea, and the rank of its mode; -1 without one."""
    rank = pd.Index(MODES).get_indexer(edges["mode"])
    at, edge = ends.ravel(), np.repeat(np.arange(len(ends)), 2)
    order = np.lexsort((edge, rank[edge], at))
    node, first = np.unique(at[order], return_index=True)
    leading = np.full(count, -1)
    leading[node] = edge[order][first]
    leading_rank = np.full(count, len(MODES))
    leading_rank[node] = rank[leading[node]]
    return leading, leading_rank
