"""A map as a folder: GeoParquet that others read too, and a page that fetches what it needs."""

from __future__ import annotations

import functools
import http.server
import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from jinja2 import UndefinedError
from playwright.sync_api import Browser, Page, expect

import minmap as mm
from minmap.errors import FileError, MinmapWarning
from tests.test_browser_pairs import LEFT, RIGHT, links
from tests.waiting import at_rest

pytestmark = pytest.mark.exhaustive

COUNT = 300_000


def deposits(count: int) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(46, 88, count), rng.uniform(35, 56, count)
    return gpd.GeoDataFrame(
        {
            "occurrence_id": [f"mine:{n}" for n in range(count)],
            "name": [f"Кара {n} </script><b>" for n in range(count)],
            "status": np.resize(["producer", "prospect", None], count),
            "grade_pct": np.where(np.arange(count) % 10 == 0, np.nan, rng.uniform(0, 5, count)),
        },
        geometry=gpd.points_from_xy(lon, lat),
        crs="EPSG:4326",
    )


class RangeHandler(http.server.SimpleHTTPRequestHandler):
    """A server of static files as nearly all are: it answers requests for ranges."""

    ranges = True
    sent: list[int] = []  # noqa: RUF012

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def send_head(self) -> Any:
        wanted = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted is None or not self.ranges:
            return super().send_head()
        data = Path(self.translate_path(self.path)).read_bytes()
        start, stop = int(wanted[1]), int(wanted[2] or len(data) - 1) + 1
        part = data[start:stop]
        self.sent.append(len(part))
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{start + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)
        return None

    def copyfile(self, source: Any, outputfile: Any) -> None:
        if source is not None:
            super().copyfile(source, outputfile)


class PlainHandler(RangeHandler):
    """A server that knows no ranges, as Python's own."""

    ranges = False


Serve = Callable[[Path, type[RangeHandler]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Give a function that serves a folder on the loopback and returns its address."""
    servers = []

    def start(folder: Path, handler: type[RangeHandler]) -> str:
        handler.sent.clear()
        serving = functools.partial(handler, directory=os.fspath(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serving)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose every complaint is an error."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    mm.Map(deposits(COUNT), title="Many").save_folder(folder)
    return folder


def ready(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    return page


def test_other_tools_read_the_file(site: Path) -> None:
    (file,) = site.glob("*.parquet")
    table = gpd.read_parquet(file).sort_values("grade_pct", kind="stable")
    given = deposits(COUNT).sort_values("grade_pct", kind="stable")
    assert table.crs.equals("OGC:CRS84")
    both = [
        frame.set_index("occurrence_id").sort_index()[["name", "status", "grade_pct"]]
        for frame in (pd.DataFrame(table), pd.DataFrame(given))
    ]
    pd.testing.assert_frame_equal(*both, check_dtype=False)
    there = table.set_index("occurrence_id").geometry
    here = given.set_index("occurrence_id").geometry.loc[there.index]
    assert (there.x.to_numpy() == here.x.to_numpy()).all()
    assert (there.y.to_numpy() == here.y.to_numpy()).all()


def test_the_page_fetches_the_places_and_no_more_until_it_is_asked(
    site: Path, serve: Serve, page: Page
) -> None:
    (file,) = site.glob("*.parquet")
    ready(page, serve(site, RangeHandler))
    whole = file.stat().st_size
    assert sum(RangeHandler.sent) < whole / 3
    assert page.locator(".mm-filters__count").text_content() == "300,000 of 300,000 shown"

    page.locator(".mm-filters > summary").click()
    page.locator(".mm-facet > summary", has_text="status").click()
    page.locator(".mm-terms label", has_text="Prospect").click()
    expect(page.locator(".mm-filters__count")).to_have_text("100,000 of 300,000 shown")

    page.locator('button[aria-label="Table"]').click()
    page.wait_for_selector(".mm-table__row")
    expect(page.locator(".mm-table__row .mm-table__cell").first).to_have_text(re.compile("Кара"))
    cells = page.locator(".mm-table__row").first.locator('[role="gridcell"]').all_inner_texts()
    (identifier,) = (cell for cell in cells if cell.startswith("mine:"))
    assert cells[0] == f"Кара {identifier.removeprefix('mine:')} </script><b>"
    assert cells[1] == "Prospect"
    assert sum(RangeHandler.sent) < whole / 2

    page.locator(".mm-table__row").first.click()
    expect(page.locator(".mm-record h3")).to_have_text(cells[0])


def test_a_search_that_takes_long_says_how_far_it_is(site: Path, serve: Serve, page: Page) -> None:
    ready(page, serve(site, RangeHandler))
    page.route("**/*.parquet", lambda _: None)
    page.locator(".mm-search input").fill("кара 299999")
    expect(page.locator(".mm-search__none")).to_have_text("Searching… 0 %")
    page.unroute("**/*.parquet")  # what was held goes on
    expect(page.locator(".mm-search__option").first).to_contain_text("Кара 299999")


def test_names_are_found_as_in_a_page_of_one_file(site: Path, serve: Serve, page: Page) -> None:
    ready(page, serve(site, RangeHandler))
    page.locator(".mm-search input").fill("кара 299999")
    # The search says that it loads the names until it has them.
    option = page.locator(".mm-search__option").first
    expect(option.locator("span").first).to_have_text("Кара 299999 </script><b>")
    option.click()
    expect(page.locator(".mm-record h3")).to_have_text("Кара 299999 </script><b>")


def test_what_does_not_arrive_is_told_and_fetched_at_another_try(
    site: Path, serve: Serve, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    ready(page, serve(site, RangeHandler))
    context.set_offline(True)

    page.locator(".mm-filters > summary").click()
    page.locator(".mm-facet > summary", has_text="status").click()
    note = page.locator(".mm-map > [role='alert']")
    expect(note).to_contain_text("could not be loaded: ")
    page.locator(".mm-search input").fill("299999")
    page.locator('button[aria-label="Table"]').click()
    page.wait_for_selector(".mm-table__row")
    page.locator(".mm-table__row").first.click()
    at_rest(page)
    expect(page.locator(".mm-search__list")).to_be_hidden()
    assert page.locator("[role='alert']").count() == 1
    # The card says what is known, and fills in later.
    expect(page.locator(".mm-record h3")).to_have_text(re.compile("^Loading "))
    expect(page.locator(".mm-record dt")).to_have_text(["Latitude, longitude"])

    context.set_offline(False)
    note.get_by_role("button", name="Try again").click()
    name = page.locator(".mm-table__row .mm-table__cell").first
    expect(name).to_have_text(re.compile("Кара"))
    expect(page.locator(".mm-record h3")).to_have_text(name.inner_text())
    expect(page.locator(".mm-terms label", has_text="Prospect")).to_be_visible()
    expect(page.locator(".mm-search__option").first).to_contain_text("Кара 299999 ")
    expect(note).to_have_count(0)
    assert errors == []
    context.close()


def test_a_server_without_ranges_does_too(site: Path, serve: Serve, page: Page) -> None:
    ready(page, serve(site, PlainHandler))
    assert page.locator(".mm-filters__count").text_content() == "300,000 of 300,000 shown"


def test_from_a_disk_the_page_says_what_it_needs(site: Path, browser: Browser) -> None:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto((site / "index.html").as_uri())
    opened.wait_for_selector('html[data-minmap="error"]', state="attached")
    assert "web server" in opened.locator(".mm-error").inner_text()
    context.close()


def test_a_map_is_as_it_was_after_it_was_written_to_a_folder(tmp_path: Path) -> None:
    one = mm.Map(deposits(50))
    one.save(tmp_path / "before.html")
    one.save_folder(tmp_path / "site")
    one.save(tmp_path / "after.html")
    assert (tmp_path / "before.html").read_bytes() == (tmp_path / "after.html").read_bytes()


def test_columns_that_bear_the_names_of_the_page_s_own_are_kept(tmp_path: Path) -> None:
    frame = deposits(5).assign(_x=[5, 4, 3, 2, 1], _style="mine")
    mm.Map(frame).save_folder(tmp_path / "site")
    (file,) = (tmp_path / "site").glob("*.parquet")
    table = gpd.read_parquet(file).sort_values("occurrence_id")
    assert table["_x_2"].tolist() == [5, 4, 3, 2, 1]
    assert table["_style_2"].unique().tolist() == ["mine"]


def test_a_layer_without_places_is_a_file_too(tmp_path: Path) -> None:
    with pytest.warns(MinmapWarning, match="The table has no rows"):
        made = mm.Map(deposits(5).head(0))
    made.save_folder(tmp_path / "site")
    (file,) = (tmp_path / "site").glob("*.parquet")
    assert gpd.read_parquet(file).empty


def test_what_an_older_page_left_is_taken_away(tmp_path: Path) -> None:
    mm.Map(deposits(5)).add(deposits(7), name="More").save_folder(tmp_path / "site")
    (tmp_path / "site" / "mine.txt").write_text("stays")
    mm.Map(deposits(9)).save_folder(tmp_path / "site")
    (file,) = (tmp_path / "site").glob("*.parquet")
    assert len(gpd.read_parquet(file)) == 9
    assert (tmp_path / "site" / "mine.txt").read_text() == "stays"


def test_a_save_that_fails_leaves_the_older_page_whole(tmp_path: Path) -> None:
    mm.Map(deposits(5)).save_folder(tmp_path / "site")
    before = {path.name: path.read_bytes() for path in (tmp_path / "site").iterdir()}
    broken = mm.Map(deposits(9))
    broken.get_root().header.add_child(folium.Element("{{ nothing.at.all }}"))
    with pytest.raises(UndefinedError):
        broken.save_folder(tmp_path / "site")
    assert {path.name: path.read_bytes() for path in (tmp_path / "site").iterdir()} == before


def test_a_file_in_the_way_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")
    with pytest.raises(FileError, match=r"site cannot be written: .*; check the path"):
        mm.Map(deposits(5)).save_folder(tmp_path / "site")
    assert (tmp_path / "site").read_text() == "mine"


def test_three_hundred_values_have_entries_of_their_own(
    tmp_path: Path, serve: Serve, page: Page
) -> None:
    names = [f"u{number:03}" for number in range(300)]
    palette = dict.fromkeys(names, "blue")
    frame = deposits(300).assign(unit=names)
    mm.Map(frame, color="unit", palette=palette).save_folder(tmp_path)
    (file,) = tmp_path.glob("*.parquet")
    assert sorted(gpd.read_parquet(file)["_style"]) == list(range(300))
    ready(page, serve(tmp_path, RangeHandler))
    page.get_by_role("button", name="Show all 300").click()
    last = page.get_by_role("checkbox", name="u299")
    last.uncheck()
    at_rest(page)
    expect(page.locator(".mm-filters__count").first).to_have_text("299 of 300 shown")


def test_a_folder_opens_with_its_first_filters(tmp_path: Path, serve: Serve, page: Page) -> None:
    made = deposits(200).assign(country=["KAZ", "UZB"] * 100)
    site_map = mm.Map(made, filters={"country": ["KAZ"]}, popup=["country"], tooltip=["country"])
    site_map.save_folder(tmp_path)
    ready(page, serve(tmp_path, RangeHandler))
    expect(page.locator(".mm-filters__count")).to_have_text("100 of 200 shown")
    page.locator(".mm-search input").fill("кара")
    page.locator(".mm-search__option").first.click()
    expect(page.locator(".mm-record dl")).to_have_text("CountryKazakhstan")


def test_sizes_shapes_and_order_come_from_the_file(
    tmp_path: Path, serve: Serve, page: Page
) -> None:
    frame = deposits(200).assign(_size="mine")
    made = mm.Map(frame, size="grade_pct", shape="status", order="grade_pct", color="status")
    made.save_folder(tmp_path)
    (file,) = tmp_path.glob("*.parquet")
    table = gpd.read_parquet(file)
    assert {"_size", "_order"} < set(table.columns)
    assert (table["_size_2"] == "mine").all()
    by_grade = table.dropna(subset="grade_pct").sort_values("grade_pct", kind="stable")
    assert by_grade["_size"].is_monotonic_increasing
    assert by_grade["_order"].is_monotonic_increasing
    ready(page, serve(tmp_path, RangeHandler))
    at_rest(page)
    legends = page.locator(".mm-legend--scale .mm-legend__label").all_inner_texts()
    assert legends[0] == "4"


def test_pairs_are_reviewed_when_their_columns_have_come(
    tmp_path: Path, serve: Serve, page: Page
) -> None:
    made = links(decision=[None, "same", None])
    mm.review(made, LEFT, RIGHT).save_folder(tmp_path)
    ready(page, serve(tmp_path, RangeHandler))
    start = page.locator(".mm-start")
    expect(start).to_contain_text("1 of 3 decided")
    start.get_by_role("button", name="Continue").click()
    expect(page.locator(".mm-record h3")).to_have_text("Aqchatau – Akchatau")
    page.get_by_role("button", name="Same site").click()
    at_rest(page)
    page.reload()
    expect(start).to_contain_text("2 of 3 decided")
