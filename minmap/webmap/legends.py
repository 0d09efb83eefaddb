"""Which look each kind of thing has: commodity groups, legs of a corridor and its nodes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap import vocab
from minmap.errors import MinmapError, require_one_of
from minmap.webmap.symbols import Entry, Legend, by_value, single

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
_SCHEMATIC = "schematic line"
_STATUS_DASHES = {
    "operating": None, _SCHEMATIC: (4, 3), "under construction": (10, 6), "planned": (2, 6),
}  # fmt: skip
_NODE_LOOKS = {
    "port": ("#1F6FB2", "square"),
    "border crossing": ("#C0392B", "diamond"),
    "dry port": ("#0B7A5B", "hexagon"),
    "break of gauge": ("#D55E00", "triangle"),
    "junction": ("#2D3748", "square"),
    "station": ("#6B7280", "circle"),
}


def occurrence_legend(frame: gpd.GeoDataFrame, *, by: str | None, name: str) -> Legend:
    """Colour points by a column: the commodity group unless the user names another."""
    if by is None and "commodity_group" not in frame.columns:
        return single(name, len(frame), color="#B03A2E", shape="circle")
    column = "commodity_group" if by is None else str(by)
    values = _values(frame, column)
    if column != "commodity_group":
        return by_value(values, title=column)
    groups = vocab.commodity_groups()
    known = {
        group: Entry(label, 0, *_GROUP_LOOKS.get(group, ("#8A8A8A", "cross")))
        for group, label in zip(groups["code"], groups["label"], strict=True)
    }
    return by_value(values, title="Commodity group", known=known)


def _values(frame: gpd.GeoDataFrame, by: str) -> pd.Series:
    """Give the column of a name, which in pandas need not be text nor the only one."""
    names = [str(name) for name in frame.columns]
    geometries = {str(name) for name in frame.select_dtypes("geometry")}
    require_one_of(by, [name for name in names if name not in geometries], name="by")
    if names.count(by) > 1:
        raise MinmapError(
            f"by={by!r} names {names.count(by)} columns; rename them so that one is meant."
        )
    values: pd.Series = frame.iloc[:, names.index(by)]
    return values


def shape_legend(frame: gpd.GeoDataFrame, *, by: str | None, name: str, color: str) -> Legend:
    """Colour lines and polygons by a column, or all alike."""
    kinds = frame.geom_type
    area = "area" if kinds.str.contains("Polygon").any() else "line"
    if kinds.str.contains("Point").all():
        area = "circle"
    if by is None:
        return single(name, len(frame), color=color, shape=area)
    return by_value(_values(frame, str(by)), title=str(by), area=area)


def corridor_legends(legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> tuple[Legend, Legend]:
    """Draw legs by mode and status, and nodes by kind."""
    # A line drawn by hand must not pass for track; where none is built yet, the status says so.
    sketched = (legs["geometry_kind"] == "schematic") & (legs["status"] == "operating")
    status_drawn = legs["status"].astype(str).mask(sketched, _SCHEMATIC)
    pairs = legs["mode"].astype(str) + "|" + status_drawn
    present = sorted(set(pairs), key=_leg_order)
    leg_entries = []
    for pair in present:
        mode, status = pair.split("|")
        label, color = _MODE_LOOKS[mode]
        if status != "operating":
            label = f"{label}, {status}"
        leg_entries.append(
            Entry(label, int((pairs == pair).sum()), color, "line",
                  dash=_STATUS_DASHES[status], mode=mode, status=status)
        )  # fmt: skip
    codes = pairs.map({pair: n for n, pair in enumerate(present)}).to_numpy(np.uint8)
    known = {kind: Entry(kind, 0, *look) for kind, look in _NODE_LOOKS.items()}
    return Legend(None, tuple(leg_entries), codes), by_value(nodes["kind"], title=None, known=known)


def _leg_order(pair: str) -> tuple[int, int]:
    mode, status = pair.split("|")
    return list(_MODE_LOOKS).index(mode), list(_STATUS_DASHES).index(status)
