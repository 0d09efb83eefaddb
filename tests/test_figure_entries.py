"""The legend of a part of a map: it has the entries that are within the frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.figure.composition import compose_pages
from minmap.figure.layout import Paper
from minmap.figure.projection import Box
from minmap.maps.figures import paper_map_of

pytestmark = pytest.mark.exhaustive

EXTENT = (59, 39, 66, 44)
KINDS = ["Kind 0", "Kind 1", "Kind 2"]


def texts_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[-1].texts]


def kinds_in(figure: Figure) -> list[str]:
    return sorted(text for text in texts_of(figure) if text in KINDS)


def table(shapes: Sequence[Any], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"kind": KINDS, **columns}, geometry=list(shapes), crs=4326)


PLACES = [(60, 40), (65, 43), (80, 50)]
TABLES = {
    "points": table([shapely.Point(place) for place in PLACES]),
    "lines": table([shapely.LineString([(x, y), (x + 2, y + 1)]) for x, y in PLACES]),
    "areas": table([shapely.box(x, y, x + 2, y + 1) for x, y in PLACES]),
}


@pytest.mark.parametrize("name", TABLES)
def test_an_extent_has_the_legend_of_what_it_shows(name: str) -> None:
    made = mm.Map().add(TABLES[name], color="kind")
    assert kinds_in(made.figure(width_mm=150, extent=EXTENT)) == KINDS[:2]
    assert kinds_in(made.figure(width_mm=150)) == KINDS


@pytest.mark.parametrize(("name", "look"), [("points", "shape"), ("lines", "dash")])
def test_an_extent_has_the_shapes_and_dashes_that_it_shows(name: str, look: str) -> None:
    given = TABLES[name].assign(number=[1.5, 2.5, 3.5])
    made = mm.Map().add(given, color="number", **{look: "kind"})
    assert kinds_in(made.figure(width_mm=150, extent=EXTENT)) == KINDS[:2]


def test_a_line_across_the_frame_is_in_its_legend() -> None:
    lines = [shapely.LineString([(40, y), (90, y)]) for y in (41, 42, 60)]
    made = mm.Map().add(table(lines), color="kind")
    assert kinds_in(made.figure(width_mm=150, extent=EXTENT)) == KINDS[:2]


def test_a_layer_without_a_record_in_the_frame_has_no_legend() -> None:
    made = mm.Map().add(TABLES["areas"], color="kind", name="Zones")
    made.add(TABLES["points"][2:], color="red", name="Mines")
    assert {"Zones", "Mines"} <= set(texts_of(made.figure(width_mm=150)))
    shown = set(texts_of(made.figure(width_mm=150, extent=EXTENT)))
    assert shown & {"Zones", "Mines"} == {"Zones"}


def test_a_corridor_has_the_legs_and_nodes_of_the_frame() -> None:
    made = mm.Map().add(mm.corridor("middle"))
    whole = set(texts_of(made.figure(width_mm=200)))
    part = set(texts_of(made.figure(width_mm=200, extent=(66, 42, 80, 48))))
    assert {"port", "ferry or ship", "station", "railway, 1520 mm"} <= whole
    assert {"station", "railway, 1520 mm"} <= part
    assert not {"port", "ferry or ship"} & part


def test_a_sheet_that_cuts_off_records_has_the_legend_of_what_it_shows() -> None:
    made = mm.Map().add(TABLES["points"], color="kind")
    with pytest.warns(MinmapWarning, match=r"width_mm=100 leaves 2 of 3 records outside the sheet"):
        cut = made.figure(width_mm=100, scale=10_000_000)
    assert len(kinds_in(cut)) == 1
    assert "1" not in texts_of(cut)
    whole = made.figure(width_mm=100, scale=100_000_000)
    assert kinds_in(whole) == KINDS
    assert texts_of(whole).count("1") == len(KINDS)


def test_a_figure_without_a_record_is_warned_of() -> None:
    made = mm.Map().add(TABLES["points"], color="kind", show=False)
    with pytest.warns(MinmapWarning, match="shows none of the layers: each is empty or hidden"):
        made.figure(width_mm=100)
    with pytest.warns(MinmapWarning, match="The table has no rows"):
        empty = mm.Map().add(TABLES["points"][:0])
    with pytest.warns(MinmapWarning, match="shows none of the layers"):
        empty.figure(width_mm=100)
    made.add(TABLES["areas"]).figure(width_mm=100)
    mm.Map().figure(width_mm=100)


def test_the_legend_has_the_classes_of_a_raster_that_the_extent_shows() -> None:
    cells = np.repeat([[1, 2, 3, 4]], 4, axis=0).astype(np.uint8)
    made = mm.Map().add(
        cells, bounds=(60, 40, 64, 44), crs=4326, name="Cover",
        classes={1: "steppe", 2: "forest", 3: "water", 4: "ice"},
    )  # fmt: skip
    for extent, labels in (
        ((60.4, 41, 61.8, 42.2), ["steppe", "forest"]),
        ((63.2, 41, 63.8, 41.5), ["ice"]),
        ((59, 39, 65, 45), ["steppe", "forest", "water", "ice"]),
    ):
        texts = texts_of(made.figure(extent=extent, width_mm=100))
        assert [text for text in texts if text in ("steppe", "forest", "water", "ice")] == labels
        assert texts.count("Cover") == 1


def test_pages_of_an_atlas_have_the_legends_of_what_they_show() -> None:
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(55, 75, 60), rng.uniform(36, 50, 60)
    names = [f"Unit {n:02d}" for n in range(60)]
    given = gpd.GeoDataFrame({"unit": names}, geometry=gpd.points_from_xy(lon, lat), crs=4326)
    made = mm.Map().add(given, color="unit", palette=dict.fromkeys(names, "#ff0000"))
    boxes = [Box(56, 37, 57, 47), Box(60, 40, 70, 41), Box(58, 38, 70, 48)]
    pages = [(paper_map_of(made), replace(Paper(150.0), box=box)) for box in boxes]
    for figure in compose_pages(pages):
        (drawn,) = (one for one in figure.axes[0].collections if one.get_zorder() >= 2000)
        ax = figure.axes[0]
        x, y = np.unique(np.asarray(drawn.get_offsets()), axis=0).T
        is_inside = (x >= ax.get_xlim()[0]) & (x <= ax.get_xlim()[1])
        is_inside &= (y >= ax.get_ylim()[0]) & (y <= ax.get_ylim()[1])
        units = [text for text in texts_of(figure) if text.startswith("Unit ")]
        assert len(units) == is_inside.sum() > 0
        lowest = min(text.get_position()[1] for text in figure.axes[-1].texts)
        assert lowest > 0
    sizes = {tuple(figure.get_size_inches().round(6)) for figure in compose_pages(pages)}
    assert len(sizes) == 1
