"""Counts of areas per area and per head, and what the legend says of them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.text import Text
from pyproj import Geod

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.maps.rates import COUNT_NOTE, rate_per
from minmap.places.country_polygons import land_of
from minmap.places.populations import populations
from minmap.style.looks import Looks

COUNTS = pd.DataFrame({"country": ["KAZ", "KGZ", "ATA"], "mines": [140, 20, 5]})


def layer(m: mm.Map) -> dict[str, Any]:
    spec: dict[str, Any] = m.layers()[0].describe("")
    return spec


def carried(m: mm.Map) -> gpd.GeoDataFrame:
    return m.layers()[0].records["data"].table


def cells(**columns: Any) -> gpd.GeoDataFrame:
    squares = [shapely.box(60, 0, 62, 1), shapely.box(62, 0, 63, 1), shapely.box(63, 40, 64, 41)]
    return gpd.GeoDataFrame(columns, geometry=squares, crs=4326)


def test_counts_per_area_are_those_of_the_ellipsoid() -> None:
    m = mm.Map().add_countries(COUNTS[:2], value="mines", per="area")
    table = carried(m)
    for row in table.itertuples():
        shape = land_of([row.country]).iloc[0]
        # Edges of at most 0.01 degrees, so that they are straight in degrees.
        area, _ = Geod(ellps="WGS84").geometry_area_perimeter(
            shapely.orient_polygons(shapely.segmentize(shape, 0.01))
        )
        # In whole km².
        assert row.area_km2 == pytest.approx(area / 1e6, rel=1e-6, abs=0.51)
        assert row.mines_per_10000_km2 == pytest.approx(row.mines / (area / 1e10), rel=1e-3)
    legend = layer(m)["legend"]
    assert (legend["title"], legend["unit"]) == ("Mines", "per 10,000 km²")
    assert legend["note"] == "Area: Natural Earth"


def test_skewed_rates_have_quantiles_unless_another_scheme_is_wished() -> None:
    codes = ["KAZ", "KGZ", "UZB", "TJK", "TKM", "RUS", "CHN", "MNG", "GEO", "ARM"]
    counts = pd.DataFrame({"country": codes, "mines": 10})

    def legend(**options: Any) -> dict[str, Any]:
        m = mm.Map().add_countries(counts, value="mines", per="area", **options)
        made: dict[str, Any] = layer(m)["legend"]
        return made

    assert legend()["scheme"] == "quantiles"
    assert [entry["count"] for entry in legend()["entries"]] == [2] * 5
    assert [entry["count"] for entry in legend(k=2)["entries"]] == [5, 5]
    assert legend(scheme="NaturalBreaks")["scheme"] == "natural breaks"
    rates = cells(mines=[6, 6, 0])
    assert rate_per(rates, Looks(color="mines"), "area")[1].classes.scheme == "Quantiles"


def test_counts_per_head_say_the_source_and_the_year_of_the_people() -> None:
    m = mm.Map(language="ru").add_countries(COUNTS, value="mines", per="population", unit="mines")
    table = carried(m).set_index("country")
    assert table.loc["KAZ", "population"] == 18_556_698
    assert table.loc["KAZ", "mines_per_million_people"] == pytest.approx(140 / 18.556698, rel=1e-3)
    legend = layer(m)["legend"]
    assert legend["unit"] == "mines per million people"
    assert legend["note"] == "Population: Natural Earth, 2013–2017"
    texts = " ".join(text.get_text() for text in m.figure(width_mm=200).findobj(Text))
    assert "Население: Natural Earth, 2013–2017" in texts
    assert "на миллион жителей" in texts.replace("\n", " ")


def test_a_country_without_people_has_no_rate() -> None:
    gone = pd.DataFrame({"country": ["KAZ", "KGZ", "HMD"], "mines": [1, 2, 3]})
    table = carried(mm.Map().add_countries(gone, value="mines", per="population"))
    assert np.isnan(table["mines_per_million_people"].iloc[2])
    entries = layer(mm.Map().add_countries(gone, value="mines", per="population"))["legend"]
    assert entries["entries"][-1]["label"] == "not given"
    assert entries["entries"][-1]["count"] == 1


def test_populations_have_codes_years_and_plausible_sums() -> None:
    table = populations()
    assert table.index.is_unique
    assert table.index.str.fullmatch("[A-Z]{3}").all()
    assert table["year"].between(2010, 2026).all()
    assert (table["population"] > 0).all()
    assert 7.2e9 < table["population"].sum() < 8.3e9
    assert table.loc["NAM"].tolist() == [2_484_780, 2017]


def test_areas_of_ones_own_are_divided_by_a_unit_that_suits_them() -> None:
    table = cells(mines=[6, 6, 0])
    before = table.copy()
    m = mm.Map().add(table, color="mines", per="area", scheme="Quantiles", k=2)
    assert layer(m)["legend"]["unit"] == "per 10,000 km²"
    assert layer(m)["legend"]["note"] == "Area: of the shapes, on the ellipsoid"
    pd.testing.assert_frame_equal(table, before)
    small = gpd.GeoDataFrame(
        {"mines": [1, 2]},
        geometry=[shapely.box(0, 0, 2_000, 1_000), shapely.box(0, 0, 1_000, 1_000)],
        crs=32642,
    )
    made, looks = rate_per(small, Looks(color="mines"), "area")
    assert looks.legend.unit == "per 1 km²"
    assert made[looks.color].tolist() == pytest.approx([0.5, 2], rel=0.02)


@pytest.mark.parametrize(
    ("column", "is_noted"),
    [("mines", True), ("number_of_sites", True), ("year", False), ("sites_per_km2", False)],
)
def test_raw_counts_are_noted_in_the_legend(column: str, is_noted: bool) -> None:
    m = mm.Map().add(cells(**{column: [6, 7, 2]}), color=column)
    assert (layer(m)["legend"].get("note") == COUNT_NOTE) is is_noted


def test_points_and_colours_have_no_note() -> None:
    points = gpd.GeoDataFrame(
        {"mines": [1, 2, 3]}, geometry=gpd.points_from_xy([1, 2, 3], [1, 2, 3]), crs=4326
    )
    assert "note" not in layer(mm.Map(points, color="mines"))["legend"]
    assert "note" not in layer(mm.Map(cells(mines=[1, 2, 3]), color="red"))["legend"]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"color": "mines", "per": "areas"}, ChoiceError, "did you mean 'area'"),
        ({"color": "mines", "per": "population"}, MinmapError, "Map.add_countries"),
        ({"color": "name", "per": "area"}, MinmapError, "divides numbers, and 'name' has none"),
        ({"per": "area"}, MinmapError, "name the column with color="),
        ({"color": "mine", "per": "area"}, ChoiceError, "did you mean 'mines'"),
    ],
)
def test_what_cannot_be_divided_is_refused(
    options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        mm.Map().add(cells(mines=[1, 2, 3], name=["a", "b", "c"]), **options)


def test_points_are_not_divided() -> None:
    points = gpd.GeoDataFrame(
        {"mines": [1, 2]}, geometry=gpd.points_from_xy([1, 2], [1, 2]), crs=4326
    )
    with pytest.raises(MinmapError, match="is for areas"):
        mm.Map(points, color="mines", per="area")


@pytest.mark.parametrize(("lat", "side"), [(45.0, None), (52.0, "north"), (-56.0, "south")])
def test_a_choropleth_far_from_the_equator_says_that_the_page_enlarges(
    lat: float, side: str | None
) -> None:
    squares = [shapely.box(10 * n, lat, 10 * n + 5, lat + 4) for n in range(3)]
    table = gpd.GeoDataFrame({"grade": [1.5, 2.5, 9.5]}, geometry=squares, crs=4326)
    said = layer(mm.Map().add(table, color="grade", scheme="Quantiles", k=2)).get("caution")
    assert said == (side and f"This map enlarges the {side}: Web Mercator.")
    # Areas that no number colours are compared with nothing.
    assert "caution" not in layer(mm.Map().add(table, color="red"))


def test_the_figure_of_a_choropleth_has_equal_areas() -> None:
    figure = mm.Map().add_countries(COUNTS[:2], value="mines", per="area").figure(width_mm=200)
    texts = " ".join(text.get_text() for text in figure.findobj(Text))
    assert "equal-area" in texts
