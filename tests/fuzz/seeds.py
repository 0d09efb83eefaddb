"""Small valid files of every format that minmap reads: what the fuzzer mutates."""

from __future__ import annotations

import io
import json
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyarrow import feather
from shapely import LineString, MultiLineString, Point, Polygon

import minmap as mm
from tests.corpus.workbooks import binary_workbook
from tests.fuzz.inputs import Input
from tests.fuzz.seeds_raster import raster_seeds
from tests.qgis_files import add_style, faults, faults_qml

_EPOCH = (1980, 1, 1, 0, 0, 0)
TABLE = ("table", "stream", "describe", "cells")
LAYER = ("table", "layer", "layer", "page", "lines", "cells")
PLACED = ("table", "cells", "placed", "placed")

_HEAD = ["dep_id", "site_name", "latitude", "longitude", "country", "dev_stat", "commod1", "year"]
_ROWS = [
    ["1", "Kounrad", "46.99", "74.98", "Kazakhstan", "Producer", "Copper, Molybdenum", "1934"],
    ["2", "Кумтор", "41.86", "78.19", "Kyrgyzstan", "Producer", "Gold", ""],
    ["3", 'Müller "Höhe", 2', "-40.5", "67,25", "Kazakhstan", "Prospect", "Lead; Zinc", "n/a"],
    ["4", "Almalyk", "40°51'N", "69 35 E", "Uzbekistan", "Past Producer", "Copper-Gold", "1949"],
    ["5", "'=A1", "43.2", "-0.0", "Georgia", "Occurrence", "Manganese", "-9999"],
]


def _text(separator: str = ",", rows: list[list[str]] = _ROWS) -> str:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    return "\n".join(separator.join(row) for row in [_HEAD, *quoted]) + "\n"


def frame(kind: str = "point") -> gpd.GeoDataFrame:
    """Return five records with points, lines or areas."""
    shapes = {
        "point": [Point(75 + n, 47 - n) for n in range(4)] + [None],
        "line": [LineString([(70 + n, 45), (71 + n, 45), (71.5 + n, 46)]) for n in range(4)]
        + [MultiLineString([[(60, 40), (61, 41)], [(61, 41), (62, 40)]])],
        "area": [
            Polygon([(60 + n, 40), (61 + n, 40), (61 + n, 42), (60 + n, 41)]) for n in range(5)
        ],
    }
    columns = {name: [row[place] for row in _ROWS] for place, name in enumerate(_HEAD)}
    columns["height_m"] = [1.5, -2.0, float("nan"), 1e9, 0.0]
    columns["order"] = [1, 2, -3, 2**31, 5]
    return gpd.GeoDataFrame(columns, geometry=shapes[kind], crs=4326)


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip archive of these files, the same bytes for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def _made(write: Callable[[Path], object]) -> dict[str, bytes]:
    """Return the files that a function writes into a new folder, by name."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2020-01-01T00:00:00.000Z"})
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what GDAL cannot keep in a format does not matter here
        folder = Path(name)
        write(folder)
        return _files(folder)


# Tables -------------------------------------------------------------------------------------------


def _table_seeds() -> list[Input]:
    plain = _text()
    seeds = [
        Input("csv", "a.csv", {"a.csv": plain.encode(encoding)}, TABLE)
        for encoding in ("utf-8", "utf-8-sig", "utf-16")
    ]
    russian = _text(";", [row for row in _ROWS if "Höhe" not in row[1]])
    seeds += [
        Input("csv", "a.txt", {"a.txt": russian.encode(encoding, "replace")}, TABLE)
        for encoding in ("cp1251", "cp866", "koi8-r")
    ]
    seeds.append(Input("csv", "a.tsv", {"a.tsv": _text("\t").encode()}, TABLE))
    samples = (
        "mrds_central_asia.csv",
        "major_deposits_central_asia.csv",
        "pp1802_central_asia.csv",
    )
    for sample in samples:
        head = b"".join(Path(mm.sample(sample)).read_bytes().splitlines(keepends=True)[:9])
        seeds.append(Input("csv", sample, {sample: head}, TABLE))
    return seeds + _workbook_seeds()


def _workbook_seeds() -> list[Input]:
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell.replace("&", "")}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in [_HEAD, *_ROWS]
    )
    namespace = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f'xmlns:office="{namespace}office:1.0" xmlns:table="{namespace}table:1.0" '
        f'xmlns:text="{namespace}text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Data">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{namespace}manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{kind.decode()}"/></manifest:manifest>'
    )
    ods = zipped([
        ("mimetype", kind), ("content.xml", content.encode()),
        ("META-INF/manifest.xml", manifest.encode()),
    ])  # fmt: skip
    return [
        Input("ods", "a.ods", {"a.ods": ods}, TABLE),
        Input("xlsb", "a.xlsb", _made(_write_binary_workbook), TABLE),
        Input("xls", "a.xls", {"a.xls": old_workbook([_HEAD, *_ROWS])}, TABLE),
    ]


def _write_binary_workbook(folder: Path) -> None:
    shared = {text: number for number, text in enumerate(dict.fromkeys([*_HEAD, *_ROWS[0]]))}
    rows = [[shared.get(text, text) for text in row] for row in [_HEAD, *_ROWS]]
    binary_workbook(folder / "a.xlsb", [*shared], rows)


def old_workbook(*sheets: list[list[str]]) -> bytes:
    """Return a BIFF5 workbook of text cells in a compound file ([MS-XLS] 2.4.21)."""

    def record(number: int, body: bytes) -> bytes:
        return number.to_bytes(2, "little") + len(body).to_bytes(2, "little") + body

    def two(*numbers: int) -> bytes:
        return b"".join(number.to_bytes(2, "little") for number in numbers)

    def sheet(rows: list[list[str]]) -> bytes:
        return b"".join(
            [
                record(0x0809, two(0x0500, 0x0010, 0, 0)),
                *(
                    record(0x0204, two(y, x, 0, len(text)) + text)
                    for y, row in enumerate(rows)
                    for x, text in enumerate(cell.encode("cp1252", "replace") for cell in row)
                    if text
                ),
                end,
            ]
        )

    def name(number: int, at: int) -> bytes:
        letters = b"Data" if number == 0 else f"Data {number}".encode()
        body = at.to_bytes(4, "little") + b"\x00\x00" + bytes([len(letters)]) + letters
        return record(0x0085, body)

    opening, end = record(0x0809, two(0x0500, 0x0005, 0, 0)), record(0x000A, b"")
    parts = [sheet(rows) for rows in sheets]
    at = len(opening) + sum(len(name(number, 0)) for number in range(len(sheets))) + len(end)
    names = b""
    for number, part in enumerate(parts):
        names += name(number, at)
        at += len(part)
    return _compound(opening + names + end + b"".join(parts))


def _compound(stream: bytes) -> bytes:
    """Return a compound file that holds one stream called Book ([MS-CFB] 2.2 to 2.6)."""
    sector, free, last = 512, b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff"
    stream = stream.ljust(4096, b"\x00")
    stream += bytes(-len(stream) % sector)
    count = len(stream) // sector
    chain = b"".join((n + 1).to_bytes(4, "little") for n in range(2, count + 1)) + last
    table = (b"\xfd\xff\xff\xff" + last + chain).ljust(sector, b"\xff")

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le") if name else b""
        links = free * 2 + child.to_bytes(4, "little", signed=True)
        head = text.ljust(64, b"\x00") + len(text).to_bytes(2, "little") + bytes([kind, 1])
        where = start.to_bytes(4, "little", signed=True) + size.to_bytes(8, "little")
        return head + links + bytes(36) + where

    folder = entry("Root Entry", 5, 1, -2, 0) + entry("Book", 2, -1, 2, len(stream))
    folder += (bytes(68) + free * 3 + bytes(48)) * 2
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00"
    header += b"\x06\x00" + bytes(10) + b"\x01\x00\x00\x00\x01\x00\x00\x00" + bytes(4)
    header += b"\x00\x10\x00\x00" + last + bytes(4) + last + bytes(4) + bytes(4)
    return header.ljust(sector, b"\xff") + table + folder + stream


# Vector files -------------------------------------------------------------------------------------

_GDAL = {
    "gpkg": ("GPKG", ".gpkg", ("point", "area")),
    "geojson": ("GeoJSON", ".geojson", ("point", "line")),
    "geojsonseq": ("GeoJSONSeq", ".geojsonl", ("point",)),
    "kml": ("KML", ".kml", ("point", "line")),
    "gml": ("GML", ".gml", ("point", "area")),
    "gpx": ("GPX", ".gpx", ("point",)),
    "fgb": ("FlatGeobuf", ".fgb", ("point", "area")),
    "mif": ("MapInfo File", ".mif", ("line",)),
    "tab": ("MapInfo File", ".tab", ("line", "area")),
    "dxf": ("DXF", ".dxf", ("line",)),
    "gmt": ("OGR_GMT", ".gmt", ("area",)),
    "shp": ("ESRI Shapefile", ".shp", ("point", "area")),
}
_ONLY_GEOMETRY = {"GPX", "DXF"}


def _by_gdal(driver: str, ending: str, kind: str) -> dict[str, bytes]:
    table = frame(kind).dropna(subset="geometry")
    if driver in _ONLY_GEOMETRY:
        table = table[["geometry"]]
    return _made(
        lambda folder: pyogrio.write_dataframe(table, folder / f"a{ending}", driver=driver)
    )


def _gdal_seeds() -> list[Input]:
    seeds = []
    for name, (driver, ending, kinds) in _GDAL.items():
        for kind in kinds:
            files = _by_gdal(driver, ending, kind)
            readers = PLACED if driver in _ONLY_GEOMETRY else LAYER
            seeds.append(Input(name, f"a{ending}", files, readers))
            if name == "shp":
                archive = {"a.zip": zipped(files.items())}
                seeds.append(Input("shp.zip", "a.zip", archive, LAYER))
    return seeds


def _geodatabase_seed() -> Input:
    def write(folder: Path) -> None:
        made = folder / "a.gdb"
        pyogrio.write_dataframe(frame().dropna(subset="geometry"), made, driver="OpenFileGDB")
        members = [(f"a.gdb/{path.name}", path.read_bytes()) for path in sorted(made.iterdir())]
        (folder / "a.zip").write_bytes(zipped(members))

    return Input("gdb.zip", "a.zip", _made(write), LAYER)


def _written_seeds() -> list[Input]:
    """Return what `minmap.write` makes in each of its formats, with the metadata beside it."""
    with warnings.catch_warnings():  # of a coordinate in degrees and minutes
        warnings.simplefilter("ignore", mm.MinmapWarning)
        table = mm.read(io.BytesIO(_text().encode())).head(4)
    seeds = []
    for ending in (
        ".parquet",
        ".gpkg",
        ".geojson",
        ".kml",
        ".kmz",
        ".shp",
        ".zip",
        ".csv",
        ".xlsx",
    ):
        files = _made(lambda folder, ending=ending: mm.write(table, folder / f"a{ending}"))
        readers = TABLE if ending in {".csv", ".xlsx"} else LAYER
        seeds.append(Input(f"own{ending}", f"a{ending}", files, readers))
    return seeds


def _json_seeds() -> list[Input]:
    feature = {"attributes": {"name": "a", "id": 1}, "geometry": {"x": 75.0, "y": 47.0}}
    esri = {
        "geometryType": "esriGeometryPoint", "spatialReference": {"wkid": 4326},
        "fields": [{"name": "name", "type": "esriFieldTypeString"}], "features": [feature] * 3,
    }  # fmt: skip
    rings = [[[60, 40], [60, 42], [62, 42], [60, 40]], [[60.5, 41], [61, 41.5], [60.5, 41.5]]]
    area = {"attributes": {"name": "a", "id": 1}, "geometry": {"rings": rings}}
    areas = esri | {"geometryType": "esriGeometryPolygon", "features": [area] * 2}
    shape = {"type": "Polygon", "arcs": [[0]], "properties": {"name": "a"}}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    topology = {
        "type": "Topology", "crs": crs,
        "transform": {"scale": [0.1, 0.1], "translate": [60, 40]},
        "objects": {"areas": {"type": "GeometryCollection", "geometries": [shape, shape]}},
        "arcs": [[[0, 0], [10, 0], [0, 10], [-10, -10]]],
    }  # fmt: skip
    return [
        Input("esrijson", "a.json", {"a.json": json.dumps(esri).encode()}, LAYER),
        Input("esrijson", "b.json", {"b.json": json.dumps(areas).encode()}, PLACED),
        Input("topojson", "a.json", {"a.json": json.dumps(topology).encode()}, PLACED),
    ]


def _column_seeds() -> list[Input]:
    """Return tables with shapes in a column of text, as they are in the text of CSV."""
    shapes = frame("area").geometry
    surface = "TIN (((60 40, 60 41, 61 40, 60 40)), ((61 40, 60 41, 61 41, 61 40)))"
    texts = {
        "a.csv": [*shapes.to_wkt(), f"SRID=4326;{surface}"],
        "b.csv": [shapely.to_wkb(shapely.set_srid(one, 4326), hex=True, include_srid=True)
                  for one in shapes],
    }  # fmt: skip
    return [
        Input("wkt", name, {name: "".join(f'{n};"{one}"\n' for n, one in rows).encode()}, PLACED)
        for name, rows in ((name, [("name", "wkt"), *enumerate(t)]) for name, t in texts.items())
    ]


def _parquet_seeds() -> list[Input]:
    def write(folder: Path) -> None:
        frame("area").to_parquet(folder / "a.parquet")
        frame().drop(columns="geometry").to_parquet(folder / "b.parquet")
        native = pa.table(frame("area").to_arrow(geometry_encoding="geoarrow"))
        pq.write_table(native, folder / "c.parquet")
        feather.write_feather(native, folder / "c.feather")
        frame("area").to_feather(folder / "a.feather", compression="zstd")

    files = _made(write)
    plain = {"b.parquet": files["b.parquet"]}
    return [
        *(
            Input(format_, name, {name: files[name]}, LAYER)
            for format_, name in (
                ("parquet", "c.parquet"),
                ("feather", "a.feather"),
                ("feather", "c.feather"),
            )
        ),
        Input("parquet", "a.parquet", {"a.parquet": files["a.parquet"]}, LAYER),
        Input("parquet", "b.parquet", plain, ("table", "stream", "describe", "layer")),
    ]


# Other files that minmap reads -------------------------------------------------------------------


def _archive_seeds(tables: list[Input]) -> list[Input]:
    csv = next(seed for seed in tables if seed.main == "a.csv").files["a.csv"]
    geojson = _by_gdal("GeoJSON", ".geojson", "point")["a.geojson"]
    members = [("folder/a.csv", csv), ("readme.txt", b"about"), ("b.geojson", geojson)]
    several = {"a.zip": zipped(members[:2])}
    return [
        Input("zip", "a.zip", several, ("table", "stream", "describe")),
        Input("zip", "b.zip", {"b.zip": zipped(members[2:])}, LAYER),
    ]


def _description_seeds() -> list[Input]:
    data = Path(__file__).parents[1] / "data"
    own = (data / "my_survey.toml").read_bytes()
    table = (data / "my_survey.csv").read_bytes()
    known = Path(mm.__file__).parent / "reading"
    seeds = [Input("toml", "a.toml", {"a.toml": own, "a.csv": table}, ("description",))]
    mrds = b"".join(Path(mm.sample("mrds_central_asia.csv")).read_bytes().splitlines(True)[:5])
    files = {"a.toml": (known / "mrds.toml").read_bytes(), "a.csv": mrds}
    return [*seeds, Input("toml", "a.toml", files, ("description",))]


def _corridor_seeds() -> list[Input]:
    places = [("Aktau", 51.2, 43.6), ("Alat", 49.4, 39.9), ("Poti", 41.65, 42.15)]
    ferry = mm.Corridor.from_waypoints(places[:2], id="ferry", mode="sea")
    land = mm.Corridor.from_waypoints(places[1:], id="land", mode="rail", gauge_mm=1520)
    return [
        Input(
            "corridor", "a.geojson", _made(lambda folder, one=one: one.save(folder / "a.geojson")),
            ("corridor",),
        )
        for one in (ferry, land)
    ]  # fmt: skip


_SLD = """<StyledLayerDescriptor version="1.1.0" xmlns:se="http://www.opengis.net/se"
 xmlns:ogc="http://www.opengis.net/ogc"><se:Rule><se:Name>Thrust</se:Name><ogc:Filter><ogc:Or>
 <ogc:PropertyIsEqualTo><ogc:PropertyName>type</ogc:PropertyName><ogc:Literal>thrust</ogc:Literal>
 </ogc:PropertyIsEqualTo></ogc:Or></ogc:Filter><se:LineSymbolizer><se:Stroke>
 <se:SvgParameter name="stroke">#aa0000</se:SvgParameter>
 <se:SvgParameter name="stroke-width">2</se:SvgParameter>
 <se:SvgParameter name="stroke-dasharray">4 2</se:SvgParameter></se:Stroke></se:LineSymbolizer>
 <se:TextSymbolizer><se:Label><ogc:PropertyName>type</ogc:PropertyName></se:Label>
 </se:TextSymbolizer></se:Rule></StyledLayerDescriptor>"""


def _style_seeds() -> list[Input]:
    """Return layers with a style of QGIS or SLD beside them or inside."""

    def beside(folder: Path) -> None:
        faults().to_file(folder / "a.geojson")
        (folder / "a.qml").write_text(faults_qml(), encoding="utf-8")

    def beside_sld(folder: Path) -> None:
        faults().to_file(folder / "a.geojson")
        (folder / "a.sld").write_text(_SLD, encoding="utf-8")

    def inside(folder: Path) -> None:
        faults().to_file(folder / "a.gpkg", layer="faults")
        add_style(folder / "a.gpkg", "faults", faults_qml())

    readers = ("layer", "layer", "page")
    return [
        Input("qml", "a.geojson", _made(beside), readers),
        Input("qml", "a.gpkg", _made(inside), readers),
        Input("sld", "a.geojson", _made(beside_sld), readers),
    ]


def all_seeds() -> dict[str, list[Input]]:
    """Return the seeds of each format.

    The same versions of minmap, GDAL and pyarrow give the same bytes, but for the moments and the
    identifiers that GDAL writes into databases.
    """
    tables = _table_seeds()
    seeds = [
        *tables, *_gdal_seeds(), _geodatabase_seed(), *_written_seeds(), *_json_seeds(),
        *_parquet_seeds(), *_column_seeds(), *_archive_seeds(tables), *_description_seeds(),
        *_corridor_seeds(), *_style_seeds(), *raster_seeds(),
    ]  # fmt: skip
    by_format: dict[str, list[Input]] = {}
    for seed in seeds:
        by_format.setdefault(seed.format, []).append(seed)
    return by_format
