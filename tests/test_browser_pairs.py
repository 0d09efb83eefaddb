"""Pairs of records and sites on a page: their cards, and the file of decisions."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from playwright.sync_api import Dialog, Page, expect

import minmap as mm
from minmap import review
from minmap.linking.record_mentions import NAMES
from tests.test_browser import click_at, look_at, points
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
    expect(card.get_by_role("status")).to_have_text("Same site: Aqchatau – Akchatau")
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


def test_hostile_ids_and_notes_go_through_saving_opening_and_the_browsers_storage(
    tmp_path: Path, open_page: Open
) -> None:
    odd = [HOSTILE, "__proto__", "=1+1", "007", "NA", "p\u2028q", "a;b\t'c", 'x"y', "constructor"]
    odd += ["\ufefflead", "lead"]
    places = [(60 + n, 45.0) for n in range(len(odd))]
    tables = [table(source, places, odd) for source in ("a", "b")]
    for one in tables:
        one["occurrence_id"] = one["name"] + ":" + one["source"]
    left_id, right_id = (one["occurrence_id"].tolist() for one in tables)
    made = links(left_id=left_id[:3], right_id=right_id[:3])
    made = pd.concat(
        [
            made.iloc[[0]].assign(left_id=i, right_id=j)
            for i, j in zip(left_id, right_id, strict=True)
        ]
    )
    path = tmp_path / "pairs.html"
    review(made, *tables).save(path)
    page: Page = open_page(path).page
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    said = {}
    for n, note in enumerate(odd):
        ids = page.locator(".mm-record tbody tr", has_text="Record").locator("td")
        said[tuple(ids.all_text_contents()[-2:])] = (["same", "different"][n % 2], note)
        page.get_by_label("Note").fill(note)
        page.get_by_label("Note").press("Enter")
        answer(page, "12"[n % 2])
    page.keyboard.press("Escape")
    page.reload()
    at_rest(page)
    start = page.locator(".mm-start")
    expect(start).to_contain_text(f"All {len(odd)} pairs are decided")
    file = tmp_path / "decisions.csv"
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save {len(odd)} pairs").click()
    download.value.save_as(file)
    linked = mm.link(*tables, decisions=file).set_index(["left_id", "right_id"])
    for ids, opinion in said.items():
        assert tuple(linked.loc[ids, ["decision", "note"]]) == opinion, ids
    page.evaluate("localStorage.clear()")
    page.reload()
    at_rest(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open saved decisions").click()
    chooser.value.set_files(file)
    expect(start.get_by_role("status")).to_have_text(f"{len(odd)} decisions were read.")
    expect(start).to_contain_text(f"All {len(odd)} pairs are decided")
    kept = page.evaluate("JSON.parse(Object.entries(localStorage).find(([k]) => /:/.test(k))[1])")
    assert {(left, right): (decision, note) for left, right, decision, note, *_ in kept} == said
    assert page.title() == "Are these records of one site?"


def test_a_browser_whose_storage_is_full_asks_before_answers_are_lost(
    tmp_path: Path, open_page: Open
) -> None:
    page = open_review(tmp_path, open_page, links())
    page.evaluate(
        """() => { for (let size = 1 << 22; size >= 1; size >>= 1) {
            try { for (;;) localStorage.setItem(`other ${Math.random()}`, "x".repeat(size)); }
            catch {} } }"""
    )
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    page.get_by_label("Note").fill("two pits")
    answer_by = page.get_by_role("button", name="Same site")
    answer_by.click()
    at_rest(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    at_rest(page)
    assert asked == ["beforeunload"]


def test_pairs_of_a_file_without_places_on_earth_are_shown(tmp_path: Path, open_page: Open) -> None:
    ends = ["left_longitude", "left_latitude", "right_longitude", "right_latitude"]
    wrong: list[list[Any]] = [
        ["x", "", HOSTILE, None],
        [1e300, 500, -1e300, -500],
        [70, 45, 1e9, 0],
    ]
    features = [
        {
            "type": "Feature",
            "properties": {
                **{name: f"{name} {HOSTILE}" for name in ("left_id", "right_id", "name")},
                **dict.fromkeys(("probability", "evidence", "review_order"), HOSTILE),
                **dict(zip(ends, map(json.dumps, places) if mixed else places, strict=True)),
            },
            "geometry": {"type": "Point", "coordinates": [70, 45]},
        }
        for mixed, places in zip((True, False, False), wrong, strict=True)
    ]
    for at in (0, 1):
        file, path = tmp_path / f"pairs{at}.geojson", tmp_path / f"pairs{at}.html"
        some = features[:1] if at == 0 else features[1:]
        file.write_text(json.dumps({"type": "FeatureCollection", "features": some}))
        mm.Map().add(file).save(path)
        opened = open_page(path)
        opened.page.get_by_role("button", name="Start").click()
        at_rest(opened.page)
        expect(opened.page.locator(".mm-record")).to_contain_text("left_id <img")
        assert opened.page.locator(".mm-pair__end").count() in (0, 1)
        assert not opened.complaints
        assert opened.page.evaluate("document.title") != "1"


def open_decisions(page: Page, file: Path, *lines: str) -> None:
    """Open a file of decisions with these lines on the page."""
    file.write_text("\n".join(["left_id;right_id;decision;note", *lines]), encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open saved decisions").click()
    chooser.value.set_files(file)


def test_saved_decisions_are_opened_again_and_none_is_lost(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    file = tmp_path / "decisions.csv"
    hostile = HOSTILE.replace('"', '""')
    open_decisions(page, file, 'b:0;a:0;same;"one; pit"', f'x:1;x:2;same;"{hostile}"')
    start = page.locator(".mm-start")
    said = start.get_by_role("status")
    expect(said).to_have_text(
        "2 decisions were read. "
        "1 of them is on a pair that is not on this page; “Save” writes it again."
    )
    expect(start).to_contain_text("1 of 3 decided")
    expect(start.get_by_role("button", name="Save again")).to_be_visible()
    # A second file never replaces what is said, and both are saved as one.
    open_decisions(page, file, "a:0;b:0;different;", "a:2;b:2;different;", "a:1;b:1;maybe;")
    expect(said).to_have_text(
        "1 decision was read. "
        "1 was ignored, since its pair has another answer or note here: Aqchatau – Akchatau. "
        "1 line was refused, since it needs two ids and “same” or “different”: a:1, b:1, maybe."
    )
    page.reload()
    at_rest(page)
    saved = saved_by(page, "Save 3 pairs")
    assert [tuple(row.values())[:3] for row in saved] == [
        ("a:0", "b:0", "same"),
        ("a:2", "b:2", "different"),
        ("x:1", "x:2", "same"),
    ]
    assert saved[2]["note"] == HOSTILE
    assert [saved[0][name] for name in NAMES] == ["Aqchatau", "Akchatau"]
    assert [saved[2][name] for name in NAMES] == ["", ""]
    find(page, "Aqchatau Akchatau")
    same = page.get_by_role("button", name="Same site")
    expect(same).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Note")).to_have_value("one; pit")
    assert page.title() == "Are these records of one site?"


def test_two_pages_of_one_review_lose_no_answers(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    other = open_page(tmp_path / "pairs.html").page
    start, others = page.locator(".mm-start"), other.locator(".mm-start")
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    answer(page, "1")
    answer(page, "2")
    expect(others).to_contain_text("2 of 3 decided")
    others.get_by_role("button", name="Continue").click()
    at_rest(other)
    # The last pair is open on both pages.
    expect(other.locator(".mm-record h3")).to_have_text("Far – Else")
    other.get_by_label("Note").fill("two pits")
    other.get_by_label("Note").press("Enter")
    answer(other, "2")
    expect(page.get_by_label("Note")).to_have_value("two pits")
    page.reload()
    at_rest(page)
    expect(start).to_contain_text("All 3 pairs are decided")
    assert [row["decision"] for row in saved_by(page, "Save 3 pairs")] == [
        "different",
        "same",
        "different",
    ]


def test_the_way_on_and_the_answers_to_save_are_always_in_sight(
    tmp_path: Path, open_page: Open
) -> None:
    page = open_review(tmp_path, open_page, links())
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    answer(page, "1")
    page.keyboard.press("Escape")
    start = page.locator(".mm-start")
    start.get_by_role("button", name="Make this card smaller").click()
    expect(start.locator(".mm-start__how")).to_be_hidden()
    for name in ("Continue", "Save 1 pair"):
        expect(start.get_by_role("button", name=name)).to_be_visible()
    start.get_by_role("button", name="Continue").click()
    at_rest(page)
    expect(start).to_be_hidden()
    page.keyboard.press("Escape")
    # It stays as small as the reader made it.
    expect(start.get_by_role("button", name="Save 1 pair")).to_be_visible()
    start.get_by_role("button", name="Make this card larger").click()
    expect(start.locator(".mm-start__how")).to_be_visible()


def test_answers_outlast_the_page_until_the_reader_starts_anew(
    tmp_path: Path, open_page: Open
) -> None:
    page = open_review(tmp_path, open_page, links())
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    page.get_by_label("Note").fill(HOSTILE)
    page.get_by_role("button", name="Same site").click()
    at_rest(page)
    answer(page, "2")
    # The page does not ask before it closes, as nothing is lost.
    page.reload()
    at_rest(page)
    start = page.locator(".mm-start")
    expect(start).to_contain_text("2 of 3 decided")
    saved = {row["left_id"]: row for row in saved_by(page, "Save 2 pairs")}
    assert (saved["a:1"]["decision"], saved["a:0"]["decision"]) == ("same", "different")
    assert saved["a:1"]["note"].startswith("<img")
    page.reload()
    at_rest(page)
    expect(start.get_by_role("button", name="Save again")).to_be_visible()
    find(page, "Same spot")
    expect(page.get_by_label("Note")).to_have_value(HOSTILE)
    page.keyboard.press("Escape")
    start.get_by_role("button", name="Start anew").click()
    expect(start).to_contain_text("2 of 3 decided")
    start.get_by_role("button", name="Really forget 2 answers?").click()
    expect(start).to_contain_text("0 of 3 decided")
    page.reload()
    at_rest(page)
    expect(start).to_contain_text("0 of 3 decided")
    assert page.title() == "Are these records of one site?"


def test_a_page_keeps_no_answers_for_another_review(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    answer(page, "1")
    # The same pairs, whose fields have changed in the table.
    for other in (links(decision=[None, "different", None]), links(note=["ask", None, None])):
        review(other, LEFT, RIGHT).save(tmp_path / "pairs.html")
        page.reload()
        at_rest(page)
        start = page.locator(".mm-start")
        count = other["decision"].count()
        expect(start).to_contain_text(f"{count} of 3 decided")
    review(links(), LEFT, RIGHT).save(tmp_path / "pairs.html")
    page.reload()
    at_rest(page)
    expect(start).to_contain_text("1 of 3 decided")


def test_what_a_browser_kept_is_data_and_nothing_else(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    answer(page, "1")
    keys = "Object.keys(localStorage).filter((key) => key.startsWith('minmap-review:'))"
    (key,) = page.evaluate(keys)
    lines = [
        ["a:0", "b:0", "different", HOSTILE, False],
        ["a:2", "b:2", "x", "", True],
        ["a:1", "b:1", None],
        ["x:1", "x:2", "same", "", False],
        None,
        7,
    ]
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, json.dumps(lines)])
    page.reload()
    at_rest(page)
    start = page.locator(".mm-start")
    expect(start).to_contain_text("1 of 3 decided")
    page.evaluate("(key) => localStorage.setItem(key, '{')", key)
    page.reload()
    at_rest(page)
    expect(start).to_contain_text("0 of 3 decided")
    assert page.title() == "Are these records of one site?"


def test_a_browser_without_storage_asks_before_answers_are_lost(
    tmp_path: Path, open_page: Open
) -> None:
    page = open_review(tmp_path, open_page, links())
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get: () => { throw new DOMException('no', 'SecurityError'); } });"
    )
    page.reload()
    at_rest(page)
    start = page.locator(".mm-start")
    expect(start).not_to_contain_text("kept in this browser")
    start.get_by_role("button", name="Start").click()
    at_rest(page)
    page.get_by_role("button", name="Same site").click()
    at_rest(page)
    asked = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.reload()
    at_rest(page)
    assert asked == ["beforeunload"]
    expect(start).to_contain_text("0 of 3 decided")


def test_the_review_goes_through_the_pairs_that_the_filters_leave(
    tmp_path: Path, open_page: Open
) -> None:
    page = open_review(tmp_path, open_page, links())
    legend = page.locator('.mm-layer[aria-label="Pairs"] li')
    # The most doubtful pair would be the first.
    legend.filter(has_text="0.55").locator("input").uncheck()
    at_rest(page)
    start = page.locator(".mm-start")
    expect(start).to_contain_text("0 of 2 shown pairs decided, 3 in all")
    start.get_by_role("button", name="Start").click()
    at_rest(page)
    card = page.locator(".mm-record")
    expect(card.locator("h3")).to_have_text("Aqchatau – Akchatau")
    answer(page, "1")
    expect(card.locator("h3")).to_have_text("Far – Else")
    expect(card).to_contain_text("1 of 2 shown pairs decided, 3 in all")
    legend.filter(has_text="0.55").locator("input").check()
    at_rest(page)
    expect(card).to_contain_text("1 of 3 decided")
    legend.filter(has_text="0.55").locator("input").uncheck()
    page.get_by_role("button", name="Same site").click()
    at_rest(page)
    expect(card).to_contain_text("All 2 shown pairs are decided, of 3 in all")
    expect(page.get_by_role("button", name="Next pair")).to_be_disabled()


@pytest.mark.parametrize(
    ("language", "tool", "names"),
    [
        (
            "en",
            "Table",
            {"Country of A", "Country of B", "Record A", "Location uncertainty of A (m)"},
        ),
        ("ru", "Таблица", {"Страна (A)", "Страна (B)", "Запись A"}),
    ],
)
def test_columns_of_a_record_are_named_after_its_letter(
    tmp_path: Path, open_page: Open, language: str, tool: str, names: set[str]
) -> None:
    path = tmp_path / "pairs.html"
    sides = (side.assign(country=["KAZ", "UZB", "UZB"]) for side in (LEFT, RIGHT))
    review(links(), *sides, language=language).save(path)
    page = open_page(path).page
    page.get_by_role("button", name=tool).click()
    at_rest(page)
    page.locator(".mm-table select").select_option({"en": "Pairs", "ru": "Пары"}[language])
    at_rest(page)
    found = page.get_by_role("columnheader").all_inner_texts()
    assert names <= {*found}, found
    assert not any("Left" in name or "left" in name for name in found)


def test_a_field_that_only_one_table_has_is_shown(tmp_path: Path, open_page: Open) -> None:
    bare = RIGHT.assign(status=None, url=None)
    path = tmp_path / "pairs.html"
    review(links(), LEFT, bare).save(path)
    page = open_page(path).page
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    row = page.locator(".mm-record tbody tr", has_text="Status")
    assert row.locator("td").all_inner_texts() == ["in one record only", "Producer", "–"]
    expect(page.locator(".mm-record tbody a")).to_have_count(1)


def test_a_review_is_in_russian_down_to_its_codes(tmp_path: Path, open_page: Open) -> None:
    path = tmp_path / "pairs.html"
    sides = (side.assign(country="KAZ", site_type="deposit") for side in (LEFT, RIGHT))
    review(links(), *sides, language="ru").save(path)
    page = open_page(path).page
    assert page.title() == "Это записи об одном объекте?"
    expect(page.locator(".mm-panel")).to_contain_text("Пар: 3; сначала самые сомнительные")
    assert {"Пары", "Записи"} <= {
        layer.get_attribute("aria-label") for layer in page.locator(".mm-layer").all()
    }
    page.locator(".mm-start .mm-button--main").click()
    at_rest(page)
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()[1:]
        for row in page.locator(".mm-record tbody tr").all()
    }
    assert rows["Страна"][0] == "Казахстан"
    assert rows["Вид объекта"][0] == "Месторождение"
    assert rows["Состояние"] == ["Действующее"]
    assert rows["Сырьё"] == ["Медь, Золото"]
    assert rows["Неопределённость места"] == ["1,1 км", "1,1 км"]


def test_a_pair_lies_between_its_records_and_hides_neither(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    heading = page.locator(".mm-record h3")
    for lon, lat, name in (
        (74.015, 47.99, "Aqchatau – Akchatau"),
        (74.0, 48.0, "Aqchatau"),
        (74.03, 47.98, "Akchatau"),
    ):
        look_at(page, lon, lat, zoom=11)
        click_at(page, lon, lat)
        expect(heading).to_have_text(name)
        page.keyboard.press("Escape")


@pytest.mark.parametrize("size", [(844, 390), (600, 400)])
def test_a_low_map_shows_evidence_answers_and_the_pair(
    tmp_path: Path, open_page: Open, size: tuple[int, int]
) -> None:
    path = tmp_path / "pairs.html"
    review(links(), LEFT, RIGHT).save(path)
    page = open_page(path).page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.reload()
    at_rest(page)
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    answer(page, "1")
    body = page.locator(".mm-record__body").bounding_box()
    evidence = page.locator(".mm-pair__evidence").first.bounding_box()
    assert evidence["y"] + evidence["height"] <= body["y"] + body["height"]
    for control in page.locator(".mm-decision :is(button, input):visible").all():
        box = control.bounding_box()
        assert box["y"] + box["height"] <= size[1]
    for end in page.locator(".mm-pair__end span").all():
        spot = end.bounding_box()
        seen = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('.mm-popup, .mm-panel') === null",
            [spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2],
        )
        assert seen


def test_an_enlarged_pair_has_more_room_and_so_have_the_next(
    tmp_path: Path, open_page: Open
) -> None:
    path = tmp_path / "pairs.html"
    review(links(), LEFT, RIGHT).save(path)
    page = open_page(path).page
    page.set_viewport_size({"width": 390, "height": 700})
    page.reload()
    at_rest(page)
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    body = page.locator(".mm-record__body")
    before = body.bounding_box()["height"]
    page.get_by_role("button", name="Enlarge the record").click()
    at_rest(page)
    assert body.bounding_box()["height"] > before + 60
    answer(page, "3")
    expect(page.get_by_role("button", name="Make the record smaller")).to_be_visible()
    assert body.bounding_box()["height"] > before + 60


def test_long_headings_on_a_phone_end_with_an_ellipsis(tmp_path: Path, open_page: Open) -> None:
    path = tmp_path / "pairs.html"
    left = LEFT.assign(name=["Long name of a site " * 9, "Short", "Far"])
    review(links(probability=[0.5, 0.1, 0.9]), left, RIGHT).save(path)
    page = open_page(path).page
    page.set_viewport_size({"width": 390, "height": 700})
    page.reload()
    at_rest(page)
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    heading = page.locator(".mm-record h3")
    expect(heading).to_have_css("-webkit-line-clamp", "2")
    is_cut = "(it) => it.scrollHeight > it.clientHeight + 1"
    assert heading.evaluate(is_cut)
    page.get_by_role("button", name="Enlarge the record").click()
    at_rest(page)
    expect(heading).to_have_css("-webkit-line-clamp", "none")


def test_pairs_all_over_the_world_are_first_seen_whole_and_once(
    tmp_path: Path, open_page: Open
) -> None:
    places = [(-120.0, 60.0), (0.0, -34.0), (115.0, -45.0)]
    left, right = (
        table(source, [(lon + shift, lat) for lon, lat in places], ["X", "Y", "Z"])
        for source, shift in (("a", 0.0), ("b", 0.1))
    )
    path = tmp_path / "pairs.html"
    review(links(), left, right).save(path)
    page = open_page(path).page
    corners = data_box(page, [[-45.0, -120.0], [60.0, 115.1]])
    assert corners[0] >= 0
    assert corners[1] >= 0
    assert corners[3] <= 800
    # The world fills most of the map, so that its scale bar is of what is seen.
    assert corners[2] - corners[0] > 600
    # From pair to pair around the world the address stays in it.
    for _ in range(12):
        answer(page, "3")
    lon = float(page.evaluate("location.hash").partition("=")[2].split("/")[2])
    assert abs(lon) <= 180.2


def test_the_keyboard_reaches_the_review_at_once(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Start with the first pair")
    page.keyboard.press("Enter")
    at_rest(page)
    card = page.locator(".mm-record")
    expect(card.locator("h3")).to_contain_text("Same spot")
    answer(page, "1")
    page.keyboard.press("Escape")
    expect(focused).to_have_text("Continue")
    # The key of an answer goes on, and answers nothing that is not in sight.
    answer(page, "2")
    expect(card.locator("h3")).to_have_text("Aqchatau – Akchatau")
    expect(card).to_contain_text("1 of 3 decided")
    page.keyboard.press("Escape")
    answer(page, "z")
    expect(card.locator("h3")).to_contain_text("Same spot")
    expect(card).to_contain_text("0 of 3 decided")


def test_a_key_starts_the_review_before_anything_has_the_focus(
    tmp_path: Path, open_page: Open
) -> None:
    page = open_review(tmp_path, open_page, links())
    answer(page, "1")
    expect(page.locator(".mm-record h3")).to_contain_text("Same spot")
    expect(page.locator(".mm-record")).to_contain_text("0 of 3 decided")


def test_the_tab_key_goes_from_the_note_to_the_answers(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    page.get_by_role("button", name="Start").click()
    at_rest(page)
    page.get_by_label("Note").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Same site")).to_be_focused()


@pytest.mark.parametrize("size", [(1200, 800), (1000, 500)])
def test_no_card_of_the_review_lies_over_the_table(
    tmp_path: Path, open_page: Open, size: tuple[int, int]
) -> None:
    page = open_review(tmp_path, open_page, links())
    page.set_viewport_size({"width": size[0], "height": size[1]})
    at_rest(page)
    page.get_by_role("button", name="Table", exact=True).click()
    table = page.locator(".mm-table")
    table.locator("select").select_option(label="Pairs")
    start = page.locator(".mm-start")
    box = start.bounding_box()
    assert box["y"] + box["height"] <= table.bounding_box()["y"]
    start.get_by_role("button", name="Start").click()
    at_rest(page)
    box = page.locator(".mm-popup").bounding_box()
    assert box["y"] + box["height"] <= table.bounding_box()["y"]
    expect(page.get_by_role("button", name="Same site")).to_be_in_viewport()
    table.locator("select").select_option(label="Records")


def test_russian_headings_of_a_pair_break_between_words(tmp_path: Path, open_page: Open) -> None:
    path = tmp_path / "pairs.html"
    tables = [one.assign(deposit_type_text="skarn") for one in (LEFT, RIGHT)]
    review(links(), *tables, language="ru").save(path)
    page = open_page(path).page
    page.locator(".mm-start button").first.click()
    at_rest(page)
    page.keyboard.press("1")
    at_rest(page)
    headings = page.locator(".mm-pair__fields tbody th")
    assert "Неопределённость места" in headings.all_inner_texts()
    # A word that is wider than its cell would be broken.
    broken = headings.evaluate_all(
        """(cells) => cells.filter((cell) => {
            cell.style.overflowWrap = "normal";
            return cell.scrollWidth > cell.clientWidth;
        }).map((cell) => cell.textContent)"""
    )
    assert broken == []


def test_decided_pairs_are_seen_on_the_map_in_the_table_and_by_a_filter(
    tmp_path: Path, open_page: Open
) -> None:
    # Earlier decisions of the table change too.
    page = open_review(tmp_path, open_page, links(decision=[None, None, "same"]))
    start = page.locator(".mm-start")
    expect(start.locator(".mm-start__key")).to_have_text("Same site: 1Different sites: 0")
    start.get_by_role("button", name="Continue").click()
    at_rest(page)
    expect(page.locator(".mm-pair__place")).to_have_count(1)
    page.get_by_label("Note").fill(HOSTILE)
    page.get_by_label("Note").press("Enter")
    answer(page, "2")
    find(page, "Far Else")
    page.get_by_role("button", name="Different sites").click()
    at_rest(page)
    page.keyboard.press("Escape")
    expect(start.locator(".mm-start__key")).to_have_text("Same site: 0Different sites: 2")
    expect(page.locator(".mm-decided--different")).to_have_count(2)
    expect(page.locator(".mm-decided--same")).to_have_count(0)
    page.get_by_role("button", name="Table", exact=True).click()
    table = page.locator(".mm-table")
    table.locator("select").select_option(label="Pairs")
    table.get_by_label("In view").uncheck()
    heads = table.get_by_role("columnheader")
    assert heads.all_inner_texts()[1:3] == ["Decision", "Note"]
    heads.nth(1).click()
    at_rest(page)
    cells = [row.locator("td, [role=gridcell]") for row in table.get_by_role("row").all()[1:]]
    shown = [row.all_inner_texts()[1:3] for row in cells]
    assert sorted(shown) == sorted(
        [["Different sites", HOSTILE], ["Different sites", ""], ["", ""]]
    )
    assert shown[-1] == ["", ""]
    with page.expect_download() as download:
        table.get_by_role("button", name="CSV").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        saved = {row["left_id"]: (row["decision"], row["note"]) for row in csv.DictReader(file)}
    assert saved["a:1"][0] == "different"
    assert saved["a:1"][1].endswith(HOSTILE)
    assert saved["a:0"] == ("", "")
    table.get_by_role("button", name="Close").click()
    layer = page.locator('.mm-layer[aria-label="Pairs"]')
    layer.get_by_text("Filters").click()
    layer.locator("summary", has_text="Decision").click()
    layer.get_by_label("not given").check()
    at_rest(page)
    expect(start).to_contain_text("0 of 1 shown pairs decided, 3 in all")
    expect(page.locator(".mm-decided")).to_have_count(0)
    # The answer to the last pair of the filter takes it away.
    start.get_by_role("button", name="Continue").click()
    at_rest(page)
    answer(page, "1")
    expect(page.locator(".mm-record")).to_contain_text("The filters show none of the 3 pairs")
    assert page.title() == "Are these records of one site?"


def test_instructions_are_long_only_at_first(tmp_path: Path, open_page: Open) -> None:
    page = open_review(tmp_path, open_page, links())
    start = page.locator(".mm-start")
    expect(start).to_contain_text("minmap link a.csv b.csv --decisions decisions.csv")
    find(page, "Same spot")
    page.get_by_role("button", name="How this works").click()
    expect(start.locator("pre").first).to_be_visible()
    page.reload()
    at_rest(page)
    # A reader who knows the page sees only where it goes on.
    expect(start.locator("pre").first).to_be_hidden()


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
    start.get_by_role("button", name="Make this card smaller").click()
    at_rest(page)
    small = start.bounding_box()
    assert small["height"] < box["height"]
    assert data_box(page, places)[1] >= small["y"] + small["height"]


def test_earlier_decisions_are_shown_and_come_last(tmp_path: Path, open_page: Open) -> None:
    made = links(decision=[None, "different", None], note=["ask", "two pits", None])
    page = open_review(tmp_path, open_page, made)
    expect(page.locator(".mm-start pre").first).to_be_hidden()
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
    for wrong in (2, -1, float("inf"), "55"):
        with pytest.raises(mm.MinmapError, match=r"probability [-2i5].*; write a number from 0"):
            review(links(probability=[0.5, wrong, 0.5]), LEFT, RIGHT)
    with pytest.raises(mm.MinmapError, match="no row"):
        review(links().iloc[:0], LEFT, RIGHT)


def test_the_surest_pairs_are_not_drawn_largest() -> None:
    many = pd.concat([links(probability=[p, p + 0.2, p + 0.4]) for p in (0.05, 0.1, 0.25, 0.5)])
    pairs = review(many, LEFT, RIGHT).layers()[-1].describe("")
    entries = pairs["legend"]["entries"]
    assert len(entries) > 3
    assert len({entry.get("size") for entry in entries}) == 1


def test_no_filter_offers_the_pages_and_places_of_records(tmp_path: Path, open_page: Open) -> None:
    left = LEFT.assign(url=["https://example.org", "https://example.org", None])
    path = tmp_path / "pairs.html"
    review(links(), left, RIGHT).save(path)
    page = open_page(path).page
    layer = page.locator('.mm-layer[aria-label="Pairs"]')
    layer.get_by_text("Filters").click()
    names = layer.locator(".mm-facet summary, .mm-filters option").all_text_contents()
    assert "Probability" in names
    assert not [name for name in names if name.startswith(("Url", "Longitude", "Latitude"))]


def test_pairs_have_the_sources_of_their_records() -> None:
    left = LEFT.copy()
    left.attrs["sources"] = [{"id": "a", "title": "Survey A"}]
    found = {layer.layer_name: layer.sources for layer in review(links(), left, RIGHT).layers()}
    assert found["Pairs"] == found["Records"]
    assert "Survey A" in {source["title"] for source in found["Pairs"]}


def test_pairs_that_are_joined_or_not_against_their_probability_come_first(
    tmp_path: Path, open_page: Open
) -> None:
    made = links(probability=[0.97, 0.55, 0.1], same_site=["False", "True", "False"])
    page = open_review(tmp_path, open_page, made)
    page.locator(".mm-start").get_by_role("button", name="Start").click()
    heading = page.locator(".mm-record h3")
    expect(heading).to_have_text("Aqchatau – Akchatau")
    answer(page, "3")
    expect(heading).to_contain_text("Same spot")


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
    expect(sure).to_have_text(
        "The weakest link that joins them has a probability of 83 %, by the model's estimate."
    )
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


def test_the_records_of_a_site_have_russian_words(tmp_path: Path, open_page: Open) -> None:
    kinds = {"status": None, "site_type": "deposit"}
    left, right = (side.assign(**kinds) for side in (LEFT, RIGHT))
    sites = mm.merge(left, right, links=links(same_site=[True, False, False]))
    path = tmp_path / "sites.html"
    mm.Map(sites, language="ru").save(path)
    page = open_page(path).page
    page.locator(".mm-search input").fill("Aqchatau")
    page.locator(".mm-search__option").first.click()
    at_rest(page)
    for record in page.locator(".mm-site li").all():
        expect(record).to_contain_text("Месторождение")
    page.locator(".mm-record__all > summary").click()
    fields = page.locator(".mm-record dt").all_inner_texts()
    assert {"Записи объекта", "Вероятность одного объекта"} <= {*fields}, sorted(fields)
    assert not any(field.isascii() for field in fields), fields


def test_damaged_facts_of_a_site_show_nothing(tmp_path: Path, open_page: Open) -> None:
    path = tmp_path / "sites.html"
    damaged = ["{", "[1, null]", '[{"id": "<img src=x onerror=document.title=1>"}]']
    damaged[2] = damaged[2].replace("}]", ', "name": {"toString": 1}, "longitude": 1e999}]')
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
    # All answers that have to do with it, each of which the reader may change.
    expect(conflict.get_by_role("button")).to_have_text(
        [
            "Different sites: Far – Akchatau",
            "Same site: Aqchatau – Far",
            "Same site: Aqchatau – Akchatau",
        ]
    )
    conflict.get_by_text("Aqchatau – Far").click()
    at_rest(page)
    expect(page.locator(".mm-record h3")).to_have_text("Aqchatau – Far")
    answer(page, "z")
    expect(conflict).to_have_count(0)
