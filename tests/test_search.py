"""The best ways over a network: a toy with answers known by eye, invariants, and real railways."""

from __future__ import annotations

import math
import pickle
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.transport.network.best_paths import BestPaths, find_paths
from minmap.transport.network.exclusions import Exclusions
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import find_node
from minmap.transport.network.state_graph import graph_of
from tests.toy_networks import ROUND, Crossing, Edge, crossing_table, exactly, network_of

TABLE = crossing_table()


def search(network: Network, to: str | list[str], **options: Any) -> BestPaths:
    """Search by hours under round assumptions, unless options say otherwise."""
    given = {"objective": "hours", "assumptions": ROUND, "crossings": TABLE}
    return find_paths(network, to, **given | options)


# 0 --rail 1520--> 1 --ferry--> 2 --rail 1520--> 3 --rail 1435--> 4, and a road from 0 to 4.
FERRY = [
    Edge(0, 1, 100),
    Edge(1, 2, 400, "KAZ AZE", "sea", None),
    Edge(2, 3, 150, "AZE"),
    Edge(3, 4, 50, "TUR", gauge_mm=1435),
    Edge(4, 0, 1000, "TUR RUS KAZ", "road", None),
]


@pytest.fixture
def ferry() -> Network:
    return network_of(FERRY, 5, country=["KAZ", "KAZ", "AZE", "AZE", "TUR"])


def test_a_way_adds_up_what_is_known_by_eye(ferry):
    ways = search(ferry, "4", avoid="road")
    # 2 h, transshipment, 20 h and a border at sea, transshipment, 3 h, border and break, 1 h
    assert ways.weight[0] == pytest.approx(2 + 12 + 20 + 90 + 12 + 3 + 30 + 8 + 1)
    assert ways.cost_usd_t[0] == pytest.approx(4 + 3 + 4 + 20 + 3 + 6 + 7 + 5 + 2)
    assert {mode: km[0] for mode, km in ways.km.items()} == {"rail": 300, "road": 0, "sea": 400}
    assert ways.route_km[0] == 700
    assert (ways.borders[0], ways.totals.gauge_breaks[0], ways.totals.transshipments[0]) == (
        2,
        1,
        2,
    )
    assert ways.countries.tolist() == ["KAZ AZE TUR", "KAZ AZE TUR", "AZE TUR", "TUR", "TUR"]
    edges, forward = ways.edges_from(0)
    assert edges.tolist() == [0, 1, 2, 3]
    assert forward.all()
    assert shapely.get_coordinates(ways.line_from(0))[:, 0].tolist() == [0, 0.5, 1, 1.5, 2]


def test_a_way_by_road_crosses_the_borders_of_its_edge_and_is_used_backwards(ferry):
    ways = search(ferry, "4")
    assert ways.weight[0] == 1000 / 40 + 10 + 1  # Russia and Kazakhstan are a customs union
    assert ways.countries[0] == "KAZ RUS TUR"
    edges, forward = ways.edges_from(0)
    assert edges.tolist() == [4]
    assert not forward.any()
    assert shapely.get_coordinates(ways.line_from(0))[:, 0].tolist() == [0, 2]
    # From the port the ferry is as far, and a train back would be too slow a start.
    assert ways.edges_from(1)[0].tolist() == [0, 4]
    assert ways.weight[1] == 2 + 6 + 25 + 11


def test_what_is_made_least_decides_the_way(ferry):
    km = search(ferry, "4", objective="km")
    assert km.weight[0] == km.route_km[0] == 700
    assert search(ferry, "4", objective="usd_t").weight[0] == pytest.approx(54)


def test_the_destination_has_a_way_of_no_length(ferry):
    ways = search(ferry, "4")
    assert (ways.weight[4], ways.route_km[4], ways.hours[4], ways.borders[4]) == (0, 0, 0, 0)
    assert ways.destination[4] == 4
    assert len(ways.edges_from(4)[0]) == 0
    assert ways.line_from(4) is None
    assert ways.steps_along(ways.tree.first_vertex[4]).empty


def test_without_a_way_everything_is_missing(ferry):
    ways = search(ferry, "4", avoid=["road", "sea"])
    assert ways.reached.tolist() == [False, False, True, True, True]
    assert ways.weight[0] == math.inf
    assert np.isnan([ways.route_km[0], ways.hours[0], ways.cost_usd_t[0], ways.km["sea"][0]]).all()
    assert (ways.borders[0], ways.totals.gauge_breaks[0], ways.totals.transshipments[0]) == (
        -1,
        -1,
        -1,
    )
    assert ways.destination[0] == -1
    assert ways.countries[0] is None
    assert len(ways.edges_from(0)[0]) == 0
    assert ways.line_from(0) is None


def test_of_several_destinations_the_best(ferry):
    ways = search(ferry, ["1", "3"])
    assert ways.destination.tolist() == [1, 1, 3, 3, 3]
    assert repr(ways) == "BestPaths(to 1, 3 by hours: 5 of 5 nodes)"


def test_nothing_reaches_a_destination_in_an_avoided_country(ferry):
    assert not search(ferry, "4", avoid="Turkey").reached.any()
    alone = search(ferry, "4", avoid=["rail", "road", "sea"])
    assert alone.reached.tolist() == [False] * 4 + [True]


def test_a_destination_avoided_by_name_is_an_error(ferry):
    with pytest.raises(MinmapError, match=r"avoid=\['4'\] contains the destination to='4'"):
        search(ferry, "4", avoid=["4"])
    with pytest.raises(MinmapError, match="to is empty"):
        search(ferry, [])
    with pytest.raises(ChoiceError, match="objective='time'"):
        search(ferry, "4", objective="time")


def test_an_unknown_country_counts_no_border_but_hides_none():
    # The siding at 1 has no country. To turn on it takes longer than the border, and to change over
    # to it and on at once is not a way.
    network = network_of([Edge(0, 1, 50), Edge(1, 2, 50, "UZB"), Edge(1, 3, 2000, None)], 4)
    ways = search(network, "2")
    assert ways.borders.tolist() == [1, 0, 0, 0]
    assert ways.weight.tolist() == [32, 1, 0, 41]
    assert ways.countries.tolist() == ["KAZ UZB", "UZB", "", "UZB"]


def test_who_only_passes_through_a_country_crosses_no_border():
    network = network_of([Edge(0, 1, 50, "KAZ KGZ KAZ")], 2)
    ways = search(network, "1")
    assert ways.countries[0] == "KAZ KGZ KAZ"
    assert ways.borders[0] == 0
    assert not search(network, "1", avoid="KGZ").reached[0]


def test_where_an_edge_does_not_say_its_countries_its_nodes_do():
    edges = [Edge(0, 1, 50, None), Edge(1, 2, 50, None), Edge(2, 3, 50, None)]
    network = network_of(edges, 4, country=["KAZ", "UZB", "UZB", None])
    ways = search(network, "0")
    assert ways.borders.tolist() == [0, 1, 1, 1]
    assert ways.countries[2] == "UZB KAZ"
    assert Exclusions.find(network, ["KAZ"]).edges(network).tolist() == [True, False, False]
    # What is not known to end outside is not used to pass.
    assert Exclusions.find(network, ["UZB"]).edges(network).tolist() == [True, True, True]


def test_an_unknown_gauge_counts_no_break_and_a_road_has_none():
    unknown = network_of([Edge(0, 1, 50), Edge(1, 2, 50, gauge_mm=None)], 3)
    assert search(unknown, "2").totals.gauge_breaks[0] == 0
    road = network_of([Edge(0, 1, 50, mode="road"), Edge(1, 2, 50, mode="road", gauge_mm=1)], 3)
    assert search(road, "2").totals.gauge_breaks[0] == 0
    broken = network_of([Edge(0, 1, 50), Edge(1, 2, 50, gauge_mm=1435)], 3)
    assert search(broken, "2").totals.gauge_breaks.tolist() == [1, 0, 0]


def test_a_border_where_the_mode_changes_is_that_of_the_slower():
    network = network_of([Edge(0, 1, 0), Edge(1, 2, 0, "UZB", "road")], 3)
    assert search(network, "2").weight[0] == 6 + 30
    assert search(network, "0").weight[2] == 6 + 30


def test_edges_without_length_lead_on_and_parallel_ones_do_not_add_up():
    network = network_of([Edge(0, 1, 0), Edge(0, 1, 7), Edge(1, 0, 9), Edge(1, 2, 0)], 3)
    ways = search(network, "2", objective="km")
    assert ways.weight.tolist() == [0, 0, 0]
    assert ways.edges_from(0)[0].tolist() == [0, 3]


def test_a_loop_and_a_node_without_edges_do_no_harm():
    network = network_of([Edge(0, 1, 5), Edge(1, 1, 3)], 3)
    assert search(network, "1", objective="km").weight.tolist() == [5, 0, math.inf]
    assert search(network, "2", objective="km").reached.tolist() == [False, False, True]
    assert search(network_of([], 2), "1").reached.tolist() == [False, True]


def test_a_hub_of_many_countries_does_not_explode():
    codes = mm.vocabulary.countries()["code"].head(150).tolist()
    edges = [Edge(0, n + 1, 10, code, "sea") for n, code in enumerate(codes)]
    network = network_of(edges, 151)
    assert len(graph_of(network).counts) == 150 + 150**2
    assert (search(network, "1").borders[2:] == 1).all()


def test_what_is_not_operating_is_used_only_if_allowed():
    network = network_of([Edge(0, 1, 5, status="planned"), Edge(0, 1, 50)], 2)
    assert search(network, "1", objective="km").weight[0] == 50
    assert search(network, "1", objective="km", allow="planned").weight[0] == 5
    assert search(network, "1", objective="km", allow="planned", avoid="planned").weight[0] == 50
    with pytest.raises(ChoiceError, match="allow='built'"):
        search(network, "1", allow=["built"])


def test_nothing_of_the_ways_can_be_changed(ferry):
    ways = search(ferry, "4")
    for values in (ways.weight, ways.km["rail"], ways.hours, ways.borders):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = -1
    ways.km["rail"] = ways.km["sea"]
    assert (ways.km["rail"] != ways.km["sea"]).any()
    with pytest.raises(AttributeError):
        ways.objective = "km"


def test_ways_can_be_sent_to_another_process(ferry):
    ways = search(ferry, "4")
    sent = pickle.loads(pickle.dumps(ways))
    assert sent.weight.tolist() == ways.weight.tolist()
    assert sent.edges_from(1)[0].tolist() == [0, 4]
    assert sent.line_from(1) == ways.line_from(1)


def test_the_steps_pass_every_change_of_mode_and_gauge(ferry):
    ways = search(ferry, "4", avoid="road")
    steps = ways.steps_along(ways.tree.first_vertex[0])
    assert steps["node"].tolist() == [0, 1, 1, 2, 2, 3, 3]
    assert (steps["edge"] == -1).tolist() == [False, True, False, True, False, True, False]


# --- borders ----------------------------------------------------------------------------------

# A road over the border at node 1, and a way round to the south by 3 and 4.
BORDER = [
    Edge(0, 1, 50, "KAZ", "road", None),
    Edge(1, 2, 50, "UZB", "road", None),
    Edge(0, 3, 200, "KAZ", "road", None),
    Edge(3, 4, 200, "KAZ UZB", "road", None),
    Edge(4, 2, 200, "UZB", "road", None),
]
BY_NODE = np.array([[70, 45], [70.5, 45], [71, 45], [70, 43], [71, 43]])


@pytest.fixture
def border() -> Network:
    return network_of(BORDER, 5, places=BY_NODE)


def at_one(**options: Any) -> Crossing:
    """Return a crossing 11 km from node 1."""
    return Crossing("one", "road", ("KAZ", "UZB"), (70.5, 45.1), **options)


def test_a_border_takes_what_its_crossing_takes_in_that_direction(border):
    table = crossing_table(at_one(hours_ab=(2, 3, 4), hours_ba=(20, 25, 30), usd_t_ba=(4, 5, 6)))
    out = search(border, "2", crossings=table)
    assert out.totals.hours[0].tolist() == [2.5 + 2, 2.5 + 3, 2.5 + 4]
    assert out.crossings[out.tree.first_vertex[0]] == "one"
    back = search(border, "0", crossings=table, avoid="3")
    assert back.totals.hours[2].tolist() == [22.5, 27.5, 32.5]
    assert back.totals.cost_usd_t[2] == pytest.approx([10 + 4, 10 + 5, 10 + 6])
    # In the south no crossing is near, so it is any border.
    south = search(border, "2", crossings=table, avoid="one")
    assert south.totals.hours[0].tolist() == [15 + 8, 15 + 10, 15 + 14]
    assert south.crossings[south.tree.first_vertex[0]] == "any-road"


def test_a_crossing_is_passed_in_the_status_that_its_mode_allows(border):
    for status, km in {
        "open": 100, "seasonal": 100, "test operation": 100, "closed": 600, "unknown": 600,
    }.items():  # fmt: skip
        elsewhere = Crossing("far", "road", ("KAZ", "UZB"), (70.5, 50))
        table = crossing_table(at_one(status=status), elsewhere)
        assert search(border, "2", crossings=table).route_km[0] == km, status
    rail = network_of([edge._replace(mode="rail") for edge in BORDER], 5, places=BY_NODE)
    for status, km in {"unknown": 100, "closed": math.nan}.items():
        table = crossing_table(at_one(status=status)._replace(mode="rail"))
        found = search(rail, "2", crossings=table).route_km[0]
        np.testing.assert_equal(found, km)


def test_a_border_without_an_open_crossing_is_closed_as_a_whole(border):
    table = crossing_table(Crossing("all", "road", ("KAZ", "UZB"), None, "closed"))
    assert not search(border, "2", crossings=table).reached[[0, 3]].any()
    # Another mode, and another pair, are not.
    rail = network_of([edge._replace(mode="rail") for edge in BORDER], 5, places=BY_NODE)
    assert search(rail, "2", crossings=table).reached.all()


def test_an_open_row_without_a_place_holds_where_no_crossing_is_near(border):
    whole = Crossing("all", "road", ("KAZ", "UZB"), None, hours_ab=exactly(7))
    ways = search(border, "2", crossings=crossing_table(whole), avoid="3")
    assert ways.crossings[ways.tree.first_vertex[0]] == "all"
    assert ways.hours[0] == 2.5 + 7
    ways = search(border, "2", crossings=crossing_table(whole, at_one()), avoid="3")
    assert ways.crossings[ways.tree.first_vertex[0]] == "one"


def test_a_crossing_beyond_30_km_is_another(border):
    for north, own in ((45.26, "one"), (45.28, "any-road")):
        row = at_one(hours_ab=(1, 1, 1))._replace(place=(70.5, north))
        ways = search(border, "2", crossings=crossing_table(row), avoid="3")
        assert ways.crossings[ways.tree.first_vertex[0]] == own


def test_the_nearest_of_two_crossings_counts(border):
    near = Crossing("near", "road", ("KAZ", "UZB"), (70.5, 45.02), hours_ab=exactly(9))
    for rows in ((near, at_one()), (at_one(), near)):
        ways = search(border, "2", crossings=crossing_table(*rows))
        assert ways.hours[0] == 2.5 + 9
    # A closed one beside an open one is that of another road.
    shut = near._replace(status="closed")
    assert search(border, "2", crossings=crossing_table(shut, at_one())).route_km[0] == 600


def test_a_crossing_of_another_mode_or_pair_is_none(border):
    others = at_one()._replace(mode="rail"), at_one()._replace(id="two", pair=("KAZ", "RUS"))
    ways = search(border, "2", crossings=crossing_table(*others))
    assert ways.crossings[ways.tree.first_vertex[0]] == "any-road"


def test_two_borders_at_one_node_are_listed_in_the_order_of_travel():
    edge = Edge(0, 1, 200, "KAZ UZB TJK", "road", None)
    places = np.array([[68.0, 42], [70, 42]])
    rows = (
        Crossing("k-u", "road", ("KAZ", "UZB"), (68.5, 42), hours_ab=exactly(2)),
        Crossing("u-t", "road", ("TJK", "UZB"), (69.5, 42), hours_ba=exactly(5)),
    )
    network, table = network_of([edge], 2, places=places), crossing_table(*rows)
    out, back = (search(network, to, crossings=table) for to in ("1", "0"))
    assert out.crossings[out.tree.first_vertex[0]] == "k-u u-t"
    assert back.crossings[back.tree.first_vertex[1]] == "u-t k-u"
    assert (out.hours[0], back.hours[1]) == (5 + 2 + 5, 5 + 1 + 1)


# --- classes of roads, loading, value of time -------------------------------------------------


def test_a_class_of_road_has_its_speed_and_its_price():
    def way(road_class: str | None) -> BestPaths:
        return search(network_of([Edge(0, 1, 100, mode="road", road_class=road_class)], 2), "1")

    for road_class in (None, "trunk", "primary", "secondary"):
        assert (way(road_class).hours[0], way(road_class).cost_usd_t[0]) == (2.5, 10)
    # Half of the price goes by the hour.
    for road_class, figures in {"motorway": (2, 9), "tertiary": (5, 15)}.items():
        ways = way(road_class)
        assert (ways.hours[0], ways.cost_usd_t[0]) == pytest.approx(figures)


def test_between_lorry_and_train_there_is_a_loading_and_else_a_transshipment():
    modes = {"rail": (0, 0), "road": (1, 0), "sea": (0, 1)}
    for mode, (loadings, transshipments) in modes.items():
        network = network_of([Edge(0, 1, 0), Edge(1, 2, 0, mode=mode)], 3)
        for to, start in (("2", 0), ("0", 2)):
            ways = search(network, to)
            assert ways.totals.loadings[start] == loadings
            assert ways.totals.transshipments[start] == transshipments
            assert ways.hours[start] == 6 * loadings + 12 * transshipments
            assert ways.cost_usd_t[start] == 2 * loadings + 3 * transshipments
    quay = network_of([Edge(0, 1, 0, mode="road"), Edge(1, 2, 0, mode="sea")], 3)
    assert search(quay, "2").totals.transshipments[0] == 1


def test_a_value_of_time_is_part_of_the_objective_but_not_of_the_price():
    network = network_of([Edge(0, 1, 100), Edge(0, 1, 100, mode="road")], 2)
    by_rail = search(network, "1", objective="usd_t")
    assert (by_rail.weight[0], by_rail.km["rail"][0]) == (4, 100)
    # The lorry costs 6 more and takes 0.5 h longer; the ranges do not decide.
    fast = ROUND | {"rail_kmh": 4, "value_of_time_usd_th": 1}
    by_road = search(network, "1", objective="usd_t", assumptions=fast)
    assert by_road.km["road"][0] == 100
    assert by_road.weight[0] == 10 + 2.5
    assert by_road.cost_usd_t[0] == 10


def test_ranges_are_summed_at_their_ends():
    given = ROUND | {"rail_kmh": (40, 50, 100), "loading_hours": (1, 6, 8)}
    given |= {"road_kmh": (20, 40, 50), "tertiary_speed_factor": (0.25, 0.5, 1)}
    given |= {"road_usd_tkm": (0.05, 0.1, 0.2), "road_time_cost_share": (0.25, 0.5, 0.75)}
    edges = [Edge(0, 1, 100), Edge(1, 2, 100, mode="road", road_class="tertiary")]
    ways = search(network_of(edges, 3), "2", assumptions=given)
    assert ways.totals.hours[0].tolist() == [1 + 1 + 2, 2 + 6 + 5, 2.5 + 8 + 20]
    # The factor of the price lies between that of a fast road and 1 - 0.75 + 0.75 / 0.25.
    assert ways.totals.cost_usd_t[0] == pytest.approx([4 + 2 + 5, 4 + 2 + 15, 4 + 2 + 65])


# --- real networks ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def middle() -> Network:
    return Network.from_corridors(mm.corridor("middle"))


def nodes_passed(ways, start: str) -> list[str]:
    ids = ways.network.nodes["node_id"]
    edges, forward = ways.edges_from(find_node(ways.network, start, argument="start"))
    ends = ways.network.ends[edges]
    return [start, *ids.iloc[np.where(forward, ends[:, 1], ends[:, 0])]]


def in_order(wanted: list[str], passed: list[str]) -> bool:
    places = iter(passed)
    return all(node in places for node in wanted)


def test_altynkol_to_poti_passes_the_known_nodes(middle):
    ways = find_paths(middle, "poti_port", avoid="kuryk_port", objective="hours")
    wanted = ["altynkol", "zhetygen", "almaty_1", "shu", "arys", "kyzylorda", "saksaulskaya",
              "shalkar", "beyneu", "mangystau", "aktau_port", "alat", "boyuk_kesik", "gardabani",
              "tbilisi", "samtredia", "poti", "poti_port"]  # fmt: skip
    assert in_order(wanted, nodes_passed(ways, "altynkol"))
    start = find_node(middle, "altynkol", argument="start")
    assert ways.route_km[start] == pytest.approx(4_345, rel=0.04)
    assert ways.totals.transshipments[start] == 2
    assert ways.totals.gauge_breaks[start] == 0
    assert ways.countries[start].endswith("KAZ AZE GEO")


def test_dostyk_to_mersin_passes_the_known_nodes(middle):
    ways = find_paths(middle, "Mersin port", objective="hours", assumptions=ROUND)
    wanted = ["dostyk", "moiynty", "zhezkazgan", "saksaulskaya", "shalkar", "beyneu", "mangystau",
              "kuryk_port", "alat", "boyuk_kesik", "gardabani", "marabda", "akhalkalaki",
              "kartsakhi", "kars", "erzurum", "sivas", "kayseri", "mersin_port"]  # fmt: skip
    assert in_order(wanted, nodes_passed(ways, "dostyk"))
    start = find_node(middle, "dostyk", argument="start")
    assert ways.countries[start] == "KAZ AZE GEO TUR"
    assert (
        ways.borders[start],
        ways.totals.gauge_breaks[start],
        ways.totals.transshipments[start],
    ) == (3, 1, 2)


def test_without_the_caspian_ferries_there_is_no_way(middle):
    start = find_node(middle, "dostyk", argument="start")
    assert find_paths(middle, "mersin", avoid=["RUS", "IRN"]).reached[start]
    without = find_paths(middle, "mersin", avoid=["RUS", "IRN", "sea"])
    assert not without.reached[start]
    edges = middle.edges
    ferries = (edges["mode"] == "sea") & edges["countries"].str.contains("AZE")
    legs = edges["leg_id"][ferries].tolist()
    assert {"aktau-port-alat", "kuryk-port-alat"} <= {*legs}
    assert not find_paths(middle, "mersin", avoid=legs).reached[start]
    for ferry in legs:
        others = [leg for leg in legs if leg != ferry]
        sailed = find_paths(middle, "mersin", avoid=others).edges_from(start)[0]
        assert ferry in set(edges["leg_id"].iloc[sailed])


def test_the_railways_of_eurasia_are_as_far_as_plain_dijkstra_says(shared):
    given = gpd.read_parquet(shared / "corridors" / "eurasia_rail_edges.parquet")
    points = gpd.read_parquet(shared / "corridors" / "eurasia_rail_nodes.parquet")
    network = Network(
        gpd.GeoDataFrame(
            {"node_id": points["node"].astype(str), "kind": "track"},
            geometry=points.geometry.to_numpy(), crs=4326,
        ),
        gpd.GeoDataFrame(
            {
                "edge_id": given.index.astype(str), "from_node": given["u"].astype(str),
                "to_node": given["v"].astype(str), "mode": "rail", "status": "operating",
                "length_km": given["km"],
            },
            geometry=given.geometry.to_numpy(), crs=4326,
        ),
    )  # fmt: skip
    assert len(network) == 97_245
    goal = 40_000
    ways = find_paths(network, str(points["node"].to_numpy()[goal]), objective="km")

    ends = np.sort(network.ends, axis=1)
    least = pd.DataFrame({"u": ends[:, 0], "v": ends[:, 1], "km": given["km"].to_numpy()})
    least = least.groupby(["u", "v"], as_index=False)["km"].min()
    size = (len(points), len(points))
    graph = csr_array((least["km"], (least["u"], least["v"])), shape=size)
    plain = dijkstra(graph, directed=False, indices=goal)
    np.testing.assert_allclose(ways.weight, plain, rtol=1e-9)
    np.testing.assert_allclose(
        ways.route_km[ways.reached], ways.weight[ways.reached], rtol=1e-9, atol=1e-9
    )
    assert ways.reached.mean() > 0.9
    far = int(np.argmax(np.where(ways.reached, ways.weight, -1)))
    edges, _ = ways.edges_from(far)
    assert given["km"].to_numpy()[edges].sum() == pytest.approx(plain[far])
