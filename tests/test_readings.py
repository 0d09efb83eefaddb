"""A page reads under the cursor the value that the raster has there."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.transform import Affine

import minmap as mm
from minmap.rasters import WarpedRaster, warp
from minmap.rasters.image import pack_values
from tests.conftest import SHARED

needs_shared = pytest.mark.reference
Make = Callable[..., Path]


def unpacked(readings: Any, height: int, width: int) -> NDArray[np.int64]:
    """Give the codes, as the page unpacks them."""
    cells = np.frombuffer(gzip.decompress(readings.data), np.uint8)
    if readings.planes == 1:
        return cells.reshape(height, width).astype(np.int64)
    folded = np.ascontiguousarray(cells.reshape(4, -1).T).view("<u4").astype(np.int64).ravel()
    steps = (folded >> 1) ^ -(folded & 1)
    return steps.reshape(height, width).cumsum(axis=0).cumsum(axis=1)


def values_of(raster: WarpedRaster) -> NDArray[np.float64]:
    """Give the value of each pixel, NaN where there is none."""
    readings = raster.cell_values
    assert readings is not None
    codes = unpacked(readings, raster.height, raster.width)
    if readings.step is None or readings.least is None:
        known = np.array([np.nan, *(entry["value"] for entry in raster.legend["entries"])])
        return known[codes]
    return np.where(codes > 0, readings.least + (codes - 1) * readings.step, np.nan)


@pytest.fixture
def write(tmp_path: Path) -> Make:
    def make(data: Any, transform: Affine, crs: str = "EPSG:4326", **options: Any) -> Path:
        path = tmp_path / "raster.tif"
        with rasterio.open(
            path, "w", driver="GTiff", width=data.shape[1], height=data.shape[0], count=1,
            dtype=data.dtype, crs=crs, transform=transform, **options,
        ) as file:  # fmt: skip
            file.write(data, 1)
        return path

    return make


def compare(path: Path, *, kind: str | None = None) -> int:
    """Look at random places: the page's value is one of the file's cells there or beside."""
    raster = warp(path, kind=kind)
    seen = values_of(raster)
    readings = raster.cell_values
    assert readings is not None
    step = readings.step or 0
    (south, west), (north, east) = raster.bounds
    to_metres = Transformer.from_crs(4326, 3857, always_xy=True)
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(west, east, 500), rng.uniform(south, north, 500)
    _, (bottom, top) = to_metres.transform([0, 0], [south, north])
    _, y = to_metres.transform(lon, lat)
    rows = np.floor((top - y) / (top - bottom) * raster.height).astype(int)
    columns = np.floor((lon - west) / (east - west) * raster.width).astype(int)
    checked = 0
    with rasterio.open(path) as file:
        whole = file.read(1, masked=True).astype(float).filled(np.nan)
        x, y = Transformer.from_crs(4326, file.crs, always_xy=True).transform(lon, lat)
        for row, column, at in zip(rows, columns, zip(x, y, strict=True), strict=True):
            r, c = file.index(*at)
            if not (0 < r < file.height - 1 and 0 < c < file.width - 1):
                continue
            near = whole[r - 1 : r + 2, c - 1 : c + 2]
            value = seen[row, column]
            if np.isnan(value):
                assert np.isnan(near).any()
            elif kind == "classes":
                assert value in near
                checked += 1
            else:  # of the file's cells there and beside, to half a step
                assert np.nanmin(np.abs(near - value)) <= 0.5001 * step
                checked += 1
    return checked


def test_values_and_classes_are_those_of_the_file(write: Make) -> None:
    rng = np.random.default_rng(3)
    data = rng.normal(300, 90, (80, 120)).astype("f4")
    data[10:20, 30:60] = -9999
    path = write(data, Affine(2_000, 0, 300_000, 0, -2_000, 5_200_000), "EPSG:32642", nodata=-9999)
    assert compare(path) > 300
    codes = rng.integers(0, 9, (80, 120)).astype("u1")
    path = write(codes, Affine(0.1, 0, 60, 0, -0.1, 50), nodata=0)
    assert compare(path, kind="classes") > 300


@needs_shared
def test_real_rasters_are_read_right_and_stay_small() -> None:
    cover = SHARED / "rasters" / "mcd12c1_2019_landcover_005deg_eurasia.tif"
    assert compare(cover, kind="classes") > 300
    elevation = SHARED / "rasters" / "dem_5arcmin_eurasia.tif"
    assert compare(elevation) > 300
    for path, most in ((cover, 0.25e6), (elevation, 0.65e6)):
        readings = warp(path).cell_values
        assert readings is not None
        assert len(readings.data) < most


def test_whole_numbers_are_exact_and_an_outlier_costs_no_precision(write: Make) -> None:
    data = np.arange(10_000, dtype="i4").reshape(100, 100) * 7
    raster = warp(write(data, Affine(0.01, 0, 60, 0, -0.01, 50)))
    assert raster.cell_values is not None
    assert (raster.cell_values.step, raster.cell_values.digits) == (1.0, 0)
    values = np.linspace(0, 1, 10_000).reshape(100, 100)
    values[0, 0] = 1e5
    packed = pack_values(values, np.ones(values.shape, bool), ["#000000"], span=0.96)
    assert packed.step == 1e-4
    codes = unpacked(packed, 100, 100)
    assert np.abs(packed.least + (codes - 1) * packed.step - values).max() <= 0.51e-4


@pytest.mark.exhaustive
@given(
    rows=st.lists(
        st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    ).filter(lambda rows: any(value is not None for row in rows for value in row))
)
def test_any_values_come_back_to_half_a_step(rows: list[list[float | None]]) -> None:
    data = np.array(rows, dtype=float)
    shown = np.isfinite(data)
    packed = pack_values(data, shown, ["#000000"], span=np.ptp(data[shown]))
    codes = unpacked(packed, *data.shape)
    assert ((codes > 0) == shown).all()
    back = packed.least + (codes[shown] - 1) * packed.step
    assert np.abs(back - data[shown]).max() <= 0.5001 * packed.step + 1e-6


def test_the_page_holds_the_cells_and_no_picture_beside(write: Make) -> None:
    path = write(np.arange(2500, dtype="f4").reshape(50, 50), Affine(0.1, 0, 60, 0, -0.1, 50))
    (layer,) = mm.Map().add(path).layers()
    assert list(layer.payloads) == ["cells"]
    assert len(layer._spec["cells"]["colors"]) == 255
