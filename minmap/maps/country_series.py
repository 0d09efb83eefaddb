"""What tables of countries say of their values: the series, the unit, the year and the source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from minmap.arguments import shown
from minmap.errors import MinmapError
from minmap.maps.rates import joined_notes
from minmap.places.country_polygons import SOURCE
from minmap.scene.headings import heading_of
from minmap.style.classes import is_measured
from minmap.style.looks import Looks

_ONE_OF: Final = ("unit", "year")
_TELLING_APART: Final = ("series", "detail", "unit", "year", "measure", "commodity_name")
"""Columns that tell values of one country apart, in the order in which an error names them."""
_WITHOUT_UNIT: Final = frozenset({"share", "rank", "ranked"})
_OF_WORLD: Final = "share_of_world_pct"
_AT_MOST: Final = "at most"
_POPUP_ROWS: Final[dict[str, Any]] = {
    "detail": None,
    "qualifier": "Kind of value",
    "year": None,
    "share": ("Share of the world", "{:.1%}"),
    "share_qualifier": "The share is",
    "rank": None,
    "ranked": "Ranked countries",
    "value_text": "Value as printed",
    "world_total_text": "World total as printed",
    "note": None,
}
"""Columns of `minmap.statistics` in popups, with their headings and formats."""
_OF_FORMS: Final = frozenset({"detail"})
"""Columns left out of a map of one form."""
_OF_ONE_FORM: Final = frozenset({"rank", "ranked"})
"""Columns left out of a map of several forms."""
_LONGEST: Final = 120
_DIGITS: Final = 4
_SHOWN: Final = 3


def require_one_series(table: pd.DataFrame, codes: pd.Series, value: str) -> None:
    """Raise if the values of a table have several units or years, or a country several series.

    Parameters
    ----------
    table
        The table, with columns ``unit`` and ``year`` if it states them.
    codes
        The country of each row, missing where it has none.
    value
        Column that colours the countries.

    Raises
    ------
    MinmapError
        The message names the units, years or series, and how to keep one.

    Examples
    --------
    >>> ore = pd.DataFrame({"country": ["KAZ", "ZAF"], "t": [1, 2], "unit": ["t", "kt"]})
    >>> require_one_series(ore, ore["country"], "t")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: table has several values of 'unit': 't', 'kt'; keep the rows of one,
    such as table[table['unit'] == 't'], or rename the column if it is of something else.
    """
    repeated = codes.notna() & codes.duplicated(keep=False)
    # The series come first: they tell more than the unit or the year.
    for name in _TELLING_APART if repeated.any() else ():
        found = _column(table, name)[repeated]
        if found.astype(str).groupby(codes[repeated]).nunique().gt(1).any():
            countries = codes[repeated].unique().tolist()
            raise MinmapError(
                f"table has several rows for {_listed(countries)}, of different {name}: "
                f"{_listed(map(shown, _distinct(found)))}; {_cure(name, found)}."
            )
    for name in _ONE_OF:
        found = _column(table, name)
        if name != value and len(_distinct(found)) > 1:
            raise MinmapError(
                f"table has several values of {name!r}: {_listed(map(shown, _distinct(found)))}; "
                f"{_cure(name, found)}, or rename the column if it is of something else."
            )


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a column; of a table without it, or with several of that name, an empty one."""
    found = table.get(name)
    return found if isinstance(found, pd.Series) else pd.Series(None, table.index, dtype=object)


def _distinct(values: pd.Series) -> list[Any]:
    """Return the different values of a column, as they read, without missing ones."""
    return list({str(value): value for value in values.dropna().tolist()}.values())


def _listed(texts: Iterable[str]) -> str:
    found = list(texts)
    more = len(found) - _SHOWN
    return ", ".join(found[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _cure(name: str, values: pd.Series) -> str:
    return f"keep the rows of one, such as table[table[{name!r}] == {_distinct(values)[0]!r}]"


def described_series(areas: gpd.GeoDataFrame, looks: Looks) -> tuple[gpd.GeoDataFrame, Looks]:
    """Return countries and their look, whose legend has the series, the unit, year and source.

    What the maker of the map gives by keyword is kept.

    Parameters
    ----------
    areas
        The countries, with columns ``series``, ``unit`` and ``year`` if the table states them. The
        table is not changed. A share of the world total is added in per cent.
    looks
        Their look, with the column of the values as `color`.

    Examples
    --------
    >>> ore = gpd.GeoDataFrame({"ore": [1, 2], "unit": "kt", "year": 2025})
    >>> ore.attrs["sources"] = [{"title": "USGS"}]
    >>> _, looks = described_series(ore, Looks(color="ore"))
    >>> looks.legend.title, looks.legend.unit, looks.legend.note
    ('Ore, 2025', 'kt', 'Source: USGS')
    """
    unit, year = (_only(areas, name) for name in _ONE_OF)
    column = str(looks.color)
    if unit is None and year is None:
        return areas, looks
    title, own_unit = heading_of(column, has_numbers=is_measured(areas[column]))
    notes = [_source_note(areas)]
    if column == "share" and _is_of_statistics(areas):
        title, own_unit = "Share of the world", "%"
        notes.append(_bound_note(areas))
        areas, column = _with_per_cent(areas), _OF_WORLD
    series = _common_series(areas)
    if series:
        title = series if column == "value" else f"{series}: {title[:1].lower()}{title[1:]}"
    if own_unit is None and column not in _WITHOUT_UNIT:
        own_unit = unit
    wish = looks.legend
    legend = replace(
        wish,
        title=wish.title or (f"{title}, {year}" if year and column != "year" else title),
        unit=wish.unit or own_unit,
        note=joined_notes(*notes),
    )
    return areas, replace(looks, color=column, legend=legend)


def series_rows(areas: gpd.GeoDataFrame) -> dict[str, Any] | None:
    """Return the rows of the popups of `minmap.statistics`; None for any other table.

    Examples
    --------
    >>> from minmap.commodity_statistics import statistics
    >>> tin = statistics(commodity="tin", measure="reserves", year=2025)
    >>> series_rows(gpd.GeoDataFrame(tin))["value"]
    ('Reserves of tin', '{:,} metric tons, tin content')
    """
    series, unit = _common_series(areas), _only(areas, "unit")
    if series is None or unit is None or not _is_of_statistics(areas):
        return None
    has_forms = _only(areas, "series") is None
    left_out = _OF_ONE_FORM if has_forms else _OF_FORMS
    escaped = unit.replace("{", "{{").replace("}", "}}")
    rows = {"value": (series, f"{{:,}} {escaped}"), **_POPUP_ROWS}
    return {name: row for name, row in rows.items() if name not in left_out}


def column_of_values(table: pd.DataFrame) -> str:
    """Return the column of `minmap.statistics` that colours countries if none is named.

    Raises
    ------
    MinmapError
        If the table is another one. The message names columns of numbers.

    Examples
    --------
    >>> column_of_values(pd.DataFrame({"country": ["KAZ"], "mines": [12]}))
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: Map.add_countries needs value, the column that colours the countries;
    give it, such as Map.add_countries(table, value='mines').
    """
    is_table = isinstance(table, pd.DataFrame)
    if is_table and _is_of_statistics(table):
        return "value"
    numbers = [str(name) for name in table.select_dtypes("number")] if is_table else []
    like = repr(numbers[0]) if numbers else "..."
    raise MinmapError(
        "Map.add_countries needs value, the column that colours the countries; give it, such as "
        f"Map.add_countries(table, value={like})."
    )


def _is_of_statistics(areas: pd.DataFrame) -> bool:
    """Return whether a table has the columns of `minmap.statistics`."""
    numbers = [_column(areas, name).dtype == float for name in ("value", "share")]
    return all(numbers) and set(_POPUP_ROWS) <= {*areas.columns}


def _only(table: pd.DataFrame, name: str) -> str | None:
    """Return the one value of a column as text; None if it has none or several."""
    found = _distinct(_column(table, name))
    if len(found) != 1:
        return None
    (value,) = found
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_whole else value)


def _common_series(areas: gpd.GeoDataFrame) -> str | None:
    """Return the name of the series; of several that differ in what is in brackets, without it."""
    names = [str(name) for name in _distinct(_column(areas, "series"))]
    found = {name if len(names) == 1 else name.partition(" (")[0] for name in names}
    return found.pop() if len(found) == 1 else None


def _with_per_cent(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    per_cent = (areas["share"] * 100).map(lambda share: float(f"{share:.{_DIGITS}g}"))
    made = areas.assign(**{_OF_WORLD: per_cent})
    made.attrs = areas.attrs
    return made


def _source_note(areas: gpd.GeoDataFrame) -> str | None:
    """Return the sources of the values in words; the last source is that of the outlines."""
    titles = [str(one.get("title") or "") for one in areas.attrs.get("sources", ())]
    text = "; ".join(title for title in titles if title and title != SOURCE["title"])
    if not text:
        return None
    return f"Source: {text if len(text) <= _LONGEST else f'{text[: _LONGEST - 1]}…'}"


def _bound_note(areas: gpd.GeoDataFrame) -> str | None:
    """Return why shares are upper bounds; None if they are not."""
    is_bound = areas.get("share_qualifier", pd.Series(dtype=object)).eq(_AT_MOST)
    if not is_bound.any():
        return None
    nothing = pd.Series(dtype=object, index=areas.index)
    is_greater = areas.get("world_total_qualifier", nothing).eq("greater than")
    reason = "a lower bound" if is_greater[is_bound].all() else "incomplete"
    return f"Shares are at most these, since the world total is {reason}."
