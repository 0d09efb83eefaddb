"""Lines and outlines as vertices, and as short straight pieces (chords) below the ellipsoid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from minmap.geodesy.ellipsoid import GEOD, to_ecef
from minmap.geodesy.geometries import POLYGON, parts_of, require_on_earth
from minmap.geodesy.rings import rings_of
from minmap.types import Floats, Geometries, Integers

# A straight chord of this length is at most 0.3 m below the ellipsoid (L^2 / 8R).
MAX_CHORD_M = 4_000.0


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
    """

    lonlat: Floats
    shape: Integers
    part: Integers
    edge_m: Floats
    azimuth: Floats

    def run_m(self) -> Floats:
        """Return the length (n,) from the start of its shape to each vertex, without gaps."""
        run_m = np.cumsum(self.edge_m) - self.edge_m
        run: Floats = run_m - run_m[np.searchsorted(self.shape, self.shape)]
        return run


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
    edge_m, azimuth = edges(lonlat, part)
    return Vertices(lonlat, shape[part], part, edge_m, azimuth)


def edges(lonlat: Floats, part: Integers) -> tuple[Floats, Floats]:
    """Return length (m) and azimuth (degrees) from each vertex (n, 2) to the next of its part."""
    edge_m, azimuth = np.zeros(len(lonlat)), np.zeros(len(lonlat))
    inner = np.flatnonzero(part[1:] == part[:-1])
    if inner.size:
        (lon, lat), (lon_next, lat_next) = lonlat[inner].T, lonlat[inner + 1].T
        azimuth[inner], _, edge_m[inner] = GEOD.inv(lon, lat, lon_next, lat_next)
    return edge_m, azimuth


def split_edges(
    lonlat: Floats, edge_m: Floats, azimuth: Floats, pieces: Integers
) -> tuple[Floats, Integers, Floats]:
    """Cut each edge into equal pieces along its geodesic.

    Parameters
    ----------
    lonlat, edge_m, azimuth
        Vertices (n, 2) and the edge that starts at each, as in `Vertices`.
    pieces
        Shape (n,), number of pieces of each edge, at least 1.

    Returns
    -------
    lonlat, edge, along_m
        Start of each piece (m, 2), index of its edge (m,), and length from the start of that edge
        to the start of the piece (m,).
    """
    edge = np.repeat(np.arange(len(pieces)), pieces)
    first = np.cumsum(pieces) - pieces
    along_m = (edge_m / pieces)[edge] * (np.arange(len(edge)) - first[edge])
    split = lonlat[edge]
    inside = np.flatnonzero(along_m > 0)
    if inside.size:
        lon, lat = split[inside].T
        lon, lat, _ = GEOD.fwd(lon, lat, azimuth[edge[inside]], along_m[inside])
        split[inside] = np.column_stack([lon, lat])
    return split, edge, along_m


@dataclass(frozen=True, slots=True)
class Chords:
    """Straight pieces of shapes; the last vertex of a part is a chord of length 0.

    Attributes
    ----------
    start, vector
        Shape (n, 3), Earth-centred coordinates, metres.
    lonlat
        Shape (n, 2): the start in degrees.
    shape, part
        Shape (n,), as in `Vertices`.
    along_m, length_m
        Shape (n,): geodesic length from the start of the shape to the chord, and of the chord,
        metres.
    """

    start: Floats
    vector: Floats
    lonlat: Floats
    shape: Integers
    part: Integers
    along_m: Floats
    length_m: Floats


def chords_of(vertices: Vertices) -> Chords:
    """Cut shapes into chords of at most 4 km.

    Examples
    --------
    >>> line = shapely.LineString([(0, 0), (1, 0)])
    >>> chords = chords_of(vertices_of(np.array([line]), what="lines"))
    >>> len(chords.start), chords.along_m[-1].round(1)
    (29, np.float64(111319.5))
    """
    v = vertices
    pieces = np.maximum(np.ceil(v.edge_m / MAX_CHORD_M), 1).astype(np.int64)
    lonlat, edge, along_edge_m = split_edges(v.lonlat, v.edge_m, v.azimuth, pieces)
    length_m = (v.edge_m / pieces)[edge]
    start = to_ecef(lonlat)
    vector = np.diff(start, axis=0, append=start[-1:])
    vector[length_m == 0] = 0
    along_m = v.run_m()[edge] + along_edge_m
    return Chords(start, vector, lonlat, v.shape[edge], v.part[edge], along_m, length_m)
