"""The map as it is published: its legend alone, its links, a frame of another page, the tab key."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import minmap as mm
from minmap.demo import demo_map
from tests.exploring import Open, deposits
from tests.test_browser import THE_MAP
from tests.waiting import at_rest, until

pytestmark = pytest.mark.browser

LONG = "Месторождения Центральной Азии, прошедшие проверку"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("frame") / "map.html"
    style = mm.Style(panel="legend", credit="Survey of the Altai")
    made = mm.Map(title="Deposits", style=style).add(deposits(), name=LONG)
    made.add(mm.corridor("middle")).save(path)
    return path


def copied(page: Page, name: str) -> str:
    """Press an entry of the menu that copies a text, and return the text."""
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copiedText = text; }")
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("status").filter(has_text="copied")).to_be_visible()
    text: str = page.evaluate("window.copiedText")
    return text


def test_the_legend_alone_has_title_and_credit_and_no_controls(
    saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    panel = page.locator(".mm-panel")
    expect(panel).to_contain_text("Deposits")
    expect(panel).to_contain_text("Survey of the Altai")
    expect(panel.get_by_text("Base metals")).to_be_visible()
    controls = "input:visible, select:visible, details:visible:not(.mm-about)"
    expect(panel.locator(controls)).to_have_count(0)
    panel.get_by_role("button", name="Layers").click()
    box = panel.get_by_role("checkbox", name=re.compile("^Base metals"))
    box.uncheck()
    panel.get_by_role("button", name="Hide").click()
    expect(panel.get_by_text("Base metals")).to_be_hidden()


def test_a_link_has_short_ids_and_opens_the_view_the_table_and_its_order(
    saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    page.get_by_role("button", name="Layers").click()
    page.get_by_role("checkbox", name=re.compile("^Base metals")).uncheck()
    page.get_by_role("button", name="Table", exact=True).click()
    head = page.get_by_role("columnheader").nth(1)
    # Beside the words of the heading.
    head.click(position={"x": head.bounding_box()["width"] - 4, "y": 10})  # type: ignore[index]
    expect(head).to_have_attribute("aria-sort", "ascending")
    first = page.locator(".mm-table__row").first.inner_text()
    link = copied(page, "Copy a link to this view")
    assert "%D0" not in link
    assert len(link.partition("#")[2]) < 200
    other = open_page(saved).page
    other.goto("about:blank")
    other.goto(link)
    expect(other.get_by_role("columnheader").nth(1)).to_have_attribute("aria-sort", "ascending")
    expect(other.locator(".mm-table__row").first).to_have_text(first.replace("\n", ""))
    expect(other.get_by_role("checkbox", name=re.compile("^Base metals"))).not_to_be_checked()


ELEMENTS_OVER_DATA = f"""() => {{
    const at = {THE_MAP}.latLngToContainerPoint.bind({THE_MAP});
    const [a, b] = [at([53.9, 50.1]), at([36.1, 87.9])];
    const box = it => it.getBoundingClientRect();
    const data = [new DOMRect(a.x, a.y, b.x - a.x, b.y - a.y),
        ...[...document.querySelectorAll(".mm-node")].map(box)];
    const meet = (a, b) => a.left < b.right && b.left < a.right
        && a.top < b.bottom && b.top < a.bottom;
    const things = ".mm-panel, .leaflet-bar, .leaflet-control-scale, .mm-sources-button";
    return [...document.querySelectorAll(things)].filter(it => it.checkVisibility())
        .filter(it => data.some(one => meet(box(it), one))).map(it => it.className); }}"""


def test_a_small_frame_has_few_tools_a_short_legend_and_its_data_clear_of_both(
    saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    share = page.get_by_role("button", name="Share", exact=True)
    for width, height in ((390, 500), (640, 420), (320, 500), (680, 480)):
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        page.wait_for_selector('html[data-minmap="ready"]', state="attached")
        at_rest(page)
        assert page.evaluate(ELEMENTS_OVER_DATA) == []
        if width <= 640:
            tallest = max(height / 3, min(216, height * 1.4 / 3)) + 1
            assert page.locator(".mm-panel").evaluate("it => it.offsetHeight") <= tallest
        expect(share).to_be_hidden()
        page.locator(".mm-panel--cut .mm-panel__more").click()
        until(lambda: page.locator(".mm-panel__body").evaluate("it => it.scrollTop > 0"))
    page.get_by_role("button", name="More tools").click()
    expect(share).to_be_visible()


def test_a_link_to_another_screen_shows_all_that_was_seen(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    page.evaluate(f"{THE_MAP}.setView([44, 60], 6.5, {{animate: false}})")
    link = copied(page, "Copy a link to this view")

    def seen(width: int, height: int) -> list[float]:
        """Return what a screen shows above or beside the panel: its bounds and its zoom."""
        page.set_viewport_size({"width": width, "height": height})
        page.goto("about:blank")
        page.goto(link)
        page.wait_for_selector('html[data-minmap="ready"]', state="attached")
        found: list[float] = page.evaluate(
            f"""() => {{ const map = {THE_MAP}, panel = document.querySelector(".mm-panel");
                const {{left, top, width}} = panel.getBoundingClientRect();
                const isSheet = width === innerWidth;
                const a = map.containerPointToLatLng([0, isSheet ? top : innerHeight]);
                const b = map.containerPointToLatLng([isSheet ? width : left, 0]);
                return [a.lat, a.lng, b.lat, b.lng, map.getZoom()]; }}"""
        )
        return found

    south, west, north, east, zoom = seen(1200, 800)
    assert zoom == pytest.approx(6.5, abs=0.011)
    below, before, above, behind, phone = seen(390, 700)
    assert phone < zoom
    assert (below < south + 0.01, before < west + 0.01) == (True, True)
    assert (above > north - 0.01, behind > east - 0.2) == (True, True)
    # The reader's own moves are not undone when the page changes its size.
    page.evaluate(f"{THE_MAP}.setZoom(7, {{animate: false}})")
    page.set_viewport_size({"width": 640, "height": 700})
    until(lambda: page.evaluate(f"{THE_MAP}.getSize().x === 640"))
    assert page.evaluate(f"{THE_MAP}.getZoom()") == 7


def test_notes_that_keep_a_map_honest_stay_with_its_legend_and_on_its_sheet(
    tmp_path: Path, open_page: Open
) -> None:
    counts = pd.DataFrame({"country": ["KAZ", "MNG", "UZB", "Atlantis"], "mines": [9, 4, 2, 1]})
    made = mm.Map(title="Mines", style=mm.Style(panel="legend"))
    with pytest.warns(mm.MinmapWarning, match="Atlantis"):
        made.add_countries(counts, value="mines")
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    kept = ("Counts, not divided by area", "enlarges the north: Web Mercator", "1 record has no")
    panel = page.locator(".mm-panel")
    for words in kept:
        expect(panel.get_by_text(words)).to_be_visible()
    about = panel.get_by_text("About this map")
    folded = panel.locator(".mm-about").get_by_text("Borders as Natural Earth draws them")
    expect(folded).to_have_count(0)
    about.focus()
    page.keyboard.press("Enter")
    expect(folded).to_be_visible()
    page.get_by_role("button", name="Print sheet").click()
    page.locator(".mm-sheet__map canvas").wait_for()
    for words in kept:
        expect(page.locator(".mm-sheet__legend")).to_contain_text(words)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Layers").click()
    expect(about).to_be_hidden()


def test_a_map_in_a_frame_lets_the_page_scroll_until_it_is_pressed(
    saved: Path, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(saved).page
    code = copied(page, "Copy code for another page")
    # The first view fits a frame of any size.
    assert "map=" not in code
    outside = saved.parent / "article.html"
    outside.write_text(f"<body>{'<p>text</p>' * 40}{code}{'<p>text</p>' * 80}", encoding="utf-8")
    page.goto(outside.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator('html[data-minmap="ready"]').wait_for()
    expect(frame.locator(".mm-panel--legend")).to_be_visible()
    place = page.locator("iframe")
    place.scroll_into_view_if_needed()
    place.hover(position={"x": 300, "y": 200})
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 120)
    until(lambda: page.evaluate("scrollY") > before)
    inner = page.frames[-1]
    zoom = "() => location.hash"
    place.scroll_into_view_if_needed()
    place.click(position={"x": 300, "y": 200})
    place.hover(position={"x": 301, "y": 201})
    held = page.evaluate("scrollY")
    old = inner.evaluate(zoom)
    page.mouse.wheel(0, -240)
    until(lambda: inner.evaluate(zoom) != old)
    assert page.evaluate("scrollY") == held


def test_a_finger_scrolls_the_page_until_a_tap_takes_the_map(
    saved: Path, browser: Browser, tmp_path: Path
) -> None:
    outside = tmp_path / "article.html"
    frame = f'<iframe src="{saved.as_uri()}" width="360" height="400"></iframe>'
    head = '<meta name="viewport" content="width=device-width">'
    outside.write_text(f"{head}{'<p>text</p>' * 8}{frame}{'<p>text</p>' * 80}", encoding="utf-8")
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, offline=True
    )
    page = context.new_page()
    page.goto(outside.as_uri())
    page.frame_locator("iframe").locator('html[data-minmap="ready"]').wait_for()
    inner = page.frames[-1]
    box = page.locator("iframe").bounding_box()
    assert box is not None
    x, y = round(box["x"] + 30), round(box["y"] + 150)
    fingers = context.new_cdp_session(page)

    def touch(kind: str, at: float, *places: dict[str, int]) -> None:
        touched = {"type": kind, "touchPoints": places, "timestamp": began + at}
        fingers.send("Input.dispatchTouchEvent", touched)

    began = page.evaluate("Date.now() / 1000")

    def swipe() -> None:
        touch("touchStart", 0, {"x": x, "y": y})
        for up in range(10, 130, 10):
            touch("touchMove", up / 1000, {"x": x, "y": y - up})
        # The finger rests before it is lifted, so that the page does not scroll on.
        touch("touchMove", 1, {"x": x, "y": y - 120})
        touch("touchEnd", 2)

    place = "document.querySelector('.leaflet-map-pane').style.transform"
    old = inner.evaluate(place)
    swipe()
    until(lambda: page.evaluate("scrollY > 0"))
    assert inner.evaluate(place) == old
    page.evaluate("scrollTo(0, 0)")
    page.touchscreen.tap(x, y)
    inner.wait_for_selector(".leaflet-touch-drag")
    swipe()
    until(lambda: inner.evaluate(place) != old)
    assert page.evaluate("scrollY") == 0
    context.close()


def test_the_tab_key_passes_few_stops_and_arrows_walk_the_nodes(
    saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    at_rest(page)
    nodes = page.locator(".mm-node")
    assert nodes.count() > 20
    expect(page.locator(".mm-node[tabindex='0']")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to the search")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("main", name="Deposits")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Skip to the stations")).to_be_focused()
    page.keyboard.press("Enter")
    first = page.locator(".mm-node:focus")
    expect(first).to_have_count(1)
    name = first.get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    assert page.locator(".mm-node:focus").get_attribute("aria-label") != name
    expect(page.locator(".mm-node[tabindex='0']")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".mm-record")).to_be_visible()


# What lies where on a picture, in CSS pixels, read while the picture is made.
MEASURE = """() => { const toBlob = HTMLCanvasElement.prototype.toBlob;
    HTMLCanvasElement.prototype.toBlob = function (...args) {
        const sheet = document.querySelector(".mm-stage .mm-sheet");
        const box = it => { const { left, top, right, bottom } = it.getBoundingClientRect();
            return { left, top, right, bottom }; };
        const boxes = selector => [...sheet.querySelectorAll(selector)].map(box);
        window.measured = { sheet: box(sheet), map: boxes(".mm-sheet__map canvas")[0],
            bounds: { ...sheet.querySelector(".mm-sheet__map").dataset },
            legend: boxes(".mm-sheet__legend .mm-check, .mm-sheet__legend h3"),
            sources: boxes(".mm-sheet__sources p"), figures: boxes(".mm-bar text"),
            cited: sheet.querySelector(".mm-sheet__sources").innerText };
        return toBlob.apply(this, args); }; }"""


def picture_of_view(page: Page, target: Path) -> tuple[str, Any]:
    """Save a picture as a reader does; return the name of its file, and what lies where on it."""
    page.get_by_role("button", name="Share", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save a picture of this view").click()
    download.value.save_as(target)
    at_rest(page)
    return download.value.suggested_filename, page.evaluate("window.measured")


def test_a_picture_has_what_is_seen_and_room_for_legend_and_sources(
    open_page: Open, tmp_path: Path
) -> None:
    demo_map().save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.evaluate(MEASURE)
    page.get_by_role("button", name="Hide", exact=True).click()
    for width, height in [(390, 844), (844, 390), (1200, 800)]:
        page.set_viewport_size({"width": width, "height": height})
        at_rest(page)
        name, measured = picture_of_view(page, tmp_path / "view.png")
        assert name == "Mineral-deposits-along-the-Middle-Corridor.png"
        sheet, seen = measured["sheet"], measured["map"]
        size = (sheet["right"] - sheet["left"], sheet["bottom"] - sheet["top"])
        with Image.open(tmp_path / "view.png") as picture:
            assert picture.size == pytest.approx([2 * side for side in size], abs=2)
            # The map, its legend and the sources have many colours; an empty sheet has one.
            assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 1000
        # The scale and the northern edge are those of the screen.
        north, pixels = page.evaluate(
            """() => { const map = window[document.querySelector(".folium-map").id];
                return [map.getBounds().getNorth(), 256 * 2 ** map.getZoom() / 360]; }"""
        )
        bounds = {key: float(value) for key, value in measured["bounds"].items()}
        assert bounds["north"] == pytest.approx(north, abs=0.1)
        across = (bounds["east"] - bounds["west"]) * pixels
        assert across == pytest.approx(seen["right"] - seen["left"], abs=1)
        for box in [*measured["legend"], *measured["sources"]]:
            assert sheet["left"] < box["left"] < box["right"] < sheet["right"]
            assert sheet["top"] < box["top"] < box["bottom"] < sheet["bottom"]
        foot = min(box["top"] for box in measured["sources"])
        assert max(box["bottom"] for box in measured["legend"]) <= foot
        figures = sorted(measured["figures"], key=lambda box: box["left"])
        assert all(a["right"] < b["left"] for a, b in pairwise(figures))
        cited = measured["cited"]
        assert cited.index("GeoNames") < cited.index("Major mineral deposits")
        expect(page.locator(".mm-message")).to_have_text("The picture is saved.")
    expect(page.locator(".mm-sheet")).to_have_count(0)
    # The message says that something has no room.
    page.evaluate(
        """() => { const rule = new CSSStyleSheet();
            rule.replaceSync(".mm-sheet .mm-sheet__sources { max-height: 9px !important }");
            document.adoptedStyleSheets = [...document.adoptedStyleSheets, rule]; }"""
    )
    picture_of_view(page, tmp_path / "view.png")
    expect(page.locator(".mm-message")).to_contain_text("not all of its legend or sources")
