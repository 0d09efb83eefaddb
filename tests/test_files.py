"""The user's vector files: any format and CRS, or one clear line that says what to do."""

from __future__ import annotations

import re
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point

from minmap.errors import CRSError, FileError, MinmapWarning
from minmap.files import open_document, read_vector
from tests.conftest import SHARED

FORMATS = (".shp", ".gpkg", ".geojson", ".json", ".parquet", ".geoparquet", ".zip", ".fgb")


@pytest.fixture
def sites() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": ["Кара-Тау", "B"], "grade": [1.5, 2.5]},
        geometry=[Point(67.3, 48.1), Point(70.0, 43.0)],
        crs=4326,
    )


def write(frame: gpd.GeoDataFrame, path: Path) -> Path:
    if path.suffix in {".parquet", ".geoparquet"}:
        frame.to_parquet(path)
    elif path.suffix == ".zip":
        inside = write(frame, path.with_name("inside.shp"))
        with ZipFile(path, "w") as archive:
            for part in sorted(path.parent.glob("inside.*")):
                archive.write(part, f"a folder/{inside.stem}{part.suffix}")
                part.unlink()
    else:
        # Written under a plain name: some drivers refuse odd ones, and readers must not.
        plain = path.with_name(f"plain{path.suffix}")
        options = {".json": {"driver": "GeoJSON"}, ".fgb": {"SPATIAL_INDEX": "NO"}}
        frame.to_file(plain, **options.get(path.suffix, {}))
        for part in path.parent.glob("plain.*"):
            part.rename(path.with_name(path.name.removesuffix(path.suffix) + part.suffix))
    return path


def one_line(call: Callable[[], Any]) -> str:
    """Return the message of the error, which must be one line."""
    with pytest.raises((FileError, CRSError)) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600
    return message


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_gives_the_same_frame(
    ending: str, sites: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = write(sites, tmp_path / f"sites{ending}")
    before = {p.name: sha256(p.read_bytes()).digest() for p in tmp_path.iterdir()}
    found = read_vector(path)
    assert found["name"].tolist() == sites["name"].tolist()
    assert found["grade"].tolist() == sites["grade"].tolist()
    assert found.crs == sites.crs
    assert found.geometry.geom_equals_exact(sites.geometry, 1e-7).all()
    assert before == {p.name: sha256(p.read_bytes()).digest() for p in tmp_path.iterdir()}


@pytest.mark.parametrize("epsg", [32642, 28412, 3857])
def test_the_crs_of_the_file_is_kept(epsg: int, sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
    for ending in (".shp", ".gpkg", ".parquet"):
        found = read_vector(write(sites.to_crs(epsg), tmp_path / f"sites{ending}"))
        there = found.to_crs(4326).get_coordinates().to_numpy()
        assert there == pytest.approx(sites.get_coordinates().to_numpy(), abs=1e-6)


@pytest.mark.parametrize(
    "name", ["Ош & #1?.geojson", "a{{b}}[1]!.gpkg", "საბადო %20.shp", "x'\"y.zip"]
)
def test_odd_names(name: str, sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
    assert len(read_vector(str(write(sites, tmp_path / name)))) == 2


def test_a_file_that_is_not_there_or_empty_or_no_vector_file(tmp_path: Path) -> None:
    assert "does not exist" in one_line(lambda: read_vector(tmp_path / "none.shp"))
    for ending in FORMATS:
        empty, junk = tmp_path / f"empty{ending}", tmp_path / f"junk{ending}"
        empty.touch()
        junk.write_bytes(b"this is no vector file" * 9)
        for part in (empty, junk):
            part.with_suffix(".dbf").touch()
        assert "is empty" in one_line(lambda path=empty: read_vector(path))
        assert str(junk) in one_line(lambda path=junk: read_vector(path))


@pytest.mark.parametrize("ending", [".gpkg", ".parquet", ".zip", ".geojson", ".fgb"])
def test_a_file_cut_short(ending: str, sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = write(sites, tmp_path / f"sites{ending}")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    assert str(path) in one_line(lambda: read_vector(path))


def test_a_table_without_geometry(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("name,grade\nA,1\n")
    assert "has no geometry" in one_line(lambda: read_vector(table))
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "table.parquet")
    assert "has no geometry" in one_line(lambda: read_vector(tmp_path / "table.parquet"))


class TestCRS:
    def test_without_a_crs_the_error_lists_places(
        self, sites: gpd.GeoDataFrame, tmp_path: Path
    ) -> None:
        path = write(sites, tmp_path / "sites.shp")
        path.with_suffix(".prj").unlink()
        message = one_line(lambda: read_vector(path))
        assert "pass it, such as crs='EPSG:4326'" in message
        assert "45.55 N 68.65 E in EPSG:4326" in message
        assert read_vector(path, crs="EPSG:4326").crs == sites.crs
        write(sites.to_crs(32642), path)
        path.with_suffix(".prj").unlink()
        assert re.search(
            r"45\.\d\d N 68\.\d\d E in EPSG:32642", one_line(lambda: read_vector(path))
        )

    def test_geojson_is_longitude_and_latitude(self, tmp_path: Path) -> None:
        path = tmp_path / "a.geojson"
        path.write_text('{"type": "Point", "coordinates": [67, 48]}')
        assert read_vector(path).crs == "EPSG:4326"

    def test_geoparquet_without_one(self, sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
        path = write(sites.set_crs(None, allow_override=True), tmp_path / "a.parquet")
        assert "45.55 N" in one_line(lambda: read_vector(path))

    def test_no_geometries_no_places(self, sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
        path = write(sites.iloc[:0].set_crs(None, allow_override=True), tmp_path / "a.parquet")
        assert one_line(lambda: read_vector(path)).endswith("such as crs='EPSG:4326'.")

    def test_the_argument_overrides_the_file_with_a_warning(
        self, sites: gpd.GeoDataFrame, tmp_path: Path
    ) -> None:
        path = write(sites, tmp_path / "a.gpkg")
        with pytest.warns(MinmapWarning, match="taken as Pulkovo 1942"):
            found = read_vector(path, crs=4284)
        assert found.crs == "EPSG:4284"
        assert found.geometry.iloc[0] == sites.geometry.iloc[0]
        assert "is not a coordinate reference system" in one_line(
            lambda: read_vector(path, crs="EPSG:99999")
        )


class TestShapefileParts:
    def test_a_missing_index_is_rebuilt_elsewhere(
        self, sites: gpd.GeoDataFrame, tmp_path: Path
    ) -> None:
        path = write(sites, tmp_path / "sites.shp")
        path.with_suffix(".shx").unlink()
        before = sorted(tmp_path.iterdir())
        assert read_vector(path)["name"].tolist() == sites["name"].tolist()
        assert sorted(tmp_path.iterdir()) == before

    def test_a_missing_table_is_an_error(self, sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
        path = write(sites, tmp_path / "sites.shp")
        path.with_suffix(".dbf").unlink()
        message = one_line(lambda: read_vector(path))
        assert "sites.dbf is missing" in message
        assert "Put it beside it" in message

    def test_capital_endings(self, sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
        write(sites, tmp_path / "sites.shp")
        for part in list(tmp_path.iterdir()):
            part.rename(tmp_path / part.name.upper())
        assert read_vector(tmp_path / "SITES.SHP").crs == sites.crs


class TestLayers:
    def test_several_are_listed(self, sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
        path = tmp_path / "many.gpkg"
        sites.to_file(path, layer="faults")
        sites.iloc[:1].to_file(path, layer="dykes")
        assert "has 2 layers; pass layer= one of: 'dykes', 'faults'" in one_line(
            lambda: read_vector(path)
        )
        assert len(read_vector(path, layer="dykes")) == 1
        assert "no layer 'veins'" in one_line(lambda: read_vector(path, layer="veins"))

    def test_an_archive_of_several(self, sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
        path = tmp_path / "many.zip"
        with ZipFile(path, "w") as archive:
            for name in ("one", "two"):
                archive.write(write(sites, tmp_path / f"{name}.geojson"), f"../up/{name}.geojson")
        assert "pass layer= one of: 'one', 'two'" in one_line(lambda: read_vector(path))
        assert len(read_vector(path, layer="two")) == 2
        with ZipFile(tmp_path / "none.zip", "w") as archive:
            archive.writestr("readme.txt", "hello")
        assert "holds no vector file" in one_line(lambda: read_vector(tmp_path / "none.zip"))


def test_empty_and_missing_geometries_are_kept(tmp_path: Path) -> None:
    shapes = [None, Point(), LineString([(67, 48), (68, 48)])]
    frame = gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=shapes, crs=4326)
    for ending in (".gpkg", ".parquet", ".geojson"):
        found = read_vector(write(frame, tmp_path / f"a{ending}"))
        assert found["a"].tolist() == [1, 2, 3]
        empty = (found.geometry.isna() | found.geometry.is_empty).tolist()
        assert empty == [True, True, False]


def test_heights_are_dropped(tmp_path: Path) -> None:
    shapes = [Point(67, 48, 900), None, LineString([(67, 48, 1), (68, 48, 2)])]
    frame = gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=shapes, crs=4326).rename_geometry("site")
    found = read_vector(write(frame, tmp_path / "a.parquet"))
    assert found.active_geometry_name == "site"
    assert not shapely.has_z(found.geometry.to_numpy()).any()
    assert found.geometry.iloc[0] == Point(67, 48)


def test_a_broken_geometry_is_kept_as_missing_and_counted(tmp_path: Path) -> None:
    # A ring that is not closed: GDAL writes it, shapely does not take it.
    header = b"\x01" + struct.pack("<II", 3, 1)
    ring = struct.pack("<I6d", 3, 0, 0, 1, 0, 1, 1)
    gpkg = tmp_path / "a.gpkg"
    _write_gpkg(gpkg, [header + ring, shapely.to_wkb(shapely.box(0, 0, 1, 1))])
    with pytest.warns(MinmapWarning, match="1 of 2 geometries are broken"):
        found = read_vector(gpkg)
    assert found.geometry.isna().tolist() == [True, False]


def test_curves_become_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.gml"
    path.write_text(
        '<wfs:FeatureCollection xmlns:wfs="w" xmlns:gml="http://www.opengis.net/gml">'
        "<gml:featureMember><road><id>1</id><gml:curveProperty>"
        '<gml:Curve srsName="EPSG:32642"><gml:segments><gml:Arc>'
        "<gml:posList>500000 5000000 510000 5010000 520000 5000000</gml:posList>"
        "</gml:Arc></gml:segments></gml:Curve></gml:curveProperty></road></gml:featureMember>"
        "</wfs:FeatureCollection>"
    )
    found = read_vector(path)
    assert found.geom_type.tolist() == ["LineString"]
    assert found.length.iloc[0] == pytest.approx(np.pi * 10_000, rel=1e-3)


@pytest.mark.reference
def test_real_files() -> None:
    legs = read_vector(SHARED / "corridors" / "corridor_legs.geojson")
    assert (len(legs), legs.crs.to_epsg()) == (59, 4326)
    lakes = read_vector(SHARED / "basemap" / "ne_10m_lakes_clip.gpkg")
    assert len(lakes) > 10
    edges = read_vector(SHARED / "corridors" / "eurasia_rail_edges.parquet")
    assert len(edges) == 97_245


def _write_gpkg(path: Path, wkb: list[bytes]) -> None:
    """Write geometries as they are, past every check."""
    frame = gpd.GeoDataFrame({"a": range(len(wkb))}, geometry=[shapely.box(0, 0, 1, 1)] * len(wkb))
    frame.set_crs(4326).to_file(path, layer="a")
    with sqlite3.connect(path) as base:
        triggers = [
            row[0] for row in base.execute("select name from sqlite_master where type='trigger'")
        ]
        for trigger in triggers:
            base.execute(f'drop trigger "{trigger}"')
        for row, blob in enumerate(wkb, start=1):
            head = b"GP\x00\x01" + struct.pack("<i", 4326)
            base.execute("update a set geom=? where fid=?", (head + blob, row))
    base.close()


@pytest.mark.parametrize("ending", [".dbf", ".PRJ", ".cpg", ".shx", ".qml"])
def test_a_part_of_a_file_names_the_whole(tmp_path: Path, ending: str) -> None:
    whole, part = tmp_path / "a [1].shp", tmp_path / f"a [1]{ending}"
    whole.write_bytes(b"any")
    part.write_text("any,lat,lon\nA,45,60\n")
    with pytest.raises(FileError) as error, open_document(part):
        pass
    assert f"{part} is " in str(error.value)
    assert str(error.value).endswith(f"; give {whole}.")
    whole.unlink()
    with open_document(part) as document:
        assert document.cells().frame.shape == (1, 3)


def test_an_index_without_its_shapefile_is_refused(sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
    sites.to_file(tmp_path / "a.shp")
    (tmp_path / "a.shp").unlink()
    with pytest.raises(FileError, match=r"^a\.shp is missing: it holds the shapes of .*a\.shx"):
        read_vector(tmp_path / "a.shx")


@pytest.mark.parametrize("ending", [".shp", ".dbf"])
def test_a_shapefile_cut_short_does_not_lose_rows_in_silence(
    ending: str, sites: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = write(sites, tmp_path / "sites.shp")
    part = path.with_suffix(ending)
    part.write_bytes(part.read_bytes()[:-20])
    assert f"{part} is cut short" in one_line(lambda: read_vector(path))


def test_files_of_one_name_in_an_archive_have_their_paths(
    sites: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "two.zip"
    with ZipFile(path, "w") as archive:
        for folder, frame in (("a", sites), ("b", sites.head(1))):
            archive.write(write(frame, tmp_path / f"{folder}.geojson"), f"{folder}/same.geojson")
    layers = "'a/same.geojson', 'b/same.geojson'"
    assert f"layer= one of: {layers}" in one_line(lambda: read_vector(path))
    assert len(read_vector(path, layer="a/same.geojson")) == 2
    assert len(read_vector(path, layer="b/same.geojson")) == 1


@pytest.mark.parametrize(
    ("in_local_head", "in_central_head", "value"), [(6, 8, 1), (8, 10, 99)], ids=["password", "way"]
)
def test_an_archive_that_cannot_be_unpacked(
    in_local_head: int, in_central_head: int, value: int, sites: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = write(sites, tmp_path / "sites.zip")
    packed = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", in_local_head), (b"PK\x01\x02", in_central_head)):
        for found in re.finditer(re.escape(mark), bytes(packed)):
            packed[found.start() + offset] = value
    path.write_bytes(packed)
    assert "cannot be unpacked" in one_line(lambda: read_vector(path))


def test_an_archive_with_damaged_contents(sites: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "sites.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.write(write(sites, tmp_path / "sites.geojson"), "sites.geojson")
    packed = bytearray(path.read_bytes())
    packed[60:120] = b"\x55" * 60
    path.write_bytes(packed)
    assert "cannot be unpacked" in one_line(lambda: read_vector(path))


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "fgb", "shp", "geojsonl"])
def test_large_whole_numbers_stay_exact_beside_missing_ones(ending: str, tmp_path: Path) -> None:
    columns = {
        "id": pd.array([2**53 + 1, None, -(2**53) - 3], "Int64"),
        "small": pd.array([2**53 - 1, None, 7], "Int64"),
        "size": [1e20, 0.5, None],
    }
    frame = gpd.GeoDataFrame(columns, geometry=[Point(70, 45)] * 3, crs=4326)
    frame.to_file(tmp_path / f"a.{ending}")
    result = read_vector(tmp_path / f"a.{ending}")
    assert result["id"].tolist() == [2**53 + 1, pd.NA, -(2**53) - 3]
    assert [result[name].dtype for name in columns] == ["Int64", "float64", "float64"]
    assert result["small"].dropna().tolist() == [2**53 - 1, 7]


@pytest.mark.parametrize("driver", ["ESRI Shapefile", "MapInfo File"])
def test_the_parts_of_a_linked_file_are_found(driver: str, tmp_path: Path) -> None:
    ending = "shp" if driver == "ESRI Shapefile" else "mif"
    given, made = tmp_path / "given", tmp_path / "made"
    given.mkdir()
    made.mkdir()
    frame = gpd.GeoDataFrame({"n": ["шахта"]}, geometry=[Point(70, 40)], crs="EPSG:32642")
    frame.to_file(given / f"t.{ending}", driver=driver, encoding="UTF-8")
    link = made / f"latest.{ending}"
    link.symlink_to(given / f"t.{ending}")
    with open_document(link) as document:
        assert document.layers == ("latest",)
        assert document.cells().frame["n"].tolist() == ["шахта"]
    for part in given.iterdir():  # those beside the link come first
        if part.suffix != f".{ending}":
            shutil.move(part, made / f"latest{part.suffix}")
    assert read_vector(link)["n"].tolist() == ["шахта"]
    assert [part.name for part in given.iterdir()] == [f"t.{ending}"]


def test_the_log_of_a_linked_database_is_checked_and_not_written(tmp_path: Path) -> None:
    path, link = tmp_path / "t.gpkg", tmp_path / "link" / "t.gpkg"
    gpd.GeoDataFrame({"n": [1]}, geometry=[Point(70, 40)], crs=4326).to_file(path, layer="t")
    link.parent.mkdir()
    link.symlink_to(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE VIEW bad AS SELECT hex(zeroblob(900000000)) AS x FROM t")
        database.commit()
        before = {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
        with open_document(link) as document:
            assert document.layers == ("t", "bad")
            with pytest.raises(FileError, match="'bad' cannot be read by Python"):
                document.cells("bad")
        assert {f: f.read_bytes() for f in tmp_path.iterdir() if f.is_file()} == before
