"""A real Jupyter, started and used as a person would, without a network."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.waiting import at_rest, until

REPO = Path(__file__).resolve().parents[1]
SETTINGS = {
    "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    "LabApp.extension_manager": "readonly",
    "LabApp.news_url": "",
    "IdentityProvider.token": "minmap",
    "ServerApp.allow_root": "True",
    "ServerApp.ip": "127.0.0.1",
    "ServerApp.open_browser": "False",
    "ServerApp.port": "0",
}
# A request of JupyterLab's own, about which it complains if its connection to the kernel is made
# anew before the answer comes, as on a busy machine. Minmap sends none.
SUBSHELL = "Canceled future for create_subshell_request"
# anywidget allows a model two seconds and goes on after that; `ready` waits for the map itself.
SLOW_START = "[anywidget] Failed to initialize model."
QUIET = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


@dataclass
class Server:
    """Where it answers, and where its notebooks are."""

    url: str
    folder: Path


@contextmanager
def server(home: Path) -> Iterator[Server]:
    """Run JupyterLab and Notebook 7, with all that they keep in a folder."""
    folder, config = home / "notebooks", home / "config"
    folder.mkdir()
    (config / "labconfig").mkdir(parents=True)
    (config / "labconfig" / "page_config.json").write_text(json.dumps(QUIET))
    environment = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONPATH": os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")]),
    }
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    with (home / "log").open("w") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield Server(_address(home / "runtime", running, home / "log"), folder)
        finally:
            running.terminate()
            running.wait(30)


def _address(runtime: Path, running: subprocess.Popen[bytes], log: Path) -> str:
    known: dict[str, Any] = {}

    def has_begun() -> bool:
        if running.poll() is not None:
            raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
        for found in runtime.glob("jpserver-*.json"):
            known.update(json.loads(found.read_text() or "{}"))
        return known.get("pid") == running.pid

    until(has_begun)
    return str(known["url"])


@dataclass
class Notebook:
    """A notebook open in the browser."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def cell(self, number: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def run(self, number: int, code: str | None = None) -> Locator:
        """Run a cell from the keyboard, with other code if some is given; give its output."""
        cell = self.cell(number)
        cell.locator(".jp-InputArea-editor .cm-content").click()
        if code is not None:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.insert_text(code)
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        for _ in range(10):  # a kernel that is not connected yet lets a run fall
            self.page.keyboard.press("Control+Enter")
            try:
                expect(prompt).not_to_have_text(before, timeout=10_000)
                break
            except AssertionError:
                continue
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=180_000)
        return cell.locator(".jp-OutputArea-output")

    def ask(self, expression: str) -> Any:
        """Evaluate an expression in the last cell, and read what it shows."""
        at_rest(self.page)  # the map tells Python where it is once it stands still
        last = self.page.locator(".jp-Notebook .jp-Cell").count() - 1
        shown = self.run(last, f"print(repr(({expression})))")
        return ast.literal_eval(shown.inner_text().strip())


def open_notebook(
    context: BrowserContext,
    jupyter: Server,
    *cells: str,
    interface: str = "lab/tree",
    html: str | None = None,
) -> Notebook:
    """Open a notebook of the cells given, and one more, in an interface of the server.

    `html` is what the first cell is said to have shown already.
    """
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in (*cells, "")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    if html is not None:
        made.cells[0].outputs = [nbformat.v4.new_output("display_data", {"text/html": html})]
    nbformat.write(made, jupyter.folder / "map.ipynb")
    opened = Notebook(context.new_page())
    page = opened.page
    page.on("request", lambda request: opened.asked.append(request.url))
    page.on(
        "pageerror",
        lambda error: (
            any(known in str(error) for known in (SUBSHELL, SLOW_START))
            or opened.complaints.append(str(error))
        ),
    )
    page.goto(f"{jupyter.url}{interface}/map.ipynb?reset&token=minmap")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=180_000)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for(timeout=180_000)
    opened.complaints.clear()  # of Notebook 7 about itself, while it opens
    return opened


def ready(output: Locator) -> Locator:
    """Give the map of an output once it is drawn."""
    map_ = output.locator('.mm-widget[data-minmap="ready"]')
    map_.first.wait_for(timeout=180_000)
    return map_
