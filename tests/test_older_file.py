"""Files that a table would replace: those of one table, and those that hold more."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

import minmap as mm
from minmap.cli import cli
from minmap.errors import FileError
from minmap.files import open_document
from minmap.writing import FORMATS

PLACES = gpd.GeoDataFrame({"a": ["Au"]}, geometry=gpd.points_from_xy([67.0], [48.0]), crs=4326)


def layers(path: Path, *names: str) -> None:
    for name in names:
        PLACES.to_file(path, layer=name, driver="GPKG")


def geopackage_with(table: str, columns: str, *values: str) -> Callable[[Path], None]:
    """Return what makes a GeoPackage of one layer and a row in a table of QGIS."""

    def make(path: Path) -> None:
        layers(path, "soil")
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(f"CREATE TABLE {table} ({columns})")
            marks = ", ".join("?" * len(values))
            database.execute(f"INSERT INTO {table} VALUES ({marks})", values)

    return make


def sheets(path: Path, *names: str) -> None:
    book = openpyxl.Workbook()
    for name in names:
        book.create_sheet(name).append(["name", "depth"])
    del book["Sheet"]
    book.save(path)


def files(path: Path, *names: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "1")


HOLD_MORE = {
    "layers.gpkg": (lambda p: layers(p, "wells", "faults"), "layer 'wells', layer 'faults'"),
    "style.gpkg": (
        geopackage_with("layer_styles", "f_table_name, styleQML", "soil", "<qgis/>"),
        "style of 'soil'",
    ),
    "project.gpkg": (
        geopackage_with("qgis_projects", "name, content", "field", ""),
        "project 'field'",
    ),
    "map.gpkg": (lambda p: mm.Map(PLACES).save(p), "style of 'Occurrences', project 'map'"),
    "holes.xlsx": (lambda p: sheets(p, "holes", "assays"), "sheet 'holes', sheet 'assays'"),
    "about.xlsx": (lambda p: sheets(p, "holes", "about"), "sheet 'holes', sheet 'about'"),
    "folders.zip": (
        lambda p: files(p, "v1.0/roads.shp", "v1.0/mines.shp"),
        "v1.0/roads.shp, v1.0/mines.shp",
    ),
    "hidden.zip": (lambda p: files(p, ".env"), ".env"),
    "mrds.zip": (lambda p: files(p, "mrds.csv", "readme.txt"), "mrds.csv, readme.txt"),
}


@pytest.mark.parametrize("name", HOLD_MORE)
def test_a_file_that_holds_more_than_a_table_is_kept(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    make, lost = HOLD_MORE[name]
    make(path)
    before = path.read_bytes()
    with pytest.raises(FileError) as caught:
        mm.write(PLACES, path)
    assert str(caught.value) == (
        f"{path} exists and holds more than one table, which would be lost: {lost}. Give another "
        "name, or remove the file first."
    )
    with pytest.raises(FileError, match="exists and holds more than one table"):
        cli.main(["convert", "no_such_file.csv", "-o", str(path)])
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]


UNREADABLE = {
    "junk.gpkg": lambda p: p.write_bytes(b"SQLite format 3\x00" + bytes(50)),
    "with password.xlsx": lambda p: p.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
    "other.xlsx": lambda p: files(p, "xl/workbook22.xml", "b.txt"),
    "text.zip": lambda p: p.write_text("no archive"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_kept(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    UNREADABLE[name](path)
    before = path.read_bytes()
    with pytest.raises(FileError, match="exists and cannot be read, so it may hold what would be"):
        mm.write(PLACES, path)
    assert path.read_bytes() == before


ONE_TABLE = {
    "soil.gpkg": lambda p: layers(p, "holes"),
    "soil.xlsx": lambda p: sheets(p, "holes"),
    "soil.zip": lambda p: files(p, "holes.shp", "holes.dbf"),
    "empty.gpkg": lambda p: p.write_bytes(b""),
}


@pytest.mark.parametrize("name", [*ONE_TABLE, *(f"own{ending}" for ending in FORMATS)])
def test_a_file_of_one_table_is_replaced(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    ONE_TABLE.get(name, lambda p: mm.write(PLACES, p))(path)
    mm.write(PLACES.assign(a="Cu"), path)
    with open_document(path) as document:
        assert document.cells(document.layers[0]).frame["a"].tolist() == ["Cu"]


@pytest.mark.parametrize("ending", [".prj", ".qpj"])
def test_the_crs_of_a_picture_is_kept(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"map{ending}").write_text("mine")
    with pytest.raises(FileError, match=rf"would replace map{ending} beside it, which belongs to"):
        mm.write(PLACES, tmp_path / "map.shp")
    assert [file.name for file in tmp_path.iterdir()] == [f"map{ending}"]
    assert (tmp_path / f"map{ending}").read_text() == "mine"
    (tmp_path / "map.dbf").write_text("of an older shapefile")
    mm.write(PLACES, tmp_path / "map.shp")
    assert "mine" not in (tmp_path / "map.prj").read_text()
