"""Popups, tooltips and first filters that the maker of a map chose, read by a person."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Page, expect

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.table import conform
from tests.exploring import Open, downloaded, is_shown, open_table, spot
from tests.test_browser import click_at, look_at, points
from tests.waiting import at_rest, until

MINES = points(
    ["Akbastau", "Kosmurun", "Kounrad"],
    country=["KAZ", "KAZ", "UZB"],
    grade=[0.5, 1.5, 2.5],
    owner=["<b>state</b>", "state", "private"],
)
FILTERED = {"country": ["KAZ"], "grade": (1, None)}


def _hover(page: Page, lon: float, lat: float) -> list[str]:
    look_at(page, lon, lat)
    page.mouse.move(5, 400)
    at_rest(page)
    page.mouse.move(*spot(page, lon, lat))
    at_rest(page)
    shown = page.locator(".mm-tooltip").all()
    return shown[0].inner_text().split("\n") if shown else []


def _rows(page: Page) -> list[str]:
    return page.locator(".mm-record dt, .mm-record dd").all_inner_texts()


def test_a_popup_and_a_tooltip_show_what_was_chosen(tmp_path: Path, open_page: Open) -> None:
    path = tmp_path / "map.html"
    mm.Map(
        MINES,
        popup={"owner": None, "grade": "Grade, g/t", "name": None},
        tooltip={"name": None, "owner": "<i>who</i>", "grade": None},
    ).save(path)
    opened = open_page(path)
    page = opened.page
    assert _hover(page, 60, 45) == ["Akbastau", "<i>who</i>: <b>state</b>", "Grade: 0.5"]
    click_at(page, 60, 45)
    expect(page.locator(".mm-record h3")).to_have_text("Akbastau")
    assert _rows(page) == ["Owner", "<b>state</b>", "Grade, g/t", "0.5"]
    assert opened.complaints == []


@pytest.mark.parametrize(
    ("language", "rows"),
    [
        (
            "en",
            ["Ore", "~1,234.6 Mt", "Share", "25%", "Found", "3 May 1998",
             "Distance", "1235 km", "Metal", "<Copper>"],
        ),
        (
            "ru",
            ["Ore", "~1 234,6 Mt", "Share", "25 %", "Found", "3 мая 1998",
             "Расстояние", "1235 км", "Metal", "<Медь>"],
        ),
    ],
)  # fmt: skip
def test_values_have_the_formats_of_the_maker_in_the_language_of_the_page(
    tmp_path: Path, open_page: Open, language: str, rows: list[str]
) -> None:
    table = points(
        ["Akbastau", "Kounrad"],
        ore_mt=[1234.56, 7.0],
        share=[0.25, 1.0],
        found=["03.05.1998", None],
        distance_km=[1234.56, 1.0],
        commodities=["Cu", "Cu"],
    )
    formats = {
        "ore_mt": ("Ore", "~{:,.1f} Mt"),
        "share": "{:.0%}",
        "found": "{:%-d %B %Y}",
        "distance_km": "{:.0f}",
        "commodities": ("Metal", "<{}>"),
    }
    mm.Map(table, language=language, popup=formats, tooltip=formats).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    plain = [text.replace("\u00a0", " ") for text in _hover(page, 60, 45)]
    assert plain == [f"{name}: {text}" for name, text in zip(*[iter(rows)] * 2, strict=True)]
    click_at(page, 60, 45)
    expect(page.locator(".mm-record h3")).to_have_text("Akbastau")
    assert [text.replace("\u00a0", " ") for text in _rows(page)] == rows
    # The table and files have the values as they are.
    page.get_by_role("button", name=re.compile("^(Table|Таблица)$")).click()
    expect(page.locator(".mm-table__row", has_text="1998-05-03")).to_contain_text(
        "0.25" if language == "en" else "0,25"
    )
    csv = downloaded(page, page.get_by_role("button", name=re.compile("CSV$")), tmp_path)
    saved = pd.read_csv(csv).set_index("name").loc["Akbastau"]
    assert saved[["ore_mt", "share", "found"]].tolist() == [1234.56, 0.25, "1998-05-03"]
    assert opened.complaints == []


def test_a_tooltip_without_the_name_has_its_rows_only(tmp_path: Path, open_page: Open) -> None:
    area = gpd.GeoDataFrame(
        {"name": ["Shu"], "unit": ["granite"], "age": [None]},
        geometry=[shapely.box(60, 44, 62, 46)],
        crs=4326,
    )
    path = tmp_path / "map.html"
    mm.Map(area, tooltip=["unit", "age"], popup=["unit"]).save(path)
    page = open_page(path).page
    assert _hover(page, 61, 45) == ["Unit: granite"]
    click_at(page, 61, 45)
    assert _rows(page) == ["Unit", "granite"]


def test_a_layer_without_popup_and_tooltip_lets_the_one_below_answer(
    tmp_path: Path, open_page: Open
) -> None:
    area = gpd.GeoDataFrame({"name": ["Below"]}, geometry=[shapely.box(59, 44, 65, 46)], crs=4326)
    path = tmp_path / "map.html"
    mm.Map(area).add(MINES, popup=False, tooltip=False).save(path)
    page = open_page(path).page
    assert _hover(page, 60, 45) == ["Below"]
    click_at(page, 60, 45)
    expect(page.locator(".mm-record h3")).to_have_text("Below")


def test_without_any_popup_a_click_opens_nothing(tmp_path: Path, open_page: Open) -> None:
    path = tmp_path / "map.html"
    mm.Map(MINES, popup=False, tooltip=False).save(path)
    opened = open_page(path)
    page = opened.page
    assert _hover(page, 60, 45) == []
    assert page.locator(".mm-over-record").count() == 0
    click_at(page, 60, 45)
    assert page.locator(".mm-record").count() == 0
    assert opened.complaints == []


def test_the_page_opens_with_the_first_filters_and_the_address_overrides_them(
    tmp_path: Path, open_page: Open
) -> None:
    path = tmp_path / "map.html"
    mm.Map(MINES, name="Mines", filters=FILTERED).save(path)
    page = open_page(path).page
    is_shown(page, 1, 3)
    assert page.locator(".mm-facet > summary").all_inner_texts() == ["Countryon", "Gradeon"]
    assert page.locator(".mm-filters > summary").inner_text() == "Filters (2 on)"
    page.get_by_role("button", name="Reset", exact=True).click()
    is_shown(page, 3, 3)
    until(lambda: "Mines%7Eall=on" in page.url)
    # A link to everything shows everything; one without the layer opens it as its maker chose.
    page.reload()
    at_rest(page)
    is_shown(page, 3, 3)
    page.evaluate("location.hash = 'map=5/45/62&Mines.country=UZB'")
    is_shown(page, 1, 3)
    expect(page.locator(".mm-filters > summary")).to_have_text("Filters (1 on)")
    page.evaluate("location.hash = 'map=5/45/62'")
    expect(page.locator(".mm-filters > summary")).to_have_text("Filters (2 on)")
    is_shown(page, 1, 3)


def test_a_page_says_which_columns_stayed_out(tmp_path: Path, open_page: Open) -> None:
    table = conform(MINES).assign(source="mrds")
    path = tmp_path / "map.html"
    mm.Map(table, name="Mines", filters=False).save(path)
    opened = open_page(path)
    page = opened.page
    assert page.locator(".mm-filters").is_hidden()
    click_at(page, 60, 45)
    page.get_by_text("All fields (1)").click()
    note = page.locator(".mm-record .mm-leftout")
    expect(note.locator("summary")).to_have_text("2 columns of the table are not in this page")
    note.locator("summary").click()
    expect(note.locator("p")).to_have_text('grade, owner. With fields="all" the page has them.')
    page.keyboard.press("Escape")
    open_table(page)
    foot = page.locator(".mm-table .mm-leftout summary")
    expect(foot).to_have_text("2 columns of the table are not in this page")
    button = page.locator(".mm-table").get_by_role("button", name="Save as GeoJSON")
    saved = json.loads(downloaded(page, button, tmp_path).read_text(encoding="utf-8"))
    assert saved["columns_left_out"] == ["grade", "owner"]
    assert set(saved["features"][0]["properties"]) == {"source", "name", "country"}
    assert opened.complaints == []


def test_a_hidden_entry_counts_what_a_click_shows_and_an_empty_map_says_so(
    tmp_path: Path, open_page: Open
) -> None:
    path = tmp_path / "map.html"
    with pytest.warns(MinmapWarning, match="hide all records"):
        made = mm.Map(
            MINES, color="country", filters={"country": ["KAZ"]}, legend_hidden=["Kazakhstan"]
        )
    made.save(path)
    page = open_page(path).page
    lines = page.locator(".mm-legend li")
    expect(lines).to_have_text(["Kazakhstan2", "Uzbekistan0"])
    note = page.get_by_text("The filters and the legend hide all records.")
    expect(note).to_be_visible()
    lines.first.locator("input").check()
    expect(note).to_be_hidden()
    expect(lines).to_have_text(["Kazakhstan2", "Uzbekistan0"])


def test_a_filter_of_dates_opens_with_its_range_and_takes_years(
    tmp_path: Path, open_page: Open
) -> None:
    path = tmp_path / "map.html"
    found = MINES.assign(found=["1998-05-03", "2004-06-30", "2010-01-01"])
    mm.Map(found, color="found", filters={"found": ("2000", "2005")}).save(path)
    opened = open_page(path)
    page = opened.page
    assert page.locator(".mm-ramp__ticks span").all_inner_texts()[0] == "1998-05"
    expect(page.get_by_text("1 of 3 shown")).to_be_visible()
    page.locator(".mm-facet summary").click()
    fields = page.locator(".mm-range__fields input")
    expect(fields).to_have_count(2)
    assert [field.input_value() for field in fields.all()] == ["2000-01-01", "2005-12-31"]
    fields.last.fill("2010")
    fields.last.press("Enter")
    expect(page.get_by_text("2 of 3 shown")).to_be_visible()
    assert opened.complaints == []
