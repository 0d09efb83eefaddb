"""The command line: what it writes, what it says, and how it fails."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import LineString, box

import minmap as mm
from minmap import cli
from minmap.cli import catalogues, maps, reading, terminal
from minmap.cli.option_words import in_options
from minmap.errors import MinmapWarning
from minmap.maps.options import FoliumOptions
from minmap.querying import select, summarise


@dataclass(frozen=True)
class Ran:
    """What a command said and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Give a function that runs the command line and catches all it says."""

    def call(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["minmap", *map(str, words)])
        code: object = 0
        with warnings.catch_warnings():
            try:
                cli.main()
            except SystemExit as end:
                code = end.code
        said = capsys.readouterr()
        if isinstance(code, str):  # sys.exit prints a text and exits with 1
            return Ran(1, said.out, said.err + code)
        return Ran(int(code or 0), said.out, said.err)

    return call


SAMPLE = "major_deposits_central_asia.csv"
MINE = """
id = "mine"
[coordinates]
columns = [["x", "y"]]
[fields]
name = { columns = ["who"] }
"""


def test_claims_writes_a_page_and_refuses_another_ending(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    out = tmp_path / "claims.html"
    ran = run("claims", out)
    assert ran.code == 0, ran.err
    assert ran.out.startswith(f"{out}: What is said of Central Asia's minerals")
    assert "38.6 % of the world" in out.read_text(encoding="utf-8")
    refused = run("claims", tmp_path / "claims.pdf")
    assert refused.code == 1
    assert "ends in '.pdf'" in refused.err
    assert run("claims").code == 2


def test_map_writes_a_page_and_says_what_is_in_it(run: Callable[..., Ran], tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    ran = run(
        "map", mm.sample(SAMPLE), mm.sample("mrds_central_asia.csv"), "--corridor", "middle",
        "--overlay", mm.sample("central_asia_lakes.shp"), "--raster", mm.sample("elevation.tif"),
        "--stretch", "hillshade", "--nodata", "-9999", "--size", "14", "--shape", "star", "-o", out,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert "hillshade, light from NW" in out.read_text(encoding="utf-8")
    assert '"shape":"star"' in out.read_text(encoding="utf-8")
    assert str(out) in ran.out
    for layer in ("elevation", "central asia lakes", "Middle Corridor", "mrds central asia"):
        assert layer in ran.out
    assert "distance" in out.read_text(encoding="utf-8")


def test_map_draws_a_table_of_shapes_and_one_of_mapinfo(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    lines = tmp_path / "lines.csv"
    lines.write_text('name;wkt\nA;"LINESTRING (500000 5000000, 600000 5100000)"\n')
    areas, out = tmp_path / "areas.tab", tmp_path / "map.html"
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[box(500_000, 5e6, 6e5, 51e5)], crs=32642)
    frame.to_file(areas, driver="MapInfo File")
    ran = run("map", areas, "--overlay", lines, "--crs", "EPSG:32642", "-o", out)
    assert (ran.code, "areas: 1 feature\n" in ran.out) == (0, True)
    assert "lines: 1 feature\n" in ran.out
    refused = run("map", lines, "-o", out)
    assert (refused.code, "--crs EPSG:32642" in refused.err) == (1, True)


def test_map_draws_every_corridor_and_measures_to_the_nearest(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    monkeypatch.setattr(
        maps, "nearest", lambda *given: drawn.append(mm.nearest(*given)) or drawn[0]
    )
    names = ("middle", "northern", "middle")
    flags = [word for name in names for word in ("--corridor", name)]
    ran = run("map", mm.sample(SAMPLE), *flags, "-o", tmp_path / "map.html")
    assert ran.code == 0, ran.err
    assert [line.partition(":")[0].strip() for line in ran.out.splitlines()[1:]] == [
        "Middle Corridor", "Northern route", "major deposits central asia",
    ]  # fmt: skip
    table = mm.read(mm.sample(SAMPLE))
    each = [mm.nearest(table, mm.corridor(name))["distance_km"] for name in names[:2]]
    expected = pd.concat(each, axis=1).min(axis=1)
    assert drawn[0]["distance_km"].to_numpy() == pytest.approx(expected.to_numpy(), nan_ok=True)


def test_an_option_that_takes_one_value_is_refused_twice(run: Callable[..., Ran]) -> None:
    for name, command in cli.cli.commands.items():
        for option in command.params:
            is_option = isinstance(option, click.Option) and option.name != "help"
            if not is_option or option.multiple or option.is_flag:
                continue
            words = [option.opts[0], *["1"] * option.nargs] * 2
            ran = run(name, *words)
            assert (ran.code, "is given 2 times, and takes one value" in ran.err) == (2, True), (
                words
            )


@pytest.mark.parametrize(
    "words",
    [
        ("convert", mm.sample(SAMPLE), "--column", "name=A", "--column", "name=B", "-o", "a.csv"),
        ("route", "a", "b", "--assume", "rail_kmh=3", "--assume", "rail_kmh=4"),
    ],
)
def test_a_key_that_is_given_twice_is_refused(
    run: Callable[..., Ran], words: tuple[object, ...]
) -> None:
    ran = run(*words)
    assert (ran.code, "is given twice; give it once." in ran.err) == (2, True), ran.err


def test_options_of_rasters_need_a_raster(run: Callable[..., Ran], tmp_path: Path) -> None:
    ran = run("map", mm.sample(SAMPLE), "--stretch", "log", "-o", tmp_path / "map.html")
    assert ran.code == 2
    assert "--stretch is for rasters; give --raster too." in ran.err


@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".csv", ".geojson"])
def test_near_writes_what_nearest_gives(
    run: Callable[..., Ran], tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"near{ending}"
    assert run("near", mm.sample(SAMPLE), "--corridor", "middle", "-o", out).code == 0
    readers = {".parquet": gpd.read_parquet, ".csv": pd.read_csv}
    back = readers.get(ending, gpd.read_file)(out)
    expected = mm.nearest(mm.read(mm.sample(SAMPLE)), mm.corridor("middle"))
    assert back["distance_km"].to_numpy() == pytest.approx(
        expected["distance_km"].to_numpy(), nan_ok=True
    )
    assert back["occurrence_id"].tolist() == expected["occurrence_id"].tolist()


def test_sources_and_corridors_are_listed(run: Callable[..., Ran]) -> None:
    listed = run("sources").out
    assert all(identifier in listed for identifier in mm.sources()["id"])
    assert "Middle Corridor" in run("corridors").out


def test_the_demo_writes_to_the_current_folder(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("demo")
    assert ran.code == 0, ran.err
    assert str(tmp_path / "middle_corridor.html") in ran.out
    assert [path.name for path in tmp_path.iterdir()] == ["middle_corridor.html"]


def test_misuse_exits_with_2(run: Callable[..., Ran]) -> None:
    assert run("map").code == 2
    assert run("fly").code == 2
    assert run("near", mm.sample(SAMPLE), "--corridor", "middle").code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["map"], "-o is missing; give -o FILE. File to write: .html, .htm"),
        (["summarise"], "--by is missing; give --by NAME. What to count by: country,"),
    ],
)
def test_an_option_that_is_missing_is_said_with_its_cure(
    run: Callable[..., Ran], words: list[str], said: str
) -> None:
    ran = run(*words, mm.sample(SAMPLE))
    assert (ran.code, ran.out) == (2, "")
    assert f"Error: {said}" in ran.err


def test_a_defect_is_one_line_too(run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(catalogues, "list_sources", fail)
    ran = run("sources")
    assert ran.code == 1
    assert ran.err.startswith("minmap: unexpected ZeroDivisionError: by zero")
    assert "\n" not in ran.err.strip()


def bad_inputs(folder: Path) -> dict[str, tuple[list[object], str]]:
    """Make each bad input: the words of the command and what its one line must say."""
    good = mm.sample(SAMPLE)
    corridor = ["--corridor", "middle"]
    (folder / "empty.csv").write_bytes(b"")
    (folder / "picture.csv").write_bytes(bytes(range(256)) * 50)
    (folder / "nowhere.csv").write_text("dep_id,site_name,dev_stat,commod1\n1,A,Producer,Gold\n")
    (folder / "other.csv").write_text("alpha,beta\n1,2\n")
    whole = Path(mm.sample("elevation.tif")).read_bytes()
    (folder / "cut.tif").write_bytes(whole[: len(whole) // 2])
    lakes = gpd.read_file(mm.sample("central_asia_lakes.shp"))
    for missing in (".prj", ".dbf"):
        stem = f"without_{missing[1:]}"
        lakes.to_file(folder / f"{stem}.shp")
        (folder / f"{stem}{missing}").unlink()
    return {
        "missing table": (["map", folder / "none.csv"], "none.csv"),
        "empty table": (["map", folder / "empty.csv"], "empty.csv"),
        "not a table": (["map", folder / "picture.csv"], "picture.csv"),
        "no coordinates": (["map", folder / "nowhere.csv"], "nowhere.csv"),
        "unrecognised": (["near", folder / "other.csv"], "other.csv"),
        "unknown corridor": (["map", good, "--corridor", "midle"], "did you mean 'middle'"),
        "empty corridor": (["map", good, "--corridor", ""], "--corridor '' is not known"),
        "truncated raster": (["map", good, "--raster", folder / "cut.tif"], "cut.tif"),
        "missing raster": (["map", good, "--raster", folder / "none.tif"], "none.tif"),
        "no .prj": (["map", good, *corridor, "--overlay", folder / "without_prj.shp"], "crs"),
        "no .dbf": (["map", good, "--overlay", folder / "without_dbf.shp"], ".dbf"),
        "folder as file": (["map", good, "--overlay", folder], str(folder)),
    }


CASES = [
    "missing table", "empty table", "not a table", "no coordinates", "unrecognised", "no .prj",
    "unknown corridor", "truncated raster", "missing raster", "no .dbf", "folder as file",
    "empty corridor",
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_one_clear_line_and_nothing_is_written(
    run: Callable[..., Ran], tmp_path: Path, case: str
) -> None:
    words, said = bad_inputs(tmp_path)[case]
    out = tmp_path / ("out.csv" if words[0] == "near" else "out.html")
    out.write_text("what was there")
    before = sorted(tmp_path.iterdir())
    ran = run(*words, "-o", out)
    assert ran.code == 1
    (line,) = [text for text in ran.err.splitlines() if not text.startswith("minmap: warning:")]
    assert line.startswith("minmap: ")
    assert "unexpected" not in line
    assert said in line
    assert ran.out == ""
    assert out.read_text() == "what was there"
    assert sorted(tmp_path.iterdir()) == before


def test_a_latitude_of_95_is_kept_counted_and_said(run: Callable[..., Ran], tmp_path: Path) -> None:
    table = pd.read_csv(mm.sample(SAMPLE), dtype=str, keep_default_na=False)
    table.loc[0, "latitude"] = "95"
    table.to_csv(tmp_path / "far.csv", index=False)
    ran = run("near", tmp_path / "far.csv", "-o", tmp_path / "near.parquet")
    assert ran.code == 0
    assert "95" in ran.err
    assert ran.err.startswith("minmap: warning: ")
    back = gpd.read_parquet(tmp_path / "near.parquet")
    assert len(back) == len(table)
    assert pd.isna(back["distance_km"].iloc[0])


def test_an_output_that_cannot_be_written_says_so(run: Callable[..., Ran], tmp_path: Path) -> None:
    ran = run("map", mm.sample(SAMPLE), "-o", tmp_path / "no" / "map.html")
    assert (ran.code, "make the folder first" in ran.err) == (1, True)
    assert run("near", mm.sample(SAMPLE), "-o", tmp_path / "near.xyz").code == 1


OUTPUTS = {
    "map": ["map", "IN"],
    "demo": ["demo"],
    "near": ["near", "IN"],
    "check": ["check", "IN"],
    "repair": ["repair", "IN", "--rule", "swapped"],
    "select": ["select", "IN"],
    "summarise": ["summarise", "IN", "--by", "country"],
    "resources": ["resources", "IN"],
    "convert": ["convert", "IN"],
    "words": ["words", "IN"],
    "match": ["match", "IN"],
    "link": ["link", "IN"],
    "review": ["review", "LINKS", "IN"],
    "merge": ["merge", "IN"],
    "corridors": ["corridors", "middle"],
    "access": ["access", "IN", "--to", "poti_port"],
    "route": ["route", "altynkol", "poti_port"],
    "sensitivity": ["sensitivity", "aktau_port", "alat"],
    "crossings": ["crossings"],
    "assumptions": ["assumptions"],
}


# A table is no .toml, which `words` writes, and no page, which `review` writes.
@pytest.mark.parametrize(
    "command",
    [name for name, words in OUTPUTS.items() if "IN" in words and name not in ("words", "review")],
)
@pytest.mark.parametrize("spelling", ["mine.csv", "sub/../mine.csv", "link.csv"])
def test_a_file_that_is_read_is_never_overwritten(
    run: Callable[..., Ran], tmp_path: Path, command: str, spelling: str
) -> None:
    ending = ".gpkg" if command == "map" else ".csv"
    mine, out = ((tmp_path / name).with_suffix(ending) for name in ("mine.csv", spelling))
    mine.write_bytes(Path(mm.sample(SAMPLE)).read_bytes())
    (tmp_path / "sub").mkdir()
    if spelling == "link.csv":
        out.symlink_to(mine)
    before = mine.read_bytes()
    ran = run(*(mine if word == "IN" else word for word in OUTPUTS[command]), "-o", out)
    assert (ran.code, ran.out) == (1, ""), ran.err
    assert ran.err == (
        f"minmap: {out} is one of the files to read, which it would replace; give another -o."
    )
    assert mine.read_bytes() == before


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Make a folder with two tables and, in a folder of it, a third."""
    folder = tmp_path / "tables"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.csv", "b.csv", "deep/c.csv"):
        (folder / name).write_text(f"name,lat,lon\n{name},45,70\n")
    return folder


OF_SEVERAL = [
    (command, files)
    for command, words in OUTPUTS.items()
    for files in ("", "*.csv", "**/*.csv", "[ab].csv", "**")
    # `review` writes a page, and `words` a .toml, which is no table of a folder.
    if "IN" in words and command != "review" and (command, files) != ("words", "")
]


@pytest.mark.parametrize(("command", "files"), OF_SEVERAL)
@pytest.mark.parametrize("is_there", [True, False])
def test_none_of_several_files_that_are_read_is_ever_overwritten(
    run: Callable[..., Ran], tables: Path, *, command: str, files: str, is_there: bool
) -> None:
    ending = {"words": ".toml", "map": ".gpkg"}.get(command, ".csv")
    files = files.replace(".csv", ending)
    if ending != ".csv":
        for table in [*tables.rglob("*.csv")]:
            table.rename(table.with_suffix(ending))
    if not is_there:
        (tables / "b.csv").with_suffix(ending).unlink()
    before = {file: file.read_bytes() for file in tables.rglob("*.*")}
    out = tables / f"b{ending}"
    ran = run(*(tables / files if word == "IN" else word for word in OUTPUTS[command]), "-o", out)
    words = "is one of the files to read" if is_there else "would be one of the files of"
    assert (ran.code, ran.out, words in ran.err) == (1, "", True), ran.err
    assert {file: file.read_bytes() for file in tables.rglob("*.*")} == before


def test_outputs_that_a_folder_or_a_pattern_does_not_name_are_written(
    run: Callable[..., Ran], tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tables.parent / "link").symlink_to(tables)
    (tables.parent / "to_out.csv").symlink_to(tables / "out.csv")
    monkeypatch.chdir(tables)
    for files, out, is_written in (
        ("*.csv", "out.gpkg", True),
        ("*.csv", "deep/out.csv", True),
        ("../tables", "deep/out.csv", True),
        ("[ab].csv", "out.csv", True),
        ("*.csv", ".out.csv", True),
        ("*.csv", "out.csv", False),
        ("**/[a-c].csv", "deep/b.csv", False),
        ("deep/**/*.csv", "deep/out.csv", False),
        ("deep/**/*.csv", "out.csv", True),
        ("*/*.csv", "deep/out.csv", False),
        ("../link/*.csv", "out.csv", False),
        ("../link", "out.xlsx", False),
        (".", "out.xlsx", False),
        (".", "../to_out.csv", False),
        ("*.csv", "../to_out.csv", False),
        ("deep/*.csv", "../to_out.csv", True),
    ):
        ran = run("convert", files, "-o", out)
        said = "" if is_written else f"minmap: {out} would be one of the files of {files}, so that"
        assert (ran.code, ran.err.startswith(said)) == (0 if is_written else 1, True), ran.err
        assert Path(out).exists() == is_written, files
        for written in tables.rglob("*out*"):
            written.unlink()
    page = run("map", "a.csv", "-o", "page.html")
    assert page.code == 0, page.err
    listed = run("convert", "a.csv", "deep", "-o", "b.csv")  # of a list, b.csv is not read
    assert listed.code == 0, listed.err


def test_a_file_that_an_option_names_is_never_overwritten(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    area = tmp_path / "area.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=[box(60, 40, 70, 50)], crs=4326).to_file(area, layer="a")
    before = area.read_bytes()
    for words in (
        ["select", mm.sample(SAMPLE), "--polygon", area],
        ["map", mm.sample(SAMPLE), "--overlay", f"{area}:a"],
        ["map", mm.sample(SAMPLE), "--atlas", area],
    ):
        ran = run(*words, "-o", area)
        assert (ran.code, "is one of the files to read" in ran.err) == (1, True), ran.err
        assert area.read_bytes() == before


@pytest.mark.parametrize("option", ["--vocabulary", "--source"])
def test_a_description_that_is_read_is_never_overwritten(
    run: Callable[..., Ran], tmp_path: Path, option: str
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("[status]\n")
    ran = run("words", mm.sample(SAMPLE), option, mine, "-o", mine)
    assert (ran.code, "is one of the files to read" in ran.err) == (1, True), ran.err
    assert mine.read_text() == "[status]\n"


@pytest.mark.parametrize("command", OUTPUTS)
def test_a_file_of_another_kind_is_never_overwritten(
    run: Callable[..., Ran], tmp_path: Path, command: str
) -> None:
    words = [mm.sample(SAMPLE) if word in ("IN", "LINKS") else word for word in OUTPUTS[command]]
    pages = ("map", "demo", "review")
    others = ["mine.txt", "mine"] + (["mine.csv"] if command in pages else [])
    for name in others:
        mine = tmp_path / name
        mine.write_text("what was there")
        ran = run(*words, "-o", mine)
        assert (ran.code, ran.out) == (1, "")
        assert re.search(rf"{name} (ends in '\.\w+'|has no ending)", ran.err)
        assert "give a name that ends in one of: ." in ran.err
        assert mine.read_text() == "what was there"


def test_tables_are_linked_reviewed_and_merged(run: Callable[..., Ran], tmp_path: Path) -> None:
    tables = [mm.sample(SAMPLE), mm.sample("pp1802_central_asia.csv")]
    links, reviewed, sites = (tmp_path / name for name in ("a.csv", "b.csv", "sites.gpkg"))
    ran = run("link", *tables, "-o", links)
    assert ran.code == 0, ran.err
    expected = mm.link(*map(mm.read, tables))
    found = pd.read_csv(links)
    assert found["left_id"].tolist() == expected["left_id"].tolist()
    assert f"{expected['same_site'].sum()} of them of one site" in ran.out
    found["decision"] = "different"
    found.to_csv(links, index=False)
    ran = run("link", *tables, "--decisions", links, "-o", reviewed)
    assert (ran.code, "0 of them of one site" in ran.out) == (0, True)
    assert run("merge", *tables, "--links", reviewed, "-o", sites).code == 0
    assert len(mm.read(sites)) == sum(len(mm.read(table)) for table in tables)
    refused = run("merge", *tables, "--links", mm.sample(SAMPLE), "-o", tmp_path / "c.gpkg")
    assert (refused.code, "no column left_id, right_id, same_site" in refused.err) == (1, True)
    assert "give what `minmap link` wrote" in refused.err


def test_notes_of_a_page_go_through_the_files_of_links(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    tables = [mm.sample(SAMPLE), mm.sample("pp1802_central_asia.csv")]
    first, last = (tmp_path / name for name in ("links.csv", "last.csv"))
    assert run("link", *tables, "-o", first).code == 0
    made = pd.read_csv(first).loc[[0, 1, 2], ["left_id", "right_id"]]
    # As the page writes "=1+1" and "'=1".
    made = made.assign(decision="same", note=["'=1+1", "''=1", "two pits"])
    decisions = tmp_path / "decisions.csv"
    made.to_csv(decisions, index=False, encoding="utf-8-sig")
    for _ in range(2):
        assert run("link", *tables, "--decisions", decisions, "-o", last).code == 0
        decisions = last.rename(tmp_path / "again.csv")
    notes = pd.read_csv(decisions).merge(made, on=["left_id", "right_id"])
    assert notes["note_x"].tolist() == notes["note_y"].tolist()
    assert len(notes) == 3


def test_pairs_are_reviewed_on_a_page(run: Callable[..., Ran], tmp_path: Path) -> None:
    tables = [mm.sample(SAMPLE), mm.sample("pp1802_central_asia.csv")]
    links, page = tmp_path / "links.csv", tmp_path / "review.html"
    assert run("link", *tables, "-o", links).code == 0
    found = pd.read_csv(links).astype({"decision": object})
    found.loc[[1, 3], "decision"] = "same"
    # As a spreadsheet of a country with decimal commas saves it.
    found.to_csv(links, index=False, sep=";", decimal=",")
    ran = run("review", links, *tables, "--title", "Pairs of Ashgabat", "-o", page)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{page}: {len(found):,} pairs, 2 of them decided; opens without a network\n"
    )
    html = page.read_text(encoding="utf-8")
    assert "<title>Pairs of Ashgabat</title>" in html
    assert run("review", links, *tables, "--language", "ru", "-o", page).code == 0
    assert "<title>Это записи об одном объекте?</title>" in page.read_text(encoding="utf-8")
    ran = run("review", links, *tables, "--language", "xx", "-o", page)
    assert (ran.code, "--language xx" in ran.err) == (1, True), ran.err
    refused = tmp_path / "refused.html"
    found = found.astype({"probability": object})
    found.loc[0, "probability"] = "likely"
    found.to_csv(tmp_path / "words.csv", index=False)
    for words, said in (
        ([links, tables[0]], "give the tables that were linked as IN"),
        ([tables[0], *tables], "give the file that `minmap link` writes"),
        ([tmp_path / "words.csv", *tables], "links contains the probability 'likely'; write a"),
        ([tmp_path / "none.csv", *tables], "none.csv does not exist"),
    ):
        ran = run("review", *words, "-o", refused)
        assert (ran.code, ran.out, said in ran.err) == (1, "", True), ran.err
    assert run("review", links, "-o", refused).code == 2
    assert not refused.exists()


def test_links_have_no_formula_for_a_spreadsheet(run: Callable[..., Ran], tmp_path: Path) -> None:
    names = ("a.csv", "decided.csv", "links.csv", "again.csv")
    table, decided, *outputs = (tmp_path / name for name in names)
    table.write_text("id,name,lat,lon\n007,=Tau,45,70\n7,Tau,45,70\n")
    note = '=HYPERLINK("http://a.b")'
    ids = [f"a:{name}" for name in ("007", "7")]
    rows = [[*ids, "same", note]]
    pd.DataFrame(rows, columns=["left_id", "right_id", "decision", "note"]).to_csv(decided)
    # What the command wrote goes in again.
    for decisions, links in zip([decided, outputs[0]], outputs, strict=True):
        ran = run("link", table, "--decisions", decisions, "-o", links)
        assert ran.code == 0, ran.err
        written = pd.read_csv(links, dtype=str).iloc[0]
        assert written["note"] == f"'{note}"
        assert sorted(written[["left_id", "right_id"]]) == ids
        assert sorted(written[["left_name", "right_name"]]) == ["'=Tau", "Tau"]


def test_every_output_is_tried() -> None:
    writing = {
        name
        for name, command in cli.cli.commands.items()
        if any(option.name == "output" for option in command.params)
    }
    assert writing == set(OUTPUTS)


def test_a_page_may_end_in_htm(run: Callable[..., Ran], tmp_path: Path) -> None:
    ran = run("corridors", "tripp", "-o", tmp_path / "tripp.HTM")
    assert ran.code == 0, ran.err
    assert "<!DOCTYPE html>" in (tmp_path / "tripp.HTM").read_text(encoding="utf-8")[:100]


def test_a_table_of_ones_own_is_read_with_its_description(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text("x,y,who\n67.4,47.8,A\n")
    (tmp_path / "mine.toml").write_text(MINE)
    words = ["near", tmp_path / "mine.csv", "--source", tmp_path / "mine.toml"]
    ran = run(*words, "-o", tmp_path / "near.csv")
    assert ran.code == 0, ran.err
    assert pd.read_csv(tmp_path / "near.csv")["name"].tolist() == ["A"]


# -- tables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".csv", ".geojson"])
def test_convert_keeps_every_record(run: Callable[..., Ran], tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"all{ending}"
    ran = run("convert", mm.sample(SAMPLE), "-o", out)
    assert ran.code == 0, ran.err
    table = mm.read(mm.sample(SAMPLE))
    assert f"{len(table):,} occurrences" in ran.out
    readers = {".parquet": gpd.read_parquet, ".csv": pd.read_csv}
    back = readers.get(ending, gpd.read_file)(out)
    assert back["occurrence_id"].tolist() == table["occurrence_id"].tolist()


def test_select_writes_what_select_gives(run: Callable[..., Ran], tmp_path: Path) -> None:
    out = tmp_path / "some.parquet"
    ran = run(
        "select", mm.sample(SAMPLE), "--commodity", "gold", "--commodity", "Cu", "--country",
        "Kazakhstan", "--box", -180, 40, 180, 90, "--text", "a", "-o", out,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    table = mm.read(mm.sample(SAMPLE))
    expected = select(
        table, commodity=["Au", "Cu"], country="KAZ", box=(-180, 40, 180, 90), text="a"
    )
    assert 0 < len(expected) < len(table)
    assert f"{len(expected):,} of {len(table):,} occurrences" in ran.out
    assert gpd.read_parquet(out)["occurrence_id"].tolist() == expected["occurrence_id"].tolist()


def test_select_takes_a_file_of_polygons(run: Callable[..., Ran], tmp_path: Path) -> None:
    area, out = tmp_path / "area.gpkg", tmp_path / "some.parquet"
    gpd.GeoSeries([box(60, 40, 75, 50)], crs=4326).to_file(area)
    ran = run("select", mm.sample(SAMPLE), "--polygon", area, "-o", out)
    assert ran.code == 0, ran.err
    table = mm.read(mm.sample(SAMPLE))
    inside = table.geometry.intersects(box(60, 40, 75, 50))
    assert gpd.read_parquet(out)["occurrence_id"].tolist() == (
        table["occurrence_id"][inside].tolist()
    )


def test_map_colours_tables_by_a_column_or_by_a_css_colour(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    out = tmp_path / "map.html"
    for color, found in (("status", '"title":"Status"'), ("#b03a2e", '"color":"#b03a2e"')):
        ran = run("map", mm.sample(SAMPLE), "--color", color, "-o", out)
        assert ran.code == 0, ran.err
        assert found in out.read_text(encoding="utf-8")
    ran = run("map", mm.sample(SAMPLE), "--color", "statu", "-o", out)
    assert (ran.code, "did you mean the column 'status'" in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("flag", "value", "found"),
    [
        ("--k", "3", '"scheme":"natural breaks"'),
        ("--scheme", "100,2000", '"limits":[100.0,2000.0]'),
        ("--palette", "YlGnBu", '"title":"Coordinate precision"'),
        ("--size", "location_uncertainty_m", '"channel":"size"'),
        ("--label-zoom", "6", '"labels":{"column":'),
        ("--popup", "name,country=Land", '"Land"'),
        ("--tooltip", "none", '"tooltip":null'),
        ("--filters", "country=KAZ|UZB", '["KAZ","UZB"]'),
        ("--legend", "Error of place", '"title":"Error of place"'),
    ],
)
def test_map_takes_the_looks_of_map_add(
    run: Callable[..., Ran], tmp_path: Path, flag: str, value: str, found: str
) -> None:
    out = tmp_path / "map.html"
    color = ("--color", "coordinate_precision_m", "--label", "name")
    ran = run("map", mm.sample(SAMPLE), *color, flag, value, "-o", out)
    assert ran.code == 0, ran.err
    assert found in out.read_text(encoding="utf-8")


def test_summarise_says_and_writes_the_counts(run: Callable[..., Ran], tmp_path: Path) -> None:
    out = tmp_path / "counts.csv"
    ran = run("summarise", mm.sample(SAMPLE), "--by", "country", "--by", "group", "-o", out)
    assert ran.code == 0, ran.err
    expected = summarise(mm.read(mm.sample(SAMPLE)), by=["country", "group"])
    written = pd.read_csv(out)
    assert written["occurrences"].tolist() == expected["occurrences"].tolist()
    assert written.columns.tolist() == expected.columns.tolist()
    header, first, *_ = ran.out.splitlines()
    assert header.split()[:2] == ["country", "country_name"]
    assert first.split()[0] == expected["country"].iloc[0]
    assert ran.out.splitlines()[-1] == f"{expected.attrs['occurrences']:,} occurrences in all"


def test_summarise_by_a_critical_list(run: Callable[..., Ran]) -> None:
    ran = run("summarise", mm.sample(SAMPLE), "--by", "critical", "--critical", "US-2025")
    assert ran.code == 0, ran.err
    assert "not on US-2025" in ran.out
    for half in (["--by", "critical"], ["--by", "country", "--critical", "US-2025"]):
        ran = run("summarise", mm.sample(SAMPLE), *half)
        assert (ran.code, "--by critical and --critical LIST" in ran.err) == (2, True)


RESOURCES = """id,name,x,y,commodity,country,T,G
1,Kara,72.7,45.1,copper,KAZ,220,0.62
2,Tau,70.3,44.2,copper,KAZ,35.5,1.1
3,Dala,71.3,44.9,copper,KAZ,,
"""


def test_resources_says_and_writes_the_sums(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(RESOURCES)
    columns = ["--heading", "T=Ore (Mt)", "--heading", "G=Cu (%)"]
    ran = run("resources", tmp_path / "own.csv", *columns, "-o", tmp_path / "found.csv")
    assert ran.code == 0, ran.err
    header, row = (line.split() for line in ran.out.splitlines()[1:3])
    assert header[header.index("contained_t")] == "contained_t"
    # 220 Mt of 0.62 % and 35.5 Mt of 1.1 %
    assert "1,754,500.0" in row
    assert len(pd.read_csv(tmp_path / "found.csv")) == 3
    links = "left_id,right_id,same_site\nown:1,own:2,true\n"
    (tmp_path / "links.csv").write_text(links)
    linked = [*columns, "--links", tmp_path / "links.csv", "--by", "name"]
    ran = run("resources", tmp_path / "own.csv", *linked)
    assert (ran.code, "1,364,000.0" in ran.out, "390,500" in ran.out) == (0, True, False)
    assert "1 more without an amount" in ran.out
    ran = run("resources", tmp_path / "own.csv", "--heading", "T=big")
    assert (ran.code, "--heading T=big names no quantity" in ran.err) == (1, True)
    ran = run("resources", tmp_path / "own.csv", "--heading", "T")
    assert (ran.code, "'T' is not COLUMN=HEADING" in ran.err) == (2, True)


def test_a_formula_in_the_counts_stays_text(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = gpd.GeoDataFrame(
        {"country": ["=1+1", "-5", "@x"]},
        geometry=gpd.points_from_xy([1, 2, 3], [1, 2, 3]),
        crs=4326,
    )
    monkeypatch.setattr(reading, "read", lambda _: frame)
    assert run("summarise", "any.csv", "--by", "country", "-o", tmp_path / "a.csv").code == 0
    written = pd.read_csv(tmp_path / "a.csv", dtype=str)["country"]
    assert sorted(written) == ["'=1+1", "'@x", "-5"]


# -- checks ----------------------------------------------------------------------------------------

# A gold deposit of Niger with its latitude and longitude swapped, and a sound one.
SWAPPED = "dep_id,site_name,latitude,longitude,country,commod1,code_list,dev_stat\n"
SWAPPED += "1,Wrong,2.1,13.5,Niger,Gold,AU,Producer\n2,Right,13.6,2.2,Niger,Gold,AU,Producer\n"


@pytest.fixture
def swapped(tmp_path: Path) -> Path:
    path = tmp_path / "niger.csv"
    path.write_text(SWAPPED)
    return path


def test_check_counts_and_tells_its_findings(
    run: Callable[..., Ran], swapped: Path, tmp_path: Path
) -> None:
    ran = run("check", swapped, "--source", "mrds", "-o", tmp_path / "found.csv")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0].split() == ["severity", "rule", "findings", "records"]
    assert "swapped" in ran.out
    assert "mrds:1: " in ran.out
    found = pd.read_csv(tmp_path / "found.csv")
    assert "swapped" in found["rule"].tolist()
    assert {"evidence", "cure", "longitude"} <= set(found.columns)


def test_check_fails_on_what_it_is_told_to(run: Callable[..., Ran], swapped: Path) -> None:
    words = ["check", swapped, "--source", "mrds"]
    assert run(*words, "--fail-on", "warning").code == 1
    assert run(*words, "--rule", "zero_location", "--fail-on", "warning").code == 0
    assert run(*words, "--rule", "zero_location").out == "nothing found in 2 records\n"
    ran = run(*words, "--rule", "swaped")
    assert (ran.code, "swapped" in ran.err, len(ran.err.strip().splitlines())) == (1, True, 1)


def test_check_tells_one_finding_of_each_rule_and_where_it_is(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    path = tmp_path / "many.csv"
    lost = "".join(f"{n},M\ufffdller {n},44.123{n},76.456{n},Gold\n" for n in range(9))
    path.write_text(f"dep_id,site_name,latitude,longitude,commod1\n{lost}9,Wrong,0,0,Gold\n")
    told = run("check", path, "--source", "mrds").out.partition("have findings\n")[2]
    assert [line.split(": ")[1] for line in told.splitlines() if ": " in line] == [
        "zero_location",
        "damaged_text in name",
    ]


def test_help_names_the_rules(run: Callable[..., Ran]) -> None:
    for command in ("check", "repair"):
        said = run(command, "--help").out
        assert all(rule in said for rule in mm.check_rules()["rule"])


def test_repair_mends_and_records(run: Callable[..., Ran], swapped: Path, tmp_path: Path) -> None:
    out = tmp_path / "mended.parquet"
    ran = run("repair", swapped, "--source", "mrds", "--rule", "swapped", "-o", out)
    assert ran.code == 0, ran.err
    assert "1 of 2 occurrences repaired" in ran.out
    mended = gpd.read_parquet(out)
    assert (mended.geometry.x[0], mended.geometry.y[0]) == (2.1, 13.5)
    assert "swapped" in mended["repairs"][0]


# -- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", ["map", "near", "check", "convert", "select", "summarise", "words"]
)
def test_every_command_reads_as_it_is_told(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    asked: dict[str, object] = {}

    def read(path: Path, **given: object) -> gpd.GeoDataFrame:
        asked.update(given)
        return mm.read(path)

    monkeypatch.setattr(reading, "read", read)
    more = {"map": ["-o", tmp_path / "a.html"], "summarise": ["--by", "country"]}
    more |= {"check": [], "words": []}
    ran = run(
        command, mm.sample(SAMPLE), "--layer", "sheet", "--crs", "EPSG:28412", "--encoding",
        "cp1251", "--column", "name=Site=1", "--column", "longitude=X", "--vocabulary", "my.toml",
        *more.get(command, ["-o", tmp_path / "a.csv"]),
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert asked == {
        "layer": "sheet", "crs": "EPSG:28412", "encoding": "cp1251",
        "columns": {"name": "Site=1", "longitude": "X"}, "vocabulary": "my.toml",
    }  # fmt: skip


def test_unknown_words_are_listed_drafted_and_given_a_meaning(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    table, mine, out = (tmp_path / name for name in ("a.csv", "mine.toml", "out.parquet"))
    table.write_text(
        "name,longitude,latitude,commodities,status\na,70,45,gold,в запасе\nb,71,45,tin,в запасе\n",
        encoding="utf-8",
    )
    ran = run("words", table, "-o", mine)
    assert ran.code == 0, ran.err
    assert re.search(r"status +в запасе +2", ran.out)
    assert ran.out.endswith("mine.toml: 1 word\n")
    draft = mine.read_text(encoding="utf-8")
    mine.write_text(draft.replace('# "в запасе" = ""', '"в запасе" = "inactive"'), encoding="utf-8")
    ran = run("convert", table, "--vocabulary", mine, "-o", out)
    assert ran.code == 0, ran.err
    assert gpd.read_parquet(out)["status"].tolist() == ["inactive", "inactive"]
    ran = run("words", table, "--vocabulary", mine)
    assert ran.out == "All words are known.\n"
    mine.write_text('[status]\nfoo = "prodcer"\n')
    ran = run("words", table, "--vocabulary", mine)
    assert (ran.code, "[status] 'foo' = 'prodcer'" in ran.err) == (1, True), ran.err
    assert "did you mean 'Producer' (producer)" in ran.err


def test_a_column_needs_a_field_and_a_name(run: Callable[..., Ran], tmp_path: Path) -> None:
    ran = run("convert", mm.sample(SAMPLE), "--column", "name", "-o", tmp_path / "a.csv")
    assert (ran.code, "FIELD=NAME" in ran.err) == (2, True)


def test_a_description_of_ones_own_table_reads_it(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(
        "Deposit name,Latitude,Longitude,Commodity\nAlpha,47.8123,67.4123,Copper\n"
        "Beta,48.1456,68.2345,Gold\n"
    )
    ran = run("sources", "--describe", tmp_path / "mine.csv")
    assert ran.code == 0, ran.err
    (tmp_path / "mine.toml").write_text(ran.out)
    words = ["convert", tmp_path / "mine.csv", "--source", tmp_path / "mine.toml"]
    ran = run(*words, "-o", tmp_path / "out.parquet")
    assert ran.code == 0, ran.err
    back = gpd.read_parquet(tmp_path / "out.parquet")
    assert back["name"].tolist() == ["Alpha", "Beta"]
    assert back["commodities"].tolist() == ["Cu", "Au"]
    assert back.geometry.x.tolist() == [67.4123, 68.2345]


def test_options_that_would_do_nothing_are_refused(run: Callable[..., Ran]) -> None:
    assert run("sources", "--layer", "a").code == 2
    assert run("sources", "--describe", mm.sample(SAMPLE), "--source", "mrds").code == 2


# -- the terminal ----------------------------------------------------------------------------------


def test_every_command_has_help(run: Callable[..., Ran]) -> None:
    listed = run("--help").out
    assert "..." not in listed.partition("Commands:")[2]  # no help is cut off
    for name in cli.cli.commands:
        assert f"\n  {name} " in listed
        ran = run(name, "--help")
        assert (ran.code, "Usage: minmap " + name in ran.out) == (0, True)


def test_the_module_runs_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "minmap", "corridors", "tripp"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "aghband-meghri" in done.stdout


def test_help_does_not_wait_for_the_map() -> None:
    code = (
        "import sys; from minmap.cli import cli; cli(['--help'], standalone_mode=False); "
        "print([name for name in ('folium', 'matplotlib', 'rasterio') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_text_cannot_steer_the_terminal() -> None:
    said = terminal.table(["name", "km"], [["a\x1b[2J\nb", 1.26], ["Жезказган", float("nan")]])
    assert said.splitlines() == ["name        km", "a [2J b    1.3", "Жезказган    -"]


@pytest.mark.exhaustive
def test_a_terminal_without_a_letter_gets_its_number() -> None:
    code = "from minmap.cli import main; main()"
    for words in (["route", "altynkol", "poti_port"], ["corridors", "middle"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            capture_output=True,
            check=False,
            env=os.environ | {"PYTHONIOENCODING": "cp1252"},
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"\\u" in done.stdout


def test_a_corridor_is_shown_and_written(run: Callable[..., Ran], tmp_path: Path) -> None:
    shown = run("corridors", "tripp", "-o", tmp_path / "tripp.geojson")
    assert shown.code == 0
    assert "aghband-meghri" in shown.out
    assert "planned" in shown.out
    assert mm.Corridor.from_file(tmp_path / "tripp.geojson") == mm.corridor("tripp")
    assert run("corridors", "tripp", "-o", tmp_path / "tripp.html").code == 0
    assert 'data-minmap="loading"' in (tmp_path / "tripp.html").read_text(encoding="utf-8")
    assert "Choose one of" in run("corridors", "nowhere").err
    assert run("corridors", "-o", tmp_path / "all.geojson").code == 2


def test_a_route_is_shown_leg_by_leg_or_its_want_is_said(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    path = tmp_path / "route.geojson"
    words = ["route", "altynkol", "poti_port", "--avoid", "RUS", "--avoid", "Iran"]
    found = run(*words, "-o", path)
    assert found.code == 0
    assert "transshipment" in found.out
    assert "2 borders" in found.out
    legs = gpd.read_file(path)
    assert set(legs["mode"]) == {"rail", "sea"}
    slower = run(*words, "--assume", "rail_kmh=20")
    assert re.search(r"[\d,]+ hours \([\d,]+ to [\d,]+\), \d+ USD/t", slower.out)
    assert slower.out != found.out
    none = run(*words, "--avoid", "sea")
    assert none.code == 0
    assert "no route" in none.out
    unwritten = run(*words, "--avoid", "sea", "-o", tmp_path / "none.geojson")
    assert (unwritten.code, unwritten.out) == (1, "")
    assert "no route, the network does not lead from Altynkol" in unwritten.err
    assert "none.geojson is not written" in unwritten.err
    assert not (tmp_path / "none.geojson").exists()
    nothing = run("route", "altynkol", "altynkol", "-o", path)
    assert (nothing.code, len(nothing.out.splitlines())) == (0, 2)
    assert "Altynkol (Khorgos): 0 km, 0 hours" in nothing.out
    assert json.loads(path.read_text()) == {"type": "FeatureCollection", "features": []}
    assert "did you mean" in run("route", "altynkol", "poti_prt").err
    assert "neither a place by name nor" in run("route", "66.9,x", "poti_port").err
    assert run(*words, "--assume", "rail_kmh=fast").code == 2


def test_what_moves_a_route_is_shown_drawn_and_written(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    words = ["sensitivity", "aktau_port", "alat", "--measure", "hours"]
    drawn = run(*words, "-o", tmp_path / "tornado.png")
    assert drawn.code == 0, drawn.err
    assert "sea_kmh" in drawn.out
    assert "hours_at_low" in drawn.out
    assert (tmp_path / "tornado.png").read_bytes().startswith(b"\x89PNG")
    written = run(*words, "--assume", "sea_kmh=20", "-o", tmp_path / "tornado.csv")
    assert written.code == 0, written.err
    table = pd.read_csv(tmp_path / "tornado.csv")
    assert "sea_kmh" not in table["assumption"].tolist()
    assert table["swing"].is_monotonic_decreasing
    none = run("sensitivity", "aktau_port", "aktau_port")
    assert (none.code, "nothing can be varied" in none.err) == (1, True), none.err


def test_crossings_and_assumptions_are_listed_with_their_ranges(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    shown = run("crossings", "--mode", "rail", "-o", tmp_path / "crossings.csv")
    assert shown.code == 0, shown.err
    written = pd.read_csv(tmp_path / "crossings.csv")
    assert written["mode"].unique().tolist() == ["rail"]
    assert {"hours_ab_low", "hours_ab", "hours_ab_high", "source", "lon"} <= {*written}
    row = written.set_index("crossing_id").loc["boyuk-kesik-gardabani-rail"]
    line = next(x for x in shown.out.splitlines() if x.startswith("boyuk-kesik-gardabani-rail"))
    levels = [f"{row[f'hours_ab{end}']:.6g}" for end in ("_low", "", "_high")]
    assert " - ".join(levels) in line
    assert "any-road" in run("crossings").out
    listed = run("assumptions", "-o", tmp_path / "assumptions.csv")
    assert listed.code == 0, listed.err
    assert re.search(r"rail_kmh +13\.1 - 43\.4 - 65\.2 +km/h", listed.out)
    assert pd.read_csv(tmp_path / "assumptions.csv").columns.tolist() == [*mm.assumptions()]


def test_junctions_without_a_name_have_their_id_in_a_route(run: Callable[..., Ran]) -> None:
    ends = ["dostyk", "mersin_port"]
    legs = mm.route(*ends).legs
    nameless = legs.loc[legs["to_name"].isna(), "to_node"]
    assert len(nameless)
    shown = run("route", *ends).out.splitlines()
    starts = [line.split()[0] for line in shown]
    assert [*nameless] == [start for start in starts if start in set(nameless)]


def test_access_is_written_counted_and_drawn(run: Callable[..., Ran], tmp_path: Path) -> None:
    out, page = tmp_path / "access.csv", tmp_path / "access.html"
    words = ["--to", "poti_port", "--avoid", "RUS", "--avoid", "KAZ", "--objective", "usd_t"]
    ran = run("access", mm.sample(SAMPLE), *words, "-o", out, "--map", page)
    assert ran.code == 0
    table = pd.read_csv(out)
    reached = table["gate"].notna()
    assert f"{reached.sum()} of {len(table)} occurrences reach poti_port" in ran.out
    assert (table["gate"].isna() == table["reason"].notna()).all()
    assert "lies in KAZ, which is avoided" in ran.out
    assert "Routes" in page.read_text(encoding="utf-8")
    refused = run("access", mm.sample(SAMPLE), *words, "-o", out, "--map", tmp_path / "a.gif")
    assert ".html" in refused.err


# -- words of the command line ---------------------------------------------------------------------

UNSAID = {
    "close_file": "a page is written to a path",
    "bounds": "arrays of numpy are no files",
    "show": "the page of one command shows all its layers",
    **dict.fromkeys(FoliumOptions.__annotations__, "how Leaflet behaves is set in Python"),
}


def test_map_takes_every_keyword_of_the_map_that_a_text_can_say() -> None:
    said = {
        flag.strip("-").replace("-", "_")
        for option in cli.cli.commands["map"].params
        for flag in option.opts
    }
    renamed = {"data": "inputs", "outfile": "output", "overlay": "overlays"}
    words = {
        renamed.get(name, name)
        for function in (mm.Map, mm.Map.add, mm.Map.save)
        for name in inspect.signature(function).parameters
    }
    assert words - {"self"} - said == set(UNSAID)


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """Make a GeoPackage of units and faults, and each of them as a file of its own."""
    units = gpd.GeoDataFrame(
        {"unit": ["Permian", "Jurassic"]}, geometry=[box(60, 45, 61, 46), box(61, 45, 62, 46)]
    ).set_crs(4326)
    faults = gpd.GeoDataFrame(
        {"kind": ["thrust", "normal"]},
        geometry=[LineString([(60, 45), (61, 46)]), LineString([(60, 46), (62, 45)])],
        crs=4326,
    )
    wells = gpd.GeoDataFrame({"depth": [1.5, 20]}, geometry=gpd.points_from_xy([60, 61], [45, 46]))
    for name, table in {"units": units, "faults": faults, "wells": wells.set_crs(4326)}.items():
        table.to_file(tmp_path / f"{name}.gpkg")
    units.to_file(tmp_path / "both.gpkg", layer="units")
    faults.to_file(tmp_path / "both.gpkg", layer="faults")
    units.to_file(tmp_path / "local.shp")
    (tmp_path / "local.prj").unlink()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "looks", "found"),
    [
        ("units.gpkg", ("--color", "unit", "--palette", "ICS"), '"label":"Jurassic"'),
        ("faults.gpkg", ("--dash", "kind", "--dashes", "thrust=dotted"), '"dash":[2,4]'),
        ("faults.gpkg", ("--line-width", "7"), '"size":5.0'),
        ("wells.gpkg", ("--size", "depth"), '"channel":"size"'),
        ("both.gpkg", ("--layer", "faults", "--name", "Faults"), '"name":"Faults"'),
        ("both.gpkg", ("--layer", "faults"), '"name":"faults"'),
        ("both.gpkg", ("--layer", "faults"), '"title":"faults"'),
        ("both.gpkg:faults", (), '"name":"faults"'),
        ("both.gpkg:faults", (), '"title":"faults"'),
        ("local.shp", ("--crs", "EPSG:4326", "--language", "ru"), '"language":"ru"'),
    ],
)
def test_a_file_without_occurrences_is_drawn_as_it_is(
    run: Callable[..., Ran], shapes: Path, name: str, looks: tuple[str, ...], found: str
) -> None:
    ran = run("map", shapes / name, *looks, "-o", shapes / "map.html")
    assert (ran.code, ran.err) == (0, "")
    assert found in (shapes / "map.html").read_text(encoding="utf-8")


def test_tables_lie_on_shapes_and_have_the_looks(run: Callable[..., Ran], shapes: Path) -> None:
    files = (mm.sample(SAMPLE), shapes / "units.gpkg", mm.sample("elevation.tif"))
    ran = run("map", *files, "--shape", "star", "--stretch", "hillshade", "-o", shapes / "map.html")
    assert (ran.code, ran.err) == (0, "")
    names = [line.split(":")[0].strip() for line in ran.out.splitlines()[1:]]
    assert names == ["elevation", "units", "major deposits central asia"]


@pytest.mark.parametrize(
    ("beside", "words", "looks"),
    [
        ((), ("--palette", "terrain", "--vmin", "0"), {"palette": "terrain", "vmin": 0}),
        ((), ("--unit", "m", "--legend", "Height"), {"unit": "m", "legend": "Height"}),
        ((), ("--palette", "0=tan,900=red"), {"palette": {0: "tan", 900: "red"}}),
        ((), ("--opacity", "0.4", "--name", "Relief"), {"opacity": 0.4, "name": "Relief"}),
        (
            ("--raster",),
            ("--palette", "terrain", "--unit", "m", "--stretch", "linear", "--nodata", "0"),
            {"palette": "terrain", "unit": "m", "stretch": "linear", "nodata": 0},
        ),
        (("--raster",), ("--color", "unit", "--palette", "ICS", "--legend", "Unit"), {}),
        (("--raster",), ("--opacity", "0.4"), {}),
    ],
)
def test_rasters_have_the_looks_that_no_table_has(
    run: Callable[..., Ran],
    shapes: Path,
    beside: tuple[str, ...],
    words: tuple[str, ...],
    looks: dict[str, Any],
) -> None:
    dem, page = mm.sample("elevation.tif"), shapes / "map.html"
    files = (shapes / "units.gpkg", *beside, dem) if beside else (dem,)
    ran = run("map", *files, *words, "-o", page)
    assert (ran.code, ran.err) == (0, "")
    drawn = _layer_of(page, "raster")
    mm.Map(dem, **looks).save(page)
    assert drawn == _layer_of(page, "raster")


def _layer_of(page: Path, kind: str) -> Any:
    """Return what a page says of its layer of a kind."""
    text = page.read_text(encoding="utf-8")
    found = (json.loads(one) for one in re.findall(r'"application/json"[^>]*>(.*?)</script>', text))
    (layer,) = [one for one in found if isinstance(one, dict) and one.get("kind") == kind]
    return layer


def test_a_palette_for_the_raster_says_how_the_table_has_it(
    run: Callable[..., Ran], shapes: Path
) -> None:
    words = ("--raster", mm.sample("elevation.tif"), "--palette", "Set1", "-o", shapes / "map.html")
    ran = run("map", mm.sample(SAMPLE), *words)
    assert "Without --color --palette is for the raster; for a table give --color too." in ran.err


def test_an_overlay_of_several_layers_names_one(run: Callable[..., Ran], shapes: Path) -> None:
    words, both = ("map", mm.sample(SAMPLE), "-o", shapes / "map.html"), shapes / "both.gpkg"
    ran = run(*words, "--overlay", both)
    assert f"pass --overlay {both}:LAYER with one of: 'faults', 'units'." in ran.err
    assert "\n  faults: 2 features" in run(*words, "--overlay", f"{both}:faults").out


def test_crs_is_for_the_overlay_without_one(run: Callable[..., Ran], shapes: Path) -> None:
    words = ("--overlay", shapes / "local.shp", "--overlay", shapes / "units.gpkg")
    words = ("map", shapes / "wells.gpkg", *words, "-o", shapes / "map.html")
    assert "or pass it, such as --crs EPSG:4326." in run(*words).err
    ran = run(*words, "--crs", "EPSG:4326")
    assert (ran.code, ran.err) == (0, "")


def test_crs_is_not_for_the_table_of_degrees_beside_it(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    lakes = gpd.read_file(mm.sample("central_asia_lakes.shp")).to_crs(3857)
    lakes.to_file(tmp_path / "grid.shp")
    lakes.to_file(tmp_path / "noprj.shp")
    (tmp_path / "noprj.prj").unlink()
    out, crs = tmp_path / "map.html", ("--crs", "EPSG:3857")
    for files in (
        (mm.sample(SAMPLE), "--overlay", tmp_path / "noprj.shp"),
        (mm.sample(SAMPLE), tmp_path / "noprj.shp", "--raster", mm.sample("elevation.tif")),
    ):
        assert "or pass it, such as --crs EPSG:32642 for UTM" in run("map", *files, "-o", out).err
        ran = run("map", *files, *crs, "-o", out)
        assert (ran.code, ran.err) == (0, "")
        assert f"{len(mm.read(mm.sample(SAMPLE)))} points" in ran.out
    idle = run("map", mm.sample(SAMPLE), "--overlay", tmp_path / "grid.shp", *crs, "-o", out)
    assert (idle.code, "--crs EPSG:3857 is for files without a CRS" in idle.err) == (1, True)
    words = ("select", mm.sample(SAMPLE), "--polygon", tmp_path / "noprj.shp", "-o")
    assert "--crs EPSG:32642 for UTM" in run(*words, tmp_path / "none.csv").err
    assert run(*words, tmp_path / "by.csv", *crs).code == 0
    stated = run(*words[:3], tmp_path / "grid.shp", "-o", tmp_path / "all.csv")
    assert stated.out.partition(": ")[2] == f"{len(pd.read_csv(tmp_path / 'by.csv'))} of 235 " + (
        "occurrences\n"
    )


def test_layer_is_for_the_files_that_have_it(run: Callable[..., Ran], shapes: Path) -> None:
    words = ("map", mm.sample(SAMPLE), shapes / "both.gpkg", "-o", shapes / "map.html", "--layer")
    ran = run(*words, "faults")
    assert (ran.code, ran.err) == (0, "")
    assert "2 features" in ran.out
    assert "\n  faults: " in ran.out
    two = run("map", *(shapes / f"both.gpkg:{name}" for name in ("units", "faults")), *words[3:5])
    assert (two.code, two.err) == (0, "")
    assert [line.split(":")[0] for line in two.out.splitlines()[1:]] == ["  units", "  faults"]
    ran = run("map", shapes / "both.gpkg:units", *words[3:], "faults")
    assert (ran.code, "--layer faults is for no file, since each names its" in ran.err) == (1, True)
    other = shapes / "other.gpkg"
    for name in ("dykes", "folds"):
        gpd.read_file(shapes / "units.gpkg").to_file(other, layer=name)
    said = run(*words[:3], other, *words[3:], "faults").err
    assert f"give --overlay {other}:LAYER with one of: 'dykes', 'folds'." in said
    ran = run(*words, "folds")
    assert (ran.code, "--layer folds is in none of the files" in ran.err) == (1, True)
    assert f"{shapes / 'both.gpkg'} has " in ran.err
    assert all(name in ran.err for name in ("faults", "units", Path(SAMPLE).stem))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--opacity", "70"), "--opacity 70 is not a number from 0 up and at most 1; give one"),
        (("--label-zoom", "6"), "--label-zoom 6 has no effect without labels; give --label the"),
        (
            ("--color", "country", "--palette", "KAZ=blau"),
            "--palette KAZ=blau is not an opaque",
        ),
        (("--corridor", "silk"), "--corridor silk is not known"),
        (
            ("--location", "45"),
            "--location 45 is not a location; give latitude and longitude, such",
        ),
        (("--tiles", "OpenTopoMap", "--offline"), "--offline, but the page needs the network"),
        (("--column", "nam=X"), "--column nam is not known; did you mean 'name'"),
    ],
)
def test_errors_are_in_the_words_of_the_command_line(
    run: Callable[..., Ran], tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ran = run("map", mm.sample(SAMPLE), *words, "-o", tmp_path / "map.html")
    assert (ran.code, said in ran.err) == (1, True), ran.err


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("grade=1:2", "give two numbers, the lesser first, such as --filters grade=0..50"),
        ("found=2001:2003", "--filters found=2005-08-31..2010, or --filters found=2005.. without"),
        ("depth=8", "such as --filters depth=0..50, or --filters depth=0.. without"),
    ],
)
def test_a_filter_that_is_no_range_says_how_one_is_written(
    run: Callable[..., Ran], tmp_path: Path, choice: str, said: str
) -> None:
    table = tmp_path / "mine.csv"
    rows = ("0.5,2001-05-03,1", "2.5,2002-01-09,5", "7,2003-02-28,1", "1,2003-03-01,5")
    lines = (f"P{n},{47 + n},67,Cu,{row}" for n, row in enumerate((*rows, *rows)))
    heading = "Name,Latitude,Longitude,Commodity,grade,found,depth"
    table.write_text("\n".join((heading, *lines)))
    page = tmp_path / "map.html"
    ran = run("map", table, "--filters", choice, "-o", page)
    assert (ran.code, said in ran.err) == (1, True), ran.err
    ran = run("map", table, "--filters", "grade=0.5..7,found=2002..,depth=..3", "-o", page)
    assert ran.code == 0, ran.err


def test_an_argument_that_is_no_option_and_a_value_stay_as_they_are() -> None:
    demo, convert = cli.cli.commands["demo"], cli.cli.commands["convert"]
    assert in_options("corridor='silk' is not known.", demo) == "corridor='silk' is not known."
    quoted = "the column 'x, crs=3' of a raster's values, with crs={1 2} and CRS=3"
    assert in_options(quoted, convert) == quoted
    assert in_options("give columns={'name': 'A b', 'x': '...'}.", convert) == (
        "give --column 'name=A b' --column x=...."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("corridors", "midle"), "minmap: CORRIDOR midle is not known; did you mean 'middle'?"),
        (("route", "altynkol", "pott"), "minmap: TO pott is not a node of the network; did you"),
        (
            ("select", mm.sample(SAMPLE), "--critical", "US-2024", "-o", "none.csv"),
            "minmap: --critical US-2024 is not known; did you mean 'US-2025'?",
        ),
    ],
)
def test_errors_name_arguments_and_options(
    run: Callable[..., Ran], words: tuple[object, ...], said: str
) -> None:
    ran = run(*words)
    assert (ran.code, said in ran.err) == (1, True), ran.err
    assert "lists all" not in ran.err


def test_errors_in_a_style_file_name_its_keys(run: Callable[..., Ran], tmp_path: Path) -> None:
    style = tmp_path / "house.toml"
    style.write_text('theme = "drak"')
    ran = run("map", mm.sample(SAMPLE), "--style", style, "-o", tmp_path / "map.html")
    assert "house.toml does not describe a style: theme = 'drak' is not known; did you" in ran.err


def test_texts_that_are_nested_too_deep_stay_as_they_are() -> None:
    convert = cli.cli.commands["convert"]
    for text in (f"crs=[{'-' * 100_000}1]", f"crs=[{'not ' * 100_000}1]"):
        assert in_options(text, convert) == text


def test_names_in_files_reach_a_terminal_without_control_characters(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[LineString([(60, 45), (61, 46)])], crs=4326)
    path = tmp_path / "a\x1b]0;x\x07\x9b1m.geojson"
    frame.to_file(tmp_path / "a.geojson")
    (tmp_path / "a.geojson").rename(path)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    ran = run("map", path, "-o", tmp_path / "map.html")
    assert ran.code == 0
    assert "reading a ]0;x 1m.geojson" in ran.err
    assert "  a ]0;x 1m: 1 feature" in ran.out
    assert not re.search(r"[\x1b\x07\x9b]", ran.err + ran.out)


def test_data_that_looks_like_an_option_reaches_a_terminal_as_text(
    run: Callable[..., Ran], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    placemark = "<Placemark><Point><coordinates>67,48</coordinates></Point></Placemark>"
    folders = [f"<Folder><name>layer='\\x1b[31m{n}'</name>{placemark}</Folder>" for n in "ab"]
    path = tmp_path / "a.kml"
    head = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    path.write_text(f"{head}{''.join(folders)}</Document></kml>")
    ran = run("convert", path, "-o", tmp_path / "a.csv")
    assert r"""Sheet read: "layer='\\x1b[31ma'"; --layer chooses one.""" in ran.err
    with click.Context(cli.cli.commands["convert"]):
        terminal.print_warning(MinmapWarning(r"crs='\x1b]0;x\x07'"), MinmapWarning)
    assert not re.search(r"[\x1b\x07]", ran.err + capsys.readouterr().err)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--legend", '{"color":"Group"}'), "give --legend color=Group"),
        (("--filters", "{'country': ['KAZ', 'UZB']}"), "give --filters 'country=KAZ|UZB'"),
        (("--popup", "['name', 'country']"), "give --popup name,country"),
        (("--classes", "{1: water}"), "give --classes N=NAME,... without brackets."),
        (("--palette", "KAZ=red,KAZ=blue"), "KAZ is given twice; give it once."),
    ],
)
def test_values_in_the_form_of_python_are_refused_with_that_of_the_option(
    run: Callable[..., Ran], tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ran = run("map", mm.sample(SAMPLE), *words, "-o", tmp_path / "map.html")
    assert (ran.code, said in ran.err) == (2, True), ran.err


def test_cures_are_not_calls_of_python(run: Callable[..., Ran], tmp_path: Path) -> None:
    rows, mine = tmp_path / "rows.parquet", tmp_path / "mine.csv"
    pd.DataFrame({"a": [1]}).to_parquet(rows)
    mine.write_text("Name,Latitude,Longitude\nA,47.8,67.4\nB,48.1,68.2\n")
    page, table = tmp_path / "map.html", tmp_path / "some.csv"
    for words, said in {
        ("map", mm.sample(SAMPLE), "--overlay", rows, "-o", page): "give a table of coordinates as",
        ("map", mm.sample(SAMPLE), "--overlay", "middle", "-o", page): "give --corridor middle.",
        (
            "select",
            mine,
            "--status",
            "producer",
            "-o",
            table,
        ): "`minmap match` explains what was taken",
        ("sources", "--describe", mine): "change with --column name=... or a TOML file;",
    }.items():
        err = run(*words).err
        assert said in err
        assert "()" not in err
        assert "minmap." not in err


@pytest.mark.parametrize("text", ["<5", "1,201", "12.5 %", "it's"])
@pytest.mark.parametrize(
    ("words", "code", "end"),
    [
        (("--color", "Cu' ppm"), 0, "or for values --palette a mapping to colours."),
        (("--size", "Cu' ppm"), 1, "or give another column."),
        (("--popup", "Cu' ppm={:.1f}"), 1, ""),
    ],
)
def test_texts_among_numbers_are_corrected_in_the_file(
    run: Callable[..., Ran], tmp_path: Path, words: tuple[str, ...], code: int, end: str, text: str
) -> None:
    table = tmp_path / "mine.csv"
    numbers = [f'"{text}"', "7", "8", "9"]
    rows = [f"P{n},{45 + n},67,Cu,{number}" for n, number in enumerate(numbers)]
    table.write_text("\n".join(["Name,Latitude,Longitude,Commodity,Cu' ppm", *rows]))
    ran = run("map", table, *words, "-o", tmp_path / "map.html")
    assert ran.code == code, ran.err
    assert "write numbers in such cells of the file, or leave them empty" in ran.err
    assert end in ran.err
    assert not re.search(r"table\[|pandas|astype|\.str", ran.err)


@pytest.mark.parametrize("command", ["map", "demo", "corridors", "route", "sensitivity"])
def test_a_map_is_written_as_a_figure_too(
    run: Callable[..., Ran], tmp_path: Path, command: str
) -> None:
    words = [mm.sample(SAMPLE) if word == "IN" else word for word in OUTPUTS[command]]
    ran = run(*words, "-o", tmp_path / "map.png")
    assert ran.code == 0, ran.err
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    ran = run(*words, "-o", tmp_path / "map.jpg")
    assert (ran.code, "ends in '.jpg', which cannot be written" in ran.err) == (1, True), ran.err


def test_a_map_is_written_for_qgis(run: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "map.gpkg"
    ran = run("map", mm.sample(SAMPLE), "--corridor", "middle", "-o", path)
    assert ran.code == 0, ran.err
    assert "layer_styles" in pyogrio.list_layers(path)[:, 0]
    before = path.read_bytes()
    ran = run("map", f"{path}:Middle Corridor (legs)", "-o", path)
    assert (ran.code, "is one of the files to read" in ran.err) == (1, True), ran.err
    assert path.read_bytes() == before
    assert (
        "--dpi 300 is for figures" in run("map", mm.sample(SAMPLE), "--dpi", "300", "-o", path).err
    )


def test_a_figure_takes_its_options(run: Callable[..., Ran], tmp_path: Path) -> None:
    words = ("map", mm.sample(SAMPLE), "-o", tmp_path / "map.pdf")
    more = ("--width-mm", "120", "--extent", "60,38,75,46", "--projection", "EPSG:32642")
    assert run(*words, *more).code == 0
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", (tmp_path / "map.pdf").read_bytes())
    assert box is not None
    assert float(box[1]) == pytest.approx(120 / 25.4 * 72, abs=0.1)
    refused = run(*words, "--projection", "EPSG:4326").err
    assert "--projection EPSG:4326 is not a projected system" in refused


def test_a_figure_takes_its_scale_as_maps_write_it(run: Callable[..., Ran], tmp_path: Path) -> None:
    words = ("map", mm.sample(SAMPLE), "--extent", "65,42,67,43", "-o", tmp_path / "map.svg")
    made = set()
    for text in ("1:2000000", "1:2 000 000", "1 : 2,000,000", "2000000"):
        ran = run(*words, "--scale", text)
        assert ran.code == 0, ran.err
        made.add((tmp_path / "map.svg").read_bytes())
    assert len(made) == 1
    for text in ("5", "1:2e6", "2:1", "large"):
        ran = run(*words, "--scale", text)
        assert ran.code != 0
        assert re.fullmatch(
            r"minmap: --scale .* is not a number .* such as --scale 500000\.", ran.err.strip()
        )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--cmap", "viridis"), 2, "option '--cmap'; give --palette the name of the colours."),
        (("--fill-color", "red"), 2, "'--fill-color'; give --color the name of a column, or a CSS"),
        (("--colr", "red"), 2, "--color"),
        (("--overlay", mm.sample(SAMPLE)), 1, "is a table; give it without --overlay."),
    ],
)
def test_options_of_other_programs_get_those_of_minmap(
    run: Callable[..., Ran], tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    ran = run("map", mm.sample(SAMPLE), *words, "-o", tmp_path / "map.html")
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_the_match_of_a_table_is_shown_and_its_questions_in_options(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    mine, out = tmp_path / "mine.csv", tmp_path / "match.csv"
    mine.write_text("nombre,lat,lon,estado,empresa\nRidge,46.9,79.9,Alfa,Bell Ltd\n")
    ran = run("match", mine, "-o", out)
    assert ran.code == 0, ran.err
    assert re.search(r"nombre +name +1\.0 +heading 'nombre' is a name for it", ran.out)
    assert "company: heading 'empresa' is a name for it" in ran.out
    assert "Is 'estado' the status? --column status=estado" in ran.out
    assert "`minmap match` explains" in ran.err
    assert pd.read_csv(out)["taken_as"].dropna().tolist() == ["name", "latitude", "longitude"]
