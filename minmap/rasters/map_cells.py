"""Read the bands of a raster on the grid of the map."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import numpy as np
from rasterio.enums import ColorInterp, Resampling
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
    if ColorInterp.alpha in dataset.colorinterp:
        alpha = dataset.read(dataset.colorinterp.index(ColorInterp.alpha) + 1)
        data = np.ma.masked_array(data, np.broadcast_to(alpha == 0, data.shape))
    elif dataset.nodata is None:
        data = dataset.read(bands, masked=True)
    chosen = PlacedArray(data, dataset.transform, nodata=dataset.nodatavals[bands[0] - 1])
    with as_dataset(chosen) as copy:
        yield copy, [*range(1, len(bands) + 1)]


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
        options: dict[str, Any] = {}
        codes = self._codes(bands)
        if len(codes) > 1:  # GDAL keeps one such value out of averages, not several
            resampling = Resampling.nearest
        else:  # without it, GDAL takes that of band 1 for every band
            options["src_nodata"] = codes[0] if codes else None
        placement = self.placement.changed(shift=self.grid.shift_deg)
        by_transform = placement.transform is not None
        read = self._by_transform if by_transform else self._by_points
        data, shown = read(placement, bands, resampling, options)
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
        return list({repr(float(code)): code for code in codes}.values())  # one NaN

    def _by_transform(
        self, placement: Placement, bands: list[int], resampling: Resampling, options: Any
    ) -> tuple[AnyArray, Booleans]:
        with _with_few_bands(self.dataset, bands) as (dataset, numbers):
            colours = dataset.colorinterp
            has_alpha = ColorInterp.alpha in colours
            # With an alpha band, a cell without data counts where another band has data.
            is_alone = len(bands) == 1 and options.get("src_nodata") is not None and not has_alpha
            with WarpedVRT(
                dataset,
                src_crs=placement.crs.to_wkt(),
                src_transform=placement.transform,
                crs=_MERCATOR,
                transform=self.grid.transform,
                width=self.grid.width,
                height=self.grid.height,
                resampling=resampling,
                add_alpha=not (has_alpha or is_alone),
                unified_src_nodata="NO" if is_alone else "YES",
                **options,
            ) as warped:
                if is_alone:
                    data = warped.read(numbers)
                    return data, data[0] != options["src_nodata"]
                alpha = colours.index(ColorInterp.alpha) + 1 if has_alpha else warped.count
                return warped.read(numbers), warped.read(alpha) > 0

    def _by_points(
        self, placement: Placement, bands: list[int], resampling: Resampling, options: Any
    ) -> tuple[AnyArray, Booleans]:
        """Read bands of a raster that ground control points or RPC place."""
        dataset, grid = self.dataset, self.grid
        shrink = max((dataset.width * dataset.height / grid.pixels / _FINER) ** 0.5, 1)
        shape = max(int(dataset.height / shrink), 1), max(int(dataset.width / shrink), 1)
        merging = Resampling.average if resampling == Resampling.average else Resampling.nearest
        is_marked = options.get("src_nodata") in (None, *dataset.nodatavals)
        data = dataset.read(
            bands, out_shape=(len(bands), *shape), resampling=merging if is_marked else 0
        )
        seen = dataset.dataset_mask(out_shape=shape)
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
