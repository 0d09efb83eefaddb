"""Lines and polygons on the ellipsoid: nearest, along, areas, buffers, within a distance."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

from benchmarks.nearest import edge_reference
from minmap import geodesy
from minmap.errors import CRSError, GeometryError
from minmap.geodesy.proximity import TOUCHING_M

pytestmark = pytest.mark.exhaustive

GEOD = Geod(ellps="WGS84")
# These tests measure along geodesics; `test_edges` measures along straight edges.
line_length_m = partial(geodesy.line_length_m, geodesic_edges=True)
interpolate_along = partial(geodesy.interpolate_along, geodesic_edges=True)
locate_along = partial(geodesy.locate_along, geodesic_edges=True)
area_m2 = partial(geodesy.area_m2, geodesic_edges=True)
nearest_on_lines = partial(geodesy.nearest_on_lines, geodesic_edges=True)
nearest_on_shapes = partial(geodesy.nearest_on_shapes, geodesic_edges=True)
RNG = np.random.default_rng
DEGREE_M = np.pi * 6378137 / 180
EARTH_M2 = 510_065_621_724_088.0


def go(lon: Any, lat: Any, azimuth: Any, metres: Any) -> np.ndarray[Any, Any]:
    lon, lat, azimuth, metres = np.broadcast_arrays(*np.atleast_1d(lon, lat, azimuth, metres))
    return np.column_stack(GEOD.fwd(lon, lat, azimuth, metres)[:2])


def cap(lat: float, step: int = 10) -> Polygon:
    return Polygon([(lon, lat) for lon in range(-180, 180, step)])


def gap_reference(one: LineString, other: LineString) -> float:
    """Lines that do not cross are nearest at a vertex of one of them."""
    gaps = [
        edge_reference(np.asarray(a.coords), [b] * len(a.coords)).min()
        for a, b in ((one, other), (other, one))
    ]
    return float(min(gaps))


def test_10_000_trials_of_nearest_on_lines_up_to_3_000_km_and_across_the_antimeridian() -> None:
    random = RNG(2026)
    errors = []
    for _ in range(100):
        lon = random.choice([random.uniform(-180, 180), random.uniform(178, 182)])
        lat = np.degrees(np.arcsin(random.uniform(-1, 1)))
        vertices = go(lon, lat, random.uniform(0, 360, 4), random.uniform(0, 1e6, 4))
        away = 3e6 * random.uniform(0, 1, 100) ** 2
        points = go(*vertices[random.integers(0, 4, 100)].T, random.uniform(0, 360, 100), away)
        line = LineString(vertices)
        found = nearest_on_lines(points, [line])
        errors.append(found.distance_m - edge_reference(points, [line] * 100))
    assert np.concatenate(errors).shape == (10_000,)
    assert np.abs(np.concatenate(errors)).max() < 1.0


class TestNearestOnShapes:
    def test_a_toy_known_by_eye(self) -> None:
        area = box(0, -1, 2, 1)
        shapes = [area, LineString([(5, 0), (7, 0)]), Point(9, 0)]
        found = nearest_on_shapes([[1, 0], [3, 0], [6, 0], [10, 0]], shapes)
        assert found.index.tolist() == [0, 0, 1, 2]
        assert found.distance_m == pytest.approx([0, DEGREE_M, 0, DEGREE_M], abs=1e-3)
        assert found.foot == pytest.approx(np.array([[1, 0], [2, 0], [6, 0], [9, 0]]), abs=1e-7)
        assert found.start.tolist() == [[1, 0], [3, 0], [6, 0], [10, 0]]
        assert np.isnan(found.along_m[0])

    @pytest.mark.parametrize(
        ("area", "within", "outside"),
        [
            (box(178, -5, 182, 5), (-179, 4), (-177, 0)),
            (Polygon([(178, -5), (-178, -5), (-178, 5), (178, 5)]), (-180, 0), (0, 0)),
            (MultiPolygon([box(178, -5, 180, 5), box(-180, -5, -178, 5)]), (180, 0), (177, 0)),
            (cap(80), (12, 90), (12, 79)),
            (cap(80), (-180, 85), (0, -90)),
            (Polygon(cap(-60).exterior, [cap(-80).exterior]), (33, -70), (33, -85)),
            (box(-180, 60, 180, 90), (77, 75), (77, 50)),
            (box(-180, -90, 180, 0), (77, -1), (77, 1)),
            (box(-180, -90, 180, 90), (77, -1), None),
            (Polygon([(0, 80), (179, 80), (180, 70), (1, 70)]), (90, 89.87), (-90, 85)),
        ],
    )
    def test_inside_and_outside_over_the_antimeridian_and_poles(
        self, area: Any, within: tuple[float, float], outside: tuple[float, float] | None
    ) -> None:
        found = nearest_on_shapes([within], [area])
        assert found.distance_m.tolist() == [0.0]
        assert geodesy.distance_m(found.foot, [within])[0] == 0
        if outside is not None:
            assert nearest_on_shapes([outside], [area]).distance_m[0] > 50_000

    def test_the_edge_is_a_geodesic_and_no_straight_line_in_degrees(self) -> None:
        # The northern edge of this box bulges 86 km to the north.
        area = box(0, 40, 20, 50)
        middle = go(0, 50, *GEOD.inv(0, 50, 20, 50)[::2] * np.array([1, 0.5]))[0]
        points = middle + np.array([[0, -0.001], [0, 0.001]])
        found = nearest_on_shapes(points, [area])
        assert found.distance_m[0] == 0
        assert found.distance_m[1] == pytest.approx(111.2, abs=0.5)

    @pytest.mark.parametrize("reach_m", [1e3, 3e4, 1e6, 2.5e6])
    def test_lines_within_1_m_of_the_reference(self, reach_m: float) -> None:
        random = RNG(int(reach_m))
        for lon, lat in [(67, 45), (180, 0), (-179.9, 70), (0, 89), (30, -89.9)] * 3:
            one = LineString(
                go(lon, lat, random.uniform(0, 360, 4), random.uniform(0, reach_m / 4, 4))
            )
            centre = go(lon, lat, random.uniform(0, 360), reach_m)[0]
            other = LineString(
                go(*centre, random.uniform(0, 360, 4), random.uniform(0, reach_m / 4, 4))
            )
            found = nearest_on_shapes([one], [other])
            assert found.distance_m[0] == pytest.approx(gap_reference(one, other), abs=1.0)
            between = geodesy.distance_m(found.start, found.foot)
            assert between == pytest.approx(found.distance_m, abs=2e-3)

    def test_the_middle_of_an_edge_can_be_nearest(self) -> None:
        # A point in all but name: the tip of a line above the middle of a long edge.
        edge = LineString([(60, 45), (70, 45)])
        foot = go(60, 45, *GEOD.inv(60, 45, 70, 45)[::2] * np.array([1, 0.5]))[0]
        tips = [LineString([go(*foot, 0, away)[0], go(*foot, 0, 2e5)[0]]) for away in (5, 3e3, 1e5)]
        for each, away in zip(tips, (5, 3e3, 1e5), strict=True):
            found = nearest_on_shapes([edge], [each])
            assert found.distance_m[0] == pytest.approx(away, abs=0.1)

    def test_0_where_they_touch_cross_or_hold_one_another(self) -> None:
        line = LineString([(70, 40), (70, 50)])
        crossing = LineString([(69, 45), (71, 47)])
        touching = LineString([(70, 45), (75, 45)])
        holding, held = box(60, 35, 80, 55), box(69, 44, 71, 46)
        mixed = GeometryCollection([Point(0, 0), MultiLineString([crossing])])
        shapes = [line, crossing, touching, holding, mixed, MultiPoint([(70, 45), (0, 0)])]
        found = nearest_on_shapes(shapes, [line])
        assert found.distance_m.tolist() == [0.0] * 6
        areas = nearest_on_shapes([held, Point(70, 45), holding, touching], [holding])
        assert areas.distance_m.tolist() == [0.0] * 4
        assert nearest_on_shapes([holding], [Point(70, 45)]).distance_m.tolist() == [0.0]

    def test_a_near_miss_is_no_crossing(self) -> None:
        line = LineString([(60, 45), (61, 45)])
        for off_deg, off_m in ((1e-6, 0.111), (1e-4, 11.11)):
            beside = LineString([(60, 45 + off_deg), (61, 45 + off_deg)])
            found = nearest_on_shapes([beside], [line])
            assert found.distance_m[0] == pytest.approx(off_m, abs=0.01)

    def test_a_polygon_in_a_hole_and_one_round_a_pole(self) -> None:
        ring = Polygon(box(0, 0, 10, 10).exterior, [box(2, 2, 8, 8).exterior])
        island = box(4, 4, 6, 6)
        found = nearest_on_shapes([island, Point(5, 5)], [ring])
        assert found.distance_m.min() > 200_000
        polar = nearest_on_shapes([cap(85)], [Point(20, 89), Point(20, 80)])
        assert (polar.distance_m[0], polar.index[0]) == (0.0, 0)

    def test_what_has_no_answer_is_missing(self) -> None:
        with np.errstate(invalid="ignore"):
            shapes = [None, LineString(), Point(), LineString([(0, 0), (0, 95)]), Point(0, 1)]
        found = nearest_on_shapes(shapes, [Point(0, 0)])
        assert np.isnan(found.distance_m).tolist() == [True] * 4 + [False]
        assert found.index.tolist() == [-1] * 4 + [0]
        assert np.isnan(nearest_on_shapes([box(0, 0, 1, 1)], [None]).distance_m).all()
        assert nearest_on_shapes([], [Point(0, 0)]).foot.shape == (0, 2)

    def test_any_crs_and_none(self) -> None:
        sites = gpd.GeoSeries([box(69, 46, 70, 47), Point(71, 46)], crs=4326)
        line = gpd.GeoSeries([LineString([(69, 45), (71, 45)])], crs=4326)
        expected = nearest_on_shapes(sites, line).distance_m
        found = nearest_on_shapes(sites.to_crs(32642), line.to_crs(3857)).distance_m
        # The corners alone are carried over: edges become the geodesics between them again.
        assert found == pytest.approx(expected, abs=1e-3)
        with pytest.raises(CRSError, match="places has no CRS"):
            nearest_on_shapes(sites.set_crs(None, allow_override=True), line)
        with pytest.raises(GeometryError, match="shapes have a vertex"):
            nearest_on_shapes([[0, 0]], [Point(5e5, 4e6)])

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.sampled_from([1e3, 1e5, 1e6]))
    def test_symmetric_and_never_more_than_from_its_vertices(self, seed: int, size: float) -> None:
        random = RNG(seed)
        lon, lat = random.uniform(-180, 180), random.uniform(-90, 90)
        one, other = (
            LineString(go(lon, lat, random.uniform(0, 360, 3), random.uniform(0, size, 3)))
            for _ in range(2)
        )
        there = nearest_on_shapes([one], [other]).distance_m[0]
        back = nearest_on_shapes([other], [one]).distance_m[0]
        assert there == pytest.approx(back, abs=0.5)
        assert there <= gap_reference(one, other) + 0.15
        if there < TOUCHING_M:
            assert there == 0


class TestAlong:
    def test_a_toy_known_by_eye(self) -> None:
        line = MultiLineString([[(179, 0), (-179, 0)], [(10, 0), (12, 0)]])
        at = [0, DEGREE_M / 2, 2 * DEGREE_M, 3 * DEGREE_M, -5, 1e9, np.nan]
        expected = [[179, 0], [179.5, 0], [10, 0], [11, 0], [179, 0], [12, 0], [np.nan, np.nan]]
        found = interpolate_along([line], at)
        assert found == pytest.approx(np.array(expected), abs=1e-6, nan_ok=True)

    def test_pairs_and_what_is_missing(self) -> None:
        lines = [LineString([(0, 0), (1, 0)]), None, LineString(), LineString([(0, 0), (0, 1)])]
        found = interpolate_along(gpd.GeoSeries(lines, crs=4326).to_crs(3857), 50_000)
        assert found[0] == pytest.approx([50_000 / DEGREE_M, 0], abs=1e-6)
        assert np.isnan(found[1:3]).all()
        assert found[3, 0] == pytest.approx(0, abs=1e-9)
        located = locate_along(lines, found[:1])
        assert located == pytest.approx([50_000, np.nan, np.nan, 0], abs=1e-3, nan_ok=True)
        with pytest.raises(GeometryError, match="4 lines and 2 along_m"):
            interpolate_along(lines, [1, 2])
        assert interpolate_along([], []).shape == (0, 2)

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 2**32 - 1))
    def test_locating_a_place_gives_where_it_was_taken(self, seed: int) -> None:
        random = RNG(seed)
        lon, lat = random.uniform(-180, 180), random.uniform(-89, 89)
        line = LineString(go(lon, lat, 40, [0, 2e5, 5e5]))
        at = random.uniform(0, line_length_m([line])[0], 20)
        place = interpolate_along(line, at)
        assert nearest_on_lines(place, [line]).distance_m.max() < 0.01
        assert locate_along(line, place) == pytest.approx(at, abs=0.1)


class TestAreas:
    def test_known_areas(self) -> None:
        # Half of the ellipsoid, the whole, and an eighth.
        shapes = [
            box(-180, 0, 180, 90),
            box(-180, -90, 180, 90),
            Polygon([(0, 0), (90, 0), (0, 90)]),
        ]
        found = area_m2(shapes)
        assert found / EARTH_M2 == pytest.approx([0.5, 1, 0.125], rel=1e-9)

    def test_a_cap_is_the_zone_of_the_formula(self) -> None:
        # Snyder 1987, USGS Professional Paper 1395, equation 3-12: the authalic q.
        e, sine = np.sqrt(GEOD.es), np.sin(np.radians(70))
        q = [(1 - e * e) * (s / (1 - e * e * s * s) + np.arctanh(e * s) / e) for s in (sine, 1.0)]
        zone = np.pi * GEOD.a**2 * (q[1] - q[0])
        ring = np.arange(-180, 180, 0.05)
        for lat in (70, -70):
            fine = Polygon(np.column_stack([ring, np.full(len(ring), lat)]))
            assert area_m2([fine])[0] == pytest.approx(zone, rel=1e-5)
            assert area_m2([fine.reverse()])[0] == pytest.approx(zone, rel=1e-5)
        assert area_m2([box(-180, 70, 180, 90)])[0] == pytest.approx(zone, rel=1e-5)

    def test_holes_parts_the_antimeridian_and_what_has_no_area(self) -> None:
        hole = Polygon(box(0, 0, 4, 4).exterior, [box(1, 1, 2, 2).exterior])
        split = MultiPolygon([box(178, 0, 180, 2), box(-180, 0, -178, 2)])
        whole = Polygon([(178, 0), (180, 0), (-178, 0), (-178, 2), (180, 2), (178, 2)])
        found = area_m2([hole, split, whole, LineString([(0, 0), (1, 1)]), None, Polygon()])
        outer, inner = (
            GEOD.geometry_area_perimeter(box(*b))[0] for b in [(0, 0, 4, 4), (1, 1, 2, 2)]
        )
        assert found[0] == pytest.approx(abs(outer) - abs(inner))
        assert found[1] == pytest.approx(found[2])
        assert found[3:] == pytest.approx([0, np.nan, 0], nan_ok=True)
        with pytest.raises(CRSError, match="polygons has no CRS"):
            area_m2(gpd.GeoSeries([hole]))

    @settings(max_examples=40, deadline=None)
    @given(st.floats(-180, 180), st.floats(-89, 89), st.floats(1e3, 2e6))
    def test_where_a_polygon_lies_in_longitude_does_not_matter(
        self, lon: float, lat: float, size: float
    ) -> None:
        azimuths = [10, 100, 170, 250, 300]
        here, there = (Polygon(go(at, lat, azimuths, size)) for at in (0, lon))
        area = area_m2([here, there])
        assert area[0] == pytest.approx(area[1], rel=1e-6)


SHAPES = {
    "point": Point(70, 45),
    "point on the antimeridian": Point(180, 60),
    "point by the pole": Point(33, 89.9),
    "pole": Point(0, -90),
    "line": LineString([(60, 42), (62, 47), (71, 44)]),
    "line on the antimeridian": LineString([(179, 60), (-179, 62), (178, 66)]),
    "line over the pole": LineString([(0, 86), (170, 87), (90, 85)]),
    "polygon": box(60, 40, 65, 44),
    "polygon with a hole": Polygon(box(60, 40, 70, 50).exterior, [box(62, 42, 68, 48).exterior]),
    "polygon round the pole": cap(-82),
    "collection": GeometryCollection([Point(70, 45), LineString([(71, 45), (72, 46)])]),
}


def edge_places(area: Any) -> np.ndarray[Any, Any]:
    """Return places on the edges of an area as drawn, without the cuts at 180 and the poles."""
    places = []
    for ring in shapely.get_rings(shapely.get_parts(area)):
        start, end = shapely.get_coordinates(ring)[:-1], shapely.get_coordinates(ring)[1:]
        cut = ((np.abs(start) == [180, 90]) & (start[:, [0, 1]] == end)).any(axis=1)
        cut |= (np.abs(start[:, 1]) == 90) & (np.abs(end[:, 1]) == 90)
        cut |= (np.abs(start[:, 0]) == 180) & (np.abs(end[:, 0]) == 180)
        places += [(start + share * (end - start))[~cut] for share in (0, 0.3, 0.5)]
    return np.vstack(places)


class TestBuffers:
    @pytest.mark.parametrize("distance_km", [0.05, 3, 120, 900, 4_000, 9_000])
    @pytest.mark.parametrize("name", SHAPES)
    def test_every_place_of_the_edge_is_at_the_distance(
        self, name: str, distance_km: float
    ) -> None:
        area = geodesy.buffer(gpd.GeoSeries([SHAPES[name]], crs=4326), distance_km)
        assert area.crs == 4326
        assert area.is_valid.all()
        west, south, east, north = area.total_bounds
        assert west >= -180
        assert east <= 180
        assert south >= -90
        assert north <= 90
        places = edge_places(area[0])
        away = geodesy.nearest_on_shapes(places, [SHAPES[name]]).distance_m
        assert np.abs(away - 1000 * distance_km).max() < max(distance_km, 10)
        # No part is left out: places a little nearer than the distance are inside, further not.
        centre = shapely.get_coordinates(SHAPES[name])[0]
        sample = go(*centre, np.arange(0, 360, 9), 1500 * distance_km * RNG(1).uniform(0, 1, 40))
        truth = geodesy.nearest_on_shapes(sample, [SHAPES[name]]).distance_m / 1000
        within = shapely.intersects(area[0], shapely.points(sample))
        clear = np.abs(truth - distance_km) > max(distance_km / 500, 0.02)
        assert (within == (truth < distance_km))[clear].all()

    def test_a_wide_buffer_costs_no_more_steps_than_a_narrow_one(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        buffered, flat_buffer = [], shapely.buffer

        def counted(shapes: Any, *args: Any, **options: Any) -> Any:
            buffered.append(len(shapes))
            return flat_buffer(shapes, *args, **options)

        monkeypatch.setattr(shapely, "buffer", counted)
        line = gpd.GeoSeries([LineString([(50, 40), (60, 42), (70, 40)])], crs=4326)
        narrow, wide = (geodesy.buffer(line, km)[0] for km in (10, 3_000))
        assert len(buffered) == 2
        assert buffered[0] == buffered[1]
        assert shapely.get_num_coordinates(wide) < 2 * shapely.get_num_coordinates(narrow)

    def test_area_of_a_circle(self) -> None:
        # On a sphere 2 pi R^2 (1 - cos(r / R)); the ellipsoid differs by its flattening.
        radius_m, earth_m = 500_000.0, 6_371_007.2
        found = area_m2(geodesy.buffer(gpd.GeoSeries.from_xy([10], [50], crs=4326), 500))
        sphere = 2 * np.pi * earth_m**2 * (1 - np.cos(radius_m / earth_m))
        assert found[0] == pytest.approx(sphere, rel=2e-3)

    def test_index_missing_and_empty_are_kept(self) -> None:
        shapes = gpd.GeoSeries([None, Point(), Point(70, 45)], index=[5, 5, 7], crs=4326)
        found = geodesy.buffer(shapes.to_crs(32642), 10)
        assert found.index.tolist() == [5, 5, 7]
        assert found.isna().tolist() == [True, False, False]
        assert found.is_empty.tolist() == [False, True, False]
        assert len(geodesy.buffer(shapes.iloc[:0], 10)) == 0

    @pytest.mark.parametrize("distance_km", [0, -1, np.nan, 9_001])
    def test_distances_that_cannot_be_are_refused(self, distance_km: float) -> None:
        with pytest.raises(
            GeometryError, match=r"distance_km=.* is not a number of km above 0 and at most 9,000"
        ):
            geodesy.buffer(gpd.GeoSeries([Point(0, 0)], crs=4326), distance_km)


class TestWithinDistance:
    def test_points_lines_polygons_and_a_corridor(self) -> None:
        shapes = [Point(70, 46), Point(70, 50), box(69, 46.5, 70, 50), None, Point(70, 45)]
        frame = gpd.GeoDataFrame({"a": range(5)}, geometry=shapes, crs=4326).to_crs(32642)
        railway = gpd.GeoDataFrame(geometry=[LineString([(69, 45), (71, 45)])], crs=4326)
        corridor = SimpleNamespace(legs=railway)
        for of in (railway, railway.geometry, corridor):
            found = geodesy.within_distance(frame, of, 150)
            assert found.tolist() == [True, False, False, False, True]
        assert geodesy.within_distance(frame, railway, 170).tolist()[2]
        assert geodesy.within_distance(frame.iloc[:0], railway, 1).shape == (0,)
        lease = gpd.GeoSeries([box(69, 45.9, 71, 47)], crs=4326)
        assert geodesy.within_distance(frame, lease, 0).tolist() == [
            True,
            False,
            True,
            False,
            False,
        ]
        with pytest.raises(GeometryError, match="distance_km=-1 is not a number of km from 0 up"):
            geodesy.within_distance(frame, railway, -1)

    @settings(max_examples=15, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.floats(1, 400))
    def test_agrees_with_the_buffer_but_at_its_edge(self, seed: int, distance_km: float) -> None:
        random = RNG(seed)
        lon, lat = random.uniform(-180, 180), random.uniform(-85, 85)
        line = LineString(go(lon, lat, random.uniform(0, 360, 3), random.uniform(0, 4e5, 3)))
        sites = go(lon, lat, random.uniform(0, 360, 50), random.uniform(0, 8e5, 50))
        frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*sites.T), crs=4326)
        of = gpd.GeoSeries([line], crs=4326)
        exact = geodesy.within_distance(frame, of, distance_km)
        drawn = frame.intersects(geodesy.buffer(of, distance_km)[0]).to_numpy()
        away = geodesy.nearest_on_shapes(sites, [line]).distance_m / 1000
        clear = np.abs(away - distance_km) > max(distance_km / 1000, 0.01)
        assert pd.Series(exact[clear]).tolist() == drawn[clear].tolist()
