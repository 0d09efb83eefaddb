"""Twelve maps as people publish them: what their data fill, and what is named on them."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

import minmap as mm
from minmap.scene.drawable_geometry import around_both
from minmap.webmap.layers import PointLayer
from scripts.published_pages import PAGES
from tests.conftest import SHARED
from tests.test_browser_framing import share
from tests.test_browser_names import COUNTRY, LOOK, flaws, named, opened

pytestmark = pytest.mark.browser

# The least share of the free width or height that data fill.
FILLED = 0.7
REFERENCE = {"world", "nevada", "major"}
LARGE = {"300000", "1000000"}
# Among more symbols names find little room and may cover some of them (placement.ts).
CROWD = 600
# Countries that are named at 1400 x 900.
NAMED = {
    "demo": {"Kazakhstan", "Uzbekistan", "Turkmenistan", "Azerbaijan", "Georgia", "Turkey"},
    "world": {"China", "India", "Australia", "Canada", "Brazil", "Russia"},
    "district": {"Uzbekistan", "Kyrgyzstan", "Tajikistan"},
    "nevada": {"United States of America"},
    "major": {"China", "India", "Australia", "Canada", "Brazil", "Russia"},
    "corridors": {"Kazakhstan", "Iran", "Turkey", "Russia"},
    "access": {"Kazakhstan", "Uzbekistan", "Turkmenistan"},
    "choropleth": {"Kazakhstan", "Uzbekistan", "Turkey"},
    "raster": {"Kazakhstan", "Uzbekistan", "Russia", "China"},
    "300000": {"Kazakhstan", "Uzbekistan", "Turkmenistan", "Iran"},
    "1000000": {"Kazakhstan", "Uzbekistan", "Turkmenistan", "Iran"},
    "polygons": {"Kyrgyzstan", "Uzbekistan", "Tajikistan"},
}


def marks_of(page: str) -> list[pytest.MarkDecorator]:
    reference = [pytest.mark.reference] if page in REFERENCE else []
    return [*reference, *([pytest.mark.exhaustive] if page in LARGE else [])]


def framed(made: mm.Map) -> Any:
    """Return the bounds of the records and corridors that a map shows at first, else of all."""
    shown = [layer for layer in made.layers() if layer.show]
    chosen = [layer for layer in shown if layer.kind in ("points", "corridor")] or shown
    return reduce(around_both, (layer.first_bounds for layer in chosen))


def spots(made: mm.Map) -> list[list[float]]:
    """Return the degrees of the points that a map shows at first; none where they are a crowd."""
    shown = [layer for layer in made.layers() if layer.show and isinstance(layer, PointLayer)]
    points = [point for layer in shown for point in layer.records["data"].table.geometry.dropna()]
    places = [[point.x, point.y] for point in points if not point.is_empty]
    return places if len(places) <= CROWD else []


@pytest.mark.parametrize("page", [pytest.param(page, marks=marks_of(page)) for page in PAGES])
def test_data_fill_the_map_and_no_names_overlap(
    page: str, browser: Browser, tmp_path: Path
) -> None:
    made = PAGES[page](SHARED)
    assert made is not None
    made.save(tmp_path / "map.html")
    shown = opened(browser, tmp_path / "map.html", 1400, 900)
    look: dict[str, Any] = shown.evaluate(LOOK, spots(made))
    found = flaws(look)
    assert not any(found.values()), found
    assert NAMED[page] <= set(named(look, COUNTRY))
    assert look["names"]
    assert share(shown, framed(made)) >= FILLED
    shown.context.close()
