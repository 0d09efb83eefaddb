"""An occurrence table counted by country, commodity and the like."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap import vocabulary
from minmap.arguments import require_one_of, require_words
from minmap.errors import MinmapError
from minmap.querying.code_columns import (
    Coded,
    all_commodities,
    column,
    commodity_codes,
    require_table,
    terms,
)
from minmap.vocabulary import TEXT, critical_codes

BY: Final = (
    "country",
    "commodity",
    "main_commodity",
    "group",
    "status",
    "site_type",
    "deposit_type",
    "critical",
)
"""What `summarise` counts by."""

NOT_STATED: Final = "not stated"

_TERMS: Final[dict[str, tuple[str, str | None]]] = {
    "country": ("country", "countries"),
    "status": ("status", "status"),
    "site_type": ("site_type", "site_types"),
    "deposit_type": ("deposit_type", "deposit_types"),
    "group": ("commodity_group", None),
}
_DISTANCES: Final = ("min", "median", "max")


def summarise(
    occurrences: gpd.GeoDataFrame, *, by: str | Iterable[str], critical: str | None = None
) -> pd.DataFrame:
    """Count the occurrences of each country, commodity and the like.

    Parameters
    ----------
    occurrences
        An occurrence table, or any GeoDataFrame with the columns counted by. Not changed.
    by
        One or several of "country", "commodity", "main_commodity", "group", "status",
        "site_type", "deposit_type", "critical". Several make a row for each combination that
        occurs. "commodity" is any, main or minor, as in `select`: an occurrence with several
        counts once for each, so that the counts add up to more than there are occurrences. A group
        such as REE is counted where the record says no more than that.
    critical
        Id of the list of critical minerals that "critical" asks about, such as "US-2025": "yes"
        where any commodity is on it.

    Returns
    -------
    pandas.DataFrame
        Most frequent first, for each of `by` two columns, then the counts:

        - ``<by>``: the code ("yes" or "no" for "critical"); missing where it is not stated
        - ``<by>_name``: its name in English, "not stated" where it is not
        - ``occurrences``: how many
        - ``share``: of all occurrences of the table, 0 to 1
        - ``located``: how many of them have a location
        - ``distance_km_min``, ``distance_km_median``, ``distance_km_max``: km, only if the table
          has ``distance_km`` (`minmap.nearest`)

        ``attrs["occurrences"]`` is the number of occurrences in the table; ``attrs["sources"]``
        are the table's.

    Raises
    ------
    ChoiceError
        If `by` or `critical` is unknown.
    MinmapError
        If the table lacks a column counted by, or "critical" comes without its list or the list
        without it.
    GeometryError
        If `occurrences` is no GeoDataFrame.

    Examples
    --------
    >>> deposits = gpd.GeoDataFrame(
    ...     {"commodities": ["Cu Au", "Cu", "W"], "country": ["KAZ", "KAZ", None]},
    ...     geometry=gpd.points_from_xy([67.4, 75.9, 71.2], [47.9, 42.6, 50.1]),
    ...     crs=4326,
    ... )
    >>> print(summarise(deposits, by="commodity").to_string(index=False))
    commodity commodity_name  occurrences    share  located
           Cu         Copper            2 0.666667        2
           Au           Gold            1 0.333333        1
            W       Tungsten            1 0.333333        1
    >>> summarise(deposits, by="country")["country_name"].tolist()
    ['Kazakhstan', 'not stated']
    """
    table = require_table(occurrences)
    keys = _checked(by, critical)
    counted = pd.DataFrame({"row": np.arange(len(table)), "located": _located(table)})
    measured = "distance_km" in table.columns
    if measured:
        counted["distance_km"] = table["distance_km"].to_numpy(dtype=np.float64, na_value=np.nan)
    for key in keys:
        counted = counted.merge(_values(table, key, critical), on="row", how="left")
    wanted: dict[str, Any] = {"occurrences": ("row", "size"), "located": ("located", "sum")}
    if measured:
        wanted |= {f"distance_km_{how}": ("distance_km", how) for how in _DISTANCES}
    counts: pd.DataFrame = counted.groupby(keys, dropna=False, as_index=False).agg(**wanted)
    # The groups come sorted by code, so equal counts stay so.
    counts = counts.sort_values("occurrences", ascending=False, kind="stable", ignore_index=True)
    counts.insert(len(keys) + 1, "share", counts["occurrences"] / max(len(table), 1))
    for place, key in enumerate(keys):
        counts.insert(2 * place + 1, f"{key}_name", _names(counts[key], key, critical))
    counts.attrs = {"occurrences": len(table)}
    if "sources" in table.attrs:
        counts.attrs["sources"] = copy.deepcopy(table.attrs["sources"])
    return counts


def _checked(by: str | Iterable[str], critical: str | None) -> list[str]:
    keys = list(dict.fromkeys(require_words(by, name="by", like="country")))
    for key in keys:
        require_one_of(key, BY, name="by")
    if not keys:
        raise MinmapError(f"by= names nothing to count by; give one or more of: {', '.join(BY)}.")
    if ("critical" in keys) != (critical is not None):
        raise MinmapError(
            "by='critical' and the list's id go together: "
            "summarise(occurrences, by='critical', critical='US-2025')."
        )
    return keys


def _located(table: gpd.GeoDataFrame) -> Any:
    if table.active_geometry_name is None:
        return np.zeros(len(table), dtype=np.bool_)
    shapes = table.geometry
    return ~(shapes.isna() | shapes.is_empty).to_numpy()


def _values(table: gpd.GeoDataFrame, key: str, critical: str | None) -> pd.DataFrame:
    """Return row positions and codes, each code of a row once; rows that state none left out."""
    rows, codes = _coded(table, key, critical).exploded()
    return pd.DataFrame({"row": rows, key: pd.Series(codes, dtype=TEXT)})


def _coded(table: gpd.GeoDataFrame, key: str, critical: str | None) -> Coded:
    argument = f"by={key!r}"
    if key in _TERMS:
        name, vocabulary = _TERMS[key]
        return terms(column(table, name, argument=argument), vocabulary)
    if key == "main_commodity":
        given = commodity_codes(column(table, "commodities", argument=argument))
        return given.replaced(lambda codes: codes[:1])
    given = all_commodities(table, argument=argument)
    if critical is None or key != "critical":
        return given
    on_list = critical_codes(critical)
    return given.replaced(lambda codes: _yes_or_no(codes, on_list))


def _yes_or_no(codes: tuple[str, ...], on_list: frozenset[str]) -> tuple[str, ...]:
    if not codes:
        return ()
    return ("no",) if on_list.isdisjoint(codes) else ("yes",)


def _names(codes: pd.Series, key: str, critical: str | None) -> pd.Series:
    if key == "critical":
        names = {"yes": f"on {critical}", "no": f"not on {critical}"}
    else:
        names = vocabulary.labels("commodity" if key == "main_commodity" else key)
    # A text that is no code is its own name.
    return codes.map(names).astype(TEXT).fillna(codes).fillna(NOT_STATED)
