"""Points from one or two columns of coordinates, with the method and the uncertainty of each."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from minmap.coordinates import reference_systems
from minmap.coordinates.column import Readings, read_column
from minmap.coordinates.notation import DECIMAL, GRID, LATITUDE, LONGITUDE, NO_AXIS, NOTATIONS
from minmap.coordinates.pairs import split_column
from minmap.coordinates.reference_systems import GAUSS_KRUGER, Wgs84Points
from minmap.coordinates.rounding import TableRounding, rounded_to, shared_units
from minmap.coordinates.thousands import SMALL, Dots, dots_of, small_note, with_meaning
from minmap.geodesy.zones import ZONE_M, zoned_orders
from minmap.types import TEXT, AnyArray, Booleans, Floats, Integers


@dataclass(frozen=True)
class Coordinates:
    """Points in EPSG:4326, one per row; arrays of shape (n,).

    Attributes
    ----------
    longitude, latitude
        Degrees; both NaN if the row has no point. Numbers that are not on Earth are kept.
    precision_m
        Possible error from rounding: half the unit to which the point was rounded, in both axes,
        metres; NaN if it is unknown.
    uncertainty_m
        The same with the accuracy of the transformation to WGS84; NaN if either is unknown.
    method
        How the point was found, such as "decimal degrees"; missing if there is none.
    unread_x, unread_y
        Whether that column has a text that could not be read.
    rounding
        How the coordinates of the table were rounded.
    note
        What the dots in numbers of a grid mean, if that can be doubted; else empty.
    """

    longitude: Floats
    latitude: Floats
    precision_m: Floats
    uncertainty_m: Floats
    method: pd.Series
    unread_x: Booleans
    unread_y: Booleans
    rounding: TableRounding
    note: str = ""

    @property
    def unread(self) -> Booleans:
        """Whether a text of the row could not be read."""
        return self.unread_x | self.unread_y


def read_coordinates(
    x: pd.Series, y: pd.Series, *, crs: Any, rounding: TableRounding | None = None
) -> Coordinates:
    """Read two columns of coordinates.

    Parameters
    ----------
    x, y
        Texts of longitude and latitude, or of easting and northing; the same index. Not changed.
        Degrees may be decimal, degrees and minutes, or degrees, minutes and seconds, with points
        or commas, signs or letters (also Russian and Chinese). Letters take precedence over the
        order of the columns. Numbers of a grid may have thousands separators; a dot has one meaning
        in both columns (`minmap.coordinates.thousands.dots_of`). Not read are texts
        with two possible meanings, minutes or seconds of 60 and more, and letters that contradict
        each other.
    crs
        The CRS of the numbers: anything that pyproj accepts, or `GAUSS_KRUGER`, where the digits
        before the easting are the zone of the record. The column with the zone is then the
        easting, since X is the northing in Russian usage. Zones 3 to 9 (12 to 54 E) have eastings
        that could be northings. A row that fits both orders takes the order of the other rows if
        they agree; otherwise the given order. Northings must be those of 35 to 82 N, where the
        system is used.
    rounding
        How the coordinates of the table were rounded that these are a part of. None: these are all.

    Returns
    -------
    Coordinates
        The precision is the length on the ellipsoid of half the last given unit in both axes
        (`minmap.coordinates.precision.offset_length_m`), or of half a coarser unit to which points
        of the table were rounded (`minmap.coordinates.rounding.shared_units`). The uncertainty is
        the precision plus the accuracy of the transformation to WGS84. If both numbers are
        decimal, the finer unit counts for both: people read both axes with the same precision, and
        many programs drop zeros at the end, so that 47 beside 79.9167 was probably written 47.0000.
        For more than seven decimals see
        `minmap.coordinates.precision.given_unit`. The method names the transformation.

    Raises
    ------
    CRSError
        If `crs` is not a geographic or projected CRS.

    Examples
    --------
    >>> x, y = pd.Series(["67.40", "67 24 E", "here"]), pd.Series(["48.50", "48 30 N", "48"])
    >>> found = read_coordinates(x, y, crs="EPSG:4326")
    >>> found.longitude.tolist(), found.uncertainty_m.round().tolist()
    ([67.4, 67.4, nan], [668.0, 1113.0, nan])
    >>> found.method.tolist(), found.unread.tolist()
    (['decimal degrees', 'degrees and minutes', nan], [False, False, True])
    >>> grid = read_coordinates(pd.Series(["5300000"]), pd.Series(["13400000"]), crs="gauss-kruger")
    >>> grid.method.item()
    'EPSG:28413 by zone prefix (northing in the first column), Pulkovo 1942 to WGS 84 (20), 3 m'
    """
    return _read(x, y, crs, rounding, note="")


def read_coordinate_pairs(
    text: pd.Series,
    *,
    crs: Any,
    longitude_first: bool = False,
    rounding: TableRounding | None = None,
) -> Coordinates:
    """Read a column with both coordinates of a record in one text.

    Parameters
    ----------
    text
        Such as ``"48.5, 67.4"``, ``"47,5; 67,4"``, ``"48°27'N 67°24'E"``, ``"POINT (67.4 48.5)"``.
        Without letters the latitude is first; on a grid, and in WKT, the easting. Not changed.
    crs, rounding
        As for `read_coordinates`.
    longitude_first
        Whether degrees without letters have the longitude first.

    Returns
    -------
    Coordinates
        ``unread_x`` and ``unread_y`` are the same.

    Raises
    ------
    CRSError
        If `crs` is not a geographic or projected CRS.

    Examples
    --------
    >>> texts = pd.Series(["48.5, 67.4", "67,4 E; 48,5 N", "67.4"])
    >>> found = read_coordinate_pairs(texts, crs="EPSG:4326")
    >>> found.longitude.tolist(), found.latitude.tolist(), found.unread.tolist()
    ([67.4, 67.4, nan], [48.5, 48.5, nan], [False, False, True])
    """
    degrees = _in_degrees(reference_systems.crs_name(crs))
    x, y = split_column(text, degrees=degrees, longitude_first=longitude_first)
    found = _read(x, y, crs, rounding, note=" from one text")
    unread = text.notna().to_numpy(dtype=bool) & ~np.isfinite(found.longitude)
    return replace(found, unread_x=unread, unread_y=unread)


def _in_degrees(name: str) -> bool:
    return name != GAUSS_KRUGER and reference_systems.is_degrees(
        reference_systems.require_horizontal(CRS.from_user_input(name))
    )


def _read(
    x: pd.Series, y: pd.Series, crs: Any, rounding: TableRounding | None, *, note: str
) -> Coordinates:
    name = reference_systems.crs_name(crs)
    degrees = _in_degrees(name)
    grid = reference_systems.is_grid(name)
    dots = _dots(x, y, name, rounding) if grid else Dots(None, "")
    x, y = with_meaning(x, dots.meaning), with_meaning(y, dots.meaning)
    zero_units = (None, None) if rounding is None else rounding.zero_units
    with ThreadPoolExecutor() as threads:
        read = partial(_read_column, degrees=degrees)
        first, second = threads.map(read, (x, y), zero_units)
    swapped, contradict = _by_letters(first, second)
    east, north = _equally_fine(*_swap(first, second, swapped))
    usable = np.isfinite(east.value) & np.isfinite(north.value) & ~contradict
    flipped = np.zeros(len(x), dtype=bool)
    if name == GAUSS_KRUGER:
        flipped = _flipped(east.value, north.value, usable)
        east, north = _swap(east, north, flipped)
        usable &= zoned_orders(east.value, north.value)[0]
    system, systems, labels = _systems(name, east, usable)
    units = _shared(east, north, degrees=degrees) if rounding is None else rounding.units
    rounding = TableRounding((first.zero_unit, second.zero_unit), units, dots.meaning)
    said = dots.note or (_small(east, north, usable, name) if grid else "")
    east, north = _rounded(east, north, units)
    points = _transformed(east, north, system, systems)
    usable &= np.isfinite(points.longitude) & np.isfinite(points.latitude)
    lost = first.given & second.given & np.isfinite(first.value + second.value) & ~usable
    keys = (system, points.operation, east.notation, north.notation, swapped, flipped)
    return Coordinates(
        np.where(usable, points.longitude, np.nan),
        np.where(usable, points.latitude, np.nan),
        _finite(points.precision_m, usable),
        _finite(points.uncertainty_m, usable),
        _methods(keys, x.index, usable, labels, points.operations, note=note),
        (first.given & ~np.isfinite(first.value)) | lost,
        (second.given & ~np.isfinite(second.value)) | lost,
        rounding,
        said,
    )


def _by_letters(first: Readings, second: Readings) -> tuple[Booleans, Booleans]:
    """Return where letters such as N and E say that the columns are exchanged, and contradict."""
    contradict = (first.axis == second.axis) & (first.axis != NO_AXIS)
    return ((first.axis == LATITUDE) | (second.axis == LONGITUDE)) & ~contradict, contradict


def _systems(
    name: str, east: Readings, usable: Booleans
) -> tuple[Integers, dict[int, CRS], dict[int, str]]:
    """Return the number of the CRS of each row, -1 without a place, the CRSs, and their labels."""
    if name != GAUSS_KRUGER:
        crs = reference_systems.require_horizontal(CRS.from_user_input(name))
        return np.where(usable, 0, -1), {0: crs}, {0: _label(name, crs)}
    system = np.where(usable, east.value // ZONE_M, -1).astype(np.int64)
    systems = {zone: CRS.from_epsg(28400 + zone) for zone in np.unique(system[usable]).tolist()}
    return system, systems, {zone: f"EPSG:{28400 + zone} by zone prefix" for zone in systems}


def _dots(x: pd.Series, y: pd.Series, name: str, rounding: TableRounding | None) -> Dots:
    """Return the meaning of the dots in the numbers of a grid, that of the table if it has one."""
    if rounding is not None and rounding.dots is not None:
        return Dots(rounding.dots, "")
    return dots_of(x, y, lambda east, north: _where_used(east, north, name))


def _where_used(east: Floats, north: Floats, name: str) -> Booleans | None:
    if name == GAUSS_KRUGER:
        return None
    return reference_systems.where_used(east, north, CRS.from_user_input(name))


def _small(east: Readings, north: Readings, usable: Booleans, name: str) -> str:
    """Return a note if most eastings of a grid are too small for where it is used."""
    few = usable & (np.abs(east.value) < SMALL)
    if not few.any():
        return ""
    return small_note(east.value, usable, _where_used(east.value, north.value, name), name)


def _read_column(column: pd.Series, zero_unit: float | None, *, degrees: bool) -> Readings:
    return read_column(column, degrees=degrees, zero_unit=zero_unit)


def _finite(lengths_m: Floats, usable: Booleans) -> Floats:
    return np.where(usable & np.isfinite(lengths_m), lengths_m, np.nan)


def _label(name: str, crs: CRS) -> str:
    label = name if name.startswith("EPSG:") else crs.name
    if not reference_systems.is_degrees(crs):
        return label
    return "" if name == "EPSG:4326" else f" in {label}"


def _transformed(
    east: Readings, north: Readings, system: Integers, systems: Mapping[int, CRS]
) -> Wgs84Points:
    """Transform each row from the CRS with its number in `systems`; other rows are NaN."""
    longitude, latitude, precision, uncertainty = np.full((4, len(system)), np.nan)
    operation, operations = np.zeros(len(system), dtype=np.int64), tuple[str, ...]()
    for number, crs in systems.items():
        here = system == number
        x, y, half_x, half_y = (
            part[here] for part in (east.value, north.value, east.half, north.half)
        )
        found = reference_systems.to_wgs84(x, y, half_x, half_y, crs)
        longitude[here], latitude[here] = found.longitude, found.latitude
        precision[here], uncertainty[here] = found.precision_m, found.uncertainty_m
        operation[here] = len(operations) + found.operation
        operations += found.operations
    return Wgs84Points(longitude, latitude, precision, uncertainty, operation, operations)


def _swap(x: Readings, y: Readings, rows: Booleans) -> tuple[Readings, Readings]:
    """Return two columns with the given rows exchanged."""

    def mixed(one: Readings, other: Readings) -> Readings:
        names = [field.name for field in fields(Readings) if field.name != "zero_unit"]
        parts = {n: np.where(rows, getattr(other, n), getattr(one, n)) for n in names}
        return replace(one, **parts)

    return (mixed(x, y), mixed(y, x)) if rows.any() else (x, y)


def _equally_fine(east: Readings, north: Readings) -> tuple[Readings, Readings]:
    """Set the unit of both decimal numbers of a pair to the finer one."""
    decimal = (east.notation == DECIMAL) & (north.notation == DECIMAL)
    finer, finest = np.fmin(east.half, north.half), np.fmin(east.finest, north.finest)

    def as_fine(axis: Readings) -> Readings:
        half = np.where(decimal, finer, axis.half)
        return replace(axis, half=half, finest=np.where(decimal, finest, axis.finest))

    return as_fine(east), as_fine(north)


def _shared(east: Readings, north: Readings, *, degrees: bool) -> tuple[float, ...]:
    return shared_units(east.value, north.value, east.finest, north.finest, degrees=degrees)


def _rounded(
    east: Readings, north: Readings, units: tuple[float, ...]
) -> tuple[Readings, Readings]:
    """Set the unit of points that were rounded to a unit of the table, such as the minute."""
    shared = rounded_to(east.value, north.value, east.finest, north.finest, units)

    def rounded(axis: Readings) -> Readings:
        return replace(axis, half=np.maximum(axis.half, shared))

    return rounded(east), rounded(north)


def _flipped(x: Floats, y: Floats, usable: Booleans) -> Booleans:
    """Return the rows whose easting is in the column of the northing."""
    as_given, other_order = (usable & order for order in zoned_orders(x, y))
    certain = as_given ^ other_order
    if (certain & other_order).any() and not (certain & as_given).any():
        return other_order
    return other_order & ~as_given


def _methods(
    keys: tuple[AnyArray, ...],
    index: pd.Index,
    usable: Booleans,
    labels: Mapping[int, str],
    operations: tuple[str, ...],
    *,
    note: str,
) -> pd.Series:
    """Return the text of the method of each usable row; equal methods are formatted once."""
    present = [key[usable].astype(np.int64) for key in keys]
    sizes = [int(key.max(initial=0)) + 1 for key in present]
    position = np.full(len(index), -1)
    # One number for each method.
    position[usable], numbers = pd.factorize(np.ravel_multi_index(present, sizes))
    texts: list[str | None] = []
    different = np.column_stack(np.unravel_index(numbers, sizes)).tolist()
    for system, operation, east, north, swapped, flipped in different:
        order = " (northing in the first column)" if flipped else ""
        x, y = ("" if notation == GRID else NOTATIONS[notation] for notation in (east, north))
        notation = x if x == y else f"latitude in {y}, longitude in {x}"
        parts = [f"{notation}{labels[system]}{order}{note}", *["axes from letters"] * swapped]
        texts.append(", ".join(filter(None, [*parts, operations[operation]])))
    # Rows without a method have position -1, which is the additional last entry.
    return pd.Series(pd.array([*texts, None], dtype=TEXT).take(position), index=index)
