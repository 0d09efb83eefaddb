"""No file makes its reader open another file or reach an address."""

from __future__ import annotations

import ctypes
import io
import json
import os
import re
import sqlite3
import struct
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import rasterio
import shapely
import xlsxwriter
from pyproj import CRS
from shapely import Point

import minmap as mm
from minmap import cli
from minmap.errors import MinmapError, MinmapWarning, recorded_warnings
from minmap.files import open_document, read_vector, sqlite_copy
from minmap.geodesy.crs import file_in_crs
from minmap.rasters import warp
from minmap.rasters.dataset import open_raster
from minmap.table import conform
from minmap.writing import FORMATS
from tests.corpus.attacks import ADDRESSES, ATTACKS, Attack, Lure, plain_tif, write_lure

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="opening is watched with Linux's inotify"
    ),
]
IN_ACCESS, IN_OPEN, IN_NONBLOCK = 0x1, 0x20, 0o4000  # inotify(7)


# In a process of its own: a thread could not answer while GDAL waits and holds Python's lock.
SERVER = """
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    connection, _ = server.accept()
    print("connected", flush=True)
    connection.recv(1000)
    connection.sendall(b"HTTP/1.0 404 Not Found\\r\\n\\r\\n")
    connection.close()
"""


class Watch:
    """Notes who opens the lures and who connects to their address."""

    def __init__(self, folder: Path) -> None:
        self._server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE)
        assert self._server.stdout is not None
        self._connected = self._server.stdout.fileno()
        port = int(self._server.stdout.readline())
        os.set_blocking(self._connected, False)
        self.lure = write_lure(folder, f"http://127.0.0.1:{port}/")
        libc = ctypes.CDLL(None, use_errno=True)
        self._opened = libc.inotify_init1(IN_NONBLOCK)
        for file in folder.iterdir():
            assert libc.inotify_add_watch(self._opened, os.fsencode(file), IN_ACCESS | IN_OPEN) >= 0

    def seen(self) -> list[str]:
        """Return what happened since the last call."""
        events = {self._opened: "a lure was opened", self._connected: "an address was reached"}
        return [said for source, said in events.items() if _has_more(source)]

    def close(self) -> None:
        os.close(self._opened)
        self._server.kill()
        self._server.communicate()


def _has_more(source: int) -> bool:
    try:
        return len(os.read(source, 1 << 16)) > 0
    except BlockingIOError:
        return False


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    made = Watch(tmp_path_factory.mktemp("lure"))
    yield made
    made.close()


@contextmanager
def refused_or_read(watch: Watch) -> Iterator[list[MinmapError]]:
    """Let the block read an attack; require that nothing but an error of minmap's came of it."""
    watch.seen()
    errors = list[MinmapError]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield errors
        except MinmapError as error:
            errors.append(error)
    assert watch.seen() == []


def attacked(attack: Attack, folder: Path, lure: Lure) -> Path:
    path = folder / attack.file
    attack.make(path, lure)
    return path


def test_there_are_many_attacks_under_names_of_their_own() -> None:
    assert len(ATTACKS) >= 80
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name.replace(" ", "_"))
def test_nothing_else_is_opened(
    attack: Attack,
    watch: Watch,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = attacked(attack, tmp_path, watch.lure)
    page = tmp_path / "map.html"
    with refused_or_read(watch):
        table = mm.read(path)
        assert "CANARY" not in table.to_csv()
    with refused_or_read(watch):
        mm.Map().add(path).save(page)
        assert "CANARY" not in page.read_text(encoding="utf-8")
    if attack.is_raster:
        with refused_or_read(watch):
            warp(path)
    kind = "--raster" if attack.is_raster else "--overlay"
    sample = mm.sample("major_deposits_central_asia.csv")
    monkeypatch.setattr(
        sys, "argv", ["minmap", "map", str(sample), kind, str(path), "-o", str(page)]
    )
    with refused_or_read(watch), suppress(SystemExit):
        cli.main()
    assert "Traceback" not in capsys.readouterr().err


def test_a_raster_of_costs_is_opened_in_the_same_way(watch: Watch, tmp_path: Path) -> None:
    attack = next(attack for attack in ATTACKS if attack.name == "a map service called GeoTIFF")
    places = gpd.GeoDataFrame(geometry=[Point(70, 45)], crs=4326)
    with refused_or_read(watch) as errors:
        mm.access(places, to="poti_port", cost_raster=attacked(attack, tmp_path, watch.lure))
    assert "map service" in str(errors[0])


# Without minmap these reach the lures: the watch sees what it should.
WORKING = (
    "a virtual layer after GeoJSON",
    "a virtual layer in MIF",
    "a link as the CRS",
    "a virtual table of GDAL",
    "a virtual table of text under another name",
    "a mosaic of a file elsewhere",
    "overviews at an address",
)


@pytest.mark.parametrize("name", WORKING)
def test_the_watch_sees_an_attack_that_works(name: str, watch: Watch, tmp_path: Path) -> None:
    attack = next(attack for attack in ATTACKS if attack.name == name)
    path = attacked(attack, tmp_path, watch.lure)
    watch.seen()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if attack.is_raster:
                with rasterio.open(path) as dataset:
                    dataset.overviews(1)
                    dataset.read()
            else:
                for layer, _ in pyogrio.list_layers(path):
                    pyogrio.read_dataframe(path, layer=layer)
        except (OSError, rasterio.errors.RasterioError, pyogrio.errors.DataSourceError):
            pass
    assert watch.seen()


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_not_reported_as_a_missing_file(address: str, tmp_path: Path) -> None:
    for read in (mm.read, mm.Map().add, warp, lambda a: mm.read(Path(a))):
        with pytest.raises(MinmapError, match="not a file") as caught:
            read(address)
        assert "hunter2" not in str(caught.value)
        assert "hunter2" not in str(caught.value.__cause__ or "")


def test_a_file_whose_name_has_a_colon_is_only_not_there() -> None:
    with pytest.raises(MinmapError, match="does not exist"):
        mm.read("mines: final.csv")


# What is harmless still opens ---------------------------------------------------------------------


def test_a_mosaic_of_files_below_its_folder_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    plain_tif(tmp_path / "parts" / "west.tif")
    source = (
        '<SimpleSource><SourceFilename relativeToVRT="1">parts/west.tif</SourceFilename>'
        '<SourceBand>1</SourceBand><SrcRect xOff="0" yOff="0" xSize="600" ySize="600"/>'
        '<DstRect xOff="0" yOff="0" xSize="600" ySize="600"/></SimpleSource>'
    )
    mosaic = tmp_path / "mosaic.vrt"
    mosaic.write_text(
        '<VRTDataset rasterXSize="600" rasterYSize="600"><SRS>EPSG:4326</SRS>'
        "<GeoTransform>60, 0.01, 0, 50, 0, -0.01</GeoTransform>"
        f'<VRTRasterBand dataType="Byte" band="1">{source}</VRTRasterBand></VRTDataset>',
        encoding="utf-8",
    )
    assert warp(mosaic).bounds == warp(tmp_path / "parts" / "west.tif").bounds


def test_overviews_beside_a_raster_are_used(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    plain_tif(path)
    with rasterio.Env(TIFF_USE_OVR=True), rasterio.open(path, "r+") as plain:
        plain.build_overviews([2, 4])
    assert path.with_name("a.tif.ovr").exists()
    with open_raster(path) as dataset:
        assert dataset.overviews(1) == [2, 4]


def test_the_texts_of_a_crs_stand_once_in_a_geotiff(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    plain_tif(path)
    content = bytearray(path.read_bytes())
    (start,) = struct.unpack_from("<I", content, 4)
    for at in (start + 2, start + 14):
        struct.pack_into("<H", content, at, 34737)
    path.write_bytes(content)
    with pytest.raises(MinmapError, match="has the texts of its CRS twice"), open_raster(path):
        pass


def test_overviews_and_a_mask_may_be_beside_a_raster(tmp_path: Path) -> None:
    for name in ("a.tif", "b.tif", "c.tif"):
        plain_tif(tmp_path / name)
    (tmp_path / "b.tif").rename(tmp_path / "a.tif.ovr")
    (tmp_path / "c.tif").rename(tmp_path / "a.tif.msk")
    with open_raster(tmp_path / "a.tif") as dataset:
        assert dataset.count == 1


def test_the_crs_of_a_geojson_by_name_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    frame = gpd.GeoDataFrame(
        {"crs": ["EPSG:1", "/x"], "note": ["crs", '"crs"']},
        geometry=[Point(500_000, 5_000_000), Point(510_000, 5_000_000)],
        crs=32642,
    )
    frame.to_file(path)
    back = read_vector(path)
    assert back.crs.to_epsg() == 32642
    assert back["crs"].tolist() == frame["crs"].tolist()


def test_no_setting_of_gdal_is_changed_while_files_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = list[object]()
    monkeypatch.setattr(pyogrio, "set_gdal_config_options", changed.append)
    frame = gpd.GeoDataFrame({"n": ["007"]}, geometry=[Point(70, 45)], crs=4326)
    frame.to_file(tmp_path / "a.shp")
    (tmp_path / "a.shx").unlink()
    frame.to_file(tmp_path / "a.gml", driver="GML")
    for name in ("a.shp", "a.gml"):
        back = read_vector(tmp_path / name)
        assert back["n"].tolist() == ["007"]
        assert np.allclose(back.geometry.x, 70)
    assert changed == []


def test_files_are_opened_in_few_places() -> None:
    opening = re.compile(
        r"^(?!\s*(?:>>>|\.\.\.)).*\b(rasterio\.open|pyogrio\.(?:read|list|open)\w*|"
        r"(?:gpd|pd|geopandas)\.read_\w+)\(",
        re.MULTILINE,
    )
    package = Path(mm.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if opening.search(path.read_text(encoding="utf-8"))
    }
    opened_before = {  # files that minmap.files has judged, or made itself
        *("qgis/rasters.py", "writing/geopackage.py"),
        *("writing/geoparquet.py", "writing/shapefile.py"),
    }
    assert found - opened_before <= {
        *(
            "files/vector_file.py",
            "files/layer_queries.py",
            "files/trial_process.py",
            "files/xml_checks.py",
            "files/parquet.py",
            "rasters/dataset.py",
        ),
        # Files of the package.
        *("places/islets.py", "places/populations.py", "quality/findings.py"),
        *("transport/network/parameters.py", "transport/network/border_crossings.py"),
        "addresses.py",  # lines of Python in messages
    }


def test_a_folder_named_like_an_address_is_a_folder(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    host = watch.lure.address.removeprefix("http://").strip("/")
    folder = Path("http:", host)
    (folder / "site").mkdir(parents=True)
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(70, 45)], crs=4326)
    for ending in FORMATS:
        path = folder / f"a{ending}"
        with refused_or_read(watch) as errors:
            mm.write(frame, path)
            assert mm.read(path)["name"].tolist() == ["a"]
            mm.Map().add(mm.read(path)).save(folder / "map.html")
            mm.Map(frame).save_folder(folder / "site")
        assert errors == []


@pytest.mark.parametrize("address", ["https://x.org/a", "s3://bucket/site"])
def test_nothing_is_written_to_an_address(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(70, 45)], crs=4326)
    with pytest.raises(MinmapError, match="is an address, not a file"):
        mm.Map(frame).save_folder(address)
    with pytest.raises(MinmapError, match="is an address, not a file"):
        mm.write(frame, f"{address}.gpkg")
    with pytest.raises(MinmapError, match="is an address, not a file"):
        mm.Map(frame).save(f"{address}.html")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_a_program_left_open_is_not_a_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(70, 45)], crs=4326)
    mm.write(conform(frame.assign(occurrence_id="a:1")), "~$survey.csv")
    assert mm.read("~$survey.csv")["name"].tolist() == ["a"]


# What a researcher has, and GDAL reads ------------------------------------------------------------


def test_views_of_geometries_and_broken_ones_leave_a_geopackage_readable(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[Point(70, 45), Point(71, 45)], crs=4326)
    frame.to_file(path, layer="mines")
    with sqlite3.connect(path) as database:
        for view in (
            "centres AS SELECT fid, ST_Centroid(geom) AS geom, MbrMinX(geom) AS x FROM mines",
            "texts AS SELECT AsText(Transform(geom, 3857)) AS wkt, GetMimeType(geom) FROM mines",
            "gone AS SELECT lost FROM nowhere",
            "twice AS SELECT n FROM mines AS a, mines AS b",
        ):
            database.execute(f"CREATE VIEW {view}")
    database.close()
    assert len(read_vector(path, layer="mines")) == 2


@pytest.mark.parametrize(
    "properties",
    [
        {"note": "see the 'crs' member"},
        {"meta": "{'driver': 'GTiff', 'crs': CRS.from_epsg(32642)}"},
        {"source_crs": {"type": "GeographicCRS", "name": "Pulkovo"}},
        {"crs": {"type": "GeographicCRS", "$schema": "https://proj.org/x.json"}},
    ],
)
def test_words_that_only_look_like_a_link_are_read(
    properties: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "a.geojson"
    point = {"type": "Point", "coordinates": [70, 45]}
    feature = {"type": "Feature", "properties": properties, "geometry": point}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert len(read_vector(path)) == 1


def test_a_file_of_latex_beside_a_raster_is_let_be(tmp_path: Path) -> None:
    plain_tif(tmp_path / "map.tif")
    (tmp_path / "map.aux").write_text("\\relax\n")
    assert warp(tmp_path / "map.tif").width > 0


def test_the_workbook_whose_chains_run_in_a_circle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    sector = 512
    head = bytearray(sector)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[24:34] = struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    # One sector of the table, which the directory is in; the chain of the directory ends nowhere.
    head[44:76] = struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head[76:sector] = struct.pack("<I", 0) + b"\xff" * (sector - 80)
    table = struct.pack("<III", 0xFFFFFFFD, 2, 1) + b"\xff" * (sector - 12)
    path.write_bytes(bytes(head) + table + bytes(2 * sector))
    with pytest.raises(MinmapError, match="memory"):
        mm.read(path)


def test_a_journal_of_sqlite_deletes_no_file(tmp_path: Path) -> None:
    path, victim = tmp_path / "a.gpkg", tmp_path / "victim.txt"
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(70, 45)], crs=4326)
    frame.to_file(path)
    victim.write_text("mine", encoding="utf-8")
    name = str(victim).encode()
    # A header without pages, and the name of the super-journal behind it: the file format, 3.
    header = bytes.fromhex("d9d505f920a163d7") + struct.pack(">IIIII", 0, 1, 24, 512, 4096)
    tail = struct.pack(">I", 1) + name + struct.pack(">II", len(name), sum(name)) + header[:8]
    path.with_name("a.gpkg-journal").write_bytes(header.ljust(512, b"\0") + tail)
    with pytest.raises(MinmapError, match="a write to it was interrupted"):
        mm.read(path)
    assert victim.read_text(encoding="utf-8") == "mine"


def _geopackage(path: Path, *statements: str, rows: int = 2) -> Path:
    frame = gpd.GeoDataFrame({"a": ["x"] * rows}, geometry=[Point(70, 45)] * rows, crs=4326)
    frame.to_file(path, layer="t")
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path


NESTED = f"{'lower(' * 150}a{')' * 150}"


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        ("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n", "."),
        ("SELECT hex(zeroblob(900000000))", "too big"),
        ("SELECT p.a FROM t AS p, t AS q WHERE ST_IsEmpty(p.geom) = 0", "no such function"),
        ("SELECT CASE WHEN ST_SRID('x') = 'x' THEN NULL ELSE a || a END FROM t", "no such func"),
        ("SELECT ST_Transform(geom, 3857, NULL, '+nadgrids=/a', '+proj=merc') FROM t", "no such"),
        (f"SELECT p.a FROM {', '.join(f't AS {letter}' for letter in 'pqrsuvwxyz' * 3)}", "."),
        (f"SELECT {', '.join([f'length({NESTED})'] * 100)} FROM u", "memory"),
    ],
)
def test_a_view_without_end_is_left_out(view: str, reason: str, tmp_path: Path) -> None:
    plain = "CREATE VIEW plain AS SELECT fid, a FROM t"
    path = _geopackage(
        tmp_path / "a.gpkg",
        *(plain, f"CREATE VIEW endless AS {view}"),
        *("CREATE TABLE u (a)", "INSERT INTO u SELECT hex(randomblob(300000)) FROM t"),
    )
    with pytest.raises(MinmapError, match=rf"'endless' .*{reason}|than [\d,]+ (MB|seconds)"):
        mm.read(path, layer="endless")
    assert len(read_vector(path, layer="t")) == 2


@pytest.mark.parametrize(
    "view",
    [
        "SELECT a LIKE '%a%b' AS is_alike, a FROM t",
        'SELECT x AS "union" FROM (SELECT a AS x FROM t)',
        "SELECT p.* FROM plain AS p UNION SELECT q.* FROM plain AS q",
        "SELECT a FROM t WHERE date('now') > '2020'",
        "SELECT p.a, q.fid FROM t AS p JOIN t AS q USING (fid) ORDER BY p.a || q.a",
    ],
)
def test_a_view_that_ends_is_read_as_a_table(view: str, tmp_path: Path) -> None:
    plain = "CREATE VIEW plain AS SELECT fid, a FROM t"
    path = _geopackage(tmp_path / "a.gpkg", plain, f"CREATE VIEW v AS {view}")
    with open_document(path) as document:
        assert len(document.cells("v").frame) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO gpkg_contents(table_name, data_type) VALUES ('Bad', 'features')",
        "CREATE VIEW worse AS SELECT * FROM bad",
        "CREATE TRIGGER r INSTEAD OF INSERT ON Bad BEGIN DELETE FROM t; END",
    ],
)
def test_the_layers_beside_a_refused_view_are_read(statement: str, tmp_path: Path) -> None:
    bad = "CREATE VIEW Bad AS SELECT fid, hex(zeroblob(900000000)) FROM t"
    path = _geopackage(tmp_path / "a.gpkg", bad, statement, "CREATE VIEW v AS SELECT fid, a FROM t")
    content = path.read_bytes()
    assert len(read_vector(path)) == 2
    with open_document(path) as document:
        assert {"Bad", "t", "v"} <= {*document.layers} <= {"Bad", "t", "v", "worse"}
        assert len(document.cells("v").frame) == 2
    assert [path.read_bytes(), *tmp_path.iterdir()] == [content, path]


def test_a_written_table_is_read_exactly_beside_a_refused_view(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    table = gpd.GeoDataFrame({"n": ["x"]}, geometry=[Point(70, 45)], crs=4326)
    mm.write(table, path)
    written = mm.read(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE VIEW bad AS SELECT hex(zeroblob(900000000))")
        database.commit()
    assert mm.read(path).equals(written)


def test_a_refused_view_that_is_alone_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE VIEW bad AS SELECT hex(zeroblob(900000000)) AS x")
        database.commit()
    with pytest.raises(MinmapError, match="'bad' cannot be read by Python"):
        mm.read(path)


def test_the_rows_of_a_view_are_limited_by_the_size_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_copy, "_FREE_BYTES", 1 << 20)
    pairs = "CREATE VIEW v AS SELECT p.* FROM t AS p JOIN t AS q ON p.a = q.a"
    with pytest.raises(MinmapError, match="'v' has far more rows than the file holds"):
        mm.read(_geopackage(tmp_path / "b.gpkg", pairs, rows=500), layer="v")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX i ON t (a COLLATE localized)",
        "CREATE INDEX i ON t (ST_MinX(geom))",
        "CREATE INDEX i ON t (trim(a, a))",
        "CREATE TABLE u (a TEXT COLLATE localized)",
        'CREATE INDEX i ON t (a COLLATE "local\nized")',
    ],
)
def test_indexes_that_only_gdal_understands_are_let_be(statement: str, tmp_path: Path) -> None:
    path = _geopackage(tmp_path / "a.gpkg")
    with closing(sqlite3.connect(path)) as database:
        for name in ("localized", "local\nized"):
            database.create_collation(name, lambda one, other: (one > other) - (one < other))
        database.create_function("ST_MinX", 1, lambda _: 1, deterministic=True)
        database.execute(statement)
        database.execute("CREATE VIEW v AS SELECT a, '45 70' AS c FROM t")
        database.commit()
    assert len(read_vector(path, layer="t")) == 2
    with open_document(path) as document:
        assert document.cells("v").frame["c"].tolist() == ["45 70"] * 2


@pytest.mark.parametrize("index", ["(lower(a))", "(a) WHERE fid > 1", "(a || a)"])
def test_views_of_tables_with_cheap_indexes_are_read(index: str, tmp_path: Path) -> None:
    path = _geopackage(
        tmp_path / "a.gpkg",
        f"CREATE INDEX i ON t {index}",
        "CREATE VIEW v AS SELECT fid, geom, a FROM t",
        "INSERT INTO gpkg_contents(table_name, data_type, srs_id) VALUES ('v', 'features', 4326)",
        "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POINT', 4326, 0, 0)",
    )
    assert len(read_vector(path, layer="v")) == 2


def test_full_text_tables_are_left_out(tmp_path: Path) -> None:
    path = _geopackage(
        tmp_path / "a.gpkg",
        "CREATE VIEW v AS SELECT rowid, trim(a, a) AS c FROM t",
        "CREATE VIRTUAL TABLE f USING fts4(c, content='v')",
        "CREATE VIRTUAL TABLE g USING fts4(a)",
    )
    with open_document(path) as document:
        assert set(document.layers) == {"t", "v"}


@pytest.mark.parametrize(
    "columns", ["b AS (hex(zeroblob(900000000)))", "b AS (a || a), c AS (b || b), d AS (c || c)"]
)
def test_a_generated_column_without_end_is_not_read(columns: str, tmp_path: Path) -> None:
    path = _geopackage(
        tmp_path / "a.gpkg",
        "CREATE TABLE g (a TEXT)",
        f"INSERT INTO g VALUES ('{'x' * 1_000_000}')",
        *(f"ALTER TABLE g ADD COLUMN {column}" for column in columns.split(", ")),
    )
    with pytest.raises(MinmapError, match=r"too big|MB of memory"):
        mm.read(path, layer="t")


@pytest.mark.parametrize(
    "view",
    [
        "SELECT fid, geom, upper(a) || ' (' || fid || ')' AS label FROM t WHERE a IN ('x', 'y')",
        "SELECT fid, geom, note FROM t LEFT JOIN notes ON a = key",
        "SELECT fid, geom FROM t, notes WHERE a = key",
        "SELECT fid, geom FROM t WHERE fid = 1 UNION ALL SELECT fid, geom FROM t WHERE fid = 2",
        "SELECT row_number() OVER () AS fid, geom, CAST(a AS REAL) / 2 FROM t ORDER BY a",
        "SELECT fid, geom, CASE WHEN fid > 1 THEN 'LIKE' ELSE ifnull(a, 0) END AS b FROM t",
    ],
)
def test_a_view_of_columns_is_a_layer(view: str, tmp_path: Path) -> None:
    path = _geopackage(
        tmp_path / "a.gpkg",
        "CREATE TABLE notes (key TEXT, note TEXT)",
        "INSERT INTO notes VALUES ('x', 'old')",
        "ALTER TABLE t ADD COLUMN label TEXT AS (a || ' ' || upper(fid))",
        f"CREATE VIEW v AS {view}",
        "INSERT INTO gpkg_contents(table_name, data_type, srs_id) VALUES ('v', 'features', 4326)",
        "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POINT', 4326, 0, 0)",
    )
    assert len(read_vector(path, layer="v")) == 2


def test_the_views_of_spatialite_are_let_be(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(70, 45)], crs=4326)
    frame.to_file(path, driver="SQLite")
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE VIEW vector_layers AS SELECT 'SpatialTable' AS kind, f_table_name AS name "
            "FROM geometry_columns UNION SELECT 'SpatialView', a.f_table_name FROM "
            "geometry_columns AS a LEFT JOIN geometry_columns AS b ON "
            "(Upper(a.f_table_name) = Upper(b.f_table_name))"
        )
        database.commit()
    assert len(read_vector(path)) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
@pytest.mark.parametrize("ending", [".dbf", ".shx", ".prj", ".cpg", ".qix", ".sbn"])
def test_a_pipe_beside_a_shapefile_is_not_waited_for(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "m.shp"
    gpd.GeoDataFrame({"a": [1]}, geometry=[Point(70, 45)], crs=4326).to_file(path)
    path.with_suffix(ending).unlink(missing_ok=True)
    os.mkfifo(path.with_suffix(ending))
    with pytest.raises(MinmapError, match=rf"m\{ending}, beside m.shp, is not an ordinary"):
        mm.read(path)


def test_geometries_nested_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(70, 45)], crs=4326)
    frame.to_parquet(path)
    table = pq.read_table(path)
    nested = bytes.fromhex("010700000001000000") * 50_000 + frame.geometry.iloc[0].wkb
    position = table.column_names.index("geometry")
    deep = table.set_column(position, table.field(position), pa.array([nested], pa.binary()))
    pq.write_table(deep, path)
    with pytest.raises(MinmapError, match="more than 100 collections"):
        mm.read(path)
    nested = bytes.fromhex("010700000001000000") * 90 + frame.geometry.iloc[0].wkb
    many = pa.table({"geometry": pa.array([nested] * 2_000, pa.binary())})
    pq.write_table(many.replace_schema_metadata(table.schema.metadata), path)
    with pytest.raises(MinmapError, match=r"geometries are made of more than 100,\d+ collections"):
        mm.read(path)
    for deep in (90, 20):
        nested = shapely.Point(70, 45)
        for _ in range(deep):
            nested = shapely.GeometryCollection([nested])
        drawn = gpd.GeoDataFrame({"a": range(3)}, geometry=[nested] * 3, crs=4326)
        if deep == 20:
            assert len(mm.Map().add(drawn).layers()) == 1
            continue
        with pytest.raises(MinmapError, match="collections are nested more than 32 deep"):
            mm.Map().add(drawn)


def test_a_csv_that_holds_a_nested_geometry_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    mm.write(conform(gpd.GeoDataFrame(geometry=[Point(1, 2).buffer(1)], crs=4326)), path)
    text = re.sub(r"POLYGON \([^\"]*", "GEOMETRYCOLLECTION (" * 30_000, path.read_text())
    path.write_text(text)
    with pytest.raises(MinmapError, match="nested more than 100 deep"):
        mm.read(path)


def test_values_of_a_fixed_length_are_counted_with_their_length(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    wide = pa.array([bytes(4_000)] * 200_000, pa.binary(4_000))
    pq.write_table(pa.table({"a": wide}), path)
    assert path.stat().st_size < 100_000
    with pytest.raises(MinmapError, match="decodes to"):
        mm.read(path)


def test_a_text_that_many_cells_share_is_counted_for_each(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row in range(300):
            for column in range(10):
                sheet.write_string(row, column, "x" * 32_000)
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(path, "w", 8) as made:
        for name in given.namelist():
            member = given.read(name)
            if name == "xl/sharedStrings.xml":
                member = member.replace(b"x" * 32_000, b"x" * 1_000_000)
            made.writestr(name, member)
    with pytest.raises(MinmapError, match="memory"):
        mm.read(path)


DEVICES_BESIDE = {
    "a.gpkg": ("a.gpkg-wal", "a.gpkg-journal"),
    "a.mif": ("a.mid",),
    "a.tif": ("a.tif.ovr", "a.IMD", "a.tfw", "LC8_MTL.txt", "metadata.dim"),
    "a.asc": ("a.prj",),
    "a.gdb": ("a.gdb/a0000000f.gdbtable",),
}


@pytest.mark.parametrize(
    ("name", "beside"), [(name, one) for name, some in DEVICES_BESIDE.items() for one in some]
)
@pytest.mark.skipif(sys.platform == "win32", reason="it has no /dev/zero")
def test_no_device_beside_a_file_is_read(name: str, beside: str, tmp_path: Path) -> None:
    path = tmp_path / name
    frame = gpd.GeoDataFrame({"a": ["x"]}, geometry=[Point(70, 45)], crs=4326)
    if name == "a.tif":
        plain_tif(path)
    elif name == "a.asc":
        path.write_text("ncols 1\nnrows 1\nxllcorner 60\nyllcorner 40\ncellsize 1\n7\n")
    else:
        driver = {".gdb": "OpenFileGDB", ".mif": "MapInfo File"}.get(path.suffix)
        frame.to_file(path, driver=driver)
    (tmp_path / beside).unlink(missing_ok=True)
    (tmp_path / beside).symlink_to("/dev/zero")
    with pytest.raises(MinmapError, match=r"not an ordinary file|does not belong to"):
        mm.Map().add(path, **({"crs": 4326} if name == "a.asc" else {}))


def test_one_thread_at_a_time_records_warnings() -> None:
    before, entered = warnings._showwarnmsg_impl, Event()  # type: ignore[attr-defined]

    def record() -> None:
        with recorded_warnings():
            entered.set()

    with recorded_warnings():
        other = Thread(target=record)
        other.start()
        assert not entered.wait(0.3)
    other.join()
    assert entered.is_set()
    assert warnings._showwarnmsg_impl is before  # type: ignore[attr-defined]


def test_a_package_in_the_folder_of_the_user_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("name", "latitude", "longitude")
    planted = tmp_path / "python_calamine" / "__init__.py"
    planted.parent.mkdir()
    planted.write_text("open('planted', 'w')", encoding="utf-8")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([names, ("Kounrad", 47, 75)]):
            sheet.write_row(row, 0, cells)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.delitem(sys.modules, "python_calamine", raising=False)
    with open_document("a.xlsx") as document:
        assert len(document.cells()) == 1
    assert not (tmp_path / "planted").exists()


def test_the_texts_of_toml_have_no_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    numbers = ", ".join(f"{n}.5" for n in range(90))
    path.write_text(f'credit = "{"a." * 90}"\n# {"b." * 90}\nx = [{numbers}]\n')
    with pytest.raises(MinmapError, match=r"x = .* is not an argument of Style"):
        mm.Style.from_toml(path)


@pytest.mark.parametrize(
    "key",
    [
        "a." * 40 + "a",
        '"a" . ' * 40 + "a",
        "x = {" + "a." * 40 + "a",
        r'"\"".' * 40 + "a",
        'x = """a"""" # \\\n' + "a." * 40 + "a",
    ],
)
def test_a_key_of_many_parts_is_refused(key: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(f"{key} = 1{'}' if '{' in key else ''}\n")
    for read in (
        mm.Style.from_toml,
        lambda toml: mm.read(mm.sample("pp1802_central_asia.csv"), source=toml),
    ):
        with pytest.raises(MinmapError, match="a key of more than 30 parts"):
            read(path)


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "f" * 6000, "0b1_" + "1" * 20_000])
def test_a_number_of_many_digits_in_toml_is_an_error_in_one_line(
    number: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.toml"
    path.write_text(f"citation = {number}\n")
    for read in (
        mm.Style.from_toml,
        lambda file: mm.read(mm.sample("pp1802_central_asia.csv"), source=file),
    ):
        with pytest.raises(MinmapError, match="a whole number of more than 64 bits"):
            read(path)


@pytest.mark.parametrize(
    "definition",
    [
        'PARAMETERFILE["Latitude, and longitude difference file", "/own/a.gsb"]',
        'parameterfile ( "file" , "/own/a.gsb" )',
        'EXTENSION["PROJ4_GRIDS","@a""b,/own/a.gsb"]',
        '+proj=longlat +nadgrids="@x x,/own/a.gsb"',
        '{"name": "file", "value" : "/own/a.gsb"}',
        '{"name": "file", "v\\u0061lue": "/own/a.gsb"}',
        "+proj=longlat +nadgrids=" + " " * 5000 + "/own/a.gsb",
        "EXTENSION[&quot;PROJ4_GRIDS&quot;,&quot;/own/a.gsb&quot;]",
        "+init=../own:1",
        "+proj=longlat +geoidgrids=@null +nadgrids=/own",
        'EXTENSION["PROJ4_GR\r\nIDS","/own/a.gsb"]',
    ],
)
def test_a_file_in_a_crs_is_found_in_any_spelling(definition: str) -> None:
    assert "own" in (file_in_crs(definition) or "")


@pytest.mark.parametrize(
    "definition",
    [
        "+proj=utm +zone=42 +datum=WGS84",
        "+init=epsg:4326",
        "+proj=longlat +ellps=clrk66 +nadgrids=@conus,@alaska,@ntv2_0.gsb,@ntv1_can.dat",
        'PARAMETERFILE["Latitude and longitude difference file","au_icsm_A66_13_09_01.tif"]',
        CRS(32642).to_wkt(),
        CRS(28412).to_json(),
        CRS("EPSG:4326+5773").to_wkt(),
        CRS("+proj=longlat +ellps=intl +nadgrids=@conus").to_wkt(),
    ],
)
def test_a_crs_without_a_file_of_the_disk_is_plain(definition: str) -> None:
    assert file_in_crs(definition) is None


def test_honest_texts_that_mention_files_are_read(tmp_path: Path) -> None:
    texts = ["Gas grids; file=C:\\data\\x.shp", "power grids, model=A/B", "Grids=n/a"]
    frame = gpd.GeoDataFrame({"a": texts}, geometry=[Point(70, 45)] * 3, crs=4326)
    for name, driver in (("a.gdb", "OpenFileGDB"), ("a.geojson", "GeoJSON"), ("a.gpkg", "GPKG")):
        frame.to_file(tmp_path / name, driver=driver)
        assert read_vector(tmp_path / name)["a"].tolist() == texts
    plain_tif(tmp_path / "a.tif")
    (tmp_path / "a.tif.aux.xml").write_text(
        "<PAMDataset><Metadata><MDI key='history'>cdo remapbil --file=/data/grid.nc</MDI>"
        "<MDI key='camera'>model=DJI/FC6310</MDI></Metadata></PAMDataset>"
    )
    with open_raster(tmp_path / "a.tif") as dataset:
        assert dataset.count == 1
    long = {"type": "Feature", "properties": {"crs": "file=/x " * 10_000}, "geometry": None}
    (tmp_path / "b.geojson").write_text(json.dumps(long))
    assert len(read_vector(tmp_path / "b.geojson")) == 1


def test_a_bare_name_in_a_crs_is_a_file_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    definitions = (
        "+init=own:1",
        "+proj=longlat +nadgrids=@own",
        'PARAMETERFILE["a", "own"]',
        "+init=epsg:4326 +nadgrids=own",
    )
    assert [file_in_crs(one) for one in definitions] == [None] * 4
    (tmp_path / "own").touch()
    assert [file_in_crs(one) for one in definitions] == ["own"] * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes that are copies")
def test_a_copy_of_the_process_reads_while_a_thread_of_it_records_warnings(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "Point", "coordinates": [70, 45]}')
    program = (
        "import os, sys, threading, warnings\n"
        "from minmap.errors import recorded_warnings\n"
        "from minmap.files import read_vector\n"
        "held, end = threading.Event(), threading.Event()\n"
        "def hold():\n"
        "    with recorded_warnings():\n"
        "        held.set()\n"
        "        end.wait()\n"
        "thread = threading.Thread(target=hold)\n"
        "thread.start()\n"
        "held.wait()\n"
        "copy = os.fork()\n"
        "if copy == 0:\n"
        "    rows = len(read_vector(sys.argv[1]))\n"
        "    warnings.simplefilter('always')\n"
        "    warnings.warn('from the copy')\n"
        "    os._exit(rows)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]))\n"
        "end.set()\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.returncode) == ("1\n", 0), done.stderr
    assert "UserWarning: from the copy" in done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes that are copies")
def test_a_copy_of_the_process_draws_while_a_thread_of_it_draws(tmp_path: Path) -> None:
    program = (
        "import os, sys, threading\n"
        "from matplotlib import rcParams\n"
        "import minmap as mm\n"
        "from minmap.output.picture_files import drawing_settings\n"
        "held, end = threading.Event(), threading.Event()\n"
        "rcParams['font.size'] = 33\n"
        "def hold():\n"
        "    with drawing_settings():\n"
        "        held.set()\n"
        "        end.wait()\n"
        "thread = threading.Thread(target=hold)\n"
        "thread.start()\n"
        "held.wait()\n"
        "copy = os.fork()\n"
        "if copy == 0:\n"
        "    size = rcParams['font.size']\n"
        "    mm.Map().save(sys.argv[1], width_mm=60, dpi=50)\n"
        "    os._exit(int(size))\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]))\n"
        "end.set()\n"
        "thread.join()\n"
        "print(rcParams['font.size'])\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, tmp_path / "map.png"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.returncode) == ("33\n33.0\n", 0), done.stderr
    assert (tmp_path / "map.png").stat().st_size > 1000


def test_a_warning_of_another_thread_is_shown_when_the_recording_ends() -> None:
    def warn() -> None:
        warnings.warn("of the reader", MinmapWarning, stacklevel=1)

    def record() -> None:
        with recorded_warnings():
            other = Thread(target=warn)
            other.start()
            other.join()

    with pytest.warns(MinmapWarning, match="of the reader"):
        record()
