"""The layers of points, and of lines and areas."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import geopandas as gpd
import numpy as np
from branca.element import Figure

from minmap.arguments import shown
from minmap.errors import MinmapError, warn
from minmap.reading.known_sources import described_sources
from minmap.scene import legends
from minmap.scene.carried_columns import carried, with_clear_types
from minmap.scene.drawable_geometry import (
    bounds_of,
    drawable_points,
    drawn_shapes,
    in_degrees,
)
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.facets import UNCERTAINTY, with_missing
from minmap.scene.legends import CATCHMENT, GROUP, POINT_COLOR
from minmap.scene.marks import in_drawing_order, point_marks, shape_marks, with_blank_first
from minmap.scene.named_facets import named_facets
from minmap.scene.passing_records import passing_records
from minmap.scene.world_grid import MAX_LATITUDE
from minmap.style.colors import LayerColor, layer_color
from minmap.style.file_styles.file_style import FileStyle
from minmap.style.geological_time import CHART
from minmap.style.looks import VIEWS, Looks
from minmap.style.proportions import LINE_PX
from minmap.style.symbols import PALETTE, Legend
from minmap.style.table_columns import column_of
from minmap.style.value_labels import in_own_order
from minmap.types import Booleans
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.geoparquet import write_points
from minmap.webmap.page import add_files, folder_of
from minmap.webmap.spec import VectorStyleSpec

_USUAL: Final = Looks()
_POLE: Final = 90.0
_FAR_LATITUDE: Final = 50.0  # beyond which Web Mercator draws areas 2.4 times as large


class PointLayer(DataLayer):
    """Points, drawn as canvas tiles with level of detail: a million of them stay fluid.

    Parameters
    ----------
    table
        Points in any CRS. Missing and empty ones, and those beyond the page's square
        (85.05 degrees), are counted in the panel and not drawn.
    name
        The name in the layer panel.
    looks
        The column that gives each point its colour and shape, or its colour and size if it contains
        numbers; or one CSS colour. Without either, points have the symbols of their file if it has
        some, the colours of ``commodity_group`` if the table has it, or else one colour. Also their
        size, shape, opacity, outline, drawing order and labels.
    show
        Whether the layer is drawn when the page opens.
    most_lat
        The latitude beyond which points are not drawn.

    Raises
    ------
    CRSError
        If the table has no CRS.
    ChoiceError
        If the colour is neither a column nor a CSS colour.

    Warns
    -----
    MinmapWarning
        If points lie beyond the page's square; `whole` has them.
    """

    def __init__(
        self,
        table: gpd.GeoDataFrame,
        *,
        name: str,
        looks: Looks = _USUAL,
        show: bool = True,
        most_lat: float = MAX_LATITUDE,
    ) -> None:
        super().__init__(name, show=show, sources=_sources(table, looks))
        chosen = layer_color(table, looks.color, looks.classes)
        kept, left_out = carried(with_clear_types(table, looks), looks)
        projected = in_degrees(kept, name).reset_index(drop=True)
        drawn = projected[drawable_points(projected.geometry, most_lat)]
        beyond = int(drawable_points(projected.geometry, _POLE).sum()) - len(drawn)
        if beyond:
            _warn_of_poles(name, beyond)
            self._whole = partial(
                PointLayer, table, name=name, looks=looks, show=show, most_lat=_POLE
            )
        legend = _point_legend(drawn, chosen, name, looks)
        has_own_groups = _is_usual(looks) and legends.has_groups(drawn)
        by = GROUP if has_own_groups else chosen.column
        marks = point_marks(drawn, looks, legend, by=by)
        self._describe_records(
            "points", table, drawn, marks, looks, by=chosen.column, left_out=left_out
        )
        self._geometry, self.styles = drawn.geometry, marks.legend.codes
        entries = marks.legend.entries
        self.labels = [entry.label for entry in entries]
        self.hidden = [entry.label for entry in entries if entry.hidden]
        self._add_filters(looks)
        self._add_options(looks)

    def _add_filters(self, looks: Looks) -> None:
        """Add the filters, and leave records out of figures that they hide at first."""
        facets = self.columns.facets()
        if looks.fields.filters is not None:
            facets = named_facets(self.columns, facets, looks.fields.filters or {})
        elif _is_usual(looks):  # the legend already switches the few groups on and off
            facets = [facet for facet in facets if facet["name"] != GROUP]
        self._spec["facets"] = with_missing(facets, self.columns.arrays)
        self.facets = {facet["name"]: facet for facet in self._spec["facets"]}
        shown = self._passing_first()
        self.filtered = int((~shown).sum())
        if self.filtered:
            self.drawn = [one.only(shown) for one in self.drawn if isinstance(one, DrawnRecords)]

    def _add_options(self, looks: Looks) -> None:
        """Add what the page shows first and finds, and how it draws records."""
        first = self._shown_at_first()
        if first.any() and not first.all():
            self._spec["first"] = bounds_of(self._geometry[first].to_frame())
        if looks.order in self.columns.names:
            self._spec["front"] = self.columns.names.index(looks.order)
        self.view = looks.view or VIEWS[0]
        if self.view != VIEWS[0]:
            self._spec["view"] = self.view
        if UNCERTAINTY in self.columns.names:
            self._spec["uncertainty"] = self.columns.names.index(UNCERTAINTY)

    @property
    def first_filters(self) -> dict[str, Any]:
        """The choices with which the filters open, by filter."""
        return {name: facet["choice"] for name, facet in self.facets.items() if "choice" in facet}

    def opens_empty(self) -> bool:
        """Return whether filters and hidden entries of the legend hide all records at first."""
        shown = self._shown_at_first()
        return len(shown) > 0 and not shown.any()

    def _shown_at_first(self) -> Booleans:
        """Return which records filters and legend let show when the page opens."""
        hidden = [style for style, label in enumerate(self.labels) if label in self.hidden]
        shown: Booleans = ~np.isin(self.styles, hidden) & self._passing_first()
        return shown

    def _passing_first(self) -> Booleans:
        """Return which records pass the filters with which the page opens."""
        shown = np.ones(len(self.styles), dtype=bool)
        for name, choice in self.first_filters.items():
            shown &= passing_records(self.facets[name], choice, self.columns.arrays)
        return shown

    def _embedded(self, figure: Figure) -> dict[str, Any]:
        folder = folder_of(figure)
        if folder is None:
            return super()._embedded(figure)
        add_files(figure, "folder.js")
        path = folder / f"{self.get_name()}.parquet"
        file = write_points(path, self._geometry, self.styles, self.columns, self.extra)
        spec = self.describe("")
        # Texts in the file are whole: their common prefix is not cut off.
        fields = [{k: v for k, v in field.items() if k != "prefix"} for field in spec["columns"]]
        return {**spec, "columns": fields, "payload": file}


def _is_usual(looks: Looks) -> bool:
    """Return whether nobody chose colours, so that they are those of the groups."""
    return looks.color is None and looks.file_style is None


def _warn_of_poles(name: str, beyond: int) -> None:
    warn(
        f"{name}: the page does not show points beyond 85 degrees of latitude "
        f"({beyond:,}), where its projection ends; a figure does, such as "
        "m.save('map.pdf', projection='EPSG:3413')."
    )


def _point_legend(drawn: gpd.GeoDataFrame, chosen: LayerColor, name: str, looks: Looks) -> Legend:
    if looks.file_style is None or chosen.column is not None:
        return legends.occurrence_legend(drawn, color=chosen, name=name, looks=looks)
    usual = looks.house.point_color or POINT_COLOR
    return legends.file_legend(
        drawn, looks.file_style, color=chosen, name=name, fill=usual, looks=looks
    )


class VectorLayer(DataLayer):
    """A user's lines, polygons and points, with a popup that shows every field.

    Parameters
    ----------
    table
        Geometries of any kind in any CRS. Collections are taken apart; missing geometries are
        left out and counted.
    name
        The name in the layer panel.
    looks
        The column that gives each feature its colour, or one CSS colour. Few numbers are coloured
        in their order, more are put into classes. Without either, features have the symbols of
        their file if it has some, the colours of ``within_hours``, as in the areas of
        `minmap.catchment`, or else one colour. Also widths, dashes, opacity, outlines, drawing
        order and labels.
    show
        Whether the layer is drawn when the page opens.
    fill
        Colour of features that are all drawn alike if `looks` has none.

    Raises
    ------
    CRSError
        If the table has no CRS.
    ChoiceError
        If the colour is neither a column nor a CSS colour.
    """

    def __init__(
        self,
        table: gpd.GeoDataFrame,
        *,
        name: str,
        looks: Looks = _USUAL,
        show: bool = True,
        fill: str = "#5B4A8A",
    ) -> None:
        super().__init__(name, show=show, sources=_sources(table, looks))
        chosen = layer_color(table, looks.color, looks.classes)
        column = CATCHMENT if looks.color is None and CATCHMENT in table.columns else chosen.column
        _refuse_hidden(looks, column)
        kept, left_out = carried(with_clear_types(table, looks), looks)
        drawn = in_drawing_order(drawn_shapes(kept, name)[0], looks.order)
        if looks.file_style is not None and chosen.column is None:
            column = None
            legend = legends.file_legend(
                drawn, looks.file_style, color=chosen, name=name, fill=fill, looks=looks
            )
            style: VectorStyleSpec = {"weight": LINE_PX, "cover": _hides(looks.file_style, looks)}
        elif column is not None and legends.has_ordered_areas(drawn, column, looks.classes):
            drawn = drawn if looks.order else legends.greatest_first(drawn, column=column)
            legend = legends.ordered_legend(drawn, column=column, looks=looks)
            legend = legends.with_fills(legend, opacity=0.5)
            style = {"weight": 1, "cover": True}
        else:
            fill = chosen.constant or fill
            legend = legends.shape_legend(drawn, column=column, name=name, fill=fill, looks=looks)
            legend, style = _filled(drawn, column, looks, legend)
        drawn, legend = with_blank_first(drawn, legend, looks.order)
        marks = shape_marks(drawn, looks, legend, by=column)
        self._describe_records("vector", table, drawn, marks, looks, by=column, left_out=left_out)
        self._set_style(style)

    def _set_style(self, style: VectorStyleSpec) -> None:
        """Set how the layer is drawn, on the page and on paper."""
        self._spec["style"] = style
        cover = style.get("cover", False)
        self.drawn = [
            replace(one, weight=style["weight"], cover=cover)
            for one in self.drawn
            if isinstance(one, DrawnRecords)
        ]
        if any(isinstance(one, DrawnRecords) and one.is_thematic() for one in self.drawn):
            self._warn_of_enlargement()

    def _warn_of_enlargement(self) -> None:
        """Say that the page enlarges areas far from the equator, if there are any."""
        (south, _), (north, _) = self._bounds
        if south is None or north is None or max(north, -south) < _FAR_LATITUDE:
            return
        which = "north" if north >= _FAR_LATITUDE else "south"
        self._spec["caution"] = f"This map enlarges the {which}: Web Mercator."
        self.note = "Figures for paper have equal areas."


def _refuse_hidden(looks: Looks, column: str | None) -> None:
    """Raise if entries of the legend are to be hidden."""
    if looks.legend.hidden:
        hidden = list(looks.legend.hidden)
        cure = "" if column is None else f", such as table[~table[{column!r}].isin({hidden!r})]"
        raise MinmapError(
            f"legend_hidden={shown(hidden)} does not apply to lines and areas, whose legend "
            f"has no switches; leave it out, and leave out the rows{cure}."
        )


def _hides(file: FileStyle, looks: Looks) -> bool:
    """Return whether areas hide those below them, as those of a pale layer do in QGIS."""
    is_faded = looks.opacity is not None and "opacity" not in file.looks
    return file.opacity < 1 or is_faded or file.cover


def _filled(
    table: gpd.GeoDataFrame, column: str | None, looks: Looks, legend: Legend
) -> tuple[Legend, VectorStyleSpec]:
    """Return a legend of shapes with fills, and the style that suits them."""
    if _is_thematic(table, column, looks, legend):
        filled = legends.with_fills(legend, opacity=0.75, is_outlined=looks.outline is None)
        return filled, {"weight": LINE_PX, "cover": True}
    return legends.with_fills(legend, opacity=0.3), {"weight": LINE_PX}


def _is_thematic(table: gpd.GeoDataFrame, column: str | None, looks: Looks, legend: Legend) -> bool:
    """Return whether fills tell areas apart: by an order, a palette, or more than a few colours."""
    if column is None:
        return False
    values = column_of(table, column, argument="color")
    has_order = legend.dates or in_own_order(values) is not None
    is_chosen = looks.by_age or looks.classes.palette is not None
    return has_order or is_chosen or len(legend.entries) > len(PALETTE) + 1


def _sources(table: gpd.GeoDataFrame, looks: Looks) -> list[Mapping[str, Any]]:
    return [*described_sources(table), *([CHART] if looks.by_age else [])]
