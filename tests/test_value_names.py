"""Values found by the names that legends and filters show for them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.style.value_names import Names, named_value
from minmap.webmap.layers import PointLayer

MINES = gpd.GeoDataFrame(
    {
        "country": ["KAZ", "KAZ", "UZB", None],
        "commodities": ["Au Cu", "Cu", "Au Cu", "Cu"],
        "status": ["producer", "prospect", "producer", "prospect"],
    },
    geometry=gpd.points_from_xy(range(4), range(4)),
    crs=4326,
)


def layer(**options: Any) -> PointLayer:
    (made,) = mm.Map(MINES, **options).layers()
    assert isinstance(made, PointLayer)
    return made


def entries(made: PointLayer, *fields: str) -> list[Any]:
    return [[entry.get(one) for one in fields] for entry in made._spec["legend"]["entries"]]


def test_names_stand_for_codes_in_every_keyword() -> None:
    made = layer(
        color="country", palette={"Kazakhstan": "red", "UZB": "blue"},
        filters={"country": "uzbekistan"}, legend_order=["Uzbekistan"],
        legend_hidden=["Kazakhstan"],
    )  # fmt: skip
    assert entries(made, "label", "color", "hidden") == [
        ["UZB", "#0000ff", None], ["KAZ", "#ff0000", True], ["not given", "#BDBDBD", None],
    ]  # fmt: skip
    assert made.first_filters == {"country": ["UZB"]}
    gold = layer(color="commodities", palette={"Gold": "gold"}, filters={"commodities": ["Gold"]})
    assert entries(gold, "label", "color")[0] == ["Gold", "#ffd700"]
    assert gold.first_filters == {"commodities": ["Au"]}
    shaped = layer(shape="country", shapes={"Kazakhstan": "star"}, color="red")
    assert entries(shaped, "label", "shape")[0] == ["KAZ", "star"]


def test_legends_of_codes_name_their_column_for_the_page() -> None:
    made = layer(color="country", shape="status")
    at = made.columns.names.index
    assert made._spec["legend"]["column"] == at("country")
    assert made._spec["marks"]["legends"][0]["column"] == at("status")
    assert "column" not in layer(color="commodities")._spec["legend"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"filters": {"country": ["Kazahkstan"]}}, "did you mean 'KAZ', shown as Kazakhstan"),
        ({"legend_order": ["Kazahkstan"]}, "did you mean 'KAZ', shown as Kazakhstan"),
        ({"legend_hidden": ["Kazahkstan"]}, "did you mean 'KAZ', shown as Kazakhstan"),
        ({"palette": {"Kazahkstan": "red"}}, r"such as 'KAZ' \(Kazakhstan\), 'UZB'"),
        ({"shape": "country", "shapes": {"Kazahkstan": "star"}}, r"KAZ \(Kazakhstan\)"),
        ({"palette": {"KAZ": "red", "Kazakhstan": "blue"}}, "twice, as 'KAZ' and as 'Kazakhstan'"),
        (
            {"shape": "country", "shapes": {"Казахстан": "star", "KAZ": "circle"}},
            "shapes= names one value",
        ),
        ({"filters": {"country": ["Germany"]}}, r"Choose one of: .*KAZ \(Kazakhstan\)"),
    ],
)
def test_what_no_value_is_called_is_refused_with_the_near_names(
    options: dict[str, Any], words: str
) -> None:
    with pytest.raises(MinmapError, match=words):
        layer(**{"color": "country", **options})


def test_a_name_that_two_values_share_is_refused() -> None:
    names = {"a": "Mine", "b": "Mine"}
    with pytest.raises(ChoiceError, match=r"Choose one of: a \(Mine\), b \(Mine\)"):
        named_value("Mine", ["a", "b"], names, argument="legend_order")
    assert named_value("b", ["a", "b"], names, argument="legend_order") == "b"


def test_names_in_any_language_stand_for_codes_in_every_keyword() -> None:
    made = layer(
        color="country", palette={"Казахстан": "red", "Oʻzbekiston": "blue"},
        filters={"country": "узбекистан", "status": ["Действующее"]},
        legend_order=["Узбекистан"], legend_hidden=["哈萨克斯坦"], language="ru",
    )  # fmt: skip
    assert entries(made, "label", "color", "hidden") == [
        ["UZB", "#0000ff", None], ["KAZ", "#ff0000", True], ["not given", "#BDBDBD", None],
    ]  # fmt: skip
    assert made.first_filters == {"country": ["UZB"], "status": ["producer"]}
    copper = layer(
        color="commodities", palette={"Золото": "gold", "Kupfer": "brown"},
        filters={"commodities": ["медь"]}, legend_hidden=["Медь"],
    )  # fmt: skip
    assert entries(copper, "label", "color", "hidden") == [
        ["Gold", "#ffd700", None], ["Copper", "#a52a2a", True],
    ]  # fmt: skip
    assert copper.first_filters == {"commodities": ["Cu"]}
    shaped = layer(shape="country", shapes={"Казахстан": "star"}, color="red")
    assert entries(shaped, "label", "shape")[0] == ["KAZ", "star"]


def test_commodity_groups_are_found_by_their_russian_names() -> None:
    table = MINES.assign(commodity_group=["base", "base", "precious", "base"])
    (made,) = mm.Map(
        table, language="ru", color="commodity_group", legend_order=["Благородные металлы"],
        legend_hidden=["цветные металлы"], filters={"commodity_group": ["Благородные металлы"]},
    ).layers()  # fmt: skip
    assert entries(made, "label", "hidden") == [["Precious metals", None], ["Base metals", True]]
    assert made.first_filters == {"commodity_group": ["precious"]}


def test_a_word_of_several_codes_means_the_one_that_the_column_has() -> None:
    names = Names({"a": "One", "b": "Two"}, lambda text: {"a", "b"} if text == "uno" else set())
    assert named_value("uno", ["b", "c"], names, argument="legend_order") == "b"
    with pytest.raises(ChoiceError, match="legend_order='uno' is not known"):
        named_value("uno", ["a", "b"], names, argument="legend_order")
