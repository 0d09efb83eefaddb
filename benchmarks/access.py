"""The search over a railway network of 97,245 edges and the access of occurrences to it.

    python benchmarks/access.py [DATA]

DATA is the folder of the reference data (../shared/data beside the checkout unless told).
`minmap.transport.network.best_paths.find_paths` finds the best path from every node, with its
length by mode, hours, price, borders, breaks of gauge and countries; scipy's `dijkstra` finds the
lengths alone. `minmap.access` then joins 300,000 occurrences (seeded, 46-88 E, 35-56 N) to the best
gates: once with a gate at every node, once with one at the node next to each station, within 300 m.
Each is run three times, in turn; the fastest counts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from minmap.geodesy.ellipsoid import to_ecef
from minmap.places import country_of
from minmap.transport.accessibility import access
from minmap.transport.accessibility.access_table import access_to
from minmap.transport.accessibility.destination import Destination
from minmap.transport.network import Network
from minmap.transport.network.best_paths import find_paths
from minmap.transport.network.state_graph import graph_of

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
# Gauge by the country at an edge's end, for breaks of gauge to be there: it is not in the source.
NARROW = ("CHN", "IRN", "TUR")
REPEATS, GOAL = 3, 40_000
OCCURRENCES, BOX, STATION_M = 300_000, (46, 35, 88, 56), 300


def railways(data: Path) -> Network:
    """Return the railway graph of the reference data, its nodes placed in their countries."""
    edges = gpd.read_parquet(data / "corridors" / "eurasia_rail_edges.parquet")
    points = gpd.read_parquet(data / "corridors" / "eurasia_rail_nodes.parquet")
    ids = points["node"].astype(str)
    country = country_of(points.geometry)
    ends_in = edges["v"].map(dict(zip(points["node"], country, strict=True)))
    return Network(
        gpd.GeoDataFrame(
            {"node_id": ids, "kind": "track", "country": country, "gate": True},
            geometry=points.geometry,
        ),
        gpd.GeoDataFrame(
            {
                "edge_id": edges.index.astype(str),
                "from_node": edges["u"].astype(str),
                "to_node": edges["v"].astype(str),
                "mode": "rail",
                "status": "operating",
                "gauge_mm": np.where(ends_in.isin(NARROW), 1435, 1520),
                "length_km": edges["km"],
            },
            geometry=edges.geometry,
        ),
    )


def bare_graph(network: Network) -> csr_array[np.float64]:
    """Return the graph of lengths, the least of parallel edges."""
    ends = pd.DataFrame(np.sort(network.ends, axis=1), columns=["u", "v"])
    least = ends.assign(km=network.edges["length_km"]).groupby(["u", "v"], as_index=False).min()
    size = (len(network.nodes),) * 2
    return csr_array((least["km"], (least["u"], least["v"])), shape=size)


def timed(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def search_times(network: Network) -> None:
    goal = network.nodes["node_id"].iloc[GOAL]
    graph = bare_graph(network)
    states = timed(lambda: graph_of(network))
    ways: dict[str, Callable[[], object]] = {
        "scipy dijkstra, km alone": lambda: dijkstra(graph, directed=False, indices=GOAL),
        "find_paths by km": lambda: find_paths(network, goal, objective="km"),
        "find_paths by hours": lambda: find_paths(network, goal),
        "find_paths by hours, past Russia": lambda: find_paths(network, goal, avoid="RUS"),
    }
    runs = [{name: timed(way) for name, way in ways.items()} for _ in range(REPEATS)]
    best = {name: min(run[name] for run in runs) for name in ways}
    bare, *others = best.values()
    km = find_paths(network, goal, objective="km").weight
    plain = dijkstra(graph, directed=False, indices=GOAL)
    with np.errstate(invalid="ignore"):
        off = np.nanmax(np.abs(km - plain))
    print(f"a destination more takes {others[1] / bare:.1f} times a bare Dijkstra")
    print(f"{len(network):,} edges, {len(network.nodes):,} nodes, {len(graph_of(network).node):,}")
    print(f"states; made once in {states:.2f} s; lengths at most {off:.1e} km off scipy's\n")
    print(f"{'':32}{'time, s':>9}")
    for name, seconds in best.items():
        print(f"{name:32}{seconds:>9.2f}")


def at_stations(network: Network, data: Path) -> Network:
    """Return the network with gates at stations alone."""
    nodes = network.nodes
    stations = gpd.read_parquet(data / "corridors" / "osm_stations.parquet").get_coordinates()
    tree = cKDTree(to_ecef(nodes.get_coordinates().to_numpy()))
    away, node = tree.query(to_ecef(stations.to_numpy()))
    gates = np.unique(node[away <= STATION_M])
    nodes["gate"] = np.isin(np.arange(len(nodes)), gates)
    return Network(nodes, network.edges)


def access_times(network: Network, data: Path) -> None:
    random = np.random.default_rng(20_260_101)
    west, south, east, north = BOX
    lonlat = random.uniform((west, south), (east, north), (OCCURRENCES, 2))
    occurrences = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*lonlat.T), crs=4326)
    goal = network.nodes["node_id"].iloc[GOAL]
    lines, joins = [], []
    for name, given in {
        "at every node": network,
        "at stations": at_stations(network, data),
    }.items():
        # Coasts, borders and states are read and made once.
        access(occurrences.iloc[:10], to=goal, network=given)
        runs = []
        for _ in range(REPEATS):
            begin = time.perf_counter()
            destination = Destination.find(goal, network=given)
            middle = time.perf_counter()
            table = access_to(occurrences, destination)
            runs.append((time.perf_counter() - begin, middle - begin))
        whole, search = min(runs)
        joins.append((whole - search, given.nodes["gate"].sum()))
        gates = f"{joins[-1][1]:,} gates {name}"
        lines.append(f"{gates:34}{whole:>11.2f}{search:>11.2f}{whole - search:>9.2f}")
        lines.append(f"{'':34}{table['gate'].notna().mean():.1%} reach it")
    (every, many), (fewer, few) = joins
    print(f"\n{many / few:.0f} times the gates take {every / fewer:.1f} times as long to join")
    print(f"{OCCURRENCES:,} occurrences{'':15}{'access, s':>11}{'search, s':>11}{'join, s':>9}")
    print(*lines, sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=DATA, help="the reference data")
    data = parser.parse_args().data
    network = railways(data)
    search_times(network)
    access_times(network, data)


if __name__ == "__main__":
    main()
