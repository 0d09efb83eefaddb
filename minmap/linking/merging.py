"""Merge occurrence tables, and keep all their sources."""

from collections.abc import Iterable
from typing import Any

import geopandas
import pandas as pd

from minmap.arguments import known_keywords
from minmap.errors import MinmapError
from minmap.geodesy.crs import require_layer
from minmap.reading.known_sources import described_sources
from minmap.table import CRS, DTYPES, conform_with_notes
from minmap.types import TEXT


@known_keywords
def merge(*tables: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Put occurrence tables one below the other.

    Records are not compared: a deposit in two tables stays two records, which `minmap.check`
    finds by name and place.

    Parameters
    ----------
    *tables
        Occurrence tables as `minmap.read` returns them, or other GeoDataFrames with a CRS, each a
        separate argument. Not changed.

    Returns
    -------
    geopandas.GeoDataFrame
        All records in the order given, index 0, 1, 2 and so on, EPSG:4326: the columns of
        `minmap.table.COLUMNS`, then the tables' own, missing where a table lacks them. A column of
        their own with one dtype in all tables keeps it; otherwise it becomes text.
        ``attrs["sources"]`` lists the sources of all tables, each once.

    Raises
    ------
    MinmapError
        If no table is given, or an argument is not a GeoDataFrame.
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
        raise MinmapError("merge() has no table; pass two or more, such as merge(a, b).")
    for number, table in enumerate(tables, start=1):
        if not isinstance(table, geopandas.GeoDataFrame):
            raise MinmapError(
                f"argument {number} of merge() is a {type(table).__name__}; pass GeoDataFrames one "
                "by one, such as merge(a, b), or merge(*tables) for a list."
            )
        require_layer(table, name=f"argument {number} of merge()")
    parts = [conform_with_notes(table)[0] for table in tables]
    names = list(dict.fromkeys(name for part in parts for name in part.columns))
    columns = {name: _stacked(name, parts) for name in names if name != "geometry"}
    geometry = pd.concat([part.geometry for part in parts], ignore_index=True)
    merged = geopandas.GeoDataFrame(columns, geometry=geometry, crs=CRS)[names]
    merged.attrs["sources"] = _sources(map(described_sources, parts))
    return merged


def _stacked(name: str, parts: list[geopandas.GeoDataFrame]) -> pd.Series:
    """Return a column of all tables, as text if their dtypes differ."""
    given = [part[name] for part in parts if name in part]
    dtypes = {column.dtype for column in given}
    dtype = DTYPES.get(name) or (dtypes.pop() if len(dtypes) == 1 else TEXT)
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
            # A source of the user's may have no id; then all its entries identify it.
            by_id.setdefault(repr(source.get("id", source)), source)
    return list(by_id.values())
