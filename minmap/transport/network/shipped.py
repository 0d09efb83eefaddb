"""The shipped network as tables: railways, roads, and the legs of the catalogue's corridors.

`minmap/transport/network/data/SOURCES.md` lists omissions, such as closed borders, and
the source of gauges. The source of tracks does not distinguish freight from passenger lines.
"""

from importlib.resources import as_file, files
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from minmap.geodesy.crs import WGS84
from minmap.places.country_polygons import SOURCE
from minmap.transport.network.edge_table import EDGE_COLUMNS, NODE_COLUMNS, TRACK
from minmap.transport.network.shipped_roads import ROAD_SOURCES, road_tables
from minmap.types import Floats, Geometries, Integers

SOURCES: Final = (
    {
        "title": "OpenStreetMap railways and stations",
        "citation": "© OpenStreetMap contributors; railways by scgraph_data 2.0.0 (world_railways)",
        "licence": "ODbL 1.0",
        "url": "https://www.openstreetmap.org/copyright",
    },
    *ROAD_SOURCES,
    SOURCE | {"citation": "Natural Earth 1:10 million: countries, the Caspian Sea, ports"},
)
# scripts/build_network.py writes coordinates as whole parts of a degree.
_NODE_PARTS: Final = 100_000
_LINE_PARTS: Final = 10_000


def shipped_tables() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the nodes and edges of the shipped network, in the columns of a `minmap.Network`.

    Examples
    --------
    >>> nodes, edges = shipped_tables()
    >>> edges.groupby("mode")["edge_id"].count().gt(0).to_dict()
    {'rail': True, 'road': True, 'sea': True}
    """
    pairs = zip(rail_tables(), road_tables(), strict=True)
    nodes, edges = (pd.concat(pair, ignore_index=True) for pair in pairs)
    for name in ("bridged", "estimated", "chord"):
        edges[name] = edges[name].eq(other=True)
    typed = {"gauge_mm": EDGE_COLUMNS["gauge_mm"]}
    return (
        nodes[[*NODE_COLUMNS, "geometry"]],
        edges.astype(typed)[[*EDGE_COLUMNS, "geometry"]],
    )


def rail_tables() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the nodes and edges of the railways and ferries.

    Examples
    --------
    >>> nodes, edges = rail_tables()
    >>> nodes.set_index("node_id").loc["aktau_port", ["name", "kind", "country"]].tolist()
    ['Aktau port', 'port', 'KAZ']
    >>> edges.loc[edges["leg_id"] == "dostyk-moiynty", "length_km"].sum().round().item()
    820.0
    """
    nodes = _read("nodes.parquet").to_pandas()
    lonlat = nodes[["x", "y"]].to_numpy() / _NODE_PARTS
    # Freight is loaded at the catalogue's nodes and at the stations of the source.
    nodes = nodes.drop(columns=["x", "y"]).assign(gate=nodes["kind"] != TRACK)
    edges = _edges(nodes["node_id"], lonlat)
    return gpd.GeoDataFrame(nodes, geometry=shapely.points(lonlat), crs=WGS84), edges


def _read(name: str) -> pa.Table:
    with as_file(files(__package__) / "data" / name) as path:
        return pq.read_table(path)


def _edges(node_ids: pd.Series, lonlat: Floats) -> gpd.GeoDataFrame:
    table = _read("edges.parquet")
    inner = np.column_stack([pc.list_flatten(table[axis]).to_numpy() for axis in "xy"])
    counts = pc.list_value_length(table["x"]).to_numpy()
    edges = table.drop_columns(["x", "y"]).to_pandas()
    ends = edges[["from_node", "to_node"]].to_numpy()
    edges["from_node"], edges["to_node"] = node_ids.to_numpy()[ends].T
    edges["length_km"] = edges.pop("length_m") / 1000
    # The id of an edge consists of its ends, and a number if there are several edges between them.
    ids = edges["from_node"] + "-" + edges["to_node"]
    number = ids.groupby(ids).cumcount()
    edges["edge_id"] = ids.where(number == 0, ids + "-" + (number + 1).astype(str))
    lines = _lines(ends, lonlat, inner / _LINE_PARTS, counts)
    return gpd.GeoDataFrame(edges, geometry=lines, crs=WGS84)


def _lines(ends: Integers, lonlat: Floats, inner: Floats, counts: Integers) -> Geometries:
    """Draw each edge from its first node through its inner vertices to its last node."""
    owner = np.repeat(np.arange(len(counts)), counts)
    edge = np.arange(len(counts))
    vertices = np.concatenate([lonlat[ends[:, 0]], inner, lonlat[ends[:, 1]]])
    owners = np.concatenate([edge, owner, edge])
    order = np.argsort(owners, kind="stable")
    return np.asarray(shapely.linestrings(vertices[order], indices=owners[order]))
