"""The map on paper: what is on it, where it is, and in which files."""

from __future__ import annotations

import io
import re
import zlib
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from matplotlib import rc_context
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image
from pyproj import Geod, Transformer

import minmap as mm
from minmap.errors import ChoiceError, CRSError, MinmapError, MinmapWarning
from minmap.figure import ground, lettering
from minmap.figure.legend import legends_of
from minmap.figure.projection import Box, fitted, require_projection
from minmap.figure.records import area_path
from minmap.figure.symbols import symbol_path
from minmap.maps import figures
from minmap.maps.figures import paper_map_of

pytestmark = pytest.mark.exhaustive

BOX = (60.0, 40.0, 70.0, 46.0)


def points(lon: list[float], lat: list[float], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapely.points(lon, lat), crs=4326)


def stamps(figure: Figure) -> list[PathCollection]:
    """Return the collections of symbols on the map, which have a place for each."""
    found = [c for c in figure.axes[0].collections if isinstance(c, PathCollection)]
    return [c for c in found if len(c.get_offsets()) and c.get_sizes().size]


def places_of(collection: PathCollection) -> np.ndarray:
    """Return the place of each symbol once; its rim and its face are drawn apart."""
    return np.unique(np.asarray(collection.get_offsets()), axis=0)


def texts_of(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.mark.parametrize(
    "projection", ["EPSG:32642", "EPSG:3035", "+proj=laea +lat_0=43 +lon_0=65"]
)
def test_symbols_lie_where_pyproj_places_them(projection: str) -> None:
    lon, lat = [61.123456789, 68.9, 65.0], [40.5, 45.987654321, 43.0]
    figure = mm.Map(points(lon, lat)).figure(extent=BOX, projection=projection)
    (drawn,) = stamps(figure)
    x, y = Transformer.from_crs(4326, projection, always_xy=True).transform(lon, lat)
    offsets = places_of(drawn)
    order = np.argsort(offsets[:, 0])
    expected = np.column_stack([x, y])[np.argsort(x)]
    assert np.abs(offsets[order] - expected).max() < 0.01  # metres


@pytest.mark.parametrize("scale", [500_000, "1:500000", "1 : 500,000"])
def test_a_map_has_the_scale_that_is_asked_for(scale: float | str) -> None:
    figure = mm.Map(points([66.0], [43.0])).figure(
        extent=(65.5, 42.7, 66.5, 43.3), projection="EPSG:32642", scale=scale
    )
    axes = figure.axes[0]
    left, right = axes.get_xlim()
    bottom = sum(axes.get_ylim()) / 2
    mm_wide = axes.get_position().width * figure.get_size_inches()[0] * 25.4
    back = Transformer.from_crs(32642, 4326, always_xy=True)
    middle, step = (left + right) / 2, 1000.0
    ends = [back.transform(middle + side * step, bottom) for side in (-1, 1)]
    metres = Geod(ellps="WGS84").inv(*ends[0], *ends[1])[2]
    ground_per_mm = (right - left) * metres / (2 * step) / mm_wide
    assert ground_per_mm * 1000 == pytest.approx(500_000, rel=0.001)
    assert any(re.match(r"1 : (500,000|499|500)", text) for text in texts_of(figure))


def test_the_projection_suits_the_extent_and_the_theme() -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    plain = paper_map_of(mm.Map(deposits))
    counts = mm.summarise(deposits, by="country")
    themed = paper_map_of(mm.Map().add_countries(counts, value="occurrences"))
    assert "conformal" in fitted(plain.box, equal_area=plain.is_thematic).name
    assert "equal-area" in fitted(themed.box, equal_area=themed.is_thematic).name


@pytest.mark.parametrize(
    ("box", "equal_area"),
    [
        (Box(45, 35, 90, 55), True),
        (Box(60, 40, 64, 50), True),
        (Box(-20, 72, 60, 85), True),
        (Box(-180, -60, 180, 80), True),
        (Box(45, 35, 90, 55), False),
        (Box(60, 40, 64, 50), False),
        (Box(-10, -8, 40, 9), False),
    ],
)
def test_fitted_projections_keep_areas_or_angles(box: Box, *, equal_area: bool) -> None:
    projection = fitted(box, equal_area=equal_area)
    from pyproj import Proj  # noqa: PLC0415

    lon, lat = (
        np.random.default_rng(5).uniform([box.west, box.south], [box.east, box.north], (50, 2)).T
    )
    factors = Proj(projection.crs).get_factors(lon, lat)
    if equal_area:
        assert np.allclose(factors.areal_scale, 1, atol=1e-6)
    else:
        assert np.allclose(factors.angular_distortion, 0, atol=1e-4)


def test_edges_between_far_corners_are_bent_as_parallels_are() -> None:
    wide = gpd.GeoDataFrame(geometry=[shapely.box(40, 40, 90, 50)], crs=4326)
    figure = mm.Map(wide, color="#ff0000", opacity=1.0).figure(extent=(30, 30, 100, 60))
    areas = [
        path
        for c in figure.axes[0].collections
        if isinstance(c, PathCollection) and not np.asarray(c.get_offsets()).any()
        for path, color in zip(c.get_paths(), c.get_facecolors(), strict=False)
        if tuple(color[:3]) == (1.0, 0.0, 0.0)
    ]
    crs = fitted(Box(30, 30, 100, 60), equal_area=False).crs
    forward = Transformer.from_crs(4326, crs, always_xy=True)
    corners = shapely.Polygon(areas[0].vertices)
    x, y = forward.transform(np.linspace(40, 90, 200), np.full(200, 40.0))
    gaps = [corners.exterior.distance(shapely.Point(*place)) for place in zip(x, y, strict=True)]
    per_mm = np.ptp(figure.axes[0].get_xlim()) / (figure.get_size_inches()[0] * 25.4)
    assert max(gaps) < 0.02 * per_mm  # millimetres of paper


def test_rasters_lie_within_half_a_pixel(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    values = np.zeros((60, 60), np.uint8)
    values[20, 45] = 9
    with rasterio.open(
        path, "w", driver="GTiff", width=60, height=60, count=1, dtype="uint8",
        crs="EPSG:32642", transform=Affine(1000, 0, 300_000, 0, -1000, 5_000_000),
    ) as made:  # fmt: skip
        made.write(values, 1)
    look: Any = {"palette": {0: "#ffffff", 9: "#ff0000"}, "kind": "classes", "opacity": 1.0}
    layer = mm.Map(base="plain").add(path, **look)
    figure = layer.figure(projection="EPSG:32642", dpi=150)
    (image,) = figure.axes[0].images
    pixels = np.asarray(image.get_array())
    red = (pixels[..., 0] > 200) & (pixels[..., 1] < 60) & (pixels[..., 3] > 200)
    rows, columns = np.nonzero(red)
    left, right, bottom, top = image.get_extent()
    x = left + (columns.mean() + 0.5) / pixels.shape[1] * (right - left)
    y = top - (rows.mean() + 0.5) / pixels.shape[0] * (top - bottom)
    assert abs(x - 345_500) < 500
    assert abs(y - 4_979_500) < 500


def test_a_figure_shows_the_records_and_not_all_of_a_raster_below_them() -> None:
    relief: Any = {"bounds": (20, 20, 120, 60), "crs": 4326}
    cells = np.linspace(0, 1, 400).reshape(20, 20)
    table = points([62.0, 66.0], [42.0, 44.0])
    alone = mm.Map(table).figure(projection="EPSG:32642").axes[0]
    with_raster = mm.Map(table).add(cells, **relief).figure(projection="EPSG:32642").axes[0]
    assert with_raster.get_xlim() == alone.get_xlim()
    # A raster alone is shown whole, and so is one with a single point, which has no extent.
    whole = mm.Map().add(cells, **relief).figure(projection="EPSG:32642").axes[0]
    one = mm.Map(table[:1]).add(cells, **relief).figure(projection="EPSG:32642").axes[0]
    widths = [axes.get_xlim()[1] - axes.get_xlim()[0] for axes in (with_raster, whole, one)]
    assert widths[0] * 5 < widths[1]
    assert widths[2] == pytest.approx(widths[1], rel=0.1)


@pytest.mark.parametrize("ending", ["pdf", "svg", "png"])
def test_the_same_map_gives_the_same_bytes(ending: str, tmp_path: Path) -> None:
    table = points([62.0, 66.0], [42.0, 44.0], kind=["a", "b"])
    files = [tmp_path / f"{name}.{ending}" for name in "ab"]
    for file in files:
        mm.Map(table, color="kind", title="Twice").save(file, width_mm=120)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_texts_of_a_pdf_can_be_selected_and_its_fonts_are_embedded(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    mm.Map(points([66.0], [43.0], name=["x"]), title="zzzz").save(file, extent=BOX)
    content = file.read_bytes()
    assert b"/FontFile2" in content
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    drawn = b"".join(zlib.decompressobj().decompress(one) for one in streams if one[:1] == b"x")
    assert b"/ToUnicode" in content
    assert len(re.findall(rb"\bT[jJ]\b", drawn)) > 10


def test_an_svg_names_its_fonts_and_keeps_its_texts(tmp_path: Path) -> None:
    file = tmp_path / "a.svg"
    mm.Map(points([66.0], [43.0]), title="Кен орны <b>").save(file, extent=BOX)
    text = file.read_text(encoding="utf-8")
    assert "DejaVu Sans" in text
    assert "Кен орны &lt;b&gt;" in text


def test_letters_that_no_font_has_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_family_with", lambda _: None)
    with pytest.raises(
        MinmapError, match=r"has the letter '中' of '中国'; install one, such as Noto"
    ):
        mm.Map(points([66.0], [43.0]), title="中国").figure()


def test_what_cannot_be_drawn_is_named() -> None:
    made = mm.Map(points([66.0], [43.0]))
    folium.Marker((43, 66)).add_to(made)
    folium.FeatureGroup(name="Notes").add_to(made)
    with pytest.warns(MinmapWarning, match=r"leaves out Marker; FeatureGroup 'Notes': it"):
        made.figure()


def test_small_multiples_have_a_map_for_each_value() -> None:
    table = points([62, 63, 64], [42, 43, 44], kind=["b", "a", "b"])
    figure = mm.Map(table, color="kind").figure(by="kind")
    maps = [axes for axes in figure.axes if stamps_on(axes)]
    assert [stamps_on(axes) for axes in maps] == [1, 2]
    assert {"a", "b"} <= set(texts_of(figure))
    with pytest.raises(ChoiceError, match="by='knd' is not a column of a layer that is shown"):
        mm.Map(table).figure(by="knd")
    many = points([*range(50, 75)], [45] * 25, kind=[str(n) for n in range(25)])
    with pytest.raises(MinmapError, match="makes 25 maps, and a figure has at most 24"):
        mm.Map(many).figure(by="kind")


def stamps_on(axes: Any) -> int:
    found = [c for c in axes.collections if isinstance(c, PathCollection) and c.get_sizes().size]
    return sum(len(places_of(c)) for c in found)


def test_an_atlas_has_a_page_for_each_extent(tmp_path: Path) -> None:
    boxes = [shapely.box(60 + n, 40, 61 + n, 41) for n in range(3)]
    sheets = gpd.GeoDataFrame({"name": ["a", "b", "c"]}, geometry=boxes, crs=4326)
    file = tmp_path / "a.pdf"
    mm.Map(points([60.5], [40.5]), title="Atlas").save(file, atlas=sheets, width_mm=100)
    assert len(re.findall(rb"/Type /Page\b", file.read_bytes())) == 3
    with pytest.raises(MinmapError, match=r"atlas= needs several pages; give a \.pdf"):
        mm.Map(points([60.5], [40.5])).save(tmp_path / "a.png", atlas=sheets)


@pytest.mark.parametrize(
    ("columns", "titles"),
    [
        ({"name": ["a", None], "NAME": ["b", "c"]}, ["Atlas: a", "Atlas"]),
        ({"NAME": ["b", float("nan")]}, ["Atlas: b", "Atlas"]),
        ({"Name": [7, 8]}, ["Atlas: 7", "Atlas: 8"]),
        ({"names": ["a", "b"]}, ["Atlas", "Atlas"]),
    ],
)
def test_pages_of_an_atlas_have_the_names_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: dict[str, Any], titles: list[str]
) -> None:
    boxes = [shapely.box(60 + n, 40, 61 + n, 41) for n in range(2)]
    sheets, found = gpd.GeoDataFrame(columns, geometry=boxes, crs=4326), list[str]()
    compose = figures.compose_pages

    def seen(pages: list[Any]) -> list[Figure]:
        found.extend(page.title for page, _ in pages)
        return compose(pages)

    monkeypatch.setattr(figures, "compose_pages", seen)
    made = mm.Map(points([60.5], [40.5]), title="Atlas")
    made.save(tmp_path / "a.pdf", atlas=sheets, width_mm=60)
    assert found == titles


def test_a_legend_of_forty_units_flows_into_columns() -> None:
    names = [f"Unit {n} of the lower and upper series" for n in range(40)]
    boxes = [shapely.box(60 + n % 8, 40 + n // 8, 61 + n % 8, 41 + n // 8) for n in range(40)]
    areas = gpd.GeoDataFrame({"unit": names}, geometry=boxes, crs=4326)
    figure = mm.Map(areas, color="unit").figure(width_mm=180)
    page = figure.axes[-1]
    width, height = figure.get_size_inches() * 25.4
    places = [text.get_position() for text in page.texts]
    assert all(0 < x < width and 0 < y < height for x, y in places)
    words = " ".join(texts_of(figure))
    assert all(f"Unit {n} of" in words for n in range(40))


def test_very_many_symbols_are_pixels_in_a_pdf(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    table = points(rng.uniform(60, 70, 25_000).tolist(), rng.uniform(40, 46, 25_000).tolist())
    file = tmp_path / "a.pdf"
    mm.Map(table).save(file, width_mm=120)
    assert file.stat().st_size < 1_500_000
    assert b"/Subtype /Image" in file.read_bytes()


def test_shapes_have_the_area_of_the_circle() -> None:
    for shape in ("square", "triangle", "star", "cross", "hexagon"):
        area = shapely.Polygon(symbol_path(shape).vertices).area
        assert area == pytest.approx(np.pi / 4, rel=1e-6), shape


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"projection": "EPSG:4326"}, CRSError, "is not a projected system"),
        ({"projection": "nowhere"}, CRSError, "is not a coordinate reference system"),
        ({"extent": (1, 2, 3)}, MinmapError, "is not an extent; give west, south"),
        ({"width_mm": 5}, MinmapError, "width_mm=5"),
        ({"scale": 3}, MinmapError, "scale=3"),
        ({"scale": "1:50"}, MinmapError, "scale=50 is not a number from 1000 up"),
        ({"scale": "2:500000"}, MinmapError, "scale='2:500000' .* such as scale=500000"),
        ({"scale": "1:50,00"}, MinmapError, "scale='1:50,00' is not a number"),
        ({"scale": "9" * 5000}, MinmapError, "scale="),
        ({"crs": 4326}, ChoiceError, "give projection= the system of the figure"),
        ({"figsize": (3, 4)}, ChoiceError, "give width_mm="),
    ],
)
def test_options_of_a_figure_are_checked(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        mm.Map(points([66.0], [43.0])).figure(**options)


def test_a_page_takes_no_options_of_a_figure(tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match=r"scale=500000 is for figures \(.pdf, .svg, .png\)"):
        mm.Map().save(tmp_path / "a.html", scale=500_000)


def test_a_png_shows_the_symbols_in_their_colours(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    mm.Map(points([65.0], [43.0]), color="#123456", size=40).save(file, extent=BOX)
    pixels = np.asarray(Image.open(io.BytesIO(file.read_bytes())).convert("RGB"))
    assert (pixels == (0x12, 0x34, 0x56)).all(axis=-1).sum() > 500


def test_projections_are_named_by_their_system() -> None:
    assert require_projection("EPSG:32642").name == "WGS 84 / UTM zone 42N"


def test_hidden_lines_of_the_legend_are_not_on_paper() -> None:
    table = points([62, 63], [42, 43], kind=["a", "b"])
    made = mm.Map(table, color="kind", legend_hidden=["b"])
    (legend,) = legends_of(paper_map_of(made), 5)
    assert [line.label for line in legend.parts[0].lines] == ["a"]
    assert sum(len(places_of(c)) for c in stamps(made.figure())) == 1


def test_text_is_not_taken_for_mathematics(tmp_path: Path) -> None:
    file = tmp_path / "a.svg"
    mm.Map(points([66.0], [43.0]), title="5 $ and $x^2$").save(file, extent=BOX)
    assert "5 $ and $x^2$" in file.read_text(encoding="utf-8")


def test_settings_of_the_user_change_no_figure(tmp_path: Path) -> None:
    made = mm.Map(points([66.0], [43.0], name=["\\input{x} \ufeff\x07 end"]), label="name")
    made.save(tmp_path / "a.svg", extent=BOX)
    with rc_context({"text.usetex": True, "savefig.bbox": "tight", "path.sketch": (3, 100, 2)}):
        made.save(tmp_path / "b.svg", extent=BOX)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert r"\input{x}" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_signs_that_are_not_seen_are_left_out(tmp_path: Path) -> None:
    title = "A\ufeffk\u00adtau\x07 \x1cport\ufffe"
    for ending in ("pdf", "svg"):
        mm.Map(points([66.0], [43.0]), title=title).save(tmp_path / f"a.{ending}", extent=BOX)
    assert "Aktau port<" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_fonts_of_last_resort_write_nothing() -> None:
    families = {lettering._family_with(letter) for letter in "中\u0e01\ue123"}
    assert not any(family and "last resort" in family.lower() for family in families)


def test_an_extent_without_data_is_warned_of() -> None:
    with pytest.warns(MinmapWarning, match="extent= shows none of the data"):
        mm.Map(points([66.0], [43.0])).figure(extent=(0, 0, 5, 5))


def test_extents_may_be_shapes_and_pass_the_antimeridian() -> None:
    made = mm.Map(points([179.9, -179.9], [51.0, 51.0]))
    one = made.figure(extent=(179, 50, -179, 52)).axes[0].get_xlim()
    other = made.figure(extent=shapely.box(179, 50, 181, 52)).axes[0].get_xlim()
    assert one == pytest.approx(other)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"projection": "+proj=ortho +lon_0=-110 +lat_0=-45"}, "has no place for what the map sh"),
        ({"scale": 1000, "extent": (40, 35, 90, 55)}, r"scale=1,000 makes a map of [\d,]+ mm"),
        ({"extent": gpd.GeoDataFrame(geometry=[None], crs=4326)}, "is not an extent"),
        (
            {"extent": points([66.0], [43.0])},
            r"is one point, so that it has no extent; .* extent=\(65.5, 42.5, 66.5, 43.5\)",
        ),
        (
            {"extent": shapely.LineString([(60, 43), (70, 43)])},
            r"lies on one line, so that it has no extent; .* extent=\(59.5, 42.5, 70.5, 43.5\)",
        ),
    ],
)
def test_maps_that_no_paper_shows_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(MinmapError, match=message):
        mm.Map(points([66.0], [43.0])).figure(**options)


def test_a_row_of_an_atlas_without_a_shape_is_named(tmp_path: Path) -> None:
    sheets = gpd.GeoDataFrame(geometry=[shapely.box(60, 40, 61, 41), None], crs=4326)
    with pytest.raises(MinmapError, match="atlas= has no extent in row 1"):
        mm.Map(points([60.5], [40.5])).save(tmp_path / "a.pdf", atlas=sheets)
    cases = sheets[:1].assign(Name="a", NAME="b")
    with pytest.raises(MinmapError, match="atlas= has several columns 'Name' and 'NAME'; rename"):
        mm.Map(points([60.5], [40.5])).save(tmp_path / "a.pdf", atlas=cases)
    twice = sheets[:1].assign(name="a", other="b").rename(columns={"other": "name"})
    with pytest.raises(MinmapError, match="atlas= has several columns 'name'; rename all but one"):
        mm.Map(points([60.5], [40.5])).save(tmp_path / "a.pdf", atlas=twice)


def test_the_column_of_small_multiples_is_a_text() -> None:
    with pytest.raises(MinmapError, match=r"by=\['a b'\] is not text; give text, such as"):
        mm.Map(points([60.5], [40.5])).figure(by=["a b"])


def test_long_texts_are_cut() -> None:
    long = "x" * 100_000
    table = points([66.0, 67.0], [43.0, 44.0], kind=[long, "b"], name=[long, "b"])
    figure = mm.Map(table, color="kind", label="name", title=long).figure(extent=BOX)
    assert max(map(len, texts_of(figure))) < 300
    assert sum(len(text) for text in texts_of(figure)) < 8000


def test_names_of_many_points_do_not_overlap() -> None:
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(60, 70, 300), rng.uniform(40, 46, 300)
    table = points(lon.tolist(), lat.tolist(), name=[f"Mine {n}" for n in range(300)])
    figure = mm.Map(table, label="name").figure(extent=BOX)
    axes = figure.axes[0]
    renderer = figure.canvas.get_renderer()
    boxes = [
        text.get_window_extent(renderer)
        for text in axes.texts
        if text.get_color() != "none" and text.get_text().startswith("Mine")
    ]
    assert len(boxes) > 20
    for place, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[place + 1 :])


@pytest.mark.parametrize("lon_0", [-150, -30, 10, 90, 104.9, 170])
@pytest.mark.parametrize("kind", ["eqearth", "moll", "merc"])
def test_no_shape_reaches_over_the_edge_of_the_plane(kind: str, lon_0: float) -> None:
    rows = [
        shapely.box(170, 50, 180, 70),
        shapely.box(-180, 50, -170, 70),
        shapely.box(0, 0, 90, 30),
    ]
    areas = gpd.GeoDataFrame(geometry=[shapely.MultiPolygon(rows)], crs=4326)
    figure = mm.Map(areas, color="#ff0000").figure(projection=f"+proj={kind} +lon_0={lon_0}")
    left, right = figure.axes[0].get_xlim()
    forward = Transformer.from_crs(4326, f"+proj={kind} +lon_0={lon_0}", always_xy=True)
    whole = abs(forward.transform(lon_0 + 179.99, 0)[0]) * 2
    widest = 0.0
    for collection in figure.axes[0].collections:
        if not isinstance(collection, PathCollection):
            continue
        for path in collection.get_paths():
            starts = np.flatnonzero(path.codes == 1) if path.codes is not None else []
            for ring in np.split(path.vertices, starts[1:]) if len(starts) else []:
                steps = np.abs(np.diff(ring[:, 0]))
                widest = max(widest, float(steps.max(initial=0)))
    assert widest < whole / 2
    assert left < right


def test_areas_that_others_cover_are_left_out(tmp_path: Path) -> None:
    boxes = [shapely.box(60, 40, 61 - n / 10, 41) for n in range(3)] + [shapely.box(59, 39, 62, 42)]
    table = gpd.GeoDataFrame({"v": [1.0, 2.0, 3.0, 4.0]}, geometry=boxes, crs=4326)
    mm.Map().add(table, color="v").save(tmp_path / "a.pdf")
    for collection in mm.Map().add(table, color="v").figure().axes[0].collections:
        assert np.isfinite(collection.get_linewidth()).all()


@pytest.mark.parametrize(
    ("extent", "options", "color"),
    [
        ((-179, 60, 179, 84), {}, ground.WATER),
        ((45, 35, 90, 55), {}, ground.WATER),
        ((-180, -60, 180, 80), {}, "#ffffff"),  # beyond the edge of the world
    ],
)
def test_the_sea_has_its_colour(extent: Any, options: dict[str, Any], color: str) -> None:
    figure = mm.Map(points([66.0, 66.0], [65.0, 45.0])).figure(extent=extent, **options)
    assert to_hex(figure.axes[0].get_facecolor()) == color


def test_a_figure_shows_what_the_page_shows_at_first(tmp_path: Path) -> None:
    table = points([62, 63, 64], [42, 43, 44], kind=["a", "b", "b"])
    made = mm.Map(table, color="kind", filters={"kind": ["b"]})
    said = "figure does not have the record of 'Occurrences' hidden by its filters at first"
    with pytest.warns(MinmapWarning, match=said):
        figure = made.figure()
    assert sum(len(places_of(c)) for c in stamps(figure)) == 2
    with pytest.warns(MinmapWarning, match=said):
        (legend,) = legends_of(paper_map_of(made), 5)
    with pytest.warns(MinmapWarning, match=said.replace("figure", "GeoPackage")):
        made.save(tmp_path / "a.gpkg")
    assert [(line.label, line.count) for line in legend.parts[0].lines] == [("b", "2"), ("a", "0")]


def test_records_without_a_place_are_warned_of() -> None:
    table = points([62.0, 10.0], [42.0, np.nan])
    with pytest.warns(MinmapWarning, match="the record of 'Occurrences' without a lo"):
        mm.Map(table).figure()


def test_holes_stay_open_however_their_rings_turn() -> None:
    hole = [(61, 41), (61, 43), (63, 43), (63, 41)]
    for ring in (hole, hole[::-1]):
        area = shapely.Polygon([(60, 40), (64, 40), (64, 44), (60, 44)], [ring])
        path = area_path(area)
        assert path.contains_point((60.5, 40.5))
        rings = np.split(path.vertices, np.flatnonzero(path.codes == 1)[1:])
        turns = [shapely.LinearRing(one).is_ccw for one in rings]
        assert turns[0] != turns[1]


def test_paper_is_white_whatever_the_theme_of_the_page(tmp_path: Path) -> None:
    table = points([66.0], [43.0])
    for theme in ("light", "dark"):
        mm.Map(table, theme=theme).save(tmp_path / f"{theme}.png", width_mm=80)
    assert (tmp_path / "light.png").read_bytes() == (tmp_path / "dark.png").read_bytes()


def test_a_projection_far_from_the_map_is_warned_of() -> None:
    table = points([72.0, 78.0], [41.0, 44.0])
    with pytest.warns(MinmapWarning, match=r"UTM zone 10N' is made for .*, far from .* 42.5° N 75"):
        mm.Map(table).figure(projection="EPSG:32610")
    for near in ("EPSG:32643", "EPSG:32642", "EPSG:3857", "EPSG:3413", "+proj=eqearth"):
        mm.Map(table).figure(projection=near)


def test_an_extent_with_west_and_east_swapped_is_refused() -> None:
    with pytest.raises(MinmapError, match=r"give extent=\(72, 41, 78, 44\) if they are swapped"):
        mm.Map(points([72.0], [41.0])).figure(extent=(78, 41, 72, 44))


def test_areas_around_the_earth_that_a_projection_cannot_hold() -> None:
    mm.Map(points([66.0], [45.0])).figure(
        projection="+proj=gnom +lat_0=45 +lon_0=65", extent=(-180, -90, 180, 90)
    )
