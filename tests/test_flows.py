"""The pieces of the network that a table travels on, and how many pass each."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

import minmap as mm
from minmap.errors import MinmapError
from minmap.transport.accessibility import access, routes
from minmap.transport.accessibility.flows import PIECE_COLUMNS
from minmap.transport.network import Network

# West to east along 45 N; c is where the branch from the south joins, d the market.
PLACES = {"a": (67, 45), "b": (68, 45), "c": (69, 45), "d": (70, 45), "s": (69, 44)}


def line(*names: str) -> LineString:
    return LineString([PLACES[name] for name in names])


@pytest.fixture
def network() -> Network:
    """Five places: a - b - c - d, drawn against the travel in the middle, and s - c by road."""
    nodes = gpd.GeoDataFrame(
        {
            "node_id": list(PLACES),
            "name": [name.upper() for name in PLACES],
            "kind": "station",
            "country": "KAZ",
            "gate": [name != "b" for name in PLACES],
        },
        geometry=[Point(*place) for place in PLACES.values()],
        crs=4326,
    )
    edges = gpd.GeoDataFrame(
        {
            "edge_id": ["ab", "cb", "cd", "sc"],
            "from_node": ["a", "c", "c", "s"],
            "to_node": ["b", "b", "d", "c"],
            "mode": ["rail", "rail", "rail", "road"],
            "gauge_mm": [1520, 1520, 1520, None],
            "status": "operating",
            "length_km": [80.0, 81.0, 82.0, 111.0],
        },
        geometry=[line("a", "b"), line("c", "b"), line("c", "d"), line("s", "c")],
        crs=4326,
    )
    return Network(nodes, edges)


def reached(network: Network, *places: tuple[float, float]) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(geometry=[Point(*place) for place in places], crs=4326)
    return access(frame, to="d", network=network, objective="km", reach_km=50)


def test_pieces_join_where_the_freight_does(network: Network) -> None:
    table = reached(network, (67, 45.01), (67, 44.99), (69, 43.99))
    pieces = routes(table, network=network)
    assert list(pieces.columns) == [*PIECE_COLUMNS, "geometry"]
    by_ends = pieces.set_index(pieces["from_node"] + pieces["to_node"])
    assert sorted(by_ends.index) == ["ac", "cd", "sc"]
    assert by_ends["occurrences"].to_dict() == {"cd": 3, "ac": 2, "sc": 1}
    assert by_ends["length_km"].to_dict() == {"cd": 82.0, "ac": 161.0, "sc": 111.0}
    assert by_ends.loc[["ac", "sc"], "next_piece"].tolist() == [by_ends.loc["cd", "piece_id"]] * 2
    assert pd.isna(by_ends.loc["cd", "next_piece"])
    assert by_ends.loc[["ac", "sc"], "start_of"].tolist() == ["a", "s"]
    assert pd.isna(by_ends.loc["cd", "start_of"])
    # Drawn in the direction of travel, the place between two edges once.
    assert by_ends.loc["ac", "geometry"].equals(line("a", "b", "c"))
    assert (by_ends.loc["ac", "from_name"], by_ends.loc["ac", "mode"]) == ("A", "rail")


def test_a_gate_on_the_way_parts_a_piece_and_the_destination_has_none(network: Network) -> None:
    pieces = routes(reached(network, (67, 45), (69, 45), (70, 45)), network=network)
    assert pieces["start_of"].dropna().tolist() == ["c", "a"]
    assert pieces["occurrences"].tolist() == [2, 1]
    assert routes(reached(network, (70, 45)), network=network).empty


def test_empty_in_gives_empty_out(network: Network) -> None:
    table = reached(network, (67, 45))
    whole, none = routes(table, network=network), routes(table.iloc[:0], network=network)
    assert none.empty
    assert none.dtypes.to_dict() == whole.dtypes.to_dict()
    assert none.crs == "EPSG:4326"


def test_what_is_no_table_of_access_is_refused(network: Network) -> None:
    table = reached(network, (67, 45))
    with pytest.raises(MinmapError, match="not a table of"):
        routes(table.drop(columns="entry"), network=network)
    with pytest.raises(MinmapError, match="not a table of"):
        routes(table.drop(columns="entry_edge"), network=network)
    table.attrs.clear()
    with pytest.raises(MinmapError, match="attrs"):
        routes(table, network=network)
    other = reached(network, (67, 45)).assign(entry="elsewhere")
    with pytest.raises(MinmapError, match="give the network that access was given"):
        routes(other, network=network)


def test_the_pieces_of_real_deposits_add_up_to_their_routes() -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    table = access(deposits, to="poti_port", avoid=["RUS", "IRN"])
    before = table.copy()
    pieces = routes(table)
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before))
    reached = table.dropna(subset=["entry"])
    entries = reached.groupby(["entry", "entry_edge"], dropna=False)["route_km"]
    passing = dict.fromkeys(pieces["piece_id"], 0)
    begun = pieces.dropna(subset=["start_of"]).fillna({"start_edge": ""})
    starts = begun.set_index(["start_of", "start_edge"])["piece_id"]
    edge_km = mm.Network.shipped().edges.set_index("edge_id")["length_km"]
    for (entry, edge), route_km in entries:
        on_road, count = pd.notna(edge), len(route_km)
        piece, km = starts[entry, edge if on_road else ""], 0.0
        while True:
            row = pieces.loc[piece]
            km, passing[piece] = km + row["length_km"], passing[piece] + int(count)
            if pd.isna(row["next_piece"]):
                break
            following = pieces.loc[row["next_piece"]]
            assert row["to_node"] == following["from_node"]
            piece = following["piece_id"]
        assert row["to_node"] == "poti_port"
        # The first piece is the whole road, and each occurrence enters it somewhere along it.
        first_km = edge_km[edge] if on_road else 0.0
        assert (route_km <= km + 1e-6).all()
        assert (route_km >= km - first_km - 1e-6).all()
    assert passing == pieces.set_index("piece_id")["occurrences"].to_dict()
    assert pieces["start_of"].notna().sum() == len(entries)
