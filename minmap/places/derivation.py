"""The country and the province of points, only where the map leaves no doubt."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from minmap.geodesy.ellipsoid import degrees_around
from minmap.geodesy.vertices import wrapped
from minmap.places.areas import MIXED, NOWHERE, Areas
from minmap.places.country_polygons import error_km
from minmap.places.province_polygons import KNOWN_KM, provinces
from minmap.types import Booleans, Floats, Integers, Texts

# Eight directions: a point that the map draws at sea is ashore in one of them.
_AROUND: Final = np.radians(np.arange(0, 360, 45))


@dataclass(frozen=True)
class Derived:
    """What the map says of points.

    Attributes
    ----------
    country, admin1
        Shape (n,), alpha-3 and name of the state or province; None where unknown or in doubt.
    in_doubt
        Shape (n,), whether the country is unknown because the point is near a border.
    unassigned
        Shape (n,), whether it is unknown because the land is disputed or has no ISO code: Taiwan,
        Kosovo, Western Sahara and Crimea, for instance.
    """

    country: Texts
    admin1: Texts
    in_doubt: Booleans
    unassigned: Booleans


def derive(lonlat: Floats, uncertainty_km: Floats) -> Derived:
    """Return the country and the province of points.

    Parameters
    ----------
    lonlat
        Shape (n, 2), degrees; NaN without a location.
    uncertainty_km
        Shape (n,), error of each location.

    Returns
    -------
    Derived
        No country within the error of map and location (see `minmap.places.map_error_km`) of a
        border between countries, in disputed areas, on land without an ISO code and at sea, and no
        province within this error of a border of the province. A point at sea within this error of
        the land of one country is taken as on its coast.

    Examples
    --------
    >>> found = derive(np.array([[73.1, 49.8], [76.8, 42.95], [-30.0, 0.0]]), np.zeros(3))
    >>> found.country.tolist(), found.admin1.tolist(), found.in_doubt.tolist()
    (['KAZ', None, None], ['Karaganda Region', None, None], [False, True, False])
    """
    land = provinces()
    area = land.areas.settled(lonlat)
    is_open = (area == MIXED) | ((uncertainty_km > KNOWN_KM) & np.isfinite(lonlat).all(axis=1))
    rows = np.flatnonzero(is_open)
    places = wrapped(lonlat[rows])
    area[rows] = land.areas.look_up(places)
    countries, names = (
        np.array([*each, None], dtype=object) for each in (land.countries, land.names)
    )
    country, admin1 = countries[area], names[area]

    margin_km = error_km(places) + uncertainty_km[rows]
    near_country, near_any = land.near_borders(places, margin_km)
    at_sea = (area[rows] == NOWHERE) & ~near_country
    around = _areas_around(land.areas, places[at_sea], margin_km[at_sea])
    country[rows[at_sea]], admin1[rows[at_sea]] = map(_only_one, (countries[around], names[around]))
    country[rows[near_country]] = None
    admin1[rows[near_any]] = None
    in_doubt = np.zeros(len(lonlat), dtype=bool)
    in_doubt[rows[near_country]] = True
    unassigned = (area != NOWHERE) & pd.isna(country) & ~in_doubt
    return Derived(country, admin1, in_doubt, unassigned)


def _areas_around(areas: Areas, lonlat: Floats, margin_km: Floats) -> Integers:
    """Return the areas (8, n) at eight places around points (n, 2)."""
    aside, up = degrees_around(lonlat[:, 1], margin_km)
    x = lonlat[:, 0] + np.sin(_AROUND)[:, None] * aside
    y = np.clip(lonlat[:, 1] + np.cos(_AROUND)[:, None] * up, -90, 90)
    found = areas.at(np.column_stack([x.ravel(), y.ravel()]))
    return found.reshape(len(_AROUND), len(lonlat))


def _only_one(texts: Texts) -> Texts:
    """Return the text of each column of (m, n) texts; None for several different ones, or none."""
    flat, different = pd.factorize(texts.ravel())
    codes = flat.reshape(texts.shape)
    greatest = codes.max(axis=0, initial=NOWHERE)
    is_one = ((codes == greatest) | (codes == NOWHERE)).all(axis=0)
    known: Texts = np.array([*different, None], dtype=object)
    return known[np.where(is_one, greatest, NOWHERE)]
