"""Names of columns as readers see them: in legends, popups and filters."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

import minmap as mm
from minmap.linking.site_columns import SITE_COLUMNS
from minmap.scene.carried_columns import OURS
from minmap.scene.headings import heading_of, title_in, title_of

POINTS = gpd.GeoDataFrame(
    {
        "distance_km": [1.0, 2.0, 3.0, 4.5],
        "tonnage_kt": [1.0, 4.0, 9.0, 25.0],
        "found_on": pd.to_datetime(["1990", "2000", "2001", "2005"]),
        "ore_type": ["oxide", "sulphide", "oxide", "oxide"],
        "pH_value": [5.0, 6.0, 7.0, 8.0],
        "country": ["KAZ", "UZB", "KAZ", "KAZ"],
        "ORE_GRADE": [1.0, 2.0, 2.5, 4.0],
        "CU": [1.0, 2.0, 2.5, 4.0],
        "ore_t": [1.0, 2.0, 2.5, 4.0],
        "t_per_year": [1.0, 2.0, 2.5, 4.0],
        "name_mt": ["a", "b", "c", "d"],
        "Ore, kt": [1.0, 2.0, 2.5, 4.0],
    },
    geometry=gpd.points_from_xy([70, 71, 72, 73], [45, 46, 47, 48]),
    crs=4326,
)


def described(language: str = "en", **options: Any) -> dict[str, Any]:
    (layer,) = mm.Map(POINTS, language=language, **options).layers()
    return layer.describe("")


@pytest.mark.parametrize(
    ("options", "title", "unit"),
    [
        ({"color": "distance_km"}, "Distance", "km"),
        ({"color": "distance_km", "k": 2}, "Distance", "km"),
        ({"color": "tonnage_kt", "scheme": "Continuous"}, "Tonnage", "kt"),
        ({"color": "tonnage_kt", "unit": "KT"}, "Tonnage", "KT"),
        ({"color": "ore_t"}, "Ore t", None),
        ({"color": "ore_t", "unit": "t"}, "Ore", "t"),
        ({"color": "ore_t", "unit": "kt"}, "Ore t", "kt"),
        ({"color": "ore_t", "unit": "T"}, "Ore", "T"),
        ({"color": "ore_t", "unit": "t", "legend": "Ore t"}, "Ore t", "t"),
        ({"color": "t_per_year", "unit": "t"}, "T per year", "t"),
        ({"color": "t_per_year", "unit": "year"}, "T per year", "year"),
        ({"color": "name_mt"}, "Name mt", None),
        ({"color": "Ore, kt", "unit": "kt"}, "Ore", "kt"),
        ({"color": "ORE_GRADE"}, "Ore grade", None),
        ({"color": "CU"}, "CU", None),
        ({"color": "found_on"}, "Found on", None),
        ({"color": "ore_type"}, "Ore type", None),
        ({"color": "pH_value"}, "pH value", None),
        ({"color": "country"}, "Country", None),
        ({"color": "ore_type", "legend": "ore_type"}, "ore_type", None),
    ],
)
def test_the_title_of_a_legend_is_the_words_of_its_column(
    options: dict[str, Any], title: str, unit: str | None
) -> None:
    legend = described(**options)["legend"]
    assert (legend["title"], legend.get("unit")) == (title, unit)


def test_units_that_a_table_states_stand_in_legends_and_headings() -> None:
    rows = {
        "tonnage_mt": [1.0, 4.0, 9.0, 25.0],
        "age": pd.array([1, 2, None, 4], dtype="Int64"),
        "ag_g_t": [0.1, 0.4, 0.9, 1.0],
        "metal": ["Cu", "Cu", "Au", "Au"],
    }
    table = gpd.GeoDataFrame(rows, geometry=POINTS.geometry)
    table.attrs["units"] = {"tonnage_mt": "Mt", "age": "Ma", "ag_g_t": "g/t", "metal": "t"}
    (layer,) = mm.Map(table, color="age", size="tonnage_mt", opacity="ag_g_t").layers()
    spec = layer.describe("")
    assert (spec["legend"]["title"], spec["legend"]["unit"]) == ("Age", "Ma")
    found = {one["channel"]: (one["title"], one["unit"]) for one in spec["marks"]["legends"]}
    assert found == {"size": ("Tonnage", "Mt"), "opacity": ("Ag", "g/t")}
    fields = {one["name"]: (one["label"], one["unit"]) for one in spec["columns"]}
    assert fields["tonnage_mt"] == ("Tonnage", "Mt")
    assert fields["age"] == ("Age", "Ma")
    assert fields["metal"] == ("Metal", None)  # texts have no unit


@pytest.mark.parametrize("units", [None, ["t"], {"age": 1}, {"age": ""}, {"other": "t"}])
def test_units_in_another_form_are_left_aside(units: Any) -> None:
    table = gpd.GeoDataFrame({"age": [1, 2, 3, 4]}, geometry=POINTS.geometry)
    table.attrs["units"] = units
    (layer,) = mm.Map(table, color="age").layers()
    assert layer.describe("")["legend"].get("unit") is None


def test_legends_of_sizes_and_shapes_have_such_titles_too() -> None:
    spec = described(color="country", size="tonnage_kt", shape="ore_type")
    assert {one["title"] for one in spec["marks"]["legends"]} == {"Tonnage", "Ore type"}
    given = described(size="tonnage_kt", legend={"size": "ore_t"})
    assert given["marks"]["legends"][0]["title"] == "ore_t"


def test_a_russian_page_has_russian_titles_of_minmaps_own_columns() -> None:
    spec = described("ru", color="country", size="distance_km")
    assert spec["legend"]["title"] == "Страна"
    assert spec["marks"]["legends"][0]["title"] == "Расстояние"
    assert described("ru", color="ore_type")["legend"]["title"] == "Ore type"
    given = described("ru", color="distance_km", legend="Distance")
    assert given["legend"]["title"] == "Distance"


def test_popups_have_the_same_words_and_exports_the_names_of_the_table() -> None:
    columns = described()["columns"]
    assert [one["label"] for one in columns] == [
        "Distance", "Country", "Tonnage", "Found on", "Ore type", "pH value", "Ore grade", "CU",
        "Ore t", "T per year", "Name mt", "Ore, kt",
    ]  # fmt: skip
    assert [one["unit"] for one in columns[:3]] == ["km", None, "kt"]
    assert [one["name"] for one in columns] == [
        "distance_km", "country", "tonnage_kt", "found_on", "ore_type", "pH_value", "ORE_GRADE",
        "CU", "ore_t", "t_per_year", "name_mt", "Ore, kt",
    ]  # fmt: skip


def test_a_russian_page_has_russian_words_of_minmaps_own_columns_everywhere() -> None:
    labels = [one["label"] for one in described("ru")["columns"]]
    assert labels[:4] == ["Расстояние", "Страна", "Тоннаж", "Found on"]
    (layer,) = mm.Map(language="ru").add(mm.corridor("middle")).layers()
    parts = layer.describe("")
    labels = [one["label"] for part in ("legs", "nodes") for one in parts[part]["columns"]]
    assert {"Год состояния", "Источник длины", "Номер узла"} <= set(labels)
    assert not re.search("[a-z]", " ".join(labels))


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("distance_m", ("Distance", "m")),
        ("population_m", ("Population m", None)),
        ("tonnage_mt", ("Tonnage mt", None)),
        ("cu_pct", ("Cu", "%")),
        ("CU_PCT", ("CU", "%")),
        ("area_km2", ("Area", "km²")),
        ("au_gpt", ("Au", "g/t")),
        ("Cu_ppm", ("Cu", "ppm")),
        ("value_usd", ("Value", "USD")),
        ("REE_GRADE", ("REE grade", None)),
        ("m", ("M", None)),
        ("_km", ("Km", None)),
        ("usd_per_km", ("Usd per km", None)),
        ("mines_per_100_km2", ("Mines per 100 km²", None)),
        ("within_5_km", ("Within 5 km", None)),
        ("au_gpt_m", ("Au gpt m", None)),
        ("price_usd_t", ("Price usd t", None)),
    ],
)
def test_a_column_of_numbers_has_its_unit_only_if_its_last_word_is_one(
    name: str, heading: tuple[str, str | None]
) -> None:
    assert heading_of(name, has_numbers=True) == heading


def headings(**options: Any) -> list[tuple[str | None, str | None]]:
    """Return the title and the unit of the legend of the colours and of each other legend."""
    spec = described(**options)
    legends = [spec["legend"], *spec["marks"]["legends"]]
    return [(legend["title"], legend.get("unit")) for legend in legends]


def test_one_column_has_one_heading_in_both_of_its_legends() -> None:
    both = headings(color="ore_t", size="ore_t", unit="t", k=2)
    assert both == [("Ore", "t")] * 2
    assert headings(color="ore_t", size="ore_t", legend="Ore", k=2) == [("Ore", None)] * 2
    other = headings(color="ORE_GRADE", size="ore_t", unit="%", legend="Grade", k=2)
    assert other == [("Grade", "%"), ("Ore t", None)]


def test_a_unit_is_that_of_the_colours_unless_they_have_no_numbers() -> None:
    assert headings(color="ore_type", size="ore_t", unit="t") == [("Ore type", None), ("Ore", "t")]
    palette = {1: "red", 2: "blue"}
    by_value = headings(color="ORE_GRADE", palette=palette, size="ore_t", unit="%")
    assert by_value == [("Ore grade", "%"), ("Ore t", None)]


def test_a_layer_of_countries_is_called_by_the_words_of_its_column() -> None:
    counts = pd.DataFrame({"country": ["KAZ"], "mines_open": [12]})
    (layer,) = mm.Map().add_countries(counts, value="mines_open").layers()
    assert layer.layer_name == layer._spec["legend"]["title"] == "Mines open"


def test_a_province_is_called_so_everywhere() -> None:
    (layer,) = mm.Map(POINTS.assign(admin1="Altai"), color="admin1").layers()
    spec = layer.describe("")
    labels = {column["name"]: column["label"] for column in spec["columns"]}
    assert labels["admin1"] == spec["legend"]["title"] == "Province"


def test_a_layer_of_a_file_has_its_name_with_spaces() -> None:
    path = mm.sample("central_asia_lakes.shp")
    made = mm.Map().add(path).add(str(path)).add(path, name="lakes_1")
    names = [layer.layer_name for layer in made.layers()]
    assert names == ["central asia lakes"] * 2 + ["lakes_1"]
    lake = made.layers()[0].describe("")["legend"]["entries"][0]["label"]
    assert lake == "central asia lakes"


@pytest.mark.parametrize("name", sorted({*OURS, *SITE_COLUMNS} - {"geometry", "site_facts"}))
def test_each_column_of_minmap_has_a_russian_heading(name: str) -> None:
    assert re.search("[а-я]", title_in(title_of(name), "ru") or "")
