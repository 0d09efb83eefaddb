"""Nodes and edges of a network, made from a layer of lines."""

from __future__ import annotations

import os
import warnings
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_number
from minmap.errors import MinmapWarning
from minmap.places import country_of
from minmap.transport.corridors.feature_table import CRS
from minmap.transport.corridors.leg_table import require_track
from minmap.transport.corridors.line_layer import JOIN_WITHIN_M, line_shapes, read_lines
from minmap.transport.network.edge_table import TRACK
from minmap.transport.network.topology import Topology, join_lines
from minmap.types import TEXT, Booleans, Floats, Geometries, Integers

# Longer segments are looked up in between as well, so that they skip no country.
_STEP_DEG: Final = 0.2


def nodes_edges_and_joins(
    lines: gpd.GeoDataFrame | str | os.PathLike[str],
    *,
    mode: str,
    gauge_mm: int | None,
    status: str,
    join_within_m: float,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]:
    """Return nodes, edges and joins of a layer of lines; see `minmap.Network.from_lines`."""
    join_within_m = require_number(
        join_within_m, name="join_within_m", like=JOIN_WITHIN_M, least=0, unit="metres"
    )
    require_track(mode, gauge_mm, status)
    layer, _ = read_lines(lines)
    row, shapes = _single_lines(layer)
    topology = join_lines(shapes, within_m=join_within_m)
    nodes = _nodes(topology)
    edges = _edges(layer, row[topology.line], topology, nodes["node_id"].to_numpy())
    for column, default in (("mode", mode), ("gauge_mm", gauge_mm), ("status", status)):
        given = edges[column] if column in edges else pd.Series(pd.NA, edges.index, dtype=object)
        edges[column] = given if default is None else given.where(given.notna(), default)
    edges["countries"] = _countries(edges)
    joins = pd.DataFrame(
        {
            "node_id": _place_ids(topology.moved_from),
            "joined_to": nodes["node_id"].to_numpy()[topology.moved_to],
            "distance_m": topology.moved_m,
        }
    )
    return nodes, edges, joins


def _single_lines(layer: gpd.GeoDataFrame) -> tuple[Integers, Geometries]:
    """Return the row and shape of each single line of a layer; warn of rows without a line."""
    parts, row = shapely.get_parts(line_shapes(layer), return_index=True)
    filled = ~shapely.is_empty(parts)
    left_out = len(layer) - len(np.unique(row[filled]))
    if left_out:
        warnings.warn(
            f"{left_out} of {len(layer)} rows of lines have no line and are left out.",
            MinmapWarning,
            stacklevel=5,
        )
    return row[filled].astype(np.int64), parts[filled]


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


def _edges(
    layer: gpd.GeoDataFrame, row: Integers, topology: Topology, node_ids: Geometries
) -> gpd.GeoDataFrame:
    columns = pd.DataFrame(layer.drop(columns=layer.geometry.name)).iloc[row]
    edges = gpd.GeoDataFrame(columns.reset_index(drop=True), geometry=topology.pieces, crs=CRS)
    edges["edge_id"] = _edge_ids(layer.index, row)
    edges["from_node"], edges["to_node"] = node_ids[topology.ends].T
    edges["length_km"] = _lengths_km(edges, row, topology.drawn_m / 1000)
    return edges


def _edge_ids(index: pd.Index, row: Integers) -> Geometries:
    """Return the label of each edge's row, with a number appended where the row has several."""
    number = np.arange(len(row)) - np.searchsorted(row, row) + 1
    several = np.bincount(row, minlength=len(index))[row] > 1
    suffix = np.where(several, "." + pd.Series(number).astype(str), "").astype(object)
    for labels in (index, range(len(index))):
        texts = np.array([str(label) for label in labels], dtype=object)
        ids: Geometries = texts[row] + suffix
        if len(set(ids)) == len(ids) and "" not in ids:
            break
    return ids


def _lengths_km(edges: gpd.GeoDataFrame, row: Integers, drawn_km: Floats) -> Floats:
    """Return the length of each row divided among its pieces; without one, that of the drawing."""
    if "length_km" not in edges:
        return drawn_km
    given_km = pd.to_numeric(edges["length_km"], errors="coerce").to_numpy(float, na_value=np.nan)
    whole_km, pieces = np.bincount(row, drawn_km)[row], np.bincount(row)[row]
    # A row that is drawn without length is divided evenly.
    share = np.divide(drawn_km, whole_km, out=1.0 / pieces, where=whole_km > 0)
    lengths: Floats = np.where(np.isnan(given_km), drawn_km, given_km * share)
    return lengths


def _countries(edges: gpd.GeoDataFrame) -> pd.Series:
    """Return the countries of each edge: as given, else those that it passes in order."""
    countries = pd.Series(pd.NA, edges.index, dtype=object)
    if "countries" in edges:
        countries = edges["countries"].astype(object)
    unknown = np.flatnonzero(countries.isna())
    at_sea = (edges["mode"].iloc[unknown] == "sea").to_numpy()
    edge, lonlat = _places_along(edges.geometry.to_numpy()[unknown], ends_only=at_sea)
    passed = pd.DataFrame({"edge": unknown[edge]})
    passed["code"] = country_of(gpd.GeoSeries(shapely.points(lonlat), crs=CRS)).to_numpy()
    passed = passed.dropna().drop_duplicates()
    listed = passed.groupby("edge")["code"].agg(" ".join)
    found = countries.to_numpy(dtype=object, copy=True)
    found[listed.index] = listed.to_numpy(dtype=object)
    return pd.Series(found, edges.index, dtype=TEXT)


def _places_along(lines: Geometries, *, ends_only: Booleans) -> tuple[Integers, Floats]:
    """Return places along lines and the line of each: vertices, and places between distant ones."""
    vertices, line = shapely.get_coordinates(lines, return_index=True)
    opens = np.diff(line, prepend=-1) > 0
    closes = np.diff(line, append=len(lines)) > 0
    step = np.diff(vertices, axis=0, append=vertices[-1:])
    step[closes] = 0
    step[:, 0] = (step[:, 0] + 180) % 360 - 180
    parts = np.maximum(np.ceil(np.abs(step).max(axis=1) / _STEP_DEG), 1).astype(np.int64)
    keep = ~ends_only[line] | opens | closes
    parts = np.where(ends_only[line], 1, parts)[keep]
    vertex = np.repeat(np.flatnonzero(keep), parts)
    part = (np.arange(len(vertex)) - np.repeat(np.cumsum(parts) - parts, parts)) / np.repeat(
        parts, parts
    )
    return line[vertex].astype(np.int64), vertices[vertex] + part[:, None] * step[vertex]
