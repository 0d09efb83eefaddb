"""Errors say what was given, what is allowed, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import minmap as mm
from minmap.arguments import require_flag, require_kind, require_numbers, require_one_of, shown
from minmap.errors import ChoiceError, MinmapError


def test_a_known_value_passes() -> None:
    assert require_one_of("sea", {"rail", "sea"}, name="mode") == "sea"


def test_an_unknown_value_is_shown_with_the_nearest_choice_and_all_of_them() -> None:
    with pytest.raises(ChoiceError) as caught:
        require_one_of("raill", ["sea", "rail"], name="mode")
    assert str(caught.value) == (
        "mode='raill' is not known; did you mean 'rail'? Choose one of: rail, sea."
    )
    assert isinstance(caught.value, MinmapError)
    assert isinstance(caught.value, ValueError)


def test_a_long_value_is_shown_shortened() -> None:
    with pytest.raises(ChoiceError, match=r"^mode='x{60}'\.\.\. is not known"):
        require_one_of("x" * 5000, ["sea", "rail"], name="mode")


def test_nothing_near_is_not_guessed() -> None:
    with pytest.raises(ChoiceError, match=r"mode='xyz' is not known\. Choose one of: rail, sea\."):
        require_one_of("xyz", ["sea", "rail"], name="mode")


def test_only_what_is_missing_becomes_nan() -> None:
    given = [2, None, pd.NA, float("inf"), np.float32(0.5)]
    numbers = require_numbers(given, name="within_hours", like=24)
    np.testing.assert_array_equal(numbers, [2, np.nan, np.nan, np.inf, 0.5])
    column = pd.Series([1, None], dtype="Int64")
    np.testing.assert_array_equal(require_numbers(column, name="a", like=1), [1, np.nan])


@pytest.mark.parametrize(
    "given", [10**400, [10**400], [None, 10**400], [[None, 1], [2, -(10**400)]]]
)
def test_a_number_that_no_float_holds_is_refused(given: Any) -> None:
    with pytest.raises(MinmapError, match=r"^within_hours=.* is neither a number nor a list"):
        require_numbers(given, name="within_hours", like=24)


def test_a_flag_is_a_truth_value_of_python_or_numpy() -> None:
    class bool_:  # noqa: N801  the name of numpy's class
        pass

    assert require_flag(np.True_, name="show") is True
    with pytest.raises(MinmapError, match=r"^show=a value of type bool_ is neither True nor False"):
        require_flag(bool_(), name="show")


class Unshown:
    """A value whose repr fails, or is what it is told."""

    def __init__(self, text: str | None) -> None:
        self._text = text

    def __repr__(self) -> str:
        if self._text is None:
            raise RuntimeError
        return self._text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "a value of type Unshown"),
        ("two\nlines", "a value of type Unshown"),
        ("x" * 61, "a value of type Unshown"),
        ("<short>", "<short>"),
        ("a value of mine", "a value of mine"),
    ],
)
def test_a_value_is_shown_in_one_short_line(text: str | None, expected: str) -> None:
    assert shown(Unshown(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "scale is a value of type Unshown"),
        ("a value of mine", "scale=a value of mine is of type Unshown"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_its_kind(text: str | None, expected: str) -> None:
    with pytest.raises(MinmapError, match=rf"^{expected}; give a number\.$"):
        require_kind(Unshown(text), int, name="scale", cure="give a number")


def test_a_value_without_its_keyword_is_an_error_that_names_one() -> None:
    with pytest.raises(MinmapError, match=r"Map takes 'My map' by a keyword only.*title="):
        mm.Map(None, "My map")  # type: ignore[misc]


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (mm.sample, r"sample needs name; give it, such as sample\(name=\.\.\.\)"),
        (lambda: mm.sample("a", "b"), "sample takes no argument 'b'; leave it out"),
        (lambda: mm.sample("a", name="b"), "sample is given name twice; give it once"),
        (lambda: mm.Map().add_countries("a.csv"), "Map.add_countries needs value, the column"),
        (lambda: mm.Map().add_countries("a.csv", valu="x"), "did you mean 'value'"),
        (mm.write, "write needs frame and path; give them"),
    ],
)
def test_an_argument_that_is_lacking_or_too_many_is_named(
    call: Callable[[], object], fault: str
) -> None:
    with pytest.raises(MinmapError, match=fault):
        call()


def test_half_a_letter_is_an_error_that_names_the_argument() -> None:
    with pytest.raises(MinmapError, match=r"title='caf.*letters that no file can hold.*UTF-8"):
        mm.Map(title="caf\udce9")
