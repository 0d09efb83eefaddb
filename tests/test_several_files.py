"""Several files, or several sheets of one, as one table; and tables in memory."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from click.testing import CliRunner
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

import minmap as mm
from minmap.cli import cli
from minmap.errors import ChoiceError, CRSError, FileError, MinmapError, MinmapWarning
from minmap.files import memory_table
from minmap.files.file_sets import FileSet, file_set
from minmap.reading.joined_tables import stacked
from minmap.table import COLUMN_NAMES

pytestmark = pytest.mark.exhaustive

A = "Name,Lat,Lon,Ore,Country\nAksu,45.5,70.1,Copper,Kazakhstan\nTau,46.5,71.1,Gold,Kazakhstan\n"
B = "name,lat,lon,ore,country\nKara,47.5,72.1,,\n"
HEADINGS = ["No", "Deposit", "Lat", "Lon", "Commodity"]
ALL = [
    [1, "Aksu", 45.5, 70.1, "Copper"],
    [2, "Tau", 46.5, 71.1, "Gold"],
    [3, "Kara", 47.5, 72.1, "Copper"],
]


def read(file: Any, **options: Any) -> tuple[gpd.GeoDataFrame, str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MinmapWarning)
        table = mm.read(file, **options)
    return table, " ".join(str(one.message) for one in caught)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    (data / "b.csv").write_text(B, encoding="utf-8")
    (data / "a.csv").write_text(A, encoding="utf-8")
    return data


# Files --------------------------------------------------------------------------------------------


def test_a_folder_a_pattern_and_a_list_are_one_table(folder: Path) -> None:
    table, said = read(folder)
    assert table["name"].tolist() == ["Aksu", "Tau", "Kara"]
    assert table["read_from"].tolist() == ["a.csv", "a.csv", "b.csv"]
    assert table["commodities"].fillna("").tolist() == ["Cu", "Au", ""]
    assert [source["id"] for source in table.attrs["sources"]] == ["a", "b"]
    rows = {"in_file": 2, "read": 2, "continued": 0, "set_aside": 0}
    assert table.attrs["rows"] == {
        "in_file": 3, "read": 3, "continued": 0, "set_aside": 0,
        "parts": {"a.csv": rows, "b.csv": rows | {"in_file": 1, "read": 1}},
    }  # fmt: skip
    assert "2 files with the same columns. Columns taken:" in said
    json.dumps(table.attrs)
    for same in (
        folder / "*.csv",
        str(folder / "?.csv"),
        [folder / "a.csv", str(folder / "b.csv")],
    ):
        assert_geodataframe_equal(read(same)[0], table)
    assert read([folder / "b.csv", folder])[0]["name"].tolist() == ["Kara", "Aksu", "Tau"]
    assert table["given_Country"].fillna("").tolist() == ["Kazakhstan", "Kazakhstan", ""]


@given(
    st.lists(st.sets(st.sampled_from("ABCDEFG")), min_size=1, max_size=5),
    st.lists(st.integers(0, 3), min_size=5, max_size=5),
)
def test_stacked_tables_are_what_pandas_makes_of_them(
    names: list[set[str]], rows: list[int]
) -> None:
    kinds = {"A": "str", "B": "Int64", "C": "Float64", "D": "boolean"}
    tables = []
    for chosen, count in zip(names, rows, strict=False):
        columns = {
            name: pd.array([1] * count, dtype="Int64").astype(kinds.get(name, "str"))
            for name in sorted(chosen, reverse=count % 2 == 1)
        }
        ids = pd.array([f"a:{row}" for row in range(count)], dtype="str")
        shapes = gpd.points_from_xy(range(count), range(count))
        tables.append(
            gpd.GeoDataFrame({"occurrence_id": ids, **columns}, geometry=shapes, crs=4326)
        )
    expected = pd.concat(tables, ignore_index=True)
    assert_geodataframe_equal(gpd.GeoDataFrame(stacked(tables)), expected)


def test_links_neither_repeat_files_nor_lead_in_a_circle(folder: Path) -> None:
    inner = folder / "in" / "deep"
    inner.mkdir(parents=True)
    (folder / ".hidden").mkdir()
    for path in (inner / "c.csv", folder / "[x].csv", folder / ".hidden" / "d.csv"):
        path.write_text(B.replace("Kara", path.stem), encoding="utf-8")
    for name in ("l1", "l2", "in/l3"):  # each leads back to the folder
        (folder / name).symlink_to(folder, target_is_directory=True)
    (folder / "z.csv").symlink_to("a.csv")
    every = ["Aksu", "Tau", "Kara", "[x]", "c"]
    for pattern in ("**/*.csv", "**/**/*.csv", "**"):
        table, said = read(folder / pattern)
        assert sorted(table["name"]) == sorted(every), pattern
        assert "Passed over, since these are files that are read already: " in said
        assert "z.csv" in said
    assert read(folder / "**" / "deep" / "*.csv")[0]["name"].tolist() == ["c"]
    assert read(folder / "**" / "d*" / "**" / "c.csv")[0]["name"].tolist() == ["c"]
    assert read(f"{folder.parent}/*/in/**/*.csv")[0]["name"].tolist() == ["c"]
    assert sorted(read(folder / "*" / "*.csv")[0]["name"]) == sorted(every[:4])


def test_links_out_of_a_folder_are_passed_over_and_named(folder: Path) -> None:
    secret = folder.parent / "secret.csv"
    secret.write_text(B.replace("Kara", "Secret"), encoding="utf-8")
    (folder / "p.csv").symlink_to("../secret.csv")
    (folder / "q.gdb").symlink_to("/", target_is_directory=True)
    (folder / "z.csv").symlink_to("a.csv")
    for file in (folder, [folder, folder / "a.csv"]):
        table, said = read(file)
        assert sorted(table["name"]) == ["Aksu", "Kara", "Tau"]
        assert (
            "Passed over, since these are links out of the folder: p.csv, q.gdb; give the" in said
        )
    # A pattern or a path names the file itself.
    assert "Secret" in read(folder / "*.csv")[0]["name"].tolist()
    for name in ("a.csv", "b.csv"):
        (folder.parent / name).write_bytes((folder / name).read_bytes())
        (folder / name).unlink()
    with pytest.raises(FileError, match=r"table but for links out of it \(p\.csv, q\.gdb\); give"):
        mm.read(folder)
    (folder / "a.csv").write_text(A, encoding="utf-8")
    (folder.parent / "data_link").symlink_to(folder, target_is_directory=True)
    assert len(read(folder.parent / "data_link")[0]) == 2


def test_a_link_to_the_top_of_the_disk_is_no_geodatabase(folder: Path) -> None:
    link = folder / "q.gdb"
    link.symlink_to("/", target_is_directory=True)
    with pytest.raises(FileError, match=r"q\.gdb is a link to .*, which is no file geodatabase"):
        mm.read(link)
    with pytest.raises(FileError, match=r"1 of 3 files cannot be read.*\nq\.gdb: "):
        mm.read(folder / "*")


def test_a_file_that_a_list_names_twice_is_taken_once(folder: Path) -> None:
    (folder / "in").mkdir()
    table, said = read([folder / "a.csv", folder / "b.csv", folder / "in" / ".." / "a.csv"])
    assert table["name"].tolist() == ["Aksu", "Tau", "Kara"]
    assert "files that are read already: " in said
    assert "in/../a.csv." in said
    files = file_set([folder / "a.csv", folder / "a.csv"])
    assert files is not None
    assert (files.paths, files.repeated) == ((folder / "a.csv",), (folder / "a.csv",))


def test_files_without_a_folder_in_common_have_their_whole_paths() -> None:
    root = Path("/").absolute()
    apart = FileSet((root / "own" / "x.csv", root / "given" / "usgs" / "x.csv"))
    assert apart.names() == [path.as_posix() for path in apart.paths]
    near = FileSet((root / "own" / "a" / "x.csv", root / "own" / "b" / "x.csv"))
    assert near.names() == ["a/x.csv", "b/x.csv"]


def test_a_column_that_is_blank_in_one_file_means_the_same_as_in_the_others(folder: Path) -> None:
    (folder / "a.csv").write_text(A.replace("Ore", "Field 7"), encoding="utf-8")
    (folder / "b.csv").write_text(
        B.replace("ore", "field 7").replace(",,", ",AG,"), encoding="utf-8"
    )
    table, _ = read(folder)
    alone, _ = read(folder / "b.csv")
    assert table["commodities"].tolist() == ["Cu", "Au", "Ag"]
    assert alone["commodities"].isna().all()


def test_other_files_of_a_folder_are_named_and_parts_of_a_shapefile_are_not(folder: Path) -> None:
    (folder / "README.txt").write_text("These are my surveys.\nAsk me.\n", encoding="utf-8")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    points = gpd.points_from_xy([70], [45], crs=4326)
    gpd.GeoDataFrame({"name": ["Sary"], "ore": ["Fe"]}, geometry=points).to_file(folder / "s.shp")
    table, said = read(folder)
    assert table["name"].tolist() == ["Aksu", "Tau", "Kara", "Sary"]
    assert (
        "Passed over, since their endings are not those of tables: README.txt, photo.jpg." in said
    )
    assert read(str(folder / "s.*"))[0]["name"].tolist() == ["Sary"]


def test_all_files_that_cannot_be_read_are_named_in_one_error(folder: Path) -> None:
    (folder / "c.csv").write_text("hello\nworld\n", encoding="utf-8")
    (folder / "d.xlsx").write_bytes(b"PK\x03\x04nothing")
    with pytest.raises(FileError) as raised:
        mm.read(folder)
    first, *lines = str(raised.value).splitlines()
    assert first == "2 of 4 files cannot be read; give a list without them, or mend them:"
    assert [line.partition(": ")[0] for line in lines] == ["c.csv", "d.xlsx"]
    for number in range(5):
        (folder / f"e{number}.csv").write_text("hello\nworld\n", encoding="utf-8")
    with pytest.raises(FileError) as raised:
        mm.read(folder)
    first, *lines = str(raised.value).splitlines()
    assert first.startswith("7 of 9 files cannot be read: c.csv, d.xlsx, e0.csv, e1.csv")
    assert lines[-1] == "And 2 more."
    assert len(lines) == 6
    grid = folder / "grid.csv"
    grid.write_text("name,x,y,ore\nA,512345.5,5012345.5,Cu\n", encoding="utf-8")
    with pytest.raises(CRSError, match=r"grid\.csv"):
        read([folder / "a.csv", grid])


def test_the_match_of_several_files_is_described_for_each(folder: Path) -> None:
    first = 'Name,Location,Ore,Status\nAksu,"45.5, 70.1",Copper,Producer\n'
    (folder / "a.csv").write_text(first, encoding="utf-8")
    second = 'name,location,ore,status\nKara,"47.5, 72.1",Gold,lost\n'
    (folder / "b.csv").write_text(second, encoding="utf-8")
    (folder / "c.csv").write_text("NAME,Lat,Lon,Status\nTau,46.5,71.1,Prospect\n", encoding="utf-8")
    table, _ = read(folder)
    described = mm.describe_match(table)
    assert set(described["column"]) <= set(table.columns)
    common = described[described["read_from"] == "a.csv; b.csv"].set_index("column")
    assert common["taken_as"].to_dict() == {
        "given_Name": "name", "Location": "coordinates", "Ore": "commodities",
        "given_Status": "status",
    }  # fmt: skip
    assert (common["from"] == "heading").all()
    assert common.loc["Location", "evidence"].endswith("2 of 2 values have its form")
    assert common.loc["given_Status", ["understood", "examples"]].tolist() == [
        0.5, "Producer; lost"
    ]  # fmt: skip
    other = described[described["read_from"] == "c.csv"].set_index("column")
    assert other["taken_as"].tolist() == ["name", "status", "latitude", "longitude"]
    assert other.loc["given_Status", "examples"] == "Prospect"
    alone = mm.describe_match(read(folder / "a.csv")[0])
    assert "read_from" not in alone
    assert alone["taken_as"].tolist() == common["taken_as"].tolist()
    with pytest.warns(MinmapWarning, match="2 files with the same columns"):
        shown = CliRunner().invoke(cli, ["match", str(folder)])
    assert any(line.startswith("a.csv; b.csv  given_Name") for line in shown.output.splitlines())


def test_record_numbers_that_repeat_over_files_are_described_as_ids(tmp_path: Path) -> None:
    for name in ("x", "y"):
        text = f"id,name,lat,lon,ore\n1,{name},45,70,Cu\n2,{name}2,46,71,Au\n"
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    described = mm.describe_match(read(tmp_path)[0]).set_index("column")
    assert described.loc["id", ["taken_as", "read_from"]].tolist() == ["id", "x.csv; y.csv"]


def test_the_unknown_words_of_all_files_are_capped_as_those_of_one(folder: Path) -> None:
    for name in ("a", "b"):
        rows = "".join(
            f"{name}{row},{45 + row / 1000:.3f},70.123,word {name}{row}\n" for row in range(150)
        )
        (folder / f"{name}.csv").write_text(f"Name,Lat,Lon,Status\n{rows}", encoding="utf-8")
    table, _ = read(folder, columns={"status": "Status"})
    kept = table.attrs["unknown_words"]["status"]
    assert (len(kept["words"]), kept["left_out"]) == (200, 100)
    with pytest.warns(MinmapWarning, match="100 of status"):
        assert len(mm.unknown_words(table)) == 200


def test_ids_differ_over_all_files_and_files_of_one_name_are_two_sources(tmp_path: Path) -> None:
    for place in ("north", "south"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "mines.csv").write_text(
            "id,name,lat,lon,ore\n1,Aksu,45,70,Cu\n", encoding="utf-8"
        )
    table, said = read(str(tmp_path / "**" / "*.csv"))
    assert "Files have one name; the ids of their records begin with mines_north, mines_s" in said
    assert table["occurrence_id"].tolist() == ["mines_north:1", "mines_south:1"]
    assert table["source"].tolist() == ["mines_north", "mines_south"]
    assert [source["title"] for source in table.attrs["sources"]] == [
        "north/mines.csv", "south/mines.csv"
    ]  # fmt: skip
    assert table["read_from"].tolist() == ["north/mines.csv", "south/mines.csv"]
    mrds = "dep_id,site_name,longitude,latitude,dev_stat\n1,{},70.5,45,Producer\n"
    for name in ("x", "y"):
        (tmp_path / f"{name}.csv").write_text(mrds.format(name), encoding="utf-8")
    table, said = read([tmp_path / "x.csv", tmp_path / "y.csv"])
    assert table["occurrence_id"].tolist() == ["mrds:1", "mrds:1-2"]
    assert [source["id"] for source in table.attrs["sources"]] == ["mrds"]
    assert "1 records repeat the id of one before them; their ids are mrds:1-2." in said


OF_YEAR = "No,Name,Lat,Lon,Metal\n1,{0},47.9,67.4,copper\n,Beta {0},48.5,68.1,gold\n"


def ids_by_name(file: Any) -> dict[str, str]:
    table, _ = read(file)
    return dict(zip(table["name"], table["occurrence_id"], strict=True))


def test_ids_in_files_of_one_name_stay_when_other_files_are_added(tmp_path: Path) -> None:
    def add(path: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(OF_YEAR.format(path), encoding="utf-8")

    add("survey/2023/mines.csv")
    add("survey/2024/mines.csv")
    pattern = tmp_path / "**" / "*.csv"
    before = ids_by_name(pattern)
    assert before["survey/2023/mines.csv"] == "mines_2023:1"
    assert before["Beta survey/2024/mines.csv"].startswith("mines_2024:")
    more = ("survey/2022/mines.csv", "mines.csv", "survey/2024/other.csv", "a/b/2025/mines.csv")
    for path in more:
        add(path)
        after = ids_by_name(pattern)
        assert before.items() <= after.items()
        assert len({*after.values()}) == len(after)
    files = sorted(tmp_path.glob("**/*.csv"))
    assert ids_by_name(files[::-1]) == after
    # A folder of the same name makes another id of the first, and gives none of its ids to another.
    add("b/2023/mines.csv")
    now = ids_by_name(pattern)
    assert now["survey/2023/mines.csv"] == "mines_survey_2023:1"
    assert now["b/2023/mines.csv"] == "mines_b_2023:1"
    assert not {*before.values()}.intersection(now[name] for name in now.keys() - before.keys())


def test_files_of_one_name_in_one_folder_are_told_apart_by_their_endings(tmp_path: Path) -> None:
    (tmp_path / "mines.csv").write_text(OF_YEAR.format("x"), encoding="utf-8")
    (tmp_path / "mines.txt").write_text(OF_YEAR.format("y"), encoding="utf-8")
    found = ids_by_name(tmp_path)
    assert [found["x"], found["y"]] == ["mines_csv:1", "mines_txt:1"]
    for name in ("the mines.csv", "the_mines.csv"):
        (tmp_path / name).write_text(OF_YEAR.format(name), encoding="utf-8")
    both = ids_by_name([tmp_path / "the mines.csv", tmp_path / "the_mines.csv"])
    assert len({*both.values()}) == 4
    assert ids_by_name([tmp_path / "the_mines.csv", tmp_path / "the mines.csv"]) == both


def test_no_id_of_a_file_is_that_of_a_file_that_has_it_as_its_name(tmp_path: Path) -> None:
    for path in ("2023/mines.csv", "2024/mines.csv", "mines_2023.csv"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(OF_YEAR.format(path), encoding="utf-8")
    found = ids_by_name(tmp_path / "**" / "*.csv")
    assert found["mines_2023.csv"] == "mines_2023:1"
    assert found["2024/mines.csv"] == "mines_2024:1"
    assert re.fullmatch("mines_2023_[0-9a-f]{8}:1", found["2023/mines.csv"])


def test_what_names_no_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No file fits the pattern"):
        mm.read(tmp_path / "*.csv")
    with pytest.raises(FileError, match="is a folder without a table"):
        mm.read(tmp_path)
    with pytest.raises(MinmapError, match="file is an empty list"):
        mm.read([])
    with pytest.raises(MinmapError, match="file has 3 in its list; each item must be a path"):
        mm.read(["a.csv", 3])  # type: ignore[list-item]


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
@pytest.mark.parametrize("path", [".", "./", Path()])
def test_the_folder_at_work_is_a_folder_like_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch, path: Any
) -> None:
    expected, _ = read(folder)
    monkeypatch.chdir(folder)
    table, _ = read(path)
    assert table["name"].tolist() == expected["name"].tolist()
    with pytest.raises(FileError, match=r"^outfile='\.' has no ending"):
        mm.Map(table).save(path)
    with pytest.raises(ChoiceError, match=r"^\. has no ending"):
        mm.write(table, path)
    with pytest.raises(FileError, match=r"^\. is a folder; give one of the files in it"):
        mm.Map().add(path)
    assert CliRunner().invoke(cli, ["match", str(path)]).exit_code == 0


def test_headings_without_records_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,lat,lon,ore\n", encoding="utf-8")
    table, note = read(path)
    assert len(table) == 0
    assert "It has no records, only headings." in note
    assert "no records" not in read(pd.DataFrame({"name": ["A"], "lat": [45.5], "lon": [70.1]}))[1]


def test_a_file_with_the_name_of_a_pattern_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "mines [old].csv"
    path.write_text(A, encoding="utf-8")
    assert file_set(path) is None
    assert len(read(path)[0]) == 2


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
def test_the_command_line_takes_several_files_a_folder_and_a_pattern(folder: Path) -> None:
    out = folder.parent / "out.gpkg"
    for inputs in ([folder / "a.csv", folder / "b.csv"], [folder], [folder / "*.csv"]):
        done = CliRunner().invoke(cli, ["convert", *map(str, inputs), "-o", str(out)])
        assert done.exit_code == 0, done.output
        assert mm.read(out)["name"].tolist() == ["Aksu", "Tau", "Kara"]


# Sheets -------------------------------------------------------------------------------------------


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


LEGEND = [["Code", "Meaning"], ["Copper", "base metal"], ["Gold", "precious metal"]]


def test_the_sheets_with_occurrences_are_one_table(tmp_path: Path) -> None:
    more = [["Deposit", "Lat", "Lon", "Commodity", "Owner"], ["Sary", 48.5, 73.1, "Iron", "KazX"]]
    camps = [["Camp", "Lat", "Lon"], ["Camp one", 45.5, 70.1], ["Camp two", 46.1, 70.2]]
    path = workbook(
        tmp_path / "book.xlsx", East=[HEADINGS, *ALL], West=more, Legend=LEGEND, Camps=camps
    )
    table, said = read(path)
    assert table["name"].tolist() == ["Aksu", "Tau", "Kara", "Sary"]
    assert table["read_from"].tolist() == ["East", "East", "East", "West"]
    assert table["Owner"].fillna("").tolist() == ["", "", "", "KazX"]
    assert table["Commodity"].tolist() == ["Copper", "Gold", "Copper", "Iron"]
    assert [source["id"] for source in table.attrs["sources"]] == ["book"]
    assert table.attrs["rows"]["parts"]["West"]["read"] == 1
    assert "Sheets read: 'East', 'West'; layer= chooses one." in said
    aside = table.attrs["sheets_aside"]
    assert aside.keys() == {"Legend", "Camps"}
    assert aside["Legend"].startswith("too little evidence for the coordinates")
    assert aside["Camps"] == "it states neither commodities nor deposit types, as other sheets do"
    assert read(path, layer="Camps")[0]["name"].tolist() == ["Camp one", "Camp two"]


def test_a_sheet_that_repeats_records_of_another_is_left_aside(tmp_path: Path) -> None:
    copper = [row for row in ALL if row[-1] == "Copper"]
    path = workbook(
        tmp_path / "book.xlsx", Copper=[HEADINGS, *copper], All=[HEADINGS, *ALL], Legend=LEGEND
    )
    table, said = read(path)
    assert len(table) == 3
    assert "read_from" not in table
    assert "Sheet read: 'All'; layer= chooses one." in said
    assert table.attrs["sheets_aside"]["Copper"] == "its 2 records are on 'All' too"


def test_a_sheet_like_another_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    west = [["Deposit", "Lat", "Lon W", "Commodity"], ["Sary", 48.5, 73.1, "Iron"]]
    east = [["Deposit", "Lat", "Lon W", "Commodity"], ["Tau", 48.5, -73.1, "Iron"]]
    path = workbook(tmp_path / "book.xlsx", East=east, West=west)
    with pytest.raises(
        FileError, match="sheet 'West' has the columns of 'East' and cannot be read"
    ):
        read(path)


def test_sheets_of_places_alone_are_not_guessed(tmp_path: Path) -> None:
    camps = [["Camp name", "Lat", "Lon"], ["Camp one", 45.5, 70.1]]
    wells = [["Well name", "Lat", "Lon"], ["Well one", 45.6, 70.2]]
    path = workbook(tmp_path / "book.xlsx", Camps=camps, Wells=wells)
    with pytest.raises(FileError, match=r"pass layer= one of: 'Camps', 'Wells'\. None could be"):
        read(path)


def test_points_are_read_and_areas_beside_them_are_not(tmp_path: Path) -> None:
    points = gpd.points_from_xy([70, 71], [45, 46], crs=4326)
    mines = gpd.GeoDataFrame({"name": ["A", "B"], "commodity": ["Cu", "Au"]}, geometry=points)
    path = tmp_path / "two.gpkg"
    mines.to_file(path, layer="mines")
    tracts = [shapely.box(x, y, x + 1, y + 1) for x, y in ((70, 45), (71, 46))]
    mines.assign(geometry=tracts).to_file(path, layer="tracts")
    table, said = read(path)
    assert table.geom_type.unique().tolist() == ["Point"]
    assert "'tracts': it has lines or areas, and another layer points" in said


def test_sheets_of_several_workbooks_are_named_with_their_file(tmp_path: Path) -> None:
    second = [["No", "Deposit", "Lat", "Lon", "Commodity"], [4, "Sary", 48.5, 73.1, "Iron"]]
    for name in ("x", "y"):
        workbook(tmp_path / f"{name}.xlsx", One=[HEADINGS, *ALL], Two=second, Legend=LEGEND)
    table, _ = read(tmp_path)
    assert table["read_from"].unique().tolist() == [
        "x.xlsx:One", "x.xlsx:Two", "y.xlsx:One", "y.xlsx:Two",
    ]  # fmt: skip
    assert "x.xlsx:Legend" in table.attrs["sheets_aside"]
    assert table["occurrence_id"].is_unique


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("units", [False, True])
def test_names_in_two_rows_and_units_below_them(tmp_path: Path, *, deep: bool, units: bool) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Deposit", "Location", None, "Resources", None, "Commodity"])
    sheet.append([None, "Latitude", "Longitude", "Ore", "Grade", None])
    if units:
        sheet.append([None, "degrees", "degrees", "Mt", "g/t", None])
    sheet.append(["Aksu", 45.5, 70.1, 12.5, 1.5, "Gold"])
    sheet.append(["Tau", 46.5, 71.1, 3, 2.25, "Copper"])
    for area in ("B1:C1", "D1:E1", *(("A1:A2", "F1:F2") if deep else ())):
        sheet.merge_cells(area)
    book.save(tmp_path / "two rows.xlsx")
    table, said = read(tmp_path / "two rows.xlsx")
    assert table["name"].tolist() == ["Aksu", "Tau"]
    assert table["commodities"].tolist() == ["Au", "Cu"]
    assert table.geometry.x.tolist() == [70.1, 71.1]
    assert table["Grade"].tolist() == ["1.5", "2.25"]
    assert ("The row of units below the column names (degrees, degrees, Mt, g/t)" in said) == units
    assert table.attrs["rows"]["set_aside"] == units


def test_group_names_above_sub_headings_alone(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Deposits of the east", None, None, None, None])
    sheet.append(["Deposit", "Location", None, None, None])
    sheet.append([None, "Latitude", "Longitude", "Depth", "Commodity"])
    sheet.append(["Aksu", 45.5, 70.1, 12.5, "Gold"])
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("B2:E2")
    book.save(tmp_path / "groups.xlsx")
    table, said = read(tmp_path / "groups.xlsx")
    assert table["name"].tolist() == ["Aksu"]
    assert "the first is 'Deposits of the east'" in said


# Tables in memory ---------------------------------------------------------------------------------


MIXED = (
    "id,name,Latitude,Longitude,commodity,year,grade,open,found\n"
    "7,Aksu,45.25,70.125,Copper,1950,1.5,True,2020-05-01\n"
    "9,Тау,46.5,71.0625,Gold; silver,,,False,\n"
    "12,,47.75,72.5,,1960,0.75,True,2021-06-02\n"
)


def same(table: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> None:
    """Require the same occurrences, whatever the dtypes of further columns."""
    names = [name for name in COLUMN_NAMES if name not in {"location_method", "geometry"}]
    pd.testing.assert_frame_equal(pd.DataFrame(table[names]), pd.DataFrame(other[names]))
    assert table.geometry.geom_equals(other.geometry).all()
    assert table.attrs["rows"] == other.attrs["rows"]
    assert (
        table.columns.tolist()[: len(COLUMN_NAMES)] == other.columns.tolist()[: len(COLUMN_NAMES)]
    )


def test_a_table_in_memory_is_read_as_the_file_that_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(MIXED, encoding="utf-8")
    from_file, said = read(path)
    texts = pd.read_csv(path, dtype=str)
    inferred = pd.read_csv(path, parse_dates=["found"])
    assert inferred["year"].dtype.kind == "f"
    for frame in (
        texts,
        inferred,
        inferred.convert_dtypes(),
        inferred.astype({"name": "category"}),
    ):
        before = frame.copy(deep=True)
        found, same_said = read(frame)
        same(found, from_file)
        assert same_said.partition(": ")[2] == said.partition(": ")[2]
        pd.testing.assert_frame_equal(frame, before)
    points = gpd.points_from_xy(inferred["Longitude"], inferred["Latitude"], crs=4326)
    layer = gpd.GeoDataFrame(inferred.drop(columns=["Longitude", "Latitude"]), geometry=points)
    found, _ = read(layer)
    names = ["name", "commodities", "occurrence_id", "country"]
    pd.testing.assert_frame_equal(pd.DataFrame(found[names]), pd.DataFrame(from_file[names]))
    assert found.geometry.geom_equals(from_file.geometry).all()
    grid, _ = read(layer.to_crs(32642))
    assert grid.geometry.geom_equals_exact(from_file.geometry, 1e-9).all()


def test_index_and_columns_of_a_table_in_memory_are_kept() -> None:
    frame = pd.DataFrame(ALL, columns=HEADINGS, index=pd.Index([5, 5, 8], name="row"))
    table, _ = read(frame)
    assert table.index.equals(frame.index)
    pd.testing.assert_frame_equal(pd.DataFrame(table[HEADINGS]), frame, check_dtype=True)
    assert table["occurrence_id"].tolist() == ["table:1", "table:2", "table:3"]


def test_the_source_of_a_table_in_memory_is_that_of_its_attrs() -> None:
    frame = pd.DataFrame(ALL, columns=HEADINGS)
    frame.attrs["sources"] = [{"id": "survey", "title": "My survey", "citation": "Li, 2020"}]
    table, _ = read(frame)
    assert table["source"].unique().tolist() == ["survey"]
    assert table["occurrence_id"].tolist()[0] == "survey:1"
    assert table.attrs["sources"][0]["citation"] == "Li, 2020"


def test_an_occurrence_table_comes_back_unchanged() -> None:
    table = mm.read(mm.sample("pp1802_central_asia.csv"))
    again = mm.read(table)
    assert_geodataframe_equal(again, table)
    assert again.attrs == table.attrs
    assert again is not table


def test_a_table_of_a_known_source_in_memory_is_recognised() -> None:
    path = mm.sample("mrds_central_asia.csv")
    same(read(pd.read_csv(path, low_memory=False))[0], read(path)[0])


def test_tables_in_memory_that_cannot_be_read() -> None:
    frame = pd.DataFrame(ALL, columns=HEADINGS)
    with pytest.raises(MinmapError, match=r"layer='x' is for files; leave it out for a DataFrame"):
        mm.read(frame, layer="x")
    with pytest.raises(MinmapError, match="column names have levels"):
        mm.read(frame.set_axis(pd.MultiIndex.from_product([["a"], HEADINGS]), axis=1))
    with pytest.raises(FileError, match="table: too little evidence"):
        mm.read(frame[["No", "Commodity"]])
    with pytest.raises(CRSError, match="table"):
        mm.read(gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy([1, 2, 3], [4, 5, 6])))


class Unspeakable:
    """Has no text."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


@pytest.mark.parametrize(
    "values",
    [
        pd.Series(["\ud800", "x"], dtype="object"),
        pd.array(["\ud800", "x"], dtype="string[python]"),
        pd.Categorical.from_codes([0, 1], pd.Index(["\ud800", "x"], dtype="object")),
        [10**5000, 1],
        [Unspeakable(), 1],
    ],
)
def test_values_in_memory_without_a_text_are_refused(values: Any) -> None:
    table = pd.DataFrame({"name": ["Aksu", "Tau"], "lat": [45, 46], "lon": [70, 71]})
    with pytest.raises(
        MinmapError, match=r"^table: the column 'note' has a value that cannot be .*\)"
    ):
        mm.read(table.assign(note=values))


@pytest.mark.parametrize("name", ["\ud800", Unspeakable()])
def test_names_in_memory_without_a_text_are_refused(name: Any) -> None:
    table = pd.DataFrame([["Aksu", 45, 70, 1], ["Tau", 46, 71, 2]])
    table.columns = pd.Index(["name", "lat", "lon", name], dtype="object")
    with pytest.raises(MinmapError, match=r"column whose name .* cannot be written as text \("):
        mm.read(table)


def test_texts_of_rare_types_in_memory_are_read() -> None:
    table = pd.DataFrame({"lat": [45.5, 46.5], "lon": [70.5, 71.5]})
    names = ["Aksu", None]
    views = pd.arrays.ArrowExtensionArray(pa.array(names, pa.string_view()))
    for given_names in (views, pd.array(names, dtype="string[python]")):
        found, _ = read(table.assign(name=given_names))
        assert found["name"].fillna("").tolist() == ["Aksu", ""]


def test_a_table_in_memory_has_as_many_columns_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_table, "MOST_COLUMNS", 3)
    table = pd.DataFrame({"name": ["Aksu"], "lat": [45.5], "lon": [70.5], "note": ["x"]})
    with pytest.raises(FileError, match="table has 4 columns, and minmap reads at most 3"):
        mm.read(table)


def test_sheets_say_what_is_wrong_first_and_each_note_once(tmp_path: Path) -> None:
    def rows(places: list[tuple[float, float]], system: int) -> pd.DataFrame:
        project = Transformer.from_crs(4326, system, always_xy=True).transform
        east, north = zip(*(project(x, y) for x, y in places), strict=True)
        names = [f"Hill {n}" for n in range(len(places))]
        return pd.DataFrame({"Name": names, "X (m)": north, "Y (m)": east})

    # The sheets of northern places are in another zone than crs= says.
    sheets = {
        **{f"South {n}": rows([(107.8, 15.2 + n / 9), (108.0, 15.5)], 5899) for n in range(5)},
        **{f"North {n}": rows([(103.9, 22.4 + n / 9), (104.1, 22.2)], 5897) for n in range(5)},
    }
    path = tmp_path / "mines.xlsx"
    with pd.ExcelWriter(path) as book:
        for name, sheet in sheets.items():
            sheet.to_excel(book, sheet_name=name, index=False)
    with pytest.warns(MinmapWarning) as caught:
        mm.read(path, crs="EPSG:5899")
    (said,) = [str(one.message) for one in caught]
    assert "Sheets with the same columns are read differently: longitude <- 'Y (m)' in 'S" in said
    for n in range(5):
        assert f"'North {n}': 2 of 2 places are far from where EPSG:5899" in said
    assert 1 <= said.count("Columns taken:") <= 2
    assert said.rindex("far from where") < said.index("Columns taken:")
