"""Layers of Natural Earth in the folder of reference data. Used by the scripts beside it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from minmap.scene import world_grid

REGION = (24.0, 22.0, 126.0, 62.0)
"""West, south, east and north of the 1:10 million layers, in degrees."""


def read(folder: Path, name: str) -> gpd.GeoDataFrame:
    frame = gpd.read_file(folder / "basemap" / f"{name}.gpkg")
    return frame[frame.geometry.notna() & ~frame.geometry.is_empty]


def to_world(shapes: np.ndarray) -> np.ndarray:
    """Project to floating world units, so that shapes are cut and measured as they are drawn."""

    def project(lonlat: np.ndarray) -> np.ndarray:
        x, y = world_grid.to_world(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([x, y]).astype(float)

    return shapely.transform(shapes, project)
