"""Make the time and price of border crossings from published measurements.

    python scripts/build_crossing_costs.py [FOLDER]

FOLDER holds ``facts/border_waits.csv`` (default: ../shared/data beside the repository). The result
is ``minmap/transport/network/data/crossing_costs.csv``: for each crossing and direction the hours
and USD per tonne, low, middle and high, with year and source.

A load that crosses from A to B is cleared twice, on the way out of A and on the way into B. Each
side has the figures of its own checkpoint if these were measured, else the averages of its country
in that direction, else half of the fallback of its mode. The middle is the latest year. The range
spans all years that are published and, on either side of the middle, at least the change that such
a figure makes from one year to the next elsewhere (`yearly_changes`), so that a figure of one year
has a range too. USD are per unit of 20 t.

A border at sea between two countries of the Caspian Sea has a row of its own without a place; all
of them have the figures of `CASPIAN`, and other seas have those of ``any-sea``.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import median

from folders import REPO, reference_data

DATA = REPO / "minmap" / "transport" / "network" / "data"
LOADED_T = 20.0
CPMM = "ADB, CAREC CPMM Annual Reports 2020, 2022 and 2023, cpmm.carecprogram.org"
# Checkpoints whose figures are published: crossing, country of the checkpoint, subject.
MEASURED = {
    ("red-bridge", "AZE"): "AZE-GEO Krasnyi Most (Red Bridge, Azerbaijani side)",
    ("red-bridge", "GEO"): "GEO-AZE Tsiteli Khidi (Red Bridge, Georgian side)",
    ("sarpi-sarp", "GEO"): "GEO-TUR Sarpi",
    ("farap-alat", "UZB"): "UZB-TKM Alat (Uzbek side of Farap)",
    ("dusti-sariosiyo", "TJK"): "TJK-UZB Dusti",
    ("fotehobod-oybek", "TJK"): "TJK-UZB Fotehobod",
    ("panji-poyon-shirkhan-bandar", "TJK"): "TJK-AFG Panji Poyon",
    ("karamyk", "TJK"): "TJK-KGZ Karamyk",
    ("kyzyl-bel-guliston", "TJK"): "TJK-KGZ Guliston",
    ("irkeshtam", "KGZ"): "KGZ-CHN Irkeshtam",
    ("takeshikent-bulgan", "CHN"): "CHN-MNG Takeshikent",
}
# CPMM's rail figures at a break of gauge include the change, which minmap counts apart
# (assumption gauge_break_hours).
GAUGE_HOURS = 8.0
BREAKS = {"alashankou-dostyk-rail", "khorgos-altynkol-rail"}
# Fallbacks: hours low, middle, high; USD per tonne low, middle, high; source.
FALLBACKS = {
    "any-road": (
        (4.2, 9.9, 19.9), (2.5, 10.4, 17.85),
        f"{CPMM}: mean of all crossings in 2022; range: averages of Uzbekistan (2022; 2023 in USD) "
        "and of Afghanistan (19.9 h, 2019) and of all crossings in 2021 (357 USD)",
    ),
    "any-rail": (
        (3.7, 10.5, 40.6), (4.05, 10.7, 17.05),
        f"{CPMM}: 6.8 h in Uzbekistan and 3.7 h in Turkmenistan in 2022, one after the other, and "
        "their 133 and 81 USD; range: Turkmenistan alone, and the mean of all crossings (40.6 h), "
        "which those of China dominate, and 341 USD in Kazakhstan in 2020",
    ),
    "any-sea": (
        (9.9, 48.0, 168.0), (10.0, 20.0, 40.0),
        "minmap (ours): clearance in both ports and the wait for a ship, outside the Caspian Sea, "
        "for which no source was found: two days, a clearance and half of three days between "
        "ships; range: clearance alone, with the mean of all crossings by road in 2022 (9.9 h, "
        "CPMM), and the week between the ships of a weekly service; USD: DisruptSC (C. Colon, "
        "github.com/ccolon/disrupt-sc), half and twice as much",
    ),
    "union-road": (
        (1.8, 6.8, 48.0), (1.15, 1.35, 15.85),
        f"{CPMM}: Chaldovar (Kyrgyzstan to Kazakhstan) 6.8 h in 2020; range: Kyrgyzstan outbound "
        "1.8 h in 2020 and drivers' wait of 48 h at Syrym in February 2026; USD: Kyrgyzstan 27 USD "
        "in 2020, 23 in 2019, Kazakhstan 317 in 2022",
    ),
    "union-rail": (
        (0.5, 3.0, 12.0), (0.0, 0.5, 2.0),
        "minmap (ours): no customs inside a union; the time to hand a train over, for which no "
        "source was found",
    ),
}  # fmt: skip
# As FALLBACKS, for each border on the Caspian Sea.
CASPIAN = (
    (12.4, 96.0, 168.0), (10.0, 20.0, 40.0),
    "minmap (ours): clearance in both ports and the wait for a ship: what remains, in whole days, "
    "of the 9 days Altynkol-Absheron of KTZ (turkic.world, 2024) after the railway, the sea and "
    "two transshipments; range: lorries into Azerbaijan at the sea port of Baku in 2018 (12.4 h; "
    "68.7 h on the way out; ADB, CPMM Annual Report 2018 by News.az, 14 Nov 2019) and "
    "7 days in bad weather at Aktau (minval.biz); USD: DisruptSC (C. Colon, "
    "github.com/ccolon/disrupt-sc), half and twice as much",
)  # fmt: skip
# Trains into Kazakhstan are measured at the border with China, where the gauge changes.
MEASURED_AT = {("KAZ", "rail", "inbound"): "CHN", ("KAZ", "rail", "average"): "CHN"}
MEASURES = {"hours": "TFI1", "usd_t": "TFI2"}
Spread = tuple[float, float, float]


def read_facts(folder: Path) -> dict[tuple[str, str, str], list[tuple[str, float]]]:
    """Return the figures by subject, mode and measure: year and value."""
    facts = defaultdict(list)
    with (folder / "facts" / "border_waits.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["measure"][:4] in MEASURES.values() and row["mid"]:
                key = (row["subject"], row["mode"], row["measure"][:4])
                scale = 1.0 if row["measure"].startswith("TFI1") else LOADED_T
                facts[key].append((row["year"], float(row["mid"]) / scale))
    return facts


def yearly_changes(facts) -> dict[tuple[str, str], float]:
    """Return by mode and measure the factor between the figures of one year and the next.

    It is the median over all subjects that have figures of two years in a row.
    """
    changes = defaultdict(list)
    for (_, mode, code), series in facts.items():
        by_year = {int(year): value for year, value in sorted(series)}
        for (year, value), (later, other) in pairwise(sorted(by_year.items())):
            if later == year + 1:
                changes[mode, code].append(abs(math.log(other / value)))
    return {key: math.exp(median(found)) for key, found in changes.items()}


def widened(values: list[float], factor: float) -> Spread:
    """Return low, middle and high of the figures of some years, in the order of the years."""
    return min(*values, values[-1] / factor), values[-1], max(*values, values[-1] * factor)


def side(facts, crossing: dict[str, str], country: str, way: str, measure: str) -> tuple:
    """Return low, middle and high of one side of a crossing, the year and what they are of."""
    code, mode = MEASURES[measure], crossing["mode"]
    own = MEASURED.get((crossing["crossing_id"], country))
    whole = [(f"{country} all crossings, {w}", f"{country}, {w}") for w in (way, "average")]
    named = [(f"{own}, {way}", f"{own}, {way}")] if own else []
    other = crossing["country_b"] if country == crossing["country_a"] else crossing["country_a"]
    for subject, label in [*named, *whole]:
        if MEASURED_AT.get((country, mode, label.rpartition(" ")[2]), other) != other:
            continue
        found = sorted(facts.get((subject, mode, code), []))
        if found:
            factor = yearly_changes(facts)[mode, code]
            return widened([value for _, value in found], factor), found[-1][0], label
    fallback = FALLBACKS[f"any-{mode}"][0 if measure == "hours" else 1]
    return tuple(x / 2 for x in fallback), "", f"{country}: half of any-{mode}"


def costs_of(facts, crossing: dict[str, str], out_of: str, into: str) -> list:
    spreads, years, labels = {}, set(), []
    for measure in MEASURES:
        sides = [
            side(facts, crossing, out_of, "outbound", measure),
            side(facts, crossing, into, "inbound", measure),
        ]
        spread = [sum(part) for part in zip(*(values for values, _, _ in sides), strict=True)]
        if measure == "hours" and crossing["crossing_id"] in BREAKS:
            spread = [max(x - GAUGE_HOURS, 1.0) for x in spread]
        spreads[measure] = spread
        years |= {year for _, year, _ in sides if year}
        labels += [label for _, _, label in sides]
    source = f"{CPMM}: {'; '.join(dict.fromkeys(labels))}"
    if all("half of" in label for label in labels):
        source = f"as any-{crossing['mode']}: no figures of either side"
    return [*spreads["hours"], *spreads["usd_t"], max(years, default=""), source]


def main(folder: Path) -> None:
    facts = read_facts(folder)
    for (mode, code), factor in sorted(yearly_changes(facts).items()):
        print(f"{mode} {code}: {factor:.2f} from one year to the next")
    with (DATA / "customs_unions.csv").open(encoding="utf-8") as file:
        union = {row["country"]: row["union"] for row in csv.DictReader(file)}
    rows = []
    with (DATA / "crossings.csv").open(encoding="utf-8") as file:
        for crossing in csv.DictReader(file):
            a, b = crossing["country_a"], crossing["country_b"]
            inside = union.get(a, a) == union.get(b, b)
            fallback = f"union-{crossing['mode']}"
            for way, pair in {"ab": (a, b), "ba": (b, a)}.items():
                if crossing["mode"] == "sea":
                    hours, usd_t, source = CASPIAN
                    costs = [*hours, *usd_t, "", source]
                elif inside:
                    hours, usd_t, _ = FALLBACKS[fallback]
                    costs = [*hours, *usd_t, "", f"as {fallback}"]
                else:
                    costs = costs_of(facts, crossing, *pair)
                rows.append([crossing["crossing_id"], way, *costs])
    for name, (hours, usd_t, source) in FALLBACKS.items():
        rows += [[name, way, *hours, *usd_t, "", source] for way in ("ab", "ba")]
    with (DATA / "crossing_costs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        ends = [f"{name}{end}" for name in MEASURES for end in ("_low", "", "_high")]
        writer.writerow(["crossing_id", "direction", *ends, "year", "source"])
        for row in rows:
            writer.writerow([*row[:2], *(round(x, 2) for x in row[2:8]), *row[8:]])


if __name__ == "__main__":
    main(reference_data())
