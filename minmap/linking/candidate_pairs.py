"""Which pairs of records are compared: near ones, and those with a word or a number in common."""

from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from minmap.geodesy.ellipsoid import surface_distance_m
from minmap.linking.linked_records import LinkedRecords
from minmap.linking.pair_blocks import pair_blocks
from minmap.types import Booleans, Floats, Integers

NEIGHBOURS: Final = 12
"""Nearest records with which a record is compared, so that the number of pairs grows as the number
of records. More than 12 find no better sites in Nevada."""
NAMESAKES: Final = 6
"""Nearest records with the same word with which a record is compared for each of its words."""
_RANKS: Final = (5, 20)
"""Neighbours within whose distance the density of records is measured; both together predict the
sites of Nevada better than one of them."""
NEAR_KM: Final = 5.0
"""Distance up to which records with nothing else in common are compared: in Nevada, 4 % of such
pairs 3 to 5 km apart and 2 % beyond are of one site."""

NAMED_KM: Final = 25.0
"""Distance up to which records with a word of their names in common are compared."""
CROWD: Final = 30
"""Most likely pairs of a record through which others are compared with each other. With more, there
would be too many pairs. minmap's own figure."""
RARE_RECORDS: Final = 20
"""Records that may have a name that is compared at any distance. minmap's own figure."""


def candidate_pairs(
    records: LinkedRecords, *, max_km: float, more: Integers | None = None
) -> tuple[Integers, Integers]:
    """Return the positions of the records of each pair; the first is always the smaller.

    Parameters
    ----------
    records
        The records.
    max_km
        Records that are farther apart are compared only if they have a number in common.
    more
        Further pairs (n, 2) to compare at any distance; None: no more.
    """
    found = [
        _near(records, min(NEAR_KM, max_km)),
        _named_alike(records, min(NAMED_KM, max_km)),
        _same_rare_name(records),
    ]
    left, right = different_pairs(np.concatenate(found), len(records))
    near = distances_km(records, left, right) <= max_km
    pairs = [np.column_stack([left[near], right[near]]), records.numbers.pairs()]
    return different_pairs(np.concatenate(pairs if more is None else [*pairs, more]), len(records))


def different_pairs(pairs: Integers, count: int) -> tuple[Integers, Integers]:
    """Return the positions in different pairs (n, 2) of `count` records, the smaller first."""
    one, other = pairs.T
    # Numbers are sorted in a fraction of the time that numpy.unique takes.
    keys = np.sort(np.minimum(one, other) * max(count, 1) + np.maximum(one, other))
    left, right = np.divmod(keys[np.diff(keys, prepend=-1) > 0], max(count, 1))
    is_pair = left != right
    return left[is_pair], right[is_pair]


def third_pairs(
    pairs: tuple[Integers, Integers], likely: Booleans, records: LinkedRecords, *, max_km: float
) -> tuple[Integers, Integers]:
    """Return the pairs of records that are both likely to be of one site with a third record.

    Parameters
    ----------
    pairs
        Positions of the records of each pair that is compared; these are left out.
    likely
        Whether a pair is likely.
    records, max_km
        As of `candidate_pairs`.
    """
    count = len(records)
    one, other = (end[likely] for end in pairs)
    ends = np.concatenate([one, other]), np.concatenate([other, one])
    linked = sparse.coo_array(
        (np.ones(len(ends[0]), dtype=np.int32), ends), shape=(count, count)
    ).tocsr()
    linked.data[np.repeat(np.diff(linked.indptr) > CROWD, np.diff(linked.indptr))] = 0
    linked.eliminate_zeros()
    through = sparse.triu(linked.T @ linked, k=1).tocoo()
    left, right = different_pairs(np.column_stack(through.coords).astype(np.int64), count)
    keys = left * max(count, 1) + right
    is_new = ~np.isin(keys, pairs[0] * max(count, 1) + pairs[1], assume_unique=True)
    is_new &= distances_km(records, left, right) <= max_km
    return left[is_new], right[is_new]


def distances_km(records: LinkedRecords, left: Integers, right: Integers) -> Floats:
    """Return the geodesic distances of pairs, km; NaN where a record has no location."""
    found, xyz_m = np.empty(len(left)), records.xyz_m
    for rows in pair_blocks(len(left)):
        found[rows] = surface_distance_m(xyz_m[left[rows]], xyz_m[right[rows]])
    return found / 1000


def crowding(records: LinkedRecords, *, least_km: float) -> Floats:
    """Return the logarithm of the number of records per km² around each record.

    It is the mean of two densities, within the fifth and the twentieth neighbour; none is measured
    within less than `least_km`. Minus infinity if there are fewer records, NaN without a location.
    """
    found, rows = np.full(len(records), np.nan), np.flatnonzero(records.has_location)
    ranks = [rank for rank in _RANKS if rank < len(rows)]
    if not ranks:
        found[rows] = -np.inf
        return found
    points = records.xyz_m[rows] / 1000
    # In the order of the tree, points that follow each other have the same part of it in common.
    tree = cKDTree(points)
    reach = tree.query(points[tree.indices], k=[rank + 1 for rank in ranks], workers=-1)[0]
    density = np.array(ranks) / (np.pi * (reach**2 + least_km**2))
    found[rows[tree.indices]] = np.log(density).mean(axis=1)
    return found


def _near(records: LinkedRecords, km: float) -> Integers:
    rows = np.flatnonzero(records.has_location)
    return _neighbours(records.xyz_m[rows] / 1000, rows, km, most=NEIGHBOURS)


def _named_alike(records: LinkedRecords, km: float) -> Integers:
    """Return pairs of near records with a word of their names in common.

    The word is a fourth coordinate: different words are farther apart than the search reaches.
    """
    sounds = records.names.sounds.tocoo()
    row, word = sounds.coords
    kept: Booleans = records.has_location[row]
    kept &= np.bincount(word[kept], minlength=sounds.shape[1])[word] > 1
    row, word = row[kept], word[kept]
    apart = word[:, None].astype(float) * 3 * max(km, 1.0)
    points = np.hstack([records.xyz_m[row] / 1000, apart])
    return _neighbours(points, np.asarray(row, dtype=np.int64), km, most=NAMESAKES)


def _same_rare_name(records: LinkedRecords) -> Integers:
    """Return pairs with a name that few others have, of two sources or of one owner."""
    whole = records.names.whole.tocsc()
    count = np.diff(whole.indptr)
    source, owner = (pd.factorize(records.facts[name])[0] for name in ("source", "owner"))
    found = [np.empty((0, 2), dtype=np.int64)]
    for size in range(2, RARE_RECORDS + 1):
        starts = whole.indptr[:-1][count == size]
        rows = whole.indices[starts[:, None] + np.arange(size)]
        one, other = np.triu_indices(size, 1)
        pairs = np.column_stack([rows[:, one].ravel(), rows[:, other].ravel()])
        one, other = pairs.T
        kept = (source[one] != source[other]) | ((owner[one] == owner[other]) & (owner[one] >= 0))
        found.append(pairs[kept])
    return np.concatenate(found)


def _neighbours(points: Floats, rows: Integers, km: float, *, most: int) -> Integers:
    if len(points) < 2:
        return np.empty((0, 2), dtype=np.int64)
    k = min(most + 1, len(points))
    # A chord is shorter than the geodesic, so no pair is lost; the distance is measured later.
    tree = cKDTree(points)
    order = tree.indices
    found = tree.query(points[order], k=k, distance_upper_bound=km, workers=-1)[1]
    neighbour = np.asarray(found)
    first, rank = np.nonzero(neighbour < len(points))
    return np.column_stack([rows[order[first]], rows[neighbour[first, rank]]])
