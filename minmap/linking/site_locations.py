"""Which record of a site gives its location."""

from functools import cache
from statistics import median
from typing import Final

import geopandas as gpd
import numpy as np

from minmap.coordinates.location_bases import PRECISION, STATED
from minmap.geodesy.ellipsoid import to_ecef
from minmap.places.country_polygons import lonlat_of
from minmap.reading.known_sources import catalogue
from minmap.reading.source import OTHERWISE
from minmap.types import Booleans, Floats, Integers

_VOTERS: Final = 3
"""So many records are needed for two to outvote one."""
_REFERENCES: Final = 200


def by_certainty(records: gpd.GeoDataFrame) -> Integers:
    """Return the positions of records, that with the most certain location first.

    The least uncertainty comes first. Digits alone tell how a point was written down and not how
    far it is from the deposit. If no more is known of a location, its uncertainty counts as that of
    the measured sources, their median. Among equal ones, the more precise comes first by orders of
    magnitude, then one whose source states the uncertainty, then the order of the records.

    Parameters
    ----------
    records
        An occurrence table.

    Examples
    --------
    >>> from minmap.table import conform
    >>> metres = {"location_uncertainty_m": [4600.0, 1.0, 1400.0]}
    >>> basis = {"location_uncertainty_basis": ["scatter", "precision", "scatter"]}
    >>> place = gpd.GeoSeries.from_xy([67.0, 67.1, 67.2], [48.0, 48.0, 48.0], crs=4326)
    >>> by_certainty(conform(gpd.GeoDataFrame(metres | basis, geometry=place))).tolist()
    [2, 1, 0]
    """
    basis = records["location_uncertainty_basis"]
    uncertainty, _ = known_uncertainty_m(records)
    precision = records["coordinate_precision_m"].to_numpy(dtype=float, na_value=np.inf)
    magnitude = np.round(np.log10(np.maximum(precision, 1e-3)))
    is_stated = basis.eq(STATED).to_numpy(dtype=bool, na_value=False)
    return np.asarray(np.lexsort((~is_stated, magnitude, uncertainty)), dtype=np.int64)


def known_uncertainty_m(records: gpd.GeoDataFrame) -> tuple[Floats, Booleans]:
    """Return the uncertainty of locations, metres, and whether only their digits are known.

    Where only the digits are known, the uncertainty is at least the median of measured sources.
    """
    given = records["location_uncertainty_m"].to_numpy(dtype=float, na_value=np.nan)
    basis = records["location_uncertainty_basis"]
    is_bare = np.isnan(given) | basis.eq(PRECISION).to_numpy(dtype=bool, na_value=False)
    return np.where(is_bare, np.fmax(given, usual_scatter_m()), given), is_bare


def outliers(records: gpd.GeoDataFrame, number: Integers) -> Booleans:
    """Return which locations lie apart from most others of their site.

    Two locations agree if they are no farther apart than twice the root of the sum of the squares
    of their uncertainties. An outlier agrees with less than half of the records of its site, and
    lies more than twice as far from these as another record does. Sites of two have none.

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
    >>> outliers(conform(gpd.GeoDataFrame(metres, geometry=place)), np.zeros(3, int)).tolist()
    [False, False, True]
    """
    xyz_m = to_ecef(lonlat_of(records.geometry))
    located = np.flatnonzero(np.isfinite(xyz_m[:, 0]))
    located = located[np.argsort(number[located], kind="stable")]
    uncertainty_m = _uncertainty_m(records)
    found = np.zeros(len(records), dtype=bool)
    starts = np.flatnonzero(np.diff(number[located], prepend=-1))
    for rows in np.split(located, starts[1:]):
        if len(rows) >= _VOTERS:
            found[rows] = _lie_apart(xyz_m[rows], uncertainty_m[rows])
    return found


def _uncertainty_m(records: gpd.GeoDataFrame) -> Floats:
    names = ("location_uncertainty_m", "coordinate_precision_m")
    known = (records[name].to_numpy(dtype=float, na_value=0.0) for name in names)
    return np.asarray(np.fmax(*known))


def _lie_apart(xyz_m: Floats, uncertainty_m: Floats) -> Booleans:
    # So many records are enough to tell where a site is.
    others_m, of_others_m = xyz_m[:_REFERENCES], uncertainty_m[:_REFERENCES]
    apart_m = np.linalg.norm(xyz_m[:, None] - others_m[None], axis=-1)
    beyond_m = np.maximum(apart_m - 2 * np.hypot(uncertainty_m[:, None], of_others_m[None]), 0.0)
    # A record is among those that lie nearest to it.
    to_half_m = np.sort(beyond_m, axis=1)[:, len(others_m) // 2]
    return np.asarray(to_half_m > 2 * to_half_m.min())


@cache
def usual_scatter_m() -> float:
    """Return the median of the measured scatters of the sources that minmap knows, metres.

    Examples
    --------
    >>> usual_scatter_m()
    7300
    """
    return median(each.scatter_m[OTHERWISE] for each in catalogue().values() if each.scatter_m)
