"""The tables of corridors and networks: the checks of columns, ids, shapes and directions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import did_you_mean, require_kind, require_one_of
from minmap.errors import ChoiceError, GeometryError, MinmapError
from minmap.geodesy.crs import WGS84, to_degrees
from minmap.geodesy.ellipsoid import to_ecef
from minmap.types import Floats, Geometries, Integers

# The nullable types turn a missing value of any kind into NaN or False.
_NULLABLE: Final = {"float64": "Float64", "bool": "boolean"}
_TYPE_NAMES: Final = {"Int64": "a whole number", "float64": "a number", "bool": "True or False"}


@dataclass(frozen=True)
class TableForm:
    """The form of a table of points or lines.

    Attributes
    ----------
    name
        Name of the table in messages: a plural, such as "legs".
    shape
        ``"Point"`` or ``"LineString"``.
    columns
        Type of each column. The first column holds the ids.
    need
        Columns that must be there. The others are added as missing (False for Booleans).
    options
        Permitted values of columns; a value of a column that is not needed may be missing.
    most_longitude
        Largest longitude east or west, degrees.
    """

    name: str
    shape: str
    columns: Mapping[str, Any]
    need: Sequence[str]
    options: Mapping[str, Sequence[str]]
    most_longitude: float = 180

    def conform(self, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return a checked copy of a table with all of its columns in their types.

        Parameters
        ----------
        table
            GeoDataFrame in any CRS. It is not changed.

        Returns
        -------
        geopandas.GeoDataFrame
            EPSG:4326, with a fresh index: `columns`, the other columns as they are, ``geometry``.

        Raises
        ------
        MinmapError
            If a column is absent, a value does not have the type of its column, or an id is
            missing or occurs twice.
        ChoiceError
            If a value is not one of the options of its column. The message lists them.
        CRSError, GeometryError
            If the table has no CRS or no geometry, or a shape is missing, empty, of another kind,
            or has a vertex that is not on Earth.
        """
        name = self.name
        require_kind(table, pd.DataFrame, name=name, cure=f"give a GeoDataFrame of {name}")
        absent = [column for column in self.need if column not in table.columns]
        if absent:
            raise MinmapError(f"{name} lacks the columns {', '.join(absent)}; add them.")
        shapes = to_degrees(table, what=name).to_numpy()
        plain = pd.DataFrame(table.drop(columns=table.geometry.name)).reset_index(drop=True)
        plain.columns = plain.columns.map(str)
        ids = plain[next(iter(self.columns))]
        labels = [f"{name.removesuffix('s')} {item!r}" for item in ids.tolist()]
        typed = {
            column: _typed(plain, column, self.columns[column], labels) for column in self.columns
        }
        others = plain.columns.difference([*self.columns, "geometry"], sort=False)
        checked = gpd.GeoDataFrame({**typed, **plain[others]}, geometry=shapes, crs=WGS84)
        self._require_ids(checked.iloc[:, 0])
        for column, options in self.options.items():
            values = checked[column]
            wrong = ~values.isin(options) & (values.notna() | (column in self.need))
            for row in np.flatnonzero(wrong)[:1]:
                require_one_of(values[row], options, name=f"{column} of {labels[row]}")
        self._require_shapes(checked)
        return checked

    def _require_ids(self, ids: pd.Series) -> None:
        name = f"{self.name}: {ids.name}"
        for row in np.flatnonzero(ids.isna() | (ids == ""))[:1]:
            raise MinmapError(f"{name} is missing in row {row}; give every row one.")
        for twice in ids[ids.duplicated()][:1]:
            raise MinmapError(f"{name}={twice!r} occurs twice; ids are unique.")

    def _require_shapes(self, table: gpd.GeoDataFrame) -> None:
        shapes, ids = table.geometry, table.iloc[:, 0]
        found = shapes.geom_type.where(~shapes.is_empty, "empty").fillna("missing")
        for row in np.flatnonzero(found != self.shape)[:1]:
            raise GeometryError(
                f"The geometry of {ids[row]!r} is {found[row]}; give one {self.shape}."
            )
        lonlat, owner = shapely.get_coordinates(shapes.to_numpy(), return_index=True)
        usable = np.isfinite(lonlat) & (np.abs(lonlat) <= [self.most_longitude, 90])
        for vertex in np.flatnonzero(~usable.all(axis=1))[:1]:
            raise GeometryError(
                f"The geometry of {ids[owner[vertex]]!r} has a vertex at "
                f"{tuple(lonlat[vertex].tolist())}, which is not a longitude and latitude in "
                "degrees; is it in another CRS?"
            )


def _typed(table: pd.DataFrame, column: str, dtype: Any, labels: Sequence[str]) -> pd.Series:
    """Return a column in its type, or name the first row whose value does not fit."""
    given = table.get(column, pd.Series([None] * len(table), table.index, dtype=object))
    try:
        return cast(given, dtype)
    except (TypeError, ValueError, OverflowError) as error:
        kind = _TYPE_NAMES.get(dtype, "text")
        for label, value in zip(labels, given.tolist(), strict=True):
            try:
                cast(pd.Series([value], dtype=object), dtype)
            except (TypeError, ValueError, OverflowError):
                message = f"{column} of {label}={value!r} is not {kind}; correct it."
                raise MinmapError(message) from error
        raise MinmapError(f"{column} must be {kind}: {error}.") from error


def cast(values: pd.Series, dtype: Any) -> pd.Series:
    """Return values in a type; a missing value becomes NaN or, where the type is bool, False.

    Raises
    ------
    TypeError, ValueError, OverflowError
        If a value does not have the type, or is a list or dictionary.

    Examples
    --------
    >>> cast(pd.Series([True, None], dtype=object), "bool").tolist()
    [True, False]
    """
    # A text column would take any value as text, a list too.
    if values.dtype == object and values.map(type).isin([list, tuple, set, dict]).any():
        raise TypeError("it contains lists")
    nullable: pd.Series = values.astype(_NULLABLE.get(dtype, dtype))
    filled = nullable.fillna(value=False) if dtype == "bool" else nullable
    return filled.astype(dtype)


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
        hint = did_you_mean([*map(repr, get_close_matches(str(wrong), index, n=1))])
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
    return shapely.get_coordinates(nodes.geometry.to_numpy())


def features_of(*tables: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the rows of tables as GeoJSON features, one table after the other."""
    return [feature for table in tables for feature in table.iterfeatures(na="null", drop_id=True)]
