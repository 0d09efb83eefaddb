"""minmap.read against pyarrow, pandas and geopandas, then check and select, in one run.

    python benchmarks/read.py [--rows N] [--data FOLDER] [--repeat N]

The table has the 46 columns of the published mrds.csv and as many rows as it had in 2016 (304,632),
made from the real rows under FOLDER/deposits/mrds (default ../shared/data): they follow one
another again and again, each with a number of its own, a name that says which turn it is, and a
point moved by up to half a degree, so that ids, names and places are as different as in the whole
file. Each way runs in a process of its own, in turn; the fastest run and the highest memory count.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

import minmap as mm

ROWS, MOVED_DEG, SEED = 304_632, 0.5, 11
PARTS = (
    "mrds_nevada_tungsten.csv",
    "mrds_full_schema_idaho_montana_tungsten_383.csv",
    "mrds_compact_central_asia.csv",
)


def make_table(folder: Path, path: Path, *, rows: int) -> None:
    """Write the table; the columns are those of the first part, which has the published ones."""
    parts = [pd.read_csv(folder / name, dtype=str, keep_default_na=False) for name in PARTS]
    names = parts[0].columns
    real = pd.concat([part.reindex(columns=names) for part in parts], ignore_index=True)
    random = np.random.default_rng(SEED)
    with path.open("w", encoding="utf-8", newline="") as stream:
        for start in range(0, rows, len(real)):
            block = real.head(rows - start).copy()
            turn = start // len(real)
            block["dep_id"] = [str(10_000_000 + start + row) for row in range(len(block))]
            block["site_name"] = block["site_name"] + f" {turn}"
            for name in ("latitude", "longitude"):
                moved = pd.to_numeric(block[name]) + random.uniform(-1, 1, len(block)) * MOVED_DEG
                block[name] = moved.round(5).astype(str).replace("nan", "")
            block.to_csv(stream, index=False, header=start == 0, lineterminator="\r\n")


def _pyarrow(path: Path) -> Any:
    with path.open(encoding="utf-8") as stream:
        names = stream.readline().strip().split(",")
    return csv.read_csv(
        path,
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.large_string())),
    )


def _pandas(path: Path) -> Any:
    return pd.read_csv(path, dtype=str)


def _geopandas(path: Path) -> Any:
    return gpd.read_file(path)


# The rows are those of tungsten deposits in the United States, so that two of the questions keep
# nine tenths of the table.
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"commodity": "Mo"},
    {"commodity": "W"},
    {"critical": "US-2025"},
    {"country": "Kazakhstan"},
    {"country": "USA", "box": (-120, 38, -117, 40)},
    {"text": "mine 17"},
)
WAYS: dict[str, Callable[[Path], Any]] = {
    "pyarrow.csv.read_csv": _pyarrow,
    "minmap.read": mm.read,
    "pandas.read_csv": _pandas,
    "geopandas.read_file": _geopandas,
}


def measure(way: str, path: Path) -> dict[str, float]:
    """Run one way in this process; imports do not count."""
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    table = WAYS[way](path)
    result = {"seconds": time.perf_counter() - start, "gb": _peak_gb()}
    if way == "minmap.read":
        result |= _afterwards(table)
        result["gb after all"] = _peak_gb()
    return result


def _afterwards(table: gpd.GeoDataFrame) -> dict[str, float]:
    """Time what follows reading. A question's peer is pandas copying the rows that fit."""
    seconds = {}
    for asked in QUESTIONS:
        words = ", ".join(f"{name}={value!r}" for name, value in asked.items())
        start = time.perf_counter()
        found = mm.select(table, **asked)
        found_at = time.perf_counter()
        fits = table.index.isin(found.index)
        start_of_peer = time.perf_counter()
        table[fits]
        name = f"minmap.select({words}), {len(found):,} rows"
        seconds[name] = found_at - start
        seconds[f"  pandas, the same rows, {len(found):,} known"] = (
            time.perf_counter() - start_of_peer
        )
    steps = {"minmap.check": lambda: mm.check(table)}
    steps["minmap.summarise"] = lambda: mm.summarise(table, by="country")
    for name, step in steps.items():
        start = time.perf_counter()
        step()
        seconds[name] = time.perf_counter() - start
    return seconds


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def _in_own_process(way: str, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--way", way, "--file", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def compare(path: Path, *, repeat: int) -> None:
    runs: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for turn in range(repeat):
        for way in WAYS:
            if turn == 0 or way != "geopandas.read_file":
                runs[way].append(_in_own_process(way, path))
    seconds = {way: min(run["seconds"] for run in done) for way, done in runs.items()}
    ours = seconds["minmap.read"]
    print(f"\nminmap.read takes {ours / seconds['pyarrow.csv.read_csv']:.2f} x pyarrow's bare read")
    print(f"geopandas.read_file takes {seconds['geopandas.read_file'] / ours:.1f} x minmap.read\n")
    for way, done in runs.items():
        peak = max(run["gb"] for run in done)
        print(f"{way:<32}{seconds[way]:8.2f} s   peak {peak:.2f} GB")
    print()
    for name in runs["minmap.read"][0]:
        if name.startswith(("minmap.", " ")):
            print(f"{name:<68}{min(run[name] for run in runs['minmap.read']):8.2f} s")
    print(
        f"{'all of these':<43}   peak {max(r['gb after all'] for r in runs['minmap.read']):.2f} GB"
    )


def main() -> None:
    here = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--data", type=Path, default=here.parent / "shared" / "data")
    parser.add_argument("--repeat", type=int, default=8)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        print(json.dumps(measure(given.way, given.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mrds.csv"
        make_table(given.data / "deposits" / "mrds", path, rows=given.rows)
        columns = len(pd.read_csv(path, nrows=0).columns)
        print(f"{given.rows:,} rows, {columns} columns, {path.stat().st_size / 1e6:.0f} MB")
        compare(path, repeat=given.repeat)


if __name__ == "__main__":
    main()
