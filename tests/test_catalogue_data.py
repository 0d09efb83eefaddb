"""The corridors that come with the package: lengths, places, sources, one truth in all files."""

from __future__ import annotations

import importlib
import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod
from shapely import LineString

from minmap.transport.trade_corridors.catalogue import corridor, corridors
from minmap.transport.trade_corridors.leg_table import LEG_COLUMNS, NODE_COLUMNS
from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "minmap" / "transport" / "trade_corridors" / "data"
needs_shared = pytest.mark.reference
WGS84 = Geod(ellps="WGS84")
IDS = sorted(path.stem for path in DATA.glob("*.geojson"))

# Legs whose published length is farther off than 4 %, and why.
UNLIKE_PUBLISHED = {
    "xian-lanzhou": "the posts count the first track, the leg takes the shorter of two",
    "turkmenbashi-port-baku-port": "306 and 343 km are published",
}
# Two legs may share the throat of a station; these share a line, and the README says so.
SHARED_TRACK = {frozenset(["alat-horadiz", "alat-astara"])}


def scripts_module(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module(name)


def geodesic_km(line: LineString) -> float:
    return float(WGS84.geometry_length(line)) / 1000


@pytest.fixture(scope="module")
def legs() -> gpd.GeoDataFrame:
    """Every leg once."""
    found = pd.concat([corridor(name).legs for name in IDS])
    return found.drop_duplicates("leg_id").set_index("leg_id", drop=False)


@pytest.fixture(scope="module")
def nodes() -> gpd.GeoDataFrame:
    """Every node once."""
    found = pd.concat([corridor(name).nodes for name in IDS])
    return found.drop_duplicates("node_id").set_index("node_id", drop=False)


# --- files ---------------------------------------------------------------------------------------


def features(name: str) -> Iterator[dict]:
    yield from json.loads((DATA / f"{name}.geojson").read_text("utf-8"))["features"]


def test_the_corridors_of_the_catalogue():
    assert set(IDS) == {
        *("middle", "china-approaches", "northern", "instc-east", "instc-west", "lapis-lazuli"),
        *("cku", "trans-afghan", "horadiz-aghband", "tripp", "lobito", "almaty-bypass"),
        *("dostyk-moiynty", "bakhty-ayagoz", "darbaza-maktaaral", "instc-caspian"),
        *("khaf-herat", "black-sea", "trans-siberian", "western-europe-western-china", "ktai"),
        *("carec-1", "carec-2", "carec-3", "carec-4", "carec-5", "carec-6"),
    }
    assert set(corridors()["id"]) == set(IDS)


@pytest.mark.parametrize("name", IDS)
def test_a_file_is_small_and_has_one_feature_a_line(name):
    path = DATA / f"{name}.geojson"
    assert path.stat().st_size < 400_000
    assert len(path.read_text("utf-8").splitlines()) == len([*features(name)]) + 2
    for feature in features(name):
        numbers = np.ravel(feature["geometry"]["coordinates"])
        assert (numbers == numbers.round(5)).all()
        columns = LEG_COLUMNS if "leg_id" in feature["properties"] else NODE_COLUMNS
        assert set(feature["properties"]) == set(columns)


def test_a_leg_or_node_is_the_same_in_every_corridor():
    seen: dict[str, dict] = {}
    shared = 0
    for name in IDS:
        ids = [
            f["properties"].get("leg_id", f["properties"].get("node_id")) for f in features(name)
        ]
        assert len(set(ids)) == len(ids)
        for item, feature in zip(ids, features(name), strict=True):
            shared += item in seen
            assert seen.setdefault(item, feature) == feature, (name, item)
    assert shared > 50


@needs_shared
def test_script_makes_the_shipped_data(tmp_path, monkeypatch, capsys):
    build_corridors = scripts_module("build_corridors", monkeypatch)
    build = build_corridors.Build(build_corridors.read_tables(), SHARED)
    build.write(tmp_path)
    build.report()
    said = capsys.readouterr().out
    assert "passes" not in said  # no line leaves the countries that its leg names
    assert "is nowhere near" not in said
    assert "in no corridor: none" in said
    for name in IDS:
        again = json.loads((tmp_path / f"{name}.geojson").read_text("utf-8"))
        ours = json.loads((DATA / f"{name}.geojson").read_text("utf-8"))
        assert again["corridor"] == ours["corridor"]
        for one, other in zip(again["features"], ours["features"], strict=True):
            told, shipped = one["properties"], other["properties"]
            for key, value in shipped.items():
                # Another PROJ or GEOS may differ in the last digit of a length.
                same = pytest.approx(value, abs=0.11) if isinstance(value, float) else value
                assert told[key] == same, (name, key)


# --- lengths -------------------------------------------------------------------------------------


def test_the_page_of_lengths_is_that_of_the_shipped_data(monkeypatch):
    build_lengths = scripts_module("build_lengths", monkeypatch)
    assert build_lengths.OUT.read_text("utf-8") == build_lengths.table()


def test_published_lengths_agree_or_the_difference_is_explained(monkeypatch):
    build_lengths = scripts_module("build_lengths", monkeypatch)
    shipped = build_lengths.shipped_legs()
    rows = [build_lengths.compared(f, shipped) for f in build_lengths.read_figures()]
    compared = [row for row in rows if row["difference"] is not None]
    assert len(compared) > 40
    beyond = {row["line"] for row in compared if abs(row["difference"]) > 4}
    assert beyond == {
        "Xi'an-Lanzhou",
        "Uzen-Bolashak",
        "Uzen-Gorgan",
        "Gorgan-Turkmen border",
        "Istanbul (Halkalı)-Xi'an by Kars and the Caspian",
        "Nakhchivan, reconstruction",
        "Turkmenbashi-Baku (old port), by sea",
    }
    assert all(row["source"] for row in rows)
    explained = [row["remark"] for row in compared if abs(row["difference"]) > 4]
    assert all(explained)
    assert not any("not explained" in remark for remark in explained)
    assert not any("MEM" in row["source"] for row in rows)


def test_a_figure_without_legs_is_compared_over_the_railways(monkeypatch):
    build_lengths = scripts_module("build_lengths", monkeypatch)
    figures = [figure for figure in build_lengths.read_figures() if figure["stations"]]
    assert not any(figure["legs"] for figure in figures)
    rows = {f["line"]: build_lengths.compared(f, {}) for f in figures}
    assert set(rows) == {"Balkhash-Moiynty", "Dostyk-Beskol", "Kashmar-Bafq"}
    assert all(abs(row["difference"]) < 4 for row in rows.values())
    remark = rows["Balkhash-Moiynty"]["remark"]
    assert remark == "over the railways between the stations Балхаш 1 and Moiynty"
    assert rows["Dostyk-Beskol"]["computed"] == pytest.approx(166, abs=1)


def test_what_is_not_compared_says_why(monkeypatch):
    build_lengths = scripts_module("build_lengths", monkeypatch)
    shipped = build_lengths.shipped_legs()
    rows = [build_lengths.compared(f, shipped) for f in build_lengths.read_figures()]
    bare = [row for row in rows if row["computed"] is None]
    assert all(row["remark"].startswith("not compared: ") for row in bare)


def test_bandar_abbas_is_as_far_from_astana_as_the_railways_say():
    variant = corridor("instc-east").variant("astana-shahid-rajaee")
    legs = variant.legs[variant.legs["leg_id"] != "bandar-abbas-shahid-rajaee"]
    assert legs["length_km"].sum() == pytest.approx(4300, rel=0.04)
    countries = " ".join(legs["countries"]).split()
    assert set(countries) == {"KAZ", "KGZ", "UZB", "TKM", "IRN"}
    gauges = legs.set_index("leg_id")["gauge_mm"]
    assert (gauges["sarakhs-sarahs"], gauges["fariman-sarakhs"]) == (1520, 1435)


def test_published_lengths_in_the_data_have_a_source_and_agree(legs):
    given = legs[legs["published_km"].notna()]
    assert given["published_source"].notna().all()
    assert legs.loc[legs["published_km"].isna(), "published_source"].isna().all()
    off = (given["length_km"] / given["published_km"] - 1).abs()
    assert set(off.index[off > 0.04]) == set(UNLIKE_PUBLISHED)


def test_drawn_length_is_geodesic_and_not_above_the_track_length(legs):
    drawn = legs.geometry.map(geodesic_km)
    assert (legs["drawn_km"] - drawn).abs().max() < 0.06
    assert (legs["drawn_km"] <= legs["length_km"] * 1.01).all()
    track = legs[legs["geometry_kind"] == "track"]
    assert (track["drawn_km"] >= track["length_km"] * 0.8).all()
    assert (legs["bridged_km"] <= 0.05 * legs["length_km"] + 0.5).all()


def test_a_sketch_says_where_its_length_comes_from(legs):
    published = legs["length_source"].str.startswith("published: ")
    assert (legs.loc[published, "geometry_kind"] == "schematic").all()
    assert (legs.loc[published, "length_km"] == legs.loc[published, "published_km"]).all()
    sketches = legs[legs["geometry_kind"] == "schematic"]
    told = sketches["length_source"].str.contains("the track is longer")
    assert (told | published[sketches.index]).all()


# --- places --------------------------------------------------------------------------------------


def test_legs_end_exactly_at_their_nodes(legs, nodes):
    assert set(nodes.index) == set(legs["from_node"]) | set(legs["to_node"])
    for leg in legs.itertuples():
        assert leg.geometry.coords[0] == nodes.geometry[leg.from_node].coords[0]
        assert leg.geometry.coords[-1] == nodes.geometry[leg.to_node].coords[0]
        assert leg.leg_id == f"{leg.from_node}-{leg.to_node}".replace("_", "-")


def test_no_leg_jumps(legs):
    longest = max(WGS84.inv(*a, *b)[2] for line in legs.geometry for a, b in pairwise(line.coords))
    assert longest < 20_010


def test_countries_begin_and_end_with_those_of_the_nodes(legs, nodes):
    for leg in legs.itertuples():
        countries = leg.countries.split()
        assert countries[0] == nodes.loc[leg.from_node, "country"], leg.leg_id
        assert nodes.loc[leg.to_node, "country"] in countries, leg.leg_id


def test_a_stretch_of_track_is_one_leg(legs):
    rail = legs[legs["mode"] == "rail"]
    tree = shapely.STRtree(rail.geometry.to_numpy())
    pairs = tree.query(rail.geometry.to_numpy(), predicate="intersects").T
    for a, b in (pair for pair in pairs.tolist() if pair[0] < pair[1]):
        common = rail.geometry.iloc[a].intersection(rail.geometry.iloc[b])
        limit = 5.5  # the station of Shu
        if frozenset(rail.index[[a, b]]) not in SHARED_TRACK:
            assert geodesic_km(common) < limit, (rail.index[a], rail.index[b])


@needs_shared
def test_sea_legs_stay_in_the_water(legs):
    ocean = gpd.read_file(SHARED / "basemap" / "ne_10m_ocean_clip.gpkg").union_all()
    ferries = legs[legs["mode"] == "sea"]
    assert len(ferries) == 12
    for leg_id, line in ferries.geometry.items():
        ashore = [part for part in shapely.get_parts(line.difference(ocean)) if part.length]
        ends = shapely.MultiPoint([line.coords[0], line.coords[-1]])
        # The port's own land, no cape; Olya lies among the islands of the Volga's delta.
        delta = shapely.box(47.5, 45.7, 47.65, 45.77) if leg_id.startswith("olya-") else None
        assert all(part.intersects(ends) or part.within(delta) for part in ashore)
        assert all(geodesic_km(part) < 4 for part in ashore)


def test_sea_legs_go_round_the_absheron_peninsula(legs, nodes):
    peninsula = shapely.box(49.6, 40.4, 50.15, 40.5)  # by eye, well inside the land
    assert not legs[legs["mode"] == "sea"].intersects(peninsula).any()
    start, end = (nodes.geometry[name].coords[0] for name in ("aktau_port", "alat"))
    ruler = [start, *WGS84.npts(*start, *end, 20), end]
    assert LineString(ruler).intersects(peninsula)  # what a ruler would do


def reached(legs: pd.DataFrame, start: str) -> set[str]:
    found, before = {start}, set()
    while found != before:
        before = set(found)
        for one, other in zip(legs["from_node"], legs["to_node"], strict=True):
            if one in found or other in found:
                found |= {one, other}
    return found


def test_only_ferries_join_the_shores_of_the_caspian_but_by_russia(legs):
    middle = corridor("middle").legs
    assert reached(middle, "altynkol") == set(corridor("middle").nodes["node_id"])
    ashore = reached(middle[middle["mode"] != "sea"], "altynkol")
    assert {"dostyk", "aktau_port", "kuryk_port", "turkmenbashi_port"} <= ashore
    assert not ashore & {"alat", "poti_port", "mersin_port"}
    running = legs[(legs["mode"] == "rail") & (legs["status"] == "operating")]
    assert "alat" in reached(running, "altynkol")  # by Russia: Aksarayskaya and Astrakhan
    without_russia = running[~running["countries"].str.contains("RUS")]
    assert "alat" not in reached(without_russia, "altynkol")


def test_kuryk_and_aktau_are_different_ports(nodes):
    ports = nodes.loc[["kuryk_port", "aktau_port"]]
    assert set(ports["kind"]) == {"port"}
    apart = WGS84.inv(*ports.geometry.iloc[0].coords[0], *ports.geometry.iloc[1].coords[0])[2]
    assert 40_000 < apart < 60_000


def test_freight_keeps_off_the_passenger_high_speed_lines(legs):
    by_wuwei = shapely.Point(102.75, 37.81)  # the high-speed line runs 100 km away, by Xining
    assert legs.geometry["lanzhou-hami"].distance(by_wuwei) < 0.05
    longxi = shapely.Point(104.7, 35.05)
    assert legs.geometry["xian-lanzhou"].distance(longxi) < 0.05
    kayseri_to_ankara = legs.loc[["sivas-kayseri", "bogazkopru-ankara"], "length_km"].sum()
    assert kayseri_to_ankara > 550  # the shortest way, by high-speed track, is 158 km less


# --- what a row says -----------------------------------------------------------------------------


def test_every_row_has_its_sources(legs, nodes):
    assert legs[["length_source", "geometry_source"]].notna().all(axis=None)
    assert nodes[["source", "source_id"]].notna().all(axis=None)
    for table in (legs, nodes):
        for column in table.columns.drop("geometry"):
            said = table[column].astype(str).str
            assert not said.contains(r"\bMEM\b|memory", case=False, regex=True).any(), column
    assert legs.loc[legs["status"] != "operating", "status_source"].notna().all()
    assert legs.loc[legs["status_year"].notna(), "status_source"].notna().all()
    off_track = nodes["snap_m"].dropna()
    assert off_track.between(0, 1000).all()


def test_every_corridor_names_sources_and_licences():
    for name in IDS:
        licences = [source.get("licence") for source in corridor(name).sources]
        assert any(licences), name
        assert all(source["citation"] for source in corridor(name).sources), name


def test_gauges_change_only_at_breaks_of_gauge(legs, nodes):
    rail = legs[legs["gauge_mm"].notna()]
    assert legs.loc[legs["mode"] == "sea", "gauge_mm"].isna().all()
    gauges = defaultdict(set)
    for leg in rail.itertuples():
        gauges[leg.from_node].add(leg.gauge_mm)
        gauges[leg.to_node].add(leg.gauge_mm)
    changing = {node for node, found in gauges.items() if len(found) > 1}
    breaks = set(nodes.index[nodes["kind"] == "break of gauge"])
    # At these two the change is where a border is crossed, which is their kind.
    assert changing - breaks == {"astara", "sadarak"}
    # Beyond Małaszewicze nothing is in the catalogue.
    assert breaks - changing == {"malaszewicze"}


def test_variants_go_on_where_they_are():
    told = {name: corridor(name).variants["variant"] for name in IDS}
    assert len(told["middle"]) == 12
    for name, variants in told.items():
        for variant in variants:
            way = corridor(name).variant(variant).legs
            ends = [{*pair} for pair in zip(way["from_node"], way["to_node"], strict=True)]
            assert all(one & other for one, other in pairwise(ends)), (name, variant)


def test_known_variants_by_their_nodes():
    ways = corridor("middle").variants.set_index("variant")
    assert ways.loc["altynkol-aktau-poti", "length_km"] == pytest.approx(4345, rel=0.01)
    assert ways.loc["altynkol-aktau-poti", "countries"] == "KAZ KGZ AZE GEO"
    assert ways.loc["dostyk-aktau-mersin", ["from_node", "to_node"]].tolist() == [
        "dostyk",
        "mersin_port",
    ]
    through = ways["countries"].str.split()
    assert not any({"RUS", "IRN"} & set(countries) for countries in through)
    kuryk = set(corridor("middle").variant("altynkol-kuryk-poti").legs["leg_id"])
    assert "aktau-port-alat" not in kuryk
    assert "kuryk-port-alat" in kuryk


def test_junctions_are_where_legs_part(legs, nodes):
    rail = legs[legs["mode"] == "rail"]
    meeting = pd.concat([rail["from_node"], rail["to_node"]]).value_counts()
    junctions = nodes.index[nodes["kind"] == "junction"].intersection(meeting.index)
    few = {node for node in junctions if meeting[node] < 3}
    # The other lines of these junctions are not in the catalogue.
    assert few == {
        "aksarayskaya",
        "kazybek_bek",
        "kyzylzhar",
        "ayagoz",
        "chingola",
        "fariman",
    }


def test_pairs_of_corridors_meet():
    ends = {name: set(corridor(name).nodes["node_id"]) for name in IDS}
    apart = {name for name in IDS if not any(ends[name] & ends[o] for o in IDS if o != name)}
    assert apart == {"lobito", "cku", "trans-afghan", "bakhty-ayagoz", "trans-siberian", "carec-4"}
    meeting = [{a, b} for a, b in combinations(IDS, 2) if ends[a] & ends[b]]
    for other in ("china-approaches", "northern", "instc-east", "instc-west", "lapis-lazuli"):
        assert {"middle", other} in meeting
