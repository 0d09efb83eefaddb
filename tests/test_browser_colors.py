"""Colours and legends as the reader sees them, with the network off."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from playwright.sync_api import expect

import minmap as mm
from tests.exploring import is_shown
from tests.test_browser_layers import hover, look_at
from tests.test_browser_sheet import open_dialog
from tests.waiting import at_rest

Open = Callable[[Path], Any]


def points(**columns: Any) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    places = gpd.points_from_xy(60 + np.arange(count) / 10, [45.0] * count)
    return gpd.GeoDataFrame(columns, geometry=places, crs=4326)


def units(count: int) -> gpd.GeoDataFrame:
    boxes = [shapely.box(60 + n / 2, 44, 60.5 + n / 2, 46) for n in range(count)]
    return gpd.GeoDataFrame({"unit": [f"Unit {n}" for n in range(count)]}, geometry=boxes, crs=4326)


def test_a_long_legend_folds_in_the_panel_and_is_whole_on_paper(
    tmp_path: Path, open_page: Open
) -> None:
    mm.Map(units(40), color="unit", legend="Geology").save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    lines = page.locator(".mm-layer .mm-legend li:visible")
    assert lines.count() == 15
    open_dialog(page)
    assert page.locator(".mm-sheet__legend li:visible").count() == 40
    assert page.locator(".mm-sheet__legend button").count() == 0
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show all 40").click()
    assert lines.count() == 40
    page.get_by_role("button", name="Show fewer").click()
    assert lines.count() == 15
    look_at(page, 79.75, 45, 8)
    assert hover(page, 79.75, 45) == "Unit 39"
    assert opened.complaints == []


def test_a_ramp_has_ticks_and_tells_the_value(tmp_path: Path, open_page: Open) -> None:
    values = [0.01, 0.1, 1.0, 10.0, 1000.0, 5000.0, 0.0, -9999.0, -9999.0]
    made = mm.Map(language="ru").add(points(gold=values), color="gold", scheme="Log", vmax=1000)
    made.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    ticks = page.locator(".mm-layer .mm-ramp__ticks").first.locator("span").all_inner_texts()
    assert ticks == ["0,01", "0,1", "10", "≥ 1000"]
    lines = page.locator(".mm-layer .mm-legend li").all_inner_texts()
    assert [line.split("\n") for line in lines] == [
        ["ноль или меньше", "1"], ["не указано (−9999)", "2"]
    ]  # fmt: skip
    look_at(page, 60.2, 45, 10)
    assert "Gold: 1" in hover(page, 60.2, 45)
    look_at(page, 60.7, 45, 10)
    assert hover(page, 60.7, 45) != ""
    page.get_by_label("не указано (−9999)").uncheck()
    at_rest(page)
    assert hover(page, 60.7, 45) == ""
    assert opened.complaints == []


def test_hidden_values_are_off_until_the_reader_shows_them(tmp_path: Path, open_page: Open) -> None:
    frame = points(kind=["a", "b", "b", "c"])
    mm.Map(frame, color="kind", legend_hidden=["b"]).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    box = page.get_by_role("checkbox", name=re.compile("^b"))
    expect(box).not_to_be_checked()
    assert "#" not in page.url
    look_at(page, 60.1, 45, 10)
    assert hover(page, 60.1, 45) == ""
    box.check()
    is_shown(page, 4, 4)
    page.wait_for_url(re.compile("#.*hidden="))
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    at_rest(page)
    expect(page.get_by_role("checkbox", name=re.compile("^b"))).to_be_checked()
    assert opened.complaints == []


def test_a_legend_may_be_left_out(tmp_path: Path, open_page: Open) -> None:
    mm.Map(points(kind=["a", "b"]), color="kind", legend=False).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    assert opened.page.locator(".mm-legend").count() == 0
    open_dialog(opened.page)
    assert opened.complaints == []
