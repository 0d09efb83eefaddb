"""The catalogue's corridor against published lengths and geography; `Corridor` as a value."""

from __future__ import annotations

import importlib
import json
import tomllib
from collections import defaultdict
from dataclasses import FrozenInstanceError
from itertools import combinations, pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, Point

from minmap.corridors import Corridor, corridor, corridors
from minmap.corridors.corridor import LEG_COLUMNS, MODES, NODE_COLUMNS
from minmap.errors import ChoiceError, CRSError, GeometryError, MinmapError

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="needs the reference data")
DATA = ROOT / "minmap" / "corridors" / "data" / "middle"
WGS84 = Geod(ellps="WGS84")

# The way of the main line, leg by leg, between the places that published lengths name.
KHORGOS_AKTAU = (
    "altynkol-zhetygen zhetygen-almaty-1 almaty-1-shu shu-arys arys-kyzylorda"
    " kyzylorda-saksaulskaya saksaulskaya-shalkar shalkar-beyneu beyneu-mangystau"
    " mangystau-aktau-port"
)
BAKU_BORDER = "baku-bash-alat bash-alat-boyuk-kesik"
BORDER_MARABDA = "boyuk-kesik-gardabani gardabani-navtlughi navtlughi-marabda"
AKHALKALAKI_KARS = "akhalkalaki-kartsakhi kartsakhi-kars"
KARS_BOGAZKOPRU = "kars-erzurum erzurum-sivas sivas-kayseri kayseri-bogazkopru"
BTK = f"{BAKU_BORDER} {BORDER_MARABDA} marabda-akhalkalaki {AKHALKALAKI_KARS}"

# (legs, published km, publisher and date)
PUBLISHED = [
    ("altynkol-zhetygen", 293, "UIC eNews 327, 8 Jan 2013"),
    (KHORGOS_AKTAU, 3128, "TITR Association, 17 Apr 2024; KTZ via seanews.ru, 12 Mar 2024"),
    ("dostyk-moiynty", 836, "Kazakh Rail Committee via today-kz.com, 2025"),
    ("dostyk-moiynty", 830, "President's speech, 24 Jun 2025, qazinform.com"),
    # The new line begins at Satbayev; the published figure is the sum of its two parts.
    ("satbayev-saksaulskaya shalkar-beyneu", 988, "UIC eNews 414, 9 Sep 2014"),
    ("satbayev-saksaulskaya shalkar-beyneu", 1000, "eurailpress.de"),
    (BAKU_BORDER, 503, "railturkey.org, 9 Aug 2016"),
    # By Tbilisi station and back, which is what the figure leaves for border-Marabda.
    (
        f"{BORDER_MARABDA} navtlughi-tbilisi navtlughi-tbilisi marabda-akhalkalaki",
        230,
        "railturkey.org, 9 Aug 2016",
    ),
    ("marabda-akhalkalaki", 153, "The Railway Magazine, Oct/Nov 2017"),
    (f"marabda-akhalkalaki {AKHALKALAKI_KARS}", 153 + 29 + 76, "The Railway Magazine, 2017"),
    (AKHALKALAKI_KARS, 29 + 76, "The Railway Magazine, Oct/Nov 2017"),
    (BTK, 826, "theasian.asia; Wikipedia"),
    (BTK, 838.6, "railturkey.org, 9 Aug 2016"),
    (BTK, 849, "The Railway Magazine, Oct/Nov 2017"),
    ("tbilisi-samtredia samtredia-poti", 312.1, "route table Poti-Baku, de.wikipedia"),
    ("tbilisi-samtredia samtredia-poti", 310, "JRTR 24 (2000), ejrcf.or.jp"),
    # To Makhinjauri, where Batumi-Central lies.
    ("samtredia-batumi", 98.2, "route table Poti-Baku, de.wikipedia"),
    (f"{KARS_BOGAZKOPRU} bogazkopru-ankara", 1310, "DHA via sondakika.com, 13 Jul 2021"),
    (f"{KARS_BOGAZKOPRU} bogazkopru-mersin", 1300, "railturkey.org, 4 Nov 2017"),
    (
        "aktau-port-alat bash-alat-alat bash-alat-boyuk-kesik boyuk-kesik-gardabani"
        " gardabani-navtlughi navtlughi-tbilisi tbilisi-samtredia samtredia-poti poti-poti-port",
        1300,
        "USAID official via trend.az, 10 Oct 2022",
    ),
]


@pytest.fixture(scope="module")
def middle() -> Corridor:
    return corridor("middle")


@pytest.fixture(scope="module")
def legs(middle: Corridor) -> gpd.GeoDataFrame:
    return middle.legs.set_index("leg_id", drop=False)


@pytest.fixture(scope="module")
def nodes(middle: Corridor) -> gpd.GeoDataFrame:
    return middle.nodes.set_index("node_id", drop=False)


def geodesic_km(line: LineString) -> float:
    return float(WGS84.geometry_length(line)) / 1000


# --- the Middle Corridor -------------------------------------------------------------------------


@pytest.mark.parametrize(("names", "published_km", "publisher"), PUBLISHED)
def test_length_agrees_with_published(legs, names, published_km, publisher):
    km = sum(legs.loc[name, "length_km"] for name in names.split())
    assert km == pytest.approx(published_km, rel=0.04), publisher


def test_published_lengths_in_the_data_have_a_source_and_agree(legs):
    given = legs[legs["published_km"].notna()]
    assert len(given) == 4
    assert (given["length_km"] / given["published_km"] - 1).abs().max() < 0.04
    assert given["published_source"].notna().all()
    assert not given["published_source"].str.contains("memory", case=False).any()
    assert legs.loc[legs["published_km"].isna(), "published_source"].isna().all()


def test_legs_end_exactly_at_their_nodes(legs, nodes):
    for leg in legs.itertuples():
        assert leg.geometry.coords[0] == nodes.geometry[leg.from_node].coords[0]
        assert leg.geometry.coords[-1] == nodes.geometry[leg.to_node].coords[0]
        assert leg.leg_id == f"{leg.from_node}-{leg.to_node}".replace("_", "-")


def test_nodes_are_on_the_track_and_from_a_gazetteer(nodes, legs):
    assert nodes["snap_m"].between(0, 500).all()
    assert nodes[["source", "source_id"]].notna().all(axis=None)
    assert not nodes["source"].str.contains("memory", case=False).any()
    assert set(nodes["node_id"]) == set(legs["from_node"]) | set(legs["to_node"])


def reached(legs: gpd.GeoDataFrame, start: str) -> set[str]:
    neighbours = defaultdict(set)
    for a, b in zip(legs["from_node"], legs["to_node"], strict=True):
        neighbours[a].add(b)
        neighbours[b].add(a)
    found, queue = {start}, [start]
    while queue:
        new = neighbours[queue.pop()] - found
        found |= new
        queue.extend(new)
    return found


def test_all_is_connected_and_only_the_ferries_cross_the_caspian(legs, nodes):
    for start in ("altynkol", "dostyk"):
        assert reached(legs, start) == set(nodes["node_id"])
    ashore = reached(legs[legs["mode"] != "sea"], "altynkol")
    assert {"dostyk", "aktau_port", "kuryk_port", "satbayev"} <= ashore
    assert not ashore & {"alat", "poti_port", "mersin_port"}
    for ferry in ("aktau-port-alat", "kuryk-port-alat"):
        assert "kapikule" in reached(legs.drop(ferry), "altynkol")
    assert "batumi_port" not in reached(legs.drop("samtredia-batumi"), "altynkol")


def test_a_stretch_of_track_is_one_leg(legs):
    rail = legs.index[legs["mode"] == "rail"]
    for a, b in combinations(rail, 2):  # two ferries may well take the same water
        common = legs.geometry[a].intersection(legs.geometry[b])
        assert geodesic_km(common) < 3.5, (a, b)


def test_modes_gauges_and_breaks_of_gauge(legs, nodes):
    assert set(legs["mode"]) == {"rail", "sea"}
    assert legs.loc[legs["mode"] == "sea", "gauge_mm"].isna().all()
    rail = legs[legs["mode"] == "rail"]
    turkish = rail["countries"].str.contains("TUR") | (rail["from_node"] == "akhalkalaki")
    assert (rail["gauge_mm"] == np.where(turkish, 1435, 1520)).all()
    gauges = defaultdict(set)
    for leg in rail.itertuples():
        gauges[leg.from_node].add(leg.gauge_mm)
        gauges[leg.to_node].add(leg.gauge_mm)
    inside = {node for node, found in gauges.items() if len(found) > 1}
    # At the other two the Chinese gauge begins, which is beyond this corridor.
    breaks = nodes.index[nodes["kind"] == "break of gauge"]
    assert set(breaks) == inside | {"altynkol", "dostyk"}
    assert inside == {"akhalkalaki"}


def test_junctions_are_where_legs_part(legs, nodes):
    meeting = pd.concat([legs["from_node"], legs["to_node"]]).value_counts()
    junctions = nodes.index[nodes["kind"] == "junction"]
    assert (meeting[junctions] >= 3).all()
    stations = nodes.index[nodes["kind"] == "station"]
    assert (meeting[stations] <= 2).all()


def test_drawn_length_is_geodesic_and_not_above_the_track_length(legs):
    drawn = legs.geometry.map(geodesic_km)
    assert (legs["drawn_km"] - drawn).abs().max() < 0.06
    assert (legs["drawn_km"] <= legs["length_km"] * 1.01).all()
    assert (legs["drawn_km"] >= legs["length_km"] * 0.84).all()
    assert (legs["bridged_km"] <= 0.05 * legs["length_km"] + 0.5).all()


def test_no_segment_is_long_enough_to_bend_on_a_mercator_map(legs):
    longest = max(WGS84.inv(*a, *b)[2] for line in legs.geometry for a, b in pairwise(line.coords))
    assert longest < 20_010


def test_every_leg_has_its_sources_and_says_what_is_a_sketch(legs):
    assert legs[["length_source", "geometry_source"]].notna().all(axis=None)
    sketches = set(legs.index[legs["geometry_kind"] == "schematic"])
    assert sketches == {
        "borzhakty-kuryk-port",
        "batumi-batumi-port",
        "mersin-mersin-port",
        "izmit-gebze",
    }
    assert ((legs["geometry_kind"] == "water") == (legs["mode"] == "sea")).all()
    dated = legs[legs["status_year"].notna()]
    assert dated["note"].str.contains("opened").all()


def test_countries_hold_those_of_the_ends(legs, nodes):
    for leg in legs.itertuples():
        ends = {nodes.loc[leg.from_node, "country"], nodes.loc[leg.to_node, "country"]}
        assert ends <= set(leg.countries.split())


@needs_shared
def test_countries_hold_every_country_passed(legs):
    borders = gpd.read_file(SHARED / "basemap" / "ne_10m_admin_0_countries_clip.gpkg")
    borders["ADM0_A3"] = borders["ADM0_A3"].replace("KAB", "KAZ")  # Baikonur, leased to Russia
    passed = gpd.overlay(legs[["leg_id", "geometry"]], borders, keep_geom_type=True)
    passed["km"] = passed.geometry.map(geodesic_km)
    for row in passed[passed["km"] > 1].itertuples():
        assert row.ADM0_A3 in legs.loc[row.leg_id, "countries"].split(), row.leg_id


def test_lines_lie_between_the_bosporus_and_china(legs):
    west, south, east, north = legs.total_bounds
    assert (26 < west < 27, 36 < south < 37, 82 < east < 83, 48 < north < 50) == (True,) * 4


def test_sea_legs_go_round_the_absheron_peninsula(legs, nodes):
    peninsula = shapely.box(49.6, 40.4, 50.15, 40.5)  # by eye, well inside the land
    ferries = legs[legs["mode"] == "sea"]
    assert len(ferries) == 2
    assert not ferries.intersects(peninsula).any()
    ends = nodes.geometry.loc[["aktau_port", "alat"]]
    (lon_1, lon_2), (lat_1, lat_2) = ends.x, ends.y
    ruler = [(lon_1, lat_1), *WGS84.npts(lon_1, lat_1, lon_2, lat_2, 20), (lon_2, lat_2)]
    assert LineString(ruler).intersects(peninsula)  # what a ruler would do


@needs_shared
def test_sea_legs_stay_in_the_water(legs):
    caspian = gpd.read_file(SHARED / "basemap" / "ne_10m_caspian_polygon.gpkg").union_all()
    for line in legs.loc[legs["mode"] == "sea", "geometry"]:
        ashore = [part for part in shapely.get_parts(line.difference(caspian)) if part.length]
        ends = shapely.MultiPoint([line.coords[0], line.coords[-1]])
        assert all(part.intersects(ends) for part in ashore)  # the port's own land, no cape
        assert sum(map(geodesic_km, ashore)) < 5


def test_files_are_small_and_readable():
    for file in ("legs.geojson", "nodes.csv", "about.toml"):
        assert (DATA / file).stat().st_size < 400_000
    lines = (DATA / "legs.geojson").read_text(encoding="utf-8").splitlines()
    features = json.loads("\n".join(lines))["features"]
    assert len(lines) == len(features) + 2  # one leg a line
    numbers = [n for f in features for xy in f["geometry"]["coordinates"] for n in xy]
    assert all(n == round(n, 5) for n in numbers)


@needs_shared
def test_script_makes_the_shipped_data(tmp_path, monkeypatch, legs, capsys):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    Build = importlib.import_module("build_corridors").Build  # noqa: N806
    table = tomllib.loads((ROOT / "scripts" / "corridors" / "middle.toml").read_text("utf-8"))
    Build(table, SHARED).write(tmp_path)
    assert "on one track" in capsys.readouterr().out
    again = gpd.GeoDataFrame.from_features(json.loads((tmp_path / "legs.geojson").read_text()))
    assert again["leg_id"].tolist() == legs["leg_id"].tolist()
    assert np.allclose(again["length_km"], legs["length_km"], atol=0.11)
    assert np.allclose(again["drawn_km"], legs["drawn_km"], atol=0.11)
    ours = (DATA / "nodes.csv").read_text(encoding="utf-8")
    assert (tmp_path / "nodes.csv").read_text(encoding="utf-8") == ours


# --- the catalogue -------------------------------------------------------------------------------


def test_catalogue_lists_what_it_has(middle):
    table = corridors()
    row = table.set_index("id").loc["middle"]
    assert (row["legs"], row["nodes"]) == (len(middle), len(middle.nodes))
    assert row["rail_km"] == pytest.approx(middle.length_km("rail"), abs=0.1)
    assert row["road_km"] == 0
    assert row["countries"] == "KAZ KGZ AZE GEO TUR"
    assert "ODbL" in row["licence"]


def test_catalogue_reads_a_corridor_once():
    assert corridor("middle") is corridor("middle")


def test_unknown_corridor_lists_the_known():
    with pytest.raises(ChoiceError, match=r"corridor='midle'.*'middle'.*Choose one of: middle\."):
        corridor("midle")


# --- Corridor as a value -------------------------------------------------------------------------


def toy_nodes(**columns) -> gpd.GeoDataFrame:
    given = {
        "node_id": ["a", "b", "c"],
        "name": ["A", "B", "C"],
        "kind": ["port", "port", "station"],
        "country": ["KAZ", "AZE", "GEO"],
    }
    points = [Point(51, 43), Point(50, 40), Point(45, 41)]
    return gpd.GeoDataFrame(given | columns, geometry=points, crs=4326)


def toy_legs(**columns) -> gpd.GeoDataFrame:
    given = {
        "leg_id": ["a-b", "b-c"],
        "from_node": ["a", "b"],
        "to_node": ["b", "c"],
        "mode": ["sea", "rail"],
        "status": ["operating", "planned"],
        "length_km": [400.0, 500.0],
        "drawn_km": [343.6, 438.3],
        "countries": ["KAZ AZE", "AZE GEO"],
    }
    lines = [LineString([(51, 43), (50, 40)]), LineString([(50, 40), (45, 41)])]
    return gpd.GeoDataFrame(given | columns, geometry=lines, crs=4326)


def toy(**changes) -> Corridor:
    given = {"title": "Toy", "legs": toy_legs(), "nodes": toy_nodes()}
    return Corridor("toy", **(given | changes))


def test_toy_by_eye():
    it = toy()
    assert (it.length_km(), it.length_km("rail"), it.length_km("road")) == (900, 500, 0)
    assert it.countries == ("KAZ", "AZE", "GEO")
    assert (len(it), repr(it)) == (2, "Corridor('toy': 2 legs, 3 nodes, 900 km)")
    with pytest.raises(ChoiceError, match="mode='air'"):
        it.length_km("air")


def test_all_columns_are_there_with_their_dtypes_and_further_ones_are_kept():
    it = toy(legs=toy_legs(toll=[1, 2]))
    assert list(it.legs.columns) == [*LEG_COLUMNS, "toll", "geometry"]
    assert list(it.nodes.columns) == [*NODE_COLUMNS, "geometry"]
    assert it.legs["gauge_mm"].isna().all()
    assert it.legs.dtypes.astype(str)[["gauge_mm", "length_km"]].tolist() == ["Int64", "float64"]


def test_no_legs_at_all():
    it = toy(legs=toy_legs().iloc[:0])
    assert (len(it), it.length_km(), it.countries) == (0, 0, ())
    assert list(it.legs.columns) == [*LEG_COLUMNS, "geometry"]


def test_any_crs_and_geometry_column_name():
    legs = toy_legs().to_crs(3857).rename_geometry("line")
    assert toy(legs=legs).legs.geom_equals_exact(toy().legs, 1e-9).all()
    assert toy(legs=legs).legs.crs == 4326


def test_nothing_changes_a_corridor():
    legs, nodes, source = toy_legs(), toy_nodes(), {"title": "a page"}
    it = toy(legs=legs, nodes=nodes, sources=[source])
    for frame in (legs, nodes, it.legs, it.nodes):
        frame["name"] = "changed"
        frame["length_km"] = 0.0
        frame.geometry = [Point(0, 0)] * len(frame)
    source["title"] = it.sources[0]["title"] = "changed"
    assert it.length_km() == 900
    assert it.nodes["name"].tolist() == ["A", "B", "C"]
    assert it.legs.geometry[0].coords[0] == (51, 43)
    assert it.sources[0]["title"] == "a page"
    with pytest.raises(FrozenInstanceError):
        it.title = "changed"
    with pytest.raises(AttributeError):
        it.legs = legs


def test_geo_interface_is_geojson(middle):
    collection = json.loads(json.dumps(middle.__geo_interface__, allow_nan=False))
    assert len(collection["features"]) == len(middle) + len(middle.nodes)
    first = collection["features"][0]
    assert first["properties"]["gauge_mm"] == 1520
    assert first["properties"]["status_year"] is None
    assert shapely.geometry.shape(first["geometry"]).equals(middle.legs.geometry[0])


HOSTILE = "<img src=x onerror=alert(1)>{{ 7*7 }}</script>"


def test_html_takes_no_text_for_html():
    html = toy(
        title=HOSTILE,
        description=HOSTILE,
        legs=toy_legs(leg_id=[HOSTILE, "b-c"]),
        sources=[{"citation": HOSTILE}],
    )._repr_html_()
    assert "<img" not in html
    assert "</script>" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;{{ 7*7 }}&lt;/script&gt;") == 4


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"legs": toy_legs(mode=["sea", "train"])}, ChoiceError, "mode of leg 'b-c'='train'"),
        ({"legs": toy_legs(status=["open", "planned"])}, ChoiceError, "status of leg 'a-b'='open'"),
        (
            {"legs": toy_legs(to_node=["b", "d"])},
            ChoiceError,
            "to_node of leg 'b-c'='d'.*: a, b, c",
        ),
        ({"legs": toy_legs(geometry_kind=["water", "air"])}, ChoiceError, "geometry_kind"),
        ({"nodes": toy_nodes(kind=["port", "port", "harbour"])}, ChoiceError, "kind of node 'c'"),
        ({"legs": toy_legs(leg_id=["x", "x"])}, MinmapError, "leg_id='x' occurs twice"),
        ({"legs": toy_legs().drop(columns="drawn_km")}, MinmapError, "legs lacks .*drawn_km"),
        ({"legs": toy_legs(length_km=["far", 1.0])}, MinmapError, "legs: length_km must be"),
        ({"legs": toy_legs().set_crs(None, allow_override=True)}, CRSError, "legs has no CRS"),
        ({"nodes": toy_nodes().set_crs(None, allow_override=True)}, CRSError, "nodes has no CRS"),
        (
            {"legs": toy_legs().set_geometry([None, None], crs=4326)},
            GeometryError,
            "'a-b' is missing",
        ),
        (
            {"legs": toy_legs().set_geometry(toy_nodes().geometry[:2])},
            GeometryError,
            "'a-b' is Point",
        ),
        (
            {"nodes": toy_nodes().set_geometry([Point()] * 3, crs=4326)},
            GeometryError,
            "'a' is empty",
        ),
    ],
)
def test_wrong_input_is_named_in_one_line(changes, error, message):
    with pytest.raises(error, match=message) as raised:
        toy(**changes)
    assert "\n" not in str(raised.value)


@given(st.lists(st.tuples(st.sampled_from(MODES), st.floats(0, 1e4)), max_size=8))
def test_modes_add_up_to_the_whole(rows):
    legs = toy_legs().iloc[[0] * len(rows)].reset_index(drop=True)
    legs["leg_id"] = [str(i) for i in range(len(rows))]
    legs["mode"] = [mode for mode, _ in rows]
    legs["length_km"] = [km for _, km in rows]
    it = toy(legs=legs)
    assert sum(it.length_km(mode) for mode in MODES) == pytest.approx(it.length_km())
