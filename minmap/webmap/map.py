"""`Map`: a `folium.Map` that needs no network."""

from __future__ import annotations

import os
import warnings
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO, Self

import folium
import geopandas as gpd
from branca.element import Element, Figure
from folium.template import Template

from minmap.corridors import Corridor
from minmap.errors import FileError, MinmapError, MinmapWarning
from minmap.files import read_vector
from minmap.output import atomic_path
from minmap.raster import WarpedRaster, warp
from minmap.webmap.basemap import BaseMap
from minmap.webmap.layers import (
    CorridorLayer,
    DataLayer,
    PointLayer,
    RasterLayer,
    VectorLayer,
    is_points,
)
from minmap.webmap.legends import CATCHMENT
from minmap.webmap.page import (
    Page,
    Raw,
    data_block,
    figure_of,
    script,
    style,
    to_json,
    walk,
)
from minmap.webmap.routes import RouteLayer, is_routes

_RASTERS = {".tif", ".tiff", ".vrt", ".img", ".jp2"}
_TABLES = {".csv", ".tsv", ".txt"}
_OVERLAY_COLORS = ("#5B4A8A", "#0B7A5B", "#A6761D", "#B03A2E", "#1B4F72")


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
    location, zoom_start
        Centre (latitude, longitude) and zoom. None shows all that was added.
    tiles
        Online tiles, as `folium.Map` takes them. None, the default, keeps the page offline
        with a base map of its own.
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
        location: tuple[float, float] | None = None,
        zoom_start: int | None = None,
        tiles: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(
            location=location or (30.0, 50.0),
            zoom_start=3 if zoom_start is None else zoom_start,
            tiles=tiles,
            **{"world_copy_jump": True, **options},
        )
        Page(title=title, language=language).add_child(self)
        # folium keeps these two for its tiles; the map needs them without any.
        self.options["minZoom"] = options.get("min_zoom", 2)
        self.options["maxZoom"] = options.get("max_zoom", 18)
        self.title, self.subtitle = title, subtitle
        self._fits = location is None
        if tiles is None:
            self.add_child(BaseMap())
        if data is not None:
            self.add(data)

    def add(
        self,
        data: Any,
        *,
        name: str | None = None,
        by: str | None = None,
        show: bool = True,
        crs: str | None = None,
        layer: str | None = None,
    ) -> Self:
        """Add a layer on top of the others and return the map, so that calls can be chained.

        Parameters
        ----------
        data
            A GeoDataFrame or GeoSeries, a `Corridor`, a `WarpedRaster`, a folium element, or the
            path of a vector file (shapefile, GeoPackage, GeoJSON, GeoParquet) or of a GeoTIFF.
            Of `minmap.access`, the pieces of `routes` are drawn as wide as they are used, the areas
            of `catchment` in the order of their hours; and with the pieces on the map, a click on
            an occurrence of the table of `access` draws its way.
        name
            What the layer panel calls it. None takes the file's or the corridor's name.
        by
            Column that colours the layer. None takes ``commodity_group`` for occurrences.
        show
            Whether it is drawn when the page opens.
        crs
            Coordinate reference system of a file that records none.
        layer
            Which layer of a file that holds several.

        Raises
        ------
        FileError
            If a file is missing or is not what its ending says.
        CRSError
            If nothing says in which coordinate reference system the data is.
        ChoiceError
            If `by` is not a column.

        Examples
        --------
        >>> import minmap as mm
        >>> _ = mm.Map().add(mm.sample("central_asia_lakes.shp"), name="Lakes")
        """
        if isinstance(data, (str, os.PathLike)):
            return self._add_file(Path(data), name=name, by=by, show=show, crs=crs, layer=layer)
        if isinstance(data, Corridor):
            self.add_child(CorridorLayer(data, name=name, show=show))
        elif isinstance(data, WarpedRaster):
            self.add_child(RasterLayer(data, name=name, show=show))
        elif isinstance(data, gpd.GeoSeries):
            return self.add(data.to_frame("geometry"), name=name, show=show, crs=crs)
        elif isinstance(data, gpd.GeoDataFrame):
            if crs is not None and data.crs is None:
                data = data.set_crs(crs)
            self._add_frame(data, name=name or _name_of(data), by=by, show=show)
        elif isinstance(data, Element):
            self.add_child(data)
        else:
            raise MinmapError(
                f"Map.add cannot draw a {type(data).__name__}; give a GeoDataFrame, a Corridor, "
                "a folium element, or the path of a vector file or GeoTIFF."
            )
        return self

    def _add_file(
        self,
        path: Path,
        *,
        name: str | None,
        by: str | None,
        show: bool,
        crs: str | None,
        layer: str | None,
    ) -> Self:
        ending = path.suffix.lower()
        if ending in _TABLES:
            raise FileError(
                f"{path} is a table; read it first: map.add(minmap.read({str(path)!r}))."
            )
        if ending in _RASTERS:
            raster = warp(path, crs=crs)
            self.add_child(RasterLayer(raster, name=name, show=show))
        else:
            frame = read_vector(path, layer=layer, crs=crs)
            frame.attrs.setdefault(
                "sources", [{"title": path.name, "citation": "the user's own file"}]
            )
            self._add_frame(frame, name=name or path.stem, by=by, show=show)
        return self

    def _add_frame(self, frame: gpd.GeoDataFrame, *, name: str, by: str | None, show: bool) -> None:
        if is_routes(frame):
            self.add_child(RouteLayer(frame, name=name, show=show))
            return
        if is_points(frame.geometry):
            self.add_child(PointLayer(frame, name=name, by=by, show=show))
            return
        number = sum(isinstance(child, VectorLayer) for child in self._children.values())
        color = _OVERLAY_COLORS[number % len(_OVERLAY_COLORS)]
        self.add_child(VectorLayer(frame, name=name, by=by, show=show, color=color))

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
        page = data_block(f"{me}_page", "application/json", to_json(self._page(figure)))
        figure.html.add_child(page, name=f"{me}_page")
        children, self._children = self._children, OrderedDict()
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        self._children = children
        # The page is described after the map is made and before anything is added to it.
        figure.script.add_child(Raw(f'minmap.page({me}, "{me}_page");'), name=f"{me}_page")
        for child in self._children.values():
            child.render(**kwargs)
        return ""

    def _page(self, figure: Figure) -> dict[str, Any]:
        others = [
            {"name": child.layer_name, "variable": child.get_name(), "shown": child.show}
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
        if not self._fits:
            return None
        children = self._children
        shown = OrderedDict((k, c) for k, c in children.items() if getattr(c, "show", True))
        try:
            self._children = shown
            bounds = self.get_bounds()
        finally:
            self._children = children
        if None in bounds[0]:
            bounds = self.get_bounds()
        return None if None in bounds[0] else bounds

    def save(  # the signature is folium's
        self,
        outfile: str | bytes | Path | BinaryIO,
        close_file: bool = True,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> None:
        """Write the page to one file, whole or not at all.

        Parameters
        ----------
        outfile
            Path of the HTML file, or a file open for writing bytes. An existing file is replaced
            only when the new one is complete.
        close_file
            Whether a file object is closed afterwards, as in folium.

        Raises
        ------
        FileError
            If the folder does not exist or cannot be written to.

        Warns
        -----
        MinmapWarning
            If a folium plugin on the map fetches scripts or styles from the network.
        """
        figure = figure_of(self)
        text, outside = (
            figure.compose(**kwargs) if isinstance(figure, Page) else (figure.render(**kwargs), [])
        )
        if outside:
            warnings.warn(
                f"The page needs the network: a folium plugin on it fetches {', '.join(outside)}.",
                MinmapWarning,
                stacklevel=2,
            )
        if isinstance(outfile, (str, bytes, os.PathLike)):
            with atomic_path(os.fsdecode(outfile)) as draft:
                draft.write_text(text, encoding="utf-8")
            return
        outfile.write(text.encode("utf-8"))
        if close_file:
            outfile.close()


def _name_of(frame: gpd.GeoDataFrame) -> str:
    """Call a layer by what minmap's own tables hold."""
    if is_routes(frame):
        return "Routes"
    return "Catchment" if CATCHMENT in frame.columns else "Occurrences"
