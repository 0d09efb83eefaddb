"""Several writers and readers at once: no writer's files are removed, no reader sees a mixture."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import minmap
import minmap as mm
from minmap.errors import FileError, MinmapWarning
from minmap.files.local_file import read_consistently
from minmap.output import atomic_files, atomic_path, atomic_writing, last_complete, locked_folder
from minmap.output.locked_folder import hidden_folder
from tests import killed_writes
from tests.killed_writes import save, table
from tests.test_killed_writes import version_of

pytestmark = pytest.mark.exhaustive

WRITES = 10
CODE = """
import sys
from minmap.output import atomic_files
with atomic_files(sys.argv[1]) as folder:
    (folder / "b.csv").write_text("b")
    (folder / "b.csv.about.json").write_text("b")
"""


def environment() -> dict[str, str]:
    roots = [Path(minmap.__file__).parents[1], Path(killed_writes.__file__).parents[1]]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots))}


def contents(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir() if file.is_file()}


def write_set(target: Path, text: str) -> None:
    with atomic_files(target) as folder:
        (folder / target.name).write_text(text)
        (folder / f"{target.name}.about.json").write_text(text)


def test_a_write_under_way_is_not_swept(tmp_path: Path) -> None:
    with atomic_files(tmp_path / "a.csv") as folder:
        (folder / "a.csv").write_text("a")
        (folder / "a.csv.about.json").write_text("a")
        write_set(tmp_path / "c.csv", "c")  # in this process
        subprocess.run(  # and in another one
            [sys.executable, "-W", "error", "-c", CODE, str(tmp_path / "b.csv")],
            env=environment(),
            check=True,
        )
    wanted = {f"{name}.csv{more}": name for name in "abc" for more in ("", ".about.json")}
    assert contents(tmp_path) == wanted
    assert len(list(tmp_path.iterdir())) == len(wanted)


def test_the_folder_of_another_file_stays_for_a_day(tmp_path: Path) -> None:
    hidden = tmp_path / ".minmap-0123456789abcdef"
    (hidden / "drafts").mkdir(parents=True)
    (hidden / "drafts" / "b.csv").write_text("half")
    write_set(tmp_path / "a.csv", "a")
    assert hidden.is_dir()
    two_days_ago = time.time() - 2 * 24 * 3600
    for path in (*hidden.rglob("*"), hidden):
        os.utime(path, (two_days_ago, two_days_ago))
    with pytest.warns(MinmapWarning, match="Removed 1 temporary folder that interrupted"):
        write_set(tmp_path / "a.csv", "b")
    assert contents(tmp_path) == {"a.csv": "b", "a.csv.about.json": "b"}
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_its_writer_removes_meanwhile_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = tmp_path / ".minmap-0123456789abcdef" / "drafts"
    drafts.mkdir(parents=True)
    lstat = Path.lstat

    def removed(self: Path) -> os.stat_result:
        if self == drafts:
            shutil.rmtree(drafts.parent)
        return lstat(self)

    monkeypatch.setattr(Path, "lstat", removed)
    write_set(tmp_path / "a.csv", "a")
    assert contents(tmp_path) == {"a.csv": "a", "a.csv.about.json": "a"}
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_its_writer_removes_while_it_is_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = hidden_folder(tmp_path / "a.csv")
    hidden.mkdir()
    mkdir = os.mkdir

    def removed(path: Path, *options: int) -> None:
        try:
            mkdir(path, *options)
        except FileExistsError:
            hidden.rmdir()
            raise

    monkeypatch.setattr(os, "mkdir", removed)
    write_set(tmp_path / "a.csv", "a")
    assert contents(tmp_path) == {"a.csv": "a", "a.csv.about.json": "a"}


def test_the_only_copies_of_another_file_stay(tmp_path: Path) -> None:
    hidden = tmp_path / ".minmap-0123456789abcdef"
    (hidden / "old").mkdir(parents=True)
    (hidden / "old" / "b.csv").write_text("b")
    os.utime(hidden, (0, 0))
    write_set(tmp_path / "a.csv", "a")
    assert (hidden / "old" / "b.csv").read_text() == "b"


@pytest.mark.parametrize(
    "name", [".minmap-notes", ".minmap-0123456789abcdef.txt", "minmap-0123456789abcdef"]
)
def test_folders_of_others_stay(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine").write_text("mine")
    os.utime(tmp_path / name, (0, 0))
    with atomic_path(tmp_path / "a.txt") as draft:
        draft.write_text("a")
    assert (tmp_path / name / "mine").read_text() == "mine"


@pytest.mark.parametrize("name", ["a.csv", "b.csv"])
def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path, name: str) -> None:
    mine = [tmp_path / "mine" / place for place in ("lock", "old/a.csv", "drafts/a.csv")]
    for file in mine:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("mine")
        os.utime(file, (0, 0))
    hidden_folder(tmp_path / name).symlink_to(tmp_path / "mine")
    write_set(tmp_path / "a.csv", "a")
    assert [file.read_text() for file in mine] == ["mine"] * 3
    assert (tmp_path / "a.csv").read_text() == "a"


def test_threads_that_write_one_set_leave_one_of_theirs(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: write_set(target, str(n)), range(40)))
    found = contents(tmp_path)
    assert set(found) == {"a.csv", "a.csv.about.json"}
    assert len(set(found.values())) == 1
    assert len(list(tmp_path.iterdir())) == 2


@contextmanager
def writing(target: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Run two processes that write the two versions in turn."""
    lines = [json.dumps([str(target), version, 0]) for version in ("old", "new")] * WRITES
    with ExitStack() as stack:
        processes = []
        for own in (lines, lines[::-1]):
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, killed_writes.__file__],
                    env=environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            assert process.stdin is not None
            process.stdin.write("\n".join(own) + "\n")
            process.stdin.close()
            processes.append(process)
        yield processes


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
@pytest.mark.parametrize("name", ["a.csv", "a.shp"])
def test_readers_see_one_version_while_processes_write(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    save(target, "old")
    count = len(list(tmp_path.iterdir()))
    reads = 0
    with writing(target) as processes:
        while any(process.poll() is None for process in processes):
            try:
                assert version_of(target) in ("old", "new")
                reads += 1
            except FileError as error:  # writers that are faster than every read
                if "is replaced whenever it is read" not in str(error):
                    raise
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.read().split() == ["0"] * 2 * WRITES
    assert reads > 0
    assert version_of(target) in ("old", "new")
    assert len(list(tmp_path.iterdir())) == count


def test_a_set_replaced_between_its_files_is_read_again(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    write_set(target, "old")
    read = list[str]()

    def read_both() -> tuple[str, str]:
        first = target.read_text()
        if not read:
            write_set(target, "new")
        read.append(first)
        return first, target.with_name("a.csv.about.json").read_text()

    assert read_consistently(target, read_both) == ("new", "new")
    assert read == ["old", "new"]


def test_a_set_that_is_always_replaced_is_an_error(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    with pytest.raises(FileError, match=r"a\.csv is replaced whenever it is read; try again"):
        read_consistently(target, lambda: write_set(target, "new"))


def test_a_file_that_grows_is_read_once(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("a\n")

    def read() -> int:
        with target.open("a") as stream:
            stream.write("b\n")
        return 1

    assert read_consistently(target, read) == 1
    assert target.read_text() == "a\nb\n"


def test_a_writer_that_does_not_end_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.csv"
    save(target, "old")
    monkeypatch.setattr(locked_folder, "_LONGEST_WAIT_S", 0.0)
    text = r"a\.csv is being written by another program; try again later\.$"
    with locked_folder.locked_folder(target) as hidden:
        (hidden / "old").mkdir()
        (hidden / "drafts").mkdir()
        (hidden / "drafts" / "a.csv").touch()
        with pytest.raises(FileError, match=text):
            last_complete(target)
        with pytest.raises(FileError, match=text):
            save(target, "new")
        shutil.rmtree(hidden / "drafts")
        shutil.rmtree(hidden / "old")
    assert version_of(target) == "old"


@pytest.mark.parametrize("again", ["v1.csv", "latest.csv"])
def test_a_write_through_links_is_undone_under_every_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    (tmp_path / "data").mkdir()
    target, link = tmp_path / "data" / "v1.csv", tmp_path / "latest.csv"
    write_set(target, "old")
    for end in ("", ".about.json"):
        Path(f"{link}{end}").symlink_to(f"{target}{end}")
    monkeypatch.setattr(atomic_writing, "_put_back", lambda *_: None)  # as if it were killed
    replace = Path.replace

    def stopped(self: Path, place: Path) -> Path:
        if Path(place) == target:
            raise KeyboardInterrupt
        return replace(self, place)

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_set(link, "new")
    monkeypatch.undo()
    for path in (target, link):
        with pytest.warns(MinmapWarning, match="the files from before it are read"):
            kept = last_complete(path)
        assert [Path(f"{kept}{end}").read_text() for end in ("", ".about.json")] == ["old"] * 2
    path = target if again == target.name else link
    with (
        pytest.warns(MinmapWarning, match="its old files were put back"),
        pytest.raises(KeyError),
        atomic_files(path, replaces=[f"{path.name}.about.json"]),
    ):
        raise KeyError
    assert contents(tmp_path / "data") == {"v1.csv": "old", "v1.csv.about.json": "old"}
    assert link.with_name("latest.csv.about.json").is_symlink()


@pytest.mark.parametrize("interrupt", [PermissionError(13, "Denied"), KeyboardInterrupt()])
def test_files_that_cannot_be_put_back_are_named(
    interrupt: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.csv"
    write_set(target, "old")
    move, failures = atomic_writing._move, iter([None, interrupt])

    def broken(source: Path, place: Path) -> None:
        if (failure := next(failures, OSError(13, "Permission denied"))) is not None:
            raise failure
        move(source, place)

    monkeypatch.setattr(atomic_writing, "_move", broken)
    kind = FileError if isinstance(interrupt, Exception) else KeyboardInterrupt
    with pytest.raises(kind) as raised:
        write_set(target, "new")
    kept = hidden_folder(target) / "old"
    assert contents(kept) == {"a.csv": "old", "a.csv.about.json": "old"}
    if kind is FileError:
        assert f"cannot be put back: Permission denied; they are in {kept}, where" in str(
            raised.value
        )
    monkeypatch.undo()
    with pytest.warns(MinmapWarning, match="its old files were put back"):
        write_set(target, "newer")
    assert contents(tmp_path) == {"a.csv": "newer", "a.csv.about.json": "newer"}


def test_an_exchange_whose_files_cannot_be_put_back_keeps_their_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.csv"
    save(target, "old")

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic_writing, "_put_back", broken)
    replace = Path.replace

    def stopped(self: Path, place: Path) -> Path:
        if Path(place) == target:
            raise KeyboardInterrupt
        return replace(self, place)

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        save(target, "new")
    monkeypatch.undo()
    with pytest.warns(MinmapWarning, match="the files from before it are read"):
        assert mm.read(target).attrs == table("old").attrs
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        save(target, "new")
    assert [str(warning.message) for warning in caught] == [
        f"An earlier write of {target} was interrupted; its old files were put back. Removed 1 "
        f"temporary folder that interrupted writes had left beside {target}."
    ]
    assert version_of(target) == "new"
    assert len(list(tmp_path.iterdir())) == 2
