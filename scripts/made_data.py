"""Made tables for the gallery of looks: nothing in them was observed, except places and names.

Each function returns the same table whenever it is called.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.random import default_rng

import minmap as mm
from tests import qgis_files

STAGES = ("mine", "project", "prospect", "closed")
PERIODS = ("Quaternary", "Neogene", "Paleogene", "Cretaceous", "Jurassic", "Triassic", "Permian")


def deposits() -> gpd.GeoDataFrame:
    """Return the Major deposits of the samples with made ore, grade, stage and confidence."""
    table = mm.read(mm.sample("major_deposits_central_asia.csv"))
    rng, count = default_rng(14), len(table)
    made = {
        "Ore, Mt": rng.lognormal(2.2, 1.6, count).round(1),
        "grade": np.where(rng.random(count) < 0.12, -9999, rng.gamma(2.0, 1.1, count).round(2)),
        "stage": rng.choice(STAGES, count, p=[0.4, 0.25, 0.2, 0.15]),
        "confidence": rng.choice([0.25, 0.5, 0.75, 1.0], count),
    }
    return table.assign(**made)


def hosts() -> gpd.GeoDataFrame:
    """Return deposits with the period of their host rocks, an ordered category."""
    table = deposits()
    drawn = default_rng(3).choice(PERIODS, len(table), p=[0.05, 0.1, 0.2, 0.25, 0.2, 0.1, 0.1])
    return table.assign(period=pd.Categorical(drawn, PERIODS, ordered=True))


def discoveries() -> gpd.GeoDataFrame:
    """Return deposits with the day of their discovery."""
    table = deposits()
    days = default_rng(8).integers(0, 36_500, len(table))
    return table.assign(discovered=pd.Timestamp("1920-01-01") + pd.to_timedelta(days, unit="D"))


def geology() -> Path:
    """Write a geological map of 40 units, with a style of QGIS beside it; return its path."""
    rng, units = default_rng(5), qgis_files.units()
    seeds = rng.uniform([65.5, 38.5], [75.5, 43.9], (30_000, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds)))
    x, y = shapely.get_coordinates(shapely.centroid(cells)).T
    bend = 0.9 * np.sin(0.7 * x) + 0.25 * np.sin(2.3 * x + y)
    depth = np.sin(1.5 * (y - 41.2) + bend) + 0.6 * np.sin(0.9 * x + 0.6 * y)
    depth += np.where(y - 41 > 0.35 * (x - 70), 0.0, 0.55)  # a fault
    rank = np.argsort(np.argsort(-depth)) * len(units) // len(depth)
    parts = {unit.code: cells[rank == n] for n, unit in enumerate(units)}
    frame = shapely.box(66.0, 39.0, 75.0, 43.4)
    shapes = [
        shapely.intersection(shapely.coverage_union_all(some), frame) for some in parts.values()
    ]
    path = Path(tempfile.mkdtemp()) / "geology.shp"
    gpd.GeoDataFrame({"unit": list(parts)}, geometry=shapes, crs=4326).to_file(path)
    path.with_suffix(".qml").write_text(qgis_files.geology_qml(), encoding="utf-8")
    return path


def faults() -> gpd.GeoDataFrame:
    """Return faults of four types in the Tien Shan, with their slip."""
    kinds = ("thrust", "thrust", "strike-slip", "normal", "inferred")
    rng, rows = default_rng(8), []
    for number in range(20):
        west, south = rng.uniform(66, 78), 39.2 + 0.24 * number
        x = np.linspace(west, west + rng.uniform(2, 5), 25)
        y = south + 0.18 * (x - west) + 0.12 * np.sin(2.1 * x + number)
        slip = int(rng.integers(3, 60)) * 50
        rows.append((kinds[number % 5], slip, shapely.LineString(np.column_stack([x, y]))))
    return gpd.GeoDataFrame(rows, columns=["type", "Slip, m", "geometry"], crs=4326)


def cells() -> gpd.GeoDataFrame:
    """Return cells of a geochemical survey: copper in ppm, and the anomaly about its trend."""
    x, y = np.meshgrid(np.arange(66, 74, 0.4), np.arange(39.4, 43.4, 0.4))
    x, y = x.ravel(), y.ravel()
    peaks = np.exp(-((x - 69.6) ** 2 + 2 * (y - 41) ** 2)) + np.exp(-2 * ((x - 72) ** 2) - y + 40)
    noise = default_rng(2).normal(0, 0.25, len(x))
    anomaly = (2 * np.sin(0.9 * x) * np.cos(1.3 * y) + noise).round(2)
    copper = (12 * np.exp(4 * peaks / peaks.max() + noise)).round(1)
    shapes = shapely.box(x, y, x + 0.4, y + 0.4)
    return gpd.GeoDataFrame({"cu_ppm": copper, "anomaly": anomaly}, geometry=shapes, crs=4326)


def blocks() -> gpd.GeoDataFrame:
    """Return overlapping exploration licences with the year of their grant."""
    rng = default_rng(11)
    x, y = rng.uniform(68, 74, 24), rng.uniform(40, 43, 24)
    shapes = shapely.box(x, y, x + rng.uniform(0.6, 1.6, 24), y + rng.uniform(0.4, 1.0, 24))
    years, firms = rng.integers(1995, 2025, 24), rng.choice(["Altyn", "Kumush", "Mis"], 24)
    return gpd.GeoDataFrame({"granted": years, "holder": firms}, geometry=shapes, crs=4326)


def tenements() -> Path:
    """Write licences of four kinds, with a style of QGIS beside them; return their path."""
    kinds = {
        "mining": {"color": "178,24,43,90", "outline_color": "178,24,43,255", "outline_width": 0.7},
        "exploration": {"style": "no", "outline_color": "33,102,172,255", "outline_width": 0.5},
        "application": {
            "style": "no", "outline_color": "33,102,172,255", "outline_style": "dash",
            "outline_width": 0.4,
        },
        "reserve": {"color": "27,120,55,120", "outline_style": "no"},
    }  # fmt: skip
    categories = [qgis_files.category(kind, kind.title(), n) for n, kind in enumerate(kinds)]
    symbols = [
        qgis_files.symbol("fill", qgis_files.simple_fill(**({"color": "0,0,0,255"} | look)), name=n)
        for n, look in enumerate(kinds.values())
    ]
    path = Path(tempfile.mkdtemp()) / "licences.shp"
    drawn = default_rng(7).choice(list(kinds), 24, p=[0.2, 0.35, 0.25, 0.2])
    blocks().assign(kind=drawn).to_file(path)
    style = qgis_files.qml(qgis_files.categorized("kind", categories, symbols))
    path.with_suffix(".qml").write_text(style, encoding="utf-8")
    return path
