"""Figures for paper beside geopandas' plot and cartopy, and a large raster beside rasterio.

    python benchmarks/figure.py [--points N] [--rounds N]

Each way runs in a process of its own, which imports what the way needs. The first run counts for
its peak of memory, and the fastest of the rounds after it for its seconds of the processor.
minmap's figure has the base map, names, legend, graticule, scale bar, north arrow and sources;
geopandas draws symbols, legend and axes; cartopy adds a projection and a graticule to that. cartopy
is left out unless it is installed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from rasterio.shutil import copy
from rasterio.windows import Window

import minmap as mm

SEED = 5
RASTER_CELLS, ROWS_AT_ONCE = 10_000, 500
PAGE_CELLS = 2_048
GROUP = "commodity_group"
ALBERS = {"central_longitude": 67, "central_latitude": 40, "standard_parallels": (33, 47)}


def deposits(_: int) -> gpd.GeoDataFrame:
    return mm.read(mm.sample("major_deposits_central_asia.csv"))


def points(count: int) -> gpd.GeoDataFrame:
    """Return the sample's records again and again, at places of their own."""
    few = deposits(0)
    chance = np.random.default_rng(SEED)
    many = few.take(chance.integers(0, len(few), count)).reset_index(drop=True)
    lonlat = chance.uniform((45, 34), (90, 55), (count, 2))
    return many.set_geometry(gpd.points_from_xy(*lonlat.T, crs=4326))


def areas(_: int) -> gpd.GeoDataFrame:
    """Return 2,500 polygons of 40 corners with a number."""
    chance = np.random.default_rng(SEED)
    at = np.stack(np.meshgrid(np.arange(45, 90, 0.9), np.arange(34, 54, 0.4)), -1).reshape(-1, 2)
    turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = chance.uniform(0.1, 0.2, (len(at), 40, 1))
    rings = at[:, None] + radius * np.stack([np.cos(turns), np.sin(turns)], -1)
    shapes = shapely.polygons(rings)
    return gpd.GeoDataFrame({"value": chance.gamma(2, 50, len(at))}, geometry=shapes, crs=4326)


TABLES = {"deposits": deposits, "points": points, "areas": areas}


def with_minmap(table: gpd.GeoDataFrame, column: str, path: Path) -> None:
    mm.Map(table, color=column, **classed(column)).save(path)


def with_geopandas(table: gpd.GeoDataFrame, column: str, path: Path) -> None:
    from matplotlib import pyplot as plt

    plt.switch_backend("agg")
    table.plot(column=column, legend=True, figsize=(9.4, 6), **classed(column))
    plt.savefig(path)
    plt.close("all")


def with_cartopy(table: gpd.GeoDataFrame, column: str, path: Path) -> None:
    from cartopy import crs as projections
    from matplotlib import pyplot as plt

    plt.switch_backend("agg")
    albers = projections.AlbersEqualArea(**ALBERS)
    _, ax = plt.subplots(figsize=(9.4, 6), subplot_kw={"projection": albers})
    table.to_crs(albers.to_wkt()).plot(column=column, legend=True, ax=ax, **classed(column))
    ax.gridlines(draw_labels=True)
    plt.savefig(path)
    plt.close("all")


def classed(column: str) -> dict[str, Any]:
    return {} if column == GROUP else {"scheme": "Quantiles", "k": 5}


def raster_with_minmap(path: Path) -> None:
    mm.Map().add(path)


def raster_with_overviews(path: Path) -> None:
    with rasterio.open(path) as file:
        file.read(1, out_shape=(PAGE_CELLS, PAGE_CELLS), masked=True)


def whole_raster(path: Path) -> None:
    with rasterio.open(path) as file:
        file.read(1, masked=True)


FIGURES = {"minmap": with_minmap, "geopandas": with_geopandas, "cartopy": with_cartopy}
RASTERS = {
    "minmap": raster_with_minmap,
    "rasterio, from overviews": raster_with_overviews,
    "rasterio, all cells": whole_raster,
}


def write_raster(path: Path) -> None:
    """Write a cloud-optimised GeoTIFF of 10^8 cells."""
    about: dict[str, Any] = {
        "driver": "GTiff",
        "width": RASTER_CELLS,
        "height": RASTER_CELLS,
        "count": 1,
        "dtype": "float32",
        "crs": "EPSG:32642",
        "transform": rasterio.Affine(30, 0, 3e5, 0, -30, 5.4e6),
    }
    plain = path.with_name("plain.tif")
    with rasterio.open(plain, "w", **about) as file:
        for top in range(0, RASTER_CELLS, ROWS_AT_ONCE):
            row, column = np.mgrid[top : top + ROWS_AT_ONCE, 0:RASTER_CELLS].astype("float32")
            height = 1000 + 500 * np.sin(column / 700) * np.cos(row / 900)
            file.write(height, 1, window=Window(0, top, RASTER_CELLS, ROWS_AT_ONCE))
    copy(plain, path, driver="COG", compress="deflate", overview_resampling="average")
    plain.unlink()


def measure(way: str, table: str, count: int, path: Path, rounds: int) -> None:
    """Print the least seconds of the processor of one way, and the peak of memory, as JSON."""
    warnings.simplefilter("ignore")
    column = "value" if table == "areas" else GROUP
    drawn = None if table == "raster" else TABLES[table](count)
    seconds, peaks_mb = [], []
    for _ in range(1 + rounds):
        start = time.process_time()
        RASTERS[way](path) if drawn is None else FIGURES[way](drawn, column, path)
        seconds.append(time.process_time() - start)
        peaks_mb.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)
    print(json.dumps([min(seconds[1:]), peaks_mb[0]]))


def show(ways: list[str], table: str, path: Path, given: argparse.Namespace) -> None:
    """Print a line for each way, with its ratio to the first."""
    print(f"\n{path.name:26} {'time / minmap':>13} {'seconds':>8} {'MB':>6} {'file, MB':>9}")
    first = None
    for way in ways:
        command = [sys.executable, __file__, "--measure", way, table, str(path)]
        command += ["--points", str(given.points), "--rounds", str(given.rounds)]
        output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        seconds, peak_mb = json.loads(output)
        first = first or seconds
        size = path.stat().st_size / 1e6
        print(f"{way:26} {seconds / first:13.2f} {seconds:8.2f} {peak_mb:6,.0f} {size:9.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        way, table, path = given.measure
        measure(way, table, given.points, Path(path), given.rounds)
        return
    if given.write:
        write_raster(given.write)
        return
    ways = [way for way in FIGURES if way != "cartopy" or find_spec("cartopy")]
    with tempfile.TemporaryDirectory() as folder:
        for ending in (".pdf", ".png"):
            for table in TABLES:
                show(ways, table, Path(folder) / f"{table}{ending}", given)
        cog = Path(folder) / "raster.tif"
        # In a process of its own: the system counts the memory of this one for those it starts.
        subprocess.run([sys.executable, __file__, "--write", str(cog)], check=True)
        show([*RASTERS], "raster", cog, given)


if __name__ == "__main__":
    main()
