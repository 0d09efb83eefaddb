"""Pairs of records and sites on a page: their cards, and the file of decisions."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

import minmap as mm
from minmap import review
from tests.test_browser import points
from tests.waiting import at_rest

Open = Callable[[Path], Any]

HOSTILE = '<img src=x onerror="document.title=1">, =1+1'


def table(source: str, places: list[tuple[float, float]], names: list[str]) -> gpd.GeoDataFrame:
    frame = points(
        names,
        occurrence_id=[f"{source}:{n}" for n in range(len(names))],
        source=source,
        commodities="Cu Au",
        status=["producer"] * len(names),
        location_uncertainty_m=1115.9,
    )
    return frame.set_geometry(gpd.points_from_xy(*zip(*places, strict=True)), crs=4326)


LEFT = table("a", [(74.0, 48.0), (74.5, 48.2), (75.0, 46.0)], ["Aqchatau", HOSTILE, "Far"])
RIGHT = table("b", [(74.03, 47.98), (74.5, 48.2), (75.9, 46.4)], ["Akchatau", "Same spot", "Else"])


def links(**columns: Any) -> pd.DataFrame:
    given = {
        "left_id": ["a:0", "a:1", "a:2"],
        "right_id": ["b:0", "b:1", "b:2"],
        "probability": [0.9, 0.55, 0.1],
        "distance_km": [3.2, 0.0, 82.0],
        "decision": None,
        "evidence": ["3.2 km apart; names are alike", "at one place", "82 km apart"],
    }
    return pd.DataFrame(given | columns)


def open_review(tmp_path: Path, open_page: Open, made: pd.DataFrame) -> Page:
    path = tmp_path / "pairs.html"
    review(made, LEFT, RIGHT).save(path)
    page: Page = open_page(path).page
    return page


def find(page: Page, words: str) -> None:
    search = page.locator(".mm-search input")
    search.fill(words)
    page.locator(".mm-search__option", has_text="–").first.click()
    at_rest(page)


def test_a_reader_decides_pairs_and_saves_them_for_link(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    find(page, "Aqchatau Akchatau")
    card = page.locator(".mm-record")
    assert card.locator(".mm-pair__evidence li").all_inner_texts() == [
        "3.2 km apart",
        "names are alike",
    ]
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in card.locator("tbody tr").all()
    }
    assert rows["Name"] == ["Aqchatau", "Akchatau"]
    assert rows["Record"] == ["a:0", "b:0"]
    assert rows["Commodities"] == ["Copper, Gold"]
    assert rows["Status"] == ["Producer"]
    assert rows["Location uncertainty"] == ["1.1 km"]
    ends = page.locator(".mm-pair__end")
    expect(ends).to_have_text(["A", "B"])
    assert page.locator(".mm-pair__line").count() == 1
    box = page.locator(".mm-popup").bounding_box()
    for end in ends.locator("span").all():
        spot = end.bounding_box()
        assert spot["y"] > box["y"] + box["height"] - 30
    same = card.get_by_role("button", name="Same site")
    same.click()
    expect(same).to_have_attribute("aria-pressed", "true")
    card.get_by_label("Note").fill(HOSTILE)
    # Pairs come in the order of doubt, which begins anew after the last.
    card.get_by_role("button", name="Next pair").click()
    expect(card.locator("h3")).to_have_text("Far – Else")
    card.get_by_role("button", name="Next pair").click()
    expect(card.locator("h3")).to_contain_text("Same spot")
    card.get_by_role("button", name="Different sites").click()
    with page.expect_download() as download:
        card.get_by_role("button", name="Save 2 decisions").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        saved = list(csv.DictReader(file))
    assert [tuple(row.values())[:3] for row in saved] == [
        ("a:0", "b:0", "same"),
        ("a:1", "b:1", "different"),
    ]
    assert saved[0]["note"].startswith("<img")
    assert page.title() == "Are these records of one site?"


def test_earlier_decisions_are_shown_and_come_last(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links(decision=[None, "different", None]))
    find(page, "Same spot")
    different = page.get_by_role("button", name="Different sites")
    expect(different).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Next pair").click()
    expect(page.locator(".mm-record h3")).not_to_contain_text("Same spot")
    page.get_by_role("button", name="Same site").click()
    page.get_by_role("button", name="Next pair").click()
    page.get_by_role("button", name="Same site").click()
    expect(page.get_by_role("button", name="Next pair")).to_be_disabled()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save 2 decisions").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        saved = {row["left_id"]: row["decision"] for row in csv.DictReader(file)}
    # The file has the earlier decisions too, so that none is lost.
    assert saved == {"a:0": "same", "a:1": "different", "a:2": "same"}


def test_pairs_of_unknown_records_and_other_tables_are_refused() -> None:
    with pytest.raises(mm.MinmapError, match="links names 'b:9', which is in none of the tables"):
        review(links(right_id=["b:0", "b:1", "b:9"]), LEFT, RIGHT)
    with pytest.raises(mm.MinmapError, match="links has no column evidence"):
        review(links().drop(columns="evidence"), LEFT, RIGHT)
    with pytest.raises(mm.MinmapError, match="no row"):
        review(links().iloc[:0], LEFT, RIGHT)


def test_the_card_of_a_site_lists_its_records(tmp_path: Path, open_page: Open) -> None:
    sites = mm.merge(LEFT, RIGHT, links=links(same_site=[True, False, False]))
    assert len(sites) == 5
    path = tmp_path / "sites.html"
    mm.Map(sites).save(path)
    page = open_page(path).page
    search = page.locator(".mm-search input")
    search.fill("Aqchatau")
    page.locator(".mm-search__option").first.click()
    at_rest(page)
    site = page.locator(".mm-site")
    expect(site.locator("h4")).to_have_text("2 records of this site")
    first, second = site.locator("li").all_inner_texts()
    assert first.splitlines() == ["Aqchatau a:0", "Copper, Gold · Producer"]
    assert second.splitlines() == ["Akchatau b:0", "Copper, Gold · Producer · 3.2 km away"]
    page.locator(".mm-record__all > summary").click()
    assert "Site facts" not in page.locator(".mm-record__all").inner_text()
    search.fill("Same spot")
    page.locator(".mm-search__option").first.click()
    at_rest(page)
    expect(site).to_have_count(0)


def test_damaged_facts_of_a_site_show_nothing(tmp_path: Path, open_page: Open) -> None:
    path = tmp_path / "sites.html"
    damaged = ["{", "[1, null]", '[{"id": "<img src=x onerror=document.title=1>"}]']
    mm.Map(LEFT.assign(site_records=LEFT["occurrence_id"], site_facts=damaged)).save(path)
    page = open_page(path).page
    for name, count in (("Aqchatau", 0), ("Far", 1)):
        search = page.locator(".mm-search input")
        search.fill(name)
        page.locator(".mm-search__option").first.click()
        at_rest(page)
        expect(page.locator(".mm-site")).to_have_count(count)
    assert page.locator(".mm-site img").count() == 0
