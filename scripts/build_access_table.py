"""Write the table of access of 33 mines to 9 markets, before the network had roads and with them.

    python scripts/build_access_table.py

The result is ``docs/access_table.md``. `scripts/access` holds the mines, the markets, the ways of
the version before roads, and in ``long_connectors.csv`` the reason for each connector over 60 km.
``draw_access.py`` draws the pictures, ``build_transit_times.py`` and ``build_published_prices.py``
take the published times and prices.
"""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
from access_ways import LONG_KM, TABLES, Crossings, before, borders_of, mines, reached_now
from folders import REPO
from price_section import section as prices
from transit_section import section as times

from minmap.places.country_polygons import world

OUT = REPO / "docs" / "access_table.md"
HEAD = """# Access of 33 mines to 9 markets

Made by `python scripts/build_access_table.py`, and tested. The table holds every way from 33 mines
and smelters to 9 markets as it is now, over roads, railways and ferries, against the way that the
last version before roads found for the same two places: a straight lorry to any station or port,
and from there by rail and sea. Both have the defaults of their version, hours before and USD per
tonne now. No country is avoided.

- **Ranges.** `251 (127-411)` is the middle and, in brackets, the sums of the low and of the high
  ends of all speeds, prices and delays on the way. All at their ends at once is unlikely. The way
  is the best one for the middle values. [What the numbers rest on](explanations/access.md#ranges);
  `mm.assumptions()` and `mm.crossings()` list each with its source.
- **Roads.** They are those of August 2021: roads © OpenStreetMap contributors, ODbL 1.0.
- **Connectors** lead off the roads from the mine to the nearest road or station. They are straight,
  and slower than any road.
- **Markets.** Each is a port or station of the network. The network has no ocean, and Saint
  Petersburg lies outside it. Halkalı lies west of the Bosporus: the cheapest way there may be a
  ship to Bulgaria and a train from there.
- **Mines.** Positions are those of the sources, which may be wrong by some kilometres.

"""
BETWEEN = """
![Lorries before roads and now](access/lorries.png)

All ways of a lorry to its first station or port, to nine markets. Before, each was straight. Now it
follows the roads; the parts off the roads are short and lie under the circles of the mines.

![Ways from Armenia before roads and now](access/armenia.png)

From the three mines of Armenia to Mersin and Istanbul. Before, the lorries went over the closed
borders (red) to Turkey and Azerbaijan. Now every way leads through Georgia or Iran.

![The ways of today to each market](access/markets.png)

The ways of today from all mines to each market; the width grows with the number of mines.

## The mines

The connector and the first gates (the station or port where the lorry is unloaded) to all markets;
the most frequent gate is first. A connector over 60 km needs a reason.

"""
MINE_HEAD = (
    "| mine | country | product | connector before, km | connector now, km | reason if over 60 km "
    "| first gate now | position |\n"
    "|---|---|---|--:|--:|---|---|---|\n"
)
MATRIX = """
## {title}

{what} of the whole way, loading, borders and ports included.

| mine | {markets} |
|---|{rule}|
"""
MARKET_HEAD = (
    "| mine | before: connector, km | gate | km | hours | USD/t | countries "
    "| now: connector, km | gate | lorry, km | km | hours | USD/t | countries | crossings |\n"
    "|---|--:|---|--:|--:|--:|---|--:|---|--:|--:|--:|--:|---|---|\n"
)

Ways = dict[str, gpd.GeoDataFrame]


def counts(reached: Ways, listed: Crossings) -> str:
    """Return the lines of the first table: what the straight lorries did, and that none is left."""
    old = before()
    borders = [borders_of(row) for _, row in old.iterrows()]
    ways = pd.concat([pd.DataFrame(table) for table in reached.values()])
    faults = [(way["mine"], found) for _, way in ways.iterrows() if (found := listed.faults(way))]
    if faults:
        raise SystemExit(f"ways that must not be: {faults}")
    then, now = old["connector_km"], ways["connector_km"]
    abroad = sum(map(bool, borders)), int(enters_abroad(ways).sum())
    closed = sum(any(listed.is_closed(pair, "road") for pair, _ in way) for way in borders)
    away = sum(any(not listed.is_beside(*border) for border in way) for way in borders)
    lines = [
        f"| connector, median | {then.median():.0f} km | {now.median():.1f} km |",
        f"| connector, longest | {then.max():.0f} km | {now.max():.1f} km |",
        f"| connectors over 60 km | {(then > LONG_KM).sum()} | {(now > LONG_KM).sum()} |",
        f"| connectors over a border | {abroad[0]} | {abroad[1]} |",
        f"| ways over a border that is closed to lorries | {closed} | 0 |",
        f"| lorries over a border away from every listed crossing | {away} | 0 |",
        f"| lorries past a nearer station of their own country | - | {passing(ways)} |",
    ]
    head = f"| {len(ways)} ways | before | now |\n|---|--:|--:|\n"
    after = (
        "\nA connector is over a border where it runs 10 km and more in another country. Every "
        "way of today was held against `mm.crossings()`: it passes no closed border, and only "
        "crossings of the list that a load may pass. A railway inside a customs union, and a ship, "
        "may cross where no crossing is listed (`union-rail`, `any-sea`); on the Caspian Sea "
        "the row of the two countries holds for any ports (`caspian-aze-kaz`). A lorry passes a "
        "nearer station where the whole way is then cheaper: often a border is cheaper to cross by "
        "road.\n"
    )
    print(*lines, sep="\n")
    return head + "\n".join(lines) + "\n" + after


def enters_abroad(ways: pd.DataFrame) -> np.ndarray:
    """Return whether connectors of today end in another country than that of the mine."""
    lands = world()
    lonlat = ways[["entry_lon", "entry_lat"]].to_numpy(dtype=float)
    return np.asarray(lands.codes[lands.at(lonlat)] != ways["home"].to_numpy())


def passing(ways: pd.DataFrame) -> int:
    return int(ways["nearer_gate"].notna().sum())


def span(values: pd.Series) -> str:
    """Return the smallest and largest of some lengths, once where they agree."""
    low, high = f"{values.min():.0f}", f"{values.max():.0f}"
    return low if low == high else f"{low}-{high}"


def named(way: pd.Series) -> str:
    """Return the name of the gate, or its id."""
    return str(way["gate"] if pd.isna(way["gate_name"]) else way["gate_name"])


def mine_lines(reached: Ways) -> str:
    reasons = pd.read_csv(TABLES / "long_connectors.csv").set_index("mine")["why"]
    old, lines = before().groupby("mine"), []
    for i, mine in mines().iterrows():
        ways = [table.loc[i] for table in reached.values()]
        km = pd.Series([way["connector_km"] for way in ways])
        if km.max() > LONG_KM and mine["mine"] not in reasons:
            raise SystemExit(f"{mine['mine']}: {km.max():.0f} km; say why in long_connectors.csv")
        gates = [gate for gate, _ in Counter(map(named, ways)).most_common()]
        then = span(old.get_group(mine["mine"])["connector_km"])
        place = f"{mine['lon']:.3f}, {mine['lat']:.3f}: {mine['source']}, {mine['record']}"
        cells = [mine["mine"], mine["country"], mine["commodity"], then, span(km)]
        cells += [reasons.get(mine["mine"], ""), ", ".join(gates), place]
        lines.append("| " + " | ".join(cells) + " |\n")
    return "".join(lines)


def ranged(way: pd.Series, column: str) -> str:
    low, middle, high = (way[f"{column}{end}"] for end in ("_low", "", "_high"))
    return f"{middle:,.0f} ({low:,.0f}-{high:,.0f})"


def matrix(reached: Ways, column: str, title: str, what: str) -> str:
    head = MATRIX.format(
        title=title, what=what, markets=" | ".join(reached), rule="|".join(["--:"] * len(reached))
    )
    lines = [
        f"| {mine} | " + " | ".join(ranged(t.loc[i], column) for t in reached.values()) + " |\n"
        for i, mine in mines()["mine"].items()
    ]
    return head + "".join(lines)


def market_lines(market: str, table: gpd.GeoDataFrame) -> str:
    old = before()
    old = old[old["market"] == market].set_index("mine")
    lines = []
    for _, way in table.iterrows():
        then = old.loc[way["mine"]]
        used = way["crossings"] if isinstance(way["crossings"], str) else ""
        cells = [way["mine"], f"{then['connector_km']:.0f}", then["gate"]]
        cells += [f"{then[c]:,.0f}" for c in ("total_km", "hours", "cost_usd_t")]
        cells += [then["countries"], f"{way['connector_km']:.1f}", named(way)]
        cells += [f"{way['road_km']:,.0f}", f"{way['total_km']:,.0f}", ranged(way, "hours")]
        cells += [ranged(way, "cost_usd_t"), way["countries"], ", ".join(used.split())]
        lines.append("| " + " | ".join(cells) + " |\n")
    return f"\n### {market}\n\n{MARKET_HEAD}" + "".join(lines)


def page() -> str:
    """Return the page."""
    reached = reached_now()
    parts = [HEAD, counts(reached, Crossings()), BETWEEN, MINE_HEAD, mine_lines(reached)]
    parts.append(matrix(reached, "cost_usd_t", "USD per tonne, now", "The price"))
    parts.append(matrix(reached, "hours", "Hours, now", "The duration"))
    parts += [times(), prices()]
    parts.append("\n## Way by way, before and now\n\nBefore: the range was not given.\n")
    parts += [market_lines(market, table) for market, table in reached.items()]
    return "".join(parts)


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
