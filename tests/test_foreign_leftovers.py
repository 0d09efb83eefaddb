"""What looks like an interrupted write, but comes from a stranger, harms no other files."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

import minmap as mm
from minmap.output.locked_folder import hidden_folder
from tests.corpus.case import HEADER, rows

pytestmark = pytest.mark.exhaustive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a table, beside one with files that are nobody's business."""
    (tmp_path / "private" / "old").mkdir(parents=True)
    (tmp_path / "private" / "drafts").mkdir(parents=True)
    (tmp_path / "private" / "old" / "a.csv").write_text(
        f"{HEADER}\n{rows(7).replace('Kounrad', 'CANARY')}\n", encoding="utf-8"
    )
    for name in ("thesis.txt", "lock", "drafts/a.csv"):
        (tmp_path / "private" / name).write_text("work", encoding="utf-8")
    made = tmp_path / "from_a_stranger"
    made.mkdir()
    (made / "a.csv").write_text(f"{HEADER}\n{rows(3)}\n", encoding="utf-8")
    (made / "notes.txt").write_text("mine", encoding="utf-8")
    hidden = hidden_folder(made / "a.csv")
    for part in ("drafts", "old"):
        (hidden / part).mkdir(parents=True)
    (hidden / "drafts" / "a.csv").write_text("x", encoding="utf-8")
    (hidden / "old" / "a.csv").write_text(f"{HEADER}\n{rows(3)}\n", encoding="utf-8")
    return made


def contents(folder: Path) -> dict[str, bytes]:
    files = [*folder.parent.joinpath("private").rglob("*"), folder / "notes.txt"]
    return {str(file): file.read_bytes() for file in files if file.is_file()}


def read_and_written(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = mm.read(folder / "a.csv")
        assert len(table) == 3
        mm.write(table, folder / "a.csv")
    assert len(mm.read(folder / "a.csv")) == 3


@pytest.mark.parametrize("part", ["old", "drafts"])
def test_files_that_the_table_does_not_have_stay(folder: Path, part: str) -> None:
    (hidden_folder(folder / "a.csv") / part / "notes.txt").write_text("EVIL", encoding="utf-8")
    before = contents(folder)
    read_and_written(folder)
    assert contents(folder) == before


@pytest.mark.parametrize("part", [".", "old", "drafts", "old/a.csv", "drafts/a.csv", "lock"])
def test_a_link_is_passed_over(folder: Path, part: str) -> None:
    link = hidden_folder(folder / "a.csv") / part
    if link.exists():
        link.rename(folder / "moved")
    link.symlink_to(folder.parent / "private" / part)
    before = contents(folder)
    read_and_written(folder)
    assert contents(folder) == before


def table_of_one() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"a": [1]}, geometry=[Point(70, 45)], crs=4326)


@pytest.mark.parametrize("written", ["out.csv", "a.csv"])
def test_links_of_a_stranger_lead_nowhere(folder: Path, written: str) -> None:
    home = folder.parent / "private"
    about = folder / "a.csv.about.json"
    kept = hidden_folder(folder / "a.csv") / "old" / about.name
    kept.write_text("EVIL", encoding="utf-8")
    # The user's own write of a.csv would follow a link, but not to another file than its own.
    about.symlink_to(home / ("new.json" if written == "a.csv" else "thesis.txt"))
    before = contents(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mm.write(table_of_one(), folder / written)
    after = contents(folder)
    new = after.pop(str(home / "new.json"), b"")
    assert after == before
    assert b"EVIL" not in new
