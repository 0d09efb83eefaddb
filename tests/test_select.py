"""Selections: what fits, what does not, and that nothing else changes."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import Point, Polygon

import minmap as mm
from minmap import vocabulary
from minmap.errors import (
    ChoiceError,
    CRSError,
    FileError,
    GeometryError,
    MinmapError,
    MinmapWarning,
)
from minmap.geodesy import distance_m
from minmap.querying import select
from minmap.querying.text_search import fold
from minmap.table import conform
from minmap.types import TEXT
from tests.conftest import SHARED


def toy() -> gpd.GeoDataFrame:
    """Return eight records by hand; the last has neither commodity nor place."""
    frame = gpd.GeoDataFrame(
        {
            "occurrence_id": [f"t:{number}" for number in range(8)],
            "name": ["Kounrad", "Жезказган", "Côte d'Or", "Mountain Pass", "Bayan Obo",
                     "O'Brien No. 17", "Lovozero mine 17", None],
            "other_names": [None, "Dzhezkazgan", None, None, "Baiyun Ebo", None, None, None],
            "admin1": ["Karaganda", "Ulytau", None, "California", "Nei Mongol", None, "Murmansk",
                       None],
            "country": ["KAZ", "KAZ", "CIV", "USA", "CHN", "AUS", "RUS", None],
            "commodities": ["Cu Mo", "Cu Ag", "Au", "La Ce", "REE Fe", "Pt", "Nb REE", None],
            "minor_commodities": ["Au Re", None, None, None, "Nb", None, "La", None],
            "commodity_group": ["base", "base", "precious", "rare_earth", "rare_earth",
                                "precious", "rare", None],
            "status": ["producer", "producer", "past_producer", "producer", "producer",
                       "prospect", "unknown", None],
            "site_type": ["mine", "mine", "deposit", "mine", "mine", "prospect", "plant", None],
            "deposit_type": [None, None, "Q318", None, None, None, None, None],
        },
        geometry=[Point(74.98, 46.99), Point(67.4, 47.9), Point(-4, 8), Point(-115.5, 35.5),
                  Point(110, 41.8), Point(180, -20), Point(-180, 20), None],
        crs=4326,
        index=list("abcdefgh"),
    )  # fmt: skip
    frame.attrs = {"sources": [{"id": "toy"}]}
    return conform(frame)


@pytest.fixture(scope="module")
def table() -> gpd.GeoDataFrame:
    with pytest.warns(mm.MinmapWarning):
        return toy()


def chosen(table: gpd.GeoDataFrame, **asked: Any) -> str:
    """Return the index labels that fit, joined."""
    return "".join(select(table, **asked).index)


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({}, "abcdefgh"),
        ({"commodity": "Cu"}, "ab"),
        ({"commodity": "copper"}, "ab"),
        ({"commodity": "CU"}, "ab"),
        ({"commodity": "медь"}, "ab"),
        ({"commodity": "Au"}, "ac"),
        ({"main_commodity": "Au"}, "c"),
        ({"main_commodity": "Mo"}, ""),
        ({"commodity": "REE"}, "deg"),
        ({"commodity": "La"}, "dg"),
        ({"main_commodity": "REE"}, "de"),
        ({"commodity": "PGE"}, "f"),
        ({"commodity": "Pt"}, "f"),
        ({"commodity": ["gold", "Nb"]}, "aceg"),
        ({"commodity": ("gold",), "country": "KAZ"}, "a"),
        ({"commodity": []}, ""),
        ({"group": "base"}, "ab"),
        ({"group": ["Base metals", "RARE"]}, "abg"),
        ({"status": "Past Producer"}, "c"),
        ({"status": pd.Series(["prospect", "unknown"])}, "fg"),
        ({"site_type": "plant"}, "g"),
        ({"deposit_type": "Karst bauxite"}, "c"),
        ({"country": "Kazakstan"}, "ab"),
        ({"country": {"Казахстан", "CIV"}}, "abc"),
        ({"text": "KOUNRAD"}, "a"),
        ({"text": "zhezkazgan"}, "b"),
        ({"text": "ЖЕЗКАЗГАН"}, "b"),
        ({"text": "dzhezkazgan ulytau"}, "b"),
        ({"text": "Коунрад"}, "a"),
        ({"text": "cote d'or"}, "c"),
        ({"text": "CÔTE"}, "c"),
        ({"text": "obrien"}, "f"),
        ({"text": "17"}, "fg"),
        ({"text": "17 mine"}, "g"),
        ({"text": ["mountain", "bayan"]}, "de"),
        ({"text": "(.*)17"}, "fg"),
        ({"box": (60, 40, 80, 50)}, "ab"),
        ({"box": (74.98, 46.99, 74.98, 46.99)}, "a"),
        ({"box": (170, -50, -170, 50)}, "fg"),
        ({"box": (170, -50, 180, 50)}, "fg"),
        ({"box": (-180, -50, -170, 50)}, "fg"),
        ({"box": (-180, -90, 180, 90)}, "abcdefg"),
        ({"polygon": Polygon([(67.4, 47.9), (68, 47), (68, 49)])}, "b"),
        ({"polygon": shapely.box(170, -50, 190, 50)}, "fg"),
        ({"polygon": shapely.box(-190, -50, -170, 50)}, "fg"),
        ({"box": (60, 40, 80, 50), "commodity": "Ag", "text": "ulytau", "country": "KAZ"}, "b"),
    ],
)  # fmt: skip
def test_a_question_is_answered_as_seen_by_eye(
    table: gpd.GeoDataFrame, asked: dict[str, Any], fits: str
) -> None:
    assert chosen(table, **asked) == fits


def test_a_state_is_spelled_as_in_the_table_in_any_case_and_alphabet(
    table: gpd.GeoDataFrame,
) -> None:
    assert select(table, admin1="Karaganda").index.tolist() == ["a"]
    assert select(table, admin1=["УЛЫТАУ", "nei mongol"]).index.tolist() == ["b", "e"]
    assert select(table, admin1="ulytau", country="KGZ").empty
    assert select(table, admin1=[]).empty
    with pytest.raises(ChoiceError, match="admin1='Karagand' is not known; did you mean 'Karagan"):
        select(table, admin1="Karagand")
    with pytest.raises(MinmapError, match="admin1 needs a column 'admin1'"):
        select(table.drop(columns="admin1"), admin1="Karaganda")
    with pytest.warns(MinmapWarning, match="admin1= selects nothing: the column 'admin1' is empty"):
        assert select(table.assign(admin1=None), admin1="Karaganda").empty


def test_a_critical_list_means_its_codes(table: gpd.GeoDataFrame) -> None:
    codes = vocabulary.critical_codes("US-2025")
    both = table["commodities"].fillna("") + " " + table["minor_commodities"].fillna("")
    expected = "".join(table.index[[not codes.isdisjoint(text.split()) for text in both]])
    assert chosen(table, critical="US-2025") == expected == "abdefg"
    assert chosen(table, critical=["US-2022", "US-2025"]) == expected
    assert chosen(table, critical="US-2022") == "defg"


def test_everything_but_the_rows_stays_as_it_is(table: gpd.GeoDataFrame) -> None:
    before = table.copy()
    found = select(table, commodity="Cu", box=(60, 40, 80, 50))
    assert_frame_equal(found, table.loc[["a", "b"]])
    assert found.attrs == table.attrs
    assert found.crs == table.crs
    found.loc["a", "name"] = "changed"
    assert_frame_equal(table, before)


def test_nothing_is_a_table_too(table: gpd.GeoDataFrame) -> None:
    for none in (select(table, country="NZL"), select(table.iloc[:0], commodity="Cu", text="x")):
        assert isinstance(none, gpd.GeoDataFrame)
        assert len(none) == 0
        assert none.dtypes.equals(table.dtypes)
        assert none.crs == table.crs
    everything = {"critical": "US-2025", "box": (0, 0, 1, 1), "polygon": shapely.box(0, 0, 1, 1)}
    assert len(select(table.iloc[:0], **everything)) == 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"commodity": "coper"}, "Copper"),
        ({"main_commodity": "Kryptonite"}, "Kryptonite"),
        ({"group": "bases"}, "did you mean 'base'"),
        ({"critical": "US-2026"}, "did you mean 'US-202"),
        ({"status": "producting mine!"}, "did you mean .Producer"),
        ({"site_type": "palnt"}, "site_type"),
        ({"deposit_type": "Karst bauxit"}, "Karst bauxite"),
        ({"country": "Kazahkstan"}, "Kazakhstan"),
    ],
)
def test_an_unknown_value_is_said_with_the_nearest(
    table: gpd.GeoDataFrame, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(ChoiceError, match=said) as caught:
        select(table, **asked)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"country": 7}, MinmapError, "country=7"),
        ({"country": [None]}, MinmapError, "country="),
        ({"text": " - "}, MinmapError, "no letter or digit"),
        ({"box": (0, 0, 1)}, MinmapError, "four numbers"),
        ({"box": "here"}, MinmapError, "four numbers"),
        ({"box": (170, 0, 190, 1)}, MinmapError, "longitude beyond"),
        ({"box": (0, 0, float("nan"), 1)}, MinmapError, "longitude beyond"),
        ({"box": (0, -91, 1, 1)}, MinmapError, "latitude beyond"),
        ({"box": (0, 2, 1, 1)}, MinmapError, "above its north"),
        ({"polygon": Point(0, 0)}, GeometryError, "Point"),
        ({"polygon": "wkt"}, FileError, "wkt does not exist"),
        ({"polygon": 7}, GeometryError, "polygon=7 is no area; give a table"),
        ({"polygon": Polygon()}, GeometryError, "has none"),
        ({"polygon": gpd.GeoSeries([], crs=4326)}, GeometryError, "none"),
        ({"polygon": gpd.GeoSeries([shapely.box(0, 0, 1, 1)])}, CRSError, "no CRS"),
        ({"polygon": Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])}, GeometryError, "make_valid"),
        ({"polygon": shapely.box(500_000, 0, 600_000, 9)}, GeometryError, "not in degrees"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(
    table: gpd.GeoDataFrame, asked: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        select(table, **asked)


def test_a_table_must_have_what_is_asked_of_it(table: gpd.GeoDataFrame) -> None:
    bare = table[["name", "geometry"]]
    for asked in ({"commodity": "Cu"}, {"country": "KAZ"}, {"group": "base"}, {"status": "plant"}):
        with pytest.raises(MinmapError, match="needs a column"):
            select(bare, **asked)
    with pytest.raises(MinmapError, match="none of them"):
        select(table[["country", "geometry"]], text="x")
    with pytest.raises(GeometryError, match="DataFrame"):
        select(pd.DataFrame(table), country="KAZ")
    with pytest.raises(CRSError, match="set_crs"):
        select(table.set_crs(None, allow_override=True), box=(0, 0, 1, 1))
    with pytest.raises(GeometryError, match="set_geometry"):
        select(gpd.GeoDataFrame({"name": ["a"]}), box=(0, 0, 1, 1))


def test_a_frame_of_ones_own_may_hold_names(table: gpd.GeoDataFrame) -> None:
    own = gpd.GeoDataFrame(
        {"country": ["Kazakhstan", None], "commodities": ["Copper; gold", "Атлантида"]},
        geometry=gpd.points_from_xy([67, 68], [47, 48]),
        crs=4326,
    )
    assert select(own, country="KAZ").index.tolist() == [0]
    assert select(own, commodity="Au").index.tolist() == [0]
    assert select(own, main_commodity="Au").empty


@pytest.mark.parametrize("kind", ["series", "frame", "geojson", "feature", "collection", "object"])
def test_a_polygon_may_come_in_any_form(table: gpd.GeoDataFrame, kind: str) -> None:
    area = shapely.box(60, 40, 80, 50)
    series = gpd.GeoSeries([area, None], crs=4326)
    forms = {
        "series": series,
        "frame": gpd.GeoDataFrame(geometry=series),
        "geojson": area.__geo_interface__,
        "feature": {"type": "Feature", "properties": {}, "geometry": area.__geo_interface__},
        "collection": series.dropna().__geo_interface__,
        "object": type("Lease", (), {"__geo_interface__": area.__geo_interface__})(),
    }
    assert chosen(table, polygon=forms[kind]) == "ab"


def test_the_edges_of_a_polygon_are_straight_in_its_own_crs(table: gpd.GeoDataFrame) -> None:
    # From 60 to 80 E along 48 N; in the conic projection its chord bulges north of the parallel.
    lambert = "+proj=lcc +lat_1=45 +lat_2=55 +lon_0=70 +datum=WGS84"
    corners = gpd.GeoSeries(gpd.points_from_xy([60, 80, 80, 60], [48, 48, 52, 52]), crs=4326)
    area = Polygon([(point.x, point.y) for point in corners.to_crs(lambert)])
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([70, 70], [48.1, 49.5]), crs=4326)
    layer = gpd.GeoSeries([area], crs=lambert)
    assert select(points, polygon=layer).index.tolist() == [1]
    assert select(points.to_crs(lambert), polygon=layer).index.tolist() == [1]
    assert select(points.to_crs(32642), polygon=layer).index.tolist() == [1]
    assert select(points, polygon=shapely.box(60, 48, 80, 52)).index.tolist() == [0, 1]


def test_far_points_are_not_taken_into_a_local_projection() -> None:
    # The transverse Mercator projection takes points of the other side of the Earth to the same
    # place.
    area = gpd.GeoSeries([Point(69, 0).buffer(1)], crs=4326).to_crs(32642)
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([69, -111, 249 - 360], [0, 0, 0]), crs=4326
    )
    assert select(points, polygon=area).index.tolist() == [0]


def test_a_polar_and_an_antimeridian_layer() -> None:
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([0, 179.9, -179.9, 90], [89, 89, 89, 60]), crs=4326
    )
    cap = gpd.GeoSeries([Point(0, 0).buffer(1_000_000)], crs=3413)
    assert select(points, polygon=cap).index.tolist() == [0, 1, 2]
    fiji = gpd.GeoSeries([shapely.box(3_000_000, 3_500_000, 4_000_000, 4_300_000)], crs=3460)
    lonlat = gpd.GeoSeries(gpd.points_from_xy([2e6, 2.3e6], [4e6, 4e6]), crs=3460).to_crs(4326)
    near = gpd.GeoDataFrame(geometry=gpd.points_from_xy([177, 179.9, -179.5], [-17] * 3), crs=4326)
    inside = near.to_crs(3460).within(fiji.item())
    assert select(near, polygon=fiji).index.tolist() == near.index[inside].tolist()
    assert lonlat.x.between(-180, 180).all()


def test_lines_and_polygons_fit_where_they_touch() -> None:
    shapes = [shapely.LineString([(0, 0), (10, 10)]), shapely.box(4, -1, 6, 0), Point(5, 5), None]
    layer = gpd.GeoDataFrame(geometry=shapes, crs=4326)
    assert select(layer, box=(4, 0, 6, 1)).index.tolist() == [1]
    assert select(layer, box=(4, 4, 6, 6)).index.tolist() == [0, 2]
    assert select(layer, polygon=shapely.box(4, 0, 6, 1)).index.tolist() == [1]


@given(
    west=st.floats(-180, 180), east=st.floats(-180, 180), south=st.floats(-90, 90),
    height=st.floats(0, 180), seed=st.integers(0, 2**16),
)  # fmt: skip
def test_a_box_is_the_points_between_its_edges(
    west: float, east: float, south: float, height: float, seed: int
) -> None:
    north = min(south + height, 90)
    random = np.random.default_rng(seed)
    lon, lat = random.integers(-18, 19, 30) * 10.0, random.integers(-9, 10, 30) * 10.0
    table = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)

    def between(x: np.ndarray) -> np.ndarray:
        return (x >= west) & (x <= east) if west <= east else (x >= west) | (x <= east)

    meridian = np.where(np.abs(lon) == 180, -lon, lon)
    inside = (between(lon) | between(meridian)) & (lat >= south) & (lat <= north)
    assert select(table, box=(west, south, east, north)).index.tolist() == list(
        np.flatnonzero(inside)
    )


@pytest.mark.exhaustive
@given(st.lists(st.sampled_from(["Cu", "La", "REE", "Au", "Cu Ag", "Pt La", None]), max_size=8))
@pytest.mark.filterwarnings("ignore:.*selects nothing")
def test_selections_are_independent_and_monotone(commodities: list[str | None]) -> None:
    frame = gpd.GeoDataFrame(
        {"commodities": pd.Series(commodities, dtype=TEXT)},
        geometry=[Point(0, 0)] * len(commodities), crs=4326,
    )  # fmt: skip
    group, one = select(frame, commodity="REE").index, select(frame, commodity="La").index
    assert set(one) <= set(group)
    either = select(frame, commodity=["La", "Cu"]).index
    assert set(either) == set(one) | set(select(frame, commodity="Cu").index)
    twice = select(select(frame, commodity="Cu"), main_commodity="Cu").index
    assert list(twice) == list(select(frame, commodity="Cu", main_commodity="Cu").index)


@given(st.text(max_size=12))
def test_folding_leaves_plain_small_letters(text: str) -> None:
    folded = fold(text)
    assert folded.isascii()
    assert folded == fold(folded)
    assert folded == "".join(map(fold, text))


@given(
    st.lists(st.one_of(st.none(), st.text(max_size=8)), min_size=1, max_size=5), st.integers(0, 4)
)
def test_any_name_is_found_by_its_own_letters(names: list[str | None], place: int) -> None:
    frame = gpd.GeoDataFrame(
        {"name": pd.Series(names, dtype=TEXT)},
        geometry=[Point(0, 0)] * len(names),
        crs=4326,
    )
    name = names[place % len(names)]
    if name is not None and any(letter.isalnum() for letter in fold(name)):
        assert place % len(names) in select(frame, text=name).index


@pytest.mark.reference
@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
def test_the_major_deposits_are_selected_as_plain_pandas_would() -> None:
    table = mm.read(SHARED / "deposits" / "usgs_major_deposits" / "deposit.csv")
    kazakh = table[table["country"] == "KAZ"]
    assert 0 < len(kazakh) < len(table)
    assert_frame_equal(select(table, country="Kazakhstan"), kazakh)
    main = table["commodities"].str.split().str[0]
    assert_frame_equal(select(table, main_commodity="copper"), table[main == "Cu"])
    # Within 500 km of Karaganda, as a polygon in a projection centred there and on the ellipsoid.
    centre = "+proj=aeqd +lat_0=49.8 +lon_0=73.1 +datum=WGS84"
    circle = gpd.GeoSeries([Point(0, 0).buffer(500_000, quad_segs=256)], crs=centre)
    lonlat = np.column_stack([table.geometry.x, table.geometry.y])
    within_m = distance_m(lonlat, [73.1, 49.8])
    found = select(table, polygon=circle)
    # The polygon of 1,024 corners lies up to 3 m inside the circle.
    assert found.index.tolist() == table.index[within_m < 500_000 - 3].tolist()
    assert len(found) > 20


def test_a_condition_on_a_column_without_values_warns() -> None:
    places = gpd.GeoDataFrame({"name": ["a"]}, geometry=gpd.points_from_xy([70], [45]), crs=4326)
    table = conform(places)
    words = (
        r"status= selects nothing: the column 'status' is empty in all 1 records, so their status "
        r"is unknown\. If the file states it, read it with columns=\{'status': '\.\.\.'\}; "
        r"minmap\.describe_match\(table\) explains what was taken\."
    )
    with pytest.warns(MinmapWarning, match=words):
        assert mm.select(table, status="producer").empty
    with pytest.warns(MinmapWarning, match="the column 'country' is empty"):
        assert mm.select(table, country="KAZ").empty
    with pytest.warns(MinmapWarning, match="the column 'commodities' is empty.*their commodity is"):
        assert mm.select(table, commodity="gold").empty
    with pytest.warns(MinmapWarning, match="'commodity_group' is empty.*columns=.'commodities'"):
        assert mm.select(table, group="base").empty
