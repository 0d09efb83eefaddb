"""The geometries of a table that can be drawn, in EPSG:4326, and their bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import Element
from branca.utilities import none_max, none_min
from pyproj.exceptions import ProjError

from minmap.arguments import shown
from minmap.errors import CRSError, GeometryError, MinmapError
from minmap.geodesy.crs import missing_crs
from minmap.geodesy.edges import MERCATOR, true_edges
from minmap.geodesy.lonlat_plane import in_one_world
from minmap.scene.world_grid import MAX_LATITUDE
from minmap.types import Booleans, Floats, Geometries, Integers

Bounds = list[list[float | None]]
AROUND_WORLD: Final = 300.0
"""Wider bounds, in degrees, are of the whole world, with Greenwich in the middle."""
NOWHERE: Bounds = [[None, None], [None, None]]
Edges = tuple[float, float, float, float]
"""West, south, east and north in degrees."""
_DIGITS = 9  # a tenth of a millimetre
_CURE = (
    "give the right system: crs= for a file, frame.set_crs('EPSG:...', allow_override=True) for a "
    "table."
)


def require_location(location: Any) -> tuple[float, float]:
    """Return a latitude and a longitude, in degrees."""
    try:
        lat, lon = (float(number) for number in location)
    except (TypeError, ValueError):
        lat = lon = np.nan
    if not (np.isfinite(lon) and abs(lat) <= 90):
        raise MinmapError(
            f"location={shown(location)} is not a location; give latitude and longitude, such as "
            "location=(45.0, 66.0)."
        )
    return lat, lon


def require_geometry(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table if it has geometries."""
    if table.active_geometry_name is None:
        raise GeometryError(
            "The table has no geometry; set it with frame.set_geometry(...), or make it from "
            "columns with geopandas.points_from_xy(lon, lat)."
        )
    return table


def in_degrees(table: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Return a table in EPSG:4326.

    Raises
    ------
    CRSError
        If it has no CRS, or none that fits its coordinates.
    """
    if table.crs is None:
        cure = "set it with frame.set_crs('EPSG:...'), or give it"
        raise missing_crs(repr(name), table.total_bounds.tolist(), cure=cure)
    try:
        projected = table.to_crs("EPSG:4326")
    except ProjError as error:
        raise CRSError(
            f"{name!r} is in {table.crs.name}, which has no relation to the Earth; {_CURE}"
        ) from error
    bounds = shapely.bounds(projected.geometry.to_numpy())
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if len(bounds) and _off_earth(bounds).all():
        west, south, _, _ = bounds[0]
        raise CRSError(
            f"{name!r} has the system {table.crs.name}, but x {west:,.10g} and y {south:,.10g} "
            f"are not degrees; {_CURE}"
        )
    return projected


def _off_earth(bounds: Floats) -> Booleans:
    # 540 degrees allow longitudes from 0 to 360, and shapes across the antimeridian.
    off: Booleans = np.any(np.abs(bounds) > [540, 90, 540, 90], axis=1)
    return off


def drawn_shapes(table: gpd.GeoDataFrame, name: str) -> tuple[gpd.GeoDataFrame, int]:
    """Return the rows that can be drawn, in EPSG:4326 on one map of the world, and count the rest.

    An edge straight in the table's CRS has vertices wherever Web Mercator would draw it elsewhere.
    The index is the row of the table; each part of a collection has a row.
    """
    projected = in_degrees(table, name)
    projected.index = pd.RangeIndex(len(projected))
    drawable = drawable_shapes(projected.geometry)
    drawn = projected[drawable]
    shapes = true_edges(table.geometry[drawable], drawn.geometry.to_numpy(), MERCATOR)
    drawn = drawn.set_geometry(gpd.GeoSeries(shapes, index=drawn.index, crs=drawn.crs))
    if (drawn.geom_type == "GeometryCollection").any():
        parts, owner = taken_apart(shapes)
        parts, owner = parts[~(empty := shapely.is_empty(parts))], owner[~empty]
        series = gpd.GeoSeries(parts, index=drawn.index[owner], crs=drawn.crs)
        drawn = drawn.iloc[owner].set_geometry(series)
    return drawn.set_geometry(in_one_world(drawn.geometry, table.crs)), int((~drawable).sum())


def taken_apart(shapes: Geometries) -> tuple[Geometries, Integers]:
    """Return geometries without collections, and the position of each among those given."""
    owner = np.arange(len(shapes))
    while (shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION).any():
        is_mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
        parts, of = shapely.get_parts(shapes[is_mixed], return_index=True)
        both = np.concatenate([owner[~is_mixed], owner[is_mixed][of]])
        order = np.argsort(both, kind="stable")
        shapes = np.concatenate([shapes[~is_mixed], parts])[order]
        owner = both[order]
    return shapes, owner


def is_points(geometry: gpd.GeoSeries) -> bool:
    """Return whether all geometries are points or missing."""
    return bool(np.isin(shapely.get_type_id(geometry.to_numpy()), (-1, 0)).all())


def drawable_points(geometry: gpd.GeoSeries, most_lat: float = MAX_LATITUDE) -> Booleans:
    """Return which points lie between two latitudes: those of the page's square, or the poles."""
    # shapely has coordinates of missing points (NaN), but none of empty ones.
    shapes = np.where(shapely.is_empty(geometry.to_numpy()), None, geometry.to_numpy())
    lat, lon = shapely.get_y(shapes), shapely.get_x(shapes)
    inside: Booleans = (np.abs(lat) <= most_lat) & np.isfinite(lon)
    return inside


def drawable_shapes(geometry: gpd.GeoSeries) -> Booleans:
    """Return which geometries are present, with finite coordinates on the Earth."""
    shapes = geometry.to_numpy()
    lonlat, owner = shapely.get_coordinates(shapes, return_index=True)
    drawable = np.zeros(len(shapes), dtype=bool)
    drawable[owner] = True
    drawable[owner[~np.isfinite(lonlat).all(axis=1)]] = False
    return drawable & ~_off_earth(shapely.bounds(shapes))


def joined_bounds(elements: Iterable[Element]) -> Bounds:
    """Return the bounds of all elements of a map; foreign elements may have none."""
    joined = NOWHERE
    for element in elements:
        with suppress(Exception):
            joined = around_both(joined, element.get_bounds())
    return joined


def around_both(one: Bounds, other: Bounds) -> Bounds:
    """Return the bounds of two bounds; either may be `NOWHERE`."""
    return [
        [none_min(a, b) for a, b in zip(one[0], other[0], strict=True)],
        [none_max(a, b) for a, b in zip(one[1], other[1], strict=True)],
    ]


def edges_of(bounds: Sequence[Sequence[float | None]]) -> Edges | None:
    """Return the edges of bounds; None for `NOWHERE`.

    Examples
    --------
    >>> edges_of([[41.0, 40.0], [43.6, 46.7]]), edges_of(NOWHERE)
    ((40.0, 41.0, 46.7, 43.6), None)
    """
    (south, west), (north, east) = bounds
    if south is None or west is None or north is None or east is None:
        return None
    return west, south, east, north


def bounds_of(table: gpd.GeoDataFrame) -> Bounds:
    """Return the bounds of a table in folium's form; `NOWHERE` if it is empty."""
    if table.empty:
        return NOWHERE
    shapes = table.geometry.to_numpy()
    # By parts: a country that crosses the antimeridian is drawn in two.
    has_parts = (shapely.get_type_id(shapes) > shapely.GeometryType.POLYGON).any()
    boxes = shapely.bounds(shapely.get_parts(shapes) if has_parts else shapes)
    # Bounds across the antimeridian if these are narrower, but not of data all around the world.
    over = boxes + np.where(boxes[:, :1] < 0, [360.0, 0.0, 360.0, 0.0], 0.0)
    plain, across = ((*b[:, :2].min(axis=0), *b[:, 2:].max(axis=0)) for b in (boxes, over))
    is_narrower = across[2] - across[0] < min(plain[2] - plain[0], AROUND_WORLD)
    west, south, east, north = across if is_narrower else plain
    return rounded([[south, west], [north, east]])


def rounded(corners: Iterable[Iterable[float]]) -> Bounds:
    """Round corners to a tenth of a millimetre: further digits differ between versions of PROJ.

    Examples
    --------
    >>> rounded([(32.505272516586615, 42.0), (59.92293604588458, 92.82758432078522)])
    [[32.505272517, 42.0], [59.922936046, 92.827584321]]
    """
    return [[round(float(degrees), _DIGITS) for degrees in corner] for corner in corners]
