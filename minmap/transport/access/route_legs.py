"""The legs and nodes of one route."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.transport.access.barriers import connector_lines
from minmap.transport.access.destination import Solved
from minmap.types import Booleans, Floats, Geometries, Integers
from minmap.vocabulary import TEXT

ROUTE_COLUMNS: Final[Mapping[str, Any]] = {
    "from_node": TEXT,
    "to_node": TEXT,
    "from_name": TEXT,
    "to_name": TEXT,
    "mode": TEXT,
    "gauge_mm": "Int64",
    "status": TEXT,
    "countries": TEXT,
    "leg_id": TEXT,
    "km": "float64",
    "hours": "float64",
    "cost_usd_t": "float64",
    "before": TEXT,
    "before_hours": "float64",
    "before_usd_t": "float64",
}
# Edges that share all of these are one leg of a route.
_SHARED: Final = ["mode", "gauge_mm", "status", "countries", "leg_id"]
_CHANGES: Final = {
    "borders": "border",
    "transshipments": "transshipment",
    "gauge_breaks": "break of gauge",
}


def connector_leg(lonlat: Floats, node: int, found: pd.Series, solved: Solved) -> gpd.GeoDataFrame:
    """Return the road to the gate as the first leg."""
    gate = int(np.flatnonzero(solved.node == node)[0])
    assumed, km = solved.ways.assumptions, float(found["connector_km"])
    crosses = int(found["borders"]) - int(solved.ways.borders[node])
    row = {
        "to_node": found["gate"],
        "to_name": found["gate_name"],
        "mode": "road",
        "status": "operating",
        "km": km,
        "hours": km / assumed.road_kmh + crosses * assumed.border_road_hours,
        "cost_usd_t": km * assumed.road_usd_tkm + crosses * assumed.border_road_usd_t,
        "before_hours": 0.0,
        "before_usd_t": 0.0,
    }
    line = connector_lines(lonlat, solved.gates.lonlat[[gate]])
    return leg_table([row], line)


def legs_of(node: int, solved: Solved) -> gpd.GeoDataFrame:
    """Put the steps of a way together where nothing changes; none from the destination itself."""
    steps = solved.ways.steps_from(node)
    if steps.empty:
        return leg_table([], np.zeros(0, dtype=object))
    edges = solved.ways.network.edges
    is_edge = steps["edge"].to_numpy() >= 0
    used = edges.iloc[steps["edge"].to_numpy()[is_edge]].reset_index(drop=True)
    forward = steps["forward"].to_numpy()[is_edge]
    # One number a group: a new one begins where an edge differs from the last, or after a change.
    countries = _directed(used["countries"], forward)
    traits = used[_SHARED].assign(countries=countries).apply(lambda column: column.factorize()[0])
    changes = np.diff(np.flatnonzero(is_edge), prepend=-1) > 1
    differs = (traits != traits.shift()).any(axis=1).to_numpy()
    group = np.cumsum(differs | changes) - 1
    # The changes before an edge belong to its group.
    owner = np.full(len(steps), -1)
    owner[is_edge] = group
    owner = pd.Series(owner).where(is_edge).bfill().to_numpy(dtype=np.int64)
    lines = used.geometry.to_numpy()
    lines = np.where(forward, lines, shapely.reverse(lines))
    ends = np.append(steps["node"].to_numpy()[is_edge], solved.ways.destination[node])
    rows, shapes = [], []
    for number in range(int(group[-1]) + 1):
        own = np.flatnonzero(group == number)
        part, other = steps[is_edge & (owner == number)], steps[~is_edge & (owner == number)]
        rows.append(
            _row(used.iloc[own[0]], part, other, ends[[own[0], own[-1] + 1]], solved)
            | {"countries": countries[own[0]] or None}
        )
        shapes.append(shapely.LineString(shapely.get_coordinates(lines[own])))
    return leg_table(rows, np.array(shapes, dtype=object))


def _row(
    edge: pd.Series, steps: pd.DataFrame, changes: pd.DataFrame, ends: Integers, solved: Solved
) -> dict[str, Any]:
    nodes = solved.ways.network.nodes
    done = [word for column, word in _CHANGES.items() if changes[column].sum()]
    first, last = nodes.iloc[ends[0]], nodes.iloc[ends[1]]
    return {
        "from_node": first["node_id"],
        "to_node": last["node_id"],
        "from_name": first["name"],
        "to_name": last["name"],
        **{name: edge[name] for name in ("mode", "gauge_mm", "status", "leg_id")},
        "km": steps["km"].sum(),
        "hours": steps["hours"].sum(),
        "cost_usd_t": steps["cost_usd_t"].sum(),
        "before": ", ".join(done) or None,
        "before_hours": changes["hours"].sum(),
        "before_usd_t": changes["cost_usd_t"].sum(),
    }


def _directed(countries: pd.Series, forward: Booleans) -> list[str]:
    given = countries.fillna("").tolist()
    return [
        text if ahead else " ".join(reversed(text.split()))
        for text, ahead in zip(given, forward, strict=True)
    ]


def nodes_of(node: int, solved: Solved, start_km: float) -> pd.DataFrame:
    """List the named nodes of a way with their distance from the start."""
    edges, forward = solved.ways.edges_from(node)
    network = solved.ways.network
    far = network.ends[edges, np.where(forward, 1, 0)]
    passed = np.append(node, far)
    lengths = network.edges["length_km"].to_numpy()[edges]
    km = start_km + np.append(0.0, np.cumsum(lengths))
    table = pd.DataFrame(network.nodes[["node_id", "name", "kind", "country"]].iloc[passed])
    table["km"] = km
    return table[table["name"].notna()].reset_index(drop=True)


def leg_table(rows: list[dict[str, Any]], lines: Geometries) -> gpd.GeoDataFrame:
    """Return rows as a table of `ROUTE_COLUMNS` with a line each, EPSG:4326."""
    table = pd.DataFrame(rows, columns=[*ROUTE_COLUMNS])
    for column, dtype in ROUTE_COLUMNS.items():
        table[column] = table[column].astype(dtype)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(lines, crs="EPSG:4326"))
