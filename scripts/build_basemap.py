"""Make the shapes of the offline base map from Natural Earth.

    python scripts/build_basemap.py [FOLDER]

FOLDER holds ``basemap/`` with the Natural Earth layers (default: ../shared/data beside the
repository). The world comes from the 1:50 million layers, Eurasia again from the 1:10 million
ones. Lines and polygons are cut into the squares of a zoom level, so that a map tile draws what
lies in its square and no more.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

from minmap.scene import world_grid  # noqa: E402
from minmap.webmap import payload  # noqa: E402

OUT = REPO / "minmap" / "webmap" / "data"
LAND, LAKE, BORDER, RIVER, DISPUTED = range(5)
DETAIL_BOX = (24.0, 22.0, 126.0, 62.0)  # the clip of the 1:10 million layers


@dataclass(frozen=True)
class Grid:
    """A set of squares to cut by, and how far a line may move (in 1/2**30 of the world)."""

    zoom: int
    tolerance: float

    @property
    def step(self) -> int:
        """Coordinates are rounded to this, so that their last bits are zero and compress away."""
        return int(self.tolerance) // 4

    @property
    def cell(self) -> float:
        return world_grid.WORLD / 2**self.zoom

    def box(self, cx: int, cy: int) -> shapely.Polygon:
        # Four tile pixels of overlap hide the seam between two squares.
        margin = self.cell / 64
        return shapely.box(
            cx * self.cell - margin,
            cy * self.cell - margin,
            (cx + 1) * self.cell + margin,
            (cy + 1) * self.cell + margin,
        )


WORLD_GRID = Grid(zoom=4, tolerance=2**15)
DETAIL_GRID = Grid(zoom=6, tolerance=2**12)


def to_world(geometry: gpd.GeoSeries) -> np.ndarray:
    """Project to floating world units, so that cutting and simplifying happen as drawn."""

    def project(lonlat: np.ndarray) -> np.ndarray:
        x, y = world_grid.to_world(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([x, y]).astype(float)

    return shapely.transform(geometry.to_numpy(), project)


def to_lonlat(shapes: np.ndarray) -> np.ndarray:
    def unproject(xy: np.ndarray) -> np.ndarray:
        lon = (xy[:, 0] + 0.5) / world_grid.WORLD * 360 - 180
        lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (xy[:, 1] + 0.5) / world_grid.WORLD))))
        return np.column_stack([np.clip(lon, -180, 180), lat])

    return shapely.transform(shapes, unproject)


def cut(geometry: gpd.GeoSeries, style: np.ndarray, grid: Grid, inside: shapely.Polygon | None):
    """Simplify, cut into squares, and give back (shapes, styles, cx, cy)."""
    shapes = shapely.make_valid(shapely.simplify(to_world(geometry), grid.tolerance))
    shapes, owner = shapely.get_parts(shapes, return_index=True)
    style = style[owner]
    keep = ~shapely.is_empty(shapes)
    shapes, style = shapes[keep], style[keep]
    tree = shapely.STRtree(shapes)
    found: list[tuple[shapely.Geometry, int, int, int]] = []
    for cx in range(2**grid.zoom):
        for cy in range(2**grid.zoom):
            box = grid.box(cx, cy)
            if inside is not None and not inside.contains(box):
                continue
            hits = np.sort(tree.query(box, predicate="intersects"))
            for kind in np.unique(style[hits]):
                pieces = shapely.intersection(shapes[hits[style[hits] == kind]], box)
                merged = shapely.set_precision(shapely.union_all(pieces), grid.step)
                for part in shapely.get_parts(merged):
                    is_area = part.geom_type == "Polygon"
                    if part.is_empty or part.geom_type == "Point":
                        continue
                    if is_area != (kind in (LAND, LAKE)):
                        continue
                    found.append((part, int(kind), cx, cy))
    parts, styles, cxs, cys = zip(*found, strict=True)
    return np.array(parts), np.array(styles, np.uint8), np.array(cxs), np.array(cys)


def read(folder: Path, name: str) -> gpd.GeoDataFrame:
    frame = gpd.read_file(folder / "basemap" / f"{name}.gpkg")
    return frame[frame.geometry.notna() & ~frame.geometry.is_empty]


def is_disputed(lines: gpd.GeoDataFrame) -> np.ndarray:
    words = "Disputed|Line of control|Indefinite|Indeterminant|Claim|Breakaway"
    return lines.featurecla.str.contains(words, na=False).to_numpy()


def borders(lines: gpd.GeoDataFrame) -> tuple[gpd.GeoSeries, np.ndarray]:
    on_land = ~lines.featurecla.isin(["Overlay limit", "Lease limit"])
    lines = lines[on_land]
    return lines.geometry, np.where(is_disputed(lines), DISPUTED, BORDER)


def layers(
    folder: Path, scale: str, where: str, river_rank: int
) -> tuple[gpd.GeoSeries, np.ndarray]:
    """Everything of one scale with its style, in drawing order."""
    river_file = (
        f"ne_{scale}_rivers_{where}" if scale == "10m" else "ne_50m_rivers_lake_centerlines_world"
    )
    rivers = read(folder, river_file)
    rivers = rivers[(rivers.scalerank <= river_rank) & (rivers.featurecla != "Lake Centerline")]
    land_lines = f"ne_{scale}_boundary_lines_land_{where}"
    if scale == "50m":
        land_lines = "ne_50m_admin_0_boundary_lines_land_world"
    border_lines, border_style = borders(read(folder, land_lines))
    claims = read(folder, "ne_50m_admin_0_boundary_lines_disputed_areas_world")
    pieces = [
        (read(folder, f"ne_{scale}_land_{where}").geometry, LAND),
        (read(folder, f"ne_{scale}_lakes_{where}").geometry, LAKE),
        (rivers.geometry, RIVER),
        (border_lines, border_style),
        (claims.geometry, DISPUTED),
    ]
    geometry = pd.concat([shapes for shapes, _ in pieces], ignore_index=True)
    style = np.concatenate([np.broadcast_to(kind, len(shapes)) for shapes, kind in pieces])
    return gpd.GeoSeries(geometry, crs="EPSG:4326"), style.astype(np.uint8)


def write_squares(name: str, shapes: gpd.GeoSeries, style: np.ndarray, grid: Grid, inside) -> None:
    parts, styles, cx, cy = cut(shapes, style, grid, inside)
    packed = payload.features(
        gpd.GeoSeries(to_lonlat(parts), crs="EPSG:4326"),
        styles,
        [],
        _cx=pa.array(cx, pa.uint8()),
        _cy=pa.array(cy, pa.uint8()),
        level=9,
    )
    (OUT / f"{name}.arrow.gz").write_bytes(packed)
    print(f"{name}: {len(parts):,} pieces, {len(packed):,} bytes")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REPO.parent / "shared" / "data"
    OUT.mkdir(exist_ok=True)
    write_squares("world", *layers(folder, "50m", "world", river_rank=5), WORLD_GRID, None)
    detail = shapely.box(*DETAIL_BOX)
    corner = to_world(gpd.GeoSeries([detail]))[0]
    write_squares("detail", *layers(folder, "10m", "clip", river_rank=8), DETAIL_GRID, corner)


if __name__ == "__main__":
    main()
