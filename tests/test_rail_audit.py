"""The shipped railways: trunk lines from end to end, capitals joined within their country."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import shapely
from scipy.sparse.csgraph import connected_components, dijkstra

from minmap.geodesy import distance_m
from minmap.transport.network import Network
from tests.test_catalogue_data import scripts_module

RAILWAYS = Path(__file__).parents[1] / "scripts" / "railways"
CAPITALS = pd.read_csv(Path(__file__).parent / "data" / "regional_capitals.csv")
REGION = {"KAZ", "KGZ", "TJK", "TKM", "UZB", "AZE", "ARM", "IRN", "TUR"}
NEAR_KM = 15.0
# Nodes along the trunk lines; between two of them a railway is at most this many times as long as
# the straight line, in the plains and in the mountains.
WINDING = 1.5
TRUNKS = {
    "Turkestan-Siberia": "novosibirsk osm:4030794161 ayagoz almaty_1 shu osm:4030109523 arys",
    "Trans-Aral": (
        "osm:7253528829 osm:4020137340 osm:8977338207 shalkar saksaulskaya kyzylorda arys tashkent"
    ),
    "Trans-Caspian": (
        "turkmenbashi_port bereket ashgabat mary osm:8896035430 bukhara_1 samarkand tashkent"
    ),
    "Trans-Iranian": (
        "osm:684207459 osm:471717457 osm:7819484419 garmsar tehran qom osm:5888798463 osm:703745805"
    ),
    "Transcaucasian": "batumi navtlughi osm:3072419334 baku",
    "Zhezkazgan - Beyneu": "zhezkazgan saksaulskaya shalkar beyneu",
    "Uzen - Bereket": "uzen bolashak bereket",
    "Mary - Serhetabat": "mary serhetabat",
    "Astana - Almaty": "astana karaganda moiynty shu almaty_1",
    "Petropavl - Moiynty": "petropavl kokshetau astana karaganda moiynty",
    "Aktobe - Atyrau": "osm:4020137340 osm:8977338207 atyrau",
    "Ust-Kamenogorsk - Ridder": "osm:4030794153 osm:4029732482",
    "Khromtau - Kostanay": "osm:10689572958 osm:2665686515 osm:10647649592",
}


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.shipped()


class Railways:
    """The operating railways of a network, or of one country."""

    def __init__(self, network: Network, country: str | None = None) -> None:
        self.nodes, edges = network.nodes, network.edges
        edges = edges[(edges["mode"] == "rail") & (edges["status"] == "operating")]
        if country:
            # A pocket of another country that a line passes without a stop is no border.
            passed = edges["countries"].fillna("-").str.split()
            edges = edges[[codes[0] == codes[-1] == country for codes in passed]]
        self.number = {node_id: i for i, node_id in enumerate(self.nodes["node_id"])}
        a, b = (edges[end].map(self.number).to_numpy() for end in ("from_node", "to_node"))
        # To scipy, parallel edges add up: only the shortest is kept.
        table = pd.DataFrame({"a": np.minimum(a, b), "b": np.maximum(a, b)})
        table["km"] = np.maximum(edges["length_km"].to_numpy(), 1e-9)
        table = table.sort_values("km").drop_duplicates(["a", "b"])
        shape = (len(self.nodes), len(self.nodes))
        places = (table["a"].to_numpy(), table["b"].to_numpy())
        self.graph = scipy.sparse.coo_array((table["km"].to_numpy(), places), shape=shape).tocsr()
        self.met = np.unique(np.concatenate([a, b]))

    def km(self, start: str, end: str) -> float:
        at, to = self.number[start], self.number[end]
        return float(dijkstra(self.graph, directed=False, indices=at)[to])

    def straight_km(self, start: str, end: str) -> float:
        places = shapely.get_coordinates(self.nodes.geometry.to_numpy())
        at, to = places[self.number[start]], places[self.number[end]]
        return float(distance_m([at], [to])[0]) / 1000


@pytest.fixture(scope="module")
def railways(network: Network) -> Railways:
    return Railways(network)


@pytest.mark.parametrize("line", TRUNKS)
def test_trunk_lines_are_whole(railways: Railways, line: str) -> None:
    for start, end in pairwise(TRUNKS[line].split()):
        straight = railways.straight_km(start, end)
        assert railways.km(start, end) <= WINDING * straight + 20, (start, end, straight)


@pytest.mark.parametrize("country", CAPITALS["country"].unique())
def test_regional_capitals_are_joined_where_a_line_exists(network, country: str) -> None:
    railways = Railways(network, country)
    capitals = CAPITALS[CAPITALS["country"] == country]
    places = shapely.get_coordinates(railways.nodes.geometry.to_numpy())[railways.met]
    _, piece = connected_components(railways.graph, directed=False)
    size = np.bincount(piece)
    group: dict[str, int] = {}
    for capital in capitals.itertuples():
        near = distance_m(places, [(capital.lon, capital.lat)]) <= 1000 * NEAR_KM
        has_group = not np.isnan(capital.group)
        assert near.any() == has_group, capital.capital
        if has_group:
            pieces = piece[railways.met[near]]
            group[capital.capital] = int(pieces[np.argmax(size[pieces])])
    expected = capitals.set_index("capital")["group"]
    for one, other in combinations(group, 2):
        assert (group[one] == group[other]) == (expected[one] == expected[other]), (one, other)


def test_every_capital_without_a_railway_or_apart_has_a_reason() -> None:
    apart = CAPITALS["group"].isna() | (CAPITALS["group"] > 1)
    assert CAPITALS["why"][apart].notna().all()


@pytest.mark.parametrize(
    ("country", "start", "end", "km"),
    [
        ("KAZ", "osm:10689572958", "osm:2665686515", 402.5),
        ("KAZ", "osm:10689572958", "osm:1871045720", 528),
        ("UZB", "tashkent", "termez", 817),
    ],
)
def test_ways_within_a_country(network, country: str, start: str, end: str, km: float) -> None:
    assert Railways(network, country).km(start, end) == pytest.approx(km, rel=0.05)


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [
        ("khaf", "roozanak", 140),  # Khaf - Rozanak, 10 Dec 2020
        ("osm:1585865853", "osm:5793725055", 33),  # Urgench - Khiva
    ],
)
def test_lengths_of_lines(railways: Railways, start: str, end: str, km: float) -> None:
    assert railways.km(start, end) == pytest.approx(km, rel=0.05)


def test_constanta_is_joined_to_its_railway(railways: Railways) -> None:
    assert railways.km("constanta", "osm:9450732085") < 5


def test_lines_are_no_shorter_than_the_straight_line(monkeypatch) -> None:
    rail_lines = scripts_module("rail_lines", monkeypatch)
    lines = pd.read_csv(RAILWAYS / "lines.csv")
    for name, stops in lines.groupby("line"):
        places = list(zip(stops["lon"], stops["lat"], strict=True))
        posts = rail_lines._posts(name, places, np.array(stops["km"], dtype=float))
        assert posts[-1] >= rail_lines.geodesic_km([places[0], places[-1]])
        assert stops["source"].notna().all()


def test_the_doctor_finds_no_mended_joint(network: Network) -> None:
    torn = network.doctor().torn_ends
    joints = pd.read_csv(RAILWAYS / "joints.csv")
    places = shapely.get_coordinates(torn.geometry.to_numpy())
    for joint in joints.itertuples():
        assert (distance_m(places, [(joint.lon_a, joint.lat_a)]) > 3000).all(), joint.why
    assert not REGION & set(torn["country"][torn["mode"] == "rail"])


def test_torn_roads_do_not_face_each_other(network: Network) -> None:
    torn = network.doctor().torn_ends
    roads = torn[(torn["mode"] == "road") & torn["country"].isin(REGION)]
    for _, ends in roads.groupby("country"):
        places = shapely.get_coordinates(ends.geometry.to_numpy())
        for one, other in combinations(places, 2):
            assert distance_m([one], [other])[0] > 2000, (one, other)


def test_the_page_of_distances_is_that_of_the_shipped_data(monkeypatch) -> None:
    page = scripts_module("build_rail_distances", monkeypatch)
    assert page.OUT.read_text("utf-8") == page.page()
