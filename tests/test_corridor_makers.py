"""Corridors of the user's own, from waypoints and from lines."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, MultiLineString, Point, Polygon

from minmap.errors import (
    ChoiceError,
    CRSError,
    FileError,
    GeometryError,
    MinmapError,
    MinmapWarning,
)
from minmap.transport.network import Network
from minmap.transport.trade_corridors import Corridor, nearest
from minmap.transport.trade_corridors.catalogue import corridor
from minmap.transport.trade_corridors.countries_passed import countries_passed
from tests.conftest import SHARED

WGS84 = Geod(ellps="WGS84")
needs_shared = pytest.mark.reference


def segments_km(line: LineString) -> list[float]:
    return [WGS84.inv(*one, *other)[2] / 1000 for one, other in pairwise(line.coords)]


# --- waypoints -----------------------------------------------------------------------------------

WAY = [
    ("Almaty", 76.93, 43.25),
    ("Aktau", 51.15, 43.6),
    ("Alat", 49.4, 39.9),
    ("Akhalkalaki", 43.5, 41.4),
    ("Kars", 43.1, 40.6),
]


def way(**changes) -> Corridor:
    options = {"mode": ["rail", "sea", "rail", "rail"], "gauge_mm": [1520, None, 1520, 1435]}
    return Corridor.from_waypoints(WAY, **({"id": "mine"} | options | changes))


def test_waypoints_by_eye():
    it = way()
    assert it.legs["leg_id"].tolist() == [
        "almaty-aktau",
        "aktau-alat",
        "alat-akhalkalaki",
        "akhalkalaki-kars",
    ]
    assert it.nodes["name"].tolist() == [name for name, _, _ in WAY]
    assert it.nodes["kind"].tolist() == ["station", "port", "port", "break of gauge", "station"]
    assert it.nodes["country"].tolist() == ["KAZ", "KAZ", "AZE", "GEO", "TUR"]
    assert it.nodes["note"].str.contains("assumed by minmap").all()
    assert (it.title, it.legs["mode"].tolist()) == ("mine", ["rail", "sea", "rail", "rail"])
    assert it.legs["gauge_mm"].tolist() == [1520, pd.NA, 1520, 1435]


def test_waypoints_are_joined_by_geodesics_that_say_they_are_sketches():
    legs = way().legs
    for leg, (one, other) in zip(legs.itertuples(), pairwise(WAY), strict=True):
        km = WGS84.inv(*one[1:], *other[1:])[2] / 1000
        assert leg.length_km == leg.drawn_km == pytest.approx(km, rel=1e-6)
        assert (leg.geometry.coords[0], leg.geometry.coords[-1]) == (one[1:], other[1:])
        pieces = segments_km(leg.geometry)
        assert max(pieces) <= 20.0
        assert sum(pieces) == pytest.approx(km, abs=1e-3)
    assert (legs["geometry_kind"] == "schematic").all()
    assert legs[["length_source", "geometry_source"]].notna().all(axis=None)


def test_countries_of_waypoints_in_the_order_of_travel():
    legs = way().legs.set_index("leg_id")["countries"]
    assert legs["almaty-aktau"] == "KAZ UZB KAZ"
    assert legs["aktau-alat"] == "KAZ AZE"
    assert legs["akhalkalaki-kars"] == "GEO TUR"


def test_one_value_serves_all_legs():
    it = way(mode="road", gauge_mm=None, status="planned", title="A plan")
    assert set(it.legs["mode"]) == {"road"}
    assert it.legs["gauge_mm"].isna().all()
    assert set(it.legs["status"]) == {"planned"}
    assert it.title == "A plan"


def test_waypoints_from_a_frame_in_any_crs_keep_what_it_says():
    frame = gpd.GeoDataFrame(
        {"name": ["A", "B"], "kind": ["dry port", None], "country": [None, "XKX"], "note": "mine"},
        geometry=[Point(76, 43), Point(77, 43)],
        crs=4326,
        index=[7, 7],
    )
    it = Corridor.from_waypoints(frame.to_crs(32643), id="mine")
    assert it.nodes["kind"].tolist() == ["dry port", "station"]
    assert it.nodes["country"].tolist() == ["KAZ", "XKX"]
    assert it.nodes["note"].tolist() == ["mine", "mine"]
    assert shapely.distance(it.nodes.geometry[0], Point(76, 43)) < 1e-8


def test_a_place_passed_twice_is_one_node_and_another_of_that_name_is_not():
    loop = [
        ("A", 70, 45),
        ("B", 71, 45),
        ("A", 70, 45),
        ("B", 72, 45),
        ("Актау", 51, 44),
        ("", 0, 0),
    ]
    it = Corridor.from_waypoints(loop, id="loop")
    assert it.nodes["node_id"].tolist() == ["a", "b", "b_2", "aktau", "place"]
    assert it.legs["leg_id"].tolist() == ["a-b", "b-a", "a-b-2", "b-2-aktau", "aktau-place"]


def test_waypoints_across_the_antimeridian():
    it = Corridor.from_waypoints([("W", 179, 65), ("E", -179, 65)], id="strait", mode="sea")
    assert it.length_km() == pytest.approx(WGS84.inv(179, 65, -179, 65)[2] / 1000, rel=1e-6)
    assert max(segments_km(it.legs.geometry[0])) <= 20.0


@pytest.mark.parametrize(
    ("waypoints", "options", "error", "message"),
    [
        ([], {}, MinmapError, "waypoints has 0 places; give two or more"),
        (WAY[:1], {}, MinmapError, "waypoints has 1 places"),
        ([WAY[0], WAY[0]], {}, MinmapError, "'Almaty' is given twice in a row"),
        ([("A", 43, 176), WAY[0]], {}, GeometryError, "waypoint 0 'A' lies at longitude 43"),
        ([("A", float("nan"), 1), WAY[0]], {}, GeometryError, "waypoint 0 'A' lies at"),
        ([("A", 1), WAY[0]], {}, GeometryError, r"waypoint 0 is \('A', 1\); give \(name"),
        ([("A", "x", 1), WAY[0]], {}, GeometryError, "waypoint 0 is"),
        ([5, WAY[0]], {}, GeometryError, "waypoint 0 is 5"),
        (WAY, {"mode": ["rail"]}, ChoiceError, "mode has 1 values, but there are 4 legs"),
        (WAY, {"mode": "train"}, ChoiceError, "mode of leg 'almaty-aktau'='train'"),
        (gpd.GeoDataFrame(geometry=[Point(1, 1)] * 2, crs=4326), {}, MinmapError, "column name"),
        (gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(1, 1)]), {}, CRSError, "no CRS"),
        (
            gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[Point(1, 1), None], crs=4326),
            {},
            GeometryError,
            "must be points",
        ),
    ],
)
def test_wrong_waypoints_are_named(waypoints, options, error, message):
    with pytest.raises(error, match=message) as raised:
        Corridor.from_waypoints(waypoints, id="mine", **options)
    assert "\n" not in str(raised.value)


# --- lines ---------------------------------------------------------------------------------------

# A T: two lines that meet at 76 E and a third that ends some 31 m short of there.
EAST, WEST, NORTH = [(75, 43), (76, 43)], [(76, 43), (77, 43)], [(76, 44), (76, 43.00028)]


def rails(*shapes, **columns) -> gpd.GeoDataFrame:
    lines = shapes or [LineString(EAST), LineString(WEST), LineString(NORTH)]
    return gpd.GeoDataFrame(geometry=[*lines], crs=4326).assign(**columns)


def test_lines_by_eye():
    it = Corridor.from_lines(rails())
    assert it.legs["leg_id"].tolist() == ["1", "2", "3"]
    # Numbered as they come: the starts of the lines first, then the ends.
    assert it.legs["from_node"].tolist() == ["1", "2", "3"]
    assert it.legs["to_node"].tolist() == ["2", "4", "2"]
    assert (it.id, it.title, len(it.nodes)) == ("lines", "lines", 4)
    met = it.nodes.set_index("node_id").loc[it.legs["to_node"][0]]
    assert met["kind"] == "junction"
    assert met["snap_m"] == pytest.approx(31.1, abs=0.1)
    assert it.nodes["snap_m"].sort_values().tolist()[:3] == [0, 0, 0]
    assert sorted(it.nodes["kind"]) == ["junction", "station", "station", "station"]
    assert set(it.legs["countries"]) == {"KAZ"}
    assert set(it.nodes["country"]) == {"KAZ"}


def test_lines_stay_where_they_are_and_are_measured_on_the_ellipsoid():
    it = Corridor.from_lines(rails())
    assert it.legs.geometry.to_wkt().tolist() == rails().geometry.to_wkt().tolist()
    km = [WGS84.geometry_length(line) / 1000 for line in rails().geometry]
    assert it.legs["length_km"].tolist() == pytest.approx(km, rel=1e-9)
    assert it.legs["length_source"].tolist() == ["measured on the line of lines (WGS84)"] * 3


def test_ends_further_apart_than_asked_are_not_joined():
    assert len(Corridor.from_lines(rails(), join_within_m=30).nodes) == 5
    assert len(Corridor.from_lines(rails(), join_within_m=0).nodes) == 5


def test_a_shapefile_of_railways_takes_one_line(tmp_path):
    path = tmp_path / "rail.shp"
    rails(mode=["Rail", "rail ", None], gauge_mm=[1520, 1435, 1435], owner=["a", "b", "c"]).to_crs(
        32643
    ).to_file(path)
    it = Corridor.from_lines(path)
    assert (it.id, it.title) == ("rail", "rail")
    assert it.legs["mode"].tolist() == ["rail"] * 3
    assert it.legs["gauge_mm"].tolist() == [1520, 1435, 1435]
    assert it.legs["owner"].tolist() == ["a", "b", "c"]
    assert it.nodes["kind"].tolist().count("break of gauge") == 1
    assert it.legs["geometry_source"].tolist() == ["rail"] * 3
    assert it.length_km() == pytest.approx(Corridor.from_lines(rails()).length_km(), rel=1e-7)
    assert Corridor.from_lines(str(path), id="a", title="A").title == "A"


def test_lines_come_from_one_layer_of_a_file(tmp_path):
    path = tmp_path / "field.gpkg"
    rails().to_file(path, layer="railways")
    rails()[:1].to_file(path, layer="roads")
    for make in (Corridor.from_lines, Network.from_lines):
        with pytest.raises(FileError, match="pass layer= one of: 'railways', 'roads'"):
            make(path)
    it = Corridor.from_lines(path, layer="roads")
    assert (it.id, it.title, len(it.legs)) == ("roads", "roads", 1)
    assert len(Network.from_lines(path, layer="roads").edges) == 1
    with pytest.raises(MinmapError, match="layer='roads' is for files, and lines is a GeoData"):
        Corridor.from_lines(rails(), layer="roads")


def test_lines_without_a_system_get_one(tmp_path):
    path, bare = tmp_path / "rail.shp", rails().set_crs(None, allow_override=True)
    rails().to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(CRSError, match="such as crs='EPSG:4326'"):
        Corridor.from_lines(path)
    for lines in (path, bare):
        assert len(Corridor.from_lines(lines, crs="EPSG:4326").legs) == 3
        assert len(Network.from_lines(lines, crs="EPSG:4326").edges) >= 3
    with pytest.raises(CRSError, match="is not the CRS of the table, EPSG:4326"):
        Corridor.from_lines(rails(), crs="EPSG:3857")


def test_options_serve_lines_that_do_not_say():
    it = Corridor.from_lines(
        rails(mode=["sea", None, "road"], status=["planned", None, None]),
        mode="rail",
        status="under construction",
        gauge_mm=1520,
    )
    assert it.legs["mode"].tolist() == ["sea", "rail", "road"]
    assert it.legs["status"].tolist() == ["planned", *["under construction"] * 2]
    assert it.legs["gauge_mm"].tolist() == [1520] * 3


def test_lengths_and_ids_of_the_layer_are_taken():
    it = Corridor.from_lines(
        rails(length_km=[90, 0, np.nan], leg_id=["a", "b", "b"], drawn_km=7.0, countries="UZB")
    )
    assert it.legs["length_km"].round(1).tolist() == [90.0, 81.5, 111.1]
    assert it.legs["length_source"].tolist() == [
        "length_km of lines",
        *["measured on the line of lines (WGS84)"] * 2,
    ]
    assert it.legs["leg_id"].tolist() == ["a", "b", "b-2"]
    assert it.legs["drawn_km"].round(1).tolist() == [81.5, 81.5, 111.1]
    assert set(it.legs["countries"]) == {"UZB"}


def test_named_ends_are_taken_however_far_apart():
    it = Corridor.from_lines(rails(from_node=["w", "x", "n"], to_node=["x", "e", "x"]))
    assert it.nodes["node_id"].tolist() == ["w", "x", "n", "e"]
    assert it.nodes["snap_m"].round(1).tolist() == [0.0, 31.1, 0.0, 0.0]
    half = Corridor.from_lines(rails(from_node=["w", None, "n"], to_node=["x", "e", "x"]))
    assert "w" not in half.nodes["node_id"].tolist()


def test_parts_that_touch_are_one_leg_and_others_are_not():
    whole, apart = MultiLineString([EAST, WEST]), MultiLineString([NORTH, [(80, 43), (81, 43)]])
    it = Corridor.from_lines(rails(whole, apart, name=["w", "a"]))
    assert it.legs["leg_id"].tolist() == ["1", "2", "2-2"]
    assert it.legs["name"].tolist() == ["w", "a", "a"]
    assert it.legs["length_km"].round(0).tolist() == [163, 111, 82]


def test_a_ring_begins_and_ends_at_one_node():
    it = Corridor.from_lines(rails(LineString([(75, 43), (76, 43), (76, 44), (75, 43)])))
    assert (len(it), len(it.nodes)) == (1, 1)


def test_lines_left_out_are_counted():
    lines = rails(LineString(EAST), None, LineString(), LineString([(75, 43), (75, 43)]))
    with pytest.warns(MinmapWarning, match="3 of 4 lines have no geometry or no length"):
        it = Corridor.from_lines(lines)
    assert it.legs["leg_id"].tolist() == ["1"]


def test_no_lines_at_all():
    it = Corridor.from_lines(rails().iloc[:0])
    assert (len(it), len(it.nodes), it.length_km()) == (0, 0, 0)


def test_a_column_of_the_layer_may_have_any_name():
    it = Corridor.from_lines(rails(row=[7, 8, 9], corridor_id="mine"))
    assert it.legs["row"].tolist() == [7, 8, 9]
    assert it.legs["leg_id"].tolist() == ["1", "2", "3"]


def test_the_input_is_not_changed():
    lines = rails(length_km=[1.0, 2.0, 3.0], mode="Rail")
    before = lines.copy()
    Corridor.from_lines(lines)
    assert lines.equals(before)
    assert list(lines.columns) == list(before.columns)


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        (rails(Polygon([(0, 0), (1, 0), (1, 1)])), GeometryError, "such as a Polygon in row 0"),
        (rails(Point(0, 0), LineString(EAST)), GeometryError, "1 geometries that are not lines"),
        (rails().set_crs(None, allow_override=True), CRSError, "lines has no CRS"),
        (rails(mode="train"), ChoiceError, "mode='train' of 3 lines is not known.*rename"),
        (rails(status="open"), ChoiceError, "status='open' of 3 lines is not known"),
        (rails(length_km="far"), MinmapError, "length_km of leg '1'='far' is not a number"),
        (rails(length_km=-1.0), MinmapError, "length_km of leg '1'=-1.0"),
        (7, GeometryError, "lines is a int; give a GeoDataFrame of lines or the path"),
        ("nowhere.shp", FileError, "nowhere.shp"),
    ],
)
def test_wrong_lines_are_named(lines, error, message):
    with pytest.raises(error, match=message) as raised:
        Corridor.from_lines(lines)
    assert "\n" not in str(raised.value)


lonlats = st.tuples(st.integers(60, 63), st.integers(42, 45))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(lonlats, lonlats).filter(lambda ends: ends[0] != ends[1]), max_size=6))
def test_as_many_nodes_as_different_ends_and_no_length_lost(ends):
    it = Corridor.from_lines(rails(*map(LineString, ends)) if ends else rails().iloc[:0])
    assert len(it.nodes) == len({place for pair in ends for place in pair})
    assert it.length_km() == pytest.approx(
        sum(WGS84.inv(*one, *other)[2] / 1000 for one, other in ends), rel=1e-9
    )
    place = it.nodes.set_index("node_id").geometry
    for leg in it.legs.itertuples():
        assert leg.geometry.coords[0] == place[leg.from_node].coords[0]
        assert leg.geometry.coords[-1] == place[leg.to_node].coords[0]


# --- real lines ----------------------------------------------------------------------------------


def test_lines_of_the_catalogue_give_the_catalogue_back(tmp_path):
    middle = corridor("middle")
    middle.legs.to_file(tmp_path / "middle.gpkg")
    it = Corridor.from_lines(tmp_path / "middle.gpkg")
    ours = ["leg_id", "from_node", "to_node", "mode", "gauge_mm", "countries", "length_km"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(it.legs[ours]), pd.DataFrame(middle.legs[ours]), check_dtype=True
    )
    assert it.nodes["snap_m"].max() == 0
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([67, 50], [48, 41]), crs=4326)
    columns = ["distance_km", "leg_id", "along_km"]
    assert nearest(points, it)[columns].equals(nearest(points, middle)[columns])


def test_countries_along_the_catalogues_lines_are_those_it_gives():
    legs = corridor("middle").legs
    country = corridor("middle").nodes.set_index("node_id")["country"]
    ends = pd.DataFrame({c: legs[c].map(country) for c in ("from_node", "to_node")})
    found = countries_passed(legs.geometry, ends)
    assert found.tolist() == legs["countries"].tolist()


@needs_shared
def test_a_layer_of_somebody_elses_says_what_does_not_fit():
    lines = gpd.read_file(SHARED / "corridors" / "corridor_legs.geojson")
    with pytest.raises(ChoiceError, match=r"status='operating \(2nd track 2025\)' of \d+ lines"):
        Corridor.from_lines(lines)
    it = Corridor.from_lines(lines.rename(columns={"status": "status_text"}))
    assert len(it) == len(lines) == 59
    assert np.allclose(it.legs["drawn_km"], lines["km_geometry"], atol=1.0)
