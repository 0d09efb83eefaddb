"""What others see in the files, what a format refuses, and what happens to an edited file."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import warnings
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import minmap as mm
from minmap.errors import ChoiceError, CRSError, FileError, GeometryError, MinmapWarning
from minmap.files import open_document
from minmap.table import COLUMN_NAMES, COLUMNS, conform
from minmap.writing import FORMATS, exact_table, occurrence_table, write
from minmap.writing.delimited import guarded, unguarded
from minmap.writing.shapefile import NAMES

CITATION = "Labay and others, 2017, USGS Data Series 1052 <doi & more>"


def exactly_from(path: Path, layer: str | None = None) -> gpd.GeoDataFrame | None:
    with open_document(path) as opened:
        return exact_table(opened, layer)


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        {
            "occurrence_id": ["mrds:1", "mrds:2", "mrds:3"],
            "name": ["Жезказган", "=HYPERLINK(1)", None],
            "status_year": pd.array([2011, None, 1999], dtype="Int64"),
            "citation": [CITATION, CITATION, None],
            "distance_km": [1.5, 2.25, np.nan],
            "seen": [True, False, True],
        },
        geometry=gpd.points_from_xy([67.4, 43.3, 74.98], [47.8, 42.3, 46.99]),
        crs="EPSG:4326",
    )
    table = conform(frame)
    table.attrs["sources"] = [{"id": "mrds", "title": "MRDS", "citation": CITATION}]
    return table


def read_by_others(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    if path.suffix == ".csv":
        return pd.read_csv(path)
    if path.suffix == ".xlsx":
        return pd.read_excel(path, engine="calamine")
    return gpd.read_file(path)


@pytest.mark.parametrize("ending", FORMATS)
def test_others_see_points_and_columns(
    tmp_path: Path, places: gpd.GeoDataFrame, ending: str
) -> None:
    target = tmp_path / f"places{ending}"
    write(places, target)
    read = read_by_others(target)
    if ending in (".csv", ".xlsx"):
        assert read["longitude"].tolist() == [67.4, 43.3, 74.98]
        assert read["latitude"].tolist() == [47.8, 42.3, 46.99]
    else:
        assert isinstance(read, gpd.GeoDataFrame)
        assert read.crs.to_epsg() == 4326
        assert read.geometry.x.tolist() == [67.4, 43.3, 74.98]
    year = NAMES["status_year"] if ending in (".shp", ".zip") else "status_year"
    assert read[year].isna().tolist() == [False, True, False]
    assert read[year].dropna().astype(int).tolist() == [2011, 1999]
    assert read["distance_k" if ending in (".shp", ".zip") else "distance_km"][1] == 2.25
    assert read["seen"].astype(bool).tolist() == [True, False, True]
    name = "Name" if ending in (".kml", ".kmz") and "Name" in read else "name"
    assert read[name][0] == "Жезказган"


@pytest.mark.parametrize("ending", FORMATS)
def test_the_citation_travels(tmp_path: Path, places: gpd.GeoDataFrame, ending: str) -> None:
    write(places.drop(columns="citation"), tmp_path / f"places{ending}")
    found = b""
    for file in tmp_path.iterdir():
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                found += b"".join(map(archive.read, archive.namelist()))
        else:
            found += file.read_bytes()
    assert b"USGS Data Series 1052" in found


def test_a_geopackage_says_its_sources_to_others(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    write(places, tmp_path / "places.gpkg")
    with sqlite3.connect(tmp_path / "places.gpkg") as database:
        described = database.execute("SELECT description FROM gpkg_contents").fetchall()
        named = database.execute("SELECT metadata FROM gpkg_metadata").fetchall()
    database.close()
    assert described == [(CITATION,)]
    assert "minmap_table" in named[0][0]


def test_excel_shows_sources_and_columns_on_a_second_sheet(
    tmp_path: Path, places: gpd.GeoDataFrame
) -> None:
    write(places, tmp_path / "places.xlsx")
    book = openpyxl.load_workbook(tmp_path / "places.xlsx")
    assert book.sheetnames == ["places", "about"]
    about = [[cell.value for cell in row] for row in book["about"].iter_rows()]
    assert ["mrds", "MRDS", CITATION] in [row[:3] for row in about]
    unit = next(row for row in about if row[0] == "location_uncertainty_m")
    assert unit[1:3] == ["possible error of the location", "m"]
    cells = [cell for row in book["places"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert "=HYPERLINK(1)" in [cell.value for cell in cells]


def test_kml_is_in_order_for_others(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    odd = places.assign(name=["<b>&", "]]>", 'a"b'])
    write(odd, tmp_path / "places.kml")
    read = gpd.read_file(tmp_path / "places.kml", driver="LIBKML")
    names = read["Name"] if "Name" in read else read["name"]
    assert names.tolist() == ["<b>&", "]]>", 'a"b']
    # Google Earth takes a description as HTML, so what looks like a tag must be none.
    assert read["description"][0] == CITATION.replace("&", "&amp;").replace("<", "&lt;").replace(
        ">", "&gt;"
    )


def test_rings_run_as_the_formats_want(tmp_path: Path) -> None:
    clockwise = shapely.box(67, 47, 68, 48, ccw=False)
    frame = gpd.GeoDataFrame({"name": ["A"]}, geometry=[clockwise], crs="EPSG:4326")
    write(frame, tmp_path / "a.geojson")
    ring = json.loads((tmp_path / "a.geojson").read_text())["features"][0]["geometry"]
    assert shapely.LinearRing(ring["coordinates"][0]).is_ccw
    write(frame, tmp_path / "a.kml")
    assert gpd.read_file(tmp_path / "a.kml").geometry[0].exterior.is_ccw


GUARDED = json.loads((Path(__file__).parent / "data" / "formula_guard.json").read_text("utf-8"))
"""Texts and how they are written; web/tests/spreadsheet.test.ts holds the page to the same."""


@pytest.mark.parametrize("case", GUARDED, ids=lambda case: case["case"])
def test_no_cell_of_a_csv_runs_as_a_formula(case: dict[str, str]) -> None:
    marked = guarded(pa.array([case["text"]]))
    assert marked.to_pylist() == [case["guarded"]]
    assert unguarded(marked).to_pylist() == [case["text"]]


SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
LETTERS = f"{SIGNS}'\" ;,\t\r\n5.e\u00a0\u3000\ufeffxЖ"


@given(st.text(st.sampled_from(LETTERS), max_size=12))
def test_every_guarded_text_comes_back(text: str) -> None:
    marked = guarded(pa.array([text]))
    assert unguarded(marked).to_pylist() == [text]
    if re.fullmatch(r" *[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)? *", text):
        assert marked.to_pylist() == [text]
        return
    # However a spreadsheet splits the line, and whatever it skips, no cell begins with a sign.
    for cell in re.split("[;\t\r\n]", str(marked[0])):
        assert not cell.lstrip(' "\u00a0\u3000\ufeff').startswith(tuple(SIGNS))


def test_numbers_stay_numbers_in_a_csv(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"-x": [-5.5]}, geometry=gpd.points_from_xy([-1], [-2]), crs=4326)
    write(frame, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == '"\'-x","longitude","latitude"\n-5.5,-1,-2\n'


def test_csv_holds_degrees_beside_the_tables_own(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    write(places.to_crs("EPSG:3857").assign(Latitude=["47,8", "?", ""]), tmp_path / "places.csv")
    read = pd.read_csv(tmp_path / "places.csv")
    assert read["Latitude"].tolist()[:2] == ["47,8", "?"]
    assert read["point_latitude"].tolist() == pytest.approx([47.8, 42.3, 46.99])
    back = mm.read(tmp_path / "places.csv")
    assert back.crs == "EPSG:4326"
    assert back["Latitude"].fillna("").tolist() == ["47,8", "?", ""]
    assert back.geometry.x.tolist() == pytest.approx([67.4, 43.3, 74.98])


def test_csv_holds_other_geometry_as_text(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    areas = places.set_geometry(places.to_crs("EPSG:3857").buffer(1000).to_crs("EPSG:4326"))
    write(areas, tmp_path / "areas.csv")
    assert pd.read_csv(tmp_path / "areas.csv")["geometry"].str.startswith("POLYGON").all()


def test_long_names_are_cut_by_a_stated_map(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    extra = {"месторождение": ["a", "b", "c"], "месторожд": ["d", "e", "f"], "Name": [1, 2, 3]}
    write(places.assign(**extra), tmp_path / "places.shp")
    about = json.loads((tmp_path / "places.shp.about.json").read_text())
    stored = {column["name"]: column["stored"] for column in about["columns"]}
    fields = pyogrio.read_info(tmp_path / "places.shp")["fields"].tolist()
    assert fields == [stored[name] for name in stored if name != "geometry"]
    assert all(len(field.encode()) <= 10 for field in fields)
    assert len({field.casefold() for field in fields}) == len(fields)
    assert stored["commodities"] == "commods"
    assert (stored["месторождение"], stored["месторожд"]) == ("место", "мест_2")
    assert (tmp_path / "places.cpg").read_text() == "UTF-8"


def test_a_shapefile_names_all_columns_with_texts_that_are_too_long(
    tmp_path: Path, places: gpd.GeoDataFrame
) -> None:
    long = "я" * 128
    extra = {"note": ["a", long, "b"], "short": "b", "names": [long, None, long + "a"]}
    cure = "write a .gpkg, which holds all texts, or shorten them, or leave"
    more = f", as are 2 of 'names'; {cure} these columns out"
    with pytest.raises(FileError, match=f"'note', row 1: .* letter takes two.{more}"):
        write(places.assign(**extra), tmp_path / "places.shp")
    del extra["note"]
    with pytest.raises(FileError, match=f", as are 1 more of this column; {cure} this column out"):
        write(places.assign(**extra), tmp_path / "places.shp")


def test_the_models_short_names_are_ten_letters_and_differ() -> None:
    assert set(NAMES) == {name for name in COLUMN_NAMES if len(name) > 10}
    stored = [NAMES.get(name, name) for name in COLUMN_NAMES]
    assert max(map(len, stored)) <= 10
    assert len(set(stored)) == len(COLUMNS)


@pytest.mark.parametrize(
    ("ending", "column", "message"),
    [
        (".shp", {"note": ["a", "я" * 128, "b"]}, "'note', row 1: .* longer than the 254 bytes"),
        (
            ".shp",
            {"grade": [1.0, 2.0, 1.2345e-12]},
            "'grade', row 2: a shapefile would hold 1.2345e-12",
        ),
        (".shp", {"n": [1, 2, 10**18]}, "'n', row 2: .* 17 digits"),
        (".zip", {"n": [1.0, np.inf, 2.0]}, "'n', row 1: .* infinite"),
        (".kml", {"note": ["a", "b", "\x0b"]}, "'note', row 2: KML cannot hold the control"),
        (".kmz", {"n\x01te": ["a", "b", "c"]}, "name 'n.x01te' has a control character"),
        (".xlsx", {"note": ["a", "⛏" * 32_768, "b"]}, "'note', row 1: .* 32,767 letters"),
        (".xlsx", {"note": ["a", "💎" * 16_384, "b"]}, "'note', row 1: .* 32,767 letters"),
        (".xlsx", {"note": ["a", "_x005F_x0041_", "b"]}, "'note', row 1: Excel cannot hold"),
        (".xlsx", {"n": [1.0, 2.0, -np.inf]}, "'n', row 2: Excel has no infinite number"),
        (".geojson", {"n": [np.inf, 1.0, 2.0]}, "'n', row 0: JSON has no infinite number"),
        (".geojson", {"note": ["a\0b", "", ""]}, "'note', row 0: .* NUL"),
        (".gpkg", {"note": ["", "a\0b", ""]}, "'note', row 1: .* NUL"),
        (".gpkg", {"n": pd.array([1, 2, 2**63], dtype="UInt64")}, "'n', row 2: .* beyond 2.63"),
        (".csv", {"note": ["", "", "a\0b"]}, "'note', row 2: .* NUL"),
        (
            ".csv",
            {"mixed": [1, "a", None]},
            "'mixed', row 0: 1 is of type int in a column",
        ),
        (".gpkg", {"spans": pd.to_timedelta([1, 2, 3])}, "'spans' holds timedelta64"),
        (".gpkg", {"c": pd.Categorical([1, 2, 3])}, "'c' has categories that are not text"),
        (".xlsx", {"note": ["a", "\ud800", "b"]}, "'note', row 1: the text has half a letter"),
        (".csv", {5: [1, 2, 3]}, "column name 5 is of type int, not text"),
    ],
)
def test_what_a_format_cannot_hold_is_named_before_anything_is_written(
    tmp_path: Path, places: gpd.GeoDataFrame, ending: str, column: dict[Any, Any], message: str
) -> None:
    target = tmp_path / f"places{ending}"
    write(places, target)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    frame = places.copy()
    for name, values in column.items():
        frame[name] = (
            values
            if hasattr(values, "dtype")
            else pd.Series(
                values, dtype=object if isinstance(values[0], str) or values[1] == "a" else None
            )
        )
    with pytest.raises(FileError, match=message) as caught:
        write(frame, target)
    assert "\n" not in str(caught.value)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_shapefile_takes_one_kind_of_shape(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    mixed = places.set_geometry([shapely.Point(1, 1), shapely.box(0, 0, 1, 1), None], crs=4326)
    with pytest.raises(FileError, match=r"the table has Point, Polygon; write a \.gpkg"):
        write(mixed, tmp_path / "a.shp")


@pytest.mark.parametrize("ending", [".csv", ".geojson", ".kml", ".xlsx"])
def test_a_shape_outside_its_crs_is_named(tmp_path: Path, ending: str) -> None:
    far = gpd.GeoDataFrame(
        {"name": ["a", "b"]}, geometry=gpd.points_from_xy([5e5, 1e12], [0, 1e12]), crs=32642
    )
    with pytest.raises(FileError, match=r"geometry, row 1: .* UTM zone 42N cannot be transf"):
        write(far, tmp_path / f"a{ending}")
    write(far, tmp_path / "a.gpkg")
    assert gpd.read_file(tmp_path / "a.gpkg").geometry.x.tolist() == [5e5, 1e12]


@pytest.mark.parametrize("ending", FORMATS)
def test_points_that_are_nowhere_become_empty(tmp_path: Path, ending: str) -> None:
    nowhere = gpd.points_from_xy([1, np.nan], [2, np.nan])
    write(gpd.GeoDataFrame({"a": ["x", "y"]}, geometry=nowhere, crs=4326), tmp_path / f"a{ending}")
    half = gpd.points_from_xy([1, np.nan], [2, 3])
    with pytest.raises(FileError, match="geometry, row 1: a coordinate is infinite or not"):
        write(gpd.GeoDataFrame({"a": ["x", "y"]}, geometry=half, crs=4326), tmp_path / f"a{ending}")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_table_that_lies_nowhere_is_not_written(
    tmp_path: Path, places: gpd.GeoDataFrame, ending: str
) -> None:
    nowhere = places.set_crs(None, allow_override=True)
    with pytest.raises(CRSError, match="set_crs"):
        write(nowhere, tmp_path / f"a{ending}")
    with pytest.raises(GeometryError, match="is a DataFrame"):
        write(pd.DataFrame({"a": [1]}), tmp_path / f"a{ending}")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_lists_the_formats(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    with pytest.raises(ChoiceError) as caught:
        write(places, tmp_path / "places.xyz")
    assert all(ending in str(caught.value) for ending in FORMATS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".gpkg", ".shp"])
@pytest.mark.parametrize("name", ["Кен 100%!", "a;b", 'a\'b "c"', "x" * 60])
def test_odd_file_names(tmp_path: Path, places: gpd.GeoDataFrame, ending: str, name: str) -> None:
    target = tmp_path / "fol!der" / f"{name}{ending}"
    target.parent.mkdir()
    write(places, target)
    assert {file.name.split(".")[0] for file in target.parent.iterdir()} == {name}
    assert mm.read(target)["name"].tolist()[:2] == places["name"].tolist()[:2]


def test_an_old_record_never_stays(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    for name in ("a.qix", "a.sbn", "a.shp.about.json", "a.dbf"):
        (tmp_path / name).write_text("old")
    write(places, tmp_path / "a.shp")
    parts = [f"a{ending}" for ending in (".cpg", ".dbf", ".prj", ".shp", ".shp.about.json", ".shx")]
    assert sorted(file.name for file in tmp_path.iterdir()) == parts
    (tmp_path / "a.gpkg-wal").write_text("old")
    write(places, tmp_path / "a.gpkg")
    assert not (tmp_path / "a.gpkg-wal").exists()


def test_what_attrs_cannot_say_is_said(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    places.attrs["corridor"] = object()
    with pytest.warns(MinmapWarning, match="JSON cannot hold; left out: corridor"):
        write(places, tmp_path / "a.parquet")
    assert list(mm.read(tmp_path / "a.parquet").attrs) == ["sources"]


def write_plain_kml(frame: gpd.GeoDataFrame, target: Path) -> None:
    """Write points and their columns as KML. GDAL 3.11 writes values under other columns' names."""
    root = ElementTree.Element("kml", xmlns="http://www.opengis.net/kml/2.2")
    document = ElementTree.SubElement(root, "Document")
    schema = ElementTree.SubElement(document, "Schema", name="a", id="a")
    for name in frame.columns.drop("geometry"):
        ElementTree.SubElement(schema, "SimpleField", name=name, type="string")
    for _, row in frame.iterrows():
        placemark = ElementTree.SubElement(document, "Placemark")
        extended = ElementTree.SubElement(placemark, "ExtendedData")
        data = ElementTree.SubElement(extended, "SchemaData", schemaUrl="#a")
        for name, value in row.drop("geometry").dropna().items():
            ElementTree.SubElement(data, "SimpleData", name=str(name)).text = str(value)
        point = ElementTree.SubElement(placemark, "Point")
        coordinates = ElementTree.SubElement(point, "coordinates")
        coordinates.text = f"{row.geometry.x},{row.geometry.y}"
    ElementTree.ElementTree(root).write(target, encoding="utf-8", xml_declaration=True)


@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".geojson", ".kml", ".csv", ".xlsx"])
def test_occurrences_that_others_wrote_are_known_by_their_columns(
    tmp_path: Path, places: gpd.GeoDataFrame, ending: str
) -> None:
    target = tmp_path / f"a{ending}"
    if ending == ".parquet":
        places.to_parquet(target)
    elif ending in (".csv", ".xlsx"):
        frame = places.assign(longitude=places.geometry.x, latitude=places.geometry.y)
        frame = pd.DataFrame(frame.drop(columns="geometry"))
        frame.to_csv(target, index=False) if ending == ".csv" else frame.to_excel(
            target, index=False
        )
    elif ending == ".kml":
        write_plain_kml(places, target)
    else:
        places.to_file(target)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert exactly_from(target) is None
        back = mm.read(target)
    assert ["sources of the table are unknown" in str(w.message) for w in caught] == [True]
    assert back.columns.tolist()[: len(COLUMN_NAMES)] == list(COLUMN_NAMES)
    assert back["status_year"].tolist() == [2011, pd.NA, 1999]
    assert back["citation"].fillna("").tolist() == [CITATION, CITATION, ""]
    assert back.geometry.x.tolist() == [67.4, 43.3, 74.98]
    assert back.attrs == {}


@pytest.mark.parametrize(
    "metadata", ["", "{}", "[]", '{"minmap_table": 1}', "\xff", '{"a":' * 9999, "interval[int64]"]
)
def test_broken_metadata_counts_as_none(
    tmp_path: Path, places: gpd.GeoDataFrame, metadata: str
) -> None:
    write(places, tmp_path / "a.csv")
    beside = tmp_path / "a.csv.about.json"
    if metadata.startswith("interval"):
        metadata = beside.read_text().replace('"Int64"', f'"{metadata}"')
    beside.write_text(metadata, encoding="latin-1")
    with pytest.warns(MinmapWarning, match=r"nor in a\.csv\.about\.json beside it"):
        back = mm.read(tmp_path / "a.csv")
    assert back.attrs == {}
    assert back["status_year"].tolist() == [2011, pd.NA, 1999]


def test_a_kml_with_entities_is_never_parsed(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    write(places, tmp_path / "a.kml")
    text = (tmp_path / "a.kml").read_text()
    text = text.replace("\n<kml", '\n<!DOCTYPE kml [<!ENTITY a "b">]>\n<kml', 1)
    (tmp_path / "a.kml").write_text(text)
    with pytest.raises(FileError, match="entities"):
        mm.read(tmp_path / "a.kml")


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_csv_saved_anew_by_a_spreadsheet(
    tmp_path: Path, places: gpd.GeoDataFrame, separator: str
) -> None:
    # The source's own coordinates differ from those of the table, as after a repair.
    write(places.assign(longitude="1", latitude="2"), tmp_path / "a.csv")
    edited = pd.read_csv(tmp_path / "a.csv", dtype=str, keep_default_na=False)
    edited = edited.drop(columns="admin1")
    edited["Примечание"] = ["007", "", "x"]
    edited.loc[2, "status_year"] = "about 1990"
    edited["status_year"] = edited["status_year"].replace({"2011": "2011.0"})
    if separator == ";":
        edited["point_latitude"] = edited["point_latitude"].str.replace(".", ",")
    edited.to_csv(tmp_path / "a.csv", sep=separator, encoding="cp1251", index=False)
    with pytest.warns(MinmapWarning, match=r"a.csv: .*1 values of status_year are not numbers"):
        back = mm.read(tmp_path / "a.csv")
    assert back["admin1"].isna().all()
    assert back["status_year"].tolist() == [2011, pd.NA, pd.NA]
    assert back["name"].tolist()[:2] == places["name"].tolist()[:2]
    assert back["Примечание"].fillna("").tolist() == ["007", "", "x"]
    assert shapely.get_coordinates(back.geometry).tolist() == [
        [67.4, 47.8],
        [43.3, 42.3],
        [74.98, 46.99],
    ]
    assert back.attrs == places.attrs


def test_a_workbook_with_a_new_column_and_fewer_rows(
    tmp_path: Path, places: gpd.GeoDataFrame
) -> None:
    write(places.assign(note=["", "x", ""]), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["a"]
    sheet.cell(1, sheet.max_column + 1, "added")
    sheet.cell(2, sheet.max_column, 5)
    sheet.delete_rows(4)
    book.save(tmp_path / "a.xlsx")
    back = mm.read(tmp_path / "a.xlsx")
    assert back["added"].fillna("").tolist() == ["5", ""]
    assert back["note"].fillna("").tolist() == ["", "x"]
    assert back["status_year"].tolist() == [2011, pd.NA]
    assert back.attrs == places.attrs


def test_a_coordinate_that_cannot_be_read_is_reported(
    tmp_path: Path, places: gpd.GeoDataFrame
) -> None:
    places.loc[0, "geometry"] = None
    write(places, tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text()
    (tmp_path / "a.csv").write_text(text.replace("43.3,42.3", "43.3,somewhere"))
    with pytest.warns(MinmapWarning, match="2 of 3 records have no location: mrds:1, mrds:2"):
        back = mm.read(tmp_path / "a.csv")
    assert back.geometry.isna().tolist() == [True, True, False]


def test_a_csv_without_its_points_is_another_table(
    tmp_path: Path, places: gpd.GeoDataFrame
) -> None:
    write(places, tmp_path / "a.csv")
    pd.read_csv(tmp_path / "a.csv").drop(columns="latitude").to_csv(tmp_path / "a.csv")
    with open_document(tmp_path / "a.csv") as opened:
        assert occurrence_table(opened.cells(), opened) is None


def test_geoparquet_keeps_what_others_cannot(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    frame = places.assign(
        lists=[["a"], [], None], other=places.geometry, spans=pd.to_timedelta([1, 2, 3])
    ).set_index(pd.Index([7, 8, 9], name="label"))
    write(frame, tmp_path / "a.parquet")
    back = exactly_from(tmp_path / "a.parquet")
    assert back is not None
    assert back.index.tolist() == [7, 8, 9]
    assert back["other"].geom_equals(frame["other"]).all()
    assert back["spans"].tolist() == frame["spans"].tolist()
    assert back["lists"][7].tolist() == ["a"]


def test_a_layer_among_others(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    target = tmp_path / "a.gpkg"
    write(places, target)
    places[["geometry"]].to_file(target, layer="plain")
    with warnings.catch_warnings(record=True) as caught:
        assert exactly_from(target) is None
        assert exactly_from(target, "plain") is None
        ours = exactly_from(target, "a")
    assert ours is not None
    assert caught == []


def test_an_edited_geopackage_keeps_what_fits(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    kinds = pd.Categorical(["open", "deep", None])
    write(places.assign(kind=kinds, count=[1, 2, 3]), tmp_path / "a.gpkg")
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        for trigger in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            database.execute(f'DROP TRIGGER "{trigger[0]}"')
        database.execute("UPDATE a SET kind = 'new', count = NULL WHERE name = 'Жезказган'")
        database.execute("ALTER TABLE a DROP COLUMN admin1")
        database.execute("ALTER TABLE a ADD COLUMN added INTEGER DEFAULT 7")
    database.close()
    back = exactly_from(tmp_path / "a.gpkg")
    assert back is not None
    assert "admin1" not in back
    assert back["kind"].fillna("").tolist() == ["new", "deep", ""]
    assert back["count"].tolist() == [pd.NA, 2, 3]
    assert back["added"].tolist() == [7, 7, 7]
    assert back["status_year"].dtype == "Int64"
    assert back.attrs == places.attrs


def test_a_workbook_cites_sources_that_only_rows_name(
    tmp_path: Path, places: gpd.GeoDataFrame
) -> None:
    named = places.assign(source="survey", citation="Li, 2020")
    named.attrs = {}
    write(named, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["about"]
    assert [cell.value for cell in sheet[2]][:3] == ["survey", "survey", "Li, 2020"]


@pytest.mark.parametrize("ending", [".gpkg", ".parquet"])
def test_whole_numbers_with_missing_values_stay_exact(tmp_path: Path, ending: str) -> None:
    numbers = pd.array([-2, -72_153_255_894_909_204, None, 512], dtype="Int64")
    frame = gpd.GeoDataFrame({"n": numbers}, geometry=[shapely.Point(70, 40)] * 4, crs="EPSG:4326")
    write(frame, tmp_path / f"t{ending}")
    pd.testing.assert_series_equal(mm.read(tmp_path / f"t{ending}")["n"], frame["n"])


@pytest.mark.parametrize("ending", [".kml", ".kmz"])
def test_a_kml_without_records_says_that_it_is_empty(
    tmp_path: Path, places: gpd.GeoDataFrame, ending: str
) -> None:
    write(places.iloc[:0], tmp_path / f"none{ending}")
    with pytest.raises(FileError, match="is empty: there is no layer in it"):
        mm.read(tmp_path / f"none{ending}")


@pytest.mark.parametrize("ending", [e for e in FORMATS if e not in {".kml", ".kmz"}])
def test_a_table_without_records_comes_back(
    tmp_path: Path, places: gpd.GeoDataFrame, ending: str
) -> None:
    write(places.iloc[:0], tmp_path / f"none{ending}")
    back = mm.read(tmp_path / f"none{ending}")
    assert back.empty
    names = list(COLUMN_NAMES)
    assert back[names].dtypes.equals(places[names].dtypes)


@pytest.mark.parametrize("ending", [e for e in FORMATS if e not in {".shp", ".csv"}])
def test_a_file_without_a_name_comes_back(
    tmp_path: Path, places: gpd.GeoDataFrame, ending: str
) -> None:
    write(places, tmp_path / f"a{ending}")
    content = io.BytesIO((tmp_path / f"a{ending}").read_bytes())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        back = mm.read(content)
    names = list(COLUMN_NAMES)
    assert back[names].equals(places[names])
    assert back.attrs == places.attrs


def test_a_csv_of_occurrences_as_pandas_writes_it(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    places.to_csv(tmp_path / "a.csv", index=False)
    with pytest.warns(MinmapWarning, match=r"beside it"):
        back = mm.read(tmp_path / "a.csv")
    assert back.geometry.geom_equals(places.geometry).all()
    assert back.columns.tolist() == places.columns.tolist()


def test_a_csv_with_some_columns_of_the_table_is_another_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("occurrence_id,source,name,longitude,latitude\n1,a,b,3,4\n")
    with open_document(tmp_path / "a.csv") as opened:
        assert occurrence_table(opened.cells(), opened) is None


@pytest.mark.filterwarnings("ignore::minmap.MinmapWarning")
@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".csv", ".xlsx", ".geojson"])
def test_a_table_that_pandas_joined_comes_back_with_the_sources_of_its_rows(
    tmp_path: Path, ending: str
) -> None:
    names = ("major_deposits", "pp1802")
    parts = [mm.read(mm.sample(f"{name}_central_asia.csv")) for name in names]
    joined = pd.concat(parts, ignore_index=True)
    assert "sources" not in joined.attrs
    mm.write(joined, tmp_path / f"a{ending}")
    assert mm.read(tmp_path / f"a{ending}").attrs["sources"] == mm.merge(*parts).attrs["sources"]


def test_a_table_of_no_occurrences_gets_no_sources(tmp_path: Path) -> None:
    place = gpd.points_from_xy([70.0], [45.0])
    given = {"source": ["diary"], "citation": ["p. 3"]}
    mm.write(gpd.GeoDataFrame(given, geometry=place, crs=4326), tmp_path / "a.parquet")
    assert mm.read(tmp_path / "a.parquet").attrs == {}
