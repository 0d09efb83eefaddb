"""The country of a point, its distance from a country, and whether it is on land.

>>> import geopandas
>>> country_of(geopandas.GeoSeries.from_xy([76.95], [43.25], crs=4326)).item()
'KAZ'
"""

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.places.areas import NOWHERE
from minmap.places.country_polygons import disputed, error_km, lonlat_of, world
from minmap.types import TEXT, Texts


def country_of(points: gpd.GeoSeries) -> pd.Series:
    """Return the country that each point is in.

    Parameters
    ----------
    points
        Geometries with a CRS; a line or polygon is represented by a point on it. Not changed.

    Returns
    -------
    pandas.Series
        ISO 3166-1 alpha-3 on the index of `points`. Missing at sea (the Caspian is sea, lakes are
        land), without a location, and in the few areas without a code in ISO 3166-1, such as
        Kosovo; `on_land` distinguishes these from the sea.

    Raises
    ------
    CRSError
        If `points` has no CRS, or a local one that cannot be related to the Earth.

    Notes
    -----
    Borders are those of Natural Earth, which shows who controls the ground (de facto), not who
    claims it; see `claims`. Their error is `map_error_km`.

    Examples
    --------
    >>> points = gpd.GeoSeries.from_xy([76.95, 50.5, -53.0], [43.25, 42.0, 4.0], crs=4326)
    >>> country_of(points).tolist()
    ['KAZ', nan, 'GUF']
    """
    lands = world()
    return _text(_or_none(lands.codes)[lands.at(lonlat_of(points))], points.index)


def on_land(points: gpd.GeoSeries) -> pd.Series:
    """Return whether each point is on land.

    Parameters
    ----------
    points
        As for `country_of`.

    Returns
    -------
    pandas.Series
        bool; lakes count as land, the Caspian as sea. False without a location.

    Raises
    ------
    CRSError
        As for `country_of`.

    Examples
    --------
    >>> on_land(gpd.GeoSeries.from_xy([75.0, 50.5], [46.5, 42.0], crs=4326)).tolist()
    [True, False]
    """
    return pd.Series(world().at(lonlat_of(points)) != NOWHERE, index=points.index)


def distance_to_country_km(points: gpd.GeoSeries, codes: pd.Series) -> pd.Series:
    """Return the distance of each point to the country given for it.

    Parameters
    ----------
    points
        As for `country_of`.
    codes
        Shape (n,), alpha-3 of the country to measure to, by position.

    Returns
    -------
    pandas.Series
        Float64, km along the geodesic to the nearest point of the country; 0 inside it; missing
        without a location, for a missing code, and for a country that is not on the map.

    Raises
    ------
    CRSError
        As for `country_of`.

    Examples
    --------
    >>> points = gpd.GeoSeries.from_xy([76.95, 76.95], [43.25, 43.25], crs=4326)
    >>> distance_to_country_km(points, pd.Series(["KAZ", "KGZ"])).round().tolist()
    [0.0, 29.0]
    """
    return _distances(points, codes, world().codes)


def distance_to_state_km(points: gpd.GeoSeries, codes: pd.Series) -> pd.Series:
    """Return the distance of each point to the land of a state, overseas parts included.

    Parameters
    ----------
    points, codes
        As for `distance_to_country_km`. The state is the one that the country belongs to.

    Returns
    -------
    pandas.Series
        As for `distance_to_country_km`.

    Raises
    ------
    CRSError
        As for `country_of`.

    Examples
    --------
    >>> points = gpd.GeoSeries.from_xy([-53.0], [4.0], crs=4326)
    >>> distance_to_state_km(points, pd.Series(["FRA"])).tolist()
    [0.0]
    """
    return _distances(points, _states(codes), world().sovereigns)


def distance_to_land_km(points: gpd.GeoSeries) -> pd.Series:
    """Return the distance of each point to the nearest land.

    Parameters
    ----------
    points
        As for `country_of`.

    Returns
    -------
    pandas.Series
        Float64, km along the geodesic; 0 on land; missing without a location.

    Raises
    ------
    CRSError
        As for `country_of`.

    Examples
    --------
    >>> distance_to_land_km(gpd.GeoSeries.from_xy([-30.0], [0.0], crs=4326)).round(-2).tolist()
    [800.0]
    """
    every_land = np.zeros(len(world().codes), dtype=object)
    return _distances(points, np.zeros(len(points), dtype=object), every_land)


def claims(points: gpd.GeoSeries, *, within_km: pd.Series | None = None) -> pd.Series:
    """Return the competing claims where a point is in a disputed area.

    Parameters
    ----------
    points
        As for `country_of`.
    within_km
        Shape (n,), by position: distance to a disputed area up to which a point counts as in it,
        so that the sea off a disputed coast is disputed too. None: `map_error_km`.

    Returns
    -------
    pandas.Series
        Text such as ``"Admin. by Pakistan; Claimed by India"``; missing elsewhere.

    Raises
    ------
    CRSError
        As for `country_of`.

    Examples
    --------
    >>> claims(gpd.GeoSeries.from_xy([74.3, 77.0], [35.9, 43.0], crs=4326)).tolist()
    ['Admin. by Pakistan; Claimed by India', nan]
    """
    texts, areas = disputed()
    lonlat = lonlat_of(points)
    found = areas.at(lonlat)
    margin_km = error_km(lonlat) if within_km is None else within_km.to_numpy(dtype=float)
    outside = np.flatnonzero((found == NOWHERE) & np.isfinite(lonlat).all(axis=1))
    near = outside[areas.near(lonlat[outside], margin_km[outside])]
    if near.size:
        distance_km, owner = areas.distance_km(lonlat[near])
        within = distance_km <= margin_km[near]
        found[near[within]] = owner[within]
    return _text(_or_none(texts)[found], points.index)


def same_state(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return whether two countries belong to one state, as Greenland and Denmark do.

    Parameters
    ----------
    one, other
        alpha-3, by position.

    Returns
    -------
    pandas.Series
        bool on the index of `one`; False where either is missing.

    Examples
    --------
    >>> same_state(pd.Series(["GRL", "KAZ"]), pd.Series(["DNK", "KGZ"])).tolist()
    [True, False]
    """
    states = _states(one)
    return pd.Series((states == _states(other)) & pd.notna(states), index=one.index)


def map_error_km(points: gpd.GeoSeries) -> pd.Series:
    """Return the error of the map's coasts and borders at each point.

    Parameters
    ----------
    points
        As for `country_of`.

    Returns
    -------
    pandas.Series
        float, km: 5 where the 1:10 million layer is used (24 to 126 E, 22 to 62 N), 10
        elsewhere, where the 1:50 million layer is used; NaN without a location.

    Raises
    ------
    CRSError
        As for `country_of`.

    Notes
    -----
    0.5 mm and 0.2 mm on a map of these scales. The figures are minmap's own, since Natural Earth
    does not state its accuracy.

    Examples
    --------
    >>> map_error_km(gpd.GeoSeries.from_xy([76.95, -100.0], [43.25, 40.0], crs=4326)).tolist()
    [5.0, 10.0]
    """
    return pd.Series(error_km(lonlat_of(points)), index=points.index)


def _distances(points: gpd.GeoSeries, names: pd.Series | Texts, area_names: Texts) -> pd.Series:
    """Return the distance, km, of each point to the areas with the name given for it."""
    lonlat = lonlat_of(points)
    area = world().at(lonlat)
    position, different = pd.factorize(names)
    distance_km = np.full(len(lonlat), np.nan)
    for number, name in enumerate(different):
        own = np.flatnonzero(area_names == name)
        rows = np.flatnonzero(position == number)
        if not own.size:
            continue
        inside = np.isin(area[rows], own)
        distance_km[rows[inside]] = 0.0
        away = rows[~inside & np.isfinite(lonlat[rows]).all(axis=1)]
        if away.size:
            distance_km[away], _ = world().areas.distance_km(lonlat[away], own)
    return pd.Series(pd.array(distance_km, dtype="Float64"), index=points.index)


def _states(codes: pd.Series) -> Texts:
    """Return the state of each country, or the code if it is not on the map; None if missing."""
    lands = world()
    state_of = dict(zip(lands.codes, lands.sovereigns, strict=True))
    positions, different = pd.factorize(codes)
    return _or_none([state_of.get(code, code) for code in different])[positions]


def _or_none(values: Texts | list[str]) -> Texts:
    """Return the values followed by None, so that the index -1 selects None."""
    return np.array([*values, None], dtype=object)


def _text(values: Texts, index: pd.Index) -> pd.Series:
    return pd.Series(pd.array(values, dtype=TEXT), index=index)
