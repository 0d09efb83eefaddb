"""Views of a widget on a bare page: what they share, what they hold, and what is left of them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from playwright.sync_api import Browser, CDPSession, Page, expect

import minmap as mm
from tests.test_browser import points
from tests.waiting import at_rest, until

pytest.importorskip("anywidget")

STATIC = files("minmap") / "webmap" / "static"
PLAIN = ("_page", "_specs", "height", "view", "bounds", "filters", "clicked")

# A model as a notebook gives it, as far as the page needs it.
BEGIN = """async ({ code, state }) => {
    const { default: widget } = await import(
        URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    const bytes = text => new DataView(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
    const values = new Map(Object.entries(state).map(
        ([key, value]) => [key, value?.bytes ? bytes(value.bytes) : value]));
    const told = new Map();
    const model = window.model = {
        get: name => values.get(name),
        set: (name, value) => values.set(name, value),
        save_changes() {},
        on: (event, call) => told.set(event, [...(told.get(event) ?? []), call]),
        off: (event, call) => told.set(event, told.get(event).filter(known => known !== call)),
        fire: event => told.get(event).forEach(call => call({})),
    };
    window.ends = [];
    window.render = () => {
        const el = document.body.appendChild(document.createElement("div"));
        const end = widget.render({ model, el });
        window.ends.push(() => { end(); el.remove(); });
    }; }"""


# End the first view at the first step of its map's next move.
END_AT_FIRST_STEP = """() => {
    const watch = new MutationObserver(() => {
        watch.disconnect();
        ends.shift()();
    });
    watch.observe(document.querySelector(".leaflet-map-pane"), { attributeFilter: ["style"] }); }"""


@dataclass
class Views:
    """A page on which views of a widget come and go."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def show(self) -> None:
        self.page.evaluate("render()")
        expect(self.page.locator('.mm-widget:not([data-minmap="ready"])')).to_have_count(0)

    def end(self) -> None:
        self.page.evaluate("ends.shift()()")
        at_rest(self.page)


def state_of(widget: Any) -> dict[str, Any]:
    state: dict[str, Any] = {"selected": {}}
    for name, value in widget.get_state().items():
        if isinstance(value, bytes | memoryview):
            state[name] = {"bytes": base64.b64encode(bytes(value)).decode()}
        elif name in PLAIN:
            state[name] = value
    return state


@pytest.fixture
def views(browser: Browser) -> Iterator[Callable[..., Views]]:
    context = browser.new_context(viewport={"width": 1000, "height": 1100}, offline=True)

    def begin(shown: mm.Map | mm.Widget) -> Views:
        made = Views(context.new_page())
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.add_style_tag(content=(STATIC / "widget.css").read_text(encoding="utf-8"))
        code = (STATIC / "widget.js").read_text(encoding="utf-8")
        widget = mm.Widget(shown) if isinstance(shown, mm.Map) else shown
        made.page.evaluate(BEGIN, {"code": code, "state": state_of(widget)})
        return made

    yield begin
    context.close()


def alive(devtools: CDPSession, condition: str) -> int:
    """Count the objects of a kind that the page still holds."""
    prototype = devtools.send("Runtime.evaluate", {"expression": "Object.prototype"})
    known = {"prototypeObjectId": prototype["result"]["objectId"]}
    found = devtools.send("Runtime.queryObjects", known)["objects"]["objectId"]
    count = f"function () {{ return this.filter(it => {condition}).length; }}"
    asked = {"functionDeclaration": count, "objectId": found, "returnByValue": True}
    number = devtools.send("Runtime.callFunctionOn", asked)["result"]["value"]
    devtools.send("Runtime.releaseObject", {"objectId": found})
    return int(number)


def test_a_layer_that_was_removed_is_forgotten(views: Callable[..., Views]) -> None:
    rng = np.random.default_rng(1)
    places = gpd.points_from_xy(rng.uniform(50, 80, 4321), rng.uniform(35, 55, 4321))
    opened = views(mm.Map(gpd.GeoDataFrame(geometry=places, crs=4326), name="Mine"))
    opened.show()
    devtools = opened.page.context.new_cdp_session(opened.page)
    assert alive(devtools, "it.levels?.length === 4321") == 1
    opened.page.evaluate(
        """() => { model.set("_specs", model.get("_specs").filter(({ kind }) => kind !== "points"));
            model.fire("change:_specs"); }"""
    )
    until(lambda: alive(devtools, "it.levels?.length === 4321") == 0)


def test_a_view_that_ended_listens_to_nothing(views: Callable[..., Views]) -> None:
    opened = views(mm.Map(points(["a"]), tiles="OpenTopoMap"))
    devtools = opened.page.context.new_cdp_session(opened.page)

    def listening() -> list[str]:
        window = devtools.send("Runtime.evaluate", {"expression": "window"})["result"]
        known = devtools.send("DOMDebugger.getEventListeners", {"objectId": window["objectId"]})
        return [listener["type"] for listener in known["listeners"]]

    before = listening()
    opened.show()
    assert "online" in listening()
    opened.end()
    assert listening() == before


def test_a_view_may_end_while_records_of_several_layers_are_open(
    views: Callable[..., Views],
) -> None:
    area = gpd.GeoDataFrame(geometry=[shapely.box(58, 44, 62, 46)], crs=4326)
    made = mm.Map(location=(45, 60), zoom_start=6).add(area, name="One").add(area, name="Other")
    opened = views(made)
    opened.show()
    opened.page.locator(".mm-widget__map").focus()
    opened.page.keyboard.press("Enter")
    expect(opened.page.locator(".mm-record__nav")).to_contain_text("1 of 2")
    opened.end()
    assert opened.complaints == []


def test_a_view_may_end_while_its_map_moves(views: Callable[..., Views]) -> None:
    opened = views(mm.Map(points(["a"])))
    opened.show()
    opened.page.evaluate(END_AT_FIRST_STEP)
    opened.page.locator(".mm-widget__map").focus()
    opened.page.keyboard.press("ArrowRight")
    expect(opened.page.locator(".mm-widget")).to_have_count(0)
    at_rest(opened.page)
    assert opened.complaints == []


def test_the_theme_buttons_of_all_views_agree(views: Callable[..., Views]) -> None:
    opened = views(mm.Map(points(["a"])))
    opened.show()
    opened.show()
    buttons = opened.page.get_by_role("button", name="Colours: ")
    for name in ("Colours: light", "Colours: dark", "Colours: as the system"):
        buttons.first.click()
        for button in buttons.all():
            assert button.get_attribute("aria-label") == name


def test_a_view_goes_back_to_where_its_map_began(views: Callable[..., Views]) -> None:
    opened = views(mm.Map(points(["a"]), location=(45, 60), zoom_start=6))
    opened.show()
    opened.page.evaluate('() => { model.set("view", [10, 10, 3]); model.fire("change:view"); }')
    opened.page.get_by_role("button", name="Back to the first view").click()
    at_rest(opened.page)
    lat, lon, zoom = opened.page.evaluate('model.get("view")')
    assert (round(lat), round(lon), zoom) == (45, 60, 6)


def test_a_view_of_a_map_without_a_place_goes_back_to_all_that_is_shown(
    views: Callable[..., Views],
) -> None:
    widget = mm.Widget(mm.Map())
    widget.add(points(["a", "b"]))
    opened = views(widget)
    opened.show()
    opened.page.evaluate('() => { model.set("view", [10, 10, 3]); model.fire("change:view"); }')
    opened.page.get_by_role("button", name="Back to the first view").click()
    at_rest(opened.page)
    lat, lon, zoom = opened.page.evaluate('model.get("view")')
    assert abs(lat - 45) < 1
    assert abs(lon - 60) < 5  # beside the panel
    assert zoom > 3
    opened.end()
    assert not opened.complaints
