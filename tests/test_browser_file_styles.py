"""The looks of QGIS on the saved page: a geological map of 40 units, and faults by their type."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

import minmap as mm
from tests.qgis_files import FAULTS, faults, faults_qml, geology, units, write_geology
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
    swatches = page.locator(".mm-legend .mm-swatch line")
    dashes = swatches.evaluate_all("all => all.map(it => it.getAttribute('stroke-dasharray'))")
    assert dashes == [None, "7 3", "2 3", None]
    look_at(page, 66.4, 46.6, 9)
    on_thrust = faults().geometry.iloc[0].interpolate(0.4)
    assert color_at(page, on_thrust.x, on_thrust.y) == "#aa0000"
