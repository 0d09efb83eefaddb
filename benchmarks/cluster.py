"""How long nearest and access take as the points grow, on one table and on a Dask cluster.

    python benchmarks/cluster.py [--points 100000 1000000 10000000] [--partition 100000]

The points lie at random over Central Asia and the Caucasus, in GeoParquet files of `--partition`
points. The cluster is two worker processes on this machine, each with one thread; it reads the
files, measures, and writes the answers to files, so that no table is ever whole in one memory. One
table in one process is measured as far as a tenth of the memory carries it (1,000,000 points).
Times are of one run each, reading and writing included; ratios come first.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dask_geopandas
import distributed
import geopandas as gpd
import numpy as np
import pandas as pd

import minmap as mm

WEST, SOUTH, EAST, NORTH = 46.5, 36.0, 87.0, 55.0
MOST_IN_ONE, SEED = 1_000_000, 3


def make_points(folder: Path, *, points: int, partition: int) -> None:
    random = np.random.default_rng(SEED)
    for start in range(0, points, partition):
        count = min(partition, points - start)
        lon, lat = random.uniform(WEST, EAST, count), random.uniform(SOUTH, NORTH, count)
        ids = pd.Series(np.arange(start, start + count).astype(str), dtype="str")
        table = gpd.GeoDataFrame({"id": ids}, geometry=gpd.points_from_xy(lon, lat), crs=4326)
        table.to_parquet(folder / f"part.{start // partition:05d}.parquet")


def nearest(table: Any) -> Any:
    return mm.nearest(table, mm.corridor("middle"))


def access(table: Any) -> Any:
    return mm.access(table, to="poti_port")


WAYS: dict[str, Callable[[Any], Any]] = {"nearest": nearest, "access": access}


def on_one(way: Callable[[Any], Any], folder: Path, out: Path) -> float:
    start = time.perf_counter()
    way(gpd.read_parquet(folder)).to_parquet(out / "all.parquet")
    return time.perf_counter() - start


def on_cluster(way: Callable[[Any], Any], folder: Path, out: Path) -> float:
    start = time.perf_counter()
    way(dask_geopandas.read_parquet(folder)).to_parquet(out)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, nargs="+", default=[10**5, 10**6, 10**7])
    parser.add_argument("--partition", type=int, default=100_000)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"{os.cpu_count()} cores, partitions of {asked.partition:,} points\n")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as two_workers,
        distributed.Client(two_workers) as client,
    ):
        client.run(mm.corridor, "middle")  # imports do not count
        for points in asked.points:
            _measure(points, asked.partition)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e9
    print(f"\nhighest memory of one worker {peak:.2f} GB")


def _measure(points: int, partition: int) -> None:
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "points"
        folder.mkdir()
        make_points(folder, points=points, partition=partition)
        for name, way in WAYS.items():
            outs = [Path(work) / f"{name}-{kind}" for kind in ("one", "cluster")]
            for out in outs:
                out.mkdir()
            one = on_one(way, folder, outs[0]) if points <= MOST_IN_ONE else None
            cluster = on_cluster(way, folder, outs[1])
            alone = f"{one:8.1f} s" if one is not None else "         -"
            ratio = f"{one / cluster:5.2f} x" if one is not None else "      -"
            each = f"{cluster / points * 1e6:5.1f} us a point"
            print(f"{name:<9}{points:>12,}   {ratio}   one table {alone}   two workers "
                  f"{cluster:8.1f} s   {each}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
