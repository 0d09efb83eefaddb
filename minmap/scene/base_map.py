"""The base map in the package: land, waters, borders and names of Natural Earth."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from minmap.scene.world_grid import WORLD
from minmap.types import AnyArray, Floats, Geometries

DETAIL_ZOOM: Final = 6
"""From this zoom of the page on, the finer shapes are drawn where there are any."""
CELL_ZOOM: Final = 4
DETAIL_CELL_ZOOM: Final = 6
"""Shapes are cut into the tiles of these zooms."""
BASE_SOURCE: Final = {
    "title": "Natural Earth",
    "citation": "Natural Earth, 1:10m and 1:50m vector data, naturalearthdata.com",
    "licence": "public domain",
    "url": "https://www.naturalearthdata.com",
}
"""Where the base map comes from."""
_AREA: Final = 2  # among the kinds of shapes of a payload


class Ground(IntEnum):
    """What a shape of the base map is."""

    LAND, LAKE, BORDER, RIVER, DISPUTED, COAST = range(6)


class Naming(IntEnum):
    """What a name of the base map names."""

    TOWN, CAPITAL, COUNTRY, WATER = range(4)


@dataclass(frozen=True)
class GroundShapes:
    """Shapes of the base map in EPSG:4326, and what each is."""

    shapes: Geometries
    grounds: AnyArray


@cache
def base_data(name: str) -> bytes:
    """Return a file of the base map: ``"world"``, ``"detail"`` or ``"labels"``."""
    return (resources.files("minmap") / "webmap" / "data" / f"{name}.arrow.gz").read_bytes()


def ground_in(box: tuple[float, float, float, float], *, zoom: float) -> GroundShapes:
    """Return the shapes of a box (west, south, east, north in degrees), as the page draws them.

    The finer shapes replace the others in the tiles that they cover.
    """
    coarse = _tiles("world")
    if zoom < DETAIL_ZOOM:
        return coarse.within(box)
    fine = _tiles("detail")
    cells = shapely.union_all(fine.boxes())
    world = coarse.within(box)
    around = shapely.difference(world.shapes, cells)
    kept = ~shapely.is_empty(around)
    detail = fine.within(box)
    return GroundShapes(
        np.concatenate([around[kept], detail.shapes]),
        np.concatenate([world.grounds[kept], detail.grounds]),
    )


def ground_names() -> pd.DataFrame:
    """Return the names: ``lon``, ``lat``, ``zoom`` from which each is written, ``naming``, texts.

    The texts are ``name`` (English) and ``ru``; countries have a ``region``, their two-letter code.
    """
    table = _table("labels")
    lon, lat = _degrees(
        *(np.cumsum(table[name].to_numpy(), dtype=np.int64) for name in ("_x", "_y"))
    )
    frame: pd.DataFrame = table.select(["_rank", "_style", "c0", "region", "ru"]).to_pandas()
    frame.columns = ["zoom", "naming", "name", "region", "ru"]
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
    named = ground_names().dropna(subset=["region", "ru"])
    return dict(zip(named["region"], named["ru"], strict=True))


@dataclass(frozen=True)
class _Tiles:
    """Shapes in tiles of a zoom, with the west, south, east and north of the tile of each."""

    ground: GroundShapes
    edges: Floats

    def within(self, box: tuple[float, float, float, float]) -> GroundShapes:
        """Return the shapes of the tiles that meet a box; it may pass 180 degrees."""
        west, south, east, north = box
        wests, souths, easts, norths = self.edges
        meets = np.zeros(len(wests), dtype=bool)
        for turn in (-360, 0, 360):
            meets |= (wests + turn <= east) & (easts + turn >= west)
        meets &= (souths <= north) & (norths >= south)
        return GroundShapes(self.ground.shapes[meets], self.ground.grounds[meets])

    def boxes(self) -> Geometries:
        """Return the tiles as boxes in degrees."""
        return np.asarray(shapely.box(*np.unique(self.edges, axis=1)))


@cache
def _tiles(name: str) -> _Tiles:
    table = _table(name)
    side = WORLD / 2 ** (CELL_ZOOM if name == "world" else DETAIL_CELL_ZOOM)
    cx, cy = (table[column].to_numpy().astype(float) for column in ("_cx", "_cy"))
    west, north = _degrees(cx * side, cy * side)
    east, south = _degrees((cx + 1) * side, (cy + 1) * side)
    ground = GroundShapes(_shapes(table), table["_style"].to_numpy())
    return _Tiles(ground, np.array([west, south, east, north]))


@cache
def _table(name: str) -> pa.Table:
    return pa.ipc.open_stream(gzip.decompress(base_data(name))).read_all()


def _shapes(table: pa.Table) -> Geometries:
    """Return the shapes of a payload of the page."""
    rings, vertices = (table[name].combine_chunks() for name in ("_rings", "_vertices"))
    planes = vertices.values.flatten()  # noqa: PD011  # of Arrow
    x, y = (_summed(planes[first : first + 4]) for first in (0, 4))
    lonlat = np.column_stack(_degrees(x, y))
    of_row = rings.offsets.to_numpy()
    of_ring = np.concatenate([[0], np.cumsum(rings.values.to_numpy())])  # noqa: PD011  # of Arrow
    kinds = table["_kind"].to_numpy()
    shapes = np.empty(len(table), dtype=object)
    for kind, chosen in (
        (shapely.GeometryType.POLYGON, kinds == _AREA),
        (shapely.GeometryType.MULTILINESTRING, kinds != _AREA),
    ):
        if chosen.any():
            made = _ragged(kind, lonlat, of_ring, of_row, np.flatnonzero(chosen))
            shapes[chosen] = made
    return shapes


def _ragged(
    kind: shapely.GeometryType, lonlat: Floats, of_ring: AnyArray, of_row: AnyArray, rows: AnyArray
) -> Geometries:
    """Return the shapes of some rows of one kind."""
    counts = of_row[rows + 1] - of_row[rows]
    rings = np.concatenate([np.arange(of_row[row], of_row[row + 1]) for row in rows])
    sizes = of_ring[rings + 1] - of_ring[rings]
    points = np.concatenate([np.arange(of_ring[ring], of_ring[ring + 1]) for ring in rings])
    starts = np.concatenate([[0], np.cumsum(sizes)]), np.concatenate([[0], np.cumsum(counts)])
    made: Geometries = shapely.from_ragged_array(kind, lonlat[points], starts)
    return made


def _summed(planes: list[pa.Array]) -> AnyArray:
    """Return whole numbers from the bytes of their differences: 2n, or -2n - 1 below zero."""
    small = sum(
        plane.to_numpy().astype(np.uint32) << np.uint32(8 * n) for n, plane in enumerate(planes)
    )
    steps = (small >> np.uint32(1)).astype(np.int64) ^ -(small & np.uint32(1)).astype(np.int64)
    return np.cumsum(steps)


def _degrees(x: AnyArray, y: AnyArray) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes of places on the grid of `minmap.scene.world_grid`."""
    lon = np.asarray(x) / WORLD * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.asarray(y) / WORLD))))
    return lon, lat
