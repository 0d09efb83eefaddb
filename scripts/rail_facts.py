"""What build_network.py takes from the tables of the package: legs, borders and gauges."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from rail_tracks import Track

PACKAGE = Path(__file__).resolve().parents[1] / "minmap"
CORRIDORS = PACKAGE / "transport" / "trade_corridors" / "data"
OUT = PACKAGE / "transport" / "network" / "data"


@dataclass
class Catalogue:
    """Legs by rail and sea of all corridors, and their nodes, by their ids.

    Legs by road are left out: the roads of the network come from build_roads.py.
    """

    legs: dict[str, dict[str, Any]]
    nodes: dict[str, dict[str, Any]]

    @classmethod
    def read(cls) -> Catalogue:
        legs: dict[str, dict[str, Any]] = {}
        nodes: dict[str, dict[str, Any]] = {}
        # Tracks that legs share are of the first: those of the Middle Corridor go before all.
        paths = sorted(CORRIDORS.glob("*.geojson"), key=lambda path: (path.stem != "middle", path))
        for path in paths:
            for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
                row = {
                    **feature["properties"],
                    "geometry": shapely.geometry.shape(feature["geometry"]),
                }
                if "leg_id" in row:
                    legs.setdefault(row["leg_id"], row)
                else:
                    nodes.setdefault(row["node_id"], row)
        legs = {leg_id: leg for leg_id, leg in legs.items() if leg["mode"] != "road"}
        ends = {leg[end] for leg in legs.values() for end in ("from_node", "to_node")}
        return cls(legs, {node_id: node for node_id, node in nodes.items() if node_id in ends})

    def tracks(self, *, operating: bool) -> list[dict[str, Any]]:
        """Return the legs that have a track, which is open or is not."""
        found = [leg for leg in self.legs.values() if leg["geometry_kind"] == "track"]
        rails = [leg for leg in found if leg["mode"] == "rail"]
        return [leg for leg in rails if (leg["status"] == "operating") == operating]

    def at(self, node_id: str) -> tuple[float, float]:
        lon, lat = self.nodes[node_id]["geometry"].coords[0]
        return lon, lat


class Gauges:
    """The gauge of tracks: that of an area, else of the country."""

    def __init__(self, breaks: set[str]) -> None:
        table = pd.read_csv(OUT / "gauges.csv")
        whole = table["area"].isna()
        self.by_country = dict(zip(table[whole]["country"], table[whole]["gauge_mm"], strict=True))
        self.areas = table[~whole].to_dict("records")
        self.breaks = breaks

    def of(self, track: Track, passed: list[str], middle: str | None) -> int | None:
        """Return the gauge of a track; `middle` is the country halfway.

        Over a border between two gauges the track has the one that it does not have beyond the
        node where the gauge changes.
        """
        lon, lat = track.coords[len(track.coords) // 2]
        for area in self.areas:
            inside = area["west"] <= lon <= area["east"] and area["south"] <= lat <= area["north"]
            if inside and area["country"] in passed:
                return int(area["gauge_mm"])
        country = middle
        if len(passed) > 1 and track.a in self.breaks:
            country = passed[-1]
        elif len(passed) > 1 and track.b in self.breaks:
            country = passed[0]
        return self.by_country.get(country)


def leg_edge(leg: dict[str, Any]) -> dict[str, Any]:
    """Return the edge of a leg that is not on the graph."""
    same = ("from_node", "to_node", "mode", "gauge_mm", "status", "countries", "leg_id")
    return {
        **{column: leg[column] for column in same},
        "length_m": round(1000 * leg["length_km"]),
        "bridged": False,
        "source": leg["geometry_source"],
        "line": shapely.get_coordinates(leg["geometry"])[1:-1],
    }


def bridges() -> list[dict[str, Any]]:
    """Return the gaps of the railway graph that the catalogue bridges, by their two ends."""
    tables = sorted((PACKAGE.parent / "scripts" / "corridors").glob("*.toml"))
    texts = [path.read_text(encoding="utf-8") for path in tables]
    return [row for text in texts for row in tomllib.loads(text).get("bridges", [])]


def closed_borders() -> set[frozenset[str]]:
    """Return the pairs of countries whose railways are not open to each other."""
    table = pd.read_csv(OUT / "crossings.csv")
    table = table[(table["mode"] == "rail") & (table["status"] == "closed") & table["lon"].isna()]
    return {frozenset(pair) for pair in zip(table["country_a"], table["country_b"], strict=True)}
