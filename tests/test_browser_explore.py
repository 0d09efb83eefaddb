"""Filters, search, several layers and the address of the saved page, used as a person would."""

from __future__ import annotations

import re
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

import minmap as mm
from minmap.renderer import asset
from minmap.scene.folding import folded
from minmap.webmap import PointLayer
from tests.exploring import (
    COUNT,
    YEARS,
    Open,
    by_group,
    counts,
    downloaded,
    facet,
    holds,
    in_view,
    is_shown,
    legend,
    open_filters,
    open_table,
    ready,
    rows_of,
    state,
    term,
    two_layers,
)
from tests.test_browser import HOSTILE, THE_MAP, look_at, points
from tests.waiting import at_rest, until


def test_terms_of_two_filters_and_a_range_narrow_the_map_together(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    opened = open_page(saved)
    page = opened.page
    filters = open_filters(page)
    commodities, status = facet(filters, "Commodities"), facet(filters, "Status")
    first = table["commodities"].fillna("").str.split().explode().fillna("").value_counts()
    assert counts(commodities)["Copper"] == first["Cu"]
    assert counts(commodities)["not given"] == table["commodities"].isna().sum()
    term(commodities, "Copper").check()
    term(commodities, "Silver").check()
    in_either = holds(table["commodities"], "Cu", "Ag")
    is_shown(page, in_either.sum())
    distance = facet(filters, "Distance")
    distance.get_by_role("spinbutton").nth(1).fill("400")
    distance.get_by_role("spinbutton").nth(1).press("Enter")
    near = table["distance_km"] <= 400
    term(status, "Producer").check()
    term(status, "not given").check()
    working = table["status"].isna() | (table["status"] == "producer")
    expected = table[in_either & near & working]
    is_shown(page, len(expected))
    assert filters.locator("> summary").inner_text() == "Filters (3 on)"
    assert legend(page)["Base metals"] == by_group(expected)["Base metals"]
    rest = table[in_either & near]
    assert counts(status)["Prospect"] == (rest["status"] == "prospect").sum()
    assert counts(status)["Producer"] == (rest["status"] == "producer").sum()
    gold = table[near & working & holds(table["commodities"], "Au")]
    assert counts(commodities)["Gold"] == len(gold)
    filters.get_by_role("button", name="Reset").click()
    is_shown(page, COUNT)
    assert filters.locator("> summary").inner_text() == "Filters"
    assert filters.locator("> summary").evaluate("it => it === document.activeElement")
    assert counts(commodities)["Copper"] == first["Cu"]
    assert opened.complaints == []


def test_filters_are_worked_from_the_keyboard(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    page.locator(".mm-filters > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".mm-facet__body").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    is_shown(page, int(holds(table["commodities"], "Cu").sum()))
    assert page.evaluate("document.activeElement.checked")
    page.keyboard.press("Space")
    is_shown(page, COUNT)
    # An end of a range does not pass the other: it takes it along.
    years = facet(open_filters(page), "Status year")
    low, high = years.get_by_role("slider").all()
    high.focus()
    page.keyboard.press("Home")
    given = table["status_year"]
    is_shown(page, int((given == YEARS[0]).sum()))
    low.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    is_shown(page, int((given == YEARS[0] + 2).sum()))
    assert low.get_attribute("aria-valuetext") == high.get_attribute("aria-valuetext") == "1992"
    high.focus()
    page.keyboard.press("End")
    is_shown(page, int((given >= YEARS[0] + 2).sum()))
    low.focus()
    page.keyboard.press("Home")
    is_shown(page, COUNT)


def test_a_long_list_of_terms_shows_the_rest_and_finds_one(tmp_path: Path, open_page: Open) -> None:
    kinds = [f"kind {n}" for n in range(30)]
    mm.Map(points(["a"] * 60, kind=kinds * 2), location=(45, 60)).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    block = facet(open_filters(page), "Kind")
    lines = block.locator("li")
    assert lines.filter(visible=True).count() == 8
    block.get_by_role("searchbox").fill("KIND 2")
    assert lines.filter(visible=True).count() == 11
    term(block, "kind 29").check()
    block.get_by_role("searchbox").fill("")
    assert lines.filter(visible=True).count() == 9  # what is chosen stays in sight
    block.get_by_role("button", name="Show all 30").click()
    assert lines.filter(visible=True).count() == 30
    assert page.evaluate("document.activeElement.closest('li').textContent") == "kind 82"
    is_shown(page, 2, 60)


def test_counts_follow_the_map(table: gpd.GeoDataFrame, saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    assert legend(page) == by_group(table)
    for place in ((60, 45, 7), (75, 40, 6), (0, 0, 6)):
        look_at(page, *place)
        assert legend(page) == by_group(in_view(page, table))
    look_at(page, 75, 40, 6)
    term(facet(open_filters(page), "Commodities"), "Copper").check()
    at_rest(page)
    copper = table[holds(table["commodities"], "Cu")]
    assert legend(page) == by_group(in_view(page, copper))
    hint = page.locator(".mm-legend__count").first.get_attribute("title")
    total = (table["commodity_group"] == "precious").sum()
    first = legend(page)["Precious metals"]
    assert hint == f"{first} in view of {total} in all"


@pytest.mark.parametrize(
    ("list_id", "name"),
    [("US-2025", "United States 2025"), ("EU-CRMA-2024-AnnexI", "European Union 2024, strategic")],
)
def test_the_critical_lists_are_those_of_select(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open, list_id: str, name: str
) -> None:
    page = open_page(saved).page
    block = facet(open_filters(page), "Critical list")
    block.get_by_role("button", name=re.compile("^Show all")).click()
    expected = len(mm.select(table, critical=list_id))
    assert counts(block)[name] == expected
    block.get_by_text(name, exact=True).click()
    is_shown(page, expected)


@pytest.mark.parametrize(
    ("language", "heading", "country", "copper", "gold", "last"),
    [
        ("en", "Country", "Kazakhstan", "Copper", "Gold", "Uzbekistan"),
        ("ru", "Страна", "Казахстан", "Медь", "Золото", "Швейцария"),
    ],
)
def test_codes_are_told_in_words(
    table: gpd.GeoDataFrame,
    tmp_path: Path,
    open_page: Open,
    language: str,
    heading: str,
    country: str,
    copper: str,
    gold: str,
    last: str,
) -> None:
    table = table.assign(country=["CHE", *table["country"][1:]])
    made = mm.Map(language=language).add(table, name="Mine")
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    filters = open_filters(page, "Mine")
    blocks = filters.locator(".mm-facet")
    for name in ("commodities", "country"):
        place = ["commodities", "critical", "status", "country"].index(name)
        blocks.nth(place).locator("summary").click()
        blocks.nth(place).locator(".mm-facet__body").wait_for()
    assert counts(blocks.nth(3))[country] == (table["country"] == "KAZ").sum()
    assert counts(blocks.nth(0))[copper] == holds(table["commodities"], "Cu").sum()
    # So are the cells of the table and the fields of a record; files keep the codes.
    one = table[(table["country"] == "KAZ") & (table["commodities"] == "Cu Au")].iloc[0]
    page.locator(".mm-search input").fill(one["name"])
    page.get_by_role("listbox").get_by_role("option").first.click()
    told = page.locator(".mm-record dd").all_inner_texts()
    assert country in told
    chips = page.locator(".mm-commodities").first.locator("li")
    assert chips.all_inner_texts() == [copper, gold]
    page.get_by_role("button", name=re.compile("^(Table|Таблица)$")).click()
    heads = page.locator(".mm-table__sort")
    place = [text.split()[0] for text in heads.all_inner_texts()].index(heading)
    head = heads.nth(place)
    page.locator(".mm-table__bar input").first.uncheck()
    head.click()
    shown = page.locator(f".mm-table__row .mm-table__cell:nth-child({place + 1})")
    assert set(shown.all_inner_texts()) == {country}
    head.click()
    expect(shown.first).to_have_text(last)
    csv = downloaded(page, page.get_by_role("button", name=re.compile("CSV$")), tmp_path)
    assert set(pd.read_csv(csv)["country"].dropna()) == {"KAZ", "UZB", "RUS", "CHE"}


def test_search_suggests_opens_filters_and_lets_go(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    opened = open_page(saved)
    page = opened.page
    field = page.get_by_role("combobox", name="Search names")
    field.press_sequentially("karatas")
    expect(page.get_by_role("option").first).to_have_text(re.compile("^Karatas"))
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    chosen = page.locator('[role="option"][aria-selected="true"]')
    assert chosen.get_attribute("id") == field.get_attribute("aria-activedescendant")
    field.press("Enter")
    expect(page.locator(".mm-record h3")).to_have_text(re.compile("^Karatas"))
    assert page.evaluate("document.activeElement.closest('.mm-record') !== null")
    place = page.evaluate(
        f"(() => {{ const c = {THE_MAP}.getCenter(); return [c.lng, c.lat]; }})()"
    )
    record = table[table["name"] == page.locator(".mm-record h3").inner_text()].geometry.iloc[0]
    assert np.hypot(place[0] - record.x, place[1] - record.y) < 2
    page.keyboard.press("Escape")
    expect(page.locator(".mm-record")).to_have_count(0)
    field.fill("tas kara")
    field.press("Enter")
    both = table["name"].str.lower().str.contains("tas") & table["name"].str.lower().str.contains(
        "kara"
    )
    is_shown(page, int(both.fillna(False).sum()))
    assert page.locator(".mm-filters > summary").inner_text() == "Filters (1 on)"
    page.locator(".mm-chip").click()
    is_shown(page, COUNT)
    assert page.locator(".mm-chip").is_hidden()
    field.fill("ЖЕЗКАЗГАН")
    # The town of exactly this name comes first.
    expect(page.get_by_role("option").filter(has_text="Жезказган «медь»")).to_be_visible()
    field.press("Escape")
    assert page.get_by_role("listbox").is_hidden()
    field.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    field.fill("no such name")
    expect(page.get_by_role("listbox")).to_contain_text("Nothing found")
    field.press("Enter")
    at_rest(page)
    is_shown(page, COUNT)
    field.fill(str(table["occurrence_id"][5]))
    expect(page.get_by_role("option").first).to_contain_text(table["name"][5])
    assert opened.complaints == []


def test_search_offers_what_the_filters_show_and_counts_the_rest(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    term(facet(open_filters(page), "Status"), "Producer").check()
    field = page.get_by_role("combobox", name="Search names")
    field.fill("zhez")
    found = table["name"].fillna("").map(folded).str.contains("zhez")
    shown = int((found & (table["status"] == "producer")).sum())
    listbox = page.get_by_role("listbox")
    expect(listbox).to_contain_text(f"Show only these points ({shown})")
    expect(listbox).to_contain_text(f"Hidden by the filters: {found.sum() - shown}")


# Note every text and every state of the button from now on: they may be gone before a look at them.
NOTE = """() => {
    const text = document.querySelector(".mm-filters__count");
    const play = document.querySelector(".mm-range__play");
    window.noted = { texts: [], pressed: [] };
    const note = () => {
        noted.texts.push(text.textContent);
        noted.pressed.push(play.ariaPressed);
    };
    new MutationObserver(note).observe(text, { childList: true });
    new MutationObserver(note).observe(play, { attributeFilter: ["aria-pressed"] }); }"""


def test_time_passes_and_ends_with_everything(
    table: gpd.GeoDataFrame, saved: Path, open_page: Open
) -> None:
    page = open_page(saved).page
    years = facet(open_filters(page), "Status year")
    play = years.get_by_role("button", name="Play the years")

    def until_it_ends() -> set[str]:
        page.evaluate(NOTE)
        play.click()
        until(lambda: {"true", "false"} == set(page.evaluate("noted.pressed")))
        at_rest(page)
        assert play.get_attribute("aria-pressed") == "false"
        return set(page.evaluate("noted.texts"))

    def texts(first: int) -> set[str]:
        by_year = [table["status_year"].between(first, year).sum() for year in range(first, 1999)]
        return {f"{count} of {COUNT} shown" for count in by_year}

    assert until_it_ends() == texts(1990) | {f"{COUNT} of {COUNT} shown"}
    is_shown(page, COUNT)
    # From a year on, it goes on from there and keeps to it.
    years.get_by_role("spinbutton").first.fill("1997")
    years.get_by_role("spinbutton").first.press("Enter")
    last = int((table["status_year"] >= 1997).sum())
    assert until_it_ends() == texts(1997) | {f"{last} of {COUNT} shown"}
    is_shown(page, last)


def test_the_address_leads_to_what_was_seen(saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    assert "#" not in page.url
    filters = open_filters(page)
    status = facet(filters, "Status")
    term(status, "Producer").check()
    term(status, "not given").check()
    years = facet(filters, "Status year")
    years.get_by_role("spinbutton").first.fill("1992")
    years.get_by_role("spinbutton").first.press("Enter")
    page.get_by_role("checkbox", name=re.compile("^Base metals")).uncheck()
    page.get_by_role("combobox").first.fill("kara")
    page.get_by_role("combobox").first.press("Enter")
    page.get_by_text("Bubbles").click()
    look_at(page, 66, 44, 6)
    at_rest(page)
    before, address = state(page), page.url
    page.reload()
    ready(page)
    open_filters(page)
    assert state(page) == before
    assert page.url == address
    # What was hidden is all in the list, however little of it is shown now.
    block = facet(open_filters(page), "Status")
    assert len(counts(block)) == 4
    assert term(block, "Producer").is_checked()
    # A link is followed without loading the page again.
    page.evaluate("location.hash = '#Occurrences.status=prospect'")
    expect(term(block, "Prospect")).to_be_checked()
    expect(term(block, "Producer")).not_to_be_checked()
    at_rest(page)
    assert page.locator(".mm-segment input:checked").get_attribute("value") == "symbols"
    page.get_by_role("button", name="Reset").click()
    at_rest(page)
    assert "Occurrences" not in page.url


@pytest.mark.parametrize(
    "address",
    [
        "%%%&=&map=//&map", "map=99/999/999", "map=5/NaN/7&Occurrences.status=&Occurrences.x=1",
        "Occurrences.status=no such|%25&Occurrences.status_year=..&Occurrences.distance_km=a..b",
        "Other.status=producer&Other~text=x&Occurrences~drawn=__proto__&Occurrences~hidden=|x|",
        "Occurrences.__proto__=1&Occurrences~circles=on&__proto__=x&<img src=x onerror=alert(1)>",
    ],
)  # fmt: skip
def test_an_address_of_anything_else_does_no_harm(
    saved: Path, open_page: Open, address: str
) -> None:
    opened = open_page(saved)
    page = opened.page
    page.goto(f"{saved.as_uri()}#{address}")
    page.reload()
    ready(page)
    open_filters(page)
    nothing = address.startswith("map=5")  # an empty term asks for records without a status
    if not nothing:
        is_shown(page, COUNT)
    assert page.locator(".mm-segment input:checked").get_attribute("value") == "symbols"
    assert opened.complaints == []


def test_legend_and_reset_agree(table: gpd.GeoDataFrame, saved: Path, open_page: Open) -> None:
    page = open_page(saved).page
    base = page.get_by_role("checkbox", name=re.compile("^Base metals"))
    base.uncheck()
    filters = open_filters(page)
    is_shown(page, int((table["commodity_group"] != "base").sum()))
    # Its count is what a click would show.
    assert legend(page)["Base metals"] == int((table["commodity_group"] == "base").sum())
    filters.get_by_role("button", name="Reset").click()
    is_shown(page, COUNT)
    assert base.is_checked()
    assert legend(page) == by_group(table)


def test_the_address_says_which_layers_are_shown(
    table: gpd.GeoDataFrame, tmp_path: Path, open_page: Open
) -> None:
    half = table.head(100)
    made = mm.Map(table).add(half, name="Gold|100 %")
    PointLayer(half, name="Gold|100 %", show=False).add_to(made)
    folium.FeatureGroup(name="Notes", show=False).add_to(made)
    made.add(mm.corridor("middle"))
    made.save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page

    def shown() -> list[bool]:
        return [box.is_checked() for box in page.locator(".mm-layer h4 input").all()]

    first = shown()
    for box in page.locator(".mm-layer h4 input").all():
        box.click()
    turned = shown()
    assert turned == [not one for one in first]
    at_rest(page)
    page.reload()
    ready(page)
    assert shown() == turned
    page.evaluate("location.hash = '#map=5/45/67'")
    until(lambda: shown() == first)
    page.evaluate("location.hash = '#map~on=Notes|Nobody&map~off=Gold%257C100 %2525'")
    until(lambda: shown() != first)
    at_rest(page)
    names = [text.strip() for text in page.locator(".mm-layer h4").all_text_contents()]
    differing = [name for name, a, b in zip(names, first, shown(), strict=True) if a != b]
    assert sorted(differing) == ["Gold|100 %", "Notes"]
    assert "map=5" not in page.url  # an address without a view shows the first one


def test_layers_of_one_name_are_told_apart_in_the_address(
    table: gpd.GeoDataFrame, tmp_path: Path, open_page: Open
) -> None:
    two_layers(table, tmp_path / "map.html", "Gold", "Gold")
    page = open_page(tmp_path / "map.html").page
    filters = page.locator(".mm-filters").nth(1)
    filters.locator("> summary").click()
    term(facet(filters, "Status"), "Producer").check()
    at_rest(page)
    page.reload()
    ready(page)
    heads = page.locator(".mm-filters > summary").all_inner_texts()
    assert heads == ["Filters", "Filters (1 on)"]


def test_hostile_text_stays_text_while_exploring(tmp_path: Path, open_page: Open) -> None:
    texts = [*HOSTILE, "constructor", "__proto__", "a|b", "100 %"]
    frame = pd.concat([points(texts, kind=texts, text=texts, hidden=texts)] * 2)
    frame = frame.rename(columns={"text": HOSTILE[1], "hidden": "text"})
    frame["country"] = ["constructor", *texts[1:]] * 2
    mm.Map().add(frame, name=HOSTILE[2], color="kind").save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    filters = open_filters(page, HOSTILE[2])
    for name in ("Kind", "Text"):
        filters.locator(".mm-select").select_option(label=name)
        block = filters.locator(".mm-facet", has=page.locator("summary", has_text=name)).last
        more = block.get_by_role("button", name=re.compile("^Show all"))
        if more.is_visible():
            more.click()
        labels = block.locator(".mm-legend__label").all_text_contents()
        assert sorted(labels) == sorted(texts)
    country = facet(filters, "Country")
    assert "constructor" in country.locator(".mm-legend__label").all_text_contents()
    for line in country.locator("li").all()[1:4]:
        line.locator("input").check()
        is_shown(page, 2, 2 * len(texts))
        line.locator("input").uncheck()
    field = page.get_by_role("combobox", name="Search names")
    for text in HOSTILE:
        field.fill(text)
        expect(page.get_by_role("option").first).to_contain_text(text)
    field.press("Enter")
    expect(page.locator(".mm-chip")).to_contain_text(HOSTILE[-1])
    page.locator(".mm-chip").click()
    open_table(page)
    page.get_by_label("In view").uncheck()
    assert set(rows_of(page)) <= set(texts)
    page.locator(".mm-table__row").first.click()
    assert page.locator(".mm-record h3").text_content() in texts
    assert page.title() == "minmap"
    assert page.locator("img[src='x']").count() == 0
    assert opened.complaints == []


def test_hostile_choices_come_back_from_the_address(tmp_path: Path, open_page: Open) -> None:
    texts = [*HOSTILE, "a|b", "100 %", "%7C"]
    frame = pd.concat([points(texts, text=texts)] * 2)
    mm.Map().add(frame, name="a.b~c#d|e%").save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    block = facet(open_filters(page, "a.b~c#d|e%"), "Text")
    more = block.get_by_role("button", name=re.compile("^Show all"))
    more.click()
    for line in block.locator("li input").all():
        line.check()
    block.locator("li input").first.uncheck()
    at_rest(page)
    page.reload()
    ready(page)
    filters = open_filters(page, "a.b~c#d|e%")
    is_shown(page, 2 * len(texts) - 2, 2 * len(texts))
    assert filters.locator("> summary").inner_text() == "Filters (1 on)"
    assert opened.complaints == []


def test_a_map_of_foliums_is_explored_too(
    table: gpd.GeoDataFrame, tmp_path: Path, open_page: Open
) -> None:
    page_map = folium.Map(location=(45, 66), zoom_start=5, tiles=None)
    PointLayer(table, name="Occurrences").add_to(page_map)
    page_map.save(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    # The page links to Leaflet; here it is in the page, since there is no network.
    text = re.sub(r"<(script|link)[^>]*https?:[^>]*>(</script>)?", "", text)
    leaflet = f"<script>{asset('leaflet.js')}</script><style>{asset('leaflet.css')}</style>"
    text = text.replace("<head>", f'<head><meta charset="utf-8">{leaflet}', 1)
    (tmp_path / "map.html").write_text(text, encoding="utf-8")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    term(facet(open_filters(page), "Status"), "Producer").check()
    producers = int((table["status"] == "producer").sum())
    is_shown(page, producers)
    open_table(page)
    expect(page.locator(".mm-table__count")).to_contain_text(f"of {COUNT}")
    look_at(page, 70, 46, 7)
    at_rest(page)
    page.reload()
    ready(page)
    open_filters(page)
    is_shown(page, producers)
    assert page.evaluate(f"{THE_MAP}.getZoom()") == 7
    assert opened.complaints == []
