"""Layers of the map: each is a folium layer whose data never passes through a template."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import folium
import geopandas as gpd
import numpy as np
from branca.element import Figure

from minmap.rasters import WarpedRaster
from minmap.scene.drawable_geometry import (
    NOWHERE,
    Bounds,
    bounds_of,
    drawable_points,
    drawn_shapes,
    in_degrees,
    rounded,
)
from minmap.scene.facets import UNCERTAINTY, with_lists
from minmap.scene.legends import (
    CATCHMENT,
    corridor_legends,
    greatest_first,
    is_ordered,
    occurrence_legend,
    ordered_legend,
    shape_legend,
)
from minmap.scene.popup_columns import Columns
from minmap.scene.record_order import Records
from minmap.style.classes import Classes
from minmap.style.symbols import Legend
from minmap.transport.corridors import Corridor
from minmap.webmap import payload
from minmap.webmap.geoparquet import write_points
from minmap.webmap.page import (
    Raw,
    data_block,
    figure_of,
    folder_of,
    language_of,
    script,
    style,
    to_json,
)


class DataLayer(folium.map.Layer):
    """A folium layer that carries its data beside the page's script, not in it.

    Parameters
    ----------
    name
        What the layer panel calls it. Any text: it is shown as written.
    show
        Whether the layer is drawn when the page opens.
    sources
        Where the data comes from: dicts with ``title``, ``citation``, ``licence`` and ``url``.
    """

    def __init__(self, name: str, *, show: bool = True, sources: Any = None) -> None:
        super().__init__(name=name, overlay=True, control=True, show=show)
        self._name = "MinmapLayer"
        # A frame's attrs may hold anything under this name; what is not a source is not shown.
        listed = sources if isinstance(sources, (list, tuple)) else []
        self.sources = [dict(source) for source in listed if isinstance(source, Mapping)]
        self.payloads: dict[str, Callable[[], bytes]] = {}
        self.records: dict[str, Records] = {}  # the tables in the payloads, by the same names
        self._spec: dict[str, Any] = {}
        self._columns: Columns | None = None
        self._bounds: Bounds = NOWHERE
        self.summary = ""  # what the layer holds, in a few words
        self.note: str | None = None  # what the reader should know of it
        self.panel_group: str | None = None

    def _get_self_bounds(self) -> Bounds:
        return self._bounds

    def _hold(self, name: str, data: bytes | Callable[[], bytes]) -> str:
        """Keep a payload, or what makes it once, and give the mark that stands for it."""
        self.payloads[name] = cache(data) if callable(data) else lambda: data
        return f"@{name}"

    def _hold_records(
        self,
        kind: str,
        drawn: gpd.GeoDataFrame,
        *,
        unplaced: int,
        legend: Legend,
        columns: Columns,
        data: bytes | Callable[[], bytes],
        by: str | None,
    ) -> None:
        """Keep what a layer of records is made of, and count what is drawn and what is not."""
        self._bounds, self._columns = bounds_of(drawn), columns
        what = "points" if kind == "points" else "features"
        self.summary = _counted(len(drawn), what, unplaced)
        self._spec = {
            "kind": kind,
            "payload": self._hold("data", data),
            "count": len(drawn),
            "unplaced": unplaced,
            "legend": legend.as_dict(),
            **columns.as_dict(),
            **(columns.place_of(by) if legend.scheme else {}),
            **_link(drawn),
        }

    def render(self, **kwargs: Any) -> str:
        """Put the bundle, the payloads and the call that draws them into the figure."""
        figure, me = figure_of(self), self.get_name()
        figure.header.add_child(style("minmap.css"), name="minmap_css")
        figure.header.add_child(script("minmap.js"), name="minmap_js")
        spec = to_json(self._told(self._place(figure)))
        block = data_block(f"{me}_spec", "application/json", spec)
        figure.html.add_child(block, name=f"{me}_spec")
        target = self._parent.get_name() if self._parent else ""
        call = f'var {me} = minmap.add({target}, "{me}_spec");'
        figure.script.add_child(Raw(call), name=me)
        for child in self._children.values():
            child.render(**kwargs)
        return ""

    def describe(self, prefix: str) -> dict[str, Any]:
        """Give what the renderer is told of the layer; a payload's name follows `prefix`."""
        return self._told(_resolve(self._in_language(figure_of(self)), prefix))

    def _told(self, spec: dict[str, Any]) -> dict[str, Any]:
        """Add to the specification what all kinds of layers have."""
        return {
            "name": self.layer_name,
            "shown": self.show,
            "group": self.panel_group,
            "note": self.note,
            "sources": self.sources,
            "bounds": None if None in self._bounds[0] else self._bounds,
            **spec,
        }

    def _place(self, figure: Figure) -> dict[str, Any]:
        """Put the payloads into the page and give the specification that names them."""
        me = self.get_name()
        for name, data in self.payloads.items():
            text = b64encode(data()).decode()
            block = data_block(f"{me}_{name}", "application/octet-stream", text)
            figure.html.add_child(block, name=f"{me}_{name}")
        resolved: dict[str, Any] = _resolve(self._in_language(figure), me)
        return resolved

    def _in_language(self, figure: Figure) -> dict[str, Any]:
        """Give the specification, with codes in words of the page's language."""
        if self._columns is None:
            return self._spec
        return {**self._spec, "columns": self._columns.told_in(language_of(figure))}


def _resolve(value: Any, prefix: str) -> Any:
    """Replace the marks of payloads by the ids of the elements that hold them."""
    if isinstance(value, dict):
        return {
            key: f"{prefix}_{item[1:]}" if key in {"payload", "detail", "labels"} and item
            else _resolve(item, prefix)
            for key, item in value.items()
        }  # fmt: skip
    return value


class PointLayer(DataLayer):
    """Points, drawn as canvas tiles with level of detail: a million of them stay fluid.

    Parameters
    ----------
    frame
        Points in any CRS. Missing and empty ones, and those beyond the map's square
        (85.05 degrees), are counted in the panel and not drawn.
    name
        What the layer panel calls it.
    by
        Column that gives each point its colour and shape, or of numbers its colour and size. None
        takes ``commodity_group`` where there is one, and draws all points alike where there is
        none.
    show
        Whether the layer is drawn when the page opens.
    classes
        How numbers are put into classes.

    Raises
    ------
    CRSError
        If the frame has no CRS.
    ChoiceError
        If `by` is not a column.
    """

    def __init__(
        self,
        frame: gpd.GeoDataFrame,
        *,
        name: str,
        by: str | None = None,
        show: bool = True,
        classes: Classes | None = None,
    ) -> None:
        super().__init__(name, show=show, sources=frame.attrs.get("sources"))
        self._name = "PointLayer"
        placed = in_degrees(frame, name)
        drawable = drawable_points(placed.geometry)
        drawn = placed[drawable]
        by = None if by is None else str(by)  # pandas' names need not be text, the page's are
        columns = Columns.of(drawn)
        legend = occurrence_legend(drawn, by=by, name=name, classes=classes or Classes())
        unplaced = int((~drawable).sum())
        self._hold_records(
            "points",
            drawn,
            unplaced=unplaced,
            legend=legend,
            columns=columns,
            data=partial(payload.points, drawn.geometry, legend.codes, columns.arrays),
            by=by,
        )
        self._drawn = drawn.geometry, legend.codes, columns
        self.records["data"] = Records(frame, np.flatnonzero(drawable), sorted_points=True)
        self.columns, self.styles = columns, legend.codes
        self.labels = [entry.label for entry in legend.entries]
        # The legend switches the few groups on and off already.
        in_legend = "commodity_group" if by is None else None
        self._spec["facets"] = [facet for facet in columns.facets() if facet["name"] != in_legend]
        self._spec["search"] = self.searched = columns.searched()
        if UNCERTAINTY in columns.names:
            self._spec["uncertainty"] = columns.names.index(UNCERTAINTY)

    @property
    def facets(self) -> list[dict[str, Any]]:
        """What the records can be filtered by."""
        return with_lists(self._spec["facets"])

    def _in_language(self, figure: Figure) -> dict[str, Any]:
        return {**super()._in_language(figure), "facets": self.facets}

    def _place(self, figure: Figure) -> dict[str, Any]:
        folder = folder_of(figure)
        if folder is None:
            return super()._place(figure)
        figure.header.add_child(script("folder.js"), name="folder_js")
        place = write_points(folder / f"{self.get_name()}.parquet", *self._drawn)
        spec = self._in_language(figure)
        # In the file a text stands whole, its prefix with it.
        fields = [{k: v for k, v in field.items() if k != "prefix"} for field in spec["columns"]]
        return {**spec, "columns": fields, "payload": place}


class VectorLayer(DataLayer):
    """Lines, polygons and points of the user's, with a popup that shows every field.

    Parameters
    ----------
    frame
        Geometries of any kind in any CRS; collections are taken apart, missing ones left out
        and counted.
    name
        What the layer panel calls it.
    by
        Column that gives each feature its colour; numbers are put into classes, and a few of them
        coloured in their order.
        None takes ``within_hours`` where there is one, as in the areas of
        `minmap.access.catchment`, and draws all alike where there is none.
    show
        Whether the layer is drawn when the page opens.
    color
        Colour where `by` is None.
    classes
        How numbers are put into classes.

    Raises
    ------
    CRSError
        If the frame has no CRS.
    ChoiceError
        If `by` is not a column.
    """

    def __init__(
        self,
        frame: gpd.GeoDataFrame,
        *,
        name: str,
        by: str | None = None,
        show: bool = True,
        color: str = "#5B4A8A",
        classes: Classes | None = None,
    ) -> None:
        super().__init__(name, show=show, sources=frame.attrs.get("sources"))
        self._name = "VectorLayer"
        drawn, unplaced = drawn_shapes(frame, name)
        if by is None and CATCHMENT in drawn.columns:
            by = CATCHMENT
        by = None if by is None else str(by)  # pandas' names need not be text, the page's are
        classes = classes or Classes()
        ordered = is_ordered(drawn, by, classes)
        if by is not None and ordered:
            drawn = greatest_first(drawn, by=by)
            legend = ordered_legend(drawn, by=by)
        else:
            legend = shape_legend(drawn, by=by, name=name, color=color, classes=classes)
        columns = Columns.of(drawn)
        data = payload.features(drawn.geometry, legend.codes, columns.arrays)
        self._hold_records(
            "vector", drawn, unplaced=unplaced, legend=legend, columns=columns, data=data, by=by
        )
        self.records["data"] = Records(frame, drawn.index)
        self._spec["style"] = {"fill_opacity": 0.3, "weight": 1.4}
        if ordered:
            self._spec["style"] = {"fill_opacity": 0.5, "weight": 1, "cover": True}
        elif legend.scheme:
            self._spec["style"] = {"fill_opacity": 0.75, "weight": 1.4, "cover": True, "rim": True}


class CorridorLayer(DataLayer):
    """A corridor's legs by mode and status, with its ports, borders and breaks of gauge."""

    def __init__(self, corridor: Corridor, *, name: str | None = None, show: bool = True) -> None:
        super().__init__(name or corridor.title, show=show, sources=corridor.sources)
        self._name = "CorridorLayer"
        legs, nodes = corridor.legs, corridor.nodes
        leg_legend, node_legend = corridor_legends(legs, nodes)
        leg_columns, node_columns = Columns.of(_named(legs, nodes)), Columns.of(nodes)
        self.records["legs"] = Records(legs, np.arange(len(legs)))
        self.records["nodes"] = Records(nodes, np.arange(len(nodes)), sorted_points=True)
        self._bounds, self._nodes = bounds_of(legs), node_columns
        self.summary = f"{len(legs)} legs, {len(nodes)} nodes"
        self._spec = {
            "kind": "corridor",
            "note": corridor.description or None,
            "legs": {
                "payload": self._hold(
                    "legs", payload.features(legs.geometry, leg_legend.codes, leg_columns.arrays)
                ),
                "count": len(legs),
                "legend": leg_legend.as_dict(),
                **leg_columns.as_dict(),
            },
            "nodes": {
                "payload": self._hold(
                    "nodes", payload.points(nodes.geometry, node_legend.codes, node_columns.arrays)
                ),
                "count": len(nodes),
                "legend": node_legend.as_dict(),
                **node_columns.as_dict(),
            },
        }

    def _in_language(self, figure: Figure) -> dict[str, Any]:
        nodes = {**self._spec["nodes"], "columns": self._nodes.told_in(language_of(figure))}
        return {**self._spec, "nodes": nodes}


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
        """Keep what stands in the cells, which the page colours; of an image its pixels."""
        if raster.cell_values is None:
            return {"payload": self._hold("image", raster.png), "mime": "image/png"}
        size = {"width": raster.width, "height": raster.height}
        data = self._hold("cells", raster.cell_values.data)
        return {"cells": {"payload": data, **size, **raster.cell_values.as_dict()}}


def _link(frame: gpd.GeoDataFrame) -> dict[str, str]:
    """Name what `minmap.access` was asked, by which the page finds the routes of a record."""
    asked = access_of(frame)
    return {"link": asked} if asked and "gate" in frame else {}


def access_of(frame: gpd.GeoDataFrame) -> str | None:
    """Write what a table's `attrs` say of the access that it is of; None where they say nothing."""
    asked = [frame.attrs.get(name) for name in ("access", "assumptions")]
    return to_json(asked) if asked[0] else None


def _named(legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Call each leg by the nodes at its ends, where its table has no names."""
    if "name" in legs.columns:
        return legs
    names = nodes.set_index("node_id")["name"]
    ends = [legs[end].map(names).fillna(legs[end]).astype(str) for end in ("from_node", "to_node")]
    named = legs.copy()
    named.insert(0, "name", ends[0] + " – " + ends[1])
    return named


def _counted(drawn: int, what: str, unplaced: int) -> str:
    missing = f", {unplaced:,} without a location that can be drawn" if unplaced else ""
    return f"{drawn:,} {what}{missing}"
