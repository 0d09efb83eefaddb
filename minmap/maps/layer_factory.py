"""The layer that draws what a user adds to a map."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import Element
from shapely.geometry.base import BaseGeometry
from xyzservices import TileProvider

from minmap.arguments import require_path, require_whole, shown
from minmap.coordinates.reference_systems import crs_name, far_note, is_grid
from minmap.errors import FileError, MinmapError, warn
from minmap.files import read_vector
from minmap.files.held import KINDS, are_shapes, is_arrow, is_file, is_shape_text, layer_of
from minmap.files.shape_values import is_wkt
from minmap.maps.options import LayerOptions, require_applicable
from minmap.maps.rates import rate_per
from minmap.rasters import WarpedRaster, warp
from minmap.rasters.dataset import holds_raster
from minmap.rasters.given import is_raster
from minmap.rasters.image import MOST_COLORS
from minmap.scene.drawable_geometry import in_degrees, is_points, require_geometry
from minmap.scene.layer_records import Records
from minmap.scene.legends import CATCHMENT
from minmap.style.file_styles.companions import style_of_file
from minmap.style.file_styles.file_style import FileStyle
from minmap.style.file_styles.fitting import fitted
from minmap.style.file_styles.raster_styles import RasterStyle, raster_style
from minmap.style.house_style import Style
from minmap.style.looks import Looks
from minmap.style.raster_looks import RasterLooks, has_scale
from minmap.style.table_columns import column_names
from minmap.transport.accessibility.routing import Route
from minmap.transport.trade_corridors import Corridor
from minmap.transport.trade_corridors.catalogue import corridors
from minmap.webmap.corridor_layer import CorridorLayer
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.layers import PointLayer, VectorLayer
from minmap.webmap.raster_layer import RasterLayer
from minmap.webmap.route_layer import RouteLayer, is_routes
from minmap.webmap.tiles import OnlineTiles
from minmap.writing.read_back import sources_in

_HELD: Final[dict[str, Callable[[Any], bool]]] = {
    "the table of routes": lambda data: isinstance(data, gpd.GeoDataFrame) and is_routes(data),
    "a GeoDataFrame": lambda data: isinstance(data, gpd.GeoDataFrame),
    "a GeoSeries": lambda data: isinstance(data, gpd.GeoSeries),
    "a shapely geometry": lambda data: isinstance(data, BaseGeometry) or is_wkt(data),
    "a list of shapely geometries": are_shapes,
    "a table of pyarrow": is_arrow,
    "a vector file": is_file,
}
_WITH: Final = {"shapes": "shape", "dashes": "dash"}
_SCALE_LEFT_OUT: Final = "Its scale of colours is left out: it has no two values that rise."
_MOST_BANDS: Final = 65_535  # of a GeoTIFF
_RIGHT_CRS: Final = "give the CRS that the data are in."
_MOST_DEGREES: Final = (360, 90, 360, 90)
_RUSSIAN: Final = {
    "Occurrences": "Объекты",
    "Sites": "Объекты",
    "Lines": "Линии",
    "Areas": "Площади",
    "Routes": "Маршруты",
    "Catchment": "Зоны доступности",
}


def make_layer(
    data: Any, options: LayerOptions, *, language: str, fill: str, house: Style
) -> Element:
    """Return the layer that draws `data`.

    Parameters
    ----------
    data
        The data given to `Map.add`.
    options
        The options of `Map.add`.
    language
        Language of the page, for the name of a layer that has none.
    fill
        Colour of lines and areas that are not coloured by `options`.
    house
        Style of the map.

    Raises
    ------
    MinmapError
        If minmap cannot draw `data`, or an option does not apply to it.
    """
    if isinstance(data, (str, os.PathLike)) and not is_shape_text(data):
        return _file_layer(require_path(data, name="data"), options, fill, house)
    if (kind := _kind_of_raster(data)) is not None:
        require_applicable(kind, options)
        return _raster_layer(data, options)
    if isinstance(data, Corridor):
        require_applicable("a Corridor", options)
        return CorridorLayer(
            data, name=options["name"], color=options["color"], show=options["show"]
        )
    if isinstance(data, Route):
        ends, sources = f"{data.start} - {data.to}", [*data.sources]
        options = {**options, "name": options["name"] or ends}
        data = data.legs
        data.attrs["sources"] = sources
    if isinstance(data, TileProvider):
        require_applicable("online tiles", options)
        return OnlineTiles(data, name=options["name"], show=options["show"])
    if isinstance(data, Element) and not isinstance(data, folium.Map):
        require_applicable("a folium element", options)
        return data
    if isinstance(data, pd.DataFrame) and not isinstance(data, gpd.GeoDataFrame):
        raise MinmapError(f"Map.add cannot draw a DataFrame without geometry; {_cure_of(data)}")
    return _held_layer(data, options, language, fill, house)


def _cure_of(table: pd.DataFrame) -> str:
    """Return the end of the message on a table without geometry."""
    points = (
        "read its file with minmap.read, or make it a geopandas.GeoDataFrame(table, "
        "geometry=geopandas.points_from_xy(lon, lat), crs=4326)."
    )
    if "country" not in table:
        return points
    return (
        "colour countries with minmap.Map().add_countries(table, value=...), where value is the "
        f"column that colours them; if its rows have coordinates, {points}"
    )


def _held_layer(
    data: Any, options: LayerOptions, language: str, fill: str, house: Style
) -> Element:
    """Return the layer of shapes that are held in memory or in an open file."""
    kind = next((name for name, is_such in _HELD.items() if is_such(data)), "GeoJSON")
    require_applicable(kind, options)
    table = layer_of(data, name="data", crs=options["crs"], layer=options["layer"])
    if table is None:
        raise MinmapError(
            f"Map.add cannot draw {shown(data)}; give {KINDS}. It draws rasters (xarray, numpy, "
            "rasterio, GeoTIFF), corridors and elements of folium too."
        )
    table = require_geometry(table)
    name = options["name"] or default_name(table, language)
    if options["crs"] is not None:
        _warn_if_far(table, name)
    return _table_layer(table, options, name, fill, house=house)


def warn_if_empty(layer: Element, options: LayerOptions) -> None:
    """Warn if a layer has no records with a location, or if all of them are hidden at first."""
    records = layer.records.values() if isinstance(layer, DataLayer) else ()
    if isinstance(layer, DataLayer) and records and not any(map(_has_place, records)):
        has_rows = any(len(one.table) for one in records)
        why = "no row with a location" if has_rows else "no rows"
        warn(
            f"The table has {why}, so that the layer {layer.layer_name!r} shows nothing; check "
            "the file, or the selection that made the table."
        )
        return
    if not isinstance(layer, PointLayer) or not layer.opens_empty():
        return
    keywords = ("filters", "legend_hidden")
    given = (f"{name}={shown(one)}" for name, one in options.items() if name in keywords and one)
    warn(
        f"{' and '.join(given)} hide all records of {layer.layer_name!r} when the page opens; "
        "change them, or leave one out.",
    )


def _has_place(records: Records) -> bool:
    """Return whether any record has a location, which may lie beyond the map."""
    shapes = records.table.geometry
    return len(records.drawn) > 0 or not bool((shapes.isna() | shapes.is_empty).all())


def default_name(table: gpd.GeoDataFrame, language: str) -> str:
    """Return a name for the kind of a table, in the language of the page.

    Examples
    --------
    >>> areas = gpd.GeoDataFrame(geometry=[shapely.box(60, 45, 61, 46)], crs=4326)
    >>> default_name(areas, "en"), default_name(areas, "ru")
    ('Areas', 'Площади')
    """
    dimensions = set(shapely.get_dimensions(table.geometry.to_numpy()).tolist()) - {-1}
    name = "Occurrences"
    if is_routes(table):
        name = "Routes"
    elif CATCHMENT in table.columns:
        name = "Catchment"
    elif "site_records" in table.columns:
        name = "Sites"  # of `minmap.merge`
    elif len(dimensions) == 1:
        name = ("Occurrences", "Lines", "Areas")[dimensions.pop()]
    return _RUSSIAN[name] if language == "ru" else name


def _file_layer(path: Path, options: LayerOptions, fill: str, house: Style) -> Element:
    ending, name = path.suffix.lower(), options["name"]
    if holds_raster(path, options["layer"]):
        require_applicable("a raster", options)
        return _raster_layer(path, options)
    if not ending and not path.exists() and str(path) in corridors()["id"].array:
        raise FileError(f"{path} is a corridor, not a file; give minmap.corridor({str(path)!r}).")
    require_applicable("a vector file", options)
    table = read_vector(path, layer=options["layer"], crs=options["crs"])
    own = [{"title": path.name, "citation": "the user's own file"}]
    table.attrs.setdefault("sources", sources_in(path, options["layer"]) or own)
    if options["crs"] is not None:
        _warn_if_far(table, name or path.stem)
    if is_routes(table):
        require_applicable("the table of routes", {**options, "layer": None})
        return _table_layer(table, options, name or path.stem, fill, house=house)
    style = None
    if options["color"] not in column_names(table):
        style = _file_style(path, options["layer"], table)
    return _table_layer(table, options, name or path.stem, fill, house=house, style=style)


def _kind_of_raster(data: Any) -> str | None:
    """Return what a raster that is no path counts as for options; None for other data."""
    if isinstance(data, WarpedRaster):
        return "a warped raster"
    return "a raster" if is_raster(data) and not are_shapes(data) else None


def _raster_layer(data: Any, options: LayerOptions) -> RasterLayer:
    looks = RasterLooks.of(options)
    style = _raster_style(data, options, looks) if isinstance(data, Path) else None
    if style is not None and style.kind == "relief":
        looks = replace(looks, stretch="hillshade")
    raster = data if isinstance(data, WarpedRaster) else _warped(data, options, looks, style)
    opacity = options["opacity"]
    if opacity is None and style is not None and style.opacity < 1:
        opacity = style.opacity
    return RasterLayer(
        looks.on(raster, style if style is not None and has_scale(style) else None),
        name=options["name"],
        opacity=opacity,
        show=options["show"],
    )


def _raster_style(path: Path, options: LayerOptions, looks: RasterLooks) -> RasterStyle | None:
    """Return the look that comes with a raster, for what the maker left open."""
    band = options["band"]
    if band is not None:
        require_whole(band, name="band", like=1, least=1, most=_MOST_BANDS)
    style = raster_style(path, band=band or 1, layer=options["layer"])
    if style is None or (band is not None and style.band != band):
        return None
    is_classed = style.kind == "classes"
    wanted = options["kind"] or looks.kind
    if style.kind == "image":  # as the raster has it
        return style if wanted is None and band is None else None
    if wanted not in (None, "classes" if is_classed else "values"):
        return None
    if looks.is_colored and not is_classed:
        return None
    is_bare = style.kind in ("steps", "ramp") and not has_scale(style)
    _warn_left_out(style.where, (*style.left_out, *((_SCALE_LEFT_OUT,) if is_bare else ())))
    is_drawn = 0 < len(style.entries) <= MOST_COLORS if is_classed else not is_bare
    return style if is_drawn else None


def _warped(
    data: Any, options: LayerOptions, looks: RasterLooks, style: RasterStyle | None
) -> WarpedRaster:
    """Return a raster with the names and the colours of classes that come with it."""
    band, kind, names = options["band"], options["kind"] or looks.kind, looks.classes
    colors = None
    if style is not None and style.kind != "image":
        band = style.band
        kind = kind or ("classes" if style.kind == "classes" else "values")
        colors = style.colors
        names = {**style.names, **(names or {})} or None
    raster = warp(
        data,
        layer=options["layer"],
        bounds=options["bounds"],
        band=band,
        kind=kind,
        classes=names,
        colors=colors,
        nodata=options["nodata"],
        hillshade=looks.stretch == "hillshade",
        crs=options["crs"],
    )
    if options["crs"] is not None:
        _warn_if_raster_is_far(raster, options["crs"])
    return raster


def _warn_left_out(where: str, left_out: Sequence[str]) -> None:
    if left_out:
        warn(f"{where}: {' '.join(left_out)}")


def _warn_if_far(table: gpd.GeoDataFrame, name: str) -> None:
    """Warn if shapes are in degrees, or lie far from where the given CRS is used."""
    bounds = shapely.bounds(table.geometry.to_numpy())
    if is_grid(table.crs) and bounds.size and np.nanmax(np.abs(bounds) / _MOST_DEGREES) <= 1:
        note = (
            f"{name}: its coordinates look like degrees, but {crs_name(table.crs)} is in metres; "
            "give crs='EPSG:4326' if they are longitudes and latitudes."
        )
        warn(note)
        return
    west, south, east, north = bounds.T
    middles = shapely.points((west + east) / 2, (south + north) / 2)
    points = in_degrees(gpd.GeoDataFrame(geometry=middles, crs=table.crs), name).geometry
    longitude, latitude = points.x.to_numpy(), points.y.to_numpy()
    for note in far_note(longitude, latitude, table.crs, "shapes", _RIGHT_CRS):
        warn(f"{name}: {note}")


def _warn_if_raster_is_far(raster: WarpedRaster, crs: Any) -> None:
    (south, west), (north, east) = raster.bounds
    middle = np.array([(west + east) / 2]), np.array([(south + north) / 2])
    for note in far_note(*middle, crs, "rasters", _RIGHT_CRS):
        warn(f"{raster.name}: {note}")


def _file_style(path: Path, layer: str | None, table: gpd.GeoDataFrame) -> FileStyle | None:
    """Return the look that comes with a file, and warn of what is not taken over."""
    found = style_of_file(path, layer)
    if found is None:
        return None
    style = fitted(found, table)
    _warn_left_out(style.where, style.left_out)
    return style if style.entries else None


def _table_layer(
    table: gpd.GeoDataFrame,
    options: LayerOptions,
    name: str,
    fill: str,
    *,
    house: Style,
    style: FileStyle | None = None,
) -> Element:
    show = options["show"]
    if is_routes(table):
        return RouteLayer(table, name=name, show=show)
    looks = replace(Looks.of(options), house=house)
    if style is not None:
        label = looks.label or (style.label.column if style.label else None)
        own = {
            name: wish
            for name, wish in style.looks.items()
            if getattr(looks, name) is None and getattr(looks, _WITH.get(name, name)) is None
        }
        looks = replace(looks, file_style=style, label=label, **own)
    table, looks = rate_per(table, looks, options["per"])
    if is_points(table.geometry):
        return PointLayer(table, name=name, looks=looks, show=show)
    if looks.fields.filters:
        raise MinmapError(
            f"filters={shown(options['filters'])} does not apply to lines and areas, since only "
            "points have filters; leave it out, and add the rows that the map should show."
        )
    return VectorLayer(table, name=name, looks=looks, show=show, fill=fill)
