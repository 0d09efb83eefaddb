"""Table, picking out, files, bubbles, heat and circles of the saved page, used by a person."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from playwright.sync_api import expect
from pyproj import Geod

import minmap as mm
from minmap.writing.delimited import guarded
from tests.exploring import (
    COUNT,
    Open,
    colours,
    current,
    downloaded,
    draw,
    facet,
    in_view,
    open_filters,
    open_table,
    picked,
    ready,
    rows_of,
    spot,
    start,
    term,
    two_layers,
)
from tests.test_browser import HOSTILE, THE_MAP, click_at, look_at, points
from tests.waiting import at_rest


def test_the_table_is_sorted_and_walked_through(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    opened = open_page(saved)
    page = opened.page
    open_table(page)
    grid = page.get_by_role("grid")
    page.get_by_label("In view").uncheck()
    assert grid.get_attribute("aria-rowcount") == str(COUNT + 1)
    assert page.locator(".mm-table__head > *").first.inner_text() == "Name"
    page.get_by_role("button", name=re.compile("^Distance")).click()
    header = page.get_by_role("columnheader", name=re.compile("^Distance"))
    assert header.get_attribute("aria-sort") == "ascending"
    # The heading is in words; the name of the column appears under the cursor.
    assert header.get_by_role("button").get_attribute("title") == "distance_km"
    nearest = table.sort_values("distance_km", kind="stable")["name"]
    assert rows_of(page)[:3] == nearest.head(3).to_list()
    page.get_by_role("button", name=re.compile("^Distance")).click()
    furthest = table.sort_values("distance_km", ascending=False, kind="stable")["name"]
    assert rows_of(page)[:3] == furthest.head(3).to_list()
    page.get_by_role("button", name="Name", exact=True).click()
    names = rows_of(page)
    assert names == sorted(names, key=lambda name: (name.split()[0], int(name.split()[-1])))
    grid.focus()
    page.keyboard.press("ArrowDown")
    assert current(page) == names[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert current(page) == names[0]
    page.keyboard.press("PageDown")
    assert current(page) == names[names.index(current(page))] != names[0]
    page.keyboard.press("End")
    at_rest(page)
    assert current(page) == ""  # the record without a name comes last
    assert rows_of(page)[-1] == ""
    active = grid.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-rowindex") == str(COUNT + 1)
    page.keyboard.press("Home")
    at_rest(page)
    assert current(page) == names[0]
    page.keyboard.press("Space")
    assert page.locator('.mm-table__row[aria-selected="true"]').count() == 1
    assert "1 selected" in page.locator(".mm-picked").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".mm-record h3")).to_have_text(names[0])
    assert grid.evaluate("it => it === document.activeElement")
    page.keyboard.press("Escape")
    assert grid.is_hidden()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Table"
    assert opened.complaints == []


def test_rows_are_owned_by_their_groups(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    open_table(page)
    owners = page.evaluate(
        """() => ['columnheader', 'gridcell', 'row', 'rowgroup'].map(role =>
            [...new Set([...document.querySelectorAll(`.mm-table [role=${role}]`)]
                .map(it => it.parentElement.getAttribute('role')))])"""
    )
    assert owners == [["row"], ["row"], ["rowgroup"], ["grid"]]


def test_the_table_follows_the_filters_the_map_and_a_click(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    open_table(page)
    said = page.locator(".mm-table__count")
    look_at(page, 66, 44, 6)
    seen = in_view(page, table)
    expect(said).to_have_text(f"{len(seen)} of {COUNT}")
    assert set(rows_of(page)) <= set(seen["name"].fillna(""))
    # The record that is opened stays the current one, though its popup may move the map.
    row = page.locator(".mm-table__row").nth(2)
    name = row.locator("> :first-child").inner_text()
    row.click()
    expect(page.locator(".mm-record h3")).to_have_text(name)
    at_rest(page)
    assert current(page) == name
    row = page.locator(".mm-table__row--current")
    row.click(modifiers=["Control"])
    expect(row).to_have_attribute("aria-selected", "true")
    assert current(page) == name
    term(facet(open_filters(page), "Status"), "Prospect").check()
    at_rest(page)
    prospects = in_view(page, table[table["status"] == "prospect"])
    expect(said).to_have_text(f"{len(prospects)} of {COUNT}")
    page.get_by_label("Selected", exact=True).check()
    picked = int(name in set(prospects["name"]))
    expect(said).to_have_text(f"{picked} of {COUNT}")


def test_the_current_row_stays_in_its_place_while_others_come_and_go(
    saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    open_table(page)
    page.get_by_label("In view").uncheck()
    status = facet(open_filters(page), "Status")
    term(status, "Producer").check()
    page.get_by_role("grid").evaluate("grid => grid.scrollTo(0, 1500)")
    at_rest(page)
    page.locator(".mm-table__row").nth(3).click(modifiers=["Control"])
    name, row = current(page), page.locator(".mm-table__row--current")
    before = row.bounding_box()
    for label in ("Prospect", "not given"):
        term(status, label).check()
        at_rest(page)
        assert current(page) == name
        after = row.bounding_box()
        assert before
        assert after
        assert abs(after["y"] - before["y"]) < 1


def test_the_last_of_a_hundred_thousand_rows_is_reached(tmp_path: Path, open_page: Open) -> None:
    count = 100_000
    lon = np.linspace(-179, 179, count)
    frame = gpd.GeoDataFrame(
        {"name": [f"record {n}" for n in range(count)], "n": np.arange(count) % 977},
        geometry=gpd.points_from_xy(lon, 60 * np.sin(lon)),
        crs=4326,
    )
    mm.Map(frame).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    open_table(page)
    page.get_by_label("In view").uncheck()
    page.get_by_role("button", name="N", exact=True).click()
    grid = page.get_by_role("grid")
    grid.evaluate("grid => grid.scrollTo(0, grid.scrollHeight)")
    at_rest(page)
    last = page.locator(f'.mm-table__row[aria-rowindex="{count + 1}"]')
    assert last.locator("> :nth-child(2)").inner_text() == "976"
    low, bottom = last.bounding_box(), grid.bounding_box()
    assert low
    assert bottom
    assert low["y"] + low["height"] <= bottom["y"] + bottom["height"] + 1
    assert page.locator(".mm-table__row").count() < 40
    grid.focus()
    page.keyboard.press("End")
    page.keyboard.press("PageUp")
    page.keyboard.press("End")
    at_rest(page)
    assert current(page) == last.locator("> :first-child").inner_text()


def test_records_are_picked_by_box_line_polygon_and_view(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    opened = open_page(saved)
    page = opened.page
    look_at(page, 66, 45, 5)
    xy = np.array([spot(page, p.x, p.y) for p in table.geometry])
    in_box = ((xy > [300, 200]) & (xy < [500, 420])).all(axis=1)
    start(page, "Box")
    assert "Drag a box" in page.locator(".mm-draw__help").inner_text()
    draw(page, (300, 200), (500, 420))
    assert picked(page) == in_box.sum() > 3
    in_next = ((xy > [520, 200]) & (xy < [640, 420])).all(axis=1)
    start(page, "Box")
    page.keyboard.down("Shift")
    draw(page, (640, 420), (520, 200))
    page.keyboard.up("Shift")
    assert picked(page) == in_box.sum() + in_next.sum()
    start(page, "Polygon")
    for corner in ((300, 200), (500, 200), (500, 420)):
        page.mouse.click(*corner)
    page.mouse.dblclick(300, 420)
    assert picked(page) == in_box.sum()
    start(page, "Lasso")
    draw(page, (300, 200), (500, 200), (500, 420), (300, 420), (300, 204))
    assert picked(page) == in_box.sum()
    # Escape and a click that goes nowhere leave all as it is.
    start(page, "Polygon")
    page.mouse.click(100, 100)
    page.keyboard.press("Escape")
    start(page, "Box")
    page.mouse.click(100, 100)
    assert picked(page) == in_box.sum()
    assert page.locator(".mm-draw").count() == 0
    inside = table.geometry[in_box].iloc[0]
    click_at(page, inside.x, inside.y)
    assert page.locator(".mm-record").count() == 1
    start(page, "Polygon")
    assert page.locator(".mm-record").count() == 0
    look_at(page, 66, 45, 5)
    for corner in ((300, 200), (500, 200), (500, 420)):
        page.mouse.click(*corner)
    page.keyboard.press("Enter")
    above = in_box & (xy[:, 1] - 200 < (xy[:, 0] - 300) * 1.1)
    assert picked(page) == above.sum()
    start(page, "All in view")
    assert picked(page) == len(in_view(page, table))
    term(facet(open_filters(page), "Status"), "Producer").check()
    producers = len(in_view(page, table[table["status"] == "producer"]))
    expect(page.locator(".mm-picked")).to_contain_text(f"{producers} of them shown")
    start(page, "Select none")
    assert picked(page) == 0
    assert opened.complaints == []


def test_the_corners_of_a_polygon_stay_on_the_ground_when_the_map_is_zoomed(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    look_at(page, 66, 45, 5)
    xy = np.array([spot(page, p.x, p.y) for p in table.geometry])
    start(page, "Polygon")
    for corner in ((400, 250), (800, 250), (800, 550)):
        page.mouse.click(*corner)
    before = page.locator(".mm-draw__line").bounding_box()
    look_at(page, 66, 45, 6)
    after = page.locator(".mm-draw__line").bounding_box()
    assert before
    assert after
    assert after["width"] > 1.8 * before["width"]
    # Twice as far from the middle of the map, (600, 400), as it was before.
    page.mouse.click(200, 700)
    page.keyboard.press("Enter")
    assert picked(page) == ((xy > [400, 250]) & (xy < [800, 550])).all(axis=1).sum() > 3


def test_picked_records_are_ringed(tmp_path: Path, open_page: Open) -> None:
    mm.Map(points(["a", "b"])).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60, 45)
    before = page.screenshot(clip={"x": 580, "y": 380, "width": 40, "height": 40})
    start(page, "All in view")
    at_rest(page)
    assert page.screenshot(clip={"x": 580, "y": 380, "width": 40, "height": 40}) != before


def test_files_hold_the_records_as_they_are(tmp_path: Path, open_page: Open) -> None:
    texts = [*HOSTILE, "=1+1", "+7 495", "two\nlines", 'a "quoted", name']
    frame = points(texts, kind=texts, n=range(len(texts)), km=[1.5, None] * (len(texts) // 2))
    mm.Map(frame, title="t").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    open_table(page)
    page.get_by_label("In view").uncheck()
    bar = page.locator(".mm-table__bar")
    csv = downloaded(page, bar.get_by_role("button", name="Save as CSV"), tmp_path)
    assert csv.name == "Occurrences.csv"
    back = pd.read_csv(csv, encoding="utf-8-sig").sort_values("n", ignore_index=True)
    assert back["name"].to_list() == back["kind"].to_list() == guarded(pa.array(texts)).to_pylist()
    assert back["km"].fillna(-1).to_list() == frame["km"].fillna(-1).to_list()
    assert np.allclose(back["longitude_deg"], frame.geometry.x, atol=1e-6)
    assert np.allclose(back["latitude_deg"], frame.geometry.y, atol=1e-6)
    geojson = downloaded(page, bar.get_by_role("button", name="Save as GeoJSON"), tmp_path)
    json.loads(geojson.read_text(encoding="utf-8"))
    back = gpd.read_file(geojson).sort_values("n", ignore_index=True)
    assert back["name"].to_list() == back["kind"].to_list() == texts
    assert back.geometry.geom_equals_exact(frame.geometry, 1e-6).all()


def test_coordinates_leave_with_the_digits_that_they_came_with(
    tmp_path: Path, open_page: Open
) -> None:
    lon = [52.65, -117.5, 0.000001, 180.0, -180.0, 67.123456]
    lat = [43.6, -8.0, -0.000001, 84.999999, 0.0, 66.5]
    frame = gpd.GeoDataFrame(
        {"n": range(len(lon))}, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326"
    )
    mm.Map(frame).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    open_table(page)
    page.get_by_label("In view").uncheck()
    bar = page.locator(".mm-table__bar")
    csv = downloaded(page, bar.get_by_role("button", name="Save as CSV"), tmp_path)
    back = pd.read_csv(csv, encoding="utf-8-sig").sort_values("n")
    assert back["longitude_deg"].to_list() == lon
    assert back["latitude_deg"].to_list() == lat
    assert "52.65,43.6\n" in csv.read_text(encoding="utf-8-sig")
    geojson = downloaded(page, bar.get_by_role("button", name="Save as GeoJSON"), tmp_path)
    assert "[52.65,43.6]" in geojson.read_text(encoding="utf-8")
    back = gpd.read_file(geojson).sort_values("n")
    assert back.geometry.x.to_list() == lon
    assert back.geometry.y.to_list() == lat


def test_picked_records_are_saved_as_the_filters_show_them(
    table: gpd.GeoDataFrame, saved: Path, tmp_path: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    look_at(page, 66, 45, 6)
    start(page, "All in view")
    term(facet(open_filters(page), "Status"), "Producer").check()
    at_rest(page)
    expected = in_view(page, table[table["status"] == "producer"])
    bar = page.locator(".mm-picked")
    path = downloaded(page, bar.get_by_role("button", name="Save as CSV"), tmp_path)
    back = pd.read_csv(path, encoding="utf-8-sig").set_index("occurrence_id")
    expected = expected.set_index("occurrence_id")
    assert set(back.index) == set(expected.index)
    for column in ("name", "commodities", "status_year", "distance_km"):
        pd.testing.assert_series_equal(
            back[column].sort_index(), expected[column].sort_index(), check_dtype=False
        )


def test_records_that_are_hidden_are_not_offered_at_their_place(
    tmp_path: Path, open_page: Open
) -> None:
    frame = points([f"record {n}" for n in range(20)], status=["producer", "prospect"] * 10)
    frame = frame.set_geometry(gpd.points_from_xy([60.0] * 20, [45.0] * 20), crs=4326)
    mm.Map(frame).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60, 45)
    click_at(page, 60, 45)
    assert "1 of 20" in page.locator(".mm-record").inner_text()
    status = facet(open_filters(page), "Status")
    term(status, "Producer").check()
    # The open popup keeps to what is shown.
    expect(page.locator(".mm-record__nav")).to_contain_text("1 of 10")
    seen = set()
    for _ in range(10):
        seen.add(page.locator(".mm-record h3").inner_text())
        page.get_by_label("Next record").click()
    assert seen == {f"record {n}" for n in range(0, 20, 2)}
    term(status, "Producer").uncheck()
    term(status, "Prospect").check()
    expect(page.locator(".mm-record")).to_have_count(0)
    click_at(page, 60, 45)
    page.get_by_role("checkbox", name="Occurrences", exact=True).uncheck()
    expect(page.locator(".mm-record")).to_have_count(0)


def test_the_record_in_front_stays_there_while_others_are_hidden(
    tmp_path: Path, open_page: Open
) -> None:
    frame = points(list("ABC"), kind=list("abc"))
    frame = frame.set_geometry(gpd.points_from_xy([60.0] * 3, [45.0] * 3), crs=4326)
    mm.Map().add(frame, color="kind").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    click_at(page, 60, 45)
    for _ in range(2):
        page.get_by_label("Next record").click()
    record, place = page.locator(".mm-record h3"), page.locator(".mm-record__nav")
    expect(place).to_contain_text("3 of 3")
    expect(record).to_have_text("C")
    classes = page.locator(".mm-legend").get_by_role("checkbox")
    classes.first.uncheck()
    expect(place).to_contain_text("2 of 2")
    expect(record).to_have_text("C")
    classes.last.uncheck()
    expect(place).to_have_count(0)
    expect(record).to_have_text("B")


def test_bubbles_tell_how_many_and_come_apart(tmp_path: Path, open_page: Open) -> None:
    lon, lat = [60.0] * 7 + [60.2] * 5 + [66.0], [45.0] * 12 + [45.0]
    frame = gpd.GeoDataFrame(
        {"name": [f"record {n}" for n in range(13)]},
        geometry=gpd.points_from_xy(lon, lat),
        crs=4326,
    )
    mm.Map(frame).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    look_at(page, 61, 45, 5)
    page.get_by_text("Bubbles").click()
    middle = 60 + 0.2 * 5 / 12
    page.mouse.move(*spot(page, middle, 45))
    expect(page.locator(".leaflet-tooltip")).to_have_text("12 records")
    click_at(page, middle, 45)
    assert page.evaluate(f"{THE_MAP}.getZoom()") > 5
    look_at(page, 60.1, 45, 11)
    click_at(page, 60, 45)  # all seven are at one place: no nearer look would part them
    assert "of 7" in page.locator(".mm-record").inner_text()
    look_at(page, 66, 45, 6)
    click_at(page, 66, 45)
    assert page.locator(".mm-record h3").inner_text() == "record 12"
    assert opened.complaints == []


def test_density_is_read_in_numbers_from_the_keyboard(tmp_path: Path, open_page: Open) -> None:
    """Ten thousand records beside a hundred: each way of drawing tells how many lie where."""
    near, far = np.tile([60.0, 45.0], (10_000, 1)), np.tile([66.0, 45.0], (100, 1))
    steps = np.arange(10_100)[:, None] % 100 * 1e-3
    places = np.vstack([near, far]) + np.hstack([steps, np.arange(10_100)[:, None] // 100 * 1e-3])
    table = gpd.GeoDataFrame(
        {"kind": ["a"] * 10_000 + ["b"] * 100, "rank": np.arange(10_100)},
        geometry=gpd.points_from_xy(*places.T),
        crs=4326,
    )
    m = mm.Map(table, color="kind", name="Sites", order="rank", view="hexagons", filters=["kind"])
    m.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    look_at(page, 63, 45, 5)
    expect(page.get_by_text("In front: greatest Rank")).to_be_hidden()
    title = page.get_by_role("heading", name="Records per hexagon of")
    expect(title).to_have_text("Records per hexagon of 3000 km²")
    classes = page.locator(".mm-panel .mm-legend--across li")
    expect(classes.last).to_have_text(re.compile(r"^1001.10,000$|^1001\+$"))
    page.mouse.move(*spot(page, 66.05, 45.1))
    expect(page.locator(".leaflet-tooltip")).to_contain_text("100 records3000 km²")
    click_at(page, 66.05, 45.1)  # more than a list holds: it zooms in
    assert page.evaluate(f"{THE_MAP}.getZoom()") > 5
    look_at(page, 63, 45, 5)
    # The keyboard goes from one way to the next.
    page.get_by_role("radio", name="Hexagons").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Heat")).to_be_checked()
    heat = page.get_by_role("heading", name="Records within")
    radius = page.get_by_role("slider", name="Radius of the heat")
    before, ticks = heat.inner_text(), page.locator(".mm-panel .mm-heat span")
    expect(ticks.last).to_have_text(re.compile(r"^\d0?,?\d00$"))  # of ten thousand
    radius.focus()
    page.keyboard.press("End")
    expect(heat).not_to_have_text(before)
    page.locator(".mm-panel [data-style='0'] input").uncheck()  # only the hundred are left
    expect(ticks.last).to_have_text(re.compile(r"^(100|\d\d)$"))
    expect(page).to_have_url(re.compile(r"Sites%7Eheat=12(%2F|/)80"))
    page.reload()
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    expect(page.get_by_role("radio", name="Heat")).to_be_checked()
    expect(radius).to_have_value("12")
    expect(ticks.last).to_have_text(re.compile(r"^(100|\d\d)$"))
    page.locator(".mm-panel [data-style='0'] input").check()
    page.get_by_role("radio", name="Heat").focus()
    page.keyboard.press("ArrowRight")  # from the last to the first
    expect(page.get_by_text("In front: greatest Rank")).to_be_visible()
    crowded = page.locator(".mm-crowding li")
    expect(crowded.first).to_be_visible()
    counts = [int(text.replace(",", "")) for text in crowded.all_inner_texts()]
    assert counts == sorted(set(counts))
    assert 100 < counts[-1] <= 10_000
    page.get_by_role("button", name="Print sheet").click()
    expect(page.locator(".mm-sheet__legend .mm-crowding li").first).to_be_visible()
    page.keyboard.press("Escape")
    look_at(page, 60.05, 45.05, 13)  # there is room for every symbol
    expect(crowded).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Symbols").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Bubbles: number of records")).to_be_visible()
    assert opened.complaints == []


def test_a_legend_shows_what_is_drawn(tmp_path: Path, open_page: Open) -> None:
    frame = points(list("ABC"), kind=list("aab"), ore=[1.0, 20.0, 300.0])
    mm.Map().add(frame, color="kind", size="ore").save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    sizes, heat = page.get_by_role("heading", name="Ore"), page.locator(".mm-panel .mm-heat")
    bubbles, swatch = page.get_by_text("Bubbles: number of"), page.locator(".mm-swatch").first
    for mode, shown in {
        "Bubbles": (1, 1, 1, 0),
        "Heat": (0, 0, 0, 1),
        "Symbols": (1, 1, 0, 0),
    }.items():
        page.get_by_text(mode, exact=True).click()
        for key, is_shown in zip((swatch, sizes, bubbles, heat), shown, strict=True):
            expect(key).to_be_visible(visible=bool(is_shown))
        page.get_by_role("button", name="Print sheet").click()
        titles = page.locator(".mm-sheet__legend h4")
        bubbles_too = ["Kind", "Ore", "Bubbles: number of records"]
        wanted = {"Bubbles": bubbles_too, "Heat": [re.compile("^Records within .* km$")]}
        expect(titles).to_have_text(wanted.get(mode, ["Kind", "Ore"]))
        page.keyboard.press("Escape")
    assert opened.complaints == []


def test_heat_lies_where_the_records_are(tmp_path: Path, open_page: Open) -> None:
    mm.Map(points(["a"] * 1)).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60, 45, 8)
    everywhere = {"x": 320, "y": 100, "width": 560, "height": 600}  # left of the panel
    before = colours(page, tmp_path, everywhere)
    key = page.locator(".mm-panel .mm-heat")
    expect(key).to_be_hidden()
    page.get_by_text("Heat").click()
    at_rest(page)
    assert key.inner_text().split() == ["0", "1", "5"]
    changed = (colours(page, tmp_path, everywhere) != before).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert 20 < np.ptp(rows) < 140
    assert abs(columns.mean() - 280) < 3
    assert abs(rows.mean() - 300) < 3
    # One record's heat is round: as far in every direction.
    reach = np.hypot(columns - 280, rows - 300)
    diagonal = np.abs(np.abs(columns - 280) - np.abs(rows - 300)) < 3
    axis = np.minimum(np.abs(columns - 280), np.abs(rows - 300)) < 3
    assert abs(reach[diagonal].max() - reach[axis].max()) < 8
    click_at(page, 60, 45)
    assert page.locator(".mm-record").count() == 0  # no record is drawn there
    page.get_by_role("button", name="Print sheet").click()
    expect(page.locator(".mm-sheet .mm-heat")).to_contain_text("5")


def test_a_circle_is_as_wide_as_the_place_is_uncertain(tmp_path: Path, open_page: Open) -> None:
    frame = points(["a"], location_uncertainty_m=[5_000.0])
    frame = frame.set_geometry(gpd.points_from_xy([60.0], [60.0]), crs=4326)
    mm.Map(frame).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60, 60, 11)
    line = {"x": 0, "y": 400, "width": 900, "height": 1}
    before = colours(page, tmp_path, line)
    page.get_by_label("Location uncertainty").check()
    at_rest(page)
    found = np.flatnonzero((colours(page, tmp_path, line) != before).any(axis=(0, 2)))
    east, _, _ = Geod(ellps="WGS84").fwd(60, 60, 90, 5_000)
    radius = spot(page, east, 60)[0] - 600
    assert radius > 100
    assert abs(min(found) - (600 - radius)) < 2.5
    assert abs(max(found) - (600 + radius)) < 2.5


def test_two_layers_are_searched_listed_and_picked_together(
    table: gpd.GeoDataFrame, tmp_path: Path, open_page: Open
) -> None:
    two_layers(table, tmp_path / "map.html", "First", "Second")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    field = page.get_by_role("combobox", name="Search names")
    field.fill("tau")
    for name in ("First", "Second"):
        expect(page.get_by_role("listbox").get_by_role("group", name=name)).to_be_visible()
    field.press("Escape")
    open_table(page)
    layers = page.get_by_label("Layer", exact=True)
    page.get_by_label("In view").uncheck()
    page.get_by_role("button", name="Name", exact=True).click()
    layers.select_option("Second")
    head = page.get_by_role("columnheader", name="Name", exact=True)
    assert head.get_attribute("aria-sort") == "none"
    assert set(rows_of(page)) <= set(table["name"].iloc[COUNT // 2 :])
    start(page, "All in view")
    everything = len(in_view(page, table))
    assert picked(page) == everything
    # What is switched off is not searched, listed or picked.
    page.get_by_role("checkbox", name="Second").uncheck()
    assert rows_of(page)
    assert set(rows_of(page)) <= set(table["name"].iloc[: COUNT // 2].fillna(""))
    assert picked(page) == len(in_view(page, table.iloc[: COUNT // 2]))
    field.fill("tau")
    at_rest(page)
    expect(page.get_by_role("listbox").get_by_role("group", name="First")).to_be_visible()
    expect(page.get_by_role("listbox").get_by_role("group", name="Second")).to_have_count(0)
    page.get_by_role("checkbox", name="First").uncheck()
    assert rows_of(page) == []
    field.fill("kara")
    at_rest(page)
    expect(page.get_by_role("listbox").get_by_role("group", name="First")).to_have_count(0)
    assert picked(page) == 0
    page.get_by_role("checkbox", name="Second").check()
    assert rows_of(page)
    assert picked(page) == len(in_view(page, table.iloc[COUNT // 2 :]))
    assert opened.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_lies_over_the_other_while_exploring(
    saved: Path, open_page: Open, width: int
) -> None:
    page = open_page(saved).page
    page.set_viewport_size({"width": width, "height": 800})
    page.reload()
    ready(page)
    start(page, "All in view")
    open_table(page)
    at_rest(page)

    def box(selector: str) -> dict[str, float]:
        found = page.locator(selector).bounding_box()
        assert found
        return dict(found)

    table, bar, sources = box(".mm-table"), box(".mm-picked"), box(".mm-sources-button")
    assert bar["y"] + bar["height"] <= table["y"]
    assert sources["y"] + sources["height"] <= table["y"]
    assert bar["x"] + bar["width"] <= sources["x"] or bar["y"] >= sources["y"] + sources["height"]
    tools = box(".leaflet-top.leaflet-left")
    assert tools["y"] >= 0
    assert tools["y"] + tools["height"] <= table["y"]
    # A phone has no room for the panel beside the table.
    assert page.locator(".mm-panel").is_hidden() == (width == 390)
    page.get_by_role("button", name="Select records").click()
    menu = box(".mm-menu:visible")
    assert 0 <= menu["x"] <= width - menu["width"]
    page.locator(".mm-table__row").first.click()
    at_rest(page)
    popup, ruler = box(".leaflet-popup-content-wrapper"), box(".mm-ruler")
    if width == 390:  # the sheet of a record lies over the table, below its place
        assert popup["y"] + popup["height"] == 800
        assert popup["height"] <= 0.45 * 800 + 1
    else:
        assert popup["y"] + popup["height"] <= table["y"]
        left, right = sorted((popup, ruler), key=lambda it: it["x"])
        assert left["x"] + left["width"] <= right["x"]
    small = page.evaluate(
        """() => [...document.querySelectorAll(`.mm-map :is(.mm-tool, .mm-button, .mm-link,
                .mm-chip, .mm-table__sort, .mm-table__row, .mm-check, summary)`)]
            .filter(it => it.closest(".mm-skips") === null)  // shown with the focus alone
            .map(it => [it.className, it.getBoundingClientRect()])
            .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24))
            .map(([name]) => name)"""
    )
    assert small == []


def test_the_button_that_began_a_shape_cancels_it(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    start(page, "Polygon")
    page.mouse.click(300, 300)
    page.get_by_role("button", name="Select records").click()
    assert page.locator(".mm-draw").count() == 0
    assert page.locator(".mm-menu").first.is_hidden()
    assert picked(page) == 0
