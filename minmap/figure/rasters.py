"""Draw rasters, which lie in Web Mercator, in the projection of a figure."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final, Protocol

import numpy as np
import scipy
from matplotlib.axes import Axes
from PIL import Image

from minmap.figure.map_frame import MapFrame
from minmap.figure.projection import Box
from minmap.scene.drawn_layer import DrawnRaster
from minmap.types import AnyArray, Booleans, Floats, Integers

_STEP: Final = 12  # pixels between places that are projected; others lie on straight lines between
_NOWHERE: Final = -1e9
_FAR: Final = 30.0  # degrees of longitude between nodes, as around a pole
_MM: Final = 25.4
_LOOKED_AT: Final = 6  # places in a millimetre whose class is in the legend
_MOST_PIXELS: Final = 40_000_000
_PIXELS_AT_ONCE: Final = 1_000_000


def draw_raster(ax: Axes, part: DrawnRaster, frame: MapFrame, *, dpi: float, zorder: float) -> None:
    """Draw a raster on the axes of a map, with `dpi` pixels an inch."""
    area = frame.height_mm * frame.width_mm / _MM**2
    dpi = min(dpi, (_MOST_PIXELS / area) ** 0.5)
    height, width = (round(mm / _MM * dpi) for mm in (frame.height_mm, frame.width_mm))
    pixels = np.asarray(Image.open(BytesIO(part.raster.png)).convert("RGBA"))
    picture = np.empty((height, width, 4), np.uint8)
    strip = max(_PIXELS_AT_ONCE // (width * _STEP), 1) * _STEP
    for first in range(0, height, strip):
        rows = range(first, min(first + strip, height))
        places = pixel_places(part.raster, frame, (height, width), rows)
        smooth = part.raster.kind != "classes"
        picture[rows.start : rows.stop] = _sampled(pixels, *places, smooth=smooth)
    left, bottom, right, top = frame.edges
    ax.imshow(
        picture,
        extent=(left, right, bottom, top),
        alpha=part.opacity,
        aspect="auto",
        interpolation="none",
        zorder=zorder,
    )
    ax.set(xlim=(left, right), ylim=(bottom, top))


def raster_box(part: DrawnRaster, frame: MapFrame) -> Floats:
    """Return left, bottom, right and top of a raster on the frame in millimetres, shape (1, 4).

    Shape (0, 4) if no place of it is on the plane.
    """
    (south, west), (north, east) = part.raster.bounds
    xy = frame.projection.forward(Box(west, south, east, north).grid(20))
    places = frame.to_mm(xy[np.isfinite(xy).all(axis=1)])
    if not len(places):
        return np.zeros((0, 4))
    return np.concatenate([places.min(axis=0), places.max(axis=0)])[None]


def classes_within(part: DrawnRaster, frame: MapFrame) -> set[int] | None:
    """Return the values of the classes that a map shows; None for a raster without classes."""
    packed = part.raster.cell_values
    if packed is None or packed.step is not None:
        return None
    shape = (round(frame.height_mm * _LOOKED_AT), round(frame.width_mm * _LOOKED_AT))
    cells: Any = packed.cells  # masked where there is no data
    places = pixel_places(part.raster, frame, shape, range(shape[0]))
    down, across, inside = _nearest(cells.shape, *places)
    return set(np.unique(cells[down[inside], across[inside]].compressed()).tolist())


class _Placed(Protocol):
    """A picture in Web Mercator."""

    @property
    def bounds(self) -> Any:
        """Its south-west and north-east corners, in degrees."""

    @property
    def width(self) -> int:
        """Number of columns."""

    @property
    def height(self) -> int:
        """Number of rows."""


def pixel_places(
    raster: _Placed, frame: MapFrame, shape: tuple[int, int], rows: range
) -> tuple[Floats, Floats]:
    """Return the row and the column of the raster at each pixel of some rows of a picture."""
    (south, west), (north, east) = raster.bounds
    # The middle of a raster is on the turn of the Earth that a longitude is brought to.
    lon, lat = _lonlat(frame, shape, rows, (west + east) / 2)
    low, high = _mercator(np.array([south, north]))
    down = (high - _mercator(lat)) / (high - low) * raster.height
    across = (lon - west) / (east - west) * raster.width
    return down - 0.5, across - 0.5


def _lonlat(frame: MapFrame, shape: tuple[int, int], rows: range, middle: float) -> AnyArray:
    """Return the longitude and the latitude of each pixel, shape (2, ...); -1e9 off the Earth.

    Pixels between nodes are on straight lines, except at the edge of the Earth and where the turn
    around `middle` ends.
    """
    above, width = rows.start - _STEP, shape[1]
    nodes = np.mgrid[above : rows.stop + 2 * _STEP : _STEP, 0 : width + _STEP : _STEP]
    coarse = _lonlat_at(nodes, frame, shape, middle)
    lon = coarse[0]
    corners = np.stack([lon[:-1, :-1], lon[1:, :-1], lon[:-1, 1:], lon[1:, 1:]])
    uneven = scipy.ndimage.binary_dilation(np.ptp(corners, axis=0) > _FAR)
    rough = uneven.repeat(_STEP, axis=0).repeat(_STEP, axis=1)[_STEP:][: len(rows), :width]
    pixels = np.mgrid[rows.start : rows.stop, 0:width]
    places = (pixels - np.array([above, 0])[:, None, None]) / _STEP
    found = np.stack([scipy.ndimage.map_coordinates(one, places, order=1) for one in coarse])
    found[:, rough] = _lonlat_at(pixels[:, rough], frame, shape, middle)
    return found


def _lonlat_at(
    pixels: AnyArray, frame: MapFrame, shape: tuple[int, int], middle: float
) -> AnyArray:
    """Return the longitude and the latitude at rows and columns of a picture."""
    left, bottom, right, top = frame.edges
    (down, across), (height, width) = pixels, shape
    x = left + (across + 0.5) / width * (right - left)
    y = top - (down + 0.5) / height * (top - bottom)
    xy = np.column_stack([x.ravel(), y.ravel()])
    lonlat = frame.projection.inverse(xy)
    back = frame.projection.forward(lonlat)
    # Beyond the edge of the Earth some projections return places that are elsewhere.
    on_earth = np.flatnonzero(np.isfinite(back).all(axis=1))
    gaps = np.hypot(*(back[on_earth] - xy[on_earth]).T)
    on_earth = on_earth[gaps < (right - left) / width]
    found = np.full((2, len(xy)), _NOWHERE)
    found[:, on_earth] = lonlat[on_earth].T
    found[0, on_earth] = (found[0, on_earth] - middle + 180) % 360 - 180 + middle
    return found.reshape(pixels.shape)


def _mercator(lat: AnyArray) -> Floats:
    phi = np.radians(np.clip(lat, -89.9, 89.9))
    up: Floats = np.arcsinh(np.tan(phi))
    return up


def _sampled(pixels: AnyArray, rows: Floats, columns: Floats, *, smooth: bool) -> AnyArray:
    """Return the pixels at places; clear outside. Colours are weighted by their opacity."""
    height, width = pixels.shape[:2]
    down, across, inside = _nearest((height, width), rows, columns)
    nearest: AnyArray = pixels[down, across] * inside[..., None].astype(np.uint8)
    if not smooth:
        return nearest
    alpha = pixels[..., 3].astype(np.float32) / 255
    places = [np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    weight = scipy.ndimage.map_coordinates(alpha, places, order=1)
    bands = [
        scipy.ndimage.map_coordinates(pixels[..., band] * alpha, places, order=1)
        / np.maximum(weight, 1e-6)
        for band in range(3)
    ]
    found = np.dstack([*bands, nearest[..., 3]])
    return np.asarray(np.clip(np.rint(found), 0, 255), dtype=np.uint8)


def _nearest(
    shape: tuple[int, ...], rows: Floats, columns: Floats
) -> tuple[Integers, Integers, Booleans]:
    """Return the row and the column of the nearest cell, and whether a place is inside."""
    height, width = shape
    inside = (rows >= -0.5) & (rows < height - 0.5) & (columns >= -0.5) & (columns < width - 0.5)
    down = np.clip(np.rint(rows), 0, height - 1).astype(np.int64)
    across = np.clip(np.rint(columns), 0, width - 1).astype(np.int64)
    return down, across, inside
