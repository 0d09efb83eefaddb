"""`Map`: a `folium.Map` that needs no network."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import TextIOBase
from pathlib import Path
from typing import Any, BinaryIO, Self

import folium
import geopandas as gpd
import pandas as pd
from branca.element import Element, Figure
from folium.template import Template
from xyzservices import TileProvider

from minmap.addresses import require_no_address
from minmap.arguments import require_flag, require_one_of, require_path, require_text, shown
from minmap.errors import FileError, MinmapError
from minmap.files import read_vector
from minmap.maps.add_options import require_meant
from minmap.maps.country_areas import NOTE, on_countries
from minmap.output import atomic_files, atomic_path, made_folder, write_error
from minmap.rasters import WarpedRaster, warp
from minmap.rasters.dataset import RASTER_ENDINGS
from minmap.scene.drawable_geometry import (
    is_points,
    joined_bounds,
    place_of,
    require_geometry,
    said_to_be_in,
)
from minmap.style.classes import SCHEMES, Classes, is_measured
from minmap.style.palettes import CATEGORIES
from minmap.transport.corridors import Corridor
from minmap.webmap.basemap import BaseMap
from minmap.webmap.content_policy import Policy, require_hosts
from minmap.webmap.element_tree import walk
from minmap.webmap.geoparquet import layer_files
from minmap.webmap.layer_names import name_of
from minmap.webmap.layers import (
    CorridorLayer,
    DataLayer,
    PointLayer,
    RasterLayer,
    VectorLayer,
)
from minmap.webmap.page import (
    Composed,
    Page,
    Raw,
    data_block,
    figure_of,
    language_of,
    script,
    style,
    to_json,
)
from minmap.webmap.plugins import carried, say_what_is_outside
from minmap.webmap.routes import RouteLayer, is_routes
from minmap.webmap.tiles import OnlineTiles, tile_layer

_TABLES = {".csv", ".tsv", ".txt"}
_THEMES = ("auto", "light", "dark")
_OVERLAY_COLORS = ("#5B4A8A", "#0B7A5B", "#A6761D", "#B03A2E", "#1B4F72")


@dataclass(frozen=True)
class _Look:
    """How a layer is drawn and where the panel lists it."""

    by: str | None
    classes: Classes
    show: bool
    group: str | None


class Map(folium.Map):
    """An interactive map in one file that opens without a network.

    It is a `folium.Map`: folium's elements and plugins can be added to it. What it draws itself
    travels inside the page.

    Parameters
    ----------
    data
        What to add first: anything that `add` takes.
    title, subtitle
        The page's title and the line below it in the panel.
    language
        BCP 47 tag of the page, such as ``en`` or ``ru``.
    theme
        Colours of the page: ``light``, ``dark``, or ``auto`` as the reader's system is. A reader
        can choose otherwise in the page.
    location, zoom_start
        Centre (latitude, longitude) and zoom. None shows all that was added.
    tiles
        Online tiles over the page's own base map, for those who ask: a name such as
        ``"OpenTopoMap"``, an `xyzservices.TileProvider`, an address with ``{x}``, ``{y}`` and
        ``{z}``, or a `folium.TileLayer`. None, the default, needs no network.
    attr
        Who the tiles of an address are from.
    hosts
        Hosts such as ``"https://example.org"`` that pictures, films and frames in the text of
        popups, tooltips and icons may come from, and that scripts of fetched plugins may show
        pictures of. Text may come from data, so that the page shows nothing that only text names.
    **options
        Further arguments of `folium.Map`.

    Examples
    --------
    >>> import minmap as mm
    >>> m = mm.Map(mm.read(mm.sample("major_deposits_central_asia.csv")), title="Deposits")
    >>> m = m.add(mm.corridor("middle"))
    >>> m.save("map.html")  # doctest: +SKIP
    """

    # Everything that folium would fetch is in the page instead.
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

    def __init__(
        self,
        data: Any = None,
        *,
        title: str = "minmap",
        subtitle: str | None = None,
        language: str = "en",
        theme: str = "auto",
        location: tuple[float, float] | None = None,
        zoom_start: int | None = None,
        tiles: Any = None,
        attr: str | None = None,
        hosts: Sequence[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(
            location=(30.0, 50.0) if location is None else place_of(location),
            zoom_start=3 if zoom_start is None else zoom_start,
            tiles=None,
            **{"world_copy_jump": True, **options},
        )
        require_one_of(theme, _THEMES, name="theme")
        allowed = require_hosts(hosts)
        Page(title=title, language=language, theme=theme, hosts=allowed).add_child(self)
        # folium keeps these two for its tiles; the map needs them without any.
        self.options["minZoom"] = options.get("min_zoom", 2)
        self.options["maxZoom"] = options.get("max_zoom", 18)
        self.title, self.subtitle = title, subtitle
        self.fits = location is None
        self.add_child(BaseMap())
        if tiles is not None:
            self.add_child(tile_layer(tiles, attr=attr))
        if data is not None:
            self.add(data)

    def add(
        self,
        data: Any,
        *,
        name: str | None = None,
        by: str | None = None,
        scheme: str | Sequence[float] | None = None,
        k: int | None = None,
        palette: str | None = None,
        group: str | None = None,
        show: bool = True,
        crs: str | None = None,
        layer: str | None = None,
    ) -> Self:
        """Add a layer on top of the others and return the map, so that calls can be chained.

        Parameters
        ----------
        data
            A GeoDataFrame or GeoSeries, a `Corridor`, a `WarpedRaster`, a folium element, an
            `xyzservices.TileProvider` of online tiles, or the path of a vector file (shapefile,
            GeoPackage, GeoJSON, GeoParquet) or of a raster (GeoTIFF, mosaic, ASCII grid).
            Of `minmap.access`, the pieces of `routes` are drawn as wide as they are used, the areas
            of `catchment` in the order of their hours; and with the pieces on the map, a click on
            an occurrence of the table of `access` draws its way.
        name
            What the layer panel calls it. None takes the file's or the corridor's name, and for a
            table what it holds, in the page's language: "Occurrences", "Lines", "Areas", "Routes"
            or "Catchment".
        by
            Column that colours the layer; more than a few numbers are put into classes, and
            symbols and lines grow with them. None takes ``commodity_group`` for occurrences.
        scheme
            How numbers are put into classes: ``"NaturalBreaks"``, ``"Quantiles"``,
            ``"EqualInterval"`` or another of mapclassify, or the upper limits. None takes natural
            breaks where there are more than 12 numbers.
        k
            Number of classes; None makes 5.
        palette
            Such as ``"viridis"``, ``"cividis"``, ``"YlGnBu"``, the diverging ``"PuOr"`` or
            ``"RdBu"``, or for codes without an order ``"Okabe-Ito"``; see `Classes`.
        group
            Heading in the layer panel. None takes one for its kind.
        show
            Whether it is drawn when the page opens.
        crs
            Coordinate reference system of a file or table that records none. Before that of a file
            which records another it goes with a warning; a table is not to be contradicted.
        layer
            Which layer of a file that holds several.

        Raises
        ------
        FileError
            If a file is missing or is not what its ending says.
        CRSError
            If nothing says in which coordinate reference system the data is, or `crs` says another
            one than the table.
        MinmapError
            If minmap cannot draw `data`, or an argument says nothing about it.
        ChoiceError
            If `by` is not a column, or `scheme` or `palette` is unknown.

        Examples
        --------
        >>> import minmap as mm
        >>> _ = mm.Map().add(mm.sample("central_asia_lakes.shp"), name="Lakes")
        """
        _require_named(show, name=name, group=group, layer=layer)
        look = _Look(by, Classes(scheme, k, palette), show, group)
        asked = {
            "name": name, "by": by, "scheme": scheme, "k": k, "palette": palette,
            "show": None if show else show, "crs": crs, "layer": layer,
        }  # fmt: skip
        if isinstance(data, (str, os.PathLike)):
            return self._add_file(require_path(data, name="data"), look, asked)
        if isinstance(data, Corridor):
            require_meant("a Corridor", asked)
            self._put(CorridorLayer(data, name=name, show=show), group)
        elif isinstance(data, WarpedRaster):
            require_meant("a warped raster", asked)
            self._put(RasterLayer(data, name=name, show=show), group)
        elif isinstance(data, TileProvider):
            require_meant("online tiles", asked)
            self._put(OnlineTiles(data, name=name, show=show), group)
        elif isinstance(data, gpd.GeoSeries):
            require_meant("a GeoSeries", asked)
            return self.add(data.to_frame("geometry"), name=name, group=group, show=show, crs=crs)
        elif isinstance(data, gpd.GeoDataFrame):
            require_meant("the table of routes" if is_routes(data) else "a GeoDataFrame", asked)
            data = require_geometry(data if crs is None else said_to_be_in(data, crs))
            self._add_frame(data, look, name=name or name_of(data, language_of(figure_of(self))))
        elif isinstance(data, Element) and not isinstance(data, folium.Map):
            require_meant("a folium element", asked)
            self._put(data, group)
        else:
            raise MinmapError(
                f"Map.add cannot draw a {type(data).__name__}; give a GeoDataFrame, a Corridor, "
                "a folium element, or the path of a vector file or GeoTIFF."
            )
        return self

    def add_countries(
        self,
        table: pd.DataFrame,
        *,
        value: str,
        by: str = "country",
        scheme: str | Sequence[float] | None = None,
        k: int | None = None,
        palette: str | None = None,
        name: str | None = None,
        group: str | None = None,
        show: bool = True,
    ) -> Self:
        """Colour countries by a column of a table and return the map.

        Parameters
        ----------
        table
            One row a country, such as ``minmap.summarise(deposits, by="country")``.
        value
            Column that colours them.
        by
            Column of the countries: ISO 3166-1 alpha-3, or names.
        scheme, k, palette
            How numbers are put into classes, as in `add`.
        name, group, show
            As in `add`; the name is `value` if None.

        Raises
        ------
        ChoiceError
            If `value` or `by` is no column, or `scheme` or `palette` is unknown.
        MinmapError
            If `table` is none, `value` or `by` names several columns, or a country has several
            rows.

        Warns
        -----
        MinmapWarning
            Of rows whose country has no outline; the panel counts them too.

        Notes
        -----
        Outlines and borders are Natural Earth's, de facto, as in `minmap.places.country_of`.

        Examples
        --------
        >>> import minmap as mm
        >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
        >>> counts = mm.summarise(deposits, by="country")
        >>> _ = mm.Map().add_countries(counts, value="occurrences")
        """
        _require_named(show, name=name, group=group, palette=palette)
        frame, value = on_countries(table, value=value, by=by), str(value)
        if scheme is None and k is None and palette != CATEGORIES and is_measured(frame[value]):
            scheme = SCHEMES[0]
        classes = Classes(scheme, k, palette)
        layer = VectorLayer(frame, name=name or value, by=value, show=show, classes=classes)
        layer.note = NOTE
        return self._put(layer, group)

    def _put(self, element: Any, group: str | None) -> Self:
        """Add an element under a heading of the panel."""
        element.panel_group = group
        self.add_child(element)
        return self

    def _add_file(self, path: Path, look: _Look, asked: Mapping[str, Any]) -> Self:
        ending, name, crs = path.suffix.lower(), asked["name"], asked["crs"]
        if ending in _TABLES:
            require_no_address(str(path))
            raise FileError(
                f"{path} is a table; read it first: map.add(minmap.read({str(path)!r}))."
            )
        require_meant("a GeoTIFF" if ending in RASTER_ENDINGS else "a vector file", asked)
        if ending in RASTER_ENDINGS:
            raster = warp(path, crs=crs)
            return self._put(RasterLayer(raster, name=name, show=look.show), look.group)
        frame = read_vector(path, layer=asked["layer"], crs=crs)
        frame.attrs.setdefault("sources", [{"title": path.name, "citation": "the user's own file"}])
        if is_routes(frame):
            require_meant("the table of routes", {**asked, "layer": None})
        return self._add_frame(frame, look, name=name or path.stem)

    def _add_frame(self, frame: gpd.GeoDataFrame, look: _Look, *, name: str) -> Self:
        if is_routes(frame):
            return self._put(RouteLayer(frame, name=name, show=look.show), look.group)
        drawing: dict[str, Any] = {"by": look.by, "show": look.show, "classes": look.classes}
        if is_points(frame.geometry):
            return self._put(PointLayer(frame, name=name, **drawing), look.group)
        number = sum(isinstance(child, VectorLayer) for child in self._children.values())
        color = _OVERLAY_COLORS[number % len(_OVERLAY_COLORS)]
        return self._put(VectorLayer(frame, name=name, color=color, **drawing), look.group)

    def layers(self) -> list[DataLayer]:
        """List minmap's own layers, bottom to top, without the base map."""
        return [
            child
            for child in self._children.values()
            if isinstance(child, DataLayer) and child.control
        ]

    def render(self, **kwargs: Any) -> str:
        """Put the renderer, the map and its layers into the page."""
        figure, me = figure_of(self), self.get_name()
        figure.header.add_child(style("leaflet.css"), name="leaflet_css")
        figure.header.add_child(style("minmap.css"), name="minmap_css")
        if any(isinstance(element, folium.Popup) for element in walk(self)):
            figure.header.add_child(script("jquery.js"), name="jquery")
        figure.header.add_child(script("leaflet.js"), name="leaflet")
        figure.header.add_child(script("minmap.js"), name="minmap_js")
        if any(isinstance(element, folium.Icon) for element in walk(self)):
            figure.header.add_child(script("plugin-pins.js"), name="pins")
        page = data_block(f"{me}_page", "application/json", to_json(self._page(figure)))
        figure.html.add_child(page, name=f"{me}_page")
        children, self._children = self._children, OrderedDict()
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        self._children = children
        for section in (figure.header, figure.html, figure.script):  # these parts are minmap's own
            section.add_child(Raw(section._children[me].render()), name=me)
        # The page is described after the map is made and before anything is added to it.
        figure.script.add_child(Raw(f'minmap.page({me}, "{me}_page");'), name=f"{me}_page")
        for child in self._children.values():
            child.render(**kwargs)
        for name, link in figure.header._children.items():
            figure.header._children[name] = carried(link) or link
        return ""

    def _page(self, figure: Figure) -> dict[str, Any]:
        others = [
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
        return {
            "kind": "page",
            "title": self.title,
            "subtitle": self.subtitle,
            "language": figure.language if isinstance(figure, Page) else "en",
            "bounds": self.first_view(),
            "folium": others,
        }

    def first_view(self) -> list[list[float | None]] | None:
        """Bound what is shown when the page opens, or all layers if none is.

        None where there is nothing to bound, and where the map was given a location.
        """
        if not self.fits:
            return None
        children = self._children.values()
        for asked in ([child for child in children if getattr(child, "show", True)], children):
            bounds = joined_bounds(asked)
            if None not in bounds[0]:
                return bounds
        return None

    def save_folder(self, folder: str | os.PathLike[str]) -> None:
        """Write the page as a folder of files, for maps that are too big for one file.

        Layers of points lie beside the page as GeoParquet, of which it fetches what it needs: the
        places at once, everything else when it is looked at. Any web server that answers requests
        for ranges can serve the folder, as nearly all do; a page on the disk itself may not fetch
        anything, so that the folder is of no use without one. Ten million points are fine.

        Parameters
        ----------
        folder
            The folder; it is made if it is not there. The page is its ``index.html``. An older page
            of minmap's there, with its layers, is replaced when the new one is complete.

        Raises
        ------
        FileError
            If the folder cannot be written to, or the disk is full or fails.
        MinmapError
            If the map is on a figure that is not minmap's.

        Examples
        --------
        >>> import minmap as mm
        >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
        >>> mm.Map(deposits).save_folder("site")  # doctest: +SKIP
        """
        target, figure = require_path(folder, name="folder"), figure_of(self)
        if not isinstance(figure, Page):
            raise MinmapError("save_folder writes pages of minmap.Map; add the layers to one.")
        page = target / "index.html"
        with (
            made_folder(target),
            atomic_files(page, outdates=layer_files(target)) as drafts,
        ):
            composed = figure.compose(folder=drafts)
            say_what_is_outside(composed, offline=False)
            (drafts / page.name).write_text(composed.text, encoding="utf-8", newline="\n")

    def save(  # the signature is folium's
        self,
        outfile: str | bytes | Path | BinaryIO,
        close_file: bool = True,  # noqa: FBT001, FBT002
        *,
        offline: bool = False,
        **kwargs: Any,
    ) -> None:
        """Write the page to one file, whole or not at all.

        The scripts and styles of folium's plugins `MarkerCluster`, `FastMarkerCluster`,
        `FeatureGroupSubGroup`, `HeatMap`, `Fullscreen`, `MiniMap` and `MousePosition` are in the
        page; those of others are fetched when it is opened.

        Parameters
        ----------
        outfile
            Path of the HTML file, or a file open for writing bytes. An existing file is replaced
            only when the new one is complete.
        close_file
            Whether a file object is closed afterwards, as in folium.
        offline
            Whether a page that needs the network is an error instead of a warning.

        Raises
        ------
        FileError
            If the folder does not exist or cannot be written to, the disk is full or fails, or
            another program has the file open (on Windows).
        MinmapError
            If `offline` is true and something on the map fetches scripts, styles, tiles, pictures,
            films or frames.

        Warns
        -----
        MinmapWarning
            If a folium plugin on the map fetches scripts or styles from the network, if a
            `folium.Icon` asks for a picture that is not in the page, or if the text of a folium
            element has a handler, a script, or a picture of a host that is not in `hosts`, which
            the page does not run or fetch. Each names the element and what to do instead.
        """
        is_file = hasattr(outfile, "write") and not isinstance(outfile, TextIOBase)
        if not (is_file or isinstance(outfile, (str, bytes, os.PathLike))):
            raise MinmapError(
                f"outfile={shown(outfile)} is neither a path nor a file open for bytes."
            )
        figure = figure_of(self)
        if isinstance(figure, Page):
            page = figure.compose(**kwargs)
        else:
            page = Composed(figure.render(**kwargs), Policy(), list(walk(figure)))
        say_what_is_outside(page, offline=offline)
        if isinstance(outfile, (str, bytes, os.PathLike)):
            with atomic_path(require_path(os.fsdecode(outfile), name="outfile")) as draft:
                draft.write_text(page.text, encoding="utf-8", newline="\n")
            return
        try:
            outfile.write(page.text.encode("utf-8"))
            if close_file:
                outfile.close()
        except OSError as error:
            raise write_error(getattr(outfile, "name", "outfile"), error) from error


def _require_named(show: object, **texts: str | None) -> None:
    """Raise if `show` is no truth value, or one of the other arguments of a layer no text."""
    require_flag(show, name="show")
    for name, text in texts.items():
        if text is not None:
            require_text(text, name=name, like="Mines")
