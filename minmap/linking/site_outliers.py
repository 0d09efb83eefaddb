"""Which records lie apart from most others of their site."""

from typing import Final

import geopandas as gpd
import numpy as np

from minmap.geodesy.ellipsoid import to_ecef
from minmap.linking.site_locations import known_uncertainty_m
from minmap.places.country_polygons import lonlat_of
from minmap.types import Booleans, Floats, Integers

_AGREE: Final = 2.0
"""Locations agree that are no farther apart than so many times the root of the sum of the squares
of their uncertainties."""
_APART: Final = 2.0
"""An outlier is more than so many times as far from the middle as those that oppose it."""
_VOTERS: Final = 3
"""So many records are needed for two to outvote one."""
_REFERENCES: Final = 200
"""So many records are enough to tell where the middle of a site is."""
_LEAST_M: Final = 1.0
"""Points nearer than that are one."""


def opposed_by(records: gpd.GeoDataFrame, number: Integers) -> Integers:
    """Return how many records oppose the location of each; 0 if it is no outlier of its site.

    The middle of a site is the record with the least product of the distances to all others, in
    which the uncertainties count as distances: the root of the sum of the squares of the distance
    and of both uncertainties. So a vague record is near to none, and precise ones that agree have
    the middle unless many more are elsewhere.

    An outlier does not agree with the middle, and most records oppose it: they are less than half
    as far from the middle. Those that agree with both do not count towards "most". So outliers are
    less than half of a site, and sites of two have none. Records at one point count as certain as
    the most certain of them.

    Parameters
    ----------
    records
        An occurrence table.
    number
        Shape (n,), number of the site of each.

    Examples
    --------
    >>> from minmap.table import conform
    >>> place = gpd.GeoSeries.from_xy([74.03, 74.05, 72.25], [48.0, 48.0, 48.0], crs=4326)
    >>> metres = {"location_uncertainty_m": [4600.0, 4600.0, 1400.0]}
    >>> opposed_by(conform(gpd.GeoDataFrame(metres, geometry=place)), np.zeros(3, int)).tolist()
    [0, 0, 2]
    """
    xyz_m = to_ecef(lonlat_of(records.geometry))
    uncertainty_m, _ = known_uncertainty_m(records)
    located = np.flatnonzero(np.isfinite(xyz_m[:, 0]))
    # In an order of their own, so that sums do not depend on that of the records.
    located = located[np.lexsort((uncertainty_m[located], *xyz_m[located].T, number[located]))]
    opposed = np.zeros(len(records), dtype=np.int64)
    starts = np.flatnonzero(np.diff(number[located], prepend=-1))
    for rows in np.split(located, starts[1:]):
        if len(rows) >= _VOTERS:
            opposed[rows] = _opposed(xyz_m[rows], uncertainty_m[rows])
    return opposed


def agree(apart_m: Floats, uncertainty_m: Floats, of_other_m: Floats) -> Booleans:
    """Return whether locations agree within their uncertainties, metres.

    Examples
    --------
    >>> agree(np.array([9000.0, 9400.0]), np.array([10.0, 10.0]), np.array([4600.0, 4600.0]))
    array([ True, False])
    """
    return np.asarray(apart_m <= _AGREE * np.hypot(uncertainty_m, of_other_m))


def _opposed(xyz_m: Floats, uncertainty_m: Floats) -> Integers:
    least_m = _least_at_point(xyz_m, uncertainty_m)
    middle = _middle(xyz_m, least_m)
    from_middle_m = np.linalg.norm(xyz_m - xyz_m[middle], axis=-1)
    agrees = agree(from_middle_m, least_m[middle], least_m)
    opposed = np.zeros(len(xyz_m), dtype=np.int64)
    for row in np.flatnonzero(~agrees):
        from_row_m = np.linalg.norm(xyz_m - xyz_m[row], axis=-1)
        decides = ~(agrees & agree(from_row_m, least_m[row], least_m))
        opposes = _APART * from_middle_m < from_middle_m[row]
        if 2 * np.count_nonzero(opposes & decides) > np.count_nonzero(decides):
            opposed[row] = np.count_nonzero(opposes)
    return opposed


def _least_at_point(xyz_m: Floats, uncertainty_m: Floats) -> Floats:
    """Return for each record the least uncertainty of the records at its point."""
    point = np.unique(np.round(xyz_m / _LEAST_M), axis=0, return_inverse=True)[1].ravel()
    least_m = np.full(len(point), np.inf)
    np.minimum.at(least_m, point, uncertainty_m)
    return np.asarray(least_m[point])


def _middle(xyz_m: Floats, uncertainty_m: Floats) -> int:
    """Return the position of the record with the least product of the distances to the others."""
    count = min(len(xyz_m), _REFERENCES)
    some = np.linspace(0, len(xyz_m) - 1, count).round().astype(np.int64)
    apart_m = np.linalg.norm(xyz_m[some, None] - xyz_m[None, some], axis=-1)
    of_both_m = np.hypot(uncertainty_m[some, None], uncertainty_m[None, some])
    logs = np.log(np.maximum(np.hypot(apart_m, of_both_m), _LEAST_M))
    np.fill_diagonal(logs, 0.0)
    return int(some[np.argmin(logs.sum(axis=1))])
