"""Columns of numbers of known sources whose names a shapefile has cut."""

from collections import Counter

import geopandas as gpd
import pandas as pd

from minmap.reading.known_sources import catalogue
from minmap.reading.source import Source
from minmap.table import listed, source_rows
from minmap.writing.shapefile import short_names


def restore_names(table: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Give the columns of numbers of known sources, and of their texts, the names of the sources.

    A shapefile that minmap wrote has names of ten letters, and the whole ones in the file beside
    it, which may be lost. A name that several columns of the source may have had stays as it is.

    Parameters
    ----------
    table
        Occurrences as read from a file that minmap wrote. Not changed.

    Returns
    -------
    geopandas.GeoDataFrame
        The table with these names.
    list of str
        A note on them, if there are any.

    Examples
    --------
    >>> rows = {"source": ["minfac"], "citation": ["USGS"], "_site_capa": [5.0]}
    >>> table, notes = restore_names(gpd.GeoDataFrame(rows | {"_site_comp": ["A"]}))
    >>> [*table.columns]
    ['source', 'citation', '#site+capacity', '_site_comp']
    >>> notes
    ["Names that a shapefile has cut: '_site_capa' is read as '#site+capacity'."]
    """
    known, whole = catalogue(), dict[str, str]()
    for name in source_rows(table)["source"].unique():
        if (source := known.get(name)) is not None:
            whole = _whole_names(table, source) | whole
    if not whole:
        return table, []
    read = listed([f"{short!r} is read as {name!r}" for short, name in whole.items()])
    return table.rename(columns=whole), [f"Names that a shapefile has cut: {read}."]


def _whole_names(table: gpd.GeoDataFrame, source: Source) -> dict[str, str]:
    """Return the names of the columns of numbers of a source by those in a table."""
    given, found = [*map(str, table.columns)], dict[str, str]()
    columns = {name.casefold() for name in (*source.columns, *source.numbers)}
    times = Counter(short_names([name])[0] for name in columns)
    for name in source.numbers:
        short, behind = short_names([name, f"{name}_text"])
        is_cut = short in given and name not in given and times[short.casefold()] == 1
        if not is_cut or not pd.api.types.is_numeric_dtype(table[short].dtype):
            continue
        found[short] = name
        # `minmap.read` puts texts that are no numbers right behind the numbers.
        if behind in given and given.index(behind) == given.index(short) + 1:
            found[behind] = f"{name}_text"
    return found
