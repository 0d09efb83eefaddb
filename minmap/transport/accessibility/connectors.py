"""Connectors: the road from each point to the gate with the best whole route."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.transport.accessibility.barriers import Barrier
from minmap.transport.accessibility.gate_candidates import Candidates, Gates, Haul
from minmap.transport.accessibility.horizon import Horizon
from minmap.transport.accessibility.ragged import Lists
from minmap.types import Booleans, Floats, Integers

# If the best gate of a point is barred, others are tried: in each round those that weigh at most
# this much more, as a share of the weight of the longest connector. The last round tries all.
_SHARES: Final = (0.25, np.inf)
# A round sorts gates into this many steps of weight, and tries this many gates of a step at once.
_STEPS: Final = 16
_TRIES: Final = 8
# Memory bandwidth limits the speed: more threads are not faster.
_THREADS: Final = 4
# Longest stretch of a connector over an avoided country: the error of borders on the map.
BORDER_ERROR_KM: Final = 5.0


@dataclass(frozen=True, slots=True)
class Connectors:
    """The gate of each of n points.

    Attributes
    ----------
    gate
        Shape (n,), position of the gate, -1 if there is none.
    km, hours
        Shape (n,), length of the road to it and time on it, without borders; NaN if there is none.
    barred
        Shape (n,), whether there are gates within reach, but all behind a barrier.
    """

    gate: Integers
    km: Floats
    hours: Floats
    barred: Booleans

    @classmethod
    def none(cls, count: int) -> Connectors:
        """Return the connectors of points that have no gate."""
        missing = np.full(count, np.nan)
        return cls(
            np.full(count, -1, dtype=np.int64), missing, missing.copy(), np.zeros(count, dtype=bool)
        )


@dataclass(frozen=True)
class Barriers:
    """The areas that connectors may not cross.

    Attributes
    ----------
    water
        Water, which they never cross.
    countries
        Avoided countries, which they cross by at most `BORDER_ERROR_KM`; None if there are none.
    """

    water: Barrier
    countries: Barrier | None

    def blocks(self, start: Floats, end: Floats, distance_km: Floats) -> Booleans:
        """Return whether each connector runs too far over avoided countries."""
        if self.countries is None:
            return np.zeros(len(start), dtype=bool)
        inside = self.countries.share_inside(start, end)
        return inside * distance_km > BORDER_ERROR_KM


def connect(
    lonlat: Floats,
    country: Integers,
    gates: Gates,
    *,
    haul: Haul,
    detour_factor: float,
    road_kmh: float,
    barriers: Barriers,
    reach_km: float,
    rows: Integers | None = None,
    on_chunk: Callable[[int], object] | None = None,
) -> Connectors:
    """Choose for each point the gate with the least weight of connector and route together.

    Parameters
    ----------
    lonlat
        Shape (n, 2), longitude and latitude, EPSG:4326, degrees.
    country
        Shape (n,), number of the country that each point lies in, -1 if unknown.
    gates
        Where connectors may lead.
    haul
        The weight of a connector.
    detour_factor, road_kmh
        Length of the road per km in a straight line, and speed on it.
    barriers
        The areas that connectors may not cross.
    reach_km
        Longest geodesic distance to a gate, km.
    rows
        The points to choose a gate for, which need finite coordinates; None means all.
    on_chunk
        Called with the number of points done since the last call.

    Returns
    -------
    Connectors
        To the best of all gates within reach that no barrier separates from the point.
    """
    found = Connectors.none(len(lonlat))
    done = on_chunk or (lambda _: None)
    rows = np.arange(len(lonlat)) if rows is None else rows
    if len(gates.weight) and len(rows):
        search = _Search(lonlat, country, gates, haul, barriers, reach_km, found)
        search.try_best(rows, done)
        for share in _SHARES:
            search.try_others(share * (haul.per_km * reach_km or 1.0), done)
        done(int(found.barred.sum()))
    else:
        done(len(rows))
    chosen = np.flatnonzero(found.gate >= 0)
    start, end = to_ecef(lonlat[chosen]), to_ecef(gates.lonlat[found.gate[chosen]])
    found.km[chosen] = surface_distance_m(start, end) / 1000 * detour_factor
    found.hours[chosen] = found.km[chosen] / road_kmh
    return found


@dataclass(frozen=True)
class _Pairs:
    """m pairs of k points and their gates, point by point.

    `point` (k,) has the numbers of the points and `least` (k,) the least weight of each. The other
    fields (m,) have, for each pair, the place of the point among the k, the gate, the weight and
    the distance.
    """

    point: Integers
    least: Floats
    place: Integers
    gate: Integers
    total: Floats
    km: Floats

    def in_order(self, some: Integers) -> Integers:
        """Sort some of the pairs by point, then by weight, the lightest first."""
        return some[np.lexsort((self.gate[some], self.total[some], self.place[some]))]

    def rank(self, some: Integers) -> Integers:
        """Return the ranks of sorted pairs among those of the same point, from 0."""
        place = self.place[some]
        return np.arange(len(some)) - np.searchsorted(place, place)


@dataclass(frozen=True)
class _Search:
    """The state of one call of `connect`, which writes to `found`, `tried` and `met`.

    `tried` (n,) is the weight below which all gates of a point are known to be barred. Each array
    in `met` (2, m) has points, and the pieces of water that connectors from them crossed.
    """

    lonlat: Floats
    country: Integers
    gates: Gates
    haul: Haul
    barriers: Barriers
    reach_km: float
    found: Connectors
    met: list[Integers] = field(default_factory=list)

    @cached_property
    def tried(self) -> Floats:
        return np.full(len(self.lonlat), -np.inf)

    @cached_property
    def shores(self) -> Floats:
        """The ends of connectors at the gates, Earth-centred, km."""
        return to_ecef(self.gates.ashore) / 1000

    def try_best(self, rows: Integers, done: Callable[[int], object]) -> None:
        """Try the best gate of each point, which no barrier separates from most points."""

        def try_chunk(pairs: _Pairs) -> None:
            best = (pairs.total <= pairs.least[pairs.place]) & np.isfinite(pairs.total)
            order = pairs.in_order(np.flatnonzero(best))
            self._try(pairs, order[pairs.rank(order) == 0])

        self._in_chunks(rows, 0.0, try_chunk, done)

    def try_others(self, slack: float, done: Callable[[int], object]) -> None:
        """Try the other gates of barred points that weigh at most `slack` more than the best."""
        point_met, piece = np.concatenate(self.met, axis=1)
        met = Lists.of(point_met, piece, len(self.lonlat))

        def try_chunk(pairs: _Pairs) -> None:
            point, most = pairs.point, pairs.least + slack
            new = (pairs.total >= self.tried[point][pairs.place]) & np.isfinite(pairs.total)
            new &= pairs.total <= most[pairs.place]
            horizon = Horizon(self.lonlat[point], self.barriers.water)
            horizon.block(*met.take(point).pairs())
            for step in self._in_steps(pairs, np.flatnonzero(new)):
                self._try_visible(horizon, pairs, step)
            self.tried[point] = most

        self._in_chunks(np.flatnonzero(self.found.barred), slack, try_chunk, done)

    def _in_chunks(
        self,
        left: Integers,
        slack: float,
        try_chunk: Callable[[_Pairs], None],
        done: Callable[[int], object],
    ) -> None:
        """Call `try_chunk` with some points and their gates, chunk by chunk in parallel.

        After each chunk, call `done` with the number of its points that are not barred any more.
        """
        candidates = Candidates(
            self.lonlat[left], self.country[left], self.gates, self.haul, self.reach_km
        )

        def settle(chunk: tuple[Integers, Lists]) -> int:
            rows, lists = chunk
            place, gate = lists.pairs()
            total, km = candidates.total(rows[place], gate)
            least = np.full(len(rows), np.inf)
            some = np.flatnonzero(lists.count)
            if some.size:
                begins = np.cumsum(lists.count) - lists.count
                least[some] = np.minimum.reduceat(total, begins[some])
            try_chunk(_Pairs(left[rows], least, place, gate, total, km))
            return int((~self.found.barred[left[rows]]).sum())

        # No point is in two chunks, so none is written by two threads.
        with ThreadPoolExecutor(min(os.cpu_count() or 1, _THREADS)) as pool:
            for count in pool.map(settle, candidates.chunks(slack) if left.size else ()):
                done(count)

    def _in_steps(self, pairs: _Pairs, some: Integers) -> list[Integers]:
        """Split some pairs by weight, as a share of the weight of the longest connector."""
        more = pairs.total[some] - pairs.least[pairs.place[some]]
        longest = self.haul.per_km * self.reach_km or 1.0
        step = np.minimum(more / longest * _STEPS, 255).astype(np.uint8)
        order = some[np.argsort(step, kind="stable")]
        return np.split(order, np.cumsum(np.bincount(step))[:-1])

    def _try_visible(self, horizon: Horizon, pairs: _Pairs, some: Integers) -> None:
        """Try those of some pairs that no known water separates, the lightest first."""

        def left(some: Integers) -> Integers:
            some = some[self.found.barred[pairs.point[pairs.place[some]]]]
            return some[~horizon.hides(pairs.place[some], self.shores[pairs.gate[some]])]

        some = pairs.in_order(left(some))
        while some.size:
            now = pairs.rank(some) < _TRIES
            horizon.block(pairs.place[some[now]], self._try(pairs, some[now]))
            some = left(some[~now])

    def _try(self, pairs: _Pairs, some: Integers) -> Integers:
        """Try pairs, which are in order; return the piece of water that each crosses, or -1."""
        point, gate = pairs.point[pairs.place[some]], pairs.gate[some]
        start, end = self.lonlat[point], self.gates.ashore[gate]
        piece = self.barriers.water.part_crossed(start, end)
        dry = np.flatnonzero(piece < 0)
        free = dry[~self.barriers.blocks(start[dry], end[dry], pairs.km[some[dry]])]
        self.found.barred[point] = True
        self.found.barred[point[free]] = False
        # Assign backwards, so that the first gate of each point remains.
        self.found.gate[point[free[::-1]]] = gate[free[::-1]]
        wet = np.flatnonzero((piece >= 0) & self.found.barred[point])
        self.met.append(np.stack([point[wet], piece[wet]]))
        return piece
