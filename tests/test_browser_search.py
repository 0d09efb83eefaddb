"""The search: places, nodes, records of all kinds, codes and layers, by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Locator, Page, expect

import minmap as mm
from minmap.demo import demo_map
from tests.exploring import Open
from tests.test_browser import THE_MAP
from tests.waiting import at_rest

pytestmark = pytest.mark.browser

DEPOSITS = "Major mineral deposits (OFR 2005-1294)"


def found(page: Page, text: str) -> Locator:
    """Type a text into the search, from the map or anew, and return the suggestions."""
    field = page.get_by_role("combobox", name="Search names")
    if field.evaluate("one => one === document.activeElement"):
        field.fill("")
    else:
        page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type(text)
    at_rest(page)
    return page.get_by_role("listbox", name="Search results")


def chosen(page: Page, title: str) -> None:
    """Choose a suggestion with the arrow keys."""
    field = page.get_by_role("combobox", name="Search names")
    for _ in range(20):
        field.press("ArrowDown")
        option = page.locator(f"[id='{field.get_attribute('aria-activedescendant')}']")
        assert option.get_attribute("aria-selected") == "true"
        if option.inner_text().startswith(title):
            field.press("Enter")
            at_rest(page)
            return
    raise AssertionError(f"no suggestion {title}")


def test_everything_is_found_by_keyboard_alone(tmp_path: Path, open_page: Open) -> None:
    demo_map().save(tmp_path / "demo.html")
    opened = open_page(tmp_path / "demo.html")
    page = opened.page
    # A town, in another alphabet: the map moves there and names it.
    expect(found(page, "Ташкент").get_by_role("group", name="Places")).to_contain_text("Tashkent")
    field = page.get_by_role("combobox", name="Search names")
    field.press("ArrowUp")
    field.press("Home")
    first = page.get_by_role("listbox").get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(page.locator(".leaflet-popup-content")).to_contain_text("Tashkent")
    expect(page.get_by_role("listbox")).to_be_hidden()
    # A node, with typing errors: its card opens, though its corridor was hidden.
    page.get_by_role("checkbox", name="Middle Corridor").uncheck()
    nodes = found(page, "Zhezkazgon").get_by_role("group", name="Stations, ports, nodes")
    expect(nodes).to_contain_text("station, Middle Corridor")
    chosen(page, "Zhezkazgan")
    expect(page.locator(".mm-record h3")).to_have_text("Zhezkazgan")
    expect(page.get_by_role("checkbox", name="Middle Corridor")).to_be_checked()
    # A record, with its commodity.
    page.keyboard.press("Escape")
    records = found(page, "shalkarsk").get_by_role("group", name=DEPOSITS)
    expect(records).to_contain_text("Boron (borates) · Kazakhstan")
    chosen(page, "Shalkarskoe")
    expect(page.locator(".mm-record h3")).to_have_text("Shalkarskoe")
    page.keyboard.press("Escape")
    # A commodity in Russian filters; its records are suggested too.
    suggested = found(page, "вольфрам")
    expect(suggested.get_by_role("group", name=DEPOSITS)).to_contain_text("11 more in")
    chosen(page, "Tungsten (W)")
    layer = page.get_by_role("group", name=DEPOSITS, exact=True)
    expect(layer.locator(".mm-filters > summary")).to_have_text("Filters (1 on)")
    # What filters hide is opened all the same, and the suggestion says so.
    hidden = found(page, "shalkarsk")
    expect(hidden).to_contain_text("hidden by the filters")
    chosen(page, "Shalkarskoe")
    expect(page.locator(".mm-record h3")).to_have_text("Shalkarskoe")
    page.keyboard.press("Escape")
    # A layer is shown.
    assert not page.get_by_role("checkbox", name=re.compile("^Lakes")).is_checked()
    expect(found(page, "lakes").get_by_role("group", name="Layers")).to_be_visible()
    chosen(page, "Lakes")
    expect(page.get_by_role("checkbox", name=re.compile("^Lakes"))).to_be_checked()
    expect(found(page, "xxxx")).to_contain_text("Nothing found")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert opened.complaints == []


SITES = ["Kumtor", "Makmal", "Jerooy", "Taldybulak", "Terek", "Terek-Sai"]
BELTS = ["Talas belt", "Chu belt", *[f"Nappe {n}" for n in range(9)]]


def frame_of(names: list[str], shapes: list[shapely.Geometry], **columns: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": names, **columns}, geometry=shapes, crs="EPSG:4326")


def areas_and_lines() -> mm.Map:
    """Return a map of sites, belts, two faults and three countries with numbers."""
    sites = [shapely.Point(71 + n, 41.5) for n in range(len(SITES))]
    belts = [shapely.box(71 + n, 42, 71.9 + n, 42.5) for n in range(len(BELTS))]
    lines = [shapely.LineString([(70, 43), (74, 40.5), (75, 39.5)])]
    counts = pd.DataFrame({"country": ["TUR", "KAZ", "RUS"], "mines": [3, 7, 40]})
    return (
        mm.Map()
        .add(frame_of(SITES, sites), name="Sites")
        .add(frame_of(BELTS, belts, country="KGZ", commodities="Au"), name="Belts")
        .add(frame_of(["Nikolaev line"], lines), name="Faults")
        .add_countries(counts, value="mines", name="Mines")
    )


def entered(page: Page, text: str) -> None:
    """Type a text into the search, and press Enter."""
    found(page, text)
    page.keyboard.press("Enter")
    at_rest(page)


def sees(page: Page, *corners: tuple[float, float]) -> bool:
    """Return whether places, as latitude and longitude, are left of the panel."""
    inside = """(corners) => { const map = MAP; const { x, y } = map.getSize();
        return corners.every(([lat, lon]) => { const at = map.latLngToContainerPoint([lat, lon]);
            return at.x >= 0 && at.y >= 0 && at.x <= x - 290 && at.y <= y; }); }"""
    return bool(page.evaluate(inside.replace("MAP", THE_MAP), [list(one) for one in corners]))


def test_areas_and_lines_are_found_and_enter_goes_to_a_single_hit(
    tmp_path: Path, open_page: Open
) -> None:
    areas_and_lines().save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    heading = page.locator(".mm-record h3")
    records = page.locator(".mm-panel").get_by_role("group", name="Sites", exact=True)
    # An area: its card, and all of it.
    expect(found(page, "talas belt").get_by_role("group", name="Belts")).to_contain_text(
        "Gold · Kyrgyzstan"
    )
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Talas belt")
    at_rest(page)
    assert sees(page, (42, 71), (42.5, 71.9))
    assert not sees(page, (42, 81))
    page.keyboard.press("Escape")
    # A line without anything but its name has its place for a hint.
    line = found(page, "nikolaev line").get_by_role("group", name="Faults")
    expect(line).to_contain_text(re.compile(r"4\d\.\d\d, 7\d\.\d\d"))
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Nikolaev line")
    at_rest(page)
    assert sees(page, (43, 70), (39.5, 75))
    page.keyboard.press("Escape")
    # A country with its number comes before the country of the base map; it spans 180 degrees.
    turkey = found(page, "Turkey")
    expect(turkey.get_by_role("option").first).to_contain_text(re.compile("Mines: 3"))
    expect(turkey.get_by_role("group", name="Places")).to_contain_text("country")
    entered(page, "Russia")
    expect(heading).to_have_text("Russia")
    assert sees(page, (66, 189), (54.5, 20))
    page.keyboard.press("Escape")
    # Areas have no table and no filter: their group counts them, and unfolds.
    nappes = found(page, "nappe")
    expect(nappes.get_by_role("group", name="Belts")).to_contain_text("3 more in Belts")
    expect(nappes).not_to_contain_text("Show only")
    chosen(page, "3 more in Belts")
    expect(nappes.get_by_role("option")).to_have_count(9)
    # One record in all: its card, and the others stay.
    entered(page, "kumtor")
    expect(heading).to_have_text("Kumtor")
    assert page.locator(".mm-chip").is_hidden()
    expect(records).to_contain_text("6")
    page.keyboard.press("Escape")
    # Several records are filtered, a place is gone to, nothing does nothing.
    expect(found(page, "terek")).to_contain_text("Show only these")
    page.keyboard.press("Enter")
    expect(page.locator(".mm-chip")).to_contain_text("terek")
    page.locator(".mm-chip").click()
    entered(page, "Bishkek")
    expect(page.locator(".leaflet-popup-content")).to_contain_text("Bishkek")
    assert sees(page, (42.87, 74.6))
    expect(page.get_by_role("listbox")).to_be_hidden()
    entered(page, "xxxx")
    expect(page.get_by_role("listbox")).to_contain_text("Nothing found")
    assert opened.complaints == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Каспийское море", "Caspian Sea"),
        ("Алмалык", "Olmaliq"),
        ("Нур-Султан", "Astana"),
        ("Alma-Ata", "Almaty"),
        ("Frunze", "Bishkek"),
    ],
)
def test_places_are_found_by_the_names_of_other_tables(
    tmp_path: Path, open_page: Open, text: str, place: str
) -> None:
    demo_map().save(tmp_path / "demo.html")
    page = open_page(tmp_path / "demo.html").page
    expect(found(page, text).get_by_role("group", name="Places")).to_contain_text(place)
