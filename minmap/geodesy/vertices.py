"""Points, lines and outlines as vertices joined by geodesic edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from minmap.geodesy.ellipsoid import GEOD
from minmap.geodesy.geometries import POLYGON, parts_of, require_on_earth
from minmap.geodesy.rings import rings_of
from minmap.types import Floats, Geometries, Integers


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
        """Return vertices whose edges are pieces of at most `longest_m`, equal on each edge.

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
