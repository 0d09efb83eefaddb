"""The legend on paper: its colours are those of the map, and its columns hold all of it."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text

import minmap as mm
from minmap.figure.legend_drawing import COLUMN_MM, GAP_MM

pytestmark = pytest.mark.exhaustive

TICK_POINTS = 7.0
BOUNDS = (60.0, 40.0, 64.0, 44.0)


def areas(count: int, **columns: Any) -> gpd.GeoDataFrame:
    """Return squares of a degree in rows of eight."""
    boxes = [shapely.box(60 + n % 8, 40 + n // 8, 61 + n % 8, 41 + n // 8) for n in range(count)]
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=4326)


def has_color(figure: Figure, color: str, opacity: float) -> bool:
    """Return whether the paper beside the map has a colour of an opacity over white."""
    figure.axes[0].set_visible(False)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
    blend = 255 * (1 - opacity * (1 - np.array(to_rgb(color))))
    return int((np.abs(pixels - blend).max(axis=-1) <= 2).sum()) > 40


CELLS = np.repeat([[1, 9]], 4, axis=0).astype(np.uint8)
PALETTE = {1: "#ff0000", 9: "#0000ff"}


@pytest.mark.parametrize("opacity", [0.3, 0.7, 1.0])
def test_classes_of_a_raster_have_its_opacity(opacity: float) -> None:
    made = mm.Map().add(
        CELLS, bounds=BOUNDS, crs=4326, kind="classes", palette=PALETTE, opacity=opacity
    )
    figure = made.figure(width_mm=120)
    assert all(has_color(figure, color, opacity) for color in PALETTE.values())


@pytest.mark.parametrize("opacity", [0.3, 1.0])
def test_a_ramp_has_the_opacity_of_its_raster(opacity: float) -> None:
    rising = np.tile(np.linspace(0, 1, 40), (40, 1))
    made = mm.Map().add(
        rising, bounds=BOUNDS, crs=4326, palette=["#ff0000", "#0000ff"], opacity=opacity
    )
    figure = made.figure(width_mm=120)
    assert has_color(figure, "#ff0000", opacity)
    assert has_color(figure, "#0000ff", opacity)


def ticks_of(figure: Figure) -> list[Text]:
    """Return the texts below a bar of colours, from left to right."""
    ticks = [one for one in figure.axes[-1].texts if one.get_ha() == "center"]
    ticks = [one for one in ticks if one.get_fontsize() == TICK_POINTS]
    return sorted(ticks, key=lambda one: float(one.get_position()[0]))


@pytest.mark.parametrize("width_mm", [85, 160])
@pytest.mark.parametrize("ends", [(-30, 4814), (0.123456, 0.654321), (-123456.7, 987654.3)])
def test_ticks_of_a_bar_do_not_touch_and_are_round(
    ends: tuple[float, float], width_mm: int, tmp_path: FilePath
) -> None:
    """A QGIS file has many steps, with all their decimals."""
    low, high = ends
    rising = np.tile(np.linspace(low, high, 40), (40, 1))
    look = {"palette": {low: "#ff0000", (low * 3 + high) / 4: "#ffff00", high: "#0000ff"}}
    mm.Map().add(rising, bounds=BOUNDS, crs=4326).save(tmp_path / "a.gpkg")
    (file,) = tmp_path.glob("*.tif")
    given = mm.Map().add(rising, bounds=BOUNDS, crs=4326, **look)
    for made in (given, mm.Map().add(file)):
        figure = made.figure(width_mm=width_mm)
        ticks = ticks_of(figure)
        boxes = [one.get_window_extent(figure.canvas.get_renderer()) for one in ticks]
        assert len(boxes) > 2
        assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
        digits = [one.get_text().replace("−", "").replace(",", "") for one in ticks[1:-1]]
        assert all(len(text.strip("0").replace(".", "")) <= 4 for text in digits)


@pytest.mark.parametrize(("given", "opacity"), [(0.4, 0.4), (None, 0.75)])
def test_a_ramp_of_areas_has_their_opacity(given: float | None, opacity: float) -> None:
    table = areas(16, v=[float(n) for n in range(16)])
    look = {"color": "v", "scheme": "Continuous", "palette": ["#ff0000", "#0000ff"]}
    figure = mm.Map().add(table, **look, opacity=given).figure(width_mm=120)
    assert has_color(figure, "#0000ff", opacity)


def legend_columns(figure: Figure) -> list[list[str]]:
    """Return the headings and labels of the legend from the top down, by column."""
    found = dict[int, list[tuple[float, str]]]()
    for text in figure.axes[-1].texts:
        x, y = text.get_position()
        if text.get_text().startswith(("Layer", "Слой", "Unit")):
            found.setdefault(int(x // (COLUMN_MM + GAP_MM)), []).append((-y, text.get_text()))
    return [[text for _, text in sorted(found[column])] for column in sorted(found)]


@pytest.mark.parametrize("width_mm", [110, 180, 240])
@pytest.mark.parametrize("groups", [(40,), (15, 15, 15), (3, 60), (7, 12)])
def test_each_column_of_a_legend_has_a_heading(groups: tuple[int, ...], width_mm: int) -> None:
    made = mm.Map()
    for number, count in enumerate(groups):
        units = [f"Unit {number}.{n}" for n in range(count)]
        colors = ["#123456"] * count
        look = {"color": "v", "palette": dict(zip(units, colors, strict=True))}
        made.add(areas(count, v=units), **look, name=f"Layer {number}", legend=" ")
    figure = made.figure(width_mm=width_mm)
    columns = legend_columns(figure)
    heads = [column[0] for column in columns]
    assert all(re.fullmatch(r"Layer \d( \(continued\))?", head) for head in heads)
    assert heads[0] == f"Layer {len(groups) - 1}"
    for number, count in enumerate(groups):
        labels = [text for column in columns for text in column if text.startswith("Unit")]
        assert labels.count(f"Unit {number}.{count - 1}") == 1
        assert sum(label.startswith(f"Unit {number}.") for label in labels) == count
    assert min(map(len, columns)) > 2
    width, height = figure.get_size_inches() * 25.4
    places = np.array([text.get_position() for text in figure.axes[-1].texts])
    assert ((places > 0) & (places < (width, height))).all()


def test_short_legends_are_not_split() -> None:
    made = mm.Map()
    for number, count in enumerate((7, 8)):
        units = [f"Unit {number}.{n}" for n in range(count)]
        made.add(areas(count, v=units), color="v", name=f"Layer {number}")
    columns = legend_columns(made.figure(width_mm=240))
    assert not any("continued" in text for column in columns for text in column)


def test_a_continued_heading_is_in_the_language_of_the_map() -> None:
    table = areas(40, v=[f"Unit {n}" for n in range(40)])
    figure = mm.Map(language="ru").add(table, color="v", name="Слой").figure(width_mm=180)
    assert "Слой (продолжение)" in [column[0] for column in legend_columns(figure)]


def test_a_long_legend_is_below_small_multiples() -> None:
    units = [f"Unit {n}" for n in range(30)]
    table = areas(30, v=units, zone=["a", "b", "c"] * 10)
    figure = mm.Map().add(table, color="v", name="Layer").figure(by="zone", width_mm=180)
    assert len(legend_columns(figure)) == 3
    lowest = min(ax.get_position().y0 for ax in figure.axes if ax.get_position().width < 1)
    highest = max(t.get_position()[1] for t in figure.axes[-1].texts if "Unit" in t.get_text())
    assert highest < lowest * figure.get_size_inches()[1] * 25.4


@pytest.mark.parametrize(
    ("width_mm", "label", "columns"),
    [(85, "Unit {}", 2), (85, "Glaukonitsandstein {}", 1), (60, "Unit {}", 1)],
)
def test_narrow_paper_has_two_columns_where_its_words_fit(
    width_mm: int, label: str, columns: int
) -> None:
    units = [label.format(n) for n in range(10, 34)]
    figure = mm.Map().add(areas(24, v=units), color="v", name="Layer").figure(width_mm=width_mm)
    page = figure.axes[-1]
    labels = [one for one in page.texts if one.get_text().startswith(label.split(maxsplit=1)[0])]
    assert len(labels) == 24
    assert len({text.get_position()[0] for text in labels}) == columns
    counts = [text for text in page.texts if text.get_text() == "1"]
    assert all(text.get_position()[0] <= width_mm - 6 + 1e-6 for text in counts)


def test_long_russian_words_fit_two_narrow_columns() -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    made = mm.Map(deposits, color="commodities", language="ru").add(mm.corridor("middle"))
    texts = {one.get_text(): one.get_position() for one in made.figure(width_mm=85).axes[-1].texts}
    assert texts["Медь"][0] < 85 / 2 < texts["порт"][0]


Looks = dict[str, tuple[float, bool]]


def on_map(figure: Figure) -> Looks:
    """Return the points of diameter of the symbols on the map, and whether they are round."""
    (drawn,) = (one for one in figure.axes[0].collections if one.get_zorder() >= 2000)
    looks = zip(drawn.get_facecolor(), drawn.get_sizes(), drawn.get_paths(), strict=True)
    return {to_hex(color): (size**0.5, is_round(path)) for color, size, path in looks if color[3]}


def in_legend(figure: Figure) -> Looks:
    """Return the points of diameter of the symbols of the legend, and whether they are round."""
    return {
        to_hex(one.get_facecolor()): (points_of(figure, one), is_round(one.get_path()))
        for one in figure.axes[-1].patches
        if type(one) is PathPatch
    }


def is_round(path: Path) -> bool:
    return path.codes is not None and Path.CURVE4 in path.codes


def points_of(figure: Figure, patch: PathPatch) -> float:
    """Return the diameter of a symbol of the legend without its outline."""
    scale = float(patch.get_transform().get_matrix()[0, 0]) * 72 / figure.dpi
    return scale - patch.get_linewidth()


def scattered(count: int, **columns: Any) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(1)
    places = gpd.points_from_xy(rng.uniform(40, 90, count), rng.uniform(35, 55, count))
    return gpd.GeoDataFrame(columns, geometry=places, crs=4326)


def assert_alike(figure: Figure) -> Looks:
    """Return how symbols of the map look; assert that those of the legend look so."""
    drawn, shown = on_map(figure), in_legend(figure)
    assert shown.keys() == drawn.keys()
    for color, (points, round_) in drawn.items():
        assert shown[color] == (pytest.approx(points, rel=1e-3), round_)
    return drawn


@pytest.mark.parametrize("look", [{}, {"outline": "black"}, {"size": 30}, {"size": 4}])
@pytest.mark.parametrize(("count", "width_mm"), [(40, 180), (4000, 110), (8000, 60)])
def test_symbols_of_the_legend_look_as_on_the_map(
    count: int, width_mm: int, look: dict[str, Any]
) -> None:
    groups = ["base", "ferrous", "rare", "gem"] * (count // 4)
    made = mm.Map().add(scattered(count, commodity_group=groups), **look)
    are_dots = [is_dot for _, is_dot in assert_alike(made.figure(width_mm=width_mm)).values()]
    assert all(are_dots) or not any(are_dots)


def test_where_symbols_are_dots_the_legend_has_dots() -> None:
    table = scattered(8000, commodity_group=["base", "ferrous"] * 4000, kind=["a", "b"] * 4000)
    figure = mm.Map().add(table, color="commodity_group").figure(width_mm=60)
    assert {is_dot for _, is_dot in assert_alike(figure).values()} == {True}
    figure = mm.Map().add(table, color="commodity_group", shape="kind").figure(width_mm=60)
    assert_alike(figure)


def test_graduated_symbols_of_the_legend_have_the_sizes_of_the_map() -> None:
    figure = mm.Map().add(scattered(40, depth=np.linspace(5, 500, 40)), color="depth")
    assert len({points for points, _ in assert_alike(figure.figure(width_mm=160)).values()}) > 3


def test_symbols_of_small_multiples_have_the_sizes_of_their_legend() -> None:
    groups = ["base"] * 2990 + ["ferrous"] * 10
    made = mm.Map().add(scattered(3000, commodity_group=groups))
    figure = made.figure(by="commodity_group", width_mm=120)
    assert len({points for points, _ in in_legend(figure).values()}) == 1
    for panel in figure.axes[:2]:
        (drawn,) = (one for one in panel.collections if one.get_zorder() >= 2000)
        (points, _), *_ = in_legend(figure).values()
        assert drawn.get_sizes() ** 0.5 == pytest.approx(points)


@pytest.mark.parametrize(
    ("look", "title"),
    [({"legend": "Deposits", "unit": "sites"}, "sites"), ({"legend": "Deposits"}, None)],
)
def test_a_heading_and_its_title_do_not_repeat_words(
    look: dict[str, str], title: str | None
) -> None:
    counts = mm.summarise(mm.read(mm.sample("major_deposits_central_asia.csv")), by="country")
    figure = mm.Map().add_countries(counts, value="occurrences", **look).figure(width_mm=180)
    texts = [one.get_text() for one in figure.axes[-1].texts]
    assert [text for text in texts if "Deposits" in text] == ["Deposits"]
    assert title is None or title in texts


def test_the_note_of_a_raster_tells_of_its_colours_alone() -> None:
    figure = mm.Map().add(mm.sample("elevation.tif")).figure(width_mm=180)
    texts = " ".join(one.get_text() for one in figure.axes[-1].texts)
    assert "Colours run from the 2nd to the 98th percentile" in texts
    assert "pixels" not in texts
