"""The best ways over a network: a toy with answers known by eye, invariants, and real railways."""

from __future__ import annotations

import math
import pickle
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.transport.network.best_paths import OBJECTIVES, find_paths
from minmap.transport.network.exclusions import avoided
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import find_node
from minmap.transport.network.state_graph import graph_of

ROUND = {
    "rail_kmh": 50, "road_kmh": 40, "sea_kmh": 20, "pipeline_kmh": 10,
    "rail_usd_tkm": 0.04, "road_usd_tkm": 0.1, "sea_usd_tkm": 0.01, "pipeline_usd_tkm": 0.001,
    "transshipment_hours": 12, "transshipment_usd_t": 3,
    "gauge_break_hours": 8, "gauge_break_usd_t": 5,
    "border_rail_hours": 30, "border_rail_usd_t": 7,
    "border_road_hours": 10, "border_road_usd_t": 6,
    "border_sea_hours": 90, "border_sea_usd_t": 20,
}  # fmt: skip


class Edge(NamedTuple):
    start: int
    end: int
    km: float
    countries: str | None = "KAZ"
    mode: str = "rail"
    gauge_mm: int | None = 1520
    status: str = "operating"


def network_of(edges: list[Edge], nodes: int, **columns: list[object]) -> Network:
    """Draw nodes side by side along the equator, named 0, 1, 2..., and edges between them."""
    points = gpd.points_from_xy(np.arange(nodes) * 0.5, np.zeros(nodes))
    given = {"node_id": [str(n) for n in range(nodes)], "kind": "station"} | columns
    rows = pd.DataFrame(edges, columns=[*Edge._fields])
    return Network(
        gpd.GeoDataFrame(given, geometry=points, crs=4326),
        gpd.GeoDataFrame(
            {
                "edge_id": [f"e{n}" for n in range(len(edges))],
                "from_node": rows["start"].astype(str),
                "to_node": rows["end"].astype(str),
                "mode": rows["mode"].astype(str),
                "gauge_mm": pd.array(rows["gauge_mm"], dtype="Int64"),
                "status": rows["status"].astype(str),
                "length_km": rows["km"].astype(float),
                "countries": rows["countries"].astype(object),
                "leg_id": [f"leg{n}" for n in range(len(edges))],
            },
            geometry=[shapely.LineString([points[e.start], points[e.end]]) for e in edges],
            crs=4326,
        ),
    )


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
    ways = find_paths(ferry, "4", assumptions=ROUND, avoid="road")
    # 2 h, transshipment, 20 h and a border at sea, transshipment, 3 h, border and break, 1 h
    assert ways.weight[0] == pytest.approx(2 + 12 + 20 + 90 + 12 + 3 + 30 + 8 + 1)
    assert ways.cost_usd_t[0] == pytest.approx(4 + 3 + 4 + 20 + 3 + 6 + 7 + 5 + 2)
    assert {mode: km[0] for mode, km in ways.km.items()} == {
        "rail": 300, "road": 0, "sea": 400, "pipeline": 0,
    }  # fmt: skip
    assert ways.route_km[0] == 700
    assert (ways.borders[0], ways.gauge_breaks[0], ways.transshipments[0]) == (2, 1, 2)
    assert ways.countries.tolist() == ["KAZ AZE TUR", "KAZ AZE TUR", "AZE TUR", "TUR", "TUR"]
    edges, forward = ways.edges_from(0)
    assert edges.tolist() == [0, 1, 2, 3]
    assert forward.all()
    assert shapely.get_coordinates(ways.line_from(0))[:, 0].tolist() == [0, 0.5, 1, 1.5, 2]


def test_a_way_by_road_crosses_the_borders_of_its_edge_and_is_used_backwards(ferry):
    ways = find_paths(ferry, "4", assumptions=ROUND)
    assert ways.weight[0] == 1000 / 40 + 2 * 10
    assert ways.countries[0] == "KAZ RUS TUR"
    edges, forward = ways.edges_from(0)
    assert edges.tolist() == [4]
    assert not forward.any()
    assert shapely.get_coordinates(ways.line_from(0))[:, 0].tolist() == [0, 2]
    # From the port the ferry is as far, and a train back would be too slow a start.
    assert ways.edges_from(1)[0].tolist() == [0, 4]
    assert ways.weight[1] == 2 + 12 + 25 + 20


def test_what_is_made_least_decides_the_way(ferry):
    km = find_paths(ferry, "4", objective="km", assumptions=ROUND)
    assert km.weight[0] == km.route_km[0] == 700
    assert find_paths(ferry, "4", objective="usd_t", assumptions=ROUND).weight[0] == pytest.approx(
        54
    )


def test_the_destination_has_a_way_of_no_length(ferry):
    ways = find_paths(ferry, "4")
    assert (ways.weight[4], ways.route_km[4], ways.hours[4], ways.borders[4]) == (0, 0, 0, 0)
    assert ways.destination[4] == 4
    assert len(ways.edges_from(4)[0]) == 0
    assert ways.line_from(4) is None
    assert ways.steps_from(4).empty


def test_without_a_way_everything_is_missing(ferry):
    ways = find_paths(ferry, "4", avoid=["road", "sea"])
    assert ways.reached.tolist() == [False, False, True, True, True]
    assert ways.weight[0] == math.inf
    assert np.isnan([ways.route_km[0], ways.hours[0], ways.cost_usd_t[0], ways.km["sea"][0]]).all()
    assert (ways.borders[0], ways.gauge_breaks[0], ways.transshipments[0]) == (-1, -1, -1)
    assert ways.destination[0] == -1
    assert ways.countries[0] is None
    assert len(ways.edges_from(0)[0]) == 0
    assert ways.line_from(0) is None


def test_of_several_destinations_the_best(ferry):
    ways = find_paths(ferry, ["1", "3"], assumptions=ROUND)
    assert ways.destination.tolist() == [1, 1, 3, 3, 3]
    assert repr(ways) == "BestPaths(to 1, 3 by hours: 5 of 5 nodes)"


def test_nothing_reaches_a_destination_in_an_avoided_country(ferry):
    assert not find_paths(ferry, "4", avoid="Turkey").reached.any()
    alone = find_paths(ferry, "4", avoid=["rail", "road", "sea"])
    assert alone.reached.tolist() == [False] * 4 + [True]


def test_a_destination_avoided_by_name_is_an_error(ferry):
    with pytest.raises(MinmapError, match=r"avoid='4' is the destination to='4'"):
        find_paths(ferry, "4", avoid=["4"])
    with pytest.raises(MinmapError, match="to is empty"):
        find_paths(ferry, [])
    with pytest.raises(ChoiceError, match="objective='time'"):
        find_paths(ferry, "4", objective="time")


def test_an_unknown_country_counts_no_border_but_hides_none():
    # The siding at 1 has no country. To turn on it takes longer than the border, and to change over
    # to it and on at once is not a way.
    network = network_of([Edge(0, 1, 50), Edge(1, 2, 50, "UZB"), Edge(1, 3, 2000, None)], 4)
    ways = find_paths(network, "2", assumptions=ROUND)
    assert ways.borders.tolist() == [1, 0, 0, 0]
    assert ways.weight.tolist() == [32, 1, 0, 41]
    assert ways.countries.tolist() == ["KAZ UZB", "UZB", "", "UZB"]


def test_who_only_passes_through_a_country_crosses_no_border():
    network = network_of([Edge(0, 1, 50, "KAZ KGZ KAZ")], 2)
    ways = find_paths(network, "1")
    assert ways.countries[0] == "KAZ KGZ KAZ"
    assert ways.borders[0] == 0
    assert not find_paths(network, "1", avoid="KGZ").reached[0]


def test_where_an_edge_does_not_say_its_countries_its_nodes_do():
    edges = [Edge(0, 1, 50, None), Edge(1, 2, 50, None), Edge(2, 3, 50, None)]
    network = network_of(edges, 4, country=["KAZ", "UZB", "UZB", None])
    ways = find_paths(network, "0", assumptions=ROUND)
    assert ways.borders.tolist() == [0, 1, 1, 1]
    assert ways.countries[2] == "UZB KAZ"
    assert avoided(network, ["KAZ"]).tolist() == [True, False, False]
    # What is not known to end outside is not used to pass.
    assert avoided(network, ["UZB"]).tolist() == [True, True, True]


def test_an_unknown_gauge_counts_no_break_and_a_road_has_none():
    unknown = network_of([Edge(0, 1, 50), Edge(1, 2, 50, gauge_mm=None)], 3)
    assert find_paths(unknown, "2").gauge_breaks[0] == 0
    road = network_of([Edge(0, 1, 50, mode="road"), Edge(1, 2, 50, mode="road", gauge_mm=1)], 3)
    assert find_paths(road, "2").gauge_breaks[0] == 0
    broken = network_of([Edge(0, 1, 50), Edge(1, 2, 50, gauge_mm=1435)], 3)
    assert find_paths(broken, "2").gauge_breaks.tolist() == [1, 0, 0]


def test_a_border_where_the_mode_changes_is_that_of_the_slower():
    network = network_of([Edge(0, 1, 0), Edge(1, 2, 0, "UZB", "road")], 3)
    assert find_paths(network, "2", assumptions=ROUND).weight[0] == 12 + 30
    assert find_paths(network, "0", assumptions=ROUND).weight[2] == 12 + 30


def test_edges_without_length_lead_on_and_parallel_ones_do_not_add_up():
    network = network_of([Edge(0, 1, 0), Edge(0, 1, 7), Edge(1, 0, 9), Edge(1, 2, 0)], 3)
    ways = find_paths(network, "2", objective="km")
    assert ways.weight.tolist() == [0, 0, 0]
    assert ways.edges_from(0)[0].tolist() == [0, 3]


def test_a_loop_and_a_node_without_edges_do_no_harm():
    network = network_of([Edge(0, 1, 5), Edge(1, 1, 3)], 3)
    assert find_paths(network, "1", objective="km").weight.tolist() == [5, 0, math.inf]
    assert find_paths(network, "2", objective="km").reached.tolist() == [False, False, True]
    assert find_paths(network_of([], 2), "1").reached.tolist() == [False, True]


def test_a_hub_of_many_countries_does_not_explode():
    codes = mm.vocabulary.countries()["code"].head(150).tolist()
    edges = [Edge(0, n + 1, 10, code, "sea") for n, code in enumerate(codes)]
    network = network_of(edges, 151)
    assert len(graph_of(network).counts) == 150 + 150**2
    assert (find_paths(network, "1").borders[2:] == 1).all()


def test_what_is_not_operating_is_used_only_if_allowed():
    network = network_of([Edge(0, 1, 5, status="planned"), Edge(0, 1, 50)], 2)
    assert find_paths(network, "1", objective="km").weight[0] == 50
    assert find_paths(network, "1", objective="km", allow="planned").weight[0] == 5
    assert (
        find_paths(network, "1", objective="km", allow="planned", avoid="planned").weight[0] == 50
    )
    with pytest.raises(ChoiceError, match="allow='built'"):
        find_paths(network, "1", allow=["built"])


def test_nothing_of_the_ways_can_be_changed(ferry):
    ways = find_paths(ferry, "4")
    for values in (ways.weight, ways.km["rail"], ways.hours, ways.borders):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = -1
    ways.km["rail"] = ways.km["sea"]
    assert (ways.km["rail"] != ways.km["sea"]).any()
    with pytest.raises(AttributeError):
        ways.objective = "km"


def test_ways_can_be_sent_to_another_process(ferry):
    ways = find_paths(ferry, "4", assumptions=ROUND)
    sent = pickle.loads(pickle.dumps(ways))
    assert sent.weight.tolist() == ways.weight.tolist()
    assert sent.edges_from(1)[0].tolist() == [0, 4]
    assert sent.line_from(1) == ways.line_from(1)


def test_the_steps_pass_every_change_of_mode_and_gauge(ferry):
    steps = find_paths(ferry, "4", assumptions=ROUND, avoid="road").steps_from(0)
    assert steps["node"].tolist() == [0, 1, 1, 2, 2, 3, 3]
    assert (steps["edge"] == -1).tolist() == [False, True, False, True, False, True, False]


# --- invariants -------------------------------------------------------------------------------

LISTS = [None, "KAZ", "AZE", "GEO", "KAZ AZE", "AZE KAZ", "KAZ AZE KAZ"]
NODES = 5
EDGE = st.builds(
    Edge,
    start=st.integers(0, NODES - 1),
    end=st.integers(0, NODES - 1),
    km=st.sampled_from([0.0, 1.0, 10.0, 55.5, 300.0]),
    countries=st.sampled_from(LISTS),
    mode=st.sampled_from(["rail", "rail", "road", "sea"]),
    gauge_mm=st.sampled_from([None, 1520, 1435]),
    status=st.just("operating"),
).filter(lambda edge: edge.start != edge.end)
EDGES = st.lists(EDGE, max_size=9)
ASSUMED = st.fixed_dictionaries(
    {},
    optional={
        key: st.sampled_from([0.0, 1.0, 25.0])
        for key in ("transshipment_hours", "gauge_break_hours", "border_rail_hours",
                    "border_sea_hours", "border_road_usd_t")
    },
).map(lambda given: ROUND | given)  # fmt: skip
SLOWER = ["sea", "rail", "road"]


def codes_of(edge: Edge, *, forward: bool) -> list[str]:
    codes = (edge.countries or "").split()
    return codes if forward else codes[::-1]


def edge_weight(edge: Edge, by: str, given: dict[str, float]) -> float:
    if by == "km":
        return edge.km
    codes = codes_of(edge, forward=True)
    crossed = len(codes) - 1 if codes and codes[0] != codes[-1] else 0
    rate = 1 / given[f"{edge.mode}_kmh"] if by == "hours" else given[f"{edge.mode}_usd_tkm"]
    return edge.km * rate + crossed * given[f"border_{edge.mode}_{by}"]


def transfer_weight(
    one: Edge, other: Edge, ends: tuple[list[str], list[str]], by: str, given: dict[str, float]
) -> float:
    if by == "km":
        return 0
    weight = 0.0
    if one.mode != other.mode:
        weight += given[f"transshipment_{by}"]
    elif one.mode == "rail" and one.gauge_mm and other.gauge_mm and one.gauge_mm != other.gauge_mm:
        weight += given[f"gauge_break_{by}"]
    arrive, leave = ends
    if arrive and leave and arrive[-1] != leave[0]:
        weight += given[f"border_{min(one.mode, other.mode, key=SLOWER.index)}_{by}"]
    return weight


def reference(edges: list[Edge], target: int, by: str, given: dict[str, float]) -> list[float]:
    """Bellman and Ford over edges in a direction: nothing of it knows of states."""
    moves = [(edge, forward) for edge in edges for forward in (True, False)]
    heads = [edge.end if forward else edge.start for edge, forward in moves]
    tails = [edge.start if forward else edge.end for edge, forward in moves]
    codes = [codes_of(edge, forward=forward) for edge, forward in moves]
    best = [math.inf] * len(moves)
    for _ in moves:
        for i, (edge, _) in enumerate(moves):
            onward = [
                transfer_weight(edge, moves[j][0], (codes[i], codes[j]), by, given) + best[j]
                for j in range(len(moves))
                if tails[j] == heads[i]
            ]
            if heads[i] == target:
                onward.append(0)
            best[i] = min(best[i], edge_weight(edge, by, given) + min(onward, default=math.inf))
    return [
        0 if node == target else min((best[i] for i, t in enumerate(tails) if t == node),
                                     default=math.inf)
        for node in range(NODES)
    ]  # fmt: skip


@pytest.mark.exhaustive
@given(EDGES, st.integers(0, NODES - 1), st.sampled_from(OBJECTIVES), ASSUMED)
@settings(max_examples=50)
def test_weights_are_those_of_the_reference(edges, target, by, given):
    ways = find_paths(network_of(edges, NODES), str(target), objective=by, assumptions=given)
    np.testing.assert_allclose(ways.weight, reference(edges, target, by, given), atol=1e-9)


@pytest.mark.exhaustive
@given(EDGES, st.integers(0, NODES - 1), st.sampled_from(OBJECTIVES), ASSUMED)
@settings(max_examples=30)
def test_a_way_is_the_sum_of_its_edges_and_transfers(edges, target, by, given):
    network = network_of(edges, NODES)
    ways = find_paths(network, str(target), objective=by, assumptions=given)
    lengths = network.edges["length_km"].to_numpy()
    for node in np.flatnonzero(ways.reached).tolist():
        taken, forward = ways.edges_from(node)
        at, passed, weight = node, [], 0.0
        for n, (i, ahead) in enumerate(zip(taken.tolist(), forward.tolist(), strict=True)):
            edge, codes = edges[i], codes_of(edges[i], forward=ahead)
            assert at == (edge.start if ahead else edge.end)
            at = edge.end if ahead else edge.start
            weight += edge_weight(edge, by, given)
            if n:
                before, was = edges[taken[n - 1]], bool(forward[n - 1])
                ends = (codes_of(before, forward=was), codes)
                weight += transfer_weight(before, edge, ends, by, given)
            passed += [code for k, code in enumerate(codes) if k or passed[-1:] != [code]]
        assert at == target == ways.destination[node]
        assert ways.weight[node] == pytest.approx(weight)
        assert ways.countries[node] == " ".join(passed)
        assert ways.route_km[node] == pytest.approx(lengths[taken].sum())
        assert ways.route_km[node] == pytest.approx(sum(km[node] for km in ways.km.values()))
        steps = ways.steps_from(node)
        assert steps.loc[steps["edge"] >= 0, "edge"].tolist() == taken.tolist()
        for column, values in (
            ("km", ways.route_km), ("hours", ways.hours), ("cost_usd_t", ways.cost_usd_t),
            ("borders", ways.borders), ("gauge_breaks", ways.gauge_breaks),
            ("transshipments", ways.transshipments),
        ):  # fmt: skip
            assert steps[column].sum() == pytest.approx(values[node])
        if all(edges[i].countries for i in taken.tolist()):
            own = [(edges[i].countries or "").split() for i in taken.tolist()]
            in_transit = sum(len(codes) - 1 for codes in own if codes[0] == codes[-1])
            assert ways.borders[node] == max(len(passed) - 1, 0) - in_transit


@pytest.mark.exhaustive
@given(EDGES, st.sampled_from(OBJECTIVES), ASSUMED)
@settings(max_examples=15)
def test_there_and_back_weigh_the_same(edges, by, given):
    network = network_of(edges, NODES)
    weights = [
        find_paths(network, str(node), objective=by, assumptions=given).weight
        for node in range(NODES)
    ]
    np.testing.assert_allclose(np.array(weights), np.array(weights).T, atol=1e-9)


@pytest.mark.exhaustive
@given(EDGES, EDGE, st.sampled_from(OBJECTIVES), ASSUMED)
@settings(max_examples=25)
def test_a_further_edge_never_lengthens(edges, added, by, given):
    fewer, more = (
        find_paths(network_of(some, NODES), "0", objective=by, assumptions=given).weight
        for some in (edges, [*edges, added])
    )
    assert (more <= fewer + 1e-9).all()


@pytest.mark.exhaustive
@given(
    EDGES,
    st.sampled_from(["KAZ", "Georgia", "1", "leg0", "rail", "sea"]),
    st.sampled_from(OBJECTIVES),
)
@settings(max_examples=25)
def test_avoiding_never_shortens_and_nothing_avoided_is_used(edges, word, by):
    network = network_of([Edge(0, 1, 5), *edges], NODES)
    free, barred = (
        find_paths(network, "0", objective=by, avoid=avoid, assumptions=ROUND)
        for avoid in ((), [word])
    )
    assert (barred.weight >= free.weight - 1e-9).all()
    used = [edge for node in range(NODES) for edge in barred.edges_from(node)[0].tolist()]
    assert not avoided(network, [word])[used].any()


@pytest.mark.exhaustive
@given(EDGES, st.randoms(use_true_random=False), st.sampled_from(OBJECTIVES))
@settings(max_examples=15)
def test_the_order_of_the_rows_does_not_change_a_weight(edges, random, by):
    shuffled = random.sample(edges, len(edges))
    one, other = (
        find_paths(network_of(some, NODES), "0", objective=by) for some in (edges, shuffled)
    )
    np.testing.assert_allclose(one.weight, other.weight, atol=1e-9)


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
    ways = find_paths(middle, "poti_port", avoid="kuryk_port")
    wanted = ["altynkol", "zhetygen", "almaty_1", "shu", "arys", "kyzylorda", "saksaulskaya",
              "shalkar", "beyneu", "mangystau", "aktau_port", "alat", "boyuk_kesik", "gardabani",
              "tbilisi", "samtredia", "poti", "poti_port"]  # fmt: skip
    assert in_order(wanted, nodes_passed(ways, "altynkol"))
    start = find_node(middle, "altynkol", argument="start")
    assert ways.route_km[start] == pytest.approx(4_345, rel=0.04)
    assert ways.transshipments[start] == 2
    assert ways.gauge_breaks[start] == 0
    assert ways.countries[start].endswith("KAZ AZE GEO")


def test_dostyk_to_mersin_passes_the_known_nodes(middle):
    ways = find_paths(middle, "Mersin port")
    wanted = ["dostyk", "moiynty", "zhezkazgan", "saksaulskaya", "shalkar", "beyneu", "mangystau",
              "kuryk_port", "alat", "boyuk_kesik", "gardabani", "marabda", "akhalkalaki",
              "kartsakhi", "kars", "erzurum", "sivas", "kayseri", "mersin_port"]  # fmt: skip
    assert in_order(wanted, nodes_passed(ways, "dostyk"))
    start = find_node(middle, "dostyk", argument="start")
    assert ways.countries[start] == "KAZ AZE GEO TUR"
    assert (ways.borders[start], ways.gauge_breaks[start], ways.transshipments[start]) == (3, 1, 2)


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
