"""What of a table can be drawn on the map, and where that lies."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import Element
from branca.utilities import none_max, none_min
from pyproj import CRS
from pyproj.exceptions import ProjError

from minmap.arguments import shown
from minmap.errors import CRSError, GeometryError, MinmapError
from minmap.geodesy.lonlat_plane import lines_on_plane, on_plane
from minmap.geodesy.stated_crs import crs_of
from minmap.scene.world_grid import MAX_LATITUDE

Bounds = list[list[float | None]]
NOWHERE: Bounds = [[None, None], [None, None]]
# A tenth of a millimetre.
_DIGITS = 9


def require_location(location: Any) -> tuple[float, float]:
    """Read a latitude and a longitude."""
    try:
        lat, lon = (float(number) for number in location)
    except (TypeError, ValueError):
        lat = lon = np.nan
    if not (np.isfinite(lon) and abs(lat) <= 90):
        raise MinmapError(
            f"location={shown(location)} is no place; give latitude and longitude, such as "
            "(45.0, 66.0)."
        )
    return lat, lon


def require_geometry(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table if it has geometries."""
    if frame.active_geometry_name is None:
        raise GeometryError(
            "The table has no geometry; set it with frame.set_geometry(...), or make it from "
            "columns with geopandas.points_from_xy(lon, lat)."
        )
    return frame


def in_crs(frame: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    """Say of a table in which CRS it is, where it does not say so itself."""
    asked = crs_of(crs)
    if frame.crs is None:
        return frame.set_crs(asked)
    if not frame.crs.equals(asked, ignore_axis_order=True):
        raise CRSError(
            f"crs={crs!r} is not what the table says, {frame.crs.to_string()}; leave it out, or "
            "correct the table with set_crs(..., allow_override=True)."
        )
    return frame


def in_degrees(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Reproject to EPSG:4326, or say what is missing."""
    if frame.crs is None:
        raise CRSError(
            f"{name!r} has no coordinate reference system, so nobody knows where it lies; "
            "set it with frame.set_crs('EPSG:...')."
        )
    try:
        placed = frame.to_crs("EPSG:4326")
    except ProjError as error:
        raise CRSError(
            f"{name!r} is in {frame.crs.name}, which nothing ties to the Earth; say where it lies "
            "with frame.set_crs('EPSG:...', allow_override=True)."
        ) from error
    bounds = shapely.bounds(placed.geometry.to_numpy())
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if len(bounds) and _off_earth(bounds).all():
        west, south, _, _ = bounds[0]
        raise CRSError(
            f"{name!r} is said to be in {frame.crs.name}, but x {west:,.10g} and y {south:,.10g} "
            "are no degrees; say which system the numbers are in with "
            "frame.set_crs('EPSG:...', allow_override=True)."
        )
    return placed


def _off_earth(bounds: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    # A turn and a half leaves room for longitudes from 0 to 360 and over the antimeridian.
    off: np.ndarray[Any, np.dtype[np.bool_]] = (np.abs(bounds) > [540, 90, 540, 90]).any(axis=1)
    return off


def drawn_shapes(frame: gpd.GeoDataFrame, name: str) -> tuple[gpd.GeoDataFrame, int]:
    """Give what can be drawn of a table, in EPSG:4326 on one map of the world, and count the rest.

    The index is the row in the table; a collection takes a row for each of its parts.
    """
    placed = in_degrees(frame, name)
    placed.index = pd.RangeIndex(len(placed))
    drawable = drawable_shapes(placed.geometry)
    drawn = placed[drawable]
    while (mixed := drawn.geom_type == "GeometryCollection").any():
        parts = drawn[mixed].explode()
        drawn = pd.concat([drawn[~mixed], parts[~parts.is_empty]]).sort_index(kind="stable")
    return drawn.set_geometry(in_one_world(drawn.geometry, frame.crs)), int((~drawable).sum())


def is_points(geometry: gpd.GeoSeries) -> bool:
    """Tell whether there is nothing but points, missing ones aside."""
    return bool(np.isin(shapely.get_type_id(geometry.to_numpy()), (-1, 0)).all())


def drawable_points(geometry: gpd.GeoSeries) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which points lie on the map's square."""
    # Coordinates can be asked of a missing point, but not of an empty one.
    shapes = np.where(shapely.is_empty(geometry.to_numpy()), None, geometry.to_numpy())
    lat, lon = shapely.get_y(shapes), shapely.get_x(shapes)
    inside: np.ndarray[Any, np.dtype[np.bool_]] = (
        (np.abs(lat) <= MAX_LATITUDE) & np.isfinite(lon)
    )  # fmt: skip
    return inside


def drawable_shapes(geometry: gpd.GeoSeries) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which geometries are there, with coordinates that are numbers and on the Earth."""
    shapes = geometry.to_numpy()
    lonlat, owner = shapely.get_coordinates(shapes, return_index=True)
    broken = np.zeros(len(shapes), dtype=bool)
    broken[owner[~np.isfinite(lonlat).all(axis=1)]] = True
    there: np.ndarray[Any, np.dtype[np.bool_]] = ~(
        shapely.is_missing(shapes)
        | shapely.is_empty(shapes)
        | broken
        | _off_earth(shapely.bounds(shapes))
    )
    return there


def in_one_world(geometry: gpd.GeoSeries, crs: CRS) -> gpd.GeoSeries:
    """Cut at the antimeridian what reaches over it, so that nothing is drawn round the Earth.

    Parameters
    ----------
    geometry
        In EPSG:4326, none missing or empty.
    crs
        The system it came in. A ring that jumps from 179 to -179 degrees crosses the antimeridian
        where it was reprojected; where it was drawn in degrees it means what it says. A line takes
        the short way anyhow.

    Examples
    --------
    >>> series = gpd.GeoSeries([shapely.box(170, 50, 190, 70)], crs=4326)
    >>> in_one_world(series, series.crs).bounds.values.tolist()
    [[-180.0, 50.0, 180.0, 70.0]]
    """
    shapes = geometry.to_numpy()
    west, _, east, _ = shapely.bounds(shapes).T
    jumping = (not crs.is_geographic) | (shapely.get_dimensions(shapes) == 1)
    over = (west < -180) | (east > 180) | ((east - west > 180) & jumping)
    rows = np.flatnonzero(over & (shapely.get_dimensions(shapes) > 0))
    if not rows.size:
        return geometry
    cut = shapes.copy()
    for row in rows:
        parts = shapely.get_parts(shapes[row])
        way = lines_on_plane if shapely.get_dimensions(shapes[row]) == 1 else _areas_on_plane
        cut[row] = shapely.union_all(way(parts))
    return gpd.GeoSeries(cut, index=geometry.index, crs=geometry.crs)


def _areas_on_plane(polygons: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return on_plane(polygons, tolerance_m=None)


def joined_bounds(elements: Iterable[Element]) -> Bounds:
    """Bound all elements of a map; one of another package that cannot tell its bounds has none."""
    joined = NOWHERE
    for element in elements:
        with suppress(Exception):
            low, high = element.get_bounds()
            joined = [
                [none_min(a, b) for a, b in zip(joined[0], low, strict=True)],
                [none_max(a, b) for a, b in zip(joined[1], high, strict=True)],
            ]
    return joined


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
    return rounded([[south, west], [north, east]])


def rounded(corners: Iterable[Iterable[float]]) -> Bounds:
    """Give corners to a tenth of a millimetre: what is behind it differs from one PROJ to another.

    Examples
    --------
    >>> rounded([(32.505272516586615, 42.0), (59.92293604588458, 92.82758432078522)])
    [[32.505272517, 42.0], [59.922936046, 92.827584321]]
    """
    return [[round(float(degrees), _DIGITS) for degrees in corner] for corner in corners]
