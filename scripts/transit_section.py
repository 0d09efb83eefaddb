"""The section of the page of access that holds minmap's times against published ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from access_ways import TABLES
from verdicts import verdict

from minmap import assumptions, crossings, route

KEYS = ["subject", "year"]
HEAD = """
## Published times

What others publish for the Middle Corridor and for the land legs of the International North-South
corridor (INSTC), in days, against minmap's middle value and range. **Ways over the Caspian Sea are
no independent test**: the speed of trains is that of a block train from Altynkol to Aktau (72 h),
and the wait for a ship is what remains of 9 days from Altynkol to Absheron. These rows show what
the sums do beyond those two. The speeds, handling and borders of the other rows were measured
elsewhere. The way is the cheapest, without the countries and modes that the third column
names. Where the start is "China", it is taken at Altynkol, behind the border, and again at Xi'an.
The sea from Mumbai to Bandar Abbas is not in the network: its 2,124 km (Karachi by the way, NGA
Pub. 151, 2001), one border at sea (`any-sea`) and one change between ship and railway are added by
the same assumptions, and to St Petersburg the 650 km of railway from Moscow (Wikipedia, Saint
Petersburg-Moscow railway). The published figures were collected on 26 November 2026.

"""
COLUMNS = (
    "| what | year | minmap's way, without | published, days | minmap, days | middle | remark "
    "| source |\n"
    "|---|--:|---|--:|--:|---|---|---|\n"
)
LEFT_OUT = """
Not compared: times of years before the present ones (28 to 60 days), promises (10 days from
St Petersburg to Mumbai), routes whose ends or ships are not stated (32 and 44 days from Nhava Sheva
to Moscow), and a passenger train.
"""


@dataclass(frozen=True)
class Timed:
    """A published time beside minmap's: days low, middle and high, and the length of the way."""

    row: pd.Series
    days: np.ndarray
    km: float
    by_caspian: bool

    @property
    def verdict(self) -> str:
        published = self.row["low_days"], self.row["high_days"]
        return verdict(self.row, published, self.days.round(1))

    @property
    def line(self) -> str:
        row = self.row
        low, high = row["low_days"], row["high_days"]
        published = f"{low:g}" if low == high else f"{low:g}-{high:g}"
        first, middle, last = self.days
        why = row["why"]
        if row["length_km"] > 0:
            speeds = row["length_km"] / low, self.km / middle, self.km / last, self.km / first
            why += ": {:,.0f} published, {:,.0f} ({:,.0f}-{:,.0f}) by minmap".format(*speeds)
        way = f"{row['start']} - {row['to']}"
        if row["avoid"]:
            way += f", without {row['avoid'].replace(' ', ', ')}"
        return (
            f"| {row['subject']} | {row['year']} | {way} | {published} "
            f"| {middle:.1f} ({first:.1f}-{last:.1f}) | {self.verdict} | {why} "
            f"| [{row['publisher']}]({row['url']}) |\n"
        )


def added_hours(sea_km: float, rail_km: float) -> np.ndarray:
    """Return the hours of a sea leg with its border and transshipment, and of a railway."""
    levels = ["low", "value", "high"]
    assumed = assumptions().set_index("key")[levels].to_numpy(dtype=float)
    of = dict(zip(assumptions()["key"], assumed, strict=True))
    hours = rail_km / of["rail_kmh"][::-1]
    if sea_km:
        border = crossings().set_index("crossing_id").loc["any-sea"]
        waits = [border[f"hours_ab{level}"] for level in ("_low", "", "_high")]
        hours = hours + sea_km / of["sea_kmh"][::-1] + of["transshipment_hours"] + waits
    return np.asarray(hours, dtype=float)


def timed() -> list[Timed]:
    """Return each published time with minmap's."""
    published = pd.read_csv(TABLES / "transit_times.csv")
    ways = pd.read_csv(TABLES / "transit_ways.csv")
    ways[["avoid", "why"]] = ways[["avoid", "why"]].fillna("")
    ways[["sea_km", "rail_km"]] = ways[["sea_km", "rail_km"]].fillna(0.0)
    found = []
    for _, row in ways.merge(published, on=KEYS, validate="m:1").iterrows():
        way = route(row["start"], row["to"], avoid=row["avoid"].split())
        low, high = way.hours_range
        hours = np.array([low, way.hours, high]) + added_hours(row["sea_km"], row["rail_km"])
        # The wait on the Caspian Sea and the trains of KTZ are those of the ways by Aktau.
        on_caspian = any(crossing.startswith("caspian-") for crossing in way.crossings)
        fitted = on_caspian or row["to"] == "aktau_port"
        found.append(Timed(row, hours / 24, way.total_km, fitted))
    return found


def _score(verdicts: list[str]) -> str:
    within = verdicts.count("within")
    overlap = sum(verdict.endswith("overlap") for verdict in verdicts)
    return (
        f"minmap's middle value lies in the published range in {within}, in {overlap} more the "
        f"ranges overlap, and in {len(verdicts) - within - overlap} they lie apart"
    )


def section() -> str:
    """Return the section."""
    rows = timed()
    fitted = [row.verdict for row in rows if row.by_caspian]
    others = [row.verdict for row in rows if not row.by_caspian]
    said = (
        f"Of the {len(others)} rows that do not pass the Caspian Sea, {_score(others)}; of the "
        f"{len(fitted)} that do, {_score(fitted)}. The remarks explain each miss.\n\n"
    )
    print(said)
    return HEAD + said + COLUMNS + "".join(row.line for row in rows) + LEFT_OUT
