"""The shortest way from lines and outlines to chords, by halving pieces that may hold it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minmap.geodesy.chords import chords_of, vertices_of
from minmap.geodesy.ellipsoid import to_ecef, to_lonlat, to_surface
from minmap.geodesy.nearest_chord import ChordSearch, Nearest
from minmap.types import Booleans, Floats, Geometries, Integers

# Nearer than this is touching: distances are right to a millimetre.
TOUCHING_M = 0.001
# No piece is cut for a gain below this; one of at most a metre is cut only to find a crossing.
_GAIN_M = 0.1
_SHORT_M = 1.0


def gaps(shapes: Geometries, search: ChordSearch) -> Nearest:
    """Find the nearest places between each line or outline and the chords.

    Parameters
    ----------
    shapes
        Shape (n,), LineStrings, Polygons and collections with vertices on Earth, EPSG:4326; none
        is None or empty. Of a polygon the outline counts alone.
    search
        The chords.

    Returns
    -------
    Nearest
        0 metres where they touch or cross (nearer than 1 mm).

    Notes
    -----
    The distance f to the chords is known exactly at any place. On a piece of length L whose ends
    have f0 and f1, a place at t from the first is at least ``g`` away with
    ``g^2 = ((L - t) f0^2 + t f1^2) / L - t (L - t)``: Stewart's theorem, which becomes an
    inequality of that sense where curvature is not negative (Toponogov's comparison; Cheeger and
    Ebin 1975, Comparison Theorems in Riemannian Geometry, chapter 2). A piece whose lowest bound
    is not 0.1 m below the best known for its shape is done; any other is cut in two and measured
    there. The bound is at most L^2 / 8f below the ends, so few pieces are cut more than once.
    """
    chords = chords_of(vertices_of(shapes, what="occurrences"))
    found = search.nearest(chords.lonlat)
    best = found.take(_least(found.distance_m, chords.shape))
    ends = _Ends.of(chords.start, found)
    first = np.flatnonzero(chords.length_m > 0)
    shape, last = chords.shape[first], first + 1
    while True:
        kept = _may_gain(ends, first, last, best.distance_m[shape])
        shape, first, last = shape[kept], first[kept], last[kept]
        if not len(shape):
            break
        place = _cuts(ends, first, last)
        found = search.nearest(to_lonlat(place))
        _keep_better(best, found, shape)
        middle = len(ends.place) + np.arange(len(place))
        ends = ends.and_of(place, found)
        shape = np.concatenate([shape, shape])
        first, last = np.concatenate([first, middle]), np.concatenate([middle, last])
    best.distance_m[best.distance_m < TOUCHING_M] = 0.0
    return best


@dataclass(frozen=True, slots=True)
class _Ends:
    """Ends of pieces, in Earth-centred metres: where they are, how far, and the way there."""

    place: Floats
    distance_m: Floats
    way: Floats

    @classmethod
    def of(cls, place: Floats, found: Nearest) -> _Ends:
        return cls(place, found.distance_m, to_ecef(found.foot) - place)

    def and_of(self, place: Floats, found: Nearest) -> _Ends:
        more = _Ends.of(place, found)
        return _Ends(
            np.concatenate([self.place, more.place]),
            np.concatenate([self.distance_m, more.distance_m]),
            np.concatenate([self.way, more.way]),
        )


def _may_gain(ends: _Ends, first: Integers, last: Integers, best_m: Floats) -> Booleans:
    """Tell which pieces may hold a place nearer than the best of their shape by enough."""
    length = np.linalg.norm(ends.place[last] - ends.place[first], axis=1)
    first2, last2 = ends.distance_m[first] ** 2, ends.distance_m[last] ** 2
    per_length = 1 / np.maximum(length, 1e-9)
    at = np.clip((length + (first2 - last2) * per_length) / 2, 0, length)
    bound2 = first2 + at * per_length * (last2 - first2) - at * (length - at)
    goal = np.maximum(best_m - _GAIN_M, 0)
    # Between the two sides of a line lies a crossing.
    crosses = np.einsum("ij,ij->i", ends.way[first], ends.way[last]) < 0
    fine = (length > _SHORT_M) | (crosses & (length > TOUCHING_M))
    gains: Booleans = (bound2 < goal**2) & (best_m >= TOUCHING_M) & fine
    return gains


def _cuts(ends: _Ends, first: Integers, last: Integers) -> Floats:
    """Choose where to cut pieces: where a crossing would be if there is one, else in the middle."""
    start, vector = ends.place[first], ends.place[last] - ends.place[first]
    both = ends.distance_m[first] + ends.distance_m[last]
    crosses = both <= np.linalg.norm(vector, axis=1) * 1.001
    at_crossing = np.clip(ends.distance_m[first] / np.maximum(both, 1e-9), 0.1, 0.9)
    share = np.where(crosses, at_crossing, 0.5)[:, None]
    return to_surface(start + share * vector)


def _least(distance_m: Floats, shape: Integers) -> Integers:
    """Return the position of the smallest distance of each shape that has one."""
    order = np.lexsort((distance_m, shape))
    return order[np.flatnonzero(np.diff(shape[order], prepend=-1))]


def _keep_better(best: Nearest, found: Nearest, shape: Integers) -> None:
    first = _least(found.distance_m, shape)
    better = first[found.distance_m[first] < best.distance_m[shape[first]]]
    best.put(shape[better], found.take(better))
