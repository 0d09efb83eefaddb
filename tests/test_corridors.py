"""The Middle Corridor as it is handed out, against the map; its data has tests of its own."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import pytest
from pyproj import Geod

from minmap.transport.trade_corridors.catalogue import corridor
from tests.conftest import SHARED

needs_shared = pytest.mark.reference
WGS84 = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def legs() -> gpd.GeoDataFrame:
    return corridor("middle").legs.set_index("leg_id", drop=False)


@needs_shared
def test_countries_hold_every_country_passed(legs):
    borders = gpd.read_file(SHARED / "basemap" / "ne_10m_admin_0_countries_clip.gpkg")
    borders["ADM0_A3"] = borders["ADM0_A3"].replace("KAB", "KAZ")  # Baikonur, leased to Russia
    passed = gpd.overlay(legs[["leg_id", "geometry"]], borders, keep_geom_type=True)
    passed["km"] = [WGS84.geometry_length(line) / 1000 for line in passed.geometry]
    assert len(passed) > len(legs)
    for row in passed[passed["km"] > 1].itertuples():
        assert row.ADM0_A3 in legs.loc[row.leg_id, "countries"].split(), row.leg_id


def test_lines_lie_between_the_bosporus_and_china(legs):
    west, south, east, north = legs.total_bounds
    assert (26 < west < 27, 36 < south < 37, 82 < east < 83, 48 < north < 50) == (True,) * 4


def test_no_segment_is_long_enough_to_bend_on_a_mercator_map(legs):
    longest = max(WGS84.inv(*a, *b)[2] for line in legs.geometry for a, b in pairwise(line.coords))
    assert longest < 20_010


def test_variants_by_length_and_countries():
    variants = corridor("middle").variants.set_index("variant")
    aktau = variants.loc["altynkol-aktau-poti"]
    # The sum of published and computed parts, FACTS: 4,345 km; here with the port sidings.
    assert aktau["length_km"] == pytest.approx(4345, rel=0.01)
    assert aktau["countries"] == "KAZ KGZ AZE GEO"
    assert variants.loc["dostyk-aktau-mersin", "countries"] == "KAZ AZE GEO TUR"
    assert (variants["length_km"] > 4000).all()
