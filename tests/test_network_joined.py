"""Networks put together, and gaps closed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import LineString, Point

import minmap as mm
from minmap.errors import MinmapError
from minmap.geodesy import distance_m
from minmap.transport.network import Network
from minmap.transport.network.gaps import find_gaps
from minmap.transport.trade_corridors.clusters import components_of
from minmap.transport.trade_corridors.feature_table import end_points

pytestmark = pytest.mark.exhaustive

NORTH_M, EAST_M = 111_132.0, 78_847.0


def place(x_m: float, y_m: float) -> tuple[float, float]:
    """Return longitude and latitude of a place given in metres from 70 E, 45 N."""
    return 70 + x_m / EAST_M, 45 + y_m / NORTH_M


def named(nodes: dict[str, tuple[float, float]], *ways: str, **columns: object) -> Network:
    """Return a network of stations, or tracks if their name begins with t, and of ways "a-b"."""
    ids = list(nodes)
    points = gpd.GeoDataFrame(
        {
            "node_id": ids,
            "kind": ["track" if i.startswith("t") else "station" for i in ids],
            "name": [None if i.startswith("t") else i.upper() for i in ids],
        },
        geometry=[Point(place(*nodes[i])) for i in ids],
        crs=4326,
    )
    ends = [way.split("-") for way in ways]
    lines = [LineString([place(*nodes[a]), place(*nodes[b])]) for a, b in ends]
    given = {"mode": "rail", "status": "operating", "gauge_mm": 1520, **columns}
    edges = gpd.GeoDataFrame(
        {"edge_id": list(ways), "from_node": [a for a, _ in ends], "to_node": [b for _, b in ends]},
        geometry=lines,
        crs=4326,
    ).assign(length_km=2.0, **given)
    return Network(points, edges)


def components(network: Network) -> int:
    return int(components_of(network.ends, len(network.nodes)).max(initial=-1)) + 1


class TestJoined:
    def test_nearest_pairs_first_each_node_once(self) -> None:
        one = named({"a": (0, 0), "b": (1000, 0)}, "a-b")
        two = named({"c": (1400, 0), "d": (1900, 0), "e": (1100, 0)}, "c-d", "d-e")
        joined = one.joined(two, within_km=0.5)
        assert joined.nodes["node_id"].tolist() == ["a", "b", "c", "d"]
        assert joined.joins[["node_id", "joined_to"]].to_numpy().tolist() == [["e", "b"]]
        assert joined.joins["distance_m"].tolist() == pytest.approx([100], abs=0.1)
        assert joined.edges["to_node"].tolist() == ["b", "d", "b"]
        assert components(joined) == 1
        assert joined.edges["length_km"].tolist() == [2, 2, 2]
        # Drawn on to the node that is left.
        assert joined.edges.geometry[2].coords[-1] == joined.nodes.geometry[1].coords[0]
        assert len(joined.edges.geometry[2].coords) == 3

    def test_the_node_with_a_name_is_kept(self) -> None:
        one = named({"a": (0, 0), "t1": (1000, 0)}, "a-t1")
        two = named({"b": (1010, 0), "t2": (2000, 0)}, "b-t2")
        for joined in (one.joined(two, within_km=0.1), two.joined(one, within_km=0.1)):
            assert sorted(joined.nodes["node_id"]) == ["a", "b", "t2"]
            assert joined.joins[["node_id", "joined_to"]].to_numpy().tolist() == [["t1", "b"]]
            assert joined.nodes.set_index("node_id")["gate"].tolist().count(True) == 2

    def test_the_node_kept_learns_what_the_other_knew(self) -> None:
        one = named({"a": (0, 0), "t1": (1000, 0)}, "a-t1")
        nodes = named({"t2": (1001, 0), "t3": (1500, 0)}, "t2-t3").nodes
        nodes = nodes.assign(name=["Halt", None], country="KAZ", gate=True)
        two = Network(nodes, named({"t2": (1001, 0), "t3": (1500, 0)}, "t2-t3").edges)
        kept = one.joined(two, within_km=0.1).nodes.set_index("node_id").loc["t1"]
        assert (kept["name"], kept["country"], kept["gate"]) == ("Halt", "KAZ", True)

    def test_with_itself_nothing_changes(self) -> None:
        middle = Network.from_corridors(mm.corridor("middle"))
        joined = middle.joined(middle, within_km=1)
        pd.testing.assert_frame_equal(pd.DataFrame(joined.nodes), pd.DataFrame(middle.nodes))
        pd.testing.assert_frame_equal(pd.DataFrame(joined.edges), pd.DataFrame(middle.edges))
        assert joined.joins.empty
        assert joined.sources == middle.sources

    def test_an_edge_of_the_same_id_that_differs_gets_another(self) -> None:
        nodes = {"a": (0, 0), "b": (1000, 0)}
        joined = named(nodes, "a-b").joined(named(nodes, "a-b", mode="road"), within_km=0)
        again = joined.joined(named(nodes, "a-b", mode="sea"), within_km=0)
        assert again.edges["edge_id"].tolist() == ["a-b", "a-b~2", "a-b~3"]
        assert again.edges["mode"].tolist() == ["rail", "road", "sea"]

    def test_refused(self) -> None:
        one = named({"a": (0, 0), "b": (1000, 0)}, "a-b")
        with pytest.raises(MinmapError, match=r"node_id='b' is in both networks, 4\.000 km apart"):
            one.joined(named({"c": (0, 0), "b": (5000, 0)}, "c-b"), within_km=1)
        for within_km in (-1, np.nan, np.inf):
            with pytest.raises(MinmapError, match="is not a number of km"):
                one.joined(one, within_km=within_km)

    def test_with_nothing(self) -> None:
        one, nothing = named({"a": (0, 0), "b": (1000, 0)}, "a-b"), Network.from_corridors([])
        assert len(one.joined(nothing, within_km=1)) == len(nothing.joined(one, within_km=1)) == 1


class TestBridged:
    def test_dead_ends_then_components(self) -> None:
        network = named(
            {
                "a": (0, 0),
                "b": (1000, 0),
                "c": (1100, 0),
                "d": (2000, 0),
                # A triangle without dead ends beside the line.
                "e": (600, 500),
                "f": (900, 500),
                "g": (700, 900),
                "h": (9000, 0),
            },
            *("a-b", "c-d", "e-f", "f-g", "g-e"),
        )
        bridged = network.bridged(within_km=0.6)
        added = bridged.edges[bridged.edges["bridged"]]
        # From f to b, which is at hand (510 m), not from e or to d; h is too far from all.
        assert added["edge_id"].tolist() == ["bridge:b:c", "bridge:f:b"]
        assert (added["length_km"] * 1000).tolist() == pytest.approx([100, 510], abs=1)
        assert added["source"].tolist() == [
            "minmap: bridged gap of 100 m",
            "minmap: bridged gap of 510 m",
        ]
        assert (added["gauge_mm"] == 1520).all()
        assert components(bridged) == 2
        assert len(bridged.bridged(within_km=0.6)) == len(bridged)
        assert not network.edges["bridged"].any()

    def test_the_ends_of_sidings_are_no_gap(self) -> None:
        nodes = {"a": (0, 0), "b": (1000, 0), "c": (1000, 20), "d": (2000, 0)}
        sidings = named(nodes, "a-b", "a-c", "a-d")
        assert sidings.bridged(within_km=0.5).edges["bridged"].sum() == 0
        # The same with 40 km of track in between is a gap in a ring.
        ring = Network(sidings.nodes, sidings.edges.assign(length_km=20.0))
        assert ring.bridged(within_km=0.5).edges["edge_id"].tolist()[3:] == ["bridge:b:c"]

    def test_a_bridge_is_of_the_land(self) -> None:
        nodes = {"a": (0, 0), "b": (1000, 0), "c": (1100, 0), "d": (2000, 0)}
        modes = ["sea", "road"]
        edges = named(nodes, "a-b", "c-d", mode=modes, gauge_mm=None).bridged(within_km=1).edges
        assert edges["mode"].tolist() == ["sea", "road", "road"]

    def test_countries_of_both_sides(self) -> None:
        given = named({"a": (0, 0), "b": (9, 0), "c": (99, 0), "d": (200, 0)}, "a-b", "c-d")
        for codes, expected in (("KKUU", "K U"), ("KKKK", "K")):
            nodes = given.nodes.assign(country=list(codes))
            assert (
                Network(nodes, given.edges).bridged(within_km=1).edges["countries"][2] == expected
            )
        assert given.bridged(within_km=1).edges["countries"].isna().all()

    def test_nodes_without_edges_stay_alone_together(self) -> None:
        nodes = named({"a": (0, 0), "b": (10, 0)}, "a-b").nodes
        lonely = Network(nodes, named({"a": (0, 0), "b": (10, 0)}, "a-b").edges[:0])
        assert len(lonely.bridged(within_km=1)) == 0

    def test_across_the_antimeridian(self) -> None:
        lines = [LineString([(179, 10), (179.999, 10)]), LineString([(-179.999, 10), (-179, 10)])]
        network = Network.from_lines(gpd.GeoDataFrame(geometry=lines, crs=4326))
        bridged = network.bridged(within_km=1).edges.iloc[2:]
        assert (bridged["length_km"] * 1000).tolist() == pytest.approx([219.3], abs=0.1)

    def test_refused(self) -> None:
        with pytest.raises(MinmapError, match="within_km=-2 is not a number of km"):
            named({"a": (0, 0), "b": (1000, 0)}, "a-b").bridged(within_km=-2)


places = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda xy: (50 * xy[0], 50 * xy[1]))
walks = st.lists(st.tuples(places, places), min_size=1, max_size=10)


def of_walks(walks: list[tuple[tuple[int, int], tuple[int, int]]]) -> Network:
    lines = [LineString([place(*a), place(*b)]) for a, b in walks]
    return Network.from_lines(gpd.GeoDataFrame(geometry=lines, crs=4326), join_within_m=0)


class TestInvariants:
    @given(walks, walks, st.sampled_from([0.0, 0.12, 0.8]))
    @settings(max_examples=30)
    def test_joining_keeps_the_length_and_the_distance(self, one, two, within_km) -> None:
        first, second = of_walks(one), of_walks(two)
        joined = first.joined(second, within_km=within_km)
        total_km = first.edges["length_km"].sum() + second.edges["length_km"].sum()
        both = set(first.edges["edge_id"]) & set(second.edges["edge_id"])
        if len(joined) == len(first) + len(second):
            assert joined.edges["length_km"].sum() == pytest.approx(total_km)
        else:  # an edge that both have is one
            assert both
        assert (joined.joins["distance_m"] <= 1000 * within_km).all()
        assert not joined.joins["node_id"].duplicated().any()
        assert set(joined.joins["joined_to"]) <= set(joined.nodes["node_id"])
        at = shapely.get_coordinates(joined.nodes.geometry.to_numpy())[joined.ends]
        assert (end_points(joined.edges.geometry.to_numpy()) == at).all()

    # Off the distances of the grid: which side of a limit they lie on is not for rounding to say.
    @given(walks, st.sampled_from([0.06, 0.31, 1.03]))
    @settings(max_examples=50)
    def test_bridges_are_short_and_leave_nothing_near_apart(self, walks, within_km) -> None:
        network = of_walks(walks)
        bridged = network.bridged(within_km=within_km)
        added = bridged.edges[bridged.edges["bridged"]]
        assert (added["length_km"] <= within_km).all()
        assert len(bridged) - len(network) == len(added)
        ends = end_points(added.geometry.to_numpy()) if len(added) else np.empty((0, 2, 2))
        assert distance_m(ends[:, 0], ends[:, 1]) / 1000 == pytest.approx(
            added["length_km"].to_numpy(), abs=1e-6
        )
        # Against all pairs: what lies within the distance is one component now.
        lonlat = shapely.get_coordinates(bridged.nodes.geometry.to_numpy())
        a, b = np.triu_indices(len(lonlat), 1)
        near = distance_m(lonlat[a], lonlat[b]) <= 1000 * within_km
        label = components_of(bridged.ends, len(lonlat))
        assert (label[a[near]] == label[b[near]]).all()

    @given(walks)
    @settings(max_examples=50)
    def test_component_gaps_are_the_shortest(self, walks) -> None:
        # Of the ways to connect all, the sum of the gaps is the least: Prim's algorithm.
        network = of_walks(walks)
        lonlat = shapely.get_coordinates(network.nodes.geometry.to_numpy())
        far = np.full(len(network), 1e6)  # so that every pair of dead ends counts
        pairs, apart_m, kind = find_gaps(lonlat, network.ends, far, within_m=5_000)
        label = components_of(np.concatenate([network.ends, pairs[kind == 0]]), len(lonlat))
        inside, expected = {int(label[0])}, 0.0
        while len(inside) < label.max() + 1:
            one, other = (
                np.flatnonzero(np.isin(label, list(inside))),
                np.flatnonzero(~np.isin(label, list(inside))),
            )
            matrix = np.array([distance_m(lonlat[i], lonlat[other]) for i in one])
            expected += matrix.min()
            inside.add(int(label[other[matrix.min(axis=0).argmin()]]))
        assert apart_m[kind == 1].sum() == pytest.approx(expected)


def test_components_equal_scipys() -> None:
    ends = np.random.default_rng(4).integers(0, 300, (200, 2))
    graph = coo_array((np.ones(200), tuple(ends.T)), shape=(300, 300))
    count, label = connected_components(graph, directed=False)
    found = components_of(ends, 300)
    assert found.max() + 1 == count
    assert len({*zip(found.tolist(), label.tolist(), strict=True)}) == count
