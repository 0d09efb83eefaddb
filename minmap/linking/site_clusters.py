"""Records joined into sites, so that on average each pair of a site is probable."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np

from minmap.linking.connected_records import first_connected
from minmap.types import Floats, Integers

_MINIMUM: Final = 1e-12


@dataclass
class _Cluster:
    """Records of a site, with the sum of the probabilities towards each near cluster."""

    members: list[int]
    links: dict[int, float] = field(default_factory=dict)
    apart: set[int] = field(default_factory=set)


MayJoin = Callable[[list[int], list[int]], bool]
"""Whether two groups of records may become one site."""


def site_clusters(
    count: int,
    pairs: tuple[Integers, Integers, Floats],
    *,
    threshold: float,
    joined: Integers,
    may_join: MayJoin,
) -> Integers:
    """Return for each record the first record of its site.

    The two groups of records with the highest mean probability over all their pairs are joined as
    long as it is at least the threshold (average linkage). A pair that was not compared has the
    probability 0. Equal means are taken in the order of the records, so the result depends on
    nothing else.

    Parameters
    ----------
    count
        Number of records.
    pairs
        Positions of the records of each pair, and its probability.
    threshold
        Least mean probability.
    joined
        Shape (n, 2): pairs that are of one site whatever their probability.
    may_join
        Groups for which it returns False stay apart.
    """
    left, right, probability = pairs
    groups = first_connected(count, joined[:, 0], joined[:, 1])
    likely = probability >= max(threshold, _MINIMUM)
    reach = first_connected(
        count, np.concatenate([left[likely], joined[:, 0]]),
        np.concatenate([right[likely], joined[:, 1]]),
    )  # fmt: skip
    # No two groups join without a likely pair, so only pairs within reach of it are needed.
    near = (reach[left] == reach[right]) & (groups[left] != groups[right])
    clusters = _clusters(groups, groups[left[near]], groups[right[near]], probability[near])
    _join(clusters, max(threshold, _MINIMUM), may_join)
    found = np.arange(count)
    for first, cluster in clusters.items():
        found[cluster.members] = first
    return found


def _clusters(
    groups: Integers, left: Integers, right: Integers, probability: Floats
) -> dict[int, _Cluster]:
    """Return the clusters to start with: those that have links, or several records."""
    needed = np.unique(np.concatenate([left, right, groups[groups != np.arange(len(groups))]]))
    clusters = {first: _Cluster([]) for first in needed.tolist()}
    for record in np.flatnonzero(np.isin(groups, needed)).tolist():
        clusters[int(groups[record])].members.append(record)
    for one, other, value in zip(left.tolist(), right.tolist(), probability.tolist(), strict=True):
        for a, b in ((one, other), (other, one)):
            links = clusters[a].links
            links[b] = links.get(b, 0.0) + value
    return clusters


def _join(clusters: dict[int, _Cluster], threshold: float, may_join: MayJoin) -> None:
    def mean(a: int, b: int) -> float:
        one, other = clusters[a], clusters[b]
        return one.links[b] / (len(one.members) * len(other.members))

    queue = [(-mean(a, b), a, b) for a in clusters for b in clusters[a].links if a < b]
    queue = [entry for entry in queue if -entry[0] >= threshold]
    heapify(queue)
    while queue:
        value, a, b = heappop(queue)
        is_current = a in clusters and b in clusters and b in clusters[a].links
        if not is_current or -mean(a, b) != value or b in clusters[a].apart:
            continue
        if not may_join(clusters[a].members, clusters[b].members):
            clusters[a].apart.add(b)
            clusters[b].apart.add(a)
            continue
        for other in _merge(clusters, a, b):
            value = mean(a, other)
            if value >= threshold and other not in clusters[a].apart:
                heappush(queue, (-value, min(a, other), max(a, other)))


def _merge(clusters: dict[int, _Cluster], a: int, b: int) -> list[int]:
    """Join cluster b to a; return the clusters that are linked with the result."""
    one, other = clusters[a], clusters.pop(b)
    del one.links[b], other.links[a]
    one.members = sorted(one.members + other.members)
    for third, value in sorted(other.links.items()):
        one.links[third] = one.links.get(third, 0.0) + value
        links = clusters[third].links
        del links[b]
        links[a] = one.links[third]
    for third in other.apart:
        if third in clusters:
            clusters[third].apart.add(a)
            one.apart.add(third)
    return list(one.links)
