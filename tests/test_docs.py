"""The code of the how-to pages runs, and the links between pages lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import minmap as mm

REPO = Path(__file__).resolve().parents[1]
HOW_TO = sorted((REPO / "docs" / "howto").glob("[!i]*.md"))
PAGES = [*REPO.glob("*.md"), *(REPO / "docs").rglob("*.md")]


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_the_code_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) > 3
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(page), "exec"), names)
    assert any(tmp_path.iterdir())


def test_links_lead_to_files() -> None:
    missing = []
    for page in PAGES:
        if "generated" in page.parts:
            continue
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text("utf-8")):
            places = [page.parent / target, page.parent / f"{target}.md"]
            # Sphinx takes the notebooks from where docs/conf.py copies them.
            places.append(REPO / f"{target.replace('generated/', '')}.ipynb")
            if not any(place.exists() for place in places):
                missing.append(f"{page.relative_to(REPO)}: {target}")
    assert missing == []


def test_the_reference_lists_every_public_name() -> None:
    page = (REPO / "docs" / "reference" / "index.md").read_text(encoding="utf-8")
    listed = re.findall(r"^   (\w+)$", page, flags=re.MULTILINE)
    modules = {"errors", "geodesy", "vocabulary"}  # automodule lists two of them
    public = {*mm.__all__, *mm.geodesy.__all__} - modules - set(mm.errors.__all__)
    assert sorted(listed) == sorted(public)
