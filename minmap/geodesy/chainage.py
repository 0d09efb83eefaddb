"""Points at a given length along lines, and the length along lines of given points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import shapely

from minmap.arguments import known_keywords, require_numbers
from minmap.geodesy.ellipsoid import GEOD
from minmap.geodesy.geometries import lines_in_degrees, require_lonlat, require_pairs
from minmap.geodesy.nearest_chord import ChordSearch
from minmap.geodesy.vertices import vertices_of
from minmap.types import Floats


@known_keywords
def interpolate_along(lines: Iterable[Any], along_m: Any) -> Floats:
    """Return the point at a given length along each line, measured along geodesics.

    The geodesic counterpart of `shapely.line_interpolate_point`.

    Parameters
    ----------
    lines
        n (Multi)LineStrings, or one for all lengths: a GeoSeries in any CRS, or shapely geometries
        in EPSG:4326.
    along_m
        Shape (n,), or one number for all lines: length from the start, metres. Gaps between the
        parts of a MultiLineString are not counted. A length below 0 gives the start, a length
        beyond the end gives the end.

    Returns
    -------
    numpy.ndarray
        Shape (n, 2): longitude and latitude, EPSG:4326, degrees; NaN where the line is None or
        empty, or the length is NaN.

    Raises
    ------
    CRSError
        If `lines` is a GeoSeries without a CRS.
    GeometryError
        If the numbers of lines and lengths differ and neither is 1, or as for `line_length_m`.

    Notes
    -----
    Points are computed by `pyproj.Geod.fwd` (Karney 2013, J. Geod. 87, 43-55,
    https://doi.org/10.1007/s00190-012-0578-z).

    Examples
    --------
    >>> from shapely import LineString
    >>> line = LineString([(179, 0), (-179, 0)])
    >>> interpolate_along(line, [0, 55659.746, 1e9]).round(4).tolist()
    [[179.0, 0.0], [179.5, 0.0], [-179.0, 0.0]]
    """
    shapes = lines_in_degrees(lines)
    length_m = require_numbers(along_m, name="along_m", like=0, unit="metres").ravel()
    count = require_pairs(len(shapes), len(length_m), what=("lines", "along_m"))
    line = np.broadcast_to(np.arange(len(shapes)), count)
    length_m = np.broadcast_to(length_m, count)
    vertices = vertices_of(shapes, what="lines")
    first = np.searchsorted(vertices.shape, line)
    last = np.searchsorted(vertices.shape, line, side="right") - 1
    lonlat = np.full((count, 2), np.nan)
    usable = np.flatnonzero((last >= first) & ~np.isnan(length_m))
    first, last = first[usable], last[usable]
    # All lines joined end to end, so that one search finds the edges of all points.
    run_m = np.cumsum(vertices.edge_m) - vertices.edge_m
    target_m = np.clip(run_m[first] + length_m[usable], run_m[first], run_m[last])
    vertex = np.clip(np.searchsorted(run_m, target_m, side="right") - 1, first, last)
    lon, lat = vertices.lonlat[vertex].T
    lon, lat, _ = GEOD.fwd(lon, lat, vertices.azimuth[vertex], target_m - run_m[vertex])
    lonlat[usable] = np.column_stack([lon, lat])
    return lonlat


@known_keywords
def locate_along(lines: Iterable[Any], points: Any) -> Floats:
    """Return the length along each line to the point on it nearest to a given point.

    The inverse of `interpolate_along`, and the geodesic counterpart of
    `shapely.line_locate_point`. Use `nearest_on_lines` where the line of each point is not known.
    Each different line is searched once, so many points on few lines are fast.

    Parameters
    ----------
    lines
        n (Multi)LineStrings, or one for all points: a GeoSeries in any CRS, or shapely geometries
        in EPSG:4326.
    points
        Shape (n, 2), or (1, 2) for all lines: longitude and latitude, EPSG:4326, degrees.

    Returns
    -------
    numpy.ndarray
        Shape (n,): length from the start of the line, metres; NaN where the line is None or
        empty, or the point has no usable coordinates.

    Raises
    ------
    CRSError
        If `lines` is a GeoSeries without a CRS.
    GeometryError
        If the numbers of lines and points differ and neither is 1, or as for `nearest_on_lines`.

    Examples
    --------
    >>> from shapely import LineString
    >>> line = LineString([(179, 0), (-179, 0)])
    >>> locate_along(line, [[179.5, 3], [-170, 0]]).round(1).tolist()
    [55659.7, 222639.0]
    """
    shapes, lonlat = lines_in_degrees(lines), require_lonlat(points, what="points")
    count = require_pairs(len(shapes), len(lonlat), what=("lines", "points"))
    line = np.broadcast_to(np.arange(len(shapes)), count)
    lonlat = np.broadcast_to(lonlat, (count, 2))
    along_m = np.full(count, np.nan)
    same = pd.Series(line).groupby(shapely.to_wkb(shapes[line]))
    for rows in same.indices.values():
        search = ChordSearch(vertices_of(shapes[line[rows[:1]]], what="lines"))
        along_m[rows] = search.nearest(lonlat[rows]).along_m
    return along_m
