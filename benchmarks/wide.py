"""Seconds and memory of minmap.read on tables of few rows and many columns.

    python benchmarks/wide.py [--columns N ...] [--rows N] [--cells whole|decimal|text]

Each table is written as CSV, XLSX, GeoPackage and GeoParquet by libraries other than minmap, so
that it is matched by its columns as a table of no known source is, and is read in a process of its
own. Excel has room for 16,384 columns and SQLite for 2,000; wider tables are left out there.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import xlsxwriter

import minmap as mm

SEED = 11
WORDS = ("granite", "north", "shaft", "open", "old", "survey", "hill", "closed", "ore", "vein")
ROOM = {".csv": 32_768, ".xlsx": 16_384, ".gpkg": 1_990, ".parquet": 32_768}


def table_of(columns: int, rows: int, cells: str) -> pd.DataFrame:
    """Return a table of mines with six columns that mean something."""
    chance = random.Random(SEED)
    made = {
        "whole": lambda: chance.randrange(1000),
        "decimal": lambda: round(chance.uniform(-180, 180), 4),
        "text": lambda: f"{chance.choice(WORDS)} {chance.choice(WORDS)} {chance.randrange(10**6)}",
    }[cells]
    named = {
        "id": [*range(rows)],
        "name": [f"Mine {row}" for row in range(rows)],
        "latitude": [45 + row / 100 for row in range(rows)],
        "longitude": [67 + row / 100 for row in range(rows)],
        "commodity": ["Gold"] * rows,
        "country": ["Kazakhstan"] * rows,
    }
    others = {f"f{n}": [made() for _ in range(rows)] for n in range(columns - len(named))}
    return pd.DataFrame(named | others)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table with the library that most would take."""
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
        return
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([[*table.columns], *table.to_numpy().tolist()]):
                sheet.write_row(number, 0, row)
        return
    points = gpd.points_from_xy(table["longitude"], table["latitude"])
    frame = gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")
    frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_file(path)


def read(path: str) -> None:
    """Read a file and print seconds and megabytes, for a process of its own."""
    warnings.simplefilter("ignore", mm.MinmapWarning)
    start = time.perf_counter()
    mm.read(path)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - start, peak_mb]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--columns", type=int, nargs="+", default=[500, 1000, 2000, 5000])
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--cells", choices=["whole", "decimal", "text"], default="whole")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        read(given.read)
        return
    print(f"{'columns':>8}  {'format':9} {'seconds':>8} {'MB':>6}   ({given.rows} rows)")
    with tempfile.TemporaryDirectory() as folder:
        for columns in given.columns:
            table = table_of(columns, given.rows, given.cells)
            for ending in (ending for ending, room in ROOM.items() if columns <= room):
                path = Path(folder) / f"wide{ending}"
                write(table, path)
                command = [sys.executable, __file__, "--read", str(path)]
                output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
                seconds, peak_mb = json.loads(output)
                print(f"{columns:8,}  {ending:9} {seconds:8.2f} {peak_mb:6,.0f}", flush=True)
                path.unlink()


if __name__ == "__main__":
    main()
