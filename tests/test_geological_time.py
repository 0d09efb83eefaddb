"""Geological time: known colours of the chart, names, and the order of legends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from playwright.sync_api import expect

import minmap as mm
from minmap.style.geological_time import age_of, by_age
from tests.waiting import at_rest

CHART = pd.read_csv(Path(mm.__file__).parent / "style" / "geological_time.csv")
NAMES = pd.read_csv(Path(mm.__file__).parent / "style" / "geological_names.csv")


# Colour code of the Commission for the Geological Map of the World, Paris.
@pytest.mark.parametrize(
    ("name", "rgb"),
    [
        ("Cenozoic", (242, 249, 29)), ("Mesozoic", (103, 197, 202)), ("Paleozoic", (153, 192, 141)),
        ("Quaternary", (249, 249, 127)), ("Neogene", (255, 230, 25)), ("Paleogene", (253, 154, 82)),
        ("Cretaceous", (127, 198, 78)), ("Jurassic", (52, 178, 201)), ("Triassic", (129, 43, 146)),
        ("Permian", (240, 64, 40)), ("Carboniferous", (103, 165, 153)),
        ("Devonian", (203, 140, 55)), ("Silurian", (179, 225, 182)), ("Ordovician", (0, 146, 112)),
        ("Cambrian", (127, 160, 86)), ("Proterozoic", (247, 53, 99)), ("Archean", (240, 4, 127)),
        ("Hadean", (174, 2, 126)),
    ],
)  # fmt: skip
def test_units_have_the_colours_of_the_commission(name: str, rgb: tuple[int, int, int]) -> None:
    age = age_of(name)
    assert age is not None
    assert age.color == "#{:02x}{:02x}{:02x}".format(*rgb)


def test_the_chart_is_whole_and_nested() -> None:
    counts = CHART["rank"].value_counts()
    assert counts[["eon", "era", "period", "sub-period"]].tolist() == [4, 10, 22, 2]
    assert CHART["name"].is_unique
    assert (CHART["start_ma"] > CHART["end_ma"]).all()
    # The periods, like the ages, leave no gap from 2500 Ma to now.
    periods = CHART[CHART["rank"] == "period"].sort_values("end_ma")
    assert periods["start_ma"].iloc[:-1].tolist() == periods["end_ma"].iloc[1:].tolist()
    assert periods["end_ma"].iloc[0] == 0
    assert periods["start_ma"].iloc[-1] == 2500
    assert set(NAMES["name"]) <= set(CHART["name"])
    assert NAMES["also"].is_unique


def test_every_name_of_the_chart_is_found() -> None:
    listed = dict(zip(NAMES["also"], NAMES["name"], strict=True))
    for name in (*CHART["name"], *NAMES["also"]):
        age = age_of(name)
        assert age is not None, name
        assert age.name == listed.get(name, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LATE JURASSIC", "Upper Jurassic"), ("Early Cretaceous", "Lower Cretaceous"),
        ("mid-Devonian", "Middle Devonian"), ("Jurassic (?)", "Jurassic"),
        ("Permian System", "Permian"), ("Palaeogene", "Paleogene"), ("Archaean", "Archean"),
        ("юрский период", "Jurassic"), ("Пермская система", "Permian"), ("эоцен", "Eocene"),
        ("Late Permian", "Upper Permian"), ("Stage 10", "Cambrian Stage 10"),
        ("Early Pennsylvanian Epoch", "Lower Pennsylvanian"), ("Верхний мел", "Upper Cretaceous"),
        ("Поздний мел", "Upper Cretaceous"), ("Верхняя юра", "Upper Jurassic"), ("Юра", "Jurassic"),
        ("ПОЗДНЯЯ ЮРА", "Upper Jurassic"), ("Верхний девон", "Upper Devonian"),
        ("Верхнемеловая", "Upper Cretaceous"), ("Нижняя пермь", "Lower Permian"),
        ("среднеюрский", "Middle Jurassic"), ("ранне-пермские", "Lower Permian"),
        ("Нижнекаменноугольная эпоха", "Lower Carboniferous"), ("силур", "Silurian"),
        ("Меловое время", "Cretaceous"), ("Четвертичный", "Quaternary"), ("Архей", "Archean"),
        ("Средний ордовик", "Middle Ordovician"), ("Верхний протерозой", "Upper Proterozoic"),
    ],
)  # fmt: skip
def test_other_spellings_are_found(text: str, name: str) -> None:
    age = age_of(text)
    assert age is not None
    assert age.name == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tertiary",
        "Late",
        "Jurassic-Cretaceous",
        "J3",
        "system",
        "верхний",
        "средневековье",
        "верхняя юра – нижний мел",
        "ранне-среднеюрские",
        "мелкозернистый",
    ],
)
def test_what_the_chart_does_not_have_is_no_age(text: str) -> None:
    assert age_of(text) is None


def test_the_legend_is_in_stratigraphic_order() -> None:
    ages = ["Permian", "Early Permian", "Late Permian", "Mesozoic", "Triassic", "Lower Cretaceous"]
    table = points([*ages, "Early Cretaceous", "basalt", " ", None])
    with pytest.warns(mm.MinmapWarning, match="'age' that are not .* are drawn in grey: 'basalt';"):
        legend = mm.Map(table, color="age", palette="ICS").layers()[0].describe("")["legend"]
    entries = legend["entries"]
    assert [(entry["label"], entry["count"]) for entry in entries] == [
        ("Lower Cretaceous", 2), ("Triassic", 1), ("Mesozoic", 1), ("Late Permian", 1),
        ("Early Permian", 1), ("Permian", 1), ("other (1 values)", 1), ("not given", 2),
    ]  # fmt: skip
    assert entries[3]["color"] == entries[4]["color"] == entries[5]["color"] == "#f04028"
    assert len({entry["shape"] for entry in entries[:6]}) == 6


def test_one_warning_lists_some_texts_that_are_no_ages() -> None:
    table = points(["Юра", *"abcdefg", "a"])
    areas = table.set_geometry(table.to_crs(3857).buffer(9).to_crs(4326))
    for data in (table, areas):
        with pytest.warns(mm.MinmapWarning) as caught:
            mm.Map().add(data, color="age", palette="ICS")
        (warning,) = caught
        assert "in grey: 'a', 'b', 'c', 'd', 'e' and 2 more;" in str(warning.message)
        assert warning.filename == __file__


def test_the_maker_of_a_map_may_order_and_hide_ages() -> None:
    made = mm.Map(
        points(["Jurassic", "Devonian", "Permian"]), color="age", palette="ICS", legend="Age",
        legend_order=["Permian"], legend_hidden=["Devonian"],
    )  # fmt: skip
    legend = made.layers()[0].describe("")["legend"]
    assert legend["title"] == "Age"
    assert [entry["label"] for entry in legend["entries"]] == ["Permian", "Jurassic", "Devonian"]
    assert legend["entries"][2]["hidden"]


@pytest.mark.parametrize("dtype", ["category", "string", "string[pyarrow]", object])
def test_any_type_of_text_is_taken(dtype: Any) -> None:
    found, colors = by_age(pd.Series(["Jurassic", None, "Devonian"], dtype=dtype), title="age")
    assert found.isna().tolist() == [False, True, False]
    assert list(colors) == ["Jurassic", "Devonian"]
    assert by_age(pd.Series([None, None], dtype=dtype), title="age")[1] == {}


def points(ages: list[str | None]) -> gpd.GeoDataFrame:
    places = gpd.points_from_xy(range(60, 60 + len(ages)), [45] * len(ages))
    return gpd.GeoDataFrame({"age": ages}, geometry=places, crs=4326)


def units(**columns: Any) -> gpd.GeoDataFrame:
    shapes = [shapely.box(60 + n, 45, 61 + n, 46) for n in range(3)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"color": "number"}, "colours by names of ages, such as 'Jurassic', and the column 'num"),
        ({"color": "rock"}, "finds no age in the column 'rock', which has such as 'gneiss'"),
        ({"color": "red"}, "color='red' is one colour, so palette='ICS' has no effect"),
        ({"color": "age", "k": 3}, "k=3 goes with numbers, and palette='ICS' colours by names"),
        ({}, "name the column with color="),
    ],
)
def test_ages_are_refused_where_there_are_none(options: dict[str, Any], message: str) -> None:
    table = units(number=[1, 2, 3], rock=["gneiss"] * 3, age=["Jurassic"] * 3)
    for data in (table, table.set_geometry(table.representative_point())):
        with pytest.raises(mm.MinmapError, match=message):
            mm.Map().add(data, palette="ICS", **options)


def test_the_page_lists_the_youngest_first(
    tmp_path: Path, open_page: Callable[[Path], Any]
) -> None:
    made = mm.Map().add(
        units(age=["Devonian", "Jurassic", "Quaternary"]), color="age", palette="ics", name="Units"
    )
    made.save(tmp_path / "ages.html")
    page = open_page(tmp_path / "ages.html").page
    at_rest(page)
    lines = page.get_by_role("group", name="Units").locator(".mm-legend li").all_inner_texts()
    assert [line.split()[0] for line in lines] == ["Quaternary", "Jurassic", "Devonian"]
    page.get_by_role("button", name="Sources").click()
    expect(page.locator(".mm-sources")).to_contain_text("International Chronostratigraphic Chart")
