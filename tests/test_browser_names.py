"""The names on a page: what is named, and that nothing lies over a name or cuts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

import minmap as mm
from minmap.demo import demo_map
from minmap.reading import read
from tests.waiting import at_rest

# The written names, the places of nodes and deposits, and the boxes of what lies over the map, all
# in CSS pixels of the map.
LOOK = """(places) => {
    const map = window[document.querySelector(".folium-map").id];
    const { x: width, y: height } = map.getSize();
    const { x, y } = map.getContainer().getBoundingClientRect();
    const boxOf = (one) => {
        const { left, top, right, bottom } = one.getBoundingClientRect();
        return { left: left - x, top: top - y, right: right - x, bottom: bottom - y };
    };
    const isSeen = (box) =>
        box.right > 0 && box.left < width && box.bottom > 0 && box.top < height;
    const boxes = (selector) => [...document.querySelectorAll(selector)].map(boxOf).filter(isSeen);
    const names = document.querySelector("canvas.mm-labels").written.filter(isSeen);
    const spots = places.map(([lon, lat]) => map.latLngToContainerPoint([lat, lon]));
    return {
        width, height, names, spots: spots.map(({ x, y }) => [x, y]),
        nodes: boxes(".mm-node"), controls: boxes(".leaflet-control, .mm-panel"),
    };
}"""
TOWN, CAPITAL, COUNTRY, WATER, RECORD = 0, 1, 2, 3, 6
# The smallest symbol of a deposit, without its rim.
RADIUS = 3
CLASHES = {"overlapping", "below controls", "cut"}


@pytest.fixture(scope="module")
def places() -> list[list[float]]:
    points = read(mm.sample("major_deposits_central_asia.csv")).geometry
    return [[point.x, point.y] for point in points if not point.is_empty]


def touches(a: dict[str, float], b: dict[str, float]) -> bool:
    return bool(
        a["left"] < b["right"]
        and b["left"] < a["right"]
        and a["top"] < b["bottom"]
        and b["top"] < a["bottom"]
    )


def opened(browser: Browser, path: Path, width: int, height: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(path.as_uri())
    at_rest(page)
    return page


def looked_at(
    browser: Browser, path: Path, places: list[list[float]], **options: Any
) -> tuple[Page, dict[str, Any]]:
    """Open a map of the deposits and the Middle Corridor; return its page and its names."""
    table = read(mm.sample("major_deposits_central_asia.csv"))
    mm.Map(table, **options).add(mm.corridor("middle")).save(path)
    page = opened(browser, path, 1400, 900)
    return page, page.evaluate(LOOK, places)


def flaws(look: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the names that overlap, lie at symbols or below controls, or are cut."""
    names = look["names"]
    # A symbol is round: the corners of its box are empty.
    nodes = [inner(box) for box in look["nodes"]]
    symbols = nodes + [
        {"left": x - RADIUS, "right": x + RADIUS, "top": y - RADIUS, "bottom": y + RADIUS}
        for x, y in look["spots"]
    ]
    frame = {"left": 0, "top": 0, "right": look["width"], "bottom": look["height"]}

    def of(name: dict[str, Any], boxes: list[dict[str, float]]) -> bool:
        return any(touches(name, box) for box in boxes)

    def is_cut(name: dict[str, Any]) -> bool:
        low = name["left"] < frame["left"] or name["top"] < frame["top"]
        return low or name["right"] > frame["right"] or name["bottom"] > frame["bottom"]

    return {
        "overlapping": [
            (a["text"], b["text"])
            for i, a in enumerate(names)
            for b in names[i + 1 :]
            if touches(a, b)
        ],
        # A country is rather named over symbols on its land than on that of others.
        "at symbols": [
            name["text"] for name in names if name["kind"] != COUNTRY and of(name, symbols)
        ],
        "below controls": [name["text"] for name in names if of(name, look["controls"])],
        "cut": [name["text"] for name in names if is_cut(name)],
    }


def inner(box: dict[str, float]) -> dict[str, float]:
    """Return the square inside the circle in a box."""
    by = (box["right"] - box["left"]) * (1 - 0.5**0.5) / 2
    return {
        "left": box["left"] + by,
        "top": box["top"] + by,
        "right": box["right"] - by,
        "bottom": box["bottom"] - by,
    }


def named(look: dict[str, Any], kind: int) -> list[str]:
    return [name["text"] for name in look["names"] if name["kind"] == kind]


def test_the_demo_names_its_countries_seas_and_capitals(
    browser: Browser, places: list[list[float]], tmp_path: Path
) -> None:
    demo_map().save(tmp_path / "demo.html")
    page = opened(browser, tmp_path / "demo.html", 1400, 900)
    look = page.evaluate(LOOK, places)
    assert not any(flaws(look).values()), flaws(look)
    countries = named(look, COUNTRY)
    assert len(set(countries)) == len(countries)
    corridor = {"Kazakhstan", "Uzbekistan", "Turkmenistan", "Azerbaijan", "Georgia", "Turkey"}
    assert corridor | {"Kyrgyzstan", "Tajikistan", "China", "Iran"} <= set(countries)
    assert {"Caspian Sea", "Black Sea"} <= set(named(look, WATER))
    capitals = {"Astana", "Tashkent", "Ashgabat", "Baku", "Tbilisi", "Ankara", "Bishkek"}
    capitals |= {"Dushanbe", "Yerevan", "Tehran", "Kabul", "Kyiv"}
    assert len(capitals & set(named(look, CAPITAL))) > 8  # wide fonts leave room for fewer
    # Without the panel there is room for more.
    page.locator(".mm-panel__toggle").click()
    at_rest(page)
    wider = page.evaluate(LOOK, places)
    assert not any(flaws(wider).values()), flaws(wider)
    assert max(name["right"] for name in wider["names"]) > 1200
    page.set_viewport_size({"width": 390, "height": 844})
    at_rest(page)
    phone = page.evaluate(LOOK, places)
    assert not any(flaws(phone).values()), flaws(phone)
    assert {"Russia", "China"} <= set(named(phone, COUNTRY))
    page.context.close()


def test_a_russian_page_names_countries_in_russian_where_they_are_seen(
    browser: Browser, places: list[list[float]], tmp_path: Path
) -> None:
    page, look = looked_at(browser, tmp_path / "ru.html", places, language="ru")
    assert not any(flaws(look).values()), flaws(look)
    assert {"Казахстан", "Узбекистан", "Турция"} <= set(named(look, COUNTRY))
    assert {"Каспийское море", "Чёрное море"} <= set(named(look, WATER))
    latin = [name for name in look["names"] if name["text"].isascii()]
    assert len(latin) < 0.1 * len(look["names"])
    # East of the place where Kazakhstan is named on a map of it, and where China begins.
    the_map = "window[document.querySelector('.folium-map').id]"
    page.evaluate(f"{the_map}.setView([46, 82], 7, {{animate: false}})")
    at_rest(page)
    east = page.evaluate(LOOK, places)
    assert not any(flaws(east).values()), flaws(east)
    assert {"Казахстан", "Китай"} <= set(named(east, COUNTRY))
    page.context.close()


def test_names_of_records_leave_room_for_countries_and_bubbles_keep_their_counts(
    browser: Browser, places: list[list[float]], tmp_path: Path
) -> None:
    page, look = looked_at(browser, tmp_path / "labelled.html", places, label="name")
    # Names of records stand at their own symbols.
    found = {kind: names for kind, names in flaws(look).items() if kind in CLASHES}
    assert not any(found.values()), found
    assert {"Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkey"} <= set(named(look, COUNTRY))
    capitals = {"Astana", "Bishkek", "Tashkent", "Dushanbe", "Baku", "Yerevan"}
    assert len(capitals & set(named(look, CAPITAL))) > 3  # wide fonts leave room for fewer
    assert "Almaty" in named(look, TOWN)
    assert len(named(look, RECORD)) > 20
    page.get_by_text("Bubbles", exact=True).click()
    at_rest(page)
    bubbles = page.evaluate(LOOK, places)
    assert named(bubbles, RECORD) == []
    assert {"Kazakhstan", "Uzbekistan"} <= set(named(bubbles, COUNTRY))
    page.context.close()


@pytest.mark.parametrize("size", [(1280, 800), (1100, 700), (390, 844)])
def test_a_map_of_the_world_is_named_also_below_the_first_whole_zoom(
    browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    lon, lat = np.meshgrid(np.arange(-160, 179, 20), np.arange(-50, 75, 12))
    table = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon.ravel(), lat.ravel()), crs=4326)
    mm.Map(table).save(tmp_path / "world.html")
    page = opened(browser, tmp_path / "world.html", *size)
    look = page.evaluate(LOOK, [])
    assert page.evaluate("window[document.querySelector('.folium-map').id].getZoom()") < 2
    is_phone = size[0] < 640
    assert len(set(named(look, COUNTRY))) >= (4 if is_phone else 12)
    assert is_phone or len(set(named(look, CAPITAL))) >= 6
    assert set(named(look, WATER)) & {"Arctic Ocean", "Pacific Ocean", "Southern Ocean"}
    page.context.close()
