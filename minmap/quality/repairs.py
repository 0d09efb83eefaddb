"""Apply findings to a table, and take it back."""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.errors import CRSError, MinmapError, MinmapWarning
from minmap.geodesy.stated_crs import require_layer
from minmap.quality.evidence import wkt
from minmap.quality.findings import COLUMNS
from minmap.table import CRS, listed
from minmap.types import Integers
from minmap.vocabulary import TEXT

REPAIRS: Final = "repairs"
"""Column in which each repair is written down: JSON, a list of objects with ``rule``, ``field``,
``from``, ``to`` and, where the column had to change it, the ``dtype`` before."""

Changes = dict[tuple[int, str], tuple[str, str]]
"""By row and field: the rule and what it puts there."""


def repair(occurrences: gpd.GeoDataFrame, findings: pd.DataFrame) -> gpd.GeoDataFrame:
    """Apply the findings passed, and write down each change.

    Parameters
    ----------
    occurrences
        The table that was checked. Not changed.
    findings
        Rows of what `check` gave for it, as many as are wanted. Only those with something
        proposed are applied.

    Returns
    -------
    geopandas.GeoDataFrame
        The table with the values proposed, and a text column ``repairs``: for each record changed
        a JSON list of ``rule``, ``field``, ``from`` and ``to`` (a location as WKT), in the order
        in which they were made; missing for others. `undo_repairs` takes all of them back.

    Raises
    ------
    CRSError
        If a location is to be changed and `occurrences` is not in EPSG:4326.
    MinmapError
        If `findings` are not those of `check`; if two of them put different values in one field of
        one record; if a record or its value is not the one that was found wrong.

    Warns
    -----
    MinmapWarning
        With the number of findings for which nothing is proposed.

    Examples
    --------
    >>> from minmap.quality import check
    >>> points = gpd.points_from_xy([48.25], [67.12])
    >>> site = gpd.GeoDataFrame({"country": ["KAZ"]}, geometry=points, crs=4326)
    >>> repaired = repair(site, check(site))
    >>> repaired.geometry.item().wkt, repaired["repairs"].item()
    ('POINT (67.12 48.25)', '[{"rule": "swapped", "field": "geometry",
    "from": "POINT (48.25 67.12)", "to": "POINT (67.12 48.25)"}]')
    >>> undo_repairs(repaired).equals(site)
    True
    """
    require_layer(occurrences, name="occurrences")
    missing = [name for name in COLUMNS if name not in getattr(findings, "columns", ())]
    if missing:
        raise MinmapError(
            f"findings has no column {', '.join(missing)}; pass rows of what check(...) returned."
        )
    proposed = findings[findings["proposed"].notna()]
    idle = len(findings) - len(proposed)
    if idle:
        warnings.warn(
            f"{idle} of {len(findings)} findings propose nothing and are left to you: "
            f"{listed(_by_rule(findings[findings['proposed'].isna()]))}.",
            MinmapWarning,
            stacklevel=2,
        )
    _require_degrees(occurrences, proposed)
    _require_fit(occurrences, proposed)
    changes = _changes(proposed)
    table = occurrences.copy()
    table.attrs = copy.deepcopy(occurrences.attrs)
    log = _log(table)
    for field in dict.fromkeys(field for _, field in changes):
        wanted = {row: change for (row, own), change in changes.items() if own == field}
        for row, entry in _apply(table, field, wanted):
            log.setdefault(row, []).append(entry)
    _write_log(table, log)
    return table


def undo_repairs(occurrences: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take back all repairs that are written down in a table.

    Parameters
    ----------
    occurrences
        A table that `repair` returned, rows possibly left out or put in another order since. Not
        changed.

    Returns
    -------
    geopandas.GeoDataFrame
        The table as it was before the first repair, without the column ``repairs``.

    Raises
    ------
    MinmapError
        If ``repairs`` holds something else than `repair` writes, or a repaired value was changed
        since.

    Examples
    --------
    >>> site = gpd.GeoDataFrame({"name": ["A"]}, geometry=gpd.points_from_xy([0], [1]), crs=4326)
    >>> undo_repairs(site).equals(site)
    True
    """
    require_layer(occurrences, name="occurrences")
    table = occurrences.copy()
    table.attrs = copy.deepcopy(occurrences.attrs)
    if REPAIRS not in table.columns:
        return table
    dtypes: dict[str, str] = {}
    values: dict[str, dict[int, Any]] = {}
    for row, entries in _log(table).items():
        for entry in reversed(entries):
            field = entry["field"]
            _require_unchanged(table, row, entry, values.get(field, {}))
            values.setdefault(field, {})[row] = entry["from"]
            if "dtype" in entry:
                dtypes[field] = entry["dtype"]
    for field, wanted in values.items():
        _restore(table, field, wanted, dtypes.get(field))
    return table.drop(columns=REPAIRS)


def _by_rule(findings: pd.DataFrame) -> list[str]:
    counted = findings["rule"].value_counts()
    return [f"{rule} ({count})" for rule, count in counted.items()]


def _column(table: gpd.GeoDataFrame, field: str) -> str:
    """Return the column that a field of the findings is in a table."""
    return str(table.geometry.name) if field == "geometry" else field


def _require_degrees(table: gpd.GeoDataFrame, findings: pd.DataFrame) -> None:
    if (findings["field"] == "geometry").any() and table.crs != CRS:
        raise CRSError(
            f"occurrences are in {table.crs}, proposed locations in {CRS}; repair and check "
            "occurrences.to_crs(4326)."
        )


def _require_fit(table: gpd.GeoDataFrame, findings: pd.DataFrame) -> None:
    cure = "run check(...) on this table again"
    for row, number, field, value in zip(
        findings["row"],
        findings["occurrence_id"],
        findings["field"],
        findings["value"],
        strict=True,
    ):
        if not 0 <= row < len(table):
            raise MinmapError(f"findings name row {row}, the table has {len(table)}; {cure}.")
        if "occurrence_id" in table.columns:
            there = table["occurrence_id"].iloc[row]
            if _text(there) != _text(number):
                raise MinmapError(f"row {row} is {there}, the finding is about {number}; {cure}.")
        if _column(table, field) not in table.columns:
            raise MinmapError(f"findings name the column {field!r}, which is not there; {cure}.")
        there = _stands(table, field, row)
        if there != _text(value):
            raise MinmapError(
                f"row {row} ({number}): {field} is {there!r} and was {_text(value)!r} when it was "
                f"found wrong; {cure}."
            )


def _changes(findings: pd.DataFrame) -> Changes:
    changes: Changes = {}
    for row, field, rule, value, number in zip(
        *(findings[name] for name in ("row", "field", "rule", "proposed", "occurrence_id")),
        strict=True,
    ):
        known = changes.setdefault((int(row), str(field)), (str(rule), str(value)))
        if known[1] != value:
            raise MinmapError(
                f"row {row} ({number}): {known[0]} puts {known[1]!r} into {field}, {rule} puts "
                f"{value!r}; pass one of the two findings."
            )
    return changes


def _apply(
    table: gpd.GeoDataFrame, field: str, wanted: dict[int, tuple[str, str]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    name = _column(table, field)
    rows = np.fromiter(wanted, dtype=np.int64)
    before = [_json(table, field, row) for row in wanted]
    dtype = str(table[name].dtype)
    if field == "geometry":
        _put(table, name, rows, [shapely.from_wkt(to) if to else None for _, to in wanted.values()])
    else:
        column = table[name]
        if pd.api.types.is_numeric_dtype(column.dtype):
            # Only these can hold numbers and missing values without changing the numbers.
            column = column.astype("Float64" if column.dtype.kind == "f" else "Int64")
            table[name] = column
        _put(table, name, rows, [to if to else pd.NA for _, to in wanted.values()])
    changed = {} if str(table[name].dtype) == dtype else {"dtype": dtype}
    for row, given, (rule, to) in zip(wanted, before, wanted.values(), strict=True):
        yield row, {"rule": rule, "field": field, "from": given, "to": to or None} | changed


def _restore(
    table: gpd.GeoDataFrame, field: str, wanted: dict[int, Any], dtype: str | None
) -> None:
    name = _column(table, field)
    rows = np.fromiter(wanted, dtype=np.int64)
    if field == "geometry":
        _put(
            table,
            name,
            rows,
            [shapely.from_wkt(given) if given else None for given in wanted.values()],
        )
        return
    _put(table, name, rows, [pd.NA if given is None else given for given in wanted.values()])
    if dtype is not None:
        table[name] = table[name].astype(dtype)


def _put(table: gpd.GeoDataFrame, name: str, rows: Integers, values: Sequence[Any]) -> None:
    column = table[name]
    array = column.array.copy()
    if column.dtype == object or isinstance(column, gpd.GeoSeries):
        array[rows] = np.fromiter(values, dtype=object, count=len(rows))
    else:
        array[rows] = pd.array(list(values), dtype=column.dtype)
    table[name] = type(column)(array, index=column.index, name=name)


def _stands(table: gpd.GeoDataFrame, field: str, row: int) -> str | None:
    """Return the text of a value as the findings have it."""
    value = table[_column(table, field)].iloc[row]
    if field != "geometry":
        return _text(value)
    is_point = value is not None and value.geom_type == "Point" and not value.is_empty
    return wkt(np.array(value.coords[0][:2])) if is_point else None


def _json(table: gpd.GeoDataFrame, field: str, row: int) -> Any:
    """Return a value in a form that JSON keeps exactly."""
    value = table[_column(table, field)].iloc[row]
    if field == "geometry":
        flat = _stands(table, field, row)
        if flat is None or not value.has_z:
            return flat
        return f"POINT Z ({' '.join(repr(float(number)) for number in value.coords[0])})"
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _require_unchanged(
    table: gpd.GeoDataFrame, row: int, entry: dict[str, Any], undone: dict[int, Any]
) -> None:
    there = undone[row] if row in undone else _json(table, entry["field"], row)
    if there != entry["to"]:
        raise MinmapError(
            f"row {row}: {entry['field']} is {there!r}, but its repair put {entry['to']!r} there; "
            "it was changed since and cannot be taken back."
        )


def _log(table: gpd.GeoDataFrame) -> dict[int, list[dict[str, Any]]]:
    if REPAIRS not in table.columns:
        return {}
    log = {}
    for row, written in enumerate(table[REPAIRS]):
        if pd.isna(written):
            continue
        try:
            entries = json.loads(written)
            fits = all({"rule", "field", "from", "to"} <= set(entry) for entry in entries)
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise MinmapError(
                f"row {row}: {REPAIRS} is {written!r}, which minmap did not write; "
                "give that column another name."
            )
        log[row] = entries
    return log


def _write_log(table: gpd.GeoDataFrame, log: dict[int, list[dict[str, Any]]]) -> None:
    texts = [
        json.dumps(log[row], ensure_ascii=False) if row in log else None
        for row in range(len(table))
    ]
    table[REPAIRS] = pd.Series(pd.array(texts, dtype=TEXT), index=table.index)
