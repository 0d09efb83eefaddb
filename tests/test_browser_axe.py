"""What axe finds amiss for those who read the page otherwise: nothing, in any theme and size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import minmap as mm
from minmap.demo import demo_map
from tests.exploring import Open, deposits
from tests.waiting import at_rest

Scheme = Literal["light", "dark"]
SIZES = {"desk": {"width": 1200, "height": 800}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("axe") / "map.html"
    demo_map().save(path)
    return path


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")])
def page(request: pytest.FixtureRequest, browser: Browser, saved: Path) -> Iterator[Page]:
    size, scheme = request.param
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, offline=True, has_touch=size == "phone",
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto(saved.as_uri())
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    yield page
    context.close()


def findings(page: Page) -> list[str]:
    """List what axe holds against the page: the rule, and where."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in violations
        for node in found["nodes"]
    ]


def test_nothing_on_the_page_as_it_opens(page: Page) -> None:
    assert findings(page) == []


def test_nothing_with_the_panel_the_search_and_a_record_open(page: Page) -> None:
    toggle = page.locator(".mm-panel__toggle")
    if toggle.get_attribute("aria-expanded") == "false":
        toggle.click()
    assert findings(page) == []
    search = page.get_by_role("combobox", name="Search names")
    search.fill("kaz")
    search.press("ArrowDown")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    assert findings(page) == []
    search.press("Escape")
    page.locator(".mm-node[aria-label^='Aktau port']").dispatch_event("click")
    expect(page.locator(".mm-record")).to_be_visible()
    assert findings(page) == []


def test_nothing_in_the_dialogs(page: Page) -> None:
    page.locator(".mm-sources-button").click()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Print sheet").click()
    page.locator(".mm-sheet__map canvas").wait_for()
    at_rest(page)
    assert findings(page) == []


def test_nothing_with_few_layers_and_the_legend_alone(open_page: Open, tmp_path: Path) -> None:
    made = mm.Map(title="Deposits", style=mm.Style(panel="legend"))
    made.add(deposits()).add(mm.corridor("middle")).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.set_viewport_size({"width": 480, "height": 480})
    at_rest(page)
    panel = page.locator(".mm-panel")
    expect(panel.get_by_text("Base metals")).to_be_visible()
    expect(panel.get_by_text("Base map")).to_be_hidden()
    assert findings(page) == []
    page.locator(".mm-panel__toggle").click()
    page.locator(".mm-node[aria-label^='Aktau port']").dispatch_event("click")
    expect(page.locator(".mm-record")).to_be_visible()
    assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_nothing_in_a_review_of_pairs(
    open_page: Open, tmp_path: Path, size: str, scheme: Scheme
) -> None:
    tables = [
        mm.read(mm.sample(f"{name}_central_asia.csv")) for name in ("major_deposits", "pp1802")
    ]
    mm.review(mm.link(*tables), *tables).save(tmp_path / "pairs.html")
    page = open_page(tmp_path / "pairs.html").page
    page.set_viewport_size(SIZES[size])
    page.emulate_media(color_scheme=scheme)
    at_rest(page)
    assert findings(page) == []
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    page.keyboard.press("1")
    at_rest(page)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert findings(page) == []
