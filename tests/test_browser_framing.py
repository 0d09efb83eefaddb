"""What a page shows when it opens, and how its reader gets back to the data."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from playwright.sync_api import Page, expect

import minmap as mm
from minmap.demo import demo_map
from tests.exploring import colours, spot
from tests.test_browser import THE_MAP, look_at
from tests.waiting import at_rest, until

Open = Callable[[Path], Any]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels of the map."""

SIZES = [(1400, 900), (1920, 1080), (768, 1024), (390, 844), (844, 390)]


def zoom_of(page: Page) -> float:
    at_rest(page)
    return float(page.evaluate(f"{THE_MAP}.getZoom()"))


def data_box(page: Page, bounds: Any) -> Box:
    """Return where bounds, south-west and north-east, are on the map."""
    return tuple(
        page.evaluate(
            f"""([[south, west], [north, east]]) => {{
            const [a, b] = [[north, west], [south, east]].map(
                place => {THE_MAP}.latLngToContainerPoint(place));
            return [a.x, a.y, b.x, b.y]; }}""",
            bounds,
        )
    )


def controls(page: Page) -> list[Box]:
    """Return where panel, buttons, scale and credit are on the map."""
    return [
        tuple(box)
        for box in page.evaluate(
            f"""() => {{
            const frame = {THE_MAP}.getContainer().getBoundingClientRect();
            return [...document.querySelectorAll(".leaflet-control")]
                .map(control => control.getBoundingClientRect())
                .filter(box => box.width > 0 && box.height > 0)
                .map(box => [box.left - frame.left, box.top - frame.top,
                             box.right - frame.left, box.bottom - frame.top]); }}"""
        )
    ]


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def is_cut(box: Box, width: int, height: int) -> bool:
    return min(box[:2]) < 0 or box[2] > width or box[3] > height


def free_part(page: Page) -> Box:
    """Return the largest part of the map without a control."""
    size = page.evaluate(f"(() => {{ const {{x, y}} = {THE_MAP}.getSize(); return [x, y]; }})()")
    taken = controls(page)
    lefts = {0.0, *(box[2] for box in taken)}
    tops = {0.0, *(box[3] for box in taken)}
    rights = {float(size[0]), *(box[0] for box in taken)}
    bottoms = {float(size[1]), *(box[1] for box in taken)}
    parts = (
        (left, top, right, bottom)
        for left, top, right, bottom in itertools.product(lefts, tops, rights, bottoms)
        if left < right and top < bottom
    )
    clear = (part for part in parts if not any(overlap(part, box) for box in taken))
    return max(clear, key=lambda part: (part[2] - part[0]) * (part[3] - part[1]))


def share(page: Page, bounds: Any) -> float:
    """Return the share of the free width or height that data fill, whichever is greater."""
    left, top, right, bottom = free_part(page)
    west, north, east, south = data_box(page, bounds)
    return max((east - west) / (right - left), (south - north) / (bottom - top))


def test_data_fill_the_free_part_of_the_map_at_every_size(tmp_path: Path, open_page: Open) -> None:
    demo = demo_map()
    demo.save(tmp_path / "map.html")
    bounds = [[36.79694, 26.36158], [53.81972, 84.41667]]
    page = open_page(tmp_path / "map.html").page
    for width, height in SIZES:
        # The reader has not moved the map, so that it is framed anew.
        page.set_viewport_size({"width": width, "height": height})
        until(lambda wide=width: page.evaluate(f"{THE_MAP}.getSize().x") == wide)
        at_rest(page)
        assert share(page, bounds) >= 0.7, (width, height)
        box = data_box(page, bounds)
        assert not is_cut(box, width, height), (width, height)
        assert not [one for one in controls(page) if overlap(box, one)], (width, height)
    first = zoom_of(page)
    assert first != round(first)
    page.evaluate(f"{THE_MAP}.panBy([40, 0], {{animate: false}})")
    page.set_viewport_size({"width": 700, "height": 700})
    until(lambda: page.evaluate(f"{THE_MAP}.getSize().x") == 700)
    assert zoom_of(page) == first  # the reader has moved it
    page.get_by_role("button", name="Back to the first view").click()
    at_rest(page)
    assert share(page, bounds) >= 0.7


def test_buttons_keys_and_wheel_go_to_whole_zooms(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    first = zoom_of(page)
    assert first != round(first)
    page.get_by_role("button", name="Zoom in").click()
    nearer = zoom_of(page)
    assert nearer == round(nearer) > first
    page.locator(".folium-map").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("-")
    until(lambda: zoom_of(page) == nearer - 1)
    page.evaluate(f"{THE_MAP}.setView([45, 70], 5.37, {{animate: false}})")
    until(lambda: "map=5.37/" in page.evaluate("location.hash"))
    page.keyboard.press("ArrowLeft")  # Leaflet pans at the zoom that it has
    assert zoom_of(page) == pytest.approx(5.37)
    page.mouse.move(500, 400)
    page.mouse.wheel(0, -100)
    until(lambda: zoom_of(page) > 5.5)
    assert zoom_of(page) == round(zoom_of(page))


def test_the_steps_that_the_maker_chose_stay(tmp_path: Path, open_page: Open) -> None:
    places = gpd.points_from_xy([60.0, 73.0], [42.0, 47.0])
    table = gpd.GeoDataFrame(geometry=places, crs=4326)
    mm.Map(table, zoom_snap=1).save(tmp_path / "snap.html")
    page = open_page(tmp_path / "snap.html").page
    assert zoom_of(page) == round(zoom_of(page))
    mm.Map(table, location=(44, 66), zoom_start=4.5).save(tmp_path / "own.html")
    assert zoom_of(open_page(tmp_path / "own.html").page) == 4.5


def test_at_a_fraction_symbols_are_hit_where_they_are_drawn_and_cells_read_where_they_lie(
    tmp_path: Path, open_page: Open
) -> None:
    cells = np.arange(1, 401, dtype="float32").reshape(20, 20)
    with rasterio.open(
        tmp_path / "dem.tif", "w", driver="GTiff", width=20, height=20, count=1, dtype="float32",
        crs="EPSG:3857", transform=Affine(20_000, 0, 7_000_000, 0, -20_000, 5_800_000),
    ) as raster:  # fmt: skip
        raster.write(cells, 1)
    place = gpd.GeoDataFrame(
        {"name": ["Kounrad"]}, geometry=[shapely.Point(7_310_000, 5_610_000)], crs=3857
    ).to_crs(4326)
    page_map = mm.Map(place, color="#d0006f", location=(44, 65), zoom_start=5)
    page_map.add(tmp_path / "dem.tif", name="dem").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    lon, lat = place.geometry.x[0], place.geometry.y[0]
    for zoom in (6.37, 7.5):
        look_at(page, lon + 0.4, lat, zoom)
        x, y = spot(page, lon, lat)
        seen = colours(
            page, tmp_path, {"x": round(x) - 1, "y": round(y) - 1, "width": 2, "height": 2}
        )
        assert np.abs(seen.reshape(-1, 3).astype(int) - [208, 0, 111]).max() < 8
        page.mouse.click(x, y)
        expect(page.locator(".leaflet-popup")).to_contain_text("Kounrad")
        page.keyboard.press("Escape")
        # Just inside the edges of the cell in row 9 and column 17.
        for east, south in itertools.product((0.04, 0.96), (0.04, 0.96)):
            at = gpd.GeoSeries(
                [shapely.Point(7_000_000 + (17 + east) * 20_000, 5_800_000 - (9 + south) * 20_000)],
                crs=3857,
            ).to_crs(4326)
            page.mouse.move(*spot(page, at.x[0], at.y[0]))
            value = page.locator(".mm-coordinates__value")
            expect(value).to_contain_text(re.compile(rf"\b{cells[9, 17]:g}\b"))


def test_a_view_without_data_says_so_and_leads_back(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    notice = page.locator(".mm-empty")
    at_rest(page)
    expect(notice).to_have_text("")
    look_at(page, -120, -40, 5.2)
    expect(notice).to_contain_text("No data in this view.")
    panel = page.locator(".mm-panel__toggle")
    panel.click()
    expect(notice).to_have_attribute("style", re.compile(r"left: calc\(50% \+ 0px\)"))
    panel.click()
    expect(notice).to_have_attribute("style", re.compile(r"left: calc\(50% [+-] [1-9]\d*px\)"))
    page.get_by_role("button", name="Show all data").click()
    at_rest(page)
    expect(notice).to_have_text("")
    boxes = page.locator(".mm-legend input[type=checkbox]")
    for box in boxes.all():
        box.uncheck()
    expect(notice).to_contain_text("Filters hide all records.")
    page.get_by_role("button", name="Clear the filters").click()
    expect(notice).to_have_text("")
    expect(boxes.first).to_be_checked()
    assert page.evaluate(f"document.activeElement === {THE_MAP}.getContainer()")


def test_the_map_on_the_sheet_is_fitted_moved_and_zoomed(tmp_path: Path, open_page: Open) -> None:
    table = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([50.0, 80.0, 65.0], [40.0, 50.0, 45.0]), crs=4326
    )
    mm.Map(table).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page

    def edges() -> dict[str, float]:
        at_rest(page)
        found = page.evaluate("({...document.querySelector('.mm-sheet__map').dataset})")
        return {name: float(value) for name, value in found.items()}

    page.get_by_role("button", name="Print sheet").click()
    page.locator(".mm-sheet__map canvas").wait_for()
    first = edges()
    assert (first["west"] < 50, first["east"] > 80) == (True, True)
    assert (first["south"] < 40, first["north"] > 50) == (True, True)
    assert first["east"] - first["west"] < 30 / 0.7
    frame = page.locator(".mm-sheet__map")
    frame.focus()
    for key in ("+", "+", "ArrowRight"):
        page.keyboard.press(key)
    nearer = edges()
    assert nearer["east"] - nearer["west"] == pytest.approx((first["east"] - first["west"]) / 2)
    assert nearer["west"] > first["west"] + (first["east"] - first["west"]) / 4
    count = page.locator(".mm-sheet__legend .mm-legend__count").first
    expect(count).to_have_text("1")
    box = frame.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + box["width"] / 4, middle[1], steps=3)
    page.mouse.up()
    dragged = edges()
    moved = (nearer["west"] - dragged["west"]) / (nearer["east"] - nearer["west"])
    assert moved == pytest.approx(0.25, abs=0.01)
    page.mouse.wheel(0, 100)
    assert edges()["east"] - edges()["west"] > dragged["east"] - dragged["west"]
    page.get_by_role("button", name="Fit to data").click()
    assert edges() == first
    page.keyboard.press("Escape")
    look_at(page, 10, 10, 5.5)
    page.get_by_role("button", name="Print sheet").click()
    page.locator(".mm-sheet__map canvas").wait_for()
    seen = edges()
    assert seen["west"] < 10 < seen["east"]
    assert seen["east"] < 50  # what the reader looked at


def test_the_world_is_seen_whole_on_a_phone(tmp_path: Path, open_page: Open) -> None:
    lon = np.linspace(-170, 170, 35)
    table = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, np.cos(lon) * 50), crs=4326)
    mm.Map(table).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.set_viewport_size({"width": 390, "height": 844})
    until(lambda: page.evaluate(f"{THE_MAP}.getSize().x") == 390)
    at_rest(page)
    left, _, right, _ = data_box(page, [[-50, -170], [50, 170]])
    assert left >= 0
    assert right <= free_part(page)[2]
    assert math.isclose(right - left, 340 / 360 * 256 * 2 ** zoom_of(page), rel_tol=0.01)


def place_on(page: Page, lat: float, lon: float) -> tuple[float, float]:
    """Return where a place is on the map, in CSS pixels."""
    x, y = page.evaluate(
        f"""([lat, lon]) => {{ const {{ x, y }} = {THE_MAP}.latLngToContainerPoint([lat, lon]);
        return [x, y]; }}""",
        [lat, lon],
    )
    return x, y


def two_deposits(path: Path) -> Path:
    table = gpd.GeoDataFrame(
        {"name": ["A deposit with a long name in the west", "East"]},
        geometry=gpd.points_from_xy([60, 80], [45, 45]),
        crs=4326,
    )
    mm.Map(table).save(path)
    return path


def test_a_map_that_makes_room_for_a_card_was_not_moved_by_its_reader(
    tmp_path: Path, open_page: Open
) -> None:
    page = open_page(two_deposits(tmp_path / "two.html")).page
    first = place_on(page, 45, 60)
    page.mouse.click(*first)
    page.get_by_role("dialog").wait_for()
    at_rest(page)
    assert place_on(page, 45, 60) != pytest.approx(first, abs=3)
    page.keyboard.press("Escape")
    # Only an untouched view is fitted again.
    page.set_viewport_size({"width": 1100, "height": 700})
    at_rest(page)
    west, east = place_on(page, 45, 60), place_on(page, 45, 80)
    assert east[0] - west[0] > 0.7 * (1100 - 280 - 60)


def test_a_tooltip_lies_beside_the_tools_not_below_them(tmp_path: Path, open_page: Open) -> None:
    page = open_page(two_deposits(tmp_path / "two.html")).page
    x, y = place_on(page, 45, 60)
    page.evaluate(f"{THE_MAP}.panBy([{x - 60}, {y - 100}], {{animate: false}})")
    at_rest(page)
    page.mouse.move(300, 100)
    page.mouse.move(60, 100)
    tooltip = page.locator(".mm-tooltip")
    tooltip.wait_for()
    box = tooltip.bounding_box()
    assert box is not None
    tools = [control for control in controls(page) if control[0] < 30 and control[1] < 100]
    assert box["x"] >= max(right for _, _, right, _ in tools)


def test_the_scale_bar_measures_the_part_of_the_map_that_is_seen(
    tmp_path: Path, open_page: Open
) -> None:
    lon, lat = np.meshgrid(np.arange(-160, 179, 20), np.arange(-50, 75, 12))
    table = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon.ravel(), lat.ravel()), crs=4326)
    path = tmp_path / "world.html"
    mm.Map(table.assign(kind="a"), color="kind", style=mm.Style(panel="legend")).save(path)
    page = open_page(path).page
    page.set_viewport_size({"width": 390, "height": 480})
    zoom = zoom_of(page)
    text, width = page.evaluate(
        """() => { const bar = document.querySelector('.leaflet-control-scale-line');
        return [bar.textContent, bar.offsetWidth]; }"""
    )
    # A pixel is so long at the equator, which is near the middle of what is seen.
    metres = 156_543 / 2**zoom * width
    assert float(re.sub(r"\D", "", text)) * 1000 == pytest.approx(metres, rel=0.35)
