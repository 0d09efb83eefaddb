"""The budgets of code lines fail where a part has grown over its own."""

from __future__ import annotations

from pathlib import Path

from scripts.structure import over_budget, sizes


def test_parts_are_counted_and_held_to_their_budgets(tmp_path: Path) -> None:
    files = {
        "minmap/__init__.py": '"""Doc."""\n\nfrom minmap.ore import grade\n',
        "minmap/ore/__init__.py": "# why\ngrade = 1\ntonnage = (\n    2,\n)\n",
        "tests/test_ore.py": "def test() -> None:\n    assert True\n",
        "web/src/page.ts": "// why\nexport const a = 1;\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = sizes(tmp_path)
    assert found == {"minmap/*.py": 1, "minmap/ore": 4, "tests": 2, "web/src": 1}
    assert over_budget(found, found) == []
    (said,) = over_budget(found, {**found, "minmap/ore": 3})
    assert said.startswith("minmap/ore: 4 code lines, budget 3")
    (new,) = over_budget({**found, "minmap/new": 5}, found)
    assert new.startswith("minmap/new: ")
