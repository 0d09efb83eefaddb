"""Legends of occurrences, lines and areas, and of the legs and nodes of corridors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap import vocabulary
from minmap.arguments import shown
from minmap.errors import ChoiceError, MinmapError, warn
from minmap.number_texts import as_numbers, warn_of_number_texts
from minmap.scene.code_labels import are_commodities, names_of, words_of
from minmap.scene.headings import headed, stated_unit, title_in
from minmap.style.classes import Classes, is_measured
from minmap.style.colors import LayerColor
from minmap.style.commodity_colors import commodity_colors, main_commodities
from minmap.style.css_colors import css_color
from minmap.style.dates import days_of, without_times
from minmap.style.file_legend import legend_of
from minmap.style.file_styles.file_style import FileStyle
from minmap.style.geological_time import AGES, by_age
from minmap.style.legend_wishes import LegendWish
from minmap.style.looks import Looks
from minmap.style.symbols import NOT_GIVEN, PALETTE, SHAPES, Entry, Legend, single_legend
from minmap.style.table_columns import column_of, has_values
from minmap.style.value_legends import value_legend

GROUP = "commodity_group"
"""Column that colours occurrences unless the user names another."""
POINT_COLOR = "#B03A2E"
"""Colour of points that have no other."""
CATCHMENT = "within_hours"
"""Column of the areas that `minmap.catchment` returns."""
_COMMODITIES = "commodities"
_MAIN = "Main commodity"
_THIN_OUTLINE: dict[str, Any] = {"outline": "ink", "outline_width": 0.6}

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
    table: gpd.GeoDataFrame, *, color: LayerColor, name: str, looks: Looks
) -> Legend:
    """Return the legend that colours points by a column, by default the commodity group."""
    column = color.column
    if column is None and color.constant is None and has_groups(table):
        column = GROUP
    if column is None:
        usual = color.constant or looks.house.point_color or POINT_COLOR
        return _wished(looks, name, len(table), color=usual, shape="circle")
    return column_legend(table, column=column, shape="circle", looks=looks)


def has_groups(table: gpd.GeoDataFrame) -> bool:
    """Return whether records of a table have commodity groups, in one column of that name."""
    return [*table.columns].count(GROUP) == 1 and has_values(table[GROUP])


def shape_legend(
    table: gpd.GeoDataFrame, *, column: str | None, name: str, fill: str, looks: Looks
) -> Legend:
    """Return the legend of lines and polygons coloured by a column, or in one colour."""
    kinds = table.geom_type
    shape = "area" if kinds.str.contains("Polygon").any() else "line"
    if kinds.str.contains("Point").all():
        shape = "circle"
    if column is None:
        return _wished(looks, name, len(table), color=fill, shape=shape)
    return column_legend(table, column=column, shape=shape, looks=looks, area=shape)


def file_legend(
    table: gpd.GeoDataFrame,
    style: FileStyle,
    *,
    color: LayerColor,
    name: str,
    fill: str,
    looks: Looks,
) -> Legend:
    """Return the legend of records that are drawn as a file describes it."""
    is_faded = looks.opacity is None
    made = legend_of(style, table, name=name, fill=fill, color=color.constant, is_faded=is_faded)
    if made.title is not None:
        made = _headed(made, made.title, column_of(table, made.title, argument="color"), table)
    return looks.legend.applied(looks.legend.ordered(made))


def _headed(legend: Legend, column: str, values: pd.Series, table: gpd.GeoDataFrame) -> Legend:
    """Return a legend with the title and the unit of a column of a table."""
    unit = stated_unit(table, column)
    return replace(legend, **headed(column, has_numbers=is_measured(values), stated=unit))


def with_fills(legend: Legend, *, opacity: float, is_outlined: bool = False) -> Legend:
    """Return a legend whose areas have fills of an opacity, and may have thin dark outlines.

    Examples
    --------
    >>> made = single_legend("Areas", 1, color="#ff0000", shape="area")
    >>> with_fills(made, opacity=0.75, is_outlined=True).as_dict()["entries"]
    [{'label': 'Areas', ..., 'opacity': 0.75, 'outline': 'ink', 'outline_width': 0.6}]
    """
    look = {"opacity": opacity} | (_THIN_OUTLINE if is_outlined else {})
    return legend.changed(lambda one: replace(one, **look) if one.shape == "area" else one)


def _wished(looks: Looks, name: str, count: int, *, color: str, shape: str) -> Legend:
    """Return the legend of records that are drawn alike."""
    wish = looks.legend
    if looks.by_age:
        raise MinmapError(
            f"color={shown(looks.color)} is one colour, so palette={AGES!r} has no effect; leave "
            "it out, or give color= a column with names of ages."
        )
    if wish.order:
        raise MinmapError(
            "legend_order= orders the values of a column; name the column with color=, or leave "
            "legend_order out."
        )
    return wish.applied(single_legend(name, count, color=color, shape=shape))


def column_legend(
    table: gpd.GeoDataFrame, *, column: str, shape: str, looks: Looks, area: str | None = None
) -> Legend:
    """Return the legend that colours records by a column.

    Parameters
    ----------
    table
        The records.
    column
        Its column.
    shape
        Shape of the symbols of numbers.
    looks
        The wishes of the maker.
    area
        Shape of all entries; None gives each value a symbol of its own.

    Raises
    ------
    MinmapError
        If a wish does not go with the values of the column.
    """
    values, wish = as_numbers(column_of(table, column, argument="color")), looks.legend
    if looks.color is not None and len(values) and values.isna().all():
        warn(f"color={column!r} has no value in any record; name another column.")
    days = None if looks.by_age else days_of(values)
    classes = looks.classes_for(values if days is None else days)
    if looks.by_age:
        values, colors = by_age(values, title=column)
        classes = replace(classes, palette=colors)
    if days is not None and classes.has_order:
        _require_no_order(wish, column)
        days = without_times(days)
        made = classes.in_days(days).legend(days, title=column, shape=shape, dates=True)
        return wish.applied(_headed(made, column, values, table))
    if classes.classifies(values, column=column):
        _require_no_order(wish, column)
        made = classes.legend(values, title=column, shape=shape)
        return wish.applied(_headed(made, column, values, table))
    known, names, is_main = None, names_of(column), False
    if column == GROUP and area is None:
        known = _group_entries(looks.house.colors)
    elif (
        column == _COMMODITIES
        and values.notna().any()
        and are_commodities(values.dropna().unique())
    ):
        values, is_main = main_commodities(values), True
        known = _commodity_entries(values, looks.house.colors)
    palette, order = classes.palette, wish.order
    are_values = isinstance(values.dtype, pd.CategoricalDtype) or isinstance(palette, dict)
    if not (are_values or order or names):
        warn_of_number_texts(values, column=column)
    made = value_legend(
        values, title=column, known=known, area=area, palette=palette, order=order, names=names
    )
    headed = replace(made, title=_MAIN) if is_main else _headed(made, column, values, table)
    return wish.applied(headed, names)


def _require_no_order(wish: LegendWish, column: str) -> None:
    """Raise if values that are in ascending order should have another."""
    if wish.order:
        raise MinmapError(
            f"legend_order= does not apply to the numbers or dates of {column!r}, which are in "
            "ascending order; leave it out, or give palette= a mapping from values to colours."
        )


def group_colors(own: Mapping[str, str]) -> dict[str, str]:
    """Return the colour of each commodity group, with those of a house style in their place."""
    return {group: own.get(group, color) for group, (color, _) in _GROUP_LOOKS.items()}


def _group_entries(own: Mapping[str, str]) -> dict[str, Entry]:
    groups, colors = vocabulary.commodity_groups(), group_colors(own)
    return {
        group: Entry(label, 0, colors[group], _GROUP_LOOKS[group][1], codes=(group,))
        for group, label in zip(groups["code"], groups["label"], strict=True)
    }


def _commodity_entries(main: pd.Series, own: Mapping[str, str]) -> dict[str, Entry]:
    """Return the entries of commodities, the most frequent first, with shapes in turn."""
    names, colors = words_of(_COMMODITIES, "en"), {**commodity_colors(), **own}
    return {
        code: Entry(names[code], 0, colors[code], SHAPES[place % len(SHAPES)], codes=(code,))
        for place, code in enumerate(main.value_counts(sort=True).index)
    }


def in_language(legend: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a legend for a page, with its title and the names of commodities in the language.

    Examples
    --------
    >>> gold = {"label": "Gold", "codes": ("Au",)}
    >>> in_language({**headed("country", has_numbers=False), "entries": [gold]}, "ru")
    {'title': 'Страна', 'unit': None, 'entries': [{'label': 'Gold', 'text': 'Золото'}]}
    >>> in_language({"title": None, "entries": [gold]}, "en")
    {'title': None, 'entries': [{'label': 'Gold'}]}
    """
    found = {**legend, "title": title_in(legend.get("title"), language, legend.get("unit"))}
    if not any("codes" in entry for entry in legend.get("entries", ())):
        return found
    english, words = (words_of(_COMMODITIES, one) for one in ("en", language))
    entries = []
    for entry in legend["entries"]:
        shown = {key: value for key, value in entry.items() if key != "codes"}
        code = entry.get("codes", ("",))[0]
        is_changed = english.get(code) == entry["label"] != words[code]
        entries.append({**shown, "text": words[code]} if is_changed else shown)
    return {**found, "entries": entries}


def has_ordered_areas(table: gpd.GeoDataFrame, column: str | None, classes: Classes) -> bool:
    """Return whether all geometries are areas and the column has at most 12 numbers."""
    if column is None or not table.geom_type.str.contains("Polygon").all():
        return False
    values = as_numbers(column_of(table, column, argument="color"))
    return classes == Classes() and is_measured(values) and values.nunique() <= len(PALETTE)


def ordered_legend(table: gpd.GeoDataFrame, *, column: str, looks: Looks) -> Legend:
    """Return the legend that colours areas by a column of numbers in their order."""
    if column != CATCHMENT:
        return column_legend(table, column=column, shape="area", looks=looks, area="area")
    values = as_numbers(column_of(table, column, argument="color"))
    made = value_legend(values, title="Destination reached", area="area", palette="viridis")
    made = made.changed(
        lambda one: one if one.label == NOT_GIVEN else replace(one, label=f"within {one.label} h")
    )
    return looks.legend.applied(made)


def greatest_first(table: gpd.GeoDataFrame, *, column: str) -> gpd.GeoDataFrame:
    """Sort areas by a column of numbers: the smaller, often within the larger, are drawn last."""
    numbers = as_numbers(column_of(table, column, argument="color")).reset_index(drop=True)
    return table.iloc[numbers.sort_values(ascending=False, kind="stable").index]


def corridor_legends(
    legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, *, color: str | None = None
) -> tuple[Legend, Legend]:
    """Return the legends of legs by mode, gauge and status, and of nodes by kind.

    Raises
    ------
    ChoiceError
        If `color`, the colour of all legs, is not one of CSS.
    """
    # Mark operating legs that are drawn schematically; with another status there is no track yet.
    sketched = (legs["geometry_kind"] == "schematic") & (legs["status"] == "operating")
    lines = line_legend(legs, status=legs["status"].astype(str).mask(sketched, _SCHEMATIC))
    if color is not None:
        one = css_color(color) if isinstance(color, str) else None
        if one is None:
            raise ChoiceError(
                f"color={shown(color)} is not a CSS colour; give one, such as 'crimson'. "
                "For colours by a column, add the table corridor.legs."
            )
        lines = lines.with_looks(color=one)
    known = {kind: Entry(kind, 0, *look) for kind, look in _NODE_LOOKS.items()}
    return lines, value_legend(nodes["kind"], title=None, known=known)


def line_legend(lines: gpd.GeoDataFrame, *, status: pd.Series) -> Legend:
    """Return the legend of legs, or pieces of a network, by mode, gauge and status."""
    gauge = lines["gauge_mm"].where(lines["mode"] == "rail").fillna(0).astype("int64")
    looks = pd.MultiIndex.from_arrays([lines["mode"], gauge, status])
    present = sorted(set(looks), key=_leg_order)
    codes = pd.Index(present).get_indexer(looks) if present else np.zeros(0)
    return Legend.of(None, [_leg_entry(*look) for look in present], codes)


def joined_entries(entries: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return entries of legs, or of nodes, of several legends once for each label, in their order.

    Examples
    --------
    >>> station, port = {"label": "station"}, {"label": "port"}
    >>> joined_entries([station, port, station])
    [{'label': 'port'}, {'label': 'station'}]
    """
    known = {entry["label"]: entry for entry in entries}

    def order(entry: Mapping[str, Any]) -> tuple[int, int, int]:
        if "mode" not in entry:
            return [*_NODE_LOOKS, entry["label"]].index(entry["label"]), 0, 0
        return _leg_order((entry["mode"], entry.get("gauge", 0), entry["status"]))

    return sorted(known.values(), key=order)


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
