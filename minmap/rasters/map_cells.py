"""Read the bands of a raster on the grid of the map."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import numpy as np
from rasterio.enums import ColorInterp, MaskFlags, Resampling
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.warp import reproject

from minmap.errors import MinmapError
from minmap.rasters.arrays import PlacedArray, as_dataset
from minmap.rasters.dataset import open_overview
from minmap.rasters.map_grid import MapGrid
from minmap.rasters.placement import Placement
from minmap.types import AnyArray, Booleans

_MERCATOR: Final = "EPSG:3857"
# Overviews keep classes if they take one of the cells; others mix neighbours.
_OF_CLASSES: Final = frozenset(("NEAREST", "MODE"))
_MANY_BANDS: Final = 20
_MOST_COPIED: Final = 20_000_000  # cells of a band
_FINER: Final = 4  # cells that are read for each that is drawn, where points place a raster


@contextmanager
def at_resolution(dataset: Any, *, max_pixels: int) -> Iterator[Any]:
    """Yield a dataset, or its coarsest overview with at least half of `max_pixels` cells.

    A raster with no more cells than `max_pixels` is read itself.
    """
    level = _level(dataset, max_pixels)
    opened = None if level is None else open_overview(dataset, level)
    if opened is None:
        yield dataset
        return
    with opened:
        yield opened


def _level(dataset: Any, max_pixels: int) -> int | None:
    if type(dataset) is not DatasetReader or dataset.width * dataset.height <= max_pixels:
        return None
    counts = [ceil(dataset.width / f) * ceil(dataset.height / f) for f in dataset.overviews(1)]
    fitting = [level for level, count in enumerate(counts) if 2 * count >= max_pixels]
    return max(fitting, default=None)


def keeps_classes(dataset: Any, band: int) -> bool:
    """Return whether the overviews of a raster hold no other classes than the raster."""
    way = str(dataset.tags(ns="IMAGE_STRUCTURE").get("OVERVIEW_RESAMPLING", "")).upper()
    return way in _OF_CLASSES or dataset.colorinterp[band - 1] == ColorInterp.palette


@contextmanager
def _with_few_bands(dataset: Any, bands: list[int]) -> Iterator[tuple[Any, list[int]]]:
    """Yield a dataset with some bands, and their numbers in it.

    It is a copy if the given dataset has very many others: GDAL warps all.
    """
    cells = dataset.width * dataset.height
    if dataset.count <= _MANY_BANDS or cells > _MOST_COPIED:
        yield dataset, bands
        return
    data = dataset.read(bands)
    if number := _alpha_of(dataset):
        alpha = dataset.read(number)
        data = np.ma.masked_array(data, np.broadcast_to(alpha == 0, data.shape))
    elif dataset.nodata is None:
        data = dataset.read(bands, masked=True)
    chosen = PlacedArray(data, dataset.transform, nodata=dataset.nodatavals[bands[0] - 1])
    with as_dataset(chosen) as copy:
        yield copy, [*range(1, len(bands) + 1)]


def _plain_band(dataset: Any, number: int, code: float) -> PlacedArray | None:
    """Return a band whose cells without data all have a code; None if it is such a band.

    Of a very large band only some rows and columns are read. GDAL would take an alpha band in place
    of the code, leave out a mask, mix NaN into averages, and warp all of very many bands.
    """
    alpha = _alpha_of(dataset)
    is_masked = MaskFlags.per_dataset in dataset.mask_flag_enums[number - 1]
    may_be_nan = np.dtype(dataset.dtypes[number - 1]).kind == "f" and not np.isnan(code)
    if not (alpha or is_masked or may_be_nan or dataset.count > _MANY_BANDS):
        return None
    shrink = max((dataset.width * dataset.height / _MOST_COPIED) ** 0.5, 1)
    shape = max(int(dataset.height / shrink), 1), max(int(dataset.width / shrink), 1)
    data = dataset.read(number, out_shape=shape)
    hidden = np.isnan(data) if may_be_nan else np.zeros(shape, dtype=bool)
    if not (alpha or is_masked or hidden.any() or dataset.count > _MANY_BANDS):
        return None
    if alpha:
        hidden |= dataset.read(alpha, out_shape=shape) == 0
    elif is_masked:
        hidden |= dataset.read_masks(number, out_shape=shape) == 0
    data[hidden] = code
    return PlacedArray(data[np.newaxis], dataset.transform, nodata=code)


def _alpha_of(dataset: Any) -> int:
    """Return the number of the alpha band; 0 if there is none."""
    colours = [*dataset.colorinterp]
    return colours.index(ColorInterp.alpha) + 1 if ColorInterp.alpha in colours else 0


def _held(code: float | None, dtype: str) -> float | None:
    """Return a code as a band of floats has it: some formats state more or fewer digits."""
    if code is None or np.dtype(dtype).kind != "f":
        return code
    with np.errstate(over="ignore"):
        held = float(np.array(code).astype(dtype))
    return code if np.isinf(held) else held


@dataclass(frozen=True)
class MapCells:
    """The bands of an open raster on the grid of the map.

    Attributes
    ----------
    dataset
        The raster.
    where
        Its name in messages.
    placement
        Where it lies.
    grid
        The grid.
    missing
        Values that mean no data besides the raster's own.
    """

    dataset: Any
    where: str
    placement: Placement
    grid: MapGrid
    missing: AnyArray

    def read(self, bands: list[int], resampling: Resampling) -> tuple[AnyArray, Booleans]:
        """Return bands, and a mask that is True where there is data."""
        codes = self._codes(bands)
        if len(codes) > 1:  # GDAL keeps one such value out of averages, not several
            resampling = Resampling.nearest
        placement = self.placement.changed(shift=self.grid.shift_deg)
        if placement.transform is None:
            data, shown = self._by_points(placement, bands, resampling, codes)
        elif len(bands) == 1 and codes:
            data, shown = self._alone(placement, bands[0], resampling, codes[0])
        else:
            data, shown = self._by_transform(placement, bands, resampling, codes)
        if data.dtype.kind == "f":
            shown &= np.isfinite(data).all(axis=0)
        if codes:  # GDAL shows where another band has data
            shown &= ~np.isin(data, codes).all(axis=0)
        if not shown.any():
            raise MinmapError(f"{self.where}: band {bands[0]} has nothing but nodata.")
        turn = self.grid.turn
        if not turn:
            return data, shown
        return np.roll(data, turn, axis=-1), np.roll(shown, turn, axis=-1)

    def _codes(self, bands: list[int]) -> list[float]:
        """Return the values that mean no data in some bands."""
        own = [_held(self.dataset.nodatavals[n - 1], self.dataset.dtypes[n - 1]) for n in bands]
        codes = [*self.missing.tolist(), *(one for one in own if one is not None)]
        if not codes and np.dtype(self.dataset.dtypes[bands[0] - 1]).kind == "f":
            return [np.nan]  # else GDAL mixes it into averages
        return list({repr(float(code)): code for code in codes}.values())  # one NaN

    def _alone(
        self, placement: Placement, number: int, resampling: Resampling, code: float
    ) -> tuple[AnyArray, Booleans]:
        """Read a band without the cells that have a code, whatever other bands have there."""
        own = _plain_band(self.dataset, number, code)
        if own is None:
            return self._warped(self.dataset, number, placement, resampling, code)
        with as_dataset(own) as copy:
            across, down = self.dataset.width / copy.width, self.dataset.height / copy.height
            place = placement.changed(across=across, down=down)
            return self._warped(copy, 1, place, resampling, code)

    def _warped(
        self, dataset: Any, number: int, place: Placement, resampling: Resampling, code: float
    ) -> tuple[AnyArray, Booleans]:
        with WarpedVRT(
            dataset,
            **self._way(place),
            src_nodata=code,
            resampling=resampling,
            add_alpha=False,
            unified_src_nodata="NO",
        ) as warped:
            data = warped.read([number])
            return data, data[0] != code

    def _way(self, place: Placement) -> dict[str, Any]:
        """Return the options that place a raster on the map."""
        return {
            "src_crs": place.crs.to_wkt(),
            "src_transform": place.transform,
            "crs": _MERCATOR,
            "transform": self.grid.transform,
            "width": self.grid.width,
            "height": self.grid.height,
        }

    def _by_transform(
        self, placement: Placement, bands: list[int], resampling: Resampling, codes: list[float]
    ) -> tuple[AnyArray, Booleans]:
        """Read bands whose cells have data together; with one code, where any band has another."""
        with _with_few_bands(self.dataset, bands) as (dataset, numbers):
            alpha = _alpha_of(dataset)
            with WarpedVRT(
                dataset,
                **self._way(placement),
                src_nodata=codes[0] if len(codes) == 1 else None,
                resampling=resampling,
                add_alpha=not alpha,
            ) as warped:
                return warped.read(numbers), warped.read(alpha or warped.count) > 0

    def _by_points(
        self, placement: Placement, bands: list[int], resampling: Resampling, codes: list[float]
    ) -> tuple[AnyArray, Booleans]:
        """Read bands of a raster that ground control points or RPC place."""
        dataset, grid = self.dataset, self.grid
        shrink = max((dataset.width * dataset.height / grid.pixels / _FINER) ** 0.5, 1)
        shape = max(int(dataset.height / shrink), 1), max(int(dataset.width / shrink), 1)
        merging = Resampling.average if resampling == Resampling.average else Resampling.nearest
        alpha = _alpha_of(dataset)
        is_float = np.dtype(dataset.dtypes[bands[0] - 1]).kind == "f"  # NaN is in every average
        is_marked = len(codes) != 1 or codes[0] in dataset.nodatavals
        is_marked &= not (is_float or alpha)
        data = dataset.read(
            bands,
            out_shape=(len(bands), *shape),
            resampling=merging if is_marked else Resampling.nearest,
        )
        seen = dataset.dataset_mask(out_shape=shape)
        if alpha:  # GDAL has masks of alpha bands of whole numbers only
            seen[dataset.read(alpha, out_shape=shape) == 0] = 0
        across, down = dataset.width / shape[1], dataset.height / shape[0]
        place = {
            "src_crs": placement.crs.to_wkt(),
            **placement.changed(across=across, down=down).gdal_options,
            "dst_crs": _MERCATOR,
            "dst_transform": grid.transform,
        }
        out = np.zeros((len(bands), grid.height, grid.width), data.dtype)
        shown = np.zeros((grid.height, grid.width), np.uint8)
        is_smooth = resampling in (Resampling.bilinear, Resampling.cubic_spline)
        way = resampling if is_smooth else Resampling.nearest
        reproject(data, out, resampling=way, **place)
        reproject(seen, shown, resampling=Resampling.nearest, **place)
        return out, shown > 0
