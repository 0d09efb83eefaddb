"""Layers of points, lines and areas, and routes, and the base map."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from branca.element import Figure

from minmap.arguments import shown
from minmap.errors import MinmapError, warn
from minmap.reading.known_sources import described_sources
from minmap.scene import legends
from minmap.scene.base_map import BASE_SOURCE
from minmap.scene.carried_columns import carried, with_clear_types
from minmap.scene.credits import credited
from minmap.scene.drawable_geometry import (
    NOWHERE,
    Bounds,
    bounds_of,
    drawable_points,
    drawn_shapes,
    in_degrees,
    joined_bounds,
)
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.facets import UNCERTAINTY, with_missing
from minmap.scene.ground_cells import (
    DATA_ZOOM,
    FROM_OPENSTREETMAP,
    FROM_ZOOM,
    LEVELS,
    OPENSTREETMAP,
    PLAIN,
    REGION_ZOOM,
    cells_near,
    packed_level,
    packed_world,
)
from minmap.scene.layer_records import Records
from minmap.scene.legends import CATCHMENT, GROUP, POINT_COLOR
from minmap.scene.marks import Marks, in_drawing_order, point_marks, shape_marks, with_blank_first
from minmap.scene.named_facets import named_facets
from minmap.scene.passing_records import passing_records
from minmap.scene.place_names import NAME_SOURCE, Extent, names_in
from minmap.scene.popup_columns import Columns
from minmap.scene.relief import FADES, FLAT, RELIEF_SOURCE, SIDE, STILL, relief_of
from minmap.scene.route_widths import width_factor
from minmap.scene.world_grid import MAX_LATITUDE
from minmap.style.colors import layer_color
from minmap.style.geological_time import CHART
from minmap.style.looks import VIEWS, Looks
from minmap.style.proportions import LINE_PX
from minmap.style.symbols import PALETTE, Legend
from minmap.style.table_columns import column_of
from minmap.style.value_labels import in_own_order
from minmap.transport.accessibility.flows import PIECE_COLUMNS
from minmap.types import Booleans, Integers
from minmap.webmap import payload
from minmap.webmap.data_layer import DataLayer, access_key
from minmap.webmap.element_copy import walk
from minmap.webmap.geoparquet import write_points
from minmap.webmap.page import add_files, folder_of
from minmap.webmap.spec import VectorStyleSpec

_USUAL: Final = Looks()
_POLE: Final = 90.0
_NEVER: Final = 99  # a zoom that no map has
_SAMPLES: Final = 3
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
            warn(
                f"{name}: the page does not show points beyond 85 degrees of latitude "
                f"({beyond:,}), where its projection ends; a figure does, such as "
                "m.save('map.pdf', projection='EPSG:3413')."
            )
            self._whole = partial(
                PointLayer, table, name=name, looks=looks, show=show, most_lat=_POLE
            )
        if looks.file_style is not None and chosen.column is None:
            usual = looks.house.point_color or POINT_COLOR
            legend = legends.file_legend(
                drawn, looks.file_style, color=chosen, name=name, fill=usual, looks=looks
            )
        else:
            legend = legends.occurrence_legend(drawn, color=chosen, name=name, looks=looks)
        is_default = looks.color is None and looks.file_style is None
        by = GROUP if is_default and legends.has_groups(drawn) else chosen.column
        marks = point_marks(drawn, looks, legend, by=by)
        self._describe_records(
            "points", table, drawn, marks, looks, by=chosen.column, left_out=left_out
        )
        self._geometry, self.styles = drawn.geometry, marks.legend.codes
        entries = marks.legend.entries
        self.labels = [entry.label for entry in entries]
        self.hidden = [entry.label for entry in entries if entry.hidden]
        facets = self.columns.facets()
        if looks.fields.filters is not None:
            facets = named_facets(self.columns, facets, looks.fields.filters or {})
        elif is_default:  # the legend already switches the few groups on and off
            facets = [facet for facet in facets if facet["name"] != GROUP]
        self._spec["facets"] = with_missing(facets, self.columns.arrays)
        self.facets = {facet["name"]: facet for facet in self._spec["facets"]}
        shown = self._passing_first()
        self.filtered = int((~shown).sum())
        if self.filtered:
            self.drawn = [one.only(shown) for one in self.drawn if isinstance(one, DrawnRecords)]
        first = self._shown_at_first()
        if first.any() and not first.all():
            self._spec["first"] = bounds_of(drawn[first])
        self._spec["search"] = self.searched = self.columns.searched()
        self._spec["search_codes"] = self.searched_codes = self.columns.searched_codes()
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
        """Return whether filters and hidden entries of the legend let no record show at first."""
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
        if looks.legend.hidden:
            hidden = list(looks.legend.hidden)
            cure = "" if column is None else f", such as table[~table[{column!r}].isin({hidden!r})]"
            raise MinmapError(
                f"legend_hidden={shown(hidden)} does not apply to lines and areas, whose legend "
                f"has no switches; leave it out, and leave out the rows{cure}."
            )
        kept, left_out = carried(with_clear_types(table, looks), looks)
        drawn = in_drawing_order(drawn_shapes(kept, name)[0], looks.order)
        style: VectorStyleSpec = {"weight": LINE_PX}
        if looks.file_style is not None and chosen.column is None:
            column = None
            legend = legends.file_legend(
                drawn, looks.file_style, color=chosen, name=name, fill=fill, looks=looks
            )
            # As in QGIS, fills of symbols show what is below them, those of a pale layer do not.
            file = looks.file_style
            is_faded = looks.opacity is not None and "opacity" not in file.looks
            is_pale = file.opacity < 1 or is_faded or file.cover
            style = {"weight": LINE_PX, "cover": is_pale}
        elif column is not None and legends.has_ordered_areas(drawn, column, looks.classes):
            drawn = drawn if looks.order else legends.greatest_first(drawn, column=column)
            legend = legends.with_fills(
                legends.ordered_legend(drawn, column=column, looks=looks), opacity=0.5
            )
            style = {"weight": 1, "cover": True}
        else:
            fill = chosen.constant or fill
            legend = legends.shape_legend(drawn, column=column, name=name, fill=fill, looks=looks)
            if _is_thematic(drawn, column, looks, legend):
                legend = legends.with_fills(legend, opacity=0.75, is_outlined=looks.outline is None)
                style = {"weight": LINE_PX, "cover": True}
            else:
                legend = legends.with_fills(legend, opacity=0.3)
        drawn, legend = with_blank_first(drawn, legend, looks.order)
        marks = shape_marks(drawn, looks, legend, by=column)
        self._describe_records("vector", table, drawn, marks, looks, by=column, left_out=left_out)
        self._spec["style"] = style
        cover = style.get("cover", False)
        self.drawn = [
            replace(one, weight=style["weight"], cover=cover)
            for one in self.drawn
            if isinstance(one, DrawnRecords)
        ]
        if any(isinstance(one, DrawnRecords) and one.is_thematic() for one in self.drawn):
            self.note = _enlargement(self._bounds)


def _enlargement(bounds: Bounds) -> str | None:
    """Return a note that the page enlarges areas far from the equator, if there are any."""
    (south, _), (north, _) = bounds
    if south is None or north is None or max(north, -south) < _FAR_LATITUDE:
        return None
    which = "north" if north >= _FAR_LATITUDE else "south"
    return f"This map enlarges the {which}: Web Mercator. Figures for paper have equal areas."


def _is_thematic(table: gpd.GeoDataFrame, column: str | None, looks: Looks, legend: Legend) -> bool:
    """Return whether fills tell areas apart: by an order, a palette, or more than a few colours."""
    if column is None:
        return False
    values = column_of(table, column, argument="color")
    has_order = legend.dates or in_own_order(values) is not None
    is_chosen = looks.by_age or looks.classes.palette is not None
    return has_order or is_chosen or len(legend.entries) > len(PALETTE) + 1


class RouteLayer(DataLayer):
    """Pieces of a network by mode, gauge and status; more occurrences on a piece make it wider.

    On the page, a click on an occurrence with a column ``gate`` draws its route from the gate to
    the destination.

    Parameters
    ----------
    pieces
        The table that `minmap.routes` returned.
    name
        The name in the layer panel.
    show
        Whether the layer is drawn when the page opens. The route of a clicked occurrence is drawn
        in any case.
    """

    def __init__(self, pieces: gpd.GeoDataFrame, *, name: str, show: bool = True) -> None:
        super().__init__(name, show=show, sources=described_sources(pieces))
        drawn = in_degrees(pieces, name)
        legend = legends.line_legend(drawn, status=drawn["status"].astype(str))
        # Ends on open track have no names.
        ends = (drawn[f"{end}_name"].fillna("junction") for end in ("from", "to"))
        named = named_by_ends(drawn.drop(columns=["from_name", "to_name"]), *ends)
        columns = Columns.of(named.drop(columns=["piece_id", "next_piece", "start_of"]))
        row = pd.Series(np.arange(len(drawn)), index=drawn["piece_id"].array)
        next_row = drawn["next_piece"].map(row).fillna(-1).astype("int32")
        last_node = drawn["to_node"].where(next_row.to_numpy() < 0)
        data = payload.features(
            drawn.geometry,
            legend.codes,
            columns.arrays,
            _next=pa.array(next_row, pa.int32()),
            _start=pa.array(drawn["start_of"], pa.string(), from_pandas=True),
            _end=pa.array(last_node, pa.string(), from_pandas=True),
            _passing=pa.array(drawn["occurrences"], pa.int32()),
        )
        self.records["data"] = Records(pieces, np.arange(len(pieces)))
        self._bounds = bounds_of(drawn)
        most = int(drawn["occurrences"].max()) if len(drawn) else 0
        factors = np.array([width_factor(passing, most) for passing in drawn["occurrences"]])
        self.drawn = [DrawnRecords("legs", drawn, Marks(legend), widths=factors)]
        self.summary = f"{len(drawn):,} pieces, at most {most:,} occurrences on one"
        access = access_key(pieces)
        self._spec = {
            "kind": "routes",
            **self._part("data", data, legend, columns),
            "widths": widths(most),
            **({"link": access} if access else {}),
        }


def _sources(table: gpd.GeoDataFrame, looks: Looks) -> list[Mapping[str, Any]]:
    return [*described_sources(table), *([CHART] if looks.by_age else [])]


def is_routes(table: gpd.GeoDataFrame) -> bool:
    """Return whether a table has the columns of the table of `minmap.routes`."""
    return set(PIECE_COLUMNS) <= set(table.columns)


def widths(most: int) -> list[int]:
    """Return the numbers of occurrences whose widths the legend shows, the greatest first.

    Examples
    --------
    >>> widths(4321), widths(5), widths(0)
    ([4321, 1000, 100], [5, 1], [])
    """
    numbers = [most] if most else []
    while len(numbers) < _SAMPLES and numbers and numbers[-1] > 1:
        # The next power of ten whose line is clearly narrower.
        numbers.append(max(1, 10 ** int(np.log10(max(numbers[-1] / 2, 1)))))
    return numbers


def named_by_ends(lines: gpd.GeoDataFrame, start: pd.Series, end: pd.Series) -> gpd.GeoDataFrame:
    """Return lines that are named by their ends."""
    named = lines.copy()
    named.insert(0, "name", start.astype(str) + " – " + end.astype(str))
    return named


class BaseMap(DataLayer):
    """Land, waters, borders, roads and towns, drawn at any zoom from data in the page.

    The page has the whole world, and what is finer near the layers that its map has when it is
    written. ``scripts/build_basemap.py`` cuts the shapes into cells; ``scripts/build_names.py``
    makes the names.

    Parameters
    ----------
    is_plain
        Whether it has land, waters, borders and names only, without relief and roads.
    extent
        Returns the bounds of what the map shows, for which it has fine relief.
    """

    def __init__(
        self, *, is_plain: bool = False, extent: Callable[[], Bounds] = lambda: NOWHERE
    ) -> None:
        super().__init__("Base map")
        self.control = False
        self._is_plain = is_plain
        self._roads = () if is_plain else FROM_OPENSTREETMAP
        levels = [one for one in LEVELS if one in self._roads or one not in FROM_OPENSTREETMAP]
        finer = [
            self._add_payload(level, partial(self._near_data, level), changes=True)
            for level in levels
        ]
        self._spec = {
            "kind": "base",
            "shapes": [self._add_payload("world", packed_world()), *finer],
            "region_zoom": REGION_ZOOM,
            "from_zoom": _plain_zooms() if is_plain else FROM_ZOOM,
            "names": self._add_payload("names", self._names, changes=True),
        }
        if not is_plain:  # its bytes follow the layers that the map has when it is written
            data = self._add_payload("relief", lambda: _packed_relief(extent()), changes=True)
            self._spec["relief"] = {
                "payload": data,
                "side": SIDE,
                "fades": FADES,
                "flat": FLAT,
                "still": STILL,
            }

    def _near_data(self, level: str) -> bytes:
        return packed_level(level, self._counts())

    def _counts(self) -> Integers:
        """Return how many records of the map meet each cell of `minmap.scene.data_cells`."""
        beside = [] if self._parent is None else list(walk(self._parent))
        layers = [one for one in beside if isinstance(one, DataLayer)]
        none = np.zeros((2**DATA_ZOOM, 2**DATA_ZOOM), dtype=np.int64)
        return sum((drawn.cell_counts for layer in layers for drawn in layer.drawn), none)

    def _names(self) -> bytes:
        """Return the packed names; layers that are added later change them."""
        table = names_in(self._extent(), has_provinces=not self._is_plain)
        steps = {
            name: pa.array(np.diff(table[name].to_numpy(), prepend=np.int32(0)))
            for name in ("x", "y")
        }
        others = {name: table[name].combine_chunks() for name in table.column_names[2:]}
        return payload.pack(steps | others, level=9)

    def _extent(self) -> Extent | None:
        """Return the extent of all layers of the map; None without any."""
        if self._parent is None:
            return None
        (south, west), (north, east) = joined_bounds(self._parent._children.values())
        if south is None or west is None or north is None or east is None:
            return None
        return west, south, east, north

    def describe(self, prefix: str) -> dict[str, Any]:
        """Return the specification for the renderer, with the sources of what is in the page."""
        counts = self._counts()
        has_roads = any(cells_near(level, counts) for level in self._roads)
        has_relief = "relief" in self._spec
        added = [*[OPENSTREETMAP] * has_roads, *[RELIEF_SOURCE] * has_relief]
        sources = [BASE_SOURCE, NAME_SOURCE, *added]
        return {**super().describe(prefix), "sources": [credited(source) for source in sources]}


def _plain_zooms() -> list[int]:
    return [zoom if ground in PLAIN else _NEVER for ground, zoom in enumerate(FROM_ZOOM)]


def _packed_relief(bounds: Bounds) -> bytes:
    table = relief_of(bounds)
    return payload.pack(dict(zip(table.column_names, table.columns, strict=True)))
