"""The tables of a network, its nodes, edges and joins: their columns, and how they are made."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_kind, shown
from minmap.errors import GeometryError, MinmapError
from minmap.geodesy.crs import WGS84
from minmap.places import country_of
from minmap.transport.network.topology import Topology, join_lines
from minmap.transport.trade_corridors import Corridor, line_layer
from minmap.transport.trade_corridors.feature_table import TableForm
from minmap.transport.trade_corridors.leg_table import MODES, NODE_KINDS, STATUSES
from minmap.types import TEXT, Booleans, Floats, Geometries, Integers

TRACK: Final = "track"
"""Kind of a node that is only a vertex, without a name."""
KINDS: Final = (*NODE_KINDS, TRACK)

NODE_COLUMNS: Final[Mapping[str, Any]] = {
    "node_id": TEXT,
    "name": TEXT,
    "kind": TEXT,
    "country": TEXT,
    "gate": "bool",
}
EDGE_COLUMNS: Final[Mapping[str, Any]] = {
    "edge_id": TEXT,
    "from_node": TEXT,
    "to_node": TEXT,
    "mode": TEXT,
    "gauge_mm": "Int64",
    "status": TEXT,
    "length_km": "float64",
    "countries": TEXT,
    "leg_id": TEXT,
    "road_class": TEXT,
    "bridged": "bool",
    "estimated": "bool",
    "chord": "bool",
    "source": TEXT,
}
JOIN_COLUMNS: Final[Mapping[str, Any]] = {
    "node_id": TEXT,
    "joined_to": TEXT,
    "distance_m": "float64",
}
_NODES: Final = TableForm(
    "nodes", "Point", NODE_COLUMNS, ("node_id", "kind"), {"kind": KINDS}, most_longitude=np.inf
)
_EDGES: Final = TableForm(
    "edges",
    "LineString",
    EDGE_COLUMNS,
    need=("edge_id", "from_node", "to_node", "mode", "status", "length_km"),
    options={"mode": MODES, "status": STATUSES},
    most_longitude=np.inf,
)


def conform_nodes(nodes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a checked copy of nodes: EPSG:4326, all columns in order, a fresh index.

    Raises
    ------
    MinmapError, CRSError, GeometryError, ChoiceError
        As for `minmap.Network`.
    """
    checked = _NODES.conform(nodes)
    if "gate" not in nodes.columns:
        checked["gate"] = (checked["kind"] != TRACK).to_numpy()
    return checked


def conform_edges(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a checked copy of edges: EPSG:4326, all columns in order, a fresh index.

    Raises
    ------
    MinmapError, CRSError, GeometryError, ChoiceError
        As for `minmap.Network`.
    """
    checked = _EDGES.conform(edges)
    length_km = checked["length_km"].to_numpy()
    for row in np.flatnonzero(~(np.isfinite(length_km) & (length_km >= 0)))[:1]:
        raise MinmapError(
            f"length_km of edge {checked['edge_id'].iloc[row]!r} is {length_km[row]}; "
            "give a length in km, 0 or more."
        )
    return checked


def conform_joins(joins: pd.DataFrame | None) -> pd.DataFrame:
    """Return a copy of a table of joins with its three columns; empty if None."""
    given = pd.DataFrame(columns=[*JOIN_COLUMNS]) if joins is None else joins
    cure = f"give a DataFrame with {', '.join(JOIN_COLUMNS)}, or leave it out"
    require_kind(given, pd.DataFrame, name="joins", cure=cure)
    return given.reindex(columns=[*JOIN_COLUMNS]).astype(dict(JOIN_COLUMNS)).reset_index(drop=True)


def equal_values(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, column: str) -> Booleans:
    """Return for each row whether two tables have the same value, or both none, in a column.

    Parameters
    ----------
    one, other
        Tables of n rows, compared row by row.
    column
        A column, or ``"geometry"``.
    """
    a, b = (pd.Series(table[column].array, dtype=object) for table in (one, other))
    if column == "geometry":
        return np.asarray(shapely.equals_exact(a.to_numpy(), b.to_numpy()))
    return ((a == b) | (a.isna() & b.isna())).to_numpy(dtype=np.bool_)


def nodes_and_edges(corridors: Sequence[Corridor]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the nodes and legs of corridors as nodes and edges, each id once.

    Raises
    ------
    MinmapError
        If two corridors have a different leg or node of the same id.
    """
    legs = _each_once([(it.id, it.legs) for it in corridors], EDGE_COLUMNS, id_column="leg_id")
    nodes = _each_once([(it.id, it.nodes) for it in corridors], NODE_COLUMNS, id_column="node_id")
    edges = legs.assign(edge_id=legs["leg_id"], bridged=False)
    edges = edges.rename(columns={"geometry_source": "source"})
    return (
        nodes.assign(gate=True)[[*NODE_COLUMNS, "geometry"]],
        edges.reindex(columns=[*EDGE_COLUMNS, "geometry"]),
    )


def _each_once(
    tables: list[tuple[str, gpd.GeoDataFrame]], columns: Iterable[str], *, id_column: str
) -> gpd.GeoDataFrame:
    """Return the rows of all tables, each id once; raise if rows of one id differ."""
    if not tables:
        empty = pd.DataFrame(columns=[*dict.fromkeys([id_column, *columns])])
        return gpd.GeoDataFrame(empty, geometry=[], crs=WGS84)
    rows = pd.concat([table.assign(corridor_id=name) for name, table in tables], ignore_index=True)
    repeated = rows[rows[id_column].duplicated()]
    first = rows.drop_duplicates(id_column, ignore_index=True)
    original = first.set_index(id_column, drop=False).loc[repeated[id_column]]
    for column in (*columns, "geometry"):
        if column not in rows:
            continue
        for row in np.flatnonzero(~equal_values(original, repeated, column))[:1]:
            pair = original.iloc[row], repeated.iloc[row]
            ids = " and ".join(repr(leg["corridor_id"]) for leg in pair)
            values = " and ".join(repr(leg[column]) for leg in pair)
            raise MinmapError(
                f"{id_column}={pair[0][id_column]!r} differs between the corridors {ids} in "
                f"{column}{'' if column == 'geometry' else f': {values}'}; make them the same or "
                "give one another id."
            )
    return first


def _require_on_globe(lines: gpd.GeoDataFrame) -> None:
    """Raise if a line reaches beyond the poles, or around the globe more than once."""
    reach = np.abs(lines.bounds.to_numpy()) > [540, 90, 540, 90]
    for line in np.flatnonzero(reach.any(axis=1))[:1]:
        raise GeometryError(
            f"line {lines.index[line]!r} has coordinates that are not degrees: "
            f"{shown(lines.bounds.iloc[line].tolist())}; correct it, or set the right CRS."
        )


def nodes_edges_and_joins(
    lines: line_layer.Lines,
    defaults: Mapping[str, Any],
    join_within_m: float,
    origin: Mapping[str, Any],
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]:
    """Return nodes, edges and joins of a layer of lines; see `minmap.Network.from_lines`.

    The edges get the ``mode``, ``gauge_mm`` and ``status`` of `defaults` where lines have none;
    `origin` has the ``layer`` and ``crs`` of a file.
    """
    layer, _ = line_layer.read_lines(lines, defaults, join_within_m, origin)
    given, row = line_layer.single_lines(layer, merged=False)
    _require_on_globe(given)
    topology = join_lines(given.geometry.to_numpy(), within_m=float(join_within_m))
    nodes = _nodes(topology)
    node_ids, row = nodes["node_id"].to_numpy(), row[topology.line]
    edges = given.iloc[topology.line].reset_index(drop=True)
    edges = edges.set_geometry(gpd.GeoSeries(topology.pieces, crs=WGS84))
    edges["edge_id"] = _edge_ids(layer.index, row)
    edges["from_node"], edges["to_node"] = node_ids[topology.ends].T
    edges["length_km"] = _lengths_km(edges, row, topology.drawn_m / 1000)
    for column, default in defaults.items():
        edges[column] = line_layer.filled(edges, column, default)
    unknown = line_layer.filled(edges, "countries").isna()
    at_sea = (edges["mode"] == "sea").to_numpy()
    edges["countries"] = line_layer.filled_countries(edges, nodes, at_sea)
    found = edges.loc[unknown, "countries"].dropna().str.split()
    edges.loc[found.index, "countries"] = found.map(dict.fromkeys).str.join(" ")
    joins = pd.DataFrame(
        {
            "node_id": _place_ids(topology.moved_from),
            "joined_to": node_ids[topology.moved_to],
            "distance_m": topology.moved_m,
        }
    )
    return nodes, edges, joins


def _nodes(topology: Topology) -> gpd.GeoDataFrame:
    points = gpd.GeoSeries(shapely.points(topology.lonlat), crs=WGS84)
    columns = {
        "node_id": pd.Series(_place_ids(topology.lonlat), dtype=TEXT),
        "name": pd.Series(pd.NA, points.index, dtype=TEXT),
        "kind": pd.Series(TRACK, points.index, dtype=TEXT),
        "country": country_of(points),
        # Lines do not contain the places where freight is loaded, so every node is a gate.
        "gate": True,
    }
    return gpd.GeoDataFrame(columns, geometry=points, index=points.index)


def _place_ids(lonlat: Floats) -> Geometries:
    """Return ids such as ``70.5,45.0001``; places 1 cm apart have different ids."""
    # Eight decimals are 1 mm; adding 0 turns -0 into 0.
    wrapped = np.column_stack([(lonlat[:, 0] + 180) % 360 - 180, lonlat[:, 1]])
    texts = [
        ",".join(f"{number:.8f}".rstrip("0").rstrip(".") for number in pair)
        for pair in (np.round(wrapped, 8) + 0.0).tolist()
    ]
    return np.array(texts, dtype=object)


def _edge_ids(index: pd.Index, row: Integers) -> pd.Series:
    """Return the label of each edge's row, with a number appended where the row has several."""
    rows = pd.Series(row)
    number = (rows.groupby(rows).cumcount() + 1).astype(str).radd(".")
    suffix = number.where(rows.duplicated(keep=False), "")
    ids = rows.map(lambda position: str(index[position])).astype(TEXT) + suffix
    if ids.is_unique and (ids != "").all():
        return ids
    return rows.astype(str) + suffix


def _lengths_km(edges: gpd.GeoDataFrame, row: Integers, drawn_km: Floats) -> Floats:
    """Return the length of each row divided among its pieces; without one, that of the drawing."""
    if "length_km" not in edges:
        return drawn_km
    given_km = pd.to_numeric(edges["length_km"], errors="coerce").to_numpy(float, na_value=np.nan)
    whole_km, pieces = np.bincount(row, drawn_km)[row], np.bincount(row)[row]
    # A row that is drawn without length is divided evenly.
    share = np.divide(drawn_km, whole_km, out=1.0 / pieces, where=whole_km > 0)
    return np.where(np.isnan(given_km), drawn_km, given_km * share)
