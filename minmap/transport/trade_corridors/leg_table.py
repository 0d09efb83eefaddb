"""The tables of a corridor, its legs and its nodes: their columns and permitted values."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import infer_dtype

from minmap.arguments import require_text, require_whole
from minmap.errors import MinmapError
from minmap.transport.trade_corridors.feature_table import TableForm, cast, positions_of_ends
from minmap.types import TEXT

MODES: Final = ("rail", "road", "sea")
STATUSES: Final = ("operating", "under construction", "planned")
NODE_KINDS: Final = ("port", "border crossing", "dry port", "break of gauge", "junction", "station")
GEOMETRY_KINDS: Final = ("track", "water", "schematic")

LEG_COLUMNS: Final[Mapping[str, Any]] = {
    "leg_id": TEXT,
    "from_node": TEXT,
    "to_node": TEXT,
    "mode": TEXT,
    "gauge_mm": "Int64",
    "status": TEXT,
    "status_year": "Int64",
    "status_source": TEXT,
    "length_km": "float64",
    "length_source": TEXT,
    "drawn_km": "float64",
    "countries": TEXT,
    "geometry_kind": TEXT,
    "geometry_source": TEXT,
    "bridged_km": "float64",
    "published_km": "float64",
    "published_source": TEXT,
    "note": TEXT,
}
NODE_COLUMNS: Final[Mapping[str, Any]] = {
    "node_id": TEXT,
    "name": TEXT,
    "kind": TEXT,
    "country": TEXT,
    "source": TEXT,
    "source_id": TEXT,
    "snap_m": "float64",
    "note": TEXT,
}
LEG_OPTIONS: Final = {"mode": MODES, "status": STATUSES, "geometry_kind": GEOMETRY_KINDS}
_LEGS: Final = TableForm(
    "legs",
    "LineString",
    LEG_COLUMNS,
    ["leg_id", "from_node", "to_node", "mode", "status", "length_km", "drawn_km", "countries"],
    LEG_OPTIONS,
)
_NODES_NEED: Final = ("node_id", "name", "kind", "country")
_NODES: Final = TableForm("nodes", "Point", NODE_COLUMNS, _NODES_NEED, {"kind": NODE_KINDS})
_NEVER_NEGATIVE: Final = ("length_km", "drawn_km", "gauge_mm", "bridged_km", "published_km")
# The type of an additional column, by what pandas infers from its values.
_ADDITIONAL_TYPES: Final = {
    "boolean": "boolean",
    "integer": "Int64",
    "floating": "float64",
    "mixed-integer-float": "float64",
}


def conform_legs_and_nodes(
    legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return checked copies of both tables with all columns.

    Parameters
    ----------
    legs, nodes
        As `minmap.Corridor` takes them. They are not changed.

    Returns
    -------
    tuple of geopandas.GeoDataFrame
        EPSG:4326, two-dimensional, numbered from 0, the columns of `LEG_COLUMNS` and
        `NODE_COLUMNS` first. Additional columns become text, Int64, float64 or boolean; lists and
        objects become JSON text.

    Raises
    ------
    MinmapError, ChoiceError, CRSError, GeometryError
        As `minmap.Corridor` states.

    Examples
    --------
    >>> empty = gpd.GeoDataFrame({"leg_id": []}, geometry=[], crs=4326)
    >>> conform_legs_and_nodes(empty, empty)
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: legs lacks the columns from_node, to_node, mode, status, length_km,
    drawn_km, countries; add them.
    """
    legs, nodes = _conform(legs, _LEGS), _conform(nodes, _NODES)
    _require_lengths(legs)
    positions_of_ends(nodes, legs)
    return legs, nodes


def _conform(table: gpd.GeoDataFrame, form: TableForm) -> gpd.GeoDataFrame:
    checked = form.conform(table)
    additional = checked.columns.difference([*form.columns, "geometry"])
    flat = shapely.force_2d(checked.geometry.to_numpy())
    return checked.assign(**checked[additional].apply(_additional), geometry=flat)


def _additional(given: pd.Series) -> pd.Series:
    """Return an additional column in one of the four types that a file can store."""
    values = given.astype(object).where(given.notna(), None)
    dtype: Any = _ADDITIONAL_TYPES.get(infer_dtype(values, skipna=True), TEXT)
    if dtype != TEXT:
        with suppress(OverflowError):  # whole numbers of more than 64 bits
            return cast(values, dtype)
    return values.map(_as_text, na_action="ignore").astype(TEXT)


def _as_text(value: object) -> str:
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _require_lengths(legs: gpd.GeoDataFrame) -> None:
    for column in _NEVER_NEGATIVE:
        values = legs[column].astype("Float64")
        wrong = ~values.between(0, np.inf, inclusive="left").fillna(column not in _LEGS.need)
        for row in np.flatnonzero(wrong)[:1]:
            label = f"{column} of leg {legs['leg_id'][row]!r}={legs[column].astype(float)[row]}"
            raise MinmapError(f"{label} is not a number from 0 up; correct it.")


def require_track(mode: str | None, gauge_mm: int | None, status: str | None) -> None:
    """Raise if a mode, gauge or status that applies to all lines has the wrong type.

    Raises
    ------
    MinmapError
        If `mode` or `status` is not text, or `gauge_mm` is not a whole number.
    """
    for name, value, like in (("mode", mode, "rail"), ("status", status, "operating")):
        if value is not None:
            require_text(value, name=name, like=like)
    if gauge_mm is not None:
        require_whole(gauge_mm, name="gauge_mm", like=1520, least=1, most=10_000)


def km_by_mode(lines: pd.DataFrame) -> str:
    """Return the length of legs or edges by mode as text.

    Examples
    --------
    >>> km_by_mode(pd.DataFrame({"mode": ["sea", "rail", "rail"], "length_km": [479, 700, 520]}))
    'rail 1,220 km, sea 479 km'
    """
    km = lines.groupby("mode", observed=True)["length_km"].sum()
    return ", ".join(f"{mode} {km[mode]:,.0f} km" for mode in MODES if mode in km) or "0 km"
