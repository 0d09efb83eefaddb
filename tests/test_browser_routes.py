"""Routes, catchments and corridors on the saved page, used as a person would, the network off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from shapely import LineString, Point, box

import minmap as mm
from minmap.transport.accessibility import access, routes
from minmap.transport.network import Network
from tests.waiting import at_rest

Open = Callable[[Path], Any]

HOSTILE = [
    "<img src=x onerror=\"document.title='x'\">",
    "</script><script>document.title='x'</script>",
    "A{{ 7*7 }}B",
]
THE_MAP = "window[document.querySelector('.folium-map').id]"
PLACES = {"gate": (67, 45), "port": (69, 45), "market": (71, 45)}
DEPOSITS = {"reached": (67, 45.6), "at market": (71, 45.6), "far off": (67, 30)}


@pytest.fixture(scope="module")
def network() -> Network:
    """A railway to a port, and a ship on to the market; names that would like to be markup."""
    nodes = gpd.GeoDataFrame(
        {"node_id": list(PLACES), "name": HOSTILE, "kind": "port", "country": ["KAZ", "KAZ", "AZE"],
         "gate": [True, False, True]},
        geometry=[Point(*place) for place in PLACES.values()],
        crs=4326,
    )  # fmt: skip
    edges = gpd.GeoDataFrame(
        {"edge_id": ["r", "s"], "from_node": ["gate", "market"], "to_node": ["port", "port"],
         "mode": ["rail", "sea"], "gauge_mm": [1520, None], "status": "operating",
         "length_km": [157.0, 157.0], "leg_id": [HOSTILE[1], None]},
        geometry=[LineString([(67, 45), (69, 45)]), LineString([(71, 45), (69, 45)])],
        crs=4326,
    )  # fmt: skip
    return Network(nodes, edges)


@pytest.fixture(scope="module")
def saved(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    deposits = gpd.GeoDataFrame(
        {"name": list(DEPOSITS)}, geometry=[Point(*p) for p in DEPOSITS.values()], crs=4326
    )
    table = access(deposits, to="market", network=network, reach_km=100)
    path = tmp_path_factory.mktemp("routes") / "routes.html"
    mm.Map(table, location=(44, 69), zoom_start=6).add(routes(table, network=network)).save(path)
    return path


def click_at(page: Page, lon: float, lat: float, zoom: int = 7) -> None:
    """Bring a place into the middle of the map and click it."""
    page.evaluate(
        f"([lat, lon, zoom]) => {THE_MAP}.setView([lat, lon], zoom, {{animate: false}})",
        [lat, lon, zoom],
    )
    at_rest(page)
    page.mouse.click(600, 400)
    at_rest(page)


def drawn(page: Page) -> list[str]:
    """Modes of the lines that are drawn of a way, in the order of travel."""
    classes = [str(line.get_attribute("class")) for line in page.locator(".mm-trail__line").all()]
    return [text.split("mm-trail__line--")[1].split()[0] for text in classes]


def test_a_click_on_a_deposit_draws_its_way_and_escape_clears_it(
    saved: Path, open_page: Open
) -> None:
    opened = open_page(saved)
    page = opened.page
    assert drawn(page) == []
    click_at(page, *DEPOSITS["reached"])
    assert drawn(page) == ["connector", "rail", "sea"]
    facts = page.locator(".mm-way").inner_text()
    assert f"Route to {HOSTILE[2]}" in facts
    assert "Kazakhstan → Azerbaijan" in facts
    for name in ("Total length", "Then by rail", "Then by sea", "Time", "Cost", "Breaks of gauge"):
        assert name in facts
    assert HOSTILE[0] in facts
    page.keyboard.press("Escape")
    at_rest(page)
    assert drawn(page) == []
    click_at(page, *DEPOSITS["reached"])
    assert len(drawn(page)) == 3
    page.mouse.click(300, 650)
    at_rest(page)
    assert drawn(page) == []
    assert page.locator(".mm-record").count() == 0
    assert page.title() == "minmap"
    assert page.locator("img[src='x']").count() == 0
    click_at(page, *DEPOSITS["reached"])
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".mm-popup--sheet").get_by_role("button", name="Show the whole route").click()
    at_rest(page)
    assert (
        page.locator(".mm-trail__end").evaluate_all(
            """ends => ends.map(it => it.getBoundingClientRect()).map(({ x, y, width }) =>
            document.elementFromPoint(x + width / 2, y + width / 2)?.className)"""
        )
        == [page.locator(".mm-map").get_attribute("class")] * 2
    )
    assert opened.complaints == []


def test_one_way_gives_place_to_the_next(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    click_at(page, *DEPOSITS["reached"])
    assert len(drawn(page)) == 3
    click_at(page, *DEPOSITS["at market"])
    assert drawn(page) == ["connector"]
    click_at(page, *DEPOSITS["far off"])
    assert drawn(page) == []
    assert "No route: no gate within 100 km" in page.locator(".mm-way").inner_text()


def test_the_keyboard_reaches_the_way(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    lon, lat = DEPOSITS["reached"]
    page.evaluate(f"{THE_MAP}.setView([{lat}, {lon}], 8, {{animate: false}})")
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    at_rest(page)
    assert len(drawn(page)) == 3
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    at_rest(page)
    view = page.evaluate(f"(b => [b.getWest(), b.getEast()])({THE_MAP}.getBounds())")
    assert view[0] < 67
    assert view[1] > 71
    page.keyboard.press("Escape")
    at_rest(page)
    assert drawn(page) == []
    # The search finds the pieces of routes too.
    field = page.get_by_role("combobox", name="Search names")
    field.fill("img")
    piece = page.get_by_role("option").filter(has_text=HOSTILE[0])
    expect(piece).to_contain_text("1 on the route; railway")
    field.press("Enter")
    expect(page.locator(".mm-record h3")).to_contain_text(HOSTILE[0])


def test_pieces_are_drawn_and_say_what_they_are(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    panel = page.locator('.mm-layer[aria-label="Routes"]').inner_text()
    assert "railway, 1520 mm" in panel
    assert "ferry or ship" in panel
    click_at(page, 68, 45, 9)
    record = page.locator(".mm-record")
    assert record.locator("h3").text_content() == f"{HOSTILE[0]} – {HOSTILE[1]}"
    assert HOSTILE[1] in record.inner_text()
    assert page.title() == "minmap"


def test_a_way_is_drawn_even_if_the_routes_are_switched_off(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    page.get_by_role("checkbox", name="Routes").uncheck()
    click_at(page, *DEPOSITS["reached"])
    assert drawn(page) == ["connector", "rail", "sea"]


def test_smaller_catchments_hide_the_larger_ones_under_them(
    tmp_path: Path, open_page: Open
) -> None:
    areas = gpd.GeoDataFrame(
        {"within_hours": [24, 72]}, geometry=[box(66, 46, 67, 47), box(64, 44, 69, 49)], crs=4326
    )

    def colour(frame: gpd.GeoDataFrame) -> tuple[list[int], str]:
        mm.Map(frame).save(tmp_path / "map.html")
        page = open_page(tmp_path / "map.html").page
        text = page.locator('.mm-layer[aria-label="Catchment"]').inner_text()
        page.evaluate(f"{THE_MAP}.setView([46.6, 66.6], 9, {{animate: false}})")
        at_rest(page)
        page.mouse.move(5, 795)
        clip = {"x": 640, "y": 440, "width": 2, "height": 2}
        page.screenshot(clip=clip, path=tmp_path / "shot.png")
        return np.asarray(Image.open(tmp_path / "shot.png").convert("RGB"))[0, 0].tolist(), text

    both, text = colour(areas)
    assert text.index("within 24 h") < text.index("within 72 h")
    # The same colour as without the larger area below, and the legend's.
    larger = areas.assign(geometry=[areas.geometry[0], box(10, 10, 11, 11)])
    assert both == colour(larger)[0]
