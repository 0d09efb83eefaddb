"""The page of 33 mines and 9 markets: it is that of the shipped data, and its ways are sound."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import minmap as mm
from minmap.places import country_of
from tests.test_catalogue_data import ROOT, scripts_module

MUST = {"Bozshakol", "Donskoy (Khromtau)", "Oskemen", "Kumtor", "Kalmakyr (Almalyk)"}
MUST |= {"Talco (Tursunzoda)", "Kajaran"}


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return scripts_module("access_ways", monkeypatch)


def recorded() -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of the records of the samples, by source and id."""
    major = pd.read_csv(mm.sample("major_deposits_central_asia.csv"))
    major["id"] = "gid " + major["gid"].astype(str) + ", " + major["dep_name"]
    critical = pd.read_csv(mm.sample("pp1802_central_asia.csv"))
    plants = pd.read_csv(mm.sample("mineral_operations_central_asia.csv"), dtype={"rec_id": str})
    plants["id"] = "rec_id " + plants["rec_id"] + ", " + plants["#site"]
    places: dict[str, tuple[float, float]] = {}
    for table, (name, lon, lat) in (
        (major, ("id", "longitude", "latitude")),
        (critical, ("DEPOSIT_NAME", "LONGITUDE", "LATITUDE")),
        (plants, ("id", "#site+lng", "#site+lat")),
    ):
        lonlat = table[[lon, lat]].to_numpy(dtype=float).tolist()
        places |= {key: (x, y) for key, (x, y) in zip(table[name], lonlat, strict=True)}
    return places


def test_mines_have_the_places_of_their_records(ways: ModuleType) -> None:
    mines, records = ways.mines(), recorded()
    assert len(mines) == 33
    assert set(mines["mine"]) >= MUST
    of_samples = mines[~mines["source"].str.startswith("Wikipedia")]
    assert set(mines["mine"]) - set(of_samples["mine"]) == {"Kumtor"}
    for mine in of_samples.itertuples():
        assert (mine.lon, mine.lat) == pytest.approx(records[mine.record], abs=1e-5)


def test_every_mine_lies_in_its_country(ways: ModuleType) -> None:
    mines = ways.mines()
    assert country_of(mines.geometry).tolist() == mines["country"].tolist()


def test_the_ways_before_roads_are_those_of_all_pairs(ways: ModuleType) -> None:
    before = ways.before()
    pairs = set(zip(before["mine"], before["market"], strict=True))
    assert len(before) == len(pairs) == 33 * 9
    assert set(before["mine"]) == set(ways.mines()["mine"])
    assert set(before["market"]) == set(ways.markets())


def test_a_way_over_a_closed_border_or_past_the_list_is_a_fault(ways: ModuleType) -> None:
    listed = ways.Crossings()
    armenia_turkey = frozenset(("ARM", "TUR"))
    assert listed.is_closed(armenia_turkey)
    assert not listed.is_beside(armenia_turkey, (43.9, 40.7))
    assert listed.is_beside(frozenset(("GEO", "RUS")), (44.63, 42.74))  # Upper Lars
    way = pd.Series({"countries": "ARM TUR", "crossings": "arm-tur-road"})
    assert listed.faults(way) == ["passes arm-tur-road", "over the closed border ARM-TUR"]
    way = pd.Series({"countries": "KAZ UZB", "crossings": None})
    assert listed.faults(way) == ["crosses a border without a listed crossing: KAZ UZB"]
    # The railway from Shu to Arys passes through Kyrgyzstan without a stop.
    assert not listed.faults(pd.Series({"countries": "KAZ KGZ KAZ", "crossings": None}))


def test_pictures_of_the_page_are_small() -> None:
    page = (ROOT / "docs" / "access_table.md").read_text("utf-8")
    for name in ("lorries", "armenia", "markets"):
        path = ROOT / "docs" / "access" / f"{name}.png"
        assert f"(access/{name}.png)" in page
        assert path.stat().st_size < 150_000


@pytest.mark.reference
@pytest.mark.parametrize("what", ["transit_times", "published_prices"])
def test_published_figures_are_those_of_the_reference_data(
    what: str, ways: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shared: Path
) -> None:
    script = scripts_module(f"build_{what}", monkeypatch)
    monkeypatch.setattr(sys, "argv", [f"build_{what}.py", str(shared)])
    monkeypatch.setattr(script, "OUT", tmp_path / f"{what}.csv")
    script.main()
    assert script.OUT.read_bytes() == (ways.TABLES / f"{what}.csv").read_bytes()


def test_the_page_has_each_published_price_with_its_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = scripts_module("price_section", monkeypatch).priced()
    assert len(rows) >= 20
    page = (ROOT / "docs" / "access_table.md").read_text("utf-8")
    for one in rows:
        low, middle, high = one.usd_t
        assert 0 < low < middle < high
        assert one.line in page


def test_a_middle_value_is_within_the_published_range_or_the_ranges_overlap_or_lie_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verdict = scripts_module("verdicts", monkeypatch).verdict
    row, own = pd.Series({"subject": "one", "why": "known"}), np.array([10, 20, 30.0])
    ranges = {(15, 25): "within", (5, 19): "above, ranges overlap", (31, 40): "below, ranges apart"}
    for published, expected in ranges.items():
        assert verdict(row, published, own) == expected
    with pytest.raises(SystemExit, match=r"one: say in the table of ways why"):
        verdict(row.replace("known", ""), (31, 40), own)


@pytest.mark.exhaustive
def test_the_page_of_access_is_that_of_the_shipped_data(monkeypatch: pytest.MonkeyPatch) -> None:
    page = scripts_module("build_access_table", monkeypatch)
    assert page.OUT.read_text("utf-8") == page.page()
