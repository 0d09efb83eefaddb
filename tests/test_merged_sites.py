"""Merged sites: missing values, differences, the country of the point, and how sure a site is."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minmap as mm
from minmap.geodesy import distance_m
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.linking import site_spreads
from minmap.linking.site_columns import SITE_COLUMNS
from minmap.linking.site_links import site_links
from minmap.linking.site_spreads import site_spreads_m
from minmap.scene.site_words import words_of_sites
from minmap.table import COLUMN_NAMES


def record(id_, x=75.0, *, source="own", **columns):
    """Return a table of one record."""
    given = {"occurrence_id": [f"{source}:{id_}"], "source": source, "name": "Kounrad"}
    place = gpd.points_from_xy([x], [47.0])
    return gpd.GeoDataFrame(given | {k: [v] for k, v in columns.items()}, geometry=place, crs=4326)


def linked(*tables, **columns):
    """Return the links between the first record and each other."""
    first, *others = [table["occurrence_id"].item() for table in tables]
    pairs = {"left_id": first, "right_id": others, "same_site": True}
    return pd.DataFrame(pairs | columns)


def site_of(*tables, **columns):
    """Return the one site of tables of one record."""
    sites = mm.merge(*tables, links=linked(*tables, **columns))
    assert len(sites) == 1
    return sites.iloc[0]


@pytest.mark.parametrize("missing", ["-9999", "-9999.0", -9999, -9999.0])
def test_what_a_known_source_declares_as_missing_gives_way_to_a_number(missing):
    known = record(1, source="sir20105090z", tonnage_mt=missing)
    number = type(missing)(161)
    other = record(2, tonnage_mt=number)
    site = site_of(known, other)
    assert str(site["tonnage_mt"]) in {"161", "161.0"}
    assert pd.isna(site["differing"])
    assert pd.isna(site_of(known, record(2))["tonnage_mt"])
    assert known["tonnage_mt"].item() == missing


def test_of_a_source_that_is_not_known_every_number_is_a_value():
    site = site_of(record(1, tonnage_mt="-9999"), record(2, tonnage_mt="161"))
    assert site["tonnage_mt"] == "-9999"
    assert site["differing"] == "tonnage_mt: -9999 to 161"


def test_without_links_nothing_is_taken_out():
    known = record(1, source="sir20105090z", tonnage_mt="-9999")
    assert mm.merge(known, record(2))["tonnage_mt"].tolist()[0] == "-9999"


@pytest.mark.filterwarnings("ignore::minmap.MinmapWarning")
def test_own_columns_of_csv_files_are_compared_as_numbers_and_as_texts(tmp_path):
    head = "id,name,lat,lon,commodities,tonnage_mt,owner,mine_code\n"
    rows = {"a": "1,Kounrad,46.98,74.98,Cu,12.5,X,007\n", "b": "9,Kounrad,46.98,74.98,Cu,20.0,Z,08"}
    for name, row in rows.items():
        (tmp_path / f"{name}.csv").write_text(head + row, encoding="utf-8")
    tables = [mm.read(tmp_path / f"{name}.csv") for name in rows]
    assert site_of(*tables)["differing"] == (
        "owner: X (a:1), Z (b:9); mine_code: 007 (a:1), 08 (b:9); tonnage_mt: 12.5 to 20"
    )


def test_a_column_is_one_of_numbers_if_all_of_its_values_in_the_table_are():
    one, other = record(1, grade="0.5"), record(2, grade="0.7")
    assert site_of(one, other)["differing"] == "grade: 0.5 to 0.7"
    assert site_of(one, other, record(3, grade="n/a"))["differing"] == "grade: 0.5 to 0.7"
    tables = (one, other, record(3, x=80.0, grade="high"))
    sites = mm.merge(*tables, links=linked(*tables[:2]))
    assert sites["differing"].tolist()[0] == "grade: 0.5 (own:1), 0.7 (own:2)"


def test_deposit_types_as_given_are_compared_and_places_below_50_metres_are_one():
    given = [
        record(n, 75 + n * 5e-4, deposit_type_text=text)
        for n, text in enumerate(["Igneous", "Hydrothermal"])
    ]
    types = "deposit_type_text: Igneous (own:0), Hydrothermal (own:1)"
    assert site_of(*given)["differing"] == types
    far = given[1].set_geometry(given[1].geometry.translate(1e-3))
    assert site_of(given[0], far)["differing"] == f"location: up to 0.1 km apart; {types}"


def test_the_number_of_records_of_a_site_is_a_filter_and_a_size():
    pair = [record(1), record(2, source="b")]
    sites = mm.merge(*pair, record(3, 76, source="c"), links=linked(*pair))
    assert sites["site_count"].tolist() == [2, 1]
    assert pd.api.types.is_integer_dtype(sites["site_count"].dtype)
    (layer,) = mm.Map(sites, size="site_count", filters={"site_count": (2, None)}).layers()
    assert layer.layer_name == "Sites"
    (facet,) = layer.describe("a")["facets"]
    assert (facet["kind"], facet["choice"]) == ("number", (2.0, None))


def test_texts_about_records_are_no_filters_of_sites():
    pair = [
        record(n, source=source, url=f"https://example.org/{n}", citation=source, note="a")
        for n, source in enumerate("ab")
    ]
    sites = mm.merge(*pair, record(3, 76, note="b"), links=linked(*pair, probability=0.8))
    sites = mm.merge(sites, sites.assign(occurrence_id="c:" + sites["occurrence_id"]))
    (layer,) = mm.Map(sites, fields="all").layers()
    names = {facet["name"] for facet in layer.describe("a")["facets"]}
    assert {"site_count", "note"} <= names
    told = {"url", "citation", "site_records", "value_records", "differing", "site_facts"}
    assert told.isdisjoint(names)


def test_long_texts_and_many_are_listed_up_to_a_bound():
    tables = [record(n, note=f"{n}" * 1000 + "x") for n in range(9)]
    words = site_of(*tables)["differing"]
    assert words.startswith(f"note: {'0' * 60}... (own:0), {'1' * 60}... (own:1)")
    assert words.endswith("(own:4) and 4 more")
    assert len(words) < 500


KAZ, KGZ = {"country": "KAZ"}, {"country": "KGZ"}
STATED, DERIVED = {"country_basis": "stated"}, {"country_basis": "derived"}


@pytest.mark.parametrize(
    ("first", "of_point", "country", "basis"),
    [
        # The point lies in Kyrgyzstan; the other record on the Kazakh side of the border.
        (KAZ | DERIVED, KGZ | DERIVED, "KGZ", "derived"),
        (KAZ | STATED, KGZ | DERIVED, "KGZ", "derived"),
        (KAZ | DERIVED, KGZ | STATED, "KGZ", "stated"),
        (KAZ | STATED, KGZ | STATED, "KGZ", "stated"),
        (KGZ | STATED, KGZ | DERIVED, "KGZ", "stated"),
        # So near the border that no country was derived from the point.
        (KAZ | STATED, {}, "KAZ", "stated"),
        (KAZ | DERIVED, {}, None, None),
        ({}, KGZ | DERIVED, "KGZ", "derived"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_the_country_is_that_of_the_point(first, of_point, country, basis, is_first):
    other = record(1, 74.0, location_uncertainty_m=900.0, **first)
    chosen = record(2, 74.1, location_uncertainty_m=10.0, **of_point)
    tables = (other, chosen) if is_first else (chosen, other)
    site = site_of(*tables)
    assert site.geometry.x == 74.1
    given = [None if pd.isna(site[name]) else site[name] for name in ("country", "country_basis")]
    assert given == [country, basis]
    is_listed = "country: " in site["differing"]
    assert is_listed == (first.get("country") == "KAZ" and of_point.get("country") == "KGZ")


def test_of_several_stated_countries_the_first_stands_where_the_point_has_none():
    point = record(3, location_uncertainty_m=1.0)
    site = site_of(record(1, **KGZ, **STATED), record(2, **KAZ, **STATED), point)
    assert site["country"] == "KGZ"
    assert site["differing"] == "country: KGZ (own:1), KAZ (own:2)"


@pytest.mark.parametrize(
    ("other", "of_point", "admin1"),
    [
        ({"country": "KAZ", "admin1": "Almaty"}, {"country": "KGZ", "admin1": None}, None),
        ({"country": "KGZ", "admin1": "Chüy"}, {"country": "KGZ", "admin1": None}, "Chüy"),
        ({"country": None, "admin1": "Chüy"}, {"country": "KGZ", "admin1": None}, "Chüy"),
        ({"country": "KGZ", "admin1": "Talas"}, {"country": "KGZ", "admin1": "Chüy"}, "Chüy"),
    ],
)
def test_the_province_is_of_the_country_of_the_point(other, of_point, admin1):
    stated = {"country_basis": "stated", "admin1_basis": "stated"}
    derived = {"country_basis": "derived", "admin1_basis": "derived"}
    first = record(1, location_uncertainty_m=900.0, **other, **stated)
    site = site_of(first, record(2, location_uncertainty_m=10.0, **of_point, **derived))
    assert site["country"] == "KGZ"
    assert (None if pd.isna(site["admin1"]) else site["admin1"]) == admin1


def pairs(*rows):
    """Return links of rows: ends, probability, decision."""
    names = ["left_id", "right_id", "probability", "decision"]
    return pd.DataFrame(rows, columns=names).assign(same_site=True)


def test_a_site_is_as_sure_as_the_weakest_link_that_holds_it_together():
    tables = [record(n) for n in range(6)]
    links = pairs(
        ("own:0", "own:1", 0.9, None), ("own:2", "own:1", 0.8, None), ("own:0", "own:2", 0.3, None),
        ("own:3", "own:4", 0.1, "same"),
    )  # fmt: skip
    links.attrs["link"] = {"threshold": 0.45, "max_km": 300.0, "decisions": 1}
    sites = mm.merge(*tables, links=links)
    assert sites["site_probability"].tolist() == [0.8, 1.0, pd.NA]
    assert sites.attrs["link"] == links.attrs["link"]
    assert sites.columns.tolist()[-len(SITE_COLUMNS) :] == list(SITE_COLUMNS)
    turned = links.rename(columns={"left_id": "right_id", "right_id": "left_id"})
    both = mm.merge(*tables, links=pd.concat([links, turned]))
    assert both["site_probability"].tolist() == [0.8, 1.0, pd.NA]
    without = mm.merge(*tables, links=links.drop(columns=["probability", "decision"]))
    assert without["site_probability"].isna().all()
    for wrong in (2, -1, float("inf")):
        odd = mm.merge(*tables, links=links.drop(columns="decision").assign(probability=wrong))
        assert odd["site_probability"].isna().all()


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([0.2, 0.5, 0.7, 0.95])),
        max_size=15,
    )
)
def test_without_links_as_weak_as_the_weakest_the_site_falls_into_two(rows):
    ids = pd.Series([f"own:{n}" for n in range(8)])
    records = pd.DataFrame({"occurrence_id": ids, "name": None, "other_names": None})
    links = pairs(*((ids[a], ids[b], p, None) for a, b, p in rows))
    site, probability = site_links(records, links)
    for first in set(site.tolist()):
        least, is_member = probability[first], site == first
        assert pd.isna(least) == (is_member.sum() == 1)
        for bound, is_whole in () if pd.isna(least) else ((least, True), (least + 0.01, False)):
            parts, _ = site_links(records, links[links["probability"] >= bound])
            assert (len(set(parts[is_member].tolist())) == 1) == is_whole


@pytest.mark.filterwarnings("ignore::minmap.MinmapWarning")
def test_no_cell_of_linked_usgs_tables_keeps_a_mark_of_missing_values(shared):
    folder = shared / "deposits"
    tables = [
        mm.read(folder / "usgs_major_deposits" / "deposit.csv"),
        mm.read(folder / "usgs_sir20105090z" / "sedcu_deps_pros.csv"),
    ]
    assert tables[1]["tonnage_mt"].isna().any()
    links = mm.link(*tables)
    sites = mm.merge(*tables, links=links)
    own = sites.columns.difference([*COLUMN_NAMES, *SITE_COLUMNS])
    assert not sites[own].astype(str).isin(["-9999"]).any().any()
    site = sites[sites["site_records"].str.contains("major_deposits:1489;")]
    assert site["tonnage_mt"].item() == 161
    assert sites.attrs["units"]["tonnage_mt"] == "Mt"
    assert sites.attrs["link"]["max_km"] == 300.0
    several = sites["site_records"].str.contains(";")
    assert sites["site_probability"].notna().eq(several).all()
    probable = links.loc[links["same_site"], "probability"]
    assert sites["site_probability"].dropna().isin(probable).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.floats(-30, 30), st.floats(-85, 85), st.booleans()),
        max_size=40,
    ),
    st.sampled_from([0.001, 0.1, 1.0]),
)
def test_the_spread_of_a_site_is_that_of_all_its_pairs(given_points, degrees):
    given_points.sort(key=lambda point: point[0])
    site = np.array([number for number, *_ in given_points], dtype=np.int64)
    # Rounded points are often the same, or equally far from the middle.
    lonlat = np.array([(round(x), round(y)) for _, x, y, _ in given_points], dtype=float)
    lonlat = lonlat.reshape(-1, 2) * degrees
    lonlat[[is_missing for *_, is_missing in given_points]] = np.nan
    left, right = np.triu_indices(len(site), 1)
    of_one = site[left] == site[right]
    expected = np.zeros(4)
    apart_m = distance_m(lonlat[left[of_one]], lonlat[right[of_one]])
    np.fmax.at(expected, site[left[of_one]], apart_m)
    assert site_spreads_m(to_ecef(lonlat), site, 4) == pytest.approx(expected, abs=1e-6)


def test_a_site_of_thousands_of_records_is_merged_without_comparing_all_pairs(monkeypatch):
    measured = []

    def distance(start, end):
        measured.append(len(start))
        return surface_distance_m(start, end)

    monkeypatch.setattr(site_spreads, "surface_distance_m", distance)
    random = np.random.default_rng(5)
    points = to_ecef(random.normal([70.0, 45.0], 0.1, (5000, 2)))
    site_spreads_m(points, np.zeros(len(points), dtype=np.int64), 1)
    assert sum(measured) < 10 * len(points)


def test_records_that_a_decision_joins_over_thousands_of_km_are_one_site():
    site = site_of(record(1), record(2, x=105.0))
    assert site["differing"] == "location: up to 2267.6 km apart"
    assert site["location_uncertainty_m"] == pytest.approx(2_267_585.5, abs=1)


def test_a_site_is_not_placed_on_an_outlier():
    two = [record(n, x, location_uncertainty_m=4600.0) for n, x in ((1, 74.03), (2, 74.05))]
    far = record(3, 72.25, location_uncertainty_m=1400.0)
    assert site_of(*two, far).geometry.x == 74.03
    # Two records cannot outvote each other: the more certain one gives the location.
    assert site_of(two[0], far).geometry.x == 72.25


def test_records_that_agree_within_their_uncertainty_are_no_outliers():
    # Two rounded points agree with each other exactly, and with the precise one within 2 km.
    rounded = [record(n, 74.0, location_uncertainty_m=1400.0) for n in (1, 2)]
    precise = record(3, 74.015, location_uncertainty_m=10.0)
    assert site_of(*rounded, precise).geometry.x == 74.015


def own(id_, x, metres, basis="stated"):
    """Return a record with a location that is known so far."""
    return record(id_, x, location_uncertainty_m=metres, location_uncertainty_basis=basis)


@pytest.mark.parametrize(
    ("records", "metres", "basis"),
    [
        # 0.01 degrees are 0.8 km here. A coarse record that agrees takes nothing from a sure one.
        ([own(1, 75.0, 10.0), own(2, 75.01, 4600.0, "scatter")], 10.0, "stated"),
        ([own(1, 75.0, 10.0), own(2, 75.01, 0.7, "precision")], 10.0, "stated"),
        ([own(1, 75.0, 10.0), own(2, 75.01, None, None)], 10.0, "stated"),
        # One that does not agree does, as far as it lies away.
        ([own(1, 75.0, 10.0), own(2, 75.2, 4600.0, "scatter")], 15_218.0, "spread"),
        ([own(1, 75.0, 10.0), own(2, 75.01, 100.0)], 760.9, "spread"),
        # Of digits alone nobody knows whether they agree.
        ([own(1, 75.0, 0.7, "precision"), own(2, 75.01, 10_000.0, "scatter")], 760.9, "spread"),
        ([own(1, 75.0, 0.7, "precision"), own(2, 75.01, 0.7, "precision")], 760.9, "spread"),
        # Three that agree set a fourth aside, two do not set aside a third.
        ([*(own(n, 75.0 + n / 100, 1400.0) for n in range(3)), own(4, 73.0, 500.0)], 1400.0,
         "stated"),
        ([*(own(n, 75.0 + n / 100, 1400.0) for n in range(2)), own(4, 73.0, 500.0)], 152_179.0,
         "spread"),
        # Nor do three that do not agree with each other.
        ([own(1, 75.0, 10.0), own(2, 75.5, 10.0), own(3, 76.0, 10.0)], 76_090.0, "spread"),
    ],
)  # fmt: skip
def test_records_widen_the_uncertainty_of_a_site_where_they_disagree(records, metres, basis):
    site = site_of(*records)
    assert site["location_uncertainty_m"] == pytest.approx(metres, rel=1e-3)
    assert site["location_uncertainty_basis"] == basis
    assert "location: up to" in site["differing"]


def test_the_record_that_was_set_aside_is_named():
    apart = [*(own(n, 75.0 + n / 100, 1400.0) for n in range(3)), own(4, 73.0, 500.0)]
    assert site_of(*apart)["differing"] == "location: up to 153.6 km apart (outlier: own:4)"


DEEP = "[" * 20_000 + "]" * 20_000


@pytest.mark.parametrize(
    "facts",
    [
        DEEP,
        f'[{{"status": {DEEP}}}]',
        '[{"status": {"a": [1]}, "commodities": 7}]',
        "{",
        "[[1], 2]",
    ],
)
def test_facts_that_merge_did_not_write_have_no_words(facts):
    assert words_of_sites("site_facts", pa.array([facts, None]), "en") == {}


def test_a_file_with_damaged_facts_is_drawn(tmp_path):
    file = tmp_path / "sites.geojson"
    place = {"type": "Point", "coordinates": [70, 45]}
    one = {"type": "Feature", "properties": {"site_facts": DEEP}, "geometry": place}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [one]}))
    page = tmp_path / "page.html"
    mm.Map().add(file).save(page)
    assert page.stat().st_size > 100_000
