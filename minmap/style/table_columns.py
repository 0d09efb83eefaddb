"""Columns of a user's table by their names, in types that numpy and Arrow both read."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.arguments import require_one_of
from minmap.errors import MinmapError

_FIRST_ROWS = 1_000


def column_names(table: pd.DataFrame) -> list[str]:
    """Return the names of the columns that are not geometries, as text.

    Examples
    --------
    >>> column_names(pd.DataFrame({"a": [1], 2020: [2]}))
    ['a', '2020']
    """
    kinds = zip(table.columns, table.dtypes, strict=True)
    return [str(label) for label, kind in kinds if not is_geometry(kind)]


def column_of(table: pd.DataFrame, name: Any, *, argument: str) -> pd.Series:
    """Return the column that an argument names; ``"2020"`` also finds the column 2020.

    Raises
    ------
    ChoiceError
        If there is no such column, or it contains geometries.
    MinmapError
        If several columns have that name.

    Examples
    --------
    >>> column_of(pd.DataFrame({2020: [1, 2]}), "2020", argument="color").tolist()
    [1, 2]
    """
    wanted, names = str(name), [str(label) for label in table.columns]
    if wanted not in (choices := column_names(table)):
        require_one_of(name, choices, name=argument)
    if names.count(wanted) > 1:
        raise MinmapError(
            f"{argument}={wanted!r} names {names.count(wanted)} columns; rename them so that one "
            "is meant."
        )
    return with_numpy_type(table.iloc[:, names.index(wanted)])


def with_numpy_type(series: pd.Series) -> pd.Series:
    """Return a column without a sparse type, and its decimal fractions as floats.

    Examples
    --------
    >>> import pyarrow as pa
    >>> with_numpy_type(pd.Series([0, 1], dtype="Sparse[int64]")).dtype
    dtype('int64')
    >>> with_numpy_type(pd.Series([0.5, None], dtype=pd.ArrowDtype(pa.decimal128(3, 1)))).tolist()
    [0.5, nan]
    """
    kind = pd.api.types
    if isinstance(series.dtype, pd.SparseDtype):
        series = pd.Series(series.to_numpy(), index=series.index, name=series.name)
    if not kind.is_any_real_numeric_dtype(series) or kind.is_integer_dtype(series):
        return series
    numbers = series.to_numpy(np.float64, na_value=np.nan)
    return pd.Series(numbers, index=series.index, name=series.name)


def is_geometry(dtype: object) -> bool:
    """Return whether a column of this type contains geometries."""
    return isinstance(dtype, gpd.array.GeometryDtype)


def has_values(series: pd.Series) -> bool:
    """Return whether a column has a value in any row.

    Examples
    --------
    >>> has_values(pd.Series([None, "ore"])), has_values(pd.Series([None, float("nan")]))
    (True, False)
    """
    # Most columns that have values have one among the first.
    return bool(series.iloc[:_FIRST_ROWS].notna().any() or series.notna().any())
