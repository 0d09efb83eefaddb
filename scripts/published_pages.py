"""Twelve maps as people publish them, on which the page is measured and photographed.

Those that need the reference data, a folder, are None without it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np

import minmap as mm
from minmap.demo import demo_map
from scripts import made_data

MANY = 300_000
MOST = 1_000_000

Page = Callable[[Path | None], "mm.Map | None"]


def _samples() -> gpd.GeoDataFrame:
    return mm.read(mm.sample("major_deposits_central_asia.csv"))


def _read(folder: Path | None, name: str) -> gpd.GeoDataFrame | None:
    if folder is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mm.MinmapWarning)
        return mm.read(folder / "deposits" / name)


def _map_of(table: gpd.GeoDataFrame | None, name: str) -> mm.Map | None:
    return None if table is None else mm.Map(title=name).add(table, name=name)


def _demo(_folder: Path | None) -> mm.Map:
    return demo_map()


def _world(folder: Path | None) -> mm.Map | None:
    table = _read(folder, "usgs_pp1802/PP1802_CritMin_pts.csv")
    return _map_of(table, "Critical-mineral deposits of the world")


def _district(_folder: Path | None) -> mm.Map:
    deposits = _samples()
    near = deposits.cx[69.5:72.5, 40.2:41.8]
    return mm.Map(title="Almalyk").add(near, name="Deposits", label="name")


def _nevada(folder: Path | None) -> mm.Map | None:
    return _map_of(_read(folder, "mrds/mrds_nevada_tungsten.csv"), "Tungsten in Nevada")


def _major(folder: Path | None) -> mm.Map | None:
    return _map_of(_read(folder, "usgs_major_deposits/deposit.csv"), "Major deposits of the world")


def _corridors(_folder: Path | None) -> mm.Map:
    made = mm.Map(title="Corridors")
    for name in mm.corridors()["id"]:
        made.add(mm.corridor(name))
    return made


def _access(_folder: Path | None) -> mm.Map:
    reached = mm.access(_samples(), to="poti_port", avoid=["RUS", "CHN", "IRN"])
    made = mm.Map(title="The way to Poti").add(mm.routes(reached), name="Routes")
    return made.add(reached, name="Deposits", color="total_km")


def _choropleth(_folder: Path | None) -> mm.Map:
    counts = mm.summarise(_samples(), by="country")
    return mm.Map(title="Deposits by country").add_countries(counts, value="occurrences")


def _raster(_folder: Path | None) -> mm.Map:
    return mm.Map(title="Land cover").add(mm.sample("landcover.tif"))


def many_points(count: int) -> gpd.GeoDataFrame:
    """Make points in clusters over Central Asia, each with a name and two categories."""
    rng = np.random.default_rng(3)
    centres = rng.uniform([46, 35], [88, 56], (2_000, 2))
    xy = centres[rng.integers(0, len(centres), count)] + rng.normal(0, 0.6, (count, 2))
    groups = ["precious", "base", "ferrous", "rare_earth", "rare", "light", "energy"]
    made = {
        "name": np.char.add("Site ", np.arange(count).astype(str)),
        "commodity_group": rng.choice(groups, count),
        "status": rng.choice(["producer", "prospect", "occurrence"], count),
    }
    return gpd.GeoDataFrame(made, geometry=gpd.points_from_xy(*xy.T), crs="EPSG:4326")


def _points(count: int, title: str) -> Page:
    def page(_folder: Path | None) -> mm.Map:
        return mm.Map(title=title).add(many_points(count), name="Occurrences")

    return page


def _polygons(_folder: Path | None) -> mm.Map:
    return mm.Map(title="Geology").add(made_data.geology(), name="Geology")


PAGES: dict[str, Page] = {
    "demo": _demo,
    "world": _world,
    "district": _district,
    "nevada": _nevada,
    "major": _major,
    "corridors": _corridors,
    "access": _access,
    "choropleth": _choropleth,
    "raster": _raster,
    "300000": _points(MANY, "300,000 occurrences"),
    "1000000": _points(MOST, "1,000,000 occurrences"),
    "polygons": _polygons,
}
