"""Take the published transit times that minmap can be held against from the reference data.

    python scripts/build_transit_times.py [FOLDER]

FOLDER holds ``facts/transit_times.csv`` (default: ../shared/data beside the repository). Taken are
the rows whose subject and year stand in ``scripts/access/transit_ways.csv``, which says between
which places and how minmap measures each. The result is ``scripts/access/transit_times.csv``; facts
as published, each with publisher, year and address. ``build_access_table.py`` compares them.
"""

from __future__ import annotations

import re

import pandas as pd
from folders import REPO, reference_data

TABLES = REPO / "scripts" / "access"
OUT = TABLES / "transit_times.csv"
KEYS = ["subject", "year"]
KEPT = [*KEYS, "low_days", "high_days", "length_km", "publisher", "document", "url"]
DAYS = re.compile(r"(\d+) days")


def days_of(row: pd.Series) -> tuple[float, float]:
    """Return the published days; the former time beside a single figure is no end of a range."""
    if row["unit"] == "km":  # the length of a trip, with its days in the note
        (days,) = DAYS.findall(row["note"])
        return float(days), float(days)
    if row["low"]:
        return float(row["low"]), float(row["high"])
    return float(row["mid"]), float(row["mid"])


def main() -> None:
    published = pd.read_csv(
        reference_data() / "facts" / "transit_times.csv", dtype=str, keep_default_na=False
    )
    ways = pd.read_csv(TABLES / "transit_ways.csv", dtype=str, keep_default_na=False)
    wanted = ways[KEYS].drop_duplicates()
    taken = wanted.merge(published, on=KEYS, how="left")
    if len(taken) > len(wanted) or taken["publisher"].isna().any():
        raise SystemExit("each row of transit_ways.csv must stand for one published row")
    days = [days_of(row) for _, row in taken.iterrows()]
    taken["low_days"], taken["high_days"] = zip(*days, strict=True)
    taken["length_km"] = taken["mid"].where(taken["unit"] == "km", "")
    taken = taken.rename(columns={"url_or_repo": "url"})
    taken[KEPT].to_csv(OUT, index=False, lineterminator="\n", float_format="%g")


if __name__ == "__main__":
    main()
