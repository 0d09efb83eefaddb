"""From where a road leads to which gate of the network: the best of all within reach."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from minmap.access.barriers import Barrier, Bools, Integers
from minmap.access.candidates import Candidates, Gates, Haul, Lists
from minmap.geodesy import Floats
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef

# A point whose best gate is barred has others tried: those that weigh at most so much more, as a
# share of what the longest connector weighs. In the end all within reach.
_SHARES: Final = (0.0, 0.05, 0.25, np.inf)
# Gates tried at once for such a point; then twice as many, and so on.
_FIRST_TRIES: Final = 8
# More threads do no more: memory is what they wait for.
_THREADS: Final = 4
# How far a connector may run over an avoided country: what the map's borders may be off.
BORDER_ERROR_KM: Final = 5.0


@dataclass(frozen=True, slots=True)
class Connectors:
    """The gate of each of n points.

    Attributes
    ----------
    gate
        Shape (n,), number of the gate, -1 if none.
    km, hours
        Shape (n,), length of the road to it and time on it, borders apart; NaN if none.
    barred
        Shape (n,), gates are within reach, but behind a barrier, all of them.
    """

    gate: Integers
    km: Floats
    hours: Floats
    barred: Bools

    @classmethod
    def none(cls, count: int) -> Connectors:
        """Return the value for points without a gate."""
        missing = np.full(count, np.nan)
        return cls(
            np.full(count, -1, dtype=np.int64), missing, missing.copy(), np.zeros(count, dtype=bool)
        )


@dataclass(frozen=True)
class Barriers:
    """What connectors may not cross.

    Attributes
    ----------
    water
        Not at all.
    countries
        By `BORDER_ERROR_KM` at most; None if none is avoided.
    """

    water: Barrier
    countries: Barrier | None

    def bar(self, start: Floats, end: Floats, distance_km: Floats) -> Bools:
        """Tell which connectors from `start` (n, 2) to `end` (n, 2) are not possible."""
        barred = self.water.between(start, end)
        if self.countries is not None:
            inside = self.countries.share_between(start, end)
            barred |= inside * distance_km > BORDER_ERROR_KM
        return barred


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
    on_chunk: Callable[[int], object] | None = None,
) -> Connectors:
    """Choose for each point the gate from which the destination weighs least, connector included.

    Parameters
    ----------
    lonlat
        Shape (n, 2), longitude and latitude, EPSG:4326, degrees; finite.
    country
        Shape (n,), number of the country each lies in, -1 if not known.
    gates, haul, barriers
        Where to, at what weight, and what is in between.
    detour_factor, road_kmh
        Length of the road per km in a straight line, and speed on it.
    reach_km
        Geodesic distance that a gate may have, km.
    on_chunk
        Called with the number of points done since the last call; None means nobody listens.

    Returns
    -------
    Connectors
        The best of all gates within reach that no barrier keeps off, not only of the nearest.
    """
    found = Connectors.none(len(lonlat))
    done = on_chunk or _nobody
    if len(gates.weight) == 0 or len(lonlat) == 0:
        done(len(lonlat))
        return found
    tried = np.full(len(lonlat), -np.inf)
    run = _Run(lonlat, country, gates, haul, barriers, reach_km, found, tried)
    left = np.arange(len(lonlat))
    for share in _SHARES:
        run.try_gates(left, share * haul.per_km * reach_km, done)
        # Those left over were counted.
        left, done = left[found.barred[left]], _nobody
        if not left.size:
            break
    chosen = np.flatnonzero(found.gate >= 0)
    start, end = to_ecef(lonlat[chosen]), to_ecef(gates.lonlat[found.gate[chosen]])
    found.km[chosen] = surface_distance_m(start, end) / 1000 * detour_factor
    found.hours[chosen] = found.km[chosen] / road_kmh
    return found


def _nobody(_: int) -> None:
    """Listen to no progress."""


@dataclass(frozen=True)
class _Run:
    """One call of `connect`: `found` and `tried` are written.

    `tried` (n,) is the weight below which all gates of a point are known to be barred.
    """

    lonlat: Floats
    country: Integers
    gates: Gates
    haul: Haul
    barriers: Barriers
    reach_km: float
    found: Connectors
    tried: Floats

    def try_gates(self, left: Integers, slack: float, done: Callable[[int], object]) -> None:
        """Try the gates of some points that weigh at most `slack` more than the best."""
        candidates = Candidates(
            self.lonlat[left], self.country[left], self.gates, self.haul, self.reach_km
        )

        def try_chunk(chunk: tuple[Integers, Lists]) -> int:
            rows, lists = chunk
            place, gate = lists.pairs()
            total, km = candidates.total(rows[place], gate)
            point = left[rows]
            least = np.full(len(rows), np.inf)
            some = np.flatnonzero(lists.count)
            if some.size:
                begins = np.cumsum(lists.count) - lists.count
                least[some] = np.minimum.reduceat(total, begins[some])
            # Only the best is tried in the first round, which for most points is the last.
            most = least + slack if slack else least
            wanted = (total >= self.tried[point][place]) & (total <= most[place])
            fits = np.flatnonzero(wanted & np.isfinite(total))
            order = fits[np.lexsort((gate[fits], total[fits], place[fits]))]
            self._in_order(point, place[order], gate[order], km[order])
            self.tried[point] = most
            return len(rows)

        # No point is in two chunks, so none is written by two threads.
        with ThreadPoolExecutor(min(os.cpu_count() or 1, _THREADS)) as pool:
            for count in pool.map(try_chunk, candidates.chunks(slack)):
                done(count)

    def _in_order(self, point: Integers, place: Integers, gate: Integers, km: Floats) -> None:
        """Try gates in the given order, more at a time in each round, until one is free."""
        count = np.bincount(place, minlength=len(point))
        first = np.cumsum(count) - count
        left, tries = np.flatnonzero(count), 1
        self.found.barred[point[left]] = True
        while left.size:
            some = np.minimum(count[left], tries)
            owner, at = Lists(np.arange(len(gate)), first[left], some).pairs()
            row = point[left[owner]]
            barred = self.barriers.bar(self.lonlat[row], self.gates.ashore[gate[at]], km[at])
            # Backwards, so that the first of each point is what stays.
            free = np.flatnonzero(~barred)[::-1]
            self.found.gate[row[free]], self.found.barred[row[free]] = gate[at[free]], False
            first[left], count[left] = first[left] + some, count[left] - some
            left = left[self.found.barred[point[left]] & (count[left] > 0)]
            tries = max(tries * 2, _FIRST_TRIES)
