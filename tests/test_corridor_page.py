"""What a notebook shows of a corridor."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import geopandas as gpd
import pytest
from shapely import LineString, Point

import minmap as mm
from minmap.transport.trade_corridors import Corridor
from minmap.transport.trade_corridors.catalogue import corridor, corridors

HOSTILE = "<img src=x onerror=alert(1)>\"'{{ 7*7 }}</script>"


class Text(HTMLParser):
    """The tags and the words of a page, and whether every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.words.append(data)


def shown(it: Corridor) -> Text:
    text = Text()
    text.feed(it._repr_html_())
    assert text.open == []
    assert set(text.tags) <= {"div", "br", "table", "thead", "tbody", "tr", "th", "td"}
    return text


def words(it: Corridor) -> str:
    return " ".join(shown(it).words)


STOPS = {"a": (75, 43, "port"), "b": (76, 43, "break of gauge"), "c": (77, 43, "station"),
         "d": (78, 43, "border crossing"), "e": (76, 44, "station")}  # fmt: skip
LEGS = [
    ("a", "b", "rail", 1520, "operating"),
    ("b", "c", "rail", 1435, "under construction"),
    ("c", "d", "road", None, "planned"),
    ("e", "b", "sea", None, "operating"),
]


def toy(**columns) -> Corridor:
    nodes = gpd.GeoDataFrame(
        {"node_id": [*STOPS], "name": [f"Stop {n.upper()}" for n in STOPS],
         "kind": [kind for *_, kind in STOPS.values()], "country": "KAZ"},
        geometry=[Point(lon, lat) for lon, lat, _ in STOPS.values()],
        crs=4326,
    )  # fmt: skip
    legs = gpd.GeoDataFrame(
        {
            "leg_id": [f"{a}-{b}" for a, b, *_ in LEGS],
            "from_node": [leg[0] for leg in LEGS],
            "to_node": [leg[1] for leg in LEGS],
            "mode": [leg[2] for leg in LEGS],
            "gauge_mm": [leg[3] for leg in LEGS],
            "status": [leg[4] for leg in LEGS],
            "length_km": [100.0, 200.0, 1500.0, 7.0],
            "drawn_km": 80.0,
            "countries": "KAZ",
        }
        | columns,
        geometry=[LineString([STOPS[a][:2], STOPS[b][:2]]) for a, b, *_ in LEGS],
        crs=4326,
    )
    way = legs["leg_id"].tolist()[:3]
    return Corridor(
        "toy",
        title="A toy",
        description="To look at.",
        legs=legs,
        nodes=nodes,
        sources=[{"title": "A page", "citation": "Me, 2020", "licence": "CC0"}],
        variants={"main": {"title": "The way", "legs": way}},
    )


def test_toy_by_eye():
    text = words(toy())
    for wanted in (
        "A toy", "To look at.", "4 legs, 5 nodes, 1,807 km in all; KAZ", "Stop A",
        "rail 1520", "rail 1435", "road", "sea", "1,500 km", "under construction", "planned",
        "1520 → 1435 mm", "■ port", "▲ break of gauge", "◆ border crossing", "● station",
        "Stop A – Stop D", "The way", "A page. Me, 2020. CC0",
    ):  # fmt: skip
        assert wanted in text
    assert "⬢" not in text  # no dry port, so no mark for one in the key


def test_legs_that_follow_one_another_share_a_row():
    html = toy()._repr_html_()
    assert len(re.findall("flex-wrap:wrap", html)) == 2  # a-b-c-d, and e-b
    assert html.index("Stop A") < html.index("Stop B") < html.index("Stop C") < html.index("Stop D")


def test_lengths_by_mode_and_status():
    table = shown(toy()).words
    at = table.index("Length, km")
    assert table[at + 1 : at + 6] == ["mode", "operating", "under construction", "planned", "all"]
    assert table[at + 6 : at + 10] == ["rail", "100", "200", "300"]


def test_doubts_are_said():
    doubtful = toy(
        geometry_kind=[None, "schematic", None, None],
        bridged_km=[1.5, None, 2.0, None],
        published_km=[102.0, 250.0, None, None],
        published_source=["A. Author, 2010"] * 4,
    )
    text = words(doubtful)
    assert "Drawn as a sketch, no track known: b-c (200 km)." in text
    assert "Gaps of the source closed by a straight line: 3.5 km." in text
    assert "b-c: 200.0 km, published 250.0 km (A. Author, 2010)." in text
    assert "a-b: 100.0 km, published" not in text  # 2 % is no doubt
    assert "No source for the status of b-c, c-d." in text
    assert "Doubts" not in words(toy(status="operating"))


def test_no_text_is_taken_for_html():
    it = toy(leg_id=[HOSTILE, "b-c", "c-d", "e-b"])
    made = Corridor(
        "toy",
        title=HOSTILE,
        description=HOSTILE,
        legs=it.legs,
        nodes=it.nodes.assign(name=HOSTILE),
        sources=[{"title": HOSTILE}],
        variants={HOSTILE: {"title": HOSTILE, "legs": [HOSTILE]}},
    )
    html = made._repr_html_()
    assert "<img" not in html
    assert "<script" not in html
    assert words(made).count("<img src=x onerror=alert(1)>") >= 5


def test_a_corridor_of_nothing_and_one_of_much():
    nothing = Corridor("none", title="None", legs=toy().legs.iloc[:0], nodes=toy().nodes.iloc[:0])
    assert "0 legs, 0 nodes" in words(nothing)
    grid = gpd.GeoDataFrame(
        geometry=[LineString([(60 + n / 10, 43), (60.1 + n / 10, 43)]) for n in range(200)],
        crs=4326,
    )
    assert "and 120 more legs" in words(Corridor.from_lines(grid))


@pytest.mark.parametrize("corridor_id", corridors()["id"])
def test_all_of_the_catalogue_can_be_shown(corridor_id):
    it = corridor(corridor_id)
    text = words(it)
    assert it.title in text
    assert "Sources" in text
    for mode in it.legs["mode"].unique():
        assert mode in text
    assert all(name in text for name in it.variants["variant"])


def test_it_is_the_same_each_time():
    assert toy()._repr_html_() == toy()._repr_html_()


def test_a_map_draws_all_legs_of_a_corridor_in_one_colour():
    """The patterns still show mode, gauge and status; nodes keep their symbols."""
    own = corridor("middle")
    usual, red = (
        mm.Map().add(own, **color).layers()[0].describe("") for color in ({}, {"color": "crimson"})
    )
    assert {entry["color"] for entry in red["legs"]["legend"]["entries"]} == {"#dc143c"}
    assert red["nodes"]["legend"] == usual["nodes"]["legend"]
    patterns = [
        [{**entry, "color": ""} for entry in one["legs"]["legend"]["entries"]]
        for one in (usual, red)
    ]
    assert patterns[0] == patterns[1]
