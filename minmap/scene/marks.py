"""How the records of a layer are drawn besides their colours, and the legends that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.arguments import shown
from minmap.errors import MinmapError
from minmap.number_texts import as_numbers
from minmap.scene.code_labels import has_single_codes, names_of
from minmap.scene.headings import headed, stated_unit
from minmap.style.channels import (
    NONE,
    Channel,
    drawing_ranks,
    opacity_channel,
    rank_column,
    require_outline,
)
from minmap.style.classes import is_measured
from minmap.style.icons import icons_among
from minmap.style.legend_wishes import COLOR
from minmap.style.looks import Looks
from minmap.style.patterns import (
    DASHES,
    NEUTRAL,
    SHAPE_PATTERNS,
    Patterns,
    recoloured,
    with_patterns_of,
)
from minmap.style.proportions import LINE_PX, LINES, SYMBOLS, USUAL_PX, Proportion
from minmap.style.symbols import Legend
from minmap.style.table_columns import column_of


@dataclass(frozen=True)
class Marks:
    """How records are drawn: the legend of their colours, and what differs besides.

    Parameters
    ----------
    legend
        The colours, with the shapes or dashes that go with them.
    channels
        The sizes, shapes, widths, dashes and opacities of the layer. Where there are several of a
        kind, each record has a code.
    legends
        Further legends, of channels that do not follow the colours.
    ranks
        The drawing order of points; None is that of the page.
    columns
        The columns of the channels, whose values the page shows under the cursor.
    headings
        Titles and units of legends, by the keyword whose column they explain.
    explained
        The keywords of `legends`.
    by
        The column that decides the entry of each record; None if there is none, or no single one.
    """

    legend: Legend
    channels: Mapping[str, Channel] = field(default_factory=dict)
    legends: tuple[dict[str, Any], ...] = ()
    ranks: pa.Array | None = None
    columns: tuple[str, ...] = ()
    headings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    explained: tuple[str, ...] = ()
    by: str | None = None

    def codes(self) -> dict[str, pa.Array]:
        """Return the columns of the payload that say how each record is drawn."""
        coded = {
            f"_{name}": pa.array(channel.codes, pa.uint8())
            for name, channel in self.channels.items()
            if channel.codes is not None
        }
        return coded if self.ranks is None else coded | {"_order": self.ranks}

    def as_dict(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the options of a page with columns of these names; none if all are usual."""
        marks: dict[str, Any] = {name: list(one.distinct) for name, one in self.channels.items()}
        if coded := [name.removeprefix("_") for name in self.codes()]:
            marks["coded"] = coded
        if self.legends:
            legends = [with_column(legend, names) for legend in self.legends]
            marks["legends"] = legends if self.legend.shown else []
            shown_columns = (name for name in dict.fromkeys(self.columns) if name in names)
            marks["columns"] = [names.index(name) for name in shown_columns]
        icons = icons_among(
            {entry.shape for entry in self.legend.entries}.union(marks.get("shape", ()))
        )
        return ({"marks": marks} if marks else {}) | ({"icons": icons} if icons else {})

    def with_lengths(
        self, proportion: Proportion, table: gpd.GeoDataFrame, wish: Any, *, usual: float
    ) -> Self:
        """Return the marks with sizes or widths, by a column or in pixels."""
        if wish is None:
            return self
        # The lengths of classes give way.
        if not isinstance(wish, str):
            factor = round(proportion.constant(wish) / usual, 4)
            return replace(self, legend=self.legend.with_looks(size=factor))
        channel = proportion.channel(table, wish)
        plain = replace(self, legend=self.legend.with_looks(size=None))
        unit = stated_unit(table, wish)
        return plain._with_channel(proportion.argument, channel, column=wish, unit=unit)

    def with_patterns(
        self, patterns: Patterns, table: gpd.GeoDataFrame, looks: Looks, *, by: str | None
    ) -> Self:
        """Return the marks with shapes or dashes; `by` is the column of the colours."""
        wish, names = getattr(looks, patterns.argument), getattr(looks, patterns.plural)
        if wish is None:
            if names is not None:
                raise MinmapError(
                    f"{patterns.plural}={shown(names)} are for the values of a column; give "
                    f"{patterns.argument}= that column too."
                )
            return self
        column, name = patterns.column_or_name(table, wish)
        if column is None:
            look = {patterns.argument: patterns.look(name)}
            return replace(self, legend=self.legend.with_looks(**look))
        values = column_of(table, column, argument=patterns.argument)
        made = patterns.legend(values, names, title=column, value_names=names_of(column))
        unit = stated_unit(table, column)
        heading = headed(column, has_numbers=is_measured(values), stated=unit)
        other = replace(made, **heading | {**self.headings.get(patterns.argument, {})})
        return self._with_legend(patterns, other, column, follows=column == by)

    def _with_legend(
        self, patterns: Patterns, other: Legend, column: str, *, follows: bool
    ) -> Self:
        """Return the marks with a legend of patterns: in that of the colours where it fits."""
        legend = with_patterns_of(self.legend, other, patterns.argument) if follows else None
        if legend is not None:
            return replace(self, legend=legend)
        explained = (*self.explained, patterns.argument)
        if self.legend.title is None and len(self.legend.entries) == 1:
            legend = recoloured(other, self.legend, patterns.argument)
            return replace(self, legend=legend, explained=explained, by=column)
        alike = {"shape": "circle"} if patterns is SHAPE_PATTERNS else {}
        marks = replace(self, legend=self.legend.with_looks(**alike))
        looks = tuple(getattr(entry, patterns.argument) or () for entry in other.entries)
        channel = Channel(looks, other.codes)
        return replace(
            marks,
            channels={**self.channels, patterns.argument: channel},
            legends=(*self.legends, other.as_dict() | {"column": column}),
            columns=(*self.columns, column),
            explained=explained,
        )

    def with_opacity(self, table: gpd.GeoDataFrame, looks: Looks, *, by: str | None) -> Self:
        """Return the marks with opacities, by a column or one for all.

        The page multiplies them by those of the entries: of the colours in a file, but not the
        usual ones of areas.
        """
        if looks.opacity is None:
            return self
        channel = opacity_channel(table, looks.opacity)
        is_of_file = looks.file_style is not None and by is None
        legend = self.legend if is_of_file else self.legend.with_looks(opacity=None)
        marks = replace(self, legend=legend)
        unit = stated_unit(table, looks.opacity)
        return marks._with_channel("opacity", channel, column=looks.opacity, unit=unit)

    def _with_channel(self, name: str, channel: Channel, *, column: Any, unit: str | None) -> Self:
        """Return the marks with a channel of numbers and the legend of its column.

        `unit` is the one that the table states for the column.
        """
        marks = replace(self, channels={**self.channels, name: channel})
        if channel.codes is None:
            return marks
        legend = {
            "channel": name, **headed(column, has_numbers=True, stated=unit),
            **self.headings.get(name, {}),
            "shape": self._only("shape"), "color": self._only("color"),
            "samples": [list(one) for one in channel.samples],
            "missing": channel.missing, "least": channel.least, "floor": channel.floor,
            **self._outline(),
        }  # fmt: skip
        return replace(
            marks,
            legends=(*self.legends, legend),
            columns=(*self.columns, column),
            explained=(*self.explained, name),
        )

    def with_blank_below(self) -> Self:
        """Return the marks with a drawing order, if some rows have no value of the colours.

        They lie below the others, then large symbols below small ones and common classes below
        rare ones.
        """
        is_given = ~self.legend.blank
        if is_given.all() or not is_given.any():
            return self
        size = self.channels.get("size", Channel((None,)))
        codes = np.zeros(len(is_given)) if size.codes is None else size.codes
        classes = np.array([*self.legend.class_ranks, 0])
        above = classes[np.minimum(self.legend.codes.astype(np.int64), len(classes) - 1)]
        below = (is_given + 1) * len(size.distinct) - codes.astype(np.int64)
        ranks = below * len(classes) + above
        return replace(self, ranks=rank_column(ranks))

    def with_heading(self, table: gpd.GeoDataFrame, legend: Legend, *, by: str | None) -> Self:
        """Return the marks with the title and the unit of a legend.

        In a layer of one colour, they are those of its first other legend. Where the colours are
        categories, the unit is that of the sizes or widths. A legend of the column that also gives
        the colours has the same title and unit. Those given by keyword stay where they are.

        Raises
        ------
        MinmapError
            If one is given for a keyword whose column has no legend of its own.
        """
        is_plain = _is_plain(legend, by)
        self._require_legends(() if is_plain else (COLOR,))
        given = self._one_for_all(legend)
        has_unit = given.get("unit") is not None
        if not is_plain:
            is_moved = has_unit and not _has_numbers(table, by)
            marks = self._with_unit_of_numbers() if is_moved else self
            return marks._with_heading_of_colors(by)
        given = {name: text for name, text in given.items() if text is not None}
        if self.legends and self.legend.title is None:
            return replace(self, legends=(self.legends[0] | given, *self.legends[1:]))
        marks = replace(self, legend=replace(self.legend, **given))
        return marks._with_unit_of_numbers() if has_unit else marks

    def _one_for_all(self, legend: Legend) -> dict[str, Any]:
        """Return the title and the unit of a legend, unless they are given by keyword."""
        mapped = {name for heading in self.headings.values() for name in heading}
        return {name: getattr(legend, name) for name in ("title", "unit") if name not in mapped}

    def _require_legends(self, colors: tuple[str, ...]) -> None:
        explained = (*colors, *self.explained)
        for keyword, heading in self.headings.items():
            if keyword not in explained:
                name = "legend" if "title" in heading else "unit"
                those = f"these have: {', '.join(explained)}" if explained else "none has"
                raise MinmapError(
                    f"{name}[{keyword!r}] has no effect, since {keyword}= has no legend of its own "
                    f"here ({those}); leave it out, or give {keyword}= a column of its own."
                )

    def _with_unit_of_numbers(self) -> Self:
        """Return the marks with the unit above sizes or widths, if there are any."""
        unit = self.legend.unit
        places = [at for at, legend in enumerate(self.legends) if "channel" in legend]
        if unit is None or not places:
            return self
        legends = [*self.legends]
        legends[places[0]] = legends[places[0]] | {"unit": unit}
        legend = replace(self.legend, unit=None)
        return replace(self, legend=legend, legends=tuple(legends))

    def _with_heading_of_colors(self, by: str | None) -> Self:
        """Return the marks with the heading of the colours above other legends of their column."""
        heading = self._one_for_all(self.legend)
        legends = (
            legend | heading if column == by else legend
            for legend, column in zip(self.legends, self.columns, strict=True)
        )
        return replace(self, legends=tuple(legends))

    def _outline(self) -> dict[str, Any]:
        """Return the outline that all records have."""
        found = {(entry.outline, entry.outline_width) for entry in self.legend.entries}
        color, width = found.pop() if len(found) == 1 else (None, None)
        outline = {"outline": color, "outline_width": width}
        return {name: value for name, value in outline.items() if value is not None}

    def _only(self, name: str) -> str:
        """Return the colour or shape that all records have, or else a neutral one."""
        found = {getattr(entry, name) for entry in self.legend.entries}
        return found.pop() if len(found) == 1 else {"shape": "circle", "color": NEUTRAL}[name]


def point_marks(table: gpd.GeoDataFrame, looks: Looks, legend: Legend, *, by: str | None) -> Marks:
    """Return how points are drawn.

    Parameters
    ----------
    table
        Points, in the order of the codes of `legend`.
    looks
        What the maker of the map wishes.
    legend
        The legend of their colours.
    by
        The column of their colours.

    Raises
    ------
    MinmapError
        If a wish is for lines or areas.
    """
    _require_for(looks, "points", line_width="size=", dash="shape=", dashes="shapes=")
    marks = _outlined(legend, looks, by=by)
    marks = marks.with_patterns(SHAPE_PATTERNS, table, looks, by=by)
    marks = marks.with_lengths(SYMBOLS, table, looks.size, usual=USUAL_PX)
    marks = marks.with_opacity(table, looks, by=by).with_heading(table, legend, by=by)
    if looks.order is not None:
        return replace(marks, ranks=rank_column(drawing_ranks(table, looks.order)))
    return marks.with_blank_below()


def shape_marks(table: gpd.GeoDataFrame, looks: Looks, legend: Legend, *, by: str | None) -> Marks:
    """Return how lines and areas are drawn; parameters as of `point_marks`.

    Raises
    ------
    MinmapError
        If a wish is for other geometries than those of the table.
    """
    kinds = table.geom_type
    area = kinds.str.contains("Polygon").any()
    line = kinds.str.contains("Line|Ring").any()
    instead = "line_width=" if line else "outline_width="
    _require_for(looks, "lines and areas", size=instead, shape="dash=", shapes="dashes=")
    if looks.view is not None:
        raise MinmapError(f"view={shown(looks.view)} is for points; leave it out.")
    if not line:
        _require_for(looks, "areas", line_width="outline_width=")
    if not area:
        _require_for(looks, "lines", outline="color=", outline_width="line_width=")
    marks = _outlined(legend, looks, by=by)
    marks = marks.with_patterns(DASHES, table, looks, by=by)
    marks = marks.with_lengths(LINES, table, looks.line_width, usual=LINE_PX)
    return marks.with_opacity(table, looks, by=by).with_heading(table, legend, by=by)


def _outlined(legend: Legend, looks: Looks, *, by: str | None) -> Marks:
    """Return marks with the colours of a legend, and the outlines that the maker wishes.

    Raises
    ------
    MinmapError
        If records without a fill should have no outline either.
    """
    outline = require_outline(looks.outline, looks.outline_width)
    hollow = [entry.label for entry in legend.entries if entry.opacity == 0]
    if outline.get("outline") == NONE and hollow:
        raise MinmapError(
            f"outline={NONE!r} would leave nothing of {shown(hollow[0])}, which has no fill in the "
            "style of the file; give outline= a colour or leave it out, or fill it in the style."
        )
    usual = _without_heading(legend, by=by).with_looks(**outline)
    decides = by if by or looks.file_style is None else looks.file_style.column
    return Marks(usual, headings=looks.legend.headings, by=decides)


def in_drawing_order(table: gpd.GeoDataFrame, order: str | None) -> gpd.GeoDataFrame:
    """Return lines and areas in the order of a column, missing values first.

    Examples
    --------
    >>> from shapely import box
    >>> areas = gpd.GeoDataFrame({"age": [3, 1, 2]}, geometry=[box(0, 0, 1, 1)] * 3)
    >>> in_drawing_order(areas, "age")["age"].tolist()
    [1, 2, 3]
    """
    if order is None:
        return table
    ranks = pd.Series(drawing_ranks(table, order))
    return table.iloc[ranks.sort_values(kind="stable").index]


def with_blank_first(
    table: gpd.GeoDataFrame, legend: Legend, order: str | None
) -> tuple[gpd.GeoDataFrame, Legend]:
    """Return lines and areas, and their legend, with rows without a value of the colours first.

    A drawing order that is given stays.
    """
    if order is not None or not legend.blank.any():
        return table, legend
    places = np.argsort(~legend.blank, kind="stable")
    return table.iloc[places], replace(legend, codes=legend.codes[places])


def with_column(legend: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return a legend with the position of its column among names, if that column has codes.

    Examples
    --------
    >>> with_column({"column": "country"}, ["name", "country"]), with_column({"column": "a"}, ["a"])
    ({'column': 1}, {})
    """
    plain = {key: value for key, value in legend.items() if key != "column"}
    column = legend.get("column") or ""
    is_coded = has_single_codes(column) and column in names
    return plain | {"column": names.index(column)} if is_coded else plain


def _has_numbers(table: gpd.GeoDataFrame, column: str | None) -> bool:
    if column is None:
        return False
    return is_measured(as_numbers(column_of(table, column, argument="color")))


def _is_plain(legend: Legend, by: str | None) -> bool:
    """Return whether a legend has no column, and one colour."""
    return by is None and len(legend.entries) == 1


def _without_heading(legend: Legend, *, by: str | None) -> Legend:
    """Return a legend of one colour without title and unit, which belong to another legend."""
    return replace(legend, title=None, unit=None) if _is_plain(legend, by) else legend


def _require_for(looks: Looks, what: str, **cures: str) -> None:
    """Raise if a keyword does not apply to what is drawn; `cures` has the keyword to use."""
    for name, instead in cures.items():
        wish = getattr(looks, name)
        if wish is not None:
            raise MinmapError(
                f"{name}={shown(wish)} does not apply to {what}; give {instead} or leave it out."
            )
