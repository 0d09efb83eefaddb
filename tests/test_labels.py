"""Labels: whose text stands where, who gets room first, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from playwright.sync_api import Page

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.scene.labels import Labels, places_of
from minmap.style.looks import Looks
from tests.waiting import at_rest, until

WIDE, NARROW = "M" * 30, "i"
# The width in CSS pixels of the names of records.
WRITTEN = """() => {
    const { written } = document.querySelector("canvas.mm-labels") ?? { written: [] };
    const records = written.filter(({ kind }) => kind === 6);
    const [left, right] = ["left", "right"].map((side) => records.map((name) => name[side]));
    return records.length === 0 ? 0 : Math.max(...right) - Math.min(...left); }"""


def pair() -> gpd.GeoDataFrame:
    """Two records at nearly one place, so that only one has room for its label."""
    return gpd.GeoDataFrame(
        {"name": [WIDE, NARROW], "tonnage": [1.0, 9.0], "kind": ["a", "b"]},
        geometry=gpd.points_from_xy([60, 60.0001], [45, 45]),
        crs=4326,
    )


def is_wide(page: Page) -> bool:
    at_rest(page)
    return page.evaluate(WRITTEN) > 150


def is_narrow(page: Page) -> bool:
    at_rest(page)
    return 0 < page.evaluate(WRITTEN) < 50


def test_labels_of_the_first_rows_or_of_the_greatest_numbers_get_room_first() -> None:
    table = pair().assign(tonnage=[None, 9.0])
    first = Labels.of(table, Looks(label="name"))
    greatest = Labels.of(table, Looks(label="name", label_priority="tonnage"))
    assert first is not None
    assert greatest is not None
    assert first.precedence.tolist() == [0, 1]
    assert greatest.precedence.tolist() == [1, 0]
    with pytest.warns(MinmapWarning, match="label='name' has no text in any record"):
        assert Labels.of(table.assign(name=None), Looks(label="name")) is None


def test_a_label_stands_in_the_largest_part() -> None:
    ring = shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 8, 8)
    shapes = np.array(
        [ring, shapely.MultiLineString([[(0, 0), (1, 0)], [(5, 5), (9, 5)]])], dtype=object
    )
    in_ring, on_line = places_of(shapes)
    assert ring.contains(in_ring)
    assert (on_line.x, on_line.y) == (7, 5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label": "nam"}, "did you mean 'name'"),
        ({"label": "name", "label_priority": "kind"}, "names a column without numbers"),
        ({"label_zoom": 4}, "has no effect without labels; give label="),
        ({"label_priority": "tonnage"}, "has no effect without labels"),
        ({"label": "name", "label_zoom": "near"}, "label_zoom='near' is not a number"),
        ({"label_field": "name"}, "give label= the name of a column"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(mm.MinmapError, match=message):
        mm.Map(pair(), **options)


def test_what_has_no_table_has_no_labels() -> None:
    with pytest.raises(mm.MinmapError, match="label='name' does not apply to a Corridor"):
        mm.Map().add(mm.corridor("middle"), label="name")


def test_the_page_writes_what_has_room_and_is_shown(
    tmp_path: Path, open_page: Callable[[Path], Any]
) -> None:
    made = mm.Map(pair(), label="name", color="kind")
    made.save(tmp_path / "first.html")
    page = open_page(tmp_path / "first.html").page
    until(lambda: is_wide(page))
    page.get_by_role("checkbox", name="a", exact=False).first.uncheck()
    until(lambda: is_narrow(page))
    page.get_by_text("Heat", exact=True).click()
    until(lambda: page.evaluate(WRITTEN) == 0)


def test_the_greatest_number_is_written_from_its_zoom_on(
    tmp_path: Path, open_page: Callable[[Path], Any]
) -> None:
    made = mm.Map(
        pair(), label="name", label_priority="tonnage", label_zoom=6, location=(45, 60),
        zoom_start=5, base="none",
    )  # fmt: skip
    made.save(tmp_path / "greatest.html")
    page = open_page(tmp_path / "greatest.html").page
    at_rest(page)
    assert page.evaluate(WRITTEN) == 0
    page.get_by_role("button", name="Zoom in").click()
    until(lambda: is_narrow(page))


def test_an_area_is_named_only_if_its_name_fits(
    tmp_path: Path, open_page: Callable[[Path], Any]
) -> None:
    areas = gpd.GeoDataFrame(
        {"unit": [WIDE, NARROW]},
        geometry=[shapely.box(60, 45, 60.2, 47), shapely.box(62, 45, 65, 47)],
        crs=4326,
    )
    made = mm.Map(areas, label="unit", location=(46, 62), zoom_start=6)
    made.save(tmp_path / "areas.html")
    page = open_page(tmp_path / "areas.html").page
    until(lambda: is_narrow(page))


def test_a_name_stays_in_its_area(tmp_path: Path, open_page: Callable[[Path], Any]) -> None:
    areas = gpd.GeoDataFrame(
        {"unit": [NARROW, WIDE]},
        geometry=[shapely.box(62, 45, 65, 45.05), shapely.box(62, 45.05, 65, 45.1)],
        crs=4326,
    )
    mm.Map(areas, label="unit", location=(45, 63), zoom_start=5).save(tmp_path / "flat.html")
    page = open_page(tmp_path / "flat.html").page
    at_rest(page)
    assert page.evaluate(WRITTEN) == 0  # both are lower than a line of text
