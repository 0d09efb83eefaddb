"""Arrays with a place on the Earth, as rasters in memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from minmap.arguments import require_numbers, shown
from minmap.errors import MinmapError, recorded_warnings
from minmap.types import AnyArray

MOST_BYTES: Final = 1 << 30
"""Of the cells of an array."""
_MOST_BANDS: Final = 10_000  # rasterio's time grows with their square
_IMAGE_TYPES: Final = (np.uint8, np.uint16)
# Types that GeoTIFF lacks, by the ones that hold all their values.
_WIDER: Final = {"b1": "u1", "f2": "f4", "f12": "f8", "f16": "f8"}


@dataclass(frozen=True)
class PlacedArray:
    """Cells with their place.

    Attributes
    ----------
    bands
        Shape (bands, rows, columns); a masked cell has no data.
    transform
        From columns and rows to coordinates.
    crs
        The CRS as WKT; None if it is not known.
    nodata
        The value that means no data; None without one.
    scale, offset
        What makes measurements of the stored values.
    title, unit
        Of the measurements; None if not known.
    names
        Names of the bands; empty without them.
    is_image
        Whether the bands are red, green, blue and, if there are four, alpha.
    tags
        What is known of the source, such as ``licence``.
    """

    bands: AnyArray
    transform: Affine
    crs: str | None = None
    nodata: float | None = None
    scale: float = 1.0
    offset: float = 0.0
    title: str | None = None
    unit: str | None = None
    names: Sequence[str] = ()
    is_image: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def as_dataset(array: PlacedArray) -> Iterator[Any]:
    """Yield an array as an open rasterio dataset.

    Examples
    --------
    >>> with as_dataset(PlacedArray(np.eye(2)[np.newaxis], Affine(1, 0, 60, 0, -1, 50))) as raster:
    ...     raster.bounds
    BoundingBox(left=60.0, bottom=48.0, right=62.0, top=50.0)
    """
    bands = array.bands
    count, height, width = bands.shape
    options: dict[str, Any] = {"photometric": "RGB" if array.is_image else "MINISBLACK"}
    if array.is_image and count == 4:
        options["alpha"] = "YES"
    with MemoryFile() as memory, recorded_warnings():
        with memory.open(
            driver="GTiff",
            width=width,
            height=height,
            count=count,
            dtype=bands.dtype,
            crs=array.crs,
            transform=array.transform,
            nodata=array.nodata,
            bigtiff="if_safer",
            **options,
        ) as file:
            file.write(np.ma.getdata(bands))
            if np.ma.is_masked(bands):
                file.write_mask(~np.ma.getmaskarray(bands).any(axis=0))
            file.update_tags(**array.tags)
            file.scales, file.offsets = [array.scale] * count, [array.offset] * count
            if array.unit:
                file.units = [array.unit] * count
            for number in range(1, count + 1):
                name = array.names[number - 1] if array.names else None
                file.set_band_description(number, " ".join(filter(None, (array.title, name))))
        with memory.open() as dataset:
            yield dataset


def placed(data: Any, bounds: Any) -> PlacedArray:
    """Return a numpy array whose outer edges are given.

    Parameters
    ----------
    data
        Rows from the north and columns from the west, or bands of them: bands first, or the three
        or four of an image last.
    bounds
        West, south, east and north.

    Raises
    ------
    MinmapError
        If `bounds` is no such box, or `data` no such array.

    Examples
    --------
    >>> placed(np.zeros((2, 4)), (60, 48, 64, 50)).transform[:6]
    (1.0, 0.0, 60.0, 0.0, -1.0, 50.0)
    """
    if bounds is None:
        raise MinmapError(
            "A numpy array has no place; give its outer edges, west, south, east and north, and "
            "their CRS, such as bounds=(60, 45, 70, 50), crs='EPSG:4326'."
        )
    edges = np.atleast_1d(require_numbers(bounds, name="bounds", like=60))
    is_box = edges.shape == (4,) and edges[0] < edges[2] and edges[1] < edges[3]
    if not is_box:
        raise MinmapError(
            f"bounds={shown(bounds)} is no box; give west, south, east and north, such as "
            "bounds=(60, 45, 70, 50)."
        )
    west, south, east, north = edges.tolist()
    bands, is_image = _bands_of(data)
    height, width = bands.shape[1:]
    transform = Affine((east - west) / width, 0, west, 0, (south - north) / height, north)
    return PlacedArray(bands, transform, is_image=is_image)


def _bands_of(data: Any) -> tuple[AnyArray, bool]:
    """Return the bands of an array first, and whether they are an image."""
    given = data[np.newaxis] if data.ndim == 2 else data
    is_last = given.ndim == 3 and given.shape[2] in (3, 4) and given.shape[0] not in (1, 3, 4)
    if is_last and given.dtype in _IMAGE_TYPES:
        return storable(np.moveaxis(given, -1, 0), "The array"), True
    return storable(given, "The array"), is_rgb(given)


def is_rgb(bands: Any) -> bool:
    """Return whether bands are red, green and blue as an image has them."""
    return len(bands) == 3 and bands.dtype in _IMAGE_TYPES


def storable(bands: Any, where: str) -> AnyArray:
    """Return bands of a type that a GeoTIFF can hold.

    Raises
    ------
    MinmapError
        If they are no numbers, not of the shape (bands, rows, columns), or too many.
    """
    dtype = np.dtype(bands.dtype)
    if dtype.kind not in "buifc":
        raise MinmapError(f"{where} holds values of the type {dtype}; a raster needs numbers.")
    if bands.ndim != 3 or 0 in bands.shape or len(bands) > _MOST_BANDS:
        raise MinmapError(
            f"{where} has the shape {bands.shape}; give rows and columns, or up to {_MOST_BANDS:,} "
            "bands of them."
        )
    require_size(bands.shape, dtype, where)
    wanted = _WIDER.get(f"{dtype.kind}{dtype.itemsize}", dtype.newbyteorder("="))
    filled = np.ma if np.ma.isMaskedArray(bands) else np
    return filled.asarray(bands, dtype=wanted)  # type: ignore[no-any-return]


def require_size(shape: Sequence[int], dtype: Any, where: str) -> None:
    """Raise if cells of a shape and type take more than `MOST_BYTES`."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size > MOST_BYTES:
        raise MinmapError(
            f"{where} has {size / 1e9:,.1f} GB of cells, more than {MOST_BYTES >> 30} GB; give a "
            "part of it, such as data.isel(time=0) of xarray, or write it to a GeoTIFF."
        )
