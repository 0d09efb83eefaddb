"""Plugins of folium's on a page without a network."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pytest
from folium import plugins
from PIL import Image
from playwright.sync_api import expect

import minmap as mm
from minmap.errors import MinmapError, MinmapWarning
from tests.waiting import until

Open = Callable[[Path], Any]
PLACES = [[45.0 + 0.01 * n, 70.0 + 0.01 * n] for n in range(40)]
CARRIED = [
    lambda: plugins.MarkerCluster(PLACES),
    lambda: plugins.FastMarkerCluster(PLACES),
    lambda: plugins.HeatMap(PLACES),
    plugins.Fullscreen,
    plugins.MiniMap,
    plugins.MousePosition,
]


def html_of(page: mm.Map) -> str:
    return str(page.get_root().render())


@pytest.mark.parametrize("make", CARRIED)
def test_what_minmap_carries_is_in_the_page(make: Any, tmp_path: Path) -> None:
    page = mm.Map()
    page.add(make())
    page.save(tmp_path / "map.html", offline=True)
    html = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "<link" not in html
    assert "<script src" not in html
    assert html == html_of(page)


def test_a_plugin_is_only_in_the_pages_that_use_it() -> None:
    assert "MarkerClusterGroup" not in html_of(mm.Map())
    # Without a base map, whose data may have any letters.
    plain, clusters = mm.Map(base="none"), mm.Map(base="none").add(plugins.MarkerCluster(PLACES))
    assert html_of(clusters).count("MIT") > html_of(plain).count("MIT")


def test_what_would_be_fetched_is_named_with_its_plugin(tmp_path: Path) -> None:
    page = mm.Map().add(plugins.Draw())
    with pytest.raises(MinmapError, match=r"offline=True.*Draw fetches https.*leaflet\.draw\.js"):
        page.save(tmp_path / "map.html", offline=True)
    assert not (tmp_path / "map.html").exists()
    with pytest.warns(MinmapWarning, match=r"needs the network: Draw fetches"):
        page.save(tmp_path / "map.html")


def test_online_tiles_are_no_offline_map(tmp_path: Path) -> None:
    page = mm.Map(tiles="https://{s}.tile.example.org/{z}/{x}/{y}.png", attr="x")
    with pytest.raises(MinmapError, match=r"tiles come from https://\{s\}\.tile\.example\.org"):
        page.save(tmp_path / "map.html", offline=True)
    page.save(tmp_path / "map.html")


PICTURE = "https://example.org/picture.png"


@pytest.mark.parametrize(
    "element",
    [
        folium.raster_layers.ImageOverlay(PICTURE, [[0, 0], [1, 1]]),
        folium.raster_layers.VideoOverlay(PICTURE, [[0, 0], [1, 1]]),
        plugins.FloatImage(PICTURE),
        folium.Marker([45, 70], icon=folium.CustomIcon(PICTURE)),
        plugins.MiniMap(tile_layer=folium.TileLayer(PICTURE, attr="x")),
    ],
)
def test_pictures_of_others_are_no_offline_map(element: Any, tmp_path: Path) -> None:
    page = mm.Map().add(element)
    with pytest.raises(MinmapError, match=r"the page shows https://example\.org/picture\.png"):
        page.save(tmp_path / "map.html", offline=True)
    page.save(tmp_path / "map.html")


@pytest.mark.parametrize(
    "popup", [f'<img src="{PICTURE}">', folium.IFrame(f"<img src='{PICTURE}'>")]
)
def test_pictures_that_text_names_are_fetched_from_hosts_that_were_given(
    popup: Any, tmp_path: Path
) -> None:
    marker = folium.Marker([45, 70], popup=folium.Popup(popup))
    with pytest.warns(MinmapWarning, match=r"shows https://example\.org/picture\.png, which the"):
        mm.Map().add(marker).save(tmp_path / "map.html", offline=True)
    page = mm.Map(hosts=["https://example.org"]).add(marker)
    with pytest.raises(MinmapError, match=r"the page shows https://example\.org/picture\.png"):
        page.save(tmp_path / "map.html", offline=True)
    page.save(tmp_path / "map.html")


def test_a_link_to_read_on_is_not_fetched(tmp_path: Path) -> None:
    text = f'<a href="{PICTURE}">a picture</a>, see {PICTURE}'
    mm.Map().add(folium.Marker([45, 70], popup=text)).save(tmp_path / "map.html", offline=True)


def test_an_address_without_a_scheme_is_fetched_too(tmp_path: Path) -> None:
    page = mm.Map()
    page.get_root().header.add_child(folium.CssLink("//example.org/own.css"))
    with pytest.raises(MinmapError, match=r"the page fetches //example\.org/own\.css"):
        page.save(tmp_path / "map.html", offline=True)


def test_an_element_without_bounds_of_its_own_is_drawn(tmp_path: Path) -> None:
    moving = plugins.HeatMapWithTime([[[1, 1, 0.5]], [[2, 2, 1]]])
    page = mm.Map(gpd.GeoDataFrame(geometry=gpd.points_from_xy([66], [45]), crs=4326)).add(moving)
    assert page.describe()["frames"] == [{"bounds": [[45, 66], [45, 66]], "backdrop": False}]
    with pytest.warns(MinmapWarning, match="HeatMapWithTime fetches"):
        page.save(tmp_path / "map.html")


def test_a_link_of_nobodys_is_named_too(tmp_path: Path) -> None:
    page = mm.Map()
    page.get_root().header.add_child(folium.JavascriptLink("https://example.org/own.js"))
    with pytest.raises(MinmapError, match=r"the page fetches https://example\.org/own\.js"):
        page.save(tmp_path / "map.html", offline=True)


def test_pins_are_drawn_and_their_pictures_spoken_of(tmp_path: Path, open_page: Open) -> None:
    page = mm.Map(location=(45, 70), zoom_start=8)
    folium.Marker([45, 70], icon=folium.Icon(color="red"), popup="red").add_to(page)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page.save(tmp_path / "map.html", offline=True)
    opened = open_page(tmp_path / "map.html")
    pin = opened.page.locator(".mm-pin")
    assert pin.locator("path").get_attribute("fill") == "#d63e2a"
    pin.click()
    expect(opened.page.locator(".leaflet-popup")).to_contain_text("red")
    assert opened.complaints == []
    folium.Marker([46, 70], icon=folium.Icon(icon="star", prefix="fa")).add_to(page)
    with pytest.warns(MinmapWarning, match="pictures star are letters of a font"):
        page.save(tmp_path / "map.html")


def test_clusters_open_where_they_are_clicked(tmp_path: Path, open_page: Open) -> None:
    page = mm.Map(location=(45.2, 70.2), zoom_start=6)
    cluster = plugins.MarkerCluster(name="Finds").add_to(page)
    for place in PLACES:
        folium.Marker(place, popup="a find").add_to(cluster)
    page.save(tmp_path / "map.html", offline=True)
    opened = open_page(tmp_path / "map.html")
    shown = opened.page.locator(".marker-cluster")
    assert shown.first.inner_text() == "40"
    shown.first.click()
    until(lambda: opened.page.locator(".leaflet-marker-icon").count() > 1)
    opened.page.get_by_role("checkbox", name="Finds").uncheck()
    expect(opened.page.locator(".leaflet-marker-icon")).to_have_count(0)
    assert opened.complaints == []


def test_a_heat_map_is_warm_where_its_points_are(tmp_path: Path, open_page: Open) -> None:
    page = mm.Map(location=(45, 70), zoom_start=8)
    plugins.HeatMap([[45, 70, 20.0]] * 50, radius=25, name="Heat").add_to(page)
    page.save(tmp_path / "map.html", offline=True)
    opened = open_page(tmp_path / "map.html")
    clip = {"x": 598, "y": 398, "width": 4, "height": 4}

    def colourfulness() -> float:
        shot = opened.page.screenshot(clip=clip)
        pixels = np.asarray(Image.open(BytesIO(shot)).convert("RGB")).reshape(-1, 3)
        return float(np.ptp(pixels.mean(axis=0)))

    until(lambda: colourfulness() > 100)
    opened.page.get_by_role("checkbox", name="Heat").uncheck()
    until(lambda: colourfulness() < 60)
    # Leaflet.heat reads its canvas each time that it draws, which Chromium remarks on.
    assert [text for text in opened.complaints if "willReadFrequently" not in text] == []


def test_the_mini_map_shows_the_base_map(tmp_path: Path, open_page: Open) -> None:
    page = mm.Map(location=(30, 45), zoom_start=8)
    plugins.MiniMap().add_to(page)
    page.save(tmp_path / "map.html", offline=True)
    opened = open_page(tmp_path / "map.html")
    mini = opened.page.locator(".leaflet-control-minimap")
    expect(mini.locator("canvas.leaflet-tile-loaded").first).to_be_visible()

    def colors() -> set[Any]:
        shot = Image.open(BytesIO(mini.screenshot())).convert("RGB")
        return {color for _, color in shot.getcolors(10**6) or []}

    # Its tiles fade in.
    until(lambda: {(0xF4, 0xF1, 0xE8), (0xCF, 0xE0, 0xE8)} <= colors())
    assert [url for url in opened.requests if url.startswith("http")] == []
    assert opened.complaints == []


def test_the_whole_screen_is_taken_and_given_back(tmp_path: Path, open_page: Open) -> None:
    page = mm.Map()
    plugins.Fullscreen().add_to(page)
    page.save(tmp_path / "map.html", offline=True)
    opened = open_page(tmp_path / "map.html")
    whole = "document.fullscreenElement !== null"
    opened.page.locator(".leaflet-control-zoom-fullscreen").click()
    until(lambda: opened.page.evaluate(whole))
    opened.page.locator(".leaflet-control-zoom-fullscreen").click()
    until(lambda: not opened.page.evaluate(whole))
    assert opened.complaints == []


def test_the_mouses_place_is_told(tmp_path: Path, open_page: Open) -> None:
    page = mm.Map(location=(45, 70), zoom_start=8)
    plugins.MousePosition().add_to(page)
    page.save(tmp_path / "map.html", offline=True)
    opened = open_page(tmp_path / "map.html")
    opened.page.mouse.move(600, 400)
    expect(opened.page.locator(".leaflet-control-mouseposition")).to_contain_text(" : ")
    assert opened.complaints == []
