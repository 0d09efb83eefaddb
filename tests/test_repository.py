"""What may and may not be in the repository."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
# Written in pieces, so that this file does not name them itself.
HOSTS = re.compile(
    "|".join(["registry" + r"\.npmjs", "pypi" + r"\.org", "python" + "hosted", "deb" + r"\.debian"])
)


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    if not (REPO / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")
    run = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, capture_output=True, check=True)
    return [REPO / name for name in run.stdout.decode().split("\0") if name]


def test_no_file_names_a_registry(tracked: list[Path]) -> None:
    naming = [
        path.relative_to(REPO)
        for path in tracked
        if path.is_file() and HOSTS.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert naming == []


def test_nothing_built_or_bundled_is_tracked(tracked: list[Path]) -> None:
    built = [
        path.relative_to(REPO)
        for path in tracked
        if "node_modules" in path.parts or "static" in path.parts or path.name.endswith(".min.js")
    ]
    assert built == []


def test_no_tracked_file_is_large(tracked: list[Path]) -> None:
    whole_world = {  # kB
        REPO / "minmap" / "webmap" / "data": 1400,
        REPO / "minmap" / "places" / "data": 600,
    }
    # 415,000 km of road with their shape in one table. With its nodes it has a limit of its own
    # in test_roads.py.
    roads = {REPO / "minmap" / "transport" / "network" / "data" / "road_edges.parquet": 700}  # kB
    sizes = {p: p.stat().st_size for p in tracked if p.is_file()}
    limits = {p: roads.get(p, whole_world.get(p.parent, 400)) * 1024 for p in sizes}
    assert [p.name for p in sizes if sizes[p] > limits[p]] == []


def test_tests_wait_for_states_and_not_for_time(tracked: list[Path]) -> None:
    # Written in pieces, so that this file does not wait itself.
    waits = re.compile("|".join(["wait_for" + "_timeout", r"time\." + "sleep", r"\bsleep" + r"\("]))
    waiting = [
        str(path.relative_to(REPO))
        for path in tracked
        if path.suffix == ".py"
        and path.is_relative_to(REPO / "tests")
        and not path.is_relative_to(REPO / "tests" / "fuzz")  # a tool, which waits for its port
        and waits.search(path.read_text(encoding="utf-8"))
    ]
    # Between two looks at what is waited for.
    assert waiting == ["tests/waiting.py"]
