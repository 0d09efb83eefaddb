"""Toy networks: edges in a few words, round assumptions, and tables of border crossings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.transport.network.network import Network

ROUND: dict[str, float] = {
    "rail_kmh": 50, "road_kmh": 40, "sea_kmh": 20,
    "motorway_speed_factor": 1.25, "tertiary_speed_factor": 0.5, "off_road_kmh": 10,
    "rail_usd_tkm": 0.04, "road_usd_tkm": 0.1, "sea_usd_tkm": 0.01, "road_time_cost_share": 0.5,
    "loading_hours": 6, "loading_usd_t": 2,
    "transshipment_hours": 12, "transshipment_usd_t": 3,
    "gauge_break_hours": 8, "gauge_break_usd_t": 5,
    "detour_factor": 1.5, "value_of_time_usd_th": 0,
}  # fmt: skip
"""Every assumption, without a range."""

LEVELS = ("_low", "", "_high")


class Edge(NamedTuple):
    """An edge between numbered nodes."""

    start: int
    end: int
    km: float
    countries: str | None = "KAZ"
    mode: str = "rail"
    gauge_mm: int | None = 1520
    status: str = "operating"
    road_class: str | None = None


class Crossing(NamedTuple):
    """A border crossing; hours and prices are low, middle and high."""

    id: str
    mode: str
    pair: tuple[str, str] | None = None
    place: tuple[float, float] | None = None
    status: str = "open"
    hours_ab: tuple[float, float, float] = (1, 1, 1)
    hours_ba: tuple[float, float, float] = (1, 1, 1)
    usd_t_ab: tuple[float, float, float] = (1, 1, 1)
    usd_t_ba: tuple[float, float, float] = (1, 1, 1)


def both_ways(
    name: str, mode: str, hours: tuple[float, ...], usd_t: tuple[float, ...], **others: Any
) -> Crossing:
    """Return a crossing that takes the same in both directions."""
    own = {f"hours_{way}": hours for way in ("ab", "ba")}
    own |= {f"usd_t_{way}": usd_t for way in ("ab", "ba")}
    return Crossing(name, mode, **own, **others)


def exactly(value: float) -> tuple[float, float, float]:
    """Return a range without width."""
    return (value, value, value)


FALLBACKS = (
    both_ways("any-road", "road", (8, 10, 14), (4, 6, 9)),
    both_ways("any-rail", "rail", (20, 30, 50), (6, 7, 8)),
    both_ways("any-sea", "sea", (40, 90, 200), (15, 20, 30)),
    both_ways("union-road", "road", (0.5, 1, 2), (0.25, 0.5, 1)),
    both_ways("union-rail", "rail", (1, 2, 4), (0.5, 1, 2)),
)
"""What borders take where no crossing is listed."""


def crossing_table(*rows: Crossing) -> gpd.GeoDataFrame:
    """Return a table of border crossings as `minmap.crossings` has them, with `FALLBACKS`."""
    given = [*rows, *FALLBACKS]
    columns: dict[str, Any] = {
        "crossing_id": [row.id for row in given],
        "name": [row.id.title() for row in given],
        "mode": [row.mode for row in given],
        "country_a": pd.array([row.pair and row.pair[0] for row in given], dtype="str"),
        "country_b": pd.array([row.pair and row.pair[1] for row in given], dtype="str"),
        "status": [row.status for row in given],
        "status_date": "2026-01-01",
    }
    for name in ("hours_ab", "hours_ba", "usd_t_ab", "usd_t_ba"):
        for at, level in enumerate(LEVELS):
            columns[f"{name}{level}"] = [float(getattr(row, name)[at]) for row in given]
    columns |= {"year": 2026, "source": "a test", "status_source": "a test"}
    places = [None if row.place is None else shapely.Point(row.place) for row in given]
    return gpd.GeoDataFrame(columns, geometry=places, crs=4326)


def network_of(
    edges: Iterable[Edge],
    nodes: int,
    *,
    places: np.ndarray | None = None,
    **columns: list[object],
) -> Network:
    """Return nodes named 0, 1, 2..., and straight edges between them.

    The nodes lie side by side along the equator, half a degree apart, unless `places` says where.
    """
    rows = pd.DataFrame([*edges], columns=[*Edge._fields])
    if places is None:
        places = np.column_stack([np.arange(nodes) * 0.5, np.zeros(nodes)])
    points = shapely.points(places)
    given = {"node_id": [str(n) for n in range(nodes)], "kind": "station"} | columns
    ends = rows[["start", "end"]].to_numpy(dtype=int)
    return Network(
        gpd.GeoDataFrame(given, geometry=points, crs=4326),
        gpd.GeoDataFrame(
            {
                "edge_id": [f"e{n}" for n in range(len(rows))],
                "from_node": rows["start"].astype(str),
                "to_node": rows["end"].astype(str),
                "mode": rows["mode"].astype(str),
                "gauge_mm": pd.array(rows["gauge_mm"], dtype="Int64"),
                "status": rows["status"].astype(str),
                "length_km": rows["km"].astype(float),
                "countries": rows["countries"].astype(object),
                "leg_id": [f"leg{n}" for n in range(len(rows))],
                "road_class": rows["road_class"].astype(object),
            },
            geometry=shapely.linestrings(places[ends].reshape(-1, 2, 2)),
            crs=4326,
        ),
    )
