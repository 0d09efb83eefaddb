"""Shortest distances from lines and outlines to chords, by bisection."""

from __future__ import annotations

import numpy as np

from minmap.geodesy.chords import chords_of, vertices_of
from minmap.geodesy.ellipsoid import to_ecef, to_lonlat, to_surface
from minmap.geodesy.nearest_chord import ChordSearch, Nearest
from minmap.types import AnyArray, Booleans, Floats, Geometries, Integers

# Shapes nearer than this touch: distances are right to a millimetre.
TOUCHING_M = 0.001
# No piece is bisected for a gain below this; one of at most a metre only to find a crossing.
_GAIN_M = 0.1
_SHORT_M = 1.0


def shortest_distances(shapes: Geometries, search: ChordSearch) -> Nearest:
    """Find the shortest distance between each line or outline and the chords.

    Parameters
    ----------
    shapes
        Shape (n,), LineStrings, Polygons and collections with vertices on Earth, EPSG:4326; none
        is None or empty. Only the outline of a polygon is measured, not its inside.
    search
        The chords.

    Returns
    -------
    Nearest
        0 metres where they touch or cross (nearer than 1 mm).

    Notes
    -----
    The distance f to the chords is known exactly at any point. On a piece of length L with f0 and
    f1 at its ends, a point at t from the first end is at least ``g`` away, with
    ``g^2 = ((L - t) f0^2 + t f1^2) / L - t (L - t)``: Stewart's theorem, which is a lower bound
    where curvature is not negative (Toponogov's comparison theorem; Cheeger and Ebin 1975,
    Comparison Theorems in Riemannian Geometry, chapter 2). A piece is finished if its bound is
    less than 0.1 m below the best distance of its shape; any other is bisected and measured at
    the cut. The bound is at most L^2 / 8f below the ends, so few pieces are cut more than once.
    """
    chords = chords_of(vertices_of(shapes, what="occurrences"))
    found = search.nearest(chords.lonlat)
    best = found.take(first_of_each(chords.shape, found.distance_m))
    ends = _ends(chords.start, found)
    first = np.flatnonzero(chords.length_m > 0)
    shape, last = chords.shape[first], first + 1
    while True:
        kept = _may_gain(ends, first, last, best.distance_m[shape])
        shape, first, last = shape[kept], first[kept], last[kept]
        if not len(shape):
            break
        cut = _cuts(ends, first, last)
        found = search.nearest(to_lonlat(cut))
        _keep_better(best, found, shape)
        middle = len(ends) + np.arange(len(cut))
        ends = np.vstack([ends, _ends(cut, found)])
        shape = np.concatenate([shape, shape])
        first, last = np.concatenate([first, middle]), np.concatenate([middle, last])
    best.distance_m[best.distance_m < TOUCHING_M] = 0.0
    return best


def first_of_each(group: Integers, value: AnyArray) -> Integers:
    """Return the position of the smallest value of each group, in the order of the groups.

    Examples
    --------
    >>> first_of_each(np.array([7, 5, 7]), np.array([3.0, 2.0, 1.0])).tolist()
    [1, 2]
    """
    order = np.lexsort((value, group))
    return order[np.flatnonzero(np.diff(group[order], prepend=-1))]


def _ends(ecef: Floats, found: Nearest) -> Floats:
    """Return ends of pieces (n, 7): where they are, the vector to the foot, and the distance."""
    return np.column_stack([ecef, to_ecef(found.foot) - ecef, found.distance_m])


def _may_gain(ends: Floats, first: Integers, last: Integers, best_m: Floats) -> Booleans:
    """Return which pieces may contain a point that improves on the best of their shape."""
    length = np.linalg.norm(ends[last, :3] - ends[first, :3], axis=1)
    first2, last2 = ends[first, 6] ** 2, ends[last, 6] ** 2
    per_length = 1 / np.maximum(length, 1e-9)
    at = np.clip((length + (first2 - last2) * per_length) / 2, 0, length)
    bound2 = first2 + at * per_length * (last2 - first2) - at * (length - at)
    goal = np.maximum(best_m - _GAIN_M, 0)
    # If the ends are on different sides of a line, the piece crosses it.
    crosses = np.einsum("ij,ij->i", ends[first, 3:6], ends[last, 3:6]) < 0
    worthwhile = (length > _SHORT_M) | (crosses & (length > TOUCHING_M))
    gains: Booleans = (bound2 < goal**2) & (best_m >= TOUCHING_M) & worthwhile
    return gains


def _cuts(ends: Floats, first: Integers, last: Integers) -> Floats:
    """Return where to cut pieces: at the probable crossing if there is one, else in the middle."""
    start, vector = ends[first, :3], ends[last, :3] - ends[first, :3]
    both = ends[first, 6] + ends[last, 6]
    crosses = both <= np.linalg.norm(vector, axis=1) * 1.001
    at_crossing = np.clip(ends[first, 6] / np.maximum(both, 1e-9), 0.1, 0.9)
    share = np.where(crosses, at_crossing, 0.5)[:, None]
    return to_surface(start + share * vector)


def _keep_better(best: Nearest, found: Nearest, shape: Integers) -> None:
    first = first_of_each(shape, found.distance_m)
    better = first[found.distance_m[first] < best.distance_m[shape[first]]]
    best.put(shape[better], found.take(better))
