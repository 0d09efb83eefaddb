"""Nodes and edges of a network, made from a layer of lines."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.places import country_of
from minmap.transport.network.edge_table import TRACK
from minmap.transport.network.topology import Topology, join_lines
from minmap.transport.trade_corridors.feature_table import CRS
from minmap.transport.trade_corridors.line_layer import (
    Lines,
    filled,
    filled_countries,
    read_lines,
    single_lines,
)
from minmap.types import TEXT, Floats, Geometries, Integers


def nodes_edges_and_joins(
    lines: Lines, defaults: Mapping[str, Any], join_within_m: float
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]:
    """Return nodes, edges and joins of a layer of lines; see `minmap.Network.from_lines`.

    The edges get the ``mode``, ``gauge_mm`` and ``status`` of `defaults` where lines have none.
    """
    layer, _ = read_lines(lines, defaults, join_within_m)
    given, row = single_lines(layer, merged=False)
    topology = join_lines(given.geometry.to_numpy(), within_m=float(join_within_m))
    nodes = _nodes(topology)
    node_ids, row = nodes["node_id"].to_numpy(), row[topology.line]
    edges = given.iloc[topology.line].reset_index(drop=True)
    edges = edges.set_geometry(gpd.GeoSeries(topology.pieces, crs=CRS))
    edges["edge_id"] = _edge_ids(layer.index, row)
    edges["from_node"], edges["to_node"] = node_ids[topology.ends].T
    edges["length_km"] = _lengths_km(edges, row, topology.drawn_m / 1000)
    for column, default in defaults.items():
        edges[column] = filled(edges, column, default)
    unknown = filled(edges, "countries").isna()
    edges["countries"] = filled_countries(edges, nodes, (edges["mode"] == "sea").to_numpy())
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
    points = gpd.GeoSeries(shapely.points(topology.lonlat), crs=CRS)
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
