"""Numbers that a table has as texts: read if they are certain, else refused."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd
import pytest

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.number_texts import numbers_of_texts


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1719", "0.5", "-3e2"], [1719, 0.5, -300]),
        (["0,34", "7,6", "2,9"], [0.34, 7.6, 2.9]),
        (["1.170,5", "29,0", "3"], [1170.5, 29, 3]),
        (["1,170.5", "29.0", "3"], [1170.5, 29, 3]),
        (["1\u00a0170", "9", "−4"], [1170, 9, -4]),
        (["12,500", "7,25"], [12.5, 7.25]),
        (["1.5", "n/a", "k.A.", "-", "Н/Д", "3"], [1.5, 3]),
    ],
)
def test_texts_in_one_notation_are_numbers(texts: list[str], numbers: list[float]) -> None:
    found = numbers_of_texts(pd.Series([*texts, None]))
    assert found is not None
    assert found.dropna().tolist() == numbers


@pytest.mark.parametrize(
    "texts",
    [
        ["12,500", "9"],
        ["1.170", "2"],
        ["007"],
        ["1", "deep"],
        ["n/a", "-"],
        ["1.5", "2,5"],
        ["9" * 400],
        ["", " "],
        [],
    ],
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


def points(column: str, values: list[object]) -> gpd.GeoDataFrame:
    places = gpd.points_from_xy(range(len(values)), range(len(values)))
    return gpd.GeoDataFrame({column: values}, geometry=places, crs=4326)


@pytest.mark.parametrize(
    ("values", "shown", "cure"),
    [
        (["1,201", "950"], "'1,201'", ".str.replace(',', '').astype(float) if its commas part"),
        (["12.5 %", "3 %", None], "'12.5 %'", ".str.removesuffix(' %').astype(float)"),
        (["2 500 t", "30 t"], "'2 500 t'", ".str.removesuffix(' t').str.replace(' ', '').astype"),
        (["1.5", "deep", "3"], "'deep'", "errors='coerce'), which makes 'deep' missing"),
    ],
)
def test_colours_by_texts_that_look_like_numbers_are_warned_of(
    values: list[object], shown: str, cure: str
) -> None:
    with pytest.warns(MinmapWarning) as caught:
        made = mm.Map().add(points("ore", values), color="ore")
    (text,) = (str(one.message) for one in caught)
    assert text.startswith("color='ore': most texts of the column look like numbers")
    assert shown in text
    assert cure in text
    assert caught[0].filename == __file__
    assert len(made.layers()[0]._spec["legend"]["entries"]) == len(values)
    with pytest.raises(mm.MinmapError, match=re.escape(f"such as {shown}; make numbers of it")):
        mm.Map().add(points("ore", values), size="ore")


@pytest.mark.parametrize(
    ("values", "wishes"),
    [
        (["1,201", "950"], {"palette": {"1,201": "red"}}),
        (["1,201", "950"], {"legend_order": ["950"]}),
        (pd.Categorical(["1,201", "950"]), {}),
        (["007", "012"], {}),
        (["1a", "2b", "3c"], {}),
        (["5 kg", "3 t", "mill"], {}),
        (["1-5", "5-10"], {}),
        ([0.5, 1.5], {"palette": "Okabe-Ito"}),
        ([["1,2"], ["3"]], {}),
    ],
)
def test_other_texts_are_drawn_value_by_value_without_a_warning(
    values: list[object], wishes: dict[str, object]
) -> None:
    mm.Map().add(points("ore", values), color="ore", **wishes)


def test_codes_of_a_vocabulary_are_no_numbers() -> None:
    mm.Map().add(points("deposit_type", ["17", "22.5", "36a"]), color="deposit_type")
