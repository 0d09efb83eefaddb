"""The corridors that come with the package, one folder of files each."""

from __future__ import annotations

import csv
import json
import tomllib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import geopandas as gpd
import pandas as pd

from minmap.corridors.corridor import CRS, MODES, Corridor
from minmap.errors import require_one_of


def _folders() -> dict[str, Traversable]:
    data = resources.files("minmap") / "corridors" / "data"
    return {f.name: f for f in sorted(data.iterdir(), key=lambda f: f.name) if f.is_dir()}


@cache
def corridor(corridor_id: str) -> Corridor:
    """Return a corridor of the catalogue.

    Parameters
    ----------
    corridor_id
        One of the ids that `corridors` lists, such as ``"middle"``.

    Raises
    ------
    ChoiceError
        If there is no such corridor. The message lists them.

    Examples
    --------
    >>> legs = corridor("middle").legs
    >>> shown = legs[["leg_id", "gauge_mm", "length_km", "published_km"]]
    >>> shown[legs["published_km"] > 500]
                leg_id  gauge_mm  length_km  published_km
    12  dostyk-moiynty      1520      820.0         836.0
    """
    folders = _folders()
    folder = folders[require_one_of(corridor_id, folders, name="corridor")]
    about = tomllib.loads((folder / "about.toml").read_text(encoding="utf-8"))
    legs = json.loads((folder / "legs.geojson").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((folder / "nodes.csv").read_text(encoding="utf-8").splitlines()))
    nodes = pd.DataFrame(rows).replace("", None)
    points = gpd.points_from_xy(nodes.pop("lon").astype(float), nodes.pop("lat").astype(float))
    return Corridor(
        corridor_id,
        title=about["title"],
        description=about["description"],
        legs=gpd.GeoDataFrame.from_features(legs, crs=CRS),
        nodes=gpd.GeoDataFrame(nodes, geometry=points, crs=CRS),
        sources=about["sources"],
    )


def corridors() -> pd.DataFrame:
    """List the corridors of the catalogue.

    Returns
    -------
    pandas.DataFrame
        One row a corridor: ``id``, ``title``, ``legs`` and ``nodes`` (how many), the length of its
        legs by mode (``rail_km``, ``road_km``, ``sea_km``, ``pipeline_km``), ``countries``
        (alpha-3, space-separated) and ``licence`` of its data.

    Examples
    --------
    >>> corridors()[["id", "title", "licence"]].values.tolist()
    [['middle', 'Middle Corridor', 'ODbL 1.0; public domain']]
    """
    return pd.DataFrame([_row(corridor(corridor_id)) for corridor_id in _folders()])


def _row(it: Corridor) -> dict[str, str | int | float]:
    licences = dict.fromkeys(source["licence"] for source in it.sources if source.get("licence"))
    return {
        "id": it.id,
        "title": it.title,
        "legs": len(it),
        "nodes": len(it.nodes),
        **{f"{mode}_km": round(it.length_km(mode), 1) for mode in MODES},
        "countries": " ".join(it.countries),
        "licence": "; ".join(licences),
    }
