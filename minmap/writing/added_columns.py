"""Columns of numbers that functions of minmap add to an occurrence table."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

_REAL: Final = "float64"
_COUNT: Final = "Int64"
_WHEN: Final = ("before", "after")
_TIMES_AND_COSTS: Final = ("total_km", "hours", "cost_usd_t")
ADDED: Final[tuple[tuple[frozenset[str], Mapping[str, str]], ...]] = (
    # minmap.merge
    (frozenset(), {"site_count": "int64", "site_probability": "Float64"}),
    # minmap.nearest
    (
        frozenset({"distance_km", "leg_id", "along_km"}),
        dict.fromkeys(("distance_km", "along_km", "node_distance_km"), _REAL),
    ),
    # minmap.access
    (
        frozenset({"to", "gate", "connector_km"}),
        {
            **dict.fromkeys(("connector_km", "route_km", "rail_km", "road_km", "sea_km"), _REAL),
            **dict.fromkeys(_TIMES_AND_COSTS, _REAL),
            **dict.fromkeys(("borders", "gauge_breaks"), _COUNT),
        },
    ),
    # minmap.closed_access
    (
        frozenset({"gate_before", "gate_after", "extra_km"}),
        {
            **{f"{name}_{when}": _REAL for name in _TIMES_AND_COSTS for when in _WHEN},
            **dict.fromkeys(("extra_km", "extra_hours", "extra_usd_t"), _REAL),
        },
    ),
)  # fmt: skip
"""Dtypes of the columns of each function, and the columns by which its result is recognised. A name
such as ``hours`` alone may be that of a column of the user's own."""


def added_dtypes(names: Iterable[object]) -> dict[str, str]:
    """Return the dtypes of those columns that minmap has added.

    Examples
    --------
    >>> added_dtypes(["name", "site_count", "hours", "distance_km"])
    {'site_count': 'int64'}
    """
    given = {*map(str, names)}
    found: dict[str, str] = {}
    for marks, dtypes in ADDED:
        if marks <= given:
            found |= {name: dtype for name, dtype in dtypes.items() if name in given}
    return found


def numbers_of(column: pd.Series) -> pd.Series:
    """Return the numbers of a column, also with decimal commas, as spreadsheets write them.

    Examples
    --------
    >>> numbers_of(pd.Series(["0,85", "1", None])).tolist()
    [0.85, 1.0, nan]
    """
    found: pd.Series = pd.to_numeric(column, errors="coerce")
    if pd.api.types.is_string_dtype(column.dtype) and (found.isna() & column.notna()).any():
        with_point = column.where(column.str.contains(r"^\s*[+-]?\d+,\d+\s*$", na=False))
        found = found.fillna(pd.to_numeric(with_point.str.replace(",", "."), errors="coerce"))
    return found


def with_numbers(column: pd.Series, dtype: str) -> pd.Series:
    """Return a column with its own dtype if all of its values are numbers, else as it is.

    Examples
    --------
    >>> with_numbers(pd.Series(["2", None]), "int64").tolist()
    [2, <NA>]
    >>> with_numbers(pd.Series(["2", "many"]), "int64").tolist()
    ['2', 'many']
    """
    numbers = numbers_of(column).to_numpy(dtype=float, na_value=np.nan)
    is_missing = column.isna().to_numpy()
    fits = np.isfinite(numbers) if "float" in dtype.lower() else np.mod(numbers, 1) == 0
    if not (fits | is_missing).all():
        return column
    if dtype == "int64" and is_missing.any():
        dtype = _COUNT
    typed: Any = dtype
    return pd.Series(numbers, index=column.index).astype(typed)
