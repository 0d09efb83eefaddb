"""The distance at which water blocks each direction around a point.

Gates beyond it need not be tried.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from minmap.geodesy.ellipsoid import to_ecef
from minmap.transport.accessibility.barriers import Barrier
from minmap.transport.accessibility.ragged import ranges
from minmap.types import Booleans, Floats, Integers

_BINS: Final = 720
_BIN: Final = 2 * np.pi / _BINS
# Connectors are drawn in pieces of at most 100 km that are straight in degrees. Seen from the
# start, they leave the geodesic by at most 100 km / (2 * 6,371 km) * tan(latitude).
_OFF: Final = 0.01
_OFF_KM: Final = 2.0
# A point this close to half a turn from one point of an outline to the next is so near the shore
# that the straight piece between them may pass on the wrong side of it.
_AMBIGUOUS: Final = np.pi - 0.05


class Horizon:
    """The distance at which water blocks each of `_BINS` directions from n points.

    A piece of water is connected, so it blocks every direction between its outermost ones, at the
    latest from its farthest point on.

    Parameters
    ----------
    lonlat
        Shape (n, 2), EPSG:4326, degrees: the points, none of them in the water.
    water
        The pieces that `block` may name.
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

    def block(self, place: Integers, piece: Integers) -> None:
        """Let pieces of water (m,), by number, block directions from points (m,); -1 is none."""
        pieces = len(self._outline.count)
        place, piece = np.divmod(np.unique(place[piece >= 0] * pieces + piece[piece >= 0]), pieces)
        if not len(piece):
            return
        outline = self._outline.take(piece)
        owner, at = outline.pairs()
        direction, km = self._polar(place[owner], self._outlines[at])
        first = np.cumsum(outline.count) - outline.count
        # Along an outline the direction changes by small steps, even where it passes -180 degrees.
        turn = np.remainder(np.diff(direction, prepend=0.0) + np.pi, 2 * np.pi) - np.pi
        turn[first] = 0.0
        turned = np.cumsum(turn)
        turned += (direction[first] - turned[first])[owner]
        low = np.minimum.reduceat(turned, first) + self._off[place]
        high = np.maximum.reduceat(turned, first) - self._off[place]
        begin = np.ceil(low / _BIN).astype(np.int64)
        bins = np.clip(np.floor(high / _BIN).astype(np.int64) - begin, 0, _BINS)
        bins[np.maximum.reduceat(np.abs(turn), first) > _AMBIGUOUS] = 0
        blocked, bin_ = ranges(begin, bins)
        far = np.maximum.reduceat(km, first) + _OFF_KM
        blocked_km = far[blocked].astype(np.float32)
        np.minimum.at(self._km, (place[blocked], bin_ % _BINS), blocked_km)

    def hides(self, place: Integers, xyz_km: Floats) -> Booleans:
        """Return whether water blocks the way from points (m,) to others, Earth-centred (m, 3)."""
        direction, km = self._polar(place, xyz_km)
        return km > self._km[place, np.floor(direction / _BIN).astype(np.int64) % _BINS]

    def _polar(self, place: Integers, xyz_km: Floats) -> tuple[Floats, Floats]:
        """Return the direction (radians from east) and distance of others from points (m,)."""
        away = xyz_km - self._places[place]
        east, north = np.einsum("nij,nj->in", self._sides[place], away)
        return np.arctan2(north, east), np.sqrt(np.einsum("ij,ij->i", away, away))
