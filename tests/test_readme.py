"""The README's code runs on the samples, and each of its steps has something to show."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

import minmap as mm
from minmap.cli import cli

README = Path(__file__).parents[1] / "README.md"
# What the README calls a file of the user's, and the sample that stands for it.
FILES = {
    "mrds.csv": "mrds_central_asia.csv",
    "pp1802.csv": "pp1802_central_asia.csv",
    "copper.csv": "copper_central_asia.csv",
    "geology.shp": "central_asia_lakes.shp",
    "dem.tif": "elevation.tif",
}

pytestmark = pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, sample in FILES.items():
        source = Path(mm.sample(sample))
        for part in source.parent.glob(f"{source.stem}.*"):
            shutil.copy(part, tmp_path / f"{Path(name).stem}{part.suffix}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def block_after(heading: str) -> str:
    _, _, section = README.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    block = re.search(r"```\w+\n(.*?)```", section, flags=re.DOTALL)
    assert block is not None
    return block[1]


def test_the_block_of_python_gives_rows(folder: Path) -> None:
    names: dict[str, Any] = {}
    exec(compile(block_after("In Python"), str(README), "exec"), names)
    critical, reached = names["critical"], names["reached"]
    assert 0 < len(critical) < len(names["deposits"])
    assert len(mm.summarise(critical, by=["country", "status"])) > 1
    assert len(mm.read(folder / "critical.xlsx")) == len(critical)
    assert reached["gate"].notna().sum() > 0
    assert len(mm.closures(critical, to="poti_port", avoid=["RUS", "CHN"])) > 1
    assert names["near"]["distance_km"].notna().any()
    assert (folder / "map.html").stat().st_size > 100_000


# Of those that read a table; "survey.xlsx" is nobody's sample.
COMMANDS = [
    line
    for line in block_after("On the command line").splitlines()
    if line.split()[1] in ("map", "near", "check", "select", "summarise", "access", "route")
]


@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_give_rows(
    folder: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    cli(shlex.split(line, comments=True)[1:], standalone_mode=False)
    assert " 0 of " not in (said := capsys.readouterr().out)
    assert said
