"""Findings on hand-made tables, and repairs that are undone."""

from __future__ import annotations

import datetime
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from minmap.errors import ChoiceError, CRSError, GeometryError, MinmapError, MinmapWarning
from minmap.quality import check, check_rules, location_rules, repair, undo_repairs
from minmap.quality.findings import COLUMNS
from minmap.reading import read
from minmap.table import conform
from minmap.types import TEXT
from minmap.writing import write


def table(lonlat, **columns) -> gpd.GeoDataFrame:
    shapes = [None if place is None else shapely.Point(place) for place in lonlat]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def rules_of(found: pd.DataFrame) -> list[tuple[int, str]]:
    return list(zip(found["row"].tolist(), found["rule"].tolist(), strict=True))


ALMATY, TASHKENT = (76.951, 43.251), (69.281, 41.311)


# ------------------------------------------------------------------------------- the table


def test_a_clean_table_has_no_findings():
    sites = table([ALMATY, TASHKENT], name=["A", "B"], country=["KAZ", "UZB"])
    found = check(sites)
    assert list(found.columns) == list(COLUMNS)
    assert len(found) == 0


def test_empty_in_empty_out():
    found = check(conform(table([])))
    assert list(found.columns) == list(COLUMNS)
    assert found["row"].dtype == "int64"
    assert repair(table([], name=pd.Series([], dtype=TEXT)), found).empty


def test_every_finding_is_explained():
    sites = table(
        [(67.123, 88.0), None, (0.0, 0.0), (10.5, 50.1)],
        occurrence_id=["a", "b", "c", "d"],
        country=["KAZ", None, None, None],
    )
    found = check(sites)
    known = check_rules().set_index("rule")
    assert found["evidence"].notna().all()
    assert (found["cure"] == known.loc[found["rule"], "cure"].to_numpy()).all()
    assert (found["severity"] == known.loc[found["rule"], "severity"].to_numpy()).all()
    assert found["occurrence_id"].tolist() == [
        sites["occurrence_id"].iloc[row] for row in found["row"]
    ]
    assert found["row"].is_monotonic_increasing


def test_rules_can_be_chosen_and_unknown_ones_are_refused():
    sites = table([None, (0.0, 0.0)])
    assert rules_of(check(sites, rules=["zero_location"])) == [(1, "zero_location")]
    assert rules_of(check(sites, rules=[])) == []
    with pytest.raises(ChoiceError, match="swapped"):
        check(sites, rules=["swaped"])
    with pytest.raises(ChoiceError, match="list"):
        check(sites, rules="swapped")


def test_a_frame_without_crs_is_refused():
    with pytest.raises(CRSError):
        check(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)]))


def test_what_is_no_table_or_no_findings_is_refused_by_name():
    for wrong in (pd.DataFrame({"name": ["A"]}), gpd.GeoDataFrame({"name": ["A"]})):
        with pytest.raises(GeometryError, match=r"occurrences is a .* without geometry"):
            check(wrong)
    with pytest.raises(MinmapError, match="findings has no column row"):
        repair(table([ALMATY]), "swapped")


def test_the_table_is_not_changed():
    sites = table([ALMATY, None], name=["Ã¼", "x"], depth=[-9999, 3])
    before = sites.copy()
    check(sites)
    repaired = repair(sites, check(sites, rules=["damaged_text", "sentinel"]))
    assert sites.equals(before)
    assert not repaired.equals(before)


def test_findings_show_their_words_and_no_markup():
    name = "<script>Ã¼</script> and a name that goes on for more than fifty characters"
    found = check(table([ALMATY], name=[name]))
    html = found._repr_html_()
    assert "1 findings: damaged_text 1" in repr(found)
    assert "fifty characters" in html
    assert "<script>" not in html


# -------------------------------------------------------------------------------- locations


def test_no_location_zero_and_coarse():
    sites = table([None, (0.0, 0.0), (70.0, 45.0), (70.5, 45.1), (70.52, 45.1)])
    assert rules_of(check(sites)) == [
        (0, "no_location"),
        (1, "zero_location"),
        (2, "coarse_coordinates"),
        (3, "coarse_coordinates"),
    ]


def test_out_of_range_is_told_from_the_geometry_and_from_the_columns():
    in_columns = table([None], longitude=["43.25"], latitude=["176.95"])
    in_geometry = table([(43.25, 176.95)])
    for sites in (in_columns, in_geometry):
        found = check(sites)
        assert rules_of(found) == [(0, "out_of_range")]
        assert "lat 176.95, lon 43.25" in found["evidence"].item()


def test_coordinates_in_columns_are_read_as_people_write_them():
    sites = table(
        [None] * 4,
        source=["mine"] * 4,
        Широта=["120,5", "43°15'N", None, "soon"],
        Долгота=["48,2", "76°57'E", "76,9", "76,9"],
    )
    found = check(sites)
    assert rules_of(found) == [
        (0, "out_of_range"),
        (1, "no_location"),
        (2, "no_location"),
        (3, "no_location"),
    ]
    assert found["evidence"].iloc[0] == "given as lat 120.5, lon 48.2"
    assert found["evidence"].iloc[1] == "no geometry, though its columns give " + (
        "lat 43.25, lon 76.95"
    )
    assert "nor coordinates that can be read" in found["evidence"].iloc[3]


def test_a_location_cleared_by_repair_is_not_said_to_have_been_without_coordinates():
    sites = table([(0.0, 0.0)], lat=["0"], lon=["0"])
    cleared = repair(sites, check(sites))
    assert "its columns give lat 0, lon 0" in check(cleared)["evidence"].item()


def test_swapped_rests_on_the_country():
    sites = table([ALMATY[::-1], ALMATY, ALMATY[::-1]], country=["KAZ", "KAZ", None])
    found = check(sites)
    assert rules_of(found)[0] == (0, "swapped")
    assert found["proposed"].iloc[0] == "POINT (76.951 43.251)"
    assert not ({1, 2} & set(found.loc[found["rule"] == "swapped", "row"]))


def test_swapped_beyond_the_globe():
    # 104.2 is no latitude; exchanged, the point is in Mongolia.
    for sites in (
        table([None], country=["MNG"], LONGITUDE=["47.91"], LATITUDE=["106.91"]),
        table([(47.91, 106.91)], country=["MNG"]),
    ):
        found = check(sites)
        assert set(found["rule"]) == {"out_of_range", "swapped"}
        repaired = repair(sites, found[found["rule"] == "swapped"])
        assert repaired.geometry.item().coords[0] == (106.91, 47.91)
        assert undo_repairs(repaired).equals(sites)


@pytest.mark.parametrize(
    ("given", "country", "meant"),
    [
        ((113.51, 37.51), "USA", (-113.51, 37.51)),  # Utah, in China without its sign
        ((-67.761, 54.144), "ARG", (-67.761, -54.144)),  # Tierra del Fuego, in Canada
    ],
)
def test_a_lost_sign_is_found(given, country, meant):
    found = check(table([given], country=[country]))
    assert rules_of(found) == [(0, "lost_sign")]
    assert shapely.from_wkt(found["proposed"].item()).coords[0] == meant


def test_both_signs_lost():
    found = check(table([(69.123, 22.345)], country=["CHL"]))  # written without W and S
    assert rules_of(found) == [(0, "lost_sign")]
    assert found["proposed"].item() == "POINT (-69.123 -22.345)"
    assert "the signs of both changed" in found["evidence"].item()


def test_figures_exchanged_with_their_signs_kept():
    # 22.83 S, 27.17 E in Botswana is 27.17 S, 22.83 E in South Africa.
    found = check(table([(27.1667, -22.8333)], country=["ZAF"]))
    assert rules_of(found) == [(0, "swapped")]
    assert found["proposed"].item() == "POINT (22.8333 -27.1667)"


def test_two_ways_to_explain_a_point_propose_nothing():
    # From Baffin Island, with the sign of the latitude turned or with both exchanged.
    found = check(table([(-75.123, 70.123)], country=["ATA"]))
    assert rules_of(found) == [(0, "country_mismatch")]
    assert "nothing is proposed" in found["evidence"].item()
    assert found["proposed"].isna().all()


def test_near_a_border_no_sign_is_turned():
    # 0.9 E in Togo, 30 km from Ghana, which also lies at 0.9 W.
    found = check(table([(0.913, 7.813)], country=["GHA"]))
    assert rules_of(found) == [(0, "country_mismatch")]
    assert found["proposed"].isna().all()


def test_country_and_point_at_odds_with_the_distance():
    found = check(table([(65.9513, 40.4013)], country=["KGZ"]))
    assert rules_of(found) == [(0, "country_mismatch")]
    words = found["evidence"].item()
    assert "Uzbekistan (UZB)" in words
    assert "288 km from Kyrgyzstan (KGZ)" in words


def test_the_name_of_a_country_is_looked_up_once_for_all_findings(monkeypatch):
    asked = []
    labels = location_rules.labels
    monkeypatch.setattr(location_rules, "labels", lambda kind: asked.append(kind) or labels(kind))
    location_rules._country.cache_clear()
    found = check(table([(65.9513, 40.4013 + n / 10) for n in range(5)], country=["KGZ"] * 5))
    assert found["rule"].eq("country_mismatch").sum() == 5
    assert len(asked) == 2  # of the country named and of the country of the points


def test_uncertainty_and_rounding_are_allowed_for():
    place, country = (69.66667, 40.78333), "TJK"  # 11 km inside Uzbekistan
    sure = table([place], country=[country], location_uncertainty_m=[100.0])
    unsure = table([place], country=[country], location_uncertainty_m=[20_000.0])
    assert rules_of(check(sure)) == [(0, "country_mismatch")]
    assert rules_of(check(unsure)) == []


@pytest.mark.parametrize(
    ("place", "country"),
    [
        ((34.123, 45.123), "UKR"),  # Crimea
        ((34.123, 45.123), "RUS"),
        ((74.312, 35.912), "IND"),  # Gilgit
        ((-12.853, 26.353), "ESH"),  # Bou Craa
        ((47.2167, 11.213), "SOM"),  # an island before the coast of Somaliland
        ((21.171, 42.671), "SRB"),  # Kosovo
        ((-53.012, 4.012), "FRA"),  # French Guiana
    ],
)
def test_no_side_is_taken(place, country):
    rules = ["country_mismatch", "swapped", "lost_sign"]
    assert len(check(table([place], country=[country]), rules=rules)) == 0


def test_at_sea_off_coast_and_offshore():
    sites = table(
        [(-30.123, 20.123), (50.512, 42.012), (8.0333, 39.2833), (3.083, 56.553), (160.1, 15.123)],
        country=[None, None, "ITA", "NOR", None],
        commodities=["Au", "Au", "Pb", "Oil", "Mn"],
        deposit_type_text=[None, None, None, None, "Sea-floor Fe-Mn crusts"],
    )
    found = check(sites)
    assert rules_of(found) == [(0, "at_sea"), (1, "at_sea"), (2, "off_coast")]
    assert "33 km from Italy (ITA)" in found["evidence"].iloc[2]


def test_at_sea_says_where_exchanged_coordinates_would_lie():
    sites = table([(42.512, 74.612), (-40.123, 30.123), (42.512, 74.612)], country=[None] * 3)
    found = check(sites, rules=["at_sea"])
    assert rules_of(found) == [(0, "at_sea"), (1, "at_sea"), (2, "at_sea")]
    said = "; with latitude and longitude exchanged it would lie in Kyrgyzstan (KGZ)"
    assert found["evidence"].str.endswith(said).tolist() == [True, False, True]
    assert found["proposed"].isna().all()


def test_oil_too_far_from_its_country_is_reported():
    found = check(table([(-30.123, 20.123)], country=["NOR"], commodities=["Oil"]))
    assert rules_of(found) == [(0, "at_sea")]


def test_without_a_country_neighbours_are_the_evidence():
    near = [(113.51 + step, -30.2) for step in (4.02, 4.11, 4.23, 4.31)]
    sites = table(
        # In the Indian Ocean, and four records in Western Australia at the mirrored latitude
        # would be in China: so the lost sign is that of the longitude of none of them.
        [(-118.01, -30.2), *near],
        source=["s"] * 5,
    )
    found = check(sites, rules=["lost_sign", "swapped", "at_sea"])
    assert rules_of(found) == [(0, "lost_sign")]
    assert found["proposed"].item() == "POINT (118.01 -30.2)"
    assert "4 of them" in found["evidence"].item()
    alone = check(sites.iloc[[0]], rules=["lost_sign", "swapped", "at_sea"])
    assert rules_of(alone) == [(0, "at_sea")]


# ------------------------------------------------------------------------------- duplicates


def test_duplicates_ignore_the_number_and_name_the_first():
    sites = table(
        [ALMATY] * 4,
        occurrence_id=["x:1", "x:2", "x:3", "x:4"],
        name=["Akbakai", "AKBAKAI", "Akbakai", "Akbakai"],
        commodities=["Au", "Au", "Au Ag", "Au"],
        dep_id=["1", "2", "3", "4"],
    )
    found = check(sites)
    assert rules_of(found) == [
        (1, "same_name_and_place"),
        (2, "same_name_and_place"),
        (3, "duplicate"),
    ]
    assert "x:1" in found["evidence"].iloc[2]


def test_ids_of_several_records_are_found_and_duplicates_with_one_id_say_so():
    sites = table(
        [ALMATY, ALMATY, ALMATY, (68.0, 48.0), (69.0, 49.0)],
        occurrence_id=["x:1", "x:1", "x:2", "x:1", None],
        name=["Akbakai", "Akbakai", "Akbakai", "New find", "Tau"],
        country=["KAZ"] * 5,
    )
    found = check(sites, rules=["duplicate", "repeated_id"])
    assert rules_of(found) == [(1, "duplicate"), (2, "duplicate"), (3, "repeated_id")]
    assert found["evidence"].tolist() == [
        "same as record 0, x:1, in everything, also its number",
        "same as record 0, x:1, in everything, but its number",
        "same id as record 0, Akbakai, which differs in other columns",
    ]
    assert found["severity"].tolist() == ["warning", "warning", "error"]
    assert rules_of(check(sites.assign(occurrence_id=None), rules=["repeated_id"])) == []


def test_filing_points_need_different_names_and_commodities():
    unlike = {"name": ["A", "B", "C", "D"], "commodities": ["Cu", "Au", "W", "Mo"]}
    found = check(table([ALMATY] * 4, **unlike))
    assert rules_of(found) == [(row, "filing_point") for row in range(4)]
    assert "4 different names and 4 main commodities" in found["evidence"].iloc[0]
    for field in unlike:
        alike = unlike | {field: [unlike[field][0]] * 4}
        assert "filing_point" not in set(check(table([ALMATY] * 4, **alike))["rule"])
    three = {name: values[:3] for name, values in unlike.items()}
    assert len(check(table([ALMATY] * 3, **three))) == 0


# ------------------------------------------------------------------------------------ terms


def test_unknown_terms_of_a_source():
    sites = table(
        [ALMATY] * 3,
        source=["major_deposits"] * 3,
        name=["A", "B", "C"],
        country=["KAZ", None, None],
        major_deposits_country=["Kazakhstan", "Atlantis", None],
    )
    found = check(sites, rules=["unknown_term"])
    assert rules_of(found) == [(1, "unknown_term")]
    assert found[["field", "value"]].iloc[0].tolist() == ["major_deposits_country", "Atlantis"]


def test_unknown_terms_of_a_table_of_ones_own():
    sites = table(
        [ALMATY] * 4,
        source=["mine"] * 4,
        country=["KAZ", None, None, None],
        commodities=["Cu", None, None, None],
        mine_Country=["Казахстан", "Atlantis", " ", "Kazakhstan"],
        Rohstoff=["Kupfer", "Unobtainium", None, "Kupfer"],
        Remarks=["x", "y", "z", "w"],
    )
    found = check(sites, rules=["unknown_term"])
    # What a vocabulary knows is no unknown term, though the column was not filled from it.
    assert found[["row", "field", "value"]].to_numpy().tolist() == [
        [1, "mine_Country", "Atlantis"],
        [1, "Rohstoff", "Unobtainium"],
    ]


def test_words_for_missing_are_no_unknown_terms():
    sites = table(
        [ALMATY] * 4, source=["mine"] * 4, mine_Status=["?", "n/a", " N/D", "abandonned-ish"]
    )
    found = check(sites, rules=["unknown_term"])
    assert found[["row", "value"]].to_numpy().tolist() == [[3, "abandonned-ish"]]


def test_plants_among_deposits_and_not_among_plants():
    among = ["plant", "mine", "deposit", "mine"]
    names = list("ABCD")
    found = check(table([ALMATY] * 4, name=names, site_type=among), rules=["plant"])
    assert rules_of(found) == [(0, "plant")]
    by_status = table([ALMATY] * 3, name=names[:3], status=["plant", None, "producer"])
    assert rules_of(check(by_status, rules=["plant"])) == [(0, "plant")]
    plants = table([ALMATY] * 2, name=["A", "B"], site_type=["plant", "plant"])
    assert len(check(plants, rules=["plant"])) == 0


# ------------------------------------------------------------------------------------ years


def test_impossible_years():
    later = datetime.datetime.now(tz=datetime.UTC).year + 2
    sites = table(
        [ALMATY] * 6,
        name=list("ABCDEF"),
        status_year=pd.array([2011, later, None, 2011, 2011, 2011], dtype="Int64"),
        yr_fst_prd=["1950.0", "1950", "195", "1960", "0", ""],
        yr_lst_prd=["1960", "1960", "1960", "1950", "1960", None],
        prod_yrs=["12", "3", "1", "1", "1", "1"],
    )
    found = check(sites, rules=["impossible_year"])
    assert list(zip(found["row"], found["field"], strict=True)) == [
        (1, "status_year"),
        (2, "yr_fst_prd"),
        (3, "yr_lst_prd"),
    ]
    assert "1950 is before 1960" in found["evidence"].iloc[2]


def test_amounts_a_year_are_no_years():
    sites = table(
        [ALMATY] * 3,
        name=list("ABC"),
        capacity_t_per_year=["50000", "12", "2000"],
        age_yr=[2.5e8, 3.1e8, 1.0],
        last_year=["-9999", "0", "1984"],
    )
    assert len(check(sites, rules=["impossible_year"])) == 0


# ------------------------------------------------------------------------------------ texts


def test_sentinels_in_text_and_in_numbers():
    sites = table(
        [ALMATY] * 4,
        name=list("ABCD"),
        tonnage_mt=["-9999", "12.5", "3", "-9999.0"],
        grade=[-999.0, 1.5, np.nan, 2.0],
        year_found=[9999, 9999, 12, 40],
        elevation_m=[-9999, -28, 100, 5],  # the Caspian lies below 0: the value may be one
        gid=["1", "2", "3", "9999"],  # once only: a number like others
        note=["-9999", "abc", "def", "ghi"],
    )
    found = check(sites, rules=["sentinel"])
    assert sorted(zip(found["field"], found["value"], found["records"], strict=True)) == [
        ("grade", "-999.0", 1),
        ("tonnage_mt", "-9999", 1),
        ("tonnage_mt", "-9999.0", 1),
        ("year_found", "9999", 2),
    ]
    each = check(sites, rules=["sentinel"], by_record=True)
    assert sorted(zip(each["field"], each["row"], strict=True)) == [
        ("grade", 0),
        ("tonnage_mt", 0),
        ("tonnage_mt", 3),
        ("year_found", 0),
        ("year_found", 1),
    ]
    repaired = repair(sites, found)
    assert repaired.equals(repair(sites, each))
    assert repaired["tonnage_mt"].isna().tolist() == [True, False, False, True]
    assert repaired["year_found"].tolist()[2:] == [12, 40]
    assert undo_repairs(repaired).equals(sites.astype({"year_found": "Int64"}))


def test_sentinels_among_decimal_commas_and_parted_thousands():
    sites = table(
        [ALMATY] * 4,
        name=list("ABCD"),
        grade=["1,2", "-9999", "0,7", "-9999"],
        tonnes=["12,500", "9999", "3,250", "9999"],  # ten times less than the largest: no sentinel
    )
    found = check(sites, rules=["sentinel"])
    assert found[["row", "field", "records"]].to_numpy().tolist() == [[1, "grade", 2]]
    words = "is -9999 among values from 0.7 to 1.2, in 2 of 4 records"
    assert found["evidence"].item() == words
    with pytest.raises(MinmapError, match="about 2 records, and the table has 1 such"):
        repair(sites.iloc[:2], found)


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009"])
def test_sentinels_among_thousands_parted_by_spaces(space):
    tonnes = ["12,5", "1 719,0", "1170", "2 000", "12 345 678", "-9999", "-9 999"]
    sites = table(
        [ALMATY] * 7, name=list("ABCDEFG"), tonnes=[text.replace(" ", space) for text in tonnes]
    )
    found = check(sites, rules=["sentinel"], by_record=True)
    assert found["row"].tolist() == [5, 6]
    assert found["evidence"].tolist()[0] == "is -9999 among values from 12.5 to 1.23457e+07"
    # Numbers of two wells are no number.
    assert check(sites.assign(tonnes="12 50 -9999"), rules=["sentinel"]).empty


def test_a_table_with_exchanged_columns_is_one_loud_finding():
    rng = np.random.default_rng(1)
    right = np.column_stack([rng.uniform(52, 84, 60), rng.uniform(44, 54, 60)])
    sites = table(right[:, ::-1], name=[f"mine {n}" for n in range(60)], country=["KAZ"] * 60)
    found = check(sites)
    assert found[["rule", "severity"]].to_numpy().tolist() == [["swapped", "error"]]
    assert found["records"].item() > 50
    assert "columns are: read the file again with columns=" in found["evidence"].item()
    each = check(sites, rules=["swapped"], by_record=True)
    assert len(each) == found["records"].item()
    repaired = repair(sites, found)
    assert shapely.get_x(repaired.geometry.to_numpy())[each["row"]] == pytest.approx(
        right[each["row"], 0]
    )
    assert undo_repairs(repaired).equals(sites)


def test_a_derived_country_is_no_evidence_against_the_point():
    sites = table([ALMATY], country=["UZB"], country_basis=["stated"])
    assert check(sites)["rule"].tolist() == ["country_mismatch"]
    assert check(sites.assign(country_basis="derived"))["rule"].tolist() == []


def test_planned_years_are_possible_and_other_years_to_come_are_not():
    sites = table(
        [ALMATY] * 3,
        planned_closure=["2035", "2041", "1999"],
        closing_year=[2035, 2200, 1999],
        discovery_year=["2035", "1999", "1998"],
    )
    found = check(sites, rules=["impossible_year"])
    assert found[["field", "value"]].to_numpy().tolist() == [
        ["discovery_year", "2035"],
        ["closing_year", "2200"],
    ]


def test_one_text_of_question_marks_is_the_mark_of_the_source():
    sites = table([ALMATY] * 4, owner=["??????", "Kazakhmys", "??????", None])
    found = check(sites, rules=["sentinel", "damaged_text"])
    assert found[["rule", "records", "proposed"]].to_numpy().tolist() == [["sentinel", 2, ""]]
    assert repair(sites, found)["owner"].isna().tolist() == [True, False, True, True]
    lost = sites.assign(owner=["??????", "??? ????????", "????", None])
    assert set(check(lost, rules=["sentinel", "damaged_text"])["rule"]) == {"damaged_text"}


@pytest.mark.parametrize(
    "words",
    [
        {"commodity_text": "polymetallic nodules"},
        {"comment": "месторождение на шельфе Каспия"},
        {"type": "gisement sous-marin"},
        {"type": "海底热液矿床"},
        {"commodities": "Gas"},
    ],
)
def test_sites_at_sea_may_lie_at_sea(words):
    sites = table([(-125.0, 12.0)], name=["A"])
    assert check(sites, rules=["at_sea"])["rule"].tolist() == ["at_sea"]
    assert len(check(sites.assign(**words), rules=["at_sea"])) == 0


def test_islets_that_the_map_does_not_draw_are_land():
    # Funafuti (Tuvalu) and Hithadhoo (Maldives) are hundreds of km from the land of the map.
    sites = table([(179.2, -8.52), (73.08, -0.6)], name=["A", "B"], country=["TUV", "MDV"])
    assert len(check(sites)) == 0
    wrong = check(sites.assign(country=["KAZ", "KAZ"]))
    assert wrong["rule"].tolist() == ["country_mismatch"] * 2


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("MÃ¼ller", "Müller"),
        ("Ð¼ÐµÐ´ÑŒ", "медь"),
        ("РјРµРґСЊ", "медь"),
        ("Êîóíðàä", "Коунрад"),
        ("Chuquicamata Ã© mina", "Chuquicamata é mina"),
    ],
)
def test_damaged_text_is_read_back(text, mended):
    found = check(table([ALMATY], name=[text]), rules=["damaged_text"])
    assert found["proposed"].tolist() == [mended]
    assert repr(mended) in found["evidence"].item()


@pytest.mark.parametrize(
    "text",
    [
        "Müller",
        "Коунрад",
        "Россия, Средний Урал",
        "São Tomé",
        "Ølstykke",
        "Ñuñoa",
        "Âge",
        "哈密",
        "Ö",
    ],
)
def test_sound_text_is_left_alone(text):
    assert len(check(table([ALMATY], name=[text]), rules=["damaged_text"])) == 0


def test_words_of_question_marks_are_lost_and_marks_of_doubt_are_not():
    names = ["???????? ???", "Kounrad ???", "Kounrad???? ", "Mine ????"]
    found = check(table([ALMATY] * 4, name=names), rules=["damaged_text"])
    assert rules_of(found) == [(0, "damaged_text"), (3, "damaged_text")]
    assert found["proposed"].isna().all()


def test_lost_letters_are_reported_and_not_guessed():
    found = check(table([ALMATY], name=["S\ufffdo Tom\ufffd"]), rules=["damaged_text"])
    assert found["proposed"].isna().all()
    assert "2 letters are lost" in found["evidence"].item()


# ---------------------------------------------------------------------------------- repairs


def test_what_proposes_nothing_is_counted():
    sites = table([None, ALMATY[::-1]], country=[None, "KAZ"])
    with pytest.warns(MinmapWarning, match=r"1 of 2 findings .*no_location \(1\)"):
        repaired = repair(sites, check(sites))
    assert repaired["repairs"].isna().tolist() == [True, False]
    assert repaired["repairs"].iloc[1] == "swapped: geometry"
    assert repaired["geometry_before_repair"].iloc[1] == "POINT (43.251 76.951)"
    assert repaired.geometry.iloc[1].coords[0] == ALMATY


def test_conflicts_are_refused():
    sites = table([ALMATY[::-1]], country=["KAZ"], occurrence_id=["x:1"])
    found = check(sites)
    other = found.assign(rule="lost_sign", proposed="POINT (1.0 2.0)")
    with pytest.raises(MinmapError, match=r"x:1.*swapped.*lost_sign.*one of the two"):
        repair(sites, pd.concat([found, other]))
    twice = repair(sites, pd.concat([found, found]))
    assert twice["repairs"].item() == "swapped: geometry"


def test_findings_of_another_table_are_refused():
    sites = table([ALMATY[::-1]], country=["KAZ"], occurrence_id=["x:1"])
    found = check(sites)
    moved = sites.set_geometry([shapely.Point(44.0, 76.9)], crs=4326)
    for wrong, words in (
        (sites.assign(occurrence_id=["x:2"]), "x:2"),
        (moved, "was 'POINT"),
        (sites.iloc[:0], "row 0"),
    ):
        with pytest.raises(MinmapError, match=words):
            repair(wrong, found)
    with pytest.raises(MinmapError, match="evidence"):
        repair(sites, found.drop(columns="evidence"))
    with pytest.raises(CRSError, match="to_crs"):
        repair(sites.to_crs(3857), found)


def test_repairs_follow_one_another_and_are_all_taken_back():
    sites = table([ALMATY[::-1]], country=["KAZ"], name=["MÃ¼ller"], t=["-9999"])
    sites = pd.concat([sites, sites.assign(name="x", t="3")], ignore_index=False)
    once = repair(sites, check(sites, rules=["swapped"]))
    assert len(check(once, rules=["swapped"])) == 0
    again = repair(once, check(once, rules=["damaged_text", "sentinel"]))
    assert again["repairs"].iloc[0] == "swapped: geometry; sentinel: t; damaged_text: name"
    # The columns that repair adds are not checked themselves.
    assert len(check(again, rules=["swapped", "damaged_text", "sentinel"])) == 0
    assert undo_repairs(again).equals(sites)
    # Rows may have been left out and turned round since.
    assert undo_repairs(again.iloc[::-1].iloc[:1]).equals(sites.iloc[[1]])


def test_the_height_of_a_point_comes_back():
    sites = gpd.GeoDataFrame(
        {"country": ["KAZ"]}, geometry=[shapely.Point(43.251, 76.951, 812.5)], crs=4326
    )
    repaired = repair(sites, check(sites))
    restored = undo_repairs(repaired)
    assert restored.geometry.item().coords[0] == (43.251, 76.951, 812.5)


def test_the_first_value_comes_back_and_values_never_repaired_stay():
    sites = table([ALMATY, ALMATY], name=["MÃ¼ller", "Schmidt"])
    repaired = repair(sites, check(sites, rules=["damaged_text"]))
    # The corrected name is damaged again, and repaired again.
    repaired["name"] = ["KÃ¶hler", "Smith"]
    again = repair(repaired, check(repaired, rules=["damaged_text"]))
    assert again["name"].tolist() == ["Köhler", "Smith"]
    assert undo_repairs(again)["name"].tolist() == ["MÃ¼ller", "Smith"]


def test_columns_that_repair_did_not_write_are_refused():
    sites = table([ALMATY], name=["MÃ¼ller"])
    for work in (undo_repairs, lambda own: repair(own, check(own))):
        with pytest.raises(MinmapError, match="did not write"):
            work(table([ALMATY], repairs=["new roof"]))
    with pytest.raises(MinmapError, match="no column 'name'"):
        undo_repairs(repair(sites, check(sites)).drop(columns="name"))


@pytest.mark.parametrize("ending", [".parquet", ".gpkg"])
def test_repairs_are_undone_after_a_file(tmp_path, ending):
    sites = conform(
        table(
            [ALMATY[::-1], ALMATY, ALMATY],
            country=["KAZ", "KAZ", "MNG"],
            name=["MÃ¼ller", "A", "B"],
            t=["-9999", "3", "4"],
            grade=np.array([-9999, 1, 2]),
            share=np.array([-999.0, 0.1, 0.2]),
        )
    )
    sites.loc[2, "geometry"] = None
    sites["LONGITUDE"], sites["LATITUDE"] = ["", "", "47.91"], ["", "", "106.91"]
    repaired = repair(sites, check(sites, rules=["swapped", "damaged_text", "sentinel"]))
    assert repaired[["t", "grade", "share"]].iloc[0].isna().all()
    assert repaired.geometry.notna().all()
    write(repaired, tmp_path / f"repaired{ending}")
    restored = undo_repairs(read(tmp_path / f"repaired{ending}"))
    for found in (undo_repairs(repaired), restored):
        assert found.columns.tolist() == sites.columns.tolist()
        assert found.geometry.to_wkb().tolist() == sites.geometry.to_wkb().tolist()
        pd.testing.assert_frame_equal(
            pd.DataFrame(found.drop(columns="geometry")),
            pd.DataFrame(sites.drop(columns="geometry")).astype({"grade": "Int64"}),
        )


def test_attrs_are_kept():
    sites = table([ALMATY], name=["MÃ¼ller"])
    sites.attrs["sources"] = [{"id": "s"}]
    repaired = repair(sites, check(sites))
    assert repaired.attrs == undo_repairs(repaired).attrs == sites.attrs


places = st.one_of(
    st.none(),
    st.tuples(st.floats(-200, 200), st.floats(-200, 200)),
    st.sampled_from([ALMATY[::-1], (0.0, 0.0), (-0.0, 0.0), (113.51, 37.51), (67.0, 48.0)]),
)
texts = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from(["Ã¼", "Ð¼ÐµÐ´ÑŒ", "-9999", "9999", "\ufffd"])
)
records = st.tuples(
    places,
    texts,
    st.sampled_from(["KAZ", "USA", None, "XXX"]),
    texts,
    st.sampled_from([-9999, 1, 2, 9999]),
    st.sampled_from([-999.0, 1.5, np.nan]),
)


@pytest.mark.exhaustive
@settings(max_examples=120, deadline=None)
@given(st.lists(records, max_size=8), st.booleans())
def test_any_table_is_checked_and_every_repair_is_taken_back(rows, as_table):
    columns = list(zip(*rows, strict=True)) if rows else [[]] * 6
    sites = table(
        columns[0],
        name=pd.array(list(columns[1]), dtype=TEXT),
        country=pd.array(list(columns[2]), dtype=TEXT),
        grade=pd.array(list(columns[3]), dtype=TEXT),
        count=np.array(columns[4], dtype=np.int64),
        share=np.array(columns[5], dtype=float),
    )
    sites.index = [7] * len(sites)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        if as_table:
            sites = conform(sites)
        before = sites.copy()
        found = check(sites)
        repaired = repair(sites, found)
    assert found["row"].between(0, len(sites) - 1).all()
    assert found["evidence"].notna().all()
    assert repaired.index.equals(sites.index)
    assert sites.equals(before)
    # A whole number that was cleared needs a column that can be without one.
    expected = before.astype({"count": repaired["count"].dtype})
    assert undo_repairs(repaired).equals(expected)
