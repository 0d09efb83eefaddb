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


def sited(*rows, source):
    """Return a table of rows: id, name, longitude, and columns of the occurrence table."""
    ids, names, x, more = zip(*rows, strict=True)
    shapes = gpd.points_from_xy(x, [47.0] * len(x), crs=4326)
    data = pd.DataFrame(
        {"occurrence_id": [f"{source}:{i}" for i in ids], "source": source, "name": names}
    )
    return gpd.GeoDataFrame(data.join(pd.DataFrame(more)), geometry=shapes)


def test_one_row_a_site_worked_by_hand():
    first = sited(
        (1, "Kounrad", 75.0, {"commodities": "Cu", "status": "prospect", "status_year": 1990,
                              "location_uncertainty_m": 900.0, "ore_mt": 5.0, "citation": "A"}),
        (2, "Sayak", 77.0, {"commodities": "Cu Au", "citation": "A", "ore_mt": 2.0}),
        source="a",
    )  # fmt: skip
    second = sited(
        (7, "Konyrat", 75.01, {"commodities": "Mo Cu", "minor_commodities": "Re Cu",
                               "status": "producer", "status_year": 2005, "citation": "B",
                               "location_uncertainty_m": 10.0, "ore_mt": 8.0, "size": "large"}),
        source="b",
    )  # fmt: skip
    links = pd.DataFrame({"left_id": ["a:1"], "right_id": ["b:7"], "same_site": [True]})
    sites = merge(first, second, links=links)
    assert sites["occurrence_id"].tolist() == ["a:1", "a:2"]
    site = sites.iloc[0]
    assert (site["name"], site["other_names"]) == ("Kounrad", "Konyrat")
    assert site.geometry.x == 75.01
    assert (site["status"], site["status_year"], site["size"]) == ("producer", 2005, "large")
    assert (site["commodities"], site["minor_commodities"]) == ("Cu Mo", "Re")
    assert (site["commodity_group"], site["citation"]) == ("base", "A; B")
    assert site["ore_mt"] == 5.0
    assert site["site_records"] == "a:1; b:7"
    assert site["value_records"] == (
        "status, status_year, size, location_uncertainty_m, geometry: b:7"
    )
    assert site["differing"] == (
        "location: up to 0.8 km apart; status: prospect (a:1), producer (b:7); ore_mt: 5 to 8"
    )
    alone = sites.iloc[1]
    assert alone["site_records"] == "a:2"
    assert pd.isna(alone["value_records"])
    assert pd.isna(alone["differing"])
    plain = merge(first, second)
    assert plain["occurrence_id"].tolist() == ["a:1", "a:2", "b:7"]
    assert "site_records" not in plain.columns


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        # Of the first, most trusted table nobody knows whether it is older.
        ((None, 2003, 2007), "a"),
        ((2003, None, 2007), "c"),
        ((2003, None, 2001), "a"),
        ((2003, 2003, None), "a"),
        ((None, None, None), "a"),
    ],
)
def test_the_status_is_the_first_one_unless_another_has_a_later_year(years, expected):
    tables = []
    for source, year in zip("abc", years, strict=True):
        made = sited((1, "Kounrad", 75.0, {"status": {"a": "prospect", "b": "producer"}.get(
            source, "past_producer")}), source=source)  # fmt: skip
        tables.append(made.assign(status_year=pd.array([year], dtype="Int64")))
    links = pd.DataFrame(
        {"left_id": ["a:1", "b:1"], "right_id": ["b:1", "c:1"], "same_site": [True] * 2}
    )
    status = merge(*tables, links=links)["status"].item()
    assert {"prospect": "a", "producer": "b", "past_producer": "c"}[status] == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # A measured scatter counts whole, whatever number of decimals there is.
        (("scatter", 4600.0, 0.7), ("scatter", 1400.0, 90.0), "b"),
        # Digits alone count as the usual scatter of sources, 7.3 km, or as the digits if coarser.
        (("precision", 0.7, 0.7), ("scatter", 1400.0, 90.0), "b"),
        (("precision", 0.7, 0.7), ("scatter", 10000.0, 90.0), "a"),
        (("precision", 16000.0, 16000.0), ("scatter", 10000.0, 90.0), "b"),
        ((None, None, 0.7), ("stated", 100.0, 90.0), "b"),
        # Equal ones: the finer by orders of magnitude, then the stated one, then the first table.
        (("scatter", 1400.0, 900.0), ("scatter", 1400.0, 0.7), "b"),
        (("scatter", 1400.0, 0.72), ("scatter", 1400.0, 0.7), "a"),
        (("scatter", 500.0, 0.7), ("stated", 500.0, 0.7), "b"),
    ],
)
def test_the_location_comes_from_the_record_of_which_it_is_most_certain(first, second, expected):
    tables = []
    for source, x, known in (("a", 75.0, first), ("b", 75.01, second)):
        names = ("location_uncertainty_basis", "location_uncertainty_m", "coordinate_precision_m")
        columns = dict(zip(names, known, strict=True))
        tables.append(sited((1, "Kounrad", x, columns), source=source))
    links = pd.DataFrame({"left_id": ["a:1"], "right_id": ["b:1"], "same_site": [True]})
    site = merge(*tables, links=links).iloc[0]
    assert {75.0: "a", 75.01: "b"}[site.geometry.x] == expected


def test_a_known_status_comes_before_one_that_the_source_does_not_know():
    first = sited((1, "Kounrad", 75.0, {"status": "unknown"}), source="a")
    second = sited((1, "Kounrad", 75.0, {"status": "producer"}), source="b")
    dated = second.assign(status_year=pd.array([2003], dtype="Int64"))
    links = pd.DataFrame({"left_id": ["a:1"], "right_id": ["b:1"], "same_site": [True]})
    assert merge(first, dated, links=links)["status"].item() == "producer"
    assert merge(first, second.assign(status=None), links=links)["status"].item() == "unknown"


def test_links_of_a_file_and_links_that_are_none():
    one, other = sited((1, "a", 75.0, {}), source="a"), sited((1, "b", 75.0, {}), source="b")
    links = pd.DataFrame({"left_id": ["a:1"], "right_id": ["b:1"], "same_site": ["True"]})
    assert len(merge(one, other, links=links)) == 1
    assert len(merge(one, other, links=links.assign(same_site="False"))) == 2
    with pytest.raises(MinmapError, match="no column same_site"):
        merge(one, other, links=links.drop(columns="same_site"))
    with pytest.raises(MinmapError, match=r"links=5 is of type int"):
        merge(one, other, links=5)
    with pytest.raises(MinmapError, match="no occurrence_id or the same"):
        merge(one, one, links=links)
    with pytest.warns(mm.MinmapWarning, match="1 of 1 links join records"):
        merge(one, other, links=links.assign(right_id="c:1"))


@pytest.mark.filterwarnings("ignore::minmap.MinmapWarning")
def test_sites_of_the_samples_lead_back_to_their_records():
    samples = ("major_deposits", "pp1802", "mrds")
    tables = [mm.read(mm.sample(f"{name}_central_asia.csv")) for name in samples]
    links = mm.link(*tables)
    sites = merge(*tables, links=links)
    records = [record for text in sites["site_records"] for record in text.split("; ")]
    assert sorted(records) == sorted(merge(*tables)["occurrence_id"])
    assert len(sites) < len(records)
    together = sites["site_records"].str.contains("; ")
    assert together.sum() == links.attrs["link"]["sites"]
    assert sites.columns.tolist()[: len(COLUMN_NAMES)] == list(COLUMN_NAMES)
    assert sites.attrs["sources"] == merge(*tables).attrs["sources"]
