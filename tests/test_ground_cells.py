"""The base map follows the data of a page: its cells, its bytes, its roads and railways."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
import shapely
from PIL import Image
from playwright.sync_api import expect

import minmap as mm
from minmap.demo import demo_map
from minmap.scene.ground_cells import (
    FROM_ZOOM,
    LEVELS,
    Ground,
    cells_near,
    level_cells,
    packed_level,
)
from minmap.scene.shape_coding import Cell, CodedCells
from minmap.scene.world_grid import degrees
from minmap.types import Geometries
from minmap.webmap.base_layer import BaseMap
from tests.test_browser import THE_MAP
from tests.waiting import at_rest

Open = Callable[[Path], Any]
BISHKEK = (42.87, 74.6)
ROADS = range(Ground.MOTORWAY, Ground.TERTIARY + 1)
REGION = shapely.box(24, 22, 126, 62)


def points(*lonlat: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": range(len(lonlat))}, geometry=shapely.points(lonlat), crs="EPSG:4326"
    )


def counts_of(page: mm.Map) -> np.ndarray:
    return page_base(page)._counts()


def page_base(page: mm.Map) -> BaseMap:
    (base,) = [one for one in page._children.values() if isinstance(one, BaseMap)]
    return base


def cell_of(lon: float, lat: float, zoom: int) -> Cell:
    y, x = np.argwhere(counts_of(mm.Map(points((lon, lat)))))[0] >> (7 - zoom)
    return Cell(int(x), int(y))


def drawn(level: str, kinds: range) -> Geometries:
    """Return the shapes of some kinds in a level, in degrees."""
    coded = level_cells(level)
    found = [coded.shapes(cell) for cell in coded.streams]
    shapes = np.concatenate([some[np.isin(of, list(kinds))] for some, of in found])
    return shapely.transform(shapes, lambda xy: np.column_stack(degrees(*xy.T)))


def metres_off(places: np.ndarray, lines: Geometries) -> np.ndarray:
    """Return how far places in degrees are from the nearest of some lines, about."""
    squeeze = np.array([0.75, 1.0])  # a degree of longitude is shorter
    on_plane = shapely.transform(lines, lambda xy: xy * squeeze)
    spots = shapely.points(places * squeeze)
    near = shapely.STRtree(on_plane).nearest(spots)
    ways = shapely.get_coordinates(shapely.shortest_line(spots, on_plane[near])).reshape(-1, 2, 2)
    east, north = ((ways[:, 1] - ways[:, 0]) / squeeze).T
    return 111_320 * np.hypot(east * np.cos(np.radians(places[:, 1])), north)


def test_a_map_without_data_has_the_world_only() -> None:
    counts = counts_of(mm.Map())
    assert [cells_near(name, counts) for name in LEVELS] == [(), (), ()]
    assert all(
        CodedCells.of(gzip.decompress(packed_level(name, counts))).streams == {} for name in LEVELS
    )


def test_the_cells_near_the_data_come_first_and_no_others() -> None:
    lat, lon = BISHKEK
    counts = counts_of(mm.Map(points((lon, lat))))
    for name, level in LEVELS.items():
        zoom = level_cells(name).zoom
        own = cell_of(lon, lat, zoom)
        cells = cells_near(name, counts)
        assert cells[0] == own
        # A map of a small region has local roads beyond their reach.
        reach = -(-(level.reach + (name == "local")) * 2**zoom // 2**7)
        assert all(max(abs(x - own.x), abs(y - own.y)) <= reach for x, y in cells)
        page = CodedCells.of(gzip.decompress(packed_level(name, counts)))
        assert set(page.streams) == set(cells)
        assert all(page.streams[cell] == level_cells(name).streams[cell] for cell in cells)


def test_detail_has_no_holes_between_the_data_of_a_country() -> None:
    corners = [(52.0, 41.0), (80.0, 41.0), (66.0, 53.0)]
    counts = counts_of(mm.Map(points(*corners)))
    for name in ("region", "routes"):
        cells = cells_near(name, counts)
        (west, east), (north, south) = ((min(at), max(at)) for at in zip(*cells, strict=True))
        assert set(cells) == {
            Cell(x, y)
            for x, y in level_cells(name).streams
            if west <= x <= east and north <= y <= south
        }
        assert cell_of(66, 45, 6) in cells


def test_a_small_country_has_local_roads_beside_its_data_and_a_large_one_at_its_data() -> None:
    coded = level_cells("local")
    near = [cell_of(lon, 41.9, coded.zoom) for lon in (44.2, 45.8)]
    assert near[1].x == near[0].x + 1
    georgia = counts_of(mm.Map(points((42.5, 42.2), (44.2, 41.9))))
    assert set(near) <= set(cells_near("local", georgia))
    spread = [(lon, lat) for lon in range(30, 80, 4) for lat in range(36, 52, 4)]
    large = counts_of(mm.Map(points((42.5, 42.2), (44.2, 41.9), *spread)))
    assert near[0] in cells_near("local", large)
    assert near[1] not in cells_near("local", large)


@pytest.mark.parametrize("place", [(0.0, -80.0), (-65.0, -70.0), (120.0, -75.0), (-100.0, 40.0)])
def test_the_world_has_all_continents(place: tuple[float, float]) -> None:
    land = drawn("world", range(Ground.LAND, Ground.LAND + 1))
    assert shapely.contains_xy(land, *place).any()


def test_cells_with_most_records_come_first_until_the_bytes_are_used_up() -> None:
    spread = [(lon, lat) for lon in range(26, 120, 2) for lat in range(24, 60, 2)]
    counts = counts_of(mm.Map(points(*spread, *[BISHKEK[::-1]] * 50)))
    for name, level in LEVELS.items():
        coded = level_cells(name)
        cells = cells_near(name, counts)
        assert cells[0] == cell_of(*BISHKEK[::-1], coded.zoom)
        assert level.most / 2 < sum(map(coded.size, cells)) <= level.most


def test_the_ground_follows_the_layers_and_a_first_view() -> None:
    tbilisi = points((44.8, 41.7))
    views = [mm.Map(tbilisi, location=BISHKEK, zoom_start=zoom) for zoom in (8, 5)]
    near, far = (page_base(view) for view in views)
    own = cell_of(*BISHKEK[::-1], level_cells("region").zoom)
    assert own in cells_near("region", near._counts())
    assert own not in cells_near("region", far._counts())  # no finer shapes are drawn there
    assert own not in cells_near("region", counts_of(mm.Map(tbilisi)))
    for base, is_seen in ((near, True), (far, True), (page_base(mm.Map(tbilisi)), False)):
        names = pa.ipc.open_stream(gzip.decompress(base.payloads["names"]())).read_all()
        assert ("Taldykorgan" in names["name"].to_pylist()) is is_seen
    assert near.payloads["relief"]() != page_base(mm.Map(tbilisi)).payloads["relief"]()


def test_hidden_layers_lines_areas_and_rasters_count() -> None:
    area = gpd.GeoDataFrame(geometry=[shapely.box(60, 40, 75, 50)], crs="EPSG:4326")
    cell = cell_of(67, 45, 7)
    assert counts_of(mm.Map(area, show=False))[cell.y, cell.x] == 1
    line = gpd.GeoDataFrame(geometry=[shapely.LineString([(60, 45), (75, 45)])], crs="EPSG:4326")
    assert counts_of(mm.Map(line))[cell.y].sum() == 6
    raster = mm.Map(mm.sample("elevation.tif"), show=False)
    assert counts_of(raster)[cell.y, cell.x] == 1


def test_the_sources_are_those_of_what_the_page_has() -> None:
    def titles(page: mm.Map) -> list[str]:
        return [source["title"] for source in page_base(page).describe("")["sources"]]

    assert "Natural Earth" in titles(mm.Map())
    for place, is_mapped in ((-117.0, 39.0), False), (BISHKEK[::-1], True):
        assert ("OpenStreetMap" in titles(mm.Map(points(place)))) == is_mapped


def test_every_kind_of_ground_has_its_zoom() -> None:
    assert len(FROM_ZOOM) == len(Ground)
    for name in ("world", *LEVELS):
        coded = level_cells(name)
        for cell in coded.streams:
            assert np.isin(coded.shapes(cell)[1], list(Ground)).all()


@pytest.mark.parametrize("corridor_id", ["middle", "northern", "instc-east"])
def test_railways_are_drawn_where_the_legs_of_corridors_run(corridor_id: str) -> None:
    rails = drawn("routes", range(Ground.RAIL, Ground.RAIL + 1))
    legs = mm.corridor(corridor_id).legs
    legs = legs[(legs["mode"] == "rail") & (legs["status"] == "operating")]
    places = shapely.get_coordinates(shapely.segmentize(legs.geometry.to_numpy(), 0.01))
    places = places[shapely.contains_xy(REGION, *places.T)]
    assert metres_off(places, rails).max() < 300


def test_roads_follow_those_of_their_sources(shared: Path) -> None:
    edges = gpd.read_parquet(shared / "corridors" / "osm2021_road_edges.parquet")
    mapped = edges.geometry[edges["src"] != "bridge"]
    far = gpd.read_parquet(shared / "basemap" / "ne_10m_roads_clip.parquet").geometry
    sources = np.concatenate([mapped.to_numpy(), far.to_numpy()])
    roads = np.concatenate([drawn("routes", ROADS), drawn("local", ROADS)])
    places = shapely.get_coordinates(shapely.segmentize(roads, 0.05))
    # They may move by 60 m and 40 m when they are thinned and rounded, and carriageways are merged.
    assert metres_off(places, sources).max() < 300


def test_pages_stay_small(tmp_path: Path) -> None:
    """With 5 % to spare: 2.2 MB for the demo, 2 MB for the world, 1.25 MB for a country."""
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    world = points(*[(lon, lat) for lon in range(-175, 180, 5) for lat in range(-50, 75, 3)])
    for page, most in (
        (demo_map(), 2.2),
        (mm.Map(world), 2.0),
        (mm.Map(mm.select(deposits, country="KGZ")), 1.25),
    ):
        page.save(tmp_path / "map.html")
        assert (tmp_path / "map.html").stat().st_size < 1e6 * most / 1.05
        first = (tmp_path / "map.html").read_bytes()
        page.save(tmp_path / "map.html")
        assert (tmp_path / "map.html").read_bytes() == first


def test_layers_added_after_a_first_save_have_their_ground(tmp_path: Path) -> None:
    def roads(page: mm.Map) -> bytes:
        page.save(tmp_path / "map.html")
        text = (tmp_path / "map.html").read_text(encoding="utf-8")
        (packed,) = re.findall(r'id="base_map_?\d*_routes">([^<]*)<', text)
        return gzip.decompress(base64.b64decode(packed))

    page = mm.Map()
    assert CodedCells.of(roads(page)).streams == {}
    page.add(points(BISHKEK[::-1]))
    assert cell_of(*BISHKEK[::-1], 6) in CodedCells.of(roads(page)).streams


def test_the_first_view_on_a_phone_has_no_note(tmp_path: Path, open_page: Open) -> None:
    sites = points((70.3, 40.2), (79.2, 42.8), (74.6, 42.5), (73, 40), (77, 41))
    mm.Map(sites).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    note = page.locator(".mm-ground-note")
    for width, height in ((640, 420), (700, 500), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        page.wait_for_selector('html[data-minmap="ready"]', state="attached")
        expect(note).to_be_hidden()
    page.evaluate(f"{THE_MAP}.panBy([0, 10], {{animate: false}})")
    expect(note).to_have_text("Base map: no detail in part of this view")


TOWN_AT_NOTE = """([lat, lon]) => {
    const map = window[document.querySelector(".folium-map").id];
    const { x, y } = map.getSize();
    const from = map.project([lat, lon], 10).subtract([200, y - 28]);
    map.setView(map.unproject([from.x + x / 2, from.y + y / 2], 10), 10, { animate: false });
}"""
NAMES_AT_NOTE = """() => {
    const map = document.querySelector(".folium-map").getBoundingClientRect();
    const note = document.querySelector(".mm-ground-note").getBoundingClientRect();
    const [left, top] = [note.left - map.left, note.top - map.top];
    const names = document.querySelector("canvas.mm-labels").written;
    const touching = names.filter((name) => name.right > left && name.left < left + note.width
        && name.bottom > top && name.top < top + note.height);
    return touching.map(({ text }) => text);
}"""


def test_a_page_of_a_district_draws_roads_and_says_where_they_end(
    tmp_path: Path, open_page: Open
) -> None:
    mm.Map(points((74.6, 42.5)), location=BISHKEK, zoom_start=10).save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page

    def shares() -> dict[str, int]:
        shot = page.screenshot(clip={"x": 100, "y": 100, "width": 500, "height": 500})
        pixels = np.asarray(Image.open(BytesIO(shot)).convert("RGB")).reshape(-1, 3)
        colors = {"road": "fffdf8", "main": "fbf0d6", "urban": "e6ddd0"}
        return {
            name: int((np.abs(pixels - np.array(list(bytes.fromhex(code)))) <= 2).all(axis=1).sum())
            for name, code in colors.items()
        }

    found = shares()
    assert all(count > 200 for count in found.values()), found
    note = page.locator(".mm-ground-note")
    expect(note).to_have_text(
        "Base map: roads of August 2021 to zoom 12; waters and borders to zoom 9"
    )
    parts = "Base map: minor roads in part of this view only"
    for words in ("", parts, "Base map: no detail in part of this view"):
        page.locator(".leaflet-control-zoom-out").click()
        at_rest(page)
        expect(note).to_have_text(words)
    # Names keep off the note, which comes with the move that brings the town to its place.
    page.evaluate(TOWN_AT_NOTE, list(BISHKEK))
    at_rest(page)
    assert page.evaluate(NAMES_AT_NOTE) == []
