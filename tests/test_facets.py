"""What the page offers as filters, by the columns of a table."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import minmap as mm
from minmap.errors import ChoiceError
from minmap.scene.code_labels import _CODES
from minmap.scene.facets import facets_of
from minmap.scene.popup_columns import Columns, arrow_column
from minmap.widget.layer_filters import valid_filters


def kinds(**columns: list[Any]) -> dict[str, str]:
    """Give the kind of filter of each column that has one."""
    arrays = [arrow_column(pd.Series(values)) for values in columns.values()]
    return {facet["name"]: facet["kind"] for facet in facets_of(list(columns), arrays)}


def test_texts_that_repeat_and_truths_are_terms() -> None:
    found = kinds(rock=["a", "b", "b", "a", "a"], open=[True, False, True, True, True])
    assert found == {"rock": "terms", "open": "terms"}


def test_what_tells_no_records_apart_is_no_filter() -> None:
    assert kinds(one=["a"] * 4, id=[1, 2, 3, 4], same=[1.5] * 4, name=list("abcd")) == {}


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("year", [1990, 2001, 1990], "year"),
        ("yr_fst_prd", [1990.0, None, 2001.0], "year"),
        ("disc_yr", [1990.5, None, 2001.0], "number"),
        ("quantity", [1990, 2001, 1990], "number"),
        ("year", [90, 91, 90], "number"),
        ("grade", [np.inf, 1.0, 2.0], "number"),
    ],
)
def test_whole_years_are_told_from_other_numbers(name: str, values: list[float], kind: str) -> None:
    assert kinds(**{name: values}) == {name: kind}


def test_numbers_of_which_one_is_finite_are_no_filter() -> None:
    assert kinds(grade=[np.inf, 1.0, None, -np.inf]) == {}


def test_critical_lists_are_asked_about_all_commodities() -> None:
    names = ["minor_commodities", "commodities"]
    texts = (["Ag", None, "Re"], ["Cu Au", "Cu", "Cu"])
    arrays = [pa.array(column).dictionary_encode() for column in texts]
    critical = next(f for f in facets_of(names, arrays) if f["kind"] == "critical")
    assert (critical["column"], critical["also"]) == (1, 0)


def test_commodities_in_free_text_are_terms_of_no_list() -> None:
    found = kinds(commodities=["Gold; Silver", "Copper", "Gold; Silver"] * 2)
    assert found == {"commodities": "terms"}


def test_codes_are_told_in_the_language_of_the_page() -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    columns = Columns.of(deposits)
    for language, copper in (("en", "Copper"), ("ru", "Медь"), ("tlh", "Copper")):
        told = dict(zip(columns.names, columns.localized(language), strict=True))
        assert told["commodities"]["words"]["Cu"] == copper
        assert told["commodities"]["codes"]
        assert told["country"]["regions"]["KAZ"] == "KZ"
        assert "words" not in told["name"]


def test_critical_lists_come_with_what_is_on_them() -> None:
    columns = Columns.of(mm.read(mm.sample("major_deposits_central_asia.csv")))
    facets = columns.facets()
    lists = next(facet["lists"] for facet in facets if facet["name"] == "critical")
    assert {"US-2025", "EU-CRMA-2024-AnnexII"} <= {entry["id"] for entry in lists}
    assert not any("lists" in facet for facet in facets if facet["name"] != "critical")


@pytest.mark.parametrize("name", _CODES)
@pytest.mark.parametrize(
    ("values", "kind"),
    [([1, 2, 2], "number"), ([0.5, 2.0, 2.0], "number"), (["x", "y", "z"], "terms")],
)
def test_a_column_named_as_ours_may_hold_anything(name: str, values: list[Any], kind: str) -> None:
    places = gpd.points_from_xy([60, 61, 62], [45, 45, 45])
    frame = gpd.GeoDataFrame({name: values}, geometry=places, crs=4326)
    (layer,) = mm.Map().add(frame, color=name).layers()
    assert [(f["name"], f["kind"]) for f in layer.facets.values() if f["kind"] != "critical"] == [
        (name, kind)
    ]
    assert layer.describe("x")["facets"]


def test_identifiers_are_no_numbers_to_filter_by() -> None:
    ids = [f"mrds:{n}" for n in range(199)]
    places = gpd.points_from_xy(np.arange(200) / 10, [45] * 200)
    for last in (None, "mrds:0"):  # with a gap, or one of them twice
        frame = gpd.GeoDataFrame({"id": [*ids, last]}, geometry=places, crs=4326)
        (layer,) = mm.Map(frame).layers()
        assert layer.columns.fields[0]["prefix"] == "mrds:"
        assert layer.facets == {}


def test_a_column_called_critical_keeps_its_name_where_we_ask_no_list() -> None:
    assert kinds(critical=["a", "b", "a", "a"]) == {"critical": "terms"}
    taken = kinds(**{"text (2)": list("aabb"), "text": list("abab")})
    assert taken == {"text (2)": "terms", "text (3)": "terms"}


def test_filters_take_every_spelling_that_select_takes() -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    (layer,) = mm.Map(deposits).layers()
    for column, word, code in (
        ("country", "Kazakstan", "KAZ"),
        ("country", "Казахстан", "KAZ"),
        ("commodities", "CU", "Cu"),
        ("commodities", "Kupfer", "Cu"),
    ):
        assert valid_filters(layer, {column: word}, name="filters") == {column: [code]}
        argument = "commodity" if column == "commodities" else column
        assert len(mm.select(deposits, **{argument: word}))
    with pytest.raises(ChoiceError, match="'Kazahkstan' is not known; did you mean 'KAZ'"):
        valid_filters(layer, {"country": "Kazahkstan"}, name="filters")
    assert not {"country_basis", "admin1_basis"} & layer.facets.keys()
