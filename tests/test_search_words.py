"""What a user's words mean in a network, and the assumptions of the search."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.transport.network.best_paths import rates
from minmap.transport.network.exclusions import avoided
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import find_node
from minmap.transport.network.parameters import assumed, assumptions
from minmap.transport.network.state_graph import COUNTED


@pytest.fixture(scope="module")
def middle() -> Network:
    return Network.from_corridors(mm.corridor("middle"))


def legs(network: Network, *avoid: str) -> set[str]:
    return set(network.edges["leg_id"][avoided(network, avoid)])


def test_modes_legs_nodes_and_countries_are_avoided(middle):
    edges = middle.edges
    ferries = set(edges["leg_id"][edges["mode"] == "sea"])
    assert {"aktau-port-alat", "kuryk-port-alat"} <= ferries
    assert legs(middle, "sea") == ferries
    assert legs(middle, "aktau-port-alat") == {"aktau-port-alat"}
    assert legs(middle, "aktau_port") == {"aktau-port-alat", "mangystau-aktau-port"}
    georgian = set(edges["leg_id"][edges["countries"].str.contains("GEO")])
    for word in ("GEO", "Georgia", "georgia", "Грузия"):
        assert legs(middle, word) == georgian
    assert legs(middle, "sea", "GEO") == ferries | georgian
    assert legs(middle, "operating") == set(edges["leg_id"])
    unused = set(edges["leg_id"][edges["status"] != "operating"])
    assert legs(middle) == legs(middle, "Brazil") == legs(middle, "planned") == unused


def test_one_word_is_no_list_of_letters(middle):
    assert avoided(middle, "sea").tolist() == avoided(middle, ["sea"]).tolist()


def test_an_unknown_word_is_an_error_with_the_nearest(middle):
    cases = {
        "seaa": "'sea'", "Kazahkstan": "'Kazakhstan'", "aktau-port-alatt": "'aktau-port-alat'",
        "aktau_pord": "'aktau_port'", "plannd": "'planned'",
    }  # fmt: skip
    for word, nearest in cases.items():
        with pytest.raises(ChoiceError, match=f"avoid='{word}'.*did you mean {nearest}"):
            avoided(middle, [word])
    with pytest.raises(ChoiceError, match=r"avoid='qqqqqq'.*and nothing is near it"):
        avoided(middle, ["qqqqqq"])


def named(*names: str | None, gate: list[bool] | None = None, leg: int | None = None) -> Network:
    """Nodes n0, n1, ... of these names on the equator; `leg` ends a leg that begins at the last."""
    points = [shapely.Point(n, 0) for n in range(len(names))]
    nodes = {"node_id": [f"n{n}" for n in range(len(names))], "kind": "station", "name": names}
    edge = [] if leg is None else [(len(names) - 1, leg)]
    return Network(
        gpd.GeoDataFrame(nodes | ({"gate": gate} if gate else {}), geometry=points, crs=4326),
        gpd.GeoDataFrame(
            {
                "edge_id": ["e"] * len(edge), "from_node": [f"n{a}" for a, _ in edge],
                "to_node": [f"n{b}" for _, b in edge], "mode": ["rail"] * len(edge),
                "status": ["operating"] * len(edge), "length_km": [1.0] * len(edge),
                "leg_id": ["leg"] * len(edge),
            },
            geometry=[shapely.LineString([points[a], points[b]]) for a, b in edge], crs=4326,
        ),
    )  # fmt: skip


def test_a_node_is_found_by_id_then_name_then_beginning():
    network = named("Poti", "n0", "Poti port", "Boğazköprü", "Istanbul (Halkalı)", None)
    cases = {
        "n0": 0, "poti": 0, "POTI": 0, "Poti  Port": 2, "poti p": 2, "Bogazkopru": 3,
        "istanbul": 4, "Istanbul Halkali": 4, "Поти порт": 2, "n5": 5,
    }  # fmt: skip
    assert {word: find_node(network, word, argument="to") for word in cases} == cases


def test_of_nodes_with_one_name_a_gate_and_a_leg_go_first():
    assert find_node(named("Shu", "Shu", gate=[False, True]), "shu", argument="to") == 1
    assert find_node(named("Shu", "Shu", "x", leg=1), "Shu", argument="to") == 1
    with pytest.raises(ChoiceError, match=r"to='Shu' matches 2 nodes: 'Shu' \(n0\), 'Shu' \(n1\)"):
        find_node(named("Shu", "Shu"), "Shu", argument="to")


@pytest.mark.parametrize("word", ["", "Ptoi", "№", "nowhere at all"])
def test_a_word_for_no_node_is_an_error(word):
    with pytest.raises(ChoiceError, match=r"start='.*' is not a node of the network"):
        find_node(named("Poti", "Kars", None), word, argument="start")


def test_every_assumption_has_a_value_a_unit_and_a_source():
    table = assumptions()
    assert table.columns.tolist() == ["key", "value", "unit", "meaning", "source"]
    assert table.notna().all(axis=None)
    assert (table["value"] > 0).all()
    assert assumed() == dict(zip(table["key"], table["value"], strict=True))
    table["value"] = 0
    assert (assumptions()["value"] > 0).all()


def test_assumptions_are_replaced_by_key():
    given = {"rail_kmh": 45, "loading_hours": 0}
    changed = assumed(given)
    assert changed == assumed() | given
    changed["rail_kmh"] = 1
    assert assumed()["rail_kmh"] > 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rail_kph": 45}, "assumptions='rail_kph' is not known; did you mean 'rail_kmh'"),
        ({"rail_kmh": -1}, r"\['rail_kmh'\]=-1 is not a number above 0"),
        ({"border_rail_hours": math.nan}, r"\['border_rail_hours'\]=nan is not a number from 0 up"),
        ({"sea_kmh": math.inf}, r"\['sea_kmh'\]=inf is not a number"),
        ({"sea_kmh": 0}, r"\['sea_kmh'\]=0 is not a number above 0"),
        ({"detour_factor": 0.9}, r"\['detour_factor'\]=0.9 is not a number from 1 up"),
        ({"sea_kmh": "fast"}, r"\['sea_kmh'\]='fast' is not a number"),
        ({"sea_kmh": None}, r"\['sea_kmh'\]=None is not a number"),
    ],
)
def test_what_cannot_be_assumed_is_an_error(given, message):
    with pytest.raises(MinmapError, match=message):
        assumed(given)


def test_the_rates_are_those_of_the_assumptions():
    given = assumed()
    hours, usd_t, km = (
        dict(zip(COUNTED, rates(given, by), strict=True)) for by in ("hours", "usd_t", "km")
    )
    assert hours["rail_km"] == 1 / given["rail_kmh"]
    assert hours["sea_borders"] == given["border_sea_hours"]
    assert usd_t["road_km"] == given["road_usd_tkm"]
    assert usd_t["gauge_breaks"] == given["gauge_break_usd_t"]
    assert hours["pipeline_borders"] == usd_t["pipeline_borders"] == 0
    assert [name for name, rate in km.items() if rate] == [*COUNTED[:4]]
    assert np.all([hours[name] >= 0 for name in COUNTED])
