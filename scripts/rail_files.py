"""Write the network of build_network.py as compact files.

Coordinates are whole parts of a degree, stored as steps from one to the next; an edge holds only
the places between its two nodes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

NODE_PLACES, LINE_PLACES = 100_000, 10_000  # in a degree
FAR_M = 300.0
NUMBERS = re.compile("(?<=<!-- numbers -->\n).*(?=<!-- end -->)", re.DOTALL)


def write_nodes(nodes: pd.DataFrame, path: Path) -> None:
    """Write nodes; `lon` and `lat` become `x` and `y`."""
    table = nodes.drop(columns=["lon", "lat"])
    for axis, column in (("x", "lon"), ("y", "lat")):
        table[axis] = np.rint(nodes[column] * NODE_PLACES).astype(np.int32)
    _write(pa.Table.from_pandas(table, preserve_index=False), path)


def write_edges(edges: pd.DataFrame, path: Path) -> None:
    """Write edges; `line`, the places between the nodes, becomes `x` and `y`."""
    lines = edges["line"].tolist()
    ends = pa.array(np.concatenate([[0], np.cumsum([len(line) for line in lines])]), pa.int32())
    whole = np.rint(np.vstack(lines) * LINE_PLACES).astype(np.int32)
    numbers = ("from_node", "to_node", "length_m")
    kinds = {**dict.fromkeys(numbers, "int32"), "gauge_mm": "Int32"}
    table = pa.Table.from_pandas(edges.drop(columns="line").astype(kinds), preserve_index=False)
    for i, axis in enumerate("xy"):
        table = table.append_column(axis, pa.ListArray.from_arrays(ends, whole[:, i]))
    _write(table, path)


def _write(table: pa.Table, path: Path) -> None:
    numbers = [f.name for f in table.schema if pa.types.is_int32(f.type)]
    lists = [f"{f.name}.list.element" for f in table.schema if pa.types.is_list(f.type)]
    texts = [f.name for f in table.schema if not (pa.types.is_list(f.type) or f.name in numbers)]
    pq.write_table(
        table.replace_schema_metadata(None),
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=texts,
        column_encoding=dict.fromkeys([*numbers, *lists], "DELTA_BINARY_PACKED"),
    )
    print(f"{path.name}: {table.num_rows:,} rows, {path.stat().st_size / 1000:.0f} kB")


def numbers(
    nodes: pd.DataFrame, edges: pd.DataFrame, counts: Mapping[str, int], snap_m: Mapping[str, float]
) -> dict[str, int]:
    """Return what was made, and what was left out as `counts` has it."""
    own = nodes["node_id"][nodes["node_id"].str.startswith("osm:")]
    used = edges[(edges["mode"] == "rail") & (edges["status"] == "operating")]
    return {
        "nodes": len(nodes),
        "stations of the source": len(own),
        f"of these farther than {FAR_M:g} m from their track": int((own.map(snap_m) > FAR_M).sum()),
        "edges": len(edges),
        "km of railway in use": round(used["length_m"].sum() / 1000),
        "km of gaps that are bridged": round(edges["length_m"][edges["bridged"]].sum() / 1000),
        **counts,
    }


def write_numbers(found: Mapping[str, int], path: Path) -> None:
    """Write numbers as a table in the place that a page has for them."""
    lines = ["| what | how many |\n|---|---|\n"]
    lines += [f"| {name} | {number:,} |\n" for name, number in found.items()]
    text = path.read_text(encoding="utf-8")
    path.write_text(NUMBERS.sub("".join(lines), text), encoding="utf-8")
