"""How far apart the records of sites are."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from minmap.geodesy.ellipsoid import surface_distance_m, to_surface
from minmap.linking.pair_blocks import pair_blocks
from minmap.types import Floats, Integers

_SLACK_M: Final = 0.01
"""More than the sum of the errors of three distances."""


def site_spreads_m(points: Floats, site: Integers, count: int) -> Floats:
    """Return the greatest distance between two records of each site, metres.

    The time grows with the number of records, unless most of a site are equally far from its
    middle.

    Parameters
    ----------
    points
        Shape (n, 3), Earth-centred coordinates on the surface, metres; NaN without a location.
    site
        Shape (n,), the numbers of the sites of the points, ascending.
    count
        Number of sites.

    Examples
    --------
    >>> from minmap.geodesy.ellipsoid import to_ecef
    >>> points = to_ecef(np.array([[70.0, 45.0], [70.0, 45.1], [70.0, 45.2], [80.0, 45.0]]))
    >>> site_spreads_m(points, np.array([0, 0, 0, 1]), 2).round().tolist()
    [22227.0, 0.0]
    """
    frame = pd.DataFrame(points).assign(site=site)
    kept = ~frame.duplicated().to_numpy() & np.isfinite(points[:, 0])
    points, site = points[kept], site[kept]
    outer = _may_be_farthest(points, site)
    points, site = points[outer], site[outer]
    spread = np.zeros(count)
    for left, right in _pairs(site):
        apart_m = surface_distance_m(points[left], points[right])
        np.maximum.at(spread, site[left], apart_m)
    return spread


def _may_be_farthest(points: Floats, site: Integers) -> Integers:
    """Return the points that may be ends of the greatest distance in their site.

    Two points are no farther apart than the sum of their distances from the middle of the site. The
    point that is farthest from the middle shows how far apart two are at least.
    """
    if not len(points):
        return np.empty(0, dtype=np.int64)
    starts = np.flatnonzero(np.diff(site, prepend=-1))
    number = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(site)))
    middle = to_surface(np.add.reduceat(points, starts))
    reach_m = surface_distance_m(middle[number], points)
    last = np.append(starts[1:], len(site)) - 1
    farthest = np.lexsort((reach_m, number))[last]
    least_m = np.maximum.reduceat(surface_distance_m(points[farthest][number], points), starts)
    is_inner = reach_m + reach_m[farthest][number] < least_m[number] - _SLACK_M
    return np.flatnonzero(~is_inner)


def _pairs(site: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Yield the positions of the points of all pairs within the sites, block by block."""
    later = np.searchsorted(site, site, side="right") - np.arange(len(site)) - 1
    ends = np.cumsum(later)
    for block in pair_blocks(int(later.sum())):
        pair = np.arange(block.start, block.stop)
        left = np.searchsorted(ends, pair, side="right")
        yield left, left + 1 + pair - (ends - later)[left]
