"""minmap.read_parts on a file larger than one would read at once: time and memory.

    python benchmarks/parts.py [--rows N] [--part-mb N] [--data FOLDER]

The table is that of `benchmarks/read.py`. Its parts are examined, read one after the other and
written to GeoParquet, in a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import dask
from read import make_table

import minmap as mm


def measure(path: Path, part_mb: float) -> None:
    """Print the seconds and the highest memory of examining and of reading."""
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    lazy = mm.read_parts(path, part_mb=part_mb)
    examined = time.perf_counter()
    print(f"examining: {examined - start:.0f} s, peak {_peak_gb():.2f} GB")
    with tempfile.TemporaryDirectory() as folder, dask.config.set(scheduler="synchronous"):
        lazy.to_parquet(folder)
    seconds = time.perf_counter() - examined
    print(
        f"reading and writing {lazy.divisions[-1] + 1:,} records in {lazy.npartitions} parts: ",
        end="",
    )
    print(f"{seconds:.0f} s, peak {_peak_gb():.2f} GB")


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_200_000)
    parser.add_argument("--part-mb", type=float, default=64)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.file:
        measure(given.file, given.part_mb)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mrds.csv"
        make_table(given.data / "deposits" / "mrds", path, rows=given.rows)
        print(f"{given.rows:,} rows, {path.stat().st_size / 1e9:.2f} GB", flush=True)
        command = [sys.executable, __file__, "--file", str(path), "--part-mb", str(given.part_mb)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
