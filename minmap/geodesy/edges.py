"""Edges that are straight in the CRS of their data, with vertices added where they would bend.

An edge is straight in its own CRS; in a geographic one it is straight in longitude and latitude
(RFC 7946). Where only its ends are carried to another system, and a straight line or a geodesic
drawn between them, it bends. So an edge gets vertices in between until each piece is true, which
costs short edges almost nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely import GeometryType

from minmap.errors import GeometryError
from minmap.geodesy.crs import WGS84_CRS
from minmap.geodesy.ellipsoid import GEOD
from minmap.types import Booleans, Floats, Geometries, Integers

MOST_ADDED: Final = 1_000_000
"""Vertices that edges may get."""

# Pieces longer than this are tested at seven places, as an S is right in its middle.
_MOST_LEVELS: Final = 32  # of collections in collections
_LONG_M: Final = 50_000.0
# No piece shorter than this is cut: a CRS may have a seam, where no piece is ever true.
_SHORT_M: Final = 1.0
_ROUNDS: Final = 24
# A corner of a projected area at a pole has no longitude, so it is moved by a centimetre.
_AT_POLE: Final = 90 - 1e-7
_OFF_POLE: Final = np.array([0.01, 0.0037])
_MIDDLE: Final = (0.5,)
_EIGHTHS: Final = tuple(n / 8 for n in range(1, 8))
_CUT: Final = (
    GeometryType.LINESTRING,
    GeometryType.MULTILINESTRING,
    GeometryType.POLYGON,
    GeometryType.MULTIPOLYGON,
)
# Edges longer than this, or wider near a pole, are tested in any case, degrees.
_TESTED: Final = 0.1
_WIDE: Final = 3.0

# Metres from places to pieces: of the starts, ends and places (n, 2), degrees.
Deviation = Callable[[Floats, Floats, Floats], Floats]


@dataclass(frozen=True)
class Target:
    """What stands for a piece of an edge between two vertices.

    Attributes
    ----------
    off_m
        How far places are from what stands for a piece.
    most_m
        Metres that the middle of a piece may be off.
    slope
        Curvature of a line straight in degrees against it, over tan(latitude) / R, at most.
    shorter_way
        Whether an edge of an area in degrees takes the shorter way around the Earth, as that of a
        line does; otherwise it goes as its longitudes say.
    """

    off_m: Deviation
    most_m: float
    slope: float
    shorter_way: bool = False


def off_mercator_m(start: Floats, end: Floats, place: Floats) -> Floats:
    """Return how far places are from pieces that are straight in Web Mercator, metres.

    Examples
    --------
    >>> ends = np.array([[0.0, 0.0]]), np.array([[10.0, 10.0]])
    >>> off_mercator_m(*ends, np.array([[5.0, 5.0]])).round().tolist()
    [1503.0]
    """
    one, other, here = (_mercator(lonlat) for lonlat in (start, end, place))
    foot = _foot(one, other, here)
    scale = GEOD.a * np.cos(np.radians(place[:, 1]))
    return np.asarray(np.hypot(*(here - foot).T) * scale)


def off_degrees_m(start: Floats, end: Floats, place: Floats) -> Floats:
    """Return how far places are from pieces that are straight in longitude and latitude, metres."""
    scale = np.column_stack([np.cos(np.radians(place[:, 1])), np.ones(len(place))])
    foot = _foot(start * scale, end * scale, place * scale)
    return np.asarray(GEOD.a * np.radians(np.hypot(*(place * scale - foot).T)))


def off_geodesic_m(start: Floats, end: Floats, place: Floats) -> Floats:
    """Return how far places are from the geodesics between two points, metres.

    Examples
    --------
    >>> ends = np.array([[0.0, 60.0]]), np.array([[1.0, 60.0]])
    >>> off_geodesic_m(*ends, np.array([[0.5, 60.0]])).round().tolist()
    [105.0]
    """
    azimuth, _, length_m = GEOD.inv(*start.T, *end.T)
    towards, _, away_m = GEOD.inv(*start.T, *place.T)
    angle, away = np.radians(np.asarray(towards) - azimuth), np.asarray(away_m) / GEOD.a
    along = np.arctan2(np.sin(away) * np.cos(angle), np.cos(away)) * GEOD.a
    across = np.arcsin(np.sin(away) * np.sin(angle)) * GEOD.a
    return np.asarray(np.hypot(across, along - np.clip(along, 0, length_m)))


MERCATOR: Final = Target(off_mercator_m, most_m=0.9, slope=0.4)
DEGREES: Final = Target(off_degrees_m, most_m=0.5, slope=0)
GEODESIC: Final = Target(off_geodesic_m, most_m=0.5, slope=1.1, shorter_way=True)


def plane_of(crs: CRS) -> Target:
    """Return the target of edges that are straight in a CRS."""
    there, back = (
        Transformer.from_crs(*pair, always_xy=True) for pair in ((WGS84_CRS, crs), (crs, WGS84_CRS))
    )

    def off_m(start: Floats, end: Floats, place: Floats) -> Floats:
        ends_and_place = (np.column_stack(there.transform(*at.T)) for at in (start, end, place))
        foot = np.column_stack(back.transform(*_foot(*ends_and_place).T))
        return _length_m(place, _near(place, foot))

    return Target(off_m, most_m=0.5, slope=1.1)


def true_edges(given: gpd.GeoSeries, lonlat: Geometries, target: Target) -> Geometries:
    """Return shapes in degrees with vertices added where their edges would bend.

    Parameters
    ----------
    given
        The shapes in their own CRS, in which their edges are straight.
    lonlat
        The same shapes with each vertex in EPSG:4326, degrees. Those whose edges are all true are
        returned as they are; the others get vertices, and lose their heights.
    target
        What stands for the edges: `MERCATOR` where they are drawn, `GEODESIC` where they are
        measured, `DEGREES` or `plane_of` a CRS where they are compared there.

    Notes
    -----
    An edge is cut in two while its middle (or, of a long edge, any of seven places) is too far
    off, so that no place is 1 m off. An edge of a line in degrees of more than 180 and less than
    360 degrees of longitude takes the shorter way around the Earth.

    Examples
    --------
    >>> large, small = shapely.box(0, 40, 10, 50), shapely.box(0, 40, 0.001, 40.001)
    >>> boxes = gpd.GeoSeries([large, small], crs=4326)
    >>> [len(true_edges(boxes, boxes.to_numpy(), target)[0].exterior.coords)
    ...     for target in (MERCATOR, GEODESIC)]
    [5, 515]
    >>> true_edges(boxes, boxes.to_numpy(), GEODESIC)[1] is small
    True
    """
    if (shapely.get_type_id(lonlat) == GeometryType.GEOMETRYCOLLECTION).any():
        return _of_collections(given, lonlat, target)
    coordinates, owner = shapely.get_coordinates(lonlat, return_index=True)
    if len(coordinates) <= len(lonlat):  # points
        return lonlat
    with np.errstate(all="ignore"):  # places off the Earth are not numbers, and never cut
        return _cut_where_bent(given, lonlat, (coordinates, owner), target)


def _cut_where_bent(
    given: gpd.GeoSeries, lonlat: Geometries, places: tuple[Floats, Integers], target: Target
) -> Geometries:
    """Return shapes with vertices added; `places` has those of all and the shape of each."""
    coordinates, owner = places
    system = _System(given.crs)
    bend = _Bend.around(given, system, target)
    edge = bend.long_edges(coordinates, owner)
    rows = np.unique(owner[edge[_may_bend(given, coordinates, edge, system, target)]])
    if not rows.size:
        return lonlat
    shapes, dense = np.array(given), lonlat.copy()
    kinds = shapely.get_type_id(shapes)
    for row in rows[kinds[rows] == GeometryType.LINEARRING]:
        shapes[row], dense[row] = (shapely.LineString(each[row]) for each in (shapes, dense))
        kinds[row] = GeometryType.LINESTRING
    for kind in _CUT:
        these = rows[kinds[rows] == kind]
        if these.size:
            dense[these] = _true_shapes(shapes[these], dense[these], bend, system, target)
            _require_few(shapely.get_coordinates(dense).shape[0] - len(coordinates))
    return dense


def _require_few(added: int) -> None:
    """Raise if edges get more vertices than `MOST_ADDED`."""
    if added > MOST_ADDED:
        raise GeometryError(
            f"The edges are so long and so many that more than {MOST_ADDED:,} vertices are "
            "needed to draw them; give shapes with shorter edges, or fewer of them at once."
        )


def _of_collections(given: gpd.GeoSeries, lonlat: Geometries, target: Target) -> Geometries:
    """Return shapes with vertices added, also in the parts of collections."""
    own, placed, levels = given.to_numpy(), lonlat, []
    while (mixed := shapely.get_type_id(placed) == GeometryType.GEOMETRYCOLLECTION).any():
        parts, owner = shapely.get_parts(placed[mixed], return_index=True)
        levels.append((mixed, owner))
        if len(levels) > _MOST_LEVELS:
            raise GeometryError(
                f"Geometry collections are nested more than {_MOST_LEVELS} deep; take them apart, "
                "such as with shapely.get_parts."
            )
        own = np.concatenate([own[~mixed], shapely.get_parts(own[mixed])])
        placed = np.concatenate([placed[~mixed], parts])
    done = true_edges(gpd.GeoSeries(own, crs=given.crs), placed, target)
    for mixed, owner in reversed(levels):
        plain, parts = np.split(done, [np.count_nonzero(~mixed)])
        done = np.empty(len(mixed), dtype=object)
        done[~mixed] = plain
        groups = np.split(parts, np.searchsorted(owner, np.arange(1, np.count_nonzero(mixed))))
        done[mixed] = [shapely.GeometryCollection([*group]) for group in groups]
    return done


def _may_bend(
    given: gpd.GeoSeries, lonlat: Floats, edge: Integers, system: _System, target: Target
) -> Booleans:
    """Return which edges are very long, or off in their middle."""
    pieces = _Pieces.whole(edge, lonlat)
    bent = _length_m(pieces.start, pieces.end) > _LONG_M
    if not bent.all():
        places = shapely.get_coordinates(given.to_numpy())
        bent[~bent] = _are_bent(pieces.take(~bent), places, system, target, _MIDDLE)
    return bent


@dataclass(frozen=True)
class _Bend:
    """How much edges may bend: by K L^2 / 8 over a length L.

    K is the difference of the curvatures of the two kinds of edges, which is at most
    (``slope`` * tan(latitude) + ``scale``) / R: tan(latitude) / R is that of a parallel, and the
    scale of a projected CRS bends its edges further.
    """

    slope: float
    scale: float
    most_m: float

    @classmethod
    def around(cls, given: gpd.GeoSeries, system: _System, target: Target) -> _Bend:
        """Measure the scale with short edges all over the bounds of shapes."""
        west, south, east, north = given.total_bounds
        x, y = np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9))
        step = 0.2 / system.degrees if system.degrees else 20_000 / system.metres
        ahead = step * np.array([[1, 0], [1, 1], [0, 1], [-1, 1]])
        start = np.column_stack([x.ravel(), y.ravel()])
        places = np.hstack([np.repeat(start, 4, axis=0), np.repeat(start, 4, axis=0)])
        places[:, 2:] += np.tile(ahead, (len(start), 1))
        places = places.reshape(-1, 2)
        edge = np.arange(0, len(places), 2)
        pieces = _Pieces.whole(edge, system.lonlat(places))
        there = pieces.lonlat(places, system, 0.5)
        end, there = _near(pieces.start, pieces.end), _near(pieces.start, there)
        slope = target.slope if system.degrees else 1.1
        off_m = target.off_m(pieces.start, end, there)
        bend = 8 * GEOD.a * off_m / _length_m(pieces.start, end) ** 2
        rest = bend - slope * np.tan(np.radians(np.abs(pieces.start[:, 1])))
        rest = rest[np.isfinite(rest)]
        scale = 1.5 * max(float(rest.max()), 0) + 0.1 if rest.size else 2.0
        return cls(slope, scale, target.most_m)

    def long_edges(self, lonlat: Floats, owner: Integers) -> Integers:
        """Return the vertices (n, 2), of a shape each, where an edge starts that may bend."""
        east, north = (np.abs(np.diff(each)) for each in lonlat.T)
        most = float(np.nanmax(np.abs(lonlat[:, 1]), initial=0))
        # First the edges that may be long by one of their differences, so that few are left.
        shortest = self._length(most) / np.sqrt(2)
        edge = np.flatnonzero(((east > shortest) | (north > shortest)) & (owner[1:] == owner[:-1]))
        east, north = east[edge], north[edge]
        lat = np.maximum(np.abs(lonlat[edge, 1]), np.abs(lonlat[edge + 1, 1]))
        length2 = (east * np.cos(np.radians(lat))) ** 2 + north**2
        # Over a pole, the cosine of the greater latitude is too small.
        long = (length2 > self._length(lat) ** 2) | (east > _WIDE) | (north > _WIDE)
        return np.asarray(edge[long], dtype=np.int64)

    def _length(self, lat: Any) -> Any:
        """Return the greatest length that does not bend too much, degrees."""
        slope = np.tan(np.radians(np.minimum(lat, 89.9999)))
        bend = self.slope * slope + self.scale
        return np.minimum(np.degrees(np.sqrt(8 * self.most_m / GEOD.a / bend)), _TESTED)


@dataclass(frozen=True)
class _System:
    """A CRS and its transformation to degrees, by which an edge keeps its longitudes in one run."""

    crs: CRS

    @cached_property
    def _transformer(self) -> Transformer:
        return Transformer.from_crs(self.crs, WGS84_CRS, always_xy=True)

    @cached_property
    def degrees(self) -> float:
        """Degrees per unit of a geographic CRS; 0 for any other."""
        if not self.crs.is_geographic:
            return 0.0
        axes = self.crs.axis_info
        return float(np.degrees(axes[0].unit_conversion_factor)) if axes else 1.0

    @property
    def metres(self) -> float:
        """Metres per unit of a projected CRS."""
        axes = self.crs.axis_info
        return float(axes[0].unit_conversion_factor) if axes else 1.0

    def lonlat(self, places: Floats) -> Floats:
        """Return longitude and latitude of places (n, 2)."""
        return self.in_run(np.column_stack(self._transformer.transform(*places.T)), places)

    def in_run(self, lonlat: Floats, places: Floats) -> Floats:
        """Return the longitudes with the turns of those of the CRS; move places off a pole."""
        if self.degrees:
            turns = np.rint((places[:, 0] * self.degrees - lonlat[:, 0]) / 360)
            return np.asarray(lonlat + np.outer(turns, [360, 0]))
        polar = np.flatnonzero(np.abs(lonlat[:, 1]) > _AT_POLE)
        if polar.size:
            moved = (places[polar] + _OFF_POLE).T
            lonlat[polar] = np.column_stack(self._transformer.transform(*moved))
        return lonlat

    def shorter_way(self, places: Floats, ring: Integers) -> Floats:
        """Return places whose longitudes continue where an edge takes the shorter way."""
        step = np.diff(places * self.degrees, axis=0, prepend=places[:1] * self.degrees)
        at_pole = np.abs(places[:, 1] * self.degrees) >= 90 - 1e-9
        wide = (np.abs(step[:, 0]) > 180) & (np.abs(step[:, 0]) < 360 - 1e-9)
        wide &= (np.diff(ring, prepend=-1) == 0) & ~(at_pole & np.append(False, at_pole[:-1]))
        turns = np.cumsum(np.where(wide, np.rint(step[:, 0] / 360), 0))
        turns -= turns[np.searchsorted(ring, ring)]
        return np.asarray(places - np.outer(turns * 360 / self.degrees, [1, 0]))


def _true_shapes(
    given: Geometries, lonlat: Geometries, bend: _Bend, system: _System, target: Target
) -> Geometries:
    """Return lines or areas of one type, in degrees, with vertices added."""
    kind, places, (starts, *outer) = shapely.to_ragged_array(given, include_z=False)
    vertices = shapely.to_ragged_array(lonlat, include_z=False)[1]
    ring = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    takes_shorter_way = target.shorter_way or shapely.get_dimensions(given[0]) == 1
    if system.degrees and takes_shorter_way:
        places = system.shorter_way(places, ring)
    run = system.in_run(vertices.copy(), places)
    pieces = _Pieces.whole(bend.long_edges(run, ring), run)
    edge, share, added = _cuts(pieces, places, system, target)
    order = np.lexsort((share, edge))
    before = edge[order] + 1
    kept = vertices if system.degrees and takes_shorter_way else run
    dense = np.insert(kept, before, added[order], axis=0)
    offsets = starts + np.searchsorted(before, starts), *outer
    return np.asarray(shapely.from_ragged_array(kind, dense, offsets))


@dataclass(frozen=True)
class _Pieces:
    """Pieces of edges: from and to which share of the edge, and the ends in degrees."""

    edge: Integers
    low: Floats
    high: Floats
    start: Floats
    end: Floats

    @classmethod
    def whole(cls, edge: Integers, lonlat: Floats) -> _Pieces:
        """Return edges in one piece each, from a vertex of ``lonlat`` (n, 2) to the next."""
        zeros = np.zeros(len(edge))
        return cls(edge, zeros, zeros + 1, lonlat[edge], lonlat[edge + 1])

    def take(self, rows: Any) -> _Pieces:
        return _Pieces(*(each[rows] for each in self._fields))

    def halves(self, middle: Floats) -> _Pieces:
        """Return the first halves, then the second halves."""
        edge, share = np.concatenate([self.edge] * 2), (self.low + self.high) / 2
        low, high = np.concatenate([self.low, share]), np.concatenate([share, self.high])
        start, end = np.vstack([self.start, middle]), np.vstack([middle, self.end])
        return _Pieces(edge, low, high, start, end)

    @property
    def _fields(self) -> tuple[Any, ...]:
        return self.edge, self.low, self.high, self.start, self.end

    def lonlat(self, places: Floats, system: _System, share: float) -> Floats:
        """Return where the edges are at a share of the pieces."""
        at = (self.low + (self.high - self.low) * share)[:, None]
        start, end = places[self.edge], places[self.edge + 1]
        return system.lonlat(start + (end - start) * at)


def _cuts(
    pieces: _Pieces, places: Floats, system: _System, target: Target
) -> tuple[Integers, Floats, Floats]:
    """Return the vertices that edges need: the edge, the share along it, and where it is.

    Raises
    ------
    GeometryError
        If they need more than `MOST_ADDED`.
    """
    edges, shares, added = [], [], []
    for _ in range(_ROUNDS):
        length_m = _length_m(pieces.start, pieces.end)
        pieces = pieces.take(length_m > _SHORT_M)
        long = length_m[length_m > _SHORT_M] > _LONG_M
        bent = np.zeros(len(long), dtype=np.bool_)
        for rows, tested in ((~long, _MIDDLE), (long, _EIGHTHS)):
            bent[rows] = _are_bent(pieces.take(rows), places, system, target, tested)
        pieces = pieces.take(bent)
        middle = pieces.lonlat(places, system, 0.5)
        edges.append(pieces.edge)
        shares.append((pieces.low + pieces.high) / 2)
        added.append(middle)
        if not bent.any():
            break
        _require_few(sum(map(len, edges)))
        pieces = pieces.halves(middle)
    return np.concatenate(edges), np.concatenate(shares), np.vstack(added)


def _are_bent(
    pieces: _Pieces, places: Floats, system: _System, target: Target, shares: tuple[float, ...]
) -> Booleans:
    bent = np.zeros(len(pieces.edge), dtype=np.bool_)
    for share in shares:
        end, there = pieces.end, pieces.lonlat(places, system, share)
        if not system.degrees:
            end, there = _near(pieces.start, end), _near(pieces.start, there)
        # Comparing with NaN, where the CRS is not defined, gives False.
        bent |= target.off_m(pieces.start, end, there) > target.most_m
    return bent


def _near(start: Floats, lonlat: Floats) -> Floats:
    """Return places with longitudes at most 180 degrees from those of their starts."""
    turns = np.rint((start[:, 0] - lonlat[:, 0]) / 360)
    return np.asarray(lonlat + np.outer(turns, [360, 0]))


def _length_m(start: Floats, end: Floats) -> Floats:
    """Return about how long pieces are, metres; one around the Earth as long as its parallel."""
    middle = np.radians((start[:, 1] + end[:, 1]) / 2)
    step = np.radians(end - start)
    return np.asarray(np.hypot(step[:, 0] * np.cos(middle), step[:, 1]) * GEOD.a)


def _mercator(lonlat: Floats) -> Floats:
    lat = np.radians(np.clip(lonlat[:, 1], -89.9999, 89.9999))
    return np.column_stack([np.radians(lonlat[:, 0]), np.arcsinh(np.tan(lat))])


def _foot(start: Floats, end: Floats, place: Floats) -> Floats:
    """Return the points of straight pieces that are nearest to places (n, 2)."""
    along = end - start
    squared = np.maximum(np.einsum("ij,ij->i", along, along), 1e-30)
    share = np.clip(np.einsum("ij,ij->i", place - start, along) / squared, 0, 1)
    return np.asarray(start + share[:, None] * along)
