"""Longitudes and latitudes that stand in each other's columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.coordinates.column import read_column
from minmap.coordinates.notation import NO_AXIS
from minmap.coordinates.pairs import count_without_letters, split_column
from minmap.files.cells import Cells, evenly_sampled
from minmap.geodesy.crs import WGS84
from minmap.places import on_land
from minmap.reading.overrides import PAIR
from minmap.reading.stated_places import agreement, stated_countries
from minmap.types import Floats
from minmap.vocabulary.spelling import normalise

# Whether the axes are exchanged is certain if nearly all rows say so, and hardly any the contrary.
_NEARLY_ALL, _HARDLY_ANY, _MOSTLY = 0.8, 0.1, 0.5
_FEWEST: Final = 5
# A single point off a coast may be in the sea of the map, and on land when exchanged, by chance.
_FEWEST_AT_SEA: Final = 2
# More of the points than this must be right only when exchanged, for a note that they may be.
_CLEARLY_MORE: Final = 0.3


@dataclass(frozen=True)
class Axes:
    """The columns of both axes after the test, and a note, empty if all is well."""

    columns: dict[str, str]
    note: str


@dataclass(frozen=True)
class Order:
    """Whether pairs in one column have the longitude first, and a note, empty if all is well."""

    longitude_first: bool
    note: str


class _Verdict(NamedTuple):
    """Why axes are certainly exchanged, or a doubt; both are empty if all is well.

    `is_open` is whether neither countries nor land and sea show which axis is which.
    """

    why: str = ""
    doubt: str = ""
    is_open: bool = False


def tested_axes(
    cells: Cells, columns: Mapping[str, str], country: str | None, admin1: str | None
) -> Axes:
    """Return the columns of longitude and latitude, exchanged if this is certain.

    It is certain if the numbers of most latitudes exceed 90 and those of the longitudes never, or
    if nearly all points are in the country that the table states for them, or in that of the state,
    only when exchanged.

    Parameters
    ----------
    cells
        The table. Not changed.
    columns
        Columns of ``"longitude"`` and ``"latitude"``, in degrees.
    country, admin1
        Columns of the countries and of the states; None if there is none.
    """
    names = {axis: columns[axis] for axis in PAIR}
    other = {"longitude": names["latitude"], "latitude": names["longitude"]}
    some = Cells(evenly_sampled(cells.frame), None, [])
    axes = [text for axis in PAIR if (text := some.column(names[axis])) is not None]
    if len(axes) < len(PAIR):
        return Axes(names, "")
    longitude, latitude = axes
    stated = (_texts(some, country), _texts(some, admin1))
    found = _verdict(longitude, latitude, names["latitude"], *stated)
    if found.why:
        note = (
            f"LONGITUDE AND LATITUDE WERE EXCHANGED: longitude is read from {names['latitude']} "
            f"and latitude from {names['longitude']}, since {found.why}; if that is wrong, give "
            f"columns={names}."
        )
        return Axes(other, note)
    if found.doubt:
        return Axes(names, f"{found.doubt}; if they are, give columns={other}.")
    if found.is_open and _have_plain_names(names):
        return Axes(
            names,
            f"Only their names show that {names['longitude']} is the longitude and "
            f"{names['latitude']} the latitude, and in Russian usage X is the northing; if they "
            f"are not, give columns={other}.",
        )
    return Axes(names, "")


def _have_plain_names(names: Mapping[str, str]) -> bool:
    """Return whether nothing but the headings "x" and "y" tells which column is the longitude."""
    headings = (normalise(name).split() for name in names.values())
    return all(axis in words for axis, words in zip("xy", headings, strict=True))


def tested_order(
    cells: Cells, column: str, country: str | None, admin1: str | None, *, longitude_first: bool
) -> Order:
    """Return which of two numbers in one column is the longitude, the other one if it is certain.

    Parameters
    ----------
    cells
        The table. Not changed.
    column
        Column of pairs of degrees. If some have letters such as N and E, nothing is tested.
    country, admin1
        As for `tested_axes`.
    longitude_first
        Whether the heading says that the longitude is first.
    """
    some = Cells(evenly_sampled(cells.frame), None, [])
    texts = some.column(column)
    if texts is None or count_without_letters(texts) < texts.notna().sum():
        return Order(longitude_first, "")
    x, y = split_column(texts, degrees=True, longitude_first=longitude_first)
    found = _verdict(x, y, column, _texts(some, country), _texts(some, admin1))
    first, other = ("longitude", "latitude") if longitude_first else ("latitude", "longitude")
    if found.why:
        note = (
            f"LONGITUDE AND LATITUDE WERE EXCHANGED: {column} is read with the {other} first, "
            f"since {found.why}; if that is wrong, give columns={{'coordinates': {column!r}}}, or "
            "write letters such as N and E."
        )
        return Order(not longitude_first, note)
    if found.doubt:
        return Order(
            longitude_first,
            f"{found.doubt}; {column} is read with the {first} first, and if that is wrong, write "
            "letters such as N and E.",
        )
    return Order(longitude_first, "")


def _texts(cells: Cells, name: str | None) -> pd.Series | None:
    return None if name is None else cells.column(name)


def _verdict(
    longitude: pd.Series,
    latitude: pd.Series,
    of_latitude: str,
    country: pd.Series | None,
    admin1: pd.Series | None,
) -> _Verdict:
    """Return whether texts of degrees are exchanged; `of_latitude` is the column of latitudes."""
    read = [read_column(axis, degrees=True) for axis in (longitude, latitude)]
    if any((axis.axis != NO_AXIS).any() for axis in read):
        return _Verdict()
    x, y = (np.asarray(axis.value, dtype=np.float64) for axis in read)
    there = np.isfinite(x) & np.isfinite(y)
    x, y = x[there], y[there]
    if not len(x):
        return _Verdict()
    beyond = np.abs(y) > 90
    if beyond.mean() >= _MOSTLY and np.abs(x).max() <= 90:
        return _Verdict(f"{int(beyond.sum())} of {len(y)} numbers in {of_latitude} exceed 90")
    stated = stated_countries(
        *(None if text is None else text[there] for text in (country, admin1))
    )
    if stated is None or stated.notna().sum() < _FEWEST:
        return _at_sea(x, y)
    known = stated.notna().to_numpy()
    return _by_countries(np.column_stack([x, y])[known], stated[known])


def _by_countries(points: Floats, stated: pd.Series) -> _Verdict:
    """Return whether points (n, 2) are in the countries stated only when exchanged."""
    here, exchanged = agreement(points, stated)[0], agreement(points[:, ::-1], stated)[0]
    total, inside = f"{int(exchanged.sum())} of {len(here)} points", int(here.sum())
    if exchanged.mean() >= _NEARLY_ALL and here.mean() <= _HARDLY_ANY:
        said = f"{total} are in the country that their row states only so, and {inside}"
        return _Verdict(f"{said} without the exchange")
    if exchanged.mean() > here.mean() + _CLEARLY_MORE:
        said = f"Longitude and latitude may be exchanged: {total} would then be in the country"
        return _Verdict(doubt=f"{said} that their row states, and now {inside}")
    return _Verdict()


def _at_sea(x: Floats, y: Floats) -> _Verdict:
    """Return a doubt if the points are on land only when exchanged."""
    if max(np.abs(x).max(), np.abs(y).max()) > 90:
        return _Verdict()
    here, there = (on_land(gpd.GeoSeries.from_xy(*axes, crs=WGS84)) for axes in ((x, y), (y, x)))
    is_likely = here.mean() <= _HARDLY_ANY and there.mean() >= _NEARLY_ALL
    if is_likely and len(here) >= _FEWEST_AT_SEA:
        return _Verdict(
            doubt=f"Longitude and latitude may be exchanged: {int((~here).sum())} of {len(here)} "
            f"points lie in the sea, and {int(there.sum())} would lie on land"
        )
    return _Verdict(is_open=here.mean() < _MOSTLY or there.mean() > _HARDLY_ANY)
