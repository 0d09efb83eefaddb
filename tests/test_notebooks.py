"""The notebooks run from top to bottom, and show what they promise."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.notebook

REPO = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")  # of the kernel's own machinery; the cells run elsewhere
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    shown = [
        output["data"].get("text/html", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    assert any("data-minmap" in html and "<iframe" in html for html in shown)
    # Nothing on standard error: a warning in the first cell is the first that a reader sees.
    streams = [o for cell in notebook.cells for o in cell.get("outputs", []) if "text" in o]
    assert [stream["text"] for stream in streams if stream.get("name") == "stderr"] == []
    (page,) = tmp_path.glob("*.html")
    assert 'data-minmap="loading"' in page.read_text(encoding="utf-8")


def test_notebooks_are_kept_without_outputs() -> None:
    cells = [c for path in NOTEBOOKS for c in nbformat.read(path, as_version=4).cells]
    assert cells
    assert not any(cell.get("outputs") for cell in cells)
