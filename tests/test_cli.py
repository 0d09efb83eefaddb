"""The command line: what it writes, what it says, and how it fails."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import minmap as mm
from minmap import cli


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


def test_map_writes_a_page_and_says_what_is_in_it(run: Callable[..., Ran], tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    ran = run(
        "map", mm.sample(SAMPLE), mm.sample("mrds_central_asia.csv"), "--corridor", "middle",
        "--overlay", mm.sample("central_asia_lakes.shp"), "--raster", mm.sample("elevation.tif"),
        "-o", out,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert str(out) in ran.out
    for layer in ("elevation", "central_asia_lakes", "Middle Corridor", "mrds_central_asia"):
        assert layer in ran.out
    assert "distance" in out.read_text(encoding="utf-8")


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


def test_a_defect_is_one_line_too(run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(cli, "list_sources", fail)
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
        "truncated raster": (["map", good, "--raster", folder / "cut.tif"], "cut.tif"),
        "missing raster": (["map", good, "--raster", folder / "none.tif"], "none.tif"),
        "no .prj": (["map", good, *corridor, "--overlay", folder / "without_prj.shp"], "crs"),
        "no .dbf": (["map", good, "--overlay", folder / "without_dbf.shp"], ".dbf"),
        "folder as file": (["map", good, "--overlay", folder], str(folder)),
    }


CASES = [
    "missing table", "empty table", "not a table", "no coordinates", "unrecognised", "no .prj",
    "unknown corridor", "truncated raster", "missing raster", "no .dbf", "folder as file",
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


def test_a_table_of_ones_own_is_read_with_its_description(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text("x,y,who\n67.4,47.8,A\n")
    (tmp_path / "mine.toml").write_text(MINE)
    words = ["near", tmp_path / "mine.csv", "--source", tmp_path / "mine.toml"]
    ran = run(*words, "-o", tmp_path / "near.csv")
    assert ran.code == 0, ran.err
    assert pd.read_csv(tmp_path / "near.csv")["name"].tolist() == ["A"]
