"""minmap.link and merge(links=) of MRDS records: time and peak memory.

    python benchmarks/linking.py [--rows N] [--data FOLDER]

The table is that of benchmarks/read.py: 304,632 rows made from real ones. Each real record is there
about 190 times under its name with a number, within 50 km, so there are more pairs with a name in
common than in the published file. Reading is not counted; memory is that of the whole process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
import warnings
from pathlib import Path

from read import ROWS, make_table

import minmap as mm


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    given = parser.parse_args()
    warnings.simplefilter("ignore", mm.MinmapWarning)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mrds.csv"
        make_table(given.data / "deposits" / "mrds", path, rows=given.rows)
        table = mm.read(path)
    print(f"read: {len(table):,} records, peak memory {_peak_gb():.2f} GB")
    start = time.perf_counter()
    links = mm.link(table)
    print(f"link: {time.perf_counter() - start:.1f} s, {_peak_gb():.2f} GB, {links.attrs['link']}")
    start = time.perf_counter()
    sites = mm.merge(table, links=links)
    print(f"merge: {time.perf_counter() - start:.1f} s, {_peak_gb():.2f} GB, {len(sites):,} sites")


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main()
