"""Whether a grid puts points where the table says that they are."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from minmap.coordinates.pairs import split_column
from minmap.coordinates.reference_systems import far_from_use
from minmap.coordinates.thousands import without_system
from minmap.geodesy.crs import WGS84
from minmap.geodesy.crs_suggestions import NEAR_DEG
from minmap.reading.column_evidence import Values
from minmap.types import Booleans, Floats


def pair_numbers(values: Mapping[str, Values], columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the numbers of two columns of a grid, or of pairs in one, in the rows that have both.

    Examples
    --------
    >>> from minmap.reading.column_evidence import values_of
    >>> texts = {"X": pd.Series(["5300000", None]), "Y": pd.Series(["6500000", "6600000"])}
    >>> pair_numbers(values_of(texts), ("X", "Y")).values.tolist()
    [[5300000.0, 6500000.0]]
    """
    if len(columns) == 1:
        x, y = split_column(values[columns[0]].texts, degrees=False)
    else:
        x, y = (values[column].texts for column in columns)
    both = x.index.intersection(y.index)
    east, north = without_system(x.loc[both], y.loc[both])
    there = np.isfinite(east) & np.isfinite(north)
    return pd.DataFrame({"x": east[there], "y": north[there]}, index=both[there])


def in_lands(longitude: Floats, latitude: Floats, lands: gpd.GeoSeries) -> Booleans:
    """Return which points are in countries, or near them.

    Examples
    --------
    >>> box = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=4326)
    >>> in_lands(np.array([0.5, 1.1, 3.0]), np.array([0.5, 0.5, 0.5]), box).tolist()
    [True, True, False]
    """
    near = shapely.buffer(shapely.union_all(lands.dropna().to_numpy()), NEAR_DEG)
    return np.asarray(shapely.intersects_xy(near, longitude, latitude), dtype=np.bool_)


def order_that_fits(epsg: int, x: float, y: float, lands: gpd.GeoSeries) -> bool | None:
    """Return whether a point fits a grid only with its numbers exchanged; None if it never does.

    It fits in the countries that the table names or, if there are none, near where the grid is
    used: an easting with its zone before it is far from the zones that are written without.

    Examples
    --------
    >>> from minmap.places.country_polygons import land_of
    >>> serbia, none = land_of(["SRB"]), land_of([])
    >>> [order_that_fits(epsg, 4_873_420, 7_471_592, serbia) for epsg in (6316, 32607)]
    [True, None]
    >>> order_that_fits(32607, 4_873_420, 7_471_592, none) is None
    True
    """
    crs = CRS.from_epsg(epsg)
    to_degrees = Transformer.from_crs(crs, WGS84, always_xy=True)
    for is_exchanged in (False, True):
        point = (y, x) if is_exchanged else (x, y)
        try:
            degrees = to_degrees.transform(*point)
        except ProjError:  # a system that PROJ lists but has no method for
            return None
        lon, lat = (np.array([axis], dtype=np.float64) for axis in degrees)
        is_known = bool(len(lands.dropna()))
        fits = in_lands(lon, lat, lands) if is_known else ~far_from_use(lon, lat, crs=crs)
        if np.isfinite(degrees).all() and fits.all():
            return is_exchanged
    return None
