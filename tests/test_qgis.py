"""Maps as GeoPackages for QGIS: what comes back from them, where it lies, and hostile texts."""

from __future__ import annotations

import re
import sqlite3
import warnings
from contextlib import closing, nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring, tostring
from zipfile import ZipFile

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import rasterio
import shapely
from PIL import Image
from rasterio.transform import Affine
from rasterio.windows import Window

import minmap as mm
from minmap.errors import ChoiceError, FileError, MinmapError, MinmapWarning
from minmap.scene.diameters import diameters
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.faces import faces_of, value_at
from minmap.scene.legend_words import title_text, worded
from minmap.scene.strokes import line_stroke, outline_stroke
from minmap.style.file_styles.qgis_style import qgis_style
from minmap.style.file_styles.qgis_symbols import EXPRESSIONS
from minmap.style.icons import embedded, icon_svg

pytestmark = pytest.mark.exhaustive

COUNT = 48


def mines() -> gpd.GeoDataFrame:
    order = np.arange(COUNT)
    return gpd.GeoDataFrame(
        {
            "key": order,
            "name": [f"mine {n}" for n in order],
            "kind": np.array(["vein", "skarn", "placer", None], dtype=object)[order % 4],
            "status": np.array(["open", "shut", "open"])[order % 3],
            "grade": np.where(order % 7 == 0, np.nan, np.round(1.37 * order % 11, 2)),
            "tonnage": np.where(order % 9 == 0, np.nan, np.round(1.3**order % 917, 2)),
            "sure": np.round(0.2 + 0.8 * (order % 5) / 4, 2),
            "code": order % 3,
            "level": np.where(order % 4 == 0, np.nan, order % 4 / 2),
            "is_open": order % 3 == 0,
            "rank": pd.Categorical(
                np.array(["low", "high"])[order % 2], ["low", "high"], ordered=True
            ),
            "commodities": np.array(["Au Ag", "Cu", "Au", "Cu Mo"])[order % 4],
            "found": pd.to_datetime("1950-01-01") + pd.to_timedelta(order * 321, "D"),
        },
        geometry=gpd.points_from_xy(60 + order % 8 * 1.25, 44 + order // 8),
        crs=4326,
    )


def areas() -> gpd.GeoDataFrame:
    order = np.arange(COUNT)
    cells = [shapely.box(x, y, x + 90_000, y + 90_000) for x, y in corners()]
    return gpd.GeoDataFrame(
        {
            "key": order,
            "unit": np.array(["J1", "K2", "T3"])[order % 3],
            "people": np.round(1.2**order % 1013, 1),
            "sure": np.round(0.2 + 0.8 * (order % 5) / 4, 2),
        },
        geometry=cells,
        crs=32642,
    )


def corners() -> list[tuple[float, float]]:
    return [(100_000 + n % 8 * 100_000, 4_900_000 + n // 8 * 100_000) for n in range(COUNT)]


def faults() -> gpd.GeoDataFrame:
    order = np.arange(12)
    lines = [shapely.LineString([(60 + n, 44), (61 + n, 47), (60 + n, 50)]) for n in order * 0.8]
    return gpd.GeoDataFrame(
        {
            "key": order,
            "type": np.array(["thrust", "normal", "inferred"])[order % 3],
            "flow": np.where(order == 5, np.nan, order * 1.5),
        },
        geometry=lines,
        crs=4326,
    )


def hours() -> gpd.GeoDataFrame:
    shapes = [shapely.Point(65, 47).buffer(reach) for reach in (1, 2, 3)]
    table = {"key": range(3), "within_hours": [6, 12, 24]}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4326)


LOOKS: dict[str, tuple[Any, dict[str, Any]]] = {
    "one colour": (mines, {"color": "crimson"}),
    "pixels": (mines, {"color": "navy", "size": 17, "outline": "gold", "outline_width": 2.5}),
    "kinds": (mines, {"color": "kind"}),
    "palette": (mines, {"color": "kind", "palette": {"vein": "#123456", None: "#abcdef"}}),
    "hidden": (mines, {"color": "kind", "legend_hidden": ["skarn"]}),
    "few numbers": (mines, {"color": "code"}),
    "codes": (mines, {"color": "code", "palette": {"0": "#112233", "1": "#445566"}}),
    "float codes": (mines, {"color": "level", "palette": {"0.5": "#112233", "1": "#445566"}}),
    "yes or no": (mines, {"color": "is_open"}),
    "ordered": (mines, {"color": "rank"}),
    "commodities": (mines, {"color": "commodities"}),
    "order": (mines, {"color": "kind", "order": "grade"}),
    "classes": (mines, {"color": "grade", "k": 4}),
    "limits": (mines, {"color": "grade", "scheme": [2, 5, 8]}),
    "continuous": (mines, {"color": "grade", "scheme": "Continuous"}),
    "dates": (mines, {"color": "found"}),
    "shape": (mines, {"color": "teal", "shape": "status"}),
    "icons": (mines, {"shape": "status", "shapes": {"open": "mine", "shut": "abandoned mine"}}),
    "icons in colours": (
        mines,
        {"color": "kind", "shape": "status", "shapes": {"open": "mine", "shut": "star"}},
    ),
    "half icons": (mines, {"color": "teal", "shape": "mine", "opacity": 0.5}),
    "faded icons": (
        mines,
        {
            "color": "kind",
            "shape": "status",
            "shapes": {"open": "mine", "shut": "star"},
            "opacity": "sure",
        },
    ),
    "size": (mines, {"color": "orange", "size": "tonnage"}),
    "three columns": (mines, {"color": "kind", "size": "tonnage", "shape": "status"}),
    "faded points": (mines, {"color": "kind", "opacity": "sure"}),
    "half points": (mines, {"color": "kind", "opacity": 0.5, "outline": "none"}),
    "labels": (mines, {"color": "kind", "label": "name"}),
    "areas": (areas, {}),
    "choropleth": (areas, {"color": "people"}),
    "units": (areas, {"color": "unit", "outline": "navy", "outline_width": 2}),
    "dashed areas": (areas, {"color": "unit", "dash": "dashed"}),
    "faded areas": (areas, {"color": "unit", "opacity": "sure"}),
    "catchment": (hours, {}),
    "faults": (faults, {"color": "type", "dash": "type", "line_width": 3}),
    "flows": (faults, {"line_width": "flow", "dash": "type"}),
}


def saved(folder: Path, data: Any, **looks: Any) -> tuple[mm.Map, Path]:
    m = mm.Map(data, title="A map", name="layer", **looks)
    path = folder / "map.gpkg"
    m.save(path)
    return m, path


def drawn_of(m: mm.Map) -> DrawnRecords:
    (layer,) = m.layers()
    return layer.drawn[0]


def shown_of(m: mm.Map, number: int = 0) -> DrawnRecords:
    """Return what a layer draws, with the words of its legends."""
    (layer,) = m.layers()
    return worded(layer.drawn[number], layer.describe(""), m.describe()["language"])


def look_of(part: DrawnRecords, row: int, zoom: float) -> Any:
    """Return what is drawn for a record: colours, shape, lengths."""
    entry = part.marks.legend.entries[part.marks.legend.codes[row]]
    alpha, dash = value_at(part, "opacity", row), value_at(part, "dash", row)
    if part.kind == "points":
        (face,) = faces_of(part, np.array([row]))
        rounded = [tuple(np.round(color, 2)) for color in (face.color, face.rim)]
        width = 0.0 if face.rim[3] == 0 else face.rim_px
        return face.shape, rounded, width, round(float(diameters(part, zoom)[row]), 1)
    if part.table.geom_type.iloc[row] == "LineString":
        widths = part.marks.channels.get("line_width")
        stroke = line_stroke(
            entry, part.weight, width=value_at(part, "line_width", row),
            is_measured=widths is not None and widths.codes is not None, dash=dash,
            alpha=1.0 if alpha is None else alpha,
        )  # fmt: skip
        lengths = stroke.dash and tuple(np.round(stroke.dash, 1))
        return stroke.color.lower(), round(stroke.width, 2), lengths, round(stroke.alpha, 2)
    stroke = outline_stroke(entry, part.weight, dash=dash)
    share = (1.0 if entry.opacity is None else entry.opacity) * (1.0 if alpha is None else alpha)
    outline = stroke and (stroke.color.lower(), round(stroke.width, 2), stroke.dash)
    return entry.color.lower(), round(share, 2), outline, part.cover


def looks_by_key(part: DrawnRecords, zoom: float) -> dict[int, Any]:
    keys = part.table["key"].tolist()
    hidden = part.hidden().tolist()
    return {key: (hidden[n], look_of(part, n, zoom)) for n, key in enumerate(keys)}


def legend_of(part: DrawnRecords) -> list[tuple[str, str, int]]:
    entries = part.marks.legend.entries
    return [(one.label, one.color.lower(), one.count) for one in entries if one.count]


def more_legends_of(part: DrawnRecords) -> list[dict]:
    keys = ("samples", "missing", "floor", "least", "channel")
    found = [{key: one[key] for key in keys if key in one} for one in part.marks.legends]
    patterns = [
        [(entry["label"], entry["shape"], entry.get("dash")) for entry in one.get("entries", ())]
        for one in part.marks.legends
    ]
    return [{**one, "entries": listed} for one, listed in zip(found, patterns, strict=True)]


@pytest.mark.parametrize("name", LOOKS)
def test_a_map_that_comes_back_looks_the_same(tmp_path: Path, name: str) -> None:
    make, looks = LOOKS[name]
    m, path = saved(tmp_path, make(), **looks)
    before, after = shown_of(m), drawn_of(mm.Map(path, name="layer"))
    assert legend_of(after) == legend_of(before)
    assert looks_by_key(after, 9) == looks_by_key(before, 9)
    if not any(one.limits for one in before.marks.legend.entries):  # such sizes are pixels then
        assert looks_by_key(after, 3) == looks_by_key(before, 3)
    assert more_legends_of(after) == more_legends_of(before)
    assert (after.labels and after.labels.column) == (before.labels and before.labels.column)


@pytest.mark.parametrize(
    ("language", "color", "labels"),
    [
        ("en", "country", ["Kazakhstan", "Kyrgyzstan", "not given"]),
        ("ru", "country", ["Казахстан", "Киргизия", "не указано"]),
        ("ru", "commodities", ["Медь", "Золото", "прочее (3 значения)"]),
    ],
)
def test_legends_have_the_words_of_the_page(
    tmp_path: Path, language: str, color: str, labels: list[str]
) -> None:
    codes = ["Cu", "Au", "Ag", "Pb", "Zn", "Fe", "Mn", "Cr", "Ni", "Co", "Mo", "W", "Sn", "Sb"]
    order = np.repeat(np.arange(14), 15 - np.arange(14))
    table = gpd.GeoDataFrame(
        {
            "commodities": np.array(codes)[order],
            "country": np.array(["KAZ", "KGZ", None], dtype=object)[order // 5],
        },
        geometry=gpd.points_from_xy(60 + order, 45 + order / 9),
        crs=4326,
    )
    mm.Map(table, name="layer", language=language, color=color).save(tmp_path / "map.gpkg")
    back = drawn_of(mm.Map(tmp_path / "map.gpkg", name="layer"))
    found = [label for label, _, _ in legend_of(back)]
    assert [*found[:2], found[-1]] == labels


def test_legends_of_sizes_have_units_and_ramps_short_labels(tmp_path: Path) -> None:
    table = mines().assign(distance_km=lambda rows: rows["tonnage"] / 3)
    _, path = saved(tmp_path, table, color="distance_km", scheme="Continuous", size="distance_km")
    (text,) = styles_in(path)
    labels = [rule.get("label") for rule in fromstring(text).iter("rule")]
    assert "Distance (km)" in labels
    ramp = [label for label in labels if " – " in label]
    assert len(ramp) == 64
    assert (
        max(len(end.replace(".", "").lstrip("0")) for one in ramp for end in one.split(" – ")) <= 4
    )


@pytest.mark.parametrize(
    ("column", "language", "texts"),
    [
        ("country", "en", ["Kazakhstan", "Kyrgyzstan", None]),
        ("country", "ru", ["Казахстан", "Киргизия", None]),
        ("commodities", "ru", ["Медь, Золото", "Золото", None]),
        ("commodity_group", "en", ["Base metals", "Precious metals", None]),
        ("distance_km", "en", ["676.1 km", "1000 km", None]),
        ("open", "en", ["yes", "no", "yes"]),
        ("found", "en", ["1998-05-03", "2001-01-01", None]),
        ("name", "en", None),
        ("year", "en", None),
    ],
)
def test_labels_are_the_texts_of_the_page(
    tmp_path: Path, column: str, language: str, texts: list[str | None] | None
) -> None:
    table = gpd.GeoDataFrame(
        {
            "country": ["KAZ", "KGZ", None],
            "commodities": ["Cu Au", "Au", None],
            "commodity_group": ["base", "precious", None],
            "distance_km": [676.138983352863, 1000, np.nan],
            "open": [True, False, True],
            "found": pd.to_datetime(["1998-05-03", "2001-01-01", None]),
            "name": ["a", "b", None],
            "year": [1990, 1995, 2000],
        },
        geometry=gpd.points_from_xy([60, 61, 62], [45, 46, 47]),
        crs=4326,
    )
    m = mm.Map(table, name="layer", language=language, label=column)
    m.save(tmp_path / "map.gpkg")
    (style,) = styles_in(tmp_path / "map.gpkg")
    text = fromstring(style).find("labeling/settings/text-style")
    found = gpd.read_file(tmp_path / "map.gpkg", layer="layer")
    if texts is None:
        assert (text.get("fieldName"), text.get("isExpression")) == (column, "0")
        assert list(found.columns) == list(table.columns)
    else:
        assert text.get("fieldName") == f'coalesce("{column} label", "{column}")'
        assert text.get("isExpression") == "1"
        written = found.sort_values("year")[f"{column} label"]
        assert [one if isinstance(one, str) else None for one in written] == texts
    assert drawn_of(mm.Map(tmp_path / "map.gpkg")).labels.column == column


def styles_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT styleQML FROM layer_styles").fetchall()
    return [text.split("\n", 1)[1] for (text,) in rows]


def by_option(name: str) -> str:
    """Return the pattern of the expression that replaces a property."""
    return rf'(?s)<Option type="Map" name="{name}">.*?</Option>'


THREE = {"color": "kind", "size": "tonnage", "shape": "status"}


@pytest.mark.parametrize(
    ("make", "looks", "edit", "left"),
    [
        (mines, THREE, ("", ""), {"size", "shape", "shapes"}),
        (mines, THREE, (by_option("size"), ""), {"shape", "shapes"}),
        (mines, THREE, (by_option("name"), ""), {"size"}),
        (mines, THREE, (by_option("name"), "", 1), {"size"}),
        (mines, THREE, ("<rule .*?/>", "", 1), {"size", "shape", "shapes"}),
        (mines, {"color": "kind", "shape": "key"}, (by_option("name"), ""), set()),
        (mines, {"color": "kind", "opacity": "sure"}, (r"100 \* if", "50 * if"), set()),
        (areas, {"color": "unit", "opacity": "sure"}, (by_option("fillColor"), ""), set()),
        (faults, {"color": "type", "line_width": "flow"}, (r"max\(", "2 * max("), set()),
        (faults, {"color": "flow", "dash": "type"}, ("", ""), {"dash", "dashes"}),
        (faults, {"color": "flow", "dash": "type"}, ("6;3;1.5;3", "1;1", 1), set()),
        (faults, {"color": "flow", "dash": "type"}, ("'thrust'", "'x'", 1), set()),
    ],
)
def test_keywords_are_those_that_an_edited_style_still_shows(
    tmp_path: Path, make: Any, looks: dict[str, Any], edit: tuple[Any, ...], left: set[str]
) -> None:
    table = make()
    _, path = saved(
        tmp_path, table.assign(key="one") if looks.get("shape") == "key" else table, **looks
    )
    (text,) = styles_in(path)
    changed = re.sub(*edit[:2], text, count=[*edit, 0][2])
    assert (changed == text) == (edit[0] == "")
    style = qgis_style(changed.encode(), "own.qml")
    assert style.looks.keys() == left
    assert (EXPRESSIONS in style.left_out) == (edit[1] not in ("", "1;1"))


def test_edits_in_qgis_come_before_the_keywords_of_the_map(tmp_path: Path) -> None:
    table = mines().assign(country="KAZ")
    _, path = saved(tmp_path, table, color="crimson", size="tonnage", label="country")
    with closing(sqlite3.connect(path)) as database, database:
        (text,) = database.execute("SELECT styleQML FROM layer_styles").fetchone()
        text = re.sub(by_option("size"), "", text)
        text = re.sub('name="size" value="[^"]*"', 'name="size" value="9.75"', text)
        text = re.sub('fieldName="[^"]*"', 'fieldName="name"', text)
        database.execute("UPDATE layer_styles SET styleQML = ?", [text])
    part = drawn_of(mm.Map(path))
    assert (part.labels.column, set(part.marks.channels)) == ("name", set())
    assert set(diameters(part, 9).round(1)) == {12.0}


@pytest.mark.parametrize(
    "shapes", [("square", "star"), ("mine", "abandoned mine"), ("mine", "star")]
)
def test_a_legend_of_colours_has_circles(tmp_path: Path, shapes: tuple[str, str]) -> None:
    looks = {
        "color": "kind",
        "shape": "status",
        "shapes": dict(zip(("open", "shut"), shapes, strict=True)),
    }
    _, path = saved(tmp_path, mines(), **looks)
    (text,) = styles_in(path)
    symbol = next(fromstring(text).iter("symbol"))
    properties = [
        {option.get("name"): option.get("value") for option in layer.findall("Option/Option")}
        for layer in symbol.findall("layer")
    ]
    assert properties[0]["name"] in ("circle", embedded(icon_svg("circle")))
    assert [one["size"] for one in properties[1:]] == ["0"] * (len(properties) - 1)


def test_corridors_and_routes_have_tables_for_their_parts(tmp_path: Path) -> None:
    corridor = mm.corridor("middle")
    m = mm.Map().add(corridor)
    m.save(tmp_path / "map.gpkg")
    legs, nodes = m.layers()[0].drawn
    title = corridor.title
    with pytest.warns(MinmapWarning, match="widest is drawn|unusual shapes"):
        back = {
            what: drawn_of(mm.Map().add(tmp_path / "map.gpkg", layer=f"{title} ({what})"))
            for what in ("legs", "nodes")
        }
    for what, part in {"legs": legs, "nodes": nodes}.items():
        assert legend_of(back[what]) == legend_of(part)
    assert back["nodes"].labels.column == "name"
    assert back["legs"].labels is None
    assert len(back["legs"].table) == len(corridor.legs)


# Placement ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("crs", [4326, 32642, 3035, 3857, 3413])
def test_geometries_are_within_1_cm_of_those_given(tmp_path: Path, crs: int) -> None:
    table, reach = mines().to_crs(crs), 0.01 if crs == 4326 else 900.0
    shapes = [table, table.set_geometry(shapely.buffer(table.geometry, reach))]
    for n, given in enumerate(shapes):
        mm.Map(given, name="layer").save(tmp_path / f"{n}.gpkg")
        found = gpd.read_file(tmp_path / f"{n}.gpkg", layer="layer").sort_values("key")
        assert found.crs == given.crs
        to_degrees = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
        wanted, got = (shapely.get_coordinates(one.geometry) for one in (given, found))
        lon, lat = to_degrees.transform(*wanted.T)
        here = found.geometry.to_crs(4326).get_coordinates().to_numpy()
        _, _, metres = pyproj.Geod(ellps="WGS84").inv(lon, lat, *here.T)
        assert np.abs(metres).max() < 0.01
        assert np.array_equal(wanted, got)


def test_collections_are_taken_apart_by_kind(tmp_path: Path) -> None:
    parts = [shapely.Point(60, 45), shapely.box(61, 45, 62, 46)]
    parts.append(shapely.GeometryCollection([shapely.LineString([(60, 45), (62, 46)]), parts[1]]))
    table = gpd.GeoDataFrame(
        {"name": ["a", "b"]}, geometry=[shapely.GeometryCollection(parts), parts[0]], crs=4326
    )
    _, path = saved(tmp_path, table)
    counts = {name: pyogrio.read_info(path, layer=name)["features"] for name in layers_in(path)}
    assert counts == {"layer (areas)": 2, "layer (lines)": 1, "layer (points)": 2}


# Files --------------------------------------------------------------------------------------------


def dem(folder: Path, **profile: Any) -> Path:
    path = folder / "source.tif"
    row, column = np.mgrid[0:60, 0:90]
    heights = (800 + 300 * np.sin(row / 9) * np.cos(column / 7)).astype(np.float32)
    heights[:9, :9] = -1
    profile = {
        "driver": "GTiff", "height": 60, "width": 90, "count": 1, "dtype": "float32",
        "crs": "EPSG:4326", "transform": Affine(0.1, 0, 60, 0, -0.1, 50), "nodata": -1, **profile,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(heights.astype(profile["dtype"]), 1)
    return path


def everything(folder: Path) -> mm.Map:
    source = {"title": "Mines", "citation": "A. Author, 2024", "licence": "CC BY 4.0"}
    points = mines()
    points.attrs["sources"] = [source]
    m = mm.Map(points, title="Ore", subtitle="of 2024", name="Mines", color="kind")
    return m.add(areas(), color="people", name="People").add(dem(folder), name="Heights")


def test_the_same_map_gives_the_same_bytes(tmp_path: Path) -> None:
    sets = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        everything(folder).save(folder / "map.gpkg")
        (folder / "source.tif").unlink()
        sets.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert sets[0].keys() == {"map.gpkg", "map Heights.tif", "map Heights.qml"}
    assert sets[0] == sets[1]


def test_sources_and_titles_are_metadata(tmp_path: Path) -> None:
    everything(tmp_path).save(tmp_path / "map.gpkg")
    back = mm.read(tmp_path / "map.gpkg", layer="Mines")
    assert back.attrs["sources"][0]["licence"] == "CC BY 4.0"
    with closing(sqlite3.connect(tmp_path / "map.gpkg")) as database:
        whole = database.execute(
            "SELECT metadata FROM gpkg_metadata m JOIN gpkg_metadata_reference r ON m.id ="
            " r.md_file_id WHERE reference_scope = 'geopackage'"
        ).fetchall()
        styles = database.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
        ).fetchall()
        described = dict(database.execute("SELECT table_name, description FROM gpkg_contents"))
    assert len(whole) == 1
    assert "Ore" in whole[0][0]
    assert "of 2024" in whole[0][0]
    assert [row[:3] for row in styles] == [("Mines", "geom", 1), ("People", "geom", 1)]
    assert described["Mines"] == "A. Author, 2024 (CC BY 4.0)"
    for row in styles:
        fromstring(row[3].split("\n", 1)[1])


def test_a_failed_write_leaves_the_old_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    m = everything(tmp_path)
    m.save(tmp_path / "map.gpkg")
    (tmp_path / "source.tif").unlink()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("minmap.qgis.geopackage.style_of", fail)
    with pytest.raises(FileError, match=r"No space left|full"):
        m.add(faults()).save(tmp_path / "map.gpkg")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_rasters_come_back_with_their_colours(tmp_path: Path) -> None:
    m = mm.Map().add(dem(tmp_path), name="Heights", vmin=600, vmax=1000, palette="viridis")
    m.save(tmp_path / "map.gpkg")
    with rasterio.open(tmp_path / "map Heights.tif") as dataset:
        values = dataset.read(1, masked=True)
    (before,) = m.layers()[0].drawn
    assert np.array_equal(values.mask, before.raster.cell_values.cells.mask)
    assert np.array_equal(values.compressed(), before.raster.cell_values.cells.compressed())
    (after,) = mm.Map().add(tmp_path / "map Heights.tif").layers()[0].drawn
    assert after.opacity == before.opacity
    colors, again = map(color_by_value, (before.raster, after.raster))
    assert again.keys() <= colors.keys()
    assert len(again) > 1000
    assert max(np.abs(colors[value] - again[value]).max() for value in again) <= 3


def color_by_value(raster: Any) -> dict[float, Any]:
    pixels = np.asarray(Image.open(BytesIO(raster.png)).convert("RGB")).astype(int)
    cells = raster.cell_values.cells
    shown = ~np.ma.getmaskarray(cells)
    return dict(zip(cells[shown].tolist(), pixels[shown], strict=True))


def test_a_raster_comes_back_with_its_title_unit_and_licence(tmp_path: Path) -> None:
    with rasterio.open(dem(tmp_path), "r+") as dataset:
        dataset.update_tags(source="A. Author, 2024", licence="CC BY 4.0")
    m = mm.Map().add(tmp_path / "source.tif", name="Relief", legend="Elevation", unit="m")
    m.save(tmp_path / "map.gpkg")
    with rasterio.open(tmp_path / "map Relief.tif") as dataset:
        assert (dataset.descriptions, dataset.units) == (("Elevation (m)",), ("m",))
    (layer,) = mm.Map().add(tmp_path / "map Relief.tif").layers()
    legend = layer.drawn[0].raster.legend
    assert (title_text(legend, "en"), legend["unit"]) == ("Elevation (m)", "m")
    assert (layer.sources[0]["citation"], layer.sources[0]["licence"]) == (
        "A. Author, 2024",
        "CC BY 4.0",
    )


def test_classes_of_a_raster_come_back(tmp_path: Path) -> None:
    path = tmp_path / "cover.tif"
    profile = {"driver": "GTiff", "height": 60, "width": 90, "count": 1, "dtype": "uint8"}
    with rasterio.open(
        path, "w", crs="EPSG:4326", transform=Affine(0.1, 0, 60, 0, -0.1, 50), nodata=0, **profile
    ) as dataset:
        dataset.write((np.arange(5400) // 90 % 4).astype(np.uint8).reshape(60, 90), 1)
    names = {1: "forest", 2: "water <&>", 3: 'rock "]]>'}
    m = mm.Map().add(path, name="Cover", classes=names, opacity=0.5)
    m.save(tmp_path / "map.gpkg")
    again = mm.Map().add(tmp_path / "map Cover.tif")
    (before,), (after,) = (one.layers()[0].drawn for one in (m, again))
    entries, back = (part.raster.legend["entries"] for part in (before, after))
    assert back == [{**one, "color": one["color"].lower()} for one in entries]
    assert after.opacity == 0.5


def test_an_image_comes_back_with_its_opacity(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    profile = {"driver": "GTiff", "height": 60, "width": 90, "count": 3, "dtype": "uint8"}
    profile |= {"crs": "EPSG:4326", "transform": Affine(0.1, 0, 60, 0, -0.1, 50)}
    with rasterio.open(path, "w", photometric="RGB", **profile) as dataset:
        dataset.write((np.arange(3 * 5400) % 251).astype(np.uint8).reshape(3, 60, 90))
    m = mm.Map().add(path, name="Scan", opacity=0.4)
    m.save(tmp_path / "map.gpkg")
    (before,), (after,) = (
        one.layers()[0].drawn for one in (m, mm.Map().add(tmp_path / "map Scan.tif"))
    )
    assert (after.opacity, after.raster.kind) == (0.4, "image")
    assert after.raster.bounds == pytest.approx(np.array(before.raster.bounds))


def test_relief_comes_back(tmp_path: Path) -> None:
    m = mm.Map().add(dem(tmp_path), name="Relief", stretch="hillshade", opacity=0.9)
    m.save(tmp_path / "map.gpkg")
    with pytest.warns(MinmapWarning, match="lit from the north-west"):
        (after,) = mm.Map().add(tmp_path / "map Relief.tif").layers()[0].drawn
    assert after.opacity == 0.9
    assert after.raster.shades is not None


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    m = mm.Map(mines())
    folium.Marker((45, 66)).add_to(m)
    with pytest.warns(MinmapWarning, match="The GeoPackage leaves out Marker: it shows"):
        m.save(tmp_path / "map.gpkg")


@pytest.mark.parametrize("ending", ["html", "pdf", "gpkg"])
def test_a_table_without_rows_is_named(tmp_path: Path, ending: str) -> None:
    with pytest.warns(MinmapWarning, match=r"The table has no rows, .* layer 'Mines' shows noth"):
        m = mm.Map(mines().head(0), name="Mines", color="kind")
    path = tmp_path / f"map.{ending}"
    if ending == "gpkg":
        with pytest.raises(MinmapError, match="The map shows no records of 'Mines', so that a Geo"):
            m.save(path)
        m.add(areas(), name="Areas")
        with pytest.warns(MinmapWarning, match="The GeoPackage leaves out 'Mines': the map shows"):
            m.save(path)
        assert layers_in(path) == ["Areas"]
        return
    empty = "The figure shows none of the layers" if ending == "pdf" else None
    with pytest.warns(MinmapWarning, match=empty) if empty else nullcontext():
        m.save(path)
    assert path.stat().st_size > 1000
    assert m.layers()[0].describe("")["name"] == "Mines"


def layers_in(path: Path) -> list[str]:
    return [name for name in pyogrio.list_layers(path)[:, 0] if name != "layer_styles"]


def test_options_of_figures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match=r"dpi=300 is for figures .* leave it out for a \.gpkg"):
        mm.Map(mines()).save(tmp_path / "map.gpkg", dpi=300)
    with pytest.raises(MinmapError, match="no layer for a GeoPackage; add data first"):
        mm.Map().save(tmp_path / "map.gpkg")
    assert not [*tmp_path.iterdir()]


# Hostile texts ------------------------------------------------------------------------------------

HOSTILE = [
    "'; DROP TABLE layer_styles; --", '" OR 1=1', "]]>", "<!ENTITY a 'b'>", "\\' || '",
    "[% layer %]", "a\x07b", "\ufffe", "\uffff", "tab\there", "new\nline", "'", "''", '"', "%1",
    "@map_scale", "é中",
]  # fmt: skip
COLUMN = "na\"me's]]>\x01"


def hostile() -> gpd.GeoDataFrame:
    count = len(HOSTILE)
    numbers = range(count)
    return gpd.GeoDataFrame(
        {"key": numbers, COLUMN: HOSTILE, "geom": numbers, "FID": numbers},
        geometry=gpd.points_from_xy(60 + np.arange(count), np.full(count, 45)),
        crs=4326,
    )


@pytest.mark.parametrize("more", [{}, {"shape": COLUMN}])
def test_hostile_texts_stay_texts(tmp_path: Path, more: dict[str, str]) -> None:
    table = hostile().head(10 if more else len(HOSTILE))
    name = 'x\'; DROP\x00 "layer_styles" | <]]>'
    m = mm.Map(table, name=name, color=COLUMN, label=COLUMN, **more)
    path = tmp_path / "map.gpkg"
    m.save(path)
    layers = layers_in(path)
    assert layers == ["x__ DROP_ _layer_styles_ _ ____"]
    part = drawn_of(mm.Map().add(path, layer=layers[0]))
    assert {one.label for one in part.marks.legend.entries} == {
        entry.label.translate({7: 0xFFFD, 0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD})
        for entry in drawn_of(m).marks.legend.entries
    }
    before, after = (looks_by_key(one, 9) for one in (drawn_of(m), part))
    assert after == before
    values = gpd.read_file(path, layer=layers[0]).sort_values("key")
    assert values.iloc[:, 1].tolist() == table.iloc[:, 1].tolist()


def test_texts_of_strange_types_are_written(tmp_path: Path) -> None:
    table = (
        mines()
        .head(3)
        .assign(
            parts=[["Cu", "Au"], None, []],
            half=pd.Series(["\ud800", "a\x00b", "c"], dtype=object),
            mixed=[1, "x", None],
        )
    )
    table[7] = 1
    _, path = saved(tmp_path, table, color="parts")
    found = gpd.read_file(path, layer="layer").sort_values("key")
    assert found["parts"].tolist()[0] == "Cu, Au"
    assert found["half"].tolist() == ["?", "ab", "c"]
    assert found["mixed"].tolist()[:2] == ["1", "x"]
    assert "7" in found


def test_a_style_that_does_not_fit_its_table_is_named(tmp_path: Path) -> None:
    _, path = saved(tmp_path, mines(), color="kind", size="tonnage")
    with closing(sqlite3.connect(path)) as database, database:
        for name in ("IsEmpty", "MinX", "MaxX", "MinY", "MaxY"):  # which the table's triggers call
            database.create_function(f"ST_{name}", 1, lambda _: 0)
        database.execute("UPDATE layer SET tonnage = -1")
    with pytest.warns(MinmapWarning, match=r"size='tonnage' does not fit the table\."):
        part = drawn_of(mm.Map(path))
    assert "size" not in part.marks.channels


@pytest.mark.parametrize(
    "looks",
    [
        "{", "[]", "5", '{"size": 5}', '{"shape": "kind", "shapes": {"vein": 5}}',
        '{"dash": "kind"}', '{"line_width": "grade"}', '{"shapes": {"a": "b"}}', "[" * 10_000,
        '{"opacity": "tonnage"}', '{"size": "no such column"}', '{"shape": "kind", "shapes": []}',
    ],
)  # fmt: skip
def test_looks_that_somebody_changed_do_no_harm(tmp_path: Path, looks: str) -> None:
    _, path = saved(tmp_path, mines(), color="kind")
    with closing(sqlite3.connect(path)) as database, database:
        (text,) = database.execute("SELECT styleQML FROM layer_styles").fetchone()
        root = fromstring(text.split("\n", 1)[1])
        root.find("customproperties/Option/Option").set("value", looks)
        database.execute("UPDATE layer_styles SET styleQML = ?", [tostring(root, "unicode")])
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        part = drawn_of(mm.Map(path))
    assert [entry.label for entry in part.marks.legend.entries][:3] == ["vein", "skarn", "placer"]


def test_keywords_come_before_those_of_the_file(tmp_path: Path) -> None:
    shapes = {"open": "star", "shut": "cross"}
    _, path = saved(tmp_path, mines(), color="kind", shape="status", shapes=shapes, size="tonnage")
    part = drawn_of(mm.Map(path, shape="is_open", size=12))
    assert part.marks.columns == ("is_open",)
    assert part.marks.channels["shape"].distinct == ("circle", "square")


def test_the_one_table_of_a_map_is_read_with_its_sources(tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text("name,lat,lon,Au\na,45,61,1\nb,46,62,2\n")
    with pytest.warns(MinmapWarning, match="Columns taken"):
        read = mm.read(table)
    mm.Map(read).save(tmp_path / "map.gpkg")
    assert mm.read(tmp_path / "map.gpkg").attrs["sources"] == read.attrs["sources"]


@pytest.mark.parametrize("ending", ["gpkg", "parquet", "geojson", "kml", "shp"])
def test_a_file_of_minmap_is_drawn_with_its_sources(tmp_path: Path, ending: str) -> None:
    source = {"title": "Mines <&'\">", "citation": "A. Author, 2024", "licence": "CC BY 4.0"}
    table = mines()[["name", "geometry"]]
    table.attrs["sources"] = [source]
    mm.write(table, tmp_path / f"one.{ending}")
    (layer,) = mm.Map().add(tmp_path / f"one.{ending}").layers()
    assert layer.sources == [source]


def test_each_layer_of_a_map_keeps_its_sources(tmp_path: Path) -> None:
    everything(tmp_path).save(tmp_path / "map.gpkg")
    m = mm.Map().add(tmp_path / "map.gpkg", layer="Mines", name="M")
    m.add(tmp_path / "map.gpkg", layer="People", name="P")
    assert [layer.sources[0].get("licence") for layer in m.layers()] == ["CC BY 4.0", None]


def test_tables_have_the_names_of_layers_as_identifiers(tmp_path: Path) -> None:
    m = mm.Map(mines(), name="Hidden: by country").add(faults(), name="Hidden: by country")
    m.add(areas(), name="layer_styles").save(tmp_path / "map.gpkg")
    with closing(sqlite3.connect(tmp_path / "map.gpkg")) as database:
        rows = database.execute("SELECT table_name, identifier FROM gpkg_contents").fetchall()
    assert dict(rows) == {
        "Hidden_ by country": "Hidden: by country",
        "Hidden_ by country 2": "Hidden: by country 2",
        "_layer_styles": "layer_styles 2",
        "layer_styles": "layer_styles",
    }
    back = mm.Map().add(tmp_path / "map.gpkg", layer="Hidden_ by country")
    back.add(tmp_path / "map.gpkg", layer="Hidden_ by country 2", name="own")
    assert [layer.layer_name for layer in back.layers()] == ["Hidden: by country", "own"]
    assert len(mm.read(tmp_path / "map.gpkg", layer="Hidden_ by country")) == COUNT
    assert len(gpd.read_file(tmp_path / "map.gpkg", layer="Hidden_ by country 2")) == 12


@pytest.mark.exhaustive
def test_only_maps_have_identifiers_for_names(tmp_path: Path) -> None:
    mm.Map(mines(), name="a: b").save(tmp_path / "map.gpkg")
    mines().to_file(tmp_path / "own_file.gpkg", layer="a_b", IDENTIFIER="c")
    made = mm.Map().add(tmp_path / "map.gpkg").add(tmp_path / "own_file.gpkg", layer="a_b")
    assert [layer.layer_name for layer in made.layers()] == ["a: b", "a b"]


def test_very_long_values_are_not_repeated_in_styles(tmp_path: Path) -> None:
    table = mines().head(8).assign(long=[letter * 50_000 for letter in "abcdefgh"])
    mm.Map(table, shape="long", color="key").save(tmp_path / "map.gpkg")
    with closing(sqlite3.connect(tmp_path / "map.gpkg")) as database:
        ((length,),) = database.execute("SELECT length(styleQML) FROM layer_styles").fetchall()
    assert length < 2_000_000


def heights(**looks: Any) -> mm.Map:
    cells = np.arange(81.0).reshape(9, 9)
    return mm.Map(mines()).add(cells, bounds=(60, 40, 61, 41), crs=4326, name="dem", **looks)


@pytest.mark.exhaustive
def test_files_that_are_not_of_an_older_map_are_kept(tmp_path: Path) -> None:
    raster, page = tmp_path / "map dem.tif", tmp_path / "map.gpkg"
    place = {"crs": "EPSG:4326", "transform": Affine(0.1, 0, 60, 0, -0.1, 45)}
    with rasterio.open(
        raster, "w", driver="GTiff", width=9, height=9, count=1, dtype="uint8", **place
    ) as file:
        file.write(np.arange(81, dtype="uint8").reshape(1, 9, 9))
    before = raster.read_bytes()
    with pytest.raises(MinmapError, match=r"map dem\.tif exists and is not as minmap wrote it"):
        heights().save(page)
    with pytest.raises(MinmapError, match=r"map dem\.tif is a file that the map was made of"):
        mm.Map().add(raster, name="dem").save(page)
    assert raster.read_bytes() == before
    assert not page.exists()
    mm.write(mines(), page)
    before = page.read_bytes()
    with pytest.raises(MinmapError, match=r"map\.gpkg exists and is not a map that minmap wrote"):
        mm.Map(mines()).save(page)
    assert page.read_bytes() == before
    own = tmp_path / "own.gpkg"
    heights().save(own)
    heights().save(own)
    with pytest.raises(MinmapError, match="is a file that the map was made of"):
        mm.Map(own, layer="Occurrences").save(own)
    with pytest.raises(MinmapError, match=r"own dem\.tif is a file that the map was made of"):
        mm.Map().add(tmp_path / "own dem.tif", name="dem").save(own)
    raster, style = tmp_path / "own dem.tif", tmp_path / "own dem.qml"
    text = style.read_text("utf-8")
    style.write_text(text.replace("</qgis>", "<!-- mine --></qgis>"), "utf-8")
    with pytest.raises(MinmapError, match=r"own dem\.qml exists and is not as minmap wrote it"):
        heights().save(own)
    style.write_text(text, "utf-8")
    before = raster.read_bytes()
    with rasterio.open(raster, "r+") as file:
        file.write(np.full((1, 3, 3), 7.0), window=Window(0, 0, 3, 3))
    with pytest.raises(MinmapError, match=r"own dem\.tif exists and is not as minmap wrote it"):
        heights().save(own)
    raster.write_bytes(before)
    heights().save(own)
    raster.unlink()
    heights().save(own)


@pytest.mark.parametrize("kind", ["folder", "loop", "huge", "nothing there"])
def test_what_is_no_file_under_the_name_of_a_style_is_kept(tmp_path: Path, kind: str) -> None:
    style = tmp_path / "map dem.qml"
    if kind == "folder":
        style.mkdir()
    elif kind == "huge":
        with style.open("wb") as file:
            file.truncate(20 << 30)
    else:
        style.symlink_to(style if kind == "loop" else tmp_path / "nothing")
    with pytest.raises(MinmapError, match=r"map dem\.qml exists and is not as minmap wrote it"):
        heights().save(tmp_path / "map.gpkg")


@pytest.mark.exhaustive
def test_a_raster_of_an_older_map_is_replaced_although_the_last_one_had_none(
    tmp_path: Path,
) -> None:
    path = tmp_path / "map.gpkg"
    heights().save(path)
    mm.Map(mines()).save(path)
    heights(palette="magma").save(path)
    path.unlink()
    heights().save(path)


@pytest.mark.parametrize("dtype", ["int64", "uint64", "int32", "uint8"])
def test_whole_numbers_of_every_size_are_written_with_gaps(tmp_path: Path, dtype: str) -> None:
    cells = np.ma.masked_less(np.arange(81).reshape(9, 9).astype(dtype), 9)
    path = tmp_path / "map.gpkg"
    mm.Map().add(cells, bounds=(60, 40, 61, 41), crs=4326, name="dem", kind="values").save(path)
    with rasterio.open(tmp_path / "map dem.tif") as file:
        found = file.read(1, masked=True).compressed()
    assert (found.min(), found.max()) == (9, 80)


def test_layers_that_were_added_to_a_map_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "map.gpkg"
    mm.Map(mines()).save(path)
    mines()[["name", "geometry"]].to_file(path, layer="my survey", driver="GPKG")
    with pytest.raises(MinmapError, match=r"was changed after minmap wrote it \(my survey\)"):
        mm.Map(mines()).save(path)
    assert len(gpd.read_file(path, layer="my survey")) == COUNT


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE gpkg_contents SET last_change = '2026-11-27T10:00:00Z'", "Occurrences, layer_st"),
        ("INSERT INTO qgis_projects VALUES ('mine', '{}', '')", "project mine"),
        ('UPDATE qgis_projects SET metadata = \'{"last_modified_user": "me"}\'', "project map"),
        (f"UPDATE qgis_projects SET metadata = '{'[' * 100_000}'", "project map"),
    ],
)
def test_a_map_that_was_changed_since_is_kept(tmp_path: Path, change: str, said: str) -> None:
    path = tmp_path / "map.gpkg"
    mm.Map(mines()).save(path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(change)
    before = path.read_bytes()
    with pytest.raises(MinmapError, match=rf"was changed after minmap wrote it \({said}"):
        mm.Map(mines()).save(path)
    assert path.read_bytes() == before


def test_pyramids_and_statistics_of_an_older_raster_are_removed(tmp_path: Path) -> None:
    cells = np.arange(81.0).reshape(9, 9)
    made = mm.Map().add(cells, bounds=(60, 40, 61, 41), crs=4326, name="dem")
    made.save(tmp_path / "map.gpkg")
    old = [tmp_path / f"map dem.tif{end}" for end in (".ovr", ".aux.xml", ".msk")]
    for file in old:
        file.write_text("old")
    made.save(tmp_path / "map.gpkg")
    assert not [file for file in old if file.exists()]


@pytest.mark.parametrize("name", ["qgis_projects", "QGIS_Projects", "\ud800a", "x" * 300, "a\0b"])
def test_layers_of_strange_names_are_written(tmp_path: Path, name: str) -> None:
    made = mm.Map(mines(), name=name)
    made.add(np.ones((4, 4)), bounds=(60, 40, 61, 41), crs=4326, name=name)
    path = tmp_path / f"{'m' * 200}.gpkg"
    made.save(path)
    assert len(gpd.read_file(path, layer=pyogrio.list_layers(path)[0][0])) == COUNT
    assert len(list(tmp_path.glob("*.tif"))) == 1


@pytest.mark.exhaustive
def test_a_layer_of_too_many_columns_is_named(tmp_path: Path) -> None:
    wide = mines().join(pd.DataFrame(0, index=range(COUNT), columns=[f"c{n}" for n in range(2000)]))
    made = mm.Map(wide, name="wide", fields="all")
    with pytest.raises(MinmapError, match=r"The layer 'wide' has 2,0.* at most 1,990"):
        made.save(tmp_path / "map.gpkg")


def test_a_crs_with_signs_that_xml_cannot_hold(tmp_path: Path) -> None:
    odd = pyproj.CRS("EPSG:32642").to_json_dict()
    odd["name"] = "a\x07b"
    rows = mines().to_crs(32642).set_crs(pyproj.CRS.from_json_dict(odd), allow_override=True)
    mm.Map(rows).save(tmp_path / "map.gpkg")
    with closing(sqlite3.connect(tmp_path / "map.gpkg")) as database:
        ((content,),) = database.execute("SELECT content FROM qgis_projects").fetchall()
    with ZipFile(BytesIO(bytes.fromhex(content))) as archive:
        assert "a\ufffdb" in tostring(fromstring(archive.read("map.qgs")), "unicode")
