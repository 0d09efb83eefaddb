"""The code of the how-to pages runs, links between pages lead to files, and names exist."""

from __future__ import annotations

import re
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pandas as pd
import pytest

import minmap as mm

REPO = Path(__file__).resolve().parents[1]
HOW_TO = sorted((REPO / "docs" / "howto").glob("[!i]*.md"))
PAGES = [*REPO.glob("*.md"), *(REPO / "docs").rglob("*.md")]
TEXTS = [
    *PAGES,
    *(REPO / "notebooks").glob("*.ipynb"),
    *(REPO / folder / "README.md" for folder in ("benchmarks", "sample_data", "web")),
    *(path for path in (REPO / "minmap").rglob("*") if path.suffix in {".py", ".md", ".toml"}),
]
NAME = re.compile(r"`~?(minmap(?:\.[A-Za-z_]\w*)+)")
PATH = re.compile(
    r"(?<![\w/.-])((?:minmap|web|scripts|tests|docs|benchmarks)/[\w./-]*\w\.(?:py|ts|md|json|toml|css))\b"
)
# The changelog may name files of earlier versions; docs/architecture.md compares two of them.
OF_THIS_VERSION = [path for path in TEXTS if path.name not in {"CHANGELOG.md", "architecture.md"}]


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


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
def test_the_pairs_to_review_have_all_that_are_joined_or_not_against_their_probability() -> None:
    page = (REPO / "docs" / "howto" / "link_records.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^is_unsure.*?(?=^page)", page, flags=re.DOTALL | re.MULTILINE)
    (chosen,) = re.findall(r"mm\.review\((links\[.*?\]),", page)
    names = {"links": pd.DataFrame({"probability": [0.99, 0.99, 0.1, 0.1, 0.6],
                                    "same_site": [True, False, True, False, True]})}  # fmt: skip
    exec(code, names)
    assert eval(chosen, names).index.tolist() == [1, 2, 4]


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


def _exists(name: str) -> bool:
    try:
        resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def test_names_in_backticks_exist() -> None:
    found = {
        (str(path.relative_to(REPO)), name)
        for path in TEXTS
        if "generated" not in path.parts
        for name in NAME.findall(path.read_text("utf-8"))
    }
    assert len(found) > 100
    exists = {name: _exists(name) for _, name in found}
    assert [where for where in sorted(found) if not exists[where[1]]] == []


def test_a_name_of_an_earlier_layout_is_found() -> None:
    assert NAME.findall("see `minmap.routes` and ``minmap.access.routes(...)``") == [
        "minmap.routes",
        "minmap.access.routes",
    ]
    assert _exists("minmap.routes")
    assert not _exists("minmap.access.routes")


def test_named_files_exist() -> None:
    sources = [*OF_THIS_VERSION, *(REPO / "web" / "src").rglob("*.ts")]
    found = {
        (str(path.relative_to(REPO)), name)
        for path in sources
        if "generated" not in path.parts
        for name in PATH.findall(path.read_text("utf-8"))
    }
    assert len(found) > 50
    assert [where for where in sorted(found) if not (REPO / where[1]).exists()] == []


def test_the_reference_lists_every_public_name() -> None:
    page = (REPO / "docs" / "reference" / "index.md").read_text(encoding="utf-8")
    listed = re.findall(r"^   (\w+)$", page, flags=re.MULTILINE)
    modules = {"errors", "geodesy", "vocabulary"}  # automodule lists two of them
    public = {*mm.__all__, *mm.geodesy.__all__} - modules - set(mm.errors.__all__)
    assert sorted(listed) == sorted(public)
