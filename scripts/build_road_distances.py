"""Measure published road distances on the shipped roads, and write docs/road_distances.md.

    python scripts/build_road_distances.py

The distances and their sources stand in ``scripts/roads/published.csv``, reasons for rows that
differ by more than 10 % in ``scripts/roads/explained.csv``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
import shapely
from folders import REPO
from scipy.sparse.csgraph import dijkstra

sys.path.insert(0, str(REPO))

from minmap.geodesy import distance_m
from minmap.transport.network.shipped_roads import RoadArrays, road_arrays

ROADS = REPO / "scripts" / "roads"
PAGE = REPO / "docs" / "road_distances.md"
HEAD = """# Distances on the shipped roads

Made by `python scripts/build_road_distances.py`, and tested. Each row is a published road distance
and the shortest way on the shipped roads between the same two places, in km. A row with a country
in the third column is measured inside that country. The roads are those of August 2021; see
`minmap/transport/network/data/ROADS.md`. Roads: © OpenStreetMap contributors, ODbL 1.0."""
WITHIN = 10.0
NEAR_DEG = 0.7  # farther from a place no road is looked for


@dataclass(frozen=True)
class Measure:
    """The shipped roads, to measure ways on."""

    roads: RoadArrays

    @cached_property
    def lines(self) -> np.ndarray:
        line = shapely.GeometryType.LINESTRING
        return np.asarray(
            shapely.from_ragged_array(line, self.roads.vertices, (self.roads.offsets,))
        )

    @cached_property
    def countries(self) -> np.ndarray:
        return np.asarray(self.roads.edges["countries"].to_pandas(), dtype=object)

    def km(self, start: np.ndarray, end: np.ndarray, inside: str | None) -> tuple[float, float]:
        """Return the km of the shortest way, infinite if there is none, and of both gaps to it."""
        rows = np.arange(len(self.lines))
        if inside is not None:
            rows = np.flatnonzero(self.countries == inside)
        a, b = self._foot(start, rows), self._foot(end, rows)
        count = len(self.roads.lonlat)
        ends, km = self.roads.ends[rows], self.roads.length_km[rows]
        links = [*zip(*ends.T, km, strict=True)]
        for node, foot in ((count, a), (count + 1, b)):
            links += [(node, other, foot_km) for other, foot_km in foot.ends]
        u, v, weight = np.array(links).T
        # Of several edges between two nodes the shortest counts, not their sum.
        table = pd.DataFrame({"u": u, "v": v, "km": np.maximum(weight, 1e-9)})
        table[["u", "v"]] = np.sort(table[["u", "v"]].to_numpy(dtype=np.int64), axis=1)
        table = table.sort_values("km").drop_duplicates(["u", "v"])
        graph = scipy.sparse.csr_array(
            (table["km"], (table["u"], table["v"])), shape=(count + 2, count + 2)
        )
        found = dijkstra(graph, directed=False, indices=count)[count + 1]
        return float(found), a.away_km + b.away_km

    def _foot(self, place: np.ndarray, rows: np.ndarray) -> Foot:
        point = shapely.Point(place)
        tree = shapely.STRtree(self.lines[rows])
        near = rows[tree.query(point, "dwithin", NEAR_DEG)]
        best: Foot | None = None
        for edge in near:
            foot = self._on_edge(point, int(edge))
            if best is None or foot.away_km < best.away_km:
                best = foot
        if best is None:
            raise SystemExit(f"no road within {NEAR_DEG} degrees of {place}")
        return best

    def _on_edge(self, point: shapely.Point, edge: int) -> Foot:
        line, km = self.lines[edge], float(self.roads.length_km[edge])
        along, whole = float(shapely.line_locate_point(line, point)), float(shapely.length(line))
        share = along / whole if whole else 0.0
        if self.roads.chord[edge]:
            share = float(round(share))
        foot = shapely.line_interpolate_point(line, share, normalized=True)
        away_km = float(distance_m([(point.x, point.y)], [(foot.x, foot.y)])[0]) / 1000
        u, v = self.roads.ends[edge].tolist()
        return Foot(away_km, ((u, share * km), (v, (1 - share) * km)))


@dataclass(frozen=True)
class Foot:
    """The nearest place on the roads: its distance, and the km from it to the nodes beside it."""

    away_km: float
    ends: tuple[tuple[int, float], ...]


def measured() -> pd.DataFrame:
    """Return the published distances with ``km``, ``gaps_km``, ``error_pct`` and ``why``."""
    rows = pd.read_csv(ROADS / "published.csv", keep_default_na=False)
    why = pd.read_csv(ROADS / "explained.csv", keep_default_na=False)
    measure = Measure(road_arrays())
    found = [
        measure.km(
            np.array([row.from_lon, row.from_lat]), np.array([row.to_lon, row.to_lat]),
            row.inside or None,
        )
        for row in rows.itertuples()
    ]  # fmt: skip
    rows["km"], rows["gaps_km"] = np.array(found).T
    rows["error_pct"] = (rows["km"] / rows["km_published"] - 1) * 100
    return rows.merge(why, on=["from", "to"], how="left")


def main() -> None:
    rows = measured()
    PAGE.write_text(page(rows), encoding="utf-8")
    print(f"{PAGE.name}: {'; '.join(_summary(rows))}")


def page(rows: pd.DataFrame) -> str:
    """Return the page of distances, with every row that is off by more than `WITHIN` explained."""
    table = [
        "| from | to | in | published | measured | difference | note |",
        "|---|---|---|--:|--:|--:|---|",
    ]
    notes = []
    for row in rows.sort_values("error_pct", key=abs).itertuples():
        mark = ""
        if abs(row.error_pct) > WITHIN or row.unlike:
            text = row.why if isinstance(row.why, str) else f"Not compared: {row.unlike}."
            notes.append(f"{len(notes) + 1}. {row[1]} - {row[2]}: {text}")
            mark = str(len(notes))
        table.append(
            f"| {row[1]} | {row[2]} | {row.inside or 'any'} | {_cited(row)} | {row.km:,.0f} "
            f"| {row.error_pct:+.1f} % | {mark} |"
        )
    return "\n".join(
        [HEAD, "", *(f"- {line}" for line in _summary(rows)), "", *table, "", *notes, ""]
    )


def _cited(row: Any) -> str:
    number = f"{row.km_published:,.0f}"
    return f"[{number}]({row.url})" if row.url else f"{number} ({row.source})"


def _summary(rows: pd.DataFrame) -> list[str]:
    like = rows[rows["unlike"] == ""]
    lines = []
    for name, part in ((f"the {len(like)} that compare like with like", like), ("all", rows)):
        off = part["error_pct"].abs()
        lines.append(
            f"{name}: median difference {off.median():.1f} %, "
            f"{(off <= WITHIN).mean() * 100:.0f} % of the rows within {WITHIN:g} %"
        )
    return lines


if __name__ == "__main__":
    main()
