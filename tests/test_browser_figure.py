"""The legend of the figure against that of the page, line by line and colour by colour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.colors import to_hex

import minmap as mm
from minmap.figure.legend import Swatch, legends_of
from minmap.maps.figures import paper_map_of
from minmap.scene.strokes import ink, leg_strokes

Open = Callable[[Path], Any]
pytestmark = pytest.mark.browser

# The lines of all legends, also of those beside the name of a layer: label, count and colours.
READ = """
() => [...document.querySelectorAll(".mm-legend li")].map((line) => {
  const part = (name) => line.querySelector(name)?.textContent ?? "";
  const paints = [...line.querySelectorAll(".mm-swatch svg *")].flatMap((shape) => {
    const { fill, stroke } = getComputedStyle(shape);
    return [fill, stroke];
  });
  return [part(".mm-legend__label") || line.textContent.trim(), part(".mm-legend__count"), paints];
})
"""


def deposits() -> gpd.GeoDataFrame:
    table = mm.read(mm.sample("major_deposits_central_asia.csv"))
    rng = np.random.default_rng(2)
    return table.assign(grade=rng.gamma(2, 40, len(table)).round(2), share=rng.random(len(table)))


def areas() -> gpd.GeoDataFrame:
    names = ["Devonian", "Permian", "Jurassic"]
    boxes = [shapely.box(60 + 2 * n, 40, 62 + 2 * n, 44) for n in range(3)]
    return gpd.GeoDataFrame({"age": names, "km": [1.5, 20.0, 300.0]}, geometry=boxes, crs=4326)


MAPS: dict[str, Callable[[], mm.Map]] = {
    "groups": lambda: mm.Map(deposits()).add(mm.corridor("middle")),
    "classes": lambda: mm.Map(deposits(), color="grade", k=4, unit="g/t"),
    "own classes": lambda: mm.Map(deposits(), color="grade", scheme=[10, 50, 200]),
    "colours of a list": lambda: mm.Map(deposits(), color="country", palette="tab20"),
    "sizes": lambda: mm.Map(deposits(), color="#123456", size="grade", legend={"size": "Grade"}),
    "shapes": lambda: mm.Map(deposits(), shape="commodity_group", color="grade"),
    "ages": lambda: mm.Map().add(areas(), color="age", palette="ICS"),
    "areas in classes": lambda: mm.Map().add(areas(), color="km", outline="black"),
    "dashes": lambda: mm.Map().add(areas().boundary.to_frame("geometry"), color="navy"),
    "land cover": lambda: mm.Map().add(mm.sample("landcover.tif")),
    "in Russian": lambda: mm.Map(deposits(), language="ru", color="commodities"),
    "countries in Russian": lambda: mm.Map(deposits(), language="ru", color="country"),
}


def colors_of(swatch: Swatch) -> set[str]:
    """Return the colours that the swatch may have on the page; it has one of them."""
    if swatch.kind == "leg":
        return {to_hex(stroke.color) for stroke in leg_strokes(swatch.entry)}
    return {to_hex(ink(swatch.entry.color))}


def as_hex(paint: str) -> str | None:
    if not paint.startswith("rgb"):
        return None
    numbers = [float(part) for part in paint[paint.index("(") + 1 : -1].split(",")]
    return to_hex([number / 255 for number in numbers[:3]])


@pytest.mark.parametrize("name", MAPS)
def test_the_legend_of_the_figure_is_that_of_the_page(
    name: str, tmp_path: Path, open_page: Open
) -> None:
    made = MAPS[name]()
    made.save(tmp_path / "a.html")
    page = open_page(tmp_path / "a.html").page
    shown = page.evaluate(READ)
    legends = legends_of(paper_map_of(made), 5)
    lines = [line for legend in legends for part in legend.parts for line in part.lines]
    assert [(line.label, line.count) for line in lines] == [(label, n) for label, n, _ in shown]
    for line, (_, _, paints) in zip(lines, shown, strict=True):
        assert colors_of(line.swatch) & {*map(as_hex, paints)}, line.label
