"""Everything with shapes that a researcher may hold, and where a page draws it.

`scripts/build_placement.py` makes docs/placement.md of it.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pyogrio
import pyproj
import shapely

import minmap as mm

WORLD = 2**30  # steps of the page's grid around the Earth
METRES = 32642  # UTM zone 42 north
AREA = shapely.Polygon(
    [(500_000, 5_000_000), (500_000, 5_010_000), (512_345, 5_010_000), (509_876, 5_000_000)],
    [[(502_000, 5_002_000), (504_000, 5_002_000), (504_000, 5_004_000)]],
)
LINE = shapely.LineString([(480_000, 4_990_000), (481_234, 4_995_678), (490_000, 4_999_999)])
POINT = shapely.Point(495_000, 5_003_210)
SHAPES = [AREA, LINE, POINT]
TABLE = gpd.GeoDataFrame({"name": ["area", "line", "point"]}, geometry=SHAPES, crs=METRES)
AREAS = TABLE.iloc[[0, 0]].reset_index(drop=True)
DEGREES = TABLE.to_crs(4326)
TRIANGLES = "(((0 0,0 900,900 0,0 0)),((900 0,0 900,900 900,900 0)))"


class Source(NamedTuple):
    """Data for `Map.add` with `crs`, and the shapes that it stands for, in the CRS `system`."""

    name: str
    made: Callable[[Path], Any]
    system_from: str
    shapes: list[Any] = SHAPES
    crs: int | None = None
    system: int = METRES


class _Feature:
    def __init__(self, table: gpd.GeoDataFrame) -> None:
        self.__geo_interface__ = table.__geo_interface__


def _written(name: str, table: gpd.GeoDataFrame = TABLE, **options: Any) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        table.to_file(folder / name, **options)
        return folder / name

    return write


def _text(name: str, text: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name

    return write


def _opened(made: Callable[[Path], Path]) -> Callable[[Path], io.BytesIO]:
    return lambda folder: io.BytesIO(made(folder).read_bytes())


def geojson(table: gpd.GeoDataFrame = DEGREES) -> dict[str, Any]:
    return dict(json.loads(table.to_json(drop_id=True)))


def _named_crs() -> dict[str, Any]:
    name = {"name": f"urn:ogc:def:crs:EPSG::{METRES}"}
    return geojson(TABLE) | {"crs": {"type": "name", "properties": name}}


def topojson() -> str:
    """Return the area and the line as TopoJSON in metres."""
    rings = [[[*point] for point in ring.coords] for ring in (AREA.exterior, *AREA.interiors)]
    arcs = [*rings, [[*point] for point in LINE.coords]]
    shapes = [{"type": "Polygon", "arcs": [[0], [1]]}, {"type": "LineString", "arcs": [2]}]
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{METRES}"}}
    objects = {"mines": {"type": "GeometryCollection", "geometries": shapes}}
    return json.dumps({"type": "Topology", "crs": crs, "objects": objects, "arcs": arcs})


def esri_json() -> str:
    rings = [[[*point] for point in ring.coords] for ring in (AREA.exterior, *AREA.interiors)]
    return json.dumps(
        {
            "geometryType": "esriGeometryPolygon",
            "spatialReference": {"wkid": METRES},
            "fields": [{"name": "name", "type": "esriFieldTypeString"}],
            "features": [{"attributes": {"name": "area"}, "geometry": {"rings": rings}}],
        }
    )


def csv(shape: Callable[[Any], str], shapes: list[Any] = SHAPES) -> str:
    rows = (f'{number};"{shape(one)}"' for number, one in enumerate(shapes))
    return "\n".join(["id;shape", *rows, ""])


def _workbook(folder: Path) -> Path:
    book = openpyxl.Workbook()
    for row in [["id", "wkt"], *([n, shape.wkt] for n, shape in enumerate(SHAPES))]:
        book.active.append(row)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def _zipped_mapinfo(folder: Path) -> io.BytesIO:
    made = _written("a.tab", AREAS, driver="MapInfo File")(folder)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in (".tab", ".dat", ".map", ".id"):
            archive.write(made.with_suffix(part), f"maps/A{part.upper()}")
    packed.seek(0)
    return packed


def surfaces(kind: str) -> Callable[[Path], Path]:
    """Return what writes a CSV of two triangles as a TIN or a polyhedral surface."""
    shape = f"{kind} " + re.sub(r"(\d+) (\d+)", _on_ground, TRIANGLES)
    return _text("a.csv", f'id;wkt\n1;"SRID={METRES};{shape}"\n')


def _on_ground(found: re.Match[str]) -> str:
    return f"{500_000 + int(found[1])} {5_000_000 + int(found[2])}"


FACES = [shapely.from_wkt("MULTIPOLYGON " + re.sub(r"(\d+) (\d+)", _on_ground, TRIANGLES))]


def _tin(folder: Path) -> Path:
    """Write a GeoPackage with a layer of TINs; only the numbers of their types differ."""
    faces = shapely.to_wkb(FACES[0])
    shape = faces.replace(b"\x01\x06\0\0\0", b"\x01\x10\0\0\0").replace(
        b"\x01\x03\0\0\0", b"\x01\x11\0\0\0"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # TINs are an extension of the format
        pyogrio.raw.write(
            folder / "a.gpkg",
            geometry=np.array([shape], dtype=object),
            field_data=[np.array(["tin"], dtype=object)],
            fields=np.array(["name"]),
            geometry_type="Unknown",
            crs=f"EPSG:{METRES}",
        )
    return folder / "a.gpkg"


def _arrow(encoding: str, name: str, *, bare: bool = False) -> Callable[[Path], Path]:
    """Return what writes areas as Arrow has them, or as a column of nothing but bytes or text."""

    def write(folder: Path) -> Path:
        table = pa.table(AREAS.to_arrow(geometry_encoding="WKB" if bare else encoding))
        if bare:
            cells = [getattr(shape, encoding) for shape in AREAS.geometry]
            table = pa.table({"name": table["name"], "shape": cells})
        writer = pa.parquet.write_table if name.endswith("parquet") else pa.feather.write_feather
        writer(table, folder / name)
        return folder / name

    return write


def _hex(shape: Any) -> str:
    return str(shapely.to_wkb(shapely.set_srid(shape, METRES), hex=True, include_srid=True))


def _parquet(folder: Path) -> Path:
    TABLE.to_parquet(folder / "a.parquet")
    return folder / "a.parquet"


FILE, GIVEN, RFC, SRID = "the data", "`crs=`", "RFC 7946: degrees", "its SRID"
ONE = [DEGREES.geometry.iloc[0]]
SOURCES = (
    Source("GeoDataFrame", lambda _: TABLE, FILE),
    Source("GeoSeries", lambda _: TABLE.geometry, FILE),
    Source("shapely geometry", lambda _: ONE[0], RFC, ONE, system=4326),
    Source("shapely geometry, projected", lambda _: AREA, GIVEN, [AREA], METRES),
    Source("GeoJSON dict", lambda _: geojson(), RFC, [*DEGREES.geometry], system=4326),
    Source("GeoJSON dict with a `crs` member", lambda _: _named_crs(), FILE),
    Source("GeoJSON text", lambda _: json.dumps(geojson()), RFC, [*DEGREES.geometry], system=4326),
    Source("WKT", lambda _: AREA.wkt, GIVEN, [AREA], METRES),
    Source("object with `__geo_interface__`", lambda _: _Feature(DEGREES), RFC,
           [*DEGREES.geometry], system=4326),
    Source("list of shapely geometries", lambda _: [*TABLE.geometry], GIVEN, [*TABLE.geometry],
           METRES),
    Source("array of shapely geometries", lambda _: TABLE.geometry.to_numpy(), GIVEN,
           [*TABLE.geometry], METRES),
    Source("list of features", lambda _: geojson()["features"], RFC, [*DEGREES.geometry],
           system=4326),
    Source("table of pyarrow, geoarrow.wkb", lambda _: pa.table(AREAS.to_arrow()), FILE, [AREA]),
    Source("table of pyarrow, geoarrow.polygon",
           lambda _: pa.table(AREAS.to_arrow(geometry_encoding="geoarrow")), FILE, [AREA]),
    Source("table of pyarrow, plain WKB", lambda _: pa.table({"geometry": [AREA.wkb]}), GIVEN,
           [AREA], METRES),
    Source("table of Arrow from geopandas", lambda _: AREAS.to_arrow(), FILE, [AREA]),
    Source("file object: GeoJSON", lambda _: io.BytesIO(json.dumps(_named_crs()).encode()), FILE),
    Source("file object: GeoPackage", _opened(_written("a.gpkg")), FILE),
    Source("file object: zip of MapInfo .tab", _zipped_mapinfo, FILE, [AREA]),
    Source("file object: CSV with WKT", _opened(_text("a.csv", csv(lambda one: one.wkt))), GIVEN,
           crs=METRES),
    Source("CSV with WKT", _text("a.csv", csv(lambda one: one.wkt)), GIVEN, crs=METRES),
    Source("CSV with EWKT", _text("a.csv", csv(lambda one: f"SRID={METRES};{one.wkt}")), SRID),
    Source("CSV with hex WKB", _text("a.csv", csv(lambda one: one.wkb_hex)), GIVEN, crs=METRES),
    Source("CSV with hex EWKB", _text("a.csv", csv(_hex)), SRID),
    Source("Excel with WKT", _workbook, GIVEN, crs=METRES),
    Source("MapInfo .tab", _written("a.tab", AREAS, driver="MapInfo File"), FILE, [AREA]),
    Source("MapInfo .mif", _written("a.mif", AREAS, driver="MapInfo File"), FILE, [AREA]),
    Source("TopoJSON", _text("a.topojson", topojson()), FILE, [AREA, LINE]),
    Source("Esri JSON", _text("a.json", esri_json()), FILE, [AREA]),
    Source("TIN in CSV", surfaces("TIN"), SRID, FACES),
    Source("polyhedral surface in CSV", surfaces("POLYHEDRALSURFACE"), SRID, FACES),
    Source("TIN in a GeoPackage", _tin, FILE, FACES),
    Source("GeoParquet", _parquet, FILE),
    Source("Parquet, geoarrow.polygon", _arrow("geoarrow", "a.parquet"), FILE, [AREA]),
    Source("Parquet, geoarrow.wkb", _arrow("WKB", "a.parquet"), FILE, [AREA]),
    Source("Parquet, plain WKB", _arrow("wkb", "a.parquet", bare=True), GIVEN, [AREA], METRES),
    Source("Parquet, plain WKT", _arrow("wkt", "a.parquet", bare=True), GIVEN, [AREA], METRES),
    Source("Feather, geoarrow.polygon", _arrow("geoarrow", "a.feather"), FILE, [AREA]),
    Source("Feather, geoarrow.wkb", _arrow("WKB", "a.feather"), FILE, [AREA]),
    Source("Feather, plain WKB", _arrow("wkb", "a.feather", bare=True), GIVEN, [AREA], METRES),
    Source("Feather, plain WKT", _arrow("wkt", "a.feather", bare=True), GIVEN, [AREA], METRES),
)  # fmt: skip


def expected(source: Source) -> np.ndarray:
    """Return where pyproj puts the vertices of a source, in steps of the page's grid."""
    x, y = shapely.get_coordinates(source.shapes).T
    lon, lat = pyproj.Transformer.from_crs(source.system, 4326, always_xy=True).transform(x, y)
    turns = np.column_stack([lon / 360, -np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)])
    return np.floor((turns + 0.5) * WORLD).astype(np.int64)


def drawn(page: mm.Map) -> np.ndarray:
    """Return the vertices of a page's lines and areas, in steps of its grid."""
    spec, html = _only_layer(page), _html(page)
    block = re.search(rf'id="{spec["payload"]}">(.*?)</script>', html)
    assert block is not None
    table = pa.ipc.open_stream(gzip.decompress(base64.b64decode(block[1]))).read_all()
    vertices = table["_vertices"].combine_chunks().flatten()
    return np.column_stack([_places(vertices, axis) for axis in "xy"])


def _html(page: mm.Map) -> str:
    made = io.BytesIO()
    page.save(made, close_file=False)
    return made.getvalue().decode()


def _only_layer(page: mm.Map) -> dict[str, Any]:
    found = re.findall(
        r'<script type="application/json" id="\w+">(.*?)</script>', _html(page), re.S
    )
    (spec,) = [one for one in map(json.loads, found) if one["kind"] == "vector"]
    return dict(spec)


def _places(vertices: pa.StructArray, axis: str) -> np.ndarray:
    """Add up the steps between places; each byte of a step has a field."""
    names = [field.name for field in vertices.type if field.name.startswith(axis)]
    small = sum(
        vertices.field(name).to_numpy().astype(np.int64) << 8 * number
        for number, name in enumerate(sorted(names))
    )
    return np.cumsum((small >> 1) ^ -(small & 1))


def metres_off(source: Source, folder: Path) -> float:
    """Return how far a vertex in the GeoPackage of a map is from where pyproj puts it, at most."""
    path = folder / "map for qgis.gpkg"
    mm.Map().add(source.made(folder), crs=source.crs).save(path)
    names = [name for name in pyogrio.list_layers(path)[:, 0] if name != "layer_styles"]
    tables = [gpd.read_file(path, layer=name).to_crs(4326) for name in names]
    known = np.vstack([shapely.get_coordinates(table.geometry) for table in tables])
    x, y = shapely.get_coordinates(source.shapes).T
    lon, lat = pyproj.Transformer.from_crs(source.system, 4326, always_xy=True).transform(x, y)
    pairs = np.meshgrid(lon, known[:, 0]), np.meshgrid(lat, known[:, 1])
    (lon_a, lon_b), (lat_a, lat_b) = pairs
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(lon_a, lat_a, lon_b, lat_b)
    return float(metres.min(axis=0).max())


def steps_off(source: Source, folder: Path) -> int:
    """Return how far the page draws a vertex from where pyproj puts it, at most, in steps."""
    page = mm.Map().add(source.made(folder), crs=source.crs)
    places, known = expected(source), drawn(page)
    gaps = np.abs(places[:, None] - known[None]).max(axis=2).min(axis=1)
    return int(gaps.max())
