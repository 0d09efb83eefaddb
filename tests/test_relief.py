"""Shaded relief: what a page embeds of it, and that it leaves flat land and the sea as they are."""

from __future__ import annotations

import gzip
from base64 import b64encode
from io import BytesIO

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from PIL import Image

import minmap as mm
from minmap.maps.base import extent_of
from minmap.scene.relief import (
    FLAT,
    LEVELS,
    SIDE,
    STILL,
    relief_blocks,
    relief_of,
    relief_within,
)
from minmap.webmap.base_layer import BaseMap

GEORGIA = [[41.0, 40.0], [43.6, 46.7]]
CORRIDOR = [[30.0, 25.0], [55.0, 90.0]]
WORLD = [[None, None], [None, None]]


def base_of_page(page: mm.Map) -> BaseMap:
    (base,) = (child for child in page._children.values() if isinstance(child, BaseMap))
    return base


def page_of(west: float, south: float, east: float, north: float) -> mm.Map:
    corners = gpd.points_from_xy([west, east], [south, north])
    return mm.Map(gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=corners, crs=4326))


def embedded(page: mm.Map) -> bytes:
    return b64encode(base_of_page(page).payloads["relief"]())


def test_bytes_follow_the_extent() -> None:
    georgia = len(embedded(page_of(40, 41, 46.7, 43.6)))
    corridor = len(embedded(page_of(26.4, 36.8, 84.4, 53.8)))
    world = len(embedded(page_of(-170, -55, 178, 75)))
    assert georgia < 60_000
    assert georgia < corridor < 200_000
    assert world < 120_000


def test_a_page_has_fine_blocks_within_its_extent_and_coarse_ones_of_the_world() -> None:
    table = relief_of(GEORGIA)
    places = [
        set(zip(part["x"].to_pylist(), part["y"].to_pylist(), strict=True))
        for level in LEVELS
        for part in [table.filter(pc.field("level") == level)]
    ]
    everywhere = relief_blocks().filter(pc.field("level") == LEVELS[0])
    assert len(places[0]) == len(everywhere)
    assert (19, 11) in places[-1]  # Tbilisi, of 32 columns and rows
    assert {x for x, _ in places[-1]} <= {19, 20}
    assert (places[2], len(places[1]) > 1) == (set(), True)


def test_relief_crosses_180_degrees() -> None:
    table = relief_of([[50.0, 170.0], [65.0, 200.0]])
    columns = set(table.filter(pc.field("level") == LEVELS[-1])["x"].to_pylist())
    assert columns == {0, 1, 2, 30, 31}


def test_what_is_added_later_counts_and_the_same_map_gives_the_same_bytes() -> None:
    page = page_of(40, 41, 46.7, 43.6)
    before = embedded(page)
    assert embedded(page) == before
    page.add(gpd.GeoDataFrame(geometry=gpd.points_from_xy([76.0], [42.0]), crs=4326), name="far")
    assert len(embedded(page)) > len(before)
    assert embedded(mm.Map(location=(42, 44), zoom_start=8)) != embedded(mm.Map())


def test_a_location_gives_the_extent_of_its_screen() -> None:
    (south, west), (north, east) = extent_of(mm.Map(location=(42, 44), zoom_start=8))
    assert west == pytest.approx(44 - (east - west) / 2)
    assert 39 < south < 42 < north < 45
    (_, first), _ = extent_of(page_of(40, 41, 46.7, 43.6))
    assert first == 40


@pytest.mark.parametrize(
    ("box", "is_flat"),
    [
        ((50.5, 39.5, 51.5, 40.5), True),  # the Caspian
        ((33.0, 42.9, 35.0, 43.8), True),  # the Black Sea
        ((60.5, 42.6, 61.5, 43.2), True),  # the Kyzylkum
        ((76.0, 41.5, 78.0, 42.0), False),  # the Tien Shan
    ],
)
def test_flat_land_and_water_stay_as_they_are(
    box: tuple[float, float, float, float], is_flat: bool
) -> None:
    relief = relief_within(box, zoom=7)
    (south, west), (north, east) = relief.bounds
    assert west <= box[0] < box[2] <= east
    assert south <= box[1] < box[3] <= north
    across = [round((lon - west) / (east - west) * relief.width) for lon in box[::2]]
    y = [np.arcsinh(np.tan(np.radians(lat))) for lat in (south, box[1], box[3], north)]
    down = [round((y[3] - one) / (y[3] - y[0]) * relief.height) for one in (y[2], y[1])]
    seen = relief.opacities()[down[0] : down[1], across[0] : across[1]]
    assert seen.size > 50
    assert (not seen.any()) is is_flat


def test_blocks_are_small_grey_pictures() -> None:
    table = relief_blocks()
    level = pc.field("level") == LEVELS[0]
    for picture in table.filter(level)["picture"].to_pylist()[:6]:
        image = Image.open(BytesIO(picture))
        assert image.format == "WEBP"
        assert image.size == (SIDE, SIDE)
        bands = np.asarray(image.convert("RGB"), dtype=int)
        assert np.ptp(bands, axis=2).max() <= 1  # of rounding
        assert np.abs(bands - FLAT).max() > STILL


def test_the_payload_is_the_table_of_blocks() -> None:
    stream = gzip.decompress(base_of_page(mm.Map()).payloads["relief"]())
    assert pa.ipc.open_stream(stream).read_all().equals(relief_of(WORLD))
