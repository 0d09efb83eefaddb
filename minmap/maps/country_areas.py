"""A table of countries as areas of the map."""

from __future__ import annotations

import copy
import warnings

import geopandas as gpd
import pandas as pd

from minmap import vocabulary
from minmap.errors import MinmapError, MinmapWarning
from minmap.places.country_polygons import SOURCE, land_of
from minmap.style.table_columns import column_of, is_geometry
from minmap.vocabulary.terms import parse_terms

NOTE = (
    "Borders as Natural Earth draws them: who holds the ground, not who has a right to it. "
    "Countries without a value are left blank."
)


def on_countries(table: pd.DataFrame, *, value: str, by: str) -> gpd.GeoDataFrame:
    """Put the rows of a table onto the land of the country that each is of.

    Parameters
    ----------
    table
        One row a country; its geometry, if it has any, is left out. Not changed.
    value
        Column that is to be shown.
    by
        Column of the countries: ISO 3166-1 alpha-3 or a name that `minmap.read` knows.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows in their order, ``name`` first; without geometry where there is no such land.
        ``attrs["sources"]`` are the table's and Natural Earth.

    Raises
    ------
    ChoiceError
        If `value` or `by` is no column.
    MinmapError
        If `table` is none, `value` or `by` names several columns, or a country has several rows.

    Warns
    -----
    MinmapWarning
        Of the rows that have no land, by what they hold.

    Examples
    --------
    >>> counts = pd.DataFrame({"country": ["KAZ", "Kyrgyzstan"], "mines": [12, 3]})
    >>> on_countries(counts, value="mines", by="country")[["name", "country", "mines"]]
             name country  mines
    0  Kazakhstan     KAZ     12
    1  Kyrgyzstan     KGZ      3
    """
    if not isinstance(table, pd.DataFrame):
        raise MinmapError(
            f"table is a {type(table).__name__}, not a DataFrame; give one with a column of "
            "countries and one of values, for example pandas.Series(table).rename_axis('country')"
            ".reset_index(name='value')."
        )
    named = column_of(table, by, argument="by")
    column_of(table, value, argument="value")
    by, value = str(by), str(value)
    plain = pd.DataFrame(table.loc[:, [not is_geometry(kind) for kind in table.dtypes]])
    plain.columns = pd.Index([str(name) for name in plain.columns])
    plain.attrs = {}
    codes, _ = parse_terms(named, "countries")
    twice = codes[codes.notna() & codes.duplicated()].unique()
    if len(twice):
        raise MinmapError(
            f"by={by!r} has several rows for {', '.join(twice)}; give one row a country, for "
            f"example by table.groupby({by!r}, as_index=False)[{value!r}].sum()."
        )
    land = land_of(codes)
    _report(named[land.isna()], of=len(plain))
    plain[by] = codes
    if "name" not in plain:
        names = vocabulary.countries().set_index("code")["name"]
        plain.insert(0, "name", codes.map(names).fillna(codes))
        if value != f"{by}_name":
            plain = plain.drop(columns=f"{by}_name", errors="ignore")
    frame = gpd.GeoDataFrame(plain, geometry=land)
    given = table.attrs.get("sources")
    frame.attrs["sources"] = [*(copy.deepcopy(given) if isinstance(given, list) else []), SOURCE]
    return frame


def _report(left: pd.Series, *, of: int) -> None:
    if not len(left):
        return
    counts = left.astype(object).where(left.notna(), "no country").value_counts()
    listed = ", ".join(f"{text} ({count})" for text, count in counts.items())
    warnings.warn(
        f"{len(left)} of {of} rows cannot be drawn, since no land of theirs is known: {listed}.",
        MinmapWarning,
        stacklevel=5,  # where the user calls Map.add_countries
    )
