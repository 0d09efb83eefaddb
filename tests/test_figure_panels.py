"""Figures of several maps: small multiples, and the pages of an atlas."""

from __future__ import annotations

import re
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.figure.composition import compose_pages
from minmap.figure.layout import Paper
from minmap.figure.projection import Box, require_projection
from minmap.maps.figures import paper_map_of

pytestmark = pytest.mark.exhaustive


def points(**columns: Any) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    places = shapely.points([62.0 + n for n in range(count)], 42.0)
    return gpd.GeoDataFrame(columns, geometry=places, crs=4326)


@pytest.mark.parametrize(("language", "name"), [("en", "not given"), ("ru", "не указано")])
def test_records_without_a_value_have_the_last_map(language: str, name: str) -> None:
    table = points(kind=["b", None, "a", "b", "  "])
    figure = mm.Map(table, color="#ff0000", language=language).figure(by="kind")
    page = figure.axes[-1]
    names = {text.get_text(): text.get_position() for text in page.texts}
    places = [names[one] for one in ("a", "b", name)]
    assert places == sorted(places, key=lambda place: (-place[1], place[0]))
    panels = paper_map_of(mm.Map(table)).split("kind")
    counts = [len(panel.layers[0].parts[0].table) for _, panel in panels]
    assert counts == [1, 2, 2]


@pytest.mark.parametrize("width_mm", [85, 180])
@pytest.mark.parametrize("count", [1, 7])
def test_names_of_maps_are_above_them_and_no_wider(width_mm: float, count: int) -> None:
    name = "Sediment-hosted stratiform copper of the Dzhezkazgan type, reduced facies, number {}"
    table = points(kind=[name.format(n) for n in range(count)])
    figure = mm.Map(table, color="#ff0000", title="Copper").figure(by="kind", width_mm=width_mm)
    page, renderer = figure.axes[-1], figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in page.texts if text.get_weight() == "bold"]
    maps = [ax.get_window_extent(renderer) for ax in figure.axes[:count]]
    for at, box in enumerate(boxes):
        assert box.x0 > 0
        assert box.x1 < figure.bbox.x1
        assert not any(box.overlaps(other) for other in [*maps, *boxes[at + 1 :]])
    assert len(boxes) > count


def test_the_frame_leaves_room_for_large_symbols() -> None:
    places = shapely.points([(60, 40), (62, 40), (60, 42), (62, 42)])
    table = gpd.GeoDataFrame(geometry=places, crs=4326)
    figure = mm.Map(table, size=48, color="#ff0000", outline="none").figure(width_mm=85, dpi=96)
    figure.canvas.draw()
    left, bottom, right, top = figure.axes[0].get_window_extent().extents
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1, :, :3].astype(int)
    red = (pixels[..., 0] > 200) & (pixels[..., 1:] < 60).all(axis=-1)
    rows, columns = np.nonzero(red[round(bottom) : round(top), round(left) : round(right)])
    edges = rows.min(), columns.min(), top - bottom - rows.max(), right - left - columns.max()
    assert min(edges) > 1


def test_small_multiples_that_show_nothing_warn_once() -> None:
    made = mm.Map(points(kind=["a", "b", "c"]), color="#ff0000")
    made.figure(by="kind", extent=(61.5, 41, 62.5, 43))
    with pytest.warns(MinmapWarning, match="extent= shows none of the data") as warned:
        made.figure(by="kind", extent=(0, 38, 10, 46))
    assert len(warned) == 1


def test_no_map_is_for_values_that_no_shown_record_has() -> None:
    table = points(kind=["a", "b", "c", "a"])
    made = mm.Map(table, color="kind", legend_hidden=["b"])
    assert [name for name, _ in paper_map_of(made).split("kind")] == ["a", "c"]


SHEETS = {
    "wide": Box(60, 40, 75, 43),
    "high": Box(66, 36, 68, 52),
    "over 180 degrees": Box(178, 60, 186, 66),
}


@pytest.mark.parametrize(
    ("entries", "options"),
    [
        (40, {"width_mm": 150}),
        (1, {"width_mm": 150, "scale": 20_000_000}),
        (1, {"scale": 20_000_000}),
    ],
)
def test_the_pages_of_an_atlas_have_one_size(
    entries: int, options: dict[str, Any], tmp_path: Path
) -> None:
    table = points(kind=[f"Kind {n}" for n in range(entries)])
    shapes = [shapely.box(*vars(box).values()) for box in SHEETS.values()]
    atlas = gpd.GeoDataFrame({"name": list(SHEETS)}, geometry=shapes, crs=4326)
    file = tmp_path / "a.pdf"
    mm.Map(table, color="kind").save(file, atlas=atlas, **options)
    sizes = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", file.read_bytes())
    assert len(sizes) == len(SHEETS)
    assert np.ptp(np.array(sizes, dtype=float), axis=0).max() < 1e-3
    if "width_mm" in options:
        assert float(sizes[0][0]) == pytest.approx(150 / 25.4 * 72, rel=1e-6)


def test_each_page_shows_its_extent_and_fills_its_paper() -> None:
    # Each sheet has both kinds, so that all legends are equally high.
    places = shapely.points([61, 62, 66.5, 67.5, 179, -175], [41, 42, 40, 41, 62, 63])
    table = gpd.GeoDataFrame({"kind": ["a", "b"] * 3}, geometry=places, crs=4326)
    paper_map = paper_map_of(mm.Map(table, color="kind"))
    crs = "+proj=merc +lon_0=120"
    look = Paper(120.0, projection=require_projection(crs), may_be_empty=True)
    figures = compose_pages([(paper_map, replace(look, box=box)) for box in SHEETS.values()])
    maps = [figure.axes[0] for figure in figures]
    forward = Transformer.from_crs(4326, crs, always_xy=True)
    for box, ax in zip(SHEETS.values(), maps, strict=True):
        x, y = forward.transform([box.west, box.east], [box.south, box.north])
        edges = np.array([*ax.get_xlim(), *ax.get_ylim()])
        assert (edges[[0, 2]] <= np.array([x[0], y[0]]) + 1).all()
        assert (edges[[1, 3]] >= np.array([x[1], y[1]]) - 1).all()
    heights = [ax.get_position().height for ax in maps]
    assert heights == pytest.approx([max(heights)] * len(heights))


def test_an_extent_over_180_degrees_is_not_the_whole_earth(tmp_path: Path) -> None:
    fiji = shapely.MultiPolygon(
        [shapely.box(177, -19, 180, -16), shapely.box(-180, -19, -178, -16)]
    )
    assert astuple(Box.around(np.array([fiji, None]))) == (177.0, -19.0, 182.0, -16.0)
    table = gpd.GeoDataFrame({"name": ["Fiji"]}, geometry=[fiji], crs=4326)
    made = mm.Map(gpd.GeoDataFrame(geometry=[shapely.Point(179, -17)], crs=4326))
    for extent in (table, fiji):
        left, right = made.figure(extent=extent, width_mm=80).axes[0].get_xlim()
        assert right - left < 1_000_000
    made.save(tmp_path / "a.pdf", atlas=table, width_mm=80)


def test_panels_are_in_the_order_of_values() -> None:
    kinds = pd.Categorical(["low", "high", "low"], ["low", "middle", "high"], ordered=True)
    values = {"kind": kinds, "number": [10, 9, 10], "country": ["UZB", "KAZ", "UZB"]}
    places = gpd.points_from_xy([61, 62, 63], [41, 42, 43])
    found = paper_map_of(mm.Map(gpd.GeoDataFrame(values, geometry=places, crs=4326)))
    assert [name for name, _ in found.split("kind")] == ["low", "high"]
    assert [name for name, _ in found.split("number")] == ["9", "10"]
    assert [name for name, _ in found.split("country")] == ["Kazakhstan", "Uzbekistan"]


def test_labels_are_written_from_their_zoom_on() -> None:
    table = gpd.GeoDataFrame({"name": ["Adit"]}, geometry=gpd.points_from_xy([66], [45]), crs=4326)
    for zoom, is_written in ((None, True), (12, False)):
        made = mm.Map(table, label="name", label_zoom=zoom)
        figure = made.figure(extent=(50, 30, 80, 60), width_mm=100)
        texts = {text.get_text() for text in figure.axes[0].texts}
        assert ("Adit" in texts) == is_written
