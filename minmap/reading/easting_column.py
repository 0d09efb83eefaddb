"""Which of two columns of a grid is the easting, where their headings are only X and Y.

X is the northing in the systems of many countries, and the easting in others and in programs.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from minmap.coordinates.points import read_coordinates
from minmap.coordinates.reference_systems import GAUSS_KRUGER, where_used
from minmap.geodesy.zones import ZONE_M, may_be_easting, zoned_orders
from minmap.reading.column_evidence import Values
from minmap.reading.exchanged_axes import Axes
from minmap.reading.headings import CUT, strengths
from minmap.reading.overrides import PAIR
from minmap.reading.stated_systems import zone_of, zones_of
from minmap.reading.zone_places import in_lands, pair_numbers
from minmap.types import Floats
from minmap.vocabulary.spelling import normalise

_CLEARLY_MORE: Final = 0.5  # of the points
_NORTHING_FIRST: Final = {("north", "east"): "northing", ("south", "west"): "southing"}
"""Directions of the axes X and Y, with the name of X."""
_SINO: Final = re.compile("坐标|座標")  # "coordinate", written without a space
_ZONED_LIKE: Final = 28_406
"""EPSG code of one of the zones of `GAUSS_KRUGER`, whose axes are those of all."""


def ordered(
    columns: Mapping[str, str],
    values: Mapping[str, Values],
    crs: str,
    lands: Callable[[], gpd.GeoSeries],
) -> Axes:
    """Return the columns of ``"longitude"`` and ``"latitude"``, exchanged if the evidence says so.

    Evidence is, in this order: only one order puts the points where the grid is used, or into the
    countries that the table names; a column of zones has the first digits of one of the columns;
    the grid itself has axes X and Y. Headings that say more than X and Y are kept.

    Parameters
    ----------
    columns
        The columns by their headings.
    values
        Values of each column.
    crs
        Name of a projected CRS, or `GAUSS_KRUGER`.
    lands
        Returns the land of the countries that the table names.
    """
    given = {field: columns[field] for field in PAIR}
    if any(strengths(column).get(field, 1.0) >= CUT for field, column in given.items()):
        return Axes(given, "")
    pair = (given["longitude"], given["latitude"])
    numbers = pair_numbers(values, pair)
    x, y = numbers["x"].to_numpy(), numbers["y"].to_numpy()
    if not len(x) or (crs == GAUSS_KRUGER and _is_told_by_numbers(x, y)):
        return Axes(given, "")
    for is_exchanged, why in (
        _by_use(x, y, crs),
        _by_lands(values, pair, crs, lands),
        _by_zones(values, pair),
        _by_axes(pair, crs, y),
    ):
        if is_exchanged is not None:
            return _exchanged(given, why) if is_exchanged else Axes(given, "")
    return Axes(given, _undecided(given, crs))


def _is_told_by_numbers(x: Floats, y: Floats) -> bool:
    """Return whether the digits of some zoned eastings show which column they are in."""
    as_given, exchanged = zoned_orders(x, y)
    return bool((as_given ^ exchanged).any())


def _judged(here: float, there: float, why: str) -> tuple[bool | None, str]:
    """Return whether the columns are exchanged, by the shares of points that fit either order."""
    if there >= here + _CLEARLY_MORE:
        return True, why
    return (False, "") if here >= there + _CLEARLY_MORE else (None, "")


def _by_use(x: Floats, y: Floats, crs: str) -> tuple[bool | None, str]:
    if crs == GAUSS_KRUGER:
        return None, ""
    system = CRS.from_user_input(crs)
    here, there = where_used(x, y, system), where_used(y, x, system)
    if here is None or there is None:
        return None, ""
    if not (here.any() or there.any()):
        return None, ""  # the zones are of another grid, or the grid is used elsewhere
    why = f"only so are the places where {_label(crs)} is used"
    return _judged(here.mean(), there.mean(), why)


def _by_lands(
    values: Mapping[str, Values],
    pair: tuple[str, str],
    crs: str,
    lands: Callable[[], gpd.GeoSeries],
) -> tuple[bool | None, str]:
    named = lands().dropna()
    if named.empty:
        return None, ""
    x, y = (values[column].texts for column in pair)
    both = x.index.intersection(y.index)

    def share_inside(east: pd.Series, north: pd.Series) -> float:
        read = read_coordinates(east.loc[both], north.loc[both], crs=crs)
        return float(in_lands(read.longitude, read.latitude, named).mean())

    where = " or ".join(map(str, named.index))
    why = f"only so are the places in {where}, which the table names"
    return _judged(share_inside(x, y), share_inside(y, x), why)


def _by_zones(values: Mapping[str, Values], pair: tuple[str, str]) -> tuple[bool | None, str]:
    numbers = pair_numbers(values, pair)
    for zones in zones_of(values):
        texts = values[zones.column].texts
        rows = texts.index.intersection(numbers.index)
        stated = np.array([zone.number if (zone := zone_of(t)) else -1 for t in texts.loc[rows]])
        if len(rows):
            here, there = (
                float((numbers.loc[rows, axis].to_numpy() // ZONE_M == stated).mean())
                for axis in ("x", "y")
            )
            why = f"the zones in {zones.column!r} are the first digits of {pair[1]}"
            found = _judged(here, there, why)
            if found[0] is not None:
                return found
    return None, ""


def _by_axes(pair: tuple[str, str], crs: str, y: Floats) -> tuple[bool | None, str]:
    """Return whether the axis of the grid with the letter of the first column is the northing."""
    system = CRS.from_epsg(_ZONED_LIKE) if crs == GAUSS_KRUGER else CRS.from_user_input(crs)
    directions = {axis.abbrev.lower(): axis.direction for axis in system.axis_info}
    if not _are_letters(pair):
        return False, ""  # such as E and N
    axes = (directions.get("x"), directions.get("y"))
    if axes in _NORTHING_FIRST:
        if not may_be_easting(system, float(np.median(y))):
            return False, ""
        return True, f"X is the {_NORTHING_FIRST[axes]} in {_label(crs)}"
    is_usual = system.axis_info[:1] and system.axis_info[0].direction == "east"
    return (False, "") if is_usual or directions.get("x") == "east" else (None, "")


def _are_letters(pair: tuple[str, str]) -> bool:
    letters = [{"x", "y"} & {*_SINO.sub(" ", normalise(column)).split()} for column in pair]
    return letters == [{"x"}, {"y"}]


def _label(crs: str) -> str:
    if crs == GAUSS_KRUGER:
        return crs
    name = CRS.from_user_input(crs).name
    return f"{crs} ({name})" if crs.startswith("EPSG:") else name


def _exchanged(given: dict[str, str], why: str) -> Axes:
    other = dict(zip(PAIR, (given["latitude"], given["longitude"]), strict=True))
    return Axes(
        other,
        f"The easting is read from {other['longitude']} and the northing from "
        f"{other['latitude']}, since {why}; if that is wrong, give columns={given}.",
    )


def _undecided(given: dict[str, str], crs: str) -> str:
    return (
        f"Nothing shows whether {given['longitude']} or {given['latitude']} is the easting in "
        f"{_label(crs)}; it is read from {given['longitude']}, and if that is wrong, name both in "
        "columns=."
    )
