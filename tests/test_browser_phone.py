"""The page in the hand: a phone upright, touched with a thumb, the network off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import minmap as mm
from minmap.demo import demo_map
from tests.exploring import deposits
from tests.waiting import at_rest, until

WIDTH, HEIGHT = 390, 844
FINGER = 44
# What is pressed on the page; links within a line of text may be as small as the text.
PRESSED = """() => [...document.querySelectorAll(
    "button, .leaflet-bar a, .leaflet-popup-close-button, label.mm-check, input[type=range], "
    + "dialog[open] :is(input, select):not([type=checkbox])")]
    .filter(element => element.checkVisibility())
    .map(element => [element.getAttribute("aria-label") || element.textContent,
        element.getBoundingClientRect().width, element.getBoundingClientRect().height])"""

# What is always on the map, and the pairs of it that lie over each other or beyond the map.
CLASHES = """() => {
    const things = `.mm-panel, .mm-tool, .leaflet-control-zoom, .leaflet-control-scale, .mm-credit,
        .mm-ground-note, .mm-sources-button, .leaflet-control-attribution, .mm-table`;
    const shown = [...document.querySelectorAll(things)].filter(it => it.checkVisibility());
    const box = it => it.getBoundingClientRect();
    const name = it => it.className + (it.getAttribute("aria-label") ?? "");
    const meet = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5
        && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
    const isIn = a => a.left > -0.5 && a.top > -0.5 && a.right < innerWidth + 0.5
        && a.bottom < innerHeight + 0.5;
    return [shown.filter(it => !isIn(box(it))).map(name), ...shown.flatMap((a, i) =>
        shown.slice(i + 1).filter(b => !a.contains(b) && !b.contains(a) && meet(box(a), box(b)))
            .map(b => [name(a), name(b)]))].filter(pair => pair.length > 0); }"""
# The tools that lie on the card of a record beside its place.
TOOLS_BELOW_CARD = """() => {
    const card = document.querySelector(".leaflet-popup:not(.mm-popup--sheet)");
    const { left, right, top, bottom } = card?.getBoundingClientRect() ?? {};
    return [...document.querySelectorAll(".mm-tool, .leaflet-bar a")].filter(it => {
        const box = it.getBoundingClientRect();
        return box.left < right && left < box.right && box.top < bottom && top < box.bottom;
    }).map(it => it.getAttribute("aria-label")); }"""
# Whether each entry of the open menu is what a finger meets at its place.
MENU = """() => [...document.querySelectorAll(".mm-menu:not([hidden]) .mm-menu__item")].map(it => {
    const { left, right, top, bottom, height } = it.getBoundingClientRect();
    return height >= 44 && [left + 4, right - 4].every(x => [top + 4, bottom - 4].every(y =>
        document.elementFromPoint(x, y) === it)); })"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("phone") / "map.html"
    demo_map().save(path)
    return path


@pytest.fixture
def page(browser: Browser, saved: Path) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, has_touch=True, is_mobile=True, offline=True
    )
    page = context.new_page()
    page.goto(saved.as_uri())
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    yield page
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
    context.close()


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found, selector
    return {**found, "right": found["x"] + found["width"], "bottom": found["y"] + found["height"]}


def too_small(page: Page) -> list[tuple[str, float, float]]:
    found = page.evaluate(PRESSED)
    assert len(found) >= 5
    return [(name, w, h) for name, w, h in found if min(w, h) < FINGER - 0.5]


def turn_panel(page: Page, expanded: str) -> None:
    """Tap the panel's button, and wait until the panel is open or closed: a tap takes its time."""
    toggle = page.locator(".mm-panel__toggle")
    toggle.tap()
    expect(toggle).to_have_attribute("aria-expanded", expanded)
    at_rest(page)


@pytest.fixture(scope="module")
def russian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("phone") / "russian.html"
    made = mm.Map(title="Месторождения вдоль Срединного коридора", language="ru")
    made.add(deposits()).add(mm.corridor("middle")).save(path)
    return path


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ru"])
def test_nothing_on_a_phone_lies_over_anything_else(
    browser: Browser, request: pytest.FixtureRequest, language: str
) -> None:
    path = request.getfixturevalue("russian" if language == "ru" else "saved")
    context = browser.new_context(has_touch=True, is_mobile=True, offline=True)
    for width, height in [(390, 844), (844, 390), (768, 1024)]:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path.as_uri())
        page.wait_for_selector('html[data-minmap="ready"]', state="attached")
        at_rest(page)
        assert page.evaluate(CLASHES) == []
        for tool in page.locator(".mm-picktool > .mm-tool").all():
            tool.tap()
            expect(tool).to_have_attribute("aria-expanded", "true")
            assert set(page.evaluate(MENU)) == {True}
            tool.tap()
        page.evaluate(
            """() => window[document.querySelector(".folium-map").id]
                .setView([47, 74.75], 14, {animate: false})"""
        )
        expect(page.locator(".mm-ground-note")).to_be_visible()
        at_rest(page)
        assert page.evaluate(CLASHES) == []
        page.locator(".mm-tools > .mm-tool[aria-expanded]").first.tap()
        expect(page.locator(".mm-table")).to_be_visible()
        at_rest(page)
        assert page.evaluate(CLASHES) == []
        expect(page.locator(".mm-table h2")).to_be_visible()
        page.locator(".mm-table__bar input").first.uncheck()
        page.locator(".mm-table__row").first.tap()
        expect(page.locator(".mm-record")).to_be_visible()
        at_rest(page)
        card = page.locator(".leaflet-popup:not(.mm-popup--sheet)")
        assert card.count() == (width >= 700)
        assert page.evaluate(TOOLS_BELOW_CARD) == []
        page.close()
    context.close()


def test_the_panel_is_a_sheet_along_the_lower_edge(page: Page) -> None:
    closed = box(page, ".mm-panel")
    assert (closed["x"], closed["width"], closed["bottom"]) == (0, WIDTH, HEIGHT)
    assert closed["height"] < 80
    assert page.locator(".mm-panel h2").inner_text().startswith("Mineral deposits")
    turn_panel(page, "true")
    opened = box(page, ".mm-panel")
    assert opened["bottom"] == HEIGHT
    assert 0.4 * HEIGHT < opened["height"] <= 0.6 * HEIGHT + 1
    # The data of the first view are beside it.
    lowest = page.locator(".mm-node").evaluate_all(
        "nodes => Math.max(...nodes.map(node => node.getBoundingClientRect().bottom))"
    )
    assert 0.1 * HEIGHT < lowest < opened["y"]
    body = page.locator(".mm-panel__body")
    assert body.evaluate("b => b.scrollHeight > b.clientHeight && b.scrollWidth <= b.clientWidth")
    page.get_by_role("group", name="Critical-mineral").get_by_role("checkbox").first.check()
    turn_panel(page, "false")
    assert box(page, ".mm-panel")["height"] < 80


def test_the_tools_are_where_the_thumb_is(page: Page) -> None:
    bar = box(page, ".mm-panel")
    for selector in (".leaflet-control-zoom", ".mm-ruler", ".mm-tools", ".mm-sources-button"):
        tool = box(page, selector)
        assert tool["y"] > 0.3 * HEIGHT, selector
        assert tool["x"] > WIDTH / 2, selector
        assert tool["right"] <= WIDTH, selector
        assert tool["bottom"] <= bar["y"], selector
    page.get_by_role("button", name="Measure distance").tap()
    expect(page.locator(".mm-ruler__readout")).to_be_visible()
    readout = box(page, ".mm-ruler__readout")
    assert readout["x"] >= 0
    assert readout["right"] <= WIDTH
    expect(page.locator(".mm-ruler__readout")).to_contain_text("a double tap ends")
    for x, y in [(100, 250), (200, 350), (203, 352)]:
        page.touchscreen.tap(x, y)
    expect(page.locator(".mm-ruler__dot")).to_have_count(2)


def test_all_that_is_pressed_is_as_large_as_a_finger(page: Page) -> None:
    assert too_small(page) == []
    turn_panel(page, "true")
    assert too_small(page) == []
    turn_panel(page, "false")
    page.locator(".mm-sources-button").tap()
    expect(page.locator(".mm-sources")).to_be_visible()
    assert too_small(page) == []
    page.locator(".mm-sources .mm-button").tap()
    expect(page.locator(".mm-sources")).to_be_hidden()
    page.get_by_role("button", name="Print sheet").tap()
    page.locator(".mm-sheet__map canvas").wait_for()
    assert too_small(page) == []


def test_a_record_is_a_sheet_below_its_place(page: Page) -> None:
    page.evaluate(
        """() => window[document.querySelector(".folium-map").id]
            .setView([44.1, 51.2], 9, {animate: false})"""
    )
    node = page.locator(".mm-node[aria-label^='Aktau port']")
    node.tap()
    record = page.get_by_role("dialog", name="Aktau port")
    expect(record).to_be_visible()
    at_rest(page)
    assert page.evaluate("document.activeElement.closest('.mm-record') !== null")
    sheet, place = box(page, ".mm-popup--sheet"), box(page, ".mm-node[aria-label^='Aktau port']")
    assert (sheet["x"], sheet["width"]) == (0, WIDTH)
    assert sheet["height"] <= 0.45 * HEIGHT + 1
    assert sheet["bottom"] == HEIGHT
    assert place["y"] > 0
    assert place["bottom"] <= sheet["y"]
    ring = box(page, ".mm-ring[aria-hidden=true]")
    assert abs(ring["x"] + ring["right"] - place["x"] - place["right"]) < 3
    assert abs(ring["y"] + ring["bottom"] - place["y"] - place["bottom"]) < 3
    assert too_small(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".mm-record, .mm-ring")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('.mm-map') !== null")
    node.tap()
    page.locator(".leaflet-popup-close-button").tap()
    expect(page.locator(".mm-record")).to_have_count(0)


def test_a_long_record_gets_more_room(page: Page) -> None:
    page.evaluate(
        """() => window[document.querySelector(".folium-map").id]
            .setView([49.483, 81.517], 9, {animate: false})"""
    )
    at_rest(page)
    page.touchscreen.tap(WIDTH / 2, HEIGHT / 2)
    expect(page.get_by_role("dialog", name="Baqyrchik")).to_be_visible()
    page.get_by_text("All fields").tap()
    at_rest(page)
    sheet = box(page, ".mm-popup--sheet")
    assert sheet["height"] <= 0.45 * HEIGHT + 1
    page.get_by_role("button", name="Enlarge the record").tap()
    at_rest(page)
    taller = box(page, ".mm-popup--sheet")
    assert sheet["height"] < taller["height"] <= 0.85 * HEIGHT + 1
    y = page.evaluate(
        """() => window[document.querySelector(".folium-map").id]
            .latLngToContainerPoint([49.483, 81.517]).y"""
    )
    assert 0 < y < taller["y"]
    assert too_small(page) == []


def test_a_sheet_is_upright_on_a_phone_that_is(page: Page) -> None:
    page.get_by_role("button", name="Print sheet").tap()
    page.locator(".mm-sheet__map canvas").wait_for()
    assert page.get_by_role("combobox", name="Orientation").input_value() == "portrait"
    # No keyboard opens over the sheet.
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    dialog = box(page, ".mm-print")
    assert (dialog["x"], dialog["y"], dialog["right"]) == (0, 0, WIDTH)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save PNG").tap()
    assert download.value.suggested_filename.endswith(".png")
    page.get_by_role("button", name="Close").tap()
    expect(page.locator(".mm-print")).to_be_hidden()


MAP = "window[document.querySelector('.folium-map').id]"
MIDDLE = f"(() => {{ const {{ lat, lng }} = {MAP}.getCenter(); return [lat, lng]; }})()"


def stroke(page: Page, *spots: tuple[int, int]) -> None:
    """Draw a finger over the page."""
    session = page.context.new_cdp_session(page)
    page.evaluate(
        """() => ["pointerdown", "pointermove"].forEach(kind => addEventListener(kind,
            event => window.touched = [event.clientX, event.clientY], {capture: true}))"""
    )
    kinds = ["touchStart", *["touchMove"] * (len(spots) - 1)]
    for kind, (x, y) in zip(kinds, spots, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        # Moves that follow each other at once may become one.
        until(lambda at=[x, y]: page.evaluate("window.touched") == at)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def choose(page: Page, tool: str) -> None:
    # The browser may take a tap right after a stroke for a part of it.
    page.get_by_role("button", name="Select records").click()
    page.get_by_role("button", name=tool, exact=True).click()
    expect(page.locator(".mm-draw")).to_be_visible()


def test_a_finger_selects_records_and_leaves_the_map_where_it_is(page: Page) -> None:
    before = page.evaluate(MIDDLE)
    picked = page.locator(".mm-picked span")
    corners = [(150, 250), (210, 250), (210, 380), (150, 380)]
    choose(page, "Lasso")
    stroke(page, *corners, corners[0])
    expect(picked).to_have_text(re.compile(r"^\d+ selected"))
    count = picked.inner_text()
    choose(page, "Box")
    stroke(page, corners[0], (200, 300), (290, 380))
    expect(picked).not_to_have_text(count)
    assert page.evaluate(MIDDLE) == before
    choose(page, "Polygon")
    expect(page.locator(".mm-draw__help")).to_contain_text("a tap on the first one ends")
    for corner in [*corners, (corners[0][0] + 15, corners[0][1])]:
        page.touchscreen.tap(*corner)
    expect(page.locator(".mm-draw")).to_have_count(0)
    expect(picked).to_have_text(count)
    # Between two corners of a polygon a finger moves the map.
    choose(page, "Polygon")
    stroke(page, (200, 300), (200, 340), (200, 380))
    until(lambda: page.evaluate(MIDDLE) != before)
    expect(page.locator(".mm-draw__line")).to_have_attribute("d", "")
