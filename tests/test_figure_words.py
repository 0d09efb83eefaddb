"""The names of the base map, of countries and of panels in a Russian figure."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from matplotlib.figure import Figure

import minmap as mm
from minmap.figure.lettering import Lettering
from minmap.scene.place_names import Naming, ground_names
from minmap.scene.words import unit_text

pytestmark = pytest.mark.exhaustive


def texts_of(figure: Figure) -> set[str]:
    return {text.get_text() for axes in figure.axes for text in axes.texts}


@pytest.mark.parametrize("extent", [(40, 32, 90, 55), (-180, -60, 180, 80)])
def test_a_russian_figure_has_russian_names(extent: tuple[float, ...]) -> None:
    shown = texts_of(mm.Map(language="ru").figure(extent=extent))
    assert shown & {"КАЗАХСТАН", "БРАЗИЛИЯ"}
    latin = {text for text in shown if any("a" <= letter.lower() <= "z" for letter in text)}
    # The lines of the sources, which each machine breaks where its letters end.
    sources = ("Проекция", "Источники", "packed", "matplotlib", "public domain")
    places = {text for text in latin if not any(word in text for word in sources)}
    # Towns whose Russian names no source has.
    assert len(places) < 0.1 * len(shown)
    towns = ground_names().query("naming == @Naming.TOWN")["name"]
    assert places <= set(towns)


def test_waters_and_countries_all_have_russian_names() -> None:
    table = ground_names()
    areas = table[table["naming"].isin([Naming.WATER, Naming.COUNTRY])]
    assert areas["ru"].notna().all()
    lakes = areas.set_index("name")["ru"]
    assert lakes["Caspian Sea"] == "Каспийское море"
    assert lakes["Kosovo"] == "Косово"


def test_countries_of_a_russian_figure_have_russian_names() -> None:
    places = shapely.points([70.0, 63.0, 71.0], [50.0, 40.0, 49.0])
    table = gpd.GeoDataFrame({"country": ["KAZ", "UZB", "KAZ"]}, geometry=places, crs=4326)
    made = mm.Map(table, color="country", language="ru")
    assert {"Казахстан", "Узбекистан"} <= texts_of(made.figure())
    plain = mm.Map(table, color="#ff0000", language="ru")
    assert {"Казахстан", "Узбекистан"} <= texts_of(plain.figure(by="country"))


@pytest.mark.parametrize(
    ("extent", "text"),
    [
        (
            (45, 35, 90, 55),
            "равноугольная коническая Ламберта, стандартные параллели 38,3° с. ш. и 51,7° с. ш., "
            "центральный меридиан 67,5° в. д.",
        ),
        ((-180, -60, 180, 80), "Equal Earth, центральный меридиан 0°."),
        (
            (-70, -40, -60, -10),
            "поперечно-цилиндрическая Меркатора, центральный меридиан 65° з. д.",
        ),
    ],
)
def test_a_russian_figure_names_its_projection_in_russian(
    extent: tuple[float, float, float, float], text: str
) -> None:
    table = gpd.GeoDataFrame(geometry=gpd.points_from_xy([60, -65], [45, -20]), crs=4326)
    figure = mm.Map(language="ru").add(table.assign(n=1)).figure(extent=extent, width_mm=200)
    shown = " ".join(one.get_text() for one in figure.axes[-1].texts)
    assert f"Проекция: {text}" in shown
    assert ".." not in shown


def test_gauges_are_in_russian_millimetres() -> None:
    shown = texts_of(mm.Map(language="ru").add(mm.corridor("middle")).figure(width_mm=240))
    assert any("1520 мм" in text for text in shown)


def test_a_figure_has_the_russian_units_of_the_page() -> None:
    page = Path(__file__).parents[1] / "web" / "src" / "words" / "ru.units.json"
    if not page.exists():
        pytest.skip("only a checkout has the words of the page")
    units = json.loads(page.read_text(encoding="utf-8"))
    assert {unit: unit_text(unit, "ru") for unit in units} == units


def test_a_given_projection_keeps_its_name_in_russian() -> None:
    table = gpd.GeoDataFrame({"n": [1]}, geometry=gpd.points_from_xy([60], [45]), crs=4326)
    figure = mm.Map(language="ru").add(table).figure(projection="EPSG:32641", width_mm=200)
    texts = " ".join(one.get_text() for one in figure.axes[-1].texts)
    assert "Проекция: WGS 84 / UTM zone 41N" in texts


@pytest.mark.parametrize("text", ["railway, 1520 mm, open", "at 55.7° E, 51° N", "51° с. ш., юг"])
def test_a_number_and_its_unit_are_in_one_line(text: str) -> None:
    letters = Lettering.for_texts([text])
    for width_mm in range(20, 50):
        lines = letters.wrapped(text, 8, width_mm)
        assert " ".join(lines).replace("\xa0", " ") == text
        assert not any(line.startswith(("mm", "E", "N", "с.", "ш.")) for line in lines)
