"""The numbers and dates beside bars of colours."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minmap.style.dates import day_of
from minmap.style.ticks import date_ticks, even_ticks, log_ticks


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9))
def test_one_to_three_round_numbers_lie_between_the_ends(low: float, span: float) -> None:
    (first, *inner, last) = even_ticks(low, low + span)
    assert (first[0], last[0]) == (0, 1)
    assert 1 <= len(inner) <= 3
    assert all(0.2 - 1e-6 <= share <= 0.8 + 1e-6 for share, _ in inner)
    steps = [after - before for (_, before), (_, after) in pairwise(inner)]
    assert steps == pytest.approx(steps[:1] * len(steps), rel=1e-6, abs=1e-9 * abs(low))
    for step in steps:
        power = 10.0 ** math.floor(math.log10(step) + 1e-9)
        times = min((1, 2, 2.5, 5, 10), key=lambda one: abs(step / power - one))
        assert step == pytest.approx(times * power, rel=1e-3, abs=1e-9 * abs(low))
        counts = [value / (times * power) for _, value in inner]
        assert counts == pytest.approx(list(map(round, counts)), rel=1e-9, abs=1e-3)


@pytest.mark.parametrize("power", [2, 4, 7, 12, 30])
def test_a_bar_of_any_length_has_powers_of_ten(power: int) -> None:
    values = [value for _, value in log_ticks(1, 10**power)]
    assert 3 <= len(values) <= 5
    assert all(f"{value:e}".startswith("1.000000e") for value in values)


def test_within_a_decade_there_are_threes_or_twos_and_fives() -> None:
    assert [value for _, value in log_ticks(2, 9)] == [2, 3, 9]
    assert [value for _, value in log_ticks(2, 40)] == [2, 10, 40]
    assert log_ticks(1, 1) == [(0, 1)]


@pytest.mark.parametrize(
    ("ends", "texts"),
    [
        (("2001-05-06", "2010-12-31"), ["2001-05", "2006", "2008", "2010-12"]),
        (("2023-03-04", "2024-04-05"), ["2023-03-04", "2023-10", "2024-04-05"]),
        (("2023-03-04", "2023-03-04"), ["2023-03-04"]),
        (("0001-01-01", "9999-12-31"), ["0001", "9999"]),
    ],
)
def test_dates_between_the_ends_are_round(ends: tuple[str, str], texts: list[str]) -> None:
    low, high = (day_of(end, name="end") for end in ends)
    assert [text for _, text in date_ticks(low, high)] == texts
