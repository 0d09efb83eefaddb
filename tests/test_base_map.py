"""What a map has below its layers: base=, tiles in a file beside the page, and credits."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import geopandas as gpd
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

import minmap as mm
from minmap.cli import cli
from minmap.errors import ChoiceError, FileError
from minmap.maps.figures import paper_map_of
from minmap.scene.credits import credit_of
from minmap.webmap.base_layer import BaseMap
from minmap.webmap.tile_archive import TileArchive
from tests.conftest import Opened
from tests.pmtiles_files import GREEN, directory, write_pmtiles
from tests.waiting import until

Open = Callable[[Path], Opened]
SITE = "http://maps.example.org/"
RELIEF = "Tom Patterson"
PLACES = "Natural Earth · GeoNames (CC BY 4.0)"
ROADS = "© OpenStreetMap contributors (ODbL)"
LAND = (0xF4, 0xF1, 0xE8)


def deposits() -> gpd.GeoDataFrame:
    places = gpd.points_from_xy([74.0, 78.0], [41.5, 42.5])
    return gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=places, crs=4326)


def kinds(page: mm.Map) -> list[str]:
    return [child._spec["kind"] for child in page._children.values() if hasattr(child, "_spec")]


def test_base_says_what_lies_below(tmp_path: Path) -> None:
    made = {base: mm.Map(deposits(), base=base) for base in ("full", "plain", "none")}
    assert {base: kinds(page) for base, page in made.items()} == {
        "full": ["base", "points"],
        "plain": ["base", "points"],
        "none": ["points"],
    }
    specs = [
        child._spec
        for base in ("full", "plain")
        for child in made[base]._children.values()
        if isinstance(child, BaseMap)
    ]
    assert ["relief" in spec for spec in specs] == [True, False]
    assert "bare" not in made["plain"].describe()
    assert made["none"].describe()["bare"] is True
    archive = mm.Map(deposits(), base=write_pmtiles(tmp_path / "mine.pmtiles"))
    assert kinds(archive) == ["base", "archive", "points"]
    assert [layer.layer_name for layer in archive.layers()] == ["Occurrences"]


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("ful", r"base='ful' is not known; did you mean 'full'\?.* full, none, plain\. Or give"),
        ("terrain", "did you mean 'full'"),
        (None, "base=None is not known"),
        (3, "base=3 is not known"),
    ],
)
def test_an_unknown_base_is_an_error(base: Any, words: str) -> None:
    with pytest.raises(ChoiceError, match=words):
        mm.Map(base=base)


def test_the_address_of_tiles_is_an_error_that_names_base() -> None:
    with pytest.raises(FileError, match=r"opens only local files.*Map\(base='tiles.pmtiles'\)"):
        mm.Map(base="https://example.org/world.pmtiles")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"version": 2}, "is PMTiles 2"),
        ({"kind": 1}, "has vector tiles"),
        ({"kind": 5}, "has tiles of type 5"),
        ({"inner": 3}, "is compressed in another way"),
        ({"tiles": 2}, "is compressed in another way"),
        ({"least": 9}, "has zoom levels from 9 to 4"),
        ({"most": 99}, "has zoom levels from 0 to 99"),
    ],
)
def test_a_file_that_a_page_cannot_draw_is_an_error(
    header: dict[str, int], words: str, tmp_path: Path
) -> None:
    path = write_pmtiles(tmp_path / "a.pmtiles", **header)
    with pytest.raises(FileError, match=rf"a\.pmtiles {words}"):
        mm.Map(base=path)


def test_a_file_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.pmtiles").write_bytes(b"SQLite format 3" * 20)
    with pytest.raises(FileError, match="is not a PMTiles file"):
        mm.Map(base=str(tmp_path / "a.pmtiles"))
    with pytest.raises(FileError, match="does not exist"):
        mm.Map(base="nowhere.pmtiles")


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, ""),
        ([1, 2], ""),
        ({"attribution": 5}, ""),
        (
            {"attribution": "<img src=x onerror=alert(1)>Me <a href='javascript:x(1)'>too</a>"},
            "Me too",
        ),
        ({"attribution": "x" * 5_000_000}, ""),
    ],
    ids=["none", "a list", "a number", "markup", "long"],
)
def test_the_attribution_of_a_file_is_text(metadata: Any, expected: str, tmp_path: Path) -> None:
    archive = TileArchive(write_pmtiles(tmp_path / "a.pmtiles", metadata=metadata))
    texts = [text for text, _ in archive._spec["attribution"]]
    assert "".join(texts) == expected


def test_metadata_beyond_the_file_are_left_out(tmp_path: Path) -> None:
    path = write_pmtiles(tmp_path / "a.pmtiles", metadata={"attribution": "Me"})
    content = bytearray(path.read_bytes())
    content[24:32] = struct.pack("<Q", 2**63)
    path.write_bytes(content)
    assert TileArchive(path)._spec["attribution"] == []


def test_a_file_whose_name_no_page_can_ask_for_is_refused(tmp_path: Path) -> None:
    try:
        path = write_pmtiles(tmp_path / "bad\udcff.pmtiles")
    except (OSError, UnicodeError):
        pytest.skip("This file system has no such names.")
    with pytest.raises(FileError, match=r"'bad\\udcff.pmtiles' is a name with bytes.*rename it"):
        TileArchive(path)


def test_the_file_is_copied_beside_the_page(tmp_path: Path) -> None:
    source = write_pmtiles(tmp_path / "mine.pmtiles")
    site = tmp_path / "site"
    site.mkdir()
    page = mm.Map(deposits(), base=source)
    for _ in range(2):
        page.save(site / "map.html")
        assert (site / "mine.pmtiles").read_bytes() == source.read_bytes()
    page.save(tmp_path / "map.html")  # where the file is already
    page.save_folder(tmp_path / "folder")
    assert (tmp_path / "folder" / "mine.pmtiles").read_bytes() == source.read_bytes()
    assert "connect-src 'self'" in (site / "map.html").read_text(encoding="utf-8")
    (site / "mine.pmtiles").write_bytes(b"other")
    with pytest.raises(FileError, match="is another file"):
        page.save(site / "map.html")
    assert (site / "mine.pmtiles").read_bytes() == b"other"


def test_a_page_without_such_a_file_fetches_nothing(tmp_path: Path) -> None:
    mm.Map(deposits()).save(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "connect-src" not in text
    assert "PMTiles" not in text


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")  # the columns taken
def test_the_command_line_takes_a_base(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("name,latitude,longitude\na,42,76\n", encoding="utf-8")
    sizes = []
    for base in ("full", "plain", "none"):
        output = tmp_path / f"{base}.html"
        done = CliRunner().invoke(cli, ["map", str(table), "--base", base, "-o", str(output)])
        assert done.exit_code == 0, done.output
        sizes.append(output.stat().st_size)
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3
    wrong = CliRunner().invoke(cli, ["map", str(table), "--base", "nine", "-o", str(output)])
    assert wrong.exit_code != 0
    assert "did you mean 'none'" in f"{wrong.output}{wrong.exception}"


def test_sources_are_those_of_what_is_shown(tmp_path: Path) -> None:
    def cited(base: Any) -> str:
        return "; ".join(one.text for one in paper_map_of(mm.Map(deposits(), base=base)).sources())

    assert RELIEF in cited("full")
    assert RELIEF not in cited("plain")
    assert "Natural Earth" in cited("plain")
    assert cited("none") == ""
    assert cited(write_pmtiles(tmp_path / "a.pmtiles")) == cited("plain")


def test_each_layer_says_the_credit_of_its_sources() -> None:
    page = mm.Map(mm.corridor("middle"))
    found = {
        source.get("credit")
        for child in page._children.values()
        for source in child.describe("")["sources"]
    }
    assert {
        "Natural Earth",
        "© OpenStreetMap contributors (ODbL)",
        "Tom Patterson (relief)",
    } <= found
    assert credit_of({"title": "x" * 99, "licence": "CC BY 4.0"}) == f"{'x' * 59}… (CC BY 4.0)"


def test_figures_have_the_base_of_the_map() -> None:
    def drawn(base: str) -> tuple[int, int]:
        axes = mm.Map(deposits(), base=base).figure(width_mm=90, extent=(70, 38, 82, 46)).axes[0]
        return len(axes.images), len(axes.collections)

    (relief, full), (flat, plain), (none, bare) = map(drawn, ("full", "plain", "none"))
    assert (relief, flat, none) == (1, 0, 0)
    assert full > plain > bare


def test_the_relief_of_a_figure_is_light_and_on_land_only() -> None:
    figure = mm.Map(deposits()).figure(width_mm=90, extent=(66, 38, 82, 46))
    (image,) = figure.axes[0].images
    shade = np.asarray(image.get_array())[..., 3]
    assert 0 < shade.max() < 128
    assert np.mean(shade == 0) > 0.2  # the plains
    assert image.get_clip_path() is not None
    near = mm.Map(deposits()).figure(width_mm=90, extent=(73.9, 41.4, 74.1, 41.6))
    assert len(near.axes[0].images) == 0


def middle_of(page: Page) -> Any:
    shot = page.screenshot(clip={"x": 300, "y": 250, "width": 300, "height": 300})
    return np.asarray(Image.open(BytesIO(shot)).convert("RGB")).reshape(-1, 3)


@pytest.mark.browser
def test_relief_lies_on_the_land_and_fades(tmp_path: Path, open_page: Open) -> None:
    bare = {}
    for base, zoom in (("full", 6), ("plain", 6), ("full", 12)):
        file = tmp_path / f"{base}{zoom}.html"
        mm.Map(base=base, location=(41.9, 77.5), zoom_start=zoom, theme="light").save(file)
        page = open_page(file).page
        bare[base, zoom] = np.all(middle_of(page) == LAND, axis=1).mean()
        if (base, zoom) == ("full", 6):
            assert page.inner_text(".mm-credit") == f"{PLACES} · {ROADS} · Tom Patterson (relief)"
            page.get_by_role("checkbox", name="Base map").uncheck()
            expect(page.locator(".mm-credit")).to_be_hidden()
    assert bare["full", 6] < 0.75 * bare["plain", 6]
    assert bare["full", 12] > 0.85


def send_part(folder: Path) -> Callable[[Route], None]:
    """Return a server of files that answers requests for ranges."""

    def answer(route: Route) -> None:
        file = folder / unquote(route.request.url.removeprefix(SITE))
        if not file.is_file():
            route.fulfill(status=404)
            return
        content = file.read_bytes()
        wanted = route.request.headers.get("range")
        if wanted is None:
            route.fulfill(body=content, content_type="text/html")
            return
        first, last = (int(number) for number in wanted.removeprefix("bytes=").split("-"))
        part = content[first : last + 1]
        about = f"bytes {first}-{first + len(part) - 1}/{len(content)}"
        headers = {"Content-Range": about, "Content-Length": str(len(part))}
        route.fulfill(status=206, body=part, headers=headers)

    return answer


@pytest.mark.browser
def test_a_damaged_spec_of_the_base_map_is_an_error_on_the_page(
    tmp_path: Path, browser: Browser
) -> None:
    mm.Map(deposits(), name="L").save(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    damaged, count = re.subn(r'"from_zoom":\s*\[[^\]]*\]', '"from_zoom": 5', text)
    assert count == 1
    (tmp_path / "damaged.html").write_text(damaged, encoding="utf-8")
    # A frame without a size draws nothing, and a long text of a link is cut.
    frame = f"<iframe src='map.html#L~text={'a%20b' * 2000}' style='height:0'></iframe>"
    (tmp_path / "frame.html").write_text(frame, encoding="utf-8")
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((tmp_path / "frame.html").as_uri())
    hidden = page.frames[1]
    hidden.wait_for_selector('html[data-minmap="ready"]', state="attached")
    assert len(hidden.locator(".mm-chip").first.text_content() or "") < 300
    assert errors == []
    page.goto((tmp_path / "damaged.html").as_uri())
    expect(page.locator(".mm-error")).to_contain_text("The data of this page are damaged.")
    page.close()


@pytest.mark.browser
def test_tiles_of_a_file_are_drawn_when_served_and_not_from_the_disk(
    tmp_path: Path, browser: Browser, open_page: Open
) -> None:
    credit = {"attribution": "<b>Mine</b> & co"}
    archive = write_pmtiles(tmp_path / "my tiles.pmtiles", metadata=credit)
    mm.Map(base=archive, location=(45, 70), zoom_start=6).save(tmp_path / "map.html")
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    context.route(f"{SITE}**", send_part(tmp_path))
    page = context.new_page()
    page.goto(f"{SITE}map.html")
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    until(lambda: np.all(middle_of(page) == GREEN))  # enlarged beyond zoom 4, above the base map
    assert page.inner_text(".mm-credit__tiles") == "Mine & co"
    assert page.inner_text(".mm-credit > span:last-child") == PLACES
    page.get_by_role("button", name="Print sheet").click()
    drawn = page.locator(".mm-sheet__map canvas")
    drawn.wait_for()
    rows = "it => [...it.getContext('2d').getImageData(0, it.height / 2, it.width, 20).data]"
    pixels = np.array(drawn.evaluate(rows)).reshape(-1, 4)[:, :3]
    assert (pixels == GREEN).all(axis=1).mean() > 0.7  # the rest is the graticule
    assert page.locator(".mm-sheet__missing").count() == 0
    # A directory that says to have more entries than it can have.
    write_pmtiles(tmp_path / "my tiles.pmtiles", root=directory(1, 1, entries=2**40))
    page.reload()
    note = page.get_by_role("group", name="my tiles").locator(".mm-note--alert")
    expect(note).to_contain_text("cannot be loaded")
    assert len(np.unique(middle_of(page), axis=0)) > 10
    context.close()
    opened = open_page(tmp_path / "map.html")
    group = opened.page.get_by_role("group", name="my tiles")
    expect(group).to_contain_text("opened from the disk")
    assert len(np.unique(middle_of(opened.page), axis=0)) > 10
    assert not [url for url in opened.requests if "pmtiles" in url]
    assert opened.complaints == []
