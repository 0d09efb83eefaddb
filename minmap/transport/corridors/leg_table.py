"""The tables of a corridor, its legs and its nodes: their columns, and what they may hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import infer_dtype

from minmap.arguments import require_kind, require_one_of, require_text, require_whole
from minmap.errors import GeometryError, MinmapError
from minmap.geodesy.ellipsoid import to_ecef
from minmap.geodesy.stated_crs import require_layer, to_degrees
from minmap.vocabulary import TEXT

CRS: Final = "EPSG:4326"
MODES: Final = ("rail", "road", "sea", "pipeline")
STATUSES: Final = ("operating", "under construction", "planned")
_LIKE_GAUGE, _WIDEST_GAUGE = 1520, 10_000
NODE_KINDS: Final = (
    "port",
    "border crossing",
    "dry port",
    "break of gauge",
    "junction",
    "station",
)
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
_LEGS_NEED: Final = (
    "leg_id",
    "from_node",
    "to_node",
    "mode",
    "status",
    "length_km",
    "drawn_km",
    "countries",
)
_NODES_NEED: Final = ("node_id", "name", "kind", "country")
_NEVER_NEGATIVE: Final = ("length_km", "drawn_km", "gauge_mm", "bridged_km", "published_km")
# A missing value of any kind becomes NaN on the way through the nullable type.
_THROUGH: Final = {"float64": "Float64"}
_CALLED: Final = {"Int64": "a whole number", "float64": "a number"}
# What the values of a further column are called by pandas, and the dtype that they get.
_FURTHER: Final = {
    "boolean": "boolean",
    "integer": "Int64",
    "floating": "float64",
    "mixed-integer-float": "float64",
}


def conform(
    legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return copies of both tables with all columns, checked value by value.

    Parameters
    ----------
    legs, nodes
        As `minmap.Corridor` takes them. Not changed.

    Returns
    -------
    tuple of geopandas.GeoDataFrame
        EPSG:4326, two-dimensional, numbered from 0, the columns of `LEG_COLUMNS` and
        `NODE_COLUMNS` first. Of the further columns, text is text, whole numbers are Int64,
        others float64, truth is boolean; everything else is text, lists and objects as JSON.

    Raises
    ------
    MinmapError, ChoiceError, CRSError, GeometryError
        As `minmap.Corridor` says.

    Examples
    --------
    >>> empty = gpd.GeoDataFrame({"leg_id": []}, geometry=[], crs=4326)
    >>> conform(empty, empty)
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: legs lacks the columns from_node, to_node, mode, status, length_km,
    drawn_km, countries; add them.
    """
    legs = _with_columns(legs, LEG_COLUMNS, need=_LEGS_NEED, name="legs")
    nodes = _with_columns(nodes, NODE_COLUMNS, need=_NODES_NEED, name="nodes")
    _require_geometries(legs, kind="LineString")
    _require_geometries(nodes, kind="Point")
    _require_choices(legs, nodes)
    _require_lengths(legs)
    _require_direction(legs, nodes)
    return legs, nodes


def _with_columns(
    frame: gpd.GeoDataFrame, columns: Mapping[str, Any], *, need: Iterable[str], name: str
) -> gpd.GeoDataFrame:
    require_kind(frame, pd.DataFrame, name=name, cure=f"give a GeoDataFrame of {name}")
    absent = [column for column in need if column not in frame.columns]
    if absent:
        raise MinmapError(f"{name} lacks the columns {', '.join(absent)}; add them.")
    require_layer(frame, name=name)
    placed = to_degrees(frame.geometry, what=name)
    plain = pd.DataFrame(frame).reset_index(drop=True)
    id_column = next(iter(columns))
    named = [f"{name.removesuffix('s')} {item!r}" for item in plain[id_column].tolist()]
    made = {
        column: _typed(plain[column], dtype, named) if column in plain else _missing(plain, dtype)
        for column, dtype in columns.items()
    }
    taken = {*columns, "geometry", frame.geometry.name}
    made |= {str(other): _further(plain[other]) for other in plain if other not in taken}
    _require_ids(made[id_column], name=name)
    made["geometry"] = shapely.force_2d(placed.to_numpy())
    return gpd.GeoDataFrame(made, crs=CRS)


def _missing(frame: pd.DataFrame, dtype: Any) -> pd.Series:
    value = np.nan if dtype == "float64" else None
    return pd.Series([value] * len(frame), index=frame.index, dtype=dtype)


def _typed(given: pd.Series, dtype: Any, named: Sequence[str]) -> pd.Series:
    """Return a column in its dtype; name the first row whose value it cannot hold."""
    if given.dtype == dtype:
        return given
    for row, value in enumerate(given.tolist()) if given.dtype == object else ():
        if isinstance(value, list | tuple | set | dict):
            raise _not_a(dtype, given.name, named[row], value)
    try:
        return _cast(given, dtype)
    except (TypeError, ValueError, OverflowError) as error:
        for item, value in zip(named, given.tolist(), strict=True):
            try:
                _cast(pd.Series([value], dtype=object), dtype)
            except (TypeError, ValueError, OverflowError):
                raise _not_a(dtype, given.name, item, value) from error
        raise MinmapError(f"{given.name} must be {_CALLED.get(dtype, 'text')}: {error}.") from error


def _not_a(dtype: Any, column: object, item: str, value: object) -> MinmapError:
    kind = _CALLED.get(dtype, "text")
    return MinmapError(f"{column} of {item}={value!r} is not {kind}; correct it.")


def _further(given: pd.Series) -> pd.Series:
    """Return a column that is none of ours in one of the four dtypes that a file can keep."""
    values = given.astype(object).where(given.notna(), None)
    dtype = _FURTHER.get(infer_dtype(values, skipna=True), TEXT)
    if dtype == TEXT:
        return values.map(_as_text, na_action="ignore").astype(TEXT)
    try:
        return _cast(values, dtype)
    except OverflowError:  # whole numbers that 64 bits cannot hold
        return values.map(_as_text, na_action="ignore").astype(TEXT)


def _cast(values: pd.Series, dtype: Any) -> pd.Series:
    through: Any = _THROUGH.get(dtype, dtype)
    cast: pd.Series = values.astype(through).astype(dtype)
    return cast


def _as_text(value: object) -> str:
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _require_ids(ids: pd.Series, *, name: str) -> None:
    missing = np.flatnonzero(ids.isna() | (ids == ""))
    if missing.size:
        raise MinmapError(f"{name}: {ids.name} is missing in row {missing[0]}; give every row one.")
    twice = ids[ids.duplicated()]
    if len(twice):
        raise MinmapError(f"{name}: {ids.name}={twice.iloc[0]!r} occurs twice; ids are unique.")


def _require_geometries(table: gpd.GeoDataFrame, *, kind: str) -> None:
    shapes = table.geometry
    found = shapes.geom_type.where(~shapes.is_empty, "empty").fillna("missing")
    for item, geometry in zip(table.iloc[:, 0], found, strict=True):
        if geometry != kind:
            raise GeometryError(f"The geometry of {item!r} is {geometry}; give one {kind}.")
    lonlat, row = shapely.get_coordinates(shapes.to_numpy(), return_index=True)
    usable = (np.abs(lonlat) <= [180, 90]).all(axis=1)
    if not usable.all():
        first = np.flatnonzero(~usable)[0]
        raise GeometryError(
            f"The geometry of {table.iloc[row[first], 0]!r} has a vertex at "
            f"{tuple(lonlat[first].tolist())}, which is no longitude from -180 to 180 and latitude "
            "from -90 to 90; is it in another CRS?"
        )


def _require_choices(legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> None:
    node_ids = nodes["node_id"]
    _require_one_of(legs, "mode", MODES)
    _require_one_of(legs, "status", STATUSES)
    _require_one_of(legs, "from_node", node_ids)
    _require_one_of(legs, "to_node", node_ids)
    _require_one_of(legs[legs["geometry_kind"].notna()], "geometry_kind", GEOMETRY_KINDS)
    _require_one_of(nodes, "kind", NODE_KINDS)


def _require_one_of(table: gpd.GeoDataFrame, column: str, options: Iterable[str]) -> None:
    """Raise at the first row whose value is none of the options."""
    wrong = table[~table[column].isin(list(options))]
    for item, value in zip(wrong.iloc[:, 0], wrong[column], strict=True):
        kind = table.columns[0].removesuffix("_id")
        require_one_of(value, options, name=f"{column} of {kind} {item!r}")


def _require_lengths(legs: gpd.GeoDataFrame) -> None:
    for column in _NEVER_NEGATIVE:
        values = legs[column].to_numpy(dtype=float, na_value=np.nan)
        wrong = (values < 0) | np.isinf(values)
        if column in _LEGS_NEED:
            wrong |= np.isnan(values)
        for row in np.flatnonzero(wrong):
            item = f"{column} of leg {legs['leg_id'][row]!r}"
            raise MinmapError(f"{item}={float(values[row])} is not a number from 0 up; correct it.")


def _require_direction(legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> None:
    """Raise at a line that runs from its leg's `to_node` to its `from_node`."""
    place = pd.Series(range(len(nodes)), index=nodes["node_id"])
    at_node = to_ecef(shapely.get_coordinates(nodes.geometry.to_numpy()))
    start, end = (
        at_node[place.reindex(legs[column]).to_numpy(dtype=int)]
        for column in ("from_node", "to_node")
    )
    first, last = (
        to_ecef(shapely.get_coordinates(shapely.get_point(legs.geometry.to_numpy(), position)))
        for position in (0, -1)
    )
    ahead = np.linalg.norm(first - start, axis=1) + np.linalg.norm(last - end, axis=1)
    astern = np.linalg.norm(first - end, axis=1) + np.linalg.norm(last - start, axis=1)
    for row in np.flatnonzero(astern < ahead):
        raise GeometryError(
            f"The geometry of {legs['leg_id'][row]!r} is drawn from its to_node to its from_node; "
            "turn it round (shapely.reverse) or exchange the two."
        )


def require_track(mode: str | None, gauge_mm: int | None, status: str | None) -> None:
    """Raise if what a user says of all lines is no mode, gauge or status at all.

    Raises
    ------
    MinmapError
        If `mode` or `status` is no text, or `gauge_mm` no whole number.
    """
    for name, value in (("mode", mode), ("status", status)):
        if value is not None:
            require_text(value, name=name, like="rail" if name == "mode" else "operating")
    if gauge_mm is not None:
        require_whole(gauge_mm, name="gauge_mm", like=_LIKE_GAUGE, least=1, most=_WIDEST_GAUGE)


def mappings_of(given: Any, *, name: str) -> list[dict[Any, Any]]:
    """Return copies of mappings that a user gives in a list, such as the sources of a corridor.

    Raises
    ------
    MinmapError
        If `given` is no list, or holds anything but mappings.

    Examples
    --------
    >>> mappings_of([{"title": "Atlas"}], name="sources")
    [{'title': 'Atlas'}]
    """
    cure = "give a list of dictionaries, such as [{'title': 'Atlas', 'url': 'https://...'}]"
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        require_kind(given, list, name=name, cure=cure)
    try:
        items = list(given)
    except (TypeError, ValueError):
        items = [None]
    for number, item in enumerate(items):
        require_kind(item, Mapping, name=f"{name}[{number}]", cure=cure)
    return [dict(item) for item in items]
