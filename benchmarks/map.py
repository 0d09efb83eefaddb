"""Build, save, open, pan, filter and search a big map: minmap beside what geologists use.

    python benchmarks/map.py [--points N ...] [--data FOLDER] [--skip-peers] [--folder]

Peers on the same points, in the same run: folium's FastMarkerCluster with popups, folium.GeoJson
with a popup for each point, geopandas.explore and, where it is installed, leafmap; all with four
columns (see map_peers.py). Names, groups and status are made, and once more real: the whole table
that minmap.read gives of the MRDS records under FOLDER/deposits/mrds (default ../shared/data), as
in read.py, also with sizes and labels on. A page of 50,000 polygons follows, then one of a
shapefile of lines with a million vertices beside the same peers, and with --folder a map of ten
million points as a folder that a web server serves. A page over 200 MB is built but not opened.

Needs Chromium, and npm's registry for the scripts that folium's pages link to.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from map_peers import PEERS_OF_LINES, PEERS_OF_POINTS, READY, WAYS, peer_files
from playwright.sync_api import Browser, Page, Route, TimeoutError, sync_playwright  # noqa: A004
from read import make_table

import minmap as mm

SEED = 20260101
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
LIMIT_MS = 120_000  # a page that takes longer has not opened
MOST_MB = 200  # a larger page is not opened: one of half the size takes longer than LIMIT_MS
SOON_S, TURNS = 5.0, 3
CALM_S = 2.0  # the browser gives the memory of a closed page back meanwhile
FRAMES = """
() => { window.frames_ms = []; let last = performance.now();
  const tick = now => {
    window.frames_ms.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick); }
"""
# From a click until the counts are written and the tiles of the view are repainted.
FILTER = """
async selector => { const start = performance.now(); document.querySelector(selector).click();
  const count = document.querySelector('.mm-filters__count'), before = count.textContent;
  for (let still = 0; still < 2;) {
    const frame = performance.now(); await new Promise(requestAnimationFrame);
    still = performance.now() - frame < 20 && count.textContent === before ? still + 1 : still;
    if (performance.now() - start > 2000) break; }
  return performance.now() - start; }
"""
# From a letter until the hits are announced; progress is written before, without a word there.
SEARCH = """
async text => { const input = document.querySelector('.mm-search input');
  const said = document.querySelector('.mm-search [aria-live]'), start = performance.now();
  input.value = text; input.dispatchEvent(new Event('input'));
  await new Promise(done => new MutationObserver((_, watch) => { watch.disconnect(); done(); })
    .observe(said, { childList: true }));
  return performance.now() - start; }
"""
# A name, the part of one, one with an error of typing, a word of thousands of names.
FIRST_SEARCHES = ("kentaktau", "kazkent 12", "oraltassury", "kara")
SYLLABLES = np.array(
    "ak tau kara bulak zhez kaz gan sary su kyzyl oral tas kent bel".split()  # noqa: SIM905
)


@dataclass
class Opened:
    """What was measured on a page that was opened; what was not stays "nan"."""

    open_s: float = float("nan")
    heap_mb: float = float("nan")
    frames_ms: list[float] = field(default_factory=list)
    filter_ms: float = float("nan")
    search_ms: float = float("nan")


@dataclass
class Figures:
    """What a way costs: its file, and each opening of it."""

    build_s: float
    cpu_s: float
    file_mb: float
    opened: list[Opened]

    def middle(self, name: str) -> float:
        """Return the median of the openings."""
        values = [getattr(opened, name) for opened in self.opened]
        return median([value for value in values if np.isfinite(value)] or [float("nan")])

    def row(self) -> str:
        frames = sorted(frame for opened in self.opened for frame in opened.frames_ms)
        middle, p95, longest = (
            (median(frames), frames[int(len(frames) * 0.95)], frames[-1])
            if frames
            else [float("nan")] * 3
        )
        return (
            f"{self.build_s:8.2f} {self.cpu_s:8.2f} {self.file_mb:8.2f} "
            f"{self.middle('open_s'):8.2f} {self.middle('heap_mb'):8.0f} "
            f"{middle:9.0f} {p95:6.0f} {longest:6.0f} "
            f"{self.middle('filter_ms'):10.0f} {self.middle('search_ms'):10.0f}"
        )


HEAD = (
    f"{'':34} {'build s':>8} {'CPU s':>8} {'file MB':>8} {'open s':>8} {'heap MB':>8} "
    f"{'frame ms':>9} {'95 %':>6} {'max':>6} {'filter ms':>10} {'search ms':>10}"
)


def made(count: int) -> gpd.GeoDataFrame:
    """Make clustered points over Central Asia with a name, an id and two categories."""
    rng = np.random.default_rng(SEED)
    words = SYLLABLES[rng.integers(0, len(SYLLABLES), (count, 3))]
    names = pd.Series(words[:, 0]).str.cat([words[:, 1], words[:, 2]]).str.capitalize()
    groups = ["precious", "base", "ferrous", "rare_earth", "rare", "light", "energy", "industrial"]
    statuses = ["producer", "prospect", "occurrence", "past_producer"]
    return _frame(
        names + " " + pd.Series(range(count)).astype(str),
        pd.Series(rng.choice(groups, count)),
        pd.Series(rng.choice(statuses, count)),
        rng,
    )


def real(count: int, folder: Path, scratch: Path) -> gpd.GeoDataFrame:
    """Read a table of real MRDS records, and give each a tonnage for the sizes of symbols."""
    path = scratch / "mrds.csv"
    make_table(folder / "deposits" / "mrds", path, rows=count)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mm.MinmapWarning)
        table = mm.read(path)
    return table.assign(tonnage=np.random.default_rng(SEED).lognormal(0, 1.5, len(table)))


def _frame(
    names: pd.Series, groups: pd.Series, statuses: pd.Series, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    count = len(names)
    centres = rng.uniform([46, 35], [88, 56], (2_000, 2))
    xy = centres[rng.integers(0, len(centres), count)] + rng.normal(0, 0.6, (count, 2))
    return gpd.GeoDataFrame(
        {
            "occurrence_id": [f"mrds:{10_000_000 + i}" for i in range(count)],
            "name": names,
            "commodity_group": groups,
            "status": statuses,
        },
        geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]),
        crs="EPSG:4326",
    )


def polygons(count: int) -> gpd.GeoDataFrame:
    """Make a geological map: irregular units of some forty corners each."""
    rng = np.random.default_rng(SEED)
    angles = np.linspace(0, 2 * np.pi, 41)[:-1]
    centres = rng.uniform([46, 35], [88, 56], (count, 2))
    radii = 0.12 * rng.uniform(0.6, 1.2, (count, 40))
    corners = centres[:, None] + radii[..., None] * np.stack([np.cos(angles), np.sin(angles)], -1)
    units = [f"unit {n}" for n in range(9)]
    return gpd.GeoDataFrame(
        {"unit": rng.choice(units, count)}, geometry=shapely.polygons(corners), crs="EPSG:4326"
    )


def lines(vertices: int, path: Path) -> Path:
    """Write winding lines of a thousand vertices each to a shapefile."""
    rng = np.random.default_rng(SEED)
    steps = rng.normal(0, 0.004, (vertices // 1000, 1000, 2))
    starts = rng.uniform([46, 35], [88, 56], (len(steps), 1, 2))
    kinds = rng.choice(["thrust", "strike-slip", "normal"], len(steps))
    shapes = shapely.linestrings(starts + steps.cumsum(axis=1))
    table = gpd.GeoDataFrame({"name": kinds, "kind": kinds}, geometry=shapes, crs="EPSG:4326")
    table.to_file(path)
    return path


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that a call takes, and those of processors, child processes included."""
    start, cpu_start = time.perf_counter(), sum(os.times()[:4])
    call()
    return time.perf_counter() - start, sum(os.times()[:4]) - cpu_start


class Bench:
    """A browser, a folder for pages, and the scripts that folium's pages fetch."""

    def __init__(self, browser: Browser, folder: Path, files: dict[str, Path]) -> None:
        self.browser = browser
        self.folder = folder
        self.files = files

    def run(self, way: str, data: gpd.GeoDataFrame | Path) -> Figures:
        make, ready = WAYS[way]
        path = self.folder / "page.html"
        build_s, cpu_s = timed(lambda: make(data, path))
        file_mb = path.stat().st_size / 1e6
        opened = self.open(path.as_uri(), ready) if file_mb <= MOST_MB else []
        figures = Figures(build_s, cpu_s, file_mb, opened)
        print(f"{way:34} {figures.row()}", flush=True)
        return figures

    def open(self, address: str, ready: str) -> list[Opened]:
        """Open a page; one that is there soon several times, of which the median counts."""
        opened = [self.measure(address, ready)]
        while opened[0].open_s < SOON_S and len(opened) < TURNS:
            opened.append(self.measure(address, ready))
        return opened

    def measure(self, address: str, ready: str) -> Opened:
        opened = Opened()
        context = self.browser.new_context(viewport={"width": 1200, "height": 800})
        with closing(context), suppress(TimeoutError):
            page = context.new_page()
            if address.startswith("file:"):
                page.route(re.compile("^https?:"), self._serve)
            start = time.perf_counter()
            page.goto(address, timeout=LIMIT_MS)
            page.wait_for_selector(ready, state="attached", timeout=LIMIT_MS)
            page.evaluate("() => new Promise(requestAnimationFrame)")
            opened.open_s = time.perf_counter() - start
            opened.heap_mb = heap_mb(page)
            opened.frames_ms = frames_of(page)
            if page.locator(".mm-filters").count():
                explore(page, opened)
        time.sleep(CALM_S)
        return opened

    def first_search(self, address: str, sent: list[int], text: str) -> tuple[float, int]:
        """Search a page of a folder that was just opened; return seconds and bytes fetched."""
        with closing(self.browser.new_context(viewport={"width": 1200, "height": 800})) as context:
            page = context.new_page()
            page.goto(address, timeout=LIMIT_MS)
            page.wait_for_selector(READY, state="attached", timeout=LIMIT_MS)
            page.wait_for_timeout(4_000)  # the tiles of the view are fetched meanwhile
            before = len(sent)
            seconds = float(page.evaluate(SEARCH, text)) / 1000
            return seconds, sum(sent[before:])

    def _serve(self, route: Route) -> None:
        file = self.files.get(route.request.url.rsplit("/", 1)[-1])
        if file is not None:
            route.fulfill(path=file)
        else:
            route.fulfill(body="")


def heap_mb(page: Page) -> float:
    """JavaScript's heap after collection, with the typed arrays that lie beside it."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return (float(usage["usedSize"]) + float(usage["backingStorageSize"])) / 1e6


def frames_of(page: Page) -> list[float]:
    """Drag the map across its tiles, zoom in and out, and list the frames' lengths in ms."""
    page.wait_for_timeout(500)
    page.evaluate(FRAMES)
    for dx, dy in ((-500, 0), (0, -300), (500, 0), (0, 300)):
        page.mouse.move(500, 400)
        page.mouse.down()
        for step in range(1, 31):
            page.mouse.move(500 + dx * step / 30, 400 + dy * step / 30)
            page.wait_for_timeout(16)
        page.mouse.up()
    for wheel in (-240, -240, 240, 240):
        page.mouse.wheel(0, wheel)
        page.wait_for_timeout(600)
    # The first frames belong to the measuring itself.
    return list(page.evaluate("() => window.frames_ms"))[5:]


def explore(page: Page, opened: Opened) -> None:
    """Tick terms of a filter one after the other, and search; the slowest of each counts."""
    page.wait_for_timeout(4_000)  # names are folded while nobody asks
    page.locator(".mm-filters > summary").first.click()
    page.locator(".mm-facet > summary").first.click()
    page.wait_for_selector(".mm-terms input")
    page.wait_for_timeout(500)
    ticks = [f".mm-terms li:nth-child({n}) input" for n in (1, 2, 1, 2)]
    opened.filter_ms = max(float(page.evaluate(FILTER, tick)) for tick in ticks)
    words = ("a", "kara", "mine 12", "oral 99", "wolfram", "тест", "zz")
    opened.search_ms = max(float(page.evaluate(SEARCH, word)) for word in words)


PARTS: dict[str, Callable[[Figures], float]] = {
    "build": lambda figures: figures.build_s,
    "CPU": lambda figures: figures.cpu_s,
    "file": lambda figures: figures.file_mb,
    "open": lambda figures: figures.middle("open_s"),
    "heap": lambda figures: figures.middle("heap_mb"),
}


def head(title: str) -> None:
    print(f"\n{title}\n{HEAD}")


def show(results: dict[str, Figures]) -> None:
    """Say how many times more each peer takes."""
    ours = results["minmap"]
    for way, theirs in results.items():
        if way != "minmap":
            ratios = (
                f"{label} {value(theirs) / value(ours):.1f} x" for label, value in PARTS.items()
            )
            print(f"{way} / minmap: {', '.join(ratios)}")


def compare(bench: Bench, options: Any) -> None:
    def beside(data: Any, *ways: str) -> None:
        show({way: bench.run(way, data) for way in ("minmap", *ways)})

    peers_of_lines = [] if options.skip_peers else PEERS_OF_LINES
    for count in options.points:
        # The slower peers are shown at the smallest size only: they take minutes there.
        peers = PEERS_OF_POINTS if count == min(options.points) else PEERS_OF_POINTS[:1]
        peers = [] if options.skip_peers else peers
        head(f"{count:,} points with made names, an id and two categories")
        beside(made(count), *peers)
        if options.data.exists():
            data = real(count, options.data, bench.folder)
            head(f"{len(data):,} rows of {len(data.columns)} columns, as minmap.read gives MRDS")
            beside(data, "minmap, sizes and labels", *peers)
    head("50,000 polygons of 40 corners")
    bench.run("minmap", polygons(50_000))
    head("a shapefile of lines with a million vertices")
    beside(lines(1_000_000, bench.folder / "lines.shp"), *peers_of_lines)


def in_a_folder(bench: Bench, count: int) -> None:
    from folder_server import serve  # noqa: PLC0415

    site = bench.folder / "site"
    data = made(count)
    build_s, cpu_s = timed(lambda: mm.Map(data).save_folder(site))
    size = sum(file.stat().st_size for file in site.iterdir()) / 1e6
    with serve(site) as (address, sent):
        figures = Figures(build_s, cpu_s, size, [bench.measure(address, READY)])
        head(f"{count:,} points in a folder, {sum(sent) / 1e6:.0f} MB fetched")
        print(f"{'minmap':34} {figures.row()}")
        for text in FIRST_SEARCHES:
            seconds, fetched = bench.first_search(address, sent, text)
            print(f"the first search, {text!r}: {seconds:.2f} s, {fetched / 1e6:.2f} MB fetched")


def main() -> None:
    here = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, nargs="+", default=[300_000, 1_000_000])
    parser.add_argument("--data", type=Path, default=here.parent / "shared" / "data")
    parser.add_argument("--skip-peers", action="store_true")
    parser.add_argument("--folder", action="store_true", help="ten million points in a folder too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        files = {} if options.skip_peers else peer_files(folder)
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        bench = Bench(browser, folder, files)
        bench.run("minmap", made(1_000))  # libraries and the browser's processes are nobody's
        compare(bench, options)
        if options.folder:
            in_a_folder(bench, 10_000_000)
        browser.close()


if __name__ == "__main__":
    main()
