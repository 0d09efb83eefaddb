"""Count occurrences by country, commodity and other columns, and by lists of critical minerals."""

from collections.abc import Iterable
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap import vocabulary
from minmap.arguments import check_keywords, require_one_of, require_words
from minmap.errors import MinmapError
from minmap.querying.code_columns import (
    CodeColumn,
    codes_of,
    family,
    require_column,
    require_table,
    terms,
)
from minmap.reading.known_sources import described_sources
from minmap.types import TEXT
from minmap.vocabulary import commodities, critical_codes, critical_lists

BY: Final = (
    "country", "commodity", "main_commodity", "group", "status", "site_type", "deposit_type",
    "critical",
)  # fmt: skip
"""What `summarise` counts by beside the columns of a table: it knows the names of these codes."""

NOT_STATED: Final = "not stated"


_DISTANCES: Final = ("min", "median", "max")
_COUNTED: Final = frozenset(
    ["row", "located", "occurrences", "share", "distance_km"]
    + [f"distance_km_{how}" for how in _DISTANCES]
)
"""Names that the counts have."""
_CHANGES: Final = ("added", "removed", "kept")


@check_keywords
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
        "site_type", "deposit_type", "critical", or any other column of the table, such as
        "admin1" or one of the file's own. Several give a row for each combination that occurs.
        "commodity" is any, main or minor, as in `select`: an occurrence with several counts once
        for each, so the counts add up to more than the number of occurrences. A group
        such as REE is counted for records that name the group only.
    critical
        Id of the list of critical minerals for "critical", such as "US-2025": "yes" for
        occurrences with any commodity on it.

    Returns
    -------
    pandas.DataFrame
        Most frequent first, for each of `by` two columns, then the counts:

        - ``<by>``: the code ("yes" or "no" for "critical"; the value of other columns, as text),
          or missing
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
    keys = _checked(by, critical, table)
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
    counts.attrs = {"occurrences": len(table), "sources": described_sources(table)}
    return counts


def _checked(by: str | Iterable[str], critical: str | None, table: gpd.GeoDataFrame) -> list[str]:
    keys = list(dict.fromkeys(require_words(by, name="by", like="country")))
    own = [str(name) for name in table.columns if name != table.active_geometry_name]
    for key in keys:
        require_one_of(key, [*BY, *(name for name in own if name not in BY)], name="by")
        taken = _COUNTED.union(f"{other}_name" for other in keys)
        if key in taken:
            raise MinmapError(
                f"by={key!r} is also the name of a column of the result; give the table's column "
                "another name."
            )
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
    if key not in BY:
        return terms(require_column(table, key, argument=f"by={key!r}").map(_text), None)
    codes = codes_of(table, key, argument=f"by={key!r}")
    if key != "critical" or critical is None:
        return codes
    on_list = critical_codes(critical)
    answers = {True: ("no",), False: ("yes",)}
    return codes.replaced(lambda codes: answers[on_list.isdisjoint(codes)] if codes else ())


def _text(value: Any) -> str | None:
    """Return a value of any column as text, None if it is missing."""
    missing = pd.api.types.is_scalar(value) and pd.isna(value)
    return None if missing else str(value)


def _names(codes: pd.Series, key: str, critical: str | None) -> pd.Series:
    if key == "critical":
        names = {"yes": f"on {critical}", "no": f"not on {critical}"}
    elif key not in BY:
        names = {}
    else:
        names = vocabulary.labels("commodity" if key == "main_commodity" else key)
    # A text without a code is its own name.
    return codes.map(names).astype(TEXT).fillna(codes).fillna(NOT_STATED)


@check_keywords
def compare_critical(occurrences: gpd.GeoDataFrame, earlier: str, later: str) -> pd.DataFrame:
    """Compare two lists of critical minerals, and count the occurrences that each change affects.

    Parameters
    ----------
    occurrences
        An occurrence table, or any GeoDataFrame with ``commodities``. Not changed.
    earlier, later
        Ids of the lists, such as "US-2022" and "US-2025" (`minmap.vocabulary.critical_lists`),
        also of two countries.

    Returns
    -------
    pandas.DataFrame
        One row for each commodity on either list; the added ones first, then the removed, then
        the kept, each with the most occurrences first:

        - ``commodity``, ``commodity_name``: code and English name
        - ``change``: "added" (on the later list only), "removed" (on the earlier only) or "kept"
        - ``occurrences``: number that have it, main or minor, as ``select(commodity=...)`` finds
        - ``main_occurrences``: number that have it as the main commodity

        ``attrs["earlier"]`` and ``attrs["later"]`` describe the lists (id, date and so on);
        ``attrs["occurrences"]`` counts the table's: ``total``, those with any commodity on the
        ``earlier`` and on the ``later`` list, and those that are ``newly`` and ``no_longer`` on
        one.

    Raises
    ------
    ChoiceError
        If a list is unknown.
    MinmapError
        If the table has no ``commodities``.
    GeometryError
        If `occurrences` is not a GeoDataFrame.

    Examples
    --------
    >>> deposits = gpd.GeoDataFrame(
    ...     {"commodities": ["Cu Au", "Cu", "W"]},
    ...     geometry=gpd.points_from_xy([67.4, 75.9, 71.2], [47.9, 42.6, 50.1]),
    ...     crs=4326,
    ... )
    >>> changes = compare_critical(deposits, "US-2022", "US-2025")
    >>> changes.query("occurrences > 0")[["commodity", "change", "occurrences"]].values.tolist()
    [['Cu', 'added', 2], ['W', 'kept', 1]]
    >>> changes.attrs["occurrences"]["newly"]
    2
    """
    table = require_table(occurrences)
    before, after = critical_codes(earlier), critical_codes(later)
    present = codes_of(table, "commodity", argument="compare_critical")
    main = codes_of(table, "main_commodity", argument="compare_critical")
    known = commodities()
    known = known[known["code"].isin(before | after)]
    kept = np.where(known["code"].isin(after), "kept", "removed")
    change = np.where(known["code"].isin(before), kept, "added")
    named = {"commodity": known["code"], "commodity_name": known["name"], "change": change}
    changes = pd.DataFrame(named).astype(TEXT)
    for name, coded in (("occurrences", present), ("main_occurrences", main)):
        changes[name] = [int(coded.any_of(family(code)).sum()) for code in known["code"]]
    order = np.lexsort((-changes["occurrences"], changes["change"].map(_CHANGES.index)))
    changes = changes.iloc[order].reset_index(drop=True)
    changes.attrs = {
        "earlier": _described(earlier),
        "later": _described(later),
        "occurrences": _effects(present, before, after),
        "sources": described_sources(table),
    }
    return changes


def _effects(present: CodeColumn, before: frozenset[str], after: frozenset[str]) -> dict[str, int]:
    earlier, later = present.any_of(before), present.any_of(after)
    return {
        "total": len(present.positions),
        "earlier": int(earlier.sum()),
        "later": int(later.sum()),
        "newly": int((later & ~earlier).sum()),
        "no_longer": int((earlier & ~later).sum()),
    }


def _described(list_id: str) -> dict[str, Any]:
    lists = critical_lists()
    (row,) = lists[lists["list_id"] == list_id].to_dict("records")
    return {str(name): value for name, value in row.items()}
