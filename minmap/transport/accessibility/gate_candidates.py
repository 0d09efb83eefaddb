"""Gates that can be the best for a point: those that a bound on the weight does not exclude."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from minmap.geodesy.ellipsoid import to_ecef
from minmap.transport.accessibility.ragged import Lists
from minmap.types import Booleans, Floats, Integers

# Mean radius of the Earth (IUGG R1). With it, the chord between two points of the ellipsoid gives
# the geodesic to within 2 m at 500 km and 30 m at 1,000 km. Chosen gates are measured exactly.
_RADIUS_KM: Final = 6_371.0088
# Sizes of cells of points and of cells of gates, from large to small. Pairs of cells that cannot
# contain the best pair are left out. 0 means single gates.
_CELLS_DEG: Final = ((4.0, 2.0), (1.0, 0.5), (0.25, 0.125), (0.25, 0.0))
# Pairs of points and gates in memory at once.
_PAIRS: Final = 500_000


@dataclass(frozen=True, slots=True)
class Haul:
    """The weight of a connector, in the unit of the objective.

    Attributes
    ----------
    per_km
        Weight of a km in a straight line.
    border
        Weight of a border between the occurrence and its gate.
    """

    per_km: float
    border: float


@dataclass(frozen=True)
class Gates:
    """Gates of a network from which a route leads to the destination.

    Attributes
    ----------
    node
        Shape (n,), position in ``network.nodes``.
    lonlat
        Shape (n, 2), EPSG:4326, degrees.
    ashore
        Shape (n, 2), the same, moved to the shore where the map has the gate in open water.
    country
        Shape (n,), number of the country, -1 if unknown.
    weight
        Shape (n,), weight of the route from the gate to the destination, loading included.
    """

    node: Integers
    lonlat: Floats
    ashore: Floats
    country: Integers
    weight: Floats


@dataclass(frozen=True)
class Circles:
    """Groups of points, each within a circle.

    Attributes
    ----------
    centre, radius_km
        Shape (n, 3) and (n,), Earth-centred, km.
    member
        Shape (m,), the group that each of m points belongs to.
    """

    centre: Floats
    radius_km: Floats
    member: Integers

    @classmethod
    def around(cls, places: Floats, member: Integers) -> Circles:
        """Return the circles around groups, from the group that each point belongs to."""
        size = np.bincount(member)
        centre = np.column_stack([np.bincount(member, places[:, axis]) / size for axis in range(3)])
        radius_km = np.zeros(len(size))
        np.maximum.at(radius_km, member, norm(places - centre[member]))
        return cls(centre, radius_km, member)

    @classmethod
    def by_cell(cls, places: Floats, lonlat: Floats, cell_deg: float, kind: Integers) -> Circles:
        """Group the points by cell and kind; with a cell size of 0, each point by itself."""
        if cell_deg == 0:
            return cls.around(places, np.arange(len(places)))
        column, row = np.floor((lonlat % 360) / cell_deg).astype(np.int64).T
        key = (column * 4_000 + row) * 1_000 + kind + 1
        return cls.around(places, np.unique(key, return_inverse=True)[1].ravel())

    def of(self, values: Integers) -> Integers:
        """Return the value of each group, from values that all its points share."""
        shared = np.zeros(len(self.radius_km), dtype=np.int64)
        shared[self.member] = values
        return shared

    def listed_by(self, larger: Circles) -> Lists:
        """List these groups by the larger groups that contain their points."""
        parent = self.of(larger.member)
        return Lists.of(parent, np.arange(len(parent)), len(larger.radius_km))


class Candidates:
    """Points and the gates that can be best for them."""

    def __init__(
        self, lonlat: Floats, country: Integers, gates: Gates, haul: Haul, reach_km: float
    ) -> None:
        self._lonlat, self._country, self._gates = lonlat, country, gates
        self._haul, self._reach_km = haul, reach_km
        self._points = to_ecef(lonlat) / 1000
        self._places = to_ecef(gates.lonlat) / 1000

    def chunks(self, slack: float) -> Iterator[tuple[Integers, Lists]]:
        """Yield the points in chunks, each with the gates that can be the best of its points.

        The lists contain at least the gates that weigh at most `slack` more than the best one
        within reach.
        """
        groups, lists = self._lists(slack)
        order = np.argsort(groups.member, kind="stable")
        pairs = np.cumsum(lists.count[groups.member[order]])
        for rows in np.split(order, np.flatnonzero(np.diff(pairs // _PAIRS)) + 1):
            yield rows, lists.take(groups.member[rows])

    def _lists(self, slack: float) -> tuple[Circles, Lists]:
        """List the gates that can be best for each group of points, from large cells to small."""
        points = Circles(np.zeros((1, 3)), np.zeros(1), np.zeros(len(self._points), dtype=np.int64))
        gates = Circles(np.zeros((1, 3)), np.zeros(1), np.zeros(len(self._places), dtype=np.int64))
        lists = Lists.of(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), 1)
        for points_deg, gates_deg in _CELLS_DEG:
            fewer = Circles.by_cell(self._points, self._lonlat, points_deg, self._country)
            nearer = Circles.by_cell(
                self._places, self._gates.lonlat, gates_deg, self._gates.country
            )
            # A smaller group starts with the list of the group that contains it, split into cells.
            above, below = fewer.listed_by(points).pairs()
            owner, cell = lists.take(above).pairs()
            opened, number = nearer.listed_by(gates).take(cell).pairs()
            kept = self._prune(below[owner[opened]], number, fewer, nearer, slack)
            lists = Lists.of(*kept, len(fewer.radius_km))
            points, gates = fewer, nearer
        return points, lists

    def _prune(
        self, group: Integers, cell: Integers, points: Circles, gates: Circles, slack: float
    ) -> tuple[Integers, Integers]:
        """Keep the cells that can contain the best gate for a point of a group.

        Within the circles, a weight differs from that of the centres by at most the weight per km
        times the radii.
        """
        away = norm(points.centre[group] - gates.centre[cell])
        around = points.radius_km[group] + gates.radius_km[cell]
        weight = np.full(len(gates.radius_km), np.inf)
        np.minimum.at(weight, gates.member, self._gates.weight)
        one, other = points.of(self._country), gates.of(self._gates.country)
        weight = weight[cell] + self._haul.border * has_border(one[group], other[cell])
        # A chord is shorter than its arc, by 1 % at 3,000 km.
        most_km = arc_km(away) * 1.01 + around
        high = weight + self._haul.per_km * most_km
        high[most_km > self._reach_km] = np.inf
        best = np.full(len(points.radius_km), np.inf)
        np.minimum.at(best, group, high)
        low = weight + self._haul.per_km * np.maximum(away - around, 0)
        kept = (low <= best[group] + slack + 1e-9) & (away - around <= self._reach_km)
        return group[kept], cell[kept]

    def total(self, point: Integers, gate: Integers) -> tuple[Floats, Floats]:
        """Return weight and distance, km, of pairs; the weight is infinite beyond reach."""
        km = arc_km(norm(self._points[point] - self._places[gate]))
        total: Floats = self._gates.weight[gate] + self._haul.per_km * km
        border = has_border(self._country[point], self._gates.country[gate])
        total += self._haul.border * border
        total[km > self._reach_km] = np.inf
        return total, km


def has_border(one: Integers, other: Integers) -> Booleans:
    """Return whether the countries of pairs of points are known and differ."""
    differ: Booleans = (one >= 0) & (other >= 0) & (one != other)
    return differ


def arc_km(chord_km: Floats) -> Floats:
    """Return the geodesic distances that belong to chords, both in km."""
    return 2 * _RADIUS_KM * np.arcsin(np.minimum(chord_km / (2 * _RADIUS_KM), 1.0))


def norm(vectors: Floats) -> Floats:
    """Return the lengths of vectors (n, 3)."""
    lengths: Floats = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return lengths
