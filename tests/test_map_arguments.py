"""What a map is asked for and cannot do is refused in words, before anything is drawn."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pytest
import shapely
import xyzservices

import minmap as mm
from minmap.errors import CRSError, GeometryError, MinmapError
from minmap.rasters import warp
from minmap.transport.access.flows import PIECE_COLUMNS

POINTS = gpd.GeoDataFrame(
    {"name": ["a", "b"]}, geometry=gpd.points_from_xy([60, 61], [45, 45]), crs=4326
)
AREAS = gpd.GeoDataFrame(
    {"v": [1.0, 2.0]}, geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=4326
)
LOCAL = 'LOCAL_CS["mine"]'


def itself() -> mm.Map:
    page_map = mm.Map()
    return page_map.add(page_map)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        (lambda: mm.Map(title=None), MinmapError, "title=None is not text"),
        (lambda: mm.Map(language=7), MinmapError, "language=7 is not text"),
        (lambda: mm.Map(location=(1, 2, 3)), MinmapError, r"location=\(1, 2, 3\) is no place"),
        (lambda: mm.Map(location=(95, 2)), MinmapError, "is no place; give latitude"),
        (lambda: mm.Map(tiles=True), MinmapError, "tiles=True are none; give the name"),
        (lambda: mm.Map(tiles=5), MinmapError, "tiles=5 are none"),
        (lambda: mm.Map(gpd.GeoDataFrame({"a": [1]})), GeometryError, "has no geometry; set it"),
        (
            lambda: mm.Map(POINTS.set_crs(LOCAL, allow_override=True)),
            CRSError, "which nothing ties to the Earth",
        ),
        (
            lambda: mm.Map().add(POINTS.set_crs(None, allow_override=True), crs="bogus"),
            CRSError, "crs='bogus' is not a coordinate reference system",
        ),
        (lambda: mm.Map().add(AREAS, by="v", scheme=5), MinmapError, "scheme=5 is no list"),
        (lambda: mm.Map().add(AREAS, by="v", scheme=["a"]), MinmapError, r"scheme=\['a'\] is no"),
        (lambda: mm.Map().add(AREAS, by="v", palette=5), MinmapError, "palette=5 is not known"),
        (lambda: mm.Map().add(AREAS, by="v", k=2.5), MinmapError, "k=2.5 is no number of classes"),
        (lambda: mm.Map().add(POINTS, crs="EPSG:32642"), CRSError, "is not what the table says"),
        (lambda: mm.Map().add(POINTS, layer="a"), MinmapError, "layer='a' does not apply to a Geo"),
        (lambda: mm.Map().add(POINTS.geometry, by="v"), MinmapError, "apply to a GeoSeries"),
        (
            lambda: mm.Map().add(mm.corridor("middle"), by="status"),
            MinmapError, "by='status' does not apply to a Corridor; leave it out. What does: name",
        ),
        (
            lambda: mm.Map().add(mm.sample("elevation.tif"), palette="viridis"),
            MinmapError, "palette='viridis' does not apply to a GeoTIFF",
        ),
        (
            lambda: mm.Map().add(warp(mm.sample("elevation.tif")), crs="EPSG:4326"),
            MinmapError, "does not apply to a warped raster",
        ),
        (
            lambda: mm.Map().add(xyzservices.providers.OpenTopoMap, k=3),
            MinmapError, "k=3 does not apply to online tiles",
        ),
        (
            lambda: mm.Map().add(folium.Marker([1, 2]), name="mine"),
            MinmapError, "does not apply to a folium element; leave it out. What does: group",
        ),
        (lambda: mm.Map().save(None), MinmapError, "outfile=None is neither a path"),
        (lambda: mm.Map().save(io.StringIO()), MinmapError, "nor a file open for bytes"),
        (itself, MinmapError, "cannot draw a Map"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(
    asked: Callable[[], Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        asked()


def test_what_means_the_same_is_taken() -> None:
    assert mm.Map(location=np.array([45, 66])).location == [45, 66]
    wms = folium.WmsTileLayer("https://example.org/wms", layers="geology")
    assert wms in mm.Map(tiles=wms)._children.values()
    made = mm.Map().add(AREAS, by="v", k=np.int64(2), crs=4326)
    for crs in ("OGC:CRS84", "WGS84", "+proj=longlat +datum=WGS84 +no_defs"):
        made.add(POINTS, crs=crs)
    assert {layer.layer_name for layer in made.layers()} == {"Areas", "Occurrences"}


def test_a_file_of_routes_is_refused_what_their_table_is(tmp_path: Path) -> None:
    line = shapely.LineString([(60, 45), (61, 45)])
    pieces = gpd.GeoDataFrame(
        {name: ["x"] for name in PIECE_COLUMNS if name != "geometry"}, geometry=[line], crs=4326
    )
    pieces.to_file(tmp_path / "routes.gpkg")
    with pytest.raises(MinmapError, match="by='mode' does not apply to the table of routes"):
        mm.Map().add(tmp_path / "routes.gpkg", by="mode", layer="routes")
