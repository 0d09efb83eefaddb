"""Numbers that a table has as texts: read if they are certain, else refused."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

import minmap as mm
from minmap.style.number_texts import numbers_of_texts


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1719", "0.5", "-3e2"], [1719, 0.5, -300]),
        (["0,34", "7,6", "2,9"], [0.34, 7.6, 2.9]),
        (["1.170,5", "29,0", "3"], [1170.5, 29, 3]),
        (["1,170.5", "29.0", "3"], [1170.5, 29, 3]),
        (["1\u00a0170", "9", "−4"], [1170, 9, -4]),
        (["12,500", "7,25"], [12.5, 7.25]),
    ],
)
def test_texts_in_one_notation_are_numbers(texts: list[str], numbers: list[float]) -> None:
    found = numbers_of_texts(pd.Series([*texts, None]))
    assert found is not None
    assert found.dropna().tolist() == numbers


@pytest.mark.parametrize(
    "texts", [["12,500", "9"], ["1.170", "2"], ["007"], ["1", "н/д"], ["1.5", "2,5"], ["", " "], []]
)
def test_texts_that_are_not_certain_are_none(texts: list[str]) -> None:
    assert numbers_of_texts(pd.Series(texts, dtype=object)) is None


def test_rows_of_one_index_keep_their_numbers() -> None:
    found = numbers_of_texts(pd.Series(["1,5", "2,25", None, "1,5"], index=[7, 7, 7, 8]))
    assert found is not None
    assert found.index.tolist() == [7, 7, 7, 8]
    assert found.fillna(-1).tolist() == [1.5, 2.25, -1, 1.5]


def test_columns_of_such_texts_have_sizes_and_classes() -> None:
    table = gpd.GeoDataFrame(
        {"grade": [f"{number},5" for number in range(20)]},
        geometry=gpd.points_from_xy(range(20), range(20)),
        crs=4326,
    )
    (layer,) = mm.Map(table, size="grade", color="grade", label="grade").layers()
    spec = layer.describe("")
    assert spec["legend"]["scheme"] == "natural breaks"
    assert spec["marks"]["legends"][0]["channel"] == "size"
    with pytest.raises(mm.MinmapError, match="can be read in two ways, such as '12,500'"):
        mm.Map(table.assign(grade="12,500"), size="grade")
