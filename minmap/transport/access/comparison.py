"""Comparison of access: destinations, exclusions and assumptions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Unpack

import geopandas as gpd
import pandas as pd

from minmap.arguments import require_kind, require_text
from minmap.errors import MinmapError
from minmap.transport.access.accessibility import access
from minmap.transport.access.destination import AccessOptions, with_access_options
from minmap.types import TEXT

_MEDIANS: Final = {"median_km": "total_km", "median_hours": "hours", "median_usd_t": "cost_usd_t"}
_CASES: Final = "give dictionaries by name, such as {'Poti': {'to': 'poti_port'}}"


@with_access_options
def compare_access(
    occurrences: gpd.GeoDataFrame,
    cases: Mapping[str, Mapping[str, Any]],
    *,
    to: str | Iterable[str] | None = None,
    routes: bool = False,
    **options: Unpack[AccessOptions],
) -> gpd.GeoDataFrame:
    """Find the access of occurrences in several cases, in one table.

    Parameters
    ----------
    occurrences
        As for `minmap.access`.
    cases
        Name of each case, and the arguments of `access` that it has for itself; they replace those
        that follow.
    to, routes, network, avoid, allow, assumptions, reach_km, objective, cost_raster
        As for `minmap.access`, for all cases. `to` may be None if each case has its own.

    Returns
    -------
    geopandas.GeoDataFrame
        The table that `access` returns for each case, one below the other, with the name of the
        case in the first column, ``case``. ``attrs["cases"]`` holds the arguments of each.
        `summarise_access` summarises it.

    Raises
    ------
    ChoiceError
        If a case has an argument that `access` does not take; and as `access` does.
    MinmapError
        If there is no case, or a case without a destination; and as `access` does.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(63, 50)], crs=4326)
    >>> cases = {"Poti": {"to": "poti_port"}, "Poti, no sea": {"to": "poti_port", "avoid": "sea"}}
    >>> table = compare_access(deposits, cases, objective="km")
    >>> table[["case", "name", "to"]].values.tolist()
    [['Poti', 'a', 'poti_port'], ['Poti, no sea', 'a', 'poti_port']]
    """
    require_kind(cases, Mapping, name="cases", cure=_CASES)
    for name, own in cases.items():
        require_text(name, name="cases", like="Poti")
        require_kind(own, Mapping, name=f"cases[{name!r}]", cure=_CASES)
        if own.get("to", to) is None:
            raise MinmapError(f"cases[{name!r}] has no destination; give to=, such as 'poti_port'.")
    if not cases:
        raise MinmapError("cases is empty; give at least one, such as {'Poti': {'to': 'poti'}}.")
    tables = []
    attrs: dict[str, Any] = {"cases": {}, "sources": []}
    for name, own in cases.items():
        table = access(occurrences, **{"to": to, "routes": routes, **options, **own})
        attrs["cases"][name] = {key: table.attrs[key] for key in ("access", "assumptions")}
        attrs["sources"] += [s for s in table.attrs["sources"] if s not in attrs["sources"]]
        table.attrs = {}
        table = table.drop(columns="case", errors="ignore")
        table.insert(0, "case", pd.Series(name, table.index, dtype=TEXT))
        tables.append(table)
    compared: gpd.GeoDataFrame = pd.concat(tables)
    compared.attrs = attrs
    return compared


def summarise_access(reached: pd.DataFrame) -> pd.DataFrame:
    """Count and summarise the rows of a table of `access` or `compare_access`.

    Parameters
    ----------
    reached
        The table that one of them returned.

    Returns
    -------
    pandas.DataFrame
        One row per case, in their order, or a single row where there is no ``case``:
        ``occurrences``, ``reached`` and their ``share`` (0 to 1), ``median_km``, ``median_hours``
        and ``median_usd_t`` of those reached, and the most frequent ``reason`` of the others.

    Raises
    ------
    MinmapError
        If the table lacks columns of `access`.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame(geometry=[Point(63, 50), Point(50.5, 42)], crs=4326)
    >>> summary = summarise_access(access(deposits, to="poti_port", avoid=["RUS", "IRN"]))
    >>> summary[["occurrences", "reached", "share", "reason"]].values.tolist()
    [[2, 1, 0.5, 'lies in open water']]
    """
    require_kind(reached, pd.DataFrame, name="reached", cure="give what access returned")
    needed = [*_MEDIANS.values(), "gate", "reason"]
    absent = [column for column in needed if column not in reached]
    if absent:
        raise MinmapError(f"reached lacks {', '.join(absent)}; give what access returned.")
    by_case = "case" in reached
    parts = reached.groupby("case", sort=False) if by_case else [(None, reached)]
    rows = []
    for name, part in parts:
        count = int(part["gate"].notna().sum())
        row: dict[str, Any] = {"case": name} if by_case else {}
        row |= {"occurrences": len(part), "reached": count}
        row["share"] = count / len(part) if len(part) else float("nan")
        row |= {median: part[column].median() for median, column in _MEDIANS.items()}
        row["reason"] = next(iter(part["reason"].value_counts().index), None)
        rows.append(row)
    return pd.DataFrame(rows).astype({"reason": TEXT})
