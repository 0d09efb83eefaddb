"""Where styles are found: beside a file, in a GeoPackage, a KML, a zip archive, a raster."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import Affine

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.style.file_styles.companions import style_of_file
from minmap.style.file_styles.raster_styles import RasterEntry, raster_qml, raster_style
from tests.qgis_files import (
    add_style,
    categorized,
    category,
    faults,
    faults_qml,
    geology,
    geology_qml,
    qml,
    renderer,
    simple_fill,
    simple_marker,
    symbol,
    units,
    write_geology,
)


def write_package(path: Path) -> Path:
    geology().to_file(path, layer="units")
    faults().to_file(path, layer="faults")
    return path


def fill_of(color: str) -> str:
    return qml(renderer("singleSymbol", [symbol("fill", simple_fill(color))]))


def entries(layer: object) -> list[dict]:
    return layer._spec["legend"]["entries"]


@pytest.mark.parametrize("ending", [".shp", ".geojson", ".fgb", ".gpkg"])
def test_a_style_beside_a_file_gives_the_looks(tmp_path: Path, ending: str) -> None:
    (layer,) = mm.Map(write_geology(tmp_path, ending=ending)).layers()
    assert [(one["label"], one["color"]) for one in entries(layer)] == [
        (unit.label, unit.color) for unit in units()
    ]
    looks = {(one["outline"], one["outline_width"], one.get("opacity")) for one in entries(layer)}
    assert looks == {("#232323", 0.98, None)}


def test_the_ending_of_a_style_may_be_in_capitals(tmp_path: Path) -> None:
    path = write_geology(tmp_path)
    path.with_suffix(".qml").rename(tmp_path / "geology.QML")
    assert len(style_of_file(path).entries) == 41


def test_keywords_come_before_the_style(tmp_path: Path) -> None:
    path = write_geology(tmp_path)
    m = mm.Map(path, color="unit").add(path, color="navy").add(geology())
    by_column, by_color, by_table = m.layers()
    assert entries(by_column)[0]["color"] == "#0072B2"
    assert {one["color"] for one in entries(by_color)} == {"#000080"}
    assert [one["label"] for one in entries(by_color)] == [unit.label for unit in units()]
    assert len(entries(by_table)) == 1


def test_what_is_left_out_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "faults.geojson"
    faults().to_file(path)
    path.with_suffix(".qml").write_text(faults_qml(), encoding="utf-8")
    with pytest.warns(MinmapWarning) as caught:
        m = mm.Map().add(path)
    assert [str(one.message) for one in caught] == ["faults.qml: Symbols along lines are left out."]
    assert caught[0].filename == __file__
    thrust = entries(m.layers()[0])[0]
    assert (thrust["label"], thrust["color"], thrust["size"]) == ("Thrust", "#aa0000", 2.3214)


def test_a_broken_style_is_a_warning_and_the_layer_is_drawn(tmp_path: Path) -> None:
    path = write_geology(tmp_path)
    path.with_suffix(".qml").write_bytes(b"<qgis>\xff")
    with pytest.warns(MinmapWarning, match=r"^geology\.shp: geology\.qml is damaged XML"):
        (layer,) = mm.Map(path).layers()
    assert len(entries(layer)) == 1


def test_points_have_sizes_and_shapes_of_their_file(tmp_path: Path) -> None:
    path = tmp_path / "mines.geojson"
    table = gpd.GeoDataFrame({"commodity_group": ["base"]}, geometry=[shapely.Point(67, 48)])
    table.set_crs(4326).to_file(path)
    marker = simple_marker("star", "200,0,0,255", 4)
    text = qml(renderer("singleSymbol", [symbol("marker", marker)]), geometry=0)
    path.with_suffix(".qml").write_text(text)
    (layer,) = mm.Map(path).layers()
    outline = {"outline": "#232323", "outline_width": 1.0}
    assert entries(layer) == [
        {
            "label": "mines",
            "count": 1,
            "color": "#c80000",
            "shape": "star",
            "size": 0.7306,
            **outline,
        }
    ]


# GeoPackage ---------------------------------------------------------------------------------------


def test_a_geopackage_has_a_style_for_each_layer(tmp_path: Path) -> None:
    path = write_package(tmp_path / "map.gpkg")
    add_style(path, "units", fill_of("1,1,1,255"), is_default=0, time="2026-02-02")
    add_style(path, "units", geology_qml())
    add_style(path, "faults", "broken", is_default=0)
    add_style(path, "faults", faults_qml(), is_default=0, time="2026-02-02")
    before = sorted(tmp_path.iterdir()), path.read_bytes()
    assert len(style_of_file(path, "units").entries) == 41
    assert style_of_file(path, "faults").entries[0].label == "Thrust"
    assert style_of_file(path, "none") is None
    assert (sorted(tmp_path.iterdir()), path.read_bytes()) == before
    with pytest.warns(MinmapWarning, match=r"map\.gpkg, table layer_styles: Symbols along"):
        m = mm.Map(path, layer="units").add(path, layer="faults")
    assert [len(entries(layer)) for layer in m.layers()] == [40, 4]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIEW layer_styles AS SELECT 'units' AS f_table_name, '<qgis/>' AS styleQML",
        "CREATE TABLE layer_styles (f_table_name, styleQML AS (hex(zeroblob(1000))))",
        "CREATE VIRTUAL TABLE layer_styles USING fts5 (f_table_name, styleQML)",
    ],
)
def test_a_table_of_styles_that_runs_something_is_not_read(tmp_path: Path, sql: str) -> None:
    path = tmp_path / "map.gpkg"
    geology().to_file(path, layer="units")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(sql)
        if "VIEW" not in sql:
            database.execute("INSERT INTO layer_styles (f_table_name) VALUES ('units')")
    assert style_of_file(path, "units") is None


def test_a_style_in_a_geopackage_with_a_log_is_read(tmp_path: Path) -> None:
    path = write_package(tmp_path / "map.gpkg")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL").fetchall()
        database.execute("SELECT * FROM gpkg_contents").fetchall()
        add_style(path, "units", fill_of("1,2,3,255"))
        before = sorted(tmp_path.iterdir())
        assert path.with_name("map.gpkg-wal").exists()
        assert style_of_file(path, "units").entries[0].symbol.fill == "#010203"
        assert sorted(tmp_path.iterdir()) == before


# KML ----------------------------------------------------------------------------------------------

_KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document><name>Map</name>
<Style id="mine-normal"><IconStyle><color>ffd18802</color><scale>1.5</scale>
<Icon><href>https://www.gstatic.com/mapspro/images/stock/503-wht-blank_maps.png</href></Icon>
</IconStyle><LabelStyle><scale>0</scale></LabelStyle></Style>
<Style id="mine-highlight"><IconStyle><color>ff0000ff</color></IconStyle></Style>
<StyleMap id="mine"><Pair><key>normal</key><styleUrl>#mine-normal</styleUrl></Pair>
<Pair><key>highlight</key><styleUrl>#mine-highlight</styleUrl></Pair></StyleMap>
<Style id="licence"><LineStyle><color>ff2dc0fb</color><width>2.8</width></LineStyle>
<PolyStyle><color>802dc0fb</color><fill>1</fill><outline>1</outline></PolyStyle></Style>
<Placemark><name>A</name><styleUrl>#mine</styleUrl>
<Point><coordinates>67,48</coordinates></Point></Placemark>
<Placemark><name>B</name><styleUrl>#licence</styleUrl><Polygon><outerBoundaryIs><LinearRing>
<coordinates>66,47 68,47 68,49 66,47</coordinates></LinearRing></outerBoundaryIs></Polygon>
</Placemark>
<Placemark><name>C</name><styleUrl>#licence</styleUrl>
<LineString><coordinates>66,46 68,46</coordinates></LineString></Placemark>
<Placemark><name>D</name><styleUrl>#mine</styleUrl>
<Style><IconStyle><color>ff00ff00</color></IconStyle></Style>
<Point><coordinates>67,47.5</coordinates></Point></Placemark>
<Placemark><name>E</name><styleUrl>https://example.org/styles.kml#x</styleUrl>
<Point><coordinates>67.5,47.5</coordinates></Point></Placemark>
</Document></kml>"""


def test_placemarks_have_their_own_styles(tmp_path: Path) -> None:
    path = tmp_path / "licences.kml"
    path.write_text(_KML)
    style = style_of_file(path)
    looks = [(style.entries[code].label, style.entries[code].symbol) for code in style.by_record]
    (mine, first), (_, area), (_, line), (own, green), (unlabelled, unknown) = looks
    assert (mine, first.kind, first.fill, first.size_px) == ("mine", "point", "#0288d1", 24.0)
    assert (area.fill, area.fill_opacity, area.line) == ("#fbc02d", 0.502, "#fbc02d")
    assert (line.kind, line.line_width_px) == ("line", 2.8)
    assert (own, green.fill, unlabelled, unknown.fill) == ("style 4", "#00ff00", "", None)
    assert style.left_out == (
        "Styles in other files are left out.",
        "Icons are drawn as circles in their colours.",
    )


def test_a_kmz_has_the_styles_of_its_document(tmp_path: Path) -> None:
    path = tmp_path / "licences.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", _KML)
        archive.writestr("images/icon.png", b"")
    with pytest.warns(MinmapWarning, match=r"licences\.kmz: Styles in other files"):
        (layer,) = mm.Map(path).layers()
    found = [(one["label"], one["shape"], one["count"]) for one in entries(layer)]
    assert found[:3] == [("mine", "circle", 1), ("licence", "area", 1), ("licence", "line", 1)]
    codes = layer._spec["count"], [one["color"] for one in entries(layer)]
    assert codes[0] == 5
    assert codes[1][:2] == ["#0288d1", "#fbc02d"]


def test_the_style_that_gdal_writes_everywhere_is_no_choice(tmp_path: Path) -> None:
    path = tmp_path / "plain.kml"
    faults().to_file(path, driver="KML")
    assert "ff0000ff" in path.read_text()
    assert style_of_file(path) is None


def test_kml_of_minmap_and_folders_keep_their_order(tmp_path: Path) -> None:
    path = tmp_path / "folders.kml"
    mark = "<Placemark><styleUrl>#{}</styleUrl><LineString><coordinates>1,2 3,{}</coordinates>"
    marks = [mark.format(name, n) + "</LineString></Placemark>" for n, name in enumerate("aba")]
    styles = "".join(
        f'<Style id="{name}"><LineStyle><color>{color}</color></LineStyle></Style>'
        for name, color in (("a", "ff0000ff"), ("b", "ffff0000"))
    )
    inner = f"<Folder><name>F</name>{marks[0]}{marks[1]}</Folder><Folder><name>G</name>{marks[2]}"
    path.write_text(f"<kml><Document><name>D</name>{styles}{inner}</Folder></Document></kml>")
    assert style_of_file(path, "F").by_record == (0, 1)
    assert style_of_file(path, "G").by_record == (0,)
    assert style_of_file(path) is None
    (layer,) = mm.Map(path, layer="F").layers()
    assert [one["color"] for one in entries(layer)] == ["#ff0000", "#0000ff"]


def test_looks_of_placemarks_are_named_by_the_column_that_they_follow(tmp_path: Path) -> None:
    path = tmp_path / "mines.kml"
    mark = (
        "<Placemark><name>mine</name><styleUrl>#icon-{n}</styleUrl><ExtendedData>"
        "<Data name='metal'><value>{metal}</value></Data></ExtendedData>"
        "<Point><coordinates>{n},2</coordinates></Point></Placemark>"
    )
    metals = {1: "gold", 2: "copper"}
    marks = [mark.format(n=n, metal=metals[n]) for n in (2, 1, 1)]
    styles = "".join(
        f'<Style id="icon-{n}"><IconStyle><color>ff0000f{n}</color></IconStyle></Style>'
        for n in metals
    )
    path.write_text(f"<kml><Document><name>D</name>{styles}{''.join(marks)}</Document></kml>")
    (layer,) = mm.Map(path).layers()
    assert layer._spec["legend"]["title"] == "Metal"
    found = [(one["label"], one["count"], one["color"]) for one in entries(layer)]
    assert found == [("copper", 1, "#f20000"), ("gold", 2, "#f10000")]


def test_a_kml_that_declares_entities_is_not_expanded(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_text('<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>')
    assert style_of_file(path).left_out == (
        "a.kml declares XML entities, which can do harm; save it anew, or remove the "
        "<!ENTITY ...> lines.",
    )


# Archives -----------------------------------------------------------------------------------------


def test_a_zipped_shapefile_brings_its_style(tmp_path: Path) -> None:
    path = write_geology(tmp_path)
    archive = tmp_path / "geology.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for part in tmp_path.glob("geology.*"):
            if part != archive:
                packed.write(part, f"map/{part.name}")
    for part in tmp_path.glob(f"{path.stem}.*"):
        if part != archive:
            part.unlink()
    (layer,) = mm.Map(archive).layers()
    assert len(entries(layer)) == 40


# Rasters ------------------------------------------------------------------------------------------


def write_raster(path: Path, cells: np.ndarray, **options: object) -> Path:
    height, width = cells.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, dtype=cells.dtype,
        crs="EPSG:4326", transform=Affine(0.1, 0, 67, 0, -0.1, 49),
    ) as file:  # fmt: skip
        file.write(cells, 1)
        if "colors" in options:
            file.write_colormap(1, options["colors"])
    return path


_COVER = np.array([[1, 1, 2], [2, 3, 3]], dtype="uint8")


def test_a_colour_table_gives_colours(tmp_path: Path) -> None:
    colors = {1: (0, 128, 0, 255), 2: (200, 100, 0, 255), 3: (0, 0, 255, 128)}
    path = write_raster(tmp_path / "cover.tif", _COVER, colors=colors)
    found = {one.value: one for one in raster_style(path).entries}
    assert found[1] == RasterEntry(1.0, None, "#008000", 1.0)
    assert found[3].color == "#0000ff"


def test_names_of_categories_join_the_colours_of_the_file(tmp_path: Path) -> None:
    colors = {1: (0, 128, 0, 255)}
    path = write_raster(tmp_path / "cover.tif", _COVER, colors=colors)
    names = "".join(f"<Category>{name}</Category>" for name in ("", "Forest", "Bare", "Water"))
    (tmp_path / "cover.tif.aux.xml").write_text(
        f'<PAMDataset><PAMRasterBand band="1"><CategoryNames>{names}</CategoryNames>'
        "</PAMRasterBand></PAMDataset>"
    )
    style = raster_style(path)
    assert style.names == {1: "Forest", 2: "Bare", 3: "Water"}
    assert style.entries[0].color == "#008000"
    (layer,) = mm.Map(path).layers()
    assert [one["label"] for one in entries(layer)] == ["Forest", "Bare", "Water"]


_TABLE = """<PAMDataset><PAMRasterBand band="1"><GDALRasterAttributeTable tableType="thematic">
<FieldDefn index="0"><Name>VALUE</Name><Type>0</Type><Usage>5</Usage></FieldDefn>
<FieldDefn index="1"><Name>COUNT</Name><Type>0</Type><Usage>1</Usage></FieldDefn>
<FieldDefn index="2"><Name>CLASS_NAME</Name><Type>2</Type><Usage>{usage}</Usage></FieldDefn>
<FieldDefn index="3"><Name>R</Name><Type>0</Type><Usage>6</Usage></FieldDefn>
<FieldDefn index="4"><Name>G</Name><Type>0</Type><Usage>7</Usage></FieldDefn>
<FieldDefn index="5"><Name>B</Name><Type>0</Type><Usage>8</Usage></FieldDefn>
<Row index="0"><F>2</F><F>2</F><F>Steppe</F><F>10</F><F>20</F><F>30</F></Row>
<Row index="1"><F>3</F><F>2</F><F>Lake</F><F>0</F><F>0</F><F>255</F></Row>
</GDALRasterAttributeTable></PAMRasterBand></PAMDataset>"""


@pytest.mark.parametrize("usage", [2, 0])
def test_an_attribute_table_gives_names_and_colours(tmp_path: Path, usage: int) -> None:
    path = write_raster(tmp_path / "cover.tif", _COVER)
    (tmp_path / "cover.tif.aux.xml").write_text(_TABLE.format(usage=usage))
    assert raster_style(path).entries == (
        RasterEntry(2.0, "Steppe", "#0a141e", 1.0),
        RasterEntry(3.0, "Lake", "#0000ff", 1.0),
    )


def test_a_damaged_record_of_a_raster_is_a_sentence(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "cover.tif", _COVER)
    assert raster_style(path) is None
    (tmp_path / "cover.tif.aux.xml").write_text("<PAMDataset>")
    style = raster_style(path)
    assert style.entries == ()
    assert style.left_out[0].startswith("cover.tif.aux.xml is damaged XML")


_RASTER_QML = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.34.12-Prizren" hasScaleBasedVisibilityFlag="0">
<pipe><provider><resampling enabled="false" zoomedInResamplingMethod="nearestNeighbour"/></provider>
<rasterrenderer band="1" type="{kind}" opacity="0.8" nodataColor="" alphaBand="-1">
<rasterTransparency/><minMaxOrigin><limits>None</limits></minMaxOrigin>{inner}</rasterrenderer>
<brightnesscontrast brightness="0" gamma="1" contrast="0"/></pipe><blendMode>0</blendMode></qgis>"""


def test_a_palette_of_qgis_gives_values_names_and_colours(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "cover.tif", _COVER)
    inner = (
        '<colorPalette><paletteEntry value="3" label="Lake" alpha="255" color="#0000ff"/>'
        '<paletteEntry value="1" label="Forest" alpha="0" color="#008000"/></colorPalette>'
    )
    path.with_suffix(".qml").write_text(_RASTER_QML.format(kind="paletted", inner=inner))
    style = raster_style(path)
    assert (style.kind, style.band, style.opacity) == ("classes", 1, 0.8)
    assert style.entries == (
        RasterEntry(3.0, "Lake", "#0000ff", 1.0),
        RasterEntry(1.0, "Forest", "#008000", 0.0),
    )
    (layer,) = mm.Map(path).layers()
    found = {one["label"]: one["color"] for one in entries(layer)}
    assert list(found) == ["2", "Lake"]
    assert found["Lake"] == "#0000ff"


def scale_qml(way: str, *items: tuple[str, str, str]) -> str:
    listed = "".join(
        f'<item value="{value}" label="{label}" alpha="255" color="{color}"/>'
        for value, label, color in items
    )
    inner = f'<rastershader><colorrampshader colorRampType="{way}">{listed}</colorrampshader>'
    return _RASTER_QML.format(kind="singlebandpseudocolor", inner=f"{inner}</rastershader>")


def test_transparent_colours_of_a_scale_are_named(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", _COVER.astype("float32") * 100)
    stops = (("0", "0", "#0000ff"), ("300", "300", "#ff0000"))
    clear = scale_qml("INTERPOLATED", *stops).replace('alpha="255"', 'alpha="0"', 1)
    path.with_suffix(".qml").write_text(clear)
    with pytest.warns(MinmapWarning, match="Transparent colours of a scale are drawn opaque"):
        mm.Map(path)


def test_a_large_style_in_an_archive_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    areas = gpd.GeoDataFrame({"u": ["a"]}, geometry=[shapely.box(60, 45, 61, 46)], crs=4326)
    areas.to_file(tmp_path / "units.shp")
    (tmp_path / "units.qml").write_text("<qgis/>")
    with zipfile.ZipFile(tmp_path / "units.zip", "w") as packed:
        for path in tmp_path.glob("units.*"):
            if path.suffix != ".zip":
                packed.write(path, path.name)
    monkeypatch.setattr("minmap.style.file_styles.companions.LARGEST_DOCUMENT", 2)
    with pytest.warns(MinmapWarning, match="units.qml in units.zip: It is larger than"):
        mm.Map(tmp_path / "units.zip")


def test_a_ramp_of_qgis_colours_the_raster_unless_the_maker_does(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", _COVER.astype("float32") * 100)
    stops = (("0", "0", "#0000ff"), ("100", "100", "#00ff00"), ("300", "300", "#ff0000"))
    path.with_suffix(".qml").write_text(scale_qml("INTERPOLATED", *stops))
    (layer,) = mm.Map(path).layers()
    legend, cells = layer._spec["legend"], layer._spec["cells"]
    assert legend["ticks"] == [(0.0, 0.0), (0.5, 100.0), (1.0, 300.0)]
    assert (cells["colors"][0], cells["colors"][127], cells["colors"][-1]) == (
        "#0000ff", "#00ff00", "#ff0000",
    )  # fmt: skip
    assert cells["limits"][127] == pytest.approx(100, abs=1)
    assert layer._spec["opacity"] == 0.8
    (layer,) = mm.Map(path, palette="viridis", opacity=1).layers()
    assert layer._spec["cells"]["colors"][0] == "#440154"
    assert layer._spec["opacity"] == 1


def test_relief_of_qgis_is_shaded_unless_the_maker_colours_it(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", _COVER.astype("float32") * 100)
    light = 'hillshade" azimuth="{}" angle="45" zfactor="1" multidirection="0'
    path.with_suffix(".qml").write_text(_RASTER_QML.format(kind=light.format(315), inner=""))
    (layer,) = mm.Map(path).layers()
    (wished,) = mm.Map(path, stretch="hillshade", opacity=0.8).layers()
    assert layer.describe("")["cells"] == wished.describe("")["cells"]
    assert layer._spec["opacity"] == 0.8
    (layer,) = mm.Map(path, palette="viridis").layers()
    assert layer._spec["cells"]["colors"][0] == "#440154"
    path.with_suffix(".qml").write_text(_RASTER_QML.format(kind=light.format(90), inner=""))
    with pytest.warns(MinmapWarning, match="Relief is lit from the north-west"):
        mm.Map(path)


def test_steps_of_qgis_are_classes_of_measurements(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", _COVER.astype("float32") * 100)
    steps = (("150", "low", "#00ff00"), ("250", "", "#ffff00"), ("inf", "high", "#ff0000"))
    path.with_suffix(".qml").write_text(scale_qml("DISCRETE", *steps))
    (layer,) = mm.Map(path).layers()
    assert [(one["label"], one["color"]) for one in entries(layer)] == [
        ("low", "#00ff00"), ("≤ 250", "#ffff00"), ("high", "#ff0000"),
    ]  # fmt: skip
    assert layer._spec["cells"]["limits"] == (150, 250)
    assert layer._spec["cells"]["step"] is not None


def test_a_scale_of_qgis_without_a_span_is_named_as_left_out(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", _COVER.astype("float32") * 100)
    path.with_suffix(".qml").write_text(scale_qml("INTERPOLATED", ("0", "0", "#0000ff")))
    with pytest.warns(MinmapWarning, match=r"dem\.qml: Its scale of colours is left out"):
        (layer,) = mm.Map(path).layers()
    assert "ramp" in layer._spec["legend"]


@pytest.mark.parametrize(
    ("way", "kind"), [("INTERPOLATED", "ramp"), ("DISCRETE", "steps"), ("EXACT", "classes")]
)
def test_pseudocolours_of_qgis_have_three_ways(way: str, kind: str) -> None:
    inner = (
        f'<rastershader><colorrampshader colorRampType="{way}" classificationMode="1" clip="0" '
        'minimumValue="0" maximumValue="100"><item value="0" label="0" alpha="255" '
        'color="#0000ff"/><item value="inf" label="> 50" alpha="255" color="#ff0000"/>'
        "</colorrampshader></rastershader>"
    )
    style = raster_qml(
        _RASTER_QML.format(kind="singlebandpseudocolor", inner=inner).encode(), "a.qml"
    )
    assert style.kind == kind
    assert [one.value for one in style.entries] == [0.0, float("inf")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<qgis/>", "It has no colours for rasters."),
        (_RASTER_QML.format(kind="contour", inner=""),
         "Colours of the kind 'contour' are left out."),
        ("<qgis>", "a.qml is damaged XML: no element found: line 1, column 6. Save it anew."),
    ],
)  # fmt: skip
def test_other_styles_of_rasters_are_sentences(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.qml").write_text(text)
    style = raster_style(tmp_path / "a.tif")
    assert style is not None
    assert style.left_out == (reason,)


def test_the_maker_orders_the_legend_of_a_file(tmp_path: Path) -> None:
    path = write_geology(tmp_path)
    last = units()[-1].label
    (layer,) = mm.Map(path, legend_order=[last]).layers()
    assert entries(layer)[0]["label"] == last
    with pytest.raises(mm.ChoiceError, match="legend_order='granit'"):
        mm.Map(path, legend_order=["granit"])


def test_the_entries_of_a_file_are_found_by_their_values_too(tmp_path: Path) -> None:
    path = write_geology(tmp_path)
    first, *_, last = units()
    (layer,) = mm.Map(path, legend_order=[last.code, first.label]).layers()
    assert [one["label"] for one in entries(layer)][:2] == [last.label, first.label]
    assert "codes" not in str(layer.describe("")["legend"])
    with pytest.raises(mm.ChoiceError, match=f"did you mean '{last.code}', shown as {last.label}"):
        mm.Map(path, legend_order=[last.label + "s"])


def write_hollow(folder: Path, *colors: str) -> Path:
    """Write areas of the kinds a, b, c and so on, with a style of fills; none is hollow."""
    kinds = [chr(ord("a") + n) for n in range(len(colors))]
    boxes = [shapely.box(60 + n, 40, 61 + n, 41) for n in range(len(colors))]
    gpd.GeoDataFrame({"kind": kinds}, geometry=boxes, crs=4326).to_file(folder / "areas.geojson")
    fills = [
        simple_fill(color or "0,0,0,255", **({} if color else {"style": "no"})) for color in colors
    ]
    symbols = [symbol("fill", fill, name=n) for n, fill in enumerate(fills)]
    categories = [category(kind, f"Kind {kind}", n) for n, kind in enumerate(kinds)]
    text = qml(categorized("kind", categories, symbols), opacity=0.5)
    (folder / "areas.qml").write_text(text, encoding="utf-8")
    return folder / "areas.geojson"


def test_areas_without_a_fill_keep_their_outlines(tmp_path: Path) -> None:
    path = write_hollow(tmp_path, "255,0,0,255", "")
    with pytest.raises(mm.MinmapError, match="outline='none' would leave nothing of 'Kind b'"):
        mm.Map(path, outline="none")
    assert [one["outline"] for one in entries(mm.Map(path, outline="red").layers()[0])] == [
        "#ff0000"
    ] * 2
    filled = write_hollow(tmp_path, "255,0,0,255", "0,0,255,255")
    assert {one["outline"] for one in entries(mm.Map(filled, outline="none").layers()[0])} == {
        "none"
    }


def test_opacity_multiplies_that_of_colours_and_replaces_that_of_the_layer(tmp_path: Path) -> None:
    path = write_hollow(tmp_path, "255,0,0,128", "0,0,255,255", "")
    (as_is,) = mm.Map(path).layers()
    assert [one.get("opacity") for one in entries(as_is)] == [0.251, 0.5, 0.0]
    (layer,) = mm.Map(path, opacity=0.8).layers()
    assert [one.get("opacity") for one in entries(layer)] == [0.502, None, 0.0]
    assert layer._spec["marks"]["opacity"] == [0.8]
    (plain,) = mm.Map(path, color="kind", opacity=0.8).layers()
    assert {one.get("opacity") for one in entries(plain)} == {None}
