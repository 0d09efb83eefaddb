"""The checked records, with everything that several rules need of them computed once."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from minmap.coordinates.column import to_arrow
from minmap.coordinates.points import read_coordinates
from minmap.geodesy.crs import WGS84
from minmap.places.areas import NOWHERE
from minmap.places.country_polygons import error_km, lonlat_of, world
from minmap.reading.headings import QUALIFIED, strengths
from minmap.reading.known_sources import catalogue
from minmap.reading.stated_places import DERIVED, countries_of_states
from minmap.table import COLUMN_NAMES, conform_with_notes
from minmap.types import TEXT, Booleans, Floats, Integers

_SPACES: Final = r" \x{a0}\x{2009}\x{202f}"
_PARTED: Final = rf"^[-+]?\d{{1,3}}([{_SPACES}]\d{{3}})+([.,]\d+)?$"
"""A number whose thousands are parted by spaces, as a regular expression of RE2."""

COORDINATE_NAMES: Final = (
    ("longitude", "latitude"), ("lon", "lat"), ("long", "lat"), ("lng", "lat"), ("x", "y"),
    ("#site+lng", "#site+lat"),
)  # fmt: skip
"""Names, case ignored, of columns that are searched for the source's own coordinates."""

REPAIRS: Final = "repairs"
ORIGINAL: Final = "_before_repair"
"""Columns that `repair` adds: ``repairs``, and ``name_before_repair`` for a repaired ``name``."""

# Half the diagonal of one unit of the last decimal at the equator, where it is widest, in km:
# half of sqrt(2) times 111.3 km for whole degrees, and a tenth of that for each decimal.
PRECISE_M: Final = 5_000.0
ROUNDING_KM: Final = (78.7, 7.9, 0.8)

# PP 1802 has 52.9999999997 for 53. Nobody measures a hundredth of a metre.
NOISE_DEG: Final = 1e-7


class Records:
    """A table of occurrences, with its derived columns computed when first used.

    Parameters
    ----------
    occurrences
        Any GeoDataFrame with a CRS. Not changed.
    """

    def __init__(self, occurrences: gpd.GeoDataFrame) -> None:
        self.frame, _ = conform_with_notes(occurrences, what="occurrences")
        # Taken from the argument, because conform removes locations that are off the globe.
        self._given = lonlat_of(occurrences.geometry)
        is_point = np.asarray(shapely.get_type_id(occurrences.geometry.to_numpy()) == 0)
        self.is_point: Booleans = is_point & np.asarray(np.isfinite(self._given).all(axis=1))
        """Whether the geometry of a record is a point; only points can be repaired."""
        given = set(map(str, occurrences.columns))
        self.own = [
            name
            for name in self.frame.columns
            if name not in (*COLUMN_NAMES, REPAIRS) and not str(name).endswith(ORIGINAL)
        ]
        """Columns beyond those of the occurrence table."""
        self.standard = [name for name in COLUMN_NAMES[:-1] if name in given]
        """Columns of the occurrence table that the argument has, without the geometry."""

    @cached_property
    def lonlat(self) -> Floats:
        """Longitude and latitude (n, 2) of the locations, NaN where there is none."""
        return lonlat_of(self.frame.geometry)

    @cached_property
    def has_location(self) -> Booleans:
        """Whether a record has a location on the globe."""
        return np.asarray(np.isfinite(self.lonlat).all(axis=1))

    @cached_property
    def unused_lonlat(self) -> Floats:
        """Coordinates (n, 2) given for records without a location, NaN for all others.

        They come from a geometry that is off the globe, or from the source's own columns.
        """
        found = np.where(self.has_location[:, None], np.nan, self._given)
        wanted = ~self.has_location & ~self.is_point
        names = {str(name).casefold(): name for name in reversed(self.own)}
        for pair in self._coordinate_pairs():
            columns = [names.get(name.casefold()) for name in pair]
            if None not in columns:
                x, y = (self.frame.loc[wanted, name].astype(TEXT) for name in columns)
                read = read_coordinates(x, y, crs=WGS84)
                found[wanted] = np.column_stack([read.longitude, read.latitude])
                break
        return found

    def headed(self, field: str) -> list[str]:
        """Return the table's own columns whose heading names a column of the occurrence table."""
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
                # A column with both coordinates is not read here.
                yield from (pair for pair in known[source].coordinates if len(pair) == 2)
        yield from COORDINATE_NAMES
        # The headings of other tables may be in any language.
        yield from zip(self.headed("longitude"), self.headed("latitude"), strict=False)

    @cached_property
    def decimals(self) -> Integers:
        """Decimals of the coordinate that has more of them: 0, 1, or 2 for two and more.

        Zeros at the end do not count, because most are written by software.
        """
        lonlat = self.lonlat
        whole, tenth = (
            (np.abs(lonlat * scale - np.round(lonlat * scale)) < NOISE_DEG * scale).all(axis=1)
            for scale in (1, 10)
        )
        return np.where(whole, 0, np.where(tenth, 1, 2)).astype(np.int64)

    @cached_property
    def is_precise(self) -> Booleans:
        """Whether coordinates are known to be rounded to less than a tenth of a degree."""
        metres = self.frame["coordinate_precision_m"].to_numpy(dtype=float, na_value=np.nan)
        return np.asarray(metres < PRECISE_M)

    @cached_property
    def country(self) -> pd.Series:
        """The country that each record names, alpha-3, on an index from 0.

        One that was derived from the point says nothing about it.
        """
        derived = self.frame["country_basis"] == DERIVED
        named: pd.Series = self.frame["country"].mask(derived).reset_index(drop=True)
        return named

    @cached_property
    def stated_country(self) -> pd.Series:
        """The country named or, where none is, that of the state named, if only one has it."""
        derived = self.frame["admin1_basis"] == DERIVED
        admin1 = self.frame["admin1"].mask(derived).reset_index(drop=True)
        of_states = countries_of_states(admin1.where(self.country.isna()).astype(TEXT))
        return self.country.fillna(of_states.mask(of_states.str.contains(" ")))

    @cached_property
    def _area(self) -> Integers:
        return world().at(self.lonlat)

    @cached_property
    def country_at(self) -> pd.Series:
        """The country that contains each location, alpha-3."""
        codes = np.array([*world().codes, None], dtype=object)
        return pd.Series(pd.array(codes[self._area], dtype=TEXT))

    @cached_property
    def on_land(self) -> Booleans:
        """Whether a location is on land."""
        return np.asarray(self._area != NOWHERE)

    @cached_property
    def tolerance_km(self) -> Floats:
        """Possible error of map and location together, km; NaN without a location.

        The error of the map, plus the larger of the location's own uncertainty and its rounding.
        """
        uncertainty_m = self.frame["location_uncertainty_m"].to_numpy(dtype=float, na_value=0.0)
        rounding_km = np.array(ROUNDING_KM)[self.decimals]
        own_km = np.maximum(uncertainty_m / 1000, rounding_km)
        return np.asarray(error_km(self.lonlat) + own_km)

    def value_texts(self, field: Any, rows: Integers) -> list[str | None]:
        """Return the values of a column as text, None if missing; locations as WKT of points."""
        if field == "geometry":
            lonlat, is_point = self._given[rows], self.is_point[rows]
            return [wkt(p) if known else None for p, known in zip(lonlat, is_point, strict=True)]
        values = self.frame[field].iloc[rows]
        return [str(v) if known else None for v, known in zip(values, values.notna(), strict=True)]

    def texts(self, name: Any) -> pd.Series | None:
        """Return a column, indexed from 0, if it contains text; else None."""
        column = self.frame[name]
        is_text = pd.api.types.is_string_dtype(column.dtype)
        return column.reset_index(drop=True).astype(TEXT) if is_text else None

    def numbers(self, name: Any) -> Floats:
        """Return the numbers of a column, also those that its texts contain; else NaN."""
        column = self.frame[name]
        if pd.api.types.is_numeric_dtype(column.dtype):
            # A copy, which callers may change.
            return np.array(column.to_numpy(dtype=float, na_value=np.nan))
        texts = self.texts(name)
        return np.full(len(column), np.nan) if texts is None else numbers(texts)


def points(lonlat: Floats) -> gpd.GeoSeries:
    """Return points (n, 2) as a GeoSeries, None where NaN or off the globe."""
    on_globe = np.asarray((np.abs(lonlat) <= [180.0, 90.0]).all(axis=1))
    shapes = np.full(len(lonlat), None, dtype=object)
    shapes[on_globe] = shapely.points(lonlat[on_globe])
    return gpd.GeoSeries(shapes, crs=WGS84)


def numbers(column: pd.Series) -> Floats:
    """Return the numbers that texts contain, NaN for other texts.

    A comma is a decimal comma, unless it separates thousands. So may spaces.

    Examples
    --------
    >>> numbers(pd.Series(["1,5", "12,500", "-9999", "1 or 2", "1 719,0", "12 50"])).tolist()
    [1.5, 12500.0, -9999.0, nan, 1719.0, nan]
    """
    array = pc.utf8_trim_whitespace(to_arrow(column))
    is_parted = pc.match_substring_regex(array, _PARTED)
    if pc.any(is_parted).as_py():
        whole = pc.replace_substring_regex(array, f"[{_SPACES}]", "")
        array = pc.if_else(is_parted, whole, array)
    if pc.any(pc.match_substring(array, ",")).as_py():
        array = pc.replace_substring_regex(array, r"^([-+]?\d{1,3}),(\d{3})$", r"\1\2")
        array = pc.replace_substring_regex(array, r"^([-+]?\d*),(\d+)$", r"\1.\2")
    try:
        values = pc.cast(array, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        read = pd.to_numeric(array.to_pandas(), errors="coerce")
        values = read.to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def degrees(lonlat: Floats) -> str:
    """Return a point in words.

    Examples
    --------
    >>> degrees(np.array([76.95, -43.0]))
    'lat -43, lon 76.95'
    """
    lon, lat = lonlat.tolist()
    return f"lat {lat:.10g}, lon {lon:.10g}"


def wkt(place: Floats) -> str:
    """Return a point of two or three coordinates as WKT that reads back to the same bits.

    Examples
    --------
    >>> wkt(np.array([76.95, 43.25]))
    'POINT (76.95 43.25)'
    """
    numbers = " ".join(map(repr, place.tolist()))
    return f"POINT Z ({numbers})" if len(place) == 3 else f"POINT ({numbers})"
