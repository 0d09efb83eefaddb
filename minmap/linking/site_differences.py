"""What the records of one site state differently, in words."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.geodesy.ellipsoid import to_ecef
from minmap.linking.site_spreads import site_spreads_m
from minmap.missing_codes import MISSING_WORDS
from minmap.places.country_polygons import lonlat_of
from minmap.reading.known_sources import catalogue
from minmap.table import COLUMN_NAMES, listed
from minmap.types import TEXT, Booleans, Floats, Integers

_COMPARED: Final = (
    "country", "admin1", "status", "site_type", "deposit_type", "deposit_type_text", "size",
)  # fmt: skip
_NUMBER: Final = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
"""Texts with leading zeros are codes, and a comma may be of decimals or of thousands."""
_LOCATION: Final = re.compile(r"location: up to [\d.]+ km apart(?: \(outlier: [^;]*\))?(?:; |$)")
_OF_SEVERAL_FILES: Final = "given"
"""Prefix that reading gives to the texts of several files, instead of the source."""
_SAME_DEGREES: Final = 1e-6
_LEAST_KM: Final = 0.05
"""Shorter distances would be said as 0.0 km."""
_MOST_LETTERS: Final = 60
"""Length to which each value is cut, so that its record still follows."""


def site_differences(
    records: gpd.GeoDataFrame, groups: list[list[int]], ids: list[str]
) -> list[list[str]]:
    """Return words on the different values of the records of each site.

    Compared are some columns of the occurrence table, and the tables' own columns but
    those that contain the number or the coordinates of a record, or the text that a column of the
    occurrence table was read from.

    Parameters
    ----------
    records
        All records.
    groups
        Positions of the records of each site.
    ids
        What the words call each record.
    """
    if not groups:
        return []
    rows = np.fromiter(chain.from_iterable(groups), dtype=np.int64)
    part, bounds = records.iloc[rows], np.cumsum([0, *map(len, groups)])
    lonlat = lonlat_of(part.geometry)
    texts, ranges = _compared(records, rows, lonlat)
    named = [ids[row] for row in rows]
    found = [list[str]() for _ in groups]
    for site, words in chain(
        *(_words(name, column, named, bounds) for name, column in texts.items()),
        *(_ranges(name, numbers, bounds) for name, numbers in ranges.items()),
    ):
        found[site].append(words)
    return found


def location_differences(
    records: gpd.GeoDataFrame, site: Integers, count: int, apart: Booleans
) -> list[str | None]:
    """Return words on how far the records of each site lie apart; None below 50 m.

    Parameters
    ----------
    records
        Records of sites, those of one below each other.
    site
        Shape (n,), number of the site of each, ascending.
    count
        Number of sites.
    apart
        Shape (n,), whether a record is an outlier of its site.
    """
    spread_km = site_spreads_m(to_ecef(lonlat_of(records.geometry)), site, count) / 1000
    far = [list[str]() for _ in range(count)]
    for number, id_ in zip(site[apart], records["occurrence_id"][apart], strict=True):
        far[number].append(id_)
    return [
        f"location: up to {km:.1f} km apart{f' (outlier: {listed(ids)})' if ids else ''}"
        if km >= _LEAST_KM
        else None
        for km, ids in zip(spread_km, far, strict=True)
    ]


def without_location(differing: str | None) -> str | None:
    """Return the text of ``differing`` without the words on the locations.

    Examples
    --------
    >>> without_location("location: up to 5.2 km apart (outlier: a:1); ore_mt: 5 to 8")
    'ore_mt: 5 to 8'
    """
    text = differing or ""
    # They come first. A search in the whole text would take a time that grows with its square.
    found = _LOCATION.match(text)
    return text[found.end() if found else 0 :] or None


def _compared(
    records: gpd.GeoDataFrame, rows: Integers, lonlat: Floats
) -> tuple[dict[Any, pd.Series], dict[Any, Floats]]:
    """Return the columns that are compared, of the records in some rows: of texts, of numbers."""
    part = records.iloc[rows]
    texts = {name: _texts(part[name]) for name in _COMPARED}
    ranges = dict[Any, Floats]()
    numbers_of_records = part["occurrence_id"].str.split(":", n=1).str[-1]
    for name in _own_columns(records):
        if _are_equal(part[name], numbers_of_records):
            continue
        numbers = _numbers(records[name])
        if numbers is not None:
            if not _are_coordinates(numbers[rows], lonlat):
                ranges[name] = numbers[rows]
        elif pd.api.types.is_string_dtype(records[name].dtype):
            texts[name] = _texts(part[name])
    return texts, ranges


def _words(
    name: Any, texts: pd.Series, ids: list[str], bounds: Integers
) -> Iterator[tuple[int, str]]:
    """Yield the sites whose records differ in a column of texts, and words on that."""
    codes, different = pd.factorize(texts)
    given, starts = different.tolist(), bounds[:-1]
    least = np.minimum.reduceat(np.where(codes < 0, len(given), codes), starts)
    for at in np.flatnonzero(np.maximum.reduceat(codes, starts) > least).tolist():
        first = dict[int, str]()
        for row in range(bounds[at], bounds[at + 1]):
            first.setdefault(codes[row], ids[row])
        first.pop(-1, None)
        values = [f"{_cut(given[code])} ({id_})" for code, id_ in first.items()]
        yield at, f"{name}: {listed(values)}"


def _ranges(name: Any, numbers: Floats, bounds: Integers) -> Iterator[tuple[int, str]]:
    """Yield the sites whose records differ in a column of numbers, and words on that."""
    is_given, starts = np.isfinite(numbers), bounds[:-1]
    least = np.minimum.reduceat(np.where(is_given, numbers, np.inf), starts)
    most = np.maximum.reduceat(np.where(is_given, numbers, -np.inf), starts)
    for at in np.flatnonzero(least < most).tolist():
        yield at, f"{name}: {least[at]:g} to {most[at]:g}"


def _own_columns(records: gpd.GeoDataFrame) -> list[Any]:
    """Return the tables' own columns, without those that the occurrence table was read from."""
    sources, known = records["source"].dropna().unique().tolist(), catalogue()
    prefixes = (*sources, _OF_SEVERAL_FILES)
    read = {f"{prefix}_{name}".casefold() for prefix in prefixes for name in COLUMN_NAMES}
    for source in (known[one] for one in sources if one in known):
        rules = chain.from_iterable(source.fields.values())
        needed = chain.from_iterable(rule.needs for rule in rules)
        read |= set(map(str.casefold, (*source.coordinate_columns, *needed)))
    return [
        name
        for name in records.columns
        if name not in COLUMN_NAMES and str(name).casefold() not in read
    ]


def _texts(column: pd.Series) -> pd.Series:
    """Return values as text, missing where they are empty."""
    texts = column.astype(TEXT).str.strip()
    return texts.mask(texts == "")


def _numbers(column: pd.Series) -> Floats | None:
    """Return a column of numbers, also one of texts that are all numbers; None for others.

    Examples
    --------
    >>> _numbers(pd.Series(["12.5", None, "n/a"])).tolist(), _numbers(pd.Series(["12.5", "007"]))
    ([12.5, nan, nan], None)
    """
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=float, na_value=np.nan)
    if not pd.api.types.is_string_dtype(column.dtype):
        return None
    codes, different = pd.factorize(column)
    texts = [str(text).strip() for text in different]
    is_given = [text != "" and text.lower() not in MISSING_WORDS for text in texts]
    pairs = list(zip(texts, is_given, strict=True))
    if not any(is_given) or not all(_NUMBER.fullmatch(text) for text, given in pairs if given):
        return None
    # Position -1 means missing, and takes the additional last entry.
    numbers = [float(text) if given else np.nan for text, given in pairs]
    return np.array([*numbers, np.nan])[codes]


def _are_coordinates(numbers: Floats, lonlat: Floats) -> bool:
    """Return whether the numbers are the longitudes or the latitudes of the records (n, 2)."""
    known = np.isfinite(numbers) & np.isfinite(lonlat).all(axis=1)
    apart = np.abs(lonlat[known] - numbers[known, None])
    return bool(known.any() and (apart < _SAME_DEGREES).all(axis=0).any())


def _are_equal(values: pd.Series, numbers: pd.Series) -> bool:
    """Return whether each value is the number of its record, the last part of its id."""
    given = values.notna().to_numpy(dtype=bool)
    return bool(given.any() and numbers[given].eq(values[given].astype(str)).all())


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}..."
