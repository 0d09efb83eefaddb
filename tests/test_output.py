"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from minmap.errors import FileError
from minmap.output import atomic_files, atomic_path, require_writable


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


def write_path(target: Path, text: str) -> None:
    with atomic_path(target) as draft:
        draft.write_text(text)


def write_file(target: Path, text: str) -> None:
    with atomic_files(target) as folder:
        (folder / target.name).write_text(text)


def write_two(target: Path, text: str) -> None:
    with atomic_files(target) as folder:
        (folder / target.name).write_text(text)
        (folder / f"{target.name}.about").write_text("about")


WRITERS = [write_path, write_file, write_two]


@pytest.mark.parametrize("write", WRITERS)
def test_a_link_stays_one(tmp_path: Path, write: Callable[[Path, str], None]) -> None:
    (tmp_path / "store").mkdir()
    link, real = tmp_path / "a.csv", tmp_path / "store" / "real.csv"
    link.symlink_to(real)
    for text in ("new", "newer"):  # the first time it leads nowhere yet
        write(link, text)
        assert link.is_symlink()
        assert real.read_text() == text
    assert not [name for name in names_in(tmp_path / "store") if name != "real.csv"]


@pytest.mark.parametrize("write", WRITERS)
def test_a_file_of_another_kind_is_not_replaced_through_a_link(
    tmp_path: Path, write: Callable[[Path, str], None]
) -> None:
    (tmp_path / "mine.gpkg").write_text("mine")
    (tmp_path / "a.csv").symlink_to(tmp_path / "mine.gpkg")
    with pytest.raises(
        FileError, match=r"a\.csv is a link to .*mine\.gpkg, which .* remove the link"
    ):
        write(tmp_path / "a.csv", "new")
    assert (tmp_path / "mine.gpkg").read_text() == "mine"


def test_a_link_to_another_disk_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "real.csv").write_text("old")
    (tmp_path / "a.csv.about").write_text("old")
    link = tmp_path / "a.csv"
    link.symlink_to(tmp_path / "disk" / "real.csv")
    replace = Path.replace

    def by_disk(self: Path, target: Path) -> Path:
        if ("disk" in self.parts) != ("disk" in Path(target).parts):
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(self))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", by_disk)
    write_two(link, "new")
    assert link.is_symlink()
    assert names_in(tmp_path) == {"a.csv": "new", "a.csv.about": "about"}
    assert names_in(tmp_path / "disk") == {"real.csv": "new"}


def test_of_a_stale_link_only_the_link_goes(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "a.dbf").symlink_to(tmp_path / "mine")
    with atomic_files(tmp_path / "a.csv", replaces=["a.dbf"]) as folder:
        (folder / "a.csv").write_text("new")
    assert names_in(tmp_path) == {"a.csv": "new", "mine": "mine"}


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
@pytest.mark.parametrize("write", WRITERS)
def test_permissions_are_kept(tmp_path: Path, write: Callable[[Path, str], None]) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")
    target.chmod(0o640)
    write(target, "new")
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("new", 0o640)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    pipe = tmp_path / "a.csv"
    os.mkfifo(pipe)
    for call in (require_writable, lambda path: write_path(path, "")):
        with pytest.raises(FileError, match=r"a\.csv is a pipe or a device; give a file name"):
            call(pipe)
    assert pipe.is_fifo()


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
