"""The occurrence table: few documented columns, listed in ``table_columns.csv``."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from minmap.errors import MinmapError, warn
from minmap.geodesy.crs import WGS84, require_layer, to_degrees
from minmap.packaged_rows import packaged_rows
from minmap.types import TEXT, Booleans, Geometries

_SHOWN: Final = 5
_SHOWN_LETTERS: Final = 100
_EXACT: Final = 2**53  # a float does not hold every whole number beyond
_SOURCE: Final = ["source", "citation"]
# What geopandas and pandas add to the names of columns that both tables of a join have.
_SIDES: Final = ("", "_left", "_right", "_x", "_y")


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
        Meaning of the values, in words.
    """

    name: str
    dtype: str
    vocabulary: str | None
    unit: str | None
    meaning: str


def _columns() -> tuple[Column, ...]:
    return tuple(
        Column(
            row["name"],
            row["dtype"],
            row["vocabulary"] or None,
            row["unit"] or None,
            row["meaning"],
        )
        for row in packaged_rows(__package__, "table_columns")
    )


COLUMNS: Final = _columns()
"""The columns of the occurrence table, in order. Those with a vocabulary contain only its codes; a
text that is in no vocabulary stays in the source's own column and is counted."""

COLUMN_NAMES: Final = tuple(column.name for column in COLUMNS)
DTYPES: Final[dict[str, Any]] = {
    column.name: TEXT if column.dtype == "str" else column.dtype for column in COLUMNS[:-1]
}
"""Dtypes of the columns, without the geometry."""

UNITS: Final = "units"
"""Key of the units of columns of numbers, by their names, in the ``attrs`` of a table."""

VOCABULARIES: Final = {
    "country": "countries",
    "status": "status",
    "site_type": "site_types",
    "deposit_type": "deposit_types",
}
"""Vocabulary of each column with one term per row, as `minmap.vocabulary.parse_terms` names it."""


def conform(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return `frame` as an occurrence table.

    Parameters
    ----------
    frame
        Any GeoDataFrame with a CRS. Columns with the name of one of `COLUMNS` get its dtype; those
        that are absent are added, with missing values. Not changed.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, the columns of `COLUMNS` first and in order, then the other columns unchanged;
        same index, row order and ``attrs``. The active geometry column becomes ``geometry``. A
        record with a geometry that is missing, empty or not on the globe (latitude beyond 90,
        longitude beyond 180) is kept with geometry None.

    Raises
    ------
    CRSError
        If the frame has no CRS, or a local CRS without a known position on the Earth.
    MinmapError
        If two columns have one name, names have levels, or a column cannot be converted to the
        dtype of the table's column of that name.

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
        warn(" ".join(notes))
    return table


def conform_with_notes(
    frame: geopandas.GeoDataFrame, *, what: str = "frame"
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """Return the table of `conform`, and its warnings as texts; errors name `frame` as `what`."""
    require_layer(frame, name=what)
    require_distinct_names(frame, what=what)
    geometry = to_degrees(frame.geometry, what=what)
    columns: dict[str, Any] = {
        column.name: _cast(frame[column.name], column)
        if column.name in frame
        else pd.Series(None, index=frame.index, dtype=DTYPES[column.name])
        for column in COLUMNS[:-1]
    }
    columns["geometry"], notes = _set_aside(geometry.to_numpy(), columns["occurrence_id"])
    taken = {*COLUMN_NAMES, frame.geometry.name}
    columns |= {name: frame[name] for name in frame.columns if name not in taken}
    table = geopandas.GeoDataFrame(columns, index=frame.index, geometry="geometry", crs=WGS84)
    table.attrs = copy.deepcopy(frame.attrs)
    return table, notes


def is_occurrence_table(frame: pd.DataFrame) -> bool:
    """Return whether a table has the columns of an occurrence table, in order, and its dtypes.

    Examples
    --------
    >>> is_occurrence_table(pd.DataFrame({"name": ["Kounrad"]}))
    False
    """
    return (
        isinstance(frame, geopandas.GeoDataFrame)
        and tuple(frame.columns[: len(COLUMN_NAMES)]) == COLUMN_NAMES
        and frame.active_geometry_name == COLUMN_NAMES[-1]
        and frame.crs == WGS84
        and all(frame[name].dtype == dtype for name, dtype in DTYPES.items())
    )


def require_distinct_names(frame: pd.DataFrame, *, what: str) -> None:
    """Raise `MinmapError` if two columns have one name, or the names have levels.

    Examples
    --------
    >>> require_distinct_names(pd.DataFrame([[1, 2]], columns=["a", "a"]), what="frame")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: frame: two columns are called 'a'; rename one of them.
    """
    if frame.columns.nlevels > 1:
        raise MinmapError(
            f"{what}: column names have levels, such as {frame.columns[0]!r}; give each column one "
            "text as its name."
        )
    for name in frame.columns[frame.columns.duplicated()][:1]:
        raise MinmapError(f"{what}: two columns are called {name!r}; rename one of them.")


def _cast(given: pd.Series, column: Column) -> pd.Series:
    try:
        return given.astype(DTYPES[column.name])
    except (TypeError, ValueError, OverflowError) as error:
        raise MinmapError(
            f"column {column.name} must be {column.dtype} ({column.meaning}): {error}; "
            "convert it, or give it another name to keep it unchanged."
        ) from error


def _set_aside(shapes: Geometries, ids: pd.Series) -> tuple[Geometries, list[str]]:
    """Return the geometries, None where they are not on the globe, and notes about these."""
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
        records = zip(ids[outside].fillna("no id"), bounds[outside, :2], strict=True)
        shown = [f"{record} (lat {lat:g}, lon {lon:g})" for record, (lon, lat) in records]
        notes.append(
            f"{outside.sum()} of {len(shapes)} records lie outside the globe and are kept without "
            f"a location: {listed(shown)}."
        )
    return kept, notes


def sources_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the sources of a table: those in its ``attrs``, then those that only its rows name.

    pandas drops ``attrs`` when it joins or aggregates tables, and few formats keep them; the rows
    still have the columns ``source`` and ``citation``, or ``source_left`` and the like after a join
    of two tables with sources. Only a table with both names sources in its rows.

    Returns
    -------
    list of dict
        For a source that only rows name, ``id`` and ``title`` are that name; ``citation`` is the
        most frequent one of its rows.

    Examples
    --------
    >>> table = pd.DataFrame({"source": ["mrds", "own"], "citation": ["MRDS", "Li, 2020"]})
    >>> table.attrs["sources"] = [{"id": "mrds", "title": "Mineral Resources Data System"}]
    >>> [source["title"] for source in sources_of(table)]
    ['Mineral Resources Data System', 'own']
    """
    given = table.attrs.get("sources")
    listed_ones = given if isinstance(given, list | tuple) else []
    sources = [copy.deepcopy(dict(one)) for one in listed_ones if isinstance(one, Mapping)]
    known = {str(one.get("id")) for one in sources}
    rows = source_rows(table).dropna()
    rows = rows[~rows["source"].isin(known)].astype(str)
    counts = rows.value_counts().reset_index().drop_duplicates("source")
    named = zip(counts["source"], counts["citation"], strict=True)
    sources += [{"id": name, "title": name, "citation": text} for name, text in named]
    return sources


def source_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Return the source and citation of each row that names one, also on both sides of a join.

    Examples
    --------
    >>> table = pd.DataFrame({"source_left": ["mrds"], "citation_left": ["MRDS"], "source": ["a"]})
    >>> source_rows(table).to_dict("list")
    {'source': ['mrds'], 'citation': ['MRDS']}
    """
    names = {*table.columns} if table.columns.is_unique else set()
    pairs = ([f"{name}{side}" for name in _SOURCE] for side in _SIDES)
    parts = [
        pd.DataFrame(table[pair]).set_axis(_SOURCE, axis=1)
        for pair in pairs
        if names.issuperset(pair)
    ]
    # Joining a single part would take as long as all the rest.
    rows = parts[0] if len(parts) == 1 else pd.concat([pd.DataFrame(columns=_SOURCE), *parts])
    return rows.dropna(subset="source").astype({"source": TEXT})


def each_once(sources: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return copies of sources; of those with one id, or with the same entries, the first.

    Examples
    --------
    >>> each_once([{"id": "mrds", "title": "MRDS"}, {"id": "mrds"}, {"title": "A"}, {"title": "A"}])
    [{'id': 'mrds', 'title': 'MRDS'}, {'title': 'A'}]
    """
    first: dict[str, Mapping[str, Any]] = {}
    for source in sources:
        # A source of the user's may have no id; then all its entries identify it.
        first.setdefault(repr(source.get("id", source)), source)
    return [copy.deepcopy(dict(source)) for source in first.values()]


def common_units(tables: Iterable[pd.DataFrame]) -> dict[str, str]:
    """Return the units of columns of several tables, where all tables with a column state it.

    Examples
    --------
    >>> tables = [pd.DataFrame({"ore": [1], "age": [2]}), pd.DataFrame({"ore": [3]})]
    >>> tables[0].attrs["units"] = {"ore": "Mt", "age": "Ma"}
    >>> common_units(tables)
    {'age': 'Ma'}
    """
    stated: dict[str, set[str | None]] = {}
    for table in tables:
        units = table.attrs.get(UNITS, {})
        for name in table.columns:
            stated.setdefault(str(name), set()).add(units.get(name))
    single = {name: units.pop() for name, units in stated.items() if len(units) == 1}
    return {name: unit for name, unit in single.items() if unit is not None}


def common_number_dtype(columns: Iterable[pd.Series]) -> str | None:
    """Return the dtype for columns of numbers, one below the other; None if there is no exact one.

    Examples
    --------
    >>> common_number_dtype([pd.Series([1]), pd.Series([0.5])])
    'Float64'
    >>> common_number_dtype([pd.Series([1]), pd.Series(["1"])])
    """
    given = [*columns]
    kinds = [column.dtype.kind for column in given]
    if not {*kinds} <= {*"iuf"}:
        return None
    if "f" not in kinds:
        return None if "u" in kinds else "Int64"
    whole = (column for column, kind in zip(given, kinds, strict=True) if kind != "f")
    return "Float64" if all((column.abs() <= _EXACT).all() for column in whole) else None


def listed(items: list[str]) -> str:
    """Return the first few of `items` in one line, each cut to a readable length.

    The number of the others follows.

    Examples
    --------
    >>> listed(["a", "b"]), listed(list("abcdefg"))
    ('a, b', 'a, b, c, d, e and 2 more')
    """
    more = len(items) - _SHOWN
    short = (i if len(i) <= _SHOWN_LETTERS else f"{i[:_SHOWN_LETTERS]}..." for i in items[:_SHOWN])
    shown = ", ".join(short)
    return f"{shown} and {more} more" if more > 0 else shown
