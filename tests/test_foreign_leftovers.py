"""What looks like an interrupted write, but comes from a stranger, harms no other files."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import chdir
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

import minmap as mm
from minmap.errors import FileError, MinmapWarning
from minmap.output.locked_folder import hidden_folder
from tests.corpus.case import HEADER, rows

pytestmark = pytest.mark.exhaustive

PARTS = ["old", "drafts", "copies", "old/a.csv", "drafts/a.csv", "copies/a.csv"]
RECORD = "old/a.csv.about.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a table, beside one with files that are nobody's business."""
    for part in ("old", "drafts", "copies"):
        (tmp_path / "private" / part).mkdir(parents=True)
    (tmp_path / "private" / "old" / "a.csv").write_text(
        f"{HEADER}\n{rows(7).replace('Kounrad', 'CANARY')}\n", encoding="utf-8"
    )
    for name in ("thesis.txt", "lock", "drafts/a.csv", "copies/a.csv", RECORD):
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


@pytest.mark.parametrize("part", [".", "lock", RECORD, *PARTS])
def test_a_link_is_passed_over(folder: Path, part: str) -> None:
    link = hidden_folder(folder / "a.csv") / part
    link.parent.mkdir(exist_ok=True)
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


@pytest.mark.parametrize("part", PARTS)
def test_a_file_as_a_folder_and_a_folder_as_a_file_are_passed_over(folder: Path, part: str) -> None:
    path = hidden_folder(folder / "a.csv") / part
    path.parent.mkdir(exist_ok=True)
    if path.exists():
        path.rename(folder / "moved")
    if path.suffix:
        (path / "more").mkdir(parents=True)
    else:
        path.write_text("x", encoding="utf-8")
    before = contents(folder)
    read_and_written(folder)
    assert contents(folder) == before
    assert not hidden_folder(folder / "a.csv").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_as_a_lock_is_an_error_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(hidden_folder(folder / "a.csv") / "lock")
    with pytest.raises(FileError, match=r"its lock is not a regular file; remove it"):
        mm.write(table_of_one(), folder / "a.csv")
    with pytest.warns(MinmapWarning, match="the files from before it are read"):
        assert len(mm.read(folder / "a.csv")) == 3


def forbid(path: Path) -> None:
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("permissions do not bind this user")


@pytest.mark.parametrize("part", ["", "old", "drafts"])
def test_a_folder_of_another_user_is_an_error_that_names_it(folder: Path, part: str) -> None:
    hidden = hidden_folder(folder / "a.csv")
    forbid(hidden / part)
    with pytest.raises(FileError, match=rf"a\.csv cannot be written: .*{hidden.name}.* Permission"):
        mm.write(table_of_one(), folder / "a.csv")
    with pytest.raises(FileError, match=rf"cannot be read safely.*{hidden.name} cannot be read: P"):
        mm.read(folder / "a.csv")
    (hidden / part).chmod(0o700)


def test_a_lock_of_another_user_is_an_error_that_names_its_folder(folder: Path) -> None:
    hidden = hidden_folder(folder / "a.csv")
    (hidden / "lock").touch()
    forbid(hidden / "lock")
    text = rf"{hidden.name}, which its writes use, cannot be used: Permission denied; wait until"
    with pytest.raises(FileError, match=text):
        mm.write(table_of_one(), folder / "a.csv")


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="these are removed without recursion")
def test_folders_in_folders_are_an_error_that_names_them(folder: Path) -> None:
    drafts = hidden_folder(folder / "a.csv") / "drafts"
    with chdir(drafts):
        for _ in range(1500):
            Path("d").mkdir()
            os.chdir("d")
    try:
        with pytest.raises(FileError, match=rf"{drafts} has too many folders in folders"):
            mm.write(table_of_one(), folder / "a.csv")
    finally:
        _remove_deep(drafts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mm.write(table_of_one(), folder / "a.csv")


def _remove_deep(folder: Path) -> None:
    """Remove folders in folders, the inner ones first brought out one by one."""
    while (inner := folder / "d").exists():
        if (inner / "d").exists():
            (inner / "d").rename(folder / "next")
            inner.rmdir()
            (folder / "next").rename(inner)
        else:
            inner.rmdir()


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "old/b.csv", "drafts/tmp/b.csv", "drafts/tmp_abc_123/more/b.csv", "copies"],
)
def test_old_folders_with_a_hidden_name_and_other_content_stay(folder: Path, name: str) -> None:
    mine = folder / ".minmap-0123456789abcdef" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    for path in (mine, *mine.relative_to(folder).parents):
        os.utime(folder / path, (0, 0))
    read_and_written(folder)
    assert mine.read_text(encoding="utf-8") == "mine"


def test_an_old_folder_of_a_killed_write_is_removed(folder: Path) -> None:
    hidden = folder / ".minmap-0123456789abcdef"
    (hidden / "drafts" / "tmp_abc_123").mkdir(parents=True)
    (hidden / "copies").mkdir()
    for name in ("lock", "drafts/b.csv", "drafts/tmp_abc_123/b.csv", "copies/b.csv"):
        (hidden / name).write_text("half", encoding="utf-8")
    for path in (hidden, *hidden.rglob("*")):
        os.utime(path, (0, 0))
    read_and_written(folder)
    assert not hidden.exists()
