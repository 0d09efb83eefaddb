"""Measure how true the edges of large shapes are where they are drawn, selected and measured.

    python scripts/build_edges.py

The result is ``docs/edges.md``. The oracle knows only pyproj, shapely and what minmap returns: it
takes 1,000 places along each edge in the CRS of the data.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod, Transformer

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

import minmap as mm  # noqa: E402
from minmap.geodesy.lonlat_plane import in_one_world  # noqa: E402
from minmap.scene.drawable_geometry import drawn_shapes  # noqa: E402

OUT = REPO / "docs" / "edges.md"
GEOD = Geod(ellps="WGS84")
PER_EDGE = 1_000
SQUARE = 85.05  # degrees: where the page ends
KAZAKHSTAN = "+proj=laea +lat_0=48 +lon_0=67 +datum=WGS84"
Array = np.ndarray[Any, Any]

HEAD = """# Edges of large shapes

Made by `python scripts/build_edges.py`, and tested. An edge is straight in the CRS of its data; in
a geographic CRS it is straight in longitude and latitude. How far off it is drawn is measured at
1,000 places along each edge: with its corners alone, and as minmap draws it. Of random points, 1 m
to 100 km from an edge, the last column counts those that the page, `select`, `nearest` or
`within_distance` puts on the wrong side, whichever does so most. The area is compared with that of
the 1,000 places along each edge, joined by geodesics.

| shape | corners alone, m off | drawn, m off | corners drawn | area, 10^-6 off | points | wrong |
|---|--:|--:|--:|--:|--:|--:|
"""


@dataclass(frozen=True)
class Case:
    name: str
    crs: str
    shape: shapely.Polygon

    @property
    def layer(self) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame({"name": [self.name]}, geometry=[self.shape], crs=self.crs)


CASES = [
    Case(
        "1,000 x 600 km in an equal-area CRS (LAEA)", KAZAKHSTAN, shapely.box(-5e5, -3e5, 5e5, 3e5)
    ),
    Case(
        "beside the South Pole (EPSG:3031)",
        "EPSG:3031",
        shapely.box(2e5, -2.4e6, 2.2e6, 2.4e6),
    ),
    Case("over the South Pole (EPSG:3031)", "EPSG:3031", shapely.box(-2e6, -1.5e6, 2e6, 1.8e6)),
    Case("with a corner at the North Pole (EPSG:3995)", "EPSG:3995", shapely.box(0, -2e6, 2e6, 0)),
    Case("a UTM zone (EPSG:32642)", "EPSG:32642", shapely.box(2e5, 4e6, 8e5, 6e6)),
    Case("over 180 degrees (EPSG:3832)", "EPSG:3832", shapely.box(2e6, -5e6, 6e6, 6e6)),
    Case("over 180 degrees (EPSG:32660)", "EPSG:32660", shapely.box(3e5, 6e6, 9e5, 7e6)),
    Case(
        "long edges in degrees (EPSG:4326)",
        "EPSG:4326",
        shapely.Polygon([(20, 10), (110, 35), (95, 70), (30, 62)]),
    ),
    Case(
        "degrees beyond 180 (EPSG:4326)",
        "EPSG:4326",
        shapely.Polygon([(150, 40), (200, 35), (215, 65), (160, 70)]),
    ),
    Case("parallels and meridians (EPSG:4326)", "EPSG:4326", shapely.box(50, 40, 90, 55)),
]


def places_along(shape: shapely.Polygon) -> Array:
    """Return 1,000 places along each edge, in the CRS of the shape."""
    corners = shapely.get_coordinates(shape)
    share = np.arange(PER_EDGE)[:, None, None] / PER_EDGE
    dense = corners[:-1] + share * np.diff(corners, axis=0)
    return np.swapaxes(dense, 0, 1).reshape(-1, 2)


def to_degrees(case: Case, places: Array) -> Array:
    transformer = Transformer.from_crs(case.crs, "EPSG:4326", always_xy=True)
    return np.column_stack(transformer.transform(*places.T))


def mercator(lonlat: Array) -> Array:
    transformer = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    lon = (lonlat[:, 0] + 180) % 360 - 180
    return np.column_stack(transformer.transform(lon, np.clip(lonlat[:, 1], -89.9, 89.9)))


def drawn_on_page(degrees: gpd.GeoSeries) -> shapely.Geometry:
    """Return shapes in degrees as the page draws them: straight in Web Mercator."""
    flat = shapely.transform(degrees.to_numpy(), lambda at: np.column_stack(
        [at[:, 0], np.clip(at[:, 1], -89.9, 89.9)]
    ))  # fmt: skip
    valid = gpd.GeoSeries(flat, crs=4326).to_crs(3857).make_valid().explode().explode()
    return shapely.union_all(valid[valid.geom_type == "Polygon"].to_numpy())


def off_m(case: Case, drawn: shapely.Geometry) -> float:
    """Return how far places along the edges are from a drawn outline, metres on the ground."""
    lonlat = to_degrees(case, places_along(case.shape))
    lonlat = lonlat[np.abs(lonlat[:, 1]) < SQUARE]
    plane = shapely.distance(shapely.points(mercator(lonlat)), drawn.boundary)
    return float((plane * np.cos(np.radians(lonlat[:, 1]))).max())


def random_points(case: Case, count: int, seed: int) -> tuple[gpd.GeoDataFrame, Array]:
    """Return points 1 m to 100 km from edges, and whether they are inside in the case's CRS."""
    random = np.random.default_rng(seed)
    lonlat = to_degrees(case, places_along(case.shape))
    lonlat = lonlat[np.abs(lonlat[:, 1]) < SQUARE - 2]
    start = lonlat[random.integers(0, len(lonlat), count)]
    away = 10 ** random.uniform(0, 5, count)
    lon, lat, _ = GEOD.fwd(*start.T, random.uniform(0, 360, count), away)
    there = Transformer.from_crs("EPSG:4326", case.crs, always_xy=True)
    if case.crs == "EPSG:4326":
        lon = np.asarray(lon) + 360 * (np.asarray(lon) < case.shape.bounds[0] - 20)
    points = shapely.points(np.column_stack(there.transform(lon, lat)))
    foot = shapely.get_coordinates(shapely.shortest_line(points, case.shape.boundary))[1::2]
    distance = GEOD.inv(lon, lat, *to_degrees(case, foot).T)[2]
    kept = np.asarray(distance) > 1.1
    inside = shapely.contains_properly(case.shape, points)[kept]
    lon = (np.asarray(lon)[kept] + 180) % 360 - 180
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, np.asarray(lat)[kept]), crs=4326)
    return frame, inside


def wrong(case: Case, points: gpd.GeoDataFrame, inside: Array) -> dict[str, int]:
    """Return how many points each function puts on the wrong side."""
    drawn = drawn_on_page(drawn_shapes(case.layer, "layer")[0].geometry)
    shapely.prepare(drawn)
    lonlat = shapely.get_coordinates(points.geometry.to_numpy())
    selected = np.isin(points.index, mm.select(points, polygon=case.layer).index)
    found = {
        "page": shapely.intersects(drawn, shapely.points(mercator(lonlat))),
        "select": selected,
        "nearest": mm.geodesy.nearest_on_shapes(points.geometry, case.layer).distance_m == 0,
        "within_distance": mm.geodesy.within_distance(points, case.layer, 0),
    }
    return {name: int((each != inside).sum()) for name, each in found.items()}


def area_off(case: Case) -> float:
    """Return the difference of the area to that of 1,000 places along each edge, 10^-6."""
    lonlat = to_degrees(case, places_along(case.shape))
    true = abs(GEOD.polygon_area_perimeter(*lonlat.T)[0])
    return float((mm.geodesy.area_m2(case.layer)[0] / true - 1) * 1e6)


def row(case: Case, count: int) -> str:
    corners = in_one_world(case.layer.geometry.to_crs(4326), case.layer.crs)
    dense = drawn_shapes(case.layer, "layer")[0].geometry
    points, inside = random_points(case, count, 1)
    before, after = (off_m(case, drawn_on_page(each)) for each in (corners, dense))
    vertices = int(shapely.get_num_coordinates(dense.to_numpy()).sum())
    misjudged = max(wrong(case, points, inside).values())
    area = round(area_off(case), 1) + 0.0  # -0.0 becomes 0.0
    return (
        f"| {case.name} | {before:,.1f} | {after:.1f} | {vertices:,} | {area:.1f} | "
        f"{len(points):,} | {misjudged} |"
    )


def main() -> None:
    OUT.write_text(HEAD + "\n".join(row(case, 12_000) for case in CASES) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
