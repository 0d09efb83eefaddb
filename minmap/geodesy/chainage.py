"""Places along lines, and how far along a line a place is, on the WGS84 ellipsoid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_numbers
from minmap.errors import GeometryError
from minmap.geodesy.chords import chords_of, vertices_of
from minmap.geodesy.ellipsoid import GEOD
from minmap.geodesy.geometries import require_lonlat
from minmap.geodesy.lines import lines_in_degrees
from minmap.geodesy.nearest_chord import ChordSearch
from minmap.types import Floats, Integers


def place_along(lines: Iterable[Any], along_m: Any) -> Floats:
    """Find the place at a length along each line, along geodesics.

    Parameters
    ----------
    lines
        n (Multi)LineStrings, or one for all lengths: a GeoSeries in any CRS, or shapely geometries
        in EPSG:4326.
    along_m
        Shape (n,), or one number for all lines: length from the start, metres. The parts of a
        MultiLineString follow each other without the gaps between them. Below 0 is the start,
        and beyond the end is the end.

    Returns
    -------
    numpy.ndarray
        Shape (n, 2): longitude and latitude, EPSG:4326, degrees; NaN where the line is None or
        empty, or the length is NaN.

    Raises
    ------
    GeometryError
        If there are neither as many lengths as lines nor one of either, or as for
        `line_length_m`.

    Examples
    --------
    >>> from shapely import LineString
    >>> line = LineString([(179, 0), (-179, 0)])
    >>> place_along(line, [0, 55659.746, 1e9]).round(4).tolist()
    [[179.0, 0.0], [179.5, 0.0], [-179.0, 0.0]]
    """
    shapes = lines_in_degrees(lines)
    metres = require_numbers(along_m, name="along_m", like=0, unit="metres").ravel()
    line, metres = _pairs(len(shapes), metres, what="along_m")
    vertices = vertices_of(shapes, what="lines")
    opens = np.searchsorted(vertices.shape, line)
    last = np.searchsorted(vertices.shape, line, side="right") - 1
    lonlat = np.full((len(line), 2), np.nan)
    some = np.flatnonzero((last >= opens) & ~np.isnan(metres))
    opens, last = opens[some], last[some]
    # All lines one after the other, as one long line.
    run_m = np.cumsum(vertices.edge_m) - vertices.edge_m
    target_m = np.clip(run_m[opens] + metres[some], run_m[opens], run_m[last])
    vertex = np.clip(np.searchsorted(run_m, target_m, side="right") - 1, opens, last)
    lon, lat = vertices.lonlat[vertex].T
    lon, lat, _ = GEOD.fwd(lon, lat, vertices.azimuth[vertex], target_m - run_m[vertex])
    lonlat[some] = np.column_stack([lon, lat])
    return lonlat


def locate_along(lines: Iterable[Any], points: Any) -> Floats:
    """Find how far along each line the place nearest to a point is, along geodesics.

    The inverse of `place_along`, and what `nearest_on_lines` gives as ``along_m`` where the line
    of each point is known. One search per line: many points on few lines is quickest.

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
    GeometryError
        If there are neither as many points as lines nor one of either, or as for
        `nearest_on_lines`.

    Examples
    --------
    >>> from shapely import LineString
    >>> line = LineString([(179, 0), (-179, 0)])
    >>> locate_along(line, [[179.5, 3], [-170, 0]]).round(1).tolist()
    [55659.7, 222639.0]
    """
    shapes = lines_in_degrees(lines)
    row, lonlat = _pairs(len(shapes), require_lonlat(points, what="points"), what="points")
    along_m = np.full(len(row), np.nan)
    # A line given many times is searched once.
    same = pd.Series(row).groupby(shapely.to_wkb(shapes[row]))
    for rows in same.indices.values():
        chords = chords_of(vertices_of(shapes[row[rows[:1]]], what="lines"))
        along_m[rows] = ChordSearch(chords).nearest(lonlat[rows]).along_m
    return along_m


def _pairs(lines: int, values: Floats, *, what: str) -> tuple[Integers, Floats]:
    """Return the line of each pair and its value; one of either serves all."""
    if lines != len(values) and 1 not in (lines, len(values)):
        raise GeometryError(
            f"{lines} lines and {len(values)} {what}; give as many of one as of the other, or one "
            "for all."
        )
    count = 0 if 0 in (lines, len(values)) else max(lines, len(values))
    line = np.arange(count) if lines == count else np.zeros(count, dtype=np.int64)
    return line, np.broadcast_to(values, (count, *values.shape[1:]))
