"""What of a table can be drawn on the map, and where that lies."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from minmap.errors import CRSError
from minmap.webmap import payload

Bounds = list[list[float | None]]
NOWHERE: Bounds = [[None, None], [None, None]]


def in_degrees(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Reproject to EPSG:4326, or say what is missing."""
    if frame.crs is None:
        raise CRSError(
            f"{name!r} has no coordinate reference system, so nobody knows where it lies; "
            "set it with frame.set_crs('EPSG:...')."
        )
    return frame.to_crs("EPSG:4326")


def is_points(geometry: gpd.GeoSeries) -> bool:
    """Tell whether there is nothing but points, missing ones aside."""
    return bool(np.isin(shapely.get_type_id(geometry.to_numpy()), (-1, 0)).all())


def drawable_points(geometry: gpd.GeoSeries) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which points lie on the map's square."""
    # Coordinates can be asked of a missing point, but not of an empty one.
    shapes = np.where(shapely.is_empty(geometry.to_numpy()), None, geometry.to_numpy())
    lat, lon = shapely.get_y(shapes), shapely.get_x(shapes)
    inside: np.ndarray[Any, np.dtype[np.bool_]] = (
        (np.abs(lat) <= payload.MAX_LATITUDE) & np.isfinite(lon)
    )  # fmt: skip
    return inside


def drawable_shapes(geometry: gpd.GeoSeries) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which geometries are there, with coordinates that are numbers."""
    shapes = geometry.to_numpy()
    lonlat, owner = shapely.get_coordinates(shapes, return_index=True)
    broken = np.zeros(len(shapes), dtype=bool)
    broken[owner[~np.isfinite(lonlat).all(axis=1)]] = True
    there: np.ndarray[Any, np.dtype[np.bool_]] = ~(
        shapely.is_missing(shapes) | shapely.is_empty(shapes) | broken
    )
    return there


def bounds_of(frame: gpd.GeoDataFrame) -> Bounds:
    """Bound what is drawn, as folium wants it; nowhere where nothing is."""
    if frame.empty:
        return NOWHERE
    # Part by part: a country that reaches over the antimeridian is drawn in two.
    boxes = shapely.bounds(shapely.get_parts(frame.geometry.to_numpy()))
    # What lies on both sides of the antimeridian is one view there, not the whole world.
    over = boxes + np.where(boxes[:, :1] < 0, [360.0, 0.0, 360.0, 0.0], 0.0)
    west, south, east, north = min(
        ((*b[:, :2].min(axis=0), *b[:, 2:].max(axis=0)) for b in (boxes, over)),
        key=lambda edges: edges[2] - edges[0],
    )
    return [[float(south), float(west)], [float(north), float(east)]]
