"""Compare ways over the shipped railways with distances between stations that others publish.

    python scripts/build_rail_distances.py

``scripts/railways/distances.csv`` holds the published distances, each with its source and the
nodes of the network at its two ends; an end without a node is no station of the network. If the
source counts along a line that is not the shortest, ``via_node`` is a station of that line.
``explained.csv`` beside it says why a distance differs by more than 5 %, and whether the map or
another publication contradicts the published figure. The result is ``docs/rail_distances.md``.
"""

from __future__ import annotations

import csv
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

from minmap.transport.network import Network, find_paths  # noqa: E402

TABLES = REPO / "scripts" / "railways"
OUT = REPO / "docs" / "rail_distances.md"
AGREES, DOUBTFUL = 5.0, 10.0  # per cent

HEAD = """# Railway distances against published ones

Made by `python scripts/build_rail_distances.py` from the shipped network: the shortest way by rail
between two stations, against the distance that the source publishes; or the way over the line along
which the source counts. Most published distances are
differences of two kilometre posts of one table, so they are not independent of each other: one
wrong post spoils several rows.

"""
COLUMNS = """| from | to | published, km | by the network, km | difference | source | remark |
|---|---|--:|--:|--:|---|---|
"""
LEFT_OUT = """
## Not compared

One end, or both, is no station of the network, or the way is one of the past.

"""

Row = dict[str, Any]


def read(name: str) -> list[Row]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compared(network: Network, rows: list[Row]) -> list[Row]:
    """Add the length of the way by rail, and by how many per cent it differs."""
    number = {node_id: i for i, node_id in enumerate(network.nodes["node_id"])}
    ends = {row[name] for row in rows for name in ("end_node", "via_node")} - {""}
    route_km = {
        end: find_paths(network, end, objective="km", avoid=["road", "sea"]).route_km
        for end in ends
    }
    for row in rows:
        stops = [row[name] for name in ("start_node", "via_node", "end_node") if row[name]]
        row["km"] = sum(float(route_km[b][number[a]]) for a, b in pairwise(stops))
        row["difference"] = 100 * (row["km"] / float(row["published_km"]) - 1)
    return rows


def share(rows: list[Row], within: float) -> str:
    count = sum(abs(row["difference"]) <= within for row in rows)
    return f"{count} of {len(rows)} ({100 * count / len(rows):.0f} %) within {within:g} %"


def source(row: Row) -> str:
    return f"[{row['publisher']}, {row['document']}]({row['url']})"


def line_of(row: Row, remarks: dict[tuple[str, str], Row]) -> str:
    remark = remarks.get((row["start"], row["end"]), {}).get("why", "")
    if abs(row["difference"]) > AGREES and not remark:
        said = f"{row['start']} - {row['end']}: {row['km']:.1f} km, {row['difference']:+.1f} %"
        raise SystemExit(f"{said}; say why in explained.csv")
    km = f"{float(row['published_km']):,.1f} | {row['km']:,.1f} | {row['difference']:+.1f} %"
    return f"| {row['start']} | {row['end']} | {km} | {source(row)} | {remark} |\n"


def page() -> str:
    """Return the page."""
    rows = read("distances.csv")
    known = [row for row in rows if row["start_node"] and row["end_node"]]
    rest = [row for row in rows if not (row["start_node"] and row["end_node"])]
    remarks = {(row["start"], row["end"]): row for row in read("explained.csv")}
    wrong = {pair for pair, row in remarks.items() if row["contradicted"]}
    found = compared(Network.shipped(), known)
    sound = [row for row in found if (row["start"], row["end"]) not in wrong]
    summary = (
        f"- All pairs: {share(found, AGREES)}, {share(found, DOUBTFUL)}.\n"
        "- Pairs whose published figure neither the map nor another publication contradicts: "
        f"{share(sound, AGREES)}, {share(sound, DOUBTFUL)}.\n\n"
    )
    print(summary)
    lines = "".join(line_of(row, remarks) for row in found)
    left_out = "".join(f"- {row['start']} - {row['end']}, {source(row)}\n" for row in rest)
    return HEAD + summary + COLUMNS + lines + LEFT_OUT + left_out


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
