"""How uncertain the location of a site of several records is."""

from typing import Final

import geopandas as gpd
import numpy as np

from minmap.coordinates.location_bases import SPREAD
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.linking.site_locations import known_uncertainty_m
from minmap.linking.site_outliers import agree
from minmap.places.country_polygons import lonlat_of
from minmap.types import Floats, Integers, Texts

_ENOUGH: Final = 3
"""So many records that oppose an outlier are enough to set it aside."""


def site_uncertainty(
    records: gpd.GeoDataFrame, site: Integers, chosen: Integers, opposed_by: Integers
) -> tuple[Floats, Texts]:
    """Return the uncertainty of the locations of sites, metres, and what it rests on.

    It is that of the record which gives the location. A record that agrees with it changes nothing,
    however vague; the distance to one that does not is the uncertainty if that is greater, but
    outliers do not count that three records oppose. If no more than the digits of the chosen
    record are known, the distance to the most certain of those that agree counts too: they are the
    best that is known of it, and a vaguer one adds nothing.

    Parameters
    ----------
    records
        The records of all sites, with the columns of the uncertainty.
    site
        Shape (n,), number of the site of each.
    chosen
        Shape (k,), position of the record that gives the location of each site.
    opposed_by
        Shape (n,), how many records oppose the location of each; 0 if it is no outlier.

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
    >>> one, two = np.zeros(2, dtype=int), np.zeros(2, dtype=int)
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
    agrees = agree(from_chosen_m, known_m[chosen][site], known_m)
    is_other = np.arange(len(records)) != chosen[site]
    surest_m = np.full(len(chosen), np.inf)
    np.minimum.at(surest_m, site[agrees & is_other], known_m[agrees & is_other])
    tells = is_bare[chosen][site] & (known_m <= surest_m[site])
    is_told = (opposed_by < _ENOUGH) & (~agrees | tells)
    spread_m = np.zeros(len(chosen))
    np.fmax.at(spread_m, site[is_told], from_chosen_m[is_told])
    given = records["location_uncertainty_m"].iloc[chosen].to_numpy(dtype=float, na_value=np.nan)
    basis = records["location_uncertainty_basis"].iloc[chosen].to_numpy(dtype=object)
    is_spread = spread_m > np.nan_to_num(given)
    return np.where(is_spread, spread_m, given), np.where(is_spread, SPREAD, basis)
