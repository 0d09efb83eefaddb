"""Take the published prices that minmap can be held against from the reference data.

    python scripts/build_published_prices.py [FOLDER]

FOLDER holds ``facts/tariffs.csv`` (default: ../shared/data beside the repository). Taken are the
rows whose subject and mode stand in ``scripts/access/price_ways.csv``, which says between which
places minmap measures each, and with what load. Prices of several years or months make one range.
The result is ``scripts/access/published_prices.csv``; facts as published, each with publisher and
address. ``build_access_table.py`` compares them.
"""

from __future__ import annotations

import pandas as pd
from folders import REPO, reference_data

TABLES = REPO / "scripts" / "access"
OUT = TABLES / "published_prices.csv"
KEYS = ["subject", "mode"]
ENDS = ["low", "mid", "high"]


def ranged(group: pd.DataFrame) -> pd.Series:
    """Return the lowest and highest price of some rows, their years and first publisher."""
    prices = group[ENDS].apply(pd.to_numeric)
    years = sorted({year[:4] for year in group["year"] if year})
    return pd.Series(
        {
            "years": years[0] if len(years) == 1 else "-".join(years[:: max(len(years) - 1, 1)]),
            "low": prices.min(axis=None),
            "high": prices.max(axis=None),
            "unit": group["unit"].iloc[0],
            "publisher": group["publisher"].iloc[0],
            "document": group["document"].iloc[0],
            "url": group["url_or_repo"].iloc[0],
        }
    )


def main() -> None:
    published = pd.read_csv(
        reference_data() / "facts" / "tariffs.csv", dtype=str, keep_default_na=False
    )
    published[ENDS] = published[ENDS].where(published[ENDS] != "")
    ways = pd.read_csv(TABLES / "price_ways.csv", dtype=str, keep_default_na=False)
    wanted = ways[KEYS].drop_duplicates()
    taken = wanted.merge(published, on=KEYS)
    lines = [
        {**dict(zip(KEYS, key, strict=True)), **ranged(group)}
        for key, group in taken.groupby(KEYS, sort=False)
    ]
    if len(lines) < len(wanted):
        raise SystemExit("each row of price_ways.csv must stand for a published row")
    pd.DataFrame(lines).to_csv(OUT, index=False, lineterminator="\n", float_format="%g")


if __name__ == "__main__":
    main()
