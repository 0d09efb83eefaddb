"""The catalogue of corridors that is shipped with the package, one GeoJSON file each."""

import json
from functools import cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from typing import Final

import pandas as pd

from minmap.arguments import check_keywords, require_one_of
from minmap.transport.trade_corridors.corridor_model import Corridor
from minmap.transport.trade_corridors.leg_table import MODES

_ENDING: Final = ".geojson"


@cache
def _files() -> dict[str, Traversable]:
    data = files("minmap") / "transport" / "trade_corridors" / "data"
    found = sorted(file.name for file in data.iterdir() if file.name.endswith(_ENDING))
    return {name.removesuffix(_ENDING): data / name for name in found}


@check_keywords
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
    >>> shown[legs["leg_id"] == "dostyk-moiynty"].values.tolist()
    [['dostyk-moiynty', 1520, 820.0, 836.0]]
    """
    return _read(require_one_of(corridor_id, _files(), name="corridor"))


@cache
def _read(corridor_id: str) -> Corridor:
    with as_file(_files()[corridor_id]) as path:
        return Corridor.from_file(path)


def corridor_ids() -> tuple[str, ...]:
    """Return the ids of the corridors of the catalogue."""
    return tuple(_files())


def corridors() -> pd.DataFrame:
    """List the corridors of the catalogue.

    Returns
    -------
    pandas.DataFrame
        One row for each corridor: ``id``, ``title``, numbers of ``legs`` and ``nodes``, length of
        its legs by mode (``rail_km``, ``road_km``, ``sea_km``), ``countries``
        (alpha-3, space-separated), ``statuses`` of its legs (such as ``"operating; planned"``),
        number of ``variants`` and ``licence`` of its data.

    Examples
    --------
    >>> table = corridors().set_index("id")
    >>> table.loc["middle", ["title", "statuses", "licence"]].tolist()
    ['Middle Corridor', 'operating', 'ODbL 1.0; public domain']
    """
    return pd.DataFrame([_row(corridor_id) for corridor_id in _files()])


# To make the corridors themselves would take thirty times as long.
@cache
def _row(corridor_id: str) -> dict[str, str | int | float]:
    collected = json.loads(_files()[corridor_id].read_text(encoding="utf-8"))
    about, rows = collected["corridor"], [row["properties"] for row in collected["features"]]
    legs = [row for row in rows if "leg_id" in row]
    km = {mode: sum(leg["length_km"] for leg in legs if leg["mode"] == mode) for mode in MODES}
    countries = " ".join(leg["countries"] for leg in legs).split()
    licences = [source["licence"] for source in about["sources"] if source.get("licence")]
    return {
        "id": about["id"],
        "title": about["title"],
        "legs": len(legs),
        "nodes": len(rows) - len(legs),
        **{f"{mode}_km": round(float(km[mode]), 1) for mode in MODES},
        "countries": " ".join(dict.fromkeys(countries)),
        "statuses": "; ".join(dict.fromkeys(leg["status"] for leg in legs)),
        "variants": len(about["variants"]),
        "licence": "; ".join(dict.fromkeys(licences)),
    }
