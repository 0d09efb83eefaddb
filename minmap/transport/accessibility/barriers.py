"""Barriers that connectors do not cross: open water and avoided countries."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Final

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from minmap.geodesy import nearest_on_lines
from minmap.geodesy.ellipsoid import degrees_around, to_ecef, to_lonlat
from minmap.places.country_polygons import world
from minmap.types import Booleans, Floats, Geometries, Integers

# Up to 60 degrees of latitude, a straight line in degrees stays within 0.3 km of a geodesic of this
# length.
_STRAIGHT_KM: Final = 100.0
_PLACES_IN_A_DEGREE: Final = 1_000
_MOST_VERTICES: Final = 64
# Largest distance by which the map may place a port off its shore.
_OFFSHORE_KM: Final = 25.0
_CELL_DEG: Final = 0.25
_PARTS: Final = 4
# Positions along a line that are tested first: the middle, then the quarters.
_TESTED_FIRST: Final = (2, 1, 3)
# A wider line may pass the antimeridian or a pole, so its box does not exclude it.
_WIDEST_DEG: Final = 10.0


class Barrier:
    """Areas that connectors may not cross.

    Parameters
    ----------
    parts
        Shape (m,), shapely Polygons, EPSG:4326, longitudes in [-180, 180]. Many small ones are
        faster than few large ones.
    """

    def __init__(self, parts: Geometries) -> None:
        self.parts = parts
        self._tree = shapely.STRtree(parts)
        self._boxes = _boxes_above(parts)

    def contains(self, lonlat: Floats) -> Booleans:
        """Return whether each point (n, 2), EPSG:4326, degrees, lies in the areas."""
        return self._part_at(lonlat) >= 0

    def _part_at(self, lonlat: Floats) -> Integers:
        """Return a part that contains each point (n, 2), -1 if none does."""
        found = np.full(len(lonlat), -1)
        rows = np.flatnonzero(self._may_cross(lonlat, lonlat))
        points: Geometries = np.asarray(shapely.points(lonlat[rows]))
        point, part = self._intersections(points)
        found[rows[point]] = part
        return found

    def crosses(self, start: Floats, end: Floats) -> Booleans:
        """Return whether each geodesic from `start` (n, 2) to `end` (n, 2) crosses the areas."""
        return self.part_crossed(start, end) >= 0

    def part_crossed(self, start: Floats, end: Floats) -> Integers:
        """Return a part that each geodesic from `start` (n, 2) to `end` (n, 2) crosses, or -1.

        Examples
        --------
        >>> aktau, baku, tbilisi = np.array([[51.2, 43.6], [49.9, 40.4], [44.8, 41.7]])[:, None]
        >>> water = open_water()
        >>> bool(water.part_crossed(aktau, baku) >= 0), water.part_crossed(baku, tbilisi).tolist()
        (True, [-1])
        """
        # Boxes settle most lines that are far from the areas, a few points most that cross them.
        found = np.full(len(start), -1)
        rows = np.flatnonzero(self._may_cross(start, end))
        places = _part_way(start[rows], end[rows], np.linspace(0, 1, _PARTS + 1))
        places[:, 0], places[:, -1] = start[rows], end[rows]
        for place in _TESTED_FIRST:
            found[rows] = self._part_at(places[:, place])
            free = found[rows] < 0
            rows, places = rows[free], places[free]
        # The boxes of pieces of the line cross fewer areas than the box of the whole.
        one, other = places[:, :-1].reshape(-1, 2), places[:, 1:].reshape(-1, 2)
        near = np.flatnonzero(self._may_cross(one, other))
        line, part = self._intersections(connector_lines(one[near], other[near]))
        found[rows[near[line] // _PARTS]] = part
        return found

    def _may_cross(self, start: Floats, end: Floats) -> Booleans:
        """Return whether the box of each geodesic overlaps the box of an area."""
        low, high = np.minimum(start, end), np.maximum(start, end)
        # A geodesic bulges towards the pole, by less than a tenth of a width below 10 degrees.
        width = high[:, 0] - low[:, 0]
        bulge = np.where(width > _CELL_DEG, 0.1 * width, 0.0)
        north, south = high[:, 1] + bulge, low[:, 1] - bulge
        boxes = self._boxes
        columns = [_column(x) for x in (low[:, 0], high[:, 0])]
        rows = [_row(y) for y in (south, north)]
        count = (
            boxes[rows[1] + 1, columns[1] + 1]
            - boxes[rows[0], columns[1] + 1]
            - boxes[rows[1] + 1, columns[0]]
            + boxes[rows[0], columns[0]]
        )
        return (count > 0) | (width > _WIDEST_DEG)

    def share_inside(self, start: Floats, end: Floats) -> Floats:
        """Return the share (n,) of each geodesic that lies in the areas."""
        inside = np.zeros(len(start))
        rows = np.flatnonzero(self._may_cross(start, end))
        lines = connector_lines(start[rows], end[rows])
        line, part = self._intersections(lines)
        if line.size:
            within = shapely.length(shapely.intersection(lines[line], self.parts[part]))
            # The lines are nearly straight, so a share of degrees is a share of km.
            np.add.at(inside, rows[line], within / shapely.length(lines[line]))
        return inside

    def _intersections(self, lines: Geometries) -> tuple[Integers, Integers]:
        line, part = self._tree.query(lines, predicate="intersects")
        return line, part


def connector_lines(start: Floats, end: Floats) -> Geometries:
    """Draw geodesics as lines fine enough to be tested against areas.

    Parameters
    ----------
    start, end
        Shape (n, 2), longitude and latitude, EPSG:4326, degrees.

    Returns
    -------
    numpy.ndarray
        Shape (n,), LineStrings that leave the geodesic by at most 0.3 km up to 60 degrees of
        latitude. A line over the antimeridian is a MultiLineString of itself and a copy shifted by
        360 degrees, so that it crosses areas on both sides.

    Examples
    --------
    >>> connector_lines(np.array([[70.0, 45.0]]), np.array([[70.5, 45.0]]))[0].wkt
    'LINESTRING (70 45, 70.25 45.000272708560935, 70.5 45)'
    """
    span_km = np.linalg.norm(to_ecef(end) - to_ecef(start), axis=1) / 1000
    pieces = np.clip(np.ceil(span_km / _STRAIGHT_KM), 2, None).astype(np.int64)
    drawn = np.empty(len(start), dtype=object)
    for count in np.unique(pieces):
        rows = np.flatnonzero(pieces == count)
        lonlat = _part_way(start[rows], end[rows], np.linspace(0, 1, count + 1))
        lonlat[:, 0], lonlat[:, -1] = start[rows], end[rows]
        lonlat[..., 0] = np.degrees(np.unwrap(np.radians(lonlat[..., 0]), axis=1))
        drawn[rows] = shapely.linestrings(lonlat)
        east, west = lonlat[..., 0].max(axis=1), lonlat[..., 0].min(axis=1)
        for row in np.flatnonzero((east > 180) | (west < -180)):
            turned = lonlat[row] - [360.0 if east[row] > 180 else -360.0, 0.0]
            drawn[rows[row]] = shapely.multilinestrings(shapely.linestrings([lonlat[row], turned]))
    return drawn


def _part_way(start: Floats, end: Floats, shares: Floats) -> Floats:
    """Return the points (n, m, 2) at m shares of the chord from start to end, degrees.

    They lie in the plane through both ends and the Earth's centre, which is near the geodesic.
    """
    one, other = to_ecef(start)[:, None], to_ecef(end)[:, None]
    along = one * (1 - shares[:, None]) + other * shares[:, None]
    return to_lonlat(along.reshape(-1, 3)).reshape(len(start), len(shares), 2)


def _column(lon: Floats) -> Integers:
    return np.clip(np.floor((lon + 180) / _CELL_DEG), 0, 360 / _CELL_DEG - 1).astype(np.int64)


def _row(lat: Floats) -> Integers:
    return np.clip(np.floor((lat + 90) / _CELL_DEG), 0, 180 / _CELL_DEG - 1).astype(np.int64)


def _boxes_above(parts: Geometries) -> Integers:
    """Count, for each corner of a grid, the cells south-west of it that boxes of parts cover."""
    west, south, east, north = shapely.bounds(parts).T
    steps = np.zeros((round(180 / _CELL_DEG) + 1, round(360 / _CELL_DEG) + 1), dtype=np.int64)
    low, high = (_row(south), _column(west)), (_row(north) + 1, _column(east) + 1)
    np.add.at(steps, low, 1)
    np.add.at(steps, (high[0], low[1]), -1)
    np.add.at(steps, (low[0], high[1]), -1)
    np.add.at(steps, high, 1)
    touched = steps.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0
    return np.pad(touched.astype(np.int64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))


@cache
def open_water() -> Barrier:
    """Return the water that no road crosses: sea and lakes, 2.5 km or more from a shore.

    Built by ``scripts/build_barriers.py`` from Natural Earth; see ``data/README.md``.

    Examples
    --------
    >>> aktau, baku = np.array([[51.2, 43.6]]), np.array([[49.9, 40.4]])
    >>> open_water().crosses(aktau, baku).tolist()
    [True]
    """
    return _barrier("open_water")


@cache
def glaciers() -> Barrier:
    """Return the glaciers that no lorry crosses.

    Built by ``scripts/build_barriers.py`` from Natural Earth, which has the glaciers of the Pamirs,
    but not those of the Tian Shan north of 40.8 N; see ``data/README.md``.

    Examples
    --------
    >>> north, south = np.array([[72.2, 39.3]]), np.array([[72.1, 38.45]])
    >>> glaciers().crosses(north, south).tolist()
    [True]
    """
    return _barrier("glaciers")


def _barrier(name: str) -> Barrier:
    with as_file(files(__package__) / "data" / f"{name}.parquet") as path:
        table = pq.read_table(path)
    x, y, places = (pc.list_flatten(table[name]).to_numpy() for name in ("x", "y", "places"))
    rings = pc.list_value_length(table["places"]).to_numpy()
    ends = tuple(np.concatenate([[0], np.cumsum(counts)]) for counts in (places, rings))
    lonlat = np.column_stack([x, y]) / _PLACES_IN_A_DEGREE
    return Barrier(shapely.from_ragged_array(shapely.GeometryType.POLYGON, lonlat, ends))


@cache
def no_way() -> Barrier:
    """Return water and glaciers as one barrier."""
    return Barrier(np.concatenate([open_water().parts, glaciers().parts]))


@cache
def countries_barrier(codes: tuple[str, ...]) -> Barrier:
    """Return the land of countries (ISO 3166-1 alpha-3) as a barrier.

    Examples
    --------
    >>> south, north = np.array([[60.6, 50.5]]), np.array([[60.6, 53.5]])
    >>> countries_barrier(("RUS",)).share_inside(south, north).round(2).tolist()
    [0.77]
    """
    lands = world().areas
    chosen = np.isin(lands.owner, np.flatnonzero(np.isin(world().codes, codes)))
    return Barrier(_small(lands.parts[chosen]))


def _small(shapes: Geometries) -> Geometries:
    """Halve polygons until each has at most `_MOST_VERTICES`."""
    done: list[Geometries] = []
    while len(shapes):
        large = shapely.get_num_coordinates(shapes) > _MOST_VERTICES
        done.append(shapes[~large])
        shapes = shapes[large]
        west, south, east, north = shapely.bounds(shapes).T
        wide = east - west > north - south
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        first = shapely.box(
            west, south, np.where(wide, middle_x, east), np.where(wide, north, middle_y)
        )
        second = shapely.box(
            np.where(wide, middle_x, west), np.where(wide, south, middle_y), east, north
        )
        halves = shapely.get_parts(
            np.concatenate([shapely.intersection(shapes, half) for half in (first, second)])
        )
        shapes = halves[shapely.get_type_id(halves) == 3]
    return np.concatenate(done) if done else shapes


def move_ashore(lonlat: Floats) -> Floats:
    """Move points (n, 2) in open water to the nearest shore within 25 km.

    The published location of a port can lie on a pier, or kilometres off a generalised coast.
    """
    moved = lonlat.copy()
    afloat = np.flatnonzero(open_water().contains(lonlat))
    if not afloat.size:
        return moved
    parts = world().areas.parts
    land = shapely.STRtree(parts)
    for row in afloat:
        half = np.array(degrees_around(lonlat[row, 1], _OFFSHORE_KM))
        reach = shapely.box(*(lonlat[row] - half), *(lonlat[row] + half))
        shores = shapely.intersection(shapely.boundary(parts[land.query(reach)]), reach)
        lines = shapely.get_parts(shapely.get_parts(shores))
        found = nearest_on_lines(lonlat[[row]], lines[shapely.get_type_id(lines) == 1])
        if found.distance_m[0] <= _OFFSHORE_KM * 1000:
            moved[row] = found.foot[0]
    return moved
