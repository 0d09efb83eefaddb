"""Online tiles are asked for, say that they need the network, and never blank the map."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import folium
import numpy as np
import pytest
import xyzservices.providers as providers
from PIL import Image
from playwright.sync_api import expect

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.webmap import OnlineTiles
from minmap.webmap.base_layer import BaseMap
from tests.waiting import until

Open = Callable[[Path], Any]

ADDRESS = "https://tiles.example.org/{z}/{x}/{y}.png"


def test_tiles_are_given_by_name_provider_or_address() -> None:
    keyed = providers.Thunderforest.Outdoors(apikey="mine")
    for tiles, host in (
        ("OpenStreetMap", "openstreetmap.org"),
        ("OSM", "openstreetmap.org"),
        ("Esri WorldImagery", "arcgisonline.com"),
        (providers.OpenTopoMap, "opentopomap.org"),
        (keyed, "apikey=mine"),
    ):
        page = mm.Map(tiles=tiles)
        (layer,) = page.layers()
        assert host in layer._spec["url"]
        assert any(isinstance(child, BaseMap) for child in page._children.values())
    (layer,) = mm.Map(tiles=ADDRESS, attr="© <a href='https://example.org'>Me</a>").layers()
    assert layer.layer_name == "tiles.example.org"
    assert layer._spec["attribution"] == [("© ", None), ("Me", "https://example.org")]
    (layer,) = mm.Map().add(providers.OpenTopoMap, name="Relief", show=False).layers()
    assert (layer.layer_name, layer.show) == ("Relief", False)
    assert mm.Map(tiles=folium.TileLayer(ADDRESS, attr="Me")).layers() == []


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"tiles": "OpenTopMap"}, ChoiceError, "did you mean 'OpenTopoMap'"),
        ({"tiles": "Thunderforest.Outdoors"}, MinmapError, r"Outdoors\(apikey='\.\.\.'\)"),
        ({"tiles": ADDRESS}, MinmapError, "needs attr="),
        ({"tiles": "https://x.org/{q}/{x}/{z}", "attr": "x"}, MinmapError, "is not an address"),
        ({"tiles": "javascript:{x}{z}", "attr": "x"}, MinmapError, "is not an address"),
    ],
)
def test_what_is_no_provider_is_said_with_its_cure(
    options: dict[str, Any], error: type, words: str
) -> None:
    with pytest.raises(error, match=words):
        mm.Map(**options)


def test_saving_a_map_with_tiles_warns_of_nothing_and_stays_the_same(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        mm.Map(tiles="OpenTopoMap").save(tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def middle_of(page: Any) -> np.ndarray:
    shot = page.screenshot(clip={"x": 400, "y": 300, "width": 200, "height": 200})
    return np.asarray(Image.open(BytesIO(shot)).convert("RGB")).reshape(-1, 3)


def test_without_the_network_the_base_map_is_there_and_the_page_says_why(
    tmp_path: Path, open_page: Open
) -> None:
    mm.Map(tiles=ADDRESS, attr="<img src=x onerror=alert(1)>Me", location=(45, 70)).save(
        tmp_path / "map.html"
    )
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    expect(page.locator(".mm-note--alert")).not_to_be_empty()
    panel = page.get_by_role("group", name="tiles.example.org")
    assert "This layer needs the network" in panel.inner_text()
    assert "cannot be loaded" in panel.inner_text()
    assert page.locator(".mm-credit__tiles").inner_text() == "Online tiles cannot be loaded. Me"
    assert len(np.unique(middle_of(page), axis=0)) > 10  # land, borders, names
    assert all("ERR_INTERNET_DISCONNECTED" in text for text in opened.complaints)
    outside = [url for url in opened.requests if not url.startswith(("file:", "data:"))]
    assert outside
    assert all(url.startswith("https://tiles.example.org/") for url in outside)


def test_tiles_that_arrive_cover_the_base_map_and_its_names(
    tmp_path: Path, open_page: Open
) -> None:
    picture = BytesIO()
    Image.new("RGB", (256, 256), (10, 200, 30)).save(picture, "PNG")
    mm.Map(tiles=ADDRESS, attr="Me", location=(45, 70)).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    page.route(
        "https://tiles.example.org/**",
        lambda route: route.fulfill(body=picture.getvalue(), content_type="image/png"),
    )
    page.reload()
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    until(lambda: np.all(middle_of(page) == (10, 200, 30)))
    assert page.locator(".mm-note--alert").inner_text() == ""
    assert page.locator(".mm-credit__tiles").inner_text() == "Me"
    page.get_by_role("checkbox", name="tiles.example.org").uncheck()
    until(lambda: len(np.unique(middle_of(page), axis=0)) > 10)
    expect(page.locator(".mm-credit__tiles")).to_have_count(0)


def test_tiles_that_are_off_fetch_nothing(tmp_path: Path, open_page: Open) -> None:
    mm.Map().add(OnlineTiles("OpenTopoMap", show=False)).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    assert [url for url in opened.requests if not url.startswith("file:")] == []
    assert opened.complaints == []
