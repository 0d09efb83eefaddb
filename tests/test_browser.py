"""The saved page in a real browser, with the network off, used as a person would."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from PIL import Image
from playwright.sync_api import Page
from pyproj import Geod

import minmap as mm
from minmap.demo import demo_map
from tests.waiting import at_rest

Open = Callable[[Path], Any]

HOSTILE = [
    "A{{ 7*7 }}B",
    "</script><script>document.title='x'</script>",
    "<img src=x onerror=\"document.title='x'\">",
    "`${document.title='x'}`",
    "${1}",
    "C:\\users\\new",
    "Жезказган «медь»",
    "ჭიათურა",
    "'; alert(1); //",
    "%3Cscript%3E & &lt;b&gt;",
]
THE_MAP = "window[document.querySelector('.folium-map').id]"


def look_at(page: Page, lon: float, lat: float, zoom: int = 10) -> None:
    """Put a place in the middle of the map and wait until it is drawn."""
    page.evaluate(
        f"([lat, lon, zoom]) => {THE_MAP}.setView([lat, lon], zoom, {{animate: false}})",
        [lat, lon, zoom],
    )
    at_rest(page)


def click_at(page: Page, lon: float, lat: float) -> None:
    at_rest(page)
    spot = page.evaluate(
        f"""([lat, lon]) => {{ const map = {THE_MAP};
            const p = map.latLngToContainerPoint([lat, lon]);
            const box = map.getContainer().getBoundingClientRect();
            return [p.x + box.left, p.y + box.top]; }}""",
        [lat, lon],
    )
    page.mouse.click(*spot)
    at_rest(page)


def legend(page: Page, layer: str) -> dict[str, int]:
    rows = page.locator(f'.mm-layer[aria-label="{layer}"] li')
    return {
        row.locator(".mm-legend__label").inner_text(): int(
            row.locator(".mm-legend__count").inner_text().replace(",", "")
        )
        for row in rows.all()
    }


def points(names: list[str], **columns: object) -> gpd.GeoDataFrame:
    """One place a name, two degrees apart along the 45th parallel."""
    lon = [60.0 + 2 * n for n in range(len(names))]
    return gpd.GeoDataFrame(
        {"name": names, **columns}, geometry=gpd.points_from_xy(lon, [45.0] * len(names)), crs=4326
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "middle corridor.html"
    demo_map().save(path)
    return path


def test_the_demo_asks_for_nothing_and_complains_of_nothing(demo: Path, open_page: Open) -> None:
    opened = open_page(demo)
    at_rest(opened.page)
    outside = [url for url in opened.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert outside == []
    assert [url for url in opened.requests if url.startswith("file:")] == [demo.as_uri()]
    assert opened.complaints == []
    assert opened.page.title() == "Mineral deposits along the Middle Corridor"
    assert opened.page.get_attribute("html", "lang") == "en"


def test_the_demos_legend_counts_what_the_table_holds(demo: Path, open_page: Open) -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    drawn = deposits[deposits.geometry.notna()]
    labels = mm.vocabulary.commodity_groups().set_index("code")["label"]
    expected = drawn["commodity_group"].map(labels).fillna("not given").value_counts().to_dict()
    page = open_page(demo).page
    assert legend(page, "Major mineral deposits (OFR 2005-1294)") == expected


def test_a_click_on_an_occurrence_shows_its_record(demo: Path, open_page: Open) -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    one = deposits[deposits["name"] == "Baqyrchik"].iloc[0]
    near = mm.nearest(deposits, mm.corridor("middle")).loc[one.name]
    page = open_page(demo).page
    look_at(page, one.geometry.x, one.geometry.y, 12)
    click_at(page, one.geometry.x, one.geometry.y)
    record = page.locator(".mm-record")
    assert record.locator("h3").inner_text() == one["name"]
    text = record.inner_text()
    assert (one["country"], one["commodities"]) == ("KAZ", "Au")
    assert record.locator(".mm-commodities li").all_inner_texts() == ["Gold"]
    assert {"Kazakhstan", "Hydrothermal"} <= set(record.locator("dd").all_inner_texts())
    margin = f"{one['location_uncertainty_m'] / 1000:.0f} km"
    distance = f"{near['distance_km']:.0f} km\u00a0±\u00a0{margin} from the Middle Corridor"
    assert f"{distance}; nearest node: Dostyk, " in text
    assert "Source:" in text
    assert near["leg_id"] not in text
    record.get_by_text(re.compile(r"All fields \(\d+\)")).click()
    for part in (one["occurrence_id"], near["leg_id"]):
        assert str(part) in record.inner_text()


@pytest.mark.exhaustive
def test_hostile_text_appears_as_written_and_runs_nothing(tmp_path: Path, open_page: Open) -> None:
    frame = points(HOSTILE, kind=HOSTILE)
    source = dict(zip(("title", "citation", "vintage", "licence"), HOSTILE[1:], strict=False))
    frame.attrs["sources"] = [source]
    areas = frame.set_geometry(
        frame.geometry.to_crs(3857).buffer(30_000).to_crs(4326).translate(yoff=3)
    )
    page_map = mm.Map(title=HOSTILE[1], subtitle=HOSTILE[2])
    page_map.add(areas, name=HOSTILE[2], color="kind").add(frame, name=HOSTILE[1], color="kind")
    folium.FeatureGroup(name=HOSTILE[0]).add_to(page_map)
    page_map.save(tmp_path / "hostile.html")
    opened = open_page(tmp_path / "hostile.html")
    page = opened.page
    assert page.title() == HOSTILE[1]
    panel = page.locator(".mm-panel")
    assert panel.locator("h2").text_content() == HOSTILE[1]
    names = [heading.text_content() for heading in panel.locator("h4").all()]
    assert {name.strip() for name in names} == {*HOSTILE[:3], "Base map"}
    labels = [label.text_content() for label in panel.locator(".mm-legend__label").all()]
    assert sorted(labels) == sorted(2 * HOSTILE)
    for name, point in zip(HOSTILE, frame.geometry, strict=True):
        for lat in (point.y, point.y + 3):
            look_at(page, point.x, lat)
            page.mouse.move(300, 300)
            click_at(page, point.x, lat)
            assert page.locator(".mm-record h3").text_content() == name
            assert page.locator(".mm-record dd").first.text_content() == name
    look_at(page, 60.0, 45.0)
    page.mouse.move(601, 401)
    at_rest(page)
    assert HOSTILE[0] in page.locator(".leaflet-tooltip").first.text_content()
    page.locator(".mm-sources-button").click()
    dialog = page.locator("dialog").text_content()
    assert HOSTILE[2] in dialog
    assert f"State of the data: {HOSTILE[3]}" in dialog
    assert page.title() == HOSTILE[1]
    assert page.locator("img[src='x']").count() == 0
    assert opened.complaints == []


def test_hostile_corridors_and_columns_are_shown_as_written(
    tmp_path: Path, open_page: Open
) -> None:
    nodes = gpd.GeoDataFrame(
        {"node_id": ["a", "b"], "name": HOSTILE[1:3], "kind": "port", "country": ["KAZ", "AZE"]},
        geometry=gpd.points_from_xy([60.0, 64.0], [45.0, 45.0]),
        crs=4326,
    )
    legs = gpd.GeoDataFrame(
        {"leg_id": ["a-b"], "from_node": ["a"], "to_node": ["b"], "mode": ["rail"],
         "status": ["operating"], "length_km": [315.0], "drawn_km": [315.0],
         "countries": ["KAZ AZE"]},
        geometry=[shapely.LineString([(60, 45), (64, 45)])],
        crs=4326,
    )  # fmt: skip
    corridor = mm.Corridor("mine", title=HOSTILE[3], legs=legs, nodes=nodes)
    frame = points(["a"]).rename(columns={"name": HOSTILE[2]})
    frame = frame.set_geometry(gpd.points_from_xy([62.0], [46.0]), crs=4326)
    mm.Map().add(corridor).add(frame).save(tmp_path / "hostile.html")
    opened = open_page(tmp_path / "hostile.html")
    page = opened.page
    look_at(page, 62.0, 46.0)
    click_at(page, 62.0, 46.0)
    assert page.locator(".mm-record dt").first.text_content() == HOSTILE[2]
    for name, lon in zip(HOSTILE[1:3], (60.0, 64.0), strict=True):
        look_at(page, lon, 45.0)
        click_at(page, lon, 45.0)
        assert page.locator(".mm-record h3").text_content() == name
    look_at(page, 62.0, 45.0)
    click_at(page, 62.0, 45.0)
    assert page.locator(".mm-record h3").text_content() == f"{HOSTILE[1]} – {HOSTILE[2]}"
    assert page.get_by_role("group", name=HOSTILE[3]).count() == 1
    assert page.title() == "minmap"
    assert page.locator("img[src='x']").count() == 0
    assert opened.complaints == []


def test_escape_closes_the_record_of_a_node(tmp_path: Path, open_page: Open) -> None:
    middle = mm.corridor("middle")
    mm.Map().add(middle).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    aktau = middle.nodes.set_index("node_id").loc["aktau_port"].geometry
    look_at(page, aktau.x, aktau.y, 11)
    click_at(page, aktau.x, aktau.y)
    assert page.locator(".mm-record").count() == 1
    page.keyboard.press("Escape")
    at_rest(page)
    assert page.locator(".mm-record").count() == 0


def test_the_record_of_a_node_is_all_russian_on_a_russian_page(
    tmp_path: Path, open_page: Open
) -> None:
    middle = mm.corridor("middle")
    mm.Map(language="ru").add(middle).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    aktau = middle.nodes.set_index("node_id").loc["aktau_port"].geometry
    look_at(page, aktau.x, aktau.y, 11)
    click_at(page, aktau.x, aktau.y)
    assert page.get_by_label("Закрыть окно").count() == 1
    page.get_by_text(re.compile("Все поля")).click()
    headings = page.locator(".mm-record dt").all_inner_texts()
    assert {"Номер в источнике", "Отступ от линии источника"} <= set(headings)
    assert not re.search("[a-z]", " ".join(headings))


def test_the_tab_key_comes_to_the_controls_before_the_nodes(
    tmp_path: Path, open_page: Open
) -> None:
    mm.Map().add(mm.corridor("middle")).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.locator(".folium-map").focus()
    # The first stops pass over the controls.
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.leaflet-control') !== null")


def test_a_single_place_is_shown_with_what_is_around_it(tmp_path: Path, open_page: Open) -> None:
    mm.Map(points(["a"])).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    assert page.evaluate(f"{THE_MAP}.getZoom()") == 10


def test_features_that_cannot_be_drawn_are_counted_in_the_panel(
    tmp_path: Path, open_page: Open
) -> None:
    shapes = [shapely.box(60, 40, 61, 41), None, None]
    names = ["here", "Vale, Atlantic plain", "lost"]
    made = gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=4326)
    mm.Map(made).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    told = "2 records have no location that can be drawn: Vale, Atlantic plain; lost"
    assert page.locator(".mm-note").first.inner_text() == told


@pytest.mark.parametrize("width", [720, 1200])
def test_a_record_is_not_covered_by_the_panel_or_the_buttons(
    tmp_path: Path, open_page: Open, width: int
) -> None:
    mm.Map(points(["a"], text=["word " * 300])).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.set_viewport_size({"width": width, "height": 800})
    page.reload()
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    look_at(page, 60.0, 45.0)
    click_at(page, 60.0, 45.0)
    popup = page.locator(".leaflet-popup-content-wrapper").bounding_box()
    panel = page.locator(".mm-panel").bounding_box()
    buttons = page.locator(".leaflet-control-zoom").bounding_box()
    assert popup
    assert panel
    assert buttons
    for other in (panel, buttons):
        beside = (
            popup["x"] >= other["x"] + other["width"] or popup["x"] + popup["width"] <= other["x"]
        )
        below = popup["y"] >= other["y"] + other["height"]
        assert beside or below or popup["y"] + popup["height"] <= other["y"]
    assert popup["x"] >= 0
    assert popup["x"] + popup["width"] <= width


def test_a_group_that_is_switched_off_is_neither_drawn_nor_found(
    tmp_path: Path, open_page: Open
) -> None:
    mm.Map(points(["a", "b"], commodity_group=["base", "precious"])).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60.0, 45.0)
    click_at(page, 60.0, 45.0)
    assert page.locator(".mm-record h3").inner_text() == "a"
    page.keyboard.press("Escape")
    page.get_by_label("Base metals").uncheck()
    click_at(page, 60.0, 45.0)
    assert page.locator(".mm-record").count() == 0


def test_many_records_on_one_point_are_all_within_reach(tmp_path: Path, open_page: Open) -> None:
    frame = points([f"record {n}" for n in range(27)])
    frame = frame.set_geometry(gpd.points_from_xy([60.0] * 27, [45.0] * 27), crs=4326)
    mm.Map(frame).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60.0, 45.0)
    click_at(page, 60.0, 45.0)
    seen = set()
    for _ in range(27):
        seen.add(page.locator(".mm-record h3").inner_text())
        page.get_by_label("Next record").click()
    assert len(seen) == 27
    assert "of 27" in page.locator(".mm-record").inner_text()


def test_a_name_of_thousands_of_letters_takes_a_few_lines(tmp_path: Path, open_page: Open) -> None:
    mm.Map(points(["Very " + "long " * 800])).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    look_at(page, 60, 45)

    def height(selector: str) -> float:
        box = page.locator(selector).first.bounding_box()
        assert box
        return box["height"]

    page.mouse.move(600, 400)
    page.wait_for_selector(".mm-tooltip")
    assert 20 < height(".mm-tooltip") < 80
    page.locator(".mm-search input").fill("very")
    page.wait_for_selector(".mm-search__option")
    assert 20 < height(".mm-search__option") < 90
    page.keyboard.press("Escape")
    click_at(page, 60, 45)
    assert 20 < height(".mm-record h3") < 130


def test_the_ruler_measures_on_the_ellipsoid(tmp_path: Path, open_page: Open) -> None:
    mm.Map(location=(45, 66), zoom_start=5).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.get_by_label("Measure distance").click()
    places = [
        page.evaluate(
            f"at => {{ const p = {THE_MAP}.containerPointToLatLng(at); return [p.lng, p.lat]; }}",
            spot,
        )
        for spot in ([400, 300], [700, 500])
    ]  # fmt: skip
    page.mouse.click(400, 300)
    page.mouse.click(700, 500)
    page.keyboard.press("Enter")
    metres = Geod(ellps="WGS84").inv(*places[0], *places[1])[2]
    # A pixel is some 3 km long.
    assert f"Total {metres / 1000:.0f} km" in page.locator(".mm-ruler__readout").inner_text()


def test_the_ruler_is_set_down_on_the_node_of_a_corridor(tmp_path: Path, open_page: Open) -> None:
    middle = mm.corridor("middle")
    mm.Map().add(middle).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    aktau = middle.nodes.set_index("node_id").loc["aktau_port"].geometry
    look_at(page, aktau.x, aktau.y, 8)
    page.get_by_label("Measure distance").click()
    click_at(page, aktau.x, aktau.y)
    assert page.locator(".mm-record").count() == 0
    assert page.locator(".mm-ruler__dot").count() == 1
    other = page.locator(".mm-node[aria-label^='Baku']").first
    other.focus()
    page.keyboard.press("Enter")
    assert page.locator(".mm-record").count() == 0
    assert page.locator(".mm-ruler__dot").count() == 2
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    # The map moved to show the node that had the focus.
    look_at(page, aktau.x, aktau.y, 8)
    click_at(page, aktau.x, aktau.y)
    assert page.locator(".mm-record").count() == 1


def test_of_ruler_and_picking_out_one_ends_the_other(tmp_path: Path, open_page: Open) -> None:
    mm.Map(points(["a"])).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    ruler, pick = (page.get_by_label(name) for name in ("Measure distance", "Select records"))
    pick, box = pick.and_(page.locator("button")), page.get_by_role("button", name="Box")
    ruler.click()
    pick.click()
    box.click()
    assert ruler.get_attribute("aria-pressed") == "false"
    assert page.locator(".mm-measuring").count() == 0
    assert pick.get_attribute("aria-pressed") == "true"
    ruler.click()
    assert ruler.get_attribute("aria-pressed") == "true"
    assert pick.get_attribute("aria-pressed") is None
    assert page.locator(".mm-draw").count() == 0
    page.mouse.click(500, 400)
    assert page.locator(".mm-ruler__dot").count() == 1


def test_a_raster_lies_where_it_belongs(tmp_path: Path, open_page: Open) -> None:
    values = np.ones((60, 60), np.uint8)
    values[30, 20] = 2
    with rasterio.open(
        tmp_path / "classes.tif", "w", driver="GTiff", width=60, height=60, count=1, dtype="uint8",
        crs="EPSG:32642", transform=Affine(5_000, 0, 400_000, 0, -5_000, 5_100_000), nodata=0,
    ) as raster:  # fmt: skip
        raster.write(values, 1)
        raster.write_colormap(1, {1: (0, 128, 0, 255), 2: (255, 0, 0, 255)})
    centre = gpd.GeoSeries(
        [shapely.Point(400_000 + 20.5 * 5_000, 5_100_000 - 30.5 * 5_000)], crs="EPSG:32642"
    ).to_crs(4326)[0]
    mm.Map().add(tmp_path / "classes.tif").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    page.get_by_label("Opacity of classes").fill("100")
    look_at(page, centre.x, centre.y, 9)
    page.mouse.move(5, 795)
    page.screenshot(clip={"x": 598, "y": 398, "width": 4, "height": 4}, path=tmp_path / "shot.png")
    red, green, _ = np.asarray(Image.open(tmp_path / "shot.png").convert("RGB")).T.astype(int)
    assert (red > 200).all()
    assert (green < 60).all()


def test_the_notebooks_frame_shows_the_same_map(tmp_path: Path, open_page: Open) -> None:
    page_map = mm.Map(points(["a"]))
    shell = f'<html data-minmap="ready"><body>{page_map._repr_html_()}</body></html>'
    (tmp_path / "notebook.html").write_text(shell, encoding="utf-8")
    opened = open_page(tmp_path / "notebook.html")
    frame = opened.page.frame_locator("iframe")
    frame.locator('html[data-minmap="ready"]').wait_for(state="attached")
    assert frame.locator(".mm-legend__count").first.inner_text() == "1"
    assert opened.complaints == []


def test_vs_codes_notebook_shows_the_same_map(tmp_path: Path, open_page: Open) -> None:
    """VS Code 1.139 shows outputs in a sandbox, and on request (enableCsp) under this policy."""
    policy = (
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
        "img-src https: http: data:; font-src https:; connect-src https:; child-src https: data:"
    )
    output = mm.Map(points(["a"]))._repr_html_()
    view = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><body>{output}</body>'
    sandbox = "allow-same-origin allow-scripts allow-forms allow-pointer-lock allow-downloads"
    frame_of_it = f'<iframe width=900 height=700 sandbox="{sandbox}" srcdoc="{escape(view)}">'
    shell = f'<html data-minmap="ready"><body>{frame_of_it}</iframe></body></html>'
    (tmp_path / "notebook.html").write_text(shell, encoding="utf-8")
    opened = open_page(tmp_path / "notebook.html")
    frame = opened.page.frame_locator("iframe").frame_locator("iframe")
    frame.locator('html[data-minmap="ready"]').wait_for(state="attached")
    frame.get_by_role("button", name="Table").click()
    with opened.page.expect_download() as download:
        frame.get_by_role("button", name="CSV").click()
    assert "a" in download.value.path().read_text(encoding="utf-8")
    assert all("sandboxing" in complaint for complaint in opened.complaints)  # Chromium's own


def test_foliums_own_elements_work_on_the_map(tmp_path: Path, open_page: Open) -> None:
    page_map = mm.Map(location=(45, 70), zoom_start=8)
    folium.Marker([45, 70], popup="a folium popup").add_to(page_map)
    group = folium.FeatureGroup(name="Circles").add_to(page_map)
    folium.CircleMarker([45.2, 70], radius=20).add_to(group)
    folium.GeoJson(points(["a"]).to_json(), name="GeoJson").add_to(page_map)
    page_map.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    assert page.locator(".leaflet-marker-icon").first.evaluate("icon => icon.naturalWidth") > 0
    page.locator(".leaflet-marker-icon").first.click()
    assert "a folium popup" in page.locator(".leaflet-popup").inner_text()
    circles = page.locator(".leaflet-overlay-pane path").count()
    page.get_by_role("checkbox", name="Circles").uncheck()
    assert page.locator(".leaflet-overlay-pane path").count() == circles - 1
    assert opened.complaints == []


def test_a_corridor_shows_its_legs_and_nodes(tmp_path: Path, open_page: Open) -> None:
    middle = mm.corridor("middle")
    mm.Map().add(middle).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    counts = legend(page, middle.title)
    assert sum(counts.values()) == len(middle.legs) + len(middle.nodes)
    panel = page.locator(f'.mm-layer[aria-label="{middle.title}"]').inner_text()
    assert "a drawn line can lie kilometres from its track" in panel
    aktau = middle.nodes.set_index("node_id").loc["aktau_port"]
    look_at(page, aktau.geometry.x, aktau.geometry.y, 11)
    click_at(page, aktau.geometry.x, aktau.geometry.y)
    text = page.locator(".mm-record").inner_text()
    assert aktau["name"] in text
    assert "port" in text
