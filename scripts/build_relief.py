"""Make the base map's shaded relief: blocks of grey pictures in Web Mercator.

    python scripts/build_relief.py [FOLDER]

FOLDER holds ``rasters/`` with the relief of the world in grey, 2 arc minutes, in degrees (default:
../shared/data beside the repository). A page embeds blocks as they are, so that pictures are
encoded only here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import rasterio
from folders import REPO, reference_data
from PIL import Image
from rasterio.transform import from_bounds
from rasterio.warp import Resampling, reproject
from scipy.ndimage import gaussian_filter

sys.path.insert(0, str(REPO))

from minmap.scene.relief import FLAT, LEVELS, SIDE, STILL

OUT = REPO / "minmap" / "webmap" / "data" / "relief.arrow"
HALF_WORLD = 20037508.342789244  # metres of Web Mercator
GREY, SEA = 200, 254  # of flat land, and of the sea from here on
NEAR, AROUND = 3, 10  # cells around one, for its roughness and for the colour of its land
QUIET, ROUGH = 4.0, 10.0  # deviations of grey around flat land, and around mountains
SOFT = 0.5  # pixels by which blocks are smoothed, so that they have no specks
QUALITY = 35


def shading(grey: np.ndarray) -> np.ndarray:
    """Return how much lighter or darker than flat land each cell is; 0 on flat land and the sea."""
    land = grey < SEA
    shade = np.where(land, grey.astype(np.float32) - GREY, 0)
    near = smoothed(shade, land, NEAR)
    deviation = np.sqrt(np.maximum(smoothed(shade**2, land, NEAR) - near**2, 0))
    # Large patches of one grey are the colours of land, not its slopes.
    weight = np.clip((smoothed(deviation, land, NEAR) - QUIET) / (ROUGH - QUIET), 0, 1)
    return np.where(land, (shade - smoothed(shade, land, AROUND)) * weight, 0).astype(np.float32)


def smoothed(values: np.ndarray, land: np.ndarray, reach: float) -> np.ndarray:
    """Return the means of the land around each cell."""
    share = gaussian_filter(land.astype(np.float32), reach)
    return gaussian_filter(np.where(land, values, 0), reach) / np.maximum(share, 1e-3)


def projected(shade: np.ndarray, side: int) -> np.ndarray:
    """Return the square of the world in Web Mercator, with `side` cells a side."""
    found = np.zeros((side, side), np.float32)
    box = (-HALF_WORLD, -HALF_WORLD, HALF_WORLD, HALF_WORLD)
    reproject(
        shade,
        found,
        src_transform=from_bounds(-180, -90, 180, 90, *shade.shape[::-1]),
        src_crs="EPSG:4326",
        dst_transform=from_bounds(*box, side, side),
        dst_crs="EPSG:3857",
        resampling=Resampling.average,
    )
    return found


def blocks(shade: np.ndarray, level: int) -> Iterator[tuple[int, int, int, bytes]]:
    """Iterate over the blocks of a level; those of flat land and the sea have no picture."""
    square = gaussian_filter(projected(shade, SIDE << level), SOFT)
    for y in range(1 << level):
        for x in range(1 << level):
            block = square[y * SIDE : (y + 1) * SIDE, x * SIDE : (x + 1) * SIDE]
            yield level, x, y, picture(block) if np.abs(block).max() > 2 * STILL else b""


def picture(block: np.ndarray) -> bytes:
    """Return a block as WebP."""
    kept = np.where(np.abs(block) > STILL / 2, block, 0)
    pixels = np.clip(np.rint(kept + FLAT), 0, 255).astype(np.uint8)
    sink = BytesIO()
    Image.fromarray(pixels).save(sink, "webp", quality=QUALITY, method=6)
    return sink.getvalue()


def main(file: Path) -> None:
    with rasterio.open(file) as source:
        shade = shading(source.read(1))
    rows = [row for level in LEVELS for row in blocks(shade, level)]
    columns = zip(("level", "x", "y", "picture"), zip(*rows, strict=True), strict=True)
    types = {"level": pa.uint8(), "x": pa.uint8(), "y": pa.uint8(), "picture": pa.binary()}
    table = pa.table({name: pa.array(values, types[name]) for name, values in columns})
    with pa.ipc.new_stream(OUT, table.schema) as writer:
        writer.write_table(table)
    sizes = {level: sum(len(row[3]) for row in rows if row[0] == level) for level in LEVELS}
    print(f"{len(rows)} blocks, bytes of each level: {sizes}; {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(reference_data() / "rasters" / "relief_grey_2arcmin_world.tif")
