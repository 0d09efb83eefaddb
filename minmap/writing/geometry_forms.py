"""Geometry in the forms that files need: degrees, columns of points, text."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS

from minmap.errors import FileError
from minmap.geodesy.crs import WGS84_CRS, to_degrees
from minmap.types import Geometries

# The largest change by a transformation to degrees and back, in the units of the CRS.
_TOLERANCE_M: Final = 1e-3
_TOLERANCE_DEGREES: Final = 1e-8
_WKT_DECIMALS: Final = 40  # GEOS ends at the shortest text that gives the same double back


def finite(shapes: Geometries, labels: pd.Index) -> Geometries:
    """Return geometries whose every coordinate is a number.

    A point without coordinates, as `geopandas.points_from_xy` makes of missing ones, becomes an
    empty point.

    Raises
    ------
    FileError
        If another coordinate is infinite or not a number. The message names the row.

    Examples
    --------
    >>> finite(gpd.points_from_xy([1, np.nan], [2, np.nan]).to_numpy(), pd.RangeIndex(2))
    array([<POINT (1 2)>, <POINT EMPTY>], dtype=object)
    """
    coordinates, rows = shapely.get_coordinates(shapes, return_index=True)
    wrong = ~np.isfinite(coordinates).all(axis=1)
    if not wrong.any():
        return shapes
    without = np.isnan(coordinates).all(axis=1) & (shapely.get_type_id(shapes[rows]) == 0)
    if (wrong & ~without).any():
        row = rows[wrong & ~without][0]
        raise FileError(
            f"geometry, row {labels[row]}: a coordinate is infinite or not a number "
            f"({shapes[row].wkt[:80]}); correct it, or set the geometry to None."
        )
    corrected = shapes.copy()
    corrected[rows[without]] = shapely.Point()
    return corrected


def in_degrees(shapes: Geometries, crs: CRS, labels: pd.Index) -> Geometries:
    """Return geometries as longitude and latitude on WGS84.

    Raises
    ------
    CRSError
        If the CRS has no known position on the Earth.
    FileError
        If the transformation back to the CRS ends more than a millimetre off: the geometry is
        where the CRS is not defined. The message names the row.

    Examples
    --------
    >>> in_degrees(np.array([shapely.Point(500_000, 0)]), CRS("EPSG:32642"), pd.RangeIndex(1))
    array([<POINT (69 0)>], dtype=object)
    """
    if crs.is_exact_same(WGS84_CRS):
        return shapes
    lonlat = to_degrees(gpd.GeoSeries(shapes, crs=crs), what="frame")
    back = lonlat.to_crs(crs)
    before, rows = shapely.get_coordinates(shapes, return_index=True)
    tolerance = _TOLERANCE_DEGREES if crs.is_geographic else _TOLERANCE_M
    # Comparing with NaN gives False.
    kept = np.abs(shapely.get_coordinates(back.to_numpy()) - before).max(axis=1) <= tolerance
    if not kept.all():
        row = rows[~kept][0]
        raise FileError(
            f"geometry, row {labels[row]}: {shapes[row].wkt[:80]} is where {crs.name} cannot be "
            "transformed to longitude and latitude and back; write a .gpkg or .parquet, which keep "
            "the CRS."
        )
    return np.asarray(lonlat.to_numpy(), dtype=object)


def kinds(shapes: Geometries) -> set[str]:
    """Return the geometry types in `shapes`, in which none is missing.

    Examples
    --------
    >>> kinds(np.array([shapely.Point(1, 2), shapely.Point(3, 4)]))
    {'Point'}
    """
    _, first = np.unique(shapely.get_type_id(shapes), return_index=True)
    return {shape.geom_type for shape in shapes[first]}


def are_points(shapes: Geometries) -> bool:
    """Return whether every geometry is missing or a point that columns of numbers can hold.

    Examples
    --------
    >>> are_points(np.array([shapely.Point(1, 2), None]))
    True
    >>> are_points(np.array([shapely.box(0, 0, 1, 1)]))
    False
    """
    is_point = np.isin(shapely.get_type_id(shapes), [-1, 0])
    return bool(is_point.all() and not shapely.has_m(shapes).any())


def point_columns(shapes: Geometries) -> list[pa.Array]:
    """Return x, y and, if any point has one, z; missing where there is no point.

    Examples
    --------
    >>> [column.to_pylist() for column in point_columns(np.array([shapely.Point(1, 2), None]))]
    [[1.0, None], [2.0, None]]
    """
    points = shapes.copy()
    points[shapely.is_empty(shapes)] = None  # GEOS raises for the coordinates of an empty point
    numbers = [shapely.get_x(points), shapely.get_y(points)]
    if shapely.has_z(points).any():
        numbers.append(shapely.get_z(points))
    return [pa.array(column, from_pandas=True) for column in numbers]


def to_wkt(shapes: Geometries) -> Geometries:
    """Return WKT with every digit.

    Examples
    --------
    >>> to_wkt(np.array([shapely.Point(0.1, 2)])).tolist()
    ['POINT (0.1 2)']
    """
    written = shapely.to_wkt(
        shapes, rounding_precision=_WKT_DECIMALS, trim=True, output_dimension=4
    )
    return np.asarray(written, dtype=object)


def to_wkb(shapes: Geometries) -> pa.Array:
    """Return ISO WKB with heights and measures, missing where there is no geometry."""
    written = shapely.to_wkb(shapes, flavor="iso", output_dimension=4)
    return pa.array(written.tolist(), type=pa.binary())
