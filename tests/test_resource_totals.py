"""Sums of resources: no deposit twice, categories named, and what is missing."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minmap as mm
from minmap.estimates.resource_rows import DTYPES
from minmap.packaged_rows import packaged_rows
from minmap.vocabulary import parse_terms

# Two sources that overlap at two of five sites. By hand, copper of Kazakhstan:
#   Aktogay     first source 5,000 kt, second 5,500 kt: the first counts, 5,000 (5,000 to 5,500)
#   Bozshakol   first source has no amount, second 2 Mt of 1 %: 20 kt counts
#   Kounrad     first source alone: 800 kt
#   Sayak       second source alone, measured 100 kt and indicated 300 kt: 400 kt counts
#   Koksay      neither states an amount
# 5,000 + 20 + 800 + 400 = 6,220 kt; with the least and the most of each site 6,220 and 6,720.
FIRST = {
    "occurrence_id": ["a:1", "a:2", "a:3", "a:4"],
    "source": ["a"] * 4,
    "name": ["Aktogay", "Bozshakol", "Kounrad", "Koksay"],
    "country": ["KAZ"] * 4,
    "commodities": ["Cu", "Cu", "Cu", "Cu"],
    "Contained Cu (kt)": [5000, None, 800, None],
}
SECOND = {
    "occurrence_id": ["b:1", "b:2", "b:3", "b:4"],
    "source": ["b"] * 4,
    "name": ["Aktogai", "Boschekul", "Sayak", "Erdenet"],
    "country": ["KAZ", "KAZ", "KAZ", "MNG"],
    "commodities": ["Cu", "Cu Mo", "Cu", "Cu"],
    "Ore (Mt)": [None, 2, None, 100],
    "Cu %": [None, 1.0, None, 0.6],
    "Cu (kt)": [5500, None, None, None],
    "Measured Cu (kt)": [None, None, 100, None],
    "Indicated Cu (kt)": [None, None, 300, None],
    "Measured and indicated Cu (kt)": [None, None, 400, None],
}
LINKS = pd.DataFrame(
    {"left_id": ["a:1", "a:2"], "right_id": ["b:1", "b:2"], "same_site": [True, True]}
)


def located(columns: dict[str, list[object]]) -> gpd.GeoDataFrame:
    count = len(columns["name"])
    points = gpd.points_from_xy(range(70, 70 + count), [47.0] * count)
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def total(found: pd.DataFrame, **by: str) -> pd.Series:
    sums = mm.summarise_resources(found)
    for name, value in by.items():
        sums = sums[sums[name] == value]
    assert len(sums) == 1, sums
    return sums.iloc[0]


def test_contained_metal_of_two_sources_is_that_of_distinct_sites() -> None:
    found = mm.resources(located(FIRST), located(SECOND), links=LINKS)
    copper = total(found, commodity="Cu", country="KAZ")
    assert copper["contained_t"] == pytest.approx(6_220_000)
    assert (copper["least"], copper["most"]) == (
        pytest.approx(6_220_000),
        pytest.approx(6_720_000),
    )
    assert (copper["sites"], copper["without"]) == (4, 1)
    assert copper["left_out"] == 3  # Aktogai, and the parts of "measured and indicated"
    assert copper["categories"] == "measured and indicated (1), not stated (3)"
    assert copper["sources"] == "a; b"
    assert total(found, commodity="Cu", country="MNG")["contained_t"] == pytest.approx(600_000)
    molybdenum = total(found, commodity="Mo")
    assert (molybdenum["sites"], molybdenum["without"]) == (0, 1)
    assert pd.isna(molybdenum["contained_t"])


def test_without_links_the_overlap_counts_twice_and_a_warning_says_so() -> None:
    with pytest.warns(mm.MinmapWarning, match="2 tables without links"):
        found = mm.resources(located(FIRST), located(SECOND))
    copper = total(found, commodity="Cu", country="KAZ")
    assert copper["contained_t"] == pytest.approx(6_220_000 + 5_500_000)
    assert copper["without"] == 2


def test_the_more_trusted_table_comes_first() -> None:
    found = mm.resources(located(SECOND), located(FIRST), links=LINKS)
    copper = total(found, commodity="Cu", country="KAZ")
    assert copper["contained_t"] == pytest.approx(6_720_000)


def test_merged_sites_with_one_value_count_once_and_name_all_sources() -> None:
    names = ("occurrence_id", "source", "name", "country", "commodities")
    sites = mm.merge(located(FIRST), located({name: SECOND[name] for name in names}), links=LINKS)
    found = mm.resources(sites)
    assert found.loc[found["site_id"] == "a:1", "source"].unique().tolist() == ["a; b"]
    # Aktogay 5,000 kt and Kounrad 800 kt; Bozshakol, Koksay and Sayak have no amount.
    copper = total(found, commodity="Cu", country="KAZ")
    assert copper["contained_t"] == pytest.approx(5_800_000)
    assert (copper["sites"], copper["without"]) == (2, 3)


def test_resources_and_reserves_are_not_added() -> None:
    found = mm.resources(
        located(
            {
                "name": ["A"],
                "commodities": ["Au"],
                "country": ["UZB"],
                "Proven and probable Au (koz)": [100],
                "Measured and indicated Au (koz)": [250],
                "Inferred Au (koz)": [50],
            }
        )
    )
    sums = mm.summarise_resources(found).set_index("measure")["contained_t"]
    ounce_t = 31.1034768e-6
    assert sums["reserve"] == pytest.approx(100_000 * ounce_t)
    assert sums["resource"] == pytest.approx(300_000 * ounce_t)


# Kara is in both tables; only the report states a category. By hand, with the survey first:
#   resource, not stated   Kara 220 Mt of 0.62 % are 1,364,000 t, Dala 90,000 t
#   balance reserve        Tau 35.5 Mt of 1.1 % are 390,500 t
# 1,364,000 + 90,000 + 390,500 = 1,844,500 t at three sites; the report's 1,500,000 t do not count.
SURVEY = gpd.GeoDataFrame(
    {
        "occurrence_id": ["survey:1", "survey:2"],
        "source": "survey",
        "name": ["Kara", "Tau"],
        "country": "KAZ",
        "commodities": "Cu",
        "Category": [None, "C1"],
        "Ore (Mt)": [220, 35.5],
        "Cu %": [0.62, 1.1],
    },
    geometry=gpd.points_from_xy([75.0, 77.3], [46.99, 46.93]),
    crs=4326,
)
REPORT = gpd.GeoDataFrame(
    {
        "occurrence_id": ["report:7", "report:8"],
        "source": "report",
        "name": ["Kara", "Dala"],
        "country": "KAZ",
        "commodities": "Cu",
        "Category": ["C1", None],
        "Contained Cu (kt)": [1500, 90],
    },
    geometry=gpd.points_from_xy([75.01, 71.5], [46.99, 49.4]),
    crs=4326,
)
SAME = pd.DataFrame({"left_id": ["survey:1"], "right_id": ["report:7"], "same_site": [True]})


def by_measure(found: pd.DataFrame, *names: str) -> dict[str, list[object]]:
    sums = mm.summarise_resources(found).dropna(subset="contained_t").set_index("measure")
    return {measure: sums.loc[measure, [*names]].tolist() for measure in sums.index}


def test_a_site_counts_under_one_measure_if_one_of_two_estimates_has_no_category() -> None:
    found = mm.resources(SURVEY, REPORT, links=SAME)
    assert found["measure_basis"].tolist() == ["assumed", "stated", "stated", "assumed"]
    assert by_measure(found, "contained_t", "sites", "left_out", "left_out_estimates") == {
        "balance reserve": [pytest.approx(390_500), 1, 0, ""],
        "resource": [
            pytest.approx(1_454_000), 2, 1, "report:7: 1,500,000 t, balance reserve C1",
        ],
    }  # fmt: skip
    # The report first: its C1 counts, and what the survey states without a category does not.
    other = mm.resources(REPORT, SURVEY, links=SAME)
    assert by_measure(other, "contained_t", "sites", "left_out_estimates") == {
        "balance reserve": [
            pytest.approx(1_890_500), 2, "survey:1: 1,364,000 t, resource",
        ],
        "resource": [90_000.0, 1, ""],
    }  # fmt: skip


def test_sums_by_site_have_one_place_a_site_for_maps(tmp_path: Path) -> None:
    found = mm.resources(SURVEY, REPORT, links=SAME)
    sites = mm.summarise_resources(found, by=["site_id", "name"])
    assert isinstance(sites, gpd.GeoDataFrame)
    assert sites.crs == found.crs
    places = zip(sites["name"], sites.geometry.x, sites["contained_t"], strict=True)
    assert sorted(places) == [
        ("Dala", 71.5, 90_000.0), ("Kara", 75.0, pytest.approx(1_364_000)),
        ("Tau", 77.3, pytest.approx(390_500)),
    ]  # fmt: skip
    mm.Map(sites, size="contained_t", label="name").save(tmp_path / "sites.html")
    assert not isinstance(
        mm.summarise_resources(pd.DataFrame(found), by="site_id"), gpd.GeoDataFrame
    )


def test_merged_sites_whose_values_may_be_of_two_records_are_refused() -> None:
    # The tonnage and the grade of the site are those of the survey, its C1 is that of the report.
    sites = mm.merge(SURVEY, REPORT, links=SAME)
    with pytest.raises(mm.MinmapError) as error:
        mm.resources(REPORT, sites)
    assert (
        "argument 2 of resources(): 1 of 3 rows are merged from several records "
        "(survey:1; report:7), and"
    ) in str(error.value)
    assert "resources(a, b, links=links)" in str(error.value)
    assert len(mm.resources(sites[sites["site_count"] == 1])) == 2


STACKED = pd.concat([SURVEY, REPORT])


@pytest.mark.parametrize("stacked", [STACKED, mm.merge(SURVEY, REPORT)], ids=["concat", "merge"])
def test_several_sources_in_one_table_need_links_too(stacked: gpd.GeoDataFrame) -> None:
    said = r"2 sources in one table \(report, survey\) without links: .* links=mm\.link\(table\)"
    with pytest.warns(mm.MinmapWarning, match=said):
        twice = mm.resources(stacked)
    assert twice["contained_t"].sum() == pytest.approx(1_844_500 + 1_500_000)
    once = mm.summarise_resources(mm.resources(stacked, links=SAME))
    assert once["contained_t"].sum() == pytest.approx(1_844_500)


def test_a_table_without_sources_whose_attrs_or_names_show_several_needs_links() -> None:
    bare = STACKED.drop(columns="source")
    with pytest.warns(mm.MinmapWarning, match="Several records of one name within 10 km .*: Kara;"):
        mm.resources(bare)
    bare.attrs["sources"] = [{"id": "survey", "title": "S"}, {"title": "Report of 2020"}]
    with pytest.warns(mm.MinmapWarning, match=r"2 sources in one table \(survey, Report of 2020\)"):
        mm.resources(bare)
    far = bare.set_geometry(gpd.GeoSeries(gpd.points_from_xy(range(4), [45] * 4), crs=4326))
    far.attrs.clear()
    assert len(mm.resources(far)) == 4


def test_ids_that_records_of_several_places_have_are_named() -> None:
    with pytest.warns(
        mm.MinmapWarning, match="1 values of occurrence_id are given to several .*s:1"
    ):
        mm.resources(SURVEY.assign(occurrence_id="s:1"))


def test_linked_records_of_two_tables_without_sources_do_not_add_up() -> None:
    given = SURVEY.assign(Category="C1"), REPORT.assign(Category="C1")
    first, second = (table.drop(columns="source") for table in given)
    found = mm.resources(first, second, links=SAME)
    assert sorted(set(found["source"])) == ["table 1", "table 2"]
    assert total(found)["contained_t"] == pytest.approx(1_844_500)
    # One table of both: records of one name at two places repeat each other.
    stacked = mm.resources(pd.concat([first, second]), links=SAME)
    assert total(stacked)["contained_t"] == pytest.approx(1_844_500)


def test_what_is_used_up_is_no_resource(tmp_path: Path) -> None:
    rows = ["id,name,lon,lat,commodities,country,Status,Contained Cu (kt)"]
    rows += ["1,A,70,45,Cu,KAZ,Mined out,300", "2,B,71,45,Cu,KAZ,Past Producer,20"]
    rows += ["3,C,72,45,Cu,KAZ,Отработано,4", "4,D,73,45,Cu,KAZ,Producer,1"]
    (tmp_path / "own.csv").write_text("\n".join(rows), encoding="utf-8")
    with pytest.warns(mm.MinmapWarning, match="Columns taken"):
        own = mm.read(tmp_path / "own.csv")
    found = mm.resources(own)
    assert by_measure(found, "contained_t", "sites") == {
        "depleted resource": [304_000.0, 2], "resource": [21_000.0, 2],
    }  # fmt: skip
    # The first known status of a site decides.
    links = pd.DataFrame({"left_id": ["own:1"], "right_id": ["report:7"], "same_site": [True]})
    used_up = mm.resources(own, REPORT[:1], links=links)
    assert by_measure(used_up, "contained_t")["depleted resource"] == [304_000.0]
    active = mm.resources(REPORT[:1].assign(status="producer"), own, links=links)
    assert by_measure(active, "contained_t")["depleted resource"] == [4_000.0]


def test_words_for_used_up_ore_are_statuses_of_closed_mines() -> None:
    words = pd.Series([row["word"] for row in packaged_rows("minmap.estimates", "exhausted_words")])
    codes, unknown = parse_terms(words, "status")
    assert (set(codes), unknown) == ({"past_producer"}, {})


def test_what_is_stated_counts_beside_an_estimate_without_category_of_the_same_source() -> None:
    wide = located(
        {"name": ["A"], "commodities": ["Cu"], "country": ["KAZ"],
         "Contained Cu (kt)": [500], "Reserves Cu (kt)": [300]}
    )  # fmt: skip
    assert by_measure(mm.resources(wide), "contained_t", "left_out") == {"reserve": [300_000, 1]}
    said = wide.rename(columns={"Contained Cu (kt)": "Resources Cu (kt)"})
    assert by_measure(mm.resources(said), "contained_t", "left_out", "other_measures") == {
        "reserve": [300_000.0, 0, "resource (1)"],
        "resource": [500_000.0, 0, "reserve (1)"],
    }
    tall = REPORT.assign(name="Kara", Category=["Resource", "Reserve"])
    tall = tall.set_geometry(gpd.GeoSeries(gpd.points_from_xy([75.0] * 2, [47.0] * 2), crs=4326))
    assert by_measure(mm.resources(tall), "contained_t") == {
        "resource": [1_500_000.0], "reserve": [90_000.0],
    }  # fmt: skip


def test_prognostic_resources_are_of_other_ore_than_an_estimate_without_category() -> None:
    report = REPORT.assign(Category=["P1", None])
    assert by_measure(
        mm.resources(SURVEY, report, links=SAME), "contained_t", "other_measures"
    ) == {
        "balance reserve": [pytest.approx(390_500), ""],
        "prognostic resource": [1_500_000.0, "resource (1)"],
        "resource": [pytest.approx(1_454_000), "prognostic resource (1)"],
    }


@pytest.mark.parametrize("heading", ["Estimate date", "Year"])
def test_the_latest_of_two_dated_estimates_of_one_site_counts(heading: str) -> None:
    editions = located(
        {
            "occurrence_id": ["s:1", "s:2", "s:3"],
            "name": ["Kara", "Kara", "Tau"],
            "commodities": ["Cu"] * 3,
            "country": ["KAZ"] * 3,
            heading: ["2015", "2020", "2018"],
            "Contained Cu (kt)": [500, 600, 70],
        }
    )
    points = gpd.points_from_xy([70, 70, 71], [45] * 3)
    editions = editions.set_geometry(gpd.GeoSeries(points, crs=4326))
    copper = total(mm.resources(editions), commodity="Cu")
    assert copper["contained_t"] == copper["least"] == copper["most"] == 670_000.0
    assert (copper["sites"], copper["left_out"]) == (2, 1)
    assert copper["left_out_estimates"] == "s:1: 500,000 t, resource, 2015"


def test_shared_capacities_and_several_years_count_once() -> None:
    note = "Combined capacities for positions 1-2."
    mines = located(
        {
            "occurrence_id": ["m:1", "m:2", "m:3"],
            "name": ["A", "B", "C"],
            "commodities": ["Zn"] * 3,
            "country": ["KAZ"] * 3,
            "site_type": ["mine", "mine", "plant"],
            "capacity": [60, 60, 60],
            "units": ["kt/yr"] * 3,
            "notes": [note, note, None],
        }
    )
    sums = mm.summarise_resources(mm.resources(mines)).set_index("site_type")
    assert sums["capacity"].to_dict() == {"mine": 60_000.0, "plant": 60_000.0}
    assert sums["left_out"].to_dict() == {"mine": 1, "plant": 0}
    assert sums.loc["mine", "left_out_estimates"] == "m:2: 60,000 t/y, capacity"
    years = located(
        {"name": ["A"], "commodities": ["Au"], "country": ["UZB"], "site_type": ["mine"],
         "Production 2019 (kg)": [5000], "Production 2020 (kg)": [6000]}
    )  # fmt: skip
    latest = mm.summarise_resources(mm.resources(years)).iloc[0]
    assert (latest["capacity"], latest["years"]) == (pytest.approx(6.0), "2020")


def test_by_country_alone_still_keeps_commodities_apart() -> None:
    found = mm.resources(located(FIRST))
    sums = mm.summarise_resources(found, by="country")
    assert sums.columns[:3].tolist() == ["commodity", "commodity_name", "country"]


def test_a_source_that_states_zero_leaves_the_range_of_the_others() -> None:
    first = located({**FIRST, "Contained Cu (kt)": [0, 0, 0, 0]})
    found = mm.resources(first, located(SECOND), links=LINKS)
    copper = total(found, commodity="Cu", country="KAZ")
    assert copper["contained_t"] == pytest.approx(400_000)  # of Sayak
    assert copper["most"] == pytest.approx(400_000 + 5_500_000 + 20_000)


def test_sums_keep_their_sources_and_can_be_by_any_column() -> None:
    found = mm.resources(mm.read(mm.sample("copper_central_asia.csv")))
    sums = mm.summarise_resources(found, by=["commodity", "name", "measure"])
    assert [source["id"] for source in sums.attrs["sources"]] == ["sir20105090z"]
    by_name = sums.dropna(subset="contained_t").set_index("name")["contained_t"]
    assert by_name["Dzhezkazgan"] == 22_000_000
    assert sums["contained_t"].notna().sum() == 8


def test_rows_of_one_category_are_parts_and_old_years_do_not_count() -> None:
    # By hand: oxide 100 and sulphide 1,000 kt measured, inferred 50 kt of 2020 in place of 70.
    statement = located(
        {
            "name": ["Kara"] * 4,
            "country": ["KAZ"] * 4,
            "commodities": ["Cu"] * 4,
            "Res_Class": ["Measured (oxide)", "Measured - sulphide", "Inferred", "Inferred"],
            "Report date": [None, None, "31.12.2019", "31.12.2020"],
            "Contained Cu (kt)": [100, 1000, 70, 50],
        }
    )
    points = gpd.points_from_xy([70] * 4, [45] * 4)
    found = mm.resources(statement.set_geometry(gpd.GeoSeries(points, crs=4326)))
    copper = total(found, commodity="Cu")
    assert copper["contained_t"] == pytest.approx(1_150_000)
    assert (copper["sites"], copper["left_out"]) == (1, 1)


def test_substances_of_one_commodity_are_rows_of_their_own() -> None:
    sands = located(
        {"name": ["Toliara"] * 2, "country": ["MDG"] * 2, "commodities": ["REE Ti"] * 2,
         "Category": ["Measured", "Indicated"], "Ore (Mt)": [100, 200], "Ilmenite %": [4.5, 4.0],
         "Rutile %": [0.5, 0.25], "TREO %": [0.25, 0.5], "HREO %": [0.125, 0.125]}
    )  # fmt: skip
    points = gpd.points_from_xy([43] * 2, [-23] * 2)
    found = mm.resources(sands.set_geometry(gpd.GeoSeries(points, crs=4326)))
    sums = mm.summarise_resources(found).set_index("substance")["contained_t"]
    assert sums.to_dict() == pytest.approx(
        {"ilmenite": 12.5e6, "rutile": 1e6, "REO": 1.25e6, "HREO": 0.375e6}
    )


def test_errors_name_what_is_wrong() -> None:
    found = mm.resources(located(FIRST))
    with pytest.raises(mm.ChoiceError, match="by='contry'"):
        mm.summarise_resources(found, by="contry")
    with pytest.raises(mm.MinmapError, match="has no column site"):
        mm.summarise_resources(found.drop(columns="site_id"))
    assert len(mm.summarise_resources(found.iloc[:0])) == 0


def test_reserves_of_two_schemes_are_not_added() -> None:
    found = mm.resources(
        located(
            {"name": ["A"], "commodities": ["Cu"], "country": ["KAZ"],
             "Proved Cu (kt)": [70], "Probable Cu (kt)": [50], "C1 Cu (kt)": [110]}
        )
    )  # fmt: skip
    sums = mm.summarise_resources(found).set_index("measure")["contained_t"]
    assert sums.to_dict() == {"reserve": 120_000.0, "balance reserve": 110_000.0}


def test_a_row_for_each_category_is_one_site_and_totals_are_left_out() -> None:
    # Two mines as companies state them; by hand 2,000 + 300 + 50 kt and 900 kt, of 4 rows and 2.
    statement = located(
        {
            "name": ["Kara", "Kara", "Kara", "Kara", "Tau", "Total"],
            "country": ["KAZ"] * 6,
            "commodities": ["Cu"] * 6,
            "JORC category": ["Measured", "Indicated", "M&I", "Inferred", "Indicated", "Total"],
            "Contained Cu (kt)": [2000, 300, 2300, 50, 900, 5550],
        }
    )
    points = gpd.points_from_xy([70] * 4 + [71, 72], [45] * 4 + [46, 47])
    statement = statement.set_geometry(gpd.GeoSeries(points, crs=4326))
    with pytest.warns(mm.MinmapWarning, match="1 of 6 rows sum others and are left out: Total"):
        found = mm.resources(statement)
    copper = total(found, commodity="Cu")
    assert copper["contained_t"] == pytest.approx(3_250_000)
    assert copper["sites"] == 2
    assert copper["categories"] == "indicated (1), inferred (1), measured and indicated (1)"


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"),  # site
            st.sampled_from("xy"),  # source of the site
            st.sampled_from(["", "measured", "indicated", "measured and indicated", "C1"]),
            st.integers(0, 9),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_sums_are_those_of_a_plain_loop(rows: list[tuple[str, str, str, int]]) -> None:
    parts = {"measured": {"M"}, "indicated": {"I"}, "measured and indicated": {"M", "I"}}
    expected = 0.0
    for site in "ABC":
        of_site = [row for row in rows if row[0] == site]
        of_record = [row for row in of_site if row[1] == of_site[0][1]]
        named = dict.fromkeys(row[2] for row in of_record if row[2])
        used: set[str] = set()
        scheme = ""
        for category in sorted(named, key=lambda one: -len(parts.get(one, {"C1"}))):
            of_category = parts.get(category, {"C1"})
            own = "GKZ" if category == "C1" else "CRIRSCO"
            if not used & of_category and scheme in {"", own}:
                used |= of_category
                scheme = own
                # Rows of one name and category are parts.
                expected += sum(row[3] for row in of_record if row[2] == category)
        if of_record and not named:
            expected += of_record[0][3]
    made = {
        "site_id": [row[0] for row in rows],
        "occurrence_id": [f"{row[0]}{row[1]}{at}" for at, row in enumerate(rows)],
        "source": [row[1] for row in rows],
        "category": [row[2] or None for row in rows],
        "contained_t": [float(row[3]) for row in rows],
    }
    table = pd.DataFrame({**{name: [None] * len(rows) for name in DTYPES}, **made})
    table = table.assign(commodity="Cu", measure="resource", substance="Cu", country="KAZ")
    found = mm.summarise_resources(table.astype(DTYPES))
    assert found["contained_t"].sum() == expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from("xyz"),  # source
            st.sampled_from(["", "resource", "reserve", "prognostic resource"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_measure_counts_beside_another_only_if_both_are_stated(
    rows: list[tuple[str, str]],
) -> None:
    ore = [row for row in rows if row[1] != "prognostic resource"]
    expected = {measure for _, measure in rows if measure == "prognostic resource"}
    if ore:
        of_first = {measure for source, measure in ore if source == ore[0][0]}
        stated = {measure for _, measure in ore if measure}
        expected |= {"resource"} if of_first == {""} else stated
    made = {
        "occurrence_id": [f"{row[0]}{at}" for at, row in enumerate(rows)],
        "source": [row[0] for row in rows],
        "measure": [row[1] or "resource" for row in rows],
        "measure_basis": ["stated" if row[1] else "assumed" for row in rows],
        "contained_t": [float(2**at) for at in range(len(rows))],
    }
    table = pd.DataFrame({**{name: [None] * len(rows) for name in DTYPES}, **made})
    table = table.assign(site_id="A", commodity="Cu", substance="Cu", country="KAZ")
    sums = mm.summarise_resources(table.astype(DTYPES))
    assert set(sums["measure"]) == expected
    # Every amount either counts or is listed.
    counted = sum(map(len, sums["categories"].str.findall(r"\(\d+\)")))
    assert counted + sums["left_out"].sum() == len(rows)
