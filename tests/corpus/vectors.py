"""Vector files: cut short, self-contradicting, or with XML and JSON that means harm."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from shapely import LineString, Point, Polygon, box

from tests.corpus.case import Case, data, text

COLUMNS = {"dep_id": ["1", "2", "3"], "site_name": list("abc"), "dev_stat": ["Producer"] * 3}
SHAPES: list[Any] = [Point(75, 47), Point(68, 40), Point(70, 50)]


def frame(shapes: list[Any] = SHAPES, *, crs: Any = 4326, **columns: list[Any]) -> gpd.GeoDataFrame:
    """Return three records of MRDS."""
    return gpd.GeoDataFrame({**COLUMNS, **columns}, geometry=shapes, crs=crs)


def _feature(geometry: object) -> dict[str, object]:
    properties = {"dep_id": "1", "site_name": "a", "dev_stat": "Producer"}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _geojson(*geometries: object, **more: object) -> Callable[[Path], object]:
    features = [_feature(geometry) for geometry in geometries]
    return text(json.dumps({"type": "FeatureCollection", "features": features, **more}))


def _point(*numbers: object) -> dict[str, object]:
    return {"type": "Point", "coordinates": numbers}


LAUGHS = (
    '<!DOCTYPE k [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE k [<!ENTITY j SYSTEM "file:///etc/passwd">]>'


def _kml(name: str, *, before: str = "", coordinates: str = "75,47") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>a</name><Placemark>'
        f"<name>{name}</name><ExtendedData>"
        '<Data name="dep_id"><value>1</value></Data>'
        '<Data name="site_name"><value>a</value></Data>'
        '<Data name="dev_stat"><value>Producer</value></Data></ExtendedData>'
        f"<Point><coordinates>{coordinates}</coordinates></Point></Placemark></Document></kml>"
    )


def _gml(name: str, *, before: str = "", position: str = "47 75") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<wfs:FeatureCollection '
        'xmlns:ms="http://mapserver.gis.umn.edu/mapserver" '
        'xmlns:gml="http://www.opengis.net/gml" xmlns:wfs="http://www.opengis.net/wfs">'
        '<gml:featureMember><ms:mrds gml:id="mrds.1"><ms:geometry><gml:Point '
        f'srsName="EPSG:4326"><gml:pos>{position}</gml:pos></gml:Point></ms:geometry>'
        f"<ms:dep_id>1</ms:dep_id><ms:site_name>{name}</ms:site_name>"
        "<ms:dev_stat>Producer</ms:dev_stat></ms:mrds></gml:featureMember></wfs:FeatureCollection>"
    )


def _kmz(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../doc.kml", _kml("a"))


def _shapefile(path: Path, *, change: Callable[[Path], object] | None = None, **more: Any) -> None:
    frame(**more).to_file(path)
    if change is not None:
        change(path)


def _without(*endings: str) -> Callable[[Path], object]:
    def drop(path: Path) -> None:
        for ending in endings:
            path.with_suffix(ending).unlink()

    return drop


def _cut(ending: str, count: int) -> Callable[[Path], object]:
    def cut(path: Path) -> None:
        part = path.with_suffix(ending)
        part.write_bytes(part.read_bytes()[:-count])

    return cut


def _lying_dbf(path: Path) -> None:
    part = path.with_suffix(".dbf")
    content = bytearray(part.read_bytes())
    content[4:8] = struct.pack("<I", 2_000_000_000)
    part.write_bytes(bytes(content))


def _many_points(path: Path) -> None:
    """Say in the record of the first shape that it is a line of two thousand million points."""
    frame([LineString([(70, 40), (71, 41)])] * 3).to_file(path)
    content = bytearray(path.read_bytes())
    content[148:152] = struct.pack("<i", 2_000_000_000)
    path.write_bytes(bytes(content))


def _cyrillic(path: Path) -> None:
    frame(site_name=["Коунрад", "Алмалык", "Верхнее Эспе"]).to_file(path, encoding="cp1251")
    path.with_suffix(".cpg").unlink()
    part = path.with_suffix(".dbf")
    content = bytearray(part.read_bytes())
    content[29] = 0  # no code page in the head
    part.write_bytes(bytes(content))


def _two_layers(path: Path) -> None:
    frame().to_file(path, layer="a")
    frame().to_file(path, layer="b")


def _no_geopackage(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("create table t (x)")
    database.close()


def _parquet(path: Path, columns: dict[str, Any], metadata: dict[str, str] | None = None) -> None:
    pq.write_table(pa.table(columns).replace_schema_metadata(metadata), path)


def _many_rows(path: Path) -> None:
    frame().to_file(path, driver="MapInfo File")
    part = path.with_suffix(".dat")
    content = bytearray(part.read_bytes())
    content[4:8] = struct.pack("<I", 2_000_000_000)
    part.write_bytes(bytes(content))


SIX = [Point(75, 47, 900), None, Point()]
MIXED = [Point(75, 47), box(70, 40, 71, 41), LineString([(60, 40), (61, 41)])]
ACROSS = [box(179, 60, 181, 61), Polygon([(170, 60), (-170, 60), (-170, 61), (170, 61)]), Point()]

VECTORS = (
    Case("JSON cut short", "a.geojson", text('{"type": "FeatureCollection", "features": [{'),
         says="a.geojson"),
    Case("an array for GeoJSON", "a.geojson", text("[1, 2, 3]"), says="a.geojson"),
    Case("GeoJSON nested a hundred thousand deep", "a.geojson", text("[" * 100_000),
         says="a.geojson"),
    Case("GeoJSON without features", "a.geojson", _geojson(), says="a.geojson"),
    Case("no geometry at all", "a.geojson", _geojson(None, None), rows=2, says="location"),
    Case("a coordinate in words", "a.geojson", _geojson(_point("x", 47), _point(75, 47))),
    Case("a coordinate of 1e308", "a.geojson", _geojson(_point(1e308, 47)), rows=1, says="globe"),
    Case("a coordinate that is no number", "a.geojson",
         text('{"type": "FeatureCollection", "features": ['
              + json.dumps(_feature(_point(7, 8))).replace("8", "NaN") + "]}")),
    Case("a GeoJSON in an unknown system", "a.geojson", _geojson(
        _point(75, 47), crs={"type": "name", "properties": {"name": "urn:nowhere"}})),
    Case("deeply nested collections", "a.geojson", _geojson(
        {"type": "GeometryCollection", "geometries": [
            {"type": "GeometryCollection", "geometries": [_point(75, 47)]}]}), rows=1),
    Case("a hundred million digits of JSON", "a.geojson", _geojson(_point(0, int("9" * 4_000)))),
    Case("KML with laughing entities", "a.kml", text(_kml("&j;", before=LAUGHS)), says="entit"),
    Case("KML with an outside entity", "a.kml", text(_kml("&j;", before=OUTSIDE)), says="entit"),
    Case("KML cut short", "a.kml", text(_kml("a")[:-60]), says="a.kml"),
    Case("KML without coordinates", "a.kml", text(_kml("a", coordinates="x")), rows=1,
         says="cannot be read"),
    Case("KML that points to the network", "a.kml", text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><NetworkLink><Link><href>'
        "http://localhost:9/x.kml</href></Link></NetworkLink></kml>"), says="a.kml"),
    Case("KMZ with a path that climbs out", "a.kmz", _kmz),
    Case("GML with laughing entities", "a.gml", text(_gml("&j;", before=LAUGHS)), says="entit"),
    Case("GML with an outside entity", "a.gml", text(_gml("&j;", before=OUTSIDE)), says="entit"),
    Case("GML cut short", "a.gml", text(_gml("a")[:-90]), says="a.gml"),
    Case("GML with a position in words", "a.gml", text(_gml("a", position="x y")), rows=1,
         says="cannot be read"),
    Case("a plain shapefile", "a.shp", _shapefile, rows=3),
    Case("a shapefile without its table", "a.shp",
         lambda path: _shapefile(path, change=_without(".dbf")), says=".dbf"),
    Case("a shapefile without its system", "a.shp",
         lambda path: _shapefile(path, change=_without(".prj")), says="reference system"),
    Case("a shapefile without its index", "a.shp",
         lambda path: _shapefile(path, change=_without(".shx")), rows=3),
    Case("shapes cut short", "a.shp",
         lambda path: _shapefile(path, change=_cut(".shp", 9)), says="cut short"),
    Case("the table of shapes cut short", "a.shp",
         lambda path: _shapefile(path, change=_cut(".dbf", 90)), says="cut short"),
    Case("a table that says it has 2,000 million rows", "a.shp",
         lambda path: _shapefile(path, change=_lying_dbf), says="cut short"),
    Case("a line that says it has 2,000 million points", "a.shp", _many_points, rows=3,
         says="1 of 3"),
    Case("cp1251 without a word of it", "a.shp", _cyrillic, rows=3, says="cp1251"),
    Case("heights, no shape and an empty one", "a.gpkg",
         lambda path: frame(SIX).to_file(path), rows=3, says="2 of 3"),
    Case("points, areas and lines in one layer", "a.gpkg",
         lambda path: frame(MIXED).to_file(path), rows=3),
    Case("areas across the antimeridian", "a.gpkg",
         lambda path: frame(ACROSS).to_file(path), rows=3, says="2 of 3|globe"),
    Case("the poles in a polar system", "a.gpkg",
         lambda path: frame([Point(0, 0), Point(1e6, 1e6), Point(-1e6, 0)], crs=3995)
         .to_file(path), rows=3),
    Case("two layers", "a.gpkg", _two_layers, says="layer"),
    Case("a database that is no GeoPackage", "a.gpkg", _no_geopackage, says="a.gpkg"),
    Case("text called .gpkg", "a.gpkg", data(b"hello"), says="a.gpkg"),
    Case("a GeoPackage cut short", "a.gpkg", lambda path: (
        frame().to_file(path), path.write_bytes(path.read_bytes()[:5_000])), says="a.gpkg"),
    Case("a Parquet file cut short", "a.parquet", lambda path: (
        frame().to_parquet(path), path.write_bytes(path.read_bytes()[:-50])), says="a.parquet"),
    Case("Feather", "a.feather", lambda path: frame().to_feather(path), rows=3),
    Case("a Feather file cut short", "a.feather", lambda path: (
        frame().to_feather(path), path.write_bytes(path.read_bytes()[:-50])), says="a.feather"),
    Case("text called .feather", "a.feather", data(b"ARROW1\0\0hello"), says="a.feather"),
    Case("a shape nested without end in CSV", "a.csv",
         text(f"name;wkt\nKounrad;{'GEOMETRYCOLLECTION (' * 9_999}\n"), says="100 deep"),
    Case("a native table of MapInfo", "a.tab",
         lambda path: frame().to_file(path, driver="MapInfo File"), rows=3),
    Case("a table of MapInfo without its shapes", "a.tab", lambda path: (
        frame().to_file(path, driver="MapInfo File"), path.with_suffix(".map").unlink()),
         says="a.map is missing"),
    Case("a table of MapInfo that says it has 2,000 million rows", "a.tab", _many_rows,
         says="a.tab"),
    Case("text called .parquet", "a.parquet", data(b"PAR1hello"), says="a.parquet"),
    Case("Parquet with broken geo metadata", "a.parquet",
         lambda path: _parquet(path, dict(COLUMNS), {"geo": "{"})),
    Case("Parquet with lists in its cells", "a.parquet", lambda path: _parquet(
        path, {**COLUMNS, "latitude": [47.0] * 3, "longitude": [75.0] * 3,
               "names": [["a", "b"], [], None]}), rows=3),
    Case("dates and truth values", "a.gpkg", lambda path: frame(
        seen=list(pd.to_datetime(["2020-01-01", None, "2021-05-05"])), open=[True, False, True])
        .to_file(path), rows=3),
    Case("a folder called .shp", "a.shp", lambda path: path.mkdir(), says="folder"),
    Case("a folder called .gdb", "a.gdb", lambda path: path.mkdir(), says="a.gdb"),
    Case("nothing there", "a.csv", lambda path: None, says="does not exist"),
)  # fmt: skip
