"""The section of the page of access that holds minmap's prices against published ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from access_ways import TABLES
from verdicts import verdict

from minmap import assumptions, crossings, route

KEYS = ["subject", "mode"]
LEVELS = ["low", "value", "high"]
HEAD = """
## Published prices

What others publish, in USD per tonne, against minmap's middle value and range for the same way. No
assumption was chosen to meet these rows, but the rows of ADB's corridors (CPMM) and the Eurasian
Rail Alliance Index set the ends of the ranges of `rail_usd_tkm` and `road_usd_tkm`, so that they
test the middle values only. `within`: minmap's middle value lies in the published range.

- **Load.** A container, of 20 or of 40 ft, and a lorry hold 20 t: the unit of CPMM, and about what
  InterRail's limit of 24 t gross leaves for the load of a container of 40 ft, which itself weighs
  about 4 t (minmap, ours). With half of the load the published price of a tonne is twice as high.
- **CPMM** publishes the cost of 500 km with 20 t by country and year; the range spans the years.
  minmap's way lies inside the country and is scaled to 500 km; it passes no border, and CPMM's cost
  includes them.
- **Added by hand.** The sea from Mumbai as for the published times. The roads of the network end at
  34.5 N, so the lorry from Bandar Abbas is taken straight, times `detour_factor`, and over the
  crossing Islam Qala - Dogharun.

"""
COLUMNS = (
    "| what | mode | year | minmap's way, without | load, t | published, USD/t | minmap, USD/t "
    "| middle | remark | source |\n"
    "|---|---|---|---|--:|--:|--:|---|---|---|\n"
)
LEFT_OUT = """
Not compared: ocean freight to Poti (Shanghai, Mersin) and indices of ocean freight, as the network
has no ocean; rates from Nhava Sheva by ways that are not stated; the railway in Tajikistan in
somoni, for want of a sourced exchange rate; coefficients, tolls and discounts without the rate that
they apply to; CPMM's lorries in China, whose 0.20 to 0.40 USD a tonne and km fell by half in two
years and lie outside minmap's range by our judgement; and its means of all corridors.
"""


@dataclass(frozen=True)
class Priced:
    """A published price beside minmap's, in USD per tonne: low and high; low, middle and high."""

    row: pd.Series
    published: tuple[float, float]
    usd_t: np.ndarray

    @property
    def verdict(self) -> str:
        low, high = (round(x, 1) for x in self.published)
        return verdict(self.row, (low, high), self.usd_t.round(1))

    @property
    def line(self) -> str:
        row = self.row
        low, high = (f"{x:.0f}" for x in self.published)
        first, middle, last = self.usd_t
        way = f"{row['start']} - {row['to']}"
        if row["avoid"]:
            way += f", without {row['avoid'].replace(' ', ', ')}"
        load = "" if row["load_t"] == 1 else f"{row['load_t']:g}"
        return (
            f"| {row['subject']} | {row['mode']} | {row['years']} | {way} | {load} "
            f"| {low if low == high else f'{low}-{high}'} "
            f"| {middle:.0f} ({first:.0f}-{last:.0f}) | {self.verdict} | {row['why']} "
            f"| [{row['publisher']}]({row['url']}) |\n"
        )


def border(name: str, direction: str) -> np.ndarray:
    """Return low, middle and high of the price of a crossing in a direction."""
    table = crossings().set_index("crossing_id")
    columns = [f"usd_t_{direction}{level}" for level in ("_low", "", "_high")]
    return np.asarray(table.loc[name, columns], dtype=float)


def added_usd_t(row: pd.Series) -> np.ndarray:
    """Return the price of what is no part of the network: a sea leg or a lorry, and its border."""
    of = assumptions().set_index("key")[LEVELS].astype(float)
    usd_t = np.zeros(3)
    if row["sea_km"] > 0:
        sea = row["sea_km"] * of.loc["sea_usd_tkm"] + of.loc["transshipment_usd_t"]
        usd_t = usd_t + sea.to_numpy() + border("any-sea", "ab")
    if row["straight_km"] > 0:
        road = row["straight_km"] * of.loc["detour_factor"] * of.loc["road_usd_tkm"]
        usd_t = usd_t + road.to_numpy() + border("islam-qala-dogharun", "ba")
    return np.asarray(usd_t)


def minmap_usd_t(row: pd.Series) -> np.ndarray:
    """Return low, middle and high of minmap's price for the way of a row."""
    usd_t = added_usd_t(row)
    if row["straight_km"] > 0:
        return usd_t
    way = route(row["start"], row["to"], avoid=row["avoid"].split())
    low, high = way.cost_usd_t_range
    usd_t = usd_t + np.array([low, way.cost_usd_t, high])
    return np.asarray(usd_t * row["per_km"] / way.total_km if row["per_km"] > 0 else usd_t)


def priced() -> list[Priced]:
    """Return each published price with minmap's."""
    published = pd.read_csv(TABLES / "published_prices.csv", dtype={"years": str})
    published["years"] = published["years"].fillna("not given")
    ways = pd.read_csv(TABLES / "price_ways.csv")
    ways[["avoid", "why"]] = ways[["avoid", "why"]].fillna("")
    found = []
    for _, row in ways.merge(published, on=KEYS, validate="m:1").iterrows():
        ends = float(row["low"]) / row["load_t"], float(row["high"]) / row["load_t"]
        found.append(Priced(row, ends, minmap_usd_t(row)))
    return found


def section() -> str:
    """Return the section."""
    rows = priced()
    verdicts = [row.verdict for row in rows]
    within = verdicts.count("within")
    overlap = sum(verdict.endswith("overlap") for verdict in verdicts)
    low = sum(verdict.startswith("below") for verdict in verdicts)
    said = (
        f"Of the {len(rows)} rows, minmap's middle value lies in the published range in {within}, "
        f"in {overlap} more the ranges overlap, and in {len(rows) - within - overlap} they lie "
        f"apart. It is below the published range in {low} rows and above it in "
        f"{len(rows) - within - low}. The remarks explain each miss.\n\n"
    )
    print(said)
    return HEAD + said + COLUMNS + "".join(row.line for row in rows) + LEFT_OUT
