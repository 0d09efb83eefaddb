"""How uncertain the location of a site of several records is."""

from typing import Final

import geopandas as gpd
import numpy as np

from minmap.coordinates.location_bases import SPREAD
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.linking.site_locations import known_uncertainty_m
from minmap.places.country_polygons import lonlat_of
from minmap.types import Booleans, Floats, Integers, Texts

AGREE: Final = 2.0
"""Locations agree that are no farther apart than so many times the root of the sum of the squares
of their uncertainties."""
_ENOUGH: Final = 3
"""So many records that agree are enough to set an outlier aside."""


def site_uncertainty(
    records: gpd.GeoDataFrame, site: Integers, chosen: Integers, apart: Booleans
) -> tuple[Floats, Texts]:
    """Return the uncertainty of the locations of sites, metres, and what it rests on.

    It is that of the record which gives the location, if the others agree with it. The distance to
    the farthest of the others is the uncertainty if that is greater, but outliers do not count
    where three other records agree. Nor do digits alone tell that records agree: if no more is
    known of the chosen record, its distance to every other one counts.

    Parameters
    ----------
    records
        The records of all sites, with the columns of the uncertainty.
    site
        Shape (n,), number of the site of each.
    chosen
        Shape (k,), position of the record that gives the location of each site.
    apart
        Shape (n,), whether a record is an outlier of its site.

    Returns
    -------
    uncertainty
        Shape (k,), metres; NaN where it is not known.
    basis
        Shape (k,); None where it is not known.

    Examples
    --------
    >>> from minmap.table import conform
    >>> metres = {"location_uncertainty_m": [10.0, 4600.0], "location_uncertainty_basis": "stated"}
    >>> one, two = np.zeros(2, dtype=int), np.zeros(2, dtype=bool)
    >>> for east in (75.01, 75.20):
    ...     place = gpd.GeoSeries.from_xy([75.0, east], [48.0, 48.0], crs=4326)
    ...     records = conform(gpd.GeoDataFrame(metres, geometry=place))
    ...     uncertainty, basis = site_uncertainty(records, one, np.array([0]), two)
    ...     uncertainty.round().tolist(), basis.tolist()
    ([10.0], ['stated'])
    ([14925.0], ['spread'])
    """
    xyz_m = to_ecef(lonlat_of(records.geometry))
    from_chosen_m = surface_distance_m(xyz_m[chosen][site], xyz_m)
    known_m, is_bare = known_uncertainty_m(records)
    agrees = from_chosen_m <= AGREE * np.hypot(known_m[chosen][site], known_m)
    agreeing = np.bincount(site[agrees & ~apart], minlength=len(chosen))
    set_aside = apart & (agreeing[site] >= _ENOUGH)
    is_told = ~set_aside & ~(agrees & ~is_bare[chosen][site])
    spread_m = np.zeros(len(chosen))
    np.fmax.at(spread_m, site[is_told], from_chosen_m[is_told])
    given = records["location_uncertainty_m"].iloc[chosen].to_numpy(dtype=float, na_value=np.nan)
    basis = records["location_uncertainty_basis"].iloc[chosen].to_numpy(dtype=object)
    is_spread = spread_m > np.nan_to_num(given)
    return np.where(is_spread, spread_m, given), np.where(is_spread, SPREAD, basis)
