"""What the records of one site state differently, in words."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.missing_codes import MISSING_WORDS
from minmap.places.country_polygons import lonlat_of
from minmap.reading.known_sources import catalogue
from minmap.table import COLUMN_NAMES, listed
from minmap.types import TEXT, Floats, Integers

_COMPARED: Final = ("country", "admin1", "status", "site_type", "deposit_type", "size")
_NUMBER: Final = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
"""Texts with leading zeros are codes, and a comma may be of decimals or of thousands."""
_OF_SEVERAL_FILES: Final = "given"
"""Prefix that reading gives to the texts of several files, instead of the source."""
_SAME_DEGREES: Final = 1e-6
_MOST_LETTERS: Final = 60
"""Length to which each value is cut, so that its record still follows."""


class SiteDifferences:
    """Words on the different values of the records of a site.

    Compared are the location, some columns of the occurrence table, and the tables' own columns but
    those that contain the number or the coordinates of a record, or the text that a column of the
    occurrence table was read from.

    Parameters
    ----------
    records
        All records.
    wanted
        Positions of the records of sites that have several.
    """

    def __init__(self, records: gpd.GeoDataFrame, wanted: Integers) -> None:
        part = records.iloc[wanted]
        self._at = {row: at for at, row in enumerate(wanted.tolist())}
        self._ids = part["occurrence_id"].tolist()
        lonlat = lonlat_of(part.geometry)
        self._xyz_m = to_ecef(lonlat)
        self._texts = {name: _texts(part[name]) for name in _COMPARED}
        self._numbers = dict[Any, Floats]()
        for name in _own_columns(records):
            if _is_number_of_record(part[name], part["occurrence_id"]):
                continue
            numbers = _numbers(records[name])
            if numbers is not None:
                if not _are_coordinates(numbers[wanted], lonlat):
                    self._numbers[name] = numbers[wanted]
            elif pd.api.types.is_string_dtype(records[name].dtype):
                self._texts[name] = _texts(part[name])

    def of(self, rows: list[int]) -> str | None:
        """Return the words on the records in these rows; None if nothing differs."""
        at = [self._at[row] for row in rows]
        return "; ".join([*self._places(at), *self._words(at), *self._ranges(at)]) or None

    def _places(self, rows: list[int]) -> Iterator[str]:
        left, right = (np.array(rows)[side] for side in np.triu_indices(len(rows), 1))
        apart_km = surface_distance_m(self._xyz_m[left], self._xyz_m[right]) / 1000
        if np.nanmax(apart_km, initial=0.0) > 0:
            yield f"location: up to {np.nanmax(apart_km):.1f} km apart"

    def _words(self, rows: list[int]) -> Iterator[str]:
        for name, texts in self._texts.items():
            given = dict[str, str]()
            for row in rows:
                if texts[row]:
                    given.setdefault(texts[row], self._ids[row])
            if len(given) > 1:
                yield f"{name}: {listed([f'{_cut(text)} ({id_})' for text, id_ in given.items()])}"

    def _ranges(self, rows: list[int]) -> Iterator[str]:
        for name, numbers in self._numbers.items():
            given = numbers[rows]
            given = given[np.isfinite(given)]
            if len(given) and given.min() < given.max():
                yield f"{name}: {given.min():g} to {given.max():g}"


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


def _texts(column: pd.Series) -> list[str]:
    """Return values as text, empty where they are missing."""
    texts: list[str] = column.astype(TEXT).str.strip().fillna("").tolist()
    return texts


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


def _is_number_of_record(values: pd.Series, ids: pd.Series) -> bool:
    """Return whether each value is the last part of the id of its record."""
    given = values.notna().to_numpy(dtype=bool)
    last = ids[given].str.split(":", n=1).str[-1]
    return bool(given.any() and last.eq(values[given].astype(str)).all())


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}..."
