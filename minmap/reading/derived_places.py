"""Country and province of records that state none, derived from their points and marked so."""

from typing import Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from minmap.files.cells import coalesce
from minmap.geodesy.ellipsoid import KM_PER_DEGREE
from minmap.places.country_polygons import lonlat_of
from minmap.places.derivation import derive
from minmap.types import TEXT, Floats, Geometries

STATED: Final = "stated"
DERIVED: Final = "derived"
"""Values of ``country_basis`` and ``admin1_basis``."""


def fill_places(table: geopandas.GeoDataFrame) -> list[str]:
    """Fill missing values of ``country`` and ``admin1`` of an occurrence table in place.

    Fills ``country_basis`` and ``admin1_basis`` too. A province is derived only where the country
    stated, if any, is that of the point. Nothing is derived near a border, see
    `minmap.places.derivation.derive`.

    Returns
    -------
    list of str
        A note with the number of countries that were derived, if any.
    """
    lacks = {name: table[name].isna().to_numpy() for name in ("country", "admin1")}
    basis = {name: np.array([STATED, None], object)[1 * without] for name, without in lacks.items()}
    rows = np.flatnonzero((lacks["country"] | lacks["admin1"]) & table.geometry.notna().to_numpy())
    found = derive(*_points(table.iloc[rows]))
    stated = table["country"].iloc[rows].to_numpy(dtype=object)
    agrees = lacks["country"][rows] | (stated == found.country)
    for name, values in (("country", found.country), ("admin1", found.admin1)):
        used = lacks[name][rows] & agrees & pd.notna(values)
        if used.any():
            filled = np.full(len(table), None, dtype=object)
            filled[rows[used]] = values[used]
            table[name] = coalesce(table[name], _text(filled, table.index))
            basis[name][rows[used]] = DERIVED
    for name, marks in basis.items():
        table[f"{name}_basis"] = _text(marks, table.index)
    return _notes(basis["country"], int((found.in_doubt & lacks["country"][rows]).sum()))


def _points(table: geopandas.GeoDataFrame) -> tuple[Floats, Floats]:
    """Return longitude and latitude (n, 2) of records, and how far the records may reach, km."""
    shapes = table.geometry.to_numpy()
    uncertainty_m = table["location_uncertainty_m"].to_numpy(dtype=float, na_value=0.0)
    if (shapely.get_type_id(shapes) == 0).all():
        return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)]), uncertainty_m / 1000
    west, south, east, north = shapely.bounds(shapes).T
    half_km = np.hypot(east - west, north - south) / 2 * KM_PER_DEGREE
    return lonlat_of(table.geometry), np.maximum(uncertainty_m / 1000, np.nan_to_num(half_km))


def _text(values: Geometries, index: pd.Index) -> pd.Series:
    return pd.Series(pd.array(values, dtype=TEXT), index=index)


def _notes(basis: Geometries, in_doubt: int) -> list[str]:
    derived = int((basis == DERIVED).sum())
    counts = [f"{derived:,} derived from the point"] if derived else []
    counts += [f"{in_doubt:,} too near to a border to tell"] if in_doubt else []
    return [f"country: {', '.join(counts)}."] if counts else []
