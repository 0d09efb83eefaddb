"""Light and dark: what the page, its map and its tools look like, and who decides."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from shapely import LineString, Point, box

import minmap as mm
from minmap.errors import ChoiceError
from tests.test_browser import THE_MAP, click_at, points
from tests.waiting import at_rest

Open = Callable[[Path], Any]

TOKENS = Path(__file__).resolve().parents[1] / "web" / "src" / "styles" / "tokens.css"
LAND, SEA = (67.0, 47.5), (51.0, 42.0)

PAINTED = ("vector", "corridor", "points")
PICTURE = """pane => {
    const sheet = document.createElement("canvas"), pen = sheet.getContext("2d");
    Object.assign(sheet, { width: 1200, height: 800 });
    const at = pane.closest(".leaflet-container").getBoundingClientRect();
    for (const tile of pane.querySelectorAll("canvas")) {
        const { x, y, width, height } = tile.getBoundingClientRect();
        pen.drawImage(tile, x - at.x, y - at.y, width, height);
    }
    return sheet.toDataURL().split(",")[1]; }"""


def tokens(selector: str) -> dict[str, str]:
    """Read the colours that the style sheet chooses for a theme."""
    if not TOKENS.exists():
        pytest.skip("the sources of the renderer are not beside the tests")
    block = TOKENS.read_text(encoding="utf-8").split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--mm-([\w-]+): (#[0-9a-f]{6});", block))


def rgb(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""

    def luminance(color: str) -> float:
        channels = np.array(rgb(color)) / 255
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("selector", [":root,\n.mm-sheet {", ':root[data-theme="dark"] {'])
def test_text_and_symbols_stand_out(selector: str) -> None:
    colors = tokens(selector)
    for ink in ("ink", "muted", "accent", "alert"):
        for ground in ("surface", "hover"):
            assert contrast(colors[ink], colors[ground]) >= 4.5, (ink, ground)
    assert contrast(colors["on-accent"], colors["accent"]) >= 4.5
    assert contrast(colors["edge"], colors["surface"]) >= 3
    assert contrast(colors["measure"], colors["land"]) >= 3
    for ground in ("land", "water"):
        assert contrast(colors["label"], colors[ground]) >= 4.5
    assert contrast(colors["country-ink"], colors["land"]) >= 4.5
    assert contrast(colors["water-ink"], colors["water"]) >= 4.5


def test_dark_outlines_stand_out_on_a_dark_page() -> None:
    colors = tokens(':root[data-theme="dark"] {')
    for ground in ("land", "water", "surface"):
        assert contrast(colors["dark-rim"], colors[ground]) >= 4.5, ground


def color_at(page: Page, lon: float, lat: float, *, right: int = 0) -> list[int]:
    """Give the colour of pixels right of the middle of the map when a place is there."""
    page.evaluate(
        """([lat, lon]) => window[document.querySelector(".folium-map").id]
            .setView([lat, lon], 7, {animate: false})""",
        [lat, lon],
    )
    at_rest(page)
    shot = page.screenshot(clip={"x": 600 + right, "y": 400, "width": 1, "height": 1})
    return np.asarray(Image.open(BytesIO(shot)).convert("RGB"))[0, 0].tolist()


def turn(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Let the system turn light or dark, and wait until the page has followed."""
    page.emulate_media(color_scheme=scheme)
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    at_rest(page)


def look(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.theme"))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("theme") / "map.html"
    mm.Map(location=(45, 66), zoom_start=5).save(path)
    return path


def test_the_page_follows_the_readers_system(saved: Path, open_page: Open) -> None:
    opened = open_page(saved)
    page = opened.page
    light, dark = tokens(":root,\n.mm-sheet {"), tokens(':root[data-theme="dark"] {')
    assert color_at(page, *LAND) == rgb(light["land"])
    assert color_at(page, *SEA) == rgb(light["water"])
    turn(page, "dark")
    assert color_at(page, *SEA) == rgb(dark["water"])
    assert color_at(page, *LAND) == rgb(dark["land"])
    panel = page.locator(".mm-panel").evaluate("p => getComputedStyle(p).backgroundColor")
    assert panel == f"rgb({', '.join(map(str, rgb(dark['surface'])))})"
    turn(page, "light")
    assert color_at(page, *LAND) == rgb(light["land"])
    assert opened.complaints == []


def test_the_reader_chooses_and_the_choice_is_kept(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    page.get_by_role("button", name="Colours: as the system").click()
    assert look(page) == "light"
    page.get_by_role("button", name="Colours: light").click()
    assert look(page) == "dark"
    assert color_at(page, *LAND) == rgb(tokens(':root[data-theme="dark"] {')["land"])
    page.reload()
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    assert look(page) == "dark"
    page.get_by_role("button", name="Colours: dark").click()
    assert look(page) == "light"
    assert page.get_by_role("button", name="Colours: as the system").count() == 1


def test_names_are_written_anew_in_the_other_colours(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page

    def brightest() -> int:
        shot = page.screenshot(clip={"x": 300, "y": 200, "width": 400, "height": 400})
        return int(np.asarray(Image.open(BytesIO(shot)).convert("RGB")).min(axis=2).max())

    turn(page, "dark")
    assert brightest() > 200  # light letters on a dark ground


def test_all_that_is_painted_takes_the_other_colours(tmp_path: Path, open_page: Open) -> None:
    table = points([str(n) for n in range(40)])
    table = table.set_geometry(gpd.points_from_xy(np.tile([50.5, 59.5], 20), [44.0] * 40), crs=4326)
    countries = mm.summarise(table.assign(country="KAZ"), by="country")
    made = mm.Map(theme="light", location=(44.5, 55), zoom_start=7).add(table)
    made.add_countries(countries, value="occurrences").add(mm.corridor("middle"))
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.get_by_text("Bubbles").click()

    def painted() -> list[np.ndarray]:
        at_rest(page)
        shots = [page.locator(f".leaflet-mm-{name}-pane").evaluate(PICTURE) for name in PAINTED]
        return [np.asarray(Image.open(BytesIO(b64decode(shot)))).astype(int) for shot in shots]

    light = painted()
    swatch = page.locator(".mm-swatch svg rect").first
    fill = "one => getComputedStyle(one).fill"
    light_fill = swatch.evaluate(fill)
    page.get_by_role("button", name="Colours: light").click()
    switched = painted()
    assert swatch.evaluate(fill) != light_fill
    page.evaluate(f"{THE_MAP}.setView([-40, -100], 7, {{animate: false}})")
    at_rest(page)
    page.evaluate(f"{THE_MAP}.setView([44.5, 55], 7, {{animate: false}})")
    for name, before, after, fresh in zip(PAINTED, light, switched, painted(), strict=True):
        assert (np.abs(before - fresh) > 24).any(), name
        assert not (np.abs(after - fresh) > 24).any(), name


def test_the_maker_of_the_map_chooses_first(tmp_path: Path, open_page: Open) -> None:
    mm.Map(theme="dark").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    assert look(page) == "dark"
    with pytest.raises(ChoiceError, match="theme='night'"):
        mm.Map(theme="night")


def test_a_reader_who_asks_for_less_motion_gets_a_map_that_jumps(
    saved: Path, browser: Browser
) -> None:
    def steps(motion: Literal["reduce", "no-preference"]) -> int:
        page = browser.new_page(reduced_motion=motion)
        page.goto(saved.as_uri())
        page.wait_for_selector('html[data-minmap="ready"]', state="attached")
        page.evaluate(
            """() => { const map = window[document.querySelector(".folium-map").id];
                window.moves = 0; map.on("move", () => window.moves++); map.panBy([200, 0]); }"""
        )
        at_rest(page)
        moves = int(page.evaluate("window.moves"))
        page.close()
        return moves

    assert steps("reduce") == 1
    assert steps("no-preference") > 1


def test_every_icon_of_the_tools_has_a_name(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    tools = page.locator(".mm-tool").all()
    assert len(tools) >= 2
    for tool in tools:
        assert tool.get_attribute("aria-label")
        assert tool.locator("svg path").count() == 1


def test_a_press_on_the_button_does_not_reach_the_map(tmp_path: Path, open_page: Open) -> None:
    mm.Map(points(["a"])).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    click_at(page, 60, 45)
    button = page.get_by_role("button", name="Colours: ")
    button.click()
    at_rest(page)
    assert page.locator(".mm-record").count() == 1
    page.get_by_role("button", name="Measure distance").click()
    button.click()
    at_rest(page)
    assert page.locator(".mm-ruler__dot").count() == 0


def test_a_black_outline_of_a_white_symbol_is_black_on_a_dark_page(
    tmp_path: Path, open_page: Open
) -> None:
    node = gpd.GeoDataFrame(geometry=[Point(67, 47.5)], crs=4326)
    made = mm.Map(theme="dark").add(node, color="white", outline="black", size=30, outline_width=8)
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    assert color_at(page, 67, 47.5) == [255, 255, 255]
    assert max(color_at(page, 67, 47.5, right=19)) < 12
    stroke = page.locator(".mm-swatch circle").evaluate("it => getComputedStyle(it).stroke")
    assert stroke == "rgb(0, 0, 0)"


AREA, FAULT = box(67, 40, 75, 55), LineString([(67, 40), (67, 55)])


@pytest.mark.parametrize(
    ("shape", "look", "drawn"),
    [
        (AREA, {"outline": "black", "outline_width": 8}, "rect"),
        (FAULT, {"color": "black", "line_width": 8}, "line"),
    ],
)
def test_a_black_line_or_outline_has_a_light_rim_on_a_dark_page_and_in_its_legend(
    shape: Any, look: dict[str, Any], drawn: str, tmp_path: Path, open_page: Open
) -> None:
    mm.Map().add(gpd.GeoDataFrame(geometry=[shape], crs=4326), **look).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    page.emulate_media(color_scheme="light")
    rim = rgb(tokens(':root[data-theme="dark"] {')["dark-rim"])
    for scheme, around in (
        ("light", "rgba(0, 0, 0, 0)"),
        ("dark", f"rgb({', '.join(map(str, rim))})"),
    ):
        turn(page, scheme)
        assert max(color_at(page, 67, 47.5)) < 12
        strokes = page.locator(f".mm-swatch {drawn}").evaluate_all(
            "all => all.map(it => getComputedStyle(it).stroke)"
        )
        assert strokes[-2:] == [around, "rgb(0, 0, 0)"]
    # The line is eight pixels wide.
    assert max(min(color_at(page, 67, 47.5, right=right)) for right in (3, 4, 5)) > 90
    assert opened.complaints == []
