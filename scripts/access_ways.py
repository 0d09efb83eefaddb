"""The ways of the table of access: 33 mines to 9 markets, as they are now and as they were.

``scripts/access/mines.csv`` and ``markets.csv`` list the ends. ``before.csv`` holds the ways that
the last version before roads found (straight connectors to a station or port, the objective hours),
with each border that a connector crosses on the map and the place where it does.
"""

from __future__ import annotations

import sys
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
from folders import REPO

sys.path.insert(0, str(REPO))

from minmap import access, crossings
from minmap.geodesy import distance_m
from minmap.transport.network.border_crossings import may_pass

TABLES = REPO / "scripts" / "access"
LONG_KM = 60.0
BESIDE_KM = 12.0
"""A place this near to a crossing is at the crossing: borders of the map err by 5 km."""
FALLBACK_IDS = ("any-road", "any-rail", "any-sea", "union-road", "union-rail")


def mines() -> gpd.GeoDataFrame:
    table = pd.read_csv(TABLES / "mines.csv")
    places = gpd.points_from_xy(table["lon"], table["lat"])
    return gpd.GeoDataFrame(table, geometry=places, crs="EPSG:4326")


def markets() -> dict[str, str]:
    """Return the node of each market, by name."""
    table = pd.read_csv(TABLES / "markets.csv")
    return dict(zip(table["market"], table["node"], strict=True))


def before() -> pd.DataFrame:
    """Return the ways of the version before roads, one row for each mine and market."""
    return pd.read_csv(TABLES / "before.csv", keep_default_na=False)


def reached_now() -> dict[str, gpd.GeoDataFrame]:
    """Return the result of `minmap.access` to each market, with the lines of the routes."""
    places = mines().rename(columns={"country": "home", "source": "origin"})
    return {name: access(places, to=node, routes=True) for name, node in markets().items()}


def borders_of(row: pd.Series) -> list[tuple[frozenset[str], tuple[float, float]]]:
    """Return the borders that a connector before roads crossed: two countries and the place."""
    found = []
    for border in filter(None, row["connector_borders"].split("; ")):
        pair, lon, lat = border.split()
        found.append((frozenset(pair.split("-")), (float(lon), float(lat))))
    return found


class Crossings:
    """The list of border crossings, to hold ways against it."""

    def __init__(self) -> None:
        table = crossings()
        self.table = table.set_index("crossing_id")
        self.passable = set(table["crossing_id"][may_pass(table)])
        pairs = zip(table["country_a"], table["country_b"], strict=True)
        self.pair = dict(zip(table["crossing_id"], map(frozenset, pairs), strict=True))

    def is_closed(self, pair: frozenset[str], mode: str | None = None) -> bool:
        """Return whether crossings of a border are listed and a load may pass none of them."""
        named = [name for name, own in self.pair.items() if own == pair]
        if mode is not None:
            named = [name for name in named if self.table.loc[name, "mode"] == mode]
        return bool(named) and not self.passable.intersection(named)

    def is_beside(self, pair: frozenset[str], place: tuple[float, float]) -> bool:
        """Return whether a place is at a listed road crossing of a border that a load may pass."""
        named = [name for name in self.passable if self.pair[name] == pair]
        near = self.table.loc[named]
        near = near[(near["mode"] == "road") & near.geometry.notna()]
        if near.empty:
            return False
        lonlat = np.column_stack([near.geometry.x, near.geometry.y])
        return bool((distance_m(lonlat, [place]) / 1000 <= BESIDE_KM).any())

    def faults(self, way: pd.Series) -> list[str]:
        """Return what is wrong with a way of today: closed borders, and crossings not listed."""
        used = way["crossings"].split() if isinstance(way["crossings"], str) else []
        found = [f"passes {name}" for name in used if name not in self.passable]
        countries = way["countries"].split()
        pairs = [frozenset(pair) for pair in pairwise(countries)]
        closed = ["-".join(sorted(pair)) for pair in pairs if self.is_closed(pair)]
        found += [f"over the closed border {pair}" for pair in closed]
        # A country that a railway passes without a stop has no crossing.
        transits = sum(a == b for a, b in zip(countries, countries[2:], strict=False))
        named = {self.pair[name] for name in used}
        unnamed = sum(pair not in named for pair in pairs)
        if unnamed > sum(name in FALLBACK_IDS for name in used) + 2 * transits:
            found.append(f"crosses a border without a listed crossing: {way['countries']}")
        return found
