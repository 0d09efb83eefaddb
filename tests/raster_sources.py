"""Rasters of every origin whose cells have known places; the places are pyproj's, not minmap's.

`python -m tests.raster_sources` prints the table of docs/rasters.md.
"""

from __future__ import annotations

import importlib.util
import math
import struct
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.shutil
from PIL import Image
from pyproj import CRS, Transformer
from rasterio.control import GroundControlPoint
from rasterio.io import MemoryFile
from rasterio.rpc import RPC
from rasterio.transform import Affine

from minmap.rasters import WarpedRaster, warp

HEIGHT, WIDTH = 50, 60
UTM = "EPSG:32642"
IN_METRES = Affine(1000, 0, 400_000, 0, -1000, 5_400_000)
IN_DEGREES = Affine(0.05, 0, 66, 0, -0.05, 49)
IN_MERCATOR = Affine(2445.98490512564, 0, 7_200_000, 0, -2445.98490512564, 6_200_000)
TABLE = Path(__file__).parent.parent / "docs" / "rasters.md"
Places = Callable[[float, float], tuple[float, float]]  # of a column and a row: lon, lat


def cells() -> Any:
    """Background 1, and marks 2, 3... of three by three cells."""
    data = np.ones((HEIGHT, WIDTH), "uint8")
    for value, (row, column) in MARKS.items():
        data[row : row + 3, column : column + 3] = value
    return data


MARKS = {
    value: (row, column)
    for value, (row, column) in enumerate(
        [(r, c) for r in (2, 24, 45) for c in (3, 29, 55)], start=2
    )
}


def by_transform(transform: Affine, crs: Any) -> Places:
    to_degrees = Transformer.from_crs(crs, 4326, always_xy=True)
    a, b, c, d, e, f = transform[:6]

    def place(column: float, row: float) -> tuple[float, float]:
        lon, lat = to_degrees.transform(a * column + b * row + c, d * column + e * row + f)
        return float(lon), float(lat)

    return place


@dataclass(frozen=True)
class Case:
    """A raster: how to make it, where its cells lie, and options for `warp`."""

    name: str
    make: Callable[[Path], Any]
    place: Places
    options: dict[str, Any]
    needs: str | None = None

    def worst(self) -> float:
        """Return the greatest offset of a mark, in cells of the raster."""
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with opened(self.make(Path(folder))) as source:
                return worst_offset(warp(source, **self.options), self.place)


@contextmanager
def opened(made: Any) -> Iterator[Any]:
    """Yield what was made, opened if it says how."""
    if callable(made):
        with made() as source:
            yield source
    else:
        yield made


def _northing(lat: float) -> float:
    return math.asinh(math.tan(math.radians(lat)))


def drawn_place(raster: WarpedRaster, lon: float, lat: float) -> Any:
    """Where Leaflet draws a place: linear between the bounds in Mercator."""
    (south, west), (north, east) = raster.bounds
    column = ((lon - west) % 360) / (east - west) * raster.width
    top, bottom = _northing(north), _northing(south)
    return np.array([column, (top - _northing(lat)) / (top - bottom) * raster.height])


def drawn_values(raster: WarpedRaster) -> Any:
    """Return the number of the mark in each pixel; colours are 20 times the number."""
    if raster.cell_values is not None:
        values = raster.cell_values.cells.filled(0)
        return values / (20 if values.max() > 20 else 1)
    red = np.asarray(Image.open(BytesIO(raster.png)).convert("RGBA"))[..., 0]
    return red / 20


def worst_offset(raster: WarpedRaster, place: Places) -> float:
    seen, worst = drawn_values(raster), 0.0
    for value, (row, column) in MARKS.items():
        centre = drawn_place(raster, *place(column + 1.5, row + 1.5))
        cell = np.abs(drawn_place(raster, *place(column + 2.5, row + 2.5)) - centre)
        left, top = np.maximum(centre - 8 * cell, 0).astype(int)
        right, bottom = (centre + 8 * cell).astype(int)
        # The colours of images are mixed at the edge of a mark.
        rows, columns = np.nonzero(seen[top:bottom, left:right] > (1 + value) / 2)
        assert rows.size, f"the mark {value} is lost"
        middle = np.array([left + columns.mean() + 0.5, top + rows.mean() + 0.5])
        worst = max(worst, *(np.abs(middle - centre) / cell))
    return float(worst)


def tif(folder: Path, transform: Affine = IN_METRES, crs: Any = UTM, **options: Any) -> Path:
    path = folder / "cells.tif"
    data = options.pop("data", None)
    data = cells()[np.newaxis] if data is None else data
    with rasterio.open(
        path, "w", driver="GTiff", width=WIDTH, height=HEIGHT, count=len(data), dtype=data.dtype,
        crs=crs, transform=transform, **options,
    ) as file:  # fmt: skip
        file.write(data)
    return path


def copied(driver: str, name: str, **how: Any) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        options = {key: how.pop(key) for key in ("transform", "crs", "data") if key in how}
        source, target = tif(folder, **options), folder / name
        rasterio.shutil.copy(source, target, driver=driver, **how)
        source.unlink()
        return target

    return make


def surfer_7(folder: Path) -> Path:
    """Write a grid of Surfer 7: GDAL 3.12 does not write grids that are not square.

    The layout: https://hwiegman.home.xs4all.nl/fileformats/G/grd/surfer7_format.htm.
    """
    west, south = IN_METRES * (0.5, HEIGHT - 0.5)
    size = (IN_METRES.a, -IN_METRES.e)
    values = cells()[::-1].astype("<f8")
    grid = struct.pack(
        "<2i8d", HEIGHT, WIDTH, west, south, *size, values.min(), values.max(), 0, 1.70141e38
    )
    sections = {b"DSRB": struct.pack("<i", 1), b"GRID": grid, b"DATA": values.tobytes()}
    path = folder / "cells.grd"
    path.write_bytes(
        b"".join(tag + struct.pack("<i", len(body)) + body for tag, body in sections.items())
    )
    return path


def rgb(bands: int, scale: int, dtype: str) -> Any:
    data = np.repeat(cells()[np.newaxis], bands, axis=0).astype(dtype) * 20 * scale
    if bands == 4:
        data[3] = 255 * scale
    return data


def xarray_of(coordinates: str, *, crs: str | None = None) -> Callable[[Path], Any]:
    def make(folder: Path) -> Any:
        import xarray as xr

        y, x = {"degrees": ("lat", "lon"), "metres": ("y", "x")}[coordinates]
        place = IN_DEGREES if coordinates == "degrees" else IN_METRES
        columns, rows = np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5
        coords: dict[str, Any] = {x: place.a * columns + place.c, y: place.e * rows + place.f}
        attrs = {}
        if crs is not None:
            coords["spatial_ref"] = ((), 0, CRS(crs).to_cf())
            attrs["grid_mapping"] = "spatial_ref"
        return xr.DataArray(cells(), coords, (y, x), name="cover", attrs=attrs)

    return make


def of_rioxarray(folder: Path) -> Any:
    import rioxarray

    return rioxarray.open_rasterio(tif(folder))


def world_file(name: str, **how: Any) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path, a = folder / name, IN_METRES
        Image.fromarray(cells() * np.uint8(20)).save(path, **how)
        lines = [a.a, a.d, a.b, a.e, a.c + a.a / 2, a.f + a.e / 2]
        path.with_suffix(f".{name[-3]}{name[-1]}w").write_text("\n".join(map(str, lines)))
        return path

    return make


def netcdf(kind: str, **how: Any) -> Callable[[Path], Path]:
    return copied("netCDF", "cells.nc", FORMAT=kind, **how)


def netcdf_of_two(folder: Path) -> Path:
    """Write two variables on longitude and latitude, packed, rows from the south."""
    from scipy.io import netcdf_file

    path, place = folder / "two.nc", IN_DEGREES
    with netcdf_file(path, "w") as file:
        for name, size, step, first, unit in (
            ("lat", HEIGHT, -place.e, place.f + place.e * HEIGHT, "degrees_north"),
            ("lon", WIDTH, place.a, place.c, "degrees_east"),
        ):
            file.createDimension(name, size)
            file.createVariable(name, "d", (name,))[:] = first + step * (np.arange(size) + 0.5)
            file.variables[name].units = unit
        for name, data in (("cover", cells()), ("other", np.zeros((HEIGHT, WIDTH)))):
            file.createVariable(name, "h", ("lat", "lon"))[:] = data[::-1] * 10
            file.variables[name].scale_factor = 0.1
    return path


def points() -> list[GroundControlPoint]:
    """Nine points of a transform of the second degree."""
    return [
        GroundControlPoint(row, column, *_curved(column, row))
        for row in (0, 25, 50)
        for column in (0, 30, 60)
    ]


def _curved(column: float, row: float) -> tuple[float, float]:
    x = 4e5 + 1000 * column + 120 * row + 2 * column**2 - column * row
    return x, 5.4e6 - 1000 * row + 90 * column + 1.5 * row**2


def by_points(column: float, row: float) -> tuple[float, float]:
    lon, lat = Transformer.from_crs(UTM, 4326, always_xy=True).transform(*_curved(column, row))
    return float(lon), float(lat)


def with_points(folder: Path) -> Path:
    path = folder / "points.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=WIDTH, height=HEIGHT, count=1, dtype="uint8",
        gcps=points(), crs=UTM,
    ) as file:  # fmt: skip
        file.write(cells(), 1)
    return path


def _model() -> RPC:
    def numbers(*first: float) -> list[float]:
        return [*first, *([0.0] * (20 - len(first)))]

    # 1, longitude, latitude, height: the first terms of RPC00B.
    return RPC(
        height_off=700.0, height_scale=500.0, lat_off=48.0, lat_scale=1.0, long_off=67.0,
        long_scale=1.5, line_off=24.5, line_scale=25.0, samp_off=29.5, samp_scale=30.0,
        line_num_coeff=numbers(0, 0.05, -1, 0.1), line_den_coeff=numbers(1),
        samp_num_coeff=numbers(0, 1, 0.08, 0.2), samp_den_coeff=numbers(1),
    )  # fmt: skip


def by_model(column: float, row: float) -> tuple[float, float]:
    """Solve the two linear equations at the mean height, where the term of height is 0."""
    one = _model()
    sample = (column - 0.5 - one.samp_off) / one.samp_scale
    line = (row - 0.5 - one.line_off) / one.line_scale
    lon, lat = np.linalg.solve([[1, 0.08], [0.05, -1]], [sample, line])
    return one.long_off + lon * one.long_scale, one.lat_off + lat * one.lat_scale


def with_model(folder: Path) -> Path:
    path = folder / "model.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=WIDTH, height=HEIGHT, count=1, dtype="uint8",
        rpcs=_model(),
    ) as file:  # fmt: skip
        file.write(cells(), 1)
    return path


def in_memory(folder: Path) -> Any:
    return MemoryFile(tif(folder).read_bytes())


def open_dataset(folder: Path) -> Any:
    return lambda: rasterio.open(tif(folder))


def with_overviews(folder: Path) -> Path:
    path = folder / "large.tif"
    data = np.kron(cells(), np.ones((40, 40), "uint8")).astype("float32")
    height, width = data.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, dtype="float32", crs=UTM,
        transform=Affine(25, 0, 400_000, 0, -25, 5_400_000), tiled=True,
    ) as file:  # fmt: skip
        file.write(data, 1)
        file.build_overviews([2, 4, 8], rasterio.enums.Resampling.average)
    return path


METRES, DEGREES = by_transform(IN_METRES, UTM), by_transform(IN_DEGREES, 4326)
MERCATOR = by_transform(IN_MERCATOR, 3857)
BOUNDS = (400_000, 5_350_000, 460_000, 5_400_000)
_C = {"kind": "classes"}
_V = {"kind": "values"}
_TILES = {"transform": IN_MERCATOR, "crs": "EPSG:3857"}

CASES = [
    Case("numpy array with bounds and CRS", lambda _: cells(), METRES,
         {**_C, "bounds": BOUNDS, "crs": UTM}),
    Case("numpy image of 8 bits", lambda _: np.moveaxis(rgb(3, 1, "uint8"), 0, -1), METRES,
         {"bounds": BOUNDS, "crs": UTM}),
    Case("DataArray, lon and lat", xarray_of("degrees"), DEGREES, _C, "xarray"),
    Case("DataArray, x and y, crs=", xarray_of("metres"), METRES, {**_C, "crs": UTM}, "xarray"),
    Case("DataArray with a CF grid mapping", xarray_of("metres", crs=UTM), METRES, _C, "xarray"),
    Case("DataArray of rioxarray", of_rioxarray, METRES, _C, "rioxarray"),
    Case("open dataset of rasterio", open_dataset, METRES, _C),
    Case("MemoryFile of rasterio", in_memory, METRES, _C),
    Case("GeoTIFF", tif, METRES, _C),
    Case("GeoTIFF, rotated", lambda folder: tif(folder, Affine(900, 300, 4e5, 300, -900, 5.4e6)),
         by_transform(Affine(900, 300, 4e5, 300, -900, 5.4e6), UTM), _C),
    Case("GeoTIFF, from an overview", with_overviews, METRES, {**_V, "max_pixels": 250_000}),
    Case("GeoTIFF, RGB, 8 bits",
         lambda folder: tif(folder, data=rgb(3, 1, "uint8"), photometric="RGB"), METRES, {}),
    Case("GeoTIFF, RGBA, 8 bits", lambda folder: tif(folder, data=rgb(4, 1, "uint8"),
         photometric="RGB", alpha="YES"), METRES, {}),
    Case("GeoTIFF, RGB, 16 bits",
         lambda folder: tif(folder, data=rgb(3, 257, "uint16"), photometric="RGB"), METRES, {}),
    Case("GeoTIFF, RGBA, 16 bits", lambda folder: tif(folder, data=rgb(4, 257, "uint16"),
         photometric="RGB", alpha="YES"), METRES, {}),
    Case("GeoTIFF with nine ground control points", with_points, by_points, _C),
    Case("GeoTIFF with RPC", with_model, by_model, _C),
    Case("ASCII grid (.asc)", copied("AAIGrid", "cells.asc"), METRES, _C),
    Case("Surfer 6, text (.grd)", copied("GSAG", "cells.grd"), METRES, {**_C, "crs": UTM}),
    Case("Surfer 6, binary (.grd)", copied("GSBG", "cells.grd"), METRES, {**_C, "crs": UTM}),
    Case("Surfer 7 (.grd)", surfer_7, METRES, {**_C, "crs": UTM}),
    Case("ER Mapper (.ers)", copied("ERS", "cells.ers"), METRES, _C),
    Case("netCDF 3", netcdf("NC"), METRES, _C),
    Case("netCDF 3, 64-bit offsets", netcdf("NC2"), METRES, _C),
    Case("netCDF 3, one of two variables", netcdf_of_two, DEGREES,
         {**_V, "layer": "cover"}),
    Case("netCDF 4", netcdf("NC4"), METRES, _C, "pyfive"),
    Case("netCDF 4, classic model, compressed",
         netcdf("NC4C", COMPRESS="DEFLATE"), METRES, _C, "pyfive"),
    Case("PNG with a world file", world_file("cells.png"), METRES, {**_V, "crs": UTM}),
    Case("JPEG with a world file", world_file("cells.jpg", quality=100), METRES,
         {**_V, "crs": UTM}),
    Case("GeoPackage, table of tiles", copied("GPKG", "cells.gpkg", **_TILES,
         data=rgb(3, 1, "uint8"), TILE_FORMAT="PNG"), MERCATOR, {}),
    Case("GeoPackage, gridded coverage", copied("GPKG", "cells.gpkg", **_TILES,
         data=cells()[np.newaxis].astype("float32")), MERCATOR, _C),
    Case("MBTiles", copied("MBTiles", "cells.mbtiles", **_TILES,
         data=rgb(3, 1, "uint8"), TILE_FORMAT="PNG", ZOOM_LEVEL_STRATEGY="UPPER",
         RESAMPLING="NEAREST"), MERCATOR, {}),
]  # fmt: skip


def is_possible(case: Case) -> bool:
    return case.needs is None or importlib.util.find_spec(case.needs) is not None


def rows() -> list[str]:
    return [f"| {case.name} | {case.worst():.2f} |" for case in CASES]


if __name__ == "__main__":
    print(*rows(), sep="\n")
