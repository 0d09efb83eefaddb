"""What the doctor finds, on toys and on the railways of Eurasia."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import LineString

import minmap as mm
from minmap.errors import MinmapError
from minmap.transport.network import Network
from tests.conftest import SHARED

needs_shared = pytest.mark.reference


def lines(*given: list[tuple[float, float]], **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[LineString(line) for line in given], crs=4326)


@pytest.fixture
def network() -> Network:
    """Return a line of 2 parts, one 300 m east of its end, and one that crosses."""
    given = lines(
        [(70, 45), (71, 45)],
        [(71, 45), (72, 45)],
        [(72.0038, 45), (73, 45)],
        [(70.5, 44), (70.5, 46)],
        length_km=[78.8, 130.0, 78.5, 222.2],
    )
    return Network.from_lines(given)


class TestFindings:
    def test_components_the_longest_first(self, network) -> None:
        found = network.doctor()
        assert found.components["length_km"].tolist() == pytest.approx([222.2, 208.8, 78.5])
        assert found.components["nodes"].tolist() == [2, 3, 2]
        assert found.components["edges"].tolist() == [1, 2, 1]
        assert found.components["countries"].tolist() == ["KAZ"] * 3
        assert found.edges["component"].tolist() == [1, 1, 2, 0]

    def test_dead_ends(self, network) -> None:
        dead_ends = network.doctor().dead_ends
        assert len(dead_ends) == 6
        assert dead_ends["component"].tolist() == [1, 1, 2, 2, 0, 0]
        assert "71,45" not in set(dead_ends["node_id"])

    def test_gaps_are_those_that_would_be_bridged(self, network) -> None:
        (gap,) = network.doctor().gaps.itertuples()
        assert (gap.from_node, gap.to_node, gap.between) == ("72,45", "72.0038,45", "dead ends")
        assert gap.distance_m == pytest.approx(299.6, abs=0.1)
        assert network.doctor(gaps_within_km=0.2).gaps.empty
        bridged = network.bridged(within_km=2)
        assert (bridged.edges["length_km"].iloc[-1] * 1000) == pytest.approx(gap.distance_m)
        assert bridged.doctor().gaps.empty

    def test_torn_ends_lie_beside_a_track_that_they_do_not_lead_to(self, network) -> None:
        torn = network.doctor().torn_ends
        # Both sides of the gap, each beside the track of the other.
        assert torn[["node_id", "edge_id"]].to_numpy().tolist() == [
            ["72,45", "2"],
            ["72.0038,45", "1"],
        ]
        assert torn["distance_m"].tolist() == pytest.approx([299.6, 299.6], abs=0.1)
        assert network.bridged(within_km=2).doctor().torn_ends.empty

    @pytest.mark.parametrize(("lat", "count"), [(45.026, 1), (45.028, 0)])
    def test_a_torn_end_is_within_3_km(self, lat, count) -> None:
        given = lines([(70, 45), (72, 45)], [(71, lat), (71, 46)])
        assert len(Network.from_lines(given).doctor().torn_ends) == count

    def test_the_end_of_a_siding_is_no_torn_end(self) -> None:
        given = lines([(70, 45), (71, 45)], [(71, 45), (70.9, 45.01)], [(71, 45), (72, 45)])
        assert Network.from_lines(given).doctor().torn_ends.empty

    def test_a_long_way_round_makes_a_torn_end(self) -> None:
        given = lines([(70, 45), (71, 45)], [(71, 45), (71.3, 45.3), (70.5, 45.01)])
        (torn,) = Network.from_lines(given).doctor().torn_ends.itertuples()
        assert (torn.node_id, torn.edge_id) == ("70.5,45.01", "0")

    def test_tracks_of_another_mode_are_none(self) -> None:
        given = lines([(70, 45), (72, 45)], [(71, 45.01), (71, 46)], mode=["rail", "road"])
        assert Network.from_lines(given).doctor().torn_ends.empty

    @pytest.mark.parametrize(
        ("mode", "country", "found"),
        [("rail", "KAZ", 1), ("road", "KAZ", 0), ("road", "UZB", 1), ("road", None, 1)],
    )
    def test_a_road_does_not_end_torn_beside_a_road_abroad(self, mode, country, found) -> None:
        given = lines([(70, 45), (72, 45)], [(71, 45.01), (71, 46)], mode=[mode] * 2)
        railway = Network.from_lines(given)
        edges = railway.edges.assign(countries=["UZB", "KAZ"])
        torn = Network(railway.nodes.assign(country=country), edges).doctor().torn_ends
        assert torn["mode"].tolist() == [mode] * found

    def test_gates_that_no_track_meets(self) -> None:
        railway = Network.from_lines(lines([(70, 45), (71, 45)]))
        names = ["near", "far"]
        gates = gpd.GeoDataFrame(
            {"node_id": names, "name": names, "kind": "port", "country": "KAZ", "gate": True},
            geometry=gpd.points_from_xy([70.5, 70.5], [45.02, 45.05]),
            crs=4326,
        )
        nodes = gpd.GeoDataFrame(pd.concat([railway.nodes, gates], ignore_index=True), crs=4326)
        found = Network(nodes, railway.edges).doctor()
        assert found.torn_ends["node_id"].tolist() == ["near"]
        assert found.far_stations[["node_id", "edge_id"]].to_numpy().tolist() == [["far", "0"]]
        assert found.far_stations["distance_m"].tolist() == pytest.approx([5500], abs=100)

    def test_lengths_that_disagree(self, network) -> None:
        wrong = network.doctor().wrong_length
        assert wrong["edge_id"].tolist() == ["1"]
        assert wrong["drawn_km"].tolist() == pytest.approx([78.8], abs=0.1)
        assert wrong["difference"].tolist() == pytest.approx([130 / 78.85 - 1], abs=0.01)

    def test_rounding_is_no_fault(self) -> None:
        given = lines([(70, 45), (70.001, 45)], length_km=[0.12])
        assert Network.from_lines(given).doctor().wrong_length.empty

    def test_crossings(self, network) -> None:
        (crossing,) = network.doctor().crossings.itertuples()
        assert (crossing.edge_id, crossing.other_edge) == ("0", "3")
        assert crossing.geometry.coords[0] == pytest.approx((70.5, 45))

    def test_other_modes_may_cross(self) -> None:
        given = lines([(70, 45), (71, 45)], [(70.5, 44), (70.5, 46)], mode=["rail", "road"])
        assert Network.from_lines(given).doctor().crossings.empty

    def test_without_length(self) -> None:
        given = lines([(70, 45), (71, 45)], [(72, 45), (72, 45)], length_km=[0.0, 0.0])
        # The second has no extent either.
        assert Network.from_lines(given).doctor().zero_length["edge_id"].tolist() == ["0"]

    def test_drawn_twice(self) -> None:
        line = [(70.0, 45.0), (71.0, 45.0)]
        given = lines(
            line,
            line[::-1],
            [line[0], (70.5, 45.5), line[1]],
            line,
            line,
            gauge_mm=[1520, 1520, 1520, 1435, None],
        )
        twice = Network.from_lines(given).doctor().parallel
        assert twice[["edge_id", "same_as"]].to_numpy().tolist() == [["1", "0"]]

    def test_html_layers_and_counts(self, network) -> None:
        found = network.doctor()
        assert found.counts()["components"] == 3
        assert repr(found).startswith("Diagnosis: 3 components, 6 dead ends, 1 gaps up to 2 km")
        layers = ["components", "dead ends", "gaps", "torn ends", "wrong length", "crossings"]
        assert [*found.layers()] == layers
        assert all(layer.crs.to_epsg() == 4326 for layer in found.layers().values())
        found.layers()["gaps"]["distance_m"] = 0
        assert found.gaps["distance_m"].iloc[0] > 0
        html = found._repr_html_()
        assert "Diagnosis: 3 components" in html
        assert "72.0038,45" in html

    def test_text_of_the_data_is_not_html(self, network) -> None:
        nodes, edges = network.nodes, network.edges
        ids = nodes["node_id"] + "<script>"
        edges[["from_node", "to_node"]] = edges[["from_node", "to_node"]].add("<script>")
        assert "<script>" not in Network(nodes.assign(node_id=ids), edges).doctor()._repr_html_()

    def test_refused(self, network) -> None:
        with pytest.raises(MinmapError, match="is not a number of km"):
            network.doctor(gaps_within_km=-1)

    def test_the_middle_corridor_is_whole(self) -> None:
        found = Network.from_corridors(mm.corridor("middle")).doctor()
        assert len(found.components) == 1
        assert {"altynkol", "dostyk", "kapikule"} <= set(found.dead_ends["node_id"])
        assert found.zero_length.empty
        assert found.parallel.empty


pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12)


@given(pairs)
@settings(max_examples=25)
def test_components_equal_scipys(pairs) -> None:
    where = [(70 + 3 * i / 10, 45 + (i * i % 7) / 10) for i in range(10)]
    given = lines(*([where[a], where[b]] for a, b in pairs))
    # Without joins: lines that pass over a node would be split there.
    points = gpd.GeoDataFrame(
        {"node_id": [str(i) for i in range(10)], "kind": "track"},
        geometry=gpd.points_from_xy(*zip(*where, strict=True)),
        crs=4326,
    )
    edges = given.assign(
        edge_id=[str(i) for i in range(len(pairs))],
        from_node=[str(a) for a, _ in pairs],
        to_node=[str(b) for _, b in pairs],
        mode="rail",
        status="operating",
        length_km=1.0,
    )
    found = Network(points, edges).doctor()
    graph = coo_array((np.ones(len(pairs)), tuple(np.array(pairs).T)), shape=(10, 10))
    count, label = connected_components(graph, directed=False)
    assert len(found.components) == count
    assert sorted(found.components["nodes"]) == sorted(np.bincount(label))
    assert found.components["length_km"].is_monotonic_decreasing
    assert found.components["edges"].sum() == len(pairs)


@needs_shared
def test_the_railways_of_eurasia() -> None:
    source = gpd.read_parquet(SHARED / "corridors" / "eurasia_rail_edges.parquet")
    central = source.cx[41:88, 35:56].rename(columns={"km": "length_km"})
    found = Network.from_lines(central).doctor()
    # The largest holds all five republics and the Caucasus.
    countries = set(found.components["countries"].iloc[0].split())
    assert countries >= {"KAZ", "UZB", "KGZ", "TJK", "TKM", "AZE", "GEO"}
    # The next is what the frame cuts off in the east.
    assert found.components["length_km"].iloc[0] > 0.9 * found.components["length_km"].sum()
    assert found.components["countries"].iloc[1] == "CHN"
    assert (found.gaps["distance_m"] <= 2000).all()
    assert len(found.crossings) > 100
