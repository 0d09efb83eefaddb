"""The network that comes with the package: railways, and the legs of the catalogue's corridors."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from minmap.transport.network.edge_table import CRS, TRACK
from minmap.transport.network.network import Network
from minmap.types import Floats, Geometries, Integers

SOURCES: Final = (
    {
        "title": "OpenStreetMap railways and stations",
        "citation": "© OpenStreetMap contributors; railways by scgraph_data 2.0.0 (world_railways)",
        "licence": "ODbL 1.0",
        "url": "https://www.openstreetmap.org/copyright",
    },
    {
        "title": "Natural Earth",
        "citation": "Natural Earth 1:10 million: countries, the Caspian Sea, ports",
        "licence": "public domain",
        "url": "https://www.naturalearthdata.com",
    },
)
# As scripts/build_network.py writes them: whole parts of a degree.
_NODE_PLACES: Final = 100_000
_LINE_PLACES: Final = 10_000
_NODE_BLOCK: Final = "nodes.parquet"
_EDGE_BLOCK: Final = "edges.parquet"


@cache
def shipped_network() -> Network:
    """Return the network that comes with the package; it is read once.

    Returns
    -------
    Network
        The railways of Central Asia and the Caucasus and of what surrounds them (24 to 92 E, 34.5
        to 57 N), and every leg of the catalogue's corridors, those under construction and planned
        too. Nodes of the catalogue keep their ids, other stations are ``osm:`` and their number in
        OpenStreetMap, mere vertices ``track:`` and a number. Every track that is part of a leg of
        the catalogue carries its ``leg_id``. Lengths are those of the tracks; the drawn lines are
        simplified to 200 m.

    Notes
    -----
    What was left out, closed borders among it, and where gauges come from is said in
    ``minmap/transport/network/data/SOURCES.md``. The source does not tell freight from passenger
    lines.

    Examples
    --------
    >>> network = shipped_network()
    >>> nodes = network.nodes.set_index("node_id")
    >>> nodes.loc["aktau_port", ["name", "kind", "country"]].tolist()
    ['Aktau port', 'port', 'KAZ']
    >>> edges = network.edges
    >>> edges.loc[edges["leg_id"] == "dostyk-moiynty", "length_km"].sum().round().item()
    820.0
    """
    nodes, lonlat = _nodes()
    edges = _edges(nodes["node_id"], lonlat)
    points = gpd.GeoDataFrame(nodes, geometry=shapely.points(lonlat), crs=CRS)
    return Network(points, edges, sources=SOURCES)


def _nodes() -> tuple[pd.DataFrame, Floats]:
    table = _read(_NODE_BLOCK)
    lonlat = table[["x", "y"]].to_numpy() / _NODE_PLACES
    # The catalogue's nodes and the stations of the source are where freight is loaded.
    return table.drop(columns=["x", "y"]).assign(gate=table["kind"] != TRACK), lonlat


def _edges(node_ids: pd.Series, lonlat: Floats) -> gpd.GeoDataFrame:
    with as_file(files(__package__) / "data" / _EDGE_BLOCK) as path:
        table = pq.read_table(path)
    ends = table.select(["from_node", "to_node"]).to_pandas().to_numpy()
    inner = np.column_stack([pc.list_flatten(table[axis]).to_numpy() for axis in "xy"])
    counts = pc.list_value_length(table["x"]).to_numpy()
    frame = table.drop_columns(["x", "y"]).to_pandas()
    for side, column in enumerate(("from_node", "to_node")):
        frame[column] = node_ids.to_numpy()[ends[:, side]]
    frame["length_km"] = frame.pop("length_m") / 1000
    frame["edge_id"] = _edge_ids(frame)
    lines = _lines(ends, lonlat, inner / _LINE_PLACES, counts)
    return gpd.GeoDataFrame(frame, geometry=lines, crs=CRS)


def _read(name: str) -> pd.DataFrame:
    with as_file(files(__package__) / "data" / name) as path:
        table: pd.DataFrame = pq.read_table(path).to_pandas()
    return table


def _edge_ids(edges: pd.DataFrame) -> pd.Series:
    """Name each edge by its ends, and by a number where two nodes have several edges."""
    ids = edges["from_node"] + "-" + edges["to_node"]
    number = ids.groupby(ids).cumcount()
    return ids.where(number == 0, ids + "-" + (number + 1).astype(str))


def _lines(ends: Integers, lonlat: Floats, inner: Floats, counts: Integers) -> Geometries:
    """Draw each edge from its first node by its inner places to its last node."""
    first = np.concatenate([[0], np.cumsum(counts + 2)])
    places = np.empty((first[-1], 2))
    is_inner = np.ones(len(places), dtype=bool)
    is_inner[first[:-1]] = is_inner[first[1:] - 1] = False
    places[is_inner] = inner
    places[first[:-1]], places[first[1:] - 1] = lonlat[ends[:, 0]], lonlat[ends[:, 1]]
    owner = np.repeat(np.arange(len(counts)), counts + 2)
    lines: Geometries = np.asarray(shapely.linestrings(places, indices=owner))
    return lines
