"""The looks of QGIS on the saved page: a geological map of 40 units, and faults by their type."""

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
from tests.qgis_files import (
    FAULTS,
    categorized,
    category,
    faults,
    faults_qml,
    geology,
    qml,
    simple_fill,
    symbol,
    units,
    write_geology,
)
from tests.test_browser_layers import look_at, spot_of

Open = Callable[[Path], Any]


def color_at(page: Page, lon: float, lat: float) -> str:
    x, y = spot_of(page, lon, lat)
    box = {"x": x - 1, "y": y - 1, "width": 3, "height": 3}
    image = Image.open(BytesIO(page.screenshot(clip=box, scale="css"))).convert("RGB")
    return f"#{bytes(np.asarray(image)[1, 1]).hex()}"


def legend_labels(page: Page, layer: str) -> list[str]:
    group = page.get_by_role("group", name=layer, exact=True)
    return group.locator(".mm-legend .mm-legend__label").all_inner_texts()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_geological_map_has_its_colours_and_its_stratigraphic_legend(
    tmp_path: Path, open_page: Open, theme: str
) -> None:
    mm.Map(write_geology(tmp_path), theme=theme).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page, table = opened.page, geology()
    assert legend_labels(page, "geology") == [unit.label for unit in units()]
    look_at(page, 68, 47, 7)
    for row in (0, 9, 21, 39):
        spot = table.geometry.iloc[row].representative_point()
        assert color_at(page, spot.x, spot.y) == units()[row].color
    assert opened.complaints == []


def test_faults_have_the_colours_and_dashes_of_their_types(tmp_path: Path, open_page: Open) -> None:
    path = tmp_path / "faults.geojson"
    faults().to_file(path)
    path.with_suffix(".qml").write_text(faults_qml(), encoding="utf-8")
    with pytest.warns(mm.errors.MinmapWarning, match="Symbols along lines"):
        mm.Map(path).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    assert legend_labels(page, "faults") == [*(label for _, label, *_ in FAULTS), "Other faults"]
    swatches = page.locator(".mm-legend .mm-swatch line:last-child")
    dashes = swatches.evaluate_all("all => all.map(it => it.getAttribute('stroke-dasharray'))")
    assert dashes == [None, "7 3", "2 3", None]
    look_at(page, 66.4, 46.6, 9)
    on_thrust = faults().geometry.iloc[0].interpolate(0.4)
    assert color_at(page, on_thrust.x, on_thrust.y) == "#aa0000"


def test_each_category_has_its_outline_on_the_map_and_in_the_legend(
    tmp_path: Path, open_page: Open
) -> None:
    boxes = {"hollow": (66, 46, 67, 47), "both": (68, 46, 69, 47), "bare": (70, 46, 71, 47)}
    shapes = [shapely.box(*box) for box in boxes.values()]
    path = tmp_path / "licences.geojson"
    gpd.GeoDataFrame({"kind": list(boxes)}, geometry=shapes, crs=4326).to_file(path)
    wide = {"outline_width": 6, "outline_width_unit": "Pixel"}
    layers = [
        simple_fill("0,255,0,255", style="no", outline_color="255,0,0,255", **wide),
        simple_fill("0,255,0,255", outline_color="0,0,255,255", outline_style="dash", **wide),
        simple_fill("255,0,255,255", outline_style="no"),
    ]
    fills = [symbol("fill", one, name=n) for n, one in enumerate(layers)]
    categories = [category(kind, kind, n) for n, kind in enumerate(boxes)]
    path.with_suffix(".qml").write_text(qml(categorized("kind", categories, fills)))
    mm.Map(path, tiles=None).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 68.5, 46.5, 7)
    assert color_at(page, 66, 46.5) == "#ff0000"
    assert color_at(page, 66.5, 46.5) not in ("#00ff00", "#ff0000")
    assert color_at(page, 68.5, 46.5) == "#00ff00"
    across = {color_at(page, 68, 46.2 + 0.05 * step) for step in range(12)}
    assert {"#0000ff", "#00ff00"} <= across
    assert color_at(page, 70.5, 46.5) == "#ff00ff"
    looks = page.locator(".mm-legend .mm-swatch rect").evaluate_all(
        "all => all.map(getComputedStyle).map(it => [it.fillOpacity, it.stroke, it.strokeWidth])"
    )
    assert looks == [
        ["0", "rgb(255, 0, 0)", "4px"],
        ["1", "rgb(0, 0, 255)", "4px"],
        ["1", "none", "1px"],
    ]
    dashes = page.locator(".mm-legend .mm-swatch rect[stroke-dasharray]")
    assert dashes.get_attribute("stroke-dasharray") == "24 12"
