"""Apply findings to a table, and undo that."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from minmap.arguments import check_keywords
from minmap.errors import CRSError, MinmapError, warn
from minmap.geodesy.crs import WGS84, require_layer
from minmap.quality.findings import COLUMNS, SWAPPED
from minmap.quality.inspection import check
from minmap.quality.records import ORIGINAL, REPAIRS, Records, wkt
from minmap.table import listed, require_distinct_names
from minmap.types import TEXT, Integers


@check_keywords
def repair(occurrences: gpd.GeoDataFrame, findings: pd.DataFrame) -> gpd.GeoDataFrame:
    """Apply findings, and keep the original values beside the repaired ones.

    Parameters
    ----------
    occurrences
        The table that was checked. Not changed.
    findings
        Rows of the result of `check`, as many as are wanted. Only those with a proposed value are
        applied; one about several records is applied to all of them.

    Returns
    -------
    geopandas.GeoDataFrame
        The table with the proposed values, a text column ``repairs`` with the rule and the column
        of each repair (``"swapped: geometry; damaged_text: name"``), missing for records without
        one, and for each repaired column ``name`` a column ``name_before_repair`` with the
        original values of the repaired records (locations as WKT). A column of whole numbers
        becomes ``Int64`` so that a value can be cleared. `undo_repairs` puts the original values
        back, also after the table was written to GeoParquet or GeoPackage and read again.

    Raises
    ------
    CRSError
        If a location is to be changed and `occurrences` is not in EPSG:4326.
    MinmapError
        If `findings` are not those of `check`; if two of them put different values into one column
        of one record; if a record or its value is not the one that was found wrong; if the table
        has a column ``repairs`` of its own.

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
    ('POINT (67.12 48.25)', 'swapped: geometry')
    >>> repaired["geometry_before_repair"].item()
    'POINT (48.25 67.12)'
    >>> undo_repairs(repaired).equals(site)
    True
    """
    require_layer(occurrences, name="occurrences")
    missing = [name for name in COLUMNS if name not in getattr(findings, "columns", ())]
    if missing:
        raise MinmapError(
            f"findings has no column {', '.join(missing)}; pass rows of what check(...) returned."
        )
    _require_own_record(occurrences)
    proposes = findings["proposed"].notna()
    proposed, other = _of_each_record(occurrences, findings[proposes]), findings[~proposes]
    if len(other):
        counts = [f"{rule} ({count})" for rule, count in other["rule"].value_counts().items()]
        warn(
            f"{len(other)} of {len(findings)} findings propose nothing and are left to you: "
            f"{listed(counts)}.",
        )
    _require_fit(occurrences, proposed)
    changes = _without_repetitions(proposed)
    table = occurrences.copy()
    for field, wanted in changes.groupby("field", sort=False):
        _apply(table, str(field), wanted["row"].to_numpy(), wanted["proposed"].tolist())
    notes = table[REPAIRS].fillna("").tolist() if REPAIRS in table.columns else [""] * len(table)
    for row, rule, field in changes[["row", "rule", "field"]].itertuples(index=False):
        notes[row] = f"{notes[row]}; {rule}: {field}".removeprefix("; ")
    table[REPAIRS] = pd.array([note or None for note in notes], dtype=TEXT)
    return table


@check_keywords
def undo_repairs(occurrences: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put the original values of all repairs back.

    Parameters
    ----------
    occurrences
        A table that `repair` returned. Rows may have been left out or reordered since, and the
        table may have been written to GeoParquet or GeoPackage and read again. Not changed.

    Returns
    -------
    geopandas.GeoDataFrame
        The table with the values that each repaired record had before its first repair, whatever
        was written there since, and without the columns that `repair` added. Values come back
        exactly; a column of whole numbers that `repair` made ``Int64`` stays so.

    Raises
    ------
    MinmapError
        If the table has a column ``repairs`` that `repair` did not write, or a repaired column is
        no longer there.

    Examples
    --------
    >>> site = gpd.GeoDataFrame({"name": ["A"]}, geometry=gpd.points_from_xy([0], [1]), crs=4326)
    >>> undo_repairs(site).equals(site)
    True
    """
    require_layer(occurrences, name="occurrences")
    _require_own_record(occurrences)
    table = occurrences.copy()
    if REPAIRS not in table.columns:
        return table
    for name in _originals(table):
        original = table.pop(name)
        rows = np.flatnonzero(original.notna())
        _put(table, name.removesuffix(ORIGINAL), rows, original.iloc[rows].tolist())
    return table.drop(columns=REPAIRS)


def _of_each_record(table: gpd.GeoDataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Return findings with those about several records replaced by one for each record."""
    several = findings["records"] > 1
    parts = [findings[~several]]
    for about in findings[several].itertuples():
        again = check(table, rules=[str(about.rule)], by_record=True)
        same = again["field"] == about.field
        if about.rule != SWAPPED:
            same &= again["value"] == about.value
        if same.sum() != about.records:
            raise MinmapError(
                f"{about.rule} in {about.field} is about {about.records} records, and the table "
                f"has {same.sum()} such; run check(...) on this table again."
            )
        parts.append(again[same])
    return pd.concat(parts) if len(parts) > 1 else parts[0]


def _originals(table: gpd.GeoDataFrame) -> list[str]:
    """Return the columns with original values; raise if a repaired column is missing."""
    names = [name for name in table.columns if str(name).endswith(ORIGINAL)]
    for name in names:
        field = name.removesuffix(ORIGINAL)
        if _column(table, field) not in table.columns:
            raise MinmapError(
                f"occurrences has {name!r} but no column {field!r}; undo repairs before you rename "
                f"or drop columns, or drop {name!r} too."
            )
    return names


def _require_own_record(table: gpd.GeoDataFrame) -> None:
    require_distinct_names(table, what="occurrences")
    if REPAIRS in table.columns and table[REPAIRS].notna().any() and not _originals(table):
        raise MinmapError(
            f"occurrences has a column {REPAIRS!r} that minmap did not write; give it another name."
        )


def _column(table: gpd.GeoDataFrame, field: str) -> str:
    """Return the name in the table of a field of the findings."""
    return str(table.geometry.name) if field == "geometry" else field


def _require_fit(table: gpd.GeoDataFrame, findings: pd.DataFrame) -> None:
    """Refuse findings that are not about this table as it is now."""
    if (findings["field"] == "geometry").any() and table.crs != WGS84:
        raise CRSError(
            f"occurrences are in {table.crs}, proposed locations in {WGS84}; repair and check "
            "occurrences.to_crs(4326)."
        )
    cure = "run check(...) on this table again"
    outside = findings["row"][~findings["row"].between(0, len(table) - 1)]
    if len(outside):
        raise MinmapError(
            f"findings name row {outside.iloc[0]}, the table has {len(table)}; {cure}."
        )
    records = Records(table)
    about = findings[["row", "occurrence_id", "field", "value"]].astype(object)
    for field, found in about.where(about.notna(), None).groupby("field", sort=False):
        if _column(table, str(field)) not in table.columns:
            raise MinmapError(f"findings name the column {field!r}, which is not there; {cure}.")
        rows = found["row"].to_numpy(dtype=np.int64)
        ids, values = records.value_texts("occurrence_id", rows), records.value_texts(field, rows)
        for row, number, was, own, there in zip(
            rows.tolist(), found["occurrence_id"], found["value"], ids, values, strict=True
        ):
            if "occurrence_id" in table.columns and own != number:
                raise MinmapError(f"row {row} is {own}, the finding is about {number}; {cure}.")
            if there != was:
                raise MinmapError(
                    f"row {row} ({number}): {field} is {there!r} and was {was!r} when it was "
                    f"checked; {cure}."
                )


def _without_repetitions(findings: pd.DataFrame) -> pd.DataFrame:
    """Return one finding for each value; refuse two that propose different values."""
    different = findings.drop_duplicates(["row", "field", "proposed"])
    again = different[different.duplicated(["row", "field"])]
    if len(again):
        second = again.iloc[0]
        same = (different["row"] == second["row"]) & (different["field"] == second["field"])
        first = different[same].iloc[0]
        raise MinmapError(
            f"row {second['row']} ({second['occurrence_id']}): {first['rule']} puts "
            f"{first['proposed']!r} into {first['field']}, {second['rule']} puts "
            f"{second['proposed']!r}; pass one of the two findings."
        )
    return different


def _apply(table: gpd.GeoDataFrame, field: str, rows: Integers, proposed: list[str]) -> None:
    name, kept = _column(table, field), f"{field}{ORIGINAL}"
    if pd.api.types.is_integer_dtype(table[name].dtype):
        table[name] = table[name].astype("Int64")
    if kept not in table.columns:
        dtype = TEXT if field == "geometry" else table[name].dtype
        table[kept] = pd.Series(None, index=table.index, dtype=dtype)
    # A value that an earlier repair kept is the original.
    first = rows[table[kept].iloc[rows].isna().to_numpy()]
    values = table[name].iloc[first].tolist()
    _put(table, kept, first, [*map(_wkt, values)] if field == "geometry" else values)
    _put(table, field, rows, [value or None for value in proposed])


def _put(table: gpd.GeoDataFrame, field: str, rows: Integers, values: list[Any]) -> None:
    name = _column(table, field)
    array = table[name].array.copy()
    if field == "geometry":
        array[rows] = shapely.from_wkt(np.array([v or None for v in values], dtype=object))
    else:
        array[rows] = pd.array(values, dtype=table[name].dtype)
    table[name] = array


def _wkt(shape: BaseGeometry | None) -> str:
    """Return a geometry as WKT, points in the form that reads back to the same bits; "" for None.

    "" is a value, so that `undo_repairs` can distinguish it from records without a repair.
    """
    if shape is None:
        return ""
    if shape.geom_type != "Point" or shape.is_empty:
        return shape.wkt
    return wkt(shapely.get_coordinates(shape, include_z=shape.has_z)[0])
