"""What stands on and around a map on paper: no part hides another."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from matplotlib.transforms import Bbox

import minmap as mm

pytestmark = pytest.mark.exhaustive


def at(*places: tuple[float, float]) -> gpd.GeoDataFrame:
    """Return points in degrees."""
    lon, lat = zip(*places, strict=True)
    names = [f"p{n}" for n in range(len(places))]
    return gpd.GeoDataFrame({"n": names}, geometry=gpd.points_from_xy(lon, lat), crs=4326)


def deposits() -> gpd.GeoDataFrame:
    return mm.read(mm.sample("major_deposits_central_asia.csv"))


def inset_of(figure: Figure) -> Axes:
    (inset,) = (ax for ax in figure.axes if ax.get_zorder() == 5)
    return inset


def boxes_of_names(figure: Figure) -> dict[str, Bbox]:
    figure.canvas.draw()
    return {text.get_text(): text.get_window_extent() for text in figure.axes[0].texts}


def test_sources_name_the_base_map() -> None:
    figure = mm.Map().add(at((66, 43), (67, 44))).figure(width_mm=120)
    texts = " ".join(text.get_text() for text in figure.axes[-1].texts)
    assert "Natural Earth, 1:10m and 1:50m vector data" in texts


@pytest.mark.parametrize(("half", "is_ringed"), [(0.01, True), (0.4, True), (4.0, False)])
def test_a_small_place_is_seen_in_the_inset(half: float, *, is_ringed: bool) -> None:
    extent = (66 - half, 43 - half / 2, 66 + half, 43 + half / 2)
    figure = mm.Map().add(at((66, 43))).figure(width_mm=140, extent=extent)
    rings = inset_of(figure).lines
    assert bool(rings) == is_ringed
    for ring in rings:
        assert ring.get_markersize() * 25.4 / 72 > 1.5
        box, frame = ring.get_window_extent(), inset_of(figure).get_window_extent()
        assert (box.x0 + box.x1) / 2 == pytest.approx((frame.x0 + frame.x1) / 2, rel=0.02)


@pytest.mark.parametrize("width_mm", [85, 110, 140, 180])
def test_no_name_is_under_the_inset(width_mm: int) -> None:
    made = mm.Map().add(deposits(), color="#333333", label="name")
    figure = made.figure(width_mm=width_mm, extent=(60, 36, 82, 48))
    inset = inset_of(figure).get_window_extent()
    below = [text for text, box in boxes_of_names(figure).items() if box.overlaps(inset)]
    assert below == []


def arrow_of(figure: Figure) -> Bbox:
    """Return where the arrow is, in shares of the map."""
    ax = figure.axes[0]
    arrow = [one for one in ax.patches if isinstance(one, Polygon) and one.get_zorder() == 4000]
    return Bbox.union([one.get_window_extent() for one in arrow]).transformed(
        ax.transAxes.inverted()
    )


@pytest.mark.parametrize(
    ("places", "corner"),
    [
        ((), (0, 1)),
        (((60.2, 45.8),), (1, 1)),
        (((60.2, 45.8), (69.8, 45.8)), (1, 0)),
        (((60.2, 45.8), (69.8, 45.8), (69.8, 40.2)), (0, 0)),
    ],
)
def test_the_arrow_to_north_is_in_a_corner_without_data(
    places: tuple[tuple[float, float], ...], corner: tuple[int, int]
) -> None:
    made = mm.Map().add(at((65, 43), *places))
    figure = made.figure(width_mm=200, extent=(60, 40, 70, 46), projection="EPSG:3857")
    arrow = arrow_of(figure)
    assert ((arrow.x0 + arrow.x1) / 2 > 0.5, (arrow.y0 + arrow.y1) / 2 > 0.5) == corner


def test_an_arrow_above_data_has_a_light_ground() -> None:
    lon, lat = np.meshgrid(np.linspace(60, 70, 30), np.linspace(40, 46, 20))
    made = mm.Map().add(at(*zip(lon.ravel(), lat.ravel(), strict=True)), label="n")
    figure = made.figure(width_mm=200, extent=(60, 40, 70, 46))
    ax = figure.axes[0]
    (ground,) = (
        one for one in ax.patches if isinstance(one, Rectangle) and one.get_zorder() == 3900
    )
    box, arrow = ground.get_window_extent(), arrow_of(figure).transformed(ax.transAxes)
    assert (box.x0, box.y0) < (arrow.x0, arrow.y0)
    assert (box.x1, box.y1) > (arrow.x1, arrow.y1)
    assert not any(
        name.overlaps(arrow) for text, name in boxes_of_names(figure).items() if text != "N"
    )


@pytest.mark.parametrize("width_mm", [80, 100, 130, 180])
def test_figures_of_the_scale_bar_do_not_touch(width_mm: int) -> None:
    figure = mm.Map().add(deposits()).figure(width_mm=width_mm, by="country")
    figure.canvas.draw()
    texts = figure.axes[-1].texts
    (last,) = (text for text in texts if text.get_text().endswith(" km"))
    y = last.get_position()[1]
    boxes = [text.get_window_extent() for text in texts if text.get_position()[1] == y]
    boxes.sort(key=lambda box: box.x0)
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


@pytest.mark.parametrize("extent", [(22, 33, 90, 55), (40, 33, 80, 50), (20, 45, 45, 58)])
def test_names_are_off_the_dots_of_towns(extent: tuple[float, float, float, float]) -> None:
    figure = mm.Map().add(at((50, 46), (32, 50))).figure(width_mm=180, extent=extent)
    ax = figure.axes[0]
    names = boxes_of_names(figure)
    dots = [one.get_window_extent() for one in ax.lines if one.get_marker() == "o"]
    middles = [((dot.x0 + dot.x1) / 2, (dot.y0 + dot.y1) / 2) for dot in dots]
    assert middles
    hidden = [text for text, box in names.items() if any(box.contains(*dot) for dot in middles)]
    assert hidden == []
    frame = ax.get_window_extent()
    radius = 4.0 / 2 / 96 * figure.dpi
    for x, y in middles:
        assert frame.x0 + radius < x < frame.x1 - radius
        assert frame.y0 + radius < y < frame.y1 - radius
