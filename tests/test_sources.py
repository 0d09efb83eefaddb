"""Reading: which source it is, what each record says, and that no row goes missing."""

from __future__ import annotations

import csv
import json
import shutil
import warnings
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from minmap import vocabulary
from minmap.errors import ChoiceError, FileError, MinmapError, MinmapWarning
from minmap.files import open_document
from minmap.reading import read, sample, sources
from minmap.reading.known_sources import catalogue, load
from minmap.table import COLUMN_NAMES, COLUMNS
from tests.conftest import SHARED

HERE = Path(__file__).resolve().parent
DEPOSITS = SHARED / "deposits"
needs_shared = pytest.mark.reference

REPUBLICS = {"KAZ": 140, "KGZ": 20, "UZB": 18, "TJK": 14, "TKM": 9}
REAL = {
    "mrds/mrds_compact_central_asia.csv": ("mrds", 153, 153),
    "mrds/mrds_nevada_tungsten.csv": ("mrds", 1061, 1061),
    "mrds/mrds_full_schema_idaho_montana_tungsten_383.csv": ("mrds", 383, 383),
    "usgs_major_deposits/deposit.csv": ("major_deposits", 3168, 3161),
    "usgs_pp1802/PP1802_CritMin_pts.csv": ("pp1802", 2121, 2121),
    "usgs_sir20105090z/sedcu_deps_pros.csv": ("sir20105090z", 1200, 1200),
    "usgs_minfac/minfac-csv-refined.csv": ("minfac", 6478, 6478),
}
CONTINUED = {"minfac": 226}
JOINED = {"major_deposits": ["commodities_regularised", "references"]}
HOSTILE = [
    "A{{ 7*7 }}B",
    "</script><script>document.title='x'</script>",
    "<img src=x onerror=alert(1)>",
    "back`tick",
    "${1}",
    r"C:\users",
    "Қоңырат",
    "ყაზბეგი",
    '"quoted", with comma',
    "two\nlines",
    "NA",
    "=1+1",
]
MRDS_HEADER = "dep_id,site_name,longitude,latitude"


def write(folder: Path, text: str, name: str = "table.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def quietly(path: Path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        return read(path, **options)


# What is read -------------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize("name", REAL)
def test_every_row_of_the_real_files_is_read_or_accounted_for(name):
    source, rows, placed = REAL[name]
    table = quietly(DEPOSITS / name)
    with (DEPOSITS / name).open(encoding="utf-8-sig", newline="") as lines:
        in_file = list(csv.DictReader(lines))
    assert table.attrs["rows"] == {
        "in_file": len(in_file),
        "read": len(table),
        "continued": CONTINUED.get(source, 0),
        "set_aside": 0,
    }
    assert len(table) + CONTINUED.get(source, 0) == len(in_file)
    assert len(table) == rows
    assert table.geometry.notna().sum() == placed
    assert set(table["source"]) == {source}
    assert table["occurrence_id"].is_unique
    assert table.columns[: len(COLUMN_NAMES)].tolist() == list(COLUMN_NAMES)
    # Texts among numbers have columns of their own.
    added = [name for name in table if f"{name}".endswith("_text") and name not in COLUMN_NAMES]
    assert len(added) == (3 if source == "minfac" else 0)
    given = len(in_file[0]) + len(JOINED.get(source, [])) + len(added)
    assert len(table.columns) == len(COLUMN_NAMES) + given
    for column in COLUMNS:
        if column.vocabulary is not None:
            codes = set(" ".join(table[column.name].dropna()).split())
            assert codes <= set(getattr(vocabulary, column.vocabulary)()["code"]), column.name


@needs_shared
@pytest.mark.parametrize("name", REAL)
def test_the_files_own_columns_are_kept_as_they_stand(name):
    table = quietly(DEPOSITS / name)
    raw = pd.read_csv(DEPOSITS / name, dtype="str", keep_default_na=False)
    source = table["source"].iloc[0]
    own = table[table.columns[len(COLUMN_NAMES) :]].drop(columns=JOINED.get(source, []))
    if source == "minfac":  # what continuations add is looked at on its own
        raw = raw[raw["rec_id"] != ""].drop(columns=["#site+company+3", "#site+company+3+share"])
        own = own.drop(columns=["#site+company+3", "#site+company+3+share"])
        own = own.drop(columns="#site+company+3+share_text")
    texts = {name: own.pop(f"{name}_text") for name in [*own] if f"{name}_text" in own}
    for kept, given_name in zip(own, raw, strict=True):
        assert kept in {given_name, f"{table['source'].iloc[0]}_{given_name}"}
        if not pd.api.types.is_numeric_dtype(own[kept].dtype):
            assert own[kept].fillna("").tolist() == raw[given_name].tolist()
            continue
        beside = texts.get(kept, own[kept].isna().map({True: None, False: None}))
        for number, other, text in zip(own[kept], beside, raw[given_name], strict=True):
            if pd.notna(other):
                assert pd.isna(number)
                assert other == text
            elif pd.isna(number):
                assert text in {"", "-9999", "NA", "NA."}
            else:
                assert number == float(text.replace(",", "").removesuffix("."))


@needs_shared
def test_the_five_republics_in_the_whole_file():
    with pytest.warns(MinmapWarning) as warned:
        table = read(DEPOSITS / "usgs_major_deposits" / "deposit.csv")
    assert table["country"].value_counts()[list(REPUBLICS)].to_dict() == REPUBLICS
    assert len(warned) == 1
    message = str(warned[0].message)
    assert "'Korean Peninsula' (7), 'Serbia and Montenegro' (3)" in message
    assert "kept in major_deposits_country" in message
    assert "7 of 3168 records have no location: major_deposits:666" in message


def test_the_five_republics_in_the_sample():
    table = read(sample("major_deposits_central_asia.csv"))
    assert table["country"].value_counts()[list(REPUBLICS)].to_dict() == REPUBLICS
    kundybai = table.set_index("occurrence_id").loc["major_deposits:1445"]
    assert kundybai["name"] == "Kundybajskoe"
    assert kundybai["commodities"] == "REE"
    assert kundybai["commodity_group"] == "rare_earth"
    assert kundybai["site_type"] == "deposit"
    assert (kundybai.geometry.x, kundybai.geometry.y) == (60.8302777777778, 51.9936111111111)


def test_mrds_compact_sample():
    with pytest.warns(MinmapWarning, match="'Russia, Kazakhstan' \\(1\\)"):
        table = read(sample("mrds_central_asia.csv"))
    assert len(table) == 153
    kounrad = table.set_index("occurrence_id").loc["mrds:10039084"]
    assert kounrad["name"] == "Kounrad"
    assert kounrad["country"] == "KAZ"
    assert kounrad["commodities"] == "Mo Cu Pd Pt Rh"
    assert kounrad["url"] == "https://mrdata.usgs.gov/mrds/show-mrds.php?dep_id=10039084"
    assert pd.isna(kounrad["status_year"])
    lake = table.set_index("occurrence_id").loc["mrds:10055362"]
    assert lake["commodities"] == "B Na Co Salt Li"
    assert table.attrs["sources"][0]["citation"].startswith("U.S. Geological Survey, 2005")


def test_pp1802_sample_has_ids_from_content():
    table = read(sample("pp1802_central_asia.csv"))
    assert len(table) == 66
    assert table["occurrence_id"].is_unique
    assert table["occurrence_id"].str.fullmatch("pp1802:[0-9a-f]{12}").all()
    assert set(table["country"]) == {"KAZ", "UZB", "KGZ", "TJK", "AZE", "GEO", "ARM", "TUR"}
    x_y = table[["X", "Y"]].astype(float).to_numpy()
    assert abs(table.geometry.x - x_y[:, 0]).max() < 0.0005
    assert abs(table.geometry.y - x_y[:, 1]).max() < 0.0005


def test_ids_from_content_do_not_depend_on_order_case_of_names_or_float_noise(tmp_path):
    raw = pd.read_csv(sample("pp1802_central_asia.csv"), dtype="str", keep_default_na=False)
    first = read(sample("pp1802_central_asia.csv"))["occurrence_id"]
    shuffled = raw.iloc[::-1].rename(columns=str.lower)
    shuffled["latitude"] = shuffled["latitude"].astype(float).map("{:.7f}".format)
    shuffled.to_csv(tmp_path / "b.csv", index=False)
    assert read(tmp_path / "b.csv")["occurrence_id"].tolist() == first[::-1].tolist()


def test_records_that_say_the_same_still_get_their_own_ids(tmp_path):
    row = "Sb hill,Antimony,Simple Sb,45.0,70.0\n"
    header = "DEPOSIT_NAME,CRITICAL_MINERAL,DEPOSIT_TYPE,LATITUDE,LONGITUDE\n"
    ids = read(write(tmp_path, header + row + row))["occurrence_id"].tolist()
    assert ids[1] == f"{ids[0]}-2"


def test_a_mine_that_produced_did_so_then_and_a_plant_is_no_deposit(tmp_path):
    text = (
        "dep_id,site_name,latitude,longitude,country,state,commod1,commod2,commod3,oper_type,"
        "dev_stat,prod_size,dep_type,model,names\n"
        "1,Kal'Makyr,40.7,68.7,Uzbekistan,,Copper,Gold,Rhenium,Surface,Producer,L,Porphyry,,A,B\n"
    )
    text = text.replace(",A,B", ',"A,B"')
    text += "2,Mill,40.8,68.8,Uzbekistan,,Copper,,,Processing Plant,Producer,Y,,17: Porphyry Cu,\n"
    text += "3,Hill,40.9,68.9,Uzbekistan,,,,Tungsten,Unknown,Occurrence,N,karst bauxite,,\n"
    table = read(write(tmp_path, text))
    assert table["status"].tolist() == ["producer", "producer", "occurrence"]
    assert table["status_year"].tolist() == [2011, 2011, 2011]
    assert table["site_type"].tolist() == ["mine", "plant", "occurrence"]
    assert table["commodities"].fillna("-").tolist() == ["Cu Au", "Cu", "-"]
    assert table["minor_commodities"].fillna("-").tolist() == ["Re", "-", "W"]
    assert table["commodity_group"].tolist() == ["base", "base", "ferrous"]
    assert table["size"].fillna("-").tolist() == ["large", "-", "-"]
    assert table["deposit_type"].fillna("-").tolist() == ["-", "-", "Q318"]
    texts = ["Porphyry", "17: Porphyry Cu", "karst bauxite"]
    assert table["deposit_type_text"].tolist() == texts
    assert table["other_names"].fillna("-").tolist() == ["A,B", "-", "-"]
    url = "https://mrdata.usgs.gov/mrds/show-mrds.php?dep_id=1"
    assert table["url"].iloc[0] == url


def test_a_status_outside_the_vocabulary_is_kept_counted_and_dated_by_nothing(tmp_path):
    path = write(
        tmp_path, f"{MRDS_HEADER},dev_stat\n1,a,70,45,Explored twice\n2,b,71,45,Prospect\n"
    )
    with pytest.warns(MinmapWarning, match="status: .* kept in dev_stat: 'Explored twice' \\(1\\)"):
        table = read(path)
    assert table["status"].fillna("-").tolist() == ["-", "prospect"]
    assert table["status_year"].isna().tolist() == [True, False]
    assert table["dev_stat"].tolist() == ["Explored twice", "Prospect"]


def test_sodium_is_not_missing_data(tmp_path):
    text = f"{MRDS_HEADER},code_list,region\n1,NA,70,45, NA B,NA\n"
    table = read(write(tmp_path, text))
    assert table["commodities"].item() == "Na B"
    assert table["region"].item() == "NA"
    assert table["name"].item() == "NA"


def test_hostile_and_foreign_names_are_only_text(tmp_path):
    path = tmp_path / "hostile.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(MRDS_HEADER.split(","))
        writer.writerows([n, name, 70, 45] for n, name in enumerate(HOSTILE))
    table = read(path)
    assert table["name"].tolist() == HOSTILE
    table.to_parquet(tmp_path / "hostile.parquet")
    assert geopandas.read_parquet(tmp_path / "hostile.parquet")["name"].tolist() == HOSTILE


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_separators_byte_order_marks_and_line_ends(tmp_path, separator, encoding, newline):
    lines = [MRDS_HEADER, "1,Aksu,70.5,45.25", "2,Şalkıya,71,46"]
    text = newline.join(lines).replace(",", separator) + newline
    table = read(write(tmp_path, text, encoding=encoding))
    assert table["name"].tolist() == ["Aksu", "Şalkıya"]
    assert table.columns[len(COLUMN_NAMES)] == "dep_id"
    assert table.geometry.x.tolist() == [70.5, 71.0]


def test_latin_1_is_read_and_said(tmp_path):
    path = write(tmp_path, f"{MRDS_HEADER}\n1,Mina Peñón,70,45\n", encoding="latin-1")
    with pytest.warns(MinmapWarning, match=r"table\.csv: The text is not UTF-8 .*cp1252"):
        table = read(path)
    assert table["name"].item() == "Mina Peñón"


def test_lines_with_a_wrong_number_of_cells_are_kept_where_they_can_be_and_counted(tmp_path):
    path = write(
        tmp_path,
        f"{MRDS_HEADER},url\n1,a,70,45,u\n2,b,71,46\n\n3,c,72,45,x,y\n4,d,73,45,u,, \n5,e\n",
    )
    with pytest.warns(MinmapWarning) as caught:
        table = read(path)
    said = str(caught[0].message)
    assert "2 lines have fewer cells than the first" in said
    assert "1 lines were set aside; the first has '6 cells instead of 5: 3,c,72,45,x,y'" in said
    assert table["name"].tolist() == ["a", "b", "d", "e"]
    assert table.geometry.isna().tolist() == [False, False, False, True]


@pytest.mark.parametrize("ending", ["", ",u"])
def test_a_quotation_mark_that_is_never_closed_swallows_no_lines(tmp_path, ending):
    lines = f'1,a,70,45{ending}\n2,b,71,"46\n3,c,72,47\n'
    path = write(tmp_path, f"{MRDS_HEADER}\n{lines}")
    with pytest.raises(FileError, match=r"never closed.* begins with '46\\n3,c,72,47\\n'; close"):
        read(path)


def test_a_cell_of_two_lines_at_the_end_is_no_open_quotation(tmp_path):
    path = write(tmp_path, f'{MRDS_HEADER},note\n1,a,70,45,"two\nlines"\n\n')
    assert read(path)["note"].item() == "two\nlines"


@pytest.mark.exhaustive
def test_a_header_longer_than_what_is_looked_at_first_is_all_text(tmp_path):
    names = ",".join(f"column_{number:06}" for number in range(12_000))
    path = write(tmp_path, f"{MRDS_HEADER},{names}\n1,a,70,45{',007' * 12_000}\n")
    assert read(path, source="mrds")["column_011999"].item() == "007"


def test_repeated_and_unnamed_columns_are_told_apart(tmp_path):
    path = write(tmp_path, f"{MRDS_HEADER},ore,ORE,\n1,a,70,45,x,y,z\n")
    table = read(path, source="mrds")
    assert table[["ore", "ORE_2", "column_7"]].iloc[0].tolist() == ["x", "y", "z"]


def test_a_cell_of_several_megabytes_is_read(tmp_path):
    text = "x" * 3_000_000
    table = read(write(tmp_path, f'{MRDS_HEADER},ref\n1,a,70,45,"{text}"\n'))
    assert len(table["ref"].item()) == 3_000_000


# Where records lie --------------------------------------------------------------------------------


def test_points_that_cannot_be_are_kept_without_a_location(tmp_path):
    rows = ["1,a,70,45", "2,b,12,95", "3,c,,45", "4,d,12°30',45", "5,e,0,0", "6,f,nan,inf"]
    path = write(tmp_path, "\n".join([MRDS_HEADER, *rows]))
    with pytest.warns(MinmapWarning) as warned:
        table = read(path)
    assert len(warned) == 1
    message = str(warned[0].message)
    assert "longitude: no coordinate in 1 records: mrds:6 'nan'" in message
    assert "latitude: no coordinate in 1 records: mrds:6 'inf'" in message
    assert "mrds:2 (lat 95, lon 12)" in message
    assert "2 of 6 records have no location: mrds:3, mrds:6" in message
    assert table.geometry.notna().tolist() == [True, False, False, True, True, False]
    assert table.geometry.x[3] == 12.5
    assert table["name"].tolist() == list("abcdef")
    assert table["longitude"].tolist() == [70, 12, pd.NA, pd.NA, 0, pd.NA]
    assert table["longitude_text"].dropna().to_dict() == {3: "12°30'"}
    assert table["latitude_text"].dropna().to_dict() == {5: "inf"}


@pytest.mark.parametrize("line_end", ["\n", ""])
def test_header_only_gives_an_empty_table_with_all_columns(tmp_path, line_end):
    with pytest.warns(MinmapWarning, match="It has no records, only headings"):
        table = read(write(tmp_path, f"{MRDS_HEADER}{line_end}"))
    assert len(table) == 0
    assert table.columns.tolist()[: len(COLUMN_NAMES)] == list(COLUMN_NAMES)
    assert table.columns.tolist()[len(COLUMN_NAMES) :] == MRDS_HEADER.split(",")
    assert table.crs == "EPSG:4326"


# Which source it is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "source"),
    [
        ("DEP_ID,Site_Name,LONGITUDE,LATITUDE", "mrds"),
        (" dep_id , dev_stat , commod1 ,longitude,latitude,my_note,Owner", "mrds"),
        ("dep_id,site_name,dev_stat,commod1,commod2,ore,latitude,longitude", "mrds"),
        ("gid,dep_name,longitude,latitude", "major_deposits"),
        ("gid,dep_name,model_name,commodity,longitude,latitude,a,b", "major_deposits"),
        ("dep_name,type_detail,model_code,longitude,latitude,a,b,c,d", "major_deposits"),
        ("DEPOSIT_NAME,CRITICAL_MINERAL,DEPOSIT_TYPE,X,Y", "pp1802"),
        ("deposit_na,deposit_ty,critical_m,loc_detail,latitude,longitude,a,b,c,d", "pp1802"),
    ],
)
def test_a_source_is_told_by_part_of_its_columns_in_any_case(tmp_path, header, source):
    cells = ["1" for _ in header.split(",")]
    table = quietly(write(tmp_path, f"{header}\n{','.join(cells)}\n"))
    assert table["source"].item() == source
    assert table.geometry.item().x == 1
    assert table["occurrence_id"].item().startswith(f"{source}:")


@pytest.mark.parametrize(
    "header",
    [
        "name,state_prov,comm_major,age_host,longitude,latitude,Owner,Phone",
        "name,country,state_prov,comm_major,comm_minor,name_other,longitude,latitude",
        "gid,dep_name,commodity,Owner,longitude,latitude,geologist",
        "DEPOSIT_NAME,DEPOSIT_TYPE,LOC_DETAIL,LATITUDE,LONGITUDE",
        "site_name,dev_stat,commod1,latitude,longitude",
    ],
)
def test_a_few_columns_of_a_source_do_not_make_a_table_its_own(tmp_path, header):
    cells = ["1" if name.lower().endswith("itude") else "Aktogai" for name in header.split(",")]
    table = quietly(write(tmp_path, f"{header}\n{','.join(cells)}\n", "mine.csv"))
    assert table["source"].item() == "mine"


def test_a_tie_is_refused_with_the_candidates(tmp_path):
    path = write(
        tmp_path,
        "dep_id,site_name,dev_stat,gid,dep_name,metallic,longitude,latitude\n1,a,,1,a,,70,45\n",
    )
    with pytest.raises(FileError, match="source='major_deposits' or source='mrds'"):
        read(path)
    assert read(path, source="mrds")["source"].item() == "mrds"


@needs_shared
@pytest.mark.parametrize(
    "name",
    [
        "mrds/MRDS_commodity_code.csv",
        "mrds/nevada_tungsten_same_site_groups.csv",
        "usgs_major_deposits/commodity.csv",
        "usgs_major_deposits/ref.csv",
        "usgs_major_deposits/datadxny.csv",
    ],
)
def test_tables_of_other_kinds_are_refused(name):
    with pytest.raises(FileError) as error:
        read(DEPOSITS / name)
    assert Path(name).name in str(error.value)
    assert "\n" not in str(error.value)


# A source of one's own ----------------------------------------------------------------------------


def test_a_table_of_ones_own_by_a_description():
    table = read(HERE / "data" / "my_survey.csv", source=HERE / "data" / "my_survey.toml")
    assert table["occurrence_id"].tolist() == ["my_survey:1", "my_survey:2"]
    assert table["name"].tolist() == ["Алатау", "Талас"]
    assert table["country"].tolist() == ["KAZ", "KAZ"]
    assert table["commodities"].tolist() == ["Au Cu", "Au"]
    assert table["status"].tolist() == ["prospect", "producer"]
    assert table["status_year"].tolist() == [2024, 2024]
    assert table["size"].fillna("-").tolist() == ["large", "-"]
    assert table["citation"].fillna("-").tolist() == ["field book A, site 1", "-"]
    # An easting of 500 km is the central meridian of a UTM zone, 75 E in zone 43.
    assert table.geometry.x.iloc[0] == pytest.approx(75, abs=1e-9)
    assert 43 < table.geometry.y.iloc[0] < 44
    assert table.attrs["sources"][0]["title"] == "Field survey of the Alatau, 2024"


def test_numbers_and_constants_of_ones_own(tmp_path):
    description = """
        id = "own"
        coordinates = { columns = [["x", "y"]] }
        [fields]
        status = { value = "past producer" }
        site_type = { value = "volcano" }
        status_year = "year"
        location_uncertainty_m = "error"
    """
    mine = write(tmp_path, description, "own.toml")
    path = write(tmp_path, "x,y,year,error\n70.51,45,1998,2500.5\n71,46,about 1950,\n71,46,,9\n")
    with pytest.warns(MinmapWarning) as warned:
        table = read(path, source=mine)
    message = str(warned[0].message)
    assert "status_year: not in the vocabulary, kept in year: 'about 1950' (1)" in message
    assert "site_type: not in the vocabulary: 'volcano' (3)" in message
    assert table["status"].tolist() == ["past_producer"] * 3
    assert table["status_year"].fillna(0).tolist() == [1998, 0, 0]
    # Half a degree either way is what whole degrees leave open, also of a place known to 9 m.
    assert table["location_uncertainty_m"].iloc[0] == 2500.5
    assert (table["location_uncertainty_m"].iloc[1:] > 50_000).all()
    assert table["location_uncertainty_basis"].tolist() == ["stated", "precision", "stated"]
    assert table["coordinate_precision_m"].iloc[0] == pytest.approx(680, abs=10)
    assert table["occurrence_id"].str.fullmatch("own:[0-9a-f]{12}").all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id = ", "is not a TOML file"),
        ("title = 'a'", "has no id of one word"),
        (
            "id = 'a'\ncolour = 'b'",
            "colour not known; keys are citation, continuation, coordinates",
        ),
        ("id = 'a'\n[fields]\nnamen = 'b'", "namen not known; keys of \\[fields\\] are"),
        ("id = 'a'\n[fields]\nname = {column = 'b'}", "column not known; keys of name are columns"),
        ("id = 'a'\ncoordinates = 'x'", "coordinates must be a table"),
        ("id = 'a b'", "has no id of one word"),
        (
            "id = 'a'\n[coordinates]\ncrs = 'nowhere'",
            "crs='nowhere' is not a coordinate reference system",
        ),
        ("id = 'a'\n[coordinates]\ncolumns = [['x', 'y', 'z']]", "does not describe a source"),
        (
            "id = 'a'\n[coordinates]\ncolumns = ['xx', 'yy']",
            r"not a list such as \[\[\"x\", \"y\"\]\]",
        ),
        ("id = 'a'\n[key]\ncolumn = ['x']", r"\[key\] column=\['x'\] is not a name"),
        ("id = 'a'\n[key]\ncontent = ['x']", "content='x' is not a list of texts"),
        ("id = 'a'\nrecognise = 'x'", "recognise='x' is not a list of texts"),
        ("id = 'a'\n[fields]\nname = {columns = 'b'}", "name: columns='b' is not a list of texts"),
        ("id = 'a'\n[fields]\nname = {columns = ['b'], values = 'c'}", "values='c' is not a table"),
        ("id = 'a'\n[fields]\nstatus_year = {value = 2011-01-01}", "is not text or a number"),
        (f"id = 'a'\n[fields]\nstatus_year = {{value = {10**30}}}", "is not text or a number"),
        ("id = 'a'\n[fields]\ncommodities = {columns=['b'], scheme='c'}", "scheme='c'"),
        ("id = 'a'\n[fields]\nurl = {template = '{b'}", "does not describe a source"),
        ("id = 'a'\n[fields]\nurl = {template = '{b:>9}'}", "only column names in braces"),
        ("id = 'a'\n[fields]\nurl = {template = 1}", "template=1 is not text"),
        ("id = 'a'\n[fields]\nurl = 3", "url: 3 is neither a column name nor a table"),
        ("id = 'a'\n[fields]\ncountry = {columns=['b'], scheme='mrds'}", "not one of names, fips"),
        ("id = 'a'\nrecords = 'many'", "records='many' is not a number"),
        ("id = 'a'\nmissing = [-9999]", r"missing=\[-9999\] is not a list of texts"),
        ("id = 'a'\ntables = 'x'", "tables='x' is not a list of texts"),
        ("id = 'a'\njoins = 'x'", r"joins must be a list of tables, each written \[\[joins\]\]"),
        ("id = 'a'\n[[joins]]\ntable = 'x'", r"\[\[joins\]\] key=None is not a name"),
        ("id = 'a'\n[[joins]]\ntabel = 'x'", r"tabel not known; keys of \[\[joins\]\] are by"),
        ("id = 'a'\n[[joins]]\nby = 'x'", "by='x' is not one of text, citation"),
        ("id = 'a'\n[[joins]]\nwhere = 'x'", r"where='x' is not a table of column"),
        ("id = 'a'\n[continuation]\nsame = ['x']", r"\[continuation\] without=None is not a name"),
        ("id = 'a'\n[fields]\nurl = {where = 'name'}", "neither columns nor template nor value"),
        ("id = 'a'\n[fields]\nname = {value = 'b', where = 'url'}", "where='url' is not one of"),
    ],
)
def test_a_description_with_a_fault_is_refused(tmp_path, text, message):
    path = write(tmp_path, text, "mine.toml")
    with pytest.raises(FileError, match=message) as error:
        load(path)
    assert "mine.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_source_is_refused_with_the_choices(tmp_path):
    path = write(tmp_path, f"{MRDS_HEADER}\n1,a,70,45\n")
    with pytest.raises(ChoiceError, match=r"did you mean 'mrds'.*major_deposits, minfac, mrds"):
        read(path, source="mrd")
    with pytest.raises(FileError, match=r"nowhere\.toml' does not exist; check the name"):
        read(path, source=tmp_path / "nowhere.toml")


def test_a_source_that_does_not_fit_is_refused(tmp_path):
    path = write(tmp_path, "a,b\n1,2\n")
    with pytest.raises(FileError, match="has none of the columns of mrds"):
        read(path, source="mrds")
    # Coordinates alone may stand in any table.
    path = write(tmp_path, "longitude,latitude,ore\n70,45,Cu\n")
    with pytest.raises(FileError, match="has none of the columns of mrds"):
        read(path, source="mrds")


# Vector files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet", "shp"])
def test_a_vector_file_with_the_columns_of_a_source(tmp_path, ending):
    raw = geopandas.GeoDataFrame(
        {
            "DEP_ID": [10039084.0, 2.0],
            "SITE_NAME": ["Kounrad", None],
            "DEV_STAT": ["Past Producer", "Unknown"],
            "CODE_LIST": [" CU MO", "NA"],
        },
        geometry=geopandas.points_from_xy([74.98, 70], [46.99, 45]),
        crs="EPSG:4326",
    )
    path = tmp_path / f"mrds.{ending}"
    raw.to_parquet(path) if ending == "parquet" else raw.to_file(path)
    table = read(path)
    assert table["occurrence_id"].tolist() == ["mrds:10039084", "mrds:2"]
    assert table["commodities"].tolist() == ["Cu Mo", "Na"]
    assert table["status"].tolist() == ["past_producer", "unknown"]
    assert table.geometry.x.tolist() == [74.98, 70]
    assert table["DEV_STAT"].tolist() == ["Past Producer", "Unknown"]


# What goes with the table -------------------------------------------------------------------------


def test_sources_go_with_the_table_and_survive_a_file(tmp_path):
    table = read(sample("pp1802_central_asia.csv"))
    assert json.loads(json.dumps(table.attrs)) == table.attrs
    assert list(table.attrs["sources"][0]) == [
        *("id", "title", "citation", "licence", "url", "vintage")
    ]
    table.to_parquet(tmp_path / "a.parquet")
    assert geopandas.read_parquet(tmp_path / "a.parquet").attrs == table.attrs


def test_the_list_of_sources():
    table = sources()
    ids = ["major_deposits", "minfac", "mrds", "pp1802", "sir20105090z", "usmin"]
    assert table["id"].tolist() == ids
    assert table["records"].tolist() == [3168, 6478, 304632, 2121, 3399, 725690]
    assert table.notna().all().all()
    assert (table.drop(columns="records") != "").all().all()


@pytest.mark.parametrize("name", catalogue())
def test_every_description_is_sound(name):
    source = catalogue()[name]
    assert source.id == name
    assert len({column.casefold() for column in source.recognise}) == len(source.recognise) >= 6
    others = {c.casefold() for s in catalogue().values() if s is not source for c in s.recognise}
    assert not others & {column.casefold() for column in source.recognise}
    assert source.forms
    # The features of topographic maps have geometry, and no commodities.
    assert source.coordinates or name == "usmin"
    assert {"name", "country", "citation"} <= set(source.fields)
    assert "commodities" in source.fields or name == "usmin"
    for field in source.fields:
        assert field in COLUMN_NAMES


@pytest.mark.parametrize(
    "name",
    ["mrds_central_asia.csv", "elevation.tif", "landcover.tif", "central_asia_lakes.shp"],
)
def test_sample_files_are_there_and_small(name):
    assert 0 < sample(name).stat().st_size < 400_000
    assert sum(f.stat().st_size for f in sample(name).parent.iterdir()) < 1_500_000


def test_the_sample_rasters_cover_the_region_and_name_their_classes():
    with rasterio.open(sample("elevation.tif")) as grid:
        assert grid.bounds == (46, 35, 88, 56)
        assert grid.tags(1)["units"] == "m"
        # Issyk-Kul lies about 1,600 m above the sea, Astana about 350 m.
        heights = [cell.item() for cell in grid.sample([(77.2, 42.4), (71.4, 51.1)])]
        assert 1500 < heights[0] < 1700
        assert 300 < heights[1] < 400
    with rasterio.open(sample("landcover.tif")) as grid:
        assert grid.bounds == (46, 35, 88, 56)
        water = next(grid.sample([(77.2, 42.4)])).item()
        assert grid.tags(1)[f"class_{water}"] == "Water bodies"
        for value in set(grid.read(1).ravel().tolist()) - {grid.nodata}:
            assert grid.tags(1)[f"class_{value}"]
            assert grid.colormap(1)[value][3] == 255


def test_the_sample_lakes_need_a_reprojection():
    lakes = geopandas.read_file(sample("central_asia_lakes.shp"))
    assert lakes.crs.to_authority() == ("ESRI", "102025")
    caspian = lakes[lakes["name"] == "Caspian Sea"].to_crs(4326).geometry.item()
    assert caspian.contains(Point(50.5, 42))
    assert not caspian.contains(Point(60, 42))
    assert "Ysyk Köl" in set(lakes["name_alt"])


def test_an_unknown_sample_lists_the_choices():
    with pytest.raises(ChoiceError, match=r"did you mean 'mrds_central_asia\.csv'.*elevation\.tif"):
        sample("mrds_central_asia")


# What cannot be read ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x00\x01\x02 binary \x00", "binary file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary file"),
        (b"PK\x03\x04....", "is damaged, not a zip archive"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><body>", "XML or HTML"),
        (b'{"type": "FeatureCollection"}', "table.csv"),
        (b"just a sentence\nand another\n", "has one column only"),
        (b"dep_id,site_name,commod1\n1,a,Gold\n", "has no coordinates; it needs the columns longi"),
        (b"dep_id,site_name,latitude\n1,a,45\n", "has no coordinates"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path, content, message):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(FileError, match=message) as error:
        read(path)
    assert path.name in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_files_and_folders(tmp_path):
    shutil.copy(sample("mrds_central_asia.csv"), tmp_path / "mrds.csv")
    with pytest.raises(FileError, match=r"mrds\.cvs does not exist; did you mean 'mrds\.csv'"):
        read(tmp_path / "mrds.cvs")
    with pytest.raises(FileError, match="does not exist; check the spelling"):
        read(tmp_path / "nowhere" / "mrds.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileError, match="is a folder without a table; give one of the files"):
        read(tmp_path / "empty")


@pytest.mark.exhaustive
@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_give_anything_but_a_table_or_a_clear_error(tmp_path_factory, content, header):
    path = tmp_path_factory.mktemp("fuzz") / "table.csv"
    path.write_bytes((MRDS_HEADER.encode() + b"\n" if header else b"") + content)
    said = ""
    try:
        columns = quietly(path).columns[: len(COLUMN_NAMES)].tolist()
    except MinmapError as error:
        said, columns = str(error), []
    assert columns == list(COLUMN_NAMES) or (said and "\n" not in said)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2
        ),
        max_size=5,
    )
)
def test_cells_written_by_the_csv_module_come_back_as_they_were(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("cells") / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
        writer.writerows([["a", "b"], *rows])
    with open_document(path) as opened:
        back = opened.cells().frame
    assert back.fillna("").to_numpy().tolist() == rows
