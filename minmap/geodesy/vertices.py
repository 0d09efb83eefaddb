"""Points, lines and the rings of polygons as vertices joined by geodesic edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from minmap.geodesy.ellipsoid import GEOD
from minmap.geodesy.geometries import POLYGON, parts_of, require_on_earth
from minmap.types import Floats, Geometries, Integers

# An edge of 360 degrees of longitude at one latitude has no length as a geodesic. It is replaced
# by the parallel, with a vertex every quarter of a degree (at most 8 m off the parallel).
_PARALLEL_DEG = 0.25


@dataclass(frozen=True, slots=True)
class Vertices:
    """The vertices of shapes in order, each with the edge that starts at it.

    Attributes
    ----------
    lonlat
        Shape (n, 2), EPSG:4326, degrees.
    shape, part
        Shape (n,): index of the shape, and of its part (a point, a line, or a ring of a polygon).
    edge_m, azimuth
        Shape (n,): length of the geodesic to the next vertex, metres, and its azimuth, degrees;
        both 0 at the end of a part.
    along_m
        Shape (n,): length from the start of the shape, metres, without the gaps between parts.
    """

    lonlat: Floats
    shape: Integers
    part: Integers
    edge_m: Floats
    azimuth: Floats
    along_m: Floats

    @classmethod
    def joined(cls, lonlat: Floats, shape: Integers, part: Integers) -> Vertices:
        """Join the successive vertices (n, 2) of each part by geodesics."""
        edge_m, azimuth = np.zeros(len(lonlat)), np.zeros(len(lonlat))
        inner = np.flatnonzero(part[1:] == part[:-1])
        (lon, lat), (lon_next, lat_next) = lonlat[inner].T, lonlat[inner + 1].T
        azimuth[inner], _, edge_m[inner] = GEOD.inv(lon, lat, lon_next, lat_next)
        run_m = np.cumsum(edge_m) - edge_m
        along_m = run_m - run_m[np.searchsorted(shape, shape)]
        return cls(lonlat, shape, part, edge_m, azimuth, along_m)

    def cut(self, longest_m: float | Floats) -> Vertices:
        """Cut each edge into equal pieces of at most `longest_m`; return all vertices.

        Examples
        --------
        >>> line = vertices_of(np.array([shapely.LineString([(0, 0), (1, 0)])]), what="lines")
        >>> line.cut(60_000).lonlat.round(6).tolist()
        [[0.0, 0.0], [0.5, 0.0], [1.0, 0.0]]
        """
        pieces = np.maximum(np.ceil(self.edge_m / longest_m), 1).astype(np.int64)
        edge = np.repeat(np.arange(len(pieces)), pieces)
        piece_m = (self.edge_m / pieces)[edge]
        offset_m = piece_m * (np.arange(len(edge)) - (np.cumsum(pieces) - pieces)[edge])
        lonlat, azimuth = self.lonlat[edge], self.azimuth[edge]
        new = np.flatnonzero(offset_m > 0)
        lon, lat = lonlat[new].T
        lon, lat, back = GEOD.fwd(lon, lat, azimuth[new], offset_m[new])
        lonlat[new], azimuth[new] = np.column_stack([lon, lat]), np.asarray(back) + 180
        along_m = self.along_m[edge] + offset_m
        return Vertices(lonlat, self.shape[edge], self.part[edge], piece_m, azimuth, along_m)


def vertices_of(shapes: Geometries, *, what: str) -> Vertices:
    """Return the vertices of points, lines and the rings of polygons.

    Parameters
    ----------
    shapes
        Shape (n,), EPSG:4326.
    what
        Name of the argument, for the message.

    Raises
    ------
    GeometryError
        If a vertex is not a longitude and latitude.

    Examples
    --------
    >>> line = shapely.LineString([(0, 0), (1, 0), (1, 1)])
    >>> vertices_of(np.array([line]), what="lines").edge_m.round(1).tolist()
    [111319.5, 110574.4, 0.0]
    """
    parts, shape = parts_of(shapes)
    areas = shapely.get_type_id(parts) == POLYGON
    if areas.any():
        rings, area = rings_of(parts[areas])
        parts = np.concatenate([parts[~areas], rings])
        shape = np.concatenate([shape[~areas], shape[areas][area]])
        order = np.argsort(shape, kind="stable")
        parts, shape = parts[order], shape[order]
    lonlat, part = shapely.get_coordinates(parts, return_index=True)
    require_on_earth(lonlat, what=what)
    return Vertices.joined(lonlat, shape[part], part)


def rings_of(polygons: Geometries) -> tuple[Geometries, Integers]:
    """Return the rings of polygons, the outer one first, and the index of their polygon.

    An edge of 360 degrees along a parallel other than a pole, such as that of
    ``box(-180, 0, 180, 90)``, gets vertices in between.

    Parameters
    ----------
    polygons
        Shape (n,), shapely Polygons, EPSG:4326.

    Examples
    --------
    >>> rings, polygon = rings_of(np.array([shapely.box(0, 0, 1, 1)]))
    >>> len(rings), polygon.tolist()
    (1, [0])
    """
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    bounds = shapely.bounds(rings)
    for row in np.flatnonzero(bounds[:, 2] - bounds[:, 0] >= 360 - 1e-9):
        rings[row] = _along_parallels(rings[row])
    return rings, polygon.astype(np.int64)


def _along_parallels(ring: shapely.LinearRing) -> shapely.LinearRing:
    lonlat = shapely.get_coordinates(ring)
    step = np.diff(lonlat, axis=0)
    whole = (np.abs(step[:, 0]) >= 360 - 1e-9) & (np.abs(step[:, 1]) < 1e-9)
    whole &= np.abs(lonlat[:-1, 1]) < 90
    pieces = np.append(np.where(whole, round(360 / _PARALLEL_DEG), 1), 1)
    edge = np.repeat(np.arange(len(lonlat)), pieces)
    share = (np.arange(len(edge)) - (np.cumsum(pieces) - pieces)[edge]) / pieces[edge]
    return shapely.LinearRing(lonlat[edge] + np.vstack([step, [0, 0]])[edge] * share[:, None])


def unrolled(lonlat: Floats, ring: Integers) -> tuple[Floats, Floats]:
    """Return longitudes that continue beyond 180 degrees instead of jumping.

    Parameters
    ----------
    lonlat
        Shape (n, 2), vertices of rings, degrees.
    ring
        Shape (n,), index of the ring of each vertex; ascending.

    Returns
    -------
    lon
        Shape (n,), degrees; the first of each ring is in [-180, 180].
    turn
        Shape (number of rings,): 360 for a ring that goes around the Earth eastwards, -360
        westwards, else 0.

    Examples
    --------
    >>> ring = np.array([[170.0, 0.0], [-170.0, 0.0], [-170.0, 9.0], [170.0, 0.0]])
    >>> lon, turn = unrolled(ring, np.zeros(4, dtype=np.int64))
    >>> lon.tolist(), turn.tolist()
    ([170.0, 190.0, 190.0, 170.0], [0.0])
    """
    opens = np.flatnonzero(np.diff(ring, prepend=-1))
    sizes = np.diff(opens, append=len(ring))
    closes = opens + sizes - 1
    step = np.diff(lonlat[:, 0], prepend=0.0)
    at_pole = np.abs(lonlat[:, 1]) >= 90 - 1e-12
    # Along a pole no direction is shorter: the longitudes count as they are written.
    along_pole = at_pole & np.append(False, at_pole[:-1])
    short = step - 360 * np.rint(step / 360)
    step = np.where(along_pole, step, short)
    first = lonlat[opens, 0]
    step[opens] = first - 360 * np.ceil((first - 180) / 360) * (np.abs(first) > 180)
    run = np.cumsum(step)
    run -= np.repeat(run[opens] - step[opens], sizes)
    # The given longitudes plus whole turns, without the rounding errors of a sum.
    lon = lonlat[:, 0] + 360 * np.rint((run - lonlat[:, 0]) / 360)
    turn = 360 * np.rint((lon[closes] - lon[opens]) / 360)
    return lon, turn


def mean_sine(lon: Floats, lat: Floats, ring: Integers) -> Floats:
    """Return the mean sine of latitude along each ring, weighted by the longitude it covers.

    For a ring that goes around the Earth, this is above 0 if the smaller side contains the north
    pole. For any ring, multiplied by 2 pi R^2, it is the area to the equator on a sphere.

    Parameters
    ----------
    lon, lat, ring
        Shape (n,): unrolled longitude and latitude, degrees, and the ring of each vertex.

    Returns
    -------
    numpy.ndarray
        Shape (number of rings,): the integral of sin(lat) over longitude, in turns; above 0 for
        latitudes north of the equator passed eastwards.
    """
    inner = np.flatnonzero(ring[1:] == ring[:-1])
    sine = np.sin(np.radians(lat))
    strip = (lon[inner + 1] - lon[inner]) / 360 * (sine[inner + 1] + sine[inner]) / 2
    opens = np.flatnonzero(np.diff(ring, prepend=-1))
    total = np.zeros(len(opens))
    np.add.at(total, np.searchsorted(ring[opens], ring[inner]), strip)
    return total


def wrapped(lonlat: Floats) -> Floats:
    """Return longitude and latitude (n, 2) with longitude in [-180, 180].

    Examples
    --------
    >>> wrapped(np.array([[190.0, 0.0], [-180.0, 5.0]])).tolist()
    [[-170.0, 0.0], [-180.0, 5.0]]
    """
    lon = lonlat[:, 0]
    wrapped_lon = np.where(np.abs(lon) > 180, (lon + 180) % 360 - 180, lon)
    return np.column_stack([wrapped_lon, lonlat[:, 1]])
