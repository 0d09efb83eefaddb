"""The tables of corridors and networks: the checks of columns, ids, shapes and directions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, count
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_kind, require_one_of
from minmap.errors import ChoiceError, GeometryError, MinmapError
from minmap.geodesy.crs import require_layer, to_degrees
from minmap.geodesy.ellipsoid import to_ecef
from minmap.types import Floats, Geometries, Integers

CRS: Final = "EPSG:4326"
# The nullable types turn a missing value of any kind into NaN or False.
_NULLABLE: Final = {"float64": "Float64", "bool": "boolean"}
_TYPE_NAMES: Final = {"Int64": "a whole number", "float64": "a number", "bool": "True or False"}


def conform(
    table: gpd.GeoDataFrame, columns: Mapping[str, Any], *, need: Iterable[str], name: str
) -> gpd.GeoDataFrame:
    """Return a copy of a table with all of its columns in their types.

    Parameters
    ----------
    table
        GeoDataFrame in any CRS. It is not changed.
    columns
        Type of each column. The first column holds the ids.
    need
        Columns that must be there. The others are added as missing (False for Booleans).
    name
        Name of the table in messages: a plural, such as "legs".

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, with a fresh index: `columns`, the other columns as they are, ``geometry``.

    Raises
    ------
    MinmapError
        If a column is absent, a value does not have the type of its column, or an id is missing
        or occurs twice.
    CRSError, GeometryError
        If the table has no CRS or no geometry.
    """
    require_kind(table, pd.DataFrame, name=name, cure=f"give a GeoDataFrame of {name}")
    absent = [column for column in need if column not in table.columns]
    if absent:
        raise MinmapError(f"{name} lacks the columns {', '.join(absent)}; add them.")
    require_layer(table, name=name)
    shapes = to_degrees(table.geometry, what=name).to_numpy()
    plain = pd.DataFrame(table.drop(columns=table.geometry.name)).reset_index(drop=True)
    id_column = next(iter(columns))
    labels = [f"{name.removesuffix('s')} {item!r}" for item in plain[id_column].tolist()]
    typed = {column: _typed(plain, column, dtype, labels) for column, dtype in columns.items()}
    _require_ids(typed[id_column], name=name)
    others = {
        str(column): plain[column] for column in plain if column not in {*columns, "geometry"}
    }
    return gpd.GeoDataFrame({**typed, **others}, geometry=shapes, crs=CRS)


def _typed(table: pd.DataFrame, column: str, dtype: Any, labels: Sequence[str]) -> pd.Series:
    """Return a column in its type, or name the first row whose value does not fit."""
    if column not in table:
        return cast(pd.Series([None] * len(table), index=table.index, dtype=object), dtype)
    given = table[column]
    if given.dtype == dtype:
        return given
    # A text column takes any value as text, a list too.
    for row, value in enumerate(given.tolist()) if given.dtype == object else ():
        if isinstance(value, list | tuple | set | dict):
            raise _wrong_type(dtype, column, labels[row], value)
    try:
        return cast(given, dtype)
    except (TypeError, ValueError, OverflowError) as error:
        for label, value in zip(labels, given.tolist(), strict=True):
            try:
                cast(pd.Series([value], dtype=object), dtype)
            except (TypeError, ValueError, OverflowError):
                raise _wrong_type(dtype, column, label, value) from error
        raise MinmapError(f"{column} must be {_TYPE_NAMES.get(dtype, 'text')}: {error}.") from error


def cast(values: pd.Series, dtype: Any) -> pd.Series:
    """Return values in a type; a missing value becomes NaN or, where the type is bool, False.

    Examples
    --------
    >>> cast(pd.Series([True, None], dtype=object), "bool").tolist()
    [True, False]
    """
    nullable: pd.Series = values.astype(_NULLABLE.get(dtype, dtype))
    filled = nullable.fillna(value=False) if dtype == "bool" else nullable
    return filled.astype(dtype)


def _wrong_type(dtype: Any, column: str, label: str, value: object) -> MinmapError:
    kind = _TYPE_NAMES.get(dtype, "text")
    return MinmapError(f"{column} of {label}={value!r} is not {kind}; correct it.")


def _require_ids(ids: pd.Series, *, name: str) -> None:
    missing = np.flatnonzero(ids.isna() | (ids == ""))
    if missing.size:
        raise MinmapError(f"{name}: {ids.name} is missing in row {missing[0]}; give every row one.")
    twice = ids[ids.duplicated()]
    if len(twice):
        raise MinmapError(f"{name}: {ids.name}={twice.iloc[0]!r} occurs twice; ids are unique.")


def require_shapes(table: gpd.GeoDataFrame, kind: str, *, most_longitude: float) -> None:
    """Raise unless every shape has the right type and is on Earth.

    Parameters
    ----------
    table
        Table in EPSG:4326 whose first column holds the ids.
    kind
        ``"Point"`` or ``"LineString"``.
    most_longitude
        Largest longitude east or west, degrees.

    Raises
    ------
    GeometryError
        If a shape is missing, empty, of another kind, or has a vertex that is not on Earth.
    """
    shapes = table.geometry
    found = shapes.geom_type.where(~shapes.is_empty, "empty").fillna("missing")
    for row in np.flatnonzero(found != kind)[:1]:
        raise GeometryError(
            f"The geometry of {table.iloc[row, 0]!r} is {found.iloc[row]}; give one {kind}."
        )
    lonlat, owner = shapely.get_coordinates(shapes.to_numpy(), return_index=True)
    usable = np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat) <= [most_longitude, 90]).all(axis=1)
    for vertex in np.flatnonzero(~usable)[:1]:
        raise GeometryError(
            f"The geometry of {table.iloc[owner[vertex], 0]!r} has a vertex at "
            f"{tuple(lonlat[vertex].tolist())}, which is not a longitude and latitude in degrees; "
            "is it in another CRS?"
        )


def require_choices(table: gpd.GeoDataFrame, column: str, options: Iterable[str]) -> None:
    """Raise at the first row whose value is not one of the options.

    Raises
    ------
    ChoiceError
        If there is such a row. The message lists the options.
    """
    wrong = np.flatnonzero(~table[column].isin(list(options)))
    for row in wrong:
        label = f"{table.columns[0].removesuffix('_id')} {table.iloc[row, 0]!r}"
        require_one_of(table[column].iloc[row], options, name=f"{column} of {label}")


def positions_of_ends(nodes: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> Integers:
    """Return the positions of the nodes at both ends of each line.

    Parameters
    ----------
    nodes
        Table with ``node_id``.
    lines
        Table of lines with ``from_node`` and ``to_node`` whose first column holds the ids.

    Returns
    -------
    numpy.ndarray of int, shape (m, 2)
        Positions in `nodes`.

    Raises
    ------
    ChoiceError
        If a line ends at no node of the table. The message shows the nearest id.
    GeometryError
        If a line is drawn from its ``to_node`` to its ``from_node``.
    """
    columns = ("from_node", "to_node")
    index = pd.Index(nodes["node_id"])
    ends: Integers = np.column_stack([index.get_indexer(lines[column]) for column in columns])
    what = lines.columns[0].removesuffix("_id")
    for row, side in np.argwhere(ends < 0)[:1]:
        wrong = lines[columns[side]].iloc[row]
        near = get_close_matches(str(wrong), index, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise ChoiceError(
            f"{columns[side]} of {what} {lines.iloc[row, 0]!r}={wrong!r} is not a node_id of "
            f"nodes{hint} Add the node, or correct the {what}."
        )
    at_node = to_ecef(coordinates_of(nodes))[ends]
    drawn = to_ecef(end_points(lines.geometry.to_numpy()))
    forward_m = np.linalg.norm(drawn - at_node, axis=2).sum(axis=1)
    backward_m = np.linalg.norm(drawn - at_node[:, ::-1], axis=2).sum(axis=1)
    # Rounding moves the ends of a line that ends where it begins by less than a metre.
    for row in np.flatnonzero(forward_m > backward_m + 1)[:1]:
        raise GeometryError(
            f"The geometry of {lines.iloc[row, 0]!r} is drawn from its to_node to its from_node; "
            "turn it round (shapely.reverse) or exchange the two."
        )
    return ends.astype(np.int64)


def end_points(lines: Geometries) -> Floats:
    """Return the first and the last point of n lines: shape (n, 2, 2), longitude and latitude."""
    firsts = shapely.get_coordinates(shapely.get_point(lines, 0))
    lasts = shapely.get_coordinates(shapely.get_point(lines, -1))
    return np.stack([firsts, lasts], axis=1)


def coordinates_of(nodes: gpd.GeoDataFrame) -> Floats:
    """Return longitude and latitude of nodes, shape (n, 2)."""
    lonlat: Floats = shapely.get_coordinates(nodes.geometry.to_numpy())
    return lonlat


def features_of(*tables: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the rows of tables as GeoJSON features, one table after the other."""
    return [feature for table in tables for feature in table.iterfeatures(na="null", drop_id=True)]


def unique_ids(wanted: Iterable[str], *, between: str, taken: Iterable[str] = ()) -> list[str]:
    """Return ids that differ from one another and from those taken, with numbers if needed.

    Examples
    --------
    >>> unique_ids(["a", "b", "a"], between="_", taken=["b"])
    ['a', 'b_2', 'a_2']
    """
    used, ids = set(taken), []
    for name in wanted:
        numbered = (f"{name}{between}{number}" for number in count(2))
        ids.append(next(text for text in chain([name], numbered) if text not in used))
        used.add(ids[-1])
    return ids
