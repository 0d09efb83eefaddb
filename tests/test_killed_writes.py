"""A write that is killed at any step leaves the old files or the new ones, and is mended."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from geopandas.testing import assert_geodataframe_equal

import minmap
import minmap as mm
from minmap.errors import MinmapWarning
from tests import killed_writes
from tests.killed_writes import save, table

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here"),
]

MOST_STEPS = 300
COMPANIONS = {
    "a.csv": ["a.csv.about.json"],
    "a.shp": ["a.cpg", "a.dbf", "a.prj", "a.shp.about.json", "a.shx"],
    "a.gpkg": [],
    "a.geojson": [],
}
Write = Callable[[Path, str, int], bool]


@pytest.fixture(scope="module")
def write_killed() -> Iterator[Write]:
    """Give a function that writes a version until a step, and tells whether it was killed."""
    root = Path(minmap.__file__).parents[1]
    tests = Path(killed_writes.__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, killed_writes.__file__],
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{tests}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None

        def write(target: Path, version: str, step: int) -> bool:
            stdin.write(json.dumps([str(target), version, step]) + "\n")
            stdin.flush()
            code = int(stdout.readline())
            assert code in (0, -signal.SIGKILL)
            return code != 0

        yield write
        stdin.close()


def version_of(target: Path) -> str:
    """Return the version of a table or a page, which must be whole."""
    if not target.suffix:
        return page_of(target)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        read = mm.read(target)
    version = str(read.attrs["version"])
    assert_geodataframe_equal(read, table(version))
    return version


def page_of(folder: Path) -> str:
    text = (folder / "index.html").read_text(encoding="utf-8")
    (name,) = set(re.findall(r"point_layer_\w+\.parquet", text))
    version = "old" if "<title>old" in text else "new"
    assert set(gpd.read_parquet(folder / name)["name"]) == set(table(version)["name"])
    return version


def written_again(target: Path) -> str:
    """Write the new version in this process; return what was said of the earlier write."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        save(target, "new")
    said = [str(warning.message) for warning in caught if warning.category is MinmapWarning]
    assert len(said) <= 1
    return "".join(said)


def names_beside(target: Path) -> list[str]:
    return sorted(path.name for path in (target.parent if target.suffix else target).iterdir())


def has_folder(target: Path) -> bool:
    """Tell whether a temporary folder that was in use is left."""
    folder = target.parent if target.suffix else target
    return any(
        {path.name for path in left.iterdir()} - {"lock"} for left in folder.glob(".minmap-*")
    )


def begun(folder: Path, name: str) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    save(folder / name, "old")
    return folder / name


def killed_at_each_step(write: Write, folder: Path, name: str) -> Iterator[tuple[Path, bool]]:
    """Give the target after each kill, and at last after a write that was not killed."""
    for step in range(1, MOST_STEPS):
        target = begun(folder, name)
        was_killed = write(target, "new", step)
        yield target, was_killed
        if not was_killed:
            return
    pytest.fail(f"a write of {name} does not end in {MOST_STEPS} steps")


@pytest.mark.parametrize("name", [*COMPANIONS, "site"])
def test_the_old_files_or_the_new_ones_are_there_after_a_kill(
    tmp_path: Path, write_killed: Write, name: str
) -> None:
    seen, said = list[str](), list[str]()
    whole = None
    for target, was_killed in killed_at_each_step(write_killed, tmp_path / "there", name):
        seen.append(version_of(target))
        is_left = has_folder(target)
        said.append(written_again(target))
        assert is_left <= ("temporary folder" in said[-1]), said[-1]
        assert version_of(target) == "new"
        assert whole in (None, names_beside(target))  # nothing is left over
        whole = names_beside(target)
        assert was_killed or not said[-1]
    if name in COMPANIONS:
        assert whole == sorted([name, *COMPANIONS[name]])
    # The old files until the decisive step, the new ones from there on.
    first = seen.index("new")
    assert first > 0
    assert {*seen[first:]} == {"new"}
    if whole != [name]:
        assert any("its old files were put back" in text for text in said)
        assert any("its new files are complete" in text for text in said)


@pytest.mark.parametrize("name", ["a.csv", "a.shp"])
def test_a_killed_first_write_leaves_no_table_or_a_whole_one(
    tmp_path: Path, write_killed: Write, name: str
) -> None:
    for step in range(1, MOST_STEPS):
        shutil.rmtree(tmp_path / "there", ignore_errors=True)
        (tmp_path / "there").mkdir()
        target = tmp_path / "there" / name
        was_killed = write_killed(target, "old", step)
        assert not target.exists() or version_of(target) == "old"
        written_again(target)
        assert version_of(target) == "new"
        assert names_beside(target) == sorted([name, *COMPANIONS[name]])
        if not was_killed:
            return
    pytest.fail("the write does not end")


def test_a_reader_says_that_it_reads_the_files_from_before(
    tmp_path: Path, write_killed: Write
) -> None:
    said = list[str]()
    for target, _ in killed_at_each_step(write_killed, tmp_path / "there", "a.csv"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            mm.read(target)
        said += [str(warning.message) for warning in caught]
    assert {*said} == {
        f"{tmp_path / 'there' / 'a.csv'}: a write of it was interrupted; the files from before it "
        "are read. The next write of it puts them back."
    }
