"""A map and a widget in a real JupyterLab and Notebook 7, as a person uses them, offline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

import minmap as mm
from tests import jupyter
from tests.jupyter import Notebook, ready
from tests.test_browser import HOSTILE
from tests.waiting import at_rest, until

pytestmark = pytest.mark.notebook

pytest.importorskip("jupyterlab")
pytest.importorskip("notebook")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[jupyter.Server]:
    with jupyter.server(tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture(params=["lab/tree", "notebooks"], ids=["lab", "notebook"])
def notebook(
    server: jupyter.Server, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[Any]:
    """Give a function that opens a notebook of the cells given, and one more.

    Both interfaces are of one server: each of them has a path of its own.
    """
    context = browser.new_context(viewport={"width": 1300, "height": 1000})
    context.set_default_timeout(180_000)
    yield partial(jupyter.open_notebook, context, server, interface=request.param)
    context.close()


TABLE = """
import geopandas as gpd
import minmap as mm

places = gpd.points_from_xy([66.0, 60.0, None, 62.0, 64.0], [45.0, 45.0, None, 45.0, 45.0])
table = gpd.GeoDataFrame(
    {"name": list("edxbc"), "kind": ["ore"] * 3 + ["coal"] * 2, "depth": [5.0, 1, 9, 2, 3]},
    geometry=places, crs=4326, index=[50, 40, 99, 20, 30],
)
w = mm.Widget(mm.Map(table, title="Mine", location=(45, 63), zoom_start=5))
w
"""
LON, LAT, ZOOM = 63.0, 45.0, 5


def at(map_: Locator, lon: float, lat: float = LAT) -> tuple[float, float]:
    """Where on the screen a place on the parallel of the view's middle is."""
    box = map_.bounding_box()
    assert box
    scale = 256 * 2**ZOOM / 360
    down = (LAT - lat) * scale / 0.7071  # near enough: 1 / cos(45°)
    return box["x"] + box["width"] / 2 + (lon - LON) * scale, box["y"] + box["height"] / 2 + down


def outside(notebook: Notebook) -> list[str]:
    return [url for url in notebook.asked if "//127.0.0.1:" not in url and url.startswith("http")]


def test_what_is_done_on_the_map_is_known_to_python(notebook: Any, tmp_path: Path) -> None:
    opened = notebook(TABLE)
    page = opened.page
    map_ = ready(opened.run(0))
    assert opened.ask("tuple(w.view)") == (LAT, LON, ZOOM)
    assert map_.locator(".mm-panel h2").inner_text() == "Mine"

    page.mouse.click(*at(map_, 64.0))
    assert map_.locator(".mm-record h3").inner_text() == "c"
    field = map_.locator(".mm-record dt").first  # which JupyterLab floats in its own outputs
    assert field.evaluate("field => getComputedStyle(field).float") == "none"
    assert opened.ask("w.clicked") == {"layer": "Occurrences", "row": 4}
    assert opened.ask("table.iloc[w.clicked['row']]['name']") == "c"

    map_.locator(".mm-filters > summary").click()
    map_.locator(".mm-facet > summary", has_text="kind").click()
    map_.get_by_role("checkbox", name="ore").check()
    assert opened.ask("w.filters") == {"Occurrences": {"kind": ["ore"]}}
    assert opened.ask("w.shown().index.tolist()") == [50, 40]
    expect(map_.locator(".mm-record")).to_have_count(0)  # c is of coal
    map_.get_by_role("checkbox", name="ore").uncheck()
    assert opened.ask("w.filters, len(w.shown())") == ({}, 4)

    opened.ask(f"setattr(w, 'view', ({LAT}, {LON}, {ZOOM}))")  # the popup had moved it
    map_.get_by_role("button", name="Select records").click()
    map_.get_by_role("button", name="Box", exact=True).click()
    page.mouse.move(*at(map_, 61.0, 47.0))
    page.mouse.down()
    page.mouse.move(*at(map_, 65.0, 43.0), steps=5)
    page.mouse.up()
    assert opened.ask("w.selected") == {"Occurrences": [3, 4]}
    assert opened.ask("w.selection().equals(table.loc[[20, 30]])") is True
    assert opened.ask("w.selection().crs == table.crs") is True
    page.screenshot(path=tmp_path / "picked.png")
    assert outside(opened) == []
    assert opened.complaints == []
    assert "#" not in page.url


def test_what_python_says_is_done_on_the_map(notebook: Any) -> None:
    opened = notebook(TABLE)
    map_ = ready(opened.run(0))
    panel = map_.locator(".mm-panel")
    opened.ask("setattr(w, 'view', (40.5, 50.25, 6))")
    assert opened.ask("tuple(w.view)") == (40.5, 50.25, 6)
    (south, west), (north, east) = opened.ask("w.bounds")
    assert south < 40.5 < north < 46
    assert west < 50.25 < east < 65
    opened.ask("setattr(w, 'bounds', ((40, 62), (50, 64)))")
    lat, lon, zoom = opened.ask("tuple(w.view)")
    (south, west), (north, east) = opened.ask("w.bounds")
    assert south < 40 < 50 < north
    assert west < 62 < 64 < east
    assert (round(lat), int(zoom)) == (45, 5)
    assert lon > 63  # the panel covers a part of the map

    opened.ask("setattr(w, 'filters', {'Occurrences': {'depth': (None, 2), 'kind': 'ore'}})")
    map_.locator(".mm-filters > summary").click()
    expect(panel.locator(".mm-filters__count")).to_have_text("1 of 4 shown")
    assert opened.ask("w.shown()['name'].tolist()") == ["d"]
    opened.ask("setattr(w, 'filters', {})")
    expect(panel.locator(".mm-filters__count")).to_have_text("4 of 4 shown")

    opened.ask("setattr(w, 'selected', {'Occurrences': [0, 2]})")
    expect(map_.locator(".mm-picked")).to_contain_text("1")  # the other is nowhere
    assert opened.ask("w.selection()['name'].tolist()") == ["e", "x"]
    opened.ask("setattr(w, 'clicked', {'layer': 'Occurrences', 'row': 1})")
    expect(map_.locator(".mm-record h3")).to_have_text("d")

    opened.ask("w.add(mm.corridor('middle'), name='Rail').add(table, name='Again') and None")
    expect(panel.locator(".mm-layer")).to_have_count(4)
    again = panel.locator('.mm-layer[aria-label="Again"] .mm-legend__count')
    expect(again).to_have_attribute("title", re.compile("of 4 in all"))
    opened.ask("w.remove('Rail') and None")
    expect(panel.locator(".mm-layer")).to_have_count(3)
    assert opened.complaints == []


def test_views_share_their_state_and_a_cell_run_again_frees_its_map(notebook: Any) -> None:
    opened = notebook(TABLE, "w", "mm.Widget(mm.Map(table, language='ru'), height='300px')")
    page = opened.page
    first, second, other = (ready(opened.run(number)) for number in range(3))
    ids = page.eval_on_selector_all(".mm-widget [id]", "all => all.map(one => one.id)")
    assert ids
    assert len(ids) == len(set(ids))
    groups = page.eval_on_selector_all(
        ".mm-widget input[type=radio]", "all => new Set(all.map(one => one.name)).size"
    )
    assert groups == 3
    assert other.bounding_box()["height"] == 300
    assert other.get_by_role("button", name="Источники").count() == 1

    first.get_by_label("Zoom in").click()
    second.locator(".mm-filters > summary").click()
    second.locator(".mm-facet > summary", has_text="kind").click()
    second.get_by_role("checkbox", name="coal").check()
    first.locator(".mm-filters > summary").click()
    expect(first.locator(".mm-filters__count")).to_have_text("2 of 4 shown")
    assert opened.ask("w.view.zoom, w.filters") == (6, {"Occurrences": {"kind": ["coal"]}})
    assert page.evaluate("document.documentElement.dataset.minmap") is None
    assert page.evaluate("typeof L") == "undefined"
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")  # as JupyterLab's dark theme does
    expect(page.locator(".mm-widget[data-theme='dark']")).to_have_count(3)
    assert page.evaluate("document.documentElement.dataset.theme") is None

    opened.run(1, "'gone'")
    expect(page.locator(".mm-widget")).to_have_count(2)
    expect(page.locator("dialog.mm-sources")).to_have_count(2)
    ready(opened.run(0))
    expect(page.locator(".mm-widget")).to_have_count(2)
    assert opened.ask("tuple(w.view)") == (LAT, LON, ZOOM)
    assert opened.complaints == []


def test_the_keys_of_the_notebook_leave_the_map_alone(notebook: Any) -> None:
    opened = notebook(TABLE)
    page = opened.page
    map_ = ready(opened.run(0))
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    page.mouse.click(*at(map_, 63.0))
    for key in ("b", "a", "d", "d", "x", "+"):
        page.keyboard.press(key)
    expect(map_.locator(".mm-widget__map")).to_be_focused()
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert opened.ask("w.view.zoom") == ZOOM + 1


NOTE_END_OF_SCROLL = """() => {
    const note = () => { window.hasScrolled = true; };
    document.addEventListener("scrollend", note, { capture: true, once: true }); }"""


@pytest.mark.parametrize("shown", ["w", "w.map"])
def test_the_notebook_stays_where_it_is_when_a_map_is_pressed(notebook: Any, shown: str) -> None:
    opened = notebook(f"{TABLE.strip().removesuffix('w')}{shown}")
    output = opened.run(0)
    if shown == "w":
        ready(output)
    else:
        page_of_it = output.frame_locator("iframe")
        page_of_it.locator('html[data-minmap="ready"]').wait_for(state="attached")
    opened.run(1, "print('\\n' * 60)")
    opened.cell(1).hover(position={"x": 300, "y": 60})
    opened.page.evaluate(NOTE_END_OF_SCROLL)
    opened.page.mouse.wheel(0, output.bounding_box()["y"] + 150)
    until(lambda: opened.page.evaluate("window.hasScrolled"))
    at_rest(opened.page)
    before = output.bounding_box()
    lowest = before["y"] + before["height"]
    assert before["y"] < 0 < lowest
    opened.page.mouse.move(before["x"] + 300, (lowest + 120) / 2)
    opened.page.mouse.down()
    at_rest(opened.page)
    assert output.bounding_box() == before
    opened.page.mouse.up()
    assert opened.complaints == []


def test_a_map_shows_itself(notebook: Any) -> None:
    many = """
import numpy as np
import geopandas as gpd
import minmap as mm

random = np.random.default_rng(1)
lon, lat = random.uniform(-170, 170, 300_000), random.uniform(-70, 70, 300_000)
names = {"name": random.integers(0, 10**6, 300_000).astype(str)}
table = gpd.GeoDataFrame(names, geometry=gpd.points_from_xy(lon, lat), crs=4326)
mm.Map(table)
"""
    opened = notebook(many, "mm.Widget(mm.Map(table))")
    output = opened.run(0)
    frame = output.frame_locator("iframe")
    frame.locator('html[data-minmap="ready"]').wait_for(state="attached", timeout=180_000)
    assert "300,000" in frame.locator(".mm-legend__count").first.get_attribute("title")
    assert output.locator("iframe").bounding_box()["height"] >= 480
    assert "rust" not in opened.page.locator(".jp-Notebook").inner_text()
    count = ready(opened.run(1)).locator(".mm-legend__count").first
    assert "300,000" in count.get_attribute("title")
    assert outside(opened) == []
    assert opened.complaints == []


def test_a_notebook_of_somebody_elses_says_how_to_see_its_map(notebook: Any) -> None:
    opened = notebook("m", html=mm.Map()._repr_html_())
    output = opened.cell(0).locator(".jp-OutputArea-output")
    expect(output).to_have_text(
        "The map is not shown here: run the cell again, or trust the notebook."
    )
    assert output.locator("iframe").count() == 0


HOSTILE_MAP = """
import geopandas as gpd
import numpy as np
import shapely
import minmap as mm

texts = {texts!r}
lon = np.linspace(60, 66, len(texts))
table = gpd.GeoDataFrame(
    {{"name": texts * 2, "kind": texts * 2, texts[2]: texts * 2}},
    geometry=gpd.points_from_xy([*lon, *lon], np.repeat([45.0, 46.0], len(texts))), crs=4326,
)
table.attrs["sources"] = [{{"title": texts[1], "citation": texts[2], "licence": texts[3]}}]
areas = table.head(len(texts)).set_geometry(shapely.buffer(shapely.points(lon, 48), 0.2))
nodes = gpd.GeoDataFrame(
    {{"node_id": ["a", "b"], "name": texts[1:3], "kind": "port", "country": ["KAZ", "AZE"]}},
    geometry=gpd.points_from_xy([60, 66], [42, 42]), crs=4326,
)
legs = gpd.GeoDataFrame(
    {{"leg_id": [texts[4]], "from_node": ["a"], "to_node": ["b"], "mode": ["rail"],
      "status": ["operating"], "length_km": [480.0], "drawn_km": [480.0],
      "countries": ["KAZ AZE"]}},
    geometry=[shapely.LineString([(60, 42), (66, 42)])], crs=4326,
)
page_map = mm.Map(title=texts[1], subtitle=texts[2], location=(45, 63), zoom_start=5)
page_map.add(areas, name=texts[2], color="kind", group=texts[3])
page_map.add(mm.Corridor("mine", title=texts[5], legs=legs, nodes=nodes))
w = mm.Widget(page_map, height="700px").add(table, name=texts[1], color="kind")
w
"""


@pytest.mark.parametrize("notebook", ["lab/tree"], indirect=True)
def test_hostile_text_is_text_in_every_place_of_the_widget(notebook: Any) -> None:
    opened = notebook(HOSTILE_MAP.format(texts=HOSTILE))
    page = opened.page
    map_ = ready(opened.run(0))
    page_title = page.title()
    everything = sorted(HOSTILE)

    panel = map_.locator(".mm-panel")
    assert panel.locator("h2").text_content() == HOSTILE[1]
    assert panel.locator(".mm-panel__subtitle").text_content() == HOSTILE[2]
    headings = [found.strip() for found in panel.locator("h3, h4").all_text_contents()]
    assert {HOSTILE[1], HOSTILE[2], HOSTILE[3], HOSTILE[5]} <= set(headings)
    for layer in HOSTILE[1:3]:
        legend = panel.get_by_role("group", name=layer, exact=True).locator(".mm-legend")
        labels = legend.locator(".mm-legend__label").all_text_contents()
        assert sorted(labels) == everything

    for row, text in enumerate(HOSTILE):
        opened.ask(f"setattr(w, 'clicked', {{'layer': texts[1], 'row': {row}}})")
        expect(map_.locator(".mm-record h3")).to_have_text(text)
        values = dict(
            zip(
                map_.locator(".mm-record dt").all_text_contents(),
                map_.locator(".mm-record dd").all_text_contents(),
                strict=True,
            )
        )
        assert values["Kind"] == values[HOSTILE[2]] == text
        assert opened.ask("w.clicked") == {"layer": HOSTILE[1], "row": row}
    map_.locator(".leaflet-popup-close-button").click()
    opened.ask(f"setattr(w, 'view', ({LAT}, {LON}, {ZOOM}))")
    for name in HOSTILE[1:3]:
        node = map_.get_by_role("button", name=f"{name}, port", exact=True)
        node.hover()
        expect(map_.locator(".leaflet-tooltip").last).to_contain_text(name)
        node.click()
        expect(map_.locator(".mm-record h3")).to_have_text(name)
        map_.locator(".leaflet-popup-close-button").click()

    for column in ("kind", HOSTILE[2]):
        opened.ask(f"setattr(w, 'filters', {{texts[1]: {{{column!r}: texts[1:3]}}}})")
        assert opened.ask("w.shown()['name'].tolist()") == 2 * HOSTILE[1:3]
        opened.ask("setattr(w, 'filters', {})")

    filters = map_.locator(".mm-filters")
    filters.locator("> summary").click()
    for column in ("kind", HOSTILE[2]):
        block = filters.locator(".mm-facet", has=page.locator("summary", has_text=column)).first
        block.locator("summary").click()
        block.get_by_role("button", name=re.compile("^Show all")).click()
        assert sorted(block.locator(".mm-legend__label").all_text_contents()) == everything
    filters.locator("> summary").click()
    search = map_.get_by_role("combobox", name="Search names")
    for text in HOSTILE:
        search.fill(text)
        expect(map_.get_by_role("option").first).to_contain_text(text)
    search.press("Enter")
    expect(map_.locator(".mm-chip")).to_contain_text(HOSTILE[-1])
    map_.locator(".mm-chip").click()

    map_.locator(".mm-tool[aria-label='Table']").click()
    map_.get_by_label("In view").uncheck()
    heads = map_.locator(".mm-table__sort").all_text_contents()
    assert HOSTILE[2] in heads
    assert set(map_.locator(".mm-table__row > :first-child").all_text_contents()) <= {*HOSTILE}
    map_.locator(".mm-tool[aria-label='Table']").click()

    map_.get_by_role("button", name="Print sheet").click()
    sheet = page.locator(".mm-sheet")
    expect(sheet.locator("h2")).to_have_text(HOSTILE[1])
    assert sheet.locator(".mm-sheet__subtitle").text_content() == HOSTILE[2]
    assert HOSTILE[2] in sheet.locator(".mm-sheet__sources").text_content()
    assert {*HOSTILE} <= set(sheet.locator(".mm-legend__label").all_text_contents())
    page.keyboard.press("Escape")
    map_.locator(".mm-sources-button").click()
    said = page.locator("dialog.mm-sources[open]")
    assert HOSTILE[2] in said.text_content()
    page.keyboard.press("Escape")

    last = page.locator(".jp-Notebook .jp-Cell").count() - 1
    error = opened.run(last, "w.filters = {texts[2]: {}}").last
    expect(error).to_contain_text("<img src=x onerror=")
    assert page.title() == page_title
    assert page.locator("img[src='x']").count() == 0
    assert opened.complaints == []
    assert outside(opened) == []
