"""Draw rasters, which lie in Web Mercator, in the projection of a figure."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from PIL import Image
from scipy.ndimage import map_coordinates

from minmap.figure.map_frame import MapFrame
from minmap.figure.projection import Box
from minmap.rasters import WarpedRaster
from minmap.scene.drawn_layer import DrawnRaster
from minmap.types import AnyArray, Floats

_STEP: Final = 12  # pixels between places that are projected; others lie on straight lines between
_MM: Final = 25.4


def draw_raster(ax: Axes, part: DrawnRaster, frame: MapFrame, *, dpi: float, zorder: float) -> None:
    """Draw a raster on the axes of a map, with `dpi` pixels an inch."""
    shape = tuple(round(mm / _MM * dpi) for mm in (frame.height_mm, frame.width_mm))
    rows, columns = _places(part.raster, frame, shape)
    pixels = np.asarray(Image.open(BytesIO(part.raster.png)).convert("RGBA"))
    picture = _sampled(pixels, rows, columns, smooth=part.raster.kind != "classes")
    left, bottom, right, top = frame.edges
    ax.imshow(
        picture,
        extent=(left, right, bottom, top),
        alpha=part.opacity,
        aspect="auto",
        interpolation="nearest",
        zorder=zorder,
    )
    ax.set(xlim=(left, right), ylim=(bottom, top))


def raster_box(part: DrawnRaster, frame: MapFrame) -> Floats:
    """Return left, bottom, right and top of a raster on the frame in millimetres, shape (1, 4)."""
    (south, west), (north, east) = part.raster.bounds
    xy = frame.projection.forward(Box(west, south, east, north).grid(20))
    places = frame.to_mm(xy[np.isfinite(xy).all(axis=1)])
    return np.concatenate([places.min(axis=0), places.max(axis=0)])[None]


def _places(raster: WarpedRaster, frame: MapFrame, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return the row and the column of the raster at the middle of each pixel of a picture."""
    height, width = shape
    left, bottom, right, top = frame.edges
    x = left + (np.arange(0, width + _STEP, _STEP) + 0.5) / width * (right - left)
    y = top - (np.arange(0, height + _STEP, _STEP) + 0.5) / height * (top - bottom)
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    lonlat = frame.projection.inverse(grid.reshape(-1, 2))
    back = frame.projection.forward(lonlat)
    is_on_earth = np.hypot(*(back - grid.reshape(-1, 2)).T) < (right - left) / width
    lonlat[~is_on_earth] = np.inf  # beyond the edge of the world
    lonlat = lonlat.reshape(grid.shape)
    (south, west), (north, east) = raster.bounds
    low, high = _mercator(np.array([south, north]))
    # The middle of a raster is on the turn of the Earth that a longitude is brought to.
    middle = (west + east) / 2
    lon = (lonlat[..., 0] - middle + 180) % 360 - 180 + middle
    columns = (lon - west) / (east - west) * raster.width - 0.5
    rows = (high - _mercator(lonlat[..., 1])) / (high - low) * raster.height - 0.5
    down, across = np.mgrid[0:height, 0:width] / _STEP
    found = [
        map_coordinates(
            np.nan_to_num(one, nan=-1e9, posinf=-1e9, neginf=-1e9), [down, across], order=1
        )
        for one in (rows, columns)
    ]
    return found[0], found[1]


def _mercator(lat: AnyArray) -> Floats:
    phi = np.radians(np.clip(lat, -89.9, 89.9))
    up: Floats = np.arcsinh(np.tan(phi))
    return up


def _sampled(pixels: AnyArray, rows: Floats, columns: Floats, *, smooth: bool) -> AnyArray:
    """Return the pixels at places; clear outside. Colours are weighted by their opacity."""
    height, width = pixels.shape[:2]
    inside = (rows >= -0.5) & (rows < height - 0.5) & (columns >= -0.5) & (columns < width - 0.5)
    down = np.clip(np.rint(rows), 0, height - 1).astype(int)
    across = np.clip(np.rint(columns), 0, width - 1).astype(int)
    nearest: AnyArray = pixels[down, across] * inside[..., None].astype(np.uint8)
    if not smooth:
        return nearest
    alpha = pixels[..., 3].astype(np.float32) / 255
    places = [np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    weight = map_coordinates(alpha, places, order=1)
    bands = [
        map_coordinates(pixels[..., band] * alpha, places, order=1) / np.maximum(weight, 1e-6)
        for band in range(3)
    ]
    found = np.dstack([*bands, nearest[..., 3]])
    return np.asarray(np.clip(np.rint(found), 0, 255), dtype=np.uint8)
