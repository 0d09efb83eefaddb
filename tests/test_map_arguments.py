"""What a map is asked for and cannot do is refused in words, before anything is drawn."""

from __future__ import annotations

import copy
import inspect
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xyzservices
from folium.plugins import Draw

import minmap as mm
from minmap.errors import (
    ChoiceError,
    CRSError,
    FileError,
    GeometryError,
    MinmapError,
    MinmapWarning,
)
from minmap.maps.options import FoliumOptions, LayerOptions
from minmap.rasters import warp
from minmap.transport.accessibility.flows import PIECE_COLUMNS

POINTS = gpd.GeoDataFrame(
    {"name": ["a", "b"]}, geometry=gpd.points_from_xy([60, 61], [45, 45]), crs=4326
)
AREAS = gpd.GeoDataFrame(
    {"v": [1.0, 2.0]}, geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=4326
)
LOCAL = 'LOCAL_CS["mine"]'


def itself() -> mm.Map:
    page_map = mm.Map()
    return page_map.add(page_map)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        (lambda: mm.Map(title=None), MinmapError, "title=None is not text"),
        (lambda: mm.Map(language=7), MinmapError, "language=7 is not text"),
        (lambda: mm.Map(width="wide"), MinmapError, "width='wide' is neither a number of pixels"),
        (lambda: mm.Map(zoom_start=99), MinmapError, "zoom_start=99 .* at most 18; give one"),
        (lambda: mm.Map(zoom_start="5"), MinmapError, "zoom_start='5' is not a number from 0 up"),
        (lambda: mm.Map(min_zoom="2"), MinmapError, "min_zoom='2' is not a number; give one"),
        (lambda: mm.Map(dragging="no"), MinmapError, "dragging='no' is neither True nor False"),
        (lambda: mm.Map(zoom_control="top"), ChoiceError, "zoom_control='top' is not known"),
        (lambda: mm.Map().add("middle"), FileError, r"give minmap\.corridor\('middle'\)"),
        (lambda: mm.Map(location=(1, 2, 3)), MinmapError, r"=\(1, 2, 3\) is not a location"),
        (lambda: mm.Map(location=(95, 2)), MinmapError, "is not a location; give latitude"),
        (lambda: mm.Map(tiles=True), MinmapError, "tiles=True are not tiles; give the name"),
        (lambda: mm.Map(tiles=5), MinmapError, "tiles=5 are not tiles"),
        (lambda: mm.Map(gpd.GeoDataFrame({"a": [1]})), GeometryError, "has no geometry; set it"),
        (
            lambda: mm.Map(POINTS.set_crs(LOCAL, allow_override=True)),
            CRSError, "which has no relation to the Earth",
        ),
        (
            lambda: mm.Map().add(POINTS.set_crs(None, allow_override=True), crs="bogus"),
            CRSError, "crs='bogus' is not a coordinate reference system",
        ),
        (lambda: mm.Map().add(AREAS, color="v", scheme=5), MinmapError, "scheme=5 is not a list"),
        (lambda: mm.Map().add(AREAS, color="v", scheme=["a"]), MinmapError, r"=\['a'\] is not"),
        (lambda: mm.Map().add(AREAS, color="v", palette=5), MinmapError, "palette=5 is not known"),
        (lambda: mm.Map(POINTS, label=np.array(["a"])), MinmapError, "make a column of them"),
        (lambda: mm.Map().add(AREAS, color="v", k=2.5), MinmapError, "k=2.5 is not a number"),
        (lambda: mm.Map().add(POINTS, crs="EPSG:32642"), CRSError, "is not the CRS of the table"),
        (lambda: mm.Map().add(POINTS, layer="a"), MinmapError, "layer='a' does not apply to a Geo"),
        (lambda: mm.Map(POINTS, view="hexagon"), ChoiceError, "did you mean 'hexagons'"),
        (lambda: mm.Map(POINTS, view=3), ChoiceError, "view=3 is not known"),
        (lambda: mm.Map().add(AREAS, view="heat"), MinmapError, "view='heat' is for points; leave"),
        (lambda: mm.Map(POINTS, heatmap=True), MinmapError, "give view='heat'"),
        (lambda: mm.Map().add(POINTS.geometry, k=3), MinmapError, "apply to a GeoSeries"),
        (
            lambda: mm.Map().add(mm.corridor("middle"), color="status"),
            ChoiceError, "color='status' is not a CSS colour; give one, such as 'crimson'",
        ),
        (
            lambda: mm.Map().add(mm.sample("elevation.tif"), color="crimson"),
            MinmapError, "color='crimson' does not apply to a raster",
        ),
        (
            lambda: mm.Map().add(warp(mm.sample("elevation.tif")), crs="EPSG:4326"),
            MinmapError, "does not apply to a warped raster",
        ),
        (
            lambda: mm.Map().add(xyzservices.providers.OpenTopoMap, k=3),
            MinmapError, "k=3 does not apply to online tiles",
        ),
        (
            lambda: mm.Map().add(folium.Marker([1, 2]), name="mine"),
            MinmapError, "does not apply to a folium element; leave it out. These apply: group",
        ),
        (lambda: mm.Map().save(None), MinmapError, "outfile=None is neither a path"),
        (lambda: mm.Map().save(io.StringIO()), MinmapError, "nor a file open for bytes"),
        (itself, MinmapError, "cannot draw <minmap.Map"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(
    asked: Callable[[], Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        asked()


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("color", " or a CSS colour"), ("size", " or a number"), ("opacity", " or a number"),
        ("line_width", " or a number"), ("shape", " or a shape"), ("dash", " or dashes"),
        ("label", ""), ("order", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("data", [POINTS, AREAS, mm.sample("central_asia_lakes.shp")])
def test_the_values_of_a_column_are_refused_with_its_name(data: Any, name: str, taken: str) -> None:
    values = pd.Series([1.0, 2.0], name="Depth m")
    said = f"{name}= takes the name of a column{taken}, not values; give {name}='Depth m'."
    with pytest.raises(MinmapError) as caught:
        mm.Map(data, **{name: values})
    assert str(caught.value) == said


@pytest.mark.parametrize("data", [POINTS, AREAS])
def test_a_column_of_colors_without_a_value_is_warned_of(data: gpd.GeoDataFrame) -> None:
    with pytest.warns(MinmapWarning, match="color='u' has no value in any record; name another"):
        mm.Map(data.assign(u=np.nan), color="u")
    mm.Map(data.assign(u=[1.0, *[None] * (len(data) - 1)]), color="u")


def test_samples_name_their_sources() -> None:
    for name in ("central_asia_lakes.shp", "elevation.tif", "landcover.tif"):
        (source,) = mm.Map(mm.sample(name)).layers()[0].sources
        assert "own file" not in source["citation"]
        assert source["licence"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("show", r"; call save\('map.html'\); a notebook shows the map itself\.$"),
        ("savefig", r"; call save\('map.pdf'\), or with"),
        ("to_file", r"; call save\('map.gpkg'\)\.$"),
        ("plot", r"; call figure\(\)\.$"),
        ("save_foldr", r"; did you mean 'save_folder'\?$"),
        ("zzz", r"\.$"),
        ("_sav", r"\.$"),
    ],
)
def test_methods_of_other_programs_are_refused_with_their_cure(name: str, said: str) -> None:
    made = mm.Map(POINTS)
    assert not hasattr(made, name)
    for one in (made, copy.copy(made), copy.deepcopy(made)):
        with pytest.raises(AttributeError, match=rf"^Map has no attribute '{name}'{said}"):
            getattr(one, name)


def test_what_means_the_same_is_taken() -> None:
    assert mm.Map(location=np.array([45, 66])).location == [45, 66]
    wms = folium.WmsTileLayer("https://example.org/wms", layers="geology")
    assert wms in mm.Map(tiles=wms)._children.values()
    made = mm.Map().add(AREAS, color="v", k=np.int64(2), crs=4326)
    for crs in ("OGC:CRS84", "WGS84", "+proj=longlat +datum=WGS84 +no_defs"):
        made.add(POINTS, crs=crs)
    assert {layer.layer_name for layer in made.layers()} == {"Areas", "Occurrences"}


def test_a_file_of_routes_is_refused_what_their_table_is(tmp_path: Path) -> None:
    line = shapely.LineString([(60, 45), (61, 45)])
    pieces = gpd.GeoDataFrame(
        {name: ["x"] for name in PIECE_COLUMNS if name != "geometry"}, geometry=[line], crs=4326
    )
    pieces.to_file(tmp_path / "routes.gpkg")
    with pytest.raises(MinmapError, match="color='mode' does not apply to the table of routes"):
        mm.Map().add(tmp_path / "routes.gpkg", color="mode", layer="routes")


TABLE = POINTS.assign(status=["mine", "mine"], red=["a", "b"])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: mm.Map(TABLE, by="status"),
            "by='status' is not an argument of .*; give c",
        ),
        (lambda: mm.Map(TABLE, titel="Mines"), "titel='Mines' .*did you mean 'title'"),
        (lambda: mm.Map(TABLE, colour="status"), "colour='status' .*give color="),
        (lambda: mm.Map(TABLE, min_zom=3), "min_zom=3 .*did you mean 'min_zoom'"),
        (lambda: mm.Map(TABLE, scrollWheelZoom=0), "did you mean 'scroll_wheel_zoom'"),
        (lambda: mm.Map(TABLE, control_scale=True), "the page has a scale of its own"),
        (lambda: mm.Map(TABLE, xyz=1), "It takes: data, title, .*, name, color, .*, min_zoom"),
        (lambda: mm.Map(palette="viridis"), "is an option of a layer, and data=None; give data"),
        (lambda: mm.Map(TABLE, palette="viridis"), "name the column with color="),
        (lambda: mm.Map().add(TABLE, by="status"), "by='status' .*Map.add; give color= the name"),
        (lambda: mm.Map(TABLE, alpha=0.5), "alpha=0.5 .*Map; give opacity=, from 0 to 1"),
        (lambda: mm.Map().add(TABLE, radius=5), "radius=5 .*Map.add; give size= a column"),
        (lambda: mm.Map().add(TABLE, weight=2), "weight=2 .*Map.add; give line_width= for lines"),
        (lambda: mm.Map().add(TABLE, linestyle="--"), "linestyle='--' .*Map.add; give dash= a"),
        (lambda: mm.Map().add(TABLE, hover_data=["a"]), "hover_data=.*; give tooltip= a list"),
        (lambda: mm.Map().add(TABLE, popup_kwds={}), "popup_kwds={} .*; give popup= a list"),
        (lambda: mm.Map().add(TABLE, fmt="{:.1f}"), "fmt=.* a mapping of columns to formats"),
        (lambda: mm.Map().add(TABLE, nam="Mines"), "nam='Mines' .*did you mean 'name'"),
        (lambda: mm.Map().add_countries(None, color="n"), "color='n' .*give value= the column"),
        (lambda: mm.Map().save("map.html", ofline=True), "ofline=True .*did you mean 'offline'"),
        (lambda: mm.Map().save_folder("site", offline=True), "offline=True .*It takes: folder"),
        (
            lambda: mm.Map(language="xx"),
            "language='xx' is not known. Choose one of: cs, de, el, en",
        ),
        (lambda: mm.Map(language=""), "language='' is not known"),
        (lambda: mm.Widget(mm.Map(), hight="1px"), "hight='1px' .*did you mean 'height'"),
        (lambda: mm.Widget(mm.Map(), title="Mines"), "give title= to minmap.Map"),
        (lambda: mm.Widget(mm.Map()).add(TABLE, by="status"), "Widget.add; give color="),
    ],
)
def test_an_unknown_keyword_is_refused_with_similar_ones(
    call: Callable[[], Any], words: str
) -> None:
    with pytest.raises(MinmapError, match=words):
        call()


def test_options_of_a_layer_given_to_the_map_are_those_of_its_data() -> None:
    made = mm.Map(TABLE, color="status", name="Mines", group="Mine", show=False, crs="EPSG:4326")
    (layer,) = made.layers()
    assert (layer.layer_name, layer.panel_group, layer.show) == ("Mines", "Mine", False)
    assert layer.describe("")["legend"]["title"] == "Status"
    page = mm.Map(TABLE, zoom_control="topright", scroll_wheel_zoom=False, language="ru-KZ")
    assert (page.zoom_control, page.options["scroll_wheel_zoom"]) == ("topright", False)


def test_signatures_show_every_keyword() -> None:
    of_map = inspect.signature(mm.Map).parameters
    of_add = inspect.signature(mm.Map.add).parameters
    assert set(of_add) - {"self", "data"} == set(LayerOptions.__annotations__)
    assert {*LayerOptions.__annotations__, *FoliumOptions.__annotations__} <= set(of_map)
    assert (of_map["min_zoom"].default, of_add["show"].default) == (2, True)
    folium_names = set(inspect.signature(folium.Map).parameters)
    own = {"location", "tiles", "attr", "zoom_start", "crs", "control_scale", "kwargs"}
    assert folium_names - own <= set(FoliumOptions.__annotations__)
    for function in (mm.Map, mm.Map.add, mm.Map.save, mm.Widget, mm.Widget.add):
        kinds = {one.kind for one in inspect.signature(function).parameters.values()}
        assert inspect.Parameter.VAR_KEYWORD not in kinds


def legend_of(made: mm.Map) -> dict[str, Any]:
    return made.layers()[0].describe("")["legend"]


def test_a_css_colour_is_taken_for_points_lines_and_areas() -> None:
    lines = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=4326)
    for data, shape in ((TABLE, "circle"), (lines, "line"), (AREAS, "area")):
        for color in ("SteelBlue", "#4682b4", "rgb(70, 130, 180)"):
            (entry,) = legend_of(mm.Map(data, color=color))["entries"]
            assert (entry["color"], entry["shape"]) == ("#4682b4", shape)
    (entry,) = legend_of(mm.Map(AREAS.geometry, color="#abc"))["entries"]
    assert entry["color"] == "#aabbcc"
    hours = AREAS.assign(within_hours=[24, 48])
    assert len(legend_of(mm.Map(hours))["entries"]) == 2
    assert len(legend_of(mm.Map(hours, color="navy"))["entries"]) == 1
    grouped = TABLE.assign(commodity_group=["base", "gem"])
    assert len(legend_of(mm.Map(grouped))["entries"]) == 2
    assert len(legend_of(mm.Map(grouped, color="navy"))["entries"]) == 1


def test_a_column_wins_over_a_css_colour() -> None:
    assert legend_of(mm.Map(TABLE, color="red"))["title"] == "Red"
    assert legend_of(mm.Map(POINTS, color="red"))["title"] is None


@pytest.mark.parametrize(
    ("color", "words"),
    [
        ("statu", "did you mean the column 'status'. Columns: name, status, red. CSS colours are"),
        ("steelblu", "did you mean the colour 'steelblue'"),
        ("rd", "did you mean the column 'red' or the colour 'red'"),
        ("#11223344", "is neither a column nor an opaque CSS colour"),
        ("hsv(1, 2", "is neither a column nor an opaque CSS colour"),
        (5, "color=5 is neither a column nor an opaque CSS colour"),
    ],
)
def test_an_unknown_colour_lists_columns_and_colours(color: Any, words: str) -> None:
    with pytest.raises(ChoiceError, match=words):
        mm.Map(TABLE, color=color)


def test_one_colour_has_no_classes() -> None:
    with pytest.raises(MinmapError, match="color='navy' is one colour, so k= has no effect"):
        mm.Map(AREAS, color="navy", k=3)
    with pytest.raises(MinmapError, match="the column 'name' has no numbers"):
        mm.Map(TABLE, color="name", k=3)


@pytest.mark.parametrize("name", ["map.docx", "map.html.txt", "map", b"a.jpg"])
def test_only_pages_and_figures_are_saved(
    tmp_path: Path, name: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        FileError, match=r"a page \(.html or .htm\), a figure \(.pdf, .svg or .png\) or for QGIS"
    ):
        mm.Map().save(name)
    assert list(tmp_path.iterdir()) == []


def test_pages_are_saved_with_either_ending_and_to_open_files(tmp_path: Path) -> None:
    made, opened = mm.Map(), io.BytesIO()
    made.save(tmp_path / "a.HTM")
    made.save(opened, close_file=False)
    assert (tmp_path / "a.HTM").read_bytes() == opened.getvalue()


def test_a_map_and_a_widget_say_what_they_are_in_one_line() -> None:
    made = mm.Map(TABLE, title="Mines\nand more", name="Mine").add(mm.corridor("middle"))
    assert repr(made) == (
        r"<minmap.Map 'Mines\nand more': Mine (2 points); Middle Corridor (55 legs, 54 nodes)>"
    )
    assert repr(mm.Map()) == "<minmap.Map 'minmap': no layers>"
    assert repr(mm.Widget(mm.Map(title="T"))) == "<minmap.Widget of <minmap.Map 'T': no layers>>"
    for _ in range(20):
        made.add(TABLE)
    assert repr(made).endswith("; 16 more>")


@pytest.mark.parametrize(
    "call",
    [
        lambda made, folder: made.save(folder / "map.html"),
        lambda made, folder: made.save_folder(folder / "site"),
        lambda made, folder: mm.Widget(made),
    ],
    ids=["save", "save_folder", "Widget"],
)
def test_a_warning_names_the_line_that_calls_minmap(
    call: Callable[[mm.Map, Path], object], tmp_path: Path
) -> None:
    made = mm.Map()
    Draw().add_to(made)
    with pytest.warns(MinmapWarning) as warned:
        call(made, tmp_path)
    assert [warning.filename for warning in warned] == [__file__]


def test_a_call_that_fails_leaves_the_map_as_it_was() -> None:
    made = mm.Map(TABLE, tiles=None)
    before = list(made._children)
    with pytest.raises(ChoiceError):
        made.add(TABLE, name="Second", color="statu")
    assert list(made._children) == before


def test_a_language_of_commodities_alone_says_so() -> None:
    with pytest.warns(mm.MinmapWarning, match="language='de': only commodities are named"):
        mm.Map(TABLE, language="de")
