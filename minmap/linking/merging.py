"""Several occurrence tables as one, every source kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import geopandas
import pandas as pd

from minmap.errors import MinmapError
from minmap.geodesy.stated_crs import require_layer
from minmap.table import COLUMN_NAMES, COLUMNS, CRS, conform_with_notes, sources_of
from minmap.vocabulary import TEXT

_DTYPES: Final[dict[str, Any]] = {"str": TEXT, "Int64": "Int64", "Float64": "Float64"}


def merge(*tables: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Put occurrence tables one below the other.

    Records are not compared: one deposit that two tables hold stays two records, which
    `minmap.check` finds by name and place.

    Parameters
    ----------
    *tables
        Occurrence tables, as `minmap.read` gives them, or GeoDataFrames that can become one, each
        an argument of its own. Not changed.

    Returns
    -------
    geopandas.GeoDataFrame
        All records in the order given, index 0, 1, 2 and so on, EPSG:4326: the columns of
        `minmap.table.COLUMNS`, then those of the tables' own, missing where a table lacks them. A
        column of their own that is of one dtype in all tables keeps it; otherwise it is text.
        ``attrs["sources"]`` lists the sources of all tables, each once.

    Raises
    ------
    MinmapError
        If no table is given, or something that is no GeoDataFrame.
    CRSError
        If a table has no CRS.

    Examples
    --------
    >>> import minmap as mm
    >>> major = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> critical = mm.read(mm.sample("pp1802_central_asia.csv"))
    >>> both = merge(major, critical)
    >>> len(both) == len(major) + len(critical), [s["id"] for s in both.attrs["sources"]]
    (True, ['major_deposits', 'pp1802'])
    """
    if not tables:
        raise MinmapError("merge() was given no table; pass two or more, such as merge(a, b).")
    for number, table in enumerate(tables, start=1):
        if not isinstance(table, geopandas.GeoDataFrame):
            raise MinmapError(
                f"argument {number} of merge() is a {type(table).__name__}; pass GeoDataFrames one "
                "by one, such as merge(a, b), or merge(*tables) for a list."
            )
        require_layer(table, name=f"argument {number} of merge()")
    parts = [conform_with_notes(table)[0] for table in tables]
    names = dict.fromkeys(name for part in parts for name in part.columns)
    columns: dict[str, Any] = {}
    for name in names:
        if name != "geometry":
            columns[name] = _stack(name, parts)
    index = pd.RangeIndex(sum(map(len, parts)))
    shapes = [shape for part in parts for shape in part.geometry]
    placed = geopandas.GeoSeries(shapes, index=index, crs=CRS)
    merged = geopandas.GeoDataFrame(columns, index=index, geometry=placed)
    merged = merged[[*COLUMN_NAMES, *(name for name in names if name not in COLUMN_NAMES)]]
    merged.attrs["sources"] = _sources(map(sources_of, parts))
    return merged


def _stack(name: str, parts: list[geopandas.GeoDataFrame]) -> pd.Series:
    given = [part[name] for part in parts if name in part]
    known = {column.name: _DTYPES[column.dtype] for column in COLUMNS[:-1]}
    dtypes = {column.dtype for column in given}
    dtype = known.get(name) or (next(iter(dtypes)) if len(dtypes) == 1 else TEXT)
    whole = [
        part[name].astype(dtype) if name in part else pd.Series(index=part.index, dtype=dtype)
        for part in parts
    ]
    stacked: pd.Series = pd.concat(whole, ignore_index=True)
    return stacked


def _sources(given: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    by_id: dict[str, dict[str, Any]] = {}
    for sources in given:
        for source in sources:
            # A source of the user's may have no id; then all that it says tells it from others.
            by_id.setdefault(repr(source.get("id", source)), source)
    return list(by_id.values())
