"""Outliers of sites: who opposes whom, and where a site lies and how surely."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minmap as mm
from minmap.linking.site_outliers import opposed_by
from minmap.table import conform

pytestmark = pytest.mark.exhaustive

_M_PER_DEGREE = 111_195.0


def table(rows):
    """Return records from rows of metres east and north of a place, and of the uncertainty.

    Of a row with a fourth value, this is the basis of the uncertainty, else it is stated.
    """
    east, north, metres, *basis = zip(*([*row, "stated"][:4] for row in rows), strict=True)
    lon = 75.0 + np.array(east) / (_M_PER_DEGREE * np.cos(np.radians(47.0)))
    columns = {
        "occurrence_id": [f"own:{n}" for n in range(len(rows))],
        "source": "own",
        "location_uncertainty_m": pd.array(metres, dtype="Float64"),
        "location_uncertainty_basis": basis[0],
    }
    place = gpd.points_from_xy(lon, 47.0 + np.array(north) / _M_PER_DEGREE)
    return gpd.GeoDataFrame(columns, geometry=place, crs=4326)


def is_outlier(rows):
    """Return which records of one site are outliers."""
    return (opposed_by(conform(table(rows)), np.zeros(len(rows), dtype=np.int64)) > 0).tolist()


def site_of(rows):
    """Return the one site of records."""
    records = table(rows)
    first, *others = records["occurrence_id"]
    links = pd.DataFrame({"left_id": first, "right_id": others, "same_site": True})
    sites = mm.merge(records, links=links)
    assert len(sites) == 1
    return sites.iloc[0]


GPS = [(0, 0, 20.0), (311, 67, 20.0), (-296, -89, 20.0)]
OLD = (-7_600, -9_260, 10_000.0)


@pytest.mark.parametrize("rows", [[*GPS, OLD], [OLD, *GPS]])
def test_a_vague_record_does_not_make_outliers_of_precise_ones(rows):
    # It agrees with each of three shafts, which are 300 m apart and known to 20 m.
    site = site_of(rows)
    assert site.geometry.y == pytest.approx(47.0, abs=1e-9)
    assert site["differing"] == "location: up to 12.2 km apart"
    assert site["location_uncertainty_m"] == pytest.approx(318, abs=10)
    assert site["location_uncertainty_basis"] == "spread"


def test_of_four_only_the_one_that_lies_apart_is_an_outlier():
    # As at Konkola: two lie 3.6 and 7.3 km from the second, and one 109 km.
    rows = [(0, 0, 100.0), (3_600, 0, 1900.0), (10_900, 0, 4600.0), (-105_000, 0, 4800.0)]
    assert is_outlier(rows) == [False, False, False, True]
    site = site_of(rows)
    assert site["location_uncertainty_basis"] == "spread"
    assert site["location_uncertainty_m"] == pytest.approx(10_900, rel=1e-2)


def test_a_vague_record_that_agrees_with_both_does_not_count():
    # Two against one, and a vague one that is as far from the two as it is from the third.
    two = [(0, 0, 4600.0), (0, -2_600, 4800.0)]
    vague, far = (-19_000, 0, 16_800.0), (11_000, 4_000, 2500.0)
    assert is_outlier([*two, far]) == [False, False, True]
    assert is_outlier([*two, far, vague]) == [False, False, True, False]
    # One against one: nobody can say which of them is wrong.
    assert is_outlier([two[0], (60_000, 0, 4600.0), (30_000, 0, 40_000.0)]) == [False] * 3


def test_an_outlier_that_three_oppose_does_not_widen_a_site():
    # The three are nearer to each other than to it, but do not agree within 20 m.
    site = site_of([*GPS, (100_000, 0, 20.0)])
    assert site["differing"] == "location: up to 100.6 km apart (outlier: own:3)"
    assert site["location_uncertainty_m"] == pytest.approx(318, abs=10)


def test_a_vague_record_that_agrees_does_not_widen_a_site_of_which_only_digits_are_known():
    own = [(0, 0, 8.0, "precision"), (135, 0, 0.7, "precision"), (30, 0, None, None)]
    near, vague = (100, 0, 12_000.0, "scatter"), (19_000, 0, 30_000.0, "precision")
    for rows in (own, [*own, near], [*own, vague], [*own, near, vague]):
        site = site_of(rows)
        assert site["location_uncertainty_m"] == pytest.approx(135, rel=1e-2)
        assert site["location_uncertainty_basis"] == "spread"
    # What is known best tells of digits: not the vague record if there is a surer one.
    assert site_of([own[0], near, vague])["location_uncertainty_m"] == pytest.approx(100, rel=1e-2)
    assert site_of([own[0], vague])["location_uncertainty_m"] == pytest.approx(19_000, rel=1e-2)


def test_an_outlier_may_be_on_the_other_side_of_the_earth():
    assert is_outlier([*GPS, (-9_000_000, -9_000_000, 20.0)]) == [False, False, False, True]


def test_a_site_of_thousands_of_records_has_outliers_in_any_order():
    random = np.random.default_rng(7)
    places = random.uniform(-2_000, 2_000, (3_000, 2))
    places[:50] += 80_000
    rows = [(*place, 1400.0) for place in places.tolist()]
    order = random.permutation(len(rows))
    found = np.array(is_outlier(rows))
    assert found.nonzero()[0].tolist() == [*range(50)]
    assert is_outlier([rows[n] for n in order]) == found[order].tolist()


# Few different distances, so that records are at one point, or equally far from each other.
_PLACES = st.one_of(st.sampled_from([0, 100, 3_000, 9_000, 40_000]), st.integers(-60_000, 60_000))
_UNCERTAINTY = st.sampled_from([0.0, 5.0, 20.0, 1400.0, 2500.0, 4600.0, 16_800.0, 60_000.0])
_ROWS = st.lists(st.tuples(_PLACES, _PLACES, _UNCERTAINTY), min_size=1, max_size=12)


@given(_ROWS)
@settings(max_examples=300)
def test_outliers_are_a_minority(rows):
    assert 2 * sum(is_outlier(rows)) < len(rows)


@given(st.data(), _ROWS)
def test_the_order_of_the_records_does_not_matter(data, rows):
    order = data.draw(st.permutations(range(len(rows))))
    found = is_outlier(rows)
    assert is_outlier([rows[n] for n in order]) == [found[n] for n in order]


@given(_ROWS, st.lists(st.tuples(st.integers(0, 11), _UNCERTAINTY), min_size=1, max_size=4))
def test_records_at_one_point_are_treated_alike(rows, more):
    rows = [*rows, *((*rows[n % len(rows)][:2], metres) for n, metres in more)]
    alike = {}
    for (east, north, _), out in zip(rows, is_outlier(rows), strict=True):
        assert alike.setdefault((east, north), out) == out


_AGREEING = st.lists(
    st.tuples(st.integers(-10, 10), st.integers(-10, 10), st.sampled_from([20.0, 25.0, 40.0])),
    min_size=2,
    max_size=5,
)
_VAGUE = st.tuples(_PLACES, _PLACES, st.sampled_from([1000.0, 4600.0, 16_800.0, 60_000.0]))
