"""The layer panel: what folds, and what brings a layer, or the first view, back to view."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pytest
import shapely
from folium.plugins import HeatMap
from playwright.sync_api import Locator, Page, expect

import minmap as mm
from tests.exploring import deposits, facet, open_filters, term
from tests.test_browser import THE_MAP, points
from tests.test_browser_layers import look_at, spot_of
from tests.waiting import at_rest

Open = Callable[[Path], Any]
# Of the map that the panel leaves free, what lies within it is seen.
FREE = (0, 0, 1200 - 290, 800)


def entry(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name, exact=True)


def zoom_to(page: Page, name: str) -> None:
    entry(page, name).get_by_role("button", name=f"Zoom to {name}").click()
    at_rest(page)


def is_seen(page: Page, lon: float, lat: float) -> bool:
    x, y = spot_of(page, lon, lat)
    left, top, right, bottom = FREE
    return left <= x <= right and top <= y <= bottom


def zoom_of(page: Page) -> float:
    return float(page.evaluate(f"{THE_MAP}.getZoom()"))


def opened(made: mm.Map, tmp_path: Path, open_page: Open) -> Page:
    made.save(tmp_path / "map.html")
    page: Page = open_page(tmp_path / "map.html").page
    return page


def area(*edges: float) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.box(*edges)], crs=4326)


def test_a_layer_is_brought_to_view_beside_the_panel(tmp_path: Path, open_page: Open) -> None:
    made = mm.Map().add(area(60, 40, 70, 50), name="Here").add(area(20, 40, 22, 41), name="There")
    page = opened(made, tmp_path, open_page)
    zoom_to(page, "There")
    assert is_seen(page, 20, 40)
    assert is_seen(page, 22, 41)
    assert zoom_of(page) >= 8
    zoom_to(page, "Here")
    assert is_seen(page, 60, 40)
    assert is_seen(page, 70, 50)
    assert not is_seen(page, 22, 41)


def test_a_layer_across_the_antimeridian_is_one_view(tmp_path: Path, open_page: Open) -> None:
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy([178, -178], [-17, -18]), crs=4326)
    page = opened(mm.Map(location=(45, 60), zoom_start=4).add(places), tmp_path, open_page)
    zoom_to(page, "Occurrences")
    assert zoom_of(page) >= 7
    assert is_seen(page, 178, -17)
    assert is_seen(page, 182, -18)


def test_what_the_filters_leave_is_brought_to_view(tmp_path: Path, open_page: Open) -> None:
    table = deposits()
    table.loc[0, "country"] = "GEO"
    page = opened(mm.Map(table), tmp_path, open_page)
    before = zoom_of(page)
    term(facet(open_filters(page), "Country"), "Georgia").check()
    zoom_to(page, "Occurrences")
    assert zoom_of(page) > before
    x, y = spot_of(page, table.geometry.x[0], table.geometry.y[0])
    # Between the buttons and the panel.
    assert (x, y) == pytest.approx(((44 + 1200 - 290) / 2, 380), abs=30)
    # Where nothing is left it is all of the layer.
    for box in entry(page, "Occurrences").locator(".mm-legend input").all():
        box.uncheck()
    zoom_to(page, "Occurrences")
    assert zoom_of(page) == before


def test_an_element_of_folium_is_brought_to_view(tmp_path: Path, open_page: Open) -> None:
    made = mm.Map(points(["a"]))
    group = folium.FeatureGroup(name="Markers").add_to(made)
    folium.Marker([10, 100]).add_to(group)
    hidden = folium.FeatureGroup(name="Circles", show=False).add_to(made)
    folium.Circle([-20, 20], radius=50_000).add_to(hidden)
    folium.PolyLine([[-20, 20], [-21, 22]]).add_to(folium.FeatureGroup("inner").add_to(hidden))
    HeatMap([[45, 70]]).add_to(hidden)
    folium.FeatureGroup(name="Nothing").add_to(made)
    page = opened(made, tmp_path, open_page)
    zoom_to(page, "Markers")
    assert is_seen(page, 100, 10)
    zoom_to(page, "Circles")
    assert is_seen(page, 19.6, -20)
    assert is_seen(page, 22, -21)
    assert not is_seen(page, 70, 45)
    expect(entry(page, "Nothing").get_by_role("button")).to_have_count(0)


def test_the_first_view_is_that_which_folium_was_asked_for(tmp_path: Path, open_page: Open) -> None:
    made = mm.Map(area(60, 40, 70, 50))
    made.fit_bounds([[50, 70], [51, 71]])
    page = opened(made, tmp_path, open_page)
    first = page.evaluate(f"{THE_MAP}.getCenter()")
    assert first["lat"] == pytest.approx(50.5, abs=0.1)
    look_at(page, 10, 10, 9)
    page.get_by_role("button", name="Back to the first view").click()
    at_rest(page)
    assert page.evaluate(f"{THE_MAP}.getCenter()") == first


@pytest.mark.parametrize(
    "options", [{}, {"location": (45, 60), "zoom_start": 5}, {"zoom_control": False}]
)
def test_the_first_view_comes_back(
    tmp_path: Path, open_page: Open, options: dict[str, Any]
) -> None:
    page = opened(mm.Map(area(60, 40, 70, 50), **options), tmp_path, open_page)
    view = f"[{THE_MAP}.getCenter(), {THE_MAP}.getZoom()]"
    first = page.evaluate(view)
    look_at(page, 10, 10, 9)
    page.get_by_role("button", name="Back to the first view").click()
    at_rest(page)
    assert page.evaluate(view) == first


def test_an_address_does_not_change_where_home_is(tmp_path: Path, open_page: Open) -> None:
    page = opened(mm.Map(area(60, 40, 70, 50)), tmp_path, open_page)
    first = page.evaluate(f"{THE_MAP}.getCenter()")
    page.goto((tmp_path / "map.html").as_uri() + "#map=7/10.00000/10.00000")
    page.reload()
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    assert zoom_of(page) == 7
    page.get_by_role("button", name="Back to the first view").click()
    at_rest(page)
    assert page.evaluate(f"{THE_MAP}.getCenter()") == first


def test_the_focus_stays_when_what_has_it_folds(tmp_path: Path, open_page: Open) -> None:
    page = opened(mm.Map(points(["a"])), tmp_path, open_page)
    entry(page, "Occurrences").locator(".mm-segment input").first.focus()
    page.evaluate("location.hash = '#map~off=Occurrences'")
    expect(entry(page, "Occurrences").locator("h4 input")).to_be_focused()


def test_a_layer_in_one_colour_has_its_symbol_beside_its_name(
    tmp_path: Path, open_page: Open
) -> None:
    made = mm.Map(points(["a", "b"]), color="red", name="Mines")
    made.add(area(60, 40, 70, 50), name="Zone").add(area(60, 40, 70, 50), name="Own", legend="Of")
    page = opened(made, tmp_path, open_page)
    for name, shape, count in (("Mines", "circle", "2"), ("Zone", "rect", "1")):
        layer = entry(page, name)
        expect(layer.get_by_text(name, exact=True)).to_have_count(1)
        expect(layer.locator(f"h4 .mm-swatch {shape}")).to_be_visible()
        expect(layer.locator(".mm-layer__head .mm-legend__count")).to_have_text(count)
        expect(layer.locator(".mm-legend")).to_have_count(0)
    entry(page, "Mines").get_by_text("Heat").click()
    expect(entry(page, "Mines").locator("h4 .mm-swatch")).to_be_hidden()
    # With a title, the entry is in a legend below it.
    expect(entry(page, "Own").locator("h5")).to_have_text("Of")
    expect(entry(page, "Own").locator(".mm-legend li")).to_have_count(1)


def test_a_hidden_layer_is_folded_and_any_layer_folds(tmp_path: Path, open_page: Open) -> None:
    made = mm.Map(points(["a"]), title="t")
    made.add(area(60, 40, 70, 50).assign(kind="a"), name="Areas", color="kind", show=False)
    page = opened(made, tmp_path, open_page)
    for name, shown in (("Occurrences", True), ("Areas", False)):
        legend = entry(page, name).locator(".mm-layer__body")
        fold = entry(page, name).get_by_role("button", name=f"Legend and filters of {name}")
        expect(fold).to_have_attribute("aria-expanded", str(shown).lower())
        assert legend.is_visible() == shown
        fold.click()
        assert legend.is_visible() != shown
        fold.press("Enter")
        assert legend.is_visible() == shown
        entry(page, name).locator("h4 input").click()
        assert legend.is_visible() != shown
    # The base map has nothing to fold and is everywhere.
    expect(entry(page, "Base map").get_by_role("button")).to_have_count(0)
