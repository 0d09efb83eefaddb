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
from tests.test_browser_framing import data_box
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
        url=[f"https://example.org/{source}/{n}" for n in range(len(names))],
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
        "evidence": [
            "3.2 km apart, scatter of the locations 2.3 km; names spelt alike; "
            "no commodity in common",
            "at one place",
            "82.0 km apart, scatter of the locations 2.3 km",
        ],
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


def answer(page: Page, key: str) -> None:
    page.keyboard.press(key)
    at_rest(page)


def saved_by(page: Page, name: str) -> list[dict[str, str]]:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    assert download.value.suggested_filename == "decisions.csv"
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_card_shows_both_records_and_what_speaks_for_one_site(
    tmp_path: Path, open_page: Open
) -> None:
    page = open_review(tmp_path, open_page, links())
    find(page, "Aqchatau Akchatau")
    card = page.locator(".mm-record")
    expect(card.locator(".mm-pair__likely strong")).to_have_text("90 % likely one site")
    sides = {
        side.locator("h4").inner_text(): side.locator("li").all_inner_texts()
        for side in card.locator(".mm-pair__evidence").all()
    }
    assert sides == {
        "For one site": ["names spelt alike"],
        "Against one site": ["no commodity in common"],
        "Tells little": ["3.2 km apart, scatter of the locations 2.3 km"],
    }
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in card.locator("tbody tr").all()
    }
    assert rows["Name"] == ["≠\ndifferent", "Aqchatau", "Akchatau"]
    assert rows["Commodities"] == ["=\nthe same", "Copper, Gold"]
    assert rows["Status"] == ["=\nthe same", "Producer"]
    # The record and its uncertainty say nothing of the site.
    assert rows["Record"] == ["", "a:0", "b:0"]
    assert rows["Location uncertainty"] == ["", "1.1 km", "1.1 km"]
    assert card.locator("tbody a").first.get_attribute("href") == "https://example.org/a/0"


@pytest.mark.parametrize("size", [(1280, 720), (1000, 500), (800, 600), (390, 844)])
def test_the_answers_never_lie_over_the_fields_or_the_pair(
    tmp_path: Path, open_page: Open, size: tuple[int, int]
) -> None:
    path = tmp_path / "pairs.html"
    review(links(), LEFT, RIGHT).save(path)
    page = open_page(path).page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    at_rest(page)
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    body, foot = (page.locator(f".mm-record__{part}").bounding_box() for part in ("body", "foot"))
    assert body["y"] + body["height"] <= foot["y"] + 1
    assert foot["y"] + foot["height"] <= size[1]
    last = page.locator(".mm-pair__fields tr").last
    last.scroll_into_view_if_needed()
    row = last.bounding_box()
    assert row["y"] + row["height"] <= foot["y"] + 1
    ends = page.locator(".mm-pair__end")
    expect(ends).to_have_text(["A", "B"])
    card = page.locator(".mm-popup").bounding_box()
    for end in ends.locator("span").all():
        spot = end.bounding_box()
        is_beside = spot["x"] >= card["x"] + card["width"]
        assert is_beside or spot["y"] + spot["height"] <= card["y"]


def test_a_reader_decides_pairs_by_keys_and_saves_them_for_link(
    tmp_path: Path, open_page: Open
) -> None:
    page = open_review(tmp_path, open_page, links())
    start = page.locator(".mm-start")
    expect(start).to_contain_text('minmap.link(a, b, decisions="decisions.csv")')
    expect(start).to_contain_text("0 of 3 decided")
    start.get_by_role("button", name="Start").click()
    at_rest(page)
    expect(start).to_be_hidden()
    # The most doubtful pair comes first; each answer leads to the next.
    card = page.locator(".mm-record")
    expect(card.locator("h3")).to_contain_text("Same spot")
    answer(page, "3")
    expect(card.locator("h3")).to_have_text("Aqchatau – Akchatau")
    card.get_by_label("Note").fill(HOSTILE)
    card.get_by_label("Note").press("Enter")
    answer(page, "1")
    expect(card.locator("h3")).to_have_text("Far – Else")
    expect(card.get_by_role("status")).to_have_text("Aqchatau – Akchatau: Same site")
    answer(page, "2")
    expect(card.locator("h3")).to_contain_text("Same spot")
    expect(card).to_contain_text("2 of 3 decided")
    answer(page, "z")
    expect(card.locator("h3")).to_have_text("Far – Else")
    expect(card).to_contain_text("1 of 3 decided")
    card.get_by_role("button", name="Different sites").click()
    saved = saved_by(page, "Save 2 pairs")
    assert [tuple(row.values())[:3] for row in saved] == [
        ("a:0", "b:0", "same"),
        ("a:2", "b:2", "different"),
    ]
    assert saved[0]["note"].startswith("<img")
    assert page.title() == "Are these records of one site?"
    linked = mm.link(LEFT, RIGHT, decisions=pd.DataFrame(saved))
    kept = linked.set_index(["left_id", "right_id"]).loc[("a:0", "b:0")]
    assert (kept["decision"], kept["note"]) == ("same", HOSTILE)


def test_saved_decisions_are_opened_again(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    file = tmp_path / "decisions.csv"
    head = "left_id;right_id;decision;note"
    file.write_text(f'{head}\nb:0;a:0;same;"one; pit"\nx:1;x:2;same;\n', encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open saved decisions").click()
    chooser.value.set_files(file)
    start = page.locator(".mm-start")
    expect(start.get_by_role("status")).to_have_text("1 decision was read.")
    expect(start).to_contain_text("1 of 3 decided")
    find(page, "Aqchatau Akchatau")
    same = page.get_by_role("button", name="Same site")
    expect(same).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Note")).to_have_value("one; pit")


def test_the_start_can_be_put_away_and_comes_back(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    start = page.locator(".mm-start")
    start.get_by_role("button", name="Close").click()
    expect(start).to_be_hidden()
    find(page, "Same spot")
    page.get_by_role("button", name="How this works").click()
    expect(start.locator("pre")).to_be_visible()
    page.reload()
    at_rest(page)
    # A reader who knows the page sees only where it goes on.
    expect(start.locator("pre")).to_be_hidden()


@pytest.mark.parametrize("height", [667, 844])
def test_the_data_are_below_the_start_on_a_phone(
    tmp_path: Path, open_page: Open, height: int
) -> None:
    page = open_review(tmp_path, open_page, links())
    page.set_viewport_size({"width": 390, "height": height})
    page.reload()
    at_rest(page)
    start = page.locator(".mm-start")
    box = start.bounding_box()
    places = [[46.0, 74.0], [48.2, 75.9]]
    assert data_box(page, places)[1] >= box["y"] + box["height"]
    start.get_by_role("button", name="Close").click()
    expect(start).to_be_hidden()


def test_earlier_decisions_are_shown_and_come_last(tmp_path: Path, open_page: Open) -> None:
    made = links(decision=[None, "different", None], note=["ask", "two pits", None])
    page = open_review(tmp_path, open_page, made)
    expect(page.locator(".mm-start pre")).to_be_hidden()
    find(page, "Same spot")
    different = page.get_by_role("button", name="Different sites")
    expect(different).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Note")).to_have_value("two pits")
    page.get_by_role("button", name="Next pair").click()
    expect(page.locator(".mm-record h3")).not_to_contain_text("Same spot")
    page.get_by_role("button", name="Same site").click()
    at_rest(page)
    page.get_by_role("button", name="Same site").click()
    expect(page.get_by_role("button", name="Next pair")).to_be_disabled()
    expect(page.locator(".mm-record")).to_contain_text("All 3 pairs are decided")
    saved = {row["left_id"]: row for row in saved_by(page, "Save 3 pairs")}
    # The file has the earlier decisions and notes too, so that none is lost.
    assert {key: row["decision"] for key, row in saved.items()} == {
        "a:0": "same", "a:1": "different", "a:2": "same",
    }  # fmt: skip
    assert [saved[key]["note"] for key in ("a:0", "a:1", "a:2")] == ["ask", "two pits", ""]


def test_pairs_of_unknown_records_and_other_tables_are_refused() -> None:
    with pytest.raises(mm.MinmapError, match="links names 'b:9', which is in none of the tables"):
        review(links(right_id=["b:0", "b:1", "b:9"]), LEFT, RIGHT)
    with pytest.raises(mm.MinmapError, match="links has no column evidence"):
        review(links().drop(columns="evidence"), LEFT, RIGHT)
    with pytest.raises(mm.MinmapError, match="no row"):
        review(links().iloc[:0], LEFT, RIGHT)


def test_pairs_have_the_sources_of_their_records() -> None:
    left = LEFT.copy()
    left.attrs["sources"] = [{"id": "a", "title": "Survey A"}]
    found = {layer.layer_name: layer.sources for layer in review(links(), left, RIGHT).layers()}
    assert found["Pairs"] == found["Records"]
    assert "Survey A" in {source["title"] for source in found["Pairs"]}


def test_the_card_of_a_site_lists_its_records(tmp_path: Path, open_page: Open) -> None:
    probability = [0.8305, 0.5, 0.5]
    made = links(same_site=[True, False, False], probability=probability)
    sites = mm.merge(LEFT, RIGHT, links=made)
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
    sure = page.locator(".mm-site__sure")
    expect(sure).to_have_text("They are one site with a probability of 83 %.")
    first, second = site.locator("li").all_inner_texts()
    assert first.splitlines() == [
        "Aqchatau a:0",
        "Copper, Gold · Producer · location of the site · ±\u00a01.1 km",
    ]
    assert second.splitlines() == [
        "Akchatau b:0",
        "Copper, Gold · Producer · 3.2 km away · ±\u00a01.1 km",
    ]
    page.locator(".mm-record__all > summary").click()
    assert "Site facts" not in page.locator(".mm-record__all").inner_text()
    search.fill("Same spot")
    page.locator(".mm-search__option").first.click()
    at_rest(page)
    expect(site).to_have_count(0)


def test_the_search_finds_a_site_by_the_id_of_each_of_its_records(
    tmp_path: Path, open_page: Open
) -> None:
    sites = mm.merge(LEFT, RIGHT, links=links(same_site=[True, False, False]))
    mm.Map(sites).save(tmp_path / "sites.html")
    page = open_page(tmp_path / "sites.html").page
    for id_ in ("a:0", "b:0"):
        page.locator(".mm-search input").fill(id_)
        expect(page.locator(".mm-search__option").first).to_contain_text("Aqchatau")


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


def test_answers_that_contradict_each_other_are_named_before_they_are_saved(
    tmp_path: Path, open_page: Open
) -> None:
    made = links(left_id=["a:0", "a:0", "a:2"], right_id=["b:0", "a:2", "b:0"])
    page = open_review(tmp_path, open_page, made.assign(decision=["same", "same", None]))
    page.get_by_role("button", name="Continue").click()
    at_rest(page)
    answer(page, "2")
    conflict = page.locator(".mm-decision__conflict")
    expect(conflict).to_contain_text("Far – Akchatau: you said different sites")
    answer(page, "z")
    expect(conflict).to_have_count(0)
