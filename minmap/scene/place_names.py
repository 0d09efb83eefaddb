"""The names of the base map: towns, countries, waters, provinces and peaks."""

from __future__ import annotations

import gzip
from enum import IntEnum
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.scene.drawable_geometry import Edges
from minmap.scene.grid_boxes import GridBox, grid_box, meets
from minmap.scene.ground_files import ground_file
from minmap.scene.world_grid import degrees

NAME_SOURCE: Final = {
    "title": "GeoNames",
    "citation": "GeoNames, places of July 2026, geonames.org",
    "licence": "CC BY 4.0",
    "url": "https://www.geonames.org",
}
"""Where names come from that are not Natural Earth's."""
POINT_STEP: Final = 2**10
"""Places of names are whole numbers of this many units of the world: a pixel of zoom 12."""
ROOM_STEP: Final = 2**14
"""Rooms are whole numbers of this many units."""
ROOM_NUMBERS: Final = 6
_MOST_TOWNS: Final = 1_600
_WORLD_ZOOM: Final = 4
"""Towns that are named up to this zoom are on each page."""
_ROOMS: Final = {"near": 32, "world": 8}
"""The most rooms of an area in an extent, and in one of more than a third of the world."""
_FAR_ROOMS: Final = 3
"""How many rooms an area keeps even if none meets the extent."""
_THIRD: Final = 120.0  # degrees
_MARGIN: Final = (0.15, 1.5)  # as a share of an extent, and at least in degrees


class Naming(IntEnum):
    """What a name of the base map names."""

    TOWN, CAPITAL, COUNTRY, WATER = range(4)
    PROVINCE, PEAK = 7, 8


def names_in(extent: Edges | None, *, has_provinces: bool = True) -> pa.Table:
    """Return the names that a page with data in an extent can show.

    Parameters
    ----------
    extent
        West, south, east and north of the data in degrees. None takes the whole world.
    has_provinces
        Whether the page shows the lines of provinces, and so names them.

    Returns
    -------
    pyarrow.Table
        Columns of the file: names of the world, and those of small places in the extent as
        long as there are not too many of them, the most important first.
    """
    table = _table()
    if not has_provinces:
        table = table.filter(pc.not_equal(table["naming"], Naming.PROVINCE))
    box = grid_box(extent and _with_margin(extent))
    x, y = (table[name].to_numpy() * POINT_STEP for name in ("x", "y"))
    near = meets(box, x, y, x, y)
    naming, zoom = (table[name].to_numpy() for name in ("naming", "zoom"))
    is_wide = np.isin(naming, [Naming.COUNTRY, Naming.WATER])
    world = is_wide | (zoom <= _WORLD_ZOOM) | (naming == Naming.CAPITAL)
    local = near & ~world
    local &= np.cumsum(local) <= _MOST_TOWNS
    is_large = extent is None or extent[2] - extent[0] > _THIRD
    most = _ROOMS["world" if is_large else "near"]
    return _with_rooms_in(box, table.filter(pa.array(world | local)), most)


def ground_names() -> pd.DataFrame:
    """Return the names: ``lon``, ``lat``, ``zoom`` from which each is written, ``naming``, texts.

    The texts are ``name`` (English) and ``ru``; ``region`` is the two-letter code of a country and
    of the one that a town is in.
    """
    table = _table()
    frame: pd.DataFrame = table.select(["zoom", "naming", "name", "region", "ru"]).to_pandas()
    lon, lat = degrees(*(table[name].to_numpy() * POINT_STEP for name in ("x", "y")))
    return frame.assign(lon=lon, lat=lat)


def country_names(language: str) -> dict[str, str]:
    """Return the names of countries by their two-letter codes; empty for a language without any.

    Examples
    --------
    >>> country_names("ru")["KZ"], country_names("en")
    ('Казахстан', {})
    """
    if language != "ru":
        return {}
    names = ground_names()
    named = names[names["naming"] == Naming.COUNTRY].dropna(subset=["region", "ru"])
    return dict(zip(named["region"], named["ru"], strict=True))


def _with_margin(extent: Edges) -> Edges:
    west, south, east, north = extent
    share, least = _MARGIN
    across, up = (max(least, share * side) for side in (east - west, north - south))
    return (west - across, south - up, east + across, north + up)


def _with_rooms_in(box: GridBox, table: pa.Table, most: int) -> pa.Table:
    """Return names with at most `most` rooms each: the first ones, and those that meet the box."""
    rooms = []
    for numbers in table["rooms"].to_pylist():
        own = np.array(numbers, dtype=np.int64).reshape(-1, ROOM_NUMBERS)
        kept = meets(box, *(own[:, :4].T * ROOM_STEP))
        kept[:_FAR_ROOMS] = True
        rooms.append(own[kept][:most].ravel())
    at = table.schema.get_field_index("rooms")
    return table.set_column(at, "rooms", pa.array(rooms, table.schema.field(at).type))


@cache
def _table() -> pa.Table:
    return pa.ipc.open_stream(gzip.decompress(ground_file("names.arrow.gz"))).read_all()
