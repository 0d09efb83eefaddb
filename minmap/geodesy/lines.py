"""The nearest place on lines, and how long lines are, on the WGS84 ellipsoid."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import shapely

from minmap.errors import GeometryError
from minmap.geodesy.chords import chords_of, vertices_of
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.geodesy.geometries import in_degrees, require_listener, require_lonlat
from minmap.geodesy.nearest_chord import ChordSearch, Nearest
from minmap.types import Floats, Geometries

_LINES_OR_POINTS = (-1, 0, 1, 2, 4, 5)


def nearest_on_lines(
    points: Any,
    lines: Iterable[Any],
    *,
    on_chunk: Callable[[int], object] | None = None,
) -> Nearest:
    """Find the nearest place on lines for each point, along geodesics.

    The edge between two vertices is the geodesic between them, the short way round: an edge from
    179 to -179 degrees crosses the antimeridian. Lines and points anywhere on Earth are right,
    also across the antimeridian and at the poles.

    Parameters
    ----------
    points
        Shape (n, 2): longitude and latitude, EPSG:4326, degrees. Any longitude is wrapped; a
        row that is not finite or whose latitude is beyond 90 degrees has no answer.
    lines
        LineStrings, LinearRings, MultiLineStrings, Points or MultiPoints: a GeoSeries in any CRS,
        or shapely geometries in EPSG:4326. None and empty ones are never nearest.
    on_chunk
        Called with the number of points done since the last call; None means nobody listens.

    Returns
    -------
    Nearest
        Arrays in the order of `points`.

    Raises
    ------
    CRSError
        If `lines` is a GeoSeries without a CRS.
    GeometryError
        If `points` is not of shape (n, 2), or a line is of another kind, or a vertex is not a
        longitude and latitude.

    Notes
    -----
    Lines are cut into chords of at most 4 km. A k-d tree over the vertices gives candidates in the
    order of a lower bound on the distance to the chords at each vertex, and the search widens
    until that bound passes the best found, so no nearer chord is missed. It runs from the centre
    of the geodesic circle (`minmap.geodesy.ellipsoid`), so that what is nearest in a straight
    line is nearest along geodesics. Within 1 m of a dense `pyproj.Geod` reference up to
    3,000 km; the distance to the foot itself is right to 1 mm. Beyond 3,000 km the foot may be
    up to 20 m too far at 6,000 km.

    Memory is about 150 bytes a point, 200 bytes a vertex, and 30 MB for each of at most 4 threads.

    Examples
    --------
    >>> from shapely import LineString
    >>> line = LineString([(179.0, 0.0), (-179.0, 0.0)])
    >>> found = nearest_on_lines([[180.0, 1.0], [178.0, 0.0]], [line])
    >>> found.distance_m.round(1).tolist(), found.line.tolist()
    ([110574.4, 111319.5], [0, 0])
    >>> found.along_m.round(1).tolist(), abs(found.foot).round(6).tolist()
    ([111319.5, 0.0], [[180.0, 0.0], [179.0, 0.0]])
    """
    require_listener(on_chunk)
    lonlat = require_lonlat(points, what="points")
    chords = chords_of(vertices_of(lines_in_degrees(lines), what="lines"))
    return ChordSearch(chords).nearest(lonlat, on_chunk=on_chunk)


def line_length_m(lines: Iterable[Any]) -> Floats:
    """Measure lines along geodesics.

    Parameters
    ----------
    lines
        (Multi)LineStrings: a GeoSeries in any CRS, or shapely geometries in EPSG:4326. Gaps
        between the parts of one are not counted.

    Returns
    -------
    numpy.ndarray
        Shape (n,), metres; 0 for an empty line and NaN for None.

    Raises
    ------
    GeometryError
        As for `nearest_on_lines`.

    Examples
    --------
    >>> from shapely import LineString
    >>> line_length_m([LineString([(0, 0), (1, 0)]), LineString([(0, 0), (0, 1)]), None]).round(1)
    array([111319.5, 110574.4,      nan])
    """
    shapes = lines_in_degrees(lines)
    vertices = vertices_of(shapes, what="lines")
    length_m = np.zeros(len(shapes))
    np.add.at(length_m, vertices.shape, vertices.edge_m)
    length_m[shapely.is_missing(shapes)] = np.nan
    return length_m


def distance_m(starts: Any, ends: Any) -> Floats:
    """Measure the geodesic distance between pairs of points.

    Parameters
    ----------
    starts, ends
        Shape (n, 2): longitude and latitude, EPSG:4326, degrees; or one of them (2,).

    Returns
    -------
    numpy.ndarray
        Shape (n,), metres, right to 1 mm; NaN where a coordinate is missing.

    Raises
    ------
    GeometryError
        If `starts` or `ends` is not of shape (n, 2), or they differ in number.

    Examples
    --------
    >>> distance_m([[0, 0], [0, 89.5]], [[0, 1], [180, 89.5]]).round(1)
    array([110574.4, 111694. ])
    """
    one = require_lonlat(_rows(starts), what="starts")
    other = require_lonlat(_rows(ends), what="ends")
    if len(one) != len(other) and 1 not in (len(one), len(other)):
        raise GeometryError(
            f"starts has {len(one)} places and ends {len(other)}; give as many of one as of the "
            "other, or one for all."
        )
    one, other = np.broadcast_arrays(one, other)
    return surface_distance_m(to_ecef(one), to_ecef(other))


def _rows(places: Any) -> Any:
    """Return one place as a list of one."""
    try:
        return [places] if np.ndim(places) == 1 else places
    except ValueError:  # lists of unlike lengths, which `require_lonlat` refuses
        return places


def lines_in_degrees(lines: Iterable[Any]) -> Geometries:
    """Return lines and points in EPSG:4326, or raise `GeometryError` for another kind."""
    shapes = in_degrees(lines, what="lines")
    wrong = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), _LINES_OR_POINTS))
    if wrong.size:
        raise GeometryError(
            f"lines[{wrong[0]}] is a {shapes[wrong[0]].geom_type}; lines or points are needed "
            "(the outline of a polygon is its .boundary; nearest_on_shapes takes polygons)."
        )
    return shapes
