"""The page of claims: one file without scripts, which opens offline and has all sources."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import minmap as mm
from minmap.claims_page import pictures
from minmap.claims_page.article import write_claims
from minmap.claims_page.markup import element, link, share_bar, table, text
from minmap.errors import ChoiceError
from minmap.statements.earlier_tables import earlier_tables
from minmap.statements.inventory_sites import SHOWN, definitions, found_sites, rare_commodities
from minmap.webmap.html_markup import read_markup

HOSTILE = '<img src=x onerror="alert(1)">{{ 7 * 7 }}</style>'


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("claims") / "claims.html"
    write_claims(path)
    return path


@pytest.fixture(scope="module")
def page_text(page_file: Path) -> str:
    return page_file.read_text(encoding="utf-8")


def test_texts_are_data() -> None:
    for made in (
        element("p", text(HOSTILE), title=HOSTILE),
        table([HOSTILE], [[HOSTILE]], caption=HOSTILE),
        link(HOSTILE, f"https://example.org/{HOSTILE}"),
    ):
        found = read_markup(made)
        assert not found.blocked
        assert not found.media
        assert not found.inline
    assert link("a", "javascript:alert(1)") == "a"
    assert link("a", None) == "a"


def test_a_bar_shows_what_is_said_and_what_the_table_leaves() -> None:
    bar = share_bar([20.0, 20.0], 0.0, 9.0, full=45)
    assert bar.count("<circle") == 1
    assert 'cx="44.44%"' in bar
    assert 'width="20.00%"' in bar
    assert "Said: 20 %. Listed in the table: 0.0 %; at most 9.0 %." in bar
    assert 'class="listed"' in bar
    unlisted = share_bar([20.0], None, 9.0, full=45)
    assert "Listed in the table: nothing; at most 9.0 %." in unlisted
    assert 'width="20.00%"' in unlisted
    assert 'class="listed"' not in unlisted
    assert 'class="open"' in share_bar([30.0], 18.5, None, full=45)


def test_the_page_has_every_claim_verdict_quote_and_address(page_text: str) -> None:
    shown = html.unescape(page_text)
    said = mm.claims()
    for column in ("claim", "verdict", "conclusion", "quote", "url"):
        missing = [one for one in said[column].dropna() if one not in shown]
        assert missing == [], column
    for source in said.attrs["sources"]:
        assert source["citation"] in shown
    assert "known only from a note in our reference data: the article itself was not read" in shown


def test_the_page_says_who_made_it_of_what_date_and_of_which_years(page_text: str) -> None:
    shown = html.unescape(re.sub(r"<[^>]*>", " ", page_text))
    assert f"Made by minmap {mm.__version__}" in shown
    assert re.search(r"Claims as read by 2026-11-\d\d;", shown)
    assert "The claims are of 2020 to 2025, and are held against tables of 2024 and 2025" in shown
    assert "rank 1 in reserves of 2021 (230 of 570 Mt)" in shown
    assert "rank 2, shared, in production of 2023 (6 of 41 Mt)" in shown


def test_the_page_has_no_names_of_code_and_one_name_for_the_inventory(page_text: str) -> None:
    body = page_text.partition("<body>")[2]
    shown = html.unescape(re.sub(r"<[^>]*>", " ", body))
    shown = re.sub(r"https?://\S+", "", shown)
    assert re.findall(r"\bminmap\.[a-z]\w*|\bmm\.\w+|\w+_\w+|\w+\(\)", shown) == []
    assert "inventory of 2016" not in shown
    assert "USGS, 2016" not in shown
    assert "USGS inventory (completed 2016, published 2017)" in shown
    assert "cannot be checked with these tables" in shown


def test_counts_on_the_map_stand_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[mm.Map] = []

    def keep(made: mm.Map) -> pictures.Pictures:
        drawn.append(made)
        return pictures.Pictures(b"", b"")

    monkeypatch.setattr(pictures, "_pictures", keep)
    pictures.sites_map(mm.vocabulary.labels("country"))
    page = html.unescape(drawn[0].get_root().render())
    assert "33 found; 160 in the inventory, which need not have them" in page
    assert "records are one site from a probability of 0.7" in page
    assert "33 of 160" not in page


def test_the_notebook_sets_the_same_counts_beside_each_other() -> None:
    path = Path(__file__).resolve().parents[1] / "notebooks"
    cells = json.loads((path / "04_what_is_said_and_what_the_data_say.ipynb").read_text())["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells)
    assert '" | " + beside["published"]' in source
    assert '" of " + beside["published"]' not in source
    assert "inventory of 2016" not in source
    assert "records are one site from a probability of {threshold}" in source
    assert "are held against tables of 2024 and 2025" in source
    for measure in ("reserves", "production"):
        [earlier] = earlier_tables("Cr", measure)
        assert f"in {earlier.year}" in source
        assert earlier.amount_of("KAZ").replace("Mt", "million tonnes") in source


def test_sites_are_coloured_by_a_rare_commodity() -> None:
    sites = found_sites(*SHOWN)
    rare = rare_commodities(sites, SHOWN[0])
    assert set(rare) <= set(definitions()["all_rare"].split()) | set(mm.vocabulary.members("RareM"))
    assert not set(rare) & {"Cu", "Ba", "B"}
    # Zhayrem has Ba Ga Pb, Dzhezkazgan Re and copper.
    assert rare[sites["name"] == "Zhayrem district"].item() == "Ga"
    assert rare[sites["name"] == "Dzhezkazgan"].item() == "Re"


def test_the_page_runs_and_fetches_nothing(page_text: str) -> None:
    found = read_markup(page_text)
    assert [kind for kind, _ in found.inline] == ["style"]
    assert not found.links
    assert all(address.startswith("data:image/png;base64,") for address in found.media)
    # A wide and a narrow picture of each of two maps.
    assert page_text.count("<picture>") == 2
    assert len(found.media) == 4
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page_text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'")
    assert "script-src" not in policy[1]
    assert "unsafe-inline" not in policy[1]
    assert set(found.blocked) == {("removed", "meta"), ("removed", "style")}


def test_another_ending_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match=r"claims\.pdf ends in '\.pdf'"):
        write_claims(tmp_path / "claims.pdf")


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 800}, offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_opens_offline_without_errors_and_fits(
    page_file: Path, offline: Page, width: int
) -> None:
    requests, complaints = list[str](), list[str]()
    offline.on("request", lambda request: requests.append(request.url))
    offline.on("console", lambda message: complaints.append(message.text))
    offline.on("pageerror", lambda error: complaints.append(str(error)))
    offline.set_viewport_size({"width": width, "height": 800})
    offline.goto(page_file.as_uri())
    assert [url for url in requests if not url.startswith("data:")] == [page_file.as_uri()]
    assert complaints == []
    state = offline.evaluate(
        """() => ({
            wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            pictures: [...document.images].map((one) => [one.complete, one.naturalWidth > 600]),
            cut: [...document.images].filter((one) => one.parentElement.scrollWidth > innerWidth),
            styled: getComputedStyle(document.querySelector(".bar .said")).fill,
        })"""
    )
    # A phone has the narrow picture, whose letters are not shrunk.
    drawn = [[True, width > 600]] * 2
    assert state == {"wide": 0, "pictures": drawn, "cut": [], "styled": "rgb(181, 72, 42)"}
    assert offline.get_by_text("scrolls sideways").is_visible() == (width < 600)
    assert offline.locator("section.finding").count() > 10
    assert offline.get_by_text("National Minerals Information Center").count() == 1


@pytest.mark.exhaustive
def test_the_page_has_the_same_bytes_each_time(page_file: Path, tmp_path: Path) -> None:
    write_claims(tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == page_file.read_bytes()
