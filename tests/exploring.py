"""A made table of records, and how a person works the page that shows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from PIL import Image
from playwright.sync_api import Locator, Page, expect

import minmap as mm
from tests.test_browser import THE_MAP
from tests.waiting import at_rest

Open = Callable[[Path], Any]

COUNT = 600
GROUPS = {"base": "Base metals", "precious": "Precious metals", "rare_earth": "Rare earths"}
YEARS = (1990, 1999)


def deposits() -> gpd.GeoDataFrame:
    """Records of every kind of column that the page filters by, with gaps."""
    rng = np.random.default_rng(7)

    def drawn(*values: object) -> pd.Series:
        return pd.Series(rng.choice(np.array(values, dtype=object), COUNT))

    syllables = ["kara", "tas", "bulak", "ak", "tau", "zhez", "sary"]
    names = drawn(*syllables).str.cat([drawn(*syllables)]).str.capitalize()
    names = names + " " + pd.Series(range(COUNT)).astype(str)
    names[[3, 30, 300]] = ["Karatas", "Жезказган «медь»", None]
    years = pd.array(rng.integers(*YEARS, COUNT, endpoint=True), dtype="Int64")
    years[rng.random(COUNT) < 0.3] = pd.NA
    distance = rng.gamma(2, 200, COUNT).round(1)
    distance[rng.random(COUNT) < 0.1] = np.nan
    return gpd.GeoDataFrame(
        {
            "occurrence_id": [f"mrds:{10_000_000 + n}" for n in rng.permutation(COUNT)],
            "name": names,
            "country": drawn("KAZ", "UZB", "RUS", None),
            "commodities": drawn("Cu", "Cu Au", "Au Ag", "REE", "Fe", None),
            "minor_commodities": drawn("Ag", "Re", "Co", None, None),
            "commodity_group": drawn(*GROUPS, None),
            "status": drawn("producer", "prospect", "occurrence", None),
            "status_year": years,
            "distance_km": distance,
        },
        geometry=gpd.points_from_xy(rng.uniform(50, 88, COUNT), rng.uniform(36, 54, COUNT)),
        crs=4326,
    )


def open_filters(page: Page, layer: str = "Occurrences") -> Locator:
    filters = page.get_by_role("group", name=layer, exact=True).locator(".mm-filters")
    if filters.get_attribute("open") is None:
        filters.locator("> summary").click()
    return filters


def facet(filters: Locator, name: str) -> Locator:
    """Open the filter of a name."""
    heading = re.compile(rf"^{re.escape(name)}( \(\w+\))?(on)?$")
    block = filters.locator(".mm-facet", has=filters.page.locator("summary", has_text=heading))
    block.locator("summary").click()
    block.locator(".mm-facet__body").wait_for()
    return block


def term(block: Locator, label: str) -> Locator:
    return block.get_by_role("checkbox", name=re.compile(f"^{re.escape(label)}"))


def counts(block: Locator) -> dict[str, int]:
    """Read what a list of terms says of each."""
    lines = block.locator("li").evaluate_all(
        """lines => lines.map(it => [
            it.querySelector(".mm-legend__label").firstChild.textContent,
            it.querySelector(".mm-legend__count").textContent])"""
    )
    return {label: int(count.replace(",", "")) for label, count in lines}


def legend(page: Page, layer: str = "Occurrences") -> dict[str, int]:
    return counts(page.get_by_role("group", name=layer, exact=True).locator(".mm-legend").first)


def is_shown(page: Page, number: int, everything: int = COUNT) -> None:
    said = page.locator(".mm-filters__count").first
    expect(said).to_have_text(f"{number:,} of {everything:,} shown")
    at_rest(page)


def holds(column: pd.Series, *codes: str) -> pd.Series:
    return column.fillna("").map(lambda text: not set(text.split()).isdisjoint(codes))


def by_group(table: pd.DataFrame) -> dict[str, int]:
    labels = table["commodity_group"].map(GROUPS).fillna("not given")
    return {label: int((labels == label).sum()) for label in [*GROUPS.values(), "not given"]}


def rows_of(page: Page) -> list[str]:
    """Read the first cells of the rows that the table has on the page, from the top."""
    lines = page.locator(".mm-table__row").evaluate_all(
        "rows => rows.map(row => [row.ariaRowIndex, row.firstElementChild.textContent])"
    )
    return [text for _, text in sorted(lines, key=lambda line: int(line[0]))]


def current(page: Page) -> str:
    return str(page.locator(".mm-table__row--current > :first-child").text_content())


def open_table(page: Page) -> None:
    page.locator(".mm-tool[aria-label='Table']").click()


def in_view(page: Page, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Choose the records that lie where the map shows them, above the table."""
    west, south, east, north = page.evaluate(
        f"""() => {{ const map = {THE_MAP}, size = map.getSize();
            const below = document.querySelector('.mm-table').offsetHeight;
            const a = map.containerPointToLatLng([0, size.y - below]);
            const b = map.containerPointToLatLng([size.x, 0]);
            return [a.lng, a.lat, b.lng, b.lat]; }}"""
    )
    return table.cx[west:east, south:north]


def spot(page: Page, lon: float, lat: float) -> tuple[float, float]:
    x, y = page.evaluate(
        f"""([lon, lat]) => {{ const p = {THE_MAP}.latLngToContainerPoint([lat, lon]);
            return [p.x, p.y]; }}""",
        [lon, lat],
    )
    return x, y


def picked(page: Page) -> int:
    bar = page.locator(".mm-picked")
    return int(bar.locator("span").inner_text().split()[0]) if bar.is_visible() else 0


def start(page: Page, tool: str) -> None:
    page.get_by_role("button", name="Select records").click()
    page.locator(".mm-menu").get_by_role("button", name=tool).click()


def draw(page: Page, *corners: tuple[float, float]) -> None:
    """Drag along a line."""
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=8)
    page.mouse.up()


def downloaded(page: Page, button: Locator, tmp_path: Path) -> Path:
    with page.expect_download() as waiting:
        button.click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def colours(page: Page, tmp_path: Path, clip: dict[str, int]) -> np.ndarray:
    page.mouse.move(5, 795)
    at_rest(page)
    page.screenshot(clip=clip, path=tmp_path / "shot.png")
    return np.asarray(Image.open(tmp_path / "shot.png").convert("RGB")).astype(int)


def ready(page: Page) -> None:
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    at_rest(page)


def state(page: Page) -> list[object]:
    return [
        page.evaluate(
            f"""() => {{ const map = {THE_MAP}, {{ lat, lng }} = map.getCenter();
                return [map.getZoom(), lat.toFixed(3), lng.toFixed(3)]; }}"""
        ),
        page.locator(".mm-filters__count").inner_text(),
        page.locator(".mm-filters > summary").inner_text(),
        page.locator(".mm-segment input:checked").get_attribute("value"),
        page.get_by_role("checkbox", name=re.compile("^Base metals")).is_checked(),
        page.locator(".mm-chip").inner_text(),
        legend(page),
    ]


def two_layers(table: gpd.GeoDataFrame, path: Path, *names: str) -> None:
    halves = table.iloc[: COUNT // 2], table.iloc[COUNT // 2 :]
    page_map = mm.Map()
    for name, half in zip(names, halves, strict=True):
        page_map.add(half, name=name)
    page_map.save(path)
