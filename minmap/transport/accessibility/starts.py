"""The start of each journey: the best entry that no water, glacier or border separates."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from minmap.geodesy.ellipsoid import to_ecef, to_lonlat
from minmap.places.country_polygons import world
from minmap.transport.accessibility.barriers import move_ashore, no_way
from minmap.transport.accessibility.entries import ABROAD, UNKNOWN, Entries, EntrySearch
from minmap.types import Booleans, Floats, Geometries, Integers

BORDER_ERROR_KM: Final = 5.0
"""Longest stretch of a connector over another country: the error of borders on the map."""
# Connectors are compared with the map of countries at places this far apart: roughly, where they
# stay far from any border, and finely elsewhere.
_ROUGH_KM, _FINE_KM = 5.0, 2.0
_CHUNK: Final = 20_000
# Memory bandwidth limits the speed: more threads are not faster.
_THREADS: Final = 4


@dataclass(frozen=True, eq=False)
class Starts:
    """The entry of each of n points.

    Attributes
    ----------
    chosen
        The entries; node -1, and the rest without meaning, where there is none.
    barred
        Shape (n,), whether there are entries within reach, but all behind a barrier.
    hours
        Shape (n,), hours on connectors over a raster; None for straight lines.
    """

    chosen: Entries
    barred: Booleans
    hours: Floats | None = None

    @classmethod
    def none(cls, count: int) -> Starts:
        """Return the starts of points that have no entry."""
        whole, real = np.full(count, -1, dtype=np.int64), np.full(count, np.nan)
        chosen = Entries(
            real.copy(), whole.copy(), real.copy(), whole * 0, whole.copy(), real.copy(),
            np.full((count, 3), np.nan),
        )  # fmt: skip
        return cls(chosen, np.zeros(count, dtype=np.bool_))


@dataclass(frozen=True, eq=False)
class Homelands:
    """The countries that connectors stay in.

    Attributes
    ----------
    number
        Position in ``graph.codes`` of each country on the map, else `ABROAD`; at the end `UNKNOWN`.
    avoided
        Whether each country on the map is avoided.
    """

    number: Integers
    avoided: Booleans

    @classmethod
    def of(cls, search: EntrySearch, avoided: tuple[str, ...]) -> Homelands:
        """Return the homelands of a search."""
        graph = search.paths.costs.graph
        present = {graph.codes[n] for n in np.unique(search.places.country) if n >= 0}
        position = {code: n for n, code in enumerate(graph.codes) if code in present}
        codes: Geometries = world().codes
        number = [UNKNOWN if c is None else position.get(c, ABROAD) for c in codes]
        return cls(np.array([*number, UNKNOWN]), np.append(np.isin(codes.astype(str), avoided), 0))

    def strange(self, area: Integers, own: Integers, last: Integers) -> Booleans:
        """Return whether each country on the map is not one for connectors from `own` to `last`.

        A connector from a country without a road or gate crosses one border, and no third country.
        """
        home = self.number[own]
        foreign = (area != own) & (self.number[area] != UNKNOWN)
        third = foreign & (area != last) & (home == ABROAD)
        return np.asarray(np.where(home >= 0, foreign, third | self.avoided[area].astype(np.bool_)))


def choose_entries(
    lonlat: Floats,
    area: Integers,
    rows: Integers,
    search: EntrySearch,
    homelands: Homelands,
    *,
    on_chunk: Callable[[int], object] | None = None,
) -> Starts:
    """Choose for each point the entry with the least weight of the whole way.

    Parameters
    ----------
    lonlat
        Shape (n, 2), EPSG:4326, degrees.
    area
        Shape (n,), country on the map, -1 where unknown.
    rows
        The points to choose an entry for, which need finite coordinates.
    search, homelands
        The network, and the countries in which connectors stay.
    on_chunk
        Called with the number of points done since the last call.
    """
    starts = Starts.none(len(lonlat))

    def choose(first: int) -> int:
        chunk = rows[first : first + _CHUNK]
        found = _choose(lonlat[chunk], area[chunk], search, homelands)
        _write(starts.chosen, chunk, found.chosen)
        starts.barred[chunk] = found.barred
        return len(chunk)

    # No point is in two chunks, so none is written by two threads.
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _THREADS)) as pool:
        for count in pool.map(choose, range(0, len(rows), _CHUNK)):
            if on_chunk is not None:
                on_chunk(count)
    return starts


def _choose(lonlat: Floats, area: Integers, search: EntrySearch, homelands: Homelands) -> Starts:
    """Return the entries of a chunk of points."""
    starts = Starts.none(len(lonlat))
    left, barred = np.ones(len(lonlat), dtype=np.bool_), starts.barred
    for some, entries in search.rounds(to_ecef(lonlat), homelands.number[area], left):
        order = np.argsort(entries.weight, axis=1, kind="stable")
        waiting = np.arange(len(some))
        for rank in range(order.shape[1]):
            column = order[waiting, rank]
            finite = np.isfinite(entries.weight[waiting, column])
            waiting, column = waiting[finite], column[finite]
            if not waiting.size:
                break
            tried, own = entries.take(waiting, column), some[waiting]
            blocked = _blocked(lonlat[own], area[own], tried, homelands)
            barred[own] = blocked
            free = ~blocked
            _write(starts.chosen, own[free], tried.at(free))
            left[own[free]] = False
            waiting = waiting[blocked]
    return starts


def _write(chosen: Entries, rows: Integers, entries: Entries) -> None:
    for name, values in vars(entries).items():
        getattr(chosen, name)[rows] = values


def _blocked(lonlat: Floats, area: Integers, entries: Entries, homelands: Homelands) -> Booleans:
    """Return whether a barrier lies between points and entries."""
    end = to_lonlat(entries.foot)
    at_gate = np.flatnonzero(entries.edge < 0)
    end[at_gate] = move_ashore(end[at_gate])
    blocked = no_way().crosses(lonlat, end)
    long = np.flatnonzero(~blocked & (entries.km > BORDER_ERROR_KM))
    start, end, km, own = lonlat[long], end[long], entries.km[long], area[long]
    near = np.flatnonzero(_near_border(start, end, km, own, homelands))
    abroad = _km_abroad(start[near], end[near], km[near], own[near], homelands)
    blocked[long[near]] = abroad > BORDER_ERROR_KM
    return blocked


def _samples(
    start: Floats, end: Floats, km: Floats, spacing_km: float
) -> tuple[Floats, Integers, Floats]:
    """Return places along lines, longitude and latitude, the line of each, and km for each."""
    pieces = np.ceil(km / spacing_km).astype(np.int64)
    line = np.repeat(np.arange(len(km)), pieces)
    number = np.arange(len(line)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    part = ((number + 0.5) / pieces[line])[:, None]
    one, other = to_ecef(start), to_ecef(end)
    places = to_lonlat(one[line] + part * (other - one)[line])
    return places, line, (km / np.maximum(pieces, 1))[line]


def _near_border(
    start: Floats, end: Floats, km: Floats, area: Integers, homelands: Homelands
) -> Booleans:
    """Return whether connectors may leave their country: not if all around them is that country."""
    places, line, _ = _samples(start, end, km, _ROUGH_KM)
    strange = world().areas.settled(places) != area[line]
    if homelands.avoided.any():
        strange |= homelands.number[area[line]] == UNKNOWN
    near = np.zeros(len(km), dtype=np.bool_)
    near[line[strange]] = True
    limited = (homelands.number[area] != UNKNOWN) | homelands.avoided.any()
    return np.asarray(near & limited)


def _km_abroad(
    start: Floats, end: Floats, km: Floats, area: Integers, homelands: Homelands
) -> Floats:
    """Return how far each connector runs over land that is not for it, km."""
    places, line, each_km = _samples(start, end, km, _FINE_KM)
    last, outside = np.full(len(end), -1), homelands.number[area] == ABROAD
    last[outside] = world().at(end[outside])
    strange = homelands.strange(world().at(places), area[line], last[line])
    return np.bincount(line, strange * each_km, minlength=len(km)).astype(float)
