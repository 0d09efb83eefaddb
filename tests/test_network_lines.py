"""Networks made of any lines: which ends are joined, where lines are split, and how long it is."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import LinearRing, LineString, MultiLineString, Point

from minmap.errors import (
    ChoiceError,
    CRSError,
    FileError,
    GeometryError,
    MinmapError,
    MinmapWarning,
)
from minmap.geodesy import distance_m, line_length_m
from minmap.transport.network import Network
from minmap.transport.network.topology import SAME_M, Topology, join_lines
from minmap.transport.trade_corridors.feature_table import end_points
from tests.conftest import SHARED

needs_shared = pytest.mark.reference
GEOD = Geod(ellps="WGS84")
# Metres in a degree at 45 N, roughly: a toy needs no more.
NORTH_M, EAST_M = 111_132.0, 78_847.0


@pytest.fixture(scope="module")
def source() -> gpd.GeoDataFrame:
    return gpd.read_parquet(SHARED / "corridors" / "eurasia_rail_edges.parquet")


@pytest.fixture(scope="module")
def network(source: gpd.GeoDataFrame) -> Network:
    return Network.from_lines(source.rename(columns={"km": "length_km"}))


def metric(*lines: list[tuple[float, float]], **columns: object) -> gpd.GeoDataFrame:
    """Return lines given in metres to the east and north of 70 E, 45 N."""
    shapes = [LineString([(70 + x / EAST_M, 45 + y / NORTH_M) for x, y in line]) for line in lines]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def components(network: Network) -> int:
    ends, count = network.ends, len(network.nodes)
    graph = coo_array((np.ones(len(ends)), tuple(ends.T)), shape=(count, count))
    return int(connected_components(graph, directed=False)[0])


class TestJoining:
    def test_ends_at_one_place_are_one_node(self) -> None:
        lines = metric([(0, 0), (1000, 0)], [(1000, 0), (2000, 0)], [(1000, 900), (1000, 0.005)])
        network = Network.from_lines(lines, join_within_m=0)
        assert network.ends.tolist() == [[0, 1], [1, 2], [3, 1]]
        assert network.joins.empty

    def test_dead_ends_near_each_other(self) -> None:
        lines = metric([(0, 0), (1000, 0)], [(1030, 0), (2000, 0)], [(1000, 60), (1000, 900)])
        network = Network.from_lines(lines, join_within_m=50)
        assert network.ends.tolist() == [[0, 1], [1, 2], [3, 4]]
        (join,) = network.joins.itertuples()
        assert join.distance_m == pytest.approx(30, abs=0.1)
        assert join.joined_to == network.nodes["node_id"][1]
        assert join.node_id not in set(network.nodes["node_id"])
        # Drawn on to the node; the length is that of the line.
        assert network.edges.geometry[1].coords[0] == network.nodes.geometry[1].coords[0]
        assert network.edges["length_km"][1] == pytest.approx(0.97, abs=1e-3)

    def test_a_noisy_junction_is_one_node(self) -> None:
        spokes = [
            [(3 * np.cos(a), 3 * np.sin(a)), (900 * np.cos(a), 900 * np.sin(a))] for a in range(6)
        ]
        network = Network.from_lines(metric(*spokes), join_within_m=10)
        assert components(network) == 1
        assert np.bincount(network.ends.ravel()).max() == 6
        assert network.joins["distance_m"].max() <= 10

    def test_a_dead_end_on_the_inside_of_another_line(self) -> None:
        lines = metric(
            [(0, 0), (400, 0), (2000, 0)],
            [(900, 12), (900, 800)],
            [(1500, -500), (1500, 0)],
            [(400, 0), (400, -700)],
        )
        network = Network.from_lines(lines, join_within_m=50)
        assert network.edges["edge_id"].tolist() == ["0.1", "0.2", "0.3", "0.4", "1", "2", "3"]
        assert components(network) == 1
        assert network.edges["length_km"][:4].tolist() == pytest.approx(
            [0.4, 0.5, 0.6, 0.5], abs=1e-3
        )
        assert network.joins["distance_m"].tolist() == pytest.approx([12], abs=0.1)

    def test_from_both_sides_at_one_place(self) -> None:
        lines = metric([(0, 0), (2000, 0)], [(900, 0), (900, 800)], [(900, -500), (900, 0)])
        network = Network.from_lines(lines, join_within_m=0)
        assert len(network) == 4
        assert np.bincount(network.ends.ravel()).max() == 4

    def test_a_bridge_over_another_line_is_no_junction(self) -> None:
        lines = metric(
            [(0, 0), (1000, 0)],
            [(1000, 0), (2000, 0)],
            [(1010, -900), (1010, 20)],
            [(1010, 20), (1010, 900)],
        )
        network = Network.from_lines(lines, join_within_m=50)
        # Both are through, so they are one only because nothing else connects them.
        assert components(network) == 1
        ring = metric([(2000, 0), (2000, 900), (1010, 900)])
        both = gpd.GeoDataFrame(geometry=[*lines.geometry, *ring.geometry], crs=4326)
        whole = Network.from_lines(both, join_within_m=50)
        assert whole.joins.empty
        assert components(whole) == 1

    def test_a_short_line_is_not_folded(self) -> None:
        network = Network.from_lines(
            metric([(0, 0), (20, 0)], [(25, 0), (900, 0)]), join_within_m=50
        )
        assert network.ends.tolist() == [[0, 1], [1, 2]]

    def test_across_the_antimeridian(self) -> None:
        lines = gpd.GeoDataFrame(
            geometry=[LineString([(179, 10), (180, 10)]), LineString([(-180, 10), (-179, 10)])],
            crs=4326,
        )
        network = Network.from_lines(lines)
        assert network.ends.tolist() == [[0, 1], [1, 2]]
        assert network.edges["length_km"].sum() == pytest.approx(2 * 109.64, abs=0.01)

    def test_a_ring_and_a_line_of_no_length(self) -> None:
        point = (70.0, 45.0)
        lines = gpd.GeoDataFrame(
            geometry=[LinearRing([(70, 45), (71, 45), (71, 46)]), LineString([point, point])],
            crs=4326,
        )
        network = Network.from_lines(lines)
        assert network.ends.tolist() == [[0, 0], [0, 0]]
        assert network.edges["length_km"].tolist() == pytest.approx(
            [78.8 + 111.1 + 135.9, 0], abs=1
        )


class TestColumns:
    def test_given_ones_are_taken_and_the_rest_filled(self) -> None:
        lines = metric(
            [(0, 0), (1000, 0)],
            [(0, 500), (1000, 500)],
            mode=["road", None],
            gauge_mm=[None, 1435],
            status=["planned", None],
            length_km=[1.5, None],
            countries=["UZB", None],
            leg_id=["one", None],
            name=["A", "B"],
        )
        edges = Network.from_lines(lines, gauge_mm=1520).edges
        assert edges["mode"].tolist() == ["road", "rail"]
        assert edges["gauge_mm"].tolist() == [1520, 1435]
        assert edges["status"].tolist() == ["planned", "operating"]
        assert edges["length_km"].tolist() == pytest.approx([1.5, 1.0], abs=1e-3)
        assert edges["countries"].tolist() == ["UZB", "KAZ"]
        assert edges["leg_id"].iloc[0] == "one"
        assert edges["name"].tolist() == ["A", "B"]

    def test_the_length_of_a_row_is_shared_out(self) -> None:
        # 300 m and 100 m, of a track said to be 2 km; and two parts without length.
        parts = metric([(0, 0), (300, 0)], [(900, 0), (1000, 0)]).geometry
        flat = LineString([(70, 40), (70, 40)])
        lines = gpd.GeoDataFrame(
            {"length_km": [2.0, 1.0]},
            geometry=[MultiLineString(parts.tolist()), MultiLineString([flat, flat])],
            crs=4326,
            index=["m", "n"],
        )
        edges = Network.from_lines(lines).edges
        assert edges["edge_id"].tolist() == ["m.1", "m.2", "n.1", "n.2"]
        assert edges["length_km"].tolist() == pytest.approx([1.5, 0.5, 0.5, 0.5], abs=1e-3)

    def test_edge_ids_are_unique_whatever_the_index(self) -> None:
        lines = metric([(0, 0), (100, 0)], [(0, 900), (100, 900)]).set_index(np.array([7, 7]))
        assert Network.from_lines(lines).edges["edge_id"].tolist() == ["0", "1"]

    def test_countries_in_the_order_of_the_line(self) -> None:
        # One segment of 1,400 km: Chelyabinsk to the Kyzylkum.
        lines = gpd.GeoDataFrame(geometry=[LineString([(60, 54.5), (62, 42)])], crs=4326)
        assert Network.from_lines(lines).edges["countries"].tolist() == ["RUS KAZ UZB"]
        turned = lines.set_geometry(lines.geometry.reverse())
        assert Network.from_lines(turned).edges["countries"].tolist() == ["UZB KAZ RUS"]

    def test_a_ferry_has_the_countries_of_its_ends(self) -> None:
        # Over the Absheron peninsula, and an end on the water.
        lines = gpd.GeoDataFrame(
            geometry=[LineString([(51.5, 43.7), (50.1, 40.4), (51, 39.5)])], crs=4326
        )
        assert Network.from_lines(lines, mode="sea").edges["countries"].tolist() == ["KAZ"]

    def test_nodes(self) -> None:
        nodes = Network.from_lines(metric([(0, 0), (1000, 0)])).nodes
        assert nodes["node_id"].iloc[0] == "70,45"
        assert nodes["country"].tolist() == ["KAZ", "KAZ"]
        assert nodes["gate"].all()
        assert (nodes["kind"] == "track").all()


class TestInput:
    def test_a_file_in_another_crs(self, tmp_path: Path) -> None:
        lines = metric([(0, 0), (1000, 0)], [(1000, 0), (2000, 0)], name=["A", "B"])
        lines.to_crs(32642).to_file(tmp_path / "rail.shp")
        network = Network.from_lines(tmp_path / "rail.shp")
        assert network.edges["name"].tolist() == ["A", "B"]
        assert network.edges["length_km"].tolist() == pytest.approx([1, 1], abs=1e-3)
        with pytest.raises(FileError):
            Network.from_lines(tmp_path / "absent.shp")

    def test_empty(self) -> None:
        network = Network.from_lines(gpd.GeoDataFrame(geometry=[], crs=4326))
        assert len(network) == len(network.nodes) == len(network.joins) == 0

    def test_rows_without_a_line_are_counted_and_z_is_dropped(self) -> None:
        shapes = [None, LineString(), LineString([(70, 45, 9), (71, 45, 9)])]
        with pytest.warns(MinmapWarning, match="2 of 3 rows of lines have no line"):
            network = Network.from_lines(gpd.GeoDataFrame(geometry=shapes, crs=4326))
        assert network.edges["edge_id"].tolist() == ["2"]
        assert not network.edges.geometry.has_z.any()

    def test_refused(self) -> None:
        lines = metric([(0, 0), (1000, 0)])
        with pytest.raises(CRSError, match="lines has no CRS"):
            Network.from_lines(lines.set_crs(None, allow_override=True))
        with pytest.raises(GeometryError, match="such as a Point in row 0"):
            Network.from_lines(gpd.GeoDataFrame(geometry=[Point(1, 1)], crs=4326))
        with pytest.raises(MinmapError, match="join_within_m=-1 is not a number of metres"):
            Network.from_lines(lines, join_within_m=-1)
        with pytest.raises(ChoiceError, match="mode of edge '0'='train'"):
            Network.from_lines(lines, mode="train")

    def test_the_input_is_left_alone(self) -> None:
        lines = metric([(0, 0), (1000, 0)], [(1010, 0), (2000, 0)], mode=["road", None])
        before = lines.copy()
        Network.from_lines(lines)
        assert lines.equals(before)


on_grid = st.tuples(st.integers(0, 6), st.integers(0, 6))
walks = st.lists(st.lists(on_grid, min_size=2, max_size=4, unique=True), min_size=1, max_size=8)


def count_of(found: Topology) -> int:
    count = len(found.lonlat)
    graph = coo_array((np.ones(len(found.ends)), tuple(found.ends.T)), shape=(count, count))
    return int(connected_components(graph, directed=False)[0])


class TestInvariants:
    @given(walks, st.sampled_from([0.0, 40.0, 120.0]), st.randoms(use_true_random=False))
    def test_length_stays_and_nothing_is_moved_too_far(self, walks, within_m, random) -> None:
        lines = metric(
            *([(100 * x + random.uniform(-30, 30), 100 * y) for x, y in walk] for walk in walks)
        ).geometry.to_numpy()
        found = join_lines(lines, within_m=within_m)
        assert found.drawn_m.sum() == pytest.approx(line_length_m(lines).sum(), rel=1e-6)
        assert (found.moved_m <= max(within_m, SAME_M)).all()
        assert found.moved_m == pytest.approx(
            distance_m(found.moved_from, found.lonlat[found.moved_to]), abs=1e-6
        )
        assert (end_points(found.pieces) == found.lonlat[found.ends]).all()
        assert set(found.ends.ravel()) == set(range(len(found.lonlat)))
        # Joining farther never parts what was one.
        assert count_of(found) <= count_of(join_lines(lines, within_m=0))

    @given(walks)
    def test_pieces_put_together_again_are_the_same(self, walks) -> None:
        once = join_lines(
            metric(*([(100 * x, 100 * y) for x, y in walk] for walk in walks)).geometry.to_numpy(),
            within_m=0,
        )
        again = join_lines(once.pieces, within_m=0)
        assert count_of(again) == count_of(once)
        assert again.drawn_m.sum() == pytest.approx(once.drawn_m.sum())


@needs_shared
class TestEurasia:
    """The railway graph of the reference data: 97,245 edges with their own node numbers."""

    def test_components_and_length_agree_with_the_graph(self, source, network) -> None:
        numbers, ends = np.unique(source[["u", "v"]].to_numpy(), return_inverse=True)
        ends = ends.reshape(-1, 2)
        graph = coo_array((np.ones(len(ends)), tuple(ends.T)), shape=(len(numbers), len(numbers)))
        count, label = connected_components(graph, directed=False)
        # Six pairs of the graph's vertices lie at one place each and are no longer two.
        assert len(numbers) - len(network.nodes) == 6
        assert components(network) == count
        assert network.edges["length_km"].sum() == pytest.approx(source["km"].sum(), rel=1e-12)
        found = network.doctor().components
        longest_km = np.bincount(label[ends[:, 0]], source["km"]).max()
        assert found["length_km"].iloc[0] == pytest.approx(longest_km, rel=1e-12)

    def test_what_was_joined(self, network) -> None:
        joins = network.joins
        assert 500 < len(joins) < 2000
        assert joins["distance_m"].between(0.01, 50).all()
        at = joins["node_id"].str.split(",", expand=True).astype(float).to_numpy()
        to = joins["joined_to"].str.split(",", expand=True).astype(float).to_numpy()
        assert distance_m(at, to) == pytest.approx(joins["distance_m"].to_numpy(), abs=0.01)

    def test_edges_over_a_border_list_both_countries(self, network) -> None:
        countries = network.edges["countries"].dropna()
        assert countries.str.fullmatch(r"[A-Z]{3}( [A-Z]{3})*").all()
        over = set(countries[countries.str.len() == 7])
        assert {frozenset(pair.split()) for pair in over} >= {
            frozenset(pair) for pair in (("KAZ", "UZB"), ("CHN", "KAZ"), ("AZE", "GEO"))
        }
        assert network.edges["countries"].isna().mean() < 0.002
