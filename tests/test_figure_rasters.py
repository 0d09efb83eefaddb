"""Rasters in figures that show the whole Earth, pixel by pixel against pyproj."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Transformer

import minmap as mm

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
    (image,) = figure.axes[0].images
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
