"""Country and province of records that state none, derived from their points and marked so."""

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from minmap.coordinates.column import to_arrow
from minmap.files.cells import text
from minmap.geodesy.ellipsoid import KM_PER_DEGREE
from minmap.places.country_polygons import lonlat_of
from minmap.places.derivation import derive
from minmap.reading.stated_places import DERIVED, STATED, countries_by_point, is_elsewhere
from minmap.types import Booleans, Floats, Texts
from minmap.vocabulary.coded_texts import CodedTexts


def fill_places(table: geopandas.GeoDataFrame) -> list[str]:
    """Fill missing values of ``country`` and ``admin1`` of an occurrence table in place.

    Fills ``country_basis`` and ``admin1_basis`` too. A province is derived only where the country
    stated, if any, is that of the point. Nothing is derived near a border, see
    `minmap.places.derivation.derive`, and no country where the state named is one of another.

    Returns
    -------
    list of str
        A note with the numbers of countries that were derived, and that could not be.
    """
    lacks = {name: table[name].isna().to_numpy() for name in ("country", "admin1")}
    rows = np.flatnonzero((lacks["country"] | lacks["admin1"]) & ~table.geometry.isna().to_numpy())
    placed = table[["location_uncertainty_m", "geometry"]].iloc[rows]
    lonlat, error_km = _points(placed)
    found = derive(lonlat, error_km)
    stated = table["country"].iloc[rows].to_numpy(dtype=object)
    agrees = lacks["country"][rows] | (stated == found.country)
    # "Nevada" in China: the point is wrong rather than the name.
    admin1 = table["admin1"].iloc[rows].where(lacks["country"][rows])
    at_odds = is_elsewhere(countries_by_point(admin1, lonlat), found.country)
    agrees &= ~at_odds
    derived = {}
    for name, values in (("country", found.country), ("admin1", found.admin1)):
        used = lacks[name][rows] & agrees & pd.notna(values)
        derived[name] = np.zeros(len(table), dtype=bool)
        derived[name][rows[used]] = True
        if used.any():
            table[name] = _replaced(table[name], derived[name], values[used])
        basis = np.where(derived[name], 1, np.where(lacks[name], -1, 0))
        table[f"{name}_basis"] = CodedTexts(basis, (STATED, DERIVED)).column(table.index)
    lacking = lacks["country"][rows]
    open_ones = {
        "too near to a border to tell": found.in_doubt & lacking,
        "on land that the map gives to no country": found.unassigned & lacking,
        "left open, as the state named is not there": at_odds,
        "in the sea": pd.isna(found.country) & ~found.in_doubt & ~found.unassigned & lacking,
    }
    counts = {"derived from the point": int(derived["country"].sum())}
    counts |= {why: int(records.sum()) for why, records in open_ones.items()}
    said = [f"{count:,} {what}" for what, count in counts.items() if count]
    return [f"country: {', '.join(said)}."] if said else []


def _replaced(column: pd.Series, mask: Booleans, values: Texts) -> pd.Series:
    """Return a column of texts with other values where the mask is true, in order."""
    array = to_arrow(column)
    given = pc.replace_with_mask(array, pa.array(mask), pa.array(values, array.type))
    return text(given, column.index)


def _points(table: geopandas.GeoDataFrame) -> tuple[Floats, Floats]:
    """Return longitude and latitude (n, 2) of records, and how far the records may reach, km."""
    shapes = table.geometry.to_numpy()
    uncertainty_m = table["location_uncertainty_m"].to_numpy(dtype=float, na_value=0.0)
    if (shapely.get_type_id(shapes) == 0).all():
        return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)]), uncertainty_m / 1000
    west, south, east, north = shapely.bounds(shapes).T
    half_km = np.hypot(east - west, north - south) / 2 * KM_PER_DEGREE
    return lonlat_of(table.geometry), np.maximum(uncertainty_m / 1000, np.nan_to_num(half_km))
