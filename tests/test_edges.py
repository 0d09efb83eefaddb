"""Edges are straight in the CRS of their data: where they are drawn, selected and measured."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Polygon

import minmap as mm
from minmap import geodesy
from minmap.errors import GeometryError
from minmap.geodesy.edges import GEODESIC, true_edges
from minmap.scene.drawable_geometry import drawn_shapes
from scripts import build_edges as edges
from scripts.build_edges import CASES, GEOD, Case

NAMES = [case.name for case in CASES]


def drawn(*shapes: Any, crs: Any) -> list[Any]:
    return list(drawn_shapes(gpd.GeoDataFrame(geometry=list(shapes), crs=crs), "layer")[0].geometry)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_large_shape_is_drawn_within_1_m_and_judged_alike_everywhere(case: Case) -> None:
    dense = drawn_shapes(case.layer, "layer")[0].geometry
    assert edges.off_m(case, edges.drawn_on_page(dense)) < 1
    points, inside = edges.random_points(case, 1_500, seed=7)
    assert 300 < inside.sum() < 1_200
    wrong = edges.wrong(case, points, inside)
    assert wrong == dict.fromkeys(wrong, 0)
    assert abs(edges.area_off(case)) < 2


@pytest.mark.exhaustive
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_of_100_000_points_none_is_judged_differently(case: Case) -> None:
    points, inside = edges.random_points(case, 100_000 // len(CASES) + 1_500, seed=11)
    assert len(points) >= 100_000 // len(CASES)
    wrong = edges.wrong(case, points, inside)
    assert wrong == dict.fromkeys(wrong, 0)


def test_the_table_in_the_docs_is_what_the_script_makes() -> None:
    text = edges.OUT.read_text(encoding="utf-8")
    assert text.startswith(edges.HEAD)
    rows = [line.split("|")[1:-1] for line in text.removeprefix(edges.HEAD).splitlines()]
    assert [row[0].strip() for row in rows] == NAMES
    assert all(float(row[2]) < 1 and int(row[-1]) == 0 for row in rows)


def test_short_edges_and_parallels_stay_as_they_are() -> None:
    small = shapely.box(5e5, 5e6, 5.01e5, 5.001e6)
    (found,) = drawn(small, crs=32642)
    assert found.equals(gpd.GeoSeries([small], crs=32642).to_crs(4326).item())
    box = shapely.box(-170, -60, 170, 60)
    assert drawn(box, crs=4326) == [box]


@pytest.mark.parametrize("name", ["LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON"])
def test_every_kind_of_shape_keeps_its_kind_and_its_corners(name: str) -> None:
    with_hole = Polygon(
        shapely.box(0, 0, 9e5, 9e5).exterior, [shapely.box(1e5, 1e5, 7e5, 7e5).exterior]
    )
    lines = [LineString([(0, 0), (9e5, 9e5)]), LineString([(9e5, 0), (0, 9e5), (0, 9.1e5)])]
    shape = {
        "LINESTRING": lines[1],
        "MULTILINESTRING": shapely.MultiLineString(lines),
        "POLYGON": with_hole,
        "MULTIPOLYGON": shapely.MultiPolygon([with_hole, shapely.box(2e5, 2e5, 5e5, 5e5)]),
    }[name]
    high = shapely.force_3d(shape, 500.0)
    (found,) = drawn(shape, crs=edges.KAZAKHSTAN)
    assert found.geom_type.upper() == name
    corners = shapely.get_coordinates(gpd.GeoSeries([shape], crs=edges.KAZAKHSTAN).to_crs(4326))
    among = shapely.get_coordinates(found)
    position = [int(np.flatnonzero((among == corner).all(axis=1))[0]) for corner in corners]
    assert len(among) > 3 * len(corners)
    assert len(set(position)) >= len(corners) - 3  # a ring ends where it starts
    assert shapely.equals(found, drawn(high, crs=edges.KAZAKHSTAN)[0])


def test_collections_and_what_is_missing() -> None:
    line = LineString([(0, 0), (9e5, 9e5)])
    mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.GeometryCollection([line])])
    (alone,) = drawn(line, crs=edges.KAZAKHSTAN)
    found = drawn(None, mixed, shapely.Polygon(), crs=edges.KAZAKHSTAN)
    assert [each.geom_type for each in found] == ["Point", "LineString"]
    assert found[1].equals(alone)
    layer = gpd.GeoSeries([line, None, mixed], crs=edges.KAZAKHSTAN)
    away = geodesy.nearest_on_shapes(layer, layer[:1]).distance_m
    assert away[[0, 2]].tolist() == [0, 0]
    assert np.isnan(away[1])


def test_edges_in_degrees_follow_the_parallel_and_those_of_corridors_the_geodesic() -> None:
    line = LineString([(50, 50), (90, 50)])
    places = [[70, 50], [70, 60]]
    parallel_m = [GEOD.inv(70, 50, *place)[2] for place in places]
    assert geodesy.nearest_on_lines(places, [line]).distance_m == pytest.approx(parallel_m, abs=1)
    middle = GEOD.npts(50, 50, 90, 50, 1)[0]
    geodesic_m = [GEOD.inv(*middle, *place)[2] for place in places]
    found = geodesy.nearest_on_lines(places, [line], geodesic_edges=True)
    assert found.distance_m == pytest.approx(geodesic_m, abs=1)
    assert geodesy.line_length_m([line], geodesic_edges=True)[0] == pytest.approx(
        GEOD.inv(50, 50, 90, 50)[2], abs=0.01
    )
    along = np.linspace(50, 90, 40_001)
    assert geodesy.line_length_m([line])[0] == pytest.approx(
        GEOD.line_length(along, np.full_like(along, 50)), abs=0.5
    )


def test_a_line_from_179_to_minus_179_crosses_the_antimeridian() -> None:
    line = LineString([(170, 40), (-170, 60)])
    assert geodesy.nearest_on_lines([[180, 50]], [line]).distance_m[0] < 1
    (found,) = drawn(line, crs=4326)
    west, _, east, _ = shapely.bounds(shapely.get_parts(found)).T
    assert (east - west).max() < 11


@pytest.mark.parametrize("crs", [4269, 4284])
def test_degrees_beyond_180_in_another_geographic_crs_draw_no_seam(crs: int) -> None:
    (found,) = drawn(shapely.box(170, 50, 190, 70), crs=crs)
    west, _, east, _ = shapely.bounds(shapely.get_parts(found)).T
    assert (east - west).max() < 11


def test_lines_of_a_table_are_selected_where_they_are() -> None:
    # A line of 40 degrees in UTM bends away from its chord in degrees, and the other way round.
    line = gpd.GeoSeries([LineString([(-2e6, 6e6), (3e6, 6e6)])], crs=32642)
    middle = gpd.GeoSeries.from_xy([5e5], [6e6], crs=32642).to_crs(4326)[0]
    near = middle.buffer(0.01)
    table = gpd.GeoDataFrame({"name": ["a"]}, geometry=line)
    assert len(mm.select(table, polygon=near)) == 1
    assert len(mm.select(table, box=near.bounds)) == 1
    degrees = gpd.GeoDataFrame(
        {"name": ["a"]}, geometry=[LineString([(40, 55), (98, 55)])], crs=4326
    )
    there = gpd.GeoSeries([shapely.Point(69, 55).buffer(0.01)], crs=4326).to_crs(32642)
    assert len(mm.select(degrees, polygon=there)) == 1


def test_lines_and_areas_over_180_degrees_are_selected_where_they_are() -> None:
    across = [shapely.box(170, 50, 190, 70), LineString([(175, 10), (-175, 20)])]
    degrees = gpd.GeoDataFrame({"name": ["area", "line"]}, geometry=across, crs=4326)
    assert mm.select(degrees, box=(-179, 55, -172, 60))["name"].tolist() == ["area"]
    assert mm.select(degrees, box=(0, 5, 10, 65)).empty
    assert mm.select(degrees, polygon=shapely.box(-180, 14, -178, 18))["name"].tolist() == ["line"]
    metres = gpd.GeoDataFrame(
        {"name": ["area"]}, geometry=[shapely.box(3e5, 6e6, 9e5, 7e6)], crs=32660
    )
    assert len(mm.select(metres, box=(-179.5, 55, -179, 56))) == 1
    assert mm.select(metres, box=(0, 5, 10, 65)).empty


def test_a_ring_is_measured_as_the_line_that_it_is() -> None:
    ring = shapely.LinearRing([(50, 50), (90, 50), (90, 60), (50, 60)])
    found = geodesy.nearest_on_lines([[70, 50], [70, 60]], [ring])
    assert found.distance_m.max() < 1
    assert geodesy.line_length_m([ring]) == geodesy.line_length_m([LineString(ring)])


def test_collections_in_collections_keep_their_parts() -> None:
    line, empty = LineString([(0, 0), (40, 70)]), shapely.GeometryCollection()
    nested = shapely.GeometryCollection([shapely.Point(1, 2), empty, line])
    for _ in range(30):
        nested = shapely.GeometryCollection([nested])
    shapes = np.array([line, nested, empty, None, shapely.Point(3, 4)], dtype=object)
    dense = true_edges(gpd.GeoSeries(shapes, crs=4326), shapes, GEODESIC)
    inner = dense[1]
    for _ in range(30):
        (inner,) = inner.geoms
    point, none, bent = inner.geoms
    assert (point, none, bent) == (shapely.Point(1, 2), empty, dense[0])
    assert len(bent.coords) > 2
    assert [*dense[2:]] == [empty, None, shapely.Point(3, 4)]


@pytest.mark.exhaustive
def test_very_many_very_long_edges_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    zigzag = np.column_stack([np.tile([-170.0, 170.0], 5000), np.linspace(60, 61, 10_000)])
    whole = [shapely.Polygon(zigzag)]
    with pytest.raises(GeometryError, match="more than 1,000,000 vertices are needed"):
        true_edges(gpd.GeoSeries(whole, crs=4326), np.array(whole), GEODESIC)
    monkeypatch.setattr("minmap.geodesy.edges.MOST_ADDED", 3000)
    few = shapely.Polygon(zigzag[:4]), shapely.LineString(zigzag[:4])
    for shapes in ([shapely.GeometryCollection([few[0]])] * 9, [few[0]] * 2 + [few[1]] * 2):
        with pytest.raises(GeometryError, match="more than 3,000 vertices are needed"):
            true_edges(gpd.GeoSeries(shapes, crs=4326), np.array(shapes), GEODESIC)
    true_edges(gpd.GeoSeries(few[:1], crs=4326), np.array(few[:1]), GEODESIC)
