"""The unit to which the coordinates of a table were rounded."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import pdtrc

import minmap as mm
from minmap.coordinates.points import read_coordinates
from minmap.coordinates.rounding import (
    _chance_of,
    half_units_of_points,
    rounded_to,
    shared_units,
)

MINUTE_M = 0.5 / 60 * np.hypot(111_195, 78_626)
"""Half an arc minute in both axes at 45 degrees of latitude, on a sphere of 6,371 km."""


def places(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.uniform(50, 90, n), random.uniform(44.5, 45.5, n)


def written(values: np.ndarray, unit: float, decimals: int, *, zeros: bool = True) -> pd.Series:
    texts = pd.Series([f"{round(v / unit) * unit:.{decimals}f}" for v in values])
    return texts if zeros else texts.str.rstrip("0").str.rstrip(".")


def precision(x: pd.Series, y: pd.Series) -> pd.Series:
    return pd.Series(read_coordinates(x, y, crs="EPSG:4326").precision_m)


@pytest.mark.parametrize("zeros", [True, False])
def test_points_read_to_the_minute_have_its_precision_whatever_their_decimals(zeros):
    x, y = places(1, 200)
    found = precision(written(x, 1 / 60, 4, zeros=zeros), written(y, 1 / 60, 4, zeros=zeros))
    assert (found > 0.99 * MINUTE_M).all()
    # Two of a hundred are whole tenths of a degree without their zeros, and may have been.
    assert found.between(0.99 * MINUTE_M, 1.01 * MINUTE_M).mean() >= 0.95


def test_minutes_written_to_three_decimals_are_found_in_a_table_of_four():
    x, y = places(5, 400)
    short = np.arange(400) % 4 == 0
    on_minutes = short & (np.arange(400) % 8 == 0)
    texts = [
        written(v, 1 / 60, 3, zeros=False)
        .where(on_minutes, written(v, 1e-3, 3, zeros=False))
        .where(short, written(v, 1e-4, 4, zeros=False))
        for v in (x, y)
    ]
    found = precision(*texts)
    assert found[on_minutes].between(0.99 * MINUTE_M, 1.01 * MINUTE_M).mean() >= 0.95
    # Chance puts one of 278 pairs of thousandths on whole minutes.
    assert (found[short & ~on_minutes] < 0.1 * MINUTE_M).mean() >= 0.95
    assert (found[~short] < 0.1 * MINUTE_M).all()


def test_only_the_points_on_minutes_of_a_mixed_table_have_their_precision():
    x, y = places(2, 400)
    coarse = np.arange(400) % 4 == 0
    texts = [written(v, 1 / 60, 5).where(coarse, written(v, 1e-5, 5)) for v in (x, y)]
    found = precision(*texts)
    assert found[coarse].between(0.99 * MINUTE_M, 1.01 * MINUTE_M).all()
    assert (found[~coarse] < 1).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([3, 4, 5, 6]))
def test_random_points_keep_the_precision_of_their_digits(seed, decimals):
    x, y = places(seed, 300)
    half = np.full(300, 0.5 * 10.0**-decimals)
    x, y = x.round(decimals), y.round(decimals)
    units = shared_units(x, y, half, half, degrees=True)
    # Chance passes the test of one unit in ten thousand tables.
    assert (rounded_to(x, y, half, half, units) > 0).sum() <= 3


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.permutations(range(60)))
def test_the_order_of_the_rows_changes_nothing(seed, order):
    x, y = places(seed, 60)
    texts = [written(v, 1 / 60, 4) for v in (x, y)]
    there = precision(*(text.iloc[list(order)].reset_index(drop=True) for text in texts))
    assert there.tolist() == precision(*texts).iloc[list(order)].tolist()


def test_one_place_of_many_records_is_no_evidence():
    x, y = places(3, 100)
    x, y = np.r_[x.round(4), np.full(100, 70.0)], np.r_[y.round(4), np.full(100, 45.0)]
    half = np.full(200, 0.00005)
    assert shared_units(x, y, half, half, degrees=True) == ()


def test_a_few_numbers_with_zeros_on_purpose_keep_them():
    texts = pd.Series(["45.5000", "45.2500"])
    assert (precision(texts, texts) < 10).all()


def test_eastings_in_whole_kilometres_are_recognised():
    random = np.random.default_rng(4)
    x = pd.Series([f"{v}000" for v in random.integers(300, 700, 50)])
    y = pd.Series([f"{v}000" for v in random.integers(5_000, 5_300, 50)])
    found = read_coordinates(x, y, crs="EPSG:32643").precision_m
    assert found == pytest.approx(np.full(50, 500 * 2**0.5), rel=0.002)


def test_points_of_a_file_have_the_unit_of_their_shortest_numbers():
    x, y = places(5, 50)
    everything = np.ones(50, dtype=bool)
    half = half_units_of_points(x.round(3), y.round(3), everything, degrees=True)
    # One pair of numbers in a hundred ends in two zeros by chance, which means nothing.
    assert set(half) == {0.0005}
    assert set(half_units_of_points(x, y, everything, degrees=True)) == {0.0}
    minutes = half_units_of_points(
        np.round(x * 60) / 60, np.round(y * 60) / 60, everything, degrees=True
    )
    assert minutes == pytest.approx(np.full(50, 0.5 / 60))
    single = half_units_of_points(
        x.round(3).astype(np.float32).astype(float),
        y.round(3).astype(np.float32).astype(float),
        everything,
        degrees=True,
    )
    assert single.tolist() == half.tolist()


def test_whole_minutes_of_real_deposits_do_not_claim_metres():
    table = mm.read(mm.sample("major_deposits_central_asia.csv"))
    texts = table[["longitude", "latitude"]].astype(float) * 60
    on_minutes = (texts - texts.round()).abs().max(axis=1) < 0.0031
    assert on_minutes.sum() > 50
    assert (table.loc[on_minutes, "coordinate_precision_m"] > 900).mean() > 0.98


@given(st.floats(0, 20_000), st.floats(2, 10))
def test_the_chance_is_that_of_a_poisson_distribution(expected: float, times: float) -> None:
    seen = max(3, int(np.ceil(times * expected)))
    assert _chance_of(seen, expected) == pytest.approx(
        pdtrc(seen - 1, expected), rel=1e-9, abs=1e-280
    )
