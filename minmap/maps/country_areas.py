"""Areas of countries with the values of a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from minmap.errors import MinmapError, warn
from minmap.maps.country_series import require_one_series
from minmap.places.country_polygons import SOURCE, land_of
from minmap.reading.known_sources import described_sources
from minmap.scene.code_labels import words_of
from minmap.style.classes import SCHEMES, Classes, is_measured
from minmap.style.house_style import Style
from minmap.style.looks import Looks
from minmap.style.palettes import is_ramp
from minmap.style.table_columns import column_of, is_geometry
from minmap.vocabulary import parse_terms

NOTE = (
    "Borders as Natural Earth draws them: who holds the ground, not who has a right to it. "
    "Countries that are not in the table are left blank."
)
_NO_COUNTRY = "no country"


def on_countries(
    table: pd.DataFrame, *, value: str, by: str, language: str = "en"
) -> gpd.GeoDataFrame:
    """Return the rows of a table with the land of their countries as geometry.

    Parameters
    ----------
    table
        One row per country. Its own geometries are left out; the table is not changed.
    value
        Column that colours the countries.
    by
        Column of the countries: ISO 3166-1 alpha-3 or a name that `minmap.read` knows.
    language
        Language of the names, if the table has none.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows in their order, ``name`` first, without geometry if the country is unknown.
        ``attrs["sources"]`` are those of the table, and Natural Earth.

    Raises
    ------
    ChoiceError
        If `value` or `by` is not a column.
    MinmapError
        If `table` is not a DataFrame, `value` or `by` names several columns, a country has several
        rows, or the values have several units or years.

    Warns
    -----
    MinmapWarning
        If rows have no land, with the counts of their values.

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
    given = column_of(table, by, argument="by")
    column_of(table, value, argument="value")
    by, value = str(by), str(value)
    rows = pd.DataFrame(table.loc[:, [not is_geometry(kind) for kind in table.dtypes]])
    rows.columns = pd.Index([str(name) for name in rows.columns])
    rows.attrs = {}
    codes, _ = parse_terms(given, "countries")
    require_one_series(rows, codes, value)
    _require_one_row_each(given, codes, value)
    land = land_of(codes)
    _report(given[land.isna()], of=len(rows))
    rows[by] = codes
    if "name" not in rows:
        # The page lists what it cannot draw by name.
        words = codes.map(words_of("country", language)).fillna(codes)
        rows.insert(0, "name", words.fillna(given.astype(object)).fillna(_NO_COUNTRY))
        if value != f"{by}_name":
            rows = rows.drop(columns=f"{by}_name", errors="ignore")
    areas = gpd.GeoDataFrame(rows, geometry=land)
    areas.attrs["sources"] = [*_sources(table), SOURCE]
    return areas


def _sources(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the sources of a table; if it has none, those that its column ``source`` names."""
    sources = described_sources(table)
    if sources or "source" not in table or not table.columns.is_unique:
        return sources
    named = table["source"].dropna().astype(str).unique()
    return [{"title": title} for title in named if title.strip()]


def _require_one_row_each(given: pd.Series, codes: pd.Series, value: str) -> None:
    """Raise if a country has several rows, with the texts that name it."""
    several = codes.notna() & codes.duplicated(keep=False)
    if not several.any():
        return
    texts = given[several].astype(str).groupby(codes[several]).unique()
    named = [f"{code} ({', '.join(map(repr, found))})" for code, found in texts.items()]
    name = str(given.name)
    cure = "write one name per country, then " if any(len(found) > 1 for found in texts) else ""
    raise MinmapError(
        f"by={name!r} has several rows for {', '.join(named)}; {cure}give one row per country, for "
        f"example by table.groupby({name!r}, as_index=False)[{value!r}].sum()."
    )


def country_looks(values: pd.Series, looks: Looks, *, house: Style) -> Looks:
    """Return the look of countries; numbers are in classes, however few, if nothing else is wished.

    Zero is then a class of its own: a country without any is not one with a little.

    Parameters
    ----------
    values
        The column that colours them.
    looks
        The look that the maker of the map wishes.
    house
        The style of the map.

    Examples
    --------
    >>> mines = pd.Series([12, 3], name="mines")
    >>> looks = country_looks(mines, Looks(color="mines"), house=Style())
    >>> looks.color, looks.classes.scheme
    ('mines', 'NaturalBreaks')
    """
    classes = replace(looks.classes, palette=None)
    has_order = looks.classes.palette is None or is_ramp(looks.classes.palette)
    if classes == Classes() and has_order and not looks.by_age and is_measured(values):
        made = replace(looks.classes, scheme=SCHEMES[0], zero_apart=True)
        looks = replace(looks, classes=made)
    return replace(looks, house=house)


def _report(left_out: pd.Series, *, of: int) -> None:
    if not len(left_out):
        return
    counts = left_out.astype(object).where(left_out.notna(), _NO_COUNTRY).value_counts()
    listed = ", ".join(f"{text} ({count})" for text, count in counts.items())
    warn(
        f"{len(left_out)} of {of} rows cannot be drawn, because their country has no outline: "
        f"{listed}.",
    )
