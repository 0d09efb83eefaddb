"""Geometry in the forms that files want: degrees, columns of points, text."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from minmap.errors import FileError
from minmap.files.geometry_depth import require_shallow_wkt
from minmap.geodesy.stated_crs import to_degrees
from minmap.types import Booleans, Floats, Geometries

DEGREES: Final = CRS("EPSG:4326")
# What a way to degrees and back may change, in the units of the CRS.
_TOLERANCE_M: Final = 1e-3
_TOLERANCE_DEGREES: Final = 1e-8
_WKT_DECIMALS: Final = 40  # GEOS ends at the shortest text that gives the same double back


def finite(shapes: Geometries, labels: pd.Index) -> Geometries:
    """Return geometries whose every coordinate is a number.

    A point that is nowhere, as `geopandas.points_from_xy` makes of missing coordinates, becomes
    an empty point.

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
    nowhere = np.isnan(coordinates).all(axis=1) & (shapely.get_type_id(shapes[rows]) == 0)
    if (wrong & ~nowhere).any():
        row = rows[wrong & ~nowhere][0]
        raise FileError(
            f"geometry, row {labels[row]}: a coordinate is infinite or not a number "
            f"({shapes[row].wkt[:80]}); mend it, or set it to None."
        )
    mended = shapes.copy()
    mended[rows[nowhere]] = shapely.Point()
    return mended


def in_degrees(shapes: Geometries, crs: CRS, labels: pd.Index) -> Geometries:
    """Return geometries as longitude and latitude on WGS84 from which they can be had again.

    Raises
    ------
    CRSError
        If nothing ties the CRS to the Earth.
    FileError
        If the way back ends more than a millimetre off: the geometry lies where its CRS is not
        made for. The message names the row.

    Examples
    --------
    >>> in_degrees(np.array([shapely.Point(500_000, 0)]), CRS("EPSG:32642"), pd.RangeIndex(1))
    array([<POINT (69 0)>], dtype=object)
    """
    if crs.is_exact_same(DEGREES):
        return shapes
    there = to_degrees(gpd.GeoSeries(shapes, crs=crs), what="frame")
    back = there.to_crs(crs)
    before, rows = shapely.get_coordinates(shapes, return_index=True)
    tolerance = _TOLERANCE_DEGREES if crs.is_geographic else _TOLERANCE_M
    # A comparison with what is not a number is false.
    kept = np.abs(shapely.get_coordinates(back.to_numpy()) - before).max(axis=1) <= tolerance
    if not kept.all():
        row = rows[~kept][0]
        raise FileError(
            f"geometry, row {labels[row]}: {shapes[row].wkt[:80]} lies where {crs.name} has no "
            "way to longitude and latitude and back; write a .gpkg or .parquet, which keep the "
            "CRS."
        )
    return np.asarray(there.to_numpy(), dtype=object)


def from_degrees(shapes: Geometries, crs: str) -> Geometries:
    """Return geometries on WGS84 in another CRS.

    Examples
    --------
    >>> from_degrees(np.array([shapely.Point(69, 0)]), "EPSG:32642")
    array([<POINT (500000 0)>], dtype=object)
    """
    if CRS(crs).is_exact_same(DEGREES):
        return shapes
    return np.asarray(gpd.GeoSeries(shapes, crs=DEGREES).to_crs(crs).to_numpy(), dtype=object)


def differing(shapes: Geometries, read: Geometries) -> dict[int, str]:
    """Return as WKT, by row number, what comes back from a file as another geometry.

    Where a ring begins and which way it runs makes no other geometry.

    Examples
    --------
    >>> shapes = np.array([shapely.Point(1, 2), shapely.Point()])
    >>> differing(shapes, np.array([shapely.Point(1, 2), None]))
    {1: 'POINT EMPTY'}
    """
    missing = shapely.is_missing(shapes)
    same = shapely.equals_identical(shapes, read) | (missing & shapely.is_missing(read))
    rest = np.flatnonzero(~same)
    alike = shapely.equals_identical(shapely.normalize(shapes[rest]), shapely.normalize(read[rest]))
    rows = rest[~alike]
    return dict(zip(rows.tolist(), to_wkt(shapes[rows]).tolist(), strict=True))


def mend(read: Geometries, exact: dict[int, str]) -> Geometries:
    """Put geometries back that a file holds otherwise; leave those that somebody has changed.

    Examples
    --------
    >>> mend(np.array([None, shapely.Point(5, 5)]), {0: "POINT EMPTY", 1: "MULTIPOINT ((1 2))"})
    array([<POINT EMPTY>, <POINT (5 5)>], dtype=object)
    """
    mended = read.copy()
    for row, wkt in exact.items():
        require_shallow_wkt(wkt)
        shape = shapely.from_wkt(wkt, on_invalid="ignore")
        if shape is not None and 0 <= row < len(read) and _may_be(read[row], shape):
            mended[row] = shape
    return mended


def _may_be(read: BaseGeometry | None, shape: BaseGeometry) -> bool:
    if read is None or read.is_empty:
        return True
    return bool(np.array_equal(shapely.bounds(read), shapely.bounds(shape), equal_nan=True))


def are_points(shapes: Geometries) -> bool:
    """Return whether every geometry is missing or a point that columns of numbers can hold.

    Examples
    --------
    >>> are_points(np.array([shapely.Point(1, 2), None]))
    True
    >>> are_points(np.array([shapely.box(0, 0, 1, 1)]))
    False
    """
    kinds = shapely.get_type_id(shapes)
    return bool(np.isin(kinds, [-1, 0]).all() and not has_measures(shapes).any())


def has_measures(shapes: Geometries) -> Booleans:
    """Return which geometries carry a measure (M)."""
    return np.asarray(shapely.has_m(shapes))


def point_columns(shapes: Geometries) -> list[pa.Array]:
    """Return x, y and, if any point has one, z; missing where there is no point.

    Examples
    --------
    >>> [column.to_pylist() for column in point_columns(np.array([shapely.Point(1, 2), None]))]
    [[1.0, None], [2.0, None]]
    """
    there = shapes.copy()
    there[shapely.is_empty(shapes)] = None  # GEOS refuses to say where an empty point is
    numbers = [shapely.get_x(there), shapely.get_y(there)]
    if shapely.has_z(there).any():
        numbers.append(shapely.get_z(there))
    return [pa.array(column, from_pandas=True) for column in numbers]


def from_point_columns(columns: list[Floats]) -> Geometries:
    """Return points; None where x or y is missing.

    Examples
    --------
    >>> from_point_columns([np.array([1.0, np.nan]), np.array([2.0, np.nan])])
    array([<POINT (1 2)>, None], dtype=object)
    """
    x, y, *z = columns
    points = np.asarray(shapely.points(x, y), dtype=object)
    if z:
        high = np.isfinite(z[0])
        points[high] = shapely.points(x[high], y[high], z[0][high])
    points[~(np.isfinite(x) & np.isfinite(y))] = None
    return points


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
