"""Count occurrences by country, commodity and other columns."""

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
    CodeColumn,
    all_commodities,
    column,
    main_commodities,
    require_table,
    terms,
)
from minmap.table import VOCABULARIES
from minmap.types import TEXT
from minmap.vocabulary import critical_codes

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
"""Columns that `summarise` can count by."""

NOT_STATED: Final = "not stated"

_DISTANCES: Final = ("min", "median", "max")


def summarise(
    occurrences: gpd.GeoDataFrame, *, by: str | Iterable[str], critical: str | None = None
) -> pd.DataFrame:
    """Count occurrences by country, commodity and other columns.

    Parameters
    ----------
    occurrences
        An occurrence table, or any GeoDataFrame with the columns of `by`. Not changed.
    by
        One or several of "country", "commodity", "main_commodity", "group", "status",
        "site_type", "deposit_type", "critical". Several give a row for each combination that
        occurs. "commodity" is any, main or minor, as in `select`: an occurrence with several
        counts once for each, so the counts add up to more than the number of occurrences. A group
        such as REE is counted for records that name the group only.
    critical
        Id of the list of critical minerals for "critical", such as "US-2025": "yes" for
        occurrences with any commodity on it.

    Returns
    -------
    pandas.DataFrame
        Most frequent first, for each of `by` two columns, then the counts:

        - ``<by>``: the code ("yes" or "no" for "critical"), or missing
        - ``<by>_name``: its name in English, "not stated" for missing
        - ``occurrences``: their number
        - ``share``: share of all occurrences of the table, 0 to 1
        - ``located``: the number of those with a location
        - ``distance_km_min``, ``distance_km_median``, ``distance_km_max``: km, only if the table
          has ``distance_km`` (`minmap.nearest`)

        ``attrs["occurrences"]`` is the number of occurrences in the table; ``attrs["sources"]``
        are the table's.

    Raises
    ------
    ChoiceError
        If `by` or `critical` is unknown.
    MinmapError
        If the table lacks a column, or only one of by="critical" and `critical` is given.
    GeometryError
        If `occurrences` is not a GeoDataFrame.

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
    counted = pd.DataFrame({"row": np.arange(len(table)), "located": _has_location(table)})
    measured = "distance_km" in table.columns
    if measured:
        counted["distance_km"] = table["distance_km"].to_numpy(dtype=np.float64, na_value=np.nan)
    for key in keys:
        codes = _codes(table, key, critical).exploded(key)
        counted = counted.merge(codes, on="row", how="left")
    wanted: dict[str, Any] = {"occurrences": ("row", "size"), "located": ("located", "sum")}
    if measured:
        wanted |= {f"distance_km_{how}": ("distance_km", how) for how in _DISTANCES}
    counts: pd.DataFrame = counted.groupby(keys, dropna=False, as_index=False).agg(**wanted)
    # The groups are sorted by code, so equal counts stay in that order.
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


def _has_location(table: gpd.GeoDataFrame) -> Any:
    if table.active_geometry_name is None:
        return np.zeros(len(table), dtype=np.bool_)
    shapes = table.geometry
    return ~(shapes.isna() | shapes.is_empty).to_numpy()


def _codes(table: gpd.GeoDataFrame, key: str, critical: str | None) -> CodeColumn:
    argument = f"by={key!r}"
    if key in VOCABULARIES:
        return terms(column(table, key, argument=argument), VOCABULARIES[key])
    if key == "group":
        return terms(column(table, "commodity_group", argument=argument), None)
    if key == "main_commodity":
        return main_commodities(table, argument=argument)
    given = all_commodities(table, argument=argument)
    if key != "critical" or critical is None:
        return given
    on_list = critical_codes(critical)
    answers = {True: ("no",), False: ("yes",)}
    return given.replaced(lambda codes: answers[on_list.isdisjoint(codes)] if codes else ())


def _names(codes: pd.Series, key: str, critical: str | None) -> pd.Series:
    if key == "critical":
        names = {"yes": f"on {critical}", "no": f"not on {critical}"}
    else:
        names = vocabulary.labels("commodity" if key == "main_commodity" else key)
    # A text without a code is its own name.
    return codes.map(names).astype(TEXT).fillna(codes).fillna(NOT_STATED)
