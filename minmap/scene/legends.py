"""Which look each kind of thing has: commodity groups, legs of a corridor and its nodes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap import vocabulary
from minmap.scene.popup_columns import column_of, heading_of
from minmap.style.classes import Classes, is_measured
from minmap.style.symbols import Entry, Legend, by_value, in_order, single

CATCHMENT = "within_hours"
"""Column of the areas that `minmap.access.catchment` returns."""

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
# Broad and standard gauge; the page draws their sleepers apart as well.
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
    frame: gpd.GeoDataFrame, *, by: str | None, name: str, classes: Classes
) -> Legend:
    """Colour points by a column: the commodity group unless the user names another."""
    if by is None and "commodity_group" not in frame.columns:
        return single(name, len(frame), color="#B03A2E", shape="circle")
    column = "commodity_group" if by is None else by
    values = column_of(frame, column, argument="by")
    if classes.divides(values, by=column):
        return class_legend(values, by=column, shape="circle", classes=classes)
    if column != "commodity_group":
        return by_value(values, title=column)
    groups = vocabulary.commodity_groups()
    known = {
        group: Entry(label, 0, *_GROUP_LOOKS.get(group, ("#8A8A8A", "cross")))
        for group, label in zip(groups["code"], groups["label"], strict=True)
    }
    return by_value(values, title="Commodity group", known=known)


def class_legend(values: pd.Series, *, by: str, shape: str, classes: Classes) -> Legend:
    """Colour by the classes of a column's numbers."""
    title, unit = heading_of(by)
    return classes.legend(values, title=title, unit=unit, shape=shape)


def shape_legend(
    frame: gpd.GeoDataFrame, *, by: str | None, name: str, color: str, classes: Classes
) -> Legend:
    """Colour lines and polygons by a column, or all alike."""
    kinds = frame.geom_type
    area = "area" if kinds.str.contains("Polygon").any() else "line"
    if kinds.str.contains("Point").all():
        area = "circle"
    if by is None:
        return single(name, len(frame), color=color, shape=area)
    values = column_of(frame, by, argument="by")
    if classes.divides(values, by=by):
        return class_legend(values, by=by, shape=area, classes=classes)
    return by_value(values, title=by, area=area)


def is_ordered(frame: gpd.GeoDataFrame, by: str | None, classes: Classes) -> bool:
    """Tell whether nothing but areas is to be coloured by a few numbers in their order."""
    if by is None or not frame.geom_type.str.contains("Polygon").all():
        return False
    values = column_of(frame, by, argument="by")
    if classes.palette is not None or classes.divides(values, by=by):
        return False
    return is_measured(values)


def ordered_legend(frame: gpd.GeoDataFrame, *, by: str) -> Legend:
    """Colour areas by a column of numbers in their order."""
    values = column_of(frame, by, argument="by")
    if by == CATCHMENT:
        return in_order(values, title="Destination reached", label="within {} h")
    return in_order(values, title=by)


def greatest_first(frame: gpd.GeoDataFrame, *, by: str) -> gpd.GeoDataFrame:
    """Sort areas by a column of numbers: the smaller, often within the larger, are drawn last."""
    numbers = column_of(frame, by, argument="by").reset_index(drop=True)
    return frame.iloc[numbers.sort_values(ascending=False, kind="stable").index]


def corridor_legends(legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> tuple[Legend, Legend]:
    """Draw legs by mode, gauge and status, and nodes by kind."""
    # A line drawn by hand must not pass for track; where none is built yet, the status says so.
    sketched = (legs["geometry_kind"] == "schematic") & (legs["status"] == "operating")
    known = {kind: Entry(kind, 0, *look) for kind, look in _NODE_LOOKS.items()}
    return (
        line_legend(legs, status=legs["status"].astype(str).mask(sketched, _SCHEMATIC)),
        by_value(nodes["kind"], title=None, known=known),
    )


def line_legend(lines: gpd.GeoDataFrame, *, status: pd.Series) -> Legend:
    """Draw legs, or pieces of a network, by mode, gauge and a status each."""
    gauge = lines["gauge_mm"].where(lines["mode"] == "rail").fillna(0).astype("int64")
    looks = pd.MultiIndex.from_arrays([lines["mode"], gauge, status])
    present = sorted(set(looks), key=_leg_order)
    codes = pd.Index(present).get_indexer(looks) if present else np.zeros(0)
    counts = np.bincount(codes.astype(np.int64), minlength=len(present))
    entries = [
        _leg_entry(*look, count=int(count)) for look, count in zip(present, counts, strict=True)
    ]
    return Legend(None, tuple(entries), codes.astype(np.uint8))


def _leg_entry(mode: str, gauge: int, status: str, *, count: int) -> Entry:
    label, color = _MODE_LOOKS[mode]
    if gauge:
        label, color = f"{label}, {gauge} mm", _GAUGE_COLORS.get(gauge, _OTHER_GAUGE)
    if status != "operating":
        label = f"{label}, {status}"
    dash = _STATUS_DASHES[status]
    return Entry(label, count, color, "line", dash, mode, status, gauge or None)


def _leg_order(look: tuple[str, int, str]) -> tuple[int, int, int]:
    mode, gauge, status = look
    return list(_MODE_LOOKS).index(mode), -gauge, list(_STATUS_DASHES).index(status)
