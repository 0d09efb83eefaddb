"""How far places see before water bars the view: a gate behind it need not be tried."""

from __future__ import annotations

from typing import Final

import numpy as np

from minmap.geodesy.ellipsoid import to_ecef
from minmap.transport.access.barriers import Barrier
from minmap.transport.access.ragged import ranges
from minmap.types import Booleans, Floats, Integers

_BINS: Final = 720
_BIN: Final = 2 * np.pi / _BINS
# A connector is drawn in straight pieces of 100 km at most in degrees: seen from where it begins
# they leave the geodesic by 100 km / (2 * 6,371 km) of the tangent of the latitude.
_OFF: Final = 0.01
_OFF_KM: Final = 2.0


class Horizon:
    """The views from n places, each in directions all round.

    A piece of water is in one part, so it bars every direction between its outermost ones, from its
    farthest place on at the latest.

    Parameters
    ----------
    lonlat
        Shape (n, 2), EPSG:4326, degrees: the places, none of them in the water.
    water
        What bars the view, once it is told to.
    """

    def __init__(self, lonlat: Floats, water: Barrier) -> None:
        self._outlines, self._outline = water.outlines
        self._places = to_ecef(lonlat) / 1000
        lon, lat = np.radians(lonlat).T
        east = np.column_stack([-np.sin(lon), np.cos(lon), np.zeros(len(lon))])
        up = self._places / np.linalg.norm(self._places, axis=1, keepdims=True)
        self._sides = np.stack([east, np.cross(up, east)], axis=1)
        self._off = _OFF * np.maximum(np.tan(np.minimum(np.abs(lat) + 0.02, 1.57)), 1.0)
        self._km = np.full((len(lonlat), _BINS), np.inf, dtype=np.float32)

    def bar(self, place: Integers, piece: Integers) -> None:
        """Let pieces of water (m,), by number, bar the view from places (m,); -1 is none."""
        pieces = len(self._outline.count)
        place, piece = np.divmod(np.unique(place[piece >= 0] * pieces + piece[piece >= 0]), pieces)
        if not len(piece):
            return
        outline = self._outline.take(piece)
        owner, at = outline.pairs()
        direction, km = self._seen(place[owner], self._outlines[at])
        first = np.cumsum(outline.count) - outline.count
        # Along an outline the direction changes by small steps, also past that of -180 degrees.
        turn = np.remainder(np.diff(direction, prepend=0.0) + np.pi, 2 * np.pi) - np.pi
        turn[first] = 0.0
        turned = np.cumsum(turn)
        turned += (direction[first] - turned[first])[owner]
        low = np.minimum.reduceat(turned, first) + self._off[place]
        high = np.maximum.reduceat(turned, first) - self._off[place]
        begin = np.ceil(low / _BIN).astype(np.int64)
        bins = np.clip(np.floor(high / _BIN).astype(np.int64) - begin, 0, _BINS)
        view, bin_ = ranges(begin, bins)
        far = np.maximum.reduceat(km, first) + _OFF_KM
        np.minimum.at(self._km, (place[view], bin_ % _BINS), far[view].astype(np.float32))

    def hides(self, place: Integers, xyz_km: Floats) -> Booleans:
        """Tell which of m places, Earth-centred (m, 3), cannot be seen from places (m,)."""
        direction, km = self._seen(place, xyz_km)
        hidden: Booleans = km > self._km[place, np.floor(direction / _BIN).astype(np.int64) % _BINS]
        return hidden

    def _seen(self, place: Integers, xyz_km: Floats) -> tuple[Floats, Floats]:
        """Return the direction, in radians from the east, and distance of places from others."""
        away = xyz_km - self._places[place]
        east, north = np.einsum("nij,nj->in", self._sides[place], away)
        return np.arctan2(north, east), np.sqrt(np.einsum("ij,ij->i", away, away))
