"""The card of a record: what it says at once, what it folds, and how a person works it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import Browser, Page, expect

import minmap as mm
from minmap.demo import demo_map
from tests.test_browser import THE_MAP, click_at, look_at, points
from tests.waiting import at_rest

Open = Callable[[Path], Any]

HOSTILE = "<img src=x onerror=\"document.title='x'\">"


def rows(page: Page, where: str = ".mm-record__body > dl") -> list[tuple[str, str]]:
    """Return the fields of a list on the card."""
    names = page.locator(f"{where} dt").all_inner_texts()
    return list(zip(names, page.locator(f"{where} dd").all_inner_texts(), strict=True))


def find(page: Page, name: str) -> None:
    """Open a record by the keyboard alone."""
    search = page.locator(".mm-search input")
    search.focus()
    search.fill(name)
    page.locator(".mm-search__option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".mm-record h3")).to_have_text(name)


def test_the_card_of_the_demo_is_worked_by_the_keyboard_alone(
    tmp_path: Path, open_page: Open
) -> None:
    path = tmp_path / "demo.html"
    demo_map().save(path)
    opened = open_page(path)
    page = opened.page
    find(page, "Baqyrchik")
    assert page.get_by_role("dialog", name="Baqyrchik").count() == 1
    assert [name for name, _ in rows(page)] == ["Country", "Deposit type", "Latitude, longitude"]
    assert rows(page)[-1][1] == "49.48, 81.52 (±\xa010 km or more)"
    assert page.evaluate("document.activeElement.closest('.mm-record') !== null")
    all_fields = page.locator(".mm-record__all > summary")
    for _ in range(6):
        if all_fields.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    folded = [name for name, _ in rows(page, ".mm-record__all")]
    assert {"Occurrence id", "Leg id"} <= set(folded)
    shown = {name for name, _ in rows(page)}
    assert len(set(folded)) == len(folded)
    assert shown.isdisjoint(folded)
    page.keyboard.press("Escape")
    expect(page.locator(".mm-record")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('.mm-map') !== null")
    find(page, "Qonyrat (Kounrad)")  # what was unfolded stays so for the next record
    assert page.locator(".mm-record__all").get_attribute("open") is not None
    assert opened.complaints == []


def test_a_wide_hostile_table_shows_six_fields_as_text(tmp_path: Path, open_page: Open) -> None:
    columns = {f"<b>{n}</b>": [HOSTILE] for n in range(200)}
    table = points([HOSTILE], essay=["<script>x</script>" * 600], web=["https://example.org/a"])
    path = tmp_path / "map.html"
    mm.Map(table.assign(**columns), name="A{{ 7*7 }}").save(path)
    opened = open_page(path)
    page = opened.page
    click_at(page, 60, 45)
    expect(page.locator(".mm-record h3")).to_have_text(HOSTILE)
    shown = rows(page)
    assert len(shown) == 7
    assert shown[0] == ("Web", "https://example.org/a")
    assert shown[1] == ("<b>0</b>", HOSTILE)
    page.get_by_text("All fields (196)").click()
    essay = page.locator(".mm-long")
    expect(essay).to_have_count(1)
    low = essay.bounding_box()
    essay.locator("summary").click()
    high = essay.bounding_box()
    assert low
    assert high
    assert low["height"] < 300 < high["height"]
    card = page.locator(".leaflet-popup").bounding_box()
    assert card
    assert card["y"] >= 0
    assert card["height"] < 560
    assert page.title() == "minmap"
    assert page.locator("img[src='x']").count() == 0
    assert opened.complaints == []


def test_rows_of_the_maker_are_all_that_a_card_says(tmp_path: Path, open_page: Open) -> None:
    table = points(["a"], **{f"c{n}": [n] for n in range(12)}, commodities=["Cu"])
    path = tmp_path / "map.html"
    mm.Map(table, popup=[f"c{n}" for n in range(11, -1, -1)]).save(path)
    page = open_page(path).page
    click_at(page, 60, 45)
    assert rows(page) == [(f"C{n}", str(n)) for n in range(11, -1, -1)]
    assert page.locator(".mm-record details, .mm-commodities").count() == 0


def test_a_russian_card_is_russian(tmp_path: Path, open_page: Open) -> None:
    deposits = mm.nearest(mm.read(mm.sample("pp1802_central_asia.csv")), mm.corridor("middle"))
    path = tmp_path / "map.html"
    mm.Map(deposits, language="ru").save(path)
    page = open_page(path).page
    find(page, "Chiganak")
    assert page.locator(".mm-commodities li").all_inner_texts() == ["Барий"]
    assert rows(page)[0] == ("Страна", "Казахстан, Zhambyl Region (регион по координатам)")
    told = page.locator(".mm-record__measured").inner_text().replace("\u00a0", " ")
    assert told == (
        "96 км ± 4,3 км до линии «Middle Corridor»; ближайший узел: Шу, 100 км ± 4,3 км."
    )


def test_a_list_of_names_leads_to_each_record_at_a_place(tmp_path: Path, open_page: Open) -> None:
    table = points([f"record {n}" for n in range(12)])
    table = table.set_geometry(gpd.points_from_xy([60.0] * 12, [45.0] * 12), crs=4326)
    path = tmp_path / "map.html"
    mm.Map(table).save(path)
    page = open_page(path).page
    click_at(page, 60, 45)
    page.get_by_role("button", name="1 of 12").click()
    listed = page.locator(".mm-record__list button")
    expect(listed).to_have_text([f"record {n}" for n in range(12)])
    frame = page.locator(".mm-record__list")
    assert frame.evaluate("one => one.scrollHeight > one.clientHeight")
    listed.nth(9).click()
    expect(page.locator(".mm-record h3")).to_have_text("record 9")
    expect(page.get_by_role("button", name="10 of 12")).to_be_visible()
    expect(frame).to_be_hidden()


@pytest.mark.parametrize("kind", ["station", "leg"])
def test_a_deposit_within_the_reach_of_a_thumb_comes_before_a_corridor(
    tmp_path: Path, browser: Browser, kind: str
) -> None:
    nodes = gpd.GeoDataFrame(
        {"node_id": ["a", "b"], "name": ["A", "B"], "kind": "station", "country": "KAZ"},
        geometry=[shapely.Point(60, 45), shapely.Point(64, 45)],
        crs=4326,
    )
    legs = gpd.GeoDataFrame(
        {"leg_id": ["ab"], "from_node": ["a"], "to_node": ["b"], "mode": ["rail"],
         "gauge_mm": [1520], "status": ["operating"], "status_year": [2024], "length_km": [315.4],
         "drawn_km": [315.4], "countries": ["KAZ"]},
        geometry=[shapely.LineString([(60, 45), (64, 45)])],
        crs=4326,
    )  # fmt: skip
    corridor = mm.Corridor("mine", title="Mine", legs=legs, nodes=nodes)
    lon = 60.0 if kind == "station" else 62.0
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, offline=True
    )
    page = context.new_page()
    path = tmp_path / "map.html"
    deposit = points(["Deposit"]).set_geometry(gpd.points_from_xy([lon], [45.06]), crs=4326)
    mm.Map().add(corridor).add(deposit).save(path)
    page.goto(path.as_uri())
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    look_at(page, lon, 45, 7)
    x, y = page.evaluate(
        f"lon => {{ const p = {THE_MAP}.latLngToContainerPoint([45, lon]); return [p.x, p.y]; }}",
        lon,
    )
    page.touchscreen.tap(x, y)
    expect(page.locator(".mm-record h3")).to_have_text("Deposit")
    at_rest(page)
    page.get_by_label("Next record").tap()
    expect(page.locator(".mm-record h3")).to_have_text(re.compile("^A"))
    if kind == "leg":
        told = dict(rows(page))
        assert told["Mode"] == "railway, 1520 mm"
        assert told["Status"] == "operating, 2024"
        assert told["Length"] == "315 km"
    context.close()
