"""Sizes, shapes, widths and dashes on the saved page, with the network off."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image
from playwright.sync_api import Page

import minmap as mm
from tests.test_browser import look_at
from tests.waiting import at_rest

Open = Callable[[Path], Any]
pytestmark = pytest.mark.browser

RED, BLUE, NEITHER = "red", "blue", "neither"
MIDDLE = (600, 400)


def along(page: Page, *steps: int, down: bool = False) -> list[str]:
    """Return the colours at some pixels from the middle of the map, eastwards or southwards."""
    page.mouse.move(5, 795)
    at_rest(page)
    image = Image.open(BytesIO(page.screenshot())).convert("RGB")
    x, y = MIDDLE
    places = [(x, y + step) if down else (x + step, y) for step in steps]
    names = []
    for place in places:
        red, _, blue = np.asarray(image.getpixel(place)).astype(int)
        names.append(RED if red - blue > 90 else BLUE if blue - red > 90 else NEITHER)
    return names


def hovered(page: Page, step: int) -> list[str]:
    """Move to a pixel east of the middle, and return the titles of the tooltips."""
    page.mouse.move(MIDDLE[0] + step + 3, MIDDLE[1])
    page.mouse.move(MIDDLE[0] + step, MIDDLE[1])
    at_rest(page)
    return page.locator(".mm-tooltip strong").all_inner_texts()


def deposits() -> gpd.GeoDataFrame:
    # The small one lies on the large one, six pixels from its middle at zoom 10.
    return gpd.GeoDataFrame(
        {
            "name": ["Small", "Large", "Unknown"],
            "ore_kt": [1.0, 100.0, None],
            "kind": ["mine", "prospect", "mine"],
            "metal": ["Cu", "Fe", "Cu"],
        },
        geometry=gpd.points_from_xy([60.008, 60.0, 60.3], [45.0, 45.0, 45.0]),
        crs=4326,
    )


def test_large_symbols_lie_below_small_ones_and_are_hit_where_they_are_drawn(
    tmp_path: Path, open_page: Open
) -> None:
    made = mm.Map()
    made.add(deposits(), color="metal", size="ore_kt", shape="kind", name="Deposits")
    # The two metals get two colours of the palette: blue is the more frequent one.
    made.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    look_at(page, 60.0, 45.0, 10)
    assert along(page, 6, -15, 15, 30) == [BLUE, RED, RED, NEITHER]
    assert hovered(page, 6) == ["Small"]
    assert hovered(page, 17) == ["Large"]
    more = page.locator(".mm-tooltip__more").all_inner_texts()
    assert more == ["Metal: Fe", "Kind: prospect", "Ore: 100 kt"]
    assert hovered(page, 40) == []
    text = page.get_by_role("group", name="Deposits", exact=True).inner_text().split("\n")
    found = [
        line for line in text if line in {"Metal", "Kind", "Ore (kt)", "100", "20", "not given"}
    ]
    assert found == ["Metal", "Kind", "Ore (kt)", "100", "20", "not given"]
    assert opened.complaints == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_record_without_a_number_is_hollow_on_the_map_and_in_the_legend(
    tmp_path: Path, open_page: Open, language: str
) -> None:
    made = mm.Map(tiles=None, language=language)
    made.add(deposits(), size="ore_kt", color="red").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60.3, 45.0, 10)
    # A ring of six pixels inside; "Small" has a disc of five.
    assert along(page, -4, 0, 4, 8) == [RED, NEITHER, RED, NEITHER]
    line = page.locator(".mm-legend--scale li").last
    assert line.inner_text() == {"en": "not given", "ru": "не указано"}[language]
    assert line.locator("circle").get_attribute("fill-opacity") == "0"


def test_a_line_without_a_number_is_dashed(tmp_path: Path, open_page: Open) -> None:
    ends = [(60.0, 45.0), (60.0, 45.5)]
    lines = gpd.GeoDataFrame(
        {"flow": [np.nan, 9.0]},
        geometry=[shapely.LineString([(x, y), (x + 1, y)]) for x, y in ends],
        crs=4326,
    )
    made = mm.Map(tiles=None).add(lines, line_width="flow", color="red")
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60.5, 45.0, 10)
    page.mouse.move(5, 795)
    at_rest(page)
    box = page.screenshot(clip={"x": 600, "y": 397, "width": 60, "height": 6})
    pixels = np.asarray(Image.open(BytesIO(box)).convert("RGB")).astype(int)
    is_red = (pixels[..., 0] - pixels[..., 2] > 60).any(axis=0)
    assert is_red.any()
    assert not is_red.all()
    dashes = page.locator(".mm-legend--scale line").last.get_attribute("stroke-dasharray")
    assert dashes == "3 3"


def test_a_column_of_the_order_puts_the_greatest_on_top(tmp_path: Path, open_page: Open) -> None:
    made = mm.Map(deposits(), color="metal", size="ore_kt", order="ore_kt", outline="none")
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60.0, 45.0, 10)
    assert along(page, 6, -15, 30) == [RED, RED, NEITHER]


def test_icons_are_on_the_map_and_in_the_legend(tmp_path: Path, open_page: Open) -> None:
    made = mm.Map(tiles=None).add(deposits().iloc[1:2], shape="quarry", size=44, color="red")
    made.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    look_at(page, 60.0, 45.0, 10)
    # The icon is 60 pixels wide, with ground beside the pit and below it.
    assert along(page, -26, 0, 26, 33) == [RED, NEITHER, RED, NEITHER]
    assert along(page, -12, 12, down=True) == [NEITHER, RED]
    swatch = page.locator(".mm-layer .mm-swatch path")
    assert swatch.get_attribute("d") == "M0 3H3.5V6H5.5V9H9.5V6H11.5V3H15V13H0Z"
    assert swatch.evaluate("it => getComputedStyle(it).fill") == "rgb(255, 0, 0)"
    assert opened.complaints == []


def test_sizes_of_the_legend_follow_the_zoom(tmp_path: Path, open_page: Open) -> None:
    mm.Map(deposits(), size="ore_kt").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    first = page.locator(".mm-legend--scale circle").first
    look_at(page, 60.0, 45.0, 10)
    assert float(first.get_attribute("r") or 0) == 22.5
    look_at(page, 60.0, 45.0, 2)
    assert float(first.get_attribute("r") or 0) < 22.5


def test_a_size_in_pixels_and_proportional_ones_stay_large_among_thousands(
    tmp_path: Path, open_page: Open
) -> None:
    many = deposits().iloc[[0, 1, 2] * 2000]
    mm.Map(tiles=None).add(many, size=40, color="red").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60.0, 45.0, 2)
    assert along(page, -18, 18) == [RED, RED]
    mm.Map(many, size="ore_kt").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60.0, 45.0, 2)
    first = page.locator(".mm-legend--scale circle").first
    assert 14 < float(first.get_attribute("r") or 0) <= 15


def test_a_selected_large_symbol_has_a_ring_around_it(tmp_path: Path, open_page: Open) -> None:
    mm.Map(deposits().iloc[1:2], size="ore_kt", color="red").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60.0, 45.0, 10)
    before = page.screenshot(clip={"x": 622, "y": 396, "width": 5, "height": 8})
    page.get_by_role("button", name="Select records").click()
    page.locator(".mm-menu").get_by_role("button", name="Box").click()
    page.mouse.move(500, 300)
    page.mouse.down()
    page.mouse.move(700, 500, steps=6)
    page.mouse.up()
    page.mouse.move(5, 795)
    at_rest(page)
    assert page.screenshot(clip={"x": 622, "y": 396, "width": 5, "height": 8}) != before


def test_lines_have_their_widths_and_dashes(tmp_path: Path, open_page: Open) -> None:
    line = shapely.LineString([(59.0, 45.0), (61.0, 45.0)])
    faults = gpd.GeoDataFrame(
        {"type": ["thrust", "inferred"], "slip": [10.0, 4.0]},
        geometry=[line, shapely.affinity.translate(line, yoff=1.0)],
        crs=4326,
    )
    made = mm.Map().add(
        faults, color="type", dash="type", dashes={"inferred": "dashed"}, line_width="slip",
        name="Faults",
    )  # fmt: skip
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60.0, 45.0, 10)
    assert along(page, -9, -3, 0, 3, 9, down=True) == [NEITHER, BLUE, BLUE, BLUE, NEITHER]
    look_at(page, 60.0, 46.0, 10)
    colours = set(along(page, *range(-20, 20)))
    assert NEITHER in colours
    assert len(colours) == 2
    swatches = page.get_by_role("group", name="Faults", exact=True).locator("li line")
    dashes = [swatch.get_attribute("stroke-dasharray") for swatch in swatches.all()]
    assert dashes[:2] == [None, "8 5"]


def test_samples_of_sizes_have_the_outline_and_the_opacity_of_the_symbols(
    tmp_path: Path, open_page: Open
) -> None:
    made = mm.Map(
        deposits(), color="metal", size="ore_kt", opacity=0.5, outline="black", outline_width=2
    )
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    sample = page.locator(".mm-legend--scale svg").first
    assert sample.evaluate("(picture) => picture.style.opacity") == "0.5"
    circle = sample.locator("circle")
    stroke = circle.evaluate("it => getComputedStyle(it).stroke + it.style.strokeWidth")
    assert stroke == "rgb(0, 0, 0)4"
