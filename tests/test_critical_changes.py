"""What changes for a table between two lists of critical minerals."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import Point

from minmap import vocabulary
from minmap.errors import ChoiceError, MinmapError
from minmap.querying import compare_critical, select


def toy(commodities: list[str | None], minor: list[str | None]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"commodities": commodities, "minor_commodities": minor},
        geometry=[Point(0, 0)] * len(commodities),
        crs=4326,
    )


TABLE = toy(["Cu Au", "Cu W", "REE", "Au", None, "Ag"], [None, None, "La", "Cu", None, None])


def test_the_changes_of_2025_are_told_and_counted() -> None:
    found = compare_critical(TABLE, "US-2022", "US-2025").set_index("commodity")
    assert found.loc["Cu"].tolist() == ["Copper", "added", 3, 2]
    assert found.loc["W"].tolist() == ["Tungsten", "kept", 1, 0]
    assert found.loc["REE", ["change", "occurrences"]].tolist() == ["kept", 1]
    assert found.loc["La", "occurrences"] == 1
    assert "Au" not in found.index
    # On one list or the other, two by their only commodities: Cu Au, Au with some Cu, and Ag.
    assert found.attrs["occurrences"] == {
        "total": 6, "earlier": 2, "later": 5, "newly": 3, "no_longer": 0,
    }  # fmt: skip
    assert found.attrs["later"]["date"] == "2025-11-07"
    assert found.attrs["earlier"]["list_id"] == "US-2022"


def test_the_other_way_round_is_the_mirror_image() -> None:
    onward = compare_critical(TABLE, "US-2022", "US-2025").set_index("commodity")
    back = compare_critical(TABLE, "US-2025", "US-2022").set_index("commodity")
    assert back.loc["Cu", "change"] == "removed"
    assert back.attrs["occurrences"]["no_longer"] == onward.attrs["occurrences"]["newly"]
    mirrored = onward["change"].replace({"added": "removed", "removed": "added"})
    assert back["change"].sort_index().tolist() == mirrored.sort_index().tolist()
    assert back["change"].drop_duplicates().tolist() == ["removed", "kept"]


@pytest.mark.parametrize("later", vocabulary.critical_lists()["list_id"])
def test_every_list_can_be_compared(later: str) -> None:
    found = compare_critical(TABLE, "US-2022", later)
    before, after = vocabulary.critical_codes("US-2022"), vocabulary.critical_codes(later)
    assert set(found["commodity"]) == before | after
    assert set(found.loc[found["change"] == "added", "commodity"]) == after - before
    assert set(found.loc[found["change"] == "removed", "commodity"]) == before - after
    for code, count in zip(found["commodity"], found["occurrences"], strict=True):
        assert count == len(select(TABLE, commodity=code))
    assert found.attrs["occurrences"]["later"] == len(select(TABLE, critical=later))


def test_a_list_with_itself_and_an_empty_table() -> None:
    same = compare_critical(TABLE, "US-2025", "US-2025")
    assert same["change"].unique().tolist() == ["kept"]
    empty = compare_critical(TABLE.iloc[:0], "US-2022", "US-2025")
    assert len(empty) > 0
    assert empty["occurrences"].sum() == empty["main_occurrences"].sum() == 0


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(ChoiceError, match="US-2025"):
        compare_critical(TABLE, "US-2022", "US-2026")
    with pytest.raises(MinmapError, match="commodities"):
        compare_critical(TABLE[["geometry"]], "US-2022", "US-2025")
