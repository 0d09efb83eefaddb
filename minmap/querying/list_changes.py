"""Compare lists of critical minerals by their effect on a table."""

from __future__ import annotations

import copy
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from minmap.querying.code_columns import (
    CodeColumn,
    all_commodities,
    family,
    main_commodities,
    require_table,
)
from minmap.types import TEXT
from minmap.vocabulary import commodities, critical_codes, critical_lists

_CHANGES: Final = ("added", "removed", "kept")


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
    present = all_commodities(table, argument="compare_critical")
    main = main_commodities(table, argument="compare_critical")
    known = commodities()
    known = known[known["code"].isin(before | after)]
    changes = pd.DataFrame(
        {
            "commodity": known["code"],
            "commodity_name": known["name"],
            "change": [_change(code, before, after) for code in known["code"]],
        }
    ).astype(TEXT)
    for name, coded in (("occurrences", present), ("main_occurrences", main)):
        changes[name] = [int(coded.any_of(family(code)).sum()) for code in known["code"]]
    changes["change"] = pd.Categorical(changes["change"], _CHANGES, ordered=True)
    changes = changes.sort_values(
        ["change", "occurrences"], ascending=[True, False], kind="stable", ignore_index=True
    ).astype({"change": TEXT})
    changes.attrs = {"earlier": _described(earlier), "later": _described(later)}
    changes.attrs["occurrences"] = _counts(present, before, after)
    if "sources" in table.attrs:
        changes.attrs["sources"] = copy.deepcopy(table.attrs["sources"])
    return changes


def _change(code: str, before: frozenset[str], after: frozenset[str]) -> str:
    if code in before:
        return "kept" if code in after else "removed"
    return "added"


def _counts(present: CodeColumn, before: frozenset[str], after: frozenset[str]) -> dict[str, int]:
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
