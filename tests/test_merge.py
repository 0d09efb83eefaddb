"""Merging: every record and every source stays."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

import minmap as mm
from minmap.errors import CRSError, MinmapError
from minmap.linking.merging import merge
from minmap.table import COLUMN_NAMES


def frame(name, x, *, crs=4326, **columns):
    shapes = gpd.GeoSeries([Point(x, 45)], crs=4326).to_crs(crs)
    return gpd.GeoDataFrame({"name": [name], **columns}, geometry=shapes)


def test_records_follow_one_another_and_inputs_stay():
    first, second = frame("Kounrad", 75, grade=[0.6]), frame("Almalyk", 69, grade=[0.4])
    second.index = [7]
    second.attrs["sources"] = [{"id": "mine", "title": "Mine"}]
    both = merge(first, second)
    assert both["name"].tolist() == ["Kounrad", "Almalyk"]
    assert both.columns.tolist() == [*COLUMN_NAMES, "grade"]
    assert both.index.tolist() == [0, 1]
    assert both["grade"].tolist() == [0.6, 0.4]
    assert both["grade"].dtype == "float64"
    assert both.attrs["sources"] == [{"id": "mine", "title": "Mine"}]
    both.attrs["sources"][0]["title"] = "changed"
    assert second.attrs["sources"][0]["title"] == "Mine"
    assert second.index.tolist() == [7]


def test_a_column_of_two_kinds_becomes_text_and_an_absent_one_is_missing():
    both = merge(frame("a", 75, code=[5]), frame("b", 70, code=["x"]), frame("c", 71))
    assert both["code"].tolist()[:2] == ["5", "x"]
    assert pd.isna(both["code"][2])


def test_systems_are_brought_together():
    both = merge(frame("a", 75), frame("b", 70, crs=32642))
    assert both.crs == "EPSG:4326"
    assert both.geometry[1].x == pytest.approx(70)


@pytest.mark.filterwarnings("ignore::minmap.MinmapWarning")  # what they note is tested elsewhere
def test_the_two_usgs_tables(shared):
    major = mm.read(shared / "deposits" / "usgs_major_deposits" / "deposit.csv")
    critical = mm.read(shared / "deposits" / "usgs_pp1802" / "PP1802_CritMin_pts.csv")
    both = merge(major, critical)
    assert len(both) == 3_168 + 2_121
    assert both["occurrence_id"].is_unique
    assert [source["id"] for source in both.attrs["sources"]] == ["major_deposits", "pp1802"]


def test_nothing_to_merge_and_no_system_are_errors():
    with pytest.raises(MinmapError, match="no table"):
        merge()
    with pytest.raises(CRSError):
        merge(frame("a", 75).set_crs(None, allow_override=True))


@pytest.mark.parametrize("given", [[[1, 2]], [None], ["a.csv"]])
def test_what_is_no_table_is_named(given):
    with pytest.raises(MinmapError, match=r"argument 2 of merge\(\) is a \w+; pass GeoDataFrames"):
        merge(frame("a", 75), *given)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([True, False], "boolean"),
        ([2**53 + 1, 1], "Int64"),
        (pd.array([1, 2], dtype="uint8"), "UInt8"),
        (pd.array([1, 2], dtype="int64[pyarrow]"), "int64[pyarrow]"),
        (pd.arrays.SparseArray([False, True]), "boolean"),
        (pd.arrays.SparseArray([2**53 + 1, 0]), "Int64"),
        (pd.interval_range(0.0, 2.0), "interval[float64, right]"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_column_that_a_table_lacks_is_missing_there_and_exact_elsewhere(values, dtype, first):
    given = frame("a", 75).iloc[[0, 0]].assign(mine=values)
    both = merge(given, frame("b", 70)) if first else merge(frame("b", 70), given)
    assert str(both["mine"].dtype) == dtype
    assert both["mine"].isna().tolist() == [name == "b" for name in both["name"]]
    assert both["mine"].dropna().tolist() == list(values)


def test_values_whose_dtype_has_no_missing_ones_become_text():
    given = frame("a", 75).iloc[[0, 0]].assign(mine=pd.interval_range(0, 2))
    assert merge(given, frame("b", 70))["mine"].tolist()[:2] == ["(0, 1]", "(1, 2]"]
    assert str(merge(given, given)["mine"].dtype) == "interval[int64, right]"


def test_other_geometries_keep_their_system_or_become_text():
    one, other = (
        frame("a", 75).assign(foot=frame("b", 70, crs=crs).geometry) for crs in (4326, 32642)
    )
    assert merge(one, frame("c", 71))["foot"].crs == "EPSG:4326"
    assert merge(one, other)["foot"].tolist()[0] == "POINT (70 45)"
