"""Tables of border crossings that a user gives: what is refused, and how the message says so."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

import minmap as mm
from minmap.transport.network.border_crossings import CROSSING_COLUMNS, given_crossings

NO_NUMBERS = ("8", "", [8], {"h": 8}, None, np.nan, pd.NA, True, np.inf, 10**400, 1e300, -1)
NO_IDS = ("", "two words", " any-road", 5, None, ["a"], b"a")


def with_value(column: str, value: Any, *, row: str = "any-road") -> gpd.GeoDataFrame:
    """Return the shipped table with one value changed."""
    table = mm.crossings()
    pairs = zip(table["crossing_id"], table[column], strict=True)
    table[column] = pd.Series([value if key == row else old for key, old in pairs], dtype=object)
    return table


@pytest.mark.parametrize(
    "value", [*NO_NUMBERS, datetime.date(2024, 1, 1)], ids=lambda x: f"{x!r:.12}"
)
@pytest.mark.parametrize("column", ["hours_ab", "usd_t_ba_high"])
def test_a_figure_that_is_no_number_names_the_row(column: str, value: Any) -> None:
    with pytest.raises(mm.MinmapError, match=rf"crossings\['{column}'\] of 'any-road'=.*number"):
        given_crossings(with_value(column, value))


@pytest.mark.parametrize("value", NO_IDS, ids=lambda x: f"{x!r:.12}")
def test_an_id_is_one_word(value: Any) -> None:
    with pytest.raises(mm.MinmapError, match=r"crossings\['crossing_id'\]=.* is not one word"):
        given_crossings(with_value("crossing_id", value, row="torugart"))


@pytest.mark.parametrize("value", ["ajar", "", None, ["open"], 1, np.nan])
@pytest.mark.parametrize("column", ["mode", "status", "country_a"])
def test_an_unknown_word_is_an_error_of_choice(column: str, value: Any) -> None:
    with pytest.raises(mm.ChoiceError, match=rf"^crossings\['{column}'\]="):
        given_crossings(with_value(column, value, row="torugart"))


@pytest.mark.parametrize("place", [Point(np.inf, 1), Point(1000, 1), Point(71, 41).buffer(0.1)])
def test_a_place_is_a_point_on_the_earth(place: Any) -> None:
    table = mm.crossings()
    table.loc[5, "geometry"] = place
    with pytest.raises(mm.GeometryError, match="is no point on the Earth"):
        given_crossings(table)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop(columns="mode"), "lacks the columns mode"),
        (lambda table: pd.concat([table, table[["mode"]]], axis=1), "'mode' more than once"),
        (lambda table: table.iloc[[0, *range(len(table))]], "more than once"),
        (lambda table: table[table["crossing_id"] != "any-rail"], "lacks 'any-rail'"),
        (lambda table: table.iloc[:0], "lacks 'any-"),
        (lambda table: table.assign(hours_ab_low=table["hours_ab"] + 1), "rising order"),
        (pd.DataFrame, "crossings"),
    ],
)
def test_a_table_that_is_not_whole_is_refused(change: Callable[..., Any], message: str) -> None:
    with pytest.raises(mm.MinmapError, match=message):
        given_crossings(change(mm.crossings()))


def test_a_changed_table_is_taken_and_left_as_it_is() -> None:
    table = with_value("hours_ab_high", 40).set_index("crossing_id", drop=False)
    before = table.copy()
    given = given_crossings(table.to_crs(3857))
    assert given.set_index("crossing_id").loc["any-road", "hours_ab_high"] == 40
    assert given.crs == 4326
    assert [*given.columns] == [*CROSSING_COLUMNS, "geometry"]
    assert table.equals(before)
