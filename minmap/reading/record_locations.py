"""Locations of records: geometry of the file, or points from its coordinate columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from minmap.coordinates import reference_systems
from minmap.coordinates.location_bases import PRECISION, SCATTER, STATED
from minmap.coordinates.pairs import count_without_letters
from minmap.coordinates.points import Coordinates, read_coordinate_pairs, read_coordinates
from minmap.coordinates.rounding import TableRounding, half_units_of_points
from minmap.errors import FileError
from minmap.files.cells import Cells, constant
from minmap.geodesy.crs import WGS84
from minmap.reading.degree_parts import with_joined
from minmap.reading.source import Source
from minmap.table import listed
from minmap.types import TEXT, Booleans
from minmap.vocabulary.coded_texts import CodedTexts

GEOMETRY_METHOD: Final = "geometry of the file"
_DEGREES: Final = (180, 90)
_POINT: Final = 0  # as in shapely.GeometryType
_FAR: Final = ("places", "check crs and which column is the easting.")  # for a note


@dataclass(frozen=True)
class Locations:
    """Locations of records, with their method and uncertainty; one entry per record.

    Attributes
    ----------
    geometry
        None where a location is unknown.
    precision_m
        Possible error from rounding, Float64, <NA> where unknown.
    uncertainty_m
        The same with the accuracy of the transformation to EPSG:4326, Float64, <NA> where unknown.
    method
        Text such as "decimal degrees", missing where there is no location.
    notes
        Coordinates that cannot be read or are doubtful.
    rounding
        How the coordinates of the table were rounded; None for geometry of the file.
    table_note
        That of the `notes` which holds for all records of the table: what the dots in its numbers
        mean, or that its eastings are too small; else empty.
    """

    geometry: geopandas.GeoSeries
    precision_m: pd.Series
    uncertainty_m: pd.Series
    method: pd.Series
    notes: list[str]
    rounding: TableRounding | None = None
    table_note: str = ""


def locations(
    cells: Cells,
    source: Source,
    ids: pd.Series,
    *,
    path: str | Path,
    crs: Any = None,
    rounding: TableRounding | None = None,
) -> Locations:
    """Return the locations of the records.

    Parameters
    ----------
    cells
        The table as read. Its geometry, if there is one, takes precedence over coordinate columns.
    source
        Names the coordinate columns: two, or one with both. The first ones that exist are used.
    ids
        Ids of the records, for the notes.
    path
        Name of the file for error messages: the one that the user gave.
    crs
        CRS of the coordinate columns instead of the source's: anything that pyproj accepts, or
        ``"gauss-kruger"`` (see `minmap.coordinates.points.read_coordinates`).
    rounding
        How the coordinates of the table were rounded that the cells are a part of. None: the cells
        are all.

    Returns
    -------
    Locations
        The precision of a point of the file's geometry is that of the shortest decimal numbers
        equal to its coordinates; <NA> if these have seven decimals or more, as after arithmetic,
        and for lines and areas. The uncertainty is then that of the transformation alone.

    Raises
    ------
    FileError
        If the file has neither geometry nor the source's coordinate columns.
    CRSError
        If the CRS is not one of places on a map, or is a grid but the numbers are degrees.
    """
    if cells.geometry is not None:
        return _from_geometry(cells.geometry)
    names = _columns(cells, source, path)
    cells = with_joined(cells, names, source.parts, source.sides)
    texts = [text for name in names if (text := cells.column(name)) is not None]
    system = source.crs if crs is None else crs
    _require_grid(names, texts, system, path)
    notes: list[str] = []
    if len(texts) == 1:
        placed = read_coordinate_pairs(
            texts[0], crs=system, longitude_first=source.longitude_first, rounding=rounding
        )
        if lacking := count_without_letters(texts[0]):
            notes.append(
                f"{names[0]}: {lacking} records have no letters; degrees taken as "
                f"{'longitude' if source.longitude_first else 'latitude'} first, "
                "numbers of a grid as easting first."
            )
        unread = [placed.unread]
    else:
        placed = read_coordinates(*texts, crs=system, rounding=rounding)
        unread = [placed.unread_x, placed.unread_y]
    notes += _unread(names, texts, unread, ids)
    of_table = f"{' and '.join(names)}: {placed.note}" if placed.note else ""
    notes += [of_table] if of_table else []
    notes += reference_systems.far_note(placed.longitude, placed.latitude, system, *_FAR)
    precision, uncertainty = (
        pd.Series(lengths_m, index=cells.index).astype("Float64")
        for lengths_m in (placed.precision_m, placed.uncertainty_m)
    )
    points = _points(placed, cells.index)
    return Locations(
        points, precision, uncertainty, placed.method, notes, placed.rounding, of_table
    )


def _unread(
    names: Sequence[str], texts: Sequence[pd.Series], unread: list[Booleans], ids: pd.Series
) -> list[str]:
    """Return a note on each column with values that are no coordinates."""
    notes = []
    for name, given, wrong in zip(names, texts, unread, strict=True):
        if wrong.any():
            shown = listed([*map("{} {!r:.60}".format, ids[wrong], given[wrong])])
            notes.append(f"{name}: no coordinate in {int(wrong.sum())} records: {shown}.")
    return notes


def uncertainty(
    found: Locations, stated_m: pd.Series | None, scatter_m: pd.Series | None
) -> dict[str, pd.Series]:
    """Return the columns of the uncertainty: the largest of what is known, and what it rests on.

    The basis is "stated" also where the digits are coarser than the accuracy which the source
    states: a point of ± 5 m that is written to ± 8 m is known to ± 8 m.

    Parameters
    ----------
    found
        Locations of the records.
    stated_m
        Uncertainty that the source states for each record, metres; None if it states none.
    scatter_m
        Measured scatter of the source for each record, metres; None if it has not been measured.

    Examples
    --------
    >>> place = geopandas.GeoSeries.from_xy([67.4, 68.5], [48.5, 39.2], crs=4326)
    >>> metres = pd.Series([7.0, 900.0], dtype="Float64")
    >>> found = Locations(place, metres, metres, pd.Series(["", ""]), [])
    >>> columns = uncertainty(found, None, pd.Series([500.0, 500.0]))
    >>> {name: column.tolist() for name, column in columns.items()}
    {'location_uncertainty_m': [500.0, 900.0], 'location_uncertainty_basis': ['scatter',
    'precision']}
    >>> stated = pd.Series([5.0, None], dtype="Float64")
    >>> columns = uncertainty(found, stated, None)
    >>> {name: column.tolist() for name, column in columns.items()}
    {'location_uncertainty_m': [7.0, 900.0], 'location_uncertainty_basis': ['stated', 'precision']}
    """
    largest = found.uncertainty_m.to_numpy(dtype=float, na_value=np.nan)
    bases = (PRECISION, STATED, SCATTER)
    basis = np.where(np.isnan(largest), -1, 0)
    stated = None if stated_m is None else stated_m.to_numpy(dtype=float, na_value=np.nan)
    scatter = None
    if scatter_m is not None:
        scatter = scatter_m.mask(found.geometry.isna()).to_numpy(dtype=float, na_value=np.nan)
    for position, lengths_m in enumerate((stated, scatter), start=1):
        if lengths_m is not None:
            is_larger = ~np.isnan(lengths_m) & ~(largest >= lengths_m)
            largest = np.where(is_larger, lengths_m, largest)
            basis[is_larger] = position
    if stated is not None:
        basis[~np.isnan(stated) & (basis == bases.index(PRECISION))] = bases.index(STATED)
    index = found.geometry.index
    return {
        "location_uncertainty_m": pd.Series(largest, index=index).astype("Float64"),
        "location_uncertainty_basis": CodedTexts(basis, bases).column(index),
    }


def _columns(cells: Cells, source: Source, path: str | Path) -> tuple[str, ...]:
    for names in source.coordinates:
        if all(cells.column(name) is not None for name in source.with_parts(names)):
            return tuple(names)
    sets = " or ".join(" and ".join(source.with_parts(names)) for names in source.coordinates)
    cure = f"it needs the columns {sets}" if sets else "describe them under [coordinates]"
    raise FileError(
        f"{path} is read as {source.id} but has no coordinates; {cure}, or name them: "
        "columns={'longitude': '...', 'latitude': '...'}."
    )


def _require_grid(
    names: tuple[str, ...], texts: list[pd.Series], system: Any, path: str | Path
) -> None:
    """Refuse degrees if the CRS is a grid, where all of them would lie at its origin."""
    if len(texts) < len(_DEGREES) or not reference_systems.is_grid(system):
        return
    numbers = [pd.to_numeric(t.str.replace(",", "."), errors="coerce").dropna() for t in texts]
    if all(len(n) and n.abs().le(most).all() for n, most in zip(numbers, _DEGREES, strict=True)):
        raise reference_systems.degrees_on_grid(path, system, names)


def _points(placed: Coordinates, index: pd.Index) -> geopandas.GeoSeries:
    readable = np.isfinite(placed.longitude)
    shapes = np.full(len(readable), None, dtype=object)
    shapes[readable] = shapely.points(placed.longitude[readable], placed.latitude[readable])
    return geopandas.GeoSeries(shapes, index=index, crs=WGS84)


def _from_geometry(geometry: geopandas.GeoSeries) -> Locations:
    index = geometry.index
    method = constant(GEOMETRY_METHOD, index)
    precision, uncertainty, notes = np.full(len(index), np.nan), np.full(len(index), np.nan), []
    bounds = shapely.bounds(geometry.to_numpy())
    there: Booleans = np.asarray(~np.isnan(bounds).any(axis=1))
    if geometry.crs is not None:
        x, y = (bounds[:, :2] / 2 + bounds[:, 2:] / 2).T
        is_point = there & (shapely.get_type_id(geometry.to_numpy()) == _POINT)
        half = half_units_of_points(x, y, is_point, degrees=geometry.crs.is_geographic)
        globe = reference_systems.to_wgs84(x, y, half, half, geometry.crs)
        is_rounded = half > 0
        precision = np.where(is_rounded, globe.precision_m, np.nan)
        # An exact transformation to WGS84 does not make the geometry exact.
        known = is_rounded | (globe.uncertainty_m > 0)
        uncertainty = np.where(known, globe.uncertainty_m, np.nan)
        ways = [", ".join(filter(None, [GEOMETRY_METHOD, way])) for way in globe.operations]
        if set(ways) != {GEOMETRY_METHOD}:
            method = pd.Series(np.array(ways, dtype=object)[globe.operation], index, dtype=TEXT)
        notes = reference_systems.far_note(globe.longitude, globe.latitude, geometry.crs, *_FAR)
    finite = (np.where(np.isfinite(m), m, np.nan) for m in (precision, uncertainty))
    precise, uncertain = (pd.Series(m, index=index).astype("Float64") for m in finite)
    return Locations(geometry, precise, uncertain, method.where(there), notes)
