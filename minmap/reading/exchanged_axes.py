"""Longitudes and latitudes that stand in each other's columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.coordinates.column import read_column
from minmap.coordinates.notation import NO_AXIS
from minmap.files.cells import Cells
from minmap.geodesy.crs import WGS84
from minmap.places import country_of, on_land
from minmap.reading.overrides import PAIR
from minmap.types import Booleans, Floats
from minmap.vocabulary import parse_terms
from minmap.vocabulary.spelling import normalise

_SAMPLE: Final = 200
# Whether the axes are exchanged is certain if nearly all rows say so, and hardly any the contrary.
_NEARLY_ALL, _HARDLY_ANY, _MOSTLY = 0.8, 0.1, 0.5
_FEWEST: Final = 5


@dataclass(frozen=True)
class Axes:
    """The columns of longitude and latitude after the test, and a note, empty if all is well."""

    columns: dict[str, str]
    note: str


def tested_axes(cells: Cells, columns: Mapping[str, str], country: str | None) -> Axes:
    """Return the columns of longitude and latitude, exchanged if this is certain.

    It is certain if the numbers of most latitudes exceed 90 and those of the longitudes never, or
    if nearly all points are in the country that the table states for them only when exchanged.

    Parameters
    ----------
    cells
        The table. Not changed.
    columns
        Columns of ``"longitude"`` and ``"latitude"``, in degrees.
    country
        Column of the countries; None if there is none.
    """
    step = max(1, -(-len(cells) // _SAMPLE))
    some = Cells(cells.frame.iloc[::step], None, [])
    axes = [some.column(columns[field]) for field in PAIR]
    if any(axis is None for axis in axes):
        return Axes(dict(columns), "")
    read = [read_column(axis, degrees=True) for axis in axes if axis is not None]
    if any((axis.axis != NO_AXIS).any() for axis in read):
        return Axes(dict(columns), "")
    x, y = (np.asarray(axis.value, dtype=np.float64) for axis in read)
    there = np.isfinite(x) & np.isfinite(y)
    x, y = x[there], y[there]
    if not len(x):
        return Axes(dict(columns), "")
    stated = None if country is None else some.column(country)
    return _judged(columns, x, y, None if stated is None else stated[there])


def _judged(columns: Mapping[str, str], x: Floats, y: Floats, stated: pd.Series | None) -> Axes:
    names = {"longitude": columns["longitude"], "latitude": columns["latitude"]}
    other = {"longitude": names["latitude"], "latitude": names["longitude"]}
    beyond = np.abs(y) > 90
    if beyond.mean() >= _MOSTLY and np.abs(x).max() <= 90:
        why = f"{int(beyond.sum())} of {len(y)} numbers in {names['latitude']} exceed 90"
        return Axes(other, _exchanged_note(names, why))
    here, there = _in_stated_country(x, y, stated)
    if len(here) >= _FEWEST:
        if there.mean() >= _NEARLY_ALL and here.mean() <= _HARDLY_ANY:
            why = (
                f"{int(there.sum())} of {len(here)} points are in the country that their row "
                f"states only so, and {int(here.sum())} as the headings say"
            )
            return Axes(other, _exchanged_note(names, why))
        if there.mean() > here.mean() + 0.3:
            return Axes(
                names,
                f"Longitude and latitude may be exchanged: {int(there.sum())} of {len(here)} "
                "points would then be in the country that their row states, and now "
                f"{int(here.sum())}; if they are, give columns={other}.",
            )
        return Axes(names, "")
    return Axes(names, _doubt(names, x, y))


def _doubt(names: Mapping[str, str], x: Floats, y: Floats) -> str:
    """Return a note if nothing but the headings "x" and "y" tells which column is the longitude."""
    headings = (normalise(name).split() for name in names.values())
    is_plain = all(axis in words for axis, words in zip("xy", headings, strict=True))
    if not is_plain or max(np.abs(x).max(), np.abs(y).max()) > 90:
        return ""
    here, there = (on_land(gpd.GeoSeries.from_xy(*axes, crs=WGS84)) for axes in ((x, y), (y, x)))
    if here.mean() >= _MOSTLY and there.mean() <= _HARDLY_ANY:
        return ""
    other = {"longitude": names["latitude"], "latitude": names["longitude"]}
    return (
        f"Only their names show that {names['longitude']} is the longitude and {names['latitude']} "
        f"the latitude, and in Russian usage X is the northing; if they are not, give "
        f"columns={other}."
    )


def _exchanged_note(names: Mapping[str, str], why: str) -> str:
    return (
        f"LONGITUDE AND LATITUDE WERE EXCHANGED: longitude is read from {names['latitude']} and "
        f"latitude from {names['longitude']}, since {why}; if that is wrong, give "
        f"columns={dict(names)}."
    )


def _in_stated_country(x: Floats, y: Floats, stated: pd.Series | None) -> tuple[Booleans, Booleans]:
    """Return which points are in the country of their row as given, and exchanged."""
    nowhere = np.zeros(0, dtype=bool)
    if stated is None:
        return nowhere, nowhere
    codes = parse_terms(stated.reset_index(drop=True), "countries")[0]
    known = codes.notna().to_numpy(dtype=bool)
    codes, x, y = codes[known], x[known], y[known]
    return _agree(codes, x, y), _agree(codes, y, x)


def _agree(codes: pd.Series, x: Floats, y: Floats) -> Booleans:
    possible = np.abs(y) <= 90
    points = gpd.GeoSeries.from_xy(
        np.where(possible, x, np.nan), np.where(possible, y, np.nan), index=codes.index, crs=WGS84
    )
    found = country_of(points).to_numpy(dtype=object) == codes.to_numpy(dtype=object)
    return np.asarray(found & possible, dtype=bool)
