"""A journal of minmap's that comes from a stranger neither reads nor removes other files."""

from __future__ import annotations

import json
import platform
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import Point

import minmap as mm
from minmap.output.file_exchange import _Plan, journal_of
from tests.corpus.case import HEADER, rows

pytestmark = pytest.mark.exhaustive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a table, beside one with files that are nobody's business."""
    (tmp_path / "private" / "old").mkdir(parents=True)
    (tmp_path / "private" / "old" / "a.csv").write_text(
        f"{HEADER}\n{rows(7).replace('Kounrad', 'CANARY')}\n", encoding="utf-8"
    )
    (tmp_path / "private" / "thesis.txt").write_text("work", encoding="utf-8")
    made = tmp_path / "from_a_stranger"
    made.mkdir()
    (made / "a.csv").write_text(f"{HEADER}\n{rows(3)}\n", encoding="utf-8")
    (made / "notes.txt").write_text("mine", encoding="utf-8")
    scratch = made / ".minmap-abcd1234"
    (scratch / "drafts").mkdir(parents=True)
    (scratch / "drafts" / "a.csv").write_text("x", encoding="utf-8")
    (scratch / "old").mkdir()
    (scratch / "old" / "a.csv").write_text(f"{HEADER}\n{rows(3)}\n", encoding="utf-8")
    return made


PLAN: dict[str, Any] = {
    "main": "a.csv", "scratch": ".minmap-abcd1234", "copied": ["a.csv"], "links": {}, "new": [],
    "outdated": [], "machine": [],
}  # fmt: skip
FOREIGN: list[dict[str, Any]] = [
    {"scratch": "../private"},
    {"scratch": "../private", "copied": ["a.csv", "../private/thesis.txt"]},
    {"main": "../private/old/a.csv"},
    {"outdated": ["../private/thesis.txt"]},
    {"outdated": ["notes.txt"]},
    {"new": ["../private/thesis.txt"]},
    {"new": ["notes.txt"]},
    {"links": {"../private/b.csv": "thesis.txt"}},
    {"copied": ["a.csv", ""]},
    {"copied": 7},
]


def contents(folder: Path) -> dict[str, bytes]:
    files = [*folder.parent.joinpath("private").rglob("*"), folder / "notes.txt"]
    return {str(file): file.read_bytes() for file in files if file.is_file()}


@pytest.mark.parametrize("changed", FOREIGN)
def test_it_is_passed_over(folder: Path, changed: dict[str, Any]) -> None:
    journal_of(folder / "a.csv").write_text(json.dumps({**PLAN, **changed}), encoding="utf-8")
    before = contents(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = mm.read(folder / "a.csv")
        assert len(table) == 3
        mm.write(table, folder / "a.csv")
    assert contents(folder) == before
    assert len(mm.read(folder / "a.csv")) == 3


def test_a_folder_that_is_a_link_is_passed_over(folder: Path) -> None:
    link = folder / ".minmap-link1234"
    link.symlink_to(folder.parent / "private")
    plan = {**PLAN, "scratch": link.name}
    journal_of(folder / "a.csv").write_text(json.dumps(plan), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(mm.read(folder / "a.csv")) == 3


@pytest.mark.parametrize("journal", ["../../private/thesis.txt", "../notes.txt", "/etc/hostname"])
def test_a_left_folder_that_names_another_journal_removes_nothing_else(
    folder: Path, journal: str
) -> None:
    note = {"machine": [platform.node()], "journal": journal}
    (folder / ".minmap-abcd1234" / "lock").write_text(json.dumps(note), encoding="utf-8")
    before = contents(folder)
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(70, 45)], crs=4326)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mm.write(frame, folder / "b.csv")
    assert contents(folder) == before
    assert Path("/etc/hostname").exists() or not journal.startswith("/")


def test_the_plan_of_these_tests_is_what_a_journal_holds() -> None:
    assert asdict(_Plan(**PLAN)) == PLAN


@pytest.mark.parametrize("written", ["out.csv", "a.csv"])
@pytest.mark.parametrize("machine", [[], [platform.node()]])
def test_links_of_a_stranger_lead_nowhere(folder: Path, written: str, machine: list[str]) -> None:
    home = folder.parent / "private"
    (folder / "a.csv.about.json").symlink_to(home / "thesis.txt")
    scratch = folder / ".minmap-abcd1234"
    (scratch / "old" / "a.csv.about.json").write_text("EVIL", encoding="utf-8")
    journal = journal_of(folder / "a.csv")
    plan = {**PLAN, "copied": ["a.csv", "a.csv.about.json"], "machine": machine}
    journal.write_text(json.dumps(plan), encoding="utf-8")
    note = {"machine": machine, "journal": f"../{journal.name}"}
    (scratch / "lock").write_text(json.dumps(note), encoding="utf-8")
    before = contents(folder)
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(70, 45)], crs=4326)
    if written == "a.csv":
        (folder / "a.csv.about.json").unlink()  # a link that the user's own write would follow
        (folder / "a.csv.about.json").symlink_to(home / "new.json")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mm.write(frame, folder / written)
    after = contents(folder)
    after.pop(str(home / "new.json"), None)
    assert after == before
