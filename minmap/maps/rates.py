"""Counts of areas per area or per head, and what a legend says of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_one_of, shown
from minmap.errors import MinmapError
from minmap.geodesy.measures import area_m2
from minmap.number_texts import as_numbers
from minmap.places.populations import populations
from minmap.scene.headings import heading_of, stated_unit
from minmap.style.classes import Classes, is_measured
from minmap.style.looks import Looks
from minmap.style.palettes import is_ramp
from minmap.style.table_columns import column_of

PER: Final = ("area", "population")
"""What counts can be divided by."""
COUNT_NOTE: Final = "Counts, not divided by area: large areas tend to have more."
_COUNTS: Final = {
    "count", "counts", "deposits", "localities", "mines", "n", "number", "occurrences", "points",
    "records", "sites", "total",
}  # fmt: skip
_IN_NAMES: Final = str.maketrans({" ": "_", "²": "2", ",": None})
_LARGE_KM2: Final = 1000  # without a fraction in the table
_AREAS_KM2: Final = (10_000, 100, 1)
_SCHEME: Final = "Quantiles"
_MILLION: Final = 1_000_000
_DIGITS: Final = 4


def rate_per(
    areas: gpd.GeoDataFrame, looks: Looks, per: Any, *, countries: str | None = None
) -> tuple[gpd.GeoDataFrame, Looks]:
    """Return areas coloured by their numbers per area or per head, with what they are divided by.

    Parameters
    ----------
    areas
        The areas. The table is not changed.
    looks
        Their look, with the column of the numbers as `color`.
    per
        ``"area"``, ``"population"``, or None to leave numbers as they are; then the legend of
        counts says so.
    countries
        Column of the alpha-3 codes of the areas; None for areas that are not countries.

    Returns
    -------
    areas : geopandas.GeoDataFrame
        The table with the columns ``area_km2``, or ``population`` and ``population_year``, and that
        of the rate. A rate is missing where the denominator is.
    looks : Looks
        The look with the rate as `color`, and its unit and the source of the denominator. Without
        a scheme of the maker's its classes are quantiles: rates are skewed, so that natural breaks
        put most areas into one class.

    Raises
    ------
    ChoiceError
        If `per` is neither of the two.
    MinmapError
        If the column has no numbers, there are shapes other than areas, or areas that are not
        countries are to be divided by their population.

    Notes
    -----
    Quantiles are one of the two methods, of seven, by which readers of maps of rates answered best:
    Brewer and Pickle (2002), https://doi.org/10.1111/1467-8306.00310.

    Examples
    --------
    >>> squares = [shapely.box(60, 0, 62, 1), shapely.box(62, 0, 63, 1)]
    >>> cells = gpd.GeoDataFrame({"mines": [6, 6]}, geometry=squares, crs=4326)
    >>> made, looks = rate_per(cells, Looks(color="mines"), "area")
    >>> made[looks.color].tolist(), looks.legend.unit
    ([2.437, 4.875], 'per 10,000 km²')
    """
    column = looks.color
    if per is None:
        return areas, _with_count_note(areas, looks)
    require_one_of(per, PER, name="per")
    values = as_numbers(column_of(areas, column, argument="color"))
    _require_rate(areas, values, per, countries)
    found = _by_area(areas, countries) if per == "area" else _by_population(areas[countries])
    name = f"{column}_{found.phrase}".translate(_IN_NAMES)
    rate = values / found.units.where(found.units > 0)
    made = areas.assign(**found.columns, **{name: rate.map(_rounded)})
    made.attrs = areas.attrs
    stated = stated_unit(areas, column)
    title, unit = heading_of(str(column), has_numbers=True, stated=stated)
    wish = looks.legend
    unit = " ".join(filter(None, (wish.unit or unit, found.phrase)))
    note = joined_notes(wish.note, found.note)
    wish = replace(wish, title=wish.title or title, unit=unit, note=note)
    return made, replace(looks, color=name, legend=wish, classes=_rate_classes(looks.classes))


class _Denominator(NamedTuple):
    """What the numbers of areas are divided by.

    Attributes
    ----------
    columns
        Its columns for the table of the areas.
    units
        How many of its units each area has.
    phrase, note
        Its unit and its source in words.
    """

    columns: pd.DataFrame
    units: pd.Series
    phrase: str
    note: str


def _by_area(areas: gpd.GeoDataFrame, countries: str | None) -> _Denominator:
    exact = pd.Series(area_m2(areas.geometry) / 1e6, index=areas.index)
    columns = pd.DataFrame({"area_km2": exact.where(exact < _LARGE_KM2, exact.round())})
    size = _area_unit(exact)
    note = "Area: Natural Earth" if countries else "Area: of the shapes, on the ellipsoid"
    return _Denominator(columns, exact / size, f"per {size:,} km²", note)


def _by_population(codes: pd.Series) -> _Denominator:
    people = populations().reindex(codes)
    columns = people.rename(columns={"year": "population_year"}).astype("Int64")
    columns.index = codes.index
    count = columns["population"].astype("float64") / _MILLION
    years = columns["population_year"].dropna()
    span = dict.fromkeys(map(str, (years.min(), years.max()))) if len(years) else ()
    note = f"Population: Natural Earth, {'–'.join(span)}"
    return _Denominator(columns, count, "per million people", note)


def _require_rate(
    areas: gpd.GeoDataFrame, values: pd.Series, per: str, countries: str | None
) -> None:
    if not is_measured(values):
        raise MinmapError(
            f"per={per!r} divides numbers, and {shown(values.name)} has none; leave it out, or "
            "name a column of numbers."
        )
    if not np.isin(shapely.get_dimensions(areas.geometry.to_numpy()), (-1, 2)).all():
        raise MinmapError(
            f"per={per!r} is for areas, and the table has points or lines; leave it out, or count "
            "them in areas first."
        )
    if per == "population" and countries is None:
        raise MinmapError(
            "per='population' is for countries, whose populations minmap has: give it to "
            "Map.add_countries, or divide by a column of your own and give color= the result."
        )


def _area_unit(areas_km2: pd.Series) -> int:
    """Return the square kilometres of a rate: the greatest unit that most areas hold."""
    middle = areas_km2.median()
    return next((size for size in _AREAS_KM2 if size <= middle), _AREAS_KM2[-1])


def _rate_classes(classes: Classes) -> Classes:
    is_wished = classes.scheme is not None
    has_order = classes.palette is None or is_ramp(classes.palette)
    return classes if is_wished or not has_order else replace(classes, scheme=_SCHEME)


def _rounded(rate: float) -> float:
    return float(f"{rate:.{_DIGITS}g}")


def _with_count_note(areas: gpd.GeoDataFrame, looks: Looks) -> Looks:
    """Return a look whose legend says that counts are not divided by anything."""
    column = looks.color
    if not isinstance(column, str) or column not in areas.columns:
        return looks
    words = set(re.split(r"[^a-z]+", column.lower()))
    if not words & _COUNTS or "per" in words:
        return looks
    has_areas = (shapely.get_dimensions(areas.geometry.to_numpy()) == 2).any()
    if not has_areas or not is_measured(as_numbers(column_of(areas, column, argument="color"))):
        return looks
    note = joined_notes(looks.legend.note, COUNT_NOTE)
    return replace(looks, legend=replace(looks.legend, note=note))


def joined_notes(*notes: str | None) -> str | None:
    """Return notes as sentences of one text; None if there are none.

    Examples
    --------
    >>> joined_notes("Source: USGS", None, "Area: Natural Earth")
    'Source: USGS. Area: Natural Earth'
    """
    given = [note for note in notes if note]
    return " ".join([*(f"{note.rstrip('.')}." for note in given[:-1]), *given[-1:]]) or None
