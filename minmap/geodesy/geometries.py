"""Geometries and coordinates in the form that the measuring functions work with."""

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from minmap.arguments import items_of, require_flag, require_numbers, shown
from minmap.errors import GeometryError, MinmapError
from minmap.geodesy.crs import WGS84, to_degrees
from minmap.geodesy.edges import GEODESIC, true_edges
from minmap.types import Booleans, Floats, Geometries, Integers

POLYGON = 3
_COLLECTIONS = (4, 5, 6, 7)
_LINES_OR_POINTS = (-1, 0, 1, 2, 4, 5)


def in_degrees(shapes: Iterable[Any], *, what: str, geodesic_edges: bool = False) -> Geometries:
    """Return shapely geometries in EPSG:4326 whose edges are geodesics.

    Parameters
    ----------
    shapes
        A GeoSeries or GeoDataFrame in any CRS; one or several shapely geometries in EPSG:4326.
    what
        Name of the argument, for the message.
    geodesic_edges
        Whether the edges are geodesics as they are given. Otherwise they are straight in the CRS
        of the shapes, and get vertices where a geodesic would be off (`minmap.geodesy.edges`).

    Returns
    -------
    numpy.ndarray
        Shape (n,), objects; None where a geometry is missing.

    Raises
    ------
    CRSError
        If a GeoSeries has no CRS, or a local one that cannot be related to the Earth.
    GeometryError
        If an item is not a geometry.

    Examples
    --------
    >>> sites = gpd.GeoSeries.from_xy([500000], [0], crs=32631)
    >>> in_degrees(sites, what="sites").tolist()
    [<POINT (3 0)>]
    """
    require_flag(geodesic_edges, name="geodesic_edges")
    if isinstance(shapes, gpd.GeoDataFrame | gpd.GeoSeries):
        lonlat = np.array(to_degrees(shapes, what=what), dtype=object)
        return lonlat if geodesic_edges else true_edges(shapes.geometry, lonlat, GEODESIC)
    items = [shapes] if isinstance(shapes, shapely.Geometry) else items_of(shapes)
    if items is None or not all(isinstance(item, shapely.Geometry | None) for item in items):
        raise GeometryError(
            f"{what}={shown(shapes)} is not geometry; give a GeoSeries, or a list of shapely "
            "geometries in longitude and latitude."
        )
    geometries = np.empty(len(items), dtype=object)
    geometries[:] = items
    if geodesic_edges:
        return geometries
    return true_edges(gpd.GeoSeries(geometries, crs=WGS84), geometries, GEODESIC)


def lines_in_degrees(
    lines: Iterable[Any], *, what: str = "lines", geodesic_edges: bool = False
) -> Geometries:
    """Return lines and points in EPSG:4326 as `in_degrees` does.

    Raises
    ------
    GeometryError
        If a geometry is of another kind.
    """
    shapes = in_degrees(lines, what=what, geodesic_edges=geodesic_edges)
    wrong = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), _LINES_OR_POINTS))
    if wrong.size:
        raise GeometryError(
            f"lines[{wrong[0]}] is a {shapes[wrong[0]].geom_type}; lines or points are needed "
            "(the outline of a polygon is its .boundary; nearest_on_shapes takes polygons)."
        )
    return shapes


def parts_of(shapes: Geometries) -> tuple[Geometries, Integers]:
    """Return the Points, LineStrings and Polygons of geometries, and the position of each owner.

    None and empty geometries have no parts. Collections may be nested.

    Parameters
    ----------
    shapes
        Shape (n,).

    Examples
    --------
    >>> from shapely import MultiPoint, Point
    >>> parts, shape = parts_of(np.array([Point(0, 0), None, MultiPoint([(1, 1), (2, 2)])]))
    >>> parts.tolist(), shape.tolist()
    ([<POINT (0 0)>, <POINT (1 1)>, <POINT (2 2)>], [0, 2, 2])
    """
    parts, shape = shapely.get_parts(shapes, return_index=True)
    while np.isin(shapely.get_type_id(parts), _COLLECTIONS).any():
        parts, within = shapely.get_parts(parts, return_index=True)
        shape = shape[within]
    kept = ~shapely.is_empty(parts)
    return parts[kept], shape[kept].astype(np.int64)


def on_earth(lonlat: Floats) -> Booleans:
    """Return which rows (n, 2) are a finite longitude of any size and a latitude, degrees.

    Examples
    --------
    >>> on_earth(np.array([[360.0, 0.0], [0.0, 95.0], [np.nan, 0.0]])).tolist()
    [True, False, False]
    """
    return np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat[:, 1]) <= 90)


def require_on_earth(lonlat: Floats, *, what: str) -> None:
    """Raise `GeometryError` if a vertex (n, 2) is not a longitude and latitude.

    Examples
    --------
    >>> require_on_earth(np.array([[5e5, 4e6]]), what="lines")
    Traceback (most recent call last):
        ...
    minmap.errors.GeometryError: lines have a vertex at (500000.0, 4000000.0), which is not a
    longitude and latitude in degrees; reproject with .to_crs(4326).
    """
    wrong = np.flatnonzero(~on_earth(lonlat))
    if wrong.size:
        raise GeometryError(
            f"{what} have a vertex at {tuple(lonlat[wrong[0]].tolist())}, which is not a longitude "
            "and latitude in degrees; reproject with .to_crs(4326)."
        )


def require_lonlat(points: Any, *, what: str) -> Floats:
    """Return points as an array of shape (n, 2).

    Raises
    ------
    GeometryError
        If they are not numbers or have another shape.

    Examples
    --------
    >>> require_lonlat([76.9, 43.2], what="points")
    Traceback (most recent call last):
        ...
    minmap.errors.GeometryError: points has shape (2,); give (n, 2): longitude and latitude in
    degrees.
    """
    try:
        lonlat = require_numbers(points, name=what, like=0)
    except MinmapError as error:
        raise GeometryError(
            f"{what}={shown(points)} is not a list of points; give (n, 2): longitude and latitude "
            "in degrees."
        ) from error
    if lonlat.ndim != 2 or lonlat.shape[1] != 2:
        raise GeometryError(
            f"{what} has shape {lonlat.shape}; give (n, 2): longitude and latitude in degrees."
        )
    return lonlat


def require_pairs(count: int, other: int, *, what: tuple[str, str]) -> int:
    """Return the number of pairs of `count` and `other` items, where one item serves all.

    Raises
    ------
    GeometryError
        If the numbers differ and neither is 1.

    Examples
    --------
    >>> require_pairs(1, 3, what=("lines", "points"))
    3
    >>> require_pairs(2, 3, what=("lines", "points"))
    Traceback (most recent call last):
        ...
    minmap.errors.GeometryError: there are 2 lines and 3 points; give as many of one as of the
    other, or one for all.
    """
    if count != other and 1 not in (count, other):
        raise GeometryError(
            f"there are {count} {what[0]} and {other} {what[1]}; give as many of one as of the "
            "other, or one for all."
        )
    return 0 if 0 in (count, other) else max(count, other)
