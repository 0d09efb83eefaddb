"""Which record of a site gives its location."""

from functools import cache
from statistics import median

import geopandas as gpd
import numpy as np

from minmap.coordinates.location_bases import PRECISION, STATED
from minmap.reading.known_sources import catalogue
from minmap.reading.source import OTHERWISE
from minmap.types import Booleans, Floats, Integers


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
    >>> metres = {"location_uncertainty_m": [9600.0, 1.0, 1400.0]}
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


@cache
def usual_scatter_m() -> float:
    """Return the median of the measured scatters of the sources that minmap knows, metres.

    Examples
    --------
    >>> usual_scatter_m()
    7300
    """
    return median(each.scatter_m[OTHERWISE] for each in catalogue().values() if each.scatter_m)
