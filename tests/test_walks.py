"""What must work whenever a change lands, done on saved pages in a browser without a network."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

import minmap as mm
from minmap.demo import demo_map
from tests.exploring import (
    COUNT,
    THE_MAP,
    by_group,
    counts,
    downloaded,
    draw,
    facet,
    holds,
    is_shown,
    legend,
    open_filters,
    open_table,
    picked,
    rows_of,
    spot,
    start,
    term,
)
from tests.waiting import at_rest

Open = Callable[..., Any]
pytestmark = pytest.mark.walk


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "middle corridor.html"
    demo_map().save(path)
    return path


def view(page: Page, lat: float, lon: float, zoom: int) -> None:
    page.evaluate(f"to => {THE_MAP}.setView(to.slice(0, 2), to[2], {{animate: false}})",
                  [lat, lon, zoom])  # fmt: skip
    at_rest(page)


def one_gold_mine() -> pd.Series:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    return deposits[deposits["name"] == "Baqyrchik"].iloc[0]


def test_the_demo_opens_without_a_network(demo: Path, open_page: Open) -> None:
    opened = open_page(demo)
    at_rest(opened.page)
    asked = {url for url in opened.requests if not url.startswith(("data:", "blob:"))}
    assert asked == {demo.as_uri()}
    assert opened.complaints == []
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    drawn = deposits[deposits.geometry.notna()]
    labels = mm.vocabulary.commodity_groups().set_index("code")["label"]
    expected = drawn["commodity_group"].map(labels).fillna("not given").value_counts().to_dict()
    assert legend(opened.page, "Major mineral deposits (OFR 2005-1294)") == expected


def test_a_click_opens_the_record(demo: Path, open_page: Open) -> None:
    one = one_gold_mine()
    page = open_page(demo).page
    view(page, one.geometry.y, one.geometry.x, 12)
    page.mouse.click(*spot(page, one.geometry.x, one.geometry.y))
    record = page.locator(".mm-record")
    expect(record.locator("h3")).to_have_text("Baqyrchik")
    expect(record.locator(".mm-commodities li")).to_have_text(["Gold"])
    expect(record).to_contain_text("Kazakhstan")
    expect(record).to_contain_text("Source:")
    page.keyboard.press("Escape")
    expect(record).to_have_count(0)


def test_the_search_finds_a_record_and_a_town(demo: Path, open_page: Open) -> None:
    page = open_page(demo).page
    field = page.get_by_role("combobox", name="Search names")
    field.fill("shalkarsk")
    expect(page.get_by_role("option").filter(has_text="Shalkarskoe").first).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.locator(".mm-record h3")).to_have_text("Shalkarskoe")
    page.keyboard.press("Escape")
    field.fill("Ташкент")
    town = page.get_by_role("option").filter(has_text="Tashkent").first
    expect(town).to_be_visible()
    town.click()
    at_rest(page)
    lon, lat = page.evaluate(
        f"(() => {{ const {{ lat, lng }} = {THE_MAP}.getCenter(); return [lng, lat]; }})()"
    )
    assert abs(lon - 69.25) < 0.5
    assert abs(lat - 41.3) < 0.5


def test_filters_narrow_the_map_and_its_counts(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    filters = open_filters(page)
    commodities, distance = facet(filters, "Commodities"), facet(filters, "Distance")
    term(commodities, "Copper").check()
    copper = holds(table["commodities"], "Cu")
    is_shown(page, int(copper.sum()))
    distance.get_by_role("spinbutton").nth(1).fill("400")
    distance.get_by_role("spinbutton").nth(1).press("Enter")
    near = table[copper & (table["distance_km"] <= 400)]
    is_shown(page, len(near))
    assert legend(page)["Base metals"] == by_group(near)["Base metals"]
    filters.get_by_role("button", name="Reset").click()
    is_shown(page, COUNT)
    # The legend is a filter too.
    page.get_by_role("checkbox", name=re.compile("^Base metals")).uncheck()
    is_shown(page, int((table["commodity_group"] != "base").sum()))
    assert counts(commodities)["Copper"] < copper.sum()


def test_records_in_a_box_are_selected_and_saved(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(saved).page
    view(page, 45, 66, 5)
    xy = np.array([spot(page, point.x, point.y) for point in table.geometry])
    inside = table[((xy > [300, 200]) & (xy < [500, 420])).all(axis=1)]
    start(page, "Box")
    draw(page, (300, 200), (500, 420))
    assert picked(page) == len(inside) > 3
    open_table(page)
    page.get_by_label("Selected", exact=True).check()
    expect(page.locator(".mm-table__count")).to_have_text(f"{len(inside)} of {COUNT}")
    selected = page.get_by_role("region", name="Selected records")
    path = downloaded(page, selected.get_by_role("button", name="CSV"), tmp_path)
    written = pd.read_csv(path)
    assert sorted(written["occurrence_id"]) == sorted(inside["occurrence_id"])


def test_the_table_is_sorted_and_opens_a_record(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    open_table(page)
    page.get_by_label("In view").uncheck()
    page.get_by_role("button", name=re.compile("^Distance")).click()
    at_rest(page)
    nearest = table.sort_values("distance_km", kind="stable")["name"].head(3).to_list()
    assert rows_of(page)[:3] == nearest
    page.locator(".mm-table__row", has_text=nearest[1]).first.click()
    expect(page.locator(".mm-record h3")).to_have_text(nearest[1])


def test_a_phone_shows_the_map_and_a_record(demo: Path, open_page: Open) -> None:
    one = one_gold_mine()
    phone = {"width": 390, "height": 844}
    page = open_page(demo, viewport=phone, has_touch=True, is_mobile=True).page
    view(page, one.geometry.y, one.geometry.x, 9)
    page.touchscreen.tap(*spot(page, one.geometry.x, one.geometry.y))
    expect(page.get_by_role("dialog", name="Baqyrchik")).to_be_visible()
    at_rest(page)
    sheet = page.locator(".mm-popup--sheet").bounding_box()
    assert sheet
    assert (sheet["x"], sheet["width"]) == (0, 390)
    assert sheet["y"] > spot(page, one.geometry.x, one.geometry.y)[1]
    assert page.evaluate("document.documentElement.scrollWidth") == 390


# What Jupyter does for a widget: it passes the state on, with bytes as a DataView.
HOST = """<!doctype html><html data-minmap="ready"><meta charset="utf-8"><style>%s</style>
<body><div id="cell" style="width: 900px"></div><script type="module">
const bytes = text => new DataView(Uint8Array.from(atob(text), one => one.charCodeAt(0)).buffer);
const state = JSON.parse(%s, (key, it) => it?.base64 === undefined ? it : bytes(it.base64));
const source = URL.createObjectURL(new Blob([%s], { type: "text/javascript" }));
const { default: widget } = await import(source);
window.state = state;
const model = { get: name => state[name], set: (name, value) => { state[name] = value; },
    save_changes() {}, on() {}, off() {} };
widget.render({ model, el: document.getElementById("cell") });
</script></body>"""


def test_the_widget_draws_its_map_and_passes_filters_on(
    table: gpd.GeoDataFrame, open_page: Open, tmp_path: Path
) -> None:
    widget = mm.Widget(mm.Map(table))
    widget.filters = {"Occurrences": {"commodities": ["Cu"]}}

    def packed(value: bytes) -> dict[str, str]:
        return {"base64": base64.b64encode(value).decode()}

    sent = widget.get_state()
    esm, css = sent.pop("_esm"), sent.pop("_css")
    state = json.dumps(sent, default=packed)
    script = [json.dumps(text).replace("<", "\\u003c") for text in (state, esm)]
    (tmp_path / "cell.html").write_text(HOST % (css, *script), encoding="utf-8")
    opened = open_page(tmp_path / "cell.html")
    page = opened.page
    page.wait_for_selector('.mm-widget[data-minmap="ready"]')
    copper = int(holds(table["commodities"], "Cu").sum())
    is_shown(page, copper)
    status = facet(open_filters(page), "Status")
    term(status, "Producer").check()
    both = holds(table["commodities"], "Cu") & (table["status"] == "producer")
    is_shown(page, int(both.sum()))
    filters = page.evaluate("window.state.filters")
    assert filters == {"Occurrences": {"commodities": ["Cu"], "status": ["producer"]}}
    assert opened.complaints == []
