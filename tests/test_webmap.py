"""What a map's page is made of, before a browser opens it."""

from __future__ import annotations

import base64
import gzip
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

import minmap as mm
from minmap.errors import ChoiceError, CRSError, FileError, MinmapError, MinmapWarning
from minmap.scene.popup_columns import arrow_column
from minmap.webmap import PointLayer, VectorLayer

HOSTILE = ["A{{ 7*7 }}B", "</script><script>document.title='x'</script>", "${1}", "`", "C:\\users"]


def occurrences(**columns: Any) -> gpd.GeoDataFrame:
    """Three places with a location and one without."""
    table = {
        "name": ["Kounrad", "Dzhezkazgan", "Muruntau", "Lost"],
        "commodity_group": ["base", "base", "precious", "base"],
        **columns,
    }
    geometry = [*gpd.points_from_xy([75.0, 67.4, 64.6], [47.0, 47.8, 41.5]), None]
    return gpd.GeoDataFrame(table, geometry=geometry, crs="EPSG:4326")


def specifications(html: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/json" id="\w+">(.*?)</script>', html, re.DOTALL)
    return [json.loads(text) for text in found]


def layer_of(html: str, kind: str) -> dict[str, Any]:
    (spec,) = [spec for spec in specifications(html) if spec["kind"] == kind]
    return spec


def payload_of(html: str, spec: dict[str, Any]) -> pa.Table:
    block = re.search(rf'id="{spec["payload"]}">(.*?)</script>', html)
    assert block
    return pa.ipc.open_stream(gzip.decompress(base64.b64decode(block[1]))).read_all()


def places_of(table: pa.Table, name: str) -> np.ndarray:
    """Read places from the steps between them; each byte of a step has a column."""
    small = sum(table[f"{name}{n}"].to_numpy().astype(np.int64) << 8 * n for n in range(4))
    return np.cumsum((small >> 1) ^ -(small & 1))


def html_of(page: mm.Map) -> str:
    return str(page.get_root().render())


def first_of(page: mm.Map) -> list[Any]:
    """Return the bounds that the first view of a page shows."""
    return [frame["bounds"] for frame in layer_of_page(page)["frames"]]


def test_the_legend_counts_what_is_drawn_and_the_panel_what_is_not() -> None:
    html = html_of(mm.Map(occurrences()))
    spec = layer_of(html, "points")
    counts = {entry["label"]: entry["count"] for entry in spec["legend"]["entries"]}
    assert counts == {"Precious metals": 1, "Base metals": 2}
    assert (spec["count"], spec["unplaced"]) == (3, 1)
    table = payload_of(html, spec)
    assert sorted(table["c0"].to_pylist()) == ["Dzhezkazgan", "Kounrad", "Muruntau"]
    assert spec["columns"][spec["title"]]["name"] == "name"


def test_each_group_keeps_its_colour_and_shape_on_every_map() -> None:
    def look(frame: gpd.GeoDataFrame) -> tuple[str, str]:
        (entry,) = [
            e for e in layer_of(html_of(mm.Map(frame)), "points")["legend"]["entries"]
            if e["label"] == "Base metals"
        ]  # fmt: skip
        return entry["color"], entry["shape"]

    assert look(occurrences()) == look(
        occurrences(commodity_group=["energy", "base", "gem", "other"])
    )


def test_no_two_commodity_groups_look_alike() -> None:
    groups = mm.vocabulary.commodity_groups()["code"]
    frame = gpd.GeoDataFrame(
        {"commodity_group": groups},
        geometry=gpd.points_from_xy(range(len(groups)), range(len(groups))),
        crs="EPSG:4326",
    )
    entries = layer_of(html_of(mm.Map(frame)), "points")["legend"]["entries"]
    assert len({entry["color"] for entry in entries}) == len(groups)
    assert len({entry["shape"] for entry in entries}) == len(groups)


def test_the_same_input_gives_the_same_bytes_however_often_it_is_shown(tmp_path: Path) -> None:
    def build() -> mm.Map:
        page = mm.Map(occurrences()).add(mm.corridor("middle"))
        folium.Marker([45, 70], popup="folium", tooltip="tip").add_to(page)
        folium.FeatureGroup(name="group").add_to(page)
        return page

    first, second = build(), build()
    first.save(tmp_path / "a.html")
    first._repr_html_()
    first.save(tmp_path / "b.html")
    second.save(tmp_path / "c.html")
    texts = {(tmp_path / name).read_bytes() for name in ("a.html", "b.html", "c.html")}
    assert len(texts) == 1
    assert texts.pop().count(b"L.marker(") == html_of(build()).count("L.marker(")


def test_a_layer_whose_name_ends_in_a_number_keeps_it(tmp_path: Path) -> None:
    page = mm.Map()
    for n in range(12):
        folium.FeatureGroup(name=f"Level_{n}").add_to(page)
    folium.FeatureGroup().add_to(page)
    names = [[entry["name"] for entry in layer_of_page(page)["folium"]] for _ in range(2)]
    assert names[0] == names[1]
    assert names[0][:12] == [f"Level_{n}" for n in range(12)]
    assert names[0][12].startswith("feature_group_")


def test_text_from_the_data_never_stands_in_a_script() -> None:
    frame = occurrences(name=HOSTILE[:4])
    page = mm.Map(title=HOSTILE[1]).add(frame, name=HOSTILE[0])
    html = html_of(page)
    assert layer_of(html, "points")["name"] == HOSTILE[0]
    assert specifications(html)[0]["title"] == HOSTILE[1]
    assert HOSTILE[1] not in html
    assert set(HOSTILE[:3]) <= set(payload_of(html, layer_of(html, "points"))["c0"].to_pylist())


def test_the_input_is_not_changed() -> None:
    frame = occurrences()
    before = frame.copy(deep=True)
    mm.Map(frame.to_crs("EPSG:32642")).add(frame, color="name")
    pd.testing.assert_frame_equal(frame, before)


def test_a_projected_frame_lands_where_it_belongs() -> None:
    (one, other) = (
        layer_of(html_of(mm.Map(frame)), "points") | {"html": html_of(mm.Map(frame))}
        for frame in (occurrences(), occurrences().to_crs("EPSG:32642"))
    )
    here, there = (payload_of(side["html"], side) for side in (one, other))
    for axis in ("_x", "_y"):
        gap = places_of(here, axis) - places_of(there, axis)
        assert np.abs(gap).max() <= 1  # 3.7 cm


def test_a_plain_folium_map_takes_the_layers() -> None:
    page = folium.Map(location=[45, 70], tiles=None)
    PointLayer(occurrences(), name="Deposits").add_to(page)
    group = folium.FeatureGroup(name="group").add_to(page)
    VectorLayer(areas(), name="Areas").add_to(group)
    html = page.get_root().render()
    assert f"minmap.add({page.get_name()}, " in html
    assert f"minmap.add({group.get_name()}, " in html
    assert {spec["kind"] for spec in specifications(html)} == {"points", "vector"}


def graded() -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(range(20), range(20))
    return gpd.GeoDataFrame({"grade": np.arange(20.0)}, geometry=points, crs="EPSG:4326")


def areas() -> gpd.GeoDataFrame:
    shapes = [
        shapely.box(60, 40, 62, 42),
        shapely.LineString([(60, 40), (70, 45)]),
        shapely.Point(65, 45),
    ]
    return gpd.GeoDataFrame({"kind": ["a", "b", "a"]}, geometry=shapes, crs="EPSG:4326")


def test_mixed_geometries_and_collections_are_drawn_as_features() -> None:
    frame = areas()
    frame.loc[3] = ["c", shapely.GeometryCollection(list(frame.geometry[:2]))]
    spec = layer_of(html_of(mm.Map(frame)), "vector")
    assert spec["count"] == 5
    assert spec["legend"]["entries"][0]["count"] == 5


def test_broken_coordinates_are_counted_and_do_not_stop_the_page() -> None:
    frame = areas()
    frame.loc[3] = ["c", shapely.from_wkt("LINESTRING (60 45, inf 45)")]
    spec = layer_of(html_of(mm.Map(frame)), "vector")
    assert (spec["count"], spec["unplaced"]) == (3, 1)


def test_what_lies_on_both_sides_of_the_antimeridian_is_shown_there() -> None:
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy([179, -178], [50, 52]), crs="EPSG:4326")
    assert first_of(mm.Map(frame)) == [[[50, 179], [52, 182]]]


def test_the_map_keeps_its_zoom_range_without_tiles() -> None:
    assert '"minZoom": 2' in html_of(mm.Map())
    assert '"minZoom": 4' in html_of(mm.Map(min_zoom=4))


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([True, None, False, True], ["yes", "no", "not given"]),
        ([1.0, 2.5, 1.0, np.nan], ["1", "2.5", "not given"]),
        ([pd.Timestamp("2020-01-01"), None, None, None], ["2020-01-01", "not given"]),
        ([[1], [1], {"a": 2}, None], ["1", "{'a': 2}", "not given"]),
        (
            pd.array([[1], [1], [2], None], pd.ArrowDtype(pa.list_(pa.int8()))),
            ["1", "2", "not given"],
        ),
        (
            pd.array([{"a": 1}, None, None, None], pd.ArrowDtype(pa.struct({"a": pa.int8()}))),
            ["{'a': 1}", "not given"],
        ),
        (pd.arrays.SparseArray([0, 1, 0, 0]), ["0", "1"]),
        (
            pd.array([Decimal("1.5"), None, None, None], pd.ArrowDtype(pa.decimal128(9, 3))),
            ["1.5", "not given"],
        ),
        (["", " ", "x", None], ["x", "not given"]),
        (pd.cut([1, 5, 1, 99], [0, 3, 6]), ["(0, 3]", "(3, 6]", "not given"]),
    ],
)
def test_any_kind_of_value_makes_a_legend(values: Any, labels: list[str]) -> None:
    frame = occurrences(**{"7": values}).rename(columns={"7": 7})
    frame.geometry = gpd.points_from_xy([60, 61, 62, 63], [45] * 4, crs=4326)
    entries = layer_of(html_of(mm.Map().add(frame, color="7")), "points")["legend"]["entries"]
    assert [entry["label"] for entry in entries] == labels
    assert sum(entry["count"] for entry in entries) == len(frame)


def test_columns_of_any_type_travel_as_text() -> None:
    frame = occurrences(
        month=pd.period_range("2020-01", periods=4, freq="M"),
        impedance=[1 + 2j, 2j, 3, 4],
        raw=[b"x", b"\xff", None, b""],
        table=[pd.DataFrame({"a": [1]}), pd.Series([1, 2]), pd.Index([3, 4]), None],
        keys=[{(1, 2): 3}, {"a": 1}, None, None],
    )
    html = html_of(mm.Map(frame))
    spec = layer_of(html, "points")
    cells = payload_of(html, spec)
    column = {c["name"]: cells[f"c{n}"].to_pylist() for n, c in enumerate(spec["columns"])}
    assert set(column["month"]) == {"2020-01", "2020-02", "2020-03"}
    assert "(1+2j)" in column["impedance"]
    assert "b'\\xff'" in column["raw"]
    assert "Index([3, 4], dtype='int64')" in column["table"]
    assert {"{(1, 2): 3}", '{"a": 1}'} <= set(column["keys"])


@pytest.mark.parametrize(
    "values",
    [
        pd.arrays.SparseArray([0, 1, 0, 1]),
        pd.arrays.SparseArray([1.5, np.nan, np.nan, 2.5]),
        np.array([0.5, 1.5, np.nan, 2.0], dtype=np.longdouble),
        pd.array([Decimal("0.001"), None, None, Decimal(2)], pd.ArrowDtype(pa.decimal128(9, 3))),
        pd.array([0.5, None, 1.5, 2.0], pd.ArrowDtype(pa.float16())),
    ],
)
@pytest.mark.parametrize("shape", [shapely.Point, lambda x, y: shapely.box(x, y, x + 1, y + 1)])
def test_numbers_of_any_type_travel_and_colour(values: Any, shape: Any) -> None:
    shapes = [shape(60 + n, 45) for n in range(4)]
    frame = gpd.GeoDataFrame({"v": values}, geometry=shapes, crs=4326)
    page = mm.Map().add(frame, color="v").add(frame, color="v", scheme="EqualInterval", k=2)
    first, second = specifications(html_of(page))[-2:]
    assert first["columns"][0]["type"] in {"integer", "number"}
    cells = payload_of(html_of(page), second)["c0"].drop_null().to_pylist()
    assert sorted(cells) == sorted(float(value) for value in frame["v"].dropna())


def test_text_in_several_pieces_is_sent_as_one() -> None:
    upper, lower = pd.Series(["mine", "pit"] * 3, dtype="str"), pd.Series(["mine"], dtype="str")
    pieces = pd.concat([upper, lower], ignore_index=True)
    assert arrow_column(pieces).to_pylist() == [*upper, "mine"]


def test_an_ambiguous_column_is_refused() -> None:
    frame = occurrences()
    frame.insert(0, "name", "again", allow_duplicates=True)
    assert layer_of(html_of(mm.Map(frame)), "points")["count"] == 3
    with pytest.raises(MinmapError, match="names 2 columns"):
        mm.Map().add(frame, color="name")
    frame.insert(0, "commodity_group", "base", allow_duplicates=True)
    html = html_of(mm.Map(frame))
    assert layer_of(html, "points")["count"] == 3
    with pytest.raises(MinmapError, match="names 2 columns"):
        mm.Map().add(frame, color="commodity_group")


def test_legs_are_called_by_their_ends_and_sketched_ones_are_told_apart() -> None:
    middle = mm.corridor("middle")
    html = html_of(mm.Map().add(middle))
    legs = layer_of(html, "corridor")["legs"]
    names = payload_of(html, legs)[f"c{legs['title']}"].to_pylist()
    assert "Aktau port – Alat (Yeni Alat, Port of Baku)" in names
    counts = {entry["label"]: entry["count"] for entry in legs["legend"]["entries"]}
    sketched = middle.legs["geometry_kind"] == "schematic"
    told = sum(count for label, count in counts.items() if label.endswith("schematic line"))
    assert told == (sketched & (middle.legs["status"] == "operating")).sum() > 0


def test_an_empty_table_makes_a_page() -> None:
    with pytest.warns(MinmapWarning, match="The table has no rows"):
        made = mm.Map(occurrences().iloc[:0])
    spec = layer_of(html_of(made), "points")
    assert (spec["count"], [e["count"] for e in spec["legend"]["entries"]]) == (0, [0])


def test_a_table_without_any_location_is_told() -> None:
    nowhere = gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=[None, shapely.Point()], crs=4326)
    with pytest.warns(MinmapWarning, match="The table has no row with a location, so that the la"):
        made = mm.Map(nowhere)
    assert made.layers()[0].summary == "0 points, 2 without a location that can be drawn"


def test_what_cannot_be_drawn_is_counted_and_not_moved() -> None:
    beyond, drawn = shapely.Point(0, 89), shapely.Point(0, 10)
    frame = gpd.GeoDataFrame(geometry=[beyond, drawn, None, shapely.Point()], crs="EPSG:4326")
    with pytest.warns(
        MinmapWarning, match=r"does not show points beyond 85 degrees of latitude \(1\)"
    ):
        html = html_of(mm.Map(frame))
    spec = layer_of(html, "points")
    assert (spec["count"], spec["unplaced"]) == (1, 3)
    assert layer_of(html, "page")["frames"][0]["bounds"] == [[10, 0], [10, 0]]


def test_the_page_shows_all_that_was_added_unless_told_where_to_look() -> None:
    assert first_of(mm.Map(occurrences())) == [[[41.5, 64.6], [47.8, 75.0]]]
    assert first_of(mm.Map(occurrences(), location=(45, 70))) == []


def test_folium_layers_join_the_panel_and_popups_bring_what_they_need() -> None:
    page = mm.Map()
    folium.FeatureGroup(name="Mine & Co").add_to(page)
    assert layer_of(html_of(page), "page")["folium"][0]["name"] == "Mine & Co"
    assert "jQuery" not in html_of(page)
    folium.Marker([45, 70], popup="hello").add_to(page)
    assert "jQuery" in html_of(page)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: mm.Map().add(occurrences().set_crs(None, allow_override=True), name="Mine"),
         CRSError, r"'Mine' has no coordinate .*'\), or give it, such as crs='EPSG:4326'\. The"),
        (lambda: mm.Map().add(occurrences(), color="comodity_group"),
         ChoiceError, "did you mean the column 'commodity_group'"),
        (lambda: mm.Map().add(42), MinmapError, "cannot draw 42; give a table"),
        (lambda: mm.Map().add(occurrences(), label=True), ChoiceError, "^label=True is not known"),
        (lambda: mm.Map().add(mm.sample("mrds_central_asia.csv")),
         FileError, r"read a table of coordinates first: minmap\.read\('.*\.csv'\)"),
        (lambda: mm.Map().add(occurrences(), colour="red"), MinmapError, "give color="),
        (lambda: mm.Map().add(graded(), color="grade", palette="Okabe-Ito"),
         MinmapError, "scheme='NaturalBreaks' or another"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said_with_its_cure(call: Any, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_rare_values_are_put_together_and_counted() -> None:
    values = [f"v{n:02}" for n in range(20) for _ in range(20 - n)]
    frame = gpd.GeoDataFrame(
        {"kind": values},
        geometry=gpd.points_from_xy([0] * len(values), [0] * len(values)),
        crs=4326,
    )
    entries = layer_of(html_of(mm.Map().add(frame, color="kind")), "points")["legend"]["entries"]
    assert [entry["label"] for entry in entries[:2]] == ["v00", "v01"]
    assert entries[-1]["label"] == "other (9 values)"
    assert sum(entry["count"] for entry in entries) == len(frame)


def test_the_first_view_is_of_what_is_shown() -> None:
    far = gpd.GeoDataFrame(geometry=gpd.points_from_xy([-100.0], [10.0]), crs="EPSG:4326")
    shown = mm.Map(occurrences()).add(far, show=False)
    assert first_of(shown) == [[[41.5, 64.6], [47.8, 75.0]]]
    assert first_of(mm.Map().add(far, show=False)) == [[[10.0, -100.0]] * 2]
    assert first_of(mm.Map()) == []


def test_the_first_view_is_of_the_records_that_pass_the_first_filters() -> None:
    table = occurrences()
    west = table.geometry.x.idxmin()
    page = mm.Map(table, filters={"commodity_group": "precious"})
    x, y = (float(part[west]) for part in (table.geometry.x, table.geometry.y))
    assert first_of(page) == [[[y, x], [y, x]]]
    assert layer_of(html_of(page), "points")["first"] == [[y, x], [y, x]]
    assert "first" not in layer_of(html_of(mm.Map(table)), "points")


def test_areas_and_rasters_are_ground_on_which_records_lie() -> None:
    area = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 90, 60)], crs="EPSG:4326")
    picture = folium.raster_layers.ImageOverlay(np.zeros((2, 2)), [[0, 0], [1, 1]])
    page = mm.Map(occurrences()).add(area, name="Area").add(picture)
    page.add(folium.Marker([45, 70]))
    frames = page.describe()["frames"]
    assert [frame["backdrop"] for frame in frames] == [False, True, True, False]


def layer_of_page(page: mm.Map) -> dict[str, Any]:
    return layer_of(html_of(page), "page")


def test_a_popup_starts_with_the_occurrence_and_its_distance() -> None:
    frame = occurrences(distance_km=[1.0, 2.0, 3.0, None])
    frame.insert(0, "zz_own", 1)
    fields = layer_of(html_of(mm.Map(frame)), "points")["columns"]
    assert [field["label"] for field in fields] == ["Name", "Commodity group", "Distance", "Zz own"]


@pytest.mark.parametrize("odd", ["USGS", 7, [1, {"title": pd.Timestamp("2011-01-01")}]])
def test_sources_that_are_none_do_no_harm(odd: Any) -> None:
    frame = occurrences()
    frame.attrs["sources"] = odd
    shown = layer_of(html_of(mm.Map(frame)), "points")["sources"]
    assert shown == ([{"title": "2011-01-01 00:00:00"}] if isinstance(odd, list) else [])


def test_numbers_that_are_none_in_what_a_table_says_of_itself_are_left_out() -> None:
    frame = occurrences(gate=["a", "b", None, None])
    frame.attrs = {"sources": [{"title": "Mine", "licence": np.nan}], "access": {"to": np.inf}}
    spec = layer_of(html_of(mm.Map(frame)), "points")
    assert spec["sources"] == [{"title": "Mine", "licence": None}]
    assert spec["link"] == '[{"to":null},null]'
    assert mm.Widget(mm.Map(frame))._specs[-1]["sources"] == spec["sources"]
