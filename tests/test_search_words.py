"""What a user's words mean in a network, and the assumptions of the search."""

from __future__ import annotations

import math

import geopandas as gpd
import pytest
import shapely

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.transport.network.exclusions import Exclusions
from minmap.transport.network.found_places import places_given
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import find_node
from minmap.transport.network.parameters import Range, assumed, assumptions


@pytest.fixture(scope="module")
def middle() -> Network:
    return Network.from_corridors(mm.corridor("middle"))


def legs(network: Network, *avoid: str) -> set[str]:
    return set(network.edges["leg_id"][Exclusions.find(network, avoid).edges(network)])


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
    assert Exclusions.find(middle, "sea").modes == Exclusions.find(middle, ["sea"]).modes == {"sea"}


def test_an_unknown_word_is_an_error_with_the_nearest(middle):
    cases = {
        "seaa": "'sea'", "Kazahkstan": "'Kazakhstan'", "aktau-port-alatt": "'aktau-port-alat'",
        "aktau_pord": "'aktau_port'", "plannd": "'planned'",
    }  # fmt: skip
    for word, nearest in cases.items():
        with pytest.raises(ChoiceError, match=f"avoid='{word}'.*did you mean {nearest}"):
            Exclusions.find(middle, [word])
    with pytest.raises(ChoiceError, match=r"avoid='qqqqqq'.*and nothing is near it"):
        Exclusions.find(middle, ["qqqqqq"])


@pytest.fixture(scope="module")
def shipped() -> Network:
    return Network.shipped()


def test_every_kind_of_word_is_found_in_the_shipped_network(shipped):
    def find(word: str) -> Exclusions:
        return Exclusions.find(shipped, word, mm.crossings()["crossing_id"])

    assert find("Armenia").countries == find("country:ARM").countries == {"ARM"}
    assert find("tripp").legs == set(mm.corridor("tripp").legs["leg_id"])
    assert find("leg:dostyk-moiynty").legs == {"dostyk-moiynty"}
    assert find("aksai-ilek").crossings == {"aksai-ilek"}
    poti = shipped.nodes.set_index("node_id").loc[sorted(find("Poti").nodes)]
    assert {"poti", "poti_port"} <= set(poti.index)
    assert set(poti["country"]) == {"GEO"}
    assert find("GEPTI").nodes >= {"poti_port"}
    # A country goes before a station of that name.
    assert find("Uzbekistan").countries == {"UZB"}
    assert not find("Uzbekistan").nodes


@pytest.mark.parametrize(
    ("word", "kinds"), [("astara", "crossing, node"), ("dostyk-moiynty", "corridor, leg")]
)
def test_a_word_with_two_meanings_is_an_error_with_both(shipped, word, kinds):
    ways = ", ".join(repr(f"{kind}:{word}") for kind in kinds.split(", "))
    with pytest.raises(ChoiceError, match=f"avoid='{word}' has several meanings; .*{ways}"):
        Exclusions.find(shipped, word, mm.crossings()["crossing_id"])
    for kind in kinds.split(", "):
        assert Exclusions.find(shipped, f"{kind}:{word}", mm.crossings()["crossing_id"]).words


def test_a_node_with_the_id_of_a_country_is_an_error():
    nodes = gpd.GeoDataFrame(
        {"node_id": ["Georgia"], "kind": ["station"]}, geometry=[shapely.Point(0, 0)], crs=4326
    )
    network = Network(nodes, named().edges)
    with pytest.raises(ChoiceError, match=r"one of 'country:Georgia', 'node:Georgia'\."):
        Exclusions.find(network, "Georgia")


def test_a_prefix_limits_the_kind(shipped):
    with pytest.raises(ChoiceError, match="'leg:Georgia' names no known leg"):
        Exclusions.find(shipped, "leg:Georgia")
    with pytest.raises(ChoiceError, match="did you mean 'country:Uzbekistan'"):
        Exclusions.find(shipped, "country:Uzbekstan")
    with pytest.raises(ChoiceError, match=r"avoid='Shanghai' is Shanghai \(CHN\), which lies"):
        Exclusions.find(shipped, "Shanghai")


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
        "n0": 0, "poti": 0, "POTI": 0, "Poti  Port": 2, "Bogazkopru": 3,
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


def test_every_assumption_has_a_range_a_unit_and_a_source():
    table = assumptions()
    assert table.columns.tolist() == ["key", "low", "value", "high", "unit", "meaning", "source"]
    assert table.notna().all(axis=None)
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
    ranges = table[["low", "value", "high"]].itertuples(index=False, name=None)
    assert assumed() == dict(zip(table["key"], ranges, strict=True))
    table["value"] = 0
    assert assumptions()["value"].any()


def test_assumptions_are_replaced_by_key():
    changed = assumed({"rail_kmh": 45, "loading_hours": (0, 2, 9)})
    replaced = {"rail_kmh": (45, 45, 45), "loading_hours": (0, 2, 9)}
    assert changed == assumed() | replaced
    changed["rail_kmh"] = Range(1, 1, 1)
    assert assumed()["rail_kmh"].value > 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rail_kph": 45}, "assumptions='rail_kph' is not known; did you mean 'rail_kmh'"),
        ({"rail_kmh": -1}, r"\['rail_kmh'\]=-1 is not a number from 0.001 up"),
        ({"loading_hours": math.nan}, r"\['loading_hours'\]=nan is not a number from 0 up"),
        ({"sea_kmh": math.inf}, r"\['sea_kmh'\]=inf is not a number"),
        ({"sea_kmh": 0}, r"\['sea_kmh'\]=0 is not a number from 0.001 up"),
        ({"detour_factor": 0.9}, r"\['detour_factor'\]=0.9 is not a number from 1 up"),
        ({"rail_usd_tkm": 1e300}, r"\['rail_usd_tkm'\]=1e\+300 is not .* at most 1,000,000"),
        ({"sea_kmh": "fast"}, r"\['sea_kmh'\]='fast' is not a number"),
        ({"sea_kmh": None}, r"\['sea_kmh'\]=None is not a number"),
        (
            {"road_time_cost_share": 5},
            r"\['road_time_cost_share'\]=5 is not a number from 0 up and at most 1",
        ),
        ({"sea_kmh": (1, 2)}, r"\['sea_kmh'\]=\(1, 2\) is no range; give a number or \(low, value"),
        ({"sea_kmh": (3, 2, 1)}, r"\['sea_kmh'\]=\(3, 2, 1\) is not in rising order"),
    ],
)
def test_what_cannot_be_assumed_is_an_error(given, message):
    with pytest.raises(MinmapError, match=message):
        assumed(given)


def test_a_town_is_reached_in_its_own_country(shipped):
    def countries(word: object) -> set[str]:
        (place,) = places_given(shipped, word, argument="to")
        return set(shipped.nodes["country"].iloc[place.nodes])

    assert countries("Khorgos") == countries((80.416, 44.203)) == {"CHN"}
    assert countries("Sarakhs") == {"IRN"}
    assert countries("Kara-Suu") == {"KGZ"}


def test_places_far_from_the_network_and_parts_of_words_are_errors(shipped):
    with pytest.raises(ChoiceError, match=r"to=\(59.0, 46.0\) lies 64 km from the nearest node"):
        places_given(shipped, (59.0, 46.0), argument="to")
    for word in ("Sokh", "Kumt"):
        with pytest.raises(ChoiceError, match=f"to='{word}' is not a node of the network"):
            places_given(shipped, word, argument="to")
    (place,) = places_given(shipped, "Alat", argument="to")
    assert set(shipped.nodes["node_id"].iloc[place.nodes]) == {"alat"}
    (place,) = places_given(shipped, "Almaty", argument="to")
    assert "almaty_1" in set(shipped.nodes["node_id"].iloc[place.nodes])
