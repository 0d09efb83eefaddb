"""Legends of occurrences, lines and areas, and of the legs and nodes of corridors."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap import vocabulary
from minmap.scene.popup_columns import heading_of
from minmap.style.classes import Classes, is_measured
from minmap.style.colors import LayerColor
from minmap.style.symbols import Entry, Legend, ordered_value_legend, single_legend, value_legend
from minmap.style.table_columns import column_of

GROUP = "commodity_group"
"""Column that colours occurrences unless the user names another."""
CATCHMENT = "within_hours"
"""Column of the areas that `minmap.catchment` returns."""

_GROUP_LOOKS = {
    "precious": ("#E69F00", "circle"),
    "base": ("#0072B2", "square"),
    "ferrous": ("#8B3A1E", "triangle"),
    "rare_earth": ("#B5179E", "star"),
    "rare": ("#CC79A7", "diamond"),
    "light": ("#56B4E9", "hexagon"),
    "energy": ("#333333", "triangle-down"),
    "industrial": ("#009E73", "pentagon"),
    "gem": ("#7A5195", "plus"),
    "other": ("#8A8A8A", "cross"),
}
_MODE_LOOKS = {
    "rail": ("railway", "#333333"),
    "road": ("road", "#9A5B1F"),
    "sea": ("ferry or ship", "#1F6FB2"),
    "pipeline": ("pipeline", "#7A3B8F"),
}
# Broad and standard gauge; the page draws their sleepers differently too.
_GAUGE_COLORS = {1520: "#333333", 1435: "#8A1C4A"}
_OTHER_GAUGE = "#5C6B1F"
_SCHEMATIC = "schematic line"
_STATUS_DASHES = {
    "operating": None, _SCHEMATIC: (4, 3), "under construction": (10, 6), "planned": (2, 6),
}  # fmt: skip
_NODE_LOOKS = {
    "port": ("#1F6FB2", "anchor"),
    "border crossing": ("#C0392B", "diamond"),
    "dry port": ("#0B7A5B", "hexagon"),
    "break of gauge": ("#B34700", "gauges"),
    "junction": ("#2D3748", "square"),
    "station": ("#6B7280", "circle"),
}


def occurrence_legend(
    table: gpd.GeoDataFrame, *, color: LayerColor, name: str, classes: Classes
) -> Legend:
    """Return the legend that colours points by a column, by default the commodity group."""
    column = color.column
    if column is None and color.constant is None and GROUP in table.columns:
        column = GROUP
    if column is None:
        return single_legend(name, len(table), color=color.constant or "#B03A2E", shape="circle")
    values = column_of(table, column, argument="color")
    if classes.classifies(values, column=column):
        return class_legend(values, column=column, shape="circle", classes=classes)
    if column != GROUP:
        return value_legend(values, title=column)
    groups = vocabulary.commodity_groups()
    known = {
        group: Entry(label, 0, *_GROUP_LOOKS.get(group, _GROUP_LOOKS["other"]))
        for group, label in zip(groups["code"], groups["label"], strict=True)
    }
    return value_legend(values, title="Commodity group", known=known)


def class_legend(values: pd.Series, *, column: str, shape: str, classes: Classes) -> Legend:
    """Return the legend that colours records by the classes of a column's numbers."""
    title, unit = heading_of(column)
    return classes.legend(values, title=title, unit=unit, shape=shape)


def shape_legend(
    table: gpd.GeoDataFrame, *, column: str | None, name: str, fill: str, classes: Classes
) -> Legend:
    """Return the legend of lines and polygons coloured by a column, or in one colour."""
    kinds = table.geom_type
    shape = "area" if kinds.str.contains("Polygon").any() else "line"
    if kinds.str.contains("Point").all():
        shape = "circle"
    if column is None:
        return single_legend(name, len(table), color=fill, shape=shape)
    values = column_of(table, column, argument="color")
    if classes.classifies(values, column=column):
        return class_legend(values, column=column, shape=shape, classes=classes)
    return value_legend(values, title=column, area=shape)


def has_ordered_areas(table: gpd.GeoDataFrame, column: str | None, classes: Classes) -> bool:
    """Return whether a table of areas alone is coloured by a few numbers in their order."""
    if column is None or not table.geom_type.str.contains("Polygon").all():
        return False
    values = column_of(table, column, argument="color")
    in_order = classes.palette is None and not classes.classifies(values, column=column)
    return in_order and is_measured(values)


def ordered_legend(table: gpd.GeoDataFrame, *, column: str) -> Legend:
    """Return the legend that colours areas by a column of numbers in their order."""
    values = column_of(table, column, argument="color")
    title, label = ("Destination reached", "within {} h") if column == CATCHMENT else (column, "{}")
    return ordered_value_legend(values, title=title, label=label)


def greatest_first(table: gpd.GeoDataFrame, *, column: str) -> gpd.GeoDataFrame:
    """Sort areas by a column of numbers: the smaller, often within the larger, are drawn last."""
    numbers = column_of(table, column, argument="color").reset_index(drop=True)
    return table.iloc[numbers.sort_values(ascending=False, kind="stable").index]


def corridor_legends(legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> tuple[Legend, Legend]:
    """Return the legends of legs by mode, gauge and status, and of nodes by kind."""
    # Mark operating legs that are drawn schematically; with another status there is no track yet.
    sketched = (legs["geometry_kind"] == "schematic") & (legs["status"] == "operating")
    known = {kind: Entry(kind, 0, *look) for kind, look in _NODE_LOOKS.items()}
    return (
        line_legend(legs, status=legs["status"].astype(str).mask(sketched, _SCHEMATIC)),
        value_legend(nodes["kind"], title=None, known=known),
    )


def line_legend(lines: gpd.GeoDataFrame, *, status: pd.Series) -> Legend:
    """Return the legend of legs, or pieces of a network, by mode, gauge and status."""
    gauge = lines["gauge_mm"].where(lines["mode"] == "rail").fillna(0).astype("int64")
    looks = pd.MultiIndex.from_arrays([lines["mode"], gauge, status])
    present = sorted(set(looks), key=_leg_order)
    codes = pd.Index(present).get_indexer(looks) if present else np.zeros(0)
    return Legend.of(None, [_leg_entry(*look) for look in present], codes)


def _leg_entry(mode: str, gauge: int, status: str) -> Entry:
    label, color = _MODE_LOOKS[mode]
    if gauge:
        label, color = f"{label}, {gauge} mm", _GAUGE_COLORS.get(gauge, _OTHER_GAUGE)
    if status != "operating":
        label = f"{label}, {status}"
    return Entry(label, 0, color, "line", _STATUS_DASHES[status], mode, status, gauge or None)


def _leg_order(look: tuple[str, int, str]) -> tuple[int, int, int]:
    mode, gauge, status = look
    return list(_MODE_LOOKS).index(mode), -gauge, list(_STATUS_DASHES).index(status)
