"""Columns of numbers of known sources: numbers, units, missing values, and texts among them.

`data/typed_numbers.csv` has 60 values that were looked up by eye in files of the USGS (public
domain): sedcu_deps_pros.csv of SIR 2010-5090-Z, and the refined copy of minfac.csv. The unit of a
capacity is the text in `units` of its row.
"""

from __future__ import annotations

import csv
import json
import re
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.files.cells import Cells
from minmap.reading.known_sources import catalogue
from minmap.reading.number_columns import numbers_in
from minmap.reading.source import Source
from minmap.reading.source_toml import as_toml, parse_source
from minmap.table import COLUMN_NAMES
from tests.conftest import SHARED

SAMPLE = Path(__file__).parent / "data" / "typed_numbers.csv"
FILES = {
    "sir20105090z": "usgs_sir20105090z/sedcu_deps_pros.csv",
    "minfac": "usgs_minfac/minfac-csv-refined.csv",
}
KEYS = {"sir20105090z": "gmrap_id", "minfac": "rec_id"}
CAPACITY = "#site+capacity"
# Columns of texts in which more than one of fifty values looks like a number.
NAMES_THAT_LOOK_LIKE_NUMBERS: dict[str, set[str]] = {"sir20105090z": set(), "minfac": set()}


def sample(source: str) -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["source"] == source]


def quietly(path: Any, **options: Any) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        return mm.read(path, **options)


def require_sample(table: gpd.GeoDataFrame, source: str) -> None:
    rows, units = table.set_index("occurrence_id"), table.attrs["units"]
    for one in sample(source):
        row, column = rows.loc[f"{source}:{one['record']}"], one["column"]
        assert str(table[column].dtype) in {"Int64", "Float64"}, column
        beside = row.get(f"{column}_text")
        if one["number"]:
            assert row[column] == float(one["number"]), one
            assert pd.isna(beside), one
        else:
            assert pd.isna(row[column]), one
            is_missing = one["text"] in {"-9999", "NA", "NA."}
            assert pd.isna(beside) if is_missing else beside == one["text"], one
        if column == CAPACITY:
            assert column not in units
            assert (row["units"] if pd.notna(row["units"]) else "") == one["unit"], one
        else:
            assert units.get(column, "") == one["unit"], one


def test_the_sample_has_sixty_values_of_two_sources():
    assert {source: len(sample(source)) for source in FILES} == dict.fromkeys(FILES, 30)


@pytest.mark.reference
@pytest.mark.parametrize("source", FILES)
def test_values_looked_up_by_eye_are_read_from_the_published_files(source):
    path = SHARED / "deposits" / FILES[source]
    with path.open(encoding="utf-8-sig", newline="") as lines:
        raw = {row[KEYS[source]]: row for row in csv.DictReader(lines)}
    for one in sample(source):
        assert raw[one["record"]][one["column"]].strip() == one["text"]
    require_sample(quietly(path), source)


@pytest.mark.parametrize("source", FILES)
def test_values_of_the_sample_are_read_from_a_small_file(source, tmp_path):
    records: dict[str, dict[str, str]] = {}
    for one in sample(source):
        record = records.setdefault(one["record"], {})
        record[one["column"]] = one["text"]
        if one["column"] == CAPACITY:
            record["units"] = one["unit"]
    known = catalogue()[source]
    place = dict.fromkeys(known.coordinates[source == "minfac"], "50.5")
    names = dict.fromkeys([KEYS[source], *known.numbers, *known.recognise, *place, "units"])
    wanted = [
        n
        for n in names
        if source == "sir20105090z"
        or n.startswith("#")
        or n in {"rec_id", "position", "cite", "units"}
    ]
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, wanted, restval="")
        writer.writeheader()
        for key, record in records.items():
            writer.writerow(place | {KEYS[source]: key} | record)
    require_sample(quietly(path), source)


@pytest.mark.reference
@pytest.mark.parametrize("source", FILES)
def test_no_column_of_numbers_is_left_as_text(source):
    table = quietly(SHARED / "deposits" / FILES[source])
    own = [name for name in table if name not in COLUMN_NAMES and not name.endswith("_text")]
    left = set()
    for name in own:
        if pd.api.types.is_string_dtype(table[name].dtype):
            given = table[name].dropna().str.strip()
            like = given.str.fullmatch(r"[+-]?[\d,]*\d\.?\d*")
            if len(given) and like.mean() > 0.02:
                left.add(name)
    assert left == NAMES_THAT_LOOK_LIKE_NUMBERS[source]
    named = {name.casefold() for name in catalogue()[source].numbers}
    typed = {n for n in own if pd.api.types.is_numeric_dtype(table[n].dtype)}
    assert {name.casefold() for name in typed} == named & {name.casefold() for name in own}


def cells_of(**columns: list[Any]) -> Cells:
    return Cells(pd.DataFrame(columns), None, [])


def read_column(texts: list[Any], *, missing: frozenset[str] = frozenset()) -> list[Any]:
    source = Source("a", numbers={"v": ""}, missing=missing)
    return numbers_in(cells_of(v=texts), source)["v"].column.tolist()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,250", 1250), ("1,250.", 1250), ("3.5.", 3.5), ("1,250,000.5", 1_250_000.5),
        ("-0.88", -0.88), ("+5", 5), ("\u22125", -5), (" 7 ", 7), ("1e3", 1000), (".5", 0.5),
        ("007", 7), ("44.2840000001999", 44.2840000001999),
    ],
)  # fmt: skip
def test_texts_that_are_numbers(text, number):
    # The other text makes sure that not all are read at once.
    assert read_column([text, "word"]) == [number, pd.NA]
    assert read_column([text, "2.5"]) == [number, 2.5]


@pytest.mark.parametrize(
    "text",
    [
        "ca. 500", "1,200 (ore", "10,000 Cu; 5,000 Co", "11,00", "1,2,3", "1 250", "12-15", "<5",
        "inf", "1e400", "0x10", "12345678901234567", "1..", "1_000", "12°30'", "٣",
    ],
)  # fmt: skip
def test_texts_that_are_no_numbers_are_kept(text):
    source = Source("a", numbers={"v": ""})
    found = numbers_in(cells_of(v=["2.5", text]), source)["v"]
    assert found.column.tolist() == [2.5, pd.NA]
    assert found.is_other is not None
    assert found.is_other.tolist() == [False, True]


def test_words_blanks_and_marks_are_missing():
    texts = ["2.5", "", None, "NA", "NA.", "n/a", "nan", "-9999", "-9999.0", "-", "NaN"]
    assert read_column(texts, missing=frozenset({"-9999"})) == [2.5] + [pd.NA] * 10
    assert read_column([-9999.0, 2.5], missing=frozenset({"-9999"})) == [pd.NA, 2.5]
    assert read_column(["-9999", "1"]) == [-9999, 1]  # not declared


def test_commas_of_a_spreadsheet_of_another_language_are_decimal():
    source = Source("a", numbers={"lat": "°", "t": "t"})
    cells = cells_of(lat=["49,237", "47,4884"], t=["1,250", "7"])
    found = numbers_in(cells, source)
    assert found["lat"].column.tolist() == [49.237, 47.4884]
    assert found["t"].column.tolist() == [1.25, 7]


NOTATIONS: dict[str, tuple[list[str], list[str], list[Any]]] = {
    # Degrees, values, and what the values are; a text is one that stays a text.
    "points between thousands": (
        ["49,237", "47,4884"], ["1.016", "3.612,499", "0,5", "-9.999"], [1016, 3612.499, 0.5, None],
    ),
    "points between thousands, seen in the degrees only": (
        ["49,237"], ["1.016", "9,999", "-9.999", "12"], [1016, 9.999, None, 12],
    ),
    "several points": ([], ["1.016", "1.234.567", "9,999"], [1016, 1234567, 9.999]),
    "a mark with a point": ([], ["-9.999", "1.016", "7"], [None, 1016, 7]),
    "decimal points": (["49.237"], ["1.016", "-9.999", "1,250"], [1.016, -9.999, 1250]),
    "decimal points, and one edited": (
        ["49.237"], ["1.016", "35,5", "3.612,499"], [1.016, "35,5", "3.612,499"],
    ),
    "not clear which points": ([], ["1.016", "0,5", "9,999"], ["1.016", 0.5, "9,999"]),
    "both between thousands": (
        ["49,237"], ["1.016", "1,250", "1,250,000", "0,5", "-9.999"],
        ["1.016", "1,250", 1250000, 0.5, None],
    ),
    "marks with points beside decimal points": (
        ["49.237"], ["-9.999", "1.016", "35,5", "0.5"], [None, "1.016", 35.5, 0.5],
    ),
    "commas between thousands": (["49.237"], ["-9,999", "1,250", "0.5"], [None, 1250, 0.5]),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTATIONS)
def test_points_and_commas_are_decided_for_the_whole_table(name):
    degrees, texts, expected = NOTATIONS[name]
    source = Source("a", numbers={"lat": "°", "t": "t"}, missing=frozenset({"-9999"}))
    cells = cells_of(lat=(degrees * len(texts))[: len(texts)] or [None] * len(texts), t=texts)
    found = numbers_in(cells, source)
    others = found["t"].others(cells.frame["t"])
    assert [
        other if isinstance(other, str) else None if number is pd.NA else number
        for number, other in zip(found["t"].column, others, strict=True)
    ] == expected
    if degrees:
        assert found["lat"].column[0] == 49.237


def test_a_table_saved_with_points_between_thousands_is_read_as_before(tmp_path):
    header = "gmrap_id;coded_id;tract_name;name;country;longitude;latitude;sitestatus;dep_subtype"
    head = f"{header};age_host;comm_major;age_ma;tonnage_mt;con_cu_t"
    start = "10001;003;Belt;Creek;Canada;-115,714;49,237;prospect;Sandstone copper;P;Cu"
    rows = [f"{start};1.450;-9.999;-9.999", f"{start};12;1.016;9.999.999".replace("10001", "10002")]
    path = tmp_path / "sedcu_deps_pros.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    table = quietly(path)
    assert table["age_ma"].tolist() == [1450, 12]
    assert table["tonnage_mt"].tolist() == [pd.NA, 1016]
    assert table["con_cu_t"].tolist() == [pd.NA, 9999999]
    assert table["latitude"].tolist() == [49.237, 49.237]


HEADER = (
    "dep_id,site_name,longitude,latitude,com_type,commod1,oper_type,dev_stat,disc_yr,yr_fst_prd"
)


def mrds(tmp_path: Path, *rows: str, name: str = "mrds.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path


ROWS = (
    "10000001,A,70.5,45.25,M,Gold,Surface,Prospect,1901.0,ca. 1910",
    "10000002,B,71.5,46.25,M,Gold,Surface,Prospect,,1911",
)


def test_columns_keep_their_places_and_a_note_counts_texts(tmp_path):
    with pytest.warns(MinmapWarning, match=r"yr_fst_prd: 1 text is no number, such as 'ca\. 1910'"):
        table = mm.read(mrds(tmp_path, *ROWS))
    own = [name for name in table if name not in COLUMN_NAMES]
    assert own == [*HEADER.split(","), "yr_fst_prd_text"]
    assert table["dep_id"].tolist() == ["10000001", "10000002"]
    assert table["disc_yr"].tolist() == [1901, pd.NA]
    assert table["yr_fst_prd"].tolist() == [pd.NA, 1911]
    assert table["yr_fst_prd_text"].tolist()[0] == "ca. 1910"
    assert table.attrs["units"] == {"longitude": "°", "latitude": "°"}


def test_a_column_without_any_number_stays_text(tmp_path):
    row = "10000001,A,70.5,45.25,M,Gold,Surface,Prospect,unsure,NA"
    table = mm.read(mrds(tmp_path, row))
    assert table["disc_yr"].tolist() == ["unsure"]
    assert "disc_yr_text" not in table
    assert table["yr_fst_prd"].dtype == "Int64"
    assert table["yr_fst_prd"].isna().all()


def test_a_column_of_the_file_may_have_the_name_of_the_texts(tmp_path):
    path = mrds(tmp_path, *ROWS)
    lines = path.read_text(encoding="utf-8").splitlines()
    ends = ["yr_fst_prd_text", "mine", "mine"]
    path.write_text("\n".join(f"{a},{b}" for a, b in zip(lines, ends, strict=True)), "utf-8")
    table = quietly(path)
    assert table["yr_fst_prd_text"].tolist() == ["mine", "mine"]
    assert table["yr_fst_prd_text_2"].dropna().tolist() == ["ca. 1910"]


def test_ids_points_and_precision_are_those_of_the_texts(tmp_path):
    table = quietly(mrds(tmp_path, "7,A,70.50,45.250,M,Gold,Surface,Prospect,,"))
    assert table["occurrence_id"].item() == "mrds:7"
    assert table.geometry.item() == shapely.Point(70.5, 45.25)
    # Three decimals of the latitude, though the number has two.
    assert table["coordinate_precision_m"].item() < 1200
    assert table["longitude"].item() == 70.5


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg", "parquet", "shp", "kml"])
def test_numbers_and_units_come_back_from_every_format(ending, tmp_path):
    table = quietly(mrds(tmp_path, *ROWS))
    path = tmp_path / f"out.{ending}"
    mm.write(table, path)
    back = quietly(path)
    for name in ("longitude", "latitude", "disc_yr", "yr_fst_prd"):
        pd.testing.assert_series_equal(back[name], table[name], obj=name)
    assert back["dep_id"].tolist() == table["dep_id"].tolist()
    assert back["yr_fst_prd_text"].fillna("").tolist() == ["ca. 1910", ""]
    assert back.attrs["units"] == {"longitude": "°", "latitude": "°"}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg", "parquet", "shp", "kml"])
def test_columns_whose_names_differ_only_in_case_come_back(ending, tmp_path):
    major = mm.read(mm.sample("major_deposits_central_asia.csv"))
    merged = mm.merge(major.head(2), mm.read(mm.sample("pp1802_central_asia.csv")).head(2))
    path = tmp_path / f"out.{ending}"
    mm.write(merged, path)
    back = quietly(path)
    for name in ("latitude", "LATITUDE", "longitude", "LONGITUDE", "X", "gid"):
        pd.testing.assert_series_equal(back[name], merged[name], obj=name, rtol=1e-12)
    assert back.attrs["units"] == merged.attrs["units"]


def test_numbers_come_back_from_a_csv_without_the_file_beside_it(tmp_path):
    table = quietly(mrds(tmp_path, *ROWS))
    path = tmp_path / "out.csv"
    mm.write(table, path)
    (tmp_path / "out.csv.about.json").unlink()
    back = quietly(path)
    assert back["disc_yr"].tolist() == [1901, pd.NA]
    assert back["latitude"].tolist() == [45.25, 46.25]
    assert back.attrs["units"] == {"longitude": "°", "latitude": "°"}


MORE = (*ROWS, "10000003,C,72.5,47.25,M,Gold,Surface,Prospect,1943,1950")


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("edit", ["19,43 (?)", "~1943"])
def test_a_written_file_with_an_edited_number_is_read_as_the_file_of_the_source(
    ending, edit, tmp_path
):
    edited = mrds(tmp_path, *MORE[:2], MORE[2].replace("1943", f'"{edit}"'), name="edited.csv")
    with pytest.warns(
        MinmapWarning, match=f"disc_yr: 1 text is no number, such as '{re.escape(edit)}'"
    ):
        expected = mm.read(edited)
    path = tmp_path / f"out{ending}"
    mm.write(quietly(mrds(tmp_path, *MORE)), path)
    edit_cell(path, "disc_yr", row=2, value=edit)
    with pytest.warns(
        MinmapWarning, match=f"disc_yr: 1 text is no number, such as '{re.escape(edit)}'"
    ):
        table = mm.read(path)
    for name in ("disc_yr", "disc_yr_text", "yr_fst_prd", "yr_fst_prd_text", "latitude"):
        pd.testing.assert_series_equal(table[name], expected[name], check_index_type=False)
    own = [name for name in table if name not in COLUMN_NAMES]
    assert own.index("disc_yr_text") == own.index("disc_yr") + 1


@pytest.mark.parametrize(
    ("edit", "number", "text"), [("35,5", 35.5, ""), ("1,943", pd.NA, "1,943")]
)
def test_an_edited_number_with_a_comma_is_never_a_thousandth(edit, number, text, tmp_path):
    path = tmp_path / "out.csv"
    mm.write(quietly(mrds(tmp_path, *MORE)), path)
    edit_cell(path, "disc_yr", row=2, value=edit)
    table = quietly(path)
    assert table["disc_yr"].tolist() == [1901, pd.NA, number]
    assert [*table.get("disc_yr_text", pd.Series([""] * 3)).fillna("")] == ["", "", text]


def edit_cell(path: Path, name: str, *, row: int, value: str) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        sheet = book[book.sheetnames[0]]
        column = [cell.value for cell in sheet[1]].index(name) + 1
        sheet.cell(row + 2, column).value = value
        book.save(path)
        return
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [*csv.reader(lines)]
    rows[row + 1][rows[0].index(name)] = value
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)


def test_an_edited_number_goes_to_the_texts_that_the_file_has(tmp_path):
    path = tmp_path / "out.csv"
    mm.write(quietly(mrds(tmp_path, *MORE)), path)
    edit_cell(path, "yr_fst_prd", row=2, value="~1950")
    table = quietly(path)
    assert table["yr_fst_prd"].tolist() == [pd.NA, 1911, pd.NA]
    assert table["yr_fst_prd_text"].fillna("").tolist() == ["ca. 1910", "", "~1950"]
    edit_cell(path, "yr_fst_prd", row=0, value="~1909")  # beside the text of the source
    table = quietly(path)
    assert table["yr_fst_prd_text"].fillna("").tolist() == ["ca. 1910", "", ""]
    assert table["yr_fst_prd_text_2"].fillna("").tolist() == ["~1909", "", "~1950"]


def test_a_column_that_records_of_another_source_share_stays_as_it_is(tmp_path):
    table = quietly(mrds(tmp_path, *MORE))
    table["disc_yr"] = ["1901", "1902", "before the war"]
    table.loc[2, ["source", "occurrence_id"]] = ["mine", "mine:3"]
    path = tmp_path / "out.csv"
    mm.write(table, path)
    back = quietly(path)
    assert back["disc_yr"].tolist() == ["1901", "1902", "before the war"]
    assert "disc_yr_text" not in back


def test_a_comma_beside_decimal_points_of_a_written_file_is_not_taken_as_decimal(tmp_path):
    path = tmp_path / "out.csv"
    mm.write(quietly(mrds(tmp_path, *MORE)).assign(grade=[0.5, 1.25, 2.0]), path)
    edit_cell(path, "grade", row=2, value="1,250")
    assert quietly(path)["grade"].tolist() == ["0.5", "1.25", "1,250"]
    edit_cell(path, "grade", row=2, value="1,25")
    assert quietly(path)["grade"].tolist() == [0.5, 1.25, 1.25]


def refined(tmp_path: Path) -> gpd.GeoDataFrame:
    """Return a table with columns of the refined copy of minfac."""
    head = "rec_id,position,#country,#site,#site+siteType,#site+lat,#site+lng,#site+commodity"
    rows = [
        "1,1,Kazakhstan,Alpha,Mine,47.5,67.5,Copper,",
        "2,2,Kazakhstan,Beta,Mine,48.5,68.5,Copper,",
    ]
    ends = ["#site+company+2+share,#site+capacity,units", '51,"1,250",kt', "40,5 (ore),kt"]
    text = "\n".join([f"{head},{ends[0]}", rows[0] + ends[1], rows[1] + ends[2], ""])
    path = tmp_path / "minfac-csv-refined.csv"
    path.write_text(text, encoding="utf-8")
    return quietly(path)


def test_a_shapefile_without_the_file_beside_it_has_the_numbers_of_the_source(tmp_path):
    table, path = refined(tmp_path), tmp_path / "out.shp"
    assert table["#site+capacity"].tolist() == [1250, pd.NA]
    mm.write(table, path)
    path.with_name("out.shp.about.json").unlink()
    with pytest.warns(MinmapWarning, match=r"'_site_capa' is read as '#site\+capacity'"):
        back = mm.read(path)
    assert back["#site+capacity"].fillna(-1).tolist() == [1250, -1]
    assert back["#site+capacity_text"].dropna().tolist() == ["5 (ore)"]
    assert back.attrs["units"]["#site+lat"] == "°"
    # Three columns of the source may have been cut to this name.
    assert "_site_comp" in back
    assert mm.resources(back)["capacity"].dropna().tolist() == [1_250_000, 5_000]


def test_a_column_of_ones_own_with_a_cut_name_keeps_it(tmp_path):
    table = refined(tmp_path).assign(_site_capa=["a", "b"]).drop(columns="#site+capacity")
    path = tmp_path / "out.csv"
    mm.write(table, path)
    assert quietly(path)["_site_capa"].tolist() == ["a", "b"]


def test_own_numbers_come_back_from_a_csv_with_their_dtypes(tmp_path):
    table = quietly(mrds(tmp_path, *ROWS)).assign(
        grade=[0.5, None], count_of=[3, 4], code=["007", "8"], big=[2**60 + 1, 1]
    )
    path = tmp_path / "out.csv"
    mm.write(table, path)
    back = quietly(path)
    assert back["grade"].dtype == "float64"
    assert back["count_of"].tolist() == [3, 4]
    assert back["code"].tolist() == ["007", "8"]
    assert back["big"].tolist() == [str(2**60 + 1), "1"]  # a float could not hold it


def test_the_metadata_beside_a_csv_state_the_units(tmp_path):
    mm.write(quietly(mrds(tmp_path, *ROWS)), tmp_path / "out.csv")
    about = json.loads((tmp_path / "out.csv.about.json").read_text(encoding="utf-8"))
    units = {one["name"]: one.get("unit") for one in about["columns"]}
    assert units["longitude"] == "°"
    assert units["disc_yr"] is None
    assert units["coordinate_precision_m"] == "m"


def test_parts_of_a_file_have_the_dtypes_of_the_whole(tmp_path):
    pytest.importorskip("dask_geopandas")
    rows = [f"{n},A,7{n % 7},45,M,Gold,Surface,Prospect,{1900 + n}," for n in range(60)]
    rows[50] = "50,A,70.5,45,M,Gold,Surface,Prospect,ca. 1910,"
    path = mrds(tmp_path, *rows)
    whole = quietly(path)
    with pytest.warns(MinmapWarning, match="disc_yr: 1 text is no number, such as 'ca. 1910'"):
        lazy = mm.read_parts(path, part_mb=0.0005)
    assert lazy.npartitions > 3
    table = lazy.compute()
    assert table.columns.tolist() == lazy.columns.tolist() == whole.columns.tolist()
    for name in ("longitude", "latitude", "disc_yr", "disc_yr_text", "yr_fst_prd"):
        pd.testing.assert_series_equal(table[name], whole[name], obj=name)
        assert lazy[name].dtype == whole[name].dtype
    assert table.attrs["units"] == whole.attrs["units"]


def test_tables_of_several_files_agree_on_dtypes_and_units(tmp_path):
    mrds(tmp_path, *ROWS, name="a.csv")
    mrds(tmp_path, "3,C,70,45,M,Gold,Surface,Prospect,1950,", name="b.csv")
    table = quietly([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert table["longitude"].tolist() == [70.5, 71.5, 70]
    assert table["disc_yr"].dtype == "Int64"
    assert table.attrs["units"] == {"longitude": "°", "latitude": "°"}


def test_merged_tables_keep_numbers_and_the_units_they_agree_on(tmp_path):
    one = quietly(mrds(tmp_path, ROWS[0]))
    other = quietly(mrds(tmp_path, "3,C,70,45,M,Gold,Surface,Prospect,1950,"))
    other.attrs["units"] = other.attrs["units"] | {"longitude": "gon"}
    merged = mm.merge(one, other)
    assert merged["latitude"].dtype == "Float64"
    assert merged["latitude"].tolist() == [45.25, 45]
    assert merged.attrs["units"] == {"latitude": "°"}


def test_a_source_of_the_users_own_states_numbers(tmp_path):
    (tmp_path / "own.toml").write_text(
        'id = "own"\n[coordinates]\ncolumns = [["x", "y"]]\n[fields]\nname = "site"\n'
        '[numbers]\nOre = "kt"\nno = ""\n', encoding="utf-8",
    )  # fmt: skip
    (tmp_path / "own.csv").write_text('site,x,y,ore,no\nA,70,45,"1,250",3\n', encoding="utf-8")
    table = quietly(tmp_path / "own.csv", source=tmp_path / "own.toml")
    assert table["ore"].tolist() == [1250]
    assert table["no"].tolist() == [3]
    assert table["x"].tolist() == ["70"]
    assert table.attrs["units"] == {"ore": "kt"}


@pytest.mark.parametrize("given", ['numbers = ["ore"]', "[numbers]\nore = 1", 'numbers = "ore"'])
def test_a_wrong_section_of_numbers_is_refused(given, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(f'id = "own"\n{given}\n', encoding="utf-8")
    with pytest.raises(mm.FileError, match=r"numbers=.* is not a table of column = unit"):
        quietly(tmp_path / "absent.csv", source=path)


def test_sources_of_the_catalogue_do_not_contradict_each_other():
    units: dict[str, set[str]] = {}
    for source in catalogue().values():
        for name, unit in source.numbers.items():
            units.setdefault(name.casefold(), set()).add(unit)
    assert all(len(found) == 1 for found in units.values())


@pytest.mark.parametrize("name", ["minfac", "mrds", "sir20105090z", "usmin"])
def test_a_description_with_numbers_is_written_and_read_back(name):
    source = catalogue()[name]
    text = as_toml(source)
    assert "[numbers]" in text
    assert parse_source(text, "copy.toml") == source


def test_a_table_in_memory_is_typed_as_its_file_is(tmp_path):
    path = mrds(tmp_path, *ROWS)
    table, memory = quietly(path), quietly(pd.read_csv(path))
    for name in ("longitude", "latitude", "disc_yr", "yr_fst_prd", "yr_fst_prd_text"):
        pd.testing.assert_series_equal(memory[name], table[name], obj=name)
    assert memory.attrs["units"] == table.attrs["units"]
