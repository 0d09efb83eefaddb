"""`Map`: a `folium.Map` that needs no network."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self, Unpack

import folium
import pandas as pd
from folium.template import Template
from folium.utilities import camelize

from minmap.arguments import (
    check_keywords,
    require_kind,
    require_number,
    require_one_of,
    with_options,
)
from minmap.errors import one_line
from minmap.files.held import is_file
from minmap.maps.base import base_layers, base_of
from minmap.maps.country_areas import NOTE, country_looks, on_countries
from minmap.maps.country_series import column_of_values, described_series, series_rows
from minmap.maps.figure_options import FIGURE_CURES, FIGURE_DEFAULTS, FigureOptions
from minmap.maps.file_names import files_of, name_of_file
from minmap.maps.layer_factory import make_layer, warn_if_empty
from minmap.maps.missing_attributes import refuse_attribute
from minmap.maps.option_cures import ADD_CURES, MAP_CURES
from minmap.maps.options import (
    LAYER_DEFAULTS,
    MAP_DEFAULTS,
    CountryOptions,
    LayerOptions,
    MapOptions,
    refuse_layer_options,
    require_folium_options,
    require_language,
    require_named,
    require_title,
)
from minmap.maps.output import write_folder, write_map
from minmap.maps.rates import rate_per
from minmap.scene.drawable_geometry import require_location
from minmap.scene.headings import title_of
from minmap.style.classes import is_measured
from minmap.style.house_style import THEMES, Style
from minmap.style.looks import Looks
from minmap.webmap.content_policy import require_hosts
from minmap.webmap.corridor_layer import tell_corridors_apart
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.element_copy import walk
from minmap.webmap.first_view import first_frames
from minmap.webmap.layers import VectorLayer
from minmap.webmap.page import (
    Page,
    Raw,
    add_data,
    add_files,
    figure_of,
    language_of,
    to_json,
)
from minmap.webmap.page_style import page_style
from minmap.webmap.plugins import bundled
from minmap.webmap.spec import FoliumLayerSpec, PageSpec
from minmap.webmap.tiles import tile_layer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_OVERLAY_COLORS: Final = ("#5B4A8A", "#0B7A5B", "#A6761D", "#B03A2E", "#1B4F72")
_LISTED_LAYERS: Final = 6
_STYLE: Final = "give a minmap.Style, such as Style.from_toml('house.toml')"
_COUNTRY_CURES: Final = dict.fromkeys(
    ("color", "column"), "give value= the column that colours the countries."
)


class Map(folium.Map):
    """An interactive map in one file that opens without a network.

    It is a `folium.Map`, so that folium's elements and plugins can be added to it. The page
    contains all data and scripts of minmap.

    Parameters
    ----------
    data
        Data of the first layer: anything that `add` takes.
    title, subtitle
        The page's title and the line below it in the panel.
    language
        BCP 47 tag of the page: ``en`` or ``ru``. In another language of `minmap.vocabulary`, such
        as ``kk``, the page has the names of commodities only, and its own words in English.
    theme
        Colours of the page: ``light``, ``dark``, or ``auto`` for those of the reader's system. The
        reader can change them in the page. None means that of the style, or else ``auto``.
    style
        A `Style`: fonts, colours, logo and credit that several maps share.
    location, zoom_start
        Centre (latitude, longitude) and zoom, whole or not. None shows all records; areas and
        rasters only as far as these stay large.
    base
        The base map: ``"full"``, ``"plain"`` (land, waters, borders and names), ``"none"``, or the
        path of a .pmtiles file of PNG, JPEG or WebP tiles. `save` copies that file beside the page,
        which reads parts of it from a server; opened from the disk, where browsers refuse that,
        the page says so and has the plain base map. A figure has "plain" for such a file, and a
        GeoPackage no base map.
    tiles
        Online tiles over the base map: a name such as ``"OpenTopoMap"``, an
        `xyzservices.TileProvider`, an address with ``{x}``, ``{y}`` and ``{z}``, or a
        `folium.TileLayer`. None, the default, needs no network.
    attr
        Attribution of the tiles of an address.
    hosts
        Hosts such as ``"https://example.org"`` from which the page may show pictures, films and
        frames that are named in the text of popups, tooltips and icons, or by fetched plugins.
        Without it the page fetches nothing for such text, which may come from data.
    name, color, scheme, k, palette, vmin, vmax, per, legend, unit, legend_order, legend_hidden, \
    size, shape, shapes, line_width, dash, dashes, opacity, outline, outline_width, order, view, \
    label, label_priority, label_zoom, popup, tooltip, filters, fields, band, kind, classes, \
    stretch, nodata, group, show, crs, layer
        Options of the layer of `data`, as in `add`.
    width, height, min_zoom, max_zoom, zoom_control, dragging, ...
        Options of `folium.Map` and of Leaflet; the signature lists all.

    Raises
    ------
    MinmapError
        If an argument is unknown or has a value that it does not take.

    Examples
    --------
    >>> import minmap as mm
    >>> m = mm.Map(mm.read(mm.sample("major_deposits_central_asia.csv")), title="Deposits")
    >>> m = m.add(mm.corridor("middle"))
    >>> m.save("map.html")  # doctest: +SKIP
    """

    # The page contains everything that folium would fetch.
    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    _template = Template(
        """
        {% macro header(this, kwargs) %}
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
html, body { width: 100%; height: 100%; margin: 0; padding: 0; }
#{{ this.get_name() }} {
  position: {{ this.position }};
  width: {{ this.width[0] }}{{ this.width[1] }}; height: {{ this.height[0] }}{{ this.height[1] }};
  left: {{ this.left[0] }}{{ this.left[1] }}; top: {{ this.top[0] }}{{ this.top[1] }};
}
.leaflet-container { font-size: {{ this.font_size }}; }
</style>
<script>
L_NO_TOUCH = {{ this.global_switches.no_touch | tojson }};
L_DISABLE_3D = {{ this.global_switches.disable_3d | tojson }};
</script>
        {% endmacro %}
        {% macro html(this, kwargs) %}
<main class="folium-map" id={{ this.get_name() | tojson }}></main>
        {% endmacro %}
        {% macro script(this, kwargs) %}
var {{ this.get_name() }} = L.map({{ this.get_name() | tojson }}, {
  center: {{ this.location | tojson }},
  crs: L.CRS.{{ this.crs }},
  ...{{ this.options | tojavascript }}
});
{%- if this.zoom_control_position %}
L.control.zoom({position: {{ this.zoom_control | tojson }} }).addTo({{ this.get_name() }});
{%- endif %}
{%- for layer in this.objects_to_stay_in_front %}
{{ this.get_name() }}.on("overlayadd", () => {{ layer.get_name() }}.bringToFront());
{%- endfor %}
        {% endmacro %}
        """
    )

    @with_options(MapOptions, MAP_DEFAULTS, cures=MAP_CURES)
    def __init__(
        self,
        data: Any = None,
        *,
        title: str = "minmap",
        subtitle: str | None = None,
        language: str = "en",
        theme: str | None = None,
        style: Style | None = None,
        location: tuple[float, float] | None = None,
        zoom_start: float | None = None,
        base: str | os.PathLike[str] = "full",
        tiles: Any = None,
        attr: str | None = None,
        hosts: Sequence[str] = (),
        **options: Unpack[MapOptions],
    ) -> None:
        given: dict[str, Any] = dict(options)
        of_layer: Any = {name: given.pop(name) for name in LAYER_DEFAULTS}
        require_folium_options(given)
        zoom = 3 if zoom_start is None else zoom_start
        require_number(zoom, name="zoom_start", like=5, least=0, most=given["max_zoom"])
        super().__init__(
            location=(30.0, 50.0) if location is None else require_location(location),
            zoom_start=zoom,  # type: ignore[arg-type]  # Leaflet takes fractions too
            tiles=None,
            **given,
        )
        chosen = Style() if style is None else style
        self.style = require_kind(chosen, Style, name="style", cure=_STYLE)
        self._make_page(title, language, theme, hosts)
        # folium uses these two for its tiles only; the map needs them without tiles as well.
        self.options |= {camelize(name): given[name] for name in ("min_zoom", "max_zoom")}
        self.title, self.subtitle = title, subtitle
        self._files = set[Path]()
        self.fits = location is None
        self._add_ground(base, tiles, attr)
        if data is not None:
            self.add(data, **of_layer)
        else:
            refuse_layer_options(of_layer)

    def _make_page(
        self, title: str, language: str, theme: str | None, hosts: Sequence[str]
    ) -> None:
        """Put the map into a page of its own."""
        theme = self.style.theme or "auto" if theme is None else theme
        require_one_of(theme, THEMES, name="theme")
        allowed = require_hosts(hosts)
        title = require_title(title)
        language = require_language(language)
        Page(title=title, language=language, theme=theme, hosts=allowed).add_child(self)

    def _add_ground(self, base: str | os.PathLike[str], tiles: Any, attr: str | None) -> None:
        """Add what lies below all layers."""
        self.base, archive = base_of(base)
        for layer in base_layers(self, self.base, archive):
            self.add_child(layer)
        if tiles is not None:
            self.add_child(tile_layer(tiles, attr=attr))

    if not TYPE_CHECKING:  # where any name would have a type
        __getattr__ = refuse_attribute

    def __repr__(self) -> str:
        """Return the title and the layers with their counts, in one line."""
        layers = [f"{layer.layer_name} ({layer.summary})" for layer in self.layers()]
        more = len(layers) - _LISTED_LAYERS
        rest = [f"{more} more"] if more > 0 else []
        listed = "; ".join([*layers[:_LISTED_LAYERS], *rest]) or "no layers"
        return one_line(f"<minmap.Map {self.title!r}: {listed}>")

    @with_options(LayerOptions, LAYER_DEFAULTS, cures=ADD_CURES)
    def add(self, data: Any, **options: Unpack[LayerOptions]) -> Self:
        """Add a layer on top of the others and return the map, so that calls can be chained.

        A call that fails leaves the map as it was.

        Parameters
        ----------
        data
            A GeoDataFrame or GeoSeries, a `Corridor`, a `WarpedRaster`, a folium element, an
            `xyzservices.TileProvider` of online tiles, or the path of a vector file (shapefile,
            GeoPackage, GeoJSON, GeoParquet, Feather, MapInfo, a CSV or Excel table with a column of
            WKT) or of a raster (GeoTIFF, mosaic, netCDF, MBTiles, ASCII grid). Also a vector file
            open for bytes; a shapely geometry, GeoJSON as a dict, an object with
            ``__geo_interface__``, or a list of these; WKT, GeoJSON as text, or a table of pyarrow;
            all in degrees unless `crs` or the data say otherwise. Also a DataArray of xarray, an
            open dataset or a MemoryFile of rasterio; or a numpy array with `bounds` and `crs`,
            whose rows run from the north.
            Pieces of `minmap.routes` are drawn wider the more occurrences use them, and areas of
            `minmap.catchment` are coloured in the order of their hours. If a map has the pieces, a
            click on an occurrence of the table of `minmap.access` draws its route.
        name
            Name in the layer panel. None means the name of the file, with spaces for
            underscores, or of the corridor, and for a table its kind in the page's language:
            "Occurrences", "Sites", "Lines", "Areas", "Routes" or "Catchment".
        color
            Column that colours the layer, or, if no column has that name, one CSS colour such as
            ``"crimson"`` or ``"#B03A2E"``. More than a few numbers are put into classes, and
            symbols and lines grow with them. ``"commodities"`` colours by the first commodity of
            each record, in colours that are the same in every map. None means the symbols that come
            with a file: a QGIS style (.qml) beside it, in its zip archive or in its GeoPackage, an
            .sld file, or the styles of KML; else ``commodity_group`` for occurrences. A `Corridor`
            takes one CSS colour for all its legs; by default it has the colours of its modes, or of
            its own where a map has several.
        scheme
            How numbers are put into classes: ``"NaturalBreaks"``, ``"Quantiles"``,
            ``"EqualInterval"`` or another of mapclassify, or the upper limits; or without classes,
            ``"Continuous"`` or ``"Log"``. None means natural breaks if there are more than 12
            numbers, or quantiles for the rates of `per`. Repeated codes of missing values far
            beyond the others, such as -9999, are "not given".
        k
            Number of classes; None makes 5.
        palette
            A colour map of matplotlib, ColorBrewer or cmcrameri, such as ``"viridis"``,
            ``"batlow"`` or the diverging ``"RdBu"`` (``_r`` at the end reverses it); for values
            without an order ``"Okabe-Ito"`` or ``"tab20"``; a list of colours; or a mapping from
            values to colours, whose order the legend keeps: other values are "other", and None is
            a missing one. ``"ICS"`` colours names of ages as the International Chronostratigraphic
            Chart does, the youngest first in the legend. By default up to 40 values of areas, or
            12 of points or lines, have a colour each, and ordered categories have a ramp. Between
            the colours of a list or a mapping, those of a raster's measurements are mixed.
        vmin, vmax
            Numbers at the ends of the colours of ``"Continuous"`` and ``"Log"``, and of a raster.
            None takes the least and the greatest, of a raster the 2nd and the 98th percentile.
            Ends of dates are dates, or ISO 8601 texts such as ``"2005-08-31"``, ``"2005-08"`` or
            ``"2005"``.
        per
            ``"area"`` divides the numbers of areas by their areas on the ellipsoid, and the legend
            says by which unit. ``"population"`` is for `add_countries`.
        legend
            Title of the legend, or False for no legend. A layer with several legends takes a
            mapping from keywords, such as ``{"color": "Commodity", "size": "Tonnage"}``. None means
            the name of the column in words.
        unit
            Unit of the values, beside the title; a mapping like that of `legend` for several. None
            takes that at the end of a column's name, as in ``depth_m``.
        legend_order
            Values that come first in the legend, in their order; with a style that comes with a
            file its labels too.
        legend_hidden
            Values of points that are switched off when the page opens.
        size
            Column of numbers to which the areas of symbols are proportional, or the diameter of all
            in pixels. The greatest number is drawn 45 pixels wide, none less than 5, and of counts
            a 1 no wider than 9; at far zooms a map of thousands of points draws them a third
            smaller. Small symbols lie on large.
        shape
            Column that gives symbols their shapes, or one shape: ``"circle"``, ``"square"``,
            ``"triangle"``, ``"triangle-down"``, ``"diamond"``, ``"pentagon"``, ``"hexagon"``,
            ``"star"``, ``"plus"`` or ``"cross"``, or one icon, such as ``"mine"``,
            ``"abandoned mine"``, ``"smelter"``, ``"port"`` or ``"station"``; ``docs/looks.md``
            lists more. None: as the colours.
        shapes
            Shapes or icons for the values of that column: a list, from the most frequent value on,
            or a mapping such as ``{"mine": "square"}``.
        line_width
            Column of numbers to which the widths of lines are proportional, the greatest 10 pixels
            and none less than 1, or the width of all in pixels.
        dash
            Column that gives lines, and outlines of areas, their dashes, or ``"solid"``,
            ``"dashed"``, ``"dotted"`` or ``"dashdot"``.
        dashes
            Dashes for the values of that column, as `shapes`.
        opacity
            From 0 to 1, of symbols, lines, rasters and the inside of areas; or a column of such
            numbers. It multiplies the opacity of colours in the style of a file.
        outline
            CSS colour of the outlines of symbols and areas, or ``"none"``.
        outline_width
            Width of these outlines in pixels.
        order
            Column of numbers, dates or ordered categories: the greatest is drawn last, on top, and
            the legend says so. None means that records without a value of the colours lie below the
            others, then large symbols below small ones, then common categories below rare ones.
        view
            How the page draws points at first: ``"symbols"``, ``"bubbles"`` with counts,
            ``"hexagons"`` of one area on the ground, or ``"heat"``. The reader can change it. None
            means symbols, which from 10,000 records on are smaller, and then paler, where they
            would cover each other. A figure draws symbols.
        label
            Column whose values are written beside the points, on the lines and in the areas, where
            there is room. An area smaller than its label has none.
        label_priority
            Column of numbers: the records with the greatest get room for their labels first. None
            means the order of the table.
        label_zoom
            The zoom from which labels are written; None writes them at every zoom.
        popup
            Columns that a popup shows, in order, or a mapping of columns to headings, to formats in
            braces, or to pairs of both, such as ``{"grade": "Grade, g/t", "share": "{:.0%}",
            "found": ("Found", "{:%d %b %Y}")}``. Formats are those of Python with decimals, commas,
            signs and shares, or with parts of dates. None shows all columns of the page, False no
            popup.
        tooltip
            The same for what hovering shows. None shows the name of the record, False nothing.
        filters
            Columns that get a filter, in order, or a mapping of columns to the first state of the
            filter: a list of values, ``(low, high)`` of numbers, or of dates as for `vmin`, whose
            year or month as ``high`` means its last day. ``"critical"`` filters by critical lists.
            None gives the columns that suit a filter one, False none.
        fields
            Columns that the page carries besides those that the other arguments name, or
            ``"all"``. None means the occurrence columns of a table of `minmap.read` and what
            minmap measured, and of a table of no known source its first 30 own columns too; the
            page names the columns that stay out. Of a table that `minmap.read` did not make the
            page carries all columns.
        band
            Number of the band of a raster, from 1. None means red, green and blue if the file has
            them, else band 1.
        kind
            What a raster holds: ``"classes"``, ``"values"`` (measurements on a scale of colours)
            or ``"image"``. None finds it out.
        classes
            Names of the classes of a raster: a mapping from values to names.
        stretch
            How colours are spread over the measurements of a raster: ``"linear"``, ``"quantile"``
            (each colour has the same number of cells), ``"log"`` (for values above 0), or
            ``"hillshade"``, which shows a surface of heights in grey under light from the
            north-west. None means linear. The value under the cursor stays that of the raster.
        nodata
            A value of a raster, or several, that mean no data besides the file's own.
        group
            Heading in the layer panel. None means that of its kind.
        show
            Whether the layer is drawn when the page opens.
        crs
            Coordinate reference system of a file, table or geometry without one. It replaces the
            system of a file with a warning, but not that of a table.
        layer
            Name of the layer in a file with several: of a raster the variable or the table.
        bounds
            West, south, east and north in `crs`: the outer edges of a numpy array.

        Raises
        ------
        FileError
            If a file is missing or does not have the format of its ending.
        CRSError
            If the data has no coordinate reference system, or `crs` is not that of the table.
        MinmapError
            If minmap cannot draw `data`, or an argument is unknown or does not apply to it.
        ChoiceError
            If `color` is neither a column nor a CSS colour, or `scheme`, `palette`, `shape`,
            `dash`, `kind` or `stretch` is unknown.

        Warns
        -----
        MinmapWarning
            If a part of the look that comes with a file, as for `color`, is not taken over, if most
            texts of the column of `color` look like numbers and are not certainly numbers, if many
            cells of a raster have a code such as -9999 that is not marked as `nodata`, if the table
            has no rows or none with a location, or if `filters` and `legend_hidden` together hide
            all records at first.

        Examples
        --------
        >>> import minmap as mm
        >>> _ = mm.Map().add(mm.sample("central_asia_lakes.shp"), name="Lakes")
        """
        require_named(options)
        if options["name"] is None and is_file(data):
            options["name"] = name_of_file(data, options["layer"])
        overlays = sum(isinstance(child, VectorLayer) for child in self._children.values())
        colors = self.style.overlay_colors or _OVERLAY_COLORS
        layer = make_layer(
            data,
            options,
            language=language_of(figure_of(self)),
            fill=colors[overlays % len(colors)],
            house=self.style,
        )
        warn_if_empty(layer, options)
        self._files |= files_of(data)
        return self._put(layer, options["group"])

    @with_options(CountryOptions, LAYER_DEFAULTS, cures=_COUNTRY_CURES)
    def add_countries(
        self,
        table: pd.DataFrame,
        *,
        value: str | None = None,
        by: str = "country",
        **options: Unpack[CountryOptions],
    ) -> Self:
        """Colour countries by a column of a table and return the map.

        Columns ``unit`` and ``year`` of the table, each of one value, stand in the legend with the
        sources of the table (``attrs["sources"]``, or a column ``source``).

        Parameters
        ----------
        table
            One row per country, such as ``minmap.summarise(deposits, by="country")``, or of
            `minmap.statistics` the rows of one series and year.
        value
            Column that colours them: of `minmap.statistics` ``"value"``, or ``"share"``, which is
            drawn in per cent. None means ``"value"`` of `minmap.statistics`; other tables need a
            column.
        by
            Column of the countries: ISO 3166-1 alpha-3, or names.
        scheme, k, palette, vmin, vmax
            How numbers are put into classes, as in `add`. None of them: natural breaks, and zero is
            a class of its own.
        per
            ``"area"`` divides numbers by the area of each country's outline, ``"population"`` by
            its people as Natural Earth estimates them. The legend has the unit, the source and the
            year; a country without a population has no rate. Rates are skewed, so that without
            `scheme` the classes are quantiles. None colours the numbers themselves.
        legend, unit, legend_order, opacity, outline, outline_width, label, label_priority, \
        label_zoom, popup, tooltip, group, show
            As in `add`.
        name
            Name in the layer panel. None means the title of the legend.

        Raises
        ------
        ChoiceError
            If `value`, `by` or a column of the look is not a column, or `scheme`, `palette` or
            `per` is unknown.
        MinmapError
            If `table` is not a DataFrame, or not one of `minmap.statistics` and `value` is not
            given, `value` or `by` names several columns, a country has several rows, there are
            several units or years, or an argument is unknown.

        Warns
        -----
        MinmapWarning
            If rows have a country without an outline; the panel counts them too.

        Notes
        -----
        Outlines and borders are Natural Earth's, de facto, as in `minmap.places`.

        Examples
        --------
        >>> import minmap as mm
        >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
        >>> counts = mm.summarise(deposits, by="country")
        >>> _ = mm.Map().add_countries(counts, value="occurrences", per="area", legend="Deposits")

        >>> reserves = mm.statistics(commodity="chromium", measure="reserves", year=2025)
        >>> _ = mm.Map().add_countries(reserves, value="share")
        """
        require_named(options)
        language = language_of(figure_of(self))
        value = column_of_values(table) if value is None else value
        areas = on_countries(table, value=value, by=by, language=language)
        value = str(value)
        title = title_of(value, has_numbers=is_measured(areas[value]))
        if options["popup"] is None:
            options["popup"] = series_rows(areas)
        areas, wish = described_series(areas, Looks.of({**options, "color": value}))
        areas, rate = rate_per(areas, wish, options["per"], countries=str(by))
        looks = country_looks(areas[rate.color], rate, house=self.style)
        name = options["name"] or wish.legend.title or title
        layer = VectorLayer(areas, name=name, looks=looks, show=options["show"])
        layer.note = " ".join(filter(None, (NOTE, layer.note)))
        return self._put(layer, options["group"])

    def _put(self, element: Any, group: str | None) -> Self:
        """Add an element under a heading of the panel."""
        element.panel_group = group
        self.add_child(element)
        tell_corridors_apart(self._children.values())
        return self

    def layers(self) -> list[DataLayer]:
        """Return minmap's own layers, bottom to top, without the base map."""
        return [
            child
            for child in self._children.values()
            if isinstance(child, DataLayer) and child.control
        ]

    def render(self, **kwargs: Any) -> str:
        """Render the map, its layers and the page renderer into the figure."""
        figure, me = figure_of(self), self.get_name()
        elements = list(walk(self))
        has_popups = any(isinstance(element, folium.Popup) for element in elements)
        has_pins = any(isinstance(element, folium.Icon) for element in elements)
        add_files(figure, "leaflet.css", "minmap.css", *["jquery.js"] * has_popups)
        is_russian = language_of(figure) == "ru"
        more = ["plugin-russian.js"] * is_russian + ["plugin-pins.js"] * has_pins
        add_files(figure, "leaflet.js", "minmap.js", *more)
        add_data(figure, f"{me}_page", "application/json", to_json(self.describe()))
        children, self._children = self._children, OrderedDict()
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        self._children = children
        for section in (figure.header, figure.html, figure.script):  # these parts are minmap's
            section.add_child(Raw(section._children[me].render()), name=me)
        # The page renderer needs the description after the map exists and before its layers.
        figure.script.add_child(Raw(f'minmap.page({me}, "{me}_page");'), name=f"{me}_page")
        for child in self._children.values():
            child.render(**kwargs)
        for name, link in figure.header._children.items():
            figure.header._children[name] = bundled(link) or link
        return ""

    def describe(self) -> PageSpec:
        """Return the specification of the page for the renderer."""
        figure = figure_of(self)
        others: list[FoliumLayerSpec] = [
            {
                "name": child.layer_name,
                "variable": child.get_name(),
                "shown": child.show,
                "group": getattr(child, "panel_group", None),
            }
            for child in self._children.values()
            if isinstance(child, folium.map.Layer)
            and child.control
            and not isinstance(child, DataLayer)
        ]
        spec: PageSpec = {
            "kind": "page",
            "title": self.title,
            "subtitle": self.subtitle,
            "language": figure.language if isinstance(figure, Page) else "en",
            "frames": first_frames(self._children.values()) if self.fits else [],
            "folium": others,
        }
        if self.base == "none":
            spec["bare"] = True
        return {**spec, "style": style} if (style := page_style(self.style)) else spec

    @check_keywords
    def save_folder(self, folder: str | os.PathLike[str]) -> None:
        """Write the page as a folder of files, for maps that are too large for one file.

        Layers of points are GeoParquet files beside the page. The page fetches all coordinates at
        once, and the other columns when it shows them. The folder needs a web server that answers
        range requests, as nearly all do: browsers do not let a page on the disk fetch files. Ten
        million points are possible.

        Parameters
        ----------
        folder
            The folder, which is created if necessary. The page is its ``index.html``. An older page
            of minmap there is replaced, with its layers, when the new one is complete.

        Raises
        ------
        FileError
            If the folder cannot be written to, or the disk is full or fails.
        MinmapError
            If the map was added to a figure that is not minmap's.

        Examples
        --------
        >>> import minmap as mm
        >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
        >>> mm.Map(deposits).save_folder("site")  # doctest: +SKIP
        """
        write_folder(self, folder)

    @with_options(FigureOptions, FIGURE_DEFAULTS, cures=FIGURE_CURES)
    def figure(self, **options: Unpack[FigureOptions]) -> Figure:
        """Return the map as a figure of matplotlib, with the looks and the legend of the page.

        It has a graticule with angles, a scale bar, an arrow to true north, the sources of all that
        it draws, and for a small region an inset. Paper is white: ``theme="dark"`` is for pages
        only. No browser and no network are needed. The first axes are those of the map, in units of
        its projection, so that more can be drawn on them.

        Parameters
        ----------
        width_mm
            Width of the figure in millimetres. None means 240, or what the map at `scale` needs.
        scale
            Scale of the map, which is exact in its middle: ``500_000`` or ``"1:500000"``. None fits
            the map into the width.
        extent
            What the map shows: west, south, east and north in degrees, or a table with its shapes.
            The legend then has only the entries that are within it. None means the records of all
            layers that are shown; rasters too where these have none.
        projection
            Projected coordinate reference system of the figure, such as ``"EPSG:32642"`` or a PROJ
            string. None takes one that suits the extent: with equal areas where areas are coloured
            by numbers, else conformal. The figure names it.
        by
            Column for small multiples: a map for each of its values, and a last one for records
            without a value; at most 24.
        dpi
            Pixels an inch of what is not drawn as lines: rasters, and layers of more than 20,000
            symbols. None means 200.

        Returns
        -------
        matplotlib.figure.Figure
            The figure.

        Raises
        ------
        CRSError
            If `projection` is not a projected system.
        MinmapError
            If an option has a value that it does not take, or no font of the machine has a letter
            of a text.

        Warns
        -----
        MinmapWarning
            If something on the map, such as a folium element or online tiles, cannot be drawn; if
            `scale` and `width_mm` together leave records outside the figure; if it shows none of
            the layers; or if it has no room for so many sources. Credits that licences ask for, as
            CC BY does, are on it in every case.

        Examples
        --------
        >>> import minmap as mm
        >>> m = mm.Map(mm.read(mm.sample("major_deposits_central_asia.csv")), title="Deposits")
        >>> figure = m.figure(width_mm=180)
        >>> [round(inches * 25.4) for inches in figure.get_size_inches()][0]
        180
        """
        from minmap.maps.figures import figure_of_map  # noqa: PLC0415  (slow: matplotlib)

        return figure_of_map(self, options)

    @with_options(FigureOptions, FIGURE_DEFAULTS, cures=FIGURE_CURES)
    def save(  # type: ignore[override]  # folium takes any keyword
        self,
        outfile: str | bytes | Path | BinaryIO,
        close_file: bool = True,  # noqa: FBT001, FBT002
        *,
        offline: bool = False,
        atlas: Any = None,
        **options: Unpack[FigureOptions],
    ) -> None:
        """Write the map, whole or not at all: a page, a figure for paper, or layers for QGIS.

        The ending decides: .html is a page, .pdf, .svg and .png are figures as of `figure`, and
        list all sources in their metadata too. Texts of a PDF can be selected, and its fonts are
        embedded; an SVG names its fonts. A .gpkg has the tables of the layers with their looks and
        sources, and each raster is a GeoTIFF with its colours (.qml) beside it: QGIS draws the same
        map. The same map gives the same bytes.

        The page contains the scripts and styles of folium's plugins `MarkerCluster`,
        `FastMarkerCluster`, `FeatureGroupSubGroup`, `HeatMap`, `Fullscreen`, `MiniMap` and
        `MousePosition`; it fetches those of other plugins when it is opened.

        Parameters
        ----------
        outfile
            Path of the file, or a file open for writing the bytes of a page. An existing file is
            replaced only when the new one is complete.
        close_file
            Whether a file object is closed afterwards, as in folium.
        offline
            Whether a page that needs the network is an error instead of a warning.
        atlas
            Extents of the pages of a PDF: a table with a row for each, or a vector file. A column
            ``name``, in small or capital letters, has their names.
        width_mm, scale, extent, projection, by, dpi
            Options of a figure, as in `figure`.

        Raises
        ------
        FileError
            If the ending is unknown, the folder does not exist or cannot be written
            to, the disk is full or fails, or another program has the file open (on Windows).
        MinmapError
            If the file is one that the map was made of; if a GeoPackage would have no layer, or
            would replace files that are not as minmap wrote them for an older map; or if `offline`
            is true and something on the map fetches scripts, styles, tiles, pictures, films or
            frames.

        Warns
        -----
        MinmapWarning
            If a folium plugin on the map fetches scripts or styles, if the page does not contain
            the picture of a `folium.Icon`, or if the text of a folium element has a handler, a
            script, or a picture from a host that is not in `hosts`, which the page does not run or
            fetch. Each warning names the element and what to do instead.
        """
        write_map(
            self,
            outfile,
            options,
            atlas=atlas,
            offline=offline,
            close_file=close_file,
            sources=self._files,
        )
