"""Routes, catchments and corridors on the saved page, used as a person would, the network off."""

from __future__ import annotations

import re
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
ROADS = {"turn": (66, 44), "halt": (66.2, 44), "junction": (67, 44), "end": (69, 44)}
"""A road that passes a halt and leads to a junction; a railway leads from both to the end."""
ROAD_SOURCE = {
    "title": "OpenStreetMap roads, August 2021",
    "citation": HOSTILE[0],
    "licence": "ODbL 1.0",
}
BASIS = "What these numbers rest on"


@pytest.fixture(scope="module")
def network() -> Network:
    """A railway to a port, and a ship on to the market; names that would like to be markup."""
    nodes = gpd.GeoDataFrame(
        {"node_id": list(PLACES), "name": HOSTILE, "kind": "port", "country": ["KAZ", "AZE", "KAZ"],
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


@pytest.fixture(scope="module")
def by_road(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page on which a lorry passes a station, since the railway from there is a detour."""
    nodes = gpd.GeoDataFrame(
        {"node_id": list(ROADS), "name": [None, "Хромтау", "Kandyagash", HOSTILE[2]],
         "kind": ["junction", "station", "station", "station"], "country": "KAZ",
         "gate": [False, True, True, True]},
        geometry=[Point(*place) for place in ROADS.values()],
        crs=4326,
    )  # fmt: skip
    legs = {"turn halt": 16.0, "turn junction": 80.0, "halt junction": 900.0, "junction end": 160.0}
    ends = [leg.split() for leg in legs]
    mode = ["road", "road", "rail", "rail"]
    edges = gpd.GeoDataFrame(
        {"edge_id": list(legs), "from_node": [one for one, _ in ends],
         "to_node": [other for _, other in ends], "mode": mode, "status": "operating",
         "gauge_mm": [None, None, 1520, 1520], "length_km": list(legs.values())},
        geometry=[LineString([ROADS[one], ROADS[other]]) for one, other in ends],
        crs=4326,
    )  # fmt: skip
    network = Network(nodes, edges, sources=[ROAD_SOURCE])
    deposits = gpd.GeoDataFrame(
        {"name": [HOSTILE[1], "midway"]}, geometry=[Point(66, 44.3), Point(66.5, 44.2)], crs=4326
    )
    table = access(deposits, to="end", network=network, assumptions={"rail_kmh": 40})
    path = tmp_path_factory.mktemp("routes") / "road.html"
    mm.Map(table, location=(44, 67), zoom_start=8).add(routes(table, network=network)).save(path)
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
    assert "No route: no road or gate within 100 km" in page.locator(".mm-way").inner_text()


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


def test_the_numbers_of_a_route_name_what_they_rest_on(by_road: Path, open_page: Open) -> None:
    opened = open_page(by_road)
    page = opened.page
    credit = "© OpenStreetMap contributors, roads of August 2021 (ODbL)"
    assert credit in page.locator(".mm-credit, .leaflet-control-attribution").all_inner_texts()[0]
    click_at(page, 66, 44.3, 9)
    way = page.locator(".mm-way")
    assert drawn(page) == ["connector", "road", "rail"]
    facts = way.inner_text()
    assert "Lorry unloaded at\nKandyagash" in facts
    assert "passes Khromtau, 16 km away by road, and goes on to Kandyagash" in facts
    assert "the whole route is cheaper that way" in facts
    assert len(re.findall(r"\([\d.,]+ to [\d.,]+", facts)) == 2
    opener = way.get_by_role("button", name=BASIS)
    opener.click()
    dialog = page.get_by_role("dialog", name=BASIS)
    expect(dialog).to_contain_text("Speed of a freight train")
    text = dialog.inner_text()
    table = mm.assumptions().set_index("key")
    for key in ("road_usd_tkm", "off_road_kmh", "loading_usd_t"):
        assert str(table.at[key, "source"])[:60] in text
        assert f"{table.at[key, 'low']:g} to {table.at[key, 'high']:g}" in text
    assert "40 km/h\n\nGiven by the maker of this map." in text
    assert str(table.at["sea_usd_tkm", "meaning"]) not in text
    assert credit in text
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    # The card is still there, with the focus where it was.
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('.folium-map')")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    assert page.title() == "minmap"
    assert opened.complaints == []


def test_a_road_is_drawn_from_where_it_is_entered(by_road: Path, open_page: Open) -> None:
    page = open_page(by_road).page
    click_at(page, 66.5, 44.2, 9)
    assert drawn(page) == ["connector", "road", "rail"]
    west, middle, east = page.evaluate(
        f"lons => lons.map(lon => {THE_MAP}.latLngToLayerPoint([44, lon]).x)", [66, 66.5, 67]
    )
    paths = [str(p.get_attribute("d")) for p in page.locator("path.mm-trail__line").all()]
    connector, road = ([int(x) for x in re.findall(r"(-?\d+) -?\d+", d)] for d in paths[:2])
    assert connector[-1] == road[0] == pytest.approx(middle, abs=1.5)
    assert road[-1] == pytest.approx(east, abs=1.5)
    assert min(road) > west + 10


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
