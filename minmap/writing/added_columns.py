"""Columns of numbers that functions of minmap add to an occurrence table."""

from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from minmap.writing.column_types import restored
from minmap.writing.metadata import ColumnMetadata

_REAL: Final = "float64"
_COUNT: Final = "Int64"
_EXACT: Final = 2**53
_COMMA: Final = r"^\s*[+-]?\d+,\d+\s*$"
_MAY_BE_THOUSAND: Final = r"^\s*[+-]?[1-9]\d{0,2},\d{3}\s*$"
_ENDS: Final = ("low", "high")
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
            **{f"{name}_{end}": _REAL for name in ("hours", "cost_usd_t") for end in _ENDS},
            **dict.fromkeys(("entry_lon", "entry_lat", "nearer_gate_km"), _REAL),
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

    "1,250" beside a number with a decimal point may be meant as a thousand, so it is no number.

    Examples
    --------
    >>> numbers_of(pd.Series(["0,85", "1", None])).tolist()
    [0.85, 1.0, nan]
    >>> numbers_of(pd.Series(["1,250", "12.5"])).tolist()
    [nan, 12.5]
    """
    found: pd.Series = pd.to_numeric(column, errors="coerce")
    if pd.api.types.is_string_dtype(column.dtype) and (found.isna() & column.notna()).any():
        has_points = column.str.contains(".", regex=False, na=False) & found.notna()
        with_point = column.where(column.str.contains(_COMMA, na=False))
        if has_points.any():
            with_point = with_point.mask(column.str.contains(_MAY_BE_THOUSAND, na=False))
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
    numbers = numbers_of(column).astype("float64")
    fits = numbers.notna() | column.isna()
    if "float" not in dtype.lower():
        # A float cannot hold every larger whole number.
        fits &= column.isna() | (numbers.mod(1).eq(0) & numbers.abs().le(_EXACT))
    if not fits.all():
        return column
    return restored(numbers, ColumnMetadata(str(column.name), str(column.name), dtype))
