"""The occurrence table: few documented columns that survive every file format."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from minmap.errors import MinmapError, MinmapWarning
from minmap.geodesy.stated_crs import require_layer, to_degrees
from minmap.types import Booleans, Geometries
from minmap.vocabulary import TEXT

CRS: Final = "EPSG:4326"
"""Longitude and latitude in degrees on WGS84, in the order x, y."""

_SHOWN: Final = 5
_SHOWN_LETTERS: Final = 100


@dataclass(frozen=True)
class Column:
    """A column of the occurrence table.

    Attributes
    ----------
    name
        Column name.
    dtype
        ``"str"`` (missing: NaN), ``"Int64"``, ``"Float64"`` (missing: <NA>) or ``"geometry"``
        (missing: None).
    vocabulary
        Function of `minmap.vocabulary` whose ``code`` column lists the values, or None.
    unit
        Unit of a number, or None.
    meaning
        What the value says.
    """

    name: str
    dtype: str
    vocabulary: str | None
    unit: str | None
    meaning: str


COLUMNS: Final = (
    Column("occurrence_id", "str", None, None, "id, prefixed with the source: mrds:10006806"),
    Column("source", "str", None, None, "id of the source, as in minmap.sources()"),
    Column("name", "str", None, None, "name of the site as given"),
    Column("other_names", "str", None, None, "other or former names as given"),
    Column("country", "str", "countries", None, "country, ISO 3166-1 alpha-3"),
    Column("admin1", "str", None, None, "state or province as given"),
    Column(
        "commodities",
        "str",
        "commodities",
        None,
        "codes in order of importance, space-separated: Au Ag Cu",
    ),
    Column(
        "minor_commodities",
        "str",
        "commodities",
        None,
        "codes of what is present but not of economic weight, space-separated",
    ),
    Column(
        "commodity_qualifiers",
        "str",
        None,
        None,
        "what the source adds to a commodity: Cu oxide; Ni laterite",
    ),
    Column(
        "commodity_group",
        "str",
        "commodity_groups",
        None,
        "group of the main commodity, of the first minor one if there is none",
    ),
    Column("status", "str", "statuses", None, "development status in status_year"),
    Column("status_year", "Int64", None, "year", "latest year of which the status can speak"),
    Column("site_type", "str", "site_types", None, "deposit, mine, plant, district and so on"),
    Column("deposit_type", "str", "deposit_types", None, "deposit type, only where it is certain"),
    Column("deposit_type_text", "str", None, None, "deposit type as given"),
    Column("size", "str", None, None, "large, medium or small by the source's own measure"),
    Column("location_method", "str", None, None, "how the location came about"),
    Column("location_uncertainty_m", "Float64", None, "m", "how far off the location may be"),
    Column("url", "str", None, None, "page of the record at its publisher"),
    Column("citation", "str", None, None, "short citation of the record"),
    Column("geometry", "geometry", None, None, "point or polygon, EPSG:4326; None if unplaced"),
)
"""The columns of the occurrence table, in order. Vocabulary columns hold codes and nothing else;
a text that fits no vocabulary stays in the source's own column and is counted."""

COLUMN_NAMES: Final = tuple(column.name for column in COLUMNS)
_DTYPES: Final[dict[str, Any]] = {"str": TEXT, "Int64": "Int64", "Float64": "Float64"}


def conform(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return `frame` as an occurrence table.

    Parameters
    ----------
    frame
        Any GeoDataFrame with a CRS. Columns named as in `COLUMNS` are taken as such and get the
        column's dtype; those that are absent are added as missing. Not changed.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, the columns of `COLUMNS` first and in order, then the frame's other columns as
        they are; same index, row order and ``attrs``. The active geometry column becomes
        ``geometry``. A record whose geometry is missing, empty or not on the globe (latitude
        beyond 90, longitude beyond 180) is kept with geometry None.

    Raises
    ------
    CRSError
        If the frame has no CRS, or one that nothing ties to the Earth.
    MinmapError
        If a column of the table's name cannot get its dtype.

    Warns
    -----
    MinmapWarning
        Once, with the numbers and the ids of records without a usable location.

    Examples
    --------
    >>> import geopandas
    >>> frame = geopandas.GeoDataFrame(
    ...     {"name": ["Kounrad"]}, geometry=geopandas.points_from_xy([74.98], [46.99]), crs=4326
    ... )
    >>> table = conform(frame)
    >>> table.columns.tolist() == list(COLUMN_NAMES), table["name"].item(), table["status"].item()
    (True, 'Kounrad', nan)
    """
    table, notes = conform_with_notes(frame)
    if notes:
        warnings.warn(" ".join(notes), MinmapWarning, stacklevel=2)
    return table


def conform_with_notes(
    frame: geopandas.GeoDataFrame,
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """Do the work of `conform`; return what it would warn of instead of warning."""
    require_layer(frame, name="frame")
    placed = to_degrees(frame.geometry, what="frame")
    columns: dict[str, Any] = {}
    for column in COLUMNS[:-1]:
        given = frame.get(column.name)
        if given is None:
            dtype = _DTYPES[column.dtype]
            columns[column.name] = pd.Series(pd.NA, index=frame.index, dtype=dtype)
        else:
            columns[column.name] = _cast(given, column)
    ids = columns["occurrence_id"]
    shapes, notes = _set_aside(placed.to_numpy(), ids)
    columns["geometry"] = shapes
    taken = {*COLUMN_NAMES, frame.geometry.name}
    columns |= {name: frame[name] for name in frame.columns if name not in taken}
    table = geopandas.GeoDataFrame(columns, index=frame.index, geometry="geometry", crs=CRS)
    table.attrs = copy.deepcopy(frame.attrs)
    return table, notes


def _cast(given: pd.Series, column: Column) -> pd.Series:
    try:
        return given.astype(_DTYPES[column.dtype])
    except (TypeError, ValueError) as error:
        raise MinmapError(
            f"column {column.name} must hold {column.dtype} ({column.meaning}): {error}; "
            "convert it, or give it another name to keep it as it is."
        ) from error


def _set_aside(shapes: Geometries, ids: pd.Series) -> tuple[Geometries, list[str]]:
    """Return the geometries with those that have no place on the globe as None, and notes."""
    bounds = shapely.bounds(shapes)
    west, south, east, north = bounds.T
    inside = (west >= -180) & (south >= -90) & (east <= 180) & (north <= 90)
    if inside.all():
        return shapes, []
    missing: Booleans = np.asarray(np.isnan(bounds).any(axis=1))
    outside: Booleans = np.asarray(~inside & ~missing)
    kept = shapes.copy()
    kept[missing | outside] = None
    notes = []
    if missing.any():
        notes.append(
            f"{missing.sum()} of {len(shapes)} records have no location: "
            f"{listed(ids[missing].fillna('no id').tolist())}."
        )
    if outside.any():
        shown = [
            f"{record} (lat {lat:g}, lon {lon:g})"
            for record, (lon, lat) in zip(
                ids[outside].fillna("no id")[:_SHOWN], bounds[outside, :2][:_SHOWN], strict=True
            )
        ]
        notes.append(
            f"{outside.sum()} of {len(shapes)} records lie outside the globe and are kept without "
            f"a location: {listed(shown, total=int(outside.sum()))}."
        )
    return kept, notes


def sources_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the sources that a table names in its ``attrs``, without what is no source.

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["sources"] = [{"id": "mrds"}, 5]
    >>> sources_of(table)
    [{'id': 'mrds'}]
    """
    given = table.attrs.get("sources")
    sources = given if isinstance(given, list | tuple) else []
    return [dict(source) for source in sources if isinstance(source, Mapping)]


def listed(items: list[str], *, total: int | None = None) -> str:
    """Return the first few of `items` in one line, each cut to a length that can be read.

    The number of those left out follows.

    Examples
    --------
    >>> listed(["a", "b"]), listed(list("abcdefg"))
    ('a, b', 'a, b, c, d, e and 2 more')
    """
    more = (len(items) if total is None else total) - _SHOWN
    short = (i if len(i) <= _SHOWN_LETTERS else f"{i[:_SHOWN_LETTERS]}..." for i in items[:_SHOWN])
    shown = ", ".join(short)
    return f"{shown} and {more} more" if more > 0 else shown
