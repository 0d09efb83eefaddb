"""Border crossings as records: where they are, whether they are open, and what they take.

`minmap/transport/network/data/README.md` has the origin of the three tables that are joined here.
"""

import itertools
from functools import cache
from importlib import resources
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_kind, require_number, require_one_of, shown
from minmap.errors import GeometryError, MinmapError
from minmap.geodesy.crs import WGS84, to_degrees
from minmap.transport.network.parameters import LEVELS, MOST
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import TEXT, Booleans
from minmap.vocabulary import countries

STATUSES: Final = ("open", "seasonal", "test operation", "closed", "unknown")
_PASSED: Final = ("open", "seasonal", "test operation")
MEASURES: Final = ("hours", "usd_t")
WAYS: Final = ("ab", "ba")
"""From `country_a` to `country_b`, and back."""
_FIGURES: Final = tuple(
    f"{measure}_{way}{level}" for measure in MEASURES for way in WAYS for level in LEVELS
)
CROSSING_COLUMNS: Final = (
    "crossing_id", "name", "mode", "country_a", "country_b", "status", "status_date",
    *_FIGURES, "year", "source", "status_source",
)  # fmt: skip
_FALLBACK_NAMES: Final = {
    "any-rail": "railway, no crossing listed",
    "any-road": "road, no crossing listed",
    "any-sea": "sea, any ports",
    "union-road": "road inside a customs union",
    "union-rail": "railway inside a customs union",
}
FALLBACKS: Final = (*_FALLBACK_NAMES,)
"""Ids of the rows for borders at which no crossing is listed."""
_CURE: Final = "give minmap.crossings() with rows changed, added or left out"


def crossings() -> gpd.GeoDataFrame:
    """List the border crossings, what they take, and whether they are open.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, one row for each crossing and mode:

        - ``crossing_id``, ``name``, ``mode`` (road, rail or sea)
        - ``country_a``, ``country_b``: alpha-3, in alphabetical order
        - ``status``: open, seasonal, test operation, closed or unknown; with ``status_date`` and
          ``status_source``. A load passes where it is open, seasonal or in test operation, and by
          rail also where it is unknown
        - ``hours_ab``, ``usd_t_ab``: hours and USD per tonne from a to b, ``hours_ba`` and
          ``usd_t_ba`` back; each with ``_low`` and ``_high``
        - ``year``, ``source``: of these figures
        - ``geometry``: the place. A row without a place holds for a whole border: it closes it, or
          holds wherever no crossing of its mode is near, as between two countries of the Caspian
          Sea. The rows ``any-road``, ``any-rail`` and ``any-sea``, inside a customs union
          ``union-road`` and ``union-rail``, hold for borders at which no crossing is listed

    Examples
    --------
    >>> table = crossings().set_index("crossing_id")
    >>> table.loc["panji-poyon-shirkhan-bandar", ["country_a", "country_b", "status"]].tolist()
    ['AFG', 'TJK', 'open']
    >>> table.loc["any-road", ["hours_ab_low", "hours_ab", "hours_ab_high"]].tolist()
    [4.2, 9.9, 19.9]
    """
    return _table().copy()


def given_crossings(table: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Return the table of an argument ``crossings``, checked; None means the shipped one.

    Raises
    ------
    MinmapError
        If it is not a table of `crossings`: a column or a fallback is absent, an id is not one
        word or occurs twice, a figure is no number from 0 to 1,000,000, or a range is not in
        rising order.
    ChoiceError
        If a mode, status or country is not known.
    GeometryError
        If a place is not a point.

    Examples
    --------
    >>> table = crossings()
    >>> table.loc[table["crossing_id"] == "any-road", "hours_ab_low"] = 30
    >>> given_crossings(table)
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: crossings: hours_ab of 'any-road' is not in rising order ...
    """
    if table is None:
        return _table()
    require_kind(table, gpd.GeoDataFrame, name="crossings", cure=_CURE)
    _require_columns(table)
    _require_ids(table)
    for column, options in {"mode": MODES, "status": STATUSES}.items():
        for value in table[column]:
            require_one_of(value, options, name=f"crossings[{column!r}]")
    _require_countries(table)
    _require_ranges(table)
    return table.set_geometry(_places(table)).reset_index(drop=True)


def _require_columns(table: gpd.GeoDataFrame) -> None:
    """Raise if a column is absent or there twice."""
    absent = [column for column in CROSSING_COLUMNS if column not in table]
    if absent:
        raise MinmapError(f"crossings lacks the columns {', '.join(absent)}; {_CURE}.")
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise MinmapError(f"crossings has the column {shown(twice[0])} more than once; {_CURE}.")


def _require_ids(table: gpd.GeoDataFrame) -> None:
    """Raise if an id is not one word, occurs twice, or a fallback is absent."""
    known = set[str]()
    for value in table["crossing_id"]:
        if not isinstance(value, str) or value.split() != [value]:
            raise MinmapError(
                f"crossings['crossing_id']={shown(value)} is not one word; give each crossing an "
                "id without blanks, such as 'torugart'."
            )
        if value in known:
            raise MinmapError(f"crossings has {shown(value)} more than once; {_CURE}.")
        known.add(value)
    for name in FALLBACKS:
        if name not in known:
            raise MinmapError(f"crossings lacks {name!r}; {_CURE}.")


def _require_countries(table: gpd.GeoDataFrame) -> None:
    """Raise if a country of a listed crossing is not an alpha-3 code."""
    listed = table[~table["crossing_id"].isin(FALLBACKS)]
    known = set(countries()["code"])
    for column in ("country_a", "country_b"):
        for value in listed[column]:
            require_one_of(value, known, name=f"crossings[{column!r}]")


def _require_ranges(table: gpd.GeoDataFrame) -> None:
    """Raise if a figure is no number from 0 to `MOST`, or a range is not in rising order."""
    ids = table["crossing_id"].tolist()
    for measure, way in itertools.product(MEASURES, WAYS):
        names = [f"{measure}_{way}{level}" for level in LEVELS]
        for name in names:
            for at, value in zip(ids, table[name], strict=True):
                require_number(
                    value, name=f"crossings[{name!r}] of {shown(at)}", like=8, least=0, most=MOST
                )
        low, value, high = table[names].to_numpy(dtype=float).T
        for row in np.flatnonzero((low > value) | (value > high))[:1]:
            raise MinmapError(
                f"crossings: {measure}_{way} of {shown(ids[row])} is not in rising order "
                f"({low[row]:g}, {value[row]:g}, {high[row]:g}); give numbers of 0 or more in its "
                "columns _low, without ending, and _high."
            )


def _places(table: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the places in degrees; raise if one is no point."""
    shapes = to_degrees(table, what="crossings")
    for at, shape in zip(table["crossing_id"], shapes, strict=True):
        if shape is None or shape.is_empty:
            continue
        on_earth = shape.geom_type == "Point" and abs(shape.x) <= 180 and abs(shape.y) <= 90
        if not on_earth:
            raise GeometryError(
                f"crossings: the place of {shown(at)}, {shape.wkt:.60}, is no point on the Earth; "
                "give a point, or None for a row that holds for a whole border."
            )
    return shapes.set_axis(table.index)


def may_pass(table: gpd.GeoDataFrame) -> Booleans:
    """Return whether a load may pass each crossing of a table."""
    status, rail = table["status"], table["mode"] == "rail"
    return np.asarray(status.isin(_PASSED) | ((status == "unknown") & rail), dtype=np.bool_)


def in_one_union(country: str, other: str) -> bool:
    """Return whether two countries (alpha-3) belong to one customs union.

    Examples
    --------
    >>> in_one_union("KAZ", "RUS"), in_one_union("KAZ", "UZB"), in_one_union("BGR", "GRC")
    (True, False, True)
    """
    union = _unions()
    return country in union and union[country] == union.get(other)


@cache
def _unions() -> dict[str, str]:
    table = _read("customs_unions.csv")
    return dict(zip(table["country"], table["union"], strict=True))


@cache
def _table() -> gpd.GeoDataFrame:
    listed, costs = _read("crossings.csv"), _read("crossing_costs.csv")
    names = {f"{name}{end}": (name, end) for name in MEASURES for end in LEVELS}
    costs = costs.astype(dict.fromkeys(names, "float64"))
    added = pd.DataFrame(
        {"crossing_id": FALLBACKS, "name": _FALLBACK_NAMES.values(), "status": "open"}
    )
    added["mode"] = [name.partition("-")[2] for name in FALLBACKS]
    table = pd.concat([listed, added], ignore_index=True)
    columns: dict[str, Any] = {}
    for way in WAYS:
        of_way = costs[costs["direction"] == way].set_index("crossing_id")
        own = of_way.loc[table["crossing_id"]]
        for column, (name, end) in names.items():
            columns[f"{name}_{way}{end}"] = own[column].to_numpy()
        columns |= {"year": own["year"].array, "source": own["source"].array}
    lon, lat = (pd.to_numeric(table[name]).to_numpy(dtype=float) for name in ("lon", "lat"))
    places = np.where(np.isnan(lon), None, shapely.points(np.nan_to_num(lon), np.nan_to_num(lat)))
    table = table.drop(columns=["lon", "lat"]).assign(**columns)[[*CROSSING_COLUMNS]]
    return gpd.GeoDataFrame(table, geometry=places, crs=WGS84)


def _read(name: str) -> pd.DataFrame:
    file = resources.files(__package__) / "data" / name
    with file.open(encoding="utf-8") as lines:
        return pd.read_csv(lines, dtype=TEXT)
