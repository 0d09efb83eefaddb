"""Make minmap/style/geological_time.csv from the International Chronostratigraphic Chart.

python scripts/build_geological_time.py ics_chart-2026-06.json

The file is the chart as JSON in the package geophylo 0.2.0 (geophylo/data/snapshots), made from
chart.ttl of https://github.com/i-c-stratigraphy/chart, tag v2026-06.5, CC BY 4.0.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

RANKS = ("Super-Eon", "Eon", "Era", "Period", "Sub-Period", "Epoch", "Age")
TARGET = Path(__file__).parent.parent / "minmap" / "style" / "geological_time.csv"


def main(chart: Path) -> None:
    units = json.loads(chart.read_text("utf-8"))["intervals"]
    units.sort(key=lambda unit: RANKS.index(unit["rank"]))
    rows = {}
    for unit in units:
        ends = [unit[f"{side}_boundary"]["age_ma"] for side in ("older", "younger")]
        color = bytes.fromhex(unit["color"].removeprefix("#"))
        # The Pridoli is an epoch and its only age.
        rows.setdefault(unit["name"], (unit["name"], unit["rank"].lower(), *ends, *color))
    ordered = sorted(rows.values(), key=lambda row: (row[3], row[2], row[0]))
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["name", "rank", "start_ma", "end_ma", "r", "g", "b"])
        table.writerows(ordered)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
