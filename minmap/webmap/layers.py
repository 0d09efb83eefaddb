"""Layers of points, lines and areas, corridors and rasters."""

from __future__ import annotations

from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
from branca.element import Figure

from minmap.rasters import WarpedRaster
from minmap.scene.drawable_geometry import (
    bounds_of,
    drawable_points,
    drawn_shapes,
    in_degrees,
    rounded,
)
from minmap.scene.facets import UNCERTAINTY, with_lists
from minmap.scene.layer_records import Records
from minmap.scene.legends import (
    CATCHMENT,
    GROUP,
    corridor_legends,
    greatest_first,
    has_ordered_areas,
    occurrence_legend,
    ordered_legend,
    shape_legend,
)
from minmap.scene.popup_columns import Columns
from minmap.style.classes import Classes
from minmap.style.colors import layer_color
from minmap.style.symbols import Legend
from minmap.transport.trade_corridors import Corridor
from minmap.webmap import payload
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.geoparquet import write_points
from minmap.webmap.page import folder_of, language_of, script
from minmap.webmap.spec import VectorStyleSpec


class PointLayer(DataLayer):
    """Points, drawn as canvas tiles with level of detail: a million of them stay fluid.

    Parameters
    ----------
    table
        Points in any CRS. Missing and empty ones, and those beyond the map's square
        (85.05 degrees), are counted in the panel and not drawn.
    name
        The name in the layer panel.
    color
        Column that gives each point its colour and shape, or its colour and size if it contains
        numbers; or one CSS colour. None means ``commodity_group`` if the table has it, or else
        one colour for all points.
    show
        Whether the layer is drawn when the page opens.
    classes
        How numbers are put into classes.

    Raises
    ------
    CRSError
        If the table has no CRS.
    ChoiceError
        If `color` is neither a column nor a CSS colour.
    """

    def __init__(
        self,
        table: gpd.GeoDataFrame,
        *,
        name: str,
        color: str | None = None,
        show: bool = True,
        classes: Classes | None = None,
    ) -> None:
        super().__init__(name, show=show, sources=table.attrs.get("sources"))
        self._name = "PointLayer"
        classes = classes or Classes()
        chosen = layer_color(table, color, classes)
        projected = in_degrees(table, name)
        drawable = drawable_points(projected.geometry)
        drawn = projected[drawable]
        columns = Columns.of(drawn)
        legend = occurrence_legend(drawn, color=chosen, name=name, classes=classes)
        self._describe_records(
            "points",
            drawn,
            undrawn=int((~drawable).sum()),
            legend=legend,
            columns=columns,
            data=partial(payload.points, drawn.geometry, legend.codes, columns.arrays),
            column=chosen.column,
        )
        self._drawn = drawn.geometry, legend.codes, columns
        self.records["data"] = Records(table, np.flatnonzero(drawable), sorted_points=True)
        self.columns, self.styles = columns, legend.codes
        self.labels = [entry.label for entry in legend.entries]
        # The legend already switches the few groups on and off.
        in_legend = GROUP if color is None else None
        self._spec["facets"] = [facet for facet in columns.facets() if facet["name"] != in_legend]
        self._spec["search"] = self.searched = columns.searched()
        if UNCERTAINTY in columns.names:
            self._spec["uncertainty"] = columns.names.index(UNCERTAINTY)

    @property
    def facets(self) -> list[dict[str, Any]]:
        """The facets by which a reader can filter the records."""
        return with_lists(self._spec["facets"])

    def _localized(self, figure: Figure) -> dict[str, Any]:
        return {**super()._localized(figure), "facets": self.facets}

    def _embedded(self, figure: Figure) -> dict[str, Any]:
        folder = folder_of(figure)
        if folder is None:
            return super()._embedded(figure)
        figure.header.add_child(script("folder.js"), name="folder_js")
        file = write_points(folder / f"{self.get_name()}.parquet", *self._drawn)
        spec = self._localized(figure)
        # Texts in the file are whole: their common prefix is not cut off.
        fields = [{k: v for k, v in field.items() if k != "prefix"} for field in spec["columns"]]
        return {**spec, "columns": fields, "payload": file}


class VectorLayer(DataLayer):
    """A user's lines, polygons and points, with a popup that shows every field.

    Parameters
    ----------
    table
        Geometries of any kind in any CRS. Collections are taken apart; missing geometries are
        left out and counted.
    name
        The name in the layer panel.
    color
        Column that gives each feature its colour, or one CSS colour. Numbers are put into classes,
        and a few numbers of areas are coloured in their order. None means ``within_hours``, as
        in the areas of `minmap.catchment`, or else one colour for all features.
    show
        Whether the layer is drawn when the page opens.
    classes
        How numbers are put into classes.
    fill
        Colour if `color` is None and all features are drawn alike.

    Raises
    ------
    CRSError
        If the table has no CRS.
    ChoiceError
        If `color` is neither a column nor a CSS colour.
    """

    def __init__(
        self,
        table: gpd.GeoDataFrame,
        *,
        name: str,
        color: str | None = None,
        show: bool = True,
        classes: Classes | None = None,
        fill: str = "#5B4A8A",
    ) -> None:
        super().__init__(name, show=show, sources=table.attrs.get("sources"))
        self._name = "VectorLayer"
        classes = classes or Classes()
        chosen = layer_color(table, color, classes)
        column = CATCHMENT if color is None and CATCHMENT in table.columns else chosen.column
        drawn, undrawn = drawn_shapes(table, name)
        ordered = has_ordered_areas(drawn, column, classes)
        if column is not None and ordered:
            drawn = greatest_first(drawn, column=column)
            legend = ordered_legend(drawn, column=column)
        else:
            fill = chosen.constant or fill
            legend = shape_legend(drawn, column=column, name=name, fill=fill, classes=classes)
        columns = Columns.of(drawn)
        data = payload.features(drawn.geometry, legend.codes, columns.arrays)
        self._describe_records(
            "vector",
            drawn,
            undrawn=undrawn,
            legend=legend,
            columns=columns,
            data=data,
            column=column,
        )
        self.records["data"] = Records(table, drawn.index)
        style: VectorStyleSpec = {"fill_opacity": 0.3, "weight": 1.4}
        if ordered:
            style = {"fill_opacity": 0.5, "weight": 1, "cover": True}
        elif legend.scheme:
            style = {"fill_opacity": 0.75, "weight": 1.4, "cover": True, "rim": True}
        self._spec["style"] = style


class CorridorLayer(DataLayer):
    """A corridor's legs by mode and status, with its ports, borders and breaks of gauge."""

    def __init__(self, corridor: Corridor, *, name: str | None = None, show: bool = True) -> None:
        super().__init__(name or corridor.title, show=show, sources=corridor.sources)
        self._name = "CorridorLayer"
        legs, nodes = corridor.legs, corridor.nodes
        leg_legend, node_legend = corridor_legends(legs, nodes)
        leg_columns, self._node_columns = Columns.of(_with_names(legs, nodes)), Columns.of(nodes)
        self.records["legs"] = Records(legs, np.arange(len(legs)))
        self.records["nodes"] = Records(nodes, np.arange(len(nodes)), sorted_points=True)
        self._bounds = bounds_of(legs)
        self.summary = f"{len(legs)} legs, {len(nodes)} nodes"
        lines = payload.features(legs.geometry, leg_legend.codes, leg_columns.arrays)
        points = payload.points(nodes.geometry, node_legend.codes, self._node_columns.arrays)
        self._spec = {
            "kind": "corridor",
            "note": corridor.description or None,
            "legs": self._part("legs", lines, leg_legend, leg_columns),
            "nodes": self._part("nodes", points, node_legend, self._node_columns),
        }

    def _part(self, name: str, data: bytes, legend: Legend, columns: Columns) -> dict[str, Any]:
        return {
            "payload": self._add_payload(name, data),
            "count": len(legend.codes),
            "legend": legend.as_dict(),
            **columns.as_dict(),
        }

    def _localized(self, figure: Figure) -> dict[str, Any]:
        columns = self._node_columns.localized(language_of(figure))
        return {**self._spec, "nodes": {**self._spec["nodes"], "columns": columns}}


class RasterLayer(DataLayer):
    """A raster warped to the map's projection, with its legend."""

    def __init__(self, raster: WarpedRaster, *, name: str | None = None, show: bool = True) -> None:
        super().__init__(name or raster.name, show=show, sources=raster.sources)
        self._name = "RasterLayer"
        self._bounds = rounded(raster.bounds)
        self.summary = raster.note
        self._spec = {
            "kind": "raster",
            **self._pixels(raster),
            "opacity": 0.7,
            "pixelated": raster.is_classes,
            "legend": {"entries": [], **raster.legend},
            "note": raster.note,
        }

    def _pixels(self, raster: WarpedRaster) -> dict[str, Any]:
        """Return the cells, which the page colours, or the pixels of an image."""
        if raster.cell_values is None:
            return {"payload": self._add_payload("image", raster.png), "mime": "image/png"}
        size = {"width": raster.width, "height": raster.height}
        data = self._add_payload("cells", raster.cell_values.data)
        return {"cells": {"payload": data, **size, **raster.cell_values.as_dict()}}


def _with_names(legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Name each leg by the nodes at its ends, if its table has no names."""
    if "name" in legs.columns:
        return legs
    names = nodes.set_index("node_id")["name"]
    ends = [legs[end].map(names).fillna(legs[end]).astype(str) for end in ("from_node", "to_node")]
    named = legs.copy()
    named.insert(0, "name", ends[0] + " – " + ends[1])
    return named
