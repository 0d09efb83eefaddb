"""Where a file has no room, one line names it and the cure, and the old file stays."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

import minmap
import minmap as mm
from minmap.errors import FileError
from minmap.output import atomic_files, atomic_path, require_writable
from minmap.writing import FORMATS, write
from tests import limited_writes
from tests.limited_writes import calls, table

pytestmark = pytest.mark.exhaustive

ROOM = 30_000
CURES = {
    "ENOSPC": "the disk is full: free some space or write elsewhere",
    "EDQUOT": "your quota on the disk is used up: free some space or write elsewhere",
    "EIO": "the disk failed: check it, or write elsewhere",
    "EROFS": "the disk is read-only: write elsewhere",
    "EFBIG": "the file is larger than the disk or a limit of the system allows: write elsewhere, "
    "or write fewer records",
    "ENAMETOOLONG": "the name is too long for the disk: give a shorter one",
}


def written_in_a_process(folder: Path, limit: int) -> dict[str, str]:
    ran = subprocess.run(
        [sys.executable, limited_writes.__file__, str(folder), str(limit)],
        env={**os.environ, "PYTHONPATH": str(Path(minmap.__file__).parents[1])},
        check=True,
        stdout=subprocess.PIPE,
    )
    return dict(json.loads(ran.stdout))


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.skipif(os.name == "nt", reason="no limits of files")
@pytest.mark.parametrize("has_old", [True, False])
def test_a_file_beyond_the_limit_is_not_written(tmp_path: Path, *, has_old: bool) -> None:
    if has_old:
        for call in calls(tmp_path, 3).values():
            call()
    before = files_in(tmp_path)
    said = written_in_a_process(tmp_path, ROOM)
    assert len(said) == len(FORMATS) + 4
    for name, text in said.items():
        path = tmp_path / name / "index.html" if name == "site" else tmp_path / name
        assert text == f"FileError: {path} cannot be written: {CURES['EFBIG']}."
    assert files_in(tmp_path) == before
    assert has_old or list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with little room, where the test may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_on_a_full_disk_the_old_files_stay(small_disk: Path) -> None:
    write(table(3), small_disk / "t.csv")
    before = files_in(small_disk)
    said = written_in_a_process(small_disk, 0)
    for name, text in said.items():
        path = small_disk / name / "index.html" if name == "site" else small_disk / name
        assert text == f"FileError: {path} cannot be written: {CURES['ENOSPC']}."
    assert files_in(small_disk) == before
    assert len(list(small_disk.iterdir())) == 2


def failing(number: int) -> Callable[..., NoReturn]:
    def fail(*_: Any, **__: Any) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("name", CURES)
@pytest.mark.parametrize("step", ["write_text", "replace", "mkdir"])
def test_a_page_that_cannot_be_saved_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, step: str
) -> None:
    if not hasattr(errno, name):
        pytest.skip(f"no {name} on this system")
    (tmp_path / "map.html").write_text("old")
    page = mm.Map(table(3))
    monkeypatch.setattr(f"pathlib.Path.{step}", failing(getattr(errno, name)))
    with pytest.raises(FileError) as raised:
        page.save(tmp_path / "map.html")
    monkeypatch.undo()
    assert str(raised.value) == f"{tmp_path / 'map.html'} cannot be written: {CURES[name]}."
    assert files_in(tmp_path) == {"map.html": b"old"}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_object_on_a_full_disk_is_named() -> None:
    class Full(io.BytesIO):
        name = "map.html"
        write = failing(errno.ENOSPC)

    with pytest.raises(FileError, match=r"^map\.html cannot be written: the disk is full: free"):
        mm.Map(table(3)).save(Full())


@pytest.mark.parametrize("name", ["a" * 300 + ".csv", "a" * 300 + "/b.csv"])
def test_a_name_that_is_too_long_is_an_error_before_any_work(tmp_path: Path, name: str) -> None:
    for call in (require_writable, lambda path: write(table(3), path)):
        with pytest.raises(FileError, match="disks take at most 255; give a shorter one"):
            call(tmp_path / name)


def test_a_nul_in_a_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="contains a NUL character, which file names cannot"):
        write(table(3), tmp_path / "a\0.csv")


def windows_error(path: Path) -> PermissionError:
    """Return what Windows raises for a file that a program has open."""
    text = "The process cannot access the file because it is being used by another process"
    error = PermissionError(errno.EACCES, text, str(path))
    error.winerror = 32  # type: ignore[attr-defined,unused-ignore]  # only Windows has it
    return error


@pytest.mark.parametrize("context", [atomic_path, atomic_files])
def test_an_open_file_is_to_be_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, context: Callable[[Path], Any]
) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")

    def locked(_: Path, place: Path) -> NoReturn:
        raise windows_error(place)

    def write_new() -> None:
        with context(target) as given:
            (given / "a.csv" if given.is_dir() else given).write_text("new")

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(FileError) as raised:
        write_new()
    assert str(raised.value).startswith(f"{target} cannot be replaced: The process cannot access")
    assert str(raised.value).endswith("; close the program that has it open.")
    assert files_in(tmp_path) == {"a.csv": b"old"}
