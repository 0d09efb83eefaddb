"""The legend on paper: its colours are those of the map, and its columns hold all of it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import minmap as mm

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
    return int((np.abs(pixels - blend).max(axis=-1) <= 2).sum()) > 100


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


@pytest.mark.parametrize(("given", "opacity"), [(0.4, 0.4), (None, 0.75)])
def test_a_ramp_of_areas_has_their_opacity(given: float | None, opacity: float) -> None:
    table = areas(16, v=[float(n) for n in range(16)])
    look = {"color": "v", "scheme": "Continuous", "palette": ["#ff0000", "#0000ff"]}
    figure = mm.Map().add(table, **look, opacity=given).figure(width_mm=120)
    assert has_color(figure, "#0000ff", opacity)
