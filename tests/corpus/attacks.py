"""Files that try to make their reader open another file or an address."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import rasterio
from affine import Affine
from pyarrow import feather
from pyproj import CRS
from scipy.io import netcdf_file
from shapely import Point

from tests.corpus.case import HEADER, rows


@dataclass(frozen=True)
class Lure:
    """What the attacks name: files that nobody may open and a socket that nobody may reach."""

    csv: Path
    geojson: Path
    wkt: Path
    raw: Path
    address: str
    """As in ``http://127.0.0.1:4711/``."""


@dataclass(frozen=True)
class Attack:
    """A file that names a lure.

    Attributes
    ----------
    name
        What it tries.
    file
        Its name.
    make
        Writes it, and what lies beside it.
    """

    name: str
    file: str
    make: Callable[[Path, Lure], object]

    @property
    def is_raster(self) -> bool:
        return Path(self.file).suffix in {".tif", ".img", ".jp2", ".vrt", ".ers", ".nc", ".mbtiles"}


Make = Callable[[Path, Lure], object]


def _text(write: Callable[[Lure], str], *, encoding: str = "utf-8") -> Make:
    return lambda path, lure: path.write_bytes(write(lure).encode(encoding))


# Virtual layers in disguise -----------------------------------------------------------------------


def _layer(source: str, *, more: str = "") -> str:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="lure"><SrcDataSource>{source}</SrcDataSource>{more}'
        "<GeometryType>wkbPoint</GeometryType><LayerSRS>EPSG:4326</LayerSRS>"
        '<GeometryField encoding="PointFromColumns" x="longitude" y="latitude"/></OGRVRTLayer>'
        "</OGRVRTDataSource>"
    )


def _virtual(lure: Lure) -> str:
    return _layer(str(lure.csv))


def _fake_geojson(lure: Lure) -> str:
    return '{"type": "FeatureCollection", "features": []} ' + _virtual(lure)


def _geojson(properties: dict[str, object], **more: object) -> str:
    feature = {
        "type": "Feature",
        "properties": {"dep_id": "1", "site_name": "a", "dev_stat": "Producer", **properties},
        "geometry": {"type": "Point", "coordinates": [75, 47]},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature], **more})


MIF = 'Version 300\nCharset "Neutral"\nDelimiter ","\nCoordSys Earth Projection 1, 104\n'
XML = '<?xml version="1.0" encoding="UTF-8"?>'
KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:xi="http://www.w3.org/2001/XInclude">'
    "<Document>{0}<Placemark>{1}<name>a</name><Point><coordinates>75,47</coordinates></Point>"
    "</Placemark></Document></kml>"
)


def _gml(*, root: str = "", point: str | None = None, before: str = "") -> str:
    shape = point or '<gml:Point srsName="EPSG:4326"><gml:pos>47 75</gml:pos></gml:Point>'
    return (
        f'{XML}{before}<wfs:FeatureCollection xmlns:ms="http://mapserver.gis.umn.edu/mapserver" '
        'xmlns:gml="http://www.opengis.net/gml" xmlns:wfs="http://www.opengis.net/wfs" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {root}>'
        f'<gml:featureMember><ms:mrds gml:id="mrds.1"><ms:geometry>{shape}</ms:geometry>'
        "<ms:dep_id>1</ms:dep_id><ms:site_name>a</ms:site_name></ms:mrds></gml:featureMember>"
        "</wfs:FeatureCollection>"
    )


def _schema(location: str) -> str:
    return _gml(root=f'xsi:schemaLocation="http://mapserver.gis.umn.edu/mapserver {location}"')


def _entity(source: str) -> str:
    return f'<!DOCTYPE x [<!ENTITY j SYSTEM "{source}">]>'


def _zip(*members: tuple[str, Callable[[Lure], str]]) -> Make:
    def make(path: Path, lure: Lure) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, write in members:
                archive.writestr(name, write(lure))

    return make


def _misread_name(path: Path, lure: Lure) -> None:
    """Lay the lure where pyogrio looks for a file with a semicolon in its name."""
    path.write_text(_geojson({}), encoding="utf-8")
    path.with_name(path.name.partition(";")[0]).symlink_to(lure.geojson)


DISGUISES = (
    Attack("a virtual layer after GeoJSON", "a.geojson", _text(_fake_geojson)),
    Attack("a virtual layer in a property", "a.geojson",
           _text(lambda lure: _geojson({"note": _virtual(lure)}))),
    Attack("a virtual layer after a byte order mark", "a.json",
           _text(lambda lure: "\ufeff" + _fake_geojson(lure))),
    Attack("a virtual layer in lines of GeoJSON", "a.geojsonl",
           _text(lambda lure: '{"type": "Feature"}\n' + _virtual(lure))),
    Attack("a virtual layer in MIF", "a.mif", _text(lambda lure: MIF + _virtual(lure))),
    Attack("a virtual layer called MIF", "a.mif", _text(lambda lure: "x" + _virtual(lure))),
    Attack("a virtual layer in GMT", "a.gmt",
           _text(lambda lure: "# @VGMT1.0 @GPOINT\n# " + _virtual(lure))),
    Attack("a virtual layer after FlatGeobuf's signature", "a.fgb",
           _text(lambda lure: "fgb\x03fgb\x01" + _virtual(lure))),
    Attack("a virtual layer after half of it", "a.fgb",
           _text(lambda lure: "fgb\x03" + _virtual(lure))),
    Attack("a virtual layer in DXF", "a.dxf",
           _text(lambda lure: "0\nSECTION\n999\n" + _virtual(lure))),
    Attack("a virtual layer called GeoPackage", "a.gpkg",
           _text(lambda lure: "SQLite format 3 " + _virtual(lure))),
    Attack("a virtual layer called shapefile", "a.shp",
           _text(lambda lure: "x" + _virtual(lure))),
    Attack("a virtual layer in a comment of KML", "a.kml",
           _text(lambda lure: KML.format(f"<!-- {_virtual(lure)} -->", ""))),
    Attack("a virtual layer in a comment of GML", "a.gml",
           _text(lambda lure: _gml(before=f"<!-- {_virtual(lure)} -->"))),
    Attack("a virtual layer in a comment of GPX", "a.gpx",
           _text(lambda lure: f'{XML}<!-- {_virtual(lure)} --><gpx version="1.1"/>')),
    Attack("a virtual layer in a zip", "a.zip", _zip(("a.geojson", _fake_geojson))),
    Attack("a virtual layer of an address", "a.geojson", _text(
        lambda lure: '{"features": []}' + _layer(f"/vsicurl/{lure.address}a.geojson"))),
    Attack("a virtual layer of an address by its driver", "a.geojson", _text(
        lambda lure: '{"features": []}' + _layer(f"GeoJSON:{lure.address}a.geojson"))),
    Attack("a virtual layer of a database", "a.geojson", _text(
        lambda lure: '{"features": []}'
        + _layer(f"PG:host=127.0.0.1 port={lure.address.rpartition(':')[2].strip('/')} user=u"))),
    Attack("a feature service", "a.gml", _text(
        lambda lure: f"{XML}<!-- http://www.opengis.net/gml --><OGRWFSDataSource><URL>"
        f"{lure.address}</URL></OGRWFSDataSource>")),
    Attack("capabilities of a feature service in GML", "a.gml", _text(
        lambda lure: _gml(before=f"<!-- <WFS_Capabilities><x>{lure.address}</x> -->"))),
    Attack("a planetary label in DXF", "a.dxf", _text(
        lambda lure: f'0\nPDS_VERSION_ID = PDS3\n^TABLE = ("{lure.csv}", 1)\nEND\n')),
    Attack("a pipeline", "a.json", _text(lambda lure: json.dumps(
        {"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {lure.csv}"}))),
    Attack("a name that pyogrio cuts off", "secret.geojson;a.geojson", _misread_name),
)  # fmt: skip

# Links within formats -----------------------------------------------------------------------------


def _link(href: str) -> dict[str, object]:
    return {"type": "link", "properties": {"href": href, "type": "ogcwkt"}}


def _in_feature(lure: Lure) -> str:
    point = {"type": "Point", "coordinates": [75, 47], "crs": _link(f"{lure.address}geometry")}
    link = _link(f"{lure.address}feature")
    feature = {"type": "Feature", "properties": {"a": 1}, "geometry": point, "crs": link}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def _crs_written_as(key: str) -> Callable[[Lure], str]:
    def write(lure: Lure) -> str:
        link = json.dumps(_link(f"{lure.address}crs"))
        return _geojson({})[:-1] + f", {key}: {link}}}"

    return write


def _topojson(lure: Lure) -> str:
    point = {"type": "Point", "coordinates": [75, 47], "properties": {"a": 1}}
    shapes = {"a": {"type": "GeometryCollection", "geometries": [point]}}
    link = _link(f"{lure.address}topojson")
    return json.dumps({"type": "Topology", "crs": link, "objects": shapes, "arcs": []})


LINKS = (
    Attack("a link as the CRS", "a.geojson",
           _text(lambda lure: _geojson({}, crs=_link(f"{lure.address}crs")))),
    Attack("a URL as the CRS", "a.geojson", _text(lambda lure: _geojson(
        {}, crs={"type": "url", "properties": {"url": f"{lure.address}crs"}}))),
    Attack("a file as the CRS", "a.geojson",
           _text(lambda lure: _geojson({}, crs=_link(str(lure.wkt))))),
    Attack("links as the CRS of a feature and a geometry", "a.geojson", _text(_in_feature)),
    Attack("a link whose name is escaped", "a.geojson",
           _text(_crs_written_as('"\\u0063r\\u0073"'))),
    Attack("a link whose name has other quotes", "a.geojson", _text(_crs_written_as("'crs'"))),
    Attack("a link behind a comment", "a.geojson", _text(_crs_written_as('"crs"/**/'))),
    Attack("a link under a name in capitals", "a.geojson", _text(_crs_written_as('"CrS"'))),
    Attack("a file of definitions as the name of the CRS", "a.geojson", _text(
        lambda lure: _geojson({}, crs={"type": "name", "properties": {
            "name": f"+init={lure.wkt}:1"}}))),
    Attack("a service under its ending", "a.moaw", _text(
        lambda lure: json.dumps({"process": f"{lure.address}process", "inputs": {}}))),
    Attack("a link in lines of GeoJSON", "a.geojsonl", _text(
        lambda lure: json.dumps({"type": "Feature", "properties": {}, "geometry": None,
                                 "crs": _link(f"{lure.address}line")}) + "\n{}")),
    Attack("a link in TopoJSON", "a.json", _text(_topojson)),
    Attack("an address as the CRS of ESRI JSON", "a.json", _text(lambda lure: json.dumps(
        {"geometryType": "esriGeometryPoint", "spatialReference": {"wkt": lure.address},
         "fields": [{"name": "a", "type": "esriFieldTypeString"}],
         "features": [{"attributes": {"a": "b"}, "geometry": {"x": 75, "y": 47}}]}))),
    Attack("a schema at an address", "a.gml",
           _text(lambda lure: _schema(f"{lure.address}a.xsd"))),
    Attack("a schema in a file", "a.gml", _text(lambda lure: _schema(str(lure.wkt)))),
    Attack("a schema in GDAL's file system", "a.gml",
           _text(lambda lure: _schema(f"/vsicurl/{lure.address}a.xsd"))),
    Attack("a shape at an address", "a.gml", _text(
        lambda lure: _gml(point=f'<gml:Point xlink:href="{lure.address}p.gml#a"/>'))),
    Attack("a system at an address", "a.gml", _text(lambda lure: _gml(
        point=f'<gml:Point srsName="{lure.address}"><gml:pos>47 75</gml:pos></gml:Point>'))),
    Attack("a file of definitions as a system of GML", "a.gml", _text(lambda lure: _gml(
        point=f'<gml:Point srsName="+init={lure.wkt}:1"><gml:pos>47 75</gml:pos></gml:Point>'))),
    Attack("a file of definitions in an element of GML", "a.gml", _text(lambda lure: _gml(
        point=f"<gml:Point><gml:srsName>+init=<!-- -->{lure.wkt}:1</gml:srsName>"
        "<gml:pos>47 75</gml:pos></gml:Point>"))),
    Attack("a file of definitions in capitals", "a.gml", _text(lambda lure: _gml(
        point=f'<gml:Point SRSNAME="+init={lure.wkt}:1"><gml:pos>47 75</gml:pos></gml:Point>'))),
    Attack("a file of definitions in GMT", "a.gmt", _text(
        lambda lure: f'# @VGMT1.0 @GPOINT\n# @Jp"+init={lure.wkt}:1"\n# @Na\n# @Tstring\n'
        "# FEATURE_DATA\n# @Db\n75 47\n")),
    Attack("a style at an address", "a.kml", _text(
        lambda lure: KML.format("", f"<styleUrl>{lure.address}style.kml#a</styleUrl>"))),
    Attack("a network link", "a.kml", _text(lambda lure: KML.format(
        f"<NetworkLink><Link><href>{lure.address}a.kml</href></Link></NetworkLink>", ""))),
    Attack("a schema of KML at an address", "a.kml", _text(lambda lure: KML.format(
        "", f'<ExtendedData><SchemaData schemaUrl="{lure.address}s.kml#a"><SimpleData name="q">1'
        "</SimpleData></SchemaData></ExtendedData>"))),
    Attack("an inclusion", "a.kml", _text(lambda lure: KML.format(
        f'<xi:include href="{lure.csv}" parse="text"/>', ""))),
    Attack("a network link in KMZ", "a.kmz", _zip(("doc.kml", lambda lure: KML.format(
        f"<NetworkLink><Link><href>{lure.address}a.kml</href></Link></NetworkLink>", "")))),
    Attack("an outside entity in KML", "a.kml", _text(
        lambda lure: _entity(lure.csv.as_uri()) + KML.format("&j;", ""))),
    Attack("an outside entity in GML", "a.gml",
           _text(lambda lure: _gml(before=_entity(f"{lure.address}x")))),
    Attack("an outside document type", "a.gpx", _text(
        lambda lure: f'{XML}<!DOCTYPE gpx SYSTEM "{lure.address}x.dtd"><gpx version="1.1"/>')),
    Attack("an outside entity in UTF-16", "a.kml", _text(
        lambda lure: _entity(lure.csv.as_uri()) + KML.format("&j;", ""), encoding="utf-16")),
)  # fmt: skip

# Databases ----------------------------------------------------------------------------------------

FRAME = {"dep_id": ["1"], "site_name": ["a"], "dev_stat": ["Producer"]}


def _frame(crs: Any = 4326) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(FRAME, geometry=[Point(75, 47)], crs=crs)


def _listed(name: str) -> str:
    return (
        "INSERT INTO gpkg_contents(table_name, data_type, identifier, srs_id) "
        f"VALUES ('{name}', 'attributes', '{name}', 0)"
    )


def _database(write: Callable[[Lure], str], *, keep_log: bool = False) -> Make:
    """Put an entry into the schema of a GeoPackage, or, called .sqlite, of a bare database."""

    def make(path: Path, lure: Lure) -> None:
        if path.suffix == ".gpkg":
            _frame().to_file(path, layer="t")
        database = sqlite3.connect(path, isolation_level=None)
        if keep_log:
            database.execute("PRAGMA journal_mode = WAL")
        if path.suffix == ".sqlite":
            database.execute("CREATE TABLE t (a)")
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "INSERT INTO sqlite_master(type, name, tbl_name, rootpage, sql) "
            "VALUES ('table', 'lure', 'lure', 0, ?)",
            [write(lure)],
        )
        if path.suffix == ".gpkg":
            database.execute(_listed("lure"))
        if keep_log:  # closing would write the log into the file
            kept = {end: path.with_name(path.name + end).read_bytes() for end in ("", "-wal")}
            database.close()
            for end, content in kept.items():
                path.with_name(path.name + end).write_bytes(content)
        database.close()

    return make


def _view(select: Callable[[Lure], str]) -> Make:
    def make(path: Path, lure: Lure) -> None:
        _frame().to_file(path, layer="t")
        with sqlite3.connect(path) as database:
            database.execute(f"CREATE VIEW lure AS {select(lure)}")
            database.execute(_listed("lure"))
        database.close()

    return make


def _system(path: Path, lure: Lure) -> None:
    _frame().to_file(path)
    with sqlite3.connect(path) as database:
        database.execute(
            "UPDATE gpkg_spatial_ref_sys SET definition = ?, organization = 'NONE', "
            "organization_coordsys_id = 77777 WHERE srs_id = 4326",
            [_gridded(lure.wkt)],
        )
    database.close()


DATABASES = (
    Attack("a virtual table of text", "a.gpkg", _database(
        lambda lure: f"CREATE VIRTUAL TABLE lure USING VirtualText('{lure.csv}', 'UTF-8')")),
    Attack("a virtual table of text under another name", "a.gpkg", _database(
        lambda lure: "CREATE /* x */ VIRTUAL TABLE lure /* USING rtree */ "
        f"USING VirtualText('{lure.csv}', 'UTF-8')")),
    Attack("a virtual table of text in a log", "a.gpkg", _database(
        lambda lure: f"CREATE VIRTUAL TABLE lure USING VirtualText('{lure.csv}', 'UTF-8')",
        keep_log=True)),
    Attack("a virtual table of a shapefile", "a.gpkg", _database(
        lambda lure: f"CREATE VIRTUAL TABLE lure USING VirtualShape('{lure.csv.with_suffix('')}', "
        "'UTF-8', 4326)")),
    Attack("a virtual table of GDAL", "a.sqlite", _database(
        lambda lure: f"CREATE VIRTUAL TABLE lure USING VirtualOGR('{lure.csv}')")),
    Attack("a virtual table of an address", "a.sqlite", _database(
        lambda lure: "CREATE VIRTUAL TABLE lure USING "
        f"VirtualOGR('/vsicurl/{lure.address}a.csv')")),
    Attack("a view of a file", "a.gpkg", _view(
        lambda lure: f"SELECT 1 AS fid, BlobFromFile('{lure.csv}') AS a")),
    Attack("a view of layers", "a.gpkg", _view(
        lambda lure: f"SELECT 1 AS fid, ogr_datasource_load_layers('{lure.csv}') AS a")),
    Attack("a view of pixels", "a.gpkg", _view(
        lambda lure: f"SELECT gdal_get_pixel_value('{lure.csv}', 1, 'pixel', 0, 0) AS a")),
    Attack("a generated column of a file", "a.gpkg", _database(
        lambda lure: f"CREATE TABLE lure (a, b AS (BlobFromFile('{lure.csv}')))")),
    Attack("a system with a grid in a GeoPackage", "a.gpkg", _system),
)  # fmt: skip

# Reference systems that name files ----------------------------------------------------------------


def _gridded(file: Path) -> str:
    return (
        'GEOGCS["x",DATUM["x",SPHEROID["intl",6378388,297]],PRIMEM["Greenwich",0],'
        'UNIT["Degree",0.017453292519943295],'
        f'EXTENSION["PROJ4","+proj=longlat +ellps=intl +nadgrids={file} +no_defs"]]'
    )


def _gridded_datum(file: Path) -> str:
    system = _gridded(file).partition(",EXT")[0]
    return system.replace("297]]", f'297],EXTENSION["PROJ4_GRIDS","{file}"]]') + "]"


def _bound(file: Path) -> str:
    """Return a system of WKT 2 that a file of a grid binds to WGS 84."""
    system = (
        'GEOGCRS["{}",DATUM["{}",ELLIPSOID["{}",{}]],CS[ellipsoidal,2],AXIS["latitude",north],'
        'AXIS["longitude",east],UNIT["degree",0.0174532925199433]]'
    )
    source = system.format("x", "x", "intl", "6378388,297")
    target = system.format(
        "WGS 84", "World Geodetic System 1984", "WGS 84", "6378137,298.257223563"
    )
    return (
        f"BOUNDCRS[SOURCECRS[{source}],TARGETCRS[{target}],ABRIDGEDTRANSFORMATION["
        '"x",METHOD["NTv2",ID["EPSG",9615]],'
        f'PARAMETERFILE["Latitude and longitude difference file","{file}"]]]'
    )


def _bound_geopackage(path: Path, lure: Lure) -> None:
    _frame().to_file(path)
    with closing(sqlite3.connect(path)) as database:
        table = "gpkg_spatial_ref_sys"
        for column in ("definition_12_063 TEXT", "epoch DOUBLE"):
            database.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
        database.execute(
            f"UPDATE {table} SET definition = 'undefined', organization = 'NONE', "
            "organization_coordsys_id = 77777, definition_12_063 = ? WHERE srs_id = 4326",
            [_bound(lure.wkt)],
        )
        database.commit()


def _bound_flat_geobuf(path: Path, lure: Lure) -> None:
    """Write the system over a longer one, and blanks over the rest of it."""
    _frame(_gridded(lure.wkt).partition(",EXT")[0].replace('"x"', f'"{"x" * 600}"') + "]").to_file(
        path
    )
    content, wkt = path.read_bytes(), _bound(lure.wkt).encode()
    start, end = content.index(b"GEOG"), content.rindex(b"]") + 1
    path.write_bytes(content[:start] + wkt.ljust(end - start) + content[end:])


def _shapefile(write: Callable[[Lure], str]) -> Make:
    def make(path: Path, lure: Lure) -> None:
        _frame().to_file(path)
        path.with_suffix(".prj").write_text(write(lure), encoding="utf-8")

    return make


def _geoparquet(write: Callable[[Lure], object]) -> Make:
    def make(path: Path, lure: Lure) -> None:
        _frame().to_parquet(path)
        table = pq.read_table(path)
        geo = json.loads(table.schema.metadata[b"geo"])
        geo["columns"]["geometry"]["crs"] = write(lure)
        told = {**table.schema.metadata, b"geo": json.dumps(geo).encode()}
        pq.write_table(pa.table(table).replace_schema_metadata(told), path)

    return make


def _geoarrow(write: Callable[[Lure], object]) -> Make:
    def make(path: Path, lure: Lure) -> None:
        field = pa.field("shape", pa.binary(), metadata={
            "ARROW:extension:name": "geoarrow.wkb",
            "ARROW:extension:metadata": json.dumps({"crs": write(lure)}),
        })  # fmt: skip
        table = pa.table([_frame().geometry.to_wkb().tolist()], schema=pa.schema([field]))
        writer = feather.write_feather if path.suffix == ".feather" else pq.write_table
        writer(table, path)

    return make


def _mapinfo(*lines: str) -> Make:
    """Return what writes a native table of MapInfo, and further lines in its description."""

    def make(path: Path, lure: Lure) -> None:
        _frame().to_file(path, driver="MapInfo File")
        more = "\n".join(lines).format(lure=lure.csv)
        path.write_text(f"{path.read_text(encoding='latin-1')}{more}\n", encoding="latin-1")

    return make


def _time_zone(path: Path, lure: Lure) -> None:
    """Write a column whose type for pandas has a time zone of dateutil, which is a path."""
    _frame().to_parquet(path)
    table = pq.read_table(path)
    described = json.loads(table.schema.metadata[b"pandas"])
    described["columns"][0]["numpy_type"] = f"datetime64[ns, dateutil/{lure.wkt}]"
    told = {**table.schema.metadata, b"pandas": json.dumps(described).encode()}
    pq.write_table(table.replace_schema_metadata(told), path)


TABLES_OF_MAPINFO = (
    Attack("a view of other tables in MapInfo", "a.tab", _mapinfo(
        'Open Table "{lure}" Hide', "create view a as", "Select a from lure")),
    Attack("a seamless map in MapInfo", "a.tab", _mapinfo(
        "begin_metadata", '"\\IsSeamless" = "TRUE"', "end_metadata")),
    Attack("a raster in MapInfo", "a.tab", _mapinfo('File "{lure}"', 'Type "RASTER"')),
)  # fmt: skip

SYSTEMS = (
    Attack("a grid in Parquet of GeoArrow", "a.parquet",
           _geoarrow(lambda lure: f"+proj=longlat +ellps=intl +nadgrids={lure.wkt} +no_defs")),
    Attack("a file of definitions in Feather", "a.feather",
           _geoarrow(lambda lure: f"+init={lure.wkt}:1")),
    Attack("a time zone in Parquet", "a.parquet", _time_zone),
    Attack("a grid in a .prj", "a.shp", _shapefile(lambda lure: _gridded(lure.wkt))),
    Attack("a file of definitions in a .prj", "a.shp",
           _shapefile(lambda lure: f"+init={lure.wkt}:1")),
    Attack("a file as a .prj", "a.shp", _shapefile(lambda lure: str(lure.wkt))),
    Attack("an address as a .prj", "a.shp", _shapefile(lambda lure: lure.address)),
    Attack("a grid of a datum in a .prj", "a.shp",
           _shapefile(lambda lure: _gridded_datum(lure.wkt))),
    Attack("a grid of a datum in a geodatabase", "a.gdb", lambda path, lure: (
        _frame(_gridded_datum(lure.wkt)).to_file(path, driver="OpenFileGDB"))),
    Attack("a grid of a datum in Esri JSON", "a.json", _text(lambda lure: json.dumps({
        "geometryType": "esriGeometryPoint", "spatialReference": {"wkt": _gridded_datum(lure.wkt)},
        "fields": [{"name": "a", "type": "esriFieldTypeString"}],
        "features": [{"attributes": {"a": "b"}, "geometry": {"x": 75, "y": 47}}]}))),
    Attack("a file of definitions under a key that a zero ends", "a.geojson", _text(
        lambda lure: _geojson({}).replace('{', r'{"crs\u0000x": {"type": "name", "properties": {'
        f'"name": "+init={lure.wkt}:1"}}}}, ', 1))),
    Attack("a grid in JSON-FG", "a.json", _text(lambda lure: json.dumps({
        "type": "FeatureCollection",
        "conformsTo": ["http://www.opengis.net/spec/json-fg-1/0.2/conf/core"],
        "coordRefSys": {"type": "PROJJSON", "value": CRS(_bound(lure.wkt)).to_json_dict()},
        "features": [{"type": "Feature", "id": 1, "properties": {"a": 1}, "geometry": None,
                      "time": None, "place": {"type": "Point", "coordinates": [75, 47]}}]}))),
    Attack("a grid of WKT 2 in a GeoPackage", "a.gpkg", _bound_geopackage),
    Attack("a grid of WKT 2 in FlatGeobuf", "a.fgb", _bound_flat_geobuf),
    Attack("a grid of WKT 2 in GML", "a.gml", _text(lambda lure: _gml(
        point=f"<gml:Point srsName={quoteattr(_bound(lure.wkt))}><gml:pos>47 75</gml:pos>"
        "</gml:Point>"))),
    Attack("a grid of WKT 2 in GeoJSON", "a.geojson", _text(lambda lure: json.dumps(
        json.loads(_geojson({})) | {"crs": {"type": "name", "properties": {
            "name": _bound(lure.wkt)}}}))),
    Attack("a file of definitions in GeoParquet", "a.parquet",
           _geoparquet(lambda lure: f"+init={lure.wkt}:1")),
    Attack("a file of definitions in quotes in GeoParquet", "a.parquet",
           _geoparquet(lambda lure: f'+init="{lure.wkt}:1"')),
    Attack("a model in GeoParquet", "a.parquet",
           _geoparquet(lambda lure: f"+proj=pipeline +step +proj=defmodel +model={lure.wkt}")),
    Attack("a grid in GeoParquet", "a.parquet",
           _geoparquet(lambda lure: f"+proj=longlat +ellps=intl +nadgrids={lure.wkt} +no_defs")),
)  # fmt: skip

# Rasters ------------------------------------------------------------------------------------------

BAND = (
    '<VRTDataset rasterXSize="8" rasterYSize="8">{0}<SRS>EPSG:4326</SRS>'
    "<GeoTransform>60, 1, 0, 50, 0, -1</GeoTransform></VRTDataset>"
)


def _raw(lure: Lure) -> str:
    return BAND.format(
        '<VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand">'
        f'<SourceFilename relativeToVRT="0">{lure.raw}</SourceFilename><ImageOffset>0</ImageOffset>'
        "<PixelOffset>1</PixelOffset><LineOffset>8</LineOffset></VRTRasterBand>"
    )


def _mosaic(source: str, *, relative: str = "0", more: str = "", attribute: str = "") -> str:
    named = (
        f'<SourceFilename relativeToVRT="{relative}">{source}</SourceFilename>' if source else ""
    )
    return BAND.format(
        '<VRTRasterBand dataType="Byte" band="1"><SimpleSource'
        f"{attribute}>{named}<SourceBand>1</SourceBand></SimpleSource>{more}</VRTRasterBand>"
    )


def _service(lure: Lure) -> str:
    return (
        f'<GDAL_WMS><Service name="TMS"><ServerUrl>{lure.address}${{z}}/${{x}}/${{y}}.png'
        "</ServerUrl></Service><DataWindow><UpperLeftX>-20037508.34</UpperLeftX><UpperLeftY>"
        "20037508.34</UpperLeftY><LowerRightX>20037508.34</LowerRightX><LowerRightY>-20037508.34"
        "</LowerRightY><TileLevel>3</TileLevel><TileCountX>1</TileCountX><TileCountY>1</TileCountY>"
        "<YOrigin>top</YOrigin></DataWindow><Projection>EPSG:3857</Projection><BlockSizeX>256"
        "</BlockSizeX><BlockSizeY>256</BlockSizeY><BandsCount>3</BandsCount></GDAL_WMS>"
    )


def plain_tif(path: Path, **tags: dict[str, str]) -> None:
    """Write a GeoTIFF large enough for GDAL to look for overviews of it."""
    cells = (np.indices((600, 600)).sum(0) % 200 + 1).astype("uint8")
    with rasterio.open(
        path, "w", driver="GTiff", width=600, height=600, count=1, dtype="uint8", tiled=True,
        crs="EPSG:4326", transform=Affine(0.01, 0, 60, 0, -0.01, 50),
    ) as made:  # fmt: skip
        made.write(cells, 1)
        for domain, values in tags.items():
            made.update_tags(ns=domain, **values)


def _overviews(write: Callable[[Lure], str]) -> Make:
    return lambda path, lure: plain_tif(path, OVERVIEWS={"OVERVIEW_FILE": write(lure)})


def _overviews_beside(path: Path, lure: Lure) -> None:
    plain_tif(path)
    path.with_name(f"{path.name}.aux.xml").write_text(
        '<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">'
        f"{lure.address}ovr</MDI></Metadata></PAMDataset>",
        encoding="utf-8",
    )


def _with_crs(**options: str) -> Make:
    def make(path: Path, lure: Lure) -> None:
        place = {"crs": _gridded_datum(lure.wkt), "transform": Affine(0.1, 0, 75, 0, -0.1, 47)}
        shape = {"width": 30, "height": 30, "count": 1, "dtype": "uint8"}
        with rasterio.open(path, "w", **place, **shape, **options) as raster:
            raster.write(np.ones((1, 30, 30), "uint8"))
        for record in path.parent.glob(f"{path.name}.aux.xml"):
            record.unlink()

    return make


def _with_wide_letters(path: Path, lure: Lure) -> None:
    """Write the texts of the GeoTIFF keys as numbers of two bytes, one for each letter."""
    _with_crs(GEOTIFF_KEYS_FLAVOR="ESRI_PE")(path, lure)
    content = bytearray(path.read_bytes())
    (start,) = struct.unpack_from("<I", content, 4)
    (entries,) = struct.unpack_from("<H", content, start)
    for at in range(start + 2, start + 2 + 12 * entries, 12):
        tag, _, count, position = struct.unpack_from("<HHII", content, at)
        if tag == 34737:
            struct.pack_into("<HHII", content, at, tag, 3, count, len(content))
            content += b"".join(bytes([one, 0]) for one in content[position : position + count])
    path.write_bytes(content)


def _beside(ending: str, write: Callable[[Lure], str]) -> Make:
    def make(path: Path, lure: Lure) -> None:
        plain_tif(path)
        path.with_name(f"{path.name}{ending}").write_text(write(lure), encoding="utf-8")

    return make


def _of_a_part(make_part: Callable[[Path, Lure], object], name: str) -> Any:
    def make(path: Path, lure: Lure) -> None:
        make_part(path.with_name(name), lure)
        path.write_text(_mosaic(name, relative="1"), encoding="utf-8")

    return make


def _with_system_of_envi(path: Path, lure: Lure) -> None:
    path.write_bytes(bytes(64))
    path.with_suffix(".hdr").write_text(
        "ENVI\nsamples = 8\nlines = 8\nbands = 1\ndata type = 1\ninterleave = bsq\n"
        "map info = {x, 1, 1, 75, 47, 0.1, 0.1}\n"
        f"coordinate system string = {{{_gridded_datum(lure.wkt)}}}\n",
        encoding="utf-8",
    )


def _with_envi_header(write: Callable[[Lure], str]) -> Make:
    def make(path: Path, lure: Lure) -> None:
        path.write_text(write(lure), encoding="utf-8")
        path.with_suffix(".hdr").write_text(
            "ENVI\nsamples = 8\nlines = 8\nbands = 1\ndata type = 1\ninterleave = bsq\n",
            encoding="utf-8",
        )

    return make


def _jpeg_with_comment(path: Path, lure: Lure) -> None:
    comment = _raw(lure).encode()
    path.write_bytes(b"\xff\xd8\xff\xfe" + b"\x20\x20" + comment + b"\xff\xd9")


def _er_mapper(entry: Callable[[Lure], str]) -> Make:
    """Write a header of ER Mapper with an entry, and data of its own name."""

    def make(path: Path, lure: Lure) -> None:
        path.with_suffix("").write_bytes(bytes(64))
        path.write_text(
            f'DatasetHeader Begin\n Version = "6.0"\n {entry(lure)}\n ByteOrder = LSBFirst\n'
            ' CoordinateSpace Begin\n  Datum = "WGS84"\n  Projection = "GEODETIC"\n'
            "  CoordinateType = LL\n CoordinateSpace End\n RasterInfo Begin\n"
            "  CellType = Unsigned8BitInteger\n  NrOfLines = 8\n  NrOfCellsPerLine = 8\n"
            "  NrOfBands = 1\n  CellInfo Begin\n   Xdimension = 1\n   Ydimension = 1\n"
            "  CellInfo End\n  RegistrationCoord Begin\n   Longitude = 60:0:0\n"
            "   Latitude = 50:0:0\n  RegistrationCoord End\n RasterInfo End\nDatasetHeader End\n",
            encoding="utf-8",
        )

    return make


def _tiles(write: Callable[[Lure], str]) -> Make:
    """Write MBTiles with a view of the name of its tiles."""

    def make(path: Path, lure: Lure) -> None:
        with closing(sqlite3.connect(path)) as database, database:
            database.executescript(
                "CREATE TABLE metadata (name TEXT, value TEXT);"
                "INSERT INTO metadata VALUES ('format', 'png'), ('minzoom', '0'), ('maxzoom', '0');"
                f"CREATE TABLE a (n); INSERT INTO a VALUES (1); {write(lure)}"
            )

    return make


def _variable(write: Callable[[Lure], str]) -> Make:
    """Write a netCDF file whose grid mapping has a text."""

    def make(path: Path, lure: Lure) -> None:
        with netcdf_file(path, "w") as file:
            for name in ("y", "x"):
                file.createDimension(name, 8)
                file.createVariable(name, "d", (name,))[:] = np.arange(40, 48)
            file.createVariable("z", "d", ("y", "x"))[:] = np.arange(64).reshape(8, 8)
            file.variables["z"].grid_mapping = "system"
            file.createVariable("system", "i", ())
            file.variables["system"].crs_wkt = write(lure)

    return make


RASTERS = (
    Attack("data of ER Mapper elsewhere", "a.ers", _er_mapper(
        lambda lure: f'DataFile = "{lure.raw}"')),
    Attack("data of ER Mapper elsewhere, in small letters", "a.ers", _er_mapper(
        lambda lure: f'datafile\t=\t"{lure.raw}"')),
    Attack("data of ER Mapper above", "a.ers", _er_mapper(
        lambda lure: f'DataFile = "../{lure.raw.parent.name}/{lure.raw.name}"')),
    Attack("a translated header of ER Mapper", "a.ers", _er_mapper(
        lambda lure: f'DataSetType = Translated\n DataFile = "{lure.address}a.tif"')),
    Attack("a header of ER Mapper called GeoTIFF", "a.tif", _er_mapper(
        lambda lure: f'DataFile = "{lure.raw}"')),
    Attack("a grid of a datum in netCDF", "a.nc", _variable(lambda lure: _gridded_datum(lure.wkt))),
    Attack("a file of definitions in netCDF", "a.nc", _variable(
        lambda lure: f"+init={lure.wkt}:1")),
    Attack("an address called netCDF", "a.nc", _text(lambda lure: f"[dap]{lure.address}a.nc")),
    Attack("tiles that a function of SQLite reads", "a.mbtiles", _tiles(
        lambda lure: "CREATE VIEW tiles AS SELECT 0 AS zoom_level, 0 AS tile_column, 0 AS "
        f"tile_row, BlobFromFile('{lure.raw}') AS tile_data FROM a;")),
    Attack("tiles that GDAL's SQLite opens as a layer", "a.mbtiles", _tiles(
        lambda lure: "PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', "
        "'tiles', 'tiles', 0, 'CREATE VIRTUAL TABLE tiles USING VirtualOGR("
        f"''{lure.geojson}'')');")),
    Attack("a raw band called GeoTIFF", "a.tif", _text(_raw)),
    Attack("a raw band called Imagine", "a.img", _text(_raw)),
    Attack("a raw band called JPEG 2000", "a.jp2", _text(_raw)),
    Attack("a raw band after blanks", "a.tif", _text(lambda lure: "\n\n  " + _raw(lure))),
    Attack("a raw band called mosaic", "a.vrt", _text(_raw)),
    Attack("a map service called GeoTIFF", "a.tif", _text(_service)),
    Attack("a map service called mosaic", "a.vrt", _text(_service)),
    Attack("a tile index called GeoTIFF", "a.tif", _text(
        lambda lure: f"<GDALTileIndexDataset><IndexDataset>{lure.address}</IndexDataset>"
        "</GDALTileIndexDataset>")),
    Attack("overviews that are a virtual raster", "a.tif", _overviews(_raw)),
    Attack("overviews at an address", "a.tif", _overviews(lambda lure: f"{lure.address}o.tif")),
    Attack("overviews at an address, said beside it", "a.tif", _overviews_beside),
    Attack("a virtual raster as overviews", "a.tif", _beside(".ovr", _raw)),
    Attack("a virtual raster as mask", "a.tif", _beside(".msk", _raw)),
    Attack("a map service as mask", "a.tif", _beside(".msk", _service)),
    Attack("a system with a grid", "a.tif", _beside(
        ".aux.xml", lambda lure: f"<PAMDataset><SRS>{_gridded(lure.wkt)}</SRS></PAMDataset>")),
    Attack("a file of definitions beside it", "a.tif", _beside(
        ".aux.xml", lambda lure: f"<PAMDataset><SRS>+init={lure.wkt}:1</SRS></PAMDataset>")),
    Attack("a grid of a datum in GeoTIFF", "a.tif", _with_crs(GEOTIFF_KEYS_FLAVOR="ESRI_PE")),
    Attack("a grid of a datum in wide letters of GeoTIFF", "a.tif", _with_wide_letters),
    Attack("a grid of a datum in an Erdas file", "a.img", _with_crs(driver="HFA")),
    Attack("a grid of a datum in a header of ENVI", "a.bil", _with_system_of_envi),
    Attack("a grid of a datum in letters beyond all letters", "a.tif", _beside(
        ".aux.xml", lambda lure: "<PAMDataset><SRS>" + escape(_gridded_datum(lure.wkt)).replace(
            "GRIDS", "GR&#4294967369;DS") + "</SRS></PAMDataset>")),
    Attack("a grid of a datum in damaged XML beside it", "a.tif", _beside(".aux.xml", lambda lure: (
        f"<PAMDataset><SRS>{escape(_gridded_datum(lure.wkt))}</SRS><a></PAMDataset>"))),
    Attack("a grid of WKT 2 beside it", "a.tif", _beside(".aux.xml", lambda lure: (
        f"<PAMDataset><SRS>{escape(_bound(lure.wkt))}</SRS></PAMDataset>"))),
    Attack("a file of definitions in a mosaic", "a.vrt", _text(
        lambda lure: _mosaic("b.tif", relative="1").replace("EPSG:4326", f"+init={lure.wkt}:1"))),
    Attack("a mosaic of another mosaic with a header of ENVI", "a.vrt",
           _of_a_part(_with_envi_header(lambda lure: "<MRF_META><Raster><Size x='8' y='8'/>"
           f"<DataFile>{lure.raw}</DataFile><IndexFile>{lure.raw}</IndexFile></Raster>"
           "</MRF_META>"), "b.dat")),
    Attack("a mosaic of a header of ER Mapper", "a.vrt", _of_a_part(_with_envi_header(
        lambda lure: "DatasetHeader Begin\n Version = \"6.0\"\n DataFile = "
        f'"{lure.raw}"\n DataSetType = ERStorage\n ByteOrder = LSBFirst\n RasterInfo Begin\n'
        "  CellType = Unsigned8BitInteger\n  NrOfLines = 8\n  NrOfCellsPerLine = 8\n"
        "  NrOfBands = 1\n RasterInfo End\nDatasetHeader End\n"), "b.dat")),
    Attack("a mosaic of a file elsewhere", "a.vrt", _text(lambda lure: _mosaic(str(lure.raw)))),
    Attack("a mosaic of a file above", "a.vrt", _text(
        lambda lure: _mosaic(f"../{lure.raw.parent.name}/{lure.raw.name}", relative="1"))),
    Attack("a mosaic of a file named in an attribute", "a.vrt", _text(
        lambda lure: _mosaic("", attribute=f' SourceFilename="{lure.raw}"'))),
    Attack("a mosaic of a file beside nobody", "a.vrt", _text(
        lambda lure: _mosaic(str(lure.raw), relative="yes"))),
    Attack("a mosaic of an address", "a.vrt", _text(lambda lure: _mosaic(f"{lure.address}a.tif"))),
    Attack("a mosaic of an address of GDAL's", "a.vrt",
           _text(lambda lure: _mosaic(f"/vsicurl/{lure.address}a.tif"))),
    Attack("a mosaic of a virtual raster", "a.vrt",
           _of_a_part(lambda path, lure: path.write_text(_raw(lure)), "b.vrt")),
    Attack("a mosaic of a disguised virtual raster", "a.vrt",
           _of_a_part(lambda path, lure: path.write_text(_raw(lure)), "b.tif")),
    Attack("a mosaic of a JPEG with a comment", "a.vrt", _of_a_part(_jpeg_with_comment, "b.jpg")),
    Attack("a mosaic of a GeoTIFF with overviews", "a.vrt", _of_a_part(
        _overviews(lambda lure: f"{lure.address}o.tif"), "b.tif")),
    Attack("a mosaic of a link", "a.vrt", _of_a_part(
        lambda path, lure: path.symlink_to(lure.raw), "b.tif")),
    Attack("a mosaic with a function of pixels", "a.vrt", _text(lambda lure: BAND.format(
        '<VRTRasterBand dataType="Byte" band="1" subClass="VRTDerivedRasterBand">'
        "<PixelFunctionType>x</PixelFunctionType><PixelFunctionLanguage>Python"
        f"</PixelFunctionLanguage><PixelFunctionCode>open('{lure.csv}')</PixelFunctionCode>"
        "</VRTRasterBand>"))),
)  # fmt: skip

ADDRESSES = (
    "https://me:hunter2@example.org/a.geojson?token=hunter2",
    "s3://bucket/a.tif",
    "postgresql://me:hunter2@127.0.0.1:1/mines",
    "PG:host=127.0.0.1 port=1 user=me password=hunter2",
    "/vsicurl/http://me:hunter2@127.0.0.1:1/a.geojson",
    "GeoJSON:http://me:hunter2@127.0.0.1:1/a.geojson",
    "WMS:http://me:hunter2@127.0.0.1:1/",
)
"""What is no path of a file; the password may be repeated nowhere."""

ATTACKS: tuple[Attack, ...] = (
    *DISGUISES, *LINKS, *DATABASES, *TABLES_OF_MAPINFO, *SYSTEMS, *RASTERS
)  # fmt: skip


def write_lure(folder: Path, address: str) -> Lure:
    """Write the files that no attack may reach."""
    lure = Lure(
        folder / "lure.csv", folder / "lure.geojson", folder / "lure.wkt", folder / "lure.bin",
        address,
    )  # fmt: skip
    lure.csv.write_text(f"{HEADER}\n{rows().replace('Kounrad', 'CANARY')}\n", encoding="utf-8")
    lure.geojson.write_text(_geojson({"site_name": "CANARY"}), encoding="utf-8")
    lure.wkt.write_text('GEOGCS["CANARY"]', encoding="utf-8")
    lure.raw.write_bytes(bytes(range(1, 65)))
    return lure
