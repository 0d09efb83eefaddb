"""Rasters in figures that show the whole Earth, pixel by pixel against pyproj."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

import minmap as mm
from minmap.errors import MinmapError, MinmapWarning
from minmap.figure import rasters

pytestmark = pytest.mark.exhaustive

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.mark.parametrize(
    ("projection", "bounds"),
    [
        ("+proj=eqearth", (-180, -80, 180, 80)),
        ("+proj=moll +lon_0=150", (-180, -80, 180, 80)),
        ("+proj=robin +lon_0=-60", (20, -10, 80, 30)),
        ("+proj=laea +lat_0=90 +lon_0=10", (-180, 40, 180, 80)),
    ],
)
def test_each_pixel_has_the_class_of_its_place(projection: str, bounds: tuple[float, ...]) -> None:
    cells = np.repeat([[1, 9]], 60, axis=0).repeat(60, axis=1).astype(np.uint8)
    look = {"kind": "classes", "palette": {1: "#ff0000", 9: "#0000ff"}, "opacity": 1.0}
    made = mm.Map().add(cells, bounds=bounds, crs=4326, **look)
    extent = (-180, 30, 180, 90) if "laea" in projection else (-180, -85, 180, 85)
    figure = made.figure(projection=projection, extent=extent, width_mm=120, dpi=150)
    image = figure.axes[0].images[-1]  # above the relief
    pixels = np.asarray(image.get_array())
    height, width = pixels.shape[:2]
    left, right, bottom, top = image.get_extent()
    x, y = np.meshgrid(
        left + (np.arange(width) + 0.5) / width * (right - left),
        top - (np.arange(height) + 0.5) / height * (top - bottom),
    )
    plane = Transformer.from_crs(4326, projection, always_xy=True)
    lon, lat = plane.transform(x, y, direction="INVERSE")
    back = np.stack(plane.transform(lon, lat))
    with np.errstate(invalid="ignore"):
        is_on_earth = np.hypot(*(back - np.stack([x, y]))) < 10
    west, south, east, north = bounds
    inside = is_on_earth & (lat > south) & (lat < north) & (lon > west) & (lon < east)
    middle = (west + east) / 2
    expected = np.zeros((height, width, 3), np.uint8)
    expected[inside & (lon < middle)], expected[inside & (lon >= middle)] = RED, BLUE
    has_color = pixels[..., 3] > 128
    edges = [np.abs(lat - south), np.abs(lat - north), np.abs(lon - middle)]
    is_clear = ~(np.min(edges, axis=0) < 1)  # of half a cell
    assert (has_color != inside)[is_clear].mean() < 0.002
    both = has_color & inside & is_clear
    assert (pixels[both][:, :3] != expected[both]).any(axis=1).mean() < 0.002


def test_a_picture_is_the_same_in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = np.arange(64 * 64, dtype="float32").reshape(64, 64)
    made = mm.Map().add(cells, bounds=(60, 40, 70, 50), crs=4326)

    def picture() -> Any:
        image = made.figure(width_mm=80, dpi=60).axes[0].images[-1]  # above the relief
        return np.asarray(image.get_array())

    whole = picture()
    monkeypatch.setattr(rasters, "_PIXELS_AT_ONCE", 1)
    assert np.array_equal(picture(), whole)
    monkeypatch.setattr(rasters, "_MOST_PIXELS", whole[..., 0].size // 4)
    assert abs(4 * picture()[..., 0].size / whole[..., 0].size - 1) < 0.1


def test_a_raster_that_the_projection_does_not_reach_is_not_drawn() -> None:
    made = mm.Map().add(np.ones((4, 4)), bounds=(60, 40, 70, 50), crs=4326)
    away = {"projection": "+proj=ortho +lon_0=-110 +lat_0=-45", "extent": (-120, -50, -100, -40)}
    with pytest.warns(MinmapWarning, match="none of the data"):
        image = made.figure(width_mm=80, dpi=60, **away).axes[0].images[-1]  # above the relief
    assert not np.asarray(image.get_array())[..., 3].any()


def test_a_figure_of_too_many_pixels_is_refused_before_it_is_drawn() -> None:
    for options in ({"width_mm": 2000, "dpi": 800}, {"width_mm": 1000, "dpi": 1200}):
        with pytest.raises(MinmapError, match=r"more than 200,000,000 pixels .*; give dpi=\d+ or"):
            mm.Map().figure(**options)
