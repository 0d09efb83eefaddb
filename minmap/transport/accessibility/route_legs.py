"""The legs of one route: the connector, the roads, railways and ferries, and what stops them."""

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.geodesy.crs import WGS84
from minmap.transport.accessibility.barriers import connector_lines
from minmap.transport.accessibility.destination import Destination
from minmap.transport.accessibility.journeys import Journeys
from minmap.transport.network.best_paths import joined_lines
from minmap.types import TEXT, Geometries, Integers

# Consecutive edges that agree in all of these are one leg of a route.
_TRAITS: Final = ["mode", "gauge_mm", "status", "countries", "leg_id"]
_STOPS: Final = {
    "borders": "border",
    "loadings": "loading",
    "transshipments": "transshipment",
    "gauge_breaks": "break of gauge",
}
LEVELS: Final = ("_low", "", "_high")
_RANGES: Final = [f"{name}{level}" for name in ("hours", "usd_t") for level in LEVELS]
MEASURES: Final = [name.replace("usd_t", "cost_usd_t") for name in _RANGES]
BEFORE: Final = [f"before_{name}" for name in _RANGES]


def legs_along(vertex: int, destination: Destination, journey: Journeys | None) -> gpd.GeoDataFrame:
    """Return the legs of the route from a vertex, each with the stops before it.

    Parameters
    ----------
    vertex
        A vertex of the graph of states.
    destination
        Where the route leads.
    journey
        The single journey that arrives at the vertex, with its connector and first road; None for
        a route that starts at a node.
    """
    routes = destination.routes
    steps = routes.steps_along(vertex)
    lines = destination.network.edges.geometry.to_numpy()[steps["edge"].clip(lower=0)]
    if journey is not None and journey.entries.edge[0] >= 0:
        steps = pd.concat([_first_road(journey), steps], ignore_index=True)
        road = [journey.entry_lonlat(), journey.first_road(0)]
        lines = np.concatenate([_line(np.vstack(road), journey), lines])
    last = int(routes.ends_of(np.array([vertex]))[0])
    legs = _legs(steps, lines, destination, last)
    if journey is None:
        return legs
    connector = _connector(journey, legs)
    return pd.concat([connector.astype(legs.dtypes), legs], ignore_index=True)


def _line(lonlat: Any, journey: Journeys) -> Geometries:
    """Return the first road as a line, in the direction of its edge."""
    vertices = lonlat if len(lonlat) > 1 else np.repeat(lonlat, 2, axis=0)
    forward = journey.entries.end[0] == 1
    return np.array([shapely.LineString(vertices if forward else vertices[::-1])], dtype=object)


def _first_road(journey: Journeys) -> pd.DataFrame:
    """Return the road from the entry to the end of its edge as a step."""
    entry, along = journey.entries, journey.along
    columns: dict[str, Any] = {
        "node": -1,
        "edge": entry.edge,
        "forward": entry.end == 1,
        "km": along["km"],
    }
    for name in ("hours", "usd_t"):
        for level, values in zip(LEVELS, along[name].T, strict=True):
            columns[f"{name}{level}"] = values
    return pd.DataFrame(columns | dict.fromkeys(_STOPS, 0))


def _legs(
    steps: pd.DataFrame, lines: Geometries, destination: Destination, last: int
) -> gpd.GeoDataFrame:
    """Join steps to legs; `lines` has the line of the edge of each step."""
    network = destination.network
    on_edge = steps["edge"].to_numpy() >= 0
    forward = steps["forward"].to_numpy(dtype=np.bool_)[on_edge]
    edges = network.edges.iloc[steps["edge"].to_numpy()[on_edge]].reset_index(drop=True)
    backward = edges["countries"].str.split().str[::-1].str.join(" ")
    edges["countries"] = edges["countries"].where(forward, backward).replace("", None)
    # A leg starts where an edge differs from the one before, or after a stop.
    starts = np.zeros(len(steps), dtype=np.bool_)
    starts[on_edge] = edges.groupby(_TRAITS, dropna=False).ngroup().diff() != 0
    starts[1:] |= on_edge[1:] & ~on_edge[:-1]
    # A stop belongs to the leg that follows it.
    leg: Integers = np.cumsum(starts) - on_edge
    sums = steps[on_edge].groupby(leg[on_edge]).sum()
    stops = steps[~on_edge].groupby(leg[~on_edge]).sum().reindex(sums.index, fill_value=0)
    first = np.flatnonzero(starts[on_edge])
    ends = np.append(steps["node"].to_numpy()[on_edge], last)
    start, end = ends[first], ends[np.append(first, len(edges))[1:]]
    ids, names = network.nodes["node_id"].array, network.nodes["name"].array
    columns = {
        "from_node": ids.take(start, allow_fill=True),
        "to_node": ids[end],
        "from_name": names.take(start, allow_fill=True),
        "to_name": names[end],
        **{trait: edges[trait].array[first] for trait in _TRAITS},
        "km": sums["km"],
        **{name: sums[own] for name, own in zip(MEASURES, _RANGES, strict=True)},
        "before": pd.array([_stops_text(row) for _, row in stops.iterrows()], dtype=TEXT),
        **{name: stops[own].astype(float) for name, own in zip(BEFORE, _RANGES, strict=True)},
    }
    drawn = joined_lines(lines[on_edge], forward, leg[on_edge])
    return gpd.GeoDataFrame(columns, geometry=drawn, crs=WGS84)


def _stops_text(stops: pd.Series) -> str | None:
    return ", ".join(word for column, word in _STOPS.items() if stops[column]) or None


def _connector(journey: Journeys, legs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the connector of a single journey as a leg; loading at its end goes before the next.

    `legs` are those that follow; the loading is written there.
    """
    destination, entry, own = journey.destination, journey.entries, journey.connectors
    assumed, at_gate = destination.assumptions, entry.edge[0] < 0
    if at_gate and destination.entries.loads_first[entry.node[0]] and len(legs):
        legs.loc[0, "before"] = "loading"
        values = [*assumed["loading_hours"], *assumed["loading_usd_t"]]
        legs.loc[0, BEFORE] = np.array(values) + legs.loc[0, BEFORE].to_numpy(dtype=float)
    node = destination.network.nodes.iloc[entry.node] if at_gate else None
    border = int(journey.connector_borders[0])
    columns: dict[str, Any] = {
        "to_node": node["node_id"].array if node is not None else None,
        "to_name": node["name"].array if node is not None else None,
        "mode": "road",
        "status": "off the roads",
        "km": own["km"],
        "before": "border" if border else None,
        **dict.fromkeys(BEFORE, 0.0),
    }
    passages = destination.routes.costs.passages
    for name in ("hours", "usd_t"):
        values = own[name][0] + border * passages.any_road(name)
        for level, value in zip(LEVELS, values, strict=True):
            columns[f"{name}{level}".replace("usd_t", "cost_usd_t")] = value
    line = connector_lines(journey.lonlat, journey.entry_lonlat())
    table = gpd.GeoDataFrame(columns, index=[0], geometry=line, crs=WGS84)
    return table.reindex(columns=legs.columns)


def named_nodes(vertex: int, destination: Destination, start_km: float) -> pd.DataFrame:
    """List the named nodes of the route from a vertex with their distance from the start, km."""
    routes, network = destination.routes, destination.network
    edges, forward = routes.edges_along(vertex)
    first = routes.costs.graph.node[vertex]
    passed = np.append(first, network.ends[edges, forward.astype(np.int64)])
    table = pd.DataFrame(network.nodes[["node_id", "name", "kind", "country"]].iloc[passed])
    along = np.cumsum(network.edges["length_km"].to_numpy()[edges])
    table["km"] = start_km + np.append(0.0, along)
    return table[table["name"].notna()].reset_index(drop=True)
