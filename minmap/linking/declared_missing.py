"""Values by which a known source says that it has none, such as -9999."""

from typing import Any

import geopandas as gpd
import numpy as np

from minmap.reading.known_sources import catalogue
from minmap.table import COLUMN_NAMES


def without_declared_missing(records: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return records whose own columns lack what their source declares as missing.

    Parameters
    ----------
    records
        An occurrence table. Values of a source that minmap does not know stay. Not changed.

    Examples
    --------
    >>> places = gpd.GeoSeries.from_xy([67.4, 68.5], [48.5, 39.2], crs=4326)
    >>> given = {"source": ["sir20105090z", "own"], "ore_mt": [-9999.0, -9999.0]}
    >>> table = gpd.GeoDataFrame(given, geometry=places)
    >>> without_declared_missing(table)["ore_mt"].tolist()
    [nan, -9999.0]
    """
    known = catalogue()
    by_source = records.groupby("source", sort=False).indices.items()
    marked = [
        (rows, known[source].missing)
        for source, rows in by_source
        if source in known and known[source].missing
    ]
    cleaned = records.copy()
    for name in records.columns.difference(COLUMN_NAMES, sort=False) if marked else ():
        is_mark = np.zeros(len(records), dtype=bool)
        for rows, marks in marked:
            values = records[name].iloc[rows].astype(object)
            is_mark[rows] = [_is_mark(value, marks) for value in values]
        if is_mark.any():
            cleaned[name] = records[name].mask(is_mark)
    return cleaned


def _is_mark(value: Any, marks: frozenset[str]) -> bool:
    """Return whether a text is one of the lower-case marks, or a number equals one."""
    text = str(value).strip().lower()
    # A column of numbers, or text that was made of one, has -9999.0.
    return text in marks or text.removesuffix(".0") in marks
