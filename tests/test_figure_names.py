"""Names in figures: each names one place, and it is clear which symbol it belongs to."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.text import Text

import minmap as mm
from minmap.maps.figures import paper_map_of

pytestmark = pytest.mark.exhaustive

BAKU = (49.86, 40.40)
EXTENT = (44, 37, 56, 44)


def names(figure: Figure, text: str) -> list[Text]:
    """Return the texts of a name; its halo is another text."""
    found = [one for one in figure.axes[0].texts if one.get_text() == text]
    return [one for one in found if one.get_color() != "none"]


def labelled(*places: tuple[float, float, str]) -> gpd.GeoDataFrame:
    lon, lat, texts = zip(*places, strict=True)
    return gpd.GeoDataFrame({"name": texts}, geometry=shapely.points(lon, lat), crs=4326)


def test_the_fixture_has_baku() -> None:
    assert names(mm.Map(labelled((46.0, 42.0, "x"))).figure(extent=EXTENT), "Baku")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_town_that_a_label_names_is_named_once(language: str) -> None:
    made = mm.Map(labelled((*BAKU, "Baku")), label="name", language=language)
    figure = made.figure(extent=EXTENT)
    assert len(names(figure, "Baku")) == 1
    assert not names(figure, "Баку")


def test_a_namesake_elsewhere_leaves_the_town_its_name() -> None:
    made = mm.Map(labelled((46.0, 42.0, "Baku")), label="name")
    assert len(names(made.figure(extent=EXTENT), "Baku")) == 2
    country = mm.Map(labelled((52.0, 38.0, "Azerbaijan")), label="name")
    assert names(country.figure(extent=EXTENT), "AZERBAIJAN")


def test_an_area_with_the_name_of_its_country_replaces_it() -> None:
    box = gpd.GeoDataFrame(
        {"name": ["Azerbaijan"]}, geometry=[shapely.box(46.5, 40, 48.5, 41)], crs=4326
    )
    figure = mm.Map().add(box, label="name").figure(extent=EXTENT)
    assert names(figure, "Azerbaijan")
    assert not names(figure, "AZERBAIJAN")


def test_small_symbols_have_their_names() -> None:
    table = labelled((46.0, 42.0, "a"), (50.0, 42.0, "b"))
    figure = mm.Map(table, label="name", size=0.3).figure(extent=EXTENT)
    assert names(figure, "a")
    assert names(figure, "b")


@pytest.mark.parametrize("other", [6.0, 8.0, 9.0])
def test_a_name_is_not_between_two_symbols(other: float) -> None:
    """The right of the symbol is free, but the name would touch the next symbol there."""
    figure = mm.Map(labelled((49, 40, "Mine 12"))).figure(extent=EXTENT, projection="EPSG:3857")
    left, right = figure.axes[0].get_xlim()
    per_mm = (right - left) / (figure.axes[0].get_position().width * figure.get_size_inches()[0])
    per_mm /= 25.4
    degrees = (12.0 + other / 4) * per_mm / 111_319.49
    table = labelled((49, 40, "Mine 12"), (49 + degrees, 40, ""))
    drawn = mm.Map(table, label="name").figure(extent=EXTENT, projection="EPSG:3857")
    (name,) = names(drawn, "Mine 12")
    box = name.get_window_extent(drawn.canvas.get_renderer())
    to_px = drawn.axes[0].transData.transform
    own, next_to = (
        to_px(gpd.GeoSeries([p], crs=4326).to_crs(3857).iloc[0].coords[0]) for p in table.geometry
    )
    gaps = [
        shapely.box(box.x0, box.y0, box.x1, box.y1).distance(shapely.Point(*place))
        for place in (own, next_to)
    ]
    assert gaps[1] > gaps[0] + 1.0 / 25.4 * drawn.dpi


@pytest.mark.parametrize(("spread", "size"), [(4.0, 10), (2.0, 10), (2.0, 24)])
def test_no_other_symbol_is_nearer_to_a_name_than_its_own(spread: float, size: int) -> None:
    rng = np.random.default_rng(7)
    lon, lat = np.array([[50], [40.5]]) + rng.uniform(-spread, spread, (2, 120))
    texts = [f"Mine {n}" for n in range(120)]
    table = labelled(*zip(lon, lat, texts, strict=True)).to_crs(3857)
    figure = mm.Map(table, label="name", size=size).figure(projection="EPSG:3857")
    axes = figure.axes[0]
    (drawn,) = (one for one in axes.collections if one.get_zorder() >= 2000)
    radius = float(min(drawn.get_sizes())) ** 0.5 / 2 * figure.dpi / 72
    places = axes.transData.transform(table.get_coordinates().to_numpy())
    shown = [(row, one) for row, text in enumerate(texts) for one in names(figure, text)]
    assert len(shown) > 5
    for row, name in shown:
        box = name.get_window_extent(figure.canvas.get_renderer())
        aside, up = (
            np.maximum(np.maximum(low - at, at - high), 0)
            for low, high, at in zip(*box.get_points(), places.T, strict=True)
        )
        gaps = np.hypot(aside, up) - radius
        assert np.delete(gaps, row).min() >= gaps[row] - 0.05 / 25.4 * figure.dpi


@pytest.mark.parametrize(
    ("column", "language", "text"),
    [
        ("country", "en", "Kazakhstan"),
        ("country", "ru", "Казахстан"),
        ("commodities", "ru", "Медь, Золото"),
        ("commodity_group", "ru", "Цветные металлы"),
        ("distance_km", "en", "676.1 km"),
        ("distance_km", "ru", "676,1 км"),
        ("number", "en", "1234567890123456789"),
        ("found", "en", "1998-05-03"),
        ("name", "en", "base"),
    ],
)
def test_labels_are_written_as_on_the_page(column: str, language: str, text: str) -> None:
    values = {
        "country": "KAZ", "commodities": "Cu Au", "commodity_group": "base", "name": "base",
        "distance_km": 676.138983352863, "number": 1234567890123456789,
        "found": pd.Timestamp("1998-05-03"),
    }  # fmt: skip
    table = gpd.GeoDataFrame(
        pd.DataFrame([values]), geometry=gpd.points_from_xy([66.0], [45.0]), crs=4326
    )
    (layer,) = paper_map_of(mm.Map(table, label=column, language=language)).layers
    assert [part.texts for part in layer.parts] == [[text]]
