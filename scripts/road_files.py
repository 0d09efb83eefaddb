"""Write the roads as compact files.

Nodes are sorted along a curve that fills the plane, and edges by their nodes, so that steps from
one number to the next are small. The inner places of a line are steps from its first node.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from rail_files import _write
from road_graph import CLASSES, Roads
from tracing import PLANE, WGS84

NODE_PLACES = 10_000  # in a degree: 11 m
LINE_PLACES = 2_000  # in a degree: 55 m; lines are thinned to 250 m before
SIMPLE_M = 250.0
SLACK = 0.98  # an edge is not shorter than this share of its drawing
CURVE_BITS = 12


def written(roads: Roads, labels: pd.DataFrame, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write `roads`, and return the tables of nodes and edges as they are written.

    `labels` has ``name``, ``node_id`` and ``country`` of each node.
    """
    lonlat = np.column_stack(PLANE.transform(*roads.xy.T, direction="INVERSE"))
    places = np.rint(lonlat * NODE_PLACES).astype(np.int64)
    order = np.argsort(_along_curve(lonlat), kind="stable")
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    nodes = labels.assign(x=places[:, 0], y=places[:, 1]).iloc[order].reset_index(drop=True)
    edges = _edge_table(roads, number, places)
    _write_nodes(nodes, folder / "road_nodes.parquet")
    _write_edges(edges, folder / "road_edges.parquet")
    return nodes, edges


def _along_curve(lonlat: np.ndarray) -> np.ndarray:
    """Return places along a Hilbert curve."""
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    side = 1 << CURVE_BITS
    x, y = ((lonlat - low) / (high - low) * (side - 1)).astype(np.int64).T
    total = np.zeros(len(x), dtype=np.int64)
    step = side >> 1
    while step:
        right, up = (x & step) > 0, (y & step) > 0
        total += step * step * ((3 * right) ^ up)
        turn = ~up
        flip = turn & right
        x, y = np.where(flip, side - 1 - x, x), np.where(flip, side - 1 - y, y)
        x, y = np.where(turn, y, x), np.where(turn, x, y)
        step >>= 1
    return total


def _edge_table(roads: Roads, number: np.ndarray, places: np.ndarray) -> pd.DataFrame:
    ends = number[roads.ends]
    back = ends[:, 0] > ends[:, 1]
    lines = shapely.simplify(roads.edges["line"].to_numpy(), SIMPLE_M, preserve_topology=False)
    lines = np.where(back, shapely.reverse(lines), lines)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    inner = np.ones(len(line), dtype=bool)
    inner[np.flatnonzero(np.diff(line, prepend=-1))] = False
    inner[np.flatnonzero(np.diff(line, append=-1))] = False
    owner = line[inner]
    lonlat = np.column_stack(PLANE.transform(*xy[inner].T, direction="INVERSE"))
    first = places[np.where(back, roads.ends[:, 1], roads.ends[:, 0])]
    ratio = NODE_PLACES // LINE_PLACES
    steps = np.rint((lonlat * NODE_PLACES - first[owner]) / ratio).astype(np.int64)
    before = np.vstack([[[0, 0]], steps[:-1]])
    before[np.diff(owner, prepend=-1) != 0] = 0
    drawn_m = _drawn_m(owner, first[owner] + steps * ratio, places, roads.ends, back)
    table = pd.DataFrame(
        {
            "from_node": ends.min(axis=1), "to_node": ends.max(axis=1),
            "length_m": np.ceil(np.maximum(roads.edges["km"] * 1000, SLACK * drawn_m)),
            "road_class": np.array(CLASSES, dtype=object)[roads.edges["rank"]],
            "countries": roads.edges["country"], "estimated": roads.edges["estimated"],
            "chord": roads.edges["chord"], "origin": roads.edges["origin"],
        }
    )  # fmt: skip
    ends_of = np.cumsum(np.bincount(owner, minlength=len(table)))
    table["steps"] = np.split(steps - before, ends_of[:-1])
    return table.sort_values(["from_node", "to_node", "length_m"], ignore_index=True)


def _drawn_m(
    owner: np.ndarray, inner: np.ndarray, places: np.ndarray, ends: np.ndarray, back: np.ndarray
) -> np.ndarray:
    """Return the length of each line as it will be drawn."""
    edge = np.arange(len(ends))
    first = places[np.where(back, ends[:, 1], ends[:, 0])]
    last = places[np.where(back, ends[:, 0], ends[:, 1])]
    vertices = np.concatenate([first, inner, last]) / NODE_PLACES
    owners = np.concatenate([edge, owner, edge])
    order = np.argsort(owners, kind="stable")
    vertices, owners = vertices[order], owners[order]
    same = owners[1:] == owners[:-1]
    step_m = WGS84.inv(*vertices[:-1][same].T, *vertices[1:][same].T)[2]
    return np.bincount(owners[1:][same], step_m, minlength=len(ends))


def _write_nodes(nodes: pd.DataFrame, path: Path) -> None:
    table = nodes.astype({"x": np.int32, "y": np.int32})[["x", "y", "country", "name", "node_id"]]
    _write(pa.Table.from_pandas(table, preserve_index=False), path)


def _write_edges(edges: pd.DataFrame, path: Path) -> None:
    kinds = dict.fromkeys(("from_node", "to_node", "length_m"), np.int32)
    table = edges.drop(columns="steps").astype(kinds)
    # The second node of an edge is near the first on the curve.
    table["to_node"] -= table["from_node"]
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    counts = [len(steps) for steps in edges["steps"]]
    ends = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    steps = np.vstack(edges["steps"].tolist()).astype(np.int32)
    for axis, name in enumerate("xy"):
        arrow = arrow.append_column(name, pa.ListArray.from_arrays(ends, steps[:, axis]))
    _write(arrow, path)
