"""Longitudes and latitudes that stand in each other's columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.coordinates.column import read_column
from minmap.coordinates.notation import NO_AXIS
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
    some = Cells(evenly_sampled(cells.frame), None, [])
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
    texts = (None if name is None else some.column(name) for name in (country, admin1))
    stated = stated_countries(*(None if text is None else text[there] for text in texts))
    return _judged(columns, x, y, stated)


def _judged(columns: Mapping[str, str], x: Floats, y: Floats, stated: pd.Series | None) -> Axes:
    names = {"longitude": columns["longitude"], "latitude": columns["latitude"]}
    other = {"longitude": names["latitude"], "latitude": names["longitude"]}
    beyond = np.abs(y) > 90
    if beyond.mean() >= _MOSTLY and np.abs(x).max() <= 90:
        why = f"{int(beyond.sum())} of {len(y)} numbers in {names['latitude']} exceed 90"
        return Axes(other, _exchanged_note(names, why))
    known = np.zeros(len(x), dtype=bool) if stated is None else stated.notna().to_numpy()
    if stated is not None and known.sum() >= _FEWEST:
        points, stated = np.column_stack([x, y])[known], stated[known]
        here, there = agreement(points, stated)[0], agreement(points[:, ::-1], stated)[0]
        if there.mean() >= _NEARLY_ALL and here.mean() <= _HARDLY_ANY:
            why = (
                f"{int(there.sum())} of {len(here)} points are in the country that their row "
                f"states only so, and {int(here.sum())} as the headings say"
            )
            return Axes(other, _exchanged_note(names, why))
        if there.mean() > here.mean() + _CLEARLY_MORE:
            return Axes(
                names,
                f"Longitude and latitude may be exchanged: {int(there.sum())} of {len(here)} "
                "points would then be in the country that their row states, and now "
                f"{int(here.sum())}; if they are, give columns={other}.",
            )
        return Axes(names, "")
    return Axes(names, _doubt(names, other, x, y))


def _doubt(names: Mapping[str, str], other: Mapping[str, str], x: Floats, y: Floats) -> str:
    """Return a note if the points are on land only when exchanged, or may be exchanged.

    They may be if nothing but the headings "x" and "y" tells which column is the longitude.
    """
    if max(np.abs(x).max(), np.abs(y).max()) > 90:
        return ""
    here, there = (on_land(gpd.GeoSeries.from_xy(*axes, crs=WGS84)) for axes in ((x, y), (y, x)))
    is_likely = here.mean() <= _HARDLY_ANY and there.mean() >= _NEARLY_ALL
    if is_likely and len(here) >= _FEWEST_AT_SEA:
        return (
            f"Longitude and latitude may be exchanged: {int((~here).sum())} of {len(here)} points "
            f"lie in the sea, and {int(there.sum())} would lie on land; if they are, give "
            f"columns={other}."
        )
    headings = (normalise(name).split() for name in names.values())
    is_plain = all(axis in words for axis, words in zip("xy", headings, strict=True))
    if not is_plain or (here.mean() >= _MOSTLY and there.mean() <= _HARDLY_ANY):
        return ""
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
