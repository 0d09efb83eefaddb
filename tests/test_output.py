"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from minmap.errors import FileError
from minmap.output import atomic_files, atomic_path


def test_an_error_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    target.write_text("old")

    def fail_half_way() -> None:
        with atomic_path(target) as draft:
            draft.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    for context in (atomic_path, atomic_files):
        with (
            pytest.raises(FileError, match="nowhere does not exist"),
            context(tmp_path / "nowhere" / "a"),
        ):
            pass


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a folder"), atomic_path(tmp_path):
        pass


def names_in(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir() if file.is_file()}


def test_several_files_come_together_and_what_is_stale_goes(tmp_path: Path) -> None:
    for name in ("a.shp", "a.dbf", "a.qix", "b.shp"):
        (tmp_path / name).write_text("old")
    with atomic_files(tmp_path / "a.shp", replaces=["a.dbf", "a.qix", "a.sbn"]) as folder:
        (folder / "a.shp").write_text("new")
        (folder / "a.dbf").write_text("new")
        (folder / "a.prj").write_text("new")
        assert names_in(tmp_path)["a.shp"] == "old"
    assert names_in(tmp_path) == {"a.shp": "new", "a.dbf": "new", "a.prj": "new", "b.shp": "old"}


def test_an_error_leaves_all_old_files(tmp_path: Path) -> None:
    for name in ("a.csv", "a.csv.about.json"):
        (tmp_path / name).write_text("old")

    def fail_half_way() -> None:
        with atomic_files(tmp_path / "a.csv", replaces=["a.csv.about.json"]) as folder:
            (folder / "a.csv").write_text("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert names_in(tmp_path) == {"a.csv": "old", "a.csv.about.json": "old"}


def test_a_move_that_fails_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.shp", "a.dbf"):
        (tmp_path / name).write_text("old")
    replace = Path.replace

    def locked(self: Path, target: Path) -> Path:
        if self.name == "a.prj" and self.parent.name == "drafts":
            raise PermissionError(13, "is open in another program", str(target))
        return replace(self, target)

    def write_three() -> None:
        with atomic_files(tmp_path / "a.shp", replaces=["a.dbf"]) as folder:
            for name in ("a.shp", "a.dbf", "a.prj"):
                (folder / name).write_text("new")

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(FileError, match=r"a\.prj cannot be replaced: is open in another program"):
        write_three()
    assert names_in(tmp_path) == {"a.shp": "old", "a.dbf": "old"}
    assert len(list(tmp_path.iterdir())) == 2
