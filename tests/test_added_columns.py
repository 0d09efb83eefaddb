"""Columns of numbers that minmap adds to an occurrence table, written and read back."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from pandas.testing import assert_series_equal

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.table import COLUMN_NAMES
from minmap.writing.added_columns import ADDED, added_dtypes

pytestmark = pytest.mark.exhaustive

KURYK = "kuryk-port-alat"
FORMATS = (".csv", ".xlsx", ".geojson", ".kml", ".gpkg", ".parquet")


@cache
def tables() -> dict[str, gpd.GeoDataFrame]:
    """Return a result of each function that adds columns of numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        major = mm.read(mm.sample("major_deposits_central_asia.csv"))
        critical = mm.read(mm.sample("pp1802_central_asia.csv"))
        few = major[[name for name in major.columns if name in COLUMN_NAMES]].head(12)
        past = ["RUS", "IRN"]
        return {
            "merge": mm.merge(major, critical, links=mm.link(major, critical)),
            "nearest": mm.nearest(few, mm.corridor("middle")),
            "access": mm.access(few, to="poti_port", avoid=past),
            "closed_access": mm.closed_access(few, to="poti_port", legs=KURYK, avoid=past),
        }


def numbers_of(table: gpd.GeoDataFrame) -> list[str]:
    own = [name for name in table.columns if name not in COLUMN_NAMES]
    return [name for name in own if pd.api.types.is_numeric_dtype(table[name].dtype)]


@pytest.mark.parametrize("function", ["merge", "nearest", "access", "closed_access"])
def test_every_number_that_minmap_adds_is_known_with_its_dtype(function: str) -> None:
    table = tables()[function]
    assert len(table)
    expected = {name: str(table[name].dtype) for name in numbers_of(table)}
    assert expected
    assert added_dtypes(table.columns) == expected


def test_every_known_column_is_one_that_a_function_adds() -> None:
    made = {name for table in tables().values() for name in numbers_of(table)}
    assert {name for _, dtypes in ADDED for name in dtypes} == made


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("function", ["merge", "nearest", "access", "closed_access"])
def test_numbers_that_minmap_added_come_back_as_numbers(
    tmp_path: Path, function: str, ending: str
) -> None:
    table = tables()[function]
    path = tmp_path / f"table{ending}"
    mm.write(table, path)
    again = mm.read(path)
    for name in numbers_of(table):
        found, expected = (one[name].reset_index(drop=True) for one in (again, table))
        assert_series_equal(found, expected, rtol=1e-12)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_sites_of_a_file_are_asked_and_counted_as_the_documentation_does(
    tmp_path: Path, ending: str
) -> None:
    sites = tables()["merge"]
    mm.write(sites, tmp_path / f"sites{ending}")
    again = mm.read(tmp_path / f"sites{ending}")
    unsure = again["site_probability"] < 0.8
    assert unsure.sum() == (sites["site_probability"] < 0.8).sum() > 0
    more = mm.merge(again, sites.head(0))
    assert more["site_count"].sum() == sites["site_count"].sum()


def test_columns_of_the_users_own_stay_as_they_are_written(tmp_path: Path) -> None:
    sites = tables()["merge"].drop(columns=["site_facts"])
    texts = pd.Series("007", sites.index, dtype="str")
    table = sites.assign(hours=texts, borders=texts, distance_km=texts, grade=texts)
    table["site_count"] = table["site_count"].astype("str").mask(table.index == 3, "2 or 3")
    mm.write(table, tmp_path / "sites.csv")
    again = mm.read(tmp_path / "sites.csv")
    for name in ("hours", "borders", "distance_km", "grade"):
        assert again[name].unique().tolist() == ["007"]
    assert again["site_count"][3] == "2 or 3"
    assert again["site_probability"].dtype == "Float64"
