"""The columns that a page carries: of an occurrence table, those that its readers look at."""

from __future__ import annotations

from typing import Final

import geopandas as gpd

from minmap.errors import warn
from minmap.linking.site_columns import SITE_COLUMNS
from minmap.number_texts import numbers_of_texts
from minmap.quality.findings import COLUMNS as FINDINGS
from minmap.quality.records import ORIGINAL, REPAIRS
from minmap.reading.known_sources import catalogue
from minmap.scene.facets import CRITICAL
from minmap.style.classes import is_measured
from minmap.style.dates import far_times_as_text
from minmap.style.fields import ALL
from minmap.style.looks import Looks
from minmap.style.table_columns import column_names, column_of, has_values, is_geometry
from minmap.table import COLUMN_NAMES
from minmap.transport.accessibility import ACCESS_COLUMNS

TITLES: Final = ("name", "site_name", "dep_name", "deposit_name", "title", "label")
"""Names of columns with the heading of a record, the best first; case is ignored."""
OURS: Final = {
    *COLUMN_NAMES,
    "distance_km", "along_km", "node_distance_km", "length_km", "drawn_km", "published_km",
    "bridged_km", "gauge_mm", "leg_id", "node_id", "node_name", "from_node", "to_node",
    "length_source", "geometry_kind", "geometry_source", "published_source", "source_id", "snap_m",
    "mode", "status_source", "within_hours", "tonnage_t", "contained_t", *ACCESS_COLUMNS,
}  # fmt: skip
"""Columns whose unit-like ending minmap set itself."""
_COLUMN_ARGUMENTS: Final = (
    "label", "label_priority", "size", "line_width", "opacity", "order",
)  # fmt: skip
"""Arguments whose texts are names of columns."""
_MOST_OWN: Final = 30
_MEASURED: Final = {*OURS, *FINDINGS, REPAIRS, *SITE_COLUMNS}


def is_read(table: gpd.GeoDataFrame) -> bool:
    """Return whether a table has the form that `minmap.read` gives it."""
    return set(COLUMN_NAMES[:-1]) <= set(table.columns)


def carried(table: gpd.GeoDataFrame, looks: Looks) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return a table with the columns that the page carries, and the names of those left out.

    An occurrence table keeps its occurrence columns, what minmap measured, the heading of its
    records, and what `looks` names; the source's own columns are left out. Of a table that is of no
    known source it keeps its own columns too, the first 30 if there are more and no ``fields``. Any
    other table keeps all its columns.

    Warns
    -----
    MinmapWarning
        If a table of no known source has more than 30 columns of its own.

    Raises
    ------
    ChoiceError
        If `looks` names a column that the table does not have.

    Examples
    --------
    >>> import minmap as mm
    >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> kept, left_out = carried(deposits, Looks())
    >>> "commodities" in kept, left_out[:3]
    (True, ('gid', 'dep_name', 'major_deposits_country'))
    """
    _require_named(table, looks)
    if looks.fields.carried == ALL or not is_read(table):
        return table, ()
    # Errors list the columns that are left out too.
    for argument in _COLUMN_ARGUMENTS:
        if isinstance(name := getattr(looks, argument), str):
            column_of(table, name, argument=argument)
    wanted = {*looks.named, heading_column(table), *_own_columns(table, looks)}
    stays: list[bool] = [
        is_geometry(kind) or _is_measured(str(name)) or str(name) in wanted
        for name, kind in zip(table.columns, table.dtypes, strict=True)
    ]
    if all(stays):
        return table, ()
    out = table.loc[:, [not one for one in stays]]
    holding = out.columns[[has_values(series) for _, series in out.items()]]
    left_out = tuple(map(str, holding))
    if left_out and not looks.fields.carried and not _is_of_known_source(table):
        warn(
            f"The page leaves out {len(left_out)} of the table's own columns, those after the "
            f"first {_MOST_OWN}; choose the columns, such as fields={list(left_out[:2])!r}, or all "
            "with fields='all'."
        )
    return table.loc[:, stays], left_out


def _own_columns(table: gpd.GeoDataFrame, looks: Looks) -> list[str]:
    """Return the own columns of a table that a page has, if the table is of no known source."""
    if not is_read(table) or _is_of_known_source(table):
        return []
    own = [
        str(name)
        for name, values in table.items()
        if not _is_measured(str(name)) and has_values(values)
    ]
    if len(own) <= _MOST_OWN or looks.fields.carried == ALL:
        return own
    first = [] if looks.fields.carried else own[:_MOST_OWN]
    return [name for name in own if name in first or name in looks.named]


def _is_of_known_source(table: gpd.GeoDataFrame) -> bool:
    return not catalogue().keys().isdisjoint(table["source"].unique())


def with_clear_types(table: gpd.GeoDataFrame, looks: Looks) -> gpd.GeoDataFrame:
    """Return a table with numbers for texts that a range of a filter or a format takes as numbers.

    In the own columns that a page has of a table of no known source, texts that are certainly
    numbers are numbers too. Columns with a time beyond the years 1 to 9999 become texts.

    Raises
    ------
    MinmapError
        If a format does not fit the values of its column.

    Examples
    --------
    >>> import minmap as mm
    >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv")).assign(grade="0,5")
    >>> looks = Looks.of({"filters": {"grade": (0, 1)}})
    >>> with_clear_types(deposits, looks)["grade"].iloc[0].item()
    0.5
    """
    fields, names = looks.fields, column_names(table)
    wanted = {name for name, state in (fields.filters or {}).items() if isinstance(state, tuple)}
    wanted |= {name for _, name, made in fields.formats if made.number is not None}
    made, own = table.copy(deep=False), set(_own_columns(table, looks))
    for label in table.columns:
        name = str(label)
        if names.count(name) > 1 or is_measured(table[label]):
            continue
        clear = far_times_as_text(table[label])
        if clear is None and name in wanted | own:
            clear = numbers_of_texts(table[label])
        if clear is not None:
            made[label] = clear
    for argument, name, one in fields.formats:
        if name in names:
            values = column_of(made, name, argument=argument)
            one.require_fit(values, name=f"{argument}[{name!r}]", column=name)
    return made


def _require_named(table: gpd.GeoDataFrame, looks: Looks) -> None:
    for argument, names in looks.fields.named.items():
        for name in names:
            is_list = argument == "filters" and name == CRITICAL and "commodities" in table
            if not is_list:
                column_of(table, name, argument=argument)


def _is_measured(name: str) -> bool:
    return name in _MEASURED or name.endswith(ORIGINAL)


def heading_column(table: gpd.GeoDataFrame) -> str | None:
    """Return the column with the headings of records, whether minmap or the user made it."""
    single = table.columns[~table.columns.duplicated(keep=False)]
    names = {str(name).lower(): name for name in reversed(single)}
    found = (names[title] for title in TITLES if title in names)
    return next((str(name) for name in found if has_values(table[name])), None)
