"""Documents: any kind of file, from a path or a file object, plain or packed, whole or hostile."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from minmap.errors import ChoiceError, CRSError, FileError, MinmapError, MinmapWarning
from minmap.files import document, open_document, read_vector
from minmap.files.archive import MOST_MEMBERS
from minmap.files.cells import Cells, ReadOptions
from tests.conftest import SHARED

needs_shared = pytest.mark.reference
CSV = "id,name,lat,lon\n1,Кара-Тау,43.5,68.9\n2,B,47,67\n"
GEOJSON = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"007",'
    '"day":"2020-01-02","grade":5.0,"list":[1,2],"thing":{"a":"б"}},'
    '"geometry":{"type":"Point","coordinates":[67,48,900]}}]}'
)
KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Schema name="s" id="s"><SimpleField name="grade" type="string"/></Schema>
<Folder><name>Gold</name>
<Placemark><name>A</name><description><![CDATA[<b>x</b>]]></description><ExtendedData>
<Data name="ore"><value>007</value></Data></ExtendedData>
<Point><coordinates>67,48,100</coordinates></Point></Placemark>
<Placemark><name>no place</name></Placemark></Folder>
<Folder><name>Медь</name><Placemark><name>B</name><ExtendedData><SchemaData schemaUrl="#s">
<SimpleData name="grade">1.50</SimpleData></SchemaData></ExtendedData>
<LineString><coordinates>67,48 68,49</coordinates></LineString></Placemark></Folder>
</Document></kml>"""
WFS_10 = """<?xml version='1.0' encoding="ISO-8859-1" ?>
<wfs:FeatureCollection xmlns:ms="http://mapserver.gis.umn.edu/mapserver"
 xmlns:wfs="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml">
<gml:boundedBy><gml:Box srsName="EPSG:4326"><gml:coordinates>-120.65241,37.63381
 -119.201570,38.433210</gml:coordinates></gml:Box></gml:boundedBy>
<gml:featureMember><ms:mrds fid="mrds.250615"><ms:geometry><gml:Point srsName="EPSG:4326">
<gml:coordinates>-120.651010,38.416800</gml:coordinates></gml:Point></ms:geometry>
<ms:dep_id>0010257110</ms:dep_id><ms:site_name>Peñón</ms:site_name></ms:mrds></gml:featureMember>
<gml:featureMember><ms:mrds fid="mrds.29815"><ms:geometry><gml:Point srsName="EPSG:4326">
<gml:coordinates>-120.079050,37.821310</gml:coordinates></gml:Point></ms:geometry>
<ms:dep_id>10030957</ms:dep_id><ms:site_name>Dorsey Placer</ms:site_name></ms:mrds>
</gml:featureMember></wfs:FeatureCollection>"""


@pytest.fixture
def sites() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"имя": ["Кара-Тау", "Сары-Оба"], "grade": [1.5, 2.5]},
        geometry=[Point(67.3, 48.1), Point(70.0, 43.0)],
        crs=4326,
    )


def only(file: str | os.PathLike[str] | BinaryIO, **options: Any) -> Cells:
    with open_document(file) as opened:
        return opened.cells(options.pop("layer", None), ReadOptions(**options))


def refused(file: Any, *, error: type[MinmapError] = FileError, **options: Any) -> str:
    """Return the message, which must be one line that is not too long."""
    with pytest.raises(error) as caught:
        only(file, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 700
    return message


def put(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def pack(path: Path, members: dict[str, str | bytes]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def folder_state(folder: Path) -> dict[str, bytes]:
    return {str(p): sha256(p.read_bytes()).digest() for p in folder.rglob("*") if p.is_file()}


# Paths and file objects ---------------------------------------------------------------------------


def test_a_path_in_any_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "mines.csv", CSV)
    monkeypatch.setenv("HOME", str(tmp_path))
    for given_as in (path, str(path), "~/mines.csv"):
        with open_document(given_as) as opened:
            assert (opened.label, opened.path, opened.layers) == ("mines.csv", path, ("mines",))
            assert opened.cells().frame["name"].tolist() == ["Кара-Тау", "B"]


def test_file_objects(tmp_path: Path) -> None:
    path = put(tmp_path / "mines.csv", CSV)
    named = io.BytesIO(CSV.encode())
    named.name = "folder/sites.csv"
    with open_document(named) as opened:
        assert (opened.label, opened.layers) == ("sites.csv", ("sites",))
        copy = opened.path
        assert copy.read_bytes() == CSV.encode()
    assert not copy.exists()
    with path.open("rb") as stream, open_document(stream) as opened:
        assert opened.path == path
        assert len(opened.cells()) == 2
    with path.open("rb") as stream:
        stream.readline()
        assert only(stream).frame.columns.tolist() == ["1", "Кара-Тау", "43.5", "68.9"]
    assert only(io.BytesIO(GEOJSON.encode())).frame["id"].tolist() == ["007"]


def test_file_objects_that_cannot_be(tmp_path: Path) -> None:
    assert "opened with open(path, 'rb')" in refused(42)
    assert "gives text" in refused(io.StringIO(CSV))
    assert "is empty" in refused(io.BytesIO())
    read = io.BytesIO(CSV.encode())
    read.read()
    assert "seek to 0" in refused(read)
    assert "binary file" in refused(io.BytesIO(bytes(2_000_000)))
    with put(tmp_path / "a.csv", CSV).open(encoding="utf-8") as stream:
        assert "gives text" in refused(stream)


def test_a_file_object_that_is_closed(tmp_path: Path) -> None:
    with put(tmp_path / "mines.csv", CSV).open("rb") as file:
        pass
    for closed in (file, io.BytesIO(b"a")):
        closed.close()
        with pytest.raises(FileError, match="is closed; read it inside its with block"):
            read_vector(closed)
    gpd.GeoDataFrame(geometry=[Point(1, 2)], crs=4326).to_file(tmp_path / "a.shp")
    alone = io.BytesIO((tmp_path / "a.shp").read_bytes())
    alone.name = "a.shp"
    with pytest.raises(FileError, match=r"a\.dbf is missing: it holds the table of The file obj"):
        read_vector(alone)


def test_paths_that_cannot_be(tmp_path: Path) -> None:
    put(tmp_path / "mines.csv", CSV)
    assert "did you mean 'mines.csv'" in refused(tmp_path / "mine.csv")
    assert "check the spelling and the folder" in refused(tmp_path / "no" / "mine.csv")
    assert "is a folder; give one of the files in it" in refused(tmp_path)
    assert "is empty (0 bytes)" in refused(put(tmp_path / "none.csv", b""))
    refused("a\0b.csv")
    if os.name == "posix":
        os.mkfifo(tmp_path / "pipe.csv")
        assert "not an ordinary file" in refused(tmp_path / "pipe.csv")
        assert "not an ordinary file" in refused("/dev/zero")


def test_the_content_tells_the_kind_and_not_the_ending(tmp_path: Path) -> None:
    assert only(put(tmp_path / "a.txt", GEOJSON)).geometry is not None
    assert only(put(tmp_path / "b.dat", CSV)).geometry is None
    assert only(put(tmp_path / "c.xml", WFS_10.encode("latin-1"))).geometry is not None
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    assert only(stream).frame.columns.tolist() == ["a", "b"]
    archive = pack(tmp_path / "d.dat", {"mines.csv": CSV})
    assert len(only(archive)) == 2


# Workbooks ----------------------------------------------------------------------------------------


def save_book(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Deposits"
    sheet["B2"] = "Mineral deposits of X"
    sheet.merge_cells("B2:I2")
    header = ["id", "place", None, "day", "lat", "ok", "fault", "at"]
    for column, value in enumerate(header, start=2):
        sheet.cell(4, column, value)
    sheet.merge_cells("C4:D4")
    day, moment = pd.Timestamp("2020-05-01"), pd.Timestamp("2020-05-01 03:04:05")
    sheet.append([None, 5, "Кара", "x", day.date(), 45.25, True, "#N/A", moment.to_pydatetime()])
    sheet.append([])
    sheet.append([None, 7.0, "NA", 3, None, 1e-7, False, "#DIV/0!", "007"])
    book.create_sheet("Nothing")
    second = book.create_sheet("Литература")
    second.append(["id", "text"])
    second.append([5, "a"])
    book.save(path)
    return path


def test_a_workbook(tmp_path: Path) -> None:
    path = save_book(tmp_path / "a.xlsx")
    with open_document(path) as opened:
        assert opened.layers == ("Deposits", "Литература")
        cells = opened.cells("Deposits")
        assert cells.frame.columns.tolist() == [
            *("id", "place", "place_2", "day", "lat", "ok", "fault", "at")
        ]
        assert cells.frame.fillna("").to_numpy().tolist() == [
            ["5", "Кара", "x", "2020-05-01", "45.25", "TRUE", "#N/A", "2020-05-01T03:04:05"],
            ["7", "NA", "3", "", "1e-07", "FALSE", "#DIV/0!", "007"],
        ]
        assert "the first is 'Mineral deposits of X'" in cells.notes[0]
        assert len(opened.cells("Deposits", ReadOptions(limit=1))) == 1
        beside = opened.beside("литература")
        assert beside is not None
        assert beside.frame["text"].tolist() == ["a"]
    assert "has 2 layers; pass layer= one of: 'Deposits', 'Литература'" in refused(path)
    assert "has no layer 'None'" in refused(path, layer="None")


def test_workbooks_that_cannot_be(tmp_path: Path) -> None:
    far = openpyxl.Workbook()
    far.active["A1"], far.active["XFD1048576"] = 1, 2
    far.save(tmp_path / "far.xlsx")
    assert "takes too much memory. Remove stray cells" in refused(tmp_path / "far.xlsx")
    openpyxl.Workbook().save(tmp_path / "none.xlsx")
    assert "none of its sheets has anything" in refused(tmp_path / "none.xlsx")
    one = openpyxl.Workbook()
    one.active.append(["a"])
    one.save(tmp_path / "one.xlsx")
    assert "has one column only" in refused(tmp_path / "one.xlsx")
    whole = save_book(tmp_path / "a.xlsx").read_bytes()
    for size in (30, len(whole) // 2, len(whole) - 30):
        refused(put(tmp_path / "cut.xlsx", whole[:size]))
    refused(put(tmp_path / "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))
    refused(put(tmp_path / "junk.xlsx", b"PK\x03\x04" + b"junk" * 99))


def test_a_workbook_that_uses_entities(tmp_path: Path) -> None:
    whole = save_book(tmp_path / "a.xlsx")
    with ZipFile(whole) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    evil = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "b">]>'
    book = evil + members["xl/workbook.xml"].split(b"?>", 1)[-1].replace(b"Deposits", b"&a;")
    path = pack(tmp_path / "evil.xlsx", {**members, "xl/workbook.xml": book})
    assert "cannot be read as a workbook" in refused(path)


# Vector files -------------------------------------------------------------------------------------


def test_geojson_cells_are_plain(tmp_path: Path) -> None:
    cells = only(put(tmp_path / "a.geojson", GEOJSON))
    assert cells.frame.loc[0, ["id", "day", "list", "thing"]].tolist() == [
        *("007", "2020-01-02", "[1, 2]", '{"a": "б"}')
    ]
    column = cells.column("GRADE")
    assert column is not None
    assert column.tolist() == ["5"]
    assert cells.geometry is not None
    assert cells.geometry.iloc[0].wkt == "POINT (67 48)"


def test_geojson_line_by_line(tmp_path: Path) -> None:
    line = '{"type":"Feature","properties":{"n":1},"geometry":null}\n'
    assert len(only(put(tmp_path / "a.geojsonl", line * 3))) == 3
    assert len(only(put(tmp_path / "a.json", line * 3), limit=2)) == 2


def test_kml_folders_are_layers_and_extended_data_columns(tmp_path: Path) -> None:
    path = put(tmp_path / "a.kml", KML)
    packed = pack(tmp_path / "a.kmz", {"doc.kml": KML, "files/icon.png": b"\x89PNG"})
    for file in (path, packed, io.BytesIO(KML.encode())):
        with open_document(file) as opened:
            assert opened.layers == ("Gold", "Медь")
            gold, copper = opened.cells("Gold"), opened.cells("Медь")
        assert gold.frame.fillna("").to_numpy().tolist() == [
            ["A", "<b>x</b>", "007"],
            ["no place", "", ""],
        ]
        assert gold.frame.columns.tolist() == ["Name", "description", "ore"]
        assert gold.geometry is not None
        assert gold.geometry.isna().tolist() == [False, True]
        assert copper.frame["grade"].tolist() == ["1.50"]


class TestGML:
    @needs_shared
    def test_wfs_11_of_mrds_is_in_california(self, tmp_path: Path) -> None:
        source = SHARED / "deposits" / "mrds" / "mrds_wfs_1.1.0_california_sample.gml"
        path = Path(shutil.copy(source, tmp_path))
        before = folder_state(tmp_path)
        cells = only(path)
        assert folder_state(tmp_path) == before
        assert cells.geometry is not None
        assert cells.geometry.crs == "EPSG:4326"
        assert (cells.geometry.x.between(-121, -119) & cells.geometry.y.between(37, 39)).all()
        assert cells.frame["dep_id"].tolist()[0] == "10257110"
        assert not {"lowerCorner", "upperCorner"} & set(cells.frame)

    def test_wfs_10_has_longitude_first(self, tmp_path: Path) -> None:
        path = put(tmp_path / "a.gml", WFS_10.encode("latin-1"))
        cells = only(path)
        assert cells.geometry is not None
        assert cells.geometry.iloc[0] == Point(-120.65101, 38.4168)
        assert cells.frame["dep_id"].tolist() == ["0010257110", "10030957"]
        assert cells.frame["site_name"].tolist() == ["Peñón", "Dorsey Placer"]
        assert cells.notes == []
        assert [p.name for p in tmp_path.iterdir()] == ["a.gml"]

    def test_wfs_11_against_its_rule_is_seen_by_the_numbers(self, tmp_path: Path) -> None:
        text = WFS_10.replace("gml:coordinates", "gml:pos").replace("10,38", "10 38")
        path = put(tmp_path / "a.gml", text.replace("50,37", "50 37").encode("latin-1"))
        cells = only(path)
        assert cells.geometry is not None
        assert cells.geometry.iloc[0] == Point(-120.65101, 38.4168)
        assert "longitude first" in cells.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><kml>&b;</kml>',
        '<!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>',
        '<!DOCTYPE k [<!ENTITY % p SYSTEM "http://example.org/a.dtd"> %p;]><kml/>',
    ],
)
@pytest.mark.parametrize("ending", [".kml", ".gml", ".txt", ".kmz"])
def test_entities_are_refused(tmp_path: Path, text: str, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    path = pack(path, {"doc.kml": text}) if ending == ".kmz" else put(path, text)
    assert "declares XML entities" in refused(path)


def test_what_reads_other_files_or_runs_is_refused(tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.csv", CSV)
    vrt = (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    for name in ("a.vrt", "a.gml", "a.txt"):
        assert "none of KML, GML and GPX" in refused(put(tmp_path / name, vrt))
    pipeline = '{"type": "gdal_streamed_alg", "command_line": "gdal vector convert"}'
    assert "processing pipeline" in refused(put(tmp_path / "a.json", pipeline))
    assert "and damaged" in refused(put(tmp_path / "a.kml", "<kml"))
    assert "none of KML" in refused(put(tmp_path / "b.csv", "<html><body>a</body></html>"))


class TestShapefileEncodings:
    def save(self, frame: gpd.GeoDataFrame, path: Path, encoding: str, *, cpg: str | None) -> Path:
        frame.to_file(path, encoding=encoding)
        path.with_suffix(".cpg").unlink()
        if cpg is not None:
            path.with_suffix(".cpg").write_text(cpg)
        return path

    @pytest.mark.parametrize(
        ("encoding", "cpg"),
        [("cp1251", "1251"), ("cp1251", "ANSI 1251"), ("cp866", "OEM 866"), ("utf-8", "UTF-8"),
         ("utf-8", "65001"), ("koi8-r", "KOI8-R"), ("cp1251", "CP1251\r\n"),
         ("iso8859-5", "ISO 88595")],
    )  # fmt: skip
    def test_the_cpg_file_tells(
        self, sites: gpd.GeoDataFrame, tmp_path: Path, encoding: str, cpg: str
    ) -> None:
        cells = only(self.save(sites, tmp_path / "a.shp", encoding, cpg=cpg))
        assert cells.frame["имя"].tolist() == sites["имя"].tolist()
        assert cells.notes == []

    @pytest.mark.parametrize(("driver", "encoding"), [(0xC9, "cp1251"), (0x65, "cp866")])
    def test_the_language_driver_tells(
        self, sites: gpd.GeoDataFrame, tmp_path: Path, driver: int, encoding: str
    ) -> None:
        path = self.save(sites, tmp_path / "a.shp", encoding, cpg=None)
        table = bytearray(path.with_suffix(".dbf").read_bytes())
        table[29] = driver
        path.with_suffix(".dbf").write_bytes(table)
        cells = only(path)
        assert cells.frame["имя"].tolist() == sites["имя"].tolist()
        assert cells.notes == []

    @pytest.mark.parametrize("encoding", ["cp1251", "cp866"])
    @pytest.mark.parametrize("cpg", [None, "nonsense"])
    def test_else_the_text_tells(
        self, sites: gpd.GeoDataFrame, tmp_path: Path, encoding: str, cpg: str | None
    ) -> None:
        path = self.save(sites, tmp_path / "a.shp", encoding, cpg=cpg)
        cells = only(path)
        assert cells.frame.columns.tolist() == ["имя", "grade"]
        assert cells.frame["имя"].tolist() == sites["имя"].tolist()
        assert f"was read as {encoding} (" in cells.notes[0]
        with pytest.warns(MinmapWarning, match=rf"a\.shp: .*read as {encoding}"):
            assert read_vector(path)["имя"].tolist() == sites["имя"].tolist()

    def test_a_cpg_file_that_is_wrong_is_not_believed(
        self, sites: gpd.GeoDataFrame, tmp_path: Path
    ) -> None:
        cells = only(self.save(sites, tmp_path / "a.shp", "cp1251", cpg="UTF-8"))
        assert cells.frame["имя"].tolist() == sites["имя"].tolist()
        assert "though its .cpg says utf-8" in cells.notes[0]

    def test_the_users_word_goes_first(self, sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
        path = self.save(sites, tmp_path / "a.shp", "koi8-r", cpg="1251")
        assert only(path, encoding="koi8_r").frame["имя"].tolist() == sites["имя"].tolist()
        assert read_vector(path, encoding="koi8-r")["имя"].tolist() == sites["имя"].tolist()
        refused(path, error=ChoiceError, encoding="klingon")

    def test_text_cut_within_a_letter(self, tmp_path: Path) -> None:
        frame = gpd.GeoDataFrame({"a": ["Ж" * 127, "б"]}, geometry=[Point(1, 2)] * 2, crs=4326)
        path = self.save(frame, tmp_path / "a.shp", "utf-8", cpg="UTF-8")
        table = path.with_suffix(".dbf").read_bytes()
        cut = table.replace("ЖЖ ".encode(), b"\xd0\x96\xd0  ").replace("б".encode(), b"\xd0 ")
        path.with_suffix(".dbf").write_bytes(cut)
        cells = only(path)
        assert cells.frame["a"].iloc[1] == "\ufffd"
        assert "letters are not in utf-8" in cells.notes[0]


def test_a_geodatabase_and_a_geopackage_with_two_layers(
    sites: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    for ending, driver in ((".gdb", "OpenFileGDB"), (".gpkg", "GPKG")):
        path = tmp_path / f"many{ending}"
        frame = sites.rename(columns={"имя": "name"}).astype({"grade": float})
        frame.to_file(path, layer="faults", driver=driver)
        frame.head(1).to_file(path, layer="dykes", driver=driver, mode="a")
        packed = tmp_path / f"{ending[1:]}.zip"
        with ZipFile(packed, "w") as archive:
            for part in [path] if path.is_file() else sorted(path.iterdir()):
                archive.write(part, f"in/{part.relative_to(tmp_path)}")
        before = folder_state(tmp_path)
        for file in (path, packed):
            with open_document(file) as opened:
                assert sorted(opened.layers) == ["dykes", "faults"]
                assert len(opened.cells("dykes")) == 1
                assert opened.cells("faults").frame["name"].tolist() == sites["имя"].tolist()
                assert opened.beside("DYKES") is not None
            assert "has 2 layers; pass layer= one of: 'dykes', 'faults'" in refused(file)
        assert folder_state(tmp_path) == before


def test_a_geopackage_in_write_ahead_mode_is_left_alone(
    sites: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "a.gpkg"
    sites.to_file(path, layer="a")
    base = sqlite3.connect(path)
    base.execute("pragma journal_mode=wal")
    for (trigger,) in base.execute(
        "select name from sqlite_master where type='trigger'"
    ).fetchall():
        base.execute(f'drop trigger "{trigger}"')
    base.execute("update a set grade = 9 where fid = 1")
    base.commit()
    before = folder_state(tmp_path)
    assert only(path).frame["grade"].tolist() == [9, 2.5]
    assert folder_state(tmp_path) == before
    base.close()


def test_tables_without_geometry_in_vector_formats(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": [1, 2], "day": pd.to_datetime(["2020-01-02", None])})
    table.to_parquet(tmp_path / "a.parquet")
    pyogrio.write_dataframe(table, tmp_path / "a.gpkg", layer="a")
    for name in ("a.parquet", "a.gpkg"):
        cells = only(tmp_path / name)
        assert cells.geometry is None
        assert cells.frame["day"].fillna("").tolist() == ["2020-01-02", ""]
        with pytest.raises(FileError, match="has no geometry"):
            read_vector(tmp_path / name)


def test_the_crs_is_that_of_the_user_or_required(sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    sites.to_file(path)
    cells = only(path, crs=4284)
    assert cells.geometry is not None
    assert cells.geometry.crs == "EPSG:4284"
    assert "taken as Pulkovo 1942" in cells.notes[0]
    sites.set_crs(None, allow_override=True).to_parquet(tmp_path / "a.parquet")
    assert "has no coordinate reference system" in refused(tmp_path / "a.parquet", error=CRSError)


# Archives -----------------------------------------------------------------------------------------


def test_tables_of_one_archive(tmp_path: Path) -> None:
    names = '"i"\t"dep_id"\t"name"\n1\t"10"\t"A, b"\n'
    path = pack(
        tmp_path / "rdbms-tab.zip",
        {
            "MRDS.txt": '"dep_id"\t"code_list"\n"10"\t" CU AU"\n',
            "Names.txt": names,
            "readme.txt": "This is about the tables.\nIt has, of course, commas.\nNot here.\n",
            "__MACOSX/._Names.txt": "x",
            ".hidden.csv": CSV,
        },
    )
    for file in (path, path.open("rb"), io.BytesIO(path.read_bytes())):
        with open_document(file) as opened:
            assert opened.layers == ("MRDS", "Names")
            assert opened.cells("MRDS").frame["code_list"].tolist() == [" CU AU"]
            beside = opened.beside("names")
            assert beside is not None
            assert beside.frame["name"].tolist() == ["A, b"]
            assert opened.beside("Commodity") is None
        if not isinstance(file, Path):
            file.close()


def test_a_description_beside_a_table_is_not_a_table(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"x/mines.csv": CSV, "x/about.txt": "a,b\n1,2\n"})
    with open_document(path) as opened:
        assert opened.layers == ("mines",)
        assert opened.path.name == "mines.csv"
        assert len(opened.cells()) == 2


def test_a_table_beside_a_table_in_a_folder(tmp_path: Path) -> None:
    path = put(tmp_path / "deposit.csv", CSV)
    put(tmp_path / "Commodity.CSV", "id,commod\n1,Au\n")
    with open_document(path) as opened:
        beside = opened.beside("commodity")
        assert beside is not None
        assert beside.frame["commod"].tolist() == ["Au"]
        assert opened.beside("ref") is None


@needs_shared
def test_the_major_deposits_have_their_tables_beside_them() -> None:
    with open_document(SHARED / "deposits" / "usgs_major_deposits" / "deposit.csv") as opened:
        sizes = [len(opened.beside(name).frame) for name in ("commodity", "ref")]  # type: ignore[union-attr]
    assert sizes == [5001, 961]


def test_names_packed_in_an_old_code_page(tmp_path: Path) -> None:
    raw = "Рудники".encode("cp866")
    path = pack(tmp_path / "a.zip", {"xxxxxxx.csv": CSV, "other.csv": CSV})
    path.write_bytes(path.read_bytes().replace(b"xxxxxxx", raw))
    with open_document(path) as opened:
        assert opened.layers == ("Рудники", "other")
        assert len(opened.cells("Рудники")) == 2


def swelling(path: Path) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as member:
        for _ in range(110):
            member.write(b"0,1\n" * (1 << 18))
    return path


def climbing(path: Path) -> Path:
    return pack(path, {"../../climbed.csv": CSV, "/tmp/absolute.csv": CSV, "c:\\x\\y.csv": CSV})


def test_an_archive_that_swells(tmp_path: Path) -> None:
    message = refused(swelling(tmp_path / "bomb.zip"))
    assert "expands too much when unpacked" in message
    assert "at most 4 GB and 200 times" in message


def test_members_that_climb_out_stay_in(tmp_path: Path) -> None:
    inner = tmp_path / "deep" / "er"
    inner.mkdir(parents=True)
    path = climbing(inner / "a.zip")
    before = folder_state(tmp_path)
    with open_document(path) as opened:
        assert sorted(opened.layers) == ["absolute", "climbed", "y"]
        for layer in opened.layers:
            assert len(opened.cells(layer)) == 2
    assert folder_state(tmp_path) == before
    assert not Path("/tmp/absolute.csv").exists()


def test_links_are_no_members(tmp_path: Path) -> None:
    link = ZipInfo("link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "a.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "holds no vector file and no table" in refused(path)


def test_workbooks_of_an_archive_share_one_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = save_book(tmp_path / "book.xlsx").read_bytes()
    with open_document(tmp_path / "book.xlsx") as opened:
        held = sum(table.held_bytes for table in opened._tables.values())
    assert held > 0
    monkeypatch.setattr(document, "_MOST_HELD_BYTES", 2 * held)
    two = pack(tmp_path / "two.zip", {"a.xlsx": book, "b.xlsx": book})
    with open_document(two) as opened:
        assert len(opened.layers) >= 2
    three = pack(tmp_path / "three.zip", {"a.xlsx": book, "b.xlsx": book, "c.xlsx": book})
    assert "of text together; unpack it" in refused(three)


def test_archives_that_cannot_be(tmp_path: Path) -> None:
    inner = pack(tmp_path / "inner.zip", {"a.csv": CSV}).read_bytes()
    nested = pack(tmp_path / "nested.zip", {"inner.zip": inner})
    assert "no table but inner.zip; unpack it" in refused(nested)
    disguised = pack(tmp_path / "disguised.zip", {"a.csv": inner})
    assert "is an archive in an archive" in refused(disguised)
    many = pack(tmp_path / "many.zip", {f"{n}.csv": "" for n in range(MOST_MEMBERS + 1)})
    assert "holds 10,001 files; an archive may hold 10,000" in refused(many)
    assert "cannot be unpacked" in refused(put(tmp_path / "junk.zip", b"PK\x03\x04junk"))
    refused(pack(tmp_path / "none.zip", {}))
    secret = bytearray(inner)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        secret[secret.index(mark) + offset] |= 1
    assert "needs a password" in refused(put(tmp_path / "secret.zip", bytes(secret)))
    for size in range(10, len(inner), 25):
        refused(put(tmp_path / "cut.zip", inner[:size]))


def test_two_members_of_one_name(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", CSV)
    assert len(only(path)) == 2


def test_an_archive_of_a_workbook_and_a_table(tmp_path: Path) -> None:
    book = save_book(tmp_path / "book.xlsx").read_bytes()
    path = pack(tmp_path / "a.zip", {"book.xlsx": book, "mines.csv": CSV})
    with open_document(path) as opened:
        assert opened.layers == ("book/Deposits", "book/Литература", "mines")
        assert len(opened.cells("book/Deposits")) == 2


# Whatever the bytes -------------------------------------------------------------------------------


def real_files(folder: Path) -> dict[str, bytes]:
    frame = gpd.GeoDataFrame({"a": ["x", "y"]}, geometry=[Point(1, 2), Point(3, 4)], crs=4326)
    frame.to_file(folder / "a.gpkg")
    frame.to_parquet(folder / "a.parquet")
    frame.to_file(folder / "a.fgb", SPATIAL_INDEX="NO")
    save_book(folder / "a.xlsx")
    pack(folder / "a.zip", {"a.csv": CSV})
    put(folder / "a.kml", KML)
    put(folder / "a.gml", WFS_10.encode("latin-1"))
    put(folder / "a.geojson", GEOJSON)
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return real_files(tmp_path_factory.mktemp("whole"))


KINDS = ["a.fgb", "a.geojson", "a.gml", "a.gpkg", "a.kml", "a.parquet", "a.xlsx", "a.zip"]


@settings(max_examples=120)
@given(
    name=st.sampled_from(KINDS),
    cut=st.floats(0, 1),
    place=st.floats(0, 1),
    noise=st.binary(min_size=1, max_size=12),
)
def test_damaged_files_give_cells_or_a_clear_error(
    whole: dict[str, bytes], name: str, cut: float, place: float, noise: bytes
) -> None:
    content = bytearray(whole[name][: 1 + int(cut * len(whole[name]))])
    start = int(place * len(content))
    content[start : start + len(noise)] = noise
    file = io.BytesIO(bytes(content))
    file.name = name
    said = ""
    try:
        with open_document(file) as opened:
            for layer in opened.layers:
                opened.cells(layer)
    except MinmapError as error:
        said = str(error)
    assert "\n" not in said


def test_every_kind_is_read_whole(whole: dict[str, bytes]) -> None:
    for name in KINDS:
        file = io.BytesIO(whole[name])
        file.name = name
        with open_document(file) as opened:
            assert all(len(opened.cells(layer)) for layer in opened.layers), name


def test_callables_are_not_read() -> None:
    call: Callable[[], None] = lambda: None  # noqa: E731
    assert "neither a path nor a file" in refused(call)


# Headings of Russian tables -----------------------------------------------------------------------


def test_names_in_two_rows_of_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["№", "Название", "Координаты", None, "Au", "Cu"])
    sheet.append([None, None, "Широта", "Долгота", "г/т", "%"])
    sheet.append([1, "Акташ", 41.5, 70.25, 1.2, 3])
    for area in ("A1:A2", "B1:B2", "C1:D1"):
        sheet.merge_cells(area)
    book.save(tmp_path / "a.xlsx")
    with open_document(tmp_path / "a.xlsx") as opened:
        cells = opened.cells()
    names = ["№", "Название", "Широта", "Долгота", "Au г/т", "Cu %"]
    assert cells.frame.columns.tolist() == names
    assert cells.frame.to_numpy().tolist() == [["1", "Акташ", "41.5", "70.25", "1.2", "3"]]
    assert cells.notes == []


def test_groups_of_columns_tell_alike_names_apart(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["n", "WGS84", None, "Pulkovo", None])
    sheet.append([None, "lat", "lon", "lat", "lon"])
    sheet.append([1, 41.5, 70.25, 41.6, 70.26])
    for area in ("A1:A2", "B1:C1", "D1:E1"):
        sheet.merge_cells(area)
    book.save(tmp_path / "a.xlsx")
    with open_document(tmp_path / "a.xlsx") as opened:
        frame = opened.cells().frame
    assert frame.columns.tolist() == ["n", "WGS84 lat", "WGS84 lon", "Pulkovo lat", "Pulkovo lon"]
    assert len(frame) == 1


def test_a_row_that_numbers_the_columns_is_not_a_record():
    text = "№;Название;Широта;Долгота\n1;2;3;4\n1;Акташ;41,5;70,2\n"
    with open_document(io.BytesIO(text.encode())) as opened:
        cells = opened.cells()
    assert cells.frame["Название"].tolist() == ["Акташ"]
    assert cells.frame.index.tolist() == [0]
    assert cells.set_aside == 1
    assert "The row that numbers the columns, below their names, was left out." in cells.notes


@pytest.mark.parametrize(
    "text",
    ["a,b,c,d\n1,2,3,4\n5,6,7,8\n", "a,b,c,d\n1,2,3,4\n", "a,b,c,d\n1,2,3,5\n1,x,2,3\n"],
)
def test_a_first_row_of_numbers_may_be_a_record(text):
    with open_document(io.BytesIO(text.encode())) as opened:
        cells = opened.cells()
    assert len(cells) == text.count("\n") - 1
    assert cells.set_aside == 0


def test_a_kml_without_records_opens_and_is_refused_when_read():
    kml = b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document></Document></kml>'
    with open_document(io.BytesIO(kml)) as opened, pytest.raises(FileError, match="is empty"):
        opened.cells()


def test_an_error_never_shows_a_path_of_ours():
    with pytest.raises(FileError) as caught, open_document(io.BytesIO(b'{"a": 1}')):
        pass
    assert str(caught.value) == (
        "The file object 'table' cannot be read as a vector file: it is not recognized as being in "
        "a supported file format. Give a shapefile, GeoPackage, GeoJSON or GeoParquet."
    )


def test_a_view_has_the_types_of_its_values(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    shapes = [Point(70, 45), Point(71, 46)]
    gpd.GeoDataFrame({"n": [1, 2]}, geometry=shapes, crs=4326).to_file(path, layer="t")
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE VIEW v AS "
            "SELECT fid, geom, n, n + 1 AS next, n / 2.0 AS half, n || '' AS label FROM t "
            "UNION ALL SELECT fid, geom, n, n + 1, n, 'x' FROM t"
        )
        contents = "INSERT INTO gpkg_contents(table_name, data_type, srs_id) VALUES (?, ?, 4326)"
        database.execute(contents, ("v", "features"))
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POINT', 4326, 0, 0)"
        )
        database.commit()
    frame = read_vector(path, layer="v")
    assert frame["next"].tolist() == [2, 3, 2, 3]
    assert frame["half"].tolist() == [0.5, 1.0, 1.0, 2.0]
    assert frame["label"].tolist() == ["1", "2", "x", "x"]
    assert "fid" not in frame  # the number of a row, as for GDAL


def test_a_view_keeps_its_order_and_tables_their_names(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    shapes = [Point(70, 45), Point(71, 46), Point(72, 47)]
    gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=shapes, crs=4326).to_file(path, layer="t")
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE VIEW v AS SELECT fid, n, n * 2 AS twice FROM t ORDER BY n DESC")
        database.execute("CREATE VIRTUAL TABLE docs USING fts4(a)")
        database.execute("CREATE TABLE docs_data AS SELECT 'kept' AS a")
        database.execute("CREATE TABLE draft AS SELECT 'kept' AS a")
        database.commit()
    with open_document(path) as opened:
        assert set(opened.layers) == {"t", "v", "docs_data", "draft"}
        assert opened.cells("v").frame["twice"].tolist() == [6, 4, 2]
        assert opened.cells("draft").frame["a"].tolist() == ["kept"]


def test_large_whole_numbers_of_parquet_keep_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    large = 2**53 + 1
    columns = {
        "name": ["a", "b"],
        "signed": pa.array([large, None], pa.int64()),
        "unsigned": pa.array([None, 2**64 - 1], pa.uint64()),
        "small": pa.array([1, None], pa.int64()),
        "listed": pa.array([[large, None], None], pa.list_(pa.int64())),
    }
    pq.write_table(pa.table(columns), path)
    with open_document(path) as opened:
        frame = opened.cells(None).frame
    assert frame["signed"].tolist() == [large, pd.NA]
    assert frame["unsigned"].tolist() == [pd.NA, 2**64 - 1]
    assert frame["small"].dtype == float
    assert frame["listed"].tolist()[0] == f"[{large}, null]"
