"""No more comes out of a vector file than its bytes explain."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, box

from minmap.errors import FileError
from minmap.files import (
    arcs,
    flatgeobuf,
    limited_process,
    limited_program,
    open_document,
    proportion,
    read_vector,
    sqlite_copy,
    trial,
)
from minmap.files.cells import ReadOptions
from minmap.files.limited_process import Amounts, Budget

pytestmark = pytest.mark.exhaustive

BENT_LINE = LineString([(0, 0), (1, 1), (0, 1)])
LONG_LINE = LineString(np.column_stack([np.linspace(60, 70, 5000), np.linspace(40, 50, 5000)]))
PAGE = 65536


def dxf(blocks: dict[str, list[str]], entities: list[str], *tables: str) -> str:
    """Return a drawing; records have their pairs on one line, apart by spaces."""
    inside = [
        record
        for name, records in blocks.items()
        for record in (f"0 BLOCK 2 {name} 10 0 20 0", *records, "0 ENDBLK")
    ]
    sections = {"HEADER": [], "TABLES": [*tables], "BLOCKS": inside, "ENTITIES": entities}
    records = [
        record
        for section, content in sections.items()
        for record in (f"0 SECTION 2 {section}", *content, "0 ENDSEC")
    ]
    return "\n".join([*" ".join(records).split(), "0", "EOF", ""])


LINE = "0 LINE 8 0 10 67 20 48 11 68 21 49"
INSERT = "0 INSERT 8 0 10 1 20 1 2"
REFUSED = "expands to more than|takes more than|GDAL crashes on it|memory"
MANY = [f"{INSERT} A"] * 1000
CURVES = {
    "arc": "0 ARC 8 0 10 67 20 48 40 1 50 10 51 350",
    "circle": "0 CIRCLE 8 0 10 67 20 48 40 1",
    "ellipse": "0 ELLIPSE 8 0 10 67 20 48 11 1 21 0 40 0.5 41 0.5 42 6",
    "spline": "0 SPLINE 8 0 71 3" + " 10 67 20 48" * 20,
    "line of arcs": "0 LWPOLYLINE 8 0 90 18" + " 10 67 20 48 42 1 10 68 20 48 42 -.5" * 9,
    "polyline of arcs": "0 POLYLINE 8 0 66 1 70 1"
    + " 0 VERTEX 8 0 10 67 20 48 42 .7 0 VERTEX 8 0 10 68 20 48 42 -2" * 9
    + " 0 SEQEND",
    "flat arcs far away": "0 LWPOLYLINE 8 0 90 18" + " 10 1e15 20 1 42 .1 10 1e15 20 2 42 .1" * 9,
}
DRAWINGS = {
    **{kind: dxf({"A": [curve] * 50}, MANY * 2) for kind, curve in CURVES.items()},
    "columns": dxf({"A": [LINE]}, [f"{INSERT} A 70 5000 71 5000"]),
    "nested": dxf({"A": [LINE] * 99, "B": MANY, "C": [f"{INSERT} B"] * 999}, [f"{INSERT} C"]),
    "odd codes": dxf({"A": [LINE]}, [f"{INSERT} A +70x 5000 071 5000"]),
    "dimensions": dxf({"A": [LINE] * 9999}, ["0 DIMENSION 2 A"] * 9999),
}


@pytest.mark.parametrize("content", DRAWINGS.values(), ids=DRAWINGS)
def test_a_drawing_of_few_records_that_draws_many_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.dxf"
    path.write_text(content)
    with pytest.raises(FileError, match=REFUSED):
        read_vector(path, crs=4326)


@pytest.mark.parametrize("entities", [f"{INSERT} A", f"{INSERT} B 70 5000 71 5000"])
def test_a_drawing_whose_blocks_draw_nothing_is_read(entities: str, tmp_path: Path) -> None:
    path = tmp_path / "a.dxf"
    path.write_text(dxf({"A": [LINE, f"{INSERT} A"]}, [entities, LINE]))
    assert len(read_vector(path, crs=4326)) >= 1


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_ordinary_drawing_is_read_with_its_blocks(line_end: str, tmp_path: Path) -> None:
    path = tmp_path / "a.dxf"
    content = dxf({"A": [LINE] * 3}, [f"{INSERT} A 70 2"] * 50 + [LINE])
    path.write_bytes(content.replace("\n", line_end).encode())
    assert len(read_vector(path, crs=4326)) == 101


def test_a_map_of_many_circles_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.dxf"
    path.write_text(dxf({"A": [CURVES["circle"]]}, [CURVES["circle"], f"{INSERT} A"] * 10_000))
    assert len(read_vector(path, crs=4326)) == 20_000


def packed(path: Path, drawings: int) -> Path:
    """Write an archive of drawings that differ."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(drawings):
            archive.writestr(f"d{number}.dxf", dxf({}, [LINE.replace("67", f"67.{number}")]))
    return path


@pytest.fixture(autouse=True)
def _untried() -> None:
    trial._tried.cache_clear()


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that are tried."""
    tried, run = list[str](), limited_process.output_of

    def counted(*arguments: Any, **options: Any) -> Any:
        tried.append(arguments[2].name)
        return run(*arguments, **options)

    monkeypatch.setattr(trial, "output_of", counted)
    return tried


def test_only_the_drawings_of_an_archive_that_are_read_are_tried(
    tmp_path: Path, trials: list[str]
) -> None:
    path = packed(tmp_path / "a.zip", 20)
    with open_document(path) as document:
        assert len(document.layers) == 20
        assert trials == []
        assert [len(document.cells(f"d{n}", ReadOptions(crs=4326))) for n in (3, 4, 3)] == [1, 1, 1]
    assert trials == ["d3.dxf", "d4.dxf"]


def test_the_drawings_of_an_archive_share_the_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = limited_process._used

    def slow(process: Any) -> Any:
        yield from used(process)
        yield 1.0, 4.0

    monkeypatch.setattr(limited_process, "_used", slow)
    started, start = list[object](), subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(a) or start(*a, **k))
    path = packed(tmp_path / "b.zip", 6)
    with open_document(path) as document:
        for number in range(6):
            with nullcontext() if number < 3 else pytest.raises(FileError, match="with those bef"):
                document.cells(f"d{number}", ReadOptions(crs=4326))
    assert len(started) == 4  # none starts when nothing is left


def test_the_databases_of_an_archive_share_the_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = gpd.GeoDataFrame({"a": ["x"]}, geometry=[Point(1, 1)], crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(5):
            archive.write(tmp_path / "a.gpkg", f"a{number}.gpkg")
    seconds = itertools.count(0, 6)
    clock = SimpleNamespace(thread_time=lambda: next(seconds))
    monkeypatch.setattr(limited_process, "time", clock)
    with (
        pytest.raises(FileError, match=r"a[0-4].gpkg in .* more than 1[5-9] seconds .* with those"),
        open_document(tmp_path / "a.zip"),
    ):
        pass


def test_a_drawing_is_tried_once_until_it_changes(tmp_path: Path, trials: list[str]) -> None:
    path = tmp_path / "a.dxf"
    path.write_text(dxf({}, [LINE, CURVES["circle"]]))
    copy = tmp_path / "a.copy.dxf"  # read in a copy, for its name
    copy.write_bytes(path.read_bytes())
    assert [len(read_vector(one, crs=4326)) for one in (path, path, copy)] == [2, 2, 2]
    assert len(trials) == 1
    path.write_text(dxf({}, [LINE, CURVES["arc"]]))
    assert len(read_vector(path, crs=4326)) == 2
    assert len(trials) == 2


def test_a_reason_names_neither_the_source_of_gdal_nor_a_copy(tmp_path: Path) -> None:
    reasons = list[str]()
    for name, content in {
        "a.b.dxf": "0\nSECTION\n2\nENTITIES\n0\nLINE\n8\n0\nx\n10\n",
        "b.dxf": "0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n2\nA\n0\n",
        "c.d.topojson": '{"type":"Topology","arcs":[',
    }.items():
        path = tmp_path / name
        path.write_text(content)
        try:
            read_vector(path, crs=4326)
        except FileError as error:
            reasons.append(str(error).replace(str(path), ""))
    assert reasons  # versions of GDAL differ in what they read
    assert not re.search(r"[.]cpp|/|\\", " ".join(reasons)), reasons


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the signal")
def test_a_process_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    endless, parent = tmp_path / "endless.py", tmp_path / "parent.py"
    endless.write_text("import signal\nprint('on', flush=True)\nsignal.pause()\n")
    parent.write_text(
        "import os, subprocess, sys\n"
        "limits = 3 * [str(1 << 32)]\n"
        "start = [sys.executable, '-I', '-S', sys.argv[1], str(os.getpid()), *limits, '']\n"
        "end = subprocess.Popen([*start, sys.argv[2]], stdout=sys.stdout)\n"
        "end.wait()\n"
    )
    command = [sys.executable, parent, limited_program.__file__, endless]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"on\n"
        process.kill()
        assert process.communicate(timeout=20) == (b"", None)  # the other has closed it, too


def topology(path: Path) -> None:
    shape = {"type": "MultiLineString", "arcs": [[0], [-1]] * 500, "properties": {"a": "x"}}
    arcs = [[[n % 90, n % 80] for n in range(900)]]
    path.write_text(json.dumps({"type": "Topology", "arcs": arcs, "objects": {"a": shape}}))


def test_the_word_topology_in_lines_of_json_is_only_a_word(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [70, 45]}
    feature = {"type": "Feature", "properties": {"a": "Topology"}, "geometry": point}
    (tmp_path / "a.geojsonl").write_text(f"{json.dumps(feature)}\n" * 2)
    assert len(read_vector(tmp_path / "a.geojsonl")) == 2


def shapefile(path: Path) -> None:
    gpd.GeoDataFrame({"a": ["x"] * 2000}, geometry=[Point(1, 1)] * 2000, crs=4326).to_file(path)
    long = path.with_name("long.shp")
    gpd.GeoDataFrame({"a": ["x"]}, geometry=[LONG_LINE], crs=4326).to_file(long)
    path.write_bytes(long.read_bytes())
    index, entry = path.with_suffix(".shx"), long.with_suffix(".shx").read_bytes()[100:]
    index.write_bytes(index.read_bytes()[:100] + entry * 2000)


def geodatabase(path: Path) -> None:
    shapes = [LONG_LINE] + [LineString([(1, 1), (2, 2)])] * 2999
    gpd.GeoDataFrame(geometry=shapes, crs=4326).to_file(path, driver="OpenFileGDB")
    index = max(path.glob("*.gdbtable"), key=lambda file: file.stat().st_size)
    index = index.with_suffix(".gdbtablx")
    content = index.read_bytes()
    size = content[12]
    rows = 16 + 3000 * size
    index.write_bytes(content[:16] + content[16 : 16 + size] * 3000 + content[rows:])


def database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as new:
        new.execute(f"PRAGMA page_size = {PAGE}")
        new.execute("CREATE TABLE t (a TEXT, b TEXT)")
        new.executemany("INSERT INTO t VALUES (?, 1)", [("x" * 5000,)] * 20)
        new.commit()
        (root,) = new.execute("SELECT rootpage FROM sqlite_master").fetchone()
    content = bytearray(path.read_bytes())
    start = (root - 1) * PAGE
    assert content[start] == 5  # an inner page; its first cell leads to a leaf
    (cell,) = struct.unpack_from(">H", content, start + 12)
    leaf = content[start + cell : start + cell + 4]
    cells, places = bytearray(), []
    for row in range(1, 1000):
        cells += leaf + bytes([0x80 | row >> 7, row & 0x7F])
        places.append(PAGE - 6 * row)
    page = struct.pack(">BHHHB4s", 5, 0, len(places), places[-1] % PAGE, 0, bytes(leaf))
    page += struct.pack(f">{len(places)}H", *places)
    ordered = b"".join(bytes(cells[n : n + 6]) for n in range(len(cells) - 6, -1, -6))
    content[start : start + PAGE] = page + bytes(PAGE - len(page) - len(ordered)) + ordered
    path.write_bytes(content)


def flat_geobuf(path: Path) -> None:
    round_one = Point(70, 45).buffer(1, quad_segs=2000)
    shape = MultiPolygon([round_one, *(box(n, 0, n + 0.5, 1) for n in range(900))])
    gpd.GeoDataFrame({"a": ["x"]}, geometry=[shape], crs=4326).to_file(path, SPATIAL_INDEX="NO")
    content = bytearray(path.read_bytes())
    start = 16 + struct.unpack_from("<I", content, 8)[0]
    places = flatgeobuf._Content(path)
    geometry = places.target(places.root(np.array([start])), 0)
    parts = int(places.target(geometry, 7)[0]) + 4
    first = parts + struct.unpack_from("<I", content, parts)[0]
    at = range(parts, parts + 4 * 901, 4)
    farthest = max(place + struct.unpack_from("<I", content, place)[0] for place in at)
    large = max(first, farthest)  # the first part was written first, so last in the file
    for place in at:
        struct.pack_into("<I", content, place, large - place)
    path.write_bytes(content)


def shared_columns(path: Path) -> None:
    names = ["x" * 50_000, *(f"c{n}" for n in range(200))]
    table = {name: [1] for name in names}
    gpd.GeoDataFrame(table, geometry=[Point(1, 1)], crs=4326).to_file(path, SPATIAL_INDEX="NO")
    content = bytearray(path.read_bytes())
    places = flatgeobuf._Content(path)
    columns = places.target(places.root(np.array([12])), 7)
    at = columns[0] + 4 + 4 * np.arange(len(names))
    tables = places.root(at)
    long = tables[places.numbers(places.target(tables, 0)).argmax()]
    for place in at.tolist():
        struct.pack_into("<I", content, place, long - place)
    path.write_bytes(content)


def round_shapes(path: Path) -> None:
    head = (
        'Version 300\nDelimiter ","\nCoordSys Earth Projection 1, 104\nColumns 1\na Char(5)\nData\n'
    )
    path.write_text(head + "Ellipse 1 1 2 2\nArc 1 1 2 2\n0 359\nRoundrect 1 1 2 2\n1\n" * 99)
    path.with_suffix(".mid").write_text("x\n" * 297)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.mif", round_shapes),
        ("a.topojson", topology),
        ("a.json", topology),
        ("a.shp", shapefile),
        ("a.gdb", geodatabase),
        ("a.sqlite", database),
        ("a.fgb", flat_geobuf),
        ("a.fgb", shared_columns),
    ],
)
def test_records_that_share_their_bytes_are_refused(
    name: str, make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proportion, "FREE_BYTES", 0)
    monkeypatch.setattr(sqlite_copy, "_FREE_BYTES", 0)
    make(tmp_path / name)
    with (
        pytest.raises(FileError, match=r"expands to more than|database or disk is full"),
        open_document(tmp_path / name) as document,
    ):
        document.cells(None, ReadOptions(crs=4326))


RING = [[70, 45], [70, 46], [71, 46], [70, 45]]


@pytest.mark.parametrize("rings", ['"rings"', '"RINGS"', "'Rings'", "Region"])
def test_areas_whose_rings_gdal_compares_are_tried(
    rings: str, tmp_path: Path, trials: list[str]
) -> None:
    path = tmp_path / ("a.mif" if rings == "Region" else "a.json")
    if path.suffix == ".json":
        feature = {"attributes": {"a": 1}, "geometry": {"rings": [RING] * 3}}
        kind = {"geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 4326}}
        content = json.dumps({**kind, "features": [feature]})
        path.write_text(content.replace('"rings"', rings))
    else:
        head = "Version 300\nCoordSys Earth Projection 1, 104\nColumns 1\n a Integer\nData\n\n"
        corners = "".join(f"{x} {y}\n" for x, y in RING)
        path.write_text(f"{head}Region 2\n4\n{corners}4\n{corners}")
        path.with_suffix(".mid").write_text("1\n")
    assert len(read_vector(path, crs=4326)) == 1
    assert trials == [path.name]


@pytest.mark.parametrize(("rings", "is_tried"), [(3, False), (501, True)])
def test_shapefiles_with_many_rings_in_a_shape_are_tried(
    rings: int, is_tried: bool, tmp_path: Path, trials: list[str]
) -> None:
    path = tmp_path / "a.shp"
    shapes = [box(0, 0, 1, 1), MultiPolygon([box(n, 2, n + 0.5, 3) for n in range(rings)])]
    gpd.GeoDataFrame({"a": [1, 2]}, geometry=shapes, crs=4326).to_file(path)
    assert len(read_vector(path)) == 2
    assert trials == ["a.shp"] * is_tried


def test_geodatabases_whose_tables_change_places_are_tried_anew(
    tmp_path: Path, trials: list[str]
) -> None:
    arc_geodatabase(tmp_path / "a.gdb", [10, 10, 11, 11, 10, 11], 5)
    shutil.copytree(tmp_path / "a.gdb", tmp_path / "b.gdb")
    for part in sorted((tmp_path / "b.gdb").glob("a00000009.*")):
        part.rename(part.with_stem("a0000000a"))
    for name in ("a.gdb", "b.gdb"):
        with suppress(FileError):
            read_vector(tmp_path / name)
    assert trials == ["a.gdb", "b.gdb"]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_arcs_count_in_every_encoding_of_a_database(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sqlite"
    points = ", ".join(f"{n % 9} {n % 7}" for n in range(61))
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA encoding = '{encoding}'")
        database.execute("CREATE TABLE t (geometry TEXT)")
        shapes = [(f"CIRCULARSTRING({points})",)] * 20
        database.executemany("INSERT INTO t VALUES (?)", shapes)
        database.execute(
            "CREATE TABLE geometry_columns (f_table_name, f_geometry_column, geometry_type, "
            "coord_dimension, srid, geometry_format)"
        )
        described = "INSERT INTO geometry_columns VALUES ('t', 'geometry', 0, 2, -1, 'WKT')"
        database.execute(described)
        database.commit()
    assert len(read_vector(path, crs=4326)) == 20
    monkeypatch.setattr(proportion, "FREE_BYTES", 0)
    monkeypatch.setattr(proportion, "LARGEST_RATIO", 10)
    with pytest.raises(FileError, match="expands to more than"):
        read_vector(path, crs=4326)


def test_arcs_count_whatever_their_column_is_declared_as(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.gpkg"
    arc_database(path, [1, 1, 2, 2, 3, 1] * 100 + [1, 1], 20)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")
        declared = "UPDATE sqlite_master SET sql = replace(sql, 'LINESTRING', 'INTEGER')"
        database.execute(declared)
        database.execute("UPDATE t SET geom = CAST(geom AS TEXT)")
        database.commit()
    monkeypatch.setattr(proportion, "FREE_BYTES", 0)
    monkeypatch.setattr(proportion, "LARGEST_RATIO", 20)
    with pytest.raises(FileError, match="expands to more than"):
        read_vector(path)


def test_the_rows_of_an_index_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"a": ["x"] * 3}, geometry=[Point(1, 1)] * 3, crs=4326).to_file(
        path, layer="t"
    )
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE s (a)")
        for table in "ts":
            database.execute(f"CREATE INDEX index_{table} ON {table} (a)")
        database.commit()
    assert len(read_vector(path, layer="t")) == 3
    roots = "SELECT name, rootpage FROM sqlite_master WHERE name LIKE 'index_%'"
    with closing(sqlite3.connect(path)) as database:
        (one, its_root), (other, root) = database.execute(roots).fetchall()
        database.execute("PRAGMA writable_schema = ON")
        for name, page in ((one, root), (other, its_root)):
            database.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (page, name))
        database.commit()
    assert read_vector(path, layer="t")["a"].tolist() == ["x"] * 3


def test_faces_and_signs_of_gml_are_limited(tmp_path: Path) -> None:
    path = tmp_path / "a.gml"
    for shape, says in (
        ("<g:TopoSurface>" + "<g:directedFace/>" * 400 + "</g:TopoSurface>", "300 faces"),
        (
            "<g:TopoSurface>" + ("<g:directedFace/>" * 200 + "<g:TopoSurface/>") * 2,
            "300 faces in a surface",
        ),
        ("<g:coordinates ts='e'>0.0e1.1</g:coordinates>", "ts='e' between its coordinates"),
        ("<g:coordinates g:TS='e'>0.0e1.1</g:coordinates>", "TS='e' between its coordinates"),
        ("<g:coordinates><ts>e</ts>0.0e1.1</g:coordinates>", "elements in its coordinates"),
    ):
        path.write_text(
            "<g:FeatureCollection xmlns:g='http://www.opengis.net/gml'><g:featureMember><a>"
            f"<b>{shape}</b></a></g:featureMember></g:FeatureCollection>"
        )
        with pytest.raises(FileError, match=says):
            read_vector(path, crs=4326)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the limits")
def test_the_system_keeps_the_limits_of_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program.py"
    text = "import resource as r\nprint([r.getrlimit(k)[0] for k in (r.RLIMIT_AS, r.RLIMIT_CPU)])"
    program.write_text(text, encoding="utf-8")
    monkeypatch.setattr(limited_process, "_used", lambda process: [process.wait()][1:])
    budget = Budget(Amounts(900, 7, 1), Amounts(0, 0, 0), Amounts(0, 0, 0), kind="a", cure="b")
    with limited_process.output_of(
        str(program), (), program, "a", budget=budget, packages=()
    ) as output:
        assert json.load(output) == [1800 << 20, 15]


def test_a_python_that_cannot_be_started_is_an_error_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_process, "_python", lambda _: str(tmp_path / "python3"))
    (tmp_path / "a.dxf").write_text(dxf({}, [LINE]))
    with pytest.raises(FileError, match=r"a.dxf needs a process of .*python3: .*as GeoPackage"):
        read_vector(tmp_path / "a.dxf", crs=4326)


def wkb_arc(numbers: list[int]) -> bytes:
    return struct.pack(f"<BII{len(numbers)}d", 1, 8, len(numbers) // 2, *numbers)


def arc_gml(path: Path, numbers: list[int], times: int) -> None:
    arc = f"<g:ArcString><g:posList>{' '.join(map(str, numbers))}</g:posList></g:ArcString>"
    curve = f"<g:Curve srsName='EPSG:4326'><g:segments>{arc}</g:segments></g:Curve>"
    member = f"<g:featureMember><a><b>{curve}</b></a></g:featureMember>"
    head = "<w:FeatureCollection xmlns:w='http://www.opengis.net/wfs' "
    head += "xmlns:g='http://www.opengis.net/gml'>"
    path.write_text(f"{head}{member * times}</w:FeatureCollection>")


def arc_json(path: Path, numbers: list[int], times: int) -> None:
    pairs = [[*pair] for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    shape = {"type": "CircularString", "coordinates": pairs}
    feature = {"type": "Feature", "properties": {"a": 1}, "geometry": None, "place": shape}
    core = "http://www.opengis.net/spec/json-fg-1/0.3/conf/core"
    table = {"type": "FeatureCollection", "conformsTo": [core], "features": [feature] * times}
    path.write_text(json.dumps(table, separators=(",", ":")))


def arc_with_own_signs(path: Path, numbers: list[int], times: int) -> None:
    arc_gml(path, numbers, times)
    text = path.read_text().replace("<g:posList>", "<g:coordinates cs=';' ts='|'>")
    pairs = re.sub(r"(\d+) (\d+) ?", r"\1;\2|", text).replace("</g:posList>", "</g:coordinates>")
    path.write_text(pairs)


def arc_among_points(path: Path, numbers: list[int], times: int) -> None:
    arc_database(path, numbers, times, Point(0, 0))


def arc_database(
    path: Path,
    numbers: list[int],
    times: int,
    declared: Point | LineString = BENT_LINE,
) -> None:
    shapes = [declared] * times
    gpd.GeoDataFrame({"a": ["x"] * times}, geometry=shapes, crs=4326).to_file(path, layer="t")
    with closing(sqlite3.connect(path)) as database:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in database.execute(triggers).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        blob = b"GP\0\1" + struct.pack("<i", 4326) + wkb_arc(numbers)
        database.execute("UPDATE t SET geom = ?", (blob,))
        database.commit()


def arc_flat_geobuf(path: Path, numbers: list[int], times: int) -> None:
    pairs = [*zip(numbers[::2], numbers[1::2], strict=True)]
    gpd.GeoDataFrame({"a": ["x"] * times}, geometry=[LineString(pairs)] * times, crs=4326).to_file(
        path, SPATIAL_INDEX="NO"
    )
    content = bytearray(path.read_bytes())
    places = flatgeobuf._Content(path)
    content[int(places.field(places.root(np.array([12])), 2)[0])] = 8
    path.write_bytes(content)


def arc_geodatabase(path: Path, numbers: list[int], times: int) -> None:
    shape = b"\1" + struct.pack("<II", 11, 1) + wkb_arc(numbers)
    pyogrio.raw.write(
        path,
        np.array([shape] * times, dtype=object),
        [np.arange(times, dtype=np.int32)],
        np.array(["a"], dtype=object),
        geometry_type="MultiLineString",
        crs="EPSG:4326",
        driver="OpenFileGDB",
    )


ARCS = {
    "gdb": arc_geodatabase,
    "gml": arc_gml,
    "json": arc_json,
    "gpkg": arc_database,
    "fgb": arc_flat_geobuf,
}


@pytest.mark.parametrize(("ending", "make"), ARCS.items(), ids=ARCS)
@pytest.mark.skipif(pyogrio.__gdal_version__ < (3, 12), reason="GDAL reads no arcs of JSON yet")
def test_some_arcs_are_read(
    ending: str, make: Callable[[Path, list[int], int], None], tmp_path: Path
) -> None:
    path = tmp_path / f"a.{ending}"
    make(path, [10, 10, 11, 11, 10, 11], 5)
    frame = read_vector(path, crs=4326)
    assert [shapely.get_num_coordinates(shape) > 60 for shape in frame.geometry] == [True] * 5


HIDDEN_ARCS = {"gml": arc_with_own_signs, "gpkg": arc_among_points}


@pytest.mark.parametrize(("ending", "make"), [*ARCS.items(), *HIDDEN_ARCS.items()])
def test_the_points_that_gdal_makes_of_arcs_count(
    ending: str,
    make: Callable[[Path, list[int], int], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proportion, "FREE_BYTES", 0)
    monkeypatch.setattr(proportion, "LARGEST_RATIO", 20)
    path = tmp_path / f"a.{ending}"
    make(path, [1, 1, 2, 2, 3, 1] * 1700 + [1, 1], 20)
    with pytest.raises(FileError, match="expands to more than"):
        read_vector(path, crs=4326)
    path.rename(path.with_suffix(f".{ending.upper()}"))
    with pytest.raises(FileError, match="expands to more than"):
        read_vector(path.with_suffix(f".{ending.upper()}"), crs=4326)


@pytest.mark.parametrize("order", [0x00, 0x01, 0x11, 0x21, 0x31])
@pytest.mark.parametrize(
    "kind", [7, 8, 1008, 0x80000008, 0x80000108, 0x8008, 0x108, 1_000_001, 2_000_003, 4_000_003]
)
def test_all_numbers_of_types_with_arcs_are_found(kind: int, order: int) -> None:
    cell = bytes([order]) + kind.to_bytes(4, "little" if order & 1 else "big") + bytes(40)
    assert arcs._may_have_arcs(cell)
    assert arcs._may_have_arcs(b"GP\0\3" + bytes(36) + cell)
    marked = cell[:38] + b"\x7c" + cell[39:-1] + b"\xfe"
    assert arcs._may_have_arcs(marked)


@pytest.mark.parametrize("kind", [1, 3, 6, 1003, 3006, 17, 0x80000003, 0xC0000001, 0x20000006])
def test_ordinary_geometries_have_no_arcs(kind: int) -> None:
    cell = b"\1" + kind.to_bytes(4, "little") + bytes(40)
    assert not arcs._may_have_arcs(cell)
    assert not arcs._may_have_arcs(b"GP\0\1" + bytes(4) + cell)
    for picture in (b"\xff\xd8\xff\xe0", b"\x89PNG"):
        assert not arcs._may_have_arcs(picture + bytes(40))


def test_collections_without_arcs_do_not_count_as_arcs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.gpkg"
    shape = shapely.GeometryCollection([Point(0, 0).buffer(1, quad_segs=500), Point(1, 1)])
    gpd.GeoDataFrame({"a": ["x"] * 20}, geometry=[shape] * 20, crs=4326).to_file(path)
    monkeypatch.setattr(proportion, "FREE_BYTES", 0)
    monkeypatch.setattr(proportion, "LARGEST_RATIO", 2)
    assert len(read_vector(path)) == 20


def arc_view(path: Path, shape: str, times: int) -> None:
    """Make a view that has the arc of one row for each row of another table."""
    arc_database(path, [1, 1, 2, 2, 1, 1], 1)
    numbers = f"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {times})"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE n (id INTEGER PRIMARY KEY)")
        database.execute(f"INSERT INTO n {numbers} SELECT x FROM c")
        database.execute(f"CREATE VIEW v AS SELECT n.id AS id, {shape} AS geom FROM n, t")
        database.execute("DELETE FROM gpkg_contents")
        for table in ("v", "t"):
            contents = "INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES (?, ?, ?)"
            database.execute(contents, (table, "features", 4326))
        columns = "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'GEOMETRY', 4326, 0, 0)"
        database.execute(columns)
        database.commit()


def test_arcs_that_a_view_repeats_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.gpkg"
    arc_view(path, "t.geom", 500)
    assert len(read_vector(path, layer="v")) == 500
    monkeypatch.setattr(proportion, "FREE_BYTES", 0)
    monkeypatch.setattr(proportion, "LARGEST_RATIO", 4)
    with pytest.raises(FileError, match="expands to more than"):
        read_vector(path, layer="v")


def test_an_arc_of_json_is_found_behind_an_escape(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    arc_json(path, [1, 1, 2, 2, 1, 1], 5)
    plain = proportion._bytes_of_json(path, 0)
    path.write_text(path.read_text().replace("Circular", "\\u0043ircular"))
    assert proportion._bytes_of_json(path, 0) == plain > 0


@pytest.mark.parametrize("name", ["a.shp", "a.gdb", "a.fgb"])
def test_bytes_are_counted_once_in_ordinary_files(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    shapes = [MultiPolygon([box(n, 0, n + 0.5, 1), box(n, 2, n + 0.5, 3)]) for n in range(500)]
    driver = "OpenFileGDB" if name == "a.gdb" else None
    gpd.GeoDataFrame({"a": ["x"] * 500}, geometry=shapes, crs=4326).to_file(path, driver=driver)
    out = proportion._BYTES_OUT[path.suffix[1:]](path, 10**9)
    assert 0.1 * proportion.size_of(path) < out < 2 * proportion.size_of(path)
    assert len(read_vector(path)) == 500


def test_a_column_of_its_own_for_each_record_is_refused(tmp_path: Path) -> None:
    features = [{"type": "Feature", "properties": {f"k{n}": 1}} for n in range(4000)]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with pytest.raises(FileError, match="4,000 rows of 4,001 columns, far more than"):
        read_vector(path)


def test_objects_with_members_of_their_own_are_not_made_one_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = [{f"k{row}": [row]} for row in range(20)]
    features = [{"type": "Feature", "properties": {"a": 1, "b": cell, "c": 2}} for cell in objects]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    mapped, apply = list[object](), pd.Series.map

    def map_series(column: pd.Series, function: object, **options: object) -> pd.Series:
        mapped.append(function)
        return apply(column, function, **options)

    monkeypatch.setattr(pd.Series, "map", map_series)
    frame = read_vector(path)
    assert [*frame.columns[:3]] == ["a", "b", "c"]
    assert frame["b"].tolist() == [json.dumps(cell) for cell in objects]
    assert json.loads not in mapped  # pandas would infer the type of all members together


def collection(path: Path, *properties: dict[str, Any]) -> Path:
    point = {"type": "Point", "coordinates": [67, 48]}
    features = [{"type": "Feature", "properties": one, "geometry": point} for one in properties]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.parametrize("cell", [{"b": 1}, [1]])
def test_columns_of_objects_and_lists_are_set_at_once(
    cell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = collection(tmp_path / "a.geojson", {f"k{n}": cell for n in range(300)} | {"c": 2**60})
    set_one_by_one = list[object]()
    for name in ("insert", "isetitem"):
        monkeypatch.setattr(pd.DataFrame, name, lambda *a, **_: set_one_by_one.append(a))
    frame = read_vector(path)
    assert set_one_by_one == []
    assert [*frame] == [*(f"k{n}" for n in range(300)), "c", "geometry"]
    assert frame["k7"].tolist() == [json.dumps(cell)]
    assert frame["c"].tolist() == [2**60]
    assert (frame.crs, frame.geometry.name) == ("EPSG:4326", "geometry")


@pytest.mark.parametrize("cell", [{"b": 1}, "text", 3])
def test_a_property_named_geometry_is_kept_beside_the_shapes(cell: Any, tmp_path: Path) -> None:
    path = collection(tmp_path / "a.geojson", {"a": 1, "geometry": cell, "c": 2}, {"c": 3})
    frame = read_vector(path)
    assert [*frame] == ["a", "geometry_2", "c", "geometry"]
    assert frame["geometry_2"].iloc[0] == (json.dumps(cell) if isinstance(cell, dict) else cell)
    assert frame.geometry.x.tolist() == [67, 67]
    with open_document(path) as document:
        assert [*document.cells().frame] == ["a", "geometry_2", "c"]


def test_more_columns_than_pyogrio_reads_in_time_are_refused(tmp_path: Path) -> None:
    path = collection(tmp_path / "a.geojson", {f"{n:x}": 1 for n in range(40_000)})
    with pytest.raises(FileError, match="has 40,001 columns, and minmap reads at most 32,768"):
        read_vector(path)


def test_objects_without_shapes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    features = [
        {"type": "Feature", "properties": {"a": {"b": n}}, "geometry": None} for n in (1, 2)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with open_document(path) as document:
        assert document.cells().frame["a"].tolist() == ['{"b": 1}', '{"b": 2}']


def test_databases_of_very_many_tables_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as database:
        for number in range(1001):
            database.execute(f"CREATE TABLE t{number} (a)")
        database.commit()
    with pytest.raises(FileError, match=r"has 1,001 tables and views, .* at most 1,000"):
        read_vector(path)


def test_a_database_is_tried_within_the_limits_of_its_own_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = list[float]()
    limits = Budget.limits_with

    def noted(budget: Budget, size: float, where: str) -> Amounts:
        sizes.append(size)
        return limits(budget, size, where)

    monkeypatch.setattr(Budget, "limits_with", noted)
    path = tmp_path / "a.gpkg"
    arc_view(path, "t.geom", 5000)  # which the copy has 5,000 times
    with suppress(FileError):
        read_vector(path, layer="v")
    assert sizes
    assert max(sizes) <= path.stat().st_size / 2**20


def test_a_full_temporary_folder_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"a": ["x"]}, geometry=[Point(1, 1)], crs=4326).to_file(path)

    def full(_: str, copy: str, *__: object, **___: object) -> None:
        Path(copy).touch()
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite_copy, "copy_database", full)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(FileError, match=r"needs a copy, for which .* has no room; set .* TMPDIR"):
        read_vector(path)
