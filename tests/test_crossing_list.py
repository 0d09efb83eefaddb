"""The shipped list of border crossings: complete, with sources, and on the borders it names."""

from importlib import resources
from itertools import combinations

import geopandas as gpd
import pandas as pd
import pytest

from minmap.places import distance_to_country_km

STATUSES = {"open", "seasonal", "test operation", "closed", "unknown"}
# Natural Earth's borders are right to about 5 km (minmap.places.map_error_km).
ERROR_KM = 5.0


@pytest.fixture(scope="module")
def listed() -> pd.DataFrame:
    file = resources.files("minmap.transport.network") / "data" / "crossings.csv"
    with file.open(encoding="utf-8") as lines:
        return pd.read_csv(lines)


def test_ids_are_unique_and_every_row_is_named(listed):
    assert listed["crossing_id"].is_unique
    assert listed["crossing_id"].str.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*").all()
    assert listed[["name", "mode", "country_a", "country_b", "status"]].notna().all(axis=None)


def test_modes_statuses_and_pairs(listed):
    assert set(listed["mode"]) == {"road", "rail", "sea"}
    assert set(listed["status"]) <= STATUSES
    assert (listed["country_a"] < listed["country_b"]).all()
    codes = pd.concat([listed["country_a"], listed["country_b"]])
    assert codes.str.fullmatch("[A-Z]{3}").all()


def test_every_known_status_has_a_source(listed):
    known = listed[listed["status"] != "unknown"]
    assert known["status_source"].notna().all()
    assert listed["status_date"].dropna().astype(str).str.match(r"\d{4}").all()


def test_places_lie_at_the_border_of_both_countries(listed):
    placed = listed.dropna(subset=["lon", "lat"])
    points = gpd.GeoSeries.from_xy(placed["lon"], placed["lat"], crs=4326)
    for column in ("country_a", "country_b"):
        away = distance_to_country_km(points, placed[column])
        far = placed["crossing_id"][(away > ERROR_KM).to_numpy()].tolist()
        assert far == []


def test_rows_without_a_place_close_a_whole_border(listed):
    whole = listed[listed["lon"].isna()]
    assert whole["lat"].isna().all()
    assert set(whole.loc[whole["mode"] != "sea", "status"]) == {"closed"}
    pairs = set(zip(whole["country_a"], whole["country_b"], whole["mode"], strict=True))
    assert {("ARM", "AZE", "road"), ("ARM", "TUR", "road"), ("GEO", "RUS", "rail")} <= pairs
    placed = listed[listed["lon"].notna()]
    assert not pairs & set(
        zip(placed["country_a"], placed["country_b"], placed["mode"], strict=True)
    )


def test_each_pair_of_countries_of_the_caspian_sea_has_a_row(listed):
    sea = listed[listed["mode"] == "sea"]
    assert sea["crossing_id"].str.startswith("caspian-").all()
    pairs = set(zip(sea["country_a"], sea["country_b"], strict=True))
    assert pairs == set(combinations(["AZE", "IRN", "KAZ", "RUS", "TKM"], 2))
    assert sea["lon"].isna().all()


def test_crossings_that_snow_closes_are_seasonal(listed):
    status = listed.set_index("crossing_id")["status"]
    assert set(status[["kazbegi-upper-lars", "kegen-karkyra"]]) == {"seasonal"}


def test_crossings_of_the_main_corridors_are_open(listed):
    status = listed.set_index("crossing_id")["status"]
    for name in ("nur-zholy-khorgos", "red-bridge", "khorgos-altynkol-rail", "kairak-bugristoye"):
        assert status[name] == "open"
