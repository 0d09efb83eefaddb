"""Geometries as every measuring function takes them: degrees, and parts of one kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from minmap.arguments import require_kind, require_numbers, shown
from minmap.errors import GeometryError, MinmapError
from minmap.geodesy.stated_crs import require_places, to_degrees
from minmap.types import Booleans, Floats, Geometries, Integers

POLYGON = 3
_COLLECTIONS = (4, 5, 6, 7)


def in_degrees(shapes: Iterable[Any], *, what: str) -> Geometries:
    """Return shapely geometries in EPSG:4326.

    Parameters
    ----------
    shapes
        A GeoSeries or GeoDataFrame in any CRS, or shapely geometries in EPSG:4326, or one of them.
    what
        The argument, for the message.

    Returns
    -------
    numpy.ndarray
        Shape (n,), objects; None where there is no geometry.

    Raises
    ------
    CRSError
        If a GeoSeries has no CRS, or one that nothing ties to the Earth.

    Examples
    --------
    >>> sites = gpd.GeoSeries.from_xy([500000], [0], crs=32631)
    >>> in_degrees(sites, what="sites").tolist()
    [<POINT (3 0)>]
    """
    if isinstance(shapes, gpd.GeoDataFrame | gpd.GeoSeries):
        places = require_places(shapes, name=what)
        return np.array(to_degrees(places, what=what), dtype=object)
    if isinstance(shapes, shapely.Geometry):
        return np.array([shapes], dtype=object)
    return _listed(shapes, what=what)


def _listed(shapes: Iterable[Any], *, what: str) -> Geometries:
    """Return an array of shapely geometries and None; raise for anything else."""
    cure = "give a GeoSeries, or a list of shapely geometries in longitude and latitude"
    try:
        items = [] if isinstance(shapes, str | bytes) else list(shapes)
    except (TypeError, ValueError):
        items = [shapes]
    wrong = [item for item in items if not isinstance(item, shapely.Geometry | None)]
    if wrong or isinstance(shapes, str | bytes | Mapping):
        raise GeometryError(f"{what}={shown(shapes)} is not geometry; {cure}.")
    found = np.empty(len(items), dtype=object)
    found[:] = items
    return found


def parts_of(shapes: Geometries) -> tuple[Geometries, Integers]:
    """Return the Points, LineStrings and Polygons of geometries, and which each belongs to.

    None and empty ones have no parts.

    Parameters
    ----------
    shapes
        Shape (n,); collections may hold collections.

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
    there = ~shapely.is_empty(parts)
    return parts[there], shape[there].astype(np.int64)


def on_earth(lonlat: Floats) -> Booleans:
    """Tell which rows (n, 2) are a longitude (any, it is wrapped) and a latitude, degrees.

    Examples
    --------
    >>> on_earth(np.array([[360.0, 0.0], [0.0, 95.0], [np.nan, 0.0]])).tolist()
    [True, False, False]
    """
    usable: Booleans = np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat[:, 1]) <= 90)
    return usable


def require_on_earth(lonlat: Floats, *, what: str) -> None:
    """Raise `GeometryError` if a vertex (n, 2) is no longitude and latitude.

    Examples
    --------
    >>> require_on_earth(np.array([[5e5, 4e6]]), what="lines")
    Traceback (most recent call last):
        ...
    minmap.errors.GeometryError: lines have a vertex at (500000.0, 4000000.0), which is no
    longitude and latitude in degrees; reproject with .to_crs(4326).
    """
    wrong = np.flatnonzero(~on_earth(lonlat))
    if wrong.size:
        raise GeometryError(
            f"{what} have a vertex at {tuple(lonlat[wrong[0]].tolist())}, which is no longitude "
            "and latitude in degrees; reproject with .to_crs(4326)."
        )


def require_lonlat(points: Any, *, what: str) -> Floats:
    """Return points as an array of shape (n, 2), or raise `GeometryError`.

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
            f"{what}={shown(points)} is no list of places; give (n, 2): longitude and latitude in "
            "degrees."
        ) from error
    if lonlat.ndim != 2 or lonlat.shape[1] != 2:
        raise GeometryError(
            f"{what} has shape {lonlat.shape}; give (n, 2): longitude and latitude in degrees."
        )
    return lonlat


def require_listener(on_chunk: object) -> None:
    """Raise if an argument ``on_chunk`` is neither None nor a function.

    Examples
    --------
    >>> require_listener(5)
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: on_chunk=5 is of type int; give a function of one number.
    """
    if on_chunk is not None and not callable(on_chunk):
        require_kind(on_chunk, FunctionType, name="on_chunk", cure="give a function of one number")
