"""The shipped roads: their countries, lengths, joins and distances."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from minmap.geodesy import line_length_m, nearest_on_lines
from minmap.transport.network.shipped import shipped_tables
from minmap.transport.network.shipped_roads import CROSSING, road_arrays, road_tables

REPO = Path(__file__).resolve().parents[1]
DATA = REPO / "minmap" / "transport" / "network" / "data"
# The distances of scripts/roads/published.csv that are measured here, and their greatest error.
SOME = [("Bishkek", "Osh"), ("Tbilisi", "Red Bridge (AZ/GE border)"), ("Ashgabat", "Turkmenabat")]


@pytest.fixture(scope="module")
def tables():
    return road_tables()


@pytest.fixture(scope="module")
def distances():
    sys.path.insert(0, str(REPO / "scripts"))
    try:
        spec = importlib.util.spec_from_file_location(
            "build_road_distances", REPO / "scripts" / "build_road_distances.py"
        )
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(REPO / "scripts"))
    return module


def test_the_files_are_small():
    sizes = [(DATA / f"road_{name}.parquet").stat().st_size for name in ("nodes", "edges")]
    assert sum(sizes) <= 1_400_000


def test_ids_are_unique_and_ends_exist(tables):
    nodes, edges = tables
    assert nodes["node_id"].is_unique
    assert edges["edge_id"].is_unique
    known, _ = shipped_tables()
    assert known["node_id"].is_unique
    assert edges[["from_node", "to_node"]].isin(known["node_id"].to_numpy()).all(axis=None)


def test_an_edge_is_as_long_as_it_is_drawn_or_longer(tables):
    _, edges = tables
    assert (edges["length_km"] * 1000 >= 0.97 * line_length_m(edges.geometry)).all()


def test_every_edge_lies_in_one_country(tables):
    _, edges = tables
    assert edges["countries"].str.fullmatch("[A-Z]{3}").all()


def test_roads_change_country_at_crossings_only(tables):
    _, edges = tables
    ends = edges.melt(["countries"], ["from_node", "to_node"], value_name="node")
    countries = ends.drop_duplicates(["node", "countries"]).groupby("node")["countries"].agg(list)
    mixed = countries[countries.str.len() > 1]
    assert len(mixed)
    assert mixed.index.str.startswith(CROSSING).all()
    assert (mixed.str.len() == 2).all()


def test_the_countries_at_a_crossing_are_those_of_its_row(tables):
    _, edges = tables
    rows = pd.read_csv(DATA / "crossings.csv").set_index("crossing_id")
    ends = edges.melt(["countries"], ["from_node", "to_node"], value_name="node")
    ends = ends[ends["node"].str.startswith(CROSSING)]
    for node, group in ends.groupby("node"):
        row = rows.loc[node.removeprefix(CROSSING)]
        assert row["mode"] == "road"
        assert set(group["countries"]) <= {row["country_a"], row["country_b"]}


def test_everything_is_connected(tables):
    ends = road_arrays().ends
    count = ends.max() + 1
    links = coo_array((np.ones(len(ends)), ends.T), shape=(count, count))
    assert connected_components(links, directed=False)[0] == 1


def test_stations_and_ports_are_joined(tables):
    _, edges = tables
    stations, _ = shipped_tables()
    joined = stations["node_id"].isin([*edges["from_node"], *edges["to_node"]])
    west, south, east, north = edges.total_bounds
    inside = stations.geometry.x.between(west, east) & stations.geometry.y.between(south, north)
    ports = stations[inside & (stations["kind"] == "port")]
    assert joined[ports.index].all(), ports["name"][~joined[ports.index]].tolist()
    kinds = ["station", "junction", "dry port", "break of gauge"]
    near = stations[inside & stations["kind"].isin(kinds)]
    true = edges[~edges["chord"] & ~edges["from_node"].isin(near["node_id"])]
    true = true[~true["to_node"].isin(near["node_id"])]
    away_m = nearest_on_lines(
        near.get_coordinates().to_numpy(), true.geometry.to_numpy()
    ).distance_m
    assert joined[near.index][away_m < 2000].mean() > 0.97


def test_towns_are_nodes_with_their_names(tables):
    nodes, _ = tables
    assert {"Naryn", "Osh", "Balkanabat", "Taraz"} <= set(nodes["name"].dropna())


@pytest.mark.parametrize("pair", SOME)
def test_published_distances(distances, pair):
    rows = pd.read_csv(distances.ROADS / "published.csv", keep_default_na=False)
    row = rows[(rows["from"] == pair[0]) & (rows["to"] == pair[1])].iloc[0]
    start, end = (row[[f"{it}_lon", f"{it}_lat"]].to_numpy(dtype=float) for it in ("from", "to"))
    km, _ = distances.Measure(road_arrays()).km(start, end, row["inside"])
    assert km == pytest.approx(row["km_published"], rel=0.05)


@pytest.mark.reference
def test_the_page_of_distances_is_up_to_date(distances):
    rows = distances.measured()
    assert distances.PAGE.read_text(encoding="utf-8") == distances.page(rows)
    like = rows[rows["unlike"] == ""]
    assert like["error_pct"].abs().median() <= 3
    assert (like["error_pct"].abs() <= 10).mean() >= 0.9
    assert rows["error_pct"].abs().median() <= 3.5
    assert (rows["error_pct"].abs() <= 10).mean() >= 0.88
    beyond = rows[rows["error_pct"].abs() > 10]
    assert beyond["why"].notna().all()
