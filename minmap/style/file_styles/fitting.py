"""A style of a file, fitted to the table that it is for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.errors import MinmapError
from minmap.style.channels import opacity_channel
from minmap.style.file_styles.file_style import Condition, FileStyle, StyleEntry
from minmap.style.patterns import DASHES, SHAPE_PATTERNS, Wish
from minmap.style.proportions import LINES, SYMBOLS
from minmap.style.table_columns import column_names, column_of

_DIMENSIONS: Final = {"point": 0, "line": 1, "area": 2}
# The keyword that goes with a channel, and the kinds of symbols that have it.
_CHANNELS: Final = {
    "size": ("", "point"), "line_width": ("", "line"), "opacity": ("", "point", "line", "area"),
    "shape": ("shapes", "point"), "dash": ("dashes", "line", "area"),
}  # fmt: skip
_PLURALS: Final = {"point": "points", "line": "lines", "area": "areas"}


def fitted(style: FileStyle, table: gpd.GeoDataFrame) -> FileStyle:
    """Return a style whose columns are those of a table.

    Names of columns may differ in case, as in QGIS. A style for other geometries or another table
    loses its symbols or its labels, and `left_out` gives the reason.

    Parameters
    ----------
    style
        As `style_of_file` returns it.
    table
        All records of the layer, in the order of the file.

    Examples
    --------
    >>> from minmap.style.file_styles.file_style import Condition, Symbol
    >>> entry = StyleEntry("Granite", Symbol("area"), (Condition("unit", ("G1",)),))
    >>> areas = gpd.GeoDataFrame({"UNIT": ["G1"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    >>> fitted(FileStyle("geology.qml", (entry,)), areas).column
    'UNIT'
    >>> fitted(FileStyle("geology.qml", (entry,)), areas.drop(columns="UNIT")).left_out
    ("The symbols follow the column 'unit', which the table lacks.",)
    """
    names = column_names(table)
    fitting = _with_looks(_fitting_entries(style, table, names), table, names)
    if fitting.label is None:
        return fitting
    column = _column(fitting.label.column, names)
    if column is not None:
        return replace(fitting, label=replace(fitting.label, column=column))
    lacking = f"The labels follow the column {fitting.label.column!r}, which the table lacks."
    return replace(fitting, label=None, left_out=(*fitting.left_out, lacking))


def _with_looks(style: FileStyle, table: gpd.GeoDataFrame, names: list[str]) -> FileStyle:
    """Return a style without the sizes, shapes and so on that the table has no values for."""
    looks = dict[str, Any]()
    kinds = {entry.symbol.kind for entry in style.entries}
    for channel, (plural, *of_kinds) in _CHANNELS.items():
        if channel not in style.looks or not kinds.intersection(of_kinds):
            continue
        column, more = _column(style.looks[channel], names), style.looks.get(plural)
        try:
            _require(channel, table, column, more)
        except MinmapError:
            sentence = f"{channel}={style.looks[channel]!r} does not fit the table."
            style = replace(style, left_out=(*style.left_out, sentence))
            continue
        looks |= {channel: column} | ({plural: more} if more else {})
    return replace(style, looks=looks)


def _require(channel: str, table: gpd.GeoDataFrame, column: str | None, more: Wish) -> None:
    """Raise if a channel cannot show a column."""
    values = column_of(table, column or "", argument=channel)
    if channel == "opacity":
        opacity_channel(table, column)
    elif channel in ("shape", "dash"):
        (SHAPE_PATTERNS if channel == "shape" else DASHES).legend(values, more, title=str(column))
    else:
        (SYMBOLS if channel == "size" else LINES).channel(table, str(column))


def _fitting_entries(style: FileStyle, table: gpd.GeoDataFrame, names: list[str]) -> FileStyle:
    found = {column: _column(column, names) for column in style.columns}
    lacking = [column for column, name in found.items() if name is None]
    if lacking:
        return style.without(
            f"The symbols follow the column {lacking[0]!r}, which the table lacks."
        )
    if style.by_record is not None and len(style.by_record) != len(table):
        return style.without("The symbols cannot be assigned to the records.")
    present = set(shapely.get_dimensions(shapely.get_parts(table.geometry.to_numpy())).tolist())
    kinds = {entry.symbol.kind for entry in style.entries}
    if kinds and present and not present & {_DIMENSIONS[kind] for kind in kinds}:
        drawn = " and ".join(_PLURALS[kind] for kind in sorted(kinds))
        return style.without(f"The symbols are for {drawn}, which the layer does not have.")
    renamed = replace(style, entries=tuple(_renamed(entry, found) for entry in style.entries))
    return _by_column(renamed, table, names) if style.by_record is not None else renamed


def _by_column(style: FileStyle, table: gpd.GeoDataFrame, names: list[str]) -> FileStyle:
    """Return a style by the values of a column, if each look is that of one value in it.

    The values are better labels than the ids of styles, which programs make up.
    """
    looks = np.array(style.by_record, dtype=np.int64)
    count = len(np.unique(looks))
    for name in names if 1 < count == len(style.entries) < len(looks) else ():
        if names.count(name) > 1 or not pd.api.types.is_string_dtype(table[name]):
            continue
        rows, values = pd.factorize(table[name])
        pairs = np.unique(np.stack([looks, rows]), axis=1)
        if len(values) == count == pairs.shape[1] and (rows >= 0).all():
            texts = [str(values[row]) for row in pairs[1].tolist()]
            entries = (
                replace(entry, label=text, conditions=(Condition(name, (text,)),))
                for entry, text in zip(style.entries, texts, strict=True)
            )
            return replace(style, entries=tuple(entries), by_record=None)
    return style


def _renamed(entry: StyleEntry, names: dict[str, str | None]) -> StyleEntry:
    tests = (replace(test, column=names[test.column] or test.column) for test in entry.conditions)
    return replace(entry, conditions=tuple(tests))


def _column(wanted: str, names: list[str]) -> str | None:
    """Return the column of a name, else the only one whose name differs in case alone."""
    if names.count(wanted) == 1:
        return wanted
    near = [name for name in names if name.casefold() == wanted.casefold()]
    return near[0] if len(near) == 1 else None
