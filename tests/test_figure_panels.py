"""Figures of several maps: small multiples, and the pages of an atlas."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
import shapely

import minmap as mm
from minmap.maps.figures import paper_map_of


def points(**columns: Any) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    places = shapely.points([62.0 + n for n in range(count)], 42.0)
    return gpd.GeoDataFrame(columns, geometry=places, crs=4326)


@pytest.mark.parametrize(("language", "name"), [("en", "not given"), ("ru", "не указано")])
def test_records_without_a_value_have_the_last_map(language: str, name: str) -> None:
    table = points(kind=["b", None, "a", "b", "  "])
    figure = mm.Map(table, color="#ff0000", language=language).figure(by="kind")
    page = figure.axes[-1]
    names = {text.get_text(): text.get_position() for text in page.texts}
    places = [names[one] for one in ("a", "b", name)]
    assert places == sorted(places, key=lambda place: (-place[1], place[0]))
    panels = paper_map_of(mm.Map(table)).split("kind")
    counts = [len(panel.layers[0].parts[0].table) for _, panel in panels]
    assert counts == [1, 2, 2]


def test_no_map_is_for_values_that_no_shown_record_has() -> None:
    table = points(kind=["a", "b", "c", "a"])
    made = mm.Map(table, color="kind", legend_hidden=["b"])
    assert [name for name, _ in paper_map_of(made).split("kind")] == ["a", "c"]
