"""Statistics by country, with shares and ranks."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.arguments import (
    NoOptions,
    require_one_of,
    require_text,
    require_whole,
    require_words,
    shown,
    with_options,
)
from minmap.commodity_statistics.chosen_series import series_of_commodity
from minmap.commodity_statistics.world_tables import (
    MEASURES,
    OTHER,
    SOURCE,
    WORLD,
    Series,
    all_series,
    all_values,
    chapter_notes,
)
from minmap.errors import ChoiceError, warn
from minmap.types import TEXT
from minmap.vocabulary import labels

_LIKE_YEAR: Final = 2025
_LAST_YEAR: Final = 9999
_YEAR: Final = re.compile(r"[0-9]{4}")
_RESOURCES: Final = frozenset({"resource", "resources", "mineral resources"})
# Totals of production that leave out a country whose value is withheld are too small.
_WITHOUT: Final = re.compile(r"(?:Excludes|Does not include) .*?(?:U\.S\.|United States)[^.]*")
_COLUMNS: Final = (
    "country", "country_name", "series", "commodity", "commodity_name", "measure", "detail",
    "unit", "year",
    "value", "value_text", "qualifier", "share", "share_qualifier", "rank", "ranked",
    "world_total", "world_total_text", "world_total_qualifier", "other_countries", "note",
    "world_total_note", "source", "citation",
)  # fmt: skip
_NUMBERS: Final = frozenset({"year", "value", "share", "rank", "ranked", "world_total"})
_TEXTS: Final = [name for name in _COLUMNS if name not in _NUMBERS]
_SERIES_YEAR: Final = ["series", "year"]
_BY_COUNTRY: Final = "keep rows of its result, such as stats[stats['country'] == 'KAZ']."
_CURES: Final = dict.fromkeys(("country", "countries", "country_name"), _BY_COUNTRY)
_DETAILS: Final = "What the source prints, such as 'Mine production', is in the column detail."


@with_options(NoOptions, {}, cures=_CURES)
def statistics(
    *,
    commodity: str | Iterable[str] | None = None,
    measure: str | None = None,
    year: int | str | None = None,
) -> pd.DataFrame:
    """Return production, reserves or capacity by country, with the share and rank of each.

    The values are those of the world tables of the USGS Mineral Commodity Summaries 2026, as
    printed and as numbers. `Map.add_countries` draws them.

    Parameters
    ----------
    commodity
        One or several: a name of the source, such as "Titanium Sponge Metal", which means this
        only, or any word that `minmap.vocabulary.resolve_commodity` knows, such as "chromium" or
        "Cr". "titanium" means the metal, the pigment and the minerals. A group, such as "REE", has
        its members too. None means all.
    measure
        ``"production"``, ``"reserves"`` or ``"capacity"``, in any case. The source has no
        resources by country. None means all.
    year
        2024 or 2025; one value is of 2023. Most values of 2025 are estimates. None means all.

    Returns
    -------
    pandas.DataFrame
        One row for each country, series and year, the largest value of a series first. A series has
        one commodity, measure, detail and unit. **Values of two series must not be added**: ore
        and its content are two details of one commodity. Columns:

        - ``country`` (ISO 3166-1 alpha-3), ``country_name``
        - ``series``: what the values are of, such as "Mine production of tin"
        - ``commodity``: codes of minmap, the main one first; ``commodity_name``: as printed
        - ``measure``, ``detail`` (as printed), ``unit`` (with what it is of), ``year``
        - ``value``: the number, missing if there is none; ``value_text``: as printed
        - ``qualifier``: "estimated", "withheld", "not available", "zero", "less than half the
          unit", "in words" and the like; missing for a plain number
        - ``share``: of the world total, 0 to 1; ``share_qualifier`` is "at most" where the total
          is a lower bound, or leaves out what the United States withhold
        - ``rank``, ``ranked``: rank among the countries of the series with a value above zero, and
          their number; equal values share the best rank
        - ``world_total``, ``world_total_text``, ``world_total_qualifier``, ``world_total_note``:
          of the world, as the source rounds it. Countries whose detail names a form, such as
          "Mine production: steatite", share the total of all forms
        - ``other_countries``: countries that the source does not list, together, as printed
        - ``note``: notes of the source on the value
        - ``source``, ``citation``

        The world and other countries have no rows, so that no sum counts them.
        ``attrs["sources"]`` is the source, ``attrs["chapter_notes"]`` what it says of each
        commodity, and ``attrs["without_countries"]`` lists series that have no row for a country,
        such as world production of scandium, as printed.

    Raises
    ------
    ChoiceError
        If `commodity` or `measure` is unknown, or there are no such statistics; the message lists
        what there is.
    MinmapError
        If `commodity` is not text, or `year` is no whole number.

    Warns
    -----
    MinmapWarning
        If no country has a row, but the world has.

    Notes
    -----
    Reserves are as defined in Appendix C of the Mineral Commodity Summaries; for some countries
    they are national figures of another classification, which the notes name. Totals and many
    values are rounded to two or three digits, and shares are no better than these.

    References
    ----------
    National Minerals Information Center, 2026, Mineral Commodity Summaries 2026 data release
    (ver. 1.2, April 2026): U.S. Geological Survey data release, https://doi.org/10.5066/P1WKQ63T

    Examples
    --------
    >>> chromium = statistics(commodity="chromium", measure="reserves", year=2025)
    >>> chromium["unit"].unique().item()
    'thousand metric tons, Cr2O3 content'
    >>> print(chromium[["country", "value", "share", "rank"]].round(3).head(3).to_string())
      country     value  share  rank
    0     ZAF  110000.0  0.204     1
    1     KAZ  100000.0  0.185     2
    2     ZWE   78000.0  0.144     3
    >>> chromium[["world_total_text", "share_qualifier"]].drop_duplicates().values.tolist()
    [['>540,000', 'at most']]
    >>> statistics(commodity="coal")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: commodity='coal' (Coal) has no statistics in USGS Mineral Commodity
    Summaries 2026; statistics()['commodity_name'].unique() lists all.
    """
    series = _chosen(commodity, measure)
    values = all_values()
    values = values[values["series"].isin([one.series for one in series])]
    if year is not None:
        values = values[values["year"] == _whole_year(year)]
    if values.empty:
        raise ChoiceError(_nothing_of(series, commodity, measure, year))
    rows = _with_totals(_ranked(values))
    described = {one.series: one for one in series}
    table = _described(rows[~rows["country"].isin([WORLD, OTHER])], described)
    table.attrs = {
        "sources": [dict(SOURCE)],
        "chapter_notes": _chapter_notes(series),
        "without_countries": _without_countries(values, described),
    }
    if table.empty:
        warn(_only_world(table.attrs["without_countries"]))
    return table


def _chosen(commodity: str | Iterable[str] | None, measure: str | None) -> tuple[Series, ...]:
    series = all_series()
    if commodity is not None:
        words = require_words(commodity, name="commodity", like="chromium")
        numbers = {one.series for word in words for one in series_of_commodity(word, series)}
        series = tuple(one for one in series if one.series in numbers)
    if measure is None:
        return series
    wanted = _known_measure(measure)
    chosen = tuple(one for one in series if one.measure == wanted)
    if not chosen:
        raise ChoiceError(_nothing_of(series, commodity, measure, None))
    return chosen


def _known_measure(measure: str) -> str:
    """Return the measure that a text means, in any case."""
    plain = require_text(measure, name="measure", like="reserves").strip().casefold()
    if plain in _RESOURCES:
        raise ChoiceError(
            f"measure={shown(measure)} has no statistics in {SOURCE['title']}: it has reserves by "
            "country, a part of the resources; give measure='reserves' for these."
        )
    known = plain if plain in MEASURES else measure
    return require_one_of(known, MEASURES, name="measure", more=_DETAILS)


def _whole_year(year: int | str) -> int:
    is_text = isinstance(year, str) and _YEAR.fullmatch(year.strip())
    number = int(year) if is_text else year
    return require_whole(number, name="year", like=_LIKE_YEAR, least=0, most=_LAST_YEAR)


def _nothing_of(
    series: Sequence[Series], commodity: object, measure: str | None, year: int | str | None
) -> str:
    """Return the message for a choice without any values: what there is instead."""
    values = all_values()
    numbers = {one.series: one.measure for one in series}
    there = values[values["series"].isin(numbers)]
    pairs = sorted(zip(there["series"].map(numbers), there["year"], strict=True))
    found = ", ".join(dict.fromkeys(f"{kind} of {when}" for kind, when in pairs))
    given = {"commodity": commodity, "measure": measure, "year": year}
    asked = ", ".join(f"{name}={value!r}" for name, value in given.items() if value is not None)
    return f"{asked} has no statistics in {SOURCE['title']}; it has: {found or 'none'}."


def _ranked(values: pd.DataFrame) -> pd.DataFrame:
    """Return values with their rank among the countries of their series, and the largest first."""
    is_country = ~values["country"].isin([WORLD, OTHER])
    listed = values["value"].where(is_country & (values["value"] > 0))
    groups = listed.groupby([values["series"], values["year"]])
    rows = values.assign(
        rank=groups.rank(method="min", ascending=False).astype("Int64"),
        ranked=groups.transform("count").astype("Int64"),
    )
    return rows.sort_values([*_SERIES_YEAR, "rank"], kind="stable", na_position="last")


def _with_totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the total and the other countries of their column of the table."""
    columns = {one.series: one.column for one in all_series()}
    rows = rows.assign(column=rows["series"].map(columns))
    values = all_values().rename(columns={"series": "column"})
    # Of a column in parts, the source has one row for other countries, in any of the parts.
    values = values.assign(column=values["column"].map(columns))
    names = {"value": "total", "value_text": "text", "qualifier": "qualifier", "note": "note"}
    world = values[values["country"] == WORLD].rename(
        columns={name: f"world_{new}" for name, new in names.items()}
    )
    other = values[values["country"] == OTHER].rename(columns={"value_text": "other_countries"})
    key = ["column", "year"]
    world = world[[*key, *(f"world_{new}" for new in names.values())]]
    rows = rows.merge(world, on=key, how="left", validate="many_to_one")
    rows = rows.merge(other[[*key, "other_countries"]], on=key, how="left", validate="many_to_one")
    is_small = rows["world_note"].fillna("").str.contains(_WITHOUT)
    is_bound = rows["world_qualifier"].eq("greater than") | is_small
    share = rows["value"] / rows["world_total"].where(rows["world_total"] > 0)
    return rows.assign(
        share=share, share_qualifier=np.where(is_bound & share.notna(), "at most", "")
    )


def _described(rows: pd.DataFrame, series: dict[int, Series]) -> pd.DataFrame:
    """Return the rows of countries with the columns of the result."""
    kinds = [series[number] for number in rows["series"]]
    table = rows.assign(
        country_name=rows["country"].map(labels("country")),
        series=[kind.name for kind in kinds],
        commodity=[" ".join(kind.codes) for kind in kinds],
        commodity_name=[kind.commodity for kind in kinds],
        measure=[kind.measure for kind in kinds],
        detail=[kind.detail for kind in kinds],
        unit=[kind.unit for kind in kinds],
        source=SOURCE["id"],
        citation=SOURCE["citation"],
    ).rename(
        columns={
            "world_text": "world_total_text",
            "world_qualifier": "world_total_qualifier",
            "world_note": "world_total_note",
        }
    )
    table = table[list(_COLUMNS)].reset_index(drop=True)
    texts = table[_TEXTS].astype(TEXT)
    printed = ["value_text", "world_total_text", "other_countries"]
    missing = texts.drop(columns=printed).replace("", np.nan)
    table[_TEXTS] = texts.assign(**{str(name): missing[name] for name in missing})
    return table.astype({**dict.fromkeys(_TEXTS, TEXT), "year": "Int64"})


def _chapter_notes(series: Iterable[Series]) -> dict[str, str]:
    notes = chapter_notes()
    return {one.commodity: notes[one.chapter] for one in series if notes[one.chapter]}


def _without_countries(values: pd.DataFrame, series: dict[int, Series]) -> list[dict[str, Any]]:
    """Return the values of columns without countries, as printed."""
    columns = values["series"].map({number: one.column for number, one in series.items()})
    key = [columns, values["year"]]
    is_country = ~values["country"].isin([WORLD, OTHER])
    alone = values[~is_country.groupby(key).transform("any")]
    return [
        {
            **{
                name: getattr(series[row["series"]], name) for name in ("measure", "detail", "unit")
            },
            "commodity_name": series[row["series"]].commodity,
            "of": {WORLD: "world", OTHER: "other countries"}[row["country"]],
            **{name: row[name] for name in ("year", "value_text", "qualifier", "note")},
        }
        for row in alone.to_dict("records")
    ]


def _only_world(stated: Sequence[dict[str, Any]]) -> str:
    texts = [
        f"{one['measure']} of {one['commodity_name']} in {one['year']}: {one['value_text'] or '-'} "
        f"{one['unit']} ({one['detail']})"
        for one in stated
    ]
    return (
        f"{SOURCE['title']} lists no country for this; attrs['without_countries'] has what it "
        f"states: {'; '.join(texts)}."
    )
