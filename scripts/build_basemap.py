"""Make the offline base map's shapes from Natural Earth, OpenStreetMap and minmap's own railways.

    python scripts/build_basemap.py [FOLDER]

FOLDER holds ``basemap/`` and ``corridors/`` (default: ../shared/data beside the repository). The
world comes from Natural Earth's 1:50 million layers, the region from the 1:10 million ones with
main roads and railways, and the local level has minor roads. `minmap.scene.ground_cells` says what
each level is for. Run it again after build_corridors.py and build_network.py: railways are theirs.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import shapely
from folders import REPO, reference_data

sys.path.insert(0, str(REPO))

from ground_layers import (
    Layer,
    railways,
    region_layers,
    road_layers,
    world_layers,
)
from natural_earth import REGION, to_world
from zopfli.gzip import compress

from minmap.compression import without_system
from minmap.scene import world_grid
from minmap.scene.shape_coding import Cell, coded

OUT = REPO / "minmap" / "webmap" / "data"
# Pieces of areas overlap by this share of a cell, which hides the seam between two cells.
OVERLAP = 1 / 64


@dataclass(frozen=True)
class Level:
    """How a level is cut and thinned.

    Attributes
    ----------
    name
        The name of its file.
    zoom
        The zoom of its cells.
    bits
        Coordinates are rounded to ``2**bits`` units of the world's grid.
    tolerance
        How far a line may move when it is simplified, in these units.
    inside
        West, south, east and north in degrees: the cells that meet them are made.
    """

    name: str
    zoom: int
    bits: int
    tolerance: float
    inside: tuple[float, float, float, float] | None = None

    @property
    def side(self) -> float:
        return world_grid.WORLD / 2**self.zoom

    def cells(self) -> list[Cell]:
        count = 2**self.zoom
        if self.inside is None:
            return [Cell(x, y) for x in range(count) for y in range(count)]
        west, south, east, north = self.inside
        x, y = world_grid.to_world(np.array([west, east]), np.array([north, south]))
        (left, right), (top, bottom) = x / self.side, y / self.side
        return [
            Cell(cx, cy)
            for cx in range(int(left), int(right) + 1)
            for cy in range(int(top), int(bottom) + 1)
        ]

    def box(self, cell: Cell, margin: float) -> tuple[float, float, float, float]:
        left, top = cell.x * self.side, cell.y * self.side
        return left - margin, top - margin, left + self.side + margin, top + self.side + margin


WORLD = Level("world", zoom=3, bits=15, tolerance=2**15.5)
REGIONAL = Level("region", zoom=6, bits=12, tolerance=2**12, inside=REGION)
ROUTES = Level("routes", zoom=6, bits=11, tolerance=2**11.5, inside=REGION)
LOCAL = Level("local", zoom=7, bits=11, tolerance=2**11, inside=REGION)


def thinned(layer: Layer, level: Level) -> tuple[np.ndarray, np.ndarray]:
    """Return the single parts of a layer, simplified, on the world's grid, and their kinds."""
    shapes = shapely.simplify(to_world(layer.shapes), level.tolerance * layer.coarser)
    if layer.is_area:
        shapes = shapely.make_valid(shapes)
    parts, owner = single_parts(shapes)
    wanted = shapely.GeometryType.POLYGON if layer.is_area else shapely.GeometryType.LINESTRING
    kept = (shapely.get_type_id(parts) == wanted) & ~shapely.is_empty(parts)
    return parts[kept], layer.kinds[owner[kept]]


def single_parts(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of shapes, also those within parts, and the place of each one's shape."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    inner, part = shapely.get_parts(parts, return_index=True)
    return inner, owner[part]


def cut(layers: list[Layer], level: Level) -> dict[Cell, tuple[list, list]]:
    """Cut layers into the cells of a level."""
    found: dict[Cell, tuple[list, list]] = {}
    for layer in layers:
        parts, kinds = thinned(layer, level)
        tree = shapely.STRtree(parts)
        margin = level.side * OVERLAP if layer.is_area else 0.0
        for cell in level.cells():
            box = level.box(cell, margin)
            hits = np.sort(tree.query(shapely.box(*box)))
            pieces = (
                shapely.intersection(parts[hits], shapely.box(*box))
                if layer.is_area
                else shapely.clip_by_rect(parts[hits], *box)
            )
            pieces, owner = single_parts(pieces)
            dimension = shapely.get_dimensions(pieces)
            kept = (dimension == (2 if layer.is_area else 1)) & ~shapely.is_empty(pieces)
            if kept.any():
                shapes, styles = found.setdefault(cell, ([], []))
                shapes.extend(pieces[kept])
                styles.extend(kinds[hits[owner[kept]]].tolist())
    return found


def write(level: Level, layers: list[Layer]) -> None:
    cells = cut(layers, level)
    pieces = [
        (cell, np.array(shapes, dtype=object), kinds) for cell, (shapes, kinds) in cells.items()
    ]
    made = coded(pieces, zoom=level.zoom, bits=level.bits).packed()
    packed = without_system(compress(made))
    (OUT / f"{level.name}.gz").write_bytes(packed)
    count = sum(len(shapes) for shapes, _ in cells.values())
    print(f"{level.name}: {count:,} pieces in {len(cells)} cells, {len(packed):,} bytes")


def main() -> None:
    folder = reference_data()
    main_roads, minor_roads = road_layers(folder)
    write(WORLD, world_layers(folder))
    write(REGIONAL, region_layers(folder))
    write(ROUTES, [railways(folder), main_roads])
    write(LOCAL, [minor_roads])


if __name__ == "__main__":
    main()
