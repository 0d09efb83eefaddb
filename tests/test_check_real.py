"""Findings on the real tables, against what was found on inspection."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from minmap.errors import MinmapWarning
from minmap.places import distance_to_country_km
from minmap.quality import check, repair, undo_repairs
from minmap.reading import read
from tests.conftest import SHARED

HERE = Path(__file__).resolve().parent
DEPOSITS = SHARED / "deposits"

pytestmark = pytest.mark.reference


def load(path: Path) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        return read(path)


@pytest.fixture(scope="module")
def major() -> gpd.GeoDataFrame:
    return load(DEPOSITS / "usgs_major_deposits" / "deposit.csv")


def test_every_warning_on_the_major_deposits_was_inspected(major):
    found = check(major)
    grave = found[found["severity"] != "note"]
    inspected = pd.read_csv(HERE / "data" / "major_deposits_inspected.csv")
    told = {
        (int(number.rsplit(":", 1)[1]), rule)
        for number, rule in zip(grave["occurrence_id"], grave["rule"], strict=True)
    }
    assert told == set(zip(inspected["gid"], inspected["rule"], strict=True))
    assert set(inspected["verdict"]) <= {"right", "wrong", "doubtful"}
    # At most one record in a hundred may carry a warning that is wrong; doubtful ones count.
    assert (inspected["verdict"] != "right").sum() <= 0.01 * len(major)


def test_the_known_errors_of_the_major_deposits_are_found(major):
    found = check(major, rules=["swapped", "lost_sign", "country_mismatch"])
    by_name = major["name"].iloc[found["row"]].tolist()
    assert {"Lyangar", "Akjoujt Tailings Project", "Koma Bangou", "Black Rock"} <= set(by_name)


def test_slips_of_the_major_deposits_are_mended_and_taken_back(major):
    found = check(major, rules=["swapped", "lost_sign"])
    repaired = repair(major, found)
    assert repaired["repairs"].notna().sum() == len(found) == 7
    assert len(check(repaired, rules=["swapped", "lost_sign"])) == 0
    assert undo_repairs(repaired).equals(major)


def test_whole_blocks_swapped_are_found_and_nothing_else(major):
    # Exchange the coordinates of one country, as happens in published tables.
    kazakh = ((major["country"] == "KAZ") & major.geometry.notna()).to_numpy()
    shapes = major.geometry.to_numpy().copy()
    shapes[kazakh] = gpd.points_from_xy(major.geometry[kazakh].y, major.geometry[kazakh].x)
    spoilt = major.set_geometry(gpd.GeoSeries(shapes, index=major.index, crs=4326))
    found = check(spoilt, rules=["swapped"])
    own = set(check(major, rules=["swapped"])["row"])
    assert kazakh.sum() > 50
    swapped = set(found["row"]) - own
    assert swapped <= set(kazakh.nonzero()[0].tolist())
    # Three lie near 50 N, 50 E, where the exchanged point is in Kazakhstan too or close to it.
    missed = np.setdiff1d(np.flatnonzero(kazakh), list(swapped))
    away_km = distance_to_country_km(spoilt.geometry.iloc[missed], spoilt["country"].iloc[missed])
    assert len(missed) == 3
    assert (away_km < 50).all()


def test_pp1802_has_no_warning():
    found = check(load(DEPOSITS / "usgs_pp1802" / "PP1802_CritMin_pts.csv"))
    assert set(found["severity"]) == {"note"}


def test_mrds_of_central_asia():
    sites = load(DEPOSITS / "mrds" / "mrds_compact_central_asia.csv")
    found = check(sites)
    grave = found[found["severity"] != "note"]
    assert grave["rule"].tolist() == ["duplicate"]
    filed = found.loc[found["rule"] == "filing_point", "row"]
    names = sites["name"].iloc[filed].str.cat(sep=" ")
    assert all(name in names for name in ("Dzhezkazgan", "Severnyy Katpar", "Shalgiya"))


def test_sentinels_of_the_copper_table():
    cells = pd.read_csv(DEPOSITS / "usgs_sir20105090z" / "sedcu_deps_pros.csv", dtype=str)
    sites = gpd.GeoDataFrame(
        cells,
        geometry=gpd.points_from_xy(
            cells["longitude"].astype(float), cells["latitude"].astype(float)
        ),
        crs=4326,
    )
    found = check(sites, rules=["sentinel"])
    each = check(sites, rules=["sentinel"], by_record=True)
    assert len(found) == each["field"].nunique()
    assert found["records"].sum() == len(each) == int((cells == "-9999").to_numpy().sum())
    repaired = repair(sites, found)
    assert not (repaired[cells.columns] == "-9999").to_numpy().any()
    assert undo_repairs(repaired).equals(sites)


def test_lost_letters_of_the_facilities():
    path = DEPOSITS / "usgs_minfac" / "minfac-csv-refined.csv"
    cells = pd.read_csv(path, dtype=str, encoding="utf-8")
    sites = gpd.GeoDataFrame(cells, geometry=[None] * len(cells), crs=4326)
    found = check(sites, rules=["damaged_text"])
    damaged = cells.apply(lambda column: column.str.contains("\ufffd", na=False))
    assert len(found) == int(damaged.to_numpy().sum())
    assert found["proposed"].isna().all()
