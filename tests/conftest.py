"""A real browser without a network, and where the reference data is."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

import minmap as mm
from tests.exploring import deposits

# How long an example takes depends on the machine; no test is about time. The examples are the
# same on every machine; `pytest --hypothesis-profile=explore` looks for others.
settings.register_profile("minmap", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("minmap")
# Long enough for a machine that has much else to do; a state that comes early ends the wait.
expect.set_options(timeout=60_000)

collect_ignore = ["qgis_reader.py"]  # another Python runs it, which has QGIS
if sys.platform == "win32":
    collect_ignore += ["fuzz/worker.py"]  # it limits its memory, for which Windows has no way
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


MOST_PROCESSES = 8  # each has half a gigabyte, and more with a browser


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Divide all tests among the processors, and run tests of named files in one process."""
    if config.args_source != pytest.Config.ArgsSource.TESTPATHS:
        return 0
    return min(os.cpu_count() or 1, MOST_PROCESSES)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use, and skip those whose reference data is missing."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        marked = item.get_closest_marker("walk") or item.get_closest_marker("notebook")
        if "browser" in fixtures and not marked:
            item.add_marker("browser")
        if "shared" in fixtures:
            item.add_marker("reference")
        if item.get_closest_marker("reference") and not SHARED.exists():
            item.add_marker(pytest.mark.skip(reason="needs the reference data in ../shared/data"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the reference data; a test that uses it is marked `reference`."""
    return SHARED


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; in CI it must be there."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium: the browser tests must run there")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Opened:
    """A page that is ready, with all it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Give a function that opens a file with the network off and waits until it is drawn.

    Its keywords are options of the browser's context, such as the size of a phone.
    """
    pages: list[Opened] = []

    def open_file(path: Path, **options: Any) -> Opened:
        size = {"width": 1200, "height": 800}
        context = browser.new_context(**{"viewport": size, "offline": True, **options})
        context.set_default_timeout(60_000)
        opened = Opened(context.new_page())
        pages.append(opened)
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on(
            "console",
            lambda message: (
                message.type in {"error", "warning"} and opened.complaints.append(message.text)
            ),
        )
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.goto(path.as_uri())
        opened.page.wait_for_selector('html:not([data-minmap="loading"])', state="attached")
        state = opened.page.evaluate("document.documentElement.dataset.minmap")
        assert state == "ready", opened.page.inner_text("body")
        return opened

    yield open_file
    for one in pages:
        one.page.context.close()
    said = [complaint for one in pages for complaint in one.complaints]
    assert not [text for text in said if "Content Security Policy" in text]


@pytest.fixture(scope="session")
def table() -> gpd.GeoDataFrame:
    """The made records that the tests of exploring share."""
    return deposits()


@pytest.fixture(scope="session")
def saved(table: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of these records."""
    path = tmp_path_factory.mktemp("explore") / "map.html"
    mm.Map(table).save(path)
    return path
