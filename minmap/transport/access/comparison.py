"""Access compared: destinations, exclusions, assumptions, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from minmap.arguments import require_kind, require_text
from minmap.errors import MinmapError
from minmap.transport.access.accessibility import access
from minmap.vocabulary import TEXT

_CASES: Final = "give dictionaries by name, such as {'Poti': {'to': 'poti_port'}}"


def compare_access(
    occurrences: gpd.GeoDataFrame, cases: Mapping[str, Mapping[str, Any]], **shared: Any
) -> gpd.GeoDataFrame:
    """Find the access of occurrences in several cases, in one table.

    Parameters
    ----------
    occurrences
        As for `minmap.access.access`.
    cases
        Name of each case, and the arguments of `access` that are its own.
    **shared
        Arguments of `access` that all cases have in common.

    Returns
    -------
    geopandas.GeoDataFrame
        What `access` returns for each case, one below the other, with the case in the first column
        ``case``. ``attrs["cases"]`` holds the arguments of each. `summarise_access` counts it up.

    Raises
    ------
    MinmapError
        If there is no case; and as `access` does.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(63, 50)], crs=4326)
    >>> cases = {"Poti": {"to": "poti_port"}, "Poti, no sea": {"to": "poti_port", "avoid": "sea"}}
    >>> table = compare_access(deposits, cases, by="km")
    >>> table[["case", "name", "to"]].values.tolist()
    [['Poti', 'a', 'poti_port'], ['Poti, no sea', 'a', 'poti_port']]
    """
    require_kind(cases, Mapping, name="cases", cure=_CASES)
    for name, own in cases.items():
        require_text(name, name="cases", like="Poti")
        require_kind(own, Mapping, name=f"cases[{name!r}]", cure=_CASES)
    if not cases:
        raise MinmapError("cases is empty; give at least one, such as {'Poti': {'to': 'poti'}}.")
    tables = []
    attrs: dict[str, Any] = {"cases": {}}
    sources: list[Any] = []
    for name, own in cases.items():
        table = access(occurrences, **{**shared, **own})
        attrs["cases"][name] = {key: table.attrs[key] for key in ("access", "assumptions")}
        sources += [source for source in table.attrs["sources"] if source not in sources]
        table.attrs = {}
        table = table.drop(columns="case", errors="ignore")
        table.insert(0, "case", pd.Series(name, table.index, dtype=TEXT))
        tables.append(table)
    made: gpd.GeoDataFrame = pd.concat(tables)
    made.attrs = {**attrs, "sources": sources}
    return made


def summarise_access(table: pd.DataFrame) -> pd.DataFrame:
    """Count up a table of `access` or `compare_access`.

    Parameters
    ----------
    table
        What one of them returned.

    Returns
    -------
    pandas.DataFrame
        One row a case, in their order, one row in all where there is no ``case``: ``occurrences``,
        ``reached`` and their ``share`` (0 to 1), ``median_km``, ``median_hours`` and
        ``median_usd_t`` of those reached, and the most frequent ``reason`` of the others.

    Raises
    ------
    MinmapError
        If `table` lacks the columns.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame(geometry=[Point(63, 50), Point(50.5, 42)], crs=4326)
    >>> summary = summarise_access(access(deposits, to="poti_port", avoid=["RUS", "IRN"]))
    >>> summary[["occurrences", "reached", "share", "reason"]].values.tolist()
    [[2, 1, 0.5, 'lies in open water']]
    """
    require_kind(table, pd.DataFrame, name="table", cure="give what access returned")
    needed = ["total_km", "hours", "cost_usd_t", "gate", "reason"]
    absent = [column for column in needed if column not in table]
    if absent:
        raise MinmapError(f"table lacks {', '.join(absent)}; give what access returned.")
    parts = [(None, table)] if "case" not in table else list(table.groupby("case", sort=False))
    rows = []
    for name, part in parts:
        reached = int(part["gate"].notna().sum())
        why = part["reason"].value_counts()
        row = {} if name is None else {"case": name}
        rows.append(
            {
                **row,
                "occurrences": len(part),
                "reached": reached,
                "share": reached / len(part) if len(part) else float("nan"),
                "median_km": part["total_km"].median(),
                "median_hours": part["hours"].median(),
                "median_usd_t": part["cost_usd_t"].median(),
                "reason": why.index[0] if len(why) else None,
            }
        )
    return pd.DataFrame(rows).astype({"reason": TEXT})
