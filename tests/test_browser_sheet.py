"""The print sheet: what is on the map is on paper, at the size and scale that were promised."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pytest
import rasterio
import shapely
from affine import Affine
from PIL import Image
from playwright.sync_api import Page, expect
from pyproj import Geod, Transformer

import minmap as mm
from minmap.demo import demo_map
from tests.waiting import at_rest

Open = Callable[[Path], Any]
Pixels = npt.NDArray[np.uint8]

HOSTILE = "<img src=x onerror=\"document.title='x'\"></script><script>document.title='x'</script>"
TO_MERCATOR = Transformer.from_crs(4326, 3857, always_xy=True)
GREEN, RED, BLUE = "#00c800", "#ff0000", "#0000ff"


@dataclass
class Sheet:
    """A saved picture, and where its map lies on it."""

    picture: Image.Image
    name: str
    frame: dict[str, float]
    bounds: dict[str, float]
    bar: dict[str, float]

    @property
    def pixels(self) -> Pixels:
        return np.asarray(self.picture.convert("RGB"))

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        """Find the pixel of a place, by Mercator's formula and not by the page's."""
        west, north = TO_MERCATOR.transform(self.bounds["west"], self.bounds["north"])
        east, south = TO_MERCATOR.transform(self.bounds["east"], self.bounds["south"])
        x, y = TO_MERCATOR.transform(lon, lat)
        return (
            self.frame["x"] + (x - west) / (east - west) * self.frame["width"],
            self.frame["y"] + (north - y) / (north - south) * self.frame["height"],
        )

    def color(self, lon: float, lat: float) -> str:
        x, y = self.spot(lon, lat)
        return "#" + "".join(f"{channel:02x}" for channel in self.pixels[int(y), int(x)])


def open_dialog(page: Page, **options: str) -> None:
    page.get_by_role("button", name="Print sheet").click()
    for name, value in options.items():
        page.get_by_role("combobox", name=name).select_option(value)
    page.locator(".mm-sheet__map canvas").wait_for()
    at_rest(page)


def save(page: Page, folder: Path, **options: str) -> Sheet:
    """Save the sheet as a person does, and note where its map is."""
    open_dialog(page, **options)
    return saved(page, folder)


def saved(page: Page, folder: Path) -> Sheet:
    """Save the sheet of the open dialog."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save PNG").click()
    target = folder / "sheet.png"
    download.value.save_as(target)
    picture = Image.open(target)
    picture.load()
    frame, bounds, bar = page.evaluate(
        """() => {
        const sheet = document.querySelector(".mm-sheet");
        sheet.style.transform = "none";
        const paper = sheet.getBoundingClientRect();
        const canvas = sheet.querySelector(".mm-sheet__map canvas").getBoundingClientRect();
        const numbers = data => Object.fromEntries(
            Object.entries(data).map(([key, value]) => [key, Number(value)]));
        return [
            { x: canvas.x - paper.x, y: canvas.y - paper.y,
              width: canvas.width, height: canvas.height, paper: paper.width },
            numbers(sheet.querySelector(".mm-sheet__map").dataset),
            numbers(sheet.querySelector(".mm-sheet__scale").dataset),
        ]; }"""
    )
    ratio = picture.width / frame.pop("paper")
    return Sheet(
        picture,
        download.value.suggested_filename,
        {key: value * ratio for key, value in frame.items()},
        bounds,
        {**bar, "pixels": bar["width"] * ratio},
    )


@pytest.mark.parametrize(
    ("paper", "way", "dpi", "size"),
    [
        ("a4", "landscape", 300, (3508, 2480)),
        ("a4", "portrait", 96, (794, 1123)),
        ("a3", "portrait", 150, (1754, 2480)),
        ("letter", "landscape", 150, (1650, 1275)),
    ],
)
def test_the_picture_has_the_pixels_that_were_promised(
    tmp_path: Path, open_page: Open, paper: str, way: str, dpi: int, size: tuple[int, int]
) -> None:
    mm.Map(title="Медь, золото", location=(45, 70), zoom_start=5).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    sheet = save(opened.page, tmp_path, Paper=paper, Orientation=way, Resolution=str(dpi))
    assert sheet.picture.size == size
    assert sheet.picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
    assert sheet.name == "Медь-золото.png"
    assert f"{size[0]} × {size[1]}" in opened.page.locator(".mm-print__state").inner_text()
    assert opened.complaints == []
    assert [url for url in opened.requests if url.startswith("http")] == []


def many_layers(folder: Path) -> mm.Map:
    """One layer of each kind in a colour of its own, in seas without names."""
    with rasterio.open(
        folder / "classes.tif", "w", driver="GTiff", width=20, height=20, count=1, dtype="uint8",
        crs="EPSG:4326", transform=Affine(0.2, 0, -150, 0, -0.2, -36), nodata=0,
    ) as raster:  # fmt: skip
        raster.write(np.ones((20, 20), np.uint8), 1)
        raster.write_colormap(1, {1: (255, 0, 255, 255)})
    area = gpd.GeoDataFrame({"k": ["a"]}, geometry=[shapely.box(-140, -40, -136, -36)], crs=4326)
    place = gpd.GeoDataFrame({"k": ["a"]}, geometry=[shapely.Point(-132, -38)], crs=4326)
    page = mm.Map(location=(-38, -134), zoom_start=5)
    page.add(folder / "classes.tif").add(area, name="Area").add(place, name="Place")
    page.add_child(
        folium.Rectangle([[-46, -150], [-42, -146]], color=GREEN, fill=True, fill_opacity=1)
    )
    page.add_child(folium.PolyLine([[-44, -140], [-44, -130]], color=RED, weight=8, opacity=1))
    page.add_child(
        folium.CircleMarker([-38, -126], radius=12, color=BLUE, fill=True, fill_opacity=1)
    )
    square = f'<div style="background: {RED}; width: 20px; height: 20px"></div>'
    icon = folium.DivIcon(html=square, icon_size=(20, 20), icon_anchor=(10, 10), class_name="x")
    page.add_child(folium.Marker([-44, -124], icon=icon))
    page.add_child(folium.Marker([-44, -120], tooltip="pin"))
    return page


@pytest.mark.parametrize("dpi", ["96", "300"])
def test_what_is_on_the_map_is_on_the_sheet_where_it_belongs(
    tmp_path: Path, open_page: Open, dpi: str
) -> None:
    many_layers(tmp_path).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    opened.page.get_by_label("Opacity of classes").fill("100")
    sheet = save(opened.page, tmp_path, Resolution=dpi)
    assert sheet.color(-148, -38) == "#ff00ff"  # the raster
    assert sheet.color(-148, -44) == GREEN  # folium's rectangle
    assert sheet.color(-137, -44) == RED  # folium's line
    assert sheet.color(-126, -38) == BLUE  # folium's circle
    assert sheet.color(-124, -44) == RED  # an icon of markup
    assert sheet.color(-132, -38) == "#b03a2e"  # minmap's point
    sea = sheet.color(-143, -47.5)
    assert sea == "#cfe0e8"
    assert sheet.color(-138, -36.5) not in {sea, "#ffffff"}  # minmap's area, half seen through
    # A pin of pictures stands with its foot on its place.
    x, y = (round(at) for at in sheet.spot(-120, -44))
    ratio = int(dpi) / 96
    above = sheet.pixels[int(y - 30 * ratio) : y, int(x - 8 * ratio) : int(x + 8 * ratio)]
    assert (above.reshape(-1, 3) == (42, 129, 203)).all(axis=1).sum() > 0 or len(
        np.unique(above.reshape(-1, 3), axis=0)
    ) > 20
    assert opened.page.locator(".mm-sheet__missing").count() == 0
    assert opened.complaints == []


def test_no_seam_shows_where_tiles_meet(tmp_path: Path, open_page: Open) -> None:
    area = gpd.GeoDataFrame(geometry=[shapely.box(-155, -55, -105, -5)], crs=4326)
    mm.Map(location=(-30, -130), zoom_start=5).add(area).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.get_by_role("checkbox", name="Base map").uncheck()
    page.get_by_role("button", name="Print sheet").click()
    page.get_by_label("Graticule").uncheck()
    page.keyboard.press("Escape")
    sheet = save(page, tmp_path, Resolution="150")
    (left, top), (right, bottom) = sheet.spot(-140, -20), sheet.spot(-115, -40)
    inside = sheet.pixels[int(top) : int(bottom), int(left) : int(right)].reshape(-1, 3)
    assert len(inside) > 1e5
    assert len(np.unique(inside, axis=0)) == 1


@pytest.mark.parametrize(("lat", "zoom"), [(0.0, 4), (45.0, 6), (68.0, 9), (40.0, 13)])
def test_the_scale_bar_is_true_where_the_map_is(
    tmp_path: Path, open_page: Open, lat: float, zoom: int
) -> None:
    mm.Map(location=(lat, 66), zoom_start=zoom).save(tmp_path / "map.html")
    sheet = save(open_page(tmp_path / "map.html").page, tmp_path, Resolution="150")
    bounds, frame = sheet.bounds, sheet.frame
    north, south = (TO_MERCATOR.transform(0, bounds[side])[1] for side in ("north", "south"))
    middle = TO_MERCATOR.transform(0, (north + south) / 2, direction="INVERSE")[1]
    degrees = (bounds["east"] - bounds["west"]) * sheet.bar["pixels"] / frame["width"]
    metres = Geod(ellps="WGS84").inv(66 - degrees / 2, middle, 66 + degrees / 2, middle)[2]
    assert sheet.bar["metres"] == pytest.approx(metres, rel=1e-3)


def test_the_sheet_tells_of_what_shows_and_of_nothing_else(tmp_path: Path, open_page: Open) -> None:
    demo_map().save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.get_by_role("group", name="Major mineral").get_by_label("Base metals").uncheck()
    # Whatever the font, the legend has room on this paper.
    open_dialog(page, Paper="a3")
    expect(page.locator(".mm-print__state")).to_have_text("")
    legend = page.locator(".mm-sheet__legend").inner_text()
    assert "Major mineral deposits" in legend
    assert "Precious metals" in legend
    assert "Base metals" not in legend
    assert "Critical-mineral deposits" not in legend
    assert "railway, 1520 mm" in legend
    sources = page.locator(".mm-sheet__sources").inner_text()
    assert "OpenStreetMap contributors" in sources
    assert "ODbL" in sources
    assert "PP 1802" not in sources
    assert "Made with minmap" in sources
    fits = """box => box.scrollHeight <= box.clientHeight + 1
        && box.scrollWidth <= box.clientWidth + 1"""
    for part in (".mm-sheet", ".mm-sheet__legend", ".mm-sheet__sources"):
        assert page.locator(part).evaluate(fits), part


@pytest.mark.browser
def test_a_sheet_opens_on_paper_with_room_for_all(tmp_path: Path, open_page: Open) -> None:
    demo_map().save(tmp_path / "demo.html")
    belt = gpd.GeoDataFrame(geometry=gpd.points_from_xy(range(-170, 180, 20), [9] * 18), crs=4326)
    mm.Map(belt, title="World").save(tmp_path / "world.html")
    for name in ("demo", "world"):
        page = open_page(tmp_path / f"{name}.html").page
        page.get_by_role("button", name="Hide", exact=True).click()
        page.set_viewport_size({"width": 390, "height": 844})
        at_rest(page)
        open_dialog(page)
        expect(page.locator(".mm-print__state")).to_have_text("")
        legend = page.locator(".mm-sheet__legend")
        # No heading is the last line of its column.
        assert legend.evaluate(
            """legend => [...legend.querySelectorAll("h3, h4")].every(heading =>
                heading.matches(".mm-check h3") || heading.getBoundingClientRect().left
                    === heading.nextElementSibling.getBoundingClientRect().left)"""
        )
    # The world is wider than the map on upright paper is high.
    way = page.get_by_role("combobox", name="Orientation")
    expect(way).to_have_value("landscape")
    for value in ("landscape", "portrait"):
        way.select_option(value)
        at_rest(page)
        shown = page.locator(".mm-sheet__map").evaluate("map => ({...map.dataset})")
        assert float(shown["east"]) - float(shown["west"]) > 340, value


@pytest.mark.browser
def test_the_sheet_of_the_world_is_full_and_counts_each_record_once(
    tmp_path: Path, open_page: Open
) -> None:
    lons, lats = (axis.ravel() for axis in np.meshgrid(range(-178, 180, 7), range(-48, 85, 12)))
    kinds = ["a" if lon < 0 else "b" for lon in lons]
    frame = gpd.GeoDataFrame({"kind": kinds}, geometry=gpd.points_from_xy(lons, lats), crs=4326)
    # A citation may end with a full stop, or with none.
    frame.attrs["sources"] = [{"title": "T", "citation": "At example.org/.", "licence": "CC0"}]
    mm.Map(frame, title="World", color="kind").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.set_viewport_size({"width": 1400, "height": 900})
    at_rest(page)
    panel = page.locator(".mm-panel").inner_text()
    open_dialog(page, Paper="a4", Resolution="150")
    legend, drawing = page.locator(".mm-sheet__legend"), page.locator(".mm-sheet__map")
    previewed, bounds = legend.inner_text(), drawing.evaluate("map => ({...map.dataset})")
    assert page.locator(".mm-panel").inner_text() == panel
    sheet = saved(page, tmp_path)
    assert legend.inner_text() == previewed
    assert drawing.evaluate("map => ({...map.dataset})") == bounds
    counted = [int(number) for number in re.findall(r"^\d+$", previewed, re.MULTILINE)]
    assert counted == [kinds.count("a"), kinds.count("b")]
    assert float(bounds["east"]) - float(bounds["west"]) > 360
    x, y, width, height = (round(sheet.frame[key]) for key in ("x", "y", "width", "height"))
    # The picture lies in its frame, which it fills, and nothing of it is below.
    assert drawing.locator("canvas").evaluate("it => it.style.transform") == ""
    rows = sheet.pixels[y : y + height, x + 3 : x + width - 3]
    assert not (rows == 255).all(axis=(1, 2)).any()
    below = sheet.pixels[y + height + 3, x + 3 : x + width - 3]
    assert (below == 255).all()
    assert float(bounds["north"]) < 85.06
    assert "At example.org/. Licence: CC0." in page.locator(".mm-sheet__sources").inner_text()


def test_hostile_text_is_text_on_the_sheet_too(tmp_path: Path, open_page: Open) -> None:
    frame = gpd.GeoDataFrame(
        {"kind": [HOSTILE]}, geometry=gpd.points_from_xy([66], [45]), crs="EPSG:4326"
    )
    frame.attrs["sources"] = [{"title": HOSTILE, "licence": HOSTILE}]
    made = mm.Map(title="quiet", subtitle=HOSTILE).add(frame, name=HOSTILE, color="kind")
    made.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    page.get_by_role("button", name="Print sheet").click()
    page.get_by_label("Title", exact=True).fill(HOSTILE)
    at_rest(page)
    sheet = save_again(page, tmp_path)
    assert page.locator(".mm-sheet h2").text_content() == HOSTILE
    assert page.locator(".mm-sheet__subtitle").text_content() == HOSTILE
    assert page.locator(".mm-sheet__legend h3").text_content() == HOSTILE
    assert HOSTILE in (page.locator(".mm-sheet__sources").text_content() or "")
    assert re.fullmatch(r"[\w-]+\.png", sheet)
    assert page.title() == "quiet"
    assert page.locator("img[src='x']").count() == 0
    assert opened.complaints == []


def save_again(page: Page, folder: Path) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save PNG").click()
    download.value.save_as(folder / "sheet.png")
    return str(download.value.suggested_filename)


def test_paper_is_light_on_a_dark_page_too(tmp_path: Path, open_page: Open) -> None:
    mm.Map(theme="dark", location=(45, 66), zoom_start=5).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    sheet = save(page, tmp_path, Resolution="96")
    assert sheet.color(67, 47.5) == "#f4f1e8"
    assert sheet.pixels[2, 2].tolist() == [255, 255, 255]
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_online_tiles_are_not_passed_over_in_silence(tmp_path: Path, browser: Any) -> None:
    made = mm.Map(tiles="https://{s}.tile.example.org/{z}/{x}/{y}.png", attr="© Example & Co")
    made.save(tmp_path / "map.html")
    page = browser.new_page()
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    open_dialog(page)
    assert page.locator(".mm-sheet__missing").inner_text() == "Not on this sheet: online tiles"
    assert "© Example & Co" in page.locator(".mm-sheet__sources").inner_text()
    page.close()


def test_paper_gets_one_page_of_its_size_and_nothing_but_the_sheet(
    tmp_path: Path, open_page: Open
) -> None:
    demo_map().save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.evaluate("window.print = () => document.documentElement.dataset.printed = 'yes'")
    open_dialog(page, Paper="a3", Orientation="portrait")
    page.get_by_role("button", name="Print", exact=True).click()
    page.wait_for_selector('html[data-printed="yes"]', state="attached")
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox *\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(boxes) == 1
    assert [float(side) / 72 * 25.4 for side in boxes[0]] == pytest.approx([297, 420], abs=0.5)
    page.emulate_media(media="print")
    assert page.locator(".mm-sheet").is_visible()
    for hidden in (".folium-map", ".mm-print__form", ".mm-print__close"):
        assert not page.locator(hidden).is_visible(), hidden


def test_a_legend_too_long_for_the_paper_is_told(tmp_path: Path, open_page: Open) -> None:
    made = mm.Map(location=(45, 66), zoom_start=5)
    for n in range(12):
        frame = gpd.GeoDataFrame(
            {"kind": [f"kind {k} of {n}" for k in range(10)]},
            geometry=gpd.points_from_xy(range(60, 70), [45] * 10),
            crs=4326,
        )
        made.add(frame, color="kind", name=f"Layer {n}")
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.get_by_role("button", name="Print sheet").click()
    expect(page.locator(".mm-print__state")).to_contain_text("too long for this paper")


def test_a_drawing_that_fails_does_not_keep_the_next_from_being_drawn(
    tmp_path: Path, open_page: Open
) -> None:
    mm.Map(location=(45, 66), zoom_start=5).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    at_rest(page)
    # The sheet may be drawn twice before anybody looks, so every drawing fails for now.
    page.evaluate(
        """() => { window.getContext = HTMLCanvasElement.prototype.getContext;
            HTMLCanvasElement.prototype.getContext = () => null; }"""
    )
    page.get_by_role("button", name="Print sheet").click()
    expect(page.locator(".mm-print__state")).not_to_have_text(re.compile("^(Drawing.*)?$"))
    assert page.locator(".mm-sheet__map canvas").count() == 0
    page.evaluate("() => { HTMLCanvasElement.prototype.getContext = window.getContext; }")
    page.get_by_role("combobox", name="Paper").select_option("a3")
    page.locator(".mm-sheet__map canvas").wait_for()
    expect(page.locator(".mm-print__state")).to_have_text("")


def test_the_sheets_legend_says_what_its_classes_are_of(tmp_path: Path, open_page: Open) -> None:
    frame = gpd.GeoDataFrame(
        {"distance_km": range(12)}, geometry=gpd.points_from_xy(range(12), [5.0] * 12), crs=4326
    )
    made = mm.Map().add(frame, color="distance_km", scheme="Quantiles", k=4)
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    panel = page.get_by_role("group", name="Occurrences", exact=True)
    title, scheme = panel.locator("h5").inner_text(), panel.locator(".mm-note").inner_text()
    assert "km" in title
    open_dialog(page)
    legend = page.locator(".mm-sheet__legend")
    assert legend.locator("h4").inner_text() == title
    assert legend.inner_text().count(scheme) == 1


def test_layers_and_legends_are_in_the_order_of_the_panel(tmp_path: Path, open_page: Open) -> None:
    points = gpd.GeoDataFrame(
        {"kind": ["a", "b"], "t": [1.0, 9.0]}, geometry=gpd.points_from_xy([60, 61], [45, 46])
    ).set_crs(4326)
    area = gpd.GeoDataFrame(geometry=[shapely.box(60, 45, 61, 46)], crs=4326)
    made = mm.Map(points, name="First", color="kind", size="t", legend_hidden=["b"])
    made.add(points, name="Second").add(area, name="Zone", group="Own")
    made.add(area, name="Later zone").add(points, name="Third", group="Own", color="t")
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    listed = page.locator(".mm-panel .mm-layer h4").all_inner_texts()
    assert listed.index("Second") < listed.index("First") < listed.index("Later zone")
    titles = page.locator(".mm-panel .mm-layer h5").all_inner_texts()
    open_dialog(page)
    legend = page.locator(".mm-sheet__legend")
    assert legend.locator("h3").all_inner_texts() == listed[:-1]
    assert legend.locator("h4").all_inner_texts() == titles
    zone = legend.locator("section", has=page.get_by_role("heading", name="Later zone"))
    assert zone.inner_text().split() == ["Later", "zone", "1"]
    assert zone.locator("rect").is_visible()
    first = legend.locator("section", has=page.get_by_role("heading", name="First"))
    assert first.locator(".mm-legend__label").all_inner_texts()[0] == "a"
    assert "b" not in first.locator(".mm-legend__label").all_inner_texts()


def test_a_sheet_that_is_closed_is_not_drawn(open_page: Open, tmp_path: Path) -> None:
    mm.Map(title="Deposits").save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    open_dialog(opened.page)
    opened.page.get_by_role("dialog").get_by_role("textbox").first.fill("Mines")
    opened.page.keyboard.press("Escape")
    at_rest(opened.page)
    assert opened.page.locator("dialog[open]").count() == 0
    assert opened.complaints == []
