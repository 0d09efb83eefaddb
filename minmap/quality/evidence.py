"""What the rules ask about records, worked out once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from minmap.coordinates import read_coordinates
from minmap.geodesy.stated_crs import require_layer
from minmap.places.areas import NOWHERE
from minmap.places.country_grid import error_km, lonlat_of, world
from minmap.reading.match_names import QUALIFIED, strengths
from minmap.reading.source import catalogue
from minmap.table import COLUMN_NAMES, CRS, conform_with_notes
from minmap.types import Booleans, Floats, Integers
from minmap.vocabulary import TEXT

COORDINATE_NAMES: Final = (
    ("longitude", "latitude"),
    ("lon", "lat"),
    ("long", "lat"),
    ("lng", "lat"),
    ("x", "y"),
    ("#site+lng", "#site+lat"),
)
"""Columns, case aside, in which the sources' own coordinates are looked for."""

# Half the diagonal of one unit of the last decimal at the equator, where it is widest, in km:
# half of sqrt(2) times 111.3 km for whole degrees, and a tenth of that for each decimal.
ROUNDING_KM: Final = (78.7, 7.9, 0.8)

# PP 1802 has 52.9999999997 for 53. A hundredth of a metre is nobody's measurement.
NOISE_DEG: Final = 1e-7


class Records:
    """A table of occurrences with what is asked about it more than once.

    Parameters
    ----------
    occurrences
        Any GeoDataFrame with a CRS. Not changed.
    """

    def __init__(self, occurrences: gpd.GeoDataFrame) -> None:
        require_layer(occurrences, name="occurrences")
        self.frame, _ = conform_with_notes(occurrences)
        # As given: conform sets aside what is not on the globe.
        self._given = lonlat_of(occurrences.geometry)
        is_point = np.asarray(shapely.get_type_id(occurrences.geometry.to_numpy()) == 0)
        self.is_point: Booleans = is_point & np.asarray(np.isfinite(self._given).all(axis=1))
        """Which records have a point, which alone can be exchanged for another."""
        given = set(map(str, occurrences.columns))
        self.own = [name for name in self.frame.columns if name not in COLUMN_NAMES]
        # Columns of the occurrence table that conform had to add say nothing.
        self.model = [name for name in COLUMN_NAMES[:-1] if name in given]

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def ids(self) -> pd.Series:
        """Ids of the records, missing where there are none."""
        ids: pd.Series = self.frame["occurrence_id"]
        return ids

    @cached_property
    def lonlat(self) -> Floats:
        """Longitude and latitude (n, 2) of the locations, NaN where there is none."""
        return lonlat_of(self.frame.geometry)

    @cached_property
    def located(self) -> Booleans:
        """Which records have a location."""
        return np.asarray(np.isfinite(self.lonlat).all(axis=1))

    @cached_property
    def stated(self) -> Floats:
        """Longitude and latitude (n, 2) that records without a location were given all the same.

        In a geometry that is not on the globe, or in the source's own columns.
        """
        found = np.where(self.located[:, None], np.nan, self._given)
        wanted = ~self.located & ~self.is_point
        names = {str(name).casefold(): name for name in reversed(self.own)}
        for pair in self._coordinate_pairs():
            if all(name.casefold() in names for name in pair):
                x, y = (
                    self.frame.loc[wanted, names[name.casefold()]].astype(TEXT) for name in pair
                )
                placed = read_coordinates(x, y, crs=CRS)
                found[wanted] = np.column_stack([placed.longitude, placed.latitude])
                break
        return found

    def headed(self, field: str) -> list[str]:
        """Return the table's own columns whose headings name a field of the occurrence table."""
        prefixes = [f"{source}_" for source in self.frame["source"].dropna().unique()]
        found = []
        for name in map(str, self.own):
            heading = next((name.removeprefix(p) for p in prefixes if name.startswith(p)), name)
            if strengths(heading).get(field, 0.0) >= QUALIFIED:
                found.append(name)
        return found

    def _coordinate_pairs(self) -> Iterator[tuple[str, ...]]:
        known = catalogue()
        for source in self.frame["source"].dropna().unique():
            if source in known:
                # One column that holds both is not read here.
                yield from (pair for pair in known[source].coordinates if len(pair) == 2)
        yield from COORDINATE_NAMES
        # In a table of no known source they may be headed in any language.
        yield from zip(self.headed("longitude"), self.headed("latitude"), strict=False)

    @cached_property
    def decimals(self) -> Integers:
        """Decimals of the coordinate that has more of them: 0, 1, or 2 for two and more.

        Zeros at the end do not count: they are mostly made by software.
        """
        lonlat = self.lonlat
        whole, tenth = (
            (np.abs(lonlat * scale - np.round(lonlat * scale)) < NOISE_DEG * scale).all(axis=1)
            for scale in (1, 10)
        )
        return np.where(whole, 0, np.where(tenth, 1, 2)).astype(np.int64)

    @cached_property
    def country(self) -> pd.Series:
        """The country that each record names, alpha-3."""
        named: pd.Series = self.frame["country"].reset_index(drop=True)
        return named

    @cached_property
    def _area(self) -> Integers:
        return world().at(self.lonlat)

    @cached_property
    def country_at(self) -> pd.Series:
        """The country that each location lies in."""
        codes = np.array([*world().codes, None], dtype=object)
        return pd.Series(pd.array(codes[self._area], dtype=TEXT))

    @cached_property
    def on_land(self) -> Booleans:
        """Which locations lie on land."""
        return np.asarray(self._area != NOWHERE)

    @cached_property
    def tolerance_km(self) -> Floats:
        """How far map and location may be off together, km; NaN without a location.

        The map's error, and the larger of the location's own uncertainty and its rounding.
        """
        uncertainty_m = self.frame["location_uncertainty_m"].to_numpy(dtype=float, na_value=0.0)
        rounding_km = np.array(ROUNDING_KM)[self.decimals]
        own_km = np.maximum(uncertainty_m / 1000, rounding_km)
        tolerance_km: Floats = error_km(self.lonlat) + own_km
        return tolerance_km

    def points(self, rows: Integers) -> gpd.GeoSeries:
        """Return the locations of records as points on a plain index."""
        return points(self.lonlat[rows])

    def point_texts(self, rows: Integers) -> list[str | None]:
        """Return the locations of records as WKT, None where one is no point."""
        return [
            wkt(place) if is_point else None
            for place, is_point in zip(self._given[rows], self.is_point[rows], strict=True)
        ]

    def texts(self, name: str) -> pd.Series | None:
        """Return a column on a plain index if it holds text, else None."""
        column = self.frame[name]
        is_text = pd.api.types.is_string_dtype(column.dtype)
        return column.reset_index(drop=True).astype(TEXT) if is_text else None


def points(lonlat: Floats) -> gpd.GeoSeries:
    """Return points (n, 2) as a GeoSeries on a plain index; None where NaN or off the globe."""
    on_globe = np.asarray((np.abs(lonlat) <= [180.0, 90.0]).all(axis=1))
    shapes = np.full(len(lonlat), None, dtype=object)
    shapes[on_globe] = shapely.points(lonlat[on_globe])
    return gpd.GeoSeries(shapes, crs="EPSG:4326")


def numbers(column: pd.Series) -> Floats:
    """Return what texts say in numbers, NaN where they say none.

    A comma is a decimal one, unless it parts thousands.

    Examples
    --------
    >>> numbers(pd.Series(["1,5", "12,500", "-9999", "1 or 2"])).tolist()
    [1.5, 12500.0, -9999.0, nan]
    """
    array = pc.utf8_trim_whitespace(pa.array(column, type=pa.large_string(), from_pandas=True))
    if pc.any(pc.match_substring(array, ",")).as_py():
        array = pc.replace_substring_regex(array, r"^([-+]?\d{1,3}),(\d{3})$", r"\1\2")
        array = pc.replace_substring_regex(array, r"^([-+]?\d*),(\d+)$", r"\1.\2")
    try:
        values = pc.cast(array, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        read = pd.to_numeric(array.to_pandas(), errors="coerce")
        values = read.to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def degrees(place: Floats) -> str:
    """Return a point as words.

    Examples
    --------
    >>> degrees(np.array([76.95, -43.0]))
    'lat -43, lon 76.95'
    """
    lon, lat = place.tolist()
    return f"lat {lat:.10g}, lon {lon:.10g}"


def wkt(place: Floats) -> str:
    """Return a point as WKT that reads back to the same bits.

    Examples
    --------
    >>> wkt(np.array([76.95, 43.25]))
    'POINT (76.95 43.25)'
    """
    lon, lat = place.tolist()
    return f"POINT ({lon!r} {lat!r})"
