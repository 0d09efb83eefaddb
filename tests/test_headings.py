"""Names of columns as readers see them: in legends, popups and filters."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

import minmap as mm

POINTS = gpd.GeoDataFrame(
    {
        "distance_km": [1.0, 2.0, 3.0, 4.5],
        "tonnage_mt": [1.0, 4.0, 9.0, 25.0],
        "found_on": pd.to_datetime(["1990", "2000", "2001", "2005"]),
        "ore_type": ["oxide", "sulphide", "oxide", "oxide"],
        "pH_value": [5.0, 6.0, 7.0, 8.0],
        "country": ["KAZ", "UZB", "KAZ", "KAZ"],
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
        ({"color": "tonnage_mt", "scheme": "Continuous"}, "Tonnage mt", None),
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


def test_legends_of_sizes_and_shapes_have_such_titles_too() -> None:
    spec = described(color="country", size="tonnage_mt", shape="ore_type")
    assert {one["title"] for one in spec["marks"]["legends"]} == {"Tonnage mt", "Ore type"}
    given = described(size="tonnage_mt", legend={"size": "ore_t"})
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
        "distance", "country", "tonnage mt", "found on", "ore type", "pH value",
    ]  # fmt: skip
    assert [one.get("name", one["label"]) for one in columns] == [
        "distance_km", "country", "tonnage_mt", "found_on", "ore_type", "pH_value",
    ]  # fmt: skip


def test_a_layer_of_countries_is_called_by_the_words_of_its_column() -> None:
    counts = pd.DataFrame({"country": ["KAZ"], "mines_open": [12]})
    (layer,) = mm.Map().add_countries(counts, value="mines_open").layers()
    assert layer.layer_name == layer._spec["legend"]["title"] == "Mines open"
