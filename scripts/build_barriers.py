"""Make the water and the glaciers that no connector crosses.

    python scripts/build_barriers.py [FOLDER]

FOLDER holds ``basemap/`` with the Natural Earth layers (default: ../shared/data beside the
repository). The sea, the Caspian included, is what is not land in ``minmap/places/data``; lakes
are those of the 1:10 million layer from 24 to 126 E and 22 to 62 N, elsewhere of the 1:50 million.
Of both, what is within 2.5 km of a shore is taken off. Glaciers are those of the 1:10 million layer
without the outer 500 m: what is mined at the edge of one is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from folders import REPO, reference_data
from pyproj import Transformer

from minmap.places.country_polygons import FINE_BOX, world

OUT = REPO / "minmap" / "transport" / "accessibility" / "data"
EDGE_M = 500.0
SHORE_M = 2_500.0
# The 1:10 million layer still has it; the bed is dry, and potash is mined on it.
DRY = ("Lop Nur",)
TILE_DEG, MARGIN_DEG, GRID_DEG = 10.0, 0.6, 0.001
SIMPLER_M = 555.0
# Small pieces answer quickly whether a line meets them.
MOST_VERTICES, SMALLEST_DEG = 64, 0.6
# Beyond these there is no shore to keep away from.
NORTH, SOUTH = 84.0, -60.0


def read_lakes(folder: Path) -> np.ndarray:
    near = gpd.read_file(folder / "basemap" / "ne_10m_lakes_clip.gpkg")
    far = gpd.read_file(folder / "basemap" / "ne_50m_lakes_world.gpkg")
    near = near[~near["name"].isin(DRY)]
    far = far[~far.intersects(shapely.box(*FINE_BOX)) & ~far["name"].isin(DRY)]
    return np.concatenate([near.geometry.to_numpy(), far.geometry.to_numpy()])


def tile_water(
    west: float, south: float, land: shapely.STRtree, lakes: shapely.STRtree
) -> shapely.Geometry:
    """Return the open water of one tile, EPSG:4326."""
    tile = shapely.box(west, south, west + TILE_DEG, min(south + TILE_DEG, NORTH))
    # Degrees of longitude are short in the north: a margin in km needs more of them.
    lat = max(abs(south), abs(south + TILE_DEG))
    aside = min(MARGIN_DEG / max(np.cos(np.radians(min(lat, 84.0))), 0.1), 6.0)
    frame = shapely.box(
        west - aside,
        south - MARGIN_DEG,
        west + TILE_DEG + aside,
        min(south + TILE_DEG + MARGIN_DEG, 85.0),
    )
    dry, wet = (within(frame, shapes) for shapes in (land, lakes))
    water = shapely.union(shapely.difference(frame, dry), wet)
    if shapely.equals(water, frame):
        return tile
    there = Transformer.from_crs(
        4326, f"+proj=laea +lat_0={south + TILE_DEG / 2} +lon_0={west + TILE_DEG / 2}",
        always_xy=True,
    )  # fmt: skip
    flat = shapely.transform(
        shapely.segmentize(water, 0.5), lambda xy: np.column_stack(there.transform(*xy.T))
    )
    open_water = shapely.buffer(shapely.make_valid(flat), -SHORE_M, quad_segs=3)
    middle = west + TILE_DEG / 2

    def to_degrees(xy: np.ndarray) -> np.ndarray:
        lon, lat = there.transform(*xy.T, direction="INVERSE")
        # Past 180 degrees a tile goes on.
        return np.column_stack([middle + (lon - middle + 180) % 360 - 180, lat])

    back = shapely.transform(shapely.simplify(open_water, SIMPLER_M), to_degrees)
    return shapely.intersection(shapely.make_valid(back), tile)


def within(frame: shapely.Polygon, shapes: shapely.STRtree) -> shapely.Geometry:
    """Return the part of shapes in a frame, which may pass 180 degrees."""
    pieces = []
    for turn in (-360.0, 0.0, 360.0):
        moved = shapely.transform(frame, lambda xy, turn=turn: xy + np.array([turn, 0.0]))
        found = shapely.intersection(shapes.geometries[shapes.query(moved)], moved)
        whole = shapely.union_all(found)
        pieces.append(shapely.transform(whole, lambda xy, turn=turn: xy - np.array([turn, 0.0])))
    return shapely.union_all(pieces)


def split(shape: shapely.Geometry) -> Iterator[shapely.Polygon]:
    """Halve what has many vertices, over and over."""
    for part in shapely.get_parts(shape):
        if shapely.get_type_id(part) != 3:
            continue
        west, south, east, north = shapely.bounds(part)
        if (
            shapely.get_num_coordinates(part) <= MOST_VERTICES
            or max(east - west, north - south) <= SMALLEST_DEG
        ):
            yield part
        elif east - west > north - south:
            middle = (west + east) / 2
            yield from split(shapely.clip_by_rect(part, west, south, middle, north))
            yield from split(shapely.clip_by_rect(part, middle, south, east, north))
        else:
            middle = (south + north) / 2
            yield from split(shapely.clip_by_rect(part, west, south, east, middle))
            yield from split(shapely.clip_by_rect(part, west, middle, east, north))


def write(parts: np.ndarray, path: Path) -> None:
    """Write rings as whole thousandths of a degree; a row a polygon."""
    _, xy, (ring_ends, polygon_ends) = shapely.to_ragged_array(parts)
    whole = np.rint(xy / GRID_DEG).astype(np.int32)
    ends = pa.array(ring_ends[polygon_ends], pa.int32())
    table = pa.table(
        {
            "x": pa.ListArray.from_arrays(ends, whole[:, 0]),
            "y": pa.ListArray.from_arrays(ends, whole[:, 1]),
            "places": pa.ListArray.from_arrays(
                pa.array(polygon_ends, pa.int32()), np.diff(ring_ends).astype(np.int32)
            ),
        }
    )
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=False,
        column_encoding={
            f"{name}.list.element": "DELTA_BINARY_PACKED" for name in table.column_names
        },
    )  # fmt: skip


def read_glaciers(folder: Path) -> list[shapely.Polygon]:
    layer = gpd.read_file(folder / "basemap" / "ne_10m_glaciated_areas_clip.gpkg")
    parts: list[shapely.Polygon] = []
    for shape in layer.geometry:
        there = local_plane(shape)
        inner = shapely.buffer(shapely.make_valid(there(shape, back=False)), -EDGE_M, quad_segs=3)
        parts.extend(split(shapely.make_valid(there(shapely.simplify(inner, 150.0), back=True))))
    return parts


def local_plane(shape: shapely.Geometry) -> Callable[..., shapely.Geometry]:
    """Return a function that projects shapes to a plane in metres about a shape, and back."""
    middle = shape.centroid
    there = Transformer.from_crs(
        4326, f"+proj=laea +lat_0={middle.y} +lon_0={middle.x}", always_xy=True
    )

    def project(shape: shapely.Geometry, *, back: bool) -> shapely.Geometry:
        direction = "INVERSE" if back else "FORWARD"
        return shapely.transform(
            shape, lambda xy: np.column_stack(there.transform(*xy.T, direction=direction))
        )

    return project


def main() -> None:
    folder = reference_data()
    land = shapely.STRtree(world().areas.parts)
    lakes = shapely.STRtree(shapely.make_valid(read_lakes(folder)))
    parts = [shapely.box(-180, NORTH, 180, 90)]
    for south in np.arange(SOUTH, NORTH, TILE_DEG):
        for west in np.arange(-180.0, 180.0, TILE_DEG):
            parts.extend(split(tile_water(west, south, land, lakes)))
    for name, found in {"open_water": parts, "glaciers": read_glaciers(folder)}.items():
        rounded = shapely.get_parts(shapely.set_precision(np.array(found), GRID_DEG))
        kept = rounded[(shapely.get_type_id(rounded) == 3) & ~shapely.is_empty(rounded)]
        path = OUT / f"{name}.parquet"
        write(kept, path)
        vertices = shapely.get_num_coordinates(kept).sum()
        size_kb = path.stat().st_size / 1000
        print(f"{name}: {len(kept):,} polygons, {vertices:,} vertices, {size_kb:,.0f} kB")


if __name__ == "__main__":
    main()
