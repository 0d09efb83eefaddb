"""Tables of merged sites that are merged again: no record is lost, and none counts twice."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest

import minmap as mm
from minmap.errors import MinmapError
from minmap.linking.site_columns import SITE_COLUMNS
from minmap.linking.site_differences import without_location

pytestmark = pytest.mark.exhaustive


def record(id_, x, *, source="own", uncertainty=1400.0, **columns):
    """Return a table of one record."""
    known = {
        "occurrence_id": [f"{source}:{id_}"], "source": source, "name": "Kounrad",
        "location_uncertainty_m": uncertainty, "location_uncertainty_basis": "stated",
    }  # fmt: skip
    place = gpd.points_from_xy([x], [47.0])
    return gpd.GeoDataFrame(known | {k: [v] for k, v in columns.items()}, geometry=place, crs=4326)


def pair(left, right, probability=0.9):
    """Return a link of two tables of one record."""
    ids = [table["occurrence_id"].iloc[0] for table in (left, right)]
    return pd.DataFrame(
        {"left_id": ids[:1], "right_id": ids[1:], "same_site": True, "probability": probability}
    )


FIRST = record(1, 75.0, commodities="Cu", citation="A", status="prospect", status_year=1990)
SECOND = record(
    2, 75.01, commodities="Mo", citation="B", uncertainty=500.0, status="producer", status_year=2005
)
THIRD = record(3, 75.02, source="mine", commodities="Au", citation="C", ore_mt=5.0)
ALONE = record(4, 80.0, source="mine", ore_mt=7.0)
EARLIER = pair(FIRST, SECOND, 0.8)
NEW = pair(FIRST, THIRD, 0.95)
SITES = mm.merge(FIRST, SECOND, links=EARLIER)


def by_files(sites, tmp_path, name):
    """Return a table that was written and read."""
    mm.write(sites, tmp_path / name)
    return mm.read(tmp_path / name)


@pytest.mark.filterwarnings("ignore::minmap.MinmapWarning")  # what reading notes is not tested here
@pytest.mark.parametrize("name", [None, "sites.gpkg", "sites.csv", "sites.xlsx", "sites.parquet"])
def test_two_merges_know_what_one_knows(tmp_path, name):
    sites = SITES if name is None else by_files(SITES, tmp_path, name)
    again = mm.merge(sites, THIRD, ALONE, links=NEW)
    once = mm.merge(FIRST, SECOND, THIRD, ALONE, links=pd.concat([EARLIER, NEW]))
    assert again["site_records"].tolist() == ["own:1; own:2; mine:3", "mine:4"]
    assert again["site_count"].tolist() == [3, 1]
    assert again["site_probability"].tolist() == [0.8, pd.NA]
    same = [
        "occurrence_id", "site_records", "site_count", "site_probability", "value_records",
        "status", "commodities", "citation", "location_uncertainty_m", "location_uncertainty_basis",
    ]  # fmt: skip
    pd.testing.assert_frame_equal(
        pd.DataFrame(again[same]), pd.DataFrame(once[same]), check_dtype=False
    )
    assert again.geometry.geom_equals(once.geometry).all()
    facts = [json.loads(table["site_facts"].iloc[0]) for table in (again, once)]
    assert facts[0] == facts[1]
    assert again.columns.tolist()[-len(SITE_COLUMNS) :] == list(SITE_COLUMNS)


def test_the_words_on_differences_of_earlier_sites_stay():
    given = [
        table.assign(owner=owner)
        for table, owner in zip((FIRST, SECOND, THIRD), "XYZ", strict=True)
    ]
    sites = mm.merge(*given[:2], links=EARLIER)
    assert sites["differing"].item() == (
        "location: up to 0.8 km apart; status: prospect (own:1), producer (own:2); "
        "owner: X (own:1), Y (own:2)"
    )
    # Which of its records gave the owner of the earlier site is not known.
    assert mm.merge(sites, given[2], links=NEW)["differing"].item() == (
        "location: up to 1.5 km apart; status: prospect (own:1), producer (own:2); "
        "owner: X (own:1), Y (own:2); owner: X (site own:1), Z (mine:3)"
    )


def test_a_site_that_nothing_is_joined_to_stays_as_it_is():
    again = mm.merge(SITES, ALONE, links=NEW[:0])
    columns = [name for name in SITES.columns if name != "geometry"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(again[columns])[:1], pd.DataFrame(SITES[columns]), check_dtype=False
    )


def test_a_table_of_sites_and_records_can_be_linked_and_merged():
    stacked = mm.merge(SITES, THIRD)
    again = mm.merge(stacked, links=NEW)
    assert again["site_records"].tolist() == ["own:1; own:2; mine:3"]


def test_all_records_of_earlier_sites_vote_on_the_location():
    # The earlier site lies on the record that is surest of its place, which two records deny.
    far = record(1, 72.0, uncertainty=10.0)
    near = record(2, 75.01)
    sites = mm.merge(far, near, links=pair(far, near))
    assert sites.geometry.item().x == 72.0
    again = mm.merge(sites, THIRD, links=pair(far, THIRD))
    assert again.geometry.item().x == 75.02
    assert again["value_records"].item().endswith("geometry: mine:3")
    assert "(outlier: own:1)" in again["differing"].item()


def test_without_a_probability_of_an_earlier_site_none_is_known():
    sites = mm.merge(FIRST, SECOND, links=EARLIER.drop(columns="probability"))
    assert mm.merge(sites, THIRD, links=NEW)["site_probability"].isna().all()


@pytest.mark.parametrize("facts", [None, "[]", "{", "5", '[{"id": "own:1"}]', '[{"id": 1}]', "[7]"])
def test_sites_without_their_records_are_refused(facts):
    damaged = SITES.assign(site_facts=pd.array([facts], dtype="str"))
    with pytest.raises(MinmapError, match=r"site own:1 has .* 'own:1; own:2'.*merge the tables of"):
        mm.merge(damaged, THIRD, links=NEW)


def test_a_column_of_the_users_with_the_name_of_one_of_sites_is_not_overwritten():
    mine = FIRST.assign(site_count=12)
    with pytest.raises(MinmapError, match=r"have site_count, which merge writes .*; rename"):
        mm.merge(mine, THIRD, links=NEW)
    assert mm.merge(mine, THIRD)["site_count"].tolist() == [12, pd.NA]


def test_a_record_in_two_rows_is_refused():
    with pytest.raises(
        MinmapError, match=r"record own:2 is in two rows, own:1 and own:2, .* leave"
    ):
        mm.merge(SITES, SECOND, links=NEW[:0])


def with_cell(name, value):
    """Return a table of one site with another value in a column of sites."""
    sites = SITES.copy()
    sites[name] = pd.Series([value], index=sites.index, dtype=object)
    return sites


def with_fact(**values):
    facts = json.loads(SITES["site_facts"].iloc[0])
    return with_cell("site_facts", json.dumps([facts[0] | values, *facts[1:]]))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("location_uncertainty_m", "abc", "'abc' as 'location_uncertainty_m'"),
        ("location_uncertainty_m", {"a": 1}, "{'a': 1} as"),
        ("location_uncertainty_m", [1, 2], r"\[1, 2\] as"),
        ("location_uncertainty_m", 10**400, "a value of type int as"),
        ("location_uncertainty_m", -5, "-5 as"),
        ("location_uncertainty_m", float("inf"), "inf as"),
        ("location_uncertainty_m", float("nan"), "nan as"),
        ("location_uncertainty_m", True, "True as"),
        ("location_uncertainty_basis", 5, "5 as"),
        ("longitude", 10**400, "a value of type int as 'longitude'"),
        ("longitude", None, "None as"),
        ("latitude", 200, "200 as 'latitude'"),
        ("name", "\ud800", r"'\\ud800' as 'name'"),
        ("name", [["a"]], r"\[\['a'\]\] as 'name'"),
        ("\ud800", "a", r"'a' as '\\ud800'"),
    ],
)
def test_facts_that_merge_does_not_write_are_an_error_with_the_cure(name, value, said):
    refusal = f"site own:1: its site_facts give a record {said}.*; merge the tables of the records"
    with pytest.raises(MinmapError, match=refusal):
        mm.merge(with_fact(**{name: value}), THIRD, links=NEW)


@pytest.mark.parametrize(
    "text", ["[" * 200_000, "[1]", '{"id": "own:1"}', "null", "5", '[{"name": "a"}]', [1, 2]]
)
def test_facts_that_are_no_list_of_records_are_an_error(text):
    with pytest.raises(MinmapError, match="its site_facts do not tell of these"):
        mm.merge(with_cell("site_facts", text), THIRD, links=NEW)


@pytest.mark.parametrize("value", [-1, 200, float("inf"), 10**400, "abc", [1, 2], {"a": 1}])
def test_what_is_no_probability_is_not_known(value):
    again = mm.merge(with_cell("site_probability", value), THIRD, links=NEW)
    assert again["site_probability"].tolist() == [pd.NA]


def test_other_values_of_columns_of_sites_are_texts():
    assert "5" in mm.merge(with_cell("differing", 5), THIRD, links=NEW)["differing"].iloc[0]
    with pytest.raises(MinmapError, match="site_records"):
        mm.merge(with_cell("site_records", [1, 2]), THIRD, links=NEW)


def test_only_the_first_words_are_of_the_location():
    """Words on the location elsewhere are a value; to look for them takes quadratic time."""
    text = "remark: a (own:1), location: up to 5 km apart (own:2); ore_mt: 5 to 8"
    assert without_location(text) == text
    assert without_location(f"location: up to 5.2 km apart; {text}") == text
    assert without_location("location: up to 5.2 km apart (outlier: a:1)") is None
    hostile = "location: up to 1 km apart (outlier: " * 3
    assert without_location(hostile) == hostile
