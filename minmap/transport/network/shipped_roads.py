"""The shipped roads as tables: motorways to tertiary roads of 24 to 92 E, 34.5 to 57 N.

`minmap/transport/network/data/ROADS.md` has their origin, their date and their known faults.
"""

from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from minmap.geodesy.crs import WGS84
from minmap.transport.network.edge_table import TRACK
from minmap.types import Booleans, Floats, Integers

ROAD_SOURCES: Final = (
    {
        "title": "OpenStreetMap roads, August 2021",
        "citation": "© OpenStreetMap contributors; roads of 5 and 6 August 2021 (Geofabrik "
        "extracts, by tokenless-tiles), and by scgraph_data 2.0.0 (April 2024)",
        "licence": "ODbL 1.0",
        "url": "https://www.openstreetmap.org/copyright",
    },
    {
        "title": "Natural Earth roads",
        "citation": "Natural Earth 1:10 million, roads of Kazakhstan, naturalearthdata.com",
        "licence": "public domain",
        "url": "https://www.naturalearthdata.com",
    },
)

ORIGINS: Final = {
    "osm2021": "OpenStreetMap, August 2021",
    "osm2024": "OpenStreetMap, by scgraph_data 2.0.0 (April 2024)",
    "natural earth": "Natural Earth 1:10 million, measured on its map",
    "minmap": "minmap (ours): joins two roads, or a road and a place beside it",
}
"""Source of an edge by its ``origin`` in the file."""

CROSSING: Final = "crossing:"
"""How the id of a node at a border crossing begins; the id of the crossing follows."""

# scripts/build_roads.py writes coordinates as whole parts of a degree.
_NODE_PARTS: Final = 10_000
_LINE_PARTS: Final = 2_000


@dataclass(frozen=True)
class RoadArrays:
    """The shipped roads as arrays, without geometries.

    Attributes
    ----------
    lonlat
        Shape (n, 2), places of the nodes, EPSG:4326, degrees.
    node_ids
        Shape (n,): the id of a station or port of the railways, ``"crossing:"`` and the id of a
        border crossing, or ``"road:"`` and a number.
    ends
        Shape (m, 2), the nodes of each edge.
    length_km
        Shape (m,), lengths of the edges.
    vertices
        Shape (k, 2), places of the lines, one edge after another, EPSG:4326, degrees.
    offsets
        Shape (m + 1,): edge i has the vertices from ``offsets[i]`` up to ``offsets[i + 1]``.
    chord
        Shape (m,), whether the line is straight though the road is not: nothing but its ends is
        known to lie on the road.
    nodes, edges
        The other columns of the files.
    """

    lonlat: Floats
    node_ids: pa.StringArray
    ends: Integers
    length_km: Floats
    vertices: Floats
    offsets: Integers
    chord: Booleans
    nodes: pa.Table
    edges: pa.Table


def road_arrays() -> RoadArrays:
    """Return the shipped roads as arrays.

    Examples
    --------
    >>> roads = road_arrays()
    >>> len(roads.ends) == len(roads.length_km) == len(roads.offsets) - 1
    True
    """
    nodes, edges = (_read(f"road_{name}.parquet") for name in ("nodes", "edges"))
    places = np.column_stack([nodes[axis].to_numpy() for axis in "xy"])
    first = edges["from_node"].to_numpy().astype(np.int64)
    ends = np.column_stack([first, first + edges["to_node"].to_numpy()])
    vertices, offsets = _vertices(edges, places, ends)
    return RoadArrays(
        places / _NODE_PARTS,
        _node_ids(nodes),
        ends,
        edges["length_m"].to_numpy() / 1000,
        vertices,
        offsets,
        edges["chord"].to_numpy(),
        nodes.drop_columns(["x", "y"]),
        edges.drop_columns(["x", "y", "from_node", "to_node", "length_m", "chord"]),
    )


def road_tables() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the nodes and edges of the shipped roads.

    The stations and ports that roads are joined to are ends of edges but no rows of the nodes,
    since `minmap.transport.network.shipped` has them.

    Returns
    -------
    nodes, edges
        EPSG:4326. Nodes have ``node_id, name, kind, country, gate``; a border crossing has no
        country, and no node is a gate. Edges have ``edge_id, from_node, to_node, mode, status,
        length_km, countries, road_class, estimated, chord, source``; each lies in one country.
        ``estimated`` is true where the length is not that of the road in the source.

    Examples
    --------
    >>> nodes, edges = road_tables()
    >>> edges["countries"].str.len().eq(3).all().item()
    True
    """
    roads = road_arrays()
    ids = roads.node_ids
    crossing = pc.starts_with(ids, CROSSING)
    nodes = pa.table(
        {
            "node_id": ids,
            "name": roads.nodes["name"],
            "kind": pc.if_else(crossing, "border crossing", TRACK),
            "country": roads.nodes["country"],
        }
    ).to_pandas()
    points = shapely.points(roads.lonlat)
    own = pc.or_(crossing, pc.is_null(roads.nodes["node_id"])).to_numpy()
    nodes = gpd.GeoDataFrame(nodes.assign(gate=False), geometry=points, crs=WGS84)
    return nodes[own].reset_index(drop=True), _edge_table(roads)


def _edge_table(roads: RoadArrays) -> gpd.GeoDataFrame:
    start, end = (roads.node_ids.take(pa.array(roads.ends[:, i])) for i in (0, 1))
    origins = roads.edges["origin"]
    known = pc.unique(origins)
    sources = pa.array([ORIGINS.get(origin, origin) for origin in known.to_pylist()])
    edges = pa.table(
        {
            "edge_id": _edge_ids(start, end, roads.ends),
            "from_node": start,
            "to_node": end,
            "length_km": roads.length_km,
            "countries": roads.edges["countries"],
            "road_class": roads.edges["road_class"],
            "estimated": roads.edges["estimated"],
            "chord": roads.chord,
            "source": sources.take(pc.index_in(origins, known)),
        }
    ).to_pandas()
    edges.insert(3, "mode", "road")
    edges.insert(4, "status", "operating")
    lines = shapely.from_ragged_array(
        shapely.GeometryType.LINESTRING, roads.vertices, (roads.offsets,)
    )
    return gpd.GeoDataFrame(edges, geometry=lines, crs=WGS84)


def _read(name: str) -> pa.Table:
    with as_file(files(__package__) / "data" / name) as path:
        return pq.read_table(path).combine_chunks()


def _node_ids(nodes: pa.Table) -> pa.StringArray:
    number = pc.cast(pa.array(np.arange(len(nodes))), pa.string())
    made = pc.binary_join_element_wise("road:", number, "")
    given = nodes["node_id"].combine_chunks().cast(pa.string())
    return pc.coalesce(given, made)


def _edge_ids(start: pa.StringArray, end: pa.StringArray, ends: Integers) -> pa.StringArray:
    """Return both ends of each edge as its id, with a number if there are several such edges."""
    ids = pc.binary_join_element_wise(start, end, "-")
    # The file is sorted by both ends, so edges between the same two nodes follow each other.
    row = np.arange(len(ends))
    again = np.append(False, (ends[1:] == ends[:-1]).all(axis=1))
    number = row - np.maximum.accumulate(np.where(again, 0, row)) + 1
    numbered = pc.binary_join_element_wise(ids, pc.cast(pa.array(number), pa.string()), "-")
    return pc.if_else(pa.array(again), numbered, ids)


def _vertices(edges: pa.Table, places: Integers, ends: Integers) -> tuple[Floats, Integers]:
    """Return the vertices of all edges, and where those of each begin."""
    steps = np.column_stack([pc.list_flatten(edges[axis]).to_numpy() for axis in "xy"])
    counts = pc.list_value_length(edges["x"]).to_numpy()
    offsets = np.append(0, np.cumsum(counts + 2))
    # Steps begin anew at each edge: subtract what the edges before have added up to.
    inner_end = np.cumsum(counts)
    total = np.vstack([np.zeros((1, 2), dtype=np.int64), np.cumsum(steps, axis=0, dtype=np.int64)])
    owner = np.repeat(np.arange(len(counts)), counts)
    inner = total[1:] - total[(inner_end - counts)[owner]]
    vertices = np.empty((offsets[-1], 2))
    vertices[offsets[:-1]] = places[ends[:, 0]]
    vertices[offsets[1:] - 1] = places[ends[:, 1]]
    middle = np.arange(len(owner)) + 2 * owner + 1
    vertices[middle] = places[ends[owner, 0]] + inner * (_NODE_PARTS // _LINE_PARTS)
    return vertices / _NODE_PARTS, offsets
