"""Compare the lengths of the shipped corridors and railways with those that others publish.

    python scripts/build_lengths.py

``scripts/corridors/lengths.csv`` holds every published figure with its source and what it is
compared with: ``legs`` of the catalogue or, where none begin and end there, the way between two
``stations`` over the shipped railways (ids of nodes of the network). The result is
``docs/lengths.md``. A figure that differs by more than 4 % needs a remark that says why.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

from minmap.transport.network import Network, find_paths  # noqa: E402
from minmap.transport.network.node_search import find_node  # noqa: E402

FIGURES = REPO / "scripts" / "corridors" / "lengths.csv"
DATA = REPO / "minmap" / "transport" / "trade_corridors" / "data"
OUT = REPO / "docs" / "lengths.md"
AGREES = 4.0  # per cent

HEAD = """# Lengths against published figures

Made by `python scripts/build_lengths.py` from the corridors and the railways that come with minmap.
A computed length is the sum of the `length_km` of the legs or, where the remark says so, the
shortest way over the railways between two stations. Published lengths of one line differ by 3 to
10 % between publishers, so agreement means a difference of at most 4 %; where it is more, the
remark says why. Where no track is in the data there is nothing to compare: a sketch is straight
between places, and its legs take the published length where there is one.

| line | published, km | computed, km | difference | source | remark |
|---|--:|--:|--:|---|---|
"""

TOTALS = """
## Corridors from end to end

The variants of the corridors of which others publish a total (`published_km` of
`minmap.Corridor.variants`). A difference of more than 4 % has a remark here too.

| corridor | published, km | computed, km | difference | source | remark |
|---|--:|--:|--:|---|---|
"""

Row = dict[str, Any]


def read_figures() -> list[Row]:
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shipped_legs() -> dict[str, Row]:
    """Return the properties of every leg of the catalogue by its id."""
    files = [json.loads(path.read_text("utf-8")) for path in sorted(DATA.glob("*.geojson"))]
    rows = [feature["properties"] for file in files for feature in file["features"]]
    return {row["leg_id"]: row for row in rows if "leg_id" in row}


def published_variants() -> list[Row]:
    """Return the variants with a published total as figures, as `read_figures` does."""
    found = []
    for path in sorted(DATA.glob("*.geojson")):
        about = json.loads(path.read_text("utf-8"))["corridor"]
        found += [
            {
                "line": f"{about['title']}: {variant['title']}",
                "published_km": variant["published_km"],
                "source": variant["published_source"],
                "legs": " ".join(variant["legs"]),
                "stations": "",
                "remark": variant.get("published_note", ""),
            }
            for variant in about["variants"].values()
            if "published_km" in variant
        ]
    return found


def over_railways(start: str, end: str) -> tuple[float, str]:
    """Return the shortest way between two stations on the shipped railways, and that it is this."""
    network = Network.shipped()
    at, to = (find_node(network, station, argument="stations") for station in (start, end))
    km = find_paths(network, end, objective="km", avoid=("sea", "road")).route_km[at]
    names = network.nodes["name"]
    return float(km), f"over the railways between the stations {names[at]} and {names[to]}"


def over_legs(parts: list[Row]) -> tuple[float | None, str]:
    """Return the length of legs; of those that are mostly sketched none, and why."""
    sketched = sum(part["drawn_km"] for part in parts if part["geometry_kind"] == "schematic")
    drawn = sum(part["drawn_km"] for part in parts)
    if sketched > drawn / 2:
        sketch = f"not compared: no track in the data; straight between places it is {drawn:.1f} km"
        return None, sketch
    return sum(part["length_km"] for part in parts), ""


def compared(figure: Row, legs: dict[str, Row]) -> Row:
    """Add what is computed and by how much it differs; None where there is nothing to compare."""
    published = float(figure["published_km"]) if figure["published_km"] else None
    computed, said = None, ""
    remark = figure["remark"]
    if figure["stations"]:
        computed, said = over_railways(*figure["stations"].split())
    elif figure["legs"]:
        computed, said = over_legs([legs[leg_id] for leg_id in figure["legs"].split()])
    else:
        remark = f"not compared: {remark or 'not in the catalogue'}"
    difference = 100 * (computed / published - 1) if computed and published else None
    return {
        **figure,
        "published": published,
        "computed": computed,
        "difference": difference,
        "remark": "; ".join(text for text in (said, remark) if text),
    }


def line_of(row: Row) -> str:
    published = f"{row['published']:,.1f}".removesuffix(".0") if row["published"] else "-"
    computed = f"{row['computed']:,.1f}" if row["computed"] else "-"
    difference = f"{row['difference']:+.1f} %" if row["difference"] is not None else "-"
    cells = [row["line"], published, computed, difference, row["source"], row["remark"]]
    return f"| {' | '.join(cells)} |\n"


def table() -> str:
    """Return the page."""
    legs = shipped_legs()
    rows = [compared(figure, legs) for figure in read_figures()]
    totals = [compared(figure, legs) for figure in published_variants()]
    for row in [*rows, *totals]:
        if abs(row["difference"] or 0) > AGREES and not row["remark"]:
            said = f"{row['line']}: {row['difference']:+.1f} % to {row['source']}"
            raise SystemExit(f"{said}; say why in {FIGURES.name} or the variant")
    return "".join([HEAD, *map(line_of, rows), TOTALS, *map(line_of, totals)])


if __name__ == "__main__":
    OUT.write_text(table(), encoding="utf-8")
