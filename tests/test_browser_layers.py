"""Classes, countries, rasters, tiles and corridors on the saved page, with the network off."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from affine import Affine
from PIL import Image
from playwright.sync_api import Page, expect

import minmap as mm
from tests.test_browser import HOSTILE, click_at, points
from tests.waiting import at_rest

Open = Callable[[Path], Any]

OPACITY = "(one) => getComputedStyle(one).opacity"
THE_MAP = "window[document.querySelector('.folium-map').id]"


def look_at(page: Page, lon: float, lat: float, zoom: int) -> None:
    page.evaluate(
        f"([lat, lon, zoom]) => {THE_MAP}.setView([lat, lon], zoom, {{animate: false}})",
        [lat, lon, zoom],
    )
    at_rest(page)


def spot_of(page: Page, lon: float, lat: float) -> tuple[float, float]:
    x, y = page.evaluate(
        f"""([lat, lon]) => {{ const map = {THE_MAP};
            const p = map.latLngToContainerPoint([lat, lon]);
            const box = map.getContainer().getBoundingClientRect();
            return [p.x + box.left, p.y + box.top]; }}""",
        [lat, lon],
    )
    return x, y


def hover(page: Page, lon: float, lat: float) -> str:
    """Move onto a place and read the tooltip."""
    x, y = spot_of(page, lon, lat)
    page.mouse.move(x - 4, y)
    page.mouse.move(x, y)
    at_rest(page)
    tips = page.locator(".mm-tooltip")
    return tips.first.inner_text() if tips.count() else ""


def classed_areas() -> gpd.GeoDataFrame:
    boxes = [shapely.box(60 + n, 44, 61 + n, 46) for n in range(20)]
    values = [*np.arange(19) + 0.25, None]
    return gpd.GeoDataFrame({"name": "cell", "grade": values}, geometry=boxes, crs=4326)


def test_areas_by_a_number_have_a_legend_and_tell_their_class(
    tmp_path: Path, open_page: Open
) -> None:
    mm.Map().add(classed_areas(), color="grade", scheme="EqualInterval", k=3).save(
        tmp_path / "map.html"
    )
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    rows = page.locator(".mm-layer li").all_inner_texts()
    assert [row.split("\n") for row in rows] == [
        ["0.2 – 6.3", "7"], ["6.3 – 12.3", "6"], ["12.3 – 18.3", "6"], ["not given", "1"]
    ]  # fmt: skip
    assert "Classes: equal intervals" in page.locator(".mm-layer").first.inner_text()
    look_at(page, 65, 45, 6)
    assert "Grade: 5.25 (class " in hover(page, 65.5, 45)
    look_at(page, 75, 45, 6)
    assert "Grade: not given" in hover(page, 79.5, 45)
    x, y = spot_of(page, 79.5, 45)
    page.mouse.click(x, y)
    assert page.locator(".mm-record h3").inner_text() == "cell"
    assert opened.complaints == []


def test_a_class_of_points_can_be_switched_off(tmp_path: Path, open_page: Open) -> None:
    frame = gpd.GeoDataFrame(
        {"name": [f"p{n}" for n in range(20)], "grade": np.arange(20) / 2},
        geometry=gpd.points_from_xy(60 + np.arange(20), [45.0] * 20),
        crs=4326,
    )
    mm.Map(language="ru").add(frame, color="grade", scheme=[2.5, 5]).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    labels = page.locator(".mm-legend__label").all_inner_texts()
    assert labels == ["0 – 2,5", "2,5 – 5", "5 – 9,5"]
    look_at(page, 63, 45, 7)
    assert "Содержание: 1,5 (класс 0 – 2,5)" in hover(page, 63, 45)
    page.get_by_label("0 – 2,5").uncheck()
    at_rest(page)
    assert hover(page, 63, 45) == ""
    assert opened.complaints == []


def test_countries_are_drawn_in_the_colour_of_their_class(tmp_path: Path, open_page: Open) -> None:
    table = pd.DataFrame({"country": ["KAZ", "UZB", "KGZ"], "mines": [40, 12, 3]})
    m = mm.Map(language="ru").add_countries(table, value="mines", name="Mines")
    m.add_countries(
        table, value="mines", per="population", unit="шахт", name="Rates", show=False
    ).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    look_at(page, 67, 48, 5)
    said = page.get_by_role("group", name="Mines").inner_text()
    assert "Числа не делены на площадь" in said
    assert "Эта карта увеличивает север" in said
    page.get_by_role("checkbox", name="Rates").check()
    rates = page.get_by_role("group", name="Rates").inner_text()
    assert "(шахт на миллион жителей)" in rates
    assert "Население: Natural Earth, 2017" in rates
    page.get_by_role("checkbox", name="Rates").uncheck()
    assert hover(page, 67, 48).split("\n") == ["Казахстан", "Mines: 40"]
    page.locator(".mm-sources-button").click()
    assert "Natural Earth, countries" in page.locator("dialog").inner_text()
    assert opened.complaints == []


def test_statistics_of_countries_say_their_unit_year_and_source(
    tmp_path: Path, open_page: Open
) -> None:
    reserves = mm.statistics(commodity="chromium", measure="reserves", year=2025)
    mm.Map().add_countries(reserves, value="share").save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    said = page.locator(".mm-panel").inner_text()
    assert "Reserves of chromium: share of the world, 2025 (%)" in said
    assert "Source: USGS Mineral Commodity Summaries 2026." in said
    credited = page.locator(".mm-credit").inner_text()
    assert "USGS Mineral Commodity Summaries 2026" in credited
    look_at(page, 67, 48, 5)
    page.mouse.click(*spot_of(page, 67, 48))
    record = page.locator(".mm-record").inner_text()
    assert "100,000 thousand metric tons, Cr2O3 content" in record
    assert "18.5%" in record
    assert "at most" in record
    page.locator(".mm-sources-button").click()
    assert "https://doi.org/10.5066/P1WKQ63T" in page.locator("dialog").inner_text()
    assert opened.complaints == []


def raster(path: Path, data: np.ndarray, **tags: str) -> Path:
    """A raster of one-degree cells with its corner at 60 E, 50 N."""
    with rasterio.open(
        path, "w", driver="GTiff", width=data.shape[1], height=data.shape[0], count=1,
        dtype=data.dtype, crs="EPSG:4326", transform=Affine(1, 0, 60, 0, -1, 50), nodata=0,
    ) as file:  # fmt: skip
        file.write(data, 1)
        file.update_tags(**tags)
    return path


def test_a_place_below_the_table_is_not_read(tmp_path: Path, open_page: Open) -> None:
    mm.Map(points(["a", "b"])).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    readout = page.locator(".mm-coordinates")
    page.mouse.move(500, 300)
    expect(readout).to_be_visible()
    page.get_by_role("button", name="Table").click()
    page.get_by_role("heading", name="Table").hover()
    expect(readout).to_be_hidden()


def test_the_cursor_reads_the_rasters_that_are_shown(tmp_path: Path, open_page: Open) -> None:
    heights = np.tile(np.arange(8, dtype="i2") * 500 + 32, (8, 1))
    heights[:, 7] = 0
    cover = np.tile(np.array([1, 1, 1, 1, 2, 2, 2, 2], dtype="u1"), (8, 1))
    page_map = mm.Map().add(raster(tmp_path / "dem.tif", heights, units="m"), name="Elevation")
    tags = {"class_1": "grass", "class_2": "bare"}
    page_map.add(raster(tmp_path / "cover.tif", cover, **tags), name="Cover")
    page_map.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    readout = page.locator(".mm-coordinates")
    look_at(page, 64, 46, 6)
    hover(page, 61.5, 46.5)
    assert readout.inner_text().split("\n")[:2] == ["Cover: grass", "Elevation: 532 m"]
    hover(page, 66.6, 46.5)
    assert readout.inner_text().split("\n")[:1] == ["Cover: bare"]
    hover(page, 67.8, 46.5)
    assert "Elevation" not in readout.inner_text()
    page.get_by_role("checkbox", name="Cover", exact=True).uncheck()
    hover(page, 61.5, 46.5)
    assert readout.inner_text().split("\n")[0] == "Elevation: 532 m"
    # Another place comes below a cursor that stays where it is.
    page.evaluate(f"{THE_MAP}.panBy([0, 40], {{animate: false}})")
    assert readout.inner_text().split("\n")[-1].startswith("45.89")
    hover(page, 58.0, 46.5)
    assert len(readout.inner_text().split("\n")) == 1
    marks = page.locator(".mm-ramp__ticks span").all_inner_texts()
    assert 3 <= len(marks) <= 5
    assert opened.complaints == []


def color_at(page: Page, lon: float, lat: float, path: Path) -> tuple[int, ...]:
    """The colour of the map at a place, with the mouse elsewhere."""
    page.mouse.move(5, 795)
    at_rest(page)
    x, y = spot_of(page, lon, lat)
    page.screenshot(clip={"x": x - 1, "y": y - 1, "width": 2, "height": 2}, path=path)
    found: tuple[int, ...] = Image.open(path).convert("RGB").getpixel((1, 1))  # type: ignore[assignment]
    return found


def test_a_log_scale_is_drawn_and_read(tmp_path: Path, open_page: Open) -> None:
    grades = np.tile(10.0 ** np.arange(-2, 4).astype("f4"), (6, 1))
    path = raster(tmp_path / "gold.tif", grades.astype("float32"), units="ppb")
    page_map = mm.Map(language="ru").add(
        path, stretch="log", vmin=0.01, vmax=1000, palette=["black", "red"], opacity=1
    )
    page_map.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    marks = page.locator(".mm-ramp__ticks span").all_inner_texts()
    assert marks == ["0,01", "0,1", "10", "1000"]
    look_at(page, 63, 47, 6)
    reds = [color_at(page, 60.5 + n, 47.5, tmp_path / "shot.png") for n in range(6)]
    assert [abs(red - 51 * n) <= 3 for n, (red, _, _) in enumerate(reds)] == [True] * 6
    hover(page, 61.5, 47.5)
    assert "gold: 0,1 ppb" in page.locator(".mm-coordinates").inner_text()
    assert opened.complaints == []


def test_the_legend_of_a_raster_has_its_opacity(tmp_path: Path, open_page: Open) -> None:
    cells = np.arange(64).reshape(8, 8)
    made = mm.Map().add(raster(tmp_path / "dem.tif", cells.astype("float32")), opacity=0.4)
    classes = raster(tmp_path / "cover.tif", (cells % 3 + 1).astype("uint8"))
    made.add(classes, classes={1: "a", 2: "b", 3: "c"}, opacity=0.5)
    made.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page

    def opacities(inside: str = "") -> list[float]:
        parts = page.locator(f"{inside} :is(.mm-ramp__bar, .mm-swatch:has(rect))")
        return sorted(float(one) for one in parts.evaluate_all(f"all => all.map({OPACITY})"))

    assert opacities() == [0.4, 0.5, 0.5, 0.5]
    page.get_by_label("Opacity of dem").fill("75")
    assert opacities() == [0.5, 0.5, 0.5, 0.75]
    page.get_by_role("button", name="Print sheet").click()
    at_rest(page)
    assert opacities(".mm-sheet") == [0.5, 0.5, 0.5, 0.75]
    assert opened.complaints == []


def test_relief_is_grey_and_its_heights_are_read(tmp_path: Path, open_page: Open) -> None:
    heights = np.tile(1000 + 4000 * np.abs(np.arange(8) - 3.5), (8, 1)).astype("float32")
    path = raster(tmp_path / "dem.tif", heights, units="m")
    mm.Map().add(path, stretch="hillshade", opacity=1).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    layer = page.get_by_role("group", name="dem", exact=True)
    assert layer.locator("h5, li").all_inner_texts() == []
    look_at(page, 64, 46, 6)
    west, east = (color_at(page, lon, 46.5, tmp_path / "shot.png") for lon in (62.0, 66.0))
    assert len(set(west)) == len(set(east)) == 1
    assert east[0] > west[0] + 30  # the eastern side of the valley faces the light
    hover(page, 61.5, 46.5)
    assert page.locator(".mm-coordinates").inner_text().split("\n")[0] == "dem: 11,000 m"
    assert opened.complaints == []
    mm.Map().add(path, stretch="hillshade", legend="Relief").save(tmp_path / "titled.html")
    layer = open_page(tmp_path / "titled.html").page.get_by_role("group", name="dem", exact=True)
    assert layer.locator("h5, li").all_inner_texts() == ["Relief", "hillshade, light from NW"]


def headed(page: Page) -> dict[str, list[str]]:
    """The layers of the panel by the heading they stand under."""
    return {
        group.locator("h3").text_content() or "": [
            name.strip() for name in group.locator("h4").all_text_contents()
        ]
        for group in page.locator(".mm-group").all()
    }


def test_layers_stand_under_the_heading_of_their_kind_or_of_ones_own(
    tmp_path: Path, open_page: Open
) -> None:
    areas = classed_areas()
    places = areas.set_geometry(areas.representative_point())
    page_map = mm.Map(mm.corridor("middle")).add(areas, name="Cells").add(places, name="Sites")
    page_map.add(places, name="More", group="Field season <2>").add(areas, name="Zones")
    page_map.add(folium.FeatureGroup(name="Drawn"))
    page_map.add(folium.FeatureGroup(name="Notes"), group="Field season <2>")
    page_map.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    assert headed(page) == {
        "Field season <2>": ["More", "Notes"],
        "Occurrences": ["Sites"],
        "Routes and corridors": [mm.corridor("middle").title],
        "Areas and lines": ["Zones", "Cells"],
        "Other": ["Drawn"],
        "Background": ["Base map"],
    }
    assert page.get_by_role("heading", name="Occurrences", level=3).is_visible()
    assert page.get_by_role("heading", name="Zones", level=4).is_visible()
    cells = page.get_by_role("group", name="Cells")
    page.get_by_role("checkbox", name="Cells").uncheck()
    assert "mm-layer--off" in str(cells.get_attribute("class"))
    page.get_by_role("checkbox", name="Cells").check()
    assert "mm-layer--off" not in str(cells.get_attribute("class"))
    assert opened.complaints == []


def test_few_layers_need_no_headings(tmp_path: Path, open_page: Open) -> None:
    areas = classed_areas()
    mm.Map(areas.set_geometry(areas.representative_point())).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    # They are read aloud, between those of the map and of the layers, and not seen.
    boxes = [heading.bounding_box() for heading in page.locator(".mm-group h3").all()]
    assert [(box["width"], box["height"]) for box in boxes if box] == [(1, 1)] * 2


def test_a_leg_tells_its_facts_and_sources_under_the_cursor(
    tmp_path: Path, open_page: Open
) -> None:
    middle = mm.corridor("middle")
    mm.Map().add(middle).save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    leg = middle.legs.set_index("leg_id").loc["poti-port-constanta"]
    place = leg.geometry.interpolate(0.5, normalized=True)
    look_at(opened.page, place.x, place.y, 8)
    title, facts, source = hover(opened.page, place.x, place.y).split("\n")
    assert title.startswith("Poti port – Constan")
    assert facts.startswith("ferry or ship")
    assert f"{leg['length_km']:.0f} km" in facts
    assert source == f"Source: {leg['status_source']}; {leg['length_source']}"
    assert opened.complaints == []


def test_arrows_and_names_stand_along_the_legs_where_there_is_room(
    tmp_path: Path, open_page: Open
) -> None:
    legs = gpd.GeoDataFrame(
        {"leg_id": ["a-b"], "from_node": ["a"], "to_node": ["b"], "mode": ["road"],
         "status": ["operating"], "length_km": [315.0], "drawn_km": [315.0], "countries": ["KAZ"]},
        geometry=[shapely.LineString([(80, -40), (84, -40)])],
        crs=4326,
    )  # fmt: skip
    nodes = gpd.GeoDataFrame(
        {"node_id": ["a", "b"], "name": ["A", "B"], "kind": "station", "country": "KAZ"},
        geometry=gpd.points_from_xy([80.0, 84.0], [-40.0, -40.0]),
        crs=4326,
    )
    line = mm.Corridor("mine", title="Mine", legs=legs, nodes=nodes)
    mm.Map().add(line).add(
        mm.Corridor("other", title="Other", legs=legs, nodes=nodes)
    ).save(tmp_path / "map.html")  # fmt: skip
    page = open_page(tmp_path / "map.html").page

    def painted(lon: float, zoom: int) -> int:
        """Count the shades in a strip above the line, where arrows and names stick out."""
        look_at(page, lon, -40, zoom)
        x, y = spot_of(page, lon, -40)
        shot = page.screenshot(clip={"x": x - 30, "y": y - 18, "width": 60, "height": 14})
        return len(np.unique(np.asarray(Image.open(BytesIO(shot))).reshape(-1, 4), axis=0))

    assert painted(82, 8) > 20  # "315 km" stands above the middle


def test_hostile_names_of_numbers_rasters_and_groups_are_text(
    tmp_path: Path, open_page: Open
) -> None:
    column, layer, group, term = HOSTILE[1:5]
    cover = np.tile(np.array([1, 1, 2, 2], dtype="u1"), (4, 1))
    heights = np.full((4, 4), 7, dtype="i2")
    tags = {"class_1": layer, "class_2": term}
    counts = pd.DataFrame({"country": ["KAZ", "UZB"], column: [3.0, 9.0]})
    made = mm.Map().add(
        classed_areas().rename(columns={"grade": column}), color=column, k=3, name=layer
    )
    made.add(raster(tmp_path / "cover.tif", cover, **tags), name=column, group=group)
    made.add(raster(tmp_path / "dem.tif", heights, units=layer), name=group)
    made.add_countries(counts, value=column, name=HOSTILE[0])
    made.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    headings = [text.strip() for text in page.locator(".mm-panel :is(h3, h4)").all_text_contents()]
    assert {HOSTILE[0], column, layer, group} <= set(headings)
    assert layer in page.locator(".mm-panel").text_content()
    assert term in page.locator(".mm-panel").text_content()
    look_at(page, 62, 49, 6)
    assert column in hover(page, 62.5, 49.5)
    said = page.locator(".mm-coordinates").inner_text().split("\n")
    assert said[:2] == [f"{group}: 7 {layer}", f"{column}: {term}"]
    assert hover(page, 66.5, 43.5).split("\n") == ["Kazakhstan", f"{column}: 3"]
    page.get_by_role("checkbox", name=HOSTILE[0], exact=True).uncheck()
    look_at(page, 65, 45, 6)
    assert f"{column}: 5.25 (class " in hover(page, 65.5, 45)
    page.mouse.click(*spot_of(page, 65.5, 45))
    assert column in page.locator(".mm-record dt").all_text_contents()
    assert page.title() == "minmap"
    assert page.locator("img[src='x']").count() == 0
    assert opened.complaints == []


def test_a_record_goes_with_its_layer(tmp_path: Path, open_page: Open) -> None:
    middle = mm.corridor("middle")
    area = gpd.GeoDataFrame(geometry=[shapely.box(-20, 0, -10, 10)], crs=4326)
    mm.Map().add(middle).add(area, name="Area").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    node = middle.nodes.set_index("node_id").loc["aktau_port"].geometry
    leg = max(middle.legs.geometry, key=lambda line: line.length).interpolate(0.4, normalized=True)
    on = [("Middle Corridor", node), ("Middle Corridor", leg), ("Area", shapely.Point(-15, 5))]
    for name, place in on:
        look_at(page, place.x, place.y, 8)
        click_at(page, place.x, place.y)
        expect(page.locator(".mm-record")).to_have_count(1)
        layer = page.get_by_role("checkbox", name=name, exact=True)
        layer.uncheck()
        expect(page.locator(".mm-record")).to_have_count(0)
        layer.check()
