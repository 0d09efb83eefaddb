"""Names of files with bytes that are not UTF-8, as archives from Windows give them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest

import minmap as mm
from minmap.errors import FileError
from minmap.files.file_types import ABOUT_ENDING
from minmap.writing import FORMATS

BAD = "\udcef\udcf0"
REFUSED = r"is a name with bytes that are not UTF-8, so that .*; rename it\."
TABLE = gpd.GeoDataFrame({"name": ["Aksu"]}, geometry=gpd.points_from_xy([70], [45]), crs=4326)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    try:
        (tmp_path / BAD).touch()
    except (OSError, UnicodeError):
        pytest.skip("This file system has no such names.")
    (tmp_path / BAD).unlink()
    return tmp_path


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("use", [mm.read, lambda file: mm.Map().add(file)])
def test_a_file_whose_name_is_not_utf8_is_refused(
    folder: Path, ending: str, use: Callable[[Path], object]
) -> None:
    mm.write(TABLE, folder / f"good{ending}")
    for part in folder.glob("good.*"):
        if not part.name.endswith(ABOUT_ENDING):
            part.rename(folder / f"{BAD}{part.suffix}")
    with pytest.raises(FileError, match=REFUSED):
        use(folder / f"{BAD}{ending}")


@pytest.mark.parametrize("ending", FORMATS)
def test_no_table_is_written_to_a_name_that_is_not_utf8(folder: Path, ending: str) -> None:
    with pytest.raises(FileError, match=REFUSED):
        mm.write(TABLE, folder / f"{BAD}{ending}")
    assert not [*folder.iterdir()]


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
def test_folders_rasters_and_open_files_of_such_names_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = folder / BAD
    below.mkdir()
    mm.write(TABLE, folder / "good.csv")
    shutil.copy(folder / "good.csv", below / "good.csv")
    with pytest.raises(FileError, match=r"open the files in this folder, such as 'good\.csv'"):
        mm.read(below / "good.csv")
    shutil.copy(folder / "good.csv", folder / f"{BAD}.csv")
    with pytest.raises(FileError, match="1 of 2 files cannot be read") as raised:
        mm.read(folder)
    assert "rename it" in str(raised.value)
    with (folder / f"{BAD}.csv").open("rb") as file, pytest.raises(FileError, match=REFUSED):
        mm.read(file)
    (folder / f"{BAD}.tif").write_bytes(b"II*\0")
    with pytest.raises(FileError, match=REFUSED):
        mm.Map().add(folder / f"{BAD}.tif")
    monkeypatch.chdir(below)
    with pytest.raises(FileError, match=REFUSED):
        mm.read("good.csv")


def test_half_a_letter_is_in_no_path() -> None:
    with pytest.raises(FileError, match="has letters that no file name can have; write it anew"):
        mm.read("a\ud800.csv")


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
def test_the_current_folder_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mm.write(TABLE, tmp_path / "good.csv")
    monkeypatch.chdir(tmp_path)
    for name in (".", Path(), os.fsencode(".").decode()):
        assert mm.read(name)["name"].tolist() == ["Aksu"]
