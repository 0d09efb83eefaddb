"""The world tables of the source as they are shipped: series, values, notes."""

from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

import pandas as pd

from minmap.commodity_statistics.printed_values import read_value
from minmap.packaged_rows import packaged_rows

SOURCE: Final = {
    "id": "USGS Mineral Commodity Summaries 2026",
    "title": "USGS Mineral Commodity Summaries 2026",
    "citation": "National Minerals Information Center, 2026, Mineral Commodity Summaries 2026 data "
    "release (ver. 1.2, April 2026): U.S. Geological Survey data release, "
    "https://doi.org/10.5066/P1WKQ63T",
    "licence": "US public domain",
    "url": "https://doi.org/10.5066/P1WKQ63T",
    "credit": "USGS Mineral Commodity Summaries 2026",
    "vintage": "first posted 6 February 2026, version 1.2 of 15 April 2026",
}
"""Where all statistics come from."""

WORLD: Final = "world"
OTHER: Final = "other"
MEASURES: Final = ("production", "reserves", "capacity")

_ON_ALL_RESERVES: Final = "See Appendix C for resource and reserve definitions"
_ESTIMATED: Final = "e"


class Series(NamedTuple):
    """Values of one commodity, measure, detail and unit: a column of a table, or a part of one.

    Attributes
    ----------
    series
        Its number.
    name
        What it is of, in words.
    chapter, commodity, detail
        As printed; the detail without the word "rounded".
    codes
        Codes of the commodities, the main one first.
    measure
        One of `MEASURES`.
    unit
        The unit, and what it is of.
    column
        Number of the series whose total and other countries are those of the whole column.
    """

    series: int
    name: str
    chapter: str
    commodity: str
    codes: tuple[str, ...]
    measure: str
    detail: str
    unit: str
    column: int


@cache
def all_series() -> tuple[Series, ...]:
    """Return the series, in the order of the source."""
    return tuple(
        Series(
            series=int(row["series"]),
            name=row["name"],
            chapter=row["chapter"],
            commodity=row["commodity"],
            codes=tuple(row["codes"].split()),
            measure=row["measure"],
            detail=row["detail"],
            unit=row["unit"],
            column=int(row["column"]),
        )
        for row in packaged_rows(__package__, "data/series")
    )


@cache
def all_values() -> pd.DataFrame:
    """Return all values: those of countries, of other countries together and of the world.

    Returns
    -------
    pandas.DataFrame
        ``series``, ``year``, ``country`` (alpha-3, `WORLD` or `OTHER`), ``value`` (a number, or
        NaN), ``value_text`` (as printed), ``qualifier`` and ``note``, in the order of the source.
        It is shared: do not change it.
    """
    rows = packaged_rows(__package__, "data/values")
    texts = {row["note"]: row["text"] for row in packaged_rows(__package__, "data/notes")}
    notes = [_joined(texts[number] for number in row["notes"].split()) for row in rows]
    read = [
        read_value(row["value"], is_estimated=row["basis"] == _ESTIMATED, note=note)
        for row, note in zip(rows, notes, strict=True)
    ]
    return pd.DataFrame(
        {
            "series": [int(row["series"]) for row in rows],
            "year": [int(row["year"]) for row in rows],
            "country": [row["country"] for row in rows],
            "value": [value.number for value in read],
            "value_text": [row["value"] for row in rows],
            "qualifier": [value.qualifier for value in read],
            "note": notes,
        }
    )


@cache
def chapter_notes() -> dict[str, str]:
    """Return what the head of each chapter says of its data."""
    return {row["chapter"]: row["note"] for row in packaged_rows(__package__, "data/chapters")}


def _joined(notes: Iterable[str]) -> str:
    """Return notes as one text, without the one that all reserves have."""
    return " ".join(note for note in notes if not note.startswith(_ON_ALL_RESERVES))
