"""Errors say what was given, what is allowed, and what to do."""

from __future__ import annotations

import pytest

from minmap.arguments import require_one_of
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


def test_nothing_near_is_not_guessed() -> None:
    with pytest.raises(ChoiceError, match=r"mode='xyz' is not known\. Choose one of: rail, sea\."):
        require_one_of("xyz", ["sea", "rail"], name="mode")
